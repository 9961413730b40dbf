"""The on-call roster in the database: one row says what stands now, and whoever pages asks here and nowhere else.

The loop asks for many practices at once (`ask`, `told`), in one statement and without a key: the roster's row holds ids
and moments only. A change writes the whole next state, keeps the one before, and bumps the practice's version, so that
open pages notice (see `roster_changes`). The plain list of a practice is asked only when its roster names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from ringback.core import roster as core
from ringback.core.roster import Listed, Roster

if TYPE_CHECKING:  # the loop asks here too, and knows no pages
    from ringback.store.access import Rows


ASK = """
with given as (select unnest(%(practices)s::int[]) as practice),
listed as (
  select o.practice, array_agg(o.staff order by o.place, o.id) as staff
  from on_call o join staff s on s.practice = o.practice and s.id = o.staff and s.active
  where o.practice = any(%(practices)s) and o.role = 'oncall'
    and coalesce(o.starts_at, %(now)s) <= %(now)s and coalesce(o.ends_at, %(now)s) >= %(now)s
  group by o.practice
),
kept as (
  select d.practice, d.plan::text as plan, p.zone,
    (select array_agg(s.id) from staff s where s.practice = d.practice and s.active) as active
  from duty d join practice p on p.practice = d.practice where d.practice = any(%(practices)s)
)
select coalesce(l.practice, k.practice), l.staff, k.plan, k.zone, k.active from listed l full join kept k on k.practice = l.practice
"""


# ---- for whoever pages -----------------------------------------------------------------------------------------------


async def ask(
    connection: psycopg.AsyncConnection[Any], practices: Iterable[int], now: datetime
) -> psycopg.AsyncCursor[Any]:
    """Send the question who is on call now in these practices; `told` reads the answer."""
    return await connection.execute(ASK, {"practices": list(practices), "now": now}, prepare=True)


async def told(cursor: psycopg.AsyncCursor[Any], now: datetime) -> dict[int, tuple[int, ...]]:
    """The answer: for each practice with anybody on call their staff numbers, in the order they are paged."""
    found: dict[int, tuple[int, ...]] = {}
    for practice, listed, plan, zone, active in await cursor.fetchall():
        people: tuple[int, ...] = core.who(opened(plan, zone), now, active or ()) if plan is not None else ()
        people = people or tuple(listed or ())
        if people:
            found[practice] = tuple(dict.fromkeys(people))
    return found


async def on_call(connection: psycopg.AsyncConnection[Any], practice: int, now: datetime) -> tuple[int, ...]:
    """Who is on call now in one practice."""
    return (await told(await ask(connection, [practice], now), now)).get(practice, ())


@lru_cache(maxsize=512)
def opened(plan: str, zone: str) -> Roster:
    """The roster of a row, without its plain list, on the practice's present clock."""
    return replace(msgspec.json.decode(plan, type=Roster), zone=zone)


def restored(plan: Any, zone: str) -> Roster:
    """A state of the roster from its jsonb column."""
    return opened(plan if isinstance(plan, str) else msgspec.json.encode(plan).decode(), zone)


# ---- for people's pages ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The roster as it stands with the plain list, who works here, and the last change that could be taken back."""

    roster: Roster
    active: frozenset[int]
    version: int = 0
    act: str = ""
    by: int | None = None
    changed_at: datetime | None = None
    before: int | None = None

    def who(self, moment: datetime) -> tuple[int, ...]:
        """Who is on call at a moment."""
        return core.who(self.roster, moment, self.active)

    def gaps(self, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
        """When nobody is."""
        return core.gaps(self.roster, begins, ends, self.active)


def standing(rows: Rows, *, lock: bool = False) -> Standing:
    """The practice's roster; one that nobody has touched is empty, and the plain list answers for it."""
    if lock:
        rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = rows.one(
        "select p.zone, d.version, d.plan, d.changed_at, d.by, d.act, "
        "(select max(b.version) from duty_before b where b.practice = p.practice) as before, "
        "(select array_agg(s.id) from staff s where s.practice = p.practice and s.active) as active, "
        "(select jsonb_agg(jsonb_build_array(o.staff, o.place, o.starts_at, o.ends_at) order by o.place, o.id) "
        "  from on_call o where o.practice = p.practice and o.role = 'oncall') as listed "
        "from practice p left join duty d on d.practice = p.practice where p.practice = %s",
        (rows.practice,),
    )
    if found is None:
        raise LookupError("no such practice")
    kept = restored(found["plan"], found["zone"]) if found["plan"] is not None else None
    listed = tuple(
        Listed(person=staff, place=place, begins=_moment(begins), ends=_moment(ends))
        for staff, place, begins, ends in _plain(found["listed"]) or ()
    )
    return Standing(
        roster=replace(kept or Roster(zone=found["zone"]), listed=listed),
        active=frozenset(found["active"] or ()),
        version=found["version"] or 0,
        act=found["act"] or "",
        by=found["by"],
        changed_at=found["changed_at"],
        before=found["before"],
    )


def _plain(value: Any) -> Any:
    """A jsonb column's value, whichever way the driver hands it over."""
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
