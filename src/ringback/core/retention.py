"""How long each kind of record is kept, as calendar spans: what may go, and from which moment on (C27).

The rule: a span is counted in calendar years and months from the last moment a record had an effect, and where a day does
not exist (29 February) it ends on the next one, never the day before. A practice may lengthen a span, not shorten it.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

Kind = Literal[
    "proof", "consent", "suppression", "thread", "minor_thread", "unmatched", "audio", "raw", "seen", "log", "backup"
]
ADULT_AT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Calendar months and then an exact time; `for_ever` has no end."""

    months: int = 0
    exact: timedelta = timedelta(0)
    for_ever: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A kind of record: what it covers, its span, why, and whether the program itself removes it at the end.

    `kept_by`: who ends it when the program does not (`nothing`: it stays).
    """

    name: str
    span: Span
    why: str
    purged: bool = False
    kept_by: str = ""


RECORDS: Mapping[Kind, Record] = {
    "proof": Record(
        name="Audit log, agreements, training, risks, incidents, disclosures, reviews",
        span=Span(months=72, exact=timedelta(days=30)),
        why="164.316(b)(2), 164.530(j), 164.528",
        purged=True,
        kept_by="what is only added to (the audit log among it) stays for good",
    ),
    "consent": Record(
        name="Consent evidence",
        span=Span(months=72, exact=timedelta(days=30)),
        why="above the federal 4 years and the 5 years of do-not-call lists",
        kept_by="stays for good: the ledger is only added to",
    ),
    "suppression": Record(
        name="Stops",
        span=Span(for_ever=True),
        why="a stop has no end; kept as a keyed digest",
        kept_by="stays for good",
    ),
    "thread": Record(
        name="Texts, voicemails, notes and tasks of adults",
        span=Span(months=120),
        why="the law of the state decides; 10 years cover most",
        purged=True,
    ),
    "minor_thread": Record(
        name="Texts, voicemails, notes and tasks of minors, after they turn 18",
        span=Span(months=120),
        why="the law of the state decides",
        purged=True,
    ),
    "unmatched": Record(
        name="Callers nobody knew, with nothing about care",
        span=Span(months=25),
        why="minimisation; above the 12 months of do-not-call look-backs",
        purged=True,
    ),
    "audio": Record(
        name="Voicemail audio",
        span=Span(exact=timedelta(days=90)),
        why="minimisation; the transcript stays with the thread",
        kept_by="no audio is kept here: it lies with the phone system",
    ),
    "raw": Record(
        name="Messages of phone systems as they came in",
        span=Span(exact=timedelta(hours=72)),
        why="the window in which one may be read again; what was not understood stays until it is",
        purged=True,
    ),
    "seen": Record(
        name="Digests that tell a repeated message",
        span=Span(exact=timedelta(days=35)),
        why="above every carrier's time for repeats",
        purged=True,
    ),
    "log": Record(
        name="The program's own log, without patients in it",
        span=Span(exact=timedelta(days=400)),
        why="investigation",
        kept_by="the machine's log rotation",
    ),
    "backup": Record(
        name="Backups",
        span=Span(exact=timedelta(days=35)),
        why="the window after a shredding",
        kept_by="the backup's own run",
    ),
}
# What a practice may lengthen here; the rest is not removed by this program, or not by whole months.
LENGTHENED: tuple[Kind, ...] = ("proof", "thread", "minor_thread", "unmatched")
LONGEST_MONTHS = 1200


class Shorter(ValueError):
    """A span would become shorter than its default."""


def months_after(at: datetime, months: int) -> datetime:
    """The same day and hour so many calendar months on; the day after the month's last where there is no such day."""
    place = at.year * 12 + at.month - 1 + months
    year, month = place // 12, place % 12 + 1
    last = calendar.monthrange(year, month)[1]
    if at.day <= last:
        return at.replace(year=year, month=month)
    return at.replace(year=year, month=month, day=last) + timedelta(days=1)


def span_of(kind: Kind, longer: Mapping[str, int] | None = None) -> Span:
    """The span of a kind; `longer` is what the practice set, in months, and counts only where it is longer."""
    span = RECORDS[kind].span
    months = (longer or {}).get(kind, 0)
    if span.for_ever or kind not in LENGTHENED:
        return span
    return Span(months=max(span.months, months), exact=span.exact)


def check(kind: str, months: int) -> None:
    """Whether a practice may keep this kind for so many months. Raises `Shorter`, or ValueError for no such kind."""
    if kind not in LENGTHENED:
        raise ValueError("that span is not the practice's to set")
    if months > LONGEST_MONTHS:
        raise ValueError(f"{LONGEST_MONTHS // 12} years is the longest")
    least = RECORDS[kind].span.months
    if months < least:
        raise Shorter(f"it may be longer, never shorter than {least} months")


def keep_until(
    kind: Kind, last_effect: datetime, *, born: date | None = None, longer: Mapping[str, int] | None = None
) -> datetime | None:
    """The first moment a record may go; None: never. `last_effect` carries a zone.

    Threads ask for the birth date: a minor's begin to count at 18. Where it is not known they are kept as those of
    somebody born on that very day would be, so that nobody's are kept too short.
    """
    if kind in ("thread", "minor_thread"):
        adult = months_after(last_effect, 12 * ADULT_AT)
        if born is not None:
            adult = months_after(datetime(born.year, born.month, born.day, tzinfo=UTC), 12 * ADULT_AT)
        grown = _after(last_effect, span_of("thread", longer))
        if last_effect >= adult:
            return grown
        ended = _after(adult, span_of("minor_thread", longer))
        return max(ended, grown) if ended is not None and grown is not None else None
    return _after(last_effect, span_of(kind, longer))


def _after(at: datetime, span: Span) -> datetime | None:
    return None if span.for_ever else months_after(at, span.months) + span.exact


def may_purge(
    kind: Kind,
    last_effect: datetime,
    now: datetime,
    *,
    born: date | None = None,
    longer: Mapping[str, int] | None = None,
    held: bool = False,
) -> bool:
    """Whether a record may go now. What is under a legal hold never may."""
    until = keep_until(kind, last_effect, born=born, longer=longer)
    return not held and until is not None and now >= until


def cutoff(kind: Kind, now: datetime, longer: Mapping[str, int] | None = None) -> datetime:
    """A moment: what had its last effect after it surely stays. Each record is then asked about with `may_purge`."""
    span = span_of(kind, longer)
    if span.for_ever:
        return datetime.min.replace(tzinfo=UTC)
    return months_after(now, -span.months) - span.exact + timedelta(days=1)


def in_words(span: Span) -> str:
    """A span as people say it."""
    if span.for_ever:
        return "for ever"
    said = [f"{span.months // 12} years"] if span.months and span.months % 12 == 0 else []
    said += [f"{span.months} months"] if span.months % 12 else []
    hours = int(span.exact.total_seconds() // 3600)
    said += [f"{hours} hours" if hours < 24 * 7 else f"{hours // 24} days"] if hours else []
    return " + ".join(said)
