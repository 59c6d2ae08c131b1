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

-- ----------------------------------------------------------------
--		Production's sizes in another database
--
-- The guard reads these tables itself (src/sizes.c), by the order of their
-- columns, with the names of their indexes, and only if they belong to the
-- extension.  pg_dump leaves their rows out.
-- ----------------------------------------------------------------

CREATE TABLE loaded_from (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	database name NOT NULL,
	server_version varchar(100) NOT NULL,
	measured timestamptz NOT NULL,
	loaded timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE loaded_from IS 'where the sizes in safeddl.loaded_sizes come from; no row if none were loaded';
COMMENT ON COLUMN loaded_from.database IS 'database in which safeddl.sizes() measured them';
COMMENT ON COLUMN loaded_from.server_version IS 'version of its server';
COMMENT ON COLUMN loaded_from.measured IS 'when that was';
COMMENT ON COLUMN loaded_from.loaded IS 'when safeddl.load_sizes() loaded them here';

CREATE TABLE loaded_sizes (
	relid oid NOT NULL,
	kind "char" NOT NULL,
	bytes bigint NOT NULL,
	rows double precision NOT NULL,
	toast_bytes bigint NOT NULL,
	toast_rows double precision NOT NULL,
	toast_index_bytes bigint NOT NULL,
	toast_index_rows double precision NOT NULL,
	schema_name name NOT NULL,
	name name NOT NULL,
	parent_schema name,
	parent_name name,
	table_name name,
	PRIMARY KEY (schema_name, name)
);
CREATE INDEX loaded_sizes_relid_idx ON loaded_sizes (relid);
CREATE INDEX loaded_sizes_parent_idx ON loaded_sizes (parent_schema, parent_name);
CREATE INDEX loaded_sizes_table_idx ON loaded_sizes (schema_name, table_name);

COMMENT ON TABLE loaded_sizes IS 'sizes by which the guard judges here, as safeddl.load_sizes() loaded them';
COMMENT ON COLUMN loaded_sizes.relid IS 'relation that had the name, and was of that kind, when they were loaded; 0 if there was none';
COMMENT ON COLUMN loaded_sizes.kind IS 'as pg_class.relkind';
COMMENT ON COLUMN loaded_sizes.bytes IS 'size of its rows or entries';
COMMENT ON COLUMN loaded_sizes.rows IS 'how many there are, by estimate';
COMMENT ON COLUMN loaded_sizes.toast_bytes IS 'size of its TOAST table';
COMMENT ON COLUMN loaded_sizes.toast_rows IS 'rows of that, by estimate';
COMMENT ON COLUMN loaded_sizes.toast_index_bytes IS 'size of the index of its TOAST table';
COMMENT ON COLUMN loaded_sizes.toast_index_rows IS 'entries of that, by estimate';
COMMENT ON COLUMN loaded_sizes.schema_name IS 'schema';
COMMENT ON COLUMN loaded_sizes.name IS 'name';
COMMENT ON COLUMN loaded_sizes.parent_schema IS 'schema of what it is a partition of';
COMMENT ON COLUMN loaded_sizes.parent_name IS 'partitioned table or index that it is a partition of';
COMMENT ON COLUMN loaded_sizes.table_name IS 'table of an index';

CREATE FUNCTION relation_size(relation oid, OUT pages bigint, OUT rows bigint)
AS 'MODULE_PATHNAME', 'safeddl_relation_size'
LANGUAGE C STRICT VOLATILE PARALLEL SAFE;

COMMENT ON FUNCTION relation_size(oid) IS
'pages of a relation, without TOAST and indexes, by its file or by pg_class.relpages, whichever is larger, and its rows by estimate, in this database; waits for no lock';

CREATE FUNCTION sizes() RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	WITH relations AS MATERIALIZED (
		SELECT n.nspname, c.relname, c.relkind, size.pages, size.rows,
			toast.pages AS toast_pages, toast.rows AS toast_rows,
			toast_index.pages AS toast_index_pages, toast_index.rows AS toast_index_rows,
			pn.nspname AS parent_schema, p.relname AS parent_name, t.relname AS table_name
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN LATERAL @extschema@.relation_size(c.oid) AS size
		LEFT JOIN LATERAL @extschema@.relation_size(c.reltoastrelid) AS toast ON c.reltoastrelid <> 0
		LEFT JOIN pg_index ti ON c.reltoastrelid <> 0 AND ti.indrelid = c.reltoastrelid AND ti.indisvalid
		LEFT JOIN LATERAL @extschema@.relation_size(ti.indexrelid) AS toast_index ON ti.indexrelid <> 0
		LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid
		LEFT JOIN pg_class p ON p.oid = h.inhparent
		LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
		LEFT JOIN pg_index i ON i.indexrelid = c.oid
		LEFT JOIN pg_class t ON t.oid = i.indrelid
		WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I')
			AND c.relpersistence <> 't'
			AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', '@extschema@')
			AND size.pages IS NOT NULL
	)
	SELECT jsonb_build_object(
		'safeddl_sizes', 1,
		'database', current_database(),
		'server_version', current_setting('server_version'),
		'measured', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'block_size', current_setting('block_size')::integer,
		'relations', coalesce(
			jsonb_agg(
				jsonb_strip_nulls(jsonb_build_object(
					'schema', r.nspname,
					'name', r.relname,
					'kind', CASE r.relkind
						WHEN 'r' THEN 'table'
						WHEN 'p' THEN 'partitioned table'
						WHEN 'm' THEN 'materialized view'
						WHEN 'i' THEN 'index'
						WHEN 'I' THEN 'partitioned index'
					END,
					'pages', r.pages,
					'rows', r.rows,
					'toast_pages', nullif(r.toast_pages, 0),
					'toast_rows', nullif(r.toast_rows, 0),
					'toast_index_pages', nullif(r.toast_index_pages, 0),
					'toast_index_rows', nullif(r.toast_index_rows, 0),
					'table', r.table_name,
					'parent', CASE
						WHEN r.parent_name IS NOT NULL
						THEN jsonb_build_object('schema', r.parent_schema, 'name', r.parent_name)
					END))
				ORDER BY r.nspname COLLATE "C", r.relname COLLATE "C"),
			'[]'))
	FROM relations r;
END;

COMMENT ON FUNCTION sizes() IS
'names, pages and estimated rows of all tables and indexes of this database, for safeddl.load_sizes() in another; nothing of what is in them';

CREATE FUNCTION load_sizes(sizes jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad record;
	block_size bigint;
	measured_at timestamptz;
	known bigint;
BEGIN
	IF sizes IS NULL THEN
		DELETE FROM @extschema@.loaded_from;
		DELETE FROM @extschema@.loaded_sizes;
		RETURN 0;
	END IF;

	IF jsonb_typeof(sizes) <> 'object' OR NOT sizes ? 'safeddl_sizes' THEN
		RAISE invalid_parameter_value USING
			MESSAGE = 'these are no sizes',
			DETAIL = 'A JSON object with the key "safeddl_sizes" is expected.',
			HINT = 'Pass what SELECT safeddl.sizes() returns in production, as it is.';
	END IF;
	IF sizes -> 'safeddl_sizes' <> '1' THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('sizes of format %s are not supported', sizes -> 'safeddl_sizes'),
			DETAIL = 'This version of safeddl reads format 1.',
			HINT = 'Export them with the version of safeddl that is installed here.';
	END IF;
	SELECT e.field, e.expected INTO bad
	FROM (VALUES
		('relations', 'array', 'an array'),
		('database', 'string', 'a string'),
		('server_version', 'string', 'a string'),
		('measured', 'string', 'a time'),
		('block_size', 'number', 'a number of bytes')) AS e (field, type, expected)
	WHERE jsonb_typeof(sizes -> e.field) IS DISTINCT FROM e.type
	LIMIT 1;
	IF NOT FOUND THEN
		BEGIN
			measured_at := sizes ->> 'measured';
		EXCEPTION WHEN data_exception THEN
			bad := ROW('measured', 'a time');
		END;
		block_size := CASE WHEN (sizes ->> 'block_size')::numeric IN (1024, 2048, 4096, 8192, 16384, 32768)
			THEN (sizes ->> 'block_size')::numeric END;
		IF measured_at IS NULL THEN
			SELECT 'measured' AS field, 'a time' AS expected INTO bad;
		ELSIF block_size IS NULL THEN
			SELECT 'block_size' AS field, 'a number of bytes' AS expected INTO bad;
		END IF;
	END IF;
	IF bad.field IS NOT NULL THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('"%s" of the sizes is not %s', bad.field, bad.expected),
			HINT = 'Pass what SELECT safeddl.sizes() returns in production, as it is.';
	END IF;

	SELECT e.ord, e.relation, b.field INTO bad
	FROM jsonb_array_elements(sizes -> 'relations') WITH ORDINALITY AS e (relation, ord),
		LATERAL (
			SELECT '' WHERE jsonb_typeof(e.relation) <> 'object'
			UNION ALL
			SELECT f FROM unnest(ARRAY['schema', 'name']) f
			WHERE jsonb_typeof(e.relation -> f) IS DISTINCT FROM 'string' OR e.relation ->> f = ''
			UNION ALL
			SELECT 'kind'
			WHERE coalesce(e.relation ->> 'kind', '') NOT IN
				('table', 'partitioned table', 'materialized view', 'index', 'partitioned index')
			UNION ALL
			SELECT f FROM unnest(ARRAY['pages', 'rows', 'toast_pages', 'toast_rows', 'toast_index_pages', 'toast_index_rows']) f
			WHERE CASE
				WHEN jsonb_typeof(e.relation -> f) = 'number'
				THEN (e.relation ->> f)::numeric NOT BETWEEN 0 AND CASE WHEN f LIKE '%pages' THEN 4294967295 ELSE 9e18 END
					OR (e.relation ->> f)::numeric % 1 <> 0
				ELSE f IN ('pages', 'rows') OR e.relation ? f
			END
			UNION ALL
			SELECT 'parent'
			WHERE e.relation ? 'parent' AND (jsonb_typeof(e.relation #> '{parent,schema}') IS DISTINCT FROM 'string' OR
				jsonb_typeof(e.relation #> '{parent,name}') IS DISTINCT FROM 'string')
			UNION ALL
			SELECT 'table'
			WHERE e.relation ? 'table' AND jsonb_typeof(e.relation -> 'table') <> 'string'
		) AS b (field)
	LIMIT 1;
	IF FOUND THEN
		RAISE invalid_parameter_value USING
			MESSAGE = CASE
				WHEN bad.field = '' THEN format('relation %s of the sizes is not an object', bad.ord)
				ELSE format('relation %s of the sizes has no valid "%s"', bad.ord, bad.field)
			END,
			DETAIL = format('It is %s.', left(bad.relation::text, 200)),
			HINT = 'Pass what SELECT safeddl.sizes() returns in production, as it is.';
	END IF;

	SELECT e.relation ->> 'schema' AS schema, e.relation ->> 'name' AS name INTO bad
	FROM jsonb_array_elements(sizes -> 'relations') AS e (relation)
	GROUP BY 1, 2
	HAVING count(*) > 1
	LIMIT 1;
	IF FOUND THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('relation "%s.%s" is in the sizes more than once', bad.schema, bad.name),
			HINT = 'Pass what SELECT safeddl.sizes() returns in production, as it is.';
	END IF;

	-- the row serializes those who load at the same time
	INSERT INTO @extschema@.loaded_from (database, server_version, measured)
	VALUES (sizes ->> 'database', left(sizes ->> 'server_version', 100), measured_at)
	ON CONFLICT (one) DO UPDATE
	SET database = excluded.database, server_version = excluded.server_version,
		measured = excluded.measured, loaded = excluded.loaded;
	DELETE FROM @extschema@.loaded_sizes;
	INSERT INTO @extschema@.loaded_sizes
	SELECT coalesce(c.oid, 0), k.kind, r.pages * block_size, r.rows,
		coalesce(r.toast_pages, 0) * block_size, coalesce(r.toast_rows, 0),
		coalesce(r.toast_index_pages, 0) * block_size, coalesce(r.toast_index_rows, 0),
		r.schema, r.name, (r.parent ->> 'schema')::name, (r.parent ->> 'name')::name, r."table"
	FROM jsonb_to_recordset(sizes -> 'relations') AS r (
		schema name, name name, kind text, pages bigint, rows double precision,
		toast_pages bigint, toast_rows double precision,
		toast_index_pages bigint, toast_index_rows double precision,
		parent jsonb, "table" name)
	CROSS JOIN LATERAL (
		SELECT CASE r.kind
			WHEN 'table' THEN 'r'
			WHEN 'partitioned table' THEN 'p'
			WHEN 'materialized view' THEN 'm'
			WHEN 'index' THEN 'i'
			WHEN 'partitioned index' THEN 'I'
		END::"char"
	) AS k (kind)
	LEFT JOIN pg_namespace n ON n.nspname = r.schema
	LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = r.name AND c.relkind = k.kind;
	SELECT count(*) INTO known FROM @extschema@.loaded_sizes WHERE relid <> 0;
	RETURN known;
END
$$;

REVOKE EXECUTE ON FUNCTION load_sizes(jsonb) FROM PUBLIC;

COMMENT ON FUNCTION load_sizes(jsonb) IS
'lets the guard judge the relations of this database by sizes that safeddl.sizes() measured in another, in the place of those loaded before; NULL: by their own again; returns how many of them exist here';

GRANT SELECT ON rules, invalid_indexes, unvalidated_constraints, unindexed_foreign_keys, blockers,
	loaded_from, loaded_sizes TO PUBLIC;

--		UPDATE of a large table, in batches that commit
--
-- A procedure that commits can neither be SECURITY DEFINER nor have a SET
-- clause, so it runs with the rights and under the search_path of its caller.
-- It is a loop of calls; all else is in functions that fix their search_path,
-- and go back to the caller's only for the statements made of his words.
-- ----------------------------------------------------------------

CREATE TABLE backfill_jobs (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	relation regclass NOT NULL,
	assignments text NOT NULL,
	condition text,
	role regrole NOT NULL,
	columns bigint NOT NULL,		-- hash of the columns of the table
	-- where it is
	phase text NOT NULL,			-- walk, look, done
	leaf oid,						-- the table at work
	walk text,						-- along a key or by ctid
	key text,						-- columns of the key, to go on along the same
	place text[],					-- values of the key last seen; the next page
	pages bigint,					-- by ctid: how many there are
	row_density double precision,	-- by ctid: estimated rows in a page
	rounds integer NOT NULL DEFAULT 0,	-- of looking for what is left
	left_in oid[],					-- the tables that have any
	looks integer NOT NULL DEFAULT 0,
	looks_in_vain integer NOT NULL DEFAULT 0,
	gave_up boolean NOT NULL DEFAULT false,
	size double precision NOT NULL,	-- of a slice: rows or pages
	blocked integer NOT NULL DEFAULT 0,
	least_time double precision,	-- seconds that a slice takes, however small
	cost double precision,			-- seconds per row or page, of late
	least_cost double precision,
	-- how far it is
	rows_changed bigint NOT NULL DEFAULT 0,
	rows_seen bigint NOT NULL DEFAULT 0,
	rows_kept bigint NOT NULL DEFAULT 0,	-- that fulfil the condition still
	rows_estimated bigint NOT NULL,
	started timestamptz NOT NULL,
	call_started timestamptz NOT NULL,
	call_seen bigint NOT NULL DEFAULT 0,	-- rows seen by calls before
	updated timestamptz NOT NULL,
	noticed timestamptz NOT NULL,
	waits_for text,
	-- what the call asked for
	path text NOT NULL,
	batch_time interval NOT NULL,
	batch_rows integer NOT NULL,
	pause double precision NOT NULL,
	max_lag interval,
	max_lag_bytes bigint,
	asked_walk text NOT NULL,
	fire_triggers boolean NOT NULL
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX ON backfill_jobs
	(relation, hashtextextended(assignments, 0), hashtextextended(coalesce(condition, ''), 0));

COMMENT ON TABLE backfill_jobs IS
'what safeddl.backfill() keeps from one batch to the next; read the view safeddl.backfills instead; to delete a row is to forget how far a backfill came';

-- The calls run as whoever calls.  A job belongs to its role, and to the owner
-- of the table, and one that is done to whoever may do it again; nobody can
-- begin one for a table that he may not update.
ALTER TABLE backfill_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON backfill_jobs
	USING (pg_has_role(role, 'USAGE')
		OR EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND pg_has_role(c.relowner, 'USAGE')))
	WITH CHECK (has_any_column_privilege(relation, 'UPDATE')
		AND (pg_has_role(role, 'USAGE')
			OR EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND pg_has_role(c.relowner, 'USAGE'))));
CREATE POLICY see_done ON backfill_jobs FOR SELECT
	USING (phase = 'done' AND has_any_column_privilege(relation, 'UPDATE'));
CREATE POLICY repeat_done ON backfill_jobs FOR UPDATE
	USING (phase = 'done' AND has_any_column_privilege(relation, 'UPDATE'))
	WITH CHECK (false);
CREATE POLICY monitor ON backfill_jobs FOR SELECT USING (pg_has_role('pg_read_all_stats', 'USAGE'));
GRANT SELECT, INSERT, UPDATE, DELETE ON backfill_jobs TO PUBLIC;

CREATE FUNCTION backfill_may_commit() RETURNS boolean
AS 'MODULE_PATHNAME', 'safeddl_may_commit'
LANGUAGE C VOLATILE;

CREATE FUNCTION backfill_hold(jobs oid, job integer) RETURNS boolean
AS 'MODULE_PATHNAME', 'safeddl_hold_job'
LANGUAGE C STRICT VOLATILE;

CREATE FUNCTION backfill_release() RETURNS void
AS 'MODULE_PATHNAME', 'safeddl_release_job'
LANGUAGE C VOLATILE;

COMMENT ON FUNCTION backfill_may_commit() IS 'may the procedure that calls this COMMIT? (part of safeddl.backfill)';
COMMENT ON FUNCTION backfill_hold(oid, integer) IS 'takes the lock of a job, until released or an error (part of safeddl.backfill)';
COMMENT ON FUNCTION backfill_release() IS 'releases the lock of the job (part of safeddl.backfill)';

CREATE VIEW backfills WITH (security_invoker = true) AS
SELECT j.relation, j.assignments, j.condition,
	CASE
		WHEN l.pid IS NOT NULL THEN 'running'
		WHEN j.phase = 'done' THEN 'done'
		ELSE 'interrupted'
	END AS state,
	l.pid,
	j.role,
	j.rows_changed,
	j.rows_seen,
	j.rows_estimated,
	CASE
		WHEN j.phase = 'walk'
		THEN round(least(100.0 * j.rows_seen / greatest(j.rows_estimated, j.rows_seen, 1), 99.9), 1)
		ELSE 100
	END AS percent_done,
	speed.rows_per_second,
	CASE
		WHEN l.pid IS NOT NULL AND j.phase = 'walk' AND speed.rows_per_second > 0
		THEN date_trunc('second', greatest(j.rows_estimated - j.rows_seen, 0) / speed.rows_per_second * interval '1 s')
	END AS time_left,
	j.started,
	j.updated,
	j.leaf::regclass AS working_on,
	array_to_string(j.place, ', ') AS place,
	CASE WHEN l.pid IS NOT NULL THEN j.waits_for END AS waits_for
FROM @extschema@.backfill_jobs j
JOIN pg_class c ON c.oid = j.relation
LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 3 AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.classid = '@extschema@.backfill_jobs'::regclass AND l.objid = j.id::oid
CROSS JOIN LATERAL (
	SELECT round((j.rows_seen - j.call_seen) / nullif(extract(epoch FROM j.updated - j.call_started), 0))
) AS speed (rows_per_second);

COMMENT ON VIEW backfills IS
'calls of safeddl.backfill() that run, were interrupted, or are done: those of the own roles and on own tables; all of them for members of pg_read_all_stats';
COMMENT ON COLUMN backfills.relation IS 'the table';
COMMENT ON COLUMN backfills.assignments IS 'what it sets';
COMMENT ON COLUMN backfills.condition IS 'in which rows';
COMMENT ON COLUMN backfills.state IS 'running; interrupted: the same call goes on where it ended; or done';
COMMENT ON COLUMN backfills.pid IS 'process that is at it';
COMMENT ON COLUMN backfills.role IS 'role that called it last';
COMMENT ON COLUMN backfills.rows_changed IS 'rows changed, by all calls';
COMMENT ON COLUMN backfills.rows_seen IS 'rows it went through; by ctid an estimate';
COMMENT ON COLUMN backfills.rows_estimated IS 'rows that the table had when it began, by the catalog';
COMMENT ON COLUMN backfills.percent_done IS 'how much of the table it went through';
COMMENT ON COLUMN backfills.rows_per_second IS 'rows that the last call went through, per second';
COMMENT ON COLUMN backfills.time_left IS 'if it goes on like that';
COMMENT ON COLUMN backfills.started IS 'when it began';
COMMENT ON COLUMN backfills.updated IS 'when the last batch was done';
COMMENT ON COLUMN backfills.working_on IS 'the table, partition or child that it is at';
COMMENT ON COLUMN backfills.place IS 'the values of its key up to which it came, or the page';
COMMENT ON COLUMN backfills.waits_for IS 'what it is waiting for';

GRANT SELECT ON backfills TO PUBLIC;

-- A value of a key as text and back, whatever the settings of the session that
-- reads it: it may be another one than wrote it.
CREATE FUNCTION backfill_text(value anyelement) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD' SET intervalstyle = postgres SET timezone = 'UTC'
SET extra_float_digits = 1 SET bytea_output = hex SET lc_monetary = 'C'
AS $$
BEGIN
	RETURN value;
END $$;

CREATE FUNCTION backfill_value(value text, type anyelement) RETURNS anyelement
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD' SET intervalstyle = postgres SET timezone = 'UTC'
SET extra_float_digits = 1 SET bytea_output = hex SET lc_monetary = 'C'
AS $$
BEGIN
	RETURN value;
END $$;

COMMENT ON FUNCTION backfill_text(anyelement) IS 'a value as text that does not depend on settings (part of safeddl.backfill)';
COMMENT ON FUNCTION backfill_value(text, anyelement) IS 'the value again (part of safeddl.backfill)';

CREATE FUNCTION backfill_name(relation oid) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = relation);
END $$;

COMMENT ON FUNCTION backfill_name(oid) IS 'name of a table with its schema (part of safeddl.backfill)';

CREATE FUNCTION backfill_title(relation oid) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT format('"%s.%s"', n.nspname, c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = relation);
END $$;

COMMENT ON FUNCTION backfill_title(oid) IS 'the same, as in messages (part of safeddl.backfill)';

-- the tables whose rows a table shows: itself, its partitions or children
CREATE FUNCTION backfill_leaves(relation oid, OUT leaf oid, OUT relkind "char", OUT rows_estimated double precision,
	OUT pages bigint, OUT row_density double precision)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE tree AS (
		SELECT backfill_leaves.relation AS oid
		UNION
		SELECT h.inhrelid FROM tree JOIN pg_inherits h ON h.inhparent = tree.oid AND NOT h.inhdetachpending
	)
	SELECT t.oid, c.relkind, size.pages * density.rows_in_page, size.pages, density.rows_in_page
	FROM tree t
	JOIN pg_class c ON c.oid = t.oid
	CROSS JOIN LATERAL (
		SELECT @extschema@.relation_bytes(c.oid) / current_setting('block_size')::bigint
	) AS size (pages)
	CROSS JOIN LATERAL (
		-- a row has 80 bytes where nothing is known
		SELECT CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples::double precision / c.relpages
			ELSE current_setting('block_size')::double precision / 80 END
	) AS density (rows_in_page)
	WHERE c.relkind IN ('r', 'f') AND NOT pg_is_other_temp_schema(c.relnamespace)
	ORDER BY t.oid;
END $$;

COMMENT ON FUNCTION backfill_leaves(oid) IS 'tables that hold the rows of a table (part of safeddl.backfill)';

-- hash of what columns a table has
CREATE FUNCTION backfill_columns(relation oid) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT hashtextextended(string_agg(format('%s %I %s', attnum, attname, atttypid), ',' ORDER BY attnum), 0)
		FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped);
END $$;

COMMENT ON FUNCTION backfill_columns(oid) IS 'hash of the columns of a table (part of safeddl.backfill)';

-- The key to walk along: the primary key, else a unique index on columns that
-- are never null, in the order and by the operators of their types.
CREATE FUNCTION backfill_key(relation oid, OUT columns text[], OUT types text[],
	OUT less text[], OUT equal text[], OUT greater text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH parts AS MATERIALIZED (
		SELECT i.indexrelid, i.indisprimary, i.indnkeyatts, k.ord, a.attname, tn.nspname, ty.typname,
			opc.opcfamily, opc.opcintype,
			a.attnotnull AND opc.opcdefault AND i.indoption[k.ord - 1] = 0
				AND i.indcollation[k.ord - 1] = a.attcollation
				AND NOT EXISTS (
					SELECT
					FROM pg_constraint con
					WHERE con.conrelid = i.indrelid AND con.contype = 'n' AND NOT con.convalidated
						AND con.conkey[1] = a.attnum) AS usable
		FROM pg_index i
		JOIN pg_class x ON x.oid = i.indexrelid
		JOIN pg_am am ON am.oid = x.relam
		CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, ord)
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num
		-- a domain need not take the null that stands for its type
		JOIN pg_type ty ON ty.oid = (
			WITH RECURSIVE base AS (
				SELECT a.atttypid AS type
				UNION ALL
				SELECT d.typbasetype FROM base JOIN pg_type d ON d.oid = base.type AND d.typtype = 'd'
			)
			SELECT base.type FROM base JOIN pg_type d ON d.oid = base.type AND d.typtype <> 'd')
		JOIN pg_namespace tn ON tn.oid = ty.typnamespace
		JOIN pg_opclass opc ON opc.oid = i.indclass[k.ord - 1]
		WHERE i.indrelid = backfill_key.relation AND i.indisunique AND i.indisvalid AND i.indislive
			AND i.indpred IS NULL AND i.indexprs IS NULL AND am.amname = 'btree' AND k.ord <= i.indnkeyatts
	),
	best AS (
		SELECT indexrelid
		FROM parts
		GROUP BY indexrelid
		HAVING bool_and(usable)
		ORDER BY bool_or(indisprimary) DESC, max(indnkeyatts), indexrelid
		LIMIT 1
	)
	SELECT array_agg(quote_ident(p.attname) ORDER BY p.ord),
		array_agg(format('%I.%I', p.nspname, p.typname) ORDER BY p.ord),
		array_agg(op.names[1] ORDER BY p.ord),
		array_agg(op.names[2] ORDER BY p.ord),
		array_agg(op.names[3] ORDER BY p.ord)
	INTO columns, types, less, equal, greater
	FROM best
	JOIN parts p USING (indexrelid)
	CROSS JOIN LATERAL (
		SELECT array_agg(format('OPERATOR(%I.%s)', opn.nspname, o.oprname) ORDER BY ao.amopstrategy)
		FROM pg_amop ao
		JOIN pg_operator o ON o.oid = ao.amopopr
		JOIN pg_namespace opn ON opn.oid = o.oprnamespace
		WHERE ao.amopfamily = p.opcfamily AND ao.amoplefttype = p.opcintype AND ao.amoprighttype = p.opcintype
			AND ao.amopstrategy IN (1, 3, 5)
	) AS op (names);
END $$;

COMMENT ON FUNCTION backfill_key(oid) IS 'the unique key to walk along, with its operators (part of safeddl.backfill)';

-- The statements for a table: [1] a slice from the start, [2] from a place on,
-- [3] of given rows, [4] which rows fulfil the condition, [5] columns of the key,
-- [6] by ctid: locks a row that fulfils the condition, wherever others move it,
-- [7] takes the lock on the table.  $1 is the place or the rows, $2 how many.
--
-- The condition is in a CASE, so that the planner does not take an index for it
-- and go through all of that for each slice.
CREATE FUNCTION backfill_statements(root oid, leaf oid, assignments text, condition text, walk text) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alias text := (SELECT quote_ident(relname) FROM pg_class WHERE oid = root);
	target text := format('ONLY %s AS %s', @extschema@.backfill_name(leaf), alias);
	test text := coalesce(E'CASE WHEN (' || condition || E'\n) THEN true ELSE false END', 'true');
	kept text := coalesce('(' || condition || E'\n) IS TRUE', 'false');
	found text := coalesce('(' || condition || E'\n)', 'false');
	lock_table text;
	k record;
	places text;
	head text;
	tail text;
BEGIN
	-- its own name with the schema is good in the condition as well
	IF leaf = root THEN
		target := 'ONLY ' || @extschema@.backfill_name(root);
	END IF;

	-- LOCK TABLE takes rights to all columns
	lock_table := format(E'EXPLAIN UPDATE %s SET %s\nWHERE false', target, assignments);

	IF walk = 'ctid' THEN
		head := format(E'WITH "safeddl changed" AS (UPDATE %s SET %s\nWHERE %s AND ', target, assignments, test);
		tail := format(E'\nRETURNING %s AS "safeddl kept")\n'
			'SELECT NULL::pg_catalog.int8, (SELECT pg_catalog.count(*) FROM "safeddl changed"), '
			'(SELECT pg_catalog.count(*) FROM "safeddl changed" WHERE "safeddl kept"), '
			'0::pg_catalog.int8, NULL::pg_catalog.text[]', kept);
		places := format('%s.ctid OPERATOR(pg_catalog.>=) ($1)[1]::pg_catalog.tid '
			'AND %1$s.ctid OPERATOR(pg_catalog.<) ($1)[2]::pg_catalog.tid', alias);
		RETURN ARRAY[
			head || places || tail,
			head || places || tail,
			head || format('%s.ctid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.tid[])', alias) || tail,
			format('SELECT %s.ctid::pg_catalog.text FROM %s WHERE %s LIMIT $1', alias, target, found),
			NULL,
			format('SELECT %s.ctid::pg_catalog.text FROM %s WHERE %s LIMIT 1 FOR NO KEY UPDATE OF %1$s', alias, target, found),
			lock_table];
	END IF;

	SELECT string_agg(format('%s.%s AS "safeddl %s"', alias, c.name, c.n), ', ' ORDER BY c.n) AS columns,
		string_agg(format('%s.%s USING %s', alias, c.name, f.less[c.n]), ', ' ORDER BY c.n) AS ascending,
		string_agg(format('"safeddl %s" USING %s', c.n, f.greater[c.n]), ', ' ORDER BY c.n) AS descending,
		string_agg(format('%s.%s %s "safeddl batch"."safeddl %s"', alias, c.name, f.equal[c.n], c.n), ' AND ' ORDER BY c.n) AS same,
		string_agg(format('@extschema@.backfill_text("safeddl %s")', c.n), ', ' ORDER BY c.n) AS texts,
		string_agg(format('@extschema@.backfill_text(%s.%s)', alias, c.name), ', ' ORDER BY c.n) AS column_texts,
		string_agg(format('@extschema@.backfill_value(("safeddl row"::pg_catalog.text[])[%s], NULL::%s) AS "safeddl %1$s"', c.n, f.types[c.n]), ', ' ORDER BY c.n) AS values,
		string_agg(format('%s.%s', alias, c.name), ', ' ORDER BY c.n) AS row_columns,
		string_agg(format('@extschema@.backfill_value($1[%s], NULL::%s)', c.n, f.types[c.n]), ', ' ORDER BY c.n) AS row_values,
		array_agg(format('%s.%s', alias, c.name) ORDER BY c.n) AS column_list,
		array_agg(format('@extschema@.backfill_value($1[%s], NULL::%s)', c.n, f.types[c.n]) ORDER BY c.n) AS value_list,
		f.equal, f.greater, f.columns AS names
	INTO STRICT k
	FROM @extschema@.backfill_key(leaf) f
	CROSS JOIN LATERAL unnest(f.columns) WITH ORDINALITY AS c (name, n)
	GROUP BY f.columns, f.equal, f.greater;

	IF cardinality(k.names) = 1 OR (SELECT count(DISTINCT g) = 1 FROM unnest(k.greater) g) THEN
		places := format('ROW(%s) %s ROW(%s)', k.row_columns, k.greater[1], k.row_values);
	ELSE
		-- operators of several schemas make no row comparison
		FOR i IN REVERSE cardinality(k.names) .. 1 LOOP
			places := format('(%s %s %s%s)', k.column_list[i], k.greater[i], k.value_list[i],
				coalesce(format(' OR %s %s %s AND ', k.column_list[i], k.equal[i], k.value_list[i]) || places, ''));
		END LOOP;
	END IF;
	head := 'WITH "safeddl batch" AS MATERIALIZED (';
	tail := format(E'),\n"safeddl changed" AS (UPDATE %s SET %s\nFROM "safeddl batch" WHERE %s AND %s\n'
		'RETURNING %s AS "safeddl kept", NOT (%s) AS "safeddl moved")\n'
		'SELECT (SELECT pg_catalog.count(*) FROM "safeddl batch"), (SELECT pg_catalog.count(*) FROM "safeddl changed"), '
		'(SELECT pg_catalog.count(*) FROM "safeddl changed" WHERE "safeddl kept"), '
		'(SELECT pg_catalog.count(*) FROM "safeddl changed" WHERE "safeddl moved"), '
		'(SELECT ARRAY[%s] FROM "safeddl batch" ORDER BY %s LIMIT 1)',
		target, assignments, k.same, test, kept, k.same, k.texts, k.descending);
	RETURN ARRAY[
		head || format('SELECT %s FROM %s ORDER BY %s LIMIT $2', k.columns, target, k.ascending) || tail,
		head || format('SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT $2', k.columns, target, places, k.ascending) || tail,
		head || format('SELECT %s FROM pg_catalog.unnest($1) "safeddl row"', k.values) || tail,
		format('SELECT (ARRAY[%s])::pg_catalog.text FROM %s WHERE %s LIMIT $1', k.column_texts, target, found),
		array_to_string(k.names, ', '),
		NULL,
		lock_table];
END $$;

COMMENT ON FUNCTION backfill_statements(oid, oid, text, text, text) IS 'the statements for a table (part of safeddl.backfill)';

-- how a standby or a subscriber that lags too far behind is called; null if
-- none does
CREATE FUNCTION backfill_lag(max_lag interval, max_lag_bytes bigint) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT CASE WHEN w.bytes > max_lag_bytes
			THEN format('standby or subscriber "%s", which is %s behind', w.name, pg_size_pretty(w.bytes))
			ELSE format('standby or subscriber "%s", which is %s s behind', w.name, round(extract(epoch FROM w.lag)))
			END
		FROM (
			SELECT coalesce(nullif(r.application_name, ''), r.pid::text) AS name,
				pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(r.replay_lsn, r.flush_lsn, r.sent_lsn)) AS bytes,
				r.replay_lag AS lag
			FROM pg_stat_replication r
			WHERE r.state IN ('streaming', 'catchup')
			UNION ALL
			-- slots in use are for everybody to see
			SELECT s.slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(s.confirmed_flush_lsn, s.restart_lsn)), NULL
			FROM pg_replication_slots s
			WHERE s.active
		) w
		WHERE w.lag > max_lag OR w.bytes > max_lag_bytes
		ORDER BY w.bytes DESC
		LIMIT 1);
