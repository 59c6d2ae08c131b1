from alembic import op

revision = "21"
down_revision = "11"


def upgrade():
    op.create_check_constraint(
        "orders_status_known",
        "orders",
        "status IN ('new', 'paid', 'sent')",
        postgresql_not_valid=True,
    )
