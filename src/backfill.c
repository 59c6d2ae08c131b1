/*
 * backfill.c
 *	  Queries that go through large tables while a lock of an earlier statement
 *	  keeps others waiting.
 *
 * While the transaction holds no such lock, all this costs one branch for each
 * query.
 */
#include "safeddl.h"
#include "planwork.h"

#include <sys/stat.h>

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "tcop/pquery.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"

/* of a row in a file for a table that has none yet */
#define FILE_ROW_BYTES 100

/* is a statement running that was judged with the queries it runs itself? */
bool		safeddl_in_judged_statement = false;

static ExecutorStart_hook_type prev_executor_start = NULL;
static ExecutorEnd_hook_type prev_executor_end = NULL;

/* queries of this transaction that were reported: a loop would repeat it */
typedef struct Reported
{
	uint32		text;			/* hash of it */
	int			location;
} Reported;

static List *reported = NIL;	/* in TopTransactionContext */

/* a query to be judged */
typedef struct Backfill
{
	List	   *works;			/* of SafeddlPlanWork */
	SafeddlSettings settings;
} Backfill;

/* ----------------------------------------------------------------
 *		queries
 * ----------------------------------------------------------------
 */

/* does the portal run code that may commit? */
static bool
is_non_atomic(Portal portal)
{
	const PlannedStmt *stmt = portal->stmts == NIL ? NULL : linitial(portal->stmts);

	return stmt != NULL && stmt->utilityStmt != NULL &&
		(IsA(stmt->utilityStmt, CallStmt) || IsA(stmt->utilityStmt, DoStmt));
}

/*
 * is_committing: does the query run in a deferred trigger, or to fill a cursor
 * WITH HOLD, or that of a loop in which a procedure commits?  Then it is too
 * late to say COMMIT first.
 */
static bool
is_committing(void)
{
	if (ActivePortal == NULL)
		return true;
	if (ActivePortal->strategy == PORTAL_ONE_SELECT)
		return ActivePortal->holdStore != NULL;
	/* COMMIT in a procedure has put the snapshot away that all else runs under */
	return is_non_atomic(ActivePortal) && ActivePortal->portalSnapshot == NULL;
}

/* is_our_moment: may the query be judged?  As cheap as an if. */
static bool
is_our_moment(const QueryDesc *query, int eflags)
{
	/* will not run */
	if ((eflags & (EXEC_FLAG_EXPLAIN_ONLY | EXEC_FLAG_WITH_NO_DATA)) || query->planstate == NULL)
		return false;
	if (safeddl_in_judged_statement ||
		safeddl_rule_level(SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK) == SAFEDDL_OFF)
		return false;
	/* no subtransaction can be had: in a function that a parallel query calls */
	if (IsInParallelMode() || IsParallelWorker())
		return false;
	if (is_committing())
		return false;
	return !IsBinaryUpgrade && !IsLogicalWorker() && IsUnderPostmaster;
}

/* is_root_large: is what the query writes, or reads, large in all relations of a root? */
static bool
is_root_large(List *works, Oid root, bool written, const SafeddlSettings *settings)
{
	double		bytes = 0;
	double		rows = 0;
	ListCell   *lc;

	foreach(lc, works)
	{
		const SafeddlPlanWork *work = lfirst(lc);

		if (work->root != root)
			continue;
		bytes += written ? work->bytes_written : work->bytes;
		rows += written ? work->rows_written : work->rows;
	}
	return bytes >= SAFEDDL_LEAST_BACKFILL && safeddl_is_large(bytes, rows, settings);
}

/*
 * is_any_large: does the query go through something large at all?  What it
 * writes only matters if what it reads is no reason.
 */
static bool
is_any_large(List *works, bool written, const SafeddlSettings *settings)
{
	ListCell   *lc;

	foreach(lc, works)
		if (is_root_large(works, ((SafeddlPlanWork *) lfirst(lc))->root, written, settings))
			return true;
	return false;
}

