/*
 * plan_index.c
 *	  The safe way: CREATE INDEX, DROP INDEX and REINDEX.
 *
 * On a partitioned table: ON ONLY it, CONCURRENTLY on each partition, ATTACH
 * PARTITION.  What the server would name itself gets the same name.
 */
#include "plan.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_target.h"
#include "partitioning/partdesc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

static char *plan_tree(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid);

/* ----------------------------------------------------------------
 *		names
 * ----------------------------------------------------------------
 */

/* unique_name: as ChooseIndexColumnNames(): with a number, if it is taken */
static char *
unique_name(List *names, const char *name)
{
	char	   *result = pstrdup(name);

	for (int i = 1;; i++)
	{
		ListCell   *lc;
		char		number[12];

		foreach(lc, names)
			if (strcmp(strVal(lfirst(lc)), result) == 0)
				break;
		if (lc == NULL)
			return result;
		pg_ltoa(i, number);
		result = psprintf("%.*s%s",
						  pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1 - strlen(number)),
						  name, number);
	}
}

/* column_names: those that an index to be will have, as ChooseIndexColumnNames() */
static List *
column_names(const IndexStmt *stmt)
{
	List	   *elems = list_concat_copy(stmt->indexParams, stmt->indexIncludingParams);
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, elems)
	{
		const IndexElem *elem = lfirst(lc);
		const char *name = elem->indexcolname;

		if (name == NULL)
			name = elem->name ? elem->name : FigureIndexColname(elem->expr);
		result = lappend(result, makeString(unique_name(result, name ? name : "expr")));
	}
	return result;
}

/*
 * choose_name: for a table's own index, as ChooseIndexName(), once the steps so
 * far have run.
 */
static char *
choose_name(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid)
{
	bool		primary = index->contype == CONSTRAINT_PRIMARY;

	return safeddl_index_name(plan, relid, primary ? NULL : safeddl_name_addition(index->columns),
							  primary ? "pkey" : index->contype ? "key" : "idx",
							  index->contype != '\0');
}

/* ----------------------------------------------------------------
 *		an index of a partitioned table
 * ----------------------------------------------------------------
 */

/* safeddl_partitions: in the order in which DefineIndex() takes them */
List *
safeddl_partitions(Oid relid)
{
	Relation	rel = safeddl_open(relid);
	List	   *result = NIL;
	PartitionDesc desc;

	if (rel == NULL)
		return find_inheritance_children(relid, NoLock);
	desc = RelationGetPartitionDesc(rel, true);
	for (int i = 0; i < desc->nparts; i++)
		result = lappend_oid(result, desc->oids[i]);
	safeddl_close(rel);
	return result;
}

/* deferrable_text: what a constraint with an index says about that */
static const char *
deferrable_text(Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Form_pg_constraint form;
	const char *result;

	if (!HeapTupleIsValid(tuple))
		return "";
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	result = form->condeferred ? " DEFERRABLE INITIALLY DEFERRED" :
		form->condeferrable ? " DEFERRABLE" : "";
	ReleaseSysCache(tuple);
	return result;
}

/* safeddl_new_index_of: the same as one that there is; false if that cannot be told */
bool
safeddl_new_index_of(SafeddlNewIndex *index, Oid indexid)
{
	Relation	rel = safeddl_open(indexid);
	/* pg_get_indexdef_string() opens it, and would wait */
	Relation	table = rel != NULL ? safeddl_open(rel->rd_index->indrelid) : NULL;
	char	   *text;
	char	   *head;
	bool		exclusion;

	if (table == NULL)
		return false;
	safeddl_sketch_of(&index->sketch, rel);
	index->contype = index->sketch.contype;
	index->unique = rel->rd_index->indisunique;
	exclusion = rel->rd_index->indisexclusion;
	index->columns = NIL;
	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
		index->columns = lappend(index->columns,
								 makeString(pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), i)->attname))));
	text = pg_get_indexdef_string(indexid);
	head = psprintf("CREATE %sINDEX %s ON %s ", index->unique ? "UNIQUE " : "",
					quote_identifier(RelationGetRelationName(rel)),
					safeddl_table_name(RelationGetRelid(table)));
	index->rest = text + strlen(head);
	index->deferrable = deferrable_text(get_index_constraint(indexid));
	safeddl_close(table);
	safeddl_close(rel);
	return strncmp(text, head, strlen(head)) == 0 && !exclusion;
}

