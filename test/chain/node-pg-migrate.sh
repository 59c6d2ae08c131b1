# node-pg-migrate: --dry-run prints SQL, and lines of its own between it

node_pg_migrate_setup()
{
	mkdir -p "$app/migrations"
	ln -s "$work/npm/node_modules" "$app/node_modules"
	cp "$here/node-pg-migrate/0_baseline.js" "$app/migrations"
}
node_pg_migrate_files=migrations
node_pg_migrate_records='SELECT count(*) FROM pgmigrations'
# It runs all in one unless told otherwise, and does not print that BEGIN
node_pg_migrate_together='21 22'
node_pg_migrate_wrapped=--transaction

# node_pg_migrate [option ...]
node_pg_migrate()
{
	DATABASE_URL=postgresql:///$PGDATABASE node_modules/.bin/node-pg-migrate up \
		${ONE_TRANSACTION---no-single-transaction} "$@"
}

node_pg_migrate_migrate() { node_pg_migrate; }

node_pg_migrate_print()
{
	node_pg_migrate --dry-run 2>/dev/null |
		sed -E 's/^(dry run|> |###|#>|Migrations complete|No migrations|INSERT INTO .*"pgmigrations")/-- &/'
}
