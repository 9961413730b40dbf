"""C55: patients see no record here; whoever builds such a page has to be shown IAL2 and AAL2 from outside, fresh.

Not here: no provider of identity is connected and there is no page of records; what is here is the rule for one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import MARIA, Desk
from django.test import Client

from ringback.core.assurance import Assertion, why_not
from ringback.web import routes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = Assertion(issuer="https://id.example", subject="s1", audience="maple", ial=2, aal=2, at=NOW, record="R1")
KNOWN: dict[str, Any] = {"issuers": {"https://id.example"}, "audience": "maple", "records": {"R1"}}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ial": 1}, "ial"),
        ({"aal": 1}, "aal"),
        ({"issuer": "https://other.example"}, "issuer"),
        ({"audience": "birch"}, "audience"),
        ({"at": NOW - timedelta(minutes=16)}, "stale"),
        ({"at": NOW + timedelta(seconds=1)}, "stale"),
        ({"record": "R2"}, "nobody"),
        ({"subject": ""}, "nobody"),
    ],
)
def test_less_than_ial2_or_anothers_opens_nothing(change: dict[str, Any], why: str) -> None:
    assert why_not(replace(GOOD, **change), NOW, **KNOWN) == why


def test_only_a_whole_one_opens() -> None:
    assert why_not(GOOD, NOW, **KNOWN) == "" and why_not(None, NOW, **KNOWN) == "no_assertion"


def test_no_page_without_a_sign_in_shows_a_record(desk: Desk) -> None:
    open_ = {name for name, row in routes.ROUTES.items() if row.roles is routes.ANYBODY and row.patients}
    assert open_ == {"patient", "ack"}
    case = desk.text(MARIA, "my canary words")
    link = desk.link(desk.text(MARIA, "BOOK"))
    seen = Client().post(link, {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}).content.decode()
    assert "canary" not in seen and str(case) not in seen
