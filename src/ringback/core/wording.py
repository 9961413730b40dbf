"""The default wordings, as literal tables that a front desk can read. `texts` makes templates of them.

The rule: plain GSM-7 letters only, so that no accent makes a text twice as dear. HELP, STOP, YES, CANCEL
and END are never offered as choices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNPROMPTED: Final = frozenset({"first", "second", "voicemail_link"})
"""Purposes that nobody asked for: they count against the caps and keep quiet hours."""

_STOP = "Emergency: 911. STOP to opt out"

FIRST_ENGLISH: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("general", "digits"): (
        "T1",
        (
            "{practice}: sorry we missed you. Text in your words or 1 book 2 change 3 bill 4 refill 5 other. "
            "Call {phone}. Emergency: 911. STOP to end"
        ),
    ),
    ("general", "words"): (
        "T1",
        (
            "{practice}: sorry we missed you. Reply BOOK, CHANGE, BILLING, REFILL, URGENT or in your words. "
            "Call {phone}. Emergency: 911. STOP to end"
        ),
    ),
    ("new_patient", "digits"): (
        "T1n",
        "{practice}: sorry we missed your call. Reply 1 to book, 5 for other, or in your own words. "
        "Call {phone}. " + _STOP,
    ),
    ("new_patient", "words"): (
        "T1n",
        "{practice}: sorry we missed your call. Reply BOOK, CALL, URGENT or in your own words. Or "
        "call {phone}. " + _STOP,
    ),
    ("callback", "digits"): (
        "T1c",
        "{practice}: sorry we missed you, your call was seen. Reply 5 or in your own words, or call {phone}. " + _STOP,
    ),
    ("callback", "words"): (
        "T1c",
        "{practice}: sorry we missed you, your call was seen. Reply CALL, URGENT or in your words. "
        "Phone {phone}. " + _STOP,
    ),
    ("reschedule", "digits"): (
        "T1r",
        (
            "{practice}: sorry we missed you. Reply 2 to change a time, 1 to book, 5 other or in your words. "
            "Call {phone}. Emergency: 911. STOP to end"
        ),
    ),
    ("reschedule", "words"): (
        "T1r",
        "{practice}: sorry we missed your call. Reply CHANGE, BOOK, URGENT or in your words. Call {phone}. " + _STOP,
    ),
    ("after_hours", "digits"): (
        "T2",
        "{practice}: sorry we missed you. We are closed; text us and we will follow up. Urgent: call {phone}. " + _STOP,
    ),
    ("after_hours", "words"): (
        "T2",
        (
            "{practice}: sorry we missed you. We are closed; text us and we will follow up. Text URGENT or "
            "call {phone}. Emergency: 911. STOP to end"
        ),
    ),
}

ENGLISH: Final[Mapping[str, tuple[str, str]]] = {
    "second": (
        "T1b",
        "{practice}: we can still help with your call. Reply in your own words, 5 for a call, or "
        "call {phone}. " + _STOP,
    ),
    "voicemail_link": (
        "T6v",
        "{practice}: choose a time at {url} or call {phone}. " + _STOP,
    ),
    "stop_confirmation": (
        "T3",
        (
            "{practice}: you are opted out. No more texts will be sent. Call {phone} if you need us. "
            "Text START to rejoin."
        ),
    ),
    "cancel_confirmation": (
        "T3b",
        (
            "{practice}: you are opted out of texts. This did not change any appointment; to do "
            "that call {phone}. "
            "Text START to rejoin."
        ),
    ),
    "rejoined": (
        "T3c",
        "{practice}: you will get texts again when you call or write. For help call {phone}. STOP to opt out",
    ),
    "help": (
        "T4",
        (
            "{practice}: for help call {phone}. Msg frequency varies. Msg & data rates may apply. "
            "Reply STOP to opt out. Emergency: 911"
        ),
    ),
    "urgent": (
        "T5",
        (
            "{practice}: if this is an emergency call 911. Crisis support: call or text 988. To "
            "reach us now call {phone}. "
            "We are alerting staff."
        ),
    ),
    "urgent_unstaffed": (
        "T5b",
        (
            "{practice}: emergency, call 911. Crisis support: call or text 988. This text line is "
            "not watched now. "
            "After-hours line: {phone}"
        ),
    ),
    "urgent_acknowledged": (
        "T5c",
        (
            "{practice}: a person has seen your message and will call you. If this is an emergency "
            "call 911 now. "
            "Crisis: 988. Or call {phone}"
        ),
    ),
    "urgent_nobody": (
        "T5d",
        (
            "{practice}: we have not reached anyone yet. Please do not wait: emergency, call 911. "
            "Crisis: 988. "
            "Or call {phone}"
        ),
    ),
    "booking_link": (
        "T6",
        ("{practice}: choose a time at {url} or call {phone}. Please do not text health details. STOP to opt out"),
    ),
    "reschedule_link": (
        "T6r",
        ("{practice}: change a time at {url} or call {phone}. Please do not text health details. STOP to opt out"),
    ),
    "did_you_book": (
        "T6q",
        (
            "{practice}: did you find a time? Reply 1 if not yet, or tell us in your own words, or "
            "call {phone}. "
            "STOP to opt out"
        ),
    ),
    "acknowledged": (
        "T7",
        (
            "{practice}: got it. Staff will reply by {window} or call {phone}. Please do not text "
            "health details. "
            "STOP to opt out"
        ),
    ),
    "acknowledged_later": (
        "T7l",
        (
            "{practice}: got it. Staff will reply once we are open, or call {phone}. Please do not "
            "text health details. "
            "STOP to opt out"
        ),
    ),
    "billing": (
        "T7b",
        (
            "{practice}: got it. Staff will call you by {window}. Which time of day suits you? Or "
            "call {phone}. "
            "STOP to opt out"
        ),
    ),
    "refill": (
        "T7f",
        (
            "{practice}: got it. Staff will reply by {window} and text you when it is done, or call {phone}. "
            "Please no health details. STOP to opt out"
        ),
    ),
    "refill_done": ("T7d", "{practice}: your request is done. Questions? Call {phone}. STOP to opt out"),
    "call_back": (
        "T7c",
        (
            "{practice}: got it. Staff will call you by {window}. Tell us if another time suits "
            "you, or call {phone}. "
            "STOP to opt out"
        ),
    ),
    "secure_message": (
        "T8",
        "{practice}: you have a secure message at {url} (code needed) or call {phone}. STOP to opt out",
    ),
    "secure_code": (
        "T8c",
        "{practice}: your code is {one_time_code}. Give it to nobody; we never ask for it. Questions? Call {phone}. STOP to opt out",
    ),
    "signed_up": (
        "T9",
        (
            "{practice} texts: you are signed up for visit and callback texts. Msg frequency varies. "
            "Msg & data rates may apply. Texts are not secure. Reply HELP for help, STOP to opt out. {phone}"
        ),
    ),
    "unclear": (
        "T10",
        (
            "{practice}: thanks. A staff member will read this. Reply 1 book 2 change 3 billing 4 "
            "refill 5 other, "
            "or call {phone}. Emergency: 911"
        ),
    ),
}
