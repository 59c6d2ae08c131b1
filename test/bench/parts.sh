# What test/bench/run measures: time_PART by the clock, count_PART by callgrind.

# ----------------------------------------------------------------
#		transactions: what every session does all day
# ----------------------------------------------------------------

transactions_text()
{
	case $1 in
		begin) echo 'BEGIN; COMMIT;' ;;
		set) echo "SET work_mem = '4MB';" ;;
	esac
}

time_transactions()
{
	for kind in begin set; do
		transactions_text $kind | sed 's/; /;\n/' >"$work/$kind.sql"
		for protocol in simple prepared; do
			for _ in $(seq $((rounds * 3))); do
				for config in $configs; do
					on $config pgbench -n -M $protocol -T 1 -f "$work/$kind.sql" |
						sed -n 's/^tps = \([0-9.]*\).*/\1/p' >>"$work/times/$kind.$protocol.$config"
				done
			done
			report_clock $kind.$protocol 1 0 "$(transactions_label $kind $protocol)" "per second"
		done
	done
}

# All calls in one message: otherwise the count depends on how often the
# backend had to wait for the next.
count_transactions()
{
	n=$((counted * 10))
	for kind in begin set; do
		transactions_text $kind | tr ';' '\n' | sed '/^ *$/d; s/$/ \\;/' >"$work/call.sql"
		for times in $n $((n * 2)); do
			{
				for _ in $(seq $times); do cat "$work/call.sql"; done
				echo 'SELECT 1;'
			} >"$work/$times.sql"
		done
		for config in $configs; do
			few=$(count $config "$work/$n.sql")
			many=$(count $config "$work/$((n * 2)).sql")
			per_call $n $few $many >"$work/value.$config"
		done
		result "$(transactions_label $kind simple)" instructions
	done
}

transactions_label()
{
	case $1 in
		begin) echo "BEGIN; COMMIT ($2)" ;;
		set) echo "SET ($2)" ;;
	esac
}

# ----------------------------------------------------------------
#		small: DDL on tables below every threshold
# ----------------------------------------------------------------

# small_script kind first last: statements of one kind on tables with these numbers
small_script()
{
	line '\timing on'
	case $1 in
		create) text='CREATE TABLE s%d (id bigint PRIMARY KEY, name text NOT NULL, made date DEFAULT now());' ;;
		alter) text='ALTER TABLE s%d ADD COLUMN note text;' ;;
		index) text='CREATE INDEX CONCURRENTLY ON s%d (made);' ;;
		column) text='ALTER TABLE s%d DROP COLUMN note;' ;;
		drop) text='DROP TABLE s%d;' ;;
	esac
	seq "$2" "$3" | awk -v text="$text\n" '{ printf text, $1 }'
	line '\timing off'
}

small_label()
{
	case $1 in
		create) echo "CREATE TABLE" ;;
		alter) echo "ALTER TABLE ADD COLUMN" ;;
		index) echo "CREATE INDEX CONCURRENTLY" ;;
		column) echo "ALTER TABLE DROP COLUMN" ;;
		drop) echo "DROP TABLE" ;;
	esac
}

time_small()
{
	small_kinds='create alter index column drop'
	for kind in $small_kinds; do
		small_script $kind 1 $tables >"$work/$kind.sql"
	done
	echo "VACUUM pg_class, pg_attribute, pg_depend, pg_constraint, pg_type, pg_index;" >>"$work/drop.sql"
	for _ in $(seq $rounds); do
		for kind in $small_kinds; do
			clock $kind "$work/$kind.sql"
		done
	done
	for kind in $small_kinds; do
		report_clock $kind 1000 0 "$(small_label $kind)" microseconds
	done
}

count_small()
{
	for kind in create alter column drop; do
		small_script $kind 1 $counted >"$work/few.sql"
		small_script $kind $((counted + 1)) $((counted * 3)) >"$work/many.sql"
		for config in $configs; do
			few=$(count $config "$work/few.sql")
			many=$(count $config "$work/many.sql")
			per_call $counted $few $many >"$work/value.$config"
		done
		result "$(small_label $kind)" instructions
	done
}

# ----------------------------------------------------------------
#		schema: DROP SCHEMA CASCADE
# ----------------------------------------------------------------

