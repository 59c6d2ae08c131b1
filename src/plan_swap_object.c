/*
 * plan_swap_object.c
 *	  What depends on a column, made again on the one that takes its place:
 *	  indexes, constraints, foreign keys of either end.
 */
#include "plan_swap.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic_ext.h"
#include "rewrite/prs2lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* safeddl_swap_has: is there a subcommand of that kind about that column or constraint? */
bool
safeddl_swap_has(const SafeddlSwap *swap, AlterTableType subtype, const char *name)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, swap->plan->a->stmt);
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == subtype && cmd->name != NULL && strcmp(cmd->name, name) == 0)
			return true;
	}
	return false;
}

/* ----------------------------------------------------------------
 *		what cannot be done
 * ----------------------------------------------------------------
 */

/* can what depends on the column be made again?  If not, its description. */
static char *
stranger(Oid relid, AttrNumber attno)
{
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, '\0'))
	{
		const ObjectAddress *object = lfirst(lc);

		/* a column that is generated from it is an object of the table itself */
		if (object->classId == ConstraintRelationId || object->classId == StatisticExtRelationId ||
			(object->classId == RelationRelationId && object->objectId != relid) ||
			(object->classId == AttrDefaultRelationId &&
			 GetAttrDefaultColumnAddress(object->objectId).objectSubId == attno))
			continue;
		return getObjectDescription(object, false);
	}
	return NULL;
}

static bool
is_exclusion(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_index) GETSTRUCT(tuple))->indisexclusion;
	ReleaseSysCache(tuple);
	return result;
}

static bool
uses_column(const SafeddlForeignKey *fk, bool incoming, AttrNumber attno)
{
	for (int i = 0; i < fk->nkeys; i++)
		if ((incoming ? fk->confkey : fk->conkey)[i] == attno)
			return true;
	return false;
}

/* has_update_rule: a rule says what an UPDATE of the table is to do */
static bool
has_update_rule(Oid relid)
{
	Relation	rel = safeddl_open(relid);
	bool		result = false;

	if (rel == NULL)
		return false;
	for (int i = 0; rel->rd_rules != NULL && i < rel->rd_rules->numLocks; i++)
		result |= rel->rd_rules->rules[i]->event == CMD_UPDATE;
	safeddl_close(rel);
	return result;
}

/* refusal_of: why one table keeps the column from being swapped; or NULL */
static const char *
refusal_of(const SafeddlSwap *swap, Oid relid)
{
	HeapTuple	tuple = SearchSysCacheAttName(relid, swap->column);
	Form_pg_attribute att;
	AttrNumber	attno;
	char	   *other;
	bool		own;
	bool		generated;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	attno = att->attnum;
	own = relid != swap->plan->relid && (att->attislocal || att->attinhcount > 1);
	generated = att->attgenerated && !safeddl_swap_has(swap, AT_DropExpression, swap->column);
	ReleaseSysCache(tuple);
	if (get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE)
		return _("a foreign table cannot get the new column along with the other tables");
	if (own)
		return _("a child table has the column of its own right, or from several parents, so that it would not go with the parent's");
	if (generated)
		return _("no column can become a generated one without computing all its rows at once");
	if ((other = stranger(relid, attno)) != NULL)
		return psprintf(_("%s depends on the column"), other);
	if (has_update_rule(relid))
		return psprintf(_("a rule ON UPDATE of table %s keeps existing rows from being given the new value in batches"),
						safeddl_table_name(relid));
	foreach(lc, safeddl_indexes(relid))
		if (safeddl_index_reads(lfirst_oid(lc), attno) && is_exclusion(lfirst_oid(lc)))
			return _("an exclusion constraint on the column cannot be built concurrently");
	foreach(lc, safeddl_foreign_keys(relid, true))
		if (uses_column(lfirst(lc), true, attno) &&
			get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
			return _("a foreign key refers to the column of a partitioned table, whose unique index cannot be built before the swap");
	return NULL;
}

/* safeddl_swap_refusal: why there is no safe way; or NULL */
const char *
safeddl_swap_refusal(const SafeddlSwap *swap)
{
	ListCell   *lc;

	if (safeddl_domain_has_constraints(swap->new_type))
		return _("a column of a domain with constraints cannot be added without checking all rows at once; what comes near to it is the base type with CHECK constraints of its own");
	foreach(lc, swap->relids)
	{
		const char *refusal = refusal_of(swap, lfirst_oid(lc));

		if (refusal != NULL)
			return refusal;
	}
	return NULL;
}

/* ----------------------------------------------------------------
 *		NOT NULL and CHECK
 * ----------------------------------------------------------------
 */

static bool
is_not_null(const SafeddlSwap *swap, Oid relid)
{
	HeapTuple	tuple = SearchSysCacheAttName(relid, swap->column);
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	return result;
}

/* may_skip_rows: could an UPDATE by the table's owner leave rows as they are? */
static bool
may_skip_rows(Oid relid)
{
	Relation	rel = safeddl_open(relid);
	bool		result;

	if (rel == NULL)
		return true;
	result = rel->rd_rel->relforcerowsecurity ||
		(rel->trigdesc != NULL && rel->trigdesc->trig_update_before_row);
	safeddl_close(rel);
	return result;
}

/*
 * safeddl_swap_complete: what a trigger or a policy keeps from the backfill
 * would be lost with the old column, so that a CHECK is to find it before.
 */
void
safeddl_swap_complete(SafeddlSwap *swap)
{
	const char *column = quote_identifier(swap->new_column);
	ListCell   *lc;

	foreach(lc, swap->relids)
	{
		Oid			relid = lfirst_oid(lc);
		char	   *table = swap->plan->table;
		const char *name;

		if (!may_skip_rows(relid))
			continue;
		/* its children have it as well */
		name = quote_identifier(safeddl_constraint_name(swap->plan, swap->plan->relid,
														swap->new_column, "check"));
		safeddl_step_brief(swap->plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL OR (%s) IS NULL) NOT VALID",
												table, name, column, swap->value),
						   safeddl_note_not_valid());
		safeddl_step_own(swap->plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name),
						 _("finds rows that a trigger or a policy kept from getting the new value, which would be lost; if it fails, change these"));
		safeddl_add_statement(&swap->before, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
		return;
	}
}

