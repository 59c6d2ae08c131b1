/*
 * script_columns.c
 *	  The columns and constraints that a script gives a table of the catalog, or
 *	  takes from it.
 */
#include "safeddl.h"
#include "script.h"

#include "commands/defrem.h"
#include "utils/lsyscache.h"

/* has_column: in the catalog, and neither dropped nor renamed by the script */
static bool
has_column(const SafeddlScriptTable *table, const char *name)
{
	return !safeddl_script_has(table->gone_columns, name) &&
		!safeddl_script_has_renamed(table, name) && OidIsValid(table->relid) &&
		get_attnum(table->relid, name) != InvalidAttrNumber;
}

/* safeddl_script_constraint_name: that the server chooses, where it is a simple one */
char *
safeddl_script_constraint_name(const SafeddlScriptTable *table, const Constraint *con, const char *column)
{
	List	   *columns = con->contype == CONSTR_FOREIGN && con->fk_attrs != NIL ? con->fk_attrs : con->keys;
	const char *label = con->contype == CONSTR_FOREIGN ? "fkey" :
		con->contype == CONSTR_CHECK ? "check" :
		con->contype == CONSTR_PRIMARY ? "pkey" : con->contype == CONSTR_NOTNULL ? "not_null" : "key";

	if (con->conname != NULL)
		return con->conname;
	if (con->indexname != NULL)
		return con->indexname;
	if (con->contype == CONSTR_PRIMARY)
		return makeObjectName(table->relname, NULL, label);
	if (column == NULL && list_length(columns) == 1)
		column = strVal(linitial(columns));
	return column ? makeObjectName(table->relname, column, label) : NULL;
}

static void
make_not_null(SafeddlScriptTable *table, const char *column)
{
	column = safeddl_script_column(table, unconstify(char *, column));
	table->not_null = safeddl_script_with(table->not_null, column);
	table->nullable = safeddl_script_without(table->nullable, column);
}

/* make_constraint_not_null: the columns of a primary key, or the one of NOT NULL */
static void
make_constraint_not_null(SafeddlScriptTable *table, Constraint *con, const char *column)
{
	ListCell   *lc;

	if (con->contype != CONSTR_PRIMARY && con->contype != CONSTR_NOTNULL)
		return;
	foreach(lc, con->keys)
		make_not_null(table, strVal(lfirst(lc)));
	if (column != NULL)
		make_not_null(table, column);
}

static void
add_constraint(SafeddlScript *script, SafeddlScriptTable *table, Constraint *con, const char *column)
{
	SafeddlScriptConstraint *added = palloc0(sizeof(SafeddlScriptConstraint));
	char	   *name = safeddl_script_constraint_name(table, con, column);

	added->name = name ? pstrdup(name) : NULL;
	added->def = copyObject(con);
	added->valid = !con->skip_validation;
	added->transaction = script->now->transaction;
	added->line = script->now->line;
	table->constraints = lappend(table->constraints, added);
	if (added->valid)
		make_constraint_not_null(table, con, column);
}

static void
add_column(SafeddlScript *script, SafeddlScriptTable *table, ColumnDef *def)
{
	ListCell   *lc;

	if (has_column(table, def->colname) || safeddl_script_added(table, def->colname) != NULL)
		return;
	table->columns = lappend(table->columns, copyObject(def));
	foreach(lc, def->constraints)
	{
		Constraint *con = lfirst(lc);

		if (con->contype == CONSTR_CHECK || con->contype == CONSTR_FOREIGN ||
			con->contype == CONSTR_UNIQUE || con->contype == CONSTR_PRIMARY ||
			con->contype == CONSTR_NOTNULL)
			add_constraint(script, table, con, def->colname);
	}
}

static void
drop_column(SafeddlScriptTable *table, const char *name)
{
	ColumnDef  *def = safeddl_script_added(table, name);
	List	   *kept = NIL;
	ListCell   *lc;

	table->not_null = safeddl_script_without(table->not_null, name);
	if (def != NULL)
	{
		table->columns = list_delete_ptr(table->columns, def);
		return;
	}
	foreach(lc, table->renamed_columns)
	{
		SafeddlScriptAlias *alias = lfirst(lc);

		if (strcmp(alias->name, name) == 0)
			name = alias->catalog_name;
		else
			kept = lappend(kept, alias);
	}
	table->renamed_columns = kept;
	table->gone_columns = safeddl_script_with(table->gone_columns, name);
}

/* safeddl_script_constraint: that the script gives the table; NULL if there is none of that name */
SafeddlScriptConstraint *
safeddl_script_constraint(const SafeddlScriptTable *table, const char *name)
{
	ListCell   *lc;

	foreach(lc, table->constraints)
	{
		SafeddlScriptConstraint *con = lfirst(lc);

		if (con->name != NULL && strcmp(con->name, name) == 0)
			return con;
	}
	return NULL;
}

static void
drop_constraint(SafeddlScriptTable *table, char *name)
{
	SafeddlScriptConstraint *con = safeddl_script_constraint(table, name);

	if (con != NULL)
		table->constraints = list_delete_ptr(table->constraints, con);
	else
		table->gone_constraints =
			safeddl_script_with(table->gone_constraints,
								safeddl_script_catalog_name(table->renamed_constraints, name));
}

static void
validate_constraint(SafeddlScriptTable *table, const char *name)
{
	SafeddlScriptConstraint *con = safeddl_script_constraint(table, name);

	if (con == NULL)
		table->validated = safeddl_script_with(table->validated, name);
	else
	{
		con->valid = true;
		make_constraint_not_null(table, con->def, NULL);
	}
}

/* change_type: def has the new type, and no name */
static void
change_type(SafeddlScriptTable *table, char *column, ColumnDef *def)
{
	ColumnDef  *added = safeddl_script_added(table, column);

	if (added == NULL)
	{
		added = makeNode(ColumnDef);
		added->colname = pstrdup(safeddl_script_column(table, column));
		table->retyped_columns = lcons(added, table->retyped_columns);
	}
	added->typeName = copyObject(def->typeName);
}

/* safeddl_script_alter_table: what one subcommand does to a table of the catalog */
void
safeddl_script_alter_table(SafeddlScript *script, SafeddlScriptTable *table, AlterTableCmd *cmd)
{
	switch (cmd->subtype)
	{
		case AT_AddColumn:
			add_column(script, table, castNode(ColumnDef, cmd->def));
			break;
		case AT_DropColumn:
			drop_column(table, cmd->name);
			break;
		case AT_AlterColumnType:
			change_type(table, cmd->name, castNode(ColumnDef, cmd->def));
			break;
		case AT_SetNotNull:
			make_not_null(table, cmd->name);
			break;
		case AT_DropNotNull:
			table->not_null = safeddl_script_without(table->not_null, cmd->name);
			table->nullable = safeddl_script_with(table->nullable, safeddl_script_column(table, cmd->name));
			break;
		case AT_AddConstraint:
			add_constraint(script, table, castNode(Constraint, cmd->def), NULL);
			break;
		case AT_ValidateConstraint:
			validate_constraint(table, cmd->name);
			break;
		case AT_DropConstraint:
			drop_constraint(table, cmd->name);
			break;
		default:
			break;
	}
}
