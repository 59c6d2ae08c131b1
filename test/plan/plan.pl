#!/usr/bin/perl
# The proof of safeddl.plan(): the plan, run as it is while somebody writes,
# gives the same database as the statement that it stands for.
#
#   perl plan.pl [-v] [--rows N] [--stalls] [--each-rule] [--jobs N] [id | file ...]
#
# Every case of cases/*.sql is set up in a database, which is then copied. In
# one copy the original statement runs. In the other the guard, for which every
# table is large, has to reject it by the rule that the case names; then the
# plan runs through psql's \gexec, guarded likewise, while a writer is at work.
# Afterwards both get the same writes, and pg_dump --schema-only and all rows
# are compared. There are no expected results.
#
# With --stalls, the writer is there while the original runs as well, and the
# longest that one of its statements took is printed for both: figures for
# people, with rows enough (--rows); nothing is asserted about them. With
# --each-rule, the first case of each rule will do.
#
# Connects through the PG* environment variables, as a superuser, to a server
# that has safeddl preloaded. Creates databases safeddl_plan_* and drops them, and
# leaves a tablespace safeddl_plan_ts and a role safeddl_plan_owner.
#
# A case file is made of blocks, each introduced by a line of its own:
#   --@case ID rule, rule ...   a new case, and the rules that object to it; a
#                     case without a rule passes the guard, and so does its plan
#   --@version >=18   (or <18) the servers that have it
#   --@setup          statements run beforehand; :rows is the number of rows
#   --@writer         one statement, run again and again; {i} counts
#   --@pre            statements before the plan and before the original, in
#                     their sessions
#   --@statement      the original
#   --@instead        what the plan has to come to, where the original does nothing
#   --@none REGEXP    there is no safe way: a row without sql, whose note matches
#   --@expect columns the plan moves columns to the end, and says so
#   --@rename NEW OLD the plan leaves a name that is not the original's, and says so
#   --@content        queries that are compared instead of all rows, for values
#                     that are never the same twice; one a line
#   --@after          statements that must succeed in both copies afterwards
use strict;
use warnings;
use File::Basename qw(dirname basename);
use File::Temp qw(tempdir);
use Getopt::Long qw(GetOptions);
use IPC::Open3 qw(open3);
use JSON::PP qw(decode_json);
use Time::HiRes qw(time sleep);

my ($verbose, $rows, $stalls, $each_rule, $jobs) = (0, 2000, 0, 0, 2);
GetOptions('v' => \$verbose, 'rows=i' => \$rows, 'stalls' => \$stalls,
	'each-rule' => \$each_rule, 'jobs=i' => \$jobs)
  or exit 2;

my $directory = tempdir(CLEANUP => 1);
my $GUARDED   = '-c safeddl.mode=block -c safeddl.min_table_size=0 -c safeddl.max_blocker_age=-1';

#---------------------------------------------------------------------------
# Case files
#---------------------------------------------------------------------------

sub read_cases
{
	my ($file) = @_;
	my (@cases, $case, $section);

	open my $handle, '<', $file or die "$file: $!\n";
	while (my $line = <$handle>)
	{
		if ($line =~ /^--\@case (\w+)\s*(.*)/)
		{
			$case = { id => $1, rules => [ split /,\s*/, $2 ], file => basename($file, '.sql'),
				rename => [], map { $_ => '' } qw(setup writer pre statement instead content after) };
			push @cases, $case;
			$section = undef;
		}
		elsif ($line =~ /^--\@(setup|writer|pre|statement|instead|content|after)$/) { $section = $1; }
		elsif ($line =~ /^--\@version (>=|<)(\d+)/) { push @{ $case->{version} }, [ $1, $2 ]; }
		elsif ($line =~ /^--\@none\s*(.*)/)         { $case->{none}    = $1; }
		elsif ($line =~ /^--\@expect columns/)      { $case->{columns} = 1; }
		elsif ($line =~ /^--\@rename (\S+) (\S+)/)  { push @{ $case->{rename} }, [ $1, $2 ]; }
		elsif ($line =~ /^--\@/) { die "$file:$.: unknown marker: $line"; }
		elsif ($section)         { $case->{$section} .= $line; }
	}
	close $handle;
	s/;\s*\z// for map { $_->{statement}, $_->{writer} } @cases;
	return @cases;
}

sub select_cases
{
	my @wanted = map { basename($_, '.sql') } @_;
	my @all    = map { read_cases($_) } sort glob(dirname(__FILE__) . '/cases/*.sql');
	my %ids;

	$ids{ $_->{id} }++ and die "case $_->{id} exists twice\n" for @all;
	return @all unless @wanted;
	return grep { my $case = $_; grep { $_ eq $case->{id} || $_ eq $case->{file} } @wanted } @all;
}

