-- CREATE INDEX, DROP INDEX, REINDEX.

--@case I01 create_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, s text);
INSERT INTO t SELECT g, g, 'v' || g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i}, 'w')
--@statement
CREATE INDEX ON t (n, lower(s) COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 70) TABLESPACE safeddl_plan_ts WHERE t.n > 0 AND s <> 'a;b'

--@case I02 create_index
--@setup
CREATE SCHEMA "Odd Schema";
CREATE TABLE "Odd Schema"."Odd ""T" (id int PRIMARY KEY, "n N" int);
INSERT INTO "Odd Schema"."Odd ""T" SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO "Odd Schema"."Odd ""T" VALUES (-{i}, -{i})
--@statement
/* one */ create unique index if not exists "I ""x" -- two
  ON ONLY "Odd Schema"."Odd ""T" USING btree ("n N") NULLS NOT DISTINCT

--@case I03 create_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE c (m int) INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, {i}, 1)
--@statement
CREATE INDEX c_n ON public.c * USING hash (n)

--@case I04 create_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW v AS SELECT * FROM t;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
CREATE INDEX ON t USING brin (n, id)

--@case I05 invalid_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO t VALUES (0, 1);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);
\set ON_ERROR_STOP 1
DELETE FROM t WHERE id = 0;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
CREATE INDEX IF NOT EXISTS t_n ON t (n)
--@instead
DROP INDEX t_n;
CREATE INDEX t_n ON t (n);

--@case I06 invalid_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
CREATE INDEX p_b ON ONLY p (b);
CREATE INDEX mine ON p1 (b);
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
CREATE INDEX IF NOT EXISTS p_b ON p (b)
--@instead
ALTER INDEX p_b ATTACH PARTITION mine;
CREATE INDEX p2_p_b_idx ON p2 (b);
ALTER INDEX p_b ATTACH PARTITION p2_p_b_idx;

--@case I07 create_index, invalid_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
INSERT INTO p1 VALUES (1, 1), (1, 1);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY broken ON p1 (a, b);
\set ON_ERROR_STOP 1
DELETE FROM p1 WHERE b = 1;
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
CREATE UNIQUE INDEX p_b ON p (a, b)
--@instead
REINDEX INDEX broken;
CREATE UNIQUE INDEX p_b ON p (a, b);

--@case I08 invalid_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
INSERT INTO p SELECT 1, g FROM generate_series(1, :rows) g;
INSERT INTO p1 VALUES (1, 1);
CREATE UNIQUE INDEX p_b ON ONLY p (a, b);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY broken ON p1 (a, b);
\set ON_ERROR_STOP 1
DELETE FROM p1 WHERE b = 1;
--@writer
INSERT INTO p VALUES (1, -{i})
--@statement
ALTER INDEX p_b ATTACH PARTITION broken
--@instead
REINDEX INDEX broken;
ALTER INDEX p_b ATTACH PARTITION broken;

--@case I10 create_index
--@setup
CREATE TABLE p (a int, b text, c int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE pd PARTITION OF p DEFAULT;
CREATE SCHEMA other;
CREATE TABLE other.p1 (c int, gone int, b text, a int);
ALTER TABLE other.p1 DROP gone;
ALTER TABLE p ATTACH PARTITION other.p1 FOR VALUES FROM (10) TO (20);
CREATE TABLE ps PARTITION OF p FOR VALUES FROM (30) TO (50) PARTITION BY LIST (a);
CREATE TABLE "Ps 1" PARTITION OF ps FOR VALUES IN (30);
CREATE TABLE ps2 PARTITION OF ps DEFAULT;
CREATE TABLE pe PARTITION OF p FOR VALUES FROM (50) TO (60) PARTITION BY LIST (b);
INSERT INTO p SELECT g % 50, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES ({i} % 50, 'w', {i})
--@statement
CREATE INDEX ON p (b COLLATE "C", (p.a + 1), (c * 2), lower(p.b) text_pattern_ops) INCLUDE (c) WITH (fillfactor = 50) TABLESPACE safeddl_plan_ts WHERE p.a >= 0
--@after
INSERT INTO p VALUES (45, 'x', 1);

--@case I11 create_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3) PARTITION BY LIST (b);
CREATE TABLE p31 PARTITION OF p3 DEFAULT;
INSERT INTO p SELECT g % 3 + 1, g FROM generate_series(1, :rows) g;
CREATE INDEX taken ON p1 (b, a);
CREATE INDEX sub ON p3 (b, a);
CREATE INDEX p2_b_a_idx ON p2 (a);
--@writer
INSERT INTO p VALUES (2, {i})
--@statement
CREATE INDEX IF NOT EXISTS "P i" ON p (b, a)

