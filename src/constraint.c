/*
 * constraint.c
 *	  Constraints in ALTER TABLE: ADD, VALIDATE, DROP, and SET NOT NULL.
 *
 * Mirrors ATExecAddConstraint(), ATExecValidateConstraint(),
 * ATExecDropConstraint() and ATExecSetNotNull() in commands/tablecmds.c.
 */
#include "alter_table.h"
#include "script.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static bool check_reads_toast(SafeddlAlterTable *at, Constraint *con);
static bool referencing_columns(SafeddlAlterTable *at, Constraint *con, SafeddlForeignKey *key);
static int	referenced_columns(SafeddlAlterTable *at, Constraint *con, SafeddlForeignKey *key);
static void push_index_constraint(SafeddlAlterTable *at, Constraint *con, bool new_column, int cmdno);
static void use_index(SafeddlAlterTable *at, Constraint *con, int cmdno);

/* a constraint of a table by name; InvalidOid if there is none */
static Oid
find_constraint(Oid relid, const char *name)
{
	return get_relation_constraint_oid(relid, name, true);
}

/* lock_partners: what a foreign key of the target, found by name, points at */
static void
lock_partners(SafeddlAlterTable *at, const char *name, LOCKMODE lockmode)
{
	Oid			conoid = find_constraint(at->relid, name);
	ListCell   *lc;

	foreach(lc, safeddl_foreign_keys(at->relid, false))
		if (((SafeddlForeignKey *) lfirst(lc))->conoid == conoid)
			safeddl_add_locks(at->a, safeddl_referenced_side(lfirst(lc)), at->relid,
							  lockmode, SAFEDDL_REACH_REFERENCED);
}

/* a CHECK that is there by inheritance alone becomes the table's own, too */
static bool
merges(Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Form_pg_constraint form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	result = form->contype == CONSTRAINT_CHECK && !form->conislocal &&
		!get_rel_relispartition(form->conrelid);
	ReleaseSysCache(tuple);
	return result;
}

/* is the constraint's name free, or that of one which it is merged with? */
static bool
name_is_free(SafeddlAlterTable *at, Constraint *con)
{
	Oid			conoid = con->conname ? find_constraint(at->relid, con->conname) : InvalidOid;

	/* NOT NULL goes by the column */
	return !OidIsValid(conoid) || con->contype == CONSTR_NOTNULL ||
		safeddl_goes(at, ConstraintRelationId, conoid, 0) || merges(conoid);
}

/* safeddl_add_constraint: ADD [CONSTRAINT name] ... as a subcommand */
void
safeddl_add_constraint(SafeddlAlterTable *at, Constraint *con, int cmdno)
{
	if (!name_is_free(at, con))
	{
		safeddl_missing(at->a, ERRCODE_DUPLICATE_OBJECT,
						"constraint \"%s\" already exists", con->conname);
		return;
	}
	if (SAFEDDL_ADD_CONSTRAINT_LOCKS_CHILDREN)
		safeddl_lock_children(at);
	switch (con->contype)
	{
		case CONSTR_CHECK:
			safeddl_add_check(at, con, cmdno);
			break;
		case CONSTR_FOREIGN:
			safeddl_add_foreign_key(at, con, !con->skip_validation, NULL, cmdno);
			break;
		case CONSTR_UNIQUE:
		case CONSTR_PRIMARY:
		case CONSTR_EXCLUSION:
			safeddl_add_index_constraint(at, con, false, cmdno);
			break;
		case CONSTR_NOTNULL:
			if (!con->skip_validation && con->keys != NIL)
				safeddl_set_not_null(at, strVal(linitial(con->keys)), SAFEDDL_RULE_SET_NOT_NULL,
									 !con->is_no_inherit, cmdno);
			break;
		default:
			break;				/* no other kind is a table constraint */
	}
}

/* ----------------------------------------------------------------
 *		CHECK
 * ----------------------------------------------------------------
 */

/*
 * check_reads_toast: does the expression read columns that may be in TOAST?
 * Raises the server's error for an expression that cannot be parsed.
 */
