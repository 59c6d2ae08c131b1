/*
 * check.c
 *	  safeddl.check(script): every statement of a script is judged as the guard
 *	  would judge it when it is its turn.
 *
 * Nothing is executed.  What the earlier statements would have done is in a
 * model (script.c); what cannot be known is said.
 */
#include "safeddl.h"
#include "check.h"
#include "split.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"


PG_FUNCTION_INFO_V1(safeddl_check);
PG_FUNCTION_INFO_V1(safeddl_check_scripts);

#define CHECK_COLUMNS 13

/* ----------------------------------------------------------------
 *		rows
 * ----------------------------------------------------------------
 */

/* move_to: counts the characters and lines up to a byte offset of the script */
static void
move_to(const SafeddlCheck *c, SafeddlSpot *spot, int offset)
{
	const char *from = c->text + spot->offset;

	if (offset <= spot->offset)
		return;
	spot->position += pg_mbstrlen_with_len(from, offset - spot->offset);
	for (int i = 0; i < offset - spot->offset; i++)
		spot->line += (from[i] == '\n');
	spot->offset = offset;
}

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = (value == NULL);
	return value ? CStringGetTextDatum(value) : (Datum) 0;
}

/* put_row: location: of the cause, from the beginning of the statement; or -1 */
static void
put_row(SafeddlCheck *c, SafeddlRule rule, SafeddlLevel level, const SafeddlCheckRow *row, int location)
{
	Datum		values[CHECK_COLUMNS + 1];
	bool		nulls[CHECK_COLUMNS + 1] = {0};
	SafeddlSpot spot = c->piece;
	int			first = c->numbered ? 0 : 1;

	if (location > 0)
		move_to(c, &spot, c->piece.offset + location);
	values[0] = Int32GetDatum(c->number);
	values[1] = Int32GetDatum(c->statement);
	nulls[1] = c->command;
	values[2] = Int32GetDatum(spot.line);
	values[3] = CStringGetTextDatum(safeddl_rule_info[rule].name);
	values[4] = CStringGetTextDatum(safeddl_level_name(level));
	values[5] = text_or_null(row->relation, &nulls[5]);
	nulls[6] = nulls[7] = (row->lockmode == NoLock);
	if (!nulls[6])
	{
		values[6] = CStringGetTextDatum(GetLockmodeName(DEFAULT_LOCKMETHOD, row->lockmode));
		values[7] = CStringGetTextDatum(safeddl_blocks(row->lockmode));
	}
	values[8] = text_or_null(row->work, &nulls[8]);
	values[9] = Int64GetDatum((int64) row->bytes);
	nulls[9] = (row->work == NULL);
	values[10] = CStringGetTextDatum(row->message);
	values[11] = text_or_null(row->fix, &nulls[11]);
	values[12] = text_or_null(row->detail, &nulls[12]);
	values[13] = Int32GetDatum(spot.position);
	tuplestore_putvalues(c->rsinfo->setResult, c->rsinfo->setDesc, values + first, nulls + first);
}

/* safeddl_check_level: of a rule about scripts; as safeddl_level_for() */
SafeddlLevel
safeddl_check_level(SafeddlCheck *c, SafeddlRule rule)
{
	SafeddlSettings settings = safeddl_plain_settings();

	return safeddl_level_for(rule, c->script->sets_mode ? settings.mode : SAFEDDL_BLOCK,
							 settings.rule_levels);
}

/*
 * safeddl_check_say: a finding of a rule about scripts, on what; location: from
 * the beginning of the statement, or -1.
 */
void
safeddl_check_say(SafeddlCheck *c, SafeddlRule rule, const char *what, const char *relation,
				  const char *detail, int location)
{
	SafeddlLevel level = safeddl_check_level(c, rule);
	SafeddlCheckRow row = {.relation = relation,.detail = detail};

	if (level == SAFEDDL_OFF)
		return;
	row.message = psprintf(_(safeddl_rule_info[rule].message[0][0][0]), what);
	put_row(c, rule, level, &row, location);
}

