/*
 * safeddl.h
 *	  The types that the parts of safeddl share: effect, relation facts,
 *	  settings, finding.
 *
 * analyze.c and stmt_*.c turn a parse tree into effects (facts), relinfo.c
 * measures relations (facts), policy.c turns both into findings (judgement),
 * report.c says them (wording).  No arrow points backwards.
 */
#ifndef SAFEDDL_H
#define SAFEDDL_H

#include "postgres.h"

#include "catalog/dependency.h"
#include "access/skey.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "storage/lock.h"
#include "tcop/utility.h"
#include "utils/guc.h"

#include "compat.h"
#include "rules.h"

/* ----------------------------------------------------------------
 *		rules
 * ----------------------------------------------------------------
 */
typedef enum SafeddlRule
{
	SAFEDDL_RULE_NONE,			/* a lock, and nothing to say about it */
#define X(id, name, kind, statement, loss, instead, partitioned, since) SAFEDDL_RULE_##id,
	SAFEDDL_RULES(X)
#undef X
	SAFEDDL_NRULES
} SafeddlRule;

typedef enum SafeddlRuleKind
{
	SAFEDDL_STALL,				/* long work under a lock that blocks others */
	SAFEDDL_NO_RETURN,			/* instant, but gone for good */
	SAFEDDL_HELD,				/* long work while an earlier lock blocks others */
	SAFEDDL_QUEUE,				/* would wait, and others behind it */
	SAFEDDL_UNLIMITED,			/* would wait without a limit */
	SAFEDDL_TRAP,				/* would not do what it seems to do */
	SAFEDDL_AWAIT,				/* would wait, and nobody behind it */
	SAFEDDL_SCRIPT				/* of safeddl.check() alone: the statements of a
								 * script do not go together */
} SafeddlRuleKind;

/* levels of a finding, and the values of safeddl.mode: order matters */
typedef enum SafeddlLevel
{
	SAFEDDL_OFF,
	SAFEDDL_LOG,
	SAFEDDL_WARN,
	SAFEDDL_BLOCK
} SafeddlLevel;

/* what happens while a lock is held; a set of these */
#define SAFEDDL_WORK_NONE			0
#define SAFEDDL_WORK_SCAN			(1 << 0)	/* reads the heap */
#define SAFEDDL_WORK_VALIDATE		(1 << 1)	/* joins for a foreign key */
#define SAFEDDL_WORK_INDEX_BUILD	(1 << 2)	/* reads the heap, writes an index */
#define SAFEDDL_WORK_REWRITE		(1 << 3)	/* new heap, TOAST and indexes */
#define SAFEDDL_WORK_COPY			(1 << 4)	/* copies the files */
#define SAFEDDL_WORK_DROP			(1 << 5)	/* unlinks the files at commit */
#define SAFEDDL_NWORKS				6

typedef struct SafeddlRuleInfo
{
	const char *name;
	SafeddlRuleKind kind;
	const char *statement;
	const char *instead;
	const char *instead_partitioned;
	int			since;
	/* primary messages: by the work, by "on another relation", by "also blocks reads" */
	const char *message[SAFEDDL_NWORKS][2][2];
	const char *message_partitioned[SAFEDDL_NWORKS][2][2];
} SafeddlRuleInfo;

extern const SafeddlRuleInfo safeddl_rule_info[SAFEDDL_NRULES];

extern SafeddlRule safeddl_rule_by_name(const char *name, int len);
extern char *safeddl_rule_names(void);
extern SafeddlLevel safeddl_rule_ceiling(SafeddlRule rule);
extern const char *safeddl_level_name(SafeddlLevel level);
extern const char *safeddl_kind_name(SafeddlRuleKind kind);

/* ----------------------------------------------------------------
 *		facts: effects and relations
 * ----------------------------------------------------------------
 */
