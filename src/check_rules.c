/*
 * check_rules.c
 *	  The rules about scripts: what cannot run in a transaction, what must not
 *	  stand beside it, what wants a COMMIT first, and what cannot be checked.
 */
#include "safeddl.h"
#include "check.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "parser/parse_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ----------------------------------------------------------------
 *		outside a transaction
 * ----------------------------------------------------------------
 */

static bool
option_is_off(List *options, const char *name)
{
	ListCell   *lc;

	foreach(lc, options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, name) == 0)
			return !defGetBoolean(lfirst(lc));
	return false;
}

static const char *
outside_reindex(const ReindexStmt *stmt)
{
	if (safeddl_option_is_set(stmt->params, "concurrently"))
		return "REINDEX CONCURRENTLY";
	if (stmt->kind == REINDEX_OBJECT_INDEX || stmt->kind == REINDEX_OBJECT_TABLE)
		return NULL;
	return "REINDEX of more than a table";
}

static const char *
outside_alter(const AlterTableStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == AT_DetachPartition && castNode(PartitionCmd, cmd->def)->concurrent)
			return "DETACH PARTITION CONCURRENTLY";
	}
	return NULL;
}

static bool
is_backfill(const CallStmt *stmt)
{
	List	   *names = stmt->funccall->funcname;

	return strcmp(strVal(llast(names)), "backfill") == 0 && list_length(names) > 1 &&
		strcmp(strVal(linitial(names)), "safeddl") == 0;
}

/*
 * outside: what a statement is called, if the server refuses it inside a
 * transaction block; as PreventInTransactionBlock() is called.
 */
static const char *
outside(const Node *stmt)
{
	ListCell   *lc;

	switch (nodeTag(stmt))
	{
		case T_IndexStmt:
			return ((const IndexStmt *) stmt)->concurrent ? "CREATE INDEX CONCURRENTLY" : NULL;
		case T_DropStmt:
			return ((const DropStmt *) stmt)->concurrent ? "DROP INDEX CONCURRENTLY" : NULL;
		case T_ReindexStmt:
			return outside_reindex((const ReindexStmt *) stmt);
		case T_AlterTableStmt:
			return outside_alter((const AlterTableStmt *) stmt);
		case T_VacuumStmt:
			return ((const VacuumStmt *) stmt)->is_vacuumcmd ? "VACUUM" : NULL;
		SAFEDDL_CASE_CLUSTER
			return safeddl_cluster_relation(stmt) == NULL || safeddl_cluster_concurrent(stmt) ?
				CreateCommandName(unconstify(Node *, stmt)) : NULL;
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterSystemStmt:
			return CreateCommandName(unconstify(Node *, stmt));
		case T_AlterDatabaseStmt:
			foreach(lc, ((const AlterDatabaseStmt *) stmt)->options)
				if (strcmp(lfirst_node(DefElem, lc)->defname, "tablespace") == 0)
					return "ALTER DATABASE SET TABLESPACE";
			return NULL;
		case T_CreateSubscriptionStmt:
			return option_is_off(((const CreateSubscriptionStmt *) stmt)->options, "connect") ||
				option_is_off(((const CreateSubscriptionStmt *) stmt)->options, "create_slot") ?
				NULL : "CREATE SUBSCRIPTION";
		case T_CallStmt:
			return is_backfill((const CallStmt *) stmt) ? "CALL safeddl.backfill()" : NULL;
		case T_TransactionStmt:
			switch (((const TransactionStmt *) stmt)->kind)
			{
				case TRANS_STMT_COMMIT_PREPARED:
					return "COMMIT PREPARED";
				case TRANS_STMT_ROLLBACK_PREPARED:
					return "ROLLBACK PREPARED";
				default:
					return NULL;
			}
		default:
			return NULL;
	}
}

/* opens: does it begin a transaction, or end one? */
static bool
opens(const Node *stmt)
{
	return IsA(stmt, TransactionStmt) &&
		(((const TransactionStmt *) stmt)->kind == TRANS_STMT_BEGIN ||
		 ((const TransactionStmt *) stmt)->kind == TRANS_STMT_START);
}

