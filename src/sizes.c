/*
 * sizes.c
 *	  Production's sizes in another database, where the guard then judges as it
 *	  would in production: safeddl.sizes() exports them, safeddl.load_sizes()
 *	  puts them into two tables of the extension, which are read here.
 *
 * Names tie them together, as OIDs differ.  What had the name when the sizes
 * were loaded keeps them when it is renamed; what got the name later has them
 * too, unless the former still exists.  A relation of another kind is another
 * relation.
 *
 * Partitions that production has and this database has not count with the
 * partitioned table: work on that goes through them all.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(safeddl_relation_size);

#define SIZES_NAMESPACE "safeddl"

/* columns of safeddl.loaded_sizes, as safeddl--1.0.sql creates it */
enum
{
	Anum_sizes_relid = 1,
	Anum_sizes_kind,
	Anum_sizes_bytes,
	Anum_sizes_rows,
	Anum_sizes_toast_bytes,
	Anum_sizes_toast_rows,
	Anum_sizes_toast_index_bytes,
	Anum_sizes_toast_index_rows,
	Anum_sizes_schema,
	Anum_sizes_name,
	Anum_sizes_parent_schema,
	Anum_sizes_parent,
	Anum_sizes_table
};

/* columns of safeddl.loaded_from */
enum
{
	Anum_from_database = 2,
	Anum_from_measured = 4
};

/* the tables, if they have something to say */
typedef struct SafeddlSizes
{
	Oid			table;
	Oid			by_name;
	Oid			by_relid;
	Oid			by_parent;
	Oid			by_table;
	bool		found;			/* have sizes been loaded? */
	char	   *database;		/* where they were measured */
	char	   *measured;		/* and when */
} SafeddlSizes;

/* one row of safeddl.loaded_sizes */
typedef struct Entry
{
	Oid			relid;			/* that had the name then; or InvalidOid */
	char		kind;
	uint64		bytes;
	double		rows;
	uint64		toast_bytes;
	double		toast_rows;
	uint64		toast_index_bytes;
	double		toast_index_rows;
	NameData	schema;
	NameData	name;
} Entry;

/* ----------------------------------------------------------------
 *		the tables
 * ----------------------------------------------------------------
 */

static void
read_source(HeapTuple tuple, TupleDesc desc, void *arg)
{
	SafeddlSizes *sizes = arg;
	bool		isnull;
	Datum		value;

	sizes->found = true;
	value = heap_getattr(tuple, Anum_from_database, desc, &isnull);
	sizes->database = pstrdup(NameStr(*DatumGetName(value)));
	value = heap_getattr(tuple, Anum_from_measured, desc, &isnull);
	sizes->measured = DatumGetCString(DirectFunctionCall1(timestamptz_out, value));
}

/*
 * find_sizes: the tables, or NULL where nothing was loaded: with little effort
 * where there is no such table, or nothing in it.
 *
 * Only a table of the extension will do: anybody may make one of that name
 * where the extension is not installed, but the guard is not for anybody to
 * loosen.
 */
static SafeddlSizes *
find_sizes(void)
{
	Oid			nspid = get_namespace_oid(SIZES_NAMESPACE, true);
	Oid			source = OidIsValid(nspid) ? get_relname_relid("loaded_from", nspid) : InvalidOid;
	Oid			extension;
	SafeddlSizes *sizes;

	if (!OidIsValid(source) || safeddl_is_empty(source))
		return NULL;
	sizes = palloc0(sizeof(SafeddlSizes));
	sizes->table = get_relname_relid("loaded_sizes", nspid);
	sizes->by_name = get_relname_relid("loaded_sizes_pkey", nspid);
	sizes->by_relid = get_relname_relid("loaded_sizes_relid_idx", nspid);
	sizes->by_parent = get_relname_relid("loaded_sizes_parent_idx", nspid);
	sizes->by_table = get_relname_relid("loaded_sizes_table_idx", nspid);
	extension = get_extension_oid("safeddl", true);
	if (!OidIsValid(extension) ||
		getExtensionOfObject(RelationRelationId, source) != extension ||
		getExtensionOfObject(RelationRelationId, sizes->table) != extension)
		return NULL;
	if (!safeddl_scan_unless_locked(source, InvalidOid, 0, NULL, read_source, sizes))
		ereport(DEBUG1,
				(errmsg_internal("safeddl takes sizes from here: another session has locked those that were loaded")));
	return sizes->found ? sizes : NULL;
}

