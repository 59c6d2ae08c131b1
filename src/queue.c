/*
 * queue.c
 *	  Who is in the way: transactions that a statement would have to wait for.
 *
 * Facts only, and policy.c judges them by their age.  Nothing here takes a
 * heavyweight lock, waits for one, or needs a transaction ID: the lock tables
 * in shared memory are read under their own LWLocks, by the server's functions.
 * What is read may be outdated a moment later, which no guard can help.
 */
#include "safeddl.h"

#include "access/twophase.h"
#include "catalog/catalog.h"
#include "catalog/pg_authid.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/*
 * So many relations are asked for one by one; for more, all locks are copied.
 * The one costs a look at each process per relation, the other a look at each
 * bucket of a hash table of so many buckets per process, which are quicker to
 * pass, and none of which can be locked meanwhile.
 */
#define FEW_RELATIONS Max(16, max_locks_per_xact / 4)

/* what is kept: the oldest transactions, and some relations of each */
#define MAX_TRANSACTIONS 50
#define MAX_RELATIONS 10

/* bytes of a query that are shown */
#define QUERY_BYTES 100

/* a relation that the statement wants to lock, or whose users it awaits */
typedef struct SafeddlTarget
{
	Oid			relid;
	LOCKMODE	wanted;			/* that others would queue behind, or NoLock */
	LOCKMASK	awaited;		/* modes whose conflicts a CONCURRENTLY awaits */
	List	   *locks;			/* of LockInstanceData on it */
} Target;

/* a backend, by pid; a prepared transaction, by virtual transaction ID */
typedef struct TransactionKey
{
	int			pid;
	VirtualTransactionId vxid;
} TransactionKey;

typedef struct Transaction
{
	TransactionKey key;			/* hash key */
	bool		harmless;		/* nobody waits for it for long */
	bool		gone;
	int64		age;			/* as in SafeddlBlocker */
	TransactionId xid;			/* of a prepared transaction */
	const char *gid;
	Oid			role;
	PgBackendStatus *status;	/* of a backend */
	int			nrelations;		/* that it keeps us from */
	SafeddlBlocker *latest;		/* of those */
} Transaction;

/* one look at the lock tables */
typedef struct Look
{
	SafeddlAnalysis *a;
	List	   *targets;		/* as the effects come; each is known to its relation */
	HTAB	   *transactions;	/* Transaction by TransactionKey */
	const LOCKMASK *conflicts;	/* of the lock method, by mode */
	List	   *found;			/* of SafeddlBlocker, paired with ... */
	List	   *owners;			/* ... its Transaction */
} Look;

/*
 * safeddl_add_await: a CONCURRENTLY waits for those whose locks on the relation
 * conflict with a mode that it does not take, and before that, for SHARE UPDATE
 * EXCLUSIVE, which it does.
 */
void
safeddl_add_await(SafeddlAnalysis *a, Oid relid, LOCKMODE lockmode, bool snapshots)
{
	MemoryContext old;
	SafeddlAwait *await;

	/* it will refuse to run */
	if (a->in_block || a->doomed)
		return;
	old = MemoryContextSwitchTo(a->context);
	await = palloc(sizeof(SafeddlAwait));
	await->relid = relid;
	await->lockmode = lockmode;
	await->snapshots = snapshots;
	a->awaits = lappend(a->awaits, await);
	MemoryContextSwitchTo(old);
}

/* ----------------------------------------------------------------
 *		what to look at
 * ----------------------------------------------------------------
 */

static Target *
get_target(Look *look, Oid relid)
{
	SafeddlRelInfo *info = safeddl_relinfo(look->a, relid);

	if (info->target == NULL)
	{
		info->target = palloc0(sizeof(Target));
		info->target->relid = relid;
		look->targets = lappend(look->targets, info->target);
	}
	return info->target;
}

/*
 * is_queued_for: does the statement ask for a lock that others would have to
 * wait for behind it, and may it have to wait itself?
 *
 * Indexes and TOAST tables are looked at like any other relation.  Whoever
 * reads or writes them has locked their table first, but ALTER INDEX, pgstattuple
 * and their like have not.
 */
static bool
is_queued_for(const SafeddlEffect *effect)
{
	return effect->held < effect->lockmode &&
		safeddl_keeps_waiting(effect->rel, effect->lockmode);
}

