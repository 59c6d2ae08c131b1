-- queries that go through a large table under a lock of an earlier statement
SET search_path = t;
SET safeddl.mode = 'off';
SELECT guard();
SET safeddl.mode = 'off';
CREATE TABLE held (id int PRIMARY KEY);
INSERT INTO held VALUES (1);
CREATE TABLE big_same AS SELECT id, n FROM big;
CREATE TABLE small_same AS SELECT id, n FROM small;
CREATE FUNCTION big_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t.big';
CREATE FUNCTION small_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t.small';
CREATE FUNCTION big_touch() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE t.big SET n = 0; END';
CREATE FUNCTION small_touch() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE t.small SET n = 0; END';
CREATE VIEW big_v AS SELECT * FROM big;
CREATE VIEW small_v AS SELECT * FROM small;
ANALYZE held, big_same, small_same;
SET safeddl.mode = 'block';

-- the message: the lock is on another table, on the same one, blocks writes only
BEGIN;
ALTER TABLE held ADD a int;
UPDATE big SET n = 0;
ROLLBACK;
BEGIN;
ALTER TABLE big ADD a int;
UPDATE big SET a = n;
ROLLBACK;
BEGIN;
LOCK TABLE big IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM big;
ROLLBACK;
BEGIN;
ALTER TABLE big_p ADD a int;
UPDATE big_p SET a = 1;
ROLLBACK;
-- a foreign key locks both
BEGIN;
ALTER TABLE small_same ADD FOREIGN KEY (id) REFERENCES held NOT VALID;
SELECT count(*) FROM big;
ROLLBACK;

-- nothing is held, or nothing that keeps others waiting
BEGIN;
SELECT verdict('UPDATE big SET n = 0'), verdict('SELECT count(*) FROM big'), verdict('COPY big TO ''/dev/null''');
LOCK TABLE held IN ROW EXCLUSIVE MODE;
SELECT verdict('UPDATE big SET n = 0');
LOCK TABLE held IN SHARE UPDATE EXCLUSIVE MODE;
SELECT verdict('UPDATE big SET n = 0');
CREATE TABLE new_here (id int);
ALTER TABLE new_here ADD n int;
CREATE TEMP TABLE temporary (id int);
ALTER TABLE temporary ADD n int;
SELECT verdict('UPDATE big SET n = 0');
SAVEPOINT s;
ALTER TABLE held ADD a int;
SELECT verdict('UPDATE big SET n = 0');
ROLLBACK TO s;
SELECT verdict('UPDATE big SET n = 0');
SAVEPOINT s;
ALTER TABLE held ADD a int;
RELEASE s;
SELECT verdict('UPDATE big SET n = 0');
ROLLBACK;
SELECT verdict('UPDATE big SET n = 0');

