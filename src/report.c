/*
 * report.c
 *	  From findings to words: at most one message to the client and one line
 *	  to the server log for each statement.
 *
 * Runs after the analysis was rolled back, and speaks of relations as they
 * were found then.
 */
#include "safeddl.h"

#include <limits.h>
#include <math.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "port/pg_bitutils.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* longest statement text in the log line, in bytes */
#define LOGGED_STATEMENT_LENGTH 2048

/* findings in DETAIL, beside the worst: REINDEX DATABASE may have thousands */
#define DETAILED_FINDINGS 5

static char *describe_relation(SafeddlAnalysis *a, Oid relid);
static char *describe_size(uint64 bytes);
static char *describe_rows(double rows);
static char *primary_message(SafeddlAnalysis *a, const SafeddlFinding *f);
static char *describe_held(const SafeddlHeld *held);
static void append_held(StringInfo buf, const SafeddlHeld *held);
static void append_blockers(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f);
static char *qualified_name(SafeddlAnalysis *a, Oid relid);
static void append_facts(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f,
						 bool tell_source);
static char *detail(SafeddlAnalysis *a, List *findings);
static void write_log_line(SafeddlAnalysis *a, List *findings, const char *verdict);
static int	error_position(SafeddlAnalysis *a, int location);

/*
 * reword: SafeddlWork that finds the words of a message that need the lexer
 * or the catalog.  Both may raise errors, and a warning must not become one.
 */
static void
reword(SafeddlAnalysis *a, void *arg)
{
	const SafeddlFinding *worst = linitial((List *) arg);

	a->statement_text = safeddl_statement_text(a);
	if (!worst->overridden && worst->level >= SAFEDDL_WARN)
		a->hint = safeddl_safer_statement(a, worst);
}

/* a queue passes, so tools that retry should; anything else does not */
static int
sqlstate_of(const SafeddlFinding *f)
{
	if (f->level != SAFEDDL_BLOCK)
		return ERRCODE_WARNING;
	return safeddl_rule_info[f->rule].kind == SAFEDDL_QUEUE ? ERRCODE_LOCK_NOT_AVAILABLE :
		ERRCODE_S_R_E_PROHIBITED_SQL_STATEMENT_ATTEMPTED;
}

/*
 * safeddl_report: says what was found, worst first; raises an error if the
 * worst finding blocks the statement.
 */
void
safeddl_report(SafeddlAnalysis *a, List *findings)
{
	SafeddlFinding *worst = linitial(findings);
	const SafeddlRelInfo *root = safeddl_relinfo(a, worst->root);
	char	   *message;
	int			position;

	worst->root_schema = root->nspname;
	worst->root_name = root->relname;

	a->statement_text = "";
	safeddl_contained(a, reword, findings);
	if (worst->overridden)
	{
		write_log_line(a, findings, "override");
		return;
	}
	write_log_line(a, findings, safeddl_level_name(worst->level));
	if (worst->level < SAFEDDL_WARN)
		return;

	message = primary_message(a, worst);
	position = error_position(a, worst->effect->location);
	ereport(worst->level == SAFEDDL_BLOCK ? ERROR : WARNING,
			(errcode(sqlstate_of(worst)),
			 errmsg_internal("%s", message),
			 errdetail_internal("%s", detail(a, findings)),
			 a->hint ? errhint("%s", a->hint) : 0,
			 position > 0 ? errposition(position) : 0,
			 root->exists ? err_generic_string(PG_DIAG_SCHEMA_NAME, root->nspname) : 0,
			 root->exists ? err_generic_string(PG_DIAG_TABLE_NAME, root->relname) : 0,
			 errhidecontext(true)));
}

/*
 * safeddl_word: the words of one finding, whatever its level: as they would be
 * if it were the only one.  a->statement_text is filled as well.
 */
SafeddlWording
safeddl_word(SafeddlAnalysis *a, SafeddlFinding *f)
{
	const SafeddlRelInfo *root = safeddl_relinfo(a, f->root);
	SafeddlFinding *told = palloc(sizeof(SafeddlFinding));
	SafeddlWording result;
	StringInfoData buf;

	f->root_schema = root->nspname;
	f->root_name = root->relname;
	*told = *f;
	told->level = SAFEDDL_BLOCK;
	told->overridden = false;
	a->statement_text = "";
	a->hint = NULL;
	safeddl_contained(a, reword, list_make1(told));
	initStringInfo(&buf);
	append_facts(&buf, a, told, true);
	result.message = primary_message(a, told);
	result.detail = buf.data;
	result.hint = a->hint;
	result.relation = qualified_name(a, f->root);
	return result;
}

