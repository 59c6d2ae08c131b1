/*
 * rules.h
 *	  The registry: every hazard that safeddl knows, one row each.
 *
 * X(id, name, kind, statement, loss, instead, instead_partitioned, since)
 *
 *	id			SAFEDDL_RULE_<id> in C
 *	name		as written in safeddl.rules and safeddl.override, and shown as
 *				"Rule: <name>."
 *	kind		STALL: long work under a blocking lock
 *				NO_RETURN: instant, but cannot be undone; warns at most
 *				HELD: long work under a blocking lock that an earlier
 *				statement of the transaction took
 *				QUEUE: would wait for its lock, and others behind it
 *				UNLIMITED: could wait for it without a limit; off by default
 *				TRAP: would not do what it seems to do
 *				AWAIT: would wait, and nobody behind it; never blocks
 *				SCRIPT: statements of a script that do not go together; only
 *				safeddl.check() finds these
 *	statement	what the user wrote, in SQL key words
 *	loss		NO_RETURN: what it would do to relation %s of size %s
 *				SCRIPT: what is wrong with %s; see check.c
 *	instead		what to do, completing "...; <instead>"
 *	instead_partitioned		the same for a partitioned table, "" if it is the same;
 *				DETACH PARTITION: where a partitioned table references it
 *	since		first major version of PostgreSQL that has the statement
 *
 * The settings parser, the messages, the view safeddl.rules and the tests are
 * all made from these rows.  Strings are joined by the preprocessor, so that
 * every message is one whole sentence to a translator.
 */

