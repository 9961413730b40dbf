"""What the gate is asked, what it must know, and what it answers, all as plain values.

The rule: a fact that could allow a text is False until somebody says otherwise, and a fact that could forbid
one has no default, so that it can't be forgotten (decision 32). Moments have a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

AFTER_STOP: Final = frozenset({"stop_confirmation", "urgent_answer", "status_after_urgent"})
"""The bases on which a text may go after a stop or a closure, at most once each (decision 5)."""

PURPOSES_OF: Final[Mapping[str, frozenset[str]]] = {
    "greeting_notice": frozenset({"first", "voicemail_link"}),
    "stop_confirmation": frozenset({"stop_confirmation", "cancel_confirmation"}),
    "urgent_answer": frozenset({"urgent", "urgent_unstaffed"}),
    "status_after_urgent": frozenset({"urgent_acknowledged", "urgent_nobody"}),
    "staff_reply": frozenset({"staff_reply", "secure_message"}),
}
"""Bases that serve these purposes and no other."""

OWED: Final = frozenset({"refill_done", "did_you_book"})
"""Second answers to the same message that are owed: once a case, for longer than other replies (S46)."""

LEVELS: Final[Mapping[str, int]] = {"neutral_only": 0, "admin_ok": 1, "phi_ok": 2}

LEVEL_OF: Final[Mapping[str, str]] = {}
"""Purposes whose wording says more than a stranger may read, with its level. None does: every text is neutral (C31)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The numbers of section 11. `burst_unproven` is for callers whose number is not attested A or B.

    `just_called` is how long a first text counts as an answer to the call and may go at night; `reply_length`
    is the longest reply in characters (two segments); `urgent_more` is how many urgent answers may go beyond
    `replies_24h`.
    """

    unprompted_24h: int = 1
    unprompted_7d: int = 3
    replies_24h: int = 6
    staff_24h: int = 20
    urgent_more: int = 4
    burst_10min: int = 30
    burst_unproven: int = 20
    burst_day: int = 500
    reply_length: int = 306
    stop_within: timedelta = timedelta(minutes=5)
    reply_any_hour: timedelta = timedelta(minutes=15)
    reply_within: timedelta = timedelta(hours=24)
    owed_within: timedelta = timedelta(days=7)
    just_called: timedelta = timedelta(minutes=30)
    proof_fresh: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One text that wants to go. `id` is its row; `basis` is greeting_notice, reply_to_inbound,
    stop_confirmation, urgent_answer, status_after_urgent or consent:<category>; `unprompted` is true for the
    first and the last of these.

    `reply_to_at`: when the person's own message came in; `called_at`: the newest missed call; `stop_at`: the
    stop that this text confirms; `fresh_until`: later than this it is not worth sending; `scheduled`: not
    caused by a call.
    """

    id: str
    purpose: str
    basis: str
    unprompted: bool
    number: str = field(repr=False)
    lang: str = "en"
    template: str = ""
    version: int = 1
    template_hash: str = ""
    body: str = field(repr=False)
    level: str = "neutral_only"
    reply_to: str = ""
    reply_to_at: datetime | None = None
    called_at: datetime | None = None
    stop_at: datetime | None = None
    fresh_until: datetime | None = None
    scheduled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at this moment about the practice, its line, the number and the case.

    Counts are of texts handed over or under way. `urgent_answers` and `status_texts` count since the newest
    stop or closure, `stop_confirmations` since the block began, `same_purpose` texts of the ask's purpose in
    the case. `stop_at` is the newest stop still in force, None when there is none or the person has asked for
    texts again. `urgent_outcome` is the status purpose that is true now: urgent_acknowledged, urgent_nobody
    or empty.
    """

    # the practice and its line
    kill_switch: bool
    shadow: bool
    practice_live: bool = False
    officers_set: bool = False
    baa_active: bool = False
    qsoa_missing: bool = False
    campaign_approved: bool = False
    sample_family: bool = False
    template_published: bool = False
    template_linted: bool = False
    language_reviewed: bool = False
    greeting_notice_on: bool = False
    sensitive_line: bool
    sensitive_enabled: bool = False
    real_name: str = ""
    second_text_on: bool = False
    night_first: Literal["send", "hold"] = "hold"
    own_numbers: frozenset[str]
    practice_zone: str
    caps: Caps = Caps()
    audit_ready: bool = False
    key: bytes = field(default=b"", repr=False)
    throughput_free: bool = False
    throughput_next: datetime | None = None
    burst_10min: int
    burst_day: int
    # the number
    suppressed: bool
    suppressed_by: str = ""
    do_not_contact: bool
    consents: frozenset[str] = frozenset()
    preference: str = "neutral_only"
    shared_number: bool = True
    line_type: str = ""
    attestation: str = ""
    assume_textable: bool = False
    rnd: str = ""
    contact_proof_at: datetime | None = None
    extra_zones: tuple[str, ...] = ()
    extra_states: tuple[str, ...] = ()
    unprompted_24h: int
    unprompted_7d: int
    replies_24h: int
    staff_24h: int
    auto_replying: bool = False
    stop_at: datetime | None = None
    stop_confirmations: int = 0
    carrier_confirmed: bool = False
    # the case
    case_unprompted: int
    case_closed: bool
    answered_since: bool
    replied_to_this: bool
    same_purpose: int
    urgent_answers: int
    status_texts: int
    urgent_outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer. `until` goes with hold, `token` with allow; `why` is for the front desk and the
    audit."""

    kind: Literal["allow", "hold", "deny"]
    code: str
    why: str
    until: datetime | None = None
    token: str = field(default="", repr=False)


