"""Reads of cases, tasks and messages for people's pages. Each function is one or a few statements within `access.practice`, whose number never
grows with the rows shown; what is sealed comes back in the clear, masks are the pages' affair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from ringback.core.case import Case
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

SOON = timedelta(minutes=30)
_CASE = msgspec.json.Decoder(Case)
CASE_COLUMNS = (
    "c.id, c.line, c.number_index, c.number, c.phase, c.workflow, c.due, c.opened_at, c.last_call_at, c.changed_at, "
    "c.closed_at, c.closure, c.closure_reason, c.steps, c.state::text as state"
)
LAST_STEP = (
    "left join lateral (select s.why, s.at from step s where s.practice = c.practice and s.case_id = c.id "
    "order by s.seq desc limit 1) last on true"
)
RECOVERED = ("booked", "reached", "resolved", "called_back_in")


# ---- callers ---------------------------------------------------------------------------------------------------------


def people_of(rows: Rows, indexes: Iterable[bytes | None]) -> dict[bytes, list[Row]]:
    """Who uses these numbers: for each, the people of the directory with name, birth date and flags."""
    wanted = sorted({bytes(index) for index in indexes if index is not None})
    if not wanted:
        return {}
    found: dict[bytes, list[Row]] = {}
    for row in rows.all(
        "select h.number_index, h.kind, p.id, p.sealed, p.lang, p.next_visit, p.callback_requested, p.open_refill, "
        "p.recent_visit from phone h join person p on p.practice = h.practice and p.id = h.person "
        "where h.practice = %s and h.number_index = any(%s) order by p.id",
        (rows.practice, wanted),
    ):
        person = {**row, **rows.record("person", "sealed", row["id"], row["sealed"]), "sealed": None}
        found.setdefault(bytes(row["number_index"]), []).append(person)
    return found


def opened(rows: Rows, found: list[Row]) -> list[Row]:
    """Cases with number, people and state in the clear."""
    people = people_of(rows, [row["number_index"] for row in found])
    for row in found:
        row["number"] = rows.text("cases", "number", row["id"], row["number"])
        row["people"] = people.get(bytes(row["number_index"]), []) if row["number_index"] is not None else []
        row["value"] = _CASE.decode(row.pop("state"))
    return found


# ---- what stands where -----------------------------------------------------------------------------------------------


def counters(rows: Rows, now: datetime, midnight: datetime) -> Row:
    """How many: urgent and not acknowledged, urgent, overdue, due soon, waiting, closed and recovered since midnight."""
    mine, jobs = f"practice = %(p)s and {rows.sees()}", "practice = %(p)s"
    if rows.sees() != "true":
        jobs += f" and (select {rows.sees('c')} from cases c where c.practice = task.practice and c.id = task.case_id)"
    found = rows.one(
        "select now_open.*, "
        f"(select count(*) from task where {jobs} and state in ('open', 'claimed') and due <= %(now)s) as overdue, "
        f"(select count(*) from task where {jobs} and state in ('open', 'claimed') and due > %(now)s "
        "  and due <= %(soon)s) as soon, "
        f"(select count(*) from task where {jobs} and state in ('open', 'claimed')) as tasks, "
        f"(select count(*) from cases where {mine} and changed_at >= %(midnight)s and closed_at >= %(midnight)s) "
        "  as closed, "
        f"(select count(*) from cases where {mine} and changed_at >= %(midnight)s and closed_at >= %(midnight)s "
        "  and closure = any(%(recovered)s)) as recovered "
        # What is open is read once, through its own small index, however many cases are closed.
        "from (select count(*) filter (where phase = 'urgent') as urgent, "
        "  count(*) filter (where phase = 'urgent' and state #>> '{urgent,acked_at}' is null) as unacknowledged, "
        "  count(*) filter (where phase in ('waiting', 'settling')) as waiting "
        f"  from cases where {mine} and phase <> 'closed') now_open",
        {  # type: ignore[arg-type]
            "p": rows.practice,
            "now": now,
            "soon": now + SOON,
            "midnight": midnight,
            "recovered": list(RECOVERED),
        },
    )
    assert found is not None
    return found


def urgent(rows: Rows) -> list[Row]:
    """Open urgent cases, the one waiting longest first, with the pages that went out."""
    found = opened(
        rows,
        rows.all(
            f"select {CASE_COLUMNS}, last.why, last.at as why_at from cases c {LAST_STEP} "
            f"where c.practice = %s and {rows.sees('c')} and c.phase <> 'closed' and c.phase = 'urgent' order by c.opened_at limit 20",
            (rows.practice,),
        ),
    )
    pages = rows.all(
        "select case_id, role, turn, staff, state, created_at, acked_at from notice "
        "where practice = %s and kind = 'page' and case_id = any(%s) order by created_at, id",
        (rows.practice, [row["id"] for row in found]),
    )
    for row in found:
        row["pages"] = [page for page in pages if page["case_id"] == row["id"]]
    return found


def open_tasks(rows: Rows, queue: str = "", limit: int = 200) -> list[Row]:
    """Open tasks with their cases, by clock: what is due first comes first."""
    # A question of each task's own, never a join: the planner would walk through all cases of all years for it.
    seen = (
        ""
        if rows.sees("c") == "true"
        else f"and (select {rows.sees('c')} from cases c where c.practice = t.practice and c.id = t.case_id) "
    )
    found = rows.all(
        f"select t.id as task, t.queue, t.kind, t.priority, t.state as task_state, t.owner, t.due as task_due, "
        "t.opened_at as task_opened_at, t.lease_until, t.attempts, t.overdue, t.not_before, "
        f"{CASE_COLUMNS}, last.why, last.at as why_at "
        # What is shown is chosen first: the rest of each is read for these alone.
        f"from (select t.* from task t where t.practice = %s {seen}and t.state in ('open', 'claimed') and (%s = '' or t.queue = %s) "
        "  order by t.due, t.case_id, t.id limit %s) t "
        f"join cases c on c.practice = t.practice and c.id = t.case_id {LAST_STEP} order by t.due, t.case_id, t.id",
        (rows.practice, queue, queue, limit),
    )
    return opened(rows, found)


def waiting(rows: Rows, limit: int = 60) -> list[Row]:
    """Cases that wait on the patient or for the settle window, newest call first."""
    return opened(
        rows,
        rows.all(
            f"select {CASE_COLUMNS}, last.why, last.at as why_at from cases c {LAST_STEP} "
            f"where c.practice = %s and {rows.sees('c')} and c.phase <> 'closed' and c.phase in ('waiting', 'settling') order by c.changed_at desc limit %s",
            (rows.practice, limit),
        ),
    )


def closed_since(rows: Rows, midnight: datetime, limit: int = 60) -> list[Row]:
    """Cases closed since a moment, the latest first."""
    return opened(
        rows,
        rows.all(
            f"select {CASE_COLUMNS}, last.why, last.at as why_at from cases c {LAST_STEP} "
            f"where c.practice = %s and {rows.sees('c')} and c.changed_at >= %s and c.closed_at >= %s order by c.changed_at desc limit %s",
            (rows.practice, midnight, midnight, limit),
        ),
    )


def notices(rows: Rows, since: datetime, limit: int = 20) -> list[Row]:
    """Alerts to coordinators and others, newest first, with their cases."""
    found = rows.all(
        f"select n.id as notice, n.role, n.about, n.task, n.channel, n.state as notice_state, n.created_at, n.error, "
        f"{CASE_COLUMNS} from notice n join cases c on c.practice = n.practice and c.id = n.case_id "
        f"where n.practice = %s and {rows.sees('c')} and n.kind = 'alert' and n.created_at >= %s order by n.created_at desc, n.id desc limit %s",
        (rows.practice, since, limit),
    )
    texted = rows.all(
        "select distinct case_id from outgoing where practice = %s and case_id = any(%s) and state in ('sent', 'delivered')",
        (rows.practice, [row["id"] for row in found]),
    )
    sent = {row["case_id"] for row in texted}
    for row in opened(rows, found):
        row["texted"] = row["id"] in sent
    return found


# ---- one case --------------------------------------------------------------------------------------------------------


def case(rows: Rows, case_id: UUID) -> Row | None:
    """One case with its people and state; None when this practice has no such case."""
    found = rows.all(
        f"select {CASE_COLUMNS}, last.why, last.at as why_at from cases c {LAST_STEP} where c.practice = %s and c.id = %s and {rows.sees('c')}",
        (rows.practice, case_id),
    )
    return opened(rows, found)[0] if found else None


def is_ours(rows: Rows, case_id: UUID) -> bool:
    """Whether the visitor may see, and so may change, this case."""
    return (
        rows.one(
            f"select 1 as x from cases where practice = %s and id = %s and {rows.sees()}", (rows.practice, case_id)
        )
        is not None
    )


def thread(rows: Rows, case_id: UUID) -> Mapping[str, list[Row]]:
    """Everything of one case: calls, texts out, messages in and notes, tasks, steps, notices, slots taken."""
    of = (rows.practice, case_id)
    calls = rows.all(
        "select id, source, line, began, ended, verdict, why, closure, at from call where practice = %s and case_id = %s "
        "order by coalesce(ended, began, at), id",
        of,
    )
    texts = rows.all(
        "select id, created_at, purpose, template, lang, basis, unprompted, reply_to, body, segments, state, verdict, verdict_why, "
        "code, reason, attempts, sent_at, delivered_at from outgoing where practice = %s and case_id = %s order by id",
        of,
    )
    for text in texts:
        # A code is for the patient's eyes: whoever reads the thread could otherwise act as the patient.
        text["body"] = (
            rows.text("outgoing", "body", text["id"], text["body"]) if text["purpose"] != "secure_code" else "··· ···"
        )
    messages = rows.all(
        "select id, at, kind, sealed, reading, \"by\", media, played_from is not null as recorded from message where practice = %s and case_id = %s and kind <> 'code' "
        "order by at, id",
        of,
    )
    for message in messages:
        message["words"] = rows.text("message", "sealed", message["id"], message.pop("sealed"))
        message["reading"] = jsonb(message["reading"])
    tasks = rows.all(
        "select id, queue, kind, priority, state, owner, opened_at, due, lease_until, attempts, overdue, disposition, "
        "done_at, not_before from task where practice = %s and case_id = %s order by opened_at, id",
        of,
    )
    steps = rows.all(
        "select id, seq, at, event, why, phase, effects from step where practice = %s and case_id = %s order by seq", of
    )
    for step in steps:
        step["effects"] = jsonb(step["effects"])
    pages = rows.all(
        "select id, kind, role, turn, about, task, staff, channel, state, created_at, sent_at, acked_at, error from notice "
        "where practice = %s and case_id = %s order by created_at, id",
        of,
    )
    slots = rows.all(
        "select s.id, s.starts_at, s.minutes, s.taken_at, p.name as site, p.zone from slot s "
        "left join location p on p.practice = s.practice and p.id = s.location "
        "where s.practice = %s and s.taken_by = %s order by s.starts_at",
        of,
    )
    return {
        "calls": calls, "texts": texts, "messages": messages, "tasks": tasks, "steps": steps, "notices": pages, "slots": slots,
    }  # fmt: skip


def suppressed(rows: Rows, index: bytes | None) -> bool:
    """Whether this number asked for no more texts."""
    if index is None:
        return False
    return (
        rows.one(
            "select 1 as x from suppression where practice = %s and number_index = %s and lifted_at is null limit 1",
            (rows.practice, index),
        )
        is not None
    )


def earlier(rows: Rows, index: bytes | None, besides: UUID, limit: int = 8) -> list[Row]:
    """Other cases of the same caller, newest first."""
    if index is None:
        return []
    return rows.all(
        f"select id, phase, closure, closure_reason, workflow, opened_at from cases where practice = %s and {rows.sees()} "
        "and number_index = %s and id <> %s order by changed_at desc limit %s",
        (rows.practice, index, besides, limit),
    )
