/*
 * verify_judge.c
 *	  safeddl.verify: what was said of a statement against what the server was
 *	  seen to do.
 *
 * Compared are relations of the users that others can see.  Locks from SHARE
 * UPDATE EXCLUSIVE up are those that are held when the statement is done: a
 * command that ran in several transactions has given them back by then and is
 * left out, by name.  Work is seen in new files, in the server's DEBUG1
 * messages and, under SHARE or stronger, in the statistics' scan counters.
 */
#include "verify.h"

#include "storage/proc.h"
#include "utils/lsyscache.h"

/* work that others wait for; files are removed when the locks are gone */
#define REAL_WORK (~SAFEDDL_WORK_DROP)

/* SQLSTATE of a difference, in a class of our own */
#define ERRCODE_SAFEDDL_MISMATCH MAKE_SQLSTATE('S', 'D', '0', '0', '1')

static bool ran_in_several_transactions(SafeddlVerify *v);
static void note_said(SafeddlVerify *v);
static void note_files(SafeddlVerify *v);
static void note_messages(SafeddlVerify *v);
static void note_silent_scans(SafeddlVerify *v);
static void compare_locks(SafeddlWitness *w, SafeddlVerdict *verdict, bool *differs);
static void compare_work(SafeddlVerify *v, SafeddlWitness *w, bool several,
						 SafeddlVerdict *verdict, bool *differs);
static void report_difference(SafeddlVerify *v, SafeddlWitness *w, bool several);
static void write_log_line(const char *name, const SafeddlVerdict *verdict, const char *left_out);

/* the table that the work on an index or a TOAST table is counted with */
static SafeddlWitness *
table_of(SafeddlVerify *v, SafeddlWitness *w)
{
	return safeddl_witness(v, w->table);
}

static LOCKMODE
strongest(LOCKMASK mask)
{
	LOCKMODE	mode;

	for (mode = AccessExclusiveLock; mode > NoLock; mode--)
		if (mask & LOCKBIT_ON(mode))
			break;
	return mode;
}

/*
 * is_ours: may a change of that relation be the statement's doing?  Other
 * sessions change theirs meanwhile.  Where the locks are gone, what was said
 * of it must do, or that this backend has read it.
 */
static bool
is_ours(SafeddlVerify *v, const SafeddlWitness *w, LOCKMODE at_least)
{
	return ran_in_several_transactions(v) ? w->said_lock != NoLock || w->read :
		strongest(w->locks_after) >= at_least;
}

/* has the server committed within the statement? */
static bool
ran_in_several_transactions(SafeddlVerify *v)
{
	return v->transaction != safeddl_local_transaction(MyProc);
}

/* an analysis that went wrong, though the server did what it was told */
static const char *
said_nothing(SafeddlVerify *v)
{
	if (safeddl_classify(v->analysis->stmt).kind == SAFEDDL_UNCLASSIFIED)
		return "statement of an unknown kind";
	if (!v->known)
		return v->analysis->error;
	return v->analysis->doomed ? "statement was said to fail" : NULL;
}

/*
 * safeddl_verify_judge: raises a WARNING for every relation where the two
 * differ; with log, writes one line of figures to the server log.
 */
void
safeddl_verify_judge(SafeddlVerify *v, bool log)
{
	SafeddlVerdict verdict = {0};
	bool		several = ran_in_several_transactions(v);
	const char *nothing = said_nothing(v);
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	if (nothing != NULL)
		ereport(WARNING,
				(errcode(ERRCODE_SAFEDDL_MISMATCH),
				 errmsg("footprint of %s could not be told", v->name),
				 errdetail("%s.  Statement: %s", nothing, v->statement)));
	note_said(v);
	note_files(v);
	note_messages(v);
	note_silent_scans(v);

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		bool		differs = false;

		if (!w->visible || w->excluded)
			continue;
		if (!several)
			compare_locks(w, &verdict, &differs);
		if (w->table == w->relid)
			compare_work(v, w, several, &verdict, &differs);
		if (differs && nothing == NULL)
			report_difference(v, w, several);
	}
	if (log)
		write_log_line(v->name, &verdict, several ? "locks: several transactions" : "");
	else if (several)
		safeddl_verify_leave_out(v->name, "locks: several transactions", log);
}

/* ----------------------------------------------------------------
 *		what was said, and what was seen
 * ----------------------------------------------------------------
 */

