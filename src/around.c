/*
 * around.c
 *	  What happens around a statement that was judged and runs: a limit on how
 *	  long it waits for a lock, the second line of those that were logged, and
 *	  silence about the queries that it runs itself.
 *
 * The limit (safeddl.lock_timeout) is a lock_timeout for the time of the
 * statement.  It bounds each wait for a lock, not their sum, as the server's
 * own does.
 *
 * The second line says how long the statement's locks were held.  They are held
 * until the transaction ends or a savepoint before the statement is rolled
 * back, so a list of statements waits for that.
 */
#include "safeddl.h"

#include "access/xact.h"
#include "executor/instrument.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/proc.h"
#include "utils/memutils.h"

/* statements whose second line waits for the end of the transaction */
#define MAX_RUNS 100

/*
 * A statement that was logged and runs, or ran, in this transaction.  Lives in
 * TopMemoryContext: commands that run in several transactions are among them.
 */
typedef struct SafeddlRun
{
	dlist_node	node;
	SubTransactionId subid;		/* the end of which gives its locks back */
	const void *query;			/* QueryDesc, of one that the executor runs */
	bool		running;
	bool		failed;
	instr_time	begun;
	BufferUsage buffers;		/* of this backend so far; then the statement's */
	WalUsage	wal;
	double		ran;			/* ms */
	const char *head;			/* the words of the line */
	const char *tail;
	char		words[FLEXIBLE_ARRAY_MEMBER];
} SafeddlRun;

static dlist_head runs = DLIST_STATIC_INIT(runs);
static int	nruns = 0;

static void at_transaction_end(XactEvent event, void *arg);
static void at_subtransaction_end(SubXactEvent event, SubTransactionId subid,
								  SubTransactionId parent, void *arg);

/* ----------------------------------------------------------------
 *		the second line of a statement
 * ----------------------------------------------------------------
 */

/* begin_run: from here on the end of the transaction writes its line */
static SafeddlRun *
begin_run(const char *head, const char *tail)
{
	static bool registered = false;
	Size		len = strlen(head) + 1;
	SafeddlRun *run;

	/* sessions that never run such a statement pay nothing */
	if (!registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
		registered = true;
	}
	run = MemoryContextAllocZero(TopMemoryContext,
								 offsetof(SafeddlRun, words) + len + strlen(tail) + 1);
	run->head = strcpy(run->words, head);
	run->tail = strcpy(run->words + len, tail);
	run->subid = GetCurrentSubTransactionId();
	run->running = true;
	INSTR_TIME_SET_CURRENT(run->begun);
	run->buffers = pgBufferUsage;
	run->wal = pgWalUsage;
	dlist_push_tail(&runs, &run->node);
	nruns++;
	return run;
}

static double
ms_since(instr_time begun)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, begun);
	return INSTR_TIME_GET_MILLISEC(now);
}

/* finish_run: the statement is over, its locks are not; no error, no memory */
static void
finish_run(SafeddlRun *run, bool failed)
{
	BufferUsage buffers = {0};
	WalUsage	wal = {0};

	BufferUsageAccumDiff(&buffers, &pgBufferUsage, &run->buffers);
	WalUsageAccumDiff(&wal, &pgWalUsage, &run->wal);
	run->buffers = buffers;
	run->wal = wal;
	run->ran = ms_since(run->begun);
	run->running = false;
	run->failed = failed;
}

/*
 * write_run: the second line, in the format that README.md documents.  The
 * pages counted are those that were asked of the buffer cache, by parallel
 * workers as well.
 */
static void
write_run(SafeddlRun *run, const char *outcome)
{
	uint64		pages = run->buffers.shared_blks_hit + run->buffers.shared_blks_read +
		run->buffers.local_blks_hit + run->buffers.local_blks_read;

	/* first of all, lest an error brings us here again */
	dlist_delete(&run->node);
	nruns--;
	ereport(LOG_SERVER_ONLY,
			(errmsg_internal("safeddl: done %s held_ms=%.0f ran_ms=%.0f read_bytes=" UINT64_FORMAT
							 " wal_bytes=" UINT64_FORMAT " outcome=%s%s",
							 run->head, ms_since(run->begun), run->ran, pages * BLCKSZ,
							 (uint64) run->wal.wal_bytes, run->failed ? "failed" : outcome,
							 run->tail),
			 errhidestmt(true), errhidecontext(true)));
	pfree(run);
}

/*
 * write_run_after_commit: there an error would be a PANIC.  A line may be lost
 * instead, should memory run out or the hook of another library fail.
 */
