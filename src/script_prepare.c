/*
 * script_prepare.c
 *	  A statement of a script in the words of the catalog: without the relations
 *	  that the script makes, and with the names that the catalog has.
 */
#include "safeddl.h"
#include "script.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_enum.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ----------------------------------------------------------------
 *		expressions
 * ----------------------------------------------------------------
 */

/* safeddl_script_catalog_name: what a list of SafeddlScriptAlias has for a name, else the name */
char *
safeddl_script_catalog_name(List *aliases, char *name)
{
	ListCell   *lc;

	foreach(lc, aliases)
		if (strcmp(((SafeddlScriptAlias *) lfirst(lc))->name, name) == 0)
			return ((SafeddlScriptAlias *) lfirst(lc))->catalog_name;
	return name;
}

/* safeddl_script_column: the name that the catalog has for a column of a relation */
char *
safeddl_script_column(const SafeddlScriptTable *table, char *name)
{
	return table == NULL || name == NULL ? name :
		safeddl_script_catalog_name(table->renamed_columns, name);
}

/* safeddl_script_has_renamed: has what the catalog calls so another name by now? */
bool
safeddl_script_has_renamed(const SafeddlScriptTable *table, const char *column)
{
	ListCell   *lc;

	foreach(lc, table ? table->renamed_columns : NIL)
	{
		const SafeddlScriptAlias *alias = lfirst(lc);

		if (strcmp(alias->catalog_name, column) == 0)
			return strcmp(alias->name, column) != 0;
	}
	return false;
}

/* safeddl_script_added: a column that the script adds to a relation; or NULL */
ColumnDef *
safeddl_script_added(const SafeddlScriptTable *table, const char *name)
{
	ListCell   *lc;

	if (table == NULL || name == NULL)
		return NULL;
	foreach(lc, table->columns)
		if (strcmp(lfirst_node(ColumnDef, lc)->colname, name) == 0)
			return lfirst(lc);
	return NULL;
}

static CreateFunctionStmt *
script_function(SafeddlScript *script, List *names)
{
	ListCell   *lc;

	foreach(lc, script->functions)
		if (strcmp(strVal(llast(lfirst_node(CreateFunctionStmt, lc)->funcname)), strVal(llast(names))) == 0)
			return lfirst(lc);
	return NULL;
}

/* replace_type: a type that the script makes, by what may stand in for it */
static void
replace_type(SafeddlScriptWords *words, TypeName *name)
{
	SafeddlScriptType *type = safeddl_script_type(words->script, name->names);
	List	   *bounds = name->arrayBounds;

	if (type != NULL && type->catalog_names != NIL)
		name->names = type->catalog_names;
	if (type == NULL || !type->made)
		return;
	words->constrained |= type->constrained && bounds == NIL;
	*name = *copyObject(type->base);
	if (bounds != NIL)
		name->arrayBounds = bounds;
}

/* first_label: of an enum in the catalog; NULL if it has none */
static char *
first_label(List *names)
{
	Oid			typid = LookupTypeNameOid(NULL, makeTypeNameFromNameList(names), true);
	CatCList   *list = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(typid));
	char	   *result = list->n_members == 0 ? NULL :
		pstrdup(NameStr(((Form_pg_enum) GETSTRUCT(&list->members[0]->tuple))->enumlabel));

	ReleaseSysCacheList(list);
	return result;
}

/*
 * known_label: what may stand in for a value that the script has given an enum
 * of the catalog; NULL if it is none.
 */
static char *
known_label(SafeddlScript *script, const char *value)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, script->types)
	{
		SafeddlScriptType *type = lfirst(lc);

		foreach(lc2, type->made ? NIL : type->labels)
			if (strcmp(strVal(lfirst(lc2)), value) == 0)
				return first_label(type->catalog_names ? type->catalog_names :
								   type->nspname ? list_make2(makeString(type->nspname), makeString(type->name)) :
								   list_make1(makeString(type->name)));
	}
	return NULL;
}

