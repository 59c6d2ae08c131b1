/*
 * script_apply.c
 *	  What a statement of a script does to the model: relations, columns,
 *	  constraints, types and schemas that come, change and go.
 *
 * Whatever the server would refuse is taken as if it succeeded: check.c says
 * so if it is found.
 */
#include "safeddl.h"
#include "script.h"

#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static void apply(SafeddlScript *script, Node *stmt);

/* add_alias: what had the old name has the new one by now */
static List *
add_alias(List *aliases, const char *old, const char *new)
{
	SafeddlScriptAlias *alias;
	ListCell   *lc;

	foreach(lc, aliases)
	{
		alias = lfirst(lc);
		if (strcmp(alias->name, old) == 0)
		{
			alias->name = pstrdup(new);
			return aliases;
		}
	}
	alias = palloc(sizeof(SafeddlScriptAlias));
	alias->name = pstrdup(new);
	alias->catalog_name = pstrdup(old);
	return lappend(aliases, alias);
}

/* ----------------------------------------------------------------
 *		relations
 * ----------------------------------------------------------------
 */

static SafeddlScriptTable *
add_table(SafeddlScript *script, const char *nspname, const char *relname, Oid relid, char relkind)
{
	SafeddlScriptTable *table = palloc0(sizeof(SafeddlScriptTable));

	table->nspname = pstrdup(nspname);
	table->relname = pstrdup(relname);
	table->relid = relid;
	table->relkind = relkind;
	table->transaction = script->now->transaction;
	script->tables = lappend(script->tables, table);
	safeddl_script_enter(script, table);
	return table;
}

/* make: a relation that nobody has rows in, unless there is one by that name */
static SafeddlScriptTable *
make(SafeddlScript *script, const RangeVar *rv, char relkind)
{
	RangeVar   *qualified = copyObject((RangeVar *) rv);
	Oid			relid;

	qualified->schemaname = safeddl_script_schema(script, rv);
	if (qualified->schemaname == NULL ||
		safeddl_script_find(script, qualified, &relid) != NULL || OidIsValid(relid))
		return NULL;
	return add_table(script, qualified->schemaname, rv->relname, InvalidOid, relkind);
}

/* add_known: a relation of the catalog that the script changes */
static SafeddlScriptTable *
add_known(SafeddlScript *script, Oid relid)
{
	return add_table(script, get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid), relid,
					 get_rel_relkind(relid));
}

/* change: what the script does to a relation, which may be its own; NULL if there is none */
static SafeddlScriptTable *
change(SafeddlScript *script, const RangeVar *rv)
{
	Oid			relid;
	SafeddlScriptTable *table = safeddl_script_find(script, rv, &relid);

	return table != NULL || !OidIsValid(relid) ? table : add_known(script, relid);
}

static void
drop_relation(SafeddlScript *script, const RangeVar *rv)
{
	SafeddlScriptTable *table = change(script, rv);

	if (table == NULL)
		return;
	table->dropped = true;
	if (!OidIsValid(table->relid))
		script->tables = list_delete_ptr(script->tables, table);
}

static void
drop_schema(SafeddlScript *script, const char *name)
{
	List	   *kept = NIL;
	ListCell   *lc;

	script->schemas = safeddl_script_without(script->schemas, name);
	script->gone_schemas = safeddl_script_with(script->gone_schemas, name);
	foreach(lc, script->tables)
	{
		SafeddlScriptTable *table = lfirst(lc);

		if (strcmp(table->nspname, name) != 0)
			kept = lappend(kept, table);
		else
		{
			table->dropped = true;
			if (OidIsValid(table->relid))
				kept = lappend(kept, table);
		}
	}
	script->tables = kept;
}

static void
apply_drop(SafeddlScript *script, DropStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->objects)
	{
		Node	   *object = lfirst(lc);

		switch (stmt->removeType)
		{
			case OBJECT_TABLE:
			case OBJECT_VIEW:
			case OBJECT_MATVIEW:
			case OBJECT_INDEX:
			case OBJECT_SEQUENCE:
			case OBJECT_FOREIGN_TABLE:
				drop_relation(script, makeRangeVarFromNameList(castNode(List, object)));
				break;
			case OBJECT_SCHEMA:
				drop_schema(script, strVal(object));
				break;
			case OBJECT_TYPE:
			case OBJECT_DOMAIN:
				script->types = list_delete_ptr(script->types,
												safeddl_script_type(script, castNode(TypeName, object)->names));
				break;
			default:
				break;
		}
	}
}

