/*
 * stmt_index.c
 *	  CREATE INDEX, DROP INDEX, REINDEX: what they lock and build.
 */
#include "safeddl.h"

#include "access/amapi.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_tablespace.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_utilcmd.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static void take_name(SafeddlAnalysis *a, SafeddlEffect *effect, IndexStmt *stmt, Oid taken);
static void refuse_expressions(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt);
static IndexStmt *transformed_copy(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt);
static void reindex_one_table(SafeddlAnalysis *a, Oid relid, bool concurrent, bool toast, int location);
static void reindex_one_index(SafeddlAnalysis *a, Oid indexid, bool concurrent, int location);
static void reindex_many(SafeddlAnalysis *a, ReindexStmt *stmt, bool concurrent);

/* ----------------------------------------------------------------
 *		CREATE INDEX
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_index: mirrors DefineIndex() in commands/indexcmds.c.
 *
 * SHARE on the table, and on every partition until the last index is built;
 * SHARE UPDATE EXCLUSIVE with CONCURRENTLY, but for temporary tables.
 */
void
safeddl_analyze_index(SafeddlAnalysis *a, Node *node)
{
	IndexStmt *stmt = castNode(IndexStmt, node);
	Oid			relid = safeddl_resolve(a, stmt->relation, false);
	Oid			taken;
	SafeddlRelInfo *info;
	LOCKMODE	lockmode;
	SafeddlIndexSketch sketch = {.a = a,.parent = relid,.root = relid,.table_lock = ShareLock,
		.index_lock = ShareLock,.rule = SAFEDDL_RULE_CREATE_INDEX,.subject = stmt->idxname,
	.cmdno = -1,.location = stmt->relation->location};
	SafeddlEffect *effect;
	ListCell   *lc;

	if (!OidIsValid(relid))
	{
		a->doomed = true;
		return;
	}
	if (safeddl_may_not_alter(a, relid))
		return;
	info = safeddl_relinfo(a, relid);
	if (info->relkind != RELKIND_RELATION && info->relkind != RELKIND_MATVIEW &&
		info->relkind != RELKIND_PARTITIONED_TABLE)
	{
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"cannot create index on relation \"%s\"", info->relname);
		return;
	}
	a->doomed |= stmt->concurrent && a->in_block;
	lockmode = (stmt->concurrent && !info->temp) ? ShareUpdateExclusiveLock : ShareLock;
	effect = safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
								SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	a->locks_first = true;
	if (stmt->concurrent && info->relkind == RELKIND_PARTITIONED_TABLE)
	{
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"cannot create index on partitioned table \"%s\" concurrently",
						info->relname);
		return;
	}

	/* the name is all that counts, whatever the index is like */
	taken = stmt->idxname ? get_relname_relid(stmt->idxname, get_rel_namespace(relid)) : InvalidOid;
	if (OidIsValid(taken))
	{
		take_name(a, effect, stmt, taken);
		return;
	}
	if (!safeddl_sketch_new(&sketch, stmt))
		return;
	/* two waits for SHARE, then one for snapshots */
	if (lockmode == ShareUpdateExclusiveLock)
		safeddl_add_await(a, relid, ShareLock, true);
	effect->rule = SAFEDDL_RULE_CREATE_INDEX;
	effect->subject = stmt->idxname;
	effect->location = stmt->relation->location;
	if (info->relkind != RELKIND_PARTITIONED_TABLE ||
		(stmt->relation->inh && safeddl_has_rows(a, relid)))
	{
		effect->work = SAFEDDL_WORK_INDEX_BUILD;
		effect->through = sketch.through_toast ? SAFEDDL_THROUGH_TOAST : 0;
	}
	if (info->relkind == RELKIND_PARTITIONED_TABLE && stmt->relation->inh)
	{
		foreach(lc, list_delete_oid(safeddl_hierarchy(relid, true), relid))
			safeddl_add_effect(a, lfirst_oid(lc), relid, lockmode, SAFEDDL_REACH_PARTITION,
							   SAFEDDL_RULE_CREATE_INDEX,
							   SAFEDDL_WORK_NONE)->location = stmt->relation->location;
		foreach(lc, find_inheritance_children(relid, NoLock))
			safeddl_push_index(&sketch, lfirst_oid(lc));
	}
}

