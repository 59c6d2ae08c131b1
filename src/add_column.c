/*
 * add_column.c
 *	  ALTER TABLE ... ADD COLUMN: catalog change or rewrite, and what its
 *	  inline constraints add to it.
 *
 * Mirrors transformColumnDefinition() in parser/parse_utilcmd.c and
 * ATExecAddColumn() in commands/tablecmds.c.
 */
#include "alter_table.h"

#include "access/htup_details.h"
#include "catalog/heap.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

/* a column to be: what its definition amounts to */
typedef struct NewColumn
{
	const char *name;
	Oid			typid;
	int32		typmod;
	Node	   *raw_default;
	bool		sequence;		/* serial or identity */
	char		generated;
	bool		not_null;
	List	   *constraints;	/* CHECK, UNIQUE, PRIMARY KEY, REFERENCES */
} NewColumn;

/* what the stored value of existing rows means for the table */
typedef enum NewValue
{
	NEW_VALUE_NULL,				/* no value: catalog change */
	NEW_VALUE_MISSING,			/* one value for all, kept in the catalog */
	NEW_VALUE_COMPUTED			/* every row is written */
} NewValue;

static bool read_definition(SafeddlAlterTable *at, ColumnDef *def, NewColumn *column);
static NewValue new_value(SafeddlAlterTable *at, const NewColumn *column);

/* safeddl_serial_type: a column definition's own idea of it; as in transformColumnDefinition() */
bool
safeddl_serial_type(TypeName *type, Oid *typid)
{
	static const struct
	{
		const char *name;
		Oid			typid;
	}			serials[] = {
		{"smallserial", INT2OID}, {"serial2", INT2OID},
		{"serial", INT4OID}, {"serial4", INT4OID},
		{"bigserial", INT8OID}, {"serial8", INT8OID}
	};

	if (type == NULL || list_length(type->names) != 1 || type->pct_type ||
		type->arrayBounds != NIL)
		return false;
	for (int i = 0; i < lengthof(serials); i++)
		if (strcmp(strVal(linitial(type->names)), serials[i].name) == 0)
		{
			*typid = serials[i].typid;
			return true;
		}
	return false;
}

/* safeddl_add_attribute: one that follows a constraint; as in transformConstraintAttrs() */
void
safeddl_add_attribute(Constraint *con, ConstrType attribute)
{
	if (attribute == CONSTR_ATTR_DEFERRABLE || attribute == CONSTR_ATTR_DEFERRED)
		con->deferrable = true;
	if (attribute == CONSTR_ATTR_DEFERRED)
		con->initdeferred = true;
	if (safeddl_is_not_enforced(attribute))
		con->skip_validation = true;
}

/* read_definition: false where the server will refuse the definition */
static bool
read_definition(SafeddlAlterTable *at, ColumnDef *def, NewColumn *column)
{
	ListCell   *lc;

	column->name = def->colname;
	column->raw_default = def->raw_default;
	column->not_null = def->is_not_null;
	column->generated = def->generated;
	column->typmod = -1;
	if (safeddl_serial_type(def->typeName, &column->typid))
		column->sequence = column->not_null = true;
	else
		typenameTypeIdAndMod(NULL, def->typeName, &column->typid, &column->typmod);
	/* raises the server's own error for a wrong COLLATE */
	(void) GetColumnDefCollation(NULL, def, column->typid);

	foreach(lc, def->constraints)
	{
		Constraint *con = lfirst(lc);

		switch (con->contype)
		{
			case CONSTR_NOTNULL:
				column->not_null = true;
				break;
			case CONSTR_DEFAULT:
				column->raw_default = con->raw_expr;
				break;
			case CONSTR_IDENTITY:
				column->sequence = column->not_null = true;
				break;
			case CONSTR_GENERATED:
				column->generated = SAFEDDL_GENERATED_KIND(con);
				column->raw_default = con->raw_expr;
				break;
			case CONSTR_PRIMARY:
				column->not_null = true;
				pg_fallthrough;
			case CONSTR_CHECK:
			case CONSTR_UNIQUE:
			case CONSTR_FOREIGN:
				column->constraints = lappend(column->constraints, copyObject(con));
				break;
			default:
				/* NULL, and attributes of the one before */
				if (column->constraints != NIL)
					safeddl_add_attribute(llast(column->constraints), con->contype);
				break;
		}
	}
	return OidIsValid(column->typid);
}

