/*
 * plan_swap_keep.c
 *	  What belongs to a column and has to go over to the one that takes its
 *	  place: default, sequence, privileges, settings, statistics, comment.
 */
#include "plan_swap.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* a privilege and how GRANT calls it */
typedef struct Privilege
{
	AclMode		mode;
	const char *name;
} Privilege;

/* ----------------------------------------------------------------
 *		default, serial, identity
 * ----------------------------------------------------------------
 */

/* default_of: what the catalog has; or NULL */
static char *
default_of(Oid relid, AttrNumber attno)
{
	TupleDesc	desc;
	Relation	rel = safeddl_open(relid);
	Node	   *expr = NULL;

	if (rel == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("table \"%s\" is locked", get_rel_name(relid))));
	desc = RelationGetDescr(rel);
	if (desc->constr != NULL)
		for (int i = 0; i < desc->constr->num_defval; i++)
			if (desc->constr->defval[i].adnum == attno)
				expr = stringToNode(desc->constr->defval[i].adbin);
	safeddl_close(rel);
	return expr ? deparse_expression(expr, deparse_context_for(get_rel_name(relid), relid),
									 false, false) : NULL;
}

/* what the statement itself says about the default: that, or nothing, or NULL */
static bool
keep_new_default(SafeddlSwap *swap)
{
	const AlterTableStmt *stmt = castNode(AlterTableStmt, swap->plan->a->stmt);
	bool		result = false;

	for (int i = 0; i < list_length(stmt->cmds); i++)
	{
		const AlterTableCmd *cmd = list_nth_node(AlterTableCmd, stmt->cmds, i);
		SafeddlAlterText text = {0};

		if (cmd->subtype != AT_ColumnDefault || strcmp(cmd->name, swap->column) != 0)
			continue;
		result = true;
		if (cmd->def != NULL && safeddl_split_alter(&swap->plan->words, i, &text))
			safeddl_add_statement(&swap->after, "%s %s", text.head, text.command);
	}
	return result;
}

static Oid
sequence_type(Oid seqid)
{
	HeapTuple	tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(seqid));
	Oid			result;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	result = ((Form_pg_sequence) GETSTRUCT(tuple))->seqtypid;
	ReleaseSysCache(tuple);
	return result;
}

/* keep_defaults: each table has its own; and sequences of serial columns */
static void
keep_defaults(SafeddlSwap *swap, Oid relid, bool is_new)
{
	AttrNumber	attno = get_attnum(relid, swap->column);
	char	   *table = safeddl_swap_table(swap, relid);
	char	   *words = is_new || safeddl_swap_has(swap, AT_DropExpression, swap->column) ?
		NULL : default_of(relid, attno);
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, DEPENDENCY_AUTO))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId &&
			get_rel_relkind(object->objectId) == RELKIND_SEQUENCE)
		{
			if (swap->new_type == INT8OID && sequence_type(object->objectId) != INT8OID)
				swap->narrow = safeddl_table_name(object->objectId);
			safeddl_add_statement(&swap->before, "ALTER SEQUENCE %s OWNED BY %s.%s",
								  safeddl_table_name(object->objectId), table,
								  quote_identifier(swap->new_column));
		}
	}
	if (words != NULL)
		safeddl_add_statement(&swap->after, "ALTER TABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s",
							  table, quote_identifier(swap->column), words);
}

/* the lowest and highest value of an integer type; zero for any other */
static int64
limit_of(Oid typid, bool lowest)
{
	switch (typid)
	{
		case INT2OID:
			return lowest ? PG_INT16_MIN : PG_INT16_MAX;
		case INT4OID:
			return lowest ? PG_INT32_MIN : PG_INT32_MAX;
		case INT8OID:
			return lowest ? PG_INT64_MIN : PG_INT64_MAX;
		default:
			return 0;
	}
}

/*
 * identity_words: for a sequence like the old one, whose limits follow the type
 * where they were those of the type; as init_params() in commands/sequence.c.
 */
