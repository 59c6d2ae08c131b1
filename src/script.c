/*
 * script.c
 *	  The model of a script: its transactions, its settings, and the locks that
 *	  its statements hold.
 *
 * ROLLBACK forgets everything and lets the statements that stay happen again.
 */
#include "safeddl.h"
#include "script.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* settings of the script that matter for what its statements would do */
static const char *const followed_settings[] = {
	"search_path", "lock_timeout", "statement_timeout", "transaction_timeout",
	"default_tablespace", "default_table_access_method", "TimeZone"
};

static void replay(SafeddlScript *script);

/* safeddl_begin_script: nothing has happened yet */
SafeddlScript *
safeddl_begin_script(void)
{
	SafeddlScript *script = palloc0(sizeof(SafeddlScript));

	script->context = CurrentMemoryContext;
	script->guc_level = NewGUCNestLevel();
	return script;
}

/* safeddl_end_script: the settings of the session are in force again */
void
safeddl_end_script(SafeddlScript *script)
{
	AtEOXact_GUC(true, script->guc_level);
}

/* ----------------------------------------------------------------
 *		settings
 * ----------------------------------------------------------------
 */

static bool
is_followed(const char *name)
{
	for (int i = 0; i < lengthof(followed_settings); i++)
		if (pg_strcasecmp(name, followed_settings[i]) == 0)
			return true;
	return pg_strncasecmp(name, "safeddl.", strlen("safeddl.")) == 0;
}

/* set: SafeddlWork, to find out whether it can be done */
static void
set(SafeddlAnalysis *a, void *arg)
{
	const SafeddlScriptSetting *setting = arg;

	(void) set_config_option(setting->name, setting->value,
							 superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, DEBUG2, false);
}

/*
 * put_in_force: what the caller may not set is left as it is.  Tried in a
 * subtransaction first, as some settings raise errors when they look up names.
 */
static void
put_in_force(SafeddlScript *script, SafeddlScriptSetting *setting)
{
	SafeddlAnalysis *a = safeddl_begin_analysis(NULL, NULL, 0, 0, false);
	bool		possible = safeddl_contained(a, set, setting);

	MemoryContextDelete(a->context);
	if (!possible)
		return;
	set(NULL, setting);
	if (pg_strcasecmp(setting->name, "safeddl.mode") == 0)
		script->sets_mode = (setting->value != NULL);
}

/* keep_settings: the first n of them, with or without those SET LOCAL */
static void
keep_settings(SafeddlScript *script, int n, bool local)
{
	List	   *kept = NIL;
	ListCell   *lc;

	foreach(lc, script->settings)
		if (foreach_current_index(lc) < n && (local || !((SafeddlScriptSetting *) lfirst(lc))->local))
			kept = lappend(kept, lfirst(lc));
	if (list_length(kept) == list_length(script->settings))
		return;
	script->settings = kept;
	script->sets_mode = false;
	AtEOXact_GUC(true, script->guc_level);
	script->guc_level = NewGUCNestLevel();
	foreach(lc, kept)
		put_in_force(script, lfirst(lc));
}

/* safeddl_script_begin_session: another script, with settings and temporary tables of its own */
void
safeddl_script_begin_session(SafeddlScript *script)
{
	keep_settings(script, 0, false);
	script->session = ++script->transaction;
}

/* change_setting: if it is one that matters; value: NULL for the default */
static void
change_setting(SafeddlScript *script, const char *name, const char *value, bool local)
{
	SafeddlScriptSetting *setting;

	if (!is_followed(name) || (local && !script->in_transaction))
		return;
	setting = palloc0(sizeof(SafeddlScriptSetting));
	setting->name = pstrdup(name);
	setting->local = local;
	setting->value = value ? pstrdup(value) : NULL;
	script->settings = lappend(script->settings, setting);
	put_in_force(script, setting);
}

