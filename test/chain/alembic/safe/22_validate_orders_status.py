from alembic import op

revision = "22"
down_revision = "21"


def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_status_known")
