"""C29: no wording asks for STOP, HELP, START or YES, or offers CANCEL or END as a choice; the linter refuses one that does."""

from __future__ import annotations

import pytest

from ringback.core import words
from ringback.core.texts import TEMPLATES, render

FIELDS = {
    "practice": "Maple Family",
    "phone": "202-555-0100",
    "url": "https://example.org/p/1",
    "window": "5 PM",
    "one_time_code": "123456",
}
RESERVED = ("STOPALL", "QUIT", "END", "REVOKE", "CANCEL", "UNSUBSCRIBE", "HELP", "INFO", "START", "UNSTOP", "YES")


def codes(text: str) -> set[str]:
    return {problem.code for problem in words.lint(text, kind="text")}


@pytest.mark.parametrize("word", RESERVED)
def test_a_wording_that_offers_a_reserved_word_is_refused(word: str) -> None:
    assert "reserved" in codes(f"Maple Family: we missed your call. Reply {word} to book. STOP to opt out.")
    assert "reserved" in codes(f"Maple Family: sorry we missed you. Text {word} if you want a visit. STOP to opt out.")


def test_the_one_use_of_stop_is_to_opt_out() -> None:
    good = "Maple Family: sorry we missed your call. Reply 1 book 2 change. Emergency? Call 911. STOP to opt out."
    assert "reserved" not in codes(good)
    assert "reserved" in codes(good.replace("1 book", "STOP to cancel your visit 1 book"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: f"{one.id}.{one.version}")
def test_no_shipped_wording_asks_for_one(template) -> None:
    body = render(template, {name: value for name, value in FIELDS.items() if "{" + name + "}" in template.body})
    # HELP and START are named by what the carriers want in these answers: how to get help, how to come back.
    allowed = template.purpose in ("help", "stop_confirmation", "cancel_confirmation", "rejoined")
    assert allowed or "reserved" not in codes(body), body
