"""The demo's own reading and writing of rows: what the live page shows, the moved clock, and starting over.

Everything happens inside the made-up practice, with the application role and its row-level security.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from uuid_utils.compat import uuid7

from ringback.core.events import PageAcknowledged, TaskDone
from ringback.demo import practice as made_up
from ringback.demo import town
from ringback.demo.practice import ACTORS, PRACTICE
from ringback.engine import clock
from ringback.engine.book import lock_of
from ringback.store import callers, crypt
from ringback.store.keys import Keyring, SealedFile
from ringback.store.submit import submit

Row = dict[str, Any]
DESK = "6"  # events name staff by the number of their row, never by name
_lock = threading.RLock()
_kept: psycopg.Connection[Row] | None = None
_ring: Keyring | None = None


@contextmanager
def practice() -> Iterator[psycopg.Connection[Row]]:
    """A transaction that names the made-up practice, on this process's one connection."""
    global _kept
    with _lock:
        if _kept is None or _kept.closed:
            _kept = psycopg.connect(os.environ["RINGBACK_DATABASE_URL"], autocommit=True, row_factory=dict_row)
        try:
            with _kept.transaction():
                _kept.execute("select set_config('ringback.practices', %s, true)", (str(PRACTICE),))
                yield _kept
        except psycopg.OperationalError:
            _kept.close()
            raise


def ring(connection: psycopg.Connection[Row]) -> Keyring:
    """The practice's keys."""
    global _ring
    if _ring is None:
        found = Keyring(SealedFile(Path(os.environ["RINGBACK_KEY_FILE"])))
        rows = connection.execute(
            "select practice, number, purpose, wrapped from data_key where practice = %s", (PRACTICE,)
        )
        found.load([(r["practice"], r["number"], r["purpose"], r["wrapped"]) for r in rows])
        _ring = found
    return _ring


# ---- the clock -------------------------------------------------------------------------------------------------------


def stored_shift() -> timedelta:
    """How far the clock was left moved."""
    with practice() as connection:
        row = connection.execute("select shift from moved_clock where practice = %s", (PRACTICE,)).fetchone()
        return row["shift"] if row else timedelta(0)


def move_clock(to: datetime | None) -> None:
    """Set case time to a moment (None: back to the real one), keep it, and wake the engine."""
    shift = timedelta(0) if to is None else to - datetime.now(UTC)
    clock.move(shift)
    with practice() as connection:
        connection.execute(
            "insert into moved_clock (practice, shift) values (%s, %s) on conflict (practice) do update set shift = excluded.shift",
            (PRACTICE, shift),
        )
    furnish()
    try:
        town.set_clock(shift.total_seconds())
    except (town.TownAway, ValueError):
        pass  # the next look at a phone sets it
    with practice() as connection:
        connection.execute("select pg_notify('work', '')")


def furnish() -> None:
    """Make the actors' visits and the free slots fit the moved clock."""
    now = clock.now()
    with practice() as connection:
        keys = ring(connection)
        for actor in ACTORS:
            if actor.record:
                day = now + timedelta(days=actor.visit_in_days) if actor.visit_in_days else None
                visit = day.replace(hour=15, minute=30, second=0, microsecond=0) if day else None
                connection.execute(
                    "update person set next_visit = %s where practice = %s and record_index = %s",
                    (visit, PRACTICE, crypt.index(keys, PRACTICE, "record", actor.record)),
                )
        last = connection.execute("select max(starts_at) as at from slot where practice = %s", (PRACTICE,)).fetchone()
        if last is None or last["at"] is None or last["at"] < now + timedelta(days=8):
            for location, at, minutes in made_up.slots(now):
                connection.execute(
                    "insert into slot (practice, id, location, starts_at, minutes) values (%s,%s,%s,%s,%s) on conflict do nothing",
                    (PRACTICE, uuid7(), location, at, minutes),
                )


# ---- what people do --------------------------------------------------------------------------------------------------


def acknowledge(notice: UUID) -> bool:
    """The person a page went to acknowledges it. False when there is no such page."""
    with practice() as connection:
        row = connection.execute(
            "update notice set state = 'acknowledged', acked_at = %s where practice = %s and id = %s and kind = 'page' "
            "and state <> 'acknowledged' returning case_id, staff",
            (clock.now(), PRACTICE, notice),
        ).fetchone()
        if row is None:
            return False
        who = str(row["staff"] or 1)
        submit(connection, PRACTICE, row["case_id"], PageAcknowledged(by=who, at=clock.now()), clock.now(), who)
        return True


def finish_task(case: UUID, task: str, disposition: str) -> None:
    """Staff finish a task from the wall."""
    with practice() as connection:
        event = TaskDone(task=task, by=DESK, disposition=disposition, at=clock.now())
        submit(connection, PRACTICE, case, event, clock.now(), DESK)