static void
replace_label(SafeddlScriptWords *words, A_Const *constant)
{
	char	   *label = constant->isnull || !IsA(&constant->val, String) ? NULL :
		known_label(words->script, constant->val.sval.sval);

	if (label != NULL)
		constant->val.sval.sval = label;
}

static bool
translate_walker(Node *node, void *context)
{
	SafeddlScriptWords *words = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef) && IsA(llast(((ColumnRef *) node)->fields), String))
	{
		String	   *name = llast(((ColumnRef *) node)->fields);

		if (safeddl_script_added(words->table, name->sval) != NULL)
			words->added = true;
		else
			name->sval = safeddl_script_column(words->table, name->sval);
	}
	else if (IsA(node, TypeName))
	{
		replace_type(words, (TypeName *) node);
		return false;
	}
	else if (IsA(node, A_Const))
		replace_label(words, (A_Const *) node);
	else if (IsA(node, FuncCall) && words->function == NULL)
		words->function = script_function(words->script, ((FuncCall *) node)->funcname);
	return raw_expression_tree_walker(node, translate_walker, context);
}

/*
 * safeddl_script_translate: an expression, a copy that may be changed, into the
 * words of the catalog; what it has none for is noted.
 */
void
safeddl_script_translate(SafeddlScriptWords *words, Node *expr)
{
	(void) translate_walker(expr, words);
}

/* safeddl_script_translate_index: the same for all of an index, a copy */
void
safeddl_script_translate_index(SafeddlScriptWords *words, IndexStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, list_concat_copy(stmt->indexParams, stmt->indexIncludingParams))
	{
		IndexElem  *elem = lfirst(lc);

		words->added |= safeddl_script_added(words->table, elem->name) != NULL;
		elem->name = safeddl_script_column(words->table, elem->name);
		safeddl_script_translate(words, elem->expr);
	}
	safeddl_script_translate(words, stmt->whereClause);
}

/* ----------------------------------------------------------------
 *		names
 * ----------------------------------------------------------------
 */

/* the names that are left when those that the script makes are taken away */
static List *
known_relations(SafeddlScript *script, List *rvs)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, rvs)
		if (!safeddl_script_is_new(script, lfirst(lc)))
			result = lappend(result, lfirst(lc));
	return result;
}

static List *
without_last(List *names)
{
	return list_truncate(list_copy(names), list_length(names) - 1);
}

/* catalog_names: a name, possibly of a renamed relation, as the catalog has it */
static List *
catalog_names(SafeddlScript *script, List *names)
{
	Oid			relid;
	SafeddlScriptTable *table = safeddl_script_find(script, makeRangeVarFromNameList(names), &relid);

	if (table == NULL || !OidIsValid(relid))
		return names;
	return list_make2(makeString(get_namespace_name(get_rel_namespace(relid))),
					  makeString(get_rel_name(relid)));
}

/* ----------------------------------------------------------------
 *		CREATE INDEX
 * ----------------------------------------------------------------
 */

/*
 * is_taken: does the script, or the catalog as the script leaves it, have a
 * relation by that name?  made: by the script.
 */
static bool
is_taken(SafeddlScript *script, const char *nspname, const char *name, bool *made)
{
	Oid			relid;
	SafeddlScriptTable *table =
		safeddl_script_find(script, makeRangeVar(unconstify(char *, nspname), unconstify(char *, name), -1), &relid);

	*made = table != NULL;
	return table != NULL || OidIsValid(relid);
}

