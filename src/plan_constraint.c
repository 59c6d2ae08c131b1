/*
 * plan_constraint.c
 *	  The safe way: constraints of tables and domains.
 *
 * Most are added NOT VALID, which is instant, and validated in another
 * transaction, while others read and write.  See plan_key.c for those with an
 * index.
 */
#include "plan.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "commands/comment.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* ----------------------------------------------------------------
 *		what they share
 * ----------------------------------------------------------------
 */

static const char *
note_not_valid(const Constraint *con)
{
	return con != NULL && con->contype == CONSTR_FOREIGN ?
		_("holds for new rows from here on; locks both tables for a moment") :
		safeddl_note_not_valid();
}

/* collect_columns: names of what may be columns, in an expression not parsed yet */
static bool
collect_columns(Node *node, void *context)
{
	List	  **columns = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		*columns = list_append_unique(*columns, llast(((ColumnRef *) node)->fields));
		return false;
	}
	return raw_expression_tree_walker(node, collect_columns, context);
}

/* safeddl_named_columns: what may be columns, as String, or A_Star, in such an expression */
List *
safeddl_named_columns(Node *expr)
{
	List	   *result = NIL;

	collect_columns(expr, &result);
	return result;
}

/*
 * check_addition: the one column that a CHECK is about, else NULL; as
 * AddRelationNewConstraints() in catalog/heap.c.
 */
static char *
check_addition(const SafeddlPlan *plan, const Constraint *con)
{
	List	   *columns = safeddl_named_columns(con->raw_expr);

	/* the whole row is not one */
	if (list_length(columns) != 1 || !IsA(linitial(columns), String) ||
		(strcmp(strVal(linitial(columns)), get_rel_name(plan->relid)) == 0 &&
		 get_attnum(plan->relid, strVal(linitial(columns))) == InvalidAttrNumber))
		return NULL;
	return strVal(linitial(columns));
}

/*
 * is_made_not_null: by another subcommand already, or by the primary key; if
 * not, it is from now on.
 */
static bool
is_made_not_null(SafeddlPlan *plan, const char *column)
{
	String	   *name = makeString(pstrdup(column));

	if (list_member(plan->not_null, name))
		return true;
	plan->not_null = lappend(plan->not_null, name);
	return false;
}

/* name_of: a constraint's name, or the one that the server would choose */
static const char *
name_of(SafeddlPlan *plan, const Constraint *con)
{
	if (con->conname != NULL)
	{
		safeddl_take_name(plan, plan->relid, con->conname);
		return con->conname;
	}
	switch (con->contype)
	{
		case CONSTR_CHECK:
			return safeddl_constraint_name(plan, plan->relid, check_addition(plan, con), "check");
		case CONSTR_FOREIGN:
			return safeddl_constraint_name(plan, plan->relid, safeddl_name_addition(con->fk_attrs),
										   "fkey");
		default:
			return safeddl_constraint_name(plan, plan->relid, strVal(linitial(con->keys)),
										   "not_null");
	}
}

/* add_words: ADD, by that name, whether the words have one or not */
static char *
add_words(const Constraint *con, const char *words, const char *name)
{
	if (con->conname != NULL)
	{
		SafeddlWords list = safeddl_lex_text(words);

		/* U&"name" UESCAPE '!' */
		words = safeddl_text_between(&list, safeddl_is_word(&list, 2, "uescape") ? 4 : 2,
									 list.count - 1);
	}
	return psprintf("ADD CONSTRAINT %s %s", quote_identifier(name), words);
}

/* lock_referenced: before the table itself; see safeddl_lock_first() */
static void
lock_referenced(SafeddlPlan *plan, const Constraint *con, bool pending)
{
	Oid			referenced = con->contype == CONSTR_FOREIGN ?
		RangeVarGetRelid(con->pktable, NoLock, true) : InvalidOid;

	if (OidIsValid(referenced) && referenced != plan->relid)
		safeddl_lock_first(plan, referenced, pending);
}

/* for new rows at first, then for all */
static void
add_not_valid(SafeddlPlan *plan, const Constraint *con, const char *words)
{
	const char *name = name_of(plan, con);

	safeddl_step_prepare(plan, psprintf("%s NOT VALID", add_words(con, words, name)),
						 note_not_valid(con));
	lock_referenced(plan, con, true);
	safeddl_step_validate(plan, psprintf("VALIDATE CONSTRAINT %s", quote_identifier(name)),
						  safeddl_note_validate());
}