static bool
check_reads_toast(SafeddlAlterTable *at, Constraint *con)
{
	Relation	rel = safeddl_open(at->relid);
	ParseState *pstate = make_parsestate(NULL);
	Bitmapset  *read = NULL;
	Node	   *expr;

	if (rel == NULL)
		return false;
	pstate->p_sourcetext = at->a->query;
	addNSItemToQuery(pstate, addRangeTableEntryForRelation(pstate, rel, AccessShareLock,
														   NULL, false, true),
					 true, true, true);
	expr = transformExpr(pstate, copyObject(con->raw_expr), EXPR_KIND_CHECK_CONSTRAINT);
	expr = coerce_to_boolean(pstate, expr, "CHECK");
	pull_varattnos(expr, 1, &read);
	safeddl_close(rel);
	return safeddl_reads_toast(at->relid, read);
}

/*
 * push_check: one table gets the constraint, and what inherits from it, level
 * by level.  One that has it by name keeps its own, and is not read.
 */
static void
push_check(SafeddlAlterTable *at, Oid relid, Constraint *con, bool toast, int cmdno)
{
	Oid			conoid = con->conname ? find_constraint(relid, con->conname) : InvalidOid;
	ListCell   *lc;

	check_stack_depth();
	if (OidIsValid(conoid) && !safeddl_goes(at, ConstraintRelationId, conoid, 0))
		return;
	if (safeddl_alter_has_rows(at, relid) &&
		!con->skip_validation && safeddl_constraint_enforced(con))
		safeddl_alter_effect(at, relid, SAFEDDL_RULE_ADD_CHECK, SAFEDDL_WORK_SCAN, con->conname,
							 cmdno, con->location)->through = toast ? SAFEDDL_THROUGH_TOAST : 0;
	if (!con->is_no_inherit)
		foreach(lc, safeddl_alter_children(at, relid))
			push_check(at, lfirst_oid(lc), con, toast, cmdno);
}

/*
 * safeddl_add_check: a scan of every table that gets the constraint, unless it
 * is NOT VALID or NOT ENFORCED; one that is implied or equal to another is
 * checked all the same.
 */
void
safeddl_add_check(SafeddlAlterTable *at, Constraint *con, int cmdno)
{
	bool		toast = false;

	/* what reads columns to be cannot be parsed yet */
	if (at->new_columns == NIL && !at->alters_types && con->raw_expr != NULL)
		toast = check_reads_toast(at, con);
	push_check(at, at->relid, con, toast, cmdno);
}

/* ----------------------------------------------------------------
 *		FOREIGN KEY
 * ----------------------------------------------------------------
 */

/* the primary key's columns, which REFERENCES t without columns means */
static int
primary_key(SafeddlAlterTable *at, Oid relid, AttrNumber *attnos)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;
		int			n = 0;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (form->indisprimary &&
			!safeddl_goes(at, RelationRelationId, lfirst_oid(lc), 0))
			for (; n < form->indnkeyatts; n++)
				attnos[n] = form->indkey.values[n];
		ReleaseSysCache(tuple);
		if (n > 0)
			return n;
	}
	return 0;
}

/* does the statement itself make the primary key that a key to its table means? */
static bool
adds_primary_key(SafeddlAlterTable *at)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, at->new_constraints)
		if (lfirst_node(Constraint, lc)->contype == CONSTR_PRIMARY)
			return true;
	foreach(lc, at->new_columns)
		foreach(lc2, lfirst_node(ColumnDef, lc)->constraints)
			if (lfirst_node(Constraint, lc2)->contype == CONSTR_PRIMARY)
				return true;
	return false;
}

/* referencing_columns: false where one does not exist */
static bool
referencing_columns(SafeddlAlterTable *at, Constraint *con, SafeddlForeignKey *key)
{
	ListCell   *lc;

	key->deferrable = con->deferrable;
	key->deferred = con->initdeferred;
	key->matchtype = con->fk_matchtype;
	key->updtype = con->fk_upd_action;
	key->deltype = con->fk_del_action;
	foreach(lc, con->fk_attrs)
	{
		if (key->nkeys >= INDEX_MAX_KEYS)
			return false;
		key->conkey[key->nkeys] = safeddl_alter_column(at, at->relid, strVal(lfirst(lc)));
		if (key->conkey[key->nkeys++] == InvalidAttrNumber &&
			safeddl_new_column(at, strVal(lfirst(lc))) == NULL)
			return false;
	}
	return true;
}

/*
 * referenced_columns: how many; 0 where one does not exist, or there is no
 * primary key, unless the statement itself makes it.
 */
