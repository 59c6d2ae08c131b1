/*
 * planwork.c
 *	  What a query that is about to run goes through, by the estimates of its
 *	  plan.
 *
 * Looks at a plan that ExecutorStart() has made ready, so that all relations
 * are open and locked: no catalog is read, and partitions that are pruned
 * before the first row are gone.  The functions are cheap: every query that
 * runs under a lock of an earlier statement comes through here.
 */
#include "safeddl.h"
#include "planwork.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/tsmapi.h"
#include "catalog/pg_index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/pathnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/syscache.h"

typedef struct WalkContext
{
	EState	   *estate;
	List	   *works;			/* of SafeddlPlanWork */
	double		participants;	/* processes that share the work */
} WalkContext;

/* what running a node comes to */
typedef struct Run
{
	double		loops;			/* how often it is started */
	double		fraction;		/* part of its rows that is asked for each time */
	bool		alone;			/* all of it, whatever the size of other inputs */
} Run;

static double walk(WalkContext *context, PlanState *node, Run run);

/* ----------------------------------------------------------------
 *		relations
 * ----------------------------------------------------------------
 */

/* the table that the query names, given one of the tables below it */
static Oid
root_of(WalkContext *context, Index rti, Oid relid)
{
	List	   *parents = context->estate->es_plannedstmt->appendRelations;

	/* children come after their parents */
	for (int i = list_length(parents) - 1; i >= 0; i--)
	{
		AppendRelInfo *parent = list_nth(parents, i);

		/* none of UNION ALL */
		if (parent->child_relid != rti || !OidIsValid(parent->parent_reloid))
			continue;
		relid = parent->parent_reloid;
		rti = parent->parent_relid;
	}
	return relid;
}

/* what is known about a relation in the plan so far */
static SafeddlPlanWork *
work_on(WalkContext *context, Index rti, Oid relid)
{
	SafeddlPlanWork *work;
	ListCell   *lc;

	foreach(lc, context->works)
	{
		work = lfirst(lc);
		if (work->relid == relid)
			return work;
	}
	work = palloc0(sizeof(SafeddlPlanWork));
	work->relid = relid;
	work->root = root_of(context, rti, relid);
	work->lockmode = exec_rt_fetch(rti, context->estate)->rellockmode;
	context->works = lappend(context->works, work);
	return work;
}

/* as safeddl_heap_bytes(), of a relation that is open */
static double
heap_bytes(Relation rel)
{
	if (!RELKIND_HAS_STORAGE(rel->rd_rel->relkind))
		return 0;
	return Max((double) rel->rd_rel->relpages, (double) RelationGetNumberOfBlocks(rel)) * BLCKSZ;
}

/* bytes of the heap for each row; of rows to come where there are none yet */
static double
bytes_per_row(Relation rel, const Plan *plan)
{
	if (rel->rd_rel->relpages > 0 && rel->rd_rel->reltuples > 0)
		return (double) rel->rd_rel->relpages * BLCKSZ / rel->rd_rel->reltuples;
	return MAXALIGN(plan->plan_width) + MAXALIGN(SizeofHeapTupleHeader) + sizeof(ItemIdData);
}

/* ----------------------------------------------------------------
 *		scans
 * ----------------------------------------------------------------
 */

/* the columns that an index has first, offset as in pull_varattnos() */
static Bitmapset *
first_columns(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Bitmapset  *columns = NULL;
	AttrNumber	attno;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	attno = ((Form_pg_index) GETSTRUCT(tuple))->indkey.values[0];
	if (attno != InvalidAttrNumber)
		columns = bms_make_singleton(attno - FirstLowInvalidHeapAttributeNumber);
	else
	{
		bool		isnull;
		Datum		exprs = SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indexprs, &isnull);

		pull_varattnos(linitial(castNode(List, stringToNode(TextDatumGetCString(exprs)))), 1, &columns);
	}
	ReleaseSysCache(tuple);
	return columns;
}

/* is there an index that may serve the conditions where there are many rows? */
static bool
may_use_index(const PlanState *node, Relation rel)
{
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	if (node->plan->qual == NIL)
		return false;
	pull_varattnos((Node *) node->plan->qual, ((Scan *) node->plan)->scanrelid, &columns);
	foreach(lc, RelationGetIndexList(rel))
		if (bms_overlap(first_columns(lfirst_oid(lc)), columns))
			return true;
	return false;
}

/*
 * loaded_size: what a scan of the whole table goes through in production.  The
 * plan is one for the rows that are here, so it says nothing of any other scan,
 * nor of one that has another input, or an index, to choose from.
 */
static bool
loaded_size(const PlanState *node, Relation rel, Run run, SafeddlLoadedSize *size)
{
	return run.alone && IsA(node->plan, SeqScan) &&
		safeddl_loaded_size(NULL, RelationGetRelid(rel), size) &&
		!safeddl_new_in_this_transaction(RelationGetRelid(rel)) && !may_use_index(node, rel);
}

