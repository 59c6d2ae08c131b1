/*
 * stmt_maintenance.c
 *	  VACUUM, ANALYZE, CLUSTER, REFRESH MATERIALIZED VIEW and LOCK TABLE.
 */
#include "safeddl.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/prs2lock.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static void vacuum_table(SafeddlAnalysis *a, Oid relid, bool full, int location);
static void rewrite_all(SafeddlAnalysis *a, SafeddlRule rule);
static Oid	clustered_index(Oid relid);
static void cluster_table(SafeddlAnalysis *a, Oid relid, SafeddlRule rule, int location);
static void cluster_all(SafeddlAnalysis *a, SafeddlRule rule);
static bool add_sources(Node *node, void *context);
static void lock_relation(SafeddlAnalysis *a, Oid relid, LOCKMODE lockmode, bool recurse);

/* ----------------------------------------------------------------
 *		VACUUM, ANALYZE
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_vacuum: SHARE UPDATE EXCLUSIVE; FULL is ACCESS EXCLUSIVE and
 * a rewrite.  Each table in a transaction of its own; mirrors vacuum() and
 * expand_vacuum_rel() in commands/vacuum.c.
 */
void
safeddl_analyze_vacuum(SafeddlAnalysis *a, Node *node)
{
	VacuumStmt *stmt = castNode(VacuumStmt, node);
	bool		full = safeddl_option_is_set(stmt->options, "full");
	ListCell   *lc;

	if (stmt->is_vacuumcmd && a->in_block)
	{
		a->doomed = true;
		return;
	}
	if (stmt->rels == NIL)
	{
		/* plain VACUUM and ANALYZE of everything: nothing to say */
		if (full)
			rewrite_all(a, SAFEDDL_RULE_VACUUM_FULL);
		return;
	}
	foreach(lc, stmt->rels)
	{
		RangeVar   *rv = lfirst_node(VacuumRelation, lc)->relation;
		Oid			relid = rv ? safeddl_resolve(a, rv, false) : lfirst_node(VacuumRelation, lc)->oid;
		char		relkind;
		ListCell   *lc2;

		if (!OidIsValid(relid))
		{
			a->doomed = true;
			return;
		}
		relkind = get_rel_relkind(relid);
		foreach(lc2, safeddl_hierarchy(relid, relkind == RELKIND_PARTITIONED_TABLE ||
									   (SAFEDDL_VACUUM_FULL_INHERITS && rv && rv->inh)))
			if (get_rel_relkind(lfirst_oid(lc2)) != RELKIND_PARTITIONED_TABLE)
				vacuum_table(a, lfirst_oid(lc2), full, rv ? rv->location : -1);
	}
}

