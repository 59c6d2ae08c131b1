/*
 * safer.c
 *	  The HINT: the safe way to do what the statement wanted, cut from the
 *	  user's own words.
 *
 * The text is taken apart by the server's lexer.  Nothing here decides
 * anything: where the words are not what was expected, there is no hint.
 */
#include "words.h"

#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

/* ----------------------------------------------------------------
 *		one function a kind of rewording
 * ----------------------------------------------------------------
 */

/*
 * safeddl_outside_block: a hint about what cannot run in a transaction block;
 * of a statement that is in one, with the way out on a line of its own.
 */
char *
safeddl_outside_block(SafeddlAnalysis *a, char *hint)
{
	if (!a->in_block)
		return hint;
	if (a->nested)
		return psprintf(_("%s\nThat is not possible in a function, procedure or DO block: send it from the client."),
						hint);
	return psprintf(_("%s\nIn a migration tool, take the migration out of its transaction: Rails disable_ddl_transaction!, Django atomic = False, Alembic autocommit_block(), Flyway executeInTransaction=false, Liquibase runInTransaction=\"false\", knex config = { transaction: false }."),
					hint);
}

static char *
alone(SafeddlAnalysis *a, char *statement)
{
	return statement == NULL ? NULL :
		safeddl_outside_block(a, psprintf(_("Run this alone, outside a transaction block: %s"),
										  statement));
}

/* CREATE, DROP and REINDEX: the word CONCURRENTLY in its place */
static char *
concurrently(SafeddlAnalysis *a, const SafeddlWords *list, const char *behind)
{
	return alone(a, safeddl_insert_after(list, safeddl_find_word(list, 1, behind), "CONCURRENTLY"));
}

static char *
reindex_concurrently(SafeddlAnalysis *a, const SafeddlWords *list)
{
	static const char *const kinds[] = {"index", "table", "schema", "database"};

	for (int i = 1; i < list->count; i++)
		for (int k = 0; k < lengthof(kinds); k++)
			if (list->tokens[i].depth == 0 && safeddl_is_word(list, i, kinds[k]))
				return alone(a, safeddl_insert_after(list, i, "CONCURRENTLY"));
	return NULL;
}

static char *
index_on_partitioned(SafeddlAnalysis *a, const SafeddlWords *list)
{
	char	   *only = safeddl_insert_after(list, safeddl_find_word(list, 1, "on"), "ONLY");

	if (only == NULL)
		return NULL;
	return safeddl_outside_block(a, psprintf(_("First run: %s. Then, for each partition, build the same index with CREATE INDEX CONCURRENTLY, outside a transaction block, and attach it with ALTER INDEX ... ATTACH PARTITION."),
											 only));
}

/* has the view the unique index that REFRESH CONCURRENTLY compares rows by? */
static bool
has_refresh_key(Oid relid)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
		if (safeddl_is_refresh_key(lfirst_oid(lc)))
			return true;
	return false;
}

static char *
refresh_concurrently(SafeddlAnalysis *a, const SafeddlWords *list, Oid relid)
{
	char	   *statement = safeddl_insert_after(list, safeddl_find_word(list, 1, "view"), "CONCURRENTLY");

	if (statement == NULL || has_refresh_key(relid))
		return statement ? psprintf(_("Run this instead: %s"), statement) : NULL;
	return safeddl_outside_block(a, psprintf(_("Create a unique index on columns of the view first, once and outside a transaction block, with CREATE UNIQUE INDEX CONCURRENTLY. Then run: %s"),
											 statement));
}

/* collect_columns: names of the columns in an expression that is not parsed yet */
static bool
collect_columns(Node *node, void *context)
{
	List	  **columns = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		Node	   *field = llast(((ColumnRef *) node)->fields);

		if (IsA(field, String) && !list_member(*columns, field))
			*columns = lappend(*columns, field);
		return false;
	}
	return raw_expression_tree_walker(node, collect_columns, context);
}

