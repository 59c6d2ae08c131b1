/*
 * stmt_partition.c
 *	  ATTACH PARTITION, DETACH PARTITION and CREATE TABLE ... PARTITION OF.
 *
 * The proofs that a partition need not be read are the server's own.
 */
#include "safeddl.h"
#include "script.h"

#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_utilcmd.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

static List *bound_quals(SafeddlAnalysis *a, Relation parent, const char *name,
						 PartitionBoundSpec *spec);
static void add_partition_scan(SafeddlAnalysis *a, Relation rel, List *constraint,
							   Oid root, SafeddlRule rule, SafeddlReach reach);
static void add_default_scan(SafeddlAnalysis *a, Oid parentid, Relation parent,
							 List *quals, Oid root, SafeddlRule rule);
static void add_index_builds(SafeddlAnalysis *a, Oid parentid, Oid childid);
static void add_foreign_keys(SafeddlAnalysis *a, Oid parentid, Oid childid);
static void add_incoming_keys(SafeddlAnalysis *a, Oid parentid, Oid root);

/*
 * is_volatile: might evaluating part of a bound do something?  nextval() in a
 * bound, of all things, would be counted twice.
 */
static bool
is_volatile(ParseState *pstate, List *datums)
{
	ListCell   *lc;

	foreach(lc, datums)
		/* a name is MINVALUE or MAXVALUE, or an error */
		if (!IsA(lfirst(lc), ColumnRef) &&
			contain_volatile_functions(transformExpr(pstate, copyObject(lfirst(lc)),
													 EXPR_KIND_PARTITION_BOUND)))
			return true;
	return false;
}

/*
 * bound_quals: what a row must satisfy to belong into the new partition, in
 * the parent's attribute numbers.  Raises the server's own errors for a bound
 * that is wrong or overlaps another partition.
 */
static List *
bound_quals(SafeddlAnalysis *a, Relation parent, const char *name,
			PartitionBoundSpec *spec)
{
	ParseState *pstate = make_parsestate(NULL);
	PartitionBoundSpec *bound;

	pstate->p_sourcetext = a->query;
	if (is_volatile(pstate, spec->listdatums) || is_volatile(pstate, spec->lowerdatums) ||
		is_volatile(pstate, spec->upperdatums))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot analyze a partition bound that calls a volatile function")));
	bound = transformPartitionBound(pstate, parent, copyObject(spec));
	check_new_partition_bound(unconstify(char *, name), parent, bound, pstate);
	return get_qual_from_partbound(parent, bound);
}

/*
 * add_partition_scan: a scan of every leaf of rel whose own constraints do not
 * imply constraint; mirrors QueuePartitionConstraintValidation().
 */
