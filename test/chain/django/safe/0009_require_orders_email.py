from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0008_check_orders_email")]

    # The valid CHECK proves the NOT NULL: AlterField need not read the table
    operations = [
        migrations.RunSQL("ALTER TABLE orders VALIDATE CONSTRAINT orders_email_given"),
        migrations.AlterField("order", "email", models.TextField()),
        migrations.RunSQL("ALTER TABLE orders DROP CONSTRAINT orders_email_given"),
    ]
