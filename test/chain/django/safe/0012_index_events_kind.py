from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0011_validate_orders_user")]

    # The index on the partitioned table is valid once each partition's is attached
    operations = [
        migrations.RunSQL(
            "CREATE INDEX events_kind_idx ON ONLY events (kind)",
            state_operations=[
                migrations.AddIndex("event", models.Index(fields=["kind"], name="events_kind_idx")),
            ],
        ),
    ]
