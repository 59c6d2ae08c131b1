/*
 * script_alter.c
 *	  ALTER TABLE in a script: what it does to columns, constraints and indexes
 *	  that earlier statements of the script have made, and what these prove.
 *
 * The functions that know ALTER TABLE get told of what there is by now; what
 * they could not tell by the catalog is taken out of the statement, and its
 * effects are added here.
 */
#include "alter_table.h"
#include "script.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* one ALTER TABLE of a script */
typedef struct ScriptAlter
{
	SafeddlAlterTable *at;
	SafeddlScript *script;
	SafeddlScriptTable *table;	/* what the script did to the target; or NULL */
	int			cmdno;
	ColumnDef  *added;			/* column of the script that it names; or NULL */
} ScriptAlter;

/* ----------------------------------------------------------------
 *		what there is by now
 * ----------------------------------------------------------------
 */

/* tell_new: columns and constraints that are not in the catalog */
static void
tell_new(ScriptAlter *alter)
{
	SafeddlAlterTable *at = alter->at;
	ListCell   *lc;

	at->new_columns = list_concat_copy(at->new_columns, alter->table->columns);
	foreach(lc, alter->table->constraints)
	{
		SafeddlScriptConstraint *con = lfirst(lc);
		Constraint *def = copyObject(con->def);

		def->conname = con->name;
		def->skip_validation = !con->valid;
		at->new_constraints = lappend(at->new_constraints, def);
	}
}

/* ----------------------------------------------------------------
 *		columns that the script adds
 * ----------------------------------------------------------------
 */

static void
scan_leaves(ScriptAlter *alter, SafeddlRule rule, int work, const char *subject, int location)
{
	SafeddlAlterTable *at = alter->at;
	ListCell   *lc;

	foreach(lc, safeddl_alter_leaves(at, at->inh || at->relkind == RELKIND_PARTITIONED_TABLE))
	{
		if (work == SAFEDDL_WORK_REWRITE)
			safeddl_add_storage(at->a, lfirst_oid(lc), at->relid, false);
		safeddl_alter_effect(at, lfirst_oid(lc), rule, work, subject, alter->cmdno, location);
	}
}

/* excludes_null: is one of the conditions that the column is not null? */
static bool
excludes_null(Node *expr, const char *column)
{
	ListCell   *lc;

	if (expr == NULL)
		return false;
	if (IsA(expr, BoolExpr) && ((BoolExpr *) expr)->boolop == AND_EXPR)
	{
		foreach(lc, ((BoolExpr *) expr)->args)
			if (excludes_null(lfirst(lc), column))
				return true;
		return false;
	}
	if (IsA(expr, NullTest) && ((NullTest *) expr)->nulltesttype == IS_NOT_NULL &&
		IsA(((NullTest *) expr)->arg, ColumnRef))
	{
		Node	   *name = llast(((ColumnRef *) ((NullTest *) expr)->arg)->fields);

		return IsA(name, String) && strcmp(strVal(name), column) == 0;
	}
	return false;
}

/* added_not_null: a column that the script adds, and has filled since, gets NOT NULL */
static void
added_not_null(ScriptAlter *alter, const char *column, SafeddlRule rule)
{
	bool		proved = safeddl_script_has(alter->table->not_null, column);
	ListCell   *lc;

	foreach(lc, alter->table->constraints)
	{
		SafeddlScriptConstraint *con = lfirst(lc);

		proved |= con->valid && con->def->contype == CONSTR_CHECK &&
			excludes_null(con->def->raw_expr, column);
	}
	safeddl_lock_children(alter->at);
	if (!proved)
		scan_leaves(alter, rule, SAFEDDL_WORK_SCAN, column, -1);
}

/* is_script_type: does the script make the type? */
static bool
is_script_type(SafeddlScript *script, TypeName *name)
{
	SafeddlScriptType *type = name ? safeddl_script_type(script, name->names) : NULL;

	return type != NULL && type->made;
}

/*
 * needs_rewrite: do values of one type have to be written anew as another?  As
 * ATColumnChangeRequiresRewrite(), without USING.
 */
