#!/usr/bin/perl
# The truth test: what safeddl.footprint() predicts, against what the server does.
#
#   perl truth.pl [-v] [id | file ...]
#
# Every case of cases/*.sql is set up in a schema of its own. A new session
# then asks safeddl for the statement's footprint, runs the statement in a
# transaction with safeddl.verify on, looks at what the server locked, read and
# rewrote, and rolls back. There are no expected results: the server that runs
# is the truth, seen from outside and, by safeddl.verify, from inside. The guard,
# for which every table is large, has to reject the same as the footprint tells.
#
# Connects through the PG* environment variables, as a superuser, to a server
# that has safeddl preloaded. Creates the database safeddl_truth and drops it.
#
# A case file is made of blocks, each introduced by a line of its own:
#   --@ ID: title     a new case
#   --@min 15         skipped on servers older than this
#   --@setup          statements run beforehand, in a session of their own
#   --@pre            statements run in the measured session, before BEGIN
#   --@stmt           what is measured; several statements are measured in turn
#   --@notx           runs outside a transaction block: its locks are gone when
#                     it ends, so that only the work can be compared
#   --@inside         runs other statements: it has no footprint of its own, and
#                     safeddl.verify looks at those that it runs
#   --@early REL      a lock on REL (an index, say) is taken and given back
#                     within the statement: it cannot be seen afterwards, so
#                     that predicting it is neither right nor wrong
#   --@norule reason  long work while a lock blocks others that no rule speaks of,
#                     on purpose; docs/limits.md lists these
#   --@todo reason    a known gap: it must fail, until somebody closes it
use strict;
use warnings;
use File::Basename qw(dirname basename);
use File::Temp qw(tempdir);

my $DATABASE   = 'safeddl_truth';
my $ROLE       = 'safeddl_truth_role';
my $TABLESPACE = 'safeddl_truth_ts';

# pg_locks' names, weakest first
my @MODES = qw(AccessShareLock RowShareLock RowExclusiveLock
	ShareUpdateExclusiveLock ShareLock ShareRowExclusiveLock ExclusiveLock
	AccessExclusiveLock);
my %STRENGTH = map { $MODES[$_] => $_ + 1 } 0 .. $#MODES;

# Locks weaker than this are what any query takes: not a matter of DDL.
my $WEAKEST = $STRENGTH{ShareUpdateExclusiveLock};

my $directory = tempdir(CLEANUP => 1);
my $verbose   = 0;
my %stalls;			# the rules that may block
my %total     = map { $_ => 0 } qw(rejected warned let passed failed gap skipped error notx maybe
	lock_tp lock_fp lock_fn work_tp work_fp work_fn);

#---------------------------------------------------------------------------
# Case files
#---------------------------------------------------------------------------

# Splits a script at its semicolons, but those in quotes, comments, parentheses
# and the body of a BEGIN ATOMIC function.
sub split_statements
{
	my ($sql) = @_;
	my ($current, $atomic, $depth, @statements) = ('', 0, 0);

	while ($sql =~ /\G('(?:[^']|'')*'|"[^"]*"|(\$\w*\$).*?\2|--[^\n]*
			|\bbegin\s+atomic\b|\w+|.)/gsix)
	{
		my $token = $1;
		$atomic = 1 if $token =~ /^begin\s+atomic$/i;
		$atomic = 0 if lc $token eq 'end';
		$depth++ if $token eq '(';
		$depth-- if $token eq ')';
		if ($token eq ';' && !$atomic && !$depth)
		{
			push @statements, $current;
			$current = '';
		}
		else { $current .= $token; }
	}
	push @statements, $current;
	s/^\s+|\s+$//g for @statements;
	return grep { length } @statements;
}

sub read_cases
{
	my ($file) = @_;
	my (@cases, $case, $section);

	open my $handle, '<', $file or die "$file: $!\n";
	while (my $line = <$handle>)
	{
		if ($line =~ /^--\@ (\w+): (.*)/)
		{
			$case = { id => $1, title => $2, file => basename($file, '.sql'),
				setup => '', pre => '', stmt => '' };
			push @cases, $case;
			$section = undef;
		}
		elsif ($line =~ /^--\@(setup|pre|stmt)$/) { $section = $1; }
		elsif ($line =~ /^--\@(notx|inside)$/)    { $case->{$1} = 1; }
		elsif ($line =~ /^--\@(min|norule|todo) (.+)/)   { $case->{$1} = $2; }
		elsif ($line =~ /^--\@early (.+)/)        { $case->{early}{$1} = 1; }
		elsif ($line =~ /^--\@/) { die "$file:$.: unknown marker: $line"; }
		elsif ($section)         { $case->{$section} .= $line; }
	}
	close $handle;
	$_->{statements} = [ split_statements($_->{stmt}) ] for @cases;
	return @cases;
}