/* safeddl_check_unknown: what cannot be checked, once for each cause */
void
safeddl_check_unknown(SafeddlCheck *c, const char *cause, int location)
{
	ListCell   *lc;

	foreach(lc, c->causes)
		if (strcmp(lfirst(lc), cause) == 0)
			return;
	c->causes = lappend(c->causes, MemoryContextStrdup(c->script->context, cause));
	safeddl_check_say(c, SAFEDDL_RULE_NOT_CHECKED, cause, NULL, NULL, location);
}

/* ----------------------------------------------------------------
 *		statements
 * ----------------------------------------------------------------
 */

/* put_findings: as the guard would report them */
static void
put_findings(SafeddlCheck *c, SafeddlAnalysis *a, List *findings)
{
	ListCell   *lc;

	foreach(lc, findings)
	{
		SafeddlFinding *f = lfirst(lc);
		SafeddlWording wording = safeddl_word(a, f);
		SafeddlCheckRow row = {.relation = wording.relation,.lockmode = f->lockmode,
			.work = safeddl_work_names(f->work),.bytes = f->bytes,.message = wording.message,
		.fix = wording.hint,.detail = wording.detail};

		if (f->overridden)
			row.detail = psprintf(_("%s Overridden: %s"), wording.detail, safeddl_override_reason());
		put_row(c, f->rule, f->overridden ? SAFEDDL_LOG : f->level, &row, f->effect->location);
	}
}

/* judge: what is large, and keeps others waiting */
static void
judge(SafeddlCheck *c, SafeddlAnalysis *a, SafeddlSettings *settings)
{
	MemoryContext old = MemoryContextSwitchTo(a->context);

	/* as if the guard were to block */
	if (!c->script->sets_mode)
		settings->mode = SAFEDDL_BLOCK;
	put_findings(c, a, safeddl_judge(a, settings));
	if (c->script->in_transaction)
	{
		MemoryContextSwitchTo(c->script->context);
		safeddl_script_remember(a, c->piece.line);
	}
	MemoryContextSwitchTo(old);
}

/* gather: SafeddlWork; arg: SafeddlSettings to fill in */
static void
gather(SafeddlAnalysis *a, void *arg)
{
	safeddl_gather(a, arg);
}

static SafeddlAnalysis *
begin_analysis(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(raw->stmt, c->statement_text, raw->stmt_location,
												raw->stmt_len, true);

	a->script = c->script;
	a->in_block = c->script->in_transaction;
	return a;
}

/* check_ddl: what the guard would say of it */
static void
check_ddl(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlAnalysis *a = begin_analysis(c, raw);
	SafeddlSettings settings = {0};

	if (!safeddl_contained(a, gather, &settings))
		safeddl_check_unknown(c, a->error, -1);
	else if (!a->doomed)
		judge(c, a, &settings);
	MemoryContextDelete(a->context);
}

static void
apply(SafeddlAnalysis *a, void *arg)
{
	safeddl_script_apply(a->script, arg);
}

/* remember: the statement has happened */
static void
remember(SafeddlCheck *c, RawStmt *raw)
{
	MemoryContext old = MemoryContextSwitchTo(c->script->context);
	SafeddlScriptStatement *statement = palloc(sizeof(SafeddlScriptStatement));
	SafeddlAnalysis *a = begin_analysis(c, raw);

	statement->stmt = raw->stmt;
	statement->line = c->piece.line;
	statement->transaction = c->script->transaction;
	(void) safeddl_contained(a, apply, statement);
	c->script->applied = lappend(c->script->applied, statement);
	if (!c->script->in_transaction)
		c->script->transaction++;
	MemoryContextDelete(a->context);
	MemoryContextSwitchTo(old);
}

/* end_transaction: SafeddlWork, as ROLLBACK reads the catalog again */
static void
change_transaction(SafeddlAnalysis *a, void *arg)
{
	MemoryContext old = MemoryContextSwitchTo(a->script->context);

	safeddl_script_transaction(a->script, arg);
	MemoryContextSwitchTo(old);
}

