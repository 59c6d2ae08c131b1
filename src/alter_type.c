/*
 * alter_type.c
 *	  ALTER TABLE ... ALTER COLUMN ... TYPE: nothing, an index build, a scan or
 *	  a rewrite, as the server decides.
 *
 * Mirrors ATPrepAlterColumnType(), ATColumnChangeRequiresRewrite(),
 * RememberAllDependentForRebuilding() and CheckIndexCompatible(), which are
 * static or look at the new type in the catalog, where it is not yet.
 */
#include "alter_table.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/dependency.h"
#include "catalog/heap.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* one change of one column's type, or of the expression that it is generated from */
typedef struct TypeChange
{
	SafeddlAnalysis *a;
	Oid			root;
	SafeddlRule rule;
	const char *column;
	Oid			old_type;
	Oid			old_collation;
	Oid			new_type;
	Oid			new_collation;
	bool		rewrite;
	bool		rewrite_maybe;	/* the table is locked: no way to tell */
	bool		keys_compatible;	/* foreign keys keep their operators */
	SafeddlAlterTable *at;
	int			cmdno;
	int			location;
} TypeChange;

static bool change_requires_rewrite(Relation rel, AttrNumber attno, ColumnDef *def,
									Oid new_type, int32 new_typmod);
static bool is_refused(SafeddlAlterTable *at, Oid relid, AttrNumber attno);
static void alter_type_of_one(TypeChange *change, Oid relid);
static void rebuild_dependents(TypeChange *change, Oid relid, AttrNumber attno);
static bool index_is_rebuilt(TypeChange *change, Oid indexid, AttrNumber attno, bool *uses);
static bool checks_are_verified(SafeddlAlterTable *at, Oid relid, AttrNumber attno, bool *toast);
static void add_keys(TypeChange *change, Oid relid, AttrNumber attno, bool incoming);

static SafeddlEffect *
type_effect(TypeChange *change, Oid relid, SafeddlReach reach, int work)
{
	SafeddlEffect *effect = safeddl_add_effect(change->a, relid, change->root,
											   change->at->lockmode, reach,
											   change->rule, work);

	effect->subject = change->column;
	effect->cmdno = change->cmdno;
	effect->location = change->location;
	return effect;
}

/* types without collations compare by bytes */
static bool
is_deterministic(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

/*
 * safeddl_alter_column_type: effects of one ALTER COLUMN TYPE on the target
 * and all that inherits from it.  To be called after all other subcommands:
 * where one of them rewrites the table, foreign keys are checked again.
 */
void
safeddl_alter_column_type(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	SafeddlAnalysis *a = at->a;
	Oid			relid = at->relid;
	ColumnDef  *def = castNode(ColumnDef, cmd->def);
	TypeChange	change = {.a = a,.at = at,.root = relid,.rule = SAFEDDL_RULE_ALTER_COLUMN_TYPE,
	.column = cmd->name,.cmdno = cmdno};
	HeapTuple	tuple = SearchSysCacheAttName(relid, cmd->name);
	Form_pg_attribute att;
	AttrNumber	attno;
	int32		new_typmod;
	Relation	rel;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(a, ERRCODE_UNDEFINED_COLUMN, "column \"%s\" does not exist", cmd->name);
		return;
	}
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	attno = att->attnum;
	change.old_type = att->atttypid;
	change.old_collation = att->attcollation;
	a->doomed |= (attno <= 0 || att->attinhcount > 0);
	ReleaseSysCache(tuple);

	typenameTypeIdAndMod(NULL, def->typeName, &change.new_type, &new_typmod);
	change.new_collation = GetColumnDefCollation(NULL, def, change.new_type);
	change.location = def->typeName->location;
	change.keys_compatible = (change.old_collation == change.new_collation ||
							  (is_deterministic(change.old_collation) &&
							   is_deterministic(change.new_collation))) &&
		GetDefaultOpClass(change.old_type, BTREE_AM_OID) ==
		GetDefaultOpClass(change.new_type, BTREE_AM_OID);

	rel = safeddl_open(relid);
	if (rel == NULL)
		change.rewrite = change.rewrite_maybe = true;
	else
	{
		bool		is_expr;
		Bitmapset  *key = bms_make_singleton(attno - FirstLowInvalidHeapAttributeNumber);

		a->doomed |= has_partition_attrs(rel, key, &is_expr) || OidIsValid(rel->rd_rel->reloftype);
		if (!a->doomed && (rel->rd_rel->relkind == RELKIND_RELATION ||
						   rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE ||
						   (rel->rd_rel->relkind == RELKIND_COMPOSITE_TYPE && list_length(at->relids) > 1)))
			change.rewrite = change_requires_rewrite(rel, attno, def, change.new_type, new_typmod);
		safeddl_close(rel);
	}
	if (safeddl_is_rewritten(at))
		change.keys_compatible = false;
	foreach(lc, safeddl_alter_relids(at))
		alter_type_of_one(&change, lfirst_oid(lc));
}

