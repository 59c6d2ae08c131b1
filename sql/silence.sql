-- what the guard has nothing to say about
SET search_path = t;
SELECT guard();
SET safeddl.min_table_size = 0;

-- temporary tables, and tables that this transaction created
CREATE TEMP TABLE big_temp AS SELECT g AS id FROM generate_series(1, 20000) g;
CREATE INDEX ON big_temp (id);
CREATE INDEX CONCURRENTLY ON big_temp (id);
ALTER TABLE big_temp ADD COLUMN x serial, ALTER id TYPE bigint, ADD CHECK (id > 0);
VACUUM FULL big_temp;
DROP TABLE big_temp;
BEGIN;
CREATE TABLE big_new AS SELECT g AS id FROM generate_series(1, 20000) g;
CREATE INDEX ON big_new (id);
SAVEPOINT a;
ALTER TABLE big_new ADD COLUMN x serial, ALTER id TYPE bigint, ADD CHECK (id > 0), ADD PRIMARY KEY (id);
RELEASE a;
CREATE MATERIALIZED VIEW new_m AS SELECT * FROM big_new;
REFRESH MATERIALIZED VIEW new_m;
DROP MATERIALIZED VIEW new_m;
TRUNCATE big_new;
DROP TABLE big_new;
-- but the table on the other side of a foreign key is not new
CREATE TABLE new_ref AS SELECT g AS id FROM generate_series(1, 20000) g;
CREATE INDEX new_ref_id ON new_ref (id);
CLUSTER new_ref USING new_ref_id;
ALTER TABLE new_ref ADD FOREIGN KEY (id) REFERENCES big;
ROLLBACK;

-- a temporary table shadows a large one of the same name
CREATE TEMP TABLE big (id int, n int);
ALTER TABLE big ALTER n TYPE bigint;
ALTER TABLE t.big ALTER n TYPE bigint;
DROP TABLE pg_temp.big;

-- read-only and aborted transactions: the server's own error alone
BEGIN READ ONLY;
CREATE INDEX ON big (n);
CREATE INDEX ON big (n);
ROLLBACK;
BEGIN;
SELECT 1/0;
CREATE INDEX ON big (n);
ROLLBACK;

-- not the owner: the server's own error alone, and no word about sizes
CREATE ROLE regress_safeddl_user;
GRANT USAGE ON SCHEMA t TO regress_safeddl_user;
GRANT SELECT ON big TO regress_safeddl_user;
SET ROLE regress_safeddl_user;
CREATE INDEX ON big (n);
ALTER TABLE big ADD COLUMN x serial;
ALTER TABLE big ADD CHECK (n > 0);
DROP TABLE big;
DROP INDEX big_pkey;
TRUNCATE big;
-- 17 words it differently, for it has MAINTAIN
\set VERBOSITY sqlstate
REINDEX TABLE big;
CLUSTER big USING big_pkey;
REFRESH MATERIALIZED VIEW big_m;
VACUUM FULL big;
\set VERBOSITY default
ALTER TABLE big_p ATTACH PARTITION big_loose FOR VALUES FROM (3000000) TO (4000000);
CREATE TABLE x PARTITION OF big_p FOR VALUES FROM (3000000) TO (4000000);
RESET ROLE;
-- who may not reference a table does not hear of it either
SET safeddl.mode = 'off';
CREATE TABLE his (id int, n int);
INSERT INTO his VALUES (1, 1);
ALTER TABLE his OWNER TO regress_safeddl_user;
SELECT guard();
SET safeddl.min_table_size = 0;
SET ROLE regress_safeddl_user;
ALTER TABLE his ADD FOREIGN KEY (n) REFERENCES big;
RESET ROLE;
SET safeddl.mode = 'off';
DROP TABLE his;
SELECT guard();
REVOKE ALL ON big FROM regress_safeddl_user;
REVOKE ALL ON SCHEMA t FROM regress_safeddl_user;
DROP ROLE regress_safeddl_user;

-- commands that refuse to run in a transaction block say so themselves
BEGIN;
VACUUM FULL big;
ROLLBACK;
BEGIN;
REINDEX SCHEMA t;
ROLLBACK;
BEGIN;
CREATE INDEX CONCURRENTLY ON big (n);
ROLLBACK;

-- statements that lock no relation at all
SET safeddl.mode = 'block';
CREATE SCHEMA other;
CREATE TYPE e AS ENUM ('a');
ALTER TYPE e ADD VALUE 'b';
CREATE SEQUENCE s;
DROP SEQUENCE s;
DROP TYPE e;
DROP SCHEMA other;