static char *
describe_name(char relkind, const char *nspname, const char *relname)
{
	switch (relkind)
	{
		case RELKIND_MATVIEW:
			return psprintf(_("materialized view \"%s.%s\""), nspname, relname);
		case RELKIND_VIEW:
			return psprintf(_("view \"%s.%s\""), nspname, relname);
		case RELKIND_SEQUENCE:
			return psprintf(_("sequence \"%s.%s\""), nspname, relname);
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return psprintf(_("index \"%s.%s\""), nspname, relname);
		case RELKIND_COMPOSITE_TYPE:
			return psprintf(_("composite type \"%s.%s\""), nspname, relname);
		default:
			return psprintf(_("table \"%s.%s\""), nspname, relname);
	}
}

/*
 * describe_relation: its kind and its name in double quotes, with the schema.
 * As it was when it was analyzed: somebody may have dropped it since.
 */
static char *
describe_relation(SafeddlAnalysis *a, Oid relid)
{
	const SafeddlRelInfo *info = safeddl_relinfo(a, relid);

	return info->exists ? describe_name(info->relkind, info->nspname, info->relname) :
		psprintf(_("relation with OID %u"), relid);
}

static char *
describe_held(const SafeddlHeld *held)
{
	return describe_name(held->relkind, held->nspname, held->relname);
}

/* qualified_name: for the log line */
static char *
qualified_name(SafeddlAnalysis *a, Oid relid)
{
	const SafeddlRelInfo *info = safeddl_relinfo(a, relid);

	return info->exists ? psprintf("%s.%s", info->nspname, info->relname) :
		psprintf("%u", relid);
}

/* describe_size: "42 GB", as pg_size_pretty() would say it */
static char *
describe_size(uint64 bytes)
{
	return text_to_cstring(DatumGetTextPP(DirectFunctionCall1(pg_size_pretty,
															  Int64GetDatum((int64) bytes))));
}

/* describe_age: "12 min", with one unit, as settings have them */
static char *
describe_age(int64 ms)
{
	if (ms < 1000)
		return psprintf("%d ms", (int) ms);
	if (ms < 120 * 1000)
		return psprintf("%d s", (int) (ms / 1000));
	if (ms < INT64CONST(120) * 60 * 1000)
		return psprintf("%d min", (int) (ms / (60 * 1000)));
	if (ms < INT64CONST(48) * 3600 * 1000)
		return psprintf("%d h", (int) (ms / (3600 * 1000)));
	return psprintf("%d d", (int) (ms / (INT64CONST(24) * 3600 * 1000)));
}

/* describe_rows: "50 million", with two digits that mean something */
static char *
describe_rows(double rows)
{
	if (rows >= 1e9)
		return psprintf("%.1f billion", rows / 1e9);
	if (rows >= 1e6 && rows < 1e7 && rint(rows / 1e5) != 10 * rint(rows / 1e6))
		return psprintf("%.1f million", rows / 1e6);
	if (rows >= 1e6)
		return psprintf("%.0f million", rows / 1e6);
	return psprintf("%.0f", rows);
}

/* the lowest bit of a set of work, most of a pass first: rewrite over scan */
static int
main_work(int work)
{
	static const int order[] = {
		SAFEDDL_WORK_REWRITE, SAFEDDL_WORK_COPY, SAFEDDL_WORK_INDEX_BUILD,
		SAFEDDL_WORK_VALIDATE, SAFEDDL_WORK_SCAN, SAFEDDL_WORK_DROP
	};

	for (int i = 0; i < lengthof(order); i++)
		if (work & order[i])
			return pg_rightmost_one_pos32(order[i]);
	return 0;
}

/*
 * subject_relation: the relation that a message is about: the one named, if
 * others can see it, else one whose users will wait.
 */
