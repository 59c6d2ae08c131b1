-- Truth cases: a named object of any type: RENAME, SET SCHEMA, COMMENT, GRANT, publications, statistics, sequences

--@ N101: RENAME of a partitioned table: itself alone
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
alter table a rename to b

--@ N102: RENAME of an inheritance parent: itself alone
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
alter table a rename to b

--@ N103: RENAME of an inheritance child
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
alter table c rename to b

--@ N104: RENAME of a quoted name
--@setup
create table "Über Tab"(id int primary key);
--@stmt
alter table "Über Tab" rename to "x y"

--@ N105: RENAME of a schema-qualified table
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.q(id serial primary key);
--@stmt
alter table t2.q rename to r

--@ N106: RENAME IF EXISTS of a table
--@setup
create table a(id int primary key, v text);
--@stmt
alter table if exists a rename to b

--@ N107: RENAME IF EXISTS of a missing table
--@setup
create table a(id int primary key, v text);
--@stmt
alter table if exists nope rename to b

--@ N108: RENAME of a missing table
--@setup
create table a(id int primary key, v text);
--@stmt
alter table nope rename to b

--@ N109: RENAME to a taken name
--@setup
create table a(id int primary key, v text);
create table b(id int);
--@stmt
alter table a rename to b

--@ N110: RENAME of a temporary table that hides another
--@setup
create table a(id int primary key, v text);
--@pre
create temporary table a(id int);
set search_path = pg_temp, t;
--@stmt
alter table a rename to b

--@ N111: RENAME of another's table
--@setup
create table a(id int primary key, v text);
--@pre
grant usage on schema t to safeddl_truth_role;
set role safeddl_truth_role;
--@stmt
alter table a rename to b

--@ N112: RENAME of one's own table
--@setup
create table a(id int primary key, v text);
alter table a owner to safeddl_truth_role;
grant all on schema t to safeddl_truth_role;
--@pre
set role safeddl_truth_role;
--@stmt
alter table a rename to b

--@ N113: RENAME of a system catalog
--@stmt
alter table pg_catalog.pg_description rename to b

--@ N114: RENAME of a table with foreign keys both ways
--@setup
create table p(id int primary key);
create table a(id int primary key references p);
create table r(id int references a);
--@stmt
alter table a rename to b

--@ N115: RENAME of a view with a view on it
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
create view vw2 as select * from vw;
--@stmt
alter view vw rename to vx

--@ N116: ALTER TABLE RENAME of a view
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter table vw rename to vx

--@ N117: RENAME of a materialized view
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv rename to mw

--@ N118: ALTER TABLE RENAME of a materialized view
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
alter table mv rename to mw

--@ N119: ALTER MATERIALIZED VIEW RENAME of a table
--@setup
create table a(id int primary key, v text);
--@stmt
alter materialized view a rename to b

--@ N120: RENAME of a sequence that a default uses
--@setup
create sequence s;
create table a(id int default nextval('s'));
--@stmt
alter sequence s rename to s2

--@ N121: RENAME of an owned sequence
--@setup
create table a(id serial);
--@stmt
alter sequence a_id_seq rename to s2

--@ N122: RENAME of an identity's sequence
--@setup
create table a(id int generated always as identity);
--@stmt
alter sequence a_id_seq rename to s2

--@ N123: ALTER TABLE RENAME of a sequence
--@setup
create sequence s;
--@stmt
alter table s rename to s2

--@ N124: ALTER SEQUENCE RENAME IF EXISTS, missing
--@stmt
alter sequence if exists s rename to s2

--@ N125: RENAME of a foreign table
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f rename to g

--@ N126: ALTER TABLE RENAME of a foreign table
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter table f rename to g

--@ N127: ALTER VIEW RENAME of a table
--@setup
create table a(id int primary key, v text);
--@stmt
alter view a rename to b

--@ N128: ALTER INDEX RENAME of a constraint's index
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a_pkey rename to b

--@ N129: ALTER INDEX RENAME of a partitioned index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter index i rename to j

--@ N130: ALTER INDEX RENAME of a partition's index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter index a1_id_idx rename to j

