-- VACUUM FULL, CLUSTER, REFRESH, SET LOGGED, TABLESPACE and ACCESS METHOD,
-- TRUNCATE, DROP, LOCK, CREATE TRIGGER
SET search_path = t;
SELECT guard();

VACUUM FULL big;
VACUUM (FULL, ANALYZE) big_i1;
VACUUM FULL small;
VACUUM big;
ANALYZE big;
VACUUM FULL big_missing;
CLUSTER big USING big_pkey;
CLUSTER small USING small_pkey;
CLUSTER big;
CLUSTER big USING no_such_index;

CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
SELECT * FROM matrix(ARRAY[
	'CLUSTER {} USING {}_pkey',
	'REFRESH MATERIALIZED VIEW {}_m',
	'REFRESH MATERIALIZED VIEW {}_m WITH NO DATA',
	'REFRESH MATERIALIZED VIEW CONCURRENTLY {}_m',
	'REFRESH MATERIALIZED VIEW {}',
	'ALTER TABLE {} SET UNLOGGED',
	'ALTER TABLE {} SET LOGGED',
	'ALTER TABLE {}_loose SET UNLOGGED',
	'ALTER TABLE {} SET TABLESPACE pg_default',
	'ALTER TABLE {} SET ACCESS METHOD heap',
	'ALTER TABLE {} SET (fillfactor = 90)',
	'ALTER TABLE {} CLUSTER ON {}_pkey',
	'ALTER TABLE {} OWNER TO CURRENT_USER',
	'ALTER TABLE {} ENABLE ROW LEVEL SECURITY',
	'ALTER TABLE {} REPLICA IDENTITY FULL',
	'ALTER TABLE {} RENAME TO {}_x',
	'ALTER TABLE {} DROP COLUMN v',
	'ALTER TABLE {} DROP COLUMN no_such_column',
	'ALTER TABLE {} DROP COLUMN IF EXISTS no_such_column',
	'TRUNCATE {}_loose',
	'TRUNCATE {}',
	'TRUNCATE {} CASCADE',
	'TRUNCATE {}_p',
	'TRUNCATE ONLY {}_i',
	'DROP TABLE {}_loose',
	'DROP TABLE {}_loose CASCADE',
	'DROP TABLE {}',
	'DROP TABLE {} CASCADE',
	'DROP TABLE {}_i',
	'DROP TABLE {}_i CASCADE',
	'DROP TABLE {}_p',
	'DROP TABLE IF EXISTS {}_missing',
	'DROP MATERIALIZED VIEW {}_m',
	'LOCK TABLE {}',
	'CREATE TRIGGER x BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION nothing()',
	'CREATE TABLE {}_x (id int REFERENCES {})',
	'CREATE TABLE {}_x (LIKE {} INCLUDING ALL)',
	'CREATE TABLE {}_x AS SELECT * FROM {}',
	'CREATE VIEW {}_x AS SELECT * FROM {}'
]);
DROP FUNCTION nothing();

-- instant, but locked: the footprint says so
SELECT relation, lock_mode, blocks, work, reach FROM safeddl.footprint('CREATE TABLE x (id int REFERENCES big)');
SELECT relation, lock_mode, blocks, work, reach FROM safeddl.footprint('LOCK TABLE big IN SHARE MODE');
SELECT relation, lock_mode, blocks, work, reach
FROM safeddl.footprint('CREATE TRIGGER x BEFORE INSERT ON big_p FOR EACH ROW EXECUTE FUNCTION nothing()')
ORDER BY relation::text;
SELECT relation, lock_mode, work, reach FROM safeddl.footprint('DROP TABLE big CASCADE')
WHERE reach <> 'toast' ORDER BY relation::text;

-- a view that nobody can read yet may be filled; the sources of one count
SET safeddl.mode = 'off';
CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM big WITH NO DATA;
CREATE VIEW between AS SELECT n FROM big;
CREATE MATERIALIZED VIEW small_of_big AS SELECT count(*) FROM between;
SELECT guard();
SELECT verdict('REFRESH MATERIALIZED VIEW unfilled');
REFRESH MATERIALIZED VIEW small_of_big;
SELECT relation, lock_mode, work, certainty, reach FROM safeddl.footprint('REFRESH MATERIALIZED VIEW small_of_big')
WHERE relkind IN ('r', 'm', 'v') ORDER BY relation::text;
REFRESH MATERIALIZED VIEW big_m;
DROP MATERIALIZED VIEW unfilled, small_of_big;
DROP VIEW between;
