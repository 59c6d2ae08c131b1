/*
 * plan_type.c
 *	  The safe way: another type, or another expression, for a column.
 *
 * Where only constraints are checked again, they are made anew NOT VALID, in
 * the same transaction.  Where indexes or all rows would be written, another
 * column has to take the place of this one: see plan_swap.c.
 */
#include "plan_swap.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* work_of: what a subcommand does, by any rule of its own */
static int
work_of(const SafeddlPlan *plan, int cmdno)
{
	int			work = SAFEDDL_WORK_NONE;
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->cmdno == cmdno && effect->rule != SAFEDDL_RULE_NONE)
			work |= effect->work;
	}
	return work;
}

/*
 * safeddl_goes_with_type: is it about the default of a column whose type changes
 * with it?  In steps of its own, rows would get another default, or none,
 * before the type is what it should be.
 */
bool
safeddl_goes_with_type(const SafeddlPlan *plan, const AlterTableCmd *cmd)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);

	if (cmd->subtype != AT_ColumnDefault || cmd->name == NULL)
		return false;
	for (int i = 0; i < list_length(stmt->cmds); i++)
	{
		const AlterTableCmd *other = list_nth_node(AlterTableCmd, stmt->cmds, i);

		if (other->subtype == AT_AlterColumnType && strcmp(other->name, cmd->name) == 0)
			return work_of(plan, i) != SAFEDDL_WORK_NONE;
	}
	return false;
}

/* with_defaults: the subcommand and those that go with it, of either kind */
static char *
with_defaults(SafeddlPlan *plan, char *command)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);

	for (int i = 0; i < list_length(stmt->cmds); i++)
	{
		const AlterTableCmd *cmd = list_nth_node(AlterTableCmd, stmt->cmds, i);
		SafeddlAlterText text = {0};

		if (cmd->subtype == AT_ColumnDefault && strcmp(cmd->name, plan->cmd->name) == 0 &&
			safeddl_split_alter(&plan->words, i, &text))
			command = psprintf("%s, %s", command, text.command);
	}
	return command;
}

/*
 * anew: a constraint that the statement would check again is dropped before,
 * and added NOT VALID after it
 */
static void
anew(SafeddlPlan *plan, Oid relid, Oid conoid, StringInfo before, StringInfo after,
	 List **validate)
{
	char	   *table = relid == plan->relid ? plan->table : safeddl_table_name(relid);
	const char *name = quote_identifier(get_constraint_name(conoid));
	char	   *comment = GetComment(conoid, ConstraintRelationId, 0);

	safeddl_add_statement(before, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
	safeddl_add_statement(after, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", table, name,
						  safeddl_constraint_words(conoid));
	if (comment != NULL)
		safeddl_add_statement(after, "COMMENT ON CONSTRAINT %s ON %s IS %s", name, table,
							  quote_literal_cstr(comment));
	*validate = lappend(*validate, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name));
}

/*
 * is_verified: is it a valid CHECK, or NOT NULL for another expression, and not
 * that of a parent?
 */
static bool
is_verified(const SafeddlPlan *plan, Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Form_pg_constraint form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	result = form->convalidated && safeddl_form_enforced(form) && form->coninhcount == 0 &&
		(form->contype == CONSTRAINT_CHECK ||
		 (form->contype == SAFEDDL_CONSTRAINT_NOTNULL && plan->cmd->subtype != AT_AlterColumnType));
	ReleaseSysCache(tuple);
	return result;
}