#define SAFEDDL_RULES(X) \
	X(CREATE_INDEX, "create_index", STALL, "CREATE INDEX", \
	  "", \
	  "use CREATE INDEX CONCURRENTLY, outside a transaction", \
	  "create it ON ONLY the partitioned table, CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION", 15) \
	X(REINDEX, "reindex", STALL, "REINDEX", \
	  "", \
	  "use REINDEX CONCURRENTLY, outside a transaction", \
	  "", 15) \
	X(ADD_COLUMN, "add_column", STALL, "ADD COLUMN", \
	  "", \
	  "add the column without a value, set the default next, and fill existing rows in batches", \
	  "", 15) \
	X(ADD_CHECK, "add_check", STALL, "ADD CHECK", \
	  "", \
	  "add the constraint NOT VALID, then VALIDATE CONSTRAINT in another transaction", \
	  "", 15) \
	X(ADD_FOREIGN_KEY, "add_foreign_key", STALL, "ADD FOREIGN KEY", \
	  "", \
	  "add the constraint NOT VALID, then VALIDATE CONSTRAINT in another transaction", \
	  "add it to each partition NOT VALID, VALIDATE CONSTRAINT there, then add it to the partitioned table", 15) \
	X(ADD_UNIQUE, "add_unique", STALL, "ADD UNIQUE", \
	  "", \
	  "use CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX", \
	  "create the unique index ON ONLY the partitioned table, CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION", 15) \
	X(ADD_PRIMARY_KEY, "add_primary_key", STALL, "ADD PRIMARY KEY", \
	  "", \
	  "make the columns NOT NULL, use CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX", \
	  "add the primary key to each partition USING INDEX, then to the partitioned table", 15) \
	X(ADD_EXCLUDE, "add_exclude", STALL, "ADD EXCLUDE", \
	  "", \
	  "there is no concurrent form: plan a maintenance window", \
	  "", 15) \
	X(SET_NOT_NULL, "set_not_null", STALL, "SET NOT NULL", \
	  "", \
	  "add CHECK (column IS NOT NULL) NOT VALID and VALIDATE CONSTRAINT in another transaction first", \
	  "", 15) \
	X(VALIDATE_CONSTRAINT, "validate_constraint", STALL, "VALIDATE CONSTRAINT", \
	  "", \
	  "run VALIDATE CONSTRAINT in an ALTER TABLE and a transaction of its own", \
	  "", 15) \
	X(ALTER_CONSTRAINT, "alter_constraint", STALL, "ALTER CONSTRAINT", \
	  "", \
	  "drop the constraint, add it NOT VALID, then VALIDATE CONSTRAINT in another transaction", \
	  "", 18) \
	X(ALTER_COLUMN_TYPE, "alter_column_type", STALL, "ALTER COLUMN TYPE", \
	  "", \
	  "add a new column of the new type, fill it in batches and swap the two", \
	  "", 15) \
	X(SET_LOGGED, "set_logged", STALL, "SET LOGGED or UNLOGGED", \
	  "", \
	  "plan a maintenance window, or copy the rows in batches to a new table and swap the two", \
	  "", 15) \
	X(SET_TABLESPACE, "set_tablespace", STALL, "SET TABLESPACE", \
	  "", \
	  "use pg_repack, or plan a maintenance window", \
	  "", 15) \
	X(SET_ACCESS_METHOD, "set_access_method", STALL, "SET ACCESS METHOD", \
	  "", \
	  "plan a maintenance window, or copy the rows in batches to a new table and swap the two", \
	  "", 15) \
	X(SET_EXPRESSION, "set_expression", STALL, "ALTER COLUMN SET EXPRESSION", \
	  "", \
	  "add a new column, fill it in batches and swap the two", \
	  "", 17) \
	X(CLUSTER, "cluster", STALL, "CLUSTER", \
	  "", \
	  "use pg_repack or pg_squeeze, or plan a maintenance window", \
	  "", 15) \
	X(REPACK, "repack", STALL, "REPACK", \
	  "", \
	  "use REPACK (CONCURRENTLY), outside a transaction", \
	  "", 19) \
	X(VACUUM_FULL, "vacuum_full", STALL, "VACUUM FULL", \
	  "", \
	  "use plain VACUUM, or pg_repack or pg_squeeze to give space back", \
	  "", 15) \
	X(REFRESH_MATVIEW, "refresh_matview", STALL, "REFRESH MATERIALIZED VIEW", \
	  "", \
	  "use REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index", \
	  "", 15) \
	X(ATTACH_PARTITION, "attach_partition", STALL, "ATTACH PARTITION", \
	  "", \
	  "give the table a valid CHECK constraint that implies its bound, and its indexes, first", \
	  "", 15) \
	X(DETACH_PARTITION, "detach_partition", STALL, "DETACH PARTITION", \
	  "", \
	  "in one transaction drop the foreign key, detach, and add it again NOT VALID; then VALIDATE CONSTRAINT in another", \
	  "in one transaction drop the foreign key, detach, and add it NOT VALID to each partition; then VALIDATE CONSTRAINT on each, and add it to the partitioned table", 15) \
	X(CREATE_PARTITION, "create_partition", STALL, "CREATE TABLE ... PARTITION OF", \
	  "", \
	  "give the default partition a valid CHECK constraint that excludes the new bound first", \
	  "", 15) \
	X(ALTER_DOMAIN, "alter_domain", STALL, "ALTER DOMAIN", \
	  "", \
	  "add the constraint as a CHECK that is NOT VALID, which holds for new values, and validate it in a maintenance window", \
	  "", 15) \
	X(DROP_TABLE, "drop_table", NO_RETURN, "DROP TABLE", \
	  "would delete %s (%s), which cannot be undone", \
	  "rename it first, and drop it when nothing has missed it", \
	  "", 15) \
	X(DROP_COLUMN, "drop_column", NO_RETURN, "DROP COLUMN", \
	  "would delete a column of %s (%s), which cannot be undone", \
	  "make sure that no running version of the application uses it", \
	  "", 15) \
	X(DROP_INDEX, "drop_index", NO_RETURN, "DROP INDEX", \
	  "would lock out reads and writes and delete an index of %s (%s), which takes long to build again", \
	  "use DROP INDEX CONCURRENTLY, outside a transaction", \
	  "make sure that no query needs it", 15) \
	X(TRUNCATE, "truncate", NO_RETURN, "TRUNCATE", \
	  "would delete all rows of %s (%s), which cannot be undone", \
	  "make sure that they can be restored", \
	  "", 15) \
	X(WORK_UNDER_HELD_LOCK, "work_under_held_lock", HELD, "any DDL with work", \
	  "", \
	  "commit before it, so that the lock is released", \
	  "", 15) \
	X(BACKFILL_UNDER_HELD_LOCK, "backfill_under_held_lock", HELD, "UPDATE, DELETE, INSERT, MERGE, COPY, SELECT", \
	  "", \
	  "commit before it, so that the lock is released", \
	  "", 15) \
	X(LOCK_QUEUE, "lock_queue", QUEUE, "any DDL", \
	  "", \
	  "retry when that transaction has ended", \
	  "", 15) \
	X(NO_LOCK_TIMEOUT, "no_lock_timeout", UNLIMITED, "any DDL", \
	  "", \
	  "set lock_timeout first", \
	  "", 15) \
	X(INVALID_INDEX, "invalid_index", TRAP, "CREATE INDEX", \
	  "", \
	  "use DROP INDEX CONCURRENTLY or REINDEX INDEX CONCURRENTLY on that index first", \
	  "attach a valid index of every partition to it first", 15) \
	X(CONCURRENTLY_WAITS, "concurrently_waits", AWAIT, "any CONCURRENTLY", \
	  "", \
	  "end that transaction first", \
	  "", 15) \
	X(CONCURRENTLY_IN_TRANSACTION, "concurrently_in_transaction", SCRIPT, "CONCURRENTLY, VACUUM, CREATE DATABASE, ...", \
	  "%s would fail: it cannot run inside a transaction block", \
	  "run it alone, outside a transaction", \
	  "", 15) \
	X(MIXED_SCRIPT, "mixed_script", SCRIPT, "a script", \
	  "%s cannot be in one transaction with the other statements of the script, so a failure would leave the script half applied", \
	  "put it in a script of its own", \
	  "", 15) \
	X(ENUM_VALUE_IN_USE, "enum_value_in_use", SCRIPT, "ALTER TYPE ... ADD VALUE", \
	  "%s would fail: the transaction that added the value to the type has not been committed", \
	  "commit after ADD VALUE", \
	  "", 15) \
	X(VALIDATE_WITH_NOT_VALID, "validate_with_not_valid", SCRIPT, "VALIDATE CONSTRAINT", \
	  "%s would run under the lock that adding the constraint took in the same transaction", \
	  "commit before it", \
	  "", 15) \
	X(NOT_CHECKED, "not_checked", SCRIPT, "a script", \
	  "%s", \
	  "check by hand what it does", \
	  "", 15)
