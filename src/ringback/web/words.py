"""The words people read for the product's field terms. Pages show these and never a bare code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop

from ringback.web.tongue import told


class Words(Mapping[str, str]):
    """A table of words that answers in the language of whoever reads the page."""

    def __init__(self, plain: Mapping[str, str]) -> None:
        self.plain = plain

    def __getitem__(self, code: str) -> str:
        return told(self.plain[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)


PHASES = Words(
    {
        "new": "New",
        "settling": "Settling",
        "waiting": "Waiting on caller",
        "working": "With staff",
        "urgent": "Urgent",
        "closed": "Closed",
    }
)
WORKFLOWS = Words(
    {
        "new_patient": "New caller",
        "callback": "Call-back owed",
        "reschedule": "Change of visit",
        "general": "General",
    }
)
CALLERS = Words(
    {
        "unmatched": "Not in the directory",
        "patient": "Patient",
        "household": "Shared phone",
        "staff": "Staff",
        "own": "Own number",
        "extension": "Extension",
        "withheld": "Number withheld",
        "untextable": "Can't be texted",
        "blocked": "Blocked",
    }
)
CLOSURES = Words(
    {
        "answered": "Answered",
        "called_back_in": "Called back in",
        "booked": "Booked",
        "resolved": "Resolved",
        "reached": "Reached",
        "unreached_with_plan": "Not reached, plan noted",
        "unrecovered": "Not recovered",
        "opted_out": "Opted out",
        "suppressed": "No text",
    }
)
VERDICTS = Words(
    {
        "answered": "Answered",
        "missed": "Missed",
        "abandoned": "Hung up early",
        "busy": "Busy",
        "voicemail": "Voicemail",
        "internal": "Internal",
        "unknown": "Still going on",
    }
)
TASKS = Words(
    {
        "booking": "Book a visit",
        "reschedule": "Change a visit",
        "protect_visit": "Protect a visit that is near",
        "possible_appointment_cancel": "Ask: cancel the appointment?",
        "billing": "Billing question",
        "refill": "Refill request",
        "records": "Records request",
        "referral": "Referral",
        "results": "Results question",
        "clinical": "Clinical question",
        "informational": "For information",
        "callback": "Call back",
        "new_patient_callback": "Call a new caller back",
        "flagged_callback": "Promised call-back",
        "urgent_callback": "Urgent call-back",
        "voicemail": "Hear a voicemail",
        "interpreter": "Call with an interpreter",
        "opt_out_check": "Did they mean stop?",
        "other": "Read and answer",
        "confirm_visit": "Confirm the asked time",
        "text_fate_unknown": "Did our text arrive?",
        "after_stop": "Follow up by phone, texts stopped",
        "secure_unread": "Secure message not read yet: call",
    }
)
QUEUES = Words(
    {
        "scheduling": "Scheduling",
        "clinical": "Clinical",
        "billing": "Billing",
        "front_desk": "Front desk",
    }
)
PRIORITIES = Words(
    {
        "urgent": "Urgent",
        "high": "High",
        "routine": "Routine",
        "informational": "For information",
    }
)
TEXT_STATES = Words(
    {
        "queued": "On its way",
        "held": "Held",
        "sending": "Sending",
        "sent": "Sent",
        "delivered": "Delivered",
        "failed": "Failed",
        "denied": "Not sent",
        "cancelled": "Cancelled",
        "uncertain": "Fate unknown",
    }
)
DISPOSITIONS = Words(
    {
        "reached": "Reached",
        "booked": "Booked",
        "resolved": "Resolved",
        "unreached_with_plan": "Not reached, plan noted",
        "unrecovered": "Give up",
        "wrong_number": "Wrong number",
        "opted_out": "Yes, they meant stop",
    }
)
ROLES = Words(
    {
        "owner": "Owner",
        "privacy_officer": "Privacy officer",
        "security_officer": "Security officer",
        "clinician": "Clinician",
        "nurse": "Nurse",
        "scheduler": "Scheduler",
        "biller": "Biller",
        "front_desk": "Front desk",
        "manager": "Manager",
        "auditor": "Auditor",
        "integration": "Integration",
    }
)
LISTED = Words({"oncall": "On call", "officer": "Named officer", "manager": "Manager"})
EVENTS = Words(
    {
        "CallEnded": "Call ended",
        "VoicemailHeard": "Voicemail read",
        "TextReceived": "Text received",
        "TextFailed": "Text failed",
        "TimeUp": "Time was up",
        "TaskClaimed": "Task taken",
        "TaskReleased": "Task given back",
        "TaskTried": "Call tried",
        "TaskDone": "Task done",
        "PageAcknowledged": "Page acknowledged",
        "PageFailed": "Page failed",
        "UrgentCalledBack": "Urgent call-back",
        "VisitBooked": "Visit booked",
        "VisitAsked": "Visit asked for",
        "OptedOut": "Opted out",
        "RefillProcessed": "Refill processed",
        "CaseClosed": "Closed by staff",
    }
)
TICKS = Words(
    {
        "settle": "text, unless they redial and are answered",
        "opening": "first text when the practice opens",
        "page": "page the next person",
        "manager": "tell the manager",
        "breach": "write the breach down",
        "reply": "no reply: a person calls",
        "callback": "tell the manager the call-back is late",
        "guard": "protect the visit",
        "promise": "a promise to the caller is due",
        "due": "task is due",
        "lease": "task falls free again",
        "retry": "call again",
        "close": "close the case",
    }
)
PURPOSES = Words(
    {
        "first": "First text",
        "voicemail_link": "Answer to the voicemail",
        "booking_link": "Booking link",
        "reschedule_link": "Link to change the visit",
        "did_you_book": "Did you book?",
        "urgent": "Urgent answer",
        "urgent_unstaffed": "Urgent answer, nobody on call",
        "urgent_acknowledged": "Someone has seen it",
        "urgent_nobody": "Nobody reached yet",
        "stop_confirmation": "Stop confirmed",
        "cancel_confirmation": "Cancel read as stop",
        "help": "Help",
        "refill_done": "Refill is done",
        "staff_reply": "Written by staff",
        "secure_message": "A secure message is there",
        "secure_code": "One-time code",
        "unclear": "Menu again",
    }
)
OPT_OUT_SOURCES = Words(
    {
        "voice": "By phone",
        "paper": "On paper",
        "in_person": "At the desk",
        "email": "By e-mail",
        "staff": "Noted by staff",
    }
)

# Codes that a page shows as they are, through `plain` or `told`.
CODES = (
    gettext_noop("alerted"),
    gettext_noop("searched"),
    gettext_noop("changed"),
    gettext_noop("sent"),
    gettext_noop("late"),
    gettext_noop("due"),
    gettext_noop("passkey"),
    gettext_noop("lifted"),
    gettext_noop("held"),
    gettext_noop("withdrawn"),
    gettext_noop("emergency"),
    gettext_noop("live"),
    gettext_noop("shadow"),
    gettext_noop("off"),
    gettext_noop("refused"),
    gettext_noop("failed"),
    gettext_noop("view"),
    gettext_noop("search"),
    gettext_noop("export"),
    gettext_noop("change"),
    gettext_noop("send"),
    gettext_noop("refusal"),
    gettext_noop("alert"),
    gettext_noop("laptop"),
    gettext_noop("desktop"),
    gettext_noop("tablet"),
    gettext_noop("phone"),
    gettext_noop("digits"),
    gettext_noop("words"),
    gettext_noop("book"),
    gettext_noop("billing"),
    gettext_noop("refill"),
    gettext_noop("clinical"),
    gettext_noop("records"),
    gettext_noop("referral"),
    gettext_noop("results"),
    gettext_noop("callback"),
    gettext_noop("reschedule"),
    gettext_noop("other"),
    gettext_noop("first"),
    gettext_noop("patient"),
    gettext_noop("day"),
    gettext_noop("today"),
)


def say(table: Mapping[str, str], code: str | None) -> str:
    """The words for a code; one that has none is shown with its underscores as spaces."""
    if not code:
        return ""
    return table.get(code) or told(code.replace("_", " ").capitalize())
