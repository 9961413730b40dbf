"""What became of a call: the six pitfalls that make other products lose callers, and that the order of news never matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from ringback.core.calls import Call, Direction, Judgement, Leg, Party, Result, Verdict, judge, merge

NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)


def call(*legs: Leg, ended: bool = True, **more: object) -> Call:
    values = {"key": "c1", "line": "+14155550100", "caller": "+12025550123", "began": NINE, "legs": legs}
    return Call(**{**values, "ended": NINE + timedelta(seconds=30) if ended else None, **more})  # type: ignore[arg-type]


def phone(key: str, result: Result, party: Party = Party.HUMAN, **more: object) -> Leg:
    return Leg(key=key, party=party, result=result, **more)  # type: ignore[arg-type]


FRONT, BACK, CELL = "front desk", "back office", "doctor's cell"
NOBODY = Result.UNANSWERED


def verdict(of: Call) -> Verdict:
    return judge(of).verdict


def test_p1_one_phone_of_a_ring_group_answers_and_the_others_report_a_missed_call() -> None:
    assert (
        verdict(call(phone(FRONT, Result.CANCELED), phone(BACK, Result.ANSWERED), phone(CELL, NOBODY)))
        is Verdict.ANSWERED
    )


def test_p1_the_losers_news_comes_twenty_minutes_late_and_changes_nothing() -> None:
    known = call(phone(BACK, Result.ANSWERED, bridged=True))
    late = call(phone(FRONT, NOBODY), ended=False)
    assert verdict(merge(known, late)) is Verdict.ANSWERED


def test_p2_a_message_in_the_mailbox_and_a_queue_that_overflows_are_missed_calls() -> None:
    message = judge(call(phone(FRONT, NOBODY), voicemail_seconds=12))
    assert message.verdict is Verdict.VOICEMAIL and "12 s" in message.why
    assert verdict(call(phone("q", NOBODY, Party.QUEUE), attendant_answered=True)) is Verdict.MISSED
    assert verdict(call(phone(FRONT, NOBODY), voicemail_reached=True)) is Verdict.VOICEMAIL


def test_p2_a_click_in_the_mailbox_is_no_message() -> None:
    assert verdict(call(phone(FRONT, NOBODY), voicemail_seconds=1)) is Verdict.MISSED
    cut = judge(call(phone(FRONT, NOBODY), voicemail_reached=True, voicemail_seconds=0))
    assert cut.verdict is Verdict.VOICEMAIL and "no message was left" in cut.why


@pytest.mark.parametrize(
    "leg",
    [
        phone("ivr", Result.ANSWERED, Party.ATTENDANT, talk=40),
        phone(CELL, Result.ANSWERED, Party.VOICEMAIL, talk=40),
        phone(CELL, Result.ANSWERED, bridged=False),
        phone(CELL, Result.ANSWERED, bridged=True, screened=False),
        phone("?", Result.ANSWERED, Party.UNKNOWN, talk=40),
    ],
    ids=["auto-attendant", "carrier voicemail", "nobody connected", "nobody pressed 1", "nothing known"],
)
def test_p3_something_picked_up_but_nobody_spoke(leg: Leg) -> None:
    assert verdict(call(leg)) is Verdict.MISSED
    assert verdict(call(leg, phone(FRONT, Result.ANSWERED, bridged=True))) is Verdict.ANSWERED


def test_p3_where_nothing_says_that_a_person_spoke_we_say_that_we_are_not_sure() -> None:
    assert not judge(call(phone("?", Result.ANSWERED, Party.UNKNOWN))).sure
    assert judge(call(phone(FRONT, NOBODY))).sure


def test_p3_a_detected_machine_outweighs_a_bridge() -> None:
    bridged, machine = phone(CELL, Result.ANSWERED, bridged=True), phone(CELL, Result.ANSWERED, Party.VOICEMAIL)
    for one, other in permutations([bridged, machine]):
        assert verdict(merge(call(one), call(other))) is Verdict.MISSED


def test_p4_the_caller_hangs_up_while_it_rings_and_no_leg_ever_says_no_answer() -> None:
    ringing = phone(FRONT, Result.RINGING)
    assert verdict(call(ringing, ended=False)) is Verdict.UNKNOWN
    assert verdict(call(ringing)) is Verdict.MISSED
    assert verdict(call(ringing, caller_hung_up=True)) is Verdict.ABANDONED
    assert verdict(call()) is Verdict.MISSED


def test_p4_ringing_reported_after_the_end_does_not_ring_again() -> None:
    assert verdict(merge(call(phone(FRONT, NOBODY)), call(phone(FRONT, Result.RINGING), ended=False))) is Verdict.MISSED


def test_p5_a_queue_that_reports_only_its_end_is_judged_from_its_end() -> None:
    assert verdict(call(phone("q", NOBODY, Party.QUEUE))) is Verdict.MISSED
    assert verdict(call(phone("q", NOBODY, Party.QUEUE), caller_hung_up=True)) is Verdict.ABANDONED
    assert verdict(call(phone("q", Result.ANSWERED, Party.QUEUE, talk=60))) is Verdict.ANSWERED


def test_p6_a_transfer_adds_legs_to_the_same_call_and_it_stays_answered() -> None:
    first = call(phone(FRONT, Result.ANSWERED, bridged=True, talk=20), ended=False)
    transferred = call(phone(CELL, NOBODY))
    assert verdict(merge(first, transferred)) is Verdict.ANSWERED


def test_p6_observations_of_different_calls_are_never_joined() -> None:
    with pytest.raises(ValueError, match="different calls"):
        merge(call(), replace(call(), key="c2"))


def test_busy_is_busy_unless_another_phone_rang() -> None:
    assert verdict(call(busy=True)) is Verdict.BUSY
    assert verdict(call(phone(FRONT, Result.BUSY))) is Verdict.BUSY
    assert verdict(call(phone(FRONT, Result.BUSY), phone(BACK, NOBODY))) is Verdict.MISSED


@pytest.mark.parametrize("direction", [Direction.OUTBOUND, Direction.INTERNAL])
def test_a_call_that_the_practice_placed_is_internal_whatever_its_legs_say(direction: Direction) -> None:
    assert verdict(call(phone(FRONT, NOBODY), direction=direction)) is Verdict.INTERNAL


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (call(), "without reaching anybody"),
        (call(phone(FRONT, NOBODY)), "it rang"),
        (call(phone(FRONT, NOBODY), phone(BACK, NOBODY)), "2 phones rang"),
        (call(phone(FRONT, Result.FAILED)), "no phone could be reached"),
        (call(phone("q", NOBODY, Party.QUEUE)), "queue"),
        (call(phone(FRONT, NOBODY), attendant_answered=True), "auto-attendant"),
        (call(phone(CELL, Result.ANSWERED, bridged=False)), "carrier's voicemail"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_missed_call_says_why_in_words_that_fit(of: Call, words: str) -> None:
    said = judge(of)
    assert said.verdict is Verdict.MISSED and words in said.why


def test_a_forged_caller_is_not_forgotten_and_a_number_outweighs_a_word() -> None:
    one, other = call(attestation="A", caller="anonymous"), call(attestation="failed")
    for joined in (merge(one, other), merge(other, one)):
        assert joined.attestation == "failed" and joined.caller == "+12025550123"


# ---- the order of news ------------------------------------------------------------------------------------------------------

legs = st.builds(
    Leg,
    key=st.sampled_from([FRONT, BACK, CELL]),
    party=st.sampled_from(Party),
    result=st.sampled_from(Result),
    bridged=st.sampled_from([None, True, False]),
    screened=st.sampled_from([None, True, False]),
    talk=st.integers(0, 3),
)
news = st.builds(
    Call,
    key=st.just("c1"),
    line=st.sampled_from(["", "+14155550100", "100"]),
    caller=st.sampled_from(["", "+12025550123", "anonymous"]),
    direction=st.sampled_from(Direction),
    began=st.sampled_from([None, NINE, NINE + timedelta(seconds=5)]),
    ended=st.sampled_from([None, NINE + timedelta(seconds=30), NINE + timedelta(seconds=40)]),
    legs=st.lists(legs, max_size=3, unique_by=lambda leg: leg.key).map(tuple),
    caller_hung_up=st.sampled_from([None, True, False]),
    busy=st.booleans(),
    attendant_answered=st.booleans(),
    voicemail_seconds=st.sampled_from([None, 0, 1, 12]),
    voicemail_reached=st.booleans(),
    attestation=st.sampled_from(["", "A", "B", "failed"]),
)


def joined(observations: tuple[Call, ...]) -> Call:
    return reduce(merge, observations[1:], observations[0])


@pace(max_examples=120, deadline=None)
@given(st.lists(news, min_size=2, max_size=4))
def test_every_order_of_the_same_news_makes_the_same_call(observations: list[Call]) -> None:
    orders = list(permutations(observations))
    results = {
        replace(joined(order), legs=tuple(sorted(joined(order).legs, key=lambda leg: leg.key))) for order in orders
    }
    assert len(results) == 1
    said: set[Judgement] = {judge(joined(order)) for order in orders}
    assert len(said) == 1


@pace(max_examples=120, deadline=None)
@given(st.lists(news, min_size=1, max_size=3))
def test_news_that_comes_twice_changes_nothing(observations: list[Call]) -> None:
    once = joined(tuple(observations))
    assert judge(joined((*observations, *observations))) == judge(once)


@pace(max_examples=120, deadline=None)
@given(news, st.lists(legs, max_size=3))
def test_a_person_who_answered_is_never_taken_back_by_news_of_other_phones(first: Call, others: list[Leg]) -> None:
    spoke = replace(first, direction=Direction.INBOUND, legs=(phone("reception", Result.ANSWERED, bridged=True),))
    for leg in others:
        spoke = merge(spoke, replace(first, direction=Direction.INBOUND, legs=(leg,)))
    assert verdict(spoke) is Verdict.ANSWERED
