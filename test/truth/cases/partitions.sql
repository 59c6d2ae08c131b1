-- Truth cases: attaching, detaching, creating and dropping partitions

--@ D01: ATTACH PARTITION scans attached table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table n(id int, v text);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D02: ATTACH with implied CHECK: no scan
--@setup
create table a(id int, v text) partition by range(id);
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D02b: ATTACH with CHECK lacking NOT NULL: scan
--@setup
create table a(id int, v text) partition by range(id);
create table n(id int, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D03: ATTACH with default partition: default locked AEL and scanned
--@setup
create table a(id int, v text) partition by range(id);
create table ad partition of a default;
insert into a select g,'x' from generate_series(3000,4000) g;
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D03b: ATTACH with default partition having exclusion CHECK: not scanned
--@setup
create table a(id int, v text) partition by range(id);
create table ad partition of a default;
alter table ad add check (id is null or not(id>=500 and id<2000));
insert into a select g,'x' from generate_series(3000,4000) g;
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D04: ATTACH builds missing indexes under AEL on the attached table
--@setup
create table a(id int, v text) partition by range(id);
create index a_v on a(v);
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D04b: ATTACH with matching index: reused
--@setup
create table a(id int, v text) partition by range(id);
create index a_v on a(v);
create table n(id int not null, v text, check (id>=500 and id<2000));
create index n_v on n(v);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D04c: ATTACH where parent has PK and child only a unique index (not constraint): a second index is built
--@setup
create table a(id int primary key, v text) partition by range(id);
create table n(id int not null, v text, check (id>=500 and id<2000));
create unique index n_u on n(id);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D05: ATTACH where parent has FK: FK validated by join; referenced locked SRX
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int references p, v text) partition by range(id);
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D05b: ATTACH where parent is referenced by FK: referencing table locked
--@setup
create table a(id int primary key, v text) partition by range(id);
create table r(id int references a);
create table n(id int not null, v text, check (id>=500 and id<2000));
alter table n add primary key(id);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ D06: CREATE TABLE PARTITION OF: parent AEL; default AEL + scan
--@setup
create table a(id int, v text) partition by range(id);
create table ad partition of a default;
insert into a select g,'x' from generate_series(3000,4000) g;
--@stmt
create table n partition of a for values from (500) to (2000);

--@ D06b: CREATE TABLE PARTITION OF without default
--@setup
create table p(id int primary key);
create table a(id int references p, v text) partition by range(id);
create index a_i on a(id);
--@stmt
create table n partition of a for values from (500) to (2000);

--@ D07: DETACH PARTITION: parent AEL (+ default AEL)
--@setup
create table a(id int primary key, v text) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (500) to (2000);
--@stmt
alter table a detach partition a1;

--@ D07b: DETACH PARTITION when parent referenced by FK: referencing table locked ShareLock and joined
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create table a2 partition of a for values from (2000) to (3000);
create table r(id int references a);
insert into a select g from generate_series(500,2500) g;
insert into r select g from generate_series(2001,2500) g;
--@stmt
alter table a detach partition a1;

--@ D07c: DETACH PARTITION with outgoing FK: referenced table SRX
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int references p, v text) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
insert into a select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a detach partition a1;

--@ D08: DROP a partition: AEL on the parent and default
--@setup
create table a(id int primary key, v text) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (500) to (2000);
--@stmt
drop table a1;

--@ D09: TRUNCATE partition: does not lock parent
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
insert into a select g from generate_series(500,1000) g;
--@stmt
truncate a1;

--@ D10: ALTER INDEX ATTACH PARTITION locks
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create index ai on only a(id);
create index a1i on a1(id);
--@stmt
alter index ai attach partition a1i;

--@ D11: MERGE PARTITIONS (19)
--@min 19
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create table ad partition of a default;
create index ai on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a merge partitions (a1,a2) into a12;

