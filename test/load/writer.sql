-- A transaction of the application. It takes its locks in the order of the
-- foreign keys, as DDL does: deadlocks are not what is measured here.
\set customer random(1, 50000)
BEGIN;
SELECT value FROM settings WHERE name = 'tax_percent';
INSERT INTO events (day, kind, payload) VALUES ('2026-06-01', 'order', '');
INSERT INTO orders (customer_id, email, status, total_cents)
VALUES (:customer, 'customer-' || :customer || '@example.com', 'new', 4200);
UPDATE customers SET orders = orders + 1 WHERE id = :customer;
COMMIT;
