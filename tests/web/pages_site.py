"""The fixtures of page tests, shared by the folders that import them: a fresh database with two practices, signed-in browsers, and an engine that folds at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")

import django
from desk import BIRCH, MAPLE, ROLES, Desk, plan
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment

from ringback.engine import clock
from ringback.store import access, provision
from ringback.store.keys import SealedFile

Browse = Callable[..., Client]


_made: dict[str, Path] = {}


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key file of both practices."""
    if "key" not in _made:
        _made["key"] = tmp_path_factory.mktemp("keys") / "key"
    return _made["key"]


@pytest.fixture(scope="session")
def migrated(server: Any, migrated: str, key_file: Path) -> str:
    """The template of these tests' databases: Maple and Birch with an account for each role, made once."""
    name = "desk_ground"
    if name in _made:
        return name
    _made[name] = key_file
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute(f"create database {name} template {migrated} owner ringback_owner")
    accounts: dict[int, dict[str, int]] = {MAPLE: {}, BIRCH: {}}
    with psycopg.connect(server.dsn("ringback_owner", name)) as owner:
        for practice in accounts:
            for role in ROLES:
                row = owner.execute(
                    "insert into auth_user (username, first_name, last_name, email, password, is_staff, is_active, "
                    "is_superuser, date_joined) values (%s, %s, '', '', '!', false, true, false, now()) returning id",
                    (f"{role}.{practice}", role),
                ).fetchone()
                assert row is not None
                accounts[practice][role] = row[0]
    provider = SealedFile(key_file, create=True)
    with psycopg.connect(server.dsn("ringback_app", name), autocommit=True) as raw:
        for practice, given in accounts.items():
            provision.create(raw, provider, plan(practice, given), clock.now())
            manage_device(raw, practice)
    return name


def device_token(practice: int) -> str:
    """The token of the practice's one managed device, which browsers of these tests run on."""
    return f"desk-device-{practice}"


def manage_device(raw: Any, practice: int) -> None:
    """Enter the managed device into the practice's register."""
    with raw.transaction():
        raw.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        raw.execute(
            "insert into device (practice, id, kind, screen_lock, disk_encrypted, attested_on, token_hash, made_at) "
            "values (%s, gen_random_uuid(), 'desktop', true, true, current_date, sha256(%s::bytea), now())",
            (practice, device_token(practice).encode()),
        )


@pytest.fixture(scope="session")
def django_ready() -> Iterator[None]:
    django.setup()
    if "django" in _made:
        yield
        return
    _made["django"] = Path()
    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.fixture
def desk(django_ready: None, database: Any, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Maple and Birch, with an account for each role; `desk.accounts` are by (practice, role)."""
    from django.contrib.auth.models import User
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    from ringback.web import limits
    from ringback.web.pages import act, today
    from ringback.web.patient import ack

    limits.buckets.forget()
    parts = conninfo_to_dict(database.app_dsn)
    connection = connections["default"]
    connection.close()
    for name, key in (
        ("NAME", "dbname"),
        ("USER", "user"),
        ("PASSWORD", "password"),
        ("HOST", "host"),
        ("PORT", "port"),
    ):
        monkeypatch.setitem(connection.settings_dict, name, str(parts.get(key) or ""))
    monkeypatch.setenv("RINGBACK_DATABASE_URL", database.app_dsn)
    monkeypatch.setenv("RINGBACK_KEY_FILE", str(key_file))
    monkeypatch.setenv("RINGBACK_DEMO", "1")
    # Another database: keys of the same numbers are other keys.
    access._rings.clear()
    made = Desk(database.app_dsn, SealedFile(key_file))
    users = {user.username: user for user in User.objects.all()}
    made.accounts = {(practice, role): users[f"{role}.{practice}"] for practice in (MAPLE, BIRCH) for role in ROLES}

    def settled(connection: Any, practice: int, event_id: UUID, seconds: float = 0) -> str | None:
        made.fold()
        return original(connection, practice, event_id, 0.0)

    original = act.settled
    for page in (act, today, ack):
        monkeypatch.setattr(page, "settled", settled)
    with override_settings(ROOT_URLCONF="ringback.web.urls", ALLOWED_HOSTS=["testserver"]):
        yield made
    clock.move(timedelta(0))
    connection.close()


@pytest.fixture
def browse(desk: Desk) -> Browse:
    """A browser signed in with this role at this practice."""

    def signed_in(role: str, practice: int = MAPLE, *, managed: bool = True) -> Client:
        client = Client()
        if managed:
            client.cookies[f"ringback-device-{practice}"] = device_token(practice)
        user = desk.accounts[(practice, role)]
        user.refresh_from_db()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["practice"] = practice
        session.save()
        return client

    return signed_in
