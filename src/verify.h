/*
 * verify.h
 *	  What the two halves of safeddl.verify share: what was said of one
 *	  statement (the analysis), and what the server was seen to do.
 */
#ifndef SAFEDDL_VERIFY_H
#define SAFEDDL_VERIFY_H

#include "safeddl.h"

#include "storage/lock.h"
#include "utils/hsearch.h"

/* an existing relation, before the statement and after it */
typedef struct SafeddlWitness
{
	Oid			relid;			/* hash key */
	char		relkind;
	char	   *nspname;
	char	   *relname;
	Oid			table;			/* whose index or TOAST table it is, or itself */
	Oid			parent;			/* of a partition or a child */
	bool		visible;		/* neither temporary nor of this transaction */
	bool		excluded;		/* a statement within this one touched it */
	Oid			filenode;
	Oid			tablespace;
	int64		scans;
	int			lost_columns;
	LOCKMASK	locks;			/* held before */
	/* filled when the statement is done */
	bool		exists;
	bool		new_file;
	bool		moved;			/* to another tablespace */
	bool		read;
	bool		lost_column;
	LOCKMASK	locks_after;
	/* of a table: sums over itself, its indexes and its TOAST table */
	int			seen;			/* work that must have been said */
	int			possible;		/* work that is not wrong to have said */
	/* from the analysis */
	LOCKMODE	said_lock;		/* strongest */
	LOCKMODE	kept_lock;		/* strongest that is kept to the end */
	LOCKMODE	work_lock;		/* of a table: strongest on what its work is on */
	int			said;			/* work */
	int			maybe;			/* subset of it */
} SafeddlWitness;

/* a foreign key before or after the statement */
typedef struct SafeddlPair
{
	Oid			conoid;
	Oid			referencing;
	Oid			referenced;
	bool		validated;
	const char *name;
} SafeddlPair;

/* one statement under verification; they nest */
typedef struct SafeddlVerify
{
	struct SafeddlVerify *outer;
	MemoryContext context;
	SafeddlAnalysis *analysis;
	NodeTag		tag;
	const char *name;			/* command tag */
	char	   *statement;		/* its text */
	bool		known;			/* has it been analyzed without an error? */
	uint32		transaction;	/* local id, to see whether it changed */
	HTAB	   *witnesses;		/* SafeddlWitness by relid */
	List	   *foreign_keys;	/* of SafeddlPair, before */
	List	   *foreign_keys_after;
	List	   *messages;		/* DEBUG1 messages, in order */
	int			log_min_messages;	/* as it was */
} SafeddlVerify;

/* the witness of a relation; NULL if there was none before the statement */
static inline SafeddlWitness *
safeddl_witness(SafeddlVerify *v, Oid relid)
{
	return hash_search(v->witnesses, &relid, HASH_FIND, NULL);
}

typedef struct SafeddlVerdict
{
	int			locks_right;
	int			locks_false;
	int			locks_missed;
	bool		work_said;		/* under SHARE or stronger */
	bool		work_maybe;		/* and none of it for certain */
	bool		work_seen;
	bool		work_possible;	/* what was said may have happened unseen */
} SafeddlVerdict;

extern void safeddl_verify_judge(SafeddlVerify *v, bool log);
extern void safeddl_verify_leave_out(const char *name, const char *reason, bool log);

#endif							/* SAFEDDL_VERIFY_H */
