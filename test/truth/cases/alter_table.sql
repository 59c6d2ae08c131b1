-- Truth cases: the other forms of ALTER TABLE and ALTER MATERIALIZED VIEW

--@ C30: DROP COLUMN: metadata; with index on it drops index; with FK locks other table
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p, w int);
create index a_n on a(n);
--@stmt
alter table a drop column n;

--@ E09b: ALTER TABLE idx RENAME (wrong keyword): AEL on the index
--@setup
create table a(id int primary key, v text);
create index i on a(v);
--@stmt
alter table i rename to j;

--@ E12: ALTER TABLE SET TABLESPACE: AEL + copy heap and toast, indexes NOT moved
--@setup
create table a(id int primary key, v text);
create index i on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a set tablespace safeddl_truth_ts;

--@ E12b: ALTER TABLE SET TABLESPACE same tablespace: no-op under AEL
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a set tablespace pg_default;

--@ E13: SET LOGGED/UNLOGGED: rewrite
--@setup
create table a(id serial primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a set unlogged;

--@ E13b: SET LOGGED on already logged: no rewrite
--@setup
create table a(id serial primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a set logged;

--@ E14: SET ACCESS METHOD heap (same): 15+ no-op
--@min 15
--@setup
create table a(id serial primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a set access method heap;

--@ E14b: SET ACCESS METHOD other: rewrite
--@min 15
--@setup
create table a(id serial primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a set access method heap2;

--@ E15: SET STATISTICS: SUE
--@setup
create table a(id int, v text);
--@stmt
alter table a alter v set statistics 500;

--@ E16: SET STORAGE: AEL, cascades to indexes
--@early i
--@setup
create table a(id int, v text);
create index i on a(v);
--@stmt
alter table a alter v set storage external;

--@ E17: SET (fillfactor): SUE; toast too
--@setup
create table a(id int, v text);
--@stmt
alter table a set (fillfactor=70);

--@ E17b: SET (toast.autovacuum_enabled): SUE on table and toast
--@setup
create table a(id int, v text);
--@stmt
alter table a set (toast.autovacuum_enabled=false);

--@ E17c: SET (user_catalog_table): AEL
--@setup
create table a(id int, v text);
--@stmt
alter table a set (user_catalog_table=true);

--@ E17d: SET (parallel_workers)
--@setup
create table a(id int, v text);
--@stmt
alter table a set (parallel_workers=2);

--@ E18: CLUSTER ON / SET WITHOUT CLUSTER: SUE
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a cluster on a_pkey;

--@ E19: DISABLE TRIGGER: SRX
--@setup
create table a(id int primary key, v text);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter table a disable trigger tg;

--@ E20: ENABLE ROW LEVEL SECURITY: AEL
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a enable row level security;

--@ E21: REPLICA IDENTITY USING INDEX: AEL table, Share on index
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a replica identity using index a_pkey;

--@ E22: OWNER TO: AEL on table, indexes, toast, sequences
--@setup
create table a(id serial primary key, v text);
--@stmt
alter table a owner to safeddl_truth_role;

--@ E22b: OWNER TO same owner: AEL on table only
--@setup
create table a(id serial primary key, v text);
--@stmt
alter table a owner to current_user;

--@ E23: INHERIT: AEL child, SUE parent; no scan
--@setup
create table a(id int, v text);
create table c(id int, v text);
--@stmt
alter table c inherit a;

--@ E24: NO INHERIT
--@setup
create table a(id int, v text);
create table c() inherits(a);
--@stmt
alter table c no inherit a;

--@ E25: SET SCHEMA: AEL table + owned sequences
--@setup
drop schema if exists t2 cascade;
create schema t2;
create table a(id serial primary key, v text);
create view vw as select * from a;
--@stmt
alter table a set schema t2;

--@ E26: RENAME TABLE: AEL; view untouched
--@setup
create table a(id serial primary key, v text);
create view vw as select * from a;
--@stmt
alter table a rename to b;

--@ E27: RENAME COLUMN with inheritance children
--@setup
create table a(id int, v text);
create table c() inherits(a);
create view vw as select v from a;
--@stmt
alter table a rename v to w;

--@ E28: RENAME CONSTRAINT (index): AEL
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a rename constraint a_pkey to pk;

--@ E29: SET EXPRESSION stored (17): rewrite
--@min 17
--@setup
create table a(id int primary key, g int generated always as (id*2) stored);
create index i on a(g);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter g set expression as (id*3);

--@ E29b: SET EXPRESSION virtual (18): no rewrite
--@min 18
--@setup
create table a(id int primary key, g int generated always as (id*2) virtual);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter g set expression as (id*3);

--@ E29c: SET EXPRESSION virtual with CHECK on it: scan
--@min 18
--@setup
create table a(id int primary key, g int generated always as (id*2) virtual check (g>0));
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter g set expression as (id*3);

--@ E30: DROP EXPRESSION: metadata
--@setup
create table a(id int primary key, g int generated always as (id*2) stored);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter g drop expression;

--@ E31: SET COMPRESSION: AEL metadata
--@early a_pkey
--@min 14
--@setup
create table a(id int primary key, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter v set compression pglz;

--@ E32: ADD GENERATED IDENTITY to existing column: metadata
--@setup
create table a(id int not null, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter id add generated always as identity;

--@ E33: OF type
--@setup
create type ty as (id int, v text);
create table a(id int, v text);
--@stmt
alter table a of ty;

--@ F27: ALTER MATERIALIZED VIEW SET TABLESPACE copies
--@setup
create table a(id int);
create materialized view mv as select id from a;
--@stmt
alter materialized view mv set tablespace safeddl_truth_ts;

--@ F28: ALTER TABLE ALL IN TABLESPACE
--@setup
create table a(id int primary key) tablespace safeddl_truth_ts;
create table b(id int) tablespace safeddl_truth_ts;
--@stmt
alter table all in tablespace safeddl_truth_ts set tablespace pg_default;

--@ F32: ALTER TABLE ... ENABLE TRIGGER on partitioned (15: recurse)
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
--@stmt
alter table a disable trigger tg;

--@ F33: ALTER TABLE IF EXISTS missing: nothing
--@setup
create table a(id int);
--@stmt
alter table if exists zz add column x serial;

--@ H14: SET ACCESS METHOD on partitioned
--@min 15
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a set access method heap2;

--@ H15: SET TABLESPACE on partitioned: metadata
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a set tablespace safeddl_truth_ts;

--@ H16: SET UNLOGGED on partitioned
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a set unlogged;

--@ H17: UNLOGGED table referenced by FK: relation_open on FKs
--@setup
create table p(id int primary key);
create unlogged table a(id int references p);
--@stmt
alter table a set logged;

--@ H19: DROP COLUMN that CHECK/view depends CASCADE
--@setup
create table a(id int, v text check (v<>''));
create view vw as select v from a;
create materialized view mv as select * from vw;
--@stmt
alter table a drop column v cascade;

--@ H23: ALTER TABLE ... REPLICA IDENTITY FULL
--@setup
create table a(id int primary key);
--@stmt
alter table a replica identity full;

--@ H32: ADD COLUMN ... COLLATE / STORAGE; set default only
--@setup
create table a(id int primary key);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter id set default 5;

--@ H36: unlogged->... ALTER TABLE ... SET WITHOUT OIDS
--@setup
create table a(id int);
--@stmt
alter table a set without oids;

--@ J04: ALTER COLUMN SET (n_distinct)
--@setup
create table a(id int, v text);
--@stmt
alter table a alter v set (n_distinct=5);

--@ J05: ENABLE RULE / DISABLE RULE
--@setup
create table a(id int, v text);
create rule r as on insert to a do nothing;
--@stmt
alter table a disable rule r;

--@ J21: ALTER TABLE SET SCHEMA / rename of partition (parent not locked)
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a1 rename to a9;

--@ J22: ALTER TABLE ... DROP IDENTITY / SET GENERATED / RESTART
--@setup
create table a(id int generated always as identity);
--@stmt
alter table a alter id restart with 100;

--@ J23: DROP IDENTITY
--@setup
create table a(id int generated always as identity);
--@stmt
alter table a alter id drop identity;

--@ K03: DROP COLUMN on partitioned parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create index ai on a(v);
--@stmt
alter table a drop column v;

--@ K06: SET LOGGED/UNLOGGED with FK: partner
--@setup
create table p(id int primary key);
create unlogged table a(id int references p);
--@stmt
alter table a set logged;

--@ G12: ALTER TABLE SET STORAGE (index locks released early)
--@early i
--@setup
create table a(id int, v text);
create index i on a(v);
--@stmt
alter table a alter v set storage external;

--@ G13: OWNER TO
--@setup
create table a(id serial primary key, v text);
--@stmt
alter table a owner to safeddl_truth_role;

--@ L100: RESET a storage parameter
--@setup
create table a(id int, v text) with (fillfactor = 50);
--@stmt
alter table a reset (fillfactor);

--@ L101: weak and strong subcommands in one statement
--@setup
create table a(id int, v text);
--@stmt
alter table a set (fillfactor = 50), alter v set statistics 5;
alter table a alter id set statistics 5, alter id set default 3;

--@ L102: DISABLE TRIGGER ALL on a referenced table
--@setup
create table p(id int primary key);
create table a(n int references p);
--@stmt
alter table p disable trigger all;

--@ L103: FORCE ROW LEVEL SECURITY
--@setup
create table a(id int);
--@stmt
alter table a force row level security;

--@ L104: SET WITHOUT CLUSTER
--@setup
create table a(id int primary key);
alter table a cluster on a_pkey;
--@stmt
alter table a set without cluster;

--@ L105: SET UNLOGGED on a table with indexes and a foreign key from it
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p, v text);
create index on a(v);
insert into p values (1);
insert into a select g, 1, g from generate_series(1,1000) g;
--@stmt
alter table a set unlogged;

--@ L106: SET LOGGED of an unlogged partition
--@setup
create table a(id int) partition by range(id);
create unlogged table a1 partition of a for values from (0) to (500);
insert into a select generate_series(1,400);
--@stmt
alter table a1 set logged;

--@ L107: SET STATISTICS on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a alter id set statistics 5;

--@ L108: DROP COLUMN of a primary key that others refer to
--@setup
create table p(id int primary key, v text);
create table a(n int references p);
create table b(n int references p);
--@stmt
alter table p drop column id cascade;

--@ L109: DROP COLUMN with a serial's sequence, a check and an index
--@setup
create table a(id serial primary key, v text check (v <> ''));
create index on a(v);
--@stmt
alter table a drop column id, drop column v;

--@ L110: DROP COLUMN IF EXISTS of nothing
--@setup
create table a(id int);
--@stmt
alter table a drop column if exists nothing;

--@ L111: DROP COLUMN of a partitioned table, referenced by a foreign key from its partitions
--@setup
create table p(id int primary key);
create table a(id int, n int references p) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a drop column n;

--@ L112: DROP COLUMN of ONLY the parent
--@setup
create table a(id int, v text);
create table c() inherits(a);
--@stmt
alter table only a drop column v;

--@ L113: a view's columns and options
--@setup
create table a(id int);
create view vw as select id from a;
--@stmt
alter view vw alter column id set default 5;
alter view vw set (security_barrier = true);

--@ L114: SET ACCESS METHOD with a column change
--@min 15
--@setup
create table a(id int primary key, v text);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a set access method heap2, alter v set not null;

--@ L115: SET TABLESPACE of a table without TOAST
--@setup
create table a(id int primary key);
insert into a select generate_series(1,1000);
--@stmt
alter table a set tablespace safeddl_truth_ts;

--@ L116: a storage parameter with a table that has children: they keep theirs
--@setup
create table a(id int);
create table c() inherits(a);
--@stmt
alter table a set (autovacuum_enabled = false);

--@ L117: NOT OF
--@setup
create type ty as (id int);
create table a of ty;
--@stmt
alter table a not of;

--@ L118: REPLICA IDENTITY NOTHING
--@setup
create table a(id int primary key);
--@stmt
alter table a replica identity nothing;

--@ L119: ENABLE REPLICA TRIGGER
--@setup
create table a(id int);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on a for each row execute function tf();
--@stmt
alter table a enable replica trigger tg;

--@ L120: a table that the search path does not show
--@setup
create schema t2;
create table t2.a(id int);
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table t2.a alter id type bigint;

--@ L121: a missing table: an error
--@stmt
alter table missing alter id type bigint;

--@ L122: OWNER TO of a partitioned table with a sequence
--@setup
create table a(id serial primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a owner to safeddl_truth_role;

--@ L123: storage parameters of a materialized view
--@setup
create materialized view mv as select 'x'::text as v;
--@stmt
alter materialized view mv set (fillfactor = 50);

--@ L124: DISABLE TRIGGER USER on a partitioned table, and on ONLY it
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table b(id int) partition by range(id);
create table b1 partition of b for values from (0) to (500);
create function tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on a for each row execute function tf();
create trigger tg after insert on b for each row execute function tf();
--@stmt
alter table a disable trigger user;
alter table only b disable trigger tg;

--@ L125: SET TABLESPACE of an index of a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create index i on a(id);
--@stmt
alter index i set tablespace safeddl_truth_ts;

--@ L126: SET STORAGE on a column that several indexes have, on children too
--@early a_v_idx
--@early c_v_idx
--@setup
create table a(id int, v text);
create table c() inherits(a);
create index on a(v);
create index on c(v);
--@stmt
alter table a alter v set storage external;

--@ L127: SET UNLOGGED of a table with an identity column
--@setup
create table a(id int generated always as identity);
insert into a select from generate_series(1,1000);
--@stmt
alter table a set unlogged;

--@ L128: SET LOGGED of a table that refers to an unlogged one: an error
--@setup
create unlogged table p(id int primary key);
create unlogged table a(id int references p);
--@stmt
alter table a set logged;

--@ L129: the same table in one statement: SET UNLOGGED and ADD COLUMN with a default
--@setup
create table a(id int primary key);
insert into a select generate_series(1,1000);
--@stmt
alter table a set unlogged, add column c int default 3;

--@ S60: DROP COLUMN that a child has of its own: only the parent loses it
--@setup
create table a(id int, c int);
create table b(c int) inherits (a);
create table d() inherits (b);
--@stmt
alter table a drop column c;

--@ S61: ENABLE TRIGGER of a statement trigger of a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger t after insert on a execute function f();
create trigger r after insert on a for each row execute function f();
--@stmt
alter table a disable trigger t;

--@ S62: DISABLE TRIGGER of a row trigger of a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger r after insert on a for each row execute function f();
--@stmt
alter table a disable trigger r;

--@ S63: DISABLE TRIGGER USER of a partitioned table with a foreign key only
--@setup
create table p(id int primary key);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
--@stmt
alter table a disable trigger user;

--@ S64: DISABLE TRIGGER ALL of a partitioned table with a foreign key
--@setup
create table p(id int primary key);
create table a(id int references p) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
--@stmt
alter table a disable trigger all;

--@ S65: SET STATISTICS of an inheritance parent
--@setup
create table a(id int);
create table b() inherits (a);
--@stmt
alter table a alter column id set statistics 10;

--@ S66: SET GENERATED of an identity column: the sequence is altered, too
--@setup
create table a(id int generated always as identity);
--@stmt
alter table a alter column id set generated by default;

--@ S67: SET ACCESS METHOD DEFAULT
--@min 17
--@setup
create table a(id int, v text);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a set access method default;

--@ S68: SET TABLESPACE of an index
--@setup
create table a(id int, v text);
create index i on a(id);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter index i set tablespace safeddl_truth_ts;

--@ S69: SET TABLESPACE of a materialized view
--@setup
create table a(id int, v text);
insert into a select g from generate_series(1,1000) g;
create materialized view m as select * from a;
--@stmt
alter materialized view m set tablespace safeddl_truth_ts;

--@ S70: SET UNLOGGED of a partitioned table owns a sequence
--@setup
create table a(id serial) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
--@stmt
alter table a set unlogged;

--@ S71: SET (toast.) of a table with TOAST
--@setup
create table a(id int, v text);
--@stmt
alter table a set (toast.autovacuum_enabled = off, fillfactor = 70);

--@ S72: SET of a view
--@setup
create view v as select 1 as x;
--@stmt
alter view v set (security_barrier);

--@ S73: ALTER TABLE of an index
--@setup
create table a(id int);
create index i on a(id);
--@stmt
alter table i set (fillfactor = 70);

--@ S74: ALTER INDEX of a table is an error
--@setup
create table a(id int);
--@stmt
alter index a set tablespace safeddl_truth_ts;

--@ S75: ALTER TABLE of a sequence: SET UNLOGGED
--@setup
create sequence s;
--@stmt
alter table s set unlogged;

--@ S76: ALTER COLUMN DEFAULT of a view
--@setup
create table a(id int);
create view v as select * from a;
--@stmt
alter view v alter column id set default 3;

--@ S77: OF and NOT OF
--@setup
create type ty as (id int);
create table a(id int);
create table b of ty;
--@stmt
alter table a of ty; alter table b not of;

--@ S78: ALTER CONSTRAINT on a partitioned table, two levels
--@setup
create table p(id int primary key);
create table a(id int constraint f references p) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
--@stmt
alter table a alter constraint f deferrable;

--@ S79: DROP NOT NULL of an inheritance parent, two levels
--@setup
create table a(id int not null);
create table b() inherits (a);
create table d() inherits (b);
--@stmt
alter table a alter column id drop not null;

--@ S80: DROP NOT NULL where there is none
--@setup
create table a(id int);
create table b() inherits (a);
--@stmt
alter table a alter column id drop not null;

--@ S81: DROP EXPRESSION of an inheritance parent
--@setup
create table a(id int, g int generated always as (id) stored);
create table b() inherits (a);
--@stmt
alter table a alter column g drop expression;

--@ S82: ONLY: ALTER COLUMN SET DEFAULT leaves children alone
--@setup
create table a(id int);
create table b() inherits (a);
--@stmt
alter table only a alter column id set default 3;

--@ S83: quoted names, another schema
--@setup
create schema if not exists t2;
create table t2."A b"("C d" varchar(10), constraint "E f" check ("C d" <> ''));
create index "I j" on t2."A b"("C d");
--@stmt
alter table t2."A b" drop constraint "E f", alter column "C d" type varchar(20);