static void make_key(SafeddlScript *script, SafeddlScriptTable *table, Constraint *con, const char *column);
static void make_column_keys(SafeddlScript *script, SafeddlScriptTable *table, ColumnDef *def);
static SafeddlScriptType *make_type(SafeddlScript *script, List *names, TypeName *base, bool made);
static TypeName *text_type(void);

/* a column that gets another name */
typedef struct Renaming
{
	const char *old;
	char	   *new;
} Renaming;

static bool
rename_walker(Node *node, void *context)
{
	Renaming   *renaming = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef) && IsA(llast(((ColumnRef *) node)->fields), String))
	{
		String	   *name = llast(((ColumnRef *) node)->fields);

		if (strcmp(name->sval, renaming->old) == 0)
			name->sval = renaming->new;
	}
	return raw_expression_tree_walker(node, rename_walker, context);
}

static void
rename_in_list(Renaming *renaming, List *names)
{
	ListCell   *lc;

	foreach(lc, names)
		if (strcmp(strVal(lfirst(lc)), renaming->old) == 0)
			lfirst(lc) = makeString(renaming->new);
}

/* rename_in_index: what the script has made of the column */
static void
rename_in_index(Renaming *renaming, IndexStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, list_concat_copy(stmt->indexParams, stmt->indexIncludingParams))
	{
		IndexElem  *elem = lfirst(lc);

		if (elem->name != NULL && strcmp(elem->name, renaming->old) == 0)
			elem->name = renaming->new;
		(void) rename_walker(elem->expr, renaming);
	}
	(void) rename_walker(stmt->whereClause, renaming);
}

static void
rename_column(SafeddlScript *script, SafeddlScriptTable *table, const char *old, const char *new)
{
	Renaming	renaming = {.old = old,.new = pstrdup(new)};
	ListCell   *lc;

	foreach(lc, script->tables)
	{
		SafeddlScriptTable *index = lfirst(lc);

		if (index->index != NULL && index->tableid == table->relid && OidIsValid(table->relid))
			rename_in_index(&renaming, index->index);
	}
	foreach(lc, table->constraints)
	{
		Constraint *def = ((SafeddlScriptConstraint *) lfirst(lc))->def;

		rename_in_list(&renaming, def->keys);
		rename_in_list(&renaming, def->fk_attrs);
		(void) rename_walker(def->raw_expr, &renaming);
	}
	foreach(lc, table->columns)
	{
		ColumnDef  *def = lfirst(lc);

		if (strcmp(def->colname, old) != 0)
			continue;
		rename_in_list(&renaming, table->not_null);
		def->colname = renaming.new;
		return;
	}
	table->renamed_columns = add_alias(table->renamed_columns, old, new);
}

/* rename_type: it may be free for another one after that */
static void
rename_type(SafeddlScript *script, List *names, const char *newname)
{
	SafeddlScriptType *type = make_type(script, names, text_type(), false);

	if (!type->made && type->catalog_names == NIL)
		type->catalog_names = copyObject(names);
	type->name = pstrdup(newname);
}

static void
apply_rename(SafeddlScript *script, RenameStmt *stmt)
{
	SafeddlScriptTable *table = stmt->relation ? change(script, stmt->relation) : NULL;

	if (stmt->renameType == OBJECT_TYPE || stmt->renameType == OBJECT_DOMAIN)
		rename_type(script, castNode(List, stmt->object), stmt->newname);
	if (table == NULL)
		return;
	switch (stmt->renameType)
	{
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
		case OBJECT_SEQUENCE:
		case OBJECT_FOREIGN_TABLE:
			table->relname = pstrdup(stmt->newname);
			safeddl_script_enter(script, table);
			break;
		case OBJECT_COLUMN:
		case OBJECT_ATTRIBUTE:
			rename_column(script, table, stmt->subname, stmt->newname);
			break;
		case OBJECT_TABCONSTRAINT:
			table->renamed_constraints = add_alias(table->renamed_constraints, stmt->subname, stmt->newname);
			break;
		default:
			break;
	}
}