-- every form of query
SET safeddl.mode = 'off';
VACUUM (FULL, ANALYZE) big;
SET safeddl.mode = 'block';
BEGIN;
ALTER TABLE held ADD a int;
SELECT * FROM matrix(ARRAY[
	'UPDATE {} SET n = 0',
	'UPDATE {} SET n = 0 WHERE status = ''none''',
	'UPDATE {} SET n = s.n FROM {}_same s WHERE s.id = {}.id',
	'DELETE FROM {}_loose',
	'DELETE FROM {}_loose USING {} WHERE {}.id = {}_loose.id',
	'INSERT INTO held SELECT id + 10 FROM {}',
	'INSERT INTO held SELECT id + 10 FROM {} ON CONFLICT DO NOTHING',
	'MERGE INTO {}_same m USING {} s ON m.id = s.id WHEN MATCHED THEN UPDATE SET n = s.n',
	'SELECT count(*) FROM {}',
	'SELECT * FROM {}_v ORDER BY n LIMIT 1',
	'SELECT * FROM {} ORDER BY n',
	'SELECT * FROM {} FOR UPDATE',
	'SELECT count(*) FROM {}_m',
	'SELECT count(*) FROM {}_p',
	'SELECT count(*) FROM {}_i',
	'UPDATE {}_p SET n = 0',
	'UPDATE {}_i SET n = 0',
	'DELETE FROM {}_p WHERE n < 0',
	'SELECT id FROM {} UNION ALL SELECT id FROM {}_same',
	'SELECT id FROM {} EXCEPT SELECT id FROM {}_same',
	'WITH moved AS (DELETE FROM {}_loose RETURNING *) SELECT count(*) FROM moved',
	'SELECT (SELECT max(n) FROM {})',
	'SELECT id, (SELECT count(*) FROM {}_same s WHERE s.n = h.id) FROM held h',
	'SELECT * FROM held WHERE id NOT IN (SELECT id FROM {}_same)',
	'TABLE {}',
	'CREATE TABLE made AS SELECT * FROM {}',
	'CREATE MATERIALIZED VIEW made AS SELECT * FROM {}',
	'CREATE TEMP TABLE made AS SELECT * FROM {}',
	'EXPLAIN ANALYZE UPDATE {} SET n = 0',
	'EXPLAIN ANALYZE CREATE TABLE made AS SELECT * FROM {}',
	'DECLARE c CURSOR FOR SELECT * FROM {}',
	'COPY {} TO ''/dev/null''',
	'COPY (SELECT * FROM {}) TO ''/dev/null''',
	'COPY (DELETE FROM {}_loose RETURNING id) TO ''/dev/null''',
	'SELECT {}_count()',
	'SELECT {}_touch()',
	'DO $do$ BEGIN UPDATE t.{} SET n = 0; END $do$',
	'DO $do$ BEGIN FOR i IN 1 .. 3 LOOP DELETE FROM t.{}_loose; END LOOP; END $do$',
	'DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM t.{} LOOP EXIT; END LOOP; END $do$',
	'DO $do$ BEGIN EXECUTE ''UPDATE t.{} SET n = 0''; END $do$'
]);

-- large writes from nothing
SELECT verdict('INSERT INTO held SELECT generate_series(10, 100000)'),
	verdict('INSERT INTO held SELECT generate_series(10, 1000)'),
	verdict('INSERT INTO small_p SELECT g, ''none'', g FROM generate_series(10, 100000) g');

