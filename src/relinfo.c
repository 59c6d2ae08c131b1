/*
 * relinfo.c
 *	  From names to relations, and from relations to what is known about them:
 *	  kind, size, partitions, indexes.
 *
 * This is the only file that opens a relation.  No function here waits for a
 * lock: a relation that another session has locked is described by the system
 * catalogs alone, and says so (SafeddlRelInfo.busy).  All functions that read
 * a catalog must run inside a transaction and may raise errors.
 */
#include "safeddl.h"
#include "script.h"

#include <math.h>

#include "access/genam.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "port/pg_bitutils.h"
#include "optimizer/plancat.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/smgr.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static void measure_relation(SafeddlAnalysis *a, SafeddlRelInfo *info);
static uint64 part_bytes(SafeddlAnalysis *a, Oid relid, bool *busy);
static void measure_effect(SafeddlAnalysis *a, SafeddlEffect *effect, bool everything);

/*
 * safeddl_resolve: OID of the relation that a name means right now, as the
 * server itself will resolve it (search_path, temporary tables first).
 *
 * Takes no lock.  InvalidOid where there is none; a strict analysis raises the
 * server's own error instead, unless missing_ok.
 */
Oid
safeddl_resolve(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok)
{
	/* the first answer counts, as there is no lock to retry for */
	AcceptInvalidationMessages();
	if (a->script != NULL)
		return safeddl_script_resolve(a, rv, missing_ok);
	return RangeVarGetRelid(rv, NoLock, missing_ok || !a->strict);
}

/*
 * safeddl_creation_namespace: the schema that a new relation of that name goes
 * to; InvalidOid where there is none.  As RangeVarGetCreationNamespace(), which
 * would create the temporary schema.
 */
Oid
safeddl_creation_namespace(const RangeVar *rv)
{
	Oid			nspid = InvalidOid;
	Oid			toast_nspid;
	List	   *path;

	if (rv->relpersistence == RELPERSISTENCE_TEMP ||
		(rv->schemaname && strcmp(rv->schemaname, "pg_temp") == 0))
		GetTempNamespaceState(&nspid, &toast_nspid);
	else if (rv->schemaname)
		nspid = get_namespace_oid(rv->schemaname, true);
	else if ((path = fetch_search_path(false)) != NIL)
		nspid = linitial_oid(path);
	return nspid;
}

/* safeddl_same_name: the relation that a new one of that name would replace */
Oid
safeddl_same_name(const RangeVar *rv)
{
	Oid			nspid = safeddl_creation_namespace(rv);

	return OidIsValid(nspid) ? get_relname_relid(rv->relname, nspid) : InvalidOid;
}

/* safeddl_lock_tag: of a relation, as RelationInitLockInfo() */
void
safeddl_lock_tag(LOCKTAG *tag, Oid relid)
{
	SET_LOCKTAG_RELATION(*tag, IsSharedRelation(relid) ? InvalidOid : MyDatabaseId, relid);
}

/*
 * safeddl_open: the relation, with an AccessShareLock on it; NULL if that
 * would mean to wait, or if the relation is gone.
 *
 * A lock is needed because relation_open() insists on one and because the
 * relcache entry could change under us.  AccessShareLock conflicts with
 * AccessExclusiveLock only, so we fail just where the answer is soon stale.
 */
Relation
safeddl_open(Oid relid)
{
	Relation	rel;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return NULL;
	rel = try_relation_open(relid, NoLock);
	if (rel == NULL)
		UnlockRelationOid(relid, AccessShareLock);
	return rel;
}

/*
 * safeddl_close: gives back what safeddl_open() returned, lock included.
 * Keeping it would make the server's own lock request an upgrade, and two
 * sessions that do this deadlock.
 */
void
safeddl_close(Relation rel)
{
	relation_close(rel, AccessShareLock);
}

/* whose rights were in force before those of an owner */
typedef struct OwnerContext
{
	Oid			userid;
	int			context;
	int			nest;
} OwnerContext;

/*
 * become_owner: of a relation, in a security-restricted operation.  An error
 * aborts our subtransaction, which restores both.
 */
static void
become_owner(Oid relid, OwnerContext *saved)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	GetUserIdAndSecContext(&saved->userid, &saved->context);
	SetUserIdAndSecContext(owner, saved->context | SECURITY_RESTRICTED_OPERATION);
	saved->nest = NewGUCNestLevel();
}

static void
become_oneself(const OwnerContext *saved)
{
	AtEOXact_GUC(false, saved->nest);
	SetUserIdAndSecContext(saved->userid, saved->context);
}

/*
 * safeddl_index_info: BuildIndexInfo(), as the owner of the index: it folds
 * constants, which runs immutable functions of whoever wrote the index.
 */
IndexInfo *
safeddl_index_info(Relation index)
{
	OwnerContext saved;
	IndexInfo  *info;

	become_owner(RelationGetRelid(index), &saved);
	info = BuildIndexInfo(index);
	become_oneself(&saved);
	return info;
}

/*
 * safeddl_fold_index_info: the same for the expressions of an index to be on
 * relid; as RelationGetIndexExpressions() and RelationGetIndexPredicate().
 */
void
safeddl_fold_index_info(IndexInfo *info, Oid relid)
{
	OwnerContext saved;
	Node	   *predicate = (Node *) make_ands_explicit(info->ii_Predicate);

	if (info->ii_Expressions == NIL && info->ii_Predicate == NIL)
		return;
	become_owner(relid, &saved);
	info->ii_Expressions = (List *) eval_const_expressions(NULL, (Node *) info->ii_Expressions);
	fix_opfuncids((Node *) info->ii_Expressions);
	if (info->ii_Predicate != NIL)
	{
		predicate = eval_const_expressions(NULL, predicate);
		info->ii_Predicate = make_ands_implicit(canonicalize_qual((Expr *) predicate, false));
		fix_opfuncids((Node *) info->ii_Predicate);
	}
	become_oneself(&saved);
}

