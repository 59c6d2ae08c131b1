-- Truth cases: OWNER TO, REASSIGN OWNED, ALL IN TABLESPACE; ALTER INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE

--@ N501: ALTER TYPE OWNER of a composite type
--@setup
create type ty as (id int);
create table a(x ty);
create table b of ty;
--@stmt
alter type ty owner to safeddl_truth_role

--@ N502: ALTER TYPE OWNER to the same
--@setup
create type ty as (id int);
--@stmt
alter type ty owner to current_user

--@ N503: ALTER TYPE OWNER of an enum
--@setup
create type ty as enum('a');
create table a(x ty);
--@stmt
alter type ty owner to safeddl_truth_role

--@ N504: ALTER DOMAIN OWNER
--@setup
create domain d as int;
create table a(x d);
--@stmt
alter domain d owner to safeddl_truth_role

--@ N505: ALTER TYPE OWNER of a table's row type is refused
--@setup
create table a(id int primary key, v text);
--@stmt
alter type a owner to safeddl_truth_role

--@ N506: ALTER SCHEMA OWNER
--@setup
create table a(id int primary key, v text);
--@stmt
alter schema t owner to safeddl_truth_role

--@ N507: ALTER FUNCTION OWNER
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
alter function tf() owner to safeddl_truth_role

--@ N508: ALTER SEQUENCE OWNER
--@setup
create sequence s;
--@stmt
alter sequence s owner to safeddl_truth_role

--@ N509: ALTER SEQUENCE OWNER of an owned one is refused
--@setup
create table a(id serial);
--@stmt
alter sequence a_id_seq owner to safeddl_truth_role

--@ N510: ALTER VIEW OWNER, with a sequence that it owns
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
create sequence s owned by vw.id;
--@stmt
alter view vw owner to safeddl_truth_role

--@ N511: ALTER MATERIALIZED VIEW OWNER
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create unique index i on mv(id);
--@stmt
alter materialized view mv owner to safeddl_truth_role

--@ N512: ALTER FOREIGN TABLE OWNER
--@setup
create foreign table f(id serial) server nowhere;
--@stmt
alter foreign table f owner to safeddl_truth_role

--@ N513: ALTER TABLE OWNER of a partitioned table: no partition
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter table a owner to safeddl_truth_role

--@ N514: ALTER TABLE OWNER: serial, identity, TOAST, statistics
--@setup
create table a(id serial primary key, j int generated always as identity, v text unique);
create statistics st on id, v from a;
--@stmt
alter table a owner to safeddl_truth_role

--@ N515: ALTER INDEX OWNER does nothing
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a_pkey owner to safeddl_truth_role

--@ N516: ALTER TABLE OWNER of an index's name
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a_pkey owner to safeddl_truth_role

--@ N517: REASSIGN OWNED: one relation of each kind
--@setup
create table a(id serial primary key, j int generated always as identity, v text unique);
create table pt(id int primary key) partition by range(id);
create table pt1 partition of pt for values from (0) to (9);
create view vw as select 1 as x;
create materialized view mv as select 1 as x;
create index mi on mv(x);
create foreign table f(id serial) server nowhere;
create sequence s;
create type ty as (id int);
create domain d as int;
create type e as enum('a');
alter table a owner to safeddl_truth_role;
alter table pt owner to safeddl_truth_role;
alter table pt1 owner to safeddl_truth_role;
alter view vw owner to safeddl_truth_role;
alter materialized view mv owner to safeddl_truth_role;
alter foreign table f owner to safeddl_truth_role;
alter sequence s owner to safeddl_truth_role;
alter type ty owner to safeddl_truth_role;
alter domain d owner to safeddl_truth_role;
alter type e owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N518: REASSIGN OWNED: another's relations stay
--@setup
create table a(id int primary key, v text);
create table b(id int references a);
alter table b owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N519: REASSIGN OWNED: partitions of another's table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
alter table a1 owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N520: REASSIGN OWNED to the same role
--@setup
create table a(id serial primary key, v text);
create type ty as (id int);
alter table a owner to safeddl_truth_role;
alter type ty owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to safeddl_truth_role