static void
add_partition_scan(SafeddlAnalysis *a, Relation rel, List *constraint, Oid root,
				   SafeddlRule rule, SafeddlReach reach)
{
	SafeddlEffect *effect;
	Bitmapset  *read = NULL;
	ListCell   *lc;

	check_stack_depth();
	effect = safeddl_add_effect(a, RelationGetRelid(rel), root, AccessExclusiveLock,
								reach, rule, SAFEDDL_WORK_NONE);
	if (PartConstraintImpliedByRelConstraint(safeddl_script_relation(a, rel), constraint))
		return;
	if (safeddl_has_rows(a, RelationGetRelid(rel)))
	{
		pull_varattnos((Node *) constraint, 1, &read);
		effect->work = SAFEDDL_WORK_SCAN;
		effect->through = safeddl_reads_toast(RelationGetRelid(rel), read) ?
			SAFEDDL_THROUGH_TOAST : 0;
	}
	if (rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	foreach(lc, find_inheritance_children(RelationGetRelid(rel), NoLock))
	{
		Relation	part = safeddl_open(lfirst_oid(lc));

		if (part == NULL)
		{
			effect = safeddl_add_effect(a, lfirst_oid(lc), root, AccessExclusiveLock,
										reach, rule, SAFEDDL_WORK_SCAN);
			effect->maybe = SAFEDDL_WORK_SCAN;
			continue;
		}
		add_partition_scan(a, part, map_partition_varattnos(constraint, 1, part, rel),
						   root, rule, reach);
		safeddl_close(part);
	}
}

/* check_text: what a CHECK constraint of a table says, in parentheses */
static char *
check_text(SafeddlAnalysis *a, Relation rel, Node *check)
{
	MemoryContext old = MemoryContextSwitchTo(a->context);
	char	   *result = deparse_expression(check,
											deparse_context_for(RelationGetRelationName(rel),
																RelationGetRelid(rel)),
											false, false);

	/* AND, OR and NOT come in parentheses already, which CHECK wants */
	if (!IsA(check, BoolExpr))
		result = psprintf("(%s)", result);
	MemoryContextSwitchTo(old);
	return result;
}

/* default_partition: of a table, unless the script has detached it */
static Oid
default_partition(SafeddlAnalysis *a, Oid relid)
{
	Oid			defaultid = get_default_partition_oid(relid);

	return a->script != NULL && safeddl_script_is_detached(a->script, defaultid) ? InvalidOid : defaultid;
}

/*
 * add_default_scan: the default partition of a table must not have rows of
 * the new partition; it is locked anyway, and read unless its constraints say
 * so.  parent is NULL if others have locked it: then that cannot be told.
 * Keeps the CHECK that would prove it for the plan.
 */
static void
add_default_scan(SafeddlAnalysis *a, Oid parentid, Relation parent, List *quals,
				 Oid root, SafeddlRule rule)
{
	Oid			defaultid = default_partition(a, parentid);
	Relation	rel;
	List	   *constraint;

	if (!OidIsValid(defaultid))
		return;
	if (!OidIsValid(root))
		root = defaultid;
	rel = parent != NULL ? safeddl_open(defaultid) : NULL;
	if (rel == NULL)
	{
		SafeddlEffect *effect = safeddl_add_effect(a, defaultid, root, AccessExclusiveLock,
												   SAFEDDL_REACH_DEFAULT_PARTITION, rule,
												   SAFEDDL_WORK_SCAN);

		effect->maybe = SAFEDDL_WORK_SCAN;
		return;
	}
	constraint = map_partition_varattnos(get_proposed_default_constraint(quals), 1, rel, parent);
	add_partition_scan(a, rel, constraint, root, rule, SAFEDDL_REACH_DEFAULT_PARTITION);
	a->default_check = check_text(a, rel, (Node *) make_ands_explicit(constraint));
	a->default_checked = defaultid;
	safeddl_close(rel);
}

/* ----------------------------------------------------------------
 *		ATTACH PARTITION
 * ----------------------------------------------------------------
 */

/*
 * becomes_valid: does a partitioned index have a valid index for each
 * partition of its table, once one of them, which may not be attached yet, is
 * valid or not?  As validatePartitionedIndex() in commands/tablecmds.c.
 */
static bool
becomes_valid(Oid indexid, Oid childid, bool child_is_valid)
{
	int			valid = child_is_valid ? 1 : 0;
	ListCell   *lc;

	foreach(lc, find_inheritance_children(indexid, NoLock))
		if (lfirst_oid(lc) != childid && get_index_isvalid(lfirst_oid(lc)))
			valid++;
	return valid == list_length(find_inheritance_children(IndexGetRelation(indexid, true),
														  NoLock));
}

/*
 * attach_index: ALTER INDEX ... ATTACH PARTITION: catalog changes only.  The
 * last partition makes the index valid, which may make that of the level
 * above valid, and so on.  Attached again, an index gets another try.  The
 * levels above are locked for that alone; 15.20 keeps these locks, 15.18 and
 * later major releases give them back.
 */
static void
attach_index(SafeddlAnalysis *a, Oid relid, Oid childid, LOCKMODE lockmode)
{
	Oid			indexid = relid;
	Oid			part = childid;
	bool		valid = get_index_isvalid(childid);

	if (get_rel_relispartition(childid) && get_index_isvalid(relid))
		valid = false;			/* nothing to do */
	while (becomes_valid(indexid, part, valid) && get_rel_relispartition(indexid))
	{
		part = indexid;
		valid = true;
		indexid = get_partition_parent(part, true);
		safeddl_add_effect(a, indexid, relid, AccessExclusiveLock, SAFEDDL_REACH_PARENT,
						   SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE)->early = true;
		safeddl_add_effect(a, IndexGetRelation(indexid, true), relid, AccessExclusiveLock,
						   SAFEDDL_REACH_PARENT, SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE)->early = true;
	}
	safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	safeddl_add_effect(a, childid, relid, AccessExclusiveLock, SAFEDDL_REACH_INDEX,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	/* a partitioned one may get its own later, which makes both valid */
	if (!get_rel_relispartition(childid) && get_rel_relkind(childid) == RELKIND_INDEX &&
		!get_index_isvalid(childid))
		safeddl_add_trap(a, childid, IndexGetRelation(childid, true),
						 IndexGetRelation(relid, true), AccessShareLock, SAFEDDL_REACH_PARTITION);
}

/*
 * safeddl_ancestors_are_free: can all tables above a partition be opened without
 * waiting?  The locks taken to find out stay until the subtransaction ends.
 */
bool
safeddl_ancestors_are_free(Oid relid)
{
	ListCell   *lc;

	foreach(lc, get_partition_ancestors(relid))
		if (!ConditionalLockRelationOid(lfirst_oid(lc), AccessShareLock))
			return false;
	return true;
}

/*
 * add_attached_scan: the table attached must fit its bound and that of its
 * parent.  Keeps the CHECK that would prove it for the plan.
 */
static void
add_attached_scan(SafeddlAnalysis *a, Relation parent, Relation child, List *quals)
{
	Oid			childid = RelationGetRelid(child);
	List	   *all;
	Node	   *check;

	/* RelationGetPartitionQual() opens the ancestors, and would wait for them */
	if (parent->rd_rel->relispartition && !safeddl_ancestors_are_free(RelationGetRelid(parent)))
	{
		safeddl_add_effect(a, childid, childid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_ATTACH_PARTITION,
						   SAFEDDL_WORK_SCAN)->maybe = SAFEDDL_WORK_SCAN;
		return;
	}
	all = list_concat_copy(quals, RelationGetPartitionQual(parent));
	if (all == NIL)
		return;
	all = map_partition_varattnos(list_make1(make_ands_explicit(all)), 1, child, parent);
	check = eval_const_expressions(NULL, linitial(all));
	add_partition_scan(a, child, list_make1(check), childid,
					   SAFEDDL_RULE_ATTACH_PARTITION, SAFEDDL_REACH_TARGET);

	a->partition_check = check_text(a, child, check);
	a->partition_checked = childid;
}

/*
 * fits: has a table the columns of another, with the same types?  With
 * not_null, are they NOT NULL as well, where that is a mark of the column?
 */
static bool
fits(Relation rel, Relation other, bool not_null)
{
	TupleDesc	desc = RelationGetDescr(other);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute wanted = TupleDescAttr(desc, i);
		Form_pg_attribute att = NULL;

		if (wanted->attisdropped)
			continue;
		for (int j = 0; j < RelationGetNumberOfAttributes(rel) && att == NULL; j++)
			if (!TupleDescAttr(RelationGetDescr(rel), j)->attisdropped &&
				namestrcmp(&TupleDescAttr(RelationGetDescr(rel), j)->attname,
						   NameStr(wanted->attname)) == 0)
				att = TupleDescAttr(RelationGetDescr(rel), j);
		if (att == NULL || att->atttypid != wanted->atttypid ||
			att->atttypmod != wanted->atttypmod || att->attcollation != wanted->attcollation ||
			(not_null && wanted->attnotnull && !att->attnotnull && !SAFEDDL_NOT_NULL_IS_CONSTRAINT))
			return false;
	}
	return true;
}

/*
 * refuse_partition: both tables must have the same columns; as
 * ATExecAttachPartition() and MergeAttributesIntoExisting().
 */
static void
refuse_partition(SafeddlAnalysis *a, Relation parent, Relation child)
{
	if (!fits(child, parent, true) || !fits(parent, child, false))
		safeddl_missing(a, ERRCODE_DATATYPE_MISMATCH,
						"table \"%s\" does not have the columns of \"%s\"",
						RelationGetRelationName(child), RelationGetRelationName(parent));
}

/*
 * safeddl_analyze_attach: SHARE UPDATE EXCLUSIVE on the parent, ACCESS
 * EXCLUSIVE on the table attached, all below it, and the default partition;
 * mirrors ATExecAttachPartition() in commands/tablecmds.c.
 */
void
safeddl_analyze_attach(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd, LOCKMODE lockmode)
{
	Oid			childid = safeddl_resolve(a, cmd->name, false);
	Relation	parent;
	Relation	child;
	List	   *quals;

	if (!OidIsValid(childid) || safeddl_may_not_alter(a, childid))
	{
		a->doomed = true;
		return;
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_INDEX)
	{
		attach_index(a, relid, childid, lockmode);
		return;
	}
	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE || get_rel_relispartition(childid))
	{
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"\"%s\" cannot be attached", cmd->name->relname);
		return;
	}
	safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_PARENT,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	safeddl_add_locks(a, safeddl_hierarchy(childid, true), childid, AccessExclusiveLock,
					  SAFEDDL_REACH_TARGET);
	add_index_builds(a, relid, childid);
	add_foreign_keys(a, relid, childid);
	add_incoming_keys(a, relid, childid);
	parent = safeddl_open(relid);
	child = safeddl_open(childid);
	if (parent != NULL && child != NULL)
	{
		/* a script may have changed the columns of either */
		if (a->script == NULL || (safeddl_script_changed(a->script, relid) == NULL &&
								  safeddl_script_changed(a->script, childid) == NULL))
			refuse_partition(a, parent, child);
		quals = bound_quals(a, parent, RelationGetRelationName(child), cmd->bound);
		add_attached_scan(a, parent, child, quals);
		if (!cmd->bound->is_default)
			add_default_scan(a, relid, parent, quals, InvalidOid,
							 SAFEDDL_RULE_ATTACH_PARTITION);
	}
	else
	{
		SafeddlEffect *effect;

		effect = safeddl_add_effect(a, childid, childid, AccessExclusiveLock,
									SAFEDDL_REACH_TARGET, SAFEDDL_RULE_ATTACH_PARTITION,
									SAFEDDL_WORK_SCAN);
		effect->maybe = SAFEDDL_WORK_SCAN;
		if (!cmd->bound->is_default)
			add_default_scan(a, relid, NULL, NIL, InvalidOid, SAFEDDL_RULE_ATTACH_PARTITION);
	}
	if (child != NULL)
		safeddl_close(child);
	if (parent != NULL)
		safeddl_close(parent);
}