/* safeddl_add_backfill: effects of what a query goes through */
void
safeddl_add_backfill(SafeddlAnalysis *a, List *works, const SafeddlSettings *settings)
{
	bool		written = !is_any_large(works, false, settings);
	ListCell   *lc;

	foreach(lc, works)
	{
		const SafeddlPlanWork *work = lfirst(lc);
		SafeddlEffect *effect;

		if (!is_root_large(works, work->root, written, settings))
			continue;
		effect = safeddl_add_effect(a, work->relid, work->root, work->lockmode,
									work->lockmode >= RowExclusiveLock ? SAFEDDL_REACH_TARGET : SAFEDDL_REACH_SOURCE,
									SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK, SAFEDDL_WORK_SCAN);
		effect->bytes = written ? work->bytes_written : work->bytes;
		effect->rows = written ? work->rows_written : work->rows;
		effect->rel = safeddl_relinfo(a, work->relid);
		if (work->loaded)
			(void) safeddl_heap_bytes(a, work->relid);
	}
}

/* gather_backfill: SafeddlWork that makes effects of what a query goes through */
static void
gather_backfill(SafeddlAnalysis *a, void *arg)
{
	Backfill   *backfill = arg;

	safeddl_add_backfill(a, backfill->works, &backfill->settings);
	safeddl_find_held(a);
	backfill->settings = safeddl_current_settings(a);
}

/* forget_reports: at the end of the transaction, which frees the memory */
static void
forget_reports(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		reported = NIL;
}

/* was the same query reported in this transaction?  It is from now on. */
static bool
was_reported(const QueryDesc *query, bool remember)
{
	uint32		text = hash_bytes((const unsigned char *) query->sourceText,
								  strlen(query->sourceText));
	MemoryContext old;
	Reported   *report;
	ListCell   *lc;

	foreach(lc, reported)
	{
		report = lfirst(lc);
		if (report->text == text && report->location == query->plannedstmt->stmt_location)
			return true;
	}
	if (!remember)
		return false;
	old = MemoryContextSwitchTo(TopTransactionContext);
	report = palloc(sizeof(Reported));
	report->text = text;
	report->location = query->plannedstmt->stmt_location;
	reported = lappend(reported, report);
	MemoryContextSwitchTo(old);
	return false;
}

/*
 * judge: reports a query that goes through something large; raises an error
 * if it must not.  What may pass is told once per transaction.
 */
static void
judge(const QueryDesc *query, Backfill *backfill)
{
	const PlannedStmt *stmt = query->plannedstmt;
	SafeddlAnalysis *a;
	List	   *findings;

	if (safeddl_rule_level(SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK) < SAFEDDL_BLOCK &&
		was_reported(query, false))
		return;
	a = safeddl_begin_analysis((Node *) stmt, query->sourceText, stmt->stmt_location,
							   stmt->stmt_len, false);
	if (safeddl_contained(a, gather_backfill, backfill))
	{
		MemoryContext old = MemoryContextSwitchTo(a->context);

		findings = safeddl_judge(a, &backfill->settings);
		if (findings != NIL)
		{
			const SafeddlFinding *worst = linitial(findings);

			if ((worst->level == SAFEDDL_BLOCK && !worst->overridden) ||
				!was_reported(query, true))
			{
				safeddl_report(a, findings);
				safeddl_begin_query(a, query);
			}
		}
		MemoryContextSwitchTo(old);
	}
	MemoryContextDelete(a->context);
}

static void
safeddl_executor_start(QueryDesc *query, int eflags)
{
	MemoryContext old;
	Backfill	backfill;

	if (prev_executor_start)
		prev_executor_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
	if (likely(!safeddl_may_hold_locks) || !is_our_moment(query, eflags))
		return;

	/* freed with all else that the query needs */
	old = MemoryContextSwitchTo(query->estate->es_query_cxt);
	backfill.settings = safeddl_plain_settings();
	backfill.works = safeddl_plan_work(query);
	if (is_any_large(backfill.works, false, &backfill.settings) ||
		is_any_large(backfill.works, true, &backfill.settings))
		judge(query, &backfill);
	MemoryContextSwitchTo(old);
}

