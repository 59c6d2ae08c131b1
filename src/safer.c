/*
 * safer.c
 *	  The HINT: how to do safely what the statement wanted, or what else helps.
 *
 * The safe way itself comes from plan.c; nothing here decides anything.
 */
#include "plan.h"

#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* statements longer than this, in bytes, are not repeated in a hint */
#define REPEATED_LENGTH 2048

/*
 * safeddl_outside_block: a hint about what cannot run in a transaction block;
 * of a statement that is in one, with the way out on a line of its own.
 */
char *
safeddl_outside_block(SafeddlAnalysis *a, char *hint)
{
	if (!a->in_block)
		return hint;
	if (a->nested)
		return psprintf(_("%s\nThat is not possible in a function, procedure or DO block: send it from the client."),
						hint);
	return psprintf(_("%s\nIn a migration tool, take the migration out of its transaction: Rails disable_ddl_transaction!, Django atomic = False, Alembic autocommit_block(), Flyway executeInTransaction=false, Liquibase runInTransaction=\"false\", knex config = { transaction: false }."),
					hint);
}

/* dollar_quoted: a text as a constant in which nothing has to be doubled */
static char *
dollar_quoted(const char *text)
{
	char	   *tag = "$$";

	/* a $ at the end would become part of the tag */
	if (text[0] != '\0' && text[strlen(text) - 1] == '$')
		tag = "$q$";
	while (strstr(text, tag) != NULL)
		tag = psprintf("$q%s", tag + 1);
	return psprintf("%s%s%s", tag, text, tag);
}

/*
 * plan_call: the query that shows all steps of the statement; the function comes
 * with the extension, which the guard can do without.
 */
static char *
plan_call(SafeddlAnalysis *a)
{
	const char *text = a->statement_text;

	return psprintf("%sSELECT * FROM safeddl.plan(%s)",
					OidIsValid(get_extension_oid("safeddl", true)) ? "" : "CREATE EXTENSION safeddl; ",
					strlen(text) <= REPEATED_LENGTH ? dollar_quoted(text) : "$$...$$");
}

/*
 * hint_of_plan: the only step, or the first one and where the others are; NULL
 * where there is no safe way.
 */
static char *
hint_of_plan(SafeddlAnalysis *a)
{
	List	   *steps = safeddl_plan(a);
	const SafeddlStep *first = steps == NIL ? NULL : linitial(steps);
	char	   *hint;
	ListCell   *lc;

	if (first == NULL || (list_length(steps) == 1 && (first->sql == NULL || strcmp(first->sql, a->statement_text) == 0)))
		return NULL;
	if (list_length(steps) == 1 && first->outside)
		return safeddl_outside_block(a, psprintf(_("Run this alone, outside a transaction block: %s"), first->sql));
	if (list_length(steps) == 1)
		return psprintf(_("Run this instead: %s"), first->sql);
	if (first->sql == NULL)
		return psprintf(_("What can be done safely, in %d steps: %s"), list_length(steps), plan_call(a));
	hint = psprintf(first->outside ?
					_("The first of %d steps, outside a transaction block: %s. All of them: %s") :
					_("The first of %d steps, each in a transaction of its own: %s. All of them: %s"),
					list_length(steps), first->sql, plan_call(a));
	foreach(lc, steps)
		if (((SafeddlStep *) lfirst(lc))->outside)
			return safeddl_outside_block(a, hint);
	return hint;
}

/* set_override: the statement that lets a rule pass on a relation */
static char *
set_override(SafeddlRule rule, const char *nspname, const char *relname)
{
	char	   *value = psprintf("%s on %s: <reason>", safeddl_rule_info[rule].name,
								 quote_qualified_identifier(nspname, relname));

	return psprintf("SET safeddl.override = %s", quote_literal_cstr(value));
}

/* what remains where there is no safer way: an override, and who may set it */
static char *
override_hint(const SafeddlFinding *f)
{
	return psprintf(_("To run it all the same, a role that may set it gives the reason first: %s."),
					set_override(f->rule, f->root_schema, f->root_name));
}

