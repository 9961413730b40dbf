"""Telling staff: pages and alerts go out as a text with an acknowledge link, an e-mail and a chat webhook.

They carry an id and a link, never people (C25, E6). A chat webhook is signed (C77, see `signed`). A page that reaches
nobody, because the list is empty or every contact failed, is an event of its own, so that the rules can say so and go on.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
import smtplib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from ringback.adapters.contract import Refused, Request, TextOut
from ringback.adapters.discover import text_carriers
from ringback.core.events import PageFailed
from ringback.engine import journal, outside
from ringback.engine.book import Book, Link
from ringback.engine.http import NotSent, Socket, Unknown
from ringback.store import crypt, flow, roster, submit, write

log = logging.getLogger("ringback.tell")
LEASE = timedelta(seconds=30)
QUEUE_ROLES: Mapping[str, tuple[str, ...]] = {
    "scheduling": ("scheduler",),
    "clinical": ("nurse", "clinician"),
    "billing": ("biller",),
    "front_desk": ("front_desk",),
}
OFFICES: Mapping[str, str] = {"privacy_officer": "privacy", "security_officer": "security"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of staff who can be told, and where: their own contact methods, else what their invitation says."""

    id: int
    role: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One claimed notice with the people it goes to and the token of its acknowledge link."""

    practice: int
    id: UUID
    case_id: UUID | None
    kind: str
    role: str
    turn: int
    about: str
    people: tuple[Person, ...]
    token: str


async def on_call(connection: flow.Connection, practice: int, now: datetime, role: str) -> list[int]:
    """Staff ids of this role now, in order: whoever is on call by the roster, an office's by its plain list."""
    if role == "oncall":
        return list(await roster.on_call(connection, practice, now))
    cursor = await connection.execute(
        "select o.staff from on_call o join staff s on s.practice = o.practice and s.id = o.staff and s.active "
        "where o.practice = %s and o.role = %s and coalesce(o.starts_at, %s) <= %s and coalesce(o.ends_at, %s) >= %s "
        "order by o.place, o.id",
        (practice, role, now, now, now, now),
    )
    return [row[0] for row in await cursor.fetchall()]


async def named(connection: flow.Connection, practice: int, now: datetime, office: str) -> list[int]:
    """Who the register of officers names for this office now; nobody: then whoever has the role."""
    cursor = await connection.execute(
        "select o.staff from officer o join staff s on s.practice = o.practice and s.id = o.staff and s.active "
        "where o.practice = %s and o.kind = %s and o.from_day <= %s and coalesce(o.last_day, %s) >= %s",
        (practice, office, now.date(), now.date(), now.date()),
    )
    return [row[0] for row in await cursor.fetchall()]


