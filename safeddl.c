/*
 * safeddl.c
 *	  Entry points: _PG_init() and the utility hook, which lets every DDL
 *	  statement be judged before it takes a lock.
 */
#include "src/safeddl.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "tcop/pquery.h"
#include "utils/memutils.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "safeddl",.version = "1.0");
#else
PG_MODULE_MAGIC;
#endif

PGDLLEXPORT void _PG_init(void);

static ProcessUtility_hook_type prev_process_utility = NULL;

static bool is_our_moment(const PlannedStmt *pstmt, ProcessUtilityContext context);
static bool is_watched(const PlannedStmt *pstmt, ProcessUtilityContext context);
static void guard(PlannedStmt *pstmt, const char *query, ProcessUtilityContext context,
				  SafeddlAround *around);
static void safeddl_process_utility(PlannedStmt *pstmt, const char *query,
									bool read_only_tree,
									ProcessUtilityContext context,
									ParamListInfo params,
									QueryEnvironment *query_env,
									DestReceiver *dest, QueryCompletion *qc);

void
_PG_init(void)
{
	safeddl_define_settings();
	safeddl_verify_init();
	safeddl_held_init();
	safeddl_backfill_init();
	prev_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = safeddl_process_utility;
}

/*
 * is_our_moment: the server will run DDL here, and we may look at the catalog.
 * Safe in an aborted transaction, and as cheap as an if.
 */
static bool
is_our_moment(const PlannedStmt *pstmt, ProcessUtilityContext context)
{
	/* parts of a statement that was judged as a whole */
	if (context == PROCESS_UTILITY_SUBCOMMAND)
		return false;
	/* ROLLBACK is not guarded, but anything may arrive in an aborted transaction */
	if (!IsTransactionState() || IsAbortedTransactionBlockState())
		return false;
	/*
	 * The server will refuse DDL here; its message is to be the only one.  It
	 * does not refuse REINDEX, CLUSTER, VACUUM and LOCK TABLE as read-only.
	 */
	if ((XactReadOnly && !safeddl_is_maintenance(pstmt->utilityStmt) &&
		 !IsA(pstmt->utilityStmt, LockStmt)) ||
		RecoveryInProgress() || IsInParallelMode() || IsParallelWorker())
		return false;
	/* in a deferred trigger, at COMMIT, the server is past subtransactions */
	if (ActivePortal == NULL && IsTransactionBlock())
		return false;
	/* never stop an upgrade or the apply of a subscription; alone, nobody waits */
	return !IsBinaryUpgrade && !IsLogicalWorker() && IsUnderPostmaster;
}

/* is_watched: the gate of the guard; most statements get no further than this */
static bool
is_watched(const PlannedStmt *pstmt, ProcessUtilityContext context)
{
	SafeddlKind kind;

	if (safeddl_current_mode() == SAFEDDL_OFF)
		return false;
	kind = safeddl_classify(pstmt->utilityStmt).kind;
	/* the queries of others are judged when the executor starts them */
	return (kind == SAFEDDL_HAZARD || kind == SAFEDDL_LOCKS ||
			(safeddl_may_hold_locks && IsA(pstmt->utilityStmt, CopyStmt))) &&
		is_our_moment(pstmt, context);
}

/* is_verified: the gate of safeddl.verify; SET and the like have no effect */
static bool
is_verified(const PlannedStmt *pstmt, ProcessUtilityContext context)
{
	SafeddlKind kind;

	if (safeddl_verify_setting() == SAFEDDL_VERIFY_OFF)
		return false;
	kind = safeddl_classify(pstmt->utilityStmt).kind;
	if (kind == SAFEDDL_NO_RELATION && GetCommandLogLevel(pstmt->utilityStmt) != LOGSTMT_DDL)
		return false;
	return is_our_moment(pstmt, context);
}

/*
 * guard: judges a statement; returns if it may run, and what is to be done
 * around it, raises an error if not.
 *
 * Judgement comes after the facts were gathered, when nothing of ours is left
 * in the transaction.
 */
