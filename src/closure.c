/*
 * closure.c
 *	  What goes when an object is dropped: the walk through pg_depend, and the
 *	  locks and the loss that follow from it.
 *
 * The walk mirrors findDependentObjects() and reportDependentObjects() in
 * catalog/dependency.c, which are static and take locks as they go.  Where the
 * server searches lists, this looks up a hash table, so that DROP SCHEMA of
 * thousands of tables stays linear.
 */
#include "safeddl.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* why an object is deleted, as DEPFLAG_* in dependency.c */
#define FLAG_ORIGINAL	(1 << 0)	/* named by the statement */
#define FLAG_AUTOMATIC	(1 << 1)	/* goes without CASCADE, too */
#define FLAG_CASCADED	(1 << 2)	/* goes with CASCADE only */
#define FLAG_PARTITION	(1 << 3)	/* reached by a partition dependency */
#define FLAG_IS_PART	(1 << 4)	/* has a partition dependency */
#define FLAG_SUBOBJECT	(1 << 5)	/* its whole object is deleted as well */

typedef enum VisitState
{
	PENDING,
	VISITING,
	DONE
} VisitState;

/* one object to be deleted */
typedef struct Deletion
{
	ObjectAddress object;
	VisitState	state;
	int			flags;
	int			run;			/* of safeddl_delete(), by number */
	Oid			root;			/* relation that it goes with, or InvalidOid */
	struct Deletion *via;		/* reached from here first; or NULL */
	struct Deletion *sibling;	/* another part of the same object */
} Deletion;

/* hash table: the parts of an object (itself, columns) to be deleted */
typedef struct DeletionKey
{
	Oid			classid;
	Oid			objid;
} DeletionKey;

typedef struct DeletionEntry
{
	DeletionKey key;
	Deletion   *parts;
} DeletionEntry;

struct SafeddlClosure
{
	SafeddlAnalysis *a;
	SafeddlDepend *depend;
	HTAB	   *deletions;
	List	   *done;			/* of this run, in order of deletion */
	int			run;
	Oid			root;			/* of what is named, or InvalidOid: its own */
	int			options;		/* set of SAFEDDL_DELETE_* */
	bool		refused;		/* even with CASCADE */
};

static void visit(SafeddlClosure *c, const ObjectAddress *object, int flags, Deletion *via);
static void add_deletion(SafeddlClosure *c, Deletion *deletion);

static bool
is_table(char relkind)
{
	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE ||
		relkind == RELKIND_FOREIGN_TABLE;
}

static bool
is_index(char relkind)
{
	return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
}

