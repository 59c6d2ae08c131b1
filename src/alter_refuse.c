/*
 * alter_refuse.c
 *	  What ALTER TABLE refuses before it has done any work: the wrong kind of
 *	  relation, and names that mean nothing.
 *
 * Mirrors RangeVarCallbackForAlterRelation(), ATPrepCmd() and what ATExecCmd()
 * calls, in commands/tablecmds.c.  Whatever might succeed passes: to refuse too
 * much is to miss a hazard.
 */
#include "alter_table.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "catalog/pg_publication.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "parser/parse_oper.h"
#include "rewrite/rewriteSupport.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static bool wrong_kind(ObjectType type, char relkind);
static bool takes_kind(AlterTableType subtype, char relkind);
static bool has_subcommand(List *cmds, AlterTableType subtype);
static bool builds_first(SafeddlAlterTable *at, List *cmds);
static void refuse_columns_added_twice(SafeddlAlterTable *at, List *cmds);
static void refuse_names(SafeddlAlterTable *at, AlterTableCmd *cmd);
static void refuse_column(SafeddlAlterTable *at, List *cmds, AlterTableCmd *cmd);

/*
 * safeddl_refuse_alter_table: dooms a statement that cannot succeed; false if
 * so.  Only what comes before the first index is built, or stands alone.
 */
bool
safeddl_refuse_alter_table(SafeddlAlterTable *at, AlterTableStmt *stmt)
{
	ListCell   *lc;

	if (wrong_kind(stmt->objtype, at->relkind))
	{
		safeddl_missing(at->a, ERRCODE_WRONG_OBJECT_TYPE, "\"%s\" is of another kind",
						stmt->relation->relname);
		return false;
	}
	safeddl_alter_effect(at, at->relid, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE, NULL, -1,
						 stmt->relation->location);
	at->a->locks_first = true;
	foreach(lc, stmt->cmds)
		if (!takes_kind(((AlterTableCmd *) lfirst(lc))->subtype, at->relkind))
		{
			safeddl_missing(at->a, ERRCODE_WRONG_OBJECT_TYPE,
							"ALTER action cannot be performed on relation \"%s\"",
							stmt->relation->relname);
			return false;
		}
	at->builds_first = builds_first(at, stmt->cmds);
	if (at->builds_first)
		return true;
	refuse_columns_added_twice(at, stmt->cmds);
	foreach(lc, stmt->cmds)
	{
		refuse_names(at, lfirst(lc));
		refuse_column(at, stmt->cmds, lfirst(lc));
	}
	return !at->a->doomed;
}

/*
 * wrong_kind: ALTER TABLE takes any relation, but composite types; the others
 * are particular.
 */
static bool
wrong_kind(ObjectType type, char relkind)
{
	switch (type)
	{
		case OBJECT_TYPE:
			return relkind != RELKIND_COMPOSITE_TYPE;
		case OBJECT_INDEX:
		case OBJECT_SEQUENCE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
			return !safeddl_is_kind(type, relkind);
		default:
			return relkind == RELKIND_COMPOSITE_TYPE;
	}
}

/*
 * takes_kind: as ATSimplePermissions(), for the subcommands that may do some
 * work, and for what no server takes.
 */
static bool
takes_kind(AlterTableType subtype, char relkind)
{
	bool		table = relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE;
	bool		index = relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;

	switch (subtype)
	{
		case AT_AddColumn:
		case AT_DropColumn:
		case AT_AlterColumnType:
			return table || relkind == RELKIND_COMPOSITE_TYPE || relkind == RELKIND_FOREIGN_TABLE;
		case AT_AddConstraint:
		case AT_DropConstraint:
		case AT_ValidateConstraint:
		case AT_AlterConstraint:
		case AT_SetNotNull:
		case AT_DropNotNull:
		case AT_DropExpression:
		case AT_AddInherit:
		case AT_DropInherit:
			return table || relkind == RELKIND_FOREIGN_TABLE;
		case AT_SetLogged:
		case AT_SetUnLogged:
			return table || relkind == RELKIND_SEQUENCE;
		case AT_SetAccessMethod:
			return table || relkind == RELKIND_MATVIEW;
		case AT_SetTableSpace:
			return table || index || relkind == RELKIND_MATVIEW;
		case AT_AttachPartition:
			return table || relkind == RELKIND_PARTITIONED_INDEX;
		case AT_DetachPartition:
		case AT_DetachPartitionFinalize:
			return table;
		default:
			return true;
	}
}