/*
 * safeddl_swap_not_null: by a CHECK that proves it.  Where NOT NULL is a
 * constraint, it comes with these.
 */
void
safeddl_swap_not_null(SafeddlSwap *swap)
{
	const char *column = quote_identifier(swap->new_column);
	ListCell   *lc;

	if (SAFEDDL_NOT_NULL_IS_CONSTRAINT || safeddl_swap_has(swap, AT_DropNotNull, swap->column))
		return;
	foreach(lc, swap->relids)
	{
		Oid			relid = lfirst_oid(lc);
		char	   *table = safeddl_swap_table(swap, relid);
		const char *name;

		if (!is_not_null(swap, relid))
			continue;
		name = quote_identifier(safeddl_constraint_name(swap->plan, relid, swap->new_column,
														"not_null"));
		safeddl_step_brief(swap->plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
												table, name, column),
						   safeddl_note_not_valid());
		safeddl_step_own(swap->plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name),
						 safeddl_note_validate());
		safeddl_step_brief(swap->plan, psprintf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL; ALTER TABLE %s DROP CONSTRAINT %s",
												table, column, table, name),
						   _("the CHECK proves that there are no nulls, so that nothing is searched"));
		/* its children have it now */
		if (relid == swap->plan->relid)
			return;
	}
}

/* one constraint of a table, on the column */
typedef struct ColumnConstraint
{
	Oid			conoid;
	char	   *name;
	char		contype;
	bool		validated;
	bool		enforced;
	bool		no_inherit;
} ColumnConstraint;

/* constraints of a table that are its own */
typedef struct Collection
{
	AttrNumber	attno;
	List	   *constraints;	/* of ColumnConstraint */
} Collection;

/* is the column one of those that a constraint reads? */
static bool
reads_column(HeapTuple tuple, TupleDesc desc, AttrNumber attno)
{
	bool		isnull;
	Datum		datum = heap_getattr(tuple, Anum_pg_constraint_conkey, desc, &isnull);
	ArrayType  *array;

	if (isnull)
		return false;
	array = DatumGetArrayTypeP(datum);
	for (int i = 0; i < ARR_DIMS(array)[0]; i++)
		if (((int16 *) ARR_DATA_PTR(array))[i] == attno)
			return true;
	return false;
}

