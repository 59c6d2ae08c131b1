# Replication never stops because of the guard: neither what a standby replays
# nor what a subscriber applies.  The settings are as strict as can be on all of
# them: whatever was looked at there would be rejected.

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
safeddl.lock_timeout = 100ms
safeddl.max_blocker_age = 0
CONF

my $publisher = new_server(
	'publisher',
	init => { allows_streaming => 'logical' },
	conf => $strict);
$publisher->start;
$publisher->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE EXTENSION safeddl;
	CREATE TABLE big (id int PRIMARY KEY, a int);
	INSERT INTO big SELECT i, i FROM generate_series(1, 1000) i;
	CREATE TABLE small (id int PRIMARY KEY, a int);
	INSERT INTO small VALUES (1, 1), (2, 2);
	CREATE TABLE later (id int PRIMARY KEY);
	INSERT INTO later VALUES (1);
});

# As a migration that was let pass does it
sub migrate
{
	my ($node, $sql) = @_;
	$node->safe_psql('postgres', "SET safeddl.mode = off; $sql");
	return;
}

# An open transaction of another session
sub leave_open
{
	my ($node, $sql) = @_;
	my $client = SafeddlTest->connect($node);
	$client->query("BEGIN; $sql");
	return $client;
}

# ----------------------------------------------------------------
# A hot standby
# ----------------------------------------------------------------

$publisher->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($publisher, 'backup', has_streaming => 1);
$standby->append_conf('postgresql.conf', "max_standby_streaming_delay = 0\n");
$standby->start;
$publisher->wait_for_catchup($standby);

my $offset = log_size($standby);
my %answer = (
	'CREATE INDEX ON big (a)' => 'ERROR: cannot execute CREATE INDEX in a read-only transaction',
	'ALTER TABLE big ADD CHECK (a > 0)' => 'ERROR: cannot execute ALTER TABLE in a read-only transaction',
	'TRUNCATE big' => 'ERROR: cannot execute TRUNCATE TABLE in a read-only transaction',
	'DROP TABLE big' => 'ERROR: cannot execute DROP TABLE in a read-only transaction',
	'VACUUM FULL big' => 'ERROR: cannot execute VACUUM during recovery',
	'REINDEX TABLE big' => 'ERROR: cannot execute REINDEX during recovery',
	'UPDATE big SET a = 0' => 'ERROR: cannot execute UPDATE in a read-only transaction',
	'LOCK TABLE big' => 'ERROR: cannot execute LOCK TABLE during recovery',
	'LOCK TABLE big IN SHARE MODE' => 'ERROR: cannot execute LOCK TABLE during recovery',
	'LOCK TABLE big IN ROW EXCLUSIVE MODE; SELECT count(*) FROM big' => '',
	'SELECT count(*) FROM big' => '',
	'COPY big TO STDOUT' => '',
	'SELECT count(*) FROM safeddl.footprint($$TRUNCATE big$$)' => '',
	map { ("SELECT count(*) FROM safeddl.$_" => '') }
	  qw(rules invalid_indexes unvalidated_constraints unindexed_foreign_keys blockers));
foreach my $statement (sort keys %answer)
{
	is(says($standby, "BEGIN; $statement; COMMIT") =~ s/ \(.*//r, $answer{$statement}, "standby: $statement")
	  unless $statement =~ /^(VACUUM|REINDEX)/;
	is(says($standby, $statement), $answer{$statement}, "standby, on its own: $statement")
	  unless $statement =~ /^LOCK/;
}
is(join('', log_lines($standby, $offset)), '', 'standby: nothing logged');

# A script can be checked there: nothing of it is executed.
is( $standby->safe_psql(
		'postgres', q{
		SELECT string_agg(statement || ' ' || rule, ', ')
		FROM safeddl.check('CREATE INDEX ON big (a); BEGIN; ALTER TABLE small ADD x int; UPDATE big SET a = 1; COMMIT; DROP TABLE big')}),
	'1 create_index, 6 drop_table', 'standby: safeddl.check()');

# DDL of the primary comes as locks and files, and not by way of a hook: nobody
# who reads on the standby can have it rejected.
my $reader = leave_open($standby, 'SELECT count(*) FROM big');
migrate(
	$publisher, q{
	ALTER TABLE big ALTER a TYPE bigint, ADD CHECK (a > 0);
	CREATE INDEX big_a ON big (a);
	BEGIN;
	LOCK TABLE big;
	TRUNCATE big;
	INSERT INTO big SELECT i, i FROM generate_series(1, 2000) i;
	COMMIT;
	CREATE TABLE doomed (a int);
	INSERT INTO doomed VALUES (1);
	DROP TABLE doomed;
	VACUUM FULL big;
	ANALYZE big;
});
$publisher->wait_for_catchup($standby);
is( $standby->safe_psql(
		'postgres', q{
		SELECT count(*), pg_typeof(min(a)), to_regclass('big_a') IS NOT NULL, to_regclass('doomed') IS NULL
		FROM big}),
	'2000|bigint|t|t', 'standby: DDL of the primary is replayed');
undef $reader;
is(join('', log_lines($standby, $offset)), '', 'standby: still nothing logged');
$standby->stop;

# ----------------------------------------------------------------
# Logical replication
# ----------------------------------------------------------------

my $subscriber = new_server('subscriber', conf => $strict);
$subscriber->start;
$subscriber->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE TABLE big (id int PRIMARY KEY, a bigint);
	CREATE TABLE small (id int PRIMARY KEY, a int);
	CREATE TABLE later (id int PRIMARY KEY);
	CREATE TABLE audit (at timestamptz, rows bigint);

	-- What a trigger does in the apply worker is part of applying: reading a
	-- large table while a TRUNCATE in the same transaction holds its lock, DDL.
	CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
	BEGIN
		INSERT INTO audit SELECT clock_timestamp(), count(*) FROM big;
		ALTER TABLE audit ALTER at SET NOT NULL;
		RETURN NULL;
	END $$;
	CREATE TRIGGER audit AFTER INSERT ON small FOR EACH ROW EXECUTE FUNCTION audit();
	ALTER TABLE small ENABLE ALWAYS TRIGGER audit;
});

