/*
 * stmt_object.c
 *	  Statements about a named object of any type: RENAME, SET SCHEMA, DEPENDS
 *	  ON EXTENSION, COMMENT, SECURITY LABEL, ALTER EXTENSION ADD and DROP,
 *	  GRANT.
 *
 * They change the catalogs alone, but what they lock may be in use.  The lock
 * is on the relation that is named, or that the object named belongs to; the
 * views, children or indexes of it are spared unless said otherwise.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ----------------------------------------------------------------
 *		names to relations
 * ----------------------------------------------------------------
 */

/*
 * safeddl_is_kind: is a relation of the type of object that a statement calls
 * for?  Types of relations only.
 */
bool
safeddl_is_kind(ObjectType type, char relkind)
{
	switch (type)
	{
		case OBJECT_TABLE:
			return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE;
		case OBJECT_INDEX:
			return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
		case OBJECT_SEQUENCE:
			return relkind == RELKIND_SEQUENCE;
		case OBJECT_VIEW:
			return relkind == RELKIND_VIEW;
		case OBJECT_MATVIEW:
			return relkind == RELKIND_MATVIEW;
		case OBJECT_FOREIGN_TABLE:
			return relkind == RELKIND_FOREIGN_TABLE;
		default:
			return false;
	}
}

/*
 * alter_takes: as RangeVarCallbackForAlterRelation(): ALTER TABLE takes any
 * kind of relation but composite types, and so does ALTER INDEX ... RENAME.
 */
static bool
alter_takes(ObjectType type, char relkind, bool rename)
{
	if (type == OBJECT_TABLE || (type == OBJECT_INDEX && rename))
		return relkind != RELKIND_COMPOSITE_TYPE;
	return safeddl_is_kind(type, relkind);
}

static void
wrong_kind(SafeddlAnalysis *a, const RangeVar *rv)
{
	/* as safeddl_may_not_alter() */
	a->locks_first = false;
	safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE, "\"%s\" is of another kind", rv->relname);
}

/*
 * safeddl_named_target: the relation that a statement is about, with a bare
 * lock on it; InvalidOid if there is none.
 */
Oid
safeddl_named_target(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok, LOCKMODE lockmode)
{
	Oid			relid = safeddl_resolve(a, rv, missing_ok);

	if (!OidIsValid(relid))
	{
		a->doomed |= !missing_ok;
		return InvalidOid;
	}
	safeddl_add_effect(a, relid, relid, lockmode, SAFEDDL_REACH_TARGET,
					   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE)->location = rv->location;
	a->locks_first = true;
	return relid;
}

/*
 * safeddl_composite_relation: the entry in pg_class of a composite type;
 * InvalidOid for other types, row types of tables included.
 */