static bool
ends(const Node *stmt)
{
	return IsA(stmt, TransactionStmt) &&
		(((const TransactionStmt *) stmt)->kind == TRANS_STMT_COMMIT ||
		 ((const TransactionStmt *) stmt)->kind == TRANS_STMT_ROLLBACK ||
		 ((const TransactionStmt *) stmt)->kind == TRANS_STMT_PREPARE);
}

/* changes: does a failure later on leave something behind? */
static bool
changes(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_TransactionStmt:
		case T_VariableSetStmt:
		case T_LockStmt:
			return false;
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
		case T_DoStmt:
		case T_CallStmt:
			return true;
		case T_SelectStmt:
			return ((SelectStmt *) stmt)->intoClause != NULL;
		default:
			return GetCommandLogLevel(stmt) != LOGSTMT_ALL;
	}
}

/*
 * safeddl_check_mixture: the first statement that cannot be in a transaction, in
 * a script that also has some that can; NULL if there is none.  stmts: Node.
 * Where the script says itself where transactions begin and end, as what a tool
 * prints of several migrations does, what is in them is not left half applied.
 */
const Node *
safeddl_check_mixture(List *stmts)
{
	const Node *first = NULL;
	bool		in_transaction = false;
	bool		others = false;
	ListCell   *lc;

	foreach(lc, stmts)
	{
		Node	   *stmt = lfirst(lc);

		in_transaction = (in_transaction || opens(stmt)) && !ends(stmt);
		if (outside(stmt) == NULL)
			others |= !in_transaction && changes(stmt);
		else if (first == NULL && !in_transaction)
			first = stmt;
	}
	return others ? first : NULL;
}

/*
 * outside_partitioned: as outside(), if it is refused because its target is
 * partitioned: each partition is a transaction of its own.
 */
static const char *
outside_partitioned(SafeddlScript *script, Node *stmt)
{
	const RangeVar *rv = NULL;
	SafeddlScriptTable *table;
	Oid			relid;
	char		relkind;

	switch (nodeTag(stmt))
	{
		case T_ReindexStmt:
			rv = ((ReindexStmt *) stmt)->relation;
			break;
		SAFEDDL_CASE_CLUSTER
			rv = safeddl_cluster_relation(stmt);
			break;
		default:
			break;
	}
	if (rv == NULL)
		return NULL;
	table = safeddl_script_find(script, rv, &relid);
	relkind = OidIsValid(relid) ? get_rel_relkind(relid) : table != NULL ? table->relkind : '\0';
	if (relkind != RELKIND_PARTITIONED_TABLE && relkind != RELKIND_PARTITIONED_INDEX)
		return NULL;
	return psprintf("%s of a partitioned table", CreateCommandName(stmt));
}

/* place_of: why it is in a transaction */
static const char *
place_of(const SafeddlCheck *c)
{
	if (c->in_do)
		return _("It is in a DO block.");
	return c->wrapped ? _("The script runs in one transaction.") :
		psprintf(_("The transaction begins in line %d."), c->script->begin_line);
}

/* check_place: in a transaction, what must be outside; and what is the tool's to say */
static void
check_place(SafeddlCheck *c, Node *stmt)
{
	const char *name = outside(stmt);
	SafeddlScript *script = c->script;
	SafeddlCheckRow nested = {
		.message = _("BEGIN and COMMIT do not go with a script that runs in one transaction: the first COMMIT ends it, and what follows is not undone if it fails; leave them out"),
		.detail = _("BEGIN in a transaction is but a warning of the server's, as is COMMIT outside of one.")
	};

	if (name == NULL && (script->in_transaction || c->in_do))
		name = outside_partitioned(script, stmt);
	if (name != NULL && (script->in_transaction || c->in_do))
		safeddl_check_say(c, SAFEDDL_RULE_CONCURRENTLY_IN_TRANSACTION, name, NULL, place_of(c), -1);
	else if (name != NULL && stmt == c->mixture)
		safeddl_check_say(c, SAFEDDL_RULE_MIXED_SCRIPT, name, NULL,
						  _("Other statements of the script change something as well."), -1);
	if (c->wrapped && (opens(stmt) || ends(stmt)) && !c->said_nested)
	{
		c->said_nested = true;
		safeddl_check_tell(c, SAFEDDL_RULE_MIXED_SCRIPT, &nested, -1);
	}
}

