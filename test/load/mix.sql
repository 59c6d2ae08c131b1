-- The mix: a month of migrations in a minute, one statement a line.
--
--   statement;              harmless: has to pass, with safeddl and without
--   statement;  -- rule     guarded: in mode block, this rule has to reject it
--   --@reader 8             another connection reads orders, and then leaves its
--                           transaction open for 8 seconds
--
-- BEGIN and COMMIT do not count as statements. Nothing may build on what a
-- guarded statement did: with safeddl, it did not.

-- new tables, and changes to small ones
CREATE TABLE coupons (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL, percent int);
ALTER TABLE coupons ADD COLUMN expires_at timestamptz;
CREATE UNIQUE INDEX coupons_code_idx ON coupons (code);
ALTER TABLE coupons ADD CHECK (percent BETWEEN 1 AND 100);
COMMENT ON TABLE coupons IS 'printed on paper, too';
GRANT SELECT, INSERT ON coupons TO app;
CREATE INDEX products_sku_idx ON products (sku);
ALTER TABLE products ALTER sku SET NOT NULL;
ALTER TABLE products ALTER price_cents TYPE bigint;
CREATE TABLE suppliers (id int PRIMARY KEY, name text NOT NULL);
ALTER TABLE products ADD COLUMN supplier_id int REFERENCES suppliers;
CREATE INDEX products_supplier_idx ON products (supplier_id);
CREATE INDEX orders_email_idx ON orders (email);  -- create_index
CREATE VIEW open_orders AS SELECT id, customer_id FROM orders WHERE status = 'new';
GRANT SELECT ON open_orders TO app;
ALTER TABLE orders ADD COLUMN region text DEFAULT 'eu';
COMMENT ON COLUMN orders.region IS 'where it is shipped to';
ALTER TABLE orders ADD COLUMN weight_grams int;
ALTER TABLE orders ALTER weight_grams SET DEFAULT 0;
ALTER TABLE orders ADD CHECK (total_cents >= 0);  -- add_check
ALTER TABLE orders ADD CONSTRAINT weight_positive CHECK (weight_grams >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT weight_positive;
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;  -- add_foreign_key
DROP INDEX IF EXISTS orders_email_idx;
ALTER TABLE orders ALTER email SET NOT NULL;  -- set_not_null
CREATE INDEX CONCURRENTLY orders_region_idx ON orders (region);
ALTER TABLE orders ALTER COLUMN total_cents TYPE bigint;  -- alter_column_type
ALTER TABLE orders ADD COLUMN carrier varchar(10);
ALTER TABLE orders ALTER carrier TYPE varchar(20);
ALTER TABLE orders ALTER carrier TYPE text;

-- triggers, functions, types, sequences
CREATE TYPE payment AS ENUM ('card', 'invoice');
ALTER TYPE payment ADD VALUE 'voucher';
ALTER TABLE orders ADD COLUMN paid_by payment;
CREATE SEQUENCE invoice_number;
ALTER SEQUENCE invoice_number INCREMENT BY 2;
GRANT USAGE ON SEQUENCE invoice_number TO app;
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER orders_skip BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION skip();
ALTER TABLE orders DISABLE TRIGGER orders_skip;
DROP TRIGGER orders_skip ON orders;
DROP FUNCTION skip();

-- somebody reads, and goes for a coffee
--@reader 8
COMMENT ON TABLE orders IS 'one row per order';
ALTER TABLE orders ADD COLUMN gift boolean DEFAULT false;
ALTER TABLE orders ALTER gift SET DEFAULT true;
ANALYZE customers;
CREATE TABLE gift_cards (id int PRIMARY KEY, order_id bigint REFERENCES orders);
CREATE INDEX gift_cards_order_idx ON gift_cards (order_id);
ALTER TABLE gift_cards RENAME TO vouchers;
ALTER TABLE vouchers RENAME COLUMN order_id TO bought_with;
REINDEX TABLE orders;  -- reindex
REINDEX TABLE vouchers;
REINDEX INDEX CONCURRENTLY orders_region_idx;
CREATE STATISTICS orders_stats (dependencies) ON customer_id, region FROM orders;
ALTER TABLE orders ALTER customer_id SET STATISTICS 500;
ALTER TABLE orders ALTER note SET STORAGE MAIN;
ALTER TABLE orders SET (fillfactor = 90);
ALTER TABLE orders RESET (fillfactor);

-- a constraint, and its validation: in two transactions, and in one
BEGIN;
ALTER TABLE orders ADD CONSTRAINT region_known CHECK (region IN ('eu', 'us')) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT region_known;
COMMIT;
BEGIN;
ALTER TABLE orders ADD CONSTRAINT quantity_positive CHECK (quantity > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT quantity_positive;  -- validate_constraint
COMMIT;
BEGIN;
ALTER TABLE orders ADD CONSTRAINT customer_exists FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT customer_exists;  -- validate_constraint
COMMIT;
ALTER TABLE orders DROP CONSTRAINT IF EXISTS customer_exists;
ALTER TABLE orders DROP CONSTRAINT IF EXISTS quantity_positive;
ALTER TABLE orders ADD CONSTRAINT customer_known FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT customer_known;
ALTER TABLE orders ADD CONSTRAINT email_given CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT email_given, ALTER region SET DEFAULT 'us';  -- validate_constraint
ALTER TABLE orders VALIDATE CONSTRAINT email_given;
ALTER TABLE orders ALTER email SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT email_given;
ALTER TABLE orders DROP CONSTRAINT region_known;
ALTER TABLE orders DROP CONSTRAINT weight_positive;

-- a column with a value for each row: all at once, and as one should
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();  -- add_column
ALTER TABLE orders DROP COLUMN IF EXISTS token;
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER token SET DEFAULT gen_random_uuid();
UPDATE orders SET token = gen_random_uuid() WHERE id BETWEEN 1 AND 5000 AND token IS NULL;
UPDATE orders SET token = gen_random_uuid() WHERE id BETWEEN 5001 AND 10000 AND token IS NULL;
UPDATE orders SET token = gen_random_uuid() WHERE id BETWEEN 10001 AND 15000 AND token IS NULL;
UPDATE orders SET token = gen_random_uuid() WHERE id BETWEEN 15001 AND 20000 AND token IS NULL;
VACUUM orders;
ANALYZE orders;
CREATE UNIQUE INDEX CONCURRENTLY orders_token_idx ON orders (token);
ALTER TABLE orders ADD CONSTRAINT orders_token_key UNIQUE USING INDEX orders_token_idx;
ALTER TABLE orders DROP CONSTRAINT orders_token_key;

-- a lock that is kept while something else takes its time
BEGIN;
ALTER TABLE settings ADD COLUMN description text;
UPDATE orders SET note = NULL WHERE quantity = 7;  -- backfill_under_held_lock
COMMIT;
BEGIN;
ALTER TABLE settings ADD COLUMN changed_by text;
CREATE TABLE big_spenders AS SELECT customer_id FROM orders GROUP BY customer_id HAVING sum(total_cents) > 1000000;  -- backfill_under_held_lock
COMMIT;
BEGIN;
ALTER TABLE settings ADD COLUMN checked boolean;
DELETE FROM orders WHERE quantity = 9;  -- backfill_under_held_lock
COMMIT;
BEGIN;
LOCK TABLE settings IN ACCESS EXCLUSIVE MODE;
SELECT count(*) FROM orders WHERE note LIKE '%dog%';  -- backfill_under_held_lock
COMMIT;
BEGIN;
ALTER TABLE settings RENAME TO configuration;
ALTER TABLE configuration RENAME TO settings;
COMMIT;
ALTER TABLE orders ADD CONSTRAINT quantity_small CHECK (quantity < 1000) NOT VALID;
BEGIN;
ALTER TABLE settings ADD COLUMN changed_at timestamptz;
ALTER TABLE orders VALIDATE CONSTRAINT quantity_small;  -- work_under_held_lock
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT quantity_small;
DROP TABLE IF EXISTS big_spenders;
ALTER TABLE settings DROP COLUMN IF EXISTS description;
ALTER TABLE settings DROP COLUMN IF EXISTS changed_by;
ALTER TABLE settings DROP COLUMN IF EXISTS changed_at;
ALTER TABLE settings DROP COLUMN IF EXISTS checked;
ALTER TABLE settings ADD COLUMN unit text;
COMMENT ON TABLE settings IS 'read by every request';

-- partitions
CREATE INDEX events_kind_idx ON events (kind);  -- create_index
DROP INDEX IF EXISTS events_kind_idx;
CREATE INDEX events_kind_idx ON ONLY events (kind);
CREATE INDEX CONCURRENTLY events_2026_kind_idx ON events_2026 (kind);
ALTER INDEX events_kind_idx ATTACH PARTITION events_2026_kind_idx;
DROP INDEX events_kind_idx;
ALTER TABLE events ADD COLUMN session text;
ALTER TABLE events_2027 ADD COLUMN session text;
ALTER TABLE events ALTER session SET DEFAULT '';
ALTER TABLE events ALTER payload SET NOT NULL;  -- set_not_null
ALTER TABLE events ALTER payload DROP NOT NULL;
CREATE TABLE events_2028 PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');  -- create_partition
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');  -- attach_partition
ALTER TABLE events_rest ADD CONSTRAINT not_2029 CHECK (day < '2029-01-01') NOT VALID;
ALTER TABLE events_rest VALIDATE CONSTRAINT not_2029;
CREATE TABLE events_2029 PARTITION OF events FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
ALTER TABLE events_2029 ADD PRIMARY KEY (day, kind);
ALTER TABLE events DETACH PARTITION events_2029;
DROP TABLE events_2029;
ALTER TABLE events_rest DROP CONSTRAINT not_2029;
COMMENT ON TABLE events IS 'one partition a year';

-- more of what takes its time
REFRESH MATERIALIZED VIEW regulars;  -- refresh_matview
CREATE UNIQUE INDEX regulars_customer_idx ON regulars (customer_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY regulars;
VACUUM FULL orders;  -- vacuum_full
VACUUM FULL products;
VACUUM customers;
ALTER TABLE orders ADD UNIQUE (id, status);  -- add_unique
CREATE INDEX coupons_expires_idx ON coupons (expires_at);
ALTER TABLE coupons ALTER percent SET DEFAULT 10;
ALTER TABLE coupons ALTER code TYPE varchar(40);
CLUSTER products USING products_pkey;
ALTER DOMAIN order_status ADD CONSTRAINT status_given CHECK (VALUE <> '');  -- alter_domain
ALTER DOMAIN order_status DROP CONSTRAINT IF EXISTS status_given;
COMMENT ON DOMAIN order_status IS 'new, paid, shipped, returned';
CREATE UNIQUE INDEX ON orders (id, email);  -- create_index
CREATE TABLE returns (id int PRIMARY KEY, order_id bigint NOT NULL, reason text);
ALTER TABLE returns ADD FOREIGN KEY (order_id) REFERENCES orders;
CREATE INDEX ON returns (order_id);
ALTER TABLE returns ADD COLUMN refunded_cents int NOT NULL DEFAULT 0;
ALTER TABLE returns ADD CHECK (refunded_cents >= 0);
GRANT SELECT, INSERT, UPDATE ON returns TO app;
ALTER TABLE orders ADD EXCLUDE USING btree (id WITH =);  -- add_exclude
ALTER TABLE orders ADD COLUMN serial_number serial;  -- add_column

-- somebody else goes for a coffee
--@reader 8
COMMENT ON COLUMN orders.note IS 'from the customer';
ALTER TABLE orders ADD COLUMN discount_cents int NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN coupon_id int;
ALTER TABLE orders ADD CONSTRAINT coupon FOREIGN KEY (coupon_id) REFERENCES coupons NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT coupon;
CREATE TABLE order_lines (order_id bigint REFERENCES orders, line int, product_id int REFERENCES products, PRIMARY KEY (order_id, line));
CREATE INDEX ON order_lines (product_id);
ALTER TABLE order_lines ADD COLUMN price_cents bigint NOT NULL DEFAULT 0;
COMMENT ON TABLE order_lines IS 'what was ordered';
GRANT SELECT, INSERT ON order_lines TO app;
REINDEX INDEX orders_pkey;  -- reindex
REINDEX INDEX products_pkey;
ALTER TABLE order_lines ADD CHECK (price_cents >= 0);
ALTER TABLE order_lines ALTER product_id SET NOT NULL;
CREATE INDEX CONCURRENTLY orders_created_idx ON orders (created_at);
ALTER INDEX orders_created_idx RENAME TO orders_created_at_idx;
DROP INDEX CONCURRENTLY orders_created_at_idx;
CREATE VIEW shipped_orders AS SELECT id, customer_id FROM orders WHERE status = 'shipped';
ALTER VIEW shipped_orders RENAME TO delivered_orders;
DROP VIEW delivered_orders;
ALTER TABLE products ADD COLUMN stock int NOT NULL DEFAULT 0;
COMMENT ON TABLE products IS 'what is sold';
CREATE OR REPLACE VIEW open_orders AS SELECT id, customer_id FROM orders WHERE status IN ('new', 'paid');
CREATE PUBLICATION orders_feed FOR TABLE orders;
ALTER PUBLICATION orders_feed ADD TABLE customers;
DROP PUBLICATION orders_feed;
ALTER TABLE customers ADD COLUMN newsletter boolean NOT NULL DEFAULT false;
CREATE INDEX CONCURRENTLY customers_name_idx ON customers (name);
ALTER TABLE customers ADD CONSTRAINT name_given CHECK (name <> '');
ALTER TABLE customers ALTER newsletter DROP DEFAULT;
ALTER TABLE customers ALTER newsletter SET DEFAULT true;
ALTER TABLE customers ALTER name SET STATISTICS 200;
ANALYZE customers;
CREATE SCHEMA reports;
CREATE TABLE reports.daily (day date PRIMARY KEY, orders bigint);
ALTER TABLE reports.daily SET SCHEMA public;
ALTER TABLE daily RENAME TO daily_report;
TRUNCATE daily_report;
DROP TABLE daily_report;
DROP SCHEMA reports;
DROP VIEW open_orders;
ALTER TABLE orders ALTER COLUMN quantity TYPE numeric;  -- alter_column_type
CLUSTER orders USING orders_pkey;  -- cluster
ALTER TABLE orders DROP COLUMN gift;
DROP TABLE vouchers;
ALTER TABLE orders DROP COLUMN region;
ALTER TABLE events_rest SET UNLOGGED;  -- set_logged
COMMENT ON TABLE orders IS 'one row per order, and that is all';
