-- CREATE INDEX, DROP INDEX, REINDEX
SET search_path = t;
SELECT guard();

SELECT * FROM matrix(ARRAY[
	'CREATE INDEX ON {} (status)',
	'CREATE UNIQUE INDEX {}_u ON {} (id)',
	'CREATE INDEX ON {} USING gin (j)',
	'CREATE INDEX ON {} (lower(status)) WHERE n > 5',
	'CREATE INDEX ON ONLY {} (n)',
	'CREATE INDEX ON {}_p (status)',
	'CREATE INDEX ON ONLY {}_p (status)',
	'CREATE INDEX ON {}_p1 (status)',
	'CREATE INDEX ON {}_i (n)',
	'CREATE INDEX ON {}_i1 (n)',
	'CREATE INDEX ON {}_m (status)',
	'CREATE INDEX IF NOT EXISTS {}_pkey ON {} (status)',
	'CREATE INDEX {}_pkey ON {} (status)',
	'CREATE INDEX ON {} (no_such_column)',
	'CREATE INDEX ON {} (no_such_function(n))',
	'CREATE INDEX ON {} USING no_such_method (n)',
	'CREATE INDEX ON {}_missing (n)',
	'DROP INDEX {}_m_id',
	'DROP INDEX {}_pkey',
	'DROP INDEX IF EXISTS {}_no_such_index',
	'REINDEX INDEX {}_pkey',
	'REINDEX TABLE {}',
	'REINDEX TABLE {}_p1'
]);

-- outside of a transaction block
CREATE INDEX CONCURRENTLY big_status ON big (status);
DROP INDEX CONCURRENTLY big_status;
REINDEX TABLE CONCURRENTLY big;
REINDEX TABLE big;
REINDEX TABLE small;
REINDEX INDEX big_pkey;
REINDEX SCHEMA t;

-- partitions that have the index already are not built again
CREATE INDEX CONCURRENTLY big_p1_n ON big_p1 (n);
CREATE INDEX CONCURRENTLY big_p2_n ON big_p2 (n);
SELECT relation, lock_mode, work FROM safeddl.footprint('CREATE INDEX big_p_n ON big_p (n)') ORDER BY relation::text;
CREATE INDEX CONCURRENTLY big_pd_n ON big_pd (n);
SELECT verdict('CREATE INDEX big_p_n ON big_p (n)');
-- but another column, method, opclass, predicate or uniqueness is another index
SELECT verdict(s) FROM unnest(ARRAY[
	'CREATE INDEX big_p_x ON big_p (id)',
	'CREATE INDEX big_p_x ON big_p USING hash (n)',
	'CREATE INDEX big_p_x ON big_p (n) WHERE n > 0',
	'CREATE INDEX big_p_x ON big_p (n, id)',
	'CREATE INDEX big_p_x ON big_p (n) INCLUDE (status)']) s;
DROP INDEX CONCURRENTLY big_p1_n;
DROP INDEX CONCURRENTLY big_p2_n;
DROP INDEX CONCURRENTLY big_pd_n;