--@ N521: REASSIGN OWNED of one with nothing
--@setup
create table a(id int primary key, v text);
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N522: REASSIGN OWNED of one with privileges only
--@setup
create table a(id int primary key, v text);
grant select on a to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N523: REASSIGN OWNED: schema, function, publication, statistics
--@setup
create schema if not exists t2;
alter schema t2 owner to safeddl_truth_role;
create table a(id int primary key, v text);
create statistics st on id, v from a;
alter statistics st owner to safeddl_truth_role;
create publication pub_y for table a;
alter publication pub_y owner to safeddl_truth_role;
create function tf() returns trigger language plpgsql as 'begin return new; end';
alter function tf() owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user

--@ N524: REASSIGN OWNED of several roles
--@setup
create table a(id int primary key, v text);
alter table a owner to safeddl_truth_role;
create table b(id int);
--@stmt
reassign owned by safeddl_truth_role, safeddl_truth_role to current_user

--@ N525: REASSIGN OWNED of a missing role
--@setup
create table a(id int primary key, v text);
--@stmt
reassign owned by nobody_of_that_name to current_user

--@ N526: REASSIGN OWNED of the bootstrap superuser is refused
--@setup
create table a(id int primary key, v text);
--@stmt
reassign owned by current_user to safeddl_truth_role

--@ N527: ALL IN TABLESPACE: tables with TOAST and indexes; indexes stay
--@setup
create table a(id int primary key, v text) tablespace safeddl_truth_ts;
create table b(id int) tablespace safeddl_truth_ts;
create index i on b(id) tablespace safeddl_truth_ts;
create table c(id int, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N528: ALL IN TABLESPACE: partitioned tables too, without work
--@setup
create table a(id int, v text) partition by range(id) tablespace safeddl_truth_ts;
create table a1 partition of a for values from (0) to (5000);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N529: ALL IN TABLESPACE: a partition elsewhere is not moved
--@setup
create table a(id int, v text) partition by range(id) tablespace safeddl_truth_ts;
create table a1 partition of a for values from (0) to (500) tablespace pg_default;
create table a2 partition of a for values from (500) to (5000);
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N530: ALL IN TABLESPACE from the default one
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
create index i on a(v);
create materialized view mv as select * from a;
create view vw as select * from a;
create sequence s;
--@stmt
alter table all in tablespace pg_default set tablespace safeddl_truth_ts

--@ N531: ALL IN TABLESPACE to the one they are in
--@setup
create table a(id int primary key, v text);
--@stmt
alter table all in tablespace pg_default set tablespace pg_default

--@ N532: ALL IN TABLESPACE OWNED BY
--@setup
create table a(id int, v text) tablespace safeddl_truth_ts;
create table b(id int) tablespace safeddl_truth_ts;
alter table b owner to safeddl_truth_role;
--@stmt
alter table all in tablespace safeddl_truth_ts owned by safeddl_truth_role set tablespace pg_default

--@ N533: ALL IN TABLESPACE OWNED BY two, NOWAIT
--@setup
create table a(id int, v text) tablespace safeddl_truth_ts;
create table b(id int) tablespace safeddl_truth_ts;
alter table b owner to safeddl_truth_role;
--@stmt
alter table all in tablespace safeddl_truth_ts owned by safeddl_truth_role, current_user set tablespace pg_default nowait

--@ N534: ALTER INDEX ALL IN TABLESPACE
--@setup
create table a(id int primary key using index tablespace safeddl_truth_ts, v text);
create index i on a(v) tablespace safeddl_truth_ts;
create index j on a(v);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
--@stmt
alter index all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N535: ALTER INDEX ALL IN TABLESPACE, partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id) tablespace safeddl_truth_ts;
--@stmt
alter index all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N536: ALTER MATERIALIZED VIEW ALL IN TABLESPACE
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
create materialized view mv tablespace safeddl_truth_ts as select * from a;
create index i on mv(id) tablespace safeddl_truth_ts;
create table b(id int) tablespace safeddl_truth_ts;
--@stmt
alter materialized view all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N537: ALL IN TABLESPACE: nothing in it
--@setup
create table a(id int primary key, v text);
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N538: ALL IN TABLESPACE: a missing tablespace
--@setup
create table a(id int primary key, v text);
--@stmt
alter table all in tablespace nope set tablespace pg_default

