# The command safeddl-check: exit statuses, what it reads, and every format
# parsed again.  test/formats/run has the schemas of others.

use strict;
use warnings;

use Cwd qw(abs_path getcwd);
use Encode qw(decode encode);
use FindBin;
use lib $FindBin::RealBin;

use IO::Socket::UNIX;
use IPC::Run;
use JSON::PP;
use Pod::Checker;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $command = abs_path("$FindBin::RealBin/../../bin/safeddl-check");
my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());
my $node = new_server('command', conf => "safeddl.mode = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION safeddl;' . BIG . 'CREATE TABLE small (id int);');

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATABASE} = 'postgres';
delete @ENV{qw(GITHUB_WORKSPACE CI_PROJECT_DIR NO_COLOR PGCLIENTENCODING)};
chdir $directory or die "$directory: $!";

# check(@arguments, \$input): (exit status, standard output, standard error), as
# characters
sub check
{
	my $input = ref $_[-1] ? ${ pop @_ } : '';
	my ($out, $err) = ('', '');

	IPC::Run::run([ $^X, $command, @_ ], '<', \$input, '>', \$out, '2>', \$err);
	return ($? & 127 ? 'signal ' . ($? & 127) : $? >> 8, decode('UTF-8', $out), decode('UTF-8', $err));
}

# where(@arguments): the status, and file:line:column:rule of each finding
sub where
{
	my ($status, $out, $err) = check('--format=json', @_);
	my $report = eval { decode_json(encode('UTF-8', $out)) } or return "status $status: $err";
	return join ' ', $status, map { join ':', @$_{qw(file line column rule)} } @{ $report->{findings} };
}

sub report
{
	my ($status, $out) = check('--format=json', @_);
	return decode_json(encode('UTF-8', $out));
}

# a file of the test; its content is bytes
sub make
{
	my ($name, $content) = @_;
	open(my $file, '>', $name) or die "$name: $!";
	binmode $file;
	print $file $content;
	close $file;
	return $name;
}

sub make_directory
{
	my $path = '';
	foreach (split m{/}, shift)
	{
		$path .= "$_/";
		mkdir $path;
	}
	return;
}

# ----------------------------------------------------------------
# exit status, and messages
# ----------------------------------------------------------------

my $index = 'CREATE INDEX ON big (a);';
make('bad.sql', "$index\n");
make('good.sql', "CREATE INDEX ON small (id);\n");
make('drop.sql', "DROP TABLE big;\n");

is(where('good.sql'), '0', 'nothing to object to');
is(where('bad.sql'), '1 bad.sql:1:17:create_index', 'a finding');
is(where('drop.sql'), '1 drop.sql:1:1:drop_table', 'a warning counts');
is(where('--level=block', 'drop.sql'), '0', 'unless --level says otherwise');
is(where('--level=block', 'bad.sql', 'drop.sql'), '1 bad.sql:1:17:create_index', 'the others still count');
is(where('--level', 'log', 'drop.sql'), '1 drop.sql:1:1:drop_table', '--level=log');
is(where(\$index), '1 <stdin>:1:17:create_index', 'standard input');
is(where('-', \$index), '1 <stdin>:1:17:create_index', 'named');
is(where(\''), '0', 'nothing at all');
is(where(\"SELEKT 1;\n$index"), '1 <stdin>:1:1:not_checked <stdin>:2:17:create_index',
	'a syntax error is a finding');

sub trouble
{
	my ($arguments, $message, $name) = @_;
	my ($status, $out, $err) = check(@$arguments);
	is($status, 2, "$name: status");
	like($err, $message, "$name: message");
	is($out, '', "$name: no report");
	return;
}

trouble(['--nonsense'],
	qr/^safeddl-check: error: unrecognized option "nonsense"\nsafeddl-check: hint: Try "safeddl-check --help" for more information\.\n\z/,
	'an unknown option');
trouble([ '--format=xml', 'bad.sql' ], qr/^safeddl-check: error: invalid value "xml" for option --format\n/,
	'a format');