typedef enum SafeddlReach
{
	SAFEDDL_REACH_TARGET,
	SAFEDDL_REACH_PARTITION,
	SAFEDDL_REACH_CHILD,
	SAFEDDL_REACH_PARENT,
	SAFEDDL_REACH_DEFAULT_PARTITION,
	SAFEDDL_REACH_REFERENCED,
	SAFEDDL_REACH_REFERENCING,
	SAFEDDL_REACH_INDEX,
	SAFEDDL_REACH_INDEX_TABLE,
	SAFEDDL_REACH_DEPENDENT,
	SAFEDDL_REACH_TOAST,
	SAFEDDL_REACH_SEQUENCE,
	SAFEDDL_REACH_SOURCE
} SafeddlReach;

/* parts beside the heap that the work of an effect goes through */
#define SAFEDDL_THROUGH_TOAST	(1 << 0)
#define SAFEDDL_THROUGH_INDEXES (1 << 1)

struct SafeddlRelInfo;

/* a foreign key constraint; attribute numbers are those of the two tables */
typedef struct SafeddlForeignKey
{
	Oid			conoid;
	Oid			parent;			/* constraint it was cloned from, or InvalidOid */
	Oid			referencing;
	Oid			referenced;
	bool		validated;
	bool		enforced;
	bool		deferrable;
	bool		deferred;
	char		matchtype;
	char		updtype;
	char		deltype;
	int			nkeys;
	AttrNumber	conkey[INDEX_MAX_KEYS];
	AttrNumber	confkey[INDEX_MAX_KEYS];
} SafeddlForeignKey;

/* one row of pg_depend, as seen from one end of it */
typedef struct SafeddlDependency
{
	ObjectAddress object;		/* the other end */
	char		deptype;
} SafeddlDependency;

typedef struct SafeddlDepend SafeddlDepend;

/* one relation locked by a statement, and what it does to it, and why */
typedef struct SafeddlEffect
{
	Oid			relid;			/* relation locked */
	Oid			root;			/* relation that the statement names; sizes are
								 * summed over all effects of a root */
	LOCKMODE	lockmode;
	int			work;			/* set of SAFEDDL_WORK_* */
	int			maybe;			/* subset of work that only running could tell */
	int			through;		/* set of SAFEDDL_THROUGH_* */
	List	   *also;			/* OIDs of indexes that the work goes through, too */
	SafeddlReach reach;
	SafeddlRule rule;
	const char *subject;		/* column, constraint or index; or NULL */
	int			location;		/* of the cause in the query string, or -1 */
	int			cmdno;			/* subcommand of ALTER TABLE, or -1 */
	bool		early;			/* lock is given back before the statement ends */
	LOCKMODE	kept;			/* filled when folded: strongest lock on the
								 * relation when the statement ends */
	Oid			trap;			/* invalid index that the rule is about */
	int			builder;		/* process that is building it, or 0 */
	LOCKMODE	held;			/* filled by held.c: strongest lock, from SHARE
								 * on, that this transaction has on it already */
	/* filled by safeddl_measure() */
	struct SafeddlRelInfo *rel;
	uint64		bytes;			/* that the work goes through */
	double		rows;			/* estimate, in this relation */
} SafeddlEffect;

/* what is known about a relation; see safeddl_relinfo() */
typedef struct SafeddlRelInfo
{
	Oid			relid;			/* hash key */
	char		relkind;
	bool		exists;
	bool		temp;
	bool		new_in_xact;	/* created by this transaction */
	bool		catalog;		/* system catalog or its TOAST table */
	bool		busy;			/* locked by others: sizes are pg_class's */
	Oid			toastrelid;
	Oid			storage_root;	/* safeddl_add_storage() was here for that root */
	struct SafeddlTarget *target;	/* while queue.c is at it */
	char	   *nspname;
	char	   *relname;
	bool		measured;		/* are the next ones filled? */
	uint64		heap_bytes;
	double		rows;
	bool		loaded;			/* by safeddl.load_sizes(), so are the next ones */
	uint64		loaded_toast;	/* size of its TOAST table */
	uint64		loaded_indexes; /* those of partitions that are not here */
	int			nmissing;		/* partitions that are not here: they count with it */
} SafeddlRelInfo;

/* a lock that this transaction holds and that others may have to wait for */
typedef struct SafeddlHeld
{
	Oid			relid;
	LOCKMODE	lockmode;		/* SHARE or stronger */
	const char *statement;		/* the beginning of it, on one line; or NULL */
	int			line;			/* of it in a script, or 0 */
	char		relkind;		/* as it was then: it may have been dropped */
	const char *nspname;
	const char *relname;
} SafeddlHeld;