/* the index reads columns that the catalog knows nothing of; as safeddl_analyze_index() */
static void
index_added_columns(SafeddlAnalysis *a, IndexStmt *stmt, Oid relid)
{
	SafeddlRelInfo *info = safeddl_relinfo(a, relid);
	LOCKMODE	lockmode = stmt->concurrent && !info->temp ? ShareUpdateExclusiveLock : ShareLock;
	ListCell   *lc;

	a->doomed |= stmt->concurrent && (a->in_block || info->relkind == RELKIND_PARTITIONED_TABLE);
	foreach(lc, safeddl_hierarchy(relid, info->relkind == RELKIND_PARTITIONED_TABLE && stmt->relation->inh))
	{
		bool		leaf = RELKIND_HAS_TABLE_AM(get_rel_relkind(lfirst_oid(lc)));
		SafeddlEffect *effect =
			safeddl_add_effect(a, lfirst_oid(lc), relid, lockmode,
							   lfirst_oid(lc) == relid ? SAFEDDL_REACH_TARGET : SAFEDDL_REACH_PARTITION,
							   SAFEDDL_RULE_CREATE_INDEX,
							   leaf ? SAFEDDL_WORK_INDEX_BUILD : SAFEDDL_WORK_NONE);

		effect->subject = stmt->idxname;
		effect->location = stmt->relation->location;
	}
}

static Node *
prepare_index(SafeddlAnalysis *a, IndexStmt *original)
{
	SafeddlScript *script = a->script;
	Oid			relid;
	SafeddlScriptTable *table = safeddl_script_find(script, original->relation, &relid);
	SafeddlScriptWords words = {.script = script,.table = table};
	IndexStmt  *stmt = copyObject(original);
	bool		made;

	if (table != NULL && !OidIsValid(relid))
		return NULL;
	if (!OidIsValid(relid))
		return (Node *) stmt;
	if (stmt->idxname != NULL &&
		!is_taken(script, table ? table->nspname : get_namespace_name(get_rel_namespace(relid)),
				  stmt->idxname, &made))
		stmt->idxname = FREE_NAME;
	else if (stmt->idxname != NULL && made)
	{
		if (!stmt->if_not_exists)
			safeddl_missing(a, ERRCODE_DUPLICATE_TABLE, "relation \"%s\" already exists", stmt->idxname);
		return NULL;
	}
	safeddl_script_translate_index(&words, stmt);
	if (!words.added && words.function == NULL)
		return (Node *) stmt;
	index_added_columns(a, original, relid);
	return NULL;
}

/* ----------------------------------------------------------------
 *		DROP
 * ----------------------------------------------------------------
 */

/* a trigger, rule or policy: the table's lock is all there is to it */
static bool
prepare_part(SafeddlAnalysis *a, DropStmt *stmt, List *names)
{
	RangeVar   *rv = makeRangeVarFromNameList(without_last(names));
	Oid			relid;
	SafeddlScriptTable *table = safeddl_script_find(a->script, rv, &relid);
	List	   *parts;

	if (table == NULL)
		return true;
	if (!OidIsValid(relid))
		return false;
	parts = stmt->removeType == OBJECT_TRIGGER ? table->triggers :
		stmt->removeType == OBJECT_RULE ? table->rules : table->policies;
	if (!safeddl_script_has(parts, strVal(llast(names))))
		return true;
	safeddl_add_locks(a, list_make1_oid(relid), relid, AccessExclusiveLock, SAFEDDL_REACH_TARGET);
	return false;
}

/*
 * drop_index: one that the script makes, of a table that it does not: rows of
 * others are locked out, and it takes long to build again.
 */
static void
drop_index(SafeddlAnalysis *a, DropStmt *stmt, RangeVar *rv)
{
	Oid			relid;
	SafeddlScriptTable *index = safeddl_script_find(a->script, rv, &relid);
	LOCKMODE	lockmode = stmt->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock;

	if (index == NULL || OidIsValid(relid) || index->index == NULL || !OidIsValid(index->tableid))
		return;
	safeddl_add_effect(a, index->tableid, index->tableid, lockmode, SAFEDDL_REACH_INDEX_TABLE,
					   SAFEDDL_RULE_DROP_INDEX,
					   stmt->concurrent ? SAFEDDL_WORK_NONE : SAFEDDL_WORK_DROP);
}