static bool
has_subcommand(List *cmds, AlterTableType subtype)
{
	ListCell   *lc;

	foreach(lc, cmds)
		if (((AlterTableCmd *) lfirst(lc))->subtype == subtype)
			return true;
	return false;
}

static bool
has_index_constraint(List *constraints)
{
	ListCell   *lc;

	foreach(lc, constraints)
	{
		ConstrType	contype = lfirst_node(Constraint, lc)->contype;

		if (contype == CONSTR_UNIQUE || contype == CONSTR_PRIMARY || contype == CONSTR_EXCLUSION)
			return true;
	}
	return false;
}

/*
 * builds_first: may indexes be built, or renamed, before the names in other
 * subcommands are looked at?
 */
static bool
builds_first(SafeddlAlterTable *at, List *cmds)
{
	ListCell   *lc;

	if (at->alters_types && list_length(cmds) > 1)
		return true;
	if (has_index_constraint(at->new_constraints))
		return true;
	foreach(lc, at->new_columns)
		if (has_index_constraint(lfirst_node(ColumnDef, lc)->constraints))
			return true;
	return has_subcommand(cmds, AT_AddIndex) || has_subcommand(cmds, AT_AddIndexConstraint);
}

/* refuse_columns_added_twice: as check_for_column_name_collision() */
static void
refuse_columns_added_twice(SafeddlAlterTable *at, List *cmds)
{
	List	   *names = NIL;
	ListCell   *lc;

	foreach(lc, cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);
		String	   *name;

		if (cmd->subtype != AT_AddColumn || cmd->missing_ok)
			continue;
		name = makeString(castNode(ColumnDef, cmd->def)->colname);
		if (list_member(names, name))
			safeddl_missing(at->a, ERRCODE_DUPLICATE_COLUMN,
							"column \"%s\" already exists", strVal(name));
		names = lappend(names, name);
	}
}

/* refuse_names: triggers, rules and indexes that do not exist, or do not serve */
static void
refuse_names(SafeddlAlterTable *at, AlterTableCmd *cmd)
{
	const char *name = cmd->name;
	bool		exists = true;

	switch (cmd->subtype)
	{
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_DisableTrig:
			exists = name == NULL || OidIsValid(get_trigger_oid(at->relid, name, true));
			break;
		case AT_EnableRule:
		case AT_EnableAlwaysRule:
		case AT_EnableReplicaRule:
		case AT_DisableRule:
			exists = name == NULL || OidIsValid(get_rewrite_oid(at->relid, name, true));
			break;
		case AT_ReplicaIdentity:
			name = castNode(ReplicaIdentityStmt, cmd->def)->name;
			exists = name == NULL ||
				OidIsValid(get_relname_relid(name, get_rel_namespace(at->relid)));
			break;
		case AT_ClusterOn:
			exists = name == NULL ||
				safeddl_is_clusterable(at->relid,
									   get_relname_relid(name, get_rel_namespace(at->relid)));
			break;
		default:
			break;
	}
	if (!exists)
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT, "there is no such \"%s\" of relation \"%s\"",
						name, get_rel_name(at->relid));
}

/*
 * refuse_column: one that does not exist, and one whose values come from
 * elsewhere than the subcommand wants.  Drops come first.
 */