/* note_of: what may go wrong when a unique index is built */
static const char *
note_of(bool unique)
{
	return unique ? _("fails if values are not unique; then DROP INDEX CONCURRENTLY the invalid index that it leaves") :
		NULL;
}

/* build: the index of a table with rows; returns its name, qualified */
static char *
build(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid)
{
	const char *name = quote_identifier(choose_name(plan, index, relid));
	char	   *table = safeddl_table_name(relid);

	safeddl_step_outside(plan, psprintf("CREATE %sINDEX CONCURRENTLY %s ON %s %s",
										index->unique ? "UNIQUE " : "", name, table, index->rest),
						 note_of(index->unique));
	if (index->contype != '\0')
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
										  table, name,
										  index->contype == CONSTRAINT_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
										  name, index->deferrable), NULL);
	return psprintf("%s.%s", quote_identifier(get_namespace_name(get_rel_namespace(relid))), name);
}

/*
 * take_equal: the index that a partition has already, made valid, as
 * DefineIndex() takes an invalid one, too; or NULL.  Raises an error if that
 * cannot be told.
 */
static char *
take_equal(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid)
{
	bool		maybe;
	Oid			equal = safeddl_equal_index(&index->sketch, relid, &maybe);

	if (maybe)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("cannot look at the indexes of table \"%s\", which others have locked",
						get_rel_name(relid))));
	if (!OidIsValid(equal))
		return NULL;
	if (!get_index_isvalid(equal))
		safeddl_plan_repair(plan, equal);
	return safeddl_table_name(equal);
}

/*
 * safeddl_plan_leaf_indexes: indexes for a table and its partitions that are
 * not partitioned themselves, so that the server finds an equal one for each
 * and attaches it, when the index of the partitioned table is made.
 */
void
safeddl_plan_leaf_indexes(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid)
{
	SafeddlNewIndex below = *index;
	char		relkind = get_rel_relkind(relid);
	ListCell   *lc;

	check_stack_depth();
	if (relkind == RELKIND_FOREIGN_TABLE || take_equal(plan, index, relid) != NULL)
		return;
	/* see safeddl_push_index() */
	below.sketch.attach = false;
	if (relkind == RELKIND_PARTITIONED_TABLE)
		foreach(lc, safeddl_partitions(relid))
			safeddl_plan_leaf_indexes(plan, &below, lfirst_oid(lc));
	else
		build(plan, index, relid);
}

/* plan_partitions: the indexes of the partitions of a table, attached to its own */
static void
plan_partitions(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid, const char *parent)
{
	ListCell   *lc;

	foreach(lc, safeddl_partitions(relid))
	{
		char	   *name = plan_tree(plan, index, lfirst_oid(lc));

		safeddl_step_brief(plan, psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent, name), NULL);
	}
}

/* plan_tree: the index of a partition, with those below it; returns its name */
static char *
plan_tree(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid)
{
	char	   *result = take_equal(plan, index, relid);
	const char *name;

	check_stack_depth();
	if (result != NULL)
		return result;
	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return build(plan, index, relid);
	name = quote_identifier(choose_name(plan, index, relid));
	result = psprintf("%s.%s", quote_identifier(get_namespace_name(get_rel_namespace(relid))), name);
	safeddl_step_brief(plan, psprintf("CREATE %sINDEX %s ON ONLY %s %s",
									  index->unique ? "UNIQUE " : "", name,
									  safeddl_table_name(relid), index->rest), NULL);
	plan_partitions(plan, index, relid, result);
	return result;
}

static bool
has_foreign_partition(Oid relid)
{
	ListCell   *lc;

	foreach(lc, safeddl_hierarchy(relid, true))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE)
			return true;
	return false;
}

/* ----------------------------------------------------------------
 *		CREATE INDEX
 * ----------------------------------------------------------------
 */