static bool
is_script_routine(SafeddlScript *script, Node *object)
{
	return IsA(object, ObjectWithArgs) &&
		script_function(script, ((ObjectWithArgs *) object)->objname) != NULL;
}

/* is_known: does the catalog have what a DROP names?  Adds what else there is to it. */
static bool
is_known(SafeddlAnalysis *a, DropStmt *stmt, Node *object)
{
	SafeddlScript *script = a->script;
	SafeddlScriptType *type;

	switch (stmt->removeType)
	{
		case OBJECT_INDEX:
			drop_index(a, stmt, makeRangeVarFromNameList((List *) object));
			return !safeddl_script_is_new(script, makeRangeVarFromNameList((List *) object));
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_SEQUENCE:
		case OBJECT_FOREIGN_TABLE:
			return !safeddl_script_is_new(script, makeRangeVarFromNameList((List *) object));
		case OBJECT_TRIGGER:
		case OBJECT_RULE:
		case OBJECT_POLICY:
			return prepare_part(a, stmt, (List *) object);
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			type = safeddl_script_type(script, ((TypeName *) object)->names);
			if (type != NULL && type->catalog_names != NIL)
				((TypeName *) object)->names = type->catalog_names;
			return type == NULL || !type->made;
		case OBJECT_FUNCTION:
		case OBJECT_PROCEDURE:
		case OBJECT_ROUTINE:
			return !is_script_routine(script, object);
		case OBJECT_SCHEMA:
			return !safeddl_script_has(script->schemas, strVal(object));
		default:
			return true;
	}
}

static Node *
prepare_drop(SafeddlAnalysis *a, DropStmt *original)
{
	DropStmt   *stmt = copyObject(original);
	List	   *known = NIL;
	ListCell   *lc;

	foreach(lc, stmt->objects)
	{
		Node	   *object = lfirst(lc);

		if (!is_known(a, stmt, object))
			continue;
		if (stmt->removeType == OBJECT_TRIGGER || stmt->removeType == OBJECT_RULE ||
			stmt->removeType == OBJECT_POLICY)
			object = (Node *) lappend(catalog_names(a->script, without_last((List *) object)),
									  llast((List *) object));
		known = lappend(known, object);
	}
	stmt->objects = known;
	return known == NIL ? NULL : (Node *) stmt;
}

/* ----------------------------------------------------------------
 *		other statements
 * ----------------------------------------------------------------
 */

static Node *
prepare_rename(SafeddlAnalysis *a, RenameStmt *original)
{
	RenameStmt *stmt = copyObject(original);
	SafeddlScriptTable *table;
	Oid			relid;

	if (stmt->relation == NULL)
		return (Node *) stmt;
	table = safeddl_script_find(a->script, stmt->relation, &relid);
	if (table == NULL)
		return (Node *) stmt;
	if (!OidIsValid(relid))
		return NULL;
	if (stmt->renameType == OBJECT_COLUMN)
		stmt->subname = safeddl_script_column(table, stmt->subname);
	/* what the script added goes by the lock of what the catalog has */
	if (stmt->renameType == OBJECT_COLUMN && safeddl_script_added(table, stmt->subname) != NULL)
		stmt->subname = get_attname(relid, 1, true);
	if (stmt->renameType == OBJECT_TABCONSTRAINT &&
		safeddl_script_constraint(table, stmt->subname) != NULL)
	{
		safeddl_add_locks(a, safeddl_hierarchy(relid, stmt->relation->inh), relid,
						  AccessExclusiveLock, SAFEDDL_REACH_TARGET);
		return NULL;
	}
	return (Node *) stmt;
}

/* CREATE TABLE by a name that the script made free, or has taken */
static Node *
prepare_table(SafeddlAnalysis *a, Node *node)
{
	Node	   *result = copyObject(node);
	CreateStmt *stmt = IsA(result, CreateForeignTableStmt) ?
		&((CreateForeignTableStmt *) result)->base : (CreateStmt *) result;
	char	   *nspname = safeddl_script_schema(a->script, stmt->relation);
	bool		made = false;

	if (nspname != NULL && !is_taken(a->script, nspname, stmt->relation->relname, &made))
		stmt->relation->relname = FREE_NAME;
	else if (made)
	{
		if (!stmt->if_not_exists)
			safeddl_missing(a, ERRCODE_DUPLICATE_TABLE, "relation \"%s\" already exists",
							stmt->relation->relname);
		return NULL;
	}
	return result;
}