END $$;

COMMENT ON FUNCTION backfill_lag(interval, bigint) IS 'the standby or subscriber that lags too far behind (part of safeddl.backfill)';

-- runs a statement once under EXPLAIN: an error in it is one in what the caller
-- wrote, or in what he may do
CREATE FUNCTION backfill_try(job @extschema@.backfill_jobs, leaf oid, walk text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- of a partitioned table none, but its own rights and rules count
	plain text := format('UPDATE ONLY %s SET %s%s', @extschema@.backfill_name(job.relation), job.assignments,
		coalesce(E'\nWHERE (' || job.condition || E'\n)', ''));
	statement text := CASE WHEN leaf IS NOT NULL
		THEN (@extschema@.backfill_statements(job.relation, leaf, job.assignments, job.condition, walk))[1] END;
	explained record;
	message text;
	state text;
	hint text;
BEGIN
	-- a cursor takes one statement only
	PERFORM set_config('search_path', job.path, true);
	FOR explained IN EXECUTE 'EXPLAIN ' OPERATOR(pg_catalog.||) plain LOOP
		EXIT;
	END LOOP;
	IF leaf IS NOT NULL THEN
		FOR explained IN EXECUTE 'EXPLAIN ' OPERATOR(pg_catalog.||) statement USING '{"(0,0)","(0,0)"}'::pg_catalog.text[], 1 LOOP
			EXIT;
		END LOOP;
	END IF;
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, state = RETURNED_SQLSTATE, hint = PG_EXCEPTION_HINT;
	RAISE EXCEPTION USING
		ERRCODE = state,
		MESSAGE = format('cannot backfill table %s: %s', @extschema@.backfill_title(job.relation), message),
		DETAIL = format('Nothing was changed. This was to be run in batches: UPDATE %s SET %s%s',
			@extschema@.backfill_name(job.relation), job.assignments, coalesce(' WHERE ' || job.condition, '')),
		HINT = coalesce(nullif(hint, ''), 'The assignments are as after SET in an UPDATE, the condition as after WHERE.');
END $$;

COMMENT ON FUNCTION backfill_try(backfill_jobs, oid, text) IS 'raises an error that the statements would raise (part of safeddl.backfill)';

-- Checks what was asked for, and takes the job.  Returns null if it is done
-- already.
CREATE FUNCTION backfill_begin(asked @extschema@.backfill_jobs, restart boolean) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET row_security = on
AS $$
DECLARE
	name text := @extschema@.backfill_title(asked.relation);
	class pg_class;
	f record;
	first_leaf oid;
	first_walk text;
	job @extschema@.backfill_jobs;
	same_columns boolean;
BEGIN
	SELECT * INTO class FROM pg_class WHERE oid = asked.relation;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = 'invalid_parameter_value',
			MESSAGE = 'there is no such table';
	ELSIF class.relkind NOT IN ('r', 'p') THEN
		RAISE EXCEPTION USING
			ERRCODE = 'wrong_object_type',
			MESSAGE = format('cannot backfill %s: it is not a table', name),
			HINT = CASE class.relkind
				WHEN 'v' THEN 'Call it for the table that the view shows.'
				WHEN 'm' THEN 'Use REFRESH MATERIALIZED VIEW CONCURRENTLY.'
				WHEN 'f' THEN 'Call it where the table is, on the foreign server.'
				ELSE 'It takes a table, with or without partitions.'
			END;
	ELSIF class.relpersistence = 't' THEN
		RAISE EXCEPTION USING
			ERRCODE = 'wrong_object_type',
			MESSAGE = format('cannot backfill "%s": it is a temporary table', class.relname),
			HINT = 'Nobody else waits for its rows: use UPDATE.';
	ELSIF asked.relation < 16384 OR class.relnamespace = '@extschema@'::regnamespace THEN
		RAISE EXCEPTION USING
			ERRCODE = 'insufficient_privilege',
			MESSAGE = format('cannot backfill %s: it is a system table', name);
	ELSIF btrim(coalesce(asked.assignments, '')) = '' THEN
		RAISE EXCEPTION USING
			ERRCODE = 'invalid_parameter_value',
			MESSAGE = 'there are no assignments',
			HINT = 'Write them as after SET in an UPDATE: CALL safeddl.backfill(''orders'', ''id_new = id'', ''id_new IS NULL'')';
	ELSIF asked.asked_walk IS NULL OR asked.asked_walk NOT IN ('auto', 'key', 'ctid')
		OR asked.batch_time IS NULL OR asked.batch_time < interval '1 ms'
		OR asked.batch_rows IS NULL OR asked.batch_rows < 1
		OR asked.pause IS NULL OR asked.pause < 0 OR asked.fire_triggers IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = 'invalid_parameter_value',
			MESSAGE = 'a parameter is out of range',
			HINT = 'batch_time is 1 ms or more, batch_rows 1 or more, pause 0 or more, walk one of auto, key and ctid, fire_triggers true or false.';
	END IF;

	FOR f IN SELECT l.*, k.columns FROM @extschema@.backfill_leaves(asked.relation) l
		CROSS JOIN LATERAL @extschema@.backfill_key(l.leaf) k
	LOOP
		IF f.relkind = 'f' THEN
			RAISE WARNING USING
				MESSAGE = format('foreign table %s is left out', @extschema@.backfill_title(f.leaf)),
				HINT = 'Call safeddl.backfill() where the table is, on the foreign server.';
			CONTINUE;
		ELSIF f.columns IS NULL AND asked.asked_walk = 'key' THEN
			RAISE EXCEPTION USING
				ERRCODE = 'object_not_in_prerequisite_state',
				MESSAGE = format('table %s has no key to walk along', @extschema@.backfill_title(f.leaf)),
				HINT = 'That takes a primary key, or a unique index on columns that are NOT NULL. Without, it can walk by ctid.';
		ELSIF asked.condition IS NULL AND (f.columns IS NULL OR asked.asked_walk = 'ctid') THEN
			RAISE EXCEPTION USING
				ERRCODE = 'object_not_in_prerequisite_state',
				MESSAGE = format('cannot tell which rows of table %s are done', @extschema@.backfill_title(f.leaf)),
				DETAIL = 'Rows move when they are updated, and there is no key to know them by.',
				HINT = 'Add a condition that is false for rows that are done, such as "id_new IS NULL".';
		END IF;
		IF first_leaf IS NULL THEN
			first_leaf := f.leaf;
			first_walk := CASE WHEN f.columns IS NULL OR asked.asked_walk = 'ctid' THEN 'ctid' ELSE 'key' END;
		END IF;
	END LOOP;
	IF asked.max_lag IS NOT NULL AND EXISTS (SELECT FROM pg_stat_replication WHERE state IS NULL) THEN
		RAISE NOTICE USING
			MESSAGE = format('role %s may not see how far standbys lag behind, but for their slots', current_user),
			HINT = format('GRANT pg_monitor TO %I, to have a backfill wait for them.', current_user);
	END IF;
	IF current_setting('statement_timeout') <> '0' THEN
		RAISE NOTICE USING
			MESSAGE = format('statement_timeout ends this after %s', current_setting('statement_timeout')),
			HINT = 'Call it again to go on where it ended; or SET statement_timeout = 0 before.';
	END IF;
	IF NOT asked.fire_triggers THEN
		PERFORM set_config('session_replication_role', 'replica', true), set_config('session_replication_role', 'origin', true);
	END IF;
	PERFORM @extschema@.backfill_try(asked, first_leaf, first_walk);

	DELETE FROM @extschema@.backfill_jobs j WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = j.relation);
	SELECT * INTO asked.started FROM clock_timestamp();
	asked.columns := @extschema@.backfill_columns(asked.relation);
	asked.rows_estimated := (SELECT coalesce(sum(l.rows_estimated), 0) FROM @extschema@.backfill_leaves(asked.relation) l WHERE l.relkind = 'r');
	INSERT INTO @extschema@.backfill_jobs (relation, assignments, condition, role, columns, phase, size, rows_estimated,
		started, call_started, updated, noticed, path, batch_time, batch_rows, pause, asked_walk, fire_triggers)
	VALUES (asked.relation, asked.assignments, asked.condition, current_user::regrole, asked.columns, 'walk', 0, 0,
		asked.started, asked.started, asked.started, asked.started, '', '0', 0, 0, '', true)
	ON CONFLICT DO NOTHING;
	SELECT * INTO job FROM @extschema@.backfill_jobs j
	WHERE j.relation = asked.relation AND j.assignments = asked.assignments AND j.condition IS NOT DISTINCT FROM asked.condition
	FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = 'insufficient_privilege',
			MESSAGE = format('this backfill of table %s was begun by another role', name),
			HINT = 'That role, its members and the owner of the table may go on with it.';
	END IF;
	IF NOT @extschema@.backfill_hold('@extschema@.backfill_jobs'::regclass, job.id) THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_in_use',
			MESSAGE = format('this backfill of table %s is being run by the process with PID %s', name,
				(SELECT pid FROM @extschema@.backfills b WHERE b.relation = job.relation AND b.assignments = job.assignments
					AND b.condition IS NOT DISTINCT FROM job.condition)),
			HINT = 'See safeddl.backfills for how far it is.';
	END IF;

	-- rows that fulfil the condition when they are done are only known by the place
	same_columns := job.columns = asked.columns OR (job.condition IS NOT NULL AND job.rows_kept = 0);
	IF restart OR (same_columns AND job.phase = 'done' AND job.condition IS NOT NULL AND job.rows_kept = 0) THEN
		UPDATE @extschema@.backfill_jobs j
		SET role = current_user::regrole, phase = 'walk', leaf = NULL, place = NULL, key = NULL, rows_changed = 0, rows_seen = 0, rows_kept = 0,
			rows_estimated = 0, started = asked.started, columns = asked.columns
		WHERE j.id = job.id
		RETURNING * INTO job;
	ELSIF NOT same_columns THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('the columns of table %s have changed since this backfill was last called', name),
			DETAIL = format('It had changed %s rows by %s.', job.rows_changed, job.updated),
			HINT = 'To begin from the start: restart => true. Rows that were changed then are changed again.';
	ELSIF job.phase = 'done' THEN
		RAISE NOTICE USING
			MESSAGE = format('this backfill of table %s is done already', name),
			HINT = 'To do it once more: restart => true.';
		PERFORM @extschema@.backfill_release();
		RETURN NULL;
	ELSIF job.leaf IS NOT NULL OR job.phase = 'look' THEN
		RAISE NOTICE 'backfill of table % goes on after % rows', name, job.rows_seen;
	END IF;
	UPDATE @extschema@.backfill_jobs j
	SET role = current_user::regrole,
		-- what it had when it began, without what is left of rows that were changed
		rows_estimated = coalesce(nullif(job.rows_estimated, 0), asked.rows_estimated),
		size = 0, blocked = 0, rounds = 0, gave_up = false, looks = 0, looks_in_vain = 0,
		leaf = CASE WHEN job.phase = 'walk' THEN job.leaf END,
		call_started = asked.started, call_seen = job.rows_seen, updated = asked.started, noticed = asked.started,
		waits_for = NULL, path = asked.path,
		batch_time = asked.batch_time, batch_rows = asked.batch_rows, pause = asked.pause,
		max_lag = asked.max_lag, max_lag_bytes = asked.max_lag_bytes,
		asked_walk = asked.asked_walk, fire_triggers = asked.fire_triggers
	WHERE j.id = job.id;
	RETURN job.id;