/* constraint_name: as the server would call it: table_column_check or _fkey */
static char *
constraint_name(const SafeddlFinding *f, Constraint *con)
{
	List	   *columns = con->fk_attrs;
	char	   *joined = NULL;
	ListCell   *lc;

	if (con->contype == CONSTR_CHECK)
		collect_columns(con->raw_expr, &columns);
	if (con->contype == CONSTR_FOREIGN || list_length(columns) == 1)
		foreach(lc, columns)
			joined = joined ? psprintf("%s_%s", joined, strVal(lfirst(lc))) : strVal(lfirst(lc));
	return ChooseConstraintName(f->root_name, joined,
								con->contype == CONSTR_FOREIGN ? "fkey" : "check",
								get_rel_namespace(f->root), NIL);
}

/* NOT VALID, then VALIDATE; an unnamed constraint gets the server's own name */
static char *
not_valid(const SafeddlWords *list, const SafeddlFinding *f, Constraint *con)
{
	SafeddlAlterText	text = {0};
	const char *name = con->conname;
	char	   *command;

	if (!safeddl_split_alter(list, f->effect->cmdno, &text))
		return NULL;
	command = text.command;
	if (name == NULL)
	{
		name = constraint_name(f, con);
		/* behind the word ADD */
		command = psprintf("%.3s CONSTRAINT %s%s", command, quote_identifier(name), command + 3);
	}
	return psprintf(_("Run this: %s %s NOT VALID. Then, in another transaction: ALTER TABLE %s VALIDATE CONSTRAINT %s"),
					text.head, command, text.table, quote_identifier(name));
}

/* CHECK ... NOT VALID, VALIDATE, SET NOT NULL, DROP CHECK */
static char *
not_null_by_check(const SafeddlWords *list, const SafeddlFinding *f)
{
	SafeddlAlterText	text = {0};
	const char *column = f->effect->subject;
	const char *name;

	if (column == NULL || !safeddl_split_alter(list, f->effect->cmdno, &text))
		return NULL;
	name = quote_identifier(ChooseConstraintName(f->root_name, column, "not_null",
												 get_rel_namespace(f->root), NIL));
	column = quote_identifier(column);
	return psprintf(_("Run each of these in a transaction of its own: ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID; ALTER TABLE %s VALIDATE CONSTRAINT %s; then the statement as it is, which finds the proof; ALTER TABLE %s DROP CONSTRAINT %s"),
					text.table, name, column, text.table, name, text.table, name);
}

/* join: quoted names with a separator, each followed by a suffix */
static char *
join_names(List *names, const char *separator, const char *suffix)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, names)
		appendStringInfo(&buf, "%s%s%s", buf.len ? separator : "",
						 quote_identifier(strVal(lfirst(lc))), suffix);
	return buf.data;
}

/* an index built CONCURRENTLY, then made the constraint */
static char *
using_index(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f, Constraint *con)
{
	SafeddlAlterText	text = {0};
	const char *name = con->conname;
	const char *proof;
	char	   *columns;
	char	   *joined = NULL;
	bool		primary = con->contype == CONSTR_PRIMARY;
	ListCell   *lc;

	/* USING INDEX already: what is left is NOT NULL */
	if (con->indexname != NULL)
		return not_null_by_check(list, f);
	if (con->keys == NIL || con->including != NIL || !safeddl_split_alter(list, f->effect->cmdno, &text))
		return NULL;
	columns = join_names(con->keys, ", ", "");
	foreach(lc, con->keys)
		joined = joined ? psprintf("%s_%s", joined, strVal(lfirst(lc))) : strVal(lfirst(lc));
	if (name == NULL)
		name = ChooseRelationName(f->root_name, primary ? NULL : joined,
								  primary ? "pkey" : "key", get_rel_namespace(f->root), true);
	name = quote_identifier(name);
	if (!(f->work & SAFEDDL_WORK_SCAN))
		return safeddl_outside_block(a, psprintf(_("Run this alone, outside a transaction block: CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s). Then: ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s"),
												 name, text.table, columns, text.table, name,
												 primary ? "PRIMARY KEY" : "UNIQUE", name));

	/* a nullable column would be searched for nulls: prove it first */
	proof = quote_identifier(ChooseConstraintName(f->root_name, NULL, "not_null",
												  get_rel_namespace(f->root), NIL));
	return safeddl_outside_block(a, psprintf(_("Run each of these alone, outside a transaction block: ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID; ALTER TABLE %s VALIDATE CONSTRAINT %s; CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s); ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY USING INDEX %s; ALTER TABLE %s DROP CONSTRAINT %s"),
											 text.table, proof,
											 join_names(con->keys, " AND ", " IS NOT NULL"),
											 text.table, proof, name, text.table, columns,
											 text.table, name, name, text.table, proof));
}

