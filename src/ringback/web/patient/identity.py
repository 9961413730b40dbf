"""Name and birth date: what was typed, and whether it is one of the people who use the phone.

Nothing is guessed: the birth date must be the same, and at least first and last name must be among the names of the
directory, in any order, with or without accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody says they are."""

    name: str
    born: date


def claim_of(fields: Mapping[str, str], today: date) -> Claim | None:
    """Read the form (three fields, or one ISO date); None when it is no name or no possible birth date."""
    name = " ".join(fields.get("name", "").split())[:80]
    try:
        if fields.get("birth_date"):
            born = date.fromisoformat(fields["birth_date"].strip())
        else:
            born = date(*(int(fields.get(part, "").strip()) for part in ("year", "month", "day")))
    except (ValueError, TypeError):
        return None
    if len(_words(name)) < 2 or not date(today.year - 120, 1, 1) <= born <= today:
        return None
    return Claim(name=name, born=born)


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset(re.findall(r"[^\W\d_]+", bare))


def is_one_of(claim: Claim, people: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the claim is one of these people. All are compared, so that the time says nothing."""
    given, found = _words(claim.name), False
    for person in people:
        known = _words(str(person.get("name", "")))
        shared = given & known
        same_name = len(shared) >= min(2, len(known)) and shared in (given, known)
        found |= same_name and str(person.get("birth_date", "")) == claim.born.isoformat()
    return found
