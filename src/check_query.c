/*
 * check_query.c
 *	  Queries of a script that go through large tables while a lock of an
 *	  earlier statement keeps others waiting; as backfill.c finds them.
 *
 * A query is planned, and its plan made ready as for EXPLAIN; it does not run.
 * One that cannot be planned, as it reads what the script has yet to make,
 * counts as going through all tables that it names.
 */
#include "safeddl.h"
#include "check.h"
#include "planwork.h"

#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* relations that a query names */
typedef struct Named
{
	SafeddlScript *script;
	List	   *relations;		/* RangeVar */
	List	   *ctes;			/* String */
	bool		unknown;		/* the catalog does not know them as the script does */
} Named;

/* ----------------------------------------------------------------
 *		the query in a statement
 * ----------------------------------------------------------------
 */

/* runs: is it EXPLAIN ANALYZE? */
static bool
runs(ExplainStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, "analyze") == 0)
			return defGetBoolean(lfirst(lc));
	return false;
}

/* query_of: what the executor would get of a statement; NULL if nothing */
static Node *
query_of(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			return stmt;
		case T_CreateTableAsStmt:
			return ((CreateTableAsStmt *) stmt)->into->skipData ? NULL : ((CreateTableAsStmt *) stmt)->query;
		case T_CopyStmt:
			return ((CopyStmt *) stmt)->query;
		case T_DeclareCursorStmt:
			return ((DeclareCursorStmt *) stmt)->query;
		case T_ExplainStmt:
			return runs((ExplainStmt *) stmt) ? query_of(((ExplainStmt *) stmt)->query) : NULL;
		default:
			return NULL;
	}
}

/* without_into: SELECT INTO is a query like any other */
static void
without_into(Node *query)
{
	SelectStmt *select = (SelectStmt *) query;

	if (!IsA(query, SelectStmt))
		return;
	while (select->op != SETOP_NONE && select->larg != NULL)
		select = select->larg;
	select->intoClause = NULL;
}

static bool
collect_names(Node *node, void *context)
{
	Named	   *named = context;

	if (node == NULL)
		return false;
	if (IsA(node, CommonTableExpr))
		named->ctes = lappend(named->ctes, makeString(((CommonTableExpr *) node)->ctename));
	if (IsA(node, RangeVar))
		named->relations = lappend(named->relations, node);
	return raw_expression_tree_walker(node, collect_names, context);
}

/*
 * translate: the relations by their names in the catalog; those that the script
 * makes, or has given other columns, make the query unknown.
 */
static void
translate(Named *named)
{
	List	   *relations = NIL;
	ListCell   *lc;

	foreach(lc, named->relations)
	{
		RangeVar   *rv = lfirst(lc);
		Oid			relid;
		SafeddlScriptTable *table;

		if (rv->schemaname == NULL && list_member(named->ctes, makeString(rv->relname)))
			continue;
		table = safeddl_script_find(named->script, rv, &relid);
		if (!OidIsValid(relid))
		{
			named->unknown = true;
			continue;
		}
		relations = lappend(relations, rv);
		if (table == NULL)
			continue;
		named->unknown |= table->columns != NIL || table->renamed_columns != NIL;
		if (rv->alias == NULL)
			rv->alias = makeAlias(rv->relname, NIL);
		rv->schemaname = get_namespace_name(get_rel_namespace(relid));
		rv->relname = get_rel_name(relid);
	}
	named->relations = relations;
}

/*
 * set_known: UPDATE of a column that the script adds reads and writes what one
 * of any other would.
 */
static void
set_known(Named *named, UpdateStmt *stmt)
{
	Oid			relid;
	SafeddlScriptTable *table;
	List	   *kept = NIL;
	ListCell   *lc;

	/* by its name in the catalog, which it has by now */
	relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	table = safeddl_script_changed(named->script, relid);
	if (table == NULL || table->renamed_columns != NIL ||
		list_length(named->relations) != 1)
		return;
	foreach(lc, stmt->targetList)
		if (safeddl_script_added(table, lfirst_node(ResTarget, lc)->name) == NULL)
			kept = lappend(kept, lfirst(lc));
	if (kept == NIL)
	{
		ResTarget  *target = linitial_node(ResTarget, stmt->targetList);
		ColumnRef  *column = makeNode(ColumnRef);

		target->name = get_attname(relid, 1, true);
		column->fields = list_make1(makeString(target->name));
		column->location = -1;
		target->val = (Node *) column;
		kept = list_make1(target);
	}
	stmt->targetList = kept;
	named->unknown = false;
}

