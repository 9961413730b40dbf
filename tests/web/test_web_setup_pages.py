"""Set-up's sections: the practice and its lines, hours on the week grid, policy tried on last week, versions of wordings,
connections, and the first hour of an empty practice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from desk import BIRCH, MARIA, STRANGE, Desk

HX = {"HX-Request": "true"}
WEEK = {f"day{number}": "08:00-12:00 13:00-17:00" for number in range(5)} | {"day5": "", "day6": ""}
SECTIONS = ("/setup", "/setup/practice", "/setup/hours", "/setup/queues", "/setup/windows", "/setup/wordings", "/setup/connections")  # fmt: skip


def said(answer: Any) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])


def seen(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def empty(desk: Desk) -> None:
    """A practice with nothing connected and no call yet."""
    desk.change("delete from line")
    desk.change("update practice set live = false")


# ---- who sees what ---------------------------------------------------------------------------------------------------


def test_an_auditor_reads_every_section_and_changes_nothing(desk: Desk, browse) -> None:
    auditor = browse("auditor")
    for where in SECTIONS:
        page = seen(auditor.get(where))
        assert not re.search(
            r'data-action="(practice|location|line|hours|policy|draft|connect|replace|live|undo)"', page
        ), where
    assert auditor.post("/setup/practice/save", {"name": "x"}).status_code == 403
    assert browse("front_desk").get("/setup/practice").status_code == 403


def test_a_stranger_changes_nothing_of_another_practice(desk: Desk, browse) -> None:
    stranger = browse("owner", BIRCH)
    before = desk.rows("select name, hours::text from location"), desk.rows("select name, number from line")
    stranger.post("/setup/hours/1/save", WEEK)
    stranger.post("/setup/locations/1/save", {"name": "Taken over", "zone": "UTC"})
    assert (desk.rows("select name, hours::text from location"), desk.rows("select name, number from line")) == before
    assert desk.rows("select name from location", (), BIRCH) == [("Taken over",)]


# ---- practice, locations, lines --------------------------------------------------------------------------------------


def test_a_changed_name_signs_the_very_next_text_and_can_be_taken_back(desk: Desk, browse) -> None:
    owner = browse("owner")
    body = {
        "name": "Maple Family Practice",
        "alias": "Maple Clinic",
        "phone": "202-555-0100",
        "zone": "America/New_York",
    }
    assert "Saved" in said(owner.post("/setup/practice/save", body, headers=HX))
    case = desk.miss(STRANGE)
    assert desk.bodies(case)[0].startswith("Maple Clinic: ")
    page = seen(owner.get("/setup/practice"))
    change = re.search(r"/setup/undo/([0-9a-f-]{36})", page)
    assert change is not None
    assert "Taken back" in said(owner.post(f"/setup/undo/{change[1]}", headers=HX))
    assert desk.rows("select alias from practice") == [("Maple Family",)]
    assert owner.post(f"/setup/undo/{change[1]}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"alias": "x" * 29}, {"alias": "Mapl\u0113"}, {"phone": "call us"}, {"zone": "Mars/Base"}, {"name": ""}],
)
def test_a_practice_that_cannot_be_is_not_saved(desk: Desk, browse, wrong: dict[str, str]) -> None:
    body = {"name": "Maple", "alias": "Maple", "phone": "202-555-0100", "zone": "America/New_York", **wrong}
    assert "Nothing was changed." in said(browse("owner").post("/setup/practice/save", body, headers=HX))
    assert desk.rows("select alias from practice") == [("Maple Family",)]


def test_a_new_line_begins_in_shadow_and_its_number_is_its_own(desk: Desk, browse) -> None:
    manager = browse("manager")
    body = {
        "name": "Nurse line",
        "number": "(202) 555-0177",
        "location": "1",
        "phone_connection": "1",
        "text_connection": "2",
    }
    assert "shadow" in said(manager.post("/setup/lines/add", body, headers=HX))
    assert desk.rows("select number, sender, mode from line where id = 2") == [
        ("+12025550177", "+12025550177", "shadow")
    ]
    assert "Another line" in said(manager.post("/setup/lines/add", body, headers=HX))
    assert "no phone number" in said(manager.post("/setup/lines/add", {**body, "number": "12"}, headers=HX))
    assert "from the list" in said(manager.post("/setup/lines/2/save", {**body, "phone_connection": "2"}, headers=HX))
    assert "Saved" in said(manager.post("/setup/lines/2/save", {**body, "name": "Night line"}, headers=HX))
    assert desk.rows("select name from line order by id") == [("Front line",), ("Night line",)]


def test_a_location_where_a_line_rings_is_not_taken_away(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert "Added" in said(
        owner.post("/setup/locations/add", {"name": "Harbour", "zone": "America/Chicago"}, headers=HX)
    )
    assert "A line rings there" in said(owner.post("/setup/locations/1/remove", headers=HX))
    assert "Taken away" in said(owner.post("/setup/locations/2/remove", headers=HX))
    assert desk.rows("select name from location") == [("Main Street",)]


# ---- hours -----------------------------------------------------------------------------------------------------------


def test_painted_hours_are_those_the_engine_counts_by(desk: Desk, browse) -> None:
    owner = browse("owner")
    answer = said(
        owner.post("/setup/hours/1/save", {**{f"day{n}": "" for n in range(7)}, "federal": "yes"}, headers=HX)
    )
    assert answer == "Saved. Closed, and never open: paint some hours."
    case = desk.miss(STRANGE)
    assert "We are closed" in desk.bodies(case)[0]
    assert "Opening hours" in seen(owner.get("/setup/practice"))
    [(change,)] = desk.rows("select id from setup_before where what = 'hours'")
    owner.post(f"/setup/undo/{change}")
    other = desk.miss(MARIA)
    assert "We are closed" not in desk.bodies(other)[0]


def test_the_sentence_says_when_it_opens_before_anything_is_saved(desk: Desk, browse) -> None:
    owner = browse("owner")
    says = seen(owner.post("/setup/hours/1/try", WEEK))
    assert re.search(r"(Open now, closes|Closed now, opens) ", says) and "40 hours a week" in says
    assert "Tuesday: " in seen(owner.post("/setup/hours/1/try", {**WEEK, "day1": "8 to 5"}))
    assert desk.rows("select count(*) from setup_before") == [(0,)]


def test_closed_days_and_other_days_are_kept_as_the_core_reads_them(desk: Desk, browse) -> None:
    owner = browse("owner")
    body = {**WEEK, "closed": "2027-03-01 2027-02-01", "special": "2027-12-24 08:00-12:00\n"}
    assert "Saved." in said(owner.post("/setup/hours/1/save", body, headers=HX))
    [(kept,)] = desk.rows("select hours from location")
    assert kept["closed"] == ["2027-02-01", "2027-03-01"] and kept["special"] == {"2027-12-24": [["08:00", "12:00"]]}
    assert kept["federal_holidays"] is False and kept["week"][5] == []
    page = seen(owner.get("/setup/hours/1"))
    assert "2027-12-24 08:00-12:00" in page and "08:00-12:00 13:00-17:00" in page
    assert "A day is written" in said(owner.post("/setup/hours/1/save", {**body, "closed": "Christmas"}, headers=HX))
    assert owner.post("/setup/hours/9/save", WEEK).status_code == 404


# ---- policy ----------------------------------------------------------------------------------------------------------


def test_every_window_stands_with_its_default_and_range(desk: Desk, browse) -> None:
    page = seen(browse("auditor").get("/setup/windows"))
    for words in (
        "minutes, default 120, 15 to 1440",
        "Day and night, round the on-call list",
        "seconds, default 15, 0 to 600",
    ):
        assert words in page, words
    assert page.count('name="sla.') == 23


def test_last_week_is_tried_under_the_new_value_before_it_is_saved(desk: Desk, browse) -> None:
    for minute in (20, 10, 0):
        case = desk.miss(STRANGE)
        desk.change("update call set began = now() - %s * interval '1 minute', ended = now() - %s * interval '1 minute' where case_id = %s and at = (select max(at) from call)", (minute, minute, case))  # fmt: skip
    owner = browse("owner")
    tried = seen(owner.post("/setup/windows/what-if", {"episode_minutes": "5"}))
    rows = re.findall(r'<b class="num">(\d+)</b>', tried)
    assert rows[0:2] == ["1", "3"] and "(+2)" in tried and "3 missed calls" in tried
    assert desk.rows("select count(*) from policy") == [(1,)]
    assert "a number from 5 to 240" in seen(owner.post("/setup/windows/what-if", {"episode_minutes": "1"}))
    lowered = seen(owner.post("/setup/windows/what-if", {"switches": "yes", "second_text": "yes"}))
    assert "It takes two officers" in lowered


def test_an_older_policy_comes_back_as_a_new_version(desk: Desk, browse) -> None:
    owner = browse("owner")
    owner.post("/setup/policy", {"attempts": "5", "sla.billing": "60"})
    assert desk.rows("select body from policy where version = 2") == [({"settle_seconds": 0, "attempts": 5, "slas": {"billing": {"minutes": 60}}},)]  # fmt: skip
    assert "saved as version 3" in said(owner.post("/setup/policy/1/restore", headers=HX))
    assert desk.rows("select body from policy where version = 3") == [({"settle_seconds": 0},)]
    assert owner.post("/setup/policy/9/restore").status_code == 404


def test_going_back_never_lowers_a_protection_alone(desk: Desk, browse) -> None:
    owner = browse("owner")
    desk.change("update policy set body = body || '{\"second_text\": true}'")
    owner.post("/setup/policy", {"switches": "yes", "attempts": "5"})
    assert "two officers" in said(owner.post("/setup/policy/1/restore", headers=HX))
    assert desk.rows("select policy_version from practice") == [(2,)]


# ---- wordings --------------------------------------------------------------------------------------------------------
NEW = "{practice}: sorry we missed your call. Reply 1 book 2 change 3 bill 4 refill 5 other. Call {phone}. Emergency: 911. STOP to end"


def test_new_words_go_out_when_a_second_person_approved_them_and_the_old_come_back(desk: Desk, browse) -> None:
    owner, manager = browse("owner"), browse("manager")
    owner.post("/setup/policy", {"first_text": "same"})
    assert "a draft" in said(owner.post("/setup/wordings/T1/1/draft", {"body": NEW}, headers=HX))
    assert desk.bodies(desk.miss(STRANGE))[0].startswith("Maple Family: sorry we missed you")
    assert "somebody else has to approve" in said(
        owner.post("/setup/wordings/T1/versions/3", {"act": "approve"}, headers=HX)
    )
    assert desk.rows("select count(*) from template_live") == [(0,)]
    assert "Read and decide" in seen(manager.get("/setup/wordings"))
    assert "is sent from now on" in said(manager.post("/setup/wordings/T1/versions/3", {"act": "approve"}, headers=HX))
    case = desk.miss("+12025550161")
    assert desk.bodies(case)[0].startswith("Maple Family: sorry we missed your call. Reply 1 book")
    assert desk.rows("select template, state from outgoing where case_id = %s", (case,))[0][0] == "T1.3"
    assert "sent again" in said(owner.post("/setup/wordings/T1/versions/1", {"act": "restore"}, headers=HX))
    assert desk.rows("select template from outgoing where case_id = %s", (desk.miss("+12025550162"),)) == [("T1.1",)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (NEW.replace(" STOP to end", ""), "how to stop"),
        (NEW.replace("Emergency: 911. ", ""), "emergency"),
        (NEW.replace("{practice}", "Maple"), "who it is from"),
        (NEW.replace("your call", "your call about {name}"), "field"),
        (NEW + " {url}", "{url}"),
        (NEW + " Please call us soon about your blood test results.", ""),
        (NEW.replace("sorry", "sorry {"), "brackets"),
    ],
)
def test_words_that_may_not_be_sent_are_not_even_kept(desk: Desk, browse, body: str, why: str) -> None:
    answer = said(browse("owner").post("/setup/wordings/T1/1/draft", {"body": body}, headers=HX))
    assert answer.startswith("Nothing was changed.") and why in answer
    assert desk.rows("select max(version) from template where id = 'T1'") == [(2,)]


def test_the_linter_speaks_while_one_types(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert "finds nothing" in seen(owner.post("/setup/wordings/T1/1/check", {"body": NEW}))
    checked = seen(
        owner.post("/setup/wordings/T1/1/check", {"body": NEW + " Your biopsy is back, please ring us soon."})
    )
    assert "Stops it:" in checked and "2 segments" in checked


def test_a_language_nobody_reviewed_is_sent_when_its_reviewer_is_named(desk: Desk, browse) -> None:
    desk.change("update template set language_reviewer = ''")
    owner = browse("owner")
    assert "language not reviewed" in seen(owner.get("/setup/wordings"))
    assert "confirm it" in said(owner.post("/setup/languages/es", {"reviewer": "Ana Ruiz, CHI"}, headers=HX))
    assert "Taken down" in said(
        owner.post("/setup/languages/es", {"reviewer": "Ana Ruiz, CHI", "sure": "yes"}, headers=HX)
    )
    assert "language not reviewed" not in seen(owner.get("/setup/wordings"))
    assert desk.rows("select distinct language_reviewer from template where lang = 'en'") == [("",)]


# ---- connections -----------------------------------------------------------------------------------------------------


def test_a_secret_is_replaced_and_never_shown(desk: Desk, browse) -> None:
    owner = browse("owner")
    page = seen(owner.get("/setup/connections"))
    assert (
        "desk-token" not in page
        and "AC" + "7" * 32 in page
        and "/hooks/1/1/answer" in page.replace(f"/hooks/{BIRCH}", "")
    )
    assert "Replaced" in said(owner.post("/setup/connections/1/save", {"auth_token": "another-token"}, headers=HX))
    assert "another-token" not in seen(owner.get("/setup/connections"))
    assert "every field was empty" in said(owner.post("/setup/connections/1/save", {}, headers=HX))
    assert desk.rows(
        "select count(*) from audit where what = 'connection.replaced' and body like '%%another-token%%'"
    ) == [(0,)]
    assert browse("nurse").post("/setup/connections/1/save", {"auth_token": "x"}).status_code == 403


def test_what_was_heard_stands_by_each_connection(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert "never this week" in seen(owner.get("/setup/connections"))
    desk.miss(STRANGE)
    assert "never this week" in seen(owner.get("/setup/connections/check"))  # the text carrier has not spoken
    desk.text(STRANGE, "hello")
    assert "never this week" not in seen(owner.get("/setup/connections/check"))


def test_a_system_is_connected_with_all_it_needs(desk: Desk, browse) -> None:
    owner = browse("owner")
    body = {"system": "phone.twilio", "account_sid": "AC" + "1" * 32}
    assert "is missing" in said(owner.post("/setup/connections/add", body, headers=HX))
    assert "from the list" in said(owner.post("/setup/connections/add", {"system": "phone.none"}, headers=HX))
    assert "Connected" in said(owner.post("/setup/connections/add", {**body, "auth_token": "t"}, headers=HX))
    assert desk.rows("select system, kind, account from connection where id = 3") == [
        ("twilio", "phone", "AC" + "1" * 32)
    ]


# ---- go live and the first hour --------------------------------------------------------------------------------------


def test_an_empty_practice_is_led_by_the_hand_to_the_first_test_call(desk: Desk, browse) -> None:
    empty(desk)
    owner = browse("owner")
    page = seen(owner.get("/setup"))
    assert 'data-action="step-line"' in page and "The practice is live" in page
    body = {"name": "Front", "number": "+14155550199", "location": "1", "phone_connection": "1", "text_connection": "2"}
    owner.post("/setup/lines/add", body)
    assert 'data-action="step-greet"' in seen(owner.get("/setup"))
    desk.change("update line set greeting_notice_on = current_date, number = '+14155550199'")
    assert 'data-action="step-call"' in seen(owner.get("/setup"))
    assert "Waiting for a call" in seen(owner.get("/setup/test-call"))


def test_the_test_call_is_seen_and_the_first_hour_is_over(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert "The first hour" in seen(owner.get("/setup"))
    desk.miss(STRANGE)
    assert "A call was seen" in seen(owner.get("/setup/test-call"))
    assert "The first hour" not in seen(owner.get("/setup"))


def test_the_practice_goes_live_when_somebody_confirms_it_and_the_officers_are_named(desk: Desk, browse) -> None:
    desk.change("update practice set live = false")
    owner = browse("owner")
    assert "confirm it first" in said(owner.post("/setup/live", {"live": "yes"}, headers=HX))
    desk.change("update officer set last_day = from_day - 1")
    assert "officer" in said(owner.post("/setup/live", {"live": "yes", "sure": "yes"}, headers=HX))
    desk.change("update officer set last_day = null")
    assert "is live" in said(owner.post("/setup/live", {"live": "yes", "sure": "yes"}, headers=HX))
    assert desk.rows("select live from practice") == [(True,)]


def test_each_missing_thing_has_its_one_next_act(desk: Desk, browse) -> None:
    desk.change("update agreement set last_day = from_day - 1")
    page = seen(browse("owner").get("/setup"))
    score = re.search(r"data-score>(\d+) of (\d+)<", page)
    assert score is not None and int(score[1]) < int(score[2])
    assert "Enter the agreement" in page and re.search(r'href="[^"]*agreements"', page)


def test_queues_say_who_serves_them_at_which_location(desk: Desk, browse) -> None:
    page = seen(browse("owner").get("/setup/queues"))
    assert "Scheduler Maple" in page and "Biller Maple" in page and "Main Street" in page and "Birch" not in page
