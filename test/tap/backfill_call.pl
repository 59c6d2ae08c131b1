# safeddl.backfill() with others: it goes on after a crash, never runs twice at a
# time, waits for rows and standbys rather than fail, and misses no row that
# others move meanwhile.  See sql/backfill_procedure.sql for the rest.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

# as strict as can be: nothing that it does is for the guard to say no to
my $node = new_server(
	'backfill',
	init => { allows_streaming => 1 },
	conf => <<'CONF');
safeddl.mode = block
safeddl.min_table_size = 0
safeddl.max_blocker_age = 0
restart_after_crash = on
max_prepared_transactions = 5
CONF
$node->start;
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
$node->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE EXTENSION safeddl;
	CREATE TABLE counted (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, t text);
	INSERT INTO counted SELECT i FROM generate_series(1, 20000) i;
	CREATE TABLE plain (id int, n int, t text);
	INSERT INTO plain SELECT i FROM generate_series(1, 20000) i;
});

# The same call from wherever it is made; a row once is a row in which n is 1
my $call = q{CALL safeddl.backfill('counted', 'n = n + 1', batch_rows => 500)};
my $view = q{SELECT state, pid IS NOT NULL, rows_changed > 0, rows_changed < 20000, waits_for FROM safeddl.backfills
	WHERE relation = 'counted'::regclass AND condition IS NULL};

# start_call($sql): from a session of its own, without waiting for the end
sub start_call
{
	my ($sql, $user) = @_;
	my $session = SafeddlTest->connect($node, $user // $superuser);
	return $session->put('Q', "$sql\0");
}

# end_of($session): what it said in the end
sub end_of
{
	my ($session) = @_;
	return SafeddlTest::brief($session->receive);
}

# hold($sql): another session's transaction, with locks
sub hold
{
	my ($sql) = @_;
	my $session = SafeddlTest->connect($node, $superuser);
	$session->query("BEGIN; $sql");
	return $session;
}

sub wait_for
{
	my ($condition) = @_;
	$node->poll_query_until('postgres', "SELECT $condition") or die "never came true: $condition";
	return;
}

sub wait_until_it_waits
{
	wait_for(q{EXISTS (SELECT FROM safeddl.backfills WHERE waits_for ~ '^a lock')});
	return;
}

sub calling_pid
{
	return $node->safe_psql('postgres', q{SELECT pid FROM safeddl.backfills WHERE state = 'running'});
}

# ----------------------------------------------------------------
# Somebody has a row in the middle for as long as he likes
# ----------------------------------------------------------------

my $holder = hold('SELECT FROM counted WHERE id = 12345 FOR UPDATE');
my $caller = start_call($call);
wait_for('sum(n) = 12344 FROM counted');
wait_until_it_waits();
is( $node->safe_psql('postgres', $view),
	'running|t|t|t|a lock that another session holds; see safeddl.blockers',
	'it waits for a row, and has done those before');
is( $node->safe_psql('postgres', 'SELECT max(id), max(n) FROM counted WHERE n > 0'),
	'12344|1', 'all of those before');

# a second call of the same; of other jobs on the same table
my $pid = calling_pid();
is(says($node, $call),
	qq{ERROR: this backfill of table "public.counted" is being run by the process with PID $pid},
	'not twice at a time');
is(says($node, q{CALL safeddl.backfill('counted', $$t = 'x'$$, 't IS NULL AND id < 1000')}), '', 'another one beside it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM counted WHERE t = 'x'}), 999, 'is done');

# cancelled: the session stays, its lock does not
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
like(end_of($caller), qr/canceling statement due to user request/, 'cancelled');
is($node->safe_psql('postgres', $view), 'interrupted|f|t|t|', 'interrupted');
is(end_of($caller->put('Q', "SELECT 1\0")), 'SELECT 1', 'the session is there still');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), 0, 'without the lock');

# disconnected
$caller = start_call($call);
wait_until_it_waits();
isnt(calling_pid(), $pid, 'another session goes on');
$node->safe_psql('postgres', 'SELECT pg_terminate_backend(' . calling_pid() . ')');
wait_for(q{NOT EXISTS (SELECT FROM safeddl.backfills WHERE state = 'running')});

# kill -9
$caller = start_call($call);
wait_until_it_waits();
PostgreSQL::Test::Utils::system_log('pg_ctl', 'kill', 'KILL', calling_pid());
wait_for('true');
is($node->safe_psql('postgres', $view), 'interrupted|f|t|t|', 'interrupted by a crash');
is($node->safe_psql('postgres', 'SELECT sum(n) FROM counted'), 12344, 'no row more or less than that');

# a server that goes down at once
$holder = hold('SELECT FROM counted WHERE id = 15000 FOR UPDATE');
$caller = start_call($call);
wait_until_it_waits();
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', $view), 'interrupted|f|t|t|', 'interrupted by a server that goes down');
my ($out, $err) = run_sql($node, $call);
like($err, qr/backfill of table "public.counted" goes on after 14\d\d\d rows/, 'says that it goes on');
is( $node->safe_psql('postgres', 'SELECT count(*), min(n), max(n) FROM counted'),
	'20000|1|1', 'each row once in the end');