/* make_sequence: of a serial or identity column */
static void
make_sequence(SafeddlScript *script, const RangeVar *rv, const char *column, List *options)
{
	SafeddlScriptTable *table = change(script, rv);
	RangeVar   *name;
	ListCell   *lc;

	if (table == NULL)
		return;
	name = makeRangeVar(table->nspname, makeObjectName(table->relname, column, "seq"), -1);
	foreach(lc, options)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "sequence_name") == 0)
			name = makeRangeVarFromNameList((List *) option->arg);
	}
	if (name->schemaname == NULL)
		name->schemaname = table->nspname;
	(void) make(script, name, RELKIND_SEQUENCE);
}

/* safeddl_script_is_serial: serial and the like, which are no types */
bool
safeddl_script_is_serial(const TypeName *type)
{
	static const char *const names[] = {"serial", "serial4", "bigserial", "serial8", "smallserial", "serial2"};

	for (int i = 0; type != NULL && list_length(type->names) == 1 && i < lengthof(names); i++)
		if (strcmp(strVal(linitial(type->names)), names[i]) == 0)
			return true;
	return false;
}

/* make_sequences: those of a column that is defined */
static void
make_sequences(SafeddlScript *script, const RangeVar *rv, const ColumnDef *def)
{
	ListCell   *lc;

	if (safeddl_script_is_serial(def->typeName))
		make_sequence(script, rv, def->colname, NIL);
	foreach(lc, def->constraints)
	{
		Constraint *con = lfirst(lc);

		if (con->contype == CONSTR_IDENTITY)
			make_sequence(script, rv, def->colname, con->options);
	}
}

static void
apply_table(SafeddlScript *script, CreateStmt *stmt, char relkind)
{
	ListCell   *lc;

	SafeddlScriptTable *table = make(script, stmt->relation, relkind);
	SafeddlScriptTable *parent;
	Oid			relid;

	if (table == NULL)
		return;
	table->on_commit_drop = (stmt->oncommit == ONCOMMIT_DROP);
	parent = stmt->partbound ? safeddl_script_find(script, linitial(stmt->inhRelations), &relid) : NULL;
	if (parent != NULL)
		parent->parent = true;
	foreach(lc, stmt->tableElts)
	{
		if (IsA(lfirst(lc), Constraint))
			make_key(script, table, lfirst(lc), NULL);
		if (!IsA(lfirst(lc), ColumnDef))
			continue;
		make_sequences(script, stmt->relation, lfirst(lc));
		make_column_keys(script, table, lfirst(lc));
	}
}

/* an index belongs to the schema of its table */
static void
apply_index(SafeddlScript *script, IndexStmt *stmt)
{
	Oid			relid;
	SafeddlScriptTable *on = safeddl_script_find(script, stmt->relation, &relid);
	RangeVar   *rv;
	SafeddlScriptTable *index;

	if (stmt->idxname == NULL || (on == NULL && !OidIsValid(relid)))
		return;
	rv = makeRangeVar(on != NULL ? on->nspname : get_namespace_name(get_rel_namespace(relid)),
					  stmt->idxname, -1);
	index = make(script, rv, RELKIND_INDEX);
	if (index == NULL)
		return;
	index->table = on;
	index->tableid = relid;
	index->index = copyObject(stmt);
}

/* ----------------------------------------------------------------
 *		ALTER TABLE
 * ----------------------------------------------------------------
 */

/* make_key: the index of a constraint, which has its name */
static void
make_key(SafeddlScript *script, SafeddlScriptTable *table, Constraint *con, const char *column)
{
	bool		key = con->contype == CONSTR_PRIMARY || con->contype == CONSTR_UNIQUE ||
		con->contype == CONSTR_EXCLUSION;
	char	   *name = key && con->indexname == NULL ? safeddl_script_constraint_name(table, con, column) : NULL;
	SafeddlScriptTable *index =
		name != NULL ? make(script, makeRangeVar(table->nspname, name, -1), RELKIND_INDEX) : NULL;

	if (index == NULL)
		return;
	index->table = table;
	index->tableid = table->relid;
}

static void
make_column_keys(SafeddlScript *script, SafeddlScriptTable *table, ColumnDef *def)
{
	ListCell   *lc;

	foreach(lc, def->constraints)
		make_key(script, table, lfirst(lc), def->colname);
}

/* drop_key: the index goes with its constraint */
static void
drop_key(SafeddlScript *script, SafeddlScriptTable *table, char *name)
{
	Oid			relid;
	SafeddlScriptTable *index = safeddl_script_find(script, makeRangeVar(table->nspname, name, -1), &relid);

	if (index != NULL && !OidIsValid(relid) && index->table == table && index->relkind == RELKIND_INDEX)
		index->dropped = true;
}

