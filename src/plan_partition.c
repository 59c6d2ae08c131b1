/*
 * plan_partition.c
 *	  The safe way: ATTACH PARTITION, DETACH PARTITION and CREATE TABLE ... PARTITION OF.
 *
 * What the server would look for under its lock it is given beforehand: CHECK
 * constraints that imply the bounds, the indexes and the foreign keys of the
 * parent.
 */
#include "plan.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* does the statement do that work to a relation reached so, while others wait? */
static bool
works(const SafeddlPlan *plan, SafeddlRule rule, int work, bool on_default)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rule == rule && (effect->work & work) &&
			(effect->reach == SAFEDDL_REACH_DEFAULT_PARTITION) == on_default)
			return true;
	}
	return false;
}

/* give_up: no step is of use without those that cannot be */
static void
give_up(SafeddlPlan *plan, const char *note)
{
	plan->steps = NIL;
	safeddl_step_none(plan, note);
}

static void
give_up_locked(SafeddlPlan *plan)
{
	give_up(plan, _("others have locked one of the tables: ask again when they are done"));
}

/* what find_begun() looks for */
typedef struct Begun
{
	const char *check;			/* in parentheses */
	char	   *prefix;			/* of names that prove() chooses */
	char	   *name;
} Begun;

/* is_begun: SafeddlRowFunction of pg_constraint; arg: Begun */
static void
is_begun(HeapTuple tuple, TupleDesc desc, void *arg)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	Begun	   *begun = arg;
	char	   *definition;

	if (form->contype != CONSTRAINT_CHECK || form->convalidated ||
		strncmp(NameStr(form->conname), begun->prefix, strlen(begun->prefix)) != 0)
		return;
	definition = TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef,
														 ObjectIdGetDatum(form->oid)));
	if (strcmp(definition, psprintf("CHECK %s NOT VALID", begun->check)) == 0 ||
		strcmp(definition, psprintf("CHECK (%s) NOT VALID", begun->check)) == 0)
		begun->name = pstrdup(NameStr(form->conname));
}

/*
 * find_begun: the name of a CHECK that is not valid yet, which a plan has left
 * that did not come to its end; or NULL
 */
static char *
find_begun(Oid relid, const char *check)
{
	Begun		begun = {.check = check,.prefix = makeObjectName(get_rel_name(relid), NULL, "bound")};
	Relation	rel = safeddl_open(relid);
	ScanKeyData key;

	if (rel == NULL)
		return NULL;
	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	safeddl_scan_catalog(ConstraintRelationId, ConstraintRelidTypidNameIndexId, 1, &key,
						 is_begun, &begun);
	safeddl_close(rel);
	return begun.name;
}

/*
 * prove: a CHECK of a table, that the server will find.  Returns the statement
 * that drops it.
 */
static char *
prove(SafeddlPlan *plan, Oid relid, const char *check, const char *note, const char *note_validate)
{
	char	   *table = safeddl_table_name(relid);
	char	   *begun = find_begun(relid, check);
	const char *name = quote_identifier(begun ? begun :
										safeddl_constraint_name(plan, relid, NULL, "bound"));

	if (begun == NULL)
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK %s NOT VALID",
										  table, name, check), note);
	safeddl_step_own(plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name),
					 note_validate);
	return psprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, name);
}

/* ----------------------------------------------------------------
 *		ATTACH PARTITION
 * ----------------------------------------------------------------
 */


/* plan_indexes: those of the parent, for all below the table attached; false if that cannot be */
static bool
plan_indexes(SafeddlPlan *plan, Oid parentid, Oid childid)
{
	List	   *indexes = safeddl_indexes(parentid);
	ListCell   *lc;

	/* in the order of AttachPartitionEnsureIndexes() */
	list_sort(indexes, list_oid_cmp);
	foreach(lc, indexes)
	{
		SafeddlNewIndex index = {.sketch = {.a = plan->a,.attach = true}};
		bool		known = safeddl_new_index_of(&index, lfirst_oid(lc));
		bool		maybe;

		if (index.sketch.info == NULL)
		{
			give_up(plan, psprintf(_("others have locked index %s: ask again when they are done"),
								   safeddl_table_name(lfirst_oid(lc))));
			return false;
		}
		if (OidIsValid(safeddl_equal_index(&index.sketch, childid, &maybe)))
			continue;
		if (!known)
		{
			give_up(plan, psprintf(_("index %s cannot be built CONCURRENTLY for the new partition: give it the constraint in a maintenance window, then ask again"),
								   safeddl_table_name(lfirst_oid(lc))));
			return false;
		}
		safeddl_plan_leaf_indexes(plan, &index, childid);
	}
	return true;
}

