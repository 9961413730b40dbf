"""C67: with Twilio only HIPAA-eligible services are used, in an account flagged for it, with numbers of the United States and media behind authentication; the status fails otherwise.

Not here: reading the flags from Twilio itself; the agreement's entry says what the clinic confirmed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ringback.core.office.duties_contracts import agreements
from ringback.core.office.eligible import EXCLUDED, problems
from ringback.core.office.values import Agreement, Registers

GOOD = Agreement(vendor="Twilio", system="twilio", services=frozenset({"texts", "voice", "media"}), from_day=date(2026, 1, 1), verified_on=date(2026, 6, 1))  # fmt: skip
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("service", sorted(EXCLUDED["twilio"]))
def test_each_service_that_is_not_eligible_is_found(service: str) -> None:
    wrong = problems(replace(GOOD, services=GOOD.services | {service}), ())
    assert wrong == [f"{EXCLUDED['twilio'][service]} is not eligible for patients' data"]


def test_flags_and_senders() -> None:
    assert problems(GOOD, ("+12025550100", "+18005550199")) == []
    assert "not flagged" in problems(replace(GOOD, project_flagged=False), ())[0]
    assert "HTTP authentication" in problems(replace(GOOD, media_locked=False), ())[0]
    assert problems(replace(GOOD, media_locked=False, services=frozenset({"texts"})), ()) == []
    assert "WhatsApp" in problems(GOOD, ("whatsapp:+12025550100",))[0]
    assert "United States" in problems(GOOD, ("+442071838750",))[0]


def test_the_status_is_red_while_something_is_wrong() -> None:
    def state(one: Agreement) -> str:
        held = Registers(zone="UTC", began_at=NOW, carriers={"twilio": frozenset({"texts"})}, agreements=(one,), senders=("+12025550100",))  # fmt: skip
        return next(found.state for found in agreements(held, NOW) if found.control == "C67")

    assert state(GOOD) == "green"
    assert state(replace(GOOD, project_flagged=False)) == "red"


def test_the_officers_form_offers_them_only_by_name_of_what_they_are(desk, browse) -> None:
    page = browse("privacy_officer").get("/compliance/registers/agreements").content.decode()
    assert "WhatsApp (not eligible)" in page and "Texts (SMS)" in page
    desk.change("update agreement set project_flagged = false")
    page = browse("auditor").get("/compliance").content.decode()
    assert "not flagged for HIPAA at the carrier" in page