--@ D12: SPLIT PARTITION (19)
--@min 19
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
create table ad partition of a default;
create index ai on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a split partition a1 into (partition b1 for values from (0) to (500), partition b2 for values from (500) to (2000));

--@ D13: ATTACH DEFAULT partition scans attached
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table n(id int, v text);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n default;

--@ D14: ADD COLUMN to partition directly: error; ALTER on one partition SET NOT NULL does not lock parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
insert into a select g,'x' from generate_series(1,400) g;
--@stmt
alter table a1 alter v set not null;

--@ F11c: CREATE TABLE PARTITION OF IF NOT EXISTS existing: parent lock?
--@setup
create table a(id int) partition by range(id);
create table b(id int);
--@stmt
create table if not exists b partition of a for values from (0) to (10);

--@ H10: attach where child has matching FK: no validation
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int references p, v text) partition by range(id);
create table n(id int not null references p, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ H10b: attach where child has matching NOT VALID FK
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int references p, v text) partition by range(id);
create table n(id int not null, v text, check (id>=500 and id<2000));
alter table n add foreign key(id) references p not valid;
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ H29: default partition attach with sub-partitioned default
--@setup
create table a(id int, v text) partition by range(id);
create table ad partition of a default partition by list(v);
create table ad1 partition of ad for values in ('x');
create table ad2 partition of ad default;
insert into a select g,'x' from generate_series(3000,4000) g;
create table n(id int not null, v text, check (id>=500 and id<2000));
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ H30: CREATE TABLE PARTITION OF with subpartitioned default
--@setup
create table a(id int, v text) partition by range(id);
create table ad partition of a default partition by list(v);
create table ad1 partition of ad for values in ('x');
create table ad2 partition of ad default;
insert into a select g,'x' from generate_series(3000,4000) g;
--@stmt
create table n partition of a for values from (500) to (2000);

--@ I07: ALTER TABLE DETACH CONCURRENTLY
--@min 14
--@notx
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table t.a detach partition t.a1 concurrently;
select conname from pg_constraint where conrelid='t.a1'::regclass;

--@ K01: MERGE PARTITIONS when the parent is referenced by an FK: referencing table AX + SRX
--@min 19
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create table r(id int references a);
insert into a select g,'x' from generate_series(1,1000) g;
insert into r select generate_series(1,1000);
--@stmt
alter table a merge partitions (a1,a2) into a12;

--@ K07: ALTER INDEX ATTACH completing multi-level: the upper level is locked, too, for a moment (15.20 keeps that)
--@early a
--@early ai
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500);
create index ai on only a(v);
create index a1i on only a1(v);
create index a11i on a11(v);
alter index ai attach partition a1i;
--@stmt
alter index a1i attach partition a11i;

--@ G05: DETACH CONCURRENTLY
--@notx
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table t.a detach partition t.a1 concurrently;

--@ G16: ATTACH with default, FK, indexes
--@setup
create table p(id int primary key);
create table a(id int primary key references p, v text) partition by range(id);
create table ad partition of a default;
create table n(id int not null, v text);
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ G21: CREATE TABLE PARTITION OF with FK, default
--@setup
create table p(id int primary key);
create table a(id int primary key references p, v text) partition by range(id);
create table ad partition of a default;
--@stmt
create table n partition of a for values from (500) to (2000);

--@ L130: ATTACH to a list-partitioned table
--@setup
create table a(id int, v text) partition by list(v);
create table ad partition of a default;
create table n(id int, v text);
insert into n select g, 'x' from generate_series(1,1000) g;
insert into a select g, 'y' from generate_series(1,1000) g;
--@stmt
alter table a attach partition n for values in ('x');

--@ L131: ATTACH to a hash-partitioned table
--@setup
create table a(id int) partition by hash(id);
create table n(id int);
--@stmt
alter table a attach partition n for values with (modulus 2, remainder 0);

