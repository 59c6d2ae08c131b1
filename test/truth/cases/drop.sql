-- Truth cases: DROP of everything but indexes

--@ C28: DROP TABLE child with FK: AEL on referenced table
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p);
--@stmt
drop table a;

--@ C29: DROP TABLE parent CASCADE: AEL on child (drops FK)
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p);
create view vw as select * from p;
create materialized view mv as select * from vw;
create index mvi on mv(id);
--@stmt
drop table p cascade;

--@ E38: DROP TYPE CASCADE drops columns: AEL on table
--@setup
create type e as enum('a','b');
create table a(id int, x e);
create index i on a(x);
--@stmt
drop type e cascade;

--@ E39: DROP FUNCTION CASCADE used in default / index / check / generated
--@setup
create function f(int) returns int immutable language sql as 'select $1+1';
create table a(id int, x int default f(1), y int check (f(y)>0), z int generated always as (f(y)) stored);
create index i on a(f(id));
create view vw as select f(id) from a;
--@stmt
drop function f cascade;

--@ E40: DROP SCHEMA CASCADE
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.q(id serial primary key, v text);
create table a(id int references t2.q);
--@stmt
drop schema t2 cascade;

--@ E41: DROP OWNED BY
--@setup
create table a(id serial primary key, v text);
alter table a owner to safeddl_truth_role;
create table b(id int);
grant select on b to safeddl_truth_role;
--@stmt
drop owned by safeddl_truth_role;

--@ E43: DROP EXTENSION/none placeholder: DROP VIEW locks only view
--@setup
create table a(id int);
create view vw as select * from a;
--@stmt
drop view vw;

--@ F02: DROP TRIGGER: AEL
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
drop trigger tg on a;

--@ F03b: DROP POLICY
--@setup
create table a(id int primary key, v text);
create policy p on a;
--@stmt
drop policy p on a;

--@ F04b: DROP RULE
--@setup
create table a(id int primary key, v text);
create rule r as on insert to a do nothing;
--@stmt
drop rule r on a;

--@ F12f: DROP SEQUENCE used as default needs CASCADE: AEL on table
--@setup
create sequence s;
create table a(id int default nextval('s'));
--@stmt
drop sequence s cascade;

--@ F15b: DROP STATISTICS
--@setup
create table a(id int, v text);
create statistics st on id,v from a;
--@stmt
drop statistics st;

--@ F35: DROP TABLE of inheritance parent CASCADE drops children
--@setup
create table a(id int, v text);
create table c() inherits(a);
--@stmt
drop table a cascade;

--@ F36: DROP partitioned table drops all partitions w/o CASCADE
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
drop table a;

--@ H05: DROP multi
--@setup
create table a(id int primary key);
create table b(id int references a);
--@stmt
drop table if exists b, a, zz;

--@ H20: DROP DOMAIN CASCADE
--@setup
create domain d as int check (value>0);
create table a(x d, y int);
create table b(x d);
--@stmt
drop domain d cascade;

--@ H21: DROP COLLATION/OPERATOR CLASS cascade index
--@setup
create collation co from "C";
create table a(x text collate co);
create index i on a(x);
--@stmt
drop collation co cascade;

