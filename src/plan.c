/*
 * plan.c
 *	  safeddl.plan(): the safe way to do what a statement wants, in steps that
 *	  can be run as they are.
 *
 * Which statement needs which steps is known to the plan_*.c; here is what
 * they share, and how an ALTER TABLE of several subcommands is taken apart.
 */
#include "plan.h"

#include "catalog/dependency.h"
#include "catalog/pg_constraint.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

/*
 * How long a step may wait for a lock that keeps others waiting behind it: less
 * than deadlock_timeout, so that in a deadlock it is the step that gives up, and
 * not whoever else is in it.
 */
#define BRIEF_LOCK "SET LOCAL lock_timeout = '500ms'; "

#define PLAN_COLUMNS 4

PG_FUNCTION_INFO_V1(safeddl_plan_statement);

/* ----------------------------------------------------------------
 *		steps
 * ----------------------------------------------------------------
 */

static void
append_step(SafeddlPlan *plan, const char *sql, bool brief, bool outside, const char *note)
{
	SafeddlStep *step = palloc0(sizeof(SafeddlStep));

	step->sql = sql;
	step->brief = brief;
	step->outside = outside;
	step->note = note;
	plan->steps = lappend(plan->steps, step);
	plan->added++;
}

/* append: to a list of subcommands or notes; nothing is added to NULL by NULL */
static char *
append(char *list, const char *separator, const char *item)
{
	if (item == NULL)
		return list;
	return list ? psprintf("%s%s%s", list, separator, item) : pstrdup(item);
}

/* append_note: what is not said yet */
static void
append_note(char **notes, const char *note)
{
	if (note == NULL || (*notes != NULL && strstr(*notes, note) != NULL))
		return;
	*notes = *notes != NULL && strstr(note, *notes) != NULL ? pstrdup(note) :
		append(*notes, "; ", note);
}

/* safeddl_step_flush: the subcommands that were put aside become steps */
void
safeddl_step_flush(SafeddlPlan *plan)
{
	SafeddlPlan waiting = *plan;
	char	   *sql = NULL;

	plan->pending = plan->validate = plan->finish = plan->cleanup = NULL;
	plan->pending_note = plan->validate_note = plan->finish_note = NULL;
	plan->pending_lock = NULL;
	if (waiting.pending != NULL)
	{
		append_step(plan, psprintf("%s %s", plan->head, waiting.pending), true, false,
					waiting.pending_note);
		((SafeddlStep *) llast(plan->steps))->lock = waiting.pending_lock;
	}
	if (waiting.validate != NULL)
		append_step(plan, psprintf("%s %s", plan->head, waiting.validate), false, false,
					waiting.validate_note);
	if (waiting.finish != NULL)
		sql = psprintf("%s %s", plan->head, waiting.finish);
	if (waiting.cleanup != NULL)
		sql = append(sql, "; ", psprintf("%s %s", plan->head, waiting.cleanup));
	if (sql != NULL)
		append_step(plan, sql, true, false, waiting.finish_note);
}

/*
 * safeddl_step_brief: a step whose lock keeps others waiting, but not for
 * long; in a transaction of its own.
 */
void
safeddl_step_brief(SafeddlPlan *plan, char *sql, const char *note)
{
	safeddl_step_flush(plan);
	append_step(plan, sql, true, false, note);
}

/* safeddl_step_own: one that nobody waits for, as VALIDATE CONSTRAINT */
void
safeddl_step_own(SafeddlPlan *plan, char *sql, const char *note)
{
	safeddl_step_flush(plan);
	append_step(plan, sql, false, false, note);
}

/* safeddl_step_outside: one that the server refuses in a transaction block */
void
safeddl_step_outside(SafeddlPlan *plan, char *sql, const char *note)
{
	safeddl_step_flush(plan);
	append_step(plan, sql, false, true, note);
}

/* safeddl_step_none: there is no safe way, because of note; said once */
void
safeddl_step_none(SafeddlPlan *plan, const char *note)
{
	ListCell   *lc;

	safeddl_step_flush(plan);
	foreach(lc, plan->steps)
	{
		const SafeddlStep *step = lfirst(lc);

		if (step->sql == NULL && step->note != NULL && note != NULL && strcmp(step->note, note) == 0)
		{
			plan->added++;
			return;
		}
	}
	append_step(plan, NULL, false, false, note);
}

