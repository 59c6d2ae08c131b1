-- Truth cases: constraints and NOT NULL: add, validate, alter, drop

--@ C01: SET NOT NULL scans
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C02: SET NOT NULL skipped when valid CHECK (v IS NOT NULL)
--@setup
create table a(id int primary key, v text check (v is not null));
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C03: SET NOT NULL with NOT VALID check scans
--@setup
create table a(id int primary key, v text);
alter table a add constraint nn check (v is not null) not valid;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C03b: SET NOT NULL implied by a stronger check (v > 0)
--@setup
create table a(id int primary key, v int check (v>0));
insert into a select g,1 from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C03c: SET NOT NULL implied by AND check (v is not null and id>0)
--@setup
create table a(id int primary key, v int check (v is not null and id>0));
insert into a select g,1 from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C04: SET NOT NULL already not null: AEL, no scan
--@setup
create table a(id int primary key, v text not null);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C05: two SET NOT NULL, one proven, other not: one scan
--@setup
create table a(id int primary key, v text check (v is not null), w text);
insert into a select g,'x','y' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null, alter w set not null;

--@ C05b: VALIDATE and SET NOT NULL in the same ALTER: is scan avoided?
--@setup
create table a(id int primary key, v text);
alter table a add constraint nn check (v is not null) not valid;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a validate constraint nn, alter v set not null;

--@ C06: ADD CONSTRAINT NOT NULL NOT VALID (18)
--@min 18
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add constraint nn not null v not valid;

--@ C07: VALIDATE CONSTRAINT of not null (18)
--@min 18
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint nn not null v not valid;
--@stmt
alter table a validate constraint nn;

--@ C08: SET NOT NULL when NOT VALID not-null exists (18)
--@min 18
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint nn not null v not valid;
--@stmt
alter table a alter v set not null;

--@ C09: SET NOT NULL on partitioned parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
alter table a1 alter v set not null;
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ C10: ADD PRIMARY KEY on nullable column: index build + not-null scan
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add primary key(id);

--@ C11: ADD PRIMARY KEY on NOT NULL column: index build only
--@setup
create table a(id int not null, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add primary key(id);

--@ C12: ADD PRIMARY KEY USING INDEX on not-null column: metadata
--@setup
create table a(id int not null, v text);
insert into a select g,'x' from generate_series(1,1000) g;
create unique index a_u on a(id);
--@stmt
alter table a add constraint a_pk primary key using index a_u;

--@ C13: ADD PRIMARY KEY USING INDEX on nullable column: full scan for NOT NULL
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
create unique index a_u on a(id);
--@stmt
alter table a add constraint a_pk primary key using index a_u;

--@ C14: ADD UNIQUE USING INDEX: metadata
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
create unique index a_u on a(id);
--@stmt
alter table a add constraint a_uq unique using index a_u;

--@ C15: ADD CHECK: scan
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add check (id>0);

--@ C16: ADD CHECK NOT VALID
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (id>0) not valid;

--@ C17: VALIDATE CHECK: SUE + scan
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint c check (id>0) not valid;
--@stmt
alter table a validate constraint c;

--@ C17b: VALIDATE already-valid: SUE no scan
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint c check (id>0);
--@stmt
alter table a validate constraint c;

--@ C17c: ADD CHECK implied by existing identical CHECK still scans
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint c check (id>0);
--@stmt
alter table a add constraint c2 check (id>0);

--@ C18: ADD CHECK NOT ENFORCED (18)
--@min 18
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (id>0) not enforced;

--@ C19: ADD FK: SRX on both + validation join
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key(n) references p;

--@ C20: ADD FK NOT VALID
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key(n) references p not valid;

--@ C21: VALIDATE FK: SUE on referencing, RowShare on referenced
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint fk foreign key(n) references p not valid;
--@stmt
alter table a validate constraint fk;

--@ C22: ADD FK referencing a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table p2 partition of p for values from (500) to (2000);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key(n) references p;

--@ C22b: VALIDATE FK referencing a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table p2 partition of p for values from (500) to (2000);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint fk foreign key(n) references p not valid;
--@stmt
alter table a validate constraint fk;

--@ C23: ADD FK from a partitioned table
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key(n) references p;

--@ C23b: ADD FK NOT VALID on partitioned table (error before 18)
--@setup
create table p(id int primary key);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a add constraint fk foreign key(n) references p not valid;

--@ C24: ADD FK NOT ENFORCED (18): no validation; locks?
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key(n) references p not enforced;

--@ C25: ALTER CONSTRAINT fk ENFORCED (18): validation
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint fk foreign key(n) references p not enforced;
--@stmt
alter table a alter constraint fk enforced;

--@ C25b: ALTER CONSTRAINT fk NOT ENFORCED (18)
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int primary key, n int references p);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter constraint a_n_fkey not enforced;

