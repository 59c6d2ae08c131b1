from alembic import op

revision = "63"
down_revision = "62"


def upgrade():
    for partition in "events_q1", "events_q2", "events_q3", "events_q4":
        op.execute(f"ALTER INDEX events_kind_idx ATTACH PARTITION {partition}_kind_idx")