END $$;

COMMENT ON FUNCTION backfill_begin(backfill_jobs, boolean) IS 'takes the job (part of safeddl.backfill)';

-- One slice: runs a statement with the caller's search_path, and raises an error
-- if it did what cannot be told apart later.
CREATE FUNCTION backfill_slice(job @extschema@.backfill_jobs, lock_table text, statement text, place text[], n integer, lock_timeout interval,
	OUT seen bigint, OUT changed bigint, OUT kept bigint, OUT moved bigint, OUT last text[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
-- an index rather than all of the table for each slice, and no compilation
SET random_page_cost = 0.1 SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
	PERFORM set_config('lock_timeout', ceil(extract(epoch FROM lock_timeout) * 1000)::text, true);
	IF NOT job.fire_triggers THEN
		PERFORM set_config('session_replication_role', 'replica', true);
	END IF;
	PERFORM set_config('search_path', job.path, true);
	-- The stronger lock before the weaker one on the same table that the statement
	-- takes first: else somebody who holds a lock and wants a stronger one, too,
	-- finds a deadlock.
	EXECUTE lock_table;
	EXECUTE statement INTO seen, changed, kept, moved, last USING place, n;
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

	IF moved > 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = 'feature_not_supported',
			MESSAGE = format('cannot backfill table %s: the assignments change the key that it walks along', @extschema@.backfill_title(job.leaf)),
			DETAIL = format('The key is (%s).', job.key),
			HINT = 'Give a condition that is false for rows that are done, and walk => ''ctid''.';
	ELSIF kept > 0 AND job.walk = 'ctid' THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('cannot tell which rows of table %s are done', @extschema@.backfill_title(job.leaf)),
			DETAIL = 'A row fulfils the condition even after it was changed, and there is no key to know it by.',
			HINT = 'Give a condition that is false for rows that are done: "id_new IS NULL AND id IS NOT NULL", say, if id may be null.';
	END IF;
END $$;

COMMENT ON FUNCTION backfill_slice(backfill_jobs, text, text, text[], integer, interval) IS 'changes some rows (part of safeddl.backfill)';

-- the first table after a given one, ready to be gone through in a phase
CREATE FUNCTION backfill_next_leaf(job @extschema@.backfill_jobs, after oid) RETURNS @extschema@.backfill_jobs
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	next record;
BEGIN
	SELECT * INTO next FROM @extschema@.backfill_leaves(job.relation) l
	WHERE l.relkind = 'r' AND (after IS NULL OR l.leaf > after)
		AND (job.phase = 'walk' OR l.leaf = ANY (job.left_in))
	ORDER BY l.leaf LIMIT 1;
	job.leaf := next.leaf;
	job.walk := NULL;
	job.key := NULL;
	job.place := NULL;
	job.pages := next.pages;
	job.row_density := next.row_density;
	job.looks := 0;
	job.looks_in_vain := 0;
	RETURN job;
END $$;

COMMENT ON FUNCTION backfill_next_leaf(backfill_jobs, oid) IS 'goes on to the next table (part of safeddl.backfill)';

-- the statements for the table at work; how to walk it is decided here
CREATE FUNCTION backfill_leaf(INOUT job @extschema@.backfill_jobs, OUT statements text[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	walk text := CASE
		WHEN job.asked_walk = 'ctid' OR (SELECT columns IS NULL FROM @extschema@.backfill_key(job.leaf)) THEN 'ctid'
		ELSE 'key'
	END;
BEGIN
	statements := @extschema@.backfill_statements(job.relation, job.leaf, job.assignments, job.condition, walk);
	-- a place is one on the way that was taken
	IF job.place IS NOT NULL AND (walk <> job.walk OR statements[5] IS DISTINCT FROM job.key) THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('cannot go on along the key of table %s: it is another one now', @extschema@.backfill_title(job.leaf)),
			DETAIL = format('It had changed %s rows by %s.', job.rows_changed, job.updated),
			HINT = 'To begin from the start: restart => true. Rows that fulfil the condition still are changed again.';
	END IF;
	-- rows that fit into a slice differ from pages
	IF job.size = 0 OR walk IS DISTINCT FROM job.walk THEN
		job.size := CASE WHEN walk = 'key' THEN 100 ELSE 2 END;
	END IF;
	job.least_time := NULL;
	job.cost := NULL;
	job.least_cost := NULL;
	job.walk := walk;
	job.key := statements[5];
END $$;

COMMENT ON FUNCTION backfill_leaf(backfill_jobs) IS 'decides how to walk a table (part of safeddl.backfill)';

CREATE FUNCTION backfill_progress(INOUT job @extschema@.backfill_jobs)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = postgres
AS $$
DECLARE
	name text := @extschema@.backfill_title(job.relation);
	rate double precision := (job.rows_seen - job.call_seen) / greatest(extract(epoch FROM job.updated - job.call_started), 0.001);
BEGIN
	IF job.phase <> 'done' AND job.updated < job.noticed + interval '5 s' THEN
		RETURN;
	END IF;
	job.noticed := job.updated;
	IF job.phase = 'done' THEN
		RAISE NOTICE 'backfilled table %, rows changed: %', name, job.rows_changed ||
			CASE WHEN job.updated > job.call_started + interval '5 s'
				THEN format(', in %s, %s rows/s', date_trunc('second', job.updated - job.call_started), round(rate))
				ELSE '' END;
	ELSIF job.waits_for IS NOT NULL THEN
		RAISE NOTICE 'backfill of table % waits for %', name, job.waits_for;
	ELSIF job.phase = 'look' THEN
		RAISE NOTICE 'backfill of table % looks for rows that are left, rows changed: %', name, job.rows_changed;
	ELSE
		RAISE NOTICE 'backfill of table %: % of about % rows (% %%), % rows/s, % left', name,
			job.rows_seen, greatest(job.rows_estimated, job.rows_seen),
			floor(100.0 * job.rows_seen / greatest(job.rows_estimated, job.rows_seen, 1)),
			round(rate),
			date_trunc('second', greatest(job.rows_estimated - job.rows_seen, 0) / greatest(rate, 0.001) * interval '1 s');
	END IF;
END $$;

COMMENT ON FUNCTION backfill_progress(backfill_jobs) IS 'a line now and then (part of safeddl.backfill)';

-- The tables in which rows fulfil the condition after all were gone through: they
-- moved, their key changed, or they are new.  One snapshot for all of them, as
-- rows move between partitions too.
CREATE FUNCTION backfill_round(INOUT job @extschema@.backfill_jobs)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	leaves oid[];
	is_foreign boolean;
	look text := format(E'SELECT ARRAY(SELECT DISTINCT %I.tableoid::pg_catalog.oid FROM %s WHERE (%s\n))',
		(SELECT relname FROM pg_class WHERE oid = job.relation), @extschema@.backfill_name(job.relation), job.condition);
BEGIN
	SELECT array_agg(l.leaf) FILTER (WHERE l.relkind = 'r'), bool_or(l.relkind = 'f')
	INTO leaves, is_foreign FROM @extschema@.backfill_leaves(job.relation) l;
	IF cardinality(leaves) = 1 OR is_foreign THEN
		job.left_in := CASE WHEN job.rounds = 0 THEN leaves END;
	ELSIF job.gave_up OR job.rounds > 20 THEN
		job.left_in := NULL;
	ELSE
		PERFORM set_config('lock_timeout', '0', true), set_config('search_path', job.path, true);
		EXECUTE look INTO leaves;
		PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
		job.left_in := leaves;
	END IF;
	job.rounds := job.rounds + 1;
	IF cardinality(job.left_in) > 0 THEN
		job := @extschema@.backfill_next_leaf(job, NULL);
	END IF;
	IF job.leaf IS NULL THEN
		job.phase := 'done';
	END IF;
END $$;

COMMENT ON FUNCTION backfill_round(backfill_jobs) IS 'finds tables with rows that are left (part of safeddl.backfill)';

-- Which rows of a table are left.  Without a key, others may move a row again and
-- again before its turn comes: then one is locked where it is found, and is to be
-- changed before the transaction ends.
CREATE FUNCTION backfill_look(INOUT job @extschema@.backfill_jobs, statements text[], OUT left_over text[], OUT is_locked boolean, OUT ended boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	look text;
BEGIN
	job.looks := job.looks + 1;
	job.looks_in_vain := job.looks_in_vain + 1;
	is_locked := job.walk = 'ctid' AND job.looks > 3 AND job.looks_in_vain < 10;
	look := format('SELECT ARRAY(%s)', statements[CASE WHEN is_locked THEN 6 ELSE 4 END]);
	PERFORM set_config('lock_timeout', '400ms', true);
	BEGIN
		PERFORM set_config('search_path', job.path, true);
		EXECUTE look INTO left_over USING 100000;
		PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
	EXCEPTION WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN
		job.blocked := job.blocked + 1;
		job.looks_in_vain := 0;
		ended := false;
		RETURN;
	END;
	job.blocked := 0;
	ended := cardinality(left_over) = 0;
	-- nothing helps where nothing changes; and new ones may come for ever
	IF NOT ended AND (job.looks_in_vain > 3 AND NOT is_locked OR job.looks > 1000) THEN
		RAISE WARNING USING
			MESSAGE = format('rows of table %s that fulfil the condition still: %s', @extschema@.backfill_title(job.leaf), cardinality(left_over)),
			DETAIL = 'They are new, or changed all the time, or a trigger, a policy or a rule keeps them from being changed.',
			HINT = 'For new rows, add a default or a trigger first.';
		job.gave_up := true;
		ended := true;
	END IF;
	IF ended THEN
		left_over := NULL;
	END IF;
END $$;

COMMENT ON FUNCTION backfill_look(backfill_jobs, text[]) IS 'finds rows that are left (part of safeddl.backfill)';

-- Slices until about half of the time of a batch is over.  A slice that has to
-- wait for a lock is undone, and the batch ends with those before it: they keep
-- nobody waiting then.
CREATE FUNCTION backfill_slices(INOUT job @extschema@.backfill_jobs, statements text[], INOUT left_over text[], OUT ended boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	began timestamptz := clock_timestamp();
	slice_began timestamptz;
	took double precision;
	target double precision := extract(epoch FROM job.batch_time);
	share double precision;
	n integer;
	page bigint;
	batch_rows bigint := 0;
	statement text;
	place text[];
	slice record;
	way double precision := 0;
BEGIN
	ended := false;
	LOOP
		slice_began := clock_timestamp();
		n := greatest(1, least(job.size, CASE WHEN job.walk = 'key' THEN job.batch_rows - batch_rows ELSE job.batch_rows END))::integer;
		IF left_over IS NOT NULL THEN
			statement := statements[3];
			place := left_over[1:n];
		ELSIF job.walk = 'key' THEN
			statement := statements[CASE WHEN job.place IS NULL THEN 1 ELSE 2 END];
			place := job.place;
		ELSE
			statement := statements[1];
			page := coalesce(job.place[1]::bigint, 0);
			place := ARRAY[format('(%s,0)', page), format('(%s,0)', least(page + n, 4294967295))];
		END IF;
		BEGIN
			-- to wait for a single row, keeping no other, does no harm; but not until
			-- others find a deadlock: it is for this to give way
			SELECT * INTO slice FROM @extschema@.backfill_slice(job, statements[7], statement, place, n,
				CASE WHEN n = 1 AND batch_rows = 0 THEN interval '0.4 s'
					ELSE greatest(job.batch_time - (slice_began - began), interval '5 ms') END);
		EXCEPTION WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN
			job.blocked := job.blocked + 1;
			job.size := greatest(1, job.size / 4);
			IF job.blocked > 2 THEN
				job.waits_for := 'a lock that another session holds; see safeddl.blockers';
			END IF;
			EXIT;
		END;
		took := extract(epoch FROM clock_timestamp() - slice_began);
		job.blocked := 0;
		job.waits_for := NULL;
		job.rows_changed := job.rows_changed + slice.changed;
		job.rows_kept := job.rows_kept + slice.kept;
		batch_rows := batch_rows + greatest(slice.changed, slice.seen, 1);
		way := way + n;
		IF slice.changed > 0 THEN
			job.looks_in_vain := 0;
		END IF;

		IF left_over IS NOT NULL THEN
			left_over := left_over[n + 1:];
			ended := cardinality(left_over) = 0;
		ELSIF job.walk = 'key' THEN
			job.place := coalesce(slice.last, job.place);
			job.rows_seen := job.rows_seen + slice.seen;
			ended := slice.seen < n;
		ELSE
			job.place := ARRAY[(page + n)::text];
			job.rows_seen := job.rows_seen + (greatest(least(page + n, job.pages) - page, 0) * job.row_density)::bigint;
			ended := page + n >= job.pages;
		END IF;
		-- Four slices to half of a batch; a full one says how large the next may be.
		-- What the smallest takes may be a subquery: fewer rows would not help.
		job.least_time := least(job.least_time, took);
		share := (job.least_time + greatest(target / 8, least(job.least_time, target / 2))) / greatest(took, 0.000001);
		IF share < 1 OR n >= floor(job.size) THEN
			job.size := greatest(1, least(n * least(greatest(share, 0.25), 2), job.batch_rows));
		END IF;
		EXIT WHEN ended OR batch_rows >= job.batch_rows OR clock_timestamp() - began > job.batch_time / 2;
	END LOOP;
	IF way > 0 THEN
		job.cost := coalesce(job.cost * 7 / 8 + extract(epoch FROM clock_timestamp() - began) / way / 8,
			extract(epoch FROM clock_timestamp() - began) / way);
		job.least_cost := least(job.least_cost * 1.01, job.cost);
	END IF;
END $$;

COMMENT ON FUNCTION backfill_slices(backfill_jobs, text[], text[]) IS 'a batch (part of safeddl.backfill)';

-- One transaction of the procedure: a batch, or a look for what is left, or a
-- step from one table to the next; and with it, how far it came.
CREATE FUNCTION backfill_step(job_id integer, INOUT statements text[], INOUT left_over text[], OUT finished boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET row_security = on
AS $$
DECLARE
	job @extschema@.backfill_jobs;
	got record;
	ended boolean;
BEGIN
	SELECT * INTO STRICT job FROM @extschema@.backfill_jobs WHERE id = job_id FOR UPDATE;
	IF job.leaf IS NULL AND job.phase = 'walk' THEN
		job := @extschema@.backfill_next_leaf(job, NULL);
	END IF;
	IF job.phase = 'look' AND job.leaf IS NULL THEN
		job := @extschema@.backfill_round(job);
	ELSIF job.leaf IS NULL THEN
		job.phase := 'done';
	ELSE
		IF statements IS NULL THEN
			got := @extschema@.backfill_leaf(job);
			job := got.job;
			statements := got.statements;
		END IF;
		IF job.phase = 'walk' OR left_over IS NOT NULL THEN
			got := @extschema@.backfill_slices(job, statements, left_over);
			job := got.job;
			left_over := got.left_over;
			ended := got.ended;
			IF ended AND left_over IS NOT NULL THEN
				left_over := NULL;
				ended := false;
			END IF;
		ELSE
			got := @extschema@.backfill_look(job, statements);
			job := got.job;
			left_over := got.left_over;
			ended := got.ended;
			IF got.is_locked AND left_over IS NOT NULL THEN
				got := @extschema@.backfill_slices(job, statements, left_over);
				job := got.job;
				left_over := NULL;
			END IF;
		END IF;
		IF ended THEN
			statements := NULL;
			job := @extschema@.backfill_next_leaf(job, job.leaf);
			IF job.leaf IS NULL AND job.phase = 'walk' THEN
				job.phase := CASE WHEN job.condition IS NOT NULL AND job.rows_kept = 0 THEN 'look' ELSE 'done' END;
			END IF;
		END IF;
	END IF;
	job.updated := clock_timestamp();
	job := @extschema@.backfill_progress(job);
	finished := job.phase = 'done';
	UPDATE @extschema@.backfill_jobs j
	SET phase = job.phase, leaf = job.leaf, walk = job.walk, key = job.key, place = job.place, pages = job.pages,
		row_density = job.row_density, rounds = job.rounds, left_in = job.left_in, gave_up = job.gave_up, looks = job.looks, looks_in_vain = job.looks_in_vain, size = job.size,
		blocked = job.blocked, least_time = job.least_time, cost = job.cost, least_cost = job.least_cost, rows_changed = job.rows_changed,
		rows_seen = job.rows_seen, rows_kept = job.rows_kept, updated = job.updated, noticed = job.noticed,
		waits_for = job.waits_for
	WHERE j.id = job_id;
END $$;

COMMENT ON FUNCTION backfill_step(integer, text[], text[]) IS 'one transaction (part of safeddl.backfill)';

-- How long to wait after a batch that began then; and whether to ask again.
CREATE FUNCTION backfill_pause(job_id integer, began timestamptz, OUT seconds double precision, OUT again boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET row_security = on
AS $$
DECLARE
	job @extschema@.backfill_jobs;
	took double precision := extract(epoch FROM clock_timestamp() - began);
	lag text;
BEGIN
	again := false;
	SELECT * INTO STRICT job FROM @extschema@.backfill_jobs WHERE id = job_id;
	IF job.blocked > 0 THEN
		seconds := least(0.02 * 2 ^ least(job.blocked, 10), 1);
		RETURN;
	END IF;
	lag := @extschema@.backfill_lag(job.max_lag, job.max_lag_bytes);
	IF lag IS NOT NULL THEN
		again := true;
		seconds := 0.2;
		job.updated := clock_timestamp();
		job.waits_for := lag;
		job := @extschema@.backfill_progress(job);
		UPDATE @extschema@.backfill_jobs j SET waits_for = lag, noticed = job.noticed WHERE j.id = job_id;
	ELSE
		-- rows that take more than twice as long as they did tell of load
		seconds := least(took * job.pause * least(greatest(1, job.cost / nullif(job.least_cost, 0) - 1), 8), 2);
	END IF;
END $$;

COMMENT ON FUNCTION backfill_pause(integer, timestamptz) IS 'how long to wait (part of safeddl.backfill)';

CREATE PROCEDURE backfill(
	relation regclass,
	assignments text,
	condition text DEFAULT NULL,
	batch_time interval DEFAULT '50 ms',
	batch_rows integer DEFAULT 10000,
	pause double precision DEFAULT 0.25,
	max_lag interval DEFAULT '10 s',
	max_lag_bytes bigint DEFAULT 67108864,
	walk text DEFAULT 'auto',
	fire_triggers boolean DEFAULT true,
	restart boolean DEFAULT false)
LANGUAGE plpgsql
AS $$
-- Whatever search_path is in force: no operator here, no name without a schema.
DECLARE
	asked @extschema@.backfill_jobs;
	job pg_catalog.int4;
	statements pg_catalog.text[];
	left_over pg_catalog.text[];
	finished pg_catalog.bool;
	began pg_catalog.timestamptz;
	seconds pg_catalog.float8;
	again pg_catalog.bool;
BEGIN
	IF NOT @extschema@.backfill_may_commit() THEN
		RAISE EXCEPTION USING
			ERRCODE = 'active_sql_transaction',
			MESSAGE = 'safeddl.backfill() cannot run inside a transaction block',
			DETAIL = 'It commits after each batch, so that nobody waits for long.',
			HINT = 'CALL it as a statement of its own: outside of BEGIN and COMMIT, with autocommit on, and not in a function.';
	END IF;
	asked.relation := relation;
	asked.assignments := pg_catalog.btrim(assignments);
	asked.condition := condition;
	asked.batch_time := batch_time;
	asked.batch_rows := batch_rows;
	asked.pause := pause;
	asked.max_lag := max_lag;
	asked.max_lag_bytes := max_lag_bytes;
	asked.asked_walk := walk;
	asked.fire_triggers := fire_triggers;
	asked.path := pg_catalog.current_setting('search_path');
	job := @extschema@.backfill_begin(asked, restart);
	finished := job IS NULL;
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	WHILE NOT finished LOOP
		began := pg_catalog.clock_timestamp();
		SELECT s.statements, s.left_over, s.finished INTO statements, left_over, finished
		FROM @extschema@.backfill_step(job, statements, left_over) s;
		COMMIT;
		again := NOT finished;
		WHILE again LOOP
			SELECT p.seconds, p.again INTO seconds, again FROM @extschema@.backfill_pause(job, began) p;
			COMMIT;
			PERFORM pg_catalog.pg_sleep(seconds);
			COMMIT;
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		END LOOP;
	END LOOP;
	PERFORM @extschema@.backfill_release();
END $$;

COMMENT ON PROCEDURE backfill(regclass, text, text, interval, integer, double precision, interval, bigint, text, boolean, boolean) IS
'UPDATE of the rows of a table that fulfil a condition, in batches that commit: CALL safeddl.backfill(''orders'', ''id_new = id'', ''id_new IS NULL''); called again, it goes on where it was interrupted';

GRANT SELECT ON rules, invalid_indexes, unvalidated_constraints, unindexed_foreign_keys, blockers TO PUBLIC;
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
