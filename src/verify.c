/*
 * verify.c
 *	  safeddl.verify: looks at the server before and after a statement, and
 *	  listens while it runs.
 *
 * A developer's setting: every statement pays for two looks at pg_class and at
 * the lock table.  What is compared, and what cannot be seen, is in
 * verify_judge.c and docs/limits.md.
 */
#include "verify.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

static emit_log_hook_type prev_emit_log = NULL;

/* innermost statement under verification */
static SafeddlVerify *current = NULL;

static void listen_to_server(ErrorData *edata);
static void gather_facts(SafeddlAnalysis *a, void *arg);
static void take_witnesses(SafeddlVerify *v);
static void note_tables(SafeddlVerify *v);
static void note_locks(SafeddlVerify *v, bool after);
static void stop_listening(SafeddlVerify *v);

/* safeddl_verify_init: to be called once, from _PG_init() */
void
safeddl_verify_init(void)
{
	prev_emit_log = emit_log_hook;
	emit_log_hook = listen_to_server;
}

/* ----------------------------------------------------------------
 *		before the statement
 * ----------------------------------------------------------------
 */

/*
 * is_left_out: does the statement do nothing itself?  Then says so by name.
 */
static bool
is_left_out(const Node *stmt, bool log)
{
	SafeddlKind kind = safeddl_classify(stmt).kind;

	if (kind != SAFEDDL_CONTAINER && kind != SAFEDDL_QUERY)
		return false;
	safeddl_verify_leave_out(CreateCommandName((Node *) stmt),
							 kind == SAFEDDL_QUERY ? "runs a query" :
							 "its statements are compared one by one", log);
	return true;
}

/*
 * safeddl_verify_begin: notes what is said of a statement and how things are
 * before it runs; NULL where there is nothing to compare.  The result lives in
 * a context of its own below TopMemoryContext: commands that run in several
 * transactions are verified as well.  Raises what catalog access raises.
 */
SafeddlVerify *
safeddl_verify_begin(PlannedStmt *pstmt, const char *query, bool log)
{
	MemoryContext context;
	MemoryContext old;
	SafeddlVerify *v;

	if (is_left_out(pstmt->utilityStmt, log))
		return NULL;
	context = AllocSetContextCreate(TopMemoryContext, "safeddl verify",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	v = palloc0(sizeof(SafeddlVerify));
	v->context = context;
	v->tag = nodeTag(pstmt->utilityStmt);
	v->name = CreateCommandName(pstmt->utilityStmt);
	/* the statement's own memory may be gone when it is done */
	v->analysis = safeddl_begin_analysis(copyObject(pstmt->utilityStmt),
										 query ? pstrdup(query) : NULL,
										 pstmt->stmt_location, pstmt->stmt_len, false);
	/* it is this server that does it, whatever was loaded */
	v->analysis->sizes_known = true;
	v->statement = safeddl_statement_text(v->analysis);
	v->transaction = safeddl_local_transaction(MyProc);
	PG_TRY();
	{
		v->known = safeddl_contained(v->analysis, gather_facts, NULL);
		take_witnesses(v);
	}
	PG_CATCH();
	{
		MemoryContextDelete(context);
		PG_RE_THROW();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);

	v->outer = current;
	current = v;
	v->log_min_messages = safeddl_log_min_messages;
	safeddl_log_min_messages = Min(safeddl_log_min_messages, DEBUG1);
	return v;
}

/* what the hook knows of the statement, but for sizes */
static void
gather_facts(SafeddlAnalysis *a, void *arg)
{
	safeddl_analyze(a);
}

static int64
scans_of(Oid relid)
{
	return DatumGetInt64(DirectFunctionCall1(pg_stat_get_xact_numscans, ObjectIdGetDatum(relid)));
}

/* how many columns were dropped from a relation so far? */
static int
lost_columns_of(Oid relid, int natts)
{
	int			lost = 0;

	for (int i = 1; i <= natts; i++)
	{
		HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(i));

		if (!HeapTupleIsValid(tuple))
			continue;
		lost += ((Form_pg_attribute) GETSTRUCT(tuple))->attisdropped;
		ReleaseSysCache(tuple);
	}
	return lost;
}