# The cases of all files, or those that the arguments name by id or file.
sub select_cases
{
	my @wanted = map { basename($_, '.sql') } @_;
	my @all = map { read_cases($_) } sort glob(dirname(__FILE__) . '/cases/*.sql');
	my (%ids, %seen);

	$ids{$_}++ && die "case $_ is there twice\n" for map { $_->{id} } @all;
	return @all unless @wanted;
	my %wanted = map { $_ => 1 } @wanted;
	my @some = grep { $wanted{ $_->{id} } || $wanted{ $_->{file} } } @all;
	$seen{ $_->{id} } = $seen{ $_->{file} } = 1 for @some;
	$seen{$_} || die "no case or file named $_\n" for @wanted;
	return @some;
}

#---------------------------------------------------------------------------
# psql
#---------------------------------------------------------------------------

# Runs a script; returns psql's exit status, its output and its messages, the
# latter two split into sections at the lines "@@name" that the script prints.
sub psql
{
	my ($database, $script) = @_;
	my %file = map { $_ => "$directory/$_" } qw(script out err);

	open my $handle, '>', $file{script} or die "$file{script}: $!\n";
	print $handle $script;
	close $handle;
	defined(my $pid = fork) or die "fork: $!\n";
	if (!$pid)
	{
		open STDOUT, '>', $file{out} or die;
		open STDERR, '>', $file{err} or die;
		exec qw(psql -X -q -A -t -F), "\t", '-d', $database, '-f', $file{script};
		die "psql: $!\n";
	}
	waitpid $pid, 0;
	return ($? >> 8, sections($file{out}), sections($file{err}));
}

sub sections
{
	my ($file) = @_;
	my %section = ('' => []);
	my $name = '';

	open my $handle, '<', $file or die "$file: $!\n";
	while (my $line = <$handle>)
	{
		chomp $line;
		if ($line =~ /^\@\@(.+)/) { $name = $1; $section{$name} ||= []; }
		else                      { push @{ $section{$name} }, $line; }
	}
	return \%section;
}

# For what must work: preparing and removing the database.
sub psql_or_die
{
	my ($database, $script) = @_;
	my ($status, $out, $err) = psql($database, "\\set ON_ERROR_STOP on\n$script");
	die join("\n", 'psql failed', @{ $err->{''} }) . "\n" if $status;
	return $out->{''};
}

# A footprint that brings the server down fails its case, not the others.
sub wait_for_server
{
	for (1 .. 60)
	{
		my ($status) = psql('postgres', 'select 1;');
		return if $status == 0;
		sleep 1;
	}
	die "the server does not come back\n";
}

my $DROP_EVERYTHING = <<"END";
set client_min_messages = error;
drop database if exists $DATABASE;
drop tablespace if exists $TABLESPACE;
drop role if exists $ROLE;
END

sub prepare
{
	psql_or_die('postgres', <<"END");
$DROP_EVERYTHING
set allow_in_place_tablespaces = on;
create role $ROLE;
create tablespace $TABLESPACE location '';
create database $DATABASE template template0;
-- the guard itself is not on trial here
alter database $DATABASE set safeddl.mode = 'off';
alter database $DATABASE set safeddl.min_table_size = 0;
alter database $DATABASE set search_path = t;
alter database $DATABASE set timezone = 'UTC';
alter database $DATABASE set statement_timeout = '60s';
END
	psql_or_die($DATABASE, <<"END");
set client_min_messages = error;
create extension if not exists safeddl;
-- a second table access method, the same as the first
create access method heap2 type table handler heap_tableam_handler;
-- no handler: foreign tables that can be altered but not read
create foreign data wrapper nowhere;
create server nowhere foreign data wrapper nowhere;
END
	%stalls = map { $_ => 1 }
	  @{ psql_or_die($DATABASE, "select name from safeddl.rules where ceiling = 'block';") };
	my $version = psql_or_die($DATABASE, 'show server_version_num;');
	return int($version->[0] / 10000);
}

#---------------------------------------------------------------------------
# The script of one case
#---------------------------------------------------------------------------

# FirstNormalObjectId: what is below belongs to the system; and the tables of the
# extension, with their TOAST, are none of the test's
my $IS_USERS = <<"END";
c.oid >= 16384 and n.nspname <> 'safeddl' and (n.nspname <> 'pg_toast' or
  coalesce((select indrelid from pg_index where indexrelid = c.oid), c.oid) not in
    (select reltoastrelid from pg_class where relnamespace = 'safeddl'::regnamespace))
END

# Relations as they were before: the names, and the table that an index or a
# TOAST relation belongs to.
my $RELATIONS = <<"END";
select c.oid, c.relkind, c.relpersistence,
       case when n.nspname = 't' or n.nspname like 'pg\\_%' then '' else n.nspname || '.' end ||
       coalesce('toast(' || tm.relname || ')', 'toastidx(' || xm.relname || ')', c.relname),
       coalesce(tm.oid, xm.oid, i.indrelid, c.oid), c.relname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_index i on i.indexrelid = c.oid
  left join pg_class tm on tm.reltoastrelid = c.oid
  left join pg_class xm on xm.reltoastrelid = i.indrelid
 where $IS_USERS;
END