--@ J03: DROP FUNCTION used by a trigger CASCADE
--@setup
create table a(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
drop function tf() cascade;

--@ J10: DROP PUBLICATION
--@setup
create table a(id int, v text);
drop publication if exists pub_z;
create publication pub_z for table a;
--@stmt
drop publication pub_z;

--@ J20: CREATE VIEW WITH recursive deps; DROP TABLE restrict fails after locks
--@setup
create table a(id int);
create view vw as select * from a;
--@stmt
drop table a;

--@ J33: DROP TABLE partition referenced by FK: fails
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table r(id int references a);
--@stmt
drop table a1;

--@ G19: DROP TABLE CASCADE
--@setup
create table p(id serial primary key);
create table a(id int primary key, n int references p);
create view vw as select * from p;
--@stmt
drop table p cascade;

--@ G26: DROP partition
--@setup
create table a(id int primary key, v text) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (500) to (2000);
--@stmt
drop table a1;

--@ L180: a table with a sequence, an index, a toast table and a trigger
--@setup
create table a(id serial primary key, v text);
create index on a(v);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
drop table a;

--@ L181: a partitioned table of several levels
--@setup
create table a(id int primary key, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (100);
create table ad partition of a default;
--@stmt
drop table a;

--@ L182: two tables that refer to each other
--@setup
create table a(id int primary key, b int);
create table b(id int primary key, a int references a);
alter table a add foreign key (b) references b;
--@stmt
drop table a, b;

--@ L183: a table that refers to a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table a(n int references p);
--@stmt
drop table a;

--@ L184: a partition of a table with a foreign key
--@setup
create table p(id int primary key);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
drop table a1;

--@ L185: a materialized view
--@setup
create table a(id int, v text);
create materialized view mv as select * from a;
create index on mv(id);
--@stmt
drop materialized view mv;

--@ L186: a child of an inheritance parent
--@setup
create table a(id int);
create table c() inherits(a);
--@stmt
drop table c;

--@ L187: what is missing
--@setup
create table a(id int);
--@stmt
drop table if exists missing;

--@ L188: the wrong kind: an error
--@setup
create table a(id int);
--@stmt
drop view a;

--@ L189: a table that refers to itself, an unlogged one, and a materialized view
--@setup
create table a(id int primary key, n int references a);
create unlogged table b(id int, v text);
create materialized view mv as select 1;
--@stmt
drop table a, b;
drop materialized view mv;

--@ L190: a partition below a partition, with default partitions
--@setup
create table a(id int) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (0) to (1000) partition by range(id);
create table a11 partition of a1 for values from (0) to (500);
create table a1d partition of a1 default;
--@stmt
drop table a11;

--@ L191: CASCADE of a table that others refer to, no views
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table a(n int references p) partition by range(n);
create table a1 partition of a for values from (0) to (500);
--@stmt
drop table p cascade;

--@ R01: a schema with tables that others refer to, views, types, functions, from outside
--@setup
drop schema if exists t2 cascade;
create schema t2;
create type t2.mood as enum ('a', 'b');
create function t2.f(int) returns int immutable language sql as 'select $1 + 1';
create sequence t2.s;
create table t2.p(id int primary key, v text);
create table t2.parted(id int primary key, v text) partition by range(id);
create table t2.parted1 partition of t2.parted for values from (0) to (500);
create table part_outside partition of t2.parted for values from (500) to (600);
create table a(id int primary key, p int references t2.p, m t2.mood, n int default nextval('t2.s'),
  c int check (t2.f(c) > 0), w text);
create index a_expr on a (t2.f(id));
create index a_mood on a (m);
create statistics a_st on m, w from a;
create table r(id int references t2.parted);
create view vw as select * from t2.p;
create materialized view mv as select id from vw;
create index on mv(id);
create table c() inherits (t2.p);
create table keep(id int);
--@stmt
drop schema t2 cascade;

--@ R02: a schema RESTRICT that is not empty: an error
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.p(id int primary key, v text);
--@stmt
drop schema t2;

--@ R03: an empty schema
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int);
--@stmt
drop schema t2;

--@ R04: a schema that is missing, IF EXISTS
--@setup
drop schema if exists t2 cascade;
create table a(id int);
--@stmt
drop schema if exists t2 cascade;

--@ R05: a partition that lies in the dropped schema: parent and default partition
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id int primary key, v text) partition by range(id);
create table ad partition of a default;
create table a1 partition of a for values from (0) to (100);
create table t2.a2 partition of a for values from (100) to (200);
--@stmt
drop schema t2 cascade;

--@ R06: an enum type that columns of plain, partitioned and inherited tables have
--@setup
create type e as enum ('a', 'b');
create table a(id int, x e, y e default 'a');
create table p(id int, x e) partition by range(id);
create table p1 partition of p for values from (0) to (100);
create table i(x e);
create table i1() inherits (i);
create view vw as select x from a;
create materialized view mv as select x, id from p;
create function f(e) returns int immutable language sql as 'select 1';
create index fi on a(f(x));
create table keep(id int);
--@stmt
drop type e cascade;

--@ R07: a composite type with typed tables, columns and arrays
--@setup
create type ct as (a int, b text);
create table typed of ct;
create table col(id int, x ct);
create table arr(id int, x ct[]);
create domain dct as ct;
create table dom(x dct);
--@stmt
drop type ct cascade;

--@ R08: a composite type that nothing has
--@setup
create type ct as (a int, b text);
create table a(id int);
--@stmt
drop type ct;

--@ R09: the row type of a table: an error
--@setup
create table a(id int);
--@stmt
drop type a;

--@ R10: a table whose row type is a column elsewhere
--@setup
create table a(id int, v text);
create table b(id int, x a);
create index on b(id);
--@stmt
drop table a cascade;

--@ R11: a domain over a domain, in columns, arrays and a composite type
--@setup
create domain d as int check (value > 0);
create domain d2 as d;
create type ct as (x d2, y int);
create table a(x d, y d2, z int);
create table b(x d[]);
create table c(x ct);
--@stmt
drop domain d cascade;

--@ R12: a domain RESTRICT that is in use: an error
--@setup
create domain d as int check (value > 0);
create table a(x d);
--@stmt
drop domain d;

--@ R13: a range type with an exclusion constraint on its column
--@setup
create type fr as range (subtype = float8);
create table a(id int, r fr, exclude using gist (r with &&));
--@stmt
drop type fr cascade;

--@ R14: a function used by a view, a policy, a rule, a trigger, a generated column
--@setup
create function f(int) returns int immutable language sql as 'select $1 + 1';
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table a(id int, g int generated always as (f(id)) stored);
create table b(id int);
create table pt(id int) partition by range(id);
create table pt1 partition of pt for values from (0) to (100);
create policy po on b using (f(id) > 0);
create rule r as on insert to b where f(new.id) > 0 do nothing;
create trigger tg after insert on pt for each row when (f(new.id) > 0) execute function tf();
create index gi on a(g);
create view vw as select f(id) from b;
--@stmt
drop function f cascade;