is($node->safe_psql('postgres', q{SELECT state, rows_changed FROM safeddl.backfills WHERE relation = 'counted'::regclass AND condition IS NULL}),
	'done|20000', 'done');

# the table is locked: it waits, too
$holder = hold('SELECT FROM counted WHERE id = 7000 FOR UPDATE');
$caller = start_call(q{CALL safeddl.backfill('counted', 'n = -1', 'n <> -1')});
wait_until_it_waits();
my $locker = SafeddlTest->connect($node, $superuser);
$locker->query('SET safeddl.mode = off');
$locker->query('BEGIN');
$locker->put('Q', "LOCK TABLE counted IN ACCESS EXCLUSIVE MODE\0");
wait_for(q{EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock')});
$holder->query('COMMIT');
is(end_of($locker), 'LOCK TABLE', 'others get locks on the table in between');
wait_for(q{EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'counted'::regclass)});
$locker->query('ALTER TABLE counted RENAME TO renamed; COMMIT');
like(end_of($caller), qr/ERROR: relation "public.counted" does not exist/, 'renamed under its hands');
is(says($node, q{CALL safeddl.backfill('renamed', 'n = -1', 'n <> -1')}), '', 'goes on under the new name');
is($node->safe_psql('postgres', 'SELECT count(*), min(n), max(n) FROM renamed'), '20000|-1|-1', 'all of it');

# by ctid, in a transaction that is prepared
my $plain = q{CALL safeddl.backfill('plain', 'n = id', 'n IS NULL')};
$node->safe_psql('postgres', q{BEGIN; UPDATE plain SET t = 'x' WHERE id IN (100, 10000, 19999); PREPARE TRANSACTION 'p'});
$caller = start_call($plain);
wait_until_it_waits();
PostgreSQL::Test::Utils::system_log('pg_ctl', 'kill', 'KILL', calling_pid());
wait_for('true');
$caller = start_call($plain);
wait_until_it_waits();
$node->safe_psql('postgres', q{COMMIT PREPARED 'p'});
like(end_of($caller), qr/NOTICE: backfilled table "public.plain", rows changed: 20000; CALL$/, 'by ctid');
is($node->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE t = 'x') FROM plain WHERE n = id}), '20000|3', 'all rows');

# ----------------------------------------------------------------
# Others write all the time: rows move back and forth, their keys change
# ----------------------------------------------------------------

# writers(@statements): each runs one of them over and over
sub writers
{
	my @writers;

	$node->safe_psql('postgres', 'SET safeddl.mode = off; TRUNCATE going; INSERT INTO going VALUES (true)');
	foreach my $statement (@_)
	{
		my $session = SafeddlTest->connect($node, $superuser);
		$session->put('Q', <<"SQL" . "\0");
DO \$do\$
BEGIN
	WHILE (SELECT yes FROM going) LOOP
		$statement;
		COMMIT;
	END LOOP;
END \$do\$
SQL
		push @writers, $session;
	}
	return @writers;
}

sub stop_writers
{
	$node->safe_psql('postgres', 'UPDATE going SET yes = false');
	is(end_of($_), 'DO', 'a writer had no error') foreach @_;
	return;
}

$node->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE TABLE going (yes boolean);
	CREATE TABLE keyed (id int PRIMARY KEY, a int, n int NOT NULL DEFAULT 0, t text);
	INSERT INTO keyed SELECT i, i FROM generate_series(1, 15000) i;
	CREATE INDEX ON keyed (t);
	CREATE TABLE moving (id int PRIMARY KEY, a int, b int, t text);
	INSERT INTO moving SELECT i, i FROM generate_series(1, 15000) i;
	CREATE TABLE heap (a int, b int, t text);
	INSERT INTO heap SELECT i FROM generate_series(1, 15000) i;
	CREATE INDEX ON heap (a);
	-- room for rows to move to
	DELETE FROM heap WHERE a % 3 = 0;
	DELETE FROM keyed WHERE id % 3 = 0;
	DELETE FROM moving WHERE id % 3 = 0;
	CREATE TABLE parts (id int, region int, b int, t text) PARTITION BY LIST (region);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
	CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
	INSERT INTO parts SELECT i, i % 2 + 1 FROM generate_series(1, 10000) i;
	CREATE INDEX ON parts (id);
});
$node->safe_psql('postgres', "VACUUM $_") foreach qw(heap keyed moving);

my $some = '(SELECT (random() * 15000)::int)';
my $wide = q{repeat('x', (random() * 200)::int)};

# with a key, no condition: each row once
my @writers = writers(
	"UPDATE keyed SET t = $wide WHERE id = $some",
	"UPDATE keyed SET t = $wide WHERE id BETWEEN 10000 AND 10005",
	"DELETE FROM keyed WHERE id = $some; INSERT INTO keyed (id, a) VALUES (40000 + $some, NULL) ON CONFLICT DO NOTHING");
