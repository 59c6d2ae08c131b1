/*
 * invalid_index.c
 *	  Invalid indexes that would pass for the index that a statement is to make,
 *	  and the statements that repair them.
 *
 * A build that fails, or that is still going on, leaves an index that is
 * maintained or not, but used by no query.  A partitioned index is invalid as
 * long as not every partition has a valid one attached to it.
 */
#include "plan.h"

#include <ctype.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "commands/progress.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* statements in a hint; of a table with hundreds of partitions it tells how to begin */
#define MAX_STEPS 6

/* the statements of a hint or plan */
typedef struct Steps
{
	List	   *statements;		/* of SafeddlStep: outside a transaction block or not */
	bool		in_block;		/* may all of them run in a transaction block? */
	bool		unique;			/* is one for a unique index? */
	bool		blocks;			/* does one block writes? */
} Steps;

static void complete(Steps *steps, Oid indexid);

/* ----------------------------------------------------------------
 *		facts
 * ----------------------------------------------------------------
 */

/* the row of an index in pg_index; false if it is gone */
static bool
read_index(Oid indexid, FormData_pg_index *form)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));

	if (!HeapTupleIsValid(tuple))
		return false;
	/* as far as its columns have a fixed size */
	memcpy(form, GETSTRUCT(tuple), sizeof(FormData_pg_index));
	ReleaseSysCache(tuple);
	return true;
}

/*
 * safeddl_is_trap: would IF NOT EXISTS take an invalid index of the table for
 * the one that it is to make?  ONLY is asked for by those who know that the
 * index will be invalid until they have attached the others.
 */
bool
safeddl_is_trap(Oid indexid, Oid relid, bool only)
{
	FormData_pg_index form;
	char		relkind = get_rel_relkind(indexid);

	return (relkind == RELKIND_INDEX || (relkind == RELKIND_PARTITIONED_INDEX && !only)) &&
		read_index(indexid, &form) && form.indrelid == relid && !form.indisvalid;
}

/* ends it with _ccnew or _ccold, and perhaps a number, as REINDEX CONCURRENTLY names its own? */
static bool
is_leftover(const char *name)
{
	int			len = name ? strlen(name) : 0;

	while (len > 0 && isdigit((unsigned char) name[len - 1]))
		len--;
	return len > 6 && (strncmp(name + len - 6, "_ccnew", 6) == 0 ||
					   strncmp(name + len - 6, "_ccold", 6) == 0);
}

/* is it that index, or a copy of REINDEX CONCURRENTLY, that a process reports to work on? */
static bool
is_built_by(const PgBackendStatus *status, Oid indexid, Oid relid)
{
	const int64 *param = status->st_progress_param;

	if (status->st_procpid == 0 || status->st_databaseid != MyDatabaseId ||
		status->st_progress_command != PROGRESS_COMMAND_CREATE_INDEX)
		return false;
	return param[PROGRESS_CREATEIDX_INDEX_OID] == indexid ||
		(status->st_progress_command_target == relid && is_leftover(get_rel_name(indexid)) &&
		 param[PROGRESS_CREATEIDX_COMMAND] == PROGRESS_CREATEIDX_COMMAND_REINDEX_CONCURRENTLY);
}

/* builder_of: the process that is building an index; zero if nobody is */
static int
builder_of(Oid indexid, Oid relid)
{
	int			result = 0;
	int			n;

	/* what this transaction may have read of pg_stat_activity is not new enough */
	pgstat_clear_backend_activity_snapshot();
	n = pgstat_fetch_stat_numbackends();
	for (int i = 1; i <= n && result == 0; i++)
	{
		LocalPgBackendStatus *local = safeddl_backend_entry(i);

		if (local != NULL && is_built_by(&local->backendStatus, indexid, relid))
			result = local->backendStatus.st_procpid;
	}
	pgstat_clear_backend_activity_snapshot();
	return result;
}

/*
 * safeddl_add_trap: root would get, or keep, an invalid index for what the
 * statement asks for: indexid, of the table relid.
 */
void
safeddl_add_trap(SafeddlAnalysis *a, Oid indexid, Oid relid, Oid root, LOCKMODE lockmode,
				 SafeddlReach reach)
{
	SafeddlEffect *effect;

	if (safeddl_relinfo(a, relid)->temp)
		return;
	effect = safeddl_add_effect(a, relid, root, lockmode, reach, SAFEDDL_RULE_INVALID_INDEX,
								SAFEDDL_WORK_NONE);
	effect->trap = indexid;
	effect->builder = builder_of(indexid, relid);
	effect->subject = safeddl_relinfo(a, indexid)->relname;
}

/* ----------------------------------------------------------------
 *		repair
 * ----------------------------------------------------------------
 */

static void
add_step(Steps *steps, bool in_block, const char *statement)
{
	SafeddlStep *step = palloc0(sizeof(SafeddlStep));

	step->sql = statement;
	step->outside = !in_block;
	steps->statements = lappend(steps->statements, step);
	/* as far as they are shown */
	if (list_length(steps->statements) <= MAX_STEPS)
		steps->in_block &= in_block;
}

