-- safeddl.mode and its fence, safeddl.rules, safeddl.override
SET search_path = t;
SHOW safeddl.mode;
RESET safeddl.min_table_size;
SHOW safeddl.min_table_size;
SHOW safeddl.min_table_rows;
SHOW safeddl.rules;
SHOW safeddl.override;
SELECT name, context FROM pg_settings WHERE name LIKE 'safeddl.%' ORDER BY name;
SELECT guard();
CREATE ROLE regress_safeddl_user;
GRANT ALL ON SCHEMA t TO regress_safeddl_user;

-- anyone may raise the mode, and go back to what is configured
SET safeddl.mode = 'log';
SET ROLE regress_safeddl_user;
SET safeddl.mode = 'warn';
SET safeddl.mode = 'log';
SET safeddl.mode = 'block';
SET safeddl.mode = 'block';
SET safeddl.mode = 'off';
SET LOCAL safeddl.mode = 'off';
SELECT set_config('safeddl.mode', 'off', false);
BEGIN;
SET LOCAL safeddl.mode = 'off';
ROLLBACK;
SHOW safeddl.mode;
SET safeddl.mode = 'no such mode';
CREATE FUNCTION loosen() RETURNS text LANGUAGE sql SET safeddl.mode = 'off' AS $$ SELECT current_setting('safeddl.mode') $$;
CREATE FUNCTION tighten() RETURNS text LANGUAGE sql SET safeddl.mode = 'block' AS $$ SELECT current_setting('safeddl.mode') $$;
SELECT tighten();
ALTER ROLE regress_safeddl_user SET safeddl.mode = 'off';
ALTER ROLE regress_safeddl_user SET safeddl.mode = 'warn';
ALTER ROLE regress_safeddl_user SET safeddl.mode = 'block';
ALTER ROLE regress_safeddl_user SET work_mem = '1MB';
ALTER ROLE regress_safeddl_user RESET safeddl.mode;
ALTER ROLE regress_safeddl_user SET safeddl.mode TO DEFAULT;
ALTER ROLE regress_safeddl_user RESET ALL;
ALTER ROLE regress_safeddl_user RESET work_mem;
RESET safeddl.mode;
SHOW safeddl.mode;
-- in a function that runs as its superuser owner
RESET ROLE;
CREATE FUNCTION loosen_for_me() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT set_config('safeddl.mode', 'log', false) $$;
SET safeddl.mode = 'block';
SET ROLE regress_safeddl_user;
SELECT loosen_for_me();
-- delegation
RESET ROLE;
ALTER ROLE regress_safeddl_user RESET safeddl.mode;
SET ROLE regress_safeddl_user;
ALTER ROLE regress_safeddl_user RESET ALL;
RESET ROLE;
SET safeddl.mode = 'block';
GRANT SET ON PARAMETER safeddl.mode, safeddl.override TO regress_safeddl_user;
SET ROLE regress_safeddl_user;
SET safeddl.mode = 'warn';
SET safeddl.override = '* on *: delegated';
RESET safeddl.override;
RESET ROLE;
REVOKE SET ON PARAMETER safeddl.mode, safeddl.override FROM regress_safeddl_user;

-- the others are for superusers, or who was granted SET
SET ROLE regress_safeddl_user;
SET safeddl.min_table_size = '1GB';
SET safeddl.min_table_rows = 1000;
SET safeddl.rules = 'create_index=off';
SET safeddl.override = '* on *: because';
SET safeddl.no_such_setting = 1;
RESET ROLE;

-- rules
SELECT guard();
SET safeddl.rules = 'create_index=warn';
CREATE INDEX big_n ON big (n);
SET safeddl.rules = 'Create_Index = off , drop_index=block';
DROP INDEX big_n;
SET safeddl.rules = 'drop_index=off';
DROP INDEX big_n;
SET safeddl.rules = 'Create_Index = off , drop_index=block';
SELECT name, level FROM safeddl.rules WHERE name IN ('create_index', 'drop_index', 'drop_table', 'reindex') ORDER BY name;
SET safeddl.rules = 'create_index=log';
SELECT verdict('CREATE INDEX big_n ON big (n)');
SET safeddl.rules = 'create_index=block', 'drop_index=off';
SHOW safeddl.rules;
SET safeddl.mode = 'log';
SELECT verdict('CREATE INDEX ON big (n)');
SET safeddl.mode = 'off';
SELECT verdict('CREATE INDEX ON big (n)');
SET safeddl.rules = 'create_indx=off';
SET safeddl.rules = 'create_index';
SET safeddl.rules = 'create_index=maybe';
SET safeddl.rules = '';

-- overrides
SELECT guard();
SET safeddl.override = 'create_index on big: OPS-123: a colon, and "quotes"';
SELECT s, verdict(s) FROM unnest(ARRAY[
	'CREATE INDEX ON big (n)',
	'CREATE INDEX ON t.big (n)',
	'CREATE INDEX ON big_loose (n)',
	'ALTER TABLE big ADD CHECK (n > 0)']) s;
SET safeddl.override = 'create_index on *: any table';
SELECT verdict('CREATE INDEX ON big_loose (n)'), verdict('ALTER TABLE big ADD CHECK (n > 0)');
SET safeddl.override = '* on t.big: any rule';
SELECT verdict('CREATE INDEX ON big (n)'), verdict('ALTER TABLE big ADD CHECK (n > 0)'), verdict('CREATE INDEX ON big_loose (n)');
SET safeddl.override = '* ON "t"."big" : quoted';
SELECT verdict('CREATE INDEX ON big (n)');
SET safeddl.override = '* on public.big: another schema';
SELECT verdict('CREATE INDEX ON big (n)');
SET safeddl.override = '* on missing: no such table';
SELECT verdict('CREATE INDEX ON big (n)');
-- one finding of two is not enough
SET safeddl.override = 'add_check on big: half';
SELECT verdict('ALTER TABLE big ADD CHECK (n > 0), ALTER n TYPE bigint');
SET safeddl.override = 'nonsense';
SET safeddl.override = 'create_index on big';
SET safeddl.override = 'create_index on big:  ';
SET safeddl.override = 'create_indx on big: reason';
SET safeddl.override = 'create_index on a.b.c: reason';
SET safeddl.override = 'create_index on : reason';
SET safeddl.override = '';
-- scoped to a transaction
BEGIN;
SET LOCAL safeddl.override = 'create_index on big: this once';
CREATE INDEX big_n ON big (n);
ROLLBACK;
SHOW safeddl.override;
SELECT verdict('CREATE INDEX ON big (n)');

SET safeddl.mode = 'off';
DROP FUNCTION tighten(), loosen_for_me();
DROP OWNED BY regress_safeddl_user;
DROP ROLE regress_safeddl_user;