static void
safeddl_executor_end(QueryDesc *query)
{
	safeddl_end_query(query);
	if (prev_executor_end)
		prev_executor_end(query);
	else
		standard_ExecutorEnd(query);
}

/* safeddl_backfill_init: to be called once, from _PG_init() */
void
safeddl_backfill_init(void)
{
	prev_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = safeddl_executor_start;
	prev_executor_end = ExecutorEnd_hook;
	ExecutorEnd_hook = safeddl_executor_end;
	RegisterXactCallback(forget_reports, NULL);
}

/* ----------------------------------------------------------------
 *		COPY
 * ----------------------------------------------------------------
 */

/* will the server refuse it?  A column that may be copied is enough to say no. */
static bool
may_not_copy(Oid relid, bool is_from)
{
	AclMode		mode = is_from ? ACL_INSERT : ACL_SELECT;

	return pg_class_aclcheck(relid, GetUserId(), mode) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(relid, GetUserId(), mode, ACLMASK_ANY) != ACLCHECK_OK;
}

/* may_read: the size of a file that COPY FROM would read, if it can */
static bool
may_read(const char *filename, uint64 *size)
{
	struct stat file;

	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES) ||
		stat(filename, &file) != 0 || S_ISDIR(file.st_mode))
		return false;
	*size = file.st_size;
	return true;
}

/* add_file: as many rows as the file may hold go to the relation */
static void
add_file(SafeddlAnalysis *a, Oid relid, uint64 size)
{
	SafeddlEffect *effect = safeddl_add_effect(a, relid, relid, RowExclusiveLock, SAFEDDL_REACH_TARGET,
											   SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK,
											   SAFEDDL_WORK_SCAN);
	double		bytes = safeddl_heap_bytes(a, relid);
	double		rows = safeddl_relinfo(a, relid)->rows;

	effect->bytes = size;
	effect->rows = size / (bytes > 0 && rows > 0 ? bytes / rows : FILE_ROW_BYTES);
}

/*
 * safeddl_analyze_copy: COPY of a table, by DoCopy(); that of a query comes
 * through the executor, so does that of a table with row security.
 *
 * How much a client will send is not known: as much as the table has, maybe.
 */
void
safeddl_analyze_copy(SafeddlAnalysis *a, Node *node)
{
	CopyStmt   *stmt = castNode(CopyStmt, node);
	uint64		size = 0;
	Oid			relid;
	ListCell   *lc;

	/* it is no DDL: whoever asks for its footprint gets none */
	if (stmt->relation == NULL || (a->strict && a->script == NULL))
		return;
	relid = safeddl_resolve(a, stmt->relation, false);
	if (!OidIsValid(relid) || may_not_copy(relid, stmt->is_from))
	{
		a->doomed = true;
		return;
	}
	if (stmt->is_from && stmt->filename != NULL && !stmt->is_program)
	{
		if (!may_read(stmt->filename, &size))
			a->doomed = true;
		else if (size > 0)
			add_file(a, relid, size);
		return;
	}
	if (!stmt->is_from && check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return;
	foreach(lc, safeddl_leaves(a, safeddl_hierarchy(relid, safeddl_copies_children(relid, stmt->is_from))))
	{
		SafeddlEffect *effect =
			safeddl_add_effect(a, lfirst_oid(lc), relid, stmt->is_from ? RowExclusiveLock : AccessShareLock,
							   stmt->is_from ? SAFEDDL_REACH_TARGET : SAFEDDL_REACH_SOURCE,
							   SAFEDDL_RULE_BACKFILL_UNDER_HELD_LOCK, SAFEDDL_WORK_SCAN);

		effect->maybe = stmt->is_from ? SAFEDDL_WORK_SCAN : SAFEDDL_WORK_NONE;
	}
}
