/*
 * script_names.c
 *	  What a name means in a script by now: a relation that the catalog knows,
 *	  maybe by another name, or one that the script makes.
 */
#include "safeddl.h"
#include "script.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* ----------------------------------------------------------------
 *		lists of names (String)
 * ----------------------------------------------------------------
 */

bool
safeddl_script_has(List *names, const char *name)
{
	ListCell   *lc;

	foreach(lc, names)
		if (name != NULL && strcmp(strVal(lfirst(lc)), name) == 0)
			return true;
	return false;
}

List *
safeddl_script_without(List *names, const char *name)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, names)
		if (strcmp(strVal(lfirst(lc)), name) != 0)
			result = lappend(result, lfirst(lc));
	return result;
}

List *
safeddl_script_with(List *names, const char *name)
{
	return lappend(safeddl_script_without(names, name), makeString(pstrdup(name)));
}

/* ----------------------------------------------------------------
 *		relations
 * ----------------------------------------------------------------
 */

/* path: names of the schemas in which a name without one is looked for */
static List *
path(void)
{
	char	   *copy = pstrdup(namespace_search_path);
	List	   *names = NIL;
	List	   *result = NIL;
	bool		catalog = false;
	ListCell   *lc;

	if (!SplitIdentifierString(copy, ',', &names))
		names = NIL;
	foreach(lc, names)
	{
		char	   *name = lfirst(lc);

		if (strcmp(name, "$user") == 0)
			name = GetUserNameFromId(GetUserId(), true);
		catalog |= name != NULL && strcmp(name, "pg_catalog") == 0;
		if (name != NULL && strcmp(name, "pg_temp") != 0)
			result = lappend(result, name);
	}
	if (!catalog)
		result = lcons("pg_catalog", result);
	return lcons("pg_temp", result);
}

static Oid
schema_oid(SafeddlScript *script, const char *name)
{
	Oid			nspid = InvalidOid;
	Oid			toast_nspid;

	if (strcmp(name, "pg_temp") == 0)
		GetTempNamespaceState(&nspid, &toast_nspid);
	else if (!safeddl_script_has(script->gone_schemas, name))
		nspid = get_namespace_oid(name, true);
	return nspid;
}

/* what has, or had, a name */
typedef struct NameEntry
{
	char		relname[NAMEDATALEN];	/* hash key */
	List	   *tables;			/* of SafeddlScriptTable */
} NameEntry;

/* safeddl_script_enter: a relation that is new in the model, or has a new name */
void
safeddl_script_enter(SafeddlScript *script, SafeddlScriptTable *table)
{
	NameEntry  *entry;
	bool		found;

	if (script->names == NULL)
	{
		HASHCTL		ctl = {.keysize = NAMEDATALEN,.entrysize = sizeof(NameEntry),
		.hcxt = script->context};

		script->names = hash_create("safeddl script", 256, &ctl, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	}
	entry = hash_search(script->names, table->relname, HASH_ENTER, &found);
	if (!found)
		entry->tables = NIL;
	entry->tables = lappend(entry->tables, table);
}

/* named: those that may have a name */
static List *
named(SafeddlScript *script, const char *relname)
{
	NameEntry  *entry = script->names == NULL ? NULL :
		hash_search(script->names, relname, HASH_FIND, NULL);

	return entry == NULL ? NIL : entry->tables;
}

/* is_over: has the transaction, or the session, ended that it was made for? */
static bool
is_over(const SafeddlScript *script, const SafeddlScriptTable *table)
{
	return (table->on_commit_drop && table->transaction != script->transaction) ||
		(table->transaction < script->session && !OidIsValid(table->relid) &&
		 strcmp(table->nspname, "pg_temp") == 0);
}

/* find_in: a relation in a schema */
static SafeddlScriptTable *
find_in(SafeddlScript *script, const char *nspname, const char *relname, Oid *relid)
{
	SafeddlScriptTable *table;
	Oid			nspid;
	ListCell   *lc;

	*relid = InvalidOid;
	foreach(lc, named(script, relname))
	{
		table = lfirst(lc);
		if (!table->dropped && !is_over(script, table) && strcmp(table->relname, relname) == 0 &&
			strcmp(table->nspname, nspname) == 0)
		{
			*relid = table->relid;
			return table;
		}
	}
	nspid = schema_oid(script, nspname);
	if (OidIsValid(nspid))
		*relid = get_relname_relid(relname, nspid);
	/* what goes by that name in the catalog may have been renamed, or dropped */
	if (OidIsValid(*relid) && safeddl_script_changed(script, *relid) != NULL)
		*relid = InvalidOid;
	return NULL;
}

/*
 * safeddl_script_find: what the script made or changed by that name, or NULL;
 * relid: what the catalog has, or InvalidOid.
 */
SafeddlScriptTable *
safeddl_script_find(SafeddlScript *script, const RangeVar *rv, Oid *relid)
{
	SafeddlScriptTable *table = NULL;
	ListCell   *lc;

	if (rv->schemaname != NULL)
		return find_in(script, rv->schemaname, rv->relname, relid);
	foreach(lc, path())
	{
		table = find_in(script, lfirst(lc), rv->relname, relid);
		if (table != NULL || OidIsValid(*relid))
			return table;
	}
	*relid = InvalidOid;
	return NULL;
}

/* safeddl_script_changed: what the script did to a relation of the catalog; or NULL */
SafeddlScriptTable *
safeddl_script_changed(SafeddlScript *script, Oid relid)
{
	ListCell   *lc;

	foreach(lc, OidIsValid(relid) ? script->tables : NIL)
		if (((SafeddlScriptTable *) lfirst(lc))->relid == relid)
			return lfirst(lc);
	return NULL;
}

/* safeddl_script_is_detached: has the script detached, or dropped, a partition of the catalog? */
bool
safeddl_script_is_detached(SafeddlScript *script, Oid relid)
{
	const SafeddlScriptTable *table = safeddl_script_changed(script, relid);

	return table != NULL && (table->detached || table->dropped);
}

/*
 * safeddl_script_lineage: what the script did to a relation of the catalog and
 * to those that it inherits from, as SafeddlScriptTable.
 */
List *
safeddl_script_lineage(SafeddlScript *script, Oid relid)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, script->tables)
	{
		SafeddlScriptTable *table = lfirst(lc);

		if (OidIsValid(table->relid) &&
			(table->relid == relid || list_member_oid(safeddl_hierarchy(table->relid, true), relid)))
			result = lappend(result, table);
	}
	return result;
}

