from alembic import op
import sqlalchemy as sa

revision = "31"
down_revision = "22"


def upgrade():
    op.add_column("users", sa.Column("points_big", sa.BigInteger()))
    op.execute(
        """
        CREATE FUNCTION users_copy_points() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.points_big := NEW.points;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER users_copy_points BEFORE INSERT OR UPDATE ON users
            FOR EACH ROW EXECUTE FUNCTION users_copy_points()
        """
    )
    op.create_check_constraint(
        "users_points_big_filled", "users", "points_big IS NOT NULL", postgresql_not_valid=True
    )
