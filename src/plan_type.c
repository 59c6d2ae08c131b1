/*
 * plan_type.c
 *	  The safe way: another type, or another expression, for a column.
 */
#include "plan.h"

void
safeddl_plan_alter_column_type(SafeddlPlan *plan)
{
}

void
safeddl_plan_set_expression(SafeddlPlan *plan)
{
}
