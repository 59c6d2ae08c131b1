-- from wherever a statement comes; test/tap/contexts.pl has the rest
SET search_path = t;
SELECT guard();
SET safeddl.rules = 'drop_index=off, drop_table=off, drop_column=off';
SET safeddl.mode = 'warn';
\set VERBOSITY terse

-- one message a statement, and none for its parts
CREATE TABLE parts (id int PRIMARY KEY, u int UNIQUE, r int REFERENCES big);
ALTER TABLE big ADD COLUMN x serial UNIQUE;
ALTER TABLE big DROP COLUMN x;
SET safeddl.mode = 'off';
VACUUM (FULL, ANALYZE) big;
SET safeddl.mode = 'warn';
DROP TABLE parts;
CREATE TABLE parts (LIKE big INCLUDING ALL);
DROP TABLE parts;
-- elements of CREATE SCHEMA
CREATE SCHEMA elements
	CREATE TABLE big (id int PRIMARY KEY)
	CREATE INDEX ON big (id)
	CREATE TABLE part PARTITION OF t.big_p FOR VALUES FROM (3000000) TO (4000000);
DROP SCHEMA elements CASCADE;
-- several statements in one simple query
CREATE INDEX a ON big (n)\; DROP INDEX a\; CREATE INDEX a ON big_loose (n);
DROP INDEX a;
-- DO, function, procedure, dynamic SQL
DO $$ BEGIN CREATE INDEX a ON big (n); EXECUTE 'CREATE INDEX b ON big (n)'; DROP INDEX a, b; END $$;
CREATE FUNCTION plpgsql_ddl() RETURNS void LANGUAGE plpgsql AS 'BEGIN CREATE INDEX a ON t.big (n); DROP INDEX a; END';
CREATE FUNCTION sql_ddl() RETURNS void LANGUAGE sql AS 'CREATE INDEX a ON t.big (n); DROP INDEX a';
CREATE PROCEDURE inner_ddl() LANGUAGE plpgsql AS 'BEGIN CREATE INDEX a ON t.big (n); DROP INDEX a; END';
CREATE PROCEDURE outer_ddl() LANGUAGE plpgsql AS $$ BEGIN CALL inner_ddl(); DO 'BEGIN CREATE INDEX a ON t.big (n); DROP INDEX a; END'; END $$;
SELECT plpgsql_ddl();
SELECT sql_ddl();
CALL outer_ddl();
-- a cached plan meets the settings of its day
SET safeddl.mode = 'block';
SELECT plpgsql_ddl();
SET safeddl.mode = 'off';
SELECT plpgsql_ddl();
SET safeddl.mode = 'block';
-- an event trigger
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	IF tg_tag = 'CREATE SEQUENCE' THEN
		CREATE INDEX a ON t.big (n);
	END IF;
END $$;
CREATE EVENT TRIGGER on_ddl ON ddl_command_start EXECUTE FUNCTION on_ddl();
CREATE SEQUENCE s;
DROP EVENT TRIGGER on_ddl;
-- a rejection caught in a block leaves no lock behind
BEGIN;
DO $$
BEGIN
	CREATE INDEX ON t.big (n);
EXCEPTION WHEN prohibited_sql_statement_attempted THEN
	RAISE NOTICE 'caught';
END $$;
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'big'::regclass;
COMMIT;
-- an allowed statement holds what it takes, and nothing of ours
SET safeddl.mode = 'warn';
BEGIN;
ALTER TABLE big ALTER n SET NOT NULL;
SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'big'::regclass ORDER BY 1;
ROLLBACK;
-- no transaction ID is spent on looking
BEGIN;
SELECT count(*) FROM safeddl.footprint('ALTER TABLE big ALTER n TYPE bigint');
SELECT pg_current_xact_id_if_assigned() IS NULL AS none;
ROLLBACK;
SET safeddl.mode = 'off';
DROP FUNCTION plpgsql_ddl(), sql_ddl(), on_ddl();
DROP PROCEDURE inner_ddl(), outer_ddl();

-- a deferred trigger: judged while its statement runs, at COMMIT it is too late
SET safeddl.mode = 'warn';
SET safeddl.rules = 'drop_index=off, drop_table=off, drop_column=off, work_under_held_lock=off';
CREATE TABLE late (i int);
CREATE FUNCTION late_ddl() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN CREATE INDEX a ON t.big (n); DROP INDEX a; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION late_ddl();
BEGIN;
INSERT INTO late VALUES (1);
SET CONSTRAINTS late IMMEDIATE;
COMMIT;
BEGIN;
INSERT INTO late VALUES (1);
COMMIT;
SET safeddl.mode = 'off';
DROP TABLE late;
DROP FUNCTION late_ddl;
