from alembic import op

revision = "32"
down_revision = "31"


def upgrade():
    # In batches that commit, and so outside a transaction
    with op.get_context().autocommit_block():
        op.execute("CALL safeddl.backfill('users', 'points_big = points', 'points_big IS NULL')")