def forget(numbers: list[str] | None = None) -> None:
    """Make it as if these callers (None: everybody) had never called."""
    with practice() as connection:
        keys = ring(connection)
        if numbers is None:
            # What the practice lived through before the demo began stays.
            connection.execute("delete from work where practice = %s", (PRACTICE,))
            for table, at in FORGOTTEN.items():
                connection.execute(f"delete from {table} where practice = %s and {at} > {BEGAN}", (PRACTICE, PRACTICE))
            connection.execute(
                "update suppression set lifted_at = %s, lifted_by = 'demo' where practice = %s and lifted_at is null "
                f"and at > {BEGAN}",
                (clock.now(), PRACTICE, PRACTICE),
            )
            connection.execute("update slot set taken_by = null, taken_at = null where practice = %s", (PRACTICE,))
            return
        found = [crypt.index(keys, PRACTICE, "phone", number) for number in numbers]
        for key in sorted(lock_of(index) for index in found):
            connection.execute("select pg_advisory_xact_lock(%s)", (key,))
        rows = connection.execute(
            "select id from cases where practice = %s and number_index = any(%s)", (PRACTICE, found)
        )
        cases = [row["id"] for row in rows]
        for table in ("event", "notice", "outgoing"):
            connection.execute(
                f"delete from work where id in (select id from {table} where practice = %s and case_id = any(%s))",
                (PRACTICE, cases),
            )
        connection.execute("delete from work where id = any(%s)", (cases,))
        for table in ("step", "task", "message", "outgoing", "event", "notice", "link"):
            connection.execute(
                f"delete from {table} where practice = %s and case_id = any(%s)",
                (PRACTICE, cases),
            )
        connection.execute(
            "update suppression set lifted_at = %s, lifted_by = 'demo' where practice = %s and number_index = any(%s)",
            (clock.now(), PRACTICE, found),
        )
        for table in ("call", "cases", "outgoing", "message"):
            connection.execute(
                f"delete from {table} where practice = %s and number_index = any(%s)",
                (PRACTICE, found),
            )


# A table's rows since the demo began, by the moment they carry; children of a case before the case.
BEGAN = "(select created_at - interval '1 minute' from practice where practice = %s)"
FORGOTTEN = {
    "event": "at", "notice": "created_at", "outgoing": "created_at", "step": "at", "task": "opened_at", "message": "at",
    "link": "created_at", "call": "at", "cases": "opened_at", "tally": "minute", "arrival": "at",
    "seen": "at", "bulk_act": "at",
}  # fmt: skip


# ---- what the page shows ---------------------------------------------------------------------------------------------


def cases(limit: int = 14) -> list[Row]:
    """The newest cases with their steps, texts and tasks, newest first."""
    with practice() as connection:
        keys = ring(connection)
        found = connection.execute(
            "select id, line, number, person, phase, workflow, due, opened_at, changed_at, closed_at, closure, "
            "closure_reason, state from cases where practice = %s and opened_at > "
            + BEGAN
            + " order by opened_at desc, id desc limit %s",
            (PRACTICE, PRACTICE, limit),
        ).fetchall()
        ids = [row["id"] for row in found]
        callers.opened(connection, keys, PRACTICE, [row["number"] for row in found])
        steps = connection.execute(
            "select id, case_id, seq, at, event, why, effects from step where practice = %s and case_id = any(%s) order by seq",
            (PRACTICE, ids),
        ).fetchall()
        tasks = connection.execute(
            "select case_id, id, queue, kind, priority, state, owner, due, overdue, disposition from task "
            "where practice = %s and case_id = any(%s) order by opened_at, id",
            (PRACTICE, ids),
        ).fetchall()
        texts = connection.execute(
            "select id, case_id, purpose, state, verdict, verdict_why, created_at from outgoing "
            "where practice = %s and case_id = any(%s) order by created_at, id",
            (PRACTICE, ids),
        ).fetchall()
        for row in found:
            sealed = row.pop("number")
            row["number"] = (
                crypt.open_(keys, PRACTICE, "cases", "number", row["id"], bytes(sealed)).decode() if sealed else ""
            )
            for name, rows in (("steps", steps), ("tasks", tasks), ("texts", texts)):
                row[name] = [one for one in rows if one["case_id"] == row["id"]]
        return found


def notices(limit: int = 12) -> list[Row]:
    """The newest pages and alerts."""
    with practice() as connection:
        return connection.execute(
            "select n.id, n.case_id, n.kind, n.role, n.turn, n.about, n.staff, n.channel, n.state, n.created_at, n.acked_at, "
            "n.error, c.phase from notice n left join cases c on c.practice = n.practice and c.id = n.case_id "
            "where n.practice = %s and n.created_at > " + BEGAN + " order by n.created_at desc, n.id desc limit %s",
            (PRACTICE, PRACTICE, limit),
        ).fetchall()


def counts() -> Row:
    """How the day stands, for the head of the page."""
    with practice() as connection:
        row = connection.execute(
            "select count(*) as calls, count(*) filter (where closure is not null) as closed, "
            "count(*) filter (where verdict = 'answered') as answered from call where practice = %s and at > " + BEGAN,
            (PRACTICE, PRACTICE),
        ).fetchone()
        more = connection.execute(
            "select count(*) filter (where state in ('sent', 'delivered')) as texts, "
            "percentile_cont(0.5) within group (order by extract(epoch from sent_at - created_at)) as handed "
            "from outgoing where practice = %s and created_at > " + BEGAN,
            (PRACTICE, PRACTICE),
        ).fetchone()
        booked = connection.execute(
            "select count(*) as n from cases where practice = %s and closure = 'booked' and opened_at > " + BEGAN,
            (PRACTICE, PRACTICE),
        ).fetchone()
        return {**(row or {}), **(more or {}), "booked": booked["n"] if booked else 0}