/* ----------------------------------------------------------------
 *		enums
 * ----------------------------------------------------------------
 */

/* a search for a value of an enum that cannot be used yet */
typedef struct ValueSearch
{
	SafeddlScript *script;
	SafeddlScriptType *type;
	const char *value;
	List	   *relations;		/* RangeVar: named by the statement */
	bool		named;			/* is the value cast to the type? */
	bool		literal;		/* is there a literal like it? */
} ValueSearch;

static const char *
string_of(A_Const *constant)
{
	return !constant->isnull && IsA(&constant->val, String) ? constant->val.sval.sval : NULL;
}

static bool
search_value(Node *node, void *context)
{
	ValueSearch *search = context;

	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
		search->relations = lappend(search->relations, node);
	if (IsA(node, A_Const))
	{
		const char *value = string_of((A_Const *) node);

		search->literal |= value != NULL && strcmp(value, search->value) == 0;
	}
	if (IsA(node, TypeCast) && IsA(((TypeCast *) node)->arg, A_Const))
	{
		const char *value = string_of((A_Const *) ((TypeCast *) node)->arg);

		search->named |= value != NULL && strcmp(value, search->value) == 0 &&
			safeddl_script_type(search->script, ((TypeCast *) node)->typeName->names) == search->type;
		return false;
	}
	return raw_expression_tree_walker(node, search_value, context);
}

/* search_ddl: the expressions and relations of ALTER TABLE and the like */
static void
search_ddl(ValueSearch *search, Node *stmt)
{
	ListCell   *lc;
	ListCell   *lc2;

	if (IsA(stmt, IndexStmt))
	{
		search->relations = lappend(search->relations, ((IndexStmt *) stmt)->relation);
		(void) search_value(((IndexStmt *) stmt)->whereClause, search);
	}
	if (!IsA(stmt, AlterTableStmt))
		return;
	search->relations = lappend(search->relations, ((AlterTableStmt *) stmt)->relation);
	foreach(lc, ((AlterTableStmt *) stmt)->cmds)
	{
		Node	   *def = ((AlterTableCmd *) lfirst(lc))->def;

		if (def != NULL && IsA(def, Constraint))
			(void) search_value(((Constraint *) def)->raw_expr, search);
		else if (def != NULL && IsA(def, ColumnDef))
		{
			(void) search_value(((ColumnDef *) def)->raw_default, search);
			foreach(lc2, ((ColumnDef *) def)->constraints)
				(void) search_value(lfirst_node(Constraint, lc2)->raw_expr, search);
			if (((ColumnDef *) def)->typeName != NULL && search->literal)
				search->named |= safeddl_script_type(search->script, ((ColumnDef *) def)->typeName->names) == search->type;
		}
		else if (((AlterTableCmd *) lfirst(lc))->subtype == AT_ColumnDefault)
			(void) search_value(def, search);
	}
}

static bool
has_column_of(Oid relid, Oid typid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	int			natts = HeapTupleIsValid(tuple) ? ((Form_pg_class) GETSTRUCT(tuple))->relnatts : 0;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	for (AttrNumber attno = 1; attno <= natts; attno++)
		if (get_atttype(relid, attno) == typid)
			return true;
	return false;
}

/* has_type: has a relation that the statement names a column of the type? */
static bool
has_type(ValueSearch *search)
{
	List	   *names = search->type->nspname ?
		list_make2(makeString(search->type->nspname), makeString(search->type->name)) :
		list_make1(makeString(search->type->name));
	Oid			typid = LookupTypeNameOid(NULL, makeTypeNameFromNameList(names), true);
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, search->relations)
	{
		Oid			relid;
		SafeddlScriptTable *table = safeddl_script_find(search->script, lfirst(lc), &relid);

		foreach(lc2, table ? table->columns : NIL)
			if (safeddl_script_type(search->script, lfirst_node(ColumnDef, lc2)->typeName->names) == search->type)
				return true;
		if (OidIsValid(relid) && OidIsValid(typid) && has_column_of(relid, typid))
			return true;
	}
	return false;
}