/* where the parts of a CREATE INDEX are; numbers of tokens */
typedef struct IndexWords
{
	int			index;			/* the word INDEX */
	int			name;			/* IF NOT EXISTS and the name, or the same as on */
	int			on;
	int			table;			/* the first of its name */
	int			table_end;
	int			rest;			/* what follows the table */
} IndexWords;

static bool
find_parts(const SafeddlWords *words, IndexWords *parts)
{
	parts->index = safeddl_find_word(words, 1, "index");
	parts->on = safeddl_find_word(words, parts->index + 1, "on");
	if (parts->index < 0 || parts->on < 0)
		return false;
	parts->name = parts->index + 1;
	if (safeddl_is_word(words, parts->name, "concurrently"))
		parts->name++;
	parts->table = parts->on + 1;
	if (safeddl_is_word(words, parts->table, "only"))
		parts->table++;
	parts->table_end = parts->table;
	while (parts->table_end + 2 < words->count &&
		   words->tokens[parts->table_end + 1].code == '.')
		parts->table_end += 2;
	parts->rest = parts->table_end + 1;
	if (parts->rest < words->count && words->tokens[parts->rest].code == '*')
		parts->rest++;
	return parts->rest < words->count;
}

/* collect_qualified: locations of columns that are written with their table */
static bool
collect_qualified(Node *node, void *context)
{
	List	  **locations = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		if (list_length(((ColumnRef *) node)->fields) > 1)
			*locations = lappend_int(*locations, ((ColumnRef *) node)->location);
		return false;
	}
	return raw_expression_tree_walker(node, collect_qualified, context);
}

/*
 * words_for_partition: the user's own words from a token on, to be used with
 * another table: columns lose the name of theirs.
 */
static char *
words_for_partition(const SafeddlPlan *plan, const IndexStmt *stmt, int first)
{
	const SafeddlWords *words = &plan->words;
	int			start = Max(plan->a->stmt_location, 0);
	List	   *locations = NIL;
	StringInfoData buf;

	collect_qualified((Node *) stmt->indexParams, &locations);
	collect_qualified(stmt->whereClause, &locations);
	initStringInfo(&buf);
	for (int i = first; i < words->count; i++)
	{
		if (i > first && words->tokens[i].start > words->tokens[i - 1].end)
			appendStringInfoChar(&buf, ' ');
		if (list_member_int(locations, start + words->tokens[i].start))
			while (i + 2 < words->count && words->tokens[i + 1].code == '.')
				i += 2;
		appendBinaryStringInfo(&buf, words->text + words->tokens[i].start,
							   words->tokens[i].end - words->tokens[i].start);
	}
	return buf.data;
}

/* the index of a partitioned table, and of all below it */
static void
create_on_partitioned(SafeddlPlan *plan, IndexStmt *stmt, Oid relid, const IndexWords *parts)
{
	const SafeddlWords *words = &plan->words;
	SafeddlNewIndex index = {.unique = stmt->unique,.columns = column_names(stmt)};
	const char *name;

	index.sketch.a = plan->a;
	index.sketch.parent = relid;
	index.rest = words_for_partition(plan, stmt, parts->rest);
	if (!safeddl_sketch_new(&index.sketch, stmt))
		return;
	/* an index that is not on all partitions would never become valid */
	if (has_foreign_partition(relid))
	{
		safeddl_plan_leaf_indexes(plan, &index, relid);
		safeddl_step_brief(plan, safeddl_statement_text(plan->a),
						   _("attaches the indexes that the partitions have by now"));
		return;
	}
	name = stmt->idxname;
	if (name != NULL)
		safeddl_take_name(plan, relid, name);
	else
		name = choose_name(plan, &index, relid);
	safeddl_step_brief(plan, psprintf("%s %s ON ONLY %s %s",
									  safeddl_text_between(words, 0, parts->index),
									  stmt->idxname ? safeddl_text_between(words, parts->name, parts->on - 1) :
									  quote_identifier(name),
									  safeddl_text_between(words, parts->table, parts->table_end),
									  safeddl_text_between(words, parts->rest, words->count - 1)),
					   _("invalid until each partition has its own, which is attached to it"));
	plan_partitions(plan, &index, relid,
					quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name));
}