/*
 * take_name: something has the name already, so that index_create() makes no
 * index, with IF NOT EXISTS.  All that the server looks at before stays to be
 * refused.
 */
static void
take_name(SafeddlAnalysis *a, SafeddlEffect *effect, IndexStmt *stmt, Oid taken)
{
	SafeddlIndexSketch sketch = {.a = a,.parent = effect->relid};

	effect->subject = stmt->idxname;
	if (stmt->relation->inh && get_rel_relkind(effect->relid) == RELKIND_PARTITIONED_TABLE)
		safeddl_add_locks(a, list_delete_oid(safeddl_hierarchy(effect->relid, true), effect->relid),
						  effect->relid, effect->lockmode, SAFEDDL_REACH_PARTITION);
	if (!stmt->if_not_exists)
		safeddl_missing(a, ERRCODE_DUPLICATE_TABLE,
						"relation \"%s\" already exists", stmt->idxname);
	else if (safeddl_is_trap(taken, effect->relid, !stmt->relation->inh) &&
			 safeddl_sketch_new(&sketch, stmt))
		safeddl_add_trap(a, taken, effect->relid, effect->relid, effect->lockmode,
						 SAFEDDL_REACH_TARGET);
}

/* safeddl_sketch_new: the index to be of sketch->parent; false if it cannot be created */
bool
safeddl_sketch_new(SafeddlIndexSketch *sketch, IndexStmt *stmt)
{
	SafeddlAnalysis *a = sketch->a;
	Relation	rel;

	safeddl_refuse_index(a, sketch->parent, stmt);
	rel = a->doomed ? NULL : safeddl_open(sketch->parent);
	if (rel != NULL)
	{
		IndexStmt  *copy = transformed_copy(a, sketch->parent, stmt);

		refuse_expressions(a, sketch->parent, copy);
		if (safeddl_sketch_index(sketch, copy) && copy->unique)
			safeddl_refuse_unique(a, rel, sketch->info);
		safeddl_close(rel);
	}
	return !a->doomed;
}

/* has a column of an index what its access method, or INCLUDE, knows nothing of? */
static bool
has_options(List *elems, bool include)
{
	ListCell   *lc;

	foreach(lc, elems)
	{
		IndexElem  *elem = lfirst(lc);

		if (elem->ordering != SORTBY_DEFAULT || elem->nulls_ordering != SORTBY_NULLS_DEFAULT ||
			(include && (elem->collation != NIL || elem->opclass != NIL || elem->expr != NULL)))
			return true;
	}
	return false;
}

/*
 * safeddl_refuse_index: what DefineIndex() checks before it looks at the columns: the
 * tablespace, what the access method is able to do, and storage parameters.
 * Raises the server's own errors for what does not exist.
 */
void
safeddl_refuse_index(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt)
{
	const		SafeddlRelInfo *info = safeddl_relinfo(a, relid);
	Oid			amoid = get_index_am_oid(strcmp(stmt->accessMethod, "rtree") == 0 ? "gist" :
										 stmt->accessMethod, false);
	const		IndexAmRoutine *am = GetIndexAmRoutineByAmId(amoid, false);
	Oid			spcid = stmt->tableSpace ? get_tablespace_oid(stmt->tableSpace, false) : InvalidOid;

	if ((spcid == GLOBALTABLESPACE_OID && !info->catalog) ||
		(OidIsValid(spcid) && spcid == MyDatabaseTableSpace &&
		 info->relkind == RELKIND_PARTITIONED_TABLE))
		safeddl_missing(a, ERRCODE_INVALID_PARAMETER_VALUE,
						"tablespace \"%s\" cannot be specified here", stmt->tableSpace);
	if ((stmt->unique && !am->amcanunique) ||
		(stmt->indexIncludingParams != NIL && !am->amcaninclude) ||
		(list_length(stmt->indexParams) > 1 && !am->amcanmulticol) ||
		(!am->amcanorder && has_options(stmt->indexParams, false)) ||
		has_options(stmt->indexIncludingParams, true))
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"access method \"%s\" does not support such an index",
						stmt->accessMethod);
	(void) index_reloptions(am->amoptions,
							transformRelOptions((Datum) 0, stmt->options, NULL, NULL, false, false),
							true);
}

