from alembic import op
import sqlalchemy as sa

revision = "71"
down_revision = "63"


def upgrade():
    # Production's sizes know nothing of a new table: it counts by its own
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
    )
    op.create_index("refunds_order_id_idx", "refunds", ["order_id"])
