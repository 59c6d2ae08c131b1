# Rails: ActiveRecord cannot print a migration's SQL without running it, so it is
# run against a copy of the empty database, with the guard off.

rails_setup()
{
	mkdir -p "$app/db/migrate"
	cp "$here/../clients/rails/Rakefile" "$here/rails/print_sql.rb" "$app"
	cp "$here/rails/0_baseline.rb" "$app/db/migrate"
}
rails_files=db/migrate
rails_records='SELECT count(*) FROM schema_migrations'
rails_together=

rails_migrate() { rake db:migrate; }

rails_print()
{
	scratch
	PGDATABASE=scratch SQL_LOG=$work/rails.log rake -r ./print_sql.rb db:migrate >"$work/rails.out" 2>&1 ||
		safeddl_die "rails: cannot print: $(cat "$work/rails.out")"
	cat "$work/rails.log"
}
