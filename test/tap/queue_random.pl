# Would it wait?  What safeddl says, and what the server does: the same, in
# random situations of up to four sessions that hold and await locks on a
# table, with a fifth that may hold some itself and asks for one more.
#
# SEED and ROUNDS in the environment say which and how many.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my @modes = (
	'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE',
	'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE');
my $rounds = $ENV{ROUNDS} // 200;

srand($ENV{SEED} // 1);

# nobody is to resolve a deadlock while we look
my $node = new_server('random', conf => <<'CONF');
safeddl.mode = off
deadlock_timeout = '1h'
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE TABLE t (id int)');

my ($watcher, $asker, @others) = map { SafeddlTest->connect($node) } 0 .. 5;
$others[$_]->query("SET application_name = 'other $_'") for 0 .. 3;

sub failed { return (grep { exists $_->{C} } @_) > 0 }

sub has_answer
{
	my ($session) = @_;
	my $bits = '';

	vec($bits, fileno($session->{socket}), 1) = 1;
	return select($bits, undef, undef, 0.001) > 0;
}

# is a session waiting for a lock, and in the queue?
sub waits
{
	my ($n) = @_;
	my ($answer) = $watcher->query(
		"SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
		 WHERE application_name = 'other $n' AND NOT granted AND waitstart IS NOT NULL");

	return $answer->{tag} eq 'SELECT 1';
}

# weak modes more often, or nearly everybody would wait
sub random_mode { return $modes[ rand() < 0.6 ? rand(2) : rand(8) ] }

# other($n): session $n asks for a lock or two; what came of it
sub other
{
	my ($n) = @_;
	my $session = $others[$n];
	my $first = $modes[ rand(4) ];
	my $mode = random_mode();
	my @did;

	$session->query('BEGIN');
	if (rand() < 0.3)
	{
		return "$n may not have $first"
		  if failed($session->query("LOCK TABLE t IN $first MODE NOWAIT"));
		push @did, "$n holds $first";
	}
	$session->put('Q', "LOCK TABLE t IN $mode MODE\0");
	$session->{asking} = 1;
	1 until has_answer($session) || waits($n);
	if (has_answer($session))
	{
		$session->{asking} = 0;
		push @did, $n . (failed($session->receive) ? ' fails: ' : ' holds ') . $mode;
	}
	else
	{
		push @did, "$n awaits $mode";
	}
	return @did;
}

# all go home, in the order in which they can
sub disperse
{
	my %gone;

	$asker->query('ROLLBACK');
	for (my $tries = 1; keys %gone < 4; $tries++)
	{
		foreach my $n (grep { !$gone{$_} } 0 .. 3)
		{
			my $session = $others[$n];

			$watcher->query(
				"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'other $n'")
			  if $session->{asking} && $tries % 20 == 0;
			next if $session->{asking} && !has_answer($session);
			$session->receive if $session->{asking};
			$session->{asking} = 0;
			$session->query('ROLLBACK');
			$gone{$n} = 1;
		}
	}
}

my (%count, @wrong);
foreach my $round (1 .. $rounds)
{
	my $turn = int(rand(6));    # of the one who asks in the end to lock something first
	my @did;

	$asker->query('BEGIN');
	foreach my $n (0 .. 3)
	{
		if ($n == $turn)
		{
			my $mode = random_mode();

			$asker->query('SAVEPOINT s');
			if (failed($asker->query("LOCK TABLE t IN $mode MODE NOWAIT")))
			{
				$asker->query('ROLLBACK TO s');
			}
			else
			{
				push @did, "asker holds $mode";
			}
		}
		push @did, other($n) if rand() < 0.5;
	}

	my $mode = $modes[ 4 + rand(4) ];
	$asker->query($_)
	  foreach ('SAVEPOINT s', 'SET LOCAL safeddl.mode = block',
		'SET LOCAL safeddl.max_blocker_age = 0', "SET LOCAL lock_timeout = '20ms'");
	my $said = grep { ($_->{D} // '') =~ /Rule: lock_queue/ } $asker->query("LOCK TABLE t IN $mode MODE");
	$asker->query($_) foreach ('ROLLBACK TO s', "SET LOCAL lock_timeout = '20ms'");
	my $waited = failed($asker->query("LOCK TABLE t IN $mode MODE"));

	$count{ $waited ? 'waits' : 'does not wait' }++;
	push @wrong, "$round: $mode waits: " . ($waited ? 'yes' : 'no') . "; " . join(', ', @did)
	  if $said xor $waited;
	disperse();
}
is_deeply(\@wrong, [], "$rounds situations");
cmp_ok($count{$_} // 0, '>', $rounds / 10, $_) foreach 'waits', 'does not wait';

$node->stop;
done_testing();
