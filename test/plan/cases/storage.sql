-- VACUUM FULL, CLUSTER, REPACK, SET TABLESPACE, SET LOGGED, SET ACCESS METHOD,
-- REFRESH MATERIALIZED VIEW, DROP TABLE, TRUNCATE.

--@case R01 vacuum_full
--@version <19
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
DELETE FROM t WHERE id % 2 = 0;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
VACUUM (FULL, VERBOSE off, ANALYZE) t

--@case R02 vacuum_full
--@version >=19
--@setup
CREATE TABLE "T t" (id int PRIMARY KEY, n int);
INSERT INTO "T t" SELECT g, g FROM generate_series(1, :rows) g;
DELETE FROM "T t" WHERE id % 2 = 0;
CREATE TABLE u (id int);
INSERT INTO u SELECT g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO "T t" VALUES (-{i}, {i})
--@statement
VACUUM FULL ANALYZE "T t", u (id)

--@case R03 vacuum_full
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@statement
VACUUM FULL

--@case R05 cluster
--@version <19
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, -g FROM generate_series(1, :rows) g;
CREATE INDEX t_n ON t (n);
--@statement
CLUSTER t USING t_n
--@none pg_repack

--@case R06 cluster
--@version >=19
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, -g FROM generate_series(1, :rows) g;
CREATE INDEX "T n" ON t (n);
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
CLUSTER t USING "T n"

--@case R07 repack
--@version >=19
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, -g FROM generate_series(1, :rows) g;
CREATE INDEX t_n ON t (n);
ALTER TABLE t CLUSTER ON t_n;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
REPACK (VERBOSE, ANALYZE) t USING INDEX

--@case R08 cluster
--@version >=19
--@setup
CREATE TABLE p (id int NOT NULL, n int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (MINVALUE) TO (0);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (0) TO (MAXVALUE);
INSERT INTO p SELECT g, -g FROM generate_series(1, :rows) g;
CREATE INDEX p_n ON p (n);
--@writer
INSERT INTO p VALUES (-{i}, {i})
--@statement
CLUSTER p USING p_n

--@case R09 repack
--@version >=19
--@setup
CREATE TABLE t (id int);
INSERT INTO t SELECT g FROM generate_series(1, :rows) g;
--@statement
REPACK t
--@none replica identity

--@case R10 set_tablespace
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE INDEX "T n" ON t (n) WITH (fillfactor = 60);
COMMENT ON INDEX "T n" IS 'it';
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER INDEX "T n" SET TABLESPACE safeddl_plan_ts

--@case R11 set_tablespace
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@statement
ALTER TABLE t SET TABLESPACE safeddl_plan_ts
--@none pg_repack

--@case R12 set_tablespace
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE INDEX t_n ON t (n);
CREATE TABLE u (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE u1 PARTITION OF u DEFAULT;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE safeddl_plan_ts

--@case R13 set_tablespace
--@setup
CREATE TABLE t (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&));
INSERT INTO t SELECT g, int4range(g, g + 1) FROM generate_series(1, :rows) g;
--@statement
ALTER INDEX t_r_excl SET TABLESPACE safeddl_plan_ts
--@none exclusion constraint

--@case R20 set_logged
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@statement
ALTER TABLE t SET UNLOGGED
--@none no other way

--@case R21 set_access_method
--@setup
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@statement
ALTER TABLE t SET ACCESS METHOD heap2
--@none no other way

--@case R30 refresh_matview
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW "V v" AS SELECT n AS "N", id FROM t;
CREATE UNIQUE INDEX ON "V v" (id);
UPDATE t SET n = n + 1;
--@writer
UPDATE t SET n = n WHERE id = {i}
--@statement
REFRESH MATERIALIZED VIEW public."V v" WITH DATA

--@case R31 refresh_matview
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g % 7 FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW v AS SELECT n AS "N", count(*) c FROM t GROUP BY n;
INSERT INTO t VALUES (-1, NULL), (-2, NULL);
--@writer
UPDATE t SET n = n WHERE id = {i}
--@statement
REFRESH MATERIALIZED VIEW v
--@instead
REFRESH MATERIALIZED VIEW v;
CREATE UNIQUE INDEX ON v ("N");

--@case R32 refresh_matview
--@setup
CREATE TABLE t (id int, k int, n int, PRIMARY KEY (id, k));
INSERT INTO t SELECT g, g, g % 7 FROM generate_series(1, :rows) g;
CREATE TABLE u (id int PRIMARY KEY, m int);
INSERT INTO u SELECT g, g FROM generate_series(1, 20) g;
CREATE MATERIALIZED VIEW v AS SELECT u.m, u.id AS uid, t.id, k FROM t LEFT JOIN u ON t.n = u.id;
INSERT INTO t VALUES (-1, -1, NULL), (-2, 1, 3);
--@writer
UPDATE t SET n = n WHERE id = {i}
--@statement
REFRESH MATERIALIZED VIEW v
--@instead
REFRESH MATERIALIZED VIEW v;
CREATE UNIQUE INDEX ON v (id, k, uid);

--@case R33 refresh_matview
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g % 7 FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW v AS SELECT n FROM t;
--@statement
REFRESH MATERIALIZED VIEW v
--@none needs a unique index

--@case R40 drop_table
--@setup
CREATE TABLE "R r" (id int PRIMARY KEY);
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, r int REFERENCES "R r", q int REFERENCES q, t int REFERENCES t);
INSERT INTO t SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE s (t int CONSTRAINT "S t" REFERENCES t, id int);
CREATE VIEW w AS SELECT id FROM t;
--@writer
INSERT INTO q VALUES ({i})
--@statement
DROP TABLE IF EXISTS t, missing CASCADE