/* check_enums: values that the transaction has added, and that it uses */
static void
check_enums(SafeddlCheck *c, Node *stmt)
{
	ListCell   *lc;
	ListCell   *lc2;

	if (!c->script->in_transaction)
		return;
	foreach(lc, c->script->types)
	{
		SafeddlScriptType *type = lfirst(lc);

		foreach(lc2, type->values)
		{
			SafeddlScriptValue *value = lfirst(lc2);
			ValueSearch search = {.script = c->script,.type = type,.value = value->value};

			if (value->transaction != c->script->transaction)
				continue;
			if (IsA(stmt, InsertStmt) || IsA(stmt, UpdateStmt) || IsA(stmt, DeleteStmt) ||
				IsA(stmt, SelectStmt) || IsA(stmt, MergeStmt))
				(void) search_value(stmt, &search);
			else
				search_ddl(&search, stmt);
			if (search.named || (search.literal && has_type(&search)))
				safeddl_check_say(c, SAFEDDL_RULE_ENUM_VALUE_IN_USE, CreateCommandName(stmt), NULL,
								  psprintf(_("The value \"%s\" is added to type \"%s\" in line %d."),
										   value->value, type->name, value->line), -1);
		}
	}
}

/* ----------------------------------------------------------------
 *		VALIDATE
 * ----------------------------------------------------------------
 */

/*
 * safeddl_check_validation: VALIDATE in the transaction that added the
 * constraint; where the table is large, the guard itself objects.
 */
void
safeddl_check_validation(SafeddlCheck *c, Node *stmt)
{
	AlterTableStmt *alter = (AlterTableStmt *) stmt;
	Oid			relid;
	SafeddlScriptTable *table;
	ListCell   *lc;
	ListCell   *lc2;

	if (!c->script->in_transaction || !IsA(stmt, AlterTableStmt))
		return;
	table = safeddl_script_find(c->script, alter->relation, &relid);
	foreach(lc, table != NULL ? alter->cmds : NIL)
	{
		AlterTableCmd *cmd = lfirst(lc);

		foreach(lc2, cmd->subtype == AT_ValidateConstraint ? table->constraints : NIL)
		{
			SafeddlScriptConstraint *con = lfirst(lc2);

			if (con->name == NULL || strcmp(con->name, cmd->name) != 0 ||
				con->valid || con->transaction != c->script->transaction)
				continue;
			safeddl_check_say(c, SAFEDDL_RULE_VALIDATE_WITH_NOT_VALID,
							  psprintf("VALIDATE CONSTRAINT \"%s\"", cmd->name),
							  psprintf("%s.%s", table->nspname, table->relname),
							  psprintf(_("The constraint is added in line %d."), con->line), -1);
			return;
		}
	}
}

/* ----------------------------------------------------------------
 *		what is not known
 * ----------------------------------------------------------------
 */

/* the words by which a routine may do more than the checker sees */
static const char *const ddl_words[] = {
	"execute", "create", "alter", "drop", "truncate", "reindex", "cluster", "vacuum",
	"refresh", "lock", NULL
};

/* has_word: one of them, in a text that is not looked at any closer */
static bool
has_word(const char *text, const char *const *words)
{
	for (const char *c = text; *c != '\0';)
	{
		int			len = 0;

		while (isalnum((unsigned char) c[len]) || c[len] == '_')
			len++;
		for (int i = 0; len > 0 && words[i] != NULL; i++)
			if (strlen(words[i]) == len && pg_strncasecmp(c, words[i], len) == 0)
				return true;
		c += Max(len, 1);
	}
	return false;
}

/* is_opaque: may one of the routines of that name run DDL? */
static bool
is_opaque(const char *nspname, const char *name)
{
	CatCList   *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool		result = false;

	for (int i = 0; i < list->n_members && !result; i++)
	{
		HeapTuple	tuple = &list->members[i]->tuple;
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
		bool		isnull;
		Datum		source;

		if (form->prolang == INTERNALlanguageId || form->prolang == ClanguageId ||
			form->provolatile != PROVOLATILE_VOLATILE ||
			(nspname != NULL && form->pronamespace != get_namespace_oid(nspname, true)))
			continue;
		source = SysCacheGetAttr(PROCNAMEARGSNSP, tuple, Anum_pg_proc_prosrc, &isnull);
		result = !isnull && has_word(TextDatumGetCString(source), ddl_words);
	}
	ReleaseSysCacheList(list);
	return result;
}

