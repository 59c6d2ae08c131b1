/*
 * settings.c
 *	  The settings safeddl.*: definitions, check hooks, and their values as
 *	  policy.c wants them.
 */
#include "safeddl.h"

#include <limits.h>

#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timeout.h"
#include "utils/varlena.h"

/* what a check hook found out about a value of safeddl.mode */
typedef struct ModeOrigin
{
	bool		by_client;		/* from PGOPTIONS of somebody who may not lower */
} ModeOrigin;

static int	mode = SAFEDDL_WARN;
static int	min_table_size = 256 * 1024;	/* kB */
static int	min_table_rows = 0;
static int	max_blocker_age = 5000; /* ms */
static int	lock_timeout = 0;		/* ms */
static int	verify = SAFEDDL_VERIFY_OFF;
static char *rules = NULL;
static char *override = NULL;

/* parsed forms of the last two and of the origin of mode */
static const int8 *rule_levels = NULL;
static const SafeddlOverride *parsed_override = NULL;
static const ModeOrigin *mode_origin = NULL;

/*
 * The highest of the values configured for this session in a file or by ALTER
 * ROLE or ALTER DATABASE, and the source it came from.  PGOPTIONS takes
 * precedence over both and is applied first, so its check hook cannot know
 * yet what it would loosen.
 */
static int	configured_mode = SAFEDDL_OFF;
static GucSource configured_source = PGC_S_DEFAULT;

static const struct config_enum_entry mode_options[] = {
	{"off", SAFEDDL_OFF, false},
	{"log", SAFEDDL_LOG, false},
	{"warn", SAFEDDL_WARN, false},
	{"block", SAFEDDL_BLOCK, false},
	{NULL, 0, false}
};

static const struct config_enum_entry verify_options[] = {
	{"off", SAFEDDL_VERIFY_OFF, false},
	{"on", SAFEDDL_VERIFY_ON, false},
	{"log", SAFEDDL_VERIFY_LOG, false},
	{NULL, 0, false}
};

static bool check_mode(int *newval, void **extra, GucSource source);
static void assign_mode(int newval, void *extra);
static bool check_rules(char **newval, void **extra, GucSource source);
static void assign_rules(const char *newval, void *extra);
static bool check_override(char **newval, void **extra, GucSource source);
static void assign_override(const char *newval, void *extra);