/* add_key: a foreign key of the parent for one table below it; see CloneFkReferencing() */
static void
add_key(SafeddlPlan *plan, const SafeddlForeignKey *key)
{
	char	   *table = safeddl_table_name(key->referencing);
	char	   *definition = TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef,
																	 ObjectIdGetDatum(key->conoid)));
	char	   *name = get_constraint_name(key->conoid);
	int			len = strlen(definition);

	if (ConstraintNameIsUsed(CONSTRAINT_RELATION, key->referencing, name))
	{
		List	   *columns = NIL;

		for (int i = 0; i < key->nkeys; i++)
			columns = lappend(columns,
							  makeString(get_attname(key->referencing, key->conkey[i], false)));
		name = safeddl_constraint_name(plan, key->referencing, safeddl_name_addition(columns), "fkey");
	}
	name = pstrdup(quote_identifier(name));
	safeddl_step_brief(plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s%s", table, name, definition,
									  len > 10 && strcmp(definition + len - 10, " NOT VALID") == 0 ? "" :
									  " NOT VALID"), NULL);
	safeddl_step_own(plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name),
					 _("fails if a row has no match in the referenced table, as ATTACH PARTITION would"));
}

/*
 * plan_key: a foreign key of the parent, for all below a table; each takes its
 * own equal one.
 */
static void
plan_key(SafeddlPlan *plan, const SafeddlForeignKey *key, Oid relid)
{
	SafeddlForeignKey *wanted = safeddl_translate_key(key, relid);
	const SafeddlForeignKey *own = safeddl_equal_key(wanted, true);
	ListCell   *lc;

	check_stack_depth();
	if (own != NULL)
	{
		if (!own->validated)
			safeddl_step_own(plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s",
											safeddl_table_name(relid),
											quote_identifier(get_constraint_name(own->conoid))), NULL);
	}
	else if (get_rel_relkind(relid) == RELKIND_RELATION)
		add_key(plan, wanted);
	else if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
		foreach(lc, safeddl_partitions(relid))
			plan_key(plan, wanted, lfirst_oid(lc));
}

/* plan_keys: all of the parent; false if that cannot be */
static bool
plan_keys(SafeddlPlan *plan, Oid parentid, Oid childid)
{
	ListCell   *lc;

	foreach(lc, safeddl_topmost_keys(safeddl_foreign_keys(parentid, false)))
	{
		const SafeddlForeignKey *key = lfirst(lc);

		if (!key->enforced)
			continue;
		if (key->referenced == parentid)
		{
			give_up(plan, psprintf(_("foreign key %s references the partitioned table itself, so that the rows of the new partition can be checked only when it is attached: plan a maintenance window"),
								   quote_identifier(get_constraint_name(key->conoid))));
			return false;
		}
		plan_key(plan, key, childid);
	}
	return true;
}

/*
 * ALTER INDEX ... ATTACH PARTITION: of an invalid index, which leaves the other
 * invalid, too.
 */
static void
attach_index(SafeddlPlan *plan, Oid childid)
{
	safeddl_plan_repairs(plan, IndexGetRelation(plan->relid, false));
	if (!OidIsValid(childid) || ((SafeddlStep *) llast(plan->steps))->sql != NULL)
		safeddl_step_brief(plan, safeddl_statement_text(plan->a), NULL);
}

