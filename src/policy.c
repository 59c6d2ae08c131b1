/*
 * policy.c
 *	  From effects to findings: which of the facts are hazards, and how grave.
 *
 * Pure: looks at effects, their relations' facts and the settings; reads no
 * catalog, no file and no clock, and raises no error.
 */
#include "safeddl.h"

#include "storage/lock.h"

static bool visible(const SafeddlEffect *effect);
static SafeddlFinding *find_or_add(List **findings, const SafeddlEffect *effect);
static void find_lock(SafeddlFinding *finding, List *effects);
static bool is_large(const SafeddlFinding *finding, const SafeddlSettings *settings);
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
	List	   *candidates = NIL;
	List	   *findings = NIL;
	ListCell   *lc;

	foreach(lc, effects)
	{
		const SafeddlEffect *effect = lfirst(lc);
		SafeddlFinding *finding;

		if (effect->rule == SAFEDDL_RULE_NONE || effect->work == SAFEDDL_WORK_NONE)
			continue;
		finding = find_or_add(&candidates, effect);
		if (finding->effect == NULL || effect->bytes > finding->effect->bytes)
			finding->effect = effect;
		finding->work |= effect->work;
		finding->bytes += effect->bytes;
		finding->rows += effect->rows;
		finding->busy |= effect->rel->busy;
		if (effect->reach != SAFEDDL_REACH_TOAST)
			finding->nrelations++;
	}

	foreach(lc, candidates)
	{
		SafeddlFinding *finding = lfirst(lc);

		if (!is_large(finding, settings))
			continue;
		find_lock(finding, effects);
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

static SafeddlFinding *
find_or_add(List **findings, const SafeddlEffect *effect)
{
	SafeddlFinding *finding;

	/* the newest first: effects of one cause follow each other */
	for (int i = list_length(*findings) - 1; i >= 0; i--)
	{
		finding = list_nth(*findings, i);
		if (finding->rule == effect->rule && finding->root == effect->root)
			return finding;
	}
	finding = palloc0(sizeof(SafeddlFinding));
	finding->rule = effect->rule;
	finding->root = effect->root;
	*findings = lappend(*findings, finding);
	return finding;
}

/*
 * find_lock: the strongest lock on a visible relation that is held while the
 * work of the finding goes on.  The relation that the statement names is
 * preferred to those it drags along.
 */
static void
find_lock(SafeddlFinding *finding, List *effects)
{
	ListCell   *lc;

	finding->locked = InvalidOid;
	finding->lockmode = NoLock;
	foreach(lc, effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->root != finding->root || !visible(effect))
			continue;
		finding->root_visible |= (effect->relid == finding->root);
		if (effect->lockmode > finding->lockmode ||
			(effect->lockmode == finding->lockmode &&
			 (effect->relid == finding->root ||
			  (finding->locked != finding->root && effect->relid == finding->effect->relid))))
		{
			finding->locked = effect->relid;
			finding->lockmode = effect->lockmode;
		}
	}
}

static bool
is_large(const SafeddlFinding *finding, const SafeddlSettings *settings)
{
	return finding->bytes >= settings->min_table_bytes ||
		(settings->min_table_rows > 0 && finding->rows >= settings->min_table_rows);
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
