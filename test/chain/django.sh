# Django: sqlmigrate prints one migration

django_setup()
{
	mkdir -p "$app/shop/migrations"
	touch "$app/shop/__init__.py" "$app/shop/migrations/__init__.py"
	cp "$here/django/manage.py" "$here/django/settings.py" "$app"
	cp "$here/django/0001_baseline.py" "$app/shop/migrations"
}
django_files=shop/migrations
django_records='SELECT count(*) FROM django_migrations'
django_together=

# Debian's Python, which has the packages
manage() { PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 manage.py "$@"; }

django_baseline() { manage migrate --fake shop 0001; }

django_migrate() { manage migrate; }

django_print()
{
	manage showmigrations --plan | sed -n 's/^\[ \]  shop\.//p' | while read -r migration; do
		manage sqlmigrate shop "$migration"
	done
}