/*
 * requires_rewrite: ATColumnChangeRequiresRewrite() in commands/tablecmds.c:
 * does the planned expression yield the old value, bit for bit?
 */
static bool
requires_rewrite(Node *expr, AttrNumber attno)
{
	for (;;)
	{
		if (IsA(expr, Var) && ((Var *) expr)->varattno == attno)
			return false;
		else if (IsA(expr, RelabelType))
			expr = (Node *) ((RelabelType *) expr)->arg;
		else if (IsA(expr, CoerceToDomain))
		{
			if (safeddl_domain_has_constraints(((CoerceToDomain *) expr)->resulttype))
				return true;
			expr = (Node *) ((CoerceToDomain *) expr)->arg;
		}
		else if (IsA(expr, FuncExpr) &&
				 (((FuncExpr *) expr)->funcid == F_TIMESTAMPTZ_TIMESTAMP ||
				  ((FuncExpr *) expr)->funcid == F_TIMESTAMP_TIMESTAMPTZ) &&
				 !TimestampTimestampTzRequiresRewrite())
			expr = linitial(((FuncExpr *) expr)->args);
		else
			return true;
	}
}

/* safeddl_conversion: from the old value to the new one, as the server will build it */
Node *
safeddl_conversion(Relation rel, AttrNumber attno, ColumnDef *def, Oid new_type, int32 new_typmod)
{
	ParseState *pstate = make_parsestate(NULL);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attno - 1);
	Node	   *expr;

	if (def->raw_default)
	{
		ParseNamespaceItem *item = addRangeTableEntryForRelation(pstate, rel, AccessShareLock,
																 NULL, false, true);

		addNSItemToQuery(pstate, item, false, true, true);
		expr = transformExpr(pstate, copyObject(def->raw_default),
							 EXPR_KIND_ALTER_COL_TRANSFORM);
	}
	else
		expr = (Node *) makeVar(1, attno, att->atttypid, att->atttypmod, att->attcollation, 0);

	expr = coerce_to_target_type(pstate, expr, exprType(expr), new_type, new_typmod,
								 COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
	if (expr == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" cannot be cast automatically to type %s",
						NameStr(att->attname), format_type_be(new_type))));
	assign_expr_collations(pstate, expr);
	return expr;
}

/* change_requires_rewrite: plans the conversion as the server will */
static bool
change_requires_rewrite(Relation rel, AttrNumber attno, ColumnDef *def,
						Oid new_type, int32 new_typmod)
{
	Node	   *expr;

	if (TupleDescAttr(RelationGetDescr(rel), attno - 1)->attgenerated == SAFEDDL_GENERATED_VIRTUAL)
		return false;
	expr = safeddl_conversion(rel, attno, def, new_type, new_typmod);
	return requires_rewrite((Node *) expression_planner((Expr *) expr), attno);
}

/*
 * is_refused: does something depend on the column that makes the server refuse
 * to change its type?
 */
static bool
is_refused(SafeddlAlterTable *at, Oid relid, AttrNumber attno)
{
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, '\0'))
	{
		ObjectAddress *object = lfirst(lc);

		if (safeddl_goes(at, object->classId, object->objectId, 0))
			continue;
		if (object->classId == RewriteRelationId || object->classId == PolicyRelationId ||
			object->classId == ProcedureRelationId || object->classId == TriggerRelationId ||
			object->classId == PublicationRelRelationId)
			return true;
		/* the column's own default is converted, a generated column is not */
		if (object->classId == AttrDefaultRelationId)
		{
			ObjectAddress column = GetAttrDefaultColumnAddress(object->objectId);

			if (column.objectSubId != attno &&
				!safeddl_goes(at, RelationRelationId, relid, column.objectSubId) &&
				!list_member(at->plain, makeString(get_attname(relid, column.objectSubId, false))))
				return true;
		}
	}
	return false;
}

