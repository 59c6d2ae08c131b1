/*
 * plan.h
 *	  The safe way to do what a statement wants, in steps; see plan.c.
 */
#ifndef SAFEDDL_PLAN_H
#define SAFEDDL_PLAN_H

#include "words.h"

/* one row of safeddl.plan() */
typedef struct SafeddlStep
{
	const char *sql;			/* one statement, or several of one transaction;
								 * NULL: there is no safe way */
	bool		brief;			/* its locks keep others waiting, not for long: it is
								 * to have a lock_timeout */
	bool		outside;		/* must run outside a transaction block */
	const char *lock;			/* LOCK TABLE that is to come first in its
								 * transaction, see safeddl_lock_first(); or NULL */
	const char *note;			/* or NULL */
} SafeddlStep;

/* a plan in the making */
typedef struct SafeddlPlan
{
	SafeddlAnalysis *a;			/* of the whole statement; effects not folded */
	SafeddlWords words;			/* the statement */
	List	   *steps;			/* of SafeddlStep */
	/* ALTER TABLE only */
	Oid			relid;			/* table that it names */
	char	   *table;			/* the same, as the user wrote it */
	char	   *head;			/* all before the first subcommand */
	AlterTableCmd *cmd;			/* subcommand that is planned now, or NULL */
	int			cmdno;
	char	   *command;		/* its text */
	/* subcommands that wait to become steps, see safeddl_step_alter(); or NULL */
	char	   *pending;
	char	   *validate;
	char	   *finish;
	char	   *cleanup;
	char	   *pending_lock;
	char	   *pending_note;
	char	   *validate_note;
	char	   *finish_note;
	int			added;			/* steps and subcommands so far */
	List	   *names;			/* of constraints and indexes that the steps so far
								 * make, as char * */
	List	   *name_schemas;	/* OIDs of their schemas */
	List	   *freed;			/* names that become free: of what the statement
								 * drops, as char * */
	List	   *freed_schemas;	/* OIDs of their schemas */
	char	   *replace;		/* subcommands that drop keys, and add those that
								 * take their place, in one step; or NULL */
	List	   *not_null;		/* names of columns that they make NOT NULL */
} SafeddlPlan;

/* plan.c: a step, after those so far; texts are palloc'd by the caller */
extern void safeddl_step_brief(SafeddlPlan *plan, char *sql, const char *note);
extern void safeddl_step_own(SafeddlPlan *plan, char *sql, const char *note);
extern void safeddl_step_outside(SafeddlPlan *plan, char *sql, const char *note);
extern void safeddl_step_none(SafeddlPlan *plan, const char *note);
extern void safeddl_step_alter(SafeddlPlan *plan, const char *command, const char *note);
extern void safeddl_step_prepare(SafeddlPlan *plan, const char *command, const char *note);
extern void safeddl_step_validate(SafeddlPlan *plan, const char *command, const char *note);
extern void safeddl_step_finish(SafeddlPlan *plan, const char *command, const char *cleanup,
								const char *note);
extern void safeddl_step_replace(SafeddlPlan *plan, const char *command);
extern void safeddl_step_flush(SafeddlPlan *plan);
extern const char *safeddl_note_not_valid(void);
extern const char *safeddl_note_validate(void);
extern const char *safeddl_note_index(const char *name);
extern bool safeddl_may_lock(Oid relid);
extern void safeddl_lock_first(SafeddlPlan *plan, Oid relid, bool pending);
extern bool safeddl_plan_has(const SafeddlPlan *plan, SafeddlRule rule);
extern bool safeddl_plan_drops_column(const SafeddlPlan *plan, const char *column);
extern bool safeddl_plan_works_on(const SafeddlPlan *plan, SafeddlRule rule, Oid relid);
extern List *safeddl_plan(SafeddlAnalysis *statement);

