-- what makes a table large
SET search_path = t;
SET safeddl.mode = 'off';
SELECT guard();

-- right after a bulk load pg_class knows nothing: the file counts
SET safeddl.mode = 'off';
CREATE TABLE loaded (id int) WITH (autovacuum_enabled = off);
INSERT INTO loaded SELECT generate_series(1, 20000);
SELECT relpages, reltuples FROM pg_class WHERE oid = 'loaded'::regclass;
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON loaded (id)');
SELECT total_bytes, est_rows > 10000 AS many FROM safeddl.footprint('CREATE INDEX ON loaded (id)');

-- imported statistics count although the table is empty
SET safeddl.mode = 'off';
CREATE TABLE imported (id int) WITH (autovacuum_enabled = off);
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON imported (id)');
UPDATE pg_class SET relpages = 1000000, reltuples = 50000000 WHERE oid = 'imported'::regclass;
CREATE INDEX ON imported (id);
SELECT total_bytes, est_rows FROM safeddl.footprint('CREATE INDEX ON imported (id)');

-- thresholds
SET safeddl.min_table_size = '712kB';
SELECT verdict('CREATE INDEX ON loaded (id)');
SET safeddl.min_table_size = '713kB';
SELECT verdict('CREATE INDEX ON loaded (id)');
SET safeddl.min_table_rows = 10000;
SELECT verdict('CREATE INDEX ON loaded (id)');
SET safeddl.min_table_rows = 100000;
SELECT verdict('CREATE INDEX ON loaded (id)');
SET safeddl.min_table_rows = 0;
SET safeddl.min_table_size = 0;
SELECT verdict('CREATE INDEX ON small (n)');
SET safeddl.min_table_size = '512kB';

-- partitions are summed: each of these is below the threshold
SET safeddl.mode = 'off';
CREATE TABLE parts (id int, n int) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
INSERT INTO parts SELECT 1 + g % 2, g FROM generate_series(1, 20000) g;
SELECT relation, total_bytes FROM safeddl.footprint('CREATE INDEX ON parts (n)');
SET safeddl.mode = 'block';
SELECT verdict('CREATE INDEX ON parts_1 (n)'), verdict('CREATE INDEX ON parts (n)');

-- TOAST counts where the work goes through it
SET safeddl.mode = 'off';
CREATE TABLE toasted (id int, doc text, n varchar(10));
ALTER TABLE toasted ALTER doc SET STORAGE EXTERNAL;
INSERT INTO toasted SELECT g, repeat('x', 10000), 'n' FROM generate_series(1, 100) g;
SET safeddl.mode = 'block';
SELECT s AS statement, f.total_bytes, verdict(s)
FROM unnest(ARRAY[
	'CREATE INDEX ON toasted (id)',
	'CREATE INDEX ON toasted (n)',
	'CREATE INDEX ON toasted (md5(doc))',
	'CREATE INDEX ON toasted (id) WHERE doc <> ''''',
	'ALTER TABLE toasted ADD CHECK (id > 0)',
	'ALTER TABLE toasted ADD CHECK (length(doc) > 0)',
	'ALTER TABLE toasted ALTER id TYPE bigint']) s,
	LATERAL safeddl.footprint(s) f
WHERE f.relation = 'toasted'::regclass;

-- indexes count where they are built again
SET safeddl.mode = 'off';
CREATE TABLE indexed (id int, n int);
INSERT INTO indexed SELECT g, g FROM generate_series(1, 10000) g;
CREATE INDEX ON indexed (id);
CREATE INDEX ON indexed (n);
SET safeddl.mode = 'block';
SELECT total_bytes FROM safeddl.footprint('ALTER TABLE indexed ADD CHECK (n > 0)') WHERE relation = 'indexed'::regclass;
SELECT total_bytes FROM safeddl.footprint('ALTER TABLE indexed ADD x serial') WHERE relation = 'indexed'::regclass;
SELECT total_bytes FROM safeddl.footprint('REINDEX INDEX indexed_n_idx') WHERE relation = 'indexed'::regclass;
SELECT verdict('ALTER TABLE indexed ADD CHECK (n > 0)'), verdict('ALTER TABLE indexed ADD x serial');

SET safeddl.mode = 'off';
DROP TABLE loaded, imported, parts, toasted, indexed;
