# The chain, and what is checked of it. Each check prints one line, see
# ../clients/checks.sh.

tables="('users'::regclass, 'orders'::regclass, 'events'::regclass)"

# What the dangerous migrations are, for every tool and in this order
rules='create_index add_check alter_column_type set_not_null add_foreign_key create_index'

# on production|ci [database]: that is where what follows connects to
on()
{
	data=$work/$1
	PGHOST=$work/$1.sock
	PGDATABASE=${2:-shop}
}

admin() { psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres "$@"; }

# copy_database source target
copy_database()
{
	admin -c 'SET client_min_messages = error' -c "DROP DATABASE IF EXISTS \"$2\"" \
		-c "CREATE DATABASE \"$2\" OWNER app TEMPLATE \"$1\""
}

# scratch: a copy of the CI database that the guard leaves alone
scratch()
{
	copy_database shop scratch
	admin -c "ALTER DATABASE scratch SET safeddl.mode = 'off'"
}

# of function [argument ...]: calls the function of $tool, where its files are
of()
(
	name=$(echo "$tool" | tr - _)_$1
	shift
	cd "$app" && PGUSER=app && export PGUSER && "$name" "$@"
)

# value suffix: of the variable of $tool
value() { eval "echo \"\$$(echo "$tool" | tr - _)_$1\""; }

# take set [start of a file name]: adds migrations to the application
take() { cp "$here/$tool/$1/${2:-}"* "$app/$(value files)"; }

# take_back: leaves only the baseline
take_back()
{
	(cd "$app/$(value files)" && find . -type f ! -name '0*_baseline.*' ! -name __init__.py -exec rm {} +)
}

# ------------------------------------------------------------
#	the two servers
# ------------------------------------------------------------

# Tables with rows; each tool knows that the migration that made them has run
make_production()
{
	on production
	admin -c 'CREATE DATABASE shop OWNER app'
	psql -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION safeddl'
	psql -q -v ON_ERROR_STOP=1 -U app -f "$here/production.sql"
	for tool in $tools; do
		app=$work/$tool
		"$(echo "$tool" | tr - _)_setup"
		first=migrate
		[ "$tool" != django ] || first=baseline
		of "$first" >"$work/$tool.baseline" 2>&1 || {
			cat "$work/$tool.baseline" >&2
			safeddl_die "$tool: the baseline cannot be recorded"
		}
	done
	query "SELECT 'production: ' || string_agg(
			relname || ' ' || pg_size_pretty(pg_table_size(oid)), ', ' ORDER BY relname)
		FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
			AND pg_table_size(oid) > 1e5"
}

# What a nightly job does there: sizes, schema, and which migrations have run
export_production()
{
	psql -X -A -t -q -c 'SELECT safeddl.sizes()' >"$work/sizes.json"
	pg_dump --schema-only >"$work/schema.sql"
	pg_dump --data-only -t '*migrations' -t ar_internal_metadata -t alembic_version \
		-t knex_migrations_lock >"$work/migrations.sql"
	check 'the sizes are JSON without data' \
		perl -MJSON::PP -0ne 'exit(decode_json($_)->{safeddl_sizes} != 1 || /user 1|example/)' "$work/sizes.json" || true
}