--@ R15: a trigger function used on a partitioned table and a view
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table pt(id int) partition by range(id);
create table pt1 partition of pt for values from (0) to (100);
create view vw as select * from pt;
create trigger tg after insert on pt for each row execute function tf();
create trigger tv instead of insert on vw for each row execute function tf();
--@stmt
drop function tf cascade;

--@ R16: a trigger of a partitioned table
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table pt(id int) partition by range(id);
create table pt1 partition of pt for values from (0) to (100) partition by range(id);
create table pt11 partition of pt1 for values from (0) to (50);
create trigger tg after insert on pt for each row execute function tf();
--@stmt
drop trigger tg on pt;

--@ R17: a trigger of a partition that comes from its parent: an error
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table pt(id int) partition by range(id);
create table pt1 partition of pt for values from (0) to (100);
create trigger tg after insert on pt for each row execute function tf();
--@stmt
drop trigger tg on pt1;

--@ R18: a constraint trigger FROM another table
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table a(id int);
create table b(id int);
create constraint trigger tg after insert on a from b for each row execute function tf();
--@stmt
drop trigger tg on a;

--@ R19: the table that a constraint trigger is FROM
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table a(id int);
create table b(id int);
create constraint trigger tg after insert on a from b for each row execute function tf();
--@stmt
drop table b;

--@ R20: a trigger that is missing, IF EXISTS; and of a missing table
--@setup
create table a(id int);
--@stmt
drop trigger if exists tg on a;
drop trigger if exists tg on missing;
drop rule if exists r on a;
drop policy if exists p on a;

--@ R21: an internal trigger of a foreign key: an error
--@setup
create table p(id int primary key);
create table a(id int references p);
--@stmt
drop trigger "RI_ConstraintTrigger_c_0" on a;

--@ R22: a rule of a view, and the rule that makes it one: an error
--@setup
create table a(id int);
create view vw as select * from a;
create rule r as on insert to vw do instead nothing;
--@stmt
drop rule r on vw;

--@ R23: the rule that makes a view: an error
--@setup
create table a(id int);
create view vw as select * from a;
--@stmt
drop rule "_RETURN" on vw;

--@ R24: names in quotes and with a schema
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2."A b"(id int);
create policy "P q" on t2."A b";
create table other(id int);
--@stmt
drop policy "P q" on t2."A b";

--@ R25: statistics of several tables, with a schema
--@setup
create table a(id int, v text);
create table b(id int, v text);
create statistics sa on id, v from a;
create statistics sb on id, v from b;
--@stmt
drop statistics t.sa, sb;

--@ R26: a table with statistics, a policy, a rule and a publication
--@setup
create table a(id int primary key, v text);
create statistics sa on id, v from a;
create policy p on a;
create rule r as on insert to a do nothing;
create publication pub_y for table a;
--@stmt
drop table a;

--@ R27: an index of a plain table, two of them
--@setup
create table a(id int, v text);
create index i1 on a(id);
create index i2 on a(v);
--@stmt
drop index i1, i2;

--@ R28: a unique index that a foreign key stands on: an error without CASCADE
--@setup
create table a(id int);
create unique index ui on a(id);
create table b(id int references a(id));
--@stmt
drop index ui;

--@ R29: a unique index that a foreign key stands on, CASCADE
--@setup
create table a(id int);
create unique index ui on a(id);
create table b(id int references a(id));
--@stmt
drop index ui cascade;

--@ R30: an index of a constraint: an error
--@setup
create table a(id int primary key);
--@stmt
drop index a_pkey;

--@ R31: a partition's part of a partitioned index: an error
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (100);
create index ai on a(id);
--@stmt
drop index a1_id_idx;

--@ R32: a partitioned index of several levels, with a partition that is foreign
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (100) partition by range(id);
create table a11 partition of a1 for values from (0) to (50);
create table ad partition of a default;
create index ai on a(id);
create foreign table af partition of a for values from (200) to (300) server nowhere;
--@stmt
drop index ai;

--@ R33: a partitioned index ON ONLY the parent
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (100);
create index ai on only a(id);
--@stmt
drop index ai;

--@ R34: a partitioned index on which a foreign key stands, CASCADE
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (100);
create unique index ui on a(id);
create table r(id int references a(id)) partition by range(id);
create table r1 partition of r for values from (0) to (100);
--@stmt
drop index ui cascade;

--@ R35: an index CONCURRENTLY
--@setup
create table a(id int, v text);
create index i on a(id);
--@notx
--@stmt
drop index concurrently i;

--@ R36: a partitioned index CONCURRENTLY: an error
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (100);
create index ai on a(id);
--@notx
--@stmt
drop index concurrently ai;

--@ R37: an index that is missing, IF EXISTS
--@setup
create table a(id int);
--@stmt
drop index if exists missing, a_missing;

--@ R38: an operator class and family that an index uses
--@setup
create function cmp(int, int) returns int immutable language sql as 'select $1 - $2';
create operator class oc for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
  operator 4 >=, operator 5 >, function 1 cmp(int, int);
create table a(id int);
create index i on a(id oc);
--@stmt
drop operator class oc using btree cascade;

--@ R39: a function that an operator class uses
--@setup
create function cmp(int, int) returns int immutable language sql as 'select $1 - $2';
create operator class oc for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
  operator 4 >=, operator 5 >, function 1 cmp(int, int);