trouble([ '--level=error', 'bad.sql' ],
	qr/error: invalid value "error" for option --level\n.*hint: Use log, warn or block\.\n/, 'a level');
trouble([ '--color=no', 'bad.sql' ], qr/error: invalid value "no" for option --color\n/, 'a color');
trouble([ '--encoding=nonsense', 'bad.sql' ], qr/error: invalid encoding name "nonsense"\n/, 'an encoding');
trouble([ 'bad.sql', 'missing.sql' ],
	qr/^safeddl-check: error: could not open file "missing.sql" for reading: No such file or directory\n\z/,
	'a missing file');
trouble([ '--port=1', 'bad.sql' ],
	qr/^safeddl-check: error: connection to server .*failed: No such file or directory\n/, 'no server');
trouble([ '-d', 'nobody', 'bad.sql' ], qr/error: .*database "nobody" does not exist\n/, 'no database');
trouble([ '-U', 'nobody', 'bad.sql' ], qr/error: .*role "nobody" does not exist\n/, 'no role');
trouble([ '--output=missing/report', 'bad.sql' ],
	qr/error: could not open file "missing\/report" for writing: No such file/, 'an output file');

$node->safe_psql('postgres', 'CREATE DATABASE bare');
trouble(
	[ '-d', 'bare', 'bad.sql' ],
	qr/^safeddl-check: error: extension "safeddl" is not installed in database "bare"\nsafeddl-check: hint: Run there: CREATE EXTENSION safeddl;\n\z/,
	'no extension'
);
{
	local $ENV{PATH} = $directory;
	trouble(['bad.sql'], qr/^safeddl-check: error: could not find "psql" in the PATH\n/, 'no psql');
}
{
	local $ENV{PGOPTIONS} = '-c nonsense';
	trouble(['bad.sql'], qr/^safeddl-check: error: connection to server .*FATAL: /s, 'an error of the server');
}

# ways to connect
my $uri = 'postgresql:///postgres?host=' . $node->host . '&port=' . $node->port;
{
	local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ('/nowhere', 1, 'nothing');
	is(where('-d', $uri, 'bad.sql'), '1 bad.sql:1:17:create_index', 'a URI');
	is(where('--dbname=' . $node->connstr('postgres'), 'bad.sql'), '1 bad.sql:1:17:create_index',
		'a connection string');
	is(where('-h', $node->host, '-p', $node->port, '-d', 'postgres', 'bad.sql'), '1 bad.sql:1:17:create_index',
		'options as psql has them');
}

is(where('-d', "$uri&client_encoding=LATIN1", \"-- \xc3\xa9\n$index"), '1 <stdin>:2:17:create_index', 'another encoding of the client');
{
	local $ENV{PGOPTIONS} = '-c default_transaction_read_only=on';
	is(where('bad.sql'), '1 bad.sql:1:17:create_index', 'read only');
}

# without any right but to connect
$node->safe_psql('postgres', 'CREATE ROLE reader LOGIN');
is(where('-U', 'reader', 'bad.sql'), '1 bad.sql:1:17:create_index', 'an ordinary role may check');

# an interrupt ends psql too: a server that never answers
{
	my $host = PostgreSQL::Test::Utils::tempdir_short();
	my $server = IO::Socket::UNIX->new(Local => "$host/.s.PGSQL.5432", Listen => 1) or die $!;
	my ($in, $out, $err) = ('', '', '');
	my $run =
	  IPC::Run::start([ $^X, $command, '-h', $host, '-p', '5432', 'bad.sql' ], '<', \$in, '>', \$out, '2>',
		\$err);
	my $client = $server->accept;

	$client->sysread(my $request, 8);
	$run->signal('INT');
	$run->finish;
	is($? & 127, 2, 'ended by the interrupt');
	1 while $client->sysread($request, 1000);    # until psql has closed it
	pass('and psql with it');
}

# ----------------------------------------------------------------
# text
# ----------------------------------------------------------------

