# Shapes of input: statements that name what does not exist, what is something
# else, or what cannot be done.  The server answers just as without the guard,
# and a statement that it refuses is no finding.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SafeddlTest;
use Test::More;

# whatever exists is large, so that nothing escapes the analysis
my $node = new_server('errors', conf => 'safeddl.min_table_size = 0');
$node->start;
$node->safe_psql('postgres', BIG);
$node->safe_psql(
	'postgres', q{
	SET safeddl.mode = off;
	CREATE EXTENSION safeddl;
	CREATE INDEX big_a ON big (a);
	CREATE TABLE parted (k int, v int) PARTITION BY LIST (k);
	CREATE TABLE pd PARTITION OF parted DEFAULT;
	CREATE TABLE p1 PARTITION OF parted FOR VALUES IN (1);
	CREATE TABLE free (k int, v int);
	CREATE INDEX free_hash ON free USING hash (k);
	CREATE INDEX free_partial ON free (k) WHERE k > 0;
	CREATE INDEX free_v ON free (v);
	CREATE TABLE inh (extra int) INHERITS (free);
	CREATE TABLE fkey (r int REFERENCES big);
	CREATE MATERIALIZED VIEW mv AS SELECT 1 x;
	CREATE UNIQUE INDEX ON mv (x);
	CREATE VIEW vw AS SELECT * FROM free;
	CREATE SEQUENCE sq;
	CREATE FUNCTION fsel() RETURNS int LANGUAGE sql AS 'SELECT 1';
	CREATE TYPE enu AS ENUM ('a');
	CREATE FOREIGN DATA WRAPPER fdw;
	CREATE SERVER srv FOREIGN DATA WRAPPER fdw;
	CREATE FOREIGN TABLE ft (a int) SERVER srv;
	CREATE TABLE partexpr (k int) PARTITION BY RANGE ((k + 1));
	CREATE TABLE pe1 PARTITION OF partexpr FOR VALUES FROM (1) TO (10);
	CREATE TABLE fewer (k int);
	CREATE TABLE longer (k bigint, v int);
	CREATE TABLE collated (k int, v int, t text COLLATE "C");
	CREATE TABLE other_order (v int, x int, k int);
	ALTER TABLE other_order DROP COLUMN x;
	CREATE TABLE partnn (k int NOT NULL, v int) PARTITION BY LIST (k);
	CREATE DOMAIN dom AS int;
	CREATE TABLE uses_dom (d dom);
	CREATE TABLE txt (t text PRIMARY KEY);
	CREATE TABLE defer (i int PRIMARY KEY DEFERRABLE);
	CREATE TABLE partial (i int);
	CREATE UNIQUE INDEX ON partial (i) WHERE i > 0;
	CREATE UNIQUE INDEX ON partial ((i + 1));
	CREATE TABLE gen (i int GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (1) STORED);
	CREATE UNLOGGED TABLE un (i int PRIMARY KEY);
	CREATE UNLOGGED TABLE unref (i int REFERENCES un);
	CREATE UNLOGGED TABLE unself (i int PRIMARY KEY, j int REFERENCES unself);
	CREATE TABLE published ();
	CREATE PUBLICATION pub FOR TABLE published;
});

