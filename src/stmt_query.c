/*
 * stmt_query.c
 *	  Statements made of queries: views, rules, policies, CREATE TABLE AS, EXPLAIN.
 */
#include "safeddl.h"

void
safeddl_analyze_create_view(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_create_rule(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_policy(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_create_table_as(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_explain(SafeddlAnalysis *a, Node *node)
{
}

void
safeddl_analyze_property_graph(SafeddlAnalysis *a, Node *node)
{
}
