/*
 * plan_storage.c
 *	  The safe way: what moves, rewrites or deletes the files of a relation.
 */
#include "plan.h"

#include "access/htup_details.h"
#include "access/xlog.h"
#include "catalog/catalog.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/prs2lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* ----------------------------------------------------------------
 *		VACUUM FULL, CLUSTER, REPACK
 * ----------------------------------------------------------------
 */

/* what a table is written anew for */
typedef struct Rewrite
{
	Oid			indexid;		/* to sort by, or InvalidOid */
	const char *tablespace;		/* to go to, or NULL */
	bool		verbose;
	bool		analyze;
} Rewrite;

/* squeeze: a call of pg_squeeze, which works by the names alone */
static char *
squeeze(Oid relid, const Rewrite *rewrite)
{
	return psprintf("SELECT squeeze.squeeze_table(%s, %s, %s%s)",
					quote_literal_cstr(get_namespace_name(get_rel_namespace(relid))),
					quote_literal_cstr(get_rel_name(relid)),
					OidIsValid(rewrite->indexid) ?
					quote_literal_cstr(get_rel_name(rewrite->indexid)) : "NULL",
					rewrite->tablespace ?
					psprintf(", %s", quote_literal_cstr(rewrite->tablespace)) : "");
}

/* in_shell: a word of a command line */
static char *
in_shell(const char *word)
{
	StringInfoData buf;

	if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0')
		return pstrdup(word);
	initStringInfo(&buf);
	appendStringInfoChar(&buf, '\'');
	for (const char *c = word; *c; c++)
		if (*c == '\'')
			appendStringInfoString(&buf, "'\\''");
		else
			appendStringInfoChar(&buf, *c);
	appendStringInfoChar(&buf, '\'');
	return buf.data;
}

/* repack: the command line of pg_repack, which sorts by the index that CLUSTER ON marked */
static char *
repack(Oid relid, const Rewrite *rewrite)
{
	return psprintf("pg_repack -d %s%s -t %s%s", in_shell(get_database_name(MyDatabaseId)),
					OidIsValid(rewrite->indexid) ? "" : " --no-order",
					in_shell(safeddl_table_name(relid)),
					rewrite->tablespace ? psprintf(" --tablespace %s", in_shell(rewrite->tablespace)) : "");
}

/* by_repack_command: can REPACK (CONCURRENTLY) do it?  As check_repack_concurrently_requirements(). */
static bool
by_repack_command(Oid relid)
{
	Relation	rel = SAFEDDL_REPACKS_CONCURRENTLY && wal_level >= WAL_LEVEL_REPLICA ?
		safeddl_open(relid) : NULL;
	bool		result;

	if (rel == NULL)
		return false;
	result = rel->rd_rel->relkind == RELKIND_RELATION &&
		rel->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT && !IsSystemRelation(rel) &&
		rel->rd_rel->relreplident != REPLICA_IDENTITY_NOTHING &&
		(OidIsValid(RelationGetReplicaIndex(rel)) ||
		 (RelationGetIndexList(rel) != NIL && OidIsValid(rel->rd_pkindex)));
	safeddl_close(rel);
	return result;
}

/* the options of REPACK for those of VACUUM or CLUSTER */
static char *
repack_options(const Rewrite *rewrite)
{
	return psprintf("(CONCURRENTLY%s%s)", rewrite->verbose ? ", VERBOSE" : "",
					rewrite->analyze ? ", ANALYZE" : "");
}

/* mark: the index that CLUSTER leaves marked, as other tools do not */
static void
mark(SafeddlPlan *plan, Oid relid, Oid indexid)
{
	if (OidIsValid(indexid) && !get_index_isclustered(indexid))
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s CLUSTER ON %s",
										  safeddl_table_name(relid),
										  quote_identifier(get_rel_name(indexid))),
						   _("marks the index, as CLUSTER does"));
}

