"""Keys of callers and people, so that one person can be shredded."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0003.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0002_audit")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0003"], ())),
    ]