--@case I12 create_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
CREATE UNIQUE INDEX ON p (b, a)

--@case I13 create_index
--@setup
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (b);
CREATE TABLE p21 PARTITION OF p2 DEFAULT;
CREATE FOREIGN TABLE p3 PARTITION OF p FOR VALUES IN (3) SERVER s OPTIONS (filename '/dev/null');
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (2, -{i})
--@content
SELECT * FROM p1 ORDER BY 1, 2
SELECT * FROM p2 ORDER BY 1, 2
--@statement
CREATE INDEX ON p (b)

--@case I14 create_index
--@setup
CREATE TABLE a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type (a int, b int) PARTITION BY LIST (a);
CREATE TABLE a_partition_with_a_name_that_is_much_longer_than_anyone_wants_1 PARTITION OF a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type FOR VALUES IN (2);
CREATE TABLE a_partition_with_a_name_that_is_much_longer_than_anyone_wants_2 PARTITION OF a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type FOR VALUES IN (1);
CREATE TABLE a_partition_with_a_name_that_is_much_longer_than_anyone_wants_3 PARTITION OF a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type DEFAULT;
INSERT INTO a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type SELECT g % 3, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type VALUES (2, -{i})
--@statement
CREATE INDEX ON a_table_with_a_name_that_is_much_longer_than_anyone_wants_to_type (b, a, b, (a + 1))

--@case I16
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
INSERT INTO p SELECT 1, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (1, -{i})
--@statement
CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON p (b)
--@instead
CREATE INDEX IF NOT EXISTS i ON p (b);

--@case I15
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
--@statement
CREATE INDEX ON p (b)

--@case I20 drop_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, "M" int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
CREATE INDEX t_n ON t (n);
CREATE INDEX "T m" ON t ("M");
CREATE INDEX kept ON t ("M", n);
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
DROP INDEX IF EXISTS t_n, missing, public."T m" RESTRICT

--@case I21 drop_index
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE UNIQUE INDEX t_n ON t (n);
CREATE TABLE r (n int REFERENCES t (n), m int CONSTRAINT "R m" REFERENCES t (n), id int REFERENCES t);
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
DROP INDEX t_n CASCADE

--@case I22 drop_index
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
CREATE INDEX p_b ON p (b);
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
DROP INDEX p_b

--@case I30 reindex
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE INDEX t_n ON t (n);
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
REINDEX (TABLESPACE safeddl_plan_ts, VERBOSE off) INDEX t_n

--@case I31 reindex
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, s text);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO t VALUES (0, 1);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);
\set ON_ERROR_STOP 1
DELETE FROM t WHERE id = 0;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
REINDEX TABLE public.t

--@case I32 reindex
--@setup
CREATE SCHEMA "S s";
CREATE TABLE "S s".t (id int PRIMARY KEY, n int);
INSERT INTO "S s".t SELECT g, g FROM generate_series(1, :rows) g;
CREATE TABLE "S s".u (id int PRIMARY KEY, n int);
--@writer
INSERT INTO "S s".t VALUES (-{i}, -{i})
--@statement
REINDEX SCHEMA "S s"

--@case I33 reindex
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
CREATE INDEX p_b ON p (b);
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
REINDEX TABLE p

--@case I34 reindex
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT g % 2 + 1, g FROM generate_series(1, :rows) g;
CREATE INDEX p_b ON p (b);
--@writer
INSERT INTO p VALUES (2, -{i})
--@statement
REINDEX INDEX p_b

--@case I35 reindex
--@setup
CREATE TABLE t (id int, r int4range, EXCLUDE USING gist (r WITH &&));
INSERT INTO t SELECT g, int4range(g, g + 1) FROM generate_series(1, :rows) g;
--@statement
REINDEX INDEX t_r_excl
--@none exclusion constraint

--@case I36 reindex
--@setup
CREATE TABLE t (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&));
INSERT INTO t SELECT g, int4range(g, g + 1) FROM generate_series(1, :rows) g;
--@statement
REINDEX TABLE t
--@none leaves out index public.t_r_excl

--@case I37 reindex
--@setup
CREATE TABLE t (id int PRIMARY KEY);
--@statement
REINDEX TABLE pg_class
--@none system catalogs

--@case I38 reindex
--@setup
CREATE TABLE t (id int PRIMARY KEY);
--@statement
REINDEX SYSTEM safeddl_plan_p_0
--@none system catalogs