/* end_blocker: the call that ends the transaction in the way */
static char *
end_blocker(const SafeddlBlocker *blocker)
{
	/* which of the two is for its transaction manager to say */
	if (blocker->gid != NULL)
		return psprintf(_("COMMIT PREPARED %s or ROLLBACK PREPARED %s"),
						quote_literal_cstr(blocker->gid), quote_literal_cstr(blocker->gid));
	return psprintf("SELECT pg_terminate_backend(%d)", blocker->pid);
}

/* out_of_queue: retry, wait, or end what is in the way */
static char *
out_of_queue(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	const SafeddlRelInfo *rel = safeddl_relinfo(a, f->locked);

	return psprintf(_("Retry it later. To wait in spite of that, with a lock_timeout, a role that may set it gives the reason first: %s. To end what is in the way, one who may do so runs: %s"),
					set_override(f->rule, rel->nspname, rel->relname), end_blocker(f->blocker));
}

/* commit_first: the transaction ends before the work, or the work comes first */
static char *
commit_first(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f)
{
	char	   *statement = safeddl_text_between(list, 0, list->count - 1);

	if (f->rule == SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK || statement == NULL)
		return psprintf(_("Run COMMIT first; then go through the rows in batches, each in a transaction of its own."));
	if (a->nested)
		return psprintf(_("Send it from the client, after COMMIT, in a transaction of its own: %s"), statement);
	return psprintf(_("Run COMMIT first. Then, in a transaction of its own: %s"), statement);
}

/* hint_of_kind: for the rules that are about no single command; NULL for others */
static char *
hint_of_kind(SafeddlAnalysis *a, const SafeddlWords *list, const SafeddlFinding *f)
{
	switch (safeddl_rule_info[f->rule].kind)
	{
		case SAFEDDL_HELD:
			return commit_first(a, list, f);
		case SAFEDDL_QUEUE:
			return out_of_queue(a, f);
		case SAFEDDL_AWAIT:
			/* DETACH PARTITION locks the partition while it waits for its other locks */
			return psprintf(IsA(a->stmt, AlterTableStmt) ?
							_("Reads and writes of the partitioned table go on while it waits, those of the partition not always. It is best not cancelled, which would leave a pending detach. To end what is in the way, one who may do so runs: %s") :
							_("Reads and writes of the table go on while it waits. It is best not cancelled, which would leave an invalid index. To end what is in the way, one who may do so runs: %s"),
							end_blocker(f->blocker));
		case SAFEDDL_UNLIMITED:
			return psprintf(_("For example: SET lock_timeout = '2s'. A superuser may set safeddl.lock_timeout for everyone."));
		case SAFEDDL_STALL:
		case SAFEDDL_NO_RETURN:
		case SAFEDDL_TRAP:
		case SAFEDDL_SCRIPT:
			break;
	}
	return NULL;
}

/*
 * safeddl_safer_statement: the hint for a finding, palloc'd; NULL where there
 * is nothing to add to the primary message.
 */
char *
safeddl_safer_statement(SafeddlAnalysis *a, const SafeddlFinding *f)
{
	SafeddlWords list = {0};
	char	   *hint = NULL;

	/* dropped by somebody since */
	if (f->root_name == NULL)
		return NULL;
	if (f->rule == SAFEDDL_RULE_INVALID_INDEX)
		return safeddl_repair_hint(a, f);
	if (a->query != NULL)
	{
		list = safeddl_lex(a);
		if ((hint = hint_of_kind(a, &list, f)) != NULL)
			return hint;
		/* by itself it would keep nobody waiting */
		if (safeddl_rule_info[f->rule].kind == SAFEDDL_STALL && f->taken < f->lockmode &&
			!safeddl_lock_blocks(f->taken))
			return commit_first(a, &list, f);
		hint = hint_of_plan(a);
	}
	if (hint == NULL && safeddl_rule_info[f->rule].kind == SAFEDDL_STALL)
		hint = override_hint(f);
	return hint;
}