/* one table, partition or child */
static void
alter_type_of_one(TypeChange *change, Oid relid)
{
	AttrNumber	attno = safeddl_alter_column(change->at, relid, change->column);

	if (attno == InvalidAttrNumber || is_refused(change->at, relid, attno))
	{
		change->a->doomed = true;
		return;
	}
	rebuild_dependents(change, relid, attno);
	/* an identity column's sequence changes its type as well */
	safeddl_add_locks(change->a, safeddl_identity_sequences(relid, attno), change->root,
					  ShareRowExclusiveLock, SAFEDDL_REACH_SEQUENCE);
}

/* rebuild_dependents: heap, indexes, CHECKs and foreign keys of one table */
static void
rebuild_dependents(TypeChange *change, Oid relid, AttrNumber attno)
{
	SafeddlReach reach = relid == change->root ? SAFEDDL_REACH_TARGET : safeddl_child_reach(relid);
	bool		has_rows = safeddl_alter_has_rows(change->at, relid);
	SafeddlEffect *effect = type_effect(change, relid, reach, SAFEDDL_WORK_NONE);
	bool		toast = false;
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
	{
		bool		uses = false;

		if (safeddl_goes(change->at, RelationRelationId, lfirst_oid(lc), 0))
			continue;
		if (index_is_rebuilt(change, lfirst_oid(lc), attno, &uses) && has_rows &&
			!change->rewrite)
		{
			effect->work |= SAFEDDL_WORK_INDEX_BUILD;
			effect->also = lappend_oid(effect->also, lfirst_oid(lc));
		}
		if (uses)
			safeddl_add_effect(change->a, lfirst_oid(lc), change->root, AccessExclusiveLock,
							   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	}
	if (has_rows && change->rewrite)
	{
		safeddl_add_storage(change->a, relid, change->root, false);
		effect->work = SAFEDDL_WORK_REWRITE;
		effect->maybe = change->rewrite_maybe ? SAFEDDL_WORK_REWRITE : 0;
		effect->through = SAFEDDL_THROUGH_TOAST | SAFEDDL_THROUGH_INDEXES;
	}
	else if (has_rows && checks_are_verified(change->at, relid, attno, &toast))
	{
		effect->work |= SAFEDDL_WORK_SCAN;
		effect->through |= toast ? SAFEDDL_THROUGH_TOAST : 0;
	}
	add_keys(change, relid, attno, false);
	add_keys(change, relid, attno, true);
}

/*
 * safeddl_set_expression: a stored column is computed anew, and whatever reads
 * it is made again; a virtual one costs no more than its checks.
 */
void
safeddl_set_expression(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	TypeChange	change = {.a = at->a,.at = at,.root = at->relid,.rule = SAFEDDL_RULE_SET_EXPRESSION,
	.column = cmd->name,.cmdno = cmdno,.location = -1,.rewrite = true};
	HeapTuple	tuple = SearchSysCacheAttName(at->relid, cmd->name);
	bool		stored;
	bool		not_null;
	ListCell   *lc;

	if (safeddl_alter_column(at, at->relid, cmd->name) == InvalidAttrNumber)
	{
		/* a stored column that the statement adds is computed anyway */
		if (safeddl_new_column(at, cmd->name) == NULL)
			safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
							"column \"%s\" does not exist", cmd->name);
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		return;
	}
	stored = ((Form_pg_attribute) GETSTRUCT(tuple))->attgenerated == ATTRIBUTE_GENERATED_STORED;
	not_null = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	change.old_type = change.new_type = ((Form_pg_attribute) GETSTRUCT(tuple))->atttypid;
	ReleaseSysCache(tuple);
	safeddl_lock_children(at);
	foreach(lc, safeddl_alter_relids(at))
	{
		AttrNumber	attno = get_attnum(lfirst_oid(lc), cmd->name);
		bool		toast = false;

		if (stored)
			rebuild_dependents(&change, lfirst_oid(lc), attno);
		else if (safeddl_alter_has_rows(at, lfirst_oid(lc)) &&
				 (not_null || (SAFEDDL_SET_EXPRESSION_CHECKS &&
							   checks_are_verified(at, lfirst_oid(lc), attno, &toast))))
			type_effect(&change, lfirst_oid(lc), lfirst_oid(lc) == at->relid ?
						SAFEDDL_REACH_TARGET : safeddl_child_reach(lfirst_oid(lc)),
						SAFEDDL_WORK_SCAN)->through |= toast ? SAFEDDL_THROUGH_TOAST : 0;
	}
}