/* ----------------------------------------------------------------
 *		FOREIGN KEY
 * ----------------------------------------------------------------
 */

/* is the partition's part of a new foreign key to be validated? */
static bool
validates_on(const SafeddlPlan *plan, Oid relid)
{
	return plan->cmd->subtype != AT_AddConstraint ||
		safeddl_plan_works_on(plan, SAFEDDL_RULE_ADD_FOREIGN_KEY, relid);
}

/*
 * key_by_partitions: where a partitioned table cannot have a foreign key NOT
 * VALID, its partitions can.  It then adopts theirs: see is_equal() in
 * foreign_key.c.
 */
static void
key_by_partitions(SafeddlPlan *plan, const Constraint *con, const char *words)
{
	const char *name = name_of(plan, con);
	ListCell   *lc;

	foreach(lc, safeddl_leaves(NULL, safeddl_hierarchy(plan->relid, true)))
	{
		Oid			relid = lfirst_oid(lc);
		char	   *head = psprintf("ALTER TABLE %s", safeddl_table_name(relid));
		const char *own = name;

		if (!validates_on(plan, relid))
			continue;
		if (OidIsValid(get_relation_constraint_oid(relid, name, true)) &&
			!safeddl_is_freed(plan, get_rel_namespace(relid), name))
			own = safeddl_constraint_name(plan, relid, safeddl_name_addition(con->fk_attrs), "fkey");
		safeddl_step_brief(plan, psprintf("%s %s NOT VALID", head, add_words(con, words, own)),
						   note_not_valid(con));
		lock_referenced(plan, con, false);
		safeddl_step_own(plan, psprintf("%s VALIDATE CONSTRAINT %s", head, quote_identifier(own)),
						 safeddl_note_validate());
	}
	safeddl_step_brief(plan, psprintf("%s %s", plan->head, add_words(con, words, name)),
					   _("adopts the foreign keys of the partitions, and checks nothing; locks both tables for a moment, reads included"));
	lock_referenced(plan, con, false);
}

/* ----------------------------------------------------------------
 *		NOT NULL
 * ----------------------------------------------------------------
 */

/*
 * Is it for a table alone that has children?  See ATExecSetNotNull() in
 * commands/tablecmds.c.
 */
static bool
leaves_children_out(const SafeddlPlan *plan)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);

	return !stmt->relation->inh && get_rel_relkind(plan->relid) == RELKIND_RELATION &&
		find_inheritance_children(plan->relid, NoLock) != NIL;
}

/* by a constraint NOT NULL that is NOT VALID at first; conname: or NULL */
static void
not_null_by_constraint(SafeddlPlan *plan, const char *column, const char *conname,
					   const char *command, bool alone)
{
	Oid			conoid = safeddl_not_null_constraint(plan->relid, get_attnum(plan->relid, column));

	/* its name is free once the old column is gone */
	if (OidIsValid(conoid) && conname == NULL && safeddl_plan_drops_column(plan, column))
		conname = get_constraint_name(conoid);
	else if (OidIsValid(conoid) && !safeddl_plan_drops_column(plan, column))
	{
		safeddl_step_validate(plan, psprintf("VALIDATE CONSTRAINT %s",
											 quote_identifier(get_constraint_name(conoid))),
							  safeddl_note_validate());
		/* an inherited one becomes the table's own */
		safeddl_step_finish(plan, command, NULL, NULL);
		return;
	}
	if (conname == NULL)
		conname = safeddl_constraint_name(plan, plan->relid, column, "not_null");
	safeddl_step_prepare(plan, psprintf("ADD CONSTRAINT %s NOT NULL %s%s NOT VALID",
										quote_identifier(conname), quote_identifier(column),
										alone ? " NO INHERIT" : ""),
						 note_not_valid(NULL));
	safeddl_step_validate(plan, psprintf("VALIDATE CONSTRAINT %s", quote_identifier(conname)),
						  safeddl_note_validate());
}

