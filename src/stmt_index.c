/*
 * stmt_index.c
 *	  CREATE INDEX, DROP INDEX, REINDEX: what they lock and build.
 */
#include "safeddl.h"

#include "access/attmap.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_utilcmd.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* an index to be, as far as it is needed to find its equal */
typedef struct IndexSketch
{
	Relation	parent;			/* table whose attribute numbers it uses */
	IndexInfo  *info;
	Oid		   *opfamilies;
	Oid		   *collations;
	bool		through_toast;
} IndexSketch;

static IndexStmt *transformed_copy(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt);
static bool sketch_index(SafeddlAnalysis *a, IndexStmt *stmt, Relation rel, IndexSketch *sketch);
static Oid	find_equal_index(Oid relid, const IndexSketch *sketch);
static void add_partition_builds(SafeddlAnalysis *a, Oid parent, Oid root,
								 LOCKMODE lockmode, SafeddlRule rule,
								 const IndexSketch *sketch, int location);
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
	SafeddlRelInfo *info;
	LOCKMODE	lockmode;
	Relation	rel;
	IndexSketch sketch = {0};
	SafeddlEffect *effect;

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
	lockmode = (stmt->concurrent && !info->temp) ? ShareUpdateExclusiveLock : ShareLock;
	effect = safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
								SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (stmt->concurrent && info->relkind == RELKIND_PARTITIONED_TABLE)
	{
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"cannot create index on partitioned table \"%s\" concurrently",
						info->relname);
		return;
	}

	if (stmt->idxname &&
		OidIsValid(get_relname_relid(stmt->idxname, get_rel_namespace(relid))))
	{
		/* the name is all that counts, whatever the index is like */
		if (!stmt->if_not_exists)
			safeddl_missing(a, ERRCODE_DUPLICATE_TABLE,
							"relation \"%s\" already exists", stmt->idxname);
		effect->subject = stmt->idxname;
		return;
	}

	rel = safeddl_open(relid);
	if (rel != NULL && !sketch_index(a, stmt, rel, &sketch))
	{
		safeddl_close(rel);
		return;
	}
	if (info->relkind == RELKIND_PARTITIONED_TABLE)
	{
		effect->rule = SAFEDDL_RULE_CREATE_INDEX;
		if (stmt->relation->inh)
			add_partition_builds(a, relid, relid, lockmode, SAFEDDL_RULE_CREATE_INDEX,
								 &sketch, stmt->relation->location);
	}
	else
	{
		effect->rule = SAFEDDL_RULE_CREATE_INDEX;
		effect->work = SAFEDDL_WORK_INDEX_BUILD;
		effect->through = sketch.through_toast ? SAFEDDL_THROUGH_TOAST : 0;
	}
	effect->subject = stmt->idxname;
	effect->location = stmt->relation->location;
	if (rel != NULL)
		safeddl_close(rel);
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

/*
 * sketch_index: what ComputeIndexAttrs() in commands/indexcmds.c finds out.
 * False if the index cannot be created.
 */
