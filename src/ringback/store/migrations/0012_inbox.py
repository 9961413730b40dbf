"""The inbox: what is searched, whose a case is, views that were kept."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0012.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0011_backups")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0012"], ())),
    ]
