# DDL reaches a server in many ways, and not all of them call the utility hook
# alike: whichever way it comes, a statement is judged once, as a whole.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('contexts', conf => 'max_prepared_transactions = 2');
$node->start;
$node->safe_psql('postgres', BIG);

# What each of them leaves behind does not matter: nothing is committed unless
# COMMIT is asked for.
sub said_is
{
	my ($sql, $expected, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(says($node, "BEGIN; $sql; ROLLBACK;"), $expected, $name);
}

# ----------------------------------------------------------------
# From the client
# ----------------------------------------------------------------

is( says($node, 'CREATE INDEX gone ON big (a); DROP INDEX CONCURRENTLY gone;'),
	'warn create_index',
	'simple protocol');

# psql -c sends one string, which the server runs in one transaction
my ($out, $err) = run_command(
	[
		'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
		'CREATE INDEX gone ON big (a); ALTER TABLE big ALTER b TYPE bigint; ROLLBACK'
	]);
is( SafeddlTest::condense($err),
	'warn create_index; warn alter_column_type; WARNING: there is no transaction in progress',
	'two statements in one string: one message each');
$node->safe_psql('postgres', 'DROP INDEX IF EXISTS gone');
$node->safe_psql('postgres',
	q(SET safeddl.mode = off; ALTER TABLE big ALTER b TYPE int));

my $offset = log_size($node);
run_command(
	[
		'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
		'SET safeddl.mode = block; CREATE INDEX gone ON big (a); DROP TABLE big'
	]);
is( join('|', map { /statement="(.*)"$/ } log_lines($node, $offset)),
	'CREATE INDEX gone ON big (a)',
	'a rejection ends the string, and the log has this statement alone');

# The extended protocol hands over a read-only tree of a cached plan.
my $client = SafeddlTest->connect($node);
$client->query('BEGIN');
is( SafeddlTest::brief(
		$client->parse('', 'CREATE INDEX gone ON big (a)')->execute('')->sync),
	'warn create_index; CREATE INDEX',
	'extended protocol');
$client->query('ROLLBACK');

my ($said) = $client->query('SET safeddl.mode = block');
($said) = $client->parse('', '  CREATE INDEX gone ON big (a)')->execute('')->sync;
is("$said->{S} $said->{C} $said->{s} $said->{t}",
	'ERROR 2F003 public big', 'extended protocol: the fields of a rejection');
is( SafeddlTest::brief($client->query('SELECT 1')),
	'SELECT 1', 'the connection is as it was');

# A prepared statement is parsed once; each execution is judged anew.
$client->query('RESET safeddl.mode; BEGIN; SAVEPOINT s');
$client->parse('named', 'CREATE INDEX gone ON big (a)')->sync;
my @first = $client->execute('named')->sync;
$client->query('ROLLBACK TO s; SET safeddl.mode = off');
my @second = $client->execute('named')->sync;
$client->query('ROLLBACK TO s; SET safeddl.mode = block');
my @third = $client->execute('named')->sync;
is( SafeddlTest::brief(@first, @second, @third),
	'warn create_index; CREATE INDEX; CREATE INDEX; block create_index',
	'prepared through the protocol, executed under three modes');
$client->query('ROLLBACK');

# The text of a statement was read under the settings of its time; we read it
# again for the log and the hint, and must not stumble.
SKIP:
{
	skip 'standard_conforming_strings is always on', 1 if $node->pg_version->major >= 19;
	$client->query('RESET ALL; BEGIN');
	$client->parse('literal', q{CREATE INDEX gone ON big ((t || 'a\'))})->sync;
	$client->query('SET standard_conforming_strings = off');
	is( SafeddlTest::brief($client->execute('literal')->sync),
		'warn create_index; CREATE INDEX',
		'a string literal that now has no end');
	$client->query('ROLLBACK');
}

# Several executions before one Sync are one transaction.
$client->query('SET safeddl.mode = warn');
is( SafeddlTest::brief(
		$client->parse('', 'CREATE INDEX gone ON big (a)')->execute('')
		  ->parse('', 'ALTER TABLE big ALTER a TYPE bigint')->execute('')
		  ->parse('', 'SELECT 1/0')->execute('')->sync),
	'warn create_index; CREATE INDEX; warn alter_column_type; ALTER TABLE; ERROR: division by zero',
	'pipeline: one message each');

# The server refuses CONCURRENTLY there, and is the only one to say so.
$client->query('CREATE TABLE once (a int)');
$client->query('CREATE INDEX once_a ON once (a)');
$client->query(q{UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'once_a'::regclass});
my $again = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS once_a ON once (a)';
my ($refused) = grep { ($_->{S} // '') =~ /ERROR|WARNING/ }
  $client->parse('', 'CREATE TABLE earlier ()')->execute('')->parse('', $again)->execute('')->sync;
is($refused->{C}, '25001', 'pipeline: CONCURRENTLY');
like( SafeddlTest::brief($client->query($again)),
	qr/^warn invalid_index; /, 'outside of a pipeline: an invalid index');
$client->query('DROP TABLE once');

# pgbench is an independent driver of the extended protocol
$node->pgbench(
	'-n -t 3 -M prepared', 0, [qr/processed: 3\/3/],
	[qr/^(?:(?!WARNING)[^\n]*\n)*(?:WARNING:  CREATE INDEX would(?:(?!WARNING).)*){3}\z/s],
	'pgbench -M prepared',
	{ 'contexts_prepared' => "BEGIN;\nCREATE INDEX gone ON big (a);\nROLLBACK;\n" });

# ----------------------------------------------------------------
# Statements that the server takes apart: the parts are not judged again
# ----------------------------------------------------------------

said_is(
	'CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, c int CHECK (c > 0), r int REFERENCES big)',
	'', 'CREATE TABLE with constraints');
said_is('CREATE TABLE t (LIKE big INCLUDING ALL)',
	'', 'CREATE TABLE (LIKE INCLUDING ALL)');
said_is('ALTER TABLE big ADD COLUMN s serial', 'warn add_column', 'ADD COLUMN serial');
said_is('ALTER TABLE big ADD UNIQUE (b)', 'warn add_unique', 'ADD UNIQUE');
said_is(
	'ALTER TABLE big ADD COLUMN s serial UNIQUE CHECK (s > 0)',
	'warn add_column add_check add_unique',
	'ADD COLUMN with constraints: three findings in one message');
said_is(
	'CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, v int) CREATE INDEX ON t (v)',
	'', 'CREATE SCHEMA with elements');

# ----------------------------------------------------------------
# Partitions: one call, one message
# ----------------------------------------------------------------

$node->safe_psql(
	'postgres', q{
	CREATE TABLE parted (k int NOT NULL, v int) PARTITION BY LIST (k);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
	CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
	CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
	CREATE TABLE free (k int NOT NULL, v int);
	INSERT INTO parted SELECT 1 + i % 3, i FROM generate_series(1, 30000) i;
	INSERT INTO free SELECT 4, i FROM generate_series(1, 10000) i;
	ANALYZE;
});
said_is('ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (4)',
	'warn attach_partition attach_partition',
	'ATTACH PARTITION: one message for the table and the default partition');
said_is('CREATE TABLE parted_5 PARTITION OF parted FOR VALUES IN (5)',
	'warn create_partition', 'CREATE TABLE PARTITION OF');
said_is(
	'CREATE SCHEMA s CREATE TABLE parted_5 PARTITION OF public.parted FOR VALUES IN (5)',
	'warn create_partition',
	'the same as an element of CREATE SCHEMA');
said_is('CREATE INDEX ON parted (v)',
	'warn create_index', 'CREATE INDEX on three large partitions');
said_is('ALTER TABLE parted ALTER v TYPE bigint',
	'warn alter_column_type', 'ALTER TABLE on three large partitions');
said_is('TRUNCATE parted', 'warn truncate', 'TRUNCATE of three large partitions');
said_is('DROP TABLE parted', 'warn drop_table', 'DROP TABLE of three large partitions');
said_is('ALTER TABLE parted RENAME TO parting', '', 'RENAME');
said_is('CLUSTER big USING big_pkey', 'warn cluster', 'CLUSTER');
said_is('REINDEX TABLE big', 'warn reindex', 'REINDEX');
is(says($node, 'VACUUM FULL big'), 'warn vacuum_full', 'VACUUM FULL');

# ----------------------------------------------------------------
# From inside the server
# ----------------------------------------------------------------

$node->safe_psql(
	'postgres', q{
	CREATE FUNCTION in_sql() RETURNS void LANGUAGE sql AS
		'CREATE INDEX ON big (a)';
	CREATE FUNCTION in_plpgsql() RETURNS void LANGUAGE plpgsql AS
		'BEGIN CREATE INDEX ON big (a); END';
	CREATE PROCEDURE inner_call() LANGUAGE plpgsql AS
		'BEGIN CREATE INDEX ON big (b); END';
	CREATE PROCEDURE outer_call() LANGUAGE plpgsql AS $$
	BEGIN
		CREATE INDEX ON big (a);
		CALL inner_call();
		DO 'BEGIN TRUNCATE big; END';
	END $$;
});
said_is(q(DO 'BEGIN CREATE INDEX ON big (a); END'), 'warn create_index', 'DO');
said_is(q(DO 'BEGIN EXECUTE $s$CREATE INDEX ON big (a)$s$; END'),
	'warn create_index', 'DO with EXECUTE');
said_is('SELECT in_sql()', 'warn create_index', 'SQL function called from SELECT');
said_is('SELECT in_plpgsql()', 'warn create_index', 'plpgsql function called from SELECT');
said_is('CALL outer_call()', 'warn create_index; warn create_index; warn truncate',
	'CALL with CALL and DO inside');

# Outside of a block the procedures are not atomic: they may COMMIT.
$node->safe_psql(
	'postgres', q{
	CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$
	BEGIN
		CREATE INDEX gone ON big (a);
		COMMIT;
		DROP INDEX gone;
		COMMIT;
	END $$;
});
is( says($node, 'CALL commits()'),
	'warn create_index; warn drop_index',
	'CALL of a procedure that commits');

# A plan that plpgsql has cached is judged at each execution.
is( says(
		$node, q{
	CREATE FUNCTION pg_temp.again() RETURNS void LANGUAGE plpgsql AS
		'BEGIN CREATE INDEX gone ON big (a); END';
	BEGIN; SELECT pg_temp.again(); ROLLBACK;
	SET safeddl.mode = off;
	BEGIN; SELECT pg_temp.again(); ROLLBACK;
	SET safeddl.mode = block;
	BEGIN; SELECT pg_temp.again(); ROLLBACK;
}),
	'warn create_index; block create_index',
	'cached plan, executed under three modes');

# A handler that catches the rejection finds the transaction as it was.
($out, $err) = run_sql(
	$node, q{
	CREATE FUNCTION pg_temp.held() RETURNS text LANGUAGE sql AS $$
		SELECT string_agg(format('%s %s %s', locktype, relation::regclass, mode), ', '
						  ORDER BY locktype, relation, mode)
		FROM pg_locks WHERE pid = pg_backend_pid() $$;
	SET safeddl.mode = block;
	BEGIN;
	SELECT pg_temp.held() AS held \gset
	DO $$
	DECLARE
		statement text;
		count int := 0;
	BEGIN
		FOREACH statement IN ARRAY ARRAY[
			'CREATE INDEX ON big (a)',
			'ALTER TABLE big ALTER a TYPE bigint',
			'ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (4)',
			'REINDEX TABLE big',
			'CLUSTER big USING big_pkey']
		LOOP
			BEGIN
				EXECUTE statement;
			EXCEPTION WHEN prohibited_sql_statement_attempted THEN
				count := count + 1;
			END;
		END LOOP;
		PERFORM set_config('test.rejected', count::text, false);
	END $$;
	SELECT current_setting('test.rejected'), pg_temp.held() = :'held',
		   pg_current_xact_id_if_assigned() IS NULL;
	INSERT INTO big VALUES (0, 0, 0, 'still usable');
	COMMIT;
	DELETE FROM big WHERE id = 0 RETURNING t;
});
is($out, "5|t|t\nstill usable",
	'rejections inside EXCEPTION blocks leave the transaction and its locks alone');
is($err, '', 'and say nothing to the client');

# An event trigger fires after the statement that it belongs to was judged.
is( says(
		$node, q{
	CREATE FUNCTION on_start() RETURNS event_trigger LANGUAGE plpgsql AS
		'BEGIN IF tg_tag = $t$CREATE VIEW$t$ THEN CREATE INDEX gone ON big (a); END IF; END';
	CREATE EVENT TRIGGER on_start ON ddl_command_start EXECUTE FUNCTION on_start();
	BEGIN; CREATE VIEW v AS SELECT 1; ROLLBACK;
	SET safeddl.mode = block;
	CREATE VIEW v AS SELECT 1;
	DROP EVENT TRIGGER on_start;
	DROP FUNCTION on_start;
}),
	'warn create_index; block create_index',
	'DDL in an event trigger');

# What REFRESH CONCURRENTLY does to its temporary tables is nobody's business,
# even where every table counts as large.
$node->safe_psql(
	'postgres', q{
	CREATE MATERIALIZED VIEW mv AS SELECT id, a FROM big;
	CREATE UNIQUE INDEX ON mv (id);
});
is( says(
		$node, q{
	SET safeddl.min_table_size = 0;
	REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
	REFRESH MATERIALIZED VIEW mv;
}),
	'warn refresh_matview',
	'REFRESH MATERIALIZED VIEW: silent CONCURRENTLY, one message without');

said_is('EXPLAIN CREATE TABLE t AS SELECT * FROM big', '', 'EXPLAIN CREATE TABLE AS');
said_is('EXPLAIN ANALYZE CREATE TABLE t AS SELECT * FROM big',
	'', 'EXPLAIN ANALYZE CREATE TABLE AS');
said_is('PREPARE q AS SELECT * FROM big; CREATE TABLE t AS EXECUTE q',
	'', 'CREATE TABLE AS EXECUTE');

# ----------------------------------------------------------------
# The script of an extension: whoever runs it cannot edit it
# ----------------------------------------------------------------

SKIP:
{
	my $dir = $node->config_data('--sharedir') . '/extension';
	skip 'cannot write to the directory of extensions', 3 unless -w $dir;

	my @files = map { "$dir/safeddl_test_ext$_" } ('.control', '--1.sql', '--1--2.sql');
	append_to_file($files[0], "default_version = '1'\n");
	append_to_file($files[1], "CREATE INDEX in_extension ON public.big (a);\n");
	append_to_file($files[2], "ALTER TABLE public.big ALTER b TYPE bigint;\n");

	$offset = log_size($node);
	is( says(
			$node, q{
		SET safeddl.mode = block;
		CREATE EXTENSION safeddl_test_ext;
		ALTER EXTENSION safeddl_test_ext UPDATE TO '2';
		SELECT 'index', 1/(count(*) - 1) FROM pg_class WHERE relname = 'in_extension';
	}),
		'ERROR: division by zero',
		'the script of an extension is never stopped');
	is( join(' ', map { /^verdict=(\w+) rule=(\w+)/ } log_lines($node, $offset)),
		'log create_index log alter_column_type',
		'but each of its findings is logged');

	# what comes after the script is not part of it
	is( says(
			$node, q{
		DROP EXTENSION safeddl_test_ext;
		DROP INDEX CONCURRENTLY in_extension;
		CREATE EXTENSION safeddl_test_ext;
		CREATE INDEX gone2 ON big (b);
		DROP INDEX gone2;
		DROP EXTENSION safeddl_test_ext;
	}),
		'warn create_index; warn drop_index',
		'the statement after it is judged as usual');
	unlink @files;
}

# ----------------------------------------------------------------
# Transaction control, in an aborted transaction, too
# ----------------------------------------------------------------

is( says(
		$node, q{
	SET safeddl.mode = block;
	BEGIN;
	SELECT 1/0;
	CREATE INDEX ON big (a);
	TRUNCATE big;
	ROLLBACK;
	BEGIN;
	CREATE INDEX ON big (a);
	DROP TABLE big;
	COMMIT;
	SELECT 1;
}),
	'ERROR: division by zero'
	  . '; ERROR: current transaction is aborted, commands ignored until end of transaction block' x 2
	  . '; block create_index'
	  . '; ERROR: current transaction is aborted, commands ignored until end of transaction block',
	'in an aborted transaction the server speaks alone');

is( says(
		$node, q{
	BEGIN;
	CREATE INDEX gone ON big (a);
	PREPARE TRANSACTION 'gone';
	ROLLBACK PREPARED 'gone';
	BEGIN;
	SAVEPOINT s;
	CREATE INDEX gone ON big (a);
	ROLLBACK TO s;
	RELEASE s;
	COMMIT;
	RESET ALL;
	DISCARD ALL;
}),
	'warn create_index; warn create_index',
	'PREPARE TRANSACTION, savepoints, RESET ALL, DISCARD ALL');

# The prepared transaction has the lock, not what the session does next.
$node->safe_psql('postgres', 'CREATE TABLE small (a int)');
is( says(
		$node, q{
	BEGIN;
	LOCK TABLE small;
	PREPARE TRANSACTION 'gone';
	ROLLBACK PREPARED 'gone';
	BEGIN;
	SET LOCAL safeddl.mode = off;
	LOCK TABLE small;
	SET LOCAL safeddl.mode = warn;
	UPDATE big SET a = a;
	ROLLBACK;
}),
	'',
	'PREPARE TRANSACTION takes the locks with it');

# LOCK TABLE takes no snapshot, so that a transaction may see what was
# committed while it waited; looking at the table must not take one, either.
is( says(
		$node, q{
	BEGIN;
	LOCK TABLE big, parted;
	SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
	ROLLBACK;
}),
	'', 'SET TRANSACTION after LOCK TABLE');

# CONCURRENTLY in a block is refused by the server, and that is all to be said
said_is('CREATE INDEX CONCURRENTLY ON big (a)',
	'ERROR: CREATE INDEX CONCURRENTLY cannot run inside a transaction block',
	'CREATE INDEX CONCURRENTLY in a block');
is(says($node, 'CREATE INDEX CONCURRENTLY gone ON big (a); REINDEX INDEX CONCURRENTLY gone'),
	'', 'CONCURRENTLY outside of a block');

$node->stop;
done_testing();
