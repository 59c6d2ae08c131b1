from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_index_orders_status")]

    operations = [
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                check=models.Q(status__in=["new", "paid", "sent"]),
                name="orders_status_known",
            ),
        ),
    ]
