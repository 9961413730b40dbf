"""Connections to phone systems and text carriers as set-up shows them: when they last spoke, how late, what was refused.

Settings are sealed and written whole; a secret is never handed to a page again, it is only replaced.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from ringback.store import audit
from ringback.store.access import Row, Rows

WEEK = timedelta(days=7)


def every(rows: Rows, secrets: Mapping[tuple[str, str], Collection[str]]) -> list[Row]:
    """All connections with the settings that may be shown; `secrets` names by (kind, system) the fields that may not.

    `set` lists the fields that have a value, secret or not.
    """
    found = rows.all(
        "select id, system, kind, settings from connection where practice = %s order by id", (rows.practice,)
    )
    for row in found:
        settings = _settings(rows, row["id"], row.pop("settings"))
        hidden = secrets.get((row["kind"], row["system"]), ())
        row["set"] = sorted(name for name, value in settings.items() if value)
        row["shown"] = {name: value for name, value in settings.items() if name not in hidden}
    return found


def opened(rows: Rows, number: int) -> Row | None:
    """One connection with all its settings, secrets too, for asking its system something; None when it is gone."""
    found = rows.one(
        "select id, system, kind, settings from connection where practice = %s and id = %s", (rows.practice, number)
    )
    return None if found is None else {**found, "settings": _settings(rows, number, found["settings"])}


def _settings(rows: Rows, number: int, sealed: bytes) -> dict[str, str]:
    return {name: str(value) for name, value in rows.record("connection", "settings", str(number), sealed).items()}


def heard(rows: Rows, now: datetime, days: int = 7) -> dict[int, Row]:
    """By connection: when it was last heard, how many messages came, how many could not be read or were not genuine."""
    since = now - timedelta(days=days)
    found: dict[int, Row] = {}
    for row in rows.all(
        "select source, max(at) as last, count(*) as messages, count(*) filter (where state = 'not_understood') as lost "
        "from arrival where practice = %s and at >= %s group by source",
        (rows.practice, since),
    ):
        found[row["source"]] = {"last": row["last"], "messages": row["messages"], "lost": row["lost"], "refused": 0}
    blank = {"last": None, "messages": 0, "lost": 0, "refused": 0}
    for row in rows.all(
        "select object, sum(coalesce((body::jsonb #>> '{detail,messages}')::int, 1)) as refused, max(at) as last from audit where practice = %s and at >= %s "
        "and act = 'refusal' and what = 'hook' and object like 'connection:%%' group by object",
        (rows.practice, since),
    ):
        number = int(row["object"].partition(":")[2])
        found.setdefault(number, dict(blank)).update(refused=int(row["refused"]), refused_at=row["last"])
    return found


def add(rows: Rows, kind: str, system: str, settings: Mapping[str, str], by: int, role: str, now: datetime) -> int:
    """A new connection. Returns its number."""
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = rows.one("select coalesce(max(id), 0) + 1 as next from connection where practice = %s", (rows.practice,))
    number = int(found["next"]) if found else 1
    rows.run(
        "insert into connection (practice, id, system, kind, account, settings, created_at) values (%s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, number, system, kind, settings.get("account_sid", ""), _seal(rows, number, settings), now),
    )
    _changed(rows, "connection.added", number, by, role, sorted(settings))
    return number


def replace(rows: Rows, number: int, settings: Mapping[str, str], by: int, role: str) -> None:
    """Put new values over the old; what is not named stays. Raises LookupError."""
    found = rows.one(
        "select settings from connection where practice = %s and id = %s for update", (rows.practice, number)
    )
    if found is None:
        raise LookupError("no such connection")
    kept = {**_settings(rows, number, found["settings"]), **settings}
    rows.run(
        "update connection set settings = %s, account = %s where practice = %s and id = %s",
        (_seal(rows, number, kept), kept.get("account_sid", ""), rows.practice, number),
    )
    _changed(rows, "connection.replaced", number, by, role, sorted(settings))


def _seal(rows: Rows, number: int, settings: Mapping[str, str]) -> bytes:
    return rows.seal("connection", "settings", str(number), json.dumps(dict(settings)))


def _changed(rows: Rows, what: str, number: int, by: int, role: str, fields: list[str]) -> None:
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    audit.write(rows, act="change", what=what, object=str(number), by=str(by), role=role, detail={"fields": fields})


def last_call(rows: Rows, since: datetime) -> Row | None:
    """The newest call that came in since then at the visitor's sites: moment, verdict and line; never who."""
    return rows.one(
        "select c.at, c.verdict, c.why, c.case_id, l.name as line from call c left join line l on l.practice = c.practice and l.id = c.line "
        f"where c.practice = %s and c.at >= %s and (c.line is null or {rows.works_at('l.location')}) order by c.at desc limit 1",
        (rows.practice, since),
    )


def ever_called(rows: Rows) -> bool:
    """Whether any call has ever been seen."""
    return rows.one("select 1 as x from call where practice = %s limit 1", (rows.practice,)) is not None
