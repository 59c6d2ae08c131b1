/*
 * classify.c
 *	  What kind of statement is it, and who analyzes it: one table of every
 *	  node tag that reaches ProcessUtility().
 *
 * A tag that is missing here is SAFEDDL_UNCLASSIFIED: never guarded, and
 * reported by safeddl.verify.  test/core checks that the regression suite of
 * every supported server meets none.
 */
#include "safeddl.h"

#include "commands/tablecmds.h"

static SafeddlClass class_of_alter(const AlterTableStmt *stmt);
static SafeddlClass class_of_drop(const DropStmt *stmt);
static SafeddlClass class_of_lock(const Node *stmt);
static SafeddlClass class_of_table(const CreateStmt *stmt);
static SafeddlClass class_of_rest(const Node *stmt);

static SafeddlClass
class(SafeddlKind kind, SafeddlHandler handler)
{
	SafeddlClass result = {.kind = kind,.analyze = handler};

	return result;
}

/* is the option given, whatever its value?  To read that may raise an error */
static bool
has_option(List *options, const char *name)
{
	ListCell   *lc;

	foreach(lc, options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, name) == 0)
			return true;
	return false;
}

/*
 * safeddl_classify: kind and handler of a statement.  Looks at the node alone:
 * cheap, no catalog access, no error.
 */
SafeddlClass
safeddl_classify(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
			/* may work on existing relations under a lock that blocks others */
		case T_IndexStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_index);
		case T_ReindexStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_reindex);
		case T_AlterTableStmt:
			return class_of_alter((AlterTableStmt *) stmt);
		case T_AlterTableMoveAllStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_move_all);
		case T_AlterDomainStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_alter_domain);
		case T_DropStmt:
			return class_of_drop((const DropStmt *) stmt);
		case T_DropOwnedStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_drop_owned);
		case T_TruncateStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_truncate);
		case T_RefreshMatViewStmt:
			return class(SAFEDDL_HAZARD, safeddl_analyze_refresh);
		SAFEDDL_CASE_CLUSTER
			return class(SAFEDDL_HAZARD, safeddl_analyze_cluster);
		case T_VacuumStmt:
			return class(has_option(((const VacuumStmt *) stmt)->options, "full") ?
						 SAFEDDL_HAZARD : SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_vacuum);
		case T_CreateStmt:
			return class_of_table((const CreateStmt *) stmt);
		case T_CreateForeignTableStmt:
			return class_of_table(&((const CreateForeignTableStmt *) stmt)->base);
		case T_CreateSchemaStmt:
			return class(((const CreateSchemaStmt *) stmt)->schemaElts ? SAFEDDL_HAZARD : SAFEDDL_NO_RELATION,
						 safeddl_analyze_create_schema);

		default:
			return class_of_lock(stmt);
	}
}

/* has a list of constraints, or of columns with constraints, a foreign key? */
static bool
has_foreign_key(List *elements)
{
	ListCell   *lc;

	foreach(lc, elements)
	{
		Node	   *element = lfirst(lc);

		if (IsA(element, Constraint) ? ((Constraint *) element)->contype == CONSTR_FOREIGN :
			IsA(element, ColumnDef) && has_foreign_key(((ColumnDef *) element)->constraints))
			return true;
	}
	return false;
}

/*
 * class_of_table: CREATE TABLE works on nothing that exists but the default
 * partition beside a new one, and keeps writers from no table but those that
 * it references.
 */
static SafeddlClass
class_of_table(const CreateStmt *stmt)
{
	SafeddlKind kind = SAFEDDL_LOCKS_WEAKLY;

	if (stmt->partbound)
		kind = SAFEDDL_HAZARD;
	else if (has_foreign_key(stmt->tableElts) || has_foreign_key(stmt->constraints))
		kind = SAFEDDL_LOCKS;
	return class(kind, safeddl_analyze_create_table);
}

