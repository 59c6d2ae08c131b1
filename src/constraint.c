/*
 * constraint.c
 *	  Constraints in ALTER TABLE: ADD, VALIDATE, DROP, and SET NOT NULL.
 *
 * Mirrors ATExecAddConstraint(), ATExecValidateConstraint(),
 * ATExecDropConstraint() and ATExecSetNotNull() in commands/tablecmds.c.
 */
#include "alter_table.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static bool check_reads_toast(SafeddlAlterTable *at, Constraint *con);
static bool make_foreign_key(SafeddlAlterTable *at, Constraint *con, Oid referenced,
							 SafeddlForeignKey *key);
static Oid	find_equal_constraint_index(Oid relid, Constraint *con);
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

/* safeddl_add_constraint: ADD [CONSTRAINT name] ... as a subcommand */
void
safeddl_add_constraint(SafeddlAlterTable *at, Constraint *con, int cmdno)
{
	if (!at->drops && con->conname != NULL &&
		OidIsValid(find_constraint(at->relid, con->conname)))
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
			safeddl_add_check(at, con, false, NIL, cmdno);
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
			safeddl_lock_children(at);
			if (!con->skip_validation && con->keys != NIL)
				safeddl_set_not_null(at, strVal(linitial(con->keys)),
									 SAFEDDL_RULE_SET_NOT_NULL, true, cmdno);
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
 * safeddl_add_check: a scan of every table that gets the constraint, unless it
 * is NOT VALID or NOT ENFORCED; one that is implied or equal to another is
 * checked all the same.  new_column: it stands behind a column to be, which
 * only the tables in leaves get.
 */
void
safeddl_add_check(SafeddlAlterTable *at, Constraint *con, bool new_column,
				  List *leaves, int cmdno)
{
	bool		toast = false;
	ListCell   *lc;

	if (!con->is_no_inherit)
		safeddl_lock_children(at);
	/* what reads columns to be cannot be parsed yet */
	if (!new_column && !at->adds_columns && !at->alters_types && con->raw_expr != NULL)
		toast = check_reads_toast(at, con);
	if (con->skip_validation || !safeddl_constraint_enforced(con))
		return;
	if (!new_column)
		leaves = safeddl_alter_leaves(at, !con->is_no_inherit);
	foreach(lc, leaves)
	{
		Oid			relid = lfirst_oid(lc);

		/* a child that has it by name and definition keeps its own */
		if (relid != at->relid && con->conname != NULL &&
			OidIsValid(find_constraint(relid, con->conname)))
			continue;
		safeddl_alter_effect(at, relid, SAFEDDL_RULE_ADD_CHECK, SAFEDDL_WORK_SCAN,
							 con->conname, cmdno, con->location)->through =
			toast ? SAFEDDL_THROUGH_TOAST : 0;
	}
}

/* ----------------------------------------------------------------
 *		FOREIGN KEY
 * ----------------------------------------------------------------
 */

/* the primary key's columns, which REFERENCES t without columns means */
static int
primary_key(Oid relid, AttrNumber *attnos)
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
		if (form->indisprimary)
			for (; n < form->indnkeyatts; n++)
				attnos[n] = form->indkey.values[n];
		ReleaseSysCache(tuple);
		if (n > 0)
			return n;
	}
	return 0;
}

