"""Who is on call at a moment: rotations, single spans that win over them, holidays, time off, and what is left uncovered.

Everything is a value and pure. A day of the roster runs from one hand-over to the next, on the practice's own wall clock,
so a day is 23 or 25 hours long when the clocks change and the hand-over stays where people expect it. Turns are the order
in which people are paged: the first, then the second, then the third. Moments are compared in UTC only: two of one zone
would be compared by their wall clocks, which are wrong for an hour a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

TURNS = (1, 2, 3)
TESTED_WITHIN = timedelta(days=90)
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """People who take turns of `days` days, in order; the first turn begins with the hand-over of `first`.

    `last` is the last day (None: until it is ended). Of two rotations of the same turn the one that began later counts.
    """

    id: int
    turn: int
    days: int
    people: tuple[int, ...]
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One person for one span. Of two that overlap the later made counts (they stand in the order they were made)."""

    id: int
    turn: int
    person: int
    begins: datetime
    ends: datetime
    swap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A person's time off: rotations pass over them; an override made all the same still counts."""

    id: int
    person: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A named day, from midnight to midnight; `person` takes its first turn (None: whoever's turn it is)."""

    id: int
    day: date
    name: str
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the plain list: asked only when nothing else names anybody."""

    person: int
    place: int
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everything that says who is on call."""

    zone: str
    handover: time = time(8)
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    away: tuple[Away, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A stretch during which the same people are on call, and why the first of them is; nobody: a gap."""

    begins: datetime
    ends: datetime
    people: tuple[int, ...]
    why: str = ""
    # Who would have been first, had they not been away.
    instead_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A takes over B's span and, when `back` is given, B takes A's: agreed by both, it becomes two overrides."""

    a: int
    b: int
    span: tuple[datetime, datetime]
    back: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A way to reach a person, and when a test of it last arrived."""

    person: int
    tested_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    person: int | None
    why: str = ""
    instead_of: int | None = None


def at(roster: Roster, day: date, hour: time | None = None) -> datetime:
    """The moment of a wall time of a day (the hand-over unless another is given). An hour that the change of clocks
    leaves out is the same moment as the one it becomes; of an hour that comes twice the first is meant."""
    local = datetime.combine(day, roster.handover if hour is None else hour, ZoneInfo(roster.zone))
    return local.astimezone(UTC)


def day_of(roster: Roster, moment: datetime) -> date:
    """The day of the roster a moment belongs to: before the hand-over it is still yesterday's."""
    day = moment.astimezone(ZoneInfo(roster.zone)).date()
    return day if moment.astimezone(UTC) >= at(roster, day) else day - timedelta(days=1)


def turn_of(rotation: Rotation, day: date) -> int | None:
    """Whose turn it is on a day, as a place in the rotation's list; None outside its days."""
    if not rotation.people or day < rotation.first or (rotation.last is not None and day > rotation.last):
        return None
    return (day - rotation.first).days // rotation.days % len(rotation.people)


def who(roster: Roster, moment: datetime, active: Iterable[int] | None = None) -> tuple[int, ...]:
    """Who is on call at a moment, in the order they are paged. `active`: only these people still work here."""
    moment, working = moment.astimezone(UTC), None if active is None else frozenset(active)
    found = [_turn(roster, turn, moment, working).person for turn in TURNS]
    people = [person for person in found if person is not None]
    if not people:
        people = [
            line.person
            for line in sorted(roster.listed, key=lambda one: one.place)
            if (line.begins is None or line.begins <= moment)
            and (line.ends is None or moment < line.ends)
            and (working is None or line.person in working)
        ]
    return tuple(dict.fromkeys(people))


def _turn(roster: Roster, turn: int, moment: datetime, working: frozenset[int] | None) -> _Chosen:
    for one in reversed(roster.overrides):
        if one.turn == turn and one.begins <= moment < one.ends and (working is None or one.person in working):
            return _Chosen(person=one.person, why="swap" if one.swap else "override")
    if turn == 1:
        local = moment.astimezone(ZoneInfo(roster.zone)).date()
        for holiday in roster.holidays:
            if holiday.day == local and holiday.person is not None and (working is None or holiday.person in working):
                return _Chosen(person=holiday.person, why="holiday")
    day = day_of(roster, moment)
    for rotation in sorted(roster.rotations, key=lambda one: (one.first, one.id), reverse=True):
        place = turn_of(rotation, day) if rotation.turn == turn else None
        if place is None:
            continue
        order = rotation.people[place:] + rotation.people[:place]
        for person in order:
            if (working is None or person in working) and not is_away(roster, person, moment):
                return _Chosen(person=person, why="rotation", instead_of=None if person == order[0] else order[0])
    return _Chosen(person=None)


def is_away(roster: Roster, person: int, moment: datetime) -> bool:
    """Whether a person is off at a moment."""
    moment = moment.astimezone(UTC)
    return any(one.person == person and one.begins <= moment < one.ends for one in roster.away)


def shifts(roster: Roster, begins: datetime, ends: datetime, active: Iterable[int] | None = None) -> list[Shift]:
    """The whole stretch between two moments, cut wherever who is on call may change; nothing of it is left out."""
    working = None if active is None else frozenset(active)
    found: list[Shift] = []
    for start, end in pairwise(_cuts(roster, begins, ends)):
        people = who(roster, start, working)
        first = _turn(roster, 1, start, working)
        shift = Shift(
            begins=start,
            ends=end,
            people=people,
            why=first.why if first.person is not None else "listed" if people else "",
            instead_of=first.instead_of,
        )
        if found and (found[-1].people, found[-1].why, found[-1].instead_of) == (people, shift.why, shift.instead_of):
            found[-1] = replace(found[-1], ends=end)
        else:
            found.append(shift)
    return found


def _cuts(roster: Roster, begins: datetime, ends: datetime) -> list[datetime]:
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    spans: tuple[Override | Away | Listed, ...] = (*roster.overrides, *roster.away, *roster.listed)
    moments: list[datetime | None] = [moment for span in spans for moment in (span.begins, span.ends)]
    for holiday in roster.holidays:
        moments += [at(roster, holiday.day, MIDNIGHT), at(roster, holiday.day + timedelta(days=1), MIDNIGHT)]
    day, last = day_of(roster, begins), day_of(roster, ends)
    while roster.rotations and day <= last:
        moments.append(at(roster, day))
        day += timedelta(days=1)
    cuts = {moment.astimezone(UTC) for moment in moments if moment is not None}
    return [begins, *sorted(cut for cut in cuts if begins < cut < ends), ends]


def gaps(
    roster: Roster, begins: datetime, ends: datetime, active: Iterable[int] | None = None
) -> list[tuple[datetime, datetime]]:
    """The stretches between two moments in which nobody at all is on call."""
    found: list[tuple[datetime, datetime]] = []
    for shift in shifts(roster, begins, ends, active):
        if not shift.people:
            found.append((shift.begins, shift.ends))
    return found


def unreachable(people: Iterable[int], ways: Iterable[Reach], now: datetime) -> list[int]:
    """Of these people those for whom no test page has arrived within ninety days."""
    proven = {way.person for way in ways if way.tested_at is not None and now - way.tested_at <= TESTED_WITHIN}
    return [person for person in dict.fromkeys(people) if person not in proven]


def turns(roster: Roster, rotation: Rotation, since: datetime, count: int = 8) -> list[tuple[datetime, datetime, int]]:
    """The next turns of a rotation as it stands by itself: from, to, whose. For the preview before it is kept."""
    found: list[tuple[datetime, datetime, int]] = []
    day = rotation.first + timedelta(
        days=max(0, (day_of(roster, since) - rotation.first).days) // rotation.days * rotation.days
    )
    while rotation.people and len(found) < count:
        place = turn_of(rotation, day)
        if place is None:
            break
        after = day + timedelta(days=rotation.days)
        if rotation.last is not None:
            after = min(after, rotation.last + timedelta(days=1))
        found.append((at(roster, day), at(roster, after), rotation.people[place]))
        day = after
    return found


def swapped(roster: Roster, swap: Swap) -> Roster:
    """The roster after a swap both have agreed to: wherever one of them was to be, the other is, and only there."""
    made = list(roster.overrides)
    number = next_id(roster)
    pairs = [(swap.a, swap.b, swap.span)] + ([(swap.b, swap.a, swap.back)] if swap.back is not None else [])
    fresh: list[Override] = []
    for taker, giver, (begins, ends) in pairs:
        for start, end in pairwise(_cuts(roster, begins, ends)):
            for turn in TURNS:
                if _turn(roster, turn, start, None).person == giver:
                    fresh.append(Override(id=0, turn=turn, person=taker, begins=start, ends=end, swap=True))
    # The order does not matter: what either side gives is read from the roster before the swap.
    for one in sorted(fresh, key=lambda found: (found.begins, found.turn, found.person)):
        made.append(replace(one, id=number))
        number += 1
    return replace(roster, overrides=tuple(made))


def next_id(roster: Roster) -> int:
    """The next free number of an entry."""
    parts: Sequence[Sequence[Rotation | Override | Away | Holiday]] = (
        roster.rotations,
        roster.overrides,
        roster.away,
        roster.holidays,
    )
    return max((one.id for part in parts for one in part), default=0) + 1


def without(roster: Roster, entry: int) -> Roster:
    """The roster without one of its entries; the same when it has none of this number."""
    return replace(
        roster,
        rotations=tuple(one for one in roster.rotations if one.id != entry),
        overrides=tuple(one for one in roster.overrides if one.id != entry),
        away=tuple(one for one in roster.away if one.id != entry),
        holidays=tuple(one for one in roster.holidays if one.id != entry),
    )


def trimmed(roster: Roster, before: datetime) -> Roster:
    """The roster without single spans and days that ended before a moment."""
    day = before.astimezone(ZoneInfo(roster.zone)).date()
    return replace(
        roster,
        overrides=tuple(one for one in roster.overrides if one.ends > before),
        away=tuple(one for one in roster.away if one.ends > before),
        holidays=tuple(one for one in roster.holidays if one.day >= day),
        rotations=tuple(one for one in roster.rotations if one.last is None or one.last >= day),
    )


def clashes(roster: Roster, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime, int]]:
    """People who are to be on call although they are off: an override made before, or over, their time off."""
    return [
        (start, end, person)
        for start, end in pairwise(_cuts(roster, begins, ends))
        for person in who(replace(roster, listed=()), start)
        if is_away(roster, person, start)
    ]