/* source_of: what a routine that the script makes runs; NULL if it is not the script's */
static const char *
source_of(SafeddlScript *script, const char *name)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, script->functions)
	{
		CreateFunctionStmt *stmt = lfirst(lc);

		if (strcmp(strVal(llast(stmt->funcname)), name) != 0)
			continue;
		foreach(lc2, stmt->options)
		{
			DefElem    *option = lfirst(lc2);

			if (strcmp(option->defname, "as") == 0 && IsA(option->arg, List))
				return strVal(linitial((List *) option->arg));
		}
		return "";
	}
	return NULL;
}

static bool
find_calls(Node *node, void *context)
{
	SafeddlCheck *c = context;

	if (node == NULL)
		return false;
	if (IsA(node, FuncCall))
	{
		List	   *names = ((FuncCall *) node)->funcname;
		const char *name = strVal(llast(names));
		const char *source = source_of(c->script, name);
		const char *nspname = list_length(names) > 1 ? strVal(linitial(names)) : NULL;
		bool		ours = nspname != NULL && strcmp(nspname, "safeddl") == 0;

		if (!ours && (source != NULL ? has_word(source, ddl_words) : is_opaque(nspname, name)))
			safeddl_check_opaque(c, psprintf(_("what function %s() runs is not checked"), name),
								 ((FuncCall *) node)->location);
	}
	return raw_expression_tree_walker(node, find_calls, context);
}

/* check_all: SafeddlWork, as it reads the catalog; where it stands, routines that may run DDL, enums */
static void
check_all(SafeddlAnalysis *a, void *arg)
{
	SafeddlCheck *c = arg;

	check_place(c, a->stmt);
	if (IsA(a->stmt, SelectStmt))
		(void) find_calls(a->stmt, c);
	else if (IsA(a->stmt, CallStmt))
		(void) find_calls((Node *) ((CallStmt *) a->stmt)->funccall, c);
	check_enums(c, a->stmt);
}

/* safeddl_check_rules: what there is to say of a statement as one of a script */
void
safeddl_check_rules(SafeddlCheck *c, SafeddlAnalysis *a)
{
	(void) safeddl_contained(a, check_all, c);
	if (IsA(a->stmt, DoStmt))
		safeddl_check_do(c, (DoStmt *) a->stmt);
	/* objects that nobody names */
	if ((IsA(a->stmt, CreateExtensionStmt) || IsA(a->stmt, ImportForeignSchemaStmt)) && c->opaque_line == 0)
		c->opaque_line = c->piece.line;
}

/* a command of psql, and what it is that is not known after it */
static const struct
{
	const char *command;
	const char *unknown;
}			psql_commands[] = {
	{"i", gettext_noop("the file that \\%s includes is not checked")},
	{"include", gettext_noop("the file that \\%s includes is not checked")},
	{"ir", gettext_noop("the file that \\%s includes is not checked")},
	{"include_relative", gettext_noop("the file that \\%s includes is not checked")},
	{"c", gettext_noop("\\%s connects to another database, or as another role; what follows is checked in this one")},
	{"connect", gettext_noop("\\%s connects to another database, or as another role; what follows is checked in this one")},
	{"gexec", gettext_noop("the statements that \\%s runs are not checked")},
	{"if", gettext_noop("which branch of \\%s is taken is not known; all are checked, one after the other")}
};

/* safeddl_check_command: a command of psql */
void
safeddl_check_command(SafeddlCheck *c, const char *text)
{
	int			len = 1;

	while (isalnum((unsigned char) text[len]) || text[len] == '_')
		len++;
	for (int i = 0; i < lengthof(psql_commands); i++)
		if (strlen(psql_commands[i].command) == len - 1 &&
			strncmp(psql_commands[i].command, text + 1, len - 1) == 0)
			safeddl_check_opaque(c, psprintf(_(psql_commands[i].unknown), psql_commands[i].command), -1);
}
