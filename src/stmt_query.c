/*
 * stmt_query.c
 *	  Statements made of queries: views, rules, policies, CREATE TABLE AS, EXPLAIN.
 *
 * Queries come raw or analyzed.  The server's parse analysis takes locks that
 * wait, so raw ones are walked for names; what cannot be resolved is left out.
 */
#include "safeddl.h"

#include "catalog/namespace.h"
#include "commands/prepare.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/prs2lock.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* a query under way */
typedef struct SourceContext
{
	SafeddlAnalysis *a;
	Oid			reader;			/* materialized view that is filled, or InvalidOid */
	Oid			self;			/* view whose rule is walked: its rule names it,
								 * too, as OLD and NEW */
	SafeddlRule rule;
	bool		executed;		/* views are looked through, children are read */
	bool		in_rule;		/* OLD and NEW are no relations */
	List	   *ctes;			/* names that WITH hides, of String */
	bool		uses_temp;		/* found a temporary relation */
} SourceContext;

static bool walk_raw(Node *node, void *context);
static bool walk_analyzed(Node *node, void *context);

/* ----------------------------------------------------------------
 *		what a query reads
 * ----------------------------------------------------------------
 */

/* a view is replaced by its query, which is read as any other */
static void
look_through_view(SourceContext *context, Oid relid)
{
	Relation	view = safeddl_open(relid);
	Oid			outer = context->self;

	if (view == NULL)
		return;
	context->self = relid;
	if (view->rd_rules != NULL)
		for (int i = 0; i < view->rd_rules->numLocks; i++)
			if (view->rd_rules->rules[i]->event == CMD_SELECT)
				walk_analyzed((Node *) view->rd_rules->rules[i]->actions, context);
	safeddl_close(view);
	context->self = outer;
}

/* add_source: one relation that the query names */
static void
add_source(SourceContext *context, Oid relid, bool inh, LOCKMODE lockmode)
{
	char		relkind = get_rel_relkind(relid);
	bool		is_view = (relkind == RELKIND_VIEW);
	ListCell   *lc;

	if (relid == context->self)
		return;
	context->uses_temp |= safeddl_relinfo(context->a, relid)->temp;
	foreach(lc, safeddl_hierarchy(relid, context->executed && inh && !is_view))
	{
		bool		has_rows = context->executed && inh ?
			safeddl_has_rows(context->a, lfirst_oid(lc)) :
			RELKIND_HAS_TABLE_AM(get_rel_relkind(lfirst_oid(lc)));
		int			work = context->rule != SAFEDDL_RULE_NONE && has_rows ?
			SAFEDDL_WORK_SCAN : SAFEDDL_WORK_NONE;
		SafeddlEffect *effect = safeddl_add_effect(context->a, lfirst_oid(lc),
												   OidIsValid(context->reader) ? context->reader : relid,
												   lockmode, SAFEDDL_REACH_SOURCE,
												   is_view ? SAFEDDL_RULE_NONE : context->rule,
												   work);

		/* the plan may get by with an index */
		effect->maybe = effect->work;
	}
	if (is_view && context->executed)
		look_through_view(context, relid);
}

static bool
walk_analyzed(Node *node, void *context)
{
	check_stack_depth();
	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, walk_analyzed, context,
								 QTW_EXAMINE_RTES_BEFORE);
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		if (rte->rtekind == RTE_RELATION)
			add_source(context, rte->relid, rte->inh, AccessShareLock);
		return false;			/* the walker goes into it by itself */
	}
	return expression_tree_walker(node, walk_analyzed, context);
}

/* a name in FROM, or that of the table written to */
static void
add_named_source(SourceContext *context, const RangeVar *rv, LOCKMODE lockmode)
{
	Oid			relid;
	ListCell   *lc;

	/* so does what CREATE SCHEMA makes as well */
	if (safeddl_is_new_name(context->a, rv))
		return;
	if (rv->schemaname == NULL)
		foreach(lc, context->ctes)
			if (strcmp(strVal(lfirst(lc)), rv->relname) == 0)
				return;
	if (context->in_rule && (strcmp(rv->relname, "old") == 0 || strcmp(rv->relname, "new") == 0))
		return;
	relid = safeddl_resolve(context->a, rv, false);
	if (OidIsValid(relid))
		add_source(context, relid, rv->inh, lockmode);
}

/*
 * enter_with: walks the queries of WITH and makes their names hide relations;
 * each sees the ones before it, or all of them with RECURSIVE.
 */