static char *
identity_words(const SafeddlSwap *swap, Oid seqid, char identity, const char *name)
{
	HeapTuple	tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(seqid));
	Form_pg_sequence seq;
	int64		lowest;
	int64		highest;
	char	   *result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for sequence %u", seqid);
	seq = (Form_pg_sequence) GETSTRUCT(tuple);
	lowest = seq->seqmin == limit_of(seq->seqtypid, true) ?
		limit_of(swap->new_type, true) : seq->seqmin;
	highest = seq->seqmax == limit_of(seq->seqtypid, false) ?
		limit_of(swap->new_type, false) : seq->seqmax;
	result = psprintf("ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH " INT64_FORMAT " INCREMENT BY " INT64_FORMAT " MINVALUE " INT64_FORMAT " MAXVALUE " INT64_FORMAT " CACHE " INT64_FORMAT "%s)",
					  identity == ATTRIBUTE_IDENTITY_ALWAYS ? "ALWAYS" : "BY DEFAULT", name,
					  seq->seqstart, seq->seqincrement, lowest, highest, seq->seqcache,
					  seq->seqcycle ? " CYCLE" : "");
	ReleaseSysCache(tuple);
	return result;
}

/* grant: what an access control list gives, what: (column) ON table, say */
static void
grant(SafeddlSwap *swap, Datum acl_datum, const Privilege *privileges, int nprivileges,
	  const char *what, Oid owner)
{
	Acl		   *acl = DatumGetAclPCopy(acl_datum);
	AclItem    *items = ACL_DAT(acl);

	for (int i = 0; i < ACL_NUM(acl); i++)
		for (int k = 0; k < nprivileges; k++)
		{
			if (items[i].ai_grantee == owner ||
				!(ACLITEM_GET_PRIVS(items[i]) & privileges[k].mode))
				continue;
			safeddl_add_statement(&swap->after, "GRANT %s %s TO %s%s", privileges[k].name, what,
								  OidIsValid(items[i].ai_grantee) ?
								  quote_identifier(GetUserNameFromId(items[i].ai_grantee, false)) : "PUBLIC",
								  ACLITEM_GET_GOPTIONS(items[i]) & privileges[k].mode ?
								  " WITH GRANT OPTION" : "");
		}
}

/* keep_sequence_grants: privileges on the sequence of an identity column */
static void
keep_sequence_grants(SafeddlSwap *swap, Oid seqid)
{
	static const Privilege privileges[] = {
		{ACL_USAGE, "USAGE"}, {ACL_SELECT, "SELECT"}, {ACL_UPDATE, "UPDATE"}
	};
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(seqid));
	bool		isnull;
	Datum		acl;

	if (!HeapTupleIsValid(tuple))
		return;
	acl = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &isnull);
	if (!isnull)
		grant(swap, acl, privileges, lengthof(privileges),
			  psprintf("ON SEQUENCE %s", safeddl_table_name(seqid)),
			  ((Form_pg_class) GETSTRUCT(tuple))->relowner);
	ReleaseSysCache(tuple);
}

/* keep_identity: another sequence, that goes on where the old one is */
static void
keep_identity(SafeddlSwap *swap, Oid relid, char identity)
{
	List	   *sequences = safeddl_identity_sequences(relid, get_attnum(relid, swap->column));
	const char *table = safeddl_swap_table(swap, relid);
	Oid			seqid;
	char	   *new_name;
	char	   *qualified;

	if (sequences == NIL)
		return;
	seqid = linitial_oid(sequences);
	new_name = safeddl_swap_name(swap, seqid, get_rel_name(seqid));
	qualified = quote_qualified_identifier(get_namespace_name(get_rel_namespace(seqid)), new_name);
	safeddl_add_statement(&swap->before, "ALTER TABLE %s ALTER COLUMN %s %s", table,
						  quote_identifier(swap->new_column),
						  identity_words(swap, seqid, identity, qualified));
	safeddl_add_statement(&swap->before, "SELECT setval(%s, last_value, is_called) FROM %s",
						  quote_literal_cstr(qualified), safeddl_table_name(seqid));
	safeddl_add_statement(&swap->after, "ALTER SEQUENCE %s RENAME TO %s", qualified,
						  quote_identifier(get_rel_name(seqid)));
	safeddl_keep_comment(swap, RelationRelationId, seqid, 0,
						 psprintf("SEQUENCE %s", safeddl_table_name(seqid)));
	keep_sequence_grants(swap, seqid);
}

/* ----------------------------------------------------------------
 *		privileges, settings, statistics
 * ----------------------------------------------------------------
 */

