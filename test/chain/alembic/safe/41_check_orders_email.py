from alembic import op

revision = "41"
down_revision = "33"


def upgrade():
    op.create_check_constraint(
        "orders_email_given", "orders", "email IS NOT NULL", postgresql_not_valid=True
    )