static void
collect_targets(Look *look)
{
	SafeddlAnalysis *a = look->a;
	ListCell   *lc;

	if (!a->never_waits)
		foreach(lc, a->effects)
		{
			SafeddlEffect *effect = lfirst(lc);

			if (is_queued_for(effect))
				get_target(look, effect->relid)->wanted = effect->lockmode;
		}
	foreach(lc, a->awaits)
	{
		SafeddlAwait *await = lfirst(lc);

		if (OidIsValid(await->relid))
			get_target(look, await->relid)->awaited |= LOCKBIT_ON(await->lockmode);
	}
}

/* the target that a lock is on; NULL if none */
static Target *
target_of(Look *look, const LOCKTAG *tag)
{
	Oid			relid = tag->locktag_field2;
	SafeddlRelInfo *info;

	if (tag->locktag_type != LOCKTAG_RELATION ||
		(tag->locktag_field1 != MyDatabaseId && tag->locktag_field1 != InvalidOid))
		return NULL;
	info = hash_search(look->a->relations, &relid, HASH_FIND, NULL);
	return info ? info->target : NULL;
}

/*
 * has_fast_path_lock: does a process keep a weak lock on one of the relations to
 * itself?  Read without its LWLock, as in is_waited_for().
 */
static bool
has_fast_path_lock(Look *look, const volatile PGPROC *proc)
{
	for (int group = 0; group < SAFEDDL_FAST_PATH_GROUPS; group++)
	{
		uint64		bits = safeddl_fast_path_bits(proc, group);

		for (int slot = group * SAFEDDL_FAST_PATH_SLOTS; bits != 0; slot++, bits >>= 3)
		{
			LOCKTAG		tag;

			SET_LOCKTAG_RELATION(tag, MyDatabaseId, proc->fpRelId[slot]);
			if ((bits & 7) != 0 && target_of(look, &tag) != NULL)
				return true;
		}
	}
	return false;
}

/*
 * is_locked: does anybody have, or wait for, any lock on one of the relations?
 * GetLockConflicts() takes the LWLock of each process for each relation.  That
 * is more than all else costs in the analysis of a small statement, and is only
 * needed where the answer is yes.
 *
 * Processes come first: a lock that one has to itself may be moved to the lock
 * table meanwhile, never the other way round.
 */
static bool
is_locked(Look *look)
{
	ListCell   *lc;

	for (uint32 i = 0; i < ProcGlobal->allProcCount; i++)
	{
		const volatile PGPROC *proc = &ProcGlobal->allProcs[i];

		if (proc != MyProc && proc->databaseId == MyDatabaseId &&
			has_fast_path_lock(look, proc))
			return true;
	}
	foreach(lc, look->targets)
	{
		LOCKTAG		tag;

		safeddl_lock_tag(&tag, ((Target *) lfirst(lc))->relid);
		/* counts the holders, too */
		if (LockWaiterCount(&tag) > 0)
			return true;
	}
	return false;
}

/*
 * is_waited_for: does anybody wait for one of the relations?
 *
 * The lock that a process waits for is read without its LWLock: it stays in
 * shared memory, and if it is another's by now, the wait has just ended.  A
 * wrong yes costs a closer look.
 */
static bool
is_waited_for(Look *look)
{
	for (uint32 i = 0; i < ProcGlobal->allProcCount; i++)
	{
		const volatile PGPROC *proc = &ProcGlobal->allProcs[i];
		const LOCK *lock = proc->waitLock;

		if (lock != NULL)
		{
			LOCKTAG		tag = lock->tag;

			if (target_of(look, &tag) != NULL)
				return true;
		}
	}
	return false;
}

/*
 * is_anyone_in_the_way: the answer is no nearly always, and is to cost little.
 * Yes may turn out to be no.
 */
static bool
is_anyone_in_the_way(Look *look)
{
	ListCell   *lc;

	if (look->a->awaits != NIL)
		return true;
	if (!is_locked(look))
		return false;
	if (list_length(look->targets) > FEW_RELATIONS)
		return true;
	foreach(lc, look->targets)
	{
		Target	   *target = lfirst(lc);
		VirtualTransactionId *holders;
		LOCKTAG		tag;
		int			n;

		safeddl_lock_tag(&tag, target->relid);
		holders = GetLockConflicts(&tag, target->wanted, &n);
		pfree(holders);
		if (n > 0)
			return true;
	}
	return is_waited_for(look);
}

