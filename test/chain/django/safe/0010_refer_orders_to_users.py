from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0009_require_orders_email")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey
                FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED NOT VALID
            """,
            "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey",
            state_operations=[
                migrations.AlterField("order", "user", models.ForeignKey("shop.User", models.CASCADE)),
            ],
        ),
    ]