static void
write_run_after_commit(SafeddlRun *run, const char *outcome)
{
	MemoryContext old = CurrentMemoryContext;
	uint32		holdoff = InterruptHoldoffCount;

	PG_TRY();
	{
		write_run(run, outcome);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(old);
		FlushErrorState();
		/* the commit goes on, and will resume interrupts */
		InterruptHoldoffCount = holdoff;
	}
	PG_END_TRY();
}

/*
 * safeddl_begin_query: a query that was logged runs; QueryDesc, which stays
 * where it is until its end.
 */
void
safeddl_begin_query(const SafeddlAnalysis *a, const void *query)
{
	if (a->log_head != NULL)
		begin_run(a->log_head, a->log_tail)->query = query;
}

/* safeddl_end_query: the executor is done with it */
void
safeddl_end_query(const void *query)
{
	dlist_iter	iter;

	if (nruns == 0)
		return;
	dlist_foreach(iter, &runs)
	{
		SafeddlRun *run = dlist_container(SafeddlRun, node, iter.cur);

		if (run->running && run->query == query)
		{
			finish_run(run, false);
			if (nruns > MAX_RUNS)
				write_run(run, "open");
			return;
		}
	}
}

/* at_transaction_end: XactCallback; locks are still held, the outcome is known */
static void
at_transaction_end(XactEvent event, void *arg)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &runs)
	{
		SafeddlRun *run = dlist_container(SafeddlRun, node, iter.cur);

		switch (event)
		{
			case XACT_EVENT_COMMIT:
			case XACT_EVENT_PREPARE:
				/* VACUUM and the like commit on the way; a cursor WITH HOLD is filled */
				if (run->running && run->query != NULL)
					finish_run(run, false);
				if (!run->running)
					write_run_after_commit(run, event == XACT_EVENT_COMMIT ? "committed" : "prepared");
				break;
			case XACT_EVENT_ABORT:
				/* a query that nobody waited for; or the session is terminated */
				if (run->running)
					finish_run(run, run->query == NULL);
				write_run(run, "rolled_back");
				break;
			default:
				return;
		}
	}
}

/*
 * at_subtransaction_end: SubXactCallback.  A savepoint rolled back gives its
 * locks back, one released leaves them to what is around it.
 */
static void
at_subtransaction_end(SubXactEvent event, SubTransactionId subid,
					  SubTransactionId parent, void *arg)
{
	dlist_mutable_iter iter;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	dlist_foreach_modify(iter, &runs)
	{
		SafeddlRun *run = dlist_container(SafeddlRun, node, iter.cur);

		if (run->subid != subid)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			run->subid = parent;
		else
		{
			if (run->running)
				finish_run(run, run->query == NULL);
			write_run(run, "rolled_back");
		}
	}
}

/* ----------------------------------------------------------------
 *		the limit on its waits
 * ----------------------------------------------------------------
 */

/* commits_on_the_way: may the statement run in several transactions, each of which takes locks? */
static bool
commits_on_the_way(const SafeddlAnalysis *a)
{
	List	   *options = NIL;

	if (a->in_block || a->error != NULL || !safeddl_is_maintenance(a->stmt))
		return false;
	/* what is left halfway by CONCURRENTLY is worse than a wait */
	if (IsA(a->stmt, ReindexStmt))
		options = ((ReindexStmt *) a->stmt)->params;
	return !safeddl_option_is_set(options, "concurrently");
}

/* takes_locks: does the statement ask for a lock that it, and others after it, may wait for? */
static bool
takes_locks(const SafeddlAnalysis *a)
{
	ListCell   *lc;

	/*
	 * Of which we know nothing; or the server refuses it, mostly once it has its
	 * locks; or what it waits for may be the lock on a schema or a type.
	 */
	if (a->error != NULL || a->doomed || IsA(a->stmt, DropStmt) || IsA(a->stmt, DropOwnedStmt))
		return true;
	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->lockmode >= ShareUpdateExclusiveLock &&
			(effect->rel == NULL || safeddl_is_visible(effect->rel)))
			return true;
	}
	return false;
}

/*
 * limit_for: the lock_timeout to impose on a statement, in ms, or zero.
 *
 * Nobody's reads or writes queue behind VACUUM and ANALYZE, and to give up at
 * one table would leave the others out.
 */
