/*
 * policy.c
 *	  From effects to findings: which of the facts are hazards, and how grave.
 *
 * Pure: looks at effects, their relations' facts and the settings; reads no
 * catalog, no file and no clock, and raises no error.
 */
#include "safeddl.h"

#include "storage/lock.h"
#include "utils/hsearch.h"

/* findings by what makes them one */
typedef struct CandidateKey
{
	Oid			root;
	int			rule;
} CandidateKey;

typedef struct Candidate
{
	CandidateKey key;
	SafeddlFinding *finding;
} Candidate;

/* the lock by which the users of a root are kept waiting */
typedef struct RootLock
{
	Oid			root;			/* hash key */
	Oid			locked;
	LOCKMODE	lockmode;		/* that counts: taken, or held already */
	LOCKMODE	taken;			/* by the statement itself, on any of its relations */
	bool		root_visible;
} RootLock;

static bool visible(const SafeddlEffect *effect);
static List *add_up(List *effects);
static HTAB *lock_roots(List *effects);
static void find_lock(SafeddlFinding *finding, const SafeddlAnalysis *a, HTAB *locks);
static bool is_hazard(const SafeddlFinding *finding);
static SafeddlFinding *judge_held(const SafeddlAnalysis *a, const SafeddlFinding *worker);
static List *judge_traps(const SafeddlAnalysis *a);
static List *judge_queue(const SafeddlAnalysis *a, const SafeddlSettings *settings);
static List *judge_waits(const SafeddlAnalysis *a, const SafeddlSettings *settings);
static SafeddlFinding *judge_limit(const SafeddlAnalysis *a);
static List *admit(List *findings, SafeddlFinding *finding, const SafeddlSettings *settings);
static SafeddlLevel level_of(const SafeddlFinding *finding, const SafeddlSettings *settings);
static bool is_overridden(const SafeddlFinding *finding, const SafeddlSettings *settings);
static int	compare_findings(const ListCell *x, const ListCell *y);

/* safeddl_lock_blocks: does that mode keep others from writing, or more? */
bool
safeddl_lock_blocks(LOCKMODE lockmode)
{
	return lockmode >= ShareLock;
}

/*
 * safeddl_is_visible: can anybody else see the relation, and so wait for it?
 * No query locks a type.
 */
bool
safeddl_is_visible(const SafeddlRelInfo *rel)
{
	return rel->exists && !rel->temp && !rel->new_in_xact &&
		rel->relkind != RELKIND_COMPOSITE_TYPE;
}

/*
 * safeddl_keeps_waiting: would a lock of that mode on the relation keep anybody
 * else from it?  Nobody but REFRESH writes to a materialized view.
 */
bool
safeddl_keeps_waiting(const SafeddlRelInfo *rel, LOCKMODE lockmode)
{
	return safeddl_lock_blocks(lockmode) && safeddl_is_visible(rel) &&
		(rel->relkind != RELKIND_MATVIEW || lockmode == AccessExclusiveLock);
}

static bool
visible(const SafeddlEffect *effect)
{
	return safeddl_is_visible(effect->rel);
}

/*
 * safeddl_judge: the findings, worst first.  The analysis must have been
 * gathered for a judgement.
 *
 * Effects of one rule on one root (a table with its partitions, say) are one
 * finding: all of its locks are held until all of its work is done.
 */
List *
safeddl_judge(const SafeddlAnalysis *a, const SafeddlSettings *settings)
{
	List	   *findings = NIL;
	HTAB	   *locks = NULL;
	SafeddlFinding *worker = NULL;
	ListCell   *lc;

	foreach(lc, judge_queue(a, settings))
		findings = admit(findings, lfirst(lc), settings);
	/* what it would do if it were not refused is no matter */
	if (a->doomed)
	{
		list_sort(findings, compare_findings);
		return findings;
	}
	foreach(lc, add_up(a->effects))
	{
		SafeddlFinding *finding = lfirst(lc);

		if (!safeddl_is_large(finding->bytes, finding->rows, settings))
			continue;
		if (a->held != NIL && safeddl_rule_info[finding->rule].kind != SAFEDDL_NO_RETURN &&
			(finding->work & ~SAFEDDL_WORK_DROP) != 0 &&
			(worker == NULL || finding->bytes > worker->bytes))
			worker = finding;
		if (locks == NULL)
			locks = lock_roots(a->effects);
		find_lock(finding, a, locks);
		if (is_hazard(finding))
			findings = admit(findings, finding, settings);
	}
	if (worker != NULL)
		findings = admit(findings, judge_held(a, worker), settings);
	foreach(lc, judge_traps(a))
		findings = admit(findings, lfirst(lc), settings);
	foreach(lc, judge_waits(a, settings))
		findings = admit(findings, lfirst(lc), settings);
	if (!settings->wait_limited)
		findings = admit(findings, judge_limit(a), settings);
	list_sort(findings, compare_findings);
	return findings;
}

