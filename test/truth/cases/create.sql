-- Truth cases: CREATE of everything but indexes and partitions

--@ E44c: TRUNCATE of table created in same transaction: in place (no new filenode) - see same-xact tests
--@setup
create table p(id int);
--@stmt
create table q(id int);
truncate q;

--@ F01: CREATE TRIGGER: SRX
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create trigger tg before insert on a for each row execute function tf();

--@ F01b: CREATE TRIGGER on partitioned (row): SRX on all partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create trigger tg after insert on a for each row execute function tf();

--@ F01c: CREATE CONSTRAINT TRIGGER FROM ref
--@setup
create table a(id int primary key, v text);
create table r(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create constraint trigger tg after insert on a from r for each row execute function tf();

--@ F03: CREATE POLICY: AEL; ALTER, DROP same; policy subquery on other table
--@setup
create table a(id int primary key, v text);
create table o(id int);
--@stmt
create policy p on a using (exists(select 1 from o where o.id=a.id));

--@ F04: CREATE RULE: AEL on event table; ref tables
--@setup
create table a(id int primary key, v text);
create table o(id int, v text);
--@stmt
create rule r as on insert to a do also insert into o values(new.id,new.v);

--@ F05: CREATE VIEW: AS on base
--@setup
create table a(id int primary key, v text);
--@stmt
create view vw as select * from a;

--@ F05b: CREATE OR REPLACE VIEW: AEL on view
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
create view vw2 as select * from vw;
--@stmt
create or replace view vw as select * from a where id>0;

--@ F05c: CREATE OR REPLACE VIEW adding column
--@setup
create table a(id int primary key, v text);
create view vw as select id from a;
--@stmt
create or replace view vw as select id, v from a where id>0;

--@ F06: CREATE MATERIALIZED VIEW
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
--@stmt
create materialized view mv as select * from a;

--@ F08: CTAS / SELECT INTO
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
--@stmt
create table b as select * from a;

--@ F08b: CTAS IF NOT EXISTS on existing: nothing
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
create table b();
--@stmt
create table if not exists b as select * from a;

--@ F09: CREATE TABLE LIKE INCLUDING ALL: AS on source
--@setup
create table a(id serial primary key, v text);
create statistics st on id,v from a;
--@stmt
create table b (like a including all);

--@ F10: CREATE TABLE INHERITS: SUE on parent
--@setup
create table a(id int primary key, v text);
--@stmt
create table b () inherits (a);

--@ F11: CREATE TABLE with FK: SRX on referenced
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
--@stmt
create table b (id int references p);

--@ F11b: CREATE TABLE IF NOT EXISTS existing with FK: no lock on p
--@setup
create table p(id int primary key);
create table b(id int);
--@stmt
create table if not exists b (id int references p);

--@ F15: CREATE STATISTICS: SUE
--@setup
create table a(id int, v text);
--@stmt
create statistics st on id,v from a;

--@ F18: CREATE PUBLICATION FOR TABLE: SUE
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
create publication pub_x for table a;

--@ F18b: CREATE PUBLICATION FOR ALL TABLES: none
--@setup
create table a(id int);
--@stmt
create publication pub_x for all tables;

--@ F23: CREATE FUNCTION sql referencing table
--@setup
create table a(id int primary key, v text);
--@stmt
create function f() returns bigint language sql as 'select count(*) from a';

--@ F23b: CREATE FUNCTION BEGIN ATOMIC (14)
--@min 14
--@setup
create table a(id int primary key, v text);
--@stmt
create function f() returns bigint begin atomic select count(*) from a; end;

--@ F24b: CREATE OR REPLACE FUNCTION used by index: no locks, index silently stale
--@setup
create function f(int) returns int immutable language sql as 'select $1';
create table a(id int);
create index i on a(f(id));
--@stmt
create or replace function f(int) returns int immutable language sql as 'select $1+1';

--@ F38: PREPARE/EXECUTE CTAS
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
--@stmt
explain analyze create table b as select * from a;

--@ F39: EXPLAIN (no analyze) CTAS
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
--@stmt
explain create table b as select * from a;

--@ H22: CREATE TABLE ... with EXCLUDE/UNIQUE on fresh table
--@setup
create table z(id int);
--@stmt
create table a(id int primary key, u int unique, e int references z) ;

--@ I15: CREATE TABLE in a schema takes object lock on schema
--@setup
create table zz(id int);
--@stmt
create table a(id int);

--@ J19: SELECT INTO
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
select * into b from a;

--@ K05: CREATE TABLE REFERENCES partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
--@stmt
create table q(id int references p);

--@ G24: CREATE TRIGGER
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create trigger tg before insert on a for each row execute function tf();

--@ G31: CREATE TABLE LIKE
--@setup
create table a(id serial primary key, v text);
--@stmt
create table b (like a including all);

--@ L150: CREATE OR REPLACE TRIGGER
--@min 14
--@setup
create table a(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
create or replace trigger tg before update on a for each row execute function tf();

--@ L151: a statement trigger on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return null; end';
--@stmt
create trigger tg after insert on a for each statement execute function tf();

--@ L152: INSTEAD OF trigger on a view
--@setup
create view vw as select 1 as id;
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create trigger tg instead of insert on vw for each row execute function tf();

--@ L153: a table with two foreign keys, one as a table constraint
--@setup
create table p(id int primary key);
create table q(id int primary key, x int, unique (id, x));
--@stmt
create table a(n int references p, m int, o int, foreign key (m, o) references q(id, x));

--@ L154: a partitioned table with a foreign key to a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
--@stmt
create table a(id int references p) partition by range(id);

--@ L155: a table with a foreign key to itself
--@stmt
create table a(id int primary key, parent int references a);

--@ L156: CREATE SCHEMA with elements
--@setup
create table p(id int primary key);
--@stmt
create schema t2 create table a(id int references t.p);

--@ L157: a row trigger on several levels of partitions
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
create constraint trigger tg after insert on a deferrable for each row execute function tf();

--@ L158: LIKE and a foreign key
--@setup
create table a(id int primary key, v text);
--@stmt
create table b(like a including all, n int references a);

--@ L159: a temporary table that inherits and refers to nothing else
--@setup
create table a(id int);
--@stmt
create temp table b(x int) inherits(a);

--@ Q127: a table that references itself, though another of its name is there
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.a(id int primary key);
--@pre
set search_path = t, t2;
--@stmt
create table a(id int primary key, parent int references a);

--@ RC02: a table of the same name in another schema is referenced
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key);
--@stmt
create table t2.a(id int primary key, parent int references a);

--@ RC03: a reference to a table that does not exist: error
--@setup
create table a(id int primary key);
--@stmt
create table b(id int references a, x int references nothing);

--@ RC04: a partition of a table with foreign keys both ways
--@setup
create table r(id int primary key);
create table p(id int primary key, r int references r) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table f(id int references p);
--@stmt
create table p2 partition of p for values from (500) to (1000);

--@ RC05: a foreign key to a partitioned table with sub-partitions
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500) partition by range(id);
create table p11 partition of p1 for values from (0) to (500);
--@stmt
create table b(id int, foreign key (id) references p not valid deferrable);

