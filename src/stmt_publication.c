/*
 * stmt_publication.c
 *	  Objects that are made of a table's columns or rows, or that feed them:
 *	  publications, extended statistics, sequences.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_publication.h"
#include "utils/lsyscache.h"

/* ----------------------------------------------------------------
 *		CREATE and ALTER PUBLICATION
 * ----------------------------------------------------------------
 */

/*
 * lock_published: mirrors OpenTableList(): inheritance children are published
 * along, partitions need not be.
 */
static void
lock_published(SafeddlAnalysis *a, const RangeVar *rv)
{
	Oid			relid = safeddl_named_target(a, rv, false, ShareUpdateExclusiveLock);
	bool		recurse;

	if (!OidIsValid(relid))
		return;
	recurse = rv->inh && get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE;
	safeddl_add_locks(a, list_delete_oid(safeddl_hierarchy(relid, recurse), relid), relid,
					  ShareUpdateExclusiveLock, SAFEDDL_REACH_CHILD);
}

/*
 * safeddl_analyze_publication: mirrors CreatePublication() and
 * AlterPublicationTables().  Neither ALL TABLES nor TABLES IN SCHEMA locks a
 * table; SET locks those that leave the publication as well.
 */
void
safeddl_analyze_publication(SafeddlAnalysis *a, Node *node)
{
	AlterPublicationStmt *alter = IsA(node, AlterPublicationStmt) ?
		(AlterPublicationStmt *) node : NULL;
	List	   *objects = alter != NULL ? alter->pubobjects :
		castNode(CreatePublicationStmt, node)->pubobjects;
	ListCell   *lc;

	foreach(lc, objects)
	{
		PublicationObjSpec *object = lfirst_node(PublicationObjSpec, lc);

		if (object->pubtable != NULL)
			lock_published(a, object->pubtable->relation);
	}
	if (alter != NULL && alter->options == NIL && alter->action == AP_SetObjects)
	{
		Oid			pubid = get_publication_oid(alter->pubname, !a->strict);

		if (!OidIsValid(pubid))
		{
			a->doomed = true;
			return;
		}
		foreach(lc, safeddl_publication_tables(pubid))
			safeddl_add_effect(a, lfirst_oid(lc), lfirst_oid(lc), ShareUpdateExclusiveLock,
							   SAFEDDL_REACH_DEPENDENT, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	}
}

/* ----------------------------------------------------------------
 *		CREATE and ALTER STATISTICS
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_statistics: mirrors CreateStatistics(), which locks the
 * table even if the statistics exist; ALTER STATISTICS locks nothing.
 */
void
safeddl_analyze_statistics(SafeddlAnalysis *a, Node *node)
{
	CreateStatsStmt *stmt;
	Oid			relid;

	if (!IsA(node, CreateStatsStmt))
		return;
	stmt = (CreateStatsStmt *) node;
	if (list_length(stmt->relations) != 1 || !IsA(linitial(stmt->relations), RangeVar))
	{
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"only a single relation is allowed in CREATE STATISTICS");
		return;
	}
	relid = safeddl_named_target(a, linitial(stmt->relations), false, ShareUpdateExclusiveLock);
	if (OidIsValid(relid))
		safeddl_may_not_alter(a, relid);
}

/* ----------------------------------------------------------------
 *		CREATE and ALTER SEQUENCE
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_sequence: mirrors AlterSequence(), for SET LOGGED and OWNER
 * TO see ALTER TABLE, and process_owned_by().
 */
void
safeddl_analyze_sequence(SafeddlAnalysis *a, Node *node)
{
	List	   *options;
	ListCell   *lc;

	if (IsA(node, AlterSeqStmt))
	{
		AlterSeqStmt *stmt = (AlterSeqStmt *) node;
		Oid			relid = safeddl_named_target(a, stmt->sequence, stmt->missing_ok,
												 ShareRowExclusiveLock);

		if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
			return;
		if (get_rel_relkind(relid) != RELKIND_SEQUENCE)
			safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE, "\"%s\" is not a sequence",
							stmt->sequence->relname);
		options = stmt->options;
	}
	else
		options = castNode(CreateSeqStmt, node)->options;

	foreach(lc, options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);
		List	   *names;
		Oid			relid;

		if (strcmp(option->defname, "owned_by") != 0)
			continue;
		names = castNode(List, option->arg);
		if (list_length(names) < 2)
			continue;			/* NONE */
		names = list_truncate(list_copy(names), list_length(names) - 1);
		relid = safeddl_resolve(a, makeRangeVarFromNameList(names), false);
		if (OidIsValid(relid))
			safeddl_add_locks(a, list_make1_oid(relid), relid, AccessShareLock,
							  SAFEDDL_REACH_DEPENDENT);
		else
			a->doomed = true;
	}
}