static int
limit_for(const SafeddlAnalysis *a)
{
	int			limit = safeddl_lock_timeout();

	if (limit == 0 || (LockTimeout > 0 && LockTimeout <= limit) || !takes_locks(a))
		return 0;
	if (IsA(a->stmt, VacuumStmt) &&
		!safeddl_option_is_set(((VacuumStmt *) a->stmt)->options, "full"))
		return 0;
	return limit;
}

/*
 * impose: sets lock_timeout for the statement.
 *
 * As the SET clause of a function does, so that whatever way the transaction
 * or subtransaction ends, the server puts back what was.  The first commit
 * does so as well: of a CONCURRENTLY, only the first lock is bounded, and no
 * later wait can time out and leave an invalid index behind.
 *
 * VACUUM FULL, CLUSTER and REINDEX take locks in later transactions and leave
 * nothing behind.  There the variable itself is set, and we put it back.
 */
static void
impose(SafeddlAround *around)
{
	around->own = LockTimeout;
	if (around->across_commits)
		LockTimeout = around->limit;
	else
	{
		char		value[16];

		snprintf(value, sizeof(value), "%d", around->limit);
		around->nest_level = NewGUCNestLevel();
		(void) set_config_option("lock_timeout", value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	}
}

/* put_back_variable: unless the statement's own code has set it anew */
static void
put_back_variable(const SafeddlAround *around)
{
	if (around->across_commits && LockTimeout == around->limit)
		LockTimeout = around->own;
}

/*
 * explain_timeout: if the error caught comes of the limit, raises it anew with
 * where the limit came from.
 */
static void
explain_timeout(const SafeddlAround *around)
{
	MemoryContext old;
	ErrorData  *error;

	/* it was not ours if a function has set another, or a commit took it away */
	if (LockTimeout != around->limit || geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE)
		return;
	old = MemoryContextSwitchTo(CurTransactionContext);
	error = CopyErrorData();
	/* NOWAIT and the queue rule have the same SQLSTATE */
	if (error->message_id != NULL &&
		strcmp(error->message_id, "canceling statement due to lock timeout") == 0)
	{
		FlushErrorState();
		put_back_variable(around);
		error->message = psprintf(_("canceling statement due to lock timeout of %d ms set by safeddl.lock_timeout"),
								  around->limit);
		if (error->hint == NULL)
			error->hint = pstrdup(_("Retry it later. The view safeddl.blockers shows which transactions are in the way."));
		ReThrowError(error);
	}
	FreeErrorData(error);
	MemoryContextSwitchTo(old);
}

/* ----------------------------------------------------------------
 *		around the statement
 * ----------------------------------------------------------------
 */

/*
 * safeddl_around_prepare: notes what will have to be done around a statement
 * that may run.
 */
void
safeddl_around_prepare(SafeddlAround *around, const SafeddlAnalysis *a)
{
	around->limit = limit_for(a);
	around->across_commits = around->limit > 0 && commits_on_the_way(a);
	around->transaction = safeddl_local_transaction(MyProc);
	around->run = a->log_head ? begin_run(a->log_head, a->log_tail) : NULL;
	around->works = safeddl_classify(a->stmt).kind == SAFEDDL_HAZARD;
	around->active = (around->limit > 0 || around->run != NULL || around->works);
}

/* safeddl_around_begin: just before the statement and its PG_TRY */
void
safeddl_around_begin(SafeddlAround *around)
{
	if (around->limit > 0)
		impose(around);
	around->outer_works = safeddl_in_judged_statement;
	safeddl_in_judged_statement |= around->works;
}

/* safeddl_around_end: the statement is done, maybe in another transaction */
void
safeddl_around_end(SafeddlAround *around)
{
	bool		same = safeddl_local_transaction(MyProc) == around->transaction;

	safeddl_in_judged_statement = around->outer_works;
	if (around->limit > 0)
	{
		put_back_variable(around);
		if (!around->across_commits && same)
			AtEOXact_GUC(true, around->nest_level);
	}
	if (around->run != NULL)
	{
		finish_run(around->run, false);
		if (!same)
			write_run(around->run, "committed");
		else if (nruns > MAX_RUNS)
			write_run(around->run, "open");
	}
}

/*
 * safeddl_around_abort: the statement raised an error, which the caller raises
 * again unless we do.  The server puts back what impose() set.
 */
void
safeddl_around_abort(SafeddlAround *around)
{
	safeddl_in_judged_statement = around->outer_works;
	if (around->run != NULL)
		finish_run(around->run, true);
	if (around->limit > 0)
	{
		explain_timeout(around);
		put_back_variable(around);
	}
}
