# The server log: one line for each decision, and none for anything else but
# the second lines of done.pl.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

# one test is about what was a crash once
my $node = new_server('log', conf => 'restart_after_crash = on');
$node->start;
$node->safe_psql('postgres', BIG);
$node->safe_psql('postgres',
	'CREATE ROLE alice LOGIN; GRANT ALL ON SCHEMA public TO alice; ALTER TABLE big OWNER TO alice');

# What a statement, run in a transaction that is rolled back, leaves in the
# log: everything, or our lines only.
sub logged
{
	my ($sql, %param) = @_;
	my $offset = log_size($node);
	my ($out, $err) = run_sql($node, "BEGIN;\n$sql;\nROLLBACK;", %param);
	return (slurp_file($node->logfile, $offset), $err);
}

# The fields of our only decision, by name; fails if there are more or none.
sub fields
{
	my ($sql, %param) = @_;
	my ($log, $err) = logged($sql, %param);
	my @lines = $log =~ /LOG:  safeddl: (verdict=.*)/g;
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	is(scalar(@lines), 1, "one line: $sql") or return {};

	# the whole line is key=value, in this order
	my $string = qr/"((?:[^"\\]|\\.)*)"/;
	like( $lines[0],
		qr/^verdict=\w+ rule=\w+ relation=$string size=\d+ rows=\d+ lock=\w+ work=$string role=$string others=$string override=$string statement=$string$/,
		'which has all the fields');
	my %field;
	while ($lines[0] =~ /(\w+)=(?:$string|(\S+))/g)
	{
		my ($name, $quoted, $bare) = ($1, $2, $3);
		$field{$name} = defined $quoted ? $quoted =~ s/\\(.)/$1/gr : $bare;
	}
	return { %field, log => $log, stderr => $err };
}

# ----------------------------------------------------------------
# One line, by verdict
# ----------------------------------------------------------------

my $warn = fields('CREATE INDEX ON big (a)', user => 'alice');
my $size = $node->safe_psql('postgres', q(SELECT pg_relation_size('big')));
is( join('|', @{$warn}{qw(verdict rule relation size rows lock work role others override statement)}),
	"warn|create_index|public.big|$size|10000|ShareLock|index build|alice|||CREATE INDEX ON big (a)",
	'warn: every field');
unlike($warn->{log}, qr/STATEMENT:/, 'warn: the server adds no statement');
like($warn->{stderr}, qr/WARNING:  CREATE INDEX/, 'warn: the client is told');

my $block = fields('SET LOCAL safeddl.mode = block; CREATE INDEX ON big (a)');
is($block->{verdict}, 'block', 'block');
is(scalar(() = $block->{log} =~ /STATEMENT:/g), 1, 'block: one STATEMENT, of the ERROR');
like($block->{log}, qr/safeddl: verdict=block.*\n.*ERROR:  CREATE INDEX would.*\n.*DETAIL:.*\n.*HINT:.*\n(?:\t.*\n)*.*STATEMENT:/,
	'block: our line, then the error');

my $log = fields('SET LOCAL safeddl.mode = log; CREATE INDEX ON big (a)');
is("$log->{verdict}|$log->{stderr}", 'log|', 'log: nothing for the client');
unlike($log->{log}, qr/STATEMENT:|WARNING/, 'log: nothing else in the log');

my $override = fields(
	q(SET LOCAL safeddl.mode = block;
	  SET LOCAL safeddl.override = 'create_index on big: OPS-123, said "Bob"';
	  CREATE INDEX ON big (a)));
is("$override->{verdict}|$override->{override}|$override->{stderr}",
	'override|OPS-123, said "Bob"|', 'override: the reason; nothing for the client');

my $rule = fields(q(SET LOCAL safeddl.rules = 'create_index=log'; CREATE INDEX ON big (a)));
is("$rule->{verdict}|$rule->{stderr}", 'log|', 'a rule set to log');

# ----------------------------------------------------------------
# Several findings, still one line
# ----------------------------------------------------------------

my $several = fields('ALTER TABLE big ALTER b TYPE bigint, ADD UNIQUE (a, b), DROP COLUMN t');
is("$several->{rule}|$several->{others}",
	'alter_column_type|add_unique on public.big (warn), drop_column on public.big (warn)',
	'the others by name');
$several = fields(
	q(SET LOCAL safeddl.override = '* on big: OPS-1';
	  ALTER TABLE big ALTER b TYPE bigint, DROP COLUMN t));
is("$several->{verdict}|$several->{rule}|$several->{others}|$several->{override}",
	'override|alter_column_type|drop_column on public.big (override)|OPS-1',
	'all of them overridden');
$several = fields(
	q(SET LOCAL safeddl.override = 'alter_column_type on big: OPS-1';
	  ALTER TABLE big ALTER b TYPE bigint, DROP COLUMN t));
is("$several->{verdict}|$several->{rule}|$several->{others}|$several->{override}",
	'warn|drop_column|alter_column_type on public.big (override)|OPS-1',
	'one of them overridden');
unlike($several->{stderr}, qr/alter_column_type/, 'which the client is not told');

# ----------------------------------------------------------------
# One line, whatever the words
# ----------------------------------------------------------------

