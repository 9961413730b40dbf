"""C4: a wrong password costs the server what a name nobody has costs it: one hash, so that the time tells nobody apart.

The times themselves are measured by `python -m ringback.bench.sign_in_times`; here the work is counted.
"""

from __future__ import annotations

import argon2
import pytest
from argon2 import low_level
from desk import MAPLE, Desk
from django.contrib.auth import get_user_model
from django.test import Client
from joining import PASSWORD, add_app, invite, join, real

__all__ = ["real"]
INES = "ines.ortega@clinic.example"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every Argon2 that is done, by making or by comparing."""
    done: list[str] = []
    make, compare = low_level.hash_secret, argon2.PasswordHasher.verify

    def made(*words: object, **more: object) -> bytes:
        done.append("made")
        return make(*words, **more)  # type: ignore[arg-type]

    def compared(self: argon2.PasswordHasher, *words: object, **more: object) -> bool:
        done.append("compared")
        return compare(self, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(low_level, "hash_secret", made)
    monkeypatch.setattr(argon2.PasswordHasher, "verify", compared)
    return done


def tried(login: str, hashes: list[str], password: str = "wrong wrong wrong") -> int:
    """How many hashes a try costs."""
    hashes.clear()
    assert Client().post("/account/sign-in/", {"login": login, "password": password}).status_code == 200
    return len(hashes)


def test_every_try_that_fails_costs_one_hash_whoever_is_named(real: Desk, hashes: list[str]) -> None:
    join(invite(INES))
    join(invite("lena.left@clinic.example", name="Lena Left"))
    get_user_model().objects.filter(username="lena.left@clinic.example").update(is_active=False)
    # Known; known in capitals; unknown; no e-mail at all; ended; one that has no password (as single sign-on makes them).
    names = [INES, INES.upper(), "nobody.here@clinic.example", "nobody", "lena.left@clinic.example", f"nurse.{MAPLE}"]
    assert {name: tried(name, hashes) for name in names} == dict.fromkeys(names, 1)


def test_one_signs_in_by_e_mail_however_it_is_written(real: Desk) -> None:
    client = join(invite(INES))
    add_app(client)
    for login in (INES, INES.upper(), f" {INES} "):
        answer = Client().post("/account/sign-in/", {"login": login, "password": PASSWORD})
        assert answer.status_code == 302 and answer["Location"].startswith("/account/factors/show/"), login