$publisher->safe_psql('postgres', 'CREATE PUBLICATION pub FOR TABLE big, small');
my $connstr = $publisher->connstr . ' dbname=postgres';
is(says($subscriber, "CREATE SUBSCRIPTION sub CONNECTION '$connstr' PUBLICATION pub"),
	'', 'CREATE SUBSCRIPTION');
$subscriber->wait_for_subscription_sync($publisher, 'sub');

# same($table, $name): the subscriber has what the publisher has
sub same
{
	my ($table, $name) = @_;
	my $sum = "SELECT count(*), sum(hashtext(t::text)) FROM $table t";

	$publisher->wait_for_catchup('sub');
	is($subscriber->safe_psql('postgres', $sum), $publisher->safe_psql('postgres', $sum), $name);
	return;
}

same('big', 'a table is copied');
same('small', 'a second one is copied');

is( says(
		$publisher, q{
	INSERT INTO big SELECT i, i FROM generate_series(2001, 4000) i;
	UPDATE big SET a = a + 1;
	DELETE FROM big WHERE id % 3 = 0;
	INSERT INTO small SELECT i, i FROM generate_series(3, 10) i}),
	'', 'the publisher is written to');
same('big', 'INSERT, UPDATE, DELETE');
same('small', 'a table with a trigger');

# the apply worker holds ACCESS EXCLUSIVE from the TRUNCATE on
migrate(
	$publisher, q{
	BEGIN;
	TRUNCATE small, big;
	INSERT INTO big SELECT i, i FROM generate_series(1, 1000) i;
	INSERT INTO small VALUES (1, 1);
	UPDATE big SET a = a + 1;
	DELETE FROM big WHERE id % 2 = 0;
	COMMIT});
same('big', 'TRUNCATE, and everything after it in the same transaction');
same('small', 'a trigger that reads a large table under that lock');
cmp_ok($subscriber->safe_psql('postgres', 'SELECT count(*) FROM audit'),
	'>=', 2, 'which has done so');

# It waits for as long as it takes, for its own locks and for a trigger's.
my $blocker = leave_open($subscriber, 'SELECT count(*) FROM small, audit');
migrate($publisher, 'TRUNCATE small; INSERT INTO small VALUES (2, 2)');
ok( $subscriber->poll_query_until(
		'postgres', q{
		SELECT count(*) > 0
		FROM pg_locks JOIN pg_stat_activity USING (pid)
		WHERE NOT granted AND backend_type LIKE 'logical replication%worker'
		AND clock_timestamp() - waitstart > interval '0.5 s'}),
	'the apply worker waits for a reader, limit or not');
$blocker->query('COMMIT');
same('small', 'and goes on when that one is done');

# A new table of the publication, and all that can be done to a subscription
$publisher->safe_psql('postgres', 'ALTER PUBLICATION pub ADD TABLE later');
is(says($subscriber, 'ALTER SUBSCRIPTION sub REFRESH PUBLICATION'),
	'', 'ALTER SUBSCRIPTION REFRESH PUBLICATION');
$subscriber->wait_for_subscription_sync($publisher, 'sub');
same('later', 'a table that was added is copied');
is( says(
		$subscriber, q{
	ALTER SUBSCRIPTION sub DISABLE;
	ALTER SUBSCRIPTION sub ENABLE;
	ALTER SUBSCRIPTION sub SET (synchronous_commit = on);
	ALTER SUBSCRIPTION sub SET PUBLICATION pub;
	ALTER SUBSCRIPTION sub RENAME TO renamed;
	ALTER SUBSCRIPTION renamed RENAME TO sub;
	ALTER SUBSCRIPTION sub OWNER TO CURRENT_USER}),
	'', 'ALTER SUBSCRIPTION');
$publisher->safe_psql('postgres', 'INSERT INTO later VALUES (2)');
same('later', 'and replicates');

my $log = slurp_file($subscriber->logfile);
is(join("\n", $log =~ /(?:ERROR|WARNING|FATAL): .*(?:Rule|timeout|guard|safeddl).*/g),
	'', 'subscriber: nothing of ours in the log');
unlike($log, qr/worker.* exited with exit code 1|ERROR: /, 'no worker has failed');
is(says($subscriber, 'TRUNCATE small'), 'block truncate', 'anybody else is guarded there');
is(says($subscriber, 'DROP SUBSCRIPTION sub'), '', 'DROP SUBSCRIPTION');

$subscriber->stop;
$publisher->stop;
done_testing();
