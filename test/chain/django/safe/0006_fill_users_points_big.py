from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0005_add_users_points_big")]

    # In batches that commit, and so outside a transaction
    operations = [
        migrations.RunSQL("CALL safeddl.backfill('users', 'points_big = points', 'points_big IS NULL')"),
    ]
