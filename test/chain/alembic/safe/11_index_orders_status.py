from alembic import op

revision = "11"
down_revision = "0"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("orders_status_idx", "orders", ["status"], postgresql_concurrently=True)