/* sizes_of: those that an analysis goes by; NULL if none were loaded */
static SafeddlSizes *
sizes_of(SafeddlAnalysis *a)
{
	MemoryContext old;

	if (a == NULL)
		return find_sizes();
	if (!a->sizes_known)
	{
		a->sizes_known = true;
		old = MemoryContextSwitchTo(a->context);
		a->sizes = find_sizes();
		MemoryContextSwitchTo(old);
	}
	return a->sizes;
}

/* safeddl_sizes_are_loaded: does the analysis go by sizes that were loaded? */
bool
safeddl_sizes_are_loaded(SafeddlAnalysis *a)
{
	return sizes_of(a) != NULL;
}

/* safeddl_sizes_source: a sentence that tells where the sizes come from */
char *
safeddl_sizes_source(SafeddlAnalysis *a)
{
	return psprintf(_("The sizes are those of database \"%s\" at %s, loaded by safeddl.load_sizes()."),
					a->sizes->database, a->sizes->measured);
}

/* ----------------------------------------------------------------
 *		their rows
 * ----------------------------------------------------------------
 */

static void
collect_entry(HeapTuple tuple, TupleDesc desc, void *arg)
{
	List	  **entries = arg;
	Entry	   *entry = palloc(sizeof(Entry));
	bool		isnull;

#define FIELD(attno) heap_getattr(tuple, (attno), desc, &isnull)
	entry->relid = DatumGetObjectId(FIELD(Anum_sizes_relid));
	entry->kind = DatumGetChar(FIELD(Anum_sizes_kind));
	entry->bytes = DatumGetInt64(FIELD(Anum_sizes_bytes));
	entry->rows = DatumGetFloat8(FIELD(Anum_sizes_rows));
	entry->toast_bytes = DatumGetInt64(FIELD(Anum_sizes_toast_bytes));
	entry->toast_rows = DatumGetFloat8(FIELD(Anum_sizes_toast_rows));
	entry->toast_index_bytes = DatumGetInt64(FIELD(Anum_sizes_toast_index_bytes));
	entry->toast_index_rows = DatumGetFloat8(FIELD(Anum_sizes_toast_index_rows));
	entry->schema = *DatumGetName(FIELD(Anum_sizes_schema));
	entry->name = *DatumGetName(FIELD(Anum_sizes_name));
#undef FIELD
	*entries = lappend(*entries, entry);
}

static List *
entries_by_relid(const SafeddlSizes *sizes, Oid relid)
{
	List	   *entries = NIL;
	ScanKeyData key;

	ScanKeyInit(&key, Anum_sizes_relid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	safeddl_scan_unless_locked(sizes->table, sizes->by_relid, 1, &key, collect_entry, &entries);
	return entries;
}

/* entries_by_names: that have these names in two of their columns */
static List *
entries_by_names(const SafeddlSizes *sizes, Oid indexid, AttrNumber schema_attno,
				 const char *schema, AttrNumber name_attno, const char *name)
{
	List	   *entries = NIL;
	ScanKeyData key[2];

	ScanKeyInit(&key[0], schema_attno, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(schema));
	ScanKeyInit(&key[1], name_attno, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(name));
	safeddl_scan_unless_locked(sizes->table, indexid, 2, key, collect_entry, &entries);
	return entries;
}

static bool
still_exists(Oid relid)
{
	return OidIsValid(relid) && SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid));
}

/* find_entry: that of a relation; NULL if the sizes know nothing of it */
static Entry *
find_entry(const SafeddlSizes *sizes, Oid relid)
{
	char		kind = get_rel_relkind(relid);
	char	   *name = get_rel_name(relid);
	char	   *schema = get_namespace_name(get_rel_namespace(relid));
	ListCell   *lc;

	foreach(lc, entries_by_relid(sizes, relid))
		if (((Entry *) lfirst(lc))->kind == kind)
			return lfirst(lc);
	if (name == NULL || schema == NULL)
		return NULL;
	foreach(lc, entries_by_names(sizes, sizes->by_name, Anum_sizes_schema, schema,
								 Anum_sizes_name, name))
		if (((Entry *) lfirst(lc))->kind == kind && !still_exists(((Entry *) lfirst(lc))->relid))
			return lfirst(lc);
	return NULL;
}

/*
 * is_missing: is a partition that production has not in this database?  One that
 * was dropped here since the sizes were loaded is no more, unless that was part
 * of a new start.
 */
