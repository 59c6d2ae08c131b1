-- safeddl.plan(): what becomes NOT NULL, and foreign keys of partitioned tables. Since 18, both can be
-- NOT VALID: see plan_not_null_1.out.
SET client_min_messages = warning;
CREATE SCHEMA plan_not_null;
SET search_path = plan_not_null, public;
CREATE TABLE customer (id int PRIMARY KEY);
CREATE TABLE orders (id int, "Customer id" int, n int, m int CHECK (m IS NOT NULL));
CREATE TABLE child () INHERITS (orders);
INSERT INTO orders SELECT g, g, g, g FROM generate_series(1, 10) g;
INSERT INTO customer SELECT g FROM generate_series(1, 10) g;
CREATE TABLE part (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE "Part 11" PARTITION OF part_1 DEFAULT;
CREATE TABLE part_2 PARTITION OF part DEFAULT;
INSERT INTO part SELECT 1 + g % 2, g, g FROM generate_series(1, 10) g;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '

SELECT * FROM safeddl.plan('ALTER TABLE orders ALTER n SET NOT NULL');
SELECT * FROM safeddl.plan('ALTER TABLE orders ALTER n SET NOT NULL, ALTER "Customer id" SET NOT NULL, ADD CHECK (n > 0)');
SELECT * FROM safeddl.plan('ALTER TABLE ONLY plan_not_null.orders ALTER n SET NOT NULL');
SELECT * FROM safeddl.plan('ALTER TABLE orders ALTER id SET NOT NULL, ALTER id ADD GENERATED ALWAYS AS IDENTITY');
SELECT * FROM safeddl.plan('ALTER TABLE part ALTER c SET NOT NULL');
-- there is a proof
SELECT * FROM safeddl.plan('ALTER TABLE orders ALTER m SET NOT NULL');

SELECT * FROM safeddl.plan('ALTER TABLE orders ADD PRIMARY KEY (n, id)');
SELECT * FROM safeddl.plan('ALTER TABLE orders ALTER id SET NOT NULL, ADD CONSTRAINT pk PRIMARY KEY (id) DEFERRABLE');
CREATE UNIQUE INDEX by_n ON orders (n);
SELECT * FROM safeddl.plan('ALTER TABLE orders ADD PRIMARY KEY USING INDEX by_n');
SELECT * FROM safeddl.plan('ALTER TABLE part ADD PRIMARY KEY (c, b, a)');

SELECT * FROM safeddl.plan('ALTER TABLE part ADD FOREIGN KEY (c) REFERENCES customer ON DELETE CASCADE, ADD CHECK (b > 0)');
ALTER TABLE part_2 ADD FOREIGN KEY (c) REFERENCES customer, ADD CONSTRAINT f CHECK (b > 0);
ALTER TABLE "Part 11" ADD CONSTRAINT f CHECK (b > 0);
SELECT * FROM safeddl.plan('ALTER TABLE part ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES customer');

DROP SCHEMA plan_not_null CASCADE;
