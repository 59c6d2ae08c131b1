from alembic import op

revision = "52"
down_revision = "51"


def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey")