/*
 * cook_generated: raises the server's own error for an expression that cannot
 * be parsed.  What may read other columns to be is left alone.
 */
static void
cook_generated(SafeddlAlterTable *at, const NewColumn *column)
{
	ParseState *pstate = make_parsestate(NULL);
	Relation	rel = NULL;

	if (column->raw_default != NULL && list_length(at->new_columns) == 1 && !at->alters_types)
		rel = safeddl_open(at->relid);
	if (rel == NULL)
		return;
	pstate->p_sourcetext = at->a->query;
	addNSItemToQuery(pstate, addRangeTableEntryForRelation(pstate, rel, AccessShareLock,
														   NULL, false, true),
					 true, true, true);
	(void) cookDefault(pstate, copyObject(column->raw_default), column->typid, column->typmod,
					   column->name, column->generated);
	safeddl_close(rel);
}

/*
 * new_value: what ATExecAddColumn() does about existing rows.  The planner
 * decides whether a default is volatile, after it inlined SQL functions.
 */
static NewValue
new_value(SafeddlAlterTable *at, const NewColumn *column)
{
	bool		constrained = safeddl_domain_has_constraints(column->typid);
	Node	   *expr = NULL;

	if (column->generated)
		cook_generated(at, column);
	if (column->generated == SAFEDDL_GENERATED_VIRTUAL)
		return NEW_VALUE_NULL;
	/* a constrained domain is checked row by row, even for a null */
	if (column->sequence || column->generated || constrained)
		return NEW_VALUE_COMPUTED;
	if (column->raw_default != NULL)
	{
		ParseState *pstate = make_parsestate(NULL);

		pstate->p_sourcetext = at->a->query;
		expr = cookDefault(pstate, copyObject(column->raw_default), column->typid,
						   column->typmod, column->name, '\0');
		/* an explicit null default counts as none: AddRelationNewConstraints() */
		if (IsA(expr, Const) && ((Const *) expr)->constisnull)
			return NEW_VALUE_NULL;
	}
	else
		expr = get_typdefault(column->typid);
	if (expr == NULL)
		return NEW_VALUE_NULL;
	expr = (Node *) expression_planner((Expr *) copyObject(expr));
	return contain_volatile_functions(expr) ? NEW_VALUE_COMPUTED : NEW_VALUE_MISSING;
}

/* the column and its value, on one table that has rows */
static void
add_to_table(SafeddlAlterTable *at, Oid relid, const NewColumn *column, NewValue value,
			 int cmdno, int location)
{
	SafeddlEffect *effect;

	if (value == NEW_VALUE_COMPUTED)
	{
		safeddl_add_storage(at->a, relid, at->relid, false);
		safeddl_alter_effect(at, relid, SAFEDDL_RULE_ADD_COLUMN, SAFEDDL_WORK_REWRITE,
							 column->name, cmdno, location);
	}
	else if (column->not_null && column->generated == SAFEDDL_GENERATED_VIRTUAL)
		safeddl_alter_effect(at, relid, SAFEDDL_RULE_ADD_COLUMN, SAFEDDL_WORK_SCAN,
							 column->name, cmdno, location);
	else if (column->not_null && value == NEW_VALUE_NULL)
	{
		/*
		 * The scan stops with an error at the first row, so it is long only
		 * where there is none: a fact, but nothing to object to.
		 */
		effect = safeddl_alter_effect(at, relid, SAFEDDL_RULE_NONE, SAFEDDL_WORK_SCAN,
									  column->name, cmdno, location);
		effect->maybe = SAFEDDL_WORK_SCAN;
	}
}

/* the constraints written behind the column */
static void
add_inline_constraints(SafeddlAlterTable *at, const NewColumn *column, int cmdno)
{
	ListCell   *lc;

	foreach(lc, column->constraints)
	{
		Constraint *con = lfirst(lc);

		if (con->contype == CONSTR_CHECK)
			safeddl_add_check(at, con, cmdno);
		else if (con->contype == CONSTR_FOREIGN)
			safeddl_add_foreign_key(at, con,
									(column->raw_default != NULL || column->sequence) &&
									!con->skip_validation,
									column->name, cmdno);
		else
			safeddl_add_index_constraint(at, con, true, cmdno);
	}
}