my @statements = split /\n/, <<'SQL';
ALTER TABLE IF EXISTS nothere ADD COLUMN x int
ALTER TABLE ONLY parted ADD COLUMN x int DEFAULT random()
ALTER TABLE ft ADD COLUMN x int DEFAULT random()
ALTER TABLE vw ALTER v SET DEFAULT 1
ALTER VIEW vw SET (security_barrier)
ALTER SEQUENCE sq AS int
ALTER INDEX big_a SET (fillfactor=50)
ALTER INDEX big_a ALTER COLUMN 1 SET STATISTICS 5
ALTER TABLE big_a SET (fillfactor=50)
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default
ALTER TABLE big SET TABLESPACE nothere
ALTER TABLE big SET SCHEMA pg_temp
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES nothere
ALTER TABLE big ADD FOREIGN KEY (a,b) REFERENCES big
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES parted (k)
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big (id)
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big (a)
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big (id, a)
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES txt
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES un
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES vw (k)
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES pg_class
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES defer
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES partial (i)
ALTER TABLE big ADD COLUMN x int DEFAULT 1 REFERENCES txt (t)
ALTER TABLE big ADD COLUMN x int DEFAULT 1 REFERENCES free
ALTER TABLE big ADD COLUMN x serial REFERENCES free (k)
ALTER TABLE free ADD UNIQUE (k), ADD FOREIGN KEY (v) REFERENCES free (k)
ALTER TABLE big ADD PRIMARY KEY USING INDEX nothere
ALTER TABLE big ADD UNIQUE USING INDEX big_a
ALTER TABLE big ADD COLUMN x nothere
ALTER TABLE big ADD COLUMN x int GENERATED ALWAYS AS (nothere) STORED
ALTER TABLE big ADD COLUMN x int DEFAULT (SELECT 1)
ALTER TABLE big ADD COLUMN x int CHECK ((SELECT true))
ALTER TABLE big ALTER a TYPE text USING (SELECT 1)
ALTER TABLE big ALTER a TYPE int[] USING ARRAY[a]
ALTER TABLE big ALTER nothere TYPE int
ALTER TABLE big ALTER ctid TYPE int
ALTER TABLE big ALTER xmin SET NOT NULL
ALTER TABLE big DROP COLUMN id CASCADE
ALTER TABLE big DROP CONSTRAINT big_pkey CASCADE
ALTER TABLE big VALIDATE CONSTRAINT nothere
ALTER TABLE big ADD CONSTRAINT big_pkey CHECK (a>0)
ALTER TABLE big INHERIT free
ALTER TABLE big NO INHERIT free
ALTER TABLE inh NO INHERIT free
ALTER TABLE big OF enu
ALTER TABLE big REPLICA IDENTITY USING INDEX big_pkey
ALTER TABLE big CLUSTER ON big_a
ALTER TABLE big SET ACCESS METHOD nothere
ALTER TABLE big SET ACCESS METHOD heap
ALTER TABLE big ENABLE TRIGGER ALL
ALTER TABLE big ENABLE ROW LEVEL SECURITY
ALTER TABLE big OPTIONS (ADD a 'b')
ALTER TABLE parted ATTACH PARTITION parted DEFAULT
ALTER TABLE parted ATTACH PARTITION ft FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION pd FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION free FOR VALUES FROM (1) TO (2)
ALTER TABLE parted ATTACH PARTITION free FOR VALUES IN (1)
ALTER TABLE parted ATTACH PARTITION free FOR VALUES WITH (MODULUS 2, REMAINDER 0)
ALTER TABLE parted ATTACH PARTITION vw DEFAULT
ALTER TABLE parted ATTACH PARTITION big FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION fewer FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION longer FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION collated FOR VALUES IN (7)
ALTER TABLE parted ATTACH PARTITION other_order FOR VALUES IN (7)
ALTER TABLE partnn ATTACH PARTITION other_order FOR VALUES IN (7)
CREATE TABLE p9 PARTITION OF parted FOR VALUES IN (9) TABLESPACE nothere
CREATE TABLE p9 PARTITION OF parted FOR VALUES IN (9) USING nothere
CREATE TABLE p9 PARTITION OF parted FOR VALUES IN (9) USING heap TABLESPACE pg_default
ALTER DOMAIN dom ADD CHECK (nothere(VALUE))
ALTER DOMAIN dom ADD CHECK (VALUE + 1)
ALTER DOMAIN dom ADD CHECK (VALUE = 'x')
ALTER DOMAIN dom ADD CHECK (u > 1)
ALTER DOMAIN dom ADD CHECK (VALUE > 1)
ALTER DOMAIN dom ADD CHECK ((SELECT true))
ALTER TABLE parted DETACH PARTITION nothere
ALTER TABLE parted DETACH PARTITION p1 CONCURRENTLY
ALTER TABLE parted DETACH PARTITION p1 FINALIZE
ALTER TABLE free ATTACH PARTITION p1 DEFAULT
ALTER INDEX big_a ATTACH PARTITION big_pkey
CREATE TABLE p9 PARTITION OF parted DEFAULT
CREATE TABLE p9 PARTITION OF parted FOR VALUES IN ('x')
CREATE TABLE p9 PARTITION OF parted FOR VALUES IN (NULL) PARTITION BY RANGE (v)
CREATE TABLE p9 PARTITION OF parted (PRIMARY KEY (k)) FOR VALUES IN (9)
CREATE TABLE p9 PARTITION OF free FOR VALUES IN (1)
CREATE TABLE p9 PARTITION OF nothere DEFAULT
CREATE FOREIGN TABLE p9 PARTITION OF parted FOR VALUES IN (9) SERVER srv
CREATE TABLE p9 () INHERITS (free, big)
CREATE TABLE p9 (LIKE nothere)
CREATE TABLE p9 OF enu
CREATE TABLE IF NOT EXISTS big (LIKE big)
CREATE TABLE p9 (a int REFERENCES big, b int REFERENCES p9)
CREATE INDEX ON vw (k)
CREATE INDEX ON ft (a)
CREATE INDEX ON mv (x)
CREATE INDEX ON sq (last_value)
CREATE INDEX IF NOT EXISTS big_a ON big (a)
CREATE INDEX big_a ON big (a)
CREATE UNIQUE INDEX ON parted (v)
CREATE INDEX ON ONLY parted (v)
CREATE INDEX ON big ((nothere(a)))
CREATE INDEX ON big USING nothere (a)
CREATE INDEX ON big (a) TABLESPACE nothere
CREATE INDEX ON big (a) TABLESPACE pg_global
CREATE INDEX ON big (a) TABLESPACE pg_default
CREATE INDEX ON parted (v) TABLESPACE pg_default
CREATE UNIQUE INDEX ON big USING hash (a)
CREATE INDEX ON big USING hash (a, id)
CREATE INDEX ON big USING hash (a) INCLUDE (id)
CREATE INDEX ON big USING hash (a DESC)
CREATE INDEX ON big USING hash (a NULLS FIRST)
CREATE INDEX ON big (a) INCLUDE (id DESC)
CREATE INDEX ON big (a) INCLUDE ((id + 1))
CREATE INDEX ON big USING heap (a)
CREATE INDEX ON big (a) WITH (nothere = 1)
CREATE INDEX ON big (a) WITH (fillfactor = 1)
CREATE INDEX ON big (a) WITH (fillfactor = 50)
CREATE INDEX ON big USING brin (a) WITH (fillfactor = 50)
CREATE INDEX ON big ((a + random()))
CREATE INDEX ON big (a) WHERE random() > 0.5
CREATE INDEX ON big (a) WHERE now() IS NOT NULL
CREATE INDEX ON big ((a + fsel()))
CREATE INDEX ON big ((a + abs(1)))
CREATE INDEX ON big (a COLLATE "C")
CREATE INDEX ON big ((a::text COLLATE "C"))
CREATE INDEX ON big (a nothere_ops)
CREATE INDEX ON big (a text_ops)
CREATE INDEX ON big USING gist (a)
CREATE UNIQUE INDEX ON parted ((k + 1))
CREATE UNIQUE INDEX ON parted (k)
CREATE UNIQUE INDEX ON parted (v, k)
CREATE UNIQUE INDEX ON parted ((k))
CREATE UNIQUE INDEX ON parted (v) INCLUDE (k)
CREATE UNIQUE INDEX ON partexpr (k)
ALTER TABLE parted ADD UNIQUE (v)
ALTER TABLE parted ADD PRIMARY KEY (v)
ALTER TABLE parted ADD UNIQUE (k)
ALTER TABLE partexpr ADD UNIQUE (k)
ALTER TABLE parted ADD EXCLUDE USING btree (v WITH =)
ALTER TABLE big ADD UNIQUE (a) USING INDEX TABLESPACE nothere
ALTER TABLE big ADD UNIQUE (a) WITH (nothere = 1)
ALTER TABLE big ADD EXCLUDE USING nothere (a WITH =)
ALTER TABLE big ADD EXCLUDE USING hash (a WITH =)
ALTER TABLE big ADD EXCLUDE USING btree (a WITH <)
CREATE INDEX ON pg_class (relname)
CREATE INDEX CONCURRENTLY ON parted (v)
CREATE INDEX ON pg_toast.pg_toast_1255 (chunk_id)
REINDEX TABLE vw
REINDEX TABLE parted
REINDEX INDEX big
REINDEX TABLE big_a
REINDEX SCHEMA public
REINDEX SYSTEM postgres
REINDEX DATABASE nothere
REINDEX (TABLESPACE nothere) TABLE big
REINDEX (TABLESPACE pg_global) TABLE big
REINDEX (TABLESPACE pg_global) INDEX big_a
REINDEX (TABLESPACE pg_global) TABLE free
REINDEX (TABLESPACE pg_default) TABLE big
REINDEX (nothere off) INDEX big_a
REINDEX TABLE pg_class
REINDEX (VERBOSE, nothere) TABLE big
DROP TABLE big
DROP TABLE big, free, nothere CASCADE
DROP TABLE IF EXISTS nothere, big_a
DROP TABLE vw
DROP INDEX big_pkey
DROP INDEX big_a, big_a
DROP INDEX nothere.x
DROP SCHEMA public CASCADE
DROP TYPE enu CASCADE
DROP FUNCTION fsel
DROP FUNCTION fsel(int, nothere)
DROP SERVER srv CASCADE
DROP EXTENSION safeddl CASCADE
DROP EXTENSION plpgsql
DROP TRIGGER nothere ON big
DROP RULE nothere ON big
DROP POLICY nothere ON big
DROP OPERATOR CLASS nothere USING btree
DROP CAST (int AS text)
DROP AGGREGATE sum(int)
DROP TRANSFORM FOR int LANGUAGE plpgsql
DROP VIEW vw
DROP MATERIALIZED VIEW mv
DROP SEQUENCE sq
DROP FOREIGN TABLE ft
DROP COLLATION nothere
DROP ACCESS METHOD heap
DROP STATISTICS nothere
DROP TABLE pg_class
DROP TABLE a.b.c.d
TRUNCATE big
TRUNCATE big, fkey RESTART IDENTITY
TRUNCATE ONLY parted
TRUNCATE vw
TRUNCATE ft
TRUNCATE pg_class
TRUNCATE nothere
LOCK vw
LOCK ft
LOCK mv
LOCK sq
LOCK big NOWAIT
LOCK ONLY free IN SHARE MODE
VACUUM FULL
VACUUM (FULL, nothere) big
VACUUM (FULL, PARALLEL 2) big
VACUUM FULL nothere, big
VACUUM FULL big (a)
VACUUM (FULL off) big
VACUUM ANALYZE vw
ANALYZE big (nothere)
CLUSTER
CLUSTER big
CLUSTER big USING nothere
CLUSTER parted USING nothere
CLUSTER vw USING big_a
CLUSTER sq USING big_a
CLUSTER free USING big_a
CLUSTER big USING free
CLUSTER big USING big_a
CLUSTER free USING free_hash
CLUSTER free USING free_partial
CLUSTER (nothere) big USING big_a
ALTER TABLE free ADD COLUMN x serial, CLUSTER ON free_partial
ALTER TABLE free ADD COLUMN x serial, CLUSTER ON free_v
ALTER TABLE big ADD COLUMN x serial, CLUSTER ON big_a
CLUSTER pg_class USING pg_class_oid_index
REFRESH MATERIALIZED VIEW big
REFRESH MATERIALIZED VIEW nothere
REFRESH MATERIALIZED VIEW CONCURRENTLY mv WITH NO DATA
REFRESH MATERIALIZED VIEW mv WITH NO DATA
CREATE TRIGGER x BEFORE INSERT ON vw EXECUTE FUNCTION fsel()
CREATE TRIGGER x AFTER INSERT ON big FROM nothere EXECUTE FUNCTION fsel()
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON big FROM free DEFERRABLE FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
CREATE OR REPLACE TRIGGER x AFTER INSERT ON parted FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
CREATE SCHEMA s CREATE TABLE a (x int) CREATE VIEW b AS SELECT * FROM a CREATE TABLE c (y int REFERENCES public.big)
CREATE SCHEMA AUTHORIZATION nothere CREATE TABLE a()
ALTER TABLE fkey ALTER r TYPE bigint
ALTER TABLE big ALTER id TYPE bigint
ALTER TABLE big ALTER id TYPE text
ALTER TYPE enu ADD VALUE 'b'
ALTER TABLE big ADD CONSTRAINT x EXCLUDE USING gist (a WITH =)
ALTER TABLE big ADD COLUMN x serial, ADD COLUMN y int GENERATED ALWAYS AS IDENTITY
ALTER TABLE big ALTER a ADD GENERATED ALWAYS AS IDENTITY
ALTER TABLE big ALTER a SET COMPRESSION lz4
ALTER TABLE big ALTER a DROP EXPRESSION
ALTER TABLE big ALTER a SET STORAGE EXTERNAL
ALTER VIEW big ADD COLUMN x serial
ALTER INDEX big SET TABLESPACE nothere
ALTER SEQUENCE big SET LOGGED
ALTER VIEW big ALTER a SET DEFAULT 1
ALTER MATERIALIZED VIEW big SET ACCESS METHOD heap2
ALTER MATERIALIZED VIEW big SET TABLESPACE pg_default
ALTER FOREIGN TABLE big ADD COLUMN x serial
ALTER FOREIGN TABLE big ALTER a SET NOT NULL
ALTER TABLE mv ADD COLUMN y serial
ALTER TABLE mv ALTER x SET NOT NULL
ALTER TABLE mv ADD CHECK (x > 0)
ALTER TABLE mv ADD UNIQUE (x)
ALTER TABLE mv ALTER x TYPE bigint
ALTER TABLE mv DROP COLUMN x
ALTER TABLE mv SET UNLOGGED
ALTER TABLE vw ADD COLUMN y serial
ALTER TABLE big_a SET ACCESS METHOD heap
ALTER TABLE sq ADD COLUMN y serial
ALTER TABLE big ADD COLUMN a serial
ALTER TABLE big ADD COLUMN IF NOT EXISTS a serial
ALTER TABLE big ADD COLUMN x serial, ADD COLUMN x int
ALTER TABLE big ADD COLUMN x serial, ADD COLUMN IF NOT EXISTS x int
ALTER TABLE big ADD COLUMN x serial, ENABLE TRIGGER nothere
ALTER TABLE big ADD COLUMN x serial, ENABLE RULE nothere
ALTER TABLE big ADD COLUMN x serial, CLUSTER ON nothere
ALTER TABLE big ADD COLUMN x serial, REPLICA IDENTITY USING INDEX nothere
ALTER TABLE big ADD COLUMN x serial, ALTER nothere SET DEFAULT 1
ALTER TABLE big ADD COLUMN x serial, ALTER x SET DEFAULT 1
ALTER TABLE big ADD COLUMN x serial, ALTER nothere SET STATISTICS 1
ALTER TABLE big ADD COLUMN x serial, ALTER a DROP IDENTITY
ALTER TABLE big ADD COLUMN x serial, ALTER a DROP IDENTITY IF EXISTS
ALTER TABLE big ADD COLUMN x serial, ALTER a DROP EXPRESSION
ALTER TABLE big ADD COLUMN x serial, ALTER a DROP EXPRESSION IF EXISTS
ALTER TABLE gen ADD COLUMN x serial, ALTER g SET DEFAULT 1
ALTER TABLE gen ADD COLUMN x serial, ALTER g DROP EXPRESSION, ALTER g SET DEFAULT 1
ALTER TABLE gen ADD COLUMN x serial, ALTER i SET DEFAULT 1
ALTER TABLE gen ADD COLUMN x serial, ALTER i DROP IDENTITY, ALTER i SET DEFAULT 1
ALTER TABLE big ADD COLUMN x serial, ADD COLUMN y serial COLLATE nothere
ALTER TABLE big ADD COLUMN x serial, SET TABLESPACE nothere
ALTER TABLE big SET UNLOGGED
ALTER TABLE fkey SET UNLOGGED
ALTER TABLE unref SET UNLOGGED
ALTER TABLE unref SET LOGGED
ALTER TABLE unself SET LOGGED
ALTER TABLE published SET UNLOGGED
ALTER TABLE pg_class ADD COLUMN x int
ALTER TABLE big RENAME CONSTRAINT big_pkey TO x
SQL

