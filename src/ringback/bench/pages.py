"""How long the front desk's pages take over years of cases: `python -m ringback.bench.pages --cases 1000000 --messages 5000000`.

Two practices lie in one database: a small one and the one that was asked for. Inbox, today, a caller's thread and the search
are asked for in turns through Django with the whole door before them (session, roles, audit), and the server's time and the
number of statements of each are printed as one JSON object. Exit 1 when a p95 is over 100 ms or a page asks more of the
large practice than of the small one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg

MUST = 0.100
SMALL, LARGE, FEW = 2, 1, 1000
ROUND_THE_CLOCK = [[["00:00", "00:00"]]] * 7
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    "autovacuum": "off",
}


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    """Lay, measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m ringback.bench.pages", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--tries", type=int, default=60, help="requests of each kind")
    options = parser.parse_args(argv)
    from ringback.engine import postgres
    from ringback.store.migrate import migrate

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ringback-bench-", dir=postgres.scratch()))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, True)
        _say("starting PostgreSQL")
        server = postgres.start(folder / "pg", settings=SETTINGS)
        stack.callback(server.stop)
        roles = postgres.prepare(server, "bench")
        migrate(roles.owner_dsn)
        os.environ |= {
            "RINGBACK_DATABASE_URL": roles.app_dsn,
            "RINGBACK_KEY_FILE": str(folder / "keys"),
            "DJANGO_SETTINGS_MODULE": "ringback.settings",
        }
        # A sign-in without a second factor, as in the demo: it is the pages that are timed here.
        os.environ["RINGBACK_DEMO"] = "1"
        import django

        django.setup()
        began = time.perf_counter()
        _set_up(roles, folder / "keys", {SMALL: (FEW, 5 * FEW), LARGE: (options.cases, options.messages)})
        laid = round(time.perf_counter() - began)
        told = {
            "cases": options.cases, "messages": options.messages, "tries": options.tries, "laid_s": laid,
            "processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **_measure(roles, options.tries),
        }  # fmt: skip
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def _set_up(roles: Any, key_file: Path, sizes: dict[int, tuple[int, int]]) -> None:
    from django.contrib.auth import get_user_model

    from ringback.bench import laid
    from ringback.store import provision
    from ringback.store.keys import SealedFile

    provider, now = SealedFile(key_file, create=True), laid.today()
    for practice, (cases, messages) in sizes.items():
        user = get_user_model().objects.create_user(f"desk.{practice}")
        plan = provision.Plan(
            practice=practice, name=f"Practice {practice}", alias="Practice", phone="202-555-0100", zone="America/New_York",
            locations=[provision.PlanLocation(id=1, name="Main", zone="America/New_York", week=ROUND_THE_CLOCK)],
            lines=[provision.PlanLine(id=1, number=f"+1202555010{practice}", name="Front line", location=1)],
            staff=[
                provision.PlanStaff(id=1, role="owner", name="Olive Owner", account=user.pk),
                provision.PlanStaff(id=2, role="nurse", name="Nora Nurse", phone="+12025550111", on_call=1),
            ],
            author="bench", approver="bench officer",
        )  # fmt: skip
        with psycopg.connect(roles.app_dsn, autocommit=True) as connection:
            ring = provision.create(connection, provider, plan, now)
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                connection.execute(
                    "insert into device (practice, id, kind, screen_lock, disk_encrypted, attested_on, token_hash, made_at) "
                    "values (%s, gen_random_uuid(), 'desktop', true, true, current_date, sha256('desk'::bytea), now())",
                    (practice,),
                )
        _say(f"laying {cases} cases and {messages} messages down")
        laid.lay(roles.admin_dsn, ring, practice, cases, messages, now, _say)


def _measure(roles: Any, tries: int) -> dict[str, Any]:
    from django.test import override_settings

    from ringback.bench import laid

    with override_settings(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="ringback.web.urls"):
        small = {
            name: _one(_desk(SMALL), ask, tries)
            for name, ask in _asks(laid.chosen(roles.admin_dsn, SMALL, tries)).items()
        }
        large = {
            name: _one(_desk(LARGE), ask, tries)
            for name, ask in _asks(laid.chosen(roles.admin_dsn, LARGE, tries)).items()
        }
    pages: dict[str, Any] = {}
    for name, (times, statements) in large.items():
        pages[name] = {
            "best_ms": round(min(times) * 1000, 1),
            "p50_ms": round(statistics.median(times) * 1000, 1),
            "p95_ms": round(sorted(times)[int(len(times) * 0.95)] * 1000, 1),
            "statements": statements,
            f"statements_at_{FEW}": small[name][1],
        }
    ok = all(one["p95_ms"] < MUST * 1000 and one["statements"] <= one[f"statements_at_{FEW}"] for one in pages.values())
    return {"pages": pages, "ok": ok}


def _desk(practice: int) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.cookies[f"ringback-device-{practice}"] = "desk"
    user = get_user_model().objects.get(username=f"desk.{practice}")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["practice"] = practice
    session.save()
    return client


def _asks(cases: Any) -> dict[str, Callable[[Any, int], Any]]:
    from ringback.bench import laid

    listed = list(cases)
    states = (
        "?state=all",
        "?state=closed",
        "?owner=nobody",
        "?state=closed&intent=refill",
        "?queue=billing",
        "?state=closed&owner=me",
    )
    names = [f"{laid.FIRST[n % len(laid.FIRST)]} {laid.LAST[n // 7 % len(laid.LAST)]}" for n in range(1, 600, 7)]
    said = (*laid.RARE, "refill lisinopril", "question bill", "insurance card wheelchair", "nothing of this kind")
    return {
        "inbox": lambda desk, n: desk.get("/inbox"),
        "inbox filtered": lambda desk, n: desk.get(f"/inbox{states[n % len(states)]}"),
        "today": lambda desk, n: desk.get("/"),
        "thread": lambda desk, n: desk.get(f"/cases/{listed[n % len(listed)]}"),
        "search words": lambda desk, n: desk.post("/search", {"q": said[n % len(said)]}),
        "search name": lambda desk, n: desk.post("/search", {"q": names[n % len(names)]}),
        "search number": lambda desk, n: desk.post("/search", {"q": f"{n * 3:04d}" if n % 2 else f"+1212200{n * 3:04d}"}),
    }  # fmt: skip


def _one(desk: Any, ask: Callable[[Any, int], Any], tries: int) -> tuple[list[float], int]:
    """The times of so many requests, after a first one that fills the caches, and the most statements one of them sent."""
    from ringback.web import limits

    sent, times, most = [0], [], 0
    original = psycopg.Cursor.execute

    def execute(self: Any, *given: Any, **more: Any) -> Any:
        sent[0] += 1
        return original(self, *given, **more)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign,assignment]
    try:
        for n in range(-2, tries):
            limits.buckets.forget()
            sent[0], began = 0, time.perf_counter()
            answer = ask(desk, n % tries)
            took = time.perf_counter() - began
            if answer.status_code != 200:
                raise RuntimeError(f"the page answered {answer.status_code}")
            if n >= 0:
                times.append(took)
                most = max(most, sent[0])
    finally:
        psycopg.Cursor.execute = original  # type: ignore[method-assign]
    return times, most


if __name__ == "__main__":
    sys.exit(main())
