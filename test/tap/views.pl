# The views, with other sessions: who is in the way, an index being built, and
# what is left of one when the statement is cancelled.  See sql/views.sql for
# the rest.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('views', conf => "max_prepared_transactions = 5\nsafeddl.mode = off\n");
my $major = $node->config_data('--version') =~ s/^\D*(\d+).*/$1/sr;
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION safeddl;
	CREATE ROLE alice LOGIN;
	CREATE TABLE "Orders" (id int PRIMARY KEY, note text);
	CREATE TABLE other (id int);
	INSERT INTO "Orders" VALUES (1, 'a'), (2, 'b');
});
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
my $toast = $node->safe_psql('postgres',
	q{SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'Orders'});

# a session with a name; what it runs may have to wait
my %sessions;

sub session
{
	my ($name, @sql) = @_;
	my $session = $sessions{$name};

	if (!$session)
	{
		$session = $sessions{$name} = SafeddlTest->connect($node, $superuser);
		$session->query("SET application_name = '$name'");
	}
	$session->query($_) foreach @sql;
	return $session;
}

# send($name, $sql): without waiting for the end, but until it waits for a lock
sub send_sql
{
	my ($name, $sql) = @_;
	session($name)->put('Q', "$sql\0");
	$node->poll_query_until('postgres',
		"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE application_name = '$name'")
	  or die "$name does not wait";
	return;
}

# cancelled($name): ends the statement that was sent, and says what it said
sub cancelled
{
	my ($name) = @_;
	$node->safe_psql('postgres',
		"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = '$name'");
	return SafeddlTest::brief($sessions{$name}->receive);
}

# the rows of a query, with names in place of pids and without numbers of tables
sub rows
{
	my ($sql, %param) = @_;
	my ($out, $err) = run_sql($node, $sql, %param);
	$out .= $err;
	foreach (split /\n/, $node->safe_psql('postgres',
			"SELECT pid, application_name FROM pg_stat_activity WHERE backend_type = 'client backend'"))
	{
		my ($pid, $name) = split /\|/;
		$out =~ s/\b$pid\b/$name/g if exists $sessions{$name};
	}
	$out =~ s/pg_toast_\d+/pg_toast_N/g;
	return $out;
}

# ----------------------------------------------------------------
# safeddl.blockers
# ----------------------------------------------------------------

my $blockers = q{
	SELECT application, gid, locked, lock_mode, blocks, granted, state,
		ARRAY(SELECT unnest(waits_for) ORDER BY 1 DESC) AS waits_for, query
	FROM safeddl.blockers WHERE relation = '"Orders"'::regclass
	ORDER BY granted DESC, application COLLATE "C" NULLS LAST};

is(rows('SELECT count(*) FROM safeddl.blockers'), '0', 'nobody is in the way');

