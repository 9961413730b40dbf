"""The bench's ground: a database with two hundred practices and their lines, and what is read back from it."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from ringback.engine import postgres
from ringback.store import provision
from ringback.store.keys import SealedFile
from ringback.store.migrate import migrate

ROUND_THE_CLOCK = [[["00:00", "00:00"]]] * 7
LINES_EACH = 10
# Only the numeric caps are raised (decision 25): every gate step runs.
CAPS = {"burst_10min": 10**6, "burst_unproven": 10**6, "burst_day": 10**6}
PACE = {"line_minute": 10**6, "campaign_minute": 10**6, "brand_day": 10**7}


@dataclass(slots=True, kw_only=True)
class Ground:
    """Where the bench runs."""

    owner_dsn: str
    app_dsn: str
    admin_dsn: str
    key_file: Path
    account: str = "AC" + "5" * 32
    token: str = "bench-token"
    lines: list[tuple[int, int, str]] = field(default_factory=list)


def lay(server: Any, folder: Path, options: Any, public: str, carrier: str, say: Callable[[str], None]) -> Ground:
    """Make the database, migrate, and set the practices up."""
    roles = postgres.prepare(server, "bench")
    ground = Ground(
        owner_dsn=roles.owner_dsn, app_dsn=roles.app_dsn, admin_dsn=roles.admin_dsn, key_file=folder / "keys"
    )
    migrate(ground.owner_dsn)
    provider = SealedFile(ground.key_file, create=True)
    settings = {"account_sid": ground.account, "auth_token": ground.token, "public_url": public, "api_base": carrier}
    now = datetime.now(UTC)
    say(f"setting up {options.practices} practices with {LINES_EACH} lines each")
    with psycopg.connect(ground.app_dsn, autocommit=True) as connection:
        for practice in range(1, options.practices + 1):
            lines = [
                provision.PlanLine(
                    id=n,
                    number=f"+1{720 + practice // 100}{200 + practice % 100 * 7:03d}{n:04d}",
                    name=f"Line {n}",
                    location=1,
                    phone_connection=1,
                    text_connection=2,
                    greeting_notice_on=date(2026, 1, 2),
                )
                for n in range(1, LINES_EACH + 1)
            ]
            provision.create(
                connection,
                provider,
                provision.Plan(
                    practice=practice,
                    name=f"Practice {practice}",
                    alias=f"Practice {practice}",
                    phone="202-555-0100",
                    zone="America/New_York",
                    gate={
                        "officers_set": True,
                        "baa_active": True,
                        "campaign_approved": True,
                        "caps": CAPS,
                        "pace": PACE,
                    },
                    policy={"settle_seconds": options.settle},
                    locations=[
                        provision.PlanLocation(id=1, name="Main", zone="America/New_York", week=ROUND_THE_CLOCK)
                    ],
                    connections=[
                        provision.PlanConnection(id=1, kind="phone", system="twilio", settings=settings),
                        provision.PlanConnection(id=2, kind="text", system="twilio", settings=settings),
                    ],
                    lines=lines,
                    staff=[provision.PlanStaff(id=1, role="nurse", name="On Call", phone="+12025550111", on_call=1)],
                    author="bench",
                    approver="bench officer",
                ),
                now,
            )
            ground.lines += [(practice, 1, line.number) for line in lines]
    # One practice's lines are not offered in a row: callers ring everywhere at once.
    ground.lines.sort(key=lambda line: line[2][-4:])
    with psycopg.connect(ground.owner_dsn, autocommit=True) as connection:
        connection.execute("create table bench_commit (id bigint generated always as identity primary key)")
    if options.cases or options.due:
        say(f"laying down {options.cases} waiting cases")
        wait(ground, options.cases, int(options.due * options.seconds))
    with psycopg.connect(ground.owner_dsn, autocommit=True) as connection:
        connection.execute("analyze")
    return ground


def wait(ground: Ground, cases: int, armed: int) -> None:
    """Put open cases into the database that wait for their callers (a template case, copied by the database)."""
    from dataclasses import replace

    import msgspec

    from ringback.core.case import Case, Clock, Phase, Tick
    from ringback.core.decide import new_case

    later = datetime.now(UTC) + timedelta(days=2)
    base: Case = new_case(id="0", practice=1, line=1, policy_version=1)
    state = replace(
        base,
        phase=Phase.WAITING,
        opened_at=datetime.now(UTC),
        texted_at=datetime.now(UTC),
        clocks=(Clock(tick=Tick.REPLY, at=later),),
    )
    body = msgspec.json.encode(state).decode()
    with psycopg.connect(ground.admin_dsn, autocommit=True) as connection:
        connection.execute(
            "with made as (insert into cases (practice, id, line, number_index, phase, workflow, due, opened_at, changed_at, "
            "state) select 1 + n %% 200, uuidv7(), 1, decode(lpad(to_hex(n), 32, '0'), 'hex'), 'waiting', 'general', "
            "%s::timestamptz + n * interval '1 millisecond', now(), now(), jsonb_set(%s::jsonb, '{practice}', "
            "to_jsonb(1 + n %% 200)) from generate_series(1, %s) as n returning practice, id, due) "
            "insert into work (practice, kind, id, due) select practice, 2, id, due from made",
            (later, body, cases + armed),
        )
        connection.execute("vacuum analyze cases")
        connection.execute("vacuum analyze work")


def arm(ground: Ground, rate: float, seconds: float) -> datetime:
    """Make so many waiting cases come due a second from now on; returns the first moment."""
    began = datetime.now(UTC) + timedelta(seconds=3)
    with psycopg.connect(ground.admin_dsn, autocommit=True) as connection:
        connection.execute(
            "with chosen as (select id, row_number() over () - 1 as place from (select id from work where kind = 2 "
            "order by due limit %s) w), moved as (update work set due = %s::timestamptz + chosen.place * "
            "(interval '1 second' / %s) from chosen where work.kind = 2 and work.id = chosen.id returning work.id, work.due) "
            "update cases set due = moved.due, state = jsonb_set(state, '{clocks,0,at}', to_jsonb(moved.due)) "
            "from moved where cases.id = moved.id",
            (int(rate * seconds), began, rate),
        )
        connection.execute(
            "create table bench_due as select id, due from cases where due < %s", (began + timedelta(days=1),)
        )
    return began


def lags(ground: Ground, began: datetime, seconds: float) -> list[float]:
    """How late each case that came due was stepped, in seconds."""
    with psycopg.connect(ground.admin_dsn, autocommit=True) as connection:
        rows = connection.execute(
            "select extract(epoch from s.at - d.due) from bench_due d join step s on s.case_id = d.id and s.seq = 1"
        ).fetchall()
    return sorted(float(row[0]) for row in rows)


def verdicts(ground: Ground) -> dict[str, int]:
    """The gate's verdicts of the run."""
    with psycopg.connect(ground.admin_dsn, autocommit=True) as connection:
        rows = connection.execute("select verdict, count(*) from outgoing group by 1 order by 2 desc").fetchall()
    return {row[0]: row[1] for row in rows}


def until_up(port: int, ground: Ground) -> None:
    """Wait until the server answers and has its practices in memory."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            for practice in sorted({line[0] for line in ground.lines}):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/hooks/{practice}/1/voice", data=b"x", timeout=10)
                except urllib.error.HTTPError as answer:
                    if answer.code not in (403, 429):  # refused, or refused too often: either way it is up
                        raise
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError("the web server did not come up within 30 s")