/*
 * safeddl_is_mutable: does one of the expressions of an index to be on relid
 * call a function that is not immutable, once the planner is done with it?  As
 * contain_mutable_functions_after_planning(), which early minor releases lack,
 * and as the owner of the table, as DefineIndex().
 */
bool
safeddl_is_mutable(List *exprs, Oid relid)
{
	OwnerContext saved;
	bool		result = false;
	ListCell   *lc;

	become_owner(relid, &saved);
	foreach(lc, exprs)
		result |= contain_mutable_functions((Node *) expression_planner(copyObject(lfirst(lc))));
	become_oneself(&saved);
	return result;
}

/*
 * safeddl_hierarchy: a relation and, if recurse, all that inherit from it or
 * are partitions of it, itself first.  Takes no lock.
 */
List *
safeddl_hierarchy(Oid relid, bool recurse)
{
	if (recurse && has_subclass(relid))
		return find_all_inheritors(relid, NoLock, NULL);
	return list_make1_oid(relid);
}

/*
 * safeddl_scan_catalog: calls row(tuple, its descriptor, arg) for each row of a
 * system catalog that the keys select, by an index or, with InvalidOid, in no
 * order.
 */
void
safeddl_scan_catalog(Oid catalogid, Oid indexid, int nkeys, ScanKey key,
					 SafeddlRowFunction row, void *arg)
{
	Relation	catalog = table_open(catalogid, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, indexid, OidIsValid(indexid), NULL,
										  nkeys, key);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		row(tuple, RelationGetDescr(catalog), arg);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/*
 * safeddl_scan_unless_locked: the same for a table of the extension.  False,
 * without a look at it, if that would mean to wait, or if it is gone.
 *
 * What this transaction has put there counts: without a syscache of its own,
 * the table is read by a fresh snapshot each time, which is not that of the
 * transaction.
 */
bool
safeddl_scan_unless_locked(Oid relid, Oid indexid, int nkeys, ScanKey key,
						   SafeddlRowFunction row, void *arg)
{
	bool		done = false;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return false;
	if (!OidIsValid(indexid) || ConditionalLockRelationOid(indexid, AccessShareLock))
	{
		done = SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)) &&
			(!OidIsValid(indexid) || SearchSysCacheExists1(RELOID, ObjectIdGetDatum(indexid)));
		if (done)
			safeddl_scan_catalog(relid, indexid, nkeys, key, row, arg);
		if (OidIsValid(indexid))
			UnlockRelationOid(indexid, AccessShareLock);
	}
	UnlockRelationOid(relid, AccessShareLock);
	return done;
}

static void
collect_table(HeapTuple tuple, TupleDesc desc, void *arg)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	List	  **result = arg;

	if (form->relkind == RELKIND_RELATION || form->relkind == RELKIND_MATVIEW ||
		form->relkind == RELKIND_PARTITIONED_TABLE)
		*result = lappend_oid(*result, form->oid);
}

/*
 * safeddl_all_tables: every table, partitioned table and materialized view of
 * the database, system catalogs included.
 */
List *
safeddl_all_tables(void)
{
	List	   *result = NIL;

	safeddl_scan_catalog(RelationRelationId, InvalidOid, 0, NULL, collect_table, &result);
	return result;
}

static void
collect_first(HeapTuple tuple, TupleDesc desc, void *arg)
{
	List	  **result = arg;
	bool		isnull;

	*result = lappend_oid(*result, DatumGetObjectId(heap_getattr(tuple, 1, desc, &isnull)));
}

/*
 * rows_with: the first column, an OID, of the rows of a catalog that have an OID
 * in another column; by an index or, with InvalidOid, without.
 */
