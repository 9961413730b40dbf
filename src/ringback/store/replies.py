"""What staff write to a caller, who is looking at a case, and who was named in a note.

A reply is kept sealed as a message of its own kind, and an event that names it goes to the case; the text that comes of it
carries the gate's answer. `newest` marks what a page showed: a reply written on an older page is not sent (no two at once).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows

# How long somebody counts as looking, and as writing, after their page last said so.
LOOKING, TYPING = timedelta(seconds=40), timedelta(seconds=12)


def newest(rows: Rows, case_id: UUID) -> str:
    """The mark of the newest word said in a case by the caller or by staff; "" when nothing was said."""
    found = rows.one(
        "select greatest((select max(id::text) from message where practice = %s and case_id = %s and kind in ('text', "
        "'voicemail', 'secure_in', 'secure_out')), (select max(id::text) from outgoing where practice = %s and case_id = %s and basis = 'staff_reply')) as mark",
        (rows.practice, case_id, rows.practice, case_id),
    )
    return str(found["mark"] or "") if found is not None else ""


def write(rows: Rows, case_id: UUID, words: str, by: str, now: datetime) -> UUID:
    """Keep the words of a reply, sealed with the caller's key. The caller of this submits `StaffReplied` with its id."""
    row = uuid7()
    found = rows.one("select number_index from cases where practice = %s and id = %s", (rows.practice, case_id))
    sealed = rows.seal("message", "sealed", row, words, rows.of_number(found["number_index"] if found else None, now))
    rows.run(
        "insert into message (practice, id, case_id, at, kind, sealed, \"by\") values (%s, %s, %s, %s, 'reply', %s, %s)",
        (rows.practice, row, case_id, now, sealed, by),
    )
    return row


def came_of(rows: Rows, message: UUID) -> Row | None:
    """The text that carries a reply: its state, and the gate's answer."""
    return rows.one(
        "select id, state, verdict, verdict_why from outgoing where practice = %s and reply_to = %s and basis = 'staff_reply' "
        "order by id desc limit 1",
        (rows.practice, str(message)),
    )


def here(rows: Rows, case_id: UUID, staff: int, typing: bool, now: datetime) -> None:
    """This member of staff has the case open now, and writes or not."""
    rows.run(
        "insert into presence (practice, case_id, staff, seen_at, typing_at) values (%s, %s, %s, %s, %s) on conflict "
        "(practice, case_id, staff) do update set seen_at = excluded.seen_at, typing_at = excluded.typing_at",
        (rows.practice, case_id, staff, now, now if typing else None),
    )


def others(rows: Rows, case_id: UUID, staff: int, now: datetime) -> list[Row]:
    """Who else has the case open: (staff, typing)."""
    return rows.all(
        "select staff, coalesce(typing_at > %s, false) as typing from presence where practice = %s and case_id = %s "
        "and staff <> %s and seen_at > %s order by typing desc, staff",
        (now - TYPING, rows.practice, case_id, staff, now - LOOKING),
    )


def mention(rows: Rows, staff: Iterable[int], message: UUID, case_id: UUID, by: int, role: str, now: datetime) -> int:
    """Name colleagues in a note; returns how many were told."""
    told = 0
    for one in staff:
        told += rows.run(
            'insert into mention (practice, staff, message, case_id, at, "by") select %s, %s, %s, %s, %s, %s where exists '
            "(select 1 from staff where practice = %s and id = %s and active) on conflict do nothing",
            (rows.practice, one, message, case_id, now, by, rows.practice, one),
        )
        audit.write(
            rows,
            act="change",
            what="case.mentioned",
            object=f"case:{case_id}",
            by=str(by),
            role=role,
            detail={"to": one},
        )
    return told


def unseen(rows: Rows, staff: int) -> int:
    """How many notes name this member of staff and were not looked at."""
    found = rows.one(
        "select count(*) as n from mention m join cases on cases.practice = m.practice and cases.id = m.case_id "
        f"and {rows.sees()} where m.practice = %s and m.staff = %s and m.seen_at is null",
        (rows.practice, staff),
    )
    return int(found["n"]) if found is not None else 0


def mentions(rows: Rows, staff: int, limit: int = 50) -> list[Row]:
    """Notes that name this member of staff, newest first, those not looked at before the others."""
    found = rows.all(
        'select m.message, m.case_id, m.at, m."by", m.seen_at, n.sealed from mention m join message n on n.practice = m.practice '
        f"and n.id = m.message join cases on cases.practice = m.practice and cases.id = m.case_id and {rows.sees()} "
        "where m.practice = %s and m.staff = %s order by m.seen_at is not null, m.at desc limit %s",
        (rows.practice, staff, limit),
    )
    return [
        {**row, "words": rows.text("message", "sealed", row["message"], row["sealed"]), "sealed": None} for row in found
    ]


def looked(rows: Rows, staff: int, case_id: UUID, now: datetime) -> None:
    """The case was opened: what named this member of staff in it is seen."""
    rows.run(
        "update mention set seen_at = %s where practice = %s and staff = %s and case_id = %s and seen_at is null",
        (now, rows.practice, staff, case_id),
    )