/* ----------------------------------------------------------------
 *		what it goes through
 * ----------------------------------------------------------------
 */

/* a query to be planned */
typedef struct Planning
{
	RawStmt    *raw;
	List	   *works;			/* of SafeddlPlanWork */
} Planning;

/*
 * plan: SafeddlWork; waits for no lock for long.  What it does to settings and
 * snapshots goes with the subtransaction.
 */
static void
plan(SafeddlAnalysis *a, void *arg)
{
	Planning   *planning = arg;
	List	   *queries;
	QueryDesc  *desc;
	MemoryContext context = CurrentMemoryContext;

	(void) set_config_option("lock_timeout", "10ms", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	PushActiveSnapshot(GetTransactionSnapshot());
	queries = pg_analyze_and_rewrite_fixedparams(planning->raw, a->query, NULL, 0, NULL);
	if (list_length(queries) == 1 && linitial_node(Query, queries)->commandType != CMD_UTILITY)
	{
		desc = CreateQueryDesc(safeddl_plan_query(linitial(queries), a->query),
							   a->query, GetActiveSnapshot(), InvalidSnapshot,
							   None_Receiver, NULL, NULL, 0);
		ExecutorStart(desc, EXEC_FLAG_EXPLAIN_ONLY);
		MemoryContextSwitchTo(context);
		planning->works = safeddl_plan_work(desc);
		ExecutorEnd(desc);
		FreeQueryDesc(desc);
	}
	PopActiveSnapshot();
}

/* add_named: all of what the query reads, as it is named in it */
static void
add_named(SafeddlAnalysis *a, Named *named, Node *query)
{
	RangeVar   *filled = IsA(query, InsertStmt) ? ((InsertStmt *) query)->relation : NULL;
	uint64		bytes = 0;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, named->relations)
	{
		RangeVar   *rv = lfirst(lc);
		Oid			relid = rv == filled ? InvalidOid : RangeVarGetRelid(rv, NoLock, true);

		foreach(lc2, OidIsValid(relid) ? safeddl_leaves(a, safeddl_hierarchy(relid, rv->inh)) : NIL)
			safeddl_add_effect(a, lfirst_oid(lc2), relid, AccessShareLock, SAFEDDL_REACH_SOURCE,
							   SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK,
							   SAFEDDL_WORK_SCAN)->maybe = SAFEDDL_WORK_SCAN;
	}
	safeddl_measure(a, true);
	foreach(lc, a->effects)
		bytes += ((SafeddlEffect *) lfirst(lc))->bytes;
	if (bytes < SAFEDDL_LEAST_BACKFILL)
		a->effects = NIL;
}

/*
 * safeddl_check_query: SafeddlWork that finds what the query of a statement
 * goes through.  arg: SafeddlSettings to fill in.
 */
void
safeddl_check_query(SafeddlAnalysis *a, void *arg)
{
	SafeddlSettings *settings = arg;
	Named		named = {.script = a->script};
	RawStmt    *raw = makeNode(RawStmt);
	Planning	planning = {.raw = raw};
	SafeddlAnalysis *inner;

	a->judging = true;
	if (query_of(a->stmt) == NULL)
		return;
	a->stmt = query_of(a->stmt);
	raw->stmt = copyObject(a->stmt);
	without_into(raw->stmt);
	(void) collect_names(raw->stmt, &named);
	translate(&named);
	if (named.unknown && IsA(raw->stmt, UpdateStmt))
		set_known(&named, (UpdateStmt *) raw->stmt);
	*settings = safeddl_plain_settings();
	inner = safeddl_begin_analysis(a->stmt, a->query, a->stmt_location, a->stmt_len, true);
	inner->script = a->script;
	if (!named.unknown && safeddl_contained(inner, plan, &planning))
		safeddl_add_backfill(a, planning.works, settings);
	else
		add_named(a, &named, raw->stmt);
	safeddl_script_held(a);
	*settings = safeddl_current_settings(a);
}
