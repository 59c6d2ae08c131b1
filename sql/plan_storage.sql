-- safeddl.plan(): what moves, rewrites or deletes the files of a relation
SET client_min_messages = warning;
CREATE SCHEMA plan_storage;
SET search_path = plan_storage, public;
\pset format unaligned
\pset tuples_only on
\pset null '(null)'

-- without a key, which REPACK (CONCURRENTLY) of PostgreSQL 19 wants
CREATE TABLE t (id int, n int);
CREATE INDEX t_n ON t (n);
CREATE TABLE "U u" (id int, r int4range, EXCLUDE USING gist (r WITH &&));
SELECT * FROM safeddl.plan($$VACUUM FULL t$$);
SELECT * FROM safeddl.plan($$vacuum full freeze verbose analyze t (id), "U u"$$);
SELECT * FROM safeddl.plan($$VACUUM (ANALYZE, FULL true, VERBOSE) t$$);
SELECT * FROM safeddl.plan($$VACUUM (FULL) t$$);
SELECT * FROM safeddl.plan($$VACUUM t$$);
SELECT * FROM safeddl.plan($$CLUSTER t USING t_n$$);
SELECT * FROM safeddl.plan($$CLUSTER (VERBOSE) t USING missing$$);

-- SET TABLESPACE and its like
SELECT * FROM safeddl.plan($$ALTER TABLE t SET TABLESPACE pg_default$$);
SELECT * FROM safeddl.plan($$ALTER TABLE t SET UNLOGGED, ALTER n SET DEFAULT 1$$);
SELECT * FROM safeddl.plan($$ALTER TABLE t SET LOGGED$$);

-- REFRESH MATERIALIZED VIEW
CREATE TABLE k (id int PRIMARY KEY, "N n" int, j json);
CREATE TABLE l (a int, b int, k int REFERENCES k, PRIMARY KEY (a, b));
CREATE MATERIALIZED VIEW keyed AS SELECT id FROM k;
CREATE UNIQUE INDEX ON keyed (id);
CREATE MATERIALIZED VIEW by_key AS SELECT "N n", id AS "I d" FROM k;
CREATE MATERIALIZED VIEW joined AS SELECT l.b, l.a, k.id FROM l LEFT JOIN k ON k = id;
CREATE MATERIALIZED VIEW grouped AS SELECT count(*), a + 1 AS x, b FROM l GROUP BY a + 1, b;
CREATE MATERIALIZED VIEW total AS SELECT count(*), max(a) FROM l;
CREATE MATERIALIZED VIEW once AS SELECT a, b FROM l UNION SELECT id, "N n" FROM k;
CREATE MATERIALIZED VIEW few AS SELECT DISTINCT ON (b) a, b FROM l;
CREATE MATERIALIZED VIEW twice AS SELECT a, b FROM l UNION ALL SELECT id, "N n" FROM k;
CREATE MATERIALIZED VIEW half AS SELECT l.b, k.id FROM l JOIN k ON k = id;
CREATE MATERIALIZED VIEW many AS SELECT id, generate_series(1, 2) FROM k;
CREATE MATERIALIZED VIEW hidden AS SELECT count(*) FROM l GROUP BY a;
CREATE MATERIALIZED VIEW empty AS SELECT id FROM k WITH NO DATA;
SELECT relname, p.* FROM pg_class, safeddl.plan(format('REFRESH MATERIALIZED VIEW %s WITH DATA', oid::regclass)) p
	WHERE relnamespace = 'plan_storage'::regnamespace AND relkind = 'm' ORDER BY oid, step;
SELECT * FROM safeddl.plan($$REFRESH MATERIALIZED VIEW keyed WITH NO DATA$$);

-- DROP and TRUNCATE
CREATE TABLE m (id int PRIMARY KEY, a int, b int, k int REFERENCES k, m int REFERENCES m, FOREIGN KEY (a, b) REFERENCES l);
SELECT * FROM safeddl.plan($$DROP TABLE t$$);
SELECT * FROM safeddl.plan($$DROP TABLE IF EXISTS m, t$$);
-- refused by the server
SELECT * FROM safeddl.plan($$DROP TABLE k$$);
SELECT * FROM safeddl.plan($$DROP TABLE k CASCADE$$);
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (b);
CREATE TABLE p21 PARTITION OF p2 DEFAULT;
SELECT * FROM safeddl.plan($$DROP TABLE p$$);
SELECT * FROM safeddl.plan($$DROP TABLE p1$$);
SELECT * FROM safeddl.plan($$DROP TABLE p2$$);
SELECT * FROM safeddl.plan($$DROP MATERIALIZED VIEW keyed, few$$);
SELECT * FROM safeddl.plan($$TRUNCATE p$$);
SELECT * FROM safeddl.plan($$TRUNCATE p RESTART IDENTITY$$);
SELECT * FROM safeddl.plan($$TRUNCATE l, k, m$$);
CREATE SCHEMA "plan storage";
CREATE TABLE "plan storage".a (id int PRIMARY KEY REFERENCES k);
CREATE TABLE "plan storage"."B" (a int REFERENCES "plan storage".a);
SELECT * FROM safeddl.plan($$DROP SCHEMA "plan storage" CASCADE$$);
DROP SCHEMA "plan storage" CASCADE;

DROP SCHEMA plan_storage CASCADE;