/* collect: SafeddlRowFunction; arg: Collection */
static void
collect(HeapTuple tuple, TupleDesc desc, void *arg)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	Collection *collection = arg;
	ColumnConstraint *con;

	if ((form->contype != CONSTRAINT_CHECK && form->contype != SAFEDDL_CONSTRAINT_NOTNULL) ||
		form->coninhcount > 0 || !reads_column(tuple, desc, collection->attno))
		return;
	con = palloc(sizeof(ColumnConstraint));
	con->conoid = form->oid;
	con->name = pstrdup(NameStr(form->conname));
	con->contype = form->contype;
	con->validated = form->convalidated;
	con->enforced = safeddl_form_enforced(form);
	con->no_inherit = form->connoinherit;
	collection->constraints = lappend(collection->constraints, con);
}

/* constrain: one CHECK or NOT NULL of a table */
static void
constrain(SafeddlSwap *swap, Oid relid, const ColumnConstraint *con)
{
	char	   *table = safeddl_swap_table(swap, relid);
	const char *new_name = quote_identifier(safeddl_swap_name(swap, relid, con->name));
	const char *name = quote_identifier(con->name);
	char	   *words;

	if (con->contype == CONSTRAINT_CHECK)
		words = safeddl_check_words(con->conoid, swap->column, swap->new_column);
	else
		words = psprintf("NOT NULL %s%s", quote_identifier(swap->new_column),
						 con->no_inherit ? " NO INHERIT" : "");
	safeddl_step_brief(swap->plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s%s", table, new_name,
											words, con->enforced ? " NOT VALID" : ""),
					   safeddl_note_not_valid());
	if (con->validated && con->enforced)
		safeddl_step_own(swap->plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, new_name),
						 safeddl_note_validate());
	safeddl_add_statement(&swap->after, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, new_name, name);
	safeddl_keep_comment(swap, ConstraintRelationId, con->conoid, 0,
						 psprintf("CONSTRAINT %s ON %s", name, table));
}

/* safeddl_swap_constraints: CHECK, and NOT NULL where that is one */
void
safeddl_swap_constraints(SafeddlSwap *swap)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, swap->relids)
	{
		Collection	collection = {.attno = get_attnum(lfirst_oid(lc), swap->column)};
		ScanKeyData key;

		ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(lfirst_oid(lc)));
		safeddl_scan_catalog(ConstraintRelationId, ConstraintRelidTypidNameIndexId, 1, &key,
							 collect, &collection);
		foreach(lc2, collection.constraints)
		{
			const ColumnConstraint *con = lfirst(lc2);

			if (!safeddl_swap_has(swap, AT_DropConstraint, con->name) &&
				(con->contype == CONSTRAINT_CHECK ||
				 !safeddl_swap_has(swap, AT_DropNotNull, swap->column)))
				constrain(swap, lfirst_oid(lc), con);
		}
	}
}

/* ----------------------------------------------------------------
 *		foreign keys
 * ----------------------------------------------------------------
 */

/* one foreign key of a table, named as that of its partitioned table or not */
static void
add_key(SafeddlSwap *swap, const SafeddlForeignKey *fk, Oid relid, const char *old_name,
		const char *words)
{
	char	   *table = safeddl_swap_table(swap, relid);
	const char *name = quote_identifier(safeddl_swap_name(swap, relid, old_name));

	safeddl_step_brief(swap->plan, psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s%s", table, name,
											words, fk->enforced ? " NOT VALID" : ""),
					   safeddl_note_not_valid());
	if (fk->validated && fk->enforced)
		safeddl_step_own(swap->plan, psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name),
						 safeddl_note_validate());
	safeddl_add_statement(&swap->after, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, name,
						  quote_identifier(old_name));
}

/* add_keys_of_leaves: the partitions have it first, the partitioned table adopts theirs */
static void
add_keys_of_leaves(SafeddlSwap *swap, const SafeddlForeignKey *fk, const char *name,
				   const char *words)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_leaves(swap->plan->a, safeddl_hierarchy(fk->referencing, true)))
		foreach(lc2, safeddl_foreign_keys(lfirst_oid(lc), false))
			if (safeddl_topmost_key(lfirst(lc2)) == fk->conoid)
				add_key(swap, fk, lfirst_oid(lc),
						get_constraint_name(((SafeddlForeignKey *) lfirst(lc2))->conoid), words);
	safeddl_add_statement(&swap->after, "ALTER TABLE %s ADD CONSTRAINT %s %s",
						  safeddl_swap_table(swap, fk->referencing), quote_identifier(name),
						  safeddl_constraint_words(fk->conoid));
}

