"""The on-call roster: rotations, overrides, tested contact methods."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0014.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0013_callback")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0014"], ())),
    ]