/*
 * safeddl_step_alter: a subcommand that does no work, on the table that ALTER
 * TABLE names.
 *
 * Such subcommands become steps together, up to three whatever their number:
 * those that come first, with constraints added NOT VALID; VALIDATE CONSTRAINT
 * for all of these; and those that wait for what was validated, with what has
 * to be cleared away after them in the same transaction.
 */
void
safeddl_step_alter(SafeddlPlan *plan, const char *command, const char *note)
{
	if (plan->validate != NULL || plan->finish != NULL)
		safeddl_step_finish(plan, command, NULL, note);
	else
		safeddl_step_prepare(plan, command, note);
}

/* safeddl_step_prepare: one that needs nothing of what is put aside so far */
void
safeddl_step_prepare(SafeddlPlan *plan, const char *command, const char *note)
{
	plan->pending = append(plan->pending, ", ", command);
	append_note(&plan->pending_note, note);
	plan->added++;
}

/* safeddl_step_validate: VALIDATE CONSTRAINT of what was prepared */
void
safeddl_step_validate(SafeddlPlan *plan, const char *command, const char *note)
{
	plan->validate = append(plan->validate, ", ", command);
	append_note(&plan->validate_note, note);
	plan->added++;
}

/* safeddl_step_finish: one that finds validated what it needs; cleanup: or NULL */
void
safeddl_step_finish(SafeddlPlan *plan, const char *command, const char *cleanup, const char *note)
{
	plan->finish = append(plan->finish, ", ", command);
	plan->cleanup = append(plan->cleanup, ", ", cleanup);
	append_note(&plan->finish_note, note);
	plan->added++;
}

/* safeddl_note_not_valid: on a step that adds a constraint NOT VALID */
const char *
safeddl_note_not_valid(void)
{
	return _("holds for new rows from here on");
}

/* safeddl_note_validate: on one that validates it */
const char *
safeddl_note_validate(void)
{
	return _("checks the rows that were there before, while all are read and written; if it fails, correct these and run it again");
}

/* safeddl_note_index: on one that builds an index CONCURRENTLY; name: quoted */
const char *
safeddl_note_index(const char *name)
{
	return psprintf(_("if it fails, drop index %s before it is run again"), name);
}

/* safeddl_may_lock: may the user LOCK TABLE, in modes that keep writers out? */
bool
safeddl_may_lock(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_UPDATE | ACL_DELETE | ACL_TRUNCATE) == ACLCHECK_OK;
}

/*
 * safeddl_lock_first: the last step, or the one that is pending, locks that
 * table before any other.
 *
 * ADD FOREIGN KEY locks its own table first, while most transactions write to
 * the referenced one first: a deadlock, as soon as one is between the two.  No
 * stronger than SHARE ROW EXCLUSIVE, even if the statement's own lock on it is:
 * who writes to the referencing table has yet to look into the other one.
 */
void
safeddl_lock_first(SafeddlPlan *plan, Oid relid, bool pending)
{
	char	   *lock;

	if (!safeddl_may_lock(relid))
		return;
	lock = psprintf("LOCK TABLE %s%s IN SHARE ROW EXCLUSIVE MODE; ",
					get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? "" : "ONLY ",
					safeddl_table_name(relid));
	if (!pending)
		((SafeddlStep *) llast(plan->steps))->lock = lock;
	else if (plan->pending_lock == NULL || strstr(plan->pending_lock, lock) == NULL)
		plan->pending_lock = append(plan->pending_lock, "", lock);
}

/*
 * safeddl_step_replace: a subcommand that drops a key, or adds one whose index
 * is there by then: all these at once, when all indexes are.
 */
void
safeddl_step_replace(SafeddlPlan *plan, const char *command)
{
	plan->replace = append(plan->replace, ", ", command);
	plan->added++;
}

/* ----------------------------------------------------------------
 *		facts
 * ----------------------------------------------------------------
 */