static void
note_said(SafeddlVerify *v)
{
	ListCell   *lc;

	foreach(lc, v->analysis->effects)
	{
		SafeddlEffect *effect = lfirst(lc);
		SafeddlWitness *w = safeddl_witness(v, effect->relid);
		SafeddlWitness *table;

		if (w == NULL)
			continue;
		w->said_lock = Max(w->said_lock, effect->lockmode);
		w->kept_lock = Max(w->kept_lock, effect->kept);
		table = table_of(v, w);
		/* what any part does for certain is certain */
		table->maybe = (table->maybe | effect->maybe) &
			~((table->said & ~table->maybe) | (effect->work & ~effect->maybe));
		table->said |= effect->work;
		if (effect->work != SAFEDDL_WORK_NONE)
			table->work_lock = Max(table->work_lock, effect->lockmode);
	}
}

/* does the statement leave relations without rows, so that no index has any? */
static bool
empties(SafeddlVerify *v)
{
	return v->tag == T_TruncateStmt ||
		(v->tag == T_RefreshMatViewStmt && ((RefreshMatViewStmt *) v->analysis->stmt)->skipData);
}

static void
note_files(SafeddlVerify *v)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		SafeddlWitness *table = table_of(v, w);
		bool		has_rows = RELKIND_HAS_TABLE_AM(w->relkind) && w->table == w->relid;

		if (!is_ours(v, w, AccessExclusiveLock))
			continue;
		/* somebody else's doing, while nobody had it locked */
		if (!w->exists && ran_in_several_transactions(v) && !(table->said & SAFEDDL_WORK_DROP))
		{
			w->excluded = true;
			continue;
		}
		/* a partitioned table has no file; one made today is emptied in place */
		if (v->tag == T_TruncateStmt || w->lost_column || !w->exists)
			table->possible |= SAFEDDL_WORK_DROP;
		if (!w->exists && has_rows)
			table->seen |= SAFEDDL_WORK_DROP;
		if (!w->exists || !w->new_file || w->relkind == RELKIND_SEQUENCE)
			continue;
		if (empties(v))
		{
			table->possible |= SAFEDDL_WORK_DROP;
			/* what a materialized view had can be had again */
			if (w->relkind == RELKIND_RELATION && has_rows)
				table->seen |= SAFEDDL_WORK_DROP;
		}
		else if (w->moved && v->tag != T_ReindexStmt)
			table->seen |= SAFEDDL_WORK_COPY;
		else if (has_rows || w->relkind == RELKIND_TOASTVALUE)
			table->seen |= SAFEDDL_WORK_REWRITE;
	}
}

/*
 * tables_named: the tables that a message can mean, as it gives bare names: of
 * several those that were read or got a new file.  A table that the statement
 * makes is not known.
 */
static List *
tables_named(SafeddlVerify *v, const char *name)
{
	bool		several = ran_in_several_transactions(v);
	List	   *named = NIL;
	List	   *touched = NIL;
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		if (strcmp(w->relname, name) != 0 ||
			(!RELKIND_HAS_TABLE_AM(w->relkind) && w->relkind != RELKIND_PARTITIONED_TABLE))
			continue;
		/* the words are of this backend, so it must have had some lock */
		if (!several && !is_ours(v, w, ShareUpdateExclusiveLock))
			continue;
		named = lappend(named, table_of(v, w));
		if (is_ours(v, w, ShareUpdateExclusiveLock) && (w->read || w->new_file))
			touched = lappend(touched, table_of(v, w));
	}
	return list_length(named) == 1 && v->tag != T_CreateStmt && v->tag != T_CreateSchemaStmt ?
		named : touched;
}

static void
add_seen(SafeddlVerify *v, const char *name, int work)
{
	ListCell   *lc;

	foreach(lc, tables_named(v, name))
		((SafeddlWitness *) lfirst(lc))->seen |= work;
}

/* a rewrite writes to a new tablespace at once */
static void
add_rewritten(SafeddlVerify *v, const char *name)
{
	ListCell   *lc;

	foreach(lc, tables_named(v, name))
	{
		((SafeddlWitness *) lfirst(lc))->seen &= ~SAFEDDL_WORK_COPY;
		((SafeddlWitness *) lfirst(lc))->seen |= SAFEDDL_WORK_REWRITE;
	}
}

/* is a foreign key new, or has it become valid? */
static bool
was_validated(SafeddlVerify *v, const SafeddlPair *after)
{
	ListCell   *lc;

	foreach(lc, v->foreign_keys)
		if (((SafeddlPair *) lfirst(lc))->conoid == after->conoid)
			return !((SafeddlPair *) lfirst(lc))->validated && after->validated;
	return true;
}

