"""From rows to what a page shows: masks by role, names of people on one phone, who owns what, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ringback.core.case import Tick
from ringback.store.queries import SOON
from ringback.web import masks, words
from ringback.web.sign_in import Visitor
from ringback.web.tongue import told

Row = dict[str, Any]


def names(people: Iterable[Row]) -> str:
    """Who uses the phone, without guessing which of them called."""
    found = [str(person["name"]) for person in people]
    if len(found) < 3:
        return _(" or ").join(found)
    return _("%(first)s, %(second)s or %(count)s more") % {
        "first": found[0],
        "second": found[1],
        "count": len(found) - 2,
    }


def owner(by: str, staff: Mapping[int, Row]) -> str:
    """The name behind how an event names a person: a staff row's number, or words of an outside page."""
    if by.isdigit() and int(by) in staff:
        return str(staff[int(by)]["name"])
    return by


def case(row: Row, visitor: Visitor, staff: Mapping[int, Row]) -> Row:
    """A case as lists show it to this visitor."""
    masks.of(visitor).case(row)
    row["names"] = names(row["people"])
    row["face"] = str(len(row["people"])) if len(row["people"]) > 1 else row["names"]
    clocks = sorted(row["value"].clocks, key=lambda one: one.at)
    row["next_what"] = told(words.say(words.TICKS, clocks[0].tick.value)) if clocks else ""
    for sentence in ("why", "closure_reason"):
        if row.get(sentence):
            row[sentence] = told(row[sentence])
    return row


def task(row: Row, visitor: Visitor, staff: Mapping[int, Row], now: datetime) -> Row:
    """An open task as lists show it; `tone` says how pressing it is."""
    case(row, visitor, staff)
    row["owner_name"] = owner(row["owner"], staff) if row["owner"] else ""
    late = row["task_due"] <= now
    row["tone"] = "red" if late or row["priority"] == "urgent" else "amber" if row["task_due"] <= now + SOON else ""
    return row


def groups(tasks: list[Row], now: datetime) -> list[Row]:
    """Open tasks by clock: overdue, due soon, later."""
    tasks = sorted(tasks, key=lambda row: (row["priority"] != "urgent", row["task_due"]))
    late = [row for row in tasks if row["task_due"] <= now]
    soon = [row for row in tasks if now < row["task_due"] <= now + SOON]
    later = [row for row in tasks if row["task_due"] > now + SOON]
    return [
        {"title": _("Overdue"), "tone": "red", "rows": late},
        {"title": _("Due within 30 minutes"), "tone": "amber", "rows": soon},
        {"title": _("Later"), "tone": "", "rows": later},
    ]


def alarm(row: Row, visitor: Visitor, staff: Mapping[int, Row], now: datetime, manager: int, breach: int) -> Row:
    """An urgent case as the strip shows it: who was paged, who is next, by when the call-back is owed."""
    case(row, visitor, staff)
    urgent = row["value"].urgent
    row["last_page"] = row["pages"][-1] if row["pages"] else None
    paged = staff.get(row["pages"][-1]["staff"] or 0) if row["pages"] else None
    row["paged_name"] = paged["name"] if paged else _("the on-call list")
    row["next_page"] = next((c.at for c in row["value"].clocks if c.tick is Tick.PAGE), None)
    if urgent is not None:
        row["acked_name"] = owner(urgent.acked_by, staff)
        row["call_by"] = urgent.since + timedelta(minutes=breach)
        row["breach"] = urgent.breached or (urgent.called_at is None and now >= row["call_by"])
    return row


def marked(words: str, marks: Sequence[Sequence[Any]]) -> list[tuple[str, str]]:
    """Words cut where a label was found in them: (piece, label), the label empty for what lies between."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for label, start, end in sorted(marks, key=lambda one: (one[1], -one[2])):
        if not at <= start < end <= len(words):
            continue  # inside of one that was longer, or of words that are hidden from this role
        pieces += [(words[at:start], "")] if start > at else []
        pieces.append((words[start:end], str(label)))
        at = end
    return [*pieces, (words[at:], "")] if at < len(words) else pieces
