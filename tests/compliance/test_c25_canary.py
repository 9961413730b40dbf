"""C25: a made-up person seeded everywhere is found in no log, alert, address, job row, audit entry or dump of the database.

Real processes carry her through the whole flow: her number rings, she texts and leaves a voicemail, staff look, note and
import her, hooks are forged with her in them, and pages, turns and sends are made to fail with her in their hands.
"""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psycopg
import pytest
from aiosmtpd.controller import Controller
from clinic import ACCOUNT, Clinic, caller
from psycopg import sql

from ringback.simulator.wire import Courier

PLACE = 4271
NUMBER = caller(PLACE)
NAME, SURNAME = "Zebulina", "Quaxworthy"
BORN = "1931-04-07"
RECORD = "MRN-ZQ-77310"
WORDS = "zqxjkvb"
MAIL = "zq.oncall@zq-canary.example"


def canaries() -> list[bytes]:
    """Her, in every form in which she might be lying about."""
    digits = NUMBER.removeprefix("+1")
    plain = [NAME, SURNAME, BORN, "04/07/1931", RECORD, WORDS, digits, f"{digits[:3]}-{digits[3:6]}-{digits[6:]}",
             f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"]  # fmt: skip
    forms = []
    for word in plain:
        raw = word.encode()
        forms += [raw, raw.upper(), raw.lower(), raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")[:-1]]
    return sorted({form for form in forms if len(form) >= 6})


def hits(data: bytes) -> list[str]:
    return [found.decode(errors="replace") for found in canaries() if found in data]


class Letters:
    """The mail server of this test: it keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.kept.append(envelope.content)
        return "250 OK"


@pytest.fixture
def letters() -> Iterator[tuple[Letters, int]]:
    kept = Letters()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def house(
    django_ready: None, server: Any, migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """A clinic of real processes on an empty database."""
    monkeypatch.setenv("RINGBACK_DEMO", "1")
    monkeypatch.setenv("RINGBACK_SECRET_KEY", "canary-" * 8)
    monkeypatch.setenv("RINGBACK_AUDIT_SPOOL", str(tmp_path / "spool.log"))
    monkeypatch.setenv("RINGBACK_AUDIT_SINKS", f"file:{tmp_path / 'checkpoints.log'}")
    name = "canary"
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists canary with (force)")
        admin.execute("create database canary template ground owner ringback_owner")
    made = Clinic(dsn=server.dsn("ringback_app", name), admin_dsn=server.admin_dsn(name), folder=tmp_path)
    try:
        yield made
    finally:
        made.close()
        with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
            admin.execute("drop database if exists canary with (force)")


class Desk:
    """A member of staff's browser, over the wire."""

    def __init__(self, public: str) -> None:
        self.public, self.jar = public, CookieJar()
        self.browser: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))
        self.addresses: list[str] = []

    def ask(self, path: str, body: dict[str, str] | bytes | None = None, kind: str = "") -> tuple[int, str]:
        headers = {"Referer": self.public}
        data = body if isinstance(body, bytes) or body is None else urlencode(body).encode()
        token = next((one.value for one in self.jar if "csrf" in one.name), "")
        if data is not None:
            headers["X-CSRFToken"] = token or ""
        if kind:
            headers["Content-Type"] = kind
        try:
            with self.browser.open(Request(self.public + path, data=data, headers=headers), timeout=20) as answer:
                status, page = answer.status, answer.read().decode()
                self.addresses.append(answer.url)
        except HTTPError as wrong:
            status, page = wrong.code, wrong.read().decode()
            wrong.close()
        found = re.findall(r'(?:href|action|src|hx-[a-z]+)="([^"]*)"', page)
        # A tel: link is the button that rings her; it is no address of ours, and no server's log ever sees it.
        self.addresses += [one for one in found if not one.startswith("tel:")]
        return status, page


