"""What the practices have set up, kept in memory: lines, connections, policies, templates, keys.

A practice's `version` rises with every change of its set-up; each transaction that decides or sends compares it, so a
kill switch or a withdrawn template takes effect in the very next one.
"""

from __future__ import annotations

import asyncio
import time as _time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from ringback.core.hours import Hours, Span, federal_holidays
from ringback.core.office.standing import Standing
from ringback.core.policy import SLAS, Policy, Sla
from ringback.engine.ear import Ear
from ringback.engine.journal import Journal
from ringback.store import crypt, flow
from ringback.store import standing as registers
from ringback.store.keys import GRACE, KEEP, KeyProvider, Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A phone line of the practice: its number, where it rings, what it may send."""

    id: int
    number: str
    name: str
    location: int
    phone_connection: int | None
    text_connection: int | None
    sender: str
    mode: str
    sensitive: bool
    sensitive_allowed: bool
    greeting_notice_on: date | None
    greeting: str
    forward_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection to a phone system or a text carrier; `settings` holds its secrets in the clear, in memory only."""

    id: int
    kind: str
    system: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A practice's template version."""

    id: str
    version: int
    lang: str
    body: str
    hash: str
    unprompted: bool
    published: bool
    approved: bool
    language_reviewed: bool


@dataclass(slots=True, kw_only=True)
class Practice:
    """One practice's set-up at one version."""

    id: int
    name: str
    alias: str
    phone: str
    zone: str
    live: bool
    kill: bool
    gate: Mapping[str, Any]
    version: int
    policy_version: int
    lines: Mapping[int, Line]
    connections: Mapping[int, Link]
    wordings: Mapping[tuple[str, int], Wording]
    bodies: Mapping[int, Mapping[str, Any]]
    hours: Mapping[int, Hours]
    by_number: Mapping[str, Line] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    # Agreements, officers, campaigns with the moments they end: asked at each decision, so that an end needs no reload.
    standing: Standing = field(default_factory=Standing)
    policies: dict[tuple[int, int], Policy] = field(default_factory=dict)
    reviewed: frozenset[str] = frozenset(("en",))
    # Which version stands in for a built-in one, where the practice wrote its own and two people approved it.
    in_place: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_number = {line.number: line for line in self.lines.values()}
        self.own = frozenset(self.by_number) | {line.sender for line in self.lines.values()}
        spoken = {w.lang for w in self.wordings.values()}
        self.reviewed = frozenset(
            lang for lang in spoken if all(w.language_reviewed for w in self.wordings.values() if w.lang == lang)
        )

    def wording(self, template: str, version: int) -> Wording | None:
        """The words that are sent for a built-in version: the practice's own where one is live, else those it has."""
        return self.wordings.get((template, self.in_place.get((template, version), version)))

    def policy(self, version: int, line: int) -> Policy:
        """The policy of this version with the hours of the line's location."""
        location = self.lines[line].location if line in self.lines else next(iter(self.hours))
        found = self.policies.get((version, location))
        if found is None:
            body = dict(self.bodies.get(version) or self.bodies[self.policy_version])
            slas = dict(SLAS)
            for kind, change in body.pop("slas", {}).items():
                slas[kind] = msgspec.convert({**msgspec.to_builtins(slas[kind]), **change}, Sla)
            found = Policy(version=version, hours=self.hours[location], slas=slas, **body)
            self.policies[(version, location)] = found
        return found


def read_hours(zone: str, body: Mapping[str, Any]) -> Hours:
    """Opening hours from their stored form: `week` (seven lists of ["09:00", "12:00"]), `closed`, `special`."""

    def spans(day: Iterable[Iterable[str]]) -> tuple[Span, ...]:
        return tuple(Span(*(time.fromisoformat(edge) for edge in span)) for span in day)

    closed = {date.fromisoformat(day) for day in body.get("closed", [])}
    if body.get("federal_holidays", True):
        for year in range(body.get("from_year", 2025), body.get("from_year", 2025) + 6):
            closed |= federal_holidays(year)
    return Hours(
        zone=zone,
        week=tuple(spans(day) for day in body["week"]),
        closed=frozenset(closed),
        special={date.fromisoformat(day): spans(given) for day, given in body.get("special", {}).items()},
    )


