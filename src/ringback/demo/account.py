"""The demo's one account, Pat Monroe, who owns the practice, and the link that signs in once.

The link's token lives in this process's memory only: it works once, and a restart makes a new one.
"""

from __future__ import annotations

import hmac
import secrets
import threading

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from ringback.demo import rows
from ringback.demo.facts import PRACTICE

NAME = "pat.monroe"
STAFF_ID = 4
_lock = threading.Lock()
_token = ""


def one_time_link(public: str) -> str:
    """A fresh link; the one before stops working."""
    global _token
    with _lock:
        _token = secrets.token_urlsafe(24)
    return f"{public}/demo/enter/{_token}"


def spend(token: str) -> AbstractBaseUser | None:
    """The account, when the token is the one given out and was not used; it is used up by this."""
    global _token
    with _lock:
        good = bool(_token) and hmac.compare_digest(token, _token)
        if good:
            _token = ""
    return _account() if good else None


def _account() -> AbstractBaseUser:
    people = get_user_model()
    user, made = people.objects.get_or_create(username=NAME, defaults={"first_name": "Pat", "last_name": "Monroe"})
    if made:
        user.set_unusable_password()
        user.save()
    with rows.practice() as connection:
        connection.execute(
            "update staff set account = %s where practice = %s and id = %s", (user.pk, PRACTICE, STAFF_ID)
        )
    return user
