/*
 * check_do.c
 *	  DO blocks in a script: the DDL in their text is checked as if it ran; what
 *	  they make up as they go cannot be.
 */
#include "safeddl.h"
#include "check.h"
#include "split.h"

#include <ctype.h>

#include "commands/defrem.h"
#include "utils/memutils.h"

/* words that a statement follows, in PL/pgSQL */
static const char *const before_statement[] = {"begin", "then", "else", "loop"};

/* words that a statement begins with that is worth a look */
static const char *const statement_words[] = {
	"alter", "create", "drop", "truncate", "reindex", "cluster", "vacuum", "refresh", "lock",
	"update", "delete", "insert"
};

static bool
is_word(const char *word, int len, const char *const *words, int nwords)
{
	for (int i = 0; i < nwords; i++)
		if (strlen(words[i]) == len && pg_strncasecmp(word, words[i], len) == 0)
			return true;
	return false;
}

static int
word_length(const char *text)
{
	int			len = 0;

	while (isalnum((unsigned char) text[len]) || text[len] == '_')
		len++;
	return len;
}

/*
 * find_statement: where in a piece of PL/pgSQL an SQL statement begins; -1 if
 * nowhere.  executes: does it run what it makes up?
 */
static int
find_statement(const char *text, bool *executes)
{
	bool		may_begin = true;
	int			pos = 0;

	*executes = false;
	while (text[pos] != '\0')
	{
		int			len = word_length(text + pos);

		if (len == 0)
		{
			may_begin &= isspace((unsigned char) text[pos]) != 0;
			pos++;
			continue;
		}
		if (may_begin && is_word(text + pos, len, statement_words, lengthof(statement_words)))
			return pos;
		*executes |= len == strlen("execute") && pg_strncasecmp(text + pos, "execute", len) == 0;
		may_begin = is_word(text + pos, len, before_statement, lengthof(before_statement));
		pos += len;
	}
	return -1;
}

/* body_of: the text of a DO block, and its language */
static const char *
body_of(DoStmt *stmt, const char **language)
{
	const char *result = NULL;
	ListCell   *lc;

	*language = "plpgsql";
	foreach(lc, stmt->args)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "as") == 0)
			result = strVal(option->arg);
		else if (strcmp(option->defname, "language") == 0)
			*language = strVal(option->arg);
	}
	return result;
}

/* safeddl_check_do: a DO block; the statements in it are found where they stand */
void
safeddl_check_do(SafeddlCheck *c, DoStmt *stmt)
{
	const char *language;
	const char *body = body_of(stmt, &language);
	const char *found = body ? strstr(c->statement_text, body) : NULL;
	char	   *copy;
	ListCell   *lc;

	if (body == NULL)
		return;
	if (strcmp(language, "plpgsql") != 0)
	{
		safeddl_check_opaque(c, psprintf(_("what the DO block in language %s runs is not checked"), language), -1);
		return;
	}
	copy = pstrdup(body);
	foreach(lc, safeddl_split(copy))
	{
		SafeddlPiece *piece = lfirst(lc);
		char	   *text = pnstrdup(body + piece->start, piece->len);
		bool		executes;
		int			start = find_statement(text, &executes);

		if (executes)
			safeddl_check_opaque(c, _("what the DO block makes up and runs by EXECUTE is not checked"),
								 found ? found - c->statement_text + piece->start : -1);
		if (start < 0)
			continue;
		c->in_do = true;
		safeddl_check_part(c, text + start,
						   found ? found - c->statement_text + piece->start + start : 0);
		c->in_do = false;
	}
}
