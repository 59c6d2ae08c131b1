DO blocks, and what stands in them.
-- script: DDL in a DO block
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'color') THEN CREATE TYPE color AS ENUM ('red'); END IF; END $$;
ALTER TABLE orders ADD COLUMN color color DEFAULT 'red';
DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- script: a lock that a DO block takes
BEGIN;
DO $$ BEGIN ALTER TABLE customers ADD COLUMN x int; END $$;
CREATE INDEX ON orders (amount);
COMMIT;
-- script: a DO block that does nothing
DO $$ DECLARE i int := 0; BEGIN FOR i IN 1..3 LOOP RAISE NOTICE 'drop table orders; %', i; END LOOP; END $$;
DO 'BEGIN NULL; END';
