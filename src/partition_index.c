/*
 * partition_index.c
 *	  An index of a partitioned table on its partitions: which of them have an
 *	  equal one to attach, and which get a new one.
 *
 * Mirrors DefineIndex() in commands/indexcmds.c, which goes down to partitions,
 * and AttachPartitionEnsureIndexes() in commands/tablecmds.c.  Tables are
 * compared by the catalog alone; an index that others have locked may be equal
 * or not.
 */
#include "safeddl.h"
#include "script.h"

#include "access/attmap.h"
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/*
 * key_opfamily: operator family of an index column; raises the server's own
 * error where there is none.  The type cache remembers the usual answer, for
 * which ResolveOpClass() searches pg_opclass each time.
 */
static Oid
key_opfamily(IndexElem *elem, Oid typid, const char *amname, Oid amoid)
{
	Oid			opfamily = InvalidOid;

	if (elem->opclass == NIL && amoid == BTREE_AM_OID)
		opfamily = lookup_type_cache(typid, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
	return OidIsValid(opfamily) ? opfamily :
		get_opclass_family(ResolveOpClass(elem->opclass, typid, amname, amoid));
}

/* one column or expression of the index to be; false if there is no such column */
static bool
sketch_element(SafeddlIndexSketch *sketch, IndexElem *elem, int i, const char *amname,
			   Bitmapset **read)
{
	IndexInfo  *info = sketch->info;
	AttrNumber	attno = InvalidAttrNumber;
	Oid			typid = InvalidOid;
	Oid			collation = InvalidOid;

	if (elem->name != NULL)
	{
		/* as ComputeIndexAttrs(), so that the server finds the row in its cache */
		HeapTuple	tuple = SearchSysCacheAttName(sketch->parent, elem->name);

		if (HeapTupleIsValid(tuple))
		{
			Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(tuple);

			attno = att->attnum;
			typid = att->atttypid;
			collation = att->attcollation;
			ReleaseSysCache(tuple);
		}
		if (attno <= 0)
		{
			if (attno == InvalidAttrNumber)
				safeddl_missing(sketch->a, ERRCODE_UNDEFINED_COLUMN,
								"column \"%s\" does not exist", elem->name);
			else
				safeddl_missing(sketch->a, ERRCODE_FEATURE_NOT_SUPPORTED,
								"index creation on system columns is not supported");
			return false;
		}
		/* longer values than B-tree takes do not fit, so are not there */
		if (info->ii_Am != BTREE_AM_OID)
			*read = bms_add_member(*read, attno - FirstLowInvalidHeapAttributeNumber);
	}
	else
	{
		Node	   *expr = elem->expr;

		typid = exprType(expr);
		collation = exprCollation(expr);
		while (IsA(expr, CollateExpr))
			expr = (Node *) ((CollateExpr *) expr)->arg;
		/* a column in parentheses is just that */
		if (IsA(expr, Var) && ((Var *) expr)->varattno != InvalidAttrNumber)
			attno = ((Var *) expr)->varattno;
		else
			info->ii_Expressions = lappend(info->ii_Expressions, expr);
		pull_varattnos(expr, 1, read);
	}
	info->ii_IndexAttrNumbers[i] = attno;
	if (i >= info->ii_NumIndexKeyAttrs)
		return true;			/* INCLUDE */
	sketch->collations[i] = elem->collation ? get_collation_oid(elem->collation, false) : collation;
	if (type_is_collatable(typid) != OidIsValid(sketch->collations[i]))
	{
		safeddl_missing(sketch->a, ERRCODE_DATATYPE_MISMATCH,
						"type %s and the collation of an index column do not fit",
						format_type_be(typid));
		return false;
	}
	sketch->opfamilies[i] = key_opfamily(elem, typid, amname, info->ii_Am);
	return true;
}

/*
 * safeddl_sketch_index: what ComputeIndexAttrs() in commands/indexcmds.c finds
 * out about an index to be, of sketch->parent.  The expressions of stmt are
 * parsed already.  False if the index cannot be created.
 */
bool
safeddl_sketch_index(SafeddlIndexSketch *sketch, IndexStmt *stmt)
{
	List	   *params = list_concat_copy(stmt->indexParams, stmt->indexIncludingParams);
	const char *amname = strcmp(stmt->accessMethod, "rtree") == 0 ? "gist" : stmt->accessMethod;
	IndexInfo  *info = makeNode(IndexInfo);
	Bitmapset  *read = NULL;
	int			i = 0;
	ListCell   *lc;

	if (list_length(params) > INDEX_MAX_KEYS)
		return false;
	sketch->info = info;
	sketch->opfamilies = palloc0(sizeof(Oid) * INDEX_MAX_KEYS);
	sketch->collations = palloc0(sizeof(Oid) * INDEX_MAX_KEYS);
	info->ii_NumIndexAttrs = list_length(params);
	info->ii_NumIndexKeyAttrs = list_length(stmt->indexParams);
	info->ii_Predicate = make_ands_implicit((Expr *) stmt->whereClause);
	info->ii_Unique = stmt->unique;
	info->ii_NullsNotDistinct = stmt->nulls_not_distinct;
	info->ii_Am = get_index_am_oid(amname, false);
	foreach(lc, params)
		if (!sketch_element(sketch, lfirst(lc), i++, amname, &read))
			return false;
	pull_varattnos((Node *) info->ii_Predicate, 1, &read);
	sketch->through_toast = safeddl_reads_toast(sketch->parent, read);
	/* what partitions have is compared with the index as the catalog will have it */
	if (get_rel_relkind(sketch->parent) == RELKIND_PARTITIONED_TABLE)
		safeddl_fold_index_info(info, sketch->parent);
	return true;
}

static char
constraint_type(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(get_index_constraint(indexid)));
	char		result;

	if (!HeapTupleIsValid(tuple))
		return '\0';
	result = ((Form_pg_constraint) GETSTRUCT(tuple))->contype;
	ReleaseSysCache(tuple);
	return result;
}