--@ L132: ATTACH a table that is itself partitioned
--@setup
create table a(id int, v text) partition by range(id);
create index on a(v);
create table n(id int, v text) partition by range(id);
create table n1 partition of n for values from (500) to (1000);
create table n2 partition of n for values from (1000) to (2000);
insert into n select g, g from generate_series(500,1500) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ L133: ATTACH below a partition
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (1000) partition by range(id);
create table n(id int, v text);
insert into n select g, g from generate_series(1,400) g;
--@stmt
alter table a1 attach partition n for values from (0) to (500);

--@ L134: ATTACH where the parent has a row trigger
--@setup
create table a(id int) partition by range(id);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
create table n(id int not null, check (id >= 500 and id < 2000));
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ L135: ATTACH where the parent has a unique constraint and so has the child
--@setup
create table a(id int, unique (id)) partition by range(id);
create table n(id int not null, check (id >= 500 and id < 2000), unique (id));
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ L136: DETACH the default partition
--@setup
create table a(id int primary key) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a detach partition ad;

--@ L137: DETACH a partition that is partitioned
--@setup
create table a(id int, v text) partition by range(id);
create index on a(v);
create table a1 partition of a for values from (0) to (1000) partition by range(id);
create table a11 partition of a1 for values from (0) to (500);
--@stmt
alter table a detach partition a1;

--@ L138: a new default partition
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
create table ad partition of a default;

--@ L139: a new partition below a partition
--@setup
create table a(id int) partition by range(id);
create index on a(id);
create table a1 partition of a for values from (0) to (1000) partition by range(id);
--@stmt
create table a11 partition of a1 for values from (0) to (500);

--@ L140: a new partition of a table that a foreign key refers to
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (1000);
create table r(id int references a);
insert into a select generate_series(1,900);
insert into r select generate_series(1,900);
--@stmt
create table a2 partition of a for values from (1000) to (2000);

--@ L141: a new partition where a check of the default partition excludes its rows
--@setup
create table a(id int) partition by range(id);
create table ad partition of a default;
alter table ad add check (id is not null and (id < 500 or id >= 2000));
insert into a select generate_series(1,400);
--@stmt
create table a1 partition of a for values from (500) to (2000);

--@ L142: a new partition that overlaps: an error
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (1000);
--@stmt
create table a2 partition of a for values from (500) to (2000);

--@ L143: ATTACH a partition below a table with a default partition on each level
--@setup
create table a(id int) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (0) to (1000) partition by range(id);
create table a1d partition of a1 default;
create table n(id int);
insert into a select generate_series(600,1200);
--@stmt
alter table a1 attach partition n for values from (0) to (500);

--@ L144: ATTACH where the matching index of the child is INVALID
--@setup
create table a(id int, v text) partition by range(id);
create index on a(v);
create table n(id int not null, v text, check (id >= 500 and id < 2000));
create index i on n(v);
update pg_index set indisvalid = false where indexrelid = 'i'::regclass;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ L145: foreign key on the partitioned table, and to itself
--@setup
create table a(id int primary key, parent int references a) partition by range(id);
create table a1 partition of a for values from (0) to (1000);
create table n(id int primary key, parent int);
--@stmt
alter table a attach partition n for values from (1000) to (2000);

--@ L146: DETACH a partition that a foreign key refers to, of several levels
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (1000) partition by range(id);
create table a11 partition of a1 for values from (0) to (1000);
create table a2 partition of a for values from (1000) to (2000);
create table r(id int references a);
insert into a select generate_series(1,1999);
insert into r select generate_series(1000,1999);
--@stmt
alter table a detach partition a1;

--@ L147: ATTACH a partitioned table to one with a foreign key and a default partition
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int references p, v text) partition by range(id);
create table ad partition of a default;
create table n(id int, v text) partition by range(id);
create table n1 partition of n for values from (500) to (1000);
insert into n select g, g from generate_series(500,999) g;
insert into a select g, g from generate_series(1,400) g;
--@stmt
alter table a attach partition n for values from (500) to (1000);