/* does it read every page, whatever its conditions are? */
static bool
reads_whole(const PlanState *node)
{
	if (IsA(node->plan, SampleScan))
		return ((const SampleScanState *) node)->tsmroutine->NextSampleBlock == NULL;
	return IsA(node->plan, SeqScan);
}

/* what it costs to look at a row that an index has found */
static Cost
cost_of_row(const PlanState *node)
{
	QualCost	cost;

	cost_qual_eval(&cost, node->plan->qual, NULL);
	return cpu_index_tuple_cost + cpu_tuple_cost + cost.per_tuple;
}

/*
 * bitmap_pages: the more of the pages there are in a bitmap, the cheaper each
 * is; see cost_bitmap_heap_scan()
 */
static double
bitmap_pages(Cost cost, Cost row_cost, double heap_pages)
{
	Cost		dearest = Max(random_page_cost, 0.01);
	double		pages = cost / dearest;

	for (int i = 0; i < 8 && random_page_cost > seq_page_cost; i++)
	{
		double		part = Min(pages / heap_pages, 1);

		pages = cost / Max(random_page_cost - (random_page_cost - seq_page_cost) * sqrt(part), 0.01);
	}
	/* a few rows whose conditions are dear look the same */
	return Min(pages, cost / Max(row_cost, 0.0001));
}

/*
 * filtered_pages: pages that a scan by an index fetches for rows that its
 * conditions then throw away, for which there is no estimate but the cost.
 *
 * An index scan that comes to many pages is in the order of the table, or the
 * planner would have made it another: see cost_index().  It starts with a
 * random page of the index and one of the table.
 */
static double
filtered_pages(const PlanState *node, Relation rel, double row_bytes, double sharers)
{
	Cost		cost = node->plan->total_cost - node->plan->startup_cost;
	Cost		first = Max(random_page_cost, 0.01);
	Cost		row_cost;

	if (cost <= first)
		return cost / first;
	row_cost = cost_of_row(node);
	if (IsA(node->plan, BitmapHeapScan))
		return bitmap_pages(cost, row_cost, Max(rel->rd_rel->relpages, 1));
	return 1 + Max(cost - 2 * first, 0) /
		Max(seq_page_cost + BLCKSZ / row_bytes * row_cost / sharers, 0.01);
}

/*
 * add_scan: counts what one scan goes through; returns the rows that it looks
 * at each time it is run to its end.
 */
static double
add_scan(WalkContext *context, PlanState *node, Run run)
{
	Plan	   *plan = node->plan;
	Index		rti = ((Scan *) plan)->scanrelid;
	Relation	rel = ((ScanState *) node)->ss_currentRelation;
	/* the rows of one process, but the cost of the pages of all */
	double		sharers = plan->parallel_aware ? context->participants : 1;
	double		rows = plan->plan_rows;
	double		bytes;
	double		row_bytes;
	SafeddlLoadedSize size;
	SafeddlPlanWork *work;

	if (rel == NULL || rti == 0)
		return rows;
	work = work_on(context, rti, RelationGetRelid(rel));
	row_bytes = bytes_per_row(rel, plan);
	if (reads_whole(node))
	{
		bytes = heap_bytes(rel);
		if (plan->qual != NIL || rel->rd_rel->reltuples > 0)
			rows = bytes / row_bytes;
		else
			rows *= sharers;
		if (loaded_size(node, rel, run, &size))
		{
			bytes = size.bytes;
			rows = size.rows;
			work->loaded = true;
		}
		work->bytes = Min(work->bytes + bytes * run.fraction * run.loops, bytes);
		work->rows = Min(work->rows + rows * run.fraction * run.loops, rows);
		return rows;
	}

	bytes = rows * row_bytes;
	if (plan->qual != NIL && !IsA(plan, ForeignScan))
	{
		double		pages = filtered_pages(node, rel, row_bytes, sharers) / sharers;

		rows = Max(rows, pages);
		bytes = Max(bytes, pages * BLCKSZ);
	}
	work->bytes += bytes * run.fraction * run.loops;
	work->rows += rows * run.fraction * run.loops;
	/* no more than there is, which takes a look at the file */
	if (RELKIND_HAS_STORAGE(rel->rd_rel->relkind) &&
		work->bytes > (double) rel->rd_rel->relpages * BLCKSZ)
	{
		double		all = heap_bytes(rel);

		work->bytes = Min(work->bytes, all);
		work->rows = Min(work->rows, Max(all / row_bytes, 1));
	}
	return rows;
}

/* ----------------------------------------------------------------
 *		nodes above scans
 * ----------------------------------------------------------------
 */

