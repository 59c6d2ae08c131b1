/*
 * plan_key.c
 *	  The safe way: UNIQUE, PRIMARY KEY and EXCLUDE.
 *
 * The index is built CONCURRENTLY, under the constraint's final name, and then
 * made the constraint's.  What a primary key wants NOT NULL is so by then.
 */
#include "plan.h"

#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* does making the column of a primary key NOT NULL mean to search for nulls? */
static bool
searches_nulls(const SafeddlPlan *plan, const char *column)
{
	ListCell   *lc;

	if (get_attnum(plan->relid, column) == InvalidAttrNumber || safeddl_plan_drops_column(plan, column))
		return true;
	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->cmdno == plan->cmdno && effect->rule == SAFEDDL_RULE_ADD_PRIMARY_KEY &&
			(effect->work & SAFEDDL_WORK_SCAN) && effect->subject != NULL &&
			strcmp(effect->subject, column) == 0)
			return true;
	}
	return false;
}

/* index_columns: of the table, which the index may know by other names */
static List *
index_columns(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	List	   *result = NIL;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	form = (Form_pg_index) GETSTRUCT(tuple);
	for (int i = 0; i < form->indnkeyatts; i++)
	{
		char	   *column = get_attname(form->indrelid, form->indkey.values[i], true);

		if (column != NULL)
			result = lappend(result, makeString(column));
	}
	ReleaseSysCache(tuple);
	return result;
}

/* the columns of the key, as String; of an index if that is given */
static List *
key_columns(const SafeddlPlan *plan, const Constraint *con)
{
	if (con->indexname == NULL)
		return con->keys;
	return index_columns(get_relname_relid(con->indexname, get_rel_namespace(plan->relid)));
}

static void
make_not_null(SafeddlPlan *plan, const Constraint *con)
{
	ListCell   *lc;

	if (con->contype == CONSTR_PRIMARY)
		foreach(lc, key_columns(plan, con))
			if (searches_nulls(plan, strVal(lfirst(lc))))
				safeddl_plan_key_column(plan, strVal(lfirst(lc)));
	safeddl_step_flush(plan);
}

/* storage_options: WITH (...) in the words of a constraint; or NULL */
static char *
storage_options(const char *words)
{
	SafeddlWords list = safeddl_lex_text(words);
	int			first = safeddl_find_word(&list, 0, "with");
	int			last = first + 1;

	if (first < 0)
		return NULL;
	while (last < list.count && !(list.tokens[last].code == ')' && list.tokens[last].depth == 0))
		last++;
	return safeddl_text_between(&list, first, last);
}

/* create_index: the constraint's index on a table, CONCURRENTLY */
static char *
create_index(const Constraint *con, const char *words, const char *table, const char *name)
{
	StringInfoData buf;
	char	   *options = storage_options(words);

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s)",
					 quote_identifier(name), table, safeddl_column_list(con->keys));
	if (con->including != NIL)
		appendStringInfo(&buf, " INCLUDE (%s)", safeddl_column_list(con->including));
	if (con->nulls_not_distinct)
		appendStringInfoString(&buf, " NULLS NOT DISTINCT");
	if (options != NULL)
		appendStringInfo(&buf, " %s", options);
	if (con->indexspace != NULL)
		appendStringInfo(&buf, " TABLESPACE %s", quote_identifier(con->indexspace));
	return buf.data;
}

/* use_index: ADD CONSTRAINT by an index, which is renamed if it is not of that name */
static char *
use_index(const Constraint *con, const char *name, const char *index)
{
	return psprintf("ADD CONSTRAINT %s %s USING INDEX %s%s%s", quote_identifier(name),
					con->contype == CONSTR_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
					quote_identifier(index),
					con->deferrable ? " DEFERRABLE" : "",
					con->initdeferred ? " INITIALLY DEFERRED" : "");
}

/* build: one table gets the constraint; head: ALTER TABLE and its name */
static void
build(SafeddlPlan *plan, const Constraint *con, const char *words, const char *table,
	  const char *head, const char *name)
{
	safeddl_step_outside(plan, create_index(con, words, table, name),
						 safeddl_note_index(quote_identifier(name)));
	safeddl_step_brief(plan, psprintf("%s %s", head, use_index(con, name, name)), NULL);
}

