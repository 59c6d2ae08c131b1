from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_index_orders_status")]

    # From Django 4.0: AddConstraintNotValid, of django.contrib.postgres.operations
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE orders ADD CONSTRAINT orders_status_known
                CHECK (status IN ('new', 'paid', 'sent')) NOT VALID
            """,
            "ALTER TABLE orders DROP CONSTRAINT orders_status_known",
            state_operations=[
                migrations.AddConstraint(
                    "order",
                    models.CheckConstraint(
                        check=models.Q(status__in=["new", "paid", "sent"]),
                        name="orders_status_known",
                    ),
                ),
            ],
        ),
    ]