static bool
is_missing(const Entry *entry, const Entry *parent)
{
	Oid			nspid;

	if (still_exists(entry->relid) || (OidIsValid(entry->relid) && still_exists(parent->relid)))
		return false;
	nspid = get_namespace_oid(NameStr(entry->schema), true);
	return !OidIsValid(nspid) || !OidIsValid(get_relname_relid(NameStr(entry->name), nspid));
}

/* add_missing: what production has below a partitioned table or index, and we have not */
static void
add_missing(const SafeddlSizes *sizes, const Entry *parent, SafeddlLoadedSize *size)
{
	ListCell   *lc;
	ListCell   *lc2;

	check_stack_depth();
	foreach(lc, entries_by_names(sizes, sizes->by_parent, Anum_sizes_parent_schema,
								 NameStr(parent->schema), Anum_sizes_parent, NameStr(parent->name)))
	{
		const Entry *entry = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (!is_missing(entry, parent))
			continue;
		if (RELKIND_HAS_PARTITIONS(entry->kind))
		{
			add_missing(sizes, entry, size);
			continue;
		}
		size->nmissing++;
		size->bytes += entry->bytes;
		size->rows += entry->rows;
		size->toast_bytes += entry->toast_bytes;
		if (entry->kind == RELKIND_RELATION)
			foreach(lc2, entries_by_names(sizes, sizes->by_table, Anum_sizes_schema,
										  NameStr(entry->schema), Anum_sizes_table,
										  NameStr(entry->name)))
				size->index_bytes += ((Entry *) lfirst(lc2))->bytes;
	}
}

/*
 * toast_owner: the table that a TOAST table belongs to, which is named after it;
 * InvalidOid if it is not.
 */
static Oid
toast_owner(Oid toastrelid)
{
	const char *name = get_rel_name(toastrelid);
	Oid			owner;
	HeapTuple	tuple;
	bool		owns;

	if (name == NULL || sscanf(name, "pg_toast_%u", &owner) != 1)
		return InvalidOid;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(owner));
	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owns = ((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid == toastrelid;
	ReleaseSysCache(tuple);
	return owns ? owner : InvalidOid;
}

/* toast_size: of a TOAST table or its index, by what is known of their table */
static bool
toast_size(const SafeddlSizes *sizes, Oid relid, SafeddlLoadedSize *size)
{
	bool		is_index = get_rel_relkind(relid) == RELKIND_INDEX;
	Oid			owner = toast_owner(is_index ? IndexGetRelation(relid, true) : relid);
	const Entry *entry = OidIsValid(owner) ? find_entry(sizes, owner) : NULL;

	if (entry == NULL)
		return false;
	size->bytes = is_index ? entry->toast_index_bytes : entry->toast_bytes;
	size->rows = is_index ? entry->toast_index_rows : entry->toast_rows;
	return true;
}

/*
 * safeddl_loaded_size: the size of a relation by what was loaded; false if it
 * is not known there.  For a partitioned table or index, that of the partitions
 * that are not here; false if all are.  The analysis may be NULL.
 */
bool
safeddl_loaded_size(SafeddlAnalysis *a, Oid relid, SafeddlLoadedSize *size)
{
	const SafeddlSizes *sizes = sizes_of(a);
	const Entry *entry;

	MemSet(size, 0, sizeof(SafeddlLoadedSize));
	if (sizes == NULL)
		return false;
	if (IsToastNamespace(get_rel_namespace(relid)))
		return toast_size(sizes, relid, size);
	if (IsCatalogRelationOid(relid))
		return false;
	entry = find_entry(sizes, relid);
	if (entry == NULL)
		return false;
	if (RELKIND_HAS_PARTITIONS(entry->kind))
	{
		add_missing(sizes, entry, size);
		return size->nmissing > 0;
	}
	size->bytes = entry->bytes;
	size->rows = entry->rows;
	size->toast_bytes = entry->toast_bytes;
	return true;
}

/* ----------------------------------------------------------------
 *		SQL functions
 * ----------------------------------------------------------------
 */

/*
 * safeddl_relation_size(relation oid, OUT pages bigint, OUT rows bigint): of a
 * relation in this database, as the guard sees it where nothing was loaded.
 * Waits for no lock; nulls if the relation is gone.
 */
Datum
safeddl_relation_size(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Datum		values[2] = {0};
	bool		nulls[2] = {true, true};
	BlockNumber pages;
	double		rows;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (safeddl_own_size(PG_GETARG_OID(0), &pages, &rows))
	{
		values[0] = Int64GetDatum((int64) pages);
		values[1] = Int64GetDatum((int64) rows);
		nulls[0] = nulls[1] = false;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
