-- ALTER DOMAIN and ALTER TYPE: what they do to the tables that use the type
SET search_path = t;
SET safeddl.mode = 'off';
CREATE DOMAIN percent AS int;
CREATE DOMAIN "Half %" AS percent;
CREATE DOMAIN rare AS int;
CREATE DOMAIN spread AS int;
CREATE TABLE big_rates (rate percent, other "Half %");
INSERT INTO big_rates SELECT g % 100, 1 FROM generate_series(1, 20000) g;
CREATE TABLE small_rates (rate rare);
INSERT INTO small_rates VALUES (1);
-- many tables below the threshold make a long wait as well
CREATE TABLE spread_p (id spread, filler text) PARTITION BY RANGE (id);
CREATE TABLE spread_1 PARTITION OF spread_p FOR VALUES FROM (0) TO (10000);
CREATE TABLE spread_2 PARTITION OF spread_p FOR VALUES FROM (10000) TO (20000);
INSERT INTO spread_p SELECT g, 'a value of some bytes' FROM generate_series(0, 15000) g;
CREATE TYPE pair AS (x int, y varchar(10));
CREATE TABLE big_pairs OF pair;
INSERT INTO big_pairs SELECT g, 'y' FROM generate_series(1, 20000) g;
ANALYZE;
SELECT guard();

-- above the threshold
ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE <= 100);
ALTER DOMAIN t.percent ADD CHECK (VALUE >= 0); -- without a name
ALTER DOMAIN "Half %" SET NOT NULL;
ALTER DOMAIN spread ADD CHECK (VALUE >= 0);
ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE <= 100) NOT VALID;
ALTER DOMAIN percent VALIDATE CONSTRAINT percent_range;

-- below it, or nothing to do
ALTER DOMAIN rare ADD CONSTRAINT rare_range CHECK (VALUE <= 100);
ALTER DOMAIN rare SET NOT NULL;
SELECT statement, big FROM matrix(ARRAY[
	'ALTER DOMAIN percent SET DEFAULT 7',
	'ALTER DOMAIN percent DROP NOT NULL',
	'ALTER DOMAIN percent DROP CONSTRAINT percent_range',
	'ALTER DOMAIN percent RENAME CONSTRAINT percent_range TO r',
	'ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE < 7)',
	'ALTER DOMAIN percent VALIDATE CONSTRAINT missing',
	'ALTER DOMAIN missing SET NOT NULL',
	'ALTER DOMAIN big SET NOT NULL'
]);

-- a domain inside of another column's type: the server refuses
CREATE TABLE rate_list (rates percent[]);
ALTER DOMAIN percent SET NOT NULL;
DROP TABLE rate_list;

-- an override names the table of the message
SET safeddl.override = 'alter_domain on big_rates: OPS-1';
ALTER DOMAIN percent SET NOT NULL;
RESET safeddl.override;
ALTER DOMAIN percent DROP NOT NULL;

SELECT relation, lock_mode, blocks, work, reach, rule
FROM safeddl.footprint('ALTER DOMAIN spread SET NOT NULL') ORDER BY relation::text;

-- tables of a composite type
ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint CASCADE;
ALTER TYPE pair ALTER ATTRIBUTE y TYPE varchar(20) CASCADE;
ALTER TYPE pair ADD ATTRIBUTE z int CASCADE;
ALTER TYPE pair DROP ATTRIBUTE z CASCADE;
ALTER TYPE pair ADD ATTRIBUTE z int;
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint CASCADE')
WHERE reach <> 'toast' ORDER BY relation::text;

SET safeddl.mode = 'off';
SET client_min_messages = warning;
DROP TABLE big_rates, small_rates, spread_p, big_pairs;
DROP DOMAIN percent, rare, spread CASCADE;
DROP TYPE pair;
