/*
 * rules.c
 *	  The registry of rules as data, and its look-ups by name.
 *
 * Everything here is pure: no catalog access, safe in check hooks.
 */
#include "safeddl.h"

#include "lib/stringinfo.h"

/*
 * The primary messages, whole sentences for the translator.  Arguments: the
 * relation in quotes with its kind, its size; or, of work on another one, the
 * relation that is blocked, the one that the work goes through, its size.
 */
#define STALL_MESSAGE(statement, blocks, relation, meanwhile, instead) \
	gettext_noop(statement " would block " blocks " " relation " while it " meanwhile "; " instead)
#define STALL_MESSAGES(statement, meanwhile, elsewhere, instead) \
	{ { STALL_MESSAGE(statement, "writes to", "%s (%s)", meanwhile, instead), \
		STALL_MESSAGE(statement, "reads and writes on", "%s (%s)", meanwhile, instead) }, \
	  { STALL_MESSAGE(statement, "writes to", "%s", elsewhere, instead), \
		STALL_MESSAGE(statement, "reads and writes on", "%s", elsewhere, instead) } }

#define NO_MESSAGES { { NULL, NULL }, { NULL, NULL } }

/* in the order of the SAFEDDL_WORK_* bits */
#define MESSAGES_STALL(statement, loss, instead) \
	{ STALL_MESSAGES(statement, "checks every row", "reads %s (%s)", instead), \
	  STALL_MESSAGES(statement, "checks every row for a match", \
					 "checks every row of %s (%s) for a match", instead), \
	  STALL_MESSAGES(statement, "builds the index", "builds an index on %s (%s)", instead), \
	  STALL_MESSAGES(statement, "is rewritten", "rewrites %s (%s)", instead), \
	  STALL_MESSAGES(statement, "copies the files", "copies the files of %s (%s)", instead), \
	  NO_MESSAGES }
#define MESSAGES_NO_RETURN(statement, loss, instead) \
	{ NO_MESSAGES, NO_MESSAGES, NO_MESSAGES, NO_MESSAGES, NO_MESSAGES, \
	  { { gettext_noop(statement " " loss "; " instead), gettext_noop(statement " " loss "; " instead) }, \
		{ NULL, NULL } } }

/* of the other kinds: [by what the comment says][also blocks reads] */
#define OTHER_MESSAGES(a, b, c, d) \
	{ { { gettext_noop(a), gettext_noop(b) }, { gettext_noop(c), gettext_noop(d) } } }

/* the same relation or another: command, gone through, its size, blocked */
#define MESSAGES_HELD(statement, loss, instead) \
	OTHER_MESSAGES("%s would go through %s (%s) while this transaction blocks writes to it; " instead, \
				   "%s would go through %s (%s) while this transaction blocks reads and writes on it; " instead, \
				   "%s would go through %s (%s) while this transaction blocks writes to %s; " instead, \
				   "%s would go through %s (%s) while this transaction blocks reads and writes on %s; " instead)
/* process or prepared transaction: command, relation, pid or gid, age */
#define MESSAGES_QUEUE(statement, loss, instead) \
	OTHER_MESSAGES("%s would wait for a lock on %s behind process %s, whose transaction has been open for %s, and block writes meanwhile; " instead, \
				   "%s would wait for a lock on %s behind process %s, whose transaction has been open for %s, and block reads and writes meanwhile; " instead, \
				   "%s would wait for a lock on %s behind prepared transaction \"%s\", which has been open for %s, and block writes meanwhile; " instead, \
				   "%s would wait for a lock on %s behind prepared transaction \"%s\", which has been open for %s, and block reads and writes meanwhile; " instead)
/* command, relation */
#define MESSAGES_UNLIMITED(statement, loss, instead) \
	OTHER_MESSAGES("%s could wait without limit for a lock that blocks writes to %s; " instead, \
				   "%s could wait without limit for a lock that blocks reads and writes on %s; " instead, \
				   "", "")
