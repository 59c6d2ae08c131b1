# The second line of a statement that was logged and ran: how long its locks were
# held, how many bytes it went through, and what became of it.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('done', conf => "max_prepared_transactions = 2\nwal_level = replica");
$node->start;
$node->safe_psql('postgres', BIG);
# large beside the catalog pages that any statement reads
$node->safe_psql('postgres',
	q(INSERT INTO big SELECT i, i % 100, i, 'row ' || i FROM generate_series(10001, 100000) i; ANALYZE big));
$node->safe_psql('postgres',
	'CREATE ROLE alice LOGIN; GRANT ALL ON SCHEMA public TO alice; ALTER TABLE big OWNER TO alice');
my $size = $node->safe_psql('postgres', q(SELECT pg_relation_size('big')));

# the fields of a line, by name
sub fields
{
	my ($line) = @_;
	my $string = qr/"((?:[^"\\]|\\.)*)"/;
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	like( $line,
		qr/^done rule=\w+ relation=$string lock=\w+ held_ms=\d+ ran_ms=\d+ read_bytes=\d+ wal_bytes=\d+ outcome=\w+ role=$string statement=$string$/,
		'all the fields');
	my %field;
	while ($line =~ /(\w+)=(?:$string|(\S+))/g)
	{
		my ($name, $quoted, $bare) = ($1, $2, $3);
		$field{$name} = defined $quoted ? $quoted =~ s/\\(.)/$1/gr : $bare;
	}
	return \%field;
}

# what a script leaves: "rule outcome", in the order of the lines
sub outcomes
{
	my ($sql, %param) = @_;
	my $offset = log_size($node);
	run_sql($node, $sql, %param);
	return join(', ', map { /rule=(\w+) .* outcome=(\w+)/; "$1 $2" } done_lines($node, $offset));
}

# ----------------------------------------------------------------
# The line
# ----------------------------------------------------------------

my $offset = log_size($node);
run_sql($node, q(CREATE INDEX big_b ON big (b, ("t" || E'\n'))), user => 'alice');
my @lines = done_lines($node, $offset);
is(scalar(@lines), 1, 'one line');
my $done = fields($lines[0]);
is( join('|', @{$done}{qw(rule relation lock outcome role statement)}),
	q(create_index|public.big|ShareLock|committed|alice|CREATE INDEX big_b ON big (b, ("t" || E'\n'))),
	'what, on what, by whom');
cmp_ok($done->{read_bytes}, '>=', $size, 'it went through the table');
cmp_ok($done->{read_bytes}, '<', 2 * $size, 'about once');
cmp_ok($done->{wal_bytes}, '>', 100_000, 'and wrote WAL');
cmp_ok($done->{held_ms}, '>=', $done->{ran_ms}, 'the lock was held while it ran');
my $text = slurp_file($node->logfile, $offset);
like($text, qr/verdict=warn.*safeddl: done/s, 'after the line of the decision');
unlike($text, qr/STATEMENT:|CONTEXT:/, 'and nothing is added to it');

# nothing of the size of the table is read
$offset = log_size($node);
run_sql($node, 'BEGIN; TRUNCATE big; ROLLBACK');
$done = fields((done_lines($node, $offset))[0]);
cmp_ok($done->{read_bytes}, '<', $size, 'TRUNCATE reads nothing of the table');

# parallel workers count
$offset = log_size($node);
run_sql($node, <<'SQL');
SET max_parallel_maintenance_workers = 2;
SET min_parallel_table_scan_size = 0;
ALTER TABLE big SET (parallel_workers = 2);
DROP INDEX big_b;
SET client_min_messages = error;
CREATE INDEX big_b ON big (b);
SQL
$done = fields((done_lines($node, $offset))[-1]);
is($done->{rule}, 'create_index', 'with parallel workers');
cmp_ok($done->{read_bytes}, '>=', $size, 'whose reading counts');

# ----------------------------------------------------------------
# The time: until the lock is given back
# ----------------------------------------------------------------

$offset = log_size($node);
run_sql($node, 'BEGIN; CREATE INDEX ON big (a); SELECT pg_sleep(0.5); ROLLBACK');
$done = fields((done_lines($node, $offset))[0]);
cmp_ok($done->{held_ms}, '>=', $done->{ran_ms} + 500, 'held until the end of the transaction');