static Oid
subject_relation(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	/* the tables OF a type: none is more locked than another */
	if (safeddl_relinfo(a, f->root)->relkind == RELKIND_COMPOSITE_TYPE)
		return f->effect->relid;
	/* DETACH PARTITION CONCURRENTLY: nobody waits for the table named */
	if (f->effect->reach == SAFEDDL_REACH_REFERENCING)
		return f->locked != f->root && safeddl_lock_blocks(f->effect->lockmode) ?
			f->effect->relid : f->locked;
	return f->root_visible ? f->root : f->locked;
}

/* is the work of an effect on another relation than the subject, and not part of it? */
static bool
is_elsewhere(const SafeddlFinding *f, const SafeddlEffect *effect, Oid subject)
{
	if (effect->relid == subject)
		return false;
	if (subject != f->root)
		return !safeddl_lock_blocks(effect->lockmode) || effect->rel->temp || effect->rel->new_in_xact;
	return effect->reach == SAFEDDL_REACH_REFERENCING ||
		effect->reach == SAFEDDL_REACH_DEFAULT_PARTITION ||
		effect->reach == SAFEDDL_REACH_SOURCE;
}

/* is it one of several that are locked alike, each for the work on all of them? */
static bool
is_companion(SafeddlAnalysis *a, const SafeddlEffect *effect, Oid subject)
{
	char		relkind = safeddl_relinfo(a, subject)->relkind;

	if (effect->relid == subject || !RELKIND_HAS_TABLE_AM(effect->rel->relkind))
		return false;
	if (effect->reach == SAFEDDL_REACH_REFERENCING)
		return true;
	/* what is below a partitioned table is part of it */
	return relkind != RELKIND_PARTITIONED_TABLE && relkind != RELKIND_INDEX &&
		(effect->reach == SAFEDDL_REACH_TARGET || effect->reach == SAFEDDL_REACH_DEPENDENT);
}

/* describe_several: a relation, and whether it is alone */
static char *
describe_several(SafeddlAnalysis *a, Oid relid, bool alone)
{
	char	   *name = describe_relation(a, relid);

	return alone ? name : psprintf(_("%s and others"), name);
}

/* is the index lost with something else, so that it has no CONCURRENTLY? */
static bool
goes_along(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	return f->rule == SAFEDDL_RULE_DROP_INDEX &&
		!(IsA(a->stmt, DropStmt) && ((DropStmt *) a->stmt)->removeType == OBJECT_INDEX);
}

/* does a partitioned table reference the one that the finding is about? */
static bool
references_from_partitioned(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->root == f->root && effect->reach == SAFEDDL_REACH_REFERENCING &&
			safeddl_relinfo(a, effect->relid)->relkind == RELKIND_PARTITIONED_TABLE)
			return true;
	}
	return false;
}

/* does the advice for partitioned tables fit? */
static bool
advice_is_for_partitioned(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	if (safeddl_rule_info[f->rule].instead_partitioned[0] == '\0')
		return false;
	if (f->rule == SAFEDDL_RULE_DETACH_PARTITION)
		return references_from_partitioned(a, f);
	return safeddl_relinfo(a, f->root)->relkind == RELKIND_PARTITIONED_TABLE ||
		goes_along(a, f);
}

/* what a message says of the relations that the work goes through */
typedef struct Workplace
{
	uint64		elsewhere;		/* bytes of those that are not the subject */
	uint64		alike;			/* bytes of those that are locked as it is */
	int			nelsewhere;
	int			nalike;
} Workplace;

static Workplace
find_workplace(SafeddlAnalysis *a, const SafeddlFinding *f, Oid subject)
{
	Workplace	result = {0};
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->root != f->root || effect->rule != f->rule || !safeddl_is_candidate(effect))
			continue;
		if (is_elsewhere(f, effect, subject))
		{
			result.elsewhere += effect->bytes;
			result.nelsewhere++;
		}
		else if (is_companion(a, effect, subject))
		{
			result.alike += effect->bytes;
			result.nalike++;
		}
	}
	return result;
}

/* is the invalid index waiting for those of partitions? */
static bool
is_incomplete(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	return safeddl_relinfo(a, f->effect->trap)->relkind == RELKIND_PARTITIONED_INDEX;
}