static void
refuse_column(SafeddlAlterTable *at, List *cmds, AlterTableCmd *cmd)
{
	HeapTuple	tuple;
	Form_pg_attribute att;
	bool		possible = true;

	if (cmd->name == NULL ||
		(cmd->subtype != AT_ColumnDefault && cmd->subtype != AT_SetStatistics &&
		 cmd->subtype != AT_SetStorage && cmd->subtype != AT_SetCompression &&
		 cmd->subtype != AT_SetOptions && cmd->subtype != AT_ResetOptions &&
		 cmd->subtype != AT_AddIdentity && cmd->subtype != AT_SetIdentity &&
		 cmd->subtype != AT_DropIdentity && cmd->subtype != AT_DropExpression &&
		 cmd->subtype != AT_DropNotNull))
		return;
	tuple = SearchSysCacheAttName(at->relid, cmd->name);
	if (!HeapTupleIsValid(tuple))
	{
		if (safeddl_new_column(at, cmd->name) == NULL)
			safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
							"column \"%s\" does not exist", cmd->name);
		return;
	}
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	if (cmd->subtype == AT_ColumnDefault)
		possible = (att->attidentity == '\0' && att->attgenerated == '\0') ||
			has_subcommand(cmds, AT_DropIdentity) || has_subcommand(cmds, AT_DropExpression) ||
			has_subcommand(cmds, AT_DropColumn);
	else if (cmd->subtype == AT_DropIdentity)
		possible = cmd->missing_ok || att->attidentity != '\0';
	else if (cmd->subtype == AT_DropExpression)
		possible = cmd->missing_ok || att->attgenerated != '\0';
	ReleaseSysCache(tuple);
	if (!possible)
		safeddl_missing(at->a, ERRCODE_SYNTAX_ERROR,
						"that is not possible for column \"%s\"", cmd->name);
}

/*
 * safeddl_refuse_persistence: as ATPrepChangePersistence(): a permanent table
 * must not reference one that is not, and only permanent ones are published.
 * The table is of the other kind so far.
 */
void
safeddl_refuse_persistence(SafeddlAlterTable *at, bool to_logged)
{
	ListCell   *lc;

	if (get_rel_persistence(at->relid) == RELPERSISTENCE_TEMP ||
		(!to_logged && safeddl_is_published(at->relid)))
	{
		safeddl_missing(at->a, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
						"cannot change logged status of table \"%s\"", get_rel_name(at->relid));
		return;
	}
	foreach(lc, safeddl_foreign_keys(at->relid, !to_logged))
	{
		const SafeddlForeignKey *fk = lfirst(lc);
		Oid			other = to_logged ? fk->referenced : fk->referencing;

		if (other != at->relid &&
			(get_rel_persistence(other) == RELPERSISTENCE_PERMANENT) != to_logged)
			safeddl_missing(at->a, ERRCODE_INVALID_TABLE_DEFINITION,
							"could not change table \"%s\", because of a foreign key with \"%s\"",
							get_rel_name(at->relid), get_rel_name(other));
	}
}

/* ----------------------------------------------------------------
 *		FOREIGN KEY
 * ----------------------------------------------------------------
 */

/* can a column of one type reference one of another by an index of that operator class? */
static bool
types_match(Oid opclass, Oid referenced, Oid referencing)
{
	Oid			opfamily = get_opclass_family(opclass);
	Oid			input = get_opclass_input_type(opclass);
	Oid			base = getBaseType(referencing);
	Oid			actual[2] = {referenced, referencing};
	Oid			declared[2] = {input, input};

	if (OidIsValid(get_opfamily_member(opfamily, input, base, BTEqualStrategyNumber)) &&
		OidIsValid(get_opfamily_member(opfamily, base, base, BTEqualStrategyNumber)))
		return true;
	return can_coerce_type(2, actual, declared, COERCION_IMPLICIT);
}

/*
 * index_serves: can the rows be looked up by that index?  Mirrors
 * transformFkeyCheckAttrs(), and ATAddForeignKeyConstraint() for the types.
 */
static bool
index_serves(Oid indexid, const SafeddlForeignKey *key, int nreferenced)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	oidvector  *opclasses;
	bool		isnull;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	result = form->indnkeyatts == nreferenced && form->indisunique && form->indisvalid &&
		form->indimmediate && heap_attisnull(tuple, Anum_pg_index_indpred, NULL) &&
		heap_attisnull(tuple, Anum_pg_index_indexprs, NULL);
	opclasses = (oidvector *) DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple,
															  Anum_pg_index_indclass, &isnull));
	for (int i = 0; result && i < nreferenced; i++)
	{
		int			j = 0;

		while (j < nreferenced && form->indkey.values[j] != key->confkey[i])
			j++;
		result = j < nreferenced;
		/* columns to be have no type yet */
		if (result && i < key->nkeys && key->conkey[i] != InvalidAttrNumber &&
			safeddl_access_method(indexid) == BTREE_AM_OID)
			result = types_match(opclasses->values[j],
								 get_atttype(key->referenced, key->confkey[i]),
								 get_atttype(key->referencing, key->conkey[i]));
	}
	ReleaseSysCache(tuple);
	return result;
}

