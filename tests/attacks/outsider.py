"""The means of an attacker: a socket to the real server; and of the judge: a digest of every table."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql


@dataclass
class Server:
    """A running web server of ours: speak to it by its socket."""

    port: int
    application: Any
    sockets: list[socket.socket] = field(default_factory=list)

    def open(self) -> socket.socket:
        """A connection; a server that never answers fails the test instead of holding it up."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.sockets.append(made)
        return made

    def ask(self, data: bytes) -> bytes:
        """Send bytes, close our side of nothing, and read until the server closes or has answered whole."""
        with self.open() as one:
            one.sendall(data)
            return read(one)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        """One plain request on a connection of its own: (status, whole answer)."""
        head = {"host": "testserver", "connection": "close", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if body:
            head.setdefault("content-length", str(len(body)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        said = self.ask(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        return status_of(said), said.decode("latin-1")


def read(one: socket.socket) -> bytes:
    """Everything until the other side closes."""
    said = b""
    while True:
        try:
            more = one.recv(65536)
        except ConnectionResetError:
            return said
        if not more:
            return said
        said += more


def status_of(said: bytes) -> int:
    """The status of an answer; 0 when the connection closed without one."""
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else 0


COUNTED_OUT = {"django_session", "django_migrations"}


class Ledger:
    """A digest of every table, so that a test can say: nothing was written."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def digest(self, without: tuple[str, ...] = ()) -> dict[str, str]:
        """Rows of each table, as one digest a table."""
        with psycopg.connect(self._dsn, autocommit=True) as admin:
            tables = [
                name
                for (name,) in admin.execute(
                    "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = "
                    "'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1"
                ).fetchall()
            ]
            found = {}
            for table in tables:
                if table in COUNTED_OUT or table in without:
                    continue
                rows = admin.execute(sql.SQL("select t::text from {} t order by 1").format(sql.Identifier(table)))
                whole = "\n".join(row for (row,) in rows.fetchall())
                found[table] = hashlib.sha256(whole.encode()).hexdigest()
            return found