/*
 * safeddl_analyze_attach_new: the same for a table that an earlier statement of
 * a script makes: what others have of it is the lock on the default partition.
 */
void
safeddl_analyze_attach_new(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd, LOCKMODE lockmode)
{
	Relation	parent;
	ListCell   *lc;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return;
	safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_PARENT,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(relid, false)))
		safeddl_add_locks(a, safeddl_referenced_side(lfirst(lc)), relid,
						  ShareRowExclusiveLock, SAFEDDL_REACH_REFERENCED);
	add_incoming_keys(a, relid, relid);
	if (cmd->bound->is_default)
		return;
	parent = safeddl_open(relid);
	add_default_scan(a, relid, parent,
					 parent != NULL ? bound_quals(a, parent, cmd->name->relname, cmd->bound) : NIL,
					 InvalidOid, SAFEDDL_RULE_ATTACH_PARTITION);
	if (parent != NULL)
		safeddl_close(parent);
}

/* add_index_builds: what the parent's indexes need on the table attached */
static void
add_index_builds(SafeddlAnalysis *a, Oid parentid, Oid childid)
{
	ListCell   *lc;

	/* a foreign table has none, and needs none */
	if (get_rel_relkind(childid) == RELKIND_FOREIGN_TABLE)
		return;
	safeddl_add_locks(a, safeddl_indexes(parentid), parentid, ShareUpdateExclusiveLock,
					  SAFEDDL_REACH_INDEX);
	foreach(lc, safeddl_indexes(parentid))
	{
		SafeddlIndexSketch sketch = {.a = a,.parent = parentid,.attach = true,.root = childid,
			.table_lock = AccessExclusiveLock,.index_lock = AccessShareLock,
		.rule = SAFEDDL_RULE_ATTACH_PARTITION,.cmdno = -1,.location = -1};
		Relation	index = safeddl_open(lfirst_oid(lc));

		if (index != NULL)
		{
			safeddl_sketch_of(&sketch, index);
			safeddl_close(index);
		}
		safeddl_push_index(&sketch, childid);
	}
}

