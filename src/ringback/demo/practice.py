"""The made-up practice of the demo: three sites, its staff and on-call list, a directory with households, free slots.

Everybody here is invented; the numbers are those kept for films and books.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ringback.demo.facts import ACCOUNT, LINES, MAIN, PHONE, PRACTICE, TEXT
from ringback.store.provision import (
    Plan,
    PlanConnection,
    PlanLine,
    PlanLocation,
    PlanPerson,
    PlanStaff,
)

NAME = "Riverside Family Practice"
ZONE = "America/New_York"
SETTLE_SECONDS = 10

NEW_CALLER = "+12025550160"
_MORNING, _AFTERNOON = ["08:00", "12:00"], ["13:00", "17:30"]
WEEKS = {
    1: [[_MORNING, _AFTERNOON]] * 5 + [[["09:00", "12:00"]], []],
    2: [[["08:00", "20:00"]]] * 7,
    3: [[["07:30", "18:00"]]] * 5 + [[], []],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody whose phone the visitor can hold, or who plays in a scene."""

    name: str
    number: str
    about: str
    record: str = ""
    born: str = ""
    lang: str = ""
    visit_in_days: int | None = None
    flagged: bool = False
    refill: bool = False
    shares_with: str = ""


ACTORS = (
    Actor(name="A new caller", number=NEW_CALLER, about="not in the directory"),
    Actor(
        name="Maria Lopez", number="+12025550143", about="visit in three days", record="R-1001", born="1984-07-21", visit_in_days=3
    ),
    Actor(name="James Carter", number="+13015550112", about="asked to be called back", record="R-1002", born="1958-02-11", flagged=True),
    Actor(name="Carmen Ruiz", number="+17035550119", about="Spanish", record="R-1003", born="1990-10-05", lang="es"),
    Actor(name="Linh Nguyen", number="+12405550133", about="shares a phone", record="R-1004", born="1979-03-30"),
    Actor(name="Dana Whitfield", number="+12025550128", about="refill pending", record="R-1005", born="1966-12-01", refill=True),
    Actor(name="Robert Kim", number="+17035550151", about="visit tomorrow", record="R-1007", born="1972-05-17", visit_in_days=1),
    Actor(name="Aisha Grant", number="+13015550174", about="patient", record="R-1008", born="1995-08-09"),
    Actor(name="Tom Becker", number="+12405550186", about="patient", record="R-1009", born="1949-01-23"),
)  # fmt: skip
EXTRAS = ("+12025550161", "+13015550162", "+17035550163", "+12405550164", "+12025550165", "+13015550166")
"""Callers of the scenes who are in no directory."""
NAMES = {actor.number: actor.name for actor in ACTORS}

_FIRST = [
    "Ann",
    "Ben",
    "Carla",
    "Derek",
    "Elena",
    "Frank",
    "Grace",
    "Hugo",
    "Irene",
    "Jamal",
    "Kayla",
    "Luis",
    "Mei",
    "Noah",
    "Olga",
    "Priya",
    "Quinn",
    "Rosa",
    "Sam",
    "Tara",
]
_LAST = [
    "Adler",
    "Brooks",
    "Chen",
    "Diaz",
    "Ellis",
    "Flores",
    "Gupta",
    "Hayes",
    "Ibrahim",
    "Jensen",
    "Kelly",
    "Lang",
    "Moreno",
    "Novak",
    "Owens",
    "Park",
    "Reyes",
    "Shah",
]


def plan(token: str, simulator: str, now: datetime) -> Plan:
    """The practice as a plan. `token` is the carrier account's, `simulator` the made-up carrier's address."""
    settings = {"account_sid": ACCOUNT, "auth_token": token, "api_base": simulator}
    return Plan(
        practice=PRACTICE,
        name=NAME,
        alias=NAME,
        phone="202-555-0100",
        zone=ZONE,
        gate={
            "officers_set": True,
            "baa_active": True,
            "campaign_approved": True,
            "alerts": {"webhook": f"{simulator}/chat"},
            "pace": {"line_minute": 600, "campaign_minute": 900, "brand_day": 20000},
        },
        # The cases of the last days were texted too.
        since=now.date() - timedelta(days=60),
        policy={"settle_seconds": SETTLE_SECONDS},
        locations=[
            PlanLocation(id=number, name=name, zone=ZONE, week=WEEKS[number])
            for number, name in enumerate(LINES.values(), 1)
        ],
        connections=[
            PlanConnection(id=PHONE, kind="phone", system="twilio", settings=settings),
            PlanConnection(id=TEXT, kind="text", system="twilio", settings=settings),
        ],
        lines=[
            PlanLine(
                id=place, number=number, name=name, location=place, phone_connection=PHONE, text_connection=TEXT,
                greeting_notice_on=date(2026, 1, 5), forward_to=f"+1202555019{place}",
                greeting=f"Thank you for calling {NAME}. If we miss you we may text this number; say no text to decline.",
            )
            for place, (number, name) in enumerate(LINES.items(), 1)
        ],
        staff=STAFF,
        people=people(now),
        slots=slots(now),
        author="Pat Monroe",
        approver="Dr. Helen Osei",
        language_reviewers={"es": "Lucía Herrera, certified medical translator"},
    )  # fmt: skip