--@ C25c: ALTER CONSTRAINT check ENFORCED (19)
--@min 19
--@setup
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint c check (n>0) not enforced;
--@stmt
alter table a alter constraint c enforced;

--@ C26: ALTER CONSTRAINT fk DEFERRABLE
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p);
--@stmt
alter table a alter constraint a_n_fkey deferrable;

--@ C27: DROP CONSTRAINT fk: AEL on both tables
--@setup
create table p(id int primary key);
create table a(id int primary key, n int references p);
--@stmt
alter table a drop constraint a_n_fkey;

--@ C31: ALTER TABLE multi: VALIDATE + SET STATISTICS + SET DEFAULT takes max lock (AEL) up front
--@setup
create table a(id int, v text);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint c check (id>0) not valid;
--@stmt
alter table a validate constraint c, alter v set default 'q';

--@ C32: ADD EXCLUDE constraint
--@setup
create table a(id int, r int4range);
insert into a select g,int4range(g,g+1) from generate_series(1,1000) g;
--@stmt
alter table a add constraint ex exclude using gist (r with &&);

--@ C33: ADD CHECK on inheritance parent: children locked and scanned, merged when child has the same constraint
--@setup
create table a(id int, v text);
create table a1() inherits(a);
create table a2(constraint c check (id>0)) inherits(a);
insert into a1 select g,'x' from generate_series(1,1000) g;
insert into a2 select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (id>0);

--@ H07: SET NOT NULL on parent where one child has CHECK proving
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
alter table a1 add check (v is not null);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a alter v set not null;

--@ H08: ADD CONSTRAINT CHECK ... on partitioned where partition already has the same-named equal constraint
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
alter table a1 add constraint c check (v is not null);
create table a2 partition of a for values from (500) to (2000);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (v is not null);

--@ H09: ADD FK on partitioned where partitions already have the FK: reused, no validation
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
alter table a1 add foreign key(n) references p;
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key(n) references p;

--@ H18: ALTER TABLE ADD CONSTRAINT USING INDEX with same name, deferrable
--@setup
create table a(id int not null, v text);
create unique index u on a(id);
--@stmt
alter table a add constraint u unique using index u deferrable;

--@ H31: multi-level FK action: drop pk with cascade
--@setup
create table p(id int primary key);
create table a(id int references p);
create table b(id int references p);
--@stmt
alter table p drop constraint p_pkey cascade;

--@ H33: DROP DEFAULT / DROP NOT NULL
--@setup
create table a(id int not null, v int);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter id drop not null;

--@ H34: ALTER TABLE ADD CHECK with volatile/immutable and NO INHERIT
--@setup
create table a(id int);
create table c() inherits(a);
insert into a select generate_series(1,1000);
--@stmt
alter table a add check (id>0) no inherit;

--@ H35: ALTER TABLE ONLY parent ADD COLUMN error / ONLY SET NOT NULL
--@setup
create table a(id int);
create table c() inherits(a);
insert into a select generate_series(1,1000);
--@stmt
alter table only a alter id set not null;

