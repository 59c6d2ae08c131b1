-- SET TABLESPACE, of one relation and of all in a tablespace
SET search_path = t;
SET client_min_messages = warning;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_safeddl_ts LOCATION '';
CREATE TABLESPACE regress_safeddl_ts2 LOCATION '';
CREATE ROLE regress_safeddl_mover;
RESET client_min_messages;
SELECT guard();

SELECT * FROM matrix(ARRAY[
	'ALTER TABLE {}_loose SET TABLESPACE regress_safeddl_ts',
	'ALTER TABLE {}_loose SET TABLESPACE pg_default',
	'ALTER TABLE {}_p SET TABLESPACE regress_safeddl_ts',
	'ALTER MATERIALIZED VIEW {}_m SET TABLESPACE regress_safeddl_ts',
	'ALTER MATERIALIZED VIEW {}_m OWNER TO regress_safeddl_mover',
	'ALTER TABLE {} RENAME id TO i',
	'ALTER TABLE {} SET SCHEMA public',
	'COMMENT ON TABLE {} IS ''x'''
]);

-- three tables, each below the threshold: all are locked until all are copied;
-- servers from 16 on make files larger than needed, which VACUUM mends
SET safeddl.mode = 'off';
CREATE TABLE moved_1 TABLESPACE regress_safeddl_ts AS SELECT * FROM big_loose LIMIT 3500;
VACUUM moved_1;
CREATE INDEX moved_1_id ON moved_1 (id) TABLESPACE regress_safeddl_ts2;
SET safeddl.mode = 'block';
SELECT pg_relation_size('moved_1') BETWEEN 200 * 1024 AND 400 * 1024 AS below;
BEGIN;
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE pg_default;
ROLLBACK;
SET ROLE regress_safeddl_mover;
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE pg_default;
RESET ROLE;
SET safeddl.mode = 'off';
CREATE TABLE moved_2 TABLESPACE regress_safeddl_ts AS SELECT * FROM big_loose LIMIT 3400;
CREATE TABLE moved_3 TABLESPACE regress_safeddl_ts AS SELECT * FROM big_loose LIMIT 10;
VACUUM ANALYZE moved_1, moved_2, moved_3;
SET safeddl.mode = 'block';
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE pg_default;
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE regress_safeddl_ts2 NOWAIT;
-- nothing to copy
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE regress_safeddl_ts;
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts OWNED BY regress_safeddl_mover SET TABLESPACE pg_default;
ALTER MATERIALIZED VIEW ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE pg_default;
-- an index alone is below the threshold
ALTER INDEX ALL IN TABLESPACE regress_safeddl_ts2 SET TABLESPACE pg_default;
-- what the server refuses
ALTER TABLE ALL IN TABLESPACE regress_safeddl_none SET TABLESPACE pg_default;
ALTER TABLE ALL IN TABLESPACE regress_safeddl_ts SET TABLESPACE pg_global;

SET safeddl.mode = 'off';
DROP TABLE moved_1, moved_2, moved_3;
DROP TABLESPACE regress_safeddl_ts;
DROP TABLESPACE regress_safeddl_ts2;
DROP ROLE regress_safeddl_mover;