static char *
trap_message(SafeddlAnalysis *a, const SafeddlFinding *f, const char *command)
{
	const SafeddlRuleInfo *rule = &safeddl_rule_info[f->rule];
	bool		adopted = f->effect->reach != SAFEDDL_REACH_TARGET;
	bool		built = f->effect->builder != 0;
	const char *format = is_incomplete(a, f) ?
		rule->message_partitioned[0][adopted][built] : rule->message[0][adopted][built];

	return psprintf(_(format), command, describe_relation(a, f->effect->trap), f->effect->builder);
}

/*
 * other_message: the primary message of a finding that is not about the work
 * that its rule is named after.
 */
static char *
other_message(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	const SafeddlRuleInfo *rule = &safeddl_rule_info[f->rule];
	const char *command = CreateCommandName(a->stmt);
	bool		reads = f->lockmode >= AccessExclusiveLock;
	bool		prepared = f->blocker != NULL && f->blocker->gid != NULL;
	/* a materialized view is not what is read for it */
	Oid			subject = f->effect->reach == SAFEDDL_REACH_SOURCE ? f->effect->relid : f->root;

	switch (rule->kind)
	{
		case SAFEDDL_HELD:
			if (f->locked == subject)
				return psprintf(_(rule->message[0][0][reads]), command,
								describe_relation(a, subject), describe_size(f->bytes));
			return psprintf(_(rule->message[0][1][reads]), command,
							describe_relation(a, subject),
							describe_size(f->bytes), describe_held(f->held));
		case SAFEDDL_QUEUE:
		case SAFEDDL_AWAIT:
			return psprintf(_(rule->message[0][prepared][rule->kind == SAFEDDL_QUEUE && reads]), command,
							describe_relation(a, f->locked),
							prepared ? f->blocker->gid : psprintf("%d", f->blocker->pid),
							describe_age(f->blocker->age));
		case SAFEDDL_UNLIMITED:
			return psprintf(_(rule->message[0][0][reads]), command, describe_relation(a, f->locked));
		case SAFEDDL_TRAP:
			return trap_message(a, f, command);
		case SAFEDDL_STALL:
		case SAFEDDL_NO_RETURN:
		case SAFEDDL_SCRIPT:
			break;
	}
	return NULL;
}

/*
 * primary_message: the size in it is that of the relation before it, as far as
 * the work goes through it.  If most of the work is not on what is blocked,
 * both are named.
 */
static char *
primary_message(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	const SafeddlRuleInfo *rule = &safeddl_rule_info[f->rule];
	Oid			subject = subject_relation(a, f);
	bool		loses = rule->kind == SAFEDDL_NO_RETURN;
	bool		elsewhere = !loses && is_elsewhere(f, f->effect, subject);
	bool		reads = f->lockmode >= AccessExclusiveLock;
	bool		one_by_one = elsewhere ||
		safeddl_relinfo(a, f->root)->relkind == RELKIND_COMPOSITE_TYPE;
	int			work = loses ? pg_rightmost_one_pos32(SAFEDDL_WORK_DROP) :
		main_work(one_by_one ? f->effect->work : f->work);
	const char *format = advice_is_for_partitioned(a, f) ?
		rule->message_partitioned[work][elsewhere][reads] : rule->message[work][elsewhere][reads];
	Workplace	place;

	if (rule->kind != SAFEDDL_STALL && rule->kind != SAFEDDL_NO_RETURN)
		return other_message(a, f);
	place = find_workplace(a, f, subject);
	if (elsewhere)
		return psprintf(_(format), describe_relation(a, subject),
						describe_several(a, f->effect->relid, place.nelsewhere + place.nalike == 1),
						describe_size(place.elsewhere + place.alike));
	return psprintf(_(format), describe_several(a, subject, loses || place.nalike == 0),
					describe_size(f->bytes - place.elsewhere));
}

/* lock_name: with its article, in the words of LOCK TABLE */
static const char *
lock_name(LOCKMODE lockmode)
{
	static const char *const names[] = {
		"no", "an ACCESS SHARE", "a ROW SHARE", "a ROW EXCLUSIVE",
		"a SHARE UPDATE EXCLUSIVE", "a SHARE", "a SHARE ROW EXCLUSIVE",
		"an EXCLUSIVE", "an ACCESS EXCLUSIVE"
	};

	return names[lockmode];
}

