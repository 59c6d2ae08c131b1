-- Constraints of tables: CHECK, FOREIGN KEY, NOT NULL, what is done to them later; those with an
-- index are in key.sql.

-- ---------------------------------------------------------------- CHECK

--@case CC01 add_check
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, "Odd n" int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
COMMENT ON TABLE t IS 'x';
--@writer
INSERT INTO t VALUES (-{i}, {i}, {i})
--@statement
ALTER TABLE t ADD CHECK (n > 0), ADD CONSTRAINT "Odd; one" CHECK ("Odd n" > 0 /* so */ AND t.n > 0),
	ADD CHECK (id + n > -1000000), ADD CHECK (n < 2000000000), ALTER n SET DEFAULT 7

--@case CC02 add_check
--@setup
CREATE SCHEMA "S s";
CREATE TABLE "S s".t (id int PRIMARY KEY, n int);
CREATE TABLE "S s".c (m int) INHERITS ("S s".t);
CREATE TABLE "S s".d (CONSTRAINT positive CHECK (n > 0)) INHERITS ("S s".c);
INSERT INTO "S s".t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO "S s".c SELECT g, g, g FROM generate_series(1, :rows) g;
INSERT INTO "S s".d SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO "S s".c VALUES (-{i}, {i}, {i})
--@statement
ALTER TABLE IF EXISTS "S s".t ADD CONSTRAINT positive CHECK (n > 0)

--@case CC03 add_check
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE p11 (b int, a int);
ALTER TABLE p1 ATTACH PARTITION p11 FOR VALUES IN (1, 2);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1 + g % 3, 1 + g % 2 FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (1, 1)
--@statement
ALTER TABLE p ADD CHECK (b < 10)

--@case CC04 add_check
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE c () INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, -g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, -{i})
--@statement
ALTER TABLE ONLY t ADD CHECK (n > 0) NO INHERIT

--@case CC05 add_check
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t (id, n) VALUES (-{i}, {i})
--@statement
ALTER TABLE t ADD CHECK (n + m > 0), ADD COLUMN m int DEFAULT 3, ADD CHECK (t IS NOT NULL), ADD CHECK (m > 0), DROP COLUMN IF EXISTS x

--@case CC06 validate_constraint
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE t ADD CONSTRAINT v CHECK (n > 0) NOT VALID;
--@writer
INSERT INTO t (id, n) VALUES (-{i}, {i})
--@statement
ALTER TABLE t VALIDATE CONSTRAINT v, ADD COLUMN m int, ALTER n SET DEFAULT 1

--@case CC07 validate_constraint
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t (id, n) VALUES (-{i}, 1)
--@statement
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES r NOT VALID, VALIDATE CONSTRAINT f

-- ---------------------------------------------------------------- FOREIGN KEY

--@case CF01 add_foreign_key
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int, "m M" int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, 1, 1)
--@statement
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES r, ADD FOREIGN KEY ("m M") REFERENCES public.r (id) ON UPDATE CASCADE, ADD CHECK (n > 0)

--@case CF02 add_foreign_key
--@setup
CREATE TABLE r (a int, b int, UNIQUE (a, b));
INSERT INTO r SELECT g, g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
UPDATE t SET n = 1 + {i} % 10, m = 1 + {i} % 10 WHERE id = 5
--@statement
ALTER TABLE t ADD CONSTRAINT "f K" FOREIGN KEY (n, m) REFERENCES r (a, b) MATCH FULL
	ON DELETE SET NULL (m) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED

