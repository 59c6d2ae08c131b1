-- Truth cases: statements that are close to what the server refuses before any
-- work, but succeed: no finding for them would be a miss.

--@ U01: unique index of a partitioned table on a column in parentheses
--@setup
create table p(k int, v int) partition by list (k);
create table p1 partition of p for values in (1);
create table p2 partition of p for values in (2);
create unique index on p1 (k);
--@stmt
create unique index on p ((k));

--@ U02: a function that is not immutable but for its body
--@setup
create table a(id int);
create function plus(int) returns int language sql stable as 'select $1 + 1';
insert into a select generate_series(1,1000);
--@stmt
create index on a ((plus(id))) where plus(id) > 3;

--@ U03: options that the access method takes
--@setup
create table a(id int, t text, r int4range);
insert into a select g, g::text, int4range(g, g+1) from generate_series(1,1000) g;
--@stmt
create index on a using hash (id) with (fillfactor = 50);
create index on a using gist (r) include (id);
create index on a using gin ((array[id]), (array[t])) with (fastupdate = off);
create unique index on a (id desc nulls last) include (t) with (deduplicate_items = off);

--@ U04: collations of a domain and of an expression
--@setup
create domain word as text;
create table a(w word, n int);
insert into a select g::text, g from generate_series(1,1000) g;
--@stmt
create index on a (w collate "C");
create index on a ((n::text) collate "C");
create index on a ((n::text collate "C"));

--@ U05: foreign keys between types that are not the same
--@setup
create domain id as int;
create table a(i bigint primary key, t text unique, n numeric unique);
create table b(i int, d id, v varchar(9), n int);
insert into a select g, g::text, g from generate_series(1,1000) g;
insert into b select g, g, g::text, g from generate_series(1,1000) g;
--@stmt
alter table b add foreign key (i) references a;
alter table b add foreign key (d) references a (i);
alter table b add foreign key (v) references a (t);
alter table b add foreign key (n) references a (n);

--@ U06: foreign keys by an index in another order, with more columns, or one of several
--@setup
create table a(i int, j int, k int);
create unique index on a (j, i) include (k);
create unique index on a (k desc);
create unique index on a (k) where k > 0;
create table b(i int, j int);
insert into a select g, g, g from generate_series(1,1000) g;
insert into b select g, g from generate_series(1,1000) g;
--@stmt
alter table b add foreign key (i, j) references a (i, j);
alter table b add foreign key (i) references a (k);
alter table b add column x int default 5 references a (k);

--@ U07: foreign keys to what the statement itself makes
--@setup
create table a(i int, j int);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add unique (i), add foreign key (j) references a (i);

--@ U08: a column that references another one to be
--@setup
create table a(i int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column id serial primary key, add column up int default 1 references a;

--@ U09: foreign key to a partitioned table
--@setup
create table p(k int primary key) partition by range (k);
create table p1 partition of p for values from (0) to (5000);
create table b(i smallint);
insert into p select generate_series(1,1000);
insert into b select generate_series(1,1000);
--@stmt
alter table b add foreign key (i) references p;

--@ U10: EXCLUDE by operators of several access methods
--@setup
create table a(id int, r int4range);
insert into a select g, int4range(g, g+1) from generate_series(1,1000) g;
--@stmt
alter table a add exclude using hash (id with =);
alter table a add exclude using gist (r with &&) where (id > 5);
alter table a add exclude using btree (id with =, (id + 1) with =) include (r) using index tablespace pg_default;

--@ U11: SET LOGGED and UNLOGGED beside foreign keys that allow it
--@setup
create table ref(i int primary key);
create table a(i int primary key, j int references a, k int references ref);
create unlogged table u(i int primary key, j int references u);
create unlogged table v(i int references u, j int references ref);
--@stmt
alter table a set unlogged;
alter table u set logged;
alter table v set unlogged;
alter table v set tablespace pg_default, set unlogged;

--@ U12: ATTACH PARTITION of a table whose columns come in another order
--@setup
create table p(k int not null, t varchar(9) collate "C") partition by list (k);
create table a(t varchar(9) collate "C", x int, k int not null);
alter table a drop column x;
insert into a select 'x', 1 from generate_series(1,1000);
--@stmt
alter table p attach partition a for values in (1);

--@ U13: CHECK of domains
--@setup
create domain num as int;
create domain big as num;
create table a(n num, b big);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter domain num add check (value > 0 and "value" < 5000);
alter domain big add constraint c check (value::text <> 'x');

--@ U14: generated columns
--@setup
create table a(i int, "J" int);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add column x int generated always as (i + "J") stored;
alter table a add column x int generated always as (i + 1) stored, add column y int default random();

--@ U15: columns that are changed after they have become plain ones
--@setup
create table a(i int generated always as identity, g int generated always as (1) stored);
insert into a select from generate_series(1,1000);
--@stmt
alter table a alter i drop identity, alter i set default 1, add column x serial;
alter table a alter g drop expression, alter g set default 1, add column y serial;
alter table a add column if not exists x int default random(), add column x2 serial, alter x2 set statistics 5;

--@ U16: CLUSTER and REINDEX with options
--@setup
create table a(id int, n int);
create index a_n on a (n);
create table b(id int);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
cluster (verbose off) a using a_n;
reindex (tablespace pg_default, verbose off) table a;
reindex (tablespace pg_global) table b;

--@ U17: ALTER TABLE takes materialized views and indexes
--@setup
create materialized view m as select generate_series(1,1000) x;
create index m_x on m (x);
--@stmt
alter table m set tablespace safeddl_truth_ts;
alter table m_x set tablespace safeddl_truth_ts;
alter materialized view m set access method heap, cluster on m_x;

--@ U18: CREATE TABLE ... PARTITION OF with a tablespace and an access method
--@setup
create table p(k int) partition by list (k);
create table pd partition of p default;
insert into pd select generate_series(1,1000);
--@stmt
create table p1 partition of p for values in (5000) using heap tablespace safeddl_truth_ts;

--@ U19: VACUUM FULL with options
--@notx
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
vacuum (full, parallel 0, process_toast, disable_page_skipping off, index_cleanup auto) a;

--@ U20: VACUUM FULL of some columns' statistics
--@notx
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
vacuum (full, analyze, truncate off) a (id);