# Files, how often each relation was read in this transaction so far, and what
# was dropped of it.
my $STATE = <<"END";
select 'rel', c.oid, c.relfilenode, c.reltablespace, pg_stat_get_xact_numscans(c.oid),
       (select count(*) from pg_attribute where attrelid = c.oid and attisdropped)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where $IS_USERS;
select 'fk', conname, conrelid, confrelid, oid || convalidated::text
  from pg_constraint where contype = 'f';
select 'index', i.indexrelid, i.indisvalid, coalesce(h.inhparent, 0)
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_inherits h on h.inhrelid = c.oid
 where $IS_USERS;
END

my $LOCKS = <<'END';
select relation, mode from pg_locks
 where pid = pg_backend_pid() and locktype = 'relation' and granted and relation >= 16384;
END

sub mark { return join '', map { "$_\n" } "\\echo \@\@$_[0]", "\\warn \@\@$_[0]"; }

# What the guard, for which every table counts as large, says to the statement;
# whatever came of it is undone.
sub guard_script
{
	my ($statement, $number) = @_;
	return "savepoint guard;\nset local safeddl.mode = block;\n\\set VERBOSITY verbose\n"
	  . mark("guard $number") . "$statement;\n" . mark("guarded $number")
	  . "\\set VERBOSITY default\nrollback to guard;\nrelease guard;\n";
}

sub statement_script
{
	my ($statement, $number, $guarded) = @_;
	# an error of the footprint must not keep the statement from running
	return "\\set ON_ERROR_ROLLBACK on\n" . mark("footprint $number")
	  . 'select relation::oid, lock_mode, work, certainty, rule'
	  . " from safeddl.footprint(\$truth\$$statement\$truth\$);\n"
	  . "\\set ON_ERROR_ROLLBACK off\n"
	  . mark("kept $number") . $LOCKS . "select pg_current_xact_id_if_assigned();\n"
	  . ($guarded ? guard_script($statement, $number) : '')
	  . mark("before $number") . $STATE
	  # a case may have become another user, who may not set it
	  . "\\set ON_ERROR_ROLLBACK on\nset safeddl.verify = on;\n\\set ON_ERROR_ROLLBACK off\n"
	  . "set client_min_messages = debug1;\n"
	  . mark("run $number") . "$statement;\n" . mark("ran $number")
	  . "set client_min_messages = warning;\n"
	  . "\\set ON_ERROR_ROLLBACK on\nset safeddl.verify = off;\n\\set ON_ERROR_ROLLBACK off\n"
	  . mark("after $number") . $STATE;
}

sub case_script
{
	my ($case) = @_;
	my $number = 0;
	my $body = join '', map { statement_script($_, $number++, !$case->{notx}) } @{ $case->{statements} };
	my ($begin, $rollback) = $case->{notx} ? ('', '') : ("begin;\n", "rollback;\n");

	return "set client_min_messages = warning;\n"
	  . "drop schema if exists t, t2 cascade;\ncreate schema t;\n"
	  . "drop publication if exists pub_y, pub_z;\n"
	  . mark('setup') . $case->{setup}
	  # a new session: counters of the old one must not mix in
	  . mark('connect') . "\\c -\nset client_min_messages = warning;\n"
	  . mark('pre') . $case->{pre}
	  . mark('relations') . $RELATIONS . $begin
	  . $body
	  . mark('locks') . $LOCKS . mark('end') . $rollback;
}

#---------------------------------------------------------------------------
# What was predicted
#---------------------------------------------------------------------------

sub rows { return map { [ split /\t/, $_, -1 ] } @{ $_[0] || [] }; }

sub read_relations
{
	my %relations;
	for (rows(@_))
	{
		my ($oid, $kind, $persistence, $name, $owner, $relname) = @$_;
		$relations{$oid} = { oid => $oid, kind => $kind, name => $name,
			owner => $owner, relname => $relname, temp => $persistence eq 't' };
	}
	return \%relations;
}

# Work is compared per table: that of its indexes and its TOAST is the table's.
sub owner
{
	my ($relations, $oid) = @_;
	my $relation = $relations->{$oid};
	# an index of a TOAST table names the TOAST table's owner already, a
	# partition's index its partition
	return $relation ? $relations->{ $relation->{owner} } || $relation : undef;
}

# Relations of others that lived before: of those made by the statement, or
# temporary ones, no other session can notice anything.
sub counts
{
	my ($relations, $oid) = @_;
	return $relations->{$oid} && !$relations->{$oid}{temp};
}

sub stronger
{
	my ($locks, $oid, $mode) = @_;
	$locks->{$oid} = $mode
	  if $STRENGTH{$mode} > ($locks->{$oid} ? $STRENGTH{ $locks->{$oid} } : 0);
}

