"""C47: there is no marketing: no such purpose, no consent for it, no wording that passes the linter."""

from __future__ import annotations

import pytest

from ringback.core import consent, words
from ringback.core.gate_values import LEVEL_OF, PURPOSES_OF
from ringback.core.texts import PURPOSES, TEMPLATES

KNOWN = {
    *("secure_message", "secure_code"),
    *("first", "second", "voicemail_link", "booking_link", "reschedule_link", "did_you_book", "acknowledged"),
    *(
        "acknowledged_later",
        "billing",
        "refill",
        "refill_done",
        "unclear",
        "call_back",
        "help",
        "rejoined",
        "staff_reply",
    ),
    *("stop_confirmation", "cancel_confirmation", "urgent", "urgent_unstaffed", "urgent_acknowledged", "urgent_nobody"),
    *("secure_message", "signed_up"),
}


def test_every_kind_of_text_is_one_of_these_and_none_sells() -> None:
    assert PURPOSES <= KNOWN, "a new kind of text is added here by somebody who has read C47"
    assert {purpose for purposes in PURPOSES_OF.values() for purpose in purposes} <= KNOWN and set(LEVEL_OF) <= KNOWN
    assert set(consent.CATEGORIES) == {"missed_call", "callback"}


@pytest.mark.parametrize(
    "offer",
    [
        "Save 20% on your next visit!",
        "Free whitening this month",
        "Special offer for our patients",
        "Refer a friend, get $25",
    ],
)
def test_an_offer_does_not_pass_the_linter(offer: str) -> None:
    body = f"Maple Family, 202-555-0100: {offer} STOP to opt out."
    assert {one.kind for one in words.lint(body, kind="text")} & {"privacy", "carrier"}


def test_no_shipped_wording_offers_anything() -> None:
    for template in TEMPLATES:
        for word in ("offer", "free ", "save ", "discount", "sale", "promo", "gratis", "oferta", "descuento", "$", "%"):
            assert word not in template.body.casefold(), (template.id, word)
