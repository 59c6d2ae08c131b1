-- locks that the transaction holds already: the effective lock, and work under
-- the lock of an earlier statement
SET search_path = t;
SET safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT big_n CHECK (n > 0) NOT VALID;
ALTER TABLE big ADD CONSTRAINT big_fk FOREIGN KEY (fk) REFERENCES small NOT VALID;
ALTER TABLE small ADD CONSTRAINT small_n CHECK (n > 0) NOT VALID;
ALTER TABLE big_p ADD CONSTRAINT p_n CHECK (n > 0) NOT VALID;
CREATE TABLE "Odd ""name" (id int PRIMARY KEY);
CREATE SEQUENCE seq;
SELECT guard();
SET safeddl.mode = 'warn';

-- NOT VALID and VALIDATE in one transaction
BEGIN;
ALTER TABLE big ADD CONSTRAINT again CHECK (n > 0) NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT again;
ROLLBACK;
BEGIN;
ALTER TABLE big ADD CONSTRAINT again FOREIGN KEY (fk) REFERENCES small NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT again;
ROLLBACK;
-- apart: silent
BEGIN;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
ALTER TABLE small ADD CONSTRAINT again CHECK (n > 0) NOT VALID;
ALTER TABLE small VALIDATE CONSTRAINT again;
ROLLBACK;
-- partitions, and a lock on one of them only
BEGIN;
ALTER TABLE big_p1 ALTER n SET DEFAULT 1;
ALTER TABLE big_p VALIDATE CONSTRAINT p_n;
ROLLBACK;
-- the strength that counts is that of the earlier lock
BEGIN;
ALTER TABLE big ALTER n SET DEFAULT 1;
CREATE INDEX ON big (n);
ROLLBACK;

\set VERBOSITY terse
-- on something else, of whatever size, and by whatever took it
BEGIN;
ALTER TABLE small ADD COLUMN x int;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
ALTER TABLE "Odd ""name" ADD COLUMN x int;
CREATE INDEX ON big (n);
ROLLBACK;
BEGIN;
LOCK TABLE small IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
CREATE TABLE refers (r int REFERENCES small);
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
DROP TABLE "Odd ""name";
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
ALTER SEQUENCE seq INCREMENT 2;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
TRUNCATE small_ref;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
CREATE TRIGGER again BEFORE INSERT ON small FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
REFRESH MATERIALIZED VIEW CONCURRENTLY big_m;
ROLLBACK;
-- in one statement list, in a function
ALTER TABLE small ADD COLUMN x int\; ALTER TABLE big VALIDATE CONSTRAINT big_n\; ROLLBACK;
DO $$ BEGIN ALTER TABLE small ADD COLUMN x int; ALTER TABLE big VALIDATE CONSTRAINT big_n; RAISE division_by_zero; END $$;

-- silent: weak locks, what nobody else sees, little work, work that is no work
BEGIN;
LOCK TABLE small IN SHARE UPDATE EXCLUSIVE MODE;
COMMENT ON TABLE small IS 'small';
ALTER TABLE small ALTER n SET STATISTICS 10;
CREATE TABLE new (id int PRIMARY KEY);
ALTER TABLE new ADD COLUMN x int;
CREATE TEMP TABLE temporary (id int PRIMARY KEY);
ALTER TABLE temporary ADD COLUMN x int;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
ALTER TABLE small ADD COLUMN x int;
ALTER TABLE small VALIDATE CONSTRAINT small_n;
CREATE INDEX ON small (n);
ALTER TABLE big ADD COLUMN x int DEFAULT 1;
ANALYZE big;
ROLLBACK;
ALTER TABLE small ADD COLUMN x int;
ALTER TABLE big VALIDATE CONSTRAINT big_fk;
ALTER TABLE small DROP COLUMN x;

