/*
 * compat.h
 *	  The only place that knows which server version it is compiled for.
 *
 * Every difference between PostgreSQL 15 and 19 that safeddl meets has a name
 * here; no other file tests PG_VERSION_NUM.
 */
#ifndef SAFEDDL_COMPAT_H
#define SAFEDDL_COMPAT_H

#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/acl.h"
#include "utils/rel.h"

#if PG_VERSION_NUM < 150000
#error "safeddl needs PostgreSQL 15 or later"
#endif

/* ownership and privilege checks: one function per catalog up to 15 */
#if PG_VERSION_NUM >= 160000
#define safeddl_owns_relation(relid, roleid) \
	object_ownercheck(RelationRelationId, (relid), (roleid))
#define safeddl_owns_database(dbid, roleid) \
	object_ownercheck(DatabaseRelationId, (dbid), (roleid))
#define safeddl_owns_schema(nspid, roleid) \
	object_ownercheck(NamespaceRelationId, (nspid), (roleid))
#define safeddl_owns_type(typid, roleid) \
	object_ownercheck(TypeRelationId, (typid), (roleid))
#else
#define safeddl_owns_relation(relid, roleid) pg_class_ownercheck((relid), (roleid))
#define safeddl_owns_database(dbid, roleid) pg_database_ownercheck((dbid), (roleid))
#define safeddl_owns_schema(nspid, roleid) pg_namespace_ownercheck((nspid), (roleid))
#define safeddl_owns_type(typid, roleid) pg_type_ownercheck((typid), (roleid))
#endif

/* memory of check hooks: the server frees it with the matching function */
#if PG_VERSION_NUM >= 160000
#define safeddl_guc_alloc(size) guc_malloc(LOG, (size))
#define safeddl_guc_free(pointer) guc_free(pointer)
#else
#define safeddl_guc_alloc(size) malloc(size)
#define safeddl_guc_free(pointer) free(pointer)
#endif

/* MAINTAIN lets others than the owner reindex, cluster, vacuum and refresh */
#if PG_VERSION_NUM >= 170000
#define safeddl_may_maintain(relid, roleid) \
	(pg_class_aclcheck((relid), (roleid), ACL_MAINTAIN) == ACLCHECK_OK)
#else
#define safeddl_may_maintain(relid, roleid) safeddl_owns_relation((relid), (roleid))
#endif

/* a value added to an enum may be used at once if the type is as new */
#define SAFEDDL_VALUE_OF_NEW_ENUM_IS_SAFE (PG_VERSION_NUM >= 170000)

/* members of pg_maintain may, whatever it is */
#if PG_VERSION_NUM >= 170000
#include "catalog/pg_authid.h"
#define safeddl_maintains_all(roleid) has_privs_of_role((roleid), ROLE_PG_MAINTAIN)
#else
#define safeddl_maintains_all(roleid) false
#endif

/* the subcommands that only some versions have */
#if PG_VERSION_NUM < 160000
#define SAFEDDL_CASES_RECURSE \
	case AT_AddColumnRecurse: \
	case AT_DropColumnRecurse: \
	case AT_AddConstraintRecurse: \
	case AT_ValidateConstraintRecurse: \
	case AT_DropConstraintRecurse:
#else
#define SAFEDDL_CASES_RECURSE
#endif

#if PG_VERSION_NUM < 180000
#define SAFEDDL_CASE_CHECK_NOT_NULL case AT_CheckNotNull:
#else
#define SAFEDDL_CASE_CHECK_NOT_NULL
#endif

#if PG_VERSION_NUM >= 170000
#define SAFEDDL_CASE_SET_EXPRESSION case AT_SetExpression:
#else
#define SAFEDDL_CASE_SET_EXPRESSION
#endif

#if PG_VERSION_NUM >= 190000
#define safeddl_domain_has_constraints(typid) DomainHasConstraints((typid), NULL)
#else
#define safeddl_domain_has_constraints(typid) DomainHasConstraints(typid)
#endif