static bool
needs_rewrite(ScriptAlter *alter, TypeName *old, TypeName *new)
{
	Oid			oldtype;
	Oid			newtype;
	int32		oldmod;
	int32		newmod;
	Node	   *expr;

	if (is_script_type(alter->script, old) || is_script_type(alter->script, new))
		return true;
	typenameTypeIdAndMod(NULL, old, &oldtype, &oldmod);
	typenameTypeIdAndMod(NULL, new, &newtype, &newmod);
	expr = (Node *) makeVar(1, 1, oldtype, oldmod, get_typcollation(oldtype), 0);
	expr = coerce_to_target_type(NULL, expr, oldtype, newtype, newmod, COERCION_ASSIGNMENT,
								 COERCE_IMPLICIT_CAST, -1);
	if (expr == NULL)
		return true;
	expr = (Node *) expression_planner((Expr *) expr);
	while (IsA(expr, RelabelType))
		expr = (Node *) ((RelabelType *) expr)->arg;
	return !IsA(expr, Var);
}

/* type_of: that the script has given a column; NULL if it is the one of the catalog */
static TypeName *
type_of(const ScriptAlter *alter, const char *column)
{
	ListCell   *lc;

	if (alter->added != NULL)
		return alter->added->typeName;
	foreach(lc, alter->table ? alter->table->retyped_columns : NIL)
		if (strcmp(lfirst_node(ColumnDef, lc)->colname, column) == 0)
			return lfirst_node(ColumnDef, lc)->typeName;
	return NULL;
}

/* take_type: ALTER COLUMN TYPE; false if it is no matter of the script's */
static bool
take_type(ScriptAlter *alter, AlterTableCmd *cmd)
{
	ColumnDef  *def = castNode(ColumnDef, cmd->def);
	SafeddlScriptWords words = {.script = alter->script,.table = alter->table};
	bool		made = is_script_type(alter->script, def->typeName);
	TypeName   *old = type_of(alter, cmd->name);

	safeddl_script_translate(&words, def->raw_default);
	if (old == NULL && !made && !words.added && words.function == NULL)
		return false;
	safeddl_lock_children(alter->at);
	if (old == NULL || def->raw_default != NULL || needs_rewrite(alter, old, def->typeName))
		scan_leaves(alter, SAFEDDL_RULE_ALTER_COLUMN_TYPE, SAFEDDL_WORK_REWRITE, cmd->name, def->location);
	return true;
}

static bool
is_volatile(const CreateFunctionStmt *function)
{
	ListCell   *lc;

	foreach(lc, function->options)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "volatility") == 0)
			return strcmp(strVal(option->arg), "volatile") == 0;
	}
	return true;
}

static bool
is_default(const Constraint *con)
{
	return con->contype == CONSTR_DEFAULT || con->contype == CONSTR_GENERATED ||
		con->contype == CONSTR_IDENTITY;
}

static bool take_key(ScriptAlter *alter, Constraint *con, bool validate);

/* take_column_constraint: is it one behind a new column that the script has to see to? */
static bool
take_column_constraint(ScriptAlter *alter, ColumnDef *def, Constraint *con)
{
	bool		filled = false;
	ListCell   *lc;

	if (con->contype != CONSTR_FOREIGN)
		return false;
	foreach(lc, def->constraints)
		filled |= is_default(lfirst(lc));
	return take_key(alter, con, filled && !con->skip_validation);
}

/* take_column: ADD COLUMN; def is a copy, and may be changed */
static bool
take_column(ScriptAlter *alter, AlterTableCmd *cmd)
{
	ColumnDef  *def = castNode(ColumnDef, cmd->def);
	SafeddlScriptWords words = {.script = alter->script,.table = alter->table};
	List	   *kept = NIL;
	bool		rewrite = false;
	ListCell   *lc;

	if (safeddl_script_added(alter->table, def->colname) != NULL)
	{
		if (!cmd->missing_ok)
			safeddl_missing(alter->at->a, ERRCODE_DUPLICATE_COLUMN,
							"column \"%s\" already exists", def->colname);
		return true;
	}
	if (safeddl_script_has_renamed(alter->table, def->colname))
		def->colname = FREE_NAME;
	safeddl_script_translate(&words, (Node *) def->typeName);
	rewrite = words.constrained;
	foreach(lc, def->constraints)
	{
		Constraint *con = lfirst(lc);

		words.function = NULL;
		safeddl_script_translate(&words, con->raw_expr);
		if (is_default(con) && words.function != NULL)
			rewrite |= con->contype == CONSTR_GENERATED || is_volatile(words.function);
		else if (!take_column_constraint(alter, def, con))
			kept = lappend(kept, con);
	}
	def->constraints = kept;
	if (!rewrite)
		return false;
	scan_leaves(alter, SAFEDDL_RULE_ADD_COLUMN, SAFEDDL_WORK_REWRITE, def->colname, def->location);
	return true;
}

/* ----------------------------------------------------------------
 *		constraints and indexes that the script adds
 * ----------------------------------------------------------------
 */

