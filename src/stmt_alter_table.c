/*
 * stmt_alter_table.c
 *	  ALTER TABLE: one lock for all subcommands, and what each of them adds.
 *
 * The switch has no default: a server with a subcommand that nobody has
 * classified does not compile.
 */
#include "alter_table.h"
#include "script.h"

#include "access/htup_details.h"
#include "access/tableam.h"
#include "catalog/dependency.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* the passes of ATRewriteCatalogs(), as far as they matter here */
typedef enum AlterPass
{
	PASS_DROP,
	PASS_OTHER,
	PASS_TYPE
} AlterPass;

/* adds the effects of one subcommand, the cmdno-th of the statement */
typedef void (*SubcommandHandler) (SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);

static void run_pass(SafeddlAlterTable *at, List *cmds, AlterPass pass);
static AlterPass pass_of(AlterTableType subtype);
static void note_combinations(SafeddlAlterTable *at, List *cmds);
static void note_typed_tables(SafeddlAlterTable *at, List *cmds);
static void refuse_columns(SafeddlAlterTable *at, List *cmds);
static SubcommandHandler handler_for(AlterTableType subtype);
static void no_effect(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void lock_children(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_values(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_triggers(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void lock_another(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void set_not_null(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void add_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_partition(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void drop_column(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_storage(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_owner(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void change_identity(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
static void absorb_copy(SafeddlAlterTable *at);
static void refuse_rewrite(SafeddlAlterTable *at);
static void lock_named(SafeddlAlterTable *at, RangeVar *rv, LOCKMODE lockmode, SafeddlReach reach);
static void lock_index(SafeddlAlterTable *at, const char *name, LOCKMODE lockmode);
static void lock_toast(SafeddlAlterTable *at);

/*
 * safeddl_alter_effect: one of the statement's effects on the target or a
 * descendant, under the statement's lock.
 */
SafeddlEffect *
safeddl_alter_effect(SafeddlAlterTable *at, Oid relid, SafeddlRule rule, int work,
					 const char *subject, int cmdno, int location)
{
	SafeddlEffect *effect = safeddl_add_effect(at->a, relid, at->relid, at->lockmode,
											   relid == at->relid ? SAFEDDL_REACH_TARGET :
											   safeddl_child_reach(relid), rule, work);

	effect->subject = subject;
	effect->cmdno = cmdno;
	effect->location = location;
	return effect;
}

/*
 * safeddl_alter_relids: the target, and what inherits from it unless ONLY.
 * Most statements on a table with many partitions never need to know.
 */
List *
safeddl_alter_relids(SafeddlAlterTable *at)
{
	if (at->relids == NIL)
		at->relids = safeddl_hierarchy(at->relid, at->inh);
	return at->relids;
}

/*
 * safeddl_alter_leaves: the relations with rows of their own that a subcommand
 * works on: all below the target if it recurses.  A partitioned table never
 * has rows, so then its partitions are meant, but for ONLY.
 */
List *
safeddl_alter_leaves(SafeddlAlterTable *at, bool recurse)
{
	if (!recurse)
		return RELKIND_HAS_TABLE_AM(at->relkind) ? list_make1_oid(at->relid) : NIL;
	if (at->leaves == NIL)
		at->leaves = safeddl_leaves(at->inh ? at->a : NULL, safeddl_alter_relids(at));
	return at->leaves;
}

/* safeddl_alter_has_rows: safeddl_has_rows() of the target, or what is below it */
bool
safeddl_alter_has_rows(SafeddlAlterTable *at, Oid relid)
{
	if (at->inh)
		return safeddl_has_rows(at->a, relid);
	return RELKIND_HAS_TABLE_AM(get_rel_relkind(relid));
}

/*
 * safeddl_lock_children: what ATSimpleRecursion() and its like lock, the target
 * and all below it; it is the same for every subcommand.
 */
void
safeddl_lock_children(SafeddlAlterTable *at)
{
	ListCell   *lc;

	if (at->children_locked)
		return;
	at->children_locked = true;
	foreach(lc, safeddl_alter_relids(at))
		safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE,
							 NULL, -1, -1);
}

/* safeddl_alter_children: the direct children of a relation, which get locked */
List *
safeddl_alter_children(SafeddlAlterTable *at, Oid relid)
{
	List	   *children = find_inheritance_children(relid, NoLock);
	ListCell   *lc;

	foreach(lc, children)
		safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE,
							 NULL, -1, -1);
	return children;
}

/* safeddl_is_rewritten: does a subcommand so far rewrite the target? */
bool
safeddl_is_rewritten(SafeddlAlterTable *at)
{
	ListCell   *lc;

	foreach(lc, at->a->effects)
		if (((SafeddlEffect *) lfirst(lc))->work & SAFEDDL_WORK_REWRITE)
			return true;
	return false;
}

/* safeddl_analyze_alter_table: see the head of this file */
void
safeddl_analyze_alter_table(SafeddlAnalysis *a, Node *node)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, node);
	SafeddlAlterTable at = {.a = a};
	ListCell   *lc;

	at.relid = safeddl_resolve(a, stmt->relation, stmt->missing_ok);
	if (!OidIsValid(at.relid))
	{
		a->doomed |= !stmt->missing_ok;
		return;
	}
	if (safeddl_may_not_alter(a, at.relid))
		return;
	at.relkind = get_rel_relkind(at.relid);
	at.inh = stmt->relation->inh;
	at.lockmode = AlterTableGetLockLevel(stmt->cmds);
	note_combinations(&at, stmt->cmds);
	if (a->script != NULL)
		stmt = safeddl_script_alter(&at, stmt);
	if (!safeddl_refuse_alter_table(&at, stmt))
		return;
	if (at.relkind == RELKIND_COMPOSITE_TYPE)
		note_typed_tables(&at, stmt->cmds);
	else if (OidIsValid(safeddl_row_type(at.relid)))
		refuse_columns(&at, stmt->cmds);

	for (AlterPass pass = PASS_DROP; pass <= PASS_TYPE; pass++)
		run_pass(&at, stmt->cmds, pass);
	absorb_copy(&at);
	refuse_rewrite(&at);
	foreach(lc, a->effects)
		if (((SafeddlEffect *) lfirst(lc))->location < 0)
			((SafeddlEffect *) lfirst(lc))->location = stmt->relation->location;
}

/* run_pass: the subcommands of one pass, in the order of the statement */
static void
run_pass(SafeddlAlterTable *at, List *cmds, AlterPass pass)
{
	int			cmdno = 0;
	ListCell   *lc;

	foreach(lc, cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (pass_of(cmd->subtype) == pass)
			handler_for(cmd->subtype) (at, cmd, cmdno);
		cmdno++;
	}
}

/*
 * pass_of: the server drops first, so that names are free again and what is
 * dropped neither helps nor hurts.  Type changes are last here: they ask
 * whether anything else rewrites the table.
 */
static AlterPass
pass_of(AlterTableType subtype)
{
	if (subtype == AT_DropColumn || subtype == AT_DropConstraint || subtype == AT_DropNotNull ||
		subtype == AT_DropExpression || subtype == AT_DropIdentity)
		return PASS_DROP;
	return subtype == AT_AlterColumnType ? PASS_TYPE : PASS_OTHER;
}

/* note_combinations: what one subcommand adds for another to rely on */
static void
note_combinations(SafeddlAlterTable *at, List *cmds)
{
	ListCell   *lc;

	foreach(lc, cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);

		at->alters_types |= (cmd->subtype == AT_AlterColumnType);
		if (cmd->subtype == AT_AddColumn)
			at->new_columns = lappend(at->new_columns, castNode(ColumnDef, cmd->def));
		else if (cmd->subtype == AT_AddConstraint && cmd->def && IsA(cmd->def, Constraint))
			at->new_constraints = lappend(at->new_constraints, cmd->def);
	}
}

/* safeddl_goes: has a subcommand of the statement dropped that, so far? */
bool
safeddl_goes(SafeddlAlterTable *at, Oid classid, Oid objid, int subid)
{
	return at->closure != NULL && safeddl_is_deleted(at->closure, classid, objid, subid);
}

/* safeddl_alter_column: get_attnum(), as it is after the drops */
AttrNumber
safeddl_alter_column(SafeddlAlterTable *at, Oid relid, const char *name)
{
	AttrNumber	attno = get_attnum(relid, name);

	return safeddl_goes(at, RelationRelationId, relid, attno) ? InvalidAttrNumber : attno;
}

/* safeddl_new_column: the definition of a column that the statement adds; or NULL */
ColumnDef *
safeddl_new_column(SafeddlAlterTable *at, const char *name)
{
	ListCell   *lc;

	foreach(lc, at->new_columns)
		if (strcmp(lfirst_node(ColumnDef, lc)->colname, name) == 0)
			return lfirst(lc);
	return NULL;
}

/*
 * note_typed_tables: ALTER TYPE ... CASCADE changes the tables OF the type, and
 * what inherits from them, as well; without it there must be none.  Columns
 * that hold values of the type allow no other type of an attribute.  As
 * ATTypedTableRecursion() and ATPrepAlterColumnType().
 */
static void
note_typed_tables(SafeddlAlterTable *at, List *cmds)
{
	Oid			typid = get_rel_type_id(at->relid);
	List	   *tables = safeddl_typed_tables(typid);
	ListCell   *lc;

	foreach(lc, cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);

		if ((tables != NIL && cmd->behavior == DROP_RESTRICT) ||
			(cmd->subtype == AT_AlterColumnType && safeddl_type_is_stored(typid)))
			safeddl_missing(at->a, ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST,
							"cannot alter type \"%s\" because a table uses it",
							get_rel_name(at->relid));
	}
	foreach(lc, tables)
		at->relids = list_concat_unique_oid(safeddl_alter_relids(at), safeddl_hierarchy(lfirst_oid(lc), true));
}

/* refuse_columns: those of a table OF a type are the type's */
static void
refuse_columns(SafeddlAlterTable *at, List *cmds)
{
	ListCell   *lc;

	foreach(lc, cmds)
	{
		AlterTableType subtype = ((AlterTableCmd *) lfirst(lc))->subtype;

		if (subtype == AT_AddColumn || subtype == AT_DropColumn || subtype == AT_AlterColumnType)
			safeddl_missing(at->a, ERRCODE_WRONG_OBJECT_TYPE,
							"the columns of \"%s\" are those of its type", get_rel_name(at->relid));
	}
}

/*
 * handler_for: who knows a subcommand.  No default: what a new server adds has
 * to be put somewhere before this compiles.
 */
static SubcommandHandler
handler_for(AlterTableType subtype)
{
	switch (subtype)
	{
		case AT_AddColumn:
			return safeddl_add_column;
		case AT_AlterColumnType:
			return safeddl_alter_column_type;
		case AT_SetNotNull:
			return set_not_null;
		case AT_AddConstraint:
		case AT_AddIndex:
		case AT_AddIndexConstraint:
			/* the latter two are what the server makes of the former */
			return add_constraint;
		case AT_ValidateConstraint:
			return safeddl_validate_constraint;
		case AT_AlterConstraint:
			return safeddl_alter_constraint;
		case AT_DropConstraint:
			return safeddl_drop_constraint;
		case AT_DropColumn:
			return drop_column;
		case AT_SetLogged:
		case AT_SetUnLogged:
		case AT_SetTableSpace:
		case AT_SetAccessMethod:
			return change_storage;
		case AT_AttachPartition:
		case AT_DetachPartition:
		case AT_DetachPartitionFinalize:
			return change_partition;
		case AT_ChangeOwner:
			return change_owner;
		SAFEDDL_CASE_SET_EXPRESSION
			return safeddl_set_expression;
		case AT_AddIdentity:
		case AT_SetIdentity:
		case AT_DropIdentity:
			return change_identity;

			/* catalog changes that go down to children */
		case AT_ColumnDefault:
		case AT_DropExpression:
		case AT_SetStatistics:
			return lock_children;
		case AT_SetStorage:
		case AT_SetCompression:
			return change_values;
		case AT_DropNotNull:
			return safeddl_drop_not_null;
			/* and such that go down to partitions only */
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_EnableTrigAll:
		case AT_EnableTrigUser:
		case AT_DisableTrig:
		case AT_DisableTrigAll:
		case AT_DisableTrigUser:
			return change_triggers;
			/* catalog changes that lock one more relation */
		case AT_AddInherit:
		case AT_DropInherit:
		case AT_ClusterOn:
		case AT_ReplicaIdentity:
		case AT_SetRelOptions:
		case AT_ResetRelOptions:
		case AT_ReplaceRelOptions:
		case AT_AddOf:
			return lock_another;

			/* catalog changes of the target alone */
		case AT_AddColumnToView:
		case AT_CookedColumnDefault:
		case AT_SetOptions:
		case AT_ResetOptions:
		case AT_AlterColumnGenericOptions:
		case AT_DropCluster:
		case AT_DropOids:
		case AT_EnableRule:
		case AT_EnableAlwaysRule:
		case AT_EnableReplicaRule:
		case AT_DisableRule:
		case AT_DropOf:
		case AT_EnableRowSecurity:
		case AT_DisableRowSecurity:
		case AT_ForceRowSecurity:
		case AT_NoForceRowSecurity:
		case AT_GenericOptions:
			return no_effect;
			/* made by the server itself, never in a statement that we see */
		SAFEDDL_CASES_RECURSE
		SAFEDDL_CASE_CHECK_NOT_NULL
		case AT_ReAddIndex:
		case AT_ReAddConstraint:
		case AT_ReAddDomainConstraint:
		case AT_ReAddComment:
		case AT_ReAddStatistics:
			return no_effect;
	}
	return no_effect;			/* no such subcommand */
}

/*
 * safeddl_alter_table_works: may a subcommand do work, as far as its kind
 * tells?  The others only lock.  Looks at the node alone.
 */
bool
safeddl_alter_table_works(const AlterTableStmt *stmt)
{
	static const SubcommandHandler only_lock[] = {
		no_effect, lock_children, change_values, change_triggers, lock_another,
		change_owner, change_identity, safeddl_drop_not_null, safeddl_drop_constraint
	};
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst(lc);
		SubcommandHandler handler = handler_for(cmd->subtype);
		bool		locks = false;

		for (int i = 0; i < lengthof(only_lock); i++)
			locks |= (handler == only_lock[i]);
		/* a materialized view may depend on a primary key */
		if (!locks || (handler == safeddl_drop_constraint && cmd->behavior == DROP_CASCADE))
			return true;
	}
	return false;
}

/* ----------------------------------------------------------------
 *		small handlers
 * ----------------------------------------------------------------
 */

/* nothing beside the lock on the target */
static void
no_effect(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
}

static void
lock_children(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	if (cmd->subtype == AT_DropExpression)
		at->plain = lappend(at->plain, makeString(cmd->name));
	safeddl_lock_children(at);
}

/*
 * SET STORAGE, which recurses, and SET COMPRESSION, which does not: indexes
 * follow, and are free again at once; see SetIndexStorageProperties().
 */
static void
change_values(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	ListCell   *lc;
	ListCell   *lc2;

	if (cmd->subtype == AT_SetStorage)
		safeddl_lock_children(at);
	foreach(lc, cmd->subtype == AT_SetStorage ? safeddl_alter_relids(at) : list_make1_oid(at->relid))
		foreach(lc2, safeddl_indexes(lfirst_oid(lc)))
			safeddl_add_effect(at->a, lfirst_oid(lc2), at->relid, at->lockmode,
							   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE,
							   SAFEDDL_WORK_NONE)->early = true;
}

/*
 * has_row_trigger: does ENABLE or DISABLE TRIGGER concern one that partitions
 * have as well?  As EnableDisableTriggerNew2() in commands/trigger.c.
 */
static bool
has_row_trigger(Relation rel, const AlterTableCmd *cmd)
{
	bool		users_only = cmd->subtype == AT_EnableTrigUser || cmd->subtype == AT_DisableTrigUser;

	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (TRIGGER_FOR_ROW(trigger->tgtype) && !(users_only && trigger->tgisinternal) &&
			(cmd->name == NULL || strcmp(trigger->tgname, cmd->name) == 0))
			return true;
	}
	return false;
}

static void
change_triggers(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	Relation	rel;

	if (at->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	rel = safeddl_open(at->relid);
	if (rel == NULL || has_row_trigger(rel, cmd))
		safeddl_lock_children(at);
	if (rel != NULL)
		safeddl_close(rel);
}

static void
set_not_null(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	safeddl_set_not_null(at, cmd->name, SAFEDDL_RULE_SET_NOT_NULL, at->inh, cmdno);
}

static void
add_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	if (cmd->def != NULL && IsA(cmd->def, Constraint))
		safeddl_add_constraint(at, (Constraint *) cmd->def, cmdno);
}

static void
change_partition(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	PartitionCmd *partition = castNode(PartitionCmd, cmd->def);

	if (cmd->subtype == AT_AttachPartition)
		safeddl_analyze_attach(at->a, at->relid, partition, at->lockmode);
	else if (cmd->subtype == AT_DetachPartition)
		safeddl_analyze_detach(at->a, at->relid, partition, at->lockmode);
	else
		safeddl_analyze_finalize(at->a, at->relid, partition);
}

static void
lock_another(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	if (cmd->subtype == AT_AddInherit)
		lock_named(at, (RangeVar *) cmd->def, ShareUpdateExclusiveLock, SAFEDDL_REACH_PARENT);
	else if (cmd->subtype == AT_DropInherit)
		lock_named(at, (RangeVar *) cmd->def, AccessShareLock, SAFEDDL_REACH_PARENT);
	else if (cmd->subtype == AT_AddOf)
		safeddl_add_row_type(at->a, castNode(TypeName, cmd->def), at->relid);
	else if (cmd->subtype == AT_ClusterOn)
		lock_index(at, cmd->name, ShareUpdateExclusiveLock);
	else if (cmd->subtype == AT_ReplicaIdentity)
		lock_index(at, castNode(ReplicaIdentityStmt, cmd->def)->name, ShareLock);
	else
		lock_toast(at);			/* storage parameters */
}

/* ----------------------------------------------------------------
 *		DROP COLUMN
 * ----------------------------------------------------------------
 */

/*
 * safeddl_alter_delete: what the subcommand drops beside its own words; later
 * subcommands find it gone.
 */
void
safeddl_alter_delete(SafeddlAlterTable *at, List *objects, DropBehavior behavior, int options)
{
	if (at->closure == NULL)
		at->closure = safeddl_begin_closure(at->a);
	safeddl_delete(at->closure, objects, at->relid, behavior, options);
}

/*
 * collect_columns: the column of a relation, and those of its children that
 * go with it, as ObjectAddress, prepended to a list.  ATExecDropColumn() goes
 * down one level at a time: below a child that keeps its column nothing is
 * locked.  ONLY spares the children nothing but the column.
 */
static List *
collect_columns(SafeddlAlterTable *at, Oid relid, const char *name, List *columns)
{
	ObjectAddress *column = palloc(sizeof(ObjectAddress));
	ListCell   *lc;

	check_stack_depth();
	ObjectAddressSubSet(*column, RelationRelationId, relid, get_attnum(relid, name));
	foreach(lc, safeddl_alter_children(at, relid))
	{
		HeapTuple	tuple = SearchSysCacheAttName(lfirst_oid(lc), name);
		bool		goes;

		if (!HeapTupleIsValid(tuple))
			continue;
		goes = at->inh && ((Form_pg_attribute) GETSTRUCT(tuple))->attinhcount == 1 &&
			!((Form_pg_attribute) GETSTRUCT(tuple))->attislocal;
		ReleaseSysCache(tuple);
		if (goes)
			columns = collect_columns(at, lfirst_oid(lc), name, columns);
	}
	return lappend(columns, column);
}

/* one table's or type's column, with those of its children */
static void
drop_column_of(SafeddlAlterTable *at, Oid relid, AlterTableCmd *cmd, int cmdno)
{
	List	   *columns = collect_columns(at, relid, cmd->name, NIL);
	ListCell   *lc;

	safeddl_alter_delete(at, columns, cmd->behavior, 0);
	foreach(lc, columns)
	{
		ObjectAddress *column = lfirst(lc);

		if (safeddl_alter_has_rows(at, column->objectId))
			safeddl_alter_effect(at, column->objectId, SAFEDDL_RULE_DROP_COLUMN,
								 SAFEDDL_WORK_DROP, cmd->name, cmdno, -1);
	}
}

static void
drop_column(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	HeapTuple	tuple = SearchSysCacheAttName(at->relid, cmd->name);
	Form_pg_attribute att;
	List	   *typed;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
	{
		if (!cmd->missing_ok)
			safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
							"column \"%s\" does not exist", cmd->name);
		return;
	}
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	at->a->doomed |= att->attnum <= 0 || att->attinhcount > 0;
	ReleaseSysCache(tuple);
	at->a->doomed |= at->relkind == RELKIND_PARTITIONED_TABLE && !at->inh &&
		has_subclass(at->relid);

	drop_column_of(at, at->relid, cmd, cmdno);
	if (at->relkind != RELKIND_COMPOSITE_TYPE)
		return;
	typed = safeddl_typed_tables(get_rel_type_id(at->relid));
	foreach(lc, typed)
	{
		safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE,
							 NULL, -1, -1);
		drop_column_of(at, lfirst_oid(lc), cmd, cmdno);
	}
}

/* ----------------------------------------------------------------
 *		SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD; OWNER TO
 * ----------------------------------------------------------------
 */

/* what one of them would make of the table: the rule, and the work if any */
static bool
storage_changes(const FormData_pg_class *form, AlterTableCmd *cmd, SafeddlRule *rule)
{
	switch (cmd->subtype)
	{
		case AT_SetTableSpace:
			{
				Oid			spcid = get_tablespace_oid(cmd->name, false);

				/* as CheckRelationTableSpaceMove() */
				*rule = SAFEDDL_RULE_SET_TABLESPACE;
				return spcid != form->reltablespace &&
					!(spcid == MyDatabaseTableSpace && !OidIsValid(form->reltablespace));
			}
		case AT_SetAccessMethod:
			/* without a name, it is SET ACCESS METHOD DEFAULT */
			*rule = SAFEDDL_RULE_SET_ACCESS_METHOD;
			return form->relam != get_table_am_oid(cmd->name ? cmd->name : default_table_access_method,
												   false);
		default:
			*rule = SAFEDDL_RULE_SET_LOGGED;
			return form->relpersistence != (cmd->subtype == AT_SetLogged ?
											RELPERSISTENCE_PERMANENT : RELPERSISTENCE_UNLOGGED);
	}
}

/* never recurses; does nothing where nothing changes */
static void
change_storage(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(at->relid));
	SafeddlRule rule;
	bool		changes;
	SafeddlEffect *effect;

	if (!HeapTupleIsValid(tuple))
		return;
	changes = storage_changes((Form_pg_class) GETSTRUCT(tuple), cmd, &rule);
	ReleaseSysCache(tuple);
	if (changes && rule == SAFEDDL_RULE_SET_LOGGED)
		safeddl_refuse_persistence(at, cmd->subtype == AT_SetLogged);
	if (!changes || !RELKIND_HAS_STORAGE(at->relkind) || at->relkind == RELKIND_SEQUENCE)
		return;
	if (rule == SAFEDDL_RULE_SET_LOGGED)
		safeddl_add_locks(at->a, getOwnedSequences(at->relid), at->relid,
						  AccessExclusiveLock, SAFEDDL_REACH_SEQUENCE);
	if (rule == SAFEDDL_RULE_SET_TABLESPACE)
		effect = safeddl_add_copy(at->a, at->relid, at->relid);
	else
		effect = safeddl_add_rewrite(at->a, at->relid, at->relid, at->lockmode,
									 SAFEDDL_REACH_TARGET, rule);
	effect->subject = cmd->name;
	effect->cmdno = cmdno;
}