/*
 * add_foreign_keys: those of the parent, which the table attached must obey;
 * mirrors CloneFkReferencing().
 */
static void
add_foreign_keys(SafeddlAnalysis *a, Oid parentid, Oid childid)
{
	SafeddlKeyClone clone = {.a = a,.root = childid,.lockmode = AccessExclusiveLock,
		.rule = SAFEDDL_RULE_ATTACH_PARTITION,.cmdno = -1,.location = -1};
	ListCell   *lc;

	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(parentid, false)))
	{
		SafeddlForeignKey *fk = lfirst(lc);

		safeddl_add_locks(a, safeddl_referenced_side(fk), childid,
						  ShareRowExclusiveLock, SAFEDDL_REACH_REFERENCED);
		clone.validate = fk->enforced;
		clone.valid = fk->validated;
		safeddl_clone_key(&clone, fk, childid);
	}
}

/*
 * add_incoming_keys: tables that reference parent get triggers on the
 * partition; as CloneFkReferenced(), which leaves constraints to those that
 * they were cloned from.
 */
static void
add_incoming_keys(SafeddlAnalysis *a, Oid parentid, Oid root)
{
	ListCell   *lc;

	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(parentid, true)))
	{
		SafeddlForeignKey *fk = lfirst(lc);

		safeddl_add_effect(a, fk->referencing, root, ShareRowExclusiveLock,
						   SAFEDDL_REACH_REFERENCING, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	}
}