--@ N131: ALTER TABLE RENAME of a partitioned index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter table i rename to j

--@ N132: ALTER INDEX RENAME, schema-qualified and IF EXISTS
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.q(id int);
create index "I x" on t2.q(id);
--@stmt
alter index if exists t2."I x" rename to j

--@ N133: ALTER INDEX RENAME of a table
--@setup
create table a(id int primary key, v text);
--@stmt
alter index a rename to b

--@ N134: ALTER INDEX RENAME of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
alter index a rename to b

--@ N135: ALTER INDEX RENAME of a view
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter index vw rename to vx

--@ N136: ALTER INDEX RENAME of a sequence
--@setup
create sequence s;
--@stmt
alter index s rename to s2

--@ N137: ALTER INDEX IF EXISTS RENAME, missing
--@setup
create table a(id int primary key, v text);
--@stmt
alter index if exists nope rename to b

--@ N138: RENAME COLUMN of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
create view vw as select v from a;
--@stmt
alter table a rename column v to w

--@ N139: RENAME COLUMN of an inheritance parent, two levels
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
alter table a rename column v to w

--@ N140: RENAME COLUMN where ONLY is refused
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
alter table only a rename column v to w

--@ N141: RENAME COLUMN ONLY without children
--@setup
create table a(id int primary key, v text);
--@stmt
alter table only a rename column v to w

--@ N142: RENAME COLUMN of a sub-partitioned partition is refused
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
alter table a2 rename column v to w

--@ N143: RENAME COLUMN of a missing column
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a rename column nope to w

--@ N144: RENAME COLUMN IF EXISTS, missing
--@setup
create table a(id int primary key, v text);
--@stmt
alter table if exists nope rename column v to w

--@ N145: RENAME COLUMN in a primary key, a foreign key and a CHECK
--@setup
create table p(id int primary key);
create table a(id int primary key references p check (id > 0));
create table r(id int references a);
--@stmt
alter table a rename column id to i

--@ N146: RENAME COLUMN of a materialized view
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(v);
--@stmt
alter materialized view mv rename column v to w

--@ N147: RENAME COLUMN of a foreign table
--@setup
create foreign table f(id int) server nowhere;
--@stmt
alter foreign table f rename column id to i

--@ N148: RENAME COLUMN of a foreign partition's parent
--@setup
create table a(id int, v text) partition by range(id);
create foreign table f partition of a for values from (0) to (5) server nowhere;
--@stmt
alter table a rename v to w

--@ N149: RENAME COLUMN of a view by ALTER TABLE
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter table vw rename column v to w

--@ N150: RENAME COLUMN of an index
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter table i rename column v to w

--@ N151: RENAME COLUMN of a typed table is refused
--@setup
create type ty as (id int, v text);
create table a of ty;
--@stmt
alter table a rename column v to w

--@ N152: RENAME ATTRIBUTE
--@setup
create type ty as (id int, v text);
create table a(x ty);
--@stmt
alter type ty rename attribute v to w

--@ N153: RENAME ATTRIBUTE with a typed table is refused
--@setup
create type ty as (id int, v text);
create table a of ty;
--@stmt
alter type ty rename attribute v to w

--@ N154: RENAME ATTRIBUTE CASCADE: typed tables and their children
--@setup
create type ty as (id int, v text);
create table a of ty;
create table b of ty (primary key (id));
create table c() inherits(b);
--@stmt
alter type ty rename attribute v to w cascade

--@ N155: RENAME ATTRIBUTE CASCADE: a partitioned typed table
--@setup
create type ty as (id int, v text);
create table a of ty partition by range(id);
create table a1 partition of a for values from (0) to (9);
--@stmt
alter type ty rename attribute v to w cascade

--@ N156: RENAME CONSTRAINT of a CHECK with children
--@setup
create table a(id int constraint ck check (id > 0));
create table c() inherits(a);
create table d() inherits(c);
--@stmt
alter table a rename constraint ck to kc

--@ N157: RENAME CONSTRAINT of a CHECK NO INHERIT
--@setup
create table a(id int, constraint ck check (id > 0) no inherit);
create table c() inherits(a);
--@stmt
alter table a rename constraint ck to kc

