/*
 * plan_swap.c
 *	  The safe way to what would write every row because of one column: a new
 *	  column beside it, that takes its place.
 *
 * A trigger keeps the new column in step from its first moment on; then
 * safeddl.backfill() fills it, batch by batch; then it gets what the old one
 * has: indexes CONCURRENTLY, constraints NOT VALID and validated.  In the end
 * one short transaction drops the old column, and gives the new one, and all
 * that was made for it, the names that the old ones had.
 *
 * What belongs to the column is in plan_swap_keep.c, what depends on it in
 * plan_swap_object.c.
 */
#include "plan_swap.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "parser/parse_type.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* safeddl_swap_table: its name, in the user's words if they have it */
char *
safeddl_swap_table(const SafeddlSwap *swap, Oid relid)
{
	return relid == swap->plan->relid ? swap->plan->table : safeddl_table_name(relid);
}

/* safeddl_add_statement: one more that runs in a transaction with others */
void
safeddl_add_statement(StringInfo buf, const char *fmt,...)
{
	if (buf->len > 0)
		appendStringInfoString(buf, "; ");
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, fmt);
		needed = appendStringInfoVA(buf, fmt, args);
		va_end(args);
		if (needed == 0)
			return;
		enlargeStringInfo(buf, needed);
	}
}

/* has a column of that name one of the tables? */
static bool
is_column(const SafeddlSwap *swap, const char *name)
{
	ListCell   *lc;

	foreach(lc, swap->relids)
		if (get_attnum(lfirst_oid(lc), name) != InvalidAttrNumber)
			return true;
	return false;
}

/*
 * safeddl_swap_name: a free name, beside that of an index, a constraint or a
 * sequence in the schema of relid; where none is given, of a column.
 */
char *
safeddl_swap_name(const SafeddlSwap *swap, Oid relid, const char *name)
{
	for (int i = 0;; i++)
	{
		char	   *result = makeObjectName(name, NULL, i ? psprintf("new%d", i) : "new");
		ListCell   *lc;

		foreach(lc, swap->plan->names)
			if (strcmp(lfirst(lc), result) == 0)
				break;
		if (lc != NULL)
			continue;
		if (!OidIsValid(relid) ? is_column(swap, result) :
			OidIsValid(get_relname_relid(result, get_rel_namespace(relid))) ||
			ConstraintNameExists(result, get_rel_namespace(relid)))
			continue;
		safeddl_take_name(swap->plan, OidIsValid(relid) ? relid : swap->plan->relid, result);
		return result;
	}
}

/* safeddl_keep_comment: on what there is again, what: INDEX name, say */
void
safeddl_keep_comment(const SafeddlSwap *swap, Oid classid, Oid objid, int subid, const char *what)
{
	char	   *comment = GetComment(objid, classid, subid);

	if (comment != NULL)
		safeddl_add_statement(unconstify(StringInfoData *, &swap->after), "COMMENT ON %s IS %s",
							  what, quote_literal_cstr(comment));
}

/* ----------------------------------------------------------------
 *		the value
 * ----------------------------------------------------------------
 */

const char *
safeddl_locked_note(void)
{
	return _("the table, or one of those that inherit from it, is locked: ask again when it is not");
}

/*
 * safeddl_are_locked: does another session keep one of the tables from being
 * opened?  To put an expression in words, the server would wait for it.
 */
bool
safeddl_are_locked(List *relids)
{
	ListCell   *lc;

	foreach(lc, relids)
	{
		Relation	rel = safeddl_open(lfirst_oid(lc));

		if (rel == NULL)
			return true;
		safeddl_close(rel);
	}
	return false;
}

/* reads_generated: does an expression read a column that a trigger cannot see yet? */
static bool
reads_generated(const SafeddlSwap *swap, Relation rel, Node *expr)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Bitmapset  *read = NULL;

	pull_varattnos(expr, 1, &read);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated &&
			!safeddl_swap_has(swap, AT_DropExpression, NameStr(TupleDescAttr(desc, i)->attname)) &&
			bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, read))
			return true;
	return false;
}

/*
 * find_value: the words for the conversion that the server would do, such that
 * they mean the same whatever the search_path.  NULL, or why there is no way.
 */