/* does it matter what the effect does?  Not to those who cannot see it. */
static bool
matters(const SafeddlPlan *plan, const SafeddlEffect *effect)
{
	bool		locks_out = false;
	ListCell   *lc;

	/* ATTACH and DETACH, which do not say so, stand alone */
	if (plan->cmd != NULL && effect->cmdno != plan->cmdno &&
		(effect->cmdno >= 0 || list_length(((AlterTableStmt *) plan->a->stmt)->cmds) > 1))
		return false;
	if (OidIsValid(effect->trap))
		return true;
	if (!safeddl_is_candidate(effect) || safeddl_rule_info[effect->rule].kind == SAFEDDL_HELD)
		return false;
	/* all locks are held until all work is done */
	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *other = lfirst(lc);

		locks_out |= other->root == effect->root &&
			safeddl_keeps_waiting(other->rel, other->lockmode);
	}
	return locks_out;
}

/*
 * safeddl_plan_works_on: would the statement, or the subcommand that is planned
 * now, do the work of that rule on that relation while others wait?  Any rule
 * or relation where there is none given.
 */
bool
safeddl_plan_works_on(const SafeddlPlan *plan, SafeddlRule rule, Oid relid)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if ((rule == SAFEDDL_RULE_NONE || effect->rule == rule) &&
			(!OidIsValid(relid) || effect->relid == relid) && matters(plan, effect))
			return true;
	}
	return false;
}

/* safeddl_plan_has: the same for any relation */
bool
safeddl_plan_has(const SafeddlPlan *plan, SafeddlRule rule)
{
	return safeddl_plan_works_on(plan, rule, InvalidOid);
}

/*
 * safeddl_plan_drops_column: does the statement drop the table's column, so that
 * another one may have its name?
 */
bool
safeddl_plan_drops_column(const SafeddlPlan *plan, const char *column)
{
	ListCell   *lc;

	foreach(lc, castNode(AlterTableStmt, plan->a->stmt)->cmds)
	{
		const AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == AT_DropColumn && strcmp(cmd->name, column) == 0)
			return true;
	}
	return false;
}

/* keeps_waiting: does the statement keep anybody waiting at all? */
static bool
keeps_waiting(const SafeddlPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (safeddl_keeps_waiting(effect->rel, effect->lockmode))
			return true;
	}
	return false;
}

/* what the registry advises against a rule; for statements without a planner */
static void
plan_by_advice(SafeddlPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (matters(plan, effect))
		{
			safeddl_step_none(plan, safeddl_rule_info[effect->rule].instead);
			return;
		}
	}
}

/* ----------------------------------------------------------------
 *		ALTER TABLE
 * ----------------------------------------------------------------
 */

static SafeddlPlanner
planner_of_subcommand(const AlterTableCmd *cmd)
{
	switch ((int) cmd->subtype)
	{
		case AT_AddColumn:
			return safeddl_plan_add_column;
		case AT_DropColumn:
			return safeddl_plan_drop_column;
		case AT_AlterColumnType:
			return safeddl_plan_alter_column_type;
		SAFEDDL_CASE_SET_EXPRESSION
			return safeddl_plan_set_expression;
		case AT_AddConstraint:
			return safeddl_plan_add_constraint;
		case AT_SetNotNull:
			return safeddl_plan_set_not_null;
		case AT_ValidateConstraint:
			return safeddl_plan_validate_constraint;
		case AT_AlterConstraint:
			return safeddl_plan_alter_constraint;
		case AT_AttachPartition:
			return safeddl_plan_attach;
		case AT_DetachPartition:
			return safeddl_plan_detach;
		case AT_SetTableSpace:
			return safeddl_plan_set_tablespace;
		case AT_SetLogged:
		case AT_SetUnLogged:
		case AT_SetAccessMethod:
			return safeddl_plan_new_files;
		default:
			return plan_by_advice;
	}
}

/*
 * pass_of: the order in which ALTER TABLE takes its subcommands, whatever
 * theirs; as the AT_PASS_* of commands/tablecmds.c, as far as it matters.
 */
