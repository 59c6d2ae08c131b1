# What is left of our looking: no memory, no lock, no transaction ID.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('resources');
$node->start;
$node->safe_psql('postgres', BIG);
$node->safe_psql(
	'postgres', q{
	CREATE TABLE ref (id int PRIMARY KEY);
	INSERT INTO ref SELECT generate_series(0, 99);
	CREATE INDEX big_a ON big (a);
	ALTER TABLE big ADD CONSTRAINT positive CHECK (a >= 0) NOT VALID;
	CREATE TABLE parted (k int NOT NULL, v int) PARTITION BY LIST (k);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
	CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
	CREATE TABLE free (k int NOT NULL, v int);
	INSERT INTO parted SELECT 1 + i % 2, i FROM generate_series(1, 20000) i;
	UPDATE parted SET k = 5 WHERE k = 2;
	INSERT INTO free SELECT 4, i FROM generate_series(1, 10000) i;
	CREATE MATERIALIZED VIEW mv AS SELECT id, t FROM big;
	ANALYZE;
});

# ----------------------------------------------------------------
# Locks
# ----------------------------------------------------------------

# Locks that the transaction has now, by what they are on.  A new relation has
# a new number each time, so those are counted only.
my $held = q{
	SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C")
	FROM (SELECT format('%s %s %s %s', locktype,
						CASE WHEN l.relation IS NULL THEN ''
							 WHEN c.oid < :next_oid THEN c.relname ELSE 'new' END,
						mode, count(*)) AS line
		  FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
		  WHERE pid = pg_backend_pid() AND locktype <> 'object'
			AND c.relname IS DISTINCT FROM 'pg_locks'
		  GROUP BY locktype, l.relation IS NULL,
			CASE WHEN l.relation IS NULL THEN ''
				 WHEN c.oid < :next_oid THEN c.relname ELSE 'new' END, mode) l};
my $next_oid = $node->safe_psql('postgres',
	'SELECT max(oid)::bigint + 1 FROM pg_class');

sub locks_after
{
	my ($mode, $sql) = @_;
	my ($out, $err) = run_sql(
		$node,
		"\\set next_oid $next_oid\nSET safeddl.mode = $mode; BEGIN;\n$sql;\nSET LOCAL safeddl.mode = off;\n$held;\nROLLBACK;");
	return ($out, SafeddlTest::condense($err));
}

my @statements = (
	'CREATE INDEX ON big (b)' => 'create_index',
	'CREATE UNIQUE INDEX ON big (lower(t))' => 'create_index',
	'CREATE INDEX ON parted (v)' => 'create_index',
	'REINDEX INDEX big_a' => 'reindex',
	'REINDEX TABLE big' => 'reindex',
	'ALTER TABLE big ADD COLUMN c float DEFAULT random()' => 'add_column',
	'ALTER TABLE big ADD CHECK (b > 0)' => 'add_check',
	'ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES ref' => 'add_foreign_key',
	'ALTER TABLE big ADD UNIQUE (b)' => 'add_unique',
	'ALTER TABLE big DROP CONSTRAINT big_pkey, ADD PRIMARY KEY (b)' => 'add_primary_key',
	'ALTER TABLE big ADD EXCLUDE (b WITH =)' => 'add_exclude',
	'ALTER TABLE big ALTER b SET NOT NULL' => 'set_not_null',
	'ALTER TABLE big VALIDATE CONSTRAINT positive, ALTER a SET DEFAULT 1' => 'validate_constraint',
	'ALTER TABLE big ALTER b TYPE bigint' => 'alter_column_type',
	'ALTER TABLE parted ALTER v TYPE bigint' => 'alter_column_type',
	'ALTER TABLE big SET UNLOGGED' => 'set_logged',
	'ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (4)' =>
	  'attach_partition attach_partition',
	'CREATE TABLE parted_3 PARTITION OF parted FOR VALUES IN (3)' => 'create_partition',
	'CLUSTER big USING big_a' => 'cluster',
	'REFRESH MATERIALIZED VIEW mv' => 'refresh_matview',
	'TRUNCATE big, parted' => 'truncate truncate',
	'DROP INDEX big_a' => 'drop_index',
	'DROP TABLE big CASCADE' => undef,
	'DROP TABLE parted' => 'drop_table',
	'ALTER TABLE big DROP COLUMN b' => 'drop_column',

	# silent ones
	'CREATE TABLE child () INHERITS (big)' => '',
	'CREATE TABLE t (r int REFERENCES ref)' => '',
	'ALTER TABLE big RENAME a TO z' => '',
	'ALTER TABLE big SET (fillfactor = 50)' => '',
	'CREATE TRIGGER tr BEFORE UPDATE ON big EXECUTE FUNCTION suppress_redundant_updates_trigger()' => '',
	'LOCK TABLE ref' => '');