--@ N158: RENAME CONSTRAINT of a CHECK of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
alter table a add constraint ck check (id >= 0);
--@stmt
alter table a rename constraint ck to kc

--@ N159: RENAME CONSTRAINT of a CHECK, ONLY, with children
--@setup
create table a(id int constraint ck check (id > 0));
create table c() inherits(a);
--@stmt
alter table only a rename constraint ck to kc

--@ N160: RENAME CONSTRAINT of UNIQUE
--@setup
create table a(id int primary key, v text);
alter table a add constraint u unique (v);
--@stmt
alter table a rename constraint u to w

--@ N161: RENAME CONSTRAINT of UNIQUE of a partitioned table: its index, not the partitions'
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
alter table a add constraint u unique (id);
--@stmt
alter table a rename constraint u to w

--@ N162: RENAME CONSTRAINT of a partition's UNIQUE
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
alter table a add constraint u unique (id);
--@stmt
alter table a1 rename constraint a1_id_key to w

--@ N163: RENAME CONSTRAINT of EXCLUDE
--@setup
create table a(r int4range, constraint x exclude using gist (r with &&));
--@stmt
alter table a rename constraint x to y

--@ N164: RENAME CONSTRAINT of a foreign key: one side, and not the index
--@setup
create table p(id int primary key);
create table a(id int constraint fk references p);
--@stmt
alter table a rename constraint fk to fk2

--@ N165: RENAME CONSTRAINT of a primary key that others reference
--@setup
create table a(id int primary key, v text);
create table r(id int references a);
--@stmt
alter table a rename constraint a_pkey to pk

--@ N166: RENAME CONSTRAINT of NOT NULL
--@min 18
--@setup
create table a(id int constraint nn not null);
create table c() inherits(a);
--@stmt
alter table a rename constraint nn to n2

--@ N167: RENAME CONSTRAINT of NOT NULL NO INHERIT
--@min 18
--@setup
create table a(id int constraint nn not null no inherit);
create table c() inherits(a);
--@stmt
alter table a rename constraint nn to n2

--@ N168: RENAME CONSTRAINT of a missing one
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a rename constraint nope to n2

--@ N169: RENAME CONSTRAINT IF EXISTS, missing table
--@setup
create table a(id int primary key, v text);
--@stmt
alter table if exists nope rename constraint x to n2

--@ N170: RENAME CONSTRAINT of a constraint trigger's constraint
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create constraint trigger ct after insert on a for each row execute function tf();
--@stmt
alter table a rename constraint ct to c2

--@ N171: RENAME CONSTRAINT of a domain: no table
--@setup
create domain d as int constraint ck check (value > 0);
create table a(x d);
--@stmt
alter domain d rename constraint ck to kc

--@ N172: RENAME CONSTRAINT of a foreign table's CHECK
--@setup
create foreign table f(id int constraint ck check (id > 0)) server nowhere;
--@stmt
alter table f rename constraint ck to kc

--@ N173: ALTER TRIGGER RENAME of a plain table
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter trigger tg on a rename to t2

--@ N174: ALTER TRIGGER RENAME with inheritance children
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter trigger tg on a rename to t2

--@ N175: ALTER TRIGGER RENAME of a statement trigger of a partitioned table: all partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a execute function tf();
--@stmt
alter trigger tg on a rename to t2

--@ N176: ALTER TRIGGER RENAME of a row trigger, two levels
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter trigger tg on a rename to t2

--@ N177: ALTER TRIGGER RENAME of a sub-partitioned table's own
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a2 for each row execute function tf();
--@stmt
alter trigger tg on a2 rename to t2

--@ N178: ALTER TRIGGER RENAME of a clone is refused
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter trigger tg on a1 rename to t2

--@ N179: ALTER TRIGGER RENAME of a view's
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create view vw as select * from a;
create trigger tg instead of insert on vw for each row execute function tf();
--@stmt
alter trigger tg on vw rename to t2

--@ N180: ALTER RULE RENAME
--@setup
create table a(id int primary key, v text);
create table o(id int);
create rule r as on insert to a do also insert into o values (new.id);
--@stmt
alter rule r on a rename to r2