my $odd = fields(qq(CREATE INDEX -- not the end: "\n\t"odd\n""name\\" ON big\n\t(lower(E'\\\\' || t || '"\r\n'))));
is( $odd->{statement},
	qq(CREATE INDEX "odd ""name\\" ON big (lower(E'\\\\' || t || '"  '))),
	'comments go, line breaks become blanks, quotes and backslashes are escaped');
unlike($odd->{log} =~ s/.*LOG:  safeddl: (?:verdict=|done ).*//gr, qr/safeddl:/, 'and nothing of it looks like another line');

$node->safe_psql('postgres', q(CREATE TABLE "Odd"" ""table
safeddl: verdict=none" AS SELECT * FROM big));
$odd = fields(qq(CREATE INDEX ON "Odd"" ""table\nsafeddl: verdict=none" (a)));
is($odd->{relation}, qq(public.Odd" "table safeddl: verdict=none), 'the name of a table, too');

my $long = fields("CREATE INDEX ON big ((t || '" . 'x' x 5000 . "'))");
is(length($long->{statement}), 2048 + 3, 'a long statement is cut');
like($long->{statement}, qr/^CREATE INDEX.*xxx\.\.\.$/, 'and says so');

# a character of several bytes is not cut in two
$long = fields("CREATE INDEX ON big ((t || '" . ("\x{c3}\x{a4}" x 3000) . "'))");
like($long->{statement}, qr/^CREATE INDEX ON big \(\(t \|\| '(?:\xc3\xa4)+\.\.\.$/,
	'between two characters');

# or of a length that leaves no room for working on all of it
my $client = SafeddlTest->connect($node);
my $offset = log_size($node);
$client->query('SET safeddl.mode = log; BEGIN');
is( SafeddlTest::brief(
		$client->query('CREATE INDEX ON big (a) /* ' . 'x' x 70_000_000 . ' */')),
	'CREATE INDEX', 'a statement of 70 MB');
is(scalar(() = log_lines($node, $offset)), 1, 'and its line');
$client->query('ROLLBACK');

# several statements in one string: each with its own text, comments left out
$offset = log_size($node);
run_command(
	[
		'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
		'/* one */ CREATE INDEX ON big (a) /* two */; -- three
		DROP INDEX IF EXISTS none; CREATE INDEX ON big (b) ; ROLLBACK'
	]);
is( join('|', map { /statement="(.*)"$/ } log_lines($node, $offset)),
	'CREATE INDEX ON big (a)|CREATE INDEX ON big (b)',
	'the statement alone');

# inside a function it is the statement of the function
my $inner = fields(q(DO 'BEGIN  CREATE INDEX ON big (a) ; END'));
is($inner->{statement}, 'CREATE INDEX ON big (a)', 'the statement inside of DO');
unlike($inner->{log}, qr/CONTEXT:/, 'without a context');

# ----------------------------------------------------------------
# No line
# ----------------------------------------------------------------

foreach my $sql (
	'SET LOCAL safeddl.mode = off; CREATE INDEX ON big (a)',
	q(SET LOCAL safeddl.rules = 'create_index=off'; CREATE INDEX ON big (a)),
	q(SET LOCAL safeddl.min_table_size = '1TB'; CREATE INDEX ON big (a)),
	'ALTER TABLE big ADD COLUMN c int',
	'ALTER TABLE big RENAME a TO c',
	'CREATE TABLE small (a int); CREATE INDEX ON small (a)',
	'CREATE TEMP TABLE tmp AS SELECT * FROM big; CREATE INDEX ON tmp (a)',
	'INSERT INTO big VALUES (0, 0); SELECT count(*) FROM big')
{
	is(join('', logged($sql)), '', "nothing: $sql");
}
foreach my $sql ('CREATE INDEX ON missing (a)', 'CREATE INDEX ON big (missing)',
	'ALTER TABLE big ALTER missing TYPE bigint')
{
	my ($text) = logged($sql);
	unlike($text, qr/safeddl/, "the server's own error alone: $sql");
}
$node->safe_psql('postgres', 'CREATE ROLE stranger LOGIN');
my ($text) = logged('CREATE INDEX ON big (a)', user => 'stranger');
like($text, qr/ERROR:  must be owner of table big/, 'a stranger gets the error of the server');
unlike($text, qr/safeddl/, 'and no line');

# ----------------------------------------------------------------
# What clients ask not to see is logged all the same
# ----------------------------------------------------------------

my $mute = fields('SET LOCAL client_min_messages = error; CREATE INDEX ON big (a)');
is($mute->{stderr}, '', 'client_min_messages = error: the client hears nothing');
is($mute->{verdict}, 'warn', 'and the log has the line');

# ----------------------------------------------------------------
# A role that is no more, but whose session goes on
# ----------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE ROLE leaver LOGIN; GRANT TRUNCATE ON big TO PUBLIC');
my $leaver = SafeddlTest->connect($node, 'leaver');
$node->safe_psql('postgres', 'DROP ROLE leaver');
$offset = log_size($node);
$leaver->query('BEGIN');
is(eval { SafeddlTest::brief($leaver->query('TRUNCATE big')) } // $@,
	'warn truncate; TRUNCATE TABLE', 'a role that was dropped meanwhile');
eval { $leaver->query('ROLLBACK') };
like((log_lines($node, $offset))[0], qr/^verdict=warn rule=truncate .* role="[^"]*"/,
	'and its line');

$node->stop;
done_testing();