/* a transaction that the statement would have to wait for */
typedef struct SafeddlBlocker
{
	Oid			relid;			/* relation it keeps us from; InvalidOid: it is
								 * its snapshot that has to go */
	LOCKMODE	wanted;			/* that we ask for; NoLock if we only wait */
	LOCKMODE	lockmode;		/* strongest in the way that it holds or awaits */
	bool		waiting;		/* it waits for the lock itself, ahead of us */
	int			pid;			/* zero: a prepared transaction */
	const char *gid;			/* of a prepared transaction, else NULL */
	int64		age;			/* of the transaction, in ms; -1: not known */
	/* what the current user may see of it in pg_stat_activity; or NULL */
	const char *role;
	const char *application;
	const char *state;
	const char *query;			/* the beginning of it, on one line */
} SafeddlBlocker;

/* a relation whose lockers a CONCURRENTLY waits for, without a lock of its own */
typedef struct SafeddlAwait
{
	Oid			relid;
	LOCKMODE	lockmode;		/* all whose locks conflict with it are awaited */
	bool		snapshots;		/* and all older snapshots of the database */
} SafeddlAwait;

/* one statement under analysis */
typedef struct SafeddlAnalysis
{
	const char *query;			/* source text, or NULL */
	int			stmt_location;
	int			stmt_len;
	Node	   *stmt;			/* utility statement; never modified */
	bool		strict;			/* an SQL function asks: missing objects are
								 * errors, ownership does not matter */
	bool		unfolded;		/* effects stay as they were added */
	bool		judging;		/* for the guard, not for who asks: sizes may be
								 * taken from files alone */
	bool		in_block;		/* commands that refuse to run in a transaction
								 * block will do so */
	bool		nested;			/* a function, a procedure or DO runs it */
	List	   *new_names;		/* of relations that CREATE SCHEMA makes as well */
	bool		doomed;			/* the server will raise an error before any
								 * work: nothing to say */
	bool		never_waits;	/* NOWAIT or SKIP LOCKED, or not before its work */
	List	   *blockers;		/* of SafeddlBlocker, oldest first; see queue.c */
	List	   *awaited;		/* the same, of those that CONCURRENTLY waits for */
	List	   *awaits;			/* of SafeddlAwait, added by the handlers */
	List	   *held;			/* of SafeddlHeld, strongest first; see held.c */
	bool		locks_first;	/* it locks the relations of the effects so far
								 * before it refuses anything: it may have to
								 * wait for that, doomed or not */
	const char *error;			/* why the analysis failed, or NULL */
	int			error_position; /* in characters from 1, or 0 */
	struct SafeddlScript *script;	/* what earlier statements of a script did;
									 * NULL: there is none, judge what is */
	List	   *named;			/* of ObjectAddress: what a DROP names */
	char	   *partition_check;	/* ATTACH PARTITION: CHECK that would spare the
									 * scan of partition_checked; or NULL */
	Oid			partition_checked;
	char	   *default_check;	/* the same of default_checked, a default partition */
	Oid			default_checked;
	List	   *effects;		/* of SafeddlEffect, folded by analyze.c */
	struct HTAB *relations;		/* SafeddlRelInfo by relid; NULL until needed */
	struct SafeddlSizes *sizes; /* that were loaded; NULL: none, or not known yet */
	bool		sizes_known;
	char	   *statement_text; /* filled by report.c: the statement alone */
	char	   *hint;			/* filled by report.c; or NULL */
	char	   *log_head;		/* filled by report.c if the statement may run: for */
	char	   *log_tail;		/* its second line in the log; or NULL */
	MemoryContext context;		/* lives until the statement was judged */
} SafeddlAnalysis;

/* ----------------------------------------------------------------
 *		judgement
 * ----------------------------------------------------------------
 */