/* ----------------------------------------------------------------
 *		who is in the way
 * ----------------------------------------------------------------
 */

/*
 * init_transaction: autovacuum gives way to whoever waits for it, unless it
 * prevents wraparound: see ProcSleep().  That takes deadlock_timeout, and who
 * gives up sooner never gets through.  This session does not count, and parallel
 * workers end with their leader, which has the same locks.
 */
static void
init_transaction(Transaction *transaction)
{
	PGPROC	   *proc = NULL;

	MemSet((char *) transaction + sizeof(TransactionKey), 0,
		   sizeof(Transaction) - sizeof(TransactionKey));
	transaction->age = -1;
	transaction->gone = true;	/* until it is found */
	if (transaction->key.pid != 0)
		proc = BackendPidGetProc(transaction->key.pid);
	if (proc != NULL)
		transaction->harmless = proc == MyProc ||
			(proc->lockGroupLeader != NULL && proc->lockGroupLeader != proc) ||
			((proc->statusFlags & PROC_IS_AUTOVACUUM) &&
			 !(proc->statusFlags & PROC_VACUUM_FOR_WRAPAROUND) &&
			 safeddl_waits_longer_than(DeadlockTimeout));
}

static Transaction *
get_transaction(Look *look, int pid, VirtualTransactionId vxid)
{
	TransactionKey key;
	Transaction *transaction;
	bool		found;

	MemSet(&key, 0, sizeof(key));
	key.pid = pid;
	if (pid == 0)
		key.vxid = vxid;
	transaction = hash_search(look->transactions, &key, HASH_ENTER, &found);
	if (!found)
		init_transaction(transaction);
	return transaction;
}

/*
 * add_found: one per transaction and relation, though the server may keep its
 * locks in two places.  Who waits for more than it holds is one who waits.
 */
static void
add_found(Look *look, Transaction *transaction, Oid relid, LOCKMODE wanted,
		  LOCKMODE lockmode, bool waiting)
{
	SafeddlBlocker *blocker = transaction->latest;

	if (transaction->harmless)
		return;
	if (blocker != NULL && blocker->relid == relid && blocker->wanted == wanted)
	{
		if (blocker->waiting == waiting)
			blocker->lockmode = Max(blocker->lockmode, lockmode);
		return;
	}
	/* a transaction comes with one relation after the other, or with many of each */
	if (OidIsValid(relid) && transaction->nrelations++ >= MAX_RELATIONS)
		return;
	blocker = palloc0(sizeof(SafeddlBlocker));
	blocker->relid = relid;
	blocker->wanted = wanted;
	blocker->lockmode = lockmode;
	blocker->waiting = waiting;
	transaction->latest = blocker;
	look->found = lappend(look->found, blocker);
	look->owners = lappend(look->owners, transaction);
}

static LOCKMODE
strongest(LOCKMASK mask)
{
	LOCKMODE	mode = MaxLockMode;

	while (mode > NoLock && !(mask & LOCKBIT_ON(mode)))
		mode--;
	return mode;
}

/* list_sort() comparator: who waits longer comes first; the latest have no time yet */
static int
by_wait(const ListCell *a, const ListCell *b)
{
	TimestampTz one = ((LockInstanceData *) lfirst(a))->waitStart;
	TimestampTz other = ((LockInstanceData *) lfirst(b))->waitStart;

	if (one == other)
		return 0;
	return other == 0 || (one != 0 && one < other) ? -1 : 1;
}

/*
 * waiters_ahead: those of the waiters behind whom a request goes into the
 * queue, in its order; as ProcSleep(): before the first one that waits for us.
 */
static List *
waiters_ahead(Look *look, Target *target)
{
	LOCKMASK	held = 0;
	List	   *waiters = NIL;
	int			ahead = 0;
	ListCell   *lc;

	foreach(lc, target->locks)
	{
		LockInstanceData *lock = lfirst(lc);

		if (lock->pid == MyProcPid)
			held |= lock->holdMask;
		else if (lock->waitLockMode != NoLock)
			waiters = lappend(waiters, lock);
	}
	list_sort(waiters, by_wait);
	while (ahead < list_length(waiters) &&
		   !(look->conflicts[((LockInstanceData *) list_nth(waiters, ahead))->waitLockMode] & held))
		ahead++;
	return list_truncate(waiters, ahead);
}