/* the settings of a scanner: escapes in strings are no matter for warnings since 19 */
#if PG_VERSION_NUM >= 190000
#define safeddl_scan_quietly(extra) ((void) 0)
#else
#define safeddl_scan_quietly(extra) ((extra)->escape_string_warning = false)
#endif

/* planning knows what EXPLAIN wants to hear since 19 */
#if PG_VERSION_NUM >= 190000
#define safeddl_plan_query(query, text) \
	pg_plan_query((query), (text), CURSOR_OPT_PARALLEL_OK, NULL, NULL)
#else
#define safeddl_plan_query(query, text) \
	pg_plan_query((query), (text), CURSOR_OPT_PARALLEL_OK, NULL)
#endif

/* does a backslash escape in a string without E?  Never since 19. */
#if PG_VERSION_NUM >= 190000
#define SAFEDDL_BACKSLASH_ESCAPES false
#else
#define SAFEDDL_BACKSLASH_ESCAPES (!standard_conforming_strings)
#endif

/* gcc no longer takes a comment for it in the builds of 19 */
#ifndef pg_fallthrough
#if defined(__GNUC__) && __GNUC__ >= 7
#define pg_fallthrough __attribute__((fallthrough))
#else
#define pg_fallthrough ((void) 0)
#endif
#endif

/* NOT NULL constraints with rows of their own, NOT ENFORCED, virtual columns */
#if PG_VERSION_NUM >= 180000
#define SAFEDDL_HAVE_NOT_NULL_CONSTRAINTS 1
#define safeddl_constraint_enforced(con) ((con)->is_enforced)
#define safeddl_form_enforced(form) ((form)->conenforced)
#define safeddl_not_null_column(tuple) extractNotNullColumn(tuple)
#define SAFEDDL_CONSTRAINT_NOTNULL CONSTRAINT_NOTNULL
#define safeddl_altered_constraint(cmd) (castNode(ATAlterConstraint, (cmd)->def)->conname)
#define safeddl_alters_enforced(cmd) (castNode(ATAlterConstraint, (cmd)->def)->alterEnforceability)
#define safeddl_enforces(cmd) (castNode(ATAlterConstraint, (cmd)->def)->is_enforced)
#define safeddl_alters_inherit(cmd) (castNode(ATAlterConstraint, (cmd)->def)->alterInheritability)
#define safeddl_inherits(cmd) (!castNode(ATAlterConstraint, (cmd)->def)->noinherit)
#define safeddl_is_not_enforced(contype) ((contype) == CONSTR_ATTR_NOT_ENFORCED)
#define SAFEDDL_NOT_NULL_IS_CONSTRAINT true
#define safeddl_without_overlaps(con) ((con)->without_overlaps)
#define safeddl_has_period(con) ((con)->fk_with_period || (con)->pk_with_period)
#define safeddl_forget_not_null(desc, i) \
	(TupleDescCompactAttr((desc), (i))->attnullability = ATTNULLABLE_UNRESTRICTED)
#define safeddl_know_not_null(desc, i) \
	(TupleDescCompactAttr((desc), (i))->attnullability = ATTNULLABLE_VALID)
#define SAFEDDL_VALID_CHECK(name, bin) \
	{.ccname = (char *) (name),.ccbin = (bin),.ccenforced = true,.ccvalid = true}
