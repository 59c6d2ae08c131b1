# Judges the mode verify: nothing differs from the server without safeddl but
# for warnings of a mismatch, every mismatch is one of docs/limits.md, and here
# are the figures.  See Core.pm for the options.
#
# A known mismatch is a row of the table below the heading "Known mismatches"
# of docs/limits.md: | id | regular expression | cause |.  The expression is
# for the statement, white space made single, and ignores case.
#
# Leaves the file "mismatches" with the run: every kind with its statements.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Core;

my $option = options();
my @log = read_log($option->{run});
my (%failed, %sum, %left_out, %warnings, %kinds, %known_used, %unknown);
my ($passed, $statements) = (0, 0);
my @known = known_mismatches();

# known_mismatches: rows of docs/limits.md, each [ id, regex ]
sub known_mismatches
{
	my ($section) = read_file($option->{limits}) =~ /^#+ Known mismatches\n(.*?)(?=^#|\z)/ms;
	my @rows;

	foreach my $row (($section // '') =~ /^\|(.*)\|\s*$/mg)
	{
		my ($id, $regex) = map { s/^\s*`?|`?\s*$//gr =~ s/\\\|/|/gr } split /(?<!\\)\|/, $row;

		next if $id eq 'id' || $id =~ /^:?-+:?$/;
		push @rows, [ $id, qr/$regex/i ];
	}
	return @rows;
}

# cause: the id of a known mismatch, or undef
sub cause
{
	my ($statement) = @_;

	foreach my $row (@known)
	{
		return $row->[0] if $statement =~ $row->[1];
	}
	return undef;
}

sub note_mismatch
{
	my ($message) = @_;
	my $test = test_of($message);
	my ($said, $statement) = ($message->{detail} // '') =~ /^(.*?)\s+Statement: (.*)$/s;
	my ($relation) = $message->{message} =~ / to (".*")$/;
	my ($kind, $id);

	($said, $statement) = ('', $message->{message}) if !defined $statement;
	$statement =~ s/\s+/ /g;
	$kind = $message->{message} =~ s/ to ".*"$//r . ": $said";
	$id = cause($statement);
	$kinds{$kind}{ sprintf '%s on %s in %s%s', $statement, $relation // '?', $test,
		defined $id ? " ($id)" : '' }++;
	$known_used{$id}++ if defined $id;
	$unknown{ $test eq '' ? 'server log' : $test }{"$message->{message}\n  $said\n  $statement\n"}++
	  if !defined $id;
}

foreach my $message (@log)
{
	if (($message->{state_code} // '') eq 'SD001')
	{
		push @{ $warnings{ test_of($message) } }, $message;
		note_mismatch($message);
	}
	next if $message->{message} !~ /^safeddl verify: (.*)/s;
	my %field = $1 =~ /(\w+)=("(?:[^"\\]|\\.)*"|\S+)/g;

	# of some, only the locks are left out
	my ($reason) = ($field{left_out} // '') =~ /^"(.+)"$/;

	$left_out{$reason}++ if defined $reason;
	$statements++ if !defined $reason || $reason =~ /^locks: /;
	/^(?:locks|works)_/ and $sum{$_} += $field{$_} foreach keys %field;
}

# told: the unknown mismatches of a file as text
sub told
{
	my ($mismatches) = @_;

	return join '', map {
		my $times = $mismatches->{$_};
		$times > 1 ? "$times times: $_" : $_;
	} sort keys %{ $mismatches // {} };
}

sub ratio
{
	my ($right, $wrong) = @_;

	return $right + $wrong ? sprintf('%.4f (%d of %d)', $right / ($right + $wrong), $right,
		$right + $wrong) : 'none';
}

sub print_figures
{
	$sum{$_} //= 0 foreach map { ("works_$_", "locks_$_") } qw(right false missed maybe);
	printf "%s: %d statements compared\n", $option->{suite}, $statements;
	printf "  work under SHARE or stronger: precision %s, recall %s\n",
	  # "maybe" counts as yes, as it does for the guard
	  ratio($sum{works_right}, $sum{works_false} + $sum{works_maybe}),
	  ratio($sum{works_right}, $sum{works_missed});
	printf "  locks from SHARE UPDATE EXCLUSIVE: precision %s, recall %s\n",
	  ratio($sum{locks_right}, $sum{locks_false}), ratio($sum{locks_right}, $sum{locks_missed});
	printf "  left out: %d, %s\n", $left_out{$_}, $_ foreach sort keys %left_out;
	printf "  known mismatches: %d, %s\n", $known_used{$_}, $_ foreach sort keys %known_used;
}

# print_mismatches: the whole list, most frequent kind first
sub print_mismatches
{
	my %count = map { my $kind = $_; $kind => eval { my $n = 0; $n += $_ foreach values %{ $kinds{$kind} }; $n } } keys %kinds;

	open(my $out, '>', "$option->{run}/mismatches") or die "$option->{run}/mismatches: $!\n";
	foreach my $kind (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %kinds)
	{
		printf $out "%d times: %s\n", $count{$kind}, $kind;
		printf $out "    %s%s\n", $kinds{$kind}{$_} > 1 ? "$kinds{$kind}{$_} times: " : '', $_
		  foreach sort keys %{ $kinds{$kind} };
	}
	close $out;
}

foreach my $name (results($option->{base}))
{
	my ($here) = without_warnings(read_file("$option->{run}/results/$name.out"),
		@{ $warnings{$name} // [] });
	my $trouble = told(delete $unknown{$name});

	$trouble .= difference(read_file("$option->{base}/results/$name.out"), $here, 3)
	  if !unstable($option, $name);
	$failed{"$option->{suite} verify $name"} = $trouble if $trouble ne '';
	$passed++ if $trouble eq '';
}

my @complaints = (health($option, @log), map { told($_) } values %unknown);

push @complaints, 'no statement was compared' if !$statements;
$failed{"$option->{suite} verify server log"} = join "\n", @complaints if @complaints;
$passed++ if !@complaints;
print_figures();
print_mismatches();
finish($passed, %failed);
