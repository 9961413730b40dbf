"""`ringback doctor`: what is unsafe or missing here, each with its mend. Exit 1 when production would be refused."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

LOCAL = ("127.0.0.1", "localhost", "::1")


def _findings() -> Iterator[tuple[bool, str]]:
    """(fine, sentence) for each thing looked at."""
    url = os.environ.get("RINGBACK_PUBLIC_URL", "")
    parts = urlsplit(url)
    yield (
        bool(url),
        "RINGBACK_PUBLIC_URL is set" if url else "RINGBACK_PUBLIC_URL is not set: give the address the world uses",
    )
    if url:
        yield parts.scheme == "https", (
            "the public address is https" if parts.scheme == "https"
            else "the public address is plain HTTP: put a TLS proxy in front and set RINGBACK_PUBLIC_URL=https://..."
        )  # fmt: skip
    secret = os.environ.get("RINGBACK_SECRET_KEY", "")
    yield len(secret) >= 40, (
        "RINGBACK_SECRET_KEY is set" if len(secret) >= 40
        else "RINGBACK_SECRET_KEY is missing or short: set 40 or more random characters, the same for every process"
    )  # fmt: skip
    key = os.environ.get("RINGBACK_KEY_FILE", "")
    if not key or not Path(key).exists():
        yield False, "RINGBACK_KEY_FILE is missing: make one with `ringback keys create FILE`"
    else:
        closed = not stat.S_IMODE(Path(key).stat().st_mode) & 0o077
        yield (
            closed,
            "the key file is closed to others" if closed else f"the key file can be read by others: chmod 600 {key}",
        )
    yield from _database(os.environ.get("RINGBACK_DATABASE_URL", ""))


def _database(dsn: str) -> Iterator[tuple[bool, str]]:
    if not dsn:
        yield False, "RINGBACK_DATABASE_URL is not set: give it the address of a PostgreSQL >= 15"
        return
    place = conninfo_to_dict(dsn)
    host = str(place.get("host") or "")
    if host and not host.startswith("/") and host not in LOCAL:
        verified = place.get("sslmode") == "verify-full"
        yield (
            verified,
            "the database's TLS is verified"
            if verified
            else "the database is reached without verified TLS: add sslmode=verify-full",
        )
    try:
        with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
            version = connection.info.server_version
            yield (
                version >= 150000,
                f"PostgreSQL {version // 10000}" + ("" if version >= 150000 else " is too old: 15 or newer"),
            )
            row = connection.execute(
                "select rolsuper or rolbypassrls, exists (select 1 from pg_class c where c.relowner = r.oid and c.relname = 'cases') "
                "from pg_roles r where rolname = current_user"
            ).fetchone()
            walled = row is not None and not row[0] and not row[1]
            yield walled, (
                "the application's role is behind the wall" if walled
                else "this role owns the tables or bypasses row-level security: use ringback_app, and the owner for migrations only"
            )  # fmt: skip
            tables = connection.execute("select count(*) from pg_tables where tablename = 'cases'").fetchone()
            there = bool(tables and tables[0])
            yield there, "the database is migrated" if there else "the database is empty: run `ringback migrate`"
            gap = connection.execute("select abs(extract(epoch from clock_timestamp()) - %s)", (_clock(),)).fetchone()
            close = gap is not None and float(gap[0]) < 5
            yield (
                close,
                "the clocks agree"
                if close
                else "this machine's clock and the database's differ by more than 5 s: set up NTP",
            )
    except psycopg.OperationalError as wrong:
        yield False, f"the database cannot be reached: {str(wrong).splitlines()[0]}"


def _clock() -> float:
    import time

    return time.time()


def doctor_main(argv: list[str]) -> int:
    """Print each finding; 0 when all is fine."""
    findings = list(_findings())
    for fine, sentence in findings:
        print(f"{'ok  ' if fine else 'MEND'}  {sentence}")
    bad = sum(not fine for fine, _ in findings)
    print(f"\n{'Nothing to mend.' if not bad else f'{bad} to mend before real patients.'}")
    return 1 if bad else 0