/* take_witness: SafeddlRowFunction for pg_class; only the users' relations */
static void
take_witness(HeapTuple tuple, TupleDesc desc, void *arg)
{
	SafeddlVerify *v = arg;
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	SafeddlWitness *w;

	if (form->oid < FirstNormalObjectId)
		return;
	w = hash_search(v->witnesses, &form->oid, HASH_ENTER, NULL);
	memset((char *) w + sizeof(Oid), 0, sizeof(SafeddlWitness) - sizeof(Oid));
	w->relkind = form->relkind;
	w->nspname = get_namespace_name(form->relnamespace);
	w->relname = pstrdup(NameStr(form->relname));
	w->table = form->oid;
	w->visible = form->relpersistence != RELPERSISTENCE_TEMP;
	if (w->visible && TransactionIdIsValid(GetTopTransactionIdIfAny()))
		w->visible = !safeddl_new_in_this_transaction(form->oid);
	w->filenode = form->relfilenode;
	w->tablespace = form->reltablespace;
	w->scans = scans_of(form->oid);
	w->lost_columns = lost_columns_of(form->oid, form->relnatts);
}

/*
 * note_parent: SafeddlRowFunction for pg_inherits: of partitions, and the last
 * one where a table inherits from several.  get_partition_parent() would
 * stumble over what goes meanwhile.
 */
static void
note_parent(HeapTuple tuple, TupleDesc desc, void *arg)
{
	Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);
	SafeddlWitness *w = safeddl_witness(arg, form->inhrelid);

	if (w != NULL)
		w->parent = form->inhparent;
}

/* collect_pair: SafeddlRowFunction for pg_constraint */
static void
collect_pair(HeapTuple tuple, TupleDesc desc, void *arg)
{
	List	  **result = arg;
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	SafeddlPair *pair;

	if (form->contype != CONSTRAINT_FOREIGN)
		return;
	pair = palloc(sizeof(SafeddlPair));
	pair->conoid = form->oid;
	pair->referencing = form->conrelid;
	pair->referenced = form->confrelid;
	pair->validated = form->convalidated;
	pair->name = pstrdup(NameStr(form->conname));
	*result = lappend(*result, pair);
}

/* take_witnesses: the users' relations that exist, and the locks on them */
static void
take_witnesses(SafeddlVerify *v)
{
	HASHCTL		ctl = {.keysize = sizeof(Oid),.entrysize = sizeof(SafeddlWitness),
	.hcxt = v->context};

	v->witnesses = hash_create("safeddl witnesses", 256, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	safeddl_scan_catalog(RelationRelationId, InvalidOid, 0, NULL, take_witness, v);
	note_tables(v);
	safeddl_scan_catalog(InheritsRelationId, InvalidOid, 0, NULL, note_parent, v);
	safeddl_scan_catalog(ConstraintRelationId, InvalidOid, 0, NULL, collect_pair,
						 &v->foreign_keys);
	note_locks(v, false);
}

/* note_tables: which table an index or a TOAST table belongs to */
static void
note_tables(SafeddlVerify *v)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		HeapTuple	tuple;
		SafeddlWitness *toast;

		if (w->relkind != RELKIND_RELATION && w->relkind != RELKIND_MATVIEW)
			continue;
		tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(w->relid));
		if (!HeapTupleIsValid(tuple))
			continue;
		toast = safeddl_witness(v, ((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid);
		if (toast != NULL)
			toast->table = w->relid;
		ReleaseSysCache(tuple);
	}
	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(w->relid));
		SafeddlWitness *table;

		if (!HeapTupleIsValid(tuple))
			continue;
		table = safeddl_witness(v, ((Form_pg_index) GETSTRUCT(tuple))->indrelid);
		if (table != NULL)
		{
			w->table = table->table;
			w->visible = table->visible;
		}
		ReleaseSysCache(tuple);
	}
}

/* note_locks: what this backend holds on relations, as pg_locks would say */
static void
note_locks(SafeddlVerify *v, bool after)
{
	LockData   *data = GetLockStatusData();

	for (int i = 0; i < data->nelements; i++)
	{
		LockInstanceData *lock = &data->locks[i];
		SafeddlWitness *w;

		if (lock->pid != MyProcPid || lock->locktag.locktag_type != LOCKTAG_RELATION ||
			lock->locktag.locktag_field1 != MyDatabaseId)
			continue;
		w = safeddl_witness(v, (Oid) lock->locktag.locktag_field2);
		if (w == NULL)
			continue;
		if (after)
			w->locks_after |= lock->holdMask;
		else
			w->locks |= lock->holdMask;
	}
	pfree(data->locks);
	pfree(data);
}

