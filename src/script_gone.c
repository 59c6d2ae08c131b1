/*
 * script_gone.c
 *	  What earlier statements of a script have dropped: it hinders nothing any
 *	  more, and is no effect of what comes later.
 */
#include "alter_table.h"
#include "script.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static List *
add_object(List *objects, Oid classid, Oid objid, int subid)
{
	ObjectAddress *object = palloc(sizeof(ObjectAddress));

	if (!OidIsValid(objid))
		return objects;
	ObjectAddressSubSet(*object, classid, objid, subid);
	return lappend(objects, object);
}

/* gone_parts: constraints and columns of a table of the catalog */
static List *
gone_parts(List *objects, const SafeddlScriptTable *table)
{
	AttrNumber	attno;
	ListCell   *lc;

	foreach(lc, table->gone_constraints)
		objects = add_object(objects, ConstraintRelationId,
							 get_relation_constraint_oid(table->relid, strVal(lfirst(lc)), true), 0);
	foreach(lc, table->gone_columns)
	{
		attno = get_attnum(table->relid, strVal(lfirst(lc)));
		if (attno > 0)
			objects = add_object(objects, RelationRelationId, table->relid, attno);
	}
	return objects;
}

/* tell: what goes first, so that it is gone when the statement comes */
static void
tell(SafeddlAnalysis *a, SafeddlClosure *closure, List *objects, Oid root)
{
	List	   *effects = a->effects;
	bool		doomed = a->doomed;

	if (objects == NIL)
		return;
	a->effects = NIL;
	safeddl_delete(closure, objects, root, DROP_CASCADE, 0);
	a->effects = effects;
	a->doomed = doomed;
}

/* safeddl_script_tell_gone: an ALTER TABLE, of what its table has lost */
void
safeddl_script_tell_gone(SafeddlAlterTable *at)
{
	SafeddlScript *script = at->a->script;
	List	   *objects = gone_parts(NIL, safeddl_script_changed(script, at->relid));
	ListCell   *lc;

	foreach(lc, script->tables)
	{
		SafeddlScriptTable *index = lfirst(lc);

		if (index->dropped && index->relkind == RELKIND_INDEX &&
			IndexGetRelation(index->relid, true) == at->relid)
			objects = add_object(objects, RelationRelationId, index->relid, 0);
	}
	if (objects == NIL)
		return;
	if (at->closure == NULL)
		at->closure = safeddl_begin_closure(at->a);
	tell(at->a, at->closure, objects, at->relid);
}

/* safeddl_script_begin_closure: of a DROP, told what is gone already */
SafeddlClosure *
safeddl_script_begin_closure(SafeddlAnalysis *a)
{
	SafeddlClosure *closure = safeddl_begin_closure(a);
	List	   *objects = NIL;
	ListCell   *lc;

	if (a->script == NULL)
		return closure;
	foreach(lc, a->script->gone)
	{
		const ObjectAddress *object = lfirst(lc);

		objects = add_object(objects, object->classId, object->objectId, object->objectSubId);
	}
	foreach(lc, a->script->tables)
		if (OidIsValid(((SafeddlScriptTable *) lfirst(lc))->relid) && !((SafeddlScriptTable *) lfirst(lc))->dropped)
			objects = gone_parts(objects, lfirst(lc));
	tell(a, closure, objects, InvalidOid);
	return closure;
}

/* topmost: the constraint that one of a partition was made for */
static Oid
topmost(Oid conoid, Oid *relid)
{
	for (;;)
	{
		HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
		Oid			parent;

		if (!HeapTupleIsValid(tuple))
			return InvalidOid;
		parent = ((Form_pg_constraint) GETSTRUCT(tuple))->conparentid;
		*relid = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
		ReleaseSysCache(tuple);
		if (!OidIsValid(parent))
			return conoid;
		conoid = parent;
	}
}

/* safeddl_script_key_is_gone: has the script dropped the foreign key? */
bool
safeddl_script_key_is_gone(SafeddlAnalysis *a, const SafeddlForeignKey *key)
{
	Oid			relid = InvalidOid;
	Oid			conoid;
	const SafeddlScriptTable *table;
	const char *name;

	if (a->script == NULL)
		return false;
	conoid = topmost(key->conoid, &relid);
	table = safeddl_script_changed(a->script, relid);
	name = table != NULL ? get_constraint_name(conoid) : NULL;
	return table != NULL && (table->dropped || safeddl_script_has(table->gone_constraints, name));
}
