-- safeddl.plan(): CREATE INDEX, DROP INDEX, REINDEX
SET client_min_messages = warning;
CREATE SCHEMA plan_index;
SET search_path = plan_index, public;
\pset format unaligned
\pset tuples_only on
\pset null '(null)'

CREATE TABLE t (id int PRIMARY KEY, n int, s text);
CREATE TABLE "Odd ""t" ("a b" int, "on" int);
CREATE MATERIALIZED VIEW m AS SELECT n FROM t;

-- in the user's own words
SELECT * FROM safeddl.plan($$CREATE INDEX ON t (n)$$);
SELECT * FROM safeddl.plan($$/* why */ create unique index if not exists "I" -- here
	ON ONLY plan_index.t USING btree (lower(s) COLLATE "C" text_pattern_ops DESC, (n + 1)) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE s <> 'a;b';$$);
SELECT * FROM safeddl.plan($$CREATE INDEX i ON "Odd ""t" * ("on", "a b")$$);
SELECT * FROM safeddl.plan($$CREATE INDEX ON m (n)$$);
-- harmless
SELECT * FROM safeddl.plan($$CREATE INDEX CONCURRENTLY ON t (n)$$);
SELECT * FROM safeddl.plan($$CREATE INDEX IF NOT EXISTS t_pkey ON t (n)$$);
CREATE TEMP TABLE mine (n int);
SELECT * FROM safeddl.plan($$CREATE INDEX ON mine (n)$$);
-- refused by the server
SELECT * FROM safeddl.plan($$CREATE INDEX ON t (missing)$$);
SELECT * FROM safeddl.plan($$CREATE INDEX t_pkey ON t (n)$$);

-- partitioned tables
CREATE TABLE p (a int, b text, c int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE "P s" PARTITION OF p FOR VALUES FROM (10) TO (30) PARTITION BY LIST (a);
CREATE TABLE ps1 PARTITION OF "P s" FOR VALUES IN (10);
CREATE TABLE pd PARTITION OF p DEFAULT;
SELECT * FROM safeddl.plan($$CREATE INDEX ON p (lower(p.b), (plan_index.p.c + 1)) WHERE p.a > 0$$);
SELECT * FROM safeddl.plan($$CREATE INDEX CONCURRENTLY IF NOT EXISTS "P i" ON p (b)$$);
-- those that have an equal one, and those whose names are taken
CREATE INDEX mine ON p1 (c);
CREATE INDEX sub ON "P s" (c);
CREATE TABLE pd_c_idx ();
SELECT * FROM safeddl.plan($$CREATE INDEX ON p (c)$$);
SELECT * FROM safeddl.plan($$CREATE INDEX ON ONLY p (c)$$);

-- invalid indexes
CREATE INDEX p_c ON ONLY p (c);
SELECT * FROM safeddl.plan($$CREATE INDEX IF NOT EXISTS p_c ON p (c)$$);
INSERT INTO t VALUES (1, 1), (2, 1);
CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);
SELECT * FROM safeddl.plan($$CREATE UNIQUE INDEX IF NOT EXISTS t_n ON t (n)$$);
SELECT * FROM safeddl.plan($$REINDEX TABLE t$$);

-- DROP INDEX
CREATE INDEX t_s ON t (s);
CREATE UNIQUE INDEX t_id_n ON t (id, n);
CREATE TABLE r (id int, n int, FOREIGN KEY (id, n) REFERENCES t (id, n));
SELECT * FROM safeddl.plan($$DROP INDEX t_s$$);
SELECT * FROM safeddl.plan($$drop index if exists t_s, plan_index.t_n, nothing restrict$$);
SELECT * FROM safeddl.plan($$DROP INDEX t_id_n CASCADE$$);
SELECT * FROM safeddl.plan($$DROP INDEX p_c$$);
SELECT * FROM safeddl.plan($$DROP INDEX CONCURRENTLY t_s$$);
SELECT * FROM safeddl.plan($$DROP INDEX t_pkey CASCADE$$);

-- REINDEX
CREATE TABLE x (r int4range, EXCLUDE USING gist (r WITH &&));
SELECT * FROM safeddl.plan($$REINDEX INDEX t_s$$);
SELECT * FROM safeddl.plan($$REINDEX (VERBOSE, TABLESPACE pg_default) TABLE plan_index.p$$);
SELECT * FROM safeddl.plan($$REINDEX INDEX x_r_excl$$);
SELECT * FROM safeddl.plan($$REINDEX TABLE x$$);
SELECT * FROM safeddl.plan($$REINDEX TABLE pg_class$$);
SELECT * FROM safeddl.plan($$REINDEX TABLE CONCURRENTLY t$$);

DROP SCHEMA plan_index CASCADE;
