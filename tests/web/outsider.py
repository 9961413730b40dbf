"""The means of an attacker: a socket to the real server; and of the judge: a digest of every table."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from ringback.engine import house
from ringback.engine.book import Book
from ringback.engine.receive import Hooks
from ringback.simulator.wire import signature


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


# A refusal belongs into the audit log, the log's own chore into the list of work, and when somebody was last seen into
# their session.
COUNTED_OUT = {"django_session", "django_migrations", "session", "audit", "audit_head", "audit_checkpoint", "audit_key"}


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
                where = sql.SQL("where kind <> {}").format(house.HOUSE) if table == "work" else sql.SQL("")
                rows = admin.execute(
                    sql.SQL("select t::text from {} t {} order by 1").format(sql.Identifier(table), where)
                )
                whole = "\n".join(row for (row,) in rows.fetchall())
                found[table] = hashlib.sha256(whole.encode()).hexdigest()
            return found


PUBLIC = "http://127.0.0.1:8000"


@dataclass(kw_only=True)
class Said:
    """What the hook answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """The hook endpoint by itself: whoever holds `token` speaks for the phone system."""

    dsn: str
    provider: Any
    token: str = "desk-token"
    counts: dict[str, int] = field(default_factory=dict)

    def deliver(self, *messages: dict[str, Any]) -> list[Said]:
        """Deliver these messages one after the other, to one process's endpoint."""
        return asyncio.run(self._deliver(messages))

    async def _deliver(self, messages: tuple[dict[str, Any], ...]) -> list[Said]:
        hooks = Hooks(self.dsn, Book(self.dsn, self.provider, PUBLIC), PUBLIC)
        try:
            return [await self._one(hooks, **message) for message in messages]
        finally:
            self.counts = dict(hooks.counts)
            await hooks.close()

    async def _one(
        self,
        hooks: Hooks,
        *,
        path: str,
        form: dict[str, str] | None = None,
        body: bytes | None = None,
        method: str = "POST",
        signed_for: str = "",
        token: str | None = None,
        mark: str | None = None,
        client: str = "198.51.100.7",
        query: str = "",
        kind: str = "application/x-www-form-urlencoded",
        **headers: str,
    ) -> Said:
        raw = urlencode(form or {}).encode() if body is None else body
        url = signed_for or PUBLIC + path + (f"?{query}" if query else "")
        given = signature(self.token if token is None else token, url, sorted((form or {}).items()))
        given = given if mark is None else mark
        sent = {
            "content-type": kind,
            "x-twilio-signature": given,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
            "client": (client, 1),
        }
        answer: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            answer.append(message)

        await hooks(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in answer[0]["headers"]}
        return Said(status=answer[0]["status"], headers=told, body=answer[1]["body"])


def call(sid: str = "CA1", who: str = "+12025550160", to: str = "+12025550100") -> dict[str, str]:
    """What a phone system says of a call nobody answered."""
    return {
        "AccountSid": "AC" + "7" * 32, "CallSid": sid, "From": who, "To": to, "CallStatus": "completed",
        "DialCallStatus": "no-answer", "Direction": "inbound",
    }  # fmt: skip


class Quick:
    """One number over all tables, quickly: for a test that asks after every one of thousands of requests."""

    def __init__(self, dsn: str, without: tuple[str, ...] = ()) -> None:
        self._admin = psycopg.connect(dsn, autocommit=True)
        tables = self._admin.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
            "and c.relkind in ('r', 'p') and not c.relispartition order by 1"
        ).fetchall()
        self.tables = [name for (name,) in tables if name not in COUNTED_OUT and name not in without]
        self._query = sql.SQL(" union all ").join(
            sql.SQL("select {}, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {} t {}").format(
                sql.Literal(name),
                sql.Identifier(name),
                sql.SQL("where kind <> {}").format(house.HOUSE) if name == "work" else sql.SQL(""),
            )
            for name in self.tables
        )

    def look(self) -> dict[str, tuple[int, int]]:
        """Rows and their sum, by table."""
        return {name: (rows, int(total)) for name, rows, total in self._admin.execute(self._query).fetchall()}

    def close(self) -> None:
        self._admin.close()
