# Compares what safeddl.check() says of a script with what the guard says while
# the script runs, on a copy of the same database.
#
# A file of scripts has several, each after a line "-- script: what it is about",
# with "(transaction)" at its end where a tool is to run it in one transaction.
# Each statement is on a line of its own, so that both can name it by its line.
package CheckScripts;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(read_scripts predicted observed);

# read_scripts($file): { name, transaction, text } of each
sub read_scripts
{
	my ($file) = @_;
	my @scripts;

	open(my $handle, '<', $file) or die "cannot read $file: $!";
	while (my $line = <$handle>)
	{
		if ($line =~ /^-- script: (.*?)( \(transaction\))?$/)
		{
			push @scripts, { name => $1, transaction => defined $2, text => '' };
		}
		elsif (@scripts)
		{
			$scripts[-1]{text} .= $line;
		}
	}
	close($handle);
	return @scripts;
}

# sizes change while a script runs
sub without_sizes
{
	my ($message) = @_;
	$message =~ s/ \(\d+ \w+\)//g;
	return $message;
}

# psql(\@arguments, $input): (standard output, standard error)
sub psql
{
	my ($arguments, $input) = @_;
	my $in = "$ENV{CHECK_TMP}/in.$$";
	my $err = "$ENV{CHECK_TMP}/err.$$";

	open(my $handle, '>', $in) or die "$in: $!";
	print $handle $input;
	close($handle);
	my $out = qx(psql -X @$arguments -f $in 2>$err);
	open($handle, '<', $err) or die "$err: $!";
	my $errors = join('', <$handle>);
	close($handle);
	return ($out, $errors);
}

# predicted($database, $script): "line N: rule: message" of each finding that a
# run would show, and "line N: error" where it would fail
sub predicted
{
	my ($database, $script) = @_;
	my $transaction = $script->{transaction} ? 'true' : 'false';
	my ($out, $err) = psql(
		[ '-qAt', '-F', "'|'", '-d', $database ],
		"SET safeddl.mode = off; SELECT line, rule, level, (SELECT kind FROM safeddl.rules WHERE name = rule), message"
		. " FROM safeddl.check(\$check\$$script->{text}\$check\$, $transaction);\n");
	my @rows;

	die $err if $err =~ /ERROR/;
	foreach (split /\n/, $out)
	{
		my ($line, $rule, $level, $kind, $message) = split /\|/, $_, 5;

		next if $level eq 'log';
		if ($kind ne 'script')
		{
			push @rows, "line $line: $rule: " . without_sizes($message);
		}
		elsif ($level eq 'block')
		{
			push @rows, "line $line: error";
		}
		elsif ($rule eq 'not_checked' && $message =~ /^[A-Z ]+ is not checked/)
		{
			push @rows, "line $line: error";
		}
	}
	return sort @rows;
}

# observed($database, $script): the same, as it happens; only the first of the
# messages of a statement is told
sub observed
{
	my ($database, $script) = @_;
	my @options = ('-q', '-v', 'VERBOSITY=default', '-d', $database);
	my @rows;

	push @options, '--single-transaction' if $script->{transaction};
	my ($out, $err) = psql(\@options, $script->{text});
	$err =~ s/psql:[^\n]*?:(\d+): (ERROR|WARNING|NOTICE|FATAL|PANIC):  /\0$1\0$2\0/g;
	my (undef, @parts) = split /\0/, $err;
	while (my ($line, $level, $text) = splice(@parts, 0, 3))
	{
		push @rows, "line $line: error" if $level eq 'ERROR';
		next if $level ne 'WARNING' || $text !~ /\bRule: \w+\./;
		my ($message) = $text =~ /^(.*)/;
		my ($detail) = $text =~ /^DETAIL:  (.*?)(?:^HINT|^LINE|\z)/ms;
		my @parts = split /\nFurthermore, /, $detail;
		foreach my $i (0 .. $#parts)
		{
			my ($rule) = $parts[$i] =~ /\bRule: (\w+)\./;
			my $told = $i == 0 ? $message : (split /\. (?=It takes|This transaction holds)/, $parts[$i])[0];
			push @rows, "line $line: $rule: " . without_sizes($told);
		}
	}
	return sort @rows;
}

1;
