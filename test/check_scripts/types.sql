Types that a script makes and changes.
-- script: an enum of the script
CREATE TYPE color AS ENUM ('red', 'green');
ALTER TABLE orders ADD COLUMN color color;
ALTER TABLE orders ADD COLUMN color2 color NOT NULL DEFAULT 'red';
ALTER TABLE orders ADD COLUMN color3 color DEFAULT 'red'::color;
ALTER TABLE orders ADD COLUMN color4 color[] DEFAULT '{}';
ALTER TABLE orders ALTER status DROP DEFAULT;
ALTER TABLE customers ADD COLUMN c text;
ALTER TABLE customers ALTER c TYPE color USING c::color;
CREATE INDEX ON orders (color);
ALTER TABLE small ADD COLUMN color color;
-- script: a domain of the script
CREATE DOMAIN email AS text;
CREATE DOMAIN age AS int CHECK (value > 0);
ALTER TABLE customers ADD COLUMN mail email;
ALTER TABLE customers ADD COLUMN age age;
ALTER TABLE customers ADD COLUMN age2 positive;
CREATE TABLE t (a age, e email);
-- script: an enum changed
ALTER TYPE mood ADD VALUE 'glad';
UPDATE people SET feels = 'glad';
ALTER TYPE mood RENAME VALUE 'sad' TO 'sorry';
-- script: an enum changed and used
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
INSERT INTO people VALUES (-1, 'ok');
UPDATE people SET feels = 'glad' WHERE id = 1;
ROLLBACK;
-- script: an enum changed and its value cast
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
SELECT 'glad';
SELECT 'glad'::mood;
ROLLBACK;
-- script: an enum changed and made a default
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
ALTER TABLE people ALTER feels SET DEFAULT 'glad';
ROLLBACK;
-- script: an enum changed twice
BEGIN;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
SELECT 'ok'::mood;
ALTER TYPE mood ADD VALUE 'glad';
COMMIT;
SELECT 'glad'::mood;
-- script: a type swapped for another
BEGIN;
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('ok', 'bad');
ALTER TABLE people ALTER feels TYPE mood USING feels::text::mood;
DROP TYPE mood_old;
COMMIT;
-- script: a domain of the catalog
ALTER DOMAIN positive ADD CHECK (value < 10);
-- script: a value used after the transaction that added it
ALTER TYPE mood ADD VALUE 'happy';
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
ALTER TABLE people ALTER feels SET DEFAULT 'happy';
ALTER TABLE people ADD COLUMN felt mood DEFAULT 'happy';
CREATE INDEX ON people (id) WHERE feels = 'happy';
ALTER TABLE people ADD CHECK (feels IN ('fine', 'happy'));
ALTER TABLE people ADD COLUMN was mood NOT NULL DEFAULT 'fine'::mood;
BEGIN;
LOCK TABLE small;
UPDATE people SET feels = 'happy' WHERE feels = 'fine';
COMMIT;
