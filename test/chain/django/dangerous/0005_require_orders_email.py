from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0004_widen_users_points")]

    operations = [
        migrations.AlterField("order", "email", models.TextField()),
    ]
