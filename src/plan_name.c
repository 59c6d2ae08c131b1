/*
 * plan_name.c
 *	  The names that the server would choose for what a plan makes itself, so
 *	  that the result is the same.
 */
#include "plan.h"

#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/*
 * safeddl_table_name: of any relation, schema-qualified, quoted where that is
 * needed.  Raises an error if it is gone.
 */
char *
safeddl_table_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	if (name == NULL)
		elog(ERROR, "cache lookup failed for relation %u", relid);
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/* safeddl_column_list: names in a list of String, quoted, separated by commas */
char *
safeddl_column_list(List *columns)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, columns)
		appendStringInfo(&buf, "%s%s", buf.len ? ", " : "", quote_identifier(strVal(lfirst(lc))));
	return buf.data;
}

/*
 * safeddl_name_addition: what columns, a list of String, add to the name of an
 * index or a foreign key; as ChooseIndexNameAddition() in commands/indexcmds.c
 * and ChooseForeignKeyConstraintNameAddition() in commands/tablecmds.c.
 */
char *
safeddl_name_addition(List *columns)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, columns)
		appendStringInfo(&buf, "%s%s", buf.len ? "_" : "", strVal(lfirst(lc)));
	return buf.data;
}

/* names in the schema that steps of the plan take */
static List *
names_taken(const SafeddlPlan *plan, Oid nspid)
{
	List	   *result = NIL;

	for (int i = 0; i < list_length(plan->names); i++)
		if (list_nth_oid(plan->name_schemas, i) == nspid)
			result = lappend(result, list_nth(plan->names, i));
	return result;
}

/* safeddl_take_name: it is going to be that of an index or constraint */
void
safeddl_take_name(SafeddlPlan *plan, Oid relid, const char *name)
{
	plan->names = lappend(plan->names, unconstify(char *, name));
	plan->name_schemas = lappend_oid(plan->name_schemas, get_rel_namespace(relid));
}

/*
 * safeddl_constraint_name: for a constraint without an index; addition: of the
 * columns, or NULL; label: "check", "fkey" or "not_null".
 */
char *
safeddl_constraint_name(SafeddlPlan *plan, Oid relid, const char *addition, const char *label)
{
	Oid			nspid = get_rel_namespace(relid);
	char	   *name = ChooseConstraintName(get_rel_name(relid), addition, label, nspid,
											names_taken(plan, nspid));

	safeddl_take_name(plan, relid, name);
	return name;
}

/*
 * safeddl_index_name: for an index, of a constraint or not; label: "pkey", "key"
 * or "idx".  As ChooseRelationName() in commands/indexcmds.c, which knows
 * nothing of the names to come.
 */
char *
safeddl_index_name(SafeddlPlan *plan, Oid relid, const char *addition, const char *label,
				   bool constraint)
{
	Oid			nspid = get_rel_namespace(relid);
	List	   *taken = names_taken(plan, nspid);
	const char *unique = label;

	for (int pass = 1;; pass++)
	{
		char	   *name = makeObjectName(get_rel_name(relid), addition, unique);
		ListCell   *lc;

		foreach(lc, taken)
			if (strcmp(lfirst(lc), name) == 0)
				break;
		if (lc == NULL && !OidIsValid(get_relname_relid(name, nspid)) &&
			!(constraint && ConstraintNameExists(name, nspid)))
		{
			safeddl_take_name(plan, relid, name);
			return name;
		}
		unique = psprintf("%s%d", label, pass);
	}
}