while (my ($sql, $rules) = splice(@statements, 0, 2))
{
	my ($off) = locks_after('off', $sql);
	my ($warn, $said) = locks_after('warn', $sql);
	is($warn, $off, "locks: $sql");
	is($said, $rules eq '' ? '' : "warn $rules", "said: $sql") if defined $rules;

	# A rejection, caught by a savepoint, leaves nothing at all.
	my ($block, $rejection) = locks_after('block', "SAVEPOINT s; $sql; ROLLBACK TO s");
	my ($none) = locks_after('off', "SAVEPOINT s; SELECT; ROLLBACK TO s");
	is($block, $none, "locks after a rejection: $sql") if $rejection =~ /^block/;
}

# DETACH PARTITION is guarded for tables with a foreign key only; what matters
# here is that footprint() leaves nothing, either.
$node->safe_psql('postgres', 'SET safeddl.mode = off; CREATE EXTENSION safeddl');
my $query = q{SELECT count(*) > 0 FROM safeddl.footprint('ALTER TABLE parted DETACH PARTITION parted_1')};
my ($without) = locks_after('warn', 'SELECT true');
my ($with) = locks_after('warn', $query);
is($with, $without, 'locks after footprint()');

# ----------------------------------------------------------------
# Transaction IDs
# ----------------------------------------------------------------

is( join('|', run_sql(
			$node, q{
	SET safeddl.mode = block;
	BEGIN;
	SAVEPOINT s;
	CREATE INDEX ON big (b);
	ROLLBACK TO s;
	SELECT count(*) > 1 FROM safeddl.footprint('DROP TABLE big CASCADE');
	SELECT pg_current_xact_id_if_assigned() IS NULL;
	COMMIT})) =~ s/\|.*//sr,
	"t\nt", 'no transaction ID for looking');

# ----------------------------------------------------------------
# Memory
# ----------------------------------------------------------------

# A loop runs its statements in contexts that live as long as the loop; the
# first round fills the caches, the second must not need more.
my ($out, $err) = run_sql(
	$node, q{
	SET client_min_messages = error;
	CREATE FUNCTION pg_temp.memory() RETURNS bigint LANGUAGE sql AS
		'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
	CREATE FUNCTION pg_temp.rounds(rounds int) RETURNS int LANGUAGE plpgsql AS $$
	DECLARE
		count int := 0;
	BEGIN
		FOR i IN 1 .. rounds LOOP
			BEGIN
				CREATE INDEX ON big (b);
			EXCEPTION WHEN prohibited_sql_statement_attempted THEN
				count := count + 1;
			END;
			BEGIN
				ALTER TABLE big ALTER b TYPE bigint, ADD UNIQUE (b);
			EXCEPTION WHEN prohibited_sql_statement_attempted THEN
				count := count + 1;
			END;
			BEGIN
				ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (4);
			EXCEPTION WHEN prohibited_sql_statement_attempted THEN
				count := count + 1;
			END;
			BEGIN
				-- judged, let pass, refused by the server
				ALTER TABLE big ADD CHECK (no_such_column > 0);
			EXCEPTION WHEN undefined_column THEN
				count := count + 1;
			END;
		END LOOP;
		RETURN count;
	END $$;
	SET safeddl.mode = block;
	SELECT pg_temp.rounds(500);
	SELECT pg_temp.memory() AS before \gset
	SELECT pg_temp.rounds(4500);
	SELECT pg_temp.memory() - :before;
});
my ($first, $second, $growth) = split /\n/, $out;
is("$first|$second", '2000|18000', 'twenty thousand statements in one connection');
cmp_ok($growth, '<', 256 * 1024, 'memory: all statements in one session');
note("memory grew by $growth bytes");

# The same inside of one statement, where nothing is freed before its end, for
# statements that are let pass.  What the server itself keeps is known from the
# same run with the guard switched off.
sub growth
{
	my ($mode) = @_;
	my ($out, $err) = run_sql(
		$node, qq{
		SET safeddl.mode = $mode;
		SET safeddl.min_table_size = 0;
		SET safeddl.rules = 'backfill_under_held_lock=off';
		CREATE TEMP TABLE grows (bytes bigint);
		DO \$\$
		BEGIN
			FOR i IN 1 .. 1000 LOOP
				LOCK TABLE big;
				DROP TRIGGER IF EXISTS none ON big;
				-- a finding, which costs no time in a table without rows
				ALTER TABLE empty ALTER a SET NOT NULL;
				ALTER TABLE empty ALTER a DROP NOT NULL;
				IF i % 500 = 0 THEN
					INSERT INTO grows SELECT sum(total_bytes) FROM pg_backend_memory_contexts;
				END IF;
			END LOOP;
		END \$\$;
		SELECT max(bytes) - min(bytes) FROM grows});
	return $out;
}
$node->safe_psql('postgres', 'CREATE TABLE empty (a int)');
my $offset = log_size($node);
my ($guarded, $unguarded) = map { growth($_) } qw(log off);
is(scalar(() = log_lines($node, $offset)), 1000, 'a thousand findings in one statement');
cmp_ok($guarded - $unguarded, '<', 64 * 1024, 'memory: all in one statement');
note("memory grew by $guarded bytes, and by $unguarded with the guard off");

$node->stop;
done_testing();
