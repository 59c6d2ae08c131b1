from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0010_refer_orders_to_users")]

    operations = [
        migrations.RunSQL("ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey"),
    ]
