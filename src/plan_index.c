/*
 * plan_index.c
 *	  The safe way: CREATE INDEX, DROP INDEX and REINDEX.
 */
#include "plan.h"

void
safeddl_plan_create_index(SafeddlPlan *plan)
{
}

void
safeddl_plan_drop_index(SafeddlPlan *plan)
{
}

void
safeddl_plan_reindex(SafeddlPlan *plan)
{
}