static List *
rows_with(Oid catalogid, Oid indexid, AttrNumber attno, Oid value)
{
	List	   *result = NIL;
	ScanKeyData key;

	ScanKeyInit(&key, attno, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
	safeddl_scan_catalog(catalogid, indexid, 1, &key, collect_first, &result);
	return result;
}

/*
 * safeddl_relations_in: everything in a tablespace, InvalidOid being that of
 * the database
 */
List *
safeddl_relations_in(Oid spcid)
{
	return rows_with(RelationRelationId, InvalidOid, Anum_pg_class_reltablespace, spcid);
}

/* safeddl_leaves: those of a list of relations that have rows; see safeddl_has_rows() */
List *
safeddl_leaves(SafeddlAnalysis *a, List *relids)
{
	List	   *leaves = NIL;
	ListCell   *lc;

	foreach(lc, relids)
		if (get_rel_relkind(lfirst_oid(lc)) != RELKIND_TOASTVALUE &&
			safeddl_has_rows(a, lfirst_oid(lc)))
			leaves = lappend_oid(leaves, lfirst_oid(lc));
	return leaves;
}

/*
 * safeddl_child_reach: what to call a descendant of a target; without a parent,
 * it is a table OF the composite type that is the target.
 */
SafeddlReach
safeddl_child_reach(Oid relid)
{
	if (get_rel_relispartition(relid))
		return SAFEDDL_REACH_PARTITION;
	return has_superclass(relid) ? SAFEDDL_REACH_CHILD : SAFEDDL_REACH_DEPENDENT;
}

/*
 * safeddl_indexes: OIDs of all indexes of a table, valid or not.  Takes no lock
 * on the table, so it works on a busy one.
 */
List *
safeddl_indexes(Oid relid)
{
	return rows_with(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, relid);
}

/* safeddl_access_method: of a table or index; InvalidOid if it has none */
Oid
safeddl_access_method(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			result;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	result = ((Form_pg_class) GETSTRUCT(tuple))->relam;
	ReleaseSysCache(tuple);
	return result;
}

/* read_foreign_key: the row of a FOREIGN KEY in pg_constraint; palloc'd */
static SafeddlForeignKey *
read_foreign_key(HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	SafeddlForeignKey *fk = palloc0(sizeof(SafeddlForeignKey));

	fk->conoid = form->oid;
	fk->parent = form->conparentid;
	fk->referencing = form->conrelid;
	fk->referenced = form->confrelid;
	fk->validated = form->convalidated;
	fk->enforced = safeddl_form_enforced(form);
	fk->deferrable = form->condeferrable;
	fk->deferred = form->condeferred;
	fk->matchtype = form->confmatchtype;
	fk->updtype = form->confupdtype;
	fk->deltype = form->confdeltype;
	DeconstructFkConstraintRow(tuple, &fk->nkeys, fk->conkey, fk->confkey,
							   NULL, NULL, NULL, NULL, NULL);
	return fk;
}

/*
 * by_constraint: list_sort() comparator, foreign keys as they were made.  Their
 * copies for a partition are made in no order, so these go by what they copy.
 */
static int
by_constraint(const ListCell *x, const ListCell *y)
{
	const SafeddlForeignKey *one = lfirst(x);
	const SafeddlForeignKey *other = lfirst(y);
	Oid			a = OidIsValid(one->parent) ? one->parent : one->conoid;
	Oid			b = OidIsValid(other->parent) ? other->parent : other->conoid;

	return (a > b) - (a < b);
}

/*
 * safeddl_foreign_keys: those that a table has, or those that point at it
 * (incoming), as SafeddlForeignKey; one that points at its own table is in
 * both.  Takes no lock on either table.
 */
List *
safeddl_foreign_keys(Oid relid, bool incoming)
{
	List	   *result = NIL;
	Relation	pg_constraint;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	ListCell   *lc;

	if (incoming)
	{
		/* pg_constraint has no index on confrelid, pg_depend has one */
		foreach(lc, safeddl_dependents(RelationRelationId, relid, 0, '\0'))
		{
			ObjectAddress *object = lfirst(lc);

			if (object->classId != ConstraintRelationId)
				continue;
			tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
			if (!HeapTupleIsValid(tuple))
				continue;
			if (((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN &&
				((Form_pg_constraint) GETSTRUCT(tuple))->confrelid == relid)
			{
				SafeddlForeignKey *fk = read_foreign_key(tuple);
				ListCell   *lc2;

				/* one dependency for each column */
				foreach(lc2, result)
					if (((SafeddlForeignKey *) lfirst(lc2))->conoid == fk->conoid)
						break;
				if (lc2 == NULL)
					result = lappend(result, fk);
			}
			ReleaseSysCache(tuple);
		}
		/* messages name the first: not that which a catalog happens to have first */
		list_sort(result, by_constraint);
		return result;
	}

	pg_constraint = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(pg_constraint, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		if (((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN)
			result = lappend(result, read_foreign_key(tuple));
	systable_endscan(scan);
	table_close(pg_constraint, AccessShareLock);
	return result;
}

/*
 * safeddl_referenced_side: the table that a foreign key points at, with its
 * partitions, which have action triggers of their own.
 */
List *
safeddl_referenced_side(const SafeddlForeignKey *fk)
{
	return safeddl_hierarchy(fk->referenced,
							 get_rel_relkind(fk->referenced) == RELKIND_PARTITIONED_TABLE);
}

/*
 * scan_oid: the field of a catalog row, found by its OID, that holds an OID
 * itself; InvalidOid if there is no such row.  For catalogs without a cache.
 */
static Oid
scan_oid(Oid classid, Oid objid, AttrNumber field)
{
	Relation	catalog = table_open(classid, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	Oid			result = InvalidOid;
	bool		isnull;

	ScanKeyInit(&key, get_object_attnum_oid(classid), BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(objid));
	scan = systable_beginscan(catalog, get_object_oid_index(classid), true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		result = DatumGetObjectId(heap_getattr(tuple, field, RelationGetDescr(catalog), &isnull));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/*
 * safeddl_object_relation: the relation that an object belongs to without
 * being one: the table of a constraint, trigger, policy, column default or
 * statistics object, the table or view of a rule.  InvalidOid for others.
 */
Oid
safeddl_object_relation(const ObjectAddress *object)
{
	HeapTuple	tuple = NULL;
	Oid			result = InvalidOid;

	switch (object->classId)
	{
		case TriggerRelationId:
			return scan_oid(object->classId, object->objectId, Anum_pg_trigger_tgrelid);
		case RewriteRelationId:
			return scan_oid(object->classId, object->objectId, Anum_pg_rewrite_ev_class);
		case PolicyRelationId:
			return scan_oid(object->classId, object->objectId, Anum_pg_policy_polrelid);
		case AttrDefaultRelationId:
			return GetAttrDefaultColumnAddress(object->objectId).objectId;
		case ConstraintRelationId:
			tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
			if (HeapTupleIsValid(tuple))
				result = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
			break;
		case StatisticExtRelationId:
			tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(object->objectId));
			if (HeapTupleIsValid(tuple))
				result = ((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxrelid;
			break;
	}
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/* a row of pg_depend in memory; [0] is its dependent, [1] its referenced end */
typedef struct DependRow
{
	ObjectAddress end[2];
	char		deptype;
	int			next[2];		/* row whose end has the same hash, or -1 */
} DependRow;

/* this few lookups are never too many */
#define MIN_LOOKUPS 64

/* pg_depend: looked up, or all of it in memory */
struct SafeddlDepend
{
	int			lookups;
	double		limit;			/* of lookups; unknown before MIN_LOOKUPS */
	DependRow  *rows;			/* NULL: not in memory */
	int			nrows;
	uint32		mask;
	int		   *heads[2];		/* by hash: first row, or -1 */
	Relation	pg_depend;		/* open while there are ... */
	SysScanDesc scans[2];		/* ... scans by the two indexes, or NULL */
};

SafeddlDepend *
safeddl_begin_depend(void)
{
	return palloc0(sizeof(SafeddlDepend));
}

/* safeddl_end_lookups: gives back what is open; lookups may follow again */
void
safeddl_end_lookups(SafeddlDepend *depend)
{
	for (int side = 0; side < 2; side++)
		if (depend->scans[side] != NULL)
			systable_endscan(depend->scans[side]);
	if (depend->pg_depend != NULL)
		table_close(depend->pg_depend, AccessShareLock);
	depend->pg_depend = NULL;
	depend->scans[0] = depend->scans[1] = NULL;
}

/*
 * seek: the scan of one side of pg_depend, at an object.  To begin and to end a
 * scan costs as much as to look for the rows, so there is one for each side.
 */
static SysScanDesc
seek(SafeddlDepend *depend, int side, const ObjectAddress *object)
{
	SysScanDesc *scan = &depend->scans[side];
	bool		again = *scan != NULL && (*scan)->iscan != NULL;
	AttrNumber	first = side ? Anum_pg_depend_refclassid : Anum_pg_depend_classid;
	bool		whole = object->objectSubId == 0;
	ScanKeyData key[3];

	/* by the columns of the index, where systable_beginscan() does not translate */
	if (again)
		first = 1;
	ScanKeyInit(&key[0], first, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->classId));
	ScanKeyInit(&key[1], first + 1, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->objectId));
	/* an index scan has the same number of keys each time */
	ScanKeyInit(&key[2], first + 2,
				whole ? BTGreaterEqualStrategyNumber : BTEqualStrategyNumber,
				whole ? F_INT4GE : F_INT4EQ,
				Int32GetDatum(whole ? PG_INT32_MIN : object->objectSubId));
	if (again)
	{
		index_rescan((*scan)->iscan, key, 3, NULL, 0);
		return *scan;
	}
	/* with ignore_system_indexes */
	if (*scan != NULL)
		systable_endscan(*scan);
	if (depend->pg_depend == NULL)
		depend->pg_depend = table_open(DependRelationId, AccessShareLock);
	*scan = systable_beginscan(depend->pg_depend,
							   side ? DependReferenceIndexId : DependDependerIndexId,
							   true, NULL, 3, key);
	return *scan;
}

/* read_dependencies: as safeddl_dependencies(), by a lookup */
static int
read_dependencies(SafeddlDepend *depend, const ObjectAddress *object, bool referenced,
				  SafeddlDependency **found)
{
	SysScanDesc scan = seek(depend, referenced ? 1 : 0, object);
	HeapTuple	tuple;
	int			n = 0;
	int			size = 8;

	*found = palloc(size * sizeof(SafeddlDependency));
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (n == size)
			*found = repalloc(*found, (size *= 2) * sizeof(SafeddlDependency));
		if (referenced)
			ObjectAddressSubSet((*found)[n].object, form->classid, form->objid, form->objsubid);
		else
			ObjectAddressSubSet((*found)[n].object, form->refclassid, form->refobjid,
								form->refobjsubid);
		(*found)[n++].deptype = form->deptype;
	}
	return n;
}

static uint32
hash_of(const SafeddlDepend *depend, const ObjectAddress *object)
{
	return murmurhash32(object->objectId ^ object->classId << 16) & depend->mask;
}

/* load_depend: reads pg_depend through */
static void
load_depend(SafeddlDepend *depend)
{
	Relation	pg_depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan;
	HeapTuple	tuple;
	int			size = 1024;

	depend->rows = palloc_extended(size * sizeof(DependRow), MCXT_ALLOC_HUGE);
	scan = systable_beginscan(pg_depend, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		DependRow  *row;

		CHECK_FOR_INTERRUPTS();
		if (depend->nrows == size)
			depend->rows = repalloc_huge(depend->rows, (size *= 2) * sizeof(DependRow));
		row = &depend->rows[depend->nrows++];
		ObjectAddressSubSet(row->end[0], form->classid, form->objid, form->objsubid);
		ObjectAddressSubSet(row->end[1], form->refclassid, form->refobjid, form->refobjsubid);
		row->deptype = form->deptype;
	}
	systable_endscan(scan);
	table_close(pg_depend, AccessShareLock);

	depend->mask = pg_nextpower2_32(Max(depend->nrows, 2)) - 1;
	for (int side = 0; side < 2; side++)
	{
		depend->heads[side] = palloc_extended((depend->mask + 1) * sizeof(int), MCXT_ALLOC_HUGE);
		memset(depend->heads[side], -1, (depend->mask + 1) * sizeof(int));
		for (int i = 0; i < depend->nrows; i++)
		{
			int		   *head = &depend->heads[side][hash_of(depend, &depend->rows[i].end[side])];

			depend->rows[i].next[side] = *head;
			*head = i;
		}
	}
}

/*
 * lookup_limit: how many lookups cost as much as to read pg_depend through?  One
 * is worth some 32 rows.
 */
static double
lookup_limit(void)
{
	Relation	pg_depend = table_open(DependRelationId, AccessShareLock);
	double		rows = (double) RelationGetNumberOfBlocks(pg_depend) *
		(BLCKSZ / (MAXALIGN(SizeofHeapTupleHeader) + MAXALIGN(sizeof(FormData_pg_depend)) +
				   sizeof(ItemIdData)));

	table_close(pg_depend, AccessShareLock);
	return rows / 32;
}

/*
 * want_rows: have so many lookups been made that to read pg_depend through
 * costs less than they did?  It spares all that follow.
 */
static bool
want_rows(SafeddlDepend *depend)
{
	if (++depend->lookups < MIN_LOOKUPS)
		return false;
	if (depend->lookups == MIN_LOOKUPS)
		depend->limit = lookup_limit();
	return depend->lookups >= depend->limit;
}

/*
 * safeddl_dependencies: the rows of pg_depend of which an object is the
 * dependent or, with referenced, the referenced side: how many, and in *found
 * their other ends, palloc'd.  As in dependency.c, a whole object (subid 0)
 * stands for its columns, too.
 */
int
safeddl_dependencies(SafeddlDepend *depend, const ObjectAddress *object, bool referenced,
					 SafeddlDependency **found)
{
	int			side = referenced ? 1 : 0;
	int			n = 0;
	int			size = 8;

	if (depend->rows == NULL && want_rows(depend))
		load_depend(depend);
	if (depend->rows == NULL)
		return read_dependencies(depend, object, referenced, found);

	*found = palloc(size * sizeof(SafeddlDependency));
	for (int i = depend->heads[side][hash_of(depend, object)]; i >= 0;
		 i = depend->rows[i].next[side])
	{
		DependRow  *row = &depend->rows[i];

		if (row->end[side].objectId != object->objectId ||
			row->end[side].classId != object->classId ||
			(object->objectSubId != 0 && row->end[side].objectSubId != object->objectSubId))
			continue;
		if (n == size)
			*found = repalloc(*found, (size *= 2) * sizeof(SafeddlDependency));
		(*found)[n].object = row->end[1 - side];
		(*found)[n++].deptype = row->deptype;
	}
	return n;
}

/*
 * safeddl_dependents: ObjectAddress of everything that pg_depend says depends
 * on an object; subid 0 or -1 is the object with any of its columns, deptype 0
 * any kind of dependency.
 */
List *
safeddl_dependents(Oid classid, Oid objid, int subid, char deptype)
{
	ObjectAddress object;
	SafeddlDependency *found;
	SafeddlDepend depend = {0};
	int			n;
	List	   *result = NIL;

	ObjectAddressSubSet(object, classid, objid, Max(subid, 0));
	n = read_dependencies(&depend, &object, true, &found);
	safeddl_end_lookups(&depend);
	for (int i = 0; i < n; i++)
		if (deptype == '\0' || found[i].deptype == deptype)
			result = lappend(result, &found[i].object);
	return result;
}

/* safeddl_policy_roles: those that a row security policy is for */
List *
safeddl_policy_roles(Oid policyid)
{
	Relation	pg_policy = table_open(PolicyRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	List	   *result = NIL;

	ScanKeyInit(&key, Anum_pg_policy_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(policyid));
	scan = systable_beginscan(pg_policy, PolicyOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		ArrayType  *roles = DatumGetArrayTypeP(heap_getattr(tuple, Anum_pg_policy_polroles,
															RelationGetDescr(pg_policy), &isnull));

		for (int i = 0; i < ArrayGetNItems(ARR_NDIM(roles), ARR_DIMS(roles)); i++)
			result = lappend_oid(result, ((Oid *) ARR_DATA_PTR(roles))[i]);
	}
	systable_endscan(scan);
	table_close(pg_policy, AccessShareLock);
	return result;
}

/*
 * safeddl_role_dependents: ObjectAddress of everything in this database, and of
 * shared objects, that depends on a role in that way.
 */
List *
safeddl_role_dependents(Oid roleid, char deptype)
{
	List	   *result = NIL;
	Relation	pg_shdepend = table_open(SharedDependRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key[2];
	HeapTuple	tuple;

	ScanKeyInit(&key[0], Anum_pg_shdepend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(AuthIdRelationId));
	ScanKeyInit(&key[1], Anum_pg_shdepend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(roleid));
	scan = systable_beginscan(pg_shdepend, SharedDependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_shdepend form = (Form_pg_shdepend) GETSTRUCT(tuple);
		ObjectAddress *object;

		if (form->deptype != deptype ||
			(form->dbid != MyDatabaseId && OidIsValid(form->dbid)))
			continue;
		object = palloc(sizeof(ObjectAddress));
		ObjectAddressSubSet(*object, form->classid, form->objid, form->objsubid);
		result = lappend(result, object);
	}
	systable_endscan(scan);
	table_close(pg_shdepend, AccessShareLock);
	return result;
}

/*
 * safeddl_is_refresh_key: can REFRESH MATERIALIZED VIEW CONCURRENTLY compare
 * rows by this index?  As is_usable_unique_index() in commands/matview.c.
 */
bool
safeddl_is_refresh_key(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	result = form->indisunique && form->indimmediate && form->indisvalid &&
		heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
	for (int i = 0; result && i < form->indnatts; i++)
		result = form->indkey.values[i] > 0;
	ReleaseSysCache(tuple);
	return result;
}

#ifdef SAFEDDL_HAVE_NOT_NULL_CONSTRAINTS
/* safeddl_not_null_is_not_valid: is the NOT NULL of a column NOT VALID yet? */
bool
safeddl_not_null_is_not_valid(Oid relid, AttrNumber attno)
{
	HeapTuple	tuple = findNotNullConstraintAttnum(relid, attno);
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = !((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;
	heap_freetuple(tuple);
	return result;
}

/* safeddl_not_null_constraint: that of a column; InvalidOid if there is none */
Oid
safeddl_not_null_constraint(Oid relid, AttrNumber attno)
{
	HeapTuple	tuple = findNotNullConstraintAttnum(relid, attno);
	Oid			result;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	result = ((Form_pg_constraint) GETSTRUCT(tuple))->oid;
	heap_freetuple(tuple);
	return result;
}
#endif

/* safeddl_columns_read: by an expression in the catalog, as in pull_varattnos() */
Bitmapset *
safeddl_columns_read(int cacheid, HeapTuple tuple, AttrNumber attribute)
{
	bool		isnull;
	Datum		datum = SysCacheGetAttr(cacheid, tuple, attribute, &isnull);
	Bitmapset  *read = NULL;

	if (!isnull)
		pull_varattnos(stringToNode(TextDatumGetCString(datum)), 1, &read);
	return read;
}

/* safeddl_index_reads: is the column a part of the index, in whatever way? */
bool
safeddl_index_reads(Oid indexid, AttrNumber attno)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	result = bms_is_member(attno - FirstLowInvalidHeapAttributeNumber,
						   bms_union(safeddl_columns_read(INDEXRELID, tuple, Anum_pg_index_indexprs),
									 safeddl_columns_read(INDEXRELID, tuple, Anum_pg_index_indpred)));
	for (int i = 0; i < form->indnatts; i++)
		result |= form->indkey.values[i] == attno;
	ReleaseSysCache(tuple);
	return result;
}

/* safeddl_identity_sequences: the sequence of an identity column, or NIL */
List *
safeddl_identity_sequences(Oid relid, AttrNumber attno)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, DEPENDENCY_INTERNAL))
	{
		ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId &&
			get_rel_relkind(object->objectId) == RELKIND_SEQUENCE)
			result = lappend_oid(result, object->objectId);
	}
	return result;
}

/*
 * safeddl_reads_toast: does reading these columns (attribute numbers offset
 * as in pull_varattnos()) go through TOAST?  Values of types that are always
 * short are never stored there.
 */
bool
safeddl_reads_toast(Oid relid, const Bitmapset *attnos)
{
	int			i = -1;

	while ((i = bms_next_member(attnos, i)) >= 0)
	{
		AttrNumber	attno = i + FirstLowInvalidHeapAttributeNumber;
		HeapTuple	tuple;
		Form_pg_attribute att;
		bool		toastable;

		if (attno == InvalidAttrNumber)
			return true;		/* the whole row */
		tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attno));
		if (!HeapTupleIsValid(tuple))
			continue;
		att = (Form_pg_attribute) GETSTRUCT(tuple);
		toastable = att->attlen == -1 && att->attstorage != TYPSTORAGE_PLAIN &&
			(type_maximum_size(att->atttypid, att->atttypmod) <= 0 ||
			 type_maximum_size(att->atttypid, att->atttypmod) > TOAST_TUPLE_THRESHOLD);
		ReleaseSysCache(tuple);
		if (toastable)
			return true;
	}
	return false;
}

/*
 * safeddl_relinfo: what the catalog cache knows about a relation.  Sizes are
 * left to safeddl_measure().  The result lives as long as the analysis.
 */
SafeddlRelInfo *
safeddl_relinfo(SafeddlAnalysis *a, Oid relid)
{
	SafeddlRelInfo *info;
	HeapTuple	tuple;
	Form_pg_class form;
	bool		found;
	MemoryContext old;

	if (a->relations == NULL)
	{
		HASHCTL		ctl = {.keysize = sizeof(Oid),
			.entrysize = sizeof(SafeddlRelInfo),
		.hcxt = a->context};

		a->relations = hash_create("safeddl relations", 32, &ctl,
								   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	info = hash_search(a->relations, &relid, HASH_ENTER, &found);
	if (found)
		return info;
	MemSet((char *) info + sizeof(Oid), 0, sizeof(SafeddlRelInfo) - sizeof(Oid));

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return info;
	form = (Form_pg_class) GETSTRUCT(tuple);

	old = MemoryContextSwitchTo(a->context);
	info->exists = true;
	info->relkind = form->relkind;
	info->temp = (form->relpersistence == RELPERSISTENCE_TEMP);
	info->catalog = IsCatalogRelationOid(relid) || IsToastNamespace(form->relnamespace);
	info->toastrelid = form->reltoastrelid;
	info->relname = pstrdup(NameStr(form->relname));
	info->nspname = get_namespace_name_or_temp(form->relnamespace);
	/* one that is empty by then needs no measuring */
	if (a->script != NULL)
		info->measured = safeddl_script_rename(a->script, relid, &info->nspname, &info->relname);
	/* what is new has a new row in pg_class, too; an index is as visible as its table */
	if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)))
		info->new_in_xact =
			safeddl_new_in_this_transaction(form->relkind == RELKIND_INDEX ||
											form->relkind == RELKIND_PARTITIONED_INDEX ?
											IndexGetRelation(relid, true) : relid);
	MemoryContextSwitchTo(old);

	ReleaseSysCache(tuple);
	return info;
}

/*
 * safeddl_new_in_this_transaction: was the relation created by this transaction, so
 * that nobody else can see it, let alone wait for it?
 *
 * The row of its column tableoid tells: it is written once, at creation,
 * while any DDL updates the row in pg_class.  An index has no such column.
 * No lock is needed for this.
 */
bool
safeddl_new_in_this_transaction(Oid relid)
{
	HeapTuple	tuple;
	bool		result;

	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid),
							Int16GetDatum(TableOidAttributeNumber));
	if (!HeapTupleIsValid(tuple))
		return false;
	result = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	ReleaseSysCache(tuple);
	return result;
}

/* estimate_rows: as the planner does, of a table that was never analyzed */
static double
estimate_rows(Relation rel)
{
	BlockNumber pages;
	double		rows;
	double		allvisfrac;

	estimate_rel_size(rel, NULL, &pages, &rows, &allvisfrac);
	return rows;
}

/* scale_rows: what pg_class says of its pages, for all that there are now */
static double
scale_rows(double reltuples, double relpages, double pages)
{
	if (reltuples >= 0 && relpages > 0)
		return rint(reltuples * (pages / relpages));
	return Max(reltuples, 0);
}

/* take_loaded_size: of a relation that was there when production was measured */
static bool
take_loaded_size(SafeddlAnalysis *a, SafeddlRelInfo *info)
{
	SafeddlLoadedSize size;

	if (info->temp || info->new_in_xact || !safeddl_sizes_are_loaded(a) ||
		!safeddl_loaded_size(a, info->relid, &size))
		return false;
	info->loaded = true;
	info->heap_bytes = size.bytes;
	info->rows = size.rows;
	info->loaded_toast = size.toast_bytes;
	info->loaded_indexes = size.index_bytes;
	info->nmissing = size.nmissing;
	return true;
}

/*
 * measure_relation: bytes and rows of the main fork.
 *
 * relpages counts at its full value: it is what production had where somebody
 * imported its statistics.  The file counts where it is larger: relpages is 0
 * until the first VACUUM, ANALYZE or index build after a bulk load.
 */
static void
measure_relation(SafeddlAnalysis *a, SafeddlRelInfo *info)
{
	Relation	rel;
	HeapTuple	tuple;
	double		relpages = 0;
	double		reltuples = -1;
	double		pages;

	if (info->measured || !info->exists)
		return;
	info->measured = true;
	if (take_loaded_size(a, info) || !RELKIND_HAS_STORAGE(info->relkind))
		return;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(info->relid));
	if (HeapTupleIsValid(tuple))
	{
		/* imported figures may be negative: not known */
		relpages = Max(((Form_pg_class) GETSTRUCT(tuple))->relpages, 0);
		reltuples = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
		ReleaseSysCache(tuple);
	}
	pages = relpages;

	/* temporary tables of other sessions live in their memory */
	rel = isTempOrTempToastNamespace(get_rel_namespace(info->relid)) || !info->temp ?
		safeddl_open(info->relid) : NULL;
	if (rel == NULL)
		info->busy = !info->temp;
	else
	{
		BlockNumber blocks = RelationGetNumberOfBlocks(rel);

		pages = Max(pages, (double) blocks);
		if (reltuples < 0 && RELKIND_HAS_TABLE_AM(info->relkind) && pages > 0)
			reltuples = estimate_rows(rel);
		safeddl_close(rel);
	}

	info->heap_bytes = (uint64) pages * BLCKSZ;
	info->rows = scale_rows(reltuples, relpages, pages);
}

/* safeddl_heap_bytes: how large is the main fork of a relation? */
uint64
safeddl_heap_bytes(SafeddlAnalysis *a, Oid relid)
{
	SafeddlRelInfo *info = safeddl_relinfo(a, relid);

	measure_relation(a, info);
	return info->heap_bytes;
}

/*
 * safeddl_has_rows: has a relation rows of its own?  A partitioned table is
 * taken to have those of partitions that production has, by the sizes loaded,
 * and that do not exist here; not without an analysis.
 */
bool
safeddl_has_rows(SafeddlAnalysis *a, Oid relid)
{
	char		relkind = get_rel_relkind(relid);
	SafeddlRelInfo *info;

	if (RELKIND_HAS_TABLE_AM(relkind))
		return true;
	if (a == NULL || relkind != RELKIND_PARTITIONED_TABLE || !safeddl_sizes_are_loaded(a))
		return false;
	info = safeddl_relinfo(a, relid);
	measure_relation(a, info);
	return info->nmissing > 0;
}

/*
 * file_bytes: size of the file of an index or a TOAST table.  The server may
 * have no use for its relcache entry, which costs more to build than all else
 * in the analysis of a small statement.  False if there is no such file, or if
 * that would mean to wait.
 */
static bool
file_bytes(Oid relid, uint64 *bytes)
{
	HeapTuple	tuple;
	bool		found = false;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return false;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		/* mapped catalogs have their file elsewhere, temporary ones another name */
		if (OidIsValid(form->relfilenode) && !form->relisshared &&
			form->relpersistence != RELPERSISTENCE_TEMP &&
			RELKIND_HAS_STORAGE(form->relkind))
		{
			Oid			tablespace = OidIsValid(form->reltablespace) ?
				form->reltablespace : MyDatabaseTableSpace;
			double		blocks = smgrnblocks(safeddl_open_file(tablespace, form->relfilenode),
											 MAIN_FORKNUM);

			*bytes = (uint64) Max(blocks, (double) form->relpages) * BLCKSZ;
			found = true;
		}
		ReleaseSysCache(tuple);
	}
	UnlockRelationOid(relid, AccessShareLock);
	return found;
}

