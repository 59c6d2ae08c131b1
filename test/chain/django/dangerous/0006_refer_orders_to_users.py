from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0005_require_orders_email")]

    operations = [
        migrations.AlterField("order", "user", models.ForeignKey("shop.User", models.CASCADE)),
    ]