--@ L148: ATTACH where the parent's primary key is matched by the child's
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table n(id int primary key, v text);
insert into n select g, g from generate_series(500,999) g;
--@stmt
alter table a attach partition n for values from (500) to (1000);

--@ L149: DETACH where a trigger and an index go along
--@setup
create table a(id int primary key, v text) partition by range(id);
create index on a(v);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter table a detach partition a1;

--@ S90: ATTACH: the table attached has a foreign key with another action
--@setup
create table p(id int primary key);
insert into p select generate_series(1,3000);
create table a(id int references p) partition by range(id);
create table b(id int references p on delete cascade);
insert into b select generate_series(1,1000);
--@stmt
alter table a attach partition b for values from (1) to (2000);

--@ S91: ATTACH: foreign key to a partitioned table, adopted
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (1) to (1000);
create table p2 partition of p for values from (1000) to (4000) partition by range(id);
create table p21 partition of p2 for values from (1000) to (4000);
insert into p select generate_series(1,3000);
create table a(id int references p) partition by range(id);
create table b(id int references p);
insert into b select generate_series(1,1000);
--@stmt
alter table a attach partition b for values from (1) to (2000);

--@ S92: DETACH of a partition with a foreign key to a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (1) to (1000);
create table p2 partition of p for values from (1000) to (4000) partition by range(id);
create table p21 partition of p2 for values from (1000) to (4000);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
--@stmt
alter table a detach partition a1;

--@ S93: ATTACH to a table that a partitioned table references: its partitions are left alone
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (1) to (1000);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create table p2(id int primary key);
--@stmt
alter table p attach partition p2 for values from (1000) to (2000);

--@ S94: CREATE TABLE PARTITION OF a table that a partitioned table references
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (1) to (1000);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
--@stmt
create table p2 partition of p for values from (1000) to (2000);

--@ S95: ATTACH of a foreign table to a table with an index
--@setup
create table a(id int) partition by range(id);
create index i on a(id);
create foreign table b(id int) server nowhere;
--@stmt
alter table a attach partition b for values from (1) to (2000);

--@ S96: CREATE FOREIGN TABLE PARTITION OF a table with an index
--@setup
create table a(id int) partition by range(id);
create index i on a(id);
--@stmt
create foreign table b partition of a for values from (1) to (2000) server nowhere;

--@ S97: ATTACH of a partitioned table: one of its partitions has the index
--@setup
create table a(id int, v int) partition by range(id);
create index i on a(v);
create table b(id int, v int) partition by range(id);
create table b1 partition of b for values from (1) to (1000);
create table b2 partition of b for values from (1000) to (2000);
create index on b1(v);
insert into b select g,g from generate_series(1,1900) g;
--@stmt
alter table a attach partition b for values from (1) to (2000);

--@ S98: ATTACH of an index: an invalid one is left, so the level above stays as it is
--@setup
create table a(id int, v int) partition by range(id);
create table a1 partition of a for values from (1) to (1000) partition by range(id);
create table a11 partition of a1 for values from (1) to (500);
create table a12 partition of a1 for values from (500) to (1000);
create index ai on only a(v);
create index a1i on only a1(v);
alter index ai attach partition a1i;
create index a11i on a11(v);
--@stmt
alter index a1i attach partition a11i;

--@ S99: ATTACH of an index that is attached already
--@setup
create table a(id int, v int) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create index ai on only a(v);
create index a1i on a1(v);
alter index ai attach partition a1i;
--@stmt
alter index ai attach partition a1i;

--@ S100: a bound that calls a stable function
--@setup
create table a(id int) partition by list(id);
create table ad partition of a default;
insert into a select generate_series(1,1000);
--@stmt
create table a1 partition of a for values in (length('twelve chars') * 1000);

--@ S101: DETACH from a table that references itself
--@setup
create table a(id int primary key, up int references a) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create table a2 partition of a for values from (1000) to (2000);
--@stmt
alter table a detach partition a2;