/* append_held: which earlier statement took which lock on what */
static void
append_held(StringInfo buf, const SafeddlHeld *held)
{
	if (held->line > 0)
		appendStringInfo(buf, _("This transaction holds %s lock on %s, taken in line %d by \"%s\"."),
						 lock_name(held->lockmode), describe_held(held), held->line,
						 held->statement);
	else if (held->statement != NULL)
		appendStringInfo(buf, _("This transaction holds %s lock on %s, taken by \"%s\"."),
						 lock_name(held->lockmode), describe_held(held), held->statement);
	else
		appendStringInfo(buf, _("This transaction holds %s lock on %s."),
						 lock_name(held->lockmode), describe_held(held));
}

/* append_lock: the lock of a finding, as far as the statement takes it */
static void
append_lock(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f)
{
	if (safeddl_rule_info[f->rule].kind == SAFEDDL_NO_RETURN)
		appendStringInfo(buf, _("It takes %s lock on %s for a moment; once it is committed there is no way back."),
						 lock_name(f->lockmode), describe_relation(a, f->locked));
	else if (f->held != NULL)
	{
		append_held(buf, f->held);
		appendStringInfo(buf, _(" The statement goes through about %s rows under it."),
						 describe_rows(f->rows));
	}
	else if (f->nrelations > 1)
		appendStringInfo(buf, _("It takes %s lock on %s and goes through about %s rows in %d relations under it."),
						 lock_name(f->lockmode), describe_relation(a, f->locked),
						 describe_rows(f->rows), f->nrelations);
	else if (f->taken < f->lockmode)
		appendStringInfo(buf, _("This transaction holds %s lock on %s already, and the statement goes through about %s rows under it."),
						 lock_name(f->lockmode), describe_relation(a, f->locked),
						 describe_rows(f->rows));
	else
		appendStringInfo(buf, _("It takes %s lock on %s and goes through about %s rows under it."),
						 lock_name(f->lockmode), describe_relation(a, f->locked),
						 describe_rows(f->rows));
}

/* append_others: a foreign key stops the writers of the other table as well */
static void
append_others(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f)
{
	int			others = 0;
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->root != f->root || effect->relid == f->locked || effect->rel == NULL ||
			(effect->reach != SAFEDDL_REACH_REFERENCED &&
			 effect->reach != SAFEDDL_REACH_REFERENCING &&
			 effect->reach != SAFEDDL_REACH_DEFAULT_PARTITION &&
			 effect->reach != SAFEDDL_REACH_PARENT) ||
			!safeddl_lock_blocks(effect->lockmode) || others++ >= 3)
			continue;
		appendStringInfo(buf, _(" It also takes %s lock on %s."),
						 lock_name(effect->lockmode), describe_relation(a, effect->relid));
	}
}

/* append_blocker: what the user may see of a transaction in the way */
static void
append_blocker(StringInfo buf, const SafeddlBlocker *b)
{
	if (b->gid != NULL)
		appendStringInfo(buf, _("Prepared transaction \"%s\""), b->gid);
	else
		appendStringInfo(buf, _("Process %d"), b->pid);
	appendStringInfo(buf, _(": open for %s"), describe_age(b->age));
	if (b->role != NULL)
		appendStringInfo(buf, _(", role \"%s\""), b->role);
	if (b->application != NULL)
		appendStringInfo(buf, _(", application \"%s\""), b->application);
	if (b->state != NULL)
		appendStringInfo(buf, _(", %s"), b->state);
	if (b->query != NULL)
		appendStringInfo(buf, _(", query \"%s\""), b->query);
	appendStringInfoChar(buf, '.');
}

/* append_blockers: all that stand between the statement and that relation */
static void
append_blockers(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f)
{
	bool		awaited = safeddl_rule_info[f->rule].kind == SAFEDDL_AWAIT;
	List	   *seen = NIL;
	int			n = 0;
	ListCell   *lc;

	foreach(lc, awaited ? a->awaited : a->blockers)
	{
		const SafeddlBlocker *b = lfirst(lc);

		if (!awaited && b->relid != f->locked)
			continue;
		/* with its lock, its snapshot goes as well */
		if (b->pid != 0 && list_member_int(seen, b->pid))
			continue;
		seen = lappend_int(seen, b->pid);
		if (n++ == DETAILED_FINDINGS)
		{
			appendStringInfoString(buf, _("And others. "));
			break;
		}
		append_blocker(buf, b);
		if (OidIsValid(b->relid) && b->lockmode != NoLock)
			appendStringInfo(buf, b->waiting ? _(" It awaits %s lock on %s.") : _(" It holds %s lock on %s."),
							 lock_name(b->lockmode), describe_relation(a, b->relid));
		else if (!OidIsValid(b->relid))
			appendStringInfoString(buf, _(" Its snapshot is older than the statement."));
		appendStringInfoChar(buf, ' ');
	}
	if (!awaited)
		appendStringInfo(buf, _("The statement asks for %s lock on it. "), lock_name(f->lockmode));
}