typedef struct SafeddlOverride
{
	SafeddlRule rule;			/* SAFEDDL_RULE_NONE: any */
	char		nspname[NAMEDATALEN];	/* empty: by search_path */
	char		relname[NAMEDATALEN];	/* empty: any */
	int			reason;			/* offset of the reason in the setting */
} SafeddlOverride;

typedef struct SafeddlSettings
{
	SafeddlLevel mode;
	uint64		min_table_bytes;
	double		min_table_rows; /* 0: rows do not count */
	const int8 *rule_levels;	/* by rule, -1 where nothing is set; or NULL */
	bool		override;		/* is there one? */
	SafeddlRule override_rule;	/* SAFEDDL_RULE_NONE: any */
	Oid			override_relid; /* resolved; InvalidOid: see override_any */
	bool		override_any;	/* any relation */
	bool		log_at_most;	/* an extension's script is running */
	int			max_blocker_age;	/* ms; -1: do not look */
	bool		wait_limited;	/* by some timeout */
} SafeddlSettings;

typedef struct SafeddlFinding
{
	SafeddlRule rule;
	SafeddlLevel level;
	bool		overridden;
	const SafeddlEffect *effect;	/* the largest effect of the rule and root */
	Oid			root;
	const char *root_schema;	/* names as analyzed; filled by report.c */
	const char *root_name;
	Oid			locked;			/* relation whose users would wait */
	LOCKMODE	lockmode;		/* lock on it, taken or held already */
	LOCKMODE	taken;			/* strongest that the statement takes itself */
	bool		root_visible;	/* to others; a table of this transaction is not */
	int			work;			/* union over the rule and root */
	uint64		bytes;			/* that the work goes through */
	double		rows;
	int			nrelations;		/* partitions or children with work */
	bool		busy;			/* judged by the catalog alone */
	bool		loaded;			/* judged by sizes that were loaded */
	const SafeddlHeld *held;	/* lock of an earlier statement; or NULL */
	const SafeddlBlocker *blocker;	/* or NULL */
} SafeddlFinding;

/* queue.c */
extern void safeddl_add_await(SafeddlAnalysis *a, Oid relid, LOCKMODE lockmode, bool snapshots);
extern void safeddl_find_blockers(SafeddlAnalysis *a);

/* held.c */
extern bool safeddl_may_hold_locks;
extern void safeddl_held_init(void);
extern void safeddl_find_held(SafeddlAnalysis *a);
extern const char *safeddl_beginning_of(const SafeddlAnalysis *a);
extern bool safeddl_is_worth_holding(const SafeddlAnalysis *a, const SafeddlEffect *effect);
extern void safeddl_remember_locks(SafeddlAnalysis *a);

/* backfill.c */
extern bool safeddl_in_judged_statement;
extern void safeddl_backfill_init(void);
extern void safeddl_add_backfill(SafeddlAnalysis *a, List *works, const SafeddlSettings *settings);
extern void safeddl_analyze_copy(SafeddlAnalysis *a, Node *node);

/* relinfo.c: the only file that opens a relation */
extern Oid	safeddl_resolve(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok);
extern Oid	safeddl_creation_namespace(const RangeVar *rv);
extern Oid	safeddl_same_name(const RangeVar *rv);
extern SafeddlRelInfo *safeddl_relinfo(SafeddlAnalysis *a, Oid relid);
extern uint64 safeddl_heap_bytes(SafeddlAnalysis *a, Oid relid);
extern bool safeddl_has_rows(SafeddlAnalysis *a, Oid relid);
extern uint64 safeddl_catalog_bytes(Oid relid, bool children);
extern bool safeddl_is_empty(Oid relid);
extern bool safeddl_own_size(Oid relid, BlockNumber *pages, double *rows);
extern void safeddl_measure(SafeddlAnalysis *a, bool everything);
extern void safeddl_lock_tag(LOCKTAG *tag, Oid relid);
extern Relation safeddl_open(Oid relid);
extern void safeddl_close(Relation rel);
extern IndexInfo *safeddl_index_info(Relation index);
extern void safeddl_fold_index_info(IndexInfo *info, Oid relid);
extern bool safeddl_is_mutable(List *exprs, Oid relid);
typedef void (*SafeddlRowFunction) (HeapTuple tuple, TupleDesc desc, void *arg);
extern void safeddl_scan_catalog(Oid catalogid, Oid indexid, int nkeys, ScanKey key,
								 SafeddlRowFunction row, void *arg);
