"""The inbox: one row a caller, the newest change first, and how many stand behind a set of filters.

A caller's row is the case that is open, or the one that changed last. However many cases a practice has, a page reads a
window of `WINDOW` of them at most: when filters leave few of those, the page says so and goes on from where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ringback.store import queries
from ringback.store.access import Row, Rows

PAGE = 40
WINDOW = 2000
MOST_COUNTED = 100
STATES = ("open", "waiting", "urgent", "snoozed", "closed", "all")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PHASES = {
    "open": "c.phase <> 'closed'",
    "waiting": "c.phase <> 'closed' and c.phase in ('waiting', 'settling')",
    "urgent": "c.phase <> 'closed' and c.phase = 'urgent'",
    "snoozed": "c.phase <> 'closed'",
    "closed": "c.phase = 'closed'",
    "all": "true",
}
# Of a caller's cases the open one stands for them; without one, the one that changed last.
_ONE_A_CALLER = (
    "(c.phase <> 'closed' or c.number_index is null or (not exists (select 1 from cases n where n.practice = c.practice "
    "and n.number_index = c.number_index and n.phase <> 'closed') and not exists (select 1 from cases n where "
    "n.practice = c.practice and n.number_index = c.number_index and n.changed_at >= c.changed_at "
    "and (n.changed_at, n.id) > (c.changed_at, c.id))))"
)
# A snooze is over at its moment, with an urgent case, and with the caller's next word.
_ASLEEP = (
    "coalesce(k.snoozed_until is not null and k.snoozed_until > %(now)s and c.phase <> 'urgent' and not exists (select 1 from message m where "
    "m.practice = c.practice and m.case_id = c.id and m.at > k.snoozed_at and m.kind not in ('note', 'code')), false)"
)
_CLAIMED = "select t.owner from task t where t.practice = c.practice and t.case_id = c.id and t.state = 'claimed' and t.owner <> ''"
# The same the other way round: a small set that is looked up once, not a question for each row.
_TAKEN = "select t.case_id from task t where t.practice = %(p)s and t.state in ('open', 'claimed') and t.state = 'claimed' and t.owner <> ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: every field empty means all of them. `owner`: the number of a staff row, 0 for nobody's."""

    state: str = "open"
    owner: int | None = None
    queue: str = ""
    location: int = 0
    intent: str = ""

    def told(self) -> dict[str, Any]:
        """As it is kept: field terms and numbers of rows."""
        found = {"state": self.state, "owner": self.owner, "queue": self.queue, "location": self.location, "intent": self.intent}  # fmt: skip
        return {
            name: value for name, value in found.items() if value not in ("", None) and (name, value) != ("location", 0)
        }

    def with_(self, **changes: Any) -> Wish:
        """This wish with something changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of the inbox. `older`: where the next page begins, empty on the last one; `cut`: the window ended first."""

    rows: list[Row]
    older: str
    cut: bool


def cursor(row: Row) -> str:
    """Where a page ends: a moment and an id, nothing else."""
    return f"{(row['changed_at'] - EPOCH) // timedelta(microseconds=1)}-{row['id'].hex}"


def read_cursor(told: str) -> tuple[datetime, UUID] | None:
    """A cursor from an address; None for none and for nonsense."""
    moment, _, id_ = told.partition("-")
    try:
        return EPOCH + timedelta(microseconds=int(moment)), UUID(id_)
    except (ValueError, OverflowError):
        return None


def page(rows: Rows, wish: Wish, now: datetime, before: tuple[datetime, UUID] | None = None) -> Page:
    """One page, opened: with people, newest words, and whose each is."""
    inner, outer, values = _where(rows, wish, now, "")
    if before is not None:
        inner += " and c.changed_at <= %(at)s and (c.changed_at, c.id) < (%(at)s, %(id)s)"
        values |= {"at": before[0], "id": before[1]}
    newest = "order by c.changed_at desc, c.id desc"
    hits = rows.all(
        f"select c.id, c.changed_at from (select c.* from cases c where {inner} {newest} limit {WINDOW}) c "
        f"left join care k on k.practice = c.practice and k.case_id = c.id where {outer} {newest} limit {PAGE + 1}",
        values,  # type: ignore[arg-type]
    )
    more, shown = len(hits) > PAGE, hits[:PAGE]
    end = None
    if not more:
        # Fewer than a page: were these all, or did the window end?
        end = rows.one(
            f"select c.id, c.changed_at from cases c where {inner} {newest} offset {WINDOW - 1} limit 1",
            values,  # type: ignore[arg-type]
        )
    opened = of_cases(rows, [row["id"] for row in shown])
    older = cursor(shown[-1]) if more else cursor(end) if end is not None else ""
    return Page(rows=[opened[row["id"]] for row in shown if row["id"] in opened], older=older, cut=end is not None)


def _where(rows: Rows, wish: Wish, now: datetime, mark: str) -> tuple[str, str, dict[str, Any]]:
    """What the window is cut from and what is left of it. `mark` keeps values of several wishes in one statement apart."""
    values: dict[str, Any] = {"p": rows.practice, "now": now}
    inner = f"c.practice = %(p)s and {rows.sees('c')} and {_PHASES[wish.state]}"
    if wish.state == "snoozed":
        inner += " and c.id in (select case_id from care where practice = %(p)s and snoozed_until > %(now)s)"
    outer = [_ONE_A_CALLER]
    if wish.state == "snoozed":
        outer.append(_ASLEEP)
    elif wish.state in ("open", "waiting"):
        outer.append(f"not {_ASLEEP}")
    if wish.location:
        inner += f" and c.line in (select id from line where practice = %(p)s and location = %(site{mark})s)"
        values[f"site{mark}"] = wish.location
    if wish.intent:
        outer.append(f"jsonb_exists(c.state -> 'intents', %(intent{mark})s)")
        values[f"intent{mark}"] = wish.intent
    if wish.owner == 0:
        outer.append(f"k.owner is null and c.id not in ({_TAKEN})")
    elif wish.owner is not None:
        taken = f"{_TAKEN} and t.owner = %(by{mark})s"
        outer.append(f"(k.owner = %(owner{mark})s or (k.owner is null and c.id in ({taken})))")
        values |= {f"owner{mark}": wish.owner, f"by{mark}": str(wish.owner)}
    if wish.queue:
        inner += (
            " and c.id in (select t.case_id from task t where t.practice = %(p)s and "
            f"t.queue = %(queue{mark})s and t.state in ('open', 'claimed'))"
        )
        values[f"queue{mark}"] = wish.queue
    return inner, " and ".join(outer), values


