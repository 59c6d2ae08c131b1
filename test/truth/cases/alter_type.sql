-- Truth cases: ALTER TABLE ... ALTER COLUMN ... TYPE

--@ B01: ALTER TYPE varchar(10)->varchar(20): no rewrite, index kept
--@setup
create table a(id int primary key, v varchar(10));
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ B02: ALTER TYPE varchar(20)->varchar(10): rewrite
--@setup
create table a(id int primary key, v varchar(20));
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(10);

--@ B03: varchar(n) -> text: no rewrite, btree index reused
--@setup
create table a(id int primary key, v varchar(20));
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ B03b: varchar(n) -> text with expression/partial index: index REBUILT though heap isn't
--@setup
create table a(id int primary key, v varchar(20));
create index a_l on a(lower(v));
create index a_p on a(id) where v is not null;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ B03c: varchar(n) -> varchar(m) with a CHECK on the column: heap not rewritten but scanned
--@setup
create table a(id int primary key, v varchar(20) check (v<>''));
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(30);

--@ B04: text -> varchar(20): rewrite
--@setup
create table a(id int primary key, v text);
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ B05: text -> varchar (no length): no rewrite
--@setup
create table a(id int primary key, v text);
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar;

--@ B06: char(10) -> text rewrite
--@setup
create table a(id int primary key, v char(10));
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ B07: char(10)->char(20) rewrite (unlike varchar)
--@setup
create table a(id int primary key, v char(10));
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type char(20);

--@ B08: numeric(10,2)->numeric(12,2) no rewrite
--@setup
create table a(id int primary key, n numeric(10,2));
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type numeric(12,2);

--@ B09: numeric(10,2)->numeric(12,4) rewrite
--@setup
create table a(id int primary key, n numeric(10,2));
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type numeric(12,4);

--@ B09b: numeric(10,2)->numeric (unconstrained) no rewrite
--@setup
create table a(id int primary key, n numeric(10,2));
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type numeric;

--@ B10: int->bigint rewrite + all indexes
--@setup
create table a(id int primary key, n int);
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type bigint;

--@ B11: timestamp->timestamptz with TimeZone=UTC: no rewrite (12+), but index on it is REBUILT
--@setup
create table a(id int primary key, n timestamp);
create index a_n on a(n);
insert into a select g,now() from generate_series(1,1000) g;
--@stmt
alter table a alter n type timestamptz;

--@ B12: timestamp->timestamptz with TimeZone=Europe/Paris: rewrite
--@setup
create table a(id int primary key, n timestamp);
create index a_n on a(n);
insert into a select g,now() from generate_series(1,1000) g;
--@pre
set timezone='Europe/Paris';
--@stmt
alter table a alter n type timestamptz;

--@ B12b: timestamp->timestamptz UTC but USING n AT TIME ZONE 'UTC'
--@setup
create table a(id int primary key, n timestamp);
insert into a select g,now() from generate_series(1,1000) g;
--@stmt
alter table a alter n type timestamptz using n at time zone 'UTC';

--@ B12c: timestamp->timestamptz in zone that is UTC-alias Etc/GMT
--@setup
create table a(id int primary key, n timestamp);
insert into a select g,now() from generate_series(1,1000) g;
--@pre
set timezone='Etc/GMT';
--@stmt
alter table a alter n type timestamptz;

--@ B13: timestamp(3) -> timestamp(6) no rewrite; 6->3 rewrite
--@setup
create table a(id int primary key, n timestamp(3));
insert into a select g,now() from generate_series(1,1000) g;
--@stmt
alter table a alter n type timestamp(6);

--@ B13b: timestamp(6) -> timestamp(3) rewrite
--@setup
create table a(id int primary key, n timestamp(6));
insert into a select g,now() from generate_series(1,1000) g;
--@stmt
alter table a alter n type timestamp(3);

--@ B14: same type USING expression: rewrite
--@setup
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type int using n+0;

--@ B15: same type USING n: no rewrite
--@setup
create table a(id int primary key, n int);
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type int using n;

--@ B15b: int -> int no USING identical type: index dropped and re-created but relfilenode reused
--@setup
create table a(id int primary key, n int check (n>0));
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type int;

--@ B16: change collation only: no heap rewrite but index rebuild
--@setup
create table a(id int primary key, v text collate "C");
create index a_v on a(v);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter v type text collate "POSIX";

--@ B17: xml->text binary coercible? cidr->inet
--@setup
create table a(id int primary key, v cidr);
create index a_v on a(v);
insert into a select g,'10.0.0.0/8' from generate_series(1,1000) g;
--@stmt
alter table a alter v type inet;

--@ B18: int -> domain over int w/o constraints : no rewrite
--@setup
create domain d as int;
create table a(id int primary key, n int);
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type d;

--@ B19: int -> domain with CHECK : rewrite
--@setup
create domain d as int check(value>0);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type d;

--@ B19b: constrained domain -> base type : no rewrite
--@setup
create domain d as int check(value>0);
create table a(id int primary key, n d);
create index a_n on a(n);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type int;