/* ----------------------------------------------------------------
 *		while it runs
 * ----------------------------------------------------------------
 */

/* would the message be logged, had we not asked for more?  Mirrors elog.c. */
static bool
is_wanted(int elevel, int log_min)
{
	if (elevel == LOG || elevel == LOG_SERVER_ONLY)
		return log_min == LOG || log_min <= ERROR;
	if (elevel == WARNING_CLIENT_ONLY)
		return false;
	return log_min == LOG ? elevel >= FATAL : elevel >= log_min;
}

/*
 * listen_to_server: the emit_log_hook.  Keeps the server's own words on
 * rewrites, scans, index builds and foreign keys; they are not translated.
 * What nobody but us asked for goes no further.
 */
static void
listen_to_server(ErrorData *edata)
{
	if (current != NULL)
	{
		if (edata->elevel == DEBUG1 && edata->message != NULL)
		{
			MemoryContext old = MemoryContextSwitchTo(current->context);

			current->messages = lappend(current->messages, pstrdup(edata->message));
			MemoryContextSwitchTo(old);
		}
		if (!is_wanted(edata->elevel, current->log_min_messages))
			edata->output_to_server = false;
	}
	if (prev_emit_log && edata->output_to_server)
		prev_emit_log(edata);
}

/* ----------------------------------------------------------------
 *		after the statement
 * ----------------------------------------------------------------
 */

/*
 * observe: fills in how things are afterwards.  The counters are those of this
 * backend that were not reported yet, hence differences.
 */
static void
observe(SafeddlVerify *v)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	note_locks(v, true);
	safeddl_scan_catalog(ConstraintRelationId, InvalidOid, 0, NULL, collect_pair,
						 &v->foreign_keys_after);
	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(w->relid));

		if (!HeapTupleIsValid(tuple))
			continue;
		w->exists = true;
		w->new_file = ((Form_pg_class) GETSTRUCT(tuple))->relfilenode != w->filenode;
		w->moved = ((Form_pg_class) GETSTRUCT(tuple))->reltablespace != w->tablespace;
		w->read = scans_of(w->relid) > w->scans;
		w->lost_column = lost_columns_of(w->relid, ((Form_pg_class) GETSTRUCT(tuple))->relnatts) > w->lost_columns;
		ReleaseSysCache(tuple);
	}
}

/* what a statement within another one did is not the other one's doing */
static void
exclude_from_outer(SafeddlVerify *v)
{
	HASH_SEQ_STATUS status;
	SafeddlWitness *w;

	hash_seq_init(&status, v->witnesses);
	while ((w = hash_seq_search(&status)) != NULL)
	{
		if (w->exists && !w->new_file && !w->read && !w->lost_column && w->locks_after == w->locks)
			continue;
		for (SafeddlVerify *outer = v->outer; outer != NULL; outer = outer->outer)
		{
			SafeddlWitness *same = safeddl_witness(outer, w->relid);

			if (same != NULL)
				same->excluded = true;
		}
	}
}

/* stop_listening: what we do and say ourselves is not the statement's */
static void
stop_listening(SafeddlVerify *v)
{
	current = v->outer;
	/* unless the statement set it anew */
	if (safeddl_log_min_messages == Min(v->log_min_messages, DEBUG1))
		safeddl_log_min_messages = v->log_min_messages;
}

/*
 * safeddl_verify_end: compares, and raises a WARNING per difference; with log,
 * also writes what was compared to the server's log.  Frees v.
 */
void
safeddl_verify_end(SafeddlVerify *v, bool log)
{
	MemoryContext old = MemoryContextSwitchTo(v->context);

	stop_listening(v);
	/* should an error come up, the transaction's end frees it */
	MemoryContextSetParent(v->context, TopTransactionContext);
	observe(v);
	exclude_from_outer(v);
	safeddl_verify_judge(v, log);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(v->context);
}

/* safeddl_verify_abort: the statement raised an error, its locks will go; frees v */
void
safeddl_verify_abort(SafeddlVerify *v)
{
	stop_listening(v);
	MemoryContextDelete(v->context);
}
