"""What tests stand on: a PostgreSQL of their own per test process, a fresh migrated database a test, loopback only."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ringback.engine import postgres


@dataclass(frozen=True)
class Database:
    """A migrated database: its addresses as owner, application and administrator, and the server it is on."""

    owner_dsn: str
    app_dsn: str
    admin_dsn: str
    server: postgres.Server


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the outside world fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """One server for the tests of this process; fsync is off, so durability is tested elsewhere (tests of crashes)."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-test-", dir=postgres.scratch()))
    folder.chmod(0o755)
    running = postgres.start(
        folder / "pg", settings={"fsync": "off", "full_page_writes": "off", "max_connections": "100"}
    )
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(server: postgres.Server) -> str:
    """The template every test's database is copied from."""
    from ringback.store.migrate import migrate

    roles = postgres.prepare(server, "ground")
    migrate(roles.owner_dsn)
    return "ground"


_made = 0


@pytest.fixture
def database(server: postgres.Server, migrated: str) -> Iterator[Database]:
    """A fresh database for one test."""
    global _made
    _made += 1
    name = f"t{_made}"
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {} owner ringback_owner").format(
                sql.Identifier(name), sql.Identifier(migrated)
            )
        )
    try:
        yield Database(
            server.dsn("ringback_owner", name), server.dsn("ringback_app", name), server.admin_dsn(name), server
        )
    finally:
        with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
