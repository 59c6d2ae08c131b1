/*
 * words.c
 *	  A statement in the user's own words: taken apart by the server's lexer, to
 *	  be put together again in another way.
 *
 * Nothing here decides anything: where the words are not what was expected,
 * the functions return nothing.
 */
#include "words.h"

#include "lib/stringinfo.h"
#include "parser/scanner.h"
#include "utils/builtins.h"
#include "utils/guc.h"

/* statements longer than this, in bytes, get no hint */
#define LEXED_LENGTH (1024 * 1024)

/* read_tokens: what safeddl_lex_text() does, once there is nothing more to set up */
static void
read_tokens(SafeddlWords *result)
{
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE		location;
	core_yyscan_t scanner;
	int			depth = 0;
	int			code;

	scanner = scanner_init(result->text, &extra, &ScanKeywords, ScanKeywordTokens);
	safeddl_scan_quietly(&extra);
	while ((code = core_yylex(&value, &location, scanner)) != 0)
	{
		SafeddlToken *token = &result->tokens[result->count];

		if (code == ')' || code == ']')
			depth--;
		if (code == ';' && depth == 0)
			break;
		token->code = code;
		token->start = location;
		/* flex ends the current token with a zero byte */
		token->end = location + strlen(extra.scanbuf + location);
		token->depth = depth;
		result->count++;
		if (code == '(' || code == '[')
			depth++;
	}
	scanner_finish(scanner);
}

/*
 * safeddl_lex_text: tokens of one statement, or part of one, up to the first
 * semicolon; none if it is too long.  The server has already said what is odd
 * about escapes and the length of names.
 */
SafeddlWords
safeddl_lex_text(const char *text)
{
	SafeddlWords result = {0};
	int			length = strlen(text);
	int			wanted = client_min_messages;

	/* nobody reads a hint of megabytes, and tokens take more than the text */
	if (length > LEXED_LENGTH)
		return result;
	result.text = pstrdup(text);
	result.tokens = palloc(sizeof(SafeddlToken) * (length + 1));
	client_min_messages = Max(wanted, WARNING);
	PG_TRY();
	{
		read_tokens(&result);
	}
	PG_FINALLY();
	{
		client_min_messages = wanted;
	}
	PG_END_TRY();
	return result;
}

/* safeddl_lex: tokens of the statement under analysis */
SafeddlWords
safeddl_lex(SafeddlAnalysis *a)
{
	const char *start = a->query + Max(a->stmt_location, 0);

	return safeddl_lex_text(a->stmt_len > 0 ? pnstrdup(start, a->stmt_len) : start);
}

/* is token i that key word?  Quoted identifiers are not. */
bool
safeddl_is_word(const SafeddlWords *list, int i, const char *word)
{
	return i >= 0 && i < list->count &&
		list->tokens[i].end - list->tokens[i].start == strlen(word) &&
		pg_strncasecmp(list->text + list->tokens[i].start, word, strlen(word)) == 0;
}

/* the first token from i on, outside of parentheses, that is the word; or -1 */
int
safeddl_find_word(const SafeddlWords *list, int i, const char *word)
{
	for (; i < list->count; i++)
		if (list->tokens[i].depth == 0 && safeddl_is_word(list, i, word))
			return i;
	return -1;
}

/*
 * safeddl_text_replacing: tokens first to last on one line: what separates them
 * shrinks to a blank, comments go.  A token that begins at one of the offsets
 * becomes another text.
 */
char *
safeddl_text_replacing(const SafeddlWords *list, int first, int last, const List *offsets,
					   const char *text)
{
	StringInfoData buf;

	if (first < 0 || last < first || last >= list->count)
		return NULL;
	initStringInfo(&buf);
	for (int i = first; i <= last; i++)
	{
		const SafeddlToken *token = &list->tokens[i];

		if (i > first && token->start > list->tokens[i - 1].end)
			appendStringInfoChar(&buf, ' ');
		if (list_member_int(offsets, token->start))
			appendStringInfoString(&buf, text);
		else
			appendBinaryStringInfo(&buf, list->text + token->start, token->end - token->start);
	}
	return buf.data;
}

/* safeddl_text_between: tokens first to last; many tools show the first line of a hint only */
char *
safeddl_text_between(const SafeddlWords *list, int first, int last)
{
	return safeddl_text_replacing(list, first, last, NIL, NULL);
}

/* the whole statement with a word put in behind token i */
char *
safeddl_insert_after(const SafeddlWords *list, int i, const char *word)
{
	if (i < 0 || i >= list->count)
		return NULL;
	if (i == list->count - 1)
		return psprintf("%s %s", safeddl_text_between(list, 0, i), word);
	return psprintf("%s %s %s", safeddl_text_between(list, 0, i), word,
					safeddl_text_between(list, i + 1, list->count - 1));
}

/*
 * safeddl_statement_text: the statement alone, without comments before and the
 * semicolon after it; "" where the text is not known.
 */
char *
safeddl_statement_text(SafeddlAnalysis *a)
{
	SafeddlWords	list;

	if (a->query == NULL)
		return "";
	list = safeddl_lex(a);
	if (list.count > 0)
		return safeddl_text_between(&list, 0, list.count - 1);
	/* too long for the lexer: as much as anybody wants to see */
	return pnstrdup(a->query + Max(a->stmt_location, 0), LEXED_LENGTH);
}

/* safeddl_split_alter: head, table and subcommand number cmdno of an ALTER TABLE */
bool
safeddl_split_alter(const SafeddlWords *list, int cmdno, SafeddlAlterText *result)
{
	int			i = 2;
	int			first;
	int			start;
	int			n = 0;

	if (list->count < 4 || !safeddl_is_word(list, 0, "alter"))
		return false;
	if (safeddl_is_word(list, 1, "materialized") || safeddl_is_word(list, 1, "foreign"))
		i = 3;
	if (safeddl_is_word(list, i, "if"))
		i += 2;
	if (safeddl_is_word(list, i, "only"))
		i++;
	first = i;
	while (i + 2 < list->count && list->tokens[i + 1].code == '.')
		i += 2;
	result->table = safeddl_text_between(list, first, i);
	if (i + 1 < list->count && list->tokens[i + 1].code == '*')
		i++;
	result->head = safeddl_text_between(list, 0, i);
	start = ++i;
	for (; i <= list->count; i++)
	{
		if (i < list->count &&
			!(list->tokens[i].depth == 0 && list->tokens[i].code == ','))
			continue;
		if (n++ == cmdno)
			result->command = safeddl_text_between(list, start, i - 1);
		start = i + 1;
	}
	result->ncommands = n;
	return result->table && result->head && result->command;
}