/* ----------------------------------------------------------------
 *		DETACH PARTITION
 * ----------------------------------------------------------------
 */

/*
 * search_referencing: tables that reference the parent must not have rows that
 * point into the partition; as ATDetachCheckNoForeignKeyRefs().  The plan may
 * get by with an index, or find the partition empty first.
 */
static void
search_referencing(SafeddlAnalysis *a, Oid parentid, Oid childid, LOCKMODE lockmode,
				   int location)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_foreign_keys(childid, true))
	{
		SafeddlForeignKey *fk = lfirst(lc);

		if (!OidIsValid(fk->parent) || safeddl_script_key_is_gone(a, fk))
			continue;
		safeddl_add_effect(a, fk->referencing, parentid, lockmode, SAFEDDL_REACH_REFERENCING,
						   SAFEDDL_RULE_DETACH_PARTITION, SAFEDDL_WORK_NONE);
		/* of a partitioned table, the partitions have the rows */
		foreach(lc2, safeddl_leaves(a, safeddl_hierarchy(fk->referencing, true)))
		{
			SafeddlEffect *effect = safeddl_add_effect(a, lfirst_oid(lc2), parentid,
													   lfirst_oid(lc2) == fk->referencing ?
													   lockmode : AccessShareLock,
													   SAFEDDL_REACH_REFERENCING,
													   SAFEDDL_RULE_DETACH_PARTITION,
													   SAFEDDL_WORK_VALIDATE);

			effect->maybe = SAFEDDL_WORK_VALIDATE;
			effect->location = location;
		}
	}
}

