-- what the user reads: primary message, DETAIL, HINT, position
SET search_path = t;
SELECT guard();
RESET safeddl.rules;

-- the statement in the HINT is the user's own, made safe
CREATE INDEX "Odd name" ON t.big USING btree (lower(status) COLLATE "C" DESC) INCLUDE (n) WHERE n > 5;
/* a comment */ CREATE UNIQUE INDEX ON big (id) ; -- and another
CREATE INDEX IF NOT EXISTS new_one ON "t".big (n)
	WITH (fillfactor = 90);
CREATE INDEX by_status ON big_p (status);
REINDEX (VERBOSE) TABLE big;
ALTER TABLE IF EXISTS ONLY t.big ADD CONSTRAINT "Odd" CHECK (n IN (1, 2, 3) OR n > 0);
ALTER TABLE big ADD CHECK (n > 0);
ALTER TABLE big ADD CHECK (n > 0 AND fk < n);
ALTER TABLE big ADD FOREIGN KEY (fk) REFERENCES small (id) ON DELETE SET NULL;
ALTER TABLE big ADD UNIQUE (n, status);
ALTER TABLE big_loose ADD PRIMARY KEY (id);
ALTER TABLE big ALTER n SET NOT NULL;
ALTER TABLE big ADD x int DEFAULT (random() * 10)::int CHECK (x > 0);
ALTER TABLE big ADD x timestamptz DEFAULT clock_timestamp() NOT NULL;
ALTER TABLE big_p ADD FOREIGN KEY (n) REFERENCES big;
ALTER TABLE big ALTER n TYPE bigint;
ALTER TABLE big ADD x int, ADD CHECK (n > 0), ALTER v TYPE varchar(5);
ALTER TABLE small_p ATTACH PARTITION big_loose FOR VALUES FROM (3000000) TO (4000000);
REFRESH MATERIALIZED VIEW big_m;

-- what is blocked may not be what is large: then both are named
BEGIN;
SET LOCAL safeddl.mode = 'off';
CREATE TABLE far AS SELECT * FROM small;
ALTER TABLE far ADD PRIMARY KEY (id);
ALTER TABLE big ADD CONSTRAINT to_far FOREIGN KEY (fk) REFERENCES far;
CREATE DOMAIN rate AS int;
CREATE TABLE rates_1 AS SELECT n::rate AS r FROM big;
CREATE TABLE rates_2 AS SELECT n::rate AS r FROM big_loose;
CREATE TYPE pair AS (x int, y int);
CREATE TABLE pairs_1 OF pair;
CREATE TABLE pairs_2 OF pair;
INSERT INTO pairs_1 SELECT g, g FROM generate_series(1, 20000) g;
INSERT INTO pairs_2 SELECT g, g FROM generate_series(1, 20000) g;
CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parent_1 PARTITION OF parent FOR VALUES FROM (0) TO (100000);
INSERT INTO parent SELECT generate_series(1, 20000);
CREATE TABLE ref_1 AS SELECT 1 AS id FROM generate_series(1, 20000);
CREATE TABLE ref_2 AS SELECT 1 AS id FROM generate_series(1, 20000);
CREATE TABLE ref_p (id int REFERENCES parent) PARTITION BY RANGE (id);
CREATE TABLE ref_p1 PARTITION OF ref_p FOR VALUES FROM (0) TO (100000);
INSERT INTO ref_p SELECT generate_series(1, 20000);
ALTER TABLE ref_1 ADD FOREIGN KEY (id) REFERENCES parent;
ALTER TABLE ref_2 ADD FOREIGN KEY (id) REFERENCES parent;
CREATE TABLE parent_2 PARTITION OF parent FOR VALUES FROM (100000) TO (200000);
COMMIT;
SET safeddl.mode = 'off';
VACUUM (FULL, ANALYZE) far, rates_1, rates_2, pairs_1, pairs_2, ref_1, ref_2, ref_p1;
SELECT guard();
RESET safeddl.rules;
ALTER TABLE far ALTER id TYPE bigint;
ALTER DOMAIN rate ADD CHECK (VALUE > 0);
-- its position is another one in later versions
DO $$
BEGIN
	ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint CASCADE;
EXCEPTION WHEN prohibited_sql_statement_attempted THEN
	RAISE NOTICE '%', SQLERRM;
END $$;
ALTER TABLE parent DETACH PARTITION parent_2;
ALTER TABLE parent DETACH PARTITION parent_2 CONCURRENTLY;
CREATE TABLE big_new PARTITION OF big_p FOR VALUES FROM (3000000) TO (4000000);
SET safeddl.mode = 'off';
ALTER TABLE big DROP CONSTRAINT to_far;
DROP TABLE far, rates_1, rates_2, pairs_1, pairs_2, ref_1, ref_2, ref_p, parent, parent_2;
DROP TYPE rate, pair;
SET safeddl.mode = 'block';

-- the server's own notice about a long name comes once
CREATE INDEX a_name_that_is_longer_than_the_sixty_three_bytes_that_the_server_keeps ON big (n);

-- warnings
SET safeddl.mode = 'warn';
BEGIN;
CREATE INDEX ON big (n);
DROP INDEX big_m_id;
TRUNCATE big_loose;
ALTER TABLE big DROP COLUMN v;
DROP TABLE big CASCADE;
ROLLBACK;

-- the position counts characters, also behind others and in a function
SET safeddl.mode = 'block';
SELECT 'äöü'\; CREATE INDEX ON big (n);
DO $$ BEGIN CREATE INDEX ON big (n); END $$;
DO $$ BEGIN EXECUTE 'CREATE INDEX ON big (n)'; END $$;

-- fields
DO $$
DECLARE
	state text; sch text; tab text;
BEGIN
	CREATE INDEX ON big (n);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, sch = SCHEMA_NAME, tab = TABLE_NAME;
	RAISE NOTICE '% % %', state, sch, tab;
END $$;
