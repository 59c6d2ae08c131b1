-- The views of what DDL left behind, and the statements that they give: each is
-- run, until nothing is left.  See test/tap/views.pl for what takes more than
-- one session, and safeddl.blockers.
SET safeddl.mode = 'off';
CREATE SCHEMA "Vi ews";
SET search_path = "Vi ews";
CREATE ROLE regress_safeddl_viewer;

-- what of a view belongs to this test
CREATE FUNCTION ours(relation oid) RETURNS boolean STABLE LANGUAGE sql
	RETURN (SELECT relnamespace = '"Vi ews"'::regnamespace FROM pg_class WHERE oid = relation);
CREATE VIEW invalid AS
	SELECT index, reason, statement FROM safeddl.invalid_indexes WHERE "Vi ews".ours(relation) ORDER BY index::text COLLATE "C";
CREATE VIEW unvalidated AS
	SELECT coalesce(relation::text, domain::text) AS object, constraint_name, kind, statement
	FROM safeddl.unvalidated_constraints WHERE "Vi ews".ours(relation) OR domain::text ~ 'posi'
	ORDER BY 1, 2;
CREATE VIEW unindexed AS
	SELECT relation, columns, referenced, invalid_index, statement
	FROM safeddl.unindexed_foreign_keys WHERE "Vi ews".ours(relation) ORDER BY relation::text COLLATE "C", columns;

--
-- safeddl.invalid_indexes
--

-- builds that failed
CREATE TABLE "Ta ble" (id int, "Col" text, n int);
INSERT INTO "Ta ble" VALUES (1, 'a', 1), (1, 'b', 1);
CREATE UNIQUE INDEX CONCURRENTLY "u"";x" ON "Ta ble" (id);
CREATE UNIQUE INDEX expressions ON "Ta ble" (lower("Col"), (n + 1)) WHERE n > 0 AND id IS NOT NULL;
SELECT * FROM safeddl.invalid_indexes WHERE relation = '"Ta ble"'::regclass \gx
REINDEX INDEX CONCURRENTLY "u"";x";
SELECT * FROM invalid;
SELECT statement FROM invalid \gexec
DELETE FROM "Ta ble" WHERE "Col" = 'b';
SELECT statement FROM invalid \gexec
SELECT * FROM invalid;

-- a name like that of a leftover, and nothing that it would be a leftover of
CREATE TABLE lookalike (a int, b int);
INSERT INTO lookalike VALUES (1), (1);
CREATE INDEX lookalike_b ON lookalike (b);
CREATE UNIQUE INDEX CONCURRENTLY lookalike_ccnew ON lookalike (a);
SELECT * FROM invalid;
DROP TABLE lookalike;

