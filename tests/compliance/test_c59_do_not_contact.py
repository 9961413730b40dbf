"""C59: a number on the do-not-contact list gets nothing, whatever else is on record, and no merge or import takes it off."""

from __future__ import annotations

from datetime import timedelta

import psycopg
from desk import MARIA, Desk
from django.urls import reverse
from sending import goes, index_of, texts

from ringback.core import consent
from ringback.core.directory import read
from ringback.engine import clock
from ringback.store import access, directory, ledgers

MAPLE = 1
WHY = "She asked us: he reads her phone"


def lists(desk: Desk, browse, on: bool = True) -> None:
    where = reverse("choices_never", args=[index_of(desk, MARIA).hex()])
    browse("nurse").post(where, {"on": "yes" if on else "no", "words": WHY})


def test_it_overrides_consent_choice_and_the_greeting(desk: Desk, browse) -> None:
    with access.practice(MAPLE) as rows:
        index = index_of(desk, MARIA)
        ledgers.grant(rows, index, category=consent.CALLBACK, method="paper", now=clock.now(), by="8")
        ledgers.prefer(rows, index, level="phi_ok", now=clock.now(), by="8", warning=consent.WARNING)
    lists(desk, browse)
    case = desk.miss(MARIA)
    assert texts(desk, MARIA) == [("first", "denied", "do_not_contact")] and desk.task_of(case)
    desk.text(MARIA, "BILLING")
    desk.text(MARIA, "STOP")
    assert goes(desk) == [] and {one[2] for one in texts(desk, MARIA)} == {"do_not_contact"}


def test_a_text_that_waits_is_denied_too(desk: Desk, browse) -> None:
    desk.miss(MARIA)
    lists(desk, browse)
    assert goes(desk) == [] and texts(desk, MARIA) == [("first", "denied", "do_not_contact")]


def test_it_outlives_a_merge_an_import_and_a_start(desk: Desk, browse) -> None:
    lists(desk, browse)
    # Two records become one, with this number and a consent.
    rows = "Patient ID,Name,Birth Date,Mobile Phone,Consent\nR2,Linh Nguyen,1979-03-30,202-555-0143,yes\n"
    with psycopg.connect(desk.dsn, autocommit=True) as raw:
        reading = read(rows.encode(), "America/New_York")
        directory.replace(raw, desk._ring(MAPLE), MAPLE, reading, clock.now(), allow_shrink=True)
    desk.text(MARIA, "START")
    clock.move(timedelta(days=900))
    desk.miss(MARIA)
    assert goes(desk) == [] and {one[2] for one in texts(desk, MARIA)} == {"do_not_contact"}


def test_only_these_may_change_it_with_a_reason_that_is_sealed(desk: Desk, browse) -> None:
    where = reverse("choices_never", args=[index_of(desk, MARIA).hex()])
    for role in ("front_desk", "scheduler", "biller", "auditor"):
        assert browse(role).post(where, {"on": "yes", "words": WHY}).status_code == 403
    browse("nurse").post(where, {"on": "yes", "words": ""})
    assert desk.rows("select count(*) from known_number where kind = 'do_not_contact'") == [(0,)]
    lists(desk, browse)
    ((sealed, level),) = desk.rows("select sealed, level from preference_entry")
    assert level == "never" and WHY.encode() not in bytes(sealed)
    page = browse("privacy_officer").get("/choices").content.decode()
    assert "(202) 555-0143" in page
    assert "555-0143" not in browse("auditor").get("/choices").content.decode()
    lists(desk, browse, on=False)
    desk.miss(MARIA)
    assert goes(desk) == ["first"]