/*
 * search_target: adds who is in the way of one mode on one relation.
 *
 * A waiter that the request conflicts with is ahead of it, and so is whoever
 * that waiter waits for: an old reader holds up SHARE ROW EXCLUSIVE, too, once a
 * young ALTER TABLE waits for that reader.  So the queue is gone through from
 * its end.  awaited: modes that are not asked for, only their holders waited for.
 */
static void
search_target(Look *look, Target *target, LOCKMODE mode, LOCKMASK awaited)
{
	LOCKMODE	wanted = awaited ? NoLock : mode;
	LOCKMASK	conflicts = look->conflicts[mode];
	List	   *waiters = waiters_ahead(look, target);
	ListCell   *lc;

	for (int i = list_length(waiters) - 1; i >= 0; i--)
	{
		LockInstanceData *waiter = list_nth(waiters, i);

		if (!(conflicts & LOCKBIT_ON(waiter->waitLockMode)))
			continue;
		conflicts |= look->conflicts[waiter->waitLockMode];
		add_found(look, get_transaction(look, waiter->pid, safeddl_locker(waiter)),
				  target->relid, wanted, waiter->waitLockMode, true);
	}
	for (LOCKMODE m = AccessShareLock; m <= MaxLockMode; m++)
		if (awaited & LOCKBIT_ON(m))
			conflicts |= look->conflicts[m];
	foreach(lc, target->locks)
	{
		LockInstanceData *lock = lfirst(lc);

		if (lock->pid != MyProcPid && (lock->holdMask & conflicts))
			add_found(look, get_transaction(look, lock->pid, safeddl_locker(lock)),
					  target->relid, wanted, strongest(lock->holdMask), false);
	}
}

/* search_locks: goes through all locks of the server, once */
static void
search_locks(Look *look)
{
	LockData   *data = GetLockStatusData();
	ListCell   *lc;

	for (int i = 0; i < data->nelements; i++)
	{
		LockInstanceData *lock = &data->locks[i];
		Target	   *target = target_of(look, &lock->locktag);

		if (target != NULL)
			target->locks = lappend(target->locks, lock);
	}
	foreach(lc, look->targets)
	{
		Target	   *target = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (target->locks == NIL)
			continue;
		if (target->wanted != NoLock)
			search_target(look, target, target->wanted, 0);
		if (target->awaited)
			search_target(look, target, ShareUpdateExclusiveLock, target->awaited);
	}
}

/* search_snapshots: mirrors WaitForOlderSnapshots() in commands/indexcmds.c */
static void
search_snapshots(Look *look)
{
	bool		wanted = false;
	VirtualTransactionId *vxids;
	ListCell   *lc;
	int			n;

	foreach(lc, look->a->awaits)
		wanted |= ((SafeddlAwait *) lfirst(lc))->snapshots;
	if (!wanted)
		return;
	vxids = GetCurrentVirtualXIDs(InvalidTransactionId, true, false,
								  PROC_IS_AUTOVACUUM | PROC_IN_VACUUM | PROC_IN_SAFE_IC, &n);
	for (int i = 0; i < n; i++)
	{
		PGPROC	   *proc = safeddl_proc_of(vxids[i]);

		/* a prepared transaction has no snapshot */
		if (proc != NULL && proc->pid != 0)
			add_found(look, get_transaction(look, proc->pid, vxids[i]), InvalidOid,
					  NoLock, NoLock, false);
	}
}

/* ----------------------------------------------------------------
 *		who they are
 * ----------------------------------------------------------------
 */

static int64
age_since(TimestampTz start)
{
	return start == 0 ? -1 : Max(0, (GetCurrentTimestamp() - start) / 1000);
}

/*
 * set_backend: a command that keeps its locks through several transactions,
 * such as VACUUM, is as old as itself; these report progress, which a procedure
 * that commits does not.  Without a start, sessions do not report what they do.
 */
static void
set_backend(Transaction *transaction, PgBackendStatus *status)
{
	TimestampTz start = status->st_xact_start_timestamp;

	if (start == 0 && status->st_state == STATE_IDLE)
		return;
	if (status->st_progress_command != PROGRESS_COMMAND_INVALID &&
		status->st_state == STATE_RUNNING && status->st_activity_start_timestamp != 0 &&
		(start == 0 || status->st_activity_start_timestamp < start))
		start = status->st_activity_start_timestamp;
	transaction->gone = false;
	transaction->age = age_since(start);
	transaction->role = status->st_userid;
	transaction->status = status;
}