-- silent: what only looks at a part, or does not run
SELECT * FROM matrix(ARRAY[
	'SELECT * FROM {} WHERE id = 5',
	'UPDATE {} SET n = 0 WHERE id = 5',
	'SELECT * FROM {} LIMIT 10',
	'SELECT * FROM {} LIMIT 10 OFFSET 100',
	'SELECT * FROM {} ORDER BY id LIMIT 10',
	'SELECT max(id) FROM {}',
	'SELECT EXISTS (SELECT FROM {})',
	'SELECT * FROM held WHERE EXISTS (SELECT FROM {} WHERE {}.id = held.id)',
	'SELECT * FROM held JOIN {} USING (id)',
	'UPDATE {} SET n = 0 WHERE id BETWEEN 1 AND 1000',
	'UPDATE {} SET n = 0 WHERE id IN (SELECT id FROM {} WHERE n IS NOT NULL ORDER BY id LIMIT 10)',
	'DELETE FROM {} WHERE false',
	'SELECT * FROM {} WHERE false',
	'INSERT INTO {} (id, status, checked) VALUES (-1, '''', 1)',
	'SELECT * FROM {}_p WHERE id = 10000000 AND id = 5',
	'EXPLAIN UPDATE {} SET n = 0',
	'EXPLAIN CREATE TABLE made AS SELECT * FROM {}',
	'CREATE TABLE made AS SELECT * FROM {} WITH NO DATA',
	'CREATE VIEW made AS SELECT * FROM {}',
	'PREPARE {}_touch AS UPDATE {} SET n = 0',
	'DO $do$ DECLARE batch int := 10; BEGIN UPDATE t.{} SET n = 0 WHERE id IN (SELECT id FROM t.{} ORDER BY id LIMIT batch); END $do$'
]);
-- a partition that is pruned does not count
SET LOCAL safeddl.min_table_size = '1MB';
SELECT verdict('SELECT count(*) FROM big_p'), verdict('SELECT count(*) FROM big_p WHERE id BETWEEN 1 AND 1000');
ROLLBACK;

-- an index: rows that a condition throws away count, those that a merge join
-- does not come to do not
BEGIN;
ALTER TABLE held ADD a int;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT verdict('SELECT * FROM big WHERE id > 100 AND status = ''none'''),
	verdict('SELECT * FROM big WHERE id BETWEEN 101 AND 200 AND status = ''none''');
SET LOCAL enable_bitmapscan = on;
SET LOCAL enable_indexscan = off;
SELECT verdict('SELECT * FROM big WHERE id > 100 AND status = ''none'''),
	verdict('SELECT * FROM big WHERE id BETWEEN 101 AND 110 AND status = ''none''');
SET LOCAL enable_indexscan = on;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_nestloop = off;
SELECT verdict('SELECT * FROM small JOIN big USING (id)'), verdict('SELECT * FROM big b JOIN big USING (id)');
ROLLBACK;

-- a batch by a variable, with a plan that does not know it
SET plan_cache_mode = 'force_generic_plan';
PREPARE batch(int) AS UPDATE big SET n = 0 WHERE id IN (SELECT id FROM big ORDER BY id LIMIT $1);
PREPARE one(int) AS UPDATE big SET n = 0 WHERE id = $1;
PREPARE every(int) AS UPDATE big SET n = $1;
BEGIN;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
ALTER TABLE held ADD a int;
SELECT verdict('EXECUTE batch(100)'), verdict('EXECUTE batch(15000)'), verdict('EXECUTE one(5)'), verdict('EXECUTE every(0)');
ROLLBACK;
DEALLOCATE ALL;
RESET plan_cache_mode;
SET safeddl.mode = 'off';
VACUUM (FULL, ANALYZE) big;
SET safeddl.mode = 'block';

-- COPY FROM: what a file holds is known, what a client sends is not
COPY (SELECT g FROM generate_series(100, 200000) g) TO '/tmp/safeddl_backfill.copy';
CREATE ROLE regress_copier;
GRANT USAGE ON SCHEMA t TO regress_copier;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA t TO regress_copier;
BEGIN;
ALTER TABLE held ADD a int;
SELECT verdict('COPY held (id) FROM ''/tmp/safeddl_backfill.copy'''),
	verdict('COPY held (id) FROM ''/dev/null'''),
	verdict('COPY big (id) FROM ''/dev/null'''),
	verdict('COPY big (id) FROM ''/nowhere''');
SET LOCAL safeddl.mode = 'warn';
COPY held (id) FROM STDIN;
10
\.
COPY big (id) FROM STDIN;
\.
SET LOCAL safeddl.mode = 'block';
-- who may not gets the server's message alone
SET LOCAL ROLE regress_copier;
SELECT verdict('COPY big TO ''/dev/null'''), verdict('COPY held (id) FROM ''/tmp/safeddl_backfill.copy''');
ROLLBACK;
DROP OWNED BY regress_copier;
DROP ROLE regress_copier;

-- told once for each query of a transaction, however often it runs
SET safeddl.mode = 'warn';
BEGIN;
ALTER TABLE held ADD a int;
DO $$
BEGIN
	FOR i IN 1 .. 3 LOOP
		PERFORM count(*) FROM t.big;
		PERFORM count(*) FROM t.big_loose;
	END LOOP;
END $$;
ROLLBACK;
BEGIN;
ALTER TABLE held ADD a int;
DO $$
BEGIN
	FOR i IN 1 .. 3 LOOP
		PERFORM count(*) FROM t.big;
	END LOOP;
END $$;
ROLLBACK;

-- in parallel: processes share the work, and functions that a parallel query
-- calls are left alone
CREATE FUNCTION looks_around(int) RETURNS bigint LANGUAGE plpgsql PARALLEL SAFE AS 'BEGIN RETURN (SELECT count(*) FROM t.big); END';
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE held ADD a int;
EXPLAIN (COSTS OFF) SELECT count(*) FROM big_loose;
SELECT count(*) FROM big_loose;
SELECT count(*) FROM small_loose;
SELECT sum(looks_around(id)) FROM small_same;
ROLLBACK;

-- a merge join that is at the end of a small table leaves the rest of a large one
BEGIN;
LOCK TABLE held IN SHARE MODE;
SET LOCAL safeddl.mode = 'block';
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_nestloop = off;
SELECT verdict('UPDATE t.big b SET n = 0 FROM t.small s WHERE s.id = b.id'),
	verdict('SELECT count(*) FROM t.big b JOIN t.small s USING (id)'),
	verdict('SELECT count(*) FROM t.big b JOIN t.big c USING (id)'),
	verdict('SELECT count(*) FROM t.big b LEFT JOIN t.small s USING (id)');
ROLLBACK;

-- override, rule and mode
SET safeddl.mode = 'block';
BEGIN;
ALTER TABLE held ADD a int;
SELECT verdict('UPDATE big SET n = 0');
SET LOCAL safeddl.override = 'backfill_under_held_lock on t.big: at night';
SELECT verdict('UPDATE big SET n = 0'), verdict('UPDATE big_same SET n = 0');
SET LOCAL safeddl.override = 'backfill_under_held_lock on t.held: at night';
SELECT verdict('UPDATE big SET n = 0'), verdict('UPDATE big_same SET n = 0');
RESET safeddl.override;
SET LOCAL safeddl.rules = 'backfill_under_held_lock=warn';
SELECT verdict('UPDATE big SET n = 0');
SET LOCAL safeddl.rules = 'backfill_under_held_lock=off';
SELECT verdict('UPDATE big SET n = 0');
ROLLBACK;
SET safeddl.mode = 'off';
VACUUM (FULL, ANALYZE) big;
SET safeddl.mode = 'block';
BEGIN;
ALTER TABLE held ADD a int;
SET LOCAL safeddl.min_table_size = '1GB';
SELECT verdict('UPDATE big SET n = 0');
SET LOCAL safeddl.min_table_rows = 10000;
SELECT verdict('UPDATE big SET n = 0'), verdict('UPDATE big SET n = 0 WHERE id <= 1000');
ROLLBACK;

-- what a judged statement runs by itself is part of it
BEGIN;
ALTER TABLE held ADD a int;
SELECT verdict('REFRESH MATERIALIZED VIEW big_m'),
	verdict('ALTER TABLE big_ref ADD FOREIGN KEY (id) REFERENCES big');
SET LOCAL safeddl.rules = 'refresh_matview=off, add_foreign_key=off, work_under_held_lock=off';
SELECT verdict('REFRESH MATERIALIZED VIEW big_m'),
	verdict('ALTER TABLE big_ref ADD FOREIGN KEY (id) REFERENCES big'),
	verdict('SELECT count(*) FROM big');
ROLLBACK;

-- triggers that are deferred to the end: too late to say something
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
INSERT INTO parent VALUES (1);
BEGIN;
ALTER TABLE held ADD a int;
INSERT INTO child VALUES (1);
COMMIT;
-- also where a procedure commits, with a loop whose query is run to its end then
CREATE TABLE late (id int);
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM big; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
\set VERBOSITY sqlstate
DO $$ BEGIN INSERT INTO late VALUES (1); LOCK TABLE held IN SHARE MODE; COMMIT; END $$;
DO $$ BEGIN LOCK TABLE held IN SHARE MODE; PERFORM id, looks_around(id) FROM small_same LIMIT 1; END $$;
DO $$ DECLARE i int; BEGIN FOR i IN SELECT looks_around(id) FROM small_same WHERE id <= 2 LOOP
	LOCK TABLE held IN SHARE MODE; COMMIT; END LOOP; END $$;
-- not what comes after that
DO $$ BEGIN COMMIT; LOCK TABLE held IN SHARE MODE; UPDATE big SET n = 0; END $$;
\set VERBOSITY default

-- where every table counts, what tools note of a migration still does not
SET safeddl.min_table_size = 0;
SET safeddl.rules = 'drop_table=off';
CREATE TABLE versions (version int);
INSERT INTO versions SELECT generate_series(1, 1000);
BEGIN;
LOCK TABLE held;
INSERT INTO versions VALUES (1001);
UPDATE versions SET version = 1002 WHERE version = 1001;
SELECT count(*) FROM versions;
SELECT relname FROM pg_class WHERE relname = 'versions';
SELECT count(*) FROM big;
ROLLBACK;
DROP TABLE versions;

SET safeddl.mode = 'off';
DROP TABLE held, big_same, small_same, parent, child, late;
DROP VIEW big_v, small_v;
DROP FUNCTION big_count, small_count, big_touch, small_touch, looks_around, late;
-- as the other tests want them
VACUUM (FULL, ANALYZE) big;
