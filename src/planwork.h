/*
 * planwork.h
 *	  What a query goes through, as planwork.c finds it and backfill.c judges it.
 */
#ifndef SAFEDDL_PLANWORK_H
#define SAFEDDL_PLANWORK_H

#include "executor/execdesc.h"

/*
 * A query that goes through less is over before anybody notices, even where
 * the threshold says that every table counts: tools note their version in the
 * transaction of the migration.
 */
#define SAFEDDL_LEAST_BACKFILL (256 * 1024)

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