/* admit: a finding, or NULL, to the list, unless its level is off */
static List *
admit(List *findings, SafeddlFinding *finding, const SafeddlSettings *settings)
{
	if (finding == NULL)
		return findings;
	finding->level = level_of(finding, settings);
	if (finding->level == SAFEDDL_OFF)
		return findings;
	finding->overridden = is_overridden(finding, settings);
	return lappend(findings, finding);
}

static HTAB *
make_table(const char *name, Size keysize, Size entrysize)
{
	HASHCTL		ctl = {.keysize = keysize,.entrysize = entrysize,.hcxt = CurrentMemoryContext};

	return hash_create(name, 32, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* add_up: the work of all effects of one rule on one root, as findings to be */
static List *
add_up(List *effects)
{
	HTAB	   *table = NULL;
	List	   *candidates = NIL;
	ListCell   *lc;

	foreach(lc, effects)
	{
		const SafeddlEffect *effect = lfirst(lc);
		CandidateKey key = {effect->root, effect->rule};
		Candidate  *candidate;
		SafeddlFinding *finding;
		bool		found;

		if (!safeddl_is_candidate(effect))
			continue;
		if (table == NULL)
			table = make_table("safeddl candidates", sizeof(CandidateKey), sizeof(Candidate));
		candidate = hash_search(table, &key, HASH_ENTER, &found);
		if (!found)
		{
			candidate->finding = palloc0(sizeof(SafeddlFinding));
			candidate->finding->rule = effect->rule;
			candidate->finding->root = effect->root;
			candidates = lappend(candidates, candidate->finding);
		}
		finding = candidate->finding;
		if (finding->effect == NULL || effect->bytes > finding->effect->bytes)
			finding->effect = effect;
		finding->work |= effect->work;
		finding->bytes += effect->bytes;
		finding->rows += effect->rows;
		finding->busy |= effect->rel->busy;
		finding->loaded |= effect->rel->loaded;
		if (effect->reach != SAFEDDL_REACH_TOAST)
			finding->nrelations += Max(effect->rel->nmissing, 1);
	}
	return candidates;
}

/*
 * is_part_of_root: is whoever waits for the relation kept from the root?  Not
 * from the table whose foreign key is validated by a lock on the other one.
 */
static bool
is_part_of_root(const SafeddlEffect *effect)
{
	return effect->reach != SAFEDDL_REACH_REFERENCED || safeddl_lock_blocks(effect->lockmode);
}

/*
 * lock_roots: by root, the strongest lock on a visible relation that is held
 * while the work goes on, be it taken by the statement or held before.  The
 * relation that the statement names is preferred to those it drags along.
 */
static HTAB *
lock_roots(List *effects)
{
	HTAB	   *locks = make_table("safeddl locks", sizeof(Oid), sizeof(RootLock));
	ListCell   *lc;

	foreach(lc, effects)
	{
		const SafeddlEffect *effect = lfirst(lc);
		RootLock   *lock;
		LOCKMODE	effective;
		bool		found;

		if (!visible(effect))
			continue;
		lock = hash_search(locks, &effect->root, HASH_ENTER, &found);
		if (!found)
		{
			lock->locked = InvalidOid;
			lock->lockmode = NoLock;
			lock->taken = NoLock;
			lock->root_visible = false;
		}
		lock->root_visible |= (effect->relid == effect->root);
		lock->taken = Max(lock->taken, effect->lockmode);
		effective = is_part_of_root(effect) ? Max(effect->lockmode, effect->held) : effect->lockmode;
		if (effective > lock->lockmode ||
			(effective == lock->lockmode && effect->relid == effect->root))
		{
			lock->locked = effect->relid;
			lock->lockmode = effective;
		}
	}
	return locks;
}

/* held_on: the lock on a relation that an earlier statement took; or NULL */
static const SafeddlHeld *
held_on(const SafeddlAnalysis *a, Oid relid)
{
	ListCell   *lc;

	foreach(lc, a->held)
		if (((SafeddlHeld *) lfirst(lc))->relid == relid)
			return lfirst(lc);
	return NULL;
}

static void
find_lock(SafeddlFinding *finding, const SafeddlAnalysis *a, HTAB *locks)
{
	const RootLock *lock = hash_search(locks, &finding->root, HASH_FIND, NULL);

	finding->locked = lock ? lock->locked : InvalidOid;
	finding->lockmode = lock ? lock->lockmode : NoLock;
	finding->taken = lock ? lock->taken : NoLock;
	finding->root_visible = lock && lock->root_visible;
	if (lock && lock->taken < lock->lockmode)
		finding->held = held_on(a, lock->locked);
}

/* safeddl_is_large: does work that goes through so much take long? */
bool
safeddl_is_large(uint64 bytes, double rows, const SafeddlSettings *settings)
{
	return bytes >= settings->min_table_bytes ||
		(settings->min_table_rows > 0 && rows >= settings->min_table_rows);
}

/*
 * is_hazard: long work under a lock that blocks others; or something visible
 * to others that is gone for good.
 */
static bool
is_hazard(const SafeddlFinding *finding)
{
	/* judge_held() and judge_traps() see to these */
	if (safeddl_rule_info[finding->rule].kind == SAFEDDL_HELD ||
		safeddl_rule_info[finding->rule].kind == SAFEDDL_TRAP)
		return false;
	if (!safeddl_lock_blocks(finding->lockmode))
		return false;
	if (safeddl_rule_info[finding->rule].kind == SAFEDDL_NO_RETURN)
		return visible(finding->effect);
	return (finding->work & ~SAFEDDL_WORK_DROP) != 0;
}

/* is the relation locked by the statement as part of that root? */
static bool
is_part_of(const SafeddlAnalysis *a, Oid relid, Oid root)
{
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->root == root && effect->relid == relid && is_part_of_root(effect))
			return true;
	}
	return false;
}