/* script_index: an index that the script makes, in the schema of the target; or NULL */
static SafeddlScriptTable *
script_index(ScriptAlter *alter, char *name)
{
	char	   *nspname = alter->table != NULL ? alter->table->nspname :
		get_namespace_name(get_rel_namespace(alter->at->relid));
	Oid			relid;
	SafeddlScriptTable *index = name ? safeddl_script_find(alter->script, makeRangeVar(nspname, name, -1), &relid) : NULL;

	return index != NULL && index->index != NULL ? index : NULL;
}

/* take_index: UNIQUE or PRIMARY KEY USING an index of the script's: no build */
static bool
take_index(ScriptAlter *alter, Constraint *con)
{
	SafeddlScriptTable *index = script_index(alter, con->indexname);
	ListCell   *lc;

	if (index == NULL)
		return false;
	foreach(lc, con->contype == CONSTR_PRIMARY ? index->index->indexParams : NIL)
	{
		char	   *column = lfirst_node(IndexElem, lc)->name;

		if (safeddl_script_added(alter->table, column) != NULL)
			added_not_null(alter, column, SAFEDDL_RULE_ADD_PRIMARY_KEY);
		else if (column != NULL)
			safeddl_set_not_null(alter->at, safeddl_script_column(alter->table, column),
								 SAFEDDL_RULE_ADD_PRIMARY_KEY, alter->at->inh, alter->cmdno);
	}
	return true;
}

/* has_new_key: does the script add to a table what a foreign key may point at? */
static bool
has_new_key(SafeddlScript *script, SafeddlScriptTable *table, Oid relid)
{
	ListCell   *lc;

	foreach(lc, table ? table->constraints : NIL)
	{
		ConstrType	contype = ((SafeddlScriptConstraint *) lfirst(lc))->def->contype;

		if (contype == CONSTR_PRIMARY || contype == CONSTR_UNIQUE)
			return true;
	}
	foreach(lc, script->tables)
	{
		SafeddlScriptTable *index = lfirst(lc);

		if (index->index != NULL && index->index->unique &&
			(index->tableid == relid || (table != NULL && index->table == table)))
			return true;
	}
	return false;
}

/* take_key: a foreign key to a table, or a key, that the script makes */
static bool
take_key(ScriptAlter *alter, Constraint *con, bool validate)
{
	SafeddlAlterTable *at = alter->at;
	Oid			relid;
	SafeddlScriptTable *other = con->pktable ? safeddl_script_find(alter->script, con->pktable, &relid) : NULL;
	ListCell   *lc;

	if (con->pktable == NULL || (other == NULL && !OidIsValid(relid)))
		return false;
	if (OidIsValid(relid) && !has_new_key(alter->script, other, relid))
	{
		foreach(lc, con->pk_attrs)
			lfirst(lc) = makeString(safeddl_script_column(other, strVal(lfirst(lc))));
		return false;
	}
	foreach(lc, OidIsValid(relid) ? safeddl_hierarchy(relid, get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE) : NIL)
		safeddl_add_effect(at->a, lfirst_oid(lc), at->relid, ShareRowExclusiveLock,
						   SAFEDDL_REACH_REFERENCED, SAFEDDL_RULE_ADD_FOREIGN_KEY, SAFEDDL_WORK_NONE);
	if (validate)
		scan_leaves(alter, SAFEDDL_RULE_ADD_FOREIGN_KEY, SAFEDDL_WORK_VALIDATE, con->conname, con->location);
	return true;
}

/* translate_names: the columns of a constraint, as the catalog has them */
static void
translate_names(const SafeddlScriptTable *table, List *names)
{
	ListCell   *lc;

	foreach(lc, names)
		lfirst(lc) = makeString(safeddl_script_column(table, strVal(lfirst(lc))));
}

/* frees_name: has the script dropped, or renamed, what has that name? */
static bool
frees_name(ScriptAlter *alter, const char *name)
{
	Oid			relid = get_relname_relid(name, get_rel_namespace(alter->at->relid));
	const SafeddlScriptTable *other = safeddl_script_changed(alter->script, relid);
	ListCell   *lc;

	if (other != NULL && (other->dropped || strcmp(other->relname, name) != 0))
		return true;
	foreach(lc, alter->table ? alter->table->renamed_constraints : NIL)
		if (strcmp(((SafeddlScriptAlias *) lfirst(lc))->catalog_name, name) == 0)
			return true;
	foreach(lc, safeddl_script_lineage(alter->script, alter->at->relid))
		if (safeddl_script_has(((SafeddlScriptTable *) lfirst(lc))->gone_constraints, name))
			return true;
	return false;
}

