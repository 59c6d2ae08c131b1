-- Truth cases: domains, types, sequences: what a change of them does to tables

--@ E34: ALTER TYPE composite ADD ATTRIBUTE CASCADE: typed tables AEL
--@setup
create type ty as (id int, v text);
create table a of ty;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter type ty add attribute w int cascade;

--@ E35: ALTER TYPE composite ALTER ATTRIBUTE CASCADE: typed table rewrite
--@setup
create type ty as (id int, v text);
create table a of ty;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter type ty alter attribute id type bigint cascade;

--@ E35b: ALTER TYPE composite ADD ATTRIBUTE when used as a column: no lock on the table!
--@setup
create type ty as (id int, v text);
create table a(x ty);
insert into a select row(1,'x')::ty from generate_series(1,1000) g;
--@stmt
alter type ty add attribute w int;

--@ E35c: ALTER TYPE composite ALTER ATTRIBUTE when used as a column: error
--@setup
create type ty as (id int, v text);
create table a(x ty);
--@stmt
alter type ty alter attribute id type bigint;

--@ E36: ALTER TYPE enum ADD VALUE
--@setup
create type e as enum('a','b');
create table a(x e);
--@stmt
alter type e add value 'c';

--@ E37: ALTER DOMAIN ADD CHECK scans all tables using it, ShareLock
--@early pp
--@early vw
--@setup
create domain d as int;
create domain d2 as d;
create table a(x d);
create table b(x d2, y d);
create table pp(x d) partition by range(x);
create table pp1 partition of pp for values from (1) to (5000);
create materialized view mv as select x from a;
create view vw as select x from a;
insert into a select generate_series(1,1000);
insert into b select g,g from generate_series(1,1000) g;
--@stmt
alter domain d add check (value>0);

--@ E37b: ALTER DOMAIN ADD CHECK NOT VALID: no locks
--@setup
create domain d as int;
create table a(x d);
insert into a select generate_series(1,1000);
--@stmt
alter domain d add constraint c check (value>0) not valid;

--@ E37c: ALTER DOMAIN VALIDATE
--@setup
create domain d as int;
create table a(x d);
insert into a select generate_series(1,1000);
alter domain d add constraint c check (value>0) not valid;
--@stmt
alter domain d validate constraint c;

--@ E37d: ALTER DOMAIN SET NOT NULL
--@setup
create domain d as int;
create table a(x d);
insert into a select generate_series(1,1000);
--@stmt
alter domain d set not null;

--@ E37e: ALTER DOMAIN DROP CONSTRAINT / SET DEFAULT: no table locks
--@setup
create domain d as int constraint c check (value>0);
create table a(x d);
insert into a select generate_series(1,1000);
--@stmt
alter domain d drop constraint c;

--@ F12: ALTER SEQUENCE: SRX; RESTART
--@setup
create sequence s;
--@stmt
alter sequence s restart 5;

--@ F12b: ALTER SEQUENCE increment / as type
--@setup
create sequence s;
--@stmt
alter sequence s increment 5 as int;

--@ F12c: ALTER SEQUENCE OWNED BY: AS on table (SRX?)
--@setup
create sequence s;
create table a(id int);
--@stmt
alter sequence s owned by a.id;

--@ F12d: ALTER SEQUENCE OWNER / RENAME / SET SCHEMA
--@setup
create sequence s;
--@stmt
alter sequence s rename to s2;

--@ F12e: ALTER SEQUENCE SET UNLOGGED (15)
--@min 15
--@setup
create sequence s;
--@stmt
alter sequence s set unlogged;

--@ H40: enum add value then use
--@setup
create type e1 as enum('a');
create table a(x e1);
--@stmt
alter type e1 rename value 'a' to 'b';

--@ I14: ALTER TYPE ADD VALUE in block
--@setup
create type e as enum('a');
create table a(x e default 'a');
--@stmt
alter type e add value 'z';

--@ G17: ALTER DOMAIN add check
--@early pp
--@early vw
--@setup
create domain d as int;
create table a(x d);
create table pp(x d) partition by range(x);
create table pp1 partition of pp for values from (1) to (5000);
create view vw as select x from a;
--@stmt
alter domain d add check (value>0);

--@ Q01: ALTER DOMAIN through domains over domains, quoted and schema-qualified
--@setup
drop schema if exists t2 cascade;
create schema t2;
create domain t2."My Domain" as text;
create domain d2 as t2."My Domain";
create domain d3 as d2;
create table "A b"("X y" d3);
create table t2.c(x t2."My Domain", y int);
insert into "A b" select 'a' from generate_series(1,1000);
--@stmt
alter domain t2."My Domain" add constraint "C d" check (value <> '');