/*
 * rewrite_online: a table written anew while others use it; false if nothing
 * that is here can do that.
 */
static bool
rewrite_online(SafeddlPlan *plan, Oid relid, const Rewrite *rewrite)
{
	if (rewrite->tablespace == NULL && by_repack_command(relid))
		safeddl_step_outside(plan, psprintf("REPACK %s %s%s", repack_options(rewrite),
											safeddl_table_name(relid),
											OidIsValid(rewrite->indexid) ?
											psprintf(" USING INDEX %s", quote_identifier(get_rel_name(rewrite->indexid))) : ""),
							 _("needs room for a second copy, and locks the table for a moment when that is done"));
	else if (safeddl_relinfo(plan->a, relid)->catalog || get_rel_relkind(relid) != RELKIND_RELATION)
		return false;
	else if (OidIsValid(get_extension_oid("pg_squeeze", true)))
	{
		mark(plan, relid, rewrite->indexid);
		safeddl_step_own(plan, squeeze(relid, rewrite),
						 _("needs a primary key or replica identity, logical decoding, and room for a second copy"));
	}
	else if (OidIsValid(get_extension_oid("pg_repack", true)))
	{
		mark(plan, relid, rewrite->indexid);
		safeddl_step_none(plan, psprintf(_("run this in a shell: %s"), repack(relid, rewrite)));
	}
	else
		return false;
	return true;
}

/* the tables that the statement writes anew, OIDs */
static List *
rewritten(const SafeddlPlan *plan)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rule != SAFEDDL_RULE_NONE && (effect->work & SAFEDDL_WORK_REWRITE) &&
			safeddl_is_visible(effect->rel))
			result = list_append_unique_oid(result, effect->root);
	}
	return result;
}

/* the options of VACUUM in parentheses, without FULL; "" if there are no others */
static char *
other_options(const SafeddlWords *words, int *after)
{
	StringInfoData buf;
	int			first = 2;
	int			i;

	initStringInfo(&buf);
	for (i = 2; i < words->count && words->tokens[i].depth > 0; i++)
	{
		if (words->tokens[i + 1].depth > 0 && words->tokens[i + 1].code != ',')
			continue;
		if (!safeddl_is_word(words, first, "full"))
			appendStringInfo(&buf, "%s%s", buf.len ? ", " : "", safeddl_text_between(words, first, i));
		/* the comma */
		first = ++i + 1;
		if (words->tokens[i].depth == 0)
			break;
	}
	*after = i + 1;
	return buf.len > 0 ? psprintf(" (%s)", buf.data) : buf.data;
}

/* plain_vacuum: the same VACUUM without FULL, in the user's own words; NULL if they are odd */
static char *
plain_vacuum(const SafeddlWords *words)
{
	int			after = 1;
	char	   *options;

	if (words->count > 1 && words->tokens[1].code == '(')
		options = other_options(words, &after);
	else if (safeddl_is_word(words, 1, "full"))
	{
		options = "";
		after = 2;
	}
	else
		return NULL;
	return psprintf("VACUUM%s%s%s", options, after < words->count ? " " : "",
					after < words->count ? safeddl_text_between(words, after, words->count - 1) : "");
}

/* each table by itself, as far as that can be; the others stay as they are */
static void
vacuum_online(SafeddlPlan *plan, VacuumStmt *stmt)
{
	const Rewrite rewrite = {.verbose = safeddl_option_is_set(stmt->options, "verbose"),
	.analyze = safeddl_option_is_set(stmt->options, "analyze")};
	char	   *plain = plain_vacuum(&plan->words);
	bool		left = false;
	ListCell   *lc;

	foreach(lc, rewritten(plan))
		left |= !rewrite_online(plan, lfirst_oid(lc), &rewrite);
	if (left && plain != NULL)
		safeddl_step_outside(plan, plain,
							 _("makes the space that dead rows take free for new ones, but gives only what is at the end of the table back to the disk; that takes pg_repack, pg_squeeze or, since PostgreSQL 19, REPACK (CONCURRENTLY)"));
}

