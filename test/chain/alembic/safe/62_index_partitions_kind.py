from alembic import op

revision = "62"
down_revision = "61"


def upgrade():
    with op.get_context().autocommit_block():
        for partition in "events_q1", "events_q2", "events_q3", "events_q4":
            op.create_index(f"{partition}_kind_idx", partition, ["kind"], postgresql_concurrently=True)