/* class_of_lock: statements that lock existing relations, but do no work on them */
static SafeddlClass
class_of_lock(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_LockStmt:
			return class(safeddl_lock_blocks(((const LockStmt *) stmt)->mode) ?
						 SAFEDDL_LOCKS : SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_lock);
		case T_CreateTrigStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_create_trigger);
		case T_CreatePolicyStmt:
		case T_AlterPolicyStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_policy);
		case T_RuleStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_create_rule);
		case T_ViewStmt:
			return class(((const ViewStmt *) stmt)->replace ? SAFEDDL_LOCKS : SAFEDDL_LOCKS_WEAKLY,
						 safeddl_analyze_create_view);
		case T_CreateTableAsStmt:
			/* SELECT INTO, as the grammar leaves it */
		case T_SelectStmt:
			return class(SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_create_table_as);
		case T_CreateSeqStmt:
		case T_AlterSeqStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_sequence);
		case T_CreateStatsStmt:
		case T_AlterStatsStmt:
			return class(SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_statistics);
		case T_CreatePublicationStmt:
		case T_AlterPublicationStmt:
			return class(SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_publication);
		case T_RenameStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_rename);
		case T_AlterObjectSchemaStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_set_schema);
		case T_AlterObjectDependsStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_depends);
		case T_AlterOwnerStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_owner);
		case T_ReassignOwnedStmt:
			return class(SAFEDDL_LOCKS, safeddl_analyze_reassign_owned);
		case T_CommentStmt:
		case T_SecLabelStmt:
		case T_AlterExtensionContentsStmt:
			return class(SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_named_object);
		case T_GrantStmt:
			return class(SAFEDDL_LOCKS_WEAKLY, safeddl_analyze_grant);
		case T_DiscardStmt:
			/* temporary relations of this session at most */
			return class(SAFEDDL_NO_RELATION, NULL);

		default:
			return class_of_rest(stmt);
	}
}

/* class_of_rest: statements that do nothing to existing relations themselves */
static SafeddlClass
class_of_rest(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
			/* run other statements, which come through the hook one by one */
		case T_DoStmt:
		case T_CallStmt:
		case T_ExecuteStmt:
		case T_CreateExtensionStmt:
		case T_AlterExtensionStmt:
		case T_ImportForeignSchemaStmt:
			return class(SAFEDDL_CONTAINER, NULL);
			/* take the locks of the queries in them */
		case T_ExplainStmt:
			return class(SAFEDDL_QUERY, safeddl_analyze_explain);
		case T_CopyStmt:
			return class(SAFEDDL_QUERY, safeddl_analyze_copy);
		case T_PrepareStmt:
		case T_DeclareCursorStmt:
		case T_FetchStmt:
		case T_ClosePortalStmt:
		case T_ConstraintsSetStmt:
			return class(SAFEDDL_QUERY, NULL);

			/* lock no relation of the users' more than a query does */
		case T_TransactionStmt:
		case T_DeallocateStmt:
		case T_NotifyStmt:
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_LoadStmt:
		case T_VariableSetStmt:
		case T_VariableShowStmt:
		case T_CheckPointStmt:
		case T_AlterSystemStmt:
		case T_CreatedbStmt:
		case T_AlterDatabaseStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterDatabaseRefreshCollStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterTableSpaceOptionsStmt:
		case T_CreateRoleStmt:
		case T_AlterRoleStmt:
		case T_AlterRoleSetStmt:
		case T_DropRoleStmt:
		case T_GrantRoleStmt:
		case T_AlterDefaultPrivilegesStmt:
		case T_CreateEventTrigStmt:
		case T_AlterEventTrigStmt:
		case T_CreateFdwStmt:
		case T_AlterFdwStmt:
		case T_CreateForeignServerStmt:
		case T_AlterForeignServerStmt:
		case T_CreateUserMappingStmt:
		case T_AlterUserMappingStmt:
		case T_DropUserMappingStmt:
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
		case T_DropSubscriptionStmt:
		case T_CreateFunctionStmt:
		case T_AlterFunctionStmt:
		case T_CreatePLangStmt:
		case T_CreateTransformStmt:
		case T_CreateCastStmt:
		case T_CreateConversionStmt:
		case T_CreateAmStmt:
		case T_CreateOpClassStmt:
		case T_CreateOpFamilyStmt:
		case T_AlterOpFamilyStmt:
		case T_AlterOperatorStmt:
		case T_DefineStmt:
		case T_CompositeTypeStmt:
		case T_CreateEnumStmt:
		case T_AlterEnumStmt:
		case T_CreateRangeStmt:
		case T_CreateDomainStmt:
		case T_AlterTypeStmt:
		case T_AlterCollationStmt:
		case T_AlterTSDictionaryStmt:
		case T_AlterTSConfigurationStmt:
		SAFEDDL_CASE_WAIT
			return class(SAFEDDL_NO_RELATION, NULL);
		default:
			return class(SAFEDDL_UNCLASSIFIED, NULL);
	}
}

