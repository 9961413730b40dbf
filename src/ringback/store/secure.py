"""The secure thread: what was left for a patient and what they answered, files, and the codes that open it.

Words are messages sealed with the caller's key, each for one person: on a phone that several use, nobody reads what was left
for another. A code is six digits, good once, for ten minutes and three tries; a link may ask for five an hour.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.store import audit, links
from ringback.store.access import Row, Rows

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 3
CODES = 5
WINDOW = timedelta(hours=1)
File = tuple[str, str, bytes]
"""Name, kind and content of a file."""


def find(rows: Rows, token: str, *, lock: bool = False) -> Row | None:
    """The link to a thread with its case, whether it has ended (`ends`) or not; None for any other token."""
    return rows.one(
        "select l.token_hash, l.case_id, l.kind, l.expires_at as ends, l.tries, l.last_try_at, c.number_index, c.phase, c.line, "
        "c.state ->> 'lang' as lang from link l join cases c on c.practice = l.practice and c.id = l.case_id "
        "where l.practice = %s and l.token_hash = %s and l.kind = 'thread'" + (" for update of l" if lock else ""),
        (rows.practice, links.digest(token)),
    )


def write(
    rows: Rows,
    case_id: UUID,
    kind: str,
    words: str,
    person: UUID,
    files: Sequence[File],
    by: str,
    now: datetime,
    reading: str = "{}",
) -> UUID:
    """Keep words and files, sealed. `kind`: `secure_out` (left for the patient) or `secure_in` (from them). Returns the
    message's id; whoever calls submits the event that goes with it."""
    row = uuid7()
    found = rows.one("select number_index from cases where practice = %s and id = %s", (rows.practice, case_id))
    index = found["number_index"] if found is not None else None
    key = rows.of_number(index, now)
    rows.run(
        "insert into message (practice, id, case_id, at, kind, sealed, reading, number_index, \"by\", media) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            rows.practice, row, case_id, now, kind, rows.seal("message", "sealed", row, words, key), reading,
            index if kind == "secure_in" else None, by, len(files),
        ),
    )  # fmt: skip
    rows.run(
        "insert into secure_word (practice, message, case_id, person, at) values (%s, %s, %s, %s, %s)",
        (rows.practice, row, case_id, person, now),
    )
    for name, of, content in files:
        file = uuid7()
        rows.run(
            "insert into secure_file (practice, id, message, case_id, at, kind, bytes, name, sealed) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                rows.practice, file, row, case_id, now, of, len(content),
                rows.seal("secure_file", "name", file, name, key), rows.seal("secure_file", "sealed", file, content, key),
            ),
        )  # fmt: skip
    return row


def thread(rows: Rows, case_id: UUID, person: UUID) -> list[Row]:
    """What was said between the practice and one person, oldest first, with its files."""
    found = rows.all(
        'select m.id, m.kind, m.at, m."by", m.sealed, w.seen_at from secure_word w join message m on m.practice = w.practice '
        "and m.id = w.message where w.practice = %s and w.case_id = %s and w.person = %s order by m.id limit 200",
        (rows.practice, case_id, person),
    )
    papers = files(rows, case_id)
    return [
        {
            **row, "words": rows.text("message", "sealed", row["id"], row["sealed"]), "sealed": None,
            "files": papers.get(row["id"], []),
        }
        for row in found
    ]  # fmt: skip


def files(rows: Rows, case_id: UUID) -> dict[UUID, list[Row]]:
    """Files of a case by message: id, kind, bytes and name."""
    found: dict[UUID, list[Row]] = {}
    for row in rows.all(
        "select id, message, kind, bytes, name from secure_file where practice = %s and case_id = %s order by id limit 400",
        (rows.practice, case_id),
    ):
        named = {**row, "name": rows.text("secure_file", "name", row["id"], row["name"])}
        found.setdefault(row["message"], []).append(named)
    return found


def file(rows: Rows, case_id: UUID, file_id: UUID, person: UUID | None = None) -> Row | None:
    """One file with its content; with `person`, only when it is of a message of theirs."""
    found = rows.one(
        "select f.id, f.kind, f.bytes, f.name, f.sealed, f.message from secure_file f join secure_word w on w.practice = f.practice "
        "and w.message = f.message where f.practice = %s and f.case_id = %s and f.id = %s and (%s::uuid is null or w.person = %s)",
        (rows.practice, case_id, file_id, person, person),
    )
    if found is None:
        return None
    content = rows.content("secure_file", "sealed", found["id"], found["sealed"])
    return {**found, "name": rows.text("secure_file", "name", found["id"], found["name"]), "content": content}