--@ N181: ALTER RULE RENAME of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create rule r as on insert to a do also notify x;
--@stmt
alter rule r on a rename to r2

--@ N182: ALTER POLICY RENAME
--@setup
create table a(id int primary key, v text);
create table o(id int);
create policy p on a using (exists (select from o));
--@stmt
alter policy p on a rename to p2

--@ N183: ALTER POLICY RENAME of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create policy p on a using (true);
--@stmt
alter policy p on a rename to p2

--@ N184: ALTER TYPE RENAME of a composite type
--@setup
create type ty as (id int, v text);
create table a(x ty);
create table b of ty;
--@stmt
alter type ty rename to tz

--@ N185: ALTER TYPE RENAME of an enum
--@setup
create type ty as enum('a');
create table a(x ty);
--@stmt
alter type ty rename to tz

--@ N186: ALTER TYPE RENAME VALUE
--@setup
create type ty as enum('a');
create table a(x ty);
--@stmt
alter type ty rename value 'a' to 'b'

--@ N187: ALTER TYPE RENAME of a table's row type is refused
--@setup
create table a(id int primary key, v text);
--@stmt
alter type a rename to tz

--@ N188: ALTER DOMAIN RENAME
--@setup
create domain d as int;
create table a(x d);
--@stmt
alter domain d rename to d2

--@ N189: ALTER TYPE RENAME of a missing type
--@stmt
alter type nope rename to tz

--@ N190: ALTER SCHEMA RENAME: nothing in it is locked
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.q(id int);
--@stmt
alter schema t2 rename to t3

--@ N191: ALTER FUNCTION RENAME
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table a(id int primary key, v text);
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter function tf() rename to tg

--@ N192: ALTER PUBLICATION RENAME
--@setup
create table a(id int primary key, v text);
create publication pub_y for table a;
--@stmt
alter publication pub_y rename to pub_z

--@ N193: SET SCHEMA: a table with serial, identity, indexes, TOAST
--@early i
--@early x
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id serial primary key, j int generated always as identity, v text unique);
create index i on a(v);
create index x on a(lower(v));
create statistics st on id, v from a;
--@stmt
alter table a set schema t2

--@ N194: SET SCHEMA of a partitioned table: itself alone
--@early i
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter table a set schema t2

--@ N195: SET SCHEMA of a partition
--@early a1_id_idx
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter table a1 set schema t2

--@ N196: SET SCHEMA of an inheritance parent
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
alter table a set schema t2

--@ N197: SET SCHEMA with foreign keys both ways
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table p(id int primary key);
create table a(id int primary key references p);
create table r(id int references a);
--@stmt
alter table a set schema t2

--@ N198: SET SCHEMA to the one it is in
--@early i
--@setup
create table a(id serial primary key, v text);
create index i on a(v);
--@stmt
alter table a set schema t

--@ N199: SET SCHEMA to a missing one
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a set schema nope

--@ N200: SET SCHEMA IF EXISTS, missing table
--@setup
drop schema if exists t2 cascade;
create schema t2;
--@stmt
alter table if exists nope set schema t2

--@ N201: SET SCHEMA of a view, and one on it
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create view vw as select * from a;
create view vw2 as select * from vw;
--@stmt
alter view vw set schema t2

--@ N202: SET SCHEMA of a materialized view
--@early i
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv set schema t2

--@ N203: SET SCHEMA of a sequence
--@setup
drop schema if exists t2 cascade;
create schema t2;
create sequence s;
--@stmt
alter sequence s set schema t2

--@ N204: SET SCHEMA of an owned sequence is refused
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id serial);
--@stmt
alter sequence a_id_seq set schema t2

--@ N205: SET SCHEMA of a foreign table
--@setup
drop schema if exists t2 cascade;
create schema t2;
create foreign table f(id serial) server nowhere;
--@stmt
alter foreign table f set schema t2

--@ N206: ALTER TABLE SET SCHEMA of a view
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
alter table vw set schema t2

--@ N207: ALTER TABLE SET SCHEMA of an index is refused
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
--@stmt
alter table a_pkey set schema t2

--@ N208: ALTER VIEW SET SCHEMA of a table is refused
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
--@stmt
alter view a set schema t2

