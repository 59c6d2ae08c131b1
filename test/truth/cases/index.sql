-- Truth cases: CREATE, DROP, REINDEX and ALTER INDEX

--@ E01: CREATE INDEX
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
create index i on a(v);

--@ E02: CREATE INDEX IF NOT EXISTS on existing name (even INVALID, even on another table): ShareLock, then skip
--@setup
create table a(id int, v text);
create table b(id int);
create index i on b(id);
--@stmt
create index if not exists i on a(v);

--@ E03: CREATE INDEX on partitioned: ShareLock on all partitions, reuses matching
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create index a1_v on a1(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
create index i on a(v);

--@ E03b: CREATE INDEX ON ONLY partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
insert into a select g,'x' from generate_series(1,400) g;
--@stmt
create index i on only a(v);

--@ E04: CREATE INDEX CONCURRENTLY on partitioned: error
--@notx
--@setup
create table a(id int, v text) partition by range(id);
--@stmt
create index concurrently i on t.a(v);

--@ E05: DROP INDEX: AEL on the table
--@setup
create table a(id int, v text);
create index i on a(v);
--@stmt
drop index i;

--@ E06: DROP INDEX on partitioned index: AEL on parent and all partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create index i on a(v);
--@stmt
drop index i;

--@ E06b: DROP INDEX CONCURRENTLY on partitioned index: error
--@notx
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create index i on a(v);
--@stmt
drop index concurrently t.i;

--@ E07: REINDEX INDEX
--@setup
create table a(id int, v text);
create index i on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
reindex index i;

--@ E08: REINDEX TABLE: ShareLock table, AEL each index incl. toast
--@setup
create table a(id int primary key, v text);
create index i on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
reindex table a;

--@ E09: ALTER INDEX RENAME: SUE on index only
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter index i rename to j;

--@ E10: ALTER INDEX SET (fillfactor): SUE on index
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter index i set (fillfactor=50);

--@ E10b: ALTER INDEX SET (fastupdate=off) gin: AEL
--@setup
create table a(id int primary key, v int[]);
create index i on a using gin(v);
--@stmt
alter index i set (fastupdate=off);

--@ E11: ALTER INDEX SET TABLESPACE: AEL index, file copy; table?
--@setup
create table a(id int primary key, v text);
create index i on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter index i set tablespace safeddl_truth_ts;

--@ F30: ALTER INDEX ... ALTER COLUMN SET STATISTICS
--@setup
create table a(id int);
create index i on a((id+1));
--@stmt
alter index i alter column 1 set statistics 100;

--@ F31: ALTER INDEX DEPENDS ON EXTENSION
--@setup
create table a(id int);
create index i on a((id+1));
--@stmt
alter index i depends on extension plpgsql;

--@ H24: CREATE UNIQUE INDEX on big with existing identical index
--@setup
create table a(id int);
create index i on a(id);
insert into a select generate_series(1,1000);
--@stmt
create index i2 on a(id);

--@ H26: ALTER INDEX on table name for SET: alter index on a table relkind
--@setup
create table a(id int primary key);
--@stmt
alter index a set (fillfactor=50);

--@ I01: REINDEX TABLE partitioned
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
reindex table t.a;

--@ I05: REINDEX SCHEMA
--@notx
--@setup
create table a(id int primary key, v text);
create materialized view mv as select 1 x;
create index mi on mv(x);
--@stmt
reindex schema t;

--@ I06: CREATE INDEX CONCURRENTLY IF NOT EXISTS with INVALID index of same name: skipped
--@notx
--@setup
create table a(id int primary key, v text);
create index i on a(v);
update pg_index set indisvalid=false where indexrelid='t.i'::regclass;
--@stmt
create index concurrently if not exists i on t.a(v);
select indisvalid from pg_index where indexrelid='t.i'::regclass;

--@ I08: REINDEX INDEX CONCURRENTLY on partition key
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
reindex index concurrently t.a_pkey;

--@ I10: DROP INDEX CONCURRENTLY on constraint index
--@notx
--@setup
create table a(id int primary key, v text);
--@stmt
drop index concurrently t.a_pkey;

--@ J34: CREATE INDEX with tablespace/parallel: same locks
--@setup
create table a(id int);
insert into a select generate_series(1,200000);
alter table a set (parallel_workers=2);
--@pre
set min_parallel_table_scan_size=0;
set max_parallel_maintenance_workers=2;
--@stmt
create index i on a(id);

--@ G01: CREATE INDEX CONCURRENTLY
--@notx
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
create index concurrently i on t.a(v);

--@ G02: DROP INDEX CONCURRENTLY
--@notx
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
drop index concurrently t.i;

--@ G03: REINDEX INDEX CONCURRENTLY
--@notx
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
reindex index concurrently t.i;

--@ G04: REINDEX TABLE CONCURRENTLY
--@notx
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
reindex table concurrently t.a;

--@ G10: REINDEX SCHEMA
--@notx
--@setup
create table a(id int primary key, v text);
create table b(id int primary key);
--@stmt
reindex schema t;

--@ G11: REINDEX TABLE partitioned
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
reindex table t.a;

--@ G23: ALTER TABLE rename
--@setup
create table a(id int primary key);
--@stmt
alter index a rename to b;

--@ G28: REINDEX DATABASE
--@notx
--@setup
create table a(id int primary key, v text);
create table b(id int primary key);
--@stmt
reindex database safeddl_truth;

--@ G32: DROP INDEX
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
drop index i;

--@ G33: CREATE INDEX on partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
create index i on a(v);

--@ L70: CREATE UNIQUE INDEX
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
create unique index on a(id);

--@ L71: CREATE INDEX on a materialized view
--@setup
create materialized view mv as select g from generate_series(1,1000) g;
--@stmt
create index i on mv(g);

--@ L72: CREATE INDEX IF NOT EXISTS, and it does not exist
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
create index if not exists i on a(id);

--@ L73: partial, expression, INCLUDE
--@setup
create table a(id int, v text);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
create index i on a(lower(v)) include (id) where id > 10;

--@ L74: CREATE INDEX on several levels of partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (100);
create table a12 partition of a1 for values from (100) to (500);
create index on a11(v);
insert into a select g, g from generate_series(1,499) g;
--@stmt
create index on a(v);

--@ L75: CREATE UNIQUE INDEX on a partitioned table without its key: an error
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
create unique index on a(v);

--@ L76: CREATE INDEX on an inheritance parent: the parent only
--@setup
create table a(id int);
create table c() inherits(a);
insert into c select generate_series(1,1000);
--@stmt
create index on a(id);

--@ L77: CREATE INDEX on a temporary table
--@pre
create temp table a(id int);
--@stmt
create index on a(id);

--@ L78: CREATE INDEX on a view: an error
--@setup
create view a as select 1 as id;
--@stmt
create index on a(id);

--@ L79: DROP INDEX of several
--@setup
create table a(id int);
create table b(id int);
create index i on a(id);
create index j on b(id);
--@stmt
drop index if exists i, j, missing;

--@ L80: DROP INDEX CASCADE of an index that a foreign key needs
--@setup
create table p(id int);
create unique index i on p(id);
create table a(id int references p(id));
--@stmt
drop index i cascade;

--@ L81: DROP INDEX of a constraint: an error
--@setup
create table a(id int primary key);
--@stmt
drop index a_pkey;

--@ L82: DROP INDEX on a materialized view
--@setup
create materialized view mv as select g from generate_series(1,1000) g;
create index i on mv(g);
--@stmt
drop index i;

--@ L83: DROP INDEX of several levels of partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (100);
create index i on a(v);
--@stmt
drop index i;

--@ L84: REINDEX INDEX of a partitioned index
--@notx
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create index i on a(v);
--@stmt
reindex index i;

--@ L85: REINDEX TABLE without any index
--@setup
create table a(id int);
--@stmt
reindex table a;

--@ L86: REINDEX TABLE of a materialized view
--@setup
create materialized view mv as select g from generate_series(1,1000) g;
create index i on mv(g);
--@stmt
reindex table mv;

--@ L87: REINDEX of what is missing: an error
--@stmt
reindex table missing;

--@ L88: gin, gist, brin, hash
--@setup
create table a(id int, r int4range, w int[]);
insert into a select g, int4range(g, g+1), array[g] from generate_series(1,1000) g;
--@stmt
create index on a using gin(w);
create index on a using gist(r);
create index on a using brin(id);
create index on a using hash(id);

--@ L89: CREATE INDEX where a partition is a foreign table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create foreign table a2 partition of a for values from (500) to (2000) server nowhere;
insert into a select generate_series(1,400);
--@stmt
create index on a(id);

--@ S110: CREATE INDEX finds the equal one with an expression and a predicate
--@setup
create table a(id int, v int, d bool) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create index on a1 ((id + v)) where d = true;
insert into a select g,g,true from generate_series(1,900) g;
--@stmt
create index on a ((id + v)) where d = true;

--@ S111: CREATE INDEX: another predicate
--@setup
create table a(id int, v int, d bool) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create index on a1 (v) where d = false;
--@stmt
create index on a (v) where d = true;

--@ S112: CREATE INDEX: columns in another order in the partition
--@setup
create table a(id int, v int, w int) partition by range(id);
create table a1(w int, v int, x int, id int);
alter table a1 drop column x;
create index on a1 (v, w);
alter table a attach partition a1 for values from (1) to (1000);
--@stmt
create index on a (v, w);

--@ S113: CREATE INDEX: another collation or operator class in the partition
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create table a2 partition of a for values from (1000) to (2000);
create index on a1 (v text_pattern_ops);
create index on a2 (v collate "C");
--@stmt
create index on a (v);

--@ S114: DROP INDEX of a partitioned index made with ONLY
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (1000) partition by range(id);
create table a11 partition of a1 for values from (1) to (1000);
create index i on only a(id);
--@stmt
drop index i;

--@ S115: REINDEX TABLE CONCURRENTLY leaves out an exclusion constraint
--@notx
--@setup
create table a(id int, constraint e exclude using btree (id with =));
insert into a select g from generate_series(1,1000) g;
--@stmt
reindex table concurrently a;

--@ S116: REINDEX TABLE of a partitioned table
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
--@stmt
reindex table a;
