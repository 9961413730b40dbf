"""Retention, legal holds, disclosures, requests of patients."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0009.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0008_office")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0009"], ())),
    ]