static void
guard(PlannedStmt *pstmt, const char *query, ProcessUtilityContext context,
	  SafeddlAround *around)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(pstmt->utilityStmt, query,
												pstmt->stmt_location,
												pstmt->stmt_len, false);
	SafeddlSettings settings = {0};
	bool		judged;

	a->nested = (context != PROCESS_UTILITY_TOPLEVEL);
	a->in_block = (a->nested || IsTransactionBlock() ||
				   (MyXactFlags & XACT_FLAGS_PIPELINING) != 0);
	judged = safeddl_contained(a, safeddl_gather, &settings) && !a->doomed;
	if (!judged && a->locks_first)
		judged = safeddl_contained(a, safeddl_gather_locks, &settings);
	if (judged)
	{
		MemoryContext old = MemoryContextSwitchTo(a->context);
		List	   *findings = safeddl_judge(a, &settings);

		if (findings != NIL)
			safeddl_report(a, findings);
		if (!a->doomed)
			safeddl_remember_locks(a);
		MemoryContextSwitchTo(old);
	}
	safeddl_around_prepare(around, a);
	MemoryContextDelete(a->context);
}

static void
chain(PlannedStmt *pstmt, const char *query, bool read_only_tree,
	  ProcessUtilityContext context, ParamListInfo params,
	  QueryEnvironment *query_env, DestReceiver *dest, QueryCompletion *qc)
{
	if (prev_process_utility)
		prev_process_utility(pstmt, query, read_only_tree, context, params,
							 query_env, dest, qc);
	else
		standard_ProcessUtility(pstmt, query, read_only_tree, context, params,
								query_env, dest, qc);
}

/* chain_around: with what is to be done before and after, also after an error */
static void
chain_around(SafeddlAround *around, struct SafeddlVerify *verify, PlannedStmt *pstmt,
			 const char *query, bool read_only_tree, ProcessUtilityContext context,
			 ParamListInfo params, QueryEnvironment *query_env, DestReceiver *dest,
			 QueryCompletion *qc)
{
	bool		log = safeddl_verify_setting() == SAFEDDL_VERIFY_LOG;

	if (around->active)
		safeddl_around_begin(around);
	PG_TRY();
	{
		chain(pstmt, query, read_only_tree, context, params, query_env, dest, qc);
	}
	PG_CATCH();
	{
		if (verify != NULL)
			safeddl_verify_abort(verify);
		if (around->active)
			safeddl_around_abort(around);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (around->active)
		safeddl_around_end(around);
	if (verify != NULL)
		safeddl_verify_end(verify, log);
}

/*
 * safeddl_process_utility: gate, guard, chain.  Nothing of ours runs after
 * the chained call, where pstmt may be gone, but for what around.c has to put
 * back or to count, and safeddl.verify.
 */
static void
safeddl_process_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
						ProcessUtilityContext context, ParamListInfo params,
						QueryEnvironment *query_env, DestReceiver *dest,
						QueryCompletion *qc)
{
	struct SafeddlVerify *verify = NULL;
	SafeddlAround around;

	/* what every session does all day is none of our business */
	if (IsA(pstmt->utilityStmt, TransactionStmt) || IsA(pstmt->utilityStmt, VariableSetStmt))
	{
		chain(pstmt, query, read_only_tree, context, params, query_env, dest, qc);
		return;
	}
	around = (SafeddlAround) {0};
	if (IsTransactionState())
		safeddl_protect_stored_mode(pstmt->utilityStmt);
	if (is_watched(pstmt, context))
		guard(pstmt, query, context, &around);
	if (unlikely(is_verified(pstmt, context)))
		verify = safeddl_verify_begin(pstmt, query,
									  safeddl_verify_setting() == SAFEDDL_VERIFY_LOG);
	if (likely(verify == NULL && !around.active))
		chain(pstmt, query, read_only_tree, context, params, query_env, dest, qc);
	else
		chain_around(&around, verify, pstmt, query, read_only_tree, context, params,
					 query_env, dest, qc);
}