/* attach: an index to a partitioned one, both by their qualified names */
static void
attach(Steps *steps, const char *parent, const char *index)
{
	add_step(steps, true, psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent, index));
}

/* build: the index of a partition that has none, with those below it, and attaches it */
static void
build(Steps *steps, const char *parent, const char *label, Oid relid, const SafeddlNewIndex *def)
{
	Oid			nspid = get_rel_namespace(relid);
	char	   *name = ChooseRelationName(get_rel_name(relid), label, "idx", nspid,
										  def->contype != '\0');
	const char *unique = def->unique ? "UNIQUE " : "";
	char	   *index = quote_qualified_identifier(get_namespace_name(nspid), name);
	ListCell   *lc;

	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE && def->contype == '\0')
	{
		add_step(steps, true,
				 psprintf("CREATE %sINDEX %s ON ONLY %s %s", unique, quote_identifier(name),
						  safeddl_table_name(relid), def->rest));
		foreach(lc, find_inheritance_children(relid, NoLock))
			build(steps, index, label, lfirst_oid(lc), def);
	}
	else if (RELKIND_HAS_TABLE_AM(get_rel_relkind(relid)))
	{
		add_step(steps, false,
				 psprintf("CREATE %sINDEX CONCURRENTLY %s ON %s %s", unique,
						  quote_identifier(name), safeddl_table_name(relid), def->rest));
		if (def->contype != '\0')
			add_step(steps, true,
					 psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
							  safeddl_table_name(relid), quote_identifier(name),
							  def->contype == CONSTRAINT_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
							  quote_identifier(name)));
	}
	else
		return;
	steps->unique |= def->unique;
	attach(steps, parent, index);
}

/* attached_index: the one of a partition that is part of a partitioned index */
static Oid
attached_index(Oid indexid, Oid relid)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
		if (get_rel_relispartition(lfirst_oid(lc)) &&
			get_partition_parent(lfirst_oid(lc), true) == indexid)
			return lfirst_oid(lc);
	return InvalidOid;
}

/* rebuild: one index that is not partitioned, in its place */
static void
rebuild(Steps *steps, Oid indexid)
{
	FormData_pg_index form;

	if (!read_index(indexid, &form))
		return;
	/* the server cannot build those CONCURRENTLY */
	add_step(steps, form.indisexclusion,
			 psprintf("REINDEX INDEX %s%s", form.indisexclusion ? "" : "CONCURRENTLY ",
					  safeddl_table_name(indexid)));
	steps->unique |= form.indisunique;
	steps->blocks |= form.indisexclusion;
	/* attached again, it makes those above valid */
	if (get_rel_relispartition(indexid))
		attach(steps, safeddl_table_name(get_partition_parent(indexid, true)), safeddl_table_name(indexid));
}

/* complete_partition: what a partition needs before a partitioned index can be valid */
static void
complete_partition(Steps *steps, Oid indexid, const SafeddlIndexSketch *sketch, Oid relid)
{
	Oid			attached = attached_index(indexid, relid);
	SafeddlNewIndex def = {0};
	bool		maybe;

	if (!OidIsValid(attached))
	{
		Oid			equal = safeddl_equal_index(sketch, relid, &maybe);

		if (OidIsValid(equal))
			attach(steps, safeddl_table_name(indexid), safeddl_table_name(equal));
		else if (safeddl_new_index_of(&def, indexid))
			build(steps, safeddl_table_name(indexid), get_rel_name(indexid), relid, &def);
	}
	else if (get_index_isvalid(attached))
		return;
	else if (get_rel_relkind(attached) == RELKIND_PARTITIONED_INDEX)
		complete(steps, attached);
	else
		rebuild(steps, attached);
}

/* complete: the statements that make a partitioned index valid */
static void
complete(Steps *steps, Oid indexid)
{
	Oid			relid = IndexGetRelation(indexid, true);
	SafeddlIndexSketch sketch = {.attach = true,.parent = relid};
	Relation	index = safeddl_open(indexid);
	int			before = list_length(steps->statements);
	ListCell   *lc;

	check_stack_depth();
	if (index == NULL)
		return;
	safeddl_sketch_of(&sketch, index);
	foreach(lc, find_inheritance_children(relid, NoLock))
		complete_partition(steps, indexid, &sketch, lfirst_oid(lc));
	safeddl_close(index);
	/* all are there and valid: nobody has told the index yet */
	if (list_length(steps->statements) > before)
		return;
	foreach(lc, find_inheritance_children(indexid, NoLock))
	{
		attach(steps, safeddl_table_name(indexid), safeddl_table_name(lfirst_oid(lc)));
		return;
	}
}

/*
 * repair: the statements for one invalid index.  One that is in the way is
 * dropped, so that the statement can build what it says; one that is to be
 * part of another is built, unless REINDEX has left it.
 */