void
safeddl_plan_create_index(SafeddlPlan *plan)
{
	IndexStmt  *stmt = castNode(IndexStmt, plan->a->stmt);
	Oid			relid = safeddl_resolve(plan->a, stmt->relation, false);
	IndexWords	parts;

	if (!find_parts(&plan->words, &parts))
		return;
	if (safeddl_plan_has(plan, SAFEDDL_RULE_INVALID_INDEX) && stmt->idxname != NULL &&
		OidIsValid(get_relname_relid(stmt->idxname, get_rel_namespace(relid))))
	{
		safeddl_plan_repairs(plan, relid);
		if (((SafeddlStep *) llast(plan->steps))->sql == NULL)
			return;
		/* repaired, it is all that IF NOT EXISTS asks for */
		if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
		{
			safeddl_step_brief(plan, safeddl_statement_text(plan->a), NULL);
			return;
		}
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
		create_on_partitioned(plan, stmt, relid, &parts);
	else
		safeddl_step_outside(plan, stmt->concurrent ? safeddl_statement_text(plan->a) :
							 safeddl_insert_after(&plan->words, parts.index, "CONCURRENTLY"),
							 note_of(stmt->unique));
}

/* ----------------------------------------------------------------
 *		DROP INDEX
 * ----------------------------------------------------------------
 */

/* drop_dependent_keys: CASCADE, which CONCURRENTLY does not know; false if other things depend on it */
static bool
drop_dependent_keys(SafeddlPlan *plan, Oid indexid)
{
	List	   *keys = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, indexid, 0, DEPENDENCY_NORMAL))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId != ConstraintRelationId)
			return false;
		keys = list_append_unique_oid(keys, object->objectId);
	}
	foreach(lc, keys)
	{
		const		ObjectAddress key = {ConstraintRelationId, lfirst_oid(lc), 0};
		Oid			relid = safeddl_object_relation(&key);

		safeddl_step_brief(plan, psprintf("ALTER TABLE %s DROP CONSTRAINT %s",
										  safeddl_table_name(relid),
										  quote_identifier(get_constraint_name(lfirst_oid(lc)))),
						   _("depends on the index"));
	}
	return true;
}

/* drop_one: an index that DROP INDEX names, in the words from first to last */
static void
drop_one(SafeddlPlan *plan, DropStmt *stmt, RangeVar *rv, int first, int last)
{
	Oid			indexid = safeddl_resolve(plan->a, rv, true);
	const char *exists = stmt->missing_ok ? "IF EXISTS " : "";
	const char *name = safeddl_text_between(&plan->words, first, last);
	bool		partitioned = OidIsValid(indexid) &&
		get_rel_relkind(indexid) == RELKIND_PARTITIONED_INDEX;

	if (partitioned ||
		(OidIsValid(indexid) && stmt->behavior == DROP_CASCADE && !drop_dependent_keys(plan, indexid)))
		safeddl_step_brief(plan, psprintf("DROP INDEX %s%s%s", exists, name,
										  stmt->behavior == DROP_CASCADE ? " CASCADE" : ""),
						   partitioned ? _("a partitioned index cannot be dropped CONCURRENTLY; reads and writes of all partitions wait while it goes, which is soon done") :
						   _("CASCADE is not for DROP INDEX CONCURRENTLY; reads and writes wait while it goes, which is soon done"));
	else
		safeddl_step_outside(plan, psprintf("DROP INDEX CONCURRENTLY %s%s", exists, name), NULL);
}

/*
 * safeddl_plan_drop_index: CONCURRENTLY takes one index at a time, and no
 * partitioned one.
 */
void
safeddl_plan_drop_index(SafeddlPlan *plan)
{
	DropStmt   *stmt = castNode(DropStmt, plan->a->stmt);
	const SafeddlWords *words = &plan->words;
	int			first = safeddl_find_word(words, 1, "index") + 1;
	int			last = words->count - 1;
	ListCell   *lc;

	if (safeddl_is_word(words, first, "concurrently"))
		first++;
	if (stmt->missing_ok)
		first += 2;
	if (last > first && (safeddl_is_word(words, last, "cascade") || safeddl_is_word(words, last, "restrict")) &&
		words->tokens[last - 1].code != '.' && words->tokens[last - 1].code != ',')
		last--;
	foreach(lc, stmt->objects)
	{
		int			end = first;

		while (end < last && words->tokens[end + 1].code != ',')
			end++;
		if (first > last)
			return;
		drop_one(plan, stmt, makeRangeVarFromNameList(lfirst(lc)), first, end);
		first = end + 2;
	}
}

