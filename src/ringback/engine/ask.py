"""Asking the gate: from rows and set-up to the plain values it decides on. Used when a text is queued and again when it
is sent, so that both ask the same question."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ringback.core import words
from ringback.core.gate_values import Ask, Caps, Facts
from ringback.core.texts import FIELDS, Template
from ringback.engine.book import Line, Practice, Wording
from ringback.store.flow import NumberFacts, Past

DAY = timedelta(days=1)
LOOP, LOOP_REPLIES = timedelta(seconds=60), 3
# Pace the carriers set, unless the practice's registration says otherwise: segments a minute and sender, texts a minute
# and campaign, segments a day and brand (C44). A tenth is kept for answers to urgent messages.
PACE: Mapping[str, int] = {"line_minute": 60, "campaign_minute": 75, "brand_day": 2000}


@dataclass(slots=True)
class Pace:
    """What a line and its practice sent lately; raised as a batch allows more."""

    texts_10min: int = 0
    texts_day: int = 0
    segments_minute: int = 0

    def count(self, segments: int) -> None:
        """One more text was let through."""
        self.texts_10min += 1
        self.texts_day += 1
        self.segments_minute += segments


# The tally of a practice as a whole stands under this line number.
WHOLE = 0


def caps_of(practice: Practice) -> Caps:
    """The practice's caps: the defaults, but for what its approved policy says."""
    return _caps(tuple(sorted(practice.gate.get("caps", {}).items())))


@lru_cache(maxsize=256)
def _caps(changes: tuple[tuple[str, int], ...]) -> Caps:
    return Caps(**dict(changes))  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def clean(body: str, kind: str) -> bool:
    """Whether a template's wording passes the content lint, longest fields filled in."""
    filled = body
    for name, most in FIELDS.items():
        sample = {
            "practice": "Riverside Family Practice xx", "phone": "202-555-0100", "url": "https://example.org/p/1",
            "one_time_code": "123456",
        }  # fmt: skip
        filled = filled.replace("{" + name + "}", sample.get(name, "5 PM")[:most])
    return not any(problem.kind in ("privacy", "carrier") for problem in words.lint(filled, kind=kind))


def _linted(wording: Wording) -> bool:
    """A person's words are read anew each time and not remembered."""
    return clean.__wrapped__(wording.body, "text") if wording.id == STAFF else clean(wording.body, "text")


def paced(practice: Practice, pace: Pace, whole: Pace, segments: int, urgent: bool) -> bool:
    """Whether the line may hand over `segments` more in this minute, and the campaign and brand too."""
    limits = {**PACE, **practice.gate.get("pace", {})}
    share = 1.0 if urgent else 0.9
    return bool(
        pace.segments_minute + segments <= limits["line_minute"] * share
        and whole.segments_minute + segments <= limits["campaign_minute"] * share
        and whole.texts_day + segments <= limits["brand_day"] * share
    )


def sums(counted: list[tuple[int, int, datetime, int, int]]) -> list[tuple[int, int, datetime, int, int]]:
    """The tallies' rows of a batch, one for each line and minute."""
    sums: dict[tuple[int, int, datetime], list[int]] = {}
    for practice, line, at, texts, parts in counted:
        one = sums.setdefault((practice, line, at), [0, 0])
        one[0] += texts
        one[1] += parts
    return [(*key, *value) for key, value in sorted(sums.items())]  # type: ignore[misc]