--@ RC06: INHERITS from several, LIKE, IF NOT EXISTS of a new name
--@setup
create table a(id int);
create table "B c"(x int);
create table d(y int);
create table a1() inherits (a);
--@stmt
create table if not exists n(like d, z int) inherits (a, "B c");

--@ RC07: a foreign table that inherits, and a foreign partition
--@setup
create table a(id int);
create table p(id int) partition by range(id);
--@stmt
create foreign table f1() inherits (a) server nowhere;
create foreign table f2 partition of p for values from (0) to (500) server nowhere;

--@ RC08: CREATE FOREIGN TABLE IF NOT EXISTS of an existing name
--@setup
create table a(id int);
create table b(id int);
--@stmt
create foreign table if not exists b() inherits (a) server nowhere;

--@ RC09: CREATE SCHEMA with elements of all kinds
--@setup
create table p(id int primary key);
create table i(x int);
--@stmt
create schema t2
  create table a(id int primary key, n int references t.p)
  create table b() inherits (t.i)
  create view vw as select a.id from a join t.p using (id)
  create index on a(n)
  create sequence s
  grant select on a to safeddl_truth_role;

--@ RC10: CREATE SCHEMA whose tables have names that exist elsewhere
--@setup
create table a(id int primary key);
--@stmt
create schema t2 create table a(id int primary key, x int references a) create table b(id int references a) create view vw as select * from b;

--@ RC11: temporary tables: LIKE, PARTITION OF, REFERENCES
--@setup
create table a(id int primary key);
--@pre
create temp table tp(id int primary key) partition by range (id);
--@stmt
create temp table b(like a including all);
create temp table tp1 partition of tp for values from (0) to (500);
create temp table c(id int references tp);

--@ RC12: a temporary table that references a permanent one: error
--@setup
create table a(id int primary key);
--@stmt
create temp table c(id int references a);

--@ RC13: CREATE UNLOGGED TABLE and a storage parameter
--@setup
create table a(id int primary key);
--@stmt
create unlogged table b(id int references a on delete cascade) with (fillfactor = 50);

--@ RC14: LIKE of a view, a composite type and a foreign table
--@setup
create view vw as select 1 as id;
create type ty as (x int);
create foreign table ft(z int) server nowhere;
--@stmt
create table b(like vw, like ty, like ft);

--@ RC15: a partition, where a partitioned table references its parent
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table f(id int references p) partition by range(id);
create table f1 partition of f for values from (0) to (500);
--@stmt
create table p2 partition of p for values from (500) to (1000);

--@ RC16: a foreign partition of a table with an index
--@setup
create table p(id int) partition by range(id);
create index i on p(id);
--@stmt
create foreign table p1 partition of p for values from (0) to (500) server nowhere;

--@ Q117: a foreign table is attached to a table with an index
--@setup
create table p(id int) partition by range(id);
create index i on p(id);
create foreign table p1(id int) server nowhere;
--@stmt
alter table p attach partition p1 for values from (0) to (500);
