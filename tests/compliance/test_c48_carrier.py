"""C48: the carrier's own stop handling is taken in: what it answered is not answered again, what it refuses is blocked here.

Not here: that an account's built-in filter is off can only be looked up at the carrier; the set-up page does not ask for it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import LINES, MAPLE, STRANGE, Desk
from sending import arrives, blocked, goes, index_of, stops, texts

from ringback.adapters.contract import Request
from ringback.adapters.text.twilio import Twilio
from ringback.core.events import TextFailed
from ringback.engine import clock
from ringback.store import access, submit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "text" / "twilio"


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("inbound_stop_with_opt_out_type", "carrier_opt_out", "stop"),
        ("status_opted_out", "reason", "opted_out"),
        ("status_opted_out", "permanent", True),
    ],
)
def test_the_carriers_word_is_read(name: str, member: str, value: object) -> None:
    told = json.loads((FIXTURES / f"{name}.json").read_text())["request"]
    request = Request(method="POST", url=told["url"], headers=told["headers"], body=told["body"].encode())
    (seen,) = Twilio().parse(request, datetime.now(UTC))
    assert getattr(seen, member) == value


def test_a_stop_the_carrier_has_answered_is_blocked_here_and_not_answered_again(desk: Desk) -> None:
    arrives(desk, STRANGE, "STOP", OptOutType="STOP")
    desk.fold()
    assert blocked(desk, STRANGE) and goes(desk) == [] and texts(desk, STRANGE) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_refusal_for_a_stop_only_the_carrier_knows_blocks_here_once(desk: Desk, late: bool) -> None:
    case = desk.miss(STRANGE)
    assert goes(desk) == ["first"]
    if late:
        desk.change("delete from work where id = %s", (case,))
        desk.change("update cases set phase = 'waiting' where id = %s", (case,))
    for _ in range(3):  # 21610 at once, delayed, and again
        with access.practice(MAPLE) as rows:
            refused = TextFailed(purpose="first", reason="opted_out", permanent=True, at=clock.now())
            submit.submit(rows.connection, MAPLE, case, refused, clock.now())
        desk.fold()
    assert blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", "carrier")]
    ((count,),) = desk.rows("select count(*) from suppression where number_index = %s", (index_of(desk, STRANGE),))
    assert count == 1 and LINES[MAPLE]


def test_our_own_reading_comes_first_where_the_carrier_knows_no_such_word(desk: Desk) -> None:
    arrives(desk, STRANGE, "lose my number", OptOutType="")
    desk.fold()
    assert blocked(desk, STRANGE) and goes(desk) == ["stop_confirmation"]
