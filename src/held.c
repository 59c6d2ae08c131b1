/*
 * held.c
 *	  What this transaction holds: the locks that earlier statements of it took
 *	  and that others may have to wait for.
 *
 * Only the server knows which locks are held, and it is asked each time
 * (LockHeldByMe()).  What is kept here is what the server does not know: which
 * statement a lock came from.  Savepoints that are rolled back take their
 * entries with them, as they do their locks.
 */
#include "safeddl.h"

#include "access/xact.h"
#include "catalog/catalog.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/memutils.h"

/* of the statement's text, in bytes */
#define REMEMBERED_LENGTH 200

/* of the relations that one statement locks; the first ones are those it names */
#define REMEMBERED_RELATIONS 16

/* of the locks in the way, for one message */
#define LISTED_LOCKS 8

typedef struct Taken
{
	SafeddlHeld lock;
	SubTransactionId subid;		/* that took it */
} Taken;

/* may the transaction hold a lock that keeps others from writing, or more? */
bool		safeddl_may_hold_locks = false;

/*
 * In TopTransactionContext, in the order of the statements.  The ids of
 * subtransactions only grow, so what one that is rolled back has taken, with
 * those within it, is at the end.
 */
static Taken *taken = NULL;
static int	ntaken = 0;
static int	maxtaken = 0;

static void
forget_from(int n)
{
	ntaken = n;
	safeddl_may_hold_locks = n > 0;
	if (n == 0)
	{
		taken = NULL;
		maxtaken = 0;
	}
}

static void
end_transaction(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		forget_from(0);
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	int			n = ntaken;

	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (n > 0 && taken[n - 1].subid >= mine)
		n--;
	if (n < ntaken)
		forget_from(n);
}

/* safeddl_held_init: to be called once, from _PG_init() */
void
safeddl_held_init(void)
{
	RegisterXactCallback(end_transaction, NULL);
	RegisterSubXactCallback(end_subtransaction, NULL);
}

/* strongest_held: mode of our own lock on a relation, SHARE or more; else NoLock */
static LOCKMODE
strongest_held(Oid relid)
{
	LOCKTAG		tag;

	SET_LOCKTAG_RELATION(tag, IsSharedRelation(relid) ? InvalidOid : MyDatabaseId, relid);
	for (LOCKMODE mode = AccessExclusiveLock; safeddl_lock_blocks(mode); mode--)
		if (safeddl_holds_lock(&tag, mode))
			return mode;
	return NoLock;
}

static bool
is_listed(List *locks, Oid relid)
{
	ListCell   *lc;

	foreach(lc, locks)
		if (((SafeddlHeld *) lfirst(lc))->relid == relid)
			return true;
	return false;
}

/* list_locks: those that statements took and that are still held, of a strength */
static List *
list_locks(List *result, LOCKMODE weakest, LOCKMODE strongest)
{
	for (int i = 0; i < ntaken && list_length(result) < LISTED_LOCKS; i++)
	{
		SafeddlHeld *lock = &taken[i].lock;

		if (lock->lockmode < weakest || lock->lockmode > strongest ||
			is_listed(result, lock->relid) || strongest_held(lock->relid) < lock->lockmode)
			continue;
		result = lappend(result, lock);
	}
	return result;
}

/*
 * safeddl_find_held: fills a->held, strongest first, and held of each effect.
 * a->held points to what lasts as long as the (sub)transaction.
 */
void
safeddl_find_held(SafeddlAnalysis *a)
{
	MemoryContext old;
	ListCell   *lc;

	if (!safeddl_may_hold_locks)
		return;
	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);

		effect->held = strongest_held(effect->relid);
	}
	old = MemoryContextSwitchTo(a->context);
	a->held = list_locks(NIL, AccessExclusiveLock, AccessExclusiveLock);
	a->held = list_locks(a->held, ShareLock, ExclusiveLock);
	MemoryContextSwitchTo(old);
}

/* beginning_of: a statement's text on one line, cut */
static const char *
beginning_of(SafeddlAnalysis *a)
{
	const char *start;
	int			length;
	char	   *result;

	if (a->query == NULL)
		return NULL;
	start = a->query + Max(a->stmt_location, 0);
	length = a->stmt_len > 0 ? a->stmt_len : strlen(start);
	while (length > 0 && isspace((unsigned char) *start))
		start++, length--;
	while (length > 0 && (isspace((unsigned char) start[length - 1]) || start[length - 1] == ';'))
		length--;
	if (length > REMEMBERED_LENGTH)
		result = psprintf("%.*s...", pg_mbcliplen(start, length, REMEMBERED_LENGTH), start);
	else
		result = pnstrdup(start, length);
	for (char *c = result; *c; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			*c = ' ';
	return result;
}

/* is it a lock that somebody else may notice, and for long? */
static bool
is_worth_it(const SafeddlEffect *effect)
{
	return safeddl_lock_blocks(effect->kept) && effect->kept > effect->held &&
		safeddl_is_visible(effect->rel) && effect->rel->relkind != RELKIND_TOASTVALUE &&
		effect->rel->relkind != RELKIND_INDEX && effect->rel->relkind != RELKIND_PARTITIONED_INDEX &&
		(effect->rel->relkind != RELKIND_MATVIEW || effect->kept == AccessExclusiveLock);
}

/*
 * safeddl_remember_locks: those that the statement is about to take, once it
 * may run.  a must have been gathered for a judgement.
 */
void
safeddl_remember_locks(SafeddlAnalysis *a)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	const char *statement = NULL;
	int			n = 0;
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);
		Taken	   *entry;

		if (effect->rel == NULL || !is_worth_it(effect))
			continue;
		if (n++ == REMEMBERED_RELATIONS)
			break;
		if (n == 1)
			statement = beginning_of(a);
		if (ntaken == maxtaken)
		{
			maxtaken = Max(2 * maxtaken, 16);
			taken = taken == NULL ? palloc(maxtaken * sizeof(Taken)) :
				repalloc_huge(taken, maxtaken * sizeof(Taken));
		}
		entry = &taken[ntaken++];
		entry->subid = GetCurrentSubTransactionId();
		entry->lock.relid = effect->relid;
		entry->lock.lockmode = effect->kept;
		entry->lock.statement = statement;
		entry->lock.relkind = effect->rel->relkind;
		entry->lock.nspname = pstrdup(effect->rel->nspname);
		entry->lock.relname = pstrdup(effect->rel->relname);
		safeddl_may_hold_locks = true;
	}
	MemoryContextSwitchTo(old);
}