--@case CF03 add_foreign_key
--@setup
CREATE TABLE t (id int PRIMARY KEY, parent int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t

--@case CF04 add_foreign_key
--@setup
CREATE TABLE r (id int PRIMARY KEY, x int) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (1000) PARTITION BY RANGE (id);
CREATE TABLE r11 PARTITION OF r1 FOR VALUES FROM (0) TO (1000);
CREATE TABLE r2 PARTITION OF r DEFAULT;
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES r ON DELETE CASCADE
--@after
DELETE FROM r WHERE id = 2;
DELETE FROM r1 WHERE id = 3;

--@case CF05 add_foreign_key
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE SCHEMA s;
CREATE TABLE p (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE s."P 11" (c int, b int, a int);
ALTER TABLE p1 ATTACH PARTITION s."P 11" FOR VALUES IN (1, 2);
CREATE TABLE p12 PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1 + g % 3, 1 + g % 5, g FROM generate_series(1, :rows) g;
ALTER TABLE p2 ADD CONSTRAINT mine FOREIGN KEY (c) REFERENCES r ON DELETE CASCADE;
ALTER TABLE p12 ADD CONSTRAINT p_c_fkey CHECK (c > 0);
--@writer
INSERT INTO p VALUES (1, 1, 1)
--@statement
ALTER TABLE p ADD FOREIGN KEY (c) REFERENCES r ON DELETE CASCADE
--@after
DELETE FROM r WHERE id < 10;

--@case CF06 add_foreign_key
--@setup
CREATE TABLE p (id int PRIMARY KEY, parent int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (-1000000) TO (1000);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-{i}, 1)
--@statement
ALTER TABLE p ADD CONSTRAINT own FOREIGN KEY (parent) REFERENCES p (id) ON DELETE SET NULL
--@after
DELETE FROM p WHERE id = 1;
DELETE FROM p2 WHERE id > 1500;

--@case CF07 add_foreign_key
--@setup
CREATE TABLE r (id int, x int, PRIMARY KEY (id, x)) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (1000) PARTITION BY RANGE (id);
CREATE TABLE r11 PARTITION OF r1 FOR VALUES FROM (0) TO (1000);
CREATE TABLE r2 PARTITION OF r DEFAULT;
INSERT INTO r SELECT g, g FROM generate_series(1, :rows) g;
CREATE TABLE p (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1 + g % 3, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (1, 1, 1)
--@statement
ALTER TABLE p ADD FOREIGN KEY (c, b) REFERENCES r ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE,
	ADD CONSTRAINT k CHECK (a > 0)
--@after
DELETE FROM r WHERE id = 2;
UPDATE r SET id = 5000000 WHERE id = 3;

--@case CF08 add_foreign_key
--@version >=18
--@setup
CREATE EXTENSION btree_gist;
CREATE TABLE r (id int, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS));
INSERT INTO r SELECT g, int4range(1, 100) FROM generate_series(1, :rows) g;
CREATE TABLE t (id int, during int4range);
INSERT INTO t SELECT g, int4range(10, 20) FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (1 + {i} % 10, int4range(10, 20))
--@statement
ALTER TABLE t ADD FOREIGN KEY (id, PERIOD during) REFERENCES r

-- ---------------------------------------------------------------- NOT NULL

--@case CN01 set_not_null
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int, "Odd n" text);
INSERT INTO t SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i}, 'x')
--@statement
ALTER TABLE t ALTER n SET NOT NULL, ALTER COLUMN "Odd n" SET NOT NULL, ALTER n SET DEFAULT 5

--@case CN02 set_not_null
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE p11 (b int NOT NULL, a int);
ALTER TABLE p1 ATTACH PARTITION p11 FOR VALUES IN (1, 2);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1 + g % 3, 1 + g % 2 FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (1, 1)
--@statement
ALTER TABLE public.p ALTER b SET NOT NULL

--@case CN03 set_not_null
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE c (m int) INHERITS (t);
CREATE TABLE d (n int NOT NULL) INHERITS (c);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g, g FROM generate_series(1, :rows) g;
INSERT INTO d SELECT g, g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, {i}, {i})
--@statement
ALTER TABLE t ALTER n SET NOT NULL

--@case CN04 set_not_null
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE c (m int) INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, NULL, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, NULL, {i})
--@statement
ALTER TABLE ONLY t ALTER n SET NOT NULL