/* apply_keys: what a subcommand does to the indexes of constraints */
static void
apply_keys(SafeddlScript *script, SafeddlScriptTable *table, AlterTableCmd *cmd)
{
	if (cmd->subtype == AT_AddColumn)
		make_column_keys(script, table, castNode(ColumnDef, cmd->def));
	else if (cmd->subtype == AT_AddConstraint)
		make_key(script, table, castNode(Constraint, cmd->def), NULL);
	else if (cmd->subtype == AT_DropConstraint)
		drop_key(script, table, cmd->name);
}

/* attach: or detach a partition, of a table that may be the script's own */
static void
attach(SafeddlScript *script, SafeddlScriptTable *table, AlterTableCmd *cmd)
{
	PartitionCmd *part = castNode(PartitionCmd, cmd->def);
	SafeddlScriptTable *partition = change(script, part->name);

	if (partition == NULL)
		return;
	table->parent |= cmd->subtype == AT_AttachPartition;
	if (cmd->subtype == AT_DetachPartition)
		partition->detached = OidIsValid(partition->relid);
	else if (!OidIsValid(table->relid) && (OidIsValid(partition->relid) || partition->adopts))
	{
		table->adopts = true;
		table->adopts_default |= part->bound->is_default;
	}
}

static void
apply_alter_table(SafeddlScript *script, AlterTableStmt *stmt)
{
	SafeddlScriptTable *table;
	ListCell   *lc;

	if (stmt->objtype == OBJECT_TYPE)
		return;
	foreach(lc, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == AT_AddColumn)
			make_sequences(script, stmt->relation, castNode(ColumnDef, cmd->def));
		else if (cmd->subtype == AT_AddIdentity)
			make_sequence(script, stmt->relation, cmd->name, castNode(Constraint, cmd->def)->options);
	}
	table = change(script, stmt->relation);
	foreach(lc, table != NULL ? stmt->cmds : NIL)
	{
		AlterTableCmd *cmd = lfirst(lc);

		apply_keys(script, table, cmd);
		if (table->relkind != RELKIND_PARTITIONED_TABLE)
			continue;
		if (cmd->subtype == AT_AttachPartition || cmd->subtype == AT_DetachPartition)
			attach(script, table, cmd);
	}
	/* what the script made itself needs no more than its name */
	if (table == NULL || !OidIsValid(table->relid))
		return;
	foreach(lc, stmt->cmds)
		safeddl_script_alter_table(script, table, lfirst(lc));
}

/* ----------------------------------------------------------------
 *		types
 * ----------------------------------------------------------------
 */

static SafeddlScriptType *
make_type(SafeddlScript *script, List *names, TypeName *base, bool made)
{
	SafeddlScriptType *type = safeddl_script_type(script, names);

	if (type != NULL)
		return type;
	type = palloc0(sizeof(SafeddlScriptType));
	type->name = pstrdup(strVal(llast(names)));
	if (list_length(names) == 2)
		type->nspname = pstrdup(strVal(linitial(names)));
	type->made = made;
	type->base = copyObject(base);
	type->transaction = script->now->transaction;
	script->types = lappend(script->types, type);
	return type;
}

static TypeName *
text_type(void)
{
	return makeTypeNameFromNameList(list_make2(makeString("pg_catalog"), makeString("text")));
}

static void
apply_domain(SafeddlScript *script, CreateDomainStmt *stmt)
{
	SafeddlScriptType *type = make_type(script, stmt->domainname, stmt->typeName, true);
	ListCell   *lc;

	foreach(lc, stmt->constraints)
	{
		Constraint *con = lfirst(lc);

		type->constrained |= con->contype == CONSTR_CHECK || con->contype == CONSTR_NOTNULL;
	}
}

