"""The audit log: one chain a practice, added to and never changed."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0002.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0001_ground")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0002"], ())),
    ]