time_schema()
{
	{
		echo "CALL make_schema('gone', $tables);"
		line '\timing on'
		echo 'DROP SCHEMA gone CASCADE;'
		line '\timing off'
		echo "VACUUM pg_class, pg_attribute, pg_depend, pg_constraint, pg_type, pg_index;"
	} >"$work/schema.sql"
	for _ in $(seq $rounds); do
		clock schema "$work/schema.sql"
	done
	report_clock schema 1 1 "DROP SCHEMA CASCADE, $tables tables" milliseconds
}

count_schema()
{
	echo 'DROP SCHEMA dropped CASCADE;' >"$work/schema.sql"
	count_alone schema "DROP SCHEMA CASCADE, $tables tables"
}

# count_alone file label: one statement that is long enough to be counted with
# its session, less an empty session
count_alone()
{
	echo 'SELECT 1;' >"$work/nothing.sql"
	for config in $configs; do
		nothing=$(count $config "$work/nothing.sql")
		all=$(count $config "$work/$1.sql")
		per_call 1 $nothing $all >"$work/value.$config"
	done
	result "$2" instructions
}

# ----------------------------------------------------------------
#		partitions: ALTER TABLE that goes down to all of them
# ----------------------------------------------------------------

# partitions_script table columns: ADD COLUMN that many times
partitions_script()
{
	echo 'BEGIN;'
	line '\timing on'
	seq "$2" | awk -v table="$1" '
		{ printf "%s ADD COLUMN c%d int", NR == 1 ? "ALTER TABLE " table : ",", $1 }
		END { print ";" }'
	line '\timing off'
	echo 'ROLLBACK;'
}

time_partitions()
{
	for pair in 'many 1' 'few 100'; do
		name=${pair% *}
		{
			partitions_script $pair
			echo 'VACUUM pg_class, pg_attribute;'
		} >"$work/$name.sql"
		for _ in $(seq $rounds); do
			clock $name "$work/$name.sql"
		done
		report_clock $name 1 1 "$(partitions_label $name)" milliseconds
	done
}

partitions_label()
{
	case $1 in
		many) echo "ALTER TABLE ADD COLUMN, $partitions partitions" ;;
		few) echo "ALTER TABLE, 100 ADD COLUMN, $few_partitions partitions" ;;
	esac
}

count_partitions()
{
	for pair in 'many 1' 'few 100'; do
		partitions_script $pair >"$work/${pair% *}.sql"
		count_alone "${pair% *}" "$(partitions_label "${pair% *}")"
	done
}

# ----------------------------------------------------------------
#		queue: DDL while many others are connected, none of them in the way
# ----------------------------------------------------------------

queue_settings()
{
	echo "max_connections = $((clients + 20))"
	echo "max_prepared_transactions = $clients"
}

# queue_script kind column first last: statements on tables with these numbers
queue_script()
{
	line '\timing on'
	case $1 in
		plain) seq "$3" "$4" | awk -v c="$2" '{ print "ALTER TABLE dropped.t" $1 " ADD COLUMN " c " int;" }' ;;
		parted) seq "$3" "$4" | awk -v c="$2" '{ print "ALTER TABLE queued ADD COLUMN " c $1 " int;" }' ;;
	esac
	line '\timing off'
}

queue_label()
{
	case $1 in
		plain) echo "ALTER TABLE ADD COLUMN, $2" ;;
		parted) echo "the same, $queued partitions, $2" ;;
	esac
}

# Connections that are idle in transaction; one cluster after the other, as all
# at once would be a crowd.
time_queue()
{
	printf '%s\n' 'BEGIN;' "CALL hold_locks(:client_id, $locks, $partitions);" \
		'\sleep 36000 s' >"$work/hold.sql"
	all=$configs
	for round in $(seq $rounds); do
		for configs in $all; do
			PGHOST=$work/$configs.sock
			pgbench -n -c $clients -j 2 -T 36000 -f "$work/hold.sql" >/dev/null 2>&1 &
			holders=$!
			until [ "$(psql -XAtc "SELECT count(*) FROM pg_locks
				WHERE locktype = 'relation' AND pid <> pg_backend_pid()")" -ge $((clients * locks)) ]; do
				sleep 0.1
			done
			for kind in plain parted; do
				[ $kind = plain ] && n=$counted || n=3
				for age in -1 5s; do
					queue_script $kind "c${round}_${age#-}_" 1 $n >"$work/queue.sql"
					PGOPTIONS="$PGOPTIONS -c safeddl.max_blocker_age=$age" \
						clock "$kind.$age" "$work/queue.sql"
				done
			done
			psql -qXc VACUUM\ pg_attribute
			{ kill $holders && wait $holders || true; } 2>/dev/null
		done
	done
	configs=$all
	report_clock plain.-1 1000 0 "$(queue_label plain 'not looking')" microseconds
	report_clock plain.5s 1000 0 "$(queue_label plain "$clients connections")" microseconds
	report_clock parted.-1 1 1 "$(queue_label parted 'not looking')" milliseconds
	report_clock parted.5s 1 1 "$(queue_label parted "$clients connections")" milliseconds
}