/* safeddl_begin_closure: nothing is deleted yet */
SafeddlClosure *
safeddl_begin_closure(SafeddlAnalysis *a)
{
	SafeddlClosure *c = palloc0(sizeof(SafeddlClosure));
	HASHCTL		ctl = {.keysize = sizeof(DeletionKey),
		.entrysize = sizeof(DeletionEntry),
	.hcxt = CurrentMemoryContext};

	c->a = a;
	c->depend = safeddl_begin_depend();
	c->deletions = hash_create("safeddl closure", 256, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return c;
}

/* ----------------------------------------------------------------
 *		the walk
 * ----------------------------------------------------------------
 */

static Deletion *
parts_of(SafeddlClosure *c, Oid classid, Oid objid)
{
	DeletionKey key = {classid, objid};
	DeletionEntry *entry = hash_search(c->deletions, &key, HASH_FIND, NULL);

	return entry ? entry->parts : NULL;
}

/* the object itself, or that very column of it; NULL if it is new here */
static Deletion *
find(SafeddlClosure *c, const ObjectAddress *object)
{
	Deletion   *part = parts_of(c, object->classId, object->objectId);

	while (part != NULL && part->object.objectSubId != object->objectSubId)
		part = part->sibling;
	return part;
}

/* is the relation deleted as a whole? */
static Deletion *
find_relation(SafeddlClosure *c, Oid relid)
{
	ObjectAddress object;

	ObjectAddressSet(object, RelationRelationId, relid);
	return find(c, &object);
}

static Deletion *
enter(SafeddlClosure *c, const ObjectAddress *object)
{
	DeletionKey key = {object->classId, object->objectId};
	Deletion   *deletion = find(c, object);
	DeletionEntry *entry;
	bool		found;

	if (deletion != NULL)
		return deletion;
	deletion = palloc0(sizeof(Deletion));
	deletion->object = *object;
	deletion->run = c->run;
	entry = hash_search(c->deletions, &key, HASH_ENTER, &found);
	deletion->sibling = found ? entry->parts : NULL;
	entry->parts = deletion;
	return deletion;
}

/*
 * present: is the object in that state, or a column of one that is?  Then the
 * flags are added to its.  Does for VISITING and DONE what
 * stack_address_present_add_flags() and object_address_present_add_flags() do.
 */
static bool
present(SafeddlClosure *c, const ObjectAddress *object, int flags, VisitState state)
{
	bool		result = false;

	for (Deletion *part = parts_of(c, object->classId, object->objectId); part != NULL;
		 part = part->sibling)
	{
		if (part->state != state)
			continue;
		if (part->object.objectSubId == object->objectSubId)
		{
			part->flags |= flags;
			result = true;
		}
		else if (part->object.objectSubId == 0)
			result = true;
		else if (object->objectSubId == 0 && flags != 0)
			part->flags |= flags | FLAG_SUBOBJECT;
	}
	return result;
}

/* safeddl_is_deleted: is the object, or that column of it, among what goes? */
bool
safeddl_is_deleted(SafeddlClosure *c, Oid classid, Oid objid, int subid)
{
	ObjectAddress object;

	ObjectAddressSubSet(object, classid, objid, subid);
	return present(c, &object, 0, DONE);
}

/* will the statement's list have that object deleted, sooner or later? */
static bool
is_original(SafeddlClosure *c, const ObjectAddress *object)
{
	for (Deletion *part = parts_of(c, object->classId, object->objectId); part != NULL;
		 part = part->sibling)
		if (part->run == c->run && (part->flags & FLAG_ORIGINAL) &&
			(part->object.objectSubId == 0 || part->object.objectSubId == object->objectSubId))
			return true;
	return false;
}

/* is that the extension whose script drops one of its own objects? */
static bool
is_current_extension(const ObjectAddress *object)
{
	return creating_extension && object->classId == ExtensionRelationId &&
		object->objectId == CurrentExtensionObject;
}

static bool
is_own_part(const ObjectAddress *part, const ObjectAddress *object)
{
	return part->classId == object->classId && part->objectId == object->objectId &&
		object->objectSubId == 0;
}

/*
 * visit_owners: what an object is a part of goes as well, and goes first.
 * Returns false if that has settled the matter; adds to *flags if the object
 * is a partition of another.
 */
static bool
visit_owners(SafeddlClosure *c, const ObjectAddress *object, int *flags, Deletion *via)
{
	SafeddlDependency *found;
	int			n = safeddl_dependencies(c->depend, object, false, &found);
	bool		owned = false;
	bool		go_on = true;

	for (int i = 0; i < n && go_on; i++)
	{
		const ObjectAddress *owner = &found[i].object;

		if (is_own_part(owner, object))
			continue;
		if (found[i].deptype == DEPENDENCY_PARTITION_PRI ||
			found[i].deptype == DEPENDENCY_PARTITION_SEC)
			*flags |= FLAG_IS_PART;
		if (found[i].deptype != DEPENDENCY_INTERNAL &&
			(found[i].deptype != DEPENDENCY_EXTENSION || is_current_extension(owner)))
			continue;
		if (via == NULL)
		{
			/* the owner's turn will come; else the server refuses */
			go_on = !is_original(c, owner);
			owned = (c->options & SAFEDDL_DELETE_DISOWNED) == 0;
		}
		else if (!present(c, owner, 0, VISITING))
		{
			visit(c, owner, 0, via);
			/* an error in the server if the object has not gone with it */
			present(c, object, *flags, DONE);
			go_on = false;
		}
	}
	pfree(found);
	if (go_on && owned)
	{
		c->refused = true;
		go_on = false;
	}
	return go_on;
}

/* how an object that depends on another is deleted along with it */
static int
flags_of(char deptype)
{
	switch (deptype)
	{
		case DEPENDENCY_NORMAL:
			return FLAG_CASCADED;
		case DEPENDENCY_PARTITION_PRI:
		case DEPENDENCY_PARTITION_SEC:
			return FLAG_AUTOMATIC | FLAG_PARTITION;
		default:
			return FLAG_AUTOMATIC;
	}
}

/* has_no_constraint: is it clear that an index belongs to none, nor to another index? */
static bool
has_no_constraint(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	bool		result = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

		result = !form->indisunique && !form->indisexclusion;
		ReleaseSysCache(tuple);
	}
	return result && !get_rel_relispartition(indexid);
}

/*
 * has_no_owner: is it clear without a look at pg_depend that the object has no
 * owner but via?  A default belongs to its column, a TOAST table and its index
 * to the table, and an index to its constraint or to nobody, but for partitions.
 * Columns have an owner as part of a partition key only.
 */
