# PostgreSQL's own source, for its test suites and for an assert-enabled build.
#
# core_cache    sets and makes $SAFEDDL_CACHE, which outlives a run
# core_source   sets $pgsrc, the unpacked source of PG_MAJOR, and its $version
# core_assert   sets $assert, an assert-enabled installation of that source

# Root's runs are those of the server's user, who cannot look into root's home.
core_cache()
{
	if [ "$(id -u)" = 0 ]; then
		SAFEDDL_CACHE=${SAFEDDL_CACHE:-/var/cache/safeddl}
		mkdir -p "$SAFEDDL_CACHE/core"
		chown postgres: "$SAFEDDL_CACHE/core"
		setpriv --reuid=postgres --regid=postgres --clear-groups test -w "$SAFEDDL_CACHE/core" ||
			safeddl_die "the user postgres cannot write to $SAFEDDL_CACHE/core; set SAFEDDL_CACHE"
	else
		SAFEDDL_CACHE=${SAFEDDL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/safeddl}
		mkdir -p "$SAFEDDL_CACHE/core"
	fi
	export SAFEDDL_CACHE
}

# The machine's own package sources, as sources of source packages, in a
# directory of ours; the machine's lists stay as they are.
core_apt()
{
	apt=$work/apt
	mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
	for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -e "$list" ] || sed 's/^deb[[:space:]]/deb-src /' "$list" >"$apt/parts/$(basename "$list" .list).list"
	done
	for list in /etc/apt/sources.list.d/*.sources; do
		[ ! -e "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$apt/parts/${list##*/}"
	done
}

core_apt_run()
{
	program=$1
	shift
	"$program" -q -o Dir::Etc::sourcelist=- -o "Dir::Etc::sourceparts=$apt/parts" \
		-o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" "$@"
}

# The newest version that can be had: an index may name one that its mirror
# does not have (yet, or any more).
core_fetch()
{
	core_apt
	core_apt_run apt-get update >"$work/apt.log" 2>&1 || true
	versions=$(core_apt_run apt-cache showsrc "postgresql-$PG_MAJOR" 2>/dev/null |
		sed -n 's/^Version: //p' | sort -Vru)
	for version in $versions; do
		(cd "$apt" && core_apt_run apt-get source --download-only --tar-only \
			"postgresql-$PG_MAJOR=$version") >>"$work/apt.log" 2>&1 || continue
		mv "$apt/postgresql-${PG_MAJOR}_"*.orig.tar.* "$SAFEDDL_CACHE/core/"
		return
	done
	tail -n 20 "$work/apt.log" >&2
	safeddl_die "no source package of PostgreSQL $PG_MAJOR: found ${versions:-none}"
}

core_tarball()
{
	find "$SAFEDDL_CACHE/core" -maxdepth 1 -name "postgresql-${PG_MAJOR}_*.orig.tar.*" | sort -V | tail -n 1
}

core_source()
{
	tarball=$(core_tarball)
	if [ -z "$tarball" ]; then
		core_fetch
		tarball=$(core_tarball)
	fi
	version=$(basename "$tarball" | sed 's/^[^_]*_\(.*\)\.orig\.tar\..*/\1/')
	pgsrc=$work/postgresql-$version
	mkdir -p "$pgsrc"
	tar xf "$tarball" -C "$pgsrc" --strip-components=1 || safeddl_die "cannot unpack $tarball"
}

# Built once a version and kept.
core_assert()
{
	assert=$SAFEDDL_CACHE/core/postgresql-$version-assert
	[ ! -x "$assert/bin/postgres" ] || return 0
	safeddl_say "building PostgreSQL $version with assertions; this takes a few minutes"
	(
		mkdir "$work/build" && cd "$work/build" &&
			"$pgsrc/configure" --prefix="$assert" --enable-cassert --enable-debug \
				--without-readline --without-zlib $(core_without_icu) CFLAGS=-O1 &&
			make -s -j2 && make -s install DESTDIR="$work/stage"
	) >"$work/assert.log" 2>&1 || {
		tail -n 30 "$work/assert.log" >&2
		safeddl_die "PostgreSQL $version does not build"
	}
	rm -rf "$assert"
	cp -a "$work/stage$assert" "$assert.new"
	mv "$assert.new" "$assert"
	rm -rf "$work/build" "$work/stage"
}

# ICU became the default of configure in 16
core_without_icu()
{
	[ "$PG_MAJOR" -lt 16 ] || echo --without-icu
}