/* can a table of that persistence reference the other one? */
static bool
may_depend_on(char referencing, char referenced)
{
	if (referencing == RELPERSISTENCE_TEMP || referenced == RELPERSISTENCE_TEMP)
		return referencing == referenced;
	return referencing == RELPERSISTENCE_UNLOGGED || referenced == RELPERSISTENCE_PERMANENT;
}

/*
 * safeddl_refuse_foreign_key: what ATAddForeignKeyConstraint() checks.
 * nreferenced is how many columns of the referenced table were found; those of
 * the key may be columns to be, and are none where it stands behind one.
 */
void
safeddl_refuse_foreign_key(SafeddlAlterTable *at, Constraint *con, const SafeddlForeignKey *key,
						   int nreferenced)
{
	char		relkind = get_rel_relkind(key->referenced);
	bool		possible;
	ListCell   *lc;

	if (at->builds_first || safeddl_has_period(con))
		return;
	possible = (relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE) &&
		(allowSystemTableMods || !safeddl_relinfo(at->a, key->referenced)->catalog) &&
		may_depend_on(get_rel_persistence(at->relid), get_rel_persistence(key->referenced)) &&
		Max(key->nkeys, 1) == nreferenced;
	if (possible)
	{
		foreach(lc, safeddl_indexes(key->referenced))
			if (index_serves(lfirst_oid(lc), key, nreferenced))
				return;
	}
	safeddl_missing(at->a, ERRCODE_INVALID_FOREIGN_KEY,
					"foreign key to \"%s\" is not possible", get_rel_name(key->referenced));
}

/* ----------------------------------------------------------------
 *		UNIQUE, PRIMARY KEY, EXCLUDE
 * ----------------------------------------------------------------
 */

/*
 * exclusion_is_possible: as ComputeIndexAttrs().  Raises the server's own errors
 * where there is no such operator class or operator.
 */
static bool
exclusion_is_possible(Oid typid, IndexElem *elem, List *opname, const char *amname, Oid amoid)
{
	Oid			opclass = ResolveOpClass(elem->opclass, typid, amname, amoid);
	Oid			operator = compatible_oper_opid(opname, typid, typid, false);

	return get_commutator(operator) == operator &&
		get_op_opfamily_strategy(operator, get_opclass_family(opclass)) != 0;
}

/*
 * safeddl_refuse_index_constraint: what DefineIndex() checks before it builds
 * the first index of the statement.
 */
void
safeddl_refuse_index_constraint(SafeddlAlterTable *at, Constraint *con)
{
	IndexStmt  *stmt = makeNode(IndexStmt);
	Oid			amoid;
	ListCell   *lc;

	/* an index may be built before this one */
	if (list_length(at->new_constraints) != 1 || at->new_columns != NIL || at->alters_types ||
		safeddl_without_overlaps(con))
		return;
	stmt->accessMethod = con->access_method ? con->access_method : DEFAULT_INDEX_TYPE;
	stmt->tableSpace = con->indexspace;
	stmt->options = con->options;
	stmt->unique = con->contype != CONSTR_EXCLUSION;
	foreach(lc, con->exclusions)
		stmt->indexParams = lappend(stmt->indexParams, linitial(lfirst_node(List, lc)));
	for (int i = 0; i < list_length(con->including); i++)
		stmt->indexIncludingParams = lappend(stmt->indexIncludingParams, makeNode(IndexElem));
	safeddl_refuse_index(at->a, at->relid, stmt);

	amoid = get_index_am_oid(stmt->accessMethod, true);
	foreach(lc, con->exclusions)
	{
		IndexElem  *elem = linitial_node(IndexElem, lfirst_node(List, lc));
		AttrNumber	attno = elem->name ? get_attnum(at->relid, elem->name) : InvalidAttrNumber;

		if (attno > 0 && OidIsValid(amoid) &&
			!exclusion_is_possible(get_atttype(at->relid, attno), elem, lsecond(lfirst_node(List, lc)),
								   stmt->accessMethod, amoid))
			safeddl_missing(at->a, ERRCODE_WRONG_OBJECT_TYPE,
							"column \"%s\" cannot be excluded by that operator", elem->name);
	}
}