/* keep_settings: of the column in one table */
static void
keep_settings(SafeddlSwap *swap, Oid relid, HeapTuple tuple)
{
	static const Privilege privileges[] = {
		{ACL_SELECT, "SELECT"}, {ACL_INSERT, "INSERT"}, {ACL_UPDATE, "UPDATE"},
		{ACL_REFERENCES, "REFERENCES"}
	};
	const char *table = safeddl_swap_table(swap, relid);
	const char *column = quote_identifier(swap->column);
	AttrNumber	attno = ((Form_pg_attribute) GETSTRUCT(tuple))->attnum;
	bool		isnull;
	Datum		datum;
	ListCell   *lc;

	/* a negative target is the default, as null is */
	datum = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &isnull);
	if (!isnull && safeddl_target_of_datum(datum) >= 0)
		safeddl_add_statement(&swap->after, "ALTER TABLE ONLY %s ALTER COLUMN %s SET STATISTICS %d",
							  table, column, (int) safeddl_target_of_datum(datum));
	datum = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &isnull);
	foreach(lc, isnull ? NIL : untransformRelOptions(datum))
	{
		/* one that some servers keep for themselves */
		if (strcmp(lfirst_node(DefElem, lc)->defname, SAFEDDL_RESERVED_ATTOPTION) == 0)
			continue;
		safeddl_add_statement(&swap->after, "ALTER TABLE ONLY %s ALTER COLUMN %s SET (%s = %s)",
							  table, column, lfirst_node(DefElem, lc)->defname,
							  strVal(lfirst_node(DefElem, lc)->arg));
	}
	datum = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
		for (int i = 0; i < lengthof(privileges); i++)
			grant(swap, datum, &privileges[i], 1,
				  psprintf("(%s) ON %s", column, table), InvalidOid - 1);
	safeddl_keep_comment(swap, RelationRelationId, relid, attno,
						 psprintf("COLUMN %s.%s", table, column));
}

/* keep_statistics: CREATE STATISTICS, which have to be gathered again anyway */
static void
keep_statistics(SafeddlSwap *swap, Oid relid, AttrNumber attno)
{
	List	   *seen = NIL;
	ListCell   *lc;

	foreach(lc, safeddl_dependents(RelationRelationId, relid, attno, '\0'))
	{
		Oid			statid = ((ObjectAddress *) lfirst(lc))->objectId;
		HeapTuple	tuple;
		Form_pg_statistic_ext form;
		char	   *name;

		if (((ObjectAddress *) lfirst(lc))->classId != StatisticExtRelationId ||
			list_member_oid(seen, statid))
			continue;
		seen = lappend_oid(seen, statid);
		tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statid));
		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
		name = quote_qualified_identifier(get_namespace_name(form->stxnamespace),
										  NameStr(form->stxname));
		safeddl_add_statement(&swap->after, "%s", pg_get_statisticsobjdef_string(statid));
		if (form->stxowner != GetUserId())
			safeddl_add_statement(&swap->after, "ALTER STATISTICS %s OWNER TO %s", name,
								  quote_identifier(GetUserNameFromId(form->stxowner, false)));
		ReleaseSysCache(tuple);
		safeddl_keep_comment(swap, StatisticExtRelationId, statid, 0, psprintf("STATISTICS %s", name));
	}
}

/* safeddl_keep_column: see the head of this file */
void
safeddl_keep_column(SafeddlSwap *swap)
{
	bool		is_new = keep_new_default(swap);
	ListCell   *lc;

	foreach(lc, swap->relids)
	{
		Oid			relid = lfirst_oid(lc);
		HeapTuple	tuple = SearchSysCacheAttName(relid, swap->column);
		char		identity;

		if (!HeapTupleIsValid(tuple))
			continue;
		identity = ((Form_pg_attribute) GETSTRUCT(tuple))->attidentity;
		if (identity && !get_rel_relispartition(relid) &&
			!safeddl_swap_has(swap, AT_DropIdentity, swap->column))
			keep_identity(swap, relid, identity);
		keep_defaults(swap, relid, is_new);
		keep_settings(swap, relid, tuple);
		keep_statistics(swap, relid, ((Form_pg_attribute) GETSTRUCT(tuple))->attnum);
		ReleaseSysCache(tuple);
	}
}
