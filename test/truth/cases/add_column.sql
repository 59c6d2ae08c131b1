-- Truth cases: ALTER TABLE ... ADD COLUMN

--@ A01: ADD COLUMN constant default
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int not null default 5;

--@ A02: ADD COLUMN DEFAULT now() (stable, not volatile) is NOT a rewrite
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c timestamptz not null default now();

--@ A03: ADD COLUMN DEFAULT clock_timestamp() (volatile) rewrites
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c timestamptz default clock_timestamp();

--@ A04: ADD COLUMN serial = nextval => rewrite
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c serial;

--@ A05: ADD COLUMN identity => rewrite
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int generated always as identity;

--@ A06: ADD COLUMN stored generated => rewrite
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int generated always as (id*2) stored;

--@ A07: ADD COLUMN virtual generated => no rewrite, no scan
--@min 18
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int generated always as (id*2) virtual;

--@ A07b: ADD COLUMN virtual generated NOT NULL => scan
--@min 18
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int generated always as (id*2) virtual not null;

--@ A08: ADD COLUMN of constrained domain, no default => rewrite
--@setup
create domain d as int check (value>0);
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c d;

--@ A09: ADD COLUMN of unconstrained domain => metadata
--@setup
create domain d as int;
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c d;

--@ A09b: ADD COLUMN of unconstrained domain with (type-level) default constant
--@setup
create domain d as int default 7;
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c d;

--@ A09c: ADD COLUMN of domain whose type-level DEFAULT is volatile => rewrite although statement has no DEFAULT
--@setup
create domain d as float8 default random();
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c d;

--@ A10: ADD COLUMN NOT NULL without default on empty table (scan; fails on non-empty)
--@norule the scan ends with an error at the first row: only an empty table is read to its end
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a add column c int not null;

--@ A11: ADD COLUMN ... CHECK scans the table even though column is all-null
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int check (c>0);

--@ A12: ADD COLUMN DEFAULT const CHECK scans
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int default 5 check (c>0);

--@ A13: ADD COLUMN UNIQUE builds an index under ACCESS EXCLUSIVE
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int unique;

--@ A14: ADD COLUMN REFERENCES (null default): AEL on table, SRX on referenced, not validated
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int references p;

--@ A15: ADD COLUMN DEFAULT 1 REFERENCES: validated by join
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int default 1 references p;

--@ A16: ADD COLUMN IF NOT EXISTS existing => AEL but no work
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column if not exists v serial;

--@ A17: ADD COLUMN to parent of inheritance/partition locks all children AEL
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create table ad partition of a default;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c serial;

--@ A18: ADD COLUMN bigint default on table with view: view not locked
--@setup
create table a(id int primary key, v text);
create view vw as select * from a;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c bigint default 1;

--@ A19: SQL function default marked VOLATILE by default
--@setup
create function f() returns int language sql as 'select 1';
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int default f();

--@ A19b: plpgsql function default defaulting to VOLATILE (not inlinable)
--@setup
create function f() returns int language plpgsql as 'begin return 1; end';
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c int default f();

--@ A20: gen_random_uuid() default volatile
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c uuid default gen_random_uuid();

--@ A21: ADD COLUMN default to table that has toast + index: rewrite rebuilds every index and toast
--@setup
create table a(id int primary key, v text);
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add column c float8 default random();

--@ F25: table created in the same xact: everything is free
--@setup
create table p(id int primary key);
--@stmt
create table n(id int, v text);
create index ni on n(id);
alter table n add column w int default random()*10;
alter table n add foreign key(id) references p;

--@ H01: ADD COLUMN + PRIMARY KEY via new serial column
--@setup
create table a(v text);
insert into a select 'x' from generate_series(1,1000) g;
--@stmt
alter table a add column id serial primary key;

--@ H02: SET TABLESPACE + other rewrite in one pass
--@setup
create table a(id int primary key, v text not null);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a set tablespace safeddl_truth_ts, add column w serial, alter id type bigint, add check(id>0);

--@ H03: two ADD COLUMN, one volatile: single rewrite; ADD CHECK verified in same pass
--@setup
create table a(id int primary key);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column x float8 default random(), add column y int default 3, add check (id>0), add unique(y,id);

--@ H06: composite type used by another table's column blocks rewriting ALTER
--@setup
create table a(id int, v text);
create table b(x a);
--@stmt
alter table a add column z int default 5;

--@ H06b: same without default
--@setup
create table a(id int, v text);
create table b(x a);
--@stmt
alter table a add column z int;

--@ H11: ALTER TABLE ADD COLUMN with generated identity on partitioned (17+ allowed)
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
insert into a select g,'x' from generate_series(1,400) g;
--@stmt
alter table a add column z int generated by default as identity;

--@ H27: temp tables: same
--@setup
create table zz(id int);
--@pre
create temp table tt(id int);
insert into tt select generate_series(1,1000);
--@stmt
alter table tt add column x serial;

