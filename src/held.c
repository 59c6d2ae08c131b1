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
#include "mb/pg_wchar.h"
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

	safeddl_lock_tag(&tag, relid);
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

/* is the statement about the relation? */
static bool
is_about(const SafeddlAnalysis *a, Oid relid)
{
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->relid == relid || effect->root == relid)
			return true;
	}
	return false;
}

/*
 * list_locks_on_effects: adds those on what the statement is about, however
 * many others there are: messages tell which statement took them.
 */
static List *
list_locks_on_effects(SafeddlAnalysis *a, List *result)
{
	for (int i = 0; i < ntaken; i++)
	{
		SafeddlHeld *lock = &taken[i].lock;

		if (is_about(a, lock->relid) && !is_listed(result, lock->relid) &&
			strongest_held(lock->relid) == lock->lockmode)
			result = lappend(result, lock);
	}
	return result;
}

/*
 * safeddl_find_held: fills held of each effect, and a->held, strongest first
 * but for those that there are too many of to list.  a->held points to what
 * lasts as long as the (sub)transaction.
 *
 * Of locks that were taken while the mode was off, only the former knows.
 */
void
safeddl_find_held(SafeddlAnalysis *a)
{
	MemoryContext old;
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);

		effect->held = strongest_held(effect->relid);
	}
	if (!safeddl_may_hold_locks)
		return;
	old = MemoryContextSwitchTo(a->context);
	a->held = list_locks(NIL, AccessExclusiveLock, AccessExclusiveLock);
	a->held = list_locks(a->held, ShareLock, ExclusiveLock);
	if (list_length(a->held) == LISTED_LOCKS)
		a->held = list_locks_on_effects(a, a->held);
	MemoryContextSwitchTo(old);
}

/* comment_length: of a comment or a blank at the beginning of a text, or 0 */
static int
comment_length(const char *text, int length)
{
	int			depth = 0;
	int			n = 0;

	if (length > 0 && isspace((unsigned char) text[0]))
		return 1;
	if (length >= 2 && strncmp(text, "--", 2) == 0)
	{
		while (n < length && text[n] != '\n' && text[n] != '\r')
			n++;
		return n;
	}
	while (n + 1 < length && (depth > 0 || strncmp(text + n, "/*", 2) == 0))
	{
		int			change = strncmp(text + n, "/*", 2) == 0 ? 1 :
			strncmp(text + n, "*/", 2) == 0 ? -1 : 0;

		depth += change;
		n += change ? 2 : 1;
		if (depth == 0)
			break;
	}
	return depth == 0 ? n : 0;
}

/*
 * safeddl_beginning_of: a statement's text on one line, cut; without comments before it,
 * in which some tools say who sent it.
 */
const char *
safeddl_beginning_of(const SafeddlAnalysis *a)
{
	const char *start;
	int			length;
	int			skipped;
	char	   *result;

	if (a->query == NULL)
		return NULL;
	start = a->query + Max(a->stmt_location, 0);
	length = a->stmt_len > 0 ? a->stmt_len : strlen(start);
	while ((skipped = comment_length(start, length)) > 0)
		start += skipped, length -= skipped;
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

/*
 * locks_index_more: does the statement lock an index, but not its table as
 * much?  ALTER INDEX and REINDEX do, and whoever plans a query on the table
 * waits for the index.
 */
static bool
locks_index_more(const SafeddlAnalysis *a)
{
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rel != NULL && effect->rel->relkind != RELKIND_INDEX &&
			effect->rel->relkind != RELKIND_PARTITIONED_INDEX &&
			effect->kept == AccessExclusiveLock)
			return false;
	}
	return true;
}

/* safeddl_is_worth_holding: is it a lock that somebody else may notice, and for long? */
bool
safeddl_is_worth_holding(const SafeddlAnalysis *a, const SafeddlEffect *effect)
{
	if (!safeddl_keeps_waiting(effect->rel, effect->kept))
		return false;
	switch (effect->rel->relkind)
	{
		case RELKIND_TOASTVALUE:
		case RELKIND_PARTITIONED_INDEX:
			return false;
		case RELKIND_INDEX:
			return effect->kept == AccessExclusiveLock && locks_index_more(a) &&
				strcmp(effect->rel->nspname, "pg_toast") != 0;
		default:
			return true;
	}
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
	/* if not, what is held already was taken while the mode was off */
	bool		known = ntaken > 0;
	int			n = 0;
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);
		Taken	   *entry;

		if (effect->rel == NULL || (known && effect->kept <= effect->held) ||
			!safeddl_is_worth_holding(a, effect))
			continue;
		if (n++ == REMEMBERED_RELATIONS)
			break;
		if (n == 1)
			statement = safeddl_beginning_of(a);
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
		entry->lock.line = 0;
		entry->lock.relkind = effect->rel->relkind;
		entry->lock.nspname = pstrdup(effect->rel->nspname);
		entry->lock.relname = pstrdup(effect->rel->relname);
		safeddl_may_hold_locks = true;
	}
	MemoryContextSwitchTo(old);
}