static int
pass_of(const AlterTableCmd *cmd)
{
	switch ((int) cmd->subtype)
	{
		case AT_DropColumn:
		case AT_DropConstraint:
		case AT_DropNotNull:
		case AT_DropExpression:
		case AT_DropIdentity:
			return 0;
		case AT_ColumnDefault:
			return cmd->def ? 6 : 0;
		case AT_AlterColumnType:
			return 1;
		case AT_AddColumn:
			return 2;
		case AT_SetNotNull:
		case AT_AddIdentity:
			return 3;
		case AT_AddConstraint:
			switch (castNode(Constraint, cmd->def)->contype)
			{
				case CONSTR_NOTNULL:
					return 3;
				case CONSTR_PRIMARY:
				case CONSTR_UNIQUE:
				case CONSTR_EXCLUSION:
					return 4;
				default:
					return 5;
			}
		default:
			return 7;
	}
}

/* locks_in_vain: is there a form of an instant subcommand that locks out nobody? */
static bool
locks_in_vain(const AlterTableCmd *cmd)
{
	return cmd->subtype == AT_DetachPartition && !castNode(PartitionCmd, cmd->def)->concurrent;
}

/* does the subcommand add a key? */
static bool
adds_key(const AlterTableCmd *cmd)
{
	List	   *constraints = NIL;
	ListCell   *lc;

	if (cmd->subtype == AT_AddConstraint)
		constraints = list_make1(cmd->def);
	else if (cmd->subtype == AT_AddColumn)
		constraints = castNode(ColumnDef, cmd->def)->constraints;
	foreach(lc, constraints)
		if (lfirst_node(Constraint, lc)->contype == CONSTR_PRIMARY ||
			lfirst_node(Constraint, lc)->contype == CONSTR_UNIQUE)
			return true;
	return false;
}

/* may_be_dropped: does nothing depend on that key, such as a foreign key? */
static bool
may_be_dropped(Oid conoid)
{
	return safeddl_dependents(ConstraintRelationId, conoid, 0, DEPENDENCY_NORMAL) == NIL &&
		safeddl_dependents(RelationRelationId, get_constraint_index(conoid), 0, DEPENDENCY_NORMAL) == NIL;
}

/*
 * waits_for_another: is it a key that can go when the one is ready that takes
 * its place?  Not if other subcommands want it gone before, nor if it cannot be
 * dropped: better to fail at once.
 */
static bool
waits_for_another(const SafeddlPlan *plan, const AlterTableCmd *cmd)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);
	Oid			conoid;
	bool		added = false;
	ListCell   *lc;

	if (cmd->subtype != AT_DropConstraint || get_rel_relkind(plan->relid) != RELKIND_RELATION)
		return false;
	conoid = get_relation_constraint_oid(plan->relid, cmd->name, true);
	if (!OidIsValid(get_constraint_index(conoid)) ||
		!(cmd->behavior == DROP_CASCADE || may_be_dropped(conoid)))
		return false;
	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *other = lfirst(lc);

		if (other->subtype == AT_DropColumn || other->subtype == AT_DropNotNull ||
			other->subtype == AT_AlterColumnType)
			return false;
		added |= adds_key(other);
	}
	return added;
}

/* finish_replacing: once all indexes of keys are there */
static void
finish_replacing(SafeddlPlan *plan)
{
	char	   *commands = plan->replace;

	plan->replace = NULL;
	if (commands != NULL)
		safeddl_step_brief(plan, psprintf("%s %s", plan->head, commands),
						   _("one key takes the place of another, so that the table is never without"));
}

/* plan_subcommand: number cmdno; false if its words are not what was expected */
static bool
plan_subcommand(SafeddlPlan *plan, AlterTableCmd *cmd, int cmdno)
{
	SafeddlAlterText text = {0};

	if (!safeddl_split_alter(&plan->words, cmdno, &text))
		return false;
	plan->table = text.table;
	plan->head = text.head;
	plan->command = text.command;
	plan->cmd = cmd;
	plan->cmdno = cmdno;
	if (safeddl_plan_has(plan, SAFEDDL_RULE_NONE) || locks_in_vain(cmd))
	{
		int			added = plan->added;

		planner_of_subcommand(cmd) (plan);
		if (plan->added == added)
			plan_by_advice(plan);
	}
	else if (waits_for_another(plan, cmd))
		safeddl_step_replace(plan, plan->command);
	else
		safeddl_step_alter(plan, plan->command, NULL);
	plan->cmd = NULL;
	return true;
}

