# The checks: each prints one line, "ok - ..." or "not ok - ...", and below it
# what the person at the terminal saw of the guard.

passed=0
failed=0
runs=0

# query sql: the answer, unaligned
query() { psql -X -A -t -q -c "$1"; }

# The guard's decisions so far: each of them is one line of the server's log
decisions() { grep -c 'safeddl: verdict=' "$data.log" || true; }

# All that a migration here may change, in one line
schema()
{
	query "SELECT string_agg(part, ' ' ORDER BY part) FROM (
		SELECT relname || ':' || relfilenode FROM pg_class WHERE oid IN $tables
		UNION ALL SELECT attname || ':' || atttypid::regtype || ':' || attnotnull
			FROM pg_attribute WHERE attrelid IN $tables AND attnum > 0
		UNION ALL SELECT indexrelid::regclass || ':' || indisvalid
			FROM pg_index WHERE indrelid IN $tables
		UNION ALL SELECT conname || ':' || convalidated
			FROM pg_constraint WHERE conrelid IN $tables) parts (part)"
}
tables="('users'::regclass, 'orders'::regclass)"

# attempt command [argument ...]: runs a migration tool, whose exit status is
# kept in $status, and all that it prints in the file $out
attempt()
{
	runs=$((runs + 1))
	out=$work/output.$runs
	decisions_before=$(decisions)
	schema_before=$(schema) || true
	status=0
	"$@" >"$out" 2>&1 || status=$?
}

# What of $out came from the server: message, detail and hint, with their
# continuation lines. Tools repeat them, so it is cut down to the first of each.
said()
{
	sed -E 's/^.*((ERROR|WARNING|DETAIL|Detail|HINT|Hint): )/\1/' "$out" | awk '
		/^[^ \t]/ || /^ +Position: / { wanted = 0 }
		/^(ERROR|WARNING|DETAIL|Detail|HINT|Hint): / {
			wanted = !/^ERROR: Exception/ && !seen[toupper($1)]++
		}
		wanted { print "    " $0 }'
}

# check description command [argument ...]: ok if the command succeeds
check()
{
	description=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok - $description"
	else
		failed=$((failed + 1))
		echo "not ok - $description"
		false
	fi
}

# check_attempt description command [argument ...]: a check of what the tool
# did; shows what the guard said, or, if the check fails, all of the output but
# Ruby's backtraces
check_attempt()
{
	if check "$@"; then
		said
	else
		grep -v ':in `' "$out" | sed 's/^/# /'
	fi
}

# check_answer description sql expected
check_answer()
{
	answer=$(query "$2" 2>&1) || true
	check "$1" [ "$answer" = "$3" ] || echo "# expected \"$3\", got \"$answer\": $2"
}

# shows regex ...: each of them is in what the person saw
shows()
{
	for regex in "$@"; do
		grep -Eq "$regex" "$out" || {
			echo "# not in the tool's output: $regex"
			return 1
		}
	done
}

is_rejected() { [ "$status" -ne 0 ] && shows "$@"; }

# rejected description table advice: the tool failed, and told the person which
# table is at stake, how large it is and what to do instead. All of that is in
# the primary message, for many clients show no more; these show the rest, too.
rejected()
{
	check_attempt "$1 is rejected" is_rejected \
		"ERROR: .*would .*public\.$2\"? \([0-9]+ [kM]B\).*; .*$3" \
		'(DETAIL|Detail): ' '(HINT|Hint): '
}

is_untouched() { [ "$status" -eq 0 ] && [ "$(decisions)" -eq "$decisions_before" ]; }

# passes description: the tool succeeded, and the guard had nothing to say
passes() { check_attempt "$1 passes" is_untouched; }

is_warned()
{
	[ "$status" -eq 0 ] && [ "$(decisions)" -gt "$decisions_before" ] && shows "$@"
}

# warned description [regex ...]: the tool succeeded, and the server's log has the
# guard's opinion. Whether the person has it, too, depends on the tool.
warned()
{
	description=$1
	shift
	check_attempt "$description passes, and the server's log has the warning" is_warned "$@"
	[ -n "$(said)" ] || echo '    (the tool shows nothing of it)'
	sed -n 's/.*LOG:  safeddl: verdict=/    server log: safeddl: verdict=/p' "$data.log" | tail -n 1
}

# valid_index description index
valid_index()
{
	check_answer "$1" "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('$2')" t
}

# nothing_left description sql: after a rejection the tables are what they were,
# and the tool has no record of the migration (sql counts them), so that it can
# run again once it is rewritten
nothing_left()
{
	records=$(query "$2" 2>&1) || true
	check "$1" [ "$records $(schema)" = "0 $schema_before" ] ||
		printf '# %s\n' "was: $schema_before" "is: $(schema)" "records: $records"
}

# The outcome of the safe orders migrations, the same for both tools
orders_are_migrated()
{
	valid_index "$1: orders.status has a valid index" index_orders_on_status
	check_answer "$1: orders.status has a validated CHECK" \
		"SELECT convalidated FROM pg_constraint WHERE conname = 'orders_status_known'" t
	check_answer "$1: orders.total_cents is bigint NOT NULL" \
		"SELECT format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
		 WHERE attrelid = 'orders'::regclass AND attname = 'total_cents'" 'bigint|t'
	check_answer "$1: no total was lost" \
		'SELECT count(*), sum(total_cents) FROM orders' '200000|20000100000'
	check_answer "$1: an order beyond the range of int can be placed" \
		"INSERT INTO orders (user_id, status, total_cents) VALUES (1, 'new', 3000000000)
		 RETURNING total_cents" 3000000000
}

finish()
{
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
