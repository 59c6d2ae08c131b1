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