--@ Q02: ALTER DOMAIN of a domain in an array column: error
--@setup
create domain d as int;
create table a(x d[]);
create table b(x d);
--@stmt
alter domain d add check (value>0);

--@ Q03: ALTER DOMAIN of a domain in a composite type that no table stores
--@early ty
--@setup
create domain d as int;
create type ty as (x d);
create table b(x d);
insert into b select generate_series(1,1000);
create view vw as select row(1)::ty as y;
--@stmt
alter domain d add check (value>0);

--@ Q21: ALTER DOMAIN of a domain in a composite type that nobody uses
--@early ty
--@setup
create domain d as int;
create type ty as (x d);
create table b(x d);
insert into b select generate_series(1,1000);
--@stmt
alter domain d add check (value>0);

--@ Q04: ALTER DOMAIN of a domain in a composite type that a table stores: error
--@setup
create domain d as int;
create type ty as (x d);
create table b(y ty);
--@stmt
alter domain d set not null;

--@ Q05: ALTER DOMAIN of a domain over whose row type another domain lies: error
--@setup
create domain d as int;
create table a(x d);
create domain rd as a;
create table b(y rd);
--@stmt
alter domain d set not null;

--@ Q06: ALTER DOMAIN of a domain with a range type in a column: error
--@setup
create domain d as int;
create type r as range (subtype = d);
create table a(x r);
--@stmt
alter domain d set not null;

--@ Q07: ALTER DOMAIN with a range type that nobody uses
--@setup
create domain d as int;
create type r as range (subtype = d);
create table a(x d);
--@stmt
alter domain d set not null;

--@ Q08: ALTER DOMAIN SET NOT NULL that is set already
--@setup
create domain d as int not null;
create table a(x d);
--@stmt
alter domain d set not null;

--@ Q09: ALTER DOMAIN DROP NOT NULL, SET DEFAULT, DROP DEFAULT, DROP CONSTRAINT IF EXISTS
--@setup
create domain d as int not null;
create table a(x d);
--@stmt
alter domain d drop not null;
alter domain d set default 3;
alter domain d drop default;
alter domain d drop constraint if exists nothing;

--@ Q10: ALTER DOMAIN VALIDATE of a valid constraint reads everything again up to 18
--@setup
create domain d as int constraint c check (value>0);
create table a(x d);
insert into a select generate_series(1,1000);
--@stmt
alter domain d validate constraint c;

--@ Q11: ALTER DOMAIN VALIDATE of a missing constraint
--@setup
create domain d as int;
create table a(x d);
--@stmt
alter domain d validate constraint c;

--@ Q12: ALTER DOMAIN with the name of a constraint that exists: error
--@setup
create domain d as int constraint c check (value>0);
create table a(x d);
--@stmt
alter domain d add constraint c check (value<10);

--@ Q13: ALTER DOMAIN of something else
--@setup
create table a(x int);
--@stmt
alter domain a add check (value>0);

--@ Q14: ALTER DOMAIN with inheritance, temporary, unlogged and foreign tables
--@early ft
--@setup
create domain d as int;
create table p(x d);
create table c(y int) inherits (p);
create unlogged table u(x d);
create foreign table ft(x d) server nowhere;
insert into c select generate_series(1,1000), 1;
--@pre
create temp table tmp(x t.d);
--@stmt
alter domain d add check (value>0);

--@ Q15: ALTER DOMAIN of a dropped column
--@setup
create domain d as int;
create table a(x d, y int);
alter table a drop column x;
--@stmt
alter domain d add check (value>0);

--@ Q16: ALTER DOMAIN of a domain in a typed table and its type
--@early ty
--@setup
create domain d as int;
create type ty as (x d);
create table a of ty;
insert into a select generate_series(1,1000);
--@stmt
alter domain d add check (value>0);

--@ Q17: ALTER DOMAIN ADD NOT NULL as a constraint (17)
--@min 17
--@setup
create domain d as int;
create table a(x d);
insert into a select generate_series(1,1000);
--@stmt
alter domain d add constraint nn not null;

--@ Q18: ALTER DOMAIN VALIDATE of a NOT NULL (17): error
--@min 17
--@setup
create domain d as int constraint nn not null;
create table a(x d);
--@stmt
alter domain d validate constraint nn;

--@ Q19: ALTER DOMAIN of a domain in an expression index only
--@setup
create domain d as int;
create table a(x int);
create index i on a(((x)::d));
--@stmt
alter domain d add check (value>0);

--@ Q20: ALTER DOMAIN of a domain whose array an index holds: error
--@setup
create domain d as int;
create table a(x int);
create index i on a((array[x]::d[]));
--@stmt
alter domain d add check (value>0);

--@ Q30: ALTER TYPE DROP ATTRIBUTE CASCADE with an index and a child
--@setup
create type ty as (id int, v text);
create table a of ty;
create table c() inherits (a);
create index i on a(v);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter type ty drop attribute v cascade;