static int
referenced_columns(SafeddlAlterTable *at, Constraint *con, SafeddlForeignKey *key)
{
	int			n = 0;
	ListCell   *lc;

	if (con->pk_attrs == NIL)
	{
		n = primary_key(at, key->referenced, key->confkey);
		return n == 0 && key->referenced == at->relid && adds_primary_key(at) ?
			Max(key->nkeys, 1) : n;
	}
	foreach(lc, con->pk_attrs)
	{
		if (n >= INDEX_MAX_KEYS)
			return 0;
		key->confkey[n] = safeddl_alter_column(at, key->referenced, strVal(lfirst(lc)));
		if (key->confkey[n++] == InvalidAttrNumber &&
			(key->referenced != at->relid || safeddl_new_column(at, strVal(lfirst(lc))) == NULL))
			return 0;
	}
	return n;
}

/* may the user reference the table, or one of its columns? */
static bool
may_reference(SafeddlAlterTable *at, Oid referenced)
{
	return at->a->strict ||
		pg_class_aclcheck(referenced, GetUserId(), ACL_REFERENCES) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(referenced, GetUserId(), ACL_REFERENCES,
								  ACLMASK_ANY) == ACLCHECK_OK;
}

/*
 * safeddl_add_foreign_key: SHARE ROW EXCLUSIVE on the referenced table with
 * all its partitions.  The rows of the referencing table are looked up, so
 * its size counts; the other side is read through its index or not, as the
 * plan has it.  new_column: the key stands behind a column to be.
 */
void
safeddl_add_foreign_key(SafeddlAlterTable *at, Constraint *con, bool validate,
						const char *new_column, int cmdno)
{
	Oid			referenced = safeddl_resolve(at->a, con->pktable, false);
	SafeddlForeignKey key = {.referencing = at->relid,.referenced = referenced};
	SafeddlKeyClone clone = {.a = at->a,.root = at->relid,.lockmode = at->lockmode,
		.rule = SAFEDDL_RULE_ADD_FOREIGN_KEY,.cmdno = cmdno,.location = con->location,
		.validate = validate && safeddl_constraint_enforced(con),
	.valid = validate && safeddl_constraint_enforced(con)};
	int			nreferenced;
	ListCell   *lc;

	if (!OidIsValid(referenced))
	{
		at->a->doomed = true;
		return;
	}
	if (!may_reference(at, referenced) ||
		(new_column == NULL && !referencing_columns(at, con, &key)) ||
		(nreferenced = referenced_columns(at, con, &key)) == 0)
	{
		safeddl_missing(at->a, ERRCODE_INVALID_FOREIGN_KEY,
						"foreign key to \"%s\" is not possible", con->pktable->relname);
		return;
	}
	if (con->skip_validation && new_column == NULL && at->relkind == RELKIND_PARTITIONED_TABLE &&
		!SAFEDDL_PARTITIONED_FK_NOT_VALID)
		at->a->doomed = true;

	safeddl_refuse_foreign_key(at, con, &key, nreferenced);
	key.validated = clone.validate;
	foreach(lc, safeddl_referenced_side(&key))
		safeddl_add_effect(at->a, lfirst_oid(lc), at->relid, ShareRowExclusiveLock,
						   SAFEDDL_REACH_REFERENCED, SAFEDDL_RULE_ADD_FOREIGN_KEY,
						   SAFEDDL_WORK_NONE)->subject = con->conname;
	clone.subject = con->conname ? con->conname : new_column;
	safeddl_push_key(&clone, &key);
}

/* ----------------------------------------------------------------
 *		UNIQUE, PRIMARY KEY, EXCLUDE
 * ----------------------------------------------------------------
 */

static SafeddlRule
index_constraint_rule(Constraint *con)
{
	if (con->contype == CONSTR_PRIMARY)
		return SAFEDDL_RULE_ADD_PRIMARY_KEY;
	return con->contype == CONSTR_UNIQUE ? SAFEDDL_RULE_ADD_UNIQUE : SAFEDDL_RULE_ADD_EXCLUDE;
}

/*
 * safeddl_add_index_constraint: builds an index on every leaf that has none to
 * adopt, and makes the columns of a primary key NOT NULL, which reads the
 * table once more.
 */
