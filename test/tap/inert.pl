# Where the guard has to keep out of the way, and with whom it has to get
# along.  The settings are as strict as can be: whatever was looked at here
# would be rejected.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $strict = <<'CONF';
safeddl.mode = block
safeddl.min_table_size = 0
safeddl.rules = 'truncate=block, drop_table=block, drop_column=block, drop_index=block'
CONF

my $primary = new_server(
	'primary',
	init => { allows_streaming => 'logical' },
	conf => $strict . "restart_after_crash = on\n");
my $bindir = $primary->config_data('--bindir');
my $major = $primary->config_data('--version') =~ s/^\D*(\d+).*/$1/sr;
$primary->start;
$primary->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE EXTENSION safeddl;
	CREATE TABLE big (id int PRIMARY KEY, a int, b int, t text);
	INSERT INTO big SELECT i, i, i, i FROM generate_series(1, 1000) i;
	CREATE TABLE parted (k int) PARTITION BY LIST (k);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
	CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
	CREATE TABLE free (k int);
	CREATE MATERIALIZED VIEW mv AS SELECT * FROM big;
	CREATE INDEX big_a ON big (a);
});

# Every kind of statement that the guard has an opinion about
my @ddl = (
	'CREATE INDEX ON big (b)',
	'CREATE INDEX CONCURRENTLY ON big (b)',
	'REINDEX TABLE big',
	'ALTER TABLE big ALTER b TYPE bigint',
	'ALTER TABLE big ADD CHECK (a > 0)',
	'ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (2)',
	'ALTER TABLE parted DETACH PARTITION parted_1',
	'CREATE TABLE parted_3 PARTITION OF parted FOR VALUES IN (3)',
	'CREATE TRIGGER tr BEFORE INSERT ON big EXECUTE FUNCTION suppress_redundant_updates_trigger()',
	'TRUNCATE big',
	'DROP TABLE big',
	'DROP INDEX big_a',
	'LOCK TABLE big',
	'CLUSTER big USING big_pkey',
	'VACUUM FULL big',
	'REFRESH MATERIALIZED VIEW mv');

# Under $setup, does each of them get the server's answer and no other?  The
# same statements with the guard switched off say what that is.
sub same_as_off
{
	my ($node, $setup, $end, $name, @statements) = @_;
	@statements = @ddl unless @statements;
	my $offset = log_size($node);
	my @said = map {
		my $mode = $_;
		join "\n", map { says($node, "SET safeddl.mode = $mode; $setup $_; $end") } @statements;
	} qw(block off);

	is($said[0], $said[1], "$name: the server's own answers");
	is(scalar(() = $said[0] =~ /ERROR/g) >= @statements - 3, 1, "$name: which are errors");
	is(join('', log_lines($node, $offset)), '', "$name: nothing logged");
	return;
}

# the settings do what they are meant to do in this file
is(says($primary, 'TRUNCATE big'), 'block truncate', 'elsewhere it would be rejected');

# the server runs these in a read-only transaction, so they are guarded there
my @refused = grep { !/^(REINDEX|CLUSTER|VACUUM)/ } @ddl;
same_as_off($primary, 'BEGIN READ ONLY;', 'ROLLBACK', 'read-only transaction', @refused);
same_as_off($primary, 'SET default_transaction_read_only = on;', '', 'read-only by default', @refused);
is(says($primary, 'SET default_transaction_read_only = on; VACUUM FULL big'),
	'block vacuum_full', 'VACUUM FULL is no less dangerous read-only by default');
same_as_off($primary, 'BEGIN; SELECT 1/0;', 'ROLLBACK', 'aborted transaction');

# the end of an aborted transaction, in the extended protocol, too
my $client = SafeddlTest->connect($primary);
$client->query('BEGIN');
$client->query('SELECT 1/0');
is( SafeddlTest::brief(
		$client->parse('', 'TRUNCATE big')->execute('')->sync,
		$client->parse('', 'ROLLBACK')->execute('')->sync),
	'ERROR: current transaction is aborted, commands ignored until end of transaction block; ROLLBACK',
	'aborted transaction in the extended protocol');

# ----------------------------------------------------------------
# A hot standby
# ----------------------------------------------------------------

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

same_as_off($standby, '', '', 'hot standby');
same_as_off($standby, 'BEGIN;', 'ROLLBACK', 'transaction on a hot standby');

# asking is no DDL: the replica can answer for the primary
my $footprint = q{
	SELECT relation, lock_mode, work, rule
	FROM safeddl.footprint('CREATE INDEX ON big (b)') WHERE rule IS NOT NULL};
is( join('|', run_sql($standby, $footprint)),
	'big|ShareLock|index build|create_index|', 'footprint() on a standby');
is( join('|', run_sql($primary, "BEGIN READ ONLY; $footprint")),
	'big|ShareLock|index build|create_index|', 'footprint() in a read-only transaction');
