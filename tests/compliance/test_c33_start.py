"""C33: START lifts the block and brings back no consent; YES only within a day of our asking; staff need the person's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk import MAPLE, STRANGE, Desk
from django.urls import reverse
from sending import blocked, goes, index_of, stops

from ringback.core import consent
from ringback.engine import clock
from ringback.store import access, ledger_read, ledgers


def consents(desk: Desk) -> list[tuple[str, bool]]:
    """(category, still in force) of the stranger."""
    rows = desk.rows(
        "select category, revoked_at is null from consent where number_index = %s", (index_of(desk, STRANGE),)
    )
    return [(category, holds) for category, holds in rows]


def test_start_lifts_the_block_and_nothing_else_comes_back(desk: Desk) -> None:
    with access.practice(MAPLE) as rows:
        ledgers.grant(
            rows, index_of(desk, STRANGE), category=consent.CALLBACK, method="paper", now=clock.now(), by="8",
            wording=consent.AGREEMENT,
        )  # fmt: skip
    assert consents(desk) == [("callback", True)]
    desk.text(STRANGE, "STOP")
    assert consents(desk) == [("callback", False)]
    goes(desk)
    desk.text(STRANGE, "START")
    assert not blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", "text"), ("lift", "text")]
    assert consents(desk) == [("callback", False)] and goes(desk) == ["rejoined"]
    kinds = desk.rows("select kind from consent_entry where category = 'callback' order by at, id")
    assert [kind for (kind,) in kinds] == ["granted", "revoked"]


def test_a_yes_without_our_asking_changes_nothing_and_a_person_reads_it(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    goes(desk)
    case = desk.text(STRANGE, "YES")
    assert blocked(desk, STRANGE) and goes(desk) == []
    assert desk.task_of(case)


@pytest.mark.parametrize(("hours", "lifts"), [(0, True), (23, True), (25, False)])
def test_a_yes_within_a_day_of_our_asking_lifts_the_block(desk: Desk, browse, hours: int, lifts: bool) -> None:
    desk.text(STRANGE, "STOP")
    goes(desk)
    where = reverse("choices_lift", args=[index_of(desk, STRANGE).hex()])
    browse("front_desk").post(where, {"asked": "yes"})
    assert blocked(desk, STRANGE)
    clock.move(timedelta(hours=hours))
    desk.text(STRANGE, "Yes")
    assert blocked(desk, STRANGE) is not lifts
    kinds = [kind for kind, _ in stops(desk, STRANGE)]
    assert kinds == (["stop", "asked", "lift"] if lifts else ["stop", "asked"])
    assert goes(desk) == (["rejoined"] if lifts else [])


def test_a_new_stop_is_not_lifted_by_the_yes_to_an_earlier_asking(desk: Desk, browse) -> None:
    desk.text(STRANGE, "STOP")
    where = reverse("choices_lift", args=[index_of(desk, STRANGE).hex()])
    browse("front_desk").post(where, {"asked": "yes"})
    desk.text(STRANGE, "yes")
    assert not blocked(desk, STRANGE)
    clock.move(timedelta(minutes=5))
    desk.text(STRANGE, "STOP")
    clock.move(timedelta(minutes=10))
    desk.text(STRANGE, "yes please")
    assert blocked(desk, STRANGE)


def test_staff_lift_a_block_only_with_the_persons_words(desk: Desk, browse) -> None:
    desk.text(STRANGE, "STOP")
    index, hand = index_of(desk, STRANGE), browse("front_desk")
    where = reverse("choices_lift", args=[index.hex()])
    for words in ("", "   "):
        answer = hand.post(where, {"words": words}, follow=True)
        assert "Write down what the person said" in answer.content.decode() and blocked(desk, STRANGE)
    with access.practice(MAPLE) as rows, pytest.raises(ledgers.NoWords):
        ledgers.lift(rows, index, now=clock.now(), by="8", words=" ")
    hand.post(where, {"words": "She called: please text me again"})
    assert not blocked(desk, STRANGE) and stops(desk, STRANGE)[-1] == ("lift", "staff")
    with access.practice(MAPLE) as rows:
        last = ledger_read.history(rows, index)[-1]
    assert last["words"] == "She called: please text me again" and last["by"] == "8"
    assert browse("auditor").post(where, {"words": "x"}).status_code == 403
