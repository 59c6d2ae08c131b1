from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0006_fill_users_points_big")]

    # VALIDATE lets readers and writers pass, and proves the NOT NULL; what comes
    # after it takes the strong lock, but only for an instant.
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE users VALIDATE CONSTRAINT users_points_big_filled;
            DROP TRIGGER users_copy_points ON users;
            DROP FUNCTION users_copy_points();
            ALTER TABLE users RENAME COLUMN points TO points_old;
            ALTER TABLE users RENAME COLUMN points_big TO points;
            ALTER TABLE users ALTER COLUMN points SET DEFAULT 0,
                ALTER COLUMN points SET NOT NULL,
                ALTER COLUMN points_old DROP NOT NULL;
            ALTER TABLE users DROP CONSTRAINT users_points_big_filled;
            """,
            state_operations=[
                migrations.AlterField("user", "points", models.BigIntegerField(default=0)),
            ],
        ),
    ]
