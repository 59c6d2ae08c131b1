# What every script under test/ needs: the packages, an ordinary user, a private
# copy of the server with safeddl built into it, and a cluster that goes away.
#
# A script sources this file and calls, in this order:
#
#   safeddl_setup "$0" "$@" -- package ...   install what is missing; when root,
#                                            start again as an ordinary user
#   safeddl_build                            build, install into $work/inst only
#   safeddl_start name [setting ...]         initdb and start a cluster
#
# Nothing outside of $work (a new directory under ${TMPDIR:-/tmp}) is written
# but Debian packages; $work is removed at the end, unless KEEP=1.
# PG_MAJOR (default 15) says which of Debian's servers is used.

set -eu

PG_MAJOR=${PG_MAJOR:-15}
safeddl_pids=

safeddl_say() { printf '%s\n' "$*" >&2; }

safeddl_die()
{
	safeddl_say "${0##*/}: $*"
	exit 1
}

# Installs the Debian packages named that are missing. Only root, or somebody
# with sudo, can; anybody else is told the command.
safeddl_need()
{
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$missing"
	if [ "$(id -u)" = 0 ]; then
		sudo=
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		sudo=sudo
	else
		safeddl_die "missing Debian packages; as root: apt-get install$missing"
	fi
	safeddl_say "installing$missing"
	$sudo apt-get update -qq >/dev/null 2>&1 || true
	$sudo $install >"${TMPDIR:-/tmp}/safeddl-apt.$$" 2>&1 </dev/null || {
		tail -n 20 "${TMPDIR:-/tmp}/safeddl-apt.$$" >&2
		safeddl_die "could not install$missing"
	}
	rm -f "${TMPDIR:-/tmp}/safeddl-apt.$$"
}

safeddl_remove()
{
	if [ -n "${KEEP:-}" ]; then
		safeddl_say "kept $SAFEDDL_WORK"
	else
		rm -rf "$SAFEDDL_WORK"
	fi
}

# safeddl_setup script [argument ...] -- package ...
# Sets $work and $src (a copy of the source tree that the user may write).
safeddl_setup()
{
	script=$1
	shift
	arguments=
	while [ "$1" != -- ]; do
		arguments="$arguments $1"
		shift
	done
	shift

	if [ -z "${SAFEDDL_WORK:-}" ]; then
		top=$(cd "$(dirname "$script")" && git rev-parse --show-toplevel 2>/dev/null) ||
			top=$(cd "$(dirname "$script")/${SAFEDDL_UP:-..}" && pwd -P)
		# test/matrix unpacks this one without its clang and llvm
		[ -f "/usr/include/postgresql/$PG_MAJOR/server/postgres.h" ] ||
			set -- "postgresql-server-dev-$PG_MAJOR" "$@"
		safeddl_need gcc make libc6-dev "postgresql-$PG_MAJOR" "$@"
		SAFEDDL_WORK=$(mktemp -d "${TMPDIR:-/tmp}/safeddl.XXXXXX")
		trap safeddl_remove EXIT
		trap 'exit 130' INT     # once the script started below has stopped its servers
		trap 'exit 143' TERM HUP PIPE
		chmod 755 "$SAFEDDL_WORK"
		mkdir "$SAFEDDL_WORK/src"
		(cd "$top" && tar cf - --exclude=./.git --exclude='*.o' --exclude='*.so' \
			--exclude='*.bc' --exclude=node_modules .) | (cd "$SAFEDDL_WORK/src" && tar xf -)
		export SAFEDDL_WORK
		relative=$(cd "$(dirname "$script")" && pwd -P)
		relative=${relative#"$top"}/${script##*/}
		set -- "$SAFEDDL_WORK/src$relative" $arguments
		status=0
		if [ "$(id -u)" = 0 ]; then
			# PostgreSQL refuses to run as root; its package brings a user
			chown -R postgres:postgres "$SAFEDDL_WORK"
			(cd "$SAFEDDL_WORK" && HOME=$SAFEDDL_WORK exec setpriv --reuid=postgres \
				--regid=postgres --init-groups "$@") || status=$?
		else
			"$@" || status=$?
		fi
		exit $status
	fi

	work=$SAFEDDL_WORK
	src=$work/src
	trap safeddl_stop_all EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP PIPE
}

# Copies the server's programs and shared files to $work/inst, where they find
# each other (PostgreSQL's programs are relocatable), and builds safeddl into
# this copy: no root needed, and no server of this machine ever loads it.
safeddl_build()
{
	usr=$(dirname "$(dirname "$(dirname "$(dirname "$("/usr/lib/postgresql/$PG_MAJOR/bin/pg_config" --bindir)")")")")
	mkdir -p "$work/inst/lib/postgresql" "$work/inst/share/postgresql" "$work/inst/include"
	ln -s "$usr/include/postgresql" "$work/inst/include/postgresql"
	cp -a "$usr/lib/postgresql/$PG_MAJOR" "$work/inst/lib/postgresql/"
	cp -a "$usr/share/postgresql/$PG_MAJOR" "$work/inst/share/postgresql/"
	bin=$work/inst/lib/postgresql/$PG_MAJOR/bin
	PATH=$bin:$PATH
	PG_CONFIG=$bin/pg_config
	export PATH PG_CONFIG
	(cd "$src" && make -s -j2 PG_CONFIG="$PG_CONFIG" with_llvm=no COPT=-Werror &&
		make -s install PG_CONFIG="$PG_CONFIG" with_llvm=no) >"$work/build.log" 2>&1 || {
		cat "$work/build.log" >&2
		safeddl_die "safeddl does not build"
	}
}

# safeddl_start name [setting ...]: a new cluster on a socket of its own, port
# 5432, superuser postgres, with safeddl preloaded. Sets PGHOST and $data.
safeddl_start()
{
	data=$work/$1
	PGHOST=$work/$1.sock
	PGPORT=5432
	PGUSER=postgres
	PGDATABASE=postgres
	export PGHOST PGPORT PGUSER PGDATABASE
	shift
	mkdir -p "$PGHOST"
	initdb -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$work/initdb.log" 2>&1 || {
		cat "$work/initdb.log" >&2
		safeddl_die "initdb failed"
	}
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$PGHOST'"
		echo "port = $PGPORT"
		echo "shared_preload_libraries = 'safeddl'"
		echo "fsync = off"
		echo "timezone = 'UTC'"
		for setting in "$@"; do echo "$setting"; done
	} >>"$data/postgresql.conf"
	pg_ctl -s -w -D "$data" -l "$data.log" start || {
		cat "$data.log" >&2
		safeddl_die "the server does not start"
	}
	safeddl_pids="$safeddl_pids $(head -n 1 "$data/postmaster.pid")"
}

# Stops every server started here, each by its own pid, and waits for it.
safeddl_stop_all()
{
	for pid in $safeddl_pids; do
		kill -INT "$pid" 2>/dev/null || continue
		for _ in $(seq 100); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
	done
	safeddl_pids=
}