static bool
sketch_index(SafeddlAnalysis *a, IndexStmt *stmt, Relation rel, IndexSketch *sketch)
{
	Oid			relid = RelationGetRelid(rel);
	IndexStmt  *copy = transformed_copy(a, relid, stmt);
	List	   *params = list_concat_copy(copy->indexParams, copy->indexIncludingParams);
	const char *amname = strcmp(copy->accessMethod, "rtree") == 0 ? "gist" : copy->accessMethod;
	Oid			amoid = get_index_am_oid(amname, false);
	IndexInfo  *info = makeNode(IndexInfo);
	Bitmapset  *read = NULL;
	int			i = 0;
	ListCell   *lc;

	if (list_length(params) > INDEX_MAX_KEYS)
		return false;
	sketch->parent = rel;
	sketch->info = info;
	sketch->opfamilies = palloc0(sizeof(Oid) * INDEX_MAX_KEYS);
	sketch->collations = palloc0(sizeof(Oid) * INDEX_MAX_KEYS);
	info->ii_NumIndexAttrs = list_length(params);
	info->ii_NumIndexKeyAttrs = list_length(copy->indexParams);
	info->ii_Predicate = make_ands_implicit((Expr *) copy->whereClause);
	info->ii_Unique = copy->unique;
	info->ii_NullsNotDistinct = copy->nulls_not_distinct;
	info->ii_Am = amoid;

	foreach(lc, params)
	{
		IndexElem  *elem = lfirst(lc);
		AttrNumber	attno = InvalidAttrNumber;
		Oid			typid;
		Oid			collation;

		if (elem->name != NULL)
		{
			attno = get_attnum(relid, elem->name);
			if (attno == InvalidAttrNumber)
			{
				safeddl_missing(a, ERRCODE_UNDEFINED_COLUMN,
								"column \"%s\" does not exist", elem->name);
				return false;
			}
			if (attno < 0)
			{
				safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
								"index creation on system columns is not supported");
				return false;
			}
			typid = get_atttype(relid, attno);
			collation = attno > 0 ? TupleDescAttr(RelationGetDescr(rel), attno - 1)->attcollation : InvalidOid;
			/* longer values than B-tree takes do not fit, so are not there */
			if (amoid != BTREE_AM_OID)
				read = bms_add_member(read, attno - FirstLowInvalidHeapAttributeNumber);
		}
		else
		{
			typid = exprType(elem->expr);
			collation = exprCollation(elem->expr);
			info->ii_Expressions = lappend(info->ii_Expressions, elem->expr);
			pull_varattnos(elem->expr, 1, &read);
		}
		info->ii_IndexAttrNumbers[i] = attno;
		if (i < info->ii_NumIndexKeyAttrs)
		{
			if (elem->collation)
				collation = get_collation_oid(elem->collation, false);
			sketch->collations[i] = collation;
			sketch->opfamilies[i] =
				get_opclass_family(ResolveOpClass(elem->opclass, typid, amname, amoid));
		}
		i++;
	}
	pull_varattnos((Node *) info->ii_Predicate, 1, &read);
	sketch->through_toast = safeddl_reads_toast(relid, read);
	return true;
}

/*
 * find_equal_index: a partition's index that DefineIndex() would attach
 * instead of building one.  Valid or not: it does not ask.
 */
static Oid
find_equal_index(Oid relid, const IndexSketch *sketch)
{
	Relation	rel = safeddl_open(relid);
	AttrMap    *map;
	Oid			result = InvalidOid;
	ListCell   *lc;

	if (rel == NULL)
		return InvalidOid;
	map = safeddl_build_attrmap(RelationGetDescr(rel), RelationGetDescr(sketch->parent));
	foreach(lc, safeddl_indexes(relid))
	{
		Relation	index;

		if (get_rel_relispartition(lfirst_oid(lc)))
			continue;			/* has a parent already */
		index = safeddl_open(lfirst_oid(lc));
		if (index == NULL)
			continue;
		if (CompareIndexInfo(safeddl_index_info(index), sketch->info,
							 index->rd_indcollation, sketch->collations,
							 index->rd_opfamily, sketch->opfamilies, map))
			result = lfirst_oid(lc);
		safeddl_close(index);
		if (OidIsValid(result))
			break;
	}
	safeddl_close(rel);
	return result;
}

/*
 * add_partition_builds: a lock on every partition below parent, an index
 * build on each leaf that has no index to attach.
 */
static void
add_partition_builds(SafeddlAnalysis *a, Oid parent, Oid root, LOCKMODE lockmode,
					 SafeddlRule rule, const IndexSketch *sketch, int location)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, find_inheritance_children(parent, NoLock))
	{
		Oid			relid = lfirst_oid(lc);
		char		relkind = get_rel_relkind(relid);
		Oid			indexid;
		SafeddlEffect *effect;
		ListCell   *lc2;

		effect = safeddl_add_effect(a, relid, root, lockmode, SAFEDDL_REACH_PARTITION,
									rule, SAFEDDL_WORK_NONE);
		effect->location = location;
		indexid = sketch->info != NULL ? find_equal_index(relid, sketch) : InvalidOid;
		if (OidIsValid(indexid))
		{
			safeddl_add_locks(a, list_make1_oid(indexid), root, lockmode, SAFEDDL_REACH_INDEX);
			foreach(lc2, list_delete_oid(safeddl_hierarchy(relid, true), relid))
				safeddl_add_effect(a, lfirst_oid(lc2), root, lockmode,
								   SAFEDDL_REACH_PARTITION, rule, SAFEDDL_WORK_NONE);
			continue;
		}
		if (relkind == RELKIND_PARTITIONED_TABLE)
			add_partition_builds(a, relid, root, lockmode, rule, sketch, location);
		else if (relkind == RELKIND_RELATION)
		{
			effect->work = SAFEDDL_WORK_INDEX_BUILD;
			effect->through = sketch->through_toast ? SAFEDDL_THROUGH_TOAST : 0;
		}
	}
}

