"""A practice in order and a fresh missed call, for the gate's tests: everything allows until a test changes
one fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ringback.core.gate import Ask, Facts
from ringback.core.texts import choose, render

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, 13:00 in New York
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Monday, 22:00 in New York
FIELDS = {
    "practice": "Elm Street Clinic",
    "phone": "202-555-0100",
    "url": "https://t.example/x",
    "window": "3 pm",
    "one_time_code": "123456",
}

GOOD = Facts(
    kill_switch=False,
    shadow=False,
    practice_live=True,
    officers_set=True,
    baa_active=True,
    campaign_approved=True,
    sample_family=True,
    template_published=True,
    template_linted=True,
    language_reviewed=True,
    greeting_notice_on=True,
    sensitive_line=False,
    night_first="send",
    own_numbers=frozenset({"+12025550100"}),
    practice_zone="America/New_York",
    audit_ready=True,
    key=b"a key of this process",
    throughput_free=True,
    burst_10min=0,
    burst_day=0,
    suppressed=False,
    do_not_contact=False,
    shared_number=False,
    line_type="mobile",
    attestation="A",
    unprompted_24h=0,
    unprompted_7d=0,
    replies_24h=0,
    staff_24h=0,
    case_unprompted=0,
    case_closed=False,
    answered_since=False,
    replied_to_this=False,
    same_purpose=0,
    urgent_answers=0,
    status_texts=0,
)


def first(now: datetime = NOON, **changed: Any) -> Ask:
    """The first text after a call that came half a minute ago."""
    template = choose("first")
    ask = Ask(
        id="o1",
        purpose="first",
        basis="greeting_notice",
        unprompted=True,
        number="+12025550123",
        template=template.id,
        template_hash=template.hash,
        body=render(template, {k: FIELDS[k] for k in ("practice", "phone")}),
        called_at=now - timedelta(seconds=30),
    )
    return replace(ask, **changed)


def answer(purpose: str = "acknowledged", basis: str = "reply_to_inbound", at: datetime = NOON, **changed: Any) -> Ask:
    """A text that answers what the person wrote at this moment."""
    # What staff write themselves has no template: any stands for it.
    template = choose("acknowledged" if purpose == "staff_reply" else purpose)
    ask = Ask(
        id="o2",
        purpose=purpose,
        basis=basis,
        unprompted=False,
        number="+12025550123",
        template=template.id,
        template_hash=template.hash,
        body=render(template, FIELDS),
        reply_to="m1",
        reply_to_at=at,
    )
    return replace(ask, **changed)


def confirm(at: datetime = NOON, purpose: str = "stop_confirmation", **changed: Any) -> Ask:
    """The confirmation of a stop that came at this moment."""
    return answer(purpose, "stop_confirmation", at, stop_at=at, **changed)