/* safeddl_script_set: SET and RESET */
void
safeddl_script_set(SafeddlScript *script, VariableSetStmt *stmt)
{
	if (stmt->kind == VAR_RESET_ALL)
		keep_settings(script, 0, false);
	if (stmt->name != NULL && stmt->kind != VAR_SET_CURRENT && stmt->kind != VAR_SET_MULTI)
		change_setting(script, stmt->name,
					   stmt->kind == VAR_SET_VALUE ? ExtractSetVariableArgs(stmt) : NULL, stmt->is_local);
}

/* is_set_config: is it a call of pg_catalog.set_config()? */
static bool
is_set_config(const Node *node)
{
	List	   *names = IsA(node, FuncCall) ? ((const FuncCall *) node)->funcname : NIL;

	return names != NIL && list_length(((const FuncCall *) node)->args) == 3 &&
		strcmp(strVal(llast(names)), "set_config") == 0 &&
		(list_length(names) == 1 || strcmp(strVal(linitial(names)), "pg_catalog") == 0);
}

/*
 * safeddl_script_set_config: SELECT set_config('search_path', '', false), which
 * is in every dump; as far as it says so literally.
 */
void
safeddl_script_set_config(SafeddlScript *script, SelectStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->targetList)
	{
		Node	   *call = lfirst_node(ResTarget, lc)->val;
		A_Const    *args[3];
		bool		literal = is_set_config(call);

		for (int i = 0; literal && i < lengthof(args); i++)
		{
			args[i] = list_nth(((FuncCall *) call)->args, i);
			literal = IsA(args[i], A_Const) &&
				((i == 1 && args[i]->isnull) ||
				 (!args[i]->isnull && nodeTag(&args[i]->val) == (i < 2 ? T_String : T_Boolean)));
		}
		if (literal)
			change_setting(script, strVal(&args[0]->val), args[1]->isnull ? NULL : strVal(&args[1]->val),
						   boolVal(&args[2]->val));
	}
}

/* ----------------------------------------------------------------
 *		transactions
 * ----------------------------------------------------------------
 */

void
safeddl_script_begin(SafeddlScript *script)
{
	if (script->in_transaction)
		return;
	script->in_transaction = true;
	script->transaction++;
	script->begun = list_length(script->applied);
	script->begun_settings = list_length(script->settings);
	script->savepoints = NIL;
}

static void
end_transaction(SafeddlScript *script)
{
	script->in_transaction = false;
	script->transaction++;
	script->locks = NIL;
	script->savepoints = NIL;
}

void
safeddl_script_commit(SafeddlScript *script)
{
	if (!script->in_transaction)
		return;
	keep_settings(script, list_length(script->settings), false);
	end_transaction(script);
}

static void
roll_back(SafeddlScript *script)
{
	if (!script->in_transaction)
		return;
	script->applied = list_truncate(script->applied, script->begun);
	replay(script);
	keep_settings(script, script->begun_settings, false);
	end_transaction(script);
}

static SafeddlScriptSavepoint *
find_savepoint(SafeddlScript *script, const char *name)
{
	for (int i = list_length(script->savepoints) - 1; i >= 0 && name != NULL; i--)
	{
		SafeddlScriptSavepoint *savepoint = list_nth(script->savepoints, i);

		if (strcmp(savepoint->name, name) == 0)
		{
			script->savepoints = list_truncate(script->savepoints, i + 1);
			return savepoint;
		}
	}
	return NULL;
}

static void
roll_back_to(SafeddlScript *script, const char *name)
{
	SafeddlScriptSavepoint *savepoint = find_savepoint(script, name);
	List	   *locks = NIL;
	ListCell   *lc;

	if (savepoint == NULL)
		return;
	foreach(lc, script->locks)
		if (((SafeddlScriptLock *) lfirst(lc))->applied < savepoint->applied)
			locks = lappend(locks, lfirst(lc));
	script->locks = locks;
	script->applied = list_truncate(script->applied, savepoint->applied);
	replay(script);
	keep_settings(script, savepoint->settings, true);
}

static void
define_savepoint(SafeddlScript *script, const char *name)
{
	SafeddlScriptSavepoint *savepoint = palloc(sizeof(SafeddlScriptSavepoint));

	savepoint->name = pstrdup(name ? name : "");
	savepoint->applied = list_length(script->applied);
	savepoint->settings = list_length(script->settings);
	script->savepoints = lappend(script->savepoints, savepoint);
}