/* refuse_expressions: mutable ones; as ComputeIndexAttrs() and CheckPredicate() */
static void
refuse_expressions(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt)
{
	List	   *exprs = stmt->whereClause ? list_make1(stmt->whereClause) : NIL;
	ListCell   *lc;

	foreach(lc, stmt->indexParams)
		if (lfirst_node(IndexElem, lc)->expr != NULL)
			exprs = lappend(exprs, lfirst_node(IndexElem, lc)->expr);
	if (exprs != NIL && safeddl_is_mutable(exprs, relid))
		safeddl_missing(a, ERRCODE_INVALID_OBJECT_DEFINITION,
						"functions in an index must be marked IMMUTABLE");
}

/*
 * safeddl_refuse_unique: a unique index of a partitioned table must have the
 * columns of the partition key, and these must be columns; as DefineIndex().
 */
void
safeddl_refuse_unique(SafeddlAnalysis *a, Relation rel, const IndexInfo *info)
{
	PartitionKey key = RelationGetPartitionKey(rel);

	for (int i = 0; key != NULL && i < key->partnatts; i++)
	{
		bool		found = false;

		for (int j = 0; j < info->ii_NumIndexKeyAttrs; j++)
			found |= key->partattrs[i] != InvalidAttrNumber &&
				key->partattrs[i] == info->ii_IndexAttrNumbers[j];
		if (!found)
			safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
							"unique constraint on partitioned table \"%s\" must include all partitioning columns",
							RelationGetRelationName(rel));
	}
}

/*
 * transformed_copy: the statement with its expressions parsed, as the server
 * will see it; raises the server's own errors for what cannot be parsed.
 */
static IndexStmt *
transformed_copy(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt)
{
	IndexStmt  *copy = copyObject(stmt);

	if (copy->transformed)
		return copy;
	return transformIndexStmt(relid, copy, a->query ? a->query : "");
}

/* ----------------------------------------------------------------
 *		REINDEX
 * ----------------------------------------------------------------
 */

/* refuse_reindex: options that ExecReindex() and reindex_index() do not take */
static void
refuse_reindex(SafeddlAnalysis *a, ReindexStmt *stmt, Oid relid)
{
	static const char *const known[] = {"verbose", "concurrently", "tablespace", NULL};
	Oid			spcid = InvalidOid;
	ListCell   *lc;

	safeddl_refuse_options(a, stmt->params, known);
	foreach(lc, stmt->params)
		if (strcmp(lfirst_node(DefElem, lc)->defname, "tablespace") == 0)
			spcid = get_tablespace_oid(defGetString(lfirst(lc)), false);
	/* a table without indexes has nothing to move */
	if (spcid == GLOBALTABLESPACE_OID && OidIsValid(relid) &&
		!safeddl_relinfo(a, relid)->catalog &&
		(get_rel_relkind(relid) == RELKIND_INDEX || safeddl_indexes(relid) != NIL) &&
		!RELKIND_HAS_PARTITIONS(get_rel_relkind(relid)))
		safeddl_missing(a, ERRCODE_INVALID_PARAMETER_VALUE,
						"only shared relations can be placed in pg_global tablespace");
}

