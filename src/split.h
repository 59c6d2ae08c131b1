/*
 * split.h
 *	  A script, cut into what psql would send to the server one by one.
 */
#ifndef SAFEDDL_SPLIT_H
#define SAFEDDL_SPLIT_H

#include "nodes/pg_list.h"

typedef enum SafeddlPieceKind
{
	SAFEDDL_PIECE_SQL,			/* one statement, without its semicolon */
	SAFEDDL_PIECE_COMMAND,		/* of psql: the rest of a line from a backslash on */
	SAFEDDL_PIECE_DATA			/* lines for a COPY FROM STDIN */
} SafeddlPieceKind;

/* byte offsets in the script */
typedef struct SafeddlPiece
{
	SafeddlPieceKind kind;
	int			start;
	int			len;
} SafeddlPiece;

extern List *safeddl_split(char *script);

#endif							/* SAFEDDL_SPLIT_H */