create table a(id int);
create index i on a(id oc);
--@stmt
drop function cmp cascade;

--@ R40: an operator in an exclusion constraint and a check
--@setup
create function oeq(int, int) returns bool immutable language sql as 'select $1 = $2';
create operator === (procedure = oeq, leftarg = int, rightarg = int, commutator = ===);
create table a(id int, v int check (v === 1 or v > 1));
--@stmt
drop operator === (int, int) cascade;

--@ R41: a cast and a conversion that nothing uses
--@setup
create table a(id int);
create type ct as (a int);
create function f(ct) returns int immutable language sql as 'select 1';
create cast (ct as int) with function f(ct);
--@stmt
drop cast (ct as int);
drop cast if exists (ct as missing);

--@ R42: a text search configuration in an index expression
--@setup
create text search configuration cfg (copy = simple);
create table a(id int, v text);
create index i on a using gin (to_tsvector('t.cfg', v));
--@stmt
drop text search configuration cfg cascade;

--@ R43: a collation of a column, a domain and an index expression
--@setup
create collation co from "C";
create domain d as text collate co;
create table a(x text collate co, y text);
create index i on a(y collate co);
create table b(x d);
--@stmt
drop collation co cascade;

--@ R44: a sequence that a column owns, RESTRICT: an error
--@setup
create table a(id serial);
--@stmt
drop sequence a_id_seq;

--@ R45: a sequence that a column owns, CASCADE, and an identity's: an error
--@setup
create table a(id serial);
--@stmt
drop sequence a_id_seq cascade;

--@ R46: the sequence of an identity column: an error
--@setup
create table a(id int generated always as identity);
--@stmt
drop sequence a_id_seq;

--@ R47: a view with views on top, CASCADE, with triggers and rules
--@setup
create table a(id int primary key, v text);
create view v1 as select * from a;
create view v2 as select * from v1;
create materialized view mv as select * from v2;
create function f(v1) returns int language sql immutable as 'select 1';
create view v3 as select f(v1) from v1;
--@stmt
drop view v1 cascade;

--@ R48: a view that needs the primary key (GROUP BY), by CASCADE of the constraint
--@setup
create table a(id int primary key, v text);
create view vw as select id, v from a group by id;
--@stmt
alter table a drop constraint a_pkey cascade;

--@ R49: the same without CASCADE: an error
--@setup
create table a(id int primary key, v text);
create view vw as select id, v from a group by id;
--@stmt
alter table a drop constraint a_pkey;

--@ R50: a foreign table, and a server with its tables
--@setup
create table a(id int) partition by range(id);
create foreign table af partition of a for values from (0) to (100) server nowhere;
create foreign table f(id int, v text) server nowhere;
--@stmt
drop foreign table f, af;

--@ R51: a server CASCADE
--@setup
create server nowhere2 foreign data wrapper nowhere;
create table a(id int) partition by range(id);
create table ad partition of a default;
create foreign table af partition of a for values from (0) to (100) server nowhere2;
create foreign table f(id int, v text) server nowhere2;
--@stmt
drop server nowhere2 cascade;

--@ R52: a foreign-data wrapper CASCADE
--@setup
drop foreign data wrapper if exists nowhere3 cascade;
create foreign data wrapper nowhere3;
create server nowhere3 foreign data wrapper nowhere3;
create foreign table f(id int, v text) server nowhere3;
create user mapping for current_user server nowhere3;
--@stmt
drop foreign data wrapper nowhere3 cascade;

--@ R53: an access method with tables
--@setup
drop access method if exists heap3;
create access method heap3 type table handler heap_tableam_handler;
create table a(id int primary key, v text) using heap3;
create materialized view mv using heap3 as select * from a;
--@stmt
drop access method heap3 cascade;

--@ R54: an extension with a type that columns have, members added, and what depends on it
--@setup
create extension citext schema t;
create function ef(int) returns int immutable language sql as 'select $1';
create table et(id int primary key, v text);
create sequence es;
alter extension citext add function ef(int);
alter extension citext add table et;
alter extension citext add sequence es;
create table a(id int, n int default nextval('es'), v citext, w text);
create index i on a(ef(id));
create index on a(v);
create table r(id int references et);
create function df(int) returns int immutable language sql as 'select $1';
alter function df(int) depends on extension citext;
create table d(id int, w text);
create index di on d(id);
alter index di depends on extension citext;
create materialized view mv as select v::citext from et;
--@stmt
drop extension citext cascade;

--@ R55: a table that belongs to an extension: an error
--@setup
create extension citext schema t;
create table et(id int primary key, v text);
alter extension citext add table et;
--@stmt
drop table et;

--@ R75: an extension RESTRICT takes its members, and what was made to depend on it
--@setup
create extension citext schema t;
create table et(id int primary key, v text);
alter extension citext add table et;
create table d(id int, w text);
create index di on d(id);
alter index di depends on extension citext;
--@stmt
drop extension if exists citext, missing;

--@ R76: a member of an extension that cascades to the extension: an error
--@setup
create extension citext schema t;
create function ef(int) returns int immutable language sql as 'select $1';
create view vw as select ef(1);
alter extension citext add view vw;
create table a(v citext);
--@stmt
drop function ef(int) cascade;

