# Runs the statements of a mix (see mix.sql) in one connection, each as soon as
# its share of the time has passed and the one before it is done.
#
# usage: mix.pl mix.sql seconds none|guard >attempts
#
# Prints for each attempt, separated by tabs: when it began, when it ended, its
# outcome (done, rejected, queue, timeout, aborted or the SQLSTATE), the rule
# expected to reject it, "-" if none, and the statement. Complains of each
# statement that did not end as it should, without safeddl ("none": all of them
# are done) or with it, and then exits with 1.

use strict;
use warnings;

use IPC::Open3;
use Time::HiRes qw(sleep time);

my ($file, $seconds, $guard) = @ARGV;
$guard = $guard eq 'guard';
my $surprises = 0;
$| = 1;

# What psql says on standard error alone, so that nothing overtakes anything
open my $null, '>', '/dev/null' or die $!;
my $psql = open3(my $in, '>&' . fileno($null), my $err = Symbol::gensym(), qw(psql -X -q));
$in->autoflush(1);

# ask($statement): its SQLSTATE, and everything that was said meanwhile
sub ask
{
	my ($statement) = @_;
	my $said = '';

	print $in "$statement\n\\warn \@ :SQLSTATE\n";
	while (my $line = <$err>)
	{
		return ($1, $said) if $line =~ /^@ (\w+)/;
		$said .= $line;
	}
	die "psql has ended: $said";
}

# The third connection: it has read, and now it is idle in transaction.
sub leave_open
{
	my ($seconds) = @_;

	open my $reader, '|-', 'psql -X -q >/dev/null' or die $!;
	$reader->autoflush(1);
	print $reader
	  "BEGIN; SELECT count(*) FROM orders WHERE id < 100;\n\\! sleep $seconds\nCOMMIT;\n";
	sleep 0.5;
	return $reader;
}

# One try; $said comes back in $_[2].
sub attempt
{
	my ($statement, $rule) = @_;
	my $begin = time;
	my ($state, $said) = ask($statement);
	my $outcome =
	    $state eq '00000' ? 'done'
	  : $state eq '2F003' ? 'rejected'
	  : $state eq '25P02' ? 'aborted'
	  : $state ne '55P03' ? $state
	  : $said =~ /Rule: lock_queue\b/ ? 'queue'
	  :                                 'timeout';

	printf "%.6f\t%.6f\t%s\t%s\t%s\n", $begin, time, $outcome, $rule, $statement;
	$_[2] = $said;
	return $outcome;
}

sub surprise
{
	my ($statement, $outcome, $said) = @_;
	print STDERR "$outcome: $statement\n$said\n";
	$surprises++;
	return;
}

open my $mix, '<', $file or die "$file: $!";
my @lines = grep { /^--\@|^[A-Z].*;/ } <$mix>;
my $interval = $seconds / @lines;
my ($in_block, $lost, @readers) = (0, 0);
my $due = time;

foreach my $line (@lines)
{
	my ($statement, $rule) = $line =~ /^([^-].*;)(?:  -- (\w+))?$/;
	my ($outcome, $said);

	$due += $interval;
	sleep $due - time if !$in_block && time < $due;
	if (!defined $statement)
	{
		push @readers, leave_open($line =~ /^--\@reader (\d+)$/);
		next;
	}
	if ($statement =~ /^(BEGIN|COMMIT);$/)
	{
		ask($statement);
		$in_block = $1 eq 'BEGIN';
		$lost = 0;
		next;
	}
	$rule //= '-';

	# as migration tools do; a transaction would have to start again
	while (($outcome = attempt($statement, $rule, $said)) =~ /^(queue|timeout)$/ && !$in_block)
	{
		sleep 1;
	}
	$lost = 1 if $outcome =~ /^(queue|timeout)$/;
	next if $outcome eq 'done' && (!$guard || $rule eq '-');
	next if $outcome eq 'rejected' && $guard && $said =~ /Rule: \Q$rule\E\./;
	next if $lost;
	surprise($statement, $outcome, $said);
}

close $in;
waitpid $psql, 0;
close $_ foreach @readers;
exit($surprises > 0);
