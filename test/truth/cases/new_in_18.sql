-- What PostgreSQL 18 and 19 brought.

--@ N01: SET NOT NULL on a partitioned table whose NOT NULL is NOT VALID
--@min 18
--@setup
create table a(id int, b int) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint nn not null b not valid;
--@stmt
alter table a alter b set not null;

--@ N02: the same, validated
--@min 18
--@setup
create table a(id int, b int) partition by range(id);
create table a1 partition of a for values from (0) to (2000);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint nn not null b not valid;
--@stmt
alter table a validate constraint nn;

--@ N03: ADD PRIMARY KEY on a column whose NOT NULL is NOT VALID
--@min 18
--@setup
create table a(id int, b int);
insert into a select g,g from generate_series(1,1000) g;
alter table a add constraint nn not null b not valid;
--@stmt
alter table a add primary key (b);

--@ N04: ALTER CONSTRAINT INHERIT of a NOT NULL
--@min 18
--@setup
create table a(id int, b int);
create table c() inherits (a);
create table d() inherits (c);
insert into a select g,g from generate_series(1,1000) g;
insert into c select g,g from generate_series(1,1000) g;
insert into d select g,g from generate_series(1,1000) g;
alter table a add constraint nn not null b no inherit;
--@stmt
alter table a alter constraint nn inherit;

--@ N05: ALTER CONSTRAINT NO INHERIT of a NOT NULL
--@min 18
--@setup
create table a(id int, b int);
create table c() inherits (a);
alter table a add constraint nn not null b;
--@stmt
alter table a alter constraint nn no inherit;

--@ N06: ATTACH to a table whose foreign key is NOT VALID: validated all the same
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
alter table a add foreign key (id) references p not valid;
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ N07: both foreign keys NOT VALID: adopted, not validated
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
alter table a add foreign key (id) references p not valid;
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
alter table n add foreign key (id) references p not valid;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ N08: ATTACH to a table whose foreign key is NOT ENFORCED
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
alter table a add foreign key (id) references p not enforced;
create table n(id int not null, v text, check (id>=500 and id<2000));
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a attach partition n for values from (500) to (2000);

--@ N09: ADD FOREIGN KEY where a partition's own is NOT VALID: adopted and validated
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
create table n partition of a for values from (500) to (2000);
insert into n select g,'x' from generate_series(500,1000) g;
alter table n add foreign key (id) references p not valid;
--@stmt
alter table a add foreign key (id) references p;

--@ N10: ADD FOREIGN KEY NOT VALID on a partitioned table
--@min 18
--@setup
create table p(id int primary key);
create table a(id int, v text) partition by range(id);
create table n partition of a for values from (500) to (2000);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
alter table a add foreign key (id) references p not valid;

--@ N11: VALIDATE CONSTRAINT of a foreign key of a partitioned table
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
create table n partition of a for values from (500) to (2000);
create table m partition of a for values from (0) to (500);
insert into n select g,'x' from generate_series(500,1000) g;
alter table a add constraint fk foreign key (id) references p not valid;
alter table n validate constraint fk;
--@stmt
alter table a validate constraint fk;

--@ N12: ADD UNIQUE, CHECK NOT ENFORCED and FOREIGN KEY on an inheritance parent
--@min 18
--@setup
create table p(id int primary key);
create table a(id int, b int);
create table c() inherits (a);
--@stmt
alter table a add unique (b);
alter table a add check (b > 0) not enforced;
alter table a add foreign key (b) references p not enforced;
alter table a add foreign key (b) references p;
alter table only a add check (b > 0) no inherit;

--@ N13: ALTER CONSTRAINT ENFORCED and NOT ENFORCED on a partitioned table
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
create table n partition of a for values from (500) to (2000);
insert into n select g,'x' from generate_series(500,1000) g;
alter table a add constraint fk foreign key (id) references p not enforced;
--@stmt
alter table a alter constraint fk enforced;

--@ N14: ALTER CONSTRAINT that changes nothing
--@min 18
--@setup
create table p(id int primary key);
create table a(id int references p, b int);
create table c() inherits (a);
--@stmt
alter table a alter constraint a_id_fkey enforced;
alter table a alter constraint a_id_fkey deferrable;

--@ N15: ALTER CONSTRAINT ENFORCED of a CHECK that children have, too
--@min 19
--@setup
create table a(id int, b int);
create table c() inherits (a);
insert into a select g,g from generate_series(1,1000) g;
insert into c select g,g from generate_series(1,1000) g;
alter table a add constraint k check (b > 0) not enforced;
--@stmt
alter table a alter constraint k enforced;

--@ N16: ALTER CONSTRAINT NOT ENFORCED of a CHECK
--@min 19
--@setup
create table a(id int, b int);
create table c() inherits (a);
alter table a add constraint k check (b > 0);
--@stmt
alter table a alter constraint k not enforced;

--@ N17: REPACK
--@min 19
--@setup
create table a(id int primary key, v text);
insert into a select g,'x' from generate_series(1,1000) g;
--@stmt
repack a;
repack a using index a_pkey;
cluster a using a_pkey;

--@ N18: REPACK of a partitioned table
--@min 19
--@notx
--@setup
create table a(id int primary key, v text) partition by range(id);
create table n partition of a for values from (500) to (2000);
insert into n select g,'x' from generate_series(500,1000) g;
--@stmt
repack t.a;