/* the index that CLUSTER or REPACK sorts a table by: named, or marked before */
static Oid
sorting_index(const Node *stmt, Oid relid)
{
	const char *name = safeddl_cluster_index(stmt);
	RangeVar   *relation = safeddl_cluster_relation(stmt);
	ListCell   *lc;
	ListCell   *lc2;

	if (safeddl_cluster_needs_no_index(stmt))
		return InvalidOid;
	foreach(lc, safeddl_indexes(relid))
	{
		Oid			indexid = lfirst_oid(lc);

		if (name == NULL || relation == NULL ? get_index_isclustered(indexid) :
			strcmp(get_rel_name(indexid), name) == 0)
			return indexid;
		/* a partition has its own part of the index of the partitioned table */
		if (name != NULL && get_rel_relispartition(indexid))
			foreach(lc2, get_partition_ancestors(indexid))
				if (strcmp(get_rel_name(lfirst_oid(lc2)), name) == 0)
					return indexid;
	}
	return InvalidOid;
}

static void
cluster_online(SafeddlPlan *plan, Node *stmt)
{
	Rewrite		rewrite = {
		.verbose = safeddl_option_is_set(safeddl_cluster_options(stmt), "verbose"),
	.analyze = safeddl_option_is_set(safeddl_cluster_options(stmt), "analyze")};
	ListCell   *lc;

	foreach(lc, rewritten(plan))
	{
		rewrite.indexid = sorting_index(stmt, lfirst_oid(lc));
		if (!rewrite_online(plan, lfirst_oid(lc), &rewrite))
			safeddl_step_none(plan, psprintf(_("table %s cannot be written anew while others use it, without pg_repack, pg_squeeze or, since PostgreSQL 19, REPACK (CONCURRENTLY), which needs a primary key or replica identity: install one of these, or plan a maintenance window"),
											 safeddl_table_name(lfirst_oid(lc))));
	}
}

/* safeddl_plan_rewrite: VACUUM FULL, CLUSTER and REPACK */
void
safeddl_plan_rewrite(SafeddlPlan *plan)
{
	if (IsA(plan->a->stmt, VacuumStmt))
		vacuum_online(plan, (VacuumStmt *) plan->a->stmt);
	else
		cluster_online(plan, plan->a->stmt);
}

/* ----------------------------------------------------------------
 *		SET TABLESPACE, SET LOGGED, SET ACCESS METHOD
 * ----------------------------------------------------------------
 */

/* move: one relation to another tablespace */
static void
move(SafeddlPlan *plan, Oid relid, const char *tablespace)
{
	const Rewrite rewrite = {.tablespace = tablespace};

	if (get_rel_relkind(relid) == RELKIND_INDEX)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(relid));
		bool		exclusion = HeapTupleIsValid(tuple) &&
			((Form_pg_index) GETSTRUCT(tuple))->indisexclusion;

		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (exclusion)
			safeddl_step_none(plan, psprintf(_("index %s is that of an exclusion constraint, which cannot be built anew CONCURRENTLY: plan a maintenance window"),
											 safeddl_table_name(relid)));
		else
			safeddl_step_outside(plan, psprintf("REINDEX (TABLESPACE %s) INDEX CONCURRENTLY %s",
												quote_identifier(tablespace),
												safeddl_table_name(relid)), NULL);
	}
	else if (!rewrite_online(plan, relid, &rewrite))
		safeddl_step_none(plan, psprintf(_("table %s cannot be moved while others use it, without pg_repack or pg_squeeze: install one of these, or plan a maintenance window"),
										 safeddl_table_name(relid)));
}

void
safeddl_plan_set_tablespace(SafeddlPlan *plan)
{
	move(plan, plan->relid, plan->cmd->name);
}

