"""Replies of staff: drafts, who is looking, mentions."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0017.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0016_setup")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0017"], ())),
    ]