--@ N19: virtual column: SET EXPRESSION where NOT NULL and where a CHECK reads another column
--@min 19
--@setup
create table a(id int primary key, g int generated always as (id*2) virtual not null, h int check (h > 0),
	k int generated always as (id+1) virtual);
insert into a(id, h) select g, g from generate_series(1,1000) g;
--@stmt
alter table a alter g set expression as (id*3);
alter table a alter k set expression as (id+3);

--@ N20: type of a virtual column, and of a column with a NOT VALID NOT NULL
--@min 18
--@setup
create table a(id int primary key, k int generated always as (id+1) virtual, b varchar(10), c varchar(10));
insert into a(id, b) select g, 'x' from generate_series(1,1000) g;
alter table a add constraint nn not null b not valid;
alter table a add constraint ck check (c > '') not enforced;
--@stmt
alter table a alter k type bigint;
alter table a alter b type varchar(20);
alter table a alter c type varchar(20);

--@ N21: CREATE TABLE with the new kinds
--@min 18
--@setup
create table p(id int primary key);
--@stmt
create table a(id int references p not enforced, g int generated always as (id + 1), constraint nn not null id no inherit);
create table b(like p including all, x int references p);

--@ N22: VALIDATE CONSTRAINT two levels down
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,2000);
create table a(id int, v text) partition by range(id);
create table b partition of a for values from (0) to (2000) partition by range(id);
create table n partition of b for values from (500) to (2000);
create table m partition of b for values from (0) to (500);
insert into n select g,'x' from generate_series(500,1000) g;
alter table a add constraint fk foreign key (id) references p not valid;
--@stmt
alter table a validate constraint fk;

--@ S120: ADD COLUMN NOT NULL where a child has the column
--@min 18
--@norule the scan ends with an error at the first row: only an empty table is read to its end
--@setup
create table a(id int);
create table b(c int) inherits (a);
insert into b select g,g from generate_series(1,1000) g;
--@stmt
alter table a add column c int not null;

--@ S121: ADD NOT NULL NO INHERIT leaves children unread
--@min 18
--@setup
create table a(id int);
create table b() inherits (a);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add not null id no inherit;

--@ S122: ADD NOT NULL that is there
--@min 18
--@setup
create table a(id int constraint n not null);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add constraint n not null id;

--@ S123: DROP NOT NULL goes level by level
--@min 18
--@setup
create table a(id int not null);
create table b(id int not null) inherits (a);
create table d() inherits (b);
--@stmt
alter table a alter column id drop not null;

--@ S124: ONLY of a partitioned table: DROP NOT NULL
--@min 18
--@setup
create table a(id int not null) partition by range(id);
create table a1 partition of a for values from (1) to (1000) partition by range(id);
create table a11 partition of a1 for values from (1) to (1000);
--@stmt
alter table only a alter column id drop not null;

--@ S125: ONLY of a partitioned table: DROP CONSTRAINT of a CHECK
--@min 18
--@setup
create table a(id int, constraint c check (id > 0)) partition by range(id);
create table a1 partition of a for values from (1) to (1000) partition by range(id);
create table a11 partition of a1 for values from (1) to (1000);
--@stmt
alter table only a drop constraint c;

--@ S126: ALTER CONSTRAINT INHERIT: the next level gets it, the target is not read
--@min 18
--@setup
create table a(id int constraint n not null no inherit);
create table b() inherits (a);
create table d() inherits (b);
insert into a select g from generate_series(1,1000) g;
insert into b select generate_series(1,1000);
--@stmt
alter table a alter constraint n inherit;

--@ S127: ALTER CONSTRAINT NO INHERIT: the next level only
--@min 18
--@setup
create table a(id int constraint n not null);
create table b() inherits (a);
create table d() inherits (b);
--@stmt
alter table a alter constraint n no inherit;

--@ S128: CHECK NOT ENFORCED behind a column
--@min 18
--@setup
create table a(id int);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a add column c int default 1 check (c > 0) not enforced;

--@ S129: VALIDATE of a NOT NULL that a partition has valid
--@min 18
--@setup
create table a(id int) partition by range(id);
create table a1 partition of a for values from (1) to (1000);
create table a2 partition of a for values from (1000) to (2000);
alter table a1 add constraint n not null id;
alter table a add constraint n not null id not valid;
insert into a select generate_series(1,1900);
--@stmt
alter table a validate constraint n;

--@ S130: ATTACH: NOT VALID foreign key whose partitions are valid in part
--@min 18
--@setup
create table p(id int primary key);
insert into p select generate_series(1,3000);
create table a(id int references p) partition by range(id);
create table b(id int) partition by range(id);
create table b1 partition of b for values from (1) to (500);
create table b2 partition of b for values from (500) to (1000);
alter table b add constraint f foreign key (id) references p not valid;
alter table b1 validate constraint f;
insert into b select generate_series(1,900);
--@stmt
alter table a attach partition b for values from (1) to (1000);

--@ S131: DROP NOT NULL and SET NOT NULL by the constraint
--@min 18
--@setup
create table a(id int constraint n not null);
insert into a select g from generate_series(1,1000) g;
--@stmt
alter table a drop constraint n, alter column id set not null;

--@ S132: PERIOD foreign key dropped beside a type change
--@min 18
--@setup
create extension if not exists btree_gist schema pg_catalog;
create table p(id int4range, d daterange, primary key (id, d without overlaps));
create table a(id int4range, d daterange, constraint f foreign key (id, period d) references p (id, period d));
--@stmt
alter table a drop constraint f, alter column d type daterange using d;