void
safeddl_add_index_constraint(SafeddlAlterTable *at, Constraint *con, bool new_column, int cmdno)
{
	SafeddlRule rule = index_constraint_rule(con);
	AttrNumber	unused[INDEX_MAX_KEYS];
	ListCell   *lc;

	if (con->indexname != NULL)
	{
		use_index(at, con, cmdno);
		return;
	}
	safeddl_refuse_index_constraint(at, con);
	if (con->conname != NULL)
	{
		Oid			same_name = get_relname_relid(con->conname, get_rel_namespace(at->relid));

		at->a->doomed |= OidIsValid(same_name) &&
			!safeddl_goes(at, RelationRelationId, same_name, 0);
	}
	if (con->contype == CONSTR_PRIMARY && primary_key(at, at->relid, unused) > 0)
	{
		safeddl_missing(at->a, ERRCODE_INVALID_TABLE_DEFINITION,
						"multiple primary keys for a table are not allowed");
		return;
	}
	if (!new_column)
		foreach(lc, con->keys)
		{
			const char *column = strVal(lfirst(lc));

			if (safeddl_alter_column(at, at->relid, column) == InvalidAttrNumber &&
				safeddl_new_column(at, column) == NULL)
				safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
								"column \"%s\" does not exist", column);
			else if (con->contype == CONSTR_PRIMARY)
				safeddl_set_not_null(at, column, rule, at->inh, cmdno);
		}

	if (at->relkind == RELKIND_PARTITIONED_TABLE)
		push_index_constraint(at, con, new_column, cmdno);
	else if (RELKIND_HAS_TABLE_AM(at->relkind))
		safeddl_alter_effect(at, at->relid, rule, SAFEDDL_WORK_INDEX_BUILD,
							 con->conname, cmdno, con->location);
}

/* the index that the constraint stands for; NULL if its equal cannot be told */
static IndexStmt *
index_statement(SafeddlAlterTable *at, Constraint *con)
{
	IndexStmt  *stmt = makeNode(IndexStmt);
	ListCell   *lc;

	if (con->contype == CONSTR_EXCLUSION || safeddl_without_overlaps(con))
		return NULL;
	stmt->accessMethod = DEFAULT_INDEX_TYPE;
	stmt->unique = true;
	stmt->nulls_not_distinct = con->nulls_not_distinct;
	foreach(lc, list_concat_copy(con->keys, con->including))
	{
		IndexElem  *elem = makeNode(IndexElem);

		elem->name = strVal(lfirst(lc));
		if (safeddl_alter_column(at, at->relid, elem->name) == InvalidAttrNumber)
			return NULL;
		if (list_length(stmt->indexParams) < list_length(con->keys))
			stmt->indexParams = lappend(stmt->indexParams, elem);
		else
			stmt->indexIncludingParams = lappend(stmt->indexIncludingParams, elem);
	}
	return stmt;
}

/* refuse_key: what a partitioned table cannot have; info: as far as it is known */
static void
refuse_key(SafeddlAlterTable *at, Constraint *con, const IndexInfo *info)
{
	Relation	rel = info != NULL ? safeddl_open(at->relid) : NULL;

	at->a->doomed |= con->contype == CONSTR_EXCLUSION && !SAFEDDL_PARTITIONED_EXCLUDE;
	if (rel == NULL)
		return;
	safeddl_refuse_unique(at->a, rel, info);
	safeddl_close(rel);
}

/* DefineIndex() goes down to partitions with a lock of its own */
static void
push_index_constraint(SafeddlAlterTable *at, Constraint *con, bool new_column, int cmdno)
{
	SafeddlIndexSketch sketch = {.a = at->a,.parent = at->relid,.root = at->relid,
		.table_lock = con->deferrable ? ShareRowExclusiveLock : ShareLock,.index_lock = ShareLock,
		.rule = index_constraint_rule(con),.subject = con->conname,.cmdno = cmdno,
	.location = con->location};
	IndexStmt  *stmt = new_column ? NULL : index_statement(at, con);
	ListCell   *lc;

	sketch.constraint = true;
	if (stmt != NULL && !safeddl_sketch_index(&sketch, stmt))
		return;
	refuse_key(at, con, stmt != NULL ? sketch.info : NULL);
	if (!at->inh)
		return;
	if (safeddl_has_rows(at->a, at->relid))
		safeddl_alter_effect(at, at->relid, sketch.rule, SAFEDDL_WORK_INDEX_BUILD,
							 con->conname, cmdno, con->location);
	foreach(lc, find_inheritance_children(at->relid, NoLock))
		safeddl_push_index(&sketch, lfirst_oid(lc));
}

