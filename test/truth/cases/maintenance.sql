-- Truth cases: VACUUM, ANALYZE, CLUSTER, REFRESH, LOCK, TRUNCATE

--@ E44: TRUNCATE CASCADE + RESTART IDENTITY
--@setup
create table p(id serial primary key);
create table a(id serial primary key, n int references p, v text);
create table b(n int references a);
--@stmt
truncate p restart identity cascade;

--@ E44b: TRUNCATE ONLY parent vs inheritance
--@setup
create table p(id int);
create table c() inherits(p);
--@stmt
truncate p;

--@ E45: TRUNCATE partitioned referenced by FK without CASCADE errors
--@setup
create table p(id int primary key);
create table a(n int references p);
--@stmt
truncate p;

--@ F07: REFRESH MATERIALIZED VIEW: AEL, rewrite + indexes
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
create materialized view mv as select * from a;
create unique index mvi on mv(id);
--@stmt
refresh materialized view mv;

--@ F07b: REFRESH CONCURRENTLY: EXCLUSIVE
--@norule EXCLUSIVE keeps nobody from reading the view, and nobody writes to one
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
create materialized view mv as select * from a;
create unique index mvi on mv(id);
--@stmt
refresh materialized view concurrently mv;

--@ F07c: REFRESH WITH NO DATA
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
create materialized view mv as select * from a;
create unique index mvi on mv(id);
--@stmt
refresh materialized view mv with no data;

--@ F16: ANALYZE: SUE (+AS children)
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
analyze a;

--@ F16b: ANALYZE plain table
--@setup
create table a(id int primary key, v text);
--@stmt
analyze a;

--@ F17: LOCK TABLE default AEL recurses
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create view vw as select * from a;
--@stmt
lock table vw;

--@ F20: CLUSTER table using index: AEL rewrite + indexes + toast
--@setup
create table a(id int primary key, v text);
create index i on a(v);
insert into a select g from generate_series(1,1000) g;
--@stmt
cluster a using a_pkey;

--@ F20b: CLUSTER (all) - previously clustered; in transaction fails
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
cluster a using a_pkey;
create table b(id int primary key);
--@stmt
cluster;

--@ F21: VACUUM FULL
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
create table b(id int primary key);
--@stmt
vacuum full t.a;

--@ F21b: REPACK (19)
--@min 19
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
repack a;

--@ F22b: COPY FREEZE in same transaction after TRUNCATE
--@setup
create table a(id int primary key, v text);
--@stmt
truncate a;
copy a(id) from program 'echo 1' with (freeze);

--@ H28: TRUNCATE after rewriting in same xact
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
truncate a;
truncate a;
alter table a add column z serial;

--@ I02: CLUSTER partitioned
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
cluster t.a using a_pkey;

--@ I03: VACUUM FULL partitioned
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
vacuum full t.a;

--@ I04: VACUUM FULL inheritance parent
--@notx
--@setup
create table a(id int primary key);
create table a1() inherits (a);
--@stmt
vacuum full t.a;

--@ I09: VACUUM in a multi statement
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
begin;
vacuum t.a;
rollback;
begin;
create index concurrently ii on t.a(v);
rollback;
begin;
drop index concurrently t.a_pkey;
rollback;
begin;
reindex schema t;
rollback;
begin;
cluster;
rollback;
begin;
alter type t.e add value 'q';
rollback;

--@ J32: TRUNCATE partitioned
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
truncate a;

--@ G06: VACUUM
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
vacuum t.a;

--@ G07: VACUUM FULL
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
vacuum full t.a;

--@ G08: CLUSTER all
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
cluster a using a_pkey;
--@stmt
cluster;

--@ G09: REPACK CONCURRENTLY
--@min 19
--@notx
--@norule ACCESS EXCLUSIVE is taken when the copy is done
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
repack (concurrently) t.a;

--@ G20: REFRESH CONCURRENTLY
--@norule EXCLUSIVE keeps nobody from reading the view, and nobody writes to one
--@setup
create table a(id int primary key);
create materialized view mv as select * from a;
create unique index mvi on mv(id);
--@stmt
refresh materialized view concurrently mv;

--@ G22: TRUNCATE CASCADE
--@setup
create table p(id serial primary key);
create table a(id int primary key, n int references p);
--@stmt
truncate p cascade;

--@ G29: VACUUM FULL all
--@notx
--@setup
create table a(id int primary key, v text);
create table b(id int primary key);
--@stmt
vacuum full;

--@ G30: ANALYZE partitioned
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
analyze t.a;

--@ L160: LOCK TABLE in weaker modes
--@setup
create table a(id int);
create table b(id int);
create table c(id int);
--@stmt
lock table a in share mode;
lock table b in share update exclusive mode;
lock table c in access share mode;

--@ L161: LOCK TABLE with children, and ONLY
--@setup
create table a(id int);
create table a1() inherits(a);
create table b(id int);
create table b1() inherits(b);
--@stmt
lock table a, only b in exclusive mode nowait;

--@ L162: LOCK TABLE of a view on a view
--@setup
create table a(id int);
create table b(id int);
create view v1 as select a.id from a join b using (id);
create view v2 as select * from v1 where id in (select id from b);
--@stmt
lock table v2 in share row exclusive mode;

