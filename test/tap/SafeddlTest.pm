# What the TAP tests share: a server with safeddl, what the guard said in few
# words, and a client that speaks the protocol itself (psql cannot send a
# utility statement through the extended protocol before version 16).
package SafeddlTest;

use strict;
use warnings;

use Exporter 'import';
use IO::Socket::UNIX;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_server says run_sql log_lines done_lines log_size BIG);

# A table of about 1 MB with a primary key; with min_table_size = 64kB it is
# large, and an empty one is not.
use constant BIG => q{
	CREATE TABLE big (id int PRIMARY KEY, a int NOT NULL, b int, t text);
	INSERT INTO big SELECT i, i % 100, i, 'row ' || i FROM generate_series(1, 10000) i;
	ANALYZE big;
};

# new_server($name, init => {...}, conf => $text): initialized, not started.
sub new_server
{
	my ($name, %param) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(%{ $param{init} // {} });
	$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'safeddl'
safeddl.mode = 'warn'
safeddl.min_table_size = '64kB'
autovacuum = off
log_statement = none
CONF
	$node->append_conf('postgresql.conf', $param{conf}) if defined $param{conf};
	return $node;
}

# run_sql($node, $sql, %options of psql()): (standard output, standard error),
# going on after errors.  user => 'alice' connects as somebody else.
sub run_sql
{
	my ($node, $sql, %param) = @_;
	my $user = delete $param{user};
	my ($out, $err);

	$param{connstr} = $node->connstr($param{dbname} // 'postgres') . " user=$user"
	  if defined $user;
	$node->psql(
		delete $param{dbname} // 'postgres', $sql,
		stdout => \$out,
		stderr => \$err,
		on_error_stop => 0,
		%param);
	return ($out, $err);
}

# condense($stderr): what a client of psql was told, in the order of arrival:
# "warn create_index" or "block create_index" for a message of the guard with
# the names of its rules, "ERROR: text" for other errors and warnings.  Notices
# are left out.
sub condense
{
	my ($stderr) = @_;
	my @said;

	my @parts = split /^(?:psql:[^\n]*?: )?(ERROR|WARNING|FATAL|PANIC|NOTICE|INFO|LOG):  /m, $stderr;
	my $before = shift(@parts) // '';
	push @said, $before if $before =~ /\S/;    # "server closed the connection"
	while (my ($level, $text) = splice(@parts, 0, 2))
	{
		my @rules = $text =~ /\bRule: (\w+)\./g;
		next if $level eq 'NOTICE' && !@rules;
		if (@rules)
		{
			push @said, { WARNING => 'warn', ERROR => 'block' }->{$level} // $level;
			$said[-1] .= ' ' . join(' ', @rules);
		}
		else
		{
			$text =~ s/\n.*//s;
			push @said, "$level: $text";
		}
	}
	return join('; ', @said);
}

# says($node, $sql, %options): what the client is told, condensed
sub says
{
	my ($out, $err) = run_sql(@_);
	return condense($err);
}

# The guard's decisions in the server log from $offset on, without the prefix;
# and the second lines of what has run.
sub log_lines
{
	my ($node, $offset) = @_;
	return slurp_file($node->logfile, $offset) =~ /LOG:  safeddl: (verdict=.*)/g;
}

sub done_lines
{
	my ($node, $offset) = @_;
	return slurp_file($node->logfile, $offset) =~ /LOG:  safeddl: (done .*)/g;
}

sub log_size
{
	my ($node) = @_;
	return -s $node->logfile;
}

# ----------------------------------------------------------------
#	the wire protocol, version 3
# ----------------------------------------------------------------

# SafeddlTest->connect($node, $user, $database): an open connection over the Unix socket
sub connect
{
	my ($class, $node, $user, $database) = @_;
	my $socket = IO::Socket::UNIX->new(
		Type => SOCK_STREAM,
		Peer => $node->host . '/.s.PGSQL.' . $node->port)
	  or die "cannot connect: $!";
	$user //= $ENV{PGUSER} // (getpwuid($<))[0];
	my $body = pack('N', 196608) . join("\0", 'user', $user, 'database', $database // 'postgres', '', '');
	my $self = bless { socket => $socket }, $class;

	$socket->syswrite(pack('N', length($body) + 4) . $body);
	$self->receive;
	return $self;
}

sub put
{
	my ($self, $type, $body) = @_;
	$self->{socket}->syswrite($type . pack('N', length($body) + 4) . $body);
	return $self;
}

sub get_bytes
{
	my ($self, $count) = @_;
	my $bytes = '';
	while (length($bytes) < $count)
	{
		$self->{socket}->sysread($bytes, $count - length($bytes), length($bytes))
		  or die 'server closed the connection';
	}
	return $bytes;
}

# receive: everything up to ReadyForQuery, as a list of hashes: tag => 'CREATE
# INDEX' for what was completed, {S => 'ERROR', C => '2F003', ...} for errors
# and notices, with the field letters of the protocol.
sub receive
{
	my ($self) = @_;
	my @got;

	while (1)
	{
		my ($type, $length) = unpack('aN', $self->get_bytes(5));
		my $body = $length > 4 ? $self->get_bytes($length - 4) : '';

		if ($type eq 'Z')
		{
			$self->{status} = $body;
			return @got;
		}
		push @got, { map { substr($_, 0, 1) => substr($_, 1) } split /\0/, $body }
		  if $type eq 'E' || $type eq 'N';
		push @got, { tag => unpack('Z*', $body) } if $type eq 'C';
	}
}

# query: the simple protocol
sub query
{
	my ($self, $sql) = @_;
	return $self->put('Q', "$sql\0")->receive;
}

# parse, execute, sync: the parts of the extended protocol
sub parse
{
	my ($self, $name, $sql) = @_;
	return $self->put('P', "$name\0$sql\0" . pack('n', 0));
}

sub execute
{
	my ($self, $name) = @_;
	$self->put('B', "\0$name\0" . pack('nnn', 0, 0, 0));
	return $self->put('E', "\0" . pack('N', 0));
}

sub sync
{
	my ($self) = @_;
	return $self->put('S', '')->receive;
}

# brief(@received): as condense()
sub brief
{
	my @said;
	foreach my $message (@_)
	{
		my @rules = ($message->{D} // '') =~ /\bRule: (\w+)\./g;
		push @said,
			exists $message->{tag} ? $message->{tag}
		  : @rules ? join(' ', $message->{S} eq 'ERROR' ? 'block' : 'warn', @rules)
		  : "$message->{S}: $message->{M}";
	}
	return join('; ', @said);
}

1;
