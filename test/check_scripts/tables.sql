Tables that a script makes, renames and drops.
-- script: a table made, indexed and referenced
CREATE TABLE invoices (id int PRIMARY KEY, order_id int);
CREATE INDEX ON invoices (order_id);
ALTER TABLE invoices ADD COLUMN x int NOT NULL DEFAULT random() * 5;
ALTER TABLE invoices ADD CHECK (x > 0);
ALTER TABLE invoices ALTER x TYPE bigint;
ALTER TABLE invoices ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE orders ADD COLUMN invoice_id int;
ALTER TABLE orders ADD FOREIGN KEY (invoice_id) REFERENCES invoices;
-- script: a new table locks what it references
BEGIN;
CREATE TABLE invoices (id int PRIMARY KEY, order_id int REFERENCES orders);
CREATE INDEX ON customers (email);
COMMIT;
-- script: and so does one that gets its key later
BEGIN;
CREATE TABLE invoices (id int PRIMARY KEY, order_id int);
ALTER TABLE invoices ADD FOREIGN KEY (order_id) REFERENCES orders (id);
CREATE INDEX ON customers (email);
COMMIT;
-- script: tables swapped by name
BEGIN;
CREATE TABLE orders_new (LIKE orders INCLUDING ALL);
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
COMMIT;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders_old (customer_id);
ALTER TABLE orders ALTER amount TYPE bigint;
ALTER TABLE orders_old ALTER amount TYPE bigint;
-- script: a name used again
ALTER TABLE customers RENAME TO clients;
CREATE TABLE customers (id int);
CREATE INDEX ON customers (id);
CREATE INDEX ON clients (email);
ALTER TABLE clients RENAME TO people2;
CREATE INDEX ON people2 (email);
-- script: dropped and made again
DROP TABLE items;
CREATE TABLE items (id int PRIMARY KEY, order_id int);
CREATE INDEX ON items (order_id);
-- script: other kinds of relations
CREATE TABLE a AS SELECT 1 AS x;
SELECT 2 AS x INTO b;
CREATE MATERIALIZED VIEW c AS SELECT 3 AS x;
CREATE UNIQUE INDEX ON c (x);
REFRESH MATERIALIZED VIEW c;
CREATE VIEW d AS SELECT * FROM a;
CREATE SEQUENCE e;
CREATE INDEX ON a (x);
ALTER TABLE b ADD CHECK (x > 1);
DROP MATERIALIZED VIEW c;
DROP VIEW d;
DROP TABLE a, b;
ALTER SEQUENCE e RENAME TO f;
DROP SEQUENCE f;
-- script: a schema with what is in it
CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, o int REFERENCES public.orders);
CREATE INDEX ON s.t (o);
ALTER TABLE s.t ADD COLUMN x int;
DROP SCHEMA s CASCADE;
-- script: the search path
SET search_path = app, public;
CREATE INDEX ON orders (a);
CREATE INDEX ON public.orders (amount);
SET search_path = public;
CREATE INDEX ON orders (customer_id);
-- script: the search path of a transaction
BEGIN;
SET LOCAL search_path = app;
ALTER TABLE orders ADD CHECK (a > 0);
COMMIT;
ALTER TABLE orders ADD CONSTRAINT c2 CHECK (amount > 0);
-- script: another schema
ALTER TABLE customers SET SCHEMA app;
CREATE INDEX ON app.customers (email);
CREATE TABLE customers (id int);
CREATE INDEX ON customers (id);
-- script: truncated and dropped
TRUNCATE small, items;
DROP TABLE items;
-- script: a temporary table
CREATE TEMP TABLE orders (id int, x int);
CREATE INDEX ON orders (x);
ALTER TABLE orders ADD CHECK (x > 0);
CREATE INDEX ON public.orders (customer_id);
-- script: inheritance
CREATE TABLE special () INHERITS (orders);
CREATE INDEX ON special (amount);
ALTER TABLE special ADD CHECK (amount < 5);
ALTER TABLE special NO INHERIT orders;
-- script: maintenance
CREATE TABLE t (id int PRIMARY KEY);
VACUUM FULL t;
CLUSTER t USING t_pkey;
REINDEX TABLE t;
VACUUM FULL small;
VACUUM FULL t, customers;
REINDEX TABLE customers;
CLUSTER orders USING orders_status_idx;
-- script: storage
ALTER TABLE orders SET UNLOGGED;
ALTER TABLE customers SET (fillfactor = 50);
-- script: triggers
CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION t();
ALTER TABLE orders DISABLE TRIGGER t;
ALTER TABLE orders ENABLE TRIGGER t;
DROP TRIGGER t ON orders;
DROP FUNCTION t();
-- script: views of the script and of the catalog
CREATE OR REPLACE VIEW recent AS SELECT id, customer_id FROM orders WHERE id > 19500;
CREATE VIEW older AS SELECT * FROM recent;
CREATE OR REPLACE VIEW older AS SELECT * FROM recent WHERE id > 0;
REFRESH MATERIALIZED VIEW totals;
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
-- script: dropped with what hung on it, one after the other
DROP TABLE items;
DROP VIEW recent;
DROP TABLE orders;
DROP TABLE customers;
-- script: a key dropped before the table that it points at
ALTER TABLE items DROP CONSTRAINT items_order_id_fkey;
DROP VIEW recent;
DROP TABLE orders;
-- script: dropped with all that hangs on it
DROP TABLE orders CASCADE;
-- script: emptied and changed
TRUNCATE people;
ALTER TABLE people ADD CHECK (id > 0);
CREATE INDEX ON people (feels);
ALTER TABLE people ALTER feels TYPE text;
-- script: rules and policies that the script makes, and drops
CREATE POLICY mine ON orders USING (true);
DROP POLICY mine ON orders;
CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING;
BEGIN;
DROP RULE quiet ON orders;
UPDATE customers SET name = name;
COMMIT;