#define SAFEDDL_GENERATED_VIRTUAL ATTRIBUTE_GENERATED_VIRTUAL
#else
#define safeddl_constraint_enforced(con) true
#define safeddl_form_enforced(form) true
#define safeddl_not_null_column(tuple) InvalidAttrNumber
#define safeddl_not_null_constraint(relid, attno) ((void) (attno), InvalidOid)
#define SAFEDDL_CONSTRAINT_NOTNULL '\0'
#define safeddl_altered_constraint(cmd) (castNode(Constraint, (cmd)->def)->conname)
#define safeddl_alters_enforced(cmd) false
#define safeddl_enforces(cmd) false
#define safeddl_alters_inherit(cmd) false
#define safeddl_inherits(cmd) false
#define safeddl_is_not_enforced(contype) false
#define SAFEDDL_NOT_NULL_IS_CONSTRAINT false
#define safeddl_without_overlaps(con) false
#define safeddl_has_period(con) false
#define safeddl_forget_not_null(desc, i) (TupleDescAttr((desc), (i))->attnotnull = false)
#define safeddl_know_not_null(desc, i) (TupleDescAttr((desc), (i))->attnotnull = true)
#define SAFEDDL_VALID_CHECK(name, bin) \
	{.ccname = (char *) (name),.ccbin = (bin),.ccvalid = true}
#define SAFEDDL_GENERATED_VIRTUAL 'v'
#endif

/* a NOT NULL constraint can be NOT VALID since 18 */
#if PG_VERSION_NUM >= 180000
#define safeddl_not_null_is_unproved(relid, attno) \
	safeddl_not_null_is_not_valid((relid), (attno))
#define SAFEDDL_PARTITIONED_FK_NOT_VALID true
#define SAFEDDL_ADD_CONSTRAINT_LOCKS_CHILDREN true
#define SAFEDDL_ADOPTS_NOT_VALID_FK true
#define SAFEDDL_GENERATED_KIND(con) ((con)->generated_kind)
#else
#define safeddl_not_null_is_unproved(relid, attno) false
#define SAFEDDL_PARTITIONED_FK_NOT_VALID false
#define SAFEDDL_ADD_CONSTRAINT_LOCKS_CHILDREN false
#define SAFEDDL_ADOPTS_NOT_VALID_FK false
#define SAFEDDL_GENERATED_KIND(con) ATTRIBUTE_GENERATED_STORED
#endif

/*
 * Refused before 19: SET EXPRESSION of a virtual column that a CHECK reads, and
 * ALTER CONSTRAINT ... [NOT] ENFORCED of anything but a foreign key.
 */
#if PG_VERSION_NUM >= 190000
#define SAFEDDL_SET_EXPRESSION_CHECKS true
#define SAFEDDL_CHECK_ALTERS_ENFORCED true
#else
#define SAFEDDL_SET_EXPRESSION_CHECKS false
#define SAFEDDL_CHECK_ALTERS_ENFORCED false
#endif

/* identity of a partitioned table: on its partitions as well since 17 */
#if PG_VERSION_NUM >= 170000
#define SAFEDDL_IDENTITY_RECURSES true
#else
#define SAFEDDL_IDENTITY_RECURSES false
#endif

/* ALTER DOMAIN ... VALIDATE CONSTRAINT reads the tables for a valid one, too, up to 18 */
#if PG_VERSION_NUM >= 190000
#define SAFEDDL_DOMAIN_VALIDATES_AGAIN false
#else
#define SAFEDDL_DOMAIN_VALIDATES_AGAIN true
#endif

/* GRANT looks up the relations that it names under a lock since 18 */
#if PG_VERSION_NUM >= 180000
#define SAFEDDL_GRANT_LOCKS true
#else
#define SAFEDDL_GRANT_LOCKS false
#endif

/* constraints that have the same name in all children: NOT NULL ones since 18 */
#if PG_VERSION_NUM >= 180000
#define safeddl_constraint_inherits(form) \
	(((form)->contype == CONSTRAINT_CHECK || (form)->contype == CONSTRAINT_NOTNULL) && \
	 !(form)->connoinherit)
#else
#define safeddl_constraint_inherits(form) \
	((form)->contype == CONSTRAINT_CHECK && !(form)->connoinherit)
#endif

/* a publication of all tables can leave some out since 19 */
#if PG_VERSION_NUM >= 190000
#define safeddl_publication_tables(pubid) \
	(GetPublication(pubid)->alltables ? \
	 GetExcludedPublicationTables((pubid), PUBLICATION_PART_ROOT) : \
	 GetIncludedPublicationRelations((pubid), PUBLICATION_PART_ROOT))
