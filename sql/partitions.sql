-- ATTACH, DETACH, CREATE TABLE ... PARTITION OF
SET search_path = t;
SELECT guard();

SELECT * FROM matrix(ARRAY[
	'ALTER TABLE {}_p ATTACH PARTITION {}_loose FOR VALUES FROM (3000000) TO (4000000)',
	'ALTER TABLE {}_p ATTACH PARTITION {}_loose DEFAULT',
	'ALTER TABLE {}_p ATTACH PARTITION {}_loose FOR VALUES FROM (0) TO (10)',
	'ALTER TABLE {}_p ATTACH PARTITION {}_p1 FOR VALUES FROM (3000000) TO (4000000)',
	'ALTER TABLE {}_p DETACH PARTITION {}_p1',
	'CREATE TABLE {}_new PARTITION OF {}_p FOR VALUES FROM (3000000) TO (4000000)',
	'CREATE TABLE {}_new PARTITION OF {}_p FOR VALUES FROM (0) TO (10)',
	'CREATE TABLE {}_new PARTITION OF {}_p DEFAULT',
	'CREATE TABLE {}_new (id int) INHERITS ({}_i)',
	'CREATE TABLE IF NOT EXISTS {}_p1 PARTITION OF {}_p FOR VALUES FROM (3000000) TO (4000000)',
	'DROP TABLE {}_p1',
	'ALTER TABLE {}_i1 NO INHERIT {}_i'
]);

SET safeddl.mode = 'off';
SELECT make_tables('pt', 20000);
ANALYZE;
SELECT guard();

-- both the attached table and the default partition are read
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)')
ORDER BY relation::text;
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('CREATE TABLE pt_new PARTITION OF pt_p FOR VALUES FROM (3000000) TO (4000000)')
ORDER BY relation::text;

-- constraints spare both of them, once they are valid and exclude nulls
SET safeddl.mode = 'off';
ALTER TABLE pt_pd ADD CONSTRAINT not_three CHECK (id IS NOT NULL AND (id < 3000000 OR id >= 4000000)) NOT VALID;
ALTER TABLE pt_loose ADD CONSTRAINT three CHECK (id >= 3000000 AND id < 4000000) NOT VALID;
SELECT guard();
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');
ALTER TABLE pt_pd VALIDATE CONSTRAINT not_three;
ALTER TABLE pt_loose VALIDATE CONSTRAINT three;
SELECT verdict('CREATE TABLE pt_new PARTITION OF pt_p FOR VALUES FROM (3000000) TO (4000000)');
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');
SET safeddl.mode = 'off';
ALTER TABLE pt_loose ADD CONSTRAINT id_set CHECK (id IS NOT NULL);
SELECT guard();
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');

-- an index that the table lacks is built
SET safeddl.mode = 'off';
CREATE INDEX pt_p_n ON pt_p (n);
SELECT guard();
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');
CREATE INDEX CONCURRENTLY pt_loose_n ON pt_loose (n);
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');

-- a foreign key of the partitioned table is checked, unless the table has it
SET safeddl.mode = 'off';
TRUNCATE pt_p;
ALTER TABLE pt_p ADD CONSTRAINT to_big FOREIGN KEY (n) REFERENCES big;
SELECT guard();
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');
ALTER TABLE pt_loose ADD CONSTRAINT to_big FOREIGN KEY (n) REFERENCES big NOT VALID;
ALTER TABLE pt_loose VALIDATE CONSTRAINT to_big;
SELECT verdict('ALTER TABLE pt_p ATTACH PARTITION pt_loose FOR VALUES FROM (3000000) TO (4000000)');

-- DETACH of a partition that another table may point into searches that table
SET safeddl.mode = 'off';
CREATE TABLE target (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE target_1 PARTITION OF target FOR VALUES FROM (0) TO (100000);
INSERT INTO target SELECT generate_series(1, 20000);
CREATE TABLE pointing AS SELECT 1 AS id FROM generate_series(1, 20000);
VACUUM (FULL, ANALYZE) pointing;
ALTER TABLE pointing ADD FOREIGN KEY (id) REFERENCES target;
CREATE TABLE target_2 PARTITION OF target FOR VALUES FROM (100000) TO (200000);
SELECT guard();
ALTER TABLE target DETACH PARTITION target_2;
-- CONCURRENTLY spares the readers only; what cannot run says so itself
ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY;
BEGIN;
ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY;
ROLLBACK;
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY')
ORDER BY relation::text;
-- without the foreign key there is nothing to search
BEGIN;
ALTER TABLE t.pointing DROP CONSTRAINT pointing_id_fkey;
ALTER TABLE target DETACH PARTITION target_2;
ALTER TABLE t.pointing ADD CONSTRAINT pointing_id_fkey FOREIGN KEY (id) REFERENCES t.target(id) NOT VALID;
COMMIT;
ALTER TABLE t.pointing VALIDATE CONSTRAINT pointing_id_fkey;
-- beside a default partition there is no CONCURRENTLY
SET safeddl.mode = 'off';
CREATE TABLE target_d PARTITION OF target DEFAULT;
ALTER TABLE target ATTACH PARTITION target_2 FOR VALUES FROM (100000) TO (200000);
SELECT guard();
ALTER TABLE target DETACH PARTITION target_2;
ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY;
-- a partitioned table that references it: its partitions are read, not locked
SET safeddl.mode = 'off';
DROP TABLE pointing, target_d;
CREATE TABLE pointing (id int) PARTITION BY RANGE (id);
CREATE TABLE pointing_1 PARTITION OF pointing FOR VALUES FROM (0) TO (10000);
CREATE TABLE pointing_2 PARTITION OF pointing FOR VALUES FROM (10000) TO (100000);
INSERT INTO pointing SELECT generate_series(1, 20000);
VACUUM ANALYZE pointing;
ALTER TABLE pointing ADD FOREIGN KEY (id) REFERENCES target;
SELECT guard();
ALTER TABLE target DETACH PARTITION target_2;
ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY;
BEGIN;
ALTER TABLE pointing DROP CONSTRAINT pointing_id_fkey;
ALTER TABLE target DETACH PARTITION target_2;
ALTER TABLE pointing_1 ADD CONSTRAINT pointing_id_fkey FOREIGN KEY (id) REFERENCES target NOT VALID;
ALTER TABLE pointing_2 ADD CONSTRAINT pointing_id_fkey FOREIGN KEY (id) REFERENCES target NOT VALID;
COMMIT;
ALTER TABLE pointing_1 VALIDATE CONSTRAINT pointing_id_fkey;
ALTER TABLE pointing_2 VALIDATE CONSTRAINT pointing_id_fkey;
ALTER TABLE pointing ADD CONSTRAINT pointing_id_fkey FOREIGN KEY (id) REFERENCES target;
-- small
SET safeddl.mode = 'off';
TRUNCATE pointing;
ALTER TABLE target ATTACH PARTITION target_2 FOR VALUES FROM (100000) TO (200000);
SELECT guard();
ALTER TABLE target DETACH PARTITION target_2 CONCURRENTLY;
SET safeddl.mode = 'off';
DROP TABLE pointing, target, target_2;
DROP TABLE pt, pt_p, pt_loose, pt_ref, pt_i CASCADE;