--@ J12: ADD COLUMN default via enum cast / json const
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column j jsonb default '{}', add column ts timestamptz default 'now', add column arr int[] default array[1,2];

--@ J13: ADD COLUMN DEFAULT current_user / nextval via function
--@setup
create sequence s;
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column u text default current_user;

--@ J14: ADD COLUMN DEFAULT nextval
--@setup
create sequence s;
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column u bigint default nextval('s');

--@ J29: CREATE TEMP TABLE on same name then ALTER hits temp
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@pre
create temp table a(id int);
--@stmt
alter table a add column x serial;

--@ J31: ALTER TABLE ADD COLUMN on table with 2 levels partitions, FK referencing: locks referencing?
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (100);
create table r(id int references a);
--@stmt
alter table a add column z int;

--@ G14: ADD COLUMN rewriting
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter table a add column c serial;

--@ L01: a nullable column
--@setup
create table a(id int);
--@stmt
alter table a add column c int;

--@ L02: inheritance parent, the child has the column already: merged
--@setup
create table a(id int);
create table c(x float8) inherits(a);
insert into c select g, g from generate_series(1,1000) g;
--@stmt
alter table a add column x float8 default random();

--@ L03: constant default on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000) partition by range(id);
create table a21 partition of a2 for values from (500) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column c int not null default 7;

--@ L04: primary key on the new column, with a default
--@setup
create table a(v text);
--@stmt
alter table a add column id int default 1 primary key;

--@ L05: a domain that is NOT NULL but has a default
--@setup
create domain d as int not null default 3;
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column c d;

--@ L06: IF NOT EXISTS, and it does not exist
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column if not exists c float8 default random();

--@ L07: two existing tables in one foreign key cycle
--@setup
create table p(id int primary key);
create table a(id int primary key, p int references p);
insert into p values (1);
insert into a select g, 1 from generate_series(1,1000) g;
--@stmt
alter table p add column a int references a;

--@ L08: a UNIQUE column on a partitioned table that is its key
--@setup
create table a(id int) partition by list(id);
create table a1 partition of a for values in (1);
--@stmt
alter table a add column c int, add unique (id, c);

--@ L09: a foreign table
--@setup
create foreign table a(id int) server nowhere;
--@stmt
alter foreign table a add column c float8 default random();

--@ L10: a temporary table
--@pre
create temp table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column c float8 default random();

--@ L11: a partition of a foreign kind among others
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create foreign table a2 partition of a for values from (500) to (2000) server nowhere;
insert into a select generate_series(1,400);
--@stmt
alter table a add column c float8 default random();

--@ L12: CHECK on the new column of a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column c int check (c > 0);

--@ L13: a column with a quoted name and a cast default
--@setup
create table "A b"(id int);
insert into "A b" select generate_series(1,1000);
--@stmt
alter table "A b" add column "C d" timestamptz default '2020-01-01'::timestamptz + interval '1 day';

--@ L14: DEFAULT NULL
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column c int default null;

--@ L15: REFERENCES with a default on a partitioned table
--@setup
create table p(id int primary key);
insert into p values (1);
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a add column p int default 1 references p;

--@ L16: to ONLY the parent of children: an error; to a child: fine
--@setup
create table a(id int);
create table c() inherits(a);
--@stmt
alter table c add column x int;

--@ S50: IF NOT EXISTS beside a DROP CONSTRAINT: nothing is added
--@setup
create table a(id int constraint c check (id > 0), v int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint c, add column if not exists v int default random();

--@ S51: IF NOT EXISTS of a column that is dropped: it is added again
--@setup
create table a(id int, v int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column if not exists v float default random(), drop column v;

--@ S52: a child has the column: what is below it is left alone
--@setup
create table a(id int);
create table b(c int) inherits (a);
create table d() inherits (b);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c int default random();

--@ S53: CHECK behind a column that a child has already: checked there, too
--@setup
create table a(id int);
create table b(c int) inherits (a);
create table d() inherits (b);
insert into b select g,g from generate_series(1,1000) g;
--@stmt
alter table a add column c int check (c > 0);

--@ S54: UNIQUE DEFERRABLE behind a column of a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
--@stmt
alter table a add column c int, add constraint u unique (id) deferrable;

--@ S55: REFERENCES behind a column of a partitioned table, two levels
--@setup
create table p(id int primary key);
insert into p values (1);
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c int default 1 references p;

--@ S56: column and its SET EXPRESSION
--@min 17
--@setup
create table a(id int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column g int generated always as (id + 1) stored, alter column g set expression as (id + 2);

--@ S57: SET EXPRESSION of a column with an index, a CHECK and a foreign key
--@min 17
--@setup
create table p(id int primary key);
insert into p select generate_series(1,3000);
create table a(id int, g int generated always as (id + 1) stored references p, check (g > 0));
create index i on a(g);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column g set expression as (id + 2);
