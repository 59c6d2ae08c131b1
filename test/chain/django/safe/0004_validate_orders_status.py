from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_check_orders_status")]

    # From Django 4.0: ValidateConstraint
    operations = [
        migrations.RunSQL("ALTER TABLE orders VALIDATE CONSTRAINT orders_status_known"),
    ]