/* take_constraint: ADD CONSTRAINT; con is a copy, and may be changed */
static bool
take_constraint(ScriptAlter *alter, Constraint *con)
{
	SafeddlScriptWords words = {.script = alter->script,.table = alter->table};

	if (con->conname != NULL && frees_name(alter, con->conname))
		con->conname = NULL;
	if (con->contype == CONSTR_FOREIGN && take_key(alter, con, !con->skip_validation))
		return true;
	if (con->indexname != NULL)
		return take_index(alter, con);
	if (con->contype == CONSTR_NOTNULL && con->keys != NIL &&
		safeddl_script_added(alter->table, strVal(linitial(con->keys))) != NULL)
	{
		if (!con->skip_validation)
			added_not_null(alter, strVal(linitial(con->keys)), SAFEDDL_RULE_SET_NOT_NULL);
		return true;
	}
	translate_names(alter->table, con->keys);
	translate_names(alter->table, con->fk_attrs);
	safeddl_script_translate(&words, con->raw_expr);
	if (con->contype != CONSTR_CHECK || words.function == NULL)
		return false;
	/* it cannot be parsed, but that does not matter */
	safeddl_lock_children(alter->at);
	if (!con->skip_validation)
		scan_leaves(alter, SAFEDDL_RULE_ADD_CHECK, SAFEDDL_WORK_SCAN, con->conname, con->location);
	return true;
}

static SafeddlScriptConstraint *
script_constraint(ScriptAlter *alter, const char *name)
{
	ListCell   *lc;

	foreach(lc, alter->table ? alter->table->constraints : NIL)
	{
		SafeddlScriptConstraint *con = lfirst(lc);

		if (con->name != NULL && name != NULL && strcmp(con->name, name) == 0)
			return con;
	}
	return NULL;
}

/* take_named_constraint: DROP or ALTER of one that the script adds */
static bool
take_named_constraint(ScriptAlter *alter, AlterTableCmd *cmd)
{
	SafeddlScriptConstraint *con =
		script_constraint(alter, cmd->subtype == AT_DropConstraint ? cmd->name : safeddl_altered_constraint(cmd));
	Oid			relid;

	if (con == NULL)
		return false;
	safeddl_lock_children(alter->at);
	if (con->def->contype == CONSTR_FOREIGN && cmd->subtype == AT_DropConstraint && con->def->pktable != NULL)
	{
		(void) safeddl_script_find(alter->script, con->def->pktable, &relid);
		if (OidIsValid(relid))
			safeddl_add_locks(alter->at->a, list_make1_oid(relid), alter->at->relid, AccessExclusiveLock,
							  SAFEDDL_REACH_REFERENCED);
	}
	return true;
}

/* ----------------------------------------------------------------
 *		the statement
 * ----------------------------------------------------------------
 */

/* translate: the name in a subcommand, as the catalog has it, if it has it */
static void
translate(ScriptAlter *alter, AlterTableCmd *cmd)
{
	alter->added = safeddl_script_added(alter->table, cmd->name);
	if (alter->added != NULL || alter->table == NULL || cmd->name == NULL)
		return;
	switch (cmd->subtype)
	{
		case AT_ValidateConstraint:
		case AT_DropConstraint:
			cmd->name = safeddl_script_catalog_name(alter->table->renamed_constraints, cmd->name);
			break;
		case AT_EnableTrig:
		case AT_DisableTrig:
			break;
		default:
			cmd->name = safeddl_script_column(alter->table, cmd->name);
			break;
	}
}