/* safeddl_analyze_reindex: mirrors ExecReindex() in commands/indexcmds.c */
void
safeddl_analyze_reindex(SafeddlAnalysis *a, Node *node)
{
	ReindexStmt *stmt = castNode(ReindexStmt, node);
	bool		concurrent = safeddl_option_is_set(stmt->params, "concurrently");
	Oid			relid;
	Oid			tableid;
	char		relkind;
	ListCell   *lc;

	if (stmt->kind != REINDEX_OBJECT_INDEX && stmt->kind != REINDEX_OBJECT_TABLE)
	{
		refuse_reindex(a, stmt, InvalidOid);
		reindex_many(a, stmt, concurrent);
		return;
	}
	relid = safeddl_resolve(a, stmt->relation, false);
	if (!OidIsValid(relid))
	{
		a->doomed = true;
		return;
	}
	refuse_reindex(a, stmt, relid);
	relkind = get_rel_relkind(relid);
	/* the right to an index is that to its table */
	tableid = relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX ? IndexGetRelation(relid, true) : relid;
	if (!a->strict && !safeddl_may_maintain(tableid, GetUserId()))
	{
		a->doomed = true;
		return;
	}
	if (RELKIND_HAS_PARTITIONS(relkind))
	{
		/* each partition in a transaction of its own; what is named, in one before */
		a->doomed |= a->in_block;
		safeddl_add_effect(a, tableid, tableid,
						   concurrent ? ShareUpdateExclusiveLock : ShareLock,
						   tableid == relid ? SAFEDDL_REACH_TARGET : SAFEDDL_REACH_INDEX_TABLE,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE)->early = true;
		if (tableid != relid)
			safeddl_add_effect(a, relid, tableid,
							   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
							   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE,
							   SAFEDDL_WORK_NONE)->early = true;
		if (concurrent)
			safeddl_add_await(a, tableid, ShareUpdateExclusiveLock, false);
		foreach(lc, safeddl_hierarchy(relid, true))
		{
			char		kind = get_rel_relkind(lfirst_oid(lc));

			if (kind == RELKIND_INDEX ||
				(kind == RELKIND_PARTITIONED_INDEX &&
				 safeddl_has_rows(a, IndexGetRelation(lfirst_oid(lc), true))))
				reindex_one_index(a, lfirst_oid(lc), concurrent, stmt->relation->location);
			else if (safeddl_has_rows(a, lfirst_oid(lc)))
				reindex_one_table(a, lfirst_oid(lc), concurrent, true, stmt->relation->location);
		}
	}
	else if (stmt->kind == REINDEX_OBJECT_INDEX && relkind == RELKIND_INDEX)
		reindex_one_index(a, relid, concurrent, stmt->relation->location);
	else if (stmt->kind == REINDEX_OBJECT_TABLE && RELKIND_HAS_TABLE_AM(relkind))
		reindex_one_table(a, relid, concurrent, true, stmt->relation->location);
	else
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"\"%s\" cannot be reindexed this way", stmt->relation->relname);
}

/*
 * await_users: ReindexRelationConcurrently() waits for writers and snapshots as
 * CREATE INDEX CONCURRENTLY does, and for all who use the table in the end; a
 * temporary table is reindexed in the plain way.
 */
static void
await_users(SafeddlAnalysis *a, Oid tableid, List *indexes)
{
	ListCell   *lc;

	if (get_rel_persistence(tableid) == RELPERSISTENCE_TEMP)
		return;
	safeddl_add_await(a, tableid, AccessExclusiveLock, true);
	/* who uses them has locked the table, but ALTER INDEX and COMMENT have not */
	foreach(lc, indexes)
		safeddl_add_await(a, lfirst_oid(lc), ShareUpdateExclusiveLock, false);
}

