# Writes scripts into the working directory: statements on each large table,
# in files whose names and contents are odd as well.

use strict;
use warnings;

my @tables = split /\0/,
  qx{psql -XAt0c "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relpages >= 0 AND relnamespace = 'public'::regnamespace AND relname <> 'small' ORDER BY 1"};
my @names = (
	'plain.sql', 'with blank.sql', 'odd, dir/a:b=c%25.sql', 'odd, dir/<&">.sql', "odd, dir/new\nline.sql",
	'odd, dir/sub/日本.sql', "odd, dir/latin\xe9.sql", '#?.sql', '%41.sql', "it's.sql", 'back\\slash.sql'
);

foreach my $i (0 .. $#names)
{
	my $table = $tables[ $i % @tables ];
	my $sql = <<"SQL";
-- 100%, ::error:: <![CDATA[ ]]> é\r
CREATE INDEX ON $table (a);
\t/* 日本 */ CREATE INDEX ON $table (a);
ALTER TABLE $table ALTER a TYPE bigint, ADD CHECK (a > 0);
SELEKT "]]>";
DO \$\$ BEGIN EXECUTE 'DROP TABLE ' || 'x'; END \$\$;
/* ${\('x' x 3000)} */ DROP TABLE $table;
SQL
	chomp $table;
	open(my $file, '>', $names[$i]) or die "$names[$i]: $!";
	print $file $sql;
	close $file;
}
open(my $file, '>', 'good.sql') or die "good.sql: $!";
print $file "CREATE INDEX ON small (id);\n";
close $file;