void
safeddl_plan_attach(SafeddlPlan *plan)
{
	PartitionCmd *cmd = castNode(PartitionCmd, plan->cmd->def);
	SafeddlAnalysis *a = plan->a;
	Oid			childid = safeddl_resolve(a, cmd->name, false);
	char	   *drop_check = NULL;
	char	   *drop_default = NULL;

	if (get_rel_relkind(plan->relid) == RELKIND_PARTITIONED_INDEX)
	{
		attach_index(plan, childid);
		return;
	}
	if (works(plan, SAFEDDL_RULE_ATTACH_PARTITION, SAFEDDL_WORK_INDEX_BUILD, false) &&
		!plan_indexes(plan, plan->relid, childid))
		return;
	if (works(plan, SAFEDDL_RULE_ATTACH_PARTITION, SAFEDDL_WORK_VALIDATE, false) &&
		!plan_keys(plan, plan->relid, childid))
		return;
	if (works(plan, SAFEDDL_RULE_ATTACH_PARTITION, SAFEDDL_WORK_SCAN, false))
	{
		if (a->partition_check == NULL)
		{
			give_up_locked(plan);
			return;
		}
		drop_check = prove(plan, childid, a->partition_check, NULL,
						   _("fails if a row does not fit the bound, as ATTACH PARTITION would"));
	}
	if (works(plan, SAFEDDL_RULE_ATTACH_PARTITION, SAFEDDL_WORK_SCAN, true))
	{
		if (a->default_check == NULL)
		{
			give_up_locked(plan);
			return;
		}
		drop_default = prove(plan, a->default_checked, a->default_check,
							 _("from here on, until the partition is attached, rows that belong into it are refused"),
							 _("fails if the default partition has rows of the new one, as ATTACH PARTITION would; then drop this constraint again"));
	}
	safeddl_step_brief(plan, safeddl_statement_text(a), NULL);
	if (drop_check != NULL)
		safeddl_step_brief(plan, drop_check, _("the bound says the same now"));
	if (drop_default != NULL)
		safeddl_step_brief(plan, drop_default, _("the bound says the same now"));
}

/* ----------------------------------------------------------------
 *		CREATE TABLE ... PARTITION OF
 * ----------------------------------------------------------------
 */

void
safeddl_plan_create_table(SafeddlPlan *plan)
{
	SafeddlAnalysis *a = plan->a;
	char	   *drop_default;

	if (!works(plan, SAFEDDL_RULE_CREATE_PARTITION, SAFEDDL_WORK_SCAN, true))
		return;
	if (a->default_check == NULL)
	{
		give_up_locked(plan);
		return;
	}
	drop_default = prove(plan, a->default_checked, a->default_check,
						 _("from here on, until there is the new partition, rows that belong into it are refused"),
						 _("fails if the default partition has rows of the new one, as CREATE TABLE would; then drop this constraint again"));
	safeddl_step_brief(plan, safeddl_statement_text(a), NULL);
	safeddl_step_brief(plan, drop_default, _("the bound says the same now"));
}

/* ----------------------------------------------------------------
 *		DETACH PARTITION
 * ----------------------------------------------------------------
 */

/*
 * added_check: the name of the CHECK that DETACH CONCURRENTLY gives the
 * partition; NULL if it gives none.  As DetachAddConstraintIfNeeded() and
 * AddRelationNewConstraints().
 */
static char *
added_check(Relation rel)
{
	List	   *check = (List *) eval_const_expressions(NULL, (Node *) RelationGetPartitionQual(rel));
	List	   *vars;
	char	   *column = NULL;

	if (PartConstraintImpliedByRelConstraint(rel, check))
		return NULL;
	vars = list_union(NIL, pull_var_clause((Node *) make_ands_explicit(check), 0));
	if (list_length(vars) == 1)
		column = get_attname(RelationGetRelid(rel), linitial_node(Var, vars)->varattno, false);
	return ChooseConstraintName(RelationGetRelationName(rel), column, "check",
								RelationGetNamespace(rel), NIL);
}

