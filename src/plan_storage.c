/*
 * plan_storage.c
 *	  The safe way: what moves, rewrites or deletes the files of a relation.
 */
#include "plan.h"

void
safeddl_plan_rewrite(SafeddlPlan *plan)
{
}

void
safeddl_plan_set_tablespace(SafeddlPlan *plan)
{
}

void
safeddl_plan_refresh(SafeddlPlan *plan)
{
}

void
safeddl_plan_drop(SafeddlPlan *plan)
{
}

void
safeddl_plan_truncate(SafeddlPlan *plan)
{
}