static bool
has_no_owner(const ObjectAddress *object, int flags, const Deletion *via)
{
	bool		taken_along = via != NULL && (flags & FLAG_AUTOMATIC) != 0;
	bool		by_table = taken_along && via->object.classId == RelationRelationId &&
		via->object.objectSubId == 0;
	char		relkind;

	if (object->classId == AttrDefaultRelationId)
		return by_table;
	if (object->classId != RelationRelationId)
		return false;
	relkind = get_rel_relkind(object->objectId);
	if (object->objectSubId != 0)
		return relkind != RELKIND_PARTITIONED_TABLE;
	if (relkind != RELKIND_INDEX)
		return by_table && relkind == RELKIND_TOASTVALUE;
	if (taken_along && via->object.classId == ConstraintRelationId)
		return !get_rel_relispartition(object->objectId);
	return (by_table && IsToastNamespace(get_rel_namespace(object->objectId))) ||
		has_no_constraint(object->objectId);
}

/* visit: findDependentObjects(); via is NULL at the outermost level */
static void
visit(SafeddlClosure *c, const ObjectAddress *object, int flags, Deletion *via)
{
	Deletion   *deletion;
	SafeddlDependency *found;
	int			n;

	if (present(c, object, flags, VISITING) || present(c, object, flags, DONE))
		return;
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (IsPinnedObject(object->classId, object->objectId))
	{
		c->refused = true;
		return;
	}
	if (!has_no_owner(object, flags, via) && !visit_owners(c, object, &flags, via))
		return;

	deletion = enter(c, object);
	deletion->state = VISITING;
	deletion->flags |= flags;
	deletion->via = via;
	/* nothing depends on a default */
	if (object->classId != AttrDefaultRelationId)
	{
		n = safeddl_dependencies(c->depend, object, true, &found);
		for (int i = 0; i < n; i++)
			if (!is_own_part(&found[i].object, object))
				visit(c, &found[i].object, flags_of(found[i].deptype), deletion);
		pfree(found);
	}
	deletion->state = DONE;
	c->done = lappend(c->done, deletion);
}

/* is_refused: reportDependentObjects(); without CASCADE it says no to more */
static bool
is_refused(SafeddlClosure *c, DropBehavior behavior)
{
	ListCell   *lc;

	if (c->refused)
		return true;
	foreach(lc, c->done)
	{
		Deletion   *deletion = lfirst(lc);

		/* one partition's part of something partitioned never goes alone */
		if ((deletion->flags & FLAG_IS_PART) && !(deletion->flags & FLAG_PARTITION))
			return true;
		if (behavior == DROP_RESTRICT &&
			!(deletion->flags & (FLAG_ORIGINAL | FLAG_SUBOBJECT | FLAG_AUTOMATIC)))
			return true;
	}
	return false;
}

/*
 * safeddl_delete: DROP of a list of objects (ObjectAddress) and of all that
 * depends on them: adds the effects.  Mirrors performMultipleDeletions().
 *
 * Called again, the objects of earlier calls are gone already.  With root, the
 * objects named are parts of that relation, which an ALTER TABLE is about.
 */
void
safeddl_delete(SafeddlClosure *c, List *objects, Oid root, DropBehavior behavior, int options)
{
	ListCell   *lc;

	c->run++;
	c->done = NIL;
	c->root = root;
	c->options = options;
	c->refused = false;
	foreach(lc, objects)
	{
		Deletion   *deletion = enter(c, lfirst(lc));

		/* dropped by an earlier subcommand: the server will not find it */
		if (deletion->state == DONE)
			continue;
		deletion->flags |= FLAG_ORIGINAL;
		deletion->run = c->run;
		deletion->root = root;
	}
	foreach(lc, objects)
		visit(c, lfirst(lc), FLAG_ORIGINAL, NULL);
	safeddl_end_lookups(c->depend);
	if (is_refused(c, behavior))
		c->a->doomed = true;
	foreach(lc, c->done)
		add_deletion(c, lfirst(lc));
}

/* ----------------------------------------------------------------
 *		effects
 * ----------------------------------------------------------------
 */

static bool
is_whole_table(const Deletion *deletion)
{
	return deletion->object.classId == RelationRelationId &&
		deletion->object.objectSubId == 0 &&
		is_table(get_rel_relkind(deletion->object.objectId));
}

/* does the root of what took an index along stand for the index's table, too? */
static bool
stands_for(Oid root, Oid tableid)
{
	return OidIsValid(root) && (root == tableid || get_rel_relispartition(tableid));
}