--@ L163: TRUNCATE ONLY
--@setup
create table a(id int);
create table c() inherits(a);
--@stmt
truncate only a;

--@ L164: TRUNCATE of several that refer to each other
--@setup
create table p(id int primary key);
create table a(id serial, n int references p, v text);
insert into p select generate_series(1,1000);
--@stmt
truncate p, a restart identity;

--@ L165: TRUNCATE CASCADE through partitions
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (2000);
create table a(id int, n int references p) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
insert into p select generate_series(1,1000);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
truncate p cascade;

--@ L166: CLUSTER by the index remembered
--@setup
create table a(id int primary key, v text);
insert into a select g, g from generate_series(1,1000) g;
alter table a cluster on a_pkey;
--@stmt
cluster a;

--@ L167: VACUUM FULL of two tables
--@notx
--@setup
create table a(id int primary key);
create table b(id int primary key);
create table c(id int primary key);
insert into a select generate_series(1,1000);
--@stmt
vacuum (full, analyze) a, b;

--@ L168: REFRESH without an index
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
create materialized view mv as select * from a;
--@stmt
refresh materialized view mv;

--@ L169: REFRESH of a materialized view on another
--@setup
create table a(id int);
create materialized view m1 as select * from a;
create materialized view m2 as select * from m1;
--@stmt
refresh materialized view m2;

--@ L170: VACUUM (FULL false)
--@notx
--@setup
create table a(id int primary key);
--@stmt
vacuum (full false) a;

--@ L171: TRUNCATE of a table with children that others refer to
--@setup
create table a(id int primary key);
create table c(primary key (id)) inherits(a);
create table r(id int references c);
--@stmt
truncate a cascade;

--@ L172: CLUSTER of a materialized view, and VACUUM FULL of it
--@notx
--@setup
create materialized view mv as select g from generate_series(1,1000) g;
create index i on mv(g);
--@stmt
cluster mv using i;
vacuum full mv;

--@ L173: LOCK TABLE ONLY of a partitioned table, and of a partition
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
--@stmt
lock table only a, a1 in access exclusive mode;

--@ Q90: ANALYZE of a table with children: 18 analyzes them as well
--@setup
create table a(id int, v text);
create table a1() inherits (a);
create table a11() inherits (a1);
--@stmt
analyze a;

--@ Q91: ANALYZE ONLY (18)
--@min 18
--@setup
create table a(id int);
create table a1() inherits (a);
create table p(id int) partition by range(id);
create table p1 partition of p for values from (0) to (500);
--@stmt
analyze only a, only p;

--@ Q92: ANALYZE of columns, a materialized view, a sub-partitioned table
--@setup
create table a(id int, v text);
create materialized view mv as select id from a;
create table p(id int) partition by range(id);
create table p1 partition of p for values from (0) to (500) partition by range(id);
create table p11 partition of p1 for values from (0) to (500);
--@stmt
analyze a(v), mv, p;

--@ Q93: ANALYZE of everything
--@setup
create table a(id int, v text);
create table p(id int) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create materialized view mv as select id from a;
create view vw as select id from a;
--@stmt
analyze;

--@ Q94: ANALYZE of what has no rows
--@early vw
--@early s
--@early a_pkey
--@setup
create table a(id int primary key);
create view vw as select id from a;
create sequence s;
--@stmt
analyze vw, s, a_pkey;

--@ Q95: ANALYZE of a missing table, of a missing column
--@setup
create table a(id int);
--@stmt
analyze a(v);

--@ Q96: CREATE TRIGGER of one that exists: error; on a materialized view: error
--@setup
create table a(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
create trigger tg before insert on a for each row execute function tf();

--@ Q97: CREATE TRIGGER with a condition, transition tables, columns
--@setup
create table "A b"(id int, v text);
create table r(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create trigger t1 after update of v on "A b" for each row when (new.v is distinct from old.v) execute function tf();
create trigger t2 after insert on "A b" referencing new table as n for each statement execute function tf();
create constraint trigger t3 after insert on "A b" from r initially deferred for each row execute function tf();
create trigger t4 before truncate on "A b" execute function tf();

--@ Q98: CREATE OR REPLACE TRIGGER on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
create or replace trigger tg after update on a for each row execute function tf();

--@ Q99: VACUUM of a view, a partitioned table; ONLY_DATABASE_STATS
--@notx
--@setup
create table p(id int) partition by range(id);
create table p1 partition of p for values from (0) to (5000);
insert into p select generate_series(1,1000);
create view vw as select 1;
--@stmt
vacuum t.vw;
vacuum t.p;
vacuum (full) t.p;

--@ RC30: VACUUM (FULL, PROCESS_MAIN false) (16): the TOAST table alone
--@min 16
--@notx
--@setup
create table a(id int, v text);
insert into a select generate_series(1,1000);
--@stmt
vacuum (full, process_main false) a;

--@ T01: VACUUM (FULL, SKIP_LOCKED): if nobody has it locked
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 100) from generate_series(1,1000) g;
--@stmt
vacuum (full, skip_locked) t.a;

--@ Y06: the first REFRESH of a materialized view
--@norule a view that was never filled cannot be read, so nobody waits
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
create materialized view mv as select * from a with no data;
--@stmt
refresh materialized view mv;
