/*
 * analyze.c
 *	  From a parse tree to effects: how an analysis runs, and what the
 *	  functions that know the statements share.
 *
 * Effects are facts.  Nothing here looks at a setting, and nothing here waits
 * for a lock.
 */
#include "safeddl.h"
#include "script.h"

#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

static void fold_effects(SafeddlAnalysis *a);

/*
 * safeddl_begin_analysis: an empty analysis in a memory context of its own,
 * child of the current one; the caller deletes analysis->context.
 *
 * query, stmt_location and stmt_len are those of the PlannedStmt.
 */
SafeddlAnalysis *
safeddl_begin_analysis(Node *stmt, const char *query, int stmt_location,
					   int stmt_len, bool strict)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "safeddl analysis",
												  ALLOCSET_SMALL_SIZES);
	SafeddlAnalysis *a = MemoryContextAllocZero(context, sizeof(SafeddlAnalysis));

	a->context = context;
	a->stmt = stmt;
	a->query = query;
	a->stmt_location = stmt_location;
	a->stmt_len = stmt_len;
	a->strict = strict;
	return a;
}

/*
 * safeddl_contained: runs work(a, arg) in a subtransaction that is always
 * rolled back; false if it raised an error.
 *
 * No lock stays, no XID is assigned, and CONCURRENTLY may still be the first
 * action of its transaction.  What work() leaves in a->context stays.
 * Cancellation is passed on, and so is everything if the analysis is strict, but
 * for a script, the rest of which is to be looked at as well.
 */
