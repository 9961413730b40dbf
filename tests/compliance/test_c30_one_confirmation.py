"""C30: a stop is confirmed exactly once, within five minutes, and not at all when the carrier has answered or START came first."""

from __future__ import annotations

from datetime import timedelta

from desk import STRANGE, Desk
from sending import arrives, blocked, goes, stops, texts

from ringback.core import words
from ringback.core.texts import TEMPLATES
from ringback.engine import clock


def confirmations(desk: Desk) -> list[tuple[str, str]]:
    """(state, verdict) of each confirmation to the stranger."""
    return [one[1:] for one in texts(desk, STRANGE) if one[0].endswith("_confirmation")]


def test_the_same_webhook_five_times_is_one_text(desk: Desk) -> None:
    assert [arrives(desk, STRANGE, "STOP", "SM" + "5" * 32) for _ in range(5)] == [1, 0, 0, 0, 0]
    desk.fold()
    assert goes(desk) == ["stop_confirmation"] and goes(desk) == []
    assert len(confirmations(desk)) == 1 and stops(desk, STRANGE) == [("stop", "text")]


def test_the_same_stop_under_another_message_number_is_one_text(desk: Desk) -> None:
    for _ in range(3):
        arrives(desk, STRANGE, "STOP")
        desk.fold()
    assert goes(desk) == ["stop_confirmation"] and len(confirmations(desk)) == 1


def test_a_second_stop_later_is_kept_and_not_confirmed_again(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    assert goes(desk) == ["stop_confirmation"]
    clock.move(timedelta(minutes=2))
    desk.text(STRANGE, "stop it please")
    assert goes(desk) == [] and stops(desk, STRANGE) == [("stop", "text")] * 2


def test_a_sender_that_was_paused_for_six_minutes_sends_none(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    assert goes(desk, clock.now() + timedelta(minutes=6)) == []
    assert confirmations(desk) == [("denied", "stop_late")] and blocked(desk, STRANGE)


def test_a_worker_that_read_it_six_minutes_late_blocks_and_sends_none(desk: Desk) -> None:
    arrives(desk, STRANGE, "STOP")
    clock.move(timedelta(minutes=6))
    desk.fold()
    assert blocked(desk, STRANGE) and goes(desk) == []
    assert confirmations(desk) == [("denied", "stop_late")]


def test_a_start_that_lands_first_leaves_nothing_to_confirm(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    desk.text(STRANGE, "START")
    assert "stop_confirmation" not in goes(desk)
    assert confirmations(desk)[0][0] in ("denied", "cancelled") and not blocked(desk, STRANGE)


def test_stop_and_start_in_one_breath_count_in_their_order(desk: Desk) -> None:
    arrives(desk, STRANGE, "STOP")
    arrives(desk, STRANGE, "START")
    desk.fold()
    assert not blocked(desk, STRANGE) and "stop_confirmation" not in goes(desk)
    arrives(desk, STRANGE, "stop texting me")
    arrives(desk, STRANGE, "unstop")
    arrives(desk, STRANGE, "unsubscribe")
    desk.fold()
    assert blocked(desk, STRANGE)
    assert [kind for kind, _ in stops(desk, STRANGE)] == ["stop", "lift", "stop", "lift", "stop"]


def test_the_carriers_own_confirmation_is_enough(desk: Desk) -> None:
    arrives(desk, STRANGE, "STOP", OptOutType="STOP")
    desk.fold()
    assert blocked(desk, STRANGE) and goes(desk) == [] and confirmations(desk) == []


def test_the_confirmation_says_nothing_else(desk: Desk) -> None:
    for template in TEMPLATES:
        if template.purpose in ("stop_confirmation", "cancel_confirmation"):
            assert "{url}" not in template.body and len(template.body) <= 160, template.id
            assert not [one for one in words.lint(template.body, kind="reply") if one.kind == "privacy"], template.id