$offset = log_size($node);
run_sql($node, <<'SQL');
BEGIN;
SAVEPOINT s;
CREATE INDEX ON big (a);
SELECT pg_sleep(0.2);
ROLLBACK TO s;
SELECT pg_sleep(3);
COMMIT;
SQL
$done = fields((done_lines($node, $offset))[0]);
cmp_ok($done->{held_ms}, '>=', 200, 'or of the savepoint');
cmp_ok($done->{held_ms}, '<', 3000, 'and no longer');

# a wait for the lock is part of it, as nobody else gets through meanwhile
my $holder = SafeddlTest->connect($node);
$holder->query('BEGIN; LOCK TABLE big IN ROW EXCLUSIVE MODE');
$offset = log_size($node);
my $waiter = SafeddlTest->connect($node);
$waiter->put('Q', "CREATE INDEX ON big (a)\0");
$node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted');
sleep 1;
$holder->query('COMMIT');
$waiter->receive;
$done = fields((done_lines($node, $offset))[0]);
cmp_ok($done->{held_ms}, '>=', 1000, 'a wait for the lock included');

# ----------------------------------------------------------------
# What became of it
# ----------------------------------------------------------------

my $index = 'CREATE INDEX ON big (a)';
my $unique = 'CREATE UNIQUE INDEX ON big (a)';    # fails

is(outcomes("BEGIN; $index; COMMIT"), 'create_index committed', 'a block');
is(outcomes("BEGIN; $index; ROLLBACK"), 'create_index rolled_back', 'a block rolled back');
is(outcomes("BEGIN; $index; $index; COMMIT"),
	'create_index committed, create_index committed', 'two statements, two lines');
is(outcomes("BEGIN; $index; SELECT 1/0; COMMIT"), 'create_index rolled_back', 'an error later on');
is(outcomes("$unique"), 'create_index failed', 'an error of its own');
is(outcomes("BEGIN; $index; $unique; ROLLBACK"),
	'create_index rolled_back, create_index failed', 'of its own, in a block');
$node->safe_psql('postgres', 'CREATE TABLE locked (a int)');
my $lock = 'LOCK TABLE locked';
my $backfill = 'UPDATE big SET a = a';
is(outcomes("BEGIN; $lock; $backfill; COMMIT"),
	'backfill_under_held_lock committed', 'a query');
is(outcomes("BEGIN; $lock; $backfill; $backfill; COMMIT"),
	'backfill_under_held_lock committed', 'which is told once, and timed once');
is(outcomes("BEGIN; $lock; UPDATE big SET a = a / 0; COMMIT"),
	'backfill_under_held_lock rolled_back', 'a query that fails');
is(outcomes("BEGIN; $lock; DECLARE c CURSOR WITH HOLD FOR SELECT * FROM big; COMMIT"),
	'backfill_under_held_lock committed', 'a cursor that is filled at COMMIT');
is(outcomes("BEGIN; $lock; SAVEPOINT s; $backfill; ROLLBACK TO s; COMMIT"),
	'backfill_under_held_lock rolled_back', 'a query before a savepoint is rolled back');
is( outcomes("BEGIN; SAVEPOINT s; $index; ROLLBACK TO s; $index; COMMIT"),
	'create_index rolled_back, create_index committed', 'a savepoint rolled back');
is( outcomes("BEGIN; SAVEPOINT s; $index; RELEASE s; SAVEPOINT s; SELECT 1/0; ROLLBACK TO s; COMMIT"),
	'create_index committed', 'a savepoint released before another is rolled back');
is( outcomes("BEGIN; SAVEPOINT s; SAVEPOINT t; $index; RELEASE t; ROLLBACK TO s; COMMIT"),
	'create_index rolled_back', 'a savepoint released into one that is rolled back');
is( outcomes("BEGIN; SAVEPOINT s; SAVEPOINT t; $index; ROLLBACK TO s; COMMIT"),
	'create_index rolled_back', 'a savepoint within one that is rolled back');
is( outcomes("DO 'BEGIN $index; $unique; EXCEPTION WHEN unique_violation THEN $index; END'"),
	'create_index rolled_back, create_index failed, create_index committed',
	'a block of PL/pgSQL');
is( outcomes("CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN $index; COMMIT; $index; ROLLBACK; END'; CALL p()"),
	'create_index committed, create_index rolled_back', 'a procedure that commits');
is( outcomes("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS '$index'; SELECT f()"),
	'create_index committed', 'an SQL function');
