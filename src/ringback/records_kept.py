"""The commands that keep and end records: erasing a patient, retention, legal holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, TextIO

from ringback.core import retention as spans
from ringback.core.numbers import e164
from ringback.records_open import BY, SOURCE, Stop, opened, person_of
from ringback.store import audit, holds, practices, retention, shred


def erase_person(given: Any, out: TextIO) -> int:
    """Destroy a patient's keys; prints the certificate. 1: something stands against it."""
    if not given.yes:
        raise Stop("it cannot be undone; say --yes when it is meant")
    now, reason = datetime.now(UTC), given.despite_retention.strip()
    try:
        with opened(given.practice) as rows:
            who = person_of(rows, given.record)
            against = holds.Against(now, despite=(holds.RETENTION,) if reason else ())
            certificate = shred.person(rows, who, "command line", now, holds=against, source="command")
            if reason:
                audit.write(
                    rows,
                    act="change",
                    what="retention.set_aside",
                    object=f"person:{who}",
                    reason=reason[:400],
                    by=BY,
                    source=SOURCE,
                )
    except shred.Held as held:
        print(f"BAD   not erased: {', '.join(MEND.get(one, one) for one in held.reasons)}", file=out)
        return 1
    print(json.dumps(certificate, indent=1, sort_keys=True), file=out)
    return 0


MEND = {
    holds.LEGAL_HOLD: "a legal hold stands against it (two people lift it on the page Legal holds)",
    holds.RETENTION: "records of theirs are to be kept longer (--despite-retention REASON, if the law lets you)",
    shred.OPEN_CASE: "a case of theirs is open (close it first)",
}


def retention_show(given: Any, out: TextIO) -> int:
    """The spans, the holds, the latest purges."""
    with opened(given.practice) as rows:
        set_, runs, held = retention.longer(rows), retention.runs(rows, 5), holds.holds(rows)
    for kind, one in spans.RECORDS.items():
        span = spans.span_of(kind, set_)
        mark = " (lengthened)" if span != one.span else ""
        end = "the program removes it then" if one.purged else one.kept_by
        print(f"{spans.in_words(span):>16}{mark}  {one.name}. {end.capitalize()}.", file=out)
    print(f"{len(held)} legal holds stand", file=out)
    for run in runs:
        gone = ", ".join(f"{count} {table}" for table, count in sorted(run["counts"].items())) or "nothing"
        print(f"{run['at']:%Y-%m-%d %H:%M}Z  removed: {gone}; kept by holds: {run['held']}", file=out)
    return 0


def retention_run(given: Any, out: TextIO) -> int:
    """Purge now."""
    with opened(given.practice) as rows:
        done = retention.purge(rows, datetime.now(UTC), by=BY, source=SOURCE)
    gone = ", ".join(f"{count} {table}" for table, count in sorted(done.counts.items())) or "nothing"
    print(f"removed: {gone}; kept by legal holds: {done.held}", file=out)
    return 0


def hold_list(given: Any, out: TextIO) -> int:
    """Every hold and how it stands."""
    with opened(given.practice) as rows:
        listed = holds.all_(rows)
    for one in listed:
        print(
            f"{one['state']:<10} {one['kind']:<7} {one['asked_at']:%Y-%m-%d}  {one['matter_name']}  {one['id']}",
            file=out,
        )
    print(f"{sum(1 for one in listed if one['lifted_at'] is None)} stand", file=out)
    return 0


def hold_ask(given: Any, out: TextIO) -> int:
    """The first person's word for a hold."""
    with opened(given.practice) as rows:
        staff = practices.staff(rows).get(given.staff)
        if staff is None or not staff["active"]:
            raise Stop("there is no such member of staff")
        kind = "person" if given.person else "number" if given.number else "period" if given.period else "matter"
        days = [datetime(one.year, one.month, one.day, tzinfo=UTC) for one in given.period or ()]
        try:
            hold = holds.ask(
                rows, kind, given.matter, given.reason, staff=given.staff, role=staff["role"], now=datetime.now(UTC),
                person=person_of(rows, given.person) if given.person else None, number=e164(given.number or "") or "",
                from_at=days[0] if days else None, to_at=days[1] if days else None,
            )  # fmt: skip
        except holds.Refused as wrong:
            raise Stop(str(wrong)) from None
    print(
        f"asked: {hold}. From now on nothing of it is removed; somebody else places it on the page Legal holds",
        file=out,
    )
    return 0
