/*
 * held.c
 *	  What this transaction holds: the locks that earlier statements of it took
 *	  and that others may have to wait for.
 */
#include "safeddl.h"

/* may the transaction hold any such lock? */
bool		safeddl_may_hold_locks = false;

/* safeddl_held_init: to be called once, from _PG_init() */
void
safeddl_held_init(void)
{
}

/* safeddl_find_held: fills a->held and the held of each effect */
void
safeddl_find_held(SafeddlAnalysis *a)
{
}

/* safeddl_remember_locks: those that the statement is about to take */
void
safeddl_remember_locks(SafeddlAnalysis *a)
{
}