static void
change_owner(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	safeddl_change_owner(at->a, at->relid, at->relid, get_rolespec_oid(cmd->newowner, false));
}

/* absorb_copy: a rewrite writes to the new tablespace at once */
static void
absorb_copy(SafeddlAlterTable *at)
{
	ListCell   *lc;

	if (!safeddl_is_rewritten(at))
		return;
	foreach(lc, at->a->effects)
		((SafeddlEffect *) lfirst(lc))->work &= ~SAFEDDL_WORK_COPY;
}

/* refuse_rewrite: ATRewriteTables() stops where a column holds rows of the table */
static void
refuse_rewrite(SafeddlAlterTable *at)
{
	ListCell   *lc;

	foreach(lc, at->a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);

		if ((effect->work & ~effect->maybe & SAFEDDL_WORK_REWRITE) &&
			OidIsValid(get_rel_type_id(effect->relid)) &&
			safeddl_type_is_stored(get_rel_type_id(effect->relid)))
			safeddl_missing(at->a, ERRCODE_FEATURE_NOT_SUPPORTED,
							"cannot alter table \"%s\" because a column uses its row type",
							get_rel_name(effect->relid));
	}
}

/* the sequence of an identity column goes with it, or is changed like it */
static void
change_identity(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	AttrNumber	attno = get_attnum(at->relid, cmd->name);
	ListCell   *lc;

	if (SAFEDDL_IDENTITY_RECURSES && at->relkind == RELKIND_PARTITIONED_TABLE)
		safeddl_lock_children(at);
	if (attno == InvalidAttrNumber)
		return;
	/* by ALTER SEQUENCE, even if it has nothing to alter */
	if (cmd->subtype == AT_SetIdentity)
		safeddl_add_locks(at->a, safeddl_identity_sequences(at->relid, attno), at->relid,
						  ShareRowExclusiveLock, SAFEDDL_REACH_SEQUENCE);
	if (cmd->subtype != AT_DropIdentity)
		return;
	foreach(lc, safeddl_identity_sequences(at->relid, attno))
	{
		ObjectAddress *sequence = palloc(sizeof(ObjectAddress));

		ObjectAddressSet(*sequence, RelationRelationId, lfirst_oid(lc));
		safeddl_alter_delete(at, list_make1(sequence), DROP_RESTRICT, SAFEDDL_DELETE_DISOWNED);
	}
}