/*
 * judge_held: the work of a statement prolongs a lock that an earlier one took.
 *
 * For DDL, a lock on what it works on is no news: it is the effective lock of a
 * finding of its own.  A query locks nothing, so there it is the first to name.
 */
static SafeddlFinding *
judge_held(const SafeddlAnalysis *a, const SafeddlFinding *worker)
{
	bool		query = safeddl_rule_info[worker->rule].kind == SAFEDDL_HELD;
	const SafeddlHeld *held = query ? held_on(a, worker->root) : NULL;
	SafeddlFinding *finding;
	ListCell   *lc;

	foreach(lc, a->held)
	{
		const SafeddlHeld *candidate = lfirst(lc);

		if (held == NULL && (query || !is_part_of(a, candidate->relid, worker->root)))
			held = candidate;
	}
	if (held == NULL)
		return NULL;
	finding = palloc(sizeof(SafeddlFinding));
	*finding = *worker;
	if (!query)
		finding->rule = SAFEDDL_RULE_WORK_UNDER_HELD_LOCK;
	finding->held = held;
	finding->locked = held->relid;
	finding->lockmode = held->lockmode;
	return finding;
}

/* a finding that is not about work */
static SafeddlFinding *
make_finding(SafeddlRule rule, const SafeddlEffect *effect)
{
	SafeddlFinding *finding = palloc0(sizeof(SafeddlFinding));

	finding->rule = rule;
	finding->effect = effect;
	finding->root = effect->root;
	finding->root_visible = true;
	finding->locked = effect->relid;
	finding->lockmode = effect->lockmode;
	return finding;
}

static List *
judge_traps(const SafeddlAnalysis *a)
{
	List	   *findings = NIL;
	ListCell   *lc;

	foreach(lc, a->effects)
		if (OidIsValid(((SafeddlEffect *) lfirst(lc))->trap))
			findings = lappend(findings, make_finding(((SafeddlEffect *) lfirst(lc))->rule, lfirst(lc)));
	return findings;
}

static const SafeddlEffect *
effect_on(const SafeddlAnalysis *a, Oid relid)
{
	ListCell   *lc;

	foreach(lc, a->effects)
		if (((SafeddlEffect *) lfirst(lc))->relid == relid)
			return lfirst(lc);
	return a->effects == NIL ? NULL : linitial(a->effects);
}

static bool
is_old(const SafeddlBlocker *blocker, const SafeddlSettings *settings)
{
	return settings->max_blocker_age >= 0 && blocker->age >= settings->max_blocker_age;
}

/* judge_queue: one finding per relation, by the oldest transaction in the way */
static List *
judge_queue(const SafeddlAnalysis *a, const SafeddlSettings *settings)
{
	List	   *findings = NIL;
	List	   *seen = NIL;
	ListCell   *lc;

	foreach(lc, a->blockers)
	{
		const SafeddlBlocker *blocker = lfirst(lc);
		const SafeddlEffect *effect = effect_on(a, blocker->relid);
		SafeddlFinding *finding;

		if (!is_old(blocker, settings) || effect == NULL || list_member_oid(seen, blocker->relid))
			continue;
		seen = lappend_oid(seen, blocker->relid);
		finding = make_finding(SAFEDDL_RULE_LOCK_QUEUE, effect);
		finding->locked = blocker->relid;
		finding->lockmode = blocker->wanted;
		finding->blocker = blocker;
		findings = lappend(findings, finding);
	}
	return findings;
}