static Node *
prepare_vacuum(SafeddlAnalysis *a, VacuumStmt *original)
{
	VacuumStmt *stmt = copyObject(original);
	List	   *known = NIL;
	ListCell   *lc;

	foreach(lc, stmt->rels)
		if (!safeddl_script_is_new(a->script, lfirst_node(VacuumRelation, lc)->relation))
			known = lappend(known, lfirst(lc));
	if (stmt->rels != NIL && known == NIL)
		return NULL;
	stmt->rels = known;
	return (Node *) stmt;
}

/* target: the relation that a statement is about, if it is about one; or NULL */
static const RangeVar *
target(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_CreateTrigStmt:
			return ((const CreateTrigStmt *) stmt)->relation;
		case T_RuleStmt:
			return ((const RuleStmt *) stmt)->relation;
		case T_CreatePolicyStmt:
			return ((const CreatePolicyStmt *) stmt)->table;
		case T_AlterPolicyStmt:
			return ((const AlterPolicyStmt *) stmt)->table;
		case T_ViewStmt:
			return ((const ViewStmt *) stmt)->view;
		case T_AlterObjectSchemaStmt:
			return ((const AlterObjectSchemaStmt *) stmt)->relation;
		case T_AlterObjectDependsStmt:
			return ((const AlterObjectDependsStmt *) stmt)->relation;
		case T_AlterOwnerStmt:
			return ((const AlterOwnerStmt *) stmt)->relation;
		case T_CreateSeqStmt:
			return ((const CreateSeqStmt *) stmt)->sequence;
		case T_AlterSeqStmt:
			return ((const AlterSeqStmt *) stmt)->sequence;
		case T_ReindexStmt:
			return ((const ReindexStmt *) stmt)->relation;
		case T_RefreshMatViewStmt:
			return ((const RefreshMatViewStmt *) stmt)->relation;
		SAFEDDL_CASE_CLUSTER
			return safeddl_cluster_relation(stmt);
		default:
			return NULL;
	}
}

/* is_of_script: does it change a type or a routine that the script makes? */
static bool
is_of_script(SafeddlScript *script, const Node *stmt)
{
	SafeddlScriptType *type = NULL;
	Node	   *object = NULL;

	if (IsA(stmt, AlterDomainStmt))
		type = safeddl_script_type(script, ((const AlterDomainStmt *) stmt)->typeName);
	else if (IsA(stmt, AlterOwnerStmt))
		object = ((const AlterOwnerStmt *) stmt)->object;
	else if (IsA(stmt, AlterObjectSchemaStmt))
		object = ((const AlterObjectSchemaStmt *) stmt)->object;
	else if (IsA(stmt, RenameStmt))
		object = ((const RenameStmt *) stmt)->object;
	if (object != NULL && IsA(object, List) && IsA(llast((List *) object), String))
		type = safeddl_script_type(script, (List *) object);
	return (type != NULL && type->made) || (object != NULL && is_script_routine(script, object));
}

/* is_constant: is a value the same for all rows, by the look of it? */
static bool
is_constant(Node *expr)
{
	while (expr != NULL && IsA(expr, TypeCast))
		expr = ((TypeCast *) expr)->arg;
	return expr == NULL || IsA(expr, A_Const);
}