is($standby->safe_psql('postgres', 'SELECT count(*) > 20 FROM safeddl.rules'),
	't', 'safeddl.rules on a standby');

$standby->promote;
is(says($standby, 'TRUNCATE big'), 'block truncate', 'once promoted, it is guarded');
$standby->stop('immediate');

# ----------------------------------------------------------------
# Apply of a logical subscription
# ----------------------------------------------------------------

$primary->safe_psql(
	'postgres', q{
	CREATE TABLE published (id int PRIMARY KEY);
	INSERT INTO published VALUES (1), (2);
	CREATE PUBLICATION pub FOR TABLE published;
	SELECT pg_create_logical_replication_slot('sub', 'pgoutput');
});
$primary->safe_psql('postgres', 'CREATE DATABASE subscriber');
$primary->safe_psql(
	'subscriber', q{
	CREATE TABLE published (id int PRIMARY KEY);
	CREATE SUBSCRIPTION sub CONNECTION '} . $primary->connstr . q{ dbname=postgres'
		PUBLICATION pub WITH (create_slot = false, slot_name = 'sub');
});
$primary->wait_for_subscription_sync($primary, 'sub', 'subscriber');
is($primary->safe_psql('subscriber', 'SELECT count(*) FROM published'),
	2, 'the tables of a subscription are copied');
is( says($primary, q{
		SET safeddl.rules = '';
		SET safeddl.mode = warn;
		TRUNCATE published;
		INSERT INTO published VALUES (3)}),
	'warn truncate', 'the publisher is guarded');
$primary->wait_for_catchup('sub');
is($primary->safe_psql('subscriber', 'SELECT string_agg(id::text, $$,$$) FROM published'),
	3, 'a TRUNCATE is replicated to a strict subscriber');
$primary->safe_psql('subscriber', 'DROP SUBSCRIPTION sub');
$primary->safe_psql('postgres', 'DROP DATABASE subscriber');

# ----------------------------------------------------------------
# Crash
# ----------------------------------------------------------------

