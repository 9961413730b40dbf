"""Brings a database up to date as its owner, then grants the application role what it may do."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import psycopg

from ringback.store import partitions, tables

APP_ROLE = "ringback_app"
SHELL_GRANTS = """
    do $$ declare t text; begin
      for t in select tablename from pg_tables where schemaname = 'public'
        and (tablename like 'auth\\_%%' or tablename like 'django\\_%%' or tablename like 'account\\_%%'
          or tablename like 'mfa\\_%%' or tablename like 'socialaccount\\_%%') loop
        execute format('grant select, insert, update, delete on %I to {role}', t);
      end loop;
      for t in select sequencename from pg_sequences where schemaname = 'public' loop
        execute format('grant usage, select on sequence %I to {role}', t);
      end loop;
    end $$;
"""


def migrate(owner_dsn: str, app_role: str = APP_ROLE) -> None:
    """Run all migrations as the owner (in a process of its own: Django's settings are per process) and grant."""
    environment = {**os.environ, "RINGBACK_DATABASE_URL": owner_dsn, "DJANGO_SETTINGS_MODULE": "ringback.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "-v", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"migrations failed: {done.stderr.strip().splitlines()[-1:]}\n{done.stderr}")
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(partitions.create(datetime.now(UTC)))
        connection.execute(tables.grants(app_role))
        connection.execute(SHELL_GRANTS.format(role=app_role).replace("%%", "%"))