--@ B20: FK column int->bigint on referencing side: rewrite + index + FK re-validated + lock on pk table
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int references p);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type bigint;

--@ B21: PK column int->bigint on referenced side: FK child table locked AEL and re-validated
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int references p);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table p alter id type bigint;

--@ B22: FK column varchar(10)->varchar(20): no rewrite, FK not re-validated, but pk table is locked AEL
--@setup
create table p(id varchar(10) primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n varchar(10) references p);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type varchar(20);

--@ B22b: PK column varchar(10)->varchar(20)
--@setup
create table p(id varchar(10) primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n varchar(10) references p);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table p alter id type varchar(20);

--@ B23: column used in a view: error
--@setup
create table a(id int primary key, v varchar(10));
create view vw as select v from a;
--@stmt
alter table a alter v type text;

--@ B24: partitioned parent alter type recurses to all partitions
--@setup
create table a(id int, v varchar(20)) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create index a_v on a(v);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ B25: extended statistics depends on column type
--@setup
create table a(id int primary key, x varchar(10), y int);
create statistics st on x,y from a;
insert into a select g,g,g from generate_series(1,1000) g;
--@stmt
alter table a alter x type varchar(20);

--@ B26: int4[] -> int8[] rewrite; varchar(10)[]->varchar(20)[] (array coercion)
--@setup
create table a(id int primary key, x varchar(10)[]);
insert into a select g,array[g] from generate_series(1,1000) g;
--@stmt
alter table a alter x type varchar(20)[];

--@ B26b: varchar(10)[] -> text[] binary relabel
--@setup
create table a(id int primary key, x varchar(10)[]);
insert into a select g,array[g] from generate_series(1,1000) g;
--@stmt
alter table a alter x type text[];

--@ B27: enum/text to json etc rewrite; json -> jsonb
--@setup
create table a(id int primary key, x json);
insert into a select g,'{}' from generate_series(1,1000) g;
--@stmt
alter table a alter x type jsonb;

--@ B28: oid -> int / int -> oid binary coercible: no rewrite, index rebuilt (opclass differs)
--@setup
create table a(id int primary key, x int);
create index a_x on a(x);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter x type oid;

--@ B29: bit varying growth varbit(8)->varbit(16), interval(3)->interval(6)
--@setup
create table a(id int primary key, x varbit(8), y interval(3));
insert into a select g,'1', '1 day' from generate_series(1,1000) g;
--@stmt
alter table a alter x type varbit(16), alter y type interval;

--@ C34: ADD COLUMN ... to table with self FK
--@setup
create table a(id int primary key, n int references a);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type bigint;

--@ H04: ALTER TYPE of column inside stored generated: error
--@setup
create table a(id int, g int generated always as (id*2) stored);
--@stmt
alter table a alter id type bigint;

