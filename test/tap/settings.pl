# Who may set what.  safeddl.mode can be raised by anyone and lowered by a
# superuser, or by whom a superuser lets; all other settings are a superuser's.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $node = new_server('settings', conf => <<'CONF');
safeddl.min_table_rows = 0
safeddl.rules = ''
CONF
$node->start;
$node->safe_psql('postgres', BIG);
$node->safe_psql(
	'postgres', q{
	CREATE ROLE alice LOGIN;
	CREATE ROLE bob LOGIN;
	GRANT ALL ON SCHEMA public TO alice, bob;
	ALTER TABLE big OWNER TO alice;
	GRANT alice TO bob;
	CREATE SCHEMA helpers;
	GRANT USAGE ON SCHEMA helpers TO PUBLIC;
	-- what would the guard do in this session?
	CREATE FUNCTION helpers.verdict() RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		SET LOCAL client_min_messages = error;
		BEGIN
			CREATE INDEX ON public.big (a);
			RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
		EXCEPTION
			WHEN prohibited_sql_statement_attempted THEN RETURN 'block';
			WHEN SQLSTATE 'ZZZZZ' THEN RETURN 'pass';
		END;
	END $$;
});

# What a session of $user sees after $sql: "what it was told|SHOW|verdict", or
# what kept it from logging in.
sub as
{
	my ($user, $sql, $options) = @_;
	local $ENV{PGOPTIONS} = $options if defined $options;
	my ($out, $err) = run_sql($node,
		"$sql\n;\n\\o\nSELECT current_setting('safeddl.mode'), helpers.verdict();",
		user => $user);
	my $said = SafeddlTest::condense($err);

	return $said =~ s/^psql: error: .*?FATAL:  /FATAL: /sr =~ s/\n.*//sr
	  if $said =~ /FATAL/;
	return join('|', grep { $_ ne '' } $said, (split /\n/, $out)[-1]);
}

sub denied
{
	my ($from, $to) = @_;
	return qq(ERROR: permission denied to lower "safeddl.mode" from "$from" to "$to");
}
my $denied_to_store =
  'ERROR: permission denied to store a value of "safeddl.mode" other than "block"';

# ----------------------------------------------------------------
# safeddl.mode, as configured: warn
# ----------------------------------------------------------------

is(as('alice', ''), 'warn|pass', 'as configured');
is(as('alice', 'SET safeddl.mode = block'), 'block|block', 'anyone may raise it');
foreach my $lower (qw(off log))
{
	is( as('alice', "SET safeddl.mode = $lower"),
		denied('warn', $lower) . '|warn|pass', "SET $lower");
	is( as('alice', "SELECT set_config('safeddl.mode', '$lower', false) \\g /dev/null\n"),
		denied('warn', $lower) . '|warn|pass', "set_config() to $lower");
	is( as('alice', '', "-c safeddl.mode=$lower"),
		'FATAL: ' . substr(denied('warn', $lower), 7), "PGOPTIONS to $lower");
}
is( as('alice', 'SET safeddl.mode = block; SET safeddl.mode = warn'),
	denied('block', 'warn') . '|block|block',
	'not even back to what was configured by SET');
is(as('alice', 'SET safeddl.mode = block; RESET safeddl.mode'),
	'warn|pass', 'RESET goes back to what was configured');
is(as('alice', 'SET safeddl.mode = block; SET safeddl.mode TO DEFAULT'),
	'warn|pass', 'and so does SET TO DEFAULT');
is(as('alice', "SET safeddl.mode = block;\nRESET ALL"), 'warn|pass', 'and RESET ALL');
is(as('alice', "SET safeddl.mode = block;\nDISCARD ALL"), 'warn|pass', 'and DISCARD ALL');
is( as('alice', "BEGIN; SET LOCAL safeddl.mode = block;\nCOMMIT"),
	'warn|pass', 'SET LOCAL ends with its transaction');
is( as('alice', 'BEGIN; SAVEPOINT s; SET safeddl.mode = block; ROLLBACK TO s; COMMIT'),
	'warn|pass', 'and a SET with the rollback of its savepoint');
is( as('alice', "BEGIN; SET LOCAL safeddl.mode = off;\nROLLBACK"),
	denied('warn', 'off') . '|warn|pass',
	'SET LOCAL may not lower it');