# Numbers of practices that are not there are remembered for a second; nonsense traffic makes many of them.
MOST_MISSING = 10_000
# Keys that have come of age are looked for this often.
LOOK_EVERY = 10.0


class Book:
    """All practices' set-ups as this process knows them, and the keys to read their rows."""

    def __init__(self, dsn: str, provider: KeyProvider, public_url: str) -> None:
        self._dsn = dsn
        self.public_url = public_url
        self.ring = Keyring(provider)
        self.journal = Journal()
        # The model beside the rules; None: rules alone.
        self.ear: Ear | None = None
        self._practices: dict[int, Practice] = {}
        self._missing: dict[int, float] = {}
        self._loading = asyncio.Lock()
        self._looked = -LOOK_EVERY

    def known(self, practice: int) -> Practice:
        """A practice that was loaded before; KeyError when it was not."""
        return self._practices[practice]

    def knows(self, practice: int) -> bool:
        """Whether asking for this practice costs nothing: it is in memory, or was found missing a moment ago."""
        return practice in self._practices or _time.monotonic() - self._missing.get(practice, -9.0) < 1.0

    async def practice(self, practice: int) -> Practice | None:
        """A practice by its number with its keys, loaded when it is not known yet; None when there is none."""
        self._expire()
        found = self._practices.get(practice)
        if found is not None and self.ring.holds(practice):
            return found
        async with self._loading:
            if practice in self._practices and self.ring.holds(practice):
                return self._practices[practice]
            # An unknown number is asked about at most once a second: nonsense traffic cannot load the database.
            if _time.monotonic() - self._missing.get(practice, -9.0) < 1.0:
                return None
            connection = await psycopg.AsyncConnection.connect(self._dsn, connect_timeout=3)
            async with connection:
                await self.load(connection, [practice])
            if practice not in self._practices:
                if len(self._missing) > MOST_MISSING:
                    self._missing.clear()
                self._missing[practice] = _time.monotonic()
        return self._practices.get(practice)

    async def fresh(self, connection: flow.Connection, practices: Iterable[int]) -> None:
        """Make sure the practices of this transaction are known at their present version, with keys that last it out."""
        self._expire()
        wanted, at = list(practices), datetime.now(UTC)
        cursor = await connection.execute(
            "select practice, version from practice where practice = any(%s)", (wanted,), prepare=True
        )
        stale = [
            number
            for number, version in await cursor.fetchall()
            if number not in self._practices
            or self._practices[number].version != version
            or not self.ring.holds(number)
            or self.ring.older(number, at)
        ]
        if stale:
            await self.load(connection, stale, named=True)

    async def load(self, connection: flow.Connection, practices: list[int], named: bool = False) -> None:
        """Read the set-up of these practices. `named` says that the transaction names them already.

        A practice whose keys were destroyed is not there any more.
        """
        if not named:
            await flow.name_practices(connection, practices)

        async def rows(sql: str) -> list[tuple[Any, ...]]:
            return await (await connection.execute(sql, (practices,))).fetchall()

        keys = await rows("select practice, number, purpose, wrapped from data_key where practice = any(%s)")
        heads = await rows(
            "select practice, name, alias, phone, zone, live, kill, gate, version, policy_version from practice "
            "where practice = any(%s)"
        )
        locations = await rows("select practice, id, zone, hours from location where practice = any(%s)")
        lines = await rows(
            "select practice, id, number, name, location, phone_connection, text_connection, sender, mode, class, "
            "sensitive_allowed, greeting_notice_on, greeting, forward_to from line where practice = any(%s)"
        )
        links = await rows("select practice, id, kind, system, settings from connection where practice = any(%s)")
        policies = await rows("select practice, version, body from policy where practice = any(%s)")
        wordings = await rows(
            "select practice, id, version, lang, body, hash, unprompted, published_at, author, approver, language_reviewer "
            "from template where practice = any(%s) and published_at is not null order by version"
        )
        in_place = await rows(
            "select distinct on (practice, id, base) practice, id, base, version from template_live "
            "where practice = any(%s) order by practice, id, base, no desc"
        )
        cursor = await connection.execute(registers.ALL, registers.values(practices))
        stands = registers.standings(await cursor.fetchall(), {head[0]: head[4] for head in heads})
        # Unwrapping may mean asking a key service: not on the loop's time.
        fresh = Keyring(self.ring.provider)
        await asyncio.to_thread(fresh.load, keys, datetime.now(UTC))
        self.ring.adopt(fresh)
        for gone in practices:
            if not fresh.holds(gone):
                self.ring.forget(gone)
                self._practices.pop(gone, None)
        for number, name, alias, phone, zone, live, kill, gate, version, policy_version in heads:

            def mine(found: list[tuple[Any, ...]], number: int = number) -> list[tuple[Any, ...]]:
                return [row[1:] for row in found if row[0] == number]

            if not fresh.holds(number):
                continue
            self._practices[number] = Practice(
                id=number,
                name=name,
                alias=alias,
                phone=phone,
                zone=zone,
                live=live,
                kill=kill,
                gate=gate,
                version=version,
                policy_version=policy_version,
                standing=stands[number],
                hours={row[0]: read_hours(row[1], row[2]) for row in mine(locations)},
                lines={
                    row[0]: Line(
                        id=row[0],
                        number=row[1],
                        name=row[2],
                        location=row[3],
                        phone_connection=row[4],
                        text_connection=row[5],
                        sender=row[6],
                        mode=row[7],
                        sensitive=row[8] != "general",
                        sensitive_allowed=row[9],
                        greeting_notice_on=row[10],
                        greeting=row[11],
                        forward_to=(
                            crypt.open_(self.ring, number, "line", "forward_to", str(row[0]), row[12]).decode()
                            if row[12]
                            else ""
                        ),
                    )
                    for row in mine(lines)
                },
                connections={row[0]: self._link(number, row) for row in mine(links)},
                bodies={row[0]: row[1] for row in mine(policies)},
                wordings={
                    (row[0], row[1]): Wording(
                        id=row[0],
                        version=row[1],
                        lang=row[2],
                        body=row[3],
                        hash=row[4],
                        unprompted=row[5],
                        published=row[6] is not None,
                        approved=bool(row[8]) and row[7] != row[8],
                        language_reviewed=row[2] == "en" or bool(row[9]),
                    )
                    for row in mine(wordings)
                },
                in_place={(row[0], row[1]): row[2] for row in mine(in_place)},
            )

    def _expire(self) -> None:
        """Drop keys that nobody asked for lately. By the real clock, whatever the demo's says."""
        if _time.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = _time.monotonic()
            self.ring.expire(datetime.now(UTC), KEEP + GRACE)

    def _link(self, practice: int, row: tuple[Any, ...]) -> Link:
        number, kind, system, sealed = row
        plain = crypt.open_(self.ring, practice, "connection", "settings", str(number), sealed)
        return Link(id=number, kind=kind, system=system, settings=msgspec.json.decode(plain))


def lock_of(index: bytes | None, case_id: UUID | str = "") -> int:
    """The lock that orders work on one caller: the head of the number's keyed digest, or of the case's id."""
    if index:
        return int.from_bytes(index[:8], "big", signed=True)
    return int(UUID(str(case_id)).int & 0x7FFF_FFFF_FFFF_FFFF)


def minute(at: datetime) -> datetime:
    """The minute a moment lies in (the tallies' step)."""
    return at.replace(second=0, microsecond=0)
