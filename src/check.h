/*
 * check.h
 *	  What the parts of safeddl.check() share.
 */
#ifndef SAFEDDL_CHECK_H
#define SAFEDDL_CHECK_H

#include "script.h"

/* a place in a script */
typedef struct SafeddlSpot
{
	int			offset;			/* in bytes, from 0 */
	int			position;		/* in characters, from 1 */
	int			line;			/* from 1 */
} SafeddlSpot;

/* a script being checked */
typedef struct SafeddlCheck
{
	ReturnSetInfo *rsinfo;
	bool		numbered;		/* several scripts */
	int			number;			/* of the script */
	int			statement;		/* in it */
	const char *text;			/* of the script */
	SafeddlSpot piece;			/* that is being looked at */
	bool		command;		/* is it one of psql's? */
	const char *statement_text;
	int			nrows;			/* put so far */
	bool		wrapped;		/* in a transaction that is not the script's own */
	bool		said_nested;	/* that it has BEGIN or COMMIT all the same */
	bool		in_do;			/* in a DO block, that is in a function */
	const Node *mixture;		/* statement that should be in a script of its own */
	SafeddlScript *script;		/* the model */
	List	   *causes;			/* char *: what was said not to be known */
	List	   *dropped;		/* of ObjectAddress: what the statement drops */
	int			opaque_line;	/* first that may have made anything; or 0 */
} SafeddlCheck;

/* what a row says, but for its place */
typedef struct SafeddlCheckRow
{
	const char *relation;
	LOCKMODE	lockmode;
	const char *work;			/* NULL: it is about none */
	uint64		bytes;
	const char *message;
	const char *fix;
	const char *detail;
} SafeddlCheckRow;

/* check.c */
extern void safeddl_check_tell(SafeddlCheck *c, SafeddlRule rule, const SafeddlCheckRow *row, int location);
extern void safeddl_check_say(SafeddlCheck *c, SafeddlRule rule, const char *what, const char *relation,
							  const char *detail, int location);
extern void safeddl_check_opaque(SafeddlCheck *c, const char *what, int location);
extern void safeddl_check_part(SafeddlCheck *c, const char *text, int location);

/* check_rules.c */
extern const Node *safeddl_check_mixture(List *stmts);
extern void safeddl_check_rules(SafeddlCheck *c, SafeddlAnalysis *a);
extern void safeddl_check_validation(SafeddlCheck *c, Node *stmt);
extern void safeddl_check_command(SafeddlCheck *c, const char *text);

/* check_do.c */
extern void safeddl_check_do(SafeddlCheck *c, DoStmt *stmt);

/* check_query.c */
extern void safeddl_check_query(SafeddlAnalysis *a, void *arg);

#endif							/* SAFEDDL_CHECK_H */