-- savepoints: rolled back, released, and a lock that was there before
BEGIN;
SAVEPOINT a;
ALTER TABLE small ADD COLUMN x int;
ROLLBACK TO a;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
SAVEPOINT a;
SAVEPOINT b;
ALTER TABLE small ADD COLUMN x int;
RELEASE b;
ROLLBACK TO a;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
SAVEPOINT a;
ALTER TABLE small ADD COLUMN x int;
RELEASE a;
SAVEPOINT b;
ROLLBACK TO b;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
\set VERBOSITY default
BEGIN;
LOCK TABLE small IN SHARE MODE;
SAVEPOINT a;
ALTER TABLE small ADD COLUMN x int;
ROLLBACK TO a;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
SAVEPOINT a;
ALTER TABLE small ADD COLUMN x int;
ROLLBACK TO a;
ALTER TABLE small ADD COLUMN y
	int;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;

-- rejected, then the transaction goes on
SET safeddl.mode = 'block';
BEGIN;
ALTER TABLE small ADD COLUMN x int;
SAVEPOINT a;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK TO a;
SELECT count(*) FROM pg_locks WHERE relation = 'big'::regclass AND pid = pg_backend_pid();
COMMIT;
ALTER TABLE small DROP COLUMN x;
-- the reason why not
BEGIN;
ALTER TABLE small ADD COLUMN x int;
SET LOCAL safeddl.override = 'work_under_held_lock on big: OPS-1';
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
SET safeddl.rules = 'work_under_held_lock=off';
BEGIN;
ALTER TABLE small ADD COLUMN x int;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
SET safeddl.rules = '';

-- however many locks there are, the one on the table itself is told
SET safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT again_fk FOREIGN KEY (fk) REFERENCES small NOT VALID;
CREATE MATERIALIZED VIEW small_mv AS SELECT * FROM small;
CREATE UNIQUE INDEX ON small_mv (id);
CREATE TABLE nine (id int) PARTITION BY LIST (id);
DO $$ BEGIN FOR i IN 1..9 LOOP EXECUTE format('CREATE TABLE nine%1$s PARTITION OF nine FOR VALUES IN (%1$s)', i); END LOOP; END $$;
SET safeddl.mode = 'warn';
\set VERBOSITY default
BEGIN;
LOCK TABLE nine;
ALTER TABLE big ADD CONSTRAINT again CHECK (n > 0) NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT again;
ROLLBACK;
-- a lock on the table referenced keeps nobody from the one whose key is validated
BEGIN;
LOCK TABLE small IN SHARE MODE;
ALTER TABLE big VALIDATE CONSTRAINT again_fk;
ROLLBACK;
-- ALTER INDEX locks the index only, REINDEX the index more than its table, and that keeps whoever plans a query waiting
BEGIN;
ALTER INDEX small_pkey SET TABLESPACE pg_default;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
REINDEX INDEX small_pkey;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
ALTER INDEX small_pkey RENAME TO renamed;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
-- EXCLUSIVE on a materialized view keeps nobody from reading it, and nobody writes to one
BEGIN;
REFRESH MATERIALIZED VIEW CONCURRENTLY small_mv;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
BEGIN;
REFRESH MATERIALIZED VIEW small_mv;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
-- comments before a statement are not quoted
BEGIN;
/* app: shop, /* in */ request: 1 */ -- and another
ALTER /* this one is */ TABLE small ADD COLUMN x int;
ALTER TABLE big VALIDATE CONSTRAINT big_n;
ROLLBACK;
-- a lock taken while nobody looked counts, too; who took it is not known
BEGIN;
SET LOCAL safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT again CHECK (n > 0) NOT VALID;
SET LOCAL safeddl.mode = 'warn';
ALTER TABLE big VALIDATE CONSTRAINT again;
ROLLBACK;

SET safeddl.mode = 'off';
DROP TABLE nine;
DROP MATERIALIZED VIEW small_mv;
ALTER TABLE big DROP CONSTRAINT again_fk;
DROP TABLE "Odd ""name";
DROP SEQUENCE seq;
ALTER TABLE big DROP CONSTRAINT big_n, DROP CONSTRAINT big_fk;
ALTER TABLE small DROP CONSTRAINT small_n;
ALTER TABLE big_p DROP CONSTRAINT p_n;
