from alembic import op

revision = "4"
down_revision = "3"


def upgrade():
    op.alter_column("orders", "email", nullable=False)