/* index_name: for the time until the key that has the name is dropped */
static const char *
index_name(const SafeddlPlan *plan, const char *name)
{
	Oid			nspid = get_rel_namespace(plan->relid);
	const char *result = name;

	for (int i = 0; OidIsValid(get_relname_relid(result, nspid)); i++)
		result = makeObjectName(name, NULL, i ? psprintf("new%d", i) : "new");
	return result;
}

/* replace: the constraint takes the place of a key that is dropped, see plan.c */
static void
replace(SafeddlPlan *plan, const Constraint *con, const char *words, const char *name)
{
	const char *index = index_name(plan, name);

	safeddl_step_outside(plan, create_index(con, words, plan->table, index),
						 safeddl_note_index(quote_identifier(index)));
	safeddl_step_replace(plan, use_index(con, name, index));
}

/* the name that the server gives to the constraint's index on a table */
static char *
choose_name(SafeddlPlan *plan, const Constraint *con, Oid relid)
{
	List	   *columns = list_concat_copy(con->keys, con->including);

	return con->contype == CONSTR_PRIMARY ?
		safeddl_index_name(plan, relid, NULL, "pkey", true) :
		safeddl_index_name(plan, relid, safeddl_name_addition(columns), "key", true);
}

/* does the statement build the index on that partition? */
static bool
builds_on(const SafeddlPlan *plan, Oid relid)
{
	ListCell   *lc;

	/* on a column to be, it does so everywhere */
	if (plan->cmd->subtype != AT_AddConstraint)
		return true;
	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->cmdno == plan->cmdno && effect->relid == relid &&
			(effect->work & SAFEDDL_WORK_INDEX_BUILD))
			return true;
	}
	return false;
}

/* the partitions first; what they have then is adopted */
static void
build_on_partitions(SafeddlPlan *plan, const Constraint *con, const char *words)
{
	ListCell   *lc;

	foreach(lc, safeddl_leaves(NULL, safeddl_hierarchy(plan->relid, true)))
	{
		char	   *table = safeddl_table_name(lfirst_oid(lc));

		if (builds_on(plan, lfirst_oid(lc)))
			build(plan, con, words, table, psprintf("ALTER TABLE %s", table),
				  choose_name(plan, con, lfirst_oid(lc)));
	}
	safeddl_step_brief(plan, psprintf("%s ADD %s", plan->head, words),
					   _("adopts the constraints of the partitions, and builds nothing"));
}

/*
 * safeddl_plan_key: the table gets the constraint, which words define; see
 * safeddl_plan_constraint().
 */
void
safeddl_plan_key(SafeddlPlan *plan, Constraint *con, const char *words)
{
	const char *name = con->conname;

	if (con->contype == CONSTR_EXCLUSION || safeddl_without_overlaps(con))
	{
		safeddl_step_none(plan, con->contype == CONSTR_EXCLUSION ?
						  _("there is no safe way: the server can neither build the index of an EXCLUDE constraint concurrently, nor make one from an index that is there; a new table can have it from the start") :
						  _("there is no safe way: the server can neither build the index of a constraint WITHOUT OVERLAPS concurrently, nor make one from an index that is there; a new table can have it from the start"));
		return;
	}
	make_not_null(plan, con);
	if (con->indexname != NULL && plan->replace != NULL)
		safeddl_step_replace(plan, psprintf("ADD %s", words));
	else if (con->indexname != NULL)
		safeddl_step_brief(plan, psprintf("%s ADD %s", plan->head, words), NULL);
	else if (get_rel_relkind(plan->relid) == RELKIND_PARTITIONED_TABLE)
		build_on_partitions(plan, con, words);
	else
	{
		if (name == NULL)
			name = choose_name(plan, con, plan->relid);
		else
			safeddl_take_name(plan, plan->relid, name);
		if (plan->replace != NULL)
			replace(plan, con, words, name);
		else
			build(plan, con, words, plan->table, plan->head, name);
	}
}