--@ R56: DROP OWNED with tables, views, types, schemas, functions, of another's table's policy
--@setup
drop schema if exists t2 cascade;
create schema t2 authorization safeddl_truth_role;
create table t2.q(id serial primary key, v text);
create table own(id int primary key, v text);
alter table own owner to safeddl_truth_role;
create type e as enum ('a');
alter type e owner to safeddl_truth_role;
create table a(id int references own, x e);
create index on a(x);
create table po(id int);
create policy p1 on po to safeddl_truth_role;
create table po2(id int);
create policy p2 on po2 to safeddl_truth_role, current_user;
create table gr(id int, v text);
grant select on gr to safeddl_truth_role;
grant select (v) on gr to safeddl_truth_role;
create table pt(id int) partition by range(id);
create table pt1 partition of pt for values from (0) to (100);
alter table pt1 owner to safeddl_truth_role;
create materialized view mv as select * from own;
alter materialized view mv owner to safeddl_truth_role;
--@stmt
drop owned by safeddl_truth_role cascade;

--@ R57: DROP OWNED RESTRICT that is refused: an error
--@setup
create table own(id int primary key, v text);
alter table own owner to safeddl_truth_role;
create table a(id int references own);
--@stmt
drop owned by safeddl_truth_role;

--@ R58: DROP OWNED of nobody's things, and of a role that is missing
--@setup
create table a(id int);
create table po(id int);
create policy p2 on po to safeddl_truth_role, current_user;
--@stmt
drop owned by safeddl_truth_role restrict;

--@ R59: a table of a partition tree that others refer to, in several levels
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500) partition by range(id);
create table p11 partition of p1 for values from (0) to (100);
create table a(n int references p) partition by range(n);
create table a1 partition of a for values from (0) to (500) partition by range(n);
create table a11 partition of a1 for values from (0) to (100);
--@stmt
drop table a1;

--@ R60: a partitioned table that refers to a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table a(n int references p) partition by range(n);
create table a1 partition of a for values from (0) to (500);
--@stmt
drop table a;

--@ R61: a view that another table's rule and policy read
--@setup
create table a(id int);
create view vw as select * from a;
create table b(id int);
create rule r as on delete to b do also delete from a;
create policy p on b using (exists (select from vw));
--@stmt
drop view vw cascade;

--@ R62: a table that another table's rule writes, CASCADE
--@setup
create table a(id int);
create table b(id int);
create rule r as on delete to b do also delete from a;
create function f() returns bigint begin atomic select count(*) from a; end;
create table c(n bigint default f());
--@stmt
drop table a cascade;

--@ R63: inheritance of several levels with several parents, CASCADE
--@setup
create table a(id int, v text);
create table b(id int);
create table c() inherits (a, b);
create table d() inherits (c);
create index on d(id);
--@stmt
drop table a cascade;

--@ R64: inheritance children RESTRICT: an error
--@setup
create table a(id int, v text);
create table c() inherits (a);
--@stmt
drop table a;

--@ R65: several tables of which one depends on the other: no CASCADE needed
--@setup
create table a(id int primary key);
create table c() inherits (a);
create table b(id int references a);
--@stmt
drop table a, c, b;

--@ R66: a temporary table and a permanent one
--@setup
create table a(id int primary key, v text);
--@pre
create temp table tt(id int primary key, v text);
create temp view tv as select * from a;
--@stmt
drop table tt, a cascade;

--@ R67: a temporary table that hides a permanent one
--@setup
create table a(id int primary key, v text);
--@pre
create temp table a(id int);
--@stmt
drop table a;

--@ R68: a publication with tables, and of a schema
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.q(id int);
create publication pub_y for table t2.q;
create publication pub_z for tables in schema t2;
create table a(id int);
--@stmt
drop schema t2 cascade;

--@ R69: a language
--@setup
create function plnone_handler() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create trusted language plnone handler plnone_handler;
create function f(int) returns int immutable language plnone as 'x';
create table a(id int);
--@stmt
drop language plnone cascade;

--@ R70: an aggregate, a procedure, a routine
--@setup
create aggregate ag(int) (sfunc = int4pl, stype = int);
create procedure pr() language sql as '';
create function fu() returns int language sql as 'select 1';
create table a(id int);
create view vw as select ag(id) from a;
--@stmt
drop aggregate ag(int) cascade;
drop procedure pr;
drop routine fu;

--@ R71: DROP FUNCTION of an aggregate: an error
--@setup
create aggregate ag(int) (sfunc = int4pl, stype = int);
--@stmt
drop function ag(int);

--@ R72: a pinned object: an error
--@setup
create table a(id int);
--@stmt
drop function pg_catalog.int4pl(int, int) cascade;

--@ R73: an event trigger
--@setup
create function ef() returns event_trigger language plpgsql as 'begin end';
create event trigger et on sql_drop execute function ef();
alter event trigger et disable;
create table a(id int);
--@stmt
drop event trigger et;
drop function ef;

--@ R74: a domain constraint
--@setup
create domain d as int constraint dc check (value > 0);
create table a(x d);
--@stmt
alter domain d drop constraint dc;

