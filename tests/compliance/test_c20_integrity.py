"""C20: a row changed by hand in the database is found by the scan, which names the row and not what it says.

Not here: a row MAC on plain columns; those that matter are held against other rows instead, the others are not covered. The
scan is run by a timer of the machine, not by the worker.
"""

from __future__ import annotations

import io

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk

from ringback.integrity_cli import integrity_main


def scan(practice: int = MAPLE) -> tuple[int, str]:
    out = io.StringIO()
    code = integrity_main(["scan", "--practice", str(practice)], out)
    return code, out.getvalue()


@pytest.fixture
def busy(desk: Desk):
    """A morning's cases: a bill, a booking, a stop, a voicemail's missed call."""
    case = desk.text(MARIA, "BILLING")
    desk.miss(STRANGE)
    desk.text(STRANGE, "BOOK")
    desk.text("+12125550188", "STOP")
    return case


def test_a_whole_practice_is_whole(desk: Desk, busy) -> None:
    code, said = scan()
    assert code == 0 and "whole" in said, said
    assert desk.rows("select result from audit where what = 'integrity.scan'") == [("ok",)]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("update message set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40)) where kind = 'text'", "message"),
        ("update outgoing set body = number", "outgoing"),
        ("update task set state = 'done', done_at = now() where state = 'open'", "task"),
        ("update cases set workflow = workflow, phase = 'closed', closure = 'reached', due = null where phase <> 'closed'", "cases"),
        ("update person set sealed = (select sealed from person order by id desc limit 1)", "person"),
        ("insert into suppression (practice, id, number_index, source, at) select practice, gen_random_uuid(), "
         "'\\x00112233445566778899aabbccddeeff', 'staff', now() from practice where practice = 1", "suppression"),
    ],
)  # fmt: skip
def test_a_change_by_hand_is_found_and_named(desk: Desk, busy, database, change: str, names: str) -> None:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(change)
    code, said = scan()
    assert code == 1 and f"BAD   {names} " in said, said
    assert "BILLING" not in said and MARIA not in said


def test_words_whose_key_was_destroyed_are_no_damage(desk: Desk, busy) -> None:
    desk.change(
        "update caller_key set wrapped = '', destroyed_at = now(), ended_at = now() where number_index in "
        "(select number_index from cases where number_index is not null)"
    )
    code, said = scan()
    assert code == 0 and " 0 of erased people" not in said, said
