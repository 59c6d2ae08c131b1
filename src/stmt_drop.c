/*
 * stmt_drop.c
 *	  DROP of anything, with all that depends on it; closure.c knows what that
 *	  is.  Here names become objects.
 */
#include "safeddl.h"
#include "script.h"

#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "commands/policy.h"
#include "commands/proclang.h"
#include "commands/trigger.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "parser/parse_type.h"
#include "rewrite/rewriteSupport.h"
#include "utils/acl.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

/* ----------------------------------------------------------------
 *		DROP of relations
 * ----------------------------------------------------------------
 */

/* as RangeVarCallbackForDropRelation(): what the server checks first */
static void
check_relation(SafeddlAnalysis *a, ObjectType type, Oid relid, const char *name)
{
	/* the owner of the schema may drop it as well */
	if (IsCatalogRelationOid(relid) ||
		!safeddl_owns_schema(get_rel_namespace(relid), GetUserId()))
		safeddl_may_not_alter(a, relid);
	if (!safeddl_is_kind(type, get_rel_relkind(relid)))
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE, "\"%s\" is of another kind", name);
}

/* lock_named: it is refused for the next one, but has locked these by then */
static List *
lock_named(SafeddlAnalysis *a, List *objects)
{
	ListCell   *lc;

	foreach(lc, objects)
	{
		Oid			relid = ((ObjectAddress *) lfirst(lc))->objectId;

		safeddl_add_locks(a, list_make1_oid(relid), relid, AccessExclusiveLock,
						  SAFEDDL_REACH_TARGET);
	}
	a->locks_first |= !a->doomed;
	a->doomed = true;
	return NIL;
}

/* the relations that a DROP names, as ObjectAddress */
static List *
named_relations(SafeddlAnalysis *a, DropStmt *stmt)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, stmt->objects)
	{
		RangeVar   *rv = makeRangeVarFromNameList(lfirst(lc));
		Oid			relid = safeddl_resolve(a, rv, stmt->missing_ok);
		ObjectAddress *object;

		if (!OidIsValid(relid) && stmt->missing_ok)
			continue;
		if (!OidIsValid(relid))
			return lock_named(a, result);
		check_relation(a, stmt->removeType, relid, rv->relname);
		object = palloc(sizeof(ObjectAddress));
		ObjectAddressSet(*object, RelationRelationId, relid);
		result = lappend(result, object);
	}
	return result;
}

/*
 * safeddl_analyze_drop_index: as any DROP, but that a partitioned index has
 * all partitions locked beforehand, and but for CONCURRENTLY.  Mirrors
 * RemoveRelations() in commands/tablecmds.c.
 */
void
safeddl_analyze_drop_index(SafeddlAnalysis *a, Node *node)
{
	DropStmt *stmt = castNode(DropStmt, node);
	List	   *objects = named_relations(a, stmt);
	int			options = 0;
	ListCell   *lc;

	if (stmt->concurrent)
		a->doomed |= a->in_block || list_length(stmt->objects) != 1 ||
			stmt->behavior == DROP_CASCADE;
	foreach(lc, objects)
	{
		Oid			indexid = ((ObjectAddress *) lfirst(lc))->objectId;
		Oid			tableid = IndexGetRelation(indexid, true);
		bool		partitioned = get_rel_relkind(indexid) == RELKIND_PARTITIONED_INDEX;

		if (stmt->concurrent && get_rel_persistence(indexid) != RELPERSISTENCE_TEMP)
		{
			options = SAFEDDL_DELETE_CONCURRENTLY;
			a->doomed |= partitioned;
			/* as index_drop(): all who may use the index; its own lock comes after that */
			if (OidIsValid(tableid))
			{
				safeddl_add_await(a, tableid, AccessExclusiveLock, false);
				safeddl_add_await(a, indexid, ShareUpdateExclusiveLock, false);
			}
		}
		/* RangeVarCallbackForDropRelation(): before it is refused, if it is */
		if (!stmt->concurrent && OidIsValid(tableid))
			safeddl_add_locks(a, list_make2_oid(indexid, tableid), tableid,
							  AccessExclusiveLock, SAFEDDL_REACH_INDEX_TABLE);
		if (partitioned && OidIsValid(tableid))
			safeddl_add_locks(a, list_delete_oid(safeddl_hierarchy(tableid, true), tableid),
							  tableid, AccessExclusiveLock, SAFEDDL_REACH_PARTITION);
	}
	a->locks_first |= !a->doomed;
	safeddl_delete(safeddl_begin_closure(a), objects, InvalidOid, stmt->behavior, options);
}

