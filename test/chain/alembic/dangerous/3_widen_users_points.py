from alembic import op
import sqlalchemy as sa

revision = "3"
down_revision = "2"


def upgrade():
    op.alter_column("users", "points", type_=sa.BigInteger())