/* append_trap: why the index is invalid */
static void
append_trap(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f)
{
	if (f->effect->builder != 0)
		appendStringInfoString(buf, _("The index stays invalid should that build fail. "));
	else if (is_incomplete(a, f))
		appendStringInfoString(buf, _("A partitioned index is invalid until every partition has a valid one attached to it. "));
	else
		appendStringInfoString(buf, _("A build, or a DROP INDEX CONCURRENTLY, that did not finish has left the index behind; no query uses it. "));
}

/*
 * append_facts: lock, work, how much of it; what else is locked meanwhile; with
 * tell_source, where sizes come from that were loaded.
 */
static void
append_facts(StringInfo buf, SafeddlAnalysis *a, const SafeddlFinding *f, bool tell_source)
{
	switch (safeddl_rule_info[f->rule].kind)
	{
		case SAFEDDL_QUEUE:
		case SAFEDDL_AWAIT:
			append_blockers(buf, a, f);
			break;
		case SAFEDDL_UNLIMITED:
			appendStringInfo(buf, _("It takes %s lock on %s, and neither lock_timeout nor safeddl.lock_timeout nor a timeout of the statement or transaction limits the wait for it. "),
							 lock_name(f->lockmode), describe_relation(a, f->locked));
			break;
		case SAFEDDL_TRAP:
			append_trap(buf, a, f);
			break;
		case SAFEDDL_STALL:
		case SAFEDDL_NO_RETURN:
		case SAFEDDL_HELD:
			append_lock(buf, a, f);
			if (safeddl_rule_info[f->rule].kind != SAFEDDL_HELD)
				append_others(buf, a, f);
			if (f->effect->maybe)
				appendStringInfoString(buf, _(" Whether all of this work is needed will only show when it runs."));
			if (f->busy)
				appendStringInfoString(buf, _(" Another session holds or awaits a lock on it, so the size is the one in pg_class."));
			if (f->loaded && tell_source)
				appendStringInfo(buf, " %s", safeddl_sizes_source(a));
			appendStringInfoChar(buf, ' ');
			break;
		case SAFEDDL_SCRIPT:
			break;
	}
	appendStringInfo(buf, _("Rule: %s."), safeddl_rule_info[f->rule].name);
}

static char *
detail(SafeddlAnalysis *a, List *findings)
{
	StringInfoData buf;
	int			n = 0;
	bool		told = false;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, findings)
	{
		const SafeddlFinding *f = lfirst(lc);

		if (f->overridden || f->level < SAFEDDL_WARN || n++ > DETAILED_FINDINGS)
			continue;
		if (n > 1)
			appendStringInfo(&buf, _("\nFurthermore, %s. "), primary_message(a, f));
		append_facts(&buf, a, f, !told);
		told |= f->loaded;
	}
	if (n > DETAILED_FINDINGS + 1)
		appendStringInfo(&buf, safeddl_rule_info[((SafeddlFinding *) linitial(findings))->rule].kind == SAFEDDL_QUEUE ?
						 _("\nThere are at least %d more; the view safeddl.blockers tells them all.") :
						 _("\nThere are %d more; safeddl.footprint() tells them all."),
						 n - DETAILED_FINDINGS - 1);
	return buf.data;
}

/* append_quoted: a value of the log line, on one line whatever it holds */
static void
append_quoted(StringInfo buf, const char *key, const char *value, int maxlen)
{
	int			len = strlen(value);
	bool		cut = len > maxlen;

	if (cut)
		len = pg_mbcliplen(value, len, maxlen);
	appendStringInfo(buf, " %s=\"", key);
	for (int i = 0; i < len; i++)
	{
		unsigned char c = value[i];

		if (c == '"' || c == '\\')
			appendStringInfoChar(buf, '\\');
		appendStringInfoChar(buf, c < ' ' || c == 0x7f ? ' ' : c);
	}
	appendStringInfoString(buf, cut ? "...\"" : "\"");
}

