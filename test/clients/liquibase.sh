# Liquibase: npm's package holds the Java program and PostgreSQL's driver. A run
# takes one changeset or more of a changelog, by label.

liquibase_version=4.28.1

liquibase_install()
{
	npm_config_cache=$work/npm-cache npm install --prefix "$work/npm" --ignore-scripts --no-audit --no-fund \
		"liquibase@$liquibase_version" >"$work/npm.log" 2>&1 || {
		cat "$work/npm.log" >&2
		safeddl_die "cannot install liquibase@$liquibase_version from npm"
	}
	liquibase_dist=$work/npm/node_modules/liquibase/dist
}

# liquibase_update changelog label
liquibase_update()
{
	changelog=$1
	label=$2
	attempt run_liquibase
}

run_liquibase()
(
	cd "$here/liquibase"
	exec sh "$liquibase_dist/liquibase/liquibase" \
		--classpath="$(echo "$liquibase_dist"/drivers/postgresql-*.jar)" \
		--url="jdbc:postgresql://127.0.0.1:$PGPORT/$PGDATABASE" --username=app \
		--changelog-file="$changelog.xml" update --label-filter="$label"
)

# liquibase_rejects description label table advice
liquibase_rejects()
{
	liquibase_update dangerous "$2"
	rejected "liquibase: $1" "$3" "$4"
	nothing_left 'liquibase: ... and leaves nothing behind' \
		"SELECT (SELECT count(*) FROM databasechangelog WHERE id = '$2') +
		        (SELECT count(*) FROM databasechangeloglock WHERE locked)"
}

liquibase_checks()
{
	liquibase_install
	PGDATABASE=liquibase

	liquibase_rejects 'createIndex on users.email' users-index \
		users 'CREATE INDEX CONCURRENTLY'
	liquibase_rejects 'createIndex with runInTransaction="false"' users-index-alone \
		users 'CREATE INDEX CONCURRENTLY'
	liquibase_update safe users
	passes 'liquibase: CREATE INDEX CONCURRENTLY with runInTransaction="false"'
	valid_index 'liquibase: ... and the index is valid' index_users_on_email

	liquibase_rejects 'createIndex on orders.status' orders-index \
		orders 'CREATE INDEX CONCURRENTLY'
	liquibase_rejects 'ADD CONSTRAINT ... CHECK on orders.status' orders-check \
		orders 'NOT VALID'
	liquibase_rejects 'modifyDataType of orders.total_cents to bigint' orders-type \
		orders 'new column'
	liquibase_rejects 'NOT VALID and VALIDATE CONSTRAINT in one changeset' orders-check-validate \
		orders 'a transaction of its own'
	liquibase_rejects 'addColumn with a value for the rows that are there' orders-region \
		orders 'commit before it'
	liquibase_update safe orders
	passes 'liquibase: the safe rewriting for orders'
	orders_are_migrated liquibase

	PGDATABASE=liquibase_warn
	liquibase_update dangerous users-index
	warned 'liquibase: in mode "warn", createIndex on users.email'
}