def sign_in(clinic: Clinic) -> Desk:
    """An owner's account, let in by the demo's one-time link."""
    with psycopg.connect(clinic.admin_dsn, autocommit=True) as admin:
        row = admin.execute(
            "insert into auth_user (username, first_name, last_name, email, password, is_staff, is_active, is_superuser, "
            "date_joined) values ('owner.c25', '', '', '', '!', false, true, false, now()) returning id"
        ).fetchone()
        assert row is not None
        admin.execute("update staff set account = %s, role = 'owner' where practice = 1 and id = 1", (row[0],))
    from django.core import signing

    from ringback.web.sign_in import SALT

    key = os.environ["RINGBACK_SECRET_KEY"]
    token = signing.dumps({"u": row[0], "p": 1, "l": ""}, key=key, salt=SALT, compress=True)
    desk = Desk(clinic.public)
    path = f"/sign-in/{token}"
    assert desk.ask(path)[0] == 200
    assert desk.ask(path, {})[0] == 200
    return desk


def multipart(name: str, data: bytes, **fields: str) -> tuple[bytes, str]:
    edge = "edge-of-this-form"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'.encode()
        + data + b"\r\n"
    )  # fmt: skip
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def dump(admin_dsn: str) -> dict[str, bytes]:
    """Every table as text, and every byte column as the bytes it holds."""
    found: dict[str, bytes] = {}
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        tables = admin.execute(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
            "and c.relkind in ('r', 'p') and not c.relispartition"
        ).fetchall()
        for (table,) in tables:
            chunks: list[bytes] = []
            with admin.cursor().copy(
                sql.SQL("copy (select * from {}) to stdout").format(sql.Identifier(table))
            ) as copy:
                for row in copy:
                    plain = bytes(row)
                    chunks.append(plain)
                    for told in re.findall(rb"\\\\x([0-9a-f]{8,})", plain):
                        chunks.append(bytes.fromhex(told.decode()))
            found[table] = b"\n".join(chunks)
    return found


def test_the_canaries_would_be_seen() -> None:
    """The search itself: each form of her is found where it lies."""
    for form in (NAME, NUMBER, BORN, NAME.encode().hex(), base64.b64encode(f"xx{WORDS}".encode()).decode()):
        if form.startswith("eH"):
            continue
        assert hits(f"before {form} after".encode()), form


