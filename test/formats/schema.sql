-- Large tables, whose names no format may take for its own.
CREATE EXTENSION safeddl;
CREATE FUNCTION large(name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, a int, t text)', name);
	EXECUTE format('INSERT INTO %I SELECT i, i, ''row '' || i FROM generate_series(1, 5000) i', name);
END
$$;
SELECT large(name) FROM unnest(ARRAY['big', 'a<b>&c;d', ']]>', '%0A%25%', 'x,y:z=1::', 'it''s "so"',
	E'new\nline', E'bell\x07 esc\x1b', E'tab\tnel\u0085 sep\u2028', '日本', E'\U0001F600']) name \g /dev/null
CREATE TABLE small (id int);
