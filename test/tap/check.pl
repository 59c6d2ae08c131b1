# safeddl.check() against reality: every script in test/check_scripts is checked,
# and then run on a copy of the database with the guard at warn.  What it warns
# of, statement by statement, must be what the check has said.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use CheckScripts;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $scripts = "$FindBin::RealBin/../check_scripts";
my $node = new_server('check', conf => 'safeddl.min_table_size = 100kB');
$node->start;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{CHECK_TMP} = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', 'CREATE DATABASE template');
$node->safe_psql('template', 'SET safeddl.mode = off;' . slurp_file("$scripts/setup.sql"));
my $n = 0;
foreach my $file (sort glob("$scripts/*.sql"))
{
	my ($family) = $file =~ m{([^/]+)\.sql$};

	next if $family eq 'setup';
	foreach my $script (read_scripts($file))
	{
		my $database = 'copy' . $n++;
		my @predicted = predicted('template', $script);

		$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template STRATEGY file_copy");
		is_deeply([ observed($database, $script) ], \@predicted, "$family: $script->{name}");
		$node->safe_psql('postgres', "DROP DATABASE $database");
	}
}
cmp_ok($n, '>', 60, "$n scripts");
$node->stop;
done_testing();