/* take: is a subcommand, a copy, no matter of the catalog's?  Adds its effects. */
static bool
take(ScriptAlter *alter, AlterTableCmd *cmd)
{
	SafeddlScript *script = alter->script;

	switch (cmd->subtype)
	{
		case AT_AddColumn:
			return take_column(alter, cmd);
		case AT_DropColumn:
			if (alter->added == NULL)
				return false;
			safeddl_lock_children(alter->at);
			scan_leaves(alter, SAFEDDL_RULE_DROP_COLUMN, SAFEDDL_WORK_DROP, cmd->name, -1);
			return true;
		case AT_AlterColumnType:
			return take_type(alter, cmd);
		case AT_SetNotNull:
			if (alter->added == NULL)
				return false;
			added_not_null(alter, cmd->name, SAFEDDL_RULE_SET_NOT_NULL);
			return true;
		case AT_AddConstraint:
			return take_constraint(alter, castNode(Constraint, cmd->def));
		case AT_DropConstraint:
		case AT_AlterConstraint:
			return take_named_constraint(alter, cmd);
		case AT_AttachPartition:
			if (!safeddl_script_is_new(script, castNode(PartitionCmd, cmd->def)->name))
				return false;
			safeddl_analyze_attach_new(alter->at->a, alter->at->relid, castNode(PartitionCmd, cmd->def),
									   alter->at->lockmode);
			return true;
		case AT_DetachPartition:
			return safeddl_script_is_new(script, castNode(PartitionCmd, cmd->def)->name);
		case AT_AddInherit:
		case AT_DropInherit:
			return safeddl_script_is_new(script, (RangeVar *) cmd->def);
		case AT_ClusterOn:
			return script_index(alter, cmd->name) != NULL;
		case AT_ReplicaIdentity:
			return script_index(alter, castNode(ReplicaIdentityStmt, cmd->def)->name) != NULL;
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_DisableTrig:
			return alter->table != NULL && safeddl_script_has(alter->table->triggers, cmd->name);
		default:
			return false;
	}
}

/*
 * safeddl_script_alter: the statement without the subcommands whose effects the
 * script alone can tell; these are added.  The rest gets to know what earlier
 * statements did.
 */
AlterTableStmt *
safeddl_script_alter(SafeddlAlterTable *at, AlterTableStmt *stmt)
{
	AlterTableStmt *result = copyObject(stmt);
	ScriptAlter alter = {.at = at,.script = at->a->script,
	.table = safeddl_script_changed(at->a->script, at->relid)};
	List	   *kept = NIL;
	ListCell   *lc;

	if (alter.table != NULL)
	{
		safeddl_script_tell_gone(at);
		tell_new(&alter);
	}
	foreach(lc, result->cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);

		translate(&alter, cmd);
		if (!take(&alter, cmd))
			kept = lappend(kept, cmd);
		alter.cmdno++;
	}
	result->cmds = kept;
	return result;
}

/* reference: a foreign key of a table that the script makes locks the other side */
static void
reference(SafeddlAnalysis *a, Constraint *con)
{
	Oid			relid = InvalidOid;

	if (con->contype != CONSTR_FOREIGN || con->pktable == NULL ||
		safeddl_script_is_new(a->script, con->pktable))
		return;
	relid = safeddl_resolve(a, con->pktable, false);
	safeddl_add_locks(a, safeddl_hierarchy(relid, get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE),
					  relid, ShareRowExclusiveLock, SAFEDDL_REACH_REFERENCED);
}

/*
 * attach_to_new: a table of the catalog's becomes a partition of one that the
 * script makes.  Whether its constraints spare it the scan cannot be told
 * without the bound of a table that does not exist; a default partition that is
 * the only one may have any row.
 */
static void
attach_to_new(SafeddlAnalysis *a, const SafeddlScriptTable *table, PartitionCmd *cmd)
{
	Oid			relid = safeddl_resolve(a, cmd->name, false);
	List	   *relids = safeddl_hierarchy(relid, true);
	ListCell   *lc;

	/* of an index there is no bound */
	if (cmd->bound == NULL || (table != NULL && !table->parent && cmd->bound->is_default))
	{
		safeddl_add_locks(a, relids, relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET);
		return;
	}
	foreach(lc, relids)
		safeddl_add_effect(a, lfirst_oid(lc), relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
						   SAFEDDL_RULE_ATTACH_PARTITION,
						   RELKIND_HAS_TABLE_AM(get_rel_relkind(lfirst_oid(lc))) ? SAFEDDL_WORK_SCAN :
						   SAFEDDL_WORK_NONE)->maybe = SAFEDDL_WORK_SCAN;
}

/* safeddl_script_alter_new: ALTER TABLE of a table that the script makes */
void
safeddl_script_alter_new(SafeddlAnalysis *a, AlterTableStmt *stmt)
{
	Oid			relid;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == AT_AddConstraint)
			reference(a, castNode(Constraint, cmd->def));
		else if (cmd->subtype == AT_AddColumn)
			foreach(lc2, castNode(ColumnDef, cmd->def)->constraints)
				reference(a, lfirst(lc2));
		else if (cmd->subtype == AT_AttachPartition &&
				 !safeddl_script_is_new(a->script, castNode(PartitionCmd, cmd->def)->name))
			attach_to_new(a, safeddl_script_find(a->script, stmt->relation, &relid),
						  castNode(PartitionCmd, cmd->def));
	}
}
