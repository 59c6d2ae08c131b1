Columns that a script adds, renames, changes and drops.
-- script: a column added, and everything done with it
ALTER TABLE orders ADD COLUMN total int;
ALTER TABLE orders ADD CONSTRAINT total_check CHECK (total > 0);
CREATE INDEX ON orders (total);
CREATE INDEX CONCURRENTLY ON orders (total, amount);
ALTER TABLE orders ADD CONSTRAINT total_unique UNIQUE (total);
ALTER TABLE orders ALTER total TYPE bigint;
ALTER TABLE orders DROP COLUMN total;
-- script: a column with a default, made NOT NULL
ALTER TABLE orders ADD COLUMN flag boolean DEFAULT false;
ALTER TABLE orders ALTER flag SET NOT NULL;
-- script: NOT NULL proved by a CHECK of the script
ALTER TABLE orders ADD COLUMN flag boolean DEFAULT false;
ALTER TABLE orders ADD CONSTRAINT flag_not_null CHECK (flag IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT flag_not_null;
ALTER TABLE orders ALTER flag SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT flag_not_null;
-- script: NOT NULL of an old column proved by a CHECK of the script
ALTER TABLE orders ADD CONSTRAINT s CHECK (status IS NOT NULL AND status <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT s;
ALTER TABLE orders ALTER status SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT s;
-- script: a CHECK that proves nothing
ALTER TABLE orders ADD CONSTRAINT s CHECK (status <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT s;
ALTER TABLE orders ALTER status SET NOT NULL;
-- script: a proof that is not validated
ALTER TABLE orders ADD CONSTRAINT s CHECK (status IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER status SET NOT NULL;
-- script: a proof that is dropped again
ALTER TABLE orders ADD CONSTRAINT s CHECK (status IS NOT NULL);
ALTER TABLE orders DROP CONSTRAINT s;
ALTER TABLE orders ALTER status SET NOT NULL;
-- script: NOT NULL dropped and set again
ALTER TABLE orders ALTER customer_id DROP NOT NULL;
ALTER TABLE orders ALTER customer_id SET NOT NULL;
ALTER TABLE orders ALTER customer_id SET NOT NULL;
-- script: a column renamed
ALTER TABLE orders RENAME amount TO cents;
ALTER TABLE orders ADD CONSTRAINT cents_check CHECK (cents > 0);
CREATE INDEX ON orders (cents);
CREATE INDEX ON orders ((cents + 1)) WHERE cents > 10;
ALTER TABLE orders ALTER cents TYPE bigint;
ALTER TABLE orders ALTER cents SET NOT NULL;
-- script: the swap of two columns
ALTER TABLE orders ADD COLUMN amount_new bigint;
ALTER TABLE orders RENAME amount TO amount_old;
ALTER TABLE orders RENAME amount_new TO amount;
CREATE INDEX ON orders (amount);
ALTER TABLE orders DROP COLUMN amount_old;
-- script: dropped and added again
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN note text DEFAULT 'x';
CREATE INDEX ON orders (note);
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
-- script: IF NOT EXISTS twice
ALTER TABLE orders ADD COLUMN IF NOT EXISTS x int DEFAULT random() * 5;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS x int DEFAULT random() * 5;
-- script: types of an added column
ALTER TABLE orders ADD COLUMN v varchar(10);
ALTER TABLE orders ALTER v TYPE varchar(20);
ALTER TABLE orders ALTER v TYPE text;
ALTER TABLE orders ALTER v TYPE varchar(5);
ALTER TABLE orders ALTER v TYPE int USING v::int;
-- script: types of an old column
ALTER TABLE orders ALTER note TYPE varchar(80);
ALTER TABLE orders ALTER note TYPE text;
ALTER TABLE orders ALTER amount TYPE bigint;
-- script: several at once
ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;
ALTER TABLE orders ADD CHECK (a < b), ALTER a SET DEFAULT 5;
ALTER TABLE orders DROP COLUMN a, DROP COLUMN b, ALTER amount SET NOT NULL;
-- script: identity, serial and generated
ALTER TABLE orders ADD COLUMN s serial;
ALTER TABLE orders ADD COLUMN i int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE orders ADD COLUMN g int GENERATED ALWAYS AS (amount * 2) STORED;
ALTER TABLE orders DROP COLUMN g;
-- script: a default of a function that the script makes
CREATE FUNCTION stamp() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION fixed() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
ALTER TABLE orders ADD COLUMN a int DEFAULT stamp();
ALTER TABLE orders ADD COLUMN b int DEFAULT fixed();
-- script: primary key of an added column
ALTER TABLE items DROP CONSTRAINT items_pkey;
ALTER TABLE items ADD COLUMN n int;
UPDATE items SET n = id;
ALTER TABLE items ADD PRIMARY KEY (n);
-- script: a type changed more than once
ALTER TABLE orders ALTER note TYPE text;
ALTER TABLE orders ALTER note TYPE varchar(100);
ALTER TABLE orders ALTER note TYPE varchar(200);
ALTER TABLE orders ALTER amount TYPE bigint;
ALTER TABLE orders RENAME amount TO total;
ALTER TABLE orders ALTER total TYPE bigint;
-- script: a column by the name that another one had
ALTER TABLE orders RENAME note TO note_old;
ALTER TABLE orders ADD COLUMN note varchar(40) DEFAULT 'x';
CREATE INDEX ON orders (note);
ALTER TABLE orders ALTER note SET NOT NULL;
ALTER TABLE orders DROP COLUMN note_old;