/* safeddl_plan_move_all: ALTER TABLE, INDEX or MATERIALIZED VIEW ALL IN TABLESPACE */
void
safeddl_plan_move_all(SafeddlPlan *plan)
{
	AlterTableMoveAllStmt *stmt = castNode(AlterTableMoveAllStmt, plan->a->stmt);
	List	   *relids = NIL;
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rule == SAFEDDL_RULE_SET_TABLESPACE && (effect->work & SAFEDDL_WORK_COPY) &&
			effect->reach == SAFEDDL_REACH_TARGET)
			relids = list_append_unique_oid(relids, effect->relid);
	}
	foreach(lc, relids)
		move(plan, lfirst_oid(lc), stmt->new_tablespacename);
	foreach(lc, plan->steps)
		if (((SafeddlStep *) lfirst(lc))->sql == NULL)
			return;
	safeddl_step_brief(plan, safeddl_statement_text(plan->a),
					   _("moves what has no files of its own"));
}

/* safeddl_plan_new_files: SET LOGGED, UNLOGGED and ACCESS METHOD, which nothing else does */
void
safeddl_plan_new_files(SafeddlPlan *plan)
{
	safeddl_step_none(plan, plan->cmd->subtype == AT_SetAccessMethod ?
					  _("the table is written anew under its lock, and there is no other way to SET ACCESS METHOD: plan a maintenance window, or copy the rows in batches to a new table and swap the two") :
					  _("the table is written anew under its lock, and there is no other way to SET LOGGED or UNLOGGED: plan a maintenance window, or copy the rows in batches to a new table and swap the two"));
}

/* ----------------------------------------------------------------
 *		REFRESH MATERIALIZED VIEW
 * ----------------------------------------------------------------
 */

/* has the view the unique index that REFRESH CONCURRENTLY compares rows by? */
static bool
has_refresh_key(Oid relid)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
		if (safeddl_is_refresh_key(lfirst_oid(lc)))
			return true;
	return false;
}

/* column_of: number of the view's column that shows a column of its query; 0 if none does */
static int
column_of(const Query *query, Index varno, AttrNumber attno)
{
	ListCell   *lc;

	foreach(lc, query->targetList)
	{
		const TargetEntry *entry = lfirst(lc);
		Node	   *expr = (Node *) entry->expr;

		if (!entry->resjunk && IsA(expr, Var) && ((Var *) expr)->varno == varno &&
			((Var *) expr)->varattno == attno && ((Var *) expr)->varlevelsup == 0)
			return entry->resno;
	}
	return 0;
}

/* add_group: the columns of GROUP BY or DISTINCT; false if one is not shown */
static bool
add_group(const Query *query, List *clauses, List **columns)
{
	ListCell   *lc;

	foreach(lc, clauses)
	{
		const TargetEntry *entry = get_sortgroupref_tle(lfirst_node(SortGroupClause, lc)->tleSortGroupRef,
														query->targetList);

		if (entry->resjunk)
			return false;
		*columns = list_append_unique_int(*columns, entry->resno);
	}
	return true;
}

/* add_primary_key: of a table of the query; false if it has none, or not all of it is shown */
static bool
add_primary_key(const Query *query, Index varno, const RangeTblEntry *rte, List **columns)
{
	ListCell   *lc;

	if (rte->rtekind != RTE_RELATION || rte->tablesample != NULL ||
		(rte->relkind != RELKIND_RELATION && rte->relkind != RELKIND_PARTITIONED_TABLE) ||
		(rte->relkind == RELKIND_RELATION && rte->inh && has_subclass(rte->relid)))
		return false;
	foreach(lc, safeddl_indexes(rte->relid))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;
		List	   *found = NIL;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (form->indisprimary && form->indisvalid && form->indimmediate)
			for (int i = 0; i < form->indnkeyatts; i++)
				found = lappend_int(found, column_of(query, varno, form->indkey.values[i]));
		ReleaseSysCache(tuple);
		if (found != NIL && !list_member_int(found, 0))
		{
			*columns = list_concat_unique_int(*columns, found);
			return true;
		}
	}
	return false;
}