WHY: Final[Mapping[str, str]] = {
    "ok": "The text may go.",
    "kill_switch": "Texting is switched off for the whole practice.",
    "not_live": "The practice is not live yet.",
    "no_officers": "No privacy and security officer is named.",
    "shadow": "This line only watches: sending is off.",
    "no_baa": "There is no agreement (BAA) in force with the text carrier.",
    "no_qsoa": "The line is under 42 CFR Part 2, and there is no QSOA in force with the text carrier.",
    "no_campaign": "The carriers have not approved the practice's campaign.",
    "campaign_mismatch": "This wording is not one of those the campaign was approved with.",
    "not_published": "This wording is not published.",
    "not_linted": "This wording has not passed the content check.",
    "not_reviewed": "Nobody qualified has reviewed this language.",
    "empty": "The text has no words.",
    "too_long": "The text is too long.",
    "withheld": "The caller hid the number.",
    "pseudo": "The number stands for a hidden caller.",
    "short": "The number is too short to be a phone.",
    "n11": "The number is a service number such as 911.",
    "service": "The number is a directory service.",
    "invalid": "The number does not exist.",
    "toll_free": "The number is toll-free.",
    "premium": "The number is a premium one.",
    "not_a_phone": "The number is not a person's phone.",
    "not_us": "The number is not a United States one.",
    "own_number": "The number is the practice's own.",
    "landline": "The number is a landline or can't take texts.",
    "caller_id_failed": "The phone network says that the caller's number is forged.",
    "burst": "Too many texts in ten minutes from this line; it may be an attack.",
    "burst_day": "This line has sent all the texts it may send today.",
    "suppressed": "The person asked for no more texts.",
    "stop_lifted": "The person has asked for texts again; there is no stop to confirm.",
    "do_not_contact": "The number is on the do-not-contact list.",
    "sensitive_line": "Texting back is off for this sensitive line.",
    "real_name": "The text would show the real name of a sensitive line.",
    "no_basis": "There is no ground for sending this text.",
    "no_notice": "The line's greeting does not say that a text may follow.",
    "no_consent": "The person's consent is not on record.",
    "newer_stop": "A newer stop came in; this one is not confirmed any more.",
    "stop_late": "The stop is more than five minutes old; it is not confirmed any more.",
    "stop_confirmed": "The stop was confirmed already.",
    "stale": "The message it answers is too old.",
    "no_outcome": "What the text says about the urgent message is not so.",
    "elsewhere": "The person asked to be reached another way, not by text to this number.",
    "above_preference": "The text says more than the person agreed to get by text.",
    "shared_number": "More than one person uses this phone.",
    "reassigned": "The number has passed to somebody else.",
    "number_unproven": "The number database knows nothing; staff must confirm the number.",
    "number_unchecked": "The number database was not asked.",
    "no_second": "A second text is not allowed without the policy and the person's consent.",
    "one_per_case": "This case had its one text.",
    "day_cap": "The number had its text within 24 hours.",
    "week_cap": "The number had its texts within 7 days.",
    "already_answered": "This message was answered already.",
    "status_sent": "The person was told already.",
    "staff_cap": "The number had all the texts of staff that may go in 24 hours; call instead.",
    "reply_cap": "The number had all the automatic replies of 24 hours.",
    "loop": "The other side answers by itself, like a machine.",
    "closed": "The case is closed.",
    "answered": "The person has been answered since.",
    "too_late": "It is too late for this text to be of use.",
    "quiet_hours": "It is night or early on a rest day where the person may be.",
    "throughput": "The line waits for its turn; carriers limit the pace.",
    "no_key": "The gate has no key to sign with.",
    "audit": "The audit log can't be written; nothing is sent without it.",
}