STAFF = (
    PlanStaff(
        id=1, role="nurse", name="Nora Quist, RN", phone="+12025550171", email="nora@riverside.example", on_call=1
    ),
    PlanStaff(
        id=2, role="clinician", name="Dr. Omar Vance", phone="+12025550172", email="omar@riverside.example", on_call=2
    ),
    PlanStaff(
        id=3,
        role="clinician",
        name="Dr. Helen Osei",
        phone="+12025550173",
        email="helen@riverside.example",
        on_call=1,
        listed="officer",
    ),
    PlanStaff(
        id=4,
        role="owner",
        name="Pat Monroe",
        phone="+12025550175",
        email="pat@riverside.example",
        on_call=1,
        listed="manager",
    ),
    PlanStaff(id=5, role="scheduler", name="Sofia Brandt", email="sofia@riverside.example"),
    PlanStaff(id=6, role="front_desk", name="Leo Park", email="leo@riverside.example"),
    PlanStaff(id=7, role="biller", name="Ines Cole", email="ines@riverside.example"),
)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def people(now: datetime) -> list[PlanPerson]:
    today = now.astimezone(ZoneInfo(ZONE)).date()
    listed = [
        PlanPerson(
            record=actor.record, name=actor.name, birth_date=actor.born, phones=[(actor.number, "mobile")], lang=actor.lang or "en",
            next_visit=_at(today + timedelta(days=actor.visit_in_days), 10, 30) if actor.visit_in_days else None,
            callback_requested=actor.flagged, open_refill=actor.refill, recent_visit=actor.record == "R-1008",
        )
        for actor in ACTORS
        if actor.record
    ]  # fmt: skip
    listed.append(
        PlanPerson(
            record="R-1006", name="Minh Nguyen", birth_date="2012-06-14", phones=[("+12405550133", "mobile")], lang="en"
        )
    )
    dice = random.Random(61)
    for number in range(120):
        last = dice.choice(_LAST)
        listed.append(
            PlanPerson(
                record=f"R-{2000 + number}",
                name=f"{dice.choice(_FIRST)} {last}",
                birth_date=date(dice.randint(1935, 2022), dice.randint(1, 12), dice.randint(1, 28)).isoformat(),
                phones=[(f"+1{dice.choice((202, 301, 703, 240))}556{1000 + number}", "mobile")],
                lang=dice.choice(("en", "en", "en", "es")),
                next_visit=_at(today + timedelta(days=dice.randint(1, 40)), dice.randint(8, 16))
                if dice.random() < 0.4
                else None,
                open_refill=dice.random() < 0.1,
                recent_visit=dice.random() < 0.2,
            )
        )
    return listed


def slots(now: datetime) -> list[tuple[int, datetime, int]]:
    """Free slots at the three sites for the days to come; some hours are taken."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    free = []
    for ahead in range(15):
        day = today + timedelta(days=ahead)
        for site in WEEKS:
            for start, end in WEEKS[site][day.weekday()]:
                for hour in range(int(start[:2]) + 1, int(end[:2])):
                    for minute in (0, 30):
                        # The same slot is free or taken whatever day the list is made on.
                        if random.Random(f"{site} {day} {hour} {minute}").random() < 0.35:
                            free.append((site, _at(day, hour, minute), 30))
    return free


__all__ = [
    "ACCOUNT",
    "ACTORS",
    "LINES",
    "MAIN",
    "NAMES",
    "PHONE",
    "PRACTICE",
    "STAFF",
    "TEXT",
    "people",
    "plan",
    "slots",
]
