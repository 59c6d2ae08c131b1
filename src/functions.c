/*
 * functions.c
 *	  The SQL interface: safeddl.footprint(statement), the rows behind the view
 *	  safeddl.rules, and the sizes that the other views show.
 */
#include "safeddl.h"

#include "access/xact.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/nodes.h"
#include "parser/parser.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(safeddl_footprint);
PG_FUNCTION_INFO_V1(safeddl_list_rules);
PG_FUNCTION_INFO_V1(safeddl_relation_bytes);

#define FOOTPRINT_COLUMNS 11
#define RULES_COLUMNS 7

/*
 * transpose_position: an error position in the statement asked about belongs
 * to that text, not to the query that calls us.
 */
static void
transpose_position(void *arg)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery((const char *) arg);
	}
}

/*
 * safeddl_ask: answers a question of an SQL function about the one statement
 * of a text: has work(a, arg) done, contained, then answer(a, answer_arg).
 * what completes "cannot tell ... of several statements at once".
 *
 * Neither is called if the text has no statement.  Raises the server's errors
 * for bad syntax and missing objects.
 */
void
safeddl_ask(const char *sql, const char *what, SafeddlWork work, void *arg,
			SafeddlWork answer, void *answer_arg)
{
	ErrorContextCallback callback = {.callback = transpose_position,.arg = unconstify(char *, sql),
	.previous = error_context_stack};
	SafeddlAnalysis *a;
	List	   *statements;
	RawStmt    *raw;

	if (IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("cannot analyze a statement during a parallel operation")));
	error_context_stack = &callback;
	statements = raw_parser(sql, RAW_PARSE_DEFAULT);
	if (list_length(statements) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("cannot tell the %s of several statements at once", what),
				 errhint("Call safeddl.%s() for each of the %d statements.",
						 what, list_length(statements))));
	if (statements != NIL)
	{
		raw = linitial_node(RawStmt, statements);
		a = safeddl_begin_analysis(raw->stmt, sql, raw->stmt_location, raw->stmt_len, true);
		safeddl_contained(a, work, arg);
		answer(a, answer_arg);
		MemoryContextDelete(a->context);
	}
	error_context_stack = callback.previous;
}

static void
put_effect(ReturnSetInfo *rsinfo, const SafeddlEffect *effect)
{
	Datum		values[FOOTPRINT_COLUMNS];
	bool		nulls[FOOTPRINT_COLUMNS] = {0};
	const char *certainty = effect->maybe ? "maybe" : "yes";

	values[0] = ObjectIdGetDatum(effect->relid);
	values[1] = CharGetDatum(effect->rel->relkind);
	values[2] = CStringGetTextDatum(GetLockmodeName(DEFAULT_LOCKMETHOD, effect->lockmode));
	values[3] = CStringGetTextDatum(safeddl_blocks(effect->lockmode));
	values[4] = CStringGetTextDatum(safeddl_work_names(effect->work));
	values[5] = CStringGetTextDatum(certainty);
	values[6] = CStringGetTextDatum(safeddl_reach_name(effect->reach));
	nulls[7] = (effect->rule == SAFEDDL_RULE_NONE);
	if (!nulls[7])
		values[7] = CStringGetTextDatum(safeddl_rule_info[effect->rule].name);
	nulls[8] = (effect->subject == NULL);
	if (!nulls[8])
		values[8] = CStringGetTextDatum(effect->subject);
	values[9] = Int64GetDatum((int64) effect->bytes);
	values[10] = Int64GetDatum((int64) effect->rows);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* put_effects: SafeddlWork; arg: ReturnSetInfo */
static void
put_effects(SafeddlAnalysis *a, void *arg)
{
	ListCell   *lc;

	foreach(lc, a->effects)
		put_effect(arg, lfirst(lc));
}

/*
 * safeddl_footprint(statement text): one row per relation and rule that the
 * statement would lock, as the hook sees it, whatever the settings and whoever
 * owns the relations.  Executes nothing and waits for nothing.
 *
 * relation, relkind, lock_mode (as in pg_locks), blocks, work, certainty,
 * reach, rule, subject, total_bytes (bytes that count for the judgement: the
 * larger of relpages and the file, with TOAST and indexes where the work goes
 * through them), est_rows.  blocks follows from the lock mode alone, also of a
 * relation that nobody else can see.
 *
 * No rows for a statement that is not DDL.  Raises the server's errors for bad
 * syntax and missing objects.
 */
Datum
safeddl_footprint(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	safeddl_ask(text_to_cstring(PG_GETARG_TEXT_PP(0)), "footprint", safeddl_gather, NULL,
				put_effects, fcinfo->resultinfo);
	return (Datum) 0;
}

/*
 * safeddl_list_rules(): the registry, one row per rule: name, kind, statement,
 * instead, ceiling, level (in force in this session), since (major version).
 */
Datum
safeddl_list_rules(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int rule = SAFEDDL_RULE_NONE + 1; rule < SAFEDDL_NRULES; rule++)
	{
		const SafeddlRuleInfo *info = &safeddl_rule_info[rule];
		Datum		values[RULES_COLUMNS];
		bool		nulls[RULES_COLUMNS] = {0};

		values[0] = CStringGetTextDatum(info->name);
		values[1] = CStringGetTextDatum(safeddl_kind_name(info->kind));
		values[2] = CStringGetTextDatum(info->statement);
		values[3] = CStringGetTextDatum(info->instead);
		values[4] = CStringGetTextDatum(safeddl_level_name(safeddl_rule_ceiling(rule)));
		values[5] = CStringGetTextDatum(safeddl_level_name(safeddl_rule_level(rule)));
		values[6] = Int32GetDatum(info->since);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * safeddl_relation_bytes(relation regclass, children boolean): size of the
 * rows or the entries of a relation, and of all that inherit from it.
 * pg_relation_size() would wait for whoever has locked the relation.
 */
Datum
safeddl_relation_bytes(PG_FUNCTION_ARGS)
{
	if (get_rel_relkind(PG_GETARG_OID(0)) == '\0')
		PG_RETURN_NULL();		/* dropped since the caller saw it */
	PG_RETURN_INT64((int64) safeddl_catalog_bytes(PG_GETARG_OID(0), PG_GETARG_BOOL(1)));
}
