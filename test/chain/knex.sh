# knex: a client that prints instead of sending (knex/print_sql.js)

knex_setup()
{
	mkdir -p "$app/migrations"
	ln -s "$work/npm/node_modules" "$app/node_modules"
	cp "$here/knex/knexfile.js" "$here/knex/print_sql.js" "$app"
	cp "$here/knex/0_baseline.js" "$app/migrations"
}
knex_files=migrations
knex_records='SELECT count(*) FROM knex_migrations'
# None of them opts out of transactions, so knex runs them in one
knex_together='21 22'
knex_wrapped=

knex_migrate() { node_modules/.bin/knex migrate:latest; }

knex_print() { node print_sql.js; }
