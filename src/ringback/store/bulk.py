"""One press on many tasks, and its undo.

Taking, giving back and handing over are events at once; undoing them is the inverse event. Finishing a task has no inverse:
it waits in `bulk_act` until its window is over and becomes events then, by whoever comes first, the page that asked for it or
the practice's house (which is woken for that moment). So nothing is lost when a browser closes, and nothing is done twice: one
update takes the act out of waiting.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from ringback.core.events import Event, TaskClaimed, TaskDone, TaskReleased
from ringback.store import arrays
from ringback.store.access import Row, Rows
from ringback.store.audit import HOUSE
from ringback.store.practices import jsonb
from ringback.store.submit import submit

WINDOW = timedelta(seconds=10)
# An undo that was pressed within the window may arrive a little after it.
SLACK = timedelta(seconds=3)
KEPT = timedelta(days=30)
KINDS = ("claim", "release", "hand", "done")
ENDS = ("reached", "booked", "resolved", "unrecovered")
"""How many tasks can be closed at once: without a plan, a stop or a wrong number, which are said of one person."""
MOST = 100
Pair = tuple[UUID, str]


def begin(
    rows: Rows, kind: str, tasks: Iterable[Pair], *, by: str, now: datetime, word: str = "", runs: bool = False
) -> Row:
    """Do it for those of these tasks for which it can be done. `word` is the staff number handed to, or the ending;
    `runs`: the visitor runs the practice and may move others' tasks. Returns id, how many, left out, and the events."""
    if kind not in KINDS or (kind == "done" and word not in ENDS) or (kind == "hand" and not word):
        raise ValueError("no such act")
    found = _live(rows, tasks)
    acts = [row for row in found if _can(kind, row, by, word, runs)]
    if not acts:
        return {"id": None, "count": 0, "left_out": len(found), "events": []}
    id_ = uuid7()
    told = [{"case": str(row["case_id"]), "task": row["id"], "was": row["owner"]} for row in acts]
    rows.run(
        'insert into bulk_act (practice, id, "by", kind, word, at, due, acts, done_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)',
        (rows.practice, id_, by, kind, word, now, now + WINDOW, json.dumps(told), None if kind == "done" else now),
    )
    events: list[UUID] = []
    if kind == "done":
        rows.run(HOUSE, (now + WINDOW, arrays.ints([rows.practice])))
    for one in told if kind != "done" else ():
        events += _send(rows, one, _forward(kind, one["task"], one["was"], by, word, now), now, by)
    return {"id": id_, "count": len(acts), "left_out": len(found) - len(acts), "events": events}


def _live(rows: Rows, tasks: Iterable[Pair]) -> list[Row]:
    wanted = list(dict.fromkeys(tasks))[:MOST]
    return rows.all(
        "select t.case_id, t.id, t.kind, t.priority, t.state, case when t.state = 'claimed' then t.owner else '' end as owner "
        "from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        "join unnest(%s::uuid[], %s::text[]) as w(case_id, id) on w.case_id = t.case_id and w.id = t.id "
        f"where t.practice = %s and t.state in ('open', 'claimed') and {rows.sees('c')} order by t.due",
        ([case for case, _ in wanted], [task for _, task in wanted], rows.practice),
    )


def _can(kind: str, row: Row, by: str, word: str, runs: bool) -> bool:
    mine, free = bool(row["owner"] == by), bool(row["state"] == "open")
    if kind == "claim":
        return free
    if kind == "release":
        return not free and (mine or runs)
    if kind == "hand":
        return bool(row["owner"] != word) and (free or mine or runs)
    # An urgent call-back is closed by who called, and a refill tells the patient: each by itself.
    return (free or mine) and row["priority"] != "urgent" and row["kind"] not in ("refill", "opt_out_check")


def _forward(kind: str, task: str, was: str, by: str, word: str, now: datetime) -> list[Event]:
    if kind == "release":
        return [TaskReleased(task=task, by=by, at=now)]
    given: list[Event] = [TaskReleased(task=task, by=by, at=now)] if was else []
    return [*given, TaskClaimed(task=task, by=word if kind == "hand" else by, at=now)]


