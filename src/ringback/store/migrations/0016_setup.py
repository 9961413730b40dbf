"""Set-up: opening hours, holidays, queues, versions of templates."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0016.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0015_secure")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0016"], ())),
    ]
