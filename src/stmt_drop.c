/*
 * stmt_drop.c
 *	  DROP of anything, with all that depends on it.
 */
#include "safeddl.h"

void
safeddl_analyze_drop_owned(SafeddlAnalysis *a, Node *node)
{
}
