"""What holds of the gate whatever the facts are."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gate_cases import GOOD, NOON, answer, confirm, first
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.gate import CHECKS, Ask, Facts, count_within, decide
from ringback.core.gate_values import AFTER_STOP, WHY

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)

ASKS = (
    first(),
    first(purpose="voicemail_link"),
    first(purpose="second", basis="consent:callbacks"),
    first(purpose="reminder", basis="consent:visits", scheduled=True),
    first(number="+18005550123"),
    answer(),
    answer("refill_done", at=NOON - timedelta(hours=4)),
    answer("urgent", "urgent_answer"),
    answer("urgent_acknowledged", "status_after_urgent"),
    answer("urgent_nobody", "status_after_urgent"),
    confirm(),
    confirm(purpose="cancel_confirmation"),
)
asks = st.sampled_from(ASKS)
moments = st.datetimes(datetime(2026, 11, 21), datetime(2026, 11, 27), timezones=st.just(UTC))
near = st.one_of(st.just(NOON), st.integers(-10, 1200).map(lambda m: NOON + timedelta(minutes=m)), moments)
some = st.integers(0, 4)


@st.composite
def known(draw: st.DrawFn) -> Facts:
    """Facts near the good ones: each has a fair chance to be as it should."""
    changed: dict[str, Any] = {}
    for field in fields(Facts):
        good = getattr(GOOD, field.name)
        if isinstance(good, bool):
            changed[field.name] = draw(st.sampled_from([good] * 14 + [not good]))
    for name in ("unprompted_24h", "unprompted_7d", "replies_24h", "case_unprompted", "same_purpose"):
        changed[name] = draw(st.sampled_from([0, 0, 0, 1, 2, 6]))
    for name in ("stop_confirmations", "urgent_answers", "status_texts"):
        changed[name] = draw(st.sampled_from([0, 0, 0, 1]))
    changed["suppressed"] = draw(st.booleans())
    changed["consents"] = draw(st.sampled_from([frozenset(), frozenset({"callbacks", "visits"})]))
    changed["rnd"] = draw(st.sampled_from(["", "no", "no", "yes", "no_data"]))
    changed["stop_at"] = draw(st.sampled_from([None, NOON, NOON]))
    changed["urgent_outcome"] = draw(st.sampled_from(["", "urgent_acknowledged", "urgent_nobody"]))
    changed["night_first"] = draw(st.sampled_from(["send", "hold"]))
    changed["attestation"] = draw(st.sampled_from(["A", "C", "", "failed"]))
    return replace(GOOD, **changed)


# Each makes the facts worse for whoever wants to send.
WORSE: tuple[dict[str, Any], ...] = (
    {"kill_switch": True},
    {"shadow": True},
    {"practice_live": False},
    {"baa_active": False},
    {"campaign_approved": False},
    {"template_linted": False},
    {"language_reviewed": False},
    {"do_not_contact": True},
    {"sensitive_line": True, "sensitive_enabled": False},
    {"greeting_notice_on": False},
    {"consents": frozenset()},
    {"rnd": "yes"},
    {"case_closed": True},
    {"answered_since": True},
    {"replied_to_this": True},
    {"auto_replying": True},
    {"throughput_free": False},
    {"audit_ready": False},
    {"unprompted_24h": 9},
    {"unprompted_7d": 9},
    {"replies_24h": 99},
    {"case_unprompted": 9},
    {"same_purpose": 9},
    {"stop_confirmations": 1},
    {"urgent_answers": 1, "status_texts": 1},
    {"burst_10min": 999},
    {"attestation": "failed"},
    {"line_type": "landline"},
    {"shared_number": True},
    {"night_first": "hold"},
    {"second_text_on": False},
    {"key": b""},
    {"extra_zones": ("America/Los_Angeles", "Pacific/Honolulu")},
    {"extra_states": ("AL", "RI")},
)


@settings(max_examples=400, deadline=None)
@given(asks, known(), near, st.sampled_from(WORSE))
def test_a_worse_fact_never_lets_a_text_out(ask: Ask, facts: Facts, now: datetime, worse: dict[str, Any]) -> None:
    before = decide(ask, facts, now)
    after = decide(ask, replace(facts, **worse), now)
    if before.kind == "deny":
        assert after.kind == "deny"
    if before.kind == "hold":
        assert after.kind != "allow"


@settings(max_examples=300, deadline=None)
@given(asks, known(), near)
def test_a_suppression_never_lets_a_text_out(ask: Ask, facts: Facts, now: datetime) -> None:
    free = decide(ask, replace(facts, suppressed=False), now)
    blocked = decide(ask, replace(facts, suppressed=True), now)
    assert free.kind == "allow" or blocked.kind != "allow"
    if ask.basis not in AFTER_STOP:
        assert blocked.kind == "deny"


@settings(max_examples=300, deadline=None)
@given(asks, known(), near)
def test_after_a_stop_or_a_closure_only_the_short_list_goes(ask: Ask, facts: Facts, now: datetime) -> None:
    if decide(ask, facts, now).kind != "allow" or not (facts.suppressed or facts.case_closed):
        return
    assert ask.basis in AFTER_STOP
    if ask.basis == "stop_confirmation":
        assert facts.stop_confirmations == 0 and facts.stop_at is not None
        assert now - facts.stop_at <= timedelta(minutes=5)
    if ask.basis == "urgent_answer":
        assert facts.urgent_answers == 0
    if ask.basis == "status_after_urgent":
        assert facts.status_texts == 0 and facts.urgent_outcome == ask.purpose


@settings(max_examples=300, deadline=None)
@given(asks, known(), near)
def test_the_answer_depends_on_nothing_but_what_was_asked(ask: Ask, facts: Facts, now: datetime) -> None:
    first_time = decide(ask, facts, now)
    again = decide(replace(ask), replace(facts), now)
    elsewhere = decide(ask, facts, now.astimezone(ZoneInfo("Asia/Tokyo")))
    assert first_time == again == elsewhere
    assert first_time.why == WHY[first_time.code]
    assert (first_time.until is not None) == (first_time.kind == "hold")
    assert bool(first_time.token) == (first_time.kind == "allow")
    if first_time.until is not None:
        assert first_time.until > now


@settings(max_examples=300, deadline=None)
@given(asks, known(), near)
def test_the_code_is_of_the_first_check_that_denies(ask: Ask, facts: Facts, now: datetime) -> None:
    said = [check(ask, facts, now) for _, _, check in CHECKS]
    denied = [word for word in said if isinstance(word, str)]
    verdict = decide(ask, facts, now)
    if denied:
        assert (verdict.kind, verdict.code) == ("deny", denied[0])
    else:
        assert (verdict.kind == "allow") == all(word is None for word in said)


starts = st.sampled_from(
    [
        datetime(2026, 3, 6, 5, tzinfo=UTC),  # two days before the clocks go forward
        datetime(2026, 10, 30, 5, tzinfo=UTC),  # two days before they go back
        datetime(2026, 12, 30, 5, tzinfo=UTC),
    ]
)
calls = st.lists(st.integers(0, 12 * 24 * 60), min_size=1, max_size=60).map(sorted)


@settings(max_examples=60, deadline=None)
@given(starts, calls, st.booleans())
def test_over_midnights_and_clock_changes_no_number_gets_more_than_the_caps(
    start: datetime, minutes: list[int], night: bool
) -> None:
    sent: list[datetime] = []
    for minute in minutes:
        now = start + timedelta(minutes=minute)
        facts = replace(
            GOOD,
            night_first="send" if night else "hold",
            unprompted_24h=count_within(sent, now, DAY),
            unprompted_7d=count_within(sent, now, WEEK),
        )
        if decide(first(now), facts, now).kind == "allow":
            sent.append(now)
    assert sent or not night
    for moment in sent:
        assert count_within(sent, moment, DAY) == 1
        assert count_within(sent, moment, WEEK) <= 3


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(ASKS[5:])), min_size=1, max_size=40))
def test_after_a_stop_each_text_of_the_short_list_goes_at_most_once(story: list[tuple[int, Ask]]) -> None:
    """Replays, late workers and more messages after one stop at noon."""
    counts = {"stop_confirmation": 0, "urgent_answer": 0, "status_after_urgent": 0}
    for minute, ask in sorted(story, key=lambda step: step[0]):
        now = NOON + timedelta(minutes=minute)
        facts = replace(
            GOOD,
            suppressed=True,
            stop_at=NOON,
            stop_confirmations=counts["stop_confirmation"],
            urgent_answers=counts["urgent_answer"],
            status_texts=counts["status_after_urgent"],
            urgent_outcome="urgent_acknowledged",
        )
        if decide(ask, facts, now).kind == "allow":
            counts[ask.basis] += 1
            assert ask.basis != "stop_confirmation" or minute <= 5
    assert all(count <= 1 for count in counts.values())