# The server refuses these only after it has looked at more than we do, or at
# the rows.  A finding that comes before its error does no harm.
my %late = map { $_ => 1 } split /\n/, <<'SQL';
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big
ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big (id)
ALTER TABLE big ADD COLUMN x int DEFAULT 1 REFERENCES txt (t)
ALTER TABLE big ADD COLUMN x int CHECK ((SELECT true))
ALTER TABLE big ADD EXCLUDE USING hash (a WITH =)
ALTER TABLE big ALTER id TYPE text
SQL

# These are, too, from that major version on: a partitioned table may have
# exclusion constraints, if they include its key; NOT NULL is a constraint.
my %late_since = (
	'ALTER TABLE parted ADD EXCLUDE USING btree (v WITH =)' => 17,
	'ALTER TABLE partnn ATTACH PARTITION other_order FOR VALUES IN (7)' => 18);
$late{$_} = 1 foreach grep { $node->pg_version->major >= $late_since{$_} } keys %late_since;

# These are refused outside a transaction block, too.
my @alone = split /\n/, <<'SQL';
VACUUM (FULL, nothere) big
VACUUM (FULL, PARALLEL 2) big
VACUUM (FULL, PARALLEL) big
VACUUM (FULL, DISABLE_PAGE_SKIPPING) big
VACUUM (FULL, PROCESS_TOAST off) big
VACUUM FULL big (a)
VACUUM FULL nothere, big
REINDEX (nothere) SCHEMA public
REINDEX (TABLESPACE nothere) SCHEMA public
CLUSTER (nothere)
CLUSTER parted USING nothere
SQL

