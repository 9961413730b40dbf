"""C77: the server connects to no inside address, however it is written or changed, and signs the webhooks it sends."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import socket
from typing import Any

import psycopg
import pytest
from desk import MAPLE, MARIA, Desk

from ringback.adapters.contract import Request
from ringback.engine import clock, outside
from ringback.engine.book import Book
from ringback.engine.http import NotSent, Socket
from ringback.engine.tell import Teller, signed
from ringback.store import crypt

NAMES = {
    "good.example": ["93.184.216.34"],
    "six.example": ["2606:2800:220:1:248:1893:25c8:1946"],
    "loop.example": ["127.0.0.1"],
    "loop6.example": ["::1"],
    "private.example": ["10.0.0.8"],
    "home.example": ["192.168.1.10"],
    "meta.example": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "10.0.0.8"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::1"],
    "unique.example": ["fd00:ec2::254"],
    "carrier.example": ["100.64.0.1"],
    "alibaba.example": ["100.100.100.200"],
    "any.example": ["0.0.0.0"],
    "many.example": ["224.0.0.1"],
    "linklocal.example": ["fe80::1"],
}
INSIDE = [name for name in NAMES if name not in ("good.example", "six.example")]
WRITTEN = [
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1]/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://10.0.0.1:8443/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://100.64.0.1/",
    "https://localhost/",
    "https://127.0.0.1./",
    "https://①②⑦.⓪.⓪.①/",
    "https://good.example@127.0.0.1/",
    "https://user:word@good.example/",
    "https://good.example\\@127.0.0.1/",
    "https://good.example\t.evil/",
    "https://good.example /",
    "https://good.example:0/",
    "https://good.example:99999/",
    "https:///nohost",
    "https://",
    "http://good.example/",
    "ftp://good.example/",
    "file:///etc/passwd",
    "gopher://good.example/",
    "javascript:alert(1)",
    "https://" + "a" * 3000 + ".example/",
]


@pytest.fixture(autouse=True)
def no_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: nothing inside is allowed unasked."""
    monkeypatch.delenv("RINGBACK_INSIDE", raising=False)
    monkeypatch.delenv("RINGBACK_DEMO", raising=False)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name service of our own; each look-up of a name takes its next list when it has several."""
    kept = {name: list(addresses) for name, addresses in NAMES.items()}
    asked: list[str] = []

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        asked.append(str(host))
        found = kept.get(str(host))
        if found is None:
            try:
                socket.inet_pton(socket.AF_INET6 if ":" in str(host) else socket.AF_INET, str(host))
            except OSError:
                raise socket.gaierror("not known") from None
            found = [str(host)]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    kept["asked"] = asked
    return kept


def test_public_addresses_over_tls_are_taken(names: dict[str, list[str]]) -> None:
    place = outside.check_url("https://good.example/hooks/x")
    assert (place.host, place.port, place.addresses, place.inside) == ("good.example", 443, ("93.184.216.34",), False)
    assert outside.check_url("https://GOOD.example.:8443/").port == 8443
    assert outside.check_url("https://six.example/").addresses == ("2606:2800:220:1:248:1893:25c8:1946",)


@pytest.mark.parametrize("url", [*WRITTEN, *(f"https://{name}/" for name in INSIDE)])
def test_no_way_of_writing_reaches_the_inside(names: dict[str, list[str]], url: str) -> None:
    with pytest.raises(outside.NotAllowed) as refused:
        outside.check_url(url)
    assert url not in str(refused.value)


def test_what_a_clinic_runs_itself_is_allowed_by_name_and_metadata_never(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_INSIDE", "private.example, 192.168.1.0/24, meta.example, 169.254.0.0/16, fd00::/8")
    assert outside.check_url("https://private.example/").inside
    assert outside.check_url("http://home.example/").inside
    for name in ("meta.example", "loop.example", "linklocal.example", "unique.example"):
        with pytest.raises(outside.NotAllowed):
            outside.check_url(f"https://{name}/")


def test_a_name_that_changes_after_it_was_looked_at_changes_nothing(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the second look-up would say 127.0.0.1, and there is no second look-up."""
    went: list[tuple[str, str]] = []

    def once() -> None:
        names["rebind.example"] = ["93.184.216.34"]
        names["asked"].clear()

    async def connect(self: Any, protocol: Any, host: str, port: int, **more: Any) -> Any:
        names["rebind.example"] = ["127.0.0.1"]
        went.append((host, str(more.get("server_hostname"))))
        raise ConnectionRefusedError

    async def ask() -> None:
        await Socket().send(Request(method="POST", url="https://rebind.example/", body=b"x"))

    once()
    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect)
    with pytest.raises(NotSent):
        asyncio.run(ask())
    assert went == [("93.184.216.34", "rebind.example")] and names["asked"] == ["rebind.example"]
    with pytest.raises(NotSent, match="was not connected to"):
        asyncio.run(ask())
    assert len(went) == 1

    once()
    place = outside.check_url("smtps://rebind.example", schemes=("smtps",))
    names["rebind.example"] = ["127.0.0.1"]
    taken: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: taken.append(address))
    outside.connect(place, 1)
    assert taken == [("93.184.216.34", 465)]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "http://localhost:1/"])