static const char *
find_value(SafeddlSwap *swap, ColumnDef *def)
{
	Oid			relid = swap->plan->relid;
	Relation	rel = safeddl_open(relid);
	AttrNumber	attno = get_attnum(relid, swap->column);
	int32		typmod;
	int			nest_level;
	Node	   *expr;
	bool		generated;

	if (rel == NULL)
		return safeddl_locked_note();
	typenameTypeIdAndMod(NULL, def->typeName, &swap->new_type, &typmod);
	swap->old_type = TupleDescAttr(RelationGetDescr(rel), attno - 1)->atttypid;
	expr = safeddl_conversion(rel, attno, def, swap->new_type, typmod);
	generated = reads_generated(swap, rel, expr);
	safeddl_close(rel);

	nest_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	swap->value = deparse_expression(expr, deparse_context_for(get_rel_name(relid), relid),
									 false, false);
	swap->trigger_value = deparse_expression(expr, deparse_context_for("new", relid), true, false);
	AtEOXact_GUC(true, nest_level);
	return generated ? _("the expression reads a generated column, which a trigger that keeps a new column in step does not see") : NULL;
}

/* ----------------------------------------------------------------
 *		the steps
 * ----------------------------------------------------------------
 */

/* own_triggers: tables that need the trigger themselves; partitions get their parent's */
static List *
own_triggers(const SafeddlSwap *swap)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, swap->relids)
		if (!get_rel_relispartition(lfirst_oid(lc)))
			result = lappend_oid(result, lfirst_oid(lc));
	return result;
}

/* is the name free for a function without arguments in the table's schema? */
static char *
function_name(const SafeddlSwap *swap)
{
	Oid			nspid = get_rel_namespace(swap->plan->relid);
	oidvector  *no_arguments = buildoidvector(NULL, 0);

	for (int i = 0;; i++)
	{
		char	   *name = makeObjectName(get_rel_name(swap->plan->relid), swap->new_column,
										  i ? psprintf("sync%d", i) : "sync");

		if (!SearchSysCacheExists3(PROCNAMEARGSNSP, PointerGetDatum(name),
								   PointerGetDatum(no_arguments), ObjectIdGetDatum(nspid)))
			return quote_qualified_identifier(get_namespace_name(nspid), name);
	}
}

/* last_trigger: the name of the table's last one in the order in which they fire; or NULL */
static char *
last_trigger(Oid relid)
{
	Relation	rel = safeddl_open(relid);
	char	   *result = NULL;

	if (rel == NULL)
		return NULL;
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (!trigger->tgisinternal && (result == NULL || strcmp(trigger->tgname, result) > 0))
			result = pstrdup(trigger->tgname);
	}
	safeddl_close(rel);
	return result;
}

/*
 * trigger_name: one that comes last in the order of bytes, so that the trigger
 * sees what the others did to the row
 */
static char *
trigger_name(const SafeddlSwap *swap)
{
	char	   *result = makeObjectName("zzz", swap->new_column, "sync");
	ListCell   *lc;

	foreach(lc, swap->relids)
	{
		char	   *last = last_trigger(lfirst_oid(lc));

		if (last != NULL && strcmp(last, result) >= 0)
			result = psprintf("%s_sync", last);
	}
	return result;
}

/* do others get the rows by logical replication? */
static bool
is_published(const SafeddlSwap *swap)
{
	ListCell   *lc;

	if (GetAllTablesPublications() != NIL)
		return true;
	foreach(lc, swap->relids)
		if (safeddl_is_published(lfirst_oid(lc)))
			return true;
	return false;
}

/* begin: the column, and the trigger that keeps it in step */
static void
begin(SafeddlSwap *swap)
{
	SafeddlPlan *plan = swap->plan;
	const char *column = quote_identifier(swap->new_column);
	const char *function = function_name(swap);
	const char *trigger = quote_identifier(trigger_name(swap));
	char	   *body = psprintf("BEGIN NEW.%s := %s; RETURN NEW; END", column, swap->trigger_value);
	StringInfoData sql;
	ListCell   *lc;

	initStringInfo(&sql);
	safeddl_add_statement(&sql, "ALTER TABLE %s ADD COLUMN %s %s", plan->table, column, swap->type);
	safeddl_add_statement(&sql, "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS %s",
						  function, strstr(body, "$$") ? quote_literal_cstr(body) :
						  psprintf("$$%s$$", body));
	foreach(lc, own_triggers(swap))
	{
		char	   *table = safeddl_swap_table(swap, lfirst_oid(lc));

		safeddl_add_statement(&sql, "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()",
							  trigger, table, function);
		/* for what a subscription or a loader writes as well */
		safeddl_add_statement(&sql, "ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", table, trigger);
		safeddl_add_statement(&swap->before, "DROP TRIGGER %s ON %s", trigger, table);
	}
	safeddl_add_statement(&swap->before, "DROP FUNCTION %s()", function);
	safeddl_step_brief(plan, sql.data, is_published(swap) ?
					   _("the trigger keeps the new column in step with the old one; subscribers of the table need both columns while they exist") :
					   _("the trigger keeps the new column in step with the old one"));
	safeddl_step_outside(plan, psprintf("CALL safeddl.backfill(%s, %s, %s)",
										quote_literal_cstr(plan->table),
										quote_literal_cstr(psprintf("%s = %s", column, swap->value)),
										quote_literal_cstr(psprintf("%s IS NULL AND (%s) IS NOT NULL", column, swap->value))),
						 _("computes the value of existing rows in batches; triggers on UPDATE fire for each of them, unless fire_triggers => false"));
}