/* IF NOT EXISTS or adopted, left behind or being built: command, invalid index, pid */
#define MESSAGES_TRAP(statement, loss, instead) \
	OTHER_MESSAGES("%s would be skipped because %s has that name, although it is invalid; " instead, \
				   "%s would be skipped because %s has that name, although process %d has not finished building it; wait for that process, then try again", \
				   "%s would make %s part of the partitioned index, although it is invalid; " instead, \
				   "%s would make %s part of the partitioned index, although process %d has not finished building it; wait for that process, then try again")
/* process or prepared transaction: command, relation, pid or gid, age */
#define MESSAGES_AWAIT(statement, loss, instead) \
	OTHER_MESSAGES("%s on %s would wait for process %s, whose transaction has been open for %s, before it is done; " instead, "", \
				   "%s on %s would wait for prepared transaction \"%s\", which has been open for %s, before it is done; " instead, "")

/* what it is about */
#define MESSAGES_SCRIPT(statement, loss, instead) \
	OTHER_MESSAGES(loss "; " instead, "", "", "")

#define X(id, name, kind, statement, loss, instead, partitioned, since) \
	[SAFEDDL_RULE_##id] = { name, SAFEDDL_##kind, statement, gettext_noop(instead), \
		gettext_noop(partitioned), since, \
		MESSAGES_##kind(statement, loss, instead), \
		MESSAGES_##kind(statement, loss, partitioned) },

const SafeddlRuleInfo safeddl_rule_info[SAFEDDL_NRULES] = {
	[SAFEDDL_RULE_NONE] = {"", SAFEDDL_STALL, "", "", "", 0, {{{NULL}}}, {{{NULL}}}},
	SAFEDDL_RULES(X)
};

#undef X

/* safeddl_rule_by_name: SAFEDDL_RULE_NONE where no rule has that name */
SafeddlRule
safeddl_rule_by_name(const char *name, int len)
{
	for (int rule = SAFEDDL_RULE_NONE + 1; rule < SAFEDDL_NRULES; rule++)
	{
		const char *candidate = safeddl_rule_info[rule].name;

		if (strlen(candidate) == len && pg_strncasecmp(candidate, name, len) == 0)
			return rule;
	}
	return SAFEDDL_RULE_NONE;
}

/* safeddl_rule_names: all of them, for messages; palloc'd */
char *
safeddl_rule_names(void)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int rule = SAFEDDL_RULE_NONE + 1; rule < SAFEDDL_NRULES; rule++)
		appendStringInfo(&buf, "%s%s", buf.len ? ", " : "", safeddl_rule_info[rule].name);
	return buf.data;
}

/*
 * safeddl_rule_ceiling: the highest level that safeddl.mode gives to a rule.
 * safeddl.rules may go above it.
 */
SafeddlLevel
safeddl_rule_ceiling(SafeddlRule rule)
{
	switch (safeddl_rule_info[rule].kind)
	{
		case SAFEDDL_NO_RETURN:
		case SAFEDDL_AWAIT:
			return SAFEDDL_WARN;
		case SAFEDDL_UNLIMITED:
			return SAFEDDL_OFF;
		case SAFEDDL_SCRIPT:
			/* the server refuses these two */
			return rule == SAFEDDL_RULE_CONCURRENTLY_IN_TRANSACTION ||
				rule == SAFEDDL_RULE_ENUM_VALUE_IN_USE ? SAFEDDL_BLOCK : SAFEDDL_WARN;
		case SAFEDDL_STALL:
		case SAFEDDL_HELD:
		case SAFEDDL_QUEUE:
		case SAFEDDL_TRAP:
			break;
	}
	return SAFEDDL_BLOCK;
}

/* safeddl_kind_name: as README.md has it */
const char *
safeddl_kind_name(SafeddlRuleKind kind)
{
	static const char *const names[] = {
		"stall", "no return", "held lock", "queue", "no limit", "trap", "wait", "script"
	};

	return names[kind];
}

const char *
safeddl_level_name(SafeddlLevel level)
{
	static const char *const names[] = {"off", "log", "warn", "block"};

	return names[level];
}
