"""C4: passwords of twelve and more, known and obvious ones refused, Argon2id, tries limited, one answer for all failures.

Not here: a list of breached passwords; Django's list of 20,000 common ones is asked instead.
"""

from __future__ import annotations

import pytest
from desk import Desk
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from joining import PASSWORD, invite, join, real

__all__ = ["real"]


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "password1234",
        "Ringback2026!",
        "frontdesk-2026",
        "123456789012",
        "Clinic-Clinic-Clinic",
        "qwertyuiop12",
    ],
)
def test_short_common_and_obvious_passwords_are_refused(real: Desk, password: str) -> None:
    path = invite()
    answer = Client().post(path, {"password": password, "again": password})
    assert answer.status_code == 400, password
    assert not get_user_model().objects.filter(username="ines.ortega@clinic.example").exists()


def test_the_practices_name_is_no_password(real: Desk) -> None:
    name = real.rows("select name from practice")[0][0]
    answer = Client().post(invite(), {"password": f"xk {name} qv", "again": f"xk {name} qv"})
    assert answer.status_code == 400 and b"practice" in answer.content


@pytest.mark.parametrize(
    "password", ["seven quiet herons at dusk", "x" * 3 + " æøå 漢字 mixed bag of words", "a1" + "borogove" * 15]
)
def test_any_composition_and_any_length_to_128_is_taken(password: str, django_ready) -> None:
    assert len(password) <= 128
    validate_password(password)


def test_more_than_128_is_refused_and_the_two_have_to_match(real: Desk) -> None:
    path = invite()
    long = "borogove wabe " * 10
    assert Client().post(path, {"password": long, "again": long}).status_code == 400
    assert Client().post(path, {"password": PASSWORD, "again": PASSWORD + "x"}).status_code == 400


def test_passwords_are_kept_with_argon2id(real: Desk) -> None:
    join(invite())
    kept = get_user_model().objects.get(username="ines.ortega@clinic.example").password
    assert kept.startswith("argon2$argon2id$v=19$")
    memory, rounds = (int(part.split("=")[1]) for part in kept.split("$")[3].split(",")[:2])
    assert memory >= 19 * 1024 and rounds >= 2


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(real: Desk) -> None:
    join(invite())
    answers = []
    for login in ("ines.ortega@clinic.example", "nobody.here@clinic.example"):
        answer = Client().post("/account/sign-in/", {"login": login, "password": "wrong wrong wrong"})
        answers.append((answer.status_code, answer.content.replace(login.encode(), b"")))
    csrf = [part for part in answers[0][1].split(b'"') if len(part) == 64]
    first, second = (content for _, content in answers)
    assert answers[0][0] == answers[1][0] == 200 and csrf
    assert len(first) == len(second)


def test_tries_are_limited_by_account(real: Desk) -> None:
    join(invite())
    login = {"login": "ines.ortega@clinic.example", "password": "wrong wrong wrong"}
    for _ in range(6):
        Client().post("/account/sign-in/", login)
    right = Client().post("/account/sign-in/", {**login, "password": PASSWORD})
    assert "_auth_user_id" not in right.client.session, "the account is shut for a while, right password or not"


def test_a_password_never_has_to_be_changed_by_date(django_ready) -> None:
    from django.conf import settings

    names = [one["NAME"] for one in settings.AUTH_PASSWORD_VALIDATORS]
    assert not any("Expir" in name or "History" in name for name in names)
    with pytest.raises(ValidationError):
        validate_password("short")