--@ R77: DROP COLUMN of an inheritance parent: children with their own, deeper ones, ONLY
--@setup
create table a(id int, v text, w text);
create table c() inherits (a);
create table d(v text) inherits (a);
create table e() inherits (d);
create index on a(v);
create index on c(v);
create index on d(v);
--@stmt
alter table a drop column v;

--@ R78: DROP COLUMN ONLY
--@setup
create table a(id int, v text, w text);
create table c() inherits (a);
create table e() inherits (c);
--@stmt
alter table only a drop column v;

--@ R79: DROP COLUMN of a partitioned table with everything on it
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table p(id int primary key);
create table a(id int, v text, n int references p, g int generated always as (length(v)) stored) partition by range(id);
create table a1 partition of a for values from (0) to (100) partition by range(id);
create table a11 partition of a1 for values from (0) to (50);
create index on a(v);
create index on a11(v);
create statistics st on v, n from a11;
--@stmt
alter table a drop column v cascade, drop column n;

--@ R80: DROP COLUMN of a referenced key, CASCADE
--@setup
create table p(id int, v text, unique (id)) partition by range(id);
create table q(id int primary key, v text);
create table a(n int references q, m text);
create view vw as select n, q.v from a join q on q.id = a.n;
create materialized view mv as select * from vw;
--@stmt
alter table q drop column id cascade;

--@ R81: DROP COLUMN RESTRICT that is refused: an error
--@setup
create table q(id int primary key, v text);
create view vw as select v from q;
--@stmt
alter table q drop column v;

--@ R82: DROP COLUMN that a policy, a trigger and a function read
--@setup
create function tf() returns trigger language plpgsql as 'begin return new; end';
create table a(id int, v text, w text);
create policy p on a using (v = 'x');
create trigger tg before update of v on a for each row execute function tf();
create function f() returns bigint begin atomic select count(v) from a; end;
create table b(id int, n bigint default f());
create rule r as on delete to b do also update a set v = 'y';
--@stmt
alter table a drop column v cascade;

--@ R83: DROP COLUMN with an identity, a serial, and both in one statement
--@setup
create table a(id int generated always as identity, s serial, v text);
create table b(n int default nextval('a_s_seq'));
--@stmt
alter table a drop column id, drop column s cascade;

--@ R84: DROP COLUMN of a partition key: an error
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (100);
--@stmt
alter table a drop column id;

--@ R85: DROP COLUMN that is inherited, and of a system column: errors
--@setup
create table a(id int, v text);
create table c() inherits (a);
--@stmt
alter table c drop column v;

--@ R86: DROP CONSTRAINT of two that depend on each other, in that order only
--@setup
create table a(id int constraint pk primary key, n int constraint fk references a, v text);
--@stmt
alter table a drop constraint fk, drop constraint pk;

--@ R87: DROP CONSTRAINT of a key of a partitioned table that others refer to, CASCADE
--@setup
create table p(id int constraint pk primary key) partition by range(id);
create table p1 partition of p for values from (0) to (100) partition by range(id);
create table p11 partition of p1 for values from (0) to (50);
create table r(id int references p) partition by range(id);
create table r1 partition of r for values from (0) to (100);
--@stmt
alter table p drop constraint pk cascade;

--@ R88: DROP CONSTRAINT of a foreign key between partitioned tables
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (100);
create table r(id int constraint fk references p) partition by range(id);
create table r1 partition of r for values from (0) to (100) partition by range(id);
create table r11 partition of r1 for values from (0) to (50);
--@stmt
alter table r drop constraint fk;

--@ R89: DROP CONSTRAINT of a partition's part: an error
--@setup
create table p(id int constraint pk primary key) partition by range(id);
create table p1 partition of p for values from (0) to (100);
--@stmt
alter table p1 drop constraint p1_pkey;

--@ R90: DROP CONSTRAINT of a CHECK with children that have their own, NO INHERIT, ONLY
--@setup
create table a(id int constraint ch check (id > 0));
create table c() inherits (a);
create table d(id int constraint ch check (id > 0)) inherits (a);
create table e() inherits (d);
--@stmt
alter table a drop constraint ch;

--@ R91: DROP CONSTRAINT ONLY of a CHECK
--@setup
create table a(id int constraint ch check (id > 0));
create table c() inherits (a);
create table e() inherits (c);
--@stmt
alter table only a drop constraint ch;

--@ R92: DROP CONSTRAINT of a CHECK NO INHERIT
--@setup
create table a(id int, constraint ch check (id > 0) no inherit);
create table c() inherits (a);
--@stmt
alter table a drop constraint ch;

--@ R93: DROP CONSTRAINT of the key of an inheritance parent
--@setup
create table a(id int constraint pk primary key);
create table c() inherits (a);
--@stmt
alter table a drop constraint pk;

--@ R94: DROP CONSTRAINT of an exclusion constraint; of a CHECK of a partitioned table
--@setup
create table a(id int4range, constraint ex exclude using gist (id with &&));
create table p(id int constraint ch check (id > 0)) partition by range(id);
create table p1 partition of p for values from (0) to (100) partition by range(id);
create table p11 partition of p1 for values from (0) to (50);
--@stmt
alter table a drop constraint ex;
alter table p drop constraint ch;