--@case CN05 set_not_null
--@setup
CREATE TABLE t (id int, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ALTER id SET NOT NULL, ALTER id ADD GENERATED BY DEFAULT AS IDENTITY, ADD CONSTRAINT n CHECK (n > 0)

--@case CN06
--@setup
CREATE TABLE t (id int, n int, CHECK (n IS NOT NULL AND n > 0));
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ALTER n SET NOT NULL

--@case CN07 set_not_null
--@setup
CREATE TABLE t (id int, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE t ADD CONSTRAINT t_n_not_null CHECK (n IS NOT NULL) NOT VALID;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ALTER n SET NOT NULL

--@case CN08 set_not_null
--@version >=18
--@setup
CREATE TABLE t (id int, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE t ADD CONSTRAINT "my n" NOT NULL n NOT VALID;
CREATE TABLE c () INHERITS (t);
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ALTER n SET NOT NULL

--@case CN09 set_not_null
--@version >=18
--@setup
CREATE TABLE t (id int, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
CREATE TABLE c () INHERITS (t);
CREATE TABLE c_n_not_null ();
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ADD CONSTRAINT "my n" NOT NULL n, ADD NOT NULL id NO INHERIT

-- ---------------------------------------------------------------- ALTER CONSTRAINT

--@case CA01 alter_constraint
--@version >=18
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE t ADD CONSTRAINT "f K" FOREIGN KEY (n) REFERENCES r ON DELETE CASCADE DEFERRABLE NOT ENFORCED;
COMMENT ON CONSTRAINT "f K" ON t IS 'it''s';
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ALTER CONSTRAINT "f K" DEFERRABLE INITIALLY DEFERRED ENFORCED
--@after
DELETE FROM r WHERE id = 7;

--@case CA02 alter_constraint
--@version >=19
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE c () INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, -g FROM generate_series(1, :rows) g;
ALTER TABLE t ADD CONSTRAINT k CHECK (n > 0) NO INHERIT NOT ENFORCED;
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ALTER CONSTRAINT k ENFORCED

--@case CA03 alter_constraint
--@version >=18
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int CONSTRAINT nn NOT NULL NO INHERIT);
CREATE TABLE c () INHERITS (t);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (-{i}, 1)
--@statement
ALTER TABLE t ALTER CONSTRAINT nn INHERIT

--@case CA04 alter_constraint
--@version >=18
--@setup
CREATE TABLE r (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r DEFAULT;
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE p (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE p ADD FOREIGN KEY (n) REFERENCES r NOT ENFORCED;
--@writer
INSERT INTO p VALUES (-{i}, 1)
--@statement
ALTER TABLE p ALTER CONSTRAINT p_n_fkey ENFORCED

--@case CA05 alter_constraint
--@version >=19
--@setup
CREATE SCHEMA "S s";
CREATE TABLE t (id int, n int CONSTRAINT "K k" CHECK (n > 0) NOT ENFORCED);
CREATE TABLE c (CONSTRAINT "K k" CHECK (n > 0) NOT ENFORCED) INHERITS (t);
CREATE TABLE "S s".d (CONSTRAINT "K k" CHECK (n > 0) NOT ENFORCED) INHERITS (c);
CREATE TABLE e () INHERITS ("S s".d);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO c SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO "S s".d SELECT g, g FROM generate_series(1, :rows) g;
INSERT INTO e SELECT g, g FROM generate_series(1, :rows) g;
COMMENT ON CONSTRAINT "K k" ON "S s".d IS 'of d';
--@writer
INSERT INTO t VALUES (-{i}, 1)
--@statement
ALTER TABLE t ALTER CONSTRAINT "K k" ENFORCED

-- ---------------------------------------------------------------- domains

--@case CD01 alter_domain
--@setup
CREATE DOMAIN d AS int;
CREATE TABLE t (id int, n d);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@none no safe way
--@statement
ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)

--@case CD02 alter_domain
--@setup
CREATE DOMAIN d AS int;
CREATE TABLE t (id int, n d);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@none no safe way
--@statement
ALTER DOMAIN d SET NOT NULL

--@case CD03 alter_domain
--@setup
CREATE DOMAIN d AS int;
CREATE TABLE t (id int, n d);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0) NOT VALID;
--@none no safe way
--@statement
ALTER DOMAIN d VALIDATE CONSTRAINT k

--@case CF09 add_foreign_key
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(1, :rows) g;
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
BEGIN; INSERT INTO r VALUES (-{i}); INSERT INTO t VALUES (-{i}, -{i}); COMMIT
--@statement
ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES r
