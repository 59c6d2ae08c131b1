# Production's sizes in another server: what a statement goes through, by
# safeddl.footprint(), is the same in an empty copy of the schema once the sizes
# are loaded there; see sql/sizes.sql for the rest.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

my $production = new_server('production');
my $ci = new_server('ci', conf => "safeddl.mode = block\n");
my $major = $ci->config_data('--version') =~ s/^\D*(\d+).*/$1/sr;
$_->start foreach $production, $ci;

$production->safe_psql('postgres', 'CREATE DATABASE shop');
$production->safe_psql('shop', q{
	SET safeddl.mode = off;
	CREATE EXTENSION safeddl;
	CREATE SCHEMA "Sales";
	CREATE DOMAIN email AS text;
	CREATE TABLE customers (id bigint PRIMARY KEY, mail email, doc text, born date);
	ALTER TABLE customers ALTER doc SET STORAGE EXTERNAL;
	INSERT INTO customers SELECT g, 'mail' || g, CASE WHEN g % 10 = 0 THEN repeat('x', 4000) END FROM generate_series(1, 3000) g;
	CREATE TABLE "Sales"."Order" (id bigint PRIMARY KEY, customer bigint, n int, v varchar(20), note text CHECK (note <> 'x'), at timestamp,
		amount numeric(10,2), CONSTRAINT fk FOREIGN KEY (customer) REFERENCES customers NOT VALID);
	INSERT INTO "Sales"."Order" SELECT g, g % 3000 + 1, g, 'v', 'note ' || g, '2026-01-01', 1 FROM generate_series(1, 20000) g;
	CREATE INDEX order_n ON "Sales"."Order" (n) WHERE n > 10;
	CREATE INDEX "order Note" ON "Sales"."Order" (lower(note)) INCLUDE (n);
	ALTER TABLE "Sales"."Order" ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
	CREATE TABLE lines (order_id bigint, n int, text text, at date) PARTITION BY RANGE (at);
	CREATE TABLE lines_a PARTITION OF lines FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE lines_b PARTITION OF lines FOR VALUES FROM ('2026-02-01') TO ('2026-06-01') PARTITION BY HASH (n);
	CREATE TABLE lines_b0 PARTITION OF lines_b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE lines_b1 PARTITION OF lines_b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE lines_rest PARTITION OF lines DEFAULT;
	ALTER TABLE lines_a ALTER text SET STORAGE EXTERNAL;
	CREATE INDEX ON lines (order_id);
	CREATE UNIQUE INDEX ON lines (order_id, n, at);
	INSERT INTO lines SELECT g, g, CASE WHEN g % 50 = 0 THEN repeat('x', 3000) ELSE 'x' END, date '2026-01-01' + g % 200 FROM generate_series(1, 20000) g;
	CREATE TABLE loose (LIKE lines);
	INSERT INTO loose SELECT g, g, 'x', '2025-01-01' FROM generate_series(1, 10000) g;
	CREATE TABLE animals (id int, name text);
	CREATE TABLE cats (lives int) INHERITS (animals);
	INSERT INTO cats SELECT g, 'cat', 7 FROM generate_series(1, 5000) g;
	CREATE TABLE fresh (id int, v text);
	CREATE TABLE never (id int);
	CREATE MATERIALIZED VIEW totals AS SELECT customer, count(*) AS n FROM "Sales"."Order" GROUP BY customer;
	CREATE UNIQUE INDEX ON totals (customer);
	CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, v text);
	INSERT INTO cache SELECT g, 'v' FROM generate_series(1, 5000) g;
	VACUUM ANALYZE;
	-- grown since, or never analyzed
	INSERT INTO cache SELECT g, 'v' FROM generate_series(5001, 9000) g;
	INSERT INTO fresh SELECT g, 'v' FROM generate_series(1, 5000) g;
	CREATE INDEX ON fresh (id);
	INSERT INTO fresh SELECT g, 'v' FROM generate_series(1, 5000) g;
	INSERT INTO never SELECT g FROM generate_series(1, 5000) g;
});