/* safeddl_sketch_of: the same of an index that there is, and that is open */
void
safeddl_sketch_of(SafeddlIndexSketch *sketch, Relation index)
{
	Size		size = sizeof(Oid) * index->rd_index->indnkeyatts;

	sketch->parent = index->rd_index->indrelid;
	sketch->info = safeddl_index_info(index);
	sketch->opfamilies = memcpy(palloc(size), index->rd_opfamily, size);
	sketch->collations = memcpy(palloc(size), index->rd_indcollation, size);
	sketch->contype = constraint_type(RelationGetRelid(index));
	sketch->constraint = sketch->contype != '\0';
}

/* build_attrmap_by_name(), for tables that may be locked */
static AttrMap *
map_by_name(Oid relid, Oid parent)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(parent));
	AttrMap    *map = make_attrmap(HeapTupleIsValid(tuple) ?
								   ((Form_pg_class) GETSTRUCT(tuple))->relnatts : 0);

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	for (int i = 0; i < map->maplen; i++)
	{
		char	   *name = get_attname(parent, i + 1, true);

		if (name != NULL)
			map->attnums[i] = get_attnum(relid, name);
	}
	return map;
}

/*
 * safeddl_sketches_match: is an index of a partition, which a script makes, the
 * equal of that of its parent?
 */
bool
safeddl_sketches_match(const SafeddlIndexSketch *own, const SafeddlIndexSketch *sketch, Oid relid)
{
	safeddl_fold_index_info(own->info, relid);
	return CompareIndexInfo(own->info, sketch->info, own->collations, sketch->collations,
							own->opfamilies, sketch->opfamilies, map_by_name(relid, sketch->parent));
}

/* 15 and 16 take UNIQUE for PRIMARY KEY */
static bool
constraint_kind_differs(const SafeddlIndexSketch *sketch, Oid indexid)
{
	return SAFEDDL_ATTACH_COMPARES_CONSTRAINTS && sketch->constraint &&
		constraint_type(indexid) != sketch->contype;
}

/* RelationGetIndexList() leaves out what DROP INDEX CONCURRENTLY has begun to drop */
static bool
is_live(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_index) GETSTRUCT(tuple))->indislive;
	ReleaseSysCache(tuple);
	return result;
}

