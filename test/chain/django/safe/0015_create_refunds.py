from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0014_attach_indexes_kind")]

    # Production's sizes know nothing of a new table: it counts by its own
    operations = [
        migrations.CreateModel(
            "Refund",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("order_id", models.BigIntegerField(db_index=True)),
            ],
            options={"db_table": "refunds"},
        ),
    ]
