"""The tables as they were before the application came to use migrations:
"migrate --fake" tells Django that they are there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.CreateModel(
            "User",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.TextField()),
                ("points", models.IntegerField(default=0)),
                ("bio", models.TextField()),
            ],
            options={"db_table": "users"},
        ),
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("user", models.ForeignKey("shop.User", models.CASCADE, db_constraint=False)),
                ("status", models.TextField()),
                ("email", models.TextField(null=True)),
            ],
            options={"db_table": "orders"},
        ),
        migrations.CreateModel(
            "Event",
            [
                ("id", models.BigIntegerField(primary_key=True)),
                ("at", models.DateField()),
                ("kind", models.TextField()),
            ],
            options={"db_table": "events"},
        ),
    ]