/* use_index: USING INDEX: no build; a primary key may have to check for nulls */
static void
use_index(SafeddlAlterTable *at, Constraint *con, int cmdno)
{
	Oid			indexid = get_relname_relid(con->indexname, get_rel_namespace(at->relid));
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT,
						"index \"%s\" does not exist", con->indexname);
		return;
	}
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indrelid != at->relid || !form->indisvalid || !form->indisunique ||
		!heap_attisnull(tuple, Anum_pg_index_indexprs, NULL))
	{
		at->a->doomed = true;
		ReleaseSysCache(tuple);
		return;
	}
	if (con->conname != NULL && strcmp(con->conname, con->indexname) != 0)
		safeddl_add_effect(at->a, indexid, at->relid, ShareUpdateExclusiveLock,
						   SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
	if (con->contype == CONSTR_PRIMARY)
		for (int i = 0; i < form->indnkeyatts; i++)
			safeddl_set_not_null(at, get_attname(at->relid, form->indkey.values[i], false),
								 SAFEDDL_RULE_ADD_PRIMARY_KEY, at->inh, cmdno);
	ReleaseSysCache(tuple);
}

/* ----------------------------------------------------------------
 *		DROP
 * ----------------------------------------------------------------
 */

/* is it of those that go down to children of a plain table? */
static bool
is_inheritable(const FormData_pg_constraint *form)
{
	return form->contype == CONSTRAINT_CHECK || form->contype == SAFEDDL_CONSTRAINT_NOTNULL;
}

/*
 * counterpart: the constraint of a child that was inherited from that one, by
 * name or, for NOT NULL, by column; InvalidOid if there is none.
 */
static Oid
counterpart(Oid childid, HeapTuple constraint)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(constraint);

	if (form->contype == CONSTRAINT_CHECK)
		return find_constraint(childid, NameStr(form->conname));
	return safeddl_not_null_constraint(childid,
									   get_attnum(childid,
												  get_attname(form->conrelid,
															  safeddl_not_null_column(constraint),
															  false)));
}

/*
 * drop_constraint: of one relation, with what depends on it, and of the
 * children that have it by inheritance alone.  Mirrors ATExecDropConstraint(),
 * dropconstraint_internal() since 18, which goes down one level at a time.
 */
static void
drop_constraint(SafeddlAlterTable *at, Oid conoid, DropBehavior behavior, bool recursing)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	ObjectAddress *object = palloc(sizeof(ObjectAddress));
	Form_pg_constraint form;
	bool		partitioned;
	List	   *children = NIL;
	ListCell   *lc;

	check_stack_depth();
	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	at->a->doomed |= form->coninhcount > 0 && !recursing;
	/* even if there are no triggers on it, as it is NOT ENFORCED */
	if (form->contype == CONSTRAINT_FOREIGN && form->confrelid != form->conrelid)
		safeddl_add_locks(at->a, list_make1_oid(form->confrelid), at->relid, AccessExclusiveLock,
						  SAFEDDL_REACH_REFERENCED);
	ObjectAddressSet(*object, ConstraintRelationId, conoid);
	safeddl_alter_delete(at, list_make1(object), behavior, 0);

	/* the dependencies take care of what else partitions have */
	partitioned = get_rel_relkind(form->conrelid) == RELKIND_PARTITIONED_TABLE;
	if (!form->connoinherit && (!partitioned || is_inheritable(form)))
		children = safeddl_alter_children(at, form->conrelid);
	at->a->doomed |= partitioned && children != NIL && !at->inh && !SAFEDDL_NOT_NULL_IS_CONSTRAINT;
	foreach(lc, children)
	{
		Oid			child = counterpart(lfirst_oid(lc), tuple);
		HeapTuple	child_tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(child));
		bool		goes;

		if (!HeapTupleIsValid(child_tuple))
			continue;
		goes = at->inh && ((Form_pg_constraint) GETSTRUCT(child_tuple))->coninhcount == 1 &&
			!((Form_pg_constraint) GETSTRUCT(child_tuple))->conislocal;
		ReleaseSysCache(child_tuple);
		if (goes)
			drop_constraint(at, child, behavior, true);
	}
	ReleaseSysCache(tuple);
}

/* safeddl_drop_constraint: instant, but locks whatever it reaches */
void
safeddl_drop_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	Oid			conoid = find_constraint(at->relid, cmd->name);

	/* as ATCheckPartitionsNotInUse() */
	if (at->relkind == RELKIND_PARTITIONED_TABLE)
		safeddl_add_locks(at->a, safeddl_hierarchy(at->relid, true), at->relid, at->lockmode,
						  SAFEDDL_REACH_PARTITION);
	if (OidIsValid(conoid))
		drop_constraint(at, conoid, cmd->behavior, false);
	else if (!cmd->missing_ok)
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT,
						"constraint \"%s\" does not exist", cmd->name);
}

