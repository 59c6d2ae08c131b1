-- safeddl.backfill(): what it changes, how it walks, and what it refuses.  With
-- other sessions, crashes and standbys: test/tap/backfill*.pl.
\set SHOW_CONTEXT never
CREATE SCHEMA bf;
SET search_path = bf;
SET safeddl.mode = 'block';
SET safeddl.min_table_size = 0;

CREATE TABLE orders (id int PRIMARY KEY, id_new bigint, note text);
INSERT INTO orders SELECT g, CASE WHEN g % 10 = 0 THEN g END, 'n' FROM generate_series(1, 5000) g;
CALL safeddl.backfill('bf.orders', 'id_new = id', 'id_new IS NULL');
SELECT count(*), sum((id_new = id)::int) FROM orders;
SELECT relation, assignments, condition, state, pid, role = current_user::regrole AS own, rows_changed, rows_seen, percent_done,
	time_left, working_on, place, waits_for, updated >= started AS timely
FROM safeddl.backfills;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';
-- twice: it looks again
CALL safeddl.backfill('orders', '  id_new = id ', 'id_new IS NULL');
UPDATE orders SET id_new = NULL WHERE id IN (1, 500, 5000);
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL');
SELECT state, rows_changed FROM safeddl.backfills;
-- no condition: each row once, and not again
CALL safeddl.backfill('orders', 'id_new = id_new + 1');
CALL safeddl.backfill('orders', 'id_new = id_new + 1');
SELECT count(*) FROM orders WHERE id_new = id + 1;
CALL safeddl.backfill('orders', 'id_new = id_new + 1', restart => true);
SELECT count(*) FROM orders WHERE id_new = id + 2;
SET safeddl.mode = 'off';
-- nor once the columns are other ones
ALTER TABLE orders ADD COLUMN more int;
\set VERBOSITY terse
CALL safeddl.backfill('orders', 'id_new = id_new + 1');
\set VERBOSITY default
-- a condition that stays true: likewise
CALL safeddl.backfill('orders', 'id_new = id_new + 1', 'id > 4000');
CALL safeddl.backfill('orders', 'id_new = id_new + 1', 'id > 4000');
SELECT id_new - id AS n, count(*) FROM orders GROUP BY 1 ORDER BY 1;
-- several columns, a subquery, comments, names qualified in each way
CREATE TABLE names (id int PRIMARY KEY, name text);
INSERT INTO names SELECT g, 'name ' || g FROM generate_series(1, 5000) g;
CALL safeddl.backfill('orders', '(more, note) = (SELECT n.id, n.name FROM names n WHERE n.id = orders.id) -- all of it',
	'orders.more IS NULL AND bf.orders.note IS NOT NULL -- no more');
SELECT count(*) FROM orders WHERE more = id AND note = 'name ' || id;
CALL safeddl.backfill('orders', 'more = 0', 'id IN (SELECT id FROM names WHERE name LIKE ''%99'') AND more <> 0');
SELECT count(*) FROM orders WHERE more = 0;
-- nothing to do
CREATE TABLE empty (id int PRIMARY KEY, a int);
CALL safeddl.backfill('empty', 'a = 1', 'a IS NULL');
-- in a small way
INSERT INTO empty SELECT generate_series(1, 100);
CALL safeddl.backfill('empty', 'a = 1', 'a IS NULL', batch_time => '1 ms', batch_rows => 7, pause => 0);
SELECT count(*) FROM empty WHERE a = 1;

