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