/* ----------------------------------------------------------------
 *		DROP of other objects
 * ----------------------------------------------------------------
 */

/*
 * part_address: a trigger, rule or policy of a table.  As
 * get_object_address_relobject(), but it takes no lock on the table.
 */
static ObjectAddress
part_address(SafeddlAnalysis *a, ObjectType type, List *names, bool missing_ok)
{
	ObjectAddress result = InvalidObjectAddress;
	const char *name = strVal(llast(names));
	RangeVar   *rv = makeRangeVarFromNameList(list_truncate(list_copy(names),
															list_length(names) - 1));
	Oid			relid = RangeVarGetRelid(rv, NoLock, missing_ok);

	if (!OidIsValid(relid))
		return result;
	safeddl_may_not_alter(a, relid);
	if (type == OBJECT_TRIGGER)
		ObjectAddressSet(result, TriggerRelationId, get_trigger_oid(relid, name, missing_ok));
	else if (type == OBJECT_RULE)
		ObjectAddressSet(result, RewriteRelationId, get_rewrite_oid(relid, name, missing_ok));
	else
		ObjectAddressSet(result, PolicyRelationId, get_relation_policy_oid(relid, name, missing_ok));
	return result;
}

static ObjectAddress
type_address(ObjectType type, TypeName *name, bool missing_ok)
{
	ObjectAddress result = InvalidObjectAddress;
	Oid			typid = LookupTypeNameOid(NULL, name, missing_ok);

	/* DROP DOMAIN of another type is an error of the server's */
	if (OidIsValid(typid) && (type == OBJECT_TYPE || get_typtype(typid) == TYPTYPE_DOMAIN))
		ObjectAddressSet(result, TypeRelationId, typid);
	return result;
}

/* a cast or transform, found by two names */
static ObjectAddress
pair_address(ObjectType type, List *names, bool missing_ok)
{
	ObjectAddress result = InvalidObjectAddress;
	Oid			first = LookupTypeNameOid(NULL, linitial_node(TypeName, names), missing_ok);

	if (type == OBJECT_CAST)
		ObjectAddressSet(result, CastRelationId,
						 get_cast_oid(first, LookupTypeNameOid(NULL, lsecond_node(TypeName, names),
															   missing_ok), missing_ok));
	else
		ObjectAddressSet(result, TransformRelationId,
						 get_transform_oid(first, get_language_oid(strVal(lsecond(names)), missing_ok),
										   missing_ok));
	return result;
}

/* an operator class or family: access method, then its name */
static ObjectAddress
operator_group_address(ObjectType type, List *names, bool missing_ok)
{
	ObjectAddress result = InvalidObjectAddress;
	Oid			amoid = get_am_oid(strVal(linitial(names)), missing_ok);
	List	   *name = list_copy_tail(names, 1);

	if (!OidIsValid(amoid))
		return result;
	if (type == OBJECT_OPCLASS)
		ObjectAddressSet(result, OperatorClassRelationId, get_opclass_oid(amoid, name, missing_ok));
	else
		ObjectAddressSet(result, OperatorFamilyRelationId, get_opfamily_oid(amoid, name, missing_ok));
	return result;
}

/*
 * object_address: what a DROP names, with an invalid OID where there is no
 * such thing.  As get_object_address(), which would lock the object and may
 * wait for that.
 */