/* safeddl_define_settings: to be called once, from _PG_init() */
void
safeddl_define_settings(void)
{
	DefineCustomEnumVariable("safeddl.mode",
							 "Sets what happens to a statement that would stall a large table.",
							 "Anyone may raise it (off, log, warn, block); only a superuser, or a role "
							 "granted SET on it, may lower it.",
							 &mode, SAFEDDL_WARN, mode_options,
							 PGC_USERSET, 0,
							 check_mode, assign_mode, NULL);
	DefineCustomIntVariable("safeddl.min_table_size",
							"Sets the size from which on a table counts as large.",
							"Zero makes every table count.",
							&min_table_size, 256 * 1024, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_KB,
							NULL, NULL, NULL);
	DefineCustomIntVariable("safeddl.min_table_rows",
							"Sets the estimated number of rows from which on a table counts as large.",
							"Zero leaves it to safeddl.min_table_size alone.",
							&min_table_rows, 0, 0, INT_MAX,
							PGC_SUSET, 0,
							NULL, NULL, NULL);
	DefineCustomStringVariable("safeddl.rules",
							   "Sets levels for single rules, stricter or looser than safeddl.mode.",
							   "A list of rule=level, for example: drop_column=off, create_index=block.",
							   &rules, "",
							   PGC_SUSET, GUC_LIST_INPUT,
							   check_rules, assign_rules, NULL);
	DefineCustomStringVariable("safeddl.override",
							   "Lets the findings of a rule on a table pass, for a reason that is logged.",
							   "Form: <rule or *> on <table or *>: <reason>.",
							   &override, "",
							   PGC_SUSET, 0,
							   check_override, assign_override, NULL);

	DefineCustomIntVariable("safeddl.lock_timeout",
							"Sets the longest time that a guarded statement waits for a lock.",
							"It takes the place of a lock_timeout that is zero or longer.  Zero means none.",
							&lock_timeout, 0, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("safeddl.max_blocker_age",
							"Sets the age from which on a transaction in the way of a lock counts as a queue.",
							"-1 means not to look for one.",
							&max_blocker_age, 5000, -1, INT_MAX,
							PGC_SUSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomEnumVariable("safeddl.verify",
							 "Compares what was said of each statement with what the server did.",
							 "A difference is a WARNING; log also counts the comparisons in the server log.",
							 &verify, SAFEDDL_VERIFY_OFF, verify_options,
							 PGC_SUSET, GUC_NOT_IN_SAMPLE,
							 NULL, NULL, NULL);

	/* last: a misspelt safeddl.something is an error from here on */
	MarkGUCPrefixReserved("safeddl");
}

/* safeddl_looks_for_blockers: can one become a finding? */
bool
safeddl_looks_for_blockers(void)
{
	return max_blocker_age >= 0 &&
		(safeddl_rule_level(SAFEDDL_RULE_LOCK_QUEUE) != SAFEDDL_OFF ||
		 safeddl_rule_level(SAFEDDL_RULE_CONCURRENTLY_WAITS) != SAFEDDL_OFF);
}

/* safeddl_verify_setting: safeddl.verify */
SafeddlVerifySetting
safeddl_verify_setting(void)
{
	return verify;
}

/* safeddl_lock_timeout: safeddl.lock_timeout, in ms */
int
safeddl_lock_timeout(void)
{
	return lock_timeout;
}

/* safeddl_waits_longer_than: will a guarded statement wait for a lock so many ms? */
bool
safeddl_waits_longer_than(int ms)
{
	return (LockTimeout == 0 || LockTimeout > ms) && (lock_timeout == 0 || lock_timeout > ms);
}

/*
 * wait_is_limited: is there any limit on how long a guarded statement
 * waits for a lock?  The running timers tell more than the settings: to set
 * statement_timeout in a function comes too late for its statements.
 */
static bool
wait_is_limited(void)
{
	return LockTimeout > 0 || lock_timeout > 0 ||
		get_timeout_active(STATEMENT_TIMEOUT) || safeddl_transaction_is_timed();
}

/* ----------------------------------------------------------------
 *		safeddl.mode
 * ----------------------------------------------------------------
 */

/* may the current user lower safeddl.mode?  Reads the catalog. */
static bool
may_lower_mode(void)
{
	return superuser() ||
		pg_parameter_aclcheck("safeddl.mode", GetUserId(), ACL_SET) == ACLCHECK_OK;
}

/* keep the value that the session was configured with, whatever the order */
static void
note_configured_mode(int value, GucSource source)
{
	if (source < PGC_S_FILE || source > PGC_S_DATABASE_USER || source < configured_source)
		return;
	configured_mode = value;
	configured_source = source;
}

/*
 * check_mode: the only-tighten rule.
 *
 * Accepted: what was vetted when it was stored (files, ALTER ROLE and ALTER
 * DATABASE at login), what a leader hands to its parallel workers, what is no
 * looser than now, and anything from those who may lower.  RESET and the end
 * of a transaction restore values without asking us.
 */
static bool
check_mode(int *newval, void **extra, GucSource source)
{
	ModeOrigin *origin = safeddl_guc_alloc(sizeof(ModeOrigin));

	if (origin == NULL)
		return false;
	origin->by_client = false;
	*extra = origin;

	note_configured_mode(*newval, source);
	if (source < PGC_S_CLIENT || source == PGC_S_OVERRIDE || InitializingParallelWorker)
		return true;

	/* no catalog access outside of a transaction: then nobody may lower */
	if (IsTransactionState() && may_lower_mode())
		return true;

	/*
	 * ALTER ROLE and ALTER DATABASE store a value for sessions that may have
	 * been configured differently by then: only the strictest is safe.
	 */
	if (source == PGC_S_TEST ? *newval == SAFEDDL_BLOCK : *newval >= safeddl_current_mode())
	{
		origin->by_client = (source == PGC_S_CLIENT);
		return true;
	}

	safeddl_guc_free(origin);
	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	if (source == PGC_S_TEST)
		GUC_check_errmsg("permission denied to store a value of \"safeddl.mode\" other than \"block\"");
	else
		GUC_check_errmsg("permission denied to lower \"safeddl.mode\" from \"%s\" to \"%s\"",
						 safeddl_level_name(safeddl_current_mode()), safeddl_level_name(*newval));
	GUC_check_errhint("A superuser may lower it, or GRANT SET ON PARAMETER safeddl.mode.  RESET safeddl.mode returns to the configured value.");
	return false;
}

static void
assign_mode(int newval, void *extra)
{
	mode_origin = extra;
}

/*
 * safeddl_current_mode: safeddl.mode; where PGOPTIONS set it, at least what
 * the session was configured with.
 */
SafeddlLevel
safeddl_current_mode(void)
{
	if (mode_origin != NULL && mode_origin->by_client && configured_mode > mode)
		return configured_mode;
	return mode;
}

/* does a row of pg_db_role_setting have a value of safeddl.mode? */
static void
find_mode(HeapTuple tuple, TupleDesc desc, void *arg)
{
	bool	   *found = arg;
	bool		isnull;
	Datum		datum = heap_getattr(tuple, Anum_pg_db_role_setting_setconfig, desc, &isnull);
	Datum	   *items;
	int			nitems = 0;

	if (!isnull)
		deconstruct_array(DatumGetArrayTypeP(datum), TEXTOID, -1, false, TYPALIGN_INT,
						  &items, NULL, &nitems);
	for (int i = 0; i < nitems; i++)
		*found |= pg_strncasecmp(TextDatumGetCString(items[i]), "safeddl.mode=", 13) == 0;
}

/* is a value of safeddl.mode stored for that database and role? */
static bool
mode_is_stored(Oid dbid, Oid roleid)
{
	ScanKeyData key[2];
	bool		result = false;

	ScanKeyInit(&key[0], Anum_pg_db_role_setting_setdatabase, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(dbid));
	ScanKeyInit(&key[1], Anum_pg_db_role_setting_setrole, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(roleid));
	safeddl_scan_catalog(DbRoleSettingRelationId, DbRoleSettingDatidRolidIndexId, 2, key,
						 find_mode, &result);
	return result;
}

/*
 * safeddl_protect_stored_mode: ALTER ROLE and ALTER DATABASE ... RESET would
 * lower the mode of later sessions, and the server does not ask a check hook
 * about it.  Raises an error unless the user may lower the mode.
 *
 * Any other statement passes; needs a valid transaction.
 */
void
safeddl_protect_stored_mode(const Node *stmt)
{
	VariableSetStmt *set;
	Oid			dbid = InvalidOid;
	Oid			roleid = InvalidOid;

	if (IsA(stmt, AlterRoleSetStmt))
	{
		const AlterRoleSetStmt *alter = (const AlterRoleSetStmt *) stmt;

		set = alter->setstmt;
		if (alter->role)
			roleid = get_rolespec_oid(alter->role, true);
		if (alter->database)
			dbid = get_database_oid(alter->database, true);
	}
	else if (IsA(stmt, AlterDatabaseSetStmt))
	{
		set = ((const AlterDatabaseSetStmt *) stmt)->setstmt;
		dbid = get_database_oid(((const AlterDatabaseSetStmt *) stmt)->dbname, true);
	}
	else
		return;

	if (set->kind == VAR_RESET_ALL ||
		((set->kind == VAR_RESET || set->kind == VAR_SET_DEFAULT) && set->name &&
		 pg_strcasecmp(set->name, "safeddl.mode") == 0))
	{
		if (!may_lower_mode() && mode_is_stored(dbid, roleid))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied to reset \"safeddl.mode\""),
					 errhint("A superuser may reset it, or GRANT SET ON PARAMETER safeddl.mode.  Other parameters can be reset by name.")));
	}
}