/* does the node read all of its input before it gives its first row? */
static bool
is_blocking(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_Sort:
		case T_Hash:
		case T_ModifyTable:
			return true;
		case T_Agg:
			return ((const Agg *) plan)->aggstrategy != AGG_SORTED;
		case T_SetOp:
			return ((const SetOp *) plan)->strategy == SETOP_HASHED;
		case T_WindowAgg:
			return ((const WindowAgg *) plan)->partNumCols == 0 &&
				((const WindowAgg *) plan)->ordNumCols == 0;
		default:
			return false;
	}
}

/*
 * number_of: the value of a LIMIT or OFFSET as it will be, where it is a
 * constant or a parameter of the statement, a variable of PL/pgSQL for
 * instance; else otherwise.  No code of the user runs for it.
 */
static double
number_of(WalkContext *context, Node *expr, double otherwise)
{
	ParamListInfo params = context->estate->es_param_list_info;
	ParamExternData workspace;
	ParamExternData *value;
	Param	   *param;

	if (expr == NULL)
		return otherwise;
	if (IsA(expr, Const))
		return ((Const *) expr)->constisnull ? otherwise :
			(double) DatumGetInt64(((Const *) expr)->constvalue);
	if (IsA(expr, FuncExpr) && ((FuncExpr *) expr)->funcid == F_INT8_INT4)
		expr = linitial(((FuncExpr *) expr)->args);
	if (!IsA(expr, Param) || params == NULL)
		return otherwise;
	param = (Param *) expr;
	if (param->paramkind != PARAM_EXTERN || param->paramid < 1 ||
		param->paramid > params->numParams)
		return otherwise;
	value = params->paramFetch != NULL ?
		params->paramFetch(params, param->paramid, true, &workspace) :
		&params->params[param->paramid - 1];
	if (value->isnull || value->ptype != param->paramtype)
		return otherwise;
	if (value->ptype == INT4OID)
		return DatumGetInt32(value->value);
	return value->ptype == INT8OID ? (double) DatumGetInt64(value->value) : otherwise;
}

/* walk_limit: only as much of its input as is asked for */
static double
walk_limit(WalkContext *context, PlanState *node, Run run)
{
	Limit	   *limit = (Limit *) node->plan;
	double		available = Max(outerPlanState(node)->plan->plan_rows, 1);
	double		count = number_of(context, limit->limitCount, limit->limitCount ?
								  node->plan->plan_rows : available);
	double		offset = number_of(context, limit->limitOffset,
								   limit->limitOffset ? available * 0.1 : 0);
	double		wanted = Max(count, 0) * run.fraction + Max(offset, 0);
	Run			below = {run.loops, Min(wanted / available, 1)};

	walk(context, outerPlanState(node), below);
	return Max(Min(count, available), 0);
}

/* walk_gather: each of several processes does its part, or all, of what is below */
static double
walk_gather(WalkContext *context, PlanState *node, Run run)
{
	bool		merge = IsA(node->plan, GatherMerge);
	int			workers = merge ? ((GatherMerge *) node->plan)->num_workers :
		((Gather *) node->plan)->num_workers;
	double		participants = workers;
	double		outer = context->participants;
	double		rows;

	/* as get_parallel_divisor() */
	if (!merge && ((Gather *) node->plan)->single_copy)
		participants = 1;
	else if (parallel_leader_participation)
		participants += Max(1.0 - 0.3 * workers, 0);
	context->participants = Max(participants, 1);
	run.loops *= context->participants;
	rows = walk(context, outerPlanState(node), run) * context->participants;
	context->participants = outer;
	return rows;
}

/*
 * walk_modify: what INSERT and MERGE write; what UPDATE and DELETE change they
 * have read.
 */
static double
walk_modify(WalkContext *context, PlanState *node, Run run)
{
	ModifyTableState *modify = (ModifyTableState *) node;
	ModifyTable *plan = (ModifyTable *) node->plan;
	Plan	   *input = outerPlan(plan);
	Relation	rel = modify->rootResultRelInfo->ri_RelationDesc;
	Run			all = {run.loops, 1, run.alone};
	double		rows = walk(context, outerPlanState(node), all);
	SafeddlPlanWork *work;

	if (plan->operation == CMD_INSERT || plan->operation == CMD_MERGE)
	{
		work = work_on(context, modify->rootResultRelInfo->ri_RangeTableIndex,
					   RelationGetRelid(rel));
		work->rows_written += rows * run.loops;
		work->bytes_written += rows * run.loops *
			(MAXALIGN(input->plan_width) + MAXALIGN(SizeofHeapTupleHeader) + sizeof(ItemIdData));
	}
	return plan->returningLists != NIL ? rows : 0;
}

