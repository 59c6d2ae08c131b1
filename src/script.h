/*
 * script.h
 *	  The model of what the earlier statements of a script did, none of which
 *	  was executed.
 */
#ifndef SAFEDDL_SCRIPT_H
#define SAFEDDL_SCRIPT_H

#include "safeddl.h"

/* a constraint that the script adds to a table */
typedef struct SafeddlScriptConstraint
{
	char	   *name;			/* or NULL */
	Constraint *def;
	bool		valid;
	int			transaction;	/* that added it */
	int			line;
} SafeddlScriptConstraint;

/* a name of the script, and what the catalog calls it */
typedef struct SafeddlScriptAlias
{
	char	   *name;
	char	   *catalog_name;
} SafeddlScriptAlias;

/*
 * A relation that the script makes, or changes.  Of one that it makes, nothing
 * but the name matters: nobody has rows in it.
 */
typedef struct SafeddlScriptTable
{
	char	   *nspname;		/* as the script has it by now */
	char	   *relname;
	Oid			relid;			/* InvalidOid: made by the script */
	bool		dropped;
	bool		on_commit_drop; /* is it dropped when its transaction ends? */
	bool		emptied;		/* by TRUNCATE */
	bool		detached;		/* from the partitioned table that the catalog has for it */
	bool		parent;			/* made by the script, with partitions */
	bool		adopts;			/* made by the script, with partitions that are not */
	bool		adopts_default; /* one of them is the default partition */
	char		relkind;		/* of one that the script makes */
	int			transaction;	/* that made it */
	struct SafeddlScriptTable *table;	/* of an index; or NULL */
	Oid			tableid;		/* the same, if the catalog knows it */
	IndexStmt  *index;			/* of an index */
	/* of one that the catalog knows */
	List	   *columns;		/* ColumnDef of those added */
	List	   *gone_columns;	/* String, by their names in the catalog */
	List	   *renamed_columns;	/* of SafeddlScriptAlias */
	List	   *retyped_columns;	/* ColumnDef of those with another type, the last first */
	List	   *not_null;		/* String: columns made so */
	List	   *nullable;		/* String: columns that are so no longer */
	List	   *constraints;	/* of SafeddlScriptConstraint */
	List	   *gone_constraints;	/* String, by their names in the catalog */
	List	   *renamed_constraints;	/* of SafeddlScriptAlias */
	List	   *validated;		/* String: constraints of the catalog */
	List	   *triggers;		/* String: those added */
	List	   *rules;			/* String: those added */
	List	   *policies;		/* String: those added */
} SafeddlScriptTable;

/* a type that the script makes, or an enum that it adds values to */
typedef struct SafeddlScriptType
{
	char	   *nspname;
	char	   *name;
	bool		made;			/* by the script */
	List	   *catalog_names;	/* of one that it has renamed; or NIL */
	TypeName   *base;			/* what may stand in for it; of a domain: its type */
	bool		constrained;	/* a domain with constraints */
	int			transaction;	/* that made it */
	List	   *values;			/* of SafeddlScriptValue */
	List	   *labels;			/* String: of an enum, that the catalog does not have */
} SafeddlScriptType;

typedef struct SafeddlScriptValue
{
	char	   *value;
	int			transaction;
	int			line;
} SafeddlScriptValue;

/* a lock that a statement of the script took */
typedef struct SafeddlScriptLock
{
	SafeddlHeld lock;
	int			applied;		/* statements before it */
} SafeddlScriptLock;

typedef struct SafeddlScriptSetting
{
	char	   *name;
	char	   *value;			/* or NULL: the default */
	bool		local;
} SafeddlScriptSetting;

typedef struct SafeddlScriptSavepoint
{
	char	   *name;
	int			applied;
	int			settings;
} SafeddlScriptSavepoint;

/* a statement that the model knows of */
typedef struct SafeddlScriptStatement
{
	Node	   *stmt;
	int			line;
	int			transaction;
	List	   *dropped;		/* of ObjectAddress: what a DROP names */
} SafeddlScriptStatement;

typedef struct SafeddlScript
{
	MemoryContext context;		/* of all that is kept */
	List	   *applied;		/* of SafeddlScriptStatement, in order */
	bool		in_transaction;
	int			transaction;	/* number of the current one */
	int			session;		/* the first one of the current script */
	int			begin_line;		/* where it begins */
	int			begun;			/* statements applied before it */
	int			begun_settings;
	List	   *savepoints;		/* of SafeddlScriptSavepoint */
	List	   *locks;			/* of SafeddlScriptLock */
	List	   *settings;		/* of SafeddlScriptSetting */
	int			guc_level;
	bool		sets_mode;		/* is safeddl.mode among the settings? */

	/* what the statements applied come to */
	const SafeddlScriptStatement *now;	/* the latest */
	List	   *tables;			/* of SafeddlScriptTable */
	struct HTAB *names;			/* of these, by name; or NULL */
	List	   *types;			/* of SafeddlScriptType */
	List	   *functions;		/* CreateFunctionStmt */
	List	   *gone;			/* of ObjectAddress: dropped */
	List	   *schemas;		/* String: made */
	List	   *gone_schemas;	/* String: dropped */
} SafeddlScript;

