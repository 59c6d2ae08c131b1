# libpq's environment variables say where the server is. One transaction for
# each migration is not Alembic's default, which is one for all of them: NOT
# VALID and VALIDATE would be in the same one.

import os

from alembic import context
from sqlalchemy import create_engine

config = {"transaction_per_migration": "ONE_TRANSACTION" not in os.environ}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **config)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine("postgresql+psycopg2://").connect() as connection:
        context.configure(connection=connection, **config)
        with context.begin_transaction():
            context.run_migrations()
