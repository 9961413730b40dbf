"""Two small practices side by side for the page tests: messages of their phone systems come in, the engine folds them.

Maple has an owner, a front desk, a nurse and the rest; Birch is the stranger's. Everybody here is invented.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import psycopg
from uuid_utils.compat import uuid7

from ringback.engine import clock
from ringback.engine.book import Book
from ringback.engine.journal import Unwritten
from ringback.engine.receive import Letter
from ringback.engine.turn import turn
from ringback.store import callers, crypt, flow
from ringback.store.keys import KeyProvider, Keyring
from ringback.store.provision import Plan, PlanConnection, PlanLine, PlanLocation, PlanPerson, PlanStaff

MAPLE, BIRCH = 1, 2
LINES = {MAPLE: "+12025550100", BIRCH: "+14155550100"}
MARIA, SHARED, STRANGE = "+12025550143", "+12025550144", "+12025550160"
ROLES = ("owner", "privacy_officer", "security_officer", "clinician", "nurse", "scheduler", "biller", "front_desk", "manager", "auditor", "integration")  # fmt: skip
ALWAYS = [[["00:00", "00:00"]]] * 7
SETTINGS = {"account_sid": "AC" + "7" * 32, "auth_token": "desk-token"}


def unmarked(page: str) -> str:
    """A page as a person reads it: over the marks that show where a label was found."""
    return re.sub(r"</?mark[^>]*>", "", page)


def plan(practice: int, accounts: dict[str, int], **more: Any) -> Plan:
    """A practice that is open round the clock, with one line, a member of staff for each role, and a few patients."""
    number = LINES[practice]
    now = datetime.now(UTC)
    soon = (now + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    return Plan(
        practice=practice,
        name="Maple Family Practice" if practice == MAPLE else "Birch Clinic",
        alias="Maple Family" if practice == MAPLE else "Birch Clinic",
        phone="202-555-0100",
        zone="America/New_York",
        gate={"officers_set": True, "baa_active": True, "campaign_approved": True, **more.pop("gate", {})},
        policy={"settle_seconds": 0, **more.pop("policy", {})},
        locations=[PlanLocation(id=1, name="Main Street", zone="America/New_York", week=ALWAYS)],
        connections=[
            PlanConnection(id=1, kind="phone", system="twilio", settings=SETTINGS),
            PlanConnection(id=2, kind="text", system="twilio", settings=SETTINGS),
        ],
        lines=[
            PlanLine(
                id=1,
                number=number,
                name="Front line",
                location=1,
                phone_connection=1,
                text_connection=2,
                greeting_notice_on=date(2026, 1, 5),
            )
        ],
        staff=[
            PlanStaff(
                id=place,
                role=role,
                name=f"{role.replace('_', ' ').title()} {'Maple' if practice == MAPLE else 'Birch'}",
                phone=f"+1202555018{place}" if place < 10 else "",
                on_call=1 if role == "nurse" else None,
                account=accounts.get(role),
            )
            for place, role in enumerate(ROLES, 1)
        ],
        people=[
            PlanPerson(
                record="R1",
                name="Maria López Vega",
                birth_date="1984-07-21",
                phones=[(MARIA, "mobile")],
                next_visit=soon,
            ),
            PlanPerson(record="R2", name="Linh Nguyen", birth_date="1979-03-30", phones=[(SHARED, "mobile")]),
            PlanPerson(record="R3", name="Minh Nguyen", birth_date="2012-06-14", phones=[(SHARED, "mobile")]),
        ],
        slots=[(1, soon + timedelta(hours=hour), 30) for hour in range(6)],
        author="Owner",
        approver="Manager",
        language_reviewers={"es": "A certified translator"},
        **more,
    )


class Desk:
    """What comes in from outside, and the engine's turns."""

    def __init__(self, dsn: str, provider: KeyProvider) -> None:
        self.dsn = dsn
        self.provider = provider
        self.accounts: dict[tuple[int, str], Any] = {}

    def fold(self) -> None:
        """Let the engine do everything that is due now."""
        asyncio.run(self._work([]))

    def miss(self, number: str, practice: int = MAPLE) -> UUID:
        """Somebody rings the practice and nobody answers. Returns the case."""
        form = {
            "CallSid": f"CA{uuid7().hex}", "From": number, "To": LINES[practice], "CallStatus": "completed",
            "DialCallStatus": "no-answer", "Direction": "inbound",
        }  # fmt: skip
        asyncio.run(self._work([(practice, 1, "voice", form)]))
        return self.case_of(number, practice)

    def hook(self, leaf: str, source: int, form: dict[str, str], practice: int = MAPLE) -> None:
        """A message of a phone system or carrier as it is."""
        asyncio.run(self._work([(practice, source, leaf, form)]))

    def text(self, number: str, body: str, practice: int = MAPLE) -> UUID:
        """A text comes in from this number. Returns the case."""
        form = {"MessageSid": f"SM{uuid7().hex}", "From": number, "To": LINES[practice], "Body": body}
        asyncio.run(self._work([(practice, 2, "text", form)]))
        return self.case_of(number, practice)

    async def _work(self, letters: Sequence[tuple[int, int, str, dict[str, str]]]) -> None:
        book = Book(self.dsn, self.provider, "http://127.0.0.1:8000")
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as connection:
            for practice, source, leaf, form in letters:
                async with connection.transaction():
                    await flow.name_practices(connection, [practice])
                    await book.fresh(connection, [practice])
                    row = uuid7()
                    letter = Letter(
                        "POST",
                        f"http://127.0.0.1:8000/hooks/{practice}/{source}/{leaf}",
                        "application/x-www-form-urlencoded",
                        urlencode(form).encode(),
                    )
                    sealed = crypt.seal(book.ring, practice, "arrival", "sealed", row, msgspec.msgpack.encode(letter))
                    arrival = flow.Arrival(practice, row, source, row.bytes, sealed)
                    await flow.keep_arrivals(connection, [arrival], clock.now())
            claimed = 1
            while claimed:
                try:
                    claimed = (await turn(connection, book, clock.now())).claimed
                except Unwritten:
                    pass  # again, with the audit log's next sink

    def rows(self, sql: str, values: Sequence[Any] = (), practice: int = MAPLE) -> list[tuple[Any, ...]]:
        """Look at the practice's rows."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            return connection.execute(sql, values).fetchall()

    def change(self, sql: str, values: Sequence[Any] = (), practice: int = MAPLE) -> None:
        """Change the practice's rows from outside the pages."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            connection.execute(sql, values)

    def case_of(self, number: str, practice: int = MAPLE) -> UUID:
        """The newest case of a number."""
        index = crypt.index(self._ring(practice), practice, "phone", number)
        found = self.rows("select id from cases where number_index = %s order by changed_at desc", (index,), practice)
        case: UUID = found[0][0]
        return case

    def state(self, case: UUID, practice: int = MAPLE) -> tuple[str, str | None]:
        """(phase, closure) of a case."""
        phase, closure = self.rows("select phase, closure from cases where id = %s", (case,), practice)[0]
        return str(phase), closure

    def task_of(self, case: UUID, practice: int = MAPLE) -> str:
        """The open task of a case."""
        found = self.rows(
            "select id from task where case_id = %s and state in ('open', 'claimed') order by id", (case,), practice
        )
        return str(found[0][0])

    def bodies(self, case: UUID, practice: int = MAPLE) -> list[str]:
        """The texts of a case in the clear, oldest first."""
        found = self.rows("select id, body from outgoing where case_id = %s order by id", (case,), practice)
        ring = self._ring(practice, [body for _, body in found])
        return [crypt.open_(ring, practice, "outgoing", "body", row, bytes(body)).decode() for row, body in found]

    def notes(self, case: UUID, practice: int = MAPLE) -> list[str]:
        """The notes of a case in the clear."""
        found = self.rows(
            "select id, sealed from message where case_id = %s and kind = 'note' order by at, id", (case,), practice
        )
        ring = self._ring(practice, [body for _, body in found])
        return [crypt.open_(ring, practice, "message", "sealed", row, bytes(body)).decode() for row, body in found]

    def link(self, case: UUID, practice: int = MAPLE) -> str:
        """The path of the newest patient's link that a text of this case carries."""
        found = [re.search(r"https?://[^/]+(/p/\d+/[\w-]+)", body) for body in self.bodies(case, practice)]
        return [one[1] for one in found if one][-1]

    def _ring(self, practice: int, values: Sequence[bytes] = ()) -> Keyring:
        ring = Keyring(self.provider)
        keys = self.rows(
            "select practice, number, purpose, wrapped from data_key where practice = %s", (practice,), practice
        )
        ring.load(keys)  # type: ignore[arg-type]
        if values:
            with psycopg.connect(self.dsn) as connection:
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                callers.opened(connection, ring, practice, values)
        return ring
