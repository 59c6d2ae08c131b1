# Judges a mode that must not change a line of any result.
# See Core.pm for the options.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Core;

my $option = options();
my $passed = 0;
my %failed;

foreach my $name (results($option->{base}))
{
	next if unstable($option, $name);
	my $difference = difference(read_file("$option->{base}/results/$name.out"),
		read_file("$option->{run}/results/$name.out"), 3);

	$failed{"$option->{suite} $option->{mode} $name"} = $difference if $difference;
	$passed++ if !$difference;
}

my @complaints = health($option, read_log($option->{run}));

$failed{"$option->{suite} $option->{mode} server log"} = join "\n", @complaints if @complaints;
$passed++ if !@complaints;
finish($passed, %failed);
