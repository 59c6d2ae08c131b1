-- safeddl.check(): scripts, and what is said of them.  test/tap/check.pl compares
-- many more of them with what happens when they run.
SET search_path = t;
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE moody (id int, m mood);
SELECT guard();
-- it judges as if the mode were block
SET safeddl.mode = 'warn';
CREATE FUNCTION said(script text, transaction boolean DEFAULT false)
RETURNS TABLE (at text, rule text, level text, relation text, fix text) LANGUAGE sql AS
$$SELECT concat_ws('.', statement, line), rule, level, relation, fix FROM safeddl.check(script, transaction)$$;

-- all there is to a finding
\x
SELECT statement, line, rule, level, relation, lock, blocks, work, bytes > 512 * 1024 AS large,
	regexp_replace(message, '\(.*? kB\)', '(...)') AS message, fix, detail, "position"
FROM safeddl.check('
CREATE TABLE new (id int);
CREATE INDEX ON new (id);
CREATE INDEX ON big (n);
');
-- and to one that an earlier statement makes worse
SELECT statement, line, rule, lock, regexp_replace(message, '\(.*? kB\)', '(...)') AS message, fix, detail, "position"
FROM safeddl.check('BEGIN;
ALTER TABLE small ADD COLUMN x int;	-- é
UPDATE big SET n = 1;
COMMIT;');
\x

-- several statements, comments, and text that is none
SELECT * FROM said(';; -- CREATE INDEX ON big (n);
/* CREATE INDEX /* ON */ big (n); */ SELECT ''CREATE INDEX ON big (n);'', $x$CREATE INDEX ON big (n);$x$, "n;" FROM big;
create index on big (n) ; CREATE INDEX ON small (n)');
SELECT * FROM said('');
SELECT * FROM said(NULL);
SELECT * FROM said('CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN n > 1 THEN 2 END; END; CREATE INDEX ON big (n)');

-- two hundred harmless statements
SELECT count(*) FROM safeddl.check((SELECT string_agg(format('CREATE TABLE c%s (id int PRIMARY KEY, n int); CREATE INDEX ON c%1$s (n);
	ALTER TABLE c%1$s ADD CHECK (n > 0); INSERT INTO c%1$s VALUES (1, 1)', i), '; ') FROM generate_series(1, 50) i));

-- the safe ways
SELECT * FROM said('
ALTER TABLE big ADD COLUMN y int;
ALTER TABLE big ALTER y SET DEFAULT 5;
ALTER TABLE big ADD CONSTRAINT y_nn CHECK (y IS NOT NULL) NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT y_nn;
ALTER TABLE big ALTER y SET NOT NULL;
ALTER TABLE big DROP CONSTRAINT y_nn;');
SELECT * FROM said('
ALTER TABLE big ADD CONSTRAINT f FOREIGN KEY (fk) REFERENCES small NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT f;');
SELECT * FROM said('
CREATE INDEX bp ON ONLY big_p (n);
CREATE TABLE part (LIKE big_p);
ALTER TABLE big_pd ADD CONSTRAINT c CHECK (id >= 3000000) NOT VALID;
ALTER TABLE big_pd VALIDATE CONSTRAINT c;
ALTER TABLE big_pd ADD CONSTRAINT n CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE big_pd VALIDATE CONSTRAINT n;
ALTER TABLE big_p ATTACH PARTITION part FOR VALUES FROM (2000000) TO (3000000);');
-- the first step and the last are not enough
SELECT at, rule, level FROM said('
ALTER TABLE big ADD COLUMN y int;
ALTER TABLE big ALTER y SET NOT NULL;
CREATE INDEX ON big (y);
ALTER TABLE big RENAME y TO z;
ALTER TABLE big RENAME TO large;
ALTER TABLE large ADD CHECK (z > 0);
CREATE TABLE big (LIKE large);
CREATE INDEX ON big (y);');

-- transactions: of the script, of the tool, and undone
SELECT at, rule FROM said('BEGIN; ALTER TABLE small ADD x int; CREATE INDEX ON big (n); COMMIT; CREATE INDEX ON big (n)');
SELECT at, rule FROM said('ALTER TABLE small ADD x int; ALTER TABLE big ADD CONSTRAINT c CHECK (n > 0) NOT VALID; ALTER TABLE big VALIDATE CONSTRAINT c', true);
SELECT at, rule FROM said('BEGIN; SAVEPOINT a; ALTER TABLE small ADD x int; ROLLBACK TO a; ALTER TABLE big ADD x int; ROLLBACK; ALTER TABLE big ALTER x SET NOT NULL');
-- nobody else's matter: what the caller holds
BEGIN;
SET LOCAL safeddl.mode = 'off';
LOCK TABLE small;
SELECT at, rule FROM said('CREATE INDEX CONCURRENTLY ON big (n)');
ROLLBACK;

-- the rules about scripts
SELECT at, rule, level, fix FROM said('BEGIN; CREATE INDEX CONCURRENTLY ON big (n); COMMIT; CREATE INDEX CONCURRENTLY ON big (n)');
SELECT at, rule, level FROM said('VACUUM big; REINDEX TABLE CONCURRENTLY big; DROP INDEX CONCURRENTLY big_pkey; ALTER SYSTEM SET work_mem = 1; CREATE DATABASE x; ALTER TABLE big_p DETACH PARTITION big_p1 CONCURRENTLY', true);
SELECT at, rule, level FROM said('CREATE INDEX CONCURRENTLY i ON big (n); ALTER TABLE small ADD x int; CREATE INDEX CONCURRENTLY j ON big (n)');
SELECT at, rule, level FROM said('SET lock_timeout = 1000; CREATE INDEX CONCURRENTLY i ON big (n); SELECT 1; DROP INDEX CONCURRENTLY big_pkey');
SELECT at, rule, level FROM said('BEGIN; ALTER TABLE small ADD x int; COMMIT', true);
SELECT at, rule, level, relation, fix FROM said('BEGIN; ALTER TABLE small ADD CONSTRAINT c CHECK (n > 0) NOT VALID; ALTER TABLE small VALIDATE CONSTRAINT c; COMMIT');
SELECT at, rule, level FROM said($$BEGIN; ALTER TYPE mood ADD VALUE 'glad'; INSERT INTO moody VALUES (1, 'ok'); SELECT 'glad'; INSERT INTO moody VALUES (1, 'glad'); SELECT 'glad'::mood; COMMIT; SELECT 'glad'::mood$$);

-- levels: those of safeddl.rules, and what the script sets
SET safeddl.rules = 'create_index=log, mixed_script=off, not_checked=block';
SELECT at, rule, level FROM said('CREATE INDEX ON big (n); VACUUM big; nonsense');
RESET safeddl.rules;
SELECT at, rule, level FROM said('SET safeddl.override = ''create_index on big: wanted''; CREATE INDEX ON big (n); RESET safeddl.override; CREATE INDEX ON big (n);
	SET safeddl.mode = log; CREATE INDEX ON big (n); RESET safeddl.mode; BEGIN; SET LOCAL safeddl.min_table_size = ''1TB''; CREATE INDEX ON big (n); COMMIT; CREATE INDEX ON big (n)');
SELECT at, rule, level, relation FROM said('SET search_path = elsewhere; CREATE INDEX ON big (n); CREATE SCHEMA elsewhere; CREATE TABLE big (n int); CREATE INDEX ON big (n); RESET search_path; CREATE INDEX ON big (n)');
SHOW search_path;
SHOW safeddl.min_table_size;

-- what cannot be checked, once for each cause
\pset format unaligned
\t
SELECT line, level, regexp_replace(message, '\(.*? kB\)', '(...)'), detail, "position" FROM safeddl.check($script$
ALTER TABLE no_such ADD x int;
ALTER TABLE no_such ADD y int;
CREATE INDX a ON big (n);
CREATE INDX b ON big (n);
DO $$ BEGIN
	EXECUTE 'CREATE TABLE made (id int)';
	IF true THEN
		ALTER TABLE big ADD CHECK (n > 1);
	END IF;
END $$;
DO $$ BEGIN EXECUTE 'x'; END $$;
CREATE INDEX ON made (id);
CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql AS 'BEGIN CREATE TABLE made2 (id int); END';
SELECT make(), make();
SELECT t.make_tables('x', 3);
DO LANGUAGE plperl '1';
$script$);
-- psql's own: its commands and the data of COPY
SELECT line, regexp_replace(message, '\(.*? kB\)', '(...)') FROM safeddl.check($script$
\set name 'it''s
\i other.sql
SELECT 'CREATE INDEX ON big (n)' \gexec
COPY small (id) FROM stdin;
1
it's; CREATE INDEX ON big (n);
\.
CREATE INDEX ON :table (n);
CREATE INDEX ON big (n);
$script$);
\t
\pset format aligned

-- a partitioned table that the script makes, of one that was there
SELECT line, message FROM safeddl.check('
CREATE TABLE parts (LIKE big) PARTITION BY RANGE (id);
ALTER TABLE parts ATTACH PARTITION big DEFAULT;
ALTER TABLE parts ADD COLUMN x int DEFAULT 0;
CREATE INDEX parts_n ON ONLY parts (n);
CREATE INDEX ON parts (n);
');

-- several scripts: each knows those before it
SELECT script, statement, line, rule FROM safeddl.check(ARRAY['CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY ON big (n)',
	'CREATE INDEX ON a (id); ALTER TABLE b ADD x int; ALTER TABLE big ADD x int', NULL, 'CREATE INDEX ON big (x)']);
SELECT script, statement, rule FROM safeddl.check(ARRAY['ALTER TABLE small ADD x int', 'CREATE INDEX ON big (n)'], true);
SELECT script, statement, rule FROM safeddl.check(ARRAY['ALTER TABLE small ADD x int; CREATE INDEX ON big (n)'], transaction => true);

-- nothing was done, not even where nothing may be
SELECT count(*) FROM pg_locks WHERE relation IN ('big'::regclass, 'small'::regclass);
BEGIN READ ONLY;
SELECT at, rule, level FROM said('CREATE TABLE x (id int); BEGIN; ALTER TABLE small ADD x int; UPDATE big SET n = 1; COMMIT; DROP TABLE big');
ROLLBACK;
-- and for whoever may look, whoever owns the tables
CREATE ROLE check_reader;
GRANT USAGE ON SCHEMA t, safeddl TO check_reader;
SET ROLE check_reader;
SELECT rule, level FROM safeddl.check('CREATE INDEX ON t.big (n); SET safeddl.override = ''* on *: me''; CREATE INDEX ON t.big (n)');
RESET ROLE;
DROP OWNED BY check_reader;
DROP ROLE check_reader;
DROP FUNCTION said;
DROP TABLE moody;
DROP TYPE mood;