--@ N209: SET SCHEMA of a composite type: no relation
--@setup
drop schema if exists t2 cascade;
create schema t2;
create type ty as (id int, v text);
create table a(x ty);
create table b of ty;
--@stmt
alter type ty set schema t2

--@ N210: SET SCHEMA of an enum
--@setup
drop schema if exists t2 cascade;
create schema t2;
create type ty as enum('a');
create table a(x ty);
--@stmt
alter type ty set schema t2

--@ N211: SET SCHEMA of a domain with a CHECK
--@setup
drop schema if exists t2 cascade;
create schema t2;
create domain d as int check (value > 0);
create table a(x d);
--@stmt
alter domain d set schema t2

--@ N212: SET SCHEMA of statistics
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create statistics st on id, v from a;
--@stmt
alter statistics st set schema t2

--@ N213: SET SCHEMA of a function that an index uses
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create function f(int) returns int immutable language sql as 'select $1';
create index i on a(f(id));
--@stmt
alter function f(int) set schema t2

--@ N214: SET SCHEMA of an extension: its relations
--@setup
drop schema if exists t2 cascade;
create schema t2;
create extension pg_stat_statements;
--@stmt
alter extension pg_stat_statements set schema t2

--@ N215: SET SCHEMA of an extension to where it is
--@setup
create extension pg_stat_statements;
--@stmt
alter extension pg_stat_statements set schema t

--@ N216: SET SCHEMA of an extension with a table that was added
--@early i
--@setup
drop schema if exists t2 cascade;
create schema t2;
create extension pg_trgm;
create table a(id serial, v text);
create index i on a(v);
alter extension pg_trgm add table a;
--@stmt
alter extension pg_trgm set schema t2

--@ N217: ALTER MATERIALIZED VIEW DEPENDS ON EXTENSION
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
create index i on mv(id);
--@stmt
alter materialized view mv depends on extension plpgsql

--@ N218: ALTER INDEX DEPENDS ON EXTENSION of a partitioned index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
alter index i depends on extension plpgsql

--@ N219: ALTER INDEX NO DEPENDS ON EXTENSION
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter index t.i no depends on extension plpgsql

--@ N220: ALTER FUNCTION DEPENDS ON EXTENSION
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
alter function tf() depends on extension plpgsql

--@ N221: ALTER TRIGGER DEPENDS ON EXTENSION, partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter trigger tg on a depends on extension plpgsql

--@ N222: COMMENT ON TABLE of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
comment on table a is 'x'

--@ N223: COMMENT ON TABLE, qualified and quoted
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2."A b"(id int);
--@stmt
comment on table t2."A b" is 'x'

--@ N224: COMMENT ON TABLE IS NULL
--@setup
create table a(id int primary key, v text);
--@stmt
comment on table a is null

--@ N225: COMMENT ON TABLE of another's
--@setup
create table a(id int primary key, v text);
--@pre
grant usage on schema t to safeddl_truth_role;
set role safeddl_truth_role;
--@stmt
comment on table a is 'x'

--@ N226: COMMENT ON TABLE of a view is refused
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
comment on table vw is 'x'

--@ N227: COMMENT ON TABLE of a missing one
--@stmt
comment on table nope is 'x'

--@ N228: COMMENT ON TABLE of a system catalog
--@stmt
comment on table pg_catalog.pg_description is 'x'

--@ N229: COMMENT ON VIEW
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
comment on view vw is 'x'

--@ N230: COMMENT ON MATERIALIZED VIEW
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
comment on materialized view mv is 'x'

--@ N231: COMMENT ON SEQUENCE
--@setup
create table a(id serial);
--@stmt
comment on sequence a_id_seq is 'x'

--@ N232: COMMENT ON FOREIGN TABLE
--@setup
create foreign table f(id int) server nowhere;
--@stmt
comment on foreign table f is 'x'

--@ N233: COMMENT ON INDEX of a partitioned index
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create index i on a(id);
--@stmt
comment on index i is 'x'

--@ N234: COMMENT ON COLUMN of a view
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
comment on column vw.v is 'x'

