"""C31: a text that says more than the person chose is denied, those that wait too; whoever asked to be reached elsewhere is.

Not here: a text is not sent on to another number by itself; it is refused, and a person reads the other address and calls.
Not here: every wording is neutral today, so the levels above it are shown with a purpose that a test raises.
"""

from __future__ import annotations

import pytest
from desk import MAPLE, MARIA, SHARED, STRANGE, Desk
from django.urls import reverse
from sending import goes, index_of, texts

from ringback.core import consent, gate_values
from ringback.engine import allow, clock, onward
from ringback.store import access, ledgers


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to BILLING would name a date."""
    for module in (gate_values, allow, onward):
        monkeypatch.setattr(module, "LEVEL_OF", {"billing": "admin_ok"})


def chooses(desk: Desk, level: str, number: str = MARIA, **more: str) -> None:
    with access.practice(MAPLE) as rows:
        ledgers.prefer(
            rows, index_of(desk, number), level=level, now=clock.now(), by="8", number=number,
            warning=consent.WARNING if level in ("admin_ok", "phi_ok") else None, **more,
        )  # fmt: skip


def test_nothing_above_neutral_goes_unless_the_person_chose_it(desk: Desk, talkative: None) -> None:
    desk.text(MARIA, "BILLING")
    assert texts(desk, MARIA)[-1] == ("billing", "denied", "above_preference") and goes(desk) == []
    chooses(desk, "admin_ok")
    desk.text(MARIA, "another bill question")
    desk.text(MARIA, "what do I owe, BILLING")
    desk.text(STRANGE, "BILLING")
    assert texts(desk, STRANGE)[-1][2] == "above_preference", "what one number chose is no other's"


def test_a_choice_allows_and_its_withdrawal_reaches_texts_that_wait(desk: Desk, talkative: None) -> None:
    chooses(desk, "admin_ok")
    desk.text(MARIA, "BILLING")
    assert texts(desk, MARIA)[-1][:2] == ("billing", "queued")
    chooses(desk, "neutral_only")
    assert goes(desk) == []
    assert texts(desk, MARIA)[-1] == ("billing", "denied", "above_preference")


def test_a_phone_that_several_people_use_gets_neutral_texts_only(desk: Desk, talkative: None) -> None:
    chooses(desk, "phi_ok", SHARED)
    desk.text(SHARED, "BILLING")
    assert texts(desk, SHARED)[-1] == ("billing", "denied", "shared_number")


def test_whoever_asked_to_be_reached_elsewhere_is_not_texted_and_staff_see_where(desk: Desk, browse) -> None:
    desk.miss(MARIA)
    where = reverse("choices_level", args=[index_of(desk, MARIA).hex()])
    hand = browse("front_desk")
    refused = hand.post(where, {"level": "elsewhere"}, follow=True)
    assert "where to reach them instead" in refused.content.decode()
    told = {"level": "elsewhere", "alternate": "her sister's, 202-555-0177", "words": "never here again"}
    hand.post(where, told)
    assert goes(desk) == [] and texts(desk, MARIA)[0] == ("first", "denied", "elsewhere")
    desk.fold()
    assert desk.rows("select count(*) from task where state = 'open'") == [(1,)], "a person calls instead"
    seen = hand.get(where.removesuffix("/level")).content.decode()
    assert "202-555-0177" in seen and "never here again" in seen
    masked = browse("auditor").get(where.removesuffix("/level")).content.decode()
    assert "0177" not in masked and "never here" not in masked
    ((sealed,),) = desk.rows("select sealed from preference_entry")
    assert b"0177" not in bytes(sealed) and b"never here" not in bytes(sealed)


def test_danger_is_answered_though_texts_are_wanted_elsewhere(desk: Desk) -> None:
    chooses(desk, "elsewhere", alternate="by letter")
    desk.text(MARIA, "URGENT my chest hurts")
    assert goes(desk) == ["urgent"]


def test_more_than_neutral_needs_the_warning_and_its_version_is_kept(desk: Desk, browse) -> None:
    where = reverse("choices_level", args=[index_of(desk, MARIA).hex()])
    hand = browse("nurse")
    assert "Read the warning" in hand.post(where, {"level": "phi_ok"}, follow=True).content.decode()
    with access.practice(MAPLE) as rows, pytest.raises(ValueError, match="warning"):
        ledgers.prefer(rows, index_of(desk, MARIA), level="phi_ok", now=clock.now(), by="8")
    hand.post(where, {"level": "phi_ok", "read": "yes", "words": "yes, all of it"})
    ((level, warning, digest, by, lang),) = desk.rows(
        'select level, warning, warning_hash, "by", lang from preference_entry'
    )
    assert (level, warning, digest, by, lang) == ("phi_ok", "warning.1", consent.WARNING.hash, "5", "en")
    assert desk.rows("select told from disclosure where hash = %s", (digest,)) == [(consent.WARNING.told,)]


def test_the_shipped_wordings_have_not_changed_under_their_version() -> None:
    assert consent.WARNING.hash.startswith("f9385297ae545681") and consent.AGREEMENT.hash.startswith("972dd33c772c7ae8")
