-- Invalid indexes that pass for the one that a statement is to make.  The rule
-- knows no size, so all tables are small.
CREATE SCHEMA inv;
SET search_path = inv;
SET safeddl.mode = off;
CREATE TABLE "A b" (id int, v int);
INSERT INTO "A b" VALUES (1, 1), (2, 1);
CREATE TABLE other (id int);
CREATE TABLE p (id int NOT NULL, v int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (15);
INSERT INTO p VALUES (1, 1), (11, 1);
-- the build of an index on it fails as long as it is told to
CREATE TABLE fails ();
CREATE FUNCTION same(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF to_regclass('inv.fails') IS NOT NULL THEN
		RAISE 'told to fail';
	END IF;
	RETURN $1;
END $$;
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY "I j" ON "A b" (v);
CREATE INDEX CONCURRENTLY p1_same ON p1 (same(v));
CREATE INDEX CONCURRENTLY p21_same_ccold ON p21 (same(v));
DROP TABLE fails;
\set VERBOSITY default
CREATE VIEW invalid AS
	SELECT indexrelid::regclass AS index, indrelid::regclass AS "table" FROM pg_index
	WHERE NOT indisvalid AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'inv'::regnamespace)
	ORDER BY indexrelid::regclass::text;
SELECT * FROM invalid;
SET safeddl.mode = block;

-- skipped because the name is taken
CREATE UNIQUE INDEX IF NOT EXISTS "I j" ON "A b" (v);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I j" ON "A b" (v);
-- by a statement that says something else of the index is no better
CREATE INDEX IF NOT EXISTS "I j" ON "A b" (id);
-- silent: another name; another table's; a valid one; an error of its own
BEGIN;
CREATE INDEX IF NOT EXISTS k ON "A b" (id);
CREATE INDEX IF NOT EXISTS k ON "A b" (id);
CREATE INDEX IF NOT EXISTS "I j" ON other (id);
CREATE INDEX "I j" ON "A b" (id);
ROLLBACK;
\set VERBOSITY sqlstate
CREATE INDEX IF NOT EXISTS "I j" ON "A b" (no_such_column);
\set VERBOSITY default
-- the footprint has it; the lock is that under which the server finds out
SELECT relation, lock_mode, work, reach, rule, subject
FROM safeddl.footprint('CREATE INDEX CONCURRENTLY IF NOT EXISTS "I j" ON "A b" (v)');
-- levels and overrides are those of any rule
SET safeddl.rules = 'invalid_index=off';
CREATE INDEX IF NOT EXISTS "I j" ON "A b" (id);
SET safeddl.rules = 'invalid_index=warn';
CREATE INDEX IF NOT EXISTS "I j" ON "A b" (id);
RESET safeddl.rules;
SET safeddl.override = 'invalid_index on inv."A b": it is known';
CREATE INDEX IF NOT EXISTS "I j" ON "A b" (id);
RESET safeddl.override;

-- the HINT repairs it
DELETE FROM "A b" WHERE id = 2;
DROP INDEX CONCURRENTLY inv."I j";
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I j" ON "A b" (v);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I j" ON "A b" (v);

-- adopted by a partitioned index; REINDEX has left one of them
CREATE INDEX p_same ON p (same(v));
SELECT relation, lock_mode, work, reach, rule, subject
FROM safeddl.footprint('CREATE INDEX p_same ON p (same(v))') WHERE rule = 'invalid_index';
-- what comes of it without the guard
BEGIN;
SET LOCAL safeddl.mode = off;
CREATE INDEX p_same ON p (same(v));
SELECT * FROM invalid;
ROLLBACK;
REINDEX INDEX CONCURRENTLY inv.p1_same;
DROP INDEX CONCURRENTLY inv.p21_same_ccold;
CREATE INDEX p_same ON p (same(v));
SELECT * FROM invalid;

-- ONLY: invalid until all are attached, and whoever says so knows it
CREATE INDEX p_v ON ONLY p (v);
CREATE INDEX IF NOT EXISTS p_v ON ONLY p (v);
-- but this may mean to get the whole index
CREATE INDEX IF NOT EXISTS p_v ON p (v);
CREATE INDEX CONCURRENTLY p1_p_v_idx ON inv.p1 USING btree (v);
ALTER INDEX inv.p_v ATTACH PARTITION inv.p1_p_v_idx;
-- one that is there and equal is attached
CREATE INDEX CONCURRENTLY p21_v ON p21 (v);
CREATE INDEX p2_v ON ONLY p2 (v);
ALTER INDEX p_v ATTACH PARTITION p2_v;
CREATE INDEX IF NOT EXISTS p_v ON p (v);
ALTER INDEX inv.p2_v ATTACH PARTITION inv.p21_v;
CREATE INDEX IF NOT EXISTS p_v ON p (v);
SELECT * FROM invalid;

-- ALTER INDEX ATTACH PARTITION of one that is invalid
CREATE TABLE fails ();
\set VERBOSITY terse
CREATE INDEX CONCURRENTLY p1_less ON p1 ((same(v) - 1));
DROP TABLE fails;
\set VERBOSITY default
CREATE INDEX p_less ON ONLY p ((same(v) - 1));
ALTER INDEX p_less ATTACH PARTITION p1_less;
-- attached all the same, it cannot be dropped
SET safeddl.mode = off;
ALTER INDEX p_less ATTACH PARTITION p1_less;
SET safeddl.mode = block;
CREATE INDEX IF NOT EXISTS p1_less ON p1 ((same(v) - 1));
DROP INDEX CONCURRENTLY p1_less;
CREATE INDEX IF NOT EXISTS p_less ON p ((same(v) - 1));
REINDEX INDEX CONCURRENTLY inv.p1_less;
ALTER INDEX inv.p_less ATTACH PARTITION inv.p1_less;
CREATE INDEX p2_p_less_idx ON ONLY inv.p2 USING btree (((same(v) - 1)));
CREATE INDEX CONCURRENTLY p21_p_less_idx ON inv.p21 USING btree (((same(v) - 1)));
ALTER INDEX inv.p2_p_less_idx ATTACH PARTITION inv.p21_p_less_idx;
ALTER INDEX inv.p_less ATTACH PARTITION inv.p2_p_less_idx;
SELECT * FROM invalid;

-- the index of a constraint
ALTER TABLE ONLY p2 ADD PRIMARY KEY (id);
ALTER TABLE p ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX CONCURRENTLY p21_p2_pkey_idx ON inv.p21 USING btree (id);
ALTER TABLE inv.p21 ADD CONSTRAINT p21_p2_pkey_idx PRIMARY KEY USING INDEX p21_p2_pkey_idx;
ALTER INDEX inv.p2_pkey ATTACH PARTITION inv.p21_p2_pkey_idx;
ALTER TABLE p ADD PRIMARY KEY (id);
SELECT * FROM invalid;
-- nothing leaves those invalid; say that something has
CREATE TABLE keys (id int PRIMARY KEY, r int4range, CONSTRAINT keys_r EXCLUDE USING gist (r WITH &&));
UPDATE pg_index SET indisvalid = false WHERE indrelid = 'keys'::regclass;
CREATE UNIQUE INDEX IF NOT EXISTS keys_pkey ON keys (id);
CREATE INDEX IF NOT EXISTS keys_r ON keys USING gist (r);
REINDEX INDEX CONCURRENTLY inv.keys_pkey;
REINDEX INDEX inv.keys_r;
SELECT * FROM invalid;

-- ATTACH PARTITION looks for valid ones, but not below the table attached
CREATE TABLE p3 (id int NOT NULL, v int) PARTITION BY RANGE (id);
CREATE TABLE p31 PARTITION OF p3 FOR VALUES FROM (20) TO (25);
INSERT INTO p3 VALUES (21, 1);
CREATE TABLE p4 (id int NOT NULL, v int);
CREATE INDEX p31_v ON p31 (v);
CREATE INDEX p4_v ON p4 (v);
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('p31_v'::regclass, 'p4_v'::regclass);
ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (20) TO (30);
ALTER TABLE p ATTACH PARTITION p4 FOR VALUES FROM (30) TO (40);
SELECT * FROM invalid;

-- CONCURRENTLY in a transaction block is the server's to refuse, and it alone
-- speaks: 25001, active_sql_transaction
SET safeddl.min_table_size = 0;
SET safeddl.rules = 'drop_index=block';
\set VERBOSITY sqlstate
\set ON_ERROR_ROLLBACK on
BEGIN;
CREATE INDEX CONCURRENTLY IF NOT EXISTS p4_v ON p4 (v);
CREATE INDEX CONCURRENTLY ON p4 (v);
REINDEX TABLE CONCURRENTLY p4;
DROP INDEX CONCURRENTLY p4_v;
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
COMMIT;
\set ON_ERROR_ROLLBACK off
RESET work_mem\; CREATE INDEX CONCURRENTLY IF NOT EXISTS p4_v ON p4 (v);
RESET work_mem\; REINDEX INDEX CONCURRENTLY p4_v;
RESET work_mem\; DROP INDEX CONCURRENTLY p4_v;
RESET work_mem\; ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
DO $$ BEGIN CREATE INDEX CONCURRENTLY IF NOT EXISTS p4_v ON inv.p4 (v); END $$;
DO $$ BEGIN REINDEX TABLE CONCURRENTLY inv.p4; END $$;
DO $$ BEGIN DROP INDEX CONCURRENTLY inv.p4_v; END $$;
DO $$ BEGIN ALTER TABLE inv.p DETACH PARTITION inv.p1 CONCURRENTLY; END $$;
\set VERBOSITY default
-- the HINT of the plain form says how to get out of the block
\set ON_ERROR_ROLLBACK on
BEGIN;
CREATE INDEX ON t.big (n);
REINDEX TABLE t.big;
DROP INDEX t.big_m_id;
CREATE INDEX ON t.big_p (n);
ALTER TABLE t.big ADD UNIQUE (n);
REFRESH MATERIALIZED VIEW t.big_m;
CREATE INDEX IF NOT EXISTS p4_v ON p4 (v);
ROLLBACK;
\set ON_ERROR_ROLLBACK off
DO $$ BEGIN CREATE INDEX IF NOT EXISTS p4_v ON inv.p4 (v); END $$;
-- nobody else counts on an index of a temporary table
CREATE TEMP TABLE own (a int) PARTITION BY LIST (a);
CREATE INDEX own_a ON ONLY own (a);
CREATE INDEX IF NOT EXISTS own_a ON own (a);
DROP TABLE own;
SET safeddl.mode = off;
SET client_min_messages = warning;
DROP SCHEMA inv CASCADE;