/* script.c: transactions, settings and locks */
extern SafeddlScript *safeddl_begin_script(void);
extern void safeddl_end_script(SafeddlScript *script);
extern void safeddl_script_begin(SafeddlScript *script);
extern void safeddl_script_commit(SafeddlScript *script);
extern void safeddl_script_transaction(SafeddlScript *script, TransactionStmt *stmt);
extern void safeddl_script_set(SafeddlScript *script, VariableSetStmt *stmt);
extern void safeddl_script_set_config(SafeddlScript *script, SelectStmt *stmt);
extern void safeddl_script_begin_session(SafeddlScript *script);
extern void safeddl_script_remember(SafeddlAnalysis *a, int line);
extern void safeddl_script_held(SafeddlAnalysis *a);

/* script_names.c: names */
extern bool safeddl_script_has(List *names, const char *name);
extern List *safeddl_script_without(List *names, const char *name);
extern List *safeddl_script_with(List *names, const char *name);
extern void safeddl_script_enter(SafeddlScript *script, SafeddlScriptTable *table);
extern SafeddlScriptTable *safeddl_script_find(SafeddlScript *script, const RangeVar *rv, Oid *relid);
extern SafeddlScriptTable *safeddl_script_changed(SafeddlScript *script, Oid relid);
extern bool safeddl_script_is_detached(SafeddlScript *script, Oid relid);
extern List *safeddl_script_lineage(SafeddlScript *script, Oid relid);
extern bool safeddl_script_rename(SafeddlScript *script, Oid relid, char **nspname, char **relname);
extern bool safeddl_script_is_new(SafeddlScript *script, const RangeVar *rv);
extern Oid	safeddl_script_resolve(SafeddlAnalysis *a, const RangeVar *rv, bool missing_ok);
extern char *safeddl_script_schema(SafeddlScript *script, const RangeVar *rv);
extern SafeddlScriptType *safeddl_script_type(SafeddlScript *script, List *names);

/* script_prepare.c: statements in the words of the catalog */

/* a name that nothing has: of what takes a name that the script has freed */
#define FREE_NAME "safeddl has not seen this name"

/* an expression in the words of the catalog, and what it has none for */
typedef struct SafeddlScriptWords
{
	SafeddlScript *script;
	SafeddlScriptTable *table;	/* whose columns it reads; or NULL */
	bool		added;			/* reads a column that the script adds */
	bool		constrained;	/* is of a domain that the script makes */
	CreateFunctionStmt *function;	/* calls one that the script makes; or NULL */
} SafeddlScriptWords;

extern char *safeddl_script_catalog_name(List *aliases, char *name);
extern char *safeddl_script_column(const SafeddlScriptTable *table, char *name);
extern bool safeddl_script_has_renamed(const SafeddlScriptTable *table, const char *column);
extern ColumnDef *safeddl_script_added(const SafeddlScriptTable *table, const char *name);
extern void safeddl_script_translate(SafeddlScriptWords *words, Node *expr);
extern void safeddl_script_translate_index(SafeddlScriptWords *words, IndexStmt *stmt);
extern Node *safeddl_script_prepare(SafeddlAnalysis *a, Node *stmt);

/* script_alter.c: ALTER TABLE */
struct SafeddlAlterTable;

extern AlterTableStmt *safeddl_script_alter(struct SafeddlAlterTable *at, AlterTableStmt *stmt);
extern void safeddl_script_alter_new(SafeddlAnalysis *a, AlterTableStmt *stmt);

/* script_proof.c */
extern int	safeddl_script_nullness(SafeddlAnalysis *a, Oid relid, const char *column);
extern Relation safeddl_script_relation(SafeddlAnalysis *a, Relation rel);

/* script_columns.c: what ALTER TABLE does to the model */
extern char *safeddl_script_constraint_name(const SafeddlScriptTable *table, const Constraint *con,
											const char *column);
extern SafeddlScriptConstraint *safeddl_script_constraint(const SafeddlScriptTable *table,
														  const char *name);
extern void safeddl_script_alter_table(SafeddlScript *script, SafeddlScriptTable *table, AlterTableCmd *cmd);

/* script_gone.c: what was dropped */
extern void safeddl_script_tell_gone(struct SafeddlAlterTable *at);
extern SafeddlClosure *safeddl_script_begin_closure(SafeddlAnalysis *a);

extern bool safeddl_script_key_is_gone(SafeddlAnalysis *a, const SafeddlForeignKey *key);

/* script_partition.c: what partitions have that a partitioned table adopts */
extern bool safeddl_script_has_index(const SafeddlIndexSketch *sketch, Oid relid);
extern const SafeddlScriptConstraint *safeddl_script_find_key(SafeddlScript *script,
															  const SafeddlForeignKey *key);

/* script_apply.c: what a statement does */
extern bool safeddl_script_is_serial(const TypeName *type);
extern void safeddl_script_apply(SafeddlScript *script, const SafeddlScriptStatement *statement);
extern void safeddl_script_forget(SafeddlScript *script);

#endif							/* SAFEDDL_SCRIPT_H */
