/*
 * queue.c
 *	  Who is in the way: transactions that a statement would have to wait for.
 */
#include "safeddl.h"

/* safeddl_add_await: a CONCURRENTLY waits for those who use the relation */
void
safeddl_add_await(SafeddlAnalysis *a, Oid relid, LOCKMODE lockmode, bool snapshots)
{
}

/* safeddl_find_blockers: fills a->blockers and a->awaited */
void
safeddl_find_blockers(SafeddlAnalysis *a)
{
}
