/*
 * backfill.c
 *	  Queries that go through large tables while a lock of an earlier statement
 *	  keeps others waiting.
 */
#include "safeddl.h"

/* safeddl_backfill_init: to be called once, from _PG_init() */
void
safeddl_backfill_init(void)
{
}
