/*
 * stmt_type.c
 *	  Statements about types that reach the tables that use them: ALTER DOMAIN.
 */
#include "safeddl.h"

void
safeddl_analyze_alter_domain(SafeddlAnalysis *a, Node *node)
{
}
