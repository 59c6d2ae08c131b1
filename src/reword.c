/*
 * reword.c
 *	  An index or a constraint of the catalog in words, with another column in
 *	  the place of one.
 *
 * The server writes the words; its parser tells which of them are the column.
 * ALTER COLUMN TYPE itself has no other way: see ATPostAlterTypeParse() in
 * commands/tablecmds.c.
 */
#include "words.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* what takes the place of what, and where: the tokens that begin there */
typedef struct Rewording
{
	const char *column;			/* not quoted */
	const char *new_column;
	List	   *offsets;
} Rewording;

/* note_columns: where an expression that is not parsed yet has the column */
static bool
note_columns(Node *node, void *context)
{
	Rewording  *r = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		const ColumnRef *ref = (ColumnRef *) node;

		if (list_length(ref->fields) == 1 && IsA(linitial(ref->fields), String) &&
			strcmp(strVal(linitial(ref->fields)), r->column) == 0)
			r->offsets = lappend_int(r->offsets, ref->location);
		return false;
	}
	return raw_expression_tree_walker(node, note_columns, context);
}

/* the parse tree of the only statement in a text */
static Node *
parse(const char *text)
{
	List	   *statements = raw_parser(text, RAW_PARSE_DEFAULT);

	return list_length(statements) == 1 ? linitial_node(RawStmt, statements)->stmt : NULL;
}

/* put: tokens first to last, with the new column where it was noted */
static char *
put(const Rewording *r, const SafeddlWords *words, int first, int last)
{
	return safeddl_text_replacing(words, first, last, r->offsets, quote_identifier(r->new_column));
}

/*
 * note_elements: the elements of an index that are the column itself, in the
 * parentheses behind token i
 */
static void
note_elements(Rewording *r, const SafeddlWords *words, int i, List *elements)
{
	int			n = 0;

	while (i >= 0 && i < words->count && !(words->tokens[i].depth == 0 && words->tokens[i].code == '('))
		i++;
	for (int start = ++i; i < words->count && words->tokens[i].depth > 0; i++)
	{
		const IndexElem *element;

		if (i > start && !(words->tokens[i - 1].depth == 1 && words->tokens[i - 1].code == ','))
			continue;
		if (n >= list_length(elements))
			return;
		element = list_nth_node(IndexElem, elements, n++);
		if (element->name != NULL && strcmp(element->name, r->column) == 0)
			r->offsets = lappend_int(r->offsets, words->tokens[i].start);
	}
}

/*
 * safeddl_index_words: CREATE INDEX as it was, with another name, another
 * column, and CONCURRENTLY, or that of the partitioned table ONLY
 */
char *
safeddl_index_words(Oid indexid, const char *name, const char *column, const char *new_column)
{
	char	   *text = pg_get_indexdef_string(indexid);
	SafeddlWords words = safeddl_lex_text(text);
	IndexStmt  *stmt = castNode(IndexStmt, parse(text));
	Rewording	r = {.column = column,.new_column = new_column};
	bool		partitioned = get_rel_relkind(indexid) == RELKIND_PARTITIONED_INDEX;
	int			on = safeddl_find_word(&words, 0, "on");
	ListCell   *lc;

	note_elements(&r, &words, on, stmt->indexParams);
	if (stmt->indexIncludingParams != NIL)
		note_elements(&r, &words, safeddl_find_word(&words, on, "include"),
					  stmt->indexIncludingParams);
	foreach(lc, stmt->indexParams)
		(void) note_columns(lfirst_node(IndexElem, lc)->expr, &r);
	(void) note_columns(stmt->whereClause, &r);
	return psprintf("CREATE %sINDEX %s%s ON %s%s", stmt->unique ? "UNIQUE " : "",
					partitioned ? "" : "CONCURRENTLY ", quote_identifier(name),
					partitioned ? "ONLY " : "", put(&r, &words, on + 1, words.count - 1));
}

/* note_keys: where lists of columns of a foreign key have the column */
static void
note_keys(Rewording *r, const SafeddlWords *words, bool referencing, bool referenced)
{
	const char *quoted = quote_identifier(r->column);
	bool		theirs = false;

	for (int i = 0; i < words->count; i++)
	{
		const SafeddlToken *token = &words->tokens[i];

		/* those behind ON DELETE SET NULL are the table's own again */
		if (token->depth == 0 && safeddl_is_word(words, i, "references"))
			theirs = true;
		else if (token->depth == 0 && safeddl_is_word(words, i, "on"))
			theirs = false;
		else if (token->depth == 1 && (theirs ? referenced : referencing) &&
				 token->end - token->start == strlen(quoted) &&
				 strncmp(words->text + token->start, quoted, strlen(quoted)) == 0)
			r->offsets = lappend_int(r->offsets, token->start);
	}
}

/*
 * safeddl_constraint_words: a constraint of a table from its kind on, as CHECK
 * (...), with all that it has, but for NOT VALID
 */
char *
safeddl_constraint_words(Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Form_pg_constraint form;
	char	   *text;
	char	   *end;
	int			skip;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", conoid);
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	skip = strlen(psprintf("ALTER TABLE %s ADD CONSTRAINT %s ",
						   quote_qualified_identifier(get_namespace_name(get_rel_namespace(form->conrelid)),
													  get_rel_name(form->conrelid)),
						   quote_identifier(NameStr(form->conname))));
	ReleaseSysCache(tuple);
	text = pg_get_constraintdef_command(conoid) + skip;
	end = text + strlen(text) - strlen(" NOT VALID");
	if (end > text && strcmp(end, " NOT VALID") == 0)
		*end = '\0';
	return text;
}

/* safeddl_check_words: a CHECK with another column */
char *
safeddl_check_words(Oid conoid, const char *column, const char *new_column)
{
	Rewording	r = {.column = column,.new_column = new_column};
	const char *head = "ALTER TABLE t ADD ";
	char	   *text = psprintf("%s%s", head, safeddl_constraint_words(conoid));
	SafeddlWords words = safeddl_lex_text(text);
	AlterTableStmt *stmt = castNode(AlterTableStmt, parse(text));
	AlterTableCmd *cmd = linitial_node(AlterTableCmd, stmt->cmds);

	(void) note_columns(castNode(Constraint, cmd->def)->raw_expr, &r);
	return put(&r, &words, 4, words.count - 1);
}

/* safeddl_key_words: a foreign key with another column on either end, or both */
char *
safeddl_key_words(Oid conoid, const char *column, const char *new_column,
				  bool referencing, bool referenced)
{
	Rewording	r = {.column = column,.new_column = new_column};
	SafeddlWords words = safeddl_lex_text(safeddl_constraint_words(conoid));

	note_keys(&r, &words, referencing, referenced);
	return put(&r, &words, 0, words.count - 1);
}
