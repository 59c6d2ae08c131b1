-- safeddl.plan(): ATTACH PARTITION, DETACH PARTITION, CREATE TABLE ... PARTITION OF
SET client_min_messages = warning;
CREATE SCHEMA plan_partition;
SET search_path = plan_partition, public;
\pset format unaligned
\pset tuples_only on
\pset null '(null)'

CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE p (a int NOT NULL, b text, c int CONSTRAINT "P c" REFERENCES r ON DELETE CASCADE, PRIMARY KEY (a)) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE INDEX ON p (lower(b)) WHERE c > 0;
CREATE TABLE "New" (c int, b text, a int NOT NULL);

-- without a default partition, and with one
SELECT * FROM safeddl.plan($$alter table p attach partition "New" for values from (10) to (20)$$);
CREATE TABLE pd PARTITION OF p DEFAULT;
ALTER TABLE "New" ADD PRIMARY KEY (a);
CREATE INDEX ON "New" (lower(b)) WHERE c > 0;
ALTER TABLE "New" ADD FOREIGN KEY (c) REFERENCES r ON DELETE CASCADE;
ALTER TABLE "New" ADD CHECK (a >= 10 AND a < 20);
SELECT * FROM safeddl.plan($$ALTER TABLE p ATTACH PARTITION "New" FOR VALUES FROM (10) TO (20)$$);
-- what a plan that was interrupted has left
ALTER TABLE pd ADD CONSTRAINT pd_bound CHECK (a IS NULL OR a < 10 OR a >= 20) NOT VALID;
SELECT * FROM safeddl.plan($$ALTER TABLE p ATTACH PARTITION "New" FOR VALUES FROM (10) TO (20)$$);
-- nothing is left to do
ALTER TABLE pd ADD CHECK (a < 0 OR a > 100);
SELECT * FROM safeddl.plan($$ALTER TABLE p ATTACH PARTITION "New" FOR VALUES FROM (10) TO (20)$$);
-- refused by the server
SELECT * FROM safeddl.plan($$ALTER TABLE p ATTACH PARTITION "New" FOR VALUES FROM (5) TO (20)$$);

-- several levels
CREATE TABLE s (a int NOT NULL, b text, c int) PARTITION BY LIST (c);
CREATE TABLE s1 PARTITION OF s FOR VALUES IN (1);
CREATE TABLE s2 PARTITION OF s DEFAULT;
CREATE TABLE q (a int, b text, c int, UNIQUE (a, c) DEFERRABLE) PARTITION BY LIST (a);
ALTER TABLE q ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES r;
SELECT * FROM safeddl.plan($$ALTER TABLE q ATTACH PARTITION s FOR VALUES IN (1, NULL)$$);
CREATE TABLE self (a int PRIMARY KEY, b int REFERENCES self) PARTITION BY LIST (a);
CREATE TABLE self1 (a int PRIMARY KEY, b int);
SELECT * FROM safeddl.plan($$ALTER TABLE self ATTACH PARTITION self1 DEFAULT$$);

-- CREATE TABLE
SELECT * FROM safeddl.plan($$create table "Newer" partition of p (check (c > 1)) for values from (-10) to (0) with (fillfactor = 70)$$);
SELECT * FROM safeddl.plan($$CREATE TABLE newest PARTITION OF p FOR VALUES FROM (10) TO (100)$$);
SELECT * FROM safeddl.plan($$CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1)$$);

-- DETACH: beside a default partition, without one, and where rows may point at it
SELECT * FROM safeddl.plan($$ALTER TABLE p DETACH PARTITION p1$$);
SELECT * FROM safeddl.plan($$ALTER TABLE IF EXISTS s DETACH PARTITION s1$$);
CREATE TABLE d (a int, b int) PARTITION BY LIST (a);
CREATE TABLE "D 1" PARTITION OF d FOR VALUES IN (1);
SELECT * FROM safeddl.plan($$ALTER TABLE IF EXISTS d DETACH PARTITION "D 1"$$) LIMIT 1;
SELECT * FROM safeddl.plan($$ALTER TABLE d DETACH PARTITION "D 1" CONCURRENTLY$$);
CREATE TABLE k (p int);
ALTER TABLE k ADD CONSTRAINT "K p" FOREIGN KEY (p) REFERENCES p ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT "K p" ON k IS 'here''s why';
SELECT * FROM safeddl.plan($$ALTER TABLE p DETACH PARTITION p1$$);
-- temporary tables
CREATE TEMP TABLE tp (a int) PARTITION BY LIST (a);
CREATE TEMP TABLE tp1 PARTITION OF tp FOR VALUES IN (1);
SELECT * FROM safeddl.plan($$ALTER TABLE tp DETACH PARTITION tp1$$);

DROP SCHEMA plan_partition CASCADE;
