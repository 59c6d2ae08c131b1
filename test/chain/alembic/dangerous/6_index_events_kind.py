from alembic import op

revision = "6"
down_revision = "5"


def upgrade():
    op.create_index("events_kind_idx", "events", ["kind"])
