"""The privacy officer's chores of a practice: what ended is put back or closed, and somebody is told (C10, C66, C84).

Nothing here has to run for an ended agreement to stop texts: the gate asks the moments themselves. This tells people.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from uuid_utils.compat import uuid7

from ringback.core.office.dates import ends
from ringback.store import audit, flow
from ringback.store.keys import Keyring

if TYPE_CHECKING:
    from ringback.store.access import Rows

NOTICE = "insert into notice (practice, id, kind, role, about, created_at) values (%s, %s, 'alert', %s, %s, %s)"


def office(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """One round: exceptions that are over, accounts nobody uses, agreements that ended."""
    # They know Django, which a worker loads no sooner than it needs it.
    from ringback.store import lowerings, reviews
    from ringback.store.access import Rows

    rows = Rows(connection, practice, ring)
    for _ in lowerings.expire(rows, now):
        tell(rows, "protection_is_back", now)
    # Accounts go by real time: the demo's clock does not age them.
    if reviews.close_stale(rows, datetime.now(UTC)):
        tell(rows, "unused_accounts_closed", now, ("security_officer",))
    for system in ended(rows, now):
        tell(rows, "agreement_over", now)
        audit.write(rows, act="alert", what="agreement.over", object=system, by="system", source="house")
    audit.flush(connection, rows.entries)


def ended(rows: Rows, now: datetime) -> list[str]:
    """The systems whose agreement has ended and nobody was told yet; they count as told now."""
    head = rows.one("select zone from practice where practice = %s", (rows.practice,))
    if head is None:
        return []
    found = rows.all(
        "select id, system, last_day from agreement where practice = %s and last_day is not null and told_at is null "
        "and last_day <= %s for update",
        (rows.practice, now.date()),
    )
    over = [row for row in found if ends(row["last_day"], head["zone"]) <= now]
    for row in over:
        rows.run("update agreement set told_at = %s where practice = %s and id = %s", (now, rows.practice, row["id"]))
    return sorted({row["system"] for row in over})


def tell(
    rows: Rows, about: str, now: datetime, roles: tuple[str, ...] = ("privacy_officer", "security_officer")
) -> None:
    """An alert to the officers: what it is about, never whom."""
    for role in roles:
        row = uuid7()
        rows.run(NOTICE, (rows.practice, row, role, about, now))
        rows.run(
            "insert into work (practice, kind, id, due) values (%s, %s, %s, %s)", (rows.practice, flow.NOTICE, row, now)
        )