--@case R41 drop_table
--@setup
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE p (id int PRIMARY KEY, q int REFERENCES q) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, 3, 4) PARTITION BY LIST (id);
CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1, 2);
CREATE TABLE p12 PARTITION OF p1 DEFAULT;
CREATE TABLE pd PARTITION OF p DEFAULT;
INSERT INTO p SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE s (p int REFERENCES p, id int);
CREATE VIEW w AS SELECT id FROM p12;
--@writer
INSERT INTO q VALUES ({i})
--@statement
DROP TABLE p CASCADE

--@case R42 drop_table
--@setup
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, 3, 4);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-{i})
--@statement
DROP TABLE public.p1

--@case R45 drop_table
--@setup
CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY LIST (id);
CREATE TABLE "P 1" PARTITION OF p FOR VALUES IN (1, 2, 3, 4);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (5);
INSERT INTO p SELECT g FROM generate_series(1, 5) g;
CREATE VIEW v AS SELECT * FROM "P 1";
--@writer
UPDATE p SET n = {i} WHERE id = 5
--@statement
DROP TABLE "P 1" CASCADE

--@case R43 drop_table
--@setup
CREATE SCHEMA s;
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE s.t (id int PRIMARY KEY, q int REFERENCES q);
CREATE TABLE s.u (id int PRIMARY KEY, q int REFERENCES s.t);
INSERT INTO s.t SELECT g FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW s.v AS SELECT * FROM s.t;
CREATE TABLE r (id int REFERENCES s.t);
--@writer
INSERT INTO q VALUES ({i})
--@statement
DROP SCHEMA s CASCADE

--@case R44 drop_table
--@setup
CREATE TABLE t (id int PRIMARY KEY);
INSERT INTO t SELECT g FROM generate_series(1, :rows) g;
CREATE MATERIALIZED VIEW v AS SELECT * FROM t;
--@writer
INSERT INTO t VALUES (-{i})
--@statement
DROP MATERIALIZED VIEW v

--@case R50 truncate
--@setup
CREATE TABLE t (id int PRIMARY KEY, n serial);
INSERT INTO t SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE u (id int REFERENCES t);
CREATE TABLE q (id int);
--@writer
INSERT INTO q VALUES ({i})
--@statement
TRUNCATE TABLE t, u RESTART IDENTITY

--@case R51 truncate
--@setup
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, 3, 4);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE q (id int);
--@writer
INSERT INTO q VALUES ({i})
--@statement
TRUNCATE p