static void
find_backends(Look *look)
{
	int			n = pgstat_fetch_stat_numbackends();

	for (int i = 1; i <= n; i++)
	{
		LocalPgBackendStatus *local = safeddl_backend_entry(i);
		TransactionKey key;
		Transaction *transaction;

		if (local == NULL || local->backendStatus.st_procpid == 0)
			continue;
		MemSet(&key, 0, sizeof(key));
		key.pid = local->backendStatus.st_procpid;
		transaction = hash_search(look->transactions, &key, HASH_FIND, NULL);
		if (transaction != NULL)
			set_backend(transaction, &local->backendStatus);
	}
}

/* set_prepared: from a row of pg_prepared_xact(); its real start is not kept */
static void
set_prepared(Look *look, HeapTupleHeader row)
{
	HASH_SEQ_STATUS seq;
	Transaction *transaction;
	bool		isnull;
	TransactionId xid = DatumGetTransactionId(GetAttributeByNum(row, 1, &isnull));

	hash_seq_init(&seq, look->transactions);
	while ((transaction = hash_seq_search(&seq)) != NULL)
	{
		if (transaction->key.pid != 0 || transaction->xid != xid)
			continue;
		transaction->gone = false;
		transaction->gid = TextDatumGetCString(GetAttributeByNum(row, 2, &isnull));
		transaction->age = age_since(DatumGetTimestampTz(GetAttributeByNum(row, 3, &isnull)));
		transaction->role = DatumGetObjectId(GetAttributeByNum(row, 4, &isnull));
	}
}

/*
 * find_prepared: the server keeps what it knows of prepared transactions to
 * itself, but for the function behind the view pg_prepared_xacts.
 */
static void
find_prepared(Look *look)
{
	ReturnSetInfo set = {.type = T_ReturnSetInfo,.allowedModes = SFRM_ValuePerCall,
	.returnMode = SFRM_ValuePerCall};
	HASH_SEQ_STATUS seq;
	Transaction *transaction;
	bool		any = false;
	FmgrInfo	flinfo;
	LOCAL_FCINFO(fcinfo, 0);

	hash_seq_init(&seq, look->transactions);
	while ((transaction = hash_seq_search(&seq)) != NULL)
	{
		bool		more = false;

		if (transaction->key.pid != 0 || !VirtualTransactionIdIsValid(transaction->key.vxid))
			continue;
		transaction->xid = TwoPhaseGetXidByVirtualXID(transaction->key.vxid, &more);
		any |= TransactionIdIsValid(transaction->xid);
	}
	if (!any)
		return;
	set.econtext = CreateStandaloneExprContext();
	fmgr_info(F_PG_PREPARED_XACT, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, 0, InvalidOid, NULL, (Node *) &set);
	for (;;)
	{
		Datum		row = FunctionCallInvoke(fcinfo);

		if (set.isDone != ExprMultipleResult)
			break;
		set_prepared(look, DatumGetHeapTupleHeader(row));
	}
	FreeExprContext(set.econtext, true);
}

/* as pg_stat_get_activity() */
static const char *
state_name(BackendState state)
{
	switch (state)
	{
		case STATE_IDLE:
			return "idle";
		case STATE_RUNNING:
			return "active";
		case STATE_IDLEINTRANSACTION:
			return "idle in transaction";
		case STATE_FASTPATH:
			return "fastpath function call";
		case STATE_IDLEINTRANSACTION_ABORTED:
			return "idle in transaction (aborted)";
		case STATE_DISABLED:
			return "disabled";
		default:
			return NULL;
	}
}

/* the beginning of a query, on one line */
static char *
query_start(const char *raw)
{
	char	   *query = pgstat_clip_activity(raw);
	int			len = strlen(query);

	if (len > QUERY_BYTES)
		query[pg_mbcliplen(query, len, QUERY_BYTES)] = '\0';
	for (char *s = query; *s; s++)
		if ((unsigned char) *s < ' ')
			*s = ' ';
	/* it ends a clause of a sentence */
	len = strlen(query);
	while (len > 0 && (query[len - 1] == ' ' || query[len - 1] == ';'))
		query[--len] = '\0';
	return query;
}