is(as('alice', '', '-c safeddl.mode=block'), 'block|block', 'PGOPTIONS may raise it');
is( as('alice', "SET safeddl.mode = 'no such level'"),
	'ERROR: invalid value for parameter "safeddl.mode": "no such level"|warn|pass',
	'a level that does not exist');

# SET clauses of functions, of one's own and of others
is( as( 'alice', q{
	CREATE FUNCTION loose() RETURNS text LANGUAGE sql SET safeddl.mode = off AS
		'SELECT helpers.verdict()'}),
	"$denied_to_store|warn|pass",
	'SET clause of an own function, lower');
is( as( 'alice', q{
	CREATE FUNCTION pg_temp.tight() RETURNS text LANGUAGE sql SET safeddl.mode = block AS
		'SELECT helpers.verdict()';
	SELECT 1/(pg_temp.tight() = 'block')::int}),
	'warn|pass',
	'SET clause of an own function, higher: until it returns');
$node->safe_psql(
	'postgres', q{
	CREATE FUNCTION helpers.loose() RETURNS text LANGUAGE sql SET safeddl.mode = off AS
		'SELECT current_setting($$safeddl.mode$$)';
	CREATE FUNCTION helpers.definer() RETURNS text LANGUAGE sql
		SECURITY DEFINER SET safeddl.mode = off AS
		'SELECT current_setting($$safeddl.mode$$)';
	CREATE FUNCTION helpers.persists() RETURNS text LANGUAGE sql SECURITY DEFINER AS
		'SELECT set_config($$safeddl.mode$$, $$off$$, false)';
});
is(as('alice', 'SELECT helpers.loose()'),
	denied('warn', 'off') . '|warn|pass', q(SET clause of a superuser's function));
is(as('alice', "SELECT 1/(helpers.definer() = 'off')::int"),
	'warn|pass', 'SECURITY DEFINER with a SET clause: until it returns');
is(as('alice', 'SELECT helpers.persists()'),
	'off|pass', 'SECURITY DEFINER that calls set_config(): stays, as any setting would');

# Roles that come and go in a session: it is the current one that counts.
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
is(as($superuser, 'SET safeddl.mode = off'), 'off|pass', 'a superuser may lower it');
is( as($superuser, 'SET ROLE alice; SET safeddl.mode = off; RESET ROLE'),
	denied('warn', 'off') . '|warn|pass',
	'SET ROLE to an ordinary user');
is( as($superuser, 'SET SESSION AUTHORIZATION alice; SET safeddl.mode = off'),
	denied('warn', 'off') . '|warn|pass',
	'SET SESSION AUTHORIZATION to an ordinary user');
is(as($superuser, '', '-c safeddl.mode=off'), 'off|pass', 'PGOPTIONS of a superuser');
is( as($superuser, "BEGIN;\nSELECT 1/0;\nSET safeddl.mode = off;\nROLLBACK") =~ s/.*;//r,
	' ERROR: current transaction is aborted, commands ignored until end of transaction block|warn|pass',
	'SET in an aborted transaction');

# ----------------------------------------------------------------
# Stored values: ALTER ROLE, ALTER DATABASE
# ----------------------------------------------------------------

foreach my $value (qw(off log warn))
{
	is( as('alice', "ALTER ROLE alice SET safeddl.mode = $value"),
		"$denied_to_store|warn|pass", "ALTER ROLE of oneself to $value");
}
is( as('alice', "ALTER ROLE alice SET safeddl.mode = block;\n\\c"),
	'block|block', 'ALTER ROLE of oneself to block');
$node->safe_psql('postgres', 'ALTER ROLE alice RESET safeddl.mode');

# A superuser's fence around one role
$node->safe_psql('postgres', 'ALTER ROLE alice SET safeddl.mode = block');
is(as('alice', ''), 'block|block', 'set by a superuser for the role');
is(as('bob', ''), 'warn|pass', 'other roles are not concerned');
is(as('bob', 'SET ROLE alice'), 'warn|pass', 'the settings of a role come with its login');
is(as('alice', "SET safeddl.mode = $_"), denied('block', $_) . '|block|block', "SET $_")
  foreach qw(off log warn);
is(as('alice', $_), 'block|block', $_)
  foreach 'RESET safeddl.mode', 'RESET ALL', "\n;DISCARD ALL", 'SET safeddl.mode TO DEFAULT';

# PGOPTIONS is read before the role's settings and takes precedence over them.
# What is no lower than the file's value passes at first, and must not loosen.
foreach my $options ('-c safeddl.mode=warn', '--safeddl.mode=warn')
{
	like(as('alice', '', $options), qr/\|block$/, "PGOPTIONS $options does not loosen it");
	like(as('alice', $_, $options), qr/\|block$/, "PGOPTIONS $options, then $_")
	  foreach 'SET safeddl.mode = warn',
	  'SET safeddl.mode = block; SET safeddl.mode = warn', 'RESET safeddl.mode', 'RESET ALL',
	  "\n;DISCARD ALL", "BEGIN; SET LOCAL safeddl.mode = warn; ROLLBACK",
	  "SELECT set_config('safeddl.mode', 'warn', false)";
}
like(as('alice', '', '-c safeddl.mode=off'), qr/^FATAL: /, 'PGOPTIONS off');
is(as('alice', '', '-c safeddl.mode=block'), 'block|block', 'PGOPTIONS block');

# As this setting is anyone's to set, the server itself would let a role drop
# what was stored for it.
my $denied_to_reset = 'ERROR: permission denied to reset "safeddl.mode"|block|block';
is(as('alice', "$_;\n\\c"), $denied_to_reset, $_)
  foreach 'ALTER ROLE alice RESET safeddl.mode',
  'ALTER ROLE alice RESET ALL',
  'ALTER ROLE CURRENT_USER RESET ALL',
  'ALTER ROLE alice RESET "Safeddl.Mode"',
  'ALTER ROLE alice SET safeddl.mode TO DEFAULT',
  q(DO 'BEGIN ALTER ROLE alice RESET ALL; END');
is( as('alice', "SET safeddl.mode = block; ALTER ROLE alice SET safeddl.mode FROM CURRENT;\n\\c"),
	'block|block', 'ALTER ROLE SET FROM CURRENT');
is( as('alice', "BEGIN; SELECT 1/0; ALTER ROLE alice RESET ALL; ROLLBACK"),
	'ERROR: division by zero; ERROR: current transaction is aborted, commands ignored until end of transaction block|block|block',
	'ALTER ROLE RESET in an aborted transaction');
is(as('alice', "ALTER ROLE alice SET work_mem = '1MB'; ALTER ROLE alice RESET work_mem;\n\\c"),
	'block|block', 'other settings of the role are its own');
is(as('alice', "ALTER ROLE alice IN DATABASE postgres RESET ALL;\n\\c"),
	'block|block', 'where nothing is stored, RESET ALL is no harm');
$node->safe_psql('postgres', 'ALTER ROLE alice RESET safeddl.mode');
is(as('alice', "ALTER ROLE alice SET safeddl.mode = block;\n\\c"),
	'block|block', 'who stores it for oneself');
is(as('alice', "ALTER ROLE alice RESET safeddl.mode;\n\\c"),
	$denied_to_reset, 'cannot take it back, either');
$node->safe_psql('postgres', 'ALTER ROLE alice RESET safeddl.mode');

# A database; only its owner may drop what is stored for it
$node->safe_psql('postgres', 'ALTER DATABASE postgres SET safeddl.mode = block');
is(as('alice', ''), 'block|block', 'ALTER DATABASE SET');
is( as('alice', "ALTER DATABASE postgres RESET safeddl.mode;\n\\c") =~ s/must be owner of database postgres/permission denied to reset "safeddl.mode"/r,
	$denied_to_reset, 'which alice cannot reset');
like(as('alice', '', '-c safeddl.mode=warn'), qr/\|block$/, 'and PGOPTIONS does not loosen');
$node->safe_psql('postgres', 'ALTER ROLE alice SET safeddl.mode = log');
is(as('alice', ''), 'log|pass', q(a superuser's exception for a role));
is(as('alice', 'SET safeddl.mode = off'),
	denied('log', 'off') . '|log|pass', 'goes as far as it says');
is(as('alice', 'SET safeddl.mode = block; RESET safeddl.mode'),
	'log|pass', 'and RESET returns to it');
$node->safe_psql('postgres',
	'ALTER ROLE alice IN DATABASE postgres SET safeddl.mode = block');
is(as('alice', ''), 'block|block', 'ALTER ROLE IN DATABASE comes first');
like(as('alice', '', '-c safeddl.mode=warn'), qr/^FATAL: |\|block$/,
	'before PGOPTIONS as well');
$node->safe_psql(
	'postgres', q{
	ALTER ROLE alice IN DATABASE postgres RESET ALL;
	ALTER ROLE alice RESET ALL;
	ALTER DATABASE postgres RESET ALL;
});

$node->safe_psql('postgres', 'CREATE DATABASE owned OWNER alice');
is( as('alice', 'ALTER DATABASE owned SET safeddl.mode = off'),
	"$denied_to_store|warn|pass",
	'the owner of a database may not store less');
is( as('alice', 'ALTER DATABASE owned SET safeddl.mode = block'), 'warn|pass',
	'but block');
is( as('alice', "ALTER DATABASE owned $_"),
	'ERROR: permission denied to reset "safeddl.mode"|warn|pass',
	"nor drop what is stored: $_")
  foreach 'RESET safeddl.mode', 'RESET ALL';

# Delegation
SKIP:
{
	skip 'GRANT SET ON PARAMETER came with version 15', 8
	  if $node->safe_psql('postgres', 'SHOW server_version_num') < 150000;

	$node->safe_psql('postgres',
		'GRANT SET ON PARAMETER safeddl.mode, safeddl.override TO bob');
	is(as('bob', 'SET safeddl.mode = off'), 'off|pass', 'GRANT SET: SET');
	is(as('bob', '', '-c safeddl.mode=off'), 'off|pass', 'GRANT SET: PGOPTIONS');
	is(as('bob', "ALTER ROLE bob SET safeddl.mode = off;\n\\c"),
		'off|pass', 'GRANT SET: ALTER ROLE of oneself');
	is(as('bob', "ALTER ROLE bob RESET safeddl.mode;\n\\c"),
		'warn|pass', 'GRANT SET: and back');
	$node->safe_psql('postgres', 'ALTER ROLE bob SET safeddl.mode = off');
	is( as('bob', "SET safeddl.override = 'create_index on big: OPS-1'"),
		'off|pass', 'GRANT SET: safeddl.override');
	is( as('bob', "SET safeddl.rules = 'create_index=off'"),
		'ERROR: permission denied to set parameter "safeddl.rules"|off|pass',
		'but no other setting');
	is(as('bob', 'SET ROLE alice; SET safeddl.mode = block; SET safeddl.mode = off'),
		denied('block', 'off') . '|block|block', 'GRANT SET is not inherited backwards');
	$node->safe_psql(
		'postgres', q{
		ALTER ROLE bob RESET ALL;
		REVOKE SET ON PARAMETER safeddl.mode, safeddl.override FROM bob;
	});
	is(as('bob', 'SET safeddl.mode = off'),
		denied('warn', 'off') . '|warn|pass', 'REVOKE');
}

# ----------------------------------------------------------------
# All other settings
# ----------------------------------------------------------------

my %loose = (
	'safeddl.min_table_size' => '1TB',
	'safeddl.min_table_rows' => '1000000000',
	'safeddl.rules' => 'create_index=off',
	'safeddl.override' => 'create_index on *: because',);
$node->safe_psql('postgres', 'ALTER DATABASE postgres SET safeddl.mode = block');
foreach my $name (sort keys %loose)
{
	my $value = $loose{$name};
	my $no = "ERROR: permission denied to set parameter \"$name\"|block|block";
	my $option = "-c $name=" . $value =~ s/ /\\ /gr;

	is(as('alice', "SET $name = '$value'"), $no, "SET $name");
	is(as('alice', "BEGIN; SET LOCAL $name = '$value'; ROLLBACK"), $no, "SET LOCAL $name");
	is(as('alice', "SELECT set_config('$name', '$value', false)"), $no, "set_config() $name");
	is(as('alice', "ALTER ROLE alice SET $name = '$value'"), $no, "ALTER ROLE SET $name");
	is( as('alice', "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET $name = '$value' AS 'SELECT 1'"),
		$no, "CREATE FUNCTION SET $name");
	is( as('alice', '', $option),
		"FATAL: permission denied to set parameter \"$name\"",
		"PGOPTIONS $name");
	is(as($superuser, '', $option) =~ s/.*\|//r,
		$name =~ /rows/ ? 'block' : 'pass',
		"PGOPTIONS $name of a superuser");

	# what a superuser has set for alice, she cannot get rid of
	$node->safe_psql('postgres', "ALTER ROLE alice SET $name = '$value'");
	is( as('alice', "$_;\n\\c") =~ s/.*\|//r,
		$name =~ /rows/ ? 'block' : 'pass',
		"$name as set by a superuser, after $_")
	  foreach "RESET $name", 'ALTER ROLE alice RESET ALL';
	is( as('alice', "ALTER ROLE alice RESET $name"),
		"ERROR: permission denied to set parameter \"$name\"|block|"
		  . ($name =~ /rows/ ? 'block' : 'pass'),
		"ALTER ROLE alice RESET $name");
	$node->safe_psql('postgres', "ALTER ROLE alice RESET $name");
}
$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET ALL');

# Names with our prefix that do not exist
is( as('alice', 'SET safeddl.moode = off'),
	'ERROR: invalid configuration parameter name "safeddl.moode"|warn|pass',
	'misspelt: SET');
is( as('alice', '', '-c safeddl.moode=off'),
	'FATAL: invalid configuration parameter name "safeddl.moode"',
	'misspelt: PGOPTIONS');
is( as('alice', 'ALTER ROLE alice SET safeddl.moode = off'),
	'ERROR: invalid configuration parameter name "safeddl.moode"|warn|pass',
	'misspelt: ALTER ROLE');

# Values that make no sense are refused, with what would make some
sub complaint
{
	my ($sql) = @_;
	my ($out, $err) = run_sql($node, $sql);
	return $err =~ s/^psql:[^\n]*?: //rm =~ s/Rules are: add_check, .*/LIST/rs
	  if $err =~ s/Rules are: create_index, .*, [a-z_]+\.$/LIST/m || 1;
}
is(complaint("SET safeddl.rules = 'no_such=block'"), <<'OUT' =~ s/\n$//r, 'no such rule');
ERROR:  invalid value for parameter "safeddl.rules": "no_such=block"
DETAIL:  There is no rule "no_such".
HINT:  LIST
OUT
is(complaint("SET safeddl.rules = 'create_index=loud'"), <<'OUT' =~ s/\n$//r, 'no such level');
ERROR:  invalid value for parameter "safeddl.rules": "create_index=loud"
DETAIL:  "loud" is not a level.
HINT:  Levels are: off, log, warn, block.
OUT
is(complaint("SET safeddl.rules = 'create_index'"), <<'OUT' =~ s/\n$//r, 'no level');
ERROR:  invalid value for parameter "safeddl.rules": "create_index"
DETAIL:  "create_index" is not of the form rule=level.
HINT:  For example: drop_column=off, create_index=block.
OUT
my %overrides = (
	'create_index' => 'The word "on" and a table must follow the rule.',
	'create_index on big' => 'A colon and a reason must follow the table.',
	'create_index on big: ' => 'A colon and a reason must follow the table.',
	'no_such on big: OPS-1' => 'There is no rule "no_such".',
	'* on a.b.c: OPS-1' => '"a.b.c" is not a table name.',
	'* on "a: OPS-1' => 'A colon and a reason must follow the table.',
	': OPS-1' => 'The word "on" and a table must follow the rule.',);
foreach my $value (sort keys %overrides)
{
	like( complaint("SET safeddl.override = '$value'"),
		qr/^ERROR: .*\nDETAIL:  \Q$overrides{$value}\E\nHINT:  Write '<rule or \*> on <table or \*>: <reason>', for example 'create_index on orders: OPS-123'\.  LIST$/,
		"safeddl.override = '$value'");
}

# Values that do
is(as($superuser, "SET safeddl.mode = block; $_"), 'block|pass', $_)
  foreach "SET safeddl.rules = 'create_index=off'",
  "SET safeddl.rules = ' Create_Index = OFF , drop_table=block,'",
  'SET safeddl.rules = "create_index=warn", "drop_table=off"',
  "SET safeddl.override = 'create_index on big: OPS-1'",
  "SET safeddl.override = 'CREATE_INDEX ON public.big: OPS-1'",
  "SET safeddl.override = '  *  on  Big  :  OPS-1'",
  q(SET safeddl.override = '* on "public"."big":OPS-1'),
  "SET safeddl.override = '* on *: OPS-1'";
is(as($superuser, "SET safeddl.mode = block; $_"), 'block|block', $_)
  foreach "SET safeddl.rules = ''",
  "SET safeddl.rules = 'create_index=off, create_index=block'",
  "SET safeddl.override = ''",
  "SET safeddl.override = 'create_index on other: OPS-1'",
  "SET safeddl.override = 'reindex on big: OPS-1'",
  q(SET safeddl.override = '* on "Big": OPS-1'),
  q(SET safeddl.override = '* on "big: x": OPS-1');
is( as($superuser, "SET safeddl.rules = 'create_index=block'"), 'warn|block',
	'a rule may be stricter than the mode');
is( as($superuser, "SET safeddl.mode = off; SET safeddl.rules = 'create_index=block'"),
	'off|pass', 'but off is off');

# ----------------------------------------------------------------
# The configuration file, as sessions go on
# ----------------------------------------------------------------

my %session = map {
	$_ => $node->background_psql(
		'postgres', extra_params => [ '-U', 'alice' ], on_error_stop => 0)
} qw(plain raised);
$session{raised}->query('SET safeddl.mode = block');

sub reload
{
	my (%settings) = @_;
	$node->adjust_conf('postgresql.conf', $_, $settings{$_}) foreach keys %settings;
	$node->reload;
	# sessions read it when they are next asked something
	my ($name) = keys %settings;
	foreach my $s (values %session)
	{
		for (1 .. 100)
		{
			last if $s->query("SELECT setting || coalesce(unit, '') FROM pg_settings WHERE name = 'safeddl.min_table_rows'") eq $settings{'safeddl.min_table_rows'};
			select(undef, undef, undef, 0.05);
		}
	}
	return join(' ',
		map { $_ . ':' . $session{$_}->query("SELECT current_setting('safeddl.mode'), helpers.verdict()") }
		  sort keys %session);
}
# safeddl.min_table_rows only shows that the reload has arrived
is(reload('safeddl.mode' => 'off', 'safeddl.min_table_rows' => 1000000001),
	'plain:off|pass raised:block|block', 'reload lowers it, but not what a session has raised');
is( $session{plain}->query('SET safeddl.mode = log; SHOW safeddl.mode'),
	'log', 'raised from off');
is( reload('safeddl.mode' => 'block', 'safeddl.min_table_rows' => 1000000002),
	'plain:log|pass raised:block|block',
	'what a session has set stays, as with any setting');
is( $session{plain}->query("RESET safeddl.mode; SELECT current_setting('safeddl.mode'), helpers.verdict()"),
	'block|block', 'until RESET');
is( reload('safeddl.min_table_size' => "'1GB'", 'safeddl.min_table_rows' => 1000000003),
	'plain:block|pass raised:block|pass', 'reload of safeddl.min_table_size');
is( reload('safeddl.rules' => "'create_index=loud'",
		'safeddl.min_table_size' => "'64kB'",
		'safeddl.min_table_rows' => 1000000004),
	'plain:block|block raised:block|block',
	'a wrong value in the file is left out');
ok( slurp_file($node->logfile) =~
	  /LOG:  invalid value for parameter "safeddl.rules": "create_index=loud"/,
	'and the log says so');
is( reload('safeddl.rules' => "''", 'safeddl.mode' => 'warn', 'safeddl.min_table_rows' => 0),
	'plain:warn|pass raised:block|block', 'as it was');
$_->quit foreach values %session;

# ----------------------------------------------------------------
# Parallel workers get the settings of their leader
# ----------------------------------------------------------------

my $force = $node->safe_psql('postgres',
	q(SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')));
foreach my $sql ('', 'SET safeddl.mode = block', 'SET safeddl.mode = block; SET safeddl.mode TO DEFAULT')
{
	my ($out, $err) = run_sql(
		$node, qq{
		$sql;
		SET $force = on;
		SET min_parallel_table_scan_size = 0;
		SET parallel_setup_cost = 0;
		SET parallel_tuple_cost = 0;
		EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT sum(a) FROM big;
		SELECT sum(a) FROM big}, user => 'alice');
	like($out, qr/Workers Launched: [1-9].*^495000$/ms, "parallel query after '$sql'");
	is($err, '', 'without a word');
}
# raised by a role that may not lower it, beyond what the workers start with
$node->safe_psql('postgres', 'ALTER ROLE alice SET safeddl.mode = off');
my ($out, $err) = run_sql(
	$node, qq{
	SHOW safeddl.mode;
	SET $force = on;
	SELECT sum(a) FROM big}, user => 'alice');
is("$out|$err", "off\n495000|", 'parallel query of a role that was exempted');

$node->stop;
done_testing();