/* ----------------------------------------------------------------
 *		SET NOT NULL, DROP NOT NULL
 * ----------------------------------------------------------------
 */

/*
 * proves_not_null: do the valid CHECK constraints of a table that the statement
 * leaves there prove that a column has no nulls?  The server's own proof, shown
 * a table without those that go.
 */
static bool
proves_not_null(SafeddlAlterTable *at, Relation rel, AttrNumber attno)
{
	RelationData remaining = *safeddl_script_relation(at->a, rel);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attno - 1);
	NullTest   *test = makeNode(NullTest);
	TupleConstr *constr;

	remaining.rd_att = CreateTupleDescCopyConstr(remaining.rd_att);
	constr = remaining.rd_att->constr;
	for (int i = 0; constr != NULL && i < constr->num_check; i++)
		if (safeddl_goes(at, ConstraintRelationId,
						 find_constraint(RelationGetRelid(rel), constr->check[i].ccname), 0))
			constr->check[i].ccvalid = false;
	/* and without the NOT NULL itself */
	safeddl_forget_not_null(remaining.rd_att, attno - 1);
	test->arg = (Expr *) makeVar(1, attno, att->atttypid, att->atttypmod, att->attcollation, 0);
	test->nulltesttype = IS_NOT_NULL;
	test->argisrow = false;
	test->location = -1;
	return PartConstraintImpliedByRelConstraint(&remaining, list_make1(test));
}

/* how a column of a table is NOT NULL, once the statement has done its drops */
typedef enum NotNullState
{
	NULLABLE,
	NOT_NULL_NOT_VALID,
	NOT_NULL
} NotNullState;

/* is there a DROP NOT NULL that is no DROP CONSTRAINT? */
static bool
is_made_nullable(SafeddlAlterTable *at, const char *column)
{
	return list_member(at->nullable, makeString(unconstify(char *, column)));
}

static NotNullState
not_null_state(SafeddlAlterTable *at, Oid relid, const char *column)
{
	HeapTuple	tuple = SearchSysCacheAttName(relid, column);
	Form_pg_attribute att;
	bool		not_null;
	AttrNumber	attno;
	int			nullness = safeddl_script_nullness(at->a, relid, column);

	if (!HeapTupleIsValid(tuple))
		return NOT_NULL;		/* no such column: nothing to search */
	if (nullness != 0)
	{
		ReleaseSysCache(tuple);
		return nullness > 0 ? NOT_NULL : NULLABLE;
	}
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	attno = att->attnum;
	not_null = att->attnotnull;
	ReleaseSysCache(tuple);
	if (!not_null ||
		safeddl_goes(at, ConstraintRelationId, safeddl_not_null_constraint(relid, attno), 0) ||
		((relid == at->relid || at->inh) && is_made_nullable(at, column)))
		return NULLABLE;
	return safeddl_not_null_is_unproved(relid, attno) ? NOT_NULL_NOT_VALID : NOT_NULL;
}

/* search_nulls: in one table, unless there are none for certain */
static void
search_nulls(SafeddlAlterTable *at, Oid relid, const char *column, SafeddlRule rule, int cmdno)
{
	NotNullState state = not_null_state(at, relid, column);
	SafeddlEffect *effect;
	Relation	rel;

	if (state == NOT_NULL || !safeddl_alter_has_rows(at, relid))
		return;
	rel = safeddl_open(relid);
	/* what was NOT VALID so far is validated without a proof */
	if (state == NOT_NULL_NOT_VALID || rel == NULL ||
		!proves_not_null(at, rel, get_attnum(relid, column)))
	{
		effect = safeddl_alter_effect(at, relid, rule, SAFEDDL_WORK_SCAN, column, cmdno, -1);
		effect->maybe = state == NULLABLE && rel == NULL ? SAFEDDL_WORK_SCAN : 0;
	}
	if (rel != NULL)
		safeddl_close(rel);
}

/*
 * safeddl_push_not_null: one table and what inherits from it, level by level,
 * but not below one that has the constraint; as ATExecSetNotNull() since 18.
 */