-- a partitioned index: quoted names, a partition with other column numbers, and
-- one that is partitioned itself
CREATE TABLE parted (id int, a int, b text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE "parted 2" (b text, x int, id int, a int);
ALTER TABLE "parted 2" DROP COLUMN x;
ALTER TABLE parted ATTACH PARTITION "parted 2" FOR VALUES FROM (10) TO (20);
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (20) TO (30) PARTITION BY LIST (a);
CREATE TABLE parted_3_1 PARTITION OF parted_3 FOR VALUES IN (1);
CREATE INDEX "parted e" ON ONLY parted (a DESC, lower(b)) WHERE a > 0;
-- these do not do for it
CREATE INDEX parted_1_other ON parted_1 (a, lower(b)) WHERE a > 0;
CREATE INDEX parted_1_whole ON parted_1 (a DESC, lower(b));
CREATE INDEX parted_1_upper ON parted_1 (a DESC, upper(b)) WHERE a > 0;
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;

-- the index of a constraint; one of the partitions has its constraint already
ALTER TABLE "parted 2" ADD CONSTRAINT "own u" UNIQUE (id, a) DEFERRABLE;
ALTER TABLE ONLY parted ADD CONSTRAINT "parted u" UNIQUE (id, a) DEFERRABLE INITIALLY DEFERRED;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
\d parted
\d parted_3_1
DROP TABLE parted;

-- a partition with a build that failed: that first, and then the parent
CREATE TABLE parted (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
INSERT INTO parted VALUES (1, 1), (1, 1);
CREATE UNIQUE INDEX CONCURRENTLY parted_1_u ON parted_1 (id);
CREATE UNIQUE INDEX parted_u ON ONLY parted (id);
SELECT * FROM invalid;
DELETE FROM parted;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
-- one that is attached while it is invalid
INSERT INTO parted VALUES (1, 1), (2, 1);
CREATE UNIQUE INDEX CONCURRENTLY parted_1_a ON parted_1 (id, a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'parted_1_a'::regclass;
CREATE UNIQUE INDEX parted_a ON ONLY parted (id, a);
ALTER INDEX parted_a ATTACH PARTITION parted_1_a;
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
DROP TABLE parted;
-- one that can never be complete, and one that has nothing to be complete with
CREATE FOREIGN DATA WRAPPER views_fdw;
CREATE SERVER views_server FOREIGN DATA WRAPPER views_fdw;
CREATE TABLE parted (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE FOREIGN TABLE parted_f PARTITION OF parted FOR VALUES FROM (10) TO (20) SERVER views_server;
CREATE INDEX parted_i ON ONLY parted (a);
SELECT * FROM invalid;
SET client_min_messages = warning;
DROP FOREIGN DATA WRAPPER views_fdw CASCADE;
RESET client_min_messages;
DROP TABLE parted_1;
SELECT * FROM invalid;
DROP TABLE parted;

-- an exclusion constraint cannot be rebuilt concurrently
CREATE TABLE excluding (r int4range, EXCLUDE USING gist (r WITH &&));
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'excluding_r_excl'::regclass;
SELECT * FROM invalid;
SELECT statement FROM invalid \gexec
SELECT * FROM invalid;

--
-- safeddl.unvalidated_constraints
--
CREATE TABLE parent (a int, b int);
CREATE TABLE child (c int) INHERITS (parent);
CREATE TABLE "ref 1" (id int PRIMARY KEY);
CREATE TABLE ref_p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE ref_p_1 PARTITION OF ref_p FOR VALUES FROM (0) TO (10);
CREATE TABLE referencing (id int, other int);
CREATE DOMAIN "posi tive" AS int;
CREATE DOMAIN positive2 AS int CHECK (VALUE > 0);
-- the child's copy goes with it
ALTER TABLE parent ADD CONSTRAINT "Che ck" CHECK (a > 0) NOT VALID;
ALTER TABLE ONLY parent ADD CONSTRAINT no_inherit CHECK (a > 0) NO INHERIT NOT VALID;
ALTER TABLE child ADD CONSTRAINT no_inherit CHECK (a > 0) NOT VALID;
ALTER TABLE referencing ADD CONSTRAINT "f k" FOREIGN KEY (id) REFERENCES "ref 1" NOT VALID;
-- and so do those to the partitions
ALTER TABLE referencing ADD CONSTRAINT fk_p FOREIGN KEY (other) REFERENCES ref_p NOT VALID;
ALTER DOMAIN "posi tive" ADD CONSTRAINT "the check" CHECK (VALUE > 0) NOT VALID;
SELECT * FROM unvalidated;
SELECT statement FROM unvalidated \gexec
SELECT * FROM unvalidated;
-- size: of the children too, where they are read
INSERT INTO child SELECT 1, g FROM generate_series(1, 1000) g;
ALTER TABLE parent ADD CONSTRAINT with_children CHECK (b > 0) NOT VALID;
ALTER TABLE parent ADD CONSTRAINT fk_alone FOREIGN KEY (a) REFERENCES "ref 1" NOT VALID;
SELECT constraint_name, relation_bytes > 0 AS large
FROM safeddl.unvalidated_constraints WHERE relation = 'parent'::regclass ORDER BY 1;
DROP TABLE parent CASCADE;

--
-- safeddl.unindexed_foreign_keys
--
DROP TABLE referencing;
CREATE TABLE ref_2 (a int, b int, c text COLLATE "C", PRIMARY KEY (a, b), UNIQUE (c));
CREATE TABLE r01_none (x int, "Y y" int, FOREIGN KEY ("Y y", x) REFERENCES ref_2);
-- these have one that will do
CREATE TABLE r02_any_order (x int, y int, z int, FOREIGN KEY (y, x) REFERENCES ref_2);
CREATE INDEX ON r02_any_order (x, y, z);
CREATE TABLE r03_hash (x int REFERENCES "ref 1");
CREATE INDEX ON r03_hash USING hash (x);
CREATE TABLE r04_not_null (x int REFERENCES "ref 1");
CREATE INDEX ON r04_not_null (x) WHERE x IS NOT NULL;
CREATE TABLE r05_both_not_null (x int, y int, FOREIGN KEY (x, y) REFERENCES ref_2);
CREATE INDEX ON r05_both_not_null (x, y) WHERE y IS NOT NULL AND x IS NOT NULL;
CREATE TABLE r06_pkey (x int PRIMARY KEY REFERENCES "ref 1");
-- and these have not
CREATE TABLE r11_second (x int REFERENCES "ref 1", y int);
CREATE INDEX ON r11_second (y, x);
CREATE TABLE r12_include (x int, y int, FOREIGN KEY (x, y) REFERENCES ref_2);
CREATE INDEX ON r12_include (x) INCLUDE (y);
CREATE TABLE r13_partial (x int REFERENCES "ref 1", y int);
CREATE INDEX ON r13_partial (x) WHERE y IS NOT NULL;
CREATE INDEX ON r13_partial (x) WHERE x IS NULL;
CREATE INDEX ON r13_partial (x) WHERE x IS NOT NULL OR y IS NOT NULL;
CREATE TABLE r14_expression (x int REFERENCES "ref 1");
CREATE INDEX ON r14_expression ((x + 0));
CREATE TABLE r15_brin (x int REFERENCES "ref 1");
CREATE INDEX ON r15_brin USING brin (x);
CREATE TABLE r16_collation (x text COLLATE "C" REFERENCES ref_2 (c));
CREATE INDEX ON r16_collation (x COLLATE "POSIX");
CREATE TABLE r17_invalid (x int REFERENCES "ref 1", y int, FOREIGN KEY (x, y) REFERENCES ref_2);
INSERT INTO "ref 1" VALUES (1);
INSERT INTO r17_invalid VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY r17_invalid_i ON r17_invalid (x);
-- the constraints of partitions are those of their parent
CREATE TABLE r21_parted (x int REFERENCES ref_p) PARTITION BY RANGE (x);
CREATE TABLE r21_parted_1 PARTITION OF r21_parted FOR VALUES FROM (0) TO (10);
CREATE TABLE r21_parted_2 PARTITION OF r21_parted FOR VALUES FROM (10) TO (20) PARTITION BY LIST (x);
CREATE TABLE r21_parted_2_1 PARTITION OF r21_parted_2 FOR VALUES IN (11);
CREATE INDEX r21_i ON r21_parted_1 (x);
-- each partition has its own
CREATE TABLE r22_parted (x int REFERENCES ref_p) PARTITION BY RANGE (x);
CREATE TABLE r22_parted_1 PARTITION OF r22_parted FOR VALUES FROM (0) TO (10);
CREATE INDEX ON r22_parted_1 (x);
SELECT * FROM unindexed;
SELECT statement FROM unindexed WHERE statement IS NOT NULL \gexec
SELECT * FROM unindexed;
DELETE FROM r17_invalid;
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT statement FROM invalid WHERE statement IS NOT NULL \gexec
SELECT * FROM invalid;
SELECT statement FROM unindexed WHERE statement IS NOT NULL \gexec
SELECT * FROM unindexed;
-- the server thinks so, too
BEGIN;
SET LOCAL enable_seqscan = off;
EXPLAIN (COSTS off) SELECT 1 FROM ONLY r05_both_not_null x WHERE 1 = x AND 2 = y FOR KEY SHARE OF x;
ROLLBACK;

--
-- everybody may read them; nobody waits
--
BEGIN;
SET LOCAL ROLE regress_safeddl_viewer;
SELECT count(*) >= 0 AS readable FROM safeddl.invalid_indexes
UNION ALL SELECT count(*) >= 0 FROM safeddl.unvalidated_constraints
UNION ALL SELECT count(*) >= 0 FROM safeddl.unindexed_foreign_keys
UNION ALL SELECT count(*) >= 0 FROM safeddl.blockers;
COMMIT;
-- one's own locks are not in the way
BEGIN;
LOCK TABLE "ref 1";
SELECT count(*) FROM safeddl.blockers WHERE relation = '"ref 1"'::regclass;
COMMIT;
SELECT safeddl.relation_bytes('r17_invalid') = pg_relation_size('r17_invalid') AS same,
	safeddl.relation_bytes('r21_parted', true) AS with_partitions, safeddl.relation_bytes(1::oid) AS missing;
-- every column is explained
SELECT c.relname, a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'safeddl'::regnamespace AND c.relkind = 'v' AND c.relname <> 'rules'
	AND col_description(c.oid, a.attnum) IS NULL;

SET client_min_messages = warning;
DROP SCHEMA "Vi ews" CASCADE;
DROP ROLE regress_safeddl_viewer;
