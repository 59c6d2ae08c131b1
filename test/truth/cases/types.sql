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
