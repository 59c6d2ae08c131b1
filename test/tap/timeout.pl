# The error that safeddl.lock_timeout leads to, as a client gets it; what the
# regression test and the isolation spec of it cannot see.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('timeout', conf => <<'CONF');
max_prepared_transactions = 2
safeddl.mode = log
safeddl.max_blocker_age = -1
CONF
$node->start;
$node->safe_psql('postgres', BIG);

my $holder = SafeddlTest->connect($node);
my $ddl = SafeddlTest->connect($node);

$holder->query('BEGIN; LOCK TABLE big IN ROW EXCLUSIVE MODE');

# the error that a statement ends with
sub error
{
	my ($sql) = @_;
	my ($error) = grep { exists $_->{C} && $_->{S} eq 'ERROR' } $ddl->query($sql);
	return $error // {};
}

# ----------------------------------------------------------------
# What it says
# ----------------------------------------------------------------

$ddl->query(q(SET lock_timeout = '50ms'));
my $own = error('ALTER TABLE big ADD COLUMN c int');
$ddl->query(q(SET safeddl.lock_timeout = '50ms'; RESET lock_timeout));
my $ours = error('ALTER TABLE big ADD COLUMN c int');

is("$own->{C}: $own->{M}", '55P03: canceling statement due to lock timeout', 'a limit of its own');
is( "$ours->{C}: $ours->{M}",
	'55P03: canceling statement due to lock timeout of 50 ms set by safeddl.lock_timeout',
	'the guard\'s');
is( $ours->{H},
	'Retry it later. The view safeddl.blockers shows which transactions are in the way.',
	'and what to do');
is($ours->{R}, $own->{R}, 'raised at the same place');

my $function = error(q(DO 'BEGIN ALTER TABLE big ADD COLUMN c int; END'));
is($function->{M}, $ours->{M}, 'in a function');
# since 19 it begins with the lock that was awaited
like( $function->{W},
	qr/SQL statement "ALTER TABLE big ADD COLUMN c int"\nPL\/pgSQL function inline_code_block line 1 at SQL statement\z/,
	'with the context');

is( error(
		q(DO 'BEGIN ALTER TABLE big ADD COLUMN c int; EXCEPTION WHEN lock_not_available THEN RAISE ''caught: %'', SQLERRM; END')
	)->{M},
	"caught: $ours->{M}", 'as a function sees it');

my $offset = log_size($node);
error('ALTER TABLE big ADD COLUMN c int');
my $text = slurp_file($node->logfile, $offset);
like($text, qr/ERROR:  \Q$ours->{M}\E\n.*HINT:  Retry/, 'as the log shows it');
is(scalar(() = $text =~ /ERROR/g), 1, 'once');

# ----------------------------------------------------------------
# What is not the guard's doing keeps its words
# ----------------------------------------------------------------

is(error('BEGIN; LOCK TABLE big NOWAIT')->{M}, 'could not obtain lock on relation "big"', 'NOWAIT');
$ddl->query('ROLLBACK');
is(error(q(SET statement_timeout = '40ms'; ALTER TABLE big ADD COLUMN c int))->{M},
	'canceling statement due to statement timeout', 'statement_timeout');
$ddl->query('RESET statement_timeout');
$ddl->query(q(CREATE FUNCTION hasty() RETURNS void LANGUAGE sql SET lock_timeout = '20ms'
	AS 'ALTER TABLE big ADD COLUMN c int'));
is(error('SELECT hasty()')->{M}, 'canceling statement due to lock timeout', 'a hasty function');
# ours ends with the first transaction
$ddl->query(q(SET lock_timeout = '200ms'));
is(error('CREATE INDEX CONCURRENTLY later ON big (a)')->{M},
	'canceling statement due to lock timeout', 'a later wait of CREATE INDEX CONCURRENTLY');
$ddl->query('RESET lock_timeout');
is(error('SELECT * FROM big FOR UPDATE')->{M}, undef, 'a query is not bounded');

# ----------------------------------------------------------------
# The session goes on as before
# ----------------------------------------------------------------

is(error('SELECT 1')->{M}, undef, 'the session goes on');
$ddl->query('BEGIN');
for my $i (1 .. 3)
{
	$ddl->query('SAVEPOINT s');
	is(error('ALTER TABLE big ADD COLUMN c int')->{M}, $ours->{M}, "try $i, in a transaction");
	$ddl->query('ROLLBACK TO s');
}
$holder->query('COMMIT');
is(SafeddlTest::brief($ddl->query('ALTER TABLE big ADD COLUMN c int')), 'ALTER TABLE', 'and another one');
$ddl->query('ROLLBACK');

# ----------------------------------------------------------------
# Who is in the way may be nobody
# ----------------------------------------------------------------

$holder->query(q(BEGIN; LOCK TABLE big IN ROW EXCLUSIVE MODE; PREPARE TRANSACTION 'gone'));
is(error('ALTER TABLE big ADD COLUMN c int')->{M}, $ours->{M}, 'a prepared transaction');
is(error('VACUUM FULL big')->{M}, $ours->{M}, 'in the way of VACUUM FULL');
$holder->query(q(ROLLBACK PREPARED 'gone'));
is(SafeddlTest::brief($ddl->query('ALTER TABLE big ADD COLUMN c int')), 'ALTER TABLE', 'until it is done');

# ----------------------------------------------------------------
# Parallel workers of an index build start under the same limit
# ----------------------------------------------------------------

is( SafeddlTest::brief(
		$ddl->query('SET max_parallel_maintenance_workers = 2; SET min_parallel_table_scan_size = 0; '
			  . 'ALTER TABLE big SET (parallel_workers = 2); CREATE INDEX ON big (a)')),
	'SET; SET; ALTER TABLE; CREATE INDEX', 'with parallel workers');

$node->stop;
done_testing();
