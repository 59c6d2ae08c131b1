/*
 * plan_column.c
 *	  The safe way: ADD COLUMN and DROP COLUMN.
 *
 * A column whose value has to be computed for every row comes without it: the
 * default holds for new rows, safeddl.backfill() computes the others in batches,
 * and what makes sure of them comes last.
 */
#include "plan.h"
#include "alter_table.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* ADD COLUMN in the user's own words; numbers of tokens in plan->words */
typedef struct NewColumn
{
	SafeddlPlan *plan;
	ColumnDef  *def;
	const char *name;			/* quoted */
	int			first;			/* ADD */
	int			column;			/* its name */
	int			last;
	int			clauses;		/* the first of them, or last + 1 */
	char	   *collate;		/* clauses, or NULL */
	Constraint *not_null;
	Constraint *value;			/* DEFAULT */
	Constraint *identity;
	Constraint *generated;
	List	   *references;		/* Constraint; what follows, their words */
	List	   *references_words;
	List	   *others;			/* CHECK, UNIQUE, PRIMARY KEY */
	List	   *others_words;
	char	   *value_words;	/* an expression, behind the word DEFAULT */
	char	   *not_null_words;
	char	   *identity_words;
	char	   *generated_words;
	bool		serial;			/* typid is what it stands for */
	Oid			typid;
} NewColumn;

/* token_at: the one that begins at a location of the parse tree; or -1 */
static int
token_at(const SafeddlPlan *plan, int location)
{
	int			offset = location - Max(plan->a->stmt_location, 0);

	for (int i = 0; i < plan->words.count; i++)
		if (plan->words.tokens[i].start == offset)
			return i;
	return -1;
}

static int
location_of(const Node *clause)
{
	return IsA(clause, Constraint) ? ((const Constraint *) clause)->location :
		((const CollateClause *) clause)->location;
}

static int
by_location(const ListCell *a, const ListCell *b)
{
	return location_of(lfirst(a)) - location_of(lfirst(b));
}

/* does it say more about the constraint before it, as DEFERRABLE does? */
static bool
is_attribute(const Node *clause)
{
	if (!IsA(clause, Constraint))
		return false;
	switch (((const Constraint *) clause)->contype)
	{
		case CONSTR_NULL:
		case CONSTR_DEFAULT:
		case CONSTR_NOTNULL:
		case CONSTR_CHECK:
		case CONSTR_UNIQUE:
		case CONSTR_PRIMARY:
		case CONSTR_FOREIGN:
		case CONSTR_IDENTITY:
		case CONSTR_GENERATED:
			return false;
		default:
			return true;
	}
}

/* take_clause: one clause of the definition and its words */
static void
take_clause(NewColumn *new, Node *clause, char *words, int first, int last)
{
	Constraint *con;

	if (IsA(clause, CollateClause))
	{
		new->collate = words;
		return;
	}
	con = castNode(Constraint, clause);
	switch (con->contype)
	{
		case CONSTR_NOTNULL:
			new->not_null = con;
			new->not_null_words = words;
			break;
		case CONSTR_DEFAULT:
			/* CONSTRAINT name DEFAULT is allowed, and ignored */
			if (safeddl_is_word(&new->plan->words, first, "constraint"))
				first += 2;
			new->value = con;
			new->value_words = safeddl_text_between(&new->plan->words, first + 1, last);
			break;
		case CONSTR_IDENTITY:
			new->identity = con;
			new->identity_words = words;
			break;
		case CONSTR_GENERATED:
			new->generated = con;
			new->generated_words = words;
			break;
		case CONSTR_FOREIGN:
			new->references = lappend(new->references, con);
			new->references_words = lappend(new->references_words, words);
			break;
		case CONSTR_CHECK:
		case CONSTR_UNIQUE:
		case CONSTR_PRIMARY:
			new->others = lappend(new->others, con);
			new->others_words = lappend(new->others_words, words);
			break;
		default:
			break;
	}
}

