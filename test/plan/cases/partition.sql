-- ATTACH PARTITION, DETACH PARTITION, CREATE TABLE ... PARTITION OF.

--@case P01 attach_partition
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(0, 9) g;
CREATE TABLE p (a int, b text, c int REFERENCES r ON DELETE CASCADE DEFERRABLE, d int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100000000);
CREATE TABLE pd PARTITION OF p DEFAULT;
CREATE INDEX ON p (b, lower(b)) WHERE d > 0;
ALTER TABLE p ADD PRIMARY KEY (a);
ALTER TABLE p ADD CONSTRAINT "P u" UNIQUE (d, a) INCLUDE (b) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO p SELECT g, g, g % 10, g FROM generate_series(1, :rows) g;
INSERT INTO p SELECT 200000000 + g, g, g % 10, g FROM generate_series(1, :rows) g;
CREATE TABLE "C c" (d int, x int, c int, b text, a int NOT NULL);
ALTER TABLE "C c" DROP x;
INSERT INTO "C c" SELECT g, g % 10, g, 100000000 + g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (300000000 + {i}, {i}, {i} % 10, {i})
--@statement
ALTER TABLE p ATTACH PARTITION "C c" FOR VALUES FROM (100000000) TO (200000000)

--@case P02 attach_partition
--@setup
CREATE TABLE p (a timestamptz, b int) PARTITION BY RANGE (a, lower(b::text));
CREATE TABLE pd PARTITION OF p DEFAULT PARTITION BY LIST (b);
CREATE TABLE pd1 PARTITION OF pd FOR VALUES IN (1);
CREATE TABLE pd2 PARTITION OF pd DEFAULT;
INSERT INTO p SELECT '2020-01-01'::timestamptz + g * interval '1 min', g FROM generate_series(1, :rows) g;
CREATE TABLE c (a timestamptz, b int);
INSERT INTO c SELECT '2022-01-01'::timestamptz + g * interval '1 min', g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES ('2020-01-01', {i})
--@statement
ALTER TABLE ONLY p ATTACH PARTITION c FOR VALUES FROM ('2022-01-01', MINVALUE) TO ('2023-01-01', MINVALUE)

--@case P03 attach_partition
--@setup
CREATE TABLE p (a varchar(10) COLLATE "C", b int) PARTITION BY LIST (a);
CREATE TABLE ps PARTITION OF p FOR VALUES IN ('x', 'y', NULL) PARTITION BY HASH (b);
CREATE INDEX ON p (b);
CREATE TABLE ps0 PARTITION OF ps FOR VALUES WITH (MODULUS 2, REMAINDER 0);
INSERT INTO p SELECT 'x', g FROM generate_series(1, :rows) g WHERE satisfies_hash_partition('ps'::regclass, 2, 0, g);
CREATE TABLE c (a varchar(10) COLLATE "C", b int);
INSERT INTO c SELECT 'y', g FROM generate_series(1, :rows) g WHERE satisfies_hash_partition('ps'::regclass, 2, 1, g);
--@writer
SELECT count(*) FROM p WHERE b = {i}
--@statement
ALTER TABLE ps ATTACH PARTITION c FOR VALUES WITH (MODULUS 2, REMAINDER 1)

--@case P04 attach_partition
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(0, 9) g;
CREATE TABLE p (a int NOT NULL, b int, c int) PARTITION BY LIST (a);
ALTER TABLE p ADD PRIMARY KEY (a, b);
ALTER TABLE p ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES r;
CREATE INDEX ON p (c, b);
CREATE TABLE c (a int NOT NULL, b int NOT NULL, c int) PARTITION BY LIST (b);
CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE c11 PARTITION OF c1 DEFAULT;
CREATE TABLE c2 PARTITION OF c DEFAULT;
ALTER TABLE c2 ADD CONSTRAINT fk CHECK (b <> 1);
CREATE INDEX c1_other ON c1 (c, b);
INSERT INTO c SELECT 7, g, g % 10 FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (7, -{i}, 1)
--@statement
ALTER TABLE p ATTACH PARTITION public.c FOR VALUES IN (7)

--@case P05 attach_partition
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, NULL);
CREATE TABLE c (a int, b int);
INSERT INTO c SELECT 3 + g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (8, {i})
--@statement
ALTER TABLE p ATTACH PARTITION c DEFAULT

--@case P06
--@setup
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE c (a int CHECK (a = 3) NOT NULL, b int);
INSERT INTO c SELECT 3, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (3, {i})
--@statement
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (3)

--@case P07 attach_partition
--@setup
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b), c int, d int, FOREIGN KEY (c, d) REFERENCES p) PARTITION BY LIST (a);
CREATE TABLE c (a int NOT NULL, b int NOT NULL, c int, d int, PRIMARY KEY (a, b));
INSERT INTO c SELECT 3, g, 3, g FROM generate_series(1, :rows) g;
--@statement
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (3)
--@none references the partitioned table itself

--@case P08 attach_partition
--@setup
CREATE TABLE r (id int PRIMARY KEY);
INSERT INTO r SELECT g FROM generate_series(0, 9) g;
CREATE TABLE p (a int, c int REFERENCES r) PARTITION BY LIST (a);
CREATE TABLE c (a int, c int REFERENCES r);
INSERT INTO c SELECT 3, g % 10 FROM generate_series(1, :rows) g;
--@writer
INSERT INTO c VALUES (3, {i} % 10)
--@statement
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (3)

--@case P09 attach_partition
--@version >=17
--@setup
CREATE TABLE p (a int, b int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (a);
CREATE TABLE pd PARTITION OF p DEFAULT;
INSERT INTO p SELECT g FROM generate_series(10, 10 + :rows) g;
CREATE TABLE c (a int, b int NOT NULL);
INSERT INTO c SELECT 3, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-{i})
--@statement
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (3)