--@ N235: COMMENT ON COLUMN of a composite type
--@setup
create type ty as (id int);
create table a(x ty);
--@stmt
comment on column ty.id is 'x'

--@ N236: COMMENT ON COLUMN of a partitioned table, with schema and database
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
comment on column safeddl_truth.t.a.v is 'x'

--@ N237: COMMENT ON COLUMN of a missing column
--@setup
create table a(id int primary key, v text);
--@stmt
comment on column a.nope is 'x'

--@ N238: COMMENT ON CONSTRAINT of a domain
--@setup
create domain d as int constraint ck check (value > 0);
create table a(x d);
--@stmt
comment on constraint ck on domain d is 'x'

--@ N239: COMMENT ON TRIGGER
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
comment on trigger tg on a is 'x'

--@ N240: COMMENT ON RULE
--@setup
create table a(id int primary key, v text);
create rule r as on insert to a do also notify x;
--@stmt
comment on rule r on t.a is 'x'

--@ N241: COMMENT ON STATISTICS
--@setup
create table a(id int primary key, v text);
create statistics st on id, v from a;
--@stmt
comment on statistics st is 'x'

--@ N242: COMMENT ON TYPE of a composite type
--@setup
create type ty as (id int);
create table a(x ty);
--@stmt
comment on type ty is 'x'

--@ N243: COMMENT ON TYPE of a table's row type
--@setup
create table a(id int primary key, v text);
--@stmt
comment on type a is 'x'

--@ N244: COMMENT ON DOMAIN
--@setup
create domain d as int;
create table a(x d);
--@stmt
comment on domain d is 'x'

--@ N245: COMMENT ON SCHEMA
--@setup
create table a(id int primary key, v text);
--@stmt
comment on schema t is 'x'

--@ N246: COMMENT ON FUNCTION
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
comment on function tf() is 'x'

--@ N247: COMMENT ON EXTENSION
--@stmt
comment on extension plpgsql is 'x'

--@ N248: COMMENT ON DATABASE
--@stmt
comment on database safeddl_truth is 'x'

--@ N249: ALTER EXTENSION ADD TABLE
--@setup
create extension pg_trgm;
create table a(id serial primary key);
--@stmt
alter extension pg_trgm add table a

--@ N250: ALTER EXTENSION DROP TABLE
--@setup
create extension pg_trgm;
create table a(id serial primary key);
alter extension pg_trgm add table a;
--@stmt
alter extension pg_trgm drop table a

--@ N251: ALTER EXTENSION ADD VIEW, SEQUENCE
--@setup
create table a(id int primary key, v text);
create extension pg_trgm;
create view vw as select * from a;
create sequence s;
--@stmt
alter extension pg_trgm add view vw;
alter extension pg_trgm add sequence s

--@ N252: ALTER EXTENSION ADD TYPE of a composite type
--@setup
create extension pg_trgm;
create type ty as (id int);
--@stmt
alter extension pg_trgm add type ty

--@ N253: ALTER EXTENSION ADD FUNCTION
--@setup
create extension pg_trgm;
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
alter extension pg_trgm add function tf()

--@ N254: REVOKE of a table
--@setup
create table a(id int primary key, v text);
grant all on a to safeddl_truth_role;
--@stmt
revoke all on a from safeddl_truth_role

--@ N255: GRANT of columns of a partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
grant select (id) on a to safeddl_truth_role

--@ N256: GRANT on several, sequences among them
--@setup
create table a(id serial);
create table b(id int);
--@stmt
grant select on a, b, a_id_seq to public

--@ N257: GRANT on a sequence
--@setup
create sequence s;
--@stmt
grant usage on sequence s to public

--@ N258: GRANT on a schema and a function
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
--@stmt
grant usage on schema t to public;
grant execute on function tf() to public

--@ N259: GRANT on a missing table
--@stmt
grant select on nope to public

--@ N260: GRANT on all sequences in schema
--@setup
create table a(id serial);
--@stmt
grant all on all sequences in schema t to public

--@ N261: CREATE STATISTICS of a partitioned table: itself alone
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
create statistics st on id, v from a

--@ N262: CREATE STATISTICS of an inheritance parent
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
create statistics st on id, v from a