/* safeddl_is_empty: has a relation no pages for certain? */
bool
safeddl_is_empty(Oid relid)
{
	uint64		bytes;

	return file_bytes(relid, &bytes) && bytes == 0;
}

/*
 * safeddl_own_size: pages and rows of the main fork of a relation, as
 * measure_relation() finds them, whatever was loaded.  Opens a relation only
 * if it was never analyzed: cheap enough for all that there are.  False if it
 * is gone.
 */
bool
safeddl_own_size(Oid relid, BlockNumber *pages, double *rows)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	char		relkind;
	double		relpages;
	double		reltuples;
	uint64		bytes;

	if (!HeapTupleIsValid(tuple))
		return false;
	relkind = ((Form_pg_class) GETSTRUCT(tuple))->relkind;
	relpages = Max(((Form_pg_class) GETSTRUCT(tuple))->relpages, 0);
	reltuples = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);

	*pages = file_bytes(relid, &bytes) ? bytes / BLCKSZ : (BlockNumber) relpages;
	if (reltuples < 0 && RELKIND_HAS_TABLE_AM(relkind) && *pages > 0)
	{
		Relation	rel = safeddl_open(relid);

		if (rel != NULL)
		{
			reltuples = estimate_rows(rel);
			safeddl_close(rel);
		}
	}
	*rows = scale_rows(reltuples, relpages, *pages);
	return true;
}