/* walk_several: inputs that are read one after the other; the sum of their rows */
static double
walk_several(WalkContext *context, PlanState **nodes, int n, Run run)
{
	double		rows = 0;

	for (int i = 0; i < n; i++)
		rows += walk(context, nodes[i], run);
	return rows;
}

/*
 * affordable: the part of an input that a node pays for.  A merge join stops
 * where one side ends, and its cost knows that of the other: see
 * final_cost_mergejoin().
 */
static double
affordable(const Plan *plan, const Plan *input)
{
	Cost		all = input->total_cost - input->startup_cost;

	if (!IsA(plan, MergeJoin) || all <= 0)
		return 1;
	return Max(Min((plan->total_cost - input->startup_cost) / all, 1), 0);
}

/* walk_inputs: those of most nodes; the rows of the node itself */
static double
walk_inputs(WalkContext *context, PlanState *node, Run run)
{
	PlanState  *outer = outerPlanState(node);
	PlanState  *inner = innerPlanState(node);
	double		rows = node->plan->plan_rows;
	Run			below = run;
	double		outer_rows;

	if (outer == NULL)
		return rows;
	if (is_blocking(node->plan))
		below.fraction = 1;
	below.fraction *= affordable(node->plan, outer->plan);
	below.alone &= (inner == NULL);
	outer_rows = walk(context, outer, below);
	if (inner != NULL)
	{
		below.fraction = run.fraction * affordable(node->plan, inner->plan);
		if (IsA(node->plan, NestLoop))
		{
			below.loops = run.loops * Max(outer_rows * run.fraction, 1);
			below.fraction = 1;
		}
		walk(context, inner, below);
	}
	/* a LIMIT below may be tighter than the planner knew */
	if (outer_rows < outer->plan->plan_rows)
		rows *= outer_rows / outer->plan->plan_rows;
	return rows;
}

/* walk_subplans: queries in expressions of the node, for each row it looks at */
static void
walk_subplans(WalkContext *context, PlanState *node, Run run, double rows)
{
	ListCell   *lc;

	foreach(lc, list_concat_copy(node->initPlan, node->subPlan))
	{
		SubPlanState *subplan = lfirst(lc);
		Run			below = {run.loops, 1};

		if (list_member_ptr(node->subPlan, subplan) && !subplan->subplan->useHashTable)
			below.loops *= Max(rows * run.fraction, 1);
		/* the first row will do */
		if (subplan->subplan->subLinkType == EXISTS_SUBLINK)
			below.fraction = 1 / Max(subplan->planstate->plan->plan_rows, 1);
		walk(context, subplan->planstate, below);
	}
}

/*
 * walk: counts what a node and those below it go through; returns the rows
 * that the node gives each time it is run to its end.
 */
static double
walk(WalkContext *context, PlanState *node, Run run)
{
	double		rows;
	double		examined = 0;
	ListCell   *lc;

	check_stack_depth();
	if (node == NULL)
		return 0;
	rows = node->plan->plan_rows;
	switch (nodeTag(node->plan))
	{
		case T_SeqScan:
		case T_SampleScan:
		case T_IndexScan:
		case T_IndexOnlyScan:
		case T_BitmapHeapScan:
		case T_TidScan:
		case T_TidRangeScan:
		case T_ForeignScan:
			examined = add_scan(context, node, run);
			break;
		case T_CustomScan:
			if (((CustomScanState *) node)->custom_ps == NIL)
				examined = add_scan(context, node, run);
			foreach(lc, ((CustomScanState *) node)->custom_ps)
				walk(context, lfirst(lc), run);
			break;
		case T_Append:
			rows = walk_several(context, ((AppendState *) node)->appendplans,
								((AppendState *) node)->as_nplans, run);
			break;
		case T_MergeAppend:
			rows = walk_several(context, ((MergeAppendState *) node)->mergeplans,
								((MergeAppendState *) node)->ms_nplans, run);
			break;
		case T_SubqueryScan:
			rows = Min(rows, walk(context, ((SubqueryScanState *) node)->subplan, run));
			break;
		case T_Limit:
			rows = walk_limit(context, node, run);
			break;
		case T_Gather:
		case T_GatherMerge:
			rows = walk_gather(context, node, run);
			break;
		case T_ModifyTable:
			rows = walk_modify(context, node, run);
			break;
		default:
			rows = walk_inputs(context, node, run);
			break;
	}
	if (node->initPlan != NIL || node->subPlan != NIL)
		walk_subplans(context, node, run, Max(rows, examined));
	return rows;
}

/*
 * safeddl_plan_work: what a query that was started goes through, one
 * SafeddlPlanWork per relation; palloc'd.
 */
List *
safeddl_plan_work(QueryDesc *query)
{
	WalkContext context = {.estate = query->estate,.participants = 1};
	Run			once = {1, 1, true};

	walk(&context, query->planstate, once);
	return context.works;
}