/*
 * root_of: the relation that a deleted object is counted with: a partition
 * with its parent, if that goes, too; an inheritance child with the parent
 * whose DROP takes it along; indexes and the like with their table; anything
 * else that has rows by itself.  InvalidOid for what has no relation.
 */
static Oid
root_of(SafeddlClosure *c, Deletion *deletion)
{
	Oid			relid = deletion->object.objectId;
	Deletion   *from = deletion->via;
	Oid			root = InvalidOid;

	if (OidIsValid(deletion->root))
		return deletion->root;
	if (deletion->object.classId != RelationRelationId)
		return deletion->root = from ? root_of(c, from) : InvalidOid;

	deletion->root = relid;
	switch (get_rel_relkind(relid))
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			deletion->root = IndexGetRelation(relid, true);
			if (find_relation(c, deletion->root) != NULL)
				root = root_of(c, find_relation(c, deletion->root));
			else if (from != NULL && stands_for(root_of(c, from), deletion->root))
				root = root_of(c, from);
			break;
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_FOREIGN_TABLE:
			if (get_rel_relispartition(relid) && deletion->object.objectSubId != 0)
				root = llast_oid(get_partition_ancestors(relid));
			else if (get_rel_relispartition(relid))
				from = find_relation(c, get_partition_parent(relid, true));
			else if (from != NULL && !is_whole_table(from))
				from = NULL;
			if (!OidIsValid(root) && from != NULL && !(deletion->flags & FLAG_ORIGINAL))
				root = root_of(c, from);
			break;
		case RELKIND_MATVIEW:
		case RELKIND_VIEW:
			break;
		default:
			if (from != NULL)
				root = root_of(c, from);
			break;
	}
	if (OidIsValid(root))
		deletion->root = root;
	return deletion->root;
}

static SafeddlReach
reach_of(SafeddlClosure *c, Deletion *deletion, char relkind)
{
	Oid			relid = deletion->object.objectId;

	if (deletion->flags & FLAG_ORIGINAL)
		return SAFEDDL_REACH_TARGET;
	switch (relkind)
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return SAFEDDL_REACH_INDEX;
		case RELKIND_TOASTVALUE:
			return SAFEDDL_REACH_TOAST;
		case RELKIND_SEQUENCE:
			return SAFEDDL_REACH_SEQUENCE;
		default:
			return deletion->root == relid ? SAFEDDL_REACH_DEPENDENT : safeddl_child_reach(relid);
	}
}

/* a partition takes its parent and the default partition with it: heap_drop_with_catalog() */
static void
lock_family(SafeddlClosure *c, Oid relid, Oid root)
{
	Oid			parentid = get_partition_parent(relid, true);
	Oid			defaultid = get_default_partition_oid(parentid);

	if (find_relation(c, parentid) != NULL)
		return;
	safeddl_add_locks(c->a, list_make1_oid(parentid), root, AccessExclusiveLock,
					  SAFEDDL_REACH_PARENT);
	if (OidIsValid(defaultid) && defaultid != relid)
		safeddl_add_locks(c->a, list_make1_oid(defaultid), root, AccessExclusiveLock,
						  SAFEDDL_REACH_DEFAULT_PARTITION);
}

/* a column lost because its type or the like goes: RemoveAttributeById() */
static void
add_column_loss(SafeddlClosure *c, Deletion *deletion, Oid root)
{
	Oid			relid = deletion->object.objectId;
	bool		named = (deletion->flags & FLAG_ORIGINAL) != 0;
	bool		has_rows = safeddl_has_rows(c->a, relid);
	SafeddlEffect *effect;

	if (find_relation(c, relid) != NULL)
		return;
	/* of those that the statement names, the caller tells more */
	effect = safeddl_add_effect(c->a, relid, root, AccessExclusiveLock,
								relid == root ? SAFEDDL_REACH_DEPENDENT : safeddl_child_reach(relid),
								has_rows && !named ? SAFEDDL_RULE_DROP_COLUMN : SAFEDDL_RULE_NONE,
								has_rows && !named ? SAFEDDL_WORK_DROP : SAFEDDL_WORK_NONE);
	if (named)
		effect->reach = relid == root ? SAFEDDL_REACH_TARGET : safeddl_child_reach(relid);
	else
		effect->subject = get_attname(relid, deletion->object.objectSubId, true);
}

/* is a column of the table lost, or is its loss what the statement is about? */
static bool
loses_column(SafeddlClosure *c, Oid relid)
{
	for (Deletion *part = parts_of(c, RelationRelationId, relid); part != NULL; part = part->sibling)
		if (part->object.objectSubId != 0)
			return true;
	return false;
}

