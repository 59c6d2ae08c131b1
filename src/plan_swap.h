/*
 * plan_swap.h
 *	  A column whose place another one takes; see plan_swap.c.
 */
#ifndef SAFEDDL_PLAN_SWAP_H
#define SAFEDDL_PLAN_SWAP_H

#include "plan.h"

typedef struct SafeddlSwap
{
	SafeddlPlan *plan;
	const char *column;			/* not quoted */
	const char *new_column;
	const char *type;			/* of the new one, in the user's words */
	Oid			old_type;
	Oid			new_type;
	char	   *value;			/* of the new one, for a row of the table */
	char	   *trigger_value;	/* the same, for a row in a trigger */
	List	   *relids;			/* table that is named, and all below it */
	List	   *indexes;		/* of SafeddlSwapIndex */
	List	   *users;			/* OIDs of tables whose foreign keys refer to it */
	List	   *used;			/* OIDs of tables that its foreign keys refer to */
	char	   *narrow;			/* sequence whose type is not the new one; or NULL */
	StringInfoData before;		/* statements, when the old column is still there */
	StringInfoData after;		/* and when the new one has its name */
} SafeddlSwap;

/* an index on the column, and the one that will take its place */
typedef struct SafeddlSwapIndex
{
	Oid			indexid;
	Oid			relid;
	char	   *name;
} SafeddlSwapIndex;

/* plan_swap.c */
extern void safeddl_plan_swap(SafeddlPlan *plan, ColumnDef *def, const char *type);
extern const char *safeddl_locked_note(void);
extern bool safeddl_are_locked(List *relids);
extern char *safeddl_swap_table(const SafeddlSwap *swap, Oid relid);
extern char *safeddl_swap_name(const SafeddlSwap *swap, Oid relid, const char *name);
extern void safeddl_add_statement(StringInfo buf, const char *fmt,...) pg_attribute_printf(2, 3);
extern void safeddl_keep_comment(const SafeddlSwap *swap, Oid classid, Oid objid, int subid,
								 const char *what);

/* plan_swap_object.c */
extern bool safeddl_swap_has(const SafeddlSwap *swap, AlterTableType subtype, const char *name);
extern const char *safeddl_swap_refusal(const SafeddlSwap *swap);
extern void safeddl_swap_complete(SafeddlSwap *swap);
extern void safeddl_swap_not_null(SafeddlSwap *swap);
extern void safeddl_swap_indexes(SafeddlSwap *swap);
extern void safeddl_swap_constraints(SafeddlSwap *swap);
extern void safeddl_swap_keys(SafeddlSwap *swap);
extern void safeddl_swap_rename_indexes(SafeddlSwap *swap);

/* plan_swap_keep.c */
extern void safeddl_keep_column(SafeddlSwap *swap);

#endif							/* SAFEDDL_PLAN_SWAP_H */