/* anew_all: every constraint of one table that would be checked again */
static bool
anew_all(SafeddlPlan *plan, Oid relid, StringInfo before, StringInfo after, List **validate)
{
	AttrNumber	attno = get_attnum(relid, plan->cmd->name);
	List	   *seen = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, '\0'))
	{
		ObjectAddress *object = lfirst(lc);

		/* it may depend on the column twice */
		if (object->classId == ConstraintRelationId && is_verified(plan, object->objectId) &&
			!list_member_oid(seen, object->objectId))
		{
			seen = lappend_oid(seen, object->objectId);
			anew(plan, relid, object->objectId, before, after, validate);
		}
	}
	for (int incoming = 0; incoming <= 1; incoming++)
		foreach(lc, safeddl_foreign_keys(relid, incoming))
		{
			const SafeddlForeignKey *fk = lfirst(lc);
			bool		uses = false;

			for (int i = 0; i < fk->nkeys; i++)
				uses |= (incoming ? fk->confkey : fk->conkey)[i] == attno;
			if (!uses || OidIsValid(fk->parent) || !fk->validated || !fk->enforced ||
				list_member_oid(seen, fk->conoid))
				continue;
			if (get_rel_relkind(fk->referencing) == RELKIND_PARTITIONED_TABLE &&
				!SAFEDDL_PARTITIONED_FK_NOT_VALID)
				return false;
			seen = lappend_oid(seen, fk->conoid);
			anew(plan, fk->referencing, fk->conoid, before, after, validate);
		}
	return true;
}

/* plan_in_place: nothing is written but the catalog, once the constraints are out of the way */
static void
plan_in_place(SafeddlPlan *plan)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);
	StringInfoData before;
	StringInfoData after;
	List	   *relids = safeddl_hierarchy(plan->relid, stmt->relation->inh);
	List	   *validate = NIL;
	ListCell   *lc;

	initStringInfo(&before);
	initStringInfo(&after);
	if (safeddl_are_locked(relids))
	{
		safeddl_step_none(plan, safeddl_locked_note());
		return;
	}
	foreach(lc, relids)
		if (!anew_all(plan, lfirst_oid(lc), &before, &after, &validate))
		{
			safeddl_step_none(plan, _("a foreign key of a partitioned table would be checked again, and before PostgreSQL 18 there is no such key that is NOT VALID"));
			return;
		}
	safeddl_add_statement(&before, "%s %s", plan->head, with_defaults(plan, plan->command));
	safeddl_step_brief(plan, psprintf("%s; %s", before.data, after.data),
					   _("the constraints hold for new rows all the time"));
	foreach(lc, validate)
		safeddl_step_own(plan, lfirst(lc), safeddl_note_validate());
}

/* type_words: the type in the user's words, with COLLATE; or NULL */
static char *
type_words(const char *command)
{
	SafeddlWords words = safeddl_lex_text(command);
	int			type = safeddl_is_word(&words, 1, "column") ? 3 : 2;
	int			end;

	if (safeddl_is_word(&words, type, "set"))
		type += 2;
	if (!safeddl_is_word(&words, type, "type"))
		return NULL;
	end = safeddl_find_word(&words, type, "using");
	return safeddl_text_between(&words, type + 1, (end < 0 ? words.count : end) - 1);
}

/* safeddl_plan_alter_column_type: see the head of this file */
void
safeddl_plan_alter_column_type(SafeddlPlan *plan)
{
	char	   *type = type_words(plan->command);

	if (type == NULL)
		return;
	if (work_of(plan, plan->cmdno) & (SAFEDDL_WORK_REWRITE | SAFEDDL_WORK_INDEX_BUILD))
		safeddl_plan_swap(plan, castNode(ColumnDef, plan->cmd->def), type);
	else
		plan_in_place(plan);
}

/* ----------------------------------------------------------------
 *		SET EXPRESSION
 * ----------------------------------------------------------------
 */

/*
 * safeddl_plan_set_expression: a stored column is computed for all rows at
 * once, and so would a new one be.  A virtual one costs no more than what has
 * to hold for it.
 */
void
safeddl_plan_set_expression(SafeddlPlan *plan)
{
	if (work_of(plan, plan->cmdno) & SAFEDDL_WORK_REWRITE)
		safeddl_step_none(plan, _("a stored generated column is computed for all rows at once, a new one as well; what comes near to it is a plain column that a trigger computes, or a virtual column or an expression in a view and an index"));
	else
		plan_in_place(plan);
}
