/*
 * stmt_object.c
 *	  Statements about a named object of any type: RENAME, OWNER TO, COMMENT and the like.
 */
#include "safeddl.h"

void
safeddl_analyze_rename(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_set_schema(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_depends(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_owner(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_reassign_owned(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_named_object(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_grant(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_statistics(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_publication(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_sequence(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_move_all(SafeddlAnalysis *a, Node *node)
{
}