/* swap_key: one foreign key, with the column on either end, or on both */
static void
swap_key(SafeddlSwap *swap, Oid relid, const SafeddlForeignKey *fk, bool referencing, bool referenced)
{
	char	   *name = get_constraint_name(fk->conoid);
	char	   *words = safeddl_key_words(fk->conoid, swap->column, swap->new_column,
										  referencing, referenced);
	char	   *table = safeddl_swap_table(swap, fk->referencing);

	if (safeddl_swap_has(swap, AT_DropConstraint, name) && fk->referencing == relid)
		return;
	if (get_rel_relkind(fk->referencing) == RELKIND_PARTITIONED_TABLE &&
		!SAFEDDL_PARTITIONED_FK_NOT_VALID)
		add_keys_of_leaves(swap, fk, name, words);
	else
		add_key(swap, fk, fk->referencing, name, words);
	safeddl_add_statement(&swap->before, "ALTER TABLE %s DROP CONSTRAINT %s", table,
						  quote_identifier(name));
	if (fk->referencing != relid)
		swap->users = list_append_unique_oid(swap->users, fk->referencing);
	if (fk->referenced != relid)
		swap->used = list_append_unique_oid(swap->used, fk->referenced);
	safeddl_keep_comment(swap, ConstraintRelationId, fk->conoid, 0,
						 psprintf("CONSTRAINT %s ON %s", quote_identifier(name), table));
}

/* safeddl_swap_keys: those of the tables, and those that refer to them */
void
safeddl_swap_keys(SafeddlSwap *swap)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, swap->relids)
	{
		Oid			relid = lfirst_oid(lc);
		AttrNumber	attno = get_attnum(relid, swap->column);

		foreach(lc2, safeddl_foreign_keys(relid, false))
		{
			const SafeddlForeignKey *fk = lfirst(lc2);
			bool		referencing = uses_column(fk, false, attno);
			bool		referenced = fk->referenced == relid && uses_column(fk, true, attno);

			if (!OidIsValid(fk->parent) && (referencing || referenced))
				swap_key(swap, relid, fk, referencing, referenced);
		}
		foreach(lc2, safeddl_foreign_keys(relid, true))
		{
			const SafeddlForeignKey *fk = lfirst(lc2);

			if (!OidIsValid(fk->parent) && fk->referencing != relid && uses_column(fk, true, attno))
				swap_key(swap, relid, fk, false, true);
		}
	}
}

/* ----------------------------------------------------------------
 *		indexes
 * ----------------------------------------------------------------
 */

static const SafeddlSwapIndex *
new_index_of(const SafeddlSwap *swap, Oid indexid)
{
	ListCell   *lc;

	foreach(lc, swap->indexes)
		if (((SafeddlSwapIndex *) lfirst(lc))->indexid == indexid)
			return lfirst(lc);
	return NULL;
}

/* in the schema of the old one */
static char *
qualified(Oid indexid, const char *name)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(indexid)), name);
}

/* build: one index; that of a constraint on a partitioned table has to wait */
static void
build(SafeddlSwap *swap, const SafeddlSwapIndex *new)
{
	char	   *words = safeddl_index_words(new->indexid, new->name, swap->column, swap->new_column);

	if (get_rel_relkind(new->indexid) == RELKIND_INDEX)
		safeddl_step_outside(swap->plan, words,
							 safeddl_note_index(qualified(new->indexid, new->name)));
	else if (!OidIsValid(get_index_constraint(new->indexid)))
		safeddl_step_brief(swap->plan, words, _("complete when all indexes of partitions are attached"));
}

/* attach: those of partitions to those of their parents; one by one, lest writers deadlock */
static void
attach(SafeddlSwap *swap)
{
	ListCell   *lc;

	foreach(lc, swap->indexes)
	{
		const SafeddlSwapIndex *new = lfirst(lc);
		const SafeddlSwapIndex *parent = NULL;

		if (get_rel_relispartition(new->indexid) && !OidIsValid(get_index_constraint(new->indexid)))
			parent = new_index_of(swap, get_partition_parent(new->indexid, true));
		if (parent != NULL)
			safeddl_step_brief(swap->plan, psprintf("ALTER INDEX %s ATTACH PARTITION %s",
													qualified(parent->indexid, parent->name),
													qualified(new->indexid, new->name)),
							   NULL);
	}
}

