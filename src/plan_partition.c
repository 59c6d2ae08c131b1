/*
 * plan_partition.c
 *	  The safe way: ATTACH PARTITION, DETACH PARTITION and CREATE TABLE ... PARTITION OF.
 */
#include "plan.h"

void
safeddl_plan_attach(SafeddlPlan *plan)
{
}

void
safeddl_plan_detach(SafeddlPlan *plan)
{
}

void
safeddl_plan_create_table(SafeddlPlan *plan)
{
}
