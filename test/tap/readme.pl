# What README.md says of rules and settings is what the server says.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

# rows of the Markdown tables whose first cell is a name in backquotes
my $readme = slurp_file("$FindBin::RealBin/../../README.md");
my %cells;
while ($readme =~ /^\| `([\w.]+)` \|(.*)\|$/mg)
{
	my ($name, $rest) = ($1, $2);
	$cells{$name} = [ map { s/^\s+|\s+$//gr } split /\|/, $rest ];
}

my $node = new_server('readme');
$node->append_conf('postgresql.conf', "safeddl.mode = 'warn'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION safeddl');

my @rules = split /\n/,
  $node->safe_psql('postgres',
	q{SELECT name || ' ' || kind FROM safeddl.rules ORDER BY name});
foreach my $line (@rules)
{
	my ($name, $kind) = split / /, $line, 2;
	is($cells{$name} && $cells{$name}[1], $kind,
		"README has the rule $name, and its kind");
}

my @settings = split /\n/,
  $node->safe_psql('postgres',
	q{SELECT name || '=' || boot_val || '=' || context || '=' || coalesce(unit, '') FROM pg_settings
	  WHERE name LIKE 'safeddl.%' ORDER BY name});
foreach my $line (@settings)
{
	my ($name, $boot, $context, $unit) = split /=/, $line;
	$boot = $boot / 1024 . 'MB' if $unit eq 'kB';
	$boot = $boot / 1000 . 's' if $unit eq 'ms' && $boot > 0;
	$boot = $boot eq '' ? 'empty' : "`$boot`";
	is($cells{$name} && $cells{$name}[0],
		$boot, "README has the setting $name, and its default");
	like($cells{$name} && $cells{$name}[1],
		$context eq 'user' ? qr/anyone/ : qr/superuser/,
		"README says who may set $name");
}

my %known = map { /^(\w+) /; $1 => 1 } @rules;
$known{$_} = 1 foreach map { (split /=/)[0] } @settings;
is_deeply([ grep { !$known{$_} } sort keys %cells ],
	[], 'README has no rule or setting that does not exist');

$node->stop;
done_testing();
