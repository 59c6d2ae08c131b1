/*
 * stmt_type.c
 *	  Statements about types that reach the tables that use them: ALTER DOMAIN.
 *
 * ALTER TYPE of a composite type is an ALTER TABLE to the server; what it asks
 * about the tables that use the type is here.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_expr.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* the relations with a column of a domain, or of a domain over it */
typedef struct DomainUsers
{
	SafeddlAnalysis *a;
	List	   *scanned;		/* those that hold values */
	List	   *others;			/* views, partitioned and foreign tables, types */
	bool		reads_toast;	/* do any of the columns? */
} DomainUsers;

/* ----------------------------------------------------------------
 *		who uses a type
 * ----------------------------------------------------------------
 */

/* has the relation a column of that type? */
static bool
has_column_of_type(Oid relid, Oid typid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	int			natts;

	if (!HeapTupleIsValid(tuple))
		return false;
	natts = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	for (AttrNumber attno = 1; attno <= natts; attno++)
		if (get_atttype(relid, attno) == typid)
			return true;
	return false;
}

/*
 * safeddl_type_is_stored: is there a column, or a key of an index, that holds
 * values of the type, be it inside of others?  The server refuses changes of
 * such types: find_composite_type_dependencies() in commands/tablecmds.c.
 */
bool
safeddl_type_is_stored(Oid typid)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, safeddl_dependents(TypeRelationId, typid, -1, '\0'))
	{
		ObjectAddress *object = lfirst(lc);
		char		relkind;

		/* an array, a domain or a range */
		if (object->classId == TypeRelationId && safeddl_type_is_stored(object->objectId))
			return true;
		if (object->classId != RelationRelationId)
			continue;
		/* an expression of an index is noted for the index as a whole */
		if (object->objectSubId <= 0 && !has_column_of_type(object->objectId, typid))
			continue;
		relkind = get_rel_relkind(object->objectId);
		if (RELKIND_HAS_STORAGE(relkind) || RELKIND_HAS_PARTITIONS(relkind))
			return true;
		if (OidIsValid(get_rel_type_id(object->objectId)) &&
			safeddl_type_is_stored(get_rel_type_id(object->objectId)))
			return true;
	}
	return false;
}

/* safeddl_row_type: the composite type that a table is OF, or InvalidOid */
Oid
safeddl_row_type(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			result = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		result = ((Form_pg_class) GETSTRUCT(tuple))->reloftype;
		ReleaseSysCache(tuple);
	}
	return result;
}

/*
 * safeddl_typed_tables: those that were created OF a composite type; as
 * find_typed_table_dependencies() in commands/tablecmds.c.
 */
List *
safeddl_typed_tables(Oid typid)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(TypeRelationId, typid, 0, '\0'))
	{
		ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId && safeddl_row_type(object->objectId) == typid)
			result = list_append_unique_oid(result, object->objectId);
	}
	return result;
}

/* safeddl_add_row_type: ACCESS SHARE on the composite type of a table OF it */
void
safeddl_add_row_type(SafeddlAnalysis *a, const TypeName *name, Oid root)
{
	Oid			typid = LookupTypeNameOid(NULL, name, !a->strict);
	Oid			relid = OidIsValid(typid) ? get_typ_typrelid(typid) : InvalidOid;

	if (OidIsValid(relid))
		safeddl_add_effect(a, relid, OidIsValid(root) ? root : relid, AccessShareLock,
						   SAFEDDL_REACH_SOURCE, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/* ----------------------------------------------------------------
 *		ALTER DOMAIN
 * ----------------------------------------------------------------
 */

static void
refuse(SafeddlAnalysis *a, Oid domain)
{
	safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
					"cannot alter type \"%s\" because a column holds it inside of another type",
					format_type_be(domain));
}

/* a column of the domain */
static void
note_column(DomainUsers *users, Oid domain, const ObjectAddress *column)
{
	Oid			relid = column->objectId;

	if (OidIsValid(get_rel_type_id(relid)) && safeddl_type_is_stored(get_rel_type_id(relid)))
		refuse(users->a, domain);
	if (!safeddl_has_rows(users->a, relid))
	{
		users->others = list_append_unique_oid(users->others, relid);
		return;
	}
	users->scanned = list_append_unique_oid(users->scanned, relid);
	users->reads_toast |= safeddl_reads_toast(relid, bms_make_singleton(column->objectSubId -
																	   FirstLowInvalidHeapAttributeNumber));
}

/* as get_rels_with_domain() in commands/typecmds.c */
static void
find_domain_users(DomainUsers *users, Oid domain)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, safeddl_dependents(TypeRelationId, domain, -1, '\0'))
	{
		ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId && object->objectSubId > 0)
			note_column(users, domain, object);
		else if (object->classId != TypeRelationId)
			continue;
		else if (get_typtype(object->objectId) == TYPTYPE_DOMAIN)
			find_domain_users(users, object->objectId);
		else if (safeddl_type_is_stored(object->objectId))
			refuse(users->a, domain);
	}
}

/*
 * checks_values: does the statement read the values there are?  Nothing to do,
 * or no way to do it, is noticed before anything is locked.
 */
