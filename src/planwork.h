/*
 * planwork.h
 *	  What a query goes through, as planwork.c finds it and backfill.c judges it.
 */
#ifndef SAFEDDL_PLANWORK_H
#define SAFEDDL_PLANWORK_H

#include "executor/execdesc.h"

/* estimates for one relation of a plan */
typedef struct SafeddlPlanWork
{
	Oid			relid;
	Oid			root;			/* table that the query names, relid or above it */
	LOCKMODE	lockmode;		/* that the query has on it */
	bool		loaded;			/* by sizes that were loaded */
	double		bytes;			/* read, at most all there is */
	double		rows;
	double		bytes_written;
	double		rows_written;
} SafeddlPlanWork;

extern List *safeddl_plan_work(QueryDesc *query);

#endif							/* SAFEDDL_PLANWORK_H */