sub fits_version
{
	my ($case, $major) = @_;

	for my $limit (@{ $case->{version} // [] })
	{
		return 0 if $limit->[0] eq '<'  && $major >= $limit->[1];
		return 0 if $limit->[0] eq '>=' && $major < $limit->[1];
	}
	return 1;
}

#---------------------------------------------------------------------------
# psql
#---------------------------------------------------------------------------

# Runs a script; returns exit status, what it printed, and what it complained of.
sub psql
{
	my ($database, $script, %how) = @_;
	my $errors = "$directory/errors.$$";

	local $ENV{PGOPTIONS} = $how{options} // '-c safeddl.mode=off';
	open my $file, '>', "$directory/script.$$" or die $!;
	print $file $script;
	close $file;
	my @command = ('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', "rows=$rows", '-v', 'VERBOSITY=verbose',
		'-d', $database, '-f', "$directory/script.$$");
	my $pid = open my $pipe, '-|';
	die "fork: $!" unless defined $pid;
	if (!$pid)
	{
		open STDERR, '>', $errors or die $!;
		exec @command;
	}
	my $output = join '', <$pipe>;
	close $pipe;
	my $status = $? >> 8;
	open my $read, '<', $errors or die $!;
	return ($status, $output, join '', <$read>);
}

sub must
{
	my ($database, $script, %how) = @_;
	my ($status, $output, $errors) = psql($database, $script, %how);

	die "$errors\n" if $status;
	return $output;
}

# The original may contain anything: a tag that it does not.
sub quote
{
	my ($text) = @_;
	my $tag = 'q';

	$tag .= 'q' while index($text, "\$$tag\$") >= 0;
	return "\$$tag\$$text\$$tag\$";
}

#---------------------------------------------------------------------------
# The writer
#---------------------------------------------------------------------------

# A process that runs the case's writer until it is told to stop, and tells how
# many statements it ran, how long the longest took, and what went wrong.
sub start_writer
{
	my ($case, $database) = @_;

	return undef if $case->{writer} eq '';
	pipe my $stop_read, my $stop_write or die $!;
	pipe my $result_read, my $result_write or die $!;
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		close $stop_write;
		close $result_read;
		write_until_told($case, $database, $stop_read, $result_write);
		close $result_write;
		require POSIX;
		POSIX::_exit(0);
	}
	close $stop_read;
	close $result_write;
	my $line = <$result_read>;    # it has begun
	return { pid => $pid, stop => $stop_write, result => $result_read };
}

sub write_until_told
{
	my ($case, $database, $stop, $result) = @_;
	my ($count, $longest, $complaint, $begun) = (0, 0, '', 0);

	local $ENV{PGOPTIONS} = '-c safeddl.mode=off';
	my $pid = open3(my $in, my $out, undef, 'psql', '-XAtq', '-v', "rows=$rows", '-d', $database);
	my $readable = '';
	vec($readable, fileno($stop), 1) = 1;
	until (select(my $ready = $readable, undef, undef, 0.002))
	{
		my $start = time;
		my $said  = '';

		$count++;
		print $in $case->{writer} =~ s/\{i\}/$count/gr, ";\n\\echo --done\n";
		$in->flush;
		while (defined(my $line = <$out>))
		{
			last if $line eq "--done\n";
			$said .= $line;
		}
		my $took = time - $start;
		$longest   = $took if $took > $longest;
		$complaint = $said if $said =~ /ERROR|FATAL/ && $complaint eq '';
		syswrite $result, "begun\n" unless $begun++;
	}
	close $in;
	waitpid $pid, 0;
	$complaint =~ s/\n/ /g;
	syswrite $result, "$count $longest $complaint\n";
}

sub stop_writer
{
	my ($writer) = @_;

	return (0, 0, '') unless $writer;
	close $writer->{stop};
	my $line = readline($writer->{result}) // '0 0 the writer died';
	waitpid $writer->{pid}, 0;
	chomp $line;
	return split / /, $line, 3;
}

# the writes that the other copy got while it was worked on
sub catch_up
{
	my ($case, $database, $from, $to) = @_;

	return if $case->{writer} eq '' || $from > $to;
	must($database, join '', map { $case->{writer} =~ s/\{i\}/$_/gr . ";\n" } $from .. $to);
}

#---------------------------------------------------------------------------
# Comparison
#---------------------------------------------------------------------------

sub dump_schema
{
	my ($case, $database, $planned) = @_;
	my $dump = `pg_dump --schema-only --exclude-schema=safeddl -d $database 2>&1`;

	die $dump if $?;
	$dump =~ s/^\\(un)?restrict .*$//mg;
	if ($planned)
	{
		$dump =~ s/(?<!\w)\Q$_->[0]\E(?!\w)/$_->[1]/g for @{ $case->{rename} };
	}
	return $dump unless $case->{columns} || @{ $case->{rename} };
	# columns, and what is sorted by them or by name, in an order of their own
	my @lines = map { s/,\s*$//r } grep { !/^--|^\s*$/ } split /\n/, $dump;
	return join("\n", sort @lines) . "\n";
}

my $ALL_ROWS = <<'EOQ';
SELECT format(E'\\echo %I.%I\nSELECT to_jsonb(t) FROM ONLY %1$I.%2$I t ORDER BY 1;', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'safeddl', 'pg_toast')
ORDER BY 1;
EOQ

sub dump_rows
{
	my ($case, $database) = @_;

	return must($database, join ";\n", (split /\n/, $case->{content}), '') if $case->{content} ne '';
	my $script = must($database, $ALL_ROWS);
	return must($database, $script);
}

# What differs, in short; the empty string if nothing does.
sub difference
{
	my ($what, $original, $planned) = @_;

	return '' if $original eq $planned;
	my @files = map { "$directory/$_.$$" } qw(original planned);
	for (my $i = 0; $i < 2; $i++)
	{
		open my $file, '>', $files[$i] or die $!;
		print $file ($original, $planned)[$i];
		close $file;
	}
	my @lines = grep { !/^(---|\+\+\+)/ } `diff -U0 @files`;
	splice @lines, 12 if @lines > 12 && !$verbose;
	return "$what differs (-original +plan):\n" . join '', @lines;
}

#---------------------------------------------------------------------------
# A case
#---------------------------------------------------------------------------

# The guard has to object to the original by the rules that the case names; it is
# tried where the plan will run, and changes nothing there.
sub check_rejection
{
	my ($case, $database) = @_;
	my ($status, undef, $errors) = psql($database, "$case->{pre}\n$case->{statement};\n",
		options => "$GUARDED -c safeddl.rules=" . join ',', map { "$_=block" } @{ $case->{rules} });

	die "it was not rejected\n" unless $status;
	for my $rule (@{ $case->{rules} })
	{
		die "rule $rule does not object: $errors\n" unless $errors =~ /Rule: $rule\b|\b$rule\b/;
	}
}

# A case that says that nothing can be done.
sub check_none
{
	my ($case, $plan) = @_;

	die "the plan has a step for it all:\n$plan\n" unless $plan =~ /^\|\|\|/m || $plan =~ /^\d+\|\|\|/m;
	my ($note) = $plan =~ /^\d+\|\|\|(.*)$/m;
	die "the note does not say why: " . ($note // '') . "\n" if ($note // '') !~ /$case->{none}/i || ($note // '') eq '';
}

# Runs the plan by \gexec. A step that could not have its lock in time has changed
# nothing: as docs/plan.md says, it is run again, with those behind it.
sub run_plan
{
	my ($case, $database, $query) = @_;
	my $steps = decode_json(must($database, "$case->{pre}\nSELECT json_agg(sql) FROM ($query) s;\n"));

	for (my $try = 1;; $try++)
	{
		my ($status, $output, $errors) =
		  psql($database, "$case->{pre}\n\\set ECHO all\n$query \\gexec\n", options => $GUARDED);
		return ($status, $errors) unless $status && $try < 10 && $errors =~ /ERROR:  55P03/;

		# psql has shown each step before it ran it
		shift @$steps while @$steps > 1 && index($output, $steps->[1]) >= 0;
		my $n = 0;
		$query = "SELECT sql FROM (VALUES " . join(', ', map { $n++; "($n, " . quote($_) . ")" } @$steps) .
		  ") AS v (step, sql) ORDER BY step";
	}
}

# Runs one case; returns a text that says what is wrong, or the empty string,
# and the longest stall of either writer.
sub run_case
{
	my ($case, $name) = @_;
	my ($original, $planned) = ("safeddl_plan_o_$name", "safeddl_plan_p_$name");
	my $ask = "safeddl.plan(" . quote($case->{statement}) . ")";

	must('postgres', "DROP DATABASE IF EXISTS $original;\nDROP DATABASE IF EXISTS $planned;\nCREATE DATABASE $original TEMPLATE template0;\n");
	must($original, "CREATE EXTENSION safeddl;\n$case->{setup}\n");
	must('postgres', "CREATE DATABASE $planned TEMPLATE $original;\n");

	my $plan = must($planned, "$case->{pre}\nSELECT * FROM $ask;\n");
	print "$case->{id}:\n$plan" if $verbose;
	die "the plan is empty\n" if $plan eq '';
	if (defined $case->{none})
	{
		check_none($case, $plan);
		return ('', 0, 0);
	}
	die "the plan has a step without sql:\n$plan\n" if $plan =~ /^\d+\|\|\|/m;

	my $writer = $stalls ? start_writer($case, $original) : undef;
	must($original, "$case->{pre}\n" . ($case->{instead} || "$case->{statement};\n"),
		@{ $case->{rules} } || $case->{instead} ? () : (options => $GUARDED));
	# a deadlock with the original, say, of which the plan need not do the same
	my ($original_count, $original_stall, $hurt) = stop_writer($writer);

	check_rejection($case, $planned) if @{ $case->{rules} };
	$writer = start_writer($case, $planned);
	my ($status, $errors) = run_plan($case, $planned, "SELECT sql FROM $ask ORDER BY step");
	my ($count, $stall, $complaint) = stop_writer($writer);
	die "the plan failed: $errors\n$plan\n" if $status;
	die "the writer failed: $complaint\n$plan\n" if ($complaint // '') ne '';

	catch_up($case, $original, $original_count + 1, $count);
	catch_up($case, $planned,  $count + 1,          $original_count);
	must($_, $case->{after}) for grep { $case->{after} ne '' } $original, $planned;
	my $wrong = difference('schema', dump_schema($case, $original), dump_schema($case, $planned, 1)) .
	  ($hurt ? '' : difference('content', dump_rows($case, $original), dump_rows($case, $planned)));
	my $left = must($planned, "SELECT 'invalid index: ' || index FROM safeddl.invalid_indexes;\n");
	die "$wrong$left$plan" if "$wrong$left" ne '';
	return ('', $original_stall, $stall);
}

#---------------------------------------------------------------------------
# All of them
#---------------------------------------------------------------------------

# every rule that is about a command of its own needs a case
sub uncovered
{
	my %covered = map { $_ => 1 } map { @{ $_->{rules} } } @_;
	my $rules = must('postgres', "CREATE EXTENSION IF NOT EXISTS safeddl;\nSELECT name FROM safeddl.rules WHERE kind IN ('stall', 'no return', 'trap') AND since <= current_setting('server_version_num')::int / 10000;\n");

	return grep { !$covered{$_} } split /\n/, $rules;
}

# Runs every $jobs-th case and prints a line for each, in one write.
sub work
{
	my ($number, @cases) = @_;

	for (my $i = $number; $i < @cases; $i += $jobs)
	{
		my $case = $cases[$i];
		my ($original_stall, $stall, $line);

		if (eval { (undef, $original_stall, $stall) = run_case($case, $number); 1 })
		{
			$line = $stalls ? sprintf("ok %s %s: %.0f ms, %.0f ms\n", $case->{id}, join(', ', @{ $case->{rules} }),
				1000 * $original_stall, 1000 * $stall) : "ok $case->{id}\n";
		}
		else { $line = "not ok $case->{id} ($case->{file}): $@\n"; }
		syswrite STDOUT, $line;
	}
	eval { must('postgres', "DROP DATABASE IF EXISTS safeddl_plan_${_}_$number;\n") for qw(o p); 1 }
	  or warn $@;
}

my $major = must('postgres', "SELECT current_setting('server_version_num')::int / 10000;\n") + 0;
my @cases = grep { fits_version($_, $major) } select_cases(@ARGV);
if ($each_rule)
{
	my %seen;
	@cases = grep { !defined $_->{none} && grep { !$seen{$_}++ } @{ $_->{rules} } } @cases;
}
die "no such case\n" unless @cases;
must('postgres', <<'EOQ');
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
SELECT NOT EXISTS (SELECT FROM pg_tablespace WHERE spcname = 'safeddl_plan_ts') AS missing \gset
\if :missing
CREATE TABLESPACE safeddl_plan_ts LOCATION '';
\endif
SELECT to_regrole('safeddl_plan_owner') IS NULL AS missing \gset
\if :missing
CREATE ROLE safeddl_plan_owner;
\endif
EOQ
$| = 1;
my (%workers, $passed, @failed);
for my $number (0 .. $jobs - 1)
{
	my $pid = open my $pipe, '-|';
	die "fork: $!" unless defined $pid;
	if (!$pid)
	{
		work($number, @cases);
		require POSIX;
		POSIX::_exit(0);
	}
	$workers{$number} = $pipe;
}
for my $pipe (values %workers)
{
	while (my $line = <$pipe>)
	{
		$passed++ if $line =~ /^ok /;
		push @failed, $1 if $line =~ /^not ok (\w+)/;
		print $line if $verbose || $stalls || $line !~ /^ok /;
	}
	close $pipe;
}
if (!@ARGV && !$each_rule)
{
	for my $rule (uncovered(@cases))
	{
		print "not ok rule $rule has no case\n";
		push @failed, $rule;
	}
}
printf "%d passed, %d failed\n", $passed // 0, scalar @failed;
exit(@failed ? 1 : 0);
