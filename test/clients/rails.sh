# Rails: "rake db:migrate" over ActiveRecord's own tasks (rails/Rakefile).

rake_migrate() (cd "$app" && PGUSER=app exec rake db:migrate)

# rails_migrate file ...: adds migrations, each given by the start of its path,
# to the application, and migrates
rails_migrate()
{
	app=$work/rails.$PGDATABASE
	mkdir -p "$app/db/migrate"
	cp "$here/rails/Rakefile" "$app"
	for file in "$@"; do
		cp "$here/rails/$file"*_*.rb "$app/db/migrate"
	done
	attempt rake_migrate
}

# rails_rejects description version table advice
rails_rejects()
{
	rails_migrate "dangerous/$2"
	rejected "rails: $1" "$3" "$4"
	nothing_left 'rails: ... and leaves nothing behind' \
		"SELECT count(*) FROM schema_migrations WHERE version = '$2'"
	rm "$app/db/migrate/$2"_*.rb
}

rails_checks()
{
	PGDATABASE=rails

	rails_rejects 'add_index :users, :email' 1 users 'CREATE INDEX CONCURRENTLY'
	rails_migrate safe/11
	passes 'rails: add_index :users, :email, algorithm: :concurrently'
	valid_index 'rails: ... and the index is valid' index_users_on_email

	rails_rejects 'add_index :orders, :status' 2 orders 'CREATE INDEX CONCURRENTLY'
	rails_rejects 'add_check_constraint :orders' 3 orders 'NOT VALID'
	rails_rejects 'change_column :orders, :total_cents, :bigint' 4 orders 'new column'
	rails_rejects 'a CHECK that is not valid, and its validation, in one migration' 5 orders \
		'a transaction of its own'
	rails_rejects 'add_column :orders, :region, and an UPDATE that fills it' 6 orders \
		'commit before it'
	rails_migrate safe/2 safe/3 safe/4
	passes 'rails: the safe rewriting for orders'
	orders_are_migrated rails

	PGDATABASE=rails_warn
	rails_migrate dangerous/1
	warned 'rails: in mode "warn", add_index :users, :email' \
		'WARNING: .*would .*public\.users.*CREATE INDEX CONCURRENTLY'
}