static ObjectAddress
object_address(SafeddlAnalysis *a, ObjectType type, Node *name, bool missing_ok)
{
	ObjectAddress result = InvalidObjectAddress;

#define UNQUALIFIED(class, lookup) \
	ObjectAddressSet(result, class, lookup(strVal(name), missing_ok))
#define QUALIFIED(class, lookup) \
	ObjectAddressSet(result, class, lookup(castNode(List, name), missing_ok))

	switch (type)
	{
		case OBJECT_TRIGGER:
		case OBJECT_RULE:
		case OBJECT_POLICY:
			return part_address(a, type, castNode(List, name), missing_ok);
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			return type_address(type, castNode(TypeName, name), missing_ok);
		case OBJECT_CAST:
		case OBJECT_TRANSFORM:
			return pair_address(type, castNode(List, name), missing_ok);
		case OBJECT_OPCLASS:
		case OBJECT_OPFAMILY:
			return operator_group_address(type, castNode(List, name), missing_ok);
		case OBJECT_AGGREGATE:
		case OBJECT_FUNCTION:
		case OBJECT_PROCEDURE:
		case OBJECT_ROUTINE:
			ObjectAddressSet(result, ProcedureRelationId,
							 LookupFuncWithArgs(type, castNode(ObjectWithArgs, name), missing_ok));
			break;
		case OBJECT_OPERATOR:
			ObjectAddressSet(result, OperatorRelationId,
							 LookupOperWithArgs(castNode(ObjectWithArgs, name), missing_ok));
			break;
		case OBJECT_COLLATION:
			QUALIFIED(CollationRelationId, get_collation_oid);
			break;
		case OBJECT_CONVERSION:
			QUALIFIED(ConversionRelationId, get_conversion_oid);
			break;
		case OBJECT_STATISTIC_EXT:
			QUALIFIED(StatisticExtRelationId, get_statistics_object_oid);
			break;
		case OBJECT_TSPARSER:
			QUALIFIED(TSParserRelationId, get_ts_parser_oid);
			break;
		case OBJECT_TSDICTIONARY:
			QUALIFIED(TSDictionaryRelationId, get_ts_dict_oid);
			break;
		case OBJECT_TSTEMPLATE:
			QUALIFIED(TSTemplateRelationId, get_ts_template_oid);
			break;
		case OBJECT_TSCONFIGURATION:
			QUALIFIED(TSConfigRelationId, get_ts_config_oid);
			break;
		case OBJECT_SCHEMA:
			UNQUALIFIED(NamespaceRelationId, get_namespace_oid);
			break;
		case OBJECT_EXTENSION:
			UNQUALIFIED(ExtensionRelationId, get_extension_oid);
			break;
		case OBJECT_LANGUAGE:
			UNQUALIFIED(LanguageRelationId, get_language_oid);
			break;
		case OBJECT_FDW:
			UNQUALIFIED(ForeignDataWrapperRelationId, get_foreign_data_wrapper_oid);
			break;
		case OBJECT_FOREIGN_SERVER:
			UNQUALIFIED(ForeignServerRelationId, get_foreign_server_oid);
			break;
		case OBJECT_EVENT_TRIGGER:
			UNQUALIFIED(EventTriggerRelationId, get_event_trigger_oid);
			break;
		case OBJECT_ACCESS_METHOD:
			UNQUALIFIED(AccessMethodRelationId, get_am_oid);
			break;
		case OBJECT_PUBLICATION:
			UNQUALIFIED(PublicationRelationId, get_publication_oid);
			break;
		default:
			break;
	}
#undef UNQUALIFIED
#undef QUALIFIED
	return result;
}

/*
 * check_object: raises the error that the server will raise if the user may
 * not drop the object; tables of triggers and the like are checked already.
 */