--@ J01: VALIDATE CHECK on partitioned parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select g,'x' from generate_series(1,1000) g;
alter table a add constraint c check (id>0) not valid;
--@stmt
alter table a validate constraint c;

--@ J02: ADD FK validated with RLS enabled on referenced: RI_Initial_Check falls back? (superuser bypass)
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
alter table p enable row level security;
create table a(id int primary key, n int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key(n) references p;

--@ J17: partition: add unique/primary key on partitioned parent
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create unique index a1u on a1(id);
insert into a select g,'x' from generate_series(1,400) g;
--@stmt
alter table a add primary key(id);

--@ J18: partition: add PK where partition already has PK
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
alter table a1 add primary key(id);
insert into a select g,'x' from generate_series(1,400) g;
--@stmt
alter table a add primary key(id);

--@ J25: ALTER TABLE NOT NULL on column that is PK of partition etc: DROP NOT NULL on partition
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
alter table a1 alter id set not null;
--@stmt
alter table a1 alter id drop not null;

--@ J30: WITHOUT OVERLAPS PK (18)
--@min 18
--@setup
create extension if not exists btree_gist;
create table a(id int4range, r int4range);
insert into a select int4range(g,g+1), int4range(g,g+1) from generate_series(1,1000) g;
--@stmt
alter table a add primary key (id, r without overlaps);

--@ K02: VALIDATE FK declared on a partitioned referencing table (18+)
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint fk foreign key(n) references p not valid;
--@stmt
alter table a validate constraint fk;

--@ K04: DROP NOT NULL on inheritance parent
--@setup
create table a(id int not null, v text);
create table c() inherits(a);
--@stmt
alter table a alter id drop not null;

--@ G15: ADD FK
--@setup
create table p(id int primary key);
create table a(id int primary key, n int);
--@stmt
alter table a add constraint fk foreign key(n) references p;

--@ G25: SET NOT NULL
--@setup
create table a(id int primary key, v text);
--@stmt
alter table a alter v set not null;

--@ L40: foreign key to itself
--@setup
create table a(id int primary key, n int);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (n) references a;

--@ L41: foreign key between two partitioned tables
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table p2 partition of p for values from (500) to (2000);
insert into p select generate_series(1,1000);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (n) references p;

--@ L42: CHECK NOT VALID on a partitioned table
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a add constraint c check (id >= 0) not valid;

--@ L43: two checks and a NOT NULL: one scan
--@setup
create table a(id int, v text);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add check (id > 0), add check (v <> ''), alter v set not null;

--@ L44: UNIQUE DEFERRABLE
--@setup
create table a(id int, v text);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add unique (id) deferrable initially deferred;

--@ L45: UNIQUE on a partitioned table, one partition has a matching index
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
create unique index on a1(id);
insert into a select generate_series(1,1000);
--@stmt
alter table a add unique (id);

--@ L46: DROP CONSTRAINT of a check, with children
--@setup
create table a(id int constraint c check (id > 0));
create table c() inherits(a);
--@stmt
alter table a drop constraint c;

--@ L47: DROP CONSTRAINT of a primary key
--@setup
create table a(id int primary key);
--@stmt
alter table a drop constraint a_pkey;

--@ L48: DROP CONSTRAINT of a partitioned table's primary key
--@setup
create table a(id int primary key) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a drop constraint a_pkey;

--@ L49: DROP CONSTRAINT IF EXISTS of nothing
--@setup
create table a(id int);
--@stmt
alter table a drop constraint if exists nothing;

--@ L50: DROP CONSTRAINT of a foreign key from a partitioned table
--@setup
create table p(id int primary key);
create table a(id int constraint fk references p) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a drop constraint fk;

--@ L51: DROP CONSTRAINT of a foreign key to a partitioned table
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (0) to (500);
create table a(id int constraint fk references p);
--@stmt
alter table a drop constraint fk;

--@ L52: SET NOT NULL on several levels of partitions
--@setup
create table a(id int, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (100);
create table a12 partition of a1 for values from (100) to (500);
alter table a11 add check (v is not null);
insert into a select g, g from generate_series(1,499) g;
--@stmt
alter table a alter v set not null;

--@ L53: PRIMARY KEY on a table with a CHECK that proves NOT NULL
--@setup
create table a(id int check (id is not null));
insert into a select generate_series(1,1000);
--@stmt
alter table a add primary key (id);

--@ L54: VALIDATE of a foreign key that is valid already
--@setup
create table p(id int primary key);
create table a(n int constraint fk references p);
--@stmt
alter table a validate constraint fk;

--@ L55: two foreign keys in one statement, one NOT VALID
--@setup
create table p(id int primary key);
create table q(id int primary key);
create table a(n int, m int);
insert into p select generate_series(1,1000);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (n) references p, add foreign key (m) references q not valid;

--@ L56: CHECK on ONLY the parent that has children: an error
--@setup
create table a(id int);
create table c() inherits(a);
--@stmt
alter table only a add check (id > 0);

--@ L57: foreign key to a table that is missing: an error
--@setup
create table a(id int);
--@stmt
alter table a add foreign key (id) references missing;

--@ L58: primary key that exists already: an error
--@setup
create table a(id int primary key, n int);
--@stmt
alter table a add primary key (n);

--@ L59: ALTER CONSTRAINT on a partitioned table
--@setup
create table p(id int primary key);
create table a(id int, n int constraint fk references p) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a alter constraint fk deferrable;

--@ L60: VALIDATE after a batch of others in the same transaction
--@setup
create table p(id int primary key);
create table a(id int, n int);
insert into p select generate_series(1,1000);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add constraint fk foreign key (n) references p not valid;
alter table a validate constraint fk;

--@ L61: a check that is merged on one child and validated on the other
--@setup
create table a(id int);
create table c1() inherits(a);
create table c2(constraint k check (id > 0)) inherits(a);
--@stmt
alter table a add constraint k check (id > 0);

--@ L62: primary key on a partitioned table whose column is NOT NULL
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a add primary key (id);

--@ L63: primary key on a partitioned table, one partition has an index that can be attached
--@setup
create table a(id int not null, v text) partition by range(id);
create table a1 partition of a for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
alter table a1 add primary key (id);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add primary key (id);

--@ L64: PRIMARY KEY of two columns, one nullable, on an inheritance parent
--@setup
create table a(id int not null, n int);
create table c() inherits(a);
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add primary key (id, n);

--@ L65: SET NOT NULL on a column that a primary key of the same statement covers
--@setup
create table a(id int);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter id set not null, add primary key (id);

--@ L66: foreign key on a partitioned table whose subpartition has it already
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int, n int) partition by range(id);
create table a1 partition of a for values from (0) to (500) partition by range(id);
create table a11 partition of a1 for values from (0) to (500);
create table a2 partition of a for values from (500) to (2000);
alter table a11 add foreign key (n) references p;
insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (n) references p;

--@ L67: DROP CONSTRAINT CASCADE of a unique constraint that partitions refer to
--@setup
create table p(id int constraint u unique);
create table a(n int references p(id)) partition by range(n);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table p drop constraint u cascade;

--@ L68: SET DEFAULT and DROP NOT NULL on a partitioned table
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (0) to (500);
--@stmt
alter table a alter id set default 3;
alter table a alter id drop not null;

--@ L69: foreign key to a table of another schema, with a composite key
--@setup
create schema t2;
create table t2.p(x int, y int, primary key (x, y));
create table a(x int, y int);
--@stmt
alter table a add foreign key (x, y) references t2.p;

--@ L69b: a unique index made into a constraint under another name, on a table with a matching foreign key
--@setup
create table a(id int not null);
create unique index u on a(id);
create table r(id int references a(id));
--@stmt
alter table a add constraint pk primary key using index u;

--@ M01: a primary key replaced in one statement
--@setup
create table a(id int primary key, b int not null); insert into a select g, g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint a_pkey, add primary key (b);

--@ M02: a CHECK replaced in one statement, under its old name
--@setup
create table a(id int, constraint c check (id > 0)); insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint c, add constraint c check (id > -5);

--@ M03: a column replaced in one statement
--@setup
create table a(id int, b int); insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop column b, add column b int default (random() * 5)::int;

--@ M04: a CHECK rewritten together with its column's type
--@setup
create table a(id int); insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter id type text using id::text, add check (id <> '');

--@ S01: SET NOT NULL of a column added in the same statement, with a default
--@setup
create table a(id int primary key);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c int default 7, alter column c set not null;

--@ S02: SET NOT NULL of a column added NOT NULL in the same statement: nothing more
--@setup
create table a(id int primary key);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c int not null default 7, alter column c set not null;

--@ S03: SET NOT NULL of a column added and computed: the rewrite checks
--@setup
create table a(id int primary key);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c float default random(), alter column c set not null;

--@ S04: DROP NOT NULL and SET NOT NULL: drops come first, so the table is read
--@setup
create table a(id int, c int not null);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a alter column c set not null, alter column c drop not null;

--@ S05: DROP NOT NULL and ADD PRIMARY KEY
--@setup
create table a(id int not null);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column id drop not null, add primary key (id);

--@ S06: DROP NOT NULL and SET NOT NULL of an inheritance parent
--@setup
create table a(id int not null);
create table b() inherits (a);
insert into a select g from generate_series(1,1000) g;
insert into b select generate_series(1,1000);
--@stmt
alter table a alter column id drop not null, alter column id set not null;

--@ S07: the CHECK that proves NOT NULL is dropped in the same statement
--@setup
create table a(id int, constraint nn check (id is not null));
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column id set not null, drop constraint nn;

--@ S08: another CHECK is dropped: the proof stays
--@setup
create table a(id int, constraint nn check (id is not null), constraint c check (id > 0));
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column id set not null, drop constraint c;

--@ S09: the CHECK that proves NOT NULL goes with a column
--@setup
create table a(id int, w int, constraint nn check (id is not null and w is null));
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a alter column id set not null, drop column w;

--@ S10: PRIMARY KEY on a column added in the same statement
--@setup
create table a(v text);
insert into a values ('x');
--@stmt
alter table a add column id int default 1, add primary key (id);

--@ S11: PRIMARY KEY replaced
--@setup
create table a(id int constraint k primary key, w int not null);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint k, add constraint k primary key (w);

--@ S12: ONLY of a partitioned table: SET NOT NULL looks at the partitions
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
alter table a1 alter id set not null;
--@stmt
alter table only a alter column id set not null;

--@ S13: ONLY of a partitioned table: ADD PRIMARY KEY
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
alter table a1 alter id set not null;
--@stmt
alter table only a add primary key (id);

--@ S14: ADD CHECK of a name that is inherited: merged, not checked
--@setup
create table a(id int, constraint c check (id > 0));
create table b() inherits (a);
create table d() inherits (b);
insert into b select generate_series(1,1000);
--@stmt
alter table b add constraint c check (id > 0);

--@ S15: ADD CHECK that a child has already: not checked there, and not below
--@setup
create table a(id int);
create table b(constraint c check (id > 0)) inherits (a);
create table d() inherits (b);
insert into d select generate_series(1,1000);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (id > 0);

--@ S16: VALIDATE of a CHECK that a child validated before
--@setup
create table a(id int);
create table b() inherits (a);
alter table a add constraint c check (id > 0) not valid;
alter table b validate constraint c;
insert into a select g from generate_series(1,1000) g;
insert into b select generate_series(1,1000);
--@stmt
alter table a validate constraint c;

--@ S17: VALIDATE of a CHECK NO INHERIT
--@setup
create table a(id int);
create table b() inherits (a);
alter table a add constraint c check (id > 0) no inherit not valid;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a validate constraint c;

--@ S18: CHECK added NOT VALID and validated at once
--@setup
create table a(id int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add constraint c check (id > 0) not valid, validate constraint c;

--@ S19: FOREIGN KEY added NOT VALID and validated at once
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add constraint f foreign key (id) references p not valid, validate constraint f;

--@ S20: FOREIGN KEY to the table itself and its new PRIMARY KEY
--@setup
create table a(id int not null, up int);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a add primary key (id), add foreign key (up) references a;

--@ S21: UNIQUE DEFERRABLE of a partitioned table: a trigger on each partition
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
create table a2 partition of a for values from (2000) to (4000);
--@stmt
alter table a add constraint u unique (id) deferrable;

--@ S22: DROP CONSTRAINT of an exclusion constraint of an inheritance parent: children are left alone
--@setup
create table a(id int, constraint e exclude using btree (id with =));
create table b() inherits (a);
--@stmt
alter table a drop constraint e;

--@ S23: ONLY: DROP CONSTRAINT of an inherited CHECK still locks the children
--@setup
create table a(id int, constraint c check (id > 0));
create table b() inherits (a);
create table d() inherits (b);
--@stmt
alter table only a drop constraint c;

--@ S24: DROP CONSTRAINT of a CHECK that a child has of its own
--@setup
create table a(id int, constraint c check (id > 0));
create table b(constraint c check (id > 0)) inherits (a);
create table d() inherits (b);
--@stmt
alter table a drop constraint c;

--@ S25: FOREIGN KEY of a partitioned table: one partition has it, with its own below
--@setup
create table p(id int primary key);
insert into p select generate_series(1,3000);
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
create table a2 partition of a for values from (2000) to (4000);
alter table a1 add foreign key (id) references p;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (id) references p;

--@ S26: FOREIGN KEY of a partitioned table: a partition has one with another action
--@setup
create table p(id int primary key);
insert into p select generate_series(1,3000);
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
alter table a1 add foreign key (id) references p on delete cascade;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (id) references p;

--@ S27: FOREIGN KEY to a partitioned table, adopted from a partition
--@setup
create table p(id int primary key) partition by range(id);
create table p1 partition of p for values from (1) to (5000);
insert into p select generate_series(1,3000);
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
alter table a1 add foreign key (id) references p;
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add foreign key (id) references p;

--@ S28: UNIQUE of a partitioned table: two levels, constraint and index below
--@setup
create table a(id int, w int) partition by range(id);
create table a1 partition of a for values from (1) to (2000) partition by range(id);
create table a11 partition of a1 for values from (1) to (2000);
create table a2 partition of a for values from (2000) to (4000);
alter table a11 add unique (id);
create unique index on a2(id);
--@stmt
alter table a add unique (id);

--@ S29: PRIMARY KEY does not adopt a UNIQUE constraint
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
alter table a1 add unique (id);
--@stmt
alter table a add primary key (id);

--@ S30: UNIQUE INCLUDE of a partitioned table, attached
--@setup
create table a(id int, w int) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
alter table a1 add unique (id) include (w);
--@stmt
alter table a add unique (id) include (w);

--@ S31: self-referencing key, its PRIMARY KEY and its type in one statement
--@setup
create table a(id int constraint k primary key, up int constraint f references a);
insert into a select g,g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint f, drop constraint k, alter column id type bigint;

--@ S32: a dropped foreign key is not checked again by a type change
--@setup
create table p(id int primary key);
insert into p select generate_series(1,1000);
create table a(id int constraint f references p);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint f, alter column id type bigint;

--@ S33: PRIMARY KEY on a NOT NULL column of an inheritance parent: locks the children
--@setup
create table a(id int not null);
create table b() inherits (a);
insert into b select generate_series(1,1000);
--@stmt
alter table a add primary key (id);

--@ S34: DROP NOT NULL and SET NOT NULL of a partitioned table
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (1) to (2000);
insert into a select generate_series(1,1000);
--@stmt
alter table a alter column id drop not null, alter column id set not null;