# Adds a footprint to { lock => {oid => mode}, work => {oid => {work => certainty}} }.
sub add_prediction
{
	my ($predicted, $relations, $lines) = @_;
	my @problems;

	for (rows($lines))
	{
		my ($oid, $mode, $work, $certainty) = @$_;
		next unless counts($relations, $oid);
		push @problems, "unknown lock mode: $mode" unless $STRENGTH{$mode};
		stronger($predicted->{lock}, $oid, $mode) if $STRENGTH{$mode};
		my $table = owner($relations, $oid)->{oid};
		for my $item (grep { $_ ne 'none' && $_ ne '' } split /,\s*/, $work)
		{
			push @problems, "unknown work: $item"
			  unless $item =~ /^(scan|validate|index build|rewrite|copy|drop)$/;
			my $known = \$predicted->{work}{$table}{$item};
			$$known = $certainty unless $$known && $$known eq 'yes';
		}
	}
	return @problems;
}

#---------------------------------------------------------------------------
# What was observed
#---------------------------------------------------------------------------

sub read_state
{
	my (%relations, %indexes, @foreign_keys);
	for (rows(@_))
	{
		my ($what, @fields) = @$_;
		if ($what eq 'rel') { $relations{ $fields[0] } = [ @fields[ 1 .. 4 ] ]; }
		elsif ($what eq 'index') { $indexes{ $fields[0] } = { valid => $fields[1] eq 't', parent => $fields[2] }; }
		else { push @foreign_keys, [@fields]; }
	}
	return { relations => \%relations, indexes => \%indexes, foreign_keys => \@foreign_keys };
}

# One statement's work as seen by the server. "must" is what a prediction has
# to contain, "may" what else would not be wrong to predict.
package Observation;

sub new
{
	my ($class, %self) = @_;
	$self{empties} = $self{statement} =~ /^(truncate|refresh\b.*with\s+no\s+data)\b/is;
	return bless { %self, must => {}, may => {}, read => {} }, $class;
}

sub must
{
	my ($self, $oid, $work) = @_;
	return unless main::counts($self->{relations}, $oid);
	my $table = main::owner($self->{relations}, $oid)->{oid};
	$self->{must}{$table}{$work} = 1;
	$self->{read}{$table} = 1;
}

sub may
{
	my ($self, $oid, $work) = @_;
	return unless main::counts($self->{relations}, $oid);
	my $table = main::owner($self->{relations}, $oid)->{oid};
	$self->{may}{$table}{$work} = 1;
}

# How often the statement read the relation, by the statistics.
sub scans
{
	my ($self, $oid) = @_;
	my ($before, $after) = map { $self->{$_}{relations}{$oid} } qw(before after);
	return $before && $after ? $after->[2] - $before->[2] : 0;
}

sub new_file
{
	my ($self, $oid) = @_;
	my ($before, $after) = map { $self->{$_}{relations}{$oid} } qw(before after);
	return $before && $after && $before->[0] ne $after->[0];
}

sub moved
{
	my ($self, $oid) = @_;
	my ($before, $after) = map { $self->{$_}{relations}{$oid} } qw(before after);
	return $before && $after && $before->[1] ne $after->[1];
}

# The column's values stay in the file, but there is no way back to them.
sub lost_column
{
	my ($self, $oid) = @_;
	my ($before, $after) = map { $self->{$_}{relations}{$oid} } qw(before after);
	return $before && $after && $after->[3] > $before->[3];
}

# Messages give bare names. Of several tables of one name it was the one that
# was read or got a new file; a table that the statement makes is not known.
sub tables_named
{
	my ($self, $name) = @_;
	my @named = grep { $_->{relname} eq $name && $_->{kind} =~ /[rmpt]/ }
	  values %{ $self->{relations} };
	return $named[0]{oid} if @named == 1 && $self->{statement} !~ /^create\s+(table|schema)\b/i;
	return map { $_->{oid} }
	  grep { $self->scans($_->{oid}) || $self->new_file($_->{oid}) } @named;
}

# Both tables of a foreign key are read when it is validated; the work is
# counted with the referencing one.
sub validated
{
	my ($self, $name) = @_;
	my %before = map { $_->[3] => 1 } @{ $self->{before}{foreign_keys} };
	# partitions have constraints of the same name: look for new ones, or such
	# that have become valid
	my @keys = grep { $_->[0] eq $name && !$before{ $_->[3] } } @{ $self->{after}{foreign_keys} };
	my @read = grep { $self->scans($_->[1]) } @keys;

	for my $key (@read ? @read : @keys)
	{
		my ($referencing, $referenced) = @$key[ 1, 2 ];
		$self->must($referencing, 'validate')
		  if $self->{relations}{$referencing} && $self->{relations}{$referencing}{kind} eq 'r';
		$self->may($_, 'validate') for $referencing, $referenced;
	}
	# partitions of the referenced table are read, too, as may be those of a
	# referencing one: whatever the join went through
	for my $oid (grep { $self->scans($_) } keys %{ $self->{relations} })
	{
		$self->may($oid, 'validate');
		$self->{read}{ main::owner($self->{relations}, $oid)->{oid} } = 1;
	}
}