/* ----------------------------------------------------------------
 *		safeddl.rules
 * ----------------------------------------------------------------
 */

/* one "rule=level"; reports what is wrong through GUC_check_err* */
static bool
parse_rule_level(char *item, int8 *levels)
{
	char	   *equals = strchr(item, '=');
	char	   *level;
	char	   *end;
	SafeddlRule rule;

	if (equals == NULL)
	{
		GUC_check_errdetail("\"%s\" is not of the form rule=level.", item);
		GUC_check_errhint("For example: drop_column=off, create_index=block.");
		return false;
	}
	end = equals;
	while (end > item && isspace((unsigned char) end[-1]))
		end--;
	rule = safeddl_rule_by_name(item, end - item);
	if (rule == SAFEDDL_RULE_NONE)
	{
		GUC_check_errdetail("There is no rule \"%.*s\".", (int) (end - item), item);
		GUC_check_errhint("Rules are: %s.", safeddl_rule_names());
		return false;
	}
	level = equals + 1;
	while (isspace((unsigned char) *level))
		level++;
	for (const struct config_enum_entry *option = mode_options; option->name; option++)
		if (pg_strcasecmp(option->name, level) == 0)
		{
			levels[rule] = option->val;
			return true;
		}
	GUC_check_errdetail("\"%s\" is not a level.", level);
	GUC_check_errhint("Levels are: off, log, warn, block.");
	return false;
}