extern bool safeddl_scan_unless_locked(Oid relid, Oid indexid, int nkeys, ScanKey key,
									   SafeddlRowFunction row, void *arg);
extern List *safeddl_hierarchy(Oid relid, bool recurse);
extern List *safeddl_all_tables(void);
extern List *safeddl_leaves(SafeddlAnalysis *a, List *relids);
extern List *safeddl_indexes(Oid relid);
extern Oid	safeddl_access_method(Oid relid);
extern SafeddlReach safeddl_child_reach(Oid relid);
extern List *safeddl_foreign_keys(Oid relid, bool incoming);
extern List *safeddl_referenced_side(const SafeddlForeignKey *fk);
extern Oid	safeddl_object_relation(const ObjectAddress *object);
extern SafeddlDepend *safeddl_begin_depend(void);
extern void safeddl_end_lookups(SafeddlDepend *depend);
extern int	safeddl_dependencies(SafeddlDepend *depend, const ObjectAddress *object,
								 bool referenced, SafeddlDependency **found);
extern List *safeddl_dependents(Oid classid, Oid objid, int subid, char deptype);
extern List *safeddl_role_dependents(Oid roleid, char deptype);
extern List *safeddl_policy_roles(Oid policyid);
extern List *safeddl_relations_in(Oid spcid);
extern List *safeddl_identity_sequences(Oid relid, AttrNumber attno);
extern Bitmapset *safeddl_columns_read(int cacheid, HeapTuple tuple, AttrNumber attribute);
extern bool safeddl_index_reads(Oid indexid, AttrNumber attno);
extern bool safeddl_is_refresh_key(Oid indexid);
#ifdef SAFEDDL_HAVE_NOT_NULL_CONSTRAINTS
extern bool safeddl_not_null_is_not_valid(Oid relid, AttrNumber attno);
extern Oid	safeddl_not_null_constraint(Oid relid, AttrNumber attno);
#endif
extern bool safeddl_new_in_this_transaction(Oid relid);
extern bool safeddl_reads_toast(Oid relid, const Bitmapset *attnos);
extern bool safeddl_may_not_alter(SafeddlAnalysis *a, Oid relid);

/* sizes.c */

/* of a relation in production, as safeddl.load_sizes() has it */
typedef struct SafeddlLoadedSize
{
	uint64		bytes;
	double		rows;
	uint64		toast_bytes;
	uint64		index_bytes;	/* of partitions that are not here */
	int			nmissing;		/* how many of these are in the figures */
} SafeddlLoadedSize;

extern bool safeddl_sizes_are_loaded(SafeddlAnalysis *a);
extern bool safeddl_loaded_size(SafeddlAnalysis *a, Oid relid, SafeddlLoadedSize *size);
extern char *safeddl_sizes_source(SafeddlAnalysis *a);

/* verify.c */
typedef enum SafeddlVerifySetting
{
	SAFEDDL_VERIFY_OFF,
	SAFEDDL_VERIFY_ON,
	SAFEDDL_VERIFY_LOG
} SafeddlVerifySetting;

struct SafeddlVerify;

extern void safeddl_verify_init(void);
extern struct SafeddlVerify *safeddl_verify_begin(PlannedStmt *pstmt, const char *query, bool log);
extern void safeddl_verify_end(struct SafeddlVerify *v, bool log);
extern void safeddl_verify_abort(struct SafeddlVerify *v);

/* around.c */
struct SafeddlRun;

typedef struct SafeddlAround
{
	bool		active;			/* is there anything to do after the statement? */
	bool		works;			/* what it goes through was judged with it */
	bool		outer_works;	/* safeddl_in_judged_statement before */
	int			limit;			/* lock_timeout imposed, in ms; 0: none */
	bool		across_commits;	/* on the transactions that follow, too */
	int			own;			/* lock_timeout before */
	int			nest_level;		/* of the setting, unless across_commits */
	LocalTransactionId transaction; /* in which it began */
	struct SafeddlRun *run;		/* its second line in the log; or NULL */
} SafeddlAround;