/* safeddl_script_transaction: BEGIN, COMMIT and so on, as the server takes them */
void
safeddl_script_transaction(SafeddlScript *script, TransactionStmt *stmt)
{
	switch (stmt->kind)
	{
		case TRANS_STMT_BEGIN:
		case TRANS_STMT_START:
			safeddl_script_begin(script);
			break;
		case TRANS_STMT_COMMIT:
		case TRANS_STMT_PREPARE:
			safeddl_script_commit(script);
			break;
		case TRANS_STMT_ROLLBACK:
			roll_back(script);
			break;
		case TRANS_STMT_SAVEPOINT:
			define_savepoint(script, stmt->savepoint_name);
			break;
		case TRANS_STMT_RELEASE:
			if (find_savepoint(script, stmt->savepoint_name) != NULL)
				script->savepoints = list_delete_last(script->savepoints);
			break;
		case TRANS_STMT_ROLLBACK_TO:
			roll_back_to(script, stmt->savepoint_name);
			break;
		case TRANS_STMT_COMMIT_PREPARED:
		case TRANS_STMT_ROLLBACK_PREPARED:
			break;
	}
	if (stmt->chain)
		safeddl_script_begin(script);
}

/* replay: the statements that were not rolled back */
static void
replay(SafeddlScript *script)
{
	ListCell   *lc;

	safeddl_script_forget(script);
	foreach(lc, script->applied)
	{
		CHECK_FOR_INTERRUPTS();
		safeddl_script_apply(script, lfirst(lc));
	}
}

/* ----------------------------------------------------------------
 *		locks
 * ----------------------------------------------------------------
 */

/*
 * safeddl_script_remember: the locks that the statement would hold until its
 * transaction ends; as safeddl_remember_locks().
 */
void
safeddl_script_remember(SafeddlAnalysis *a, int line)
{
	SafeddlScript *script = a->script;
	const char *statement = NULL;
	ListCell   *lc;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);
		SafeddlScriptLock *entry;

		if (effect->rel == NULL || effect->kept <= effect->held ||
			!safeddl_is_worth_holding(a, effect))
			continue;
		if (statement == NULL)
			statement = pstrdup(safeddl_beginning_of(a));
		entry = palloc0(sizeof(SafeddlScriptLock));
		entry->applied = list_length(script->applied);
		entry->lock.relid = effect->relid;
		entry->lock.lockmode = effect->kept;
		entry->lock.statement = statement;
		entry->lock.line = line;
		entry->lock.relkind = effect->rel->relkind;
		entry->lock.nspname = pstrdup(effect->rel->nspname);
		entry->lock.relname = pstrdup(effect->rel->relname);
		script->locks = lappend(script->locks, entry);
	}
}

/* list_locks: those of a strength, one for each relation */
static void
list_locks(SafeddlAnalysis *a, LOCKMODE weakest, LOCKMODE strongest)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, a->script->locks)
	{
		SafeddlHeld *lock = &((SafeddlScriptLock *) lfirst(lc))->lock;
		bool		listed = false;

		foreach(lc2, a->held)
			listed |= ((SafeddlHeld *) lfirst(lc2))->relid == lock->relid;
		if (!listed && lock->lockmode >= weakest && lock->lockmode <= strongest)
			a->held = lappend(a->held, lock);
	}
}

/* safeddl_script_held: fills what safeddl_find_held() does */
void
safeddl_script_held(SafeddlAnalysis *a)
{
	MemoryContext old = MemoryContextSwitchTo(a->context);
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, a->effects)
	{
		SafeddlEffect *effect = lfirst(lc);

		foreach(lc2, a->script->locks)
		{
			SafeddlHeld *lock = &((SafeddlScriptLock *) lfirst(lc2))->lock;

			if (lock->relid == effect->relid)
				effect->held = Max(effect->held, lock->lockmode);
		}
	}
	list_locks(a, AccessExclusiveLock, AccessExclusiveLock);
	list_locks(a, ShareLock, ExclusiveLock);
	MemoryContextSwitchTo(old);
}