sub read_messages
{
	my ($self, $lines) = @_;
	my (%rewritten, %built);

	for (@$lines)
	{
		if (/DEBUG:  rewriting table "(.*)"$/) { $rewritten{$_} = 1 for $self->tables_named($1); }
		elsif (/DEBUG:  verifying table "(.*)"$/) { $self->must($_, 'scan') for $self->tables_named($1); }
		elsif (/DEBUG:  building index ".*" on table "(.*?)"/) { $built{$_} = 1 for $self->tables_named($1); }
		elsif (/DEBUG:  validating foreign key constraint "(.*)"$/) { $self->validated($1); }
	}
	return (\%rewritten, \%built);
}

# What became of the tables' files: rewritten, copied elsewhere, emptied, gone.
sub read_files
{
	my ($self, $rewritten) = @_;
	my $empties = $self->{empties};

	$self->may($_, 'drop') for grep { $self->lost_column($_) } keys %{ $self->{relations} };
	for my $oid (grep { $self->{before}{relations}{$_} } keys %{ $self->{relations} })
	{
		my $relation = $self->{relations}{$oid};
		my $is_table = $relation->{kind} =~ /[rm]/;
		if (!$self->{after}{relations}{$oid})
		{
			$is_table ? $self->must($oid, 'drop') : $self->may($oid, 'drop');
		}
		elsif ($rewritten->{$oid}) { $self->must($oid, 'rewrite'); }
		elsif ($self->new_file($oid) && $empties)
		{
			# what a materialized view had can be had again
			$relation->{kind} eq 'r' ? $self->must($oid, 'drop') : $self->may($oid, 'drop');
		}
		elsif ($self->new_file($oid) && $self->moved($oid)) { $self->must($oid, 'copy'); }
		elsif ($self->new_file($oid) && $relation->{kind} =~ /[rmt]/) { $self->must($oid, 'rewrite'); }
	}
	# partitioned relations have no file, but drop those of their partitions
	$self->may($_, 'drop') for $empties ? keys %{ $self->{relations} } : ();
}

# Some scans go without a message: of a default partition by CREATE TABLE
# PARTITION OF, by ALTER DOMAIN, of the referencing table by DETACH PARTITION.
# Statistics show them, unless the relation is known to be read for something
# else.
sub read_silent_scans
{
	my ($self) = @_;
	return if $self->{statement} !~ /^(alter\s+(table|domain|type)|create\s+(table|rule))\b/i
	  || $self->{statement} =~ /^create\s+table\b.*\bas\s+(select|table|values|execute)\b/is;
	my @silent = grep { $self->scans($_) > 0 && $self->{relations}{$_}{kind} =~ /[rm]/
		  && !$self->{read}{$_} } keys %{ $self->{relations} };
	my %silent = map { $_ => 1 } @silent;
	# of a foreign key's join only the referencing side is wanted
	# (of a partitioned table, the partitions are read that the constraint is not on)
	my %referenced = map { $_->[2] => 1 }
	  grep { $silent{ $_->[1] } || $self->{statement} =~ /\bdetach\b/i } @{ $self->{before}{foreign_keys} };

	for my $oid (@silent)
	{
		$self->may($oid, $_) for qw(scan validate);
		my $work = $self->is_referencing($oid) && $self->{statement} =~ /\bdetach\b/i ? 'validate' : 'scan';
		$self->must($oid, $work) unless $referenced{$oid};
	}
}

sub is_referencing
{
	my ($self, $oid) = @_;
	return scalar grep { $_->[1] == $oid } @{ $self->{before}{foreign_keys} };
}

# REFRESH reads what the query is made of and, concurrently, the old contents,
# to find what changed.
sub read_refresh
{
	my ($self) = @_;
	return unless $self->{statement} =~ /^refresh\b/i;
	$self->may($_, 'scan') for grep { $self->scans($_) } keys %{ $self->{relations} };
}

# A rewrite brings the index builds and the checks with it; filling an emptied
# relation's indexes is no work.
sub add_builds
{
	my ($self, $built) = @_;
	$built = {} if $self->{empties};
	for my $oid (keys %$built)
	{
		my $table = main::owner($self->{relations}, $oid) or next;
		my $works = $self->{must}{ $table->{oid} } || {};
		$self->must($oid, 'index build') unless $works->{rewrite};
	}
	for my $table (keys %{ $self->{must} })
	{
		my $works = $self->{must}{$table};
		if ($works->{rewrite}) { $self->may($table, $_) for 'index build', 'scan'; }
	}
}

sub look
{
	my ($self, $messages) = @_;
	my ($rewritten, $built) = $self->read_messages($messages);
	$self->read_files($rewritten);
	$self->add_builds($built);
	$self->read_silent_scans;
	$self->read_refresh;
	return $self;
}

package main;

#---------------------------------------------------------------------------
# Comparing
#---------------------------------------------------------------------------

sub short
{
	my ($mode) = @_;
	return 'nothing' unless $mode;
	(my $short = $mode) =~ s/Lock$//;
	return $short;
}

