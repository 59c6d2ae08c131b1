from alembic import op

revision = "51"
down_revision = "42"


def upgrade():
    op.create_foreign_key(
        "orders_user_id_fkey", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True
    )
