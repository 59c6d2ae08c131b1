/*
 * foreign_key.c
 *	  Foreign keys of partitioned tables: what a partition adopts, what is
 *	  checked, and what is locked for it.
 *
 * Mirrors addFkRecurseReferencing(), tryAttachPartitionForeignKey() and
 * QueueFKConstraintValidation() in commands/tablecmds.c.
 */
#include "safeddl.h"
#include "script.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/*
 * safeddl_topmost_keys: those of a table's foreign keys that are not part of
 * another one of them, as the keys to the partitions of a referenced table.
 */
List *
safeddl_topmost_keys(List *keys)
{
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, keys)
	{
		foreach(lc2, keys)
			if (((SafeddlForeignKey *) lfirst(lc2))->conoid == ((SafeddlForeignKey *) lfirst(lc))->parent)
				break;
		if (lc2 == NULL)
			result = lappend(result, lfirst(lc));
	}
	return result;
}

/* safeddl_topmost_key: the constraint that a foreign key was cloned from, and so on */
Oid
safeddl_topmost_key(const SafeddlForeignKey *fk)
{
	Oid			result = fk->conoid;
	Oid			parent = fk->parent;

	while (OidIsValid(parent))
	{
		HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(parent));

		if (!HeapTupleIsValid(tuple))
			break;
		result = parent;
		parent = ((Form_pg_constraint) GETSTRUCT(tuple))->conparentid;
		ReleaseSysCache(tuple);
	}
	return result;
}

/* safeddl_translate_key: the key as a partition would have it: the columns go by their names */
SafeddlForeignKey *
safeddl_translate_key(const SafeddlForeignKey *key, Oid partition)
{
	SafeddlForeignKey *result = palloc(sizeof(SafeddlForeignKey));

	*result = *key;
	result->referencing = partition;
	for (int i = 0; i < key->nkeys; i++)
		if (key->conkey[i] > 0)
			result->conkey[i] = get_attnum(partition, get_attname(key->referencing, key->conkey[i], false));
	return result;
}

static bool
is_equal(const SafeddlForeignKey *own, const SafeddlForeignKey *wanted, bool not_valid)
{
	if (own->referenced != wanted->referenced || own->nkeys != wanted->nkeys ||
		OidIsValid(own->parent) || !(own->validated || not_valid) ||
		own->deferrable != wanted->deferrable || own->deferred != wanted->deferred ||
		own->updtype != wanted->updtype || own->deltype != wanted->deltype ||
		own->matchtype != wanted->matchtype)
		return false;
	for (int i = 0; i < own->nkeys; i++)
		if (wanted->conkey[i] <= 0 || own->conkey[i] != wanted->conkey[i] ||
			own->confkey[i] != wanted->confkey[i])
			return false;
	return own->nkeys > 0;
}

/*
 * safeddl_equal_key: the foreign key that a table has already and that would be
 * adopted; or NULL.  Of those that are not valid, if it may be one of them.
 */
const SafeddlForeignKey *
safeddl_equal_key(const SafeddlForeignKey *wanted, bool not_valid)
{
	ListCell   *lc;

	foreach(lc, safeddl_foreign_keys(wanted->referencing, false))
		if (is_equal(lfirst(lc), wanted, not_valid))
			return lfirst(lc);
	return NULL;
}

/*
 * safeddl_unvalidated_keys: a key, if it is NOT VALID, and what of it on the
 * partitions of its table is not valid either, as SafeddlForeignKey.
 */
List *
safeddl_unvalidated_keys(const SafeddlForeignKey *key)
{
	List	   *result;
	ListCell   *lc;
	ListCell   *lc2;

	check_stack_depth();
	if (key->validated)
		return NIL;
	result = list_make1(unconstify(SafeddlForeignKey *, key));
	if (get_rel_relkind(key->referencing) != RELKIND_PARTITIONED_TABLE)
		return result;
	foreach(lc, find_inheritance_children(key->referencing, NoLock))
		foreach(lc2, safeddl_foreign_keys(lfirst_oid(lc), false))
			if (((SafeddlForeignKey *) lfirst(lc2))->parent == key->conoid)
				result = list_concat(result, safeddl_unvalidated_keys(lfirst(lc2)));
	return result;
}

static void
add_validation(const SafeddlKeyClone *clone, Oid relid)
{
	SafeddlEffect *effect = safeddl_add_effect(clone->a, relid, clone->root, clone->lockmode,
											   relid == clone->root ? SAFEDDL_REACH_TARGET :
											   safeddl_child_reach(relid),
											   clone->rule, SAFEDDL_WORK_VALIDATE);

	effect->subject = clone->subject;
	effect->cmdno = clone->cmdno;
	effect->location = clone->location;
}

/*
 * safeddl_push_key: a table gets the foreign key that it is the referencing
 * side of, and so do its partitions; its rows are checked.
 */
void
safeddl_push_key(const SafeddlKeyClone *clone, const SafeddlForeignKey *key)
{
	char		relkind = get_rel_relkind(key->referencing);
	ListCell   *lc;

	check_stack_depth();
	if (clone->validate && safeddl_has_rows(clone->a, key->referencing))
		add_validation(clone, key->referencing);
	if (relkind == RELKIND_PARTITIONED_TABLE)
		foreach(lc, find_inheritance_children(key->referencing, NoLock))
		{
			safeddl_add_effect(clone->a, lfirst_oid(lc), clone->root, clone->lockmode,
							   SAFEDDL_REACH_PARTITION, SAFEDDL_RULE_NONE, SAFEDDL_WORK_NONE);
			safeddl_clone_key(clone, key, lfirst_oid(lc));
		}
}

/*
 * safeddl_clone_key: a partition gets a foreign key of its parent.  An equal
 * key of its own is adopted, which drops the triggers that this has on the
 * other side, and its rows are not checked again.
 */
void
safeddl_clone_key(const SafeddlKeyClone *clone, const SafeddlForeignKey *key, Oid partition)
{
	SafeddlForeignKey *wanted = safeddl_translate_key(key, partition);
	const SafeddlForeignKey *own = safeddl_equal_key(wanted, SAFEDDL_ADOPTS_NOT_VALID_FK);
	const SafeddlScriptConstraint *made = own == NULL && clone->a->script != NULL ?
		safeddl_script_find_key(clone->a->script, wanted) : NULL;
	ListCell   *lc;

	if (made != NULL)
	{
		safeddl_add_locks(clone->a, safeddl_referenced_side(wanted), clone->root, AccessExclusiveLock,
						  SAFEDDL_REACH_REFERENCED);
		if (clone->valid && !made->valid)
			add_validation(clone, partition);
		return;
	}
	if (own == NULL)
	{
		safeddl_push_key(clone, wanted);
		return;
	}
	if (own->enforced)
		safeddl_add_locks(clone->a, safeddl_referenced_side(own), clone->root, AccessExclusiveLock,
						  SAFEDDL_REACH_REFERENCED);
	/* constraints go that it has for the partitions of the other side */
	if (get_rel_relkind(own->referenced) == RELKIND_PARTITIONED_TABLE)
		safeddl_add_locks(clone->a, list_make1_oid(partition), clone->root, AccessExclusiveLock,
						  SAFEDDL_REACH_PARTITION);
	if (clone->valid)
		foreach(lc, safeddl_unvalidated_keys(own))
			if (safeddl_has_rows(clone->a, ((SafeddlForeignKey *) lfirst(lc))->referencing))
				add_validation(clone, ((SafeddlForeignKey *) lfirst(lc))->referencing);
}
