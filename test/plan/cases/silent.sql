-- Statements that keep nobody waiting for long: the plan is the statement, with a
-- limit to how long it waits for its lock.

--@case S01
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE t ADD COLUMN m int DEFAULT 5, ADD COLUMN "Odd" text

--@case S02
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
CREATE INDEX CONCURRENTLY ON t (n)

--@case S03
--@setup
CREATE TABLE t (id int PRIMARY KEY, n varchar(10));
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
INSERT INTO t VALUES (-{i}, {i})
--@statement
ALTER TABLE public.t ALTER n TYPE varchar(20), ALTER n SET DEFAULT 'x;y'

--@case S04
--@setup
CREATE TABLE t (id int PRIMARY KEY, n int);
INSERT INTO t SELECT g, g FROM generate_series(1, :rows) g;
--@writer
UPDATE t SET n = {i} WHERE id = 1
--@statement
CREATE TABLE "New" (id int PRIMARY KEY, t int REFERENCES t)
