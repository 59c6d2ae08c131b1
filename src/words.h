/*
 * words.h
 *	  A statement in the user's own words, see words.c.
 */
#ifndef SAFEDDL_WORDS_H
#define SAFEDDL_WORDS_H

#include "safeddl.h"

/* the statement as the lexer sees it; offsets into text */
typedef struct SafeddlToken
{
	int			code;			/* a character stands for itself */
	int			start;
	int			end;
	int			depth;			/* of parentheses and brackets around it */
} SafeddlToken;

typedef struct SafeddlWords
{
	char	   *text;			/* the statement, without what follows it */
	SafeddlToken	   *tokens;
	int			count;
} SafeddlWords;

/* ALTER TABLE taken apart */
typedef struct SafeddlAlterText
{
	char	   *table;			/* as the user wrote it */
	char	   *head;			/* all before the first subcommand */
	char	   *command;		/* the subcommand of the finding */
	int			ncommands;
} SafeddlAlterText;

extern SafeddlWords safeddl_lex(SafeddlAnalysis *a);
extern SafeddlWords safeddl_lex_text(const char *text);
extern bool safeddl_is_word(const SafeddlWords *list, int i, const char *word);
extern int	safeddl_find_word(const SafeddlWords *list, int i, const char *word);
extern char *safeddl_text_replacing(const SafeddlWords *list, int first, int last,
									const List *offsets, const char *text);
extern char *safeddl_text_between(const SafeddlWords *list, int first, int last);
extern char *safeddl_insert_after(const SafeddlWords *list, int i, const char *word);
extern bool safeddl_split_alter(const SafeddlWords *list, int cmdno, SafeddlAlterText *result);

/* reword.c */
extern char *safeddl_index_words(Oid indexid, const char *name, const char *column,
								 const char *new_column);
extern char *safeddl_constraint_words(Oid conoid);
extern char *safeddl_check_words(Oid conoid, const char *column, const char *new_column);
extern char *safeddl_key_words(Oid conoid, const char *column, const char *new_column,
							   bool referencing, bool referenced);

#endif							/* SAFEDDL_WORDS_H */
