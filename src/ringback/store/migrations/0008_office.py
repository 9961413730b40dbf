"""What a privacy officer keeps: agreements, training, reviews, devices, risks, incidents."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0008.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0007_ledgers")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0008"], ())),
    ]
