"""The registers the send gate asks, as spans of time: agreements, officers, campaigns. One statement for a batch of practices.

Used by the engine's book (once a version), by pages and by the command line; what a set-up file states is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import tuple_row
from uuid_utils.compat import uuid7

from ringback.core.office.standing import Standing, standing
from ringback.core.office.values import Agreement, Campaign, Officer
from ringback.store import crypt
from ringback.store.keys import Keyring

if TYPE_CHECKING:
    from ringback.store.access import Rows

ALL = """
select practice, 'agreement', system, kind, services, from_day, last_day, true, id::text, vendor, verified_on, project_flagged,
  media_locked, coalesce(breach_hours, 24), null::int
  from agreement where practice = any(%s)
union all select practice, 'campaign', system, kind, '{}'::text[], from_day, last_day, true, id::text, '', null, true, true, 0, null
  from campaign where practice = any(%s)
union all select o.practice, 'officer', '', o.kind, '{}'::text[], o.from_day, o.last_day, coalesce(s.active, o.staff is null),
  o.id::text, '', null, true, true, 0, o.staff
  from officer o left join staff s on s.practice = o.practice and s.id = o.staff where o.practice = any(%s)
union all select practice, 'part2', '', '', '{}'::text[], null, null, true, '', '', null, true, true, 0, line
  from part2_line where practice = any(%s)
"""
# What a set-up file may state in [gate]; it becomes rows of the registers and nothing else.
STATED = ("officers_set", "baa_active", "campaign_approved")
Registered = tuple[list[Agreement], list[Officer], list[Campaign]]


def registered(found: Iterable[tuple[Any, ...]]) -> dict[int, Registered]:
    """The rows of `ALL` as the registers of each practice."""
    made: dict[int, Registered] = {}
    for (
        practice,
        what,
        system,
        kind,
        services,
        start,
        last,
        active,
        row,
        vendor,
        verified,
        flagged,
        locked,
        hours,
        staff,
    ) in found:
        if what == "part2":
            continue
        agreements, officers, campaigns = made.setdefault(practice, ([], [], []))
        if what == "agreement":
            agreements.append(
                Agreement(
                    id=row, kind=kind, vendor=vendor, system=system, services=frozenset(services), from_day=start, last_day=last,
                    verified_on=verified, project_flagged=flagged, media_locked=locked, breach_hours=hours,
                )
            )  # fmt: skip
        elif what == "officer":
            officers.append(Officer(kind=kind, staff=staff, from_day=start, last_day=last, active=active))
        else:
            campaigns.append(Campaign(system=system, from_day=start, last_day=last))
    return made


def standings(found: Iterable[tuple[Any, ...]], zones: Mapping[int, str]) -> dict[int, Standing]:
    """The spans of each practice whose zone is given."""
    listed = list(found)
    rows = registered(listed)
    part2: dict[int, set[int]] = {}
    for row in listed:
        if row[1] == "part2":
            part2.setdefault(row[0], set()).add(row[14])
    return {
        practice: standing(zone, *rows.get(practice, ([], [], [])), part2.get(practice, set()))
        for practice, zone in zones.items()
    }


def values(practices: Sequence[int]) -> tuple[list[int], list[int], list[int], list[int]]:
    """What `ALL` is asked with."""
    asked = list(practices)
    return asked, asked, asked, asked


def of(rows: Rows, zone: str) -> Registered:
    """The registers of the practice of this transaction."""
    with rows.connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(ALL, values([rows.practice])).fetchall()
    return registered(found).get(rows.practice, ([], [], []))


def state(cursor: psycopg.Cursor[Any], ring: Keyring, plan: Any, now: datetime) -> None:
    """Write what a set-up file states: `[gate]`'s three words, or the registers in full."""
    today = plan.since or now.astimezone(ZoneInfo(plan.zone)).date()
    systems = list(dict.fromkeys(one.system for one in plan.connections if one.kind == "text"))
    for one in [*plan.agreements, *(_agreement(system) for system in systems if plan.gate.get("baa_active"))]:
        cursor.execute(
            "insert into agreement (practice, id, vendor, kind, system, services, from_day, last_day, verified_on, "
            "project_flagged, media_locked, made_at) values (%s,%s,%s,'baa',%s,%s,%s,%s,%s,%s,%s,%s)",
            (
                plan.practice, uuid7(), one["vendor"], one["system"], list(one["services"]), _day(one.get("from_day"), today),
                _day(one.get("last_day")), _day(one.get("verified_on")), bool(one.get("project_flagged", True)),
                bool(one.get("media_locked", True)), now,
            ),
        )  # fmt: skip
    for system in dict.fromkeys([*plan.campaigns, *(systems if plan.gate.get("campaign_approved") else ())]):
        cursor.execute(
            "insert into campaign (practice, id, system, from_day, made_at) values (%s, %s, %s, %s, %s)",
            (plan.practice, uuid7(), system, today, now),
        )
    if plan.gate.get("officers_set"):
        for kind in ("privacy", "security"):
            staff = next((one.id for one in plan.staff if one.role == f"{kind}_officer"), None)
            row = uuid7()
            contact = "" if staff is not None else plan.author
            sealed = crypt.seal(ring, plan.practice, "officer", "sealed", row, json.dumps({"contact": contact}))
            cursor.execute(
                "insert into officer (practice, id, kind, staff, from_day, sealed, made_at) values (%s,%s,%s,%s,%s,%s,%s)",
                (plan.practice, row, kind, staff, today, sealed, now),
            )


def without(gate: Mapping[str, Any]) -> dict[str, Any]:
    """A set-up file's `[gate]` without what has become rows of the registers."""
    return {name: value for name, value in gate.items() if name not in STATED}


def _agreement(system: str) -> dict[str, Any]:
    return {"vendor": system.capitalize(), "system": system, "services": ("texts", "voice", "recordings")}


def _day(given: Any, otherwise: date | None = None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) and given else given or otherwise