/* one index: SHARE on its table, ACCESS EXCLUSIVE on itself */
static void
reindex_one_index(SafeddlAnalysis *a, Oid indexid, bool concurrent, int location)
{
	Oid			tableid = IndexGetRelation(indexid, true);
	SafeddlEffect *effect;

	if (!OidIsValid(tableid))
		return;
	effect = safeddl_add_effect(a, tableid, tableid,
								concurrent ? ShareUpdateExclusiveLock : ShareLock,
								SAFEDDL_REACH_INDEX_TABLE, SAFEDDL_RULE_REINDEX,
								SAFEDDL_WORK_INDEX_BUILD);
	if (concurrent)
		await_users(a, tableid, list_make1_oid(indexid));
	effect->also = list_make1_oid(indexid);
	effect->subject = get_rel_name(indexid);
	effect->location = location;
	safeddl_add_effect(a, indexid, tableid,
					   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
					   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/* does REINDEX of their table build one of the indexes?  CONCURRENTLY skips some. */
static bool
any_is_built(List *indexes, bool concurrent)
{
	ListCell   *lc;

	foreach(lc, indexes)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;
		bool		built;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		built = !concurrent || (form->indisvalid && !form->indisexclusion);
		ReleaseSysCache(tuple);
		if (built)
			return true;
	}
	return false;
}

/* one table: SHARE, and ACCESS EXCLUSIVE on each of its indexes; TOAST the same */
static void
reindex_one_table(SafeddlAnalysis *a, Oid relid, bool concurrent, bool toast, int location)
{
	LOCKMODE	table_lock = concurrent ? ShareUpdateExclusiveLock : ShareLock;
	List	   *indexes = safeddl_indexes(relid);
	Oid			toastrelid = safeddl_relinfo(a, relid)->toastrelid;
	SafeddlEffect *effect;
	ListCell   *lc;

	effect = safeddl_add_effect(a, relid, relid, table_lock, SAFEDDL_REACH_TARGET,
								SAFEDDL_RULE_REINDEX,
								any_is_built(indexes, concurrent) ? SAFEDDL_WORK_INDEX_BUILD :
								SAFEDDL_WORK_NONE);
	effect->through = SAFEDDL_THROUGH_INDEXES;
	effect->location = location;
	/* with nothing to build it stops here; its TOAST table is locked with it */
	if (concurrent && (effect->work != SAFEDDL_WORK_NONE || OidIsValid(toastrelid)))
		await_users(a, relid, indexes);
	foreach(lc, indexes)
		safeddl_add_effect(a, lfirst_oid(lc), relid,
						   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
						   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	/* those of partitions that are not here */
	if (toast && RELKIND_HAS_PARTITIONS(get_rel_relkind(relid)))
		effect->through |= SAFEDDL_THROUGH_TOAST;
	if (!toast || !OidIsValid(toastrelid))
		return;
	/* the TOAST table counts as part of the table whose writers it stops */
	effect = safeddl_add_effect(a, toastrelid, relid, table_lock, SAFEDDL_REACH_TOAST,
								SAFEDDL_RULE_REINDEX, SAFEDDL_WORK_INDEX_BUILD);
	effect->through = SAFEDDL_THROUGH_INDEXES;
	if (concurrent)
		await_users(a, toastrelid, NIL);
	foreach(lc, safeddl_indexes(toastrelid))
		safeddl_add_effect(a, lfirst_oid(lc), relid,
						   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
						   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/* does REINDEX SCHEMA, DATABASE or SYSTEM take that table? */
static bool
is_among_many(SafeddlAnalysis *a, ReindexStmt *stmt, Oid nspid, bool concurrent, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		catalog = IsCatalogRelationOid(relid);
	Form_pg_class form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	result = safeddl_has_rows(a, relid) &&
		form->relpersistence != RELPERSISTENCE_TEMP &&
		(!OidIsValid(nspid) || form->relnamespace == nspid) &&
		(stmt->kind != REINDEX_OBJECT_SYSTEM || catalog) &&
		(stmt->kind != REINDEX_OBJECT_DATABASE || !catalog || SAFEDDL_REINDEX_DATABASE_CATALOGS) &&
	/* skipped with a warning */
		!(concurrent && catalog) &&
	/* the schema's or database's owner need not own what is in it */
		(!form->relisshared || a->strict || safeddl_may_maintain(relid, GetUserId()));
	ReleaseSysCache(tuple);
	return result;
}

/*
 * reindex_many: SCHEMA, DATABASE, SYSTEM: every table in a transaction of its
 * own; mirrors ReindexMultipleTables() in commands/indexcmds.c.
 */
static void
reindex_many(SafeddlAnalysis *a, ReindexStmt *stmt, bool concurrent)
{
	Oid			nspid = InvalidOid;
	ListCell   *lc;

	if (a->in_block)
	{
		a->doomed = true;
		return;
	}
	if (stmt->kind == REINDEX_OBJECT_SCHEMA)
	{
		nspid = get_namespace_oid(stmt->name, !a->strict);
		a->doomed |= !OidIsValid(nspid) ||
			(!a->strict && !safeddl_owns_schema(nspid, GetUserId()) &&
			 !safeddl_maintains_all(GetUserId()));
	}
	else
		a->doomed |= (!a->strict && !safeddl_owns_database(MyDatabaseId, GetUserId()) &&
					  !safeddl_maintains_all(GetUserId()));
	if (a->doomed)
		return;

	foreach(lc, safeddl_all_tables())
		if (is_among_many(a, stmt, nspid, concurrent, lfirst_oid(lc)))
			reindex_one_table(a, lfirst_oid(lc), concurrent, true, -1);
}