sub compare_locks
{
	my ($case, $relations, $predicted, $observed) = @_;
	my (%oids, @problems);

	$oids{$_} = 1 for keys %$predicted, keys %$observed;
	for my $oid (sort { $relations->{$a}{name} cmp $relations->{$b}{name} } keys %oids)
	{
		my ($guess, $fact) = map { $_->{$oid} && $STRENGTH{ $_->{$oid} } >= $WEAKEST ? $_->{$oid} : '' }
		  $predicted, $observed;
		next if $guess eq $fact && $guess eq '';
		if ($guess eq $fact) { $case->{lock_tp}++; next; }
		next if $guess && $case->{early}{ $relations->{$oid}{name} };
		$case->{lock_fp}++ if $guess;
		$case->{lock_fn}++ if $fact;
		push @problems, "$relations->{$oid}{name}: predicted lock "
		  . short($guess) . ', observed ' . short($fact);
	}
	return @problems;
}

sub list { my ($works) = @_; return join(', ', sort keys %{ $works || {} }) || 'none'; }

# must and may: { table => { work => 1 } }
sub compare_work
{
	my ($case, $relations, $predicted, $must, $may) = @_;
	my (%tables, @problems);

	$tables{$_} = 1 for keys %$predicted, keys %$must;
	for my $table (sort { $relations->{$a}{name} cmp $relations->{$b}{name} } keys %tables)
	{
		my $guess = $predicted->{$table} || {};
		my $fact  = $must->{$table}      || {};
		my @missed = grep { !$guess->{$_} && !($guess->{rewrite} && /^(scan|index build)$/) } keys %$fact;
		my @absent = grep { !$fact->{$_} && !$may->{$table}{$_} } keys %$guess;
		my @wrong  = grep { $guess->{$_} eq 'yes' } @absent;
		$case->{maybe} += @absent - @wrong;
		push @problems, "$relations->{$table}{name}: predicted work " . list($guess)
		  . ', observed ' . list($fact)
		  if @missed || @wrong;
	}
	return @problems;
}

# How good is the plain answer, "this reads or writes a table through"? Removing
# files is not that.
sub count_working
{
	my ($case, $predicted, $must, $may) = @_;
	my $real = sub { scalar grep { $_ ne 'drop' } map { keys %$_ } values %{ $_[0] } };
	my ($guess, $fact) = ($real->($predicted), $real->($must));
	my $confirmed = $fact;

	for my $table (keys %$predicted)
	{
		$confirmed ||= $may->{$table}{$_} for keys %{ $predicted->{$table} };
	}
	if    ($guess && $confirmed) { $case->{work_tp}++; }
	elsif ($guess)               { $case->{work_fp}++; }
	elsif ($fact)                { $case->{work_fn}++; }
}

#---------------------------------------------------------------------------
# One case
#---------------------------------------------------------------------------

sub first_error
{
	my ($line) = grep { /ERROR:  |FATAL:  |PANIC:  |connection to server was lost/ } @{ $_[0] || [] };
	$line =~ s/^psql:\S+ // if $line;
	return $line;
}

# Measuring a statement must not change what is measured.
sub check_traces
{
	my ($lines) = @_;
	my @lines = grep { length } @$lines;
	return @lines ? ("footprint left a lock or a transaction id behind: @lines") : ();
}

sub merge
{
	my ($into, $from) = @_;
	for my $table (keys %$from) { $into->{$table}{$_} = 1 for keys %{ $from->{$table} }; }
}

