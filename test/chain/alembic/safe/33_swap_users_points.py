from alembic import op
import sqlalchemy as sa

revision = "33"
down_revision = "32"


def upgrade():
    # VALIDATE lets readers and writers pass, and proves the NOT NULL; what comes
    # after it takes the strong lock, but only for an instant.
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_points_big_filled")
    op.execute("DROP TRIGGER users_copy_points ON users")
    op.execute("DROP FUNCTION users_copy_points()")
    op.alter_column("users", "points", new_column_name="points_old")
    op.alter_column("users", "points_big", new_column_name="points")
    op.alter_column("users", "points", server_default=sa.text("0"))
    op.alter_column("users", "points", nullable=False)
    op.alter_column("users", "points_old", nullable=True)
    op.drop_constraint("users_points_big_filled", "users")
