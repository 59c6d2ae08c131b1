-- safeddl.verify: the server watched while it does what was foretold
SET search_path = t;
SET safeddl.mode = off;
SHOW safeddl.verify;

-- right: nothing to say
SET safeddl.verify = on;
CREATE TABLE v (id int PRIMARY KEY, v text, n int);
INSERT INTO v SELECT g, 'x', g FROM generate_series(1, 100) g;
CREATE TABLE v_ref (id int REFERENCES v);
CREATE INDEX v_v ON v USING brin (id);
ALTER TABLE v ADD CHECK (id > 0), ALTER COLUMN v TYPE varchar;
ALTER TABLE v ADD COLUMN at timestamptz DEFAULT clock_timestamp();
ALTER TABLE v ALTER COLUMN v SET NOT NULL;
ALTER TABLE v_ref ADD FOREIGN KEY (id) REFERENCES v;
VACUUM FULL v;
REINDEX TABLE v;
BEGIN;
ALTER TABLE v SET (fillfactor = 50);
ALTER TABLE v ALTER COLUMN n TYPE bigint;
ROLLBACK;
DO $$ BEGIN ALTER TABLE v ADD CHECK (n > 0); END $$;

-- what is left out is named
SET client_min_messages = debug1;
SET safeddl.verify = on;
CREATE INDEX CONCURRENTLY v_n ON v (n);
EXPLAIN (COSTS OFF) SELECT 1;
RESET client_min_messages;

-- wrong: an event trigger takes a lock, and reads, while nobody looks
CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql SET safeddl.verify = off AS $$
BEGIN
	LOCK TABLE v IN SHARE MODE;
	PERFORM count(*) FROM v;
END $$;
CREATE EVENT TRIGGER meddle ON ddl_command_end EXECUTE FUNCTION meddle();
CREATE VIEW v_view AS SELECT 1;
ALTER TABLE v ALTER COLUMN n SET DEFAULT 1;
\set VERBOSITY sqlstate
DROP VIEW v_view;
\set VERBOSITY default
-- what other statements do meanwhile is theirs
ALTER FUNCTION meddle() RESET safeddl.verify;
CREATE VIEW v_view AS SELECT 1;
ALTER TABLE v ALTER COLUMN n SET DEFAULT 1;
-- and what failed is not compared
DROP VIEW v_view, v_view2;
DROP EVENT TRIGGER meddle;
DROP FUNCTION meddle;
DROP VIEW v_view;

-- it is the superuser's
SET safeddl.verify = off;
CREATE ROLE regress_safeddl_verify;
SET ROLE regress_safeddl_verify;
SET safeddl.verify = on;
RESET ROLE;
DROP ROLE regress_safeddl_verify;
DROP TABLE v_ref, v;
