-- safeddl.lock_timeout: for the time of a statement, and not a moment longer
SET search_path = t;
SET client_min_messages = notice;
SET safeddl.mode = 'log';

SHOW safeddl.lock_timeout;
\set VERBOSITY sqlstate
SET safeddl.lock_timeout = -1;
\set VERBOSITY default
SET safeddl.lock_timeout = '90s';
SHOW safeddl.lock_timeout;
SHOW safeddl.max_blocker_age;
\set VERBOSITY sqlstate
SET safeddl.max_blocker_age = -2;
\set VERBOSITY default
SET safeddl.max_blocker_age = -1;
SHOW safeddl.max_blocker_age;
RESET safeddl.max_blocker_age;
CREATE ROLE regress_safeddl_user;
SET ROLE regress_safeddl_user;
SET safeddl.lock_timeout = 0;
SET safeddl.max_blocker_age = -1;
RESET ROLE;
DROP ROLE regress_safeddl_user;

-- a table that tells which lock_timeout is in force when it is gone through
CREATE FUNCTION tell(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
	$$ BEGIN RAISE NOTICE 'lock_timeout is %', current_setting('lock_timeout'); RETURN true; END $$;
CREATE FUNCTION fail(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
	$$ BEGIN RAISE 'lock_timeout is %', current_setting('lock_timeout'); END $$;
CREATE TABLE teller (a int);
INSERT INTO teller VALUES (1);

ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;

-- one's own: shorter, longer, the same
SET lock_timeout = '1s';
ALTER TABLE teller ADD CHECK (tell(a));
SET lock_timeout = '1h';
ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;
SET lock_timeout = '90s';
ALTER TABLE teller ADD CHECK (tell(a));
RESET lock_timeout;

-- after an error
ALTER TABLE teller ADD CHECK (fail(a));
SHOW lock_timeout;
BEGIN;
SET LOCAL lock_timeout = '1h';
SAVEPOINT s;
ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;
ALTER TABLE teller ADD CHECK (fail(a));
ROLLBACK TO s;
SHOW lock_timeout;
SET LOCAL lock_timeout = '2h';
ALTER TABLE teller ADD CHECK (tell(a));
RELEASE s;
SHOW lock_timeout;
COMMIT;
SHOW lock_timeout;
BEGIN;
SET lock_timeout = '3h';
ALTER TABLE teller ADD CHECK (tell(a));
COMMIT;
SHOW lock_timeout;
BEGIN;
SET lock_timeout = '4h';
ALTER TABLE teller ADD CHECK (tell(a));
ROLLBACK;
SHOW lock_timeout;
RESET lock_timeout;

-- in functions and procedures
DO $$
BEGIN
	BEGIN
		ALTER TABLE teller ADD CHECK (tell(a));
		RAISE NOTICE 'then %', current_setting('lock_timeout');
		ALTER TABLE teller ADD CHECK (fail(a));
	EXCEPTION WHEN raise_exception THEN
		RAISE NOTICE 'caught: %; then %', SQLERRM, current_setting('lock_timeout');
	END;
	SET LOCAL lock_timeout = '5h';
	ALTER TABLE teller ADD CHECK (tell(a));
	COMMIT;
	RAISE NOTICE 'then %', current_setting('lock_timeout');
	SET lock_timeout = '6h';
	ALTER TABLE teller ADD CHECK (tell(a));
	ROLLBACK;
	RAISE NOTICE 'then %', current_setting('lock_timeout');
	ALTER TABLE teller ADD CHECK (tell(a));
	COMMIT;
	RAISE NOTICE 'then %', current_setting('lock_timeout');
END $$;
SHOW lock_timeout;
CREATE FUNCTION with_its_own() RETURNS text LANGUAGE plpgsql SET lock_timeout = '1s' AS
	$$ BEGIN ALTER TABLE teller ADD CHECK (tell(a)); RETURN current_setting('lock_timeout'); END $$;
SELECT with_its_own();
SHOW lock_timeout;

-- what the statement's own code sets stays, but for SET LOCAL
CREATE FUNCTION set_it() RETURNS event_trigger LANGUAGE plpgsql AS
	$$ BEGIN PERFORM set_config('lock_timeout', '7s', current_setting('my.local')::bool); END $$;
CREATE EVENT TRIGGER set_it ON ddl_command_start EXECUTE FUNCTION set_it();
SET my.local = off;
ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;
RESET lock_timeout;
ALTER TABLE teller ADD CHECK (fail(a));
SHOW lock_timeout;
BEGIN;
ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;
ROLLBACK;
SHOW lock_timeout;
SET my.local = on;
BEGIN;
ALTER TABLE teller ADD CHECK (tell(a));
SHOW lock_timeout;
COMMIT;
SHOW lock_timeout;
DROP EVENT TRIGGER set_it;

-- a statement within a statement
CREATE FUNCTION nested() RETURNS event_trigger LANGUAGE plpgsql AS
	$$ BEGIN IF tg_tag = 'COMMENT' THEN ALTER TABLE teller ADD CHECK (tell(a)); PERFORM tell(1); END IF; END $$;
CREATE EVENT TRIGGER nested ON ddl_command_end EXECUTE FUNCTION nested();
COMMENT ON TABLE teller IS 'tells';
SHOW lock_timeout;
DROP EVENT TRIGGER nested;

-- commands that commit on the way
ALTER TABLE teller ADD b int;
CREATE INDEX teller_i ON teller (tell(a));
VACUUM FULL teller;
SHOW lock_timeout;
CLUSTER teller USING teller_i;
SHOW lock_timeout;
REINDEX TABLE teller;
BEGIN;
SET LOCAL lock_timeout = '2h';
REINDEX TABLE teller;
CLUSTER teller;
SHOW lock_timeout;
COMMIT;
SHOW lock_timeout;
REINDEX TABLE CONCURRENTLY teller;
SHOW lock_timeout;
CREATE INDEX CONCURRENTLY teller_i2 ON teller (tell(a));
SHOW lock_timeout;
CREATE INDEX CONCURRENTLY teller_fails ON teller (fail(a));
SHOW lock_timeout;
CREATE OR REPLACE FUNCTION tell(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
	$$ BEGIN RAISE 'lock_timeout is %', current_setting('lock_timeout'); END $$;
VACUUM FULL teller;
SHOW lock_timeout;
REINDEX TABLE teller;
SHOW lock_timeout;
CREATE OR REPLACE FUNCTION tell(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
	$$ BEGIN RAISE NOTICE 'lock_timeout is %', current_setting('lock_timeout'); RETURN true; END $$;

-- nobody's reads or writes queue behind these
ANALYZE teller;
DROP TABLE teller;

-- nobody else can wait for it
CREATE TEMP TABLE mine (a int);
INSERT INTO mine VALUES (1);
ALTER TABLE mine ADD CHECK (tell(a));
DROP TABLE mine;
BEGIN;
CREATE TABLE teller (a int);
INSERT INTO teller VALUES (1);
ALTER TABLE teller ADD CHECK (tell(a));
COMMIT;

-- off is off
SET safeddl.mode = 'off';
ALTER TABLE teller ADD CHECK (tell(a));
SET safeddl.mode = 'log';
SET safeddl.lock_timeout = 0;
ALTER TABLE teller ADD CHECK (tell(a));

-- together with safeddl.verify
SET safeddl.lock_timeout = '90s';
SET safeddl.verify = on;
ALTER TABLE teller ADD CHECK (tell(a));
ALTER TABLE teller ADD CHECK (fail(a));
SHOW lock_timeout;
RESET safeddl.verify;

-- the rule no_lock_timeout goes by what is in force
SET safeddl.mode = 'block';
SHOW safeddl.lock_timeout;
SET safeddl.lock_timeout = 0;
ALTER TABLE teller ADD c int;
SET safeddl.rules = 'no_lock_timeout=block';
ALTER TABLE teller ADD d int;
\set VERBOSITY terse
CREATE INDEX teller_c ON teller (c);
CREATE INDEX CONCURRENTLY teller_c ON teller (c);
CREATE TABLE untold (a int);
SET safeddl.lock_timeout = '90s';
ALTER TABLE teller ADD d int;
SET safeddl.lock_timeout = 0;
SET lock_timeout = '1s';
ALTER TABLE teller ADD e int;
RESET lock_timeout;
SET statement_timeout = '100s';
ALTER TABLE teller ADD f int;
RESET statement_timeout;
-- too late: the timer of DO does not run
DO 'BEGIN SET LOCAL statement_timeout = 1000; ALTER TABLE teller ADD g int; END';
BEGIN;
LOCK TABLE teller;
ROLLBACK;
-- nothing to wait for
BEGIN;
LOCK TABLE teller NOWAIT;
LOCK TABLE teller;
ROLLBACK;
SET safeddl.rules = 'no_lock_timeout=warn';
ALTER TABLE teller ADD g int;
\set VERBOSITY default
RESET safeddl.rules;

DROP TABLE teller, untold;
DROP FUNCTION tell(int), fail(int), with_its_own(), set_it(), nested();
