/* safeddl--1.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION safeddl" to load this file. \quit

CREATE FUNCTION footprint(
	statement text,
	OUT relation regclass,
	OUT relkind "char",
	OUT lock_mode text,
	OUT blocks text,
	OUT work text,
	OUT certainty text,
	OUT reach text,
	OUT rule text,
	OUT subject text,
	OUT total_bytes bigint,
	OUT est_rows bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'safeddl_footprint'
LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION footprint(text) IS
'what a DDL statement would lock and do, relation by relation; nothing is executed; "blocks" follows from the lock mode alone';

CREATE FUNCTION plan(
	statement text,
	OUT step integer,
	OUT sql text,
	OUT transaction text,
	OUT note text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'safeddl_plan_statement'
LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION plan(text) IS
'the safe way to do what a DDL statement wants, one row per step: SELECT sql FROM safeddl.plan($$...$$) \gexec; "transaction" is "none" for what must run outside a transaction block';

CREATE FUNCTION "check"(
	script text,
	transaction boolean DEFAULT false,
	OUT statement integer,
	OUT line integer,
	OUT rule text,
	OUT level text,
	OUT relation text,
	OUT lock text,
	OUT blocks text,
	OUT work text,
	OUT bytes bigint,
	OUT message text,
	OUT fix text,
	OUT detail text,
	OUT "position" integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'safeddl_check'
LANGUAGE C STRICT STABLE PARALLEL UNSAFE;

COMMENT ON FUNCTION "check"(text, boolean) IS
'what the guard would find in a script, one row per finding: nothing is executed, and each statement is judged by what those before it did; with "transaction", as if the script ran in one';

CREATE FUNCTION "check"(
	scripts text[],
	transaction boolean DEFAULT false,
	OUT script integer,
	OUT statement integer,
	OUT line integer,
	OUT rule text,
	OUT level text,
	OUT relation text,
	OUT lock text,
	OUT blocks text,
	OUT work text,
	OUT bytes bigint,
	OUT message text,
	OUT fix text,
	OUT detail text,
	OUT "position" integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'safeddl_check_scripts'
LANGUAGE C STRICT STABLE PARALLEL UNSAFE;

COMMENT ON FUNCTION "check"(text[], boolean) IS
'safeddl.check() of several scripts that run one after the other';

CREATE FUNCTION list_rules(
	OUT name text,
	OUT kind text,
	OUT statement text,
	OUT instead text,
	OUT ceiling text,
	OUT level text,
	OUT since integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'safeddl_list_rules'
LANGUAGE C STRICT STABLE PARALLEL SAFE;

COMMENT ON FUNCTION list_rules() IS 'rows of the view safeddl.rules';

CREATE VIEW rules AS
	SELECT name, kind, statement, instead, ceiling, level, since FROM @extschema@.list_rules();

COMMENT ON VIEW rules IS
'the hazards that safeddl knows, and what happens to each in this session';

-- ----------------------------------------------------------------
--		What DDL left behind, and who is in the way
--
-- These views see what their caller may see (security_invoker; and the server
-- hides parts of pg_stat_activity), wait for no lock, and start from the few
-- rows of the catalog that matter.  The text serves all versions: a column that
-- not all of them have is read from to_jsonb() of its row.
-- ----------------------------------------------------------------

CREATE FUNCTION relation_bytes(relation regclass, children boolean DEFAULT false)
RETURNS bigint
AS 'MODULE_PATHNAME', 'safeddl_relation_bytes'
LANGUAGE C STRICT VOLATILE PARALLEL SAFE;

COMMENT ON FUNCTION relation_bytes(regclass, boolean) IS
'size of a table without TOAST or of an index, by its file or by pg_class.relpages, whichever is larger; with children: of its partitions or children too; waits for no lock, as pg_relation_size() would';

CREATE VIEW invalid_indexes WITH (security_invoker = true) AS
WITH locks AS MATERIALIZED (
	SELECT l.relation, l.pid, l.mode, l.granted,
		p.pid IS NOT NULL AS building, p.index_relid, p.command, p.phase,
		round(100 * CASE
			WHEN p.lockers_total > 0 THEN p.lockers_done::numeric / p.lockers_total
			WHEN p.tuples_total > 0 THEN p.tuples_done::numeric / p.tuples_total
			WHEN p.blocks_total > 0 THEN p.blocks_done::numeric / p.blocks_total
		END, 1) AS percent_done
	FROM pg_locks l
	LEFT JOIN pg_stat_progress_create_index p ON p.pid = l.pid
	WHERE l.locktype = 'relation'
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
),
invalid AS (
	SELECT i.indexrelid, i.indrelid, i.indisunique, i.indnullsnotdistinct, i.indisexclusion,
		i.indisready, i.indislive, i.indnkeyatts,
		i.indkey::text AS keys, i.indclass::text AS opclasses,
		i.indcollation::text AS collations, i.indoption::text AS options, i.indexprs, i.indpred,
		ic.relname AS name, ic.relkind, ic.relam, ic.relispartition,
		format('%I.%I', n.nspname, ic.relname) AS qualified,
		format('%I.%I', n.nspname, t.relname) AS qualified_table,
		con.oid AS conoid, con.contype, con.condeferrable, con.condeferred, con.conexclop,
		CASE WHEN ic.relkind = 'I' THEN ARRAY(
			SELECT a.attname
			FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, ord)
			LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num
			ORDER BY k.ord) END AS columns
	FROM pg_index i
	JOIN pg_class ic ON ic.oid = i.indexrelid
	JOIN pg_class t ON t.oid = i.indrelid
	JOIN pg_namespace n ON n.oid = ic.relnamespace
	LEFT JOIN pg_constraint con ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid
		AND con.contype IN ('p', 'u', 'x')
	WHERE NOT i.indisvalid
		AND (ic.relpersistence <> 't' OR NOT pg_is_other_temp_schema(ic.relnamespace))
)
SELECT i.indrelid::regclass AS relation,
	i.indexrelid::regclass AS index,
	@extschema@.relation_bytes(i.indrelid, i.relkind = 'I') AS relation_bytes,
	@extschema@.relation_bytes(i.indexrelid, i.relkind = 'I') AS index_bytes,
	coalesce(w.building, false) AS building,
	w.pid,
	w.phase,
	w.percent_done,
	CASE
		WHEN w.building THEN 'it is being built'
		WHEN w.relation IS NOT NULL THEN 'it is locked, being dropped or rebuilt'
		WHEN i.relkind = 'I' THEN coalesce(part.reason, 'its table has no partitions')
		WHEN i.indisexclusion THEN 'it belongs to an exclusion constraint, and only REINDEX that blocks writes rebuilds it'
		WHEN i.indrelid < 16384 THEN 'it is of a system catalog, and only REINDEX that blocks writes rebuilds it'
		WHEN twin.name IS NOT NULL THEN format('REINDEX CONCURRENTLY of %I did not finish', twin.name)
		WHEN NOT i.indislive THEN 'DROP INDEX CONCURRENTLY did not finish'
		WHEN NOT i.indisready THEN 'CREATE INDEX CONCURRENTLY did not finish'
		ELSE 'CREATE INDEX CONCURRENTLY did not finish, or DROP INDEX CONCURRENTLY'
	END AS reason,
	CASE
		WHEN w.relation IS NOT NULL THEN NULL
		WHEN i.relkind = 'I' THEN part.statement
		WHEN NOT i.indislive OR twin.name IS NOT NULL THEN 'DROP INDEX CONCURRENTLY ' || i.qualified
		WHEN i.indisexclusion OR i.indrelid < 16384 THEN 'REINDEX INDEX ' || i.qualified
		ELSE 'REINDEX INDEX CONCURRENTLY ' || i.qualified
	END AS statement
FROM invalid i
LEFT JOIN LATERAL (
	-- Who works on it: whoever holds a lock on it, or is building it.  REINDEX
	-- CONCURRENTLY works on all indexes of a table at once.  Of a build by
	-- somebody else's role no more is to be seen than that there is one.
	SELECT l.*
	FROM locks l
	WHERE (l.relation = i.indexrelid AND l.granted)
		OR l.index_relid = i.indexrelid
		OR (l.relation = i.indrelid AND l.granted AND l.building
			AND (l.command IS NULL OR l.command = 'REINDEX CONCURRENTLY' OR l.index_relid = 0))
	ORDER BY l.building DESC, (l.index_relid = i.indexrelid) DESC NULLS LAST, l.pid
	LIMIT 1
) w ON true
LEFT JOIN LATERAL (
	-- The index that REINDEX CONCURRENTLY was to replace.  Expressions in the
	-- catalog also tell where they stood in the statement, which may differ.
	SELECT xc.relname AS name
	FROM pg_index x
	JOIN pg_class xc ON xc.oid = x.indexrelid
	WHERE i.name ~ '_cc(new|old)[0-9]*$' AND i.relkind = 'i'
		AND NOT i.relispartition AND i.conoid IS NULL
		AND x.indrelid = i.indrelid AND x.indexrelid <> i.indexrelid AND x.indislive
		AND xc.relname !~ '_cc(new|old)[0-9]*$'
		AND xc.relam = i.relam
		AND x.indisunique = i.indisunique
		AND x.indkey::text = i.keys
		AND x.indclass::text = i.opclasses
		AND x.indcollation::text = i.collations
		AND x.indoption::text = i.options
		AND regexp_replace(x.indexprs::text, ':location -?\d+', '', 'g')
			IS NOT DISTINCT FROM regexp_replace(i.indexprs::text, ':location -?\d+', '', 'g')
		AND regexp_replace(x.indpred::text, ':location -?\d+', '', 'g')
			IS NOT DISTINCT FROM regexp_replace(i.indpred::text, ':location -?\d+', '', 'g')
	ORDER BY x.indisvalid DESC, x.indexrelid
	LIMIT 1
) twin ON true
LEFT JOIN LATERAL (
	-- The next step towards a partitioned index that is complete: attach what
	-- is there, then build what is missing.  After each step, the view has the
	-- one that follows.
	SELECT CASE s.step
			WHEN 'foreign' THEN format('the partition %s is a foreign table', s.partition)
			WHEN 'busy' THEN format('the partition %s or its parent is locked now', s.partition)
			WHEN 'repair' THEN format('the index %s of the partition %s is invalid', s.found, s.partition)
			WHEN 'settle' THEN 'all indexes of its partitions are valid by now'
			WHEN 'attach' THEN format('the index %s of the partition %s is not attached', s.found, s.partition)
			WHEN 'constrain' THEN format('the index %s of the partition %s is not attached', s.found, s.partition)
			ELSE format('the partition %s has no such index', s.partition)
		END AS reason,
		CASE s.step
			WHEN 'attach' THEN format('ALTER INDEX %s ATTACH PARTITION %s', i.qualified, s.found)
			WHEN 'settle' THEN format('ALTER INDEX %s ATTACH PARTITION %s', i.qualified, s.found)
			WHEN 'constrain' THEN format('ALTER TABLE %s ADD %s USING INDEX %I%s%s', s.partition,
				CASE WHEN i.contype = 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, s.found_name,
				CASE WHEN i.condeferrable THEN ' DEFERRABLE' ELSE '' END,
				CASE WHEN i.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END)
			WHEN 'add constraint' THEN format('ALTER TABLE %s%s ADD %s',
				CASE WHEN s.relkind = 'p' THEN 'ONLY ' ELSE '' END, s.partition,
				pg_get_constraintdef(i.conoid))
			WHEN 'build' THEN format('CREATE %sINDEX %s %s %s',
				CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
				CASE WHEN s.relkind = 'p' THEN 'ON ONLY' ELSE 'CONCURRENTLY ON' END, s.partition,
				right(pg_get_indexdef(i.indexrelid), - length(format('CREATE %sINDEX %I ON ONLY %s ',
					CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.name, i.qualified_table))))
		END AS statement
	FROM (
		SELECT p.oid, p.relkind, p.partition, f.found, f.found_name,
			CASE
				WHEN p.relkind = 'f' THEN 'foreign'
				WHEN p.busy THEN 'busy'
				WHEN f.attached AND f.valid THEN 'settle'
				WHEN f.attached THEN 'repair'
				WHEN f.found IS NULL AND i.conoid IS NOT NULL
					AND (i.indisexclusion OR p.relkind = 'p') THEN 'add constraint'
				WHEN f.found IS NULL THEN 'build'
				WHEN NOT f.valid AND p.relkind <> 'p' THEN 'repair'
				WHEN i.conoid IS NOT NULL AND f.conoid IS NULL THEN 'constrain'
				ELSE 'attach'
			END AS step
		FROM (
			SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS partition, n.nspname,
				EXISTS (SELECT FROM locks l WHERE l.mode = 'AccessExclusiveLock'
					AND l.relation IN (i.indrelid, c.oid)) AS busy
			FROM pg_inherits h
			JOIN pg_class c ON c.oid = h.inhrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE h.inhparent = i.indrelid AND i.relkind = 'I'
		) p
		LEFT JOIN LATERAL (
			SELECT format('%I.%I', p.nspname, xc.relname) AS found, xc.relname AS found_name,
				x.indisvalid AS valid, h.inhparent IS NOT NULL AS attached, xcon.oid AS conoid
			FROM pg_index x
			JOIN pg_class xc ON xc.oid = x.indexrelid
			LEFT JOIN pg_inherits h ON h.inhrelid = x.indexrelid
			LEFT JOIN pg_constraint xcon ON xcon.conrelid = x.indrelid AND xcon.conindid = x.indexrelid
				AND xcon.contype IN ('p', 'u', 'x')
			WHERE x.indrelid = p.oid AND NOT p.busy
				AND CASE
					WHEN h.inhparent IS NOT NULL THEN h.inhparent = i.indexrelid
					ELSE x.indislive
						AND xc.relam = i.relam
						AND x.indisunique = i.indisunique
						AND x.indnullsnotdistinct = i.indnullsnotdistinct
						AND x.indnkeyatts = i.indnkeyatts
						AND x.indclass::text = i.opclasses
						AND x.indcollation::text = i.collations
						AND x.indoption::text = i.options
						AND xcon.conexclop IS NOT DISTINCT FROM i.conexclop
						AND (i.conoid IS NULL OR xcon.oid IS NULL OR xcon.contype = i.contype)
						AND i.columns = ARRAY(
							SELECT a.attname
							FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (num, ord)
							LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.num
							ORDER BY k.ord)
						AND pg_get_expr(x.indexprs, x.indrelid) IS NOT DISTINCT FROM pg_get_expr(i.indexprs, i.indrelid)
						AND pg_get_expr(x.indpred, x.indrelid) IS NOT DISTINCT FROM pg_get_expr(i.indpred, i.indrelid)
				END
			ORDER BY h.inhparent IS NOT NULL DESC, x.indisvalid DESC, xcon.oid IS NOT NULL DESC, x.indexrelid
			LIMIT 1
		) f ON true
	) s
	ORDER BY array_position(ARRAY['foreign', 'attach', 'constrain', 'build', 'add constraint', 'repair', 'busy', 'settle'], s.step),
		s.oid
	LIMIT 1
) part ON true;

COMMENT ON VIEW invalid_indexes IS
'indexes that no query uses, though most of them cost each write as others do: what a CONCURRENTLY command that failed or was cancelled leaves behind, and partitioned indexes that lack the index of a partition; one at a time, outside a transaction block, the statements repair them';
COMMENT ON COLUMN invalid_indexes.relation IS 'table of the index';
COMMENT ON COLUMN invalid_indexes.index IS 'the index';
COMMENT ON COLUMN invalid_indexes.relation_bytes IS 'size of the table without TOAST, with its partitions';
COMMENT ON COLUMN invalid_indexes.index_bytes IS 'size of the index, with those attached to it';
COMMENT ON COLUMN invalid_indexes.building IS 'is it being built now?';
COMMENT ON COLUMN invalid_indexes.pid IS 'process that builds, rebuilds or drops it now';
COMMENT ON COLUMN invalid_indexes.phase IS 'phase of the build, as in pg_stat_progress_create_index; null if the caller may not see it';
COMMENT ON COLUMN invalid_indexes.percent_done IS 'how far the phase is';
COMMENT ON COLUMN invalid_indexes.reason IS 'why it is invalid';
COMMENT ON COLUMN invalid_indexes.statement IS 'what repairs it, or is the next step; null while somebody works on it, and where something else must be repaired first';

CREATE VIEW unvalidated_constraints WITH (security_invoker = true) AS
WITH unvalidated AS MATERIALIZED (
	-- before 18, all constraints are enforced
	SELECT con.oid, con.conname, con.contype, con.conrelid, con.contypid, con.conkey, con.conparentid,
		con.coninhcount, con.connoinherit
	FROM pg_constraint con
	WHERE NOT con.convalidated AND to_jsonb(con) ->> 'conenforced' IS DISTINCT FROM 'false'
)
SELECT CASE WHEN con.conrelid <> 0 THEN con.conrelid::regclass END AS relation,
	CASE WHEN con.contypid <> 0 THEN con.contypid::regtype END AS domain,
	con.conname AS constraint_name,
	CASE con.contype
		WHEN 'c' THEN 'check'
		WHEN 'f' THEN 'foreign key'
		WHEN 'n' THEN 'not null'
		ELSE con.contype::text
	END AS kind,
	CASE WHEN con.conrelid <> 0
		THEN @extschema@.relation_bytes(con.conrelid, con.contype <> 'f' OR t.relkind = 'p')
	END AS relation_bytes,
	CASE
		WHEN con.conrelid <> 0
		THEN format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', tn.nspname, t.relname, con.conname)
		ELSE format('ALTER DOMAIN %I.%I VALIDATE CONSTRAINT %I', dn.nspname, d.typname, con.conname)
	END AS statement
FROM unvalidated con
LEFT JOIN pg_class t ON t.oid = con.conrelid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_type d ON d.oid = con.contypid
LEFT JOIN pg_namespace dn ON dn.oid = d.typnamespace
-- to validate the parent's constraint validates the children's
WHERE NOT EXISTS (
		SELECT
		FROM pg_inherits h
		JOIN unvalidated parent ON parent.conrelid = h.inhparent
		WHERE con.coninhcount > 0 AND con.contype IN ('c', 'n')
			AND h.inhrelid = con.conrelid
			AND parent.contype = con.contype
			AND NOT parent.connoinherit
			AND CASE
				WHEN con.contype = 'c' THEN parent.conname = con.conname
				ELSE (SELECT attname FROM pg_attribute WHERE attrelid = parent.conrelid AND attnum = parent.conkey[1]) =
					(SELECT attname FROM pg_attribute WHERE attrelid = con.conrelid AND attnum = con.conkey[1])
			END)
	-- and of a foreign key to a partitioned table, those to its partitions need none
	AND NOT EXISTS (
		SELECT
		FROM pg_constraint parent
		WHERE con.conparentid <> 0 AND parent.oid = con.conparentid
			AND (NOT parent.convalidated OR parent.conrelid = con.conrelid))
	AND (t.relpersistence IS DISTINCT FROM 't' OR NOT pg_is_other_temp_schema(t.relnamespace));

COMMENT ON VIEW unvalidated_constraints IS
'constraints that were added NOT VALID and are to be validated still: rows from before may break them, and the planner makes no use of them; the statements read the table, and let others read and write it meanwhile';
COMMENT ON COLUMN unvalidated_constraints.relation IS 'table of the constraint; null for one of a domain';
COMMENT ON COLUMN unvalidated_constraints.domain IS 'domain of the constraint; null for one of a table';
COMMENT ON COLUMN unvalidated_constraints.constraint_name IS 'name of the constraint';
COMMENT ON COLUMN unvalidated_constraints.kind IS 'check, foreign key or not null';
COMMENT ON COLUMN unvalidated_constraints.relation_bytes IS 'size of the table without TOAST, with the partitions or children that the statement reads; null for a domain: safeddl.footprint(statement) tells which tables it reads';
COMMENT ON COLUMN unvalidated_constraints.statement IS 'what validates it, and those of partitions and children with it';

CREATE VIEW unindexed_foreign_keys WITH (security_invoker = true) AS
WITH RECURSIVE foreign_keys AS (
	-- Rows are in plain tables and partitions, which have a constraint of their
	-- own below that of the partitioned table.  The columns that the server
	-- searches for: for overlaps with a PERIOD, the others will do.
	SELECT con.oid, con.conparentid, con.conrelid,
		cardinality(con.conkey) AS ncolumns, con.conkey AS columns,
		period.yes AS period,
		cardinality(con.conkey) - period.yes::int AS nkeys,
		con.conkey[1:cardinality(con.conkey) - period.yes::int] AS keys
	FROM pg_constraint con
	CROSS JOIN LATERAL (
		SELECT con.conpfeqop[cardinality(con.conpfeqop)] IN
			('pg_catalog.&&(anyrange,anyrange)'::regoperator, 'pg_catalog.&&(anymultirange,anymultirange)'::regoperator)
	) AS period (yes)
	JOIN pg_class t ON t.oid = con.conrelid
	LEFT JOIN pg_constraint parent ON parent.oid = con.conparentid
	WHERE con.contype = 'f'
		AND t.relkind = 'r'
		AND (t.relpersistence <> 't' OR NOT pg_is_other_temp_schema(t.relnamespace))
		AND parent.conrelid IS DISTINCT FROM con.conrelid
		AND (con.convalidated OR to_jsonb(con) ->> 'conenforced' IS DISTINCT FROM 'false')
),
indexes AS (
	-- an operator class names the access method, as pg_class would, but is read faster
	SELECT i.indrelid, i.indkey::int2[] AS keys, i.indcollation::oid[] AS collations,
		i.indnkeyatts, i.indpred,
		opc.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'gist') AS gist
	FROM pg_index i
	JOIN pg_opclass opc ON opc.oid = i.indclass[0]
	WHERE i.indisvalid
		AND opc.opcmethod = ANY (ARRAY(SELECT oid FROM pg_am WHERE amname IN ('btree', 'hash', 'gist')))
),
lacking AS (
	SELECT fk.oid, fk.conparentid
	FROM foreign_keys fk
	WHERE NOT EXISTS (
		SELECT
		FROM indexes i
		WHERE i.indrelid = fk.conrelid
			AND CASE WHEN i.gist
				THEN fk.period AND i.indnkeyatts >= fk.ncolumns
					AND i.keys[0:fk.ncolumns - 1] @> fk.columns AND i.keys[0:fk.ncolumns - 1] <@ fk.columns
				ELSE i.indnkeyatts >= fk.nkeys
					AND i.keys[0:fk.nkeys - 1] @> fk.keys AND i.keys[0:fk.nkeys - 1] <@ fk.keys
			END
			-- a search for a value finds what is not null
			AND (i.indpred IS NULL
				OR regexp_replace(i.indpred::text,
					'\{NULLTEST :arg \{VAR :varno 1 :varattno (' || array_to_string(fk.columns, '|') ||
					') [^{}]*\} :nulltesttype 1 :argisrow false :location -?\d+\}', '', 'g')
					~ '^(\{BOOLEXPR :boolop and :args \( *\) :location -?\d+\})?$')
			-- and one by the column's own collation needs an index of the same
			AND NOT EXISTS (
				SELECT
				FROM unnest(i.keys[0:fk.nkeys - 1], i.collations[0:fk.nkeys - 1]) AS k (attnum, coll)
				JOIN pg_attribute a ON a.attrelid = fk.conrelid AND a.attnum = k.attnum
				WHERE k.coll <> 0 AND k.coll <> a.attcollation))
),
upwards AS (
	SELECT oid, conparentid FROM lacking
	UNION
	SELECT con.oid, con.conparentid
	FROM upwards
	JOIN pg_constraint con ON con.oid = upwards.conparentid
)
SELECT con.conrelid::regclass AS relation,
	con.conname AS constraint_name,
	col.names AS columns,
	con.confrelid::regclass AS referenced,
	@extschema@.relation_bytes(con.conrelid, t.relkind = 'p') AS relation_bytes,
	pending.index::regclass AS invalid_index,
	CASE
		WHEN pending.index IS NULL
		THEN format('CREATE INDEX %s %I.%I (%s)',
			CASE WHEN t.relkind = 'p' THEN 'ON ONLY' ELSE 'CONCURRENTLY ON' END,
			n.nspname, t.relname, col.list)
	END AS statement
FROM upwards
JOIN pg_constraint con ON con.oid = upwards.oid
JOIN pg_class t ON t.oid = con.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
	-- a PERIOD is left out of the statement's
	SELECT array_agg(k.name ORDER BY k.ord) AS names,
		string_agg(quote_ident(k.name), ', ' ORDER BY k.ord)
			FILTER (WHERE k.ord < cardinality(con.conkey) OR con.conpfeqop[k.ord] NOT IN
				('pg_catalog.&&(anyrange,anyrange)'::regoperator, 'pg_catalog.&&(anymultirange,anymultirange)'::regoperator)) AS list
	FROM (
		SELECT u.ord, (SELECT attname FROM pg_attribute WHERE attrelid = con.conrelid AND attnum = u.attnum) AS name
		FROM unnest(con.conkey) WITH ORDINALITY AS u (attnum, ord)
	) k
) col
LEFT JOIN LATERAL (
	SELECT i.indexrelid AS index
	FROM pg_index i
	WHERE i.indrelid = con.conrelid AND NOT i.indisvalid AND i.indislive AND i.indpred IS NULL
		AND i.indnkeyatts >= cardinality(con.conkey)
		AND (i.indkey::int2[])[0:cardinality(con.conkey) - 1] @> con.conkey
		AND (i.indkey::int2[])[0:cardinality(con.conkey) - 1] <@ con.conkey
	ORDER BY i.indexrelid
	LIMIT 1
) pending ON true
WHERE upwards.conparentid = 0;

COMMENT ON VIEW unindexed_foreign_keys IS
'foreign keys whose columns are not the first of any index on the referencing table: each DELETE on the referenced table, and each UPDATE of its key, then reads all of the referencing table, under locks that it keeps until it commits; a cascade or a DELETE of many rows does so once per row';
COMMENT ON COLUMN unindexed_foreign_keys.relation IS 'the referencing table; for partitions, the partitioned table that has the constraint';
COMMENT ON COLUMN unindexed_foreign_keys.constraint_name IS 'name of the foreign key';
COMMENT ON COLUMN unindexed_foreign_keys.columns IS 'its columns';
COMMENT ON COLUMN unindexed_foreign_keys.referenced IS 'the referenced table';
COMMENT ON COLUMN unindexed_foreign_keys.relation_bytes IS 'size of the referencing table without TOAST, with its partitions';
COMMENT ON COLUMN unindexed_foreign_keys.invalid_index IS 'an index that would do if it were valid: see safeddl.invalid_indexes';
COMMENT ON COLUMN unindexed_foreign_keys.statement IS 'what builds the index, outside a transaction block; on a partitioned table it only begins it, and safeddl.invalid_indexes has the steps that follow; null where there is an invalid one';

CREATE VIEW blockers WITH (security_invoker = true) AS
WITH all_locks AS MATERIALIZED (
	SELECT l.locktype, l.database, l.relation, l.transactionid, l.pid, l.virtualtransaction, l.mode, l.granted, l.waitstart,
		array_position(ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock',
			'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], l.mode) AS strength
	FROM pg_locks l
),
holders AS (
	-- the strongest lock on a table, its indexes or its TOAST; the weaker locks
	-- of a query on them say nothing that the lock on the table does not
	SELECT DISTINCT ON (t.oid, coalesce(a.leader_pid, l.pid), l.granted, CASE WHEN l.pid IS NULL THEN l.virtualtransaction END)
		t.oid AS relation, o.oid AS locked, coalesce(a.leader_pid, l.pid) AS pid, l.virtualtransaction,
		l.mode, l.strength, l.granted, l.waitstart
	FROM all_locks l
	JOIN pg_class o ON o.oid = l.relation
	LEFT JOIN pg_stat_activity a ON a.pid = l.pid
	LEFT JOIN pg_index i ON i.indexrelid = o.oid
	LEFT JOIN pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = coalesce(i.indrelid, o.oid)
		AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'
		AND o.relnamespace = 'pg_toast'::regnamespace
	JOIN pg_class t ON t.oid = coalesce(d.refobjid, i.indrelid, o.oid)
	WHERE l.locktype = 'relation'
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND coalesce(a.leader_pid, l.pid) IS DISTINCT FROM pg_backend_pid()
		AND t.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace,
			'information_schema'::regnamespace, '@extschema@'::regnamespace)
		AND t.relpersistence <> 't'
		AND (t.oid = o.oid OR l.strength > 3 OR NOT l.granted)
	ORDER BY t.oid, coalesce(a.leader_pid, l.pid), l.granted, CASE WHEN l.pid IS NULL THEN l.virtualtransaction END,
		l.strength DESC, t.oid = o.oid DESC, o.oid
)
SELECT h.relation::regclass AS relation,
	h.locked::regclass AS locked,
	h.pid,
	p.gid,
	h.mode AS lock_mode,
	CASE WHEN h.strength = 8 THEN 'reads and writes' WHEN h.strength > 4 THEN 'writes' ELSE 'nothing' END AS blocks,
	h.granted,
	since.at AS since,
	clock_timestamp() - since.at AS age,
	coalesce(a.usename, p.owner) AS role,
	a.application_name AS application,
	CASE WHEN p.gid IS NULL THEN a.state ELSE 'prepared' END AS state,
	a.query,
	CASE
		WHEN h.pid IN (SELECT l.pid FROM all_locks l WHERE NOT l.granted AND l.pid IS NOT NULL)
		THEN pg_blocking_pids(h.pid)
	END AS waits_for,
	CASE
		WHEN p.gid IS NOT NULL THEN format('ROLLBACK PREPARED %L', p.gid)
		WHEN h.granted THEN format('SELECT pg_terminate_backend(%s)', h.pid)
		ELSE format('SELECT pg_cancel_backend(%s)', h.pid)
	END AS statement
FROM holders h
LEFT JOIN pg_stat_activity a ON a.pid = h.pid
LEFT JOIN (
	-- a prepared transaction goes by its ID, and holds the lock on it
	SELECT x.virtualtransaction, p.gid, p.prepared, p.owner
	FROM all_locks x
	JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
	WHERE x.locktype = 'transactionid' AND x.granted AND x.pid IS NULL
) p ON h.pid IS NULL AND p.virtualtransaction = h.virtualtransaction
CROSS JOIN LATERAL (
	SELECT CASE WHEN NOT h.granted THEN h.waitstart WHEN h.pid IS NULL THEN p.prepared ELSE a.xact_start END
) AS since (at);

COMMENT ON VIEW blockers IS
'who holds a lock on a table of this database and who waits for one, but for this session: SELECT * FROM safeddl.blockers WHERE relation = ''orders''::regclass ORDER BY granted DESC, since';
COMMENT ON COLUMN blockers.relation IS 'table, view or sequence; for a lock on an index or on TOAST, the table';
COMMENT ON COLUMN blockers.locked IS 'what the lock is on: the relation, its index or its TOAST table';
COMMENT ON COLUMN blockers.pid IS 'the process; for a parallel worker its leader''s; null for a prepared transaction';
COMMENT ON COLUMN blockers.gid IS 'name of the prepared transaction';
COMMENT ON COLUMN blockers.lock_mode IS 'the strongest lock that it holds, or waits for, as in pg_locks';
COMMENT ON COLUMN blockers.blocks IS 'what others cannot do while the lock is held; of a waiter: what cannot get past it in the queue';
COMMENT ON COLUMN blockers.granted IS 'does it hold the lock (true) or wait for it (false)?';
COMMENT ON COLUMN blockers.since IS 'start of its transaction; of a waiter: of its wait; of a prepared transaction: when it was prepared; null if the caller may not see it';
COMMENT ON COLUMN blockers.age IS 'time since then';
COMMENT ON COLUMN blockers.role IS 'who it is connected as, or who prepared the transaction';
COMMENT ON COLUMN blockers.application IS 'its application_name';
COMMENT ON COLUMN blockers.state IS 'as in pg_stat_activity, or prepared';
COMMENT ON COLUMN blockers.query IS 'its latest query, as pg_stat_activity shows it to the caller';
COMMENT ON COLUMN blockers.waits_for IS 'processes that it waits for, for whatever lock (pg_blocking_pids(); 0 is a prepared transaction); null if it does not wait';
COMMENT ON COLUMN blockers.statement IS 'what ends its transaction; of a waiter: its wait';

GRANT SELECT ON rules, invalid_indexes, unvalidated_constraints, unindexed_foreign_keys, blockers TO PUBLIC;
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
