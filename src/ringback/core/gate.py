"""The send gate: whether one text may go to one number at one moment. Every text passes here, twice.

The rule: CHECKS are asked in the order of compliance section 5, and the first deny wins. A check may also
hold the text until a moment; holds are collected and the latest one stands, so that no text is kept waiting
only to be refused by a later check. After a stop or a closure nothing goes but the three texts of AFTER_STOP,
once each (decision 5). The answer depends on the ask, the facts and the moment alone, so it can be told again
from the audit. An allowed text carries a token bound to its row, number and words; carriers accept nothing
without it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from ringback.core.consent import ELSEWHERE
from ringback.core.gate_values import AFTER_STOP, LEVELS, OWED, PURPOSES_OF, WHY, Ask, Caps, Facts, Verdict
from ringback.core.numbers import eligible, fictitious
from ringback.core.quiet import quiet_until, states_of, zones_of
from ringback.core.wording import UNPROMPTED

__all__ = ["CHECKS", "Ask", "Caps", "Facts", "Verdict", "count_within", "decide", "eligible", "genuine"]

Hold = tuple[str, datetime]
Check = Callable[[Ask, Facts, datetime], "str | Hold | None"]

_SKEW: Final = timedelta(minutes=5)
_AUDIT_RETRY: Final = timedelta(minutes=1)
_GSM: Final = frozenset("£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà")
PROMPTED: Final = frozenset({"reply_to_inbound", "urgent_answer", "status_after_urgent", "staff_reply"})
_TEXTABLE: Final = frozenset({"", "unknown", "mobile", "voip"})


def _kill_switch(ask: Ask, facts: Facts, now: datetime) -> str | None:
    return "kill_switch" if facts.kill_switch else None


def _live(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if not facts.practice_live:
        return "not_live"
    if not facts.officers_set:
        return "no_officers"
    return "shadow" if facts.shadow else None


def _agreement(ask: Ask, facts: Facts, now: datetime) -> str | None:
    # A line under 42 CFR Part 2 asks for a QSOA besides (C61).
    return "no_baa" if not facts.baa_active else "no_qsoa" if facts.qsoa_missing else None


def _campaign(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if not facts.campaign_approved:
        return "no_campaign"
    return None if facts.sample_family else "campaign_mismatch"


def _template(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if not facts.template_published:
        return "not_published"
    if not facts.template_linted:
        return "not_linted"
    if not facts.language_reviewed:
        return "not_reviewed"
    return _length(ask, facts.caps)


def _length(ask: Ask, caps: Caps) -> str | None:
    body = ask.body
    if not body:
        return "empty"
    if not body.isascii() and any(letter not in _GSM and not letter.isascii() for letter in body):
        return "too_long" if len(body) > (70 if ask.unprompted else caps.reply_length // 2) else None
    return "too_long" if len(body) > (160 if ask.unprompted else caps.reply_length) else None


def _number(ask: Ask, facts: Facts, now: datetime) -> str | None:
    reason = eligible(ask.number)
    if reason is not None and not (facts.assume_textable and fictitious(ask.number)):
        return reason
    if ask.number in facts.own_numbers:
        return "own_number"
    if facts.line_type not in _TEXTABLE:
        return "landline"
    if not ask.unprompted:
        return None
    caps = facts.caps
    if facts.attestation == "failed":
        return "caller_id_failed"
    proven = facts.attestation in ("A", "B")
    if facts.burst_10min >= (caps.burst_10min if proven else min(caps.burst_10min, caps.burst_unproven)):
        return "burst"
    return "burst_day" if facts.burst_day >= caps.burst_day else None


def _suppression(ask: Ask, facts: Facts, now: datetime) -> str | None:
    return "suppressed" if facts.suppressed and ask.basis not in AFTER_STOP else None


def _do_not_contact(ask: Ask, facts: Facts, now: datetime) -> str | None:
    return "do_not_contact" if facts.do_not_contact else None


def _line_class(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if not facts.sensitive_line:
        return None
    if ask.unprompted and not facts.sensitive_enabled:
        return "sensitive_line"
    return "real_name" if facts.real_name and facts.real_name.casefold() in ask.body.casefold() else None


def _basis(ask: Ask, facts: Facts, now: datetime) -> str | None:
    basis = ask.basis
    if ask.unprompted is not (basis == "greeting_notice" or basis.startswith("consent:")):
        return "no_basis"
    if ask.purpose in UNPROMPTED and not ask.unprompted:
        return "no_basis"
    purposes = PURPOSES_OF.get(basis)
    if purposes is not None and ask.purpose not in purposes:
        return "no_basis"
    if basis == "greeting_notice":
        return None if facts.greeting_notice_on else "no_notice"
    if basis.startswith("consent:"):
        return None if basis[8:] in facts.consents else "no_consent"
    if basis == "stop_confirmation":
        return _confirms(ask, facts, now)
    if ask.reply_to_at is None or basis not in PROMPTED:
        return "no_basis"
    age = now - ask.reply_to_at
    if not -_SKEW <= age <= (facts.caps.owed_within if ask.purpose in OWED else facts.caps.reply_within):
        return "stale"
    if basis == "status_after_urgent" and ask.purpose != facts.urgent_outcome:
        return "no_outcome"
    return None


def _confirms(ask: Ask, facts: Facts, now: datetime) -> str | None:
    """C30: one confirmation within five minutes of the newest stop, none when the carrier already sent its
    own."""
    if ask.stop_at is None:
        return "no_basis"
    if facts.stop_at is None:
        return "stop_lifted"
    if facts.stop_at != ask.stop_at:
        return "newer_stop"
    if not -_SKEW <= now - ask.stop_at <= facts.caps.stop_within:
        return "stop_late"
    return "stop_confirmed" if facts.stop_confirmations or facts.carrier_confirmed else None


def _level(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if facts.preference == ELSEWHERE and ask.basis not in AFTER_STOP:
        return "elsewhere"
    if ask.level == "neutral_only":
        return None
    wanted = LEVELS.get(ask.level)
    if wanted is None or wanted > LEVELS.get(facts.preference, 0):
        return "above_preference"
    return "shared_number" if facts.shared_number else None


def _reassigned(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if facts.rnd == "yes" and ask.unprompted:
        return "reassigned"
    if not ask.scheduled or facts.rnd == "no":
        return None
    proof = facts.contact_proof_at
    if proof is not None and now - proof <= facts.caps.proof_fresh:
        return None
    return "number_unproven" if facts.rnd == "no_data" else "number_unchecked"


def _frequency(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if ask.unprompted:
        return _unprompted(ask, facts)
    if ask.basis == "stop_confirmation":
        return None
    if ask.basis == "staff_reply":
        # A person writes as often as a conversation needs; the same press never sends twice.
        if facts.replied_to_this:
            return "already_answered"
        return "staff_cap" if facts.staff_24h >= facts.caps.staff_24h else None
    after_end = facts.suppressed or facts.case_closed
    if ask.basis == "status_after_urgent":
        return "status_sent" if facts.same_purpose or (after_end and facts.status_texts) else None
    if ask.basis == "urgent_answer":
        if facts.replied_to_this or (after_end and facts.urgent_answers):
            return "already_answered"
        return "reply_cap" if facts.replies_24h >= facts.caps.replies_24h + facts.caps.urgent_more else None
    if facts.same_purpose if ask.purpose in OWED else facts.replied_to_this:
        return "already_answered"
    if facts.auto_replying:
        return "loop"
    return "reply_cap" if facts.replies_24h >= facts.caps.replies_24h else None


def _unprompted(ask: Ask, facts: Facts) -> str | None:
    second = ask.purpose == "second"
    if second and not (facts.second_text_on and ask.basis.startswith("consent:")):
        return "no_second"
    if facts.case_unprompted >= (2 if second else 1):
        return "one_per_case"
    day = facts.caps.unprompted_24h
    if facts.unprompted_24h >= (max(day, 2) if second else day):
        return "day_cap"
    return "week_cap" if facts.unprompted_7d >= facts.caps.unprompted_7d else None


def _hold_and_cancel(ask: Ask, facts: Facts, now: datetime) -> str | None:
    if facts.case_closed and ask.basis not in AFTER_STOP:
        return "closed"
    if facts.answered_since and ask.unprompted:
        return "answered"
    return "too_late" if ask.fresh_until is not None and now > ask.fresh_until else None


def _quiet(ask: Ask, facts: Facts, now: datetime) -> Hold | None:
    if ask.basis in AFTER_STOP:
        return None
    caps = facts.caps
    if (
        ask.basis in ("reply_to_inbound", "staff_reply")
        and ask.reply_to_at is not None
        and now - ask.reply_to_at <= caps.reply_any_hour
    ):
        return None
    first = ask.basis == "greeting_notice" and ask.purpose == "first" and facts.night_first == "send"
    if first and ask.called_at is not None and now - ask.called_at <= caps.just_called:
        return None
    zones = zones_of(ask.number) + facts.extra_zones
    until = quiet_until(zones, facts.practice_zone, now, states=states_of(ask.number) + facts.extra_states)
    return None if until is None else ("quiet_hours", until)


def _throughput(ask: Ask, facts: Facts, now: datetime) -> Hold | None:
    if facts.throughput_free:
        return None
    return ("throughput", facts.throughput_next or now + timedelta(seconds=1))


def _audit(ask: Ask, facts: Facts, now: datetime) -> str | Hold | None:
    if not facts.key:
        return "no_key"
    return None if facts.audit_ready else ("audit", now + _AUDIT_RETRY)


CHECKS: Final[tuple[tuple[int, str, Check], ...]] = (
    (1, "kill_switch", _kill_switch),
    (2, "practice_live", _live),
    (3, "agreement", _agreement),
    (4, "campaign", _campaign),
    (5, "template", _template),
    (6, "number", _number),
    (7, "suppression", _suppression),
    (8, "do_not_contact", _do_not_contact),
    (9, "line_class", _line_class),
    (10, "basis", _basis),
    (11, "content_level", _level),
    (12, "reassigned", _reassigned),
    (13, "frequency", _frequency),
    (14, "hold_and_cancel", _hold_and_cancel),
    (15, "quiet_hours", _quiet),
    (16, "throughput", _throughput),
    (17, "audit", _audit),
)


def decide(ask: Ask, facts: Facts, now: datetime) -> Verdict:
    """Allow, hold until a moment, or deny, with a code and the words a front desk understands.

    A text that would be held past its `fresh_until` is denied at once (`too_late`), so that a person is told
    now.
    """
    held: Hold | None = None
    for _, _, check in CHECKS:
        said = check(ask, facts, now)
        if said is None:
            continue
        if isinstance(said, str):
            return Verdict(kind="deny", code=said, why=WHY[said])
        if held is None or said[1] > held[1]:
            held = said
    if held is None:
        return Verdict(kind="allow", code="ok", why=WHY["ok"], token=_token(facts.key, ask))
    code, until = held
    if ask.fresh_until is not None and until > ask.fresh_until:
        return Verdict(kind="deny", code="too_late", why=WHY["too_late"])
    return Verdict(kind="hold", code=code, why=WHY[code], until=until)


def _token(key: bytes, ask: Ask) -> str:
    words = "\x1f".join((ask.id, ask.number, ask.template_hash, ask.body))
    return hmac.digest(key, words.encode(), "sha256").hex()


def genuine(token: str, key: bytes, ask: Ask) -> bool:
    """Whether this gate allowed exactly this text: same row, number, template and words, and the same key."""
    return bool(key) and hmac.compare_digest(token, _token(key, ask))


def count_within(sent: Iterable[datetime], now: datetime, window: timedelta) -> int:
    """How many of these moments lie in the rolling window that ends now; one exactly that old has left it.

    Moments are compared as instants, so midnight and clock changes do not matter. All must have a zone.
    """
    start = now.astimezone(UTC) - window
    return sum(1 for moment in sent if start < moment <= now)