class Teller:
    """Claims notices and tells people; notices may be repeated, so a lease that runs out just tells again."""

    def __init__(self, dsn: str, book: Book, public_url: str, socket: Socket) -> None:
        self._dsn = dsn
        self._book = book
        self._public = public_url.rstrip("/")
        self._socket = socket
        self.counts = {"told": 0, "nobody": 0}

    async def claim(self, connection: flow.Connection, now: datetime) -> int:
        """Claim a few notices, tell their people and record what came of it."""
        async with connection.transaction():
            work = await flow.claim(connection, (flow.NOTICE,), now, 20)
            if not work:
                return 0
            practices = {w.practice for w in work}
            await flow.name_practices(connection, practices)
            await self._book.fresh(connection, practices)
            notes = [note for w in work if (note := await self._note(connection, w, now)) is not None]
            await flow.put_off(connection, [(flow.NOTICE, w.id, now + LEASE) for w in work])
        results = await asyncio.gather(*(self._tell(note) for note in notes))
        async with connection.transaction():
            await flow.name_practices(connection, practices)
            events, more = [], []
            for note, (channel, error) in zip(notes, results, strict=True):
                state = "sent" if channel else ("failed" if note.people else "nobody")
                self.counts["told" if channel else "nobody"] += 1
                await connection.execute(
                    "update notice set state = case when state = 'acknowledged' then state else %s end, channel = %s, "
                    "sent_at = %s, error = %s where practice = %s and id = %s",
                    (state, channel, now, error, note.practice, note.id),
                )
                if note.kind == "page" and not channel:
                    event = PageFailed(reason=f"{note.role}: {error or 'nobody is on the list'}", at=now)
                    event_id = uuid7()
                    events.append((note.practice, event_id, note.case_id, now, submit.encode(event), "engine"))
                    more.append((note.practice, flow.EVENT, event_id, now, 0))
            await write.EVENTS.write(connection, events)
            await flow.add_work(connection, more)
            await flow.finish(connection, [(flow.NOTICE, w.id) for w in work])
            if more:
                await flow.wake(connection, "decide")
            await self._written_down(connection, notes, results)
        return len(work)

    async def _written_down(self, connection: flow.Connection, notes: list[Note], results: list[Any]) -> None:
        """What was told goes into the audit log; paging never waits for a log that takes nothing (C24)."""
        made = [
            journal.page(note.practice, note.case_id, note.id, note.kind, note.role, "ok" if channel else "failed")
            for note, (channel, _error) in zip(notes, results, strict=True)
        ]
        _ = self._book.journal.ready
        try:
            async with connection.transaction():
                await self._book.journal.keep(connection, made)
        except journal.Unwritten:
            with suppress(journal.Unwritten):
                await self._book.journal.keep(connection, made)

    async def _note(self, connection: flow.Connection, work: flow.Work, now: datetime) -> Note | None:
        cursor = await connection.execute(
            "select case_id, kind, role, turn, about, staff from notice where practice = %s and id = %s",
            (work.practice, work.id),
        )
        row = await cursor.fetchone()
        if row is None:
            return None
        case_id, kind, role, turn, about, own = row
        listed = [own] if kind == "test" else await on_call(connection, work.practice, now, role)
        if role in OFFICES:
            listed = await named(connection, work.practice, now, OFFICES[role])
        if kind == "page" and role == "oncall" and listed:
            chosen = [listed[turn % len(listed)]]
        else:
            chosen = listed
        cursor = await connection.execute(
            "select id, role, sealed from staff where practice = %s and active and (id = any(%s) or role = any(%s)) order by id",
            (work.practice, chosen, [] if listed else list(QUEUE_ROLES.get(role, (role,)))),
        )
        found = await cursor.fetchall()
        ways = await self._ways(
            connection, work.practice, [row[0] for row in found], work.id if kind == "test" else None
        )
        people = tuple(self._person(work.practice, one[0], one[1], one[2], ways, test=kind == "test") for one in found)
        token = secrets.token_urlsafe(16)
        await connection.execute(
            "update notice set token_hash = %s, staff = %s where practice = %s and id = %s",
            (hashlib.sha256(token.encode()).digest(), people[0].id if people else None, work.practice, work.id),
        )
        return Note(
            practice=work.practice,
            id=work.id,
            case_id=case_id,
            kind=kind,
            role=role,
            turn=turn,
            about=about,
            people=people,
            token=token,
        )

    async def _ways(
        self, connection: flow.Connection, practice: int, people: list[int], tested: UUID | None
    ) -> dict[int, list[tuple[str, str]]]:
        """People's contact methods, (kind, address), those whose test arrived before the others; of a test page only its own."""
        cursor = await connection.execute(
            "select staff, id, kind, sealed from contact_method where practice = %s and staff = any(%s) "
            "and (%s::uuid is null or notice = %s) order by tested_at desc nulls last, id",
            (practice, people, tested, tested),
        )
        found: dict[int, list[tuple[str, str]]] = {}
        for person, row, kind, sealed in await cursor.fetchall():
            address = crypt.open_(self._book.ring, practice, "contact_method", "sealed", row, sealed).decode()
            found.setdefault(person, []).append((kind, address))
        return found

    def _person(
        self,
        practice: int,
        number: int,
        role: str,
        sealed: bytes,
        ways: Mapping[int, list[tuple[str, str]]],
        *,
        test: bool,
    ) -> Person:
        plain = msgspec.json.decode(crypt.open_(self._book.ring, practice, "staff", "sealed", str(number), sealed))
        if test:
            plain = {}
        own: dict[str, list[str]] = {"sms": [], "email": []}
        for kind, address in ways.get(number, ()):
            own.setdefault(kind, []).append(address)
        # A way of one's own takes the place of the invitation's of that kind only: adding an e-mail silences no phone.
        return Person(
            id=number,
            role=role,
            emails=tuple(own["email"] or filter(None, (plain.get("email", ""),))),
            phones=tuple(own["sms"] or filter(None, (plain.get("phone", ""),))),
        )

    async def _tell(self, note: Note) -> tuple[str, str]:
        """The channels that took it (joined), and the last error."""
        practice = self._book.known(note.practice)
        alerts: Mapping[str, Any] = practice.gate.get("alerts", {})
        link = f"{self._public}/ack/{note.practice}/{note.token}"
        short = str(note.id)[-6:]
        said = (
            f"{practice.alias}: urgent case {short}. Acknowledge: {link}"
            if note.kind == "page"
            else f"{practice.alias}: test page, nobody is waiting. Press to say it arrived: {self._public}/reached/{note.practice}/{note.token}"
            if note.kind == "test"
            else f"{practice.alias}: {note.about.replace('_', ' ')}: {self._public}/compliance"
            if note.case_id is None
            else f"{practice.alias}: {note.about.replace('_', ' ')}, case {short}: {self._public}/cases/{note.case_id}"
        )
        took: list[str] = []
        error = ""
        for person in note.people:
            for phone in person.phones if note.kind != "alert" else ():
                problem = await self._text(note, phone, said)
                took, error = (took, problem) if problem else ([*took, "text"], error)
            for email in person.emails if alerts.get("smtp") else ():
                problem = await self._mail(alerts["smtp"], email, said)
                took, error = (took, problem) if problem else ([*took, "e-mail"], error)
        if note.kind == "test":
            return " ".join(dict.fromkeys(took)), error or ("" if took else "no way to send it is set up")
        hook = next((one for one in practice.connections.values() if one.kind == "alert"), None)
        if hook is not None or alerts.get("webhook"):
            problem = await self._chat(hook, str(alerts.get("webhook", "")), str(note.id), said)
            if note.kind == "alert":
                took, error = (took, problem) if problem else ([*took, "chat"], error)
        if note.kind == "alert" and not took and not error:
            took = ["inbox"]  # every alert also stands on the page of its queue
        return " ".join(dict.fromkeys(took)), error

    async def _text(self, note: Note, phone: str, said: str) -> str:
        practice = self._book.known(note.practice)
        lines = [line for line in practice.lines.values() if line.text_connection is not None]
        if not lines:
            return "no text carrier"
        link = practice.connections[lines[0].text_connection or 0]
        text = TextOut(
            to=phone,
            sender=lines[0].sender,
            body=said,
            reference=str(note.id),
            status_url=f"{self._public}/hooks/{note.practice}/{link.id}/status",
            token=f"staff:{note.id}",
        )
        exchange = text_carriers()[link.system].send(text, link.settings)
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._socket.send(request))
        except StopIteration as stop:
            return f"text refused: {stop.value.reason}" if isinstance(stop.value, Refused) else ""
        except (NotSent, Unknown) as wrong:
            return f"text: {type(wrong).__name__}"

    async def _chat(self, hook: Link | None, url: str, reference: str, said: str) -> str:
        body = json.dumps({"text": said}).encode()
        settings = hook.settings if hook is not None else {"url": url}
        # Signatures use the real time, not the demo's.
        request = Request(
            method="POST",
            url=settings.get("url", ""),
            headers={"content-type": "application/json", **signed(settings, reference, int(time.time()), body)},
            body=body,
        )
        try:
            answer = await self._socket.send(request)
        except (NotSent, Unknown) as wrong:
            return f"chat: {type(wrong).__name__}"
        return "" if answer.status < 300 else f"chat answered {answer.status}"

    async def _mail(self, smtp: str, to: str, said: str) -> str:
        try:
            await asyncio.to_thread(_mail, smtp, to, said)
        except outside.NotAllowed as wrong:
            return f"e-mail: {wrong}"
        except (smtplib.SMTPException, OSError, ValueError) as wrong:  # ValueError: a line break in the address
            return f"e-mail: {type(wrong).__name__}"
        return ""


def signed(settings: Mapping[str, str], reference: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that prove a webhook of ours (standardwebhooks.com): id, time, and an HMAC-SHA-256 over both and the body.

    With `secret_before` set it is signed by both secrets, so that a receiver may change over at any moment. No secret,
    no signature: a chat room's own address is its secret.
    """
    head = {"webhook-id": reference, "webhook-timestamp": str(at)}
    marks = []
    for name in ("secret", "secret_before"):
        secret = settings.get(name, "")
        if secret:
            said = b"%s.%d." % (reference.encode(), at) + body
            marks.append("v1," + base64.b64encode(hmac.digest(secret.encode(), said, "sha256")).decode())
    return {**head, "webhook-signature": " ".join(marks)} if marks else head


def _mail(smtp: str, to: str, said: str) -> None:
    """Send one e-mail through smtps://user:password@host:port?from=address (smtp+tls for STARTTLS; plain smtp inside only)."""
    place = outside.check_url(smtp, schemes=("smtps", "smtp+tls", "smtp"))
    parts = urlsplit(smtp)
    sender = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get(
        "from", "ringback@localhost"
    )
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Ringback: a case needs you"
    message.set_content(said + "\n")
    with outside.Smtp(place) as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