is(says($node, q{CALL safeddl.backfill('keyed', 'n = n + 1', batch_time => '10 ms')}), '', 'with a key');
stop_writers(@writers);
is($node->safe_psql('postgres', 'SELECT count(*) FROM keyed WHERE n <> 1 AND a IS NOT NULL'), 0, 'each row once');
is($node->safe_psql('postgres', 'SELECT count(*) FROM keyed WHERE n > 1'), 0, 'and none twice');

# with a key that changes, and a condition
@writers = writers(
	"UPDATE moving SET id = -id, t = $wide WHERE id = $some",
	"UPDATE moving SET id = -id WHERE id = -$some; UPDATE moving SET id = id + 100000 WHERE id = $some",
	"UPDATE moving SET id = id - 100000 WHERE id = 100000 + $some");
is(says($node, q{CALL safeddl.backfill('moving', 'b = a', 'b IS NULL', batch_time => '10 ms')}), '', 'with a key that changes');
stop_writers(@writers);
is($node->safe_psql('postgres', 'SELECT count(*), count(*) FILTER (WHERE b IS NULL) FROM moving'), '10000|0', 'no row is missed');

# without a key
@writers = writers(
	"UPDATE heap SET t = $wide WHERE a = $some",
	"UPDATE heap SET t = $wide WHERE a = $some",
	"UPDATE heap SET t = $wide WHERE a = 14999");
is(says($node, q{CALL safeddl.backfill('heap', 'b = a', 'b IS NULL', batch_time => '10 ms')}), '', 'without a key');
stop_writers(@writers);
is($node->safe_psql('postgres', 'SELECT count(*), count(*) FILTER (WHERE b IS NULL) FROM heap'), '10000|0', 'no row is missed');

# from one partition to another
@writers = writers(
	"UPDATE parts SET region = 3 - region, t = $wide WHERE id = $some",
	"UPDATE parts SET t = $wide WHERE id = $some AND false");
is(says($node, q{CALL safeddl.backfill('parts', 'b = id', 'b IS NULL', batch_time => '10 ms')}), '', 'partitions');
stop_writers(@writers);
is($node->safe_psql('postgres', 'SELECT count(*), count(*) FILTER (WHERE b IS NULL) FROM parts'), '10000|0', 'no row is missed');

# two at once that get in each other's way
my @both = map { start_call("CALL safeddl.backfill('keyed', '$_', batch_time => '10 ms')") } 'n = n + 10', 'n = n + 100';
like(end_of($_), qr/NOTICE: backfilled table "public.keyed", rows changed: \d+.*; CALL$/, 'two at once') foreach @both;
is($node->safe_psql('postgres', 'SELECT count(*) FROM keyed WHERE n < 110'), 0, 'both are done');

# ----------------------------------------------------------------
# A standby that lags behind
# ----------------------------------------------------------------

$node->safe_psql('postgres', q{CREATE ROLE alice LOGIN; GRANT SELECT, UPDATE ON renamed TO alice});
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "safeddl.mode = off");
$standby->start;
$node->wait_for_catchup($standby);
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
$caller = start_call(q{CALL safeddl.backfill('renamed', 'n = 1', 'n <> 1', batch_rows => 4000, max_lag_bytes => 1000)});
wait_for(q{EXISTS (SELECT FROM safeddl.backfills WHERE waits_for ~ 'standby')});
like($node->safe_psql('postgres', q{SELECT state, waits_for FROM safeddl.backfills WHERE waits_for IS NOT NULL}),
	qr/^running\|standby or subscriber "standby", which is .* behind$/, 'it waits for the standby');
is($node->safe_psql('postgres', 'SELECT count(*) < 20000 FROM renamed WHERE n = 1'), 't', 'part of it is done');
is(says($node, q{CALL safeddl.backfill('renamed', 'n = 2', 'id = 20000 AND n <> 2', max_lag => NULL, max_lag_bytes => NULL)}),
	'', 'one that need not wait');
($out, $err) = run_sql($node, q{CALL safeddl.backfill('renamed', 'n = 3', 'id = 20000 AND n <> 3')}, user => 'alice');
like($err, qr/role alice may not see how far standbys lag behind.*GRANT pg_monitor TO alice/s, 'one that cannot see it says so');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
like(end_of($caller), qr/CALL$/, 'it goes on');
($out, $err) = run_sql($standby, q{CALL safeddl.backfill('renamed', 'n = 3', 'n <> 3')});
like($err, qr/ERROR:  cannot execute .* (?:in a read-only transaction|during recovery)/, 'not on the standby');
$standby->stop;

# ----------------------------------------------------------------
# A copy of the database begins with none of it
# ----------------------------------------------------------------

my ($dump) = run_command([ 'pg_dump', '-d', $node->connstr('postgres') ]);
like($dump, qr/CREATE EXTENSION IF NOT EXISTS safeddl/, 'a dump has the extension');
unlike($dump, qr/backfill_jobs/, 'but not how far it came');

done_testing();