static void
apply_enum_value(SafeddlScript *script, AlterEnumStmt *stmt)
{
	SafeddlScriptType *type = make_type(script, stmt->typeName, text_type(), false);
	SafeddlScriptValue *value = palloc0(sizeof(SafeddlScriptValue));
	Oid			typid = LookupTypeNameOid(NULL, makeTypeNameFromNameList(stmt->typeName), true);

	/* IF NOT EXISTS, and it does; or a type that goes if the value does */
	if ((OidIsValid(typid) && stmt->skipIfNewValExists &&
		 SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(typid), CStringGetDatum(stmt->newVal))) ||
		(type->made && type->transaction == script->now->transaction && SAFEDDL_VALUE_OF_NEW_ENUM_IS_SAFE))
		return;
	type->labels = safeddl_script_with(type->labels, stmt->newVal);
	value->value = pstrdup(stmt->newVal);
	value->transaction = script->now->transaction;
	value->line = script->now->line;
	if (stmt->oldVal == NULL)
		type->values = lappend(type->values, value);
}

/* ----------------------------------------------------------------
 *		statements
 * ----------------------------------------------------------------
 */

/* put_in_schema: an element of CREATE SCHEMA, if it does not say where */
static void
put_in_schema(Node *element, char *nspname)
{
	RangeVar   *rv = IsA(element, CreateStmt) ? ((CreateStmt *) element)->relation :
		IsA(element, ViewStmt) ? ((ViewStmt *) element)->view :
		IsA(element, IndexStmt) ? ((IndexStmt *) element)->relation :
		IsA(element, CreateSeqStmt) ? ((CreateSeqStmt *) element)->sequence : NULL;

	if (rv != NULL && rv->schemaname == NULL)
		rv->schemaname = nspname;
}

static void
apply_create_schema(SafeddlScript *script, CreateSchemaStmt *stmt)
{
	ListCell   *lc;

	if (stmt->schemaname == NULL)
		return;
	script->schemas = safeddl_script_with(script->schemas, stmt->schemaname);
	foreach(lc, stmt->schemaElts)
	{
		Node	   *element = copyObject(lfirst(lc));

		put_in_schema(element, stmt->schemaname);
		apply(script, element);
	}
}

static void
apply_rule(SafeddlScript *script, RuleStmt *stmt)
{
	SafeddlScriptTable *table = change(script, stmt->relation);

	if (table != NULL)
		table->rules = safeddl_script_with(table->rules, stmt->rulename);
}

static void
apply_policy(SafeddlScript *script, CreatePolicyStmt *stmt)
{
	SafeddlScriptTable *table = change(script, stmt->table);

	if (table != NULL)
		table->policies = safeddl_script_with(table->policies, stmt->policy_name);
}

static void
apply_trigger(SafeddlScript *script, CreateTrigStmt *stmt)
{
	SafeddlScriptTable *table = change(script, stmt->relation);

	if (table != NULL)
		table->triggers = safeddl_script_with(table->triggers, stmt->trigname);
}

static void
apply_table_as(SafeddlScript *script, CreateTableAsStmt *stmt)
{
	SafeddlScriptTable *table =
		make(script, stmt->into->rel, stmt->objtype == OBJECT_MATVIEW ? RELKIND_MATVIEW : RELKIND_RELATION);

	if (table != NULL)
		table->on_commit_drop = (stmt->into->onCommit == ONCOMMIT_DROP);
}

static void
mark_emptied(SafeddlScript *script, Oid relid, bool emptied)
{
	SafeddlScriptTable *table = safeddl_script_changed(script, relid);

	if (table == NULL && emptied)
		table = add_known(script, relid);
	if (table != NULL)
		table->emptied = emptied;
}

/* fill: with or without rows, as far as it matters: TRUNCATE takes all away */
static void
fill(SafeddlScript *script, const RangeVar *rv, bool emptied)
{
	Oid			relid = InvalidOid;
	ListCell   *lc;
	ListCell   *lc2;

	if (rv == NULL || (!emptied && script->tables == NIL))
		return;
	(void) safeddl_script_find(script, rv, &relid);
	foreach(lc, OidIsValid(relid) ? safeddl_hierarchy(relid, rv->inh) : NIL)
	{
		mark_emptied(script, lfirst_oid(lc), emptied);
		foreach(lc2, safeddl_indexes(lfirst_oid(lc)))
			mark_emptied(script, lfirst_oid(lc2), emptied);
	}
}

static void
apply_set_schema(SafeddlScript *script, AlterObjectSchemaStmt *stmt)
{
	SafeddlScriptTable *table = stmt->relation ? change(script, stmt->relation) : NULL;

	if (table != NULL)
		table->nspname = pstrdup(stmt->newschema);
}

