from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_check_orders_status")]

    operations = [
        migrations.AlterField("user", "points", models.BigIntegerField(default=0)),
    ]
