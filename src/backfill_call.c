/*
 * backfill_call.c
 *	  What the procedure safeddl.backfill() cannot know or do in PL/pgSQL: may
 *	  it commit, and a lock that lasts from one of its transactions to the next
 *	  but not beyond an error.
 */
#include "safeddl.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"

PG_FUNCTION_INFO_V1(safeddl_may_commit);
PG_FUNCTION_INFO_V1(safeddl_hold_job);
PG_FUNCTION_INFO_V1(safeddl_release_job);

/* advisory locks of users have 1 or 2 here: pg_locks.objsubid */
#define LOCKTAG_JOB 3

/* the job that this session holds the lock of */
static LOCKTAG held_job;
static bool holds_job = false;

static void
release(void)
{
	if (!holds_job)
		return;
	holds_job = false;
	LockRelease(&held_job, ExclusiveLock, true);
}

/* release_on_abort: an error ends the call, but not the locks of a session */
static void
release_on_abort(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT)
		release();
}

/*
 * safeddl_may_commit: may the procedure that calls this COMMIT?  It may not in
 * a transaction block, nor if a function called it.
 */
Datum
safeddl_may_commit(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(SPI_inside_nonatomic_context());
}

/*
 * safeddl_hold_job: takes the lock of a job unless another session has it.
 * The first argument is the OID of the table of jobs, which keeps the lock
 * apart from all others.
 */
Datum
safeddl_hold_job(PG_FUNCTION_ARGS)
{
	static bool is_registered = false;
	LOCKTAG		tag;

	/* a trigger may not call the procedure: a session has one job at a time */
	if (holds_job)
		elog(ERROR, "this session has a backfill already");
	if (!is_registered)
	{
		RegisterXactCallback(release_on_abort, NULL);
		is_registered = true;
	}
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, PG_GETARG_OID(0), PG_GETARG_INT32(1), LOCKTAG_JOB);
	if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		PG_RETURN_BOOL(false);
	held_job = tag;
	holds_job = true;
	PG_RETURN_BOOL(true);
}

Datum
safeddl_release_job(PG_FUNCTION_ARGS)
{
	release();
	PG_RETURN_VOID();
}
