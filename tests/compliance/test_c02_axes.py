"""C2: the second axis (who works where), field masks by role, and one checked-in table of every route and every role."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from desk import BIRCH, MAPLE, MARIA, ROLES, STRANGE, unmarked
from django.test import AsyncClient
from sitting import sit, watch, with_password

from ringback import roles_page
from ringback.store import access, members
from ringback.web import limits, routes

__all__ = ["sit", "watch"]
# By role: what one reads of a case. Written out here, so that a change of the table is seen by somebody.
NUMBERS = {"owner", "clinician", "nurse", "scheduler", "biller", "front_desk", "manager", "privacy_officer"}
WORDS = NUMBERS
# Pages that lead on, to where one is to go.
LEADS_ON = {"locked"}


@pytest.fixture
def two_sites(desk):
    """A second site with a line of its own; the case of the stranger is the second site's, Maria's the first's."""
    desk.change(
        "insert into location (practice, id, name, zone, hours) select practice, 2, 'Harbour', zone, hours from location where id = 1"
    )
    desk.change(
        "insert into line (practice, id, number, name, location, phone_connection, text_connection, sender, mode, class) "
        "select practice, 2, '+12025550199', 'Harbour line', 2, phone_connection, text_connection, '+12025550199', mode, class "
        "from line where id = 1"
    )
    here, there = desk.text(MARIA, "I have a question about my bill"), desk.text(STRANGE, "a question about a bill")
    desk.change("update cases set line = 2 where id = %s", (there,))
    return here, there


def limit(role: str, *sites: int) -> None:
    with access.practice(MAPLE) as rows:
        found = rows.one("select id from staff where practice = 1 and role = %s", (role,))
        assert found is not None and members.set_locations(rows, found["id"], sites, "1", "owner")


def test_who_is_limited_to_a_site_sees_its_cases_and_tasks_only(sit, desk, two_sites) -> None:
    here, there = two_sites
    everywhere, limited = sit("scheduler"), sit("biller")
    limit("biller", 2)
    for page in ("/", "/tasks", "/today/lists", "/tasks/lists"):
        all_, some = everywhere.get(page).content.decode(), limited.get(page).content.decode()
        assert str(here) in all_ and str(there) in all_, page
        assert str(here) not in some and str(there) in some and "López" not in some, page
    assert limited.get(f"/cases/{here}").status_code == 404
    assert limited.get(f"/cases/{here}/thread").status_code == 404
    assert limited.get(f"/cases/{there}").status_code == 200
    counted = re.search(r'data-count="overdue"', limited.get("/today/lists").content.decode())
    assert counted and everywhere.get("/menu").content.decode() != limited.get("/menu").content.decode()


def test_nor_may_one_change_a_case_of_another_site(sit, desk, two_sites) -> None:
    here, _ = two_sites
    task, limited = desk.task_of(here), sit("biller")
    limit("biller", 2)
    body = {"words": "x", "closure": "resolved", "reason": "x", "source": "voice", "disposition": "reached"}
    for what in ("note", "close", "opt-out", f"tasks/{task}/claim", f"tasks/{task}/tried", f"tasks/{task}/done"):
        assert limited.post(f"/cases/{here}/{what}", body).status_code == 404, what
    assert desk.rows("select count(*) from event where case_id = %s", (here,)) == [(0,)] and desk.notes(here) == []
    assert desk.rows("select count(*) from suppression") == [(0,)]


def test_the_next_task_is_one_s_own_site_s(sit, desk, two_sites) -> None:
    _, there = two_sites
    limited = sit("biller")
    limit("biller", 2)
    assert limited.post("/next")["Location"].startswith(f"/cases/{there}/callback?task=")


def test_a_manager_of_one_site_sets_its_lines_only(sit, desk, two_sites) -> None:
    manager = sit("manager")
    limit("manager", 2)
    page = manager.get("/setup").content.decode()
    assert "Harbour line" in page and "Front line" not in page
    manager.post("/setup/lines/1", {"mode": "off"})
    assert desk.rows("select mode from line where id = 1") != [("off",)]


def test_urgent_cases_reach_clinicians_everywhere_and_nobody_else(sit, desk, two_sites) -> None:
    desk.text(MARIA, "URGENT my chest hurts")
    case = desk.case_of(MARIA)
    assert desk.state(case)[0] == "urgent"
    for role, sees in (("nurse", True), ("clinician", True), ("biller", False), ("front_desk", False)):
        browser = sit(role)
        limit(role, 2)
        assert (str(case) in browser.get("/urgent").content.decode()) is sees, role
        assert browser.get(f"/cases/{case}").status_code == (200 if sees else 404), role


