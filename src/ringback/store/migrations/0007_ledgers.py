"""Consent, preference and suppression as ledgers."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0007.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0006_sessions")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0007"], ())),
    ]