/* by a CHECK that proves it, and goes again */
static void
not_null_by_check(SafeddlPlan *plan, const char *column, const char *command, bool alone)
{
	const char *name = quote_identifier(safeddl_constraint_name(plan, plan->relid, column,
																"not_null"));

	safeddl_step_prepare(plan, psprintf("ADD CONSTRAINT %s CHECK (%s IS NOT NULL)%s NOT VALID",
										name, quote_identifier(column), alone ? " NO INHERIT" : ""),
						 note_not_valid(NULL));
	safeddl_step_validate(plan, psprintf("VALIDATE CONSTRAINT %s", name), safeddl_note_validate());
	safeddl_step_finish(plan, command, psprintf("DROP CONSTRAINT %s", name),
						_("the CHECK proves that there are no nulls, so that nothing is searched"));
}

/* make_not_null: a column; alone: not in the table's children */
static void
make_not_null(SafeddlPlan *plan, const char *column, const char *conname, const char *command,
			  bool alone)
{
	if (is_made_not_null(plan, column))
	{
		plan->added++;			/* nothing is left to do */
		return;
	}
	if (command == NULL)
		command = psprintf("ALTER COLUMN %s SET NOT NULL", quote_identifier(column));
	if (SAFEDDL_NOT_NULL_IS_CONSTRAINT)
		not_null_by_constraint(plan, column, conname, command, alone);
	else
		not_null_by_check(plan, column, command, alone);
}

/*
 * safeddl_plan_not_null: a column, which may be one to be, gets NOT NULL;
 * conname: of the constraint, where it can have a name, or NULL; command: the
 * subcommand that does so, or NULL.
 */
void
safeddl_plan_not_null(SafeddlPlan *plan, const char *column, const char *conname,
					  const char *command)
{
	make_not_null(plan, column, conname, command, leaves_children_out(plan));
}

/*
 * safeddl_plan_key_column: a column of a primary key gets NOT NULL; where that
 * is a constraint, the children get it as well, ONLY or not.
 */
void
safeddl_plan_key_column(SafeddlPlan *plan, const char *column)
{
	char	   *head = plan->head;
	bool		alone = leaves_children_out(plan);

	if (alone && SAFEDDL_NOT_NULL_IS_CONSTRAINT)
	{
		safeddl_step_flush(plan);
		plan->head = psprintf("ALTER TABLE %s", plan->table);
		alone = false;
	}
	make_not_null(plan, column, NULL, NULL, alone);
	if (plan->head != head)
		safeddl_step_flush(plan);
	plan->head = head;
}

/* ----------------------------------------------------------------
 *		ADD CONSTRAINT, and what else can add one
 * ----------------------------------------------------------------
 */

/*
 * safeddl_plan_constraint: the table gets a constraint, by steps that are safe
 * whatever its size; con: as a table constraint; words: the same as text,
 * without ADD.
 */
void
safeddl_plan_constraint(SafeddlPlan *plan, Constraint *con, const char *words)
{
	switch (con->contype)
	{
		case CONSTR_UNIQUE:
		case CONSTR_PRIMARY:
		case CONSTR_EXCLUSION:
			safeddl_plan_key(plan, con, words);
			return;
		case CONSTR_FOREIGN:
			if (get_rel_relkind(plan->relid) == RELKIND_PARTITIONED_TABLE &&
				!SAFEDDL_PARTITIONED_FK_NOT_VALID)
			{
				key_by_partitions(plan, con, words);
				return;
			}
			break;
		case CONSTR_NOTNULL:
			(void) is_made_not_null(plan, strVal(linitial(con->keys)));
			break;
		default:
			break;
	}
	if (con->skip_validation ||
		(con->contype != CONSTR_NOTNULL && !safeddl_constraint_enforced(con)))
		safeddl_step_alter(plan, psprintf("ADD %s", words), NULL);
	else
		add_not_valid(plan, con, words);
}

/* behind which word of a column's UNIQUE or PRIMARY KEY a table's has the columns */
static int
place_for_columns(const SafeddlWords *list, ConstrType contype)
{
	int			i = safeddl_find_word(list, 0, contype == CONSTR_UNIQUE ? "unique" : "key");

	return safeddl_is_word(list, i + 1, "nulls") ? safeddl_find_word(list, i, "distinct") : i;
}

/*
 * safeddl_plan_column_constraint: the same for a constraint of a column, which
 * may be one to be; con and words: as a column constraint, but for attributes
 * as DEFERRABLE, which are set in con.
 */
