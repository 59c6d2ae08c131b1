from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_baseline")]

    operations = [
        migrations.AddIndex("order", models.Index(fields=["status"], name="orders_status_idx")),
    ]
