from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0006_refer_orders_to_users")]

    operations = [
        migrations.AddIndex("event", models.Index(fields=["kind"], name="events_kind_idx")),
    ]