static bool
check_rules(char **newval, void **extra, GucSource source)
{
	int8	   *levels = safeddl_guc_alloc(sizeof(int8) * SAFEDDL_NRULES);
	char	   *copy;
	char	   *state = NULL;

	if (levels == NULL)
		return false;
	memset(levels, -1, sizeof(int8) * SAFEDDL_NRULES);
	copy = pstrdup(*newval ? *newval : "");
	for (char *item = strtok_r(copy, ",", &state); item; item = strtok_r(NULL, ",", &state))
	{
		int			len;

		while (isspace((unsigned char) *item) || *item == '"')
			item++;
		len = strlen(item);
		while (len > 0 && (isspace((unsigned char) item[len - 1]) || item[len - 1] == '"'))
			item[--len] = '\0';
		if (len > 0 && !parse_rule_level(item, levels))
		{
			safeddl_guc_free(levels);
			return false;
		}
	}
	pfree(copy);
	*extra = levels;
	return true;
}

static void
assign_rules(const char *newval, void *extra)
{
	rule_levels = extra;
}

/* safeddl_rule_level: level of a finding of that rule in this session */
SafeddlLevel
safeddl_rule_level(SafeddlRule rule)
{
	SafeddlLevel current = safeddl_current_mode();

	return current == SAFEDDL_OFF ? SAFEDDL_OFF :
		safeddl_level_for(rule, current, rule_levels);
}

/* ----------------------------------------------------------------
 *		safeddl.override
 * ----------------------------------------------------------------
 */

/*
 * parse_override_table: "table", "schema.table" or "*" into the two names,
 * with the quoting and case folding of SQL.
 */
static bool
parse_override_table(char *text, SafeddlOverride *result)
{
	List	   *names;

	if (strcmp(text, "*") == 0)
		return true;
	if (!SplitIdentifierString(pstrdup(text), '.', &names) ||
		list_length(names) < 1 || list_length(names) > 2)
		return false;
	strlcpy(result->relname, llast(names), NAMEDATALEN);
	if (list_length(names) == 2)
		strlcpy(result->nspname, linitial(names), NAMEDATALEN);
	return true;
}

/* the table ends at the first colon outside of double quotes */
static char *
find_colon(char *text)
{
	bool		quoted = false;

	for (; *text; text++)
	{
		if (*text == '"')
			quoted = !quoted;
		else if (*text == ':' && !quoted)
			return text;
	}
	return NULL;
}

/*
 * parse_override: "<rule or *> on <table or *>: <reason>".  Returns NULL, or
 * what is wrong with it.
 */
