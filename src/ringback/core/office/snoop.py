"""Looking for curiosity in the audit log (C26): four rules and a weekly sample, for a person to judge.

A hit is a question, never a verdict: a nurse named Garcia has patients named Garcia. Names come in as folded words and
leave only as the rule's name and the entries' numbers.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from ringback.core.office.dates import day_of

RULES: Mapping[str, str] = {
    "self": "Opened their own record",
    "same_surname": "Opened the record of somebody with the same surname",
    "high_volume": "Opened far more records in a day than others of the role",
    "off_hours": "Opened records outside opening hours and not on call",
}
SAMPLE, LEAST, TIMES = 12, 40, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One audit entry in which somebody's record was opened. `case` says that it was reached through a case."""

    seq: int
    at: datetime
    staff: int
    role: str
    people: tuple[str, ...]
    hash: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a rule found: by whom, on which day, in which entries, about how many records."""

    rule: str
    staff: int
    day: date
    entries: tuple[int, ...]
    records: int


def folded(name: str) -> str:
    """A surname for comparing: last word of the name, without accents and case."""
    words = name.replace(",", " ").split()
    last = words[-1] if words else ""
    plain = unicodedata.normalize("NFKD", last)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().strip(".")


def hits(
    looks: Sequence[Look],
    *,
    zone: str,
    surnames: Mapping[str, str],
    staff_surnames: Mapping[int, str],
    own: Mapping[int, frozenset[str]],
    open_at: Callable[[datetime], bool],
    on_call: Callable[[int, datetime], bool],
) -> list[Hit]:
    """Everything the rules find in these entries, a row for each rule, member and day."""
    found: dict[tuple[str, int, date], tuple[set[int], set[str]]] = {}

    def hit(rule: str, look: Look, records: Iterable[str]) -> None:
        entries, people = found.setdefault((rule, look.staff, day_of(look.at, zone)), (set(), set()))
        entries.add(look.seq)
        people.update(records)

    for look in looks:
        mine = [one for one in look.people if one in own.get(look.staff, frozenset())]
        if mine:
            hit("self", look, mine)
        surname = staff_surnames.get(look.staff, "")
        kin = [one for one in look.people if surname and surnames.get(one) == surname and one not in mine]
        if kin:
            hit("same_surname", look, kin)
        if look.people and not open_at(look.at) and not on_call(look.staff, look.at):
            hit("off_hours", look, look.people)
    _volume(looks, zone, hit)
    return [
        Hit(rule=rule, staff=staff, day=day, entries=tuple(sorted(entries)), records=len(people))
        for (rule, staff, day), (entries, people) in sorted(found.items(), key=lambda one: (one[0][2], one[0][0], one[0][1]))
    ]  # fmt: skip


def _volume(looks: Sequence[Look], zone: str, hit: Callable[[str, Look, Iterable[str]], None]) -> None:
    """Who opened at least 40 people's records in a day and three times what is usual for the role."""
    seen: dict[tuple[str, int, date], set[str]] = {}
    for look in looks:
        seen.setdefault((look.role, look.staff, day_of(look.at, zone)), set()).update(look.people)
    for (role, staff, day), people in seen.items():
        others = [
            len(found) for (other, member, _), found in seen.items() if other == role and member != staff and found
        ]
        usual = median(others) if others else 0
        if len(people) >= max(LEAST, TIMES * usual):
            for look in looks:
                if look.staff == staff and day_of(look.at, zone) == day:
                    hit("high_volume", look, look.people)


def sample(entries: Iterable[tuple[int, bytes]], week: date, count: int = SAMPLE) -> list[int]:
    """Which entries of a week a person looks at: by the hash of each entry, which nobody can choose beforehand."""
    ranked = sorted(entries, key=lambda one: hashlib.sha256(week.isoformat().encode() + one[1]).digest())
    return sorted(seq for seq, _ in ranked[:count])
