/*
 * plan_name.c
 *	  The names that the server would choose for what a plan makes itself, so
 *	  that the result is the same.
 */
#include "plan.h"

#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
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

/* is_listed: is a name of that schema in two lists that go together? */
static bool
is_listed(const List *names, const List *schemas, Oid nspid, const char *name)
{
	for (int i = 0; i < list_length(names); i++)
		if (list_nth_oid(schemas, i) == nspid && strcmp(list_nth(names, i), name) == 0)
			return true;
	return false;
}

/* safeddl_take_name: it is going to be that of an index or constraint */
void
safeddl_take_name(SafeddlPlan *plan, Oid relid, const char *name)
{
	plan->names = lappend(plan->names, unconstify(char *, name));
	plan->name_schemas = lappend_oid(plan->name_schemas, get_rel_namespace(relid));
}

/* ----------------------------------------------------------------
 *		names that become free
 * ----------------------------------------------------------------
 */

/* free_name: what has it is going to be dropped first */
static void
free_name(SafeddlPlan *plan, Oid nspid, const char *name)
{
	plan->freed = lappend(plan->freed, unconstify(char *, name));
	plan->freed_schemas = lappend_oid(plan->freed_schemas, nspid);
}

/* free_constraint: and those that the partitions have because of it */
static void
free_constraint(SafeddlPlan *plan, Oid conoid)
{
	Oid			indexid = get_constraint_index(conoid);
	char	   *name = get_constraint_name(conoid);
	ListCell   *lc;

	if (name == NULL)
		return;
	free_name(plan, get_rel_namespace(plan->relid), name);
	if (!OidIsValid(indexid))
		return;
	foreach(lc, find_all_inheritors(indexid, NoLock, NULL))
		if (get_rel_name(lfirst_oid(lc)) != NULL)
			free_name(plan, get_rel_namespace(lfirst_oid(lc)), get_rel_name(lfirst_oid(lc)));
}

/* free_column: names of the constraints and indexes that go with a column */
static void
free_column(SafeddlPlan *plan, const char *column)
{
	ListCell   *rel;
	ListCell   *lc;

	foreach(rel, safeddl_hierarchy(plan->relid, true))
	{
		AttrNumber	attno = get_attnum(lfirst_oid(rel), column);

		if (attno == InvalidAttrNumber)
			continue;
		foreach(lc, safeddl_dependents(RelationRelationId, lfirst_oid(rel), attno, '\0'))
		{
			const ObjectAddress *object = lfirst(lc);

			if (object->classId == ConstraintRelationId)
				free_constraint(plan, object->objectId);
			else if (object->classId == RelationRelationId && object->objectSubId == 0 &&
					 get_rel_name(object->objectId) != NULL)
				free_name(plan, get_rel_namespace(object->objectId), get_rel_name(object->objectId));
		}
	}
}

/*
 * safeddl_free_names: of what the subcommands of ALTER TABLE drop, which they do
 * before they add anything, whatever their order.
 */
void
safeddl_free_names(SafeddlPlan *plan, const AlterTableStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst(lc);

		if (cmd->subtype == AT_DropColumn)
			free_column(plan, cmd->name);
		else if (cmd->subtype == AT_DropConstraint)
			free_constraint(plan, get_relation_constraint_oid(plan->relid, cmd->name, true));
	}
}

/* safeddl_is_freed: see there */
bool
safeddl_is_freed(const SafeddlPlan *plan, Oid nspid, const char *name)
{
	return is_listed(plan->freed, plan->freed_schemas, nspid, name);
}

/* ----------------------------------------------------------------
 *		names to choose
 * ----------------------------------------------------------------
 */

/* is_free: relation: indexes are relations; constraint: and it is that of a constraint */
static bool
is_free(const SafeddlPlan *plan, Oid nspid, const char *name, bool relation, bool constraint)
{
	if (is_listed(plan->names, plan->name_schemas, nspid, name))
		return false;
	return safeddl_is_freed(plan, nspid, name) ||
		(!(relation && OidIsValid(get_relname_relid(name, nspid))) &&
		 !(constraint && ConstraintNameExists(name, nspid)));
}

/* choose: the first that is free, and is not from now on */
static char *
choose(SafeddlPlan *plan, Oid relid, const char *addition, const char *label, bool relation,
	   bool constraint)
{
	const char *unique = label;

	for (int pass = 1;; pass++)
	{
		char	   *name = makeObjectName(get_rel_name(relid), addition, unique);

		if (is_free(plan, get_rel_namespace(relid), name, relation, constraint))
		{
			safeddl_take_name(plan, relid, name);
			return name;
		}
		unique = psprintf("%s%d", label, pass);
	}
}

/*
 * safeddl_constraint_name: for a constraint without an index; addition: of the
 * columns, or NULL; label: "check", "fkey" or "not_null".  As
 * ChooseConstraintName() in catalog/pg_constraint.c.
 */
char *
safeddl_constraint_name(SafeddlPlan *plan, Oid relid, const char *addition, const char *label)
{
	return choose(plan, relid, addition, label, false, true);
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
	return choose(plan, relid, addition, label, true, constraint);
}