/* reads_rows: does a subcommand look at the rows that a table has? */
static bool
reads_rows(const SafeddlScriptTable *table, const AlterTableCmd *cmd)
{
	ListCell   *lc;

	switch (cmd->subtype)
	{
		case AT_AddColumn:
			foreach(lc, castNode(ColumnDef, cmd->def)->constraints)
			{
				Constraint *con = lfirst(lc);

				if (con->contype != CONSTR_NULL && con->contype != CONSTR_NOTNULL &&
					(con->contype != CONSTR_DEFAULT || !is_constant(con->raw_expr)))
					return true;
			}
			return safeddl_script_is_serial(castNode(ColumnDef, cmd->def)->typeName);
		case AT_AddConstraint:
			return !castNode(Constraint, cmd->def)->skip_validation;
		case AT_SetNotNull:
		case AT_AlterColumnType:
		case AT_ValidateConstraint:
			return true;
		case AT_AttachPartition:
			return table->adopts_default;
		default:
			return false;
	}
}

/*
 * tell_adopted: a partitioned table that the script makes, and gives partitions
 * that were there before, has rows: what reads them cannot be told by the
 * catalog, and is not to be passed over in silence.
 */
static void
tell_adopted(SafeddlAnalysis *a, Node *stmt)
{
	const RangeVar *rv = NULL;
	SafeddlScriptTable *table;
	bool		reads = false;
	Oid			relid;
	ListCell   *lc;

	if (IsA(stmt, IndexStmt))
		rv = ((IndexStmt *) stmt)->relation;
	else if (IsA(stmt, AlterTableStmt))
		rv = ((AlterTableStmt *) stmt)->relation;
	else if (IsA(stmt, CreateStmt) && ((CreateStmt *) stmt)->partbound != NULL)
		rv = linitial_node(RangeVar, ((CreateStmt *) stmt)->inhRelations);
	table = rv != NULL ? safeddl_script_find(a->script, rv, &relid) : NULL;
	if (table == NULL || !table->adopts)
		return;
	if (IsA(stmt, AlterTableStmt))
		foreach(lc, ((AlterTableStmt *) stmt)->cmds)
			reads |= reads_rows(table, lfirst(lc));
	else
		reads = IsA(stmt, IndexStmt) ? rv->inh : table->adopts_default;
	if (reads)
		safeddl_missing(a, ERRCODE_FEATURE_NOT_SUPPORTED,
						"table \"%s\" is made by the script, and has partitions that it did not make",
						table->relname);
}

/*
 * safeddl_script_prepare: a copy of the statement that the catalog alone
 * suffices to understand; NULL if nothing is left of it.  Effects that its
 * function would not find are added.
 */
Node *
safeddl_script_prepare(SafeddlAnalysis *a, Node *stmt)
{
	SafeddlScript *script = a->script;

	if (safeddl_script_is_new(script, target(stmt)) || is_of_script(script, stmt))
		return NULL;
	tell_adopted(a, stmt);
	switch (nodeTag(stmt))
	{
		case T_IndexStmt:
			return prepare_index(a, (IndexStmt *) stmt);
		case T_DropStmt:
			return prepare_drop(a, (DropStmt *) stmt);
		case T_RenameStmt:
			return prepare_rename(a, (RenameStmt *) stmt);
		case T_CreateStmt:
		case T_CreateForeignTableStmt:
			return prepare_table(a, stmt);
		case T_VacuumStmt:
			return prepare_vacuum(a, (VacuumStmt *) stmt);
		case T_AlterTableStmt:
			if (!safeddl_script_is_new(script, ((AlterTableStmt *) stmt)->relation))
				return stmt;
			safeddl_script_alter_new(a, (AlterTableStmt *) stmt);
			return NULL;
		case T_TruncateStmt:
			{
				TruncateStmt *copy = copyObject((TruncateStmt *) stmt);

				copy->relations = known_relations(script, copy->relations);
				return copy->relations == NIL ? NULL : (Node *) copy;
			}
		case T_LockStmt:
			{
				LockStmt   *copy = copyObject((LockStmt *) stmt);

				copy->relations = known_relations(script, copy->relations);
				return copy->relations == NIL ? NULL : (Node *) copy;
			}
		default:
			return stmt;
	}
}