static const char *
parse_override(char *text, SafeddlOverride *result)
{
	char	   *rule = text;
	char	   *rule_end;
	char	   *table;
	char	   *colon;
	char	   *end;

	while (isspace((unsigned char) *rule))
		rule++;
	for (rule_end = rule; *rule_end && !isspace((unsigned char) *rule_end); rule_end++)
		;
	for (table = rule_end; isspace((unsigned char) *table); table++)
		;
	if (pg_strncasecmp(table, "on", 2) != 0 || !isspace((unsigned char) table[2]))
		return "The word \"on\" and a table must follow the rule.";
	for (table += 2; isspace((unsigned char) *table); table++)
		;
	colon = find_colon(table);
	if (colon == NULL || strspn(colon + 1, " \t\r\n") == strlen(colon + 1))
		return "A colon and a reason must follow the table.";
	result->reason = (int) (colon + 1 + strspn(colon + 1, " \t\r\n") - text);
	for (end = colon; end > table && isspace((unsigned char) end[-1]); end--)
		;
	*end = '\0';

	if (rule_end - rule != 1 || *rule != '*')
	{
		result->rule = safeddl_rule_by_name(rule, rule_end - rule);
		if (result->rule == SAFEDDL_RULE_NONE)
			return psprintf("There is no rule \"%.*s\".", (int) (rule_end - rule), rule);
	}
	if (!parse_override_table(table, result))
		return psprintf("\"%s\" is not a table name.", table);
	return NULL;
}

static bool
check_override(char **newval, void **extra, GucSource source)
{
	SafeddlOverride *result;
	const char *problem;

	if (*newval == NULL || strspn(*newval, " \t\r\n") == strlen(*newval))
		return true;
	result = safeddl_guc_alloc(sizeof(SafeddlOverride));
	if (result == NULL)
		return false;
	memset(result, 0, sizeof(SafeddlOverride));
	problem = parse_override(pstrdup(*newval), result);
	if (problem != NULL)
	{
		safeddl_guc_free(result);
		GUC_check_errdetail("%s", problem);
		GUC_check_errhint("Write '<rule or *> on <table or *>: <reason>', for example 'create_index on orders: OPS-123'.  Rules are: %s.",
						  safeddl_rule_names());
		return false;
	}
	*extra = result;
	return true;
}

static void
assign_override(const char *newval, void *extra)
{
	parsed_override = extra;
}

/* safeddl_override_reason: as the user wrote it; "" where there is none */
const char *
safeddl_override_reason(void)
{
	return parsed_override ? override + parsed_override->reason : "";
}

/* safeddl_plain_settings: those that take no look at the catalog: no override */
SafeddlSettings
safeddl_plain_settings(void)
{
	SafeddlSettings result = {
		.mode = safeddl_current_mode(),
		.min_table_bytes = (uint64) min_table_size * 1024,
		.min_table_rows = min_table_rows,
		.rule_levels = rule_levels,
		.log_at_most = creating_extension,
		.max_blocker_age = max_blocker_age,
		.wait_limited = wait_is_limited()
	};

	return result;
}

/*
 * safeddl_current_settings: what policy.c goes by.  Resolves the table of an
 * override as the statement's own names are resolved, so reads the catalog.
 */
SafeddlSettings
safeddl_current_settings(SafeddlAnalysis *a)
{
	SafeddlSettings result = safeddl_plain_settings();

	if (parsed_override != NULL)
	{
		result.override = true;
		result.override_rule = parsed_override->rule;
		result.override_any = (parsed_override->relname[0] == '\0');
		if (!result.override_any)
		{
			/* without USAGE on a schema, a name in it must not be an error */
			Oid			nspid = parsed_override->nspname[0] ?
				get_namespace_oid(parsed_override->nspname, true) : InvalidOid;

			result.override_relid = parsed_override->nspname[0] ?
				get_relname_relid(parsed_override->relname, nspid) :
				RelnameGetRelid(parsed_override->relname);
		}
	}
	return result;
}