--@ N539: ALL IN TABLESPACE: a missing target
--@setup
create table a(id int) tablespace safeddl_truth_ts;
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace nope

--@ N540: ALL IN TABLESPACE: temporary tables stay
--@setup
create table b(id int) tablespace safeddl_truth_ts;
--@pre
create temporary table a(id int) tablespace safeddl_truth_ts;
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default

--@ N541: ALTER INDEX SET TABLESPACE of a partitioned index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter index i set tablespace safeddl_truth_ts

--@ N542: ALTER INDEX SET TABLESPACE of a partition's index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
insert into a select g from generate_series(1, 400) g;
--@stmt
alter index a1_id_idx set tablespace safeddl_truth_ts

--@ N543: ALTER INDEX SET TABLESPACE where it is
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a_pkey set tablespace pg_default

--@ N544: ALTER INDEX IF EXISTS SET TABLESPACE, missing
--@setup
create table a(id int primary key, v text);
--@stmt
alter index if exists nope set tablespace pg_default

--@ N545: ALTER INDEX SET fillfactor
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a_pkey set (fillfactor = 50)

--@ N546: ALTER INDEX RESET fillfactor
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a_pkey reset (fillfactor)

--@ N547: ALTER INDEX ALTER COLUMN SET STATISTICS
--@setup
create table a(id int primary key, v text);
create index i on a(lower(v));
--@stmt
alter index i alter column 1 set statistics 100

--@ N548: ALTER INDEX ALTER COLUMN SET STATISTICS of a partitioned index: its partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(lower(v));
--@stmt
alter index i alter column 1 set statistics 100

--@ N549: ALTER INDEX ATTACH PARTITION
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (9);
create table a2 partition of a for values from (9) to (99);
create index i on only a(id);
create index i1 on a1(id);
create index i2 on a2(id);
--@stmt
alter index i attach partition i1

--@ N550: ALTER INDEX ATTACH PARTITION of the last one
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (9);
create index i on only a(id);
create index i1 on a1(id);
--@stmt
alter index i attach partition i1

--@ N551: ALTER INDEX ATTACH PARTITION of one that is attached
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (9);
create index i on a(id);
--@stmt
alter index i attach partition a1_id_idx

--@ N552: ALTER INDEX ATTACH PARTITION of a constraint's
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (9);
alter table only a add unique (id);
alter table a1 add unique (id);
--@stmt
alter index a_id_key attach partition a1_id_key

--@ N553: ALTER INDEX ATTACH PARTITION: three levels become valid
--@early a
--@early ai
--@early a1
--@early a1i
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500) partition by range(id);
create table a111 partition of a11 for values from (0) to (500);
create index ai on only a(id);
create index a1i on only a1(id);
create index a11i on only a11(id);
create index a111i on a111(id);
alter index ai attach partition a1i;
alter index a1i attach partition a11i;
--@stmt
alter index a11i attach partition a111i

--@ N554: ALTER INDEX ATTACH PARTITION: another partition is missing above
--@early a
--@early ai
--@early a1
--@early a1i
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500) partition by range(id);
create table a111 partition of a11 for values from (0) to (500);
create index ai on only a(id);
create index a1i on only a1(id);
create index a11i on only a11(id);
create table a2 partition of a for values from (500) to (900);
create index a111i on a111(id);
alter index ai attach partition a1i;
alter index a1i attach partition a11i;
--@stmt
alter index a11i attach partition a111i