Oid
safeddl_composite_relation(SafeddlAnalysis *a, List *names)
{
	Oid			typid = LookupTypeNameOid(NULL, makeTypeNameFromNameList(names), !a->strict);
	Oid			relid;

	if (!OidIsValid(typid))
	{
		a->doomed = true;
		return InvalidOid;
	}
	relid = get_typ_typrelid(typid);
	if (OidIsValid(relid) && get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return InvalidOid;
	return relid;
}

static void
lock_children(SafeddlAnalysis *a, Oid relid, Oid root, LOCKMODE lockmode)
{
	ListCell   *lc;

	foreach(lc, list_delete_oid(safeddl_hierarchy(relid, true), relid))
		safeddl_add_effect(a, lfirst_oid(lc), root, lockmode,
						   safeddl_child_reach(lfirst_oid(lc)), SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE);
}

/* ----------------------------------------------------------------
 *		RENAME
 * ----------------------------------------------------------------
 */

/*
 * rename_relation: mirrors RenameRelation().  ALTER INDEX gets by with a
 * weaker lock, if what it names is an index; that lock is given back for the
 * right one otherwise.
 */
static void
rename_relation(SafeddlAnalysis *a, RenameStmt *stmt)
{
	Oid			relid = safeddl_resolve(a, stmt->relation, stmt->missing_ok);
	bool		weak = stmt->renameType == OBJECT_INDEX && OidIsValid(relid) &&
		safeddl_is_kind(OBJECT_INDEX, get_rel_relkind(relid));

	relid = safeddl_named_target(a, stmt->relation, stmt->missing_ok,
								 weak ? ShareUpdateExclusiveLock : AccessExclusiveLock);
	if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
		return;
	if (!alter_takes(stmt->renameType, get_rel_relkind(relid), true))
		wrong_kind(a, stmt->relation);
}

/* rename_column: a column or an attribute; mirrors renameatt_internal() */
static void
rename_column(SafeddlAnalysis *a, RenameStmt *stmt)
{
	Oid			relid = safeddl_named_target(a, stmt->relation, stmt->missing_ok,
											 AccessExclusiveLock);
	ListCell   *lc;

	if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
		return;
	if (get_attnum(relid, stmt->subname) == InvalidAttrNumber)
		safeddl_missing(a, ERRCODE_UNDEFINED_COLUMN, "column \"%s\" does not exist",
						stmt->subname);
	if (stmt->relation->inh)
		lock_children(a, relid, relid, AccessExclusiveLock);
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return;
	/* without CASCADE, it fails if there are any */
	foreach(lc, safeddl_typed_tables(get_rel_type_id(relid)))
	{
		a->doomed |= stmt->behavior == DROP_RESTRICT;
		safeddl_add_effect(a, lfirst_oid(lc), relid, AccessExclusiveLock,
						   SAFEDDL_REACH_DEPENDENT, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
		lock_children(a, lfirst_oid(lc), relid, AccessExclusiveLock);
	}
}

/* rename_constraint: mirrors rename_constraint_internal() */
static void
rename_constraint(SafeddlAnalysis *a, RenameStmt *stmt)
{
	Oid			relid = safeddl_named_target(a, stmt->relation, stmt->missing_ok,
											 AccessExclusiveLock);
	HeapTuple	tuple;
	Form_pg_constraint form;

	if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
		return;
	tuple = SearchSysCache1(CONSTROID,
							ObjectIdGetDatum(get_relation_constraint_oid(relid, stmt->subname, true)));
	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(a, ERRCODE_UNDEFINED_OBJECT, "constraint \"%s\" does not exist",
						stmt->subname);
		return;
	}
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	if (safeddl_constraint_inherits(form) && stmt->relation->inh)
		lock_children(a, relid, relid, AccessExclusiveLock);
	if (form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE ||
		form->contype == CONSTRAINT_EXCLUSION)
		safeddl_add_locks(a, list_make1_oid(form->conindid), relid, ShareUpdateExclusiveLock,
						  SAFEDDL_REACH_INDEX);
	ReleaseSysCache(tuple);
}

/* safeddl_analyze_rename: mirrors ExecRenameStmt() */
void
safeddl_analyze_rename(SafeddlAnalysis *a, Node *node)
{
	RenameStmt *stmt = castNode(RenameStmt, node);
	Oid			relid;

	switch (stmt->renameType)
	{
		case OBJECT_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
		case OBJECT_FOREIGN_TABLE:
			rename_relation(a, stmt);
			break;
		case OBJECT_COLUMN:
		case OBJECT_ATTRIBUTE:
			rename_column(a, stmt);
			break;
		case OBJECT_TABCONSTRAINT:
			rename_constraint(a, stmt);
			break;
		case OBJECT_RULE:
		case OBJECT_TRIGGER:
		case OBJECT_POLICY:
			relid = safeddl_named_target(a, stmt->relation, stmt->missing_ok,
										 AccessExclusiveLock);
			if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
				break;
			/* see renametrig(): statement triggers are no exception */
			if (stmt->renameType == OBJECT_TRIGGER &&
				get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
				lock_children(a, relid, relid, AccessExclusiveLock);
			break;
		case OBJECT_TYPE:
			relid = safeddl_composite_relation(a, castNode(List, stmt->object));
			if (OidIsValid(relid))
				safeddl_add_locks(a, list_make1_oid(relid), relid, AccessExclusiveLock,
								  SAFEDDL_REACH_TARGET);
			break;
		default:
			break;				/* no relation is locked */
	}
}

/* ----------------------------------------------------------------
 *		SET SCHEMA, DEPENDS ON EXTENSION
 * ----------------------------------------------------------------
 */

/*
 * move_relation: mirrors AlterTableNamespaceInternal().  The indexes move
 * along without a lock, but AlterSeqNamespaces() locks them for a moment to
 * find out that they are no sequences; it does not meet those of constraints.
 */
static void
move_relation(SafeddlAnalysis *a, Oid relid, Oid root, SafeddlReach reach)
{
	ListCell   *lc;

	safeddl_add_locks(a, list_make1_oid(relid), root, AccessExclusiveLock, reach);
	safeddl_add_locks(a, getOwnedSequences(relid), root, AccessExclusiveLock,
					  SAFEDDL_REACH_SEQUENCE);
	foreach(lc, safeddl_indexes(relid))
		if (!OidIsValid(get_index_constraint(lfirst_oid(lc))))
			safeddl_add_effect(a, lfirst_oid(lc), root, AccessExclusiveLock,
							   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE,
							   SAFEDDL_WORK_NONE)->early = true;
}

/*
 * move_extension: mirrors AlterExtensionNamespace().  It does nothing where
 * the extension, and so every member, is in that schema already.
 */
static void
move_extension(SafeddlAnalysis *a, const char *name, const char *schema)
{
	Oid			extid = get_extension_oid(name, !a->strict);
	Oid			nspid = get_namespace_oid(schema, !a->strict);
	ListCell   *lc;

	if (!OidIsValid(extid) || !OidIsValid(nspid))
	{
		a->doomed = true;
		return;
	}
	foreach(lc, safeddl_dependents(ExtensionRelationId, extid, -1, DEPENDENCY_EXTENSION))
	{
		ObjectAddress *member = lfirst(lc);

		if (member->classId == RelationRelationId &&
			get_rel_namespace(member->objectId) != nspid)
			move_relation(a, member->objectId, member->objectId, SAFEDDL_REACH_DEPENDENT);
	}
}

/*
 * safeddl_analyze_set_schema: mirrors ExecAlterObjectSchemaStmt().  Types
 * move without a lock on a relation, composite ones included.
 */
void
safeddl_analyze_set_schema(SafeddlAnalysis *a, Node *node)
{
	AlterObjectSchemaStmt *stmt = castNode(AlterObjectSchemaStmt, node);
	Oid			relid;

	switch (stmt->objectType)
	{
		case OBJECT_EXTENSION:
			move_extension(a, strVal(stmt->object), stmt->newschema);
			break;
		case OBJECT_FOREIGN_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
			relid = safeddl_named_target(a, stmt->relation, stmt->missing_ok,
										 AccessExclusiveLock);
			if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
				return;
			/* an index goes with its table only */
			if (!alter_takes(stmt->objectType, get_rel_relkind(relid), false) ||
				safeddl_is_kind(OBJECT_INDEX, get_rel_relkind(relid)))
				wrong_kind(a, stmt->relation);
			else
				move_relation(a, relid, relid, SAFEDDL_REACH_TARGET);
			break;
		default:
			break;				/* no relation is locked */
	}
}

/*
 * safeddl_analyze_depends: ALTER ... DEPENDS ON EXTENSION: mirrors
 * ExecAlterObjectDependsStmt(), which has the object opened under the lock
 * that a trigger's table is spared.
 */
void
safeddl_analyze_depends(SafeddlAnalysis *a, Node *node)
{
	AlterObjectDependsStmt *stmt = castNode(AlterObjectDependsStmt, node);
	Oid			relid;

	if (stmt->relation == NULL)
		return;					/* functions */
	relid = safeddl_named_target(a, stmt->relation, false,
								 stmt->objectType == OBJECT_TRIGGER ? AccessShareLock :
								 AccessExclusiveLock);
	if (!OidIsValid(relid) || safeddl_may_not_alter(a, relid))
		return;
	if (stmt->objectType != OBJECT_TRIGGER &&
		!safeddl_is_kind(stmt->objectType, get_rel_relkind(relid)))
		wrong_kind(a, stmt->relation);
}

/* ----------------------------------------------------------------
 *		COMMENT, SECURITY LABEL, ALTER EXTENSION ADD and DROP
 * ----------------------------------------------------------------
 */

/*
 * safeddl_analyze_named_object: mirrors get_object_address() with a SHARE
 * UPDATE EXCLUSIVE lock on the object.  What hangs on a table is such an
 * object of its own: the table gets away with ACCESS SHARE.
 */
void
safeddl_analyze_named_object(SafeddlAnalysis *a, Node *node)
{
	ObjectType	type;
	Node	   *object;
	RangeVar   *rv;
	Oid			relid;
	LOCKMODE	lockmode = ShareUpdateExclusiveLock;

	if (IsA(node, CommentStmt))
	{
		type = ((CommentStmt *) node)->objtype;
		object = ((CommentStmt *) node)->object;
	}
	else if (IsA(node, SecLabelStmt))
	{
		type = ((SecLabelStmt *) node)->objtype;
		object = ((SecLabelStmt *) node)->object;
	}
	else
	{
		type = castNode(AlterExtensionContentsStmt, node)->objtype;
		object = ((AlterExtensionContentsStmt *) node)->object;
	}

	switch (type)
	{
		case OBJECT_INDEX:
		case OBJECT_SEQUENCE:
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
			rv = makeRangeVarFromNameList(castNode(List, object));
			break;
		case OBJECT_RULE:
		case OBJECT_TRIGGER:
		case OBJECT_TABCONSTRAINT:
		case OBJECT_POLICY:
			lockmode = AccessShareLock;
			pg_fallthrough;
		case OBJECT_COLUMN:
			/* the last name is not the relation's */
			if (list_length(castNode(List, object)) < 2)
			{
				a->doomed = true;
				return;
			}
			rv = makeRangeVarFromNameList(list_truncate(list_copy((List *) object),
														list_length((List *) object) - 1));
			break;
		default:
			return;				/* no relation is locked */
	}

	relid = safeddl_named_target(a, rv, false, lockmode);
	if (!OidIsValid(relid))
		return;
	/* a superuser may comment on a system catalog */
	if (!a->strict && !safeddl_owns_relation(relid, GetUserId()))
		a->doomed = true;
	if (lockmode != AccessShareLock && type != OBJECT_COLUMN &&
		!safeddl_is_kind(type, get_rel_relkind(relid)))
		wrong_kind(a, rv);
}

/* ----------------------------------------------------------------
 *		GRANT, REVOKE
 * ----------------------------------------------------------------
 */

/* safeddl_analyze_grant: mirrors objectNamesToOids() */
void
safeddl_analyze_grant(SafeddlAnalysis *a, Node *node)
{
	GrantStmt  *stmt = castNode(GrantStmt, node);
	ListCell   *lc;

	if (!SAFEDDL_GRANT_LOCKS || stmt->targtype != ACL_TARGET_OBJECT ||
		(stmt->objtype != OBJECT_TABLE && stmt->objtype != OBJECT_SEQUENCE))
		return;
	foreach(lc, stmt->objects)
		safeddl_named_target(a, lfirst_node(RangeVar, lc), false, AccessShareLock);
}