/* does a column constraint, or the key word CONSTRAINT, begin at token i? */
static bool
begins_constraint(const SafeddlWords *list, int i)
{
	static const char *const words[] = {
		"default", "not", "null", "check", "unique", "primary", "references",
		"constraint", "generated", "deferrable", "initially"
	};

	for (int k = 0; k < lengthof(words); k++)
		if (i < list->count && list->tokens[i].depth == 0 && safeddl_is_word(list, i, words[k]))
			return true;
	return false;
}

/* ADD COLUMN without its constraints first, then the DEFAULT */
static char *
column_then_default(const SafeddlWords *list, const SafeddlFinding *f, ColumnDef *def)
{
	SafeddlAlterText	text = {0};
	SafeddlAnalysis command = {0};
	SafeddlWords	words;
	int			column_end = 0;
	int			first;
	int			last;

	if (!safeddl_split_alter(list, f->effect->cmdno, &text))
		return NULL;
	command.query = text.command;
	words = safeddl_lex(&command);
	first = safeddl_find_word(&words, 0, "default");
	if (first < 0)
		return NULL;
	/* past ADD [COLUMN] [IF NOT EXISTS] and the column's name */
	column_end = safeddl_is_word(&words, 1, "column") ? 2 : 1;
	if (safeddl_is_word(&words, column_end, "if"))
		column_end += 3;
	while (!begins_constraint(&words, column_end + 1))
		column_end++;
	for (last = ++first; last + 1 < words.count && !begins_constraint(&words, last + 1);)
		last++;
	return psprintf(_("Run these: %s %s; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s. Then fill the rows that were there before in batches, each in a transaction of its own; constraints come last."),
					text.head, safeddl_text_between(&words, 0, column_end), text.table,
					quote_identifier(def->colname), safeddl_text_between(&words, first, last));
}

/* a second column of the new type, and what has to happen to it */
static char *
second_column(const SafeddlWords *list, const SafeddlFinding *f, AlterTableCmd *cmd)
{
	SafeddlAlterText	text = {0};
	ColumnDef  *def = castNode(ColumnDef, cmd->def);
	Oid			typid;
	int32		typmod;

	if (!safeddl_split_alter(list, f->effect->cmdno, &text))
		return NULL;
	typenameTypeIdAndMod(NULL, def->typeName, &typid, &typmod);
	return psprintf(_("Begin with: ALTER TABLE %s ADD COLUMN %s %s. Then keep it in step with a trigger, fill existing rows in batches, build its indexes CONCURRENTLY and its constraints NOT VALID, and swap the names in one short transaction."),
					text.table,
					quote_identifier(makeObjectName(cmd->name, NULL, "new")),
					format_type_with_typemod(typid, typmod));
}

static char *
validate_alone(const SafeddlWords *list, const SafeddlFinding *f)
{
	SafeddlAlterText	text = {0};

	if (!safeddl_split_alter(list, f->effect->cmdno, &text) || text.ncommands < 2)
		return NULL;
	return psprintf(_("Run the other subcommands first. Then, in another transaction: ALTER TABLE %s %s"),
					text.table, text.command);
}