def test_nobody_is_found_anywhere_after_the_whole_flow_and_its_failures(
    house: Clinic, letters: tuple[Letters, int]
) -> None:
    kept, port = letters
    house.open()
    with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "update practice set gate = gate || %s::jsonb, version = version + 1",
            (json.dumps({"alerts": {"smtp": f"smtp://127.0.0.1:{port}?from=ringback@clinic.example"}}),),
        )
    desk = sign_in(house)

    # Her line in the patient list, by the page: looked at, then imported.
    csv = f"record,name,birth_date,phone\n{RECORD},{NAME} {SURNAME},{BORN},{NUMBER}\n".encode()
    body, kind = multipart(f"{NAME}.csv", csv, order="")
    status, page = desk.ask("/directory/", body, kind)
    assert status == 200
    checked = re.search(r'name="checked" value="([0-9a-f]{64})"', page)
    assert checked, "the report asks to confirm"
    body, kind = multipart(f"{NAME}.csv", csv, order="", checked=checked[1])
    assert desk.ask("/directory/", body, kind)[0] == 200
    assert house.rows("select count(*) from person") == [(1,)]

    # She rings, texts, leaves a message, and something urgent.
    sid = "CA" + "25" * 16
    house.do(house.missed(PLACE, sid=sid))
    house.until(lambda: house.texts().get(NUMBER), what="the text")
    house.do(house.text(PLACE, "BOOK"))
    house.until(lambda: len(house.texts()[NUMBER]) == 2, what="the link")
    house.do(house.text(PLACE, f"it is {NAME} {SURNAME}, my {WORDS} again"))
    voice = {
        "AccountSid": ACCOUNT, "CallSid": sid, "RecordingSid": "RE" + "25" * 16, "RecordingStatus": "completed",
        "RecordingDuration": "9", "RecordingSource": "RecordVerb", "TranscriptionText": f"this is {NAME}, {WORDS}",
    }  # fmt: skip
    house.do(house.courier.deliver(f"{house.public}/hooks/1/1/voice", ACCOUNT, voice))
    house.do(house.text(PLACE, f"URGENT chest pain {WORDS}", sid="SM" + "25" * 16))
    house.until(lambda: kept.kept, what="the e-mail to whoever is on call")
    case = house.rows("select id from cases")[0][0]

    # Staff look, and write.
    for path in (
        "/",
        "/tasks",
        f"/cases/{case}",
        f"/cases/{case}/thread",
        "/on-call",
        "/setup",
        "/today/lists",
        "/urgent",
    ):
        assert desk.ask(path)[0] == 200, path
    assert NAME in desk.ask(f"/cases/{case}")[1], "staff do see her"
    assert desk.ask(f"/cases/{case}/note", {"words": f"{NAME} said {WORDS}"})[0] == 200

    # Her own page, with a wrong answer and the right one.
    link = re.search(r"/p/1/[\w-]+", house.texts()[NUMBER][1])
    assert link
    patient = Desk(house.public)
    patient.ask(link[0])
    for born in ("1931-04-08", BORN):
        patient.ask(link[0], {"name": f"{NAME} {SURNAME}", "birth_date": born, "birth": born})

    # Forged and foolish messages with her in them, and she in addresses that do not exist.
    forger = Courier({ACCOUNT: "another-secret"})
    form = {"CallSid": "CA1", "CallStatus": "no-answer", "From": NUMBER, "To": "+13035550100", "CallerName": NAME}
    statuses = [
        house.do(forger.deliver(f"{house.public}/hooks/1/1/voice", ACCOUNT, form)).status,
        house.do(house.courier.deliver(f"{house.public}/hooks/1/1/voice", ACCOUNT, {"x": NAME})).status,
        house.do(house.courier.deliver(f"{house.public}/hooks/1/1/voice?who={NAME}", ACCOUNT, form)).status,
    ]
    forger.close()
    assert statuses[:2] == [403, 400]
    refused = desk.ask(f"/cases/{NAME}-{WORDS}"), desk.ask(f"/{NAME}/{WORDS}?q={SURNAME}")
    assert {status for status, _ in refused} <= {400, 403, 404}

    # Forced exceptions: a table is gone while pages, turns and sends have her in their hands.
    for table in ("message", "link", "task", "tally", "step"):
        with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
            admin.execute(f"alter table {table} rename to away")
        desk.ask(f"/cases/{case}")
        desk.ask(f"/cases/{case}/note", {"words": f"{NAME} {WORDS}"})
        patient.ask(link[0], {"name": f"{NAME} {SURNAME}", "birth_date": BORN})
        house.do(house.text(PLACE, f"call {NAME} about {WORDS} {table}", sid=f"SM{table:>032}".replace(" ", "0")))
        house.do(house.missed(PLACE, sid=f"CA{table:>032}".replace(" ", "0")))
        with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
            admin.execute(f"alter table away rename to {table}")
    # A value that does not fit where it goes: the driver's own message would quote the row.
    with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
        admin.execute("alter table message add constraint nothing_fits check (kind <> 'text') not valid")
    house.do(house.text(PLACE, f"{NAME} {WORDS} once more", sid="SM" + "26" * 16))
    house.until(lambda: "put off" in house.logs(), what="the worker's word that a message was put off")
    with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
        admin.execute("alter table message drop constraint nothing_fits")
    house.do(house.text(PLACE, "STOP", sid="SM" + "27" * 16))
    house.until(lambda: house.rows("select 1 from suppression"), what="the stop")

    # The night's backup, with everything in it.
    night = [
        sys.executable,
        "-m",
        "ringback.cli",
        "backup",
        "--key",
        str(house.folder / "night.key"),
        str(house.folder / "night"),
    ]
    made = subprocess.run(night, env=house.environment, capture_output=True, timeout=60)
    (house.folder / "backup.log").write_bytes(made.stdout + made.stderr)
    assert made.returncode == 0 and (house.folder / "night").stat().st_size > 10_000, made.stderr[-300:]

    found: dict[str, list[str]] = {}
    for path in house.folder.iterdir():
        if path.is_file() and path.name not in ("carrier.log", "plan.json") and (there := hits(path.read_bytes())):
            found[f"file {path.name}"] = there
    for number, letter in enumerate(kept.kept):
        if there := hits(letter):
            found[f"mail {number}"] = there
    pages = [m["body"] for m in house.get("/log")["texts"] if "/ack/" in m["body"]]
    assert pages, "somebody was paged"
    for place, told in (("pages", pages), ("addresses", desk.addresses + patient.addresses)):
        if there := hits("\n".join(told).encode()):
            found[place] = there
    for table, data in dump(house.admin_dsn).items():
        if there := hits(data):
            found[f"table {table}"] = there
    assert found == {}
