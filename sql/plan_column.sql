-- safeddl.plan(): columns. That the plans are right is proved by test/plan; here
-- is what they look like.
SET safeddl.mode = 'off';
CREATE SCHEMA plan_column;
SET search_path = plan_column;
\pset format unaligned
\pset fieldsep ' | '
\t on

CREATE TABLE ref (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, v varchar(10) DEFAULT 'x' CONSTRAINT v_ok CHECK (v <> ''));
CREATE TABLE child (t_id int REFERENCES t);
CREATE INDEX t_n ON t (n, lower(v)) WHERE n > 0;

-- ADD COLUMN: nothing to do about it
SELECT * FROM safeddl.plan('ALTER TABLE t ADD a int');
SELECT * FROM safeddl.plan('ALTER TABLE t ADD COLUMN a timestamptz NOT NULL DEFAULT now(), ADD b int REFERENCES ref');
-- a value for each row
SELECT * FROM safeddl.plan('ALTER TABLE t ADD COLUMN u uuid DEFAULT gen_random_uuid() NOT NULL UNIQUE');
SELECT * FROM safeddl.plan('ALTER TABLE plan_column.t ADD "U" text COLLATE "C" CONSTRAINT d DEFAULT random()::text REFERENCES ref DEFERRABLE CHECK ("U" <> '''')');
SELECT * FROM safeddl.plan('ALTER TABLE t ADD COLUMN no bigserial');
SELECT * FROM safeddl.plan('ALTER TABLE t ADD no int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s START 5)');
-- constraints with the same value for all
SELECT * FROM safeddl.plan('ALTER TABLE t ADD a int DEFAULT 1 CHECK (a > 0) REFERENCES ref');
SELECT * FROM safeddl.plan('ALTER TABLE t ADD a int UNIQUE');
-- no way
SELECT * FROM safeddl.plan('ALTER TABLE t ADD a int GENERATED ALWAYS AS (n * 2) STORED');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SELECT * FROM safeddl.plan('ALTER TABLE t ADD a positive');

-- DROP COLUMN
SELECT * FROM safeddl.plan('ALTER TABLE t DROP COLUMN n');
SELECT * FROM safeddl.plan('ALTER TABLE t DROP v, DROP COLUMN id CASCADE');
SELECT * FROM safeddl.plan('ALTER TABLE t DROP COLUMN IF EXISTS nix');

-- ALTER COLUMN TYPE: the catalog only
SELECT * FROM safeddl.plan('ALTER TABLE child ALTER t_id TYPE int');
DROP INDEX t_n;
-- constraints are checked again
SELECT * FROM safeddl.plan('ALTER TABLE t ALTER v TYPE varchar(20), ALTER v SET DEFAULT ''y''');
-- indexes are built again
CREATE INDEX t_n ON t (n, lower(v)) INCLUDE (v) WHERE n > 0;
SELECT * FROM safeddl.plan('ALTER TABLE ONLY t ALTER COLUMN v SET DATA TYPE text');
-- all rows are written
SELECT * FROM safeddl.plan('ALTER TABLE t ALTER COLUMN id TYPE bigint');
SELECT * FROM safeddl.plan('ALTER TABLE child ALTER t_id TYPE bigint, ADD x int');
-- of partitions
CREATE TABLE p (a int, b int, UNIQUE (a, b)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p DEFAULT;
CREATE INDEX p_b ON p (b);
SELECT * FROM safeddl.plan('ALTER TABLE p ALTER b TYPE bigint');
DROP INDEX t_n;
SELECT * FROM safeddl.plan('ALTER TABLE t ALTER n TYPE text USING n || v, ALTER n DROP NOT NULL');
-- no way
SELECT * FROM safeddl.plan('ALTER TABLE t ALTER n TYPE positive');
ALTER TABLE t ADD EXCLUDE (n WITH =);
SELECT * FROM safeddl.plan('ALTER TABLE t ALTER n TYPE bigint');

DROP SCHEMA plan_column CASCADE;