/* add_primary_keys: of all that a FROM clause joins */
static bool
add_primary_keys(const Query *query, Node *from, List **columns)
{
	ListCell   *lc;

	if (IsA(from, RangeTblRef))
		return add_primary_key(query, ((RangeTblRef *) from)->rtindex,
							   rt_fetch(((RangeTblRef *) from)->rtindex, query->rtable), columns);
	if (IsA(from, JoinExpr))
		return add_primary_keys(query, ((JoinExpr *) from)->larg, columns) &&
			add_primary_keys(query, ((JoinExpr *) from)->rarg, columns);
	foreach(lc, ((FromExpr *) from)->fromlist)
		if (!add_primary_keys(query, lfirst(lc), columns))
			return false;
	return ((FromExpr *) from)->fromlist != NIL;
}

/* add_all: the columns of a UNION or the like; false if it keeps rows that are the same */
static bool
add_all(const Query *query, const SetOperationStmt *operation, List **columns)
{
	for (int i = 1; i <= list_length(operation->colTypes); i++)
		*columns = lappend_int(*columns, i);
	return !operation->all;
}

/*
 * unique_columns: columns of a materialized view that are unique because of its
 * query: what it groups by, or the primary keys of all that it joins; any, if
 * there is but one row.  NIL if that cannot be told.
 */
static List *
unique_columns(Oid relid)
{
	Relation	rel = safeddl_open(relid);
	Query	   *query;
	List	   *columns = NIL;
	bool		found = false;
	ListCell   *lc;

	if (rel == NULL)
		return NIL;
	if (rel->rd_rules != NULL && rel->rd_rules->numLocks == 1)
	{
		query = linitial_node(Query, rel->rd_rules->rules[0]->actions);
		if (query->groupClause != NIL && query->groupingSets == NIL && !query->hasTargetSRFs)
			found = add_group(query, query->groupClause, &columns);
		else if (query->distinctClause != NIL)
			found = add_group(query, query->distinctClause, &columns);
		else if (query->setOperations != NULL)
			found = add_all(query, castNode(SetOperationStmt, query->setOperations), &columns);
		else if (!query->hasTargetSRFs && query->groupingSets == NIL)
			found = query->hasAggs ? (columns = list_make1_int(1)) != NIL :
				add_primary_keys(query, (Node *) query->jointree, &columns);
	}
	safeddl_close(rel);
	/* a B-tree takes only so many, and only what can be sorted */
	found &= list_length(columns) <= INDEX_MAX_KEYS;
	foreach(lc, columns)
		found &= OidIsValid(GetDefaultOpClass(get_atttype(relid, lfirst_int(lc)), BTREE_AM_OID));
	return found ? columns : NIL;
}

void
safeddl_plan_refresh(SafeddlPlan *plan)
{
	RefreshMatViewStmt *stmt = castNode(RefreshMatViewStmt, plan->a->stmt);
	const SafeddlWords *words = &plan->words;
	Oid			relid = safeddl_resolve(plan->a, stmt->relation, false);
	char	   *statement = safeddl_insert_after(words, safeddl_find_word(words, 1, "view"), "CONCURRENTLY");
	List	   *columns;
	StringInfoData buf;
	ListCell   *lc;

	if (statement == NULL)
		return;
	if (!has_refresh_key(relid))
	{
		columns = unique_columns(relid);
		if (columns == NIL)
		{
			safeddl_step_none(plan, _("REFRESH MATERIALIZED VIEW CONCURRENTLY needs a unique index on columns of the view, and none are known to be unique: CREATE UNIQUE INDEX CONCURRENTLY on such, once, then ask again"));
			return;
		}
		initStringInfo(&buf);
		foreach(lc, columns)
			appendStringInfo(&buf, "%s%s", buf.len ? ", " : "",
							 quote_identifier(get_attname(relid, lfirst_int(lc), false)));
		safeddl_step_outside(plan, psprintf("CREATE UNIQUE INDEX CONCURRENTLY ON %s (%s)",
											safeddl_table_name(relid), buf.data),
							 _("once: every REFRESH ... CONCURRENTLY needs it; keep it"));
	}
	safeddl_step_own(plan, statement, NULL);
}