def standing(rows: Rows, staff: int, now: datetime) -> Row:
    """How many open callers there are, and of them: mine, nobody's, urgent, waiting, snoozed. One pass over what is open."""
    found = rows.one(
        "select count(*) filter (where not asleep) as open, count(*) filter (where not asleep and owner = %(by)s) as mine, "
        "count(*) filter (where not asleep and owner is null) as nobody, count(*) filter (where phase = 'urgent') as urgent, "
        "count(*) filter (where not asleep and phase in ('waiting', 'settling')) as waiting, "
        "count(*) filter (where asleep) as snoozed from (select c.phase, coalesce(k.owner::text, t.owner) as owner, "
        f"{_ASLEEP} as asleep from (select c.practice, c.id, c.phase from cases c where c.practice = %(p)s and {rows.sees('c')} "
        f"and c.phase <> 'closed' order by c.changed_at desc, c.id desc limit {WINDOW}) c "
        "left join care k on k.practice = c.practice and k.case_id = c.id "
        "left join (select case_id, min(owner) as owner from task where practice = %(p)s and state in ('open', 'claimed') "
        "  and state = 'claimed' and owner <> '' group by case_id) t on t.case_id = c.id offset 0) x",
        {"p": rows.practice, "by": str(staff), "now": now},  # type: ignore[arg-type]
    )
    assert found is not None
    return found


def counts(rows: Rows, wishes: Sequence[Wish], now: datetime) -> list[int]:
    """How many rows each wish has, up to `MOST_COUNTED`, in one statement."""
    if not wishes:
        return []
    parts: list[str] = []
    values: dict[str, Any] = {}
    for place, wish in enumerate(wishes):
        inner, outer, more = _where(rows, wish, now, str(place))
        values |= more
        parts.append(
            f"(select count(*) from (select 1 from (select c.* from cases c where {inner} order by c.changed_at desc "
            f"limit {WINDOW}) c left join care k on k.practice = c.practice and k.case_id = c.id where {outer} "
            f"limit {MOST_COUNTED}) x) as n{place}"
        )
    found = rows.one(f"select {', '.join(parts)}", values)  # type: ignore[arg-type]
    assert found is not None
    return [found[f"n{place}"] for place in range(len(wishes))]


def of_cases(rows: Rows, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """These cases as rows of the inbox, by id: with people, newest words, who has them, whether a text went wrong."""
    found = rows.all(
        f"select {queries.CASE_COLUMNS}, last.why, last.at as why_at, k.owner as assigned, k.snoozed_until, k.snoozed_at, "
        f"({_CLAIMED} order by t.id limit 1) as claimed, "
        "said.id as said_id, said.at as said_at, said.kind as said_kind, said.sealed as said, "
        "sent.id as sent_id, sent.created_at as sent_at, sent.body as sent, sent.state as sent_state, "
        "heard.at as heard_at, "
        "(select n.id from outgoing n where n.practice = c.practice and n.case_id = c.id and "
        "  n.state in ('failed', 'denied', 'uncertain') and n.id = sent.id) as trouble "
        f"from unnest(%s::uuid[]) g(id) join cases c on c.practice = %s and c.id = g.id {queries.LAST_STEP} "
        "left join care k on k.practice = c.practice and k.case_id = c.id "
        "left join lateral (select m.id, m.at, m.kind, m.sealed from message m where m.practice = c.practice "
        "  and m.case_id = c.id order by m.at desc, m.id desc limit 1) said on true "
        "left join lateral (select m.at from message m where m.practice = c.practice and m.case_id = c.id "
        "  and m.kind not in ('note', 'code') order by m.at desc limit 1) heard on true "
        "left join lateral (select o.id, o.created_at, o.body, o.state from outgoing o where o.practice = c.practice "
        "  and o.case_id = c.id order by o.id desc limit 1) sent on true",
        (list(ids), rows.practice),
    )
    for row in found:
        # Only the one that is shown is opened. Our own texts stand there while nobody has said anything: an automatic answer
        # would hide what it answers.
        ours = row["said_id"] is None and row["sent_id"] is not None
        row["newest"] = "sent" if ours else (row["said_kind"] or "")
        row["newest_at"] = row["sent_at"] if ours else row["said_at"]
        row["snippet"] = (
            rows.text("outgoing", "body", row["sent_id"], row["sent"])
            if ours
            else rows.text("message", "sealed", row["said_id"], row["said"])
            if row["said_id"] is not None
            else ""
        )
        row["said"] = row["sent"] = None
    return {row["id"]: row for row in queries.opened(rows, found)}


def read_by(rows: Rows, staff: int, cases: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When this member of staff last had each of these cases open."""
    found = rows.all(
        "select case_id, at from looked where practice = %s and staff = %s and case_id = any(%s)",
        (rows.practice, staff, list(cases)),
    )
    return {row["case_id"]: row["at"] for row in found}