# An empty database with production's schema and sizes
make_ci()
{
	on ci
	admin -c 'CREATE DATABASE shop OWNER app'
	for file in schema migrations; do
		psql -X -q -v ON_ERROR_STOP=1 -f "$work/$file.sql" >"$work/restore.log"
	done
	check_answer 'the CI database has no rows' \
		'SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM orders) + (SELECT count(*) FROM events)' 0
	copy_database shop unaware
	known=$(psql -X -A -t -q -v ON_ERROR_STOP=1 <<SQL
\set sizes \`cat '$work/sizes.json'\`
SELECT safeddl.load_sizes(:'sizes');
SQL
	) || known=0
	check "it knows the sizes of $known relations" [ "$known" -gt 10 ] || true
}

# ------------------------------------------------------------
#	docs/ci.md
# ------------------------------------------------------------

workflows() { /usr/bin/python3 "$here/workflows.py" "$@"; }

# The workflows there are valid, and their commands do what is said of them:
# GitHub's with Django, GitLab's with knex. Only git, docker and pip are left out.
check_documented()
{
	complaints=$(workflows check "$work/npm" "$work" 2>&1) || true
	check 'docs/ci.md: the workflows are valid' [ -z "$complaints" ] || echo "$complaints" | sed 's/^/# /'

	mkdir -p "$work/files" "$work/bin"
	printf '#!/bin/sh\nexec /usr/bin/python3 "$@"\n' >"$work/bin/python"
	printf '#!/bin/sh\nexec node_modules/.bin/"$@"\n' >"$work/bin/npx"
	chmod +x "$work/bin/python" "$work/bin/npx"
	on production
	workflows show export | sed '/^git/d; /--data-only/s/$/ -t "knex_*"/' >"$work/export.sh"
	check 'docs/ci.md: the export succeeds' documented_command "$work/files" export || sed 's/^/# /' "$out"
	for name in github gitlab; do
		case $name in
		github) tool=django ;;
		gitlab) tool=knex ;;
		esac
		app=$work/$tool
		on ci "$name"
		admin -c "CREATE DATABASE $name"
		ln -sfn "$work/files" "$app/production"
		mkdir -p "$app/ci"
		cp "$here/knex/print_sql.js" "$(command -v safeddl-check)" "$app/ci"
		cp "$(command -v safeddl-check)" "$app"
		sed -n '/^```sql$/,/^```$/p' "$here/../../docs/ci.md" | grep -A 1 '^\\set' | tail -n 2 >"$app/ci/load_sizes.sql"
		workflows show "$name" | sed '/^git/d; /^docker/d; /^pip/d' >"$work/$name.sh"
		take safe
		check "docs/ci.md: $name, the safe variants pass" documented_command "$app" "$name" ||
			sed 's/^/# /' "$out"
		take_back
		admin -c "DROP DATABASE $name" -c "CREATE DATABASE $name"
		rm -rf "$app/printed"
		take dangerous
		check "docs/ci.md: $name, the dangerous ones do not" documented_fails "$app" "$name" ||
			sed 's/^/# /' "$out"
		take_back
	done
	report=$work/django/safeddl.sarif is_valid sarif || true
	report=$work/knex/codequality.json is_valid gitlab || true
	report=$work/knex/safeddl.xml is_valid junit || true
}

# documented_command directory name: runs $work/name.sh there, as the runners do
documented_command()
{
	out=$work/$2.out
	(cd "$1" && PATH=$work/bin:$PATH PRODUCTION="host=$PGHOST dbname=$PGDATABASE" \
		exec bash -e "$work/$2.sh") >"$out" 2>&1
}

documented_fails() { ! documented_command "$@" && grep -Eq '^::error .*create_index|^[0-9]* findings' "$out"; }

# ------------------------------------------------------------
#	one tool
# ------------------------------------------------------------

check_tool()
{
	app=$work/$tool
	for server in production ci; do
		on "$server"
		copy_database shop "$tool"
		copy_database shop "${tool}_safe"
	done
	check_dangerous_script
	check_dangerous_runs
	check_safe
	check_trap
}

# expected: "line rule" of each finding in $script. A line of the file findings
# has a rule, the beginning of a line of the script, and, where the finding is
# not on that line, how far from it.
expected()
{
	while IFS='	' read -r rule start offset; do
		awk -v start="$start" -v rule="$rule" -v offset="${offset:-0}" '
			index($0, start) == 1 { print NR + offset, rule; n++ }
			END { if (!n) print 0, rule, start }' "$script"
	done <"$here/$tool/findings" | sort -k 1n -k 2
}

# found report.json: the same of a report
found()
{
	perl -MJSON::PP -0ne 'print "$_->{line} $_->{rule}\n" for @{ decode_json($_)->{findings} }' "$1" |
		sort -k 1n -k 2
}

# counted format file: how many findings a report has
counted()
{
	case $1 in
	json) perl -MJSON::PP -0ne 'print scalar @{ decode_json($_)->{findings} }' "$2" ;;
	sarif) perl -MJSON::PP -0ne 'print scalar @{ decode_json($_)->{runs}[0]{results} }' "$2" ;;
	gitlab) perl -MJSON::PP -0ne 'print scalar @{ decode_json($_) }' "$2" ;;
	github) grep -c '^::' "$2" ;;
	junit) grep -c '<failure' "$2" ;;
	text) grep -c ':[0-9]*:[0-9]*: ' "$2" ;;
	esac
}

# judge format [option ...]: what safeddl-check says of $script, in $report
judge()
{
	report=$script.$1
	status=0
	safeddl-check --format="$@" <"$script" >"$report" 2>"$report.err" || status=$?
}

# is_valid format: $report, by the format's own schema
is_valid()
{
	[ "$1" != github ] || set -- "$1" "$script.json"
	check "$tool: ... and is valid" \
		/usr/bin/python3 "$here/../formats/validate" "$1" "$report" ${2:+"$2"}
}

check_dangerous_script()
{
	on ci "$tool"
	take dangerous
	script=$work/$tool.dangerous.sql
	of print >"$script"

	PGDATABASE=unaware
	judge json
	check "$tool: without production's sizes, safeddl-check finds nothing" \
		[ "$status $(counted json "$report")" = '0 0' ] || found "$report" | sed 's/^/# /'
	PGDATABASE=$tool

	judge json
	is=$(found "$report")
	should=$(expected)
	check "$tool: with them, safeddl-check exits with 1 and finds what production would reject" \
		[ "$status $is" = "1 $should" ] ||
		printf '# %s\n' "expected: $should" "found: $is" "$(cat "$report.err")"
	n=$(counted json "$report")
	for format in text json sarif github gitlab junit; do
		judge "$format"
		check "$tool: --format=$format has the $n findings" \
			[ "$status $(counted "$format" "$report")" = "1 $n" ] || head -n 40 "$report" "$report.err" | sed 's/^/# /'
		[ "$format" = text ] || is_valid "$format" || true
	done
	sed 's/^/    /' "$script.text"
	take_back
}

# primary: what of the tool's output is the guard's message
primary() { grep -Eo '(CREATE INDEX|ADD|ALTER|SET|VALIDATE)[A-Z ]* would .*; .*' "$out" | head -n 1; }

is_rejected_as_there()
{
	[ "$status" -ne 0 ] && [ -n "$words" ] && [ "$words" = "$(primary)" ] &&
		grep 'safeddl: verdict=' "$data.log" | tail -n 1 | grep -q "verdict=block rule=$rule "
}

# Each of them is rejected in CI and in production with the same words, and
# leaves nothing behind. Then, so that the next can be tried, it runs unguarded.
check_dangerous_runs()
{
	set -- $rules
	for file in "$here/$tool/dangerous"/*; do
		rule=$1
		shift
		name=${file##*/}
		take dangerous "$name"

		on production "$tool"
		recorded_before=$(query "$(value records)")
		attempt of migrate
		words=$(primary) || true
		check "$tool: $name is rejected in production" is_rejected_as_there || grep -v ':in `' "$out" | sed 's/^/# /'
		echo "    $words"
		nothing_left "$tool: ... and leaves nothing behind" "SELECT ($(value records)) - $recorded_before"
		unguarded

		on ci "$tool"
		attempt of migrate
		check "$tool: ... and in CI, with the same words" is_rejected_as_there || grep -v ':in `' "$out" | sed 's/^/# /'
		nothing_left "$tool: ... and leaves nothing behind" "SELECT ($(value records)) - $recorded_before"
		unguarded
	done
	take_back
}

# unguarded: what was rejected runs all the same
unguarded()
{
	admin -c "ALTER DATABASE \"$PGDATABASE\" SET safeddl.mode = 'off'"
	of migrate >"$work/$tool.unguarded" 2>&1 || safeddl_die "$tool: $(cat "$work/$tool.unguarded")"
	admin -c "ALTER DATABASE \"$PGDATABASE\" RESET safeddl.mode"
}

check_safe()
{
	on ci "${tool}_safe"
	take safe
	script=$work/$tool.safe.sql
	of print >"$script"
	judge text
	check "$tool: safeddl-check has nothing to say of the safe variants" [ "$status" = 0 ] ||
		head -n 40 "$report" "$report.err" | sed 's/^/# /'
	for server in ci production; do
		on "$server" "${tool}_safe"
		sums=$(query 'SELECT count(*), sum(id), sum(points) FROM users')
		attempt of migrate
		passes "$tool: running them, in $server,"
		is_migrated "$tool: ... and then"
	done
	take_back
}

# NOT VALID and VALIDATE in migrations of their own are of no use to a tool that
# runs all pending migrations in one transaction
check_trap()
{
	files=$(value together)
	[ -n "$files" ] || return 0
	on ci "${tool}_trap"
	copy_database shop "${tool}_trap"
	for file in $files; do
		take safe "$file"
	done
	ONE_TRANSACTION=
	export ONE_TRANSACTION
	script=$work/$tool.trap.sql
	of print >"$script"
	judge json $(value wrapped)
	line=$(grep -n 'VALIDATE CONSTRAINT orders_status_known' "$script") || true
	check "$tool: all in one transaction, safeddl-check finds the VALIDATE in line ${line%%:*}" \
		finds_validate "${line%%:*}" || sed 's/^/# /' "$script" "$report" "$report.err"
	attempt of migrate
	check_attempt "$tool: ... and it is rejected" \
		is_rejected 'VALIDATE CONSTRAINT would .*public\.orders.*; .*transaction'
	unset ONE_TRANSACTION
	take_back
}

finds_validate() { [ "$status" = 1 ] && found "$report" | grep -q "^$1 validate"; }

is_migrated()
{
	valid_index "$1 orders.status has a valid index" orders_status_idx
	check_answer "$1 orders.status has a validated CHECK" \
		"SELECT convalidated FROM pg_constraint WHERE conname = 'orders_status_known'" t
	check_answer "$1 users.points is bigint NOT NULL DEFAULT 0" \
		"SELECT format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
		 FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
		 WHERE attrelid = 'users'::regclass AND attname = 'points'" "bigint|t|0"
	check_answer "$1 no points were lost" 'SELECT count(*), sum(id), sum(points) FROM users' "$sums"
	check_answer "$1 orders.email is NOT NULL, without a CHECK" \
		"SELECT attnotnull, (SELECT count(*) FROM pg_constraint WHERE conname = 'orders_email_given')
		 FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'email'" 't|0'
	check_answer "$1 orders refers to users, validated" \
		"SELECT convalidated FROM pg_constraint
		 WHERE conrelid = 'orders'::regclass AND confrelid = 'users'::regclass" t
	valid_index "$1 events.kind has a valid index" events_kind_idx
}