my $victim = SafeddlTest->connect($primary);
$victim->query('BEGIN; CREATE TABLE t (a int)');
my $pid = $primary->safe_psql('postgres',
	q(SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'));
kill 'KILL', $pid;
undef $victim;
$primary->poll_query_until('postgres',
	"SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid")
  or die 'the server does not come back';
is(says($primary, 'TRUNCATE big'), 'block truncate', 'after a crash and restart');

# ----------------------------------------------------------------
# Other libraries, before and after ours
# ----------------------------------------------------------------

SKIP:
foreach my $order ('safeddl, pg_stat_statements, auto_explain',
	'auto_explain, pg_stat_statements, safeddl')
{
	skip 'needs contrib', 12
	  unless grep { -e $primary->config_data('--pkglibdir') . "/pg_stat_statements.$_" }
	  qw(so dll dylib);

	$primary->adjust_conf('postgresql.conf', 'shared_preload_libraries', "'$order'");
	$primary->append_conf('postgresql.conf', <<'CONF');
pg_stat_statements.track = all
auto_explain.log_min_duration = 0
auto_explain.log_nested_statements = on
CONF
	$primary->restart;
	$primary->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements');

	foreach my $mode (qw(off warn))
	{
		# As another guard did once: switched off, it ended the chain of hooks.
		is( says(
				$primary, qq{
			SET safeddl.rules = '';
			SET safeddl.mode = $mode;
			SELECT pg_stat_statements_reset();
			SELECT 1 WHERE 17 = 4;
			BEGIN;
			CREATE INDEX ON big (b);
			DO 'BEGIN CREATE INDEX nested ON big (b); END';
			ROLLBACK}),
			$mode eq 'off' ? '' : 'warn create_index; warn create_index',
			"$order; $mode: said");
		is( $primary->safe_psql(
				'postgres', q{
			SELECT string_agg(query, '|' ORDER BY query COLLATE "C")
			FROM pg_stat_statements
			WHERE query ~ '^(SELECT .* WHERE .* = |CREATE INDEX)' AND query !~ 'pg_'}),
			'CREATE INDEX ON big (b)|CREATE INDEX nested ON big (b)|SELECT $1 WHERE $2 = $3',
			"$order; $mode: pg_stat_statements");
	}

	my $offset = log_size($primary);
	$primary->psql('postgres', 'SELECT pg_stat_statements_reset(); CREATE INDEX rejected ON big (b)');
	$primary->safe_psql('postgres', 'SELECT 41 + 1');
	is( $primary->safe_psql('postgres',
			q(SELECT count(*) FROM pg_stat_statements WHERE query ~ '^CREATE INDEX')),
		0, "$order: a rejected statement was not run");
	ok( slurp_file($primary->logfile, $offset) =~ /duration: .* plan:\n\s*Query Text: SELECT 41 \+ 1/,
		"$order: auto_explain");
}

# ----------------------------------------------------------------
# A server all alone, as in a rescue: nobody else waits for any lock
# ----------------------------------------------------------------

$primary->adjust_conf('postgresql.conf', 'shared_preload_libraries', "'safeddl'");
$primary->stop;
my ($out, $err) = ('', '');
IPC::Run::run(
	[ 'postgres', '--single', '-D', $primary->data_dir, 'postgres' ],
	'<', \"CREATE INDEX single_user ON big (b);\nSHOW safeddl.mode;\n",
	'>', \$out, '2>', \$err);
like($out, qr/safeddl\.mode = "block"/, 'single-user mode: safeddl is loaded');
unlike($err, qr/safeddl|ERROR/, 'single-user mode: silent');

# ----------------------------------------------------------------
# pg_upgrade, with the library in both clusters
# ----------------------------------------------------------------

SKIP:
{
	skip 'no pg_upgrade', 5 unless -x "$bindir/pg_upgrade";

	my $new = new_server('upgraded', conf => $strict);
	my @upgrade = (
		'pg_upgrade', '--no-sync',
		'-b', $bindir, '-B', $bindir,
		'-d', $primary->data_dir, '-D', $new->data_dir,
		'-p', $primary->port, '-P', $new->port,
		'-s', $new->host);
	@upgrade = grep { $_ ne '--no-sync' } @upgrade if $major < 15;

	chdir $PostgreSQL::Test::Utils::tmp_check;
	command_ok([ @upgrade, '--check' ], 'pg_upgrade --check');
	command_ok([@upgrade], 'pg_upgrade');
	chdir $ENV{TESTDIR} if defined $ENV{TESTDIR};

	my $offset = log_size($new);
	$new->start;
	is( $new->safe_psql('postgres',
			q{SELECT count(*), (SELECT count(*) FROM pg_inherits WHERE inhparent = 'parted'::regclass) FROM big}),
		'1000|2', 'everything is there');
	is(says($new, 'TRUNCATE big'), 'block truncate', 'and guarded');
	is($new->safe_psql('postgres', "SELECT count(*) FROM safeddl.footprint('TRUNCATE free')"),
		1, 'and so is the extension');
	$new->stop;
}

# ----------------------------------------------------------------
# Loaded for some sessions only
# ----------------------------------------------------------------

my $some = new_server('some', conf => <<'CONF');
shared_preload_libraries = ''
CONF
$some->start;
$some->safe_psql('postgres', BIG);
$some->safe_psql(
	'postgres', q{
	CREATE ROLE alice LOGIN;
	GRANT ALL ON SCHEMA public TO alice;
	ALTER TABLE big OWNER TO alice;
	ALTER ROLE alice SET session_preload_libraries = 'safeddl';
});
is(says($some, 'BEGIN; CREATE INDEX ON big (a); ROLLBACK'), '', 'not loaded');
is(says($some, 'BEGIN; CREATE INDEX ON big (a); ROLLBACK', user => 'alice'),
	'warn create_index', 'session_preload_libraries');
is( says($some, 'SET safeddl.mode = off; BEGIN; CREATE INDEX ON big (a); ROLLBACK', user => 'alice'),
	'ERROR: permission denied to lower "safeddl.mode" from "warn" to "off"; warn create_index',
	'session_preload_libraries: the settings hold');
# What PGOPTIONS says of a library that is not there yet is checked when it
# comes.  By then the server has forgotten what the file says of this setting,
# so it is the built-in value that remains: only shared_preload_libraries makes
# a fence.
foreach my $option (qw(safeddl.mode=off safeddl.rules=create_index=off))
{
	local $ENV{PGOPTIONS} = "-c $option";
	like( says($some, 'BEGIN; CREATE INDEX ON big (a); ROLLBACK', user => 'alice'),
		qr/^WARNING: permission denied .*; warn create_index$/,
		"session_preload_libraries: PGOPTIONS $option");
}
is( says(
		$some, q{
	LOAD 'safeddl'; LOAD 'safeddl';
	BEGIN; CREATE INDEX ON big (a); ROLLBACK;
	SET safeddl.mode = block; CREATE INDEX ON big (a)}),
	'warn create_index; block create_index',
	'LOAD, and once more');

# In a single transaction every table is new: nobody can wait for it.
my $dump = $some->basedir . '/dump.sql';
command_ok([ 'pg_dump', '-f', $dump, '-d', $some->connstr('postgres') ], 'pg_dump');
$some->safe_psql('postgres', 'CREATE DATABASE restored');
($out, $err) = run_command(
	[
		'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-1',
		'-c', q(LOAD 'safeddl'; SET safeddl.min_table_size = 0; SET safeddl.mode = block),
		'-f', $dump, '-d', $some->connstr('restored')
	]);
is($err, '', 'restored in one transaction, without a word');
is($some->safe_psql('restored', q(SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass)),
	1, 'and with its index');
$some->stop;

done_testing();
