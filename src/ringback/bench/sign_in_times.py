"""How long a wrong password takes, and a name that nobody has: `python -m ringback.bench.sign_in_times` (C4).

Both are sent in turns to the real sign-in page on a database made for it, with the limits on tries lifted; the medians
are printed. They must be within a tenth of each other, or the time would say who has an account.
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
from contextlib import ExitStack
from pathlib import Path
from typing import Any

KNOWN, NOBODY = "ines.ortega@clinic.example", "nobody.here@clinic.example"
SETTINGS = {"fsync": "off", "full_page_writes": "off"}


def main(argv: list[str] | None = None) -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m ringback.bench.sign_in_times", description=__doc__)
    parser.add_argument("--tries", type=int, default=200, help="of each kind")
    tries = parser.parse_args(argv).tries
    from ringback.engine import postgres
    from ringback.store.keys import SealedFile
    from ringback.store.migrate import migrate

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ringback-bench-", dir=postgres.scratch()))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, True)
        server = postgres.start(folder / "pg", settings=SETTINGS)
        stack.callback(server.stop)
        roles = postgres.prepare(server, "bench")
        migrate(roles.owner_dsn)
        SealedFile(folder / "keys", create=True)
        os.environ |= {
            "RINGBACK_DATABASE_URL": roles.app_dsn,
            "RINGBACK_KEY_FILE": str(folder / "keys"),
            "DJANGO_SETTINGS_MODULE": "ringback.settings",
        }
        os.environ.pop("RINGBACK_DEMO", None)
        times = _measure(tries)
    medians = {name: statistics.median(found) for name, found in times.items()}
    gap = abs(medians["wrong"] - medians["unknown"]) / max(medians.values())
    told = {f"{name}_ms": round(value * 1000, 2) for name, value in medians.items()}
    print(json.dumps({"tries": tries, **told, "gap_percent": round(100 * gap, 2)}))
    return 0 if gap < 0.1 else 1


def _measure(tries: int) -> dict[str, list[float]]:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client, override_settings

    get_user_model().objects.create_user(KNOWN, KNOWN, "seven quiet herons at dusk")
    with override_settings(ALLOWED_HOSTS=["testserver"], ACCOUNT_RATE_LIMITS=False):
        for login in (KNOWN, NOBODY) * 3:
            _try(Client(), login)
        times: dict[str, list[float]] = {"unknown": [], "wrong": []}
        for number in range(tries):
            # In turns, and each first as often as the other: what slows the machine down slows both.
            for name, login in sorted({"unknown": NOBODY, "wrong": KNOWN}.items(), reverse=bool(number % 2)):
                times[name].append(_try(Client(), login))
    return times


def _try(client: Any, login: str) -> float:
    from ringback.web import limits

    limits.buckets.forget()
    began = time.perf_counter()
    answer = client.post("/account/sign-in/", {"login": login, "password": "not the password at all"})
    took = time.perf_counter() - began
    if answer.status_code != 200 or b"Sign in" not in answer.content or client.session.get("_auth_user_id"):
        raise RuntimeError(f"the page answered {answer.status_code}, not with another try")
    return took


if __name__ == "__main__":
    sys.exit(main())