# copy($database, @options): the schema of production, without a row
sub copy
{
	my ($database, @options) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$database.sql";

	$ci->safe_psql('postgres', "CREATE DATABASE $database");
	dump_to($file, @options);
	restore($database, $file);
	return;
}

sub dump_to
{
	my ($file, @options) = @_;
	command_ok([ 'pg_dump', '-h', $production->host, '-p', $production->port, @options, '-f', $file, 'shop' ],
		"pg_dump @options");
	return;
}

sub restore
{
	my ($database, $file) = @_;
	local $ENV{PGOPTIONS} = '-c safeddl.mode=off';
	command_ok([ 'psql', '-Xq', '-h', $ci->host, '-p', $ci->port, '-v', 'ON_ERROR_STOP=1', '-f', $file, $database ],
		"restored into $database");
	return;
}

my @statements = (
	'CREATE INDEX ON customers (born)',
	'CREATE INDEX ON customers (md5(doc))',
	'CREATE UNIQUE INDEX CONCURRENTLY ON customers (mail)',
	'CREATE INDEX ON "Sales"."Order" (v)',
	'CREATE INDEX ON lines (n)',
	'CREATE INDEX ON lines (length(text))',
	'CREATE INDEX ON lines (order_id)',
	'CREATE INDEX ON ONLY lines (n)',
	'CREATE INDEX ON lines_b (n)',
	'CREATE INDEX ON totals (n)',
	'CREATE INDEX ON cache (v)',
	'CREATE INDEX ON fresh (v)',
	'CREATE INDEX ON never (id)',
	'DROP INDEX "Sales".order_n',
	'DROP INDEX CONCURRENTLY "Sales".order_n',
	'DROP INDEX lines_order_id_idx',
	'REINDEX INDEX "Sales"."order Note"',
	'REINDEX INDEX CONCURRENTLY "Sales"."order Note"',
	'REINDEX INDEX lines_order_id_idx',
	'REINDEX TABLE customers',
	'REINDEX TABLE lines',
	'REINDEX SCHEMA "Sales"',
	'ALTER TABLE customers ADD x int',
	'ALTER TABLE customers ADD x int DEFAULT 1 NOT NULL',
	'ALTER TABLE customers ADD x serial',
	'ALTER TABLE customers ADD x uuid DEFAULT gen_random_uuid()',
	'ALTER TABLE customers ADD x int GENERATED ALWAYS AS IDENTITY',
	'ALTER TABLE customers ADD x bigint GENERATED ALWAYS AS (id * 2) STORED',
	'ALTER TABLE customers ADD x int UNIQUE',
	'ALTER TABLE customers ADD x int REFERENCES customers',
	'ALTER TABLE customers DROP COLUMN doc',
	'ALTER TABLE customers DROP COLUMN id CASCADE',
	'ALTER TABLE customers ALTER id TYPE int',
	'ALTER TABLE customers ALTER mail TYPE varchar(100)',
	'ALTER TABLE "Sales"."Order" ALTER n TYPE bigint',
	'ALTER TABLE "Sales"."Order" ALTER v TYPE varchar(30)',
	'ALTER TABLE "Sales"."Order" ALTER v TYPE text',
	'ALTER TABLE "Sales"."Order" ALTER v TYPE varchar(10)',
	'ALTER TABLE "Sales"."Order" ALTER note TYPE varchar',
	'ALTER TABLE "Sales"."Order" ALTER customer TYPE int',
	'ALTER TABLE "Sales"."Order" ALTER amount TYPE numeric(12,2)',
	'ALTER TABLE "Sales"."Order" ALTER at TYPE timestamptz',
	'ALTER TABLE "Sales"."Order" ALTER n SET NOT NULL',
	'ALTER TABLE "Sales"."Order" ALTER n SET DEFAULT 1',
	'ALTER TABLE "Sales"."Order" ADD CHECK (length(note) > 1)',
	'ALTER TABLE "Sales"."Order" ADD CHECK (n > 1) NOT VALID',
	'ALTER TABLE "Sales"."Order" VALIDATE CONSTRAINT positive',
	'ALTER TABLE "Sales"."Order" VALIDATE CONSTRAINT fk',
	'ALTER TABLE "Sales"."Order" ADD FOREIGN KEY (customer) REFERENCES customers',
	'ALTER TABLE "Sales"."Order" DROP CONSTRAINT fk',
	'ALTER TABLE "Sales"."Order" ADD UNIQUE (n)',
	'ALTER TABLE "Sales"."Order" ADD EXCLUDE USING btree (n WITH =)',
	'ALTER TABLE "Sales"."Order" SET UNLOGGED',
	'ALTER TABLE "Sales"."Order" SET (fillfactor = 50)',
	'ALTER TABLE "Sales"."Order" RENAME TO other',
	'ALTER TABLE "Sales"."Order" SET SCHEMA public',
	'ALTER TABLE "Sales"."Order" CLUSTER ON "order Note"',
	'ALTER TABLE cache SET LOGGED',
	'ALTER TABLE lines ADD x timestamp DEFAULT clock_timestamp()',
	'ALTER TABLE lines ALTER text TYPE varchar(10)',
	'ALTER TABLE lines ALTER order_id SET NOT NULL',
	'ALTER TABLE lines ADD CHECK (n > 0)',
	'ALTER TABLE lines ADD CHECK (length(text) > 0)',
	'ALTER TABLE lines ADD PRIMARY KEY (order_id, n, at)',
	'ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES "Sales"."Order"',
	'ALTER TABLE lines DROP COLUMN text',
	q{ALTER TABLE lines ATTACH PARTITION loose FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')},
	'ALTER TABLE lines DETACH PARTITION lines_a',
	'ALTER TABLE lines DETACH PARTITION lines_a CONCURRENTLY',
	q{CREATE TABLE more PARTITION OF lines FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')},
	'ALTER TABLE animals ADD CHECK (id > 0)',
	'ALTER TABLE animals ALTER id TYPE bigint',
	'ALTER DOMAIN email ADD CHECK (VALUE <> \'\')',
	'CREATE TRIGGER t BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
	'CREATE TABLE copy AS SELECT * FROM customers, lines',
	'CREATE MATERIALIZED VIEW m AS SELECT * FROM "Sales"."Order"',
	'VACUUM FULL customers',
	'VACUUM FULL lines',
	'VACUUM (FULL, ANALYZE) "Sales"."Order", totals',
	'VACUUM customers',
	'CLUSTER customers USING customers_pkey',
	'CLUSTER lines USING lines_order_id_idx',
	'REFRESH MATERIALIZED VIEW totals',
	'LOCK TABLE customers, lines',
	'TRUNCATE customers CASCADE',
	'TRUNCATE lines',
	'DROP TABLE customers CASCADE',
	'DROP TABLE lines, loose',
	'DROP TABLE animals CASCADE',
	'DROP MATERIALIZED VIEW totals',
	'DROP SCHEMA "Sales" CASCADE',
	'REINDEX DATABASE');

# footprint($node, $database, $sql): one line per relation, TOAST by its owner
sub footprint
{
	my ($node, $database, $sql) = @_;
	my ($out, $err) = run_sql($node, qq{
		SELECT coalesce(owner.relname || ' ' || c.relkind::text, f.relation::text) AS relation, f.lock_mode, f.work, f.certainty, f.rule, f.total_bytes, f.est_rows
		FROM safeddl.footprint(\$safeddl\$$sql\$safeddl\$) f
		JOIN pg_class c ON c.oid = f.relation
		LEFT JOIN pg_class owner ON owner.reltoastrelid <> 0 AND
			owner.reltoastrelid = coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = c.oid), c.oid)
		WHERE c.oid >= 16384 AND c.relnamespace <> 'safeddl'::regnamespace AND owner.relnamespace IS DISTINCT FROM 'safeddl'::regnamespace
			AND (owner.oid IS NULL OR owner.oid >= 16384)
		ORDER BY 1, 2, 3, 5, 6, 7}, dbname => $database);
	return $out . $err;
}

