# Who is in the way, and what is said of them: prepared transactions, what
# others may know of a session, autovacuum, what CONCURRENTLY waits for.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('queue', conf => <<'CONF');
max_prepared_transactions = 5
safeddl.mode = 'block'
safeddl.max_blocker_age = 0
deadlock_timeout = '10ms'
autovacuum_naptime = 1
log_autovacuum_min_duration = 0
CONF
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE ROLE joe LOGIN;
	CREATE ROLE monitor LOGIN IN ROLE pg_read_all_stats, joe;
	CREATE TABLE t (id int PRIMARY KEY, a int);
	CREATE INDEX t_a ON t (a);
	ALTER TABLE t OWNER TO joe;
	CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
	CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
	CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
	CREATE TABLE r (id int REFERENCES p);
});

# the first message of the server to a statement: its SQLSTATE, text, detail,
# with numbers that vary replaced
sub told
{
	my ($got) = grep { ($_->{S} // '') =~ /ERROR|WARNING/ } @_;

	return 'nothing' unless $got;
	my $text = join("\n", $got->{C}, $got->{M}, grep { defined } $got->{D});
	$text =~ s/(process) \d+/$1 N/ig;
	$text =~ s/open for \d+ \w+/open for T/g;
	$text =~ s/SELECT pg_terminate_backend\(\d+\)/SELECT pg_terminate_backend(N)/;
	return $text;
}

my $holder = SafeddlTest->connect($node);
my $ddl = SafeddlTest->connect($node);
my $ALTER = 'ALTER TABLE t ADD COLUMN b int';

# ----------------------------------------------------------------
# Prepared transactions
# ----------------------------------------------------------------

my $lock_queue = qr/The statement asks for an ACCESS EXCLUSIVE lock on it. Rule: lock_queue\./;

$holder->query("BEGIN");
$holder->query("LOCK TABLE t IN ROW EXCLUSIVE MODE");
$holder->query("PREPARE TRANSACTION 'it''s mine'");
like(
	told($ddl->query($ALTER)),
	qr/^55P03\nALTER TABLE would wait for a lock on table "public\.t" behind prepared transaction "it's mine", which has been open for T,/,
	'prepared transaction');
like(told($ddl->query($ALTER)), qr/\nPrepared transaction "it's mine": open for T, role "[^"]+"\. It holds a ROW EXCLUSIVE lock on table "public\.t"\. $lock_queue/,
	'prepared transaction, detail');
# the server refuses it when it has its lock, and would wait for that as long
foreach my $doomed (
	'ALTER TABLE t ADD COLUMN a int',
	'ALTER TABLE t DROP COLUMN no_such_column',
	'ALTER TABLE t ADD CHECK (no_such_column > 0)',
	'ALTER TABLE t OWNER TO no_such_role',
	'ALTER TABLE t RENAME no_such_column TO b',
	'CREATE INDEX t_a ON t (a)',
	'DROP TABLE t, no_such_table',
	'DROP INDEX t_pkey',
	'TRUNCATE t, no_such_table')
{
	like(told($ddl->query("SET safeddl.rules = ''"), $ddl->query($doomed)),
		qr/^55P03\n.* would wait for a lock on table "public\.t" behind prepared/,
		"$doomed: refused, but only after the wait");
	like(
		told($ddl->query("SET safeddl.lock_timeout = '10ms'; SET safeddl.rules = 'lock_queue=off'"),
			$ddl->query($doomed)),
		qr/^55P03\ncanceling statement due to lock timeout of 10 ms set by safeddl\.lock_timeout/,
		"$doomed: the wait is bounded");
}
$ddl->query('RESET safeddl.lock_timeout; RESET safeddl.rules');
# refused before there is a lock to wait for
is(told($ddl->query('ALTER VIEW t RENAME TO v')) =~ s/\n.*//sr, '42809', 'of another kind');
is(told($ddl->query('DROP TABLE no_such_table, t')) =~ s/\n.*//sr, '42P01', 'the first is missing');
$node->safe_psql('postgres', 'CREATE EXTENSION safeddl');
my $blockers = q{SELECT gid, lock_mode, age > '0', role = current_user, statement
	FROM safeddl.blockers WHERE relation = 't'::regclass};
my $seen = q{it's mine|RowExclusiveLock|t|t|ROLLBACK PREPARED 'it''s mine'};
is($node->safe_psql('postgres', $blockers), $seen, 'prepared transaction, safeddl.blockers');
is(told($ddl->query("BEGIN"), $ddl->query('LOCK TABLE t IN ROW SHARE MODE'), $ddl->query('COMMIT')),
	'nothing', 'a lock that blocks nobody');
like(told($ddl->query('BEGIN READ ONLY'), $ddl->query('LOCK TABLE t'), $ddl->query('ROLLBACK')),
	qr/^55P03\nLOCK TABLE would wait/, 'LOCK TABLE in a read-only transaction');

# after a crash, nobody has ever had it in a session
$node->stop('immediate');
$node->start;
$holder = SafeddlTest->connect($node);
$ddl = SafeddlTest->connect($node);
like(told($ddl->query($ALTER)), qr/\nPrepared transaction "it's mine": open for T, role "[^"]+"\. It holds a ROW EXCLUSIVE lock on table "public\.t"\./,
	'prepared transaction, recovered');
is($node->safe_psql('postgres', $blockers), $seen, 'prepared transaction, recovered, safeddl.blockers');
$ddl->query("ROLLBACK PREPARED 'it''s mine'");
is(told($ddl->query('BEGIN'), $ddl->query($ALTER), $ddl->query('ROLLBACK')), 'nothing', 'rolled back');

# ----------------------------------------------------------------
# What is left of a rejected statement: no lock, no transaction ID
# ----------------------------------------------------------------

$holder->query('BEGIN');
$holder->query('SELECT * FROM t, p');
$holder->query('SELECT * FROM p1');
foreach my $statement ($ALTER, 'TRUNCATE p CASCADE', 'DROP TABLE t', 'LOCK TABLE p',
	'ALTER TABLE p DETACH PARTITION p1')
{
	my ($out, $err) = run_sql($node, <<"SQL");
BEGIN;
SAVEPOINT s;
$statement;
ROLLBACK TO s;
SELECT pg_current_xact_id_if_assigned() IS NULL;
SELECT string_agg(relation::regclass || ' ' || mode, ', ')
FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text !~ '^pg_';
COMMIT;
SQL
	is($out, "t\n", "$statement: nothing is left");
	is(SafeddlTest::condense($err) =~ s/( lock_queue)+/ lock_queue/r =~ s/block.* lock_queue/block lock_queue/r,
		'block lock_queue', "$statement: rejected");
}

$holder->query('COMMIT');

# so many that they are not asked for one by one
$node->safe_psql(
	'postgres', q{
	CREATE TABLE many (id int) PARTITION BY LIST (id);
	SELECT format('CREATE TABLE many_%1$s PARTITION OF many FOR VALUES IN (%1$s)', i) FROM generate_series(1, 40) i \gexec
});
$holder->query('BEGIN');
$holder->query('SELECT * FROM many_40');
like(told($ddl->query('ALTER TABLE many ADD COLUMN a int')),
	qr/^55P03\n.*lock on table "public\.many_40" behind process N/, 'one of many');
$holder->query('COMMIT');
is(told($ddl->query('ALTER TABLE many ADD COLUMN a int')), 'nothing', 'none of many');

# ----------------------------------------------------------------
# What one may know of others
# ----------------------------------------------------------------

$holder->query("SET application_name = 'the holder'");
$holder->query("BEGIN");
$holder->query("SELECT count(*) FROM t\n\tWHERE id > 0 /* " . ("\x{c3}\x{a4}" x 60) . ' */');

like(told(SafeddlTest->connect($node, 'joe')->query($ALTER)), qr/\nProcess N: open for T, role "[^"]+", application "the holder"\. It holds/,
	'neither state nor query for everybody');
foreach my $user ('monitor', undef)
{
	my $got = told(SafeddlTest->connect($node, $user)->query($ALTER));

	like($got, qr/application "the holder", idle in transaction, query "SELECT count\(\*\) FROM t  WHERE id > 0 \/\* (\xc3\xa4)+"\. It holds an ACCESS SHARE lock/,
		'for ' . ($user // 'superuser'));
	my ($query) = $got =~ /query "(.*?)"\. It holds/;
	cmp_ok(length($query), '<=', 100, 'only the beginning of a query');
}
$holder->query('COMMIT');

# a session that does not report what it does: its age is not known
$holder->query('SET track_activities = off');
$holder->query('BEGIN');
$holder->query('SELECT * FROM t');
$ddl->query("SET lock_timeout = '10ms'");
like(told($ddl->query($ALTER)), qr/^55P03\ncanceling statement due to lock timeout/, 'age not known');
$ddl->query('RESET lock_timeout');
$holder->query('COMMIT');
$holder->query('RESET track_activities');

# what we looked at is not what the user's transaction sees from then on
$holder->query('BEGIN');
$holder->query('SELECT * FROM t');
$ddl->query('BEGIN');
$ddl->query('SAVEPOINT s');
like(told($ddl->query($ALTER)), qr/^55P03\nALTER TABLE would wait/, 'rejected');
$ddl->query('ROLLBACK TO s');
my $later = SafeddlTest->connect($node);
$later->query("SET application_name = 'later'");
is( SafeddlTest::brief(
		$ddl->query("SELECT FROM pg_stat_activity WHERE application_name = 'later'")),
	'SELECT 1', 'pg_stat_activity in the same transaction');
$ddl->query('COMMIT');
$holder->query('COMMIT');

# nor is what that transaction has seen what we go by
$ddl->query("SET lock_timeout = '1s'");
$ddl->query('BEGIN');
$ddl->query('SELECT FROM pg_stat_activity');
$holder->query('BEGIN');
$holder->query('SELECT * FROM t');
like(told($ddl->query($ALTER)), qr/^55P03\nALTER TABLE would wait/, 'pg_stat_activity read before');
$ddl->query('ROLLBACK');
$holder->query('COMMIT');

# nobody but REFRESH waits for a REFRESH CONCURRENTLY
$node->safe_psql(
	'postgres', q{
	CREATE MATERIALIZED VIEW mv AS SELECT 1 AS id;
	CREATE UNIQUE INDEX ON mv (id);
});
my $refresh = 'REFRESH MATERIALIZED VIEW CONCURRENTLY mv';
$holder->query('BEGIN');
$holder->query($refresh);
like(told($ddl->query($refresh)), qr/^55P03\ncanceling statement due to lock timeout/, 'a second REFRESH');
like(told($ddl->query('DROP MATERIALIZED VIEW mv')), qr/^55P03\nDROP MATERIALIZED VIEW would wait/, 'and DROP');
$holder->query('COMMIT');

# a command that keeps its locks through several transactions is as old as it is
my $builder = SafeddlTest->connect($node);
my $snapshot = SafeddlTest->connect($node);
my $phase = sub {
	$node->poll_query_until('postgres',
		"SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase = 'waiting for $_[0]'");
};
$snapshot->query('BEGIN ISOLATION LEVEL REPEATABLE READ');
$snapshot->query('SELECT 1');
$holder->query('BEGIN');
$holder->query('INSERT INTO t VALUES (100)');
$builder->put('Q', "CREATE INDEX CONCURRENTLY t_old ON t (a)\0");
ok($phase->('writers before build'), 'CREATE INDEX CONCURRENTLY waits');
$ddl->query('SELECT pg_sleep(2)');
$holder->query('ROLLBACK');
ok($phase->('old snapshots'), 'and again, in another transaction');
$ddl->query("SET safeddl.max_blocker_age = '2s'");
like(told($ddl->query($ALTER)), qr/^55P03\nALTER TABLE would wait.*query "CREATE INDEX CONCURRENTLY t_old/s,
	'it counts from its beginning');
$snapshot->query('COMMIT');
$builder->receive;
$ddl->query('RESET safeddl.max_blocker_age');
$ddl->query('RESET lock_timeout');

# ----------------------------------------------------------------
# CONCURRENTLY: it is told, and waits
# ----------------------------------------------------------------

# waits($label, $locking, $statement, $pattern): the statement waits for a
# transaction that ran $locking, and is done when that has ended
sub waits
{
	my ($label, $locking, $statement, $pattern) = @_;
	my $session = SafeddlTest->connect($node);

	$session->query("SET application_name = 'concurrently'");
	$holder->query('BEGIN ISOLATION LEVEL REPEATABLE READ');
	$holder->query($_) foreach split /; /, $locking;
	$session->put('Q', "$statement\0");
	ok( $node->poll_query_until(
			'postgres', q{
			SELECT count(*) > 0 FROM pg_stat_activity
			WHERE application_name = 'concurrently' AND wait_event_type = 'Lock'}),
		"$label: waits");
	$holder->query('COMMIT');
	my @got = $session->receive;
	like(told(@got), $pattern, "$label: told");
	ok((grep { exists $_->{tag} } @got), "$label: done");
}

my $await = qr/would wait for process N, whose transaction has been open for T, before it is done; end that transaction first\n/;

waits('CREATE INDEX', 'INSERT INTO t VALUES (1)', 'CREATE INDEX CONCURRENTLY t_a2 ON t (a)',
	qr/^01000\nCREATE INDEX.* $await.*It holds a ROW EXCLUSIVE lock on table "public.t"/);
waits('CREATE INDEX, snapshot', 'SELECT 1', 'CREATE INDEX CONCURRENTLY t_a3 ON t (a)',
	qr/^01000\nCREATE INDEX.* $await.*Its snapshot is older/);
waits('CREATE INDEX, another one', 'LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE',
	'CREATE INDEX CONCURRENTLY t_a4 ON t (a)',
	qr/^01000\nCREATE INDEX.* $await.*It holds a SHARE UPDATE EXCLUSIVE lock on table "public.t"/);
waits('REINDEX', 'SELECT * FROM t', 'REINDEX INDEX CONCURRENTLY t_a',
	qr/^01000\nREINDEX.* $await.*It holds an ACCESS SHARE lock on table "public.t"/);
waits('REINDEX TABLE', 'SELECT * FROM t', 'REINDEX TABLE CONCURRENTLY t',
	qr/^01000\nREINDEX.* $await.*It holds an ACCESS SHARE lock on table "public.t"/);
waits('REINDEX, partitioned', 'SELECT * FROM p1', 'REINDEX TABLE CONCURRENTLY p',
	qr/^01000\nREINDEX.* $await.*It holds an ACCESS SHARE lock on table "public.p1"/);
waits('DROP INDEX', 'SELECT * FROM t', 'DROP INDEX CONCURRENTLY t_a4',
	qr/^01000\nDROP INDEX.* $await.*It holds an ACCESS SHARE lock on table "public.t"/);
waits('DROP INDEX, ALTER INDEX', 'ALTER INDEX t_a3 SET (fillfactor = 90)', 'DROP INDEX CONCURRENTLY t_a3',
	qr/^01000\nDROP INDEX.* $await.*It holds a SHARE UPDATE EXCLUSIVE lock on index "public.t_a3"/);
waits('REINDEX, COMMENT', "COMMENT ON INDEX t_a2 IS 'x'", 'REINDEX INDEX CONCURRENTLY t_a2',
	qr/^01000\nREINDEX.* $await.*It holds a SHARE UPDATE EXCLUSIVE lock on index "public.t_a2"/);
waits('DETACH PARTITION', 'SELECT * FROM p', 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
	qr/^01000\nALTER TABLE.* $await.*It holds an ACCESS SHARE lock on table "public.p"/);
waits('DETACH PARTITION, that partition', 'SELECT * FROM p2',
	'ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY',
	qr/^01000\nALTER TABLE.* $await.*It holds an ACCESS SHARE lock on table "public.p2"/);

# the second transaction locks that one as well
my $attach = 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)';
$node->safe_psql('postgres', $attach);
waits('DETACH PARTITION, a reader of the referencing table', 'SELECT * FROM r',
	'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
	qr/^01000\nALTER TABLE.* $await.*It holds an ACCESS SHARE lock on table "public.r"/);

# SHARE on a table that references the partition is a lock like any other
$node->safe_psql('postgres', $attach);
$holder->query('BEGIN');
$holder->query('LOCK TABLE r IN ROW EXCLUSIVE MODE');
like(told($ddl->query('ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY')),
	qr/^55P03\n.*lock on table "public\.r" behind process N/, 'DETACH PARTITION: the referencing table');
$holder->query('COMMIT');

# what is named is locked in a transaction of its own, before its partitions are
$holder->query('BEGIN');
$holder->query('LOCK TABLE ONLY p IN SHARE UPDATE EXCLUSIVE MODE');
like(told($ddl->query($_)), qr/^55P03\n.*lock on table "public\.p" behind process N/, "$_: the partitioned table")
	foreach 'REINDEX TABLE p', 'REINDEX INDEX p_pkey';
$holder->query('COMMIT');

# nobody is there; it is the first action of its transaction, as ever
foreach my $statement ('CREATE INDEX CONCURRENTLY last ON t (a)', 'REINDEX INDEX CONCURRENTLY last',
	'DROP INDEX CONCURRENTLY last', 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY')
{
	is(told($ddl->query($statement)), 'nothing', "$statement: nobody in the way");
}

# ----------------------------------------------------------------
# Autovacuum gives way
# ----------------------------------------------------------------

$node->safe_psql(
	'postgres', q{
	CREATE TABLE slow (id int) WITH (autovacuum_vacuum_cost_delay = 100,
		autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1);
	INSERT INTO slow SELECT generate_series(1, 20000);
	DELETE FROM slow;
	ALTER SYSTEM SET autovacuum = on;
	SELECT pg_reload_conf();
});
ok( $node->poll_query_until(
		'postgres', q{
		SELECT count(*) > 0 FROM pg_locks JOIN pg_stat_activity USING (pid)
		WHERE backend_type = 'autovacuum worker' AND relation = 'slow'::regclass
		  AND mode = 'ShareUpdateExclusiveLock'}),
	'autovacuum is at work');
# after deadlock_timeout, that is
$ddl->query("SET safeddl.lock_timeout = '5ms'");
like(told($ddl->query('ALTER TABLE slow ADD COLUMN a int')),
	qr/^55P03\nALTER TABLE would wait.*query "autovacuum: VACUUM .*public\.slow"/s,
	'but not to who gives up before');
$ddl->query('RESET safeddl.lock_timeout');
is(told($ddl->query('ALTER TABLE slow ADD COLUMN a int')), 'nothing', 'autovacuum gives way');
like(slurp_file($node->logfile), qr/canceling autovacuum task/, 'it has been in the way');

# it does not if that would cost the transaction IDs
$node->safe_psql(
	'postgres', q{
	CREATE TABLE old (id int) WITH (autovacuum_vacuum_cost_delay = 100,
		autovacuum_vacuum_cost_limit = 1, autovacuum_freeze_max_age = 100000);
	INSERT INTO old SELECT generate_series(1, 20000);
	CREATE TEMP TABLE burnt (id int);
	DO $$
	BEGIN
		FOR i IN 1..101000 LOOP
			BEGIN
				INSERT INTO burnt VALUES (i);
			EXCEPTION WHEN division_by_zero THEN
			END;
		END LOOP;
	END $$;
});
ok( $node->poll_query_until(
		'postgres', q{
		SELECT count(*) > 0 FROM pg_locks JOIN pg_stat_activity USING (pid)
		WHERE backend_type = 'autovacuum worker' AND relation = 'old'::regclass
		  AND mode = 'ShareUpdateExclusiveLock'}),
	'autovacuum prevents wraparound');
$ddl->query("SET lock_timeout = '1s'");
like(told($ddl->query('ALTER TABLE old ADD COLUMN a int')),
	qr/^55P03\nALTER TABLE would wait.*query "autovacuum: VACUUM .*public\.old \(to prevent wraparound\)"/s,
	'and does not give way');

$node->stop;
done_testing();