/*
 * safeddl_catalog_bytes: size of the main fork of a relation or, with
 * children, of all that inherit from it: as loaded, or by the file, or by
 * relpages where that says more or the file is not to be had.  Needs no
 * analysis, and opens nothing: cheap enough for a view of thousands of
 * relations.
 */
uint64
safeddl_catalog_bytes(Oid relid, bool children)
{
	uint64		total = 0;
	ListCell   *lc;

	foreach(lc, safeddl_hierarchy(relid, children))
	{
		SafeddlLoadedSize size;
		HeapTuple	tuple;
		uint64		bytes;

		if (safeddl_loaded_size(NULL, lfirst_oid(lc), &size))
		{
			total += size.bytes;
			continue;
		}
		if (file_bytes(lfirst_oid(lc), &bytes))
		{
			total += bytes;
			continue;
		}
		tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(lc)));
		if (!HeapTupleIsValid(tuple))
			continue;
		total += (uint64) Max(((Form_pg_class) GETSTRUCT(tuple))->relpages, 0) * BLCKSZ;
		ReleaseSysCache(tuple);
	}
	return total;
}

/* part_bytes: size of an index or a TOAST table that belongs to a relation */
static uint64
part_bytes(SafeddlAnalysis *a, Oid relid, bool *busy)
{
	SafeddlRelInfo *info;
	uint64		bytes;

	if (!OidIsValid(relid))
		return 0;
	if (a->judging && a->script == NULL && !safeddl_sizes_are_loaded(a) && file_bytes(relid, &bytes))
		return bytes;
	info = safeddl_relinfo(a, relid);
	measure_relation(a, info);
	*busy |= info->busy;
	return info->heap_bytes;
}