/* lock_attached_indexes: those of a partition that will be part of nothing any more */
static void
lock_attached_indexes(SafeddlAnalysis *a, Oid parentid, Oid childid)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(childid))
		if (get_rel_relispartition(lfirst_oid(lc)))
			safeddl_add_effect(a, lfirst_oid(lc), parentid, AccessExclusiveLock,
							   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/* add_second: a lock of DetachPartitionFinalize() */
static void
add_second(SafeddlAnalysis *a, Oid parentid, Oid relid, LOCKMODE lockmode, SafeddlReach reach)
{
	if (OidIsValid(parentid))
		safeddl_add_effect(a, relid, parentid, lockmode, reach, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	else
		safeddl_add_await(a, relid, lockmode, false);
}

/*
 * lock_second: what the second transaction of DETACH CONCURRENTLY locks, as
 * DetachPartitionFinalize(): awaited, or with parentid taken by FINALIZE.
 */
static void
lock_second(SafeddlAnalysis *a, Oid parentid, Oid childid)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_hierarchy(childid, true))
		add_second(a, parentid, lfirst_oid(lc), AccessExclusiveLock, SAFEDDL_REACH_PARTITION);
	foreach(lc, safeddl_foreign_keys(childid, true))
		if (OidIsValid(((SafeddlForeignKey *) lfirst(lc))->parent))
			add_second(a, parentid, ((SafeddlForeignKey *) lfirst(lc))->referencing,
					   AccessExclusiveLock, SAFEDDL_REACH_REFERENCING);
	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(childid, false)))
		if (OidIsValid(((SafeddlForeignKey *) lfirst(lc))->parent))
			foreach(lc2, safeddl_referenced_side(lfirst(lc)))
				add_second(a, parentid, lfirst_oid(lc2), ShareRowExclusiveLock,
						   SAFEDDL_REACH_REFERENCED);
}

/*
 * safeddl_analyze_finalize: DETACH PARTITION ... FINALIZE, as
 * ATExecDetachPartitionFinalize().  Older snapshots are awaited with the
 * partition locked.
 */
void
safeddl_analyze_finalize(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd)
{
	Oid			childid = safeddl_resolve(a, cmd->name, false);

	if (!OidIsValid(childid))
	{
		a->doomed = true;
		return;
	}
	lock_second(a, relid, childid);
	lock_attached_indexes(a, relid, childid);
	safeddl_add_await(a, relid, ShareUpdateExclusiveLock, true);
}

/*
 * safeddl_analyze_detach: mirrors ATExecDetachPartition().  DETACH is instant,
 * unless another table references the parent: that table is searched for rows
 * that point into the partition.
 *
 * CONCURRENTLY spares the parent, not the referencing table: that one cannot
 * be written to until the search is over.  The locks given are those of the
 * first transaction, which searches; the second one takes ACCESS EXCLUSIVE on
 * the partition and the referencing table for catalog changes alone.
 */
