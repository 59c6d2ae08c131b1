from alembic import op

revision = "1"
down_revision = "0"


def upgrade():
    op.create_index("orders_status_idx", "orders", ["status"])
