/*
 * stmt_maintenance.c
 *	  VACUUM, ANALYZE, CLUSTER, REFRESH MATERIALIZED VIEW and LOCK TABLE.
 */
#include "safeddl.h"

#include "access/amapi.h"
#include "access/htup_details.h"
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

/* what a VACUUM or ANALYZE does to each of its relations */
typedef struct VacuumMode
{
	bool		vacuum;
	bool		full;
	bool		main;			/* more than its TOAST table */
	bool		analyze;
} VacuumMode;

/* a LOCK TABLE under way */
typedef struct LockContext
{
	SafeddlAnalysis *a;
	Oid			root;			/* relation that the statement names */
	LOCKMODE	lockmode;
	List	   *views;			/* on the way down to here */
} LockContext;

static void vacuum_table(SafeddlAnalysis *a, Oid relid, const VacuumMode *mode, int location);
static Oid	clustered_index(Oid relid);
static void cluster_table(SafeddlAnalysis *a, Oid relid, SafeddlRule rule, int location);
static void cluster_all(SafeddlAnalysis *a, SafeddlRule rule, bool clustered_only);
static void lock_relation(LockContext *context, Oid relid, bool recurse);

/* ----------------------------------------------------------------
 *		VACUUM, ANALYZE
 * ----------------------------------------------------------------
 */

/* is a boolean option of a statement given, and false? */
static bool
option_is_off(List *options, const char *name)
{
	bool		result = false;
	ListCell   *lc;

	foreach(lc, options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, name) == 0)
			result = !defGetBoolean(lfirst(lc));
	return result;
}

/* does VACUUM have a number of workers, which FULL does not take? */
static bool
is_parallel(List *options)
{
	bool		result = false;
	ListCell   *lc;

	foreach(lc, options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, "parallel") == 0)
			result = defGetInt32(lfirst(lc)) != 0;
	return result;
}

/* refuse_vacuum: as ExecVacuum() and vacuum() */
static void
refuse_vacuum(SafeddlAnalysis *a, VacuumStmt *stmt, const VacuumMode *mode)
{
	static const char *const known[] = {
		"verbose", "skip_locked", "analyze", "freeze", "full", "disable_page_skipping",
		"index_cleanup", "process_main", "process_toast", "truncate", "parallel",
		"skip_database_stats", "only_database_stats", "buffer_usage_limit", NULL
	};
	ListCell   *lc;

	safeddl_refuse_options(a, stmt->options, known);
	if (mode->full &&
		(is_parallel(stmt->options) || option_is_off(stmt->options, "process_toast") ||
		 safeddl_option_is_set(stmt->options, "disable_page_skipping")))
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"VACUUM FULL does not support such an option");
	foreach(lc, stmt->rels)
		if (!mode->analyze && lfirst_node(VacuumRelation, lc)->va_cols != NIL)
			safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
							"ANALYZE option must be specified when a column list is provided");
}

/*
 * safeddl_analyze_vacuum: SHARE UPDATE EXCLUSIVE; FULL is ACCESS EXCLUSIVE and
 * a rewrite.  Each table in a transaction of its own, but for ANALYZE inside
 * of one; mirrors vacuum() and expand_vacuum_rel() in commands/vacuum.c.
 */
void
safeddl_analyze_vacuum(SafeddlAnalysis *a, Node *node)
{
	VacuumStmt *stmt = castNode(VacuumStmt, node);
	VacuumMode	mode = {.vacuum = stmt->is_vacuumcmd,
		.full = stmt->is_vacuumcmd && safeddl_option_is_set(stmt->options, "full"),
	.main = !option_is_off(stmt->options, "process_main"),
	.analyze = !stmt->is_vacuumcmd || safeddl_option_is_set(stmt->options, "analyze")};
	ListCell   *lc;
	ListCell   *lc2;

	if (stmt->is_vacuumcmd && a->in_block)
	{
		a->doomed = true;
		return;
	}
	refuse_vacuum(a, stmt, &mode);
	if (safeddl_option_is_set(stmt->options, "only_database_stats"))
		return;
	if (stmt->rels == NIL)
		foreach(lc, safeddl_all_tables())
			vacuum_table(a, lfirst_oid(lc), &mode, -1);
	foreach(lc, stmt->rels)
	{
		RangeVar   *rv = lfirst_node(VacuumRelation, lc)->relation;
		Oid			relid = rv ? safeddl_resolve(a, rv, false) : lfirst_node(VacuumRelation, lc)->oid;
		bool		recurse;

		if (!OidIsValid(relid))
		{
			a->doomed = true;
			return;
		}
		recurse = rv != NULL && rv->inh &&
			(SAFEDDL_VACUUM_INHERITS || get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE);
		foreach(lc2, safeddl_hierarchy(relid, recurse))
			vacuum_table(a, lfirst_oid(lc2), &mode, rv ? rv->location : -1);
	}
	/* what others have locked by then is left out */
	a->never_waits = safeddl_option_is_set(stmt->options, "skip_locked");
	if (a->never_waits)
		foreach(lc, a->effects)
		{
			((SafeddlEffect *) lfirst(lc))->early = true;
			((SafeddlEffect *) lfirst(lc))->maybe = ((SafeddlEffect *) lfirst(lc))->work;
		}
}