/*
 * safeddl_script_rename: the names that a relation of the catalog has by now;
 * true if it is empty by now.
 */
bool
safeddl_script_rename(SafeddlScript *script, Oid relid, char **nspname, char **relname)
{
	const SafeddlScriptTable *table = safeddl_script_changed(script, relid);

	if (table == NULL)
		return false;
	*nspname = pstrdup(table->nspname);
	*relname = pstrdup(table->relname);
	return table->emptied;
}

/* safeddl_script_is_new: does the name mean a relation that the script makes? */
bool
safeddl_script_is_new(SafeddlScript *script, const RangeVar *rv)
{
	Oid			relid;

	return rv != NULL && rv->relname != NULL &&
		safeddl_script_find(script, rv, &relid) != NULL && !OidIsValid(relid);
}

/* safeddl_script_resolve: safeddl_resolve(), in a script */
Oid
safeddl_script_resolve(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok)
{
	Oid			relid;

	(void) safeddl_script_find(a->script, rv, &relid);
	if (!OidIsValid(relid) && !missing_ok)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 rv->schemaname ?
				 errmsg("relation \"%s.%s\" does not exist", rv->schemaname, rv->relname) :
				 errmsg("relation \"%s\" does not exist", rv->relname)));
	return relid;
}

/* safeddl_script_schema: that a new relation goes to; NULL if there is none */
char *
safeddl_script_schema(SafeddlScript *script, const RangeVar *rv)
{
	ListCell   *lc;

	if (rv->relpersistence == RELPERSISTENCE_TEMP)
		return "pg_temp";
	if (rv->schemaname != NULL)
		return rv->schemaname;
	foreach(lc, list_copy_tail(path(), 1))
	{
		char	   *name = lfirst(lc);

		if (strcmp(name, "pg_catalog") != 0 &&
			(safeddl_script_has(script->schemas, name) || OidIsValid(schema_oid(script, name))))
			return name;
	}
	return NULL;
}

/* safeddl_script_type: a type that the script makes or changes; or NULL */
SafeddlScriptType *
safeddl_script_type(SafeddlScript *script, List *names)
{
	char	   *nspname;
	char	   *name;
	ListCell   *lc;

	if (names == NIL || list_length(names) > 2)
		return NULL;
	name = strVal(llast(names));
	nspname = list_length(names) == 2 ? strVal(linitial(names)) : NULL;
	foreach(lc, script->types)
	{
		SafeddlScriptType *type = lfirst(lc);

		if (strcmp(type->name, name) == 0 &&
			(nspname == NULL || type->nspname == NULL || strcmp(type->nspname, nspname) == 0))
			return type;
	}
	return NULL;
}
