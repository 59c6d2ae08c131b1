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

GRANT SELECT ON rules TO PUBLIC;
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
