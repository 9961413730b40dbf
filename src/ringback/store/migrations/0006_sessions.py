"""Sessions, locked screens, break-glass, and who works where."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0006.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0005_accounts")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0006"], ())),
    ]