/* ----------------------------------------------------------------
 *		DROP, TRUNCATE
 * ----------------------------------------------------------------
 */

/* the tables and materialized views that the statement drops, OIDs */
static List *
dropped(const SafeddlPlan *plan)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rule == SAFEDDL_RULE_DROP_TABLE && (effect->work & SAFEDDL_WORK_DROP) &&
			(effect->rel->relkind == RELKIND_RELATION || effect->rel->relkind == RELKIND_MATVIEW) &&
			safeddl_is_visible(effect->rel))
			result = list_append_unique_oid(result, effect->relid);
	}
	return result;
}

/* with_ancestors: the tables to be dropped, and those that they are partitions of */
static List *
with_ancestors(const SafeddlPlan *plan, List *relids)
{
	List	   *result = list_copy(relids);
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		/* locked as something that goes, not as the parent of something */
		if (effect->rel->relkind == RELKIND_PARTITIONED_TABLE &&
			effect->lockmode == AccessExclusiveLock &&
			(effect->reach == SAFEDDL_REACH_TARGET || effect->reach == SAFEDDL_REACH_PARTITION ||
			 effect->reach == SAFEDDL_REACH_DEPENDENT))
			result = list_append_unique_oid(result, effect->relid);
	}
	return result;
}

/*
 * drop_keys: the foreign keys between tables that go and others, one at a time,
 * so that no step locks more than two tables; no step if no more are concerned,
 * unless all.
 */
static void
drop_keys(SafeddlPlan *plan, List *relids, bool all)
{
	List	   *keys = NIL;
	List	   *others = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, relids)
	{
		List	   *found = list_concat(safeddl_foreign_keys(lfirst_oid(lc), false),
										safeddl_foreign_keys(lfirst_oid(lc), true));

		foreach(lc2, found)
		{
			const SafeddlForeignKey *fk = lfirst(lc2);

			if (OidIsValid(fk->parent) || fk->referencing == fk->referenced)
				continue;
			keys = list_append_unique_oid(keys, fk->conoid);
			others = list_append_unique_oid(others, fk->referencing == lfirst_oid(lc) ?
											fk->referenced : fk->referencing);
		}
	}
	if (list_length(others) < 2 && !all)
		return;
	foreach(lc, keys)
	{
		const		ObjectAddress key = {ConstraintRelationId, lfirst_oid(lc), 0};

		safeddl_step_brief(plan, psprintf("ALTER TABLE %s DROP CONSTRAINT %s",
										  safeddl_table_name(safeddl_object_relation(&key)),
										  quote_identifier(get_constraint_name(lfirst_oid(lc)))),
						   _("locks two tables, not all at once"));
	}
}

/* goes_with_parent: is it a partition of one of those? */
static bool
goes_with_parent(Oid relid, List *relids)
{
	return get_rel_relispartition(relid) &&
		list_member_oid(relids, get_partition_parent(relid, true));
}

/*
 * leave_parent: a partition that goes alone leaves its parent first, without a
 * lock that keeps out those who use the others, if that may be.
 */
static void
leave_parent(SafeddlPlan *plan, Oid relid)
{
	Oid			parentid = get_partition_parent(relid, true);

	if (OidIsValid(get_default_partition_oid(parentid)) ||
		safeddl_foreign_keys(parentid, true) != NIL)
		return;
	safeddl_step_outside(plan, psprintf("ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY",
										safeddl_table_name(parentid),
										safeddl_table_name(relid)),
						 _("waits for transactions that use the partitioned table; if it is interrupted: DETACH PARTITION ... FINALIZE"));
}