--@case P20 create_partition
--@setup
CREATE TABLE p (a numeric(12,2), b text) PARTITION BY RANGE (a);
CREATE INDEX ON p (b);
CREATE TABLE "P d" PARTITION OF p DEFAULT;
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
ALTER TABLE "P d" ADD CONSTRAINT "P d_bound" CHECK (b <> 'no');
--@writer
INSERT INTO p VALUES (-{i}, {i})
--@statement
CREATE TABLE IF NOT EXISTS "New" PARTITION OF p (b DEFAULT 'x', CONSTRAINT ck CHECK (b <> '')) FOR VALUES FROM (50000000) TO (60000000.5) WITH (fillfactor = 60) TABLESPACE safeddl_plan_ts

--@case P21 create_partition
--@setup
CREATE TABLE p (a text, b int) PARTITION BY LIST (a);
CREATE TABLE ps PARTITION OF p FOR VALUES IN ('x', 'y') PARTITION BY LIST (b);
CREATE TABLE psd PARTITION OF ps DEFAULT PARTITION BY HASH (b);
CREATE TABLE psd1 PARTITION OF psd FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO p SELECT 'x', g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES ('x', -100 - {i})
--@statement
CREATE TABLE ps1 PARTITION OF ps FOR VALUES IN (-1, NULL) PARTITION BY RANGE (b)

--@case P22
--@setup
CREATE TABLE p (a text, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('x');
INSERT INTO p SELECT 'x', g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES ('x', -100 - {i})
--@statement
CREATE TABLE p2 PARTITION OF p FOR VALUES IN ('y')

--@case P23 create_partition
--@setup
CREATE EXTENSION file_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE pd PARTITION OF p DEFAULT;
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-100, {i})
--@content
SELECT * FROM pd ORDER BY 1, 2
--@statement
CREATE FOREIGN TABLE pf PARTITION OF p FOR VALUES IN (-1) SERVER s OPTIONS (filename '/dev/null')

--@case P30
--@setup
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100000000);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (-100000000) TO (0);
CREATE INDEX ON p (b);
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-{i}, {i})
--@statement
ALTER TABLE IF EXISTS p DETACH PARTITION p1

--@case P31
--@setup
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a, b);
CREATE TABLE "P 1" PARTITION OF p FOR VALUES FROM (0, 0) TO (100000000, 0) PARTITION BY LIST (b);
CREATE TABLE p11 PARTITION OF "P 1" DEFAULT;
ALTER TABLE "P 1" ADD CHECK (a > -1);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (-100000000, 0) TO (0, 0);
INSERT INTO p SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (-{i}, {i})
--@statement
ALTER TABLE p DETACH PARTITION "P 1"

--@case P32
--@setup
CREATE TABLE p (a int NOT NULL, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p1 ADD CHECK (a IN (1));
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO p SELECT 1, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (2, {i})
--@statement
ALTER TABLE p DETACH PARTITION p1

--@case P33
--@setup
CREATE TABLE p (a int NOT NULL, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p SELECT 1, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO p VALUES (2, {i})
--@statement
ALTER TABLE p DETACH PARTITION p1

--@case P40 detach_partition
--@setup
CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (1000);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1000) TO (100000000);
INSERT INTO p SELECT g FROM generate_series(1, 1000 + :rows) g;
CREATE TABLE r (id int PRIMARY KEY, p int, q int);
INSERT INTO r SELECT g, 1000 + g FROM generate_series(1, :rows) g;
ALTER TABLE r ADD CONSTRAINT "R p" FOREIGN KEY (p) REFERENCES p ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE;
COMMENT ON CONSTRAINT "R p" ON r IS 'don''t';
ALTER TABLE r ADD CONSTRAINT r_q FOREIGN KEY (q) REFERENCES p;
--@writer
INSERT INTO r VALUES (-{i}, 1001)
--@statement
ALTER TABLE p DETACH PARTITION p1

--@case P41 detach_partition
--@setup
CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (1000);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1000) TO (100000000);
CREATE TABLE pd PARTITION OF p DEFAULT;
INSERT INTO p SELECT g FROM generate_series(1, 1000 + :rows) g;
CREATE TABLE r (id int, p int) PARTITION BY LIST (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1);
CREATE TABLE r2 PARTITION OF r DEFAULT PARTITION BY RANGE (p);
CREATE TABLE r21 PARTITION OF r2 DEFAULT;
INSERT INTO r SELECT g % 3, 1000 + g FROM generate_series(1, :rows) g;
ALTER TABLE r ADD FOREIGN KEY (p) REFERENCES p;
--@writer
INSERT INTO r VALUES (1, 1001)
--@statement
ALTER TABLE p DETACH PARTITION p1

--@case P42 detach_partition
--@setup
CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE ps PARTITION OF p FOR VALUES FROM (1) TO (100000000) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF ps FOR VALUES FROM (1) TO (1000);
CREATE TABLE p2 PARTITION OF ps FOR VALUES FROM (1000) TO (100000000);
INSERT INTO p SELECT g FROM generate_series(1, 1000 + :rows) g;
CREATE TABLE r (id int PRIMARY KEY, p int);
INSERT INTO r SELECT g, 1000 + g FROM generate_series(1, :rows) g;
ALTER TABLE r ADD FOREIGN KEY (p) REFERENCES p;
--@writer
INSERT INTO r VALUES (-{i}, 1001)
--@statement
ALTER TABLE ps DETACH PARTITION p1 CONCURRENTLY
--@instead
ALTER TABLE ps DETACH PARTITION p1;
