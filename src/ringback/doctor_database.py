"""What `ringback doctor` asks of the database: that the way there is verified, the role walled, the clocks one, and that
the practices' own addresses (mail, chat, carrier, key service) are reached by TLS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ringback.doctor import MOST_SECONDS, Finding, is_remote

OLDEST = 150000


def findings(dsn: str) -> Iterator[Finding]:
    """What is to be said of this database."""
    if not dsn:
        yield Finding(
            name="database",
            fine=False,
            say="RINGBACK_DATABASE_URL is not set: give it the address of a PostgreSQL >= 15",
        )
        return
    try:
        remote, mode = is_remote(dsn), conninfo_to_dict(dsn).get("sslmode")
    except psycopg.ProgrammingError:
        yield Finding(
            name="database", fine=False, say="RINGBACK_DATABASE_URL cannot be read: postgresql://user@host/db"
        )
        return
    if remote:
        verified = mode == "verify-full"
        yield Finding(
            name="database_tls",
            fine=verified,
            say="the database's TLS is verified"
            if verified
            else "the database is reached without verified TLS: add sslmode=verify-full",
        )
        if not verified:
            return  # a password would go over this way
    try:
        with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
            yield from _inside(connection)
    except psycopg.OperationalError as wrong:
        yield Finding(name="database", fine=False, say=f"the database cannot be reached: {type(wrong).__name__}")


def _inside(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    version = connection.info.server_version
    new = version >= OLDEST
    yield Finding(
        name="postgres",
        fine=new,
        say=f"PostgreSQL {version // 10000}" + ("" if new else " is too old: 15 or newer"),
    )
    row = connection.execute(
        "select rolsuper or rolbypassrls, exists (select 1 from pg_class c where c.relowner = r.oid and c.relname = 'cases') "
        "from pg_roles r where rolname = current_user"
    ).fetchone()
    walled = row is not None and not row[0] and not row[1]
    yield Finding(
        name="role",
        fine=walled,
        say="the application's role is behind the wall"
        if walled
        else "this role owns the tables or bypasses row-level security: use ringback_app, and the owner for migrations "
        "only",
    )
    tables = connection.execute("select count(*) from pg_tables where tablename = 'cases'").fetchone()
    there = bool(tables and tables[0])
    yield Finding(
        name="migrated",
        fine=there,
        say="the database is migrated" if there else "the database is empty: run `ringback migrate`",
    )
    before = time.time()
    moment = connection.execute("select extract(epoch from clock_timestamp())").fetchone()
    gap = abs(float(moment[0]) - (before + time.time()) / 2) if moment is not None else MOST_SECONDS
    yield Finding(
        name="clock",
        fine=gap < MOST_SECONDS,
        say="the clocks agree"
        if gap < MOST_SECONDS
        else f"this machine's clock and the database's differ by {gap:.0f} s: set up NTP on both (chrony or timesyncd)",
    )
    if there and walled:
        yield from _practices(connection)


def _practices(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """The addresses practices have typed in. Practices are found by their work and by their first numbers."""
    numbers = {int(row[0]) for row in connection.execute("select distinct practice from work").fetchall()}
    for number in sorted(numbers | set(range(1, 101))):
        with connection.transaction():
            connection.execute("select set_config('ringback.practices', %s, true)", (str(number),))
            row = connection.execute("select gate from practice where practice = %s", (number,)).fetchone()
        if row is not None:
            yield from _alerts(number, row[0].get("alerts") or {}, row[0])


def _alerts(number: int, alerts: dict[str, Any], gate: dict[str, Any]) -> Iterator[Finding]:
    for name, address, good, mend in (
        ("mail", alerts.get("smtp"), ("smtps", "smtp+tls"), "begin its address with smtps:// or smtp+tls://"),
        ("chat", alerts.get("webhook"), ("https",), "give its https address"),
        ("booking", gate.get("outside_link"), ("https",), "give its https address"),
    ):
        if not address:
            continue
        fine = urlsplit(str(address)).scheme in good
        yield Finding(
            name=f"practice_{number}_{name}",
            fine=fine,
            say=f"practice {number}: {name} is encrypted"
            if fine
            else f"practice {number}: {name} is not encrypted: {mend}",
        )
