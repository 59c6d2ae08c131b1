/*
 * stmt_owner.c
 *	  Statements that take relations by what they have in common: OWNER TO of
 *	  types, REASSIGN OWNED, ALTER ... ALL IN TABLESPACE.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_type.h"
#include "commands/tablespace.h"
#include "commands/user.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/*
 * safeddl_change_owner: what ATExecChangeOwner() locks beside the relation
 * itself: nothing, if it has that owner already.
 */
void
safeddl_change_owner(SafeddlAnalysis *a, Oid relid, Oid root, Oid newowner)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		changes;

	if (!HeapTupleIsValid(tuple))
		return;
	changes = ((Form_pg_class) GETSTRUCT(tuple))->relowner != newowner;
	ReleaseSysCache(tuple);
	if (changes)
		safeddl_add_storage(a, relid, root, true);
}

/*
 * safeddl_analyze_owner: OWNER TO of what is no relation, but may be a
 * composite type; mirrors AlterTypeOwner().  For relations it is ALTER TABLE.
 */
void
safeddl_analyze_owner(SafeddlAnalysis *a, Node *node)
{
	AlterOwnerStmt *stmt = castNode(AlterOwnerStmt, node);
	Oid			newowner;
	Oid			relid;
	HeapTuple	tuple;

	if (stmt->objectType != OBJECT_TYPE && stmt->objectType != OBJECT_DOMAIN)
		return;
	newowner = get_rolespec_oid(stmt->newowner, !a->strict);
	relid = safeddl_composite_relation(a, castNode(List, stmt->object));
	if (!OidIsValid(relid))
		return;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(get_rel_type_id(relid)));
	if (!HeapTupleIsValid(tuple))
		return;
	if (((Form_pg_type) GETSTRUCT(tuple))->typowner != newowner)
		safeddl_add_locks(a, list_make1_oid(relid), relid, AccessExclusiveLock,
						  SAFEDDL_REACH_TARGET);
	ReleaseSysCache(tuple);
}

/*
 * safeddl_analyze_reassign_owned: mirrors shdepReassignOwned(): every relation
 * of the roles in this database, one after the other, and all of them stay
 * locked until the last one has changed hands.
 */
void
safeddl_analyze_reassign_owned(SafeddlAnalysis *a, Node *node)
{
	ReassignOwnedStmt *stmt = castNode(ReassignOwnedStmt, node);
	Oid			newowner = get_rolespec_oid(stmt->newrole, !a->strict);
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, stmt->roles)
	{
		Oid			roleid = get_rolespec_oid(lfirst(lc), !a->strict);

		if (!OidIsValid(roleid) || !OidIsValid(newowner) ||
			IsPinnedObject(AuthIdRelationId, roleid))
		{
			a->doomed = true;
			return;
		}
		foreach(lc2, safeddl_role_dependents(roleid, SHARED_DEPENDENCY_OWNER))
		{
			ObjectAddress *object = lfirst(lc2);
			Oid			relid = InvalidOid;

			if (object->classId == RelationRelationId)
				relid = object->objectId;
			else if (object->classId == TypeRelationId)
				relid = get_typ_typrelid(object->objectId);
			if (!OidIsValid(relid))
				continue;
			safeddl_add_locks(a, list_make1_oid(relid), relid, AccessExclusiveLock,
							  SAFEDDL_REACH_TARGET);
			safeddl_change_owner(a, relid, relid, newowner);
		}
	}
}

/* ----------------------------------------------------------------
 *		ALTER ... ALL IN TABLESPACE
 * ----------------------------------------------------------------
 */

/* is that one of the relations that AlterTableMoveAll() is to move? */
static bool
is_moved(const AlterTableMoveAllStmt *stmt, Form_pg_class form, List *owners)
{
	if (IsCatalogNamespace(form->relnamespace) || form->relisshared ||
		isAnyTempNamespace(form->relnamespace) || IsToastNamespace(form->relnamespace))
		return false;
	if (owners != NIL && !list_member_oid(owners, form->relowner))
		return false;
	switch (stmt->objtype)
	{
		case OBJECT_TABLE:
			return form->relkind == RELKIND_RELATION || form->relkind == RELKIND_PARTITIONED_TABLE;
		case OBJECT_INDEX:
			return form->relkind == RELKIND_INDEX || form->relkind == RELKIND_PARTITIONED_INDEX;
		case OBJECT_MATVIEW:
			return form->relkind == RELKIND_MATVIEW;
		default:
			return false;
	}
}

/*
 * move_source: the tablespace to move from, as it stands in pg_class; false
 * if nothing moves.
 */
static bool
move_source(SafeddlAnalysis *a, const AlterTableMoveAllStmt *stmt, Oid *from)
{
	Oid			to = get_tablespace_oid(stmt->new_tablespacename, !a->strict);

	*from = get_tablespace_oid(stmt->orig_tablespacename, !a->strict);
	if (!OidIsValid(*from) || !OidIsValid(to) ||
		*from == GLOBALTABLESPACE_OID || to == GLOBALTABLESPACE_OID)
	{
		a->doomed = true;
		return false;
	}
	if (*from == to)
		return false;
	if (*from == MyDatabaseTableSpace)
		*from = InvalidOid;
	return true;
}

/*
 * safeddl_analyze_move_all: mirrors AlterTableMoveAll(): it locks all
 * relations first and copies one after the other then, so that each is locked
 * while all of them are copied.  Their sizes are therefore to be summed up,
 * which is what a common root does: the largest, as none is named.
 */
void
safeddl_analyze_move_all(SafeddlAnalysis *a, Node *node)
{
	AlterTableMoveAllStmt *stmt = castNode(AlterTableMoveAllStmt, node);
	List	   *owners = roleSpecsToIds(stmt->roles);
	List	   *relids = NIL;
	Oid			root = InvalidOid;
	int32		root_pages = -1;
	Oid			from;
	ListCell   *lc;

	if (!move_source(a, stmt, &from))
		return;
	a->never_waits = stmt->nowait;
	foreach(lc, safeddl_relations_in(from))
	{
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_class form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_class) GETSTRUCT(tuple);
		if (is_moved(stmt, form, owners))
		{
			/* one that is not ours stops all before any is moved */
			if (!a->strict && !safeddl_owns_relation(form->oid, GetUserId()))
				a->doomed = true;
			relids = lappend_oid(relids, form->oid);
			if (form->relpages > root_pages)
			{
				root = form->oid;
				root_pages = form->relpages;
			}
		}
		ReleaseSysCache(tuple);
	}
	foreach(lc, relids)
	{
		Oid			relid = lfirst_oid(lc);

		if (RELKIND_HAS_STORAGE(get_rel_relkind(relid)))
			safeddl_add_copy(a, relid, root)->subject = stmt->new_tablespacename;
		else
			safeddl_add_locks(a, list_make1_oid(relid), root, AccessExclusiveLock,
							  SAFEDDL_REACH_TARGET);
	}
}
