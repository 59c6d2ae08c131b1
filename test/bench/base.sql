-- What the parts of the benchmark find in their cluster.

-- for DROP SCHEMA
CREATE PROCEDURE make_schema(name text, tables int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE SCHEMA %I', name);
	FOR i IN 1..tables LOOP
		EXECUTE format('CREATE TABLE %I.t%s (id bigint PRIMARY KEY, name text)', name, i);
	END LOOP;
END $$;
CALL make_schema('dropped', :tables);

-- no TOAST and no index, so that a partition is as cheap as it can be
CREATE PROCEDURE make_partitions(name text, partitions int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint NOT NULL, created date NOT NULL) '
				   'PARTITION BY RANGE (id)', name);
	FOR i IN 1..partitions LOOP
		EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
					   name || i, name, i, i + 1);
		IF i % 500 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;
CALL make_partitions('many', :partitions);
CALL make_partitions('few', :few);
CALL make_partitions('queued', :queued);

-- for the queue: one of those who use other tables, those of no two the same
CREATE PROCEDURE hold_locks(client int, locks int, partitions int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..locks LOOP
		EXECUTE format('LOCK TABLE many%s IN ACCESS SHARE MODE',
					   1 + (client * locks + i) % partitions);
	END LOOP;
END $$;
VACUUM ANALYZE pg_class, pg_attribute, pg_depend, pg_inherits, pg_constraint, pg_type;
CHECKPOINT;
