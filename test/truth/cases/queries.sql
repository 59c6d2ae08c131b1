-- Truth cases: statements made of queries: views, rules, policies, CREATE TABLE
-- AS, EXPLAIN, and LOCK TABLE of views

--@ Q50: CREATE VIEW of a name that is taken: error
--@setup
create table a(id int);
create view vw as select 1 as x;
--@stmt
create view vw as select * from a;

--@ Q51: CREATE OR REPLACE VIEW of a table: error
--@setup
create table a(id int);
--@stmt
create or replace view a as select 1 as x;

--@ Q52: CREATE OR REPLACE VIEW, new, in another schema, quoted
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table "A b"(id int);
create view t2."V w" as select id from "A b";
--@stmt
create or replace view t2."V w" as select id, 1 as one from t."A b" with check option;
create or replace view "V w" as select id from "A b";

--@ Q53: a name that WITH hides, and one that it does not
--@setup
create table a(id int);
create table b(id int);
create view vw as select 1 as id;
--@stmt
create or replace view vw as with b as (select id from b) select id from b union select id from a;

--@ Q54: a recursive view that replaces another
--@setup
create table a(id int, parent int);
create view vw as select 1 as id;
--@stmt
create or replace recursive view vw (id) as select id from a union all select a.id from a join vw on a.parent = vw.id;

--@ Q55: views of all kinds of FROM
--@setup
create table a(id int, v text);
create table b(id int);
create view vw as select 1::bigint as n;
create function f() returns setof int language sql as 'select 1';
--@stmt
create or replace view vw as
select count(*) from a tablesample system (10) join b using (id), lateral (select max(id) as m from b where b.id = a.id) s,
  f() as f(x), rows from (generate_series(1,2), generate_series(1,3)) r, xmltable('/x' passing '<x/>'::xml columns y int path 'y') xt
where exists (select 1 from only a a2 where a2.id > all (select id from b)) and a.id in (values (1), (2))
group by grouping sets ((a.v), ()) having count(*) > 1 order by 1 limit 5;

--@ Q56: a view of a temporary table is temporary: the other is not replaced
--@setup
create view vw as select 1 as id;
--@pre
create temp table tmp(id int);
--@stmt
create or replace view vw as select id from tmp;

--@ Q57: a temporary view of the same name
--@setup
create table a(id int);
create view vw as select id from a;
--@stmt
create or replace temp view vw as select id from a;

--@ Q58: CREATE OR REPLACE VIEW of a view that others use
--@setup
create table a(id int);
create view v1 as select id from a;
create view v2 as select id from v1;
create materialized view mv as select id from v2;
--@stmt
create or replace view v1 with (security_barrier) as select id + 1 - 1 as id from a;

--@ Q60: CREATE RULE with a condition and several actions
--@setup
create table a(id int, v text);
create table b(id int);
create table c(id int);
--@stmt
create rule r as on update to a where exists (select 1 from c where c.id = new.id)
do instead (insert into b select id from c where id = old.id; delete from b where id = new.id; notify x; update c set id = new.id);

--@ Q61: CREATE OR REPLACE RULE on a view
--@setup
create table a(id int);
create view vw as select id from a;
create rule r as on insert to vw do instead nothing;
--@stmt
create or replace rule r as on insert to vw do instead insert into a values (new.id) returning id;

--@ Q62: CREATE RULE on a partitioned table: partitions are left alone
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
create rule r as on insert to a do instead nothing;

--@ Q63: CREATE RULE for SELECT makes a view of an empty table up to 15
--@norule a table that has rows is refused at the first one
--@setup
create table a(id int, v text);
create table b(id int, v text);
--@stmt
create rule "_RETURN" as on select to a do instead select * from b;

--@ Q64: CREATE RULE on a missing table
--@stmt
create rule r as on insert to a do instead nothing;

--@ Q65: CREATE POLICY of all kinds, on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table o(id int);
--@stmt
create policy p on a as restrictive for insert to public with check (id in (select id from o));
alter policy p on a to current_user;
alter policy p on a with check (id > (select max(id) from o));

--@ Q66: CREATE POLICY on a view: error
--@setup
create view vw as select 1 as id;
--@stmt
create policy p on vw using (true);

--@ Q70: CREATE TABLE AS through views, partitions, children, with an index
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (5000);
create table p(id int);
create table c() inherits (p);
create view v1 as select id from a;
create view v2 as select v1.id from v1 join p using (id);
insert into a select generate_series(1,1000);
--@stmt
create table b as select * from v2;

--@ Q71: CREATE TABLE AS WITH NO DATA, CREATE TEMP TABLE AS, AS TABLE, AS VALUES
--@setup
create table a(id int);
--@stmt
create table b as select * from a with no data;
create temp table c as table a;
create table d as values (1), (2);

--@ Q72: CREATE TABLE AS of a name that is taken: error
--@setup
create table a(id int);
create table b(id int);
--@stmt
create table b as select * from a;

--@ Q73: CREATE MATERIALIZED VIEW IF NOT EXISTS, and one of another
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
create materialized view m1 as select id from a;
--@stmt
create materialized view if not exists m1 as select id from a;
create materialized view m2 as select id from m1;
create materialized view m3 as select id from m1 with no data;

--@ Q74: SELECT INTO with UNION and WITH
--@setup
create table a(id int);
create table b(id int);
--@stmt
with x as (select id from a) select id into c from x union all select id from b;

--@ Q75: a SELECT, and one FOR UPDATE
--@setup
create table a(id int);
--@stmt
select id from a;
select id from a for update;

--@ Q76: EXPLAIN of CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
explain (analyze, timing off) create materialized view mv as select id from a;
explain select id into b from a;
explain create table if not exists a as select 1;
explain (analyze) create table if not exists b as table a;

--@ Q77: EXPLAIN of anything else
--@setup
create table a(id int);
--@stmt
explain select * from a;
explain analyze insert into a values (1);
explain delete from a;

--@ Q78: CREATE TABLE AS EXECUTE
--@setup
create table a(id int);
--@pre
prepare q as select * from t.a;
--@stmt
create table b as execute q;
explain analyze create table c as execute q;

--@ Q80: LOCK TABLE of views in a circle
--@setup
create table a(id int);
create table a1() inherits (a);
create view v1 as select id from a;
create view v2 as select id from v1;
create or replace view v1 as select id from v2;
--@stmt
lock table v1 in share row exclusive mode;

--@ Q81: LOCK TABLE of a view on a materialized view, a foreign table, in sublinks and WITH
--@setup
create table a(id int);
create table b(id int);
create table c(id int);
create materialized view mv as select id from a;
create foreign table ft(id int) server nowhere;
create view vw as with w as (select id from b) select id from w where id in (select id from c) and id in (select id from mv) and id in (select id from ft);
--@stmt
lock table vw in exclusive mode;

--@ Q82: LOCK TABLE of a view on ONLY a parent, and on partitions
--@setup
create table a(id int);
create table a1() inherits (a);
create table p(id int) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create view vw as select id from only a union all select id from p;
--@stmt
lock table only vw in share mode;

--@ Q83: LOCK TABLE of a materialized view, an index: errors
--@setup
create table a(id int primary key);
create materialized view mv as select id from a;
--@stmt
lock table mv;

--@ Q84: LOCK TABLE of a temporary table that hides another
--@setup
create table a(id int);
--@pre
create temp table a(id int);
--@stmt
lock table a;
