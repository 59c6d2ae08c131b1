/*
 * script_proof.c
 *	  What the constraints prove that a script has added and validated.
 */
#include "safeddl.h"
#include "script.h"

#include "access/tupdesc.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/*
 * safeddl_script_nullness: what the script made of a column of the catalog: 1:
 * NOT NULL, -1: the opposite, 0: neither.
 */
int
safeddl_script_nullness(SafeddlAnalysis *a, Oid relid, const char *column)
{
	ListCell   *lc;

	foreach(lc, a->script ? safeddl_script_lineage(a->script, relid) : NIL)
	{
		const SafeddlScriptTable *table = lfirst(lc);

		if (safeddl_script_has(table->not_null, column))
			return 1;
		if (safeddl_script_has(table->nullable, column))
			return -1;
	}
	return 0;
}

/* reads_unknown: does an expression read what the catalog has no column for? */
static bool
reads_unknown(Node *expr, void *relid)
{
	if (expr == NULL)
		return false;
	if (IsA(expr, ColumnRef))
	{
		Node	   *name = llast(((ColumnRef *) expr)->fields);

		return !IsA(name, String) || get_attnum(*(Oid *) relid, strVal(name)) == InvalidAttrNumber;
	}
	return raw_expression_tree_walker(expr, reads_unknown, relid);
}

/* parse_check: a CHECK of the script as the catalog would have it; NULL if it cannot */
static char *
parse_check(SafeddlAnalysis *a, SafeddlScriptTable *table, Relation rel, Constraint *con)
{
	SafeddlScriptWords words = {.script = a->script,.table = table};
	ParseState *pstate = make_parsestate(NULL);
	Node	   *expr = copyObject(con->raw_expr);
	Oid			relid = RelationGetRelid(rel);

	safeddl_script_translate(&words, expr);
	if (expr == NULL || words.added || words.function != NULL || reads_unknown(expr, &relid))
		return NULL;
	addNSItemToQuery(pstate, addRangeTableEntryForRelation(pstate, rel, AccessShareLock,
														   NULL, false, true),
					 true, true, true);
	expr = coerce_to_boolean(pstate, transformExpr(pstate, expr, EXPR_KIND_CHECK_CONSTRAINT), "CHECK");
	assign_expr_collations(pstate, expr);
	return nodeToString(expr);
}

/* add_checks: those of the script, for the table that it gives them or one below it */
static void
add_checks(SafeddlAnalysis *a, SafeddlScriptTable *table, Relation rel, TupleConstr *constr)
{
	ListCell   *lc;

	foreach(lc, table->constraints)
	{
		SafeddlScriptConstraint *con = lfirst(lc);
		char	   *bin;

		if (con->def->contype != CONSTR_CHECK || !con->valid ||
			(con->def->is_no_inherit && table->relid != RelationGetRelid(rel)))
			continue;
		bin = parse_check(a, table, rel, con->def);
		if (bin == NULL)
			continue;
		constr->check = constr->check == NULL ? palloc(sizeof(ConstrCheck)) :
			repalloc(constr->check, (constr->num_check + 1) * sizeof(ConstrCheck));
		constr->check[constr->num_check] = (ConstrCheck) SAFEDDL_VALID_CHECK(con->name ? con->name : "", bin);
		constr->num_check++;
	}
}

/* change_constraints: what the script did to those that the catalog has */
static void
change_constraints(const SafeddlScriptTable *table, TupleDesc desc)
{
	TupleConstr *constr = desc->constr;

	for (int i = 0; i < constr->num_check; i++)
		constr->check[i].ccvalid =
			(constr->check[i].ccvalid || safeddl_script_has(table->validated, constr->check[i].ccname)) &&
			!safeddl_script_has(table->gone_constraints, constr->check[i].ccname);
	for (int i = 0; i < desc->natts; i++)
		if (safeddl_script_has(table->not_null, NameStr(TupleDescAttr(desc, i)->attname)))
			safeddl_know_not_null(desc, i);
}

/*
 * safeddl_script_relation: the relation with the constraints that it has by
 * now; itself where nothing has changed.
 */
Relation
safeddl_script_relation(SafeddlAnalysis *a, Relation rel)
{
	List	   *lineage = a->script ? safeddl_script_lineage(a->script, RelationGetRelid(rel)) : NIL;
	Relation	result;
	ListCell   *lc;

	if (lineage == NIL)
		return rel;
	result = palloc(sizeof(RelationData));
	*result = *rel;
	result->rd_att = CreateTupleDescCopyConstr(RelationGetDescr(rel));
	if (result->rd_att->constr == NULL)
		result->rd_att->constr = palloc0(sizeof(TupleConstr));
	foreach(lc, lineage)
		change_constraints(lfirst(lc), result->rd_att);
	foreach(lc, lineage)
		add_checks(a, lfirst(lc), rel, result->rd_att->constr);
	return result;
}