/* safeddl_swap_indexes: CONCURRENTLY, parents before their partitions */
void
safeddl_swap_indexes(SafeddlSwap *swap)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, swap->relids)
	{
		AttrNumber	attno = get_attnum(lfirst_oid(lc), swap->column);
		List	   *indexes = safeddl_indexes(lfirst_oid(lc));

		/* the catalog has them in any order */
		list_sort(indexes, list_oid_cmp);
		foreach(lc2, indexes)
		{
			Oid			conoid = get_index_constraint(lfirst_oid(lc2));
			SafeddlSwapIndex *new;

			if (!safeddl_index_reads(lfirst_oid(lc2), attno) ||
				(OidIsValid(conoid) && lfirst_oid(lc) == swap->plan->relid &&
				 safeddl_swap_has(swap, AT_DropConstraint, get_constraint_name(conoid))))
				continue;
			new = palloc(sizeof(SafeddlSwapIndex));
			new->indexid = lfirst_oid(lc2);
			new->relid = lfirst_oid(lc);
			new->name = safeddl_swap_name(swap, new->relid, get_rel_name(new->indexid));
			swap->indexes = lappend(swap->indexes, new);
			build(swap, new);
		}
	}
	attach(swap);
}

/* constraint_of_index: ADD CONSTRAINT for an index that belongs to one */
static void
constraint_of_index(SafeddlSwap *swap, const SafeddlSwapIndex *new)
{
	Oid			conoid = get_index_constraint(new->indexid);
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Form_pg_constraint form;
	const char *name;
	char	   *table = safeddl_swap_table(swap, new->relid);

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	name = quote_identifier(pstrdup(NameStr(form->conname)));
	if (get_rel_relkind(new->indexid) == RELKIND_INDEX)
		safeddl_add_statement(&swap->after, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s%s",
							  table, name,
							  form->contype == CONSTRAINT_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
							  quote_identifier(new->name), form->condeferrable ? " DEFERRABLE" : "",
							  form->condeferred ? " INITIALLY DEFERRED" : "");
	else
		safeddl_add_statement(&swap->after, "ALTER TABLE ONLY %s ADD CONSTRAINT %s %s", table, name,
							  safeddl_constraint_words(conoid));
	ReleaseSysCache(tuple);
	safeddl_keep_comment(swap, ConstraintRelationId, conoid, 0,
						 psprintf("CONSTRAINT %s ON %s", name, table));
}

/* rename_index: to the name of the old one, and what is said about that */
static void
rename_index(SafeddlSwap *swap, const SafeddlSwapIndex *new)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(new->indexid));
	char	   *table = safeddl_swap_table(swap, new->relid);
	char	   *old = get_rel_name(new->indexid);
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (OidIsValid(get_index_constraint(new->indexid)))
		constraint_of_index(swap, new);
	else
		safeddl_add_statement(&swap->after, "ALTER INDEX %s RENAME TO %s",
							  qualified(new->indexid, new->name), quote_identifier(old));
	if (form->indisclustered)
		safeddl_add_statement(&swap->after, "ALTER TABLE %s CLUSTER ON %s", table,
							  quote_identifier(old));
	if (form->indisreplident)
		safeddl_add_statement(&swap->after, "ALTER TABLE %s REPLICA IDENTITY USING INDEX %s", table,
							  quote_identifier(old));
	ReleaseSysCache(tuple);
	safeddl_keep_comment(swap, RelationRelationId, new->indexid, 0,
						 psprintf("INDEX %s", qualified(new->indexid, old)));
}

/* safeddl_swap_rename_indexes: those of partitions first, then their parents, then both are tied */
void
safeddl_swap_rename_indexes(SafeddlSwap *swap)
{
	ListCell   *lc;

	for (int i = list_length(swap->indexes) - 1; i >= 0; i--)
		rename_index(swap, list_nth(swap->indexes, i));
	foreach(lc, swap->indexes)
	{
		const SafeddlSwapIndex *new = lfirst(lc);

		if (get_rel_relispartition(new->indexid) && OidIsValid(get_index_constraint(new->indexid)))
			safeddl_add_statement(&swap->after, "ALTER INDEX %s ATTACH PARTITION %s",
								  safeddl_table_name(get_partition_parent(new->indexid, true)),
								  safeddl_table_name(new->indexid));
	}
}
