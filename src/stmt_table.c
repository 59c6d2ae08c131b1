/*
 * stmt_table.c
 *	  CREATE TABLE, CREATE TRIGGER and TRUNCATE: what else than the table
 *	  named they lock, and what is lost.
 */
#include "safeddl.h"
#include "script.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/heap.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static void lock_named(SafeddlAnalysis *a, RangeVar *rv, LOCKMODE lockmode, SafeddlReach reach);
static void add_create_element(SafeddlAnalysis *a, RangeVar *relation, Node *element, bool temp);
static void add_create_constraint(SafeddlAnalysis *a, RangeVar *relation, Constraint *constraint);

/* ----------------------------------------------------------------
 *		CREATE TABLE, CREATE TRIGGER
 * ----------------------------------------------------------------
 */

/*
 * safeddl_is_new_name: is that one that the same CREATE SCHEMA creates, or an
 * earlier statement of a script?
 */
bool
safeddl_is_new_name(SafeddlAnalysis *a, const RangeVar *rv)
{
	ListCell   *lc;

	if (a->script != NULL && safeddl_script_is_new(a->script, rv))
		return true;
	/* the schema does not exist before the statement */
	if (rv->schemaname != NULL && OidIsValid(get_namespace_oid(rv->schemaname, true)))
		return false;
	foreach(lc, a->new_names)
		if (strcmp(strVal(lfirst(lc)), rv->relname) == 0)
			return true;
	return false;
}

/*
 * safeddl_analyze_create_table: nobody can wait for the new table, but for
 * its parents and the tables that it references.  Mirrors transformCreateStmt()
 * and DefineRelation(); with IF NOT EXISTS on an existing name nothing happens.
 */
void
safeddl_analyze_create_table(SafeddlAnalysis *a, Node *node)
{
	CreateStmt *stmt = IsA(node, CreateForeignTableStmt) ?
		&((CreateForeignTableStmt *) node)->base : castNode(CreateStmt, node);
	bool		temp = stmt->relation->relpersistence == RELPERSISTENCE_TEMP;
	ListCell   *lc;

	if (a->new_names == NIL && !temp && OidIsValid(safeddl_same_name(stmt->relation)))
	{
		if (!stmt->if_not_exists)
			safeddl_missing(a, ERRCODE_DUPLICATE_TABLE, "relation \"%s\" already exists",
							stmt->relation->relname);
		return;
	}
	if (stmt->inhRelations != NIL && safeddl_is_new_name(a, linitial(stmt->inhRelations)))
		return;

	if (stmt->partbound != NULL)
		safeddl_analyze_partition_of(a, stmt, linitial(stmt->inhRelations));
	else
		foreach(lc, stmt->inhRelations)
			lock_named(a, lfirst(lc), ShareUpdateExclusiveLock, SAFEDDL_REACH_PARENT);
	if (stmt->ofTypename != NULL)
		safeddl_add_row_type(a, stmt->ofTypename, InvalidOid);
	/* a temporary table can only reference its like, but be LIKE any */
	foreach(lc, stmt->tableElts)
		add_create_element(a, stmt->relation, lfirst(lc), temp);
	foreach(lc, stmt->constraints)
		add_create_element(a, stmt->relation, lfirst(lc), temp);
}

/* a table that a new one is made from; not one that is new itself */
static void
lock_named(SafeddlAnalysis *a, RangeVar *rv, LOCKMODE lockmode, SafeddlReach reach)
{
	Oid			relid;

	if (safeddl_is_new_name(a, rv))
		return;
	relid = safeddl_resolve(a, rv, false);
	if (OidIsValid(relid))
		safeddl_add_effect(a, relid, relid, lockmode, reach, SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE);
	else
		a->doomed = true;
}

/* add_create_element: a column, constraint or LIKE of a new table */
static void
add_create_element(SafeddlAnalysis *a, RangeVar *relation, Node *element, bool temp)
{
	ListCell   *lc;

	if (IsA(element, TableLikeClause))
		lock_named(a, ((TableLikeClause *) element)->relation, AccessShareLock,
				   SAFEDDL_REACH_SOURCE);
	else if (temp)
		return;
	else if (IsA(element, Constraint))
		add_create_constraint(a, relation, (Constraint *) element);
	else if (IsA(element, ColumnDef))
		foreach(lc, ((ColumnDef *) element)->constraints)
			add_create_constraint(a, relation, lfirst(lc));
}

/*
 * safeddl_analyze_create_schema: the elements come through the hook as
 * subcommands, which we skip.  CREATE TABLE and CREATE VIEW can reach beyond
 * the schema; indexes, triggers and sequences cannot.
 */
