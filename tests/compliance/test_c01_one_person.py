"""C1: one account a person, by invitation; no shared or default sign-in; a number of the staff is never given twice."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from desk import BIRCH, MAPLE, Desk
from django.contrib.auth import get_user_model
from django.test import Client
from joining import PASSWORD, add_app, invite, join, real

__all__ = ["real"]


def test_a_fresh_install_has_nobody(server, migrated) -> None:
    with psycopg.connect(server.admin_dsn("ground"), autocommit=True) as ground:
        assert ground.execute("select count(*) from auth_user").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "email"),
    [("Front Desk", "frontdesk@clinic.example"), ("Reception", "anna@clinic.example"), ("Anna", "admin@clinic.example"),
     ("A", "a.b@clinic.example"), ("Anna Berg", "not an address"), ("Anna Berg", "anna@nowhere")],
)  # fmt: skip
def test_an_account_for_nobody_in_particular_is_refused(real: Desk, name: str, email: str) -> None:
    from ringback.store.invitations import NotAPerson

    with pytest.raises(NotAPerson):
        invite(email, name=name)


def test_an_invitation_makes_one_account_once(real: Desk) -> None:
    path = invite()
    join(path)
    again = Client()
    assert again.get(path).status_code == 404 and again.post(path, {"password": PASSWORD}).status_code == 404
    assert get_user_model().objects.filter(username="ines.ortega@clinic.example").count() == 1


def test_an_invitation_ends_after_three_days_and_cannot_be_guessed(real: Desk, monkeypatch) -> None:
    from ringback.store import access, invitations

    path = invite()
    with access.practice(MAPLE) as rows:
        token = path.rsplit("/", 1)[1]
        now = datetime.now(UTC)
        assert invitations.find(rows, token, now + timedelta(hours=71)) is not None
        assert invitations.find(rows, token, now + timedelta(hours=73)) is None
        assert token not in str(rows.all("select * from invitation"))
    assert Client().get(path[:-2] + "xx").status_code == 404
    assert Client().get(path.replace(f"/{MAPLE}/", f"/{BIRCH}/")).status_code == 404


def test_a_number_of_the_staff_is_never_given_twice(real: Desk) -> None:
    from ringback.store import access

    first = invite("one.person@clinic.example", name="One Person")
    join(first)
    with access.practice(MAPLE) as rows:
        highest = rows.one("select max(id) as id from staff")["id"]
        rows.run("delete from staff where practice = %s and id = %s", (MAPLE, highest))
    join(invite("other.person@clinic.example", name="Other Person"))
    with access.practice(MAPLE) as rows:
        assert rows.one("select max(id) as id from staff")["id"] > highest


def test_one_person_at_two_practices_has_one_account_and_chooses(real: Desk) -> None:
    client = join(invite(practice=MAPLE))
    add_app(client)
    second = invite(practice=BIRCH)
    stranger = Client()
    assert stranger.post(second, {"password": "not theirs at all, no"}).status_code == 400
    assert Client().post(second, {"password": PASSWORD}).status_code == 302
    page = client.get("/account/enter/")
    assert b"Maple" in page.content and b"Birch" in page.content
    assert client.post("/account/enter/", {"practice": "99"}).status_code == 200, (
        "a practice that is not theirs is not entered"
    )


def test_somebody_in_charge_gives_no_role_above_their_own(real: Desk, browse, monkeypatch) -> None:
    monkeypatch.setenv("RINGBACK_DEMO", "1")
    manager = browse("manager")
    for role in ("owner", "privacy_officer", "integration", "nonsense"):
        manager.post("/people/invite", {"name": "Max Moss", "email": "max.moss@clinic.example", "role": role})
    assert real.rows("select count(*) from invitation") == [(0,)]
    manager.post("/people/invite", {"name": "Max Moss", "email": "max.moss@clinic.example", "role": "nurse"})
    assert real.rows("select role from invitation") == [("nurse",)]


def test_the_first_owner_is_invited_from_the_command_line(real: Desk, monkeypatch) -> None:
    from ringback.people_cli import people_main

    monkeypatch.setenv("RINGBACK_SECRET_KEY", "x" * 50)
    out = io.StringIO()
    words = [
        "invite",
        "--practice",
        "1",
        "--role",
        "owner",
        "--email",
        "olga.lind@clinic.example",
        "--name",
        "Olga Lind",
    ]
    assert people_main(words, out) == 0
    path = out.getvalue().split()[0].split("8000", 1)[-1]
    assert Client().get(path[path.index("/invited") :]).status_code == 200
    assert people_main([*words[:-1], "Front Desk"], out) == 2