/* judge_waits: what CONCURRENTLY waits for; the oldest stands for all */
static List *
judge_waits(const SafeddlAnalysis *a, const SafeddlSettings *settings)
{
	const SafeddlBlocker *blocker = a->awaited == NIL ? NULL : linitial(a->awaited);
	const SafeddlEffect *effect;
	SafeddlFinding *finding;

	if (blocker == NULL || !is_old(blocker, settings))
		return NIL;
	effect = effect_on(a, blocker->relid);
	if (effect == NULL)
		return NIL;
	finding = make_finding(SAFEDDL_RULE_CONCURRENTLY_WAITS, effect);
	finding->blocker = blocker;
	return list_make1(finding);
}

/*
 * judge_limit: the first lock that keeps others waiting for as long as it is
 * awaited; a target is a better example than what comes with it.
 */
static SafeddlFinding *
judge_limit(const SafeddlAnalysis *a)
{
	const SafeddlEffect *found = NULL;
	ListCell   *lc;

	if (a->never_waits)
		return NULL;
	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (!safeddl_lock_blocks(effect->lockmode) || effect->held >= effect->lockmode ||
			!visible(effect))
			continue;
		if (found == NULL || (found->reach != SAFEDDL_REACH_TARGET &&
							  effect->reach == SAFEDDL_REACH_TARGET))
			found = effect;
	}
	return found ? make_finding(SAFEDDL_RULE_NO_LOCK_TIMEOUT, found) : NULL;
}

/*
 * safeddl_level_for: what rule_levels (may be NULL) says of the rule, else the
 * mode up to the ceiling of the rule.
 */
SafeddlLevel
safeddl_level_for(SafeddlRule rule, SafeddlLevel mode, const int8 *rule_levels)
{
	if (rule_levels != NULL && rule_levels[rule] >= 0)
		return rule_levels[rule];
	return Min(mode, safeddl_rule_ceiling(rule));
}

static SafeddlLevel
level_of(const SafeddlFinding *finding, const SafeddlSettings *settings)
{
	SafeddlLevel level = safeddl_level_for(finding->rule, settings->mode, settings->rule_levels);

	/* who may have to wait for CONCURRENTLY is only told so */
	if (safeddl_rule_info[finding->rule].kind == SAFEDDL_AWAIT)
		level = Min(level, SAFEDDL_WARN);
	/* whoever runs an extension's script cannot edit it */
	return settings->log_at_most ? Min(level, SAFEDDL_LOG) : level;
}

static bool
is_overridden(const SafeddlFinding *finding, const SafeddlSettings *settings)
{
	if (!settings->override)
		return false;
	if (settings->override_rule != SAFEDDL_RULE_NONE &&
		settings->override_rule != finding->rule)
		return false;
	return settings->override_any ||
		(OidIsValid(settings->override_relid) &&
		 (settings->override_relid == finding->root ||
		  settings->override_relid == finding->locked));
}

/* what is said first of two findings of one level: what a retry cannot help */
static int
urgency(const SafeddlFinding *finding)
{
	switch (safeddl_rule_info[finding->rule].kind)
	{
		case SAFEDDL_STALL:
		case SAFEDDL_NO_RETURN:
			return 0;
		case SAFEDDL_TRAP:
		case SAFEDDL_HELD:
			return 1;
		case SAFEDDL_QUEUE:
			return 2;
		case SAFEDDL_UNLIMITED:
		case SAFEDDL_AWAIT:
		case SAFEDDL_SCRIPT:
			break;
	}
	return 3;
}

/* worst first: not overridden, level, urgency, what is blocked, bytes; then rule */
static int
compare_findings(const ListCell *x, const ListCell *y)
{
	const SafeddlFinding *a = lfirst(x);
	const SafeddlFinding *b = lfirst(y);

	if (a->overridden != b->overridden)
		return a->overridden ? 1 : -1;
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (urgency(a) != urgency(b))
		return urgency(a) - urgency(b);
	if (a->lockmode != b->lockmode)
		return a->lockmode > b->lockmode ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	if (a->rule != b->rule)
		return (int) a->rule - (int) b->rule;
	return (a->effect->reach > b->effect->reach) - (a->effect->reach < b->effect->reach);
}