/*
 * safeddl_plan_drop: nothing brings it back, but it can go piece by piece, so
 * that only few relations are locked at a time: foreign keys, partitions, and
 * what is left.
 */
void
safeddl_plan_drop(SafeddlPlan *plan)
{
	List	   *relids = dropped(plan);
	List	   *all = with_ancestors(plan, relids);
	bool		container = !IsA(plan->a->stmt, DropStmt) ||
		((DropStmt *) plan->a->stmt)->removeType == OBJECT_SCHEMA;
	bool		cascade = IsA(plan->a->stmt, DropStmt) ?
		((DropStmt *) plan->a->stmt)->behavior == DROP_CASCADE :
		castNode(DropOwnedStmt, plan->a->stmt)->behavior == DROP_CASCADE;
	ListCell   *lc;

	/* other objects take single columns along, or tables by way of these */
	if (container || ((DropStmt *) plan->a->stmt)->removeType == OBJECT_TABLE ||
		((DropStmt *) plan->a->stmt)->removeType == OBJECT_MATVIEW)
	{
		foreach(lc, all)
			if (get_rel_relispartition(lfirst_oid(lc)) && !goes_with_parent(lfirst_oid(lc), all))
				leave_parent(plan, lfirst_oid(lc));
		drop_keys(plan, all, list_length(all) > 1);
		foreach(lc, relids)
		{
			if (goes_with_parent(lfirst_oid(lc), all) ||
				(container && list_length(relids) > 1))
				safeddl_step_brief(plan, psprintf("DROP %s IF EXISTS %s%s",
												  get_rel_relkind(lfirst_oid(lc)) == RELKIND_MATVIEW ?
												  "MATERIALIZED VIEW" : "TABLE",
												  safeddl_table_name(lfirst_oid(lc)),
												  cascade ? " CASCADE" : ""),
								   _("cannot be undone"));
		}
	}
	safeddl_step_brief(plan, safeddl_statement_text(plan->a), _("cannot be undone"));
}

/* truncates_alone: does TRUNCATE of each partition come to the same? */
static bool
truncates_alone(const SafeddlPlan *plan, TruncateStmt *stmt, Oid relid)
{
	Relation	rel;
	bool		foreign = false;
	bool		result;
	ListCell   *lc;

	if (stmt->restart_seqs || stmt->behavior == DROP_CASCADE ||
		get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE ||
		safeddl_foreign_keys(relid, true) != NIL || (rel = safeddl_open(relid)) == NULL)
		return false;
	foreach(lc, safeddl_hierarchy(relid, true))
		foreign |= get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE;
	result = !foreign && (rel->trigdesc == NULL || (!rel->trigdesc->trig_truncate_before_statement &&
													!rel->trigdesc->trig_truncate_after_statement));
	safeddl_close(rel);
	return result;
}

/* safeddl_plan_truncate: a partitioned table goes partition by partition, if it may */
void
safeddl_plan_truncate(SafeddlPlan *plan)
{
	TruncateStmt *stmt = castNode(TruncateStmt, plan->a->stmt);
	Oid			relid = list_length(stmt->relations) == 1 ?
		safeddl_resolve(plan->a, linitial(stmt->relations), false) : InvalidOid;
	ListCell   *lc;

	if (OidIsValid(relid) && truncates_alone(plan, stmt, relid))
		foreach(lc, safeddl_leaves(plan->a, safeddl_hierarchy(relid, true)))
			safeddl_step_brief(plan, psprintf("TRUNCATE %s", safeddl_table_name(lfirst_oid(lc))),
							   _("cannot be undone"));
	else
		safeddl_step_brief(plan, safeddl_statement_text(plan->a),
						   _("cannot be undone; others wait while it goes, which is soon done"));
}