/* make_foreign_key: false where a column of the key does not exist */
static bool
make_foreign_key(SafeddlAlterTable *at, Constraint *con, Oid referenced, SafeddlForeignKey *key)
{
	int			i = 0;
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
		key->conkey[key->nkeys] = get_attnum(at->relid, strVal(lfirst(lc)));
		if (key->conkey[key->nkeys++] == InvalidAttrNumber && !at->adds_columns)
			return false;
	}
	if (con->pk_attrs == NIL)
		return primary_key(referenced, key->confkey) > 0;
	foreach(lc, con->pk_attrs)
	{
		if (i >= INDEX_MAX_KEYS)
			return false;
		key->confkey[i] = get_attnum(referenced, strVal(lfirst(lc)));
		if (key->confkey[i++] == InvalidAttrNumber)
			return false;
	}
	return true;
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
	SafeddlForeignKey key = {.referencing = at->relid};
	SafeddlKeyClone clone = {.a = at->a,.root = at->relid,.lockmode = at->lockmode,
		.rule = SAFEDDL_RULE_ADD_FOREIGN_KEY,.cmdno = cmdno,.location = con->location,
	.validate = validate && safeddl_constraint_enforced(con)};
	ListCell   *lc;

	if (!OidIsValid(referenced))
	{
		at->a->doomed = true;
		return;
	}
	if (!may_reference(at, referenced) ||
		(new_column == NULL && !make_foreign_key(at, con, referenced, &key)))
	{
		safeddl_missing(at->a, ERRCODE_INVALID_FOREIGN_KEY,
						"foreign key to \"%s\" is not possible", con->pktable->relname);
		return;
	}
	if (con->skip_validation && at->relkind == RELKIND_PARTITIONED_TABLE &&
		!SAFEDDL_PARTITIONED_FK_NOT_VALID)
		at->a->doomed = true;

	key.referenced = referenced;
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
	if (!at->drops && con->conname != NULL &&
		OidIsValid(get_relname_relid(con->conname, get_rel_namespace(at->relid))))
		at->a->doomed = true;
	if (!at->drops && con->contype == CONSTR_PRIMARY && primary_key(at->relid, unused) > 0)
	{
		safeddl_missing(at->a, ERRCODE_INVALID_TABLE_DEFINITION,
						"multiple primary keys for a table are not allowed");
		return;
	}
	if (!new_column)
		foreach(lc, con->keys)
		{
			const char *column = strVal(lfirst(lc));

			if (get_attnum(at->relid, column) == InvalidAttrNumber)
			{
				if (!at->adds_columns)
					safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
									"column \"%s\" does not exist", column);
			}
			else if (con->contype == CONSTR_PRIMARY)
				safeddl_set_not_null(at, column, rule, true, cmdno);
		}

	/* DefineIndex() goes down to partitions with a lock of its own */
	if (at->relkind == RELKIND_PARTITIONED_TABLE)
		safeddl_add_locks(at->a, list_delete_oid(list_copy(safeddl_alter_relids(at)), at->relid), at->relid,
						  ShareLock, SAFEDDL_REACH_PARTITION);
	foreach(lc, safeddl_alter_leaves(at, at->relkind == RELKIND_PARTITIONED_TABLE))
	{
		Oid			relid = lfirst_oid(lc);
		Oid			indexid = InvalidOid;
		SafeddlEffect *effect;

		if (!new_column && relid != at->relid)
			indexid = find_equal_constraint_index(relid, con);
		if (OidIsValid(indexid))
		{
			safeddl_add_locks(at->a, list_make1_oid(indexid), at->relid, ShareLock,
							  SAFEDDL_REACH_INDEX);
			continue;
		}
		effect = safeddl_alter_effect(at, relid, rule, SAFEDDL_WORK_INDEX_BUILD,
									  con->conname, cmdno, con->location);
		if (relid != at->relid)
			effect->lockmode = ShareLock;
	}
}

/* a partition's own constraint of the kind, on the same columns, is attached */
static Oid
find_equal_constraint_index(Oid relid, Constraint *con)
{
	ListCell   *lc;

	if (con->contype == CONSTR_EXCLUSION)
		return InvalidOid;
	foreach(lc, safeddl_indexes(relid))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;
		bool		equal;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		equal = form->indisprimary == (con->contype == CONSTR_PRIMARY) && form->indisunique &&
			form->indnkeyatts == list_length(con->keys) &&
			form->indnatts == form->indnkeyatts + list_length(con->including) &&
			!get_rel_relispartition(lfirst_oid(lc)) &&
			OidIsValid(get_index_constraint(lfirst_oid(lc)));
		for (int i = 0; equal && i < form->indnkeyatts; i++)
			equal = form->indkey.values[i] == get_attnum(relid, strVal(list_nth(con->keys, i)));
		ReleaseSysCache(tuple);
		if (equal)
			return lfirst_oid(lc);
	}
	return InvalidOid;
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
								 SAFEDDL_RULE_ADD_PRIMARY_KEY, true, cmdno);
	ReleaseSysCache(tuple);
}

/* ----------------------------------------------------------------
 *		SET NOT NULL
 * ----------------------------------------------------------------
 */

/*
 * nulls_are_searched: must the table be read to make the column NOT NULL?  The
 * server's own proof from the valid CHECK constraints decides, unless one of
 * them is dropped in the same breath: drops come first.
 */
static int
nulls_are_searched(SafeddlAlterTable *at, Oid relid, const char *column, bool *maybe)
{
	HeapTuple	tuple = SearchSysCacheAttName(relid, column);
	Form_pg_attribute att;
	NullTest   *test = makeNode(NullTest);
	Relation	rel;
	bool		proved;

	*maybe = false;
	if (!HeapTupleIsValid(tuple))
		return false;
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	if (att->attnotnull && !safeddl_not_null_is_unproved(relid, att->attnum))
	{
		ReleaseSysCache(tuple);
		return false;
	}
	test->arg = (Expr *) makeVar(1, att->attnum, att->atttypid, att->atttypmod,
								 att->attcollation, 0);
	test->nulltesttype = IS_NOT_NULL;
	test->argisrow = false;
	test->location = -1;
	proved = att->attnotnull;
	ReleaseSysCache(tuple);
	if (proved)
		return true;			/* NOT VALID so far: validated without a proof */

	rel = safeddl_open(relid);
	if (rel == NULL)
	{
		*maybe = true;
		return true;
	}
	proved = PartConstraintImpliedByRelConstraint(rel, list_make1(test));
	safeddl_close(rel);
	if (proved && at->dropped_checks != NIL)
		*maybe = true;
	return !proved || *maybe;
}

