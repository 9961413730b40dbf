"""Callbacks: who a caller showed themselves to be, and acts on many tasks at once."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0013.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0012_inbox")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0013"], ())),
    ]
