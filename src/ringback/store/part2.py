"""42 CFR Part 2: which lines are under it, which vendors lack a QSOA for them, whose records are tagged (C61).

A flag is off until somebody sets it. While a vendor of a flagged line has no QSOA in force, the send gate refuses the line's
texts (core/office/standing.py); every export that holds records of a flagged line carries the notice.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ringback.core.disclosures import PART2_NOTICE
from ringback.core.office.standing import EVERY_LINE, standing
from ringback.store import audit
from ringback.store import standing as registers
from ringback.store.access import Rows

NOTICE = PART2_NOTICE


def flag(rows: Rows, line: int, on: bool, *, staff: int, role: str, now: datetime) -> bool:
    """Put a line under Part 2 or take it out; 0: the whole practice. False when there is no such line."""
    known = line == EVERY_LINE or rows.one(
        "select 1 as x from line where practice = %s and id = %s", (rows.practice, line)
    )
    if not known:
        return False
    if on:
        rows.run(
            "insert into part2_line (practice, line, since, made_by) values (%s, %s, %s, %s) on conflict do nothing",
            (rows.practice, line, now, staff),
        )
    else:
        rows.run("delete from part2_line where practice = %s and line = %s", (rows.practice, line))
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    audit.write(
        rows, act="change", what="part2.on" if on else "part2.off", object=f"line:{line}", by=str(staff), role=role
    )
    return True


def lines(rows: Rows) -> set[int]:
    """The flagged lines; 0 among them when the whole practice is."""
    return {row["line"] for row in rows.all("select line from part2_line where practice = %s", (rows.practice,))}


def lacking(rows: Rows, zone: str, now: datetime) -> list[tuple[int, str]]:
    """The flagged lines and the systems that handle them without a QSOA in force: nothing may be sent there."""
    stands = standing(zone, *registers.of(rows, zone), lines(rows))
    found = rows.all(
        "select l.id, c.system from line l join connection c on c.practice = l.practice and c.id in (l.text_connection, "
        "l.phone_connection) where l.practice = %s group by l.id, c.system order by l.id, c.system",
        (rows.practice,),
    )
    return [(row["id"], row["system"]) for row in found if stands.qsoa_missing(row["system"], row["id"], now)]


def tagged(rows: Rows, person: UUID) -> bool:
    """Whether records of this person are under Part 2: something of theirs is on a flagged line."""
    flagged = lines(rows)
    if EVERY_LINE in flagged:
        return True
    return bool(flagged) and (
        rows.one(
            "select 1 as x from cases c where c.practice = %s and c.line = any(%s) and (c.person = %s or c.number_index in "
            "(select number_index from phone where practice = %s and person = %s)) limit 1",
            (rows.practice, sorted(flagged), person, rows.practice, person),
        )
        is not None
    )
