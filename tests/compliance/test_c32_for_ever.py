"""C32: a stop holds on every line, text and schedule of the practice, for ever; it outlives merges, erasure and re-import."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, STRANGE, Desk
from sending import blocked, goes, index_of, stops, texts

from ringback.core.directory import read
from ringback.engine import clock
from ringback.store import access, directory, ledger_read, ledgers

LIST = "Patient ID,Name,Birth Date,Mobile Phone,Consent\n"


def brings(desk: Desk, *rows: str) -> None:
    """The patient list is imported anew."""
    with psycopg.connect(desk.dsn, autocommit=True) as raw:
        reading = read((LIST + "\n".join(rows)).encode(), "America/New_York")
        directory.replace(raw, desk._ring(MAPLE), MAPLE, reading, clock.now(), allow_shrink=True)


def test_a_stop_to_one_line_blocks_another(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    goes(desk)
    desk.change(
        "insert into line (practice, id, number, name, location, phone_connection, text_connection, sender, mode, "
        "greeting_notice_on) select practice, 2, '+12025550101', 'Second line', location, phone_connection, "
        "text_connection, '+12025550101', 'live', greeting_notice_on from line where id = 1"
    )
    desk.change("update practice set version = version + 1")
    before = len(texts(desk, STRANGE))
    clock.move(timedelta(minutes=30))
    case = desk.miss(STRANGE)
    desk.change("update cases set line = 2 where id = %s", (case,))
    assert texts(desk, STRANGE)[before:] == [] and goes(desk) == []
    desk.text(STRANGE, "BILLING")
    assert {one[1] for one in texts(desk, STRANGE)[before:]} <= {"denied"} and goes(desk) == []


def test_a_text_that_was_waiting_when_the_stop_came_is_not_sent(desk: Desk) -> None:
    desk.miss(MARIA)
    with access.practice(MAPLE) as rows:
        ledgers.revoke(rows, index_of(desk, MARIA), source="voice", now=clock.now(), by="8")
    # Even before the case has heard of it the sending side finds the block.
    assert goes(desk) == [] and texts(desk, MARIA)[0] == ("first", "denied", "suppressed")


def test_it_outlives_erasure_and_a_new_import(desk: Desk) -> None:
    desk.text(MARIA, "STOP")
    goes(desk)
    index = index_of(desk, MARIA)
    brings(desk, "R9,Somebody Else,1990-01-01,202-555-0199,")
    assert desk.rows("select count(*) from phone where number_index = %s", (index,)) == [(0,)], "the person is gone"
    assert blocked(desk, MARIA)
    brings(desk, "R1,Maria López Vega,1984-07-21,202-555-0143,yes", "R9,Somebody Else,1990-01-01,202-555-0199,yes")
    assert blocked(desk, MARIA)
    assert desk.rows("select count(*) from consent where number_index = %s", (index,)) == [(0,)], (
        "a list that still says yes does not bring back what the person ended"
    )
    clock.move(timedelta(days=4000))
    desk.miss(MARIA)
    assert blocked(desk, MARIA) and goes(desk) == [] and "first" not in {one[0] for one in texts(desk, MARIA)}
    stored = b"".join(bytes(one) for (one,) in desk.rows("select number_index from suppression"))
    assert MARIA.encode() not in stored and MARIA[2:].encode() not in stored, "kept as a keyed digest only"


def test_it_outlives_a_merge_of_two_people(desk: Desk) -> None:
    desk.text(MARIA, "STOP")
    # Both records turn out to be one person: the list has one from now on, with this number.
    brings(desk, "R2,Linh Nguyen,1979-03-30,202-555-0143,yes")
    goes(desk)
    clock.move(timedelta(days=1))
    desk.miss(MARIA)
    assert blocked(desk, MARIA) and goes(desk) == []


def test_it_outlives_the_destruction_of_the_persons_key(desk: Desk, browse) -> None:
    desk.text(MARIA, "stop texting me")
    goes(desk)
    index = index_of(desk, MARIA)
    desk.change(
        "update caller_key set wrapped = '', destroyed_at = now(), ended_at = now() where number_index = %s", (index,)
    )
    with access.practice(MAPLE) as rows:
        (stop,) = [one for one in ledger_read.history(rows, index) if one["ledger"] == "suppression"]
    assert stop["kind"] == "stop" and "words" not in stop, "what was said is gone; that it was said is not"
    page = browse("privacy_officer").get(f"/choices/{index.hex()}").content.decode()
    assert "Asked for no more texts" in page and "stop texting me" not in page
    clock.move(timedelta(days=2))
    desk.miss(MARIA)
    assert blocked(desk, MARIA) and goes(desk) == []


@pytest.mark.parametrize(
    "statement",
    ["delete from suppression", "delete from suppression_entry", "update suppression_entry set kind = 'lift'"],
)
def test_nothing_in_the_application_can_remove_it(desk: Desk, statement: str) -> None:
    desk.text(STRANGE, "STOP")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change(statement)
    assert blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", "text")]


def test_another_practice_is_not_touched(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    desk.miss(STRANGE, BIRCH)
    assert not blocked(desk, STRANGE, BIRCH) and texts(desk, STRANGE, BIRCH)[0][:2] == ("first", "queued")