def test_the_one_socket_refuses_before_it_connects(url: str) -> None:
    async def ask() -> None:
        await Socket().send(Request(method="POST", url=url, body=b"x"))

    with pytest.raises(NotSent, match="was not connected to"):
        asyncio.run(ask())


class Room:
    """A chat room and a text carrier on this machine that keep what they are told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.location = ""

    async def heard(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.told.append((head.split(" ")[1], headers, body))
        answer = b'{"sid": "SM1", "status": "queued"}'
        if self.location:
            writer.write(f"HTTP/1.1 302 Found\r\nlocation: {self.location}\r\ncontent-length: 0\r\n\r\n".encode())
        else:
            writer.write(
                b"HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(answer) + answer
            )
        writer.close()


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_INSIDE", "127.0.0.1")

    async def ask() -> tuple[int, list[str]]:
        room = Room()
        server = await asyncio.start_server(room.heard, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        room.location = f"http://127.0.0.1:{port}/secret"
        one = Socket()
        answer = await one.send(Request(method="POST", url=f"http://127.0.0.1:{port}/chat", body=b"x"))
        await one.close()
        server.close()
        await server.wait_closed()
        return answer.status, [path for path, *_ in room.told]

    assert asyncio.run(ask()) == (302, ["/chat"])


def seal(desk: Desk, number: int, kind: str, settings: dict[str, str]) -> None:
    """Write a connection of the practice with its settings sealed."""
    plain = json.dumps(settings)
    sealed = crypt.seal(desk._ring(MAPLE), MAPLE, "connection", "settings", str(number), plain)
    desk.change(
        "insert into connection (practice, id, system, kind, settings, created_at) values (%s, %s, %s, %s, %s, now()) "
        "on conflict (practice, id) do update set settings = excluded.settings",
        (MAPLE, number, "webhook" if kind == "alert" else "twilio", kind, sealed),
    )
    desk.change("update practice set version = version + 1 where practice = %s", (MAPLE,))


def test_an_alert_is_signed_by_both_secrets_and_names_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_INSIDE", "127.0.0.1")
    desk.text(MARIA, "URGENT my chest hurts, Maria López Vega born 1984-07-21")

    async def tell() -> Room:
        room = Room()
        server = await asyncio.start_server(room.heard, "127.0.0.1", 0)
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        carrier = {"account_sid": "AC" + "7" * 32, "auth_token": "desk-token", "api_base": origin}
        seal(desk, 2, "text", carrier)
        seal(desk, 9, "alert", {"url": f"{origin}/chat", "secret": "new-secret", "secret_before": "old-secret"})
        one = Socket()
        teller = Teller(desk.dsn, Book(desk.dsn, desk.provider, "http://127.0.0.1:8000"), "http://127.0.0.1:8000", one)
        async with await psycopg.AsyncConnection.connect(desk.dsn, autocommit=True) as connection:
            assert await teller.claim(connection, clock.now())
        await one.close()
        server.close()
        await server.wait_closed()
        return room

    room = asyncio.run(tell())
    chats = [(headers, body) for path, headers, body in room.told if path == "/chat"]
    assert chats
    for headers, body in chats:
        given = headers["webhook-signature"].split(" ")
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        for secret, mark in zip((b"new-secret", b"old-secret"), given, strict=True):
            wanted = base64.b64encode(hmac.digest(secret, said, "sha256")).decode()
            assert mark.lower() == f"v1,{wanted}".lower()
        words = body.decode()
        assert set(json.loads(words)) == {"text"}
        for private in ("López", "L\\u00f3pez", "Maria", "0143", "chest", "1984"):
            assert private not in words
    other = signed({"secret": "another"}, "id", 1, b"x")["webhook-signature"]
    assert other != signed({"secret": "new-secret"}, "id", 1, b"x")["webhook-signature"]
    assert "webhook-signature" not in signed({}, "id", 1, b"x")


def test_nothing_turns_certificate_checking_off() -> None:
    """C13 leans on it too: no way in the source to connect without checking who answers."""
    from pathlib import Path

    import ringback

    for file in Path(ringback.__file__).parent.rglob("*.py"):
        source = file.read_text()
        for word in ("CERT_NONE", "_create_unverified", "check_hostname = False", "verify=False"):
            assert word not in source, (file.name, word)


def test_a_practice_with_an_address_inside_is_not_set_up(names: dict[str, list[str]]) -> None:
    from ringback.practice_cli import addresses_not_allowed
    from ringback.store.provision import Plan, PlanConnection

    def plan(settings: dict[str, str], alerts: dict[str, str]) -> Plan:
        connections = [PlanConnection(id=1, kind="text", system="twilio", settings=settings)]
        gate = {"alerts": alerts}
        return Plan(practice=1, name="A", alias="A", phone="1", zone="UTC", gate=gate, connections=connections)

    good = plan({"api_base": "https://good.example", "auth_token": "x"}, {"smtp": "smtps://a:b@good.example"})
    assert list(addresses_not_allowed(good)) == []
    bad = plan(
        {"api_base": "https://meta.example/latest"}, {"smtp": "smtp://good.example", "webhook": "http://good.example/x"}
    )
    assert [place for place, _ in addresses_not_allowed(bad)] == [
        "gate.alerts.smtp",
        "gate.alerts.webhook",
        "connections 1: api_base",
    ]
