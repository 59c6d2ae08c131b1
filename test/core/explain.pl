# Judges the mode block: every difference from the server without safeddl must
# be a rejection, or follow from one.  See Core.pm for the options.
#
# Line by line consequences cannot be proved, so this is the rule.  A rejection
# taints the relations it names in the server log, and what the statement would
# have defined or changed; so does whatever the rejection rolled back.  A
# statement that mentions something tainted taints what it defines or changes
# in turn.  A difference is explained if it is a rejection, if it is the echo
# of an aborted transaction, or if the statement, its output there or its
# output here mentions something tainted.  What a file leaves behind tainted
# goes over to the files that the schedule runs later.  So a file is identical
# up to the first rejection that concerns it, and one that no rejection
# concerns is identical altogether.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Core;
use Script;

my $option = options();
my @log = read_log($option->{run});
my (%rejections, %warnings, %rules, %failed, %counts);
my ($passed, $unconcerned) = (0, 0);

# The log line with the relations comes right before the error.
my %pending;
foreach my $message (@log)
{
	my ($test, $text) = (test_of($message), $message->{message} // '');
	my $pid = $message->{pid};

	if ($text =~ /^safeddl: verdict=block rule=(\w+) relation="(.*?)" size=.* others="(.*?)" override=.*? statement="(.*)"$/s)
	{
		my ($rule, $relation, $others, $statement) = ($1, $2, $3, $4);

		$rules{$rule}++;
		$pending{$pid} = [ map({ lc } $relation =~ /([^.]+)$/, $others =~ /on \S*?([^. ]+) \(/g),
			targets($statement) ];
	}
	elsif ($message->{error_severity} eq 'WARNING' && ($message->{detail} // '') =~ / Rule: \w+\.$/)
	{
		# the rules for what cannot be undone never block
		push @{ $warnings{$test} }, $message;
	}
	elsif ($message->{error_severity} eq 'ERROR' && ($message->{state_code} // '') eq '2F003'
		&& $pending{$pid})
	{
		push @{ $rejections{$test}{$text} }, @{ delete $pending{$pid} };
	}
}

# schedule: lists of files that run at the same time
sub schedule
{
	my ($path) = glob("$option->{inputs}/{parallel,isolation}_schedule*");

	return map { [ split ' ' ] } read_file($path) =~ /^test:\s*(.*)$/mg;
}

# rejected: what the errors of safeddl in an output are about, undef if there
# is none in it
sub rejected
{
	my ($output, $test) = @_;
	my @messages = grep { index($output, $_) >= 0 } keys %{ $rejections{$test} // {} };

	return @messages ? [ map { @{ $rejections{$test}{$_} } } @messages ] : undef;
}

sub tainted_name
{
	my ($taint, @texts) = @_;

	foreach my $text (@texts)
	{
		foreach my $name (identifiers($text))
		{
			return $name if $taint->{$name};
		}
		# LIKE, a pattern of psql's
		while ($text =~ /(\w+)[%*]/g)
		{
			my ($prefix) = grep { index($_, lc $1) == 0 } keys %$taint;

			return $prefix if defined $prefix;
		}
	}
	return undef;
}

# short: the start of a statement
sub short
{
	my ($text) = @_;

	$text =~ s/\A(?:\s*--.*\n|\s+)+//;
	my @lines = split /\n/, $text;

	splice @lines, 12 if @lines > 12;
	return join '', map { "| $_\n" } @lines;
}

# judge_script: the differences of a file of the regression suite that nothing
# explains; taints the names in %$taint
sub judge_script
{
	my ($name, $there, $here, $taint, $dropped) = @_;
	my $script = read_file("$option->{inputs}/sql/$name.sql");
	my @statements = statements($script);
	my @base = outputs($script, $there, @statements);
	my @run = outputs($script, $here, @statements);
	my ($unexplained, $in_block, $lost, $any, @block) = ('', 0, 0, 0);

	foreach my $statement (@statements)
	{
		my ($text, $first, $last) = @{$statement}{qw(text first last)};
		my $here = join '', @run[ $first .. $last ];
		my $there = join '', @base[ $first .. $last ];
		my @targets = targets($text);
		my $cause = '';

		if ($text =~ /^\s*(?:BEGIN|START\s+TRANSACTION)\b(?!\s+ATOMIC)/im)
		{
			$in_block = 1;
			$lost = 0;
			@block = ();
		}
		push @block, @targets if $in_block;
		if ($here ne $there)
		{
			my $rejected = rejected($here, $name);

			if ($rejected)
			{
				$cause = 'rejection';
				$taint->{$_} = 1 foreach @$rejected;
			}
			elsif ($any && $here =~ /current transaction is aborted/) { $cause = 'aborted'; }
			elsif (defined tainted_name($taint, $text, $there, $here)) { $cause = 'consequence'; }
			else
			{
				$cause = 'unexplained';
				$unexplained .= short($text) . difference($there, $here, 0) . "\n";
			}
			$counts{$cause}++;
			$any = 1;
			if ($in_block && $here =~ /^(?:psql:.*?)?ERROR: /m)
			{
				$taint->{$_} = 1 foreach @block;
				$lost = 1;
			}
		}
		elsif (!defined tainted_name($taint, $text, $here))
		{
			$unconcerned++;
		}
		if ($cause || defined tainted_name($taint, $text))
		{
			$taint->{$_} = 1 foreach @targets;
		}
		if ($text =~ /^\s*(?:COMMIT|ROLLBACK|END|ABORT|PREPARE\s+TRANSACTION)\b(?!.*\bTO\b)/im)
		{
			# it was rolled back instead, so that it is not there
			$taint->{pg_prepared_xacts} = 1 if $lost && $text =~ /^\s*PREPARE\s+TRANSACTION\b/im;
			$in_block = $lost = 0;
		}
		# gone for the files that follow
		if ($text =~ /^\s*DROP\b/im && $here !~ /ERROR/)
		{
			$dropped->{$_} = 1 foreach @targets;
		}
		else
		{
			delete @{$dropped}{@targets};
		}
	}
	return $unexplained;
}

# judge_spec: the same for an isolation spec: equal up to the first rejection
sub judge_spec
{
	my ($name, $there, $here, $taint) = @_;
	my @there = split /^/, $there;
	my @here = split /^/, $here;
	my $i = 0;

	$i++ while $i < @here && $i < @there && $here[$i] eq $there[$i];
	my $around = join '', @here[ $i .. ($i + 3 < $#here ? $i + 3 : $#here) ];
	if (rejected($around, $name))
	{
		$counts{rejection}++;
	}
	elsif (defined tainted_name($taint, $around))
	{
		$counts{consequence}++;
	}
	else
	{
		$counts{unexplained}++;
		return difference($there, $here, 1);
	}
	# a spec whose setup fails leaves what it made behind
	$taint->{$_} = 1 foreach targets(read_file("$option->{inputs}/specs/$name.spec"));
	return '';
}

my %carried;
foreach my $group (schedule())
{
	my %after;

	foreach my $name (@$group)
	{
		my $there = read_file("$option->{base}/results/$name.out");
		my ($here, $warned) = without_warnings(read_file("$option->{run}/results/$name.out"),
			@{ $warnings{$name} // [] });
		my (%taint, %dropped);
		my $unexplained = '';

		$counts{warning} += $warned;
		next if unstable($option, $name);
		%taint = %carried;
		if ($option->{suite} eq 'isolation')
		{
			$unexplained = judge_spec($name, $there, $here, \%taint) if $there ne $here;
		}
		else
		{
			$unexplained = judge_script($name, $there, $here, \%taint, \%dropped);
		}
		$failed{"$option->{suite} block $name"} = $unexplained if $unexplained ne '';
		$passed++ if $unexplained eq '';
		$after{$_} = 1 foreach grep { !$dropped{$_} } keys %taint;
	}
	$carried{$_} = 1 foreach keys %after;
}

my @complaints = health($option, @log);

$failed{"$option->{suite} block server log"} = join "\n", @complaints if @complaints;
$passed++ if !@complaints;
printf "rejections: %s\n", join ', ', map { "$_ $rules{$_}" } sort { $rules{$b} <=> $rules{$a} || $a cmp $b } keys %rules;
printf "differences: %s\n", join ', ', map { "$_ $counts{$_}" } sort keys %counts;
printf "statements that no rejection concerns, identical: %d\n", $unconcerned if $unconcerned;
finish($passed, %failed);