my %production = map { $_ => footprint($production, 'shop', $_ eq 'REINDEX DATABASE' ? "$_ shop" : $_) } @statements;
my $bytes = 0;
$bytes += $_ foreach map { /\|(\d+)\|\d+$/mg } values %production;
cmp_ok($bytes, '>', 100_000_000, 'the statements go through something in production');
is((grep { /ERROR/ } values %production)[0], undef, 'each statement has a footprint');

# compare($database, $name): every statement
sub compare
{
	my ($database, $name, @skip) = @_;

	foreach my $statement (@statements)
	{
		my $sql = $statement eq 'REINDEX DATABASE' ? "$statement $database" : $statement;
		next if grep { $statement eq $_ } @skip;
		is(footprint($ci, $database, $sql), $production{$statement}, "$name: $statement");
	}
	return;
}

# ----------------------------------------------------------------
#	an empty copy
# ----------------------------------------------------------------

copy('empty', '--schema-only');
my $file = "$PostgreSQL::Test::Utils::tmp_check/sizes.json";
append_to_file($file, $production->safe_psql('shop', 'SELECT jsonb_pretty(safeddl.sizes())'));
unlike(slurp_file($file), qr/mail1|pg_catalog|pg_toast|pg_statistic/, 'no data, no system catalogs');
my $load = "\\set sizes `cat $file`\nSELECT safeddl.load_sizes(:'sizes')";