/* ----------------------------------------------------------------
 *		REINDEX
 * ----------------------------------------------------------------
 */

/* safeddl_analyze_reindex: mirrors ExecReindex() in commands/indexcmds.c */
void
safeddl_analyze_reindex(SafeddlAnalysis *a, Node *node)
{
	ReindexStmt *stmt = castNode(ReindexStmt, node);
	bool		concurrent = safeddl_option_is_set(stmt->params, "concurrently");
	Oid			relid;
	char		relkind;
	ListCell   *lc;

	if (stmt->kind != REINDEX_OBJECT_INDEX && stmt->kind != REINDEX_OBJECT_TABLE)
	{
		reindex_many(a, stmt, concurrent);
		return;
	}
	relid = safeddl_resolve(a, stmt->relation, false);
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
	relkind = get_rel_relkind(relid);
	if (RELKIND_HAS_PARTITIONS(relkind))
	{
		/* each partition in a transaction of its own */
		a->doomed |= a->in_block;
		foreach(lc, list_delete_oid(safeddl_hierarchy(relid, true), relid))
		{
			char		kind = get_rel_relkind(lfirst_oid(lc));

			if (kind == RELKIND_INDEX)
				reindex_one_index(a, lfirst_oid(lc), concurrent, stmt->relation->location);
			else if (kind == RELKIND_RELATION)
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
	effect->also = indexid;
	effect->subject = get_rel_name(indexid);
	effect->location = location;
	safeddl_add_effect(a, indexid, tableid,
					   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
					   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
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
								indexes ? SAFEDDL_WORK_INDEX_BUILD : SAFEDDL_WORK_NONE);
	effect->through = SAFEDDL_THROUGH_INDEXES;
	effect->location = location;
	foreach(lc, indexes)
		safeddl_add_effect(a, lfirst_oid(lc), relid,
						   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
						   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (!toast || !OidIsValid(toastrelid))
		return;
	/* the TOAST table counts as part of the table whose writers it stops */
	effect = safeddl_add_effect(a, toastrelid, relid, table_lock, SAFEDDL_REACH_TOAST,
								SAFEDDL_RULE_REINDEX, SAFEDDL_WORK_INDEX_BUILD);
	effect->through = SAFEDDL_THROUGH_INDEXES;
	foreach(lc, safeddl_indexes(toastrelid))
		safeddl_add_effect(a, lfirst_oid(lc), relid,
						   concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock,
						   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/*
 * reindex_many: SCHEMA, DATABASE, SYSTEM: every table in a transaction of its
 * own; mirrors ReindexMultipleTables() in commands/indexcmds.c.
 */
static void
reindex_many(SafeddlAnalysis *a, ReindexStmt *stmt, bool concurrent)
{
	Oid			nspid = InvalidOid;
	Relation	pg_class;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (a->in_block)
	{
		a->doomed = true;
		return;
	}
	if (stmt->kind == REINDEX_OBJECT_SCHEMA)
	{
		nspid = get_namespace_oid(stmt->name, !a->strict);
		a->doomed |= !OidIsValid(nspid) ||
			(!a->strict && !safeddl_owns_schema(nspid, GetUserId()));
	}
	else
		a->doomed |= (!a->strict && !safeddl_owns_database(MyDatabaseId, GetUserId()));
	if (a->doomed)
		return;

	pg_class = table_open(RelationRelationId, AccessShareLock);
	scan = systable_beginscan(pg_class, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		bool		catalog = IsCatalogRelationOid(form->oid);

		CHECK_FOR_INTERRUPTS();
		if (!RELKIND_HAS_TABLE_AM(form->relkind) || form->relkind == RELKIND_TOASTVALUE ||
			form->relpersistence == RELPERSISTENCE_TEMP)
			continue;
		if (OidIsValid(nspid) && form->relnamespace != nspid)
			continue;
		if (stmt->kind == REINDEX_OBJECT_SYSTEM ? !catalog :
			stmt->kind == REINDEX_OBJECT_DATABASE &&
			catalog && !SAFEDDL_REINDEX_DATABASE_CATALOGS)
			continue;
		if (concurrent && catalog)
			continue;			/* skipped with a warning */
		if (!safeddl_may_maintain(form->oid, GetUserId()) &&
			!(a->strict || safeddl_owns_database(MyDatabaseId, GetUserId())))
			continue;
		reindex_one_table(a, form->oid, concurrent, true, -1);
	}
	systable_endscan(scan);
	table_close(pg_class, AccessShareLock);
}
