/*
 * script_partition.c
 *	  Indexes and foreign keys that a script gives a partition, which the
 *	  partitioned table then adopts instead of making its own.
 */
#include "safeddl.h"
#include "script.h"

#include "parser/parse_utilcmd.h"
#include "utils/lsyscache.h"

/* is_named: is that column of a table the one that the script calls so? */
static bool
is_named(const SafeddlScriptTable *table, Oid relid, AttrNumber attno, char *name)
{
	char	   *column = attno > 0 ? get_attname(relid, attno, true) : NULL;

	return column != NULL && name != NULL && safeddl_script_added(table, name) == NULL &&
		strcmp(column, safeddl_script_column(table, name)) == 0;
}

/* is_equal: would the index of the script, on that partition, be attached? */
static bool
is_equal(const SafeddlIndexSketch *sketch, SafeddlScriptTable *table, Oid relid, IndexStmt *original)
{
	SafeddlIndexSketch own = {.a = sketch->a,.parent = relid};
	SafeddlScriptWords words = {.script = sketch->a->script,.table = table};
	IndexStmt  *stmt = copyObject(original);
	Relation	rel;
	bool		result;

	safeddl_script_translate_index(&words, stmt);
	if (words.added || words.function != NULL)
		return false;
	rel = safeddl_open(relid);
	if (rel == NULL)
		return false;
	result = safeddl_sketch_index(&own, transformIndexStmt(relid, stmt, "")) &&
		safeddl_sketches_match(&own, sketch, relid);
	safeddl_close(rel);
	return result;
}

/* is_constraint: does the script make a constraint of the index? */
static bool
is_constraint(const SafeddlScriptTable *table, const char *index)
{
	ListCell   *lc;

	foreach(lc, table ? table->constraints : NIL)
	{
		const Constraint *def = ((SafeddlScriptConstraint *) lfirst(lc))->def;

		if (def->indexname != NULL && strcmp(def->indexname, index) == 0)
			return true;
	}
	return false;
}

/* safeddl_script_has_index: does the script give a partition an index like that? */
bool
safeddl_script_has_index(const SafeddlIndexSketch *sketch, Oid relid)
{
	SafeddlScript *script = sketch->a->script;
	SafeddlScriptTable *table = safeddl_script_changed(script, relid);
	ListCell   *lc;

	foreach(lc, sketch->info != NULL ? script->tables : NIL)
	{
		SafeddlScriptTable *index = lfirst(lc);

		if (index->index != NULL && !index->dropped && index->tableid == relid &&
			is_equal(sketch, table, relid, index->index) &&
			(!sketch->constraint || is_constraint(table, index->index->idxname)))
			return true;
	}
	return false;
}

/*
 * safeddl_script_find_key: a foreign key like that which the script gives a
 * partition; or NULL.
 */
const SafeddlScriptConstraint *
safeddl_script_find_key(SafeddlScript *script, const SafeddlForeignKey *key)
{
	const SafeddlScriptTable *table = safeddl_script_changed(script, key->referencing);
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, table ? table->constraints : NIL)
	{
		SafeddlScriptConstraint *con = lfirst(lc);
		Constraint *def = con->def;
		bool		equal = def->contype == CONSTR_FOREIGN && list_length(def->fk_attrs) == key->nkeys;
		Oid			relid;
		int			i = 0;

		if (!equal)
			continue;
		(void) safeddl_script_find(script, def->pktable, &relid);
		equal = relid == key->referenced && def->fk_matchtype == key->matchtype &&
			def->fk_upd_action == key->updtype && def->fk_del_action == key->deltype &&
			def->deferrable == key->deferrable && def->initdeferred == key->deferred;
		foreach(lc2, def->fk_attrs)
			equal = equal && is_named(table, key->referencing, key->conkey[i++], strVal(lfirst(lc2)));
		if (equal)
			return con;
	}
	return NULL;
}
