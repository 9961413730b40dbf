"""The windows of a policy in the words of a front desk: what each is, what it means, and how far it may be moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SLA_LEAST, SLA_MOST = 5, 2880


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A number: what it is, what it means, its unit, and its least and most."""

    says: Any
    means: Any
    unit: Any
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several: what it is, what it means, and the options by code."""

    says: Any
    means: Any
    options: Mapping[str, Any]


SECONDS, MINUTES, HOURS, DAYS = _("seconds"), _("minutes"), _("hours"), _("days")
NUMBERS: dict[str, Window] = {
    "settle_seconds": Window(
        says=_("Wait for a redial before the first text"), unit=SECONDS, least=0, most=600,
        means=_("Many callers try again at once. If the second call is answered, no text goes."),
    ),
    "episode_minutes": Window(
        says=_("Calls of one caller within this are one case"), unit=MINUTES, least=5, most=240,
        means=_("Three calls in ten minutes get one text, not three."),
    ),
    "too_late_minutes": Window(
        says=_("No first text when the call is older than"), unit=MINUTES, least=5, most=240,
        means=_("After an outage a text about an old call would puzzle; a person calls instead."),
    ),
    "hold_at_most_hours": Window(
        says=_("A text held at night waits at most"), unit=HOURS, least=1, most=72,
        means=_("If opening is further away than this, a person calls and no text goes."),
    ),
    "reply_gate": Window(
        says=_("No reply: make a call-back task after"), unit=MINUTES, least=15, most=1440,
        means=_("Opening hours. A caller who does not answer the text is called by a person."),
    ),
    "callback_due": Window(
        says=_("That call-back is due"), unit=_("minutes after the text"), least=30, most=2880,
        means=_("Opening hours, counted from the text. After that the task is overdue and pushed."),
    ),
    "page_every": Window(
        says=_("Urgent: page the next person every"), unit=MINUTES, least=1, most=10,
        means=_("Day and night, round the on-call list, until somebody acknowledges."),
    ),
    "officer_from_page": Window(
        says=_("Urgent: the named officer too, from page"), unit=_("on"), least=1, most=10,
        means=_("From this page on the officer is paged beside the people on call."),
    ),
    "nobody_after_page": Window(
        says=_("Urgent: tell the patient that nobody was reached after page"), unit=_("sent"), least=2, most=20,
        means=_("The truth, with 911 and the practice's number, so that nobody waits in vain."),
    ),
    "manager_after": Window(
        says=_("Urgent, not called back: tell the manager after"), unit=MINUTES, least=10, most=60,
        means=_("Day and night. It has to come before the breach."),
    ),
    "breach_after": Window(
        says=_("Urgent, not called back: a breach after"), unit=MINUTES, least=15, most=120,
        means=_("The breach is written down and said to the officer."),
    ),
    "flagged_manager_after": Window(
        says=_("Promised call-back late: tell the manager after"), unit=MINUTES, least=10, most=240,
        means=_("For callers to whom somebody had promised a call."),
    ),
    "guard_after": Window(
        says=_("Change of visit not done: protect it after"), unit=MINUTES, least=30, most=1440,
        means=_("Opens a pressing task, so that a visit is not lost."),
    ),
    "guard_visit_within": Window(
        says=_("...when the visit is within"), unit=MINUTES, least=60, most=10080,
        means=_("2880 minutes are two days."),
    ),
    "reschedule_visit_within_days": Window(
        says=_("A caller with a visit within this may want to change it"), unit=DAYS, least=1, most=60,
        means=_("Their first text offers changing a time before booking one."),
    ),
    "lease": Window(
        says=_("A taken task falls free again after"), unit=MINUTES, least=5, most=120,
        means=_("So that a task somebody took and forgot is seen again."),
    ),
    "retry": Window(
        says=_("No answer: call again after"), unit=MINUTES, least=5, most=60,
        means=_("The pause before the next try of a call-back."),
    ),
    "attempts": Window(
        says=_("Tries before somebody has to say how it ends"), unit=_("tries"), least=1, most=10,
        means=_("After these the task asks for an outcome instead of another try."),
    ),
}  # fmt: skip
CHOICES: dict[str, Choice] = {
    "night_first": Choice(
        says=_("First text after a call at night"),
        means=_("Night is whenever the location is closed."),
        options={"send": _("Send: they have just called"), "hold": _("Hold until opening")},
    ),
    "menu": Choice(
        says=_("Menu of the first text"),
        means=_("How a caller picks what they want; their own words always work too."),
        options={"digits": _("Digits 1 to 5"), "words": _("Words")},
    ),
    "first_text": Choice(
        says=_("First text"),
        means=_("By workflow a new caller and one with a visit get different words."),
        options={"by_workflow": _("Chosen by workflow"), "same": _("The same for all")},
    ),
    "booking": Choice(
        says=_("Booking link"),
        means=_("Where a caller who wants a visit picks a time."),
        options={"own_page": _("Ringback's own page"), "outside_link": _("The practice's outside link")},
    ),
}
SWITCHES: dict[str, tuple[Any, Any]] = {
    "second_text": (
        _("A second text at the reply gate, with recorded consent only"),
        _("Off as delivered. Switching it on lowers a protection: two officers approve it."),
    ),
    "voicemail_link": (
        _("A link by itself after a voicemail that asks for a visit"),
        _("Off as delivered. Switching it on lowers a protection: two officers approve it."),
    ),
}
GROUPS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (
        _("The first text"),
        _("When a missed call becomes a text, and which."),
        ("settle_seconds", "episode_minutes", "too_late_minutes", "night_first", "hold_at_most_hours", "first_text", "menu", "voicemail_link"),
    ),
    (
        _("No reply"),
        _("What happens when a caller does not answer the text."),
        ("reply_gate", "callback_due", "second_text", "retry", "attempts", "lease"),
    ),
    (
        _("Urgent"),
        _("Runs day and night, by the wall clock."),
        ("page_every", "officer_from_page", "nobody_after_page", "manager_after", "breach_after", "flagged_manager_after"),
    ),
    (
        _("Visits"),
        _("Booking, and keeping a visit from being lost."),
        ("booking", "guard_after", "guard_visit_within", "reschedule_visit_within_days"),
    ),
)  # fmt: skip
