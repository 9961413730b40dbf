"""Versions of wordings: a draft is written by one person, published by another, and never edited after.

Which version is sent is the newest row of `template_live` for the built-in version it stands in for (`base`); where no row
stands, the built-in one is sent. A version that two people approved can be made live again by one person: its exact words
have had their two pairs of eyes.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows

COLUMNS = (
    "id, version, coalesce(base, version) as base, purpose, lang, body, hash, unprompted, author, approver, "
    "language_reviewer, published_at, proposed_at, dropped_at"
)


class Refused(ValueError):
    """It may not be done; the text says why."""


def every(rows: Rows) -> list[Row]:
    """Every version of every wording, oldest first, each with `is_live`: whether it is the one that is sent now."""
    found = rows.all(
        f"select {COLUMNS} from template where practice = %s and dropped_at is null order by purpose, id, base, version",
        (rows.practice,),
    )
    live = live_versions(rows)
    for row in found:
        row["is_live"] = (
            row["published_at"] is not None and live.get((row["id"], row["base"]), row["base"]) == row["version"]
        )
        row["author_staff"], row["approver_staff"] = _staff(row["author"]), _staff(row["approver"])
    return found


def live_versions(rows: Rows) -> dict[tuple[str, int], int]:
    """For each wording and built-in version the version that is sent, where somebody chose one."""
    found = rows.all(
        "select distinct on (id, base) id, base, version from template_live where practice = %s order by id, base, no desc",
        (rows.practice,),
    )
    return {(row["id"], row["base"]): row["version"] for row in found}


def _staff(by: str) -> int | None:
    head, _, number = by.partition(" ")
    return int(number) if head == "staff" and number.isdigit() else None


def one(rows: Rows, id: str, version: int, *, lock: bool = False) -> Row | None:
    """One version, or None."""
    return rows.one(
        f"select {COLUMNS} from template where practice = %s and id = %s and version = %s"
        + (" for update" if lock else ""),
        (rows.practice, id, version),
    )


def draft(rows: Rows, id: str, base: int, body: str, by: int, role: str, now: datetime) -> int:
    """Keep a new version as a draft. Returns its number. Raises LookupError for a wording that is not there."""
    # The lock makes two drafts at once two numbers.
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = one(rows, id, base)
    if found is None or found["published_at"] is None or found["base"] != base:
        raise LookupError("no such wording")
    newest = rows.one(
        "select max(version) as version from template where practice = %s and id = %s", (rows.practice, id)
    )
    version = int(newest["version"] if newest else base) + 1
    words = "\x1f".join((id, str(version), found["purpose"], found["lang"], body))
    rows.run(
        "insert into template (practice, id, version, purpose, lang, body, hash, unprompted, author, base, proposed_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, id, version, found["purpose"], found["lang"], body, sha256(words.encode()).hexdigest(),
         found["unprompted"], f"staff {by}", base, now),
    )  # fmt: skip
    _said(rows, "template.drafted", id, version, by, role)
    return version


def approve(rows: Rows, id: str, version: int, by: int, role: str, reviewer: str, now: datetime) -> None:
    """The second person's word: the draft is published and sent from now on. Raises `Refused` and LookupError."""
    found = one(rows, id, version, lock=True)
    if found is None or found["dropped_at"] is not None:
        raise LookupError("no such draft")
    if found["published_at"] is not None:
        raise Refused("It is approved already.")
    if found["author"] == f"staff {by}":
        raise Refused("It takes two: somebody else has to approve the words you wrote.")
    if found["lang"] != "en" and not reviewer.strip():
        raise Refused("Name the qualified reviewer of this language who read these words.")
    rows.run(
        "update template set approver = %s, language_reviewer = %s, published_at = %s where practice = %s and id = %s and version = %s",
        (f"staff {by}", reviewer.strip() if found["lang"] != "en" else "", now, rows.practice, id, version),
    )
    _said(rows, "template.approved", id, version, by, role)
    _live(rows, id, found["base"], version, by, now)


def drop(rows: Rows, id: str, version: int, by: int, role: str, now: datetime) -> None:
    """Throw a draft away: its number stays taken. Raises LookupError."""
    done = rows.run(
        "update template set dropped_at = %s where practice = %s and id = %s and version = %s and published_at is null and dropped_at is null",
        (now, rows.practice, id, version),
    )
    if not done:
        raise LookupError("no such draft")
    _said(rows, "template.dropped", id, version, by, role)


def restore(rows: Rows, id: str, version: int, by: int, role: str, now: datetime) -> None:
    """Send an approved older version again. Raises `Refused` and LookupError."""
    found = one(rows, id, version)
    if found is None or found["dropped_at"] is not None:
        raise LookupError("no such version")
    if found["published_at"] is None:
        raise Refused("It is a draft: somebody else has to approve it first.")
    if live_versions(rows).get((id, found["base"]), found["base"]) == version:
        raise Refused("It is the one that is sent already.")
    _said(rows, "template.restored", id, version, by, role)
    _live(rows, id, found["base"], version, by, now)


def review_language(rows: Rows, lang: str, reviewer: str, by: int, role: str) -> int:
    """A qualified reviewer has read all wordings of this language: they may be sent. Returns how many.

    Only versions that nobody reviewed are named; what a reviewer said before stays.
    """
    count = rows.run(
        "update template set language_reviewer = %s where practice = %s and lang = %s and language_reviewer = '' and published_at is not null",
        (reviewer, rows.practice, lang),
    )
    if count:
        rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
        audit.write(
            rows, act="change", what="language.reviewed", object=lang, by=str(by), role=role, detail={"wordings": count}
        )
    return count


def _live(rows: Rows, id: str, base: int, version: int, by: int, now: datetime) -> None:
    values: tuple[Any, ...] = (rows.practice, uuid7(), id, base, version, now, by)
    rows.run(
        'insert into template_live (practice, no, id, base, version, at, "by") values (%s, %s, %s, %s, %s, %s, %s)',
        values,
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def _said(rows: Rows, what: str, id: str, version: int, by: int, role: str) -> None:
    audit.write(
        rows, act="change", what=what, object=f"{id}.{version}", by=str(by), role=role, detail={"version": version}
    )
