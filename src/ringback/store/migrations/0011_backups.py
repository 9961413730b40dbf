"""Backups and drills."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0011.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0010_limits")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0011"], ("roster",))),
    ]
