# Alembic: its offline mode prints what is between two revisions

alembic_setup()
{
	mkdir -p "$app/versions"
	cp "$here/alembic/alembic.ini" "$here/alembic/env.py" "$app"
	cp "$here/alembic/0_baseline.py" "$app/versions"
}
alembic_files=versions
alembic_records='SELECT version_num::int FROM alembic_version'
# Migrations refer to each other; these are all up to the VALIDATE
alembic_together='11 21 22'
alembic_wrapped=

alembic_migrate() { PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m alembic upgrade head; }

alembic_print()
{
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m alembic upgrade "$(query "$alembic_records"):head" \
		--sql 2>/dev/null
}