is( outcomes(
		'BEGIN; ALTER TABLE big ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED; '
		  . "INSERT INTO big SELECT * FROM big LIMIT 1; COMMIT"),
	'add_unique rolled_back', 'an error at COMMIT');
is(outcomes("BEGIN; CREATE INDEX ON big (t); PREPARE TRANSACTION 'one'"),
	'create_index prepared', 'a transaction that is prepared');
is(outcomes("COMMIT PREPARED 'one'"), '', 'and then committed by whomever');

# commands that commit on the way
is(outcomes('VACUUM FULL big'), 'vacuum_full committed', 'VACUUM FULL');
is(outcomes('CLUSTER big USING big_pkey'), 'cluster committed', 'CLUSTER');
is(outcomes('REINDEX SCHEMA public'), 'reindex committed', 'REINDEX SCHEMA');
$node->safe_psql('postgres', q(CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
	AS 'BEGIN IF current_setting(''my.fails'', true) = ''on'' THEN RAISE ''fails''; END IF; RETURN $1; END'));
$node->safe_psql('postgres', 'CREATE INDEX big_fails ON big (fails(a))');
is(outcomes(q(SET my.fails = on; VACUUM FULL big)), 'vacuum_full failed', 'VACUUM FULL that fails');
is(outcomes('SELECT 1'), '', 'and nothing of it is left');
$node->safe_psql('postgres', 'DROP INDEX big_fails');

# a session that is terminated in the midst of it, or between two statements
$offset = log_size($node);
$waiter = SafeddlTest->connect($node);
$waiter->query('BEGIN');
$waiter->query('DROP INDEX big_b');
$waiter->put('Q', "SELECT pg_sleep(60)\0");
$node->poll_query_until('postgres',
	q(SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'));
$node->safe_psql('postgres',
	q(SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'));
is( join(', ', map { /rule=(\w+) .* outcome=(\w+)/; "$1 $2" } done_lines($node, $offset)),
	'drop_index rolled_back', 'a session terminated later');

$holder->query('BEGIN; LOCK TABLE big IN ROW EXCLUSIVE MODE');
$offset = log_size($node);
$waiter = SafeddlTest->connect($node);
$waiter->put('Q', "CREATE INDEX ON big (a)\0");
$node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted');
$node->safe_psql('postgres',
	'SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE NOT granted');
$holder->query('COMMIT');
is( join(', ', map { /rule=(\w+) .* outcome=(\w+)/; "$1 $2" } done_lines($node, $offset)),
	'create_index failed', 'a session terminated while its statement waits');

# ----------------------------------------------------------------
# By verdict
# ----------------------------------------------------------------

is(outcomes("SET safeddl.mode = log; $index"), 'create_index committed', 'log');
is( outcomes("SET safeddl.mode = block; SET safeddl.override = '* on big: OPS-1'; $index"),
	'create_index committed', 'override');
is(outcomes("SET safeddl.mode = block; $index"), '', 'none for a statement that was blocked');
is(outcomes('SET safeddl.mode = block; BEGIN; DROP TABLE big; ROLLBACK; TRUNCATE big'),
	'drop_table rolled_back, truncate committed', 'block, but for a rule that only warns');
$node->safe_psql('postgres',
	q(INSERT INTO big SELECT i, i % 100, i, 'row ' || i FROM generate_series(1, 10000) i));
is(outcomes("SET safeddl.mode = off; $index"), '', 'none if the guard is off');
is(outcomes('BEGIN; ALTER TABLE big ADD c int; ROLLBACK; CREATE TABLE tiny (a int)'),
	'', 'none for what the guard has nothing to say about');

# ----------------------------------------------------------------
# A great many
# ----------------------------------------------------------------

$offset = log_size($node);
run_sql($node, <<'SQL');
SET safeddl.mode = log;
SET safeddl.min_table_size = 0;
BEGIN;
DO $$ BEGIN FOR i IN 1..110 LOOP EXECUTE 'TRUNCATE tiny'; END LOOP; END $$;
COMMIT;
SQL
@lines = done_lines($node, $offset);
is(scalar(@lines), 110, 'as many lines as statements');
is(scalar(grep { /outcome=open/ } @lines), 10, 'those beyond a hundred at their end already');
is(scalar(grep { /outcome=committed/ } @lines), 100, 'the others at the end of the transaction');

$node->stop;
done_testing();