def standing(rows: Rows, case_id: UUID) -> dict[UUID, Row]:
    """By message: for whom it is, and when it was seen."""
    found = rows.all(
        "select message, person, seen_at from secure_word where practice = %s and case_id = %s",
        (rows.practice, case_id),
    )
    return {row["message"]: row for row in found}


def seen(rows: Rows, case_id: UUID, person: UUID, now: datetime) -> int:
    """The patient has what was left for them before their eyes; returns how much of it was new."""
    return rows.run(
        "update secure_word w set seen_at = %s from message m where w.practice = %s and w.case_id = %s and w.person = %s "
        "and w.seen_at is null and m.practice = w.practice and m.id = w.message and m.kind = 'secure_out'",
        (now, rows.practice, case_id, person),
    )


def waiting(rows: Rows, case_id: UUID) -> bool:
    """Whether something that was left is not seen yet, by anybody it is for."""
    found = rows.one(
        "select 1 as x from secure_word w join message m on m.practice = w.practice and m.id = w.message "
        "where w.practice = %s and w.case_id = %s and w.seen_at is null and m.kind = 'secure_out' limit 1",
        (rows.practice, case_id),
    )
    return found is not None


# ---- codes -----------------------------------------------------------------------------------------------------------


def new_code(rows: Rows, link: Row, person: UUID, now: datetime) -> UUID | None:
    """A new code for a link; the one before is worth nothing now. Returns the message that holds it, None after too many."""
    found = rows.one(
        "select count(*) as n from secure_code where practice = %s and case_id = %s and at > %s",
        (rows.practice, link["case_id"], now - WINDOW),
    )
    if found is not None and found["n"] >= CODES:
        return None
    _forget(rows, link["token_hash"])
    row = uuid7()
    sealed = rows.seal(
        "message", "sealed", row, f"{secrets.randbelow(10**6):06d}", rows.of_number(link["number_index"], now)
    )
    rows.run(
        "insert into message (practice, id, case_id, at, kind, sealed) values (%s, %s, %s, %s, 'code', %s)",
        (rows.practice, row, link["case_id"], now, sealed),
    )
    rows.run(
        "insert into secure_code (practice, message, case_id, token_hash, person, at, expires_at) values (%s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, row, link["case_id"], link["token_hash"], person, now, now + CODE_LIFE),
    )
    return row


def opened_lately(rows: Rows, token: str, now: datetime) -> bool:
    """Whether a code was given for this link within the hour that it opens."""
    found = rows.one(
        "select 1 as x from secure_code where practice = %s and token_hash = %s and used_at > %s limit 1",
        (rows.practice, links.digest(token), now - WINDOW),
    )
    return found is not None


def check_code(rows: Rows, link: Row, typed: str, now: datetime) -> UUID | None:
    """The person whose code this is; None for a wrong, old or used one. A right one is used up; every try is in the audit log."""
    found = rows.one(
        "select c.message, c.person, m.sealed from secure_code c join message m on m.practice = c.practice and m.id = c.message "
        "where c.practice = %s and c.token_hash = %s and c.expires_at > %s and c.tries < %s order by c.at desc limit 1 for update of c",
        (rows.practice, link["token_hash"], now, CODE_TRIES),
    )
    right = False
    if found is not None:
        rows.run(
            "update secure_code set tries = tries + 1 where practice = %s and message = %s",
            (rows.practice, found["message"]),
        )
        kept = rows.text("message", "sealed", found["message"], found["sealed"])
        right = hmac.compare_digest(kept.encode(), "".join(one for one in typed if one.isdigit()).encode())
    _written_down(rows, link, "code", right)
    if found is None or not right:
        return None
    rows.run(
        "update secure_code set used_at = %s where practice = %s and message = %s",
        (now, rows.practice, found["message"]),
    )
    _forget(rows, link["token_hash"])
    person: UUID = found["person"]
    return person


def checked(rows: Rows, link: Row, right: bool) -> None:
    """Name and birth date were compared: the try is in the audit log, by the case and never by a person."""
    _written_down(rows, link, "name_and_birth_date", right)


def _written_down(rows: Rows, link: Row, how: str, right: bool) -> None:
    audit.write(
        rows, act="sign_in" if right else "refusal", what=f"secure.{how}", object=f"case:{link['case_id']}", by="patient",
        role="patient", result="ok" if right else "refused",
    )  # fmt: skip


def _forget(rows: Rows, token_hash: bytes) -> None:
    """The digits of earlier codes go; that there were codes stays for the count of the hour."""
    rows.run(
        "delete from message m using secure_code c where c.practice = %s and c.token_hash = %s and m.practice = c.practice "
        "and m.id = c.message and m.kind = 'code'",
        (rows.practice, token_hash),
    )
