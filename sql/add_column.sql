-- ALTER TABLE ... ADD COLUMN
SET search_path = t;
SELECT guard();
CREATE FUNCTION inlined() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION opaque() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE DOMAIN plain_domain AS int;
CREATE DOMAIN default_domain AS int DEFAULT 7;
CREATE DOMAIN volatile_domain AS float8 DEFAULT random();
CREATE DOMAIN checked_domain AS int CHECK (VALUE > 0);
CREATE DOMAIN over_checked AS checked_domain;
CREATE DOMAIN not_null_domain AS int NOT NULL DEFAULT 1;
CREATE SEQUENCE seq;

SELECT * FROM matrix(ARRAY[
	-- catalog changes
	'ALTER TABLE {} ADD COLUMN x int',
	'ALTER TABLE {} ADD x int NULL DEFAULT NULL',
	'ALTER TABLE {} ADD COLUMN x int NOT NULL DEFAULT 5',
	'ALTER TABLE {} ADD COLUMN x timestamptz NOT NULL DEFAULT now()',
	'ALTER TABLE {} ADD COLUMN x date DEFAULT current_date',
	'ALTER TABLE {} ADD COLUMN x jsonb DEFAULT ''[]''',
	'ALTER TABLE {} ADD COLUMN x text DEFAULT current_user',
	'ALTER TABLE {} ADD COLUMN x timestamptz DEFAULT now() - interval ''1 day''',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT inlined()',
	'ALTER TABLE {} ADD COLUMN x plain_domain',
	'ALTER TABLE {} ADD COLUMN x default_domain',
	'ALTER TABLE {} ADD COLUMN IF NOT EXISTS n serial',
	'ALTER TABLE {}_p ADD COLUMN x int DEFAULT 5',
	-- rewrites
	'ALTER TABLE {} ADD COLUMN x uuid DEFAULT gen_random_uuid()',
	'ALTER TABLE {} ADD COLUMN x timestamptz DEFAULT clock_timestamp()',
	'ALTER TABLE {} ADD COLUMN x float8 DEFAULT random()',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT opaque()',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT nextval(''seq'')',
	'ALTER TABLE {} ADD COLUMN x serial',
	'ALTER TABLE {} ADD COLUMN x bigserial',
	'ALTER TABLE {} ADD COLUMN x int GENERATED ALWAYS AS IDENTITY',
	'ALTER TABLE {} ADD COLUMN x int GENERATED ALWAYS AS (n * 2) STORED',
	'ALTER TABLE {} ADD COLUMN x volatile_domain',
	'ALTER TABLE {} ADD COLUMN x checked_domain',
	'ALTER TABLE {} ADD COLUMN x over_checked',
	'ALTER TABLE {} ADD COLUMN x not_null_domain',
	'ALTER TABLE {}_p ADD COLUMN x uuid DEFAULT gen_random_uuid()',
	'ALTER TABLE {}_i ADD COLUMN x serial',
	-- inline constraints
	'ALTER TABLE {} ADD COLUMN x int CHECK (x > 0)',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT 5 CHECK (x > 0)',
	'ALTER TABLE {} ADD COLUMN x int UNIQUE',
	'ALTER TABLE {}_p1 ADD COLUMN x int',
	'ALTER TABLE {}_i1 ADD COLUMN x int PRIMARY KEY DEFAULT 1',
	'ALTER TABLE {} ADD COLUMN x int REFERENCES {}',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT 1 REFERENCES {}',
	-- fails at the first row
	'ALTER TABLE {} ADD COLUMN x int NOT NULL',
	'ALTER TABLE {} ADD COLUMN n int',
	'ALTER TABLE {} ADD COLUMN x no_such_type',
	'ALTER TABLE {} ADD COLUMN x int DEFAULT ''not a number''',
	'ALTER TABLE {}_missing ADD COLUMN x serial',
	'ALTER TABLE IF EXISTS {}_missing ADD COLUMN x serial',
	-- several in one statement
	'ALTER TABLE {} ADD COLUMN x int, ADD COLUMN y uuid DEFAULT gen_random_uuid()',
	'ALTER TABLE {} DROP COLUMN v, ADD COLUMN v serial',
	'ALTER TABLE {} ADD COLUMN x int, ADD CHECK (x > 0)',
	'ALTER TABLE {} ADD COLUMN x int, ADD UNIQUE (x)',
	'ALTER TABLE {} ADD COLUMN x int, ALTER COLUMN n SET DEFAULT 5'
]);
DROP FUNCTION inlined(), opaque();
DROP DOMAIN plain_domain, default_domain, volatile_domain, over_checked, checked_domain, not_null_domain;
DROP SEQUENCE seq;