static void
vacuum_table(SafeddlAnalysis *a, Oid relid, bool full, int location)
{
	/* whoever may not is told so in a WARNING, and the table is skipped */
	if (!a->strict && !safeddl_may_maintain(relid, GetUserId()) &&
		!safeddl_owns_database(MyDatabaseId, GetUserId()))
		return;
	if (full)
		safeddl_add_rewrite(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
							SAFEDDL_RULE_VACUUM_FULL)->location = location;
	else
		safeddl_add_effect(a, relid, relid, ShareUpdateExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/* VACUUM FULL or REPACK without a table: everything, one transaction each */
static void
rewrite_all(SafeddlAnalysis *a, SafeddlRule rule)
{
	Relation	pg_class = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(pg_class, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->relkind != RELKIND_RELATION && form->relkind != RELKIND_MATVIEW)
			continue;
		if (rule == SAFEDDL_RULE_VACUUM_FULL)
			vacuum_table(a, form->oid, true, -1);
		else if (a->strict || safeddl_may_maintain(form->oid, GetUserId()))
			cluster_table(a, form->oid, rule, -1);
	}
	systable_endscan(scan);
	table_close(pg_class, AccessShareLock);
}

/* ----------------------------------------------------------------
 *		CLUSTER
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_cluster: ACCESS EXCLUSIVE and a rewrite; mirrors cluster()
 * in commands/cluster.c.  Partitions, and all tables where none is named, one
 * transaction each.
 */
void
safeddl_analyze_cluster(SafeddlAnalysis *a, Node *node)
{
	RangeVar   *relation = safeddl_cluster_relation(node);
	const char *indexname = safeddl_cluster_index(node);
	SafeddlRule rule = safeddl_cluster_rule(node);
	Oid			relid;
	Oid			indexid;
	ListCell   *lc;

	if (relation == NULL)
	{
		a->doomed |= a->in_block || safeddl_cluster_concurrent(node);
		if (safeddl_cluster_needs_no_index(node))
			rewrite_all(a, rule);
		else
			cluster_all(a, rule);
		return;
	}
	relid = safeddl_resolve(a, relation, false);
	if (!OidIsValid(relid) || get_rel_relkind(relid) == RELKIND_VIEW ||
		(!a->strict && !safeddl_may_maintain(relid, GetUserId())))
	{
		a->doomed = true;
		return;
	}
	indexid = indexname ? get_relname_relid(indexname, get_rel_namespace(relid)) :
		clustered_index(relid);
	if (!OidIsValid(indexid) && !safeddl_cluster_needs_no_index(node))
	{
		safeddl_missing(a, ERRCODE_UNDEFINED_OBJECT,
						"there is no index to cluster table \"%s\" by", relation->relname);
		return;
	}
	if (safeddl_cluster_concurrent(node))
	{
		/* to the last moment, when the new files take the place of the old */
		a->doomed |= a->in_block;
		safeddl_add_effect(a, relid, relid, ShareUpdateExclusiveLock, SAFEDDL_REACH_TARGET,
						   rule, SAFEDDL_WORK_REWRITE)->location = relation->location;
		return;
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
	{
		a->doomed |= a->in_block;
		foreach(lc, safeddl_leaves(safeddl_hierarchy(relid, true)))
			cluster_table(a, lfirst_oid(lc), rule, relation->location);
		return;
	}
	cluster_table(a, relid, rule, relation->location);
}

/* clustered_index: the one that CLUSTER ON marked; InvalidOid if none */
static Oid
clustered_index(Oid relid)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
		if (get_index_isclustered(lfirst_oid(lc)))
			return lfirst_oid(lc);
	return InvalidOid;
}

static void
cluster_table(SafeddlAnalysis *a, Oid relid, SafeddlRule rule, int location)
{
	safeddl_add_rewrite(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						rule)->location = location;
}

/* CLUSTER, or REPACK USING INDEX, without a table: all that were clustered before */
static void
cluster_all(SafeddlAnalysis *a, SafeddlRule rule)
{
	Relation	pg_index = table_open(IndexRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(pg_index, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->indisclustered &&
			(a->strict || safeddl_may_maintain(form->indrelid, GetUserId())))
			cluster_table(a, form->indrelid, rule, -1);
	}
	systable_endscan(scan);
	table_close(pg_index, AccessShareLock);
}

/* ----------------------------------------------------------------
 *		REFRESH MATERIALIZED VIEW
 * ----------------------------------------------------------------
 */

typedef struct SourceContext
{
	SafeddlAnalysis *a;
	Oid			matview;
	Oid			self;			/* view whose rule is walked: its rule names it,
								 * too, as OLD and NEW */
	SafeddlRule rule;
} SourceContext;

/*
 * safeddl_analyze_refresh: ACCESS EXCLUSIVE on the view while its query runs;
 * EXCLUSIVE with CONCURRENTLY, which lets people read.  Mirrors
 * ExecRefreshMatView() in commands/matview.c.
 */
void
safeddl_analyze_refresh(SafeddlAnalysis *a, Node *node)
{
	RefreshMatViewStmt *stmt = castNode(RefreshMatViewStmt, node);
	Oid			relid = safeddl_resolve(a, stmt->relation, false);
	SafeddlRule rule = SAFEDDL_RULE_REFRESH_MATVIEW;
	SourceContext context = {a, relid, relid, SAFEDDL_RULE_NONE};
	SafeddlEffect *effect;
	Relation	rel;

	if (!OidIsValid(relid))
	{
		a->doomed = true;
		return;
	}
	if (!a->strict && !safeddl_may_maintain(relid, GetUserId()))
	{
		a->doomed = true;
		return;
	}
	if (get_rel_relkind(relid) != RELKIND_MATVIEW)
	{
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"\"%s\" is not a materialized view", stmt->relation->relname);
		return;
	}
	if (stmt->skipData)
	{
		safeddl_add_storage(a, relid, relid, false);
		safeddl_add_effect(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
		return;
	}

	rel = safeddl_open(relid);
	/* nobody can read a view that was never filled, so nobody waits */
	if (stmt->concurrent || (rel != NULL && !RelationIsPopulated(rel)))
		rule = SAFEDDL_RULE_NONE;
	if (stmt->concurrent)
		effect = safeddl_add_effect(a, relid, relid, ExclusiveLock, SAFEDDL_REACH_TARGET,
									rule, SAFEDDL_WORK_SCAN);
	else
		effect = safeddl_add_rewrite(a, relid, relid, AccessExclusiveLock,
									 SAFEDDL_REACH_TARGET, rule);
	effect->location = stmt->relation->location;
	context.rule = rule;
	if (rel == NULL)
		return;
	if (rel->rd_rules != NULL && rel->rd_rules->numLocks == 1)
		add_sources((Node *) rel->rd_rules->rules[0]->actions, &context);
	safeddl_close(rel);
}

/* add_source: one relation that the query reads; views are looked through */
static void
add_source(SourceContext *context, RangeTblEntry *rte)
{
	ListCell   *lc;
	SafeddlEffect *effect;

	if (rte->relid == context->self)
		return;
	if (rte->relkind == RELKIND_VIEW)
	{
		Relation	view = safeddl_open(rte->relid);
		Oid			outer = context->self;

		if (view == NULL)
			return;
		context->self = rte->relid;
		safeddl_add_effect(context->a, rte->relid, context->matview, AccessShareLock,
						   SAFEDDL_REACH_SOURCE, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
		if (view->rd_rules != NULL)
			for (int i = 0; i < view->rd_rules->numLocks; i++)
				if (view->rd_rules->rules[i]->event == CMD_SELECT)
					add_sources((Node *) view->rd_rules->rules[i]->actions, context);
		safeddl_close(view);
		context->self = outer;
		return;
	}
	foreach(lc, safeddl_hierarchy(rte->relid, rte->inh))
	{
		bool		has_rows = RELKIND_HAS_TABLE_AM(get_rel_relkind(lfirst_oid(lc)));

		effect = safeddl_add_effect(context->a, lfirst_oid(lc), context->matview,
									AccessShareLock, SAFEDDL_REACH_SOURCE, context->rule,
									has_rows ? SAFEDDL_WORK_SCAN : SAFEDDL_WORK_NONE);
		/* the plan may get by with an index */
		effect->maybe = effect->work;
	}
}

static bool
add_sources(Node *node, void *context)
{
	check_stack_depth();
	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, add_sources, context,
								 QTW_EXAMINE_RTES_BEFORE);
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		if (rte->rtekind == RTE_RELATION)
			add_source(context, rte);
		return false;			/* the walker goes into it by itself */
	}
	return expression_tree_walker(node, add_sources, context);
}

