"""Invitations and single sign-on of a practice."""

from pathlib import Path

from django.db import migrations

from ringback.store import tables

SQL = (Path(__file__).parent.parent / "schema_0005.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0004_rotation")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(tables.wall(tables.LATER["0005"], ("membership",))),
    ]