/* describe: what pg_stat_activity shows to the current user, and to everybody */
static void
describe(SafeddlBlocker *blocker, const Transaction *transaction)
{
	PgBackendStatus *status = transaction->status;

	blocker->pid = transaction->key.pid;
	blocker->age = transaction->age;
	blocker->gid = transaction->gid ? pstrdup(transaction->gid) : NULL;
	if (OidIsValid(transaction->role))
		blocker->role = GetUserNameFromId(transaction->role, true);
	if (status == NULL)
		return;
	if (status->st_appname != NULL && status->st_appname[0] != '\0')
		blocker->application = pstrdup(status->st_appname);
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) &&
		!has_privs_of_role(GetUserId(), status->st_userid))
		return;
	blocker->state = state_name(status->st_state);
	if (status->st_activity_raw != NULL && status->st_activity_raw[0] != '\0')
		blocker->query = query_start(status->st_activity_raw);
}

/* a blocker with its transaction, to be sorted */
typedef struct Pair
{
	const SafeddlBlocker *blocker;
	const Transaction *transaction;
	int			position;		/* in which they were found */
} Pair;

/* qsort() comparator: the oldest transaction first, then as they were found */
static int
by_age(const void *a, const void *b)
{
	const Pair *one = a;
	const Pair *other = b;

	if (one->transaction->age != other->transaction->age)
		return one->transaction->age > other->transaction->age ? -1 : 1;
	if (one->transaction->key.pid != other->transaction->key.pid)
		return one->transaction->key.pid < other->transaction->key.pid ? -1 : 1;
	return one->position < other->position ? -1 : 1;
}

/* report_found: fills a->blockers and a->awaited with those that are still there */
static void
report_found(Look *look)
{
	SafeddlAnalysis *a = look->a;
	Pair	   *pairs = palloc(sizeof(Pair) * list_length(look->found));
	const Transaction *last = NULL;
	int			ntransactions = 0;
	int			n = 0;
	MemoryContext old;

	for (int i = 0; i < list_length(look->found); i++)
	{
		Pair		pair = {.blocker = list_nth(look->found, i),
			.transaction = list_nth(look->owners, i),.position = i};

		if (!pair.transaction->gone)
			pairs[n++] = pair;
	}
	qsort(pairs, n, sizeof(Pair), by_age);
	old = MemoryContextSwitchTo(a->context);
	for (int i = 0; i < n; i++)
	{
		SafeddlBlocker *blocker;

		if (pairs[i].transaction != last && ++ntransactions > MAX_TRANSACTIONS)
			break;
		last = pairs[i].transaction;
		blocker = palloc(sizeof(SafeddlBlocker));
		*blocker = *pairs[i].blocker;
		describe(blocker, last);
		if (blocker->wanted != NoLock)
			a->blockers = lappend(a->blockers, blocker);
		else
			a->awaited = lappend(a->awaited, blocker);
	}
	MemoryContextSwitchTo(old);
}

/*
 * identify: what pg_stat_activity and pg_prepared_xacts know of those found.
 * The transaction keeps a copy of the former, which is to be a fresh one, here
 * as well as for the user's next query.
 */
static void
identify(Look *look)
{
	pgstat_clear_backend_activity_snapshot();
	find_backends(look);
	if (max_prepared_xacts > 0)
		find_prepared(look);
	report_found(look);
	pgstat_clear_backend_activity_snapshot();
}

/*
 * safeddl_find_blockers: fills a->blockers and a->awaited, oldest first.
 * Autovacuum, where it gives way, and this session are none.
 */
void
safeddl_find_blockers(SafeddlAnalysis *a)
{
	Look		look = {.a = a};
	HASHCTL		ctl = {.keysize = sizeof(TransactionKey),.entrysize = sizeof(Transaction)};
	MemoryContext context;
	MemoryContext old;
	LOCKTAG		tag;

	if (a->doomed && !a->locks_first)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "safeddl queue",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	collect_targets(&look);
	if (look.targets != NIL && is_anyone_in_the_way(&look))
	{
		safeddl_lock_tag(&tag, ((Target *) linitial(look.targets))->relid);
		look.conflicts = GetLockTagsMethodTable(&tag)->conflictTab;
		ctl.hcxt = context;
		look.transactions = hash_create("safeddl transactions", 64, &ctl,
										HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		search_locks(&look);
		search_snapshots(&look);
		if (look.found != NIL)
			identify(&look);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}
