Partitions that a script makes, attaches and detaches.
-- script: a partition made beside a default partition
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (20) TO (25);
-- script: a partition made and attached
CREATE TABLE events_3 (LIKE events);
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (20) TO (25);
-- script: a table attached
ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM (25) TO (30);
-- script: a table attached the safe way
ALTER TABLE loose ADD CONSTRAINT c CHECK (day >= 25 AND day < 30) NOT VALID;
ALTER TABLE loose VALIDATE CONSTRAINT c;
ALTER TABLE events_rest ADD CONSTRAINT d CHECK (day < 25 OR day >= 30) NOT VALID;
ALTER TABLE events_rest VALIDATE CONSTRAINT d;
ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM (25) TO (30);
ALTER TABLE loose DROP CONSTRAINT c;
ALTER TABLE events_rest DROP CONSTRAINT d;
-- script: detached
ALTER TABLE events DETACH PARTITION events_2;
CREATE INDEX ON events_2 (kind);
-- script: a partitioned table made
CREATE TABLE log (id int, day int) PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (10);
CREATE TABLE log_d PARTITION OF log DEFAULT;
CREATE INDEX ON log (id);
ALTER TABLE log ADD PRIMARY KEY (id, day);
ALTER TABLE log DETACH PARTITION log_1;
-- script: a column on a partitioned table
ALTER TABLE events ADD COLUMN x int;
ALTER TABLE events ADD CHECK (x > 0);
CREATE INDEX ON events (x);
UPDATE events SET x = 1;
ALTER TABLE events ALTER x SET NOT NULL;
-- script: an index on a partitioned table, the safe way
CREATE INDEX events_kind ON ONLY events (kind);
CREATE INDEX CONCURRENTLY events_1_kind ON events_1 (kind);
CREATE INDEX CONCURRENTLY events_2_kind ON events_2 (kind);
CREATE INDEX CONCURRENTLY events_rest_kind ON events_rest (kind);
ALTER INDEX events_kind ATTACH PARTITION events_1_kind;
ALTER INDEX events_kind ATTACH PARTITION events_2_kind;
ALTER INDEX events_kind ATTACH PARTITION events_rest_kind;
-- script: an index on a partitioned table whose partitions have theirs
CREATE INDEX CONCURRENTLY events_1_kind ON events_1 (kind);
CREATE INDEX CONCURRENTLY events_2_kind ON events_2 (kind);
CREATE INDEX CONCURRENTLY events_rest_kind ON events_rest (kind);
CREATE INDEX events_kind ON events (kind);
-- script: a foreign key on a partitioned table, by its partitions
ALTER TABLE events_1 ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES ids NOT VALID;
ALTER TABLE events_2 ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES ids NOT VALID;
ALTER TABLE events_rest ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES ids NOT VALID;
ALTER TABLE events_1 VALIDATE CONSTRAINT f;
ALTER TABLE events_2 VALIDATE CONSTRAINT f;
ALTER TABLE events_rest VALIDATE CONSTRAINT f;
ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES ids;
-- script: a unique key of a partitioned table, by its partitions
CREATE UNIQUE INDEX CONCURRENTLY e1 ON events_1 (id, day);
CREATE UNIQUE INDEX CONCURRENTLY e2 ON events_2 (id, day);
CREATE UNIQUE INDEX CONCURRENTLY er ON events_rest (id, day);
ALTER TABLE events_1 ADD CONSTRAINT e1 PRIMARY KEY USING INDEX e1;
ALTER TABLE events_2 ADD CONSTRAINT e2 PRIMARY KEY USING INDEX e2;
ALTER TABLE events_rest ADD CONSTRAINT er PRIMARY KEY USING INDEX er;
ALTER TABLE events ADD PRIMARY KEY (id, day);
-- script: an existing table becomes a partition of a new one
BEGIN;
CREATE TABLE orders_p (LIKE orders) PARTITION BY RANGE (id);
ALTER TABLE orders RENAME TO orders_1;
ALTER TABLE orders_p RENAME TO orders;
ALTER TABLE orders ATTACH PARTITION orders_1 FOR VALUES FROM (0) TO (100000);
COMMIT;
-- script: the default partition detached
ALTER TABLE events DETACH PARTITION events_rest;
ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM (25) TO (30);
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (30) TO (35);
ALTER TABLE events DETACH PARTITION events_2 CONCURRENTLY;
-- script: the default partition dropped
DROP TABLE events_rest;
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (30) TO (35);
-- script: a large table becomes the default partition of a new one
BEGIN;
ALTER TABLE orders RENAME TO orders_old;
CREATE TABLE orders (LIKE orders_old INCLUDING DEFAULTS) PARTITION BY RANGE (id);
ALTER TABLE orders ATTACH PARTITION orders_old DEFAULT;
COMMIT;
ALTER TABLE orders ADD COLUMN zz int DEFAULT 0;
-- script: and one that is not the only one
CREATE TABLE parts (LIKE orders INCLUDING DEFAULTS) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (100001) TO (200000);
ALTER TABLE parts ATTACH PARTITION orders DEFAULT;
