from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0007_swap_users_points")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE orders ADD CONSTRAINT orders_email_given CHECK (email IS NOT NULL) NOT VALID"
        ),
    ]