bool
safeddl_contained(SafeddlAnalysis *a, SafeddlWork work, void *arg)
{
	MemoryContext old = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(a->context);
	PG_TRY();
	{
		work(a, arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(a->context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(old);
	CurrentResourceOwner = owner;

	if (error != NULL && ((a->strict && a->script == NULL) || error->sqlerrcode == ERRCODE_QUERY_CANCELED))
		ReThrowError(error);
	if (error != NULL)
	{
		a->error = error->message ? error->message : "unknown error";
		a->error_position = error->cursorpos;
		ereport(DEBUG1,
				(errmsg_internal("safeddl could not analyze the statement: %s", a->error)));
	}
	return error == NULL;
}

/*
 * safeddl_analyze: fills a->effects, one per relation and rule unless
 * a->unfolded, unmeasured; may raise errors.
 */
void
safeddl_analyze(SafeddlAnalysis *a)
{
	SafeddlHandler analyze = safeddl_classify(a->stmt).analyze;
	Node	   *stmt = a->stmt;

	if (a->script != NULL)
		stmt = safeddl_script_prepare(a, stmt);
	if (analyze != NULL && stmt != NULL)
		analyze(a, stmt);
	if (!a->unfolded)
		fold_effects(a);
}

/*
 * look_around: what the effects meet with: the locks held, the sizes, who is in
 * the way.  settings: to fill in for a judgement; NULL for a footprint.
 */
static void
look_around(SafeddlAnalysis *a, SafeddlSettings *settings)
{
	if (settings != NULL && a->script == NULL)
		safeddl_find_held(a);
	safeddl_measure(a, settings == NULL);
	if (a->script != NULL)
		safeddl_script_held(a);
	if (settings != NULL)
	{
		/* who is in the database now is no matter for a script */
		if (a->script == NULL && safeddl_looks_for_blockers())
			safeddl_find_blockers(a);
		*settings = safeddl_current_settings(a);
	}
}

/*
 * safeddl_gather: SafeddlWork that fills a->effects, one per relation and
 * rule, and measures their relations.  arg: SafeddlSettings to fill in for a
 * judgement; NULL to measure everything, for a footprint.
 *
 * An error means that we do not know: the server will raise its own next.
 */
void
safeddl_gather(SafeddlAnalysis *a, void *arg)
{
	a->judging = (arg != NULL);
	safeddl_analyze(a);
	if (!a->doomed || a->strict)
		look_around(a, arg);
}

/*
 * safeddl_gather_locks: SafeddlWork for a statement that the server will refuse
 * once it has the locks known so far: who is in the way of them?  arg:
 * SafeddlSettings to fill in.
 */
void
safeddl_gather_locks(SafeddlAnalysis *a, void *arg)
{
	a->doomed = true;
	fold_effects(a);
	look_around(a, arg);
}

/*
 * safeddl_add_effect: records one fact; returns it for the caller to fill in
 * what is rarer (subject, maybe, through, location).
 */
SafeddlEffect *
safeddl_add_effect(SafeddlAnalysis *a, Oid relid, Oid root, LOCKMODE lockmode,
				   SafeddlReach reach, SafeddlRule rule, int work)
{
	MemoryContext old = MemoryContextSwitchTo(a->context);
	SafeddlEffect *effect = palloc0(sizeof(SafeddlEffect));

	effect->relid = relid;
	effect->root = root;
	effect->lockmode = lockmode;
	effect->reach = reach;
	effect->rule = rule;
	effect->work = work;
	effect->location = -1;
	effect->cmdno = -1;
	if (work & SAFEDDL_WORK_REWRITE)
		effect->through = SAFEDDL_THROUGH_TOAST | SAFEDDL_THROUGH_INDEXES;
	else if (work & (SAFEDDL_WORK_COPY | SAFEDDL_WORK_DROP))
		effect->through = SAFEDDL_THROUGH_TOAST;
	a->effects = lappend(a->effects, effect);
	MemoryContextSwitchTo(old);
	return effect;
}

/* safeddl_is_candidate: is it work that a rule may object to? */
bool
safeddl_is_candidate(const SafeddlEffect *effect)
{
	return effect->rule != SAFEDDL_RULE_NONE && effect->work != SAFEDDL_WORK_NONE;
}

/* safeddl_option_is_set: is a boolean option of a statement given, and true? */
bool
safeddl_option_is_set(List *options, const char *name)
{
	bool		result = false;
	ListCell   *lc;

	foreach(lc, options)
		if (strcmp(lfirst_node(DefElem, lc)->defname, name) == 0)
			result = defGetBoolean(lfirst(lc));
	return result;
}

/*
 * safeddl_refuse_options: a parenthesized option of a statement that is none of
 * those that some version knows, in an array that ends with NULL.
 */
void
safeddl_refuse_options(SafeddlAnalysis *a, List *options, const char *const *known)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		const char *name = lfirst_node(DefElem, lc)->defname;
		int			i = 0;

		while (known[i] != NULL && strcmp(known[i], name) != 0)
			i++;
		if (known[i] == NULL)
			safeddl_missing(a, ERRCODE_SYNTAX_ERROR, "unrecognized option \"%s\"", name);
	}
}

/* safeddl_add_locks: the same lock on each relation of a list, no work */
void
safeddl_add_locks(SafeddlAnalysis *a, List *relids, Oid root, LOCKMODE lockmode,
				  SafeddlReach reach)
{
	ListCell   *lc;

	foreach(lc, relids)
		safeddl_add_effect(a, lfirst_oid(lc), root, lockmode, reach,
						   SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
}

/*
 * safeddl_add_storage: ACCESS EXCLUSIVE on what belongs to a table: indexes,
 * TOAST table and its index, and the sequences it owns.
 */
void
safeddl_add_storage(SafeddlAnalysis *a, Oid relid, Oid root, bool sequences)
{
	SafeddlRelInfo *info = safeddl_relinfo(a, relid);
	Oid			toastrelid = info->toastrelid;

	/* one subcommand of ALTER TABLE after the other may ask for the same */
	if (info->storage_root == root && !sequences)
		return;
	/* the storage is that of partitions; they are not here, see safeddl_has_rows() */
	if (info->nmissing > 0)
		return;
	info->storage_root = root;
	safeddl_add_locks(a, safeddl_indexes(relid), root, AccessExclusiveLock,
					  SAFEDDL_REACH_INDEX);
	if (OidIsValid(toastrelid))
	{
		safeddl_add_locks(a, list_make1_oid(toastrelid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_TOAST);
		safeddl_add_locks(a, safeddl_indexes(toastrelid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_TOAST);
	}
	if (sequences)
		safeddl_add_locks(a, getOwnedSequences(relid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_SEQUENCE);
}

/* safeddl_add_rewrite: a new heap, TOAST table and indexes for one table */
SafeddlEffect *
safeddl_add_rewrite(SafeddlAnalysis *a, Oid relid, Oid root, LOCKMODE lockmode,
					SafeddlReach reach, SafeddlRule rule)
{
	safeddl_add_storage(a, relid, root, false);
	return safeddl_add_effect(a, relid, root, lockmode, reach, rule, SAFEDDL_WORK_REWRITE);
}

/*
 * safeddl_add_copy: the files of a table or an index move to another
 * tablespace, as ATExecSetTableSpace() does it: those of a table's TOAST
 * table go along, its indexes stay.
 */
SafeddlEffect *
safeddl_add_copy(SafeddlAnalysis *a, Oid relid, Oid root)
{
	Oid			toastrelid = safeddl_relinfo(a, relid)->toastrelid;

	if (OidIsValid(toastrelid))
	{
		safeddl_add_locks(a, list_make1_oid(toastrelid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_TOAST);
		safeddl_add_locks(a, safeddl_indexes(toastrelid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_TOAST);
	}
	return safeddl_add_effect(a, relid, root, AccessExclusiveLock, SAFEDDL_REACH_TARGET,
							  SAFEDDL_RULE_SET_TABLESPACE, SAFEDDL_WORK_COPY);
}

/*
 * safeddl_missing: something that the statement names does not exist, or it
 * cannot succeed.  The server will say so, before any work: the guard stays
 * silent.  A strict analysis raises the error given.
 */
void
safeddl_missing(SafeddlAnalysis *a, int errcode_, const char *fmt,...)
{
	char		buf[512];
	va_list		args;

	a->doomed = true;
	if (!a->strict)
		return;
	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	ereport(ERROR, (errcode(errcode_), errmsg("%s", buf)));
}

/*
 * safeddl_may_not_alter: will the server refuse because the user does not own
 * the relation, or because it is a system catalog?  Then its error is to come
 * first and alone.  Whoever asks through an SQL function gets the facts.
 */
bool
safeddl_may_not_alter(SafeddlAnalysis *a, Oid relid)
{
	if (a->strict ||
		(safeddl_owns_relation(relid, GetUserId()) &&
		 (allowSystemTableMods || !IsCatalogRelationOid(relid))))
		return false;
	/* the server says so before it asks for the lock */
	a->locks_first = false;
	a->doomed = true;
	return true;
}

/* key of fold_effects(): a relation, or a relation and a rule */
typedef struct FoldKey
{
	Oid			relid;
	int			rule;			/* -1: the relation as such */
} FoldKey;

/* so few entries are searched one by one; most statements need no more */
#define FEW_FOLDS 8

typedef struct FoldEntry
{
	FoldKey		key;
	SafeddlEffect *effect;
	LOCKMODE	lockmode;		/* strongest on the relation */
	LOCKMODE	kept;			/* strongest that is kept to the end */
	bool		has_rule;		/* relation has an effect with a rule */
} FoldEntry;

typedef struct FoldTable
{
	FoldEntry	few[FEW_FOLDS];
	int			nfew;
	HTAB	   *many;			/* the others; NULL if there are none */
} FoldTable;

static FoldEntry *
fold_entry(FoldTable *table, Oid relid, int rule)
{
	FoldKey		key = {relid, rule};
	FoldEntry  *entry;
	bool		found;

	for (int i = 0; i < table->nfew; i++)
		if (table->few[i].key.relid == relid && table->few[i].key.rule == rule)
			return &table->few[i];
	if (table->nfew < FEW_FOLDS)
		entry = &table->few[table->nfew++];
	else
	{
		if (table->many == NULL)
		{
			HASHCTL		ctl = {.keysize = sizeof(FoldKey),
				.entrysize = sizeof(FoldEntry),
			.hcxt = CurrentMemoryContext};

			table->many = hash_create("safeddl fold", 64, &ctl,
									  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		}
		entry = hash_search(table->many, &key, HASH_ENTER, &found);
		if (found)
			return entry;
	}
	MemSet(entry, 0, sizeof(FoldEntry));
	entry->key = key;
	return entry;
}

/*
 * fold_effects: one effect per relation and rule, each with the strongest lock
 * that the statement takes on its relation and the union of the work.  The
 * bare lock of a relation stays only where no rule speaks of it.  Several
 * roots do not make several effects: the work is done once.
 */
static void
fold_effects(SafeddlAnalysis *a)
{
	FoldTable	table;
	List	   *folded = NIL;
	List	   *result = NIL;
	ListCell   *lc;

	table.nfew = 0;
	table.many = NULL;
	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);
		FoldEntry  *relation = fold_entry(&table, effect->relid, -1);
		FoldEntry  *entry;

		relation->lockmode = Max(relation->lockmode, effect->lockmode);
		if (!effect->early)
			relation->kept = Max(relation->kept, effect->lockmode);
		relation->has_rule |= (effect->rule != SAFEDDL_RULE_NONE);
		entry = fold_entry(&table, effect->relid, effect->rule);
		if (entry->effect == NULL)
		{
			entry->effect = effect;
			folded = lappend(folded, effect);
			continue;
		}
		/* the words are about the first cause that does some work */
		if (entry->effect->work == SAFEDDL_WORK_NONE && effect->work != SAFEDDL_WORK_NONE)
		{
			entry->effect->root = effect->root;
			entry->effect->cmdno = effect->cmdno;
			entry->effect->subject = effect->subject;
			entry->effect->location = effect->location;
		}
		/* what the statement names is not just part of something else it names */
		if (effect->root == effect->relid && effect->work != SAFEDDL_WORK_NONE)
			entry->effect->root = effect->relid;
		/* what any cause does for certain is certain */
		entry->effect->maybe = (entry->effect->maybe | effect->maybe) &
			~((entry->effect->work & ~entry->effect->maybe) | (effect->work & ~effect->maybe));
		entry->effect->work |= effect->work;
		entry->effect->also = list_concat_unique_oid(entry->effect->also, effect->also);
		entry->effect->through |= effect->through;
		entry->effect->reach = Min(entry->effect->reach, effect->reach);
	}

	foreach(lc, folded)
	{
		SafeddlEffect *effect = lfirst(lc);
		FoldEntry  *relation = fold_entry(&table, effect->relid, -1);

		effect->lockmode = relation->lockmode;
		effect->kept = relation->kept;
		if (effect->rule != SAFEDDL_RULE_NONE || effect->work != SAFEDDL_WORK_NONE ||
			!relation->has_rule)
			result = lappend(result, effect);
	}
	a->effects = result;
}

/* safeddl_blocks: what others cannot do while a lock of that mode is held */
const char *
safeddl_blocks(LOCKMODE lockmode)
{
	if (lockmode >= AccessExclusiveLock)
		return "reads and writes";
	return lockmode >= ShareLock ? "writes" : "nothing";
}

const char *
safeddl_reach_name(SafeddlReach reach)
{
	static const char *const names[] = {
		"target", "partition", "inheritance child", "parent",
		"default partition", "referenced table", "referencing table",
		"index", "index's table", "dependent", "toast", "sequence", "source"
	};

	return names[reach];
}

/* safeddl_work_names: "scan, index build", or "none"; palloc'd */
char *
safeddl_work_names(int work)
{
	static const char *const names[SAFEDDL_NWORKS] = {
		"scan", "validate", "index build", "rewrite", "copy", "drop"
	};
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < SAFEDDL_NWORKS; i++)
		if (work & (1 << i))
			appendStringInfo(&buf, "%s%s", buf.len ? ", " : "", names[i]);
	return buf.len ? buf.data : "none";
}