/* reads_column: does a column get its new value from that other one? */
static bool
reads_column(const AlterTableCmd *cmd, const char *column)
{
	ListCell   *lc;

	if (cmd->subtype != AT_AlterColumnType || strcmp(cmd->name, column) == 0)
		return false;
	foreach(lc, safeddl_named_columns(castNode(ColumnDef, cmd->def)->raw_default))
		if (!IsA(lfirst(lc), String) || strcmp(strVal(lfirst(lc)), column) == 0)
			return true;
	return false;
}

/*
 * has_to_wait: the server takes all values from the row as it was.  In steps, a
 * column changes after those that are computed from it; and goes after all that
 * change, because of indexes that they share.
 */
static bool
has_to_wait(const List *cmds, const Bitmapset *done, const AlterTableCmd *cmd)
{
	if (cmd->subtype != AT_DropColumn && cmd->subtype != AT_AlterColumnType)
		return false;
	for (int i = 0; i < list_length(cmds); i++)
	{
		const AlterTableCmd *other = list_nth_node(AlterTableCmd, cmds, i);

		if (!bms_is_member(i, done) &&
			(cmd->subtype == AT_DropColumn ? other->subtype == AT_AlterColumnType :
			 reads_column(other, cmd->name)))
			return true;
	}
	return false;
}

/* next_subcommand: that is to be taken until the end of the pass; -1 if there is none */
static int
next_subcommand(const List *cmds, const Bitmapset *done, int pass)
{
	for (int i = 0; i < list_length(cmds); i++)
	{
		const AlterTableCmd *cmd = list_nth_node(AlterTableCmd, cmds, i);

		if (!bms_is_member(i, done) && pass_of(cmd) <= pass && !has_to_wait(cmds, done, cmd))
			return i;
	}
	return -1;
}

/* is_refused: was the last thing planned that there is no safe way? */
static bool
is_refused(const SafeddlPlan *plan)
{
	return plan->steps != NIL && ((SafeddlStep *) llast(plan->steps))->sql == NULL;
}

/* is_awaited: would a column that this one is computed from go all the same? */
static bool
is_awaited(const List *cmds, const Bitmapset *done, const AlterTableCmd *cmd)
{
	for (int i = 0; i < list_length(cmds); i++)
	{
		const AlterTableCmd *other = list_nth_node(AlterTableCmd, cmds, i);

		if (!bms_is_member(i, done) &&
			(other->subtype == AT_DropColumn || other->subtype == AT_AlterColumnType) &&
			reads_column(cmd, other->name))
			return true;
	}
	return false;
}

/* plan_anew: nothing of what was planned so far */
static void
plan_anew(SafeddlPlan *plan, const char *note)
{
	plan->steps = NIL;
	plan->pending = plan->validate = plan->finish = plan->cleanup = plan->replace = NULL;
	if (note != NULL)
		safeddl_step_none(plan, note);
	else
		plan_by_advice(plan);
}

/*
 * refuse_halves: a statement of which a part cannot be done safely is not to be
 * done in part: \gexec passes over what has no sql.
 */
static void
refuse_halves(SafeddlPlan *plan)
{
	List	   *refused = NIL;
	ListCell   *lc;

	foreach(lc, plan->steps)
		if (((SafeddlStep *) lfirst(lc))->sql == NULL)
			refused = lappend(refused, lfirst(lc));
	if (refused == NIL || list_length(refused) == list_length(plan->steps))
		return;
	plan->steps = refused;
	safeddl_step_none(plan, _("there are plans for the other subcommands: ask for them without this one"));
}