# Runs each of them in a transaction that is rolled back; what the client was
# told and what the guard logged, in the order of the statements.
sub run_all
{
	my ($mode) = @_;
	my $offset = log_size($node);
	my ($out, $err) = run_sql(
		$node,
		join("\n",
			"SET safeddl.mode = $mode;",
			'SET client_min_messages = error;',
			# the marks divide both the output and the log
			map { "\\warn --mark--\nDO 'BEGIN RAISE LOG \$\$--mark--\$\$; END';\nBEGIN;\n$_;\nROLLBACK;" }
			  @statements),
		dbname => 'postgres');
	my @said = split /--mark--\n?/, $err;
	my @logged = split /LOG:  --mark--/, slurp_file($node->logfile, $offset);
	shift @said;
	shift @logged;
	return (\@said, [ map { /LOG:  (safeddl: .*)/ ? $1 : '' } @logged ]);
}

my ($off, $off_logged) = run_all('off');
my ($log, $logged) = run_all('log');

is(scalar(@$logged), scalar(@statements), 'every statement was run');
is(join('', @$off_logged), '', 'nothing is logged with the guard off');
for my $i (0 .. $#statements)
{
	is($log->[$i] // '', $off->[$i] // '', $statements[$i]);
	is($logged->[$i], '', "no finding, as it fails: $statements[$i]")
	  if ($off->[$i] // '') =~ /ERROR/ && !$late{ $statements[$i] };
}

for my $statement (@alone)
{
	my $offset = log_size($node);
	my ($out, $err) = run_sql($node, "SET safeddl.mode = block;\n$statement;", dbname => 'postgres');

	like($err, qr/ERROR/, "fails: $statement");
	unlike(slurp_file($node->logfile, $offset), qr/safeddl: /, "no finding, as it fails: $statement");
}

# footprint() raises errors of its own accord, but never one of the kind that
# ought not to happen
my ($out, $err) = run_sql(
	$node,
	join("\n", '\set VERBOSITY sqlstate',
		map { "SELECT FROM safeddl.footprint(\$q\$$_\$q\$);" } @statements));
unlike($err, qr/XX\d\d\d|server closed/, 'footprint() of each of them');

$node->stop;
done_testing();
