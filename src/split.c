/*
 * split.c
 *	  A script, cut into what psql would send to the server one by one.
 *
 * Mirrors psqlscan.l as far as the ends of statements depend on it, so that
 * one statement that nobody can parse spoils no other one.
 */
#include "safeddl.h"
#include "split.h"

#include <ctype.h>

#include "parser/parser.h"

/* words of a statement that matter for where it ends */
typedef struct Words
{
	int			n;				/* words so far */
	char		first[4];		/* initials of CREATE OR REPLACE FUNCTION */
	bool		routine;		/* it may have a body of BEGIN ATOMIC */
	bool		copy;
	bool		after_from;
	bool		from_stdin;
} Words;

typedef struct Splitter
{
	char	   *text;
	int			pos;
	int			start;			/* of the statement; -1: none yet */
	int			parens;
	int			begins;			/* BEGIN and CASE not ended yet, in a body */
	Words		words;
	List	   *pieces;
} Splitter;

static bool
is_word_start(unsigned char c)
{
	return isalpha(c) || c == '_' || c >= 0x80;
}

static bool
is_word_part(unsigned char c)
{
	return is_word_start(c) || isdigit(c) || c == '$';
}

static void
add_piece(Splitter *s, SafeddlPieceKind kind, int start, int end)
{
	SafeddlPiece *piece = palloc(sizeof(SafeddlPiece));

	while (end > start && isspace((unsigned char) s->text[end - 1]))
		end--;
	piece->kind = kind;
	piece->start = start;
	piece->len = end - start;
	s->pieces = lappend(s->pieces, piece);
}

/* end_statement: here, if there is one at all */
static void
end_statement(Splitter *s)
{
	if (s->start >= 0)
		add_piece(s, SAFEDDL_PIECE_SQL, s->start, s->pos);
	s->start = -1;
	s->parens = 0;
	s->begins = 0;
	s->words = (Words) {0};
}

static int
line_end(const char *text, int pos)
{
	while (text[pos] != '\0' && text[pos] != '\n')
		pos++;
	return pos;
}

/* skip_comment: of either kind, from here on; false if there is none */
static bool
skip_comment(Splitter *s)
{
	const char *text = s->text;
	int			depth = 1;

	if (text[s->pos] == '-' && text[s->pos + 1] == '-')
	{
		s->pos = line_end(text, s->pos);
		return true;
	}
	if (text[s->pos] != '/' || text[s->pos + 1] != '*')
		return false;
	for (s->pos += 2; text[s->pos] != '\0' && depth > 0; s->pos++)
	{
		int			change = text[s->pos] == '/' && text[s->pos + 1] == '*' ? 1 :
			text[s->pos] == '*' && text[s->pos + 1] == '/' ? -1 : 0;

		depth += change;
		s->pos += change != 0;
	}
	return true;
}

/* skip_quoted: a string or a name; escapes: does a backslash hide what follows? */
static void
skip_quoted(Splitter *s, char quote, bool escapes)
{
	for (s->pos++; s->text[s->pos] != '\0'; s->pos++)
	{
		if (escapes && s->text[s->pos] == '\\' && s->text[s->pos + 1] != '\0')
			s->pos++;
		else if (s->text[s->pos] == quote)
		{
			s->pos++;
			if (s->text[s->pos] != quote)
				return;
		}
	}
}

/* skip_dollars: a dollar-quoted string; false if there is none */
static bool
skip_dollars(Splitter *s)
{
	const char *tag = s->text + s->pos;
	int			len = 1;
	const char *end;

	if (is_word_start(tag[len]))
		while (is_word_part(tag[len]) && tag[len] != '$')
			len++;
	if (tag[len++] != '$')
		return false;
	for (end = tag + len; *end != '\0' && strncmp(end, tag, len) != 0;)
		end++;
	s->pos = end - s->text + (*end != '\0' ? len : 0);
	return true;
}

static bool
is(const char *word, int len, const char *keyword)
{
	return strlen(keyword) == len && pg_strncasecmp(word, keyword, len) == 0;
}