--@ S102: ATTACH to a table that references itself
--@setup
create table a(id int primary key, up int references a) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create table a2(id int primary key, up int references a);
--@stmt
alter table a attach partition a2 for values from (1000) to (2000);

--@ T10: DETACH, the referencing table is partitioned
--@setup
create table r(id int, k int, primary key(id, k)) partition by range(k);
create table r1 partition of r for values from (0) to (10);
create table r2 partition of r for values from (10) to (20);
insert into r select g, g from generate_series(0, 19) g;
create table f(a int, b int, foreign key(a, b) references r) partition by list(b);
create table f1 partition of f for values in (1, 2);
create table fd partition of f default;
insert into f select g, g from generate_series(0, 9) g;
--@stmt
alter table r detach partition r2;

--@ T11: the same CONCURRENTLY
--@notx
--@setup
create table r(id int, k int, primary key(id, k)) partition by range(k);
create table r1 partition of r for values from (0) to (10);
create table r2 partition of r for values from (10) to (20);
insert into r select g, g from generate_series(0, 19) g;
create table f(a int, b int, foreign key(a, b) references r) partition by list(b);
create table f1 partition of f for values in (1, 2);
create table fd partition of f default;
insert into f select g, g from generate_series(0, 9) g;
--@stmt
alter table t.r detach partition t.r2 concurrently;

--@ Y01: DETACH CONCURRENTLY when the parent is referenced: the referencing table is searched
--@notx
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create table a2 partition of a for values from (2000) to (3000);
create table r(id int references a);
insert into a select g from generate_series(500,2500) g;
insert into r select g from generate_series(2001,2500) g;
--@stmt
alter table t.a detach partition t.a1 concurrently;

--@ Y02: DETACH when a partitioned table references the parent
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create table a2 partition of a for values from (2000) to (3000);
create table f(id int references a) partition by range(id);
create table f1 partition of f for values from (0) to (2200);
create table f2 partition of f for values from (2200) to (9000);
insert into a select g from generate_series(500,2500) g;
insert into f select g from generate_series(2001,2500) g;
--@stmt
alter table a detach partition a1;

--@ Y03: the same CONCURRENTLY
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create table a2 partition of a for values from (2000) to (3000);
create table f(id int references a) partition by range(id);
create table f1 partition of f for values from (0) to (2200);
create table f2 partition of f for values from (2200) to (9000);
insert into a select g from generate_series(500,2500) g;
insert into f select g from generate_series(2001,2500) g;
--@stmt
alter table t.a detach partition t.a1 concurrently;

--@ Y04: DETACH CONCURRENTLY beside a default partition fails
--@notx
--@setup
create table a(id int primary key) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (500) to (2000);
create table r(id int references a);
--@stmt
alter table t.a detach partition t.a1 concurrently;

--@ Y05: DETACH CONCURRENTLY in a transaction block fails, and the guard lets the server say so
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (500) to (2000);
create table r(id int references a);
--@stmt
alter table t.a detach partition t.a1 concurrently;

--@ Y20: DETACH FINALIZE, of a partition whose DETACH CONCURRENTLY was cancelled
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
create index on a(id);
update pg_inherits set inhdetachpending = true where inhrelid = 'a1'::regclass;
--@stmt
alter table a detach partition a1 finalize;

--@ Y21: DETACH FINALIZE, referenced by another table
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
create table r(id int references a);
update pg_inherits set inhdetachpending = true where inhrelid = 'a1'::regclass;
--@stmt
alter table a detach partition a1 finalize;

--@ Y22: DETACH FINALIZE, with a foreign key of its own, and partitions
--@setup
create table p(id int primary key);
create table a(id int references p, v int) partition by range(id);
create table a1 partition of a for values from (0) to (2000) partition by range(v);
create table a11 partition of a1 for values from (0) to (10);
update pg_inherits set inhdetachpending = true where inhrelid = 'a1'::regclass;
--@stmt
alter table a detach partition a1 finalize;