/* lock_list: those of the tables that the user may lock; for LOCK TABLE, or NULL */
static char *
lock_list(const SafeddlSwap *swap, List *relids)
{
	char	   *names = NULL;
	ListCell   *lc;

	foreach(lc, relids)
	{
		Oid			relid = lfirst_oid(lc);
		char	   *name = safeddl_swap_table(swap, relid);

		if (!safeddl_may_lock(relid))
			continue;
		if (relid != swap->plan->relid && get_rel_relkind(relid) == RELKIND_RELATION)
			name = psprintf("ONLY %s", name);
		names = names ? psprintf("%s, %s", names, name) : name;
	}
	return names;
}

/*
 * lock_tables: all that the swap locks, in an order that goes well with most
 * writers: first referenced tables, so that whoever writes there and then to
 * the referencing one gets through; but not against those that write to the
 * referencing one only and have to look at the other for that.
 *
 * DROP TRIGGER locks partitions before their parent, INSERT the parent first.
 */
static void
lock_tables(const SafeddlSwap *swap, StringInfo sql)
{
	List	   *self = list_make1_oid(swap->plan->relid);
	List	   *first = list_concat_copy(swap->used, swap->users == NIL ? NIL : self);
	List	   *all = list_concat(list_concat_copy(swap->users, self), swap->used);
	char	   *names;

	if (swap->users == NIL && swap->used == NIL && list_length(swap->relids) == 1)
		return;
	names = lock_list(swap, first);
	if (names != NULL)
		safeddl_add_statement(sql, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", names);
	names = lock_list(swap, all);
	if (names != NULL)
		safeddl_add_statement(sql, "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", names);
}

/* finish: the new column takes the place of the old one */
static void
finish(SafeddlSwap *swap)
{
	SafeddlPlan *plan = swap->plan;
	const char *column = quote_identifier(swap->column);
	StringInfoData sql;

	initStringInfo(&sql);
	lock_tables(swap, &sql);
	safeddl_add_statement(&sql, "%s", swap->before.data);
	safeddl_add_statement(&sql, "ALTER TABLE %s DROP COLUMN %s", plan->table, column);
	safeddl_add_statement(&sql, "ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table,
						  quote_identifier(swap->new_column), column);
	if (swap->after.len > 0)
		safeddl_add_statement(&sql, "%s", swap->after.data);
	safeddl_step_own(plan, psprintf("ANALYZE %s", plan->table),
					 _("so that queries find statistics of the new column from the start"));
	safeddl_step_brief(plan, sql.data,
					   swap->narrow ?
					   psprintf(_("the new column takes the place of the old one, but is the last of the table now, as SELECT * and INSERT without names show; sequence %s ends where it did: ALTER SEQUENCE ... AS bigint is harmless"),
								swap->narrow) :
					   _("the new column takes the place of the old one, but is the last of the table now, as SELECT * and INSERT without names show"));
}

/* safeddl_plan_swap: see the head of this file; type: of the new column, with COLLATE */
void
safeddl_plan_swap(SafeddlPlan *plan, ColumnDef *def, const char *type)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);
	SafeddlSwap swap = {.plan = plan,.column = plan->cmd->name,.type = type};
	const char *refusal;

	swap.relids = safeddl_hierarchy(plan->relid, stmt->relation->inh);
	initStringInfo(&swap.before);
	initStringInfo(&swap.after);
	refusal = safeddl_are_locked(swap.relids) ? safeddl_locked_note() : find_value(&swap, def);
	if (refusal == NULL)
		refusal = safeddl_swap_refusal(&swap);
	if (refusal != NULL)
	{
		safeddl_step_none(plan, refusal);
		return;
	}
	swap.new_column = safeddl_swap_name(&swap, InvalidOid, swap.column);
	if (strlen(trigger_name(&swap)) >= NAMEDATALEN)
	{
		safeddl_step_none(plan, _("no name is left for a trigger that keeps a new column in step, and fires after all others: rename the last one"));
		return;
	}
	begin(&swap);
	safeddl_swap_complete(&swap);
	safeddl_swap_not_null(&swap);
	safeddl_swap_indexes(&swap);
	safeddl_swap_constraints(&swap);
	safeddl_swap_keys(&swap);
	safeddl_keep_column(&swap);
	safeddl_swap_rename_indexes(&swap);
	finish(&swap);
}
