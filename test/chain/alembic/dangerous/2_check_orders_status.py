from alembic import op

revision = "2"
down_revision = "1"


def upgrade():
    op.create_check_constraint("orders_status_known", "orders", "status IN ('new', 'paid', 'sent')")
