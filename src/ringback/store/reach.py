"""How members of staff are reached when paged: their own contact methods, each tested by the person themselves.

A test page goes out through the pager with a link; nothing but a press on that link, within a day, makes a method tested.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core.roster import Reach
from ringback.store import audit, links
from ringback.store.access import Row, Rows

KINDS = ("sms", "email")
MOST = 6
PHONE = re.compile(r"^\+1[2-9]\d{9}$")
EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$")
LINK_LIFE = timedelta(days=1)
# Test pages cost money and annoy: one a minute to each method.
APART = timedelta(minutes=1)


class NotAllowed(Exception):
    """What is wrong with it, by its code; the pages have the words."""


def cleaned(kind: str, address: str) -> str:
    """A phone number in its one form, or an e-mail address. Raises `NotAllowed`."""
    if kind == "sms":
        digits = re.sub(r"\D", "", address)
        number = f"+1{digits}" if len(digits) == 10 else f"+{digits}"
        if not PHONE.match(number):
            raise NotAllowed("phone")
        return number
    if kind == "email":
        if len(address) > 200 or not EMAIL.match(address.strip()):
            raise NotAllowed("email")
        return address.strip()
    raise NotAllowed("kind")


def methods(rows: Rows, staff: int) -> list[Row]:
    """A person's own contact methods in the clear, with the state of their last test."""
    found = rows.all(
        "select m.id, m.kind, m.sealed, m.made_at, m.sent_at, m.tested_at, n.state, n.error from contact_method m "
        "left join notice n on n.practice = m.practice and n.id = m.notice "
        "where m.practice = %s and m.staff = %s order by m.made_at, m.id",
        (rows.practice, staff),
    )
    return [{**row, "address": rows.text("contact_method", "sealed", row["id"], row.pop("sealed"))} for row in found]


def tested(rows: Rows) -> list[Reach]:
    """When a test of each way last arrived; no addresses."""
    found = rows.all("select staff, tested_at from contact_method where practice = %s", (rows.practice,))
    return [Reach(person=row["staff"], tested_at=row["tested_at"]) for row in found]


def add(rows: Rows, staff: int, kind: str, address: str, role: str, now: datetime) -> UUID:
    """A person adds a way to reach them."""
    plain = cleaned(kind, address)
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    mine = methods(rows, staff)
    if len(mine) >= MOST:
        raise NotAllowed("many")
    if any(one["kind"] == kind and one["address"] == plain for one in mine):
        raise NotAllowed("there")
    row = uuid7()
    rows.run(
        "insert into contact_method (practice, id, staff, kind, sealed, made_at) values (%s, %s, %s, %s, %s, %s)",
        (rows.practice, row, staff, kind, rows.seal("contact_method", "sealed", row, plain), now),
    )
    if kind == "sms":
        # Who pages this number is staff: a text from it never becomes a patient's case.
        rows.run(
            "insert into known_number (practice, number_index, kind, at) values (%s, %s, 'staff', %s) "
            "on conflict do nothing",
            (rows.practice, rows.index("phone", plain), now),
        )
    audit.write(rows, act="change", what="contact_method_added", object=str(row), by=str(staff), role=role)
    _bump(rows)
    return row


def remove(rows: Rows, staff: int, method: UUID, role: str) -> bool:
    """A person takes one of their ways off."""
    done = rows.run(
        "delete from contact_method where practice = %s and id = %s and staff = %s", (rows.practice, method, staff)
    )
    if done:
        audit.write(rows, act="change", what="contact_method_removed", object=str(method), by=str(staff), role=role)
        _bump(rows)
    return done == 1


def send_test(rows: Rows, staff: int, method: UUID, role: str, now: datetime) -> bool:
    """Send a test page to one of one's own ways. False when there is none; `NotAllowed` when one has just gone out."""
    found = rows.one(
        "select sent_at from contact_method where practice = %s and id = %s and staff = %s for update",
        (rows.practice, method, staff),
    )
    if found is None:
        return False
    if found["sent_at"] is not None and timedelta(0) <= now - found["sent_at"] < APART:
        raise NotAllowed("too_soon")
    notice = uuid7()
    rows.run(
        "insert into notice (practice, id, kind, role, about, staff, created_at) values (%s, %s, 'test', '', 'test', %s, %s)",
        (rows.practice, notice, staff, now),
    )
    rows.run("insert into work (practice, kind, id, due) values (%s, 5, %s, %s)", (rows.practice, notice, now))
    rows.run(
        "update contact_method set notice = %s, sent_at = %s where practice = %s and id = %s",
        (notice, now, rows.practice, method),
    )
    rows.run("select pg_notify('work', 'tell')")
    audit.write(rows, act="change", what="contact_method_test", object=str(method), by=str(staff), role=role)
    return True


def find(rows: Rows, token: str, now: datetime) -> Row | None:
    """The method whose newest test page carries this link, while the link lives."""
    return rows.one(
        "select m.id, m.staff, m.kind, m.tested_at, m.sent_at, n.id as notice, n.state from notice n "
        "join contact_method m on m.practice = n.practice and m.notice = n.id "
        "join staff s on s.practice = m.practice and s.id = m.staff and s.active "
        "where n.practice = %s and n.token_hash = %s and n.kind = 'test' and n.created_at > %s for update of m, n",
        (rows.practice, links.digest(token), now - LINK_LIFE),
    )


def arrived(rows: Rows, found: Row, now: datetime) -> None:
    """The recipient pressed the link: this way works."""
    rows.run(
        "update contact_method set tested_at = %s, tested_by = %s where practice = %s and id = %s",
        (now, found["staff"], rows.practice, found["id"]),
    )
    rows.run(
        "update notice set state = 'acknowledged', acked_at = %s where practice = %s and id = %s",
        (now, rows.practice, found["notice"]),
    )
    audit.write(rows, act="change", what="contact_method_tested", object=str(found["id"]), by=str(found["staff"]))
    _bump(rows)


def _bump(rows: Rows) -> None:
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
