"""What the engine writes into the audit log: every text that goes out, every one the gate denies, every page.

Entries are written in the transaction that decides, as its last act; a text is handed over only after that commit, so
nothing is sent that is not written down. When the log takes nothing the batch is done again with the second sink, the
file; when that takes nothing either the gate holds every text (check 17), while urgent pages still go (C24).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from ringback.core.audit import Entry
from ringback.store import audit, flow, spool

log = logging.getLogger("ringback.audit")
LOOK_AGAIN = 30.0
DATABASE, FILE, NOWHERE = "database", "file", "nowhere"
# States of a text that are an end or a beginning; a text that is queued or held will be asked about again.
ACTS = {"sending": ("send", "ok"), "denied": ("refusal", "refused")}


class Unwritten(Exception):
    """The sink in use took nothing; the batch is to be done again, with the next one."""


class Journal:
    """Which sink this process writes to now."""

    def __init__(self) -> None:
        self.sink = DATABASE
        self._again = 0.0

    @property
    def ready(self) -> bool:
        """Whether anything takes entries; looked at anew every half minute."""
        if self.sink != DATABASE and time.monotonic() >= self._again:
            self.sink = DATABASE
        return self.sink != NOWHERE

    async def keep(self, connection: flow.Connection, entries: Sequence[Entry]) -> None:
        """Write entries as the transaction's last act. Raises `Unwritten`, after which `ready` may say no."""
        if not entries:
            return
        if self.sink == DATABASE:
            try:
                await audit.append(connection, entries)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                raise  # the database itself is away: nothing is decided either
            except psycopg.Error as wrong:
                self._fall(FILE if spool.place() is not None else NOWHERE, wrong)
                raise Unwritten from wrong
        elif self.sink == FILE:
            if not spool.add(entries):
                self._fall(NOWHERE, None)
                raise Unwritten
        else:
            log.error("%d refusals could not be written to the audit log", len(entries))

    def _fall(self, to: str, wrong: BaseException | None) -> None:
        self.sink, self._again = to, time.monotonic() + LOOK_AGAIN
        log.error("the audit log takes no entry (%s); entries go %s", type(wrong).__name__, to)


def text(
    practice: int, row: UUID, case: UUID, purpose: str, template: str, basis: str, state: str, why: str
) -> Entry | None:
    """The entry of one text, when its state is one to write down."""
    found = ACTS.get(state)
    if found is None:
        return None
    act, result = found
    return Entry(
        practice=practice,
        act=act,
        what="text",
        object=f"case:{case}",
        by="engine",
        result=result,
        reason=why if act == "refusal" else "",
        source="engine",
        detail={"text": row.hex, "purpose": purpose, "template": template, "basis": basis},
    )


def texts(rows: Iterable[tuple[Any, ...]]) -> list[Entry]:
    """The entries of rows for `outgoing`, as `onward` makes them."""
    made = (text(r[0], r[1], r[2], r[5], r[6], r[8], r[16], r[17]) for r in rows)
    return [one for one in made if one is not None]


def page(practice: int, case: UUID | None, notice: UUID, kind: str, role: str, result: str) -> Entry:
    """The entry of a page or an alert to people."""
    return Entry(
        practice=practice,
        act="alert",
        what=kind,
        object=f"case:{case}" if case is not None else "",
        by="engine",
        result=result,
        source="engine",
        detail={"notice": notice.hex, "to": role},
    )
