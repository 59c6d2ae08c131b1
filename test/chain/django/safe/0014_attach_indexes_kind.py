from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0013_index_partitions_kind")]

    operations = [
        migrations.RunSQL(f"ALTER INDEX events_kind_idx ATTACH PARTITION {partition}_kind_idx")
        for partition in ("events_q1", "events_q2", "events_q3", "events_q4")
    ]
