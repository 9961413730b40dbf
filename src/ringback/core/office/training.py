"""Training and policies (C69): who owes which version by when, and who may not see patients because of it.

Everybody has 30 days from being hired, or from a version's publication, and again every year after the last time. Who is
15 days past that sees no patients' pages until it is done; the training page itself stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ringback.core.office.dates import YEAR, day_after, day_of
from ringback.core.office.values import Attested, Member, Module

FIRST, GRACE = timedelta(days=30), timedelta(days=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A module a member of staff owes: the last day to do it, and the day from which patients' pages are closed."""

    staff: int
    module: str
    version: int
    title: str
    due_on: date
    blocks_from: date

    def overdue(self, today: date) -> bool:
        """Past its last day."""
        return today > self.due_on

    def blocks(self, today: date) -> bool:
        """Past its grace too."""
        return today >= self.blocks_from


def current(modules: Iterable[Module], today: date) -> dict[str, Module]:
    """The newest published version of each module that is not retired."""
    found: dict[str, Module] = {}
    for one in sorted(modules, key=lambda module: module.version):
        if one.published_on <= today:
            found[one.id] = one
    return {name: one for name, one in found.items() if not one.retired}


def owed(member: Member, modules: Iterable[Module], attested: Iterable[Attested], today: date, zone: str) -> list[Owed]:
    """What this member has to do next, the soonest first: every module that applies has one row."""
    done: dict[str, list[Attested]] = {}
    for one in attested:
        if one.staff == member.id:
            done.setdefault(one.module, []).append(one)
    found = []
    for module in current(modules, today).values():
        if module.roles and member.role not in module.roles:
            continue
        times = done.get(module.id, [])
        read = [one for one in times if one.version >= module.version]
        if read:
            due = day_after(day_of(max(one.at for one in read), zone), YEAR)
        else:
            due = max(member.hired_on, module.published_on) + FIRST
            if times:
                # A new version never takes longer than the yearly turn of the one before.
                due = min(due, max(day_after(day_of(max(one.at for one in times), zone), YEAR), module.published_on))
        found.append(
            Owed(
                staff=member.id, module=module.id, version=module.version, title=module.title, due_on=due,
                blocks_from=due + GRACE,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.module))


def blocked(member: Member, modules: Iterable[Module], attested: Iterable[Attested], today: date, zone: str) -> str:
    """Why this member may not see patients' pages today; empty when nothing is in the way."""
    late = [one for one in owed(member, modules, attested, today, zone) if one.blocks(today)]
    return said(late[0]) if late else ""


def said(late: Owed) -> str:
    """The sentence for whom it blocks."""
    return f"“{late.title}” was due on {late.due_on.isoformat()}. Do it on the training page; patients' pages open again at once."


def graded(questions: Iterable[Mapping[str, object]], answers: Mapping[int, str]) -> list[int]:
    """Which questions of a quiz (from 0) are answered wrong or not at all."""
    return [place for place, one in enumerate(questions) if answers.get(place, "") != str(one.get("right", ""))]