/* take_apart: false where the words are not what was expected */
static bool
take_apart(NewColumn *new)
{
	const SafeddlWords *words = &new->plan->words;
	List	   *clauses = list_copy(new->def->constraints);
	int			n;

	if (new->def->collClause != NULL)
		clauses = lappend(clauses, new->def->collClause);
	list_sort(clauses, by_location);
	n = list_length(clauses);
	new->column = token_at(new->plan, new->def->location);
	if (new->column < 1)
		return false;
	for (new->first = new->column - 1; !safeddl_is_word(words, new->first, "add"); new->first--)
		if (new->first == 0)
			return false;
	for (new->last = new->column; new->last + 1 < words->count; new->last++)
		if (words->tokens[new->last + 1].depth == 0 && words->tokens[new->last + 1].code == ',')
			break;
	new->clauses = n > 0 ? token_at(new->plan, location_of(linitial(clauses))) : new->last + 1;
	for (int i = 0; i < n;)
	{
		Node	   *clause = list_nth(clauses, i);
		int			first = token_at(new->plan, location_of(clause));
		int			last;

		if (IsA(clause, Constraint))
			clause = copyObject(clause);
		for (i++; IsA(clause, Constraint) && i < n && is_attribute(list_nth(clauses, i)); i++)
			safeddl_add_attribute(castNode(Constraint, clause),
								  list_nth_node(Constraint, clauses, i)->contype);
		last = i < n ? token_at(new->plan, location_of(list_nth(clauses, i))) - 1 : new->last;
		if (first < 0 || last < first)
			return false;
		take_clause(new, clause, safeddl_text_between(words, first, last), first, last);
	}
	new->serial = safeddl_serial_type(new->def->typeName, &new->typid);
	if (!new->serial)
		new->typid = typenameTypeId(NULL, new->def->typeName);
	return true;
}

/* words_of_column: ADD COLUMN and what comes before its clauses, and COLLATE */
static char *
words_of_column(const NewColumn *new)
{
	const SafeddlWords *words = &new->plan->words;
	char	   *text;

	if (new->serial)
		text = psprintf("%s %s", safeddl_text_between(words, new->first, new->column),
						format_type_be(new->typid));
	else
		text = safeddl_text_between(words, new->first, new->clauses - 1);
	return new->collate ? psprintf("%s %s", text, new->collate) : text;
}

static char *
add_words(char *text, const char *words)
{
	return words ? psprintf("%s %s", text, words) : text;
}

/* words_with: the column with some of its clauses */
static char *
words_with(const NewColumn *new, bool value, bool not_null, bool references)
{
	char	   *text = words_of_column(new);
	ListCell   *lc;

	if (value && new->value != NULL)
		text = psprintf("%s DEFAULT %s", text, new->value_words);
	if (new->generated != NULL)
		text = add_words(text, new->generated_words);
	if (not_null)
		text = add_words(text, new->not_null_words);
	if (references)
		foreach(lc, new->references_words)
			text = add_words(text, lfirst(lc));
	return text;
}

/* is every row written? */
static bool
is_computed(const SafeddlPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->a->effects)
	{
		const SafeddlEffect *effect = lfirst(lc);

		if (effect->cmdno == plan->cmdno && effect->rule == SAFEDDL_RULE_ADD_COLUMN &&
			(effect->work & SAFEDDL_WORK_REWRITE))
			return true;
	}
	return false;
}

/* choose_sequence: name for one that belongs to the column, or stands in for it */
static char *
choose_sequence(const NewColumn *new, const char *label)
{
	Oid			relid = new->plan->relid;
	char	   *name = ChooseRelationName(get_rel_name(relid), new->def->colname, label,
										  get_rel_namespace(relid), false);

	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/* owner_words: who else has the table has to have its sequence; or "" */
static char *
owner_words(const NewColumn *new, const char *sequence)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(new->plan->relid));
	Oid			owner = GetUserId();

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner == GetUserId() ? "" :
		psprintf("ALTER SEQUENCE %s OWNER TO %s; ", sequence,
				 quote_identifier(GetUserNameFromId(owner, false)));
}

/* sequence_options: of an identity column, but for what names the sequence */
static char *
sequence_options(const NewColumn *new)
{
	const SafeddlWords *words = &new->plan->words;
	int			n = list_length(new->identity->options);
	char	   *text = "";

	for (int i = 0; i < n; i++)
	{
		DefElem    *option = list_nth_node(DefElem, new->identity->options, i);
		int			first = token_at(new->plan, option->location);
		int			last = i + 1 < n ?
			token_at(new->plan, list_nth_node(DefElem, new->identity->options, i + 1)->location) - 1 :
			first;

		/* the last one ends before the parenthesis */
		if (i + 1 == n)
			while (last + 1 < words->count &&
				   words->tokens[last + 1].depth == words->tokens[first].depth)
				last++;
		if (strcmp(option->defname, "sequence_name") != 0)
			text = psprintf("%s %s", text, safeddl_text_between(words, first, last));
	}
	return text;
}

/* name_of_sequence: of an identity column, as the server will call it */
static char *
name_of_sequence(const NewColumn *new)
{
	ListCell   *lc;

	foreach(lc, new->identity->options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "sequence_name") == 0)
			return NameListToQuotedString(castNode(List, option->arg));
	}
	return choose_sequence(new, "seq");
}