--@ N263: CREATE STATISTICS of a materialized view
--@setup
create table a(id int primary key, v text);
create materialized view mv as select * from a;
--@stmt
create statistics st on id, v from mv

--@ N264: CREATE STATISTICS of a foreign table
--@setup
create foreign table f(id int, v text) server nowhere;
--@stmt
create statistics st on id, v from f

--@ N265: CREATE STATISTICS of an expression
--@setup
create table a(id int primary key, v text);
--@stmt
create statistics st on (id % 10), (lower(v)) from t.a

--@ N266: CREATE STATISTICS IF NOT EXISTS, existing
--@setup
create table a(id int primary key, v text);
create statistics st on id, v from a;
--@stmt
create statistics if not exists st on id, v from a

--@ N267: CREATE STATISTICS of a view is refused
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
create statistics st on id, v from vw

--@ N268: CREATE STATISTICS from a join is refused
--@setup
create table a(id int primary key, v text);
create table b(id int);
--@stmt
create statistics st on id, v from a, b

--@ N269: ALTER STATISTICS SET SCHEMA, OWNER
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text);
create statistics st on id, v from a;
--@stmt
alter statistics st owner to safeddl_truth_role;
alter statistics if exists nope set statistics 5

--@ N270: CREATE SEQUENCE OWNED BY
--@setup
create table a(id int primary key, v text);
--@stmt
create sequence s owned by a.id

--@ N271: CREATE SEQUENCE IF NOT EXISTS, existing
--@setup
create table a(id int primary key, v text);
create sequence s;
--@stmt
create sequence if not exists s owned by a.id

--@ N272: CREATE SEQUENCE, unlogged
--@min 15
--@stmt
create unlogged sequence s

--@ N273: ALTER SEQUENCE of a serial column
--@setup
create table a(id serial);
--@stmt
alter sequence a_id_seq increment 2 cache 5

--@ N274: ALTER SEQUENCE of an identity column: RESTART
--@setup
create table a(id int generated always as identity);
--@stmt
alter sequence a_id_seq restart

--@ N275: ALTER SEQUENCE OWNED BY NONE
--@setup
create table a(id serial);
--@stmt
alter sequence a_id_seq owned by none

--@ N276: ALTER SEQUENCE OWNED BY, partitioned table
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create sequence s;
--@stmt
alter sequence s owned by t.a.id

--@ N277: ALTER SEQUENCE OWNED BY a missing table
--@setup
create sequence s;
--@stmt
alter sequence s owned by nope.id

--@ N278: ALTER SEQUENCE IF EXISTS, missing
--@stmt
alter sequence if exists nope restart

--@ N279: ALTER SEQUENCE of a table is refused
--@setup
create table a(id int primary key, v text);
--@stmt
alter sequence a restart

--@ N280: ALTER SEQUENCE, quoted and qualified
--@setup
drop schema if exists t2 cascade;
create schema t2;
create sequence t2."S x";
--@stmt
alter sequence t2."S x" maxvalue 100 no cycle

--@ N281: ALTER SEQUENCE of a temporary one
--@pre
create temporary sequence s;
--@stmt
alter sequence s restart

--@ N282: ALTER SEQUENCE SET LOGGED where it is logged
--@min 15
--@setup
create sequence s;
--@stmt
alter sequence s set logged

--@ N283: CREATE PUBLICATION with inheritance children
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
create publication pub_x for table a, e

--@ N284: CREATE PUBLICATION ONLY
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
--@stmt
create publication pub_x for table only a

--@ N285: CREATE PUBLICATION of a column list and a filter
--@setup
create table a(id int primary key, v text);
--@stmt
create publication pub_x for table a (id) where (id > 5)

--@ N286: CREATE PUBLICATION of a partition and of a parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
--@stmt
create publication pub_x for table a1, only a2

--@ N287: CREATE PUBLICATION of a table and a schema
--@setup
create table a(id int primary key, v text);
drop schema if exists t2 cascade;
create schema t2;
--@stmt
create publication pub_x for table a, tables in schema t2

--@ N288: CREATE PUBLICATION of the current schema
--@setup
create table a(id int primary key, v text);
--@stmt
create publication pub_x for tables in schema current_schema