/*
 * add_validated: the join for a foreign key is counted with the referencing
 * table; what else was read may have been for the join.  Partitions have
 * constraints of the same name.
 */
static void
add_validated(SafeddlVerify *v, const char *constraint)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;
	ListCell   *lc;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
		if (w->exists && w->read)
			table_of(v, w)->possible |= SAFEDDL_WORK_VALIDATE;
	foreach(lc, v->foreign_keys_after)
	{
		SafeddlPair *pair = lfirst(lc);

		w = safeddl_witness(v, pair->referencing);
		if (strcmp(pair->name, constraint) == 0 && w != NULL && w->read &&
			w->relkind == RELKIND_RELATION && was_validated(v, pair))
			w->seen |= SAFEDDL_WORK_VALIDATE;
	}
}

/* the text between two marks, or NULL; palloc'd */
static char *
between(const char *message, const char *head, const char *tail)
{
	const char *end;

	if (strncmp(message, head, strlen(head)) != 0)
		return NULL;
	message += strlen(head);
	end = strstr(message, tail);
	return end ? pnstrdup(message, end - message) : NULL;
}

/* note_messages: what the server said itself; see listen_to_server() */
static void
note_messages(SafeddlVerify *v)
{
	ListCell   *lc;

	foreach(lc, v->messages)
	{
		const char *message = lfirst(lc);
		char	   *name;

		if ((name = between(message, "rewriting table \"", "\"")) != NULL)
			add_rewritten(v, name);
		else if ((name = between(message, "verifying table \"", "\"")) != NULL)
			add_seen(v, name, SAFEDDL_WORK_SCAN);
		else if ((name = between(message, "validating foreign key constraint \"", "\"")) != NULL)
			add_validated(v, name);
		else if (strncmp(message, "building index \"", 16) == 0 &&
				 strstr(message, "\" on table \"") != NULL && !empties(v) &&
				 (name = between(strstr(message, "\" on table \""), "\" on table \"", "\"")) != NULL)
			add_seen(v, name, SAFEDDL_WORK_INDEX_BUILD);
	}
}

/* was the relation a part of that table, or that table itself? */
static bool
is_part_of(SafeddlVerify *v, const SafeddlWitness *w, Oid tableid)
{
	while (w != NULL && w->relid != tableid)
		w = OidIsValid(w->parent) ? safeddl_witness(v, w->parent) : NULL;
	return w != NULL;
}

/*
 * is_joined: is a table, or a partition of it, that references this one, or
 * the table that this one is a partition of, said to be joined with it?
 */
static bool
is_joined(SafeddlVerify *v, List *foreign_keys, const SafeddlWitness *table)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;
	bool		result = false;
	ListCell   *lc;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		if (!(w->said & SAFEDDL_WORK_VALIDATE))
			continue;
		foreach(lc, foreign_keys)
		{
			SafeddlPair *pair = lfirst(lc);

			result |= is_part_of(v, table, pair->referenced) && is_part_of(v, w, pair->referencing);
		}
	}
	return result;
}

/*
 * note_silent_scans: some go without a message: of a default partition by
 * CREATE TABLE PARTITION OF, by ALTER DOMAIN, of the tables of a foreign key
 * by DETACH PARTITION.  The counters show them, and nothing else reads a table
 * that DDL has locked that way.
 */
static void
note_silent_scans(SafeddlVerify *v)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		if (!w->read || !RELKIND_HAS_TABLE_AM(w->relkind) || w->table != w->relid)
			continue;
		/* REFRESH reads what its query is made of, and the old contents */
		if (v->tag == T_RefreshMatViewStmt)
			w->possible |= SAFEDDL_WORK_SCAN;
		/* the indexes of an emptied table are built from nothing */
		if ((w->seen & REAL_WORK) || v->tag == T_TruncateStmt ||
			strongest(w->locks_after) < ShareLock)
			continue;
		w->possible |= SAFEDDL_WORK_SCAN | SAFEDDL_WORK_VALIDATE;
		if (!(w->said & REAL_WORK) && v->tag != T_RefreshMatViewStmt &&
			!is_joined(v, v->foreign_keys, w) &&
			!is_joined(v, v->foreign_keys_after, w))
			w->seen |= SAFEDDL_WORK_SCAN;
	}
}

/* ----------------------------------------------------------------
 *		the comparison
 * ----------------------------------------------------------------
 */

/* a lock weaker than that is what any query takes */
static LOCKMODE
worth_comparing(LOCKMODE mode)
{
	return mode >= ShareUpdateExclusiveLock ? mode : NoLock;
}