/*
 * safeddl_equal_index: the index of a partition that is attached instead of
 * building one, the oldest if there are several; *maybe if one that others
 * have locked might be it.  A constraint's must be one; ATTACH is more
 * particular.
 */
Oid
safeddl_equal_index(const SafeddlIndexSketch *sketch, Oid relid, bool *maybe)
{
	AttrMap    *map = map_by_name(relid, sketch->parent);
	List	   *indexes = safeddl_indexes(relid);
	ListCell   *lc;

	*maybe = false;
	/* in the order of RelationGetIndexList() */
	list_sort(indexes, list_oid_cmp);
	foreach(lc, indexes)
	{
		Oid			indexid = lfirst_oid(lc);
		Relation	index;
		bool		equal;

		/* has it a parent already? */
		if (get_rel_relispartition(indexid) || !is_live(indexid) ||
			(sketch->constraint && !OidIsValid(get_index_constraint(indexid))))
			continue;
		if (sketch->attach && (!get_index_isvalid(indexid) ||
							   constraint_kind_differs(sketch, indexid)))
			continue;
		index = sketch->info != NULL ? safeddl_open(indexid) : NULL;
		if (index == NULL)
		{
			*maybe = true;
			continue;
		}
		equal = CompareIndexInfo(safeddl_index_info(index), sketch->info,
								 index->rd_indcollation, sketch->collations,
								 index->rd_opfamily, sketch->opfamilies, map);
		safeddl_close(index);
		if (equal)
		{
			*maybe = false;
			return indexid;
		}
	}
	return InvalidOid;
}

/*
 * safeddl_push_index: a partition gets the index, and so does what is below
 * it: an equal one is attached, else it is built.  DefineIndex() opens each
 * table in SHARE mode to find out.
 */
void
safeddl_push_index(const SafeddlIndexSketch *sketch, Oid relid)
{
	SafeddlIndexSketch below = *sketch;
	char		relkind = get_rel_relkind(relid);
	bool		maybe;
	Oid			indexid = safeddl_equal_index(sketch, relid, &maybe);
	SafeddlEffect *effect;
	ListCell   *lc;

	check_stack_depth();
	if (OidIsValid(indexid))
	{
		safeddl_add_locks(sketch->a, list_make1_oid(relid), sketch->root, ShareLock,
						  SAFEDDL_REACH_PARTITION);
		safeddl_add_locks(sketch->a, list_make1_oid(indexid), sketch->root, sketch->index_lock,
						  SAFEDDL_REACH_INDEX);
		/* DefineIndex() takes it, and makes its own invalid as well */
		if (!get_index_isvalid(indexid))
			safeddl_add_trap(sketch->a, indexid, relid, sketch->root, sketch->table_lock,
							 SAFEDDL_REACH_PARTITION);
		return;
	}
	if (sketch->a->script != NULL && safeddl_script_has_index(sketch, relid))
	{
		safeddl_add_locks(sketch->a, list_make1_oid(relid), sketch->root, ShareLock,
						  SAFEDDL_REACH_PARTITION);
		return;
	}
	effect = safeddl_add_effect(sketch->a, relid, sketch->root, sketch->table_lock,
								relid == sketch->root ? SAFEDDL_REACH_TARGET :
								SAFEDDL_REACH_PARTITION, sketch->rule,
								safeddl_has_rows(sketch->a, relid) ? SAFEDDL_WORK_INDEX_BUILD :
								SAFEDDL_WORK_NONE);
	effect->maybe = maybe ? effect->work : 0;
	effect->through = sketch->through_toast ? SAFEDDL_THROUGH_TOAST : 0;
	effect->subject = sketch->subject;
	effect->cmdno = sketch->cmdno;
	effect->location = sketch->location;
	/* below, DefineIndex() does it, which takes an invalid one as well */
	below.attach = false;
	below.index_lock = ShareLock;
	if (relkind == RELKIND_PARTITIONED_TABLE)
		foreach(lc, find_inheritance_children(relid, NoLock))
			safeddl_push_index(&below, lfirst_oid(lc));
}