void
safeddl_analyze_create_schema(SafeddlAnalysis *a, Node *node)
{
	CreateSchemaStmt *stmt = castNode(CreateSchemaStmt, node);
	ListCell   *lc;

	foreach(lc, stmt->schemaElts)
	{
		Node	   *element = lfirst(lc);
		RangeVar   *rv = NULL;

		if (IsA(element, CreateStmt))
			rv = ((CreateStmt *) element)->relation;
		else if (IsA(element, ViewStmt))
			rv = ((ViewStmt *) element)->view;
		else if (IsA(element, CreateSeqStmt))
			rv = ((CreateSeqStmt *) element)->sequence;
		if (rv != NULL)
			a->new_names = lappend(a->new_names, makeString(rv->relname));
	}
	foreach(lc, stmt->schemaElts)
	{
		Node	   *element = lfirst(lc);

		if (IsA(element, CreateStmt) || IsA(element, ViewStmt))
			safeddl_classify(element).analyze(a, element);
	}
}

/* would the name mean the table that is being created? */
static bool
is_itself(const RangeVar *relation, const RangeVar *rv)
{
	Oid			nspid = safeddl_creation_namespace(relation);
	ListCell   *lc;

	if (!OidIsValid(nspid) || strcmp(relation->relname, rv->relname) != 0)
		return false;
	if (rv->schemaname)
		return get_namespace_oid(rv->schemaname, true) == nspid;
	foreach(lc, fetch_search_path(true))
	{
		if (lfirst_oid(lc) == nspid)
			return true;
		if (OidIsValid(get_relname_relid(rv->relname, lfirst_oid(lc))))
			return false;
	}
	return false;
}

/* a foreign key of a new table is never checked, but locks its other side */
static void
add_create_constraint(SafeddlAnalysis *a, RangeVar *relation, Constraint *constraint)
{
	Oid			relid;
	SafeddlEffect *effect;

	if (constraint->contype != CONSTR_FOREIGN || constraint->pktable == NULL ||
		safeddl_is_new_name(a, constraint->pktable) || is_itself(relation, constraint->pktable))
		return;
	relid = safeddl_resolve(a, constraint->pktable, false);
	if (!OidIsValid(relid))
	{
		a->doomed = true;
		return;
	}
	effect = safeddl_add_effect(a, relid, relid, ShareRowExclusiveLock,
								SAFEDDL_REACH_REFERENCED, SAFEDDL_RULE_NONE,
								SAFEDDL_WORK_NONE);
	effect->subject = constraint->conname;
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
		safeddl_add_locks(a, list_delete_oid(safeddl_hierarchy(relid, true), relid), relid,
						  ShareRowExclusiveLock, SAFEDDL_REACH_PARTITION);
}

/*
 * safeddl_analyze_create_trigger: SHARE ROW EXCLUSIVE, on a partitioned table
 * for row triggers on all partitions; mirrors CreateTrigger().
 */
void
safeddl_analyze_create_trigger(SafeddlAnalysis *a, Node *node)
{
	CreateTrigStmt *stmt = castNode(CreateTrigStmt, node);
	Oid			relid = safeddl_resolve(a, stmt->relation, false);
	bool		recurse;
	SafeddlEffect *effect;

	if (!OidIsValid(relid))
	{
		a->doomed = true;
		return;
	}
	effect = safeddl_add_effect(a, relid, relid, ShareRowExclusiveLock,
								SAFEDDL_REACH_TARGET, SAFEDDL_RULE_NONE,
								SAFEDDL_WORK_NONE);
	effect->subject = stmt->trigname;
	recurse = stmt->row && get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
	safeddl_add_locks(a, list_delete_oid(safeddl_hierarchy(relid, recurse), relid), relid,
					  ShareRowExclusiveLock, SAFEDDL_REACH_PARTITION);
	if (stmt->constrrel != NULL)
	{
		Oid			constrrelid = safeddl_resolve(a, stmt->constrrel, false);

		if (OidIsValid(constrrelid))
			safeddl_add_effect(a, constrrelid, relid, AccessShareLock, SAFEDDL_REACH_REFERENCED,
							   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	}
}

/* ----------------------------------------------------------------
 *		TRUNCATE
 * ----------------------------------------------------------------
 */

static bool
may_truncate(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_TRUNCATE) == ACLCHECK_OK &&
		(allowSystemTableMods || !IsCatalogRelationOid(relid));
}

/* a relation to truncate, and the one that it is accounted for */
typedef struct Truncated
{
	Oid			relid;			/* hash key */
	Oid			root;
} Truncated;

/* appends a relation and all below it, less what is in the list already */
static List *
add_hierarchy(HTAB *seen, List *relids, Oid relid, bool recurse, Oid root)
{
	ListCell   *lc;

	foreach(lc, safeddl_hierarchy(relid, recurse))
	{
		bool		found;
		Truncated  *entry = hash_search(seen, &lfirst_oid(lc), HASH_ENTER, &found);

		if (found)
			continue;
		entry->root = root;
		relids = lappend_oid(relids, lfirst_oid(lc));
	}
	return relids;
}