--@ H12: ALTER TABLE ALTER TYPE identity column int->bigint: sequence changed too
--@setup
create table a(id int generated always as identity primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a alter id type bigint;

--@ H12b: serial column int->bigint: sequence NOT changed
--@setup
create table a(id serial primary key, v text);
insert into a(v) select 'x' from generate_series(1,1000) g;
--@stmt
alter table a alter id type bigint;

--@ H13: partition key column type change: error
--@setup
create table a(id int, v text) partition by range(id);
--@stmt
alter table a alter id type bigint;

--@ H37: numeric -> numeric(10,2) rewrite
--@setup
create table a(id int, n numeric);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type numeric(10,2);

--@ H38: varchar(20) -> varchar(20) with different DOMAIN / text domain
--@setup
create domain td as varchar(30);
create table a(id int, n varchar(20));
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter n type td;

--@ H39: timestamptz->date rewrite, date->timestamp rewrite
--@setup
create table a(id int, n date);
insert into a select g,now() from generate_series(1,1000) g;
--@stmt
alter table a alter n type timestamp;

--@ J15: ALTER TYPE with partial unique index & FK referencing (no rewrite) drop/recreate FK
--@setup
create table p(id varchar(10) primary key);
create table a(n varchar(10) references p);
create table b(n varchar(5) references p);
insert into p select generate_series(1,1000);
--@stmt
alter table p alter id type text;

--@ J16: ALTER TYPE text->varchar on indexed partition child only (inherit) error
--@setup
create table a(id int, v varchar(10));
create table c() inherits(a);
create index ci on c(v);
insert into c select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ J26: ALTER TABLE a ALTER COLUMN TYPE with a CHECK NOT VALID constraint on the column
--@setup
create table a(id int, v varchar(10));
alter table a add constraint c check (v<>'') not valid;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ J27: ALTER TYPE varchar growth on column having NOT NULL: 18+ not-null constraint re-added?
--@setup
create table a(id int, v varchar(10) not null);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ J28: ALTER TYPE with whole-row CHECK or unrelated CHECK
--@setup
create table a(id int check (id>0), v varchar(10));
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ G18: ALTER TYPE (column) composite deps
--@setup
create table a(id int primary key, v varchar(10));
create table b(x int, y a[]) ;
drop table b;
create view vw as select id from a;
--@stmt
alter table a alter v type text;

--@ L20: primary key int to bigint, self-referencing
--@setup
create table a(id int primary key, parent int references a);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter id type bigint, alter parent type bigint;

--@ L21: varchar to text under a UNIQUE constraint
--@setup
create table a(id int, v varchar(10) unique);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ L22: rewrite of a partitioned table with a primary key
--@setup
create table a(id int, n int, primary key (id)) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create index on a(n);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter n type bigint;

--@ L23: column in an index predicate only
--@setup
create table a(id int, v varchar(10));
create index i on a(id) where v = 'x';
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ L24: no rewrite, and a new check in the same statement
--@setup
create table a(id int, v varchar(10));
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type text, add check (v <> '');

--@ L25: no rewrite, and a new unique constraint in the same statement
--@setup
create table a(id int, v varchar(10));
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type text, add unique (v);

--@ L26: rewrite, SET NOT NULL and a foreign key in one statement
--@setup
create table p(id bigint primary key);
insert into p select generate_series(1,1000);
create table a(id int, n int);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter n type bigint, alter n set not null, add foreign key (n) references p;

--@ L27: exclusion constraint on the column
--@setup
create table a(id int, r int4range, exclude using gist (r with &&));
insert into a select g, int4range(g, g+1) from generate_series(1,1000) g;
--@stmt
alter table a alter r type int4range using r;

--@ L28: hash and brin indexes on varchar to text
--@setup
create table a(id int, v varchar(10));
create index h on a using hash(v);
create index b on a using brin(v);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type text;

--@ L29: a column with a default
--@setup
create table a(id int, n int default 5);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter n drop default, alter n type bigint, alter n set default 6;

--@ L30: the parent of an inheritance tree, USING
--@setup
create table a(id int, n text);
create table c(x int) inherits(a);
create index on c(n);
insert into c select g, g, g from generate_series(1,1000) g;
--@stmt
alter table a alter n type int using n::int;

--@ L31: a foreign key between partitioned tables, referenced column widened
--@setup
create table p(id varchar(10), primary key (id)) partition by hash(id);
create table p1 partition of p for values with (modulus 1, remainder 0);
create table a(id int, n varchar(10) references p) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
insert into p select generate_series(1,1000);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter n type varchar(20);

--@ L32: a column of a foreign table
--@setup
create foreign table a(id int) server nowhere;
--@stmt
alter foreign table a alter id type bigint;

--@ L33: an unlogged table with a primary key
--@setup
create unlogged table a(id int primary key);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter id type bigint;

--@ L34: ONLY on a table that has children: an error
--@setup
create table a(id int, n int);
create table c() inherits(a);
--@stmt
alter table only a alter n type bigint;

--@ L35: generated column's own type
--@setup
create table a(id int, g int generated always as (id * 2) stored);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter g type bigint;

--@ L36: to a type with a collation
--@setup
create table a(id int, n int);
create index on a(n);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter n type text;

--@ L37: from a type with a collation
--@setup
create table a(id int, v varchar(10));
create index on a(v);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type int using v::int;

--@ L38: a column that only a check and a statistics object mention
--@setup
create table a(id int, v varchar(10), check (v <> id::text || 'x'));
create statistics st on id, v from a;
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter v type varchar(20);

--@ S40: the CHECK that reads the column is dropped: no scan
--@setup
create table a(v varchar(10), constraint c check (v <> ''));
insert into a select 'x' from generate_series(1,1000);
--@stmt
alter table a alter column v type varchar(20), drop constraint c;

--@ S41: the constraint whose index would be built is dropped
--@setup
create table a(v varchar(10) constraint u unique, w int);
insert into a select g::text,g from generate_series(1,1000) g;
--@stmt
alter table a alter column v type varchar(20) collate "C", drop constraint u;

--@ S42: a generated column of it is dropped
--@setup
create table a(id int, g int generated always as (id + 1) stored);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop column g, alter column id type bigint;

--@ S43: DROP EXPRESSION of a generated column of it
--@setup
create table a(id int, g int generated always as (id + 1) stored);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column g drop expression, alter column id type bigint;

--@ S44: two indexes on the column are built
--@setup
create table a(v varchar(10), w int);
create index i on a(v);
create index j on a(w) where v <> '';
insert into a select 'x',g from generate_series(1,1000) g;
--@stmt
alter table a alter column v type varchar(20) collate "C";

--@ S45: DROP COLUMN takes an index along that the type change would build
--@setup
create table a(v varchar(10), w int);
create index i on a(v, w);
insert into a select 'x',g from generate_series(1,1000) g;
--@stmt
alter table a drop column w, alter column v type varchar(20) collate "C";

--@ S46: column dropped, two types changed, column added again
--@setup
create table a(x int, y int, z int generated always as (x + y) stored);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a drop column z, alter column x type bigint, alter column y type bigint, add column z bigint generated always as (x + y) stored;

--@ S47: CHECK of two columns, one of which changes its type; the other is TOASTed
--@setup
create table a(id varchar(5), v text, constraint c check (v <> id));
insert into a select 'x','y' from generate_series(1,1000);
--@stmt
alter table a alter column id type varchar(6);
