from alembic import op

revision = "61"
down_revision = "52"


def upgrade():
    # The index on the partitioned table is valid once each partition's is attached
    op.execute("CREATE INDEX events_kind_idx ON ONLY events (kind)")
