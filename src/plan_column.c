/*
 * plan_column.c
 *	  The safe way: ADD COLUMN and DROP COLUMN.
 */
#include "plan.h"

void
safeddl_plan_add_column(SafeddlPlan *plan)
{
}

void
safeddl_plan_drop_column(SafeddlPlan *plan)
{
}