/* fill: the rows that were there before the default was */
static void
fill(const NewColumn *new)
{
	SafeddlPlan *plan = new->plan;

	safeddl_step_outside(plan, psprintf("CALL safeddl.backfill(%s, %s, %s)",
										quote_literal_cstr(plan->table),
										quote_literal_cstr(psprintf("%s = DEFAULT", new->name)),
										quote_literal_cstr(psprintf("%s IS NULL", new->name))),
						 _("computes the value of existing rows in batches; triggers on UPDATE fire for each of them, unless fire_triggers => false"));
}

/* make_not_null: once all rows have a value */
static void
make_not_null(const NewColumn *new)
{
	safeddl_plan_not_null(new->plan, new->def->colname,
						  new->not_null ? new->not_null->conname : NULL,
						  psprintf("ALTER COLUMN %s SET NOT NULL", new->name));
}

/* constrain: CHECK, UNIQUE, PRIMARY KEY, and REFERENCES where it is not there yet */
static void
constrain(const NewColumn *new, bool references)
{
	for (int i = 0; i < list_length(new->others); i++)
		safeddl_plan_column_constraint(new->plan, new->def->colname, list_nth(new->others, i),
									   list_nth(new->others_words, i));
	for (int i = 0; references && i < list_length(new->references); i++)
		safeddl_plan_column_constraint(new->plan, new->def->colname,
									   list_nth(new->references, i),
									   list_nth(new->references_words, i));
}

/*
 * add_sequence: a column that a sequence numbers: serial, or identity, whose
 * sequence has to wait until no value is missing.
 */
static void
add_sequence(const NewColumn *new)
{
	SafeddlPlan *plan = new->plan;
	char	   *sequence = choose_sequence(new, new->identity ? "fill_seq" : "seq");
	bool		unlogged = get_rel_persistence(plan->relid) == RELPERSISTENCE_UNLOGGED;

	safeddl_step_brief(plan, psprintf("CREATE%s SEQUENCE %s AS %s%s; %s %s; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(%s); %sALTER SEQUENCE %s OWNED BY %s.%s",
									  unlogged ? " UNLOGGED" : "", sequence,
									  format_type_be(getBaseType(new->typid)),
									  new->identity ? sequence_options(new) : "",
									  plan->head, words_with(new, false, false, true),
									  plan->table, new->name, quote_literal_cstr(sequence),
									  owner_words(new, sequence), sequence, plan->table, new->name),
					   _("new rows are numbered from now on"));
	fill(new);
	make_not_null(new);
	if (new->identity != NULL)
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT; ALTER TABLE %s ALTER COLUMN %s ADD %s; SELECT setval(%s, last_value, is_called) FROM %s; DROP SEQUENCE %s",
										  plan->table, new->name, plan->table, new->name,
										  new->identity_words,
										  quote_literal_cstr(name_of_sequence(new)),
										  sequence, sequence),
						   _("the column's own sequence goes on where the other one was"));
}

/* add_computed: a default that is not the same for all rows */
static void
add_computed(const NewColumn *new)
{
	SafeddlPlan *plan = new->plan;

	if (new->value != NULL)
	{
		safeddl_step_alter(plan, words_with(new, false, false, true), NULL);
		safeddl_step_alter(plan, psprintf("ALTER COLUMN %s SET DEFAULT %s", new->name, new->value_words),
						   _("new rows get the default from now on"));
	}
	else
		/* the default of a domain: not for the rows that are there */
		safeddl_step_brief(plan, psprintf("%s %s DEFAULT NULL; ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
										  plan->head, words_with(new, false, false, true),
										  plan->table, new->name),
						   _("new rows get the default of the type from now on"));
	fill(new);
	if (new->not_null != NULL)
		make_not_null(new);
}

