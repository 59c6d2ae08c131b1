/*
 * alter_table.h
 *	  What the parts of the analysis of ALTER TABLE share.
 */
#ifndef SAFEDDL_ALTER_TABLE_H
#define SAFEDDL_ALTER_TABLE_H

#include "safeddl.h"

/* one ALTER TABLE under analysis */
typedef struct SafeddlAlterTable
{
	SafeddlAnalysis *a;
	Oid			relid;			/* target */
	char		relkind;
	bool		inh;			/* no ONLY */
	LOCKMODE	lockmode;		/* on the target, for all subcommands */
	List	   *relids;			/* see safeddl_alter_relids(); NIL until asked for */
	List	   *leaves;			/* see safeddl_alter_leaves(); NIL until asked for */
	bool		children_locked;	/* safeddl_lock_children() was here */
	List	   *new_columns;	/* ColumnDef of each ADD COLUMN: not in the catalog yet */
	List	   *new_constraints;	/* Constraint of each ADD CONSTRAINT */
	bool		alters_types;	/* expressions may not parse yet */
	bool		builds_first;	/* indexes, before other names are looked up */
	List	   *nullable;		/* names of columns of DROP NOT NULL */
	List	   *plain;			/* names of columns of DROP EXPRESSION */
	SafeddlClosure *closure;	/* of what is dropped; NULL so far */
} SafeddlAlterTable;

/* stmt_alter_table.c */
extern SafeddlEffect *safeddl_alter_effect(SafeddlAlterTable *at, Oid relid,
										   SafeddlRule rule, int work,
										   const char *subject, int cmdno, int location);
extern List *safeddl_alter_relids(SafeddlAlterTable *at);
extern List *safeddl_alter_leaves(SafeddlAlterTable *at, bool recurse);
extern bool safeddl_alter_has_rows(SafeddlAlterTable *at, Oid relid);
extern void safeddl_lock_children(SafeddlAlterTable *at);
extern List *safeddl_alter_children(SafeddlAlterTable *at, Oid relid);
extern bool safeddl_goes(SafeddlAlterTable *at, Oid classid, Oid objid, int subid);
extern AttrNumber safeddl_alter_column(SafeddlAlterTable *at, Oid relid, const char *name);
extern ColumnDef *safeddl_new_column(SafeddlAlterTable *at, const char *name);
extern void safeddl_alter_delete(SafeddlAlterTable *at, List *objects,
								 DropBehavior behavior, int options);
extern bool safeddl_is_rewritten(SafeddlAlterTable *at);

/* alter_refuse.c */
extern bool safeddl_refuse_alter_table(SafeddlAlterTable *at, AlterTableStmt *stmt);
extern void safeddl_refuse_persistence(SafeddlAlterTable *at, bool to_logged);
extern void safeddl_refuse_foreign_key(SafeddlAlterTable *at, Constraint *con,
									   const SafeddlForeignKey *key, int nreferenced);
extern void safeddl_refuse_index_constraint(SafeddlAlterTable *at, Constraint *con);

/* add_column.c */
extern bool safeddl_serial_type(TypeName *type, Oid *typid);
extern void safeddl_add_attribute(Constraint *con, ConstrType attribute);
extern void safeddl_add_column(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_new_column_not_null(SafeddlAlterTable *at, ColumnDef *def,
										SafeddlRule rule, int cmdno);

/* constraint.c */
extern void safeddl_add_constraint(SafeddlAlterTable *at, Constraint *con, int cmdno);
extern void safeddl_add_check(SafeddlAlterTable *at, Constraint *con, int cmdno);
extern void safeddl_add_foreign_key(SafeddlAlterTable *at, Constraint *con, bool validate,
									const char *new_column, int cmdno);
extern void safeddl_add_index_constraint(SafeddlAlterTable *at, Constraint *con,
										 bool new_column, int cmdno);
extern void safeddl_drop_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_alter_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_validate_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_drop_not_null(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_push_not_null(SafeddlAlterTable *at, Oid relid, const char *column,
								  SafeddlRule rule, int cmdno);
extern void safeddl_set_not_null(SafeddlAlterTable *at, const char *column,
								 SafeddlRule rule, bool recurse, int cmdno);

/* alter_type.c */
extern void safeddl_alter_column_type(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);
extern void safeddl_set_expression(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno);

#endif							/* SAFEDDL_ALTER_TABLE_H */
