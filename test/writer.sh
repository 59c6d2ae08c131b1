# shellcheck shell=sh
# For test/demo and test/load/run, after lib.sh: a program that writes all the
# time, and how long its transactions took, as figures and as a plot.

# The tools below print labels and numbers that others of them read.
LC_ALL=C
export LC_ALL

# Tells a person who waits what is going on; no line of the output proper.
progress()
{
	[ ! -t 2 ] || printf '\r\033[K%s' "${*:+$* ... }" >&2
}

now() { date +%s.%N; }

ask() { psql -XAtq -c "$1"; }

# start_writer clients rate seconds script: runs pgbench in the background. With
# a rate, it counts a latency from the moment the transaction was due: what those
# see who come while the one before them is stuck. Sets $writer and $log.
start_writer()
{
	pgbench -n -c "$1" -R "$2" -T "$3" -f "$4" \
		--log --log-prefix="$work/writer" >"$work/pgbench.out" 2>&1 &
	writer=$!
	log=$work/writer.$writer
	trap 'stop_writer; safeddl_stop_all' EXIT
}

stop_writer()
{
	kill "$writer" 2>/dev/null || true
	wait "$writer" 2>/dev/null || true
}

# Prints "when it was due, when it was done, latency", in seconds, of each
# transaction logged so far. pgbench writes whole buffers: the last line may be
# cut short.
transactions()
{
	[ ! -f "$log" ] || awk 'NF == 7 {
		done = $5 + $6 / 1e6
		printf "%.6f %.6f %.6f\n", done - $3 / 1e6, done, $3 / 1e6
	}' "$log"
}

# profile start slices: prints the longest latency of the transactions that were
# due in each slice of a second since $1; so many slices make a second.
profile()
{
	transactions | awk -v start="$1" -v slices="$2" '
		{ slice = int(($1 - start) * slices) }
		$3 > longest[slice] { longest[slice] = $3 }
		END { for (slice in longest) print slice / slices, longest[slice] }' | sort -n
}

# plot profile lines marks: marks are text above seconds of the profile,
# '"mark" 12, ...'
plot()
{
	gnuplot >"$work/plot" <<-GNUPLOT
		set terminal dumb size 76,$2 noenhanced
		set logscale y
		set yrange [0.0005:20]
		set ytics ("1 ms" 0.001, "10 ms" 0.01, "0.1 s" 0.1, "1 s" 1, "10 s" 10)
		set link x2
		set xtics nomirror
		set x2tics ($3)
		set xlabel "seconds"
		plot "$1" notitle with impulses
	GNUPLOT
	sed -e 's/\f//' -e 's/ *$//' -e '/./!d' "$work/plot"
}