/* opclass of a key column after the change: the default follows the type */
static bool
opclass_stays(TypeChange *change, Oid amoid, Oid opclass)
{
	if (change->old_type == change->new_type)
		return true;
	if (opclass == GetDefaultOpClass(change->old_type, amoid) &&
		opclass != GetDefaultOpClass(change->new_type, amoid))
		return false;
	/* enum_ops and the like keep the type's OID in what they compare */
	return !IsPolymorphicType(get_opclass_input_type(opclass));
}

/*
 * index_is_rebuilt: an index on the column (*uses) is dropped and created
 * again; does the new one have to be built, or can it keep the old file?  The
 * catalog tells, whoever has locked the index.
 */
static bool
index_is_rebuilt(TypeChange *change, Oid indexid, AttrNumber attno, bool *uses)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;
	oidvector  *opclasses;
	oidvector  *collations;
	bool		isnull;
	bool		rebuilt;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	opclasses = (oidvector *) DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple,
															  Anum_pg_index_indclass, &isnull));
	collations = (oidvector *) DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple,
															   Anum_pg_index_indcollation, &isnull));
	*uses = bms_is_member(attno - FirstLowInvalidHeapAttributeNumber,
						  bms_union(safeddl_columns_read(INDEXRELID, tuple, Anum_pg_index_indexprs),
									safeddl_columns_read(INDEXRELID, tuple, Anum_pg_index_indpred)));
	/* children of a partitioned index go with it and are built anew */
	rebuilt = !heap_attisnull(tuple, Anum_pg_index_indexprs, NULL) ||
		!heap_attisnull(tuple, Anum_pg_index_indpred, NULL) ||
		!form->indisvalid || get_rel_relispartition(indexid);
	for (int i = 0; i < form->indnatts; i++)
	{
		if (form->indkey.values[i] != attno)
			continue;
		*uses = true;
		if (i < form->indnkeyatts)
			rebuilt |= (collations->values[i] == change->old_collation &&
						change->new_collation != change->old_collation) ||
				!opclass_stays(change, safeddl_access_method(indexid), opclasses->values[i]);
	}
	ReleaseSysCache(tuple);
	return *uses && rebuilt;
}

/*
 * checks_are_verified: is there a valid CHECK that reads the column, and that
 * stays?  As RememberAllDependentForRebuilding(), by its dependencies.
 */
static bool
checks_are_verified(SafeddlAlterTable *at, Oid relid, AttrNumber attno, bool *toast)
{
	bool		result = false;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, '\0'))
	{
		ObjectAddress *object = lfirst(lc);
		HeapTuple	tuple;
		Form_pg_constraint form;

		if (object->classId != ConstraintRelationId ||
			safeddl_goes(at, ConstraintRelationId, object->objectId, 0))
			continue;
		tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_constraint) GETSTRUCT(tuple);
		if (form->contype == CONSTRAINT_CHECK && form->convalidated && safeddl_form_enforced(form))
		{
			result = true;
			*toast |= safeddl_reads_toast(relid, safeddl_columns_read(CONSTROID, tuple,
															  Anum_pg_constraint_conbin));
		}
		ReleaseSysCache(tuple);
	}
	return result;
}

/*
 * add_keys: foreign keys on the column, from this table or to it, are dropped
 * and added again: both tables are locked, and the rows are checked again
 * unless the comparison stays what it was.
 */
static void
add_keys(TypeChange *change, Oid relid, AttrNumber attno, bool incoming)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_foreign_keys(relid, incoming))
	{
		SafeddlForeignKey *fk = lfirst(lc);
		AttrNumber *keys = incoming ? fk->confkey : fk->conkey;
		Oid			partner = incoming ? fk->referencing : fk->referenced;
		bool		uses = false;

		for (int i = 0; i < fk->nkeys; i++)
			uses |= (keys[i] == attno);
		if (!uses || safeddl_goes(change->at, ConstraintRelationId, fk->conoid, 0))
			continue;
		if (partner != relid)
			safeddl_add_effect(change->a, partner, change->root, AccessExclusiveLock,
							   incoming ? SAFEDDL_REACH_REFERENCING : SAFEDDL_REACH_REFERENCED,
							   change->rule, SAFEDDL_WORK_NONE);
		if ((change->keys_compatible && !change->rewrite) || !fk->validated ||
			OidIsValid(fk->parent))
			continue;
		foreach(lc2, safeddl_leaves(change->a, safeddl_hierarchy(fk->referencing, true)))
			type_effect(change, lfirst_oid(lc2),
						fk->referencing == relid ? SAFEDDL_REACH_TARGET : SAFEDDL_REACH_REFERENCING,
						SAFEDDL_WORK_VALIDATE);
	}
}
