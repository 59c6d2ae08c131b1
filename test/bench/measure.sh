# Clusters, clocks and counters for test/bench/run.

configs='none off warn'

# The cluster that all others are copies of: tables for the parts to work on.
bench_base()
{
	safeddl_start base "shared_preload_libraries = ''" "autovacuum = off" \
		"max_connections = 20" "max_locks_per_transaction = 4096" \
		"max_wal_size = 4GB" "checkpoint_timeout = 1h" "logging_collector = off"
	psql -qX -v ON_ERROR_STOP=1 -v partitions=$partitions -v few=$few_partitions \
		-v tables=$tables -v queued=$queued -f "$here/base.sql" >&2
	safeddl_stop_all
	# NOTICE of every object dropped is more work than dropping it
	PGOPTIONS='-c client_min_messages=warning'
	export PGOPTIONS
	mkdir "$work/times" "$work/counts"
	: >"$work/results"
}

# bench_clusters native|callgrind part: fresh copies of the base, all three running
bench_clusters()
{
	safeddl_stop_all
	for config in $configs; do
		data=$work/$config
		PGHOST=$data.sock
		rm -rf "$data"
		cp -a "$work/base" "$data"
		mkdir -p "$PGHOST"
		{
			echo "unix_socket_directories = '$PGHOST'"
			[ $config = none ] || echo "shared_preload_libraries = 'safeddl'"
			[ $config = none ] || echo "safeddl.mode = $config"
			[ $2 != queue ] || queue_settings
		} >>"$data/postgresql.conf"
		if [ "$1" = callgrind ]; then
			valgrind --tool=callgrind --trace-children=yes \
				--callgrind-out-file="$work/counts/$config.%p" \
				postgres -D "$data" >"$data.log" 2>&1 &
		else
			postgres -D "$data" >"$data.log" 2>&1 &
		fi
		safeddl_pids="$safeddl_pids $!"
		for _ in $(seq 600); do
			! pg_isready -q || break
			sleep 0.1
		done
		pg_isready -q || safeddl_die "the server does not start: see $data.log"
	done
}

# on config command ...: with the cluster of that configuration
on()
{
	PGHOST=$work/$1.sock
	shift
	"$@"
}

# sql_file config file [option ...]
sql_file()
{
	config=$1 file=$2
	shift 2
	PGHOST=$work/$config.sock psql -qXAt -v ON_ERROR_STOP=1 -f "$file" "$@"
}

median()
{
	sort -n | awk '{ x[NR] = $1 } END { print NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2 }'
}

# clock key file: runs a file once in each cluster; the times that psql prints
# where the file says \timing on are added to those of the key
clock()
{
	for config in $configs; do
		sql_file $config "$2" >"$work/out"
		sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$work/out" >>"$work/times/$1.$config"
	done
}

# report_clock key factor digits label unit: median of the times, times factor
report_clock()
{
	for config in $configs; do
		median <"$work/times/$1.$config" |
			awk -v f="$2" -v d="$3" '{ printf "%.*f\n", d, $1 * f }' >"$work/value.$config"
	done
	result "$4" "$5"
}

# result label unit: adds a row with the three values in $work/value.*
result()
{
	printf '%s|%s|%s|%s|%s\n' "$1" "$2" "$(cat "$work/value.none")" \
		"$(cat "$work/value.off")" "$(cat "$work/value.warn")" >>"$work/results"
}

# count config file: instructions of the backend that serves a file
count()
{
	sql_file $1 "$2" -c 'SELECT pg_backend_pid()' >"$work/out"
	file=$work/counts/$1.$(tail -n 1 "$work/out")
	for _ in $(seq 600); do
		! sed -n 's/^totals: //p' "$file" 2>/dev/null | grep . || return 0
		sleep 0.1
	done
	safeddl_die "callgrind counted nothing"
}

# per_call N few many: of one call, from a session with N and one with 2 N
per_call() { echo $((($3 - $2) / $1)); }

# The table, with all rows of a label together.  Cost is more time, or more
# instructions, than without the library.
bench_table()
{
	awk -F'|' '
	function cost(unit, without, with) {
		if (without == "-") return "-"
		if (unit ~ /kB/) return sprintf("%+d", with - without)
		return sprintf("%+.1f %%", 100 * ((unit == "per second" ? without / with : with / without) - 1))
	}
	BEGIN {
		format = "%-50s %-20s %12s %12s %8s %12s %8s\n"
		printf format, "", "", "none", "mode off", "cost", "mode warn", "cost"
	}
	{
		if (!($1 in rows)) labels[++n] = $1
		rows[$1] = rows[$1] sprintf(format, rows[$1] == "" ? $1 : "", $2, $3,
			$4, cost($2, $3, $4), $5, cost($2, $3, $5))
	}
	END { for (i = 1; i <= n; i++) printf "\n%s", rows[labels[i]] }' "$1"
}

# line text ...: echo that leaves backslashes alone
line() { printf '%s\n' "$*"; }