static void
repair(Steps *steps, Oid indexid, bool in_the_way)
{
	if (get_rel_relkind(indexid) == RELKIND_PARTITIONED_INDEX)
		complete(steps, indexid);
	else if ((in_the_way || is_leftover(get_rel_name(indexid))) &&
			 !get_rel_relispartition(indexid) && !OidIsValid(get_index_constraint(indexid)))
	{
		FormData_pg_index form;

		add_step(steps, false, psprintf("DROP INDEX CONCURRENTLY %s", safeddl_table_name(indexid)));
		steps->unique |= in_the_way && read_index(indexid, &form) && form.indisunique;
	}
	else
		rebuild(steps, indexid);
}

/* in_words: the hint that the steps make; NULL if there are none */
static char *
in_words(SafeddlAnalysis *a, const Steps *steps)
{
	int			count = list_length(steps->statements);
	StringInfoData buf;
	StringInfoData text;

	if (count == 0)
		return NULL;
	initStringInfo(&text);
	for (int i = 0; i < Min(count, MAX_STEPS); i++)
		appendStringInfo(&text, "%s%s", i > 0 ? "; " : "",
						 ((SafeddlStep *) list_nth(steps->statements, i))->sql);
	initStringInfo(&buf);
	if (steps->in_block)
		appendStringInfo(&buf, _("First run: %s."), text.data);
	else if (count == 1)
		appendStringInfo(&buf, _("Run this alone, outside a transaction block: %s."), text.data);
	else
		appendStringInfo(&buf, _("Run each of these alone, outside a transaction block: %s."),
						 text.data);
	if (count > MAX_STEPS)
		appendStringInfo(&buf, _(" Go on like that: %d more are needed."), count - MAX_STEPS);
	appendStringInfoString(&buf, _(" Then run this statement again."));
	if (steps->unique)
		appendStringInfoString(&buf, _(" If the index is invalid because values were not unique, correct these first."));
	if (steps->blocks)
		appendStringInfoString(&buf, _(" REINDEX blocks writes to the table while it runs."));
	return steps->in_block ? buf.data : safeddl_outside_block(a, buf.data);
}

/* needs_repair: it may be gone, or repaired, since */
static bool
needs_repair(const SafeddlEffect *effect, Oid root)
{
	return effect->rule == SAFEDDL_RULE_INVALID_INDEX && effect->root == root &&
		get_rel_name(effect->trap) != NULL && !get_index_isvalid(effect->trap);
}

/*
 * safeddl_repair_hint: how to get rid of all invalid indexes that a finding is
 * about, palloc'd; NULL if that cannot be told.
 */
char *
safeddl_repair_hint(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	Steps		steps = {.in_block = true};
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (!needs_repair(effect, f->root))
			continue;
		if (effect->builder != 0)
			return psprintf(_("The view pg_stat_progress_create_index shows how far process %d is with index %s. Run this statement again when it has ended."),
							effect->builder, safeddl_table_name(effect->trap));
		repair(&steps, effect->trap, effect->reach == SAFEDDL_REACH_TARGET);
	}
	return in_words(a, &steps);
}

/* put: the steps into a plan */
static void
put(SafeddlPlan *plan, const Steps *steps)
{
	const char *note = steps->unique ?
		_("fails if values are not unique: correct these first") : NULL;
	ListCell   *lc;

	if (steps->blocks)
	{
		safeddl_step_none(plan, _("the index of an exclusion constraint cannot be built again without blocking writes: REINDEX it in a maintenance window"));
		return;
	}
	foreach(lc, steps->statements)
	{
		const SafeddlStep *step = lfirst(lc);

		if (step->outside)
			safeddl_step_outside(plan, unconstify(char *, step->sql),
								 strncmp(step->sql, "DROP", 4) == 0 ? NULL : note);
		else
			safeddl_step_brief(plan, unconstify(char *, step->sql), NULL);
	}
}

/* safeddl_plan_repair: an invalid index that is to be part of another */
void
safeddl_plan_repair(SafeddlPlan *plan, Oid indexid)
{
	Steps		steps = {0};

	if (get_rel_relkind(indexid) == RELKIND_PARTITIONED_INDEX)
		complete(&steps, indexid);
	else
		rebuild(&steps, indexid);
	put(plan, &steps);
}

/*
 * safeddl_plan_repairs: all invalid indexes that would pass for what the
 * statement makes of root.
 */
void
safeddl_plan_repairs(SafeddlPlan *plan, Oid root)
{
	Steps		steps = {0};
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (!needs_repair(effect, root))
			continue;
		if (effect->builder != 0)
		{
			safeddl_step_none(plan, psprintf(_("process %d is building index %s: wait until it has ended, and ask again"),
											 effect->builder, safeddl_table_name(effect->trap)));
			return;
		}
		repair(&steps, effect->trap, effect->reach == SAFEDDL_REACH_TARGET);
	}
	put(plan, &steps);
}