extern void safeddl_begin_query(const SafeddlAnalysis *a, const void *query);
extern void safeddl_end_query(const void *query);
extern void safeddl_around_prepare(SafeddlAround *around, const SafeddlAnalysis *a);
extern void safeddl_around_begin(SafeddlAround *around);
extern void safeddl_around_end(SafeddlAround *around);
extern void safeddl_around_abort(SafeddlAround *around);

/* settings.c */
extern int	safeddl_lock_timeout(void);
extern bool safeddl_waits_longer_than(int ms);
extern bool safeddl_looks_for_blockers(void);
extern SafeddlVerifySetting safeddl_verify_setting(void);
extern void safeddl_define_settings(void);
extern SafeddlLevel safeddl_current_mode(void);
extern SafeddlSettings safeddl_plain_settings(void);
extern SafeddlSettings safeddl_current_settings(SafeddlAnalysis *a);
extern const char *safeddl_override_reason(void);
extern void safeddl_protect_stored_mode(const Node *stmt);
extern SafeddlLevel safeddl_rule_level(SafeddlRule rule);

/* analyze.c */
extern SafeddlAnalysis *safeddl_begin_analysis(Node *stmt, const char *query,
											   int stmt_location, int stmt_len,
											   bool strict);
typedef void (*SafeddlWork) (SafeddlAnalysis *a, void *arg);
extern bool safeddl_contained(SafeddlAnalysis *a, SafeddlWork work, void *arg);
extern void safeddl_analyze(SafeddlAnalysis *a);
extern void safeddl_gather(SafeddlAnalysis *a, void *arg);
extern void safeddl_gather_locks(SafeddlAnalysis *a, void *arg);
extern SafeddlEffect *safeddl_add_effect(SafeddlAnalysis *a, Oid relid, Oid root,
										 LOCKMODE lockmode, SafeddlReach reach,
										 SafeddlRule rule, int work);
extern void safeddl_add_locks(SafeddlAnalysis *a, List *relids, Oid root,
							  LOCKMODE lockmode, SafeddlReach reach);
extern void safeddl_add_storage(SafeddlAnalysis *a, Oid relid, Oid root, bool sequences);
extern SafeddlEffect *safeddl_add_rewrite(SafeddlAnalysis *a, Oid relid, Oid root,
										  LOCKMODE lockmode, SafeddlReach reach,
										  SafeddlRule rule);
extern SafeddlEffect *safeddl_add_copy(SafeddlAnalysis *a, Oid relid, Oid root);
extern void safeddl_missing(SafeddlAnalysis *a, int errcode, const char *fmt,...) pg_attribute_printf(3, 4);
extern bool safeddl_is_candidate(const SafeddlEffect *effect);
extern void safeddl_refuse_options(SafeddlAnalysis *a, List *options, const char *const *known);
extern bool safeddl_option_is_set(List *options, const char *name);
extern const char *safeddl_blocks(LOCKMODE lockmode);
extern const char *safeddl_reach_name(SafeddlReach reach);
extern char *safeddl_work_names(int work);

/* classify.c */
typedef enum SafeddlKind
{
	SAFEDDL_UNCLASSIFIED,		/* newer than classify.c */
	SAFEDDL_NO_RELATION,		/* locks no existing relation more than a query */
	SAFEDDL_QUERY,				/* runs a query */
	SAFEDDL_CONTAINER,			/* its statements come one by one */
	SAFEDDL_LOCKS_WEAKLY,		/* SHARE UPDATE EXCLUSIVE at most, and no work */
	SAFEDDL_LOCKS,				/* may lock out others, but does no work */
	SAFEDDL_HAZARD				/* may work under its locks */
} SafeddlKind;

/* adds the effects of one statement; may raise errors */
typedef void (*SafeddlHandler) (SafeddlAnalysis *a, Node *node);

typedef struct SafeddlClass
{
	SafeddlKind kind;
	SafeddlHandler analyze;		/* or NULL: no effects */
} SafeddlClass;

