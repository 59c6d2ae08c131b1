-- Truth cases: everything else

--@ E42: REASSIGN OWNED BY
--@setup
create table a(id serial primary key, v text);
create index i on a(v);
alter table a owner to safeddl_truth_role;
create view vw as select 1;
alter view vw owner to safeddl_truth_role;
--@stmt
reassign owned by safeddl_truth_role to current_user;

--@ F02b: ALTER TRIGGER RENAME
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter trigger tg on a rename to tg2;

--@ F13: COMMENT ON TABLE: SUE
--@setup
create table a(id int primary key, v text);
--@stmt
comment on table a is 'x';

--@ F13b: COMMENT ON COLUMN: SUE
--@setup
create table a(id int primary key, v text);
--@stmt
comment on column a.v is 'x';

--@ F13c: COMMENT ON CONSTRAINT: AS/SUE
--@setup
create table a(id int primary key, v text);
--@stmt
comment on constraint a_pkey on a is 'x';

--@ F13d: COMMENT ON INDEX
--@setup
create table a(id int primary key, v text);
--@stmt
comment on index a_pkey is 'x';

--@ F14: GRANT on table
--@setup
create table a(id int primary key, v text);
--@stmt
grant select on a to safeddl_truth_role;

--@ F14b: GRANT ON ALL TABLES IN SCHEMA
--@setup
create table a(id serial primary key, v text);
create table b(id int);
--@stmt
grant select on all tables in schema t to safeddl_truth_role;

--@ F15c: ALTER STATISTICS SET STATISTICS
--@setup
create table a(id int, v text);
create statistics st on id,v from a;
--@stmt
alter statistics st set statistics 10;

--@ F19: ALTER PUBLICATION SET TABLE
--@setup
create table a(id int);
create table b(id int);
drop publication if exists pub_y;
create publication pub_y for table a;
--@stmt
alter publication pub_y set table b;

--@ F24: ALTER FUNCTION volatility: nothing locked
--@setup
create function f(int) returns int immutable language sql as 'select $1';
create table a(id int);
create index i on a(f(id));
--@stmt
alter function f(int) volatile;

--@ F26: ALTER VIEW SET / RENAME COLUMN / ALTER COLUMN SET DEFAULT
--@setup
create table a(id int);
create view vw as select id from a;
--@stmt
alter view vw rename column id to idd;

--@ F29: SECURITY LABEL (no provider) error
--@setup
create table a(id int);
--@stmt
security label on table a is 'x';

--@ F40: DO block with DDL
--@inside
--@setup
create table a(id int primary key, v text);
insert into a select generate_series(1,1000);
--@stmt
do $$ begin alter table t.a add column x serial; end $$;

--@ H25: ALTER TABLE RENAME on partition/idx etc: ALTER VIEW used on table
--@setup
create table a(id int primary key);
--@stmt
alter view a rename to b;

--@ I12: reltuples after load w/o analyze
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
select relpages, reltuples, pg_relation_size('t.a') from pg_class where oid='t.a'::regclass;

--@ I13: partitioned parent relpages/reltuples
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (5000);
insert into a select g from generate_series(1,1000) g;
analyze a;
--@stmt
select relname, relpages, reltuples, relfilenode, pg_relation_size(oid) from pg_class where relname in ('a','a1') order by 1;

--@ J06: ALTER VIEW OWNER
--@setup
create table a(id int);
create view vw as select * from a;
--@stmt
alter view vw owner to safeddl_truth_role;

--@ J07: ALTER STATISTICS RENAME / OWNER
--@setup
create table a(id int, v text);
create statistics st on id,v from a;
--@stmt
alter statistics st rename to st2;

--@ J08: ALTER POLICY
--@setup
create table a(id int, v text);
create policy p on a;
--@stmt
alter policy p on a using (true);

--@ J09: ALTER PUBLICATION ADD TABLES IN SCHEMA
--@min 15
--@setup
create table a(id int, v text);
drop publication if exists pub_z;
create publication pub_z;
--@stmt
alter publication pub_z add tables in schema t;

--@ J11: ALTER TRIGGER DEPENDS ON EXTENSION
--@setup
create table a(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter trigger tg on a depends on extension plpgsql;

--@ J24: COMMENT ON TRIGGER / POLICY
--@setup
create table a(id int);
create policy p on a;
--@stmt
comment on policy p on a is 'x';

--@ G27: grant on all tables
--@setup
create table a(id int primary key, v text);
--@stmt
grant select on all tables in schema t to safeddl_truth_role;