static LOCKMODE
seen_lock(const SafeddlWitness *w)
{
	return worth_comparing(strongest(w->locks_after));
}

/* compare_locks: what the transaction held before hides what is no stronger */
static void
compare_locks(SafeddlWitness *w, SafeddlVerdict *verdict, bool *differs)
{
	LOCKMODE	before = worth_comparing(strongest(w->locks));
	LOCKMODE	seen = seen_lock(w);
	LOCKMODE	said = worth_comparing(w->kept_lock);

	/* given back before the end, or kept, as a rare branch will have it */
	if (seen == worth_comparing(w->said_lock))
		said = seen;
	if (Max(said, before) == seen)
	{
		if (seen > before)
			verdict->locks_right++;
		return;
	}
	if (said > before)
		verdict->locks_false++;
	if (seen > before)
		verdict->locks_missed++;
	*differs = true;
}

static void
compare_work(SafeddlVerify *v, SafeddlWitness *w, bool several,
			 SafeddlVerdict *verdict, bool *differs)
{
	int			covered = w->said;
	int			certain = w->said & ~w->maybe;
	LOCKMODE	seen_under = several ? w->work_lock : strongest(w->locks_after);

	/* a rewrite builds the indexes and checks the rows on its way */
	if (w->said & SAFEDDL_WORK_REWRITE)
		covered |= SAFEDDL_WORK_SCAN | SAFEDDL_WORK_INDEX_BUILD;
	if (w->seen & SAFEDDL_WORK_REWRITE)
		w->possible |= SAFEDDL_WORK_SCAN | SAFEDDL_WORK_INDEX_BUILD;
	if ((w->seen & ~covered) || (certain & ~(w->seen | w->possible)))
		*differs = true;

	if ((w->said & REAL_WORK) && w->work_lock >= ShareLock)
	{
		verdict->work_said = true;
		verdict->work_maybe |= (certain & REAL_WORK) == 0;
		verdict->work_possible |= (w->said & w->possible & REAL_WORK) != 0;
	}
	/* an index has moved, say, while its table is not locked */
	if ((w->seen & REAL_WORK) && (seen_under == NoLock || seen_under >= ShareLock))
		verdict->work_seen = true;
}

/* ----------------------------------------------------------------
 *		the report
 * ----------------------------------------------------------------
 */

static char *
lock_and_work(LOCKMODE lockmode, int work)
{
	return psprintf("%s, %s", lockmode == NoLock ? "no lock" :
					GetLockmodeName(DEFAULT_LOCKMETHOD, lockmode),
					work ? safeddl_work_names(work) : "no work");
}

static void
report_difference(SafeddlVerify *v, SafeddlWitness *w, bool several)
{
	LOCKMODE	seen = several ? w->said_lock : seen_lock(w);

	ereport(WARNING,
			(errcode(ERRCODE_SAFEDDL_MISMATCH),
			 errmsg("footprint of %s differs from what the server did to \"%s.%s\"",
					v->name, w->nspname ? w->nspname : "?", w->relname),
			 errdetail("Said: %s.  Seen: %s.  Statement: %s",
					   lock_and_work(w->kept_lock, w->said),
					   lock_and_work(seen, w->seen), v->statement)));
}

/* one line to the server log, in key=value pairs that test/core adds up */
static void
write_log_line(const char *name, const SafeddlVerdict *verdict, const char *left_out)
{
	bool		seen = verdict->work_seen || (verdict->work_said && verdict->work_possible);

	ereport(LOG_SERVER_ONLY,
			(errmsg_internal("safeddl verify: statement=\"%s\" locks_right=%d locks_false=%d "
							 "locks_missed=%d works_right=%d works_false=%d works_missed=%d "
							 "works_maybe=%d left_out=\"%s\"",
							 name, verdict->locks_right, verdict->locks_false,
							 verdict->locks_missed,
							 verdict->work_said && seen,
							 verdict->work_said && !seen && !verdict->work_maybe,
							 !verdict->work_said && seen,
							 verdict->work_said && !seen && verdict->work_maybe, left_out),
			 errhidestmt(true), errhidecontext(true)));
}

/* safeddl_verify_leave_out: says what is not compared, and why */
void
safeddl_verify_leave_out(const char *name, const char *reason, bool log)
{
	SafeddlVerdict nothing = {0};

	if (log)
		write_log_line(name, &nothing, reason);
	else
		ereport(DEBUG1, (errmsg_internal("safeddl.verify leaves out %s: %s", name, reason)));
}