--@ R95: DROP IDENTITY, its sequence is used elsewhere: an error
--@setup
create table a(id int generated always as identity);
create table b(n int default nextval('a_id_seq'));
--@stmt
alter table a alter column id drop identity;

--@ R96: DROP IDENTITY and DROP EXPRESSION in one statement
--@setup
create table a(id int generated always as identity, n int, g int generated always as (n + 1) stored);
create table c() inherits (a);
--@stmt
alter table a alter column id drop identity, alter column g drop expression;

--@ R97: DROP ATTRIBUTE of a type with typed tables, CASCADE, and columns of it
--@setup
create type ct as (a int, b text, c int);
create table typed of ct;
create table p of ct partition by range(a);
create table p1 partition of p for values from (0) to (100);
create index on typed(b);
create table col(x ct);
--@stmt
alter type ct drop attribute b cascade;

--@ R98: DROP ATTRIBUTE with typed tables: an error; of a type alone
--@setup
create type ct as (a int, b text, c int);
create table typed of ct;
--@stmt
alter type ct drop attribute b;

--@ R99: DROP ATTRIBUTE that a view reads, CASCADE
--@setup
create type ct as (a int, b text, c int);
create table a(x ct);
create view vw as select (x).b from a;
--@stmt
alter type ct drop attribute b cascade;

--@ R100: DROP ATTRIBUTE of a type that columns have
--@setup
create type ct as (a int, b text, c int);
create table a(x ct, y ct[]);
--@stmt
alter type ct drop attribute b, drop attribute if exists missing;

--@ R101: DROP NOT NULL constraint of children that have it by inheritance
--@min 18
--@setup
create table a(id int constraint nn not null, v text);
create table c() inherits (a);
create table d(id int constraint dn not null) inherits (a);
create table e() inherits (d);
--@stmt
alter table a drop constraint nn;

--@ R102: DROP NOT NULL constraint of a partitioned table
--@min 18
--@setup
create table p(id int constraint nn not null) partition by range(id);
create table p1 partition of p for values from (0) to (100) partition by range(id);
create table p11 partition of p1 for values from (0) to (50);
--@stmt
alter table p drop constraint nn;

--@ R103: DROP of a foreign key that is NOT ENFORCED
--@min 18
--@setup
create table p(id int primary key);
create table a(id int constraint fk references p not enforced);
--@stmt
alter table a drop constraint fk;

--@ R104: DROP TABLE with a foreign key that is NOT ENFORCED
--@min 18
--@setup
create table p(id int primary key);
create table a(id int constraint fk references p not enforced);
--@stmt
drop table a;

--@ R105: a function that a virtual generated column uses
--@min 19
--@setup
create function f(int) returns int immutable language sql as 'select $1 + 1';
create table a(id int, g int generated always as (id + 1) virtual);
create view vw as select g from a;
--@stmt
alter table a drop column id cascade;

--@ R106: DROP INDEX that is clustered on and a replica identity
--@setup
create table a(id int not null, v text);
create unique index i on a(id);
alter table a cluster on i;
alter table a replica identity using index i;
--@stmt
drop index i;

--@ R107: DROP INDEX of a materialized view, of an inheritance parent
--@setup
create table a(id int, v text);
create table c() inherits (a);
create index i on a(id);
create materialized view mv as select * from a;
create index mi on mv(id);
--@stmt
drop index i;
drop index mi;

--@ R108: DROP INDEX of a temporary table CONCURRENTLY
--@setup
create table a(id int);
--@pre
create temp table tt(id int);
create index ti on tt(id);
--@notx
--@stmt
drop index concurrently ti;

--@ R109: DROP TABLE of a detached partition that had foreign keys
--@setup
create table p(id int primary key);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (0) to (100);
alter table a detach partition a1;
--@stmt
drop table a1;

--@ R110: DROP TABLE and the same name twice
--@setup
create table a(id int primary key, v text);
--@stmt
drop table a, a;

--@ R111: DROP VIEW of one that a column default's function reads, nothing else
--@setup
create view vw as select 1 as x;
create function f() returns int begin atomic select x from vw; end;
create table a(id int default f());
create table b(id int check (f() > 0), v text);
--@stmt
drop view vw cascade;

--@ R112: DROP TABLE with a column that a partition key of another uses by its type
--@setup
create type e as enum ('a', 'b');
create table p(x e) partition by list(x);
create table p1 partition of p for values in ('a');
create table k(id int, v text);
--@stmt
drop type e cascade;

--@ R113: a function in a partition key, CASCADE
--@setup
create function f(int) returns int immutable language sql as 'select $1 + 1';
create table p(id int) partition by range(f(id));
create table p1 partition of p for values from (0) to (10);
--@stmt
drop function f cascade;

--@ R114: an operator class in a partition key, CASCADE
--@setup
create function cmp(int, int) returns int immutable language sql as 'select $1 - $2';
create operator class oc for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
  operator 4 >=, operator 5 >, function 1 cmp(int, int);
create table p(id int) partition by range(id oc);
create table p1 partition of p for values from (0) to (10);
--@stmt
drop operator family oc using btree cascade;

