-- constraints in ALTER TABLE
SET search_path = t;
SELECT guard();

SELECT * FROM matrix(ARRAY[
	'ALTER TABLE {} ADD CHECK (n > 0)',
	'ALTER TABLE {} ADD CONSTRAINT c CHECK (n > 0) NOT VALID',
	'ALTER TABLE {} ADD CHECK (checked IS NOT NULL)',
	'ALTER TABLE {}_p ADD CHECK (n > 0)',
	'ALTER TABLE {}_i ADD CHECK (n > 0)',
	'ALTER TABLE {}_i ADD CHECK (n > 0) NO INHERIT',
	'ALTER TABLE {} ADD CHECK (no_such_column > 0)',
	'ALTER TABLE {} ADD CONSTRAINT {}_checked_check CHECK (n > 0)',
	'ALTER TABLE {} ADD FOREIGN KEY (n) REFERENCES small',
	'ALTER TABLE {} ADD FOREIGN KEY (fk) REFERENCES big',
	'ALTER TABLE {} ADD FOREIGN KEY (fk) REFERENCES big NOT VALID',
	'ALTER TABLE {}_p ADD FOREIGN KEY (n) REFERENCES big',
	'ALTER TABLE {} ADD FOREIGN KEY (fk) REFERENCES missing',
	'ALTER TABLE {} ADD FOREIGN KEY (no_such_column) REFERENCES big',
	'ALTER TABLE {} ADD UNIQUE (n)',
	'ALTER TABLE {}_i1 ADD PRIMARY KEY (id)',
	'ALTER TABLE {} ADD PRIMARY KEY (n)',
	'ALTER TABLE {} DROP CONSTRAINT {}_pkey CASCADE, ADD PRIMARY KEY (n)',
	'ALTER TABLE {} DROP CONSTRAINT {}_checked_check, ADD CONSTRAINT {}_checked_check CHECK (n > 0)',
	'ALTER TABLE {}_p ADD PRIMARY KEY (id)',
	'ALTER TABLE {} ADD EXCLUDE USING btree (n WITH =)',
	'ALTER TABLE {} ALTER n SET NOT NULL',
	'ALTER TABLE {} ALTER status SET NOT NULL',
	'ALTER TABLE {} ALTER checked SET NOT NULL',
	'ALTER TABLE {} ALTER checked SET NOT NULL, DROP CONSTRAINT {}_checked_check',
	'ALTER TABLE {}_p ALTER n SET NOT NULL',
	'ALTER TABLE {}_i ALTER n SET NOT NULL',
	'ALTER TABLE {} ALTER no_such_column SET NOT NULL',
	'ALTER TABLE {} ALTER n DROP NOT NULL',
	'ALTER TABLE {} DROP CONSTRAINT {}_checked_check',
	'ALTER TABLE {} DROP CONSTRAINT {}_pkey CASCADE',
	'ALTER TABLE {} DROP CONSTRAINT {}_pkey',
	'ALTER TABLE {}_ref DROP CONSTRAINT {}_ref_big_id_fkey',
	'ALTER TABLE {} DROP CONSTRAINT IF EXISTS no_such_constraint'
]);

-- not the size of the referenced table counts, but of the one that is read
SELECT relation, lock_mode, work, reach, rule
FROM safeddl.footprint('ALTER TABLE small ADD FOREIGN KEY (n) REFERENCES big') ORDER BY relation::text;

-- NOT VALID first, VALIDATE alone passes; in company it does not
SET safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT later CHECK (n > 0) NOT VALID;
ALTER TABLE big ADD CONSTRAINT later_fk FOREIGN KEY (fk) REFERENCES small NOT VALID;
SELECT guard();
SELECT verdict(s) FROM unnest(ARRAY[
	'ALTER TABLE big VALIDATE CONSTRAINT later',
	'ALTER TABLE big VALIDATE CONSTRAINT later_fk',
	'ALTER TABLE big VALIDATE CONSTRAINT later, ALTER n SET DEFAULT 5',
	'ALTER TABLE big VALIDATE CONSTRAINT later_fk, ADD COLUMN x int',
	'ALTER TABLE big VALIDATE CONSTRAINT big_checked_check, ADD COLUMN x int',
	'ALTER TABLE big VALIDATE CONSTRAINT no_such_constraint']) s;
-- a constraint that is NOT VALID proves nothing
SET safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT proof CHECK (n IS NOT NULL AND n > 0) NOT VALID;
SELECT guard();
SELECT verdict('ALTER TABLE big ALTER n SET NOT NULL');
ALTER TABLE big VALIDATE CONSTRAINT proof;
SELECT verdict('ALTER TABLE big ALTER n SET NOT NULL');
ALTER TABLE big DROP CONSTRAINT proof, DROP CONSTRAINT later, DROP CONSTRAINT later_fk;

-- USING INDEX
CREATE UNIQUE INDEX CONCURRENTLY big_n ON big (n);
CREATE UNIQUE INDEX CONCURRENTLY big_i1_id ON big_i1 (id);
SELECT verdict(s) FROM unnest(ARRAY[
	'ALTER TABLE big ADD CONSTRAINT big_n UNIQUE USING INDEX big_n',
	'ALTER TABLE big_i1 ADD PRIMARY KEY USING INDEX big_i1_id',
	'ALTER TABLE big ADD UNIQUE USING INDEX no_such_index']) s;
-- a nullable column has to be searched for nulls
SET safeddl.mode = 'off';
ALTER TABLE big_i1 ADD CONSTRAINT proof CHECK (id IS NOT NULL);
SELECT guard();
SELECT verdict('ALTER TABLE big_i1 ADD PRIMARY KEY USING INDEX big_i1_id');
SET safeddl.mode = 'off';
ALTER TABLE big_i1 DROP CONSTRAINT proof;
DROP INDEX big_n, big_i1_id;

-- what one subcommand drops neither helps nor hurts another
SET safeddl.mode = 'off';
ALTER TABLE big ADD CONSTRAINT proof CHECK (n IS NOT NULL);
ALTER TABLE big ADD CONSTRAINT words CHECK (n > -1000000);
SELECT guard();
SELECT verdict(s) FROM unnest(ARRAY[
	'ALTER TABLE big ALTER n SET NOT NULL',
	'ALTER TABLE big ALTER n SET NOT NULL, DROP CONSTRAINT words',
	'ALTER TABLE big ALTER n SET NOT NULL, DROP CONSTRAINT proof',
	'ALTER TABLE small ALTER n SET NOT NULL, ALTER n DROP NOT NULL',
	'ALTER TABLE big ADD COLUMN x int DEFAULT 1, ALTER x SET NOT NULL',
	'ALTER TABLE small ADD COLUMN x int DEFAULT 1, ALTER x SET NOT NULL',
	'ALTER TABLE big ADD COLUMN x int NOT NULL DEFAULT 1, ALTER x SET NOT NULL',
	'ALTER TABLE big DROP CONSTRAINT words, ADD COLUMN IF NOT EXISTS n float DEFAULT random()',
	'ALTER TABLE big DROP CONSTRAINT words, ADD CONSTRAINT words CHECK (n > 0)']) s;
SET safeddl.mode = 'off';
ALTER TABLE big DROP CONSTRAINT proof, DROP CONSTRAINT words;
