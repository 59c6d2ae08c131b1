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
	char	   *blanked;		/* the same without what is psql's */
	SafeddlSpot piece;			/* that is being looked at */
	bool		command;		/* is it one of psql's? */
	const char *statement_text;
	bool		wrapped;		/* in a transaction that is not the script's own */
	SafeddlScript *script;		/* the model */
	List	   *causes;			/* char *: what was said not to be known */
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
extern SafeddlLevel safeddl_check_level(SafeddlCheck *c, SafeddlRule rule);
extern void safeddl_check_say(SafeddlCheck *c, SafeddlRule rule, const char *what, const char *relation,
							  const char *detail, int location);
extern void safeddl_check_unknown(SafeddlCheck *c, const char *cause, int location);

#endif							/* SAFEDDL_CHECK_H */