static SafeddlClass
class_of_alter(const AlterTableStmt *stmt)
{
	SafeddlKind kind = SAFEDDL_LOCKS_WEAKLY;

	if (safeddl_alter_table_works(stmt))
		kind = SAFEDDL_HAZARD;
	else if (safeddl_lock_blocks(AlterTableGetLockLevel(stmt->cmds)))
		kind = SAFEDDL_LOCKS;
	return class(kind, safeddl_analyze_alter_table);
}

/*
 * class_of_drop: what holds rows is lost with a table or an index; other
 * objects take one along with CASCADE only, but for an extension, whose
 * members go without being asked for.
 */
static SafeddlClass
class_of_drop(const DropStmt *stmt)
{
	bool		may_lose;

	switch (stmt->removeType)
	{
		case OBJECT_TABLE:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
		case OBJECT_EXTENSION:
			may_lose = true;
			break;
		default:
			may_lose = (stmt->behavior == DROP_CASCADE);
			break;
	}
	return class(may_lose ? SAFEDDL_HAZARD : SAFEDDL_LOCKS,
				 stmt->removeType == OBJECT_INDEX ? safeddl_analyze_drop_index : safeddl_analyze_drop);
}

/* safeddl_is_maintenance: does the server run it in a read-only transaction? */
bool
safeddl_is_maintenance(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_ReindexStmt:
		case T_VacuumStmt:
		SAFEDDL_CASE_CLUSTER
			return true;
		default:
			return false;
	}
}

/*
 * safeddl_refuses_block: will the server refuse the statement in a transaction
 * block?  By the node alone: some that name a partitioned table are refused as
 * well.  See PreventInTransactionBlock().
 */
bool
safeddl_refuses_block(const Node *stmt)
{
	ListCell   *lc;

	switch (nodeTag(stmt))
	{
		case T_IndexStmt:
			return ((const IndexStmt *) stmt)->concurrent;
		case T_DropStmt:
			return ((const DropStmt *) stmt)->concurrent;
		case T_ReindexStmt:
			return !((const ReindexStmt *) stmt)->relation ||
				safeddl_option_is_set(((const ReindexStmt *) stmt)->params, "concurrently");
		case T_VacuumStmt:
			return ((const VacuumStmt *) stmt)->is_vacuumcmd;
		SAFEDDL_CASE_CLUSTER
			return !safeddl_cluster_relation(stmt) || safeddl_cluster_concurrent(stmt);
		case T_AlterTableStmt:
			foreach(lc, ((const AlterTableStmt *) stmt)->cmds)
			{
				const AlterTableCmd *cmd = lfirst(lc);

				if (cmd->subtype == AT_DetachPartition && castNode(PartitionCmd, cmd->def)->concurrent)
					return true;
			}
			return false;
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterSystemStmt:
			return true;
		default:
			return false;
	}
}