def _send(rows: Rows, one: Row, events: Sequence[Event], now: datetime, by: str) -> list[UUID]:
    return [submit(rows.connection, rows.practice, UUID(one["case"]), event, now, by) for event in events]


def undo(rows: Rows, act: UUID, *, by: str, now: datetime) -> Row | None:
    """Take one's own act back while its window is open. None when there is none to take back."""
    found = rows.all(
        'update bulk_act set undone_at = %(now)s where practice = %(p)s and id = %(id)s and "by" = %(by)s '
        "and undone_at is null and ((kind = 'done' and done_at is null) or (kind <> 'done' and due >= %(late)s)) "
        "returning kind, word, acts",
        {"now": now, "p": rows.practice, "id": act, "by": by, "late": now - SLACK},  # type: ignore[arg-type]
    )
    if not found:
        return None
    row = found[0]
    acts = jsonb(row["acts"])
    if row["kind"] == "done":
        return {"kind": row["kind"], "count": len(acts), "events": []}
    # Only what still stands as this act left it is turned back: somebody may have moved a task since.
    now_has = {(str(one["case_id"]), one["id"]): one["owner"] for one in _live(rows, [(UUID(a["case"]), a["task"]) for a in acts])}  # fmt: skip
    left = {"claim": by, "hand": row["word"], "release": ""}[row["kind"]]
    events: list[UUID] = []
    count = 0
    for one in acts:
        if now_has.get((one["case"], one["task"])) != left:
            continue
        count += 1
        back: list[Event] = [TaskReleased(task=one["task"], by=by, at=now)] if left else []
        if one["was"]:
            back.append(TaskClaimed(task=one["task"], by=one["was"], at=now))
        events += _send(rows, one, back, now, by)
    return {"kind": row["kind"], "count": count, "events": events}


def finish(connection: psycopg.Connection[Any], practice: int, now: datetime, act: UUID | None = None) -> list[UUID]:
    """Close the tasks of acts whose window is over (of one of them, when it is named). Returns the events.

    The connection is in a transaction that names the practice.
    """
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        taken = cursor.execute(
            "update bulk_act set done_at = %s where practice = %s and done_at is null and undone_at is null and due <= %s "
            'and (%s::uuid is null or id = %s) returning "by", word, acts',
            (now, practice, now, act, act),
        ).fetchall()
    return [
        submit(
            connection, practice, UUID(one["case"]),
            TaskDone(task=one["task"], by=by, disposition=word, at=now), now, by,
        )
        for by, word, acts in taken
        for one in jsonb(acts)
    ]  # fmt: skip


def forget(connection: psycopg.Connection[Any], practice: int, now: datetime) -> None:
    """Remove acts that are long over; what was done stands in the events and in the audit log."""
    connection.execute("delete from bulk_act where practice = %s and at < %s", (practice, now - KEPT))


def recent(rows: Rows, by: str, now: datetime) -> list[Row]:
    """One's own acts that can still be undone, newest first."""
    found = rows.all(
        'select id, kind, word, at, due, jsonb_array_length(acts) as count from bulk_act where practice = %s and "by" = %s '
        "and at > %s and undone_at is null and ((kind = 'done' and done_at is null) or (kind <> 'done' and due > %s)) "
        "order by at desc limit 3",
        (rows.practice, by, now - timedelta(days=1), now),
    )
    for row in found:
        row["seconds"] = max(0, int((row["due"] - now).total_seconds()))
    return found


def closing(rows: Rows) -> dict[tuple[str, str], str]:
    """Tasks that are about to be closed, with the word they are closed with."""
    found = rows.all(
        "select word, acts from bulk_act where practice = %s and done_at is null and undone_at is null and kind = 'done'",
        (rows.practice,),
    )
    return {(one["case"], one["task"]): row["word"] for row in found for one in jsonb(row["acts"])}