--@ N555: ALTER INDEX ATTACH PARTITION of an invalid index: none becomes valid
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500) partition by range(id);
create table a111 partition of a11 for values from (0) to (500);
create index ai on only a(id);
create index a1i on only a1(id);
create index a11i on only a11(id);
create index a111i on a111(id);
alter index ai attach partition a1i;
alter index a1i attach partition a11i;
update pg_index set indisvalid = false where indexrelid = 'a111i'::regclass;
--@stmt
alter index a11i attach partition a111i

--@ N556: ALTER INDEX ATTACH PARTITION, attached before, and valid since
--@early a
--@early ai
--@early a1
--@early a1i
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500) partition by range(id);
create table a111 partition of a11 for values from (0) to (500);
create index ai on only a(id);
create index a1i on only a1(id);
create index a11i on only a11(id);
create index a111i on a111(id);
alter index ai attach partition a1i;
alter index a1i attach partition a11i;
update pg_index set indisvalid = false where indexrelid = 'a111i'::regclass;
alter index a11i attach partition a111i;
update pg_index set indisvalid = true where indexrelid = 'a111i'::regclass;
--@stmt
alter index a11i attach partition a111i

--@ N557: ALTER TABLE of an index: SET TABLESPACE
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
--@stmt
alter table a_pkey set tablespace safeddl_truth_ts

--@ N558: ALTER VIEW SET security_barrier
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter view vw set (security_barrier)

--@ N559: ALTER VIEW RESET
--@setup
create table a(id int primary key, v text);
create view vw with (check_option = local) as select * from a;
--@stmt
alter view vw reset (check_option)

--@ N560: ALTER VIEW ALTER COLUMN SET DEFAULT
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
create view vw2 as select * from vw;
--@stmt
alter view vw alter column v set default 'x'

--@ N561: ALTER VIEW ALTER COLUMN DROP DEFAULT by ALTER TABLE
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter table vw alter v drop default

--@ N562: ALTER MATERIALIZED VIEW SET fillfactor: TOAST along
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
alter materialized view mv set (fillfactor = 70)

--@ N563: ALTER MATERIALIZED VIEW CLUSTER ON
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv cluster on i

--@ N564: ALTER MATERIALIZED VIEW SET WITHOUT CLUSTER
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(id);
alter materialized view mv cluster on i;
--@stmt
alter materialized view mv set without cluster

--@ N565: ALTER MATERIALIZED VIEW SET STATISTICS, STORAGE
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
alter materialized view mv alter v set statistics 100, alter v set storage external

--@ N566: ALTER MATERIALIZED VIEW SET STATISTICS alone
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
alter materialized view mv alter v set statistics 100

--@ N567: ALTER MATERIALIZED VIEW SET ACCESS METHOD
--@min 15
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv set access method heap2

--@ N568: ALTER MATERIALIZED VIEW SET TABLESPACE with an index
--@setup
create table a(id int primary key, v text);
insert into a select g, repeat('x', 50) from generate_series(1, 1000) g;
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv set tablespace safeddl_truth_ts

--@ N569: ALTER SEQUENCE SET UNLOGGED of an owned one
--@min 15
--@setup
create table a(id serial);
--@stmt
alter sequence a_id_seq set unlogged

--@ N570: ALTER FOREIGN TABLE ADD COLUMN
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f add column v text default 'x' not null

--@ N571: ALTER FOREIGN TABLE ALTER TYPE, SET NOT NULL, ADD CHECK
--@setup
create foreign table f(id int, v text) server nowhere;
--@stmt
alter foreign table f alter id type bigint, alter v set not null, add check (id > 0)

--@ N572: ALTER FOREIGN TABLE OPTIONS
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f options (add x 'y')

--@ N573: ALTER FOREIGN TABLE DISABLE TRIGGER ALL
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f disable trigger all

--@ N574: ALTER FOREIGN TABLE INHERIT
--@setup
create table a(id int);
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f inherit a

--@ N575: ALTER FOREIGN TABLE SET STATISTICS IF EXISTS
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table if exists f alter id set statistics 10
