Constraints and indexes that a script adds and uses.
-- script: NOT VALID and VALIDATE, in transactions of their own
ALTER TABLE orders ADD CONSTRAINT c CHECK (amount < 1000000) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT c;
ALTER TABLE orders VALIDATE CONSTRAINT c;
-- script: the same in one transaction
BEGIN;
ALTER TABLE orders ADD CONSTRAINT c CHECK (amount < 1000000) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT c;
COMMIT;
-- script: the same in one statement
ALTER TABLE orders ADD CONSTRAINT c CHECK (amount < 1000000) NOT VALID, VALIDATE CONSTRAINT c;
-- script: a foreign key NOT VALID and VALIDATE
ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT f;
-- script: a foreign key in one go
ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers;
-- script: a foreign key to a key of the script
ALTER TABLE customers ADD CONSTRAINT u UNIQUE (name);
ALTER TABLE orders ADD COLUMN customer text;
ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers (name);
-- script: a column with a foreign key
ALTER TABLE orders ADD COLUMN other int REFERENCES customers;
ALTER TABLE orders ADD COLUMN third int DEFAULT 1 REFERENCES customers;
-- script: foreign keys that the server names
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
-- script: VALIDATE of what was there, and what it proves
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
-- script: unique by an index
CREATE UNIQUE INDEX CONCURRENTLY orders_u ON orders (amount);
ALTER TABLE orders ADD CONSTRAINT orders_u UNIQUE USING INDEX orders_u;
-- script: primary key by an index, of a column with nulls allowed
ALTER TABLE orders DROP CONSTRAINT orders_pkey CASCADE;
CREATE UNIQUE INDEX CONCURRENTLY orders_u ON orders (amount);
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_u;
-- script: primary key by an index, the safe way
CREATE UNIQUE INDEX CONCURRENTLY orders_u ON orders (amount);
ALTER TABLE orders ADD CONSTRAINT nn CHECK (amount IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT nn;
ALTER TABLE orders ALTER amount SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT nn;
ALTER TABLE orders DROP CONSTRAINT orders_pkey CASCADE, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_u;
-- script: primary key by an index of an added column
ALTER TABLE items ADD COLUMN n bigint;
ALTER TABLE items ADD CONSTRAINT nn CHECK (n IS NOT NULL) NOT VALID;
UPDATE items SET n = id;
ALTER TABLE items VALIDATE CONSTRAINT nn;
CREATE UNIQUE INDEX CONCURRENTLY items_n ON items (n);
ALTER TABLE items DROP CONSTRAINT items_pkey;
ALTER TABLE items ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX items_n;
-- script: a constraint dropped and added again
ALTER TABLE orders DROP CONSTRAINT orders_amount_check;
ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0);
-- script: primary key dropped and added again
ALTER TABLE items DROP CONSTRAINT items_pkey;
ALTER TABLE items ADD PRIMARY KEY (id);
-- script: an index dropped and built again
DROP INDEX orders_status_idx;
CREATE INDEX orders_status_idx ON orders (status, id);
-- script: an index dropped and built again, concurrently
DROP INDEX CONCURRENTLY orders_status_idx;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status, id);
CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
-- script: indexes swapped by name
CREATE INDEX CONCURRENTLY orders_status_idx2 ON orders (status, id);
BEGIN;
ALTER INDEX orders_status_idx RENAME TO orders_status_idx_old;
ALTER INDEX orders_status_idx2 RENAME TO orders_status_idx;
COMMIT;
DROP INDEX CONCURRENTLY orders_status_idx_old;
CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
-- script: an index of the script reindexed, clustered on and dropped
CREATE INDEX CONCURRENTLY o ON orders (amount);
ALTER TABLE orders CLUSTER ON o;
DROP INDEX o;
-- script: EXCLUDE
ALTER TABLE orders ADD CONSTRAINT x EXCLUDE USING btree (id WITH =);
-- script: a constraint renamed and validated
ALTER TABLE orders RENAME CONSTRAINT orders_amount_check TO positive_amount;
ALTER TABLE orders VALIDATE CONSTRAINT positive_amount;
-- script: replica identity by an index of the script
CREATE UNIQUE INDEX CONCURRENTLY c ON orders (customer_id);
ALTER TABLE orders REPLICA IDENTITY USING INDEX c;