/* plan_name.c */
extern char *safeddl_table_name(Oid relid);
extern char *safeddl_column_list(List *columns);
extern char *safeddl_name_addition(List *columns);
extern void safeddl_take_name(SafeddlPlan *plan, Oid relid, const char *name);
extern void safeddl_free_names(SafeddlPlan *plan, const AlterTableStmt *stmt);
extern bool safeddl_is_freed(const SafeddlPlan *plan, Oid nspid, const char *name);
extern char *safeddl_constraint_name(SafeddlPlan *plan, Oid relid, const char *addition,
									 const char *label);
extern char *safeddl_index_name(SafeddlPlan *plan, Oid relid, const char *addition,
								const char *label, bool constraint);

/* planners: add the steps for a statement, or for a subcommand of ALTER TABLE */
typedef void (*SafeddlPlanner) (SafeddlPlan *plan);

/* plan_index.c */

/* an index that the partitions of a table get */
typedef struct SafeddlNewIndex
{
	SafeddlIndexSketch sketch;	/* to find out who has an equal one */
	bool		unique;
	char		contype;		/* of its constraint, or zero */
	List	   *columns;		/* their names, of String: what its own is made of */
	const char *rest;			/* of CREATE INDEX, behind the table */
	const char *deferrable;		/* what follows USING INDEX in the constraint */
} SafeddlNewIndex;

extern bool safeddl_new_index_of(SafeddlNewIndex *index, Oid indexid);
extern List *safeddl_partitions(Oid relid);
extern void safeddl_plan_leaf_indexes(SafeddlPlan *plan, const SafeddlNewIndex *index, Oid relid);

/* invalid_index.c */
extern void safeddl_plan_repairs(SafeddlPlan *plan, Oid root);
extern void safeddl_plan_repair(SafeddlPlan *plan, Oid indexid);

extern void safeddl_plan_create_index(SafeddlPlan *plan);
extern void safeddl_plan_drop_index(SafeddlPlan *plan);
extern void safeddl_plan_reindex(SafeddlPlan *plan);

/* plan_constraint.c */
extern void safeddl_plan_add_constraint(SafeddlPlan *plan);
extern List *safeddl_named_columns(Node *expr);
extern void safeddl_plan_set_not_null(SafeddlPlan *plan);
extern void safeddl_plan_validate_constraint(SafeddlPlan *plan);
extern void safeddl_plan_alter_constraint(SafeddlPlan *plan);
extern void safeddl_plan_alter_domain(SafeddlPlan *plan);
extern void safeddl_plan_constraint(SafeddlPlan *plan, Constraint *con, const char *words);
extern void safeddl_plan_column_constraint(SafeddlPlan *plan, const char *column,
										   Constraint *con, const char *words);
extern void safeddl_plan_not_null(SafeddlPlan *plan, const char *column, const char *conname,
								  const char *command);
extern void safeddl_plan_key_column(SafeddlPlan *plan, const char *column);

/* plan_key.c */
extern void safeddl_plan_key(SafeddlPlan *plan, Constraint *con, const char *words);

/* plan_column.c */
extern void safeddl_plan_add_column(SafeddlPlan *plan);
extern void safeddl_plan_drop_column(SafeddlPlan *plan);

/* plan_type.c */
extern bool safeddl_goes_with_type(const SafeddlPlan *plan, const AlterTableCmd *cmd);
extern void safeddl_plan_alter_column_type(SafeddlPlan *plan);
extern void safeddl_plan_set_expression(SafeddlPlan *plan);

/* plan_partition.c */
extern void safeddl_plan_attach(SafeddlPlan *plan);
extern void safeddl_plan_detach(SafeddlPlan *plan);
extern void safeddl_plan_create_table(SafeddlPlan *plan);

/* plan_storage.c */
extern void safeddl_plan_rewrite(SafeddlPlan *plan);
extern void safeddl_plan_set_tablespace(SafeddlPlan *plan);
extern void safeddl_plan_refresh(SafeddlPlan *plan);
extern void safeddl_plan_drop(SafeddlPlan *plan);
extern void safeddl_plan_truncate(SafeddlPlan *plan);
extern void safeddl_plan_move_all(SafeddlPlan *plan);
extern void safeddl_plan_new_files(SafeddlPlan *plan);

#endif							/* SAFEDDL_PLAN_H */