--@ Q31: ALTER TYPE without CASCADE: error
--@setup
create type ty as (id int, v text);
create table a of ty;
--@stmt
alter type ty add attribute w int;

--@ Q32: ALTER TYPE ADD ATTRIBUTE of a constrained domain: the tables are rewritten
--@setup
create domain d as int check (value>0);
create type ty as (id int, v text);
create table a of ty;
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter type ty add attribute w d cascade;

--@ Q33: ALTER TYPE ALTER ATTRIBUTE without a rewrite, index kept
--@setup
create type ty as (id int, v varchar(10));
create table a of ty;
create index i on a(v);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter type ty alter attribute v type varchar(20) cascade;

--@ Q34: ALTER TYPE ALTER ATTRIBUTE: a table with a key, and a partitioned one
--@setup
create type ty as (id int, v text);
create table a of ty (primary key (id));
create table p of ty partition by range (v);
create table p1 partition of p for values from ('1') to ('9999');
insert into a select g, g from generate_series(1,1000) g;
insert into p select g, g from generate_series(1,1000) g;
--@stmt
alter type ty alter attribute id type bigint cascade;

--@ Q35: ALTER TYPE with several subcommands, nobody uses it
--@setup
create type ty as (id int, v text);
--@stmt
alter type ty add attribute w int, drop attribute v, alter attribute id type bigint;

--@ Q36: ALTER TYPE DROP ATTRIBUTE IF EXISTS of nothing
--@setup
create type ty as (id int, v text);
create table a(x ty);
--@stmt
alter type ty drop attribute if exists w;

--@ Q37: ALTER TYPE of an attribute type used in an array column: error
--@setup
create type ty as (id int, v text);
create table a(x ty[]);
--@stmt
alter type ty alter attribute id type bigint;

--@ Q38: ALTER TYPE RENAME ATTRIBUTE CASCADE
--@setup
create type ty as (id int, v text);
create table a of ty;
create table c() inherits (a);
--@stmt
alter type ty rename attribute v to w cascade;

--@ Q39: ALTER TABLE NOT OF, OF
--@setup
create type ty as (id int, v text);
create table a of ty;
create table b(id int, v text);
--@stmt
alter table a not of;
alter table b of ty;

--@ Q40: CREATE TABLE OF
--@setup
create type ty as (id int, v text);
create table p(id int primary key);
--@stmt
create table a of ty (primary key (id), foreign key (id) references p);

--@ Q41: ALTER TABLE of a composite type, and ALTER TYPE of a table: errors
--@setup
create type ty as (id int, v text);
--@stmt
alter table ty add column w int;

--@ Q42: ADD COLUMN of a typed table: error
--@setup
create type ty as (id int, v text);
create table a of ty;
--@stmt
alter table a add column w serial;

--@ Q43: ALTER TYPE of a table: error
--@setup
create table a(id int);
--@stmt
alter type a add attribute w int;

--@ Q44: ALTER TYPE ALTER ATTRIBUTE used by a view: error
--@setup
create type ty as (id int, v text);
create function f() returns ty language sql as 'select null::t.ty';
create view vw as select (f()).id;
--@stmt
alter type ty alter attribute id type bigint;

--@ Q45: a rewrite of a table whose row type is a column's: error
--@setup
create table a(id int);
create table b(x a[]);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column n serial;

--@ Q46: a catalog change of a table whose row type is a column's
--@setup
create table a(id int);
create table b(x a);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column n int;

--@ Q47: a rewrite of a table whose row type only a view and a function use
--@setup
create table a(id int);
create function f(a) returns int language sql as 'select 1';
insert into a select generate_series(1,1000);
--@stmt
alter table a add column n serial;

--@ Q48: ALTER TYPE ALTER ATTRIBUTE to a type that needs USING: nobody has values
--@setup
create type ty as (id int, v text);
--@stmt
alter type ty alter attribute v type int;

--@ Q49: the same with a table: error
--@setup
create type ty as (id int, v text);
create table a of ty;
--@stmt
alter type ty alter attribute v type int cascade;

--@ Q22: ALTER TYPE DROP ATTRIBUTE CASCADE takes a CHECK, an index and a view along
--@setup
create type ty as (id int, v text);
create table a(x int, y ty check ((y).id > 0));
create table b(y ty);
create index i on b(((y).id));
create view vw as select (y).id from b;
--@stmt
alter type ty drop attribute id cascade;

--@ Q23: ALTER TYPE DROP ATTRIBUTE that a CHECK reads: error
--@setup
create type ty as (id int, v text);
create table a(x int, y ty check ((y).id > 0));
--@stmt
alter type ty drop attribute id;