/* index_drop() locks the table, too */
static void
add_index_loss(SafeddlClosure *c, Deletion *deletion)
{
	Oid			indexid = deletion->object.objectId;
	Oid			tableid = IndexGetRelation(indexid, true);
	LOCKMODE	lockmode = (c->options & SAFEDDL_DELETE_CONCURRENTLY) ?
		ShareUpdateExclusiveLock : AccessExclusiveLock;
	Deletion   *table = find_relation(c, tableid);
	Oid			root;
	bool		counts;
	SafeddlEffect *effect;

	root = root_of(c, deletion);
	safeddl_add_effect(c->a, indexid, root, lockmode,
					   table != NULL && get_rel_relkind(tableid) == RELKIND_TOASTVALUE ?
					   SAFEDDL_REACH_TOAST : SAFEDDL_REACH_INDEX, SAFEDDL_RULE_NONE,
					   table != NULL ? SAFEDDL_WORK_NONE : SAFEDDL_WORK_DROP);
	if (!OidIsValid(tableid) || table != NULL)
		return;
	/* an index that goes with its column or, in ALTER TABLE, its constraint is no news */
	counts = !OidIsValid(c->root) && !loses_column(c, tableid);
	effect = safeddl_add_effect(c->a, tableid, root, lockmode,
								tableid == root ? SAFEDDL_REACH_INDEX_TABLE : SAFEDDL_REACH_PARTITION,
								counts ? SAFEDDL_RULE_DROP_INDEX : SAFEDDL_RULE_NONE,
								counts ? SAFEDDL_WORK_DROP : SAFEDDL_WORK_NONE);
	/* building it again would read the heap */
	effect->through = 0;
	effect->subject = get_rel_name(indexid);
}

static void
add_relation(SafeddlClosure *c, Deletion *deletion)
{
	Oid			relid = deletion->object.objectId;
	char		relkind = get_rel_relkind(relid);
	bool		has_rows = relkind != RELKIND_TOASTVALUE && safeddl_has_rows(c->a, relid);

	if (deletion->object.objectSubId != 0)
		add_column_loss(c, deletion, root_of(c, deletion));
	else if (is_index(relkind))
		add_index_loss(c, deletion);
	else
	{
		Oid			root = root_of(c, deletion);

		safeddl_add_effect(c->a, relid, root, AccessExclusiveLock, reach_of(c, deletion, relkind),
						   has_rows ? SAFEDDL_RULE_DROP_TABLE : SAFEDDL_RULE_NONE,
						   has_rows ? SAFEDDL_WORK_DROP : SAFEDDL_WORK_NONE);
		if (is_table(relkind) && get_rel_relispartition(relid))
			lock_family(c, relid, root);
	}
}

/*
 * reach_of_part: what the relation of an object that is none itself is to the
 * statement: one of the two sides, if it is a foreign key or its trigger.
 */
static SafeddlReach
reach_of_part(Deletion *deletion, Oid relid)
{
	const ObjectAddress *object = &deletion->object;
	HeapTuple	tuple = NULL;
	SafeddlReach reach = (deletion->flags & FLAG_ORIGINAL) ?
		SAFEDDL_REACH_TARGET : SAFEDDL_REACH_DEPENDENT;

	if (object->classId == TriggerRelationId && deletion->via != NULL)
		object = &deletion->via->object;
	if (object->classId == ConstraintRelationId)
		tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->contype == CONSTRAINT_FOREIGN)
			reach = form->conrelid == relid ? SAFEDDL_REACH_REFERENCING : SAFEDDL_REACH_REFERENCED;
		ReleaseSysCache(tuple);
	}
	return reach;
}

/*
 * add_deletion: the effects of doDeletion() of one object: a lock on each
 * relation, and on the one that an object of another kind belongs to.
 */
static void
add_deletion(SafeddlClosure *c, Deletion *deletion)
{
	Oid			relid;
	Oid			root;

	if (deletion->object.classId == RelationRelationId)
	{
		add_relation(c, deletion);
		return;
	}
	/* goes with its table */
	if (deletion->object.classId == AttrDefaultRelationId &&
		has_no_owner(&deletion->object, deletion->flags, deletion->via))
		return;
	relid = safeddl_object_relation(&deletion->object);
	if (!OidIsValid(relid) || find_relation(c, relid) != NULL)
		return;
	root = root_of(c, deletion);
	safeddl_add_locks(c->a, list_make1_oid(relid), OidIsValid(root) ? root : relid,
					  deletion->object.classId == StatisticExtRelationId ?
					  ShareUpdateExclusiveLock : AccessExclusiveLock,
					  reach_of_part(deletion, relid));
}
