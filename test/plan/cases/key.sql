-- Constraints with an index: UNIQUE, PRIMARY KEY, EXCLUDE.

--@case CK01 add_unique
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, "Odd n" text COLLATE "C");
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, -{i}, -{i})
--@statement
ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT ("Odd n", n) INCLUDE (id) WITH (fillfactor = 70) USING INDEX TABLESPACE safeddl_plan_ts DEFERRABLE INITIALLY DEFERRED

--@case CK02 add_unique
--@setup
CREATE SCHEMA "S s";
CREATE TABLE "S s"."a very long name of a table, longer than anybody needs" (id int, "a column with a long name" int);
INSERT INTO "S s"."a very long name of a table, longer than anybody needs" SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO "S s"."a very long name of a table, longer than anybody needs" VALUES (-{i}, -{i})
--@statement
ALTER TABLE "S s"."a very long name of a table, longer than anybody needs" ADD UNIQUE (id, "a column with a long name"), ADD CONSTRAINT "U u" UNIQUE ("a column with a long name"), ADD CHECK (id > -1000000)

--@case CK03 add_primary_key
--@setup
CREATE TABLE t (a int, b int NOT NULL, c int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, -{i}, -{i})
--@statement
ALTER TABLE t ADD PRIMARY KEY (c, b, a)

--@case CK04 add_primary_key
--@setup
CREATE TABLE t (a int, b int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE UNIQUE INDEX "my index" ON t (b) INCLUDE (a);
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY USING INDEX "my index" DEFERRABLE

--@case CK05 add_primary_key
--@setup
CREATE TABLE t (a int, parent int);
INSERT INTO t SELECT g, 1 FROM generate_series(1, :rows) g;
CREATE INDEX t_pkey ON t (parent);
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t, ADD CHECK (parent > 0), ALTER a SET NOT NULL, ADD PRIMARY KEY (a)

--@case CK06 add_unique
--@setup
CREATE SCHEMA s;
CREATE TABLE p (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE s."P 11" (c int, b int, a int);
ALTER TABLE p1 ATTACH PARTITION s."P 11" FOR VALUES IN (1, 2);
CREATE TABLE p12 PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p DEFAULT;
CREATE TABLE s.p2 (a int, b int, c int);
ALTER TABLE p ATTACH PARTITION s.p2 FOR VALUES IN (2);
INSERT INTO p SELECT 1 + g % 3, 1 + g % 5, g FROM generate_series(1, :rows) g;
ALTER TABLE p12 ADD CONSTRAINT mine UNIQUE (b, c, a);
CREATE UNIQUE INDEX ON p2 (b, c, a);
--@writer
INSERT INTO p VALUES (1, 1, -{i})
--@statement
ALTER TABLE p ADD CONSTRAINT uu UNIQUE (b, c, a) WITH (fillfactor = 80) DEFERRABLE

--@case CK07 add_primary_key
--@setup
CREATE TABLE p (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE p11 (c int, b int NOT NULL, a int);
ALTER TABLE p1 ATTACH PARTITION p11 FOR VALUES IN (1, 2);
CREATE TABLE p12 PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1 + g % 3, 1 + g % 5, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (1, 1, -{i})
--@statement
ALTER TABLE p ADD PRIMARY KEY (a, b, c) USING INDEX TABLESPACE safeddl_plan_ts, ADD CHECK (b > 0)

--@case CK08 add_primary_key
--@setup
CREATE TABLE t (id int, n int);
CREATE TABLE c (m int) INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, {i})
--@statement
ALTER TABLE t ADD PRIMARY KEY (id)

--@case CK09 add_exclude
--@setup
CREATE TABLE t (id int, n int4range);
INSERT INTO t SELECT g, int4range(g, g + 1) FROM generate_series(1, :rows) g;
--@none EXCLUDE
--@statement
ALTER TABLE t ADD EXCLUDE USING gist (n WITH &&)

--@case CK10 add_primary_key
--@version >=18
--@setup
CREATE EXTENSION btree_gist;
CREATE TABLE t (id int, n int4range);
INSERT INTO t SELECT g, int4range(g, g + 1) FROM generate_series(1, :rows) g;
--@none WITHOUT OVERLAPS
--@statement
ALTER TABLE t ADD PRIMARY KEY (id, n WITHOUT OVERLAPS)

--@case CK11 add_unique
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t (id, n) VALUES (-{i}, -{i})
--@statement
ALTER TABLE t ADD UNIQUE (n), ADD UNIQUE (n, id), ADD COLUMN m int, ADD CONSTRAINT t_m_key UNIQUE (m)

--@case CK12 add_primary_key
--@setup
CREATE TABLE t (id int, n int);
CREATE TABLE c (m int, id int NOT NULL) INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE ONLY t ADD PRIMARY KEY (id)

-- ---------------------------------------------------------------- one that takes the place of another

--@case CK41 add_primary_key
--@setup
CREATE TABLE t (id int, n int, PRIMARY KEY (id));
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, n), SET (fillfactor = 50), CLUSTER ON t_pkey, ADD UNIQUE (id)

--@case CK42 add_primary_key, add_unique
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int CHECK (n <> 0) UNIQUE);
CREATE TABLE f (a int REFERENCES t ON DELETE CASCADE);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE, ADD CHECK (n > -1000000), DROP CONSTRAINT IF EXISTS zz, DROP CONSTRAINT t_n_key, DROP CONSTRAINT t_n_check,
	ADD PRIMARY KEY (id, n), ADD CONSTRAINT t_n_key UNIQUE (n, id), ADD UNIQUE (n)

--@case CK43 add_primary_key
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
CREATE UNIQUE INDEX i ON t (n);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, -{i})
--@statement
ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i

--@case CK44 add_primary_key
--@setup
CREATE TABLE p (a int, b int, PRIMARY KEY (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT g, g FROM generate_series(2, :rows) g;
--@writer
INSERT INTO p VALUES (-{i}, -{i})
--@statement
ALTER TABLE p DROP CONSTRAINT p_pkey, ADD PRIMARY KEY (a, b)

--@case CK45 add_column, add_primary_key
--@setup
CREATE TABLE t (id serial PRIMARY KEY, n int);
INSERT INTO t (n) SELECT g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t (n) VALUES (-{i})
--@statement
ALTER TABLE t DROP COLUMN id, ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid()
--@content
SELECT n FROM t ORDER BY 1

-- an index that has other names for the columns
--@case CK46 add_primary_key
--@setup
CREATE TABLE t (a int PRIMARY KEY, b int, "C c" int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
CREATE UNIQUE INDEX i ON t (b, "C c") INCLUDE (b, a);
ALTER TABLE t RENAME b TO "New b";
--@writer
INSERT INTO t VALUES (-{i}, 1, {i})
--@statement
ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i