/* note_routine: CREATE [OR REPLACE] FUNCTION or PROCEDURE, as psql tells it */
static void
note_routine(Words *words, const char *word, int len)
{
	static const char *const initials[] = {"create", "or", "replace", "function", "procedure"};

	if (words->n < lengthof(words->first))
		for (int i = 0; i < lengthof(initials); i++)
			if (is(word, len, initials[i]))
				words->first[words->n] = initials[i][0];
	words->routine = words->first[0] == 'c' &&
		(words->first[1] == 'f' || words->first[1] == 'p' ||
		 (words->first[1] == 'o' && words->first[2] == 'r' &&
		  (words->first[3] == 'f' || words->first[3] == 'p')));
}

static void
take_word(Splitter *s)
{
	const char *word = s->text + s->pos;
	Words	   *words = &s->words;
	int			len = 0;

	while (is_word_part(word[len]))
		len++;
	s->pos += len;
	/* E'...' */
	if (len == 1 && (*word == 'e' || *word == 'E') && s->text[s->pos] == '\'')
	{
		skip_quoted(s, '\'', true);
		return;
	}
	note_routine(words, word, len);
	if (words->routine && s->parens == 0)
	{
		if (is(word, len, "begin") || (is(word, len, "case") && s->begins > 0))
			s->begins++;
		else if (is(word, len, "end") && s->begins > 0)
			s->begins--;
	}
	words->copy |= words->n == 0 && is(word, len, "copy");
	words->from_stdin |= words->copy && words->after_from && is(word, len, "stdin");
	words->after_from = is(word, len, "from");
	words->n++;
}

/*
 * take_command: a command of psql.  Some of them send what there is of a
 * statement; the others stand beside it, and are no part of it.
 */
static void
take_command(Splitter *s)
{
	static const char *const sending[] = {"g", "gx", "gexec", "gset", "gdesc", "watch", "crosstabview", "bind", "bindx"};
	int			start = s->pos;
	int			end = line_end(s->text, start);
	int			len = 0;

	while (is_word_part(s->text[start + 1 + len]))
		len++;
	for (int i = 0; i < lengthof(sending); i++)
		if (is(s->text + start + 1, len, sending[i]))
			end_statement(s);
	add_piece(s, SAFEDDL_PIECE_COMMAND, start, end);
	memset(s->text + start, ' ', end - start);
	s->pos = end;
}

/* take_data: the lines after COPY FROM STDIN, if they end as they should */
static void
take_data(Splitter *s)
{
	int			start = line_end(s->text, s->pos);
	int			pos = start;

	while (s->text[pos] == '\n')
	{
		int			end = line_end(s->text, pos + 1);
		int			len = end - pos - 1;

		if (len > 0 && s->text[pos + len] == '\r')
			len--;
		if (len == 2 && strncmp(s->text + pos + 1, "\\.", 2) == 0)
		{
			add_piece(s, SAFEDDL_PIECE_DATA, start, end);
			s->pos = end;
			return;
		}
		pos = end;
	}
}

/* take_sign: anything that is no word, no blank, no quote and no comment */
static void
take_sign(Splitter *s)
{
	char		c = s->text[s->pos];
	bool		data = s->words.from_stdin;

	if (c == '(' || c == ')')
		s->parens = Max(0, s->parens + (c == '(' ? 1 : -1));
	if (c == '\\' && s->text[s->pos + 1] == ';')
		s->text[s->pos] = ' ';
	else if (c == '\\')
	{
		take_command(s);
		return;
	}
	else if (c == ';' && s->parens == 0 && s->begins == 0)
	{
		end_statement(s);
		s->pos++;
		if (data)
			take_data(s);
		return;
	}
	s->pos++;
}

/*
 * safeddl_split: the pieces of a script, in order; what belongs to psql is
 * blanked out in it.  A piece of SQL begins with its first word.
 */
List *
safeddl_split(char *script)
{
	Splitter	s = {.text = script,.start = -1};

	while (script[s.pos] != '\0')
	{
		unsigned char c = script[s.pos];

		if (isspace(c))
		{
			s.pos++;
			continue;
		}
		if (skip_comment(&s))
			continue;
		if (s.start < 0 && c != ';' && c != '\\')
			s.start = s.pos;
		if (c == '\'')
			skip_quoted(&s, '\'', SAFEDDL_BACKSLASH_ESCAPES);
		else if (c == '"')
			skip_quoted(&s, '"', false);
		else if (c == '$' && skip_dollars(&s))
			continue;
		else if (is_word_start(c))
			take_word(&s);
		else if (isdigit(c))
			while (is_word_part(script[s.pos]))
				s.pos++;
		else
			take_sign(&s);
	}
	end_statement(&s);
	return s.pieces;
}