/* safeddl_plan_add_column: see the head of this file */
void
safeddl_plan_add_column(SafeddlPlan *plan)
{
	NewColumn	new = {.plan = plan,.def = castNode(ColumnDef, plan->cmd->def)};
	bool		computed = is_computed(plan);
	bool		is_virtual;

	new.name = quote_identifier(new.def->colname);
	if (!take_apart(&new))
		return;
	is_virtual = new.generated && SAFEDDL_GENERATED_KIND(new.generated) == SAFEDDL_GENERATED_VIRTUAL;
	if (new.generated != NULL && !is_virtual)
	{
		safeddl_step_none(plan, _("a stored generated column is computed for all rows at once; what comes near to it is a plain column that a trigger computes, or a virtual column or an expression in a view and an index"));
		return;
	}
	if (safeddl_domain_has_constraints(new.typid))
	{
		safeddl_step_none(plan, _("the constraints of a domain are checked for all rows at once; what comes near to it is a column of the base type with CHECK constraints of its own"));
		return;
	}
	if (computed && (new.serial || new.identity != NULL))
		add_sequence(&new);
	else if (computed)
		add_computed(&new);
	else
	{
		safeddl_step_alter(plan, words_with(&new, true, !is_virtual, new.value == NULL), NULL);
		if (is_virtual && new.not_null != NULL)
			make_not_null(&new);
	}
	constrain(&new, !computed && new.value != NULL);
}

/* ----------------------------------------------------------------
 *		DROP COLUMN
 * ----------------------------------------------------------------
 */

/* drop_keys: foreign keys, whose end locks the other table as well */
static void
drop_keys(SafeddlPlan *plan, Oid relid, AttrNumber attno, bool incoming)
{
	ListCell   *lc;

	foreach(lc, safeddl_foreign_keys(relid, incoming))
	{
		SafeddlForeignKey *fk = lfirst(lc);
		bool		uses = false;

		for (int i = 0; i < fk->nkeys; i++)
			uses |= (incoming ? fk->confkey : fk->conkey)[i] == attno;
		if (!uses || OidIsValid(fk->parent) || (incoming && fk->referencing == relid))
			continue;
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s DROP CONSTRAINT %s",
										  safeddl_table_name(fk->referencing),
										  quote_identifier(get_constraint_name(fk->conoid))),
						   _("locks both tables of the foreign key, so it comes alone"));
		if (fk->referenced != fk->referencing)
			safeddl_lock_first(plan, fk->referenced, false);
	}
}

static bool
is_primary(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_index) GETSTRUCT(tuple))->indisprimary;
	ReleaseSysCache(tuple);
	return result;
}

/* drop_indexes: those that nobody needs once the column has no users */
static void
drop_indexes(SafeddlPlan *plan, Oid relid, AttrNumber attno)
{
	ListCell   *lc;

	foreach(lc, safeddl_indexes(relid))
	{
		Oid			indexid = lfirst_oid(lc);

		if (!safeddl_index_reads(indexid, attno) || OidIsValid(get_index_constraint(indexid)) ||
			get_rel_relispartition(indexid) || get_rel_relkind(indexid) != RELKIND_INDEX ||
			safeddl_dependents(RelationRelationId, indexid, 0, '\0') != NIL)
			continue;
		if (!get_index_isreplident(indexid))
			safeddl_step_outside(plan, psprintf("DROP INDEX CONCURRENTLY %s",
												safeddl_table_name(indexid)),
								 NULL);
	}
}

/* may rows come without the column once its NOT NULL is gone? */
static bool
is_required(Oid relid, AttrNumber attno)
{
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attno));
	Form_pg_attribute att;
	bool		result;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
		return false;
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	result = att->attnotnull && !att->atthasdef && !att->attidentity && !att->attinhcount;
	ReleaseSysCache(tuple);
	foreach(lc, safeddl_indexes(relid))
		if (safeddl_index_reads(lfirst_oid(lc), attno))
			result &= !is_primary(lfirst_oid(lc)) && !get_index_isreplident(lfirst_oid(lc));
	return result;
}

/*
 * safeddl_plan_drop_column: instant, but for good.  What would make the last
 * step lock or unlink more than it has to goes first.
 */
void
safeddl_plan_drop_column(SafeddlPlan *plan)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, plan->a->stmt);
	ListCell   *lc;

	if (is_required(plan->relid, get_attnum(plan->relid, plan->cmd->name)))
		safeddl_step_brief(plan, psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
										  plan->table, quote_identifier(plan->cmd->name)),
						   _("from now on rows may come without the column: stop using it, then go on"));
	foreach(lc, safeddl_hierarchy(plan->relid, stmt->relation->inh))
	{
		AttrNumber	attno = get_attnum(lfirst_oid(lc), plan->cmd->name);

		if (attno == InvalidAttrNumber)
			continue;
		drop_keys(plan, lfirst_oid(lc), attno, false);
		if (plan->cmd->behavior == DROP_CASCADE)
			drop_keys(plan, lfirst_oid(lc), attno, true);
		drop_indexes(plan, lfirst_oid(lc), attno);
	}
	safeddl_step_alter(plan, plan->command,
					   _("cannot be undone: make sure that no running version of the application uses the column"));
}