/* without a lock that keeps readers and writers of the other partitions waiting */
static void
detach_concurrently(SafeddlPlan *plan, Oid childid)
{
	Relation	rel = safeddl_open(childid);
	char	   *check;

	if (rel == NULL || !safeddl_ancestors_are_free(childid))
	{
		give_up_locked(plan);
		return;
	}
	check = SAFEDDL_DETACH_ADDS_CHECK ? added_check(rel) : NULL;
	safeddl_close(rel);
	safeddl_step_outside(plan, psprintf("%s %s CONCURRENTLY", plan->head, plan->command),
						 _("waits for transactions that use the partitioned table; if it is interrupted: DETACH PARTITION ... FINALIZE"));
	if (check != NULL)
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
										  safeddl_table_name(childid), quote_identifier(check)),
						   _("the former bound, which CONCURRENTLY leaves behind"));
}

/* the columns of a foreign key, one by one with those they reference, in the terms of a query */
static char *
match_of(const SafeddlForeignKey *fk, Oid childid)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < fk->nkeys; i++)
		appendStringInfo(&buf, "%sr.%s = p.%s", i > 0 ? " AND " : "",
						 quote_identifier(get_attname(fk->referencing, fk->conkey[i], false)),
						 quote_identifier(get_attname(fk->referenced, fk->confkey[i], false)));
	return buf.data;
}

/* refuse_references: a step that fails if rows point into the partition, as DETACH would */
static void
refuse_references(SafeddlPlan *plan, const SafeddlForeignKey *fk, Oid childid)
{
	char	   *message = psprintf("table %s has rows that reference partition %s",
								   safeddl_table_name(fk->referencing),
								   safeddl_table_name(childid));
	char	   *body = psprintf("BEGIN IF EXISTS (SELECT FROM %s r JOIN %s p ON %s) THEN RAISE foreign_key_violation USING MESSAGE = %s; END IF; END",
								safeddl_table_name(fk->referencing),
								safeddl_table_name(childid), match_of(fk, childid),
								quote_literal_cstr(message));

	safeddl_step_own(plan, psprintf("DO %s", quote_literal_cstr(body)),
					 _("fails if a row references the partition, as DETACH PARTITION would"));
}

/* add_again: a foreign key that was dropped, NOT VALID, with its comment */
static void
add_again(StringInfo buf, Oid conoid, bool validated)
{
	char	   *comment = GetComment(conoid, ConstraintRelationId, 0);
	const ObjectAddress object = {ConstraintRelationId, conoid, 0};

	appendStringInfo(buf, "; %s%s", pg_get_constraintdef_command(conoid),
					 validated ? " NOT VALID" : "");
	if (comment != NULL)
		appendStringInfo(buf, "; COMMENT ON CONSTRAINT %s ON %s IS %s",
						 quote_identifier(get_constraint_name(conoid)),
						 safeddl_table_name(safeddl_object_relation(&object)),
						 quote_literal_cstr(comment));
}

/* a foreign key that keeps DETACH busy, and what becomes of it */
typedef struct DetachedKey
{
	StringInfoData drop;
	StringInfoData add;			/* in the same transaction */
	List	   *validate;		/* statements, char * */
	List	   *last;			/* the same, after these; brief */
} DetachedKey;

/*
 * part_keys: before 18, a partitioned table gets a foreign key NOT VALID on
 * its partitions only, which it adopts when they are valid.
 */
static void
part_keys(DetachedKey *steps, const SafeddlForeignKey *fk, Oid relid)
{
	ListCell   *lc;
	ListCell   *lc2;

	check_stack_depth();
	foreach(lc, safeddl_partitions(relid))
		foreach(lc2, safeddl_foreign_keys(lfirst_oid(lc), false))
		{
			const SafeddlForeignKey *part = lfirst(lc2);

			if (part->parent != fk->conoid)
				continue;
			if (get_rel_relkind(part->referencing) == RELKIND_PARTITIONED_TABLE)
				part_keys(steps, part, part->referencing);
			else if (get_rel_relkind(part->referencing) == RELKIND_RELATION)
			{
				add_again(&steps->add, part->conoid, true);
				steps->validate = lappend(steps->validate,
										  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s",
												   safeddl_table_name(part->referencing),
												   quote_identifier(get_constraint_name(part->conoid))));
			}
		}
}

