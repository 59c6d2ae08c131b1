-- DROP of anything: what it takes along counts
SET search_path = t;
SET safeddl.mode = 'off';
CREATE SCHEMA big_s;
CREATE SCHEMA small_s;
CREATE ROLE regress_safeddl_owner;
CREATE FUNCTION make_schema(prefix text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %1$I.orders (LIKE %2$I INCLUDING ALL)', prefix || '_s', prefix || '_loose');
	EXECUTE format('INSERT INTO %1$I.orders SELECT * FROM %2$I', prefix || '_s', prefix || '_loose');
	EXECUTE format('CREATE TYPE %1$I AS ENUM (''a'', ''b'')', prefix || '_e');
	EXECUTE format('CREATE DOMAIN %1$I AS int', prefix || '_d');
	EXECUTE format('CREATE FUNCTION %1$I(int) RETURNS int IMMUTABLE LANGUAGE sql AS ''SELECT $1 + 1''', prefix || '_f');
	EXECUTE format('CREATE COLLATION %1$I FROM "C"', prefix || '_c');
	EXECUTE format('CREATE SEQUENCE %1$I', prefix || '_q');
	EXECUTE format('CREATE TABLE %1$I AS SELECT id, ''a''::%2$I AS e, id::%3$I AS d, status, n, n AS m FROM %4$I',
		prefix || '_t', prefix || '_e', prefix || '_d', prefix || '_loose');
	EXECUTE format('ALTER TABLE %1$I ALTER n SET DEFAULT nextval(%2$L)', prefix || '_t', prefix || '_q');
	EXECUTE format('CREATE INDEX ON %1$I ((%2$I(id)))', prefix || '_t', prefix || '_f');
	EXECUTE format('CREATE INDEX %3$I ON %1$I (status COLLATE %2$I)', prefix || '_t', prefix || '_c', prefix || '_t_status');
	EXECUTE format('CREATE VIEW %1$I AS SELECT * FROM %2$I', prefix || '_w', prefix || '_t');
	EXECUTE format('CREATE TRIGGER tg BEFORE UPDATE ON %1$I FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', prefix || '_t');
	EXECUTE format('CREATE RULE r AS ON INSERT TO %1$I DO NOTHING', prefix || '_t');
	EXECUTE format('CREATE POLICY p ON %1$I', prefix || '_t');
	EXECUTE format('CREATE STATISTICS %2$I ON id, status FROM %1$I', prefix || '_t', prefix || '_st');
END $$;
SELECT make_schema('big'), make_schema('small');
VACUUM (FULL, ANALYZE) big_t, small_t, big_s.orders, small_s.orders;
SET client_min_messages = warning;

SELECT guard();
SELECT * FROM matrix(ARRAY[
	'DROP SCHEMA {}_s',
	'DROP SCHEMA {}_s CASCADE',
	'DROP SCHEMA IF EXISTS {}_no_such CASCADE',
	'DROP TYPE {}_e',
	'DROP TYPE {}_e CASCADE',
	'DROP DOMAIN {}_d CASCADE',
	'DROP FUNCTION {}_f(int)',
	'DROP FUNCTION {}_f(int) CASCADE',
	'DROP FUNCTION IF EXISTS {}_no_such(int)',
	'DROP COLLATION {}_c CASCADE',
	'DROP SEQUENCE {}_q CASCADE',
	'DROP VIEW {}_w CASCADE',
	'DROP TRIGGER tg ON {}_t',
	'DROP RULE r ON {}_t',
	'DROP POLICY p ON {}_t',
	'DROP STATISTICS {}_st',
	'DROP INDEX {}_t_status',
	'DROP INDEX {}_t_status CASCADE',
	'DROP INDEX {}_pkey',
	'DROP INDEX CONCURRENTLY {}_t_status',
	'ALTER TABLE {}_t DROP COLUMN status',
	'ALTER TABLE {}_t DROP COLUMN status CASCADE',
	'ALTER TABLE {} DROP CONSTRAINT {}_pkey',
	'ALTER TABLE {} DROP CONSTRAINT {}_pkey CASCADE']);

-- DROP OWNED: what the role owns, not what it may read
SELECT verdict('DROP OWNED BY regress_safeddl_owner');
SET safeddl.mode = 'off';
ALTER TABLE small_s.orders OWNER TO regress_safeddl_owner;
GRANT ALL ON big_t TO regress_safeddl_owner;
SELECT guard();
SELECT verdict('DROP OWNED BY regress_safeddl_owner');
SET safeddl.mode = 'off';
ALTER TABLE big_s.orders OWNER TO regress_safeddl_owner;
SELECT guard();
SELECT verdict('DROP OWNED BY regress_safeddl_owner');
SELECT verdict('DROP OWNED BY regress_safeddl_missing');

-- what they say
SET safeddl.mode = 'warn';
SET safeddl.rules = '';
BEGIN;
DROP SCHEMA big_s CASCADE;
ROLLBACK;
BEGIN;
DROP TYPE big_e CASCADE;
ROLLBACK;
BEGIN;
DROP FUNCTION big_f(int) CASCADE;
ROLLBACK;
BEGIN;
DROP OWNED BY regress_safeddl_owner;
ROLLBACK;

-- what the server refuses is its to say: nobody is warned of it
SET safeddl.mode = 'warn';
DROP TABLE big_t;
ALTER TABLE big_t DROP COLUMN status;
ALTER TABLE big_t DROP COLUMN n, ADD COLUMN n bigint DEFAULT random();
DROP INDEX big_pkey;
DROP TABLE big_p1, big_i;

-- what goes without CASCADE: partitions, indexes of partitions, all that is named
SET safeddl.mode = 'off';
CREATE INDEX big_p_n ON big_p (n);
CREATE INDEX small_p_n ON small_p (n);
CREATE TABLE big_sub PARTITION OF big_p FOR VALUES FROM (2000000) TO (3000000) PARTITION BY RANGE (id);
CREATE TABLE big_sub1 PARTITION OF big_sub FOR VALUES FROM (2000000) TO (3000000);
INSERT INTO big_sub SELECT g, 'a status that is some bytes long', g FROM generate_series(2000000, 2020000) g;
VACUUM (FULL, ANALYZE) big_sub1;
SELECT guard();
SELECT * FROM matrix(ARRAY[
	'DROP TABLE {}_p',
	'DROP TABLE {}_p1, {}_p',
	'DROP TABLE {}_pd',
	'DROP TABLE {}_i',
	'DROP TABLE {}_i, {}_i1',
	'DROP TABLE {}_ref, {}',
	'DROP TABLE {}, {}_ref CASCADE',
	'DROP MATERIALIZED VIEW {}_m',
	'DROP INDEX {}_p_n',
	'DROP INDEX {}_m_id, {}_p_n',
	'ALTER TABLE {}_p DROP COLUMN n',
	'ALTER TABLE {}_i DROP COLUMN n',
	'ALTER TABLE ONLY {}_i DROP COLUMN n',
	'ALTER TABLE {} DROP COLUMN n, DROP COLUMN v',
	'ALTER TABLE {} DROP COLUMN n, DROP CONSTRAINT {}_checked_check',
	'ALTER TABLE {} DROP COLUMN IF EXISTS no_such']);
SET safeddl.mode = 'warn';
SET safeddl.rules = '';
BEGIN;
DROP TABLE big_p, big_sub, big_pd;
ROLLBACK;
BEGIN;
DROP TABLE big_sub;
ROLLBACK;
BEGIN;
DROP INDEX big_p_n;
ROLLBACK;

-- what a column takes along may be locked while another is rewritten
SET safeddl.mode = 'off';
BEGIN;
CREATE TABLE fresh AS SELECT id, n, id AS big_id FROM big;
ALTER TABLE fresh ADD FOREIGN KEY (big_id) REFERENCES big;
SELECT guard();
SELECT verdict('ALTER TABLE fresh ALTER n TYPE bigint');
SELECT verdict('ALTER TABLE fresh DROP COLUMN big_id, ALTER n TYPE bigint');
SELECT verdict('ALTER TABLE fresh DROP COLUMN big_id');
ROLLBACK;
SET safeddl.mode = 'off';
DROP TABLE big_sub;
DROP INDEX big_p_n, small_p_n;

-- the owner of a schema may drop what others own in it
SET safeddl.mode = 'off';
ALTER SCHEMA big_s OWNER TO regress_safeddl_owner;
ALTER TABLE big_s.orders OWNER TO CURRENT_USER;
CREATE INDEX orders_n ON big_s.orders (n);
SET ROLE regress_safeddl_owner;
SET safeddl.mode = 'warn';
BEGIN;
DROP INDEX big_s.orders_n;
ROLLBACK;
-- but not what is in another
DROP TYPE t.big_e CASCADE;
DROP TRIGGER tg ON t.big_t;
RESET ROLE;

-- all that goes along
SELECT relation, lock_mode, work, reach, rule, subject
FROM safeddl.footprint('DROP TYPE small_e CASCADE') ORDER BY relation::text;
SELECT relation, lock_mode, work, reach, rule, subject
FROM safeddl.footprint('DROP INDEX CONCURRENTLY small_t_status') ORDER BY relation::text;

SET safeddl.mode = 'off';
DROP SCHEMA big_s, small_s CASCADE;
DROP TABLE big_t, small_t CASCADE;
DROP TYPE big_e, small_e;
DROP DOMAIN big_d, small_d;
DROP SEQUENCE big_q, small_q;
DROP FUNCTION big_f, small_f, make_schema;
DROP COLLATION big_c, small_c;
DROP OWNED BY regress_safeddl_owner;
DROP ROLE regress_safeddl_owner;
