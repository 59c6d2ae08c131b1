-- Truth cases: invalid indexes that pass for the one that the statement is to make

--@ W01: IF NOT EXISTS of an invalid index of the table
--@setup
create table a(id int, v text);
create index i on a(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index if not exists i on a(v);

--@ W02: CONCURRENTLY
--@notx
--@setup
create table a(id int, v text);
create index i on a(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index concurrently if not exists i on t.a(v);

--@ W03: a valid one
--@setup
create table a(id int, v text);
create index i on a(v);
--@stmt
create index if not exists i on a(v);

--@ W04: an invalid one of another table
--@setup
create table a(id int, v text);
create table b(id int, v text);
create index i on b(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index if not exists i on a(v);

--@ W05: no index of that name, although the table has an invalid one
--@setup
create table a(id int, v text);
create index i on a(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index if not exists j on a(v);

--@ W06: quoted names, another definition
--@setup
create table "A b"(id int, v text);
create unique index "I j" on "A b"(v);
update pg_index set indisvalid = false where indexrelid = 't."I j"'::regclass;
--@stmt
create index if not exists "I j" on "A b"(id);

--@ W07: a column that is not there: the server's error comes first
--@setup
create table a(id int, v text);
create index i on a(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index if not exists i on a(nothing);

--@ W08: a temporary table
--@pre
create temp table x(id int) partition by range(id);
create temp table x1 partition of x for values from (0) to (10);
create index xi on only x(id);
--@stmt
create index if not exists xi on x(id);

--@ W09: the index of a primary key
--@setup
create table a(id int primary key, v text);
update pg_index set indisvalid = false where indexrelid = 't.a_pkey'::regclass;
--@stmt
create unique index if not exists a_pkey on a(id);

--@ W10: a partitioned index that has none of its partitions yet
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index i on only a(v);
--@stmt
create index if not exists i on a(v);

--@ W11: ONLY: it will be invalid anyway until others are attached
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index i on only a(v);
--@stmt
create index if not exists i on only a(v);

--@ W12: a table of another schema
--@setup
create schema t2;
create table t2.a(id int, v text);
create index i on t2.a(v);
update pg_index set indisvalid = false where indexrelid = 't2.i'::regclass;
--@stmt
create index if not exists i on t2.a(v);

--@ W13: a materialized view
--@setup
create materialized view m as select 1 as v;
create index i on m(v);
update pg_index set indisvalid = false where indexrelid = 't.i'::regclass;
--@stmt
create index if not exists i on m(v);

--@ W20: an index of a partitioned table adopts an invalid one
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create table a2 partition of a for values from (10) to (20);
create index a1_v on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v'::regclass;
--@stmt
create index i on a(v);

--@ W21: the oldest equal one counts: here it is the valid one
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index a1_v on a1(v);
create index a1_v_new on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v_new'::regclass;
update pg_index set indisvalid = true where indexrelid = 't.a1_v'::regclass;
--@stmt
create index i on a(v);

--@ W22: and here the one that REINDEX CONCURRENTLY has left behind
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index a1_v_ccold on a1(v);
create index a1_v on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v_ccold'::regclass;
--@stmt
create index i on a(v);

--@ W23: an invalid one of another definition
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index a1_v on a1(v, id);
update pg_index set indisvalid = false where indexrelid = 't.a1_v'::regclass;
--@stmt
create index i on a(v);

--@ W24: below a partition that is partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10) partition by range(id);
create table a11 partition of a1 for values from (0) to (5);
create index a11_v on a11(v);
update pg_index set indisvalid = false where indexrelid = 't.a11_v'::regclass;
--@stmt
create index i on a(v);

--@ W25: the partition's own index is partitioned, and not complete
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10) partition by range(id);
create table a11 partition of a1 for values from (0) to (5);
create index a1_v on only a1(v);
--@stmt
create index i on a(v);

--@ W26: ONLY adopts nothing
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index a1_v on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v'::regclass;
--@stmt
create index i on only a(v);

--@ W27: one that is being dropped is no index any more
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index a1_v on a1(v);
update pg_index set indisvalid = false, indisready = false, indislive = false where indexrelid = 't.a1_v'::regclass;
--@stmt
create index i on a(v);

--@ W30: ADD PRIMARY KEY takes an incomplete one
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (0) to (10) partition by range(id);
create table a11 partition of a1 for values from (0) to (5);
alter table only a1 add primary key (id);
--@stmt
alter table a add primary key (id);

--@ W31: ADD PRIMARY KEY does not take an index without a constraint
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create unique index a1_id on a1(id);
update pg_index set indisvalid = false where indexrelid = 't.a1_id'::regclass;
--@stmt
alter table a add primary key (id);

--@ W32: ADD UNIQUE
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (10);
alter table a1 add constraint u unique (id);
update pg_index set indisvalid = false where indexrelid = 't.u'::regclass;
--@stmt
alter table a add unique (id);

--@ W40: ATTACH PARTITION leaves an invalid one alone
--@setup
create table a(id int, v text) partition by range(id);
create index i on a(v);
create table a1(id int, v text);
create index a1_v on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v'::regclass;
--@stmt
alter table a attach partition a1 for values from (0) to (10);

--@ W41: but not below the table attached
--@setup
create table a(id int, v text) partition by range(id);
create index i on a(v);
create table a1(id int, v text) partition by range(id);
create table a11 partition of a1 for values from (0) to (5);
create index a11_v on a11(v);
update pg_index set indisvalid = false where indexrelid = 't.a11_v'::regclass;
--@stmt
alter table a attach partition a1 for values from (0) to (10);

--@ W42: ALTER INDEX ATTACH PARTITION of an invalid one
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index i on only a(v);
create index a1_v on a1(v);
update pg_index set indisvalid = false where indexrelid = 't.a1_v'::regclass;
--@stmt
alter index i attach partition a1_v;

--@ W43: of a partitioned one, which may be completed later
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10) partition by range(id);
create table a11 partition of a1 for values from (0) to (5);
create index i on only a(v);
create index a1_v on only a1(v);
--@stmt
alter index i attach partition a1_v;

--@ W44: of one that is part of it already
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index i on a(v);
update pg_index set indisvalid = false where indexrelid in ('t.i'::regclass, 't.a1_v_idx'::regclass);
--@stmt
alter index i attach partition a1_v_idx;

--@ W45: a new partition of a table whose index is invalid
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (10);
create index i on only a(v);
--@stmt
create table a2 partition of a for values from (10) to (20);