static void
enter_with(SourceContext *context, WithClause *with)
{
	ListCell   *lc;

	if (with == NULL)
		return;
	/* the outer list stays as it is */
	context->ctes = list_copy(context->ctes);
	if (with->recursive)
		foreach(lc, with->ctes)
			context->ctes = lappend(context->ctes,
									makeString(lfirst_node(CommonTableExpr, lc)->ctename));
	foreach(lc, with->ctes)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, lc);

		walk_raw(cte->ctequery, context);
		if (!with->recursive)
			context->ctes = lappend(context->ctes, makeString(cte->ctename));
	}
}

/* walk_raw: relations in a query, or an expression, as the grammar made it */
static bool
walk_raw(Node *node, void *context_)
{
	SourceContext *context = context_;
	List	   *outer = context->ctes;
	RangeVar   *written = NULL;
	WithClause *with = NULL;

	check_stack_depth();
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_RangeVar:
			add_named_source(context, (RangeVar *) node, AccessShareLock);
			return false;
			/* walked by enter_with(); names of what is new; aliases */
		case T_WithClause:
		case T_IntoClause:
		case T_LockingClause:
			return false;
		case T_SelectStmt:
			with = ((SelectStmt *) node)->withClause;
			break;
		case T_InsertStmt:
			written = ((InsertStmt *) node)->relation;
			with = ((InsertStmt *) node)->withClause;
			break;
		case T_UpdateStmt:
			written = ((UpdateStmt *) node)->relation;
			with = ((UpdateStmt *) node)->withClause;
			break;
		case T_DeleteStmt:
			written = ((DeleteStmt *) node)->relation;
			with = ((DeleteStmt *) node)->withClause;
			break;
		case T_MergeStmt:
			written = ((MergeStmt *) node)->relation;
			with = ((MergeStmt *) node)->withClause;
			break;
		default:
			break;
	}
	/* no name of WITH hides what is written to */
	if (written != NULL)
	{
		context->ctes = NIL;
		add_named_source(context, written, RowExclusiveLock);
		context->ctes = outer;
	}
	enter_with(context, with);
	raw_expression_tree_walker(node, walk_raw, context);
	context->ctes = outer;
	return false;
}

/* what EXECUTE runs; its tree may be out of date, but not what it reads */
static void
walk_prepared(SourceContext *context, const ExecuteStmt *stmt)
{
	PreparedStatement *prepared = FetchPreparedStatement(stmt->name, context->a->strict);

	if (prepared != NULL)
		walk_analyzed((Node *) prepared->plansource->query_list, context);
}

/* a query that is parsed at least, in whatever state it is */
static void
walk_query(SourceContext *context, Node *query)
{
	if (query == NULL)
		return;
	switch (nodeTag(query))
	{
		case T_Query:
			walk_analyzed(query, context);
			break;
		case T_RawStmt:
			walk_query(context, ((RawStmt *) query)->stmt);
			break;
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			walk_raw(query, context);
			break;
		case T_ExecuteStmt:
			walk_prepared(context, (ExecuteStmt *) query);
			break;
		default:
			break;				/* NOTIFY in a rule */
	}
}

/*
 * safeddl_add_sources: ACCESS SHARE on what the query of a materialized view
 * reads, views looked through.
 */
void
safeddl_add_sources(SafeddlAnalysis *a, Node *query, Oid reader, SafeddlRule rule)
{
	SourceContext context = {.a = a,.reader = reader,.self = reader,.rule = rule,.executed = true};

	walk_analyzed(query, &context);
}

/* ----------------------------------------------------------------
 *		CREATE VIEW, CREATE RULE, CREATE and ALTER POLICY
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_create_view: ACCESS EXCLUSIVE on the view that is replaced;
 * mirrors DefineView() and DefineVirtualRelation() in commands/view.c.  A view
 * of a temporary relation is temporary itself.
 */
void
safeddl_analyze_create_view(SafeddlAnalysis *a, Node *node)
{
	ViewStmt   *stmt = castNode(ViewStmt, node);
	SourceContext context = {.a = a};
	RangeVar	view = *stmt->view;
	Oid			relid;

	walk_query(&context, stmt->query);
	if (a->new_names != NIL)
		return;					/* in a schema that is new as well */
	if (context.uses_temp)
		view.relpersistence = RELPERSISTENCE_TEMP;
	relid = safeddl_same_name(&view);
	if (!OidIsValid(relid))
		return;
	if (!stmt->replace)
	{
		safeddl_missing(a, ERRCODE_DUPLICATE_TABLE, "relation \"%s\" already exists", view.relname);
		return;
	}
	if (!safeddl_may_not_alter(a, relid))
		safeddl_add_effect(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE)->location = view.location;
}