/* ----------------------------------------------------------------
 *		further relations
 * ----------------------------------------------------------------
 */

static void
lock_named(SafeddlAlterTable *at, RangeVar *rv, LOCKMODE lockmode, SafeddlReach reach)
{
	Oid			relid = safeddl_resolve(at->a, rv, false);

	if (!OidIsValid(relid))
		at->a->doomed = true;
	else
		safeddl_add_locks(at->a, list_make1_oid(relid), at->relid, lockmode, reach);
}

static void
lock_index(SafeddlAlterTable *at, const char *name, LOCKMODE lockmode)
{
	Oid			indexid;

	if (name == NULL)
		return;					/* REPLICA IDENTITY FULL, for one */
	indexid = get_relname_relid(name, get_rel_namespace(at->relid));
	if (OidIsValid(indexid))
		safeddl_add_locks(at->a, list_make1_oid(indexid), at->relid, lockmode,
						  SAFEDDL_REACH_INDEX);
}

static void
lock_toast(SafeddlAlterTable *at)
{
	Oid			toastrelid = safeddl_relinfo(at->a, at->relid)->toastrelid;

	if (OidIsValid(toastrelid))
		safeddl_add_locks(at->a, list_make1_oid(toastrelid), at->relid, at->lockmode,
						  SAFEDDL_REACH_TOAST);
}
