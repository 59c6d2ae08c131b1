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
	c->nrows++;
	tuplestore_putvalues(c->rsinfo->setResult, c->rsinfo->setDesc, values + first, nulls + first);
}

/* level_of: a rule about scripts; as safeddl_level_for() */
static SafeddlLevel
level_of(SafeddlCheck *c, SafeddlRule rule)
{
	SafeddlSettings settings = safeddl_plain_settings();

	return safeddl_level_for(rule, c->script->sets_mode ? settings.mode : SAFEDDL_BLOCK,
							 settings.rule_levels);
}

/* safeddl_check_tell: a finding of a rule about scripts, in its own words */
void
safeddl_check_tell(SafeddlCheck *c, SafeddlRule rule, const SafeddlCheckRow *row, int location)
{
	SafeddlLevel level = level_of(c, rule);

	if (level != SAFEDDL_OFF)
		put_row(c, rule, level, row, location);
}

/* fix_for: what to do instead, in the words of the statement; or NULL */
static const char *
fix_for(SafeddlCheck *c, SafeddlRule rule)
{
	switch (rule)
	{
		case SAFEDDL_RULE_CONCURRENTLY_IN_TRANSACTION:
		case SAFEDDL_RULE_MIXED_SCRIPT:
			return psprintf(_("Run this alone, outside a transaction block: %s"), c->statement_text);
		case SAFEDDL_RULE_ENUM_VALUE_IN_USE:
		case SAFEDDL_RULE_VALIDATE_WITH_NOT_VALID:
			return psprintf(_("Run COMMIT first. Then, in a transaction of its own: %s"), c->statement_text);
		default:
			return NULL;
	}
}

/*
 * safeddl_check_say: a finding of a rule about scripts, on what; location: from
 * the beginning of the statement, or -1.
 */
void
safeddl_check_say(SafeddlCheck *c, SafeddlRule rule, const char *what, const char *relation,
				  const char *detail, int location)
{
	SafeddlCheckRow row = {.relation = relation,.detail = detail};

	row.message = psprintf(_(safeddl_rule_info[rule].message[0][0][0]), what);
	row.fix = fix_for(c, rule);
	safeddl_check_tell(c, rule, &row, location);
}

/* is_told: was that cause told already?  It is from now on. */
static bool
is_told(SafeddlCheck *c, const char *cause)
{
	MemoryContext old;
	ListCell   *lc;

	foreach(lc, c->causes)
		if (strcmp(lfirst(lc), cause) == 0)
			return true;
	old = MemoryContextSwitchTo(c->script->context);
	c->causes = lappend(c->causes, pstrdup(cause));
	MemoryContextSwitchTo(old);
	return false;
}

/* safeddl_check_opaque: something that may do anything; once for each kind of it */
void
safeddl_check_opaque(SafeddlCheck *c, const char *what, int location)
{
	if (c->opaque_line == 0)
		c->opaque_line = c->piece.line;
	if (!is_told(c, what))
		safeddl_check_say(c, SAFEDDL_RULE_NOT_CHECKED, what, NULL, NULL, location);
}