-- keys of any type; those who read what another session wrote may have other settings
CREATE FUNCTION make(name text, columns text, key text, expressions text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (%s, done int, %s)', name, columns, key);
	EXECUTE format('INSERT INTO %I SELECT %s FROM generate_series(1, 1000) g', name, expressions);
END $$;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT make('k_uuid', 'id uuid', 'PRIMARY KEY (id)', 'md5(g::text)::uuid'),
	make('k_text', 'id text', 'PRIMARY KEY (id)', 'md5(g::text) || ''''''"{},\'' || g'),
	make('k_collation', 'id text COLLATE nocase', 'PRIMARY KEY (id)', 'chr(65 + g % 26) || chr(97 + g % 25) || g'),
	make('k_varchar', 'id varchar(40) COLLATE "C"', 'PRIMARY KEY (id)', 'md5(g::text)'),
	make('k_char', 'id char(10)', 'PRIMARY KEY (id)', 'g'),
	make('k_two', 'a int, b text', 'PRIMARY KEY (a, b)', 'g % 7, md5(g::text)'),
	make('k_three', 'c bigint, a mood, b timestamptz', 'PRIMARY KEY (a, b, c)', 'g % 100, (ARRAY[''sad'', ''ok'', ''happy''])[g % 3 + 1]::mood, timestamptz ''2026-03-29 00:30+00'' + g / 200 * interval ''30 min'''),
	make('k_time', 'id timestamptz', 'PRIMARY KEY (id)', 'timestamptz ''2026-10-25 00:00+00'' + g * interval ''1 min'''),
	make('k_date', 'id date', 'PRIMARY KEY (id)', 'date ''2026-01-01'' + g'),
	make('k_interval', 'id interval', 'PRIMARY KEY (id)', 'g * interval ''-1 day 1 hour'''),
	make('k_float', 'id float8', 'PRIMARY KEY (id)', 'g / 7.0'),
	make('k_numeric', 'id numeric', 'PRIMARY KEY (id)', 'g / 7.0'),
	make('k_money', 'id money', 'PRIMARY KEY (id)', 'g::money'),
	make('k_bytea', 'id bytea', 'PRIMARY KEY (id)', 'decode(md5(g::text), ''hex'')'),
	make('k_array', 'id int[]', 'PRIMARY KEY (id)', 'ARRAY[g % 10, g]'),
	make('k_range', 'id tstzrange', 'PRIMARY KEY (id)', 'tstzrange(''2026-01-01'', timestamptz ''2026-01-02'' + g * interval ''1 min'')'),
	make('k_domain', 'id positive', 'PRIMARY KEY (id)', 'g'),
	make('k_name', '"The % Id" int', 'PRIMARY KEY ("The % Id")', 'g'),
	make('k_unique', 'a int, id int NOT NULL', 'UNIQUE (id) INCLUDE (a)', 'g % 2, g'),
	make('k_deferred', 'id int', 'PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED', 'g');
INSERT INTO k_uuid VALUES ('ffffffff-ffff-ffff-ffff-ffffffffffff');
-- a volatile assignment, by batches of a few rows
SET datestyle = 'SQL, DMY';
SET intervalstyle = sql_standard;
SET extra_float_digits = -10;
SET bytea_output = escape;
SET timezone = 'Europe/Berlin';
SET client_min_messages = warning;
SET safeddl.mode = 'block';
SELECT format('CALL safeddl.backfill(%L, ''done = coalesce(done, 0) + 1 + (random() < 2)::int'', batch_rows => 311, pause => 0)', c.oid::regclass)
FROM pg_class c WHERE relnamespace = 'bf'::regnamespace AND relname LIKE 'k\_%' AND relkind = 'r' ORDER BY relname \gexec
RESET client_min_messages;
SET safeddl.mode = 'off';
SELECT c.relname, (xpath('/row/a/text()', x))[1] AS rows, (xpath('/row/b/text()', x))[1] AS once, j.rows_changed
FROM pg_class c
JOIN safeddl.backfills j ON j.relation = c.oid
CROSS JOIN query_to_xml(format('SELECT count(*) AS a, count(*) FILTER (WHERE done = 2) AS b FROM %s', c.oid::regclass), false, true, '') x
WHERE relnamespace = 'bf'::regnamespace AND relname LIKE 'k\_%' AND relkind = 'r' ORDER BY relname;
RESET datestyle; RESET intervalstyle; RESET extra_float_digits; RESET bytea_output; RESET timezone;

-- no key: by ctid, which takes a condition
CREATE TABLE plain (a int, b int);
INSERT INTO plain SELECT g, NULL FROM generate_series(1, 5000) g;
CALL safeddl.backfill('plain', 'b = a');
CALL safeddl.backfill('plain', 'b = a', 'b IS NULL');
SELECT count(*) FROM plain WHERE a = b;
CALL safeddl.backfill('plain', 'b = a', 'b IS NULL', walk => 'key');
CALL safeddl.backfill('orders', 'more = -1', 'more <> -1', walk => 'ctid');
SELECT count(*) FROM orders WHERE more = -1;
-- one that stays true
CALL safeddl.backfill('plain', 'b = b + 1', 'a > 4000');
SELECT count(*) FROM plain WHERE a <> b;
-- keys that are none: null, partial, an expression, descending
CREATE TABLE keyless (id int UNIQUE, a int NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX ON keyless (a) WHERE a > 0;
CREATE UNIQUE INDEX ON keyless ((b + 1));
CREATE UNIQUE INDEX ON keyless (b DESC);
CREATE INDEX ON keyless (a);
CALL safeddl.backfill('keyless', 'id = 1');
-- assignments to the key
CALL safeddl.backfill('names', 'id = id + 10000');
CALL safeddl.backfill('names', 'id = id + 10000', 'id < 10000', walk => 'ctid');
SELECT count(*) FROM names WHERE id > 10000;

-- partitions of partitions, in another order of columns; children; foreign tables
CREATE TABLE parted (id int, a int, b int) PARTITION BY RANGE (id);
CREATE TABLE p2 (b int, gone int, id int, a int);
ALTER TABLE p2 DROP COLUMN gone;
CREATE TABLE p1 PARTITION OF parted FOR VALUES FROM (0) TO (1000) PARTITION BY LIST (a);
CREATE TABLE "P1 odd" PARTITION OF p1 FOR VALUES IN (1);
CREATE TABLE p1_rest PARTITION OF p1 DEFAULT;
ALTER TABLE parted ATTACH PARTITION p2 FOR VALUES FROM (1000) TO (30000);
INSERT INTO parted SELECT g, g % 2 FROM generate_series(0, 5000) g;
CALL safeddl.backfill('parted', 'b = parted.id', 'parted.b IS NULL');
SELECT tableoid::regclass, count(*), count(*) FILTER (WHERE b = id) AS done FROM parted GROUP BY 1 ORDER BY 1;
CALL safeddl.backfill('p1', 'b = -id', 'b >= 0 AND id > 0');
SELECT tableoid::regclass, count(*), count(*) FILTER (WHERE b = -id) AS done FROM parted GROUP BY 1 ORDER BY 1;
CREATE TABLE parent (id int PRIMARY KEY, a int);
CREATE TABLE child (more text) INHERITS (parent);
INSERT INTO parent SELECT g FROM generate_series(1, 2000) g;
INSERT INTO child SELECT g FROM generate_series(1, 2000) g;
CALL safeddl.backfill('parent', 'a = 1');
CALL safeddl.backfill('parent', 'a = 1', 'a IS NULL');
SELECT tableoid::regclass, count(*), sum(a) FROM parent GROUP BY 1 ORDER BY 1;
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE away PARTITION OF parted FOR VALUES FROM (30000) TO (40000) SERVER nowhere;
CALL safeddl.backfill('parted', 'b = 0', 'b <> 0');
SELECT sum(b), count(*) FROM ONLY p2;
CREATE TABLE unparted (id int) PARTITION BY RANGE (id);
CALL safeddl.backfill('unparted', 'id = 0');

-- triggers fire, or do not; one that keeps a row from being changed
CREATE TABLE fired (id int PRIMARY KEY, a int, times int DEFAULT 0);
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.times := NEW.times + 1;
	RETURN CASE WHEN NEW.id = 7 THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER fire BEFORE UPDATE ON fired FOR EACH ROW EXECUTE FUNCTION fire();
INSERT INTO fired SELECT g FROM generate_series(1, 10) g;
CALL safeddl.backfill('fired', 'a = 1', 'a IS NULL');
SELECT a, times, count(*) FROM fired GROUP BY 1, 2 ORDER BY 1;
CALL safeddl.backfill('fired', 'a = 2', 'a IS DISTINCT FROM 2', fire_triggers => false);
SELECT a, times, count(*) FROM fired GROUP BY 1, 2 ORDER BY 1, 2;

-- what it is called for
CREATE VIEW a_view AS SELECT * FROM orders;
CREATE MATERIALIZED VIEW a_matview AS SELECT * FROM empty;
CREATE TEMP TABLE a_temp (id int PRIMARY KEY);
CREATE SEQUENCE a_sequence;
CALL safeddl.backfill('a_view', 'id = 1');
CALL safeddl.backfill('a_matview', 'a = 1');
CALL safeddl.backfill('a_temp', 'id = 1');
CALL safeddl.backfill('a_sequence', 'id = 1');
CALL safeddl.backfill('away', 'id = 1');
CALL safeddl.backfill('orders_pkey', 'id = 1');
CALL safeddl.backfill('pg_catalog.pg_class', 'relname = relname');
CALL safeddl.backfill('safeddl.backfill_jobs', 'phase = ''done''');
CALL safeddl.backfill('missing', 'id = 1');
CALL safeddl.backfill(NULL, 'id = 1');
-- with what
CALL safeddl.backfill('orders', NULL);
CALL safeddl.backfill('orders', ' ');
CALL safeddl.backfill('orders', 'id_nw = id');
CALL safeddl.backfill('orders', 'id_new = note');
CALL safeddl.backfill('orders', 'id_new = id', 'id_new');
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULLL');
CALL safeddl.backfill('orders', 'id_new = id', 'count(*) = 1');
CALL safeddl.backfill('orders', 'id_new = id WHERE id = 1');
CALL safeddl.backfill('orders', 'id_new = 0; DROP TABLE empty', 'true');
CALL safeddl.backfill('orders', 'id_new = 0', 'true); DROP TABLE empty; SELECT (1');
CALL safeddl.backfill('parted', 'nothing = 0', 'b <> 0');
CALL safeddl.backfill('unparted', 'nothing = 0');
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL', walk => 'hop');
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL', batch_time => '0');
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL', batch_rows => NULL);
-- an error in a row of the middle: the rows before keep what they got
CALL safeddl.backfill('orders', 'note = 1 / (id - 3000)', 'note LIKE ''name%''', batch_rows => 200, pause => 0);
SELECT state, rows_changed BETWEEN 1 AND 2999 AS some, pid, time_left FROM safeddl.backfills WHERE assignments LIKE 'note = 1%';
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';
-- where
BEGIN;
CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL');
ROLLBACK;
SELECT 1 AS one\; CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL');
CREATE FUNCTION in_function() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CALL safeddl.backfill('bf.orders', 'id_new = id', 'id_new IS NULL');
END $$;
SELECT in_function();
DO $$
BEGIN
	CALL safeddl.backfill('orders', 'id_new = NULL', 'id = 3 AND id_new IS NOT NULL');
	CALL safeddl.backfill('orders', 'id_new = id', 'id_new IS NULL');
END $$;
SET statement_timeout = '1h';
CALL safeddl.backfill('empty', 'a = 1', 'a IS NULL');
RESET statement_timeout;
SET default_transaction_isolation = 'serializable';
CALL safeddl.backfill('orders', 'id_new = -id', 'id_new > 0');
RESET default_transaction_isolation;
SELECT count(*) FROM orders WHERE id_new = -id;

-- nothing of another schema gets in between
CREATE SCHEMA trap;
CREATE FUNCTION trap.caught(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.caught(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.count() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.format(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE OPERATOR trap.= (FUNCTION = trap.caught, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR trap.> (FUNCTION = trap.caught, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR trap.> (FUNCTION = trap.caught, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR trap.= (FUNCTION = trap.caught, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR trap.< (FUNCTION = trap.caught, LEFTARG = integer, RIGHTARG = integer);
SET search_path = trap, pg_catalog;
CALL safeddl.backfill('bf.k_two', 'done = 5', 'done IS NOT NULL AND done::bigint <> 5::bigint');
SELECT 1 > 2;
CALL safeddl.backfill('bf.k_two', 'done = 6', 'done > 5');
SET search_path = bf;
SELECT count(*) FROM k_two WHERE done = 5;

-- who may see and touch what
CREATE ROLE bf_alice;
CREATE ROLE bf_bob;
CREATE ROLE bf_owner;
GRANT USAGE ON SCHEMA bf TO bf_alice, bf_bob, bf_owner;
CREATE TABLE shared (id int PRIMARY KEY, a int, b int);
INSERT INTO shared SELECT g FROM generate_series(1, 1000) g;
ALTER TABLE shared OWNER TO bf_owner;
SET ROLE bf_alice;
CALL safeddl.backfill('shared', 'a = 1', 'a IS NULL');
RESET ROLE;
GRANT SELECT, UPDATE (a) ON shared TO bf_alice;
GRANT SELECT, UPDATE ON shared TO bf_bob;
SET ROLE bf_alice;
CALL safeddl.backfill('shared', 'a = 1', 'a IS NULL');
CALL safeddl.backfill('shared', 'b = 1', 'b IS NULL');
CALL safeddl.backfill('shared', 'a = 2', 'a = 1', fire_triggers => false);
CALL safeddl.backfill('shared', 'a = 1 / (id - 1000)', 'a = 1');
SELECT relation, assignments, state, role FROM safeddl.backfills ORDER BY assignments COLLATE "C";
SET ROLE bf_bob;
SELECT relation, assignments, state, role FROM safeddl.backfills ORDER BY assignments COLLATE "C";
UPDATE safeddl.backfill_jobs SET place = NULL;
DELETE FROM safeddl.backfill_jobs;
CALL safeddl.backfill('shared', 'a = 1', 'a IS NULL');
CALL safeddl.backfill('shared', 'a = 1 / (id - 1000)', 'a = 1');
PREPARE tamper AS INSERT INTO safeddl.backfill_jobs (relation, assignments, role, columns, phase, size, rows_estimated,
	started, call_started, updated, noticed, path, batch_time, batch_rows, pause, asked_walk, fire_triggers)
SELECT $1, 'id = 1', $2, 1, 'walk', 1, 1, now(), now(), now(), now(), '', '1s', 1, 1, '', true;
EXECUTE tamper('shared', 'bf_alice');
EXECUTE tamper('orders', 'bf_bob');
SET ROLE bf_owner;
SELECT relation, assignments, state, role FROM safeddl.backfills ORDER BY assignments COLLATE "C";
CALL safeddl.backfill('shared', 'a = 1', 'a IS NULL');
SELECT relation, assignments, state, role FROM safeddl.backfills ORDER BY assignments COLLATE "C";
RESET ROLE;
GRANT pg_read_all_stats TO bf_bob;
SET ROLE bf_bob;
SELECT relation, assignments, state, role FROM safeddl.backfills WHERE relation = 'shared'::regclass ORDER BY assignments COLLATE "C";
UPDATE safeddl.backfill_jobs SET place = NULL;
RESET ROLE;

-- of a table that is gone, nothing stays
DROP TABLE shared, plain;
SELECT count(*) FROM safeddl.backfills WHERE relation::text ~ '^[0-9]';
CALL safeddl.backfill('empty', 'a = 1', 'a IS NULL');
SELECT count(*) FROM safeddl.backfill_jobs j WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = j.relation);

SET safeddl.mode = 'off';
SET client_min_messages = warning;
DROP SCHEMA bf, trap CASCADE;
DROP FOREIGN DATA WRAPPER nothing CASCADE;
DROP ROLE bf_alice, bf_bob, bf_owner;
DELETE FROM safeddl.backfill_jobs;