static void
plan_alter_table(SafeddlPlan *plan)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);
	Bitmapset  *done = NULL;

	plan->relid = safeddl_resolve(plan->a, stmt->relation, true);
	safeddl_free_names(plan, stmt);
	for (int pass = 0; pass <= 7; pass++)
	{
		int			i;

		/* before FOREIGN KEY and CHECK, as the server does */
		if (pass == 5)
			finish_replacing(plan);
		while ((i = next_subcommand(stmt->cmds, done, pass)) >= 0)
		{
			AlterTableCmd *cmd = list_nth_node(AlterTableCmd, stmt->cmds, i);

			if (!safeddl_goes_with_type(plan, cmd) && !plan_subcommand(plan, cmd, i))
			{
				plan_anew(plan, NULL);
				return;
			}
			if (is_refused(plan) && is_awaited(stmt->cmds, done, cmd))
			{
				plan_anew(plan, ((SafeddlStep *) llast(plan->steps))->note);
				return;
			}
			done = bms_add_member(done, i);
		}
	}
	if (bms_num_members(done) < list_length(stmt->cmds))
		plan_anew(plan, _("columns are computed from each other, so that none of them can be the first to change; add new columns instead, fill them in batches and swap them with the old ones at once"));
	else
	{
		safeddl_step_flush(plan);
		if (list_length(stmt->cmds) > 1)
			refuse_halves(plan);
	}
}

/* ALTER TYPE, which writes the tables of the type */
static void
plan_alter_type(SafeddlPlan *plan)
{
	safeddl_step_none(plan, _("tables of the type are written anew under their locks, and a table of a type cannot have another column meanwhile; ALTER TABLE ... NOT OF makes it one of its own, whose columns can be changed in steps"));
}

/* ----------------------------------------------------------------
 *		the plan
 * ----------------------------------------------------------------
 */

static SafeddlPlanner
planner_of(const Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_AlterTableStmt:
			return ((AlterTableStmt *) stmt)->objtype == OBJECT_TYPE ? plan_alter_type : plan_alter_table;
		case T_IndexStmt:
			return safeddl_plan_create_index;
		case T_DropStmt:
			return ((DropStmt *) stmt)->removeType == OBJECT_INDEX ? safeddl_plan_drop_index :
				safeddl_plan_drop;
		case T_ReindexStmt:
			return safeddl_plan_reindex;
		case T_AlterDomainStmt:
			return safeddl_plan_alter_domain;
		case T_CreateStmt:
		case T_CreateForeignTableStmt:
			return safeddl_plan_create_table;
		case T_DropOwnedStmt:
			return safeddl_plan_drop;
		case T_AlterTableMoveAllStmt:
			return safeddl_plan_move_all;
		case T_RefreshMatViewStmt:
			return safeddl_plan_refresh;
		case T_TruncateStmt:
			return safeddl_plan_truncate;
		case T_VacuumStmt:
		SAFEDDL_CASE_CLUSTER
			return safeddl_plan_rewrite;
		default:
			return plan_by_advice;
	}
}

/* as_it_is: a statement that keeps nobody waiting for long */
static void
as_it_is(SafeddlPlan *plan)
{
	char	   *text = safeddl_statement_text(plan->a);

	if (safeddl_refuses_block(plan->a->stmt))
		safeddl_step_outside(plan, text, NULL);
	else if (keeps_waiting(plan))
		safeddl_step_brief(plan, text, NULL);
	else
		safeddl_step_own(plan, text, NULL);
}

/*
 * possible: CREATE INDEX CONCURRENTLY is refused on a partitioned table, where
 * the plan comes to the same.
 */
static Node *
possible(SafeddlAnalysis *statement)
{
	IndexStmt  *stmt = (IndexStmt *) statement->stmt;

	if (!IsA(stmt, IndexStmt) || !stmt->concurrent ||
		get_rel_relkind(safeddl_resolve(statement, stmt->relation, true)) != RELKIND_PARTITIONED_TABLE)
		return statement->stmt;
	stmt = copyObject(stmt);
	stmt->concurrent = false;
	return (Node *) stmt;
}

/*
 * tell_missing: the steps are for the partitions that are here, and production
 * has others, by the sizes loaded.
 */
