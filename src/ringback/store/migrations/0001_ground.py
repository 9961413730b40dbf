"""The ground: every table of the flow, walled from the first migration on."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from ringback.store import partitions, tables

SQL = (Path(__file__).parent.parent / "schema_0001.sql").read_text()


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall()),
        migrations.RunSQL(partitions.create(datetime.now(UTC))),
    ]