/* ----------------------------------------------------------------
 *		REINDEX
 * ----------------------------------------------------------------
 */

/* the rows of pg_index that REINDEX ... CONCURRENTLY leaves out */
static bool
is_skipped(Oid indexid, bool *exclusion)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	*exclusion = ((Form_pg_index) GETSTRUCT(tuple))->indisexclusion;
	result = *exclusion || !((Form_pg_index) GETSTRUCT(tuple))->indisvalid;
	ReleaseSysCache(tuple);
	return result;
}

/* plan_skipped: what REINDEX ... CONCURRENTLY of their tables leaves out */
static void
plan_skipped(SafeddlPlan *plan)
{
	List	   *done = NIL;
	ListCell   *lc;
	ListCell   *lc2;
	bool		exclusion;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->rule != SAFEDDL_RULE_REINDEX || effect->relid != effect->root ||
			effect->rel->catalog || effect->subject != NULL ||
			list_member_oid(done, effect->relid))
			continue;
		done = lappend_oid(done, effect->relid);
		foreach(lc2, safeddl_indexes(effect->relid))
		{
			char	   *index = safeddl_table_name(lfirst_oid(lc2));

			if (!is_skipped(lfirst_oid(lc2), &exclusion))
				continue;
			if (exclusion)
				safeddl_step_none(plan, psprintf(_("CONCURRENTLY leaves out index %s of an exclusion constraint, for which there is no concurrent form: REINDEX it in a maintenance window"),
												 index));
			else
				safeddl_step_outside(plan, psprintf("REINDEX INDEX CONCURRENTLY %s", index),
									 _("invalid, and therefore left out before"));
		}
	}
}

/* does the statement build an index of a system catalog, and of no other table? */
static bool
catalogs_only(const SafeddlPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
		if (((SafeddlEffect *) lfirst(lc))->rule == SAFEDDL_RULE_REINDEX &&
			!safeddl_relinfo(plan->a, ((SafeddlEffect *) lfirst(lc))->root)->catalog)
			return false;
	return true;
}

/* word_of_kind: number of the token that says what REINDEX is about; -1 if it is odd */
static int
word_of_kind(const SafeddlWords *words)
{
	static const char *const kinds[] = {"index", "table", "schema", "database"};
	int			i = 1;

	if (words->count > 1 && words->tokens[1].code == '(')
	{
		while (i < words->count && !(words->tokens[i].code == ')' && words->tokens[i].depth == 0))
			i++;
		i++;
	}
	for (int k = 0; k < lengthof(kinds); k++)
		if (safeddl_is_word(words, i, kinds[k]))
			return i;
	return -1;
}

void
safeddl_plan_reindex(SafeddlPlan *plan)
{
	ReindexStmt *stmt = castNode(ReindexStmt, plan->a->stmt);
	Oid			indexid = stmt->kind == REINDEX_OBJECT_INDEX ?
		safeddl_resolve(plan->a, stmt->relation, false) : InvalidOid;
	char	   *statement = safeddl_insert_after(&plan->words, word_of_kind(&plan->words), "CONCURRENTLY");
	bool		exclusion;

	if (catalogs_only(plan))
		safeddl_step_none(plan, _("system catalogs cannot be reindexed CONCURRENTLY: plan a maintenance window"));
	else if (OidIsValid(indexid) && is_skipped(indexid, &exclusion) && exclusion)
		safeddl_step_none(plan, _("the index of an exclusion constraint cannot be reindexed CONCURRENTLY: plan a maintenance window"));
	else if (statement != NULL)
	{
		safeddl_step_outside(plan, statement,
							 stmt->kind == REINDEX_OBJECT_DATABASE && SAFEDDL_REINDEX_DATABASE_CATALOGS ?
							 _("leaves out the system catalogs") : NULL);
		if (stmt->kind != REINDEX_OBJECT_INDEX)
			plan_skipped(plan);
	}
}