/* the table or view that a rule or policy is for */
static Oid
lock_owner(SafeddlAnalysis *a, const RangeVar *rv)
{
	Oid			relid = safeddl_resolve(a, rv, false);

	if (!OidIsValid(relid))
		a->doomed = true;
	else if (!safeddl_may_not_alter(a, relid))
		safeddl_add_effect(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE)->location = rv->location;
	return relid;
}

/*
 * safeddl_analyze_create_rule: mirrors transformRuleStmt() in
 * parser/parse_utilcmd.c, and DefineQueryRewrite(), which up to 15 makes a view
 * of an empty table that gets a rule for SELECT.
 */
void
safeddl_analyze_create_rule(SafeddlAnalysis *a, Node *node)
{
	RuleStmt   *stmt = castNode(RuleStmt, node);
	SourceContext context = {.a = a,.in_rule = true};
	Oid			relid = lock_owner(a, stmt->relation);
	ListCell   *lc;

	if (!OidIsValid(relid))
		return;
	if (stmt->event == CMD_SELECT && get_rel_relkind(relid) == RELKIND_RELATION)
	{
		safeddl_add_storage(a, relid, relid, false);
		/*
		 * Looks for a row, and fails if there is one: a long way only where
		 * there were many, so that there is nothing to object to.
		 */
		safeddl_add_effect(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_SCAN)->maybe = SAFEDDL_WORK_SCAN;
	}
	walk_raw(stmt->whereClause, &context);
	foreach(lc, stmt->actions)
		walk_query(&context, lfirst(lc));
}

/* safeddl_analyze_policy: CreatePolicy() and AlterPolicy() in commands/policy.c */
void
safeddl_analyze_policy(SafeddlAnalysis *a, Node *node)
{
	SourceContext context = {.a = a};
	bool		create = IsA(node, CreatePolicyStmt);
	CreatePolicyStmt *created = create ? (CreatePolicyStmt *) node : NULL;
	AlterPolicyStmt *altered = create ? NULL : castNode(AlterPolicyStmt, node);

	if (!OidIsValid(lock_owner(a, create ? created->table : altered->table)))
		return;
	walk_raw(create ? created->qual : altered->qual, &context);
	walk_raw(create ? created->with_check : altered->with_check, &context);
}

/* ----------------------------------------------------------------
 *		CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW, EXPLAIN
 * ----------------------------------------------------------------
 */

/* into_clause: that of the leftmost SELECT; NULL if it is a mere query */
static IntoClause *
into_clause(const SelectStmt *stmt)
{
	while (stmt->op != SETOP_NONE && stmt->larg != NULL)
		stmt = stmt->larg;
	return stmt->intoClause;
}

/* a relation of that name there already: an error, or nothing happens */
static bool
is_skipped(SafeddlAnalysis *a, const IntoClause *into, bool if_not_exists)
{
	if (!OidIsValid(safeddl_same_name(into->rel)))
		return false;
	if (!if_not_exists)
		safeddl_missing(a, ERRCODE_DUPLICATE_TABLE, "relation \"%s\" already exists",
						into->rel->relname);
	return true;
}

/*
 * safeddl_analyze_create_table_as: what the query reads; nobody can wait for
 * the new table.  SELECT INTO is a SELECT until it was analyzed.
 */
void
safeddl_analyze_create_table_as(SafeddlAnalysis *a, Node *node)
{
	SourceContext context = {.a = a,.executed = true};
	IntoClause *into;
	Node	   *query = node;
	bool		if_not_exists = false;

	if (IsA(node, SelectStmt))
		into = into_clause((SelectStmt *) node);
	else
	{
		CreateTableAsStmt *stmt = castNode(CreateTableAsStmt, node);

		into = stmt->into;
		query = stmt->query;
		if_not_exists = stmt->if_not_exists;
	}
	if (into == NULL || is_skipped(a, into, if_not_exists))
		return;
	context.executed = !into->skipData;
	walk_query(&context, query);
}

/*
 * safeddl_analyze_explain: EXPLAIN plans the query, with ANALYZE it runs it,
 * and the CREATE TABLE AS in it is no statement of its own to the hook.
 */
void
safeddl_analyze_explain(SafeddlAnalysis *a, Node *node)
{
	Node	   *query = castNode(ExplainStmt, node)->query;

	if (query != NULL && IsA(query, Query))
		query = ((Query *) query)->utilityStmt;
	if (query != NULL && (IsA(query, CreateTableAsStmt) || IsA(query, SelectStmt)))
		safeddl_analyze_create_table_as(a, query);
}
