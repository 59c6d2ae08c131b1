-- production's sizes in a database without its rows
SET search_path = t;
SET safeddl.mode = 'off';
CREATE SCHEMA prod;
CREATE FUNCTION make(schema text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL search_path = %I, t', schema);
	CREATE TABLE orders (id int PRIMARY KEY, n int, v varchar(20), doc text, customer int, CHECK (n > 0) NOT VALID);
	ALTER TABLE orders ALTER doc SET STORAGE EXTERNAL;
	CREATE INDEX orders_n ON orders (n);
	CREATE INDEX orders_doc ON orders (md5(doc));
	CREATE TABLE customers (id int PRIMARY KEY);
	CREATE TABLE "Log" (id int, at date, note text) PARTITION BY RANGE (at);
	CREATE TABLE log_1 PARTITION OF "Log" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE log_2 PARTITION OF "Log" FOR VALUES FROM ('2026-02-01') TO ('2027-02-01') PARTITION BY RANGE (at);
	CREATE TABLE log_2a PARTITION OF log_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
	CREATE TABLE log_2b PARTITION OF log_2 DEFAULT;
	ALTER TABLE log_1 ALTER note SET STORAGE EXTERNAL;
	ALTER TABLE log_2a ALTER note SET STORAGE EXTERNAL;
	CREATE INDEX log_id ON "Log" (id);
	CREATE INDEX log_1_alone ON log_1 (at);
	CREATE TABLE events (id int);
	CREATE TABLE events_1 () INHERITS (events);
	CREATE MATERIALIZED VIEW totals AS SELECT customer, count(*) AS n FROM orders GROUP BY customer;
	CREATE UNIQUE INDEX totals_customer ON totals (customer);
END $$;
SELECT make('prod');
SET search_path = prod, t;
INSERT INTO orders SELECT g, g, 'v', CASE WHEN g % 100 = 0 THEN repeat('x', 5000) END, g FROM generate_series(1, 20000) g;
INSERT INTO customers SELECT g FROM generate_series(1, 100) g;
INSERT INTO "Log" SELECT g, date '2026-01-01' + g / 200, CASE WHEN g % 100 = 0 THEN repeat('x', 100) END FROM generate_series(1, 20000) g;
INSERT INTO "Log" SELECT 0, '2026-01-01', repeat('x', 3000) FROM generate_series(1, 10);
INSERT INTO events SELECT g FROM generate_series(1, 100) g;
INSERT INTO events_1 SELECT g FROM generate_series(1, 20000) g;
REFRESH MATERIALIZED VIEW totals;
VACUUM (FULL, ANALYZE) orders, customers, "Log", events, events_1, totals;

-- what is exported: names, pages, rows
CREATE TEMP VIEW exported AS
	SELECT r ->> 'schema' AS schema, r ->> 'name' AS name, r ->> 'kind' AS kind, (r ->> 'pages')::int AS pages,
		(r ->> 'rows')::int AS rows, (r ->> 'toast_pages')::int AS toast_pages, r ->> 'table' AS "table", r -> 'parent' ->> 'name' AS parent
	FROM safeddl.sizes() s, jsonb_array_elements(s -> 'relations') r;
SELECT name, kind, pages > 0 AS pages, rows > 0 AS rows, toast_pages > 0 AS toast, "table", parent
FROM exported WHERE schema = 'prod';
SELECT e.name
FROM exported e
WHERE e.schema = 'prod' AND e.pages * 8192 <> pg_relation_size(format('prod.%I', e.name)::regclass);
SELECT DISTINCT schema FROM exported ORDER BY 1;
SELECT s - 'relations' - 'measured' - 'server_version' - 'database' AS header, abs(extract(epoch FROM now() - (s ->> 'measured')::timestamptz)) < 60 AS now,
	s ->> 'server_version' = current_setting('server_version') AS version
FROM safeddl.sizes() s;
-- the same twice
SELECT safeddl.sizes() - 'measured' = safeddl.sizes() - 'measured' AS same;

-- statements, and what each goes through; {} stands for the schema
CREATE TEMP TABLE statements (id serial, sql text);
INSERT INTO statements (sql) VALUES
	('CREATE INDEX ON {}.orders (v)'),
	('CREATE INDEX ON {}.orders (length(doc))'),
	('CREATE INDEX CONCURRENTLY ON {}.orders (v)'),
	('CREATE INDEX ON {}."Log" (at)'),
	('CREATE INDEX ON ONLY {}."Log" (at)'),
	('CREATE INDEX ON {}.log_2 (at)'),
	('CREATE INDEX ON {}.totals (n)'),
	('DROP INDEX {}.orders_n'),
	('DROP INDEX {}.log_id'),
	('REINDEX INDEX {}.orders_n'),
	('REINDEX TABLE {}.orders'),
	('REINDEX TABLE {}."Log"'),
	('REINDEX INDEX {}.log_id'),
	('ALTER TABLE {}.orders ALTER n TYPE bigint'),
	('ALTER TABLE {}.orders ALTER v TYPE varchar(10)'),
	('ALTER TABLE {}.orders ADD x serial'),
	('ALTER TABLE {}.orders ADD x int DEFAULT random()'),
	('ALTER TABLE {}.orders ADD CHECK (length(doc) > 0)'),
	('ALTER TABLE {}.orders ADD CHECK (n > 1)'),
	('ALTER TABLE {}.orders VALIDATE CONSTRAINT orders_n_check'),
	('ALTER TABLE {}.orders ALTER n SET NOT NULL'),
	('ALTER TABLE {}.orders ADD FOREIGN KEY (customer) REFERENCES {}.customers'),
	('ALTER TABLE {}.orders ADD UNIQUE (n)'),
	('ALTER TABLE {}.orders SET UNLOGGED'),
	('ALTER TABLE {}.orders DROP COLUMN v'),
	('ALTER TABLE {}."Log" ADD x int DEFAULT random()'),
	('ALTER TABLE {}."Log" ALTER note TYPE varchar(10)'),
	('ALTER TABLE {}."Log" ALTER id TYPE bigint'),
	('ALTER TABLE {}."Log" ALTER id SET NOT NULL'),
	('ALTER TABLE {}."Log" ADD CHECK (note <> '''')'),
	('ALTER TABLE {}."Log" ADD PRIMARY KEY (id, at)'),
	('ALTER TABLE {}."Log" ADD FOREIGN KEY (id) REFERENCES {}.customers'),
	('ALTER TABLE {}."Log" DROP COLUMN note'),
	('ALTER TABLE {}."Log" DETACH PARTITION {}.log_1'),
	('CREATE TABLE {}.log_3 PARTITION OF {}.log_2 FOR VALUES FROM (''2026-05-01'') TO (''2026-06-01'')'),
	('ALTER TABLE {}.events ADD CHECK (id > 0)'),
	('VACUUM FULL {}.orders'),
	('VACUUM FULL {}."Log"'),
	('CLUSTER {}.orders USING orders_n'),
	('CLUSTER {}."Log" USING log_id'),
	('TRUNCATE {}."Log", {}.orders'),
	('DROP TABLE {}."Log"'),
	('DROP TABLE {}.orders CASCADE'),
	('REFRESH MATERIALIZED VIEW {}.totals'),
	('LOCK TABLE {}.orders');
SET search_path = t;
CREATE FUNCTION facts(schema text) RETURNS TABLE (id int, relation text, work text, bytes bigint, rows bigint)
LANGUAGE sql AS $$
	SELECT s.id, replace(regexp_replace(coalesce(owner.relname || ' toast', f.relation::text), 'pg_toast_\d+', 'N'), schema || '.', ''),
		f.work, f.total_bytes, f.est_rows
	FROM pg_temp.statements s, safeddl.footprint(replace(s.sql, '{}', schema)) f
	JOIN pg_class c ON c.oid = f.relation
	LEFT JOIN pg_class owner ON owner.reltoastrelid <> 0 AND
		owner.reltoastrelid = coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = c.oid), c.oid)
$$;
CREATE TEMP TABLE production AS SELECT * FROM facts('prod');
SELECT count(*) > 200 AS many, count(DISTINCT id) AS statements, max(bytes) > 1000000 AS large FROM production;

-- loaded into the same database, nothing changes
SELECT safeddl.load_sizes(safeddl.sizes()) > 20 AS known;
(TABLE production EXCEPT ALL SELECT * FROM facts('prod')) UNION ALL (SELECT * FROM facts('prod') EXCEPT ALL TABLE production);
SELECT safeddl.load_sizes(NULL);

-- into an empty one, too
CREATE TEMP TABLE document AS
	SELECT replace((safeddl.sizes() || '{"database": "shop", "measured": "2026-11-20T12:00:00Z"}')::text, '"prod"', '"ci"')::jsonb
		AS sizes;
-- a relation of which there is nothing but its size
UPDATE document SET sizes = jsonb_set(sizes, '{relations}',
	sizes -> 'relations' || '[{"schema": "ci", "name": "even_later", "kind": "table", "pages": 1000, "rows": 5}]');
CREATE SCHEMA ci;
SELECT make('ci');
SELECT * FROM facts('ci') WHERE id = 1;
SELECT safeddl.load_sizes(sizes) > 20 AS known FROM document;
SELECT database, measured FROM safeddl.loaded_from;
(TABLE production EXCEPT ALL SELECT * FROM facts('ci')) UNION ALL (SELECT * FROM facts('ci') EXCEPT ALL TABLE production);

-- and the guard goes by it, and says so
SELECT guard();
SET safeddl.min_table_size = '400kB';
SET client_min_messages = warning;
SELECT t.verdict(replace(sql, '{}', 'ci')) AS verdict, sql FROM pg_temp.statements ORDER BY id;
CREATE FUNCTION told(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	about text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN prohibited_sql_statement_attempted THEN
	GET STACKED DIAGNOSTICS about = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(E'\n', SQLERRM, about);
END $$;
\pset tuples_only on
SELECT told('CREATE INDEX ON ci.orders (v)');
SELECT told('CREATE INDEX ON ci."Log" (at)');
SELECT told('REINDEX TABLE ci.orders');
CREATE INDEX ON ci.customers (id);
SET safeddl.min_table_size = '5MB';
SELECT told('CREATE INDEX ON ci.orders (v)');
DROP INDEX ci.orders_v_idx;
SET safeddl.min_table_rows = 20000;
SELECT told('CREATE INDEX ON ci.orders (v)');
SET safeddl.min_table_rows = 0;
SET safeddl.min_table_size = '400kB';
\pset tuples_only off
-- so do the functions that know no statement
SELECT safeddl.relation_bytes('ci.orders') = safeddl.relation_bytes('prod.orders') AS orders,
	safeddl.relation_bytes('ci."Log"', true) = safeddl.relation_bytes('prod."Log"', true) AS log;
-- what is exported is what is here
SELECT name, pages, rows FROM exported WHERE schema = 'ci' AND name = 'orders';

-- unknown, new and temporary tables count by what they are
SET safeddl.mode = 'off';
CREATE TABLE ci.unknown AS SELECT * FROM prod.orders;
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON ci.unknown (v)'), verdict('CREATE INDEX ON t.big (v)'), verdict('CREATE INDEX ON t.small (v)');
SELECT told('DROP TABLE ci.orders CASCADE');
BEGIN;
SET LOCAL safeddl.rules = 'drop_table=off';
DROP TABLE ci.orders CASCADE;
CREATE TABLE ci.orders (id int, v text);
CREATE INDEX ON ci.orders (v);
CREATE TEMP TABLE orders (id int);
CREATE INDEX ON orders (id);
ROLLBACK;

-- a table that comes later is production's if it has its name; so is one that
-- has another name by now, and not the one that has its name then
SET safeddl.mode = 'off';
CREATE TABLE ci.later (v int);
SET safeddl.mode = 'block';
SELECT safeddl.load_sizes(sizes) > 20 AS known FROM document;
SELECT verdict('CREATE INDEX ON ci.later (v)');
SET safeddl.mode = 'off';
ALTER TABLE ci.later RENAME TO even_later;
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON ci.even_later (v)');
SET safeddl.mode = 'off';
ALTER TABLE ci.orders RENAME TO old_orders;
CREATE TABLE ci.orders (id int, v text);
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON ci.old_orders (v)'), verdict('CREATE INDEX ON ci.orders (v)');
SET safeddl.mode = 'off';
DROP TABLE ci.orders;
-- dropped and made again
CREATE TABLE ci.copy AS TABLE ci.old_orders;
DROP TABLE ci.old_orders CASCADE;
ALTER TABLE ci.copy RENAME TO orders;
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON ci.orders (v)');
-- another kind is another thing
SET safeddl.mode = 'off';
DROP TABLE ci.orders;
CREATE TABLE ci.orders (id int, v text) PARTITION BY RANGE (id);
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON ci.orders (v)');

-- partitions that production has and we have not count with their parent
SET safeddl.mode = 'off';
DROP TABLE ci.orders;
DROP SCHEMA ci CASCADE;
CREATE SCHEMA ci;
SELECT make('ci');
DROP TABLE ci.log_2a;
CREATE FUNCTION sums(schema text) RETURNS TABLE (id int, bytes numeric, rows numeric)
LANGUAGE sql AS $$
	SELECT s.id, sum(f.total_bytes), sum(f.est_rows)
	FROM pg_temp.statements s, safeddl.footprint(replace(s.sql, '{}', schema)) f
	WHERE f.work NOT IN ('none', 'drop')
	GROUP BY s.id
$$;
SELECT safeddl.load_sizes(sizes) > 20 AS known FROM document;
(SELECT * FROM sums('prod') EXCEPT SELECT * FROM sums('ci')) UNION ALL (SELECT * FROM sums('ci') EXCEPT SELECT * FROM sums('prod'));
-- but for an index that the partition has already, and the indexes of TOAST
DROP TABLE ci.log_1, ci.log_2b, ci.log_2;
SELECT safeddl.load_sizes(sizes) > 10 AS known FROM document;
DELETE FROM statements WHERE sql LIKE '%{}.log\_%';
SELECT p.id, replace(sql, '{}.', '') AS sql, p.bytes AS production, c.bytes AS here
FROM sums('prod') p JOIN statements USING (id) LEFT JOIN sums('ci') c USING (id)
WHERE p.bytes IS DISTINCT FROM c.bytes OR p.rows IS DISTINCT FROM c.rows ORDER BY id;
SELECT relation, work, rule, total_bytes = safeddl.relation_bytes('prod."Log"', true) AS all
FROM safeddl.footprint('CREATE INDEX ON ci."Log" (at)');
SET safeddl.mode = 'block';
SELECT t.verdict(replace(sql, '{}', 'ci')) AS verdict, sql FROM pg_temp.statements
WHERE sql LIKE '%"Log"%' ORDER BY id;
SELECT told('CREATE INDEX ON ci."Log" (at)');
-- whose plan is one for those that are here
SELECT step, sql, transaction, note FROM safeddl.plan('CREATE INDEX ON ci."Log" (at)') WHERE sql IS NULL;
SELECT verdict('ALTER TABLE ONLY ci."Log" ALTER id SET NOT NULL'), verdict('CREATE INDEX ON ONLY ci."Log" (at)');
-- one that comes counts by itself
SET safeddl.mode = 'off';
CREATE TABLE ci.log_1 PARTITION OF ci."Log" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT relation, work, total_bytes FROM safeddl.footprint('CREATE INDEX ON ci."Log" (at)');

-- one that is dropped is no more, but for a new start
DROP TABLE ci.log_1;
SELECT relation, work, total_bytes FROM safeddl.footprint('CREATE INDEX ON ci."Log" (at)');
CREATE TABLE ci.log_1 PARTITION OF ci."Log" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT safeddl.load_sizes(sizes) > 10 AS known FROM document;
DROP TABLE ci.log_1;
SELECT relation, work, total_bytes FROM safeddl.footprint('CREATE INDEX ON ci."Log" (at)');
DROP TABLE ci."Log";
CREATE TABLE ci."Log" (id int, at date, note text) PARTITION BY RANGE (at);
SELECT relation, work, total_bytes FROM safeddl.footprint('CREATE INDEX ON ci."Log" (at)');

-- a query under a lock: only where the plan would be the same
\set VERBOSITY terse
SET safeddl.mode = 'warn';
BEGIN;
LOCK TABLE ci.customers;
UPDATE ci.orders SET v = 'x';
UPDATE ci.orders SET v = 'x' WHERE v IS NULL;
UPDATE ci.orders SET v = 'x' WHERE id = 1;
UPDATE ci.orders SET v = 'x' WHERE n < 100;
DELETE FROM ci.orders WHERE md5(doc) = 'x';
UPDATE ci.orders SET v = 'x' WHERE id IN (SELECT id FROM ci.orders LIMIT 100);
UPDATE ci.orders SET v = 'x' FROM ci.customers c WHERE c.id = orders.id;
SELECT FROM ci.orders LIMIT 1;
COMMIT;

-- in any kind of transaction, and before its snapshot is taken
SET safeddl.mode = 'block';
BEGIN READ ONLY;
LOCK TABLE ci.orders IN ACCESS SHARE MODE;
REINDEX TABLE ci.orders;
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SET LOCAL lock_timeout = '1s';
LOCK TABLE ci.orders IN SHARE MODE;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
CREATE INDEX ON ci.orders (v);
ROLLBACK;

-- loaded or forgotten by this very transaction
BEGIN;
SELECT safeddl.load_sizes(NULL);
CREATE INDEX ON ci.orders (v);
SELECT safeddl.load_sizes(sizes) > 10 AS known FROM document;
CREATE INDEX ON ci.orders (v);
ROLLBACK;
CREATE INDEX ON ci.orders (v);
SELECT safeddl.load_sizes(NULL);
SELECT * FROM safeddl.loaded_from;
SELECT * FROM safeddl.loaded_sizes;
SELECT verdict('CREATE INDEX ON ci.orders (v)');

-- who may
CREATE ROLE regress_safeddl_ci;
SET ROLE regress_safeddl_ci;
SELECT jsonb_array_length(safeddl.sizes() -> 'relations') > 20 AS exported;
SELECT safeddl.load_sizes('{}');
SELECT safeddl.load_sizes(NULL);
INSERT INTO safeddl.loaded_from VALUES (true, 'x', 'y', now());
RESET ROLE;
GRANT EXECUTE ON FUNCTION safeddl.load_sizes(jsonb) TO regress_safeddl_ci;
SET ROLE regress_safeddl_ci;
SELECT safeddl.load_sizes(safeddl.sizes()) > 20 AS loaded;
SELECT count(*) FROM safeddl.loaded_from;
SELECT safeddl.load_sizes(NULL);
RESET ROLE;
REVOKE EXECUTE ON FUNCTION safeddl.load_sizes(jsonb) FROM regress_safeddl_ci;
DROP ROLE regress_safeddl_ci;

-- documents of others
\set VERBOSITY default
CREATE FUNCTION refused(document jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	about text;
BEGIN
	PERFORM safeddl.load_sizes(document);
	RETURN 'loaded';
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS about = PG_EXCEPTION_DETAIL;
	RETURN concat_ws('; ', SQLERRM, nullif(about, ''));
END $$;
SELECT safeddl.load_sizes('[]');
SELECT safeddl.load_sizes('{"safeddl_sizes": 2}');
SELECT refused(d) FROM unnest(ARRAY[
	'null', '1', '{"relations": []}', '{"safeddl_sizes": "1"}', '{"safeddl_sizes": 1}']::jsonb[]) d;
SELECT refused('{"safeddl_sizes": 1, "database": "d", "server_version": "15", "measured": "2026-01-01", "block_size": 8192, "relations": []}' || d)
FROM unnest(ARRAY[
	'{}', '{"database": null}', '{"server_version": 15}', '{"measured": "yesterday at noon"}', '{"measured": 5}', '{"block_size": 8000}',
	'{"block_size": "8192"}', '{"relations": {}}', '{"relations": [1]}', '{"relations": [{}]}']::jsonb[]) d;
SELECT refused(jsonb_build_object('safeddl_sizes', 1, 'database', 'd', 'server_version', '15', 'measured', '2026-01-01', 'block_size', 8192, 'relations',
	jsonb '[{"schema": "s", "name": "a", "kind": "index", "pages": 0, "rows": 0}]' ||
		(jsonb '{"schema": "s", "name": "n", "kind": "table", "pages": 1, "rows": 1}' || d)))
FROM unnest(ARRAY[
	'{}', '{"schema": ""}', '{"schema": null}', '{"name": 1}', '{"kind": "r"}', '{"kind": null}', '{"pages": -1}', '{"pages": "1"}', '{"pages": 5e9}',
	'{"rows": null}', '{"rows": -1}', '{"rows": 1e300}', '{"toast_pages": "many"}', '{"toast_pages": 1, "toast_rows": -1}', '{"parent": "p"}',
	'{"parent": {"schema": "s"}}', '{"table": 1}', '{"name": "a"}', '{"pages": 1.5}']::jsonb[]) d;
-- what is refused leaves what was there
SELECT database FROM safeddl.loaded_from;
SELECT safeddl.load_sizes(NULL);

SET safeddl.mode = 'off';
DROP SCHEMA prod, ci CASCADE;
DROP VIEW exported;
DROP FUNCTION make(text), facts(text), sums(text), told(text), refused(jsonb);