/* toast_bytes: size of the TOAST table of a relation that was measured */
static uint64
toast_bytes(SafeddlAnalysis *a, const SafeddlRelInfo *info, bool *busy)
{
	return info->loaded ? info->loaded_toast : part_bytes(a, info->toastrelid, busy);
}

/*
 * measure_effect: what the work of one effect goes through: the heap, and
 * TOAST and indexes where the effect says so.  With everything, a relation
 * without work is measured as if it were read, TOAST included, and a
 * partitioned table by its partitions, unless the work is on those that are
 * not here.
 */
static void
measure_effect(SafeddlAnalysis *a, SafeddlEffect *effect, bool everything)
{
	SafeddlRelInfo *info = effect->rel;
	ListCell   *lc;

	CHECK_FOR_INTERRUPTS();
	measure_relation(a, info);
	/* whoever added the effect may know better how far the work goes */
	if (effect->bytes > 0)
		return;
	effect->bytes = info->heap_bytes;
	effect->rows = info->rows;

	if (everything && RELKIND_HAS_PARTITIONS(info->relkind) &&
		(info->nmissing == 0 || effect->work == SAFEDDL_WORK_NONE))
	{
		foreach(lc, list_delete_first(safeddl_hierarchy(effect->relid, true)))
		{
			SafeddlRelInfo *leaf = safeddl_relinfo(a, lfirst_oid(lc));

			measure_relation(a, leaf);
			effect->bytes += leaf->heap_bytes + toast_bytes(a, leaf, &info->busy);
			effect->rows += leaf->rows;
		}
		effect->bytes += info->loaded_toast;
		return;
	}

	if ((effect->through & SAFEDDL_THROUGH_TOAST) || effect->work == SAFEDDL_WORK_NONE)
		effect->bytes += toast_bytes(a, info, &info->busy);
	if (effect->through & SAFEDDL_THROUGH_INDEXES)
	{
		effect->bytes += info->loaded_indexes;
		foreach(lc, info->nmissing > 0 ? NIL : safeddl_indexes(effect->relid))
			effect->bytes += part_bytes(a, lfirst_oid(lc), &info->busy);
	}
	else
		foreach(lc, effect->also)
			effect->bytes += part_bytes(a, lfirst_oid(lc), &info->busy);
}

/*
 * safeddl_measure: fills rel of every effect, and bytes and rows of those
 * that do some work; of all of them with everything.  Files are only looked
 * at where the answer can matter.
 */
void
safeddl_measure(SafeddlAnalysis *a, bool everything)
{
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);

		effect->rel = safeddl_relinfo(a, effect->relid);
		if (everything || safeddl_is_candidate(effect))
			measure_effect(a, effect, everything);
	}
}