def test_the_limit_of_one_request_is_not_the_next_one_s(sit, desk, two_sites) -> None:
    here, _ = two_sites
    limited, everywhere = sit("biller"), sit("scheduler")
    limit("biller", 2)
    for _ in range(2):
        assert limited.get(f"/cases/{here}").status_code == 404
        assert everywhere.get(f"/cases/{here}").status_code == 200
        limited.get("/health")
        with access.practice(MAPLE) as rows:
            assert rows.sees() == "true"


def test_officers_say_who_works_where_and_nobody_for_oneself(sit, desk, two_sites) -> None:
    manager = sit("manager")
    assert "Who works where" in manager.get("/setup/places").content.decode()
    assert manager.post("/setup/places/7", {"site": ["2"]}).status_code == 302
    assert desk.rows("select staff, location from staff_location") == [(7, 2)]
    manager.post("/setup/places/9", {"site": ["2"]})
    assert desk.rows("select count(*) from staff_location where staff = 9") == [(0,)], "one's own"
    assert manager.post("/setup/places/7", {"site": ["99"]}).status_code == 404
    assert sit("owner", BIRCH).post("/setup/places/7", {"site": ["2"]}).status_code == 404
    manager.post("/setup/places/7", {})
    assert desk.rows("select count(*) from staff_location") == [(0,)]
    assert desk.rows("select count(*) from audit where what = 'staff.locations'") == [(2,)]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"integration"}))
def test_each_role_reads_of_a_case_what_the_masks_say(sit, desk, role: str) -> None:
    case, browser = desk.text(MARIA, "I have a question about my bill"), sit(role)
    if role not in routes.SEES_CASES:
        assert browser.get(f"/cases/{case}").status_code == 403
        return
    browser_pages = (
        f"/cases/{case}",
        f"/cases/{case}/thread",
        "/tasks",
        "/",
        "/today/lists",
        "/tasks/lists",
        "/urgent",
    )
    for page in browser_pages:
        seen = unmarked(browser.get(page).content.decode())
        if role not in NUMBERS:
            assert "555-0143" not in seen and "5550143" not in seen, page
        if role not in WORDS:
            for secret in ("López", "1984", "question about my bill"):
                assert secret not in seen, (page, secret)
    page = unmarked(browser.get(f"/cases/{case}").content.decode())
    assert ("(202) 555-0143" in page) is (role in NUMBERS)
    assert ("question about my bill" in page and "López" in page) is (role in WORDS)
    if role not in NUMBERS:
        assert "••• ••43" in page


def test_every_cell_of_the_table_is_tried(desk, browse, capsys) -> None:
    """Each role asks each route, to look and, where it may not, to change; the number of cells is the table's."""
    from forms import body
    from test_web_door import address, names

    tried: set[tuple[str, str]] = set()
    case = desk.miss(STRANGE)
    for role in ROLES:
        limits.buckets.forget()
        with_password(desk, role)
        browser = browse(role)
        # Leaving comes last.
        for name in sorted(names(), key=lambda one: (one == "sign_out", one)):
            row, where = routes.ROUTES[name], address(name, case)
            if name == "events" and role in row.roles:
                status = asyncio.run(opened(browser, where))
            else:
                answer = browser.get(where)
                status, said = answer.status_code, body(answer)
            if row.roles is routes.ANYBODY:
                # What it answers is its own affair; the role has no say.
                assert status < 500 and b"Not for your role" not in said, (role, name)
            elif role in row.roles:
                assert status in (200, 404, 405) or (status == 302 and name in LEADS_ON), (role, name, status)
            else:
                assert (status, browser.post(where).status_code) == (403, 403), (role, name)
            tried.add((role, name))
    assert len(tried) == roles_page.cells()
    with capsys.disabled():
        print(f" {len(tried)} cells tried ", end="")


async def opened(browser, where: str) -> int:
    """The answer of a stream, which is not read."""
    client = AsyncClient()
    client.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
    answer = await client.get(where)
    assert answer.status_code == 200, answer.headers.get("Location")
    await answer.streaming_content.aclose()
    return answer.status_code


def test_the_table_of_routes_and_roles_is_checked_in_as_it_is() -> None:
    root = Path(__file__).resolve().parents[2]
    assert (root / "docs" / "roles.md").read_text(encoding="utf-8") == roles_page.page(), (
        "run python -m ringback.docs_cli --write and look at what changed"
    )