def facts_of(
    practice: Practice,
    line: Line,
    wording: Wording | None,
    known: NumberFacts | None,
    past: Sequence[Past],
    pace: Pace,
    ask: Ask,
    now: datetime,
    *,
    case_id: Any,
    closed: bool,
    acknowledged: bool | None,
    suppressed_at: datetime | None,
    attestation: str,
    second_text: bool,
    night_first: Any,
    free: bool,
    free_at: datetime | None = None,
    audit_ready: bool = True,
) -> Facts:
    """Everything the gate must know. `acknowledged` is None where the case has no urgent message."""
    gate, standing = practice.gate, practice.standing
    carrier = practice.connections.get(line.text_connection or 0)
    system = carrier.system if carrier is not None else ""
    approved = standing.campaign_approved(system, now)
    lists = known.known if known is not None else {}
    day = now - DAY
    mine = [p for p in past if str(p.id) != ask.id]
    in_case = [p for p in mine if p.case_id == case_id]
    since = suppressed_at or now - 7 * DAY
    outcome = "" if acknowledged is None else "urgent_acknowledged" if acknowledged else "urgent_nobody"
    return Facts(
        kill_switch=practice.kill,
        shadow=line.mode != "live",
        practice_live=practice.live,
        officers_set=standing.officers_set(now),
        baa_active=standing.baa_active(system, now),
        qsoa_missing=standing.qsoa_missing(system, line.id, now),
        campaign_approved=approved,
        sample_family=wording is not None and approved,
        template_published=wording is not None and wording.published and wording.approved,
        template_linted=wording is not None and _linted(wording),
        language_reviewed=wording is not None and wording.language_reviewed,
        greeting_notice_on=line.greeting_notice_on is not None and line.greeting_notice_on <= _day(now),
        sensitive_line=line.sensitive,
        sensitive_enabled=line.sensitive_allowed,
        real_name=practice.name if line.sensitive and practice.name != practice.alias else "",
        # A running case keeps its policy, but for what two officers had lowered: that ends for all at once (C84).
        second_text_on=second_text and practice.policy(practice.policy_version, line.id).second_text,
        night_first=night_first,
        own_numbers=practice.own,
        practice_zone=practice.zone,
        caps=caps_of(practice),
        audit_ready=audit_ready,
        key=gate_key(practice.id),
        throughput_free=free,
        throughput_next=free_at,
        burst_10min=pace.texts_10min,
        burst_day=pace.texts_day,
        suppressed=suppressed_at is not None,
        suppressed_by=known.suppressed or "" if known is not None else "",
        do_not_contact="do_not_contact" in lists,
        consents=frozenset(known.consents) if known is not None else frozenset(),
        preference=lists.get("preference", "neutral_only"),
        shared_number=known is None or known.people > 1,
        line_type=lists.get("line_type", ""),
        assume_textable=bool(gate.get("assume_textable")),
        unprompted_24h=sum(1 for p in mine if p.unprompted and p.at > day),
        unprompted_7d=sum(1 for p in mine if p.unprompted),
        replies_24h=sum(1 for p in mine if not p.unprompted and p.basis != STAFF and p.at > day),
        staff_24h=sum(1 for p in mine if p.basis == STAFF and p.at > day),
        # A person does not answer four times in a minute; a machine that answers our answers does.
        auto_replying=sum(1 for p in mine if not p.unprompted and p.basis != STAFF and p.at > now - LOOP)
        >= LOOP_REPLIES,
        attestation=attestation,
        stop_at=suppressed_at,
        stop_confirmations=sum(1 for p in mine if p.basis == "stop_confirmation" and p.at >= since),
        case_unprompted=sum(1 for p in in_case if p.unprompted),
        case_closed=closed,
        answered_since=closed,
        replied_to_this=bool(ask.reply_to) and any(p.reply_to == ask.reply_to and p.basis == ask.basis for p in mine),
        same_purpose=sum(1 for p in in_case if p.purpose == ask.purpose),
        urgent_answers=sum(1 for p in mine if p.basis == "urgent_answer" and p.at >= since),
        status_texts=sum(1 for p in mine if p.basis == "status_after_urgent" and p.at >= since),
        urgent_outcome=outcome,
    )


def _day(now: datetime) -> date:
    return now.date()


# A decision is used by the process that asked for it, within the same moment: its key need not outlive the process.
_SEED = secrets.token_bytes(32)


@lru_cache(maxsize=4096)
def gate_key(practice: int) -> bytes:
    """The key with which this process's gate signs what it allows for a practice."""
    return hmac.digest(_SEED, b"gate %d" % practice, "sha256")


def window(promise: datetime | None, zone: str, now: datetime, lang: str) -> str:
    """A promised moment in words a text may carry: the time today, else the day too."""
    if promise is None:
        return "manana" if lang == "es" else "tomorrow"
    local, today = promise.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    hour = f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"
    if local.date() == today.date():
        return hour
    days = (
        ("lun", "mar", "mie", "jue", "vie", "sab", "dom")
        if lang == "es"
        else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    return f"{days[local.weekday()]} {hour}"


STAFF, CODE = "staff_reply", "secure_code"


def own_words(practice: Practice, words: str, lang: str) -> Wording:
    """What a member of staff wrote, as the wording of one text: whoever wrote it answers for it, and the lint for its content.

    The practice's name stands before it, as it was registered with the carriers.
    """
    body = words if practice.alias in words else f"{practice.alias}: {words}"
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Wording(
        id=STAFF, version=1, lang=lang, body=body, hash=digest, unprompted=False, published=True, approved=True,
        language_reviewed=True,
    )  # fmt: skip


def fill(template: Template, body: str, practice: Practice, url: str, when: str, code: str = "") -> str:
    """The practice's own wording with its fields filled in."""
    return body.format(practice=practice.alias, phone=practice.phone, url=url, window=when, one_time_code=code)