/* one relation: its rows go, and it gets new files with new indexes */
static void
truncate_relation(SafeddlAnalysis *a, const Truncated *entry, SafeddlReach reach,
				  bool restart_seqs, int location)
{
	Oid			relid = entry->relid;
	bool		has_rows = safeddl_has_rows(a, relid);

	safeddl_add_effect(a, relid, entry->root, AccessExclusiveLock, reach,
					   SAFEDDL_RULE_TRUNCATE,
					   has_rows ? SAFEDDL_WORK_DROP : SAFEDDL_WORK_NONE)->location = location;
	if (has_rows)
		safeddl_add_storage(a, relid, relid, false);
	if (restart_seqs)
		safeddl_add_locks(a, getOwnedSequences(relid), relid, AccessExclusiveLock,
						  SAFEDDL_REACH_SEQUENCE);
}

/*
 * is_referenced: do foreign keys of other tables make TRUNCATE ... RESTRICT
 * fail?  As heap_truncate_check_FKs(), which spares itself the search through
 * pg_constraint where no table has a trigger.  It is a search through all of it,
 * which we spare ourselves as well where no key points at the one that has.
 */
static bool
is_referenced(List *relids)
{
	List	   *interesting = NIL;
	ListCell   *lc;

	foreach(lc, relids)
	{
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_class form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_class) GETSTRUCT(tuple);
		if (form->relhastriggers || form->relkind == RELKIND_PARTITIONED_TABLE)
			interesting = lappend_oid(interesting, lfirst_oid(lc));
		ReleaseSysCache(tuple);
	}
	if (interesting == NIL || (list_length(interesting) == 1 &&
							   safeddl_foreign_keys(linitial_oid(interesting), true) == NIL))
		return false;
	return heap_truncate_find_FKs(interesting) != NIL;
}

/*
 * safeddl_analyze_truncate: mirrors ExecuteTruncate() and
 * ExecuteTruncateGuts() in commands/tablecmds.c.
 */
void
safeddl_analyze_truncate(SafeddlAnalysis *a, Node *node)
{
	TruncateStmt *stmt = castNode(TruncateStmt, node);
	List	   *relids = NIL;
	List	   *named = NIL;
	List	   *more;
	HASHCTL		ctl = {.keysize = sizeof(Oid),.entrysize = sizeof(Truncated),.hcxt = a->context};
	HTAB	   *seen = hash_create("safeddl truncated", 32, &ctl,
								   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	int			location = -1;
	ListCell   *lc;

	foreach(lc, stmt->relations)
	{
		RangeVar   *rv = lfirst(lc);
		Oid			relid = safeddl_resolve(a, rv, false);

		if (!OidIsValid(relid) || (!a->strict && !may_truncate(relid)))
		{
			/* the others are locked by then */
			if (named != NIL)
				safeddl_add_locks(a, relids, linitial_oid(named), AccessExclusiveLock,
								  SAFEDDL_REACH_TARGET);
			a->locks_first = true;
			a->doomed = true;
			return;
		}
		if (location < 0)
			location = rv->location;
		named = lappend_oid(named, relid);
		relids = add_hierarchy(seen, relids, relid, rv->inh, relid);
	}
	if (stmt->behavior == DROP_RESTRICT && is_referenced(relids))
	{
		safeddl_add_locks(a, relids, linitial_oid(named), AccessExclusiveLock, SAFEDDL_REACH_TARGET);
		a->locks_first = true;
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"cannot truncate a table referenced in a foreign key constraint");
		return;
	}
	more = stmt->behavior == DROP_CASCADE ? heap_truncate_find_FKs(relids) : NIL;
	while (more != NIL)
	{
		foreach(lc, more)
		{
			Oid			relid = lfirst_oid(lc);

			relids = add_hierarchy(seen, relids, relid, true,
								   get_rel_relispartition(relid) ?
								   llast_oid(get_partition_ancestors(relid)) : relid);
		}
		more = heap_truncate_find_FKs(relids);
	}

	foreach(lc, relids)
	{
		Oid			relid = lfirst_oid(lc);
		SafeddlReach reach = SAFEDDL_REACH_REFERENCING;

		if (list_member_oid(named, relid))
			reach = SAFEDDL_REACH_TARGET;
		else if (get_rel_relispartition(relid))
			reach = SAFEDDL_REACH_PARTITION;
		truncate_relation(a, hash_search(seen, &relid, HASH_FIND, NULL), reach,
						  stmt->restart_seqs, location);
	}
}
