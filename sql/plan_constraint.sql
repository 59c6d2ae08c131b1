-- safeddl.plan(): constraints.
-- What becomes NOT NULL is in plan_not_null, as are foreign keys of partitioned tables.
SET client_min_messages = warning;
CREATE SCHEMA plan_constraint;
SET search_path = plan_constraint, public;
CREATE TABLE customer (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE orders (id int NOT NULL, "Customer id" int, n int NOT NULL, region text NOT NULL);
INSERT INTO orders SELECT g, g, g, 'x' FROM generate_series(1, 10) g;
CREATE TABLE part (a int NOT NULL, b int NOT NULL, c int) PARTITION BY LIST (a);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE "Part 11" PARTITION OF part_1 DEFAULT;
CREATE TABLE part_2 PARTITION OF part DEFAULT;
INSERT INTO part SELECT 1 + g % 2, g, g FROM generate_series(1, 10) g;
CREATE DOMAIN positive AS int;
CREATE TABLE uses (p positive);
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '

-- CHECK: a name as the server would choose it; several together
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CHECK (n > 0)');
SELECT * FROM safeddl.plan($$
	ALTER TABLE IF EXISTS plan_constraint.orders	-- a comment
		ADD CONSTRAINT "so; it is" CHECK ("Customer id" > 0 AND region <> 'a;b'),
		ADD CHECK (n > id), ADD CHECK (n < 100), ADD CHECK (n <> 3), ALTER n SET DEFAULT 7;
$$);
SELECT * FROM safeddl.plan('ALTER TABLE ONLY orders ADD CHECK (id > 0) NO INHERIT');
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD v int, ADD CHECK (v > 0)');
-- as it is: nothing to do but to limit the wait
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CHECK (n > 0) NOT VALID');

-- VALIDATE
ALTER TABLE orders ADD CONSTRAINT later CHECK (n > 0) NOT VALID;
SELECT * FROM safeddl.plan('ALTER TABLE orders VALIDATE CONSTRAINT later');
SELECT * FROM safeddl.plan('ALTER TABLE orders VALIDATE CONSTRAINT later, ALTER n DROP NOT NULL');
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CONSTRAINT now CHECK (n > 0) NOT VALID, VALIDATE CONSTRAINT now');

-- FOREIGN KEY
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD FOREIGN KEY ("Customer id") REFERENCES customer');
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (region) REFERENCES customer (code) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, ADD CHECK (n > 5)');
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD FOREIGN KEY (n) REFERENCES customer NOT VALID');

-- UNIQUE, PRIMARY KEY
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD UNIQUE (n, "Customer id")');
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CONSTRAINT "U" UNIQUE NULLS NOT DISTINCT (n) INCLUDE (region, id) WITH (fillfactor = 70) USING INDEX TABLESPACE pg_default DEFERRABLE INITIALLY DEFERRED');
SELECT * FROM safeddl.plan('ALTER TABLE ONLY orders ADD PRIMARY KEY (n, id), ADD UNIQUE (id), ADD CHECK (id > 0)');
SELECT * FROM safeddl.plan('ALTER TABLE part ADD UNIQUE (c, b, a)');
ALTER TABLE part_2 ADD CONSTRAINT own UNIQUE (c, b, a);
SELECT * FROM safeddl.plan('ALTER TABLE part ADD CONSTRAINT u UNIQUE (c, b, a) WITH (fillfactor = 80)');
CREATE UNIQUE INDEX by_n ON orders (n);
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD CONSTRAINT pk PRIMARY KEY USING INDEX by_n');

-- no way
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD EXCLUDE (n WITH =)');
-- no half of it
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD EXCLUDE (n WITH =), ADD CHECK (n IS NOT NULL)');

-- domains
SELECT * FROM safeddl.plan('ALTER DOMAIN plan_constraint.positive ADD CHECK (VALUE > 0)');
SELECT * FROM safeddl.plan('ALTER DOMAIN positive SET NOT NULL');
ALTER DOMAIN positive ADD CONSTRAINT p CHECK (VALUE > 0) NOT VALID;
SELECT * FROM safeddl.plan('ALTER DOMAIN positive VALIDATE CONSTRAINT p');
SELECT * FROM safeddl.plan('ALTER DOMAIN positive DROP CONSTRAINT p');

DROP SCHEMA plan_constraint CASCADE;