static void
check_object(SafeddlAnalysis *a, ObjectType type, ObjectAddress object, Node *name)
{
	Oid			nspid = get_object_namespace(&object);

	if (type == OBJECT_FUNCTION && get_func_prokind(object.objectId) == PROKIND_AGGREGATE)
		a->doomed = true;
	if (a->strict || type == OBJECT_TRIGGER || type == OBJECT_RULE || type == OBJECT_POLICY)
		return;
	if (!OidIsValid(nspid) || !safeddl_owns_schema(nspid, GetUserId()))
		check_object_ownership(GetUserId(), type, object, name, NULL);
}

/* the objects that a DROP names, as ObjectAddress; mirrors RemoveObjects() */
static List *
named_objects(SafeddlAnalysis *a, DropStmt *stmt)
{
	List	   *result = NIL;
	ListCell   *lc;

	AcceptInvalidationMessages();
	foreach(lc, stmt->objects)
	{
		ObjectAddress object = object_address(a, stmt->removeType, lfirst(lc),
											  stmt->missing_ok || !a->strict);
		ObjectAddress *copy;

		if (!OidIsValid(object.objectId))
		{
			a->doomed |= !stmt->missing_ok;
			continue;
		}
		check_object(a, stmt->removeType, object, lfirst(lc));
		copy = palloc(sizeof(ObjectAddress));
		*copy = object;
		result = lappend(result, copy);
	}
	return result;
}

/* safeddl_analyze_drop: as ExecDropStmt() in tcop/utility.c */
void
safeddl_analyze_drop(SafeddlAnalysis *a, Node *node)
{
	DropStmt *stmt = castNode(DropStmt, node);
	List	   *objects;

	switch (stmt->removeType)
	{
		case OBJECT_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
			objects = named_relations(a, stmt);
			break;
		default:
			objects = named_objects(a, stmt);
			break;
	}
	/* what hangs on them is locked before the server sees that it may not go */
	a->locks_first |= !a->doomed;
	a->named = objects;
	safeddl_delete(safeddl_script_begin_closure(a), objects, InvalidOid, stmt->behavior, 0);
}

/* ----------------------------------------------------------------
 *		DROP OWNED
 * ----------------------------------------------------------------
 */

/*
 * doomed_policies: of the policies for a role, those that are for no other
 * role than these; from the rest the role is only removed, without a lock.
 */
static List *
doomed_policies(Oid roleid, List *roleids)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_role_dependents(roleid, SHARED_DEPENDENCY_POLICY))
	{
		ObjectAddress *policy = lfirst(lc);

		if (list_difference_oid(safeddl_policy_roles(policy->objectId), roleids) == NIL)
			result = lappend(result, policy);
	}
	return result;
}

/*
 * safeddl_analyze_drop_owned: what the roles own goes; privileges and policies
 * merely forget them.  Mirrors DropOwnedObjects() and shdepDropOwned().
 */
void
safeddl_analyze_drop_owned(SafeddlAnalysis *a, Node *node)
{
	DropOwnedStmt *stmt = castNode(DropOwnedStmt, node);
	List	   *roleids = NIL;
	List	   *objects = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, stmt->roles)
	{
		Oid			roleid = get_rolespec_oid(lfirst(lc), !a->strict);

		if (!OidIsValid(roleid) || IsPinnedObject(AuthIdRelationId, roleid) ||
			(!a->strict && !has_privs_of_role(GetUserId(), roleid)))
		{
			a->doomed = true;
			return;
		}
		roleids = lappend_oid(roleids, roleid);
	}
	foreach(lc, roleids)
	{
		/* databases and tablespaces stay */
		foreach(lc2, safeddl_role_dependents(lfirst_oid(lc), SHARED_DEPENDENCY_OWNER))
			if (!IsSharedRelation(((ObjectAddress *) lfirst(lc2))->classId))
				objects = lappend(objects, lfirst(lc2));
		objects = list_concat(objects, doomed_policies(lfirst_oid(lc), roleids));
	}
	safeddl_delete(safeddl_begin_closure(a), objects, InvalidOid, stmt->behavior, 0);
}