/* ----------------------------------------------------------------
 *		LOCK TABLE
 * ----------------------------------------------------------------
 */

/* safeddl_analyze_lock: the lock asked for, on descendants and below views, too */
void
safeddl_analyze_lock(SafeddlAnalysis *a, Node *node)
{
	LockStmt *stmt = castNode(LockStmt, node);
	ListCell   *lc;

	foreach(lc, stmt->relations)
	{
		RangeVar   *rv = lfirst(lc);
		Oid			relid = safeddl_resolve(a, rv, false);

		if (!OidIsValid(relid))
		{
			a->doomed = true;
			return;
		}
		lock_relation(a, relid, stmt->mode, rv->inh);
	}
}

typedef struct LockContext
{
	SafeddlAnalysis *a;
	Oid			view;
	LOCKMODE	lockmode;
} LockContext;

static bool
lock_view_sources(Node *node, void *context_)
{
	LockContext *context = context_;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, lock_view_sources, context,
								 QTW_EXAMINE_RTES_BEFORE);
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		/* as LockViewRecurse_walker(): neither OLD and NEW nor foreign tables */
		if (rte->rtekind == RTE_RELATION && rte->relid != context->view &&
			(rte->relkind == RELKIND_RELATION || rte->relkind == RELKIND_VIEW ||
			 rte->relkind == RELKIND_PARTITIONED_TABLE))
			lock_relation(context->a, rte->relid, context->lockmode, rte->inh);
		return false;
	}
	return expression_tree_walker(node, lock_view_sources, context);
}

static void
lock_relation(SafeddlAnalysis *a, Oid relid, LOCKMODE lockmode, bool recurse)
{
	LockContext context = {a, relid, lockmode};
	Relation	view;
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, safeddl_hierarchy(relid, recurse))
		safeddl_add_effect(a, lfirst_oid(lc), relid, lockmode,
						   lfirst_oid(lc) == relid ? SAFEDDL_REACH_TARGET :
						   safeddl_child_reach(lfirst_oid(lc)),
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (get_rel_relkind(relid) != RELKIND_VIEW)
		return;
	view = safeddl_open(relid);
	if (view == NULL)
		return;
	if (view->rd_rules != NULL)
		for (int i = 0; i < view->rd_rules->numLocks; i++)
			if (view->rd_rules->rules[i]->event == CMD_SELECT)
				lock_view_sources((Node *) view->rd_rules->rules[i]->actions, &context);
	safeddl_close(view);
}