extern SafeddlClass safeddl_classify(const Node *stmt);
extern bool safeddl_is_maintenance(const Node *stmt);
extern bool safeddl_refuses_block(const Node *stmt);

/* stmt_*.c: see SafeddlHandler */
extern void safeddl_analyze_alter_domain(SafeddlAnalysis *a, Node *node);
extern bool safeddl_alter_table_works(const AlterTableStmt *stmt);
extern void safeddl_analyze_alter_table(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_cluster(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_rule(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_schema(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_table(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_table_as(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_trigger(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_create_view(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_depends(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_drop(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_drop_index(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_drop_owned(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_explain(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_grant(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_index(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_lock(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_move_all(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_named_object(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_owner(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_policy(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_publication(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_reassign_owned(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_refresh(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_reindex(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_rename(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_sequence(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_set_schema(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_statistics(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_truncate(SafeddlAnalysis *a, Node *node);
extern void safeddl_analyze_vacuum(SafeddlAnalysis *a, Node *node);

/* stmt_object.c */
extern bool safeddl_is_kind(ObjectType type, char relkind);
extern Oid	safeddl_named_target(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok,
								 LOCKMODE lockmode);
extern Oid	safeddl_composite_relation(SafeddlAnalysis *a, List *names);

/* stmt_maintenance.c */
extern bool safeddl_is_clusterable(Oid relid, Oid indexid);

/* stmt_owner.c */
extern void safeddl_change_owner(SafeddlAnalysis *a, Oid relid, Oid root, Oid newowner);

/* stmt_partition.c */
extern bool safeddl_ancestors_are_free(Oid relid);
extern void safeddl_analyze_attach(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd, LOCKMODE lockmode);
extern void safeddl_analyze_attach_new(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd,
									   LOCKMODE lockmode);
extern void safeddl_analyze_finalize(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd);
extern void safeddl_analyze_detach(SafeddlAnalysis *a, Oid relid, PartitionCmd *cmd, LOCKMODE lockmode);
extern void safeddl_analyze_partition_of(SafeddlAnalysis *a, CreateStmt *stmt, RangeVar *parent);

/* partition_index.c */

/* an index that partitions get, as far as it is needed to find its equal */
typedef struct SafeddlIndexSketch
{
	SafeddlAnalysis *a;
	Oid			parent;			/* table whose attribute numbers it uses */
	IndexInfo  *info;			/* NULL: not known */
	Oid		   *opfamilies;
	Oid		   *collations;
	bool		constraint;		/* of a constraint, so must its equal be */
	char		contype;		/* of the constraint to attach to */
	bool		attach;			/* by ATTACH, not by CREATE INDEX */
	bool		through_toast;
	Oid			root;			/* of the effects, and what else they say */
	LOCKMODE	table_lock;
	LOCKMODE	index_lock;
	SafeddlRule rule;
	const char *subject;
	int			cmdno;
	int			location;
} SafeddlIndexSketch;

extern bool safeddl_sketch_index(SafeddlIndexSketch *sketch, IndexStmt *stmt);
extern void safeddl_sketch_of(SafeddlIndexSketch *sketch, Relation index);
extern bool safeddl_sketches_match(const SafeddlIndexSketch *own, const SafeddlIndexSketch *sketch,
								   Oid relid);
extern void safeddl_push_index(const SafeddlIndexSketch *sketch, Oid relid);
extern Oid	safeddl_equal_index(const SafeddlIndexSketch *sketch, Oid relid, bool *maybe);

/* invalid_index.c */
extern void safeddl_add_trap(SafeddlAnalysis *a, Oid indexid, Oid relid, Oid root,
							 LOCKMODE lockmode, SafeddlReach reach);
extern bool safeddl_is_trap(Oid indexid, Oid relid, bool only);
extern char *safeddl_repair_hint(SafeddlAnalysis *a, const SafeddlFinding *f);

/* stmt_index.c */
extern bool safeddl_sketch_new(SafeddlIndexSketch *sketch, IndexStmt *stmt);
extern void safeddl_refuse_index(SafeddlAnalysis *a, Oid relid, IndexStmt *stmt);
extern void safeddl_refuse_unique(SafeddlAnalysis *a, Relation rel, const IndexInfo *info);

/* foreign_key.c */

/* on whose behalf a foreign key spreads to partitions */
typedef struct SafeddlKeyClone
{
	SafeddlAnalysis *a;
	Oid			root;
	LOCKMODE	lockmode;		/* on the partitions */
	SafeddlRule rule;
	bool		validate;		/* are existing rows checked? */
	bool		valid;			/* then is what a partition adopts, too? */
	const char *subject;
	int			cmdno;
	int			location;
} SafeddlKeyClone;

extern List *safeddl_topmost_keys(List *keys);
extern Oid	safeddl_topmost_key(const SafeddlForeignKey *fk);
extern List *safeddl_unvalidated_keys(const SafeddlForeignKey *key);
extern SafeddlForeignKey *safeddl_translate_key(const SafeddlForeignKey *key, Oid partition);
extern const SafeddlForeignKey *safeddl_equal_key(const SafeddlForeignKey *wanted,
												  bool not_valid);
extern void safeddl_push_key(const SafeddlKeyClone *clone, const SafeddlForeignKey *key);
extern void safeddl_clone_key(const SafeddlKeyClone *clone, const SafeddlForeignKey *key,
							  Oid partition);

/* closure.c */
typedef struct SafeddlClosure SafeddlClosure;

#define SAFEDDL_DELETE_CONCURRENTLY (1 << 0)
#define SAFEDDL_DELETE_DISOWNED		(1 << 1)	/* ties to owners are cut just before */

extern SafeddlClosure *safeddl_begin_closure(SafeddlAnalysis *a);
extern bool safeddl_is_deleted(SafeddlClosure *c, Oid classid, Oid objid, int subid);
extern void safeddl_delete(SafeddlClosure *c, List *objects, Oid root,
						   DropBehavior behavior, int options);

/* stmt_table.c */
extern bool safeddl_is_new_name(SafeddlAnalysis *a, const RangeVar *rv);

/* stmt_query.c */
extern void safeddl_add_sources(SafeddlAnalysis *a, Node *query, Oid reader, SafeddlRule rule);

/* stmt_type.c */
extern bool safeddl_type_is_stored(Oid typid);
extern Oid	safeddl_row_type(Oid relid);
extern List *safeddl_typed_tables(Oid typid);
extern void safeddl_add_row_type(SafeddlAnalysis *a, const TypeName *name, Oid root);

/* alter_type.c */
extern Node *safeddl_conversion(Relation rel, AttrNumber attno, ColumnDef *def,
								Oid new_type, int32 new_typmod);

/* alter_table.h has what the parts of ALTER TABLE share */

/* policy.c */
extern List *safeddl_judge(const SafeddlAnalysis *a, const SafeddlSettings *settings);
extern bool safeddl_is_visible(const struct SafeddlRelInfo *rel);
extern bool safeddl_keeps_waiting(const struct SafeddlRelInfo *rel, LOCKMODE lockmode);
extern bool safeddl_lock_blocks(LOCKMODE lockmode);
extern bool safeddl_is_large(uint64 bytes, double rows, const SafeddlSettings *settings);
extern SafeddlLevel safeddl_level_for(SafeddlRule rule, SafeddlLevel mode,
									  const int8 *rule_levels);

/* functions.c */
extern void safeddl_ask(const char *sql, const char *what, SafeddlWork work, void *arg,
						SafeddlWork answer, void *answer_arg);

/* words.c */
extern char *safeddl_statement_text(SafeddlAnalysis *a);

/* safer.c */
extern char *safeddl_safer_statement(SafeddlAnalysis *a, const SafeddlFinding *f);
extern char *safeddl_outside_block(SafeddlAnalysis *a, char *hint);

/* report.c */

/* what is said of one finding */
typedef struct SafeddlWording
{
	char	   *relation;		/* schema and name, not quoted */
	char	   *message;
	char	   *detail;
	char	   *hint;			/* or NULL */
} SafeddlWording;

extern SafeddlWording safeddl_word(SafeddlAnalysis *a, SafeddlFinding *f);
extern void safeddl_report(SafeddlAnalysis *a, List *findings);

#endif							/* SAFEDDL_H */