--@ R115: several drops in one ALTER TABLE, one of which takes what another names: an error
--@setup
create table a(id int primary key, v text, n int);
create table b(id int references a);
create index on a(v);
--@stmt
alter table a drop column v, drop column n, drop constraint a_pkey cascade;

--@ R116: a mix of drops and other subcommands
--@setup
create table p(id int primary key);
create table a(id int constraint pk primary key, v text, n int constraint fk references p);
create view vw as select v from a;
--@stmt
alter table a drop constraint fk, drop constraint pk, drop column v cascade, add column w int, alter n set default 1;

--@ R117: DROP TYPE of a partitioned table's column where a partition has its own
--@setup
create type e as enum ('a', 'b');
create table p(id int, x e default 'a') partition by range(id);
create table p1(id int, x e not null default 'b');
alter table p attach partition p1 for values from (0) to (100);
create index on p(x);
create table ref(x e[] , y int);
--@stmt
drop type e cascade;

--@ R118: DROP SCHEMA of two, each of which depends on the other
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table t2.x(id int primary key);
create table y(id int primary key references t2.x);
alter table t2.x add foreign key (id) references y;
--@stmt
drop schema t2 cascade;

--@ R119: DROP VIEW of a recursive view, and rules that refer to one another
--@setup
create table a(id int);
create table b(id int);
create rule ra as on insert to a do also delete from b;
create rule rb as on insert to b do also delete from a;
create recursive view rv(n) as select 1 union all select n + 1 from rv where n < 3;
--@stmt
drop table a cascade;
drop view rv;

--@ R120: a function that the query of a materialized view calls, and its index
--@setup
create function f(int) returns int immutable language sql as 'select $1';
create table a(id int);
create materialized view mv as select f(id) as x from a;
create index on mv(x);
create materialized view mv2 as select x from mv;
create statistics st on id, (f(id)) from a;
--@stmt
drop function f cascade;

--@ R121: DROP TABLE of a table with a unique constraint that is deferrable, exclusion, and its own
--@setup
create table a(id int unique, m int unique deferrable, n int references a(id) on delete cascade, r int4range, exclude using gist (r with &&));
--@stmt
drop table a;

--@ R122: names of functions with and without arguments, VARIADIC, OUT; missing types
--@setup
create function f(int, out x int) language sql as 'select $1';
create function v(variadic int[]) returns int language sql as 'select 1';
create table a(id int default f(1));
--@stmt
drop function f, v(variadic int[]) cascade;
drop function if exists missing(no_such_type), no_such_schema.f(int);

--@ R123: a procedure and a function of one name: DROP ROUTINE is ambiguous
--@setup
create function f(int) returns int language sql as 'select $1';
create function f(text) returns int language sql as 'select 1';
--@stmt
drop function f;

--@ R124: large objects and default privileges of an owner
--@setup
alter default privileges for role safeddl_truth_role in schema t grant select on tables to public;
create table a(id int, v text);
alter table a owner to safeddl_truth_role;
create view vw as select * from a;
alter view vw owner to safeddl_truth_role;
--@stmt
drop owned by safeddl_truth_role;

--@ R125: a partition by DROP TABLE while another is being named too, with a foreign key to the parent
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (100);
create table pd partition of p default;
create table r(id int references p);
--@stmt
drop table p1 cascade;

--@ R126: DROP TABLE of the default partition
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (100);
create table pd partition of p default;
--@stmt
drop table pd;

--@ R127: the constraint trigger of a partitioned table's deferrable key
--@setup
create table p(id int, constraint u unique (id) deferrable) partition by range(id);
create table p1 partition of p for values from (0) to (100);
--@stmt
alter table p drop constraint u;

--@ R128: a default that names another table goes with that table, from a table that stays
--@setup
create table a(id int);
create table b(id int, what regclass default 'a'::regclass);
--@stmt
drop table a cascade;

--@ R129: tables with defaults, generated columns, plain indexes and an exclusion constraint on an expression
--@setup
create table a(id int primary key, n int default 3, g int generated always as (n + 1) stored, v text,
	exclude using btree ((n + id) with =));
create index on a (v);
create index on a (lower(v));
--@stmt
drop table a;

--@ R130: a column that a generated one and an exclusion constraint on an expression are made from
--@setup
create table a(id int, n int, g int generated always as (n + 1) stored, exclude using btree ((n + id) with =));
create index on a (n);
--@stmt
alter table a drop column n cascade;

--@ R131: a view that names the index of a TOAST table
--@setup
create table a(id int, v text);
create function toast_index() returns text language sql as
	$$ select indexrelid::regclass::text from pg_index where indrelid = (select reltoastrelid from pg_class where oid = 'a'::regclass) $$;
do $$ begin execute format('create view vw as select %L::regclass', toast_index()); end $$;
--@stmt
drop table a cascade;

--@ R132: the index of a partition that belongs to a constraint of its own
--@setup
create table p(id int, v int) partition by range(id);
create table p1 partition of p for values from (0) to (100);
alter table p1 add unique (v);
create index on p (v);
--@stmt
alter table p1 drop constraint p1_v_key;