/* the CHECK that spares ATTACH PARTITION the scan */
static char *
check_before_attach(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	const char *table = quote_qualified_identifier(f->root_schema,
												   f->root_name);
	const char *name;

	if (a->partition_check == NULL || f->root != a->partition_checked ||
		!(f->work & SAFEDDL_WORK_SCAN))
		return NULL;
	name = quote_identifier(ChooseConstraintName(f->root_name, NULL, "bound",
												 get_rel_namespace(f->root), NIL));
	return psprintf(_("Run each of these in a transaction of its own: ALTER TABLE %s ADD CONSTRAINT %s CHECK %s NOT VALID; ALTER TABLE %s VALIDATE CONSTRAINT %s; then the statement as it is, which finds the proof."),
					table, name, a->partition_check, table, name);
}

/*
 * detach_without_key: DETACH PARTITION searches the tables that reference the
 * parent for the sake of their foreign keys.  Gone for a moment, in the same
 * transaction, these leave it nothing to do.  CONCURRENTLY, which cannot run
 * there, is of no use: what it spares the parent is over at once.
 */
static char *
detach_without_key(const SafeddlWords *list, const SafeddlFinding *f)
{
	int			last = list->count - 1;
	StringInfoData drop;
	StringInfoData add;
	StringInfoData validate;
	ListCell   *lc;

	if (safeddl_is_word(list, last, "concurrently"))
		last--;
	initStringInfo(&drop);
	initStringInfo(&add);
	initStringInfo(&validate);
	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(f->root, true)))
	{
		SafeddlForeignKey *fk = lfirst(lc);
		char	   *table = quote_qualified_identifier(get_namespace_name(get_rel_namespace(fk->referencing)),
													   get_rel_name(fk->referencing));
		const char *name = quote_identifier(get_constraint_name(fk->conoid));

		/* one that is inherited cannot go alone; before 18, NOT VALID is not for partitioned tables */
		if (OidIsValid(fk->parent) || !fk->enforced ||
			get_rel_relkind(fk->referencing) == RELKIND_PARTITIONED_TABLE)
			return NULL;
		appendStringInfo(&drop, "ALTER TABLE %s DROP CONSTRAINT %s; ", table, name);
		appendStringInfo(&add, "; %s%s", pg_get_constraintdef_command(fk->conoid),
						 fk->validated ? " NOT VALID" : "");
		appendStringInfo(&validate, "%sALTER TABLE %s VALIDATE CONSTRAINT %s",
						 validate.len ? "; " : "", table, name);
	}
	if (drop.len == 0 || safeddl_text_between(list, 0, last) == NULL)
		return NULL;
	return psprintf(_("Run these in one transaction: %s%s%s. Then, in another: %s"),
					drop.data, safeddl_text_between(list, 0, last), add.data, validate.data);
}

/*
 * domain_not_valid: the same constraint for new values only; NOT NULL has no
 * such form, but a CHECK has.  VALIDATE reads everything, whatever came before.
 */
static char *
domain_not_valid(SafeddlAnalysis *a, const SafeddlWords *list)
{
	AlterDomainStmt *stmt = castNode(AlterDomainStmt, a->stmt);
	int			last = 2;

	while (last + 2 < list->count && list->tokens[last + 1].code == '.')
		last += 2;
	if (stmt->subtype == 'C' && IsA(stmt->def, Constraint) &&
		((Constraint *) stmt->def)->contype == CONSTR_CHECK)
		return psprintf(_("Run this instead: %s NOT VALID. It holds for new values; to validate the old ones locks and reads the tables as this would."),
						safeddl_text_between(list, 0, list->count - 1));
	if (stmt->subtype == 'V' || safeddl_text_between(list, 0, last) == NULL)
		return NULL;
	return psprintf(_("Run this instead: %s ADD CHECK (VALUE IS NOT NULL) NOT VALID. It holds for new values; to validate the old ones locks and reads the tables as this would."),
					safeddl_text_between(list, 0, last));
}