/* put_key: one foreign key into the steps */
static void
put_key(DetachedKey *steps, const SafeddlForeignKey *fk)
{
	char	   *table = safeddl_table_name(fk->referencing);
	char	   *name = pstrdup(quote_identifier(get_constraint_name(fk->conoid)));
	bool		validated = fk->validated && fk->enforced;
	StringInfoData again;

	appendStringInfo(&steps->drop, "ALTER TABLE %s DROP CONSTRAINT %s; ", table, name);
	if (get_rel_relkind(fk->referencing) == RELKIND_PARTITIONED_TABLE && validated &&
		!SAFEDDL_PARTITIONED_FK_NOT_VALID)
	{
		part_keys(steps, fk, fk->referencing);
		initStringInfo(&again);
		add_again(&again, fk->conoid, false);
		/* behind "; " */
		steps->last = lappend(steps->last, again.data + 2);
		return;
	}
	add_again(&steps->add, fk->conoid, validated);
	if (validated)
		steps->validate = lappend(steps->validate,
								  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name));
}

/*
 * keys_to: the foreign keys through which rows may point into a partitioned
 * table, of whatever level above it they are.
 */
static List *
keys_to(Oid relid)
{
	List	   *tables = list_concat(list_make1_oid(relid), get_partition_ancestors(relid));
	List	   *roots = NIL;
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_foreign_keys(relid, true))
		roots = list_append_unique_oid(roots, safeddl_topmost_key(lfirst(lc)));
	foreach(lc, tables)
		foreach(lc2, safeddl_foreign_keys(lfirst_oid(lc), true))
			if (list_member_oid(roots, ((SafeddlForeignKey *) lfirst(lc2))->conoid))
				result = lappend(result, lfirst(lc2));
	return result;
}

/*
 * detach_without_keys: DETACH PARTITION searches the tables that reference the
 * parent for the sake of their foreign keys.  Gone for a moment, in the same
 * transaction, these leave it nothing to do.  CONCURRENTLY, which cannot run
 * there, is of no use: what it spares the parent is over at once.
 */
static void
detach_without_keys(SafeddlPlan *plan, Oid childid, List *keys)
{
	DetachedKey steps = {0};
	const SafeddlWords *words = &plan->words;
	int			last = words->count - 1;
	bool		concurrently = safeddl_is_word(words, last, "concurrently");
	ListCell   *lc;

	initStringInfo(&steps.drop);
	initStringInfo(&steps.add);
	foreach(lc, keys)
		put_key(&steps, lfirst(lc));
	if (concurrently)
		last--;
	foreach(lc, keys)
		refuse_references(plan, lfirst(lc), childid);
	safeddl_step_brief(plan, psprintf("%s%s%s", steps.drop.data,
									  safeddl_text_between(words, 0, last), steps.add.data),
					   concurrently && SAFEDDL_DETACH_ADDS_CHECK ?
					   _("without its foreign key, a table is not searched for rows that reference the partition; this leaves no CHECK as CONCURRENTLY does") :
					   _("without its foreign key, a table is not searched for rows that reference the partition"));
	foreach(lc, steps.validate)
		safeddl_step_own(plan, lfirst(lc), NULL);
	foreach(lc, steps.last)
		safeddl_step_brief(plan, lfirst(lc), _("adopts those of the partitions"));
}

void
safeddl_plan_detach(SafeddlPlan *plan)
{
	PartitionCmd *cmd = castNode(PartitionCmd, plan->cmd->def);
	Oid			childid = safeddl_resolve(plan->a, cmd->name, false);

	if (safeddl_plan_has(plan, SAFEDDL_RULE_DETACH_PARTITION))
		detach_without_keys(plan, childid, keys_to(plan->relid));
	/* refused by the server */
	else if (OidIsValid(get_default_partition_oid(plan->relid)))
		safeddl_step_brief(plan, safeddl_statement_text(plan->a),
						   _("CONCURRENTLY is not possible beside a default partition; others wait while it goes, which is soon done"));
	else if (!safeddl_is_visible(safeddl_relinfo(plan->a, plan->relid)))
		safeddl_step_own(plan, safeddl_statement_text(plan->a), NULL);
	else
		detach_concurrently(plan, childid);
}