void
safeddl_push_not_null(SafeddlAlterTable *at, Oid relid, const char *column, SafeddlRule rule,
					  int cmdno)
{
	ListCell   *lc;

	check_stack_depth();
	if (not_null_state(at, relid, column) != NULLABLE)
		return;
	search_nulls(at, relid, column, rule, cmdno);
	foreach(lc, safeddl_alter_children(at, relid))
		safeddl_push_not_null(at, lfirst_oid(lc), column, rule, cmdno);
}

/*
 * safeddl_set_not_null: on behalf of rule, for the target and, if recurse, its
 * descendants.  Partitions have it already where their parent has it; since 18
 * all children have, as it is a constraint.  Up to 17, ONLY of a partitioned
 * table looks whether the partitions have it.
 */
void
safeddl_set_not_null(SafeddlAlterTable *at, const char *column, SafeddlRule rule,
					 bool recurse, int cmdno)
{
	ColumnDef  *def = safeddl_new_column(at, column);
	bool		partitioned = at->relkind == RELKIND_PARTITIONED_TABLE;
	ListCell   *lc;

	if (safeddl_alter_column(at, at->relid, column) == InvalidAttrNumber)
	{
		if (def == NULL)
			safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
							"column \"%s\" does not exist", column);
		else
			safeddl_new_column_not_null(at, def, rule, cmdno);
		return;
	}
	/* DROP NOT NULL comes later than the decision to go down */
	if ((partitioned || SAFEDDL_NOT_NULL_IS_CONSTRAINT) &&
		(not_null_state(at, at->relid, column) == NOT_NULL || is_made_nullable(at, column)))
		return;
	if (SAFEDDL_NOT_NULL_IS_CONSTRAINT && recurse &&
		not_null_state(at, at->relid, column) == NULLABLE)
	{
		safeddl_push_not_null(at, at->relid, column, rule, cmdno);
		return;
	}
	if (recurse)
		safeddl_lock_children(at);
	else if (partitioned)
		safeddl_add_locks(at->a, SAFEDDL_NOT_NULL_IS_CONSTRAINT ?
						  find_inheritance_children(at->relid, NoLock) :
						  safeddl_hierarchy(at->relid, true),
						  at->relid, at->lockmode, SAFEDDL_REACH_PARTITION);
	foreach(lc, recurse ? safeddl_alter_relids(at) : list_make1_oid(at->relid))
		search_nulls(at, lfirst_oid(lc), column, rule, cmdno);
}

/* safeddl_drop_not_null: a constraint goes, level by level, or just a mark */
void
safeddl_drop_not_null(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	Oid			conoid = safeddl_not_null_constraint(at->relid, get_attnum(at->relid, cmd->name));

	if (OidIsValid(conoid))
		drop_constraint(at, conoid, DROP_RESTRICT, false);
	if (SAFEDDL_NOT_NULL_IS_CONSTRAINT)
		return;
	if (not_null_state(at, at->relid, cmd->name) != NULLABLE)
		at->nullable = lappend(at->nullable, makeString(cmd->name));
	safeddl_lock_children(at);
}

/* ----------------------------------------------------------------
 *		VALIDATE, ALTER
 * ----------------------------------------------------------------
 */

/* validate_key: a foreign key, and what of it on partitions is not valid yet */
static void
validate_key(SafeddlAlterTable *at, Oid conoid, const char *name, int cmdno)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, safeddl_foreign_keys(at->relid, false))
	{
		if (((SafeddlForeignKey *) lfirst(lc))->conoid != conoid)
			continue;
		foreach(lc2, safeddl_unvalidated_keys(lfirst(lc)))
		{
			Oid			relid = ((SafeddlForeignKey *) lfirst(lc2))->referencing;
			bool		leaf = safeddl_has_rows(at->a, relid);

			safeddl_alter_effect(at, relid,
								 leaf ? SAFEDDL_RULE_VALIDATE_CONSTRAINT : SAFEDDL_RULE_NONE,
								 leaf ? SAFEDDL_WORK_VALIDATE : SAFEDDL_WORK_NONE,
								 name, cmdno, -1);
		}
	}
}

/* a constraint of that name that the statement adds; or NULL */
static Constraint *
find_new_constraint(SafeddlAlterTable *at, const char *name)
{
	ListCell   *lc;

	foreach(lc, at->new_constraints)
		if (lfirst_node(Constraint, lc)->conname != NULL &&
			strcmp(lfirst_node(Constraint, lc)->conname, name) == 0)
			return lfirst(lc);
	return NULL;
}