void
safeddl_analyze_detach(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd, LOCKMODE lockmode)
{
	Oid			childid = safeddl_resolve(a, cmd->name, false);
	Oid			defaultid = default_partition(a, relid);
	LOCKMODE	child_lock = cmd->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock;
	ListCell   *lc;

	if (!OidIsValid(childid) || get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE ||
		!get_rel_relispartition(childid) || get_partition_parent(childid, true) != relid)
	{
		a->doomed = true;
		return;
	}
	if (cmd->concurrent)
		a->doomed |= a->in_block || OidIsValid(defaultid);
	safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_PARENT,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	safeddl_add_locks(a, safeddl_hierarchy(childid, !cmd->concurrent), relid, child_lock,
					  SAFEDDL_REACH_PARTITION);
	search_referencing(a, relid, childid, cmd->concurrent ? ShareLock : AccessExclusiveLock,
					   cmd->name->location);
	if (cmd->concurrent)
	{
		/* all who may know of the partition; then it is locked, as they are gone */
		safeddl_add_await(a, relid, AccessExclusiveLock, false);
		lock_second(a, InvalidOid, childid);
		return;
	}
	if (OidIsValid(defaultid))
		safeddl_add_effect(a, defaultid, relid, AccessExclusiveLock,
						   SAFEDDL_REACH_DEFAULT_PARTITION, SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE);
	lock_attached_indexes(a, relid, childid);
	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(childid, false)))
		if (OidIsValid(((SafeddlForeignKey *) lfirst(lc))->parent))
			safeddl_add_locks(a, safeddl_referenced_side(lfirst(lc)), relid,
							  ShareRowExclusiveLock, SAFEDDL_REACH_REFERENCED);
}

/* ----------------------------------------------------------------
 *		CREATE TABLE ... PARTITION OF
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_partition_of: ACCESS EXCLUSIVE on the parent and on the
 * default partition, which is read; mirrors DefineRelation() and
 * check_default_partition_contents() in partitioning/partbounds.c.
 */
void
safeddl_analyze_partition_of(SafeddlAnalysis *a, CreateStmt *stmt, RangeVar *parent_name)
{
	Oid			parentid = safeddl_resolve(a, parent_name, false);
	Relation	parent;
	List	   *quals = NIL;
	ListCell   *lc;

	if (!OidIsValid(parentid) || safeddl_may_not_alter(a, parentid))
	{
		a->doomed = true;
		return;
	}
	if (get_rel_relkind(parentid) != RELKIND_PARTITIONED_TABLE)
	{
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"\"%s\" is not partitioned", parent_name->relname);
		return;
	}
	safeddl_add_effect(a, parentid, parentid, AccessExclusiveLock, SAFEDDL_REACH_PARENT,
					   SAFEDDL_RULE_CREATE_PARTITION, SAFEDDL_WORK_NONE);
	/* a foreign table has no indexes */
	if (IsA(stmt, CreateStmt))
		safeddl_add_locks(a, safeddl_indexes(parentid), parentid, ShareUpdateExclusiveLock,
						  SAFEDDL_REACH_INDEX);
	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(parentid, false)))
		safeddl_add_locks(a, safeddl_referenced_side(lfirst(lc)), parentid,
						  ShareRowExclusiveLock, SAFEDDL_REACH_REFERENCED);
	add_incoming_keys(a, parentid, parentid);

	/* raise the server's own errors */
	if (stmt->tablespacename != NULL)
		(void) get_tablespace_oid(stmt->tablespacename, false);
	if (stmt->accessMethod != NULL)
		(void) get_table_am_oid(stmt->accessMethod, false);
	parent = safeddl_open(parentid);
	if (!stmt->partbound->is_default)
	{
		if (parent != NULL)
			quals = bound_quals(a, parent, stmt->relation->relname, stmt->partbound);
		add_default_scan(a, parentid, parent, quals, parentid, SAFEDDL_RULE_CREATE_PARTITION);
	}
	if (parent != NULL)
		safeddl_close(parent);
	foreach(lc, a->effects)
		if (((SafeddlEffect *) lfirst(lc))->rule == SAFEDDL_RULE_CREATE_PARTITION)
			((SafeddlEffect *) lfirst(lc))->location = parent_name->location;
}
