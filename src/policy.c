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
	LOCKMODE	lockmode;
	bool		root_visible;
} RootLock;

static bool visible(const SafeddlEffect *effect);
static List *add_up(List *effects);
static HTAB *lock_roots(List *effects);
static void find_lock(SafeddlFinding *finding, HTAB *locks);
static bool is_hazard(const SafeddlFinding *finding);
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
 * safeddl_judge: the findings, worst first.
 *
 * Effects of one rule on one root (a table with its partitions, say) are one
 * finding: all of its locks are held until all of its work is done.
 */
List *
safeddl_judge(List *effects, const SafeddlSettings *settings)
{
	List	   *findings = NIL;
	HTAB	   *locks = NULL;
	ListCell   *lc;

	foreach(lc, add_up(effects))
	{
		SafeddlFinding *finding = lfirst(lc);

		if (!safeddl_is_large(finding->bytes, finding->rows, settings))
			continue;
		if (locks == NULL)
			locks = lock_roots(effects);
		find_lock(finding, locks);
		if (!is_hazard(finding))
			continue;
		finding->level = level_of(finding, settings);
		if (finding->level == SAFEDDL_OFF)
			continue;
		finding->overridden = is_overridden(finding, settings);
		findings = lappend(findings, finding);
	}
	list_sort(findings, compare_findings);
	return findings;
}

/* can anybody else see the relation, and so wait for it?  No query locks a type. */
static bool
visible(const SafeddlEffect *effect)
{
	return effect->rel->exists && !effect->rel->temp && !effect->rel->new_in_xact &&
		effect->rel->relkind != RELKIND_COMPOSITE_TYPE;
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
		if (effect->reach != SAFEDDL_REACH_TOAST)
			finding->nrelations++;
	}
	return candidates;
}

/*
 * lock_roots: by root, the strongest lock on a visible relation that is held
 * while the work goes on.  The relation that the statement names is preferred
 * to those it drags along.
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
		bool		found;

		if (!visible(effect))
			continue;
		lock = hash_search(locks, &effect->root, HASH_ENTER, &found);
		if (!found)
		{
			lock->locked = InvalidOid;
			lock->lockmode = NoLock;
			lock->root_visible = false;
		}
		lock->root_visible |= (effect->relid == effect->root);
		if (effect->lockmode > lock->lockmode ||
			(effect->lockmode == lock->lockmode && effect->relid == effect->root))
		{
			lock->locked = effect->relid;
			lock->lockmode = effect->lockmode;
		}
	}
	return locks;
}

static void
find_lock(SafeddlFinding *finding, HTAB *locks)
{
	const RootLock *lock = hash_search(locks, &finding->root, HASH_FIND, NULL);

	finding->locked = lock ? lock->locked : InvalidOid;
	finding->lockmode = lock ? lock->lockmode : NoLock;
	finding->root_visible = lock && lock->root_visible;
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
	if (!safeddl_lock_blocks(finding->lockmode))
		return false;
	if (safeddl_rule_info[finding->rule].kind == SAFEDDL_NO_RETURN)
		return visible(finding->effect);
	return (finding->work & ~SAFEDDL_WORK_DROP) != 0;
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

/* worst first: not overridden, level, what is blocked, bytes; then rule */
static int
compare_findings(const ListCell *x, const ListCell *y)
{
	const SafeddlFinding *a = lfirst(x);
	const SafeddlFinding *b = lfirst(y);

	if (a->overridden != b->overridden)
		return a->overridden ? 1 : -1;
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->lockmode != b->lockmode)
		return a->lockmode > b->lockmode ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	if (a->rule != b->rule)
		return (int) a->rule - (int) b->rule;
	return (a->effect->reach > b->effect->reach) - (a->effect->reach < b->effect->reach);
}
