"""C6: idle and absolute ends on the server that polling does not put off, the lock screen, three sessions, ending them.

Not here: the three sessions are counted at each practice; an account of two practices may have three at each.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk import BIRCH, MAPLE, STRANGE
from sitting import PASSWORD, sit, watch

from ringback.store import access, sessions

__all__ = ["sit", "watch"]


def test_a_session_lives_14_59_without_use_and_is_gone_at_15_01(sit, watch) -> None:
    nurse = sit("nurse")
    watch.on(minutes=14, seconds=59)
    assert nurse.get("/tasks").status_code == 200
    watch.on(minutes=15, seconds=1)
    gone = nurse.get("/tasks", follow=True)
    assert gone.redirect_chain[0] == ("/sign-in/", 302) and "nobody used this page" in gone.content.decode()
    # The cookie is worth nothing from then on.
    assert nurse.get("/tasks").status_code == 302


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(sit, watch) -> None:
    nurse = sit("nurse")
    for _ in range(14):
        watch.on(minutes=1)
        assert nurse.get("/today/lists").status_code == 200
        assert nurse.get("/me/left").status_code == 200
    assert nurse.get("/me/left").json()["left"] == 60
    watch.on(minutes=1, seconds=1)
    late = nurse.get("/today/lists", headers={"HX-Request": "true"})
    assert late.status_code == 401 and late["HX-Redirect"] == "/sign-in/"


def test_polls_write_nothing(sit, watch, desk) -> None:
    nurse = sit("nurse")
    before = desk.rows("select xmin::text, seen_at from session")
    watch.on(minutes=3)
    nurse.get("/today/lists")
    nurse.get("/menu")
    assert desk.rows("select xmin::text, seen_at from session") == before
    nurse.get("/tasks")
    assert desk.rows("select seen_at from session") == [(watch.now,)]


def test_after_twelve_hours_it_is_over_however_busy_one_was(sit, watch) -> None:
    nurse = sit("nurse")
    for _ in range(12 * 6):
        watch.on(minutes=10)
        assert nurse.get("/on-call").status_code == 200
    watch.on(seconds=1)
    over = nurse.get("/on-call", follow=True)
    assert "as long as one may" in over.content.decode()


def test_a_shared_computer_has_five_minutes_and_eight_hours(sit, watch) -> None:
    desk_ = sit("front_desk")
    assert desk_.post("/me/kiosk").status_code == 302
    watch.on(minutes=4, seconds=59)
    assert desk_.get("/").status_code == 200
    watch.on(minutes=5, seconds=1)
    assert desk_.get("/").status_code == 302
    again = sit("front_desk")
    again.post("/me/kiosk")
    for _ in range(8 * 15):
        watch.on(minutes=4)
        assert again.get("/on-call").status_code == 200
    watch.on(seconds=1)
    assert again.get("/on-call").status_code == 302


def test_staying_signed_in_is_a_press(sit, watch) -> None:
    nurse = sit("nurse")
    watch.on(minutes=14, seconds=30)
    assert nurse.post("/me/stay").json() == {"left": 900, "locked": False}
    watch.on(minutes=14)
    assert nurse.get("/").status_code == 200


def test_a_fourth_session_ends_the_oldest(sit, watch) -> None:
    browsers = []
    for _ in range(4):
        browsers.append(sit("nurse"))
        watch.on(seconds=10)
    assert [one.get("/on-call").status_code for one in browsers] == [302, 200, 200, 200]


def test_a_locked_screen_shows_nothing_and_one_s_own_password_unlocks_it(sit, watch, desk) -> None:
    case, nurse = desk.miss(STRANGE), sit("nurse")
    locked = nurse.post("/lock", {"from_page": f"/cases/{case}"})
    assert locked["Clear-Site-Data"] == '"cache"' and locked["Cache-Control"] == "no-store"
    asked = nurse.get(f"/cases/{case}")
    assert asked.status_code == 302 and asked["Location"].startswith("/locked")
    piece = nurse.get("/today/lists", headers={"HX-Request": "true"})
    assert piece.status_code == 401 and piece["HX-Redirect"].startswith("/locked")
    assert nurse.get("/events", headers={"Accept": "text/event-stream"}).status_code == 401
    assert nurse.post(f"/cases/{case}/note", {"words": "x"}).status_code == 302
    assert desk.notes(case) == []
    page = nurse.get("/locked")
    assert page["Clear-Site-Data"] == '"cache"' and page["Cache-Control"] == "no-store"
    assert "0160" not in page.content.decode()
    assert nurse.post("/locked", {"password": "guess", "back": "/"}).status_code == 200
    assert nurse.get("/").status_code == 302
    back = nurse.post("/locked", {"password": PASSWORD, "back": f"/cases/{case}"})
    assert back["Location"] == f"/cases/{case}" and nurse.get(f"/cases/{case}").status_code == 200


def test_five_wrong_guesses_at_a_locked_screen_end_the_session(sit, watch) -> None:
    nurse = sit("nurse")
    nurse.post("/lock")
    for _ in range(4):
        assert nurse.post("/locked", {"password": "guess"}).status_code == 200
    assert nurse.post("/locked", {"password": "guess"})["Location"] == "/sign-in/"
    assert nurse.post("/locked", {"password": PASSWORD})["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)"]
)
def test_unlocking_leads_to_no_other_site(sit, watch, back) -> None:
    nurse = sit("nurse")
    nurse.post("/lock")
    led = nurse.post("/locked", {"password": PASSWORD, "back": back})["Location"]
    assert led.startswith("/") and not led.startswith("//") and "evil" not in led.split("/")[1]


def test_a_locked_session_outlives_its_idle_time_and_not_its_end(sit, watch) -> None:
    nurse = sit("nurse")
    nurse.post("/lock")
    watch.on(hours=3)
    assert nurse.get("/")["Location"].startswith("/locked")
    watch.on(hours=9, seconds=1)
    assert nurse.get("/")["Location"] == "/sign-in/"


def test_one_ends_one_s_other_sessions(sit, watch) -> None:
    here, there, third = sit("nurse"), sit("nurse"), sit("nurse")
    page = here.get("/me/sessions", headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/130.0"}).content.decode()
    assert page.count("127.0.x.x") == 3 and "127.0.0.1" not in page
    assert here.post("/me/sessions/end-others").status_code == 302
    assert [one.get("/").status_code for one in (here, there, third)] == [200, 302, 302]


def test_nobody_ends_a_colleague_s_session(sit, watch, desk) -> None:
    nurse, owner, stranger = sit("nurse"), sit("owner"), sit("owner", BIRCH)
    staff = desk.accounts[(MAPLE, "nurse")].pk
    session = desk.rows("select id from session where account = %s", (staff,))[0][0]
    for other in (owner, stranger):
        other.post(f"/me/sessions/{session}/end")
        assert nurse.get("/").status_code == 200
    assert nurse.post(f"/me/sessions/{session}/end")["Location"] == "/sign-in/"
    assert nurse.get("/").status_code == 302


def test_a_disabled_account_and_a_changed_role_end_the_session(sit, watch, desk) -> None:
    nurse, biller = sit("nurse"), sit("biller")
    user = desk.accounts[(MAPLE, "nurse")]
    user.is_active = False
    user.save()
    assert nurse.get("/").status_code == 302
    watch.on(seconds=1)
    with access.practice(MAPLE) as rows:
        ended = sessions.end_sessions(rows, desk.accounts[(MAPLE, "biller")].pk, watch.now, "another role")
    assert ended == 1 and biller.get("/").status_code == 302
    assert "another role" in str(desk.rows("select body from audit where what = 'sessions.ended'"))


def test_a_sign_in_that_has_shown_itself_nowhere_yet_is_ended_too(watch, desk, browse) -> None:
    quiet = browse("nurse")
    watch.on(seconds=1)
    with access.practice(MAPLE) as rows:
        sessions.end_sessions(rows, desk.accounts[(MAPLE, "nurse")].pk, watch.now, "a new second factor")
    assert quiet.get("/").status_code == 302
    watch.on(seconds=1)
    assert browse("nurse").get("/").status_code == 200


def test_signing_in_makes_a_new_key_and_the_old_one_is_worth_nothing(sit, watch) -> None:
    nurse = sit("nurse")
    before = nurse.cookies["ringback"].value
    nurse.post("/sign-out")
    nurse.cookies["ringback"] = before
    assert nurse.get("/").status_code == 302


def test_a_stream_asks_whether_its_session_lives(sit, watch, desk) -> None:
    from ringback.web.pages import live

    nurse = sit("nurse")
    session = desk.rows("select id from session")[0][0]
    assert live.sessions.alive(MAPLE, session)
    nurse.post("/lock")
    assert not live.sessions.alive(MAPLE, session)
    nurse.post("/locked", {"password": PASSWORD})
    assert live.sessions.alive(MAPLE, session)
    assert not live.sessions.alive(BIRCH, session)
    watch.on(minutes=15, seconds=1)
    assert not live.sessions.alive(MAPLE, session)


def test_the_demo_s_moved_clock_moves_no_session(sit, watch, monkeypatch) -> None:
    from ringback.engine import clock

    nurse = sit("nurse")
    monkeypatch.setattr(clock, "_shift", timedelta(days=2))
    assert nurse.get("/").status_code == 200


def test_in_the_demo_a_button_goes_on_after_the_idle_time(sit, watch, monkeypatch) -> None:
    nurse = sit("nurse")
    monkeypatch.setenv("RINGBACK_DEMO", "1")
    watch.on(hours=20)
    assert nurse.get("/")["Location"].startswith("/locked")
    assert "This is the demo" in nurse.get("/locked").content.decode()
    nurse.post("/locked", {"button": "yes", "back": "/"})
    assert nurse.get("/").status_code == 200


def test_a_new_second_factor_ends_the_other_sessions(sit, watch, desk) -> None:
    from allauth.mfa.signals import authenticator_added
    from django.test import RequestFactory

    here, there = sit("nurse"), sit("nurse")
    request = RequestFactory().post("/account/factors/app/add/")
    request.session = here.session
    watch.on(seconds=1)
    authenticator_added.send(sender=None, request=request, user=desk.accounts[(MAPLE, "nurse")], authenticator=None)
    assert [one.get("/").status_code for one in (here, there)] == [200, 302]


def test_the_account_s_own_pages_end_and_lock_with_the_session(sit, watch) -> None:
    from django.test import RequestFactory

    from ringback.web import sessions as web

    def asked(client):
        from django.contrib.auth import get_user
        from django.contrib.messages.storage.cookie import CookieStorage

        request = RequestFactory().get("/account/factors/")
        request.session = client.session
        request.user = get_user(request)
        request._messages = CookieStorage(request)
        return web.of_account(request)

    nurse = sit("nurse")
    watch.on(minutes=14)
    assert asked(nurse) is None
    nurse.post("/lock")
    assert asked(nurse)["Location"].startswith("/locked")
    nurse.post("/locked", {"password": PASSWORD})
    watch.on(minutes=15, seconds=1)
    assert asked(nurse)["Location"] == "/sign-in/"
    assert nurse.get("/").status_code == 302