void
safeddl_plan_column_constraint(SafeddlPlan *plan, const char *column, Constraint *con,
							   const char *words)
{
	SafeddlWords list = safeddl_lex_text(words);
	Constraint *table_con = copyObject(con);
	List	   *columns = list_make1(makeString(pstrdup(column)));
	const char *quoted = quote_identifier(column);
	int			i;

	switch (con->contype)
	{
		case CONSTR_NOTNULL:
			safeddl_plan_not_null(plan, column, con->conname, NULL);
			return;
		case CONSTR_UNIQUE:
		case CONSTR_PRIMARY:
			table_con->keys = columns;
			words = safeddl_insert_after(&list, place_for_columns(&list, con->contype),
										 psprintf("(%s)", quoted));
			break;
		case CONSTR_FOREIGN:
			table_con->fk_attrs = columns;
			i = safeddl_find_word(&list, 0, "references");
			words = psprintf("%s%sFOREIGN KEY (%s) %s", i > 0 ? safeddl_text_between(&list, 0, i - 1) : "",
							 i > 0 ? " " : "", quoted,
							 safeddl_text_between(&list, i, list.count - 1));
			break;
		default:
			break;
	}
	safeddl_plan_constraint(plan, table_con, words);
}

/* safeddl_plan_add_constraint: ADD [CONSTRAINT name] ... */
void
safeddl_plan_add_constraint(SafeddlPlan *plan)
{
	SafeddlWords list = safeddl_lex_text(plan->command);
	Constraint *con = castNode(Constraint, plan->cmd->def);

	safeddl_plan_constraint(plan, con, safeddl_text_between(&list, 1, list.count - 1));
}

/* safeddl_plan_set_not_null: ALTER [COLUMN] c SET NOT NULL */
void
safeddl_plan_set_not_null(SafeddlPlan *plan)
{
	safeddl_plan_not_null(plan, plan->cmd->name, NULL, plan->command);
}

/* safeddl_plan_validate_constraint: alone, after the other subcommands */
void
safeddl_plan_validate_constraint(SafeddlPlan *plan)
{
	safeddl_step_validate(plan, plan->command, safeddl_note_validate());
}

/* ----------------------------------------------------------------
 *		ALTER CONSTRAINT
 * ----------------------------------------------------------------
 */

/* the statement that puts back what a constraint's comment says; or "" */
static char *
comment_words(Oid conoid, const char *table)
{
	char	   *comment = GetComment(conoid, ConstraintRelationId, 0);

	if (comment == NULL)
		return "";
	return psprintf("; COMMENT ON CONSTRAINT %s ON %s IS %s",
					quote_identifier(get_constraint_name(conoid)), table,
					quote_literal_cstr(comment));
}

/* cut_end: off a text that ends so */
static void
cut_end(char *string, const char *end)
{
	int			length = strlen(string) - strlen(end);

	if (length > 0 && strcmp(string + length, end) == 0)
		string[length] = '\0';
}

/* definition: of a constraint, from its kind on, as it is to be, but NOT VALID */
static char *
definition(const SafeddlPlan *plan, Oid conoid)
{
	char	   *result = TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef,
																 ObjectIdGetDatum(conoid)));

	cut_end(result, " NOT ENFORCED");
	cut_end(result, " NOT VALID");
	if (safeddl_alters_inherit(plan->cmd))
		cut_end(result, " NO INHERIT");
	return psprintf("%s NOT VALID", result);
}

/* is it a CHECK that its table has not by inheritance alone? */
static bool
is_own_check(Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_CHECK &&
		((Form_pg_constraint) GETSTRUCT(tuple))->conislocal;
	ReleaseSysCache(tuple);
	return result;
}

/*
 * made_anew: the constraint goes, and comes back NOT VALID.  What children have
 * of it by inheritance follows; what is theirs as well would be in the way, so
 * it does the same, all of it from top to bottom, and back from bottom to top.
 */
