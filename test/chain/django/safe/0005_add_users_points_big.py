from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0004_validate_orders_status")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE users ADD COLUMN points_big bigint;
            CREATE FUNCTION users_copy_points() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.points_big := NEW.points;
                RETURN NEW;
            END $$;
            CREATE TRIGGER users_copy_points BEFORE INSERT OR UPDATE ON users
                FOR EACH ROW EXECUTE FUNCTION users_copy_points();
            ALTER TABLE users ADD CONSTRAINT users_points_big_filled
                CHECK (points_big IS NOT NULL) NOT VALID;
            """
        ),
    ]
