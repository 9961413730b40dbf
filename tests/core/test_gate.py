"""The send gate, check by check: what a front desk may rely on, and what can never slip through."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from gate_cases import GOOD, NIGHT, NOON, answer, confirm, first
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.gate import CHECKS, Ask, Caps, count_within, decide, eligible, genuine
from ringback.core.gate_values import PURPOSES_OF, WHY
from ringback.core.numbers import PSEUDO, REGIONS, fictitious
from ringback.core.texts import LANGUAGES, PURPOSES, TEMPLATES, render

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NY = ZoneInfo("America/New_York")


def code(ask: Ask, now: datetime = NOON, **facts: Any) -> str:
    return decide(ask, replace(GOOD, **facts), now).code


def test_a_fresh_missed_call_gets_its_text_and_a_token_for_exactly_these_words() -> None:
    ask = first()
    verdict = decide(ask, GOOD, NOON)
    assert (verdict.kind, verdict.code, verdict.until) == ("allow", "ok", None)
    assert genuine(verdict.token, GOOD.key, ask)
    assert not genuine(verdict.token, GOOD.key, replace(ask, number="+12025550124"))
    assert not genuine(verdict.token, GOOD.key, replace(ask, body=ask.body + "!"))
    assert not genuine(verdict.token, GOOD.key, replace(ask, id="o9"))
    assert not genuine(verdict.token, b"another key", ask)
    assert not genuine(verdict.token, b"", ask)


def test_the_checks_are_asked_in_the_order_of_the_compliance_page() -> None:
    assert [number for number, _, _ in CHECKS] == list(range(1, 18))
    assert [name for _, name, _ in CHECKS] == [
        "kill_switch",
        "practice_live",
        "agreement",
        "campaign",
        "template",
        "number",
        "suppression",
        "do_not_contact",
        "line_class",
        "basis",
        "content_level",
        "reassigned",
        "frequency",
        "hold_and_cancel",
        "quiet_hours",
        "throughput",
        "audit",
    ]


# One wrong fact for each code, in the order of the checks.
WRONG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("kill_switch", {"kill_switch": True}),
    ("not_live", {"practice_live": False}),
    ("no_officers", {"officers_set": False}),
    ("shadow", {"shadow": True}),
    ("no_baa", {"baa_active": False}),
    ("no_qsoa", {"qsoa_missing": True}),
    ("no_campaign", {"campaign_approved": False}),
    ("campaign_mismatch", {"sample_family": False}),
    ("not_published", {"template_published": False}),
    ("not_linted", {"template_linted": False}),
    ("not_reviewed", {"language_reviewed": False}),
    ("own_number", {"own_numbers": frozenset({"+12025550123"})}),
    ("landline", {"line_type": "landline"}),
    ("caller_id_failed", {"attestation": "failed"}),
    ("burst", {"burst_10min": 30}),
    ("burst_day", {"burst_day": 500}),
    ("suppressed", {"suppressed": True}),
    ("do_not_contact", {"do_not_contact": True}),
    ("sensitive_line", {"sensitive_line": True}),
    ("no_notice", {"greeting_notice_on": False}),
    ("reassigned", {"rnd": "yes"}),
    ("one_per_case", {"case_unprompted": 1}),
    ("day_cap", {"unprompted_24h": 1}),
    ("week_cap", {"unprompted_7d": 3}),
    ("closed", {"case_closed": True}),
    ("answered", {"answered_since": True}),
    ("no_key", {"key": b""}),
)


@pytest.mark.parametrize(("expected", "facts"), WRONG, ids=[w[0] for w in WRONG])
def test_one_wrong_fact_denies_the_first_text(expected: str, facts: dict[str, Any]) -> None:
    verdict = decide(first(), replace(GOOD, **facts), NOON)
    assert (verdict.kind, verdict.code, verdict.token, verdict.until) == ("deny", expected, "", None)
    assert verdict.why == WHY[expected]


@pytest.mark.parametrize(("one", "other"), list(pairwise(WRONG)), ids=[w[0] for w in WRONG[1:]])
def test_the_first_wrong_fact_is_the_one_that_is_told(one: tuple[str, Any], other: tuple[str, Any]) -> None:
    facts = replace(replace(GOOD, **other[1]), **one[1])
    assert decide(first(), facts, NOON).code == one[0]


def test_a_text_is_short_enough_for_one_segment_or_it_stays_here() -> None:
    assert code(first(body="x" * 160)) == "ok"
    assert code(first(body="x" * 161)) == "too_long"
    assert code(first(body="é" * 160)) == "ok"  # a GSM-7 letter
    assert code(first(body="ó" * 70)) == "ok"  # not one: seventy a segment
    assert code(first(body="ó" * 71)) == "too_long"
    assert code(first(body="")) == "empty"
    assert code(answer(body="x" * 306)) == "ok"
    assert code(answer(body="x" * 307)) == "too_long"


def test_all_default_texts_pass_the_length_check() -> None:
    fields = {
        "practice": "x" * 28,
        "phone": "x" * 12,
        "url": "https://t.example/" + "x" * 12,
        "window": "x" * 7,
        "one_time_code": "1" * 6,
    }
    for template in TEMPLATES:
        ask = first() if template.unprompted else answer()
        assert code(replace(ask, body=render(template, fields))) == "ok", template.id
    assert {"en", "es"} == LANGUAGES


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+12025550123", None),
        ("+14155550100", None),
        ("+17875550123", None),  # Puerto Rico is home
        ("+16715550123", None),  # Guam too
        ("+18005550123", "toll_free"),
        ("+18885550123", "toll_free"),
        ("+19005550123", "premium"),
        ("+12129765555", "premium"),
        ("+15005550123", "not_a_phone"),
        ("+1911", "n11"),
        ("+1988", "short"),
        ("+12029115555", "n11"),
        ("+14115550123", "n11"),
        ("+12025551212", "service"),
        ("+11235550123", "invalid"),
        ("+12021550123", "invalid"),
        ("+1202555012", "invalid"),
        ("+120255501234", "invalid"),
        ("+14165550123", "not_us"),  # Toronto
        ("+18765550123", "not_us"),  # Jamaica: the one-ring trap
        ("+442079460000", "not_us"),
        ("+26669", "short"),
        ("911", "short"),
        ("12345", "short"),
        ("2025550123", "invalid"),
        ("", "withheld"),
        ("anonymous", "withheld"),
        ("+1202555abcd", "withheld"),
        ("+1\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0662\u0663", "withheld"),
        ("266696687", "pseudo"),
        *((number, "pseudo") for number in sorted(PSEUDO)),
    ],
)
def test_which_numbers_may_be_texted(number: str, reason: str | None) -> None:
    assert eligible(number) == reason
    assert code(first(number=number)) == (reason or "ok")
    assert reason is None or reason in WHY


@settings(max_examples=300, deadline=None)
@given(st.integers(2_000_000_000, 9_999_999_999))
def test_no_number_passes_that_the_numbering_plan_refuses(digits: int) -> None:
    number = f"+1{digits}"
    parsed = phonenumbers.parse(number)
    if eligible(number) is None:
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.region_code_for_number(parsed) in REGIONS
        assert phonenumbers.number_type(parsed) in (
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE,
            phonenumbers.PhoneNumberType.VOIP,
        )


def test_recordings_may_use_film_numbers_when_asked_to_and_nothing_else() -> None:
    assert code(first(number="+15550101")) == "invalid"
    assert code(first(number="+15550101"), assume_textable=True) == "ok"
    assert code(first(number="+15551234"), assume_textable=True) == "invalid"
    assert code(first(number="+18005550123"), assume_textable=True) == "ok" if fictitious("+18005550123") else True
    assert code(first(number="+1911"), assume_textable=True) == "n11"


def test_a_flood_of_callers_without_proof_is_slowed_earlier_and_replies_are_not() -> None:
    assert code(first(), burst_10min=19, attestation="") == "ok"
    assert code(first(), burst_10min=20, attestation="") == "burst"
    assert code(first(), burst_10min=29, attestation="B") == "ok"
    assert code(first(), burst_10min=20, attestation="C") == "burst"
    assert code(answer(), burst_10min=999, burst_day=9999, attestation="failed") == "ok"
    assert (
        code(
            first(),
            burst_10min=5000,
            burst_day=5000,
            caps=Caps(burst_10min=9999, burst_unproven=9999, burst_day=9999),
        )
        == "ok"
    )


def test_a_sensitive_line_texts_only_when_enabled_and_never_with_its_real_name() -> None:
    assert code(first(), sensitive_line=True, sensitive_enabled=True) == "ok"
    real = {"sensitive_line": True, "sensitive_enabled": True, "real_name": "ELM STREET"}
    assert code(first(), **real) == "real_name"
    assert code(answer(), **real) == "real_name"
    assert code(answer(), sensitive_line=True) == "ok"  # the person wrote first
    assert code(first(), real_name="Elm Street") == "ok"  # an ordinary line may say its name


@pytest.mark.parametrize(
    "ask",
    [
        first(unprompted=False),
        first(basis=""),
        first(basis="reply_to_inbound"),
        first(basis="stop_confirmation", unprompted=False),
        first(basis="urgent_answer", unprompted=False, reply_to_at=NOON),
        first(basis="reply_to_inbound", unprompted=False, reply_to_at=NOON),
        first(purpose="booking_link"),
        answer(unprompted=True),
        answer(reply_to_at=None),
        answer(basis="urgent_answer"),
        answer(basis="status_after_urgent"),
        answer(basis="stop_confirmation"),
        answer(basis="greeting_notice"),
        answer("stop_confirmation", "stop_confirmation"),
    ],
)
def test_a_text_without_its_proper_ground_is_refused(ask: Ask) -> None:
    assert code(ask) == "no_basis"
    assert decide(ask, replace(GOOD, suppressed=True), NOON).kind == "deny"


def test_consent_must_be_on_record_for_its_own_category() -> None:
    ask = first(purpose="reminder", basis="consent:visits")
    assert code(ask) == "no_consent"
    assert code(ask, consents=frozenset({"callbacks"})) == "no_consent"
    assert code(ask, consents=frozenset({"visits"})) == "ok"


def test_an_old_message_is_not_answered_as_if_it_were_new() -> None:
    assert code(answer(at=NOON - 24 * HOUR)) == "ok"
    assert code(answer(at=NOON - 24 * HOUR - MINUTE)) == "stale"
    assert code(answer(at=NOON + 4 * MINUTE)) == "ok"  # clocks differ a little
    assert code(answer(at=NOON + 6 * MINUTE)) == "stale"
    assert code(answer("refill_done", at=NOON - 72 * HOUR)) == "ok"
    assert code(answer("refill_done", at=NOON - 8 * 24 * HOUR)) == "stale"


def test_nothing_richer_is_texted_than_the_person_agreed_to() -> None:
    rich = answer(level="admin_ok")
    assert code(rich) == "above_preference"
    assert code(rich, preference="admin_ok") == "ok"
    assert code(answer(level="phi_ok"), preference="admin_ok") == "above_preference"
    assert code(rich, preference="phi_ok", shared_number=True) == "shared_number"
    assert code(answer(), shared_number=True) == "ok"
    assert code(answer(level="everything"), preference="phi_ok") == "above_preference"


def test_a_scheduled_text_needs_fresh_proof_that_the_number_is_still_theirs() -> None:
    ask = first(purpose="reminder", basis="consent:visits", scheduled=True)
    ok: dict[str, Any] = {"consents": frozenset({"visits"})}
    assert code(ask, **ok) == "number_unchecked"
    assert code(ask, rnd="no", **ok) == "ok"
    assert code(ask, rnd="yes", **ok) == "reassigned"
    assert code(ask, rnd="no_data", **ok) == "number_unproven"
    assert code(ask, contact_proof_at=NOON - timedelta(days=30), **ok) == "ok"
    assert code(ask, contact_proof_at=NOON - timedelta(days=31), **ok) == "number_unchecked"
    assert code(replace(ask, scheduled=False), **ok) == "ok"


def test_a_second_text_needs_the_policy_and_the_consent() -> None:
    had = {"case_unprompted": 1, "unprompted_24h": 1, "unprompted_7d": 1}
    second = first(purpose="second", basis="consent:callbacks")
    agreed = {"consents": frozenset({"callbacks"})}
    assert code(second, **had, **agreed) == "no_second"
    assert code(second, **had, second_text_on=True) == "no_consent"
    assert code(second, **had, **agreed, second_text_on=True) == "ok"
    assert code(second, case_unprompted=2, unprompted_24h=2, **agreed, second_text_on=True) == "one_per_case"
    assert code(second, case_unprompted=1, unprompted_24h=2, **agreed, second_text_on=True) == "day_cap"
    assert code(first(purpose="second"), **had, second_text_on=True) == "no_basis"
    # the consent raises the cap for the second text only
    other = first(purpose="reminder", basis="consent:callbacks")
    assert code(other, unprompted_24h=1, **agreed, second_text_on=True) == "day_cap"


def test_one_answer_a_message_six_a_day_and_none_to_a_machine() -> None:
    assert code(answer(), replied_to_this=True) == "already_answered"
    assert code(answer(), replies_24h=5) == "ok"
    assert code(answer(), replies_24h=6) == "reply_cap"
    assert code(answer(), auto_replying=True) == "loop"
    assert code(answer(), unprompted_24h=9, unprompted_7d=9, case_unprompted=9) == "ok"


def test_the_refill_done_text_is_owed_once_although_the_request_was_acknowledged() -> None:
    done = answer("refill_done", at=NOON - 4 * HOUR)
    assert code(done, replied_to_this=True) == "ok"
    assert code(done, replied_to_this=True, same_purpose=1) == "already_answered"


def test_a_reply_is_not_stopped_because_the_person_was_answered_on_the_phone() -> None:
    assert code(answer(), answered_since=True) == "ok"


# Quiet hours


def test_the_first_text_after_a_call_may_go_at_night_when_the_policy_says_so() -> None:
    assert decide(first(NIGHT), GOOD, NIGHT).kind == "allow"
    held = decide(first(NIGHT), replace(GOOD, night_first="hold"), NIGHT)
    assert (held.kind, held.code) == ("hold", "quiet_hours")
    assert held.until == datetime(2026, 11, 24, 9, tzinfo=NY)
    assert held.token == ""


def test_a_call_of_an_hour_ago_is_no_longer_a_reason_to_text_at_night() -> None:
    assert decide(first(NIGHT, called_at=NIGHT - 30 * MINUTE), GOOD, NIGHT).kind == "allow"
    assert decide(first(NIGHT, called_at=NIGHT - 31 * MINUTE), GOOD, NIGHT).code == "quiet_hours"
    assert decide(first(NIGHT, called_at=None), GOOD, NIGHT).code == "quiet_hours"


def test_a_link_after_a_voicemail_and_a_second_text_always_keep_quiet_hours() -> None:
    assert decide(first(NIGHT, purpose="voicemail_link"), GOOD, NIGHT).code == "quiet_hours"
    agreed = replace(GOOD, consents=frozenset({"c"}), second_text_on=True, case_unprompted=1)
    assert decide(first(NIGHT, purpose="second", basis="consent:c"), agreed, NIGHT).code == "quiet_hours"


def test_a_reply_goes_at_any_hour_for_a_quarter_of_an_hour() -> None:
    assert decide(answer(at=NIGHT - 15 * MINUTE), GOOD, NIGHT).kind == "allow"
    assert decide(answer(at=NIGHT - 16 * MINUTE), GOOD, NIGHT).code == "quiet_hours"
    assert decide(answer("refill_done", at=NIGHT - 4 * HOUR), GOOD, NIGHT).code == "quiet_hours"


def test_urgent_answers_and_stop_confirmations_know_no_night() -> None:
    assert decide(answer("urgent", "urgent_answer", NIGHT), GOOD, NIGHT).kind == "allow"
    told = answer("urgent_acknowledged", "status_after_urgent", NIGHT - HOUR)
    assert decide(told, replace(GOOD, urgent_outcome="urgent_acknowledged"), NIGHT).kind == "allow"
    assert decide(confirm(NIGHT), replace(GOOD, suppressed=True, stop_at=NIGHT), NIGHT).kind == "allow"


def test_an_address_further_west_and_its_law_make_the_window_smaller() -> None:
    ten = datetime(2026, 11, 23, 10, tzinfo=NY)
    late = first(ten, called_at=ten - HOUR)
    assert decide(late, GOOD, ten).kind == "allow"
    west = decide(late, replace(GOOD, extra_zones=("America/Los_Angeles",)), ten)
    assert west.until == datetime(2026, 11, 23, 12, tzinfo=NY)
    sunday = datetime(2026, 11, 22, 13, tzinfo=NY)
    old = first(sunday, called_at=sunday - HOUR)
    assert decide(old, GOOD, sunday).kind == "allow"
    assert decide(old, replace(GOOD, extra_states=("AL",)), sunday).code == "quiet_hours"


# Holds


def test_the_latest_hold_stands_and_a_later_deny_beats_every_hold() -> None:
    later = NIGHT + timedelta(hours=30)
    facts = replace(GOOD, night_first="hold", throughput_free=False, throughput_next=later)
    assert decide(first(NIGHT), facts, NIGHT).until == later
    assert decide(first(NIGHT), replace(facts, throughput_next=NIGHT + MINUTE), NIGHT).code == "quiet_hours"
    assert decide(first(NIGHT), replace(facts, answered_since=True), NIGHT).code == "answered"
    assert decide(first(NIGHT), replace(facts, key=b""), NIGHT).code == "no_key"


def test_a_line_at_its_pace_waits_for_its_slot() -> None:
    slot = NOON + timedelta(seconds=3)
    verdict = decide(first(), replace(GOOD, throughput_free=False, throughput_next=slot), NOON)
    assert (verdict.kind, verdict.code, verdict.until) == ("hold", "throughput", slot)
    unknown = decide(first(), replace(GOOD, throughput_free=False), NOON)
    assert unknown.kind == "hold" and unknown.until is not None and unknown.until > NOON


def test_without_an_audit_log_nothing_goes() -> None:
    verdict = decide(first(), replace(GOOD, audit_ready=False), NOON)
    assert (verdict.kind, verdict.code) == ("hold", "audit")


def test_a_text_that_would_come_too_late_is_refused_now_so_that_a_person_is_told() -> None:
    ask = first(NIGHT, fresh_until=NIGHT + 2 * HOUR)
    assert decide(ask, replace(GOOD, night_first="hold"), NIGHT).code == "too_late"
    assert decide(ask, GOOD, NIGHT).kind == "allow"
    assert decide(ask, GOOD, NIGHT + 3 * HOUR).code == "too_late"


# After a stop or a closure (decision 5)


@pytest.mark.parametrize("purpose", ["stop_confirmation", "cancel_confirmation"])
def test_a_stop_is_confirmed_once_within_five_minutes(purpose: str) -> None:
    facts = replace(GOOD, suppressed=True, stop_at=NOON)
    ask = confirm(NOON, purpose)
    assert decide(ask, facts, NOON).kind == "allow"
    assert decide(ask, facts, NOON + 5 * MINUTE).kind == "allow"
    assert decide(ask, facts, NOON + 5 * MINUTE + timedelta(seconds=1)).code == "stop_late"
    assert decide(ask, replace(facts, stop_confirmations=1), NOON).code == "stop_confirmed"
    assert decide(ask, replace(facts, carrier_confirmed=True), NOON).code == "stop_confirmed"
    assert decide(ask, replace(facts, suppressed=False, stop_at=None), NOON).code == "stop_lifted"  # START came first
    assert decide(ask, replace(facts, stop_at=NOON + MINUTE), NOON + MINUTE).code == "newer_stop"
    assert decide(ask, replace(facts, do_not_contact=True), NOON).code == "do_not_contact"


def test_an_urgent_message_is_answered_once_even_after_a_stop() -> None:
    ask = answer("urgent", "urgent_answer")
    for ended in ({"suppressed": True}, {"case_closed": True}, {"suppressed": True, "case_closed": True}):
        assert code(ask, **ended) == "ok"
        assert code(ask, **ended, urgent_answers=1) == "already_answered"
    assert code(ask, urgent_answers=3) == "ok"  # no stop: every urgent message has its answer
    assert code(ask, replied_to_this=True) == "already_answered"
    assert code(ask, replies_24h=6) == "ok"
    assert code(ask, replies_24h=10) == "reply_cap"
    assert code(ask, auto_replying=True, answered_since=True) == "ok"


def test_one_status_text_tells_what_is_so() -> None:
    told = answer("urgent_acknowledged", "status_after_urgent", NOON - 20 * MINUTE)
    acked = {"urgent_outcome": "urgent_acknowledged"}
    assert code(told) == "no_outcome"
    assert code(told, urgent_outcome="urgent_nobody") == "no_outcome"
    assert code(told, **acked) == "ok"
    assert code(told, **acked, replied_to_this=True) == "ok"
    assert code(told, **acked, same_purpose=1) == "status_sent"
    assert code(told, **acked, suppressed=True) == "ok"
    assert code(told, **acked, suppressed=True, status_texts=1) == "status_sent"
    assert code(told, **acked, case_closed=True, status_texts=1) == "status_sent"


def test_everything_else_stops_with_the_stop_and_with_the_closure() -> None:
    for purpose in sorted(PURPOSES - {"first", "second", "voicemail_link"}):
        if any(purpose in purposes for purposes in PURPOSES_OF.values()):
            continue
        assert code(answer(purpose), suppressed=True) == "suppressed"
        assert code(answer(purpose), case_closed=True) == "closed"


def test_every_purpose_and_every_code_is_known() -> None:
    assert {purpose for purposes in PURPOSES_OF.values() for purpose in purposes} <= PURPOSES | {"staff_reply"}
    assert all(words.endswith(".") and len(words) < 90 for words in WHY.values())


def test_what_the_values_print_shows_neither_number_nor_words_nor_key() -> None:
    verdict = decide(first(), GOOD, NOON)
    shown = f"{first()!r} {GOOD!r} {verdict!r}"
    assert "+12025550123" not in shown and "missed you" not in shown and "a key of" not in shown
    assert verdict.token not in shown


def test_moments_exactly_a_window_old_no_longer_count_and_a_clock_change_adds_no_hour() -> None:
    day = timedelta(hours=24)
    now = datetime(2026, 11, 1, 12, tzinfo=NY)
    assert count_within([now], now, day) == 1
    wall = datetime(2026, 10, 31, 12, tzinfo=NY)  # 25 real hours before noon of the day the clocks go back
    assert count_within([wall], now, day) == 0
    spring = datetime(2026, 3, 8, 12, tzinfo=NY)
    assert count_within([datetime(2026, 3, 7, 12, tzinfo=NY)], spring, day) == 1  # only 23 hours
    assert count_within([NOON - day, NOON - day + timedelta(microseconds=1), NOON + MINUTE], NOON, day) == 1


def test_a_person_writes_as_often_as_a_conversation_needs_but_not_without_end() -> None:
    reply = answer(purpose="staff_reply", basis="staff_reply", reply_to="m9", reply_to_at=NOON - timedelta(hours=2))
    assert code(reply) == "ok"
    assert code(reply, replies_24h=99, auto_replying=True) == "ok", "the machine's own caps are not a person's"
    assert code(reply, staff_24h=20) == "staff_cap"
    assert code(reply, replied_to_this=True) == "already_answered", "one press, one text"
    assert code(reply, suppressed=True) == "suppressed"
    assert code(reply, case_closed=True) == "closed"
    assert code(reply, template_linted=False) == "not_linted"
    assert (
        code(answer(purpose="staff_reply", basis="staff_reply", reply_to="m9", reply_to_at=NOON - timedelta(days=2)))
        == "stale"
    )
    assert code(answer(purpose="refill_done", basis="staff_reply", reply_to="m9", reply_to_at=NOON)) == "no_basis"
