"""Rotation of keys: how far each has come."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0004.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0003_callers")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0004"], ())),
    ]
