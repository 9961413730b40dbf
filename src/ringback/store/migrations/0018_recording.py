"""Where a voicemail's recording lies at the phone system."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "schema_0018.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("store", "0017_reply")]
    operations = [migrations.RunSQL(SQL)]