my $finding = report('bad.sql')->{findings}[0];
is(report('bad.sql')->{findings}[0]{level}, 'block', 'as in mode block');
my $lines =
  "bad.sql:1:17: block: $finding->{message} [create_index]\n    $index\n                    ^\n    $finding->{detail}\n    fix: $finding->{fix}\n";
is(join('', (check('bad.sql', 'good.sql'))[1]), "$lines\n1 finding (1 block) in 2 files\n", 'text');
is((check('--quiet', 'bad.sql'))[1], $lines, 'without a summary');
is((check('good.sql'))[1], "no findings in 1 file\n", 'no findings');
is((check('-q', 'good.sql'))[1], '', 'and no summary');
like((check('bad.sql', 'drop.sql'))[1], qr/^2 findings \(1 block, 1 warn\) in 2 files\n\z/m,
	'levels are counted');

# caret($line): of the finding, the line shown and what stands above the caret
sub caret
{
	my ($line) = @_;
	my (undef, $shown, $caret) = split /\n    /, (check(\encode('UTF-8', $line)))[1];
	return ($shown, $caret);
}

is(join('|', caret("\tSELECT 1;\t$index")), "    SELECT 1;   $index|" . ' ' x 32 . '^', 'tabs');
is(join('|', caret("/* \x{65e5}\x{672c} e\x{301} */ VACUUM FULL big;")),
	"/* \x{65e5}\x{672c} e\x{301} */ VACUUM FULL big;|" . ' ' x 25 . '^', 'wide and combining characters');
is(join('|', caret("/* \e[31m\x{9b}\x{7f} */ $index")),
	"/* \x{fffd}[31m\x{fffd}\x{fffd} */ $index|" . ' ' x 30 . '^', 'no escape sequences');
my ($shown, $caret) = caret('/*' . 'x' x 500 . "*/ $index /*" . 'y' x 500 . '*/');
is(length $shown, 106, 'long lines are cut');
like($shown, qr/^\.\.\.x+\*\/ \Q$index\E \/\*y+\.\.\.$/, 'on both sides');
is(substr($shown, length($caret) - 1, 3), 'big', 'the caret stands below the cause');