/*
 * push_column: one table and what inherits from it, level by level: a child
 * that has the column already is left as it is, and so is what is below it.
 */
static void
push_column(SafeddlAlterTable *at, Oid relid, const NewColumn *column, NewValue value,
			int cmdno, int location)
{
	ListCell   *lc;

	check_stack_depth();
	if (relid != at->relid && safeddl_alter_column(at, relid, column->name) != InvalidAttrNumber)
	{
		/* but for its NOT NULL, which is a constraint of its own since 18 */
		if (column->not_null && SAFEDDL_NOT_NULL_IS_CONSTRAINT)
			safeddl_push_not_null(at, relid, column->name, SAFEDDL_RULE_ADD_COLUMN, cmdno);
		return;
	}
	if (safeddl_alter_has_rows(at, relid))
		add_to_table(at, relid, column, value, cmdno, location);
	foreach(lc, safeddl_alter_children(at, relid))
		push_column(at, lfirst_oid(lc), column, value, cmdno, location);
}

/*
 * safeddl_add_column: effects of one ADD COLUMN on the target and all that
 * inherits from it, or is a table OF the type.
 */
void
safeddl_add_column(SafeddlAlterTable *at, AlterTableCmd *cmd, int cmdno)
{
	ColumnDef  *def = castNode(ColumnDef, cmd->def);
	NewColumn	column = {0};
	int			location;
	ListCell   *lc;

	if (safeddl_alter_column(at, at->relid, def->colname) != InvalidAttrNumber)
	{
		if (!cmd->missing_ok)
			safeddl_missing(at->a, ERRCODE_DUPLICATE_COLUMN,
							"column \"%s\" already exists", def->colname);
		return;
	}
	/* the columns of partitions are those of their parent */
	if (at->relkind != RELKIND_RELATION && at->relkind != RELKIND_FOREIGN_TABLE)
		safeddl_lock_children(at);
	/* a composite type has no rows, but the tables OF it may */
	if (at->relkind == RELKIND_VIEW || !read_definition(at, def, &column))
		return;
	location = def->location >= 0 ? def->location : def->typeName->location;
	if (at->relkind == RELKIND_RELATION || at->relkind == RELKIND_FOREIGN_TABLE)
		push_column(at, at->relid, &column, new_value(at, &column), cmdno, location);
	else
	{
		NewValue	value = new_value(at, &column);

		/* a catalog change, however many partitions */
		if (value == NEW_VALUE_COMPUTED || column.not_null)
			foreach(lc, safeddl_alter_leaves(at, true))
				if (safeddl_alter_column(at, lfirst_oid(lc), def->colname) == InvalidAttrNumber)
					add_to_table(at, lfirst_oid(lc), &column, value, cmdno, location);
	}
	add_inline_constraints(at, &column, cmdno);
}

/*
 * safeddl_new_column_not_null: on behalf of rule, a column to be is made NOT
 * NULL by another subcommand: its rows are searched, whatever value they get.
 */
void
safeddl_new_column_not_null(SafeddlAlterTable *at, ColumnDef *def, SafeddlRule rule, int cmdno)
{
	NewColumn	column = {0};
	NewValue	value;
	ListCell   *lc;

	if (!read_definition(at, def, &column) || column.not_null)
		return;
	value = new_value(at, &column);
	if (value == NEW_VALUE_COMPUTED)
		return;					/* checked while it is written */
	foreach(lc, safeddl_alter_leaves(at, true))
	{
		/* it fails at the first row where all of them are null */
		bool		fails = value == NEW_VALUE_NULL && column.generated != SAFEDDL_GENERATED_VIRTUAL;

		safeddl_alter_effect(at, lfirst_oid(lc), fails ? SAFEDDL_RULE_NONE : rule,
							 SAFEDDL_WORK_SCAN, column.name, cmdno, -1)->maybe =
			fails ? SAFEDDL_WORK_SCAN : 0;
	}
}
