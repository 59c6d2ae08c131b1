-- safeddl.footprint() and safeddl.rules
SET search_path = t;
SET safeddl.mode = 'off';

SELECT * FROM safeddl.footprint('CREATE INDEX ON big (n)');
SELECT * FROM safeddl.footprint('ALTER TABLE big ADD CHECK (n > 0), ALTER v TYPE text, ADD x serial')
WHERE relkind = 'r';
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TABLE big_p ADD COLUMN x serial') WHERE reach <> 'toast' ORDER BY relation::text;
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TABLE big ADD FOREIGN KEY (n) REFERENCES big_ref NOT VALID');
-- no rows
SELECT * FROM safeddl.footprint(NULL);
SELECT * FROM safeddl.footprint('');
SELECT * FROM safeddl.footprint('-- nothing');
SELECT * FROM safeddl.footprint('SELECT 1');
SELECT * FROM safeddl.footprint('INSERT INTO big VALUES (1)');
SELECT * FROM safeddl.footprint('DROP TABLE IF EXISTS missing');
-- errors
SELECT * FROM safeddl.footprint('CREATE INDX ON big (n)');
SELECT * FROM safeddl.footprint('CREATE INDEX ON big (n); CREATE INDEX ON big (id)');
SELECT * FROM safeddl.footprint('CREATE INDEX ON missing (n)');
SELECT * FROM safeddl.footprint('CREATE INDEX ON big (missing)');
SELECT * FROM safeddl.footprint('ALTER TABLE big ADD CHECK (missing > 0)');
SELECT * FROM safeddl.footprint('ALTER TABLE big ALTER status TYPE int');
SELECT * FROM safeddl.footprint('ALTER TABLE big ADD COLUMN n int');
SELECT * FROM safeddl.footprint('ALTER TABLE missing ADD COLUMN n int');
SELECT * FROM safeddl.footprint('DROP TABLE missing');
-- a trailing semicolon is no second statement
SELECT relation FROM safeddl.footprint('CREATE INDEX ON big (n);');
-- nothing is executed, nothing stays locked
SELECT count(*) FROM pg_class WHERE relname = 'big_n_idx';
BEGIN READ ONLY;
SELECT relation, lock_mode FROM safeddl.footprint('CREATE INDEX ON big (n)');
COMMIT;
-- a role without any right on the table
CREATE ROLE regress_safeddl_user;
GRANT USAGE ON SCHEMA t TO regress_safeddl_user;
SET ROLE regress_safeddl_user;
SELECT relation, lock_mode FROM safeddl.footprint('CREATE INDEX ON big (n)');
SELECT count(*) FROM safeddl.rules;
RESET ROLE;
REVOKE ALL ON SCHEMA t FROM regress_safeddl_user;
DROP ROLE regress_safeddl_user;

SELECT name, ceiling FROM safeddl.rules ORDER BY name;
