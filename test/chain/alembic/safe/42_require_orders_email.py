from alembic import op

revision = "42"
down_revision = "41"


def upgrade():
    # The valid CHECK proves the NOT NULL, which need not read the table then
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_email_given")
    op.alter_column("orders", "email", nullable=False)
    op.drop_constraint("orders_email_given", "orders")