is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v); DROP INDEX "Sales"."Order_v_idx"', dbname => 'empty'),
	'', 'the guard is silent in an empty database');
is($ci->safe_psql('empty', $load), $production->safe_psql('shop', q{SELECT jsonb_array_length(safeddl.sizes() -> 'relations')}),
	'all relations are known');
compare('empty', 'loaded');

my $offset = log_size($ci);
is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'empty'), 'block create_index', 'the guard rejects what it would in production');
like((log_lines($ci, $offset))[0], qr/^verdict=block rule=create_index relation="Sales.Order" size=\d{7} rows=20000 lock=ShareLock work="index build" sizes=loaded role=/,
	'the log says that sizes were loaded');
my ($out, $err) = run_sql($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'empty');
like($err, qr/DETAIL: .* about 20000 rows under it\. The sizes are those of database "shop" at \d{4}-\S+ \S+, loaded by safeddl\.load_sizes\(\)\. Rule/,
	'and so does the message');
is(says($ci, 'SET safeddl.mode = off; CREATE INDEX ON "Sales"."Order" (v); DROP INDEX "Sales"."Order_v_idx"', dbname => 'empty'), '', 'off is off');

# ----------------------------------------------------------------
#	what others have locked, and who does it at the same time
# ----------------------------------------------------------------

my $superuser = $ci->safe_psql('postgres', 'SELECT current_user');
foreach my $table ('loaded_from', 'loaded_sizes')
{
	my $other = SafeddlTest->connect($ci, $superuser, 'empty');
	$other->query("SET safeddl.mode = off; BEGIN; LOCK TABLE safeddl.$table IN ACCESS EXCLUSIVE MODE");
	($out, $err) = run_sql($ci, 'SET client_min_messages = debug1; CREATE INDEX ON "Sales"."Order" (v)', dbname => 'empty');
	unlike($err, qr/ERROR/, "$table locked by others: sizes are those of the files, and nothing waits");
	like($err, qr/another session has locked those that were loaded/, 'which DEBUG1 tells') if $table eq 'loaded_from';
	$other->query('ROLLBACK');
	$other->put('X', '');
	$ci->safe_psql('empty', 'SET safeddl.mode = off; DROP INDEX "Sales"."Order_v_idx"');
}
my ($first, $second) = map { SafeddlTest->connect($ci, $superuser, 'empty') } 1 .. 2;
$first->query(q{BEGIN; SELECT safeddl.load_sizes(sizes || '{"database": "first"}') FROM safeddl.sizes()});
$second->put('Q', q{SELECT safeddl.load_sizes(sizes || '{"database": "second"}') FROM safeddl.sizes()} . "\0");
$ci->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") or die;
is($ci->safe_psql('empty', 'SELECT database FROM safeddl.loaded_from'), 'shop', 'nothing is seen before it is committed');
is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'empty'), 'block create_index', 'the guard does not wait for it');
$first->query('COMMIT');
$second->receive;
$_->put('X', '') foreach $first, $second;
is($ci->safe_psql('empty', q{SELECT database, (SELECT count(*) FROM safeddl.loaded_sizes) = jsonb_array_length(safeddl.sizes() -> 'relations') FROM safeddl.loaded_from}),
	'second|t', 'of two who load at the same time the second replaces what the first has loaded');