#else
#define safeddl_publication_tables(pubid) \
	GetPublicationRelations((pubid), PUBLICATION_PART_ROOT)
#endif

/* the publications that name a table */
#if PG_VERSION_NUM >= 190000
#define safeddl_is_published(relid) (GetRelationIncludedPublications(relid) != NIL)
#else
#define safeddl_is_published(relid) (GetRelationPublications(relid) != NIL)
#endif

/* partitioned tables can have EXCLUDE since 17 */
#define SAFEDDL_PARTITIONED_EXCLUDE (PG_VERSION_NUM >= 170000)

/* REINDEX DATABASE leaves the system catalogs out since 16 */
#if PG_VERSION_NUM >= 160000
#define SAFEDDL_REINDEX_DATABASE_CATALOGS false
#else
#define SAFEDDL_REINDEX_DATABASE_CATALOGS true
#endif

/* VACUUM and ANALYZE of an inheritance parent take its children along since 18 */
#if PG_VERSION_NUM >= 180000
#define SAFEDDL_VACUUM_INHERITS true
#else
#define SAFEDDL_VACUUM_INHERITS false
#endif

/* ATTACH PARTITION wants a constraint of the same kind for the parent's since 17 */
#define SAFEDDL_ATTACH_COMPARES_CONSTRAINTS (PG_VERSION_NUM >= 170000)

/* DETACH CONCURRENTLY leaves the partition a CHECK that is like its bound up to 18 */
#define SAFEDDL_DETACH_ADDS_CHECK (PG_VERSION_NUM < 190000)

/* CLUSTER became one command of REPACK in 19 */
#if PG_VERSION_NUM >= 190000
#define SAFEDDL_CASE_CLUSTER case T_RepackStmt:
#define SAFEDDL_REPACKS_CONCURRENTLY true
#define safeddl_cluster_relation(node) \
	(((RepackStmt *) (node))->relation ? ((RepackStmt *) (node))->relation->relation : NULL)
#define safeddl_cluster_options(node) (((RepackStmt *) (node))->params)
#define safeddl_cluster_index(node) (((RepackStmt *) (node))->indexname)
#define safeddl_cluster_needs_no_index(node) (!((RepackStmt *) (node))->usingindex)
#define safeddl_cluster_rule(node) \
	(((RepackStmt *) (node))->command == REPACK_COMMAND_REPACK ? \
	 SAFEDDL_RULE_REPACK : SAFEDDL_RULE_CLUSTER)
#define safeddl_cluster_concurrent(node) \
	safeddl_option_is_set(((RepackStmt *) (node))->params, "concurrently")
#else
#define SAFEDDL_CASE_CLUSTER case T_ClusterStmt:
#define SAFEDDL_REPACKS_CONCURRENTLY false
#define safeddl_cluster_relation(node) (((ClusterStmt *) (node))->relation)
#define safeddl_cluster_options(node) (((ClusterStmt *) (node))->params)
#define safeddl_cluster_index(node) (((ClusterStmt *) (node))->indexname)
#define safeddl_cluster_needs_no_index(node) false
#define safeddl_cluster_rule(node) SAFEDDL_RULE_CLUSTER
#define safeddl_cluster_concurrent(node) false
#endif

/* the level of the server log: by process type since 19 */
#if PG_VERSION_NUM >= 190000
#define safeddl_log_min_messages log_min_messages[MyBackendType]
#else
#define safeddl_log_min_messages log_min_messages
#endif

#if PG_VERSION_NUM >= 170000
#define safeddl_local_transaction(proc) ((proc)->vxid.lxid)
#else
#define safeddl_local_transaction(proc) ((proc)->lxid)
#endif