# Prepared transactions, as callgrind would need too much memory for so many
# backends; to the lock manager they are the same.
count_queue()
{
	seq 0 $((clients - 1)) | awk -v locks=$locks -v partitions=$partitions '{
		print "BEGIN; CALL hold_locks(" $1 ", " locks ", " partitions ");"
		print "PREPARE TRANSACTION \047" $1 "\047;" }' >"$work/hold.sql"
	for config in $configs; do
		sql_file $config "$work/hold.sql"
	done
	for kind in plain parted; do
		[ $kind = plain ] && n=$counted || n=2
		for age in -1 5s; do
			queue_script $kind "few${age#-}_" 1 $n >"$work/few.sql"
			queue_script $kind "many${age#-}_" 1 $((n * 2)) >"$work/many.sql"
			PGOPTIONS="$PGOPTIONS -c safeddl.max_blocker_age=$age"
			for config in $configs; do
				few=$(count $config "$work/few.sql")
				many=$(count $config "$work/many.sql")
				per_call $n $few $many >"$work/value.$config"
			done
			[ $age = 5s ] && age="$clients connections" || age='not looking'
			result "$(queue_label $kind "$age")" instructions
		done
	done
}

# ----------------------------------------------------------------
#		memory: one connection that never ends
# ----------------------------------------------------------------

# Prints memory contexts and private memory of the backend, in kB
memory_probe()
{
	line '\echo PROBE'
	echo 'SELECT sum(total_bytes)::int / 1024 FROM pg_backend_memory_contexts;'
	line '\! sed -n "s/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p" /proc/$BACKEND/status'
}

# memory_cycles n: n times eight statements
memory_cycles()
{
	seq "$1" | awk '{
		print "CREATE TABLE m (id bigint PRIMARY KEY, name text);"
		print "ALTER TABLE m ADD COLUMN a int DEFAULT 1;"
		print "ALTER TABLE m ALTER COLUMN a TYPE bigint;"
		print "CREATE INDEX m_name ON m (name);"
		print "ALTER TABLE m ADD CONSTRAINT positive CHECK (a > 0);"
		print "TRUNCATE m;"
		print "DROP INDEX m_name;"
		print "DROP TABLE m;"
		if ($1 % 1000 == 0)
			print "VACUUM pg_class, pg_attribute, pg_depend, pg_constraint, pg_type, pg_index;"
	}'
}

memory_script()
{
	echo 'SET client_min_messages = error;'
	echo 'SELECT pg_backend_pid() AS backend \gset'
	line '\setenv BACKEND :backend'
	memory_cycles $(($1 / 20))
	memory_probe
	memory_cycles $(($1 / 2 - $1 / 20))
	memory_probe
	memory_cycles $(($1 / 2))
	memory_probe
}

time_memory()
{
	memory_script $cycles >"$work/memory.sql"
	for config in $configs; do
		sql_file $config "$work/memory.sql" >"$work/memory.$config"
	done
	report_memory "memory, $((cycles * 8)) statements"

	# every statement a finding, so that reporting is in it
	printf -- - >"$work/memory.none"
	printf -- - >"$work/memory.off"
	PGOPTIONS='-c safeddl.min_table_size=0' sql_file warn "$work/memory.sql" >"$work/memory.warn"
	report_memory "memory, $((cycles * 8)) statements, all warned about"
}

report_memory()
{
	for what in '1 contexts' '2 process'; do
		for when in '1 start' '2 middle' '3 end'; do
			for config in $configs; do
				awk -v line="${what%% *}" -v probe="${when%% *}" '
					/PROBE/ { n++; at = NR }
					n == probe && NR == at + line { print; found = 1 }
					END { if (!found) print "-" }' "$work/memory.$config" >"$work/value.$config"
			done
			result "$1" "${what#* } kB, ${when#* }"
		done
	done
}