static char *
made_anew(const SafeddlPlan *plan, Oid conoid)
{
	const char *name = get_constraint_name(conoid);
	const char *quoted = quote_identifier(name);
	char	   *drop = psprintf("%s DROP CONSTRAINT %s", plan->head, quoted);
	char	   *add = psprintf("ADD CONSTRAINT %s %s", quoted, definition(plan, conoid));
	char	   *drops = "";
	char	   *adds = "";
	ListCell   *lc;

	foreach(lc, is_own_check(conoid) ? safeddl_hierarchy(plan->relid, true) : NIL)
	{
		Oid			child = get_relation_constraint_oid(lfirst_oid(lc), name, true);
		char	   *table = safeddl_table_name(lfirst_oid(lc));

		if (lfirst_oid(lc) == plan->relid || !is_own_check(child))
			continue;
		drops = psprintf("%s; ALTER TABLE %s DROP CONSTRAINT %s", drops, table, quoted);
		adds = psprintf("; ALTER TABLE %s ADD CONSTRAINT %s %s%s%s", table, quoted,
						definition(plan, child), comment_words(child, table), adds);
	}
	if (drops[0] == '\0')
		return psprintf("%s, %s%s", drop, add, comment_words(conoid, plan->table));
	return psprintf("%s%s%s; %s %s%s", drop, drops, adds, plan->head, add,
					comment_words(conoid, plan->table));
}

/*
 * safeddl_plan_alter_constraint: ENFORCED, and INHERIT of NOT NULL, check rows
 * at once.  The same constraint, made anew NOT VALID, does not.
 */
void
safeddl_plan_alter_constraint(SafeddlPlan *plan)
{
	const char *name = safeddl_altered_constraint(plan->cmd);
	Oid			conoid = get_relation_constraint_oid(plan->relid, name, true);
	SafeddlWords list = safeddl_lex_text(plan->command);
	int			done;
	ListCell   *lc;

	if (!OidIsValid(conoid))
		return;
	safeddl_step_brief(plan, made_anew(plan, conoid), note_not_valid(NULL));
	/* to drop a foreign key locks both tables against all */
	foreach(lc, safeddl_foreign_keys(plan->relid, false))
	{
		SafeddlForeignKey *fk = lfirst(lc);

		if (fk->conoid == conoid && fk->referenced != plan->relid)
			safeddl_lock_first(plan, fk->referenced, false);
	}
	safeddl_step_own(plan, psprintf("%s VALIDATE CONSTRAINT %s", plan->head, quote_identifier(name)),
					 safeddl_note_validate());
	/* behind the name: more than ENFORCED, or INHERIT? */
	done = safeddl_find_word(&list, 3, safeddl_alters_inherit(plan->cmd) ? "inherit" : "enforced");
	if (list.count > 4 && done > 0)
		safeddl_step_brief(plan, psprintf("%s %s%s%s", plan->head,
										  safeddl_text_between(&list, 0, done - 1),
										  done < list.count - 1 ? " " : "",
										  done < list.count - 1 ?
										  safeddl_text_between(&list, done + 1, list.count - 1) : ""),
						   NULL);
}

/* ----------------------------------------------------------------
 *		ALTER DOMAIN
 * ----------------------------------------------------------------
 */

/* ALTER DOMAIN and the domain's name, in the user's words */
static char *
domain_head(const SafeddlWords *list)
{
	int			last = 2;

	while (last + 2 < list->count && list->tokens[last + 1].code == '.')
		last += 2;
	return safeddl_text_between(list, 0, last);
}

/*
 * safeddl_plan_alter_domain: new values can be checked from here on without a
 * lock on any table.  To check the old ones, the server locks all tables with
 * columns of the domain against writes, and reads them, whatever came before.
 */
void
safeddl_plan_alter_domain(SafeddlPlan *plan)
{
	AlterDomainStmt *stmt = castNode(AlterDomainStmt, plan->a->stmt);
	Constraint *con = stmt->subtype == 'C' ? castNode(Constraint, stmt->def) : NULL;
	const char *why = _("there is no safe way to validate it for the values that are stored already: for that, the server reads all tables with columns of the domain, which it locks against writes; a new domain can have it from the start, and the columns can be changed to that one by one");

	if (con != NULL && con->contype == CONSTR_CHECK)
		safeddl_step_own(plan, psprintf("%s NOT VALID", safeddl_statement_text(plan->a)),
						 _("holds for new values from here on"));
	else if (stmt->subtype != 'V')
		safeddl_step_own(plan, psprintf("%s ADD %s%s%sCHECK (VALUE IS NOT NULL) NOT VALID",
										domain_head(&plan->words),
										con && con->conname ? "CONSTRAINT " : "",
										con && con->conname ? quote_identifier(con->conname) : "",
										con && con->conname ? " " : ""),
						 _("NOT NULL for new values from here on; the domain itself is not marked NOT NULL"));
	safeddl_step_none(plan, why);
}