# ----------------------------------------------------------------
#	where they go, and where not
# ----------------------------------------------------------------

$ci->safe_psql('empty', $load);
$ci->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'empty'") or die;
$ci->safe_psql('postgres', 'CREATE DATABASE cloned TEMPLATE empty');
is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'cloned'), 'block create_index', 'a clone of the database has them');
my ($dump) = run_command([ 'pg_dump', '-h', $ci->host, '-p', $ci->port, 'empty' ]);
unlike($dump, qr/loaded_sizes|loaded_from/, 'a dump has not');

# tables of that name are not the extension's unless they belong to it
$ci->safe_psql('postgres', q{
	CREATE ROLE mallory LOGIN;
	CREATE DATABASE plain;
	GRANT CREATE ON DATABASE plain TO mallory;
});
$ci->safe_psql('plain', 'CREATE TABLE public.big AS SELECT g AS id FROM generate_series(1, 10000) g; GRANT ALL ON big TO mallory; ALTER TABLE big OWNER TO mallory;');
(undef, $err) = run_sql($ci, q{
	CREATE SCHEMA safeddl;
	CREATE TABLE safeddl.loaded_from AS SELECT true AS one, 'x' AS database, '15' AS server_version, now() AS measured, now() AS loaded;
	CREATE TABLE safeddl.loaded_sizes AS
		SELECT 'big'::regclass::oid AS relid, 'r'::"char" AS kind, 0::bigint AS bytes, 0::float8 AS rows, 0::bigint, 0::float8 AS a, 0::bigint AS b, 0::float8 AS c,
			'public'::name AS schema_name, 'big'::name AS name;
	CREATE INDEX loaded_sizes_pkey ON safeddl.loaded_sizes (schema_name, name);
	CREATE INDEX loaded_sizes_relid_idx ON safeddl.loaded_sizes (relid);
}, dbname => 'plain', user => 'mallory');
unlike($err, qr/ERROR/, 'anybody may make a schema and tables of these names');
is(says($ci, 'CREATE INDEX ON big (id)', dbname => 'plain', user => 'mallory'), 'block create_index',
	'but the guard does not go by them');

# ----------------------------------------------------------------
#	statistics that the server imports itself
# ----------------------------------------------------------------

SKIP:
{
	skip 'pg_dump has no --statistics-only before 18', 1
	  if $major < 18;
	copy('statistics', '--schema-only');
	my $stats = "$PostgreSQL::Test::Utils::tmp_check/statistics.sql";
	dump_to($stats, '--statistics-only');
	restore('statistics', $stats);
	# TOAST tables are left out, and pages since the last ANALYZE are not known
	foreach my $statement (grep { /Order|animals|totals/ && !/SCHEMA|customers|CONSTRAINT fk|lines/ } @statements)
	{
		is(footprint($ci, 'statistics', $statement), $production{$statement}, "imported: $statement");
	}
	is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'statistics'), 'block create_index', 'imported statistics count');
	$ci->safe_psql('statistics', 'ANALYZE "Sales"."Order"');
	is(says($ci, 'CREATE INDEX ON "Sales"."Order" (v)', dbname => 'statistics'), '', 'until the table is analyzed');
	$ci->safe_psql('statistics', "SET safeddl.mode = off; DROP INDEX \"Sales\".\"Order_v_idx\"");
	$ci->safe_psql('statistics', $load);
	compare('statistics', 'loaded beside them');
}

done_testing();
