# What the judges of test/core share: options, results, server log, diff.

package Core;

use strict;
use warnings;

use Exporter 'import';
use File::Temp;
use Getopt::Long;
use JSON::PP ();

our @EXPORT = qw(options read_file results read_log test_of health
  difference finish unstable without_warnings);

# Files whose results differ between two runs of the same server without
# safeddl, and why.  They are run, and what the server logs is looked at, but
# their output is not compared.
my %unstable = ();

sub unstable
{
	my ($option, $name) = @_;
	return $unstable{"$option->{suite}/$name"};
}

# --suite, --mode, --results (directory of the runs), --inputs (directory of
# the suite), --limits (docs/limits.md)
sub options
{
	my %option;

	GetOptions(\%option, 'suite=s', 'mode=s', 'results=s', 'inputs=s', 'limits=s')
	  or exit 2;
	$option{base} = "$option{results}/$option{suite}.none";
	$option{run} = "$option{results}/$option{suite}.$option{mode}";
	return \%option;
}

sub read_file
{
	my ($path) = @_;

	open(my $fh, '<:raw', $path) or return '';
	local $/ = undef;
	return scalar <$fh>;
}

# results: names of the files of a run, without .out
sub results
{
	my ($run) = @_;

	return map { m{([^/]+)\.out$} } sort glob("$run/results/*.out");
}

# read_log: the messages of the server log that a judge may ask for, each a
# hash with the keys of the server's JSON format
sub read_log
{
	my ($run) = @_;
	my $json = JSON::PP->new->latin1->relaxed;
	my @log;

	open(my $fh, '<:raw', "$run/server.json") or return;
	while (my $line = <$fh>)
	{
		# most are errors that a test wants; decoding is slow
		next
		  if $line !~ /safeddl|WARNING|PANIC|terminated|"state_code":"(?:2F003|SD001|XX000)"|ready to accept/;
		# names and literals may be in any encoding
		my $message = eval { $json->decode($line) };
		push @log, $message if $message;
	}
	return @log;
}

# test_of: the file of the suite that a message belongs to
sub test_of
{
	my ($message) = @_;

	return ($message->{application_name} // '') =~
	  m{^(?:pg_regress|isolation)/([^/]+)} ? $1 : '';
}

# health: what a server must never say, whatever the mode
sub health
{
	my ($option, @log) = @_;
	my @complaints;

	push @complaints, 'there is no server log' if !@log;
	foreach my $message (@log)
	{
		my $text = $message->{message} // '';

		push @complaints, test_of($message) . ": $text"
		  if $message->{error_severity} eq 'PANIC'
		  || $text =~ /terminated by signal|all server processes terminated/
		  || ($message->{error_severity} eq 'WARNING' && $text =~ /\bleak/)
		  || ($message->{state_code} // '') eq 'XX000' && $text =~ /safeddl/;
	}
	push @complaints, read_file("$option->{run}/stderr.log") =~ /^(.*(?:TRAP:|PANIC:|Sanitizer).*)$/mg;
	return @complaints;
}

# difference: unified diff of two texts, '' if they are equal
sub difference
{
	my ($old, $new, $context) = @_;

	return '' if $old eq $new;
	my @texts = ($old, $new);
	my @files = map { File::Temp->new } @texts;

	for my $i (0 .. $#texts)
	{
		my $file = $files[$i];

		binmode $file;
		print $file $texts[$i];
		close $file;
	}
	my $diff = qx(diff -a -U$context $files[0] $files[1]);

	$diff =~ s/\A(?:(?:---|\+\+\+).*\n)+//;
	return $diff;
}

# without_warnings: an output without some warnings, given as the server log
# has them; returns how many were found as well
sub without_warnings
{
	my ($output, @warnings) = @_;
	my %parts;
	my $found = 0;

	foreach my $warning (@warnings)
	{
		my $message = $warning->{message};

		$parts{$message}{DETAIL}{ $warning->{detail} // '' } = 1;
		$parts{$message}{HINT}{ $warning->{hint} // '' } = 1;
		$parts{$message}{CONTEXT}{ $warning->{context} // '' } = 1;
	}
	foreach my $message (sort { length $b <=> length $a } keys %parts)
	{
		my $pattern = "(?:\\w+: )?WARNING:  (?:[0-9A-Z]{5}: )?\Q$message\E\n(?:LINE .*\n.*\\^\n)?";

		foreach my $part (qw(DETAIL HINT CONTEXT))
		{
			my @texts = map { "\Q$part:  $_\E\n" } sort { length $b <=> length $a } grep { $_ ne '' } keys %{ $parts{$message}{$part} };

			$pattern .= '(?:' . join('|', @texts) . ')?' if @texts;
		}
		$found += $output =~ s/^$pattern//mg;
	}
	return ($output, $found);
}

# finish: the closing line; tells why something failed, at most 40 lines each
sub finish
{
	my ($passed, %failed) = @_;

	foreach my $name (sort keys %failed)
	{
		my @lines = split /\n/, $failed{$name};
		my $more = @lines - 40;

		splice @lines, 40 if $more > 0;
		print "not ok: $name\n", map { "    $_\n" } @lines;
		print "    ... and $more more lines\n" if $more > 0;
	}
	printf "%d passed, %d failed\n", $passed, scalar keys %failed;
	exit(%failed ? 1 : 0);
}

1;