# What safeddl.verify says of the statement, from inside the server. It does
# not look at relations of the statement's own transaction.
sub read_verify
{
	my ($lines) = @_;
	my @problems;
	my @lines = @{ $lines || [] };

	for my $i (grep { $lines[$_] =~ /WARNING:  footprint of/ } 0 .. $#lines)
	{
		my ($what) = $lines[$i] =~ /WARNING:  (.*)/;
		my ($how) = ($lines[ $i + 1 ] || '') =~ /DETAIL:  (.*?)\s+Statement:/;
		push @problems, "verify: $what" . ($how ? ": $how" : '');
	}
	return @problems;
}

# The guard has to reject what has a stall in its footprint, and nothing else:
# it takes short cuts that the footprint does not take. $$held: a lock of an
# earlier statement blocks others; takes note of those of this one.
sub check_guard
{
	my ($relations, $footprint, $lines, $held) = @_;
	my $rejected = grep { /ERROR:  2F003/ } @{ $lines || [] };
	my $warned = grep { /WARNING:  01000: \S.* would / } @{ $lines || [] };
	my ($works, $loses, $blocks) = (0, 0, 0);

	for (rows($footprint))
	{
		my ($oid, $mode, $work, $certainty, $rule) = @$_;
		my $visible = counts($relations, $oid) && $relations->{$oid}{kind} ne 'c';
		$blocks ||= $visible && $STRENGTH{$mode} >= $STRENGTH{ShareLock};
		$works ||= $rule eq 'invalid_index';
		next if !$rule || $work eq 'none';
		# nobody misses a new table, but others may be locked while it is read
		$works ||= $stalls{$rule} && $work ne 'drop';
		$loses ||= $visible && !$stalls{$rule};
	}
	my $verdict = $rejected ? 'rejected' : $warned ? 'warned' : 'passed';
	my $wanted = $works && ($blocks || $$held) ? 'rejected' : $loses && $blocks ? 'warned' : 'passed';
	$$held ||= $blocks;
	$total{$verdict eq 'passed' ? 'let' : $verdict}++;
	return $verdict eq $wanted ? () : "guard: $verdict, by the footprint: $wanted";
}

# Tables whose invalid index the statement took for the one that it was to make:
# it became part of a partitioned one, or IF NOT EXISTS was content with it. What
# is quiet on purpose: ONLY and ALTER INDEX, where a partitioned index may be
# completed later, and temporary tables.
sub check_traps
{
	my ($relations, $footprint, $seen, $lines) = @_;
	my ($before, $after) = map { $seen->{$_}{indexes} } qw(before after);
	my (%predicted, %observed);

	for (rows($footprint)) { $predicted{ $_->[0] } = 1 if $_->[4] eq 'invalid_index'; }
	for my $oid (grep { $before->{$_} && !$after->{$_}{valid} } keys %$after)
	{
		my $partitioned = $relations->{$oid}{kind} eq 'I';
		my $skipped = $seen->{statement} =~ /^create\b.*\bif\s+not\s+exists\b/is
		  && !($partitioned && $seen->{statement} =~ /\bonly\b/i)
		  && grep { /NOTICE:.* relation "\Q$relations->{$oid}{relname}\E" already exists, skipping/ } @$lines;
		my $table = owner($relations, $oid);
		next unless counts($relations, $table->{oid});
		$observed{ $table->{oid} } = 1
		  if ($skipped && $seen->{statement} =~ /\bon\s+(only\s+)?(\w+\.)?"?\Q$table->{relname}\E\b/i)
		  || ($after->{$oid}{parent} ne $before->{$oid}{parent}
			&& !($partitioned && $seen->{statement} =~ /^alter\s+index\b/i));
	}
	my $names = sub { join(', ', sort map { $relations->{$_}{name} } keys %{ $_[0] }) || 'none' };
	return $names->(\%predicted) eq $names->(\%observed) ? ()
	  : ('invalid index of ' . $names->(\%observed) . ', by the footprint: ' . $names->(\%predicted));
}

# Work while a lock blocks others has to have a rule, or the guard would keep
# silent about it, unless the case says why. The lock may be on another relation.
sub check_rules
{
	my ($case, $relations, $footprints) = @_;
	my @silent;

	for my $footprint (map { [ rows($_) ] } @$footprints)
	{
		next unless grep { counts($relations, $_->[0]) && $STRENGTH{ $_->[1] } >= $STRENGTH{ShareLock} } @$footprint;
		for (@$footprint)
		{
			my ($oid, $mode, $work, $certainty, $rule) = @$_;
			my $items = join ', ', grep { $_ ne 'none' && $_ ne 'drop' } split /,\s*/, $work;
			my $name = $relations->{$oid} ? $relations->{$oid}{name} : 'a new relation';
			push @silent, "$name: $items without a rule, and others have to wait"
			  if length $items && !$rule;
		}
	}
	return @silent unless $case->{norule};
	return @silent ? () : ('no work is without a rule: remove the marker norule');
}

# Compares the parts that psql printed; returns the problems found.
sub judge
{
	my ($case, $out, $err) = @_;
	my $relations = read_relations($out->{relations});
	my ($predicted, $must, $may) = ({ lock => {}, work => {} }, {}, {});
	my (@problems, $error);
	my $held = 0;

	for my $number (0 .. $#{ $case->{statements} })
	{
		my $statement = $case->{statements}[$number];
		my $refused = first_error($err->{"footprint $number"});
		$error = first_error($err->{"run $number"});
		push @problems, check_traces($out->{"kept $number"}) if $number == 0;
		# an error of the statement may well come up in its analysis
		push @problems, "footprint: $refused" if $refused && !$error;
		push @problems, add_prediction($predicted, $relations, $out->{"footprint $number"});
		last if $error;
		push @problems, read_verify($err->{"run $number"});
		push @problems, check_guard($relations, $out->{"footprint $number"}, $err->{"guard $number"}, \$held)
		  unless $case->{notx} || $case->{inside};
		my $seen = Observation->new(relations => $relations, statement => $statement,
			before => read_state($out->{"before $number"}),
			after  => read_state($out->{"after $number"}))->look($err->{"run $number"});
		push @problems, check_traps($relations, $out->{"footprint $number"}, $seen, $err->{"run $number"});
		merge($must, $seen->{must});
		merge($may,  $seen->{may});
	}
	push @problems, check_rules($case, $relations,
		[ map { $out->{"footprint $_"} } 0 .. $#{ $case->{statements} } ]);
	describe($case, $relations, $predicted, $must, $error) if $verbose;
	if ($error) { $total{error}++; return @problems; }
	if ($case->{inside})
	{
		push @problems, 'it has a footprint' if %{ $predicted->{lock} };
		return @problems;
	}

	my %held;
	counts($relations, $_->[0]) && stronger(\%held, @$_) for rows($out->{locks});
	if ($case->{notx}) { $total{notx}++; }
	else { push @problems, compare_locks($case, $relations, $predicted->{lock}, \%held); }
	describe_locks($relations, \%held) if $verbose && !$case->{notx};
	push @problems, compare_work($case, $relations, $predicted->{work}, $must, $may);
	count_working($case, $predicted->{work}, $must, $may);
	return @problems;
}

sub describe
{
	my ($case, $relations, $predicted, $must, $error) = @_;
	my $name = sub { $relations->{ $_[0] }{name} };

	print "$case->{id} $case->{title}\n";
	print "    $_\n" for @{ $case->{statements} };
	print '    predicted: ', join('; ', map { $name->($_) . ' ' . short($predicted->{lock}{$_}) }
		sort { $name->($a) cmp $name->($b) } keys %{ $predicted->{lock} }), "\n";
	for my $table (keys %{ $predicted->{work} })
	{
		my $works = $predicted->{work}{$table};
		print '               ', $name->($table), ': ',
		  join(', ', map { "$_ ($works->{$_})" } sort keys %$works), "\n";
	}
	print "    observed:  $error\n" if $error;
	print '    observed:  ', $name->($_), ': ', list($must->{$_}), "\n" for keys %$must;
}

sub describe_locks
{
	my ($relations, $held) = @_;
	my $name = sub { $relations->{ $_[0] }{name} };
	print '    observed:  ', join('; ', map { $name->($_) . ' ' . short($held->{$_}) }
		sort { $name->($a) cmp $name->($b) } keys %$held), "\n";
}

sub run_case
{
	my ($case) = @_;
	my ($status, $out, $err) = psql($DATABASE, case_script($case));

	for my $section (qw(setup connect pre relations))
	{
		my $error = first_error($err->{$section});
		return "$section: $error" if $error && $status != 2;
	}
	if ($status)
	{
		my ($where) = grep { first_error($err->{$_}) || grep { /terminated|connection/ } @{ $err->{$_} } }
		  sort keys %$err;
		wait_for_server();
		return 'the connection was lost in: ' . ($where || 'an unknown place');
	}
	return judge($case, $out, $err);
}

# A known gap that has been closed is a failure: its marker has to go.
sub settle
{
	my ($case, @problems) = @_;
	my $statement = join '; ', @{ $case->{statements} };

	if ($case->{todo})
	{
		if (@problems)
		{
			$total{gap}++;
			print "gap  $case->{id} $statement ($case->{todo})\n";
			print map { "     $_\n" } $verbose ? @problems : ();
			return;
		}
		@problems = ('no longer a gap: remove the marker');
	}
	$total{ @problems ? 'failed' : 'passed' }++;
	print "FAIL $case->{id} $case->{file}: $statement\n", map { "     $_\n" } @problems if @problems;
	# gaps are counted apart, so as not to blur the figures of what is claimed
	$total{$_} += $case->{$_} || 0 for qw(lock_tp lock_fp lock_fn work_tp work_fp work_fn maybe);
}

sub rate
{
	my ($what, $tp, $fp, $fn) = @_;
	my $percent = sub { my ($of) = @_; return $of ? sprintf('%.1f %%', 100 * $tp / $of) : 'n/a' };
	printf "%-24s %d right, %d false, %d missed: precision %s, recall %s\n", $what, $tp, $fp, $fn,
	  $percent->($tp + $fp), $percent->($tp + $fn);
}

sub report
{
	print "\n";
	rate('locks (relation, mode):', @total{qw(lock_tp lock_fp lock_fn)});
	rate('statements that work:',   @total{qw(work_tp work_fp work_fn)});
	print "'maybe' that did not happen: $total{maybe}\n";
	print "statements that failed, as they should: $total{error}; work only: $total{notx}\n";
	print "the guard rejected $total{rejected} statements, warned of $total{warned}",
	  " and let $total{let} pass\n";
	print "known gaps: $total{gap}; skipped by version: $total{skipped}\n";
	print "$total{passed} passed, $total{failed} failed\n";
}

sub main
{
	my @arguments = @ARGV;
	$verbose = grep { $_ eq '-v' } @arguments;
	@arguments = grep { $_ ne '-v' } @arguments;
	my @cases = select_cases(@arguments);

	# messages are read by their English words
	@ENV{qw(LC_ALL PGCLIENTENCODING)} = ('C', 'UTF8');
	$ENV{PGOPTIONS} = ($ENV{PGOPTIONS} || '') . ' -c lc_messages=C';
	$| = 1;
	my $version = prepare();
	for my $case (@cases)
	{
		if ($version < ($case->{min} || 0)) { $total{skipped}++; next; }
		settle($case, run_case($case));
	}
	psql_or_die('postgres', $DROP_EVERYTHING);
	report();
	exit($total{failed} ? 1 : 0);
}

main();
