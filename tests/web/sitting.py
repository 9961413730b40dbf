"""What tests of sessions stand on: a clock of their own, accounts with a password, and no demo, where a button is a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import MAPLE, Desk
from django.test import Client

PASSWORD = "correct horse battery staple"


class Watch:
    """The machine's own time, which stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        # All that the door asks, second factors too.
        self.checks: Any = ()

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: int) -> None:
        """Let time pass."""
        self.now += timedelta(**more)


@pytest.fixture
def watch(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A practice outside the demo, with time standing still."""
    from ringback.web import middleware, sessions
    from ringback.web.pages import sessions as own_sessions

    monkeypatch.delenv("RINGBACK_DEMO")
    found = Watch()
    monkeypatch.setattr(sessions, "moment", found)
    monkeypatch.setattr(own_sessions, "moment", found)
    found.checks = middleware.CHECKS
    # Second factors have stories of their own.
    rest = tuple(one for one in middleware.CHECKS if one[0] != "second_factor")
    monkeypatch.setattr(middleware, "CHECKS", rest)
    yield found


def with_password(desk: Desk, role: str, practice: int = MAPLE) -> None:
    """Give this role's account a password."""
    user = desk.accounts[(practice, role)]
    user.set_password(PASSWORD)
    user.save()


@pytest.fixture
def sit(watch: Watch, desk: Desk, browse: Any) -> Callable[..., Client]:
    """A browser signed in with this role, whose account has a password, and whose session has begun."""

    def signed_in(role: str, practice: int = MAPLE) -> Client:
        user = desk.accounts[(practice, role)]
        if not user.has_usable_password():
            with_password(desk, role, practice)
        client = browse(role, practice)
        client.get("/me/sessions")
        return client

    return signed_in