static void
check_statement(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlKind kind = safeddl_classify(raw->stmt).kind;

	if (IsA(raw->stmt, TransactionStmt))
	{
		SafeddlAnalysis *a = begin_analysis(c, raw);

		(void) safeddl_contained(a, change_transaction, raw->stmt);
		MemoryContextDelete(a->context);
		return;
	}
	if (IsA(raw->stmt, VariableSetStmt))
	{
		MemoryContext old = MemoryContextSwitchTo(c->script->context);

		safeddl_script_set(c->script, (VariableSetStmt *) raw->stmt);
		MemoryContextSwitchTo(old);
		return;
	}
	if (kind == SAFEDDL_HAZARD || kind == SAFEDDL_LOCKS)
		check_ddl(c, raw);
	remember(c, raw);
}

/* ----------------------------------------------------------------
 *		scripts
 * ----------------------------------------------------------------
 */

/* parse: SafeddlWork; an error in one statement is no reason not to look at others */
static void
parse(SafeddlAnalysis *a, void *arg)
{
	List	  **result = arg;
	MemoryContext old = MemoryContextSwitchTo(a->script->context);

	*result = raw_parser(a->query, RAW_PARSE_DEFAULT);
	MemoryContextSwitchTo(old);
}

static List *
parse_piece(SafeddlCheck *c)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(NULL, c->statement_text, 0, 0, true);
	List	   *result = NIL;

	a->script = c->script;
	if (!safeddl_contained(a, parse, &result))
		safeddl_check_unknown(c, a->error, -1);
	MemoryContextDelete(a->context);
	return result;
}

static void
check_piece(SafeddlCheck *c, const SafeddlPiece *piece)
{
	ListCell   *lc;

	CHECK_FOR_INTERRUPTS();
	move_to(c, &c->piece, piece->start);
	c->command = (piece->kind != SAFEDDL_PIECE_SQL);
	if (piece->kind == SAFEDDL_PIECE_DATA)
		return;
	c->statement_text = MemoryContextStrdup(c->script->context,
											pnstrdup(c->blanked + piece->start, piece->len));
	if (c->command)
		return;
	c->statement++;
	foreach(lc, parse_piece(c))
		check_statement(c, lfirst_node(RawStmt, lc));
}

/* check_script: one of those that run one after the other */
static void
check_script(SafeddlCheck *c, const char *text, bool transaction)
{
	MemoryContext old = CurrentMemoryContext;
	ListCell   *lc;

	c->number++;
	c->statement = 0;
	if (c->numbered)			/* for the progress line of safeddl-check */
		ereport(DEBUG1, (errmsg_internal("safeddl.check: script %d", c->number)));
	c->text = text;
	c->blanked = pstrdup(text);
	c->piece = (SafeddlSpot) {.line = 1,.position = 1};
	c->wrapped = transaction;
	safeddl_script_forget_settings(c->script);
	if (transaction)
		safeddl_script_begin(c->script);
	foreach(lc, safeddl_split(c->blanked))
	{
		MemoryContext context = AllocSetContextCreate(old, "safeddl check", ALLOCSET_SMALL_SIZES);

		MemoryContextSwitchTo(context);
		check_piece(c, lfirst(lc));
		MemoryContextSwitchTo(old);
		MemoryContextDelete(context);
	}
	safeddl_script_commit(c->script);
}

static void
refuse_parallel(void)
{
	if (IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("cannot check a script during a parallel operation")));
}

/*
 * safeddl_check(script text, transaction boolean): the findings, one row each,
 * in the order of the statements; the worst of a statement first.
 */
Datum
safeddl_check(PG_FUNCTION_ARGS)
{
	SafeddlCheck c = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	refuse_parallel();
	c.script = safeddl_begin_script();
	check_script(&c, text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_BOOL(1));
	safeddl_end_script(c.script);
	return (Datum) 0;
}

/* safeddl_check_scripts(scripts text[], transaction boolean): one after the other */
Datum
safeddl_check_scripts(PG_FUNCTION_ARGS)
{
	SafeddlCheck c = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo,.numbered = true};
	Datum	   *scripts;
	bool	   *nulls;
	int			n;

	InitMaterializedSRF(fcinfo, 0);
	refuse_parallel();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT,
					  &scripts, &nulls, &n);
	c.script = safeddl_begin_script();
	for (int i = 0; i < n; i++)
		check_script(&c, nulls[i] ? "" : TextDatumGetCString(scripts[i]), PG_GETARG_BOOL(1));
	safeddl_end_script(c.script);
	return (Datum) 0;
}
