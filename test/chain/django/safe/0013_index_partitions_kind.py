from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0012_index_events_kind")]

    operations = [
        migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {partition}_kind_idx ON {partition} (kind)")
        for partition in ("events_q1", "events_q2", "events_q3", "events_q4")
    ]