/* set_override: the statement that lets a rule pass on a relation */
static char *
set_override(SafeddlRule rule, const char *nspname, const char *relname)
{
	char	   *value = psprintf("%s on %s: <reason>", safeddl_rule_info[rule].name,
								 quote_qualified_identifier(nspname, relname));

	return psprintf("SET safeddl.override = %s", quote_literal_cstr(value));
}

/* what remains where there is no safer way: an override, and who may set it */
static char *
override_hint(const SafeddlFinding *f)
{
	return psprintf(_("To run it all the same, a role that may set it gives the reason first: %s."),
					set_override(f->rule, f->root_schema, f->root_name));
}

/* end_blocker: the call that ends the transaction in the way */
static char *
end_blocker(const SafeddlBlocker *blocker)
{
	/* which of the two is for its transaction manager to say */
	if (blocker->gid != NULL)
		return psprintf(_("COMMIT PREPARED %s or ROLLBACK PREPARED %s"),
						quote_literal_cstr(blocker->gid), quote_literal_cstr(blocker->gid));
	return psprintf("SELECT pg_terminate_backend(%d)", blocker->pid);
}

/* out_of_queue: retry, wait, or end what is in the way */
static char *
out_of_queue(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	const SafeddlRelInfo *rel = safeddl_relinfo(a, f->locked);

	return psprintf(_("Retry it later. To wait in spite of that, with a lock_timeout, a role that may set it gives the reason first: %s. To end what is in the way, one who may do so runs: %s"),
					set_override(f->rule, rel->nspname, rel->relname), end_blocker(f->blocker));
}

/* commit_first: the transaction ends before the work, or the work comes first */
static char *
commit_first(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f)
{
	char	   *statement = safeddl_text_between(list, 0, list->count - 1);

	if (f->rule == SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK || statement == NULL)
		return psprintf(_("Run COMMIT first; then go through the rows in batches, each in a transaction of its own."));
	if (a->nested)
		return psprintf(_("Send it from the client, after COMMIT, in a transaction of its own: %s"), statement);
	return psprintf(_("Run COMMIT first. Then, in a transaction of its own: %s"), statement);
}

/* hint_of_kind: for the rules that are about no single command; NULL for others */
static char *
hint_of_kind(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f)
{
	switch (safeddl_rule_info[f->rule].kind)
	{
		case SAFEDDL_HELD:
			return commit_first(a, list, f);
		case SAFEDDL_QUEUE:
			return out_of_queue(a, f);
		case SAFEDDL_AWAIT:
			/* DETACH PARTITION locks the partition while it waits for its other locks */
			return psprintf(IsA(a->stmt, AlterTableStmt) ?
							_("Reads and writes of the partitioned table go on while it waits, those of the partition not always. It is best not cancelled, which would leave a pending detach. To end what is in the way, one who may do so runs: %s") :
							_("Reads and writes of the table go on while it waits. It is best not cancelled, which would leave an invalid index. To end what is in the way, one who may do so runs: %s"),
							end_blocker(f->blocker));
		case SAFEDDL_UNLIMITED:
			return psprintf(_("For example: SET lock_timeout = '2s'. A superuser may set safeddl.lock_timeout for everyone."));
		case SAFEDDL_STALL:
		case SAFEDDL_NO_RETURN:
		case SAFEDDL_TRAP:
		case SAFEDDL_SCRIPT:
			break;
	}
	return NULL;
}

/* the subcommand of ALTER TABLE that a finding is about; NULL if none */
static AlterTableCmd *
subcommand_of(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	AlterTableStmt *stmt = (AlterTableStmt *) a->stmt;

	if (!IsA(a->stmt, AlterTableStmt) || f->effect->cmdno < 0 ||
		f->effect->cmdno >= list_length(stmt->cmds))
		return NULL;
	return list_nth_node(AlterTableCmd, stmt->cmds, f->effect->cmdno);
}

