-- ALTER TABLE ... ALTER COLUMN ... TYPE: nothing, index build, scan or rewrite
SET search_path = t;
SELECT guard();
CREATE DOMAIN plain_domain AS int;
CREATE DOMAIN checked_domain AS int CHECK (VALUE > 0);

SELECT * FROM matrix(ARRAY[
	'ALTER TABLE {} ALTER COLUMN v TYPE varchar(40)',
	'ALTER TABLE {} ALTER v TYPE text',
	'ALTER TABLE {} ALTER v TYPE varchar',
	'ALTER TABLE {} ALTER v TYPE varchar(10)',
	'ALTER TABLE {} ALTER status TYPE varchar(100)',
	'ALTER TABLE {} ALTER status TYPE varchar',
	'ALTER TABLE {} ALTER num TYPE numeric(12,2)',
	'ALTER TABLE {} ALTER num TYPE numeric',
	'ALTER TABLE {} ALTER num TYPE numeric(12,4)',
	'ALTER TABLE {} ALTER n TYPE bigint',
	'ALTER TABLE {} ALTER n TYPE int',
	'ALTER TABLE {} ALTER n TYPE int USING n',
	'ALTER TABLE {} ALTER n TYPE int USING n + 0',
	'ALTER TABLE {} ALTER n TYPE oid',
	'ALTER TABLE {} ALTER n TYPE plain_domain',
	'ALTER TABLE {} ALTER n TYPE checked_domain',
	'ALTER TABLE {} ALTER c TYPE char(20)',
	'ALTER TABLE {} ALTER c TYPE text',
	'ALTER TABLE {} ALTER arr TYPE varchar(20)[]',
	'ALTER TABLE {} ALTER ts TYPE timestamp(3)',
	'ALTER TABLE {} ALTER status TYPE text COLLATE "C"',
	'ALTER TABLE {} ALTER checked TYPE int',
	'ALTER TABLE {} ALTER id TYPE bigint',
	'ALTER TABLE {}_p ALTER n TYPE bigint',
	'ALTER TABLE {}_p ALTER status TYPE varchar',
	'ALTER TABLE {}_i ALTER n TYPE bigint',
	-- refused by the server
	'ALTER TABLE {}_p ALTER id TYPE bigint',
	'ALTER TABLE {}_i1 ALTER n TYPE bigint',
	'ALTER TABLE {} ALTER status TYPE int',
	'ALTER TABLE {} ALTER no_such_column TYPE int',
	'ALTER TABLE {} ALTER n TYPE no_such_type',
	'ALTER TABLE {} ALTER n TYPE int, ALTER v TYPE text'
]);

-- the session's time zone decides
SET timezone = 'UTC';
SELECT verdict('ALTER TABLE big ALTER ts TYPE timestamptz');
SET timezone = 'Europe/Paris';
SELECT verdict('ALTER TABLE big ALTER ts TYPE timestamptz');
SELECT verdict($$ALTER TABLE big ALTER ts TYPE timestamptz USING ts AT TIME ZONE 'UTC'$$);
RESET timezone;

-- indexes that are kept, and such that are built again
SET safeddl.mode = 'off';
CREATE TABLE indexed (id int, v varchar(20), w varchar(20), n int, ts timestamp, s text COLLATE "C");
INSERT INTO indexed SELECT g, 'v', 'w', g, now(), 's' FROM generate_series(1, 20000) g;
CREATE INDEX ON indexed (v);
CREATE INDEX ON indexed (lower(w));
CREATE INDEX ON indexed (id) WHERE n > 5;
CREATE INDEX ON indexed (ts);
CREATE INDEX ON indexed (s);
ANALYZE indexed;
SELECT guard();
SET timezone = 'UTC';
SELECT s AS statement, f.work, verdict(s)
FROM unnest(ARRAY[
	'ALTER TABLE indexed ALTER v TYPE text',
	'ALTER TABLE indexed ALTER w TYPE text',
	'ALTER TABLE indexed ALTER n TYPE int',	-- in a predicate
	'ALTER TABLE indexed ALTER ts TYPE timestamptz',
	'ALTER TABLE indexed ALTER s TYPE text COLLATE "POSIX"',
	'ALTER TABLE indexed ALTER s TYPE varchar COLLATE "C"']) s,
	LATERAL safeddl.footprint(s) f
WHERE f.relation = 'indexed'::regclass;
RESET timezone;

-- foreign keys on the column: the partner is locked, and rows are checked again
-- where the comparison changes
SELECT relation, lock_mode, work, reach
FROM safeddl.footprint('ALTER TABLE big ALTER id TYPE bigint')
WHERE relkind = 'r' ORDER BY relation::text;
SELECT relation, lock_mode, work, reach
FROM safeddl.footprint('ALTER TABLE big_ref ALTER big_id TYPE bigint')
WHERE relkind = 'r' ORDER BY relation::text;
-- a column of a view cannot change its type, so there is nothing to guard
CREATE VIEW a_view AS SELECT n FROM big;
SELECT verdict('ALTER TABLE big ALTER n TYPE bigint');
DROP VIEW a_view;

DROP DOMAIN plain_domain, checked_domain;
SET safeddl.mode = 'off';
DROP TABLE indexed;
