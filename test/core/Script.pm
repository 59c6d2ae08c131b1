# A test script of psql, and what psql wrote while it ran it with -a.

package Script;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(statements outputs targets identifiers);

# statements: the script cut into statements, as psql does: hashes with text,
# and first and last line (from 0).  Several on a line are one.
sub statements
{
	my ($script) = @_;
	my @lines = split /^/, $script;
	my @statements;
	my ($first, $text, $quote, $depth, $atomic) = (0, '', '', 0, 0);
	my $copy = 0;

	for my $i (0 .. $#lines)
	{
		my $line = $lines[$i];
		my $ended = 0;

		if ($copy)
		{
			$copy = 0 if $line =~ /^\\\.$/;
			$first = $i + 1;
			next;
		}
		$text .= $line;
		while ($line ne '')
		{
			if ($quote eq '/*')
			{
				if ($line =~ s{^.*?\*/}{}s) { $quote = ''; }
				else { last; }
			}
			elsif ($quote ne '')
			{
				my $at = index($line, $quote);

				last if $at < 0;
				$line = substr($line, $at + length $quote);
				$quote = '';
			}
			elsif ($line =~ s/^--.*//s) { last; }
			elsif ($line =~ s{^/\*}{}) { $quote = '/*'; }
			elsif ($line =~ s/^[eE]'(?:[^'\\]|\\.|'')*'//s) { }
			elsif ($line =~ s/^(['"])//) { $quote = $1; }
			elsif ($line =~ s/^(\$\w*\$)//) { $quote = $1; }
			elsif ($line =~ s/^BEGIN\s+ATOMIC\b//i) { $atomic++; }
			elsif ($atomic && $line =~ s/^END\b//i) { $atomic--; }
			elsif ($atomic && $line =~ s/^CASE\b//i) { $atomic++; }
			elsif ($line =~ s/^\(//) { $depth++; }
			elsif ($line =~ s/^\)//) { $depth-- if $depth; }
			elsif ($line =~ s/^;//) { $ended = 1 if !$depth && !$atomic; }
			elsif ($line =~ s/^\\(?:g\w*|crosstabview|watch).*//s) { $ended = 1; last; }
			elsif ($line =~ s/^\\(?!;).*//s) { $ended = 1 if $text =~ /\A\s*\\/; last; }
			elsif ($line =~ s/^\w+//) { }
			else { $line =~ s/^.//s; }
		}
		$ended = 1 if $text =~ /\A\s*\z/;
		if ($ended && $quote eq '')
		{
			push @statements, { text => $text, first => $first, last => $i };
			$copy = $text =~ /\bcopy\b.*\bfrom\s+stdin\b/is && $text !~ /\\copy/;
			($first, $text, $depth, $atomic) = ($i + 1, '', 0, 0);
		}
	}
	push @statements, { text => $text, first => $first, last => $#lines } if $text ne '';
	return @statements;
}

# outputs: what was written after each line of the script.  psql echoes the
# lines in their order, but not the data of a COPY that works, and in some
# versions not the empty ones.  Returns a list with one text a line.
sub outputs
{
	my ($script, $output, @statements) = @_;
	my @lines = split /^/, $script;
	my @after = ('') x @lines;
	my ($next, $current) = (0, 0);
	my %beyond_data;

	for my $i (1 .. $#statements)
	{
		my $end = $statements[ $i - 1 ]{last} + 1;

		$beyond_data{$end} = $statements[$i]{first} if $statements[$i]{first} > $end;
	}
	foreach my $line (split /^/, $output)
	{
		my $at = $next;

		if ($line ne ($lines[$at] // ''))
		{
			$at = $beyond_data{$at} // $at;
			$at++ while $line ne "\n" && $at < @lines && $lines[$at] eq "\n";
			$at = $beyond_data{$at} // $at if $line ne ($lines[$at] // '');
		}
		if ($line eq ($lines[$at] // ''))
		{
			$current = $at;
			$next = $at + 1;
		}
		else
		{
			$after[$current] .= $line;
		}
	}
	return @after;
}

my $name = qr/(?:(?:"[^"]+"|[\w\$]+)\.)*(?:"[^"]+"|[\w\$]+)/;
my $if = qr/(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?/i;
my $kind = qr/(?:TABLE|INDEX|VIEW|SEQUENCE|TRIGGER|RULE|POLICY|FUNCTION|PROCEDURE|ROUTINE|AGGREGATE
	|OPERATOR(?:\s+(?:CLASS|FAMILY))?|TYPE|DOMAIN|CAST|SCHEMA|STATISTICS|PUBLICATION|SUBSCRIPTION
	|CONSTRAINT|COLUMN|COLLATION|CONVERSION|ROLE|USER|DATABASE|SERVER|ATTRIBUTE|VALUE|PARTITION)/xi;

# plain: a name without its schema, as the server would fold it
sub plain
{
	my ($text) = @_;

	$text =~ s/^.*\.(?=[^.]+$)//s unless $text =~ /^"[^"]*"$/;
	return $text =~ /^"(.*)"$/s ? $1 : lc $text;
}

# targets: names of what a statement defines or changes
sub targets
{
	my ($text) = @_;
	my @found;

	$text =~ s/--.*$//mg;
	push @found, $1 while $text =~ /\b$kind\s+(?:CONCURRENTLY\s+)?$if($name)/gi;
	push @found, split /\s*,\s*/, $1
	  while $text =~ /\b(?:DROP\s+$kind|TRUNCATE(?:\s+TABLE)?)\s+(?:CONCURRENTLY\s+)?$if((?:$name\s*,\s*)+$name)/gi;
	push @found, $1
	  while $text =~ /\b(?:INTO|UPDATE|DELETE\s+FROM|COPY|REFERENCES|TRUNCATE|CLUSTER(?:\s+VERBOSE)?|INHERIT|PARTITION\s+OF|LIKE|ATTACH\s+PARTITION|RENAME\s+TO|RENAME\s+$name\s+TO|ADD|USING\s+INDEX|PREPARE|DECLARE|ANALYZE|VACUUM(?:\s+FULL|\s*\([^)]*\))?(?:\s+FREEZE)?(?:\s+VERBOSE)?(?:\s+ANALYZE)?)\s+(?:TEMP\s+|TEMPORARY\s+|TABLE\s+)*$if($name)/gi;
	push @found, $1 while $text =~ /\bON\s+$if($name)/gi;
	push @found, split /\s*,\s*/, $1 while $text =~ /\bINHERITS\s*\(([^)]*)\)/gi;
	push @found, $1 while $text =~ /\bPREPARE\s+TRANSACTION\s+'([^']+)'/gi;
	# variables of psql
	push @found, $1 while $text =~ /^\s*\\set\s+(\w+)/g;
	push @found, $1 while $text =~ /\bAS\s+($name)[^;]*\\gset/gi;
	my %seen = map { plain($_) => 1 } @found;
	delete @seen{qw(if not exists only on as from to table all none a b c d f1 x y i id is check
		primary unique foreign constraint column default set temp temporary select conflict
		commit exclude stdin stdout public current)};
	return keys %seen;
}

# identifiers: every word of a text that may be a name
sub identifiers
{
	my ($text) = @_;
	my %seen;

	$seen{$1} = 1 while $text =~ /"([^"\n]+)"/g;
	$seen{ lc $1 } = 1 while $text =~ /([A-Za-z_][\w\$]*)/g;
	# of prepared transactions
	$seen{ lc $1 } = 1 while $text =~ /\b(\w+-\w+)\b/g;
	return keys %seen;
}

1;