--@ N289: CREATE PUBLICATION of nothing
--@setup
create table a(id int primary key, v text);
--@stmt
create publication pub_x

--@ N290: CREATE PUBLICATION of a table twice
--@setup
create table a(id int primary key, v text);
--@stmt
create publication pub_x for table a, a

--@ N291: CREATE PUBLICATION of a view is refused
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
--@stmt
create publication pub_x for table vw

--@ N292: CREATE PUBLICATION of a missing table
--@stmt
create publication pub_x for table nope

--@ N293: ALTER PUBLICATION ADD TABLE with children
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
create publication pub_y;
--@stmt
alter publication pub_y add table a *

--@ N294: ALTER PUBLICATION DROP TABLE
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
create publication pub_y for table a, e;
--@stmt
alter publication pub_y drop table a

--@ N295: ALTER PUBLICATION SET TABLE: those that go and those that stay
--@setup
create table a(id int, v text);
create table c() inherits(a);
create table d() inherits(c);
create table e(x int);
create table b(id int primary key, v text);
create publication pub_y for table e, only a;
--@stmt
alter publication pub_y set table b, only a

--@ N296: ALTER PUBLICATION SET TABLE: a filter changes
--@setup
create table a(id int primary key, v text);
create publication pub_y for table a;
--@stmt
alter publication pub_y set table a where (id > 5)

--@ N297: ALTER PUBLICATION SET of a partition by its root
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create table b(id int);
create publication pub_y for table a;
--@stmt
alter publication pub_y set table b

--@ N298: ALTER PUBLICATION SET TABLES IN SCHEMA: the tables go
--@setup
create table a(id int primary key, v text);
drop schema if exists t2 cascade;
create schema t2;
create publication pub_y for table a;
--@stmt
alter publication pub_y set tables in schema t2

--@ N299: ALTER PUBLICATION ADD and DROP TABLES IN SCHEMA
--@setup
create table a(id int primary key, v text);
drop schema if exists t2 cascade;
create schema t2;
create publication pub_y for table a;
--@stmt
alter publication pub_y add tables in schema t2;
alter publication pub_y drop tables in schema t2

--@ N300: ALTER PUBLICATION SET options
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (900) partition by range(id);
create table a21 partition of a2 for values from (500) to (600);
create publication pub_y for table a;
--@stmt
alter publication pub_y set (publish = 'insert', publish_via_partition_root)

--@ N301: ALTER PUBLICATION OWNER
--@setup
create table a(id int primary key, v text);
create publication pub_y for table a;
--@stmt
alter publication pub_y owner to safeddl_truth_role

--@ N302: ALTER PUBLICATION of a missing one
--@setup
create table a(id int primary key, v text);
--@stmt
alter publication pub_y set table a

--@ N303: DROP PUBLICATION
--@setup
create table a(id int primary key, v text);
create publication pub_y for table a;
--@stmt
drop publication pub_y

--@ N304: CREATE PUBLICATION FOR ALL TABLES EXCEPT
--@min 19
--@setup
create table a(id int primary key, v text);
create table b(id int, v text);
create table c() inherits(b);
create table d() inherits(c);
create table e(x int);
--@stmt
create publication pub_x for all tables except (table a, b)

--@ N305: ALTER PUBLICATION SET ALL TABLES EXCEPT
--@min 19
--@setup
create table a(id int primary key, v text);
create table b(id int);
create publication pub_y for all tables except (table a);
--@stmt
alter publication pub_y set all tables except (table b)

--@ N306: ALTER PUBLICATION SET ALL TABLES
--@min 19
--@setup
create table a(id int primary key, v text);
create publication pub_y for all tables except (table a);
--@stmt
alter publication pub_y set all tables

--@ N307: ALTER PUBLICATION SET ALL TABLES where there were some
--@min 19
--@setup
create table a(id int primary key, v text);
create publication pub_y for table a;
--@stmt
alter publication pub_y set all tables

--@ N308: CREATE PUBLICATION FOR ALL SEQUENCES
--@min 19
--@setup
create sequence s;
--@stmt
create publication pub_x for all sequences