static bool
is_validated(Oid conoid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;
	ReleaseSysCache(tuple);
	return result;
}

/*
 * safeddl_validate_constraint: SHARE UPDATE EXCLUSIVE if it is alone in its
 * ALTER TABLE, and the scan or join under whatever lock that takes.
 */
void
safeddl_validate_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	Oid			conoid = find_constraint(at->relid, cmd->name);
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	Constraint *added = find_new_constraint(at, cmd->name);
	Form_pg_constraint form;
	ListCell   *lc;

	if (added != NULL && (!HeapTupleIsValid(tuple) || safeddl_goes(at, ConstraintRelationId, conoid, 0)))
	{
		/* added NOT VALID in this very statement: its lock is held meanwhile */
		if (added->skip_validation)
			foreach(lc, safeddl_alter_leaves(at, !added->is_no_inherit))
				safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_VALIDATE_CONSTRAINT,
									 added->contype == CONSTR_FOREIGN ? SAFEDDL_WORK_VALIDATE :
									 SAFEDDL_WORK_SCAN, cmd->name, cmdno, -1);
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		return;
	}
	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT,
						"constraint \"%s\" does not exist", cmd->name);
		return;
	}
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	if (!safeddl_form_enforced(form))
		at->a->doomed = true;
	if (!form->convalidated && form->contype == CONSTRAINT_FOREIGN)
	{
		safeddl_add_effect(at->a, form->confrelid, at->relid, RowShareLock,
						   SAFEDDL_REACH_REFERENCED, SAFEDDL_RULE_VALIDATE_CONSTRAINT,
						   SAFEDDL_WORK_NONE);
		validate_key(at, conoid, cmd->name, cmdno);
	}
	else if (!form->convalidated)
	{
		if (!form->connoinherit)
			safeddl_lock_children(at);
		/* a child may have validated its own already */
		foreach(lc, safeddl_alter_leaves(at, !form->connoinherit))
			if (!is_validated(counterpart(lfirst_oid(lc), tuple)))
				safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_VALIDATE_CONSTRAINT,
									 SAFEDDL_WORK_SCAN, cmd->name, cmdno, -1);
	}
	ReleaseSysCache(tuple);
}

/*
 * safeddl_alter_constraint: instant, but for ENFORCED, which checks every row,
 * and for INHERIT of NOT NULL, which extends it to the children.
 */
void
safeddl_alter_constraint(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	const char *name = safeddl_altered_constraint(cmd);
	HeapTuple	tuple = SearchSysCache1(CONSTROID,
										ObjectIdGetDatum(find_constraint(at->relid, name)));
	bool		fk;
	bool		enforced;
	bool		inherits;
	AttrNumber	attno;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT, "constraint \"%s\" does not exist", name);
		return;
	}
	fk = ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN;
	enforced = safeddl_form_enforced((Form_pg_constraint) GETSTRUCT(tuple));
	inherits = !((Form_pg_constraint) GETSTRUCT(tuple))->connoinherit;
	attno = safeddl_alters_inherit(cmd) ? safeddl_not_null_column(tuple) : InvalidAttrNumber;
	ReleaseSysCache(tuple);

	if (!fk && safeddl_alters_enforced(cmd) && !SAFEDDL_CHECK_ALTERS_ENFORCED)
		at->a->doomed = true;
	if (at->relkind == RELKIND_PARTITIONED_TABLE || (!fk && !safeddl_alters_inherit(cmd)))
		safeddl_lock_children(at);
	if (safeddl_alters_enforced(cmd) && safeddl_enforces(cmd) != enforced)
	{
		if (fk)
			lock_partners(at, name, enforced ? AccessExclusiveLock : ShareRowExclusiveLock);
		if (!enforced)
			foreach(lc, safeddl_alter_leaves(at, at->relkind == RELKIND_PARTITIONED_TABLE || !fk))
				safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_ALTER_CONSTRAINT,
									 fk ? SAFEDDL_WORK_VALIDATE : SAFEDDL_WORK_SCAN,
									 name, cmdno, -1);
	}
	/* the next level gets it, or is just told */
	if (attno != InvalidAttrNumber && safeddl_inherits(cmd) != inherits)
		foreach(lc, safeddl_alter_children(at, at->relid))
			if (safeddl_inherits(cmd))
				safeddl_push_not_null(at, lfirst_oid(lc), get_attname(at->relid, attno, false),
									  SAFEDDL_RULE_ALTER_CONSTRAINT, cmdno);
}
