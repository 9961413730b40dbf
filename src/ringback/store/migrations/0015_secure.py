"""The secure thread of a patient: messages, files and codes."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0015.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0014_roster")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0015"], ())),
    ]
