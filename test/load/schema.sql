-- What a shop's database looks like to a migration: a large table that is
-- written to all the time, what it references, a partitioned one, small ones.

CREATE ROLE app;
CREATE DOMAIN order_status AS text;

-- read by every transaction of the application
CREATE TABLE settings (
    name  text PRIMARY KEY,
    value int NOT NULL
);
INSERT INTO settings VALUES ('tax_percent', 19), ('free_shipping_cents', 5000);

CREATE TABLE customers (
    id     int PRIMARY KEY,
    name   text NOT NULL,
    orders int NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 50000) AS n;

CREATE TABLE orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int NOT NULL,
    email       text,
    status      order_status NOT NULL,
    total_cents int NOT NULL,
    quantity    int NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    note        text
);
INSERT INTO orders (customer_id, email, status, total_cents, created_at, note)
SELECT 1 + n % 50000, 'customer-' || n::bigint * 7919 % 5000011 || '@example.com', 'shipped',
       n % 90000, now() - n * interval '1 second',
       repeat('please leave it with the neighbour; ', 1 + n % 9)
FROM generate_series(1, :orders) AS n;

CREATE TABLE events (
    day     date NOT NULL,
    kind    text NOT NULL,
    payload text
) PARTITION BY RANGE (day);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events
SELECT date '2024-12-31' - n % 3000, 'click', repeat('/products/', 1 + n % 20)
FROM generate_series(1, :orders) AS n;
INSERT INTO events
SELECT date '2025-01-01' + n % 365, 'click', repeat('/products/', 1 + n % 20)
FROM generate_series(1, 20000) AS n;
CREATE TABLE events_2027 (LIKE events);

CREATE MATERIALIZED VIEW regulars AS
SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;

CREATE TABLE products (id int PRIMARY KEY, sku text, price_cents int);
INSERT INTO products SELECT n, 'sku-' || n, n FROM generate_series(1, 1000) AS n;

CHECKPOINT;
VACUUM ANALYZE;
