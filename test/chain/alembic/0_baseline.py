from alembic import op

revision = "0"
down_revision = None


def upgrade():
    """The tables as they were before the application came to use migrations"""