/*
 * vacuum_table: one relation, as vacuum_rel() and analyze_rel(); what has no
 * rows of its own is locked only to notice that.  A partitioned table is
 * analyzed as a whole, which reads its partitions.
 */
static void
vacuum_table(SafeddlAnalysis *a, Oid relid, const VacuumMode *mode, int location)
{
	LOCKMODE	lockmode = mode->full ? AccessExclusiveLock : ShareUpdateExclusiveLock;
	char		relkind = get_rel_relkind(relid);
	bool		has_rows = safeddl_has_rows(a, relid);
	bool		sampled = mode->analyze && (has_rows || relkind == RELKIND_PARTITIONED_TABLE ||
											relkind == RELKIND_FOREIGN_TABLE);
	Oid			toastrelid = safeddl_relinfo(a, relid)->toastrelid;
	SafeddlEffect *effect;

	/* whoever may not is told so in a WARNING, and the table is skipped */
	if (!a->strict && !safeddl_may_maintain(relid, GetUserId()) &&
		!safeddl_owns_database(MyDatabaseId, GetUserId()))
		return;
	if (mode->full && has_rows && mode->main)
	{
		safeddl_add_rewrite(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
							SAFEDDL_RULE_VACUUM_FULL)->location = location;
		return;
	}
	effect = safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
								SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	effect->early = !sampled && !(mode->vacuum && has_rows);
	effect->location = location;
	if (mode->full && has_rows && OidIsValid(toastrelid))
		safeddl_add_rewrite(a, toastrelid, relid, lockmode, SAFEDDL_REACH_TOAST,
							SAFEDDL_RULE_VACUUM_FULL)->location = location;
	else if (mode->vacuum && has_rows && OidIsValid(toastrelid))
		safeddl_add_effect(a, toastrelid, relid, lockmode, SAFEDDL_REACH_TOAST,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (sampled)
		safeddl_add_locks(a, find_inheritance_children(relid, NoLock), relid,
						  AccessShareLock, safeddl_child_reach(relid));
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
	static const char *const known[] = {"verbose", "analyze", "concurrently", NULL};
	RangeVar   *relation = safeddl_cluster_relation(node);
	const char *indexname = safeddl_cluster_index(node);
	SafeddlRule rule = safeddl_cluster_rule(node);
	Oid			relid;
	Oid			indexid;
	ListCell   *lc;

	safeddl_refuse_options(a, safeddl_cluster_options(node), known);
	if (relation == NULL)
	{
		a->doomed |= a->in_block || safeddl_cluster_concurrent(node);
		cluster_all(a, rule, !safeddl_cluster_needs_no_index(node));
		return;
	}
	relid = safeddl_resolve(a, relation, false);
	if (!OidIsValid(relid) ||
		(!RELKIND_HAS_TABLE_AM(get_rel_relkind(relid)) &&
		 get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE) ||
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
	if (OidIsValid(indexid) && !safeddl_is_clusterable(relid, indexid))
	{
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"cannot cluster on index \"%s\"", get_rel_name(indexid));
		return;
	}
	if (safeddl_cluster_concurrent(node))
	{
		/*
		 * ACCESS EXCLUSIVE comes when the work is done, for the new files to
		 * take the place of the old: nothing to object to, nor to queue for
		 * now.
		 */
		a->doomed |= a->in_block;
		a->never_waits = true;
		safeddl_add_await(a, relid, AccessExclusiveLock, false);
		cluster_table(a, relid, SAFEDDL_RULE_NONE, relation->location);
		return;
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
	{
		a->doomed |= a->in_block;
		/* given back before the first partition is worked on */
		safeddl_add_effect(a, relid, relid, AccessExclusiveLock, SAFEDDL_REACH_PARENT,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE)->early = true;
		foreach(lc, safeddl_leaves(a, safeddl_hierarchy(relid, true)))
			if (a->strict || safeddl_may_maintain(lfirst_oid(lc), GetUserId()))
				cluster_table(a, lfirst_oid(lc), rule, relation->location);
		return;
	}
	cluster_table(a, relid, rule, relation->location);
}

/* safeddl_is_clusterable: as check_index_is_clusterable() */
bool
safeddl_is_clusterable(Oid relid, Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	result = form->indrelid == relid && form->indisvalid &&
		heap_attisnull(tuple, Anum_pg_index_indpred, NULL) &&
		GetIndexAmRoutineByAmId(safeddl_access_method(indexid), false)->amclusterable;
	ReleaseSysCache(tuple);
	return result;
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

/*
 * cluster_all: no table named: CLUSTER and REPACK USING INDEX take all that
 * were clustered before, REPACK takes everything.
 */
static void
cluster_all(SafeddlAnalysis *a, SafeddlRule rule, bool clustered_only)
{
	ListCell   *lc;

	foreach(lc, safeddl_leaves(a, safeddl_all_tables()))
		if ((!clustered_only || OidIsValid(clustered_index(lfirst_oid(lc)))) &&
			(a->strict || safeddl_may_maintain(lfirst_oid(lc), GetUserId())))
			cluster_table(a, lfirst_oid(lc), rule, -1);
}

/* ----------------------------------------------------------------
 *		REFRESH MATERIALIZED VIEW
 * ----------------------------------------------------------------
 */

/*
 * is_filled: can the view be read?  Where production's sizes are known, by load_sizes()
 * or imported statistics, it can if it has a size there.
 */
static bool
is_filled(SafeddlAnalysis *a, Relation rel)
{
	return RelationIsPopulated(rel) || safeddl_heap_bytes(a, RelationGetRelid(rel)) > 0;
}

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
	/*
	 * EXCLUSIVE keeps nobody from reading a view, and nobody writes to one.
	 * Nobody can read one that was never filled, so nobody waits for that, but
	 * for an earlier lock of the transaction, maybe.
	 */
	if (stmt->concurrent || (rel != NULL && !is_filled(a, rel)))
		rule = a->strict ? SAFEDDL_RULE_NONE : SAFEDDL_RULE_WORK_UNDER_HELD_LOCK;
	if (stmt->concurrent)
		effect = safeddl_add_effect(a, relid, relid, ExclusiveLock, SAFEDDL_REACH_TARGET,
									rule, SAFEDDL_WORK_SCAN);
	else
		effect = safeddl_add_rewrite(a, relid, relid, AccessExclusiveLock,
									 SAFEDDL_REACH_TARGET, rule);
	effect->location = stmt->relation->location;
	if (rel == NULL)
		return;
	if (rel->rd_rules != NULL && rel->rd_rules->numLocks == 1)
		safeddl_add_sources(a, (Node *) rel->rd_rules->rules[0]->actions, relid, rule);
	safeddl_close(rel);
}

/* ----------------------------------------------------------------
 *		LOCK TABLE
 * ----------------------------------------------------------------
 */

/* safeddl_analyze_lock: mirrors LockTableCommand() in commands/lockcmds.c */
void
safeddl_analyze_lock(SafeddlAnalysis *a, Node *node)
{
	LockStmt   *stmt = castNode(LockStmt, node);
	ListCell   *lc;

	a->never_waits = stmt->nowait;
	/* RequireTransactionBlock(); others that analyze do not say where they are */
	if (a->judging && !a->in_block)
		a->doomed = true;
	foreach(lc, stmt->relations)
	{
		RangeVar   *rv = lfirst(lc);
		LockContext context = {.a = a,.lockmode = stmt->mode};

		context.root = safeddl_resolve(a, rv, false);
		if (!OidIsValid(context.root))
		{
			a->doomed = true;
			return;
		}
		lock_relation(&context, context.root, rv->inh);
	}
}

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

		/*
		 * As LockViewRecurse_walker(): neither OLD and NEW, nor a view inside
		 * of itself, nor foreign tables and materialized views.
		 */
		if (rte->rtekind == RTE_RELATION && !list_member_oid(context->views, rte->relid) &&
			(rte->relkind == RELKIND_RELATION || rte->relkind == RELKIND_VIEW ||
			 rte->relkind == RELKIND_PARTITIONED_TABLE))
			lock_relation(context, rte->relid, rte->inh);
		return false;
	}
	return expression_tree_walker(node, lock_view_sources, context);
}

static void
lock_relation(LockContext *context, Oid relid, bool recurse)
{
	Relation	view;
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, safeddl_hierarchy(relid, recurse))
		safeddl_add_effect(context->a, lfirst_oid(lc), context->root, context->lockmode,
						   lfirst_oid(lc) == context->root ? SAFEDDL_REACH_TARGET :
						   lfirst_oid(lc) == relid ? SAFEDDL_REACH_DEPENDENT :
						   safeddl_child_reach(lfirst_oid(lc)),
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (get_rel_relkind(relid) != RELKIND_VIEW || (view = safeddl_open(relid)) == NULL)
		return;
	context->views = lappend_oid(context->views, relid);
	if (view->rd_rules != NULL)
		for (int i = 0; i < view->rd_rules->numLocks; i++)
			if (view->rd_rules->rules[i]->event == CMD_SELECT)
				lock_view_sources((Node *) view->rd_rules->rules[i]->actions, context);
	context->views = list_delete_last(context->views);
	safeddl_close(view);
}