static void
tell_missing(SafeddlPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);
		SafeddlStep *step;

		if (effect->rel == NULL || effect->rel->nmissing == 0 || effect->work == SAFEDDL_WORK_NONE)
			continue;
		step = palloc0(sizeof(SafeddlStep));
		step->note = psprintf("%d partitions of %s are not in this database: safeddl.plan() in production knows their steps, too",
							  effect->rel->nmissing, safeddl_table_name(effect->relid));
		plan->steps = lcons(step, plan->steps);
		return;
	}
}

/*
 * safeddl_plan: the steps for a statement, a list of SafeddlStep in the current
 * memory context.  Whatever its size: how large a table will be when the steps
 * run is not known here.
 *
 * Looks at the catalog anew; of the analysis given, which need not have been
 * gathered, it takes the statement and its text.  May raise errors; takes no
 * lock that waits, but keeps some: to be contained, see safeddl_contained().
 */
List *
safeddl_plan(SafeddlAnalysis *statement)
{
	SafeddlPlan plan = {0};

	plan.a = safeddl_begin_analysis(possible(statement), statement->query, statement->stmt_location,
									statement->stmt_len, statement->strict);
	plan.a->unfolded = true;
	plan.a->script = statement->script;
	safeddl_gather(plan.a, NULL);
	plan.words = safeddl_lex(plan.a);
	plan.cmdno = -1;
	/* what the server will refuse must not become possible */
	if (plan.a->doomed)
		as_it_is(&plan);
	else if (!safeddl_plan_has(&plan, SAFEDDL_RULE_NONE) &&
		!(IsA(plan.a->stmt, AlterTableStmt) &&
		  locks_in_vain(linitial(((AlterTableStmt *) plan.a->stmt)->cmds))))
		as_it_is(&plan);
	else
	{
		planner_of(plan.a->stmt) (&plan);
		if (plan.steps == NIL)
			plan_by_advice(&plan);
		tell_missing(&plan);
	}
	return plan.steps;
}

/* ----------------------------------------------------------------
 *		SQL
 * ----------------------------------------------------------------
 */

/* one call of safeddl.plan() */
typedef struct PlanCall
{
	ReturnSetInfo *rsinfo;
	List	   *steps;			/* of SafeddlStep */
} PlanCall;

/* make_plan: SafeddlWork; arg: PlanCall */
static void
make_plan(SafeddlAnalysis *a, void *arg)
{
	((PlanCall *) arg)->steps = safeddl_plan(a);
}

/* put_steps: SafeddlWork; arg: PlanCall */
static void
put_steps(SafeddlAnalysis *a, void *arg)
{
	PlanCall   *call = arg;

	for (int i = 0; i < list_length(call->steps); i++)
	{
		const SafeddlStep *step = list_nth(call->steps, i);
		Datum		values[PLAN_COLUMNS];
		bool		nulls[PLAN_COLUMNS] = {0};

		values[0] = Int32GetDatum(i + 1);
		nulls[1] = nulls[2] = (step->sql == NULL);
		if (step->sql != NULL)
		{
			values[1] = CStringGetTextDatum(psprintf("%s%s%s", step->brief ? BRIEF_LOCK : "",
													step->lock ? step->lock : "", step->sql));
			values[2] = CStringGetTextDatum(step->outside ? "none" : "own");
		}
		nulls[3] = (step->note == NULL);
		if (step->note != NULL)
			values[3] = CStringGetTextDatum(step->note);
		tuplestore_putvalues(call->rsinfo->setResult, call->rsinfo->setDesc, values, nulls);
	}
}

/*
 * safeddl_plan_statement(statement text): the safe way to do what the statement
 * wants, one row per step, in the order in which they are to be run.  Executes
 * nothing and waits for nothing.
 *
 * step; sql: what to run, or null where there is no safe way; transaction:
 * "own" for a transaction of its own, committed before the next step, "none" for
 * what must run outside a transaction block; note.
 *
 * Raises the server's errors for bad syntax and missing objects.
 */
Datum
safeddl_plan_statement(PG_FUNCTION_ARGS)
{
	PlanCall	call = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	safeddl_ask(text_to_cstring(PG_GETARG_TEXT_PP(0)), "plan", make_plan, &call, put_steps, &call);
	return (Datum) 0;
}