static bool
checks_values(SafeddlAnalysis *a, const AlterDomainStmt *stmt, Oid domain, bool *not_null)
{
	const Constraint *con = stmt->def != NULL && IsA(stmt->def, Constraint) ?
		(const Constraint *) stmt->def : NULL;
	Oid			conoid;
	HeapTuple	tuple;
	bool		result;

	*not_null = (stmt->subtype == 'O' || (con != NULL && con->contype == CONSTR_NOTNULL));
	if (*not_null)
	{
		tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(domain));
		result = HeapTupleIsValid(tuple) && !((Form_pg_type) GETSTRUCT(tuple))->typnotnull;
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		return result;
	}
	if (stmt->subtype == 'C')
	{
		if (con == NULL || con->contype != CONSTR_CHECK ||
			(con->conname && OidIsValid(get_domain_constraint_oid(domain, con->conname, true))))
		{
			safeddl_missing(a, ERRCODE_INVALID_OBJECT_DEFINITION,
							"cannot add that constraint to the domain");
			return false;
		}
		return !con->skip_validation;
	}
	if (stmt->subtype != 'V')
		return false;
	conoid = get_domain_constraint_oid(domain, stmt->name, !a->strict);
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	if (!HeapTupleIsValid(tuple) ||
		((Form_pg_constraint) GETSTRUCT(tuple))->contype != CONSTRAINT_CHECK)
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE,
						"\"%s\" is not a check constraint of the domain", stmt->name);
	result = HeapTupleIsValid(tuple) &&
		(SAFEDDL_DOMAIN_VALIDATES_AGAIN || !((Form_pg_constraint) GETSTRUCT(tuple))->convalidated);
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/* the largest of the relations, or what it is a partition of */
static Oid
choose_root(DomainUsers *users)
{
	Oid			root = InvalidOid;
	ListCell   *lc;

	foreach(lc, users->scanned)
		if (!OidIsValid(root) ||
			safeddl_heap_bytes(users->a, lfirst_oid(lc)) > safeddl_heap_bytes(users->a, root))
			root = lfirst_oid(lc);
	return OidIsValid(root) && get_rel_relispartition(root) ?
		llast_oid(get_partition_ancestors(root)) : root;
}

/* VALUE in a CHECK; as replace_domain_constraint_value() in commands/typecmds.c */
static Node *
value_of_domain(ParseState *pstate, ColumnRef *cref)
{
	Node	   *value = NULL;

	if (list_length(cref->fields) == 1 && IsA(linitial(cref->fields), String) &&
		strcmp(strVal(linitial(cref->fields)), "value") == 0)
		value = copyObject(pstate->p_ref_hook_state);
	return value;
}

/*
 * cook_check: raises the server's own error for an expression that cannot be
 * parsed; as domainAddConstraint() in commands/typecmds.c.
 */
static void
cook_check(SafeddlAnalysis *a, Oid domain, Constraint *con)
{
	CoerceToDomainValue *value = makeNode(CoerceToDomainValue);
	ParseState *pstate = make_parsestate(NULL);
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(domain));

	if (!HeapTupleIsValid(tuple) || con->contype != CONSTR_CHECK || con->raw_expr == NULL)
	{
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		return;
	}
	value->typeId = ((Form_pg_type) GETSTRUCT(tuple))->typbasetype;
	value->typeMod = ((Form_pg_type) GETSTRUCT(tuple))->typtypmod;
	value->collation = get_typcollation(value->typeId);
	value->location = -1;
	ReleaseSysCache(tuple);
	pstate->p_sourcetext = a->query;
	pstate->p_pre_columnref_hook = value_of_domain;
	pstate->p_ref_hook_state = value;
	(void) coerce_to_boolean(pstate, transformExpr(pstate, copyObject(con->raw_expr),
												   EXPR_KIND_DOMAIN_CHECK), "CHECK");
}

/*
 * safeddl_analyze_alter_domain: SHARE on all tables and materialized views
 * that use the domain, all of them before the first is read, which is why they
 * make one finding.  NOT VALID, and whatever only takes a constraint away,
 * locks nothing.  Mirrors AlterDomainAddConstraint() and its like in
 * commands/typecmds.c.
 */
void
safeddl_analyze_alter_domain(SafeddlAnalysis *a, Node *node)
{
	AlterDomainStmt *stmt = castNode(AlterDomainStmt, node);
	Oid			domain = LookupTypeNameOid(NULL, makeTypeNameFromNameList(stmt->typeName), !a->strict);
	DomainUsers users = {.a = a};
	bool		not_null = false;
	Oid			root;
	ListCell   *lc;

	if (!OidIsValid(domain) || get_typtype(domain) != TYPTYPE_DOMAIN ||
		(!a->strict && !safeddl_owns_type(domain, GetUserId())))
	{
		safeddl_missing(a, ERRCODE_WRONG_OBJECT_TYPE, "\"%s\" is not a domain",
						NameListToString(stmt->typeName));
		return;
	}
	if (stmt->subtype == 'C' && stmt->def != NULL && IsA(stmt->def, Constraint))
		cook_check(a, domain, (Constraint *) stmt->def);
	if (!checks_values(a, stmt, domain, &not_null))
		return;
	find_domain_users(&users, domain);
	root = choose_root(&users);
	foreach(lc, users.scanned)
	{
		SafeddlEffect *effect = safeddl_add_effect(a, lfirst_oid(lc), root, ShareLock,
												   SAFEDDL_REACH_DEPENDENT,
												   SAFEDDL_RULE_ALTER_DOMAIN,
												   SAFEDDL_WORK_SCAN);

		effect->subject = stmt->name;
		if (stmt->subtype == 'C')
		{
			effect->subject = ((Constraint *) stmt->def)->conname;
			effect->location = ((Constraint *) stmt->def)->location;
		}
		if (users.reads_toast && !not_null)
			effect->through |= SAFEDDL_THROUGH_TOAST;
	}
	foreach(lc, users.others)
		safeddl_add_effect(a, lfirst_oid(lc), OidIsValid(root) ? root : lfirst_oid(lc), ShareLock,
						   SAFEDDL_REACH_DEPENDENT, SAFEDDL_RULE_NONE,
						   SAFEDDL_WORK_NONE)->early = true;
}
