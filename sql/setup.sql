-- Tables just above and far below a threshold of 512 kB, in pairs: big, small,
-- big_p, small_p, ...; and a function that says what the guard does about a
-- statement on each of a pair.  The other tests build on this.
CREATE EXTENSION safeddl;
CREATE SCHEMA t;
SET search_path = t;

CREATE FUNCTION make_tables(prefix text, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	part text;
BEGIN
	EXECUTE format('CREATE TABLE %1$I (id int PRIMARY KEY, status text NOT NULL, n int,
		v varchar(20), num numeric(10,2), ts timestamp, c char(10), arr varchar(10)[],
		j jsonb, checked int CHECK (checked IS NOT NULL), fk int)', prefix);
	EXECUTE format('INSERT INTO %1$I SELECT g, ''status'', g, ''v'', 1, ''2026-01-01'',
		''c'', ''{a}'', ''{}'', g, NULL FROM generate_series(1, %2$s) g', prefix, n);
	-- partitioned, with a default partition
	EXECUTE format('CREATE TABLE %1$I (id int, status text, n int) PARTITION BY RANGE (id)', prefix || '_p');
	FOREACH part IN ARRAY ARRAY['_p1', '_p2', '_pd'] LOOP
		EXECUTE format('CREATE TABLE %1$I (id int, status text, n int)', prefix || part);
		EXECUTE format('INSERT INTO %1$I SELECT g + %3$s, ''a status that is some bytes long'', g FROM generate_series(1, %2$s) g',
			prefix || part, n / 2, CASE part WHEN '_p1' THEN 0 WHEN '_p2' THEN 1000000 ELSE 9000000 END);
	END LOOP;
	EXECUTE format('ALTER TABLE %1$I ATTACH PARTITION %2$I FOR VALUES FROM (0) TO (1000000)', prefix || '_p', prefix || '_p1');
	EXECUTE format('ALTER TABLE %1$I ATTACH PARTITION %2$I FOR VALUES FROM (1000000) TO (2000000)', prefix || '_p', prefix || '_p2');
	EXECUTE format('ALTER TABLE %1$I ATTACH PARTITION %2$I DEFAULT', prefix || '_p', prefix || '_pd');
	-- to be attached
	EXECUTE format('CREATE TABLE %1$I AS SELECT g + 3000000 AS id, ''a status that is some bytes long''::text AS status, g AS n
		FROM generate_series(1, %2$s) g', prefix || '_loose', n);
	-- inheritance
	EXECUTE format('CREATE TABLE %1$I (id int, n int)', prefix || '_i');
	EXECUTE format('CREATE TABLE %1$I () INHERITS (%2$I)', prefix || '_i1', prefix || '_i');
	EXECUTE format('INSERT INTO %1$I SELECT g, g FROM generate_series(1, %2$s) g', prefix || '_i1', n);
	-- a table that references it, and a view
	EXECUTE format('CREATE TABLE %1$I (id int PRIMARY KEY, big_id int REFERENCES %2$I)', prefix || '_ref', prefix);
	EXECUTE format('INSERT INTO %1$I SELECT g, g FROM generate_series(1, %2$s) g', prefix || '_ref', n);
	EXECUTE format('CREATE MATERIALIZED VIEW %1$I AS SELECT * FROM %2$I', prefix || '_m', prefix || '_loose');
	EXECUTE format('CREATE UNIQUE INDEX %1$I ON %2$I (id)', prefix || '_m_id', prefix || '_m');
END $$;

SELECT make_tables('big', 20000), make_tables('small', 20);
-- no larger than their rows: since 16 a table grows by more than a page
VACUUM (FULL, ANALYZE);

-- what happens to a statement; whatever it did is undone
CREATE FUNCTION verdict(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text;
	detail text;
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION USING ERRCODE = 'ZZ999';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
	IF state = 'ZZ999' THEN
		RETURN 'passes';
	ELSIF state = '2F003' THEN
		RETURN 'blocked: ' || substring(detail FROM 'Rule: (\w+)');
	END IF;
	RETURN 'error ' || state;
END $$;

-- the same for the big and the small of a pair; {} stands for the prefix
CREATE FUNCTION matrix(statements text[]) RETURNS TABLE (statement text, big text, small text)
LANGUAGE sql AS $$
	SELECT s, t.verdict(replace(s, '{}', 'big')), t.verdict(replace(s, '{}', 'small'))
	FROM unnest(statements) WITH ORDINALITY AS u (s, n) ORDER BY n
$$;

-- all that the tests need to be in force, in one go
CREATE FUNCTION guard() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('safeddl.min_table_size', '512kB', false);
	PERFORM set_config('safeddl.mode', 'block', false);
	-- these warn at most by themselves, and a matrix shows errors only
	PERFORM set_config('safeddl.rules', 'drop_table=block, drop_column=block, drop_index=block, truncate=block', false);
END $$;
