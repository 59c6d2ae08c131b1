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
#include "catalog/pg_publication.h"
#include "commands/trigger.h"
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
	foreach(lc, stmt->cmds)
		if (!takes_kind(((AlterTableCmd *) lfirst(lc))->subtype, at->relkind))
		{
			safeddl_missing(at->a, ERRCODE_WRONG_OBJECT_TYPE,
							"ALTER action cannot be performed on relation \"%s\"",
							stmt->relation->relname);
			return false;
		}
	if (builds_first(at, stmt->cmds))
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
	foreach(lc, at->new_constraints)
		if (lfirst_node(Constraint, lc)->contype != CONSTR_CHECK &&
			lfirst_node(Constraint, lc)->contype != CONSTR_FOREIGN)
			return true;
	foreach(lc, at->new_columns)
		if (lfirst_node(ColumnDef, lc)->constraints != NIL)
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

/* refuse_names: triggers, rules and indexes that do not exist */
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
			pg_fallthrough;
		case AT_ClusterOn:
			exists = name == NULL ||
				OidIsValid(get_relname_relid(name, get_rel_namespace(at->relid)));
			break;
		default:
			break;
	}
	if (!exists)
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT, "\"%s\" of relation \"%s\" does not exist",
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
