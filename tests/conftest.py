"""What tests stand on: a PostgreSQL of their own per test process, a fresh migrated database a test, loopback only."""

from __future__ import annotations

import ipaddress
import os
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

from ringback.engine import binaries, postgres

# The simulators' carriers and mail servers stand on this machine, which a real server may not reach unasked (C77).
os.environ.setdefault("RINGBACK_INSIDE", "127.0.0.0/8,::1")


@dataclass(frozen=True)
class Database:
    """A migrated database: its addresses as owner, application and administrator, and the server it is on."""

    owner_dsn: str
    app_dsn: str
    admin_dsn: str
    server: postgres.Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests run with `make soak` only."""
    if os.environ.get("RINGBACK_SOAK") != "1":
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="runs long: make soak"))


def local(host: str | bytes | None) -> bool:
    """Whether a host is this machine: loopback, or no host at all (any local address, to listen on)."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the outside world fails at once, by name or by number."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    look_up = socket.getaddrinfo

    def refuse(host: Any) -> None:
        raise AssertionError(f"a test tried to reach {host}")

    def guarded(name: str) -> Any:
        def call(self: socket.socket, *words: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not local(words[-1][0]):
                refuse(words[-1][0])
            return real[name](self, *words)

        return call

    def asked(host: Any, *words: Any, **more: Any) -> Any:
        if not local(host):
            refuse(host)
        return look_up(host, *words, **more)

    for name in real:
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", asked)


def lives(process: int) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def sweep(place: Path) -> None:
    """Stop and remove what a test run that was killed left behind: folders named after a process that is gone."""
    for folder in place.glob("ringback-test-*"):
        process = folder.name.split("-")[2]
        if not process.isdigit() or folder.stat().st_uid != os.geteuid() or lives(int(process)):
            continue
        user = binaries.service_user()
        for cluster in folder.glob("*/cluster"):
            data = cluster.parent
            postgres.Server(data=data, socket=data / "s", binaries=binaries.find(user), user=user, settings={}).stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder for this process's databases, gone at the end."""
    sweep(postgres.scratch())
    folder = Path(tempfile.mkdtemp(prefix=f"ringback-test-{os.getpid()}-", dir=postgres.scratch()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(place: Path) -> Iterator[postgres.Server]:
    """One server for the tests of this process; fsync is off, so durability is tested elsewhere (tests of crashes)."""
    running = postgres.start(
        place / "shared", settings={"fsync": "off", "full_page_writes": "off", "max_connections": "160"}
    )
    try:
        yield running
    finally:
        running.stop()


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
            sql.SQL("create database {} template {} owner ringback_owner strategy file_copy").format(
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
