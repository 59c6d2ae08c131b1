/*
 * plan_constraint.c
 *	  The safe way: constraints of tables and domains.
 */
#include "plan.h"

void
safeddl_plan_add_constraint(SafeddlPlan *plan)
{
}

void
safeddl_plan_set_not_null(SafeddlPlan *plan)
{
}

void
safeddl_plan_validate_constraint(SafeddlPlan *plan)
{
}

void
safeddl_plan_alter_constraint(SafeddlPlan *plan)
{
}

void
safeddl_plan_alter_domain(SafeddlPlan *plan)
{
}