session('reader', 'BEGIN', 'SELECT * FROM "Orders" FOR SHARE', 'SELECT * FROM "Orders"');
session('writer', 'BEGIN', q{INSERT INTO "Orders" VALUES (3, 'c')}, q{PREPARE TRANSACTION 'it''s mine'});
session('writer', 'BEGIN', 'SELECT 1 FROM other');
send_sql('alter', 'ALTER TABLE "Orders" ADD COLUMN c int');
send_sql('behind', 'SELECT * FROM "Orders"');
my $seen = rows($blockers);
is($seen, <<'ROWS' =~ s/\n\z//r, 'holders, a prepared transaction, and who waits');
reader||"Orders"|RowShareLock|nothing|t|idle in transaction|{}|SELECT * FROM "Orders"
|it's mine|"Orders"|RowExclusiveLock|nothing|t|prepared|{}|
alter||"Orders"|AccessExclusiveLock|reads and writes|f|active|{reader,0}|ALTER TABLE "Orders" ADD COLUMN c int
behind||"Orders"|AccessShareLock|nothing|f|active|{alter}|SELECT * FROM "Orders"
ROWS
is( rows(q{
	SELECT application, since <= clock_timestamp() AND age >= '0' AND age < '1 hour' AS timely, role = current_user OR role IS NULL
	FROM safeddl.blockers WHERE relation IN ('"Orders"'::regclass, 'other'::regclass)
	ORDER BY 1}),
	"alter|t|t\nbehind|t|t\nreader|t|t\nwriter|t|t\n|t|t",
	'since when');
is( rows(q{
	SELECT (SELECT prepared FROM pg_prepared_xacts) = since, role = current_user
	FROM safeddl.blockers WHERE gid IS NOT NULL}),
	't|t', 'of a prepared transaction');
is( rows($blockers, user => 'alice'),
	<<'ROWS' =~ s/\n\z//r, 'what an ordinary role may see');
reader||"Orders"|RowShareLock|nothing|t||{}|<insufficient privilege>
|it's mine|"Orders"|RowExclusiveLock|nothing|t|prepared|{}|
alter||"Orders"|AccessExclusiveLock|reads and writes|f||{reader,0}|<insufficient privilege>
behind||"Orders"|AccessShareLock|nothing|f||{alter}|<insufficient privilege>
ROWS

# the statements end it, one by one
my $statement = q{SELECT statement FROM safeddl.blockers WHERE relation = '"Orders"'::regclass AND };
is(rows($statement . q{application = 'behind'}), 'SELECT pg_cancel_backend(behind)', 'to end a wait');
$node->safe_psql('postgres', $node->safe_psql('postgres', $statement . q{application = 'behind'}));
like(SafeddlTest::brief(session('behind')->receive), qr/^ERROR: canceling statement/, 'it ended');
is(rows($statement . 'gid IS NOT NULL'), q{ROLLBACK PREPARED 'it''s mine'}, 'to end a prepared transaction');
$node->safe_psql('postgres', $node->safe_psql('postgres', $statement . 'gid IS NOT NULL'));
is(rows($statement . q{application = 'reader'}), 'SELECT pg_terminate_backend(reader)', 'to end a holder');
$node->safe_psql('postgres', $node->safe_psql('postgres', $statement . q{application = 'reader'}));
is(SafeddlTest::brief(session('alter')->receive), 'ALTER TABLE', 'nobody is in its way any more');
delete $sessions{reader};
is(rows($blockers), '', 'all gone');

# locks on an index or on TOAST are those of the table
session('index', 'BEGIN', 'ALTER INDEX "Orders_pkey" RENAME TO "Orders key"');
is(rows($blockers), 'index||"Orders_pkey"|ShareUpdateExclusiveLock|nothing|t|idle in transaction|{}|ALTER INDEX "Orders_pkey" RENAME TO "Orders key"',
	'a lock on an index');
session('index', 'ROLLBACK', 'BEGIN', "REINDEX TABLE $toast");
is(rows($blockers), "index||pg_toast.pg_toast_N_index|AccessExclusiveLock|reads and writes|t|idle in transaction|{}|REINDEX TABLE pg_toast.pg_toast_N",
	'a lock on TOAST and its index');
session('index', 'ROLLBACK');

# a row lock holds up a session that holds locks itself
session('row', 'BEGIN', q{UPDATE "Orders" SET note = 'x' WHERE id = 1});
send_sql('row 2', q{UPDATE "Orders" SET note = 'x' WHERE id = 1});
is( rows(q{SELECT application, lock_mode, granted, waits_for FROM safeddl.blockers
		WHERE relation = '"Orders"'::regclass ORDER BY 1}),
	"row|RowExclusiveLock|t|\nrow 2|RowExclusiveLock|t|{row}",
	'one that waits for a row');
session('row', 'COMMIT');
session('row 2')->receive;

# ----------------------------------------------------------------
# safeddl.invalid_indexes
# ----------------------------------------------------------------

my $invalid = q{
	SELECT index, building, pid, phase, reason, statement FROM safeddl.invalid_indexes
	ORDER BY index::text COLLATE "C"};
my $repairs = q{SELECT statement FROM safeddl.invalid_indexes ORDER BY statement COLLATE "C"};

sub repair
{
	my $done = rows($repairs);
	$node->safe_psql('postgres', $_) foreach split /\n/, $node->safe_psql('postgres', $repairs);
	return $done;
}

session('writer', 'COMMIT', 'BEGIN', q{INSERT INTO "Orders" VALUES (5, 'e')});
send_sql('build', 'CREATE INDEX CONCURRENTLY "No te" ON "Orders" (note)');
is(rows($invalid), '"No te"|t|build|waiting for writers before build|it is being built|', 'being built');
is(rows($invalid, user => 'alice'), '"No te"|t|build||it is being built|', 'as others see it');
is( rows(q{SELECT application, lock_mode, granted, waits_for FROM safeddl.blockers
		WHERE relation = '"Orders"'::regclass ORDER BY 1}),
	"build|ShareUpdateExclusiveLock|t|{writer}\nwriter|RowExclusiveLock|t|",
	'and whom it waits for');
like(cancelled('build'), qr/canceling statement/, 'cancelled');
is(rows($invalid), '"No te"|f|||CREATE INDEX CONCURRENTLY did not finish|REINDEX INDEX CONCURRENTLY public."No te"',
	'what is left');
session('writer', 'COMMIT');
repair();
is(rows($invalid), '', 'repaired');

# REINDEX CONCURRENTLY: the copies are left over, that of TOAST too
session('writer', 'BEGIN', q{INSERT INTO "Orders" VALUES (6, 'f')});
send_sql('build', 'REINDEX TABLE CONCURRENTLY "Orders"');
is(rows(q{SELECT count(*), bool_and(building), min(pid), max(pid), count(statement) FROM safeddl.invalid_indexes}),
	'3|t|build|build|0', 'all are being built');
is(rows(q{SELECT count(*), bool_and(building), count(statement) FROM safeddl.invalid_indexes}, user => 'alice'),
	'3|t|0', 'as others see it');
cancelled('build');
session('writer', 'COMMIT');
is(rows($invalid), <<'ROWS' =~ s/\n\z//r, 'copies');
"No te_ccnew"|f|||REINDEX CONCURRENTLY of "No te" did not finish|DROP INDEX CONCURRENTLY public."No te_ccnew"
"Orders_pkey_ccnew"|f|||REINDEX CONCURRENTLY of "Orders_pkey" did not finish|DROP INDEX CONCURRENTLY public."Orders_pkey_ccnew"
pg_toast.pg_toast_N_index_ccnew|f|||REINDEX CONCURRENTLY of pg_toast_N_index did not finish|DROP INDEX CONCURRENTLY pg_toast.pg_toast_N_index_ccnew
ROWS
repair();
is(rows($invalid), '', 'dropped');

# a reader holds it up when it is all but done: the old ones are left over; of
# an index on expressions, too
$node->safe_psql('postgres', q{CREATE INDEX expressions ON "Orders" (lower(note), (id + 1)) WHERE id > 0});
session('reader', 'BEGIN', 'SELECT * FROM "Orders"');
send_sql('build', 'REINDEX INDEX CONCURRENTLY expressions');
is(rows($invalid), 'expressions_ccold|t|build|waiting for readers before marking dead|it is being built|',
	'the old one waits to be dropped');
cancelled('build');
is(rows($invalid), 'expressions_ccold|f|||REINDEX CONCURRENTLY of expressions did not finish|DROP INDEX CONCURRENTLY public.expressions_ccold',
	'the old one');
session('reader', 'COMMIT');
repair();
is(rows($invalid), '', 'dropped');

# DROP INDEX CONCURRENTLY, cancelled in its first wait and in its second
session('reader', 'BEGIN', 'SELECT * FROM "Orders"');
send_sql('build', 'DROP INDEX CONCURRENTLY expressions');
is(rows($invalid), 'expressions|f|build||it is locked, being dropped or rebuilt|', 'being dropped');
session('reader 2', 'BEGIN', 'SELECT * FROM "Orders"');
session('reader', 'COMMIT');
$node->poll_query_until('postgres',
	q{SELECT NOT indislive FROM pg_index WHERE indexrelid = 'expressions'::regclass})
  or die 'still alive';
cancelled('build');
is(rows($invalid), 'expressions|f|||DROP INDEX CONCURRENTLY did not finish|DROP INDEX CONCURRENTLY public.expressions',
	'all but dropped');
send_sql('build', 'DROP INDEX CONCURRENTLY "No te"');
cancelled('build');
session('reader 2', 'COMMIT');
is(repair(), "DROP INDEX CONCURRENTLY public.expressions\nREINDEX INDEX CONCURRENTLY public.\"No te\"",
	'repaired, as it is not known what was to become of it');
is(rows($invalid), '', 'nothing is left');

# an index that was rebuilt in a transaction that has not ended
$node->safe_psql('postgres', q{UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"No te"'::regclass});
session('writer', 'BEGIN', 'REINDEX INDEX "No te"');
is(rows($invalid), '"No te"|f|writer||it is locked, being dropped or rebuilt|', 'no use in doing it twice');
session('writer', 'COMMIT');

# none of them waits for a lock
$node->safe_psql(
	'postgres', q{
	CREATE TABLE parted (id int REFERENCES "Orders") PARTITION BY RANGE (id);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
	CREATE INDEX parted_i ON ONLY parted ((id + 1)) WHERE id > 0;
	CREATE INDEX parted_1_i ON parted_1 ((id + 1)) WHERE id > 0;
	ALTER TABLE parted_1 ADD CHECK (id > 0) NOT VALID;
	CREATE TABLE parted_1_copy (LIKE parted_1);
});
session('writer', 'BEGIN', 'LOCK TABLE "Orders", parted');
is( rows(q{
	SET lock_timeout = '1s';
	SELECT reason, statement FROM safeddl.invalid_indexes;
	SELECT statement FROM safeddl.unvalidated_constraints;
	SELECT relation, invalid_index FROM safeddl.unindexed_foreign_keys;
	SELECT relation, application FROM safeddl.blockers ORDER BY 1}),
	<<'ROWS' =~ s/\n\z//r, 'none waits for a lock');
the partition public.parted_1 or its parent is locked now|
ALTER TABLE public.parted_1 VALIDATE CONSTRAINT parted_1_id_check
parted|
"Orders"|writer
parted|writer
parted_1|writer
ROWS
session('writer', 'COMMIT');

# ----------------------------------------------------------------
# Constraints that some versions have
# ----------------------------------------------------------------

SKIP:
{
	skip 'not in this version', 5 if $major < 18;

	$node->safe_psql(
		'postgres', q{
		CREATE SCHEMA n;
		SET search_path = n, public;
		CREATE EXTENSION btree_gist;
		CREATE TABLE parent (a int, b int);
		CREATE TABLE child () INHERITS (parent);
		-- of another name, but the same constraint
		ALTER TABLE child ADD CONSTRAINT child_a NOT NULL a NOT VALID;
		ALTER TABLE parent ADD CONSTRAINT parent_a NOT NULL a NOT VALID;
		ALTER TABLE child ADD CONSTRAINT child_b NOT NULL b NOT VALID;
		ALTER TABLE parent ADD CONSTRAINT loose CHECK (b > 0) NOT ENFORCED;
		CREATE TABLE ref (id int PRIMARY KEY);
		CREATE TABLE refers (x int, y int) PARTITION BY RANGE (x);
		CREATE TABLE refers_1 PARTITION OF refers FOR VALUES FROM (0) TO (10);
		ALTER TABLE refers ADD CONSTRAINT refers_x FOREIGN KEY (x) REFERENCES ref NOT VALID;
		ALTER TABLE refers ADD CONSTRAINT refers_y FOREIGN KEY (y) REFERENCES ref NOT ENFORCED;
		CREATE TABLE booked (id int, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS));
		CREATE TABLE p1 (x int, at daterange, FOREIGN KEY (x, PERIOD at) REFERENCES booked (id, PERIOD at));
		CREATE TABLE p2 (x int, at daterange, FOREIGN KEY (x, PERIOD at) REFERENCES booked (id, PERIOD at));
		CREATE INDEX ON p2 USING gist (at, x);
		CREATE TABLE p3 (x int, at daterange, FOREIGN KEY (x, PERIOD at) REFERENCES booked (id, PERIOD at));
		CREATE INDEX ON p3 (x);
	});
	my $unvalidated = q{SELECT statement FROM safeddl.unvalidated_constraints WHERE statement ~ ' n\.' ORDER BY 1};
	my $unindexed = q{SELECT statement FROM safeddl.unindexed_foreign_keys WHERE statement ~ ' n\.' ORDER BY 1};

	is( rows($unvalidated),
		<<'ROWS' =~ s/\n\z//r, 'NOT NULL, and what is not enforced is none');
ALTER TABLE n.child VALIDATE CONSTRAINT child_b
ALTER TABLE n.parent VALIDATE CONSTRAINT parent_a
ALTER TABLE n.refers VALIDATE CONSTRAINT refers_x
ROWS
	$node->safe_psql('postgres', $_) foreach split /\n/, rows($unvalidated);
	is(rows($unvalidated), '', 'validated');
	is( $node->safe_psql('postgres',
			q{SELECT count(*) FROM pg_constraint WHERE NOT convalidated AND conenforced AND connamespace = 'n'::regnamespace}),
		'0', 'with all partitions and children');
	is( rows($unindexed), "CREATE INDEX CONCURRENTLY ON n.p1 (x)\nCREATE INDEX ON ONLY n.refers (x)",
		'PERIOD, and what is not enforced needs no index');
	$node->safe_psql('postgres', $_) foreach split /\n/, rows($unindexed);
	is(rows($unindexed), '', 'built');
}

done_testing();
