"""C68: an incident's clocks run from its discovery and the earliest wins; a decision needs its four factors or encryption, a reason and a signer; nothing that was written is changed.

Not here: legal advice. The table of states is versioned and a reminder for counsel.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from desk import BIRCH, Desk
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.office.incident import (
    FACTORS,
    LARGE,
    STATES,
    TABLE_VERSION,
    Incident,
    clocks,
    earliest,
    fold,
    may_decide,
)

ZONE = "America/Los_Angeles"
FOUND = datetime(2026, 11, 2, 18, 30, tzinfo=UTC)  # Monday, 10:30 at the clinic
MIDNIGHT = timedelta(hours=8)


def due(incident: Incident, zone: str = ZONE) -> dict[str, datetime]:
    return {one.kind: one.due_by.astimezone(UTC) for one in clocks(incident, zone)}


def at(year: int, month: int, day: int) -> datetime:
    """The end of the day before, in Los Angeles: 00:00 of this one."""
    return datetime(year, month, day, tzinfo=UTC) + MIDNIGHT


def test_golden_dates_of_the_federal_clocks() -> None:
    small = due(Incident(discovered_at=FOUND, counts={"NV": 12}, decision="breach"))
    assert small == {"individuals": at(2027, 1, 2), "hhs": at(2027, 3, 2)}
    large = due(Incident(discovered_at=FOUND, counts={"NV": 600}, decision="breach"))
    assert large == {"individuals": at(2027, 1, 2), "hhs": at(2027, 1, 2), "media_NV": at(2027, 1, 2)}


def test_five_hundred_is_large_for_hhs_and_not_for_the_media() -> None:
    exactly = due(Incident(discovered_at=FOUND, counts={"NV": LARGE}, decision="breach"))
    assert exactly["hhs"] == exactly["individuals"] and "media_NV" not in exactly
    assert "media_NV" in due(Incident(discovered_at=FOUND, counts={"NV": LARGE + 1}, decision="breach"))
    spread = due(Incident(discovered_at=FOUND, counts={"NV": 300, "UT": 300}, decision="breach"))
    assert spread["hhs"] == spread["individuals"] and not any(kind.startswith("media") for kind in spread)


def test_a_small_breach_found_in_a_leap_year_is_told_by_the_29th_of_february_at_its_end() -> None:
    leap = due(Incident(discovered_at=datetime(2027, 6, 1, 18, tzinfo=UTC), counts={"NV": 1}, decision="breach"))
    assert leap["hhs"] == at(2028, 3, 1), "60 days after 31 December 2027 end with 29 February 2028"


def test_california_wins_with_15_business_days() -> None:
    closed = frozenset({date(2026, 11, 11), date(2026, 11, 26)})
    incident = Incident(discovered_at=FOUND, counts={"CA": 3, "CO": 2}, decision="breach")
    first = earliest(incident, ZONE, closed)
    assert first is not None and first.kind == "state_CA"
    assert first.due_by.astimezone(UTC) == at(2026, 11, 25), "15 business days after Monday, Veterans Day left out"
    told = replace(incident, told={"state_CA": FOUND + timedelta(days=2)})
    following = earliest(told, ZONE, closed)
    assert following is not None and following.kind == "state_CO"
    assert len(TABLE_VERSION) == 7 and all(rule.days or rule.business_days for rule in STATES.values())


def test_a_vendor_has_24_hours_unless_the_contract_says_otherwise() -> None:
    incident = Incident(discovered_at=FOUND, vendor_knew_at=FOUND - timedelta(hours=20))
    assert due(incident)["vendor_notice"] == FOUND + timedelta(hours=4)
    assert due(replace(incident, breach_hours=72))["vendor_notice"] == FOUND + timedelta(hours=52)


def test_until_somebody_signs_otherwise_it_counts_as_a_breach() -> None:
    assert set(due(Incident(discovered_at=FOUND))) == {"individuals", "assessment"}
    assert due(Incident(discovered_at=FOUND, decision="no_breach")) == {}
    assert due(Incident(discovered_at=FOUND, decision="safe_harbour")) == {}


def test_what_may_be_decided_when() -> None:
    assert not may_decide("no_breach", frozenset(FACTORS[:3]), False)
    assert may_decide("no_breach", frozenset(FACTORS), False)
    assert not may_decide("safe_harbour", frozenset(FACTORS), False) and may_decide("safe_harbour", frozenset(), True)
    assert may_decide("breach", frozenset(), False) and not may_decide("forget it", frozenset(FACTORS), True)


@settings(max_examples=60, deadline=None)
@given(
    counts=st.dictionaries(st.sampled_from(["CA", "NV", "NY", "TX", "WY"]), st.integers(0, 2000), max_size=4),
    found=st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    decision=st.sampled_from(["", "breach"]),
)
def test_no_clock_lies_before_its_discovery_and_the_first_is_the_earliest(
    counts: dict[str, int], found: datetime, decision: str
) -> None:
    incident = Incident(discovered_at=found, counts=counts, decision=decision)
    running = clocks(incident, ZONE)
    assert all(one.due_by > found for one in running)
    first = earliest(incident, ZONE)
    assert first is not None and first.due_by == min(one.due_by for one in running)
    assert first.due_by - found <= timedelta(days=61)


def test_notes_fold_and_a_decision_that_was_not_allowed_does_not_count() -> None:
    notes = [
        {"kind": "facts", "facts": {"encrypted": False, "counts": {"CA": 2}}},
        {"kind": "decision", "facts": {"decision": "no_breach"}},
        {"kind": "notice", "facts": {"to": "individuals", "at": FOUND}},
    ]
    one = fold(FOUND, notes)
    assert (one.people, one.decision, dict(one.told)) == (2, "", {"individuals": FOUND})
    weighed = {"kind": "assessment", "facts": dict.fromkeys(FACTORS, True)}
    assert fold(FOUND, [notes[0], weighed, notes[1]]).decision == "no_breach"


def test_the_desk_from_discovery_to_the_signed_decision(desk: Desk, browse) -> None:
    officer = browse("privacy_officer")
    officer.post(
        "/compliance/incidents/open",
        {"title": "Text to the wrong number", "discovered_at": "2026-11-02T10:30", "words": "Ann Sample got it"},
    )
    [(incident, by)] = desk.rows("select id, made_by from incident")
    assert by == 2
    where = f"/compliance/incidents/{incident}/add"
    officer.post(where, {"kind": "facts", "encrypted": "no", "counts": "CA 1"})
    officer.post(where, {"kind": "decision", "decision": "no_breach", "words": "nothing happened at all"})
    assert desk.rows("select count(*) from incident_entry where kind = 'decision'") == [(0,)], "not before four factors"
    officer.post(where, {"kind": "assessment", **{name: f"about {name}" for name in FACTORS}})
    officer.post(where, {"kind": "decision", "decision": "no_breach", "words": "short"})
    assert desk.rows("select count(*) from incident_entry where kind = 'decision'") == [(0,)], "not without a reason"
    page = officer.get(f"/compliance/incidents/{incident}").content.decode()
    assert "CA: licensed clinics" in page and "Ann Sample got it" in page and TABLE_VERSION in page
    officer.post(where, {"kind": "decision", "decision": "no_breach", "words": "the number was the patient's own"})
    page = officer.get(f"/compliance/incidents/{incident}").content.decode()
    assert "No clock runs" in page and "Privacy Officer Maple" in page
    masked = browse("auditor").get(f"/compliance/incidents/{incident}").content.decode()
    assert "Ann Sample" not in masked and "wrong number" not in masked and "kept sealed" in masked
    assert browse("owner", BIRCH).get(f"/compliance/incidents/{incident}").status_code == 404
    assert browse("owner", BIRCH).post(where, {"kind": "note", "words": "hello"}).status_code == 404


def test_what_was_written_cannot_be_changed_or_removed(desk: Desk, browse) -> None:
    browse("privacy_officer").post(
        "/compliance/incidents/open", {"title": "Lost phone", "discovered_at": "2026-11-02T10:30"}
    )
    for sql in (
        "update incident set discovered_at = now()",
        "delete from incident",
        "delete from incident_entry",
        "update incident_entry set kind = 'note'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.change(sql)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"title": "", "discovered_at": "2026-11-02T10:30"}, "Write in a sentence"),
        ({"title": "x", "discovered_at": "yesterday"}, "write the moment"),
        ({"title": "x", "discovered_at": "2999-01-01T00:00"}, "not in the past"),
    ],
)
def test_a_form_that_is_wrong_says_how_to_mend_it(desk: Desk, browse, body: dict[str, str], says: str) -> None:
    answer = browse("privacy_officer").post("/compliance/incidents/open", body, headers={"HX-Request": "true"})
    assert says in answer.headers["HX-Trigger"]
    assert desk.rows("select count(*) from incident") == [(0,)]
