from alembic import op

revision = "5"
down_revision = "4"


def upgrade():
    op.create_foreign_key("orders_user_id_fkey", "orders", "users", ["user_id"], ["id"])