/* say_error: why a statement could not be parsed (raw: NULL), or analyzed: once for each cause */
static void
say_error(SafeddlCheck *c, SafeddlAnalysis *a, RawStmt *raw)
{
	int			location = -1;
	char	   *what = raw == NULL ? psprintf(_("the statement is not checked: %s"), a->error) :
		psprintf(_("%s is not checked: %s"), CreateCommandName(raw->stmt), a->error);

	/* each statement that cannot be parsed is a cause of its own */
	if (raw != NULL && is_told(c, a->error))
		return;
	if (a->error_position > 0)
		location = pg_mbcharcliplen(c->statement_text, strlen(c->statement_text), a->error_position - 1);
	safeddl_check_say(c, SAFEDDL_RULE_NOT_CHECKED, what, NULL,
					  c->opaque_line == 0 ? NULL :
					  psprintf(_("What is run in line %d may have made it."), c->opaque_line), location);
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

static SafeddlAnalysis *
begin_analysis(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(raw->stmt, c->statement_text, raw->stmt_location,
												raw->stmt_len, true);

	a->script = c->script;
	a->in_block = c->script->in_transaction;
	return a;
}

/* keep_dropped: what a DROP names, for those that follow */
static void
keep_dropped(SafeddlCheck *c, List *objects)
{
	MemoryContext old = MemoryContextSwitchTo(c->script->context);
	ListCell   *lc;

	foreach(lc, objects)
	{
		ObjectAddress *object = palloc(sizeof(ObjectAddress));

		*object = *(ObjectAddress *) lfirst(lc);
		c->dropped = lappend(c->dropped, object);
	}
	MemoryContextSwitchTo(old);
}

/* check_work: what the guard would say of it */
static void
check_work(SafeddlCheck *c, RawStmt *raw, SafeddlWork work)
{
	SafeddlAnalysis *a = begin_analysis(c, raw);
	SafeddlSettings settings = {0};

	if (!safeddl_contained(a, work, &settings))
		say_error(c, a, raw);
	else if (!a->doomed)
		judge(c, a, &settings);
	keep_dropped(c, a->named);
	MemoryContextDelete(a->context);
}

/* check_what_it_does: by what kind of statement it is; as is_watched() */
static void
check_what_it_does(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlKind kind = safeddl_classify(raw->stmt).kind;
	bool		holds = c->script->locks != NIL;

	if (IsA(raw->stmt, CopyStmt) && ((CopyStmt *) raw->stmt)->relation != NULL)
	{
		if (holds && !safeddl_script_is_new(c->script, ((CopyStmt *) raw->stmt)->relation))
			check_work(c, raw, safeddl_gather);
	}
	else if (kind == SAFEDDL_HAZARD || kind == SAFEDDL_LOCKS)
		check_work(c, raw, safeddl_gather);
	else if (holds)
		check_work(c, raw, safeddl_check_query);
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
	statement->dropped = c->dropped;
	c->dropped = NIL;
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
check_validation(SafeddlAnalysis *a, void *arg)
{
	safeddl_check_validation(arg, a->stmt);
}

static void
check_transaction(SafeddlCheck *c, SafeddlAnalysis *a)
{
	bool		before = c->script->in_transaction;

	(void) safeddl_contained(a, change_transaction, a->stmt);
	if (!before)
		c->script->begin_line = c->piece.line;
}

static void
change_settings(SafeddlCheck *c, Node *stmt)
{
	MemoryContext old = MemoryContextSwitchTo(c->script->context);

	if (IsA(stmt, VariableSetStmt))
		safeddl_script_set(c->script, (VariableSetStmt *) stmt);
	else
		safeddl_script_set_config(c->script, (SelectStmt *) stmt);
	MemoryContextSwitchTo(old);
}

static void
check_statement(SafeddlCheck *c, RawStmt *raw)
{
	SafeddlAnalysis *a = begin_analysis(c, raw);
	int			nrows;

	safeddl_check_rules(c, a);
	if (IsA(raw->stmt, TransactionStmt))
		check_transaction(c, a);
	else if (IsA(raw->stmt, VariableSetStmt))
		change_settings(c, raw->stmt);
	else
	{
		nrows = c->nrows;
		check_what_it_does(c, raw);
		if (nrows == c->nrows)
			(void) safeddl_contained(a, check_validation, c);
		remember(c, raw);
		if (IsA(raw->stmt, SelectStmt))
			change_settings(c, raw->stmt);
	}
	MemoryContextDelete(a->context);
}

/* ----------------------------------------------------------------
 *		scripts
 * ----------------------------------------------------------------
 */

/* a piece of a script, and what the parser makes of it */
typedef struct Parsed
{
	const SafeddlPiece *piece;
	char	   *text;
	List	   *stmts;			/* of RawStmt */
	SafeddlAnalysis *failed;	/* with the error; or NULL */
} Parsed;

/* parse: SafeddlWork; an error in one statement is no reason not to look at others */
static void
parse(SafeddlAnalysis *a, void *arg)
{
	List	  **result = arg;
	MemoryContext old = MemoryContextSwitchTo(a->script->context);

	*result = raw_parser(a->query, RAW_PARSE_DEFAULT);
	MemoryContextSwitchTo(old);
}

/* parse_text: NULL if it could be parsed, else what went wrong */
static SafeddlAnalysis *
parse_text(SafeddlCheck *c, const char *text, List **stmts)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(NULL, text, 0, 0, true);

	a->script = c->script;
	if (!safeddl_contained(a, parse, stmts))
		return a;
	MemoryContextDelete(a->context);
	return NULL;
}

/*
 * safeddl_check_part: a statement inside of another one; location: of it there.
 * What cannot be parsed is not one.
 */
void
safeddl_check_part(SafeddlCheck *c, const char *text, int location)
{
	const char *whole = c->statement_text;
	SafeddlSpot piece = c->piece;
	List	   *stmts = NIL;
	SafeddlAnalysis *failed = parse_text(c, text, &stmts);
	ListCell   *lc;

	if (failed != NULL)
	{
		MemoryContextDelete(failed->context);
		return;
	}
	c->statement_text = text;
	move_to(c, &c->piece, piece.offset + location);
	foreach(lc, stmts)
		check_statement(c, lfirst_node(RawStmt, lc));
	c->statement_text = whole;
	c->piece = piece;
}

static void
check_piece(SafeddlCheck *c, const Parsed *parsed)
{
	ListCell   *lc;

	CHECK_FOR_INTERRUPTS();
	move_to(c, &c->piece, parsed->piece->start);
	c->statement_text = parsed->text;
	c->command = (parsed->piece->kind != SAFEDDL_PIECE_SQL);
	if (parsed->piece->kind == SAFEDDL_PIECE_COMMAND)
		safeddl_check_command(c, parsed->text);
	if (c->command)
		return;
	c->statement++;
	if (parsed->failed != NULL)
		say_error(c, parsed->failed, NULL);
	foreach(lc, parsed->stmts)
		check_statement(c, lfirst_node(RawStmt, lc));
}

/* parse_script: the pieces of it, as Parsed; adds the statements to a list of Node */
static List *
parse_script(SafeddlCheck *c, List **stmts)
{
	char	   *blanked = pstrdup(c->text);
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_split(blanked))
	{
		Parsed	   *parsed = palloc0(sizeof(Parsed));
		const SafeddlPiece *piece = lfirst(lc);

		parsed->piece = piece;
		result = lappend(result, parsed);
		if (piece->kind == SAFEDDL_PIECE_DATA)
			continue;
		parsed->text = pnstrdup((piece->kind == SAFEDDL_PIECE_SQL ? blanked : c->text) + piece->start, piece->len);
		if (piece->kind == SAFEDDL_PIECE_SQL)
			parsed->failed = parse_text(c, parsed->text, &parsed->stmts);
		foreach(lc2, parsed->stmts)
			*stmts = lappend(*stmts, lfirst_node(RawStmt, lc2)->stmt);
	}
	return result;
}

/* check_script: one of those that run one after the other */
static void
check_script(SafeddlCheck *c, const char *text, bool transaction)
{
	MemoryContext old = CurrentMemoryContext;
	List	   *stmts = NIL;
	List	   *pieces;
	ListCell   *lc;

	c->number++;
	c->statement = 0;
	if (c->numbered)			/* for the progress line of safeddl-check */
		ereport(DEBUG1, (errmsg_internal("safeddl.check: script %d", c->number)));
	c->text = text;
	c->piece = (SafeddlSpot) {.line = 1,.position = 1};
	c->wrapped = transaction;
	c->said_nested = false;
	pieces = parse_script(c, &stmts);
	c->mixture = safeddl_check_mixture(stmts);
	safeddl_script_begin_session(c->script);
	if (transaction)
		safeddl_script_begin(c->script);
	c->script->begin_line = 1;
	foreach(lc, pieces)
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