# colours
like((check('--color=always', 'bad.sql'))[1],
	qr/^\e\[1mbad\.sql:1:17:\e\[0m \e\[1;31mblock:\e\[0m CREATE INDEX/, 'colours');
unlike((check('bad.sql'))[1], qr/\e/, 'not for a pipe');
SKIP:
{
	my $terminal = sub {
		my $out = '';
		IPC::Run::run([ 'script', '-qec', join(' ', "'$^X'", "'$command'", @_), '/dev/null' ], '<', \undef,
			'>', \$out, '2>&1');
		return $out;
	};
	skip 'no terminal', 5 if system(q{script -qec 'test -t 1' /dev/null >/dev/null 2>&1 </dev/null}) != 0;
	local $ENV{TERM} = 'xterm';
	like($terminal->('bad.sql'), qr/^\e\[1mbad\.sql:1:17:/, 'for a terminal');
	unlike($terminal->('--color=never bad.sql'), qr/\e/, 'unless --color=never');
	{
		local $ENV{NO_COLOR} = '1';
		unlike($terminal->('bad.sql'), qr/\e/, 'or NO_COLOR');
	}
	like($terminal->('good.sql bad.sql'), qr/^\rchecking \d of 2: \w+\.sql\e\[K.*\r\e\[K\e\[1mbad\.sql/s,
		'a progress line, erased');
	unlike($terminal->('--quiet good.sql bad.sql'), qr/checking/, 'not with --quiet');
}

# ----------------------------------------------------------------
# files
# ----------------------------------------------------------------

foreach my $name ('with blank.sql', "it's \"quoted\".sql", "new\nline.sql", '$HOME `id`.sql', '-dash.sql',
	"\x{e9}\x{65e5}.sql", '%41&<.sql')
{
	my $path = make(encode('UTF-8', $name), $index);
	is(where('--', $path), "1 $name:1:17:create_index", 'a file ' . encode('UTF-8', $name =~ s/\n/\\n/r));
}
is(where(make("latin\xe9.sql", $index)), "1 latin\x{fffd}.sql:1:17:create_index", 'a name that is not UTF-8');
like((check("new\nline.sql"))[1], qr/^new\\nline\.sql:1:17: /, 'one line for a finding');

is(where(\"\xef\xbb\xbf$index"), '1 <stdin>:1:17:create_index', 'a byte order mark');
is(where(\encode('UTF-16', $index)), '1 <stdin>:1:17:create_index', 'UTF-16');
is(where(\"SELECT 1;\r\n\r\n  $index\r\n"), '1 <stdin>:3:19:create_index', 'CRLF');
is(report(\"$index\r\n")->{findings}[0]{source}, $index, 'the line without CR');
is(where(\"-- \xc3\xa9\n/* \xe6\x97\xa5 */ $index"), '1 <stdin>:2:25:create_index', 'columns are characters');
is(report(\"-- \xc3\xa9\n/* \xe6\x97\xa5 */ $index")->{findings}[0]{position}, 30, 'so is the position');
is(where('--encoding=LATIN1', \"/* \xe9 */ $index"), '1 <stdin>:1:25:create_index', '--encoding');
is(where('--encoding=WIN1252', \"/* \x80 */ $index"), '1 <stdin>:1:25:create_index',
	'by the name that PostgreSQL has');
{
	local $ENV{PGCLIENTENCODING} = 'LATIN1';
	is(where(\"/* \xe9 */ $index"), '1 <stdin>:1:25:create_index', 'PGCLIENTENCODING');
	is(report(\"/* \xe9 */ $index")->{findings}[0]{source}, "/* \x{e9} */ $index",
		'and what comes back is UTF-8');
}
trouble(
	[ make('invalid.sql', "SELECT 1;\n-- \xe9t\xe9\n") ],
	qr/^safeddl-check: error: file "invalid.sql", line 2: invalid byte sequence for encoding "UTF-8": 0xe9 0x74\nsafeddl-check: hint: .*--encoding=LATIN1/,
	'invalid UTF-8'
);
trouble([ make('zero.sql', "SELECT 1;\n\n\0") ],
	qr/error: file "zero.sql", line 3: a script cannot contain a zero byte\n/, 'a zero byte');
is(where(make('empty.sql', ''), 'bad.sql'), '1 bad.sql:1:17:create_index', 'an empty file');
my $quotes = q{DO $$ BEGIN NULL; END $$; SELECT $x$ '\ $$; $x$, '\';};
is(where(\"$quotes $index"), '1 <stdin>:1:' . (18 + length $quotes) . ':create_index',
	'dollar quotes and backslashes');
is(where(\"\\set x 1\n\\echo :x\n$index"), '1 <stdin>:3:17:create_index', 'what psql does itself');
is(where(make('large.sql', "SELECT '" . "0123456789abcde\n" x 655_360 . "';\n  $index")),
	'1 large.sql:655362:19:create_index', '10 MB');

# the later ones know what the earlier ones did
make('1.sql', 'CREATE TABLE fresh AS SELECT * FROM big;');
make('2.sql', 'CREATE INDEX ON fresh (a);');
is(where('1.sql', '2.sql', 'bad.sql'), '1 bad.sql:1:17:create_index', 'in the order given');
is(where('2.sql', '1.sql'), '1 2.sql:1:1:not_checked', 'and no other');

# each file a transaction
make('lock.sql', 'ALTER TABLE small ADD COLUMN x int; CREATE INDEX CONCURRENTLY ON big (b);');
unlike(where('lock.sql'), qr/concurrently_in_transaction/, 'no transaction');
like(where('--transaction', 'lock.sql'), qr/concurrently_in_transaction/, '--transaction');

# directories
make_directory('migrations/sub');
make("migrations/$_", $index)
  foreach
  qw(V2__b.sql V10__c.sql V1__a.SQL R__again.sql U2__b.sql V2__b.down.sql down.sql .hidden.sql notes.txt sub/3.sql);
is(
	join(' ', map { s{^migrations/}{}r } @{ report('migrations')->{files} }),
	'V1__a.SQL V2__b.sql V10__c.sql sub/3.sql R__again.sql',
	'a directory, in the order of migrations'
);
is(scalar @{ report('migrations/', 'migrations/down.sql')->{files} }, 6, 'what is named counts');

make_directory('none');
is((check('none'))[2], qq{safeddl-check: warning: there are no *.sql files in directory "none"\n}, 'a directory without files');
is((check('none'))[0], 0, 'is not an error');

# ----------------------------------------------------------------
# sizes of another server
# ----------------------------------------------------------------

my $sizes = decode_json($node->safe_psql('postgres', 'SELECT safeddl.sizes()'));
$_->{pages} = 100_000 foreach grep { $_->{name} eq 'small' } @{ $sizes->{relations} };
make('sizes.json', encode_json($sizes));
is(where('--sizes=sizes.json', 'good.sql'), '1 good.sql:1:17:create_index', '--sizes');
is(where('good.sql'), '0', 'for one run only');
trouble([ '--sizes=bad.sql', 'good.sql' ],
	qr/error: file "bad.sql" is not JSON: .*\nsafeddl-check: hint: Write it with: psql/, 'not JSON');
trouble([ '--sizes=' . make('other.json', '{"a": 1}'), 'good.sql' ], qr/^safeddl-check: error: (?!ERROR)/,
	'other JSON');

# ----------------------------------------------------------------
# databases with other encodings
# ----------------------------------------------------------------

foreach my $encoding (qw(SQL_ASCII LATIN1))
{
	$node->safe_psql('postgres',
		qq{CREATE DATABASE "db_$encoding" TEMPLATE template0 ENCODING '$encoding' LOCALE 'C'});
	$node->safe_psql("db_$encoding", 'CREATE EXTENSION safeddl;' . BIG);
	is(where('-d', "db_$encoding", \"/* \xc3\xa9\xc3\xa9 */ SELECT 1;\n/* \xc3\xa9 */ $index"),
		'1 <stdin>:2:25:create_index', $encoding);
	is(report('-d', "db_$encoding", \"-- \xc3\xa9\n$index")->{findings}[0]{position}, 22,
		"$encoding: the position is one of characters");
}
{
	my ($status, $out, $err) = check('-d', 'db_LATIN1', \"/* \xe6\x97\xa5 */ $index");
	is($status, 2, 'what the database cannot store');
	like($err,
		qr/^safeddl-check: error: character with byte sequence .* has no equivalent in encoding "LATIN1"\n\z/,
		'is said');
}

# ----------------------------------------------------------------
# every format, of the same findings
# ----------------------------------------------------------------

make_directory('odd, dir');
my $comment = '/* 100%, <a href="x">&amp; ]]> */';
$node->safe_psql('postgres', qq{CREATE TABLE "ta<b>&, 'l': %0A""e\x01" AS SELECT * FROM big});
my @odd = (
	make('odd, dir/a:b%.sql', qq{$comment $index\n$comment $index\nDROP TABLE big;\n}),
	make("odd, dir/new\nline.sql", qq{VACUUM FULL "ta<b>&, 'l': %0A""e\x01";\n}),
	'good.sql'
);
my $report = report(@odd);
my @findings = @{ $report->{findings} };
cmp_ok(scalar @findings, '>=', 4, 'findings');

# json, by the schema: what a small part of JSON Schema needs
sub complaints
{
	my ($value, $schema, $root, $path) = @_;
	$schema = $root->{definitions}{$1} if ($schema->{'$ref'} // '') =~ m{^#/definitions/(.*)};
	my $type =
		ref $value eq 'HASH' ? 'object'
	  : ref $value eq 'ARRAY' ? 'array'
	  : !defined $value ? 'null'
	  : encode_json([$value]) =~ /^\[-?\d+\]$/ ? 'integer'
	  : 'string';
	my @types = ref $schema->{type} ? @{ $schema->{type} } : $schema->{type} // $type;
	my @found;

	push @found, "$path: $type" unless grep { $_ eq $type } @types;
	push @found, "$path: $value" if $schema->{enum} && !grep { $_ eq $value } @{ $schema->{enum} };
	push @found, "$path: $value" if exists $schema->{const} && $value ne $schema->{const};
	push @found, "$path: $value"
	  if $type eq 'integer' && defined $schema->{minimum} && $value < $schema->{minimum};
	push @found, "$path: $value" if $type eq 'string' && $schema->{pattern} && $value !~ /$schema->{pattern}/;
	if ($type eq 'object')
	{
		push @found, map { "$path/$_ is missing" } grep { !exists $value->{$_} } @{ $schema->{required} // [] };
		push @found, map {
			$schema->{properties}{$_}
			  ? complaints($value->{$_}, $schema->{properties}{$_}, $root, "$path/$_")
			  : "$path/$_ is unknown"
		} keys %$value;
	}
	push @found, map { complaints($value->[$_], $schema->{items}, $root, "$path/$_") } 0 .. $#$value
	  if $type eq 'array';
	return @found;
}

my $schema = decode_json(slurp_file("$FindBin::RealBin/../../docs/safeddl-check.schema.json"));
is(join("\n", complaints($report, $schema, $schema, '')), '', 'json: by its schema');
is_deeply([ complaints({ %$report, files => [1], more => 1 }, $schema, $schema, '') ? 'refused' : () ],
	['refused'], 'which refuses something');
is($report->{summary}{findings}, scalar @findings, 'json: the sum');
is($report->{tool}{extension_version},
	$node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'safeddl'}),
	'json: versions');

# sarif
my $sarif = decode_json(encode('UTF-8', (check('--format=sarif', @odd))[1]));
my ($run) = @{ $sarif->{runs} };
my %sarif_level = (block => 'error', warn => 'warning', log => 'note');
is($sarif->{version}, '2.1.0', 'sarif: version');
is(
	join(
		"\n",
		map {
			my $place = $_->{locations}[0]{physicalLocation};
			join ':', $_->{ruleId}, $run->{tool}{driver}{rules}[ $_->{ruleIndex} ]{id}, $_->{level},
			  $place->{artifactLocation}{uri}, @{ $place->{region} }{qw(startLine startColumn)}
		} @{ $run->{results} }
	),
	join(
		"\n",
		map {
			my $uri = encode('UTF-8', $_->{file}) =~ s/([^\w.\/-])/sprintf '%%%02X', ord $1/ger;
			join ':', $_->{rule}, $_->{rule}, $sarif_level{ $_->{level} }, $uri, $_->{line}, $_->{column}
		} @findings
	),
	'sarif: results'
);
is(
	join(' ', sort map { $_->{id} } @{ $run->{tool}{driver}{rules} }),
	$node->safe_psql('postgres', q{SELECT string_agg(name, ' ' ORDER BY name COLLATE "C") FROM safeddl.rules}),
	'sarif: all rules'
);
is(
	scalar(
		grep { $_->{help}{text} eq '' || $_->{shortDescription}{text} =~ /: $/ }
		  @{ $run->{tool}{driver}{rules} }
	),
	0,
	'sarif: all explained'
);
unlike(encode_json($run->{results}[0]), qr/null/, 'sarif: no null');

# github: as the runner takes the commands apart
my %github_level = (error => 'block', warning => 'warn', notice => 'log');
my $unescape = sub {
	my ($text, %more) = @_;
	my %meaning = (25 => '%', '0D' => "\r", '0A' => "\n", %more);
	return $text =~ s/%([0-9A-F]{2})/$meaning{$1} \/\/ "bad escape $1"/ger;
};
my @said = map {
	my ($level, $properties, $message) = /^::(\w+) (.*?)::(.*)$/ or die "no command: $_";
	my %property =
	  map { /^(\w+)=(.*)$/s ? ($1 => $unescape->($2, '3A' => ':', '2C' => ',')) : die "no property: $_" }
	  split /,/, $properties;
	{ level => $github_level{$level}, message => $unescape->($message), %property }
} split /\n/, (check('--format=github', @odd))[1];
is(
	join("\n", map { join ':', @$_{qw(level file line col title)}, $_->{message} =~ s/\n.*//sr } @said),
	join(
		"\n", map { join ':', @$_{qw(level file line column)}, "safeddl: $_->{rule}", $_->{message} } @findings
	),
	'github: commands'
);
is(
	join("\n--\n", map { $_->{message} } @said),
	join(
		"\n--\n",
		map {
			join "\n", $_->{message}, defined $_->{detail} ? "detail: $_->{detail}" : (),
			  defined $_->{fix}
			  ? "fix: $_->{fix}"
			  : ()
		} @findings
	),
	'github: messages'
);
like((check('--format=github', \$index))[1], qr/^::error title=safeddl%3A create_index::/, 'github: no file');

# gitlab
my %severity = (block => 'blocker', warn => 'major', log => 'info');
my @issues = @{ decode_json(encode('UTF-8', (check('--format=gitlab', @odd))[1])) };
is(
	join(
		"\n",
		map {
			join ':', @$_{qw(check_name severity description)}, $_->{location}{path},
			  $_->{location}{lines}{begin}
		} @issues
	),
	join(
		"\n",
		map { join ':', $_->{rule}, $severity{ $_->{level} }, $_->{message}, $_->{file}, $_->{line} } @findings
	),
	'gitlab: issues'
);
my %prints = map { $_->{fingerprint} => 1 } @issues;
is(scalar keys %prints, scalar @issues, 'gitlab: fingerprints are unique');
make('odd, dir/a:b%.sql', "-- more\n\n" . slurp_file('odd, dir/a:b%.sql'));
is(
	join(' ', map { $_->{fingerprint} } @{ decode_json(encode('UTF-8', (check('--format=gitlab', @odd))[1])) }),
	join(' ', map { $_->{fingerprint} } @issues),
	'gitlab: they stay when lines are added above'
);
$node->safe_psql('postgres',
	'INSERT INTO big SELECT i, i, i FROM generate_series(20001, 40000) i; ANALYZE big');
is(
	join(' ', map { $_->{fingerprint} } @{ decode_json(encode('UTF-8', (check('--format=gitlab', @odd))[1])) }),
	join(' ', map { $_->{fingerprint} } @issues),
	'gitlab: and when the table grows'
);
is_deeply(decode_json((check('--format=gitlab', 'good.sql'))[1]), [], 'gitlab: nothing');

# junit: the server knows how to read XML
my $junit = (check('--format=junit', @odd))[1];
@findings = @{ report(@odd)->{findings} };
my $xpath = sub {
	my ($path) = @_;
	my $xml = $junit =~ s/^<\?.*?\?>\n//r;
	return decode(
		'UTF-8',
		$node->safe_psql(
			'postgres',
			"SELECT string_agg(replace(x::text, '&#10;', chr(10)), '|' ORDER BY n) FROM unnest(xpath('$path', \$XML\$$xml\$XML\$)) WITH ORDINALITY AS u(x, n)"
		)
	);
};
my $marked =
  sub { $_[0] =~ s/[\x00-\x08\x0b\x0c\x0e-\x1f]/\x{fffd}/gr =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr };
is($xpath->('/testsuites/testsuite/@id'), '0|1|2', 'junit: suites');
is($xpath->('count(//testcase/failure)'), scalar @findings, 'junit: failures');
is($xpath->('//failure/@type'), join('|', map { $_->{rule} } @findings), 'junit: rules');
is($xpath->('//failure/@message') =~ s/&quot;/"/gr, join('|', map { $marked->($_->{message}) } @findings),
	'junit: messages');
is($xpath->('/testsuites/testsuite[3]/testcase/@name'), 'no findings', 'junit: a file without findings passes');
is($xpath->('count(//testcase)'), @findings + 1, 'junit: cases');
my %names = map { $_ => 1 } split /\|/, $xpath->('//testcase/@name');
is(scalar keys %names, @findings + 1, 'junit: names are unique');

# names of files, below a checkout
make_directory('checkout/backend/db');
make('checkout/backend/db/x.sql', $index);
{
	local $ENV{GITHUB_WORKSPACE} = "$directory/checkout";
	chdir 'checkout/backend' or die;
	like((check('--format=github', 'db/x.sql'))[1], qr{,file=backend/db/x\.sql,},
		'github: from the root of the checkout');
	like((check('--format=github', "$directory/checkout/backend/db/x.sql"))[1], qr{,file=backend/db/x\.sql,},
		'github: absolute names');
	like((check('--format=github', './db//x.sql'))[1], qr{,file=backend/db/x\.sql,},
		'github: names with a dot');
	like((check('db/x.sql'))[1], qr{^db/x\.sql:1:17: }, 'text: as they were named');
	chdir $directory or die;
	like((check('--format=sarif', '/dev/null', '../' . ($directory =~ s{.*/}{}r) . '/bad.sql'))[1],
		qr{"uri" : "bad\.sql"}, 'sarif: relative');
}

# ----------------------------------------------------------------
# --output
# ----------------------------------------------------------------

my ($status, $out) = check('--format=gitlab', '--output=report.json', 'bad.sql');
is($status, 1, '--output: status');
like($out, qr/^bad\.sql:1:17: block: /, '--output: text goes to standard output');
is(decode_json(slurp_file('report.json'))->[0]{check_name}, 'create_index', '--output: the report to the file');
is((check('--format=json', '-o', 'report.json', '--quiet', 'bad.sql'))[1], '',
	'--output: nothing with --quiet');
is(decode_json(slurp_file('report.json'))->{tool}{name}, 'safeddl-check', '--output: written anew');
like((check('--output=/dev/full', 'bad.sql'))[2],
	qr{^safeddl-check: error: could not write file "/dev/full": No space left on device\n\z},
	'--output: a full disk')
  if -c '/dev/full';
is((check('--output=-', '--quiet', 'good.sql'))[1], '', '--output=-');

# ----------------------------------------------------------------
# help, version, manual page
# ----------------------------------------------------------------

my ($version) = slurp_file("$FindBin::RealBin/../../safeddl.control") =~ /^default_version = '(.*)'/m;
is((check('--version'))[1], "safeddl-check (safeddl) $version\n", '--version');
my $help = (check('--help'))[1];
like($help, qr/^safeddl-check tells .*^Usage:\n  safeddl-check \[OPTION\]/ms, '--help');
is((check('-?'))[1], $help, '-?');
is(scalar(grep { length > 79 } split /\n/, $help), 0, '--help fits a terminal');

my $source = slurp_file($command);
foreach my $option ($help =~ /^ +(?:-\S, +)?(--[a-z-]+)/mg)
{
	like($source, qr/^=item .*B<\Q$option\E(?:=?>)/m, "manual page: $option");
}
open(my $nowhere, '>', \my $complaints);
is(podchecker($command, $nowhere), 0, 'manual page: well formed') or diag $complaints;
my $installed = $node->config_data('--bindir') . '/safeddl-check';
is(slurp_file($installed), $source, 'installed');
my $manual = $node->config_data('--mandir') . '/man1/safeddl-check.1';
SKIP:
{
	skip 'no pod2man', 1 unless grep { -x "$_/pod2man" } split /:/, $ENV{PATH};
	like(slurp_file($manual), qr/^\.TH SAFEDDL-CHECK 1 /m, 'its manual page, too');
}

chdir '/';
done_testing();
