Locks that a transaction of a script holds.
-- script: work under a lock
BEGIN;
ALTER TABLE customers ADD COLUMN x int;
ALTER TABLE orders ADD CHECK (amount < 1000000);
COMMIT;
ALTER TABLE orders ADD CHECK (amount < 1000001);
-- script: work under a lock, in the tool's transaction (transaction)
ALTER TABLE customers ADD COLUMN x int;
CREATE INDEX ON orders (amount);
UPDATE items SET sku = 'x';
-- script: rolled back
BEGIN;
ALTER TABLE customers ADD COLUMN x int;
CREATE TABLE t (id int);
ROLLBACK;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
ALTER TABLE customers ADD COLUMN x int;
CREATE INDEX ON customers (x);
-- script: savepoints
BEGIN;
SAVEPOINT a;
ALTER TABLE customers ADD COLUMN x int;
ROLLBACK TO a;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
ALTER TABLE small ADD COLUMN y int;
RELEASE a;
UPDATE customers SET email = 'x';
COMMIT;
-- script: nested savepoints
BEGIN;
SAVEPOINT a;
ALTER TABLE customers ADD COLUMN x int;
SAVEPOINT b;
ALTER TABLE small ADD COLUMN x int;
ROLLBACK TO b;
CREATE INDEX ON items (sku);
ROLLBACK TO a;
CREATE INDEX ON people (feels);
COMMIT;
-- script: several transactions
BEGIN;
ALTER TABLE customers ADD COLUMN x int;
COMMIT;
BEGIN;
UPDATE orders SET amount = 1;
COMMIT;
-- script: COMMIT AND CHAIN
BEGIN;
ALTER TABLE customers ADD COLUMN x int;
COMMIT AND CHAIN;
ALTER TABLE small ADD COLUMN x int;
UPDATE orders SET amount = 1;
COMMIT;
-- script: LOCK TABLE
BEGIN;
LOCK TABLE customers IN SHARE MODE;
CREATE INDEX ON items (sku);
LOCK TABLE small;
UPDATE items SET sku = 'y';
COMMIT;
-- script: backfills
BEGIN;
ALTER TABLE orders ADD COLUMN total bigint;
UPDATE orders SET total = amount;
UPDATE orders SET total = 0 WHERE id = 7;
UPDATE customers SET name = 'x' WHERE id = 5;
DELETE FROM items WHERE id > 100;
INSERT INTO small SELECT id + 100, sku FROM items;
INSERT INTO small VALUES (-1, 'x');
COMMIT;
-- script: backfills of renamed tables
BEGIN;
ALTER TABLE orders RENAME TO orders2;
UPDATE orders2 SET amount = 5;
SELECT count(*) FROM orders2;
SELECT count(*) FROM small;
COMMIT;
-- script: queries into new tables
BEGIN;
ALTER TABLE small ADD COLUMN x int;
CREATE TABLE copy1 AS SELECT * FROM orders;
SELECT * INTO copy2 FROM customers;
CREATE TABLE copy3 (LIKE items);
INSERT INTO copy3 SELECT * FROM items;
COMMIT;
-- script: COPY
BEGIN;
ALTER TABLE small ADD COLUMN x int;
COPY orders TO '/dev/null';
COPY (SELECT * FROM customers) TO '/dev/null';
COMMIT;
-- script: with and joins
BEGIN;
ALTER TABLE small ADD COLUMN x int;
WITH o AS (SELECT * FROM orders) UPDATE items SET sku = o.status FROM o WHERE o.id = items.order_id;
SELECT * FROM orders JOIN customers ON customers.id = customer_id WHERE orders.id = 3;
COMMIT;
-- script: CONCURRENTLY and VALIDATE hold nobody up
CREATE INDEX CONCURRENTLY ON orders (amount);
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
CREATE INDEX ON items (sku);
COMMIT;
-- script: CONCURRENTLY in a transaction
BEGIN;
CREATE INDEX CONCURRENTLY ON orders (amount);
ROLLBACK;
BEGIN;
DROP INDEX CONCURRENTLY orders_status_idx;
ROLLBACK;
BEGIN;
VACUUM orders;
ROLLBACK;
BEGIN;
REINDEX TABLE CONCURRENTLY orders;
ROLLBACK;
BEGIN;
ALTER TABLE events DETACH PARTITION events_2 CONCURRENTLY;
ROLLBACK;
BEGIN;
ALTER SYSTEM SET work_mem = '4MB';
ROLLBACK;
BEGIN;
CREATE DATABASE x;
ROLLBACK;
-- script: settings of the guard
SET safeddl.override = 'create_index on orders: wanted';
CREATE INDEX ON orders (amount);
RESET safeddl.override;
CREATE INDEX ON orders (customer_id);
SET safeddl.min_table_size = '1GB';
CREATE INDEX ON customers (email);
SET safeddl.min_table_size = '100kB';
BEGIN;
SET LOCAL safeddl.rules = 'create_index=off';
CREATE INDEX ON customers (name);
COMMIT;
CREATE INDEX ON customers (name, email);
-- script: a fence inside of one transaction (transaction)
SET LOCAL safeddl.rules = 'drop_column=off';
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE customers DROP COLUMN email;
DROP INDEX orders_status_idx;
-- script: new tables hold nobody up (transaction)
CREATE TABLE t (id int PRIMARY KEY, x int);
ALTER TABLE t ADD COLUMN y int;
CREATE INDEX ON t (x);
CREATE INDEX ON orders (amount);
-- script: a table of two transactions
BEGIN;
CREATE TABLE t (id int PRIMARY KEY, x int);
COMMIT;
BEGIN;
ALTER TABLE t ADD COLUMN y int;
CREATE INDEX ON small (name);
COMMIT;
-- script: what is refused because its target is partitioned
BEGIN;
REINDEX TABLE events;
ROLLBACK;
BEGIN;
REINDEX TABLE small;
COMMIT;
-- script: what a DO block cannot do
DO $$ BEGIN CREATE INDEX CONCURRENTLY x ON small (id); END $$;
DO $$ BEGIN VACUUM small; END $$;
DO $$ BEGIN REINDEX TABLE small; END $$;
-- script: what ON COMMIT DROP leaves
BEGIN;
CREATE TEMP TABLE orders (amount int) ON COMMIT DROP;
CREATE TEMP TABLE items ON COMMIT DROP AS SELECT 1 AS sku;
CREATE INDEX ON orders (amount);
CREATE INDEX ON items (sku);
COMMIT;
CREATE INDEX ON orders (amount);
CREATE INDEX ON items (sku);
-- script: set_config()
CREATE INDEX ON orders (status);
SELECT pg_catalog.set_config('search_path', 'app, public', false);
CREATE INDEX ON orders (a);
BEGIN;
SELECT set_config('search_path', 'public', true);
CREATE INDEX ON orders (amount);
COMMIT;
CREATE INDEX ON orders (a);
SELECT set_config('search_path', NULL, false);
CREATE INDEX ON orders (note);
-- script: a cursor, and EXPLAIN ANALYZE, while a lock is held
BEGIN;
LOCK TABLE customers;
DECLARE cu CURSOR FOR SELECT * FROM orders ORDER BY note;
EXPLAIN SELECT count(*) FROM orders;
EXPLAIN ANALYZE SELECT count(*) FROM orders;
EXPLAIN (ANALYZE false) UPDATE orders SET note = note;
EXPLAIN (ANALYZE, COSTS off) UPDATE orders SET note = note;
COMMIT;