/* the storage manager's handle on a file of this database */
#if PG_VERSION_NUM >= 170000
#define safeddl_open_file(tablespace, filenumber) \
	smgropen((RelFileLocator) {(tablespace), MyDatabaseId, (filenumber)}, INVALID_PROC_NUMBER)
#elif PG_VERSION_NUM >= 160000
#define safeddl_open_file(tablespace, filenumber) \
	smgropen((RelFileLocator) {(tablespace), MyDatabaseId, (filenumber)}, InvalidBackendId)
#else
#define safeddl_open_file(tablespace, filenumber) \
	smgropen((RelFileNode) {(tablespace), MyDatabaseId, (filenumber)}, InvalidBackendId)
#endif

/* whose lock it is, and which process has a virtual transaction ID */
#if PG_VERSION_NUM >= 170000
#define safeddl_locker(instance) ((instance)->vxid)
#define safeddl_proc_of(vxid) ProcNumberGetProc((vxid).procNumber)
#else
#define safeddl_locker(instance) \
	((VirtualTransactionId) {(instance)->backend, (instance)->lxid})
#define safeddl_proc_of(vxid) BackendIdGetProc((vxid).backendId)
#endif

/* the locks that a process keeps to itself: three bits for each slot, in groups since 18 */
#if PG_VERSION_NUM >= 180000
#define SAFEDDL_FAST_PATH_GROUPS FastPathLockGroupsPerBackend
#define SAFEDDL_FAST_PATH_SLOTS FP_LOCK_SLOTS_PER_GROUP
#define safeddl_fast_path_bits(proc, group) ((proc)->fpLockBits[group])
#else
#define SAFEDDL_FAST_PATH_GROUPS 1
#define SAFEDDL_FAST_PATH_SLOTS FP_LOCK_SLOTS_PER_BACKEND
#define safeddl_fast_path_bits(proc, group) ((proc)->fpLockBits)
#endif

/* what pg_stat_activity and its like show of the i-th backend, counted from 1 */
#if PG_VERSION_NUM >= 160000
#define safeddl_backend_entry(i) pgstat_get_local_beentry_by_index(i)
#else
#define safeddl_backend_entry(i) pgstat_fetch_stat_local_beentry(i)
#endif

/* transaction_timeout came with 17 */
#if PG_VERSION_NUM >= 170000
#define safeddl_transaction_is_timed() get_timeout_active(TRANSACTION_TIMEOUT)
#else
#define safeddl_transaction_is_timed() false
#endif

/* LockHeldByMe() can also ask for stronger modes since 17 */
#if PG_VERSION_NUM >= 170000
#define safeddl_holds_lock(tag, lockmode) LockHeldByMe((tag), (lockmode), false)
#else
#define safeddl_holds_lock(tag, lockmode) LockHeldByMe((tag), (lockmode))
#endif

/* COPY FROM fills partitions, COPY TO reads them since 19 */
#if PG_VERSION_NUM >= 190000
#define safeddl_copies_children(relid, is_from) \
	(get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
#else
#define safeddl_copies_children(relid, is_from) \
	((is_from) && get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
#endif

/* minor releases of back branches keep the version of a column among its options */
#ifdef ATTRIBUTE_VERSION_ATTOPTION
#define SAFEDDL_RESERVED_ATTOPTION ATTRIBUTE_VERSION_ATTOPTION
#else
#define SAFEDDL_RESERVED_ATTOPTION "pg_attver"
#endif

/* how much ANALYZE gathers for a column: smaller, and null by default, since 17 */
#if PG_VERSION_NUM >= 170000
#define safeddl_target_of_datum(datum) DatumGetInt16(datum)
#else
#define safeddl_target_of_datum(datum) DatumGetInt32(datum)
#endif

/* a statement that came with 19 */
#if PG_VERSION_NUM >= 190000
#define SAFEDDL_CASE_WAIT case T_WaitStmt:
#else
#define SAFEDDL_CASE_WAIT
#endif

#endif							/* SAFEDDL_COMPAT_H */