/* prepare_second_line: what around.c will say of the statement when it has run */
static void
prepare_second_line(SafeddlAnalysis *a, const SafeddlFinding *worst, const char *role)
{
	StringInfoData head;
	StringInfoData tail;

	initStringInfo(&head);
	initStringInfo(&tail);
	appendStringInfo(&head, "rule=%s", safeddl_rule_info[worst->rule].name);
	append_quoted(&head, "relation", qualified_name(a, worst->root), INT_MAX);
	appendStringInfo(&head, " lock=%s", GetLockmodeName(DEFAULT_LOCKMETHOD, worst->lockmode));
	append_quoted(&tail, "role", role, INT_MAX);
	append_quoted(&tail, "statement", a->statement_text, LOGGED_STATEMENT_LENGTH);
	a->log_head = head.data;
	a->log_tail = tail.data;
}

/*
 * write_log_line: the one line per decision, in the format that README.md
 * documents: key=value, values in double quotes where they may hold a blank.
 * The server adds no STATEMENT line to a WARNING, so the statement is in it.
 */
static void
write_log_line(SafeddlAnalysis *a, List *findings, const char *verdict)
{
	const SafeddlFinding *worst = linitial(findings);
	StringInfoData buf;
	StringInfoData others;
	bool		overridden = worst->overridden;
	/* a session can outlive its role */
	const char *role = GetUserNameFromId(GetUserId(), true);

	if (role == NULL)
		role = psprintf("%u", GetUserId());
	initStringInfo(&buf);
	initStringInfo(&others);
	for (int i = 1; i < list_length(findings) && i <= DETAILED_FINDINGS; i++)
	{
		const SafeddlFinding *f = list_nth(findings, i);

		overridden |= f->overridden;
		appendStringInfo(&others, "%s%s on %s (%s)", i > 1 ? ", " : "",
						 safeddl_rule_info[f->rule].name, qualified_name(a, f->root),
						 f->overridden ? "override" : safeddl_level_name(f->level));
	}

	appendStringInfo(&buf, "safeddl: verdict=%s rule=%s", verdict,
					 safeddl_rule_info[worst->rule].name);
	append_quoted(&buf, "relation", qualified_name(a, worst->root), INT_MAX);
	appendStringInfo(&buf, " size=" UINT64_FORMAT " rows=%.0f lock=%s", worst->bytes,
					 worst->rows, GetLockmodeName(DEFAULT_LOCKMETHOD, worst->lockmode));
	append_quoted(&buf, "work", safeddl_work_names(worst->work), INT_MAX);
	if (worst->loaded)
		appendStringInfoString(&buf, " sizes=loaded");
	if (worst->held)
		append_quoted(&buf, "held", psprintf("%s.%s", worst->held->nspname, worst->held->relname), INT_MAX);
	if (worst->blocker)
	{
		append_quoted(&buf, "blocker", worst->blocker->gid ? worst->blocker->gid :
					  psprintf("%d", worst->blocker->pid), INT_MAX);
		appendStringInfo(&buf, " blocker_age_ms=" INT64_FORMAT, worst->blocker->age);
	}
	append_quoted(&buf, "role", role, INT_MAX);
	append_quoted(&buf, "others", others.data, INT_MAX);
	append_quoted(&buf, "override", overridden ? safeddl_override_reason() : "", INT_MAX);
	append_quoted(&buf, "statement", a->statement_text, LOGGED_STATEMENT_LENGTH);

	ereport(LOG_SERVER_ONLY,
			(errmsg_internal("%s", buf.data), errhidestmt(true), errhidecontext(true)));
	if (strcmp(verdict, "block") != 0)
		prepare_second_line(a, worst, role);
}

/* error_position: byte offset in the query string to errposition()'s count */
static int
error_position(SafeddlAnalysis *a, int location)
{
	if (location < 0 || a->query == NULL || location > strlen(a->query))
		return 0;
	return pg_mbstrlen_with_len(a->query, location) + 1;
}