/* safeddl_set_not_null: on behalf of rule, for the target and its descendants */
void
safeddl_set_not_null(SafeddlAlterTable *at, const char *column, SafeddlRule rule,
					 bool recurse, int cmdno)
{
	HeapTuple	tuple = SearchSysCacheAttName(at->relid, column);
	bool		not_null;
	bool		maybe;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
	{
		if (!at->adds_columns)
			safeddl_missing(at->a, ERRCODE_UNDEFINED_COLUMN,
							"column \"%s\" does not exist", column);
		return;
	}
	not_null = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	/* then all partitions have it, too, and are left in peace */
	if (not_null && at->relkind == RELKIND_PARTITIONED_TABLE &&
		!safeddl_not_null_is_unproved(at->relid, get_attnum(at->relid, column)))
		return;
	if (recurse && !(not_null && rule == SAFEDDL_RULE_ADD_PRIMARY_KEY))
		safeddl_lock_children(at);
	foreach(lc, safeddl_alter_leaves(at, recurse))
		if (nulls_are_searched(at, lfirst_oid(lc), column, &maybe))
			safeddl_alter_effect(at, lfirst_oid(lc), rule, SAFEDDL_WORK_SCAN, column,
								 cmdno, -1)->maybe = maybe ? SAFEDDL_WORK_SCAN : 0;
}

/* ----------------------------------------------------------------
 *		VALIDATE, DROP
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
			bool		leaf = get_rel_relkind(relid) == RELKIND_RELATION;

			safeddl_alter_effect(at, relid,
								 leaf ? SAFEDDL_RULE_VALIDATE_CONSTRAINT : SAFEDDL_RULE_NONE,
								 leaf ? SAFEDDL_WORK_VALIDATE : SAFEDDL_WORK_NONE,
								 name, cmdno, -1);
		}
	}
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
	Form_pg_constraint form;
	bool		maybe = false;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple) && list_member(at->added, makeString(cmd->name)))
	{
		/* added NOT VALID in this very statement: its lock is held meanwhile */
		foreach(lc, safeddl_alter_leaves(at, true))
			safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_VALIDATE_CONSTRAINT,
								 SAFEDDL_WORK_SCAN, cmd->name, cmdno, -1)->maybe = SAFEDDL_WORK_SCAN;
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
		safeddl_lock_children(at);
		foreach(lc, safeddl_alter_leaves(at, !form->connoinherit))
		{
			SafeddlEffect *effect = safeddl_alter_effect(at, lfirst_oid(lc),
														 SAFEDDL_RULE_VALIDATE_CONSTRAINT,
														 SAFEDDL_WORK_SCAN, cmd->name,
														 cmdno, -1);

			/* a child may have validated its own already */
			maybe = lfirst_oid(lc) != at->relid && at->relkind == RELKIND_RELATION;
			effect->maybe = maybe ? SAFEDDL_WORK_SCAN : 0;
		}
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
	AttrNumber	attno;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
	{
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT, "constraint \"%s\" does not exist", name);
		return;
	}
	fk = ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN;
	enforced = safeddl_form_enforced((Form_pg_constraint) GETSTRUCT(tuple));
	attno = safeddl_alters_inherit(cmd) ? safeddl_not_null_column(tuple) : InvalidAttrNumber;
	ReleaseSysCache(tuple);

	if (!fk && safeddl_alters_enforced(cmd) && !SAFEDDL_CHECK_ALTERS_ENFORCED)
		at->a->doomed = true;
	if (at->relkind == RELKIND_PARTITIONED_TABLE || !fk)
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
	if (attno != InvalidAttrNumber && safeddl_inherits(cmd))
		safeddl_set_not_null(at, get_attname(at->relid, attno, false),
							 SAFEDDL_RULE_ALTER_CONSTRAINT, true, cmdno);
}

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
		children = find_inheritance_children(form->conrelid, NoLock);
	at->a->doomed |= partitioned && children != NIL && !at->inh;
	foreach(lc, children)
	{
		Oid			child = counterpart(lfirst_oid(lc), tuple);
		HeapTuple	child_tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(child));
		bool		goes;

		safeddl_alter_effect(at, lfirst_oid(lc), SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE,
							 NULL, -1, -1);
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

	if (OidIsValid(conoid))
		drop_constraint(at, conoid, cmd->behavior, false);
	else if (!cmd->missing_ok)
		safeddl_missing(at->a, ERRCODE_UNDEFINED_OBJECT,
						"constraint \"%s\" does not exist", cmd->name);
}