static char *
safer_alter(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f)
{
	AlterTableCmd *cmd = subcommand_of(a, f);
	Node	   *def = cmd ? cmd->def : NULL;
	bool		partitioned = get_rel_relkind(f->root) == RELKIND_PARTITIONED_TABLE;

	/* ALTER TYPE: the words are not about the table */
	if (cmd != NULL && ((AlterTableStmt *) a->stmt)->objtype == OBJECT_TYPE)
		return NULL;
	switch (f->rule)
	{
		case SAFEDDL_RULE_ADD_COLUMN:
			return def && IsA(def, ColumnDef) ? column_then_default(list, f, (ColumnDef *) def) : NULL;
		case SAFEDDL_RULE_ALTER_COLUMN_TYPE:
			return def && IsA(def, ColumnDef) ? second_column(list, f, cmd) : NULL;
		case SAFEDDL_RULE_ADD_FOREIGN_KEY:
			if (partitioned)
				return NULL;
			pg_fallthrough;
		case SAFEDDL_RULE_ADD_CHECK:
			return def && IsA(def, Constraint) ? not_valid(list, f, (Constraint *) def) : NULL;
		case SAFEDDL_RULE_SET_NOT_NULL:
			return not_null_by_check(list, f);
		case SAFEDDL_RULE_ADD_UNIQUE:
		case SAFEDDL_RULE_ADD_PRIMARY_KEY:
			return def && IsA(def, Constraint) && !partitioned ?
				using_index(a, list, f, (Constraint *) def) : NULL;
		case SAFEDDL_RULE_VALIDATE_CONSTRAINT:
			return validate_alone(list, f);
		case SAFEDDL_RULE_DETACH_PARTITION:
			return detach_without_key(list, f);
		case SAFEDDL_RULE_ATTACH_PARTITION:
			return check_before_attach(a, f);
		default:
			return NULL;
	}
}

/*
 * safeddl_safer_statement: the hint for a finding, palloc'd; NULL where there
 * is nothing to add to the primary message.
 */
char *
safeddl_safer_statement(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	SafeddlWords	list = {0};
	char	   *hint = NULL;
	bool		partitioned = get_rel_relkind(f->root) == RELKIND_PARTITIONED_TABLE;

	/* dropped by somebody since */
	if (f->root_name == NULL)
		return NULL;
	if (f->rule == SAFEDDL_RULE_INVALID_INDEX)
		return safeddl_repair_hint(a, f);
	if (a->query != NULL)
	{
		list = safeddl_lex(a);
		if ((hint = hint_of_kind(a, &list, f)) != NULL)
			return hint;
		/* by itself it would keep nobody waiting */
		if (safeddl_rule_info[f->rule].kind == SAFEDDL_STALL && f->taken < f->lockmode &&
			!safeddl_lock_blocks(f->taken))
			return commit_first(a, &list, f);
		if (f->rule == SAFEDDL_RULE_CREATE_INDEX)
			hint = partitioned ? index_on_partitioned(a, &list) : concurrently(a, &list, "index");
		else if (f->rule == SAFEDDL_RULE_DROP_INDEX)
			hint = partitioned || !IsA(a->stmt, DropStmt) ||
				((DropStmt *) a->stmt)->removeType != OBJECT_INDEX ||
				list_length(((DropStmt *) a->stmt)->objects) > 1 ||
				((DropStmt *) a->stmt)->behavior == DROP_CASCADE ? NULL :
				concurrently(a, &list, "index");
		else if (f->rule == SAFEDDL_RULE_REINDEX)
			hint = IsCatalogRelationOid(f->root) ? NULL : reindex_concurrently(a, &list);
		else if (f->rule == SAFEDDL_RULE_REFRESH_MATVIEW)
			hint = refresh_concurrently(a, &list, f->root);
		else if (f->rule == SAFEDDL_RULE_ALTER_DOMAIN)
			hint = domain_not_valid(a, &list);
		else
			hint = safer_alter(a, &list, f);
	}
	if (hint == NULL && safeddl_rule_info[f->rule].kind == SAFEDDL_STALL)
		hint = override_hint(f);
	return hint;
}