/* SELECT INTO is a table that the query makes */
static void
apply_select(SafeddlScript *script, SelectStmt *stmt)
{
	while (stmt->op != SETOP_NONE && stmt->larg != NULL)
		stmt = stmt->larg;
	if (stmt->intoClause != NULL)
		(void) make(script, stmt->intoClause->rel, RELKIND_RELATION);
}

static void
apply(SafeddlScript *script, Node *stmt)
{
	ListCell   *lc;

	switch (nodeTag(stmt))
	{
		case T_CreateStmt:
			apply_table(script, (CreateStmt *) stmt,
						((CreateStmt *) stmt)->partspec ? RELKIND_PARTITIONED_TABLE : RELKIND_RELATION);
			break;
		case T_CreateForeignTableStmt:
			apply_table(script, &((CreateForeignTableStmt *) stmt)->base, RELKIND_FOREIGN_TABLE);
			break;
		case T_CreateTableAsStmt:
			apply_table_as(script, (CreateTableAsStmt *) stmt);
			break;
		case T_SelectStmt:
			apply_select(script, (SelectStmt *) stmt);
			break;
		case T_ViewStmt:
			(void) make(script, ((ViewStmt *) stmt)->view, RELKIND_VIEW);
			break;
		case T_CreateSeqStmt:
			(void) make(script, ((CreateSeqStmt *) stmt)->sequence, RELKIND_SEQUENCE);
			break;
		case T_TruncateStmt:
			foreach(lc, ((TruncateStmt *) stmt)->relations)
				fill(script, lfirst(lc), true);
			break;
		case T_InsertStmt:
			fill(script, ((InsertStmt *) stmt)->relation, false);
			break;
		case T_CopyStmt:
			fill(script, ((CopyStmt *) stmt)->relation, false);
			break;
		case T_CompositeTypeStmt:
			(void) make(script, ((CompositeTypeStmt *) stmt)->typevar, RELKIND_COMPOSITE_TYPE);
			(void) make_type(script, list_make1(makeString(((CompositeTypeStmt *) stmt)->typevar->relname)),
							 text_type(), true);
			break;
		case T_IndexStmt:
			apply_index(script, (IndexStmt *) stmt);
			break;
		case T_AlterTableStmt:
			apply_alter_table(script, (AlterTableStmt *) stmt);
			break;
		case T_DropStmt:
			apply_drop(script, (DropStmt *) stmt);
			break;
		case T_RenameStmt:
			apply_rename(script, (RenameStmt *) stmt);
			break;
		case T_AlterObjectSchemaStmt:
			apply_set_schema(script, (AlterObjectSchemaStmt *) stmt);
			break;
		case T_CreateSchemaStmt:
			apply_create_schema(script, (CreateSchemaStmt *) stmt);
			break;
		case T_CreateTrigStmt:
			apply_trigger(script, (CreateTrigStmt *) stmt);
			break;
		case T_RuleStmt:
			apply_rule(script, (RuleStmt *) stmt);
			break;
		case T_CreatePolicyStmt:
			apply_policy(script, (CreatePolicyStmt *) stmt);
			break;
		case T_CreateEnumStmt:
			(void) make_type(script, ((CreateEnumStmt *) stmt)->typeName, text_type(), true);
			break;
		case T_CreateRangeStmt:
			(void) make_type(script, ((CreateRangeStmt *) stmt)->typeName, text_type(), true);
			break;
		case T_CreateDomainStmt:
			apply_domain(script, (CreateDomainStmt *) stmt);
			break;
		case T_AlterEnumStmt:
			apply_enum_value(script, (AlterEnumStmt *) stmt);
			break;
		case T_CreateFunctionStmt:
			script->functions = lappend(script->functions, stmt);
			break;
		default:
			break;
	}
}

/*
 * safeddl_script_apply: the statement has run, as far as the model is
 * concerned.  Reads the catalog, and may raise errors.
 */
void
safeddl_script_apply(SafeddlScript *script, const SafeddlScriptStatement *statement)
{
	MemoryContext old = MemoryContextSwitchTo(script->context);

	script->now = statement;
	script->gone = list_concat(script->gone, statement->dropped);
	apply(script, statement->stmt);
	MemoryContextSwitchTo(old);
}

/* safeddl_script_forget: nothing has run */
void
safeddl_script_forget(SafeddlScript *script)
{
	script->tables = NIL;
	script->names = NULL;
	script->types = NIL;
	script->functions = NIL;
	script->gone = NIL;
	script->schemas = NIL;
	script->gone_schemas = NIL;
}
