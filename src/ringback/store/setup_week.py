"""The facts of the last days that a change of policy is tried on: moments, kinds and callers' digests, never words or names."""

from __future__ import annotations

from datetime import datetime, timedelta

from ringback.core.what_if import Missed, Opened, Reached, Urgent, Week
from ringback.store.access import Rows

DAYS = 7
# More than this and the picture says that it counted the newest ones only.
MOST = 20_000


def facts(rows: Rows, now: datetime, days: int = DAYS) -> Week:
    """What was kept of the last days at the visitor's sites: four queries, whatever the practice's size."""
    since = now - timedelta(days=days)
    here = rows.works_at("l.location")
    calls = rows.all(
        "select encode(c.number_index, 'hex') as caller, l.location, coalesce(c.ended, c.began, c.at) as at, c.verdict, "
        "exists (select 1 from suppression s where s.practice = c.practice and s.number_index = c.number_index "
        "  and s.lifted_at is null and s.at <= coalesce(c.ended, c.at)) or exists (select 1 from known_number k "
        "  where k.practice = c.practice and k.number_index = c.number_index "
        "  and k.kind in ('staff', 'own', 'blocked', 'do_not_contact')) as barred "
        "from call c join line l on l.practice = c.practice and l.id = c.line "
        f"where c.practice = %s and c.at >= %s and c.number_index is not null and l.mode <> 'off' and {here} "
        "and c.verdict in ('missed', 'abandoned', 'busy', 'voicemail', 'answered') order by c.at desc limit %s",
        (rows.practice, since, MOST),
    )
    signs = rows.all(
        "select encode(number_index, 'hex') as caller, at from message where practice = %s and at >= %s and kind = 'text' "
        "and number_index is not null union all select encode(number_index, 'hex'), closed_at from cases "
        "where practice = %s and closed_at >= %s and number_index is not null limit %s",
        (rows.practice, since, rows.practice, since, MOST),
    )
    tasks = rows.all(
        "select coalesce(encode(c.number_index, 'hex'), c.id::text) as caller, l.location, t.kind, t.opened_at, t.done_at "
        "from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        f"join line l on l.practice = c.practice and l.id = c.line where t.practice = %s and t.opened_at >= %s and {here} "
        "and t.state <> 'dropped' order by t.opened_at desc limit %s",
        (rows.practice, since, MOST),
    )
    urgent = rows.all(
        "select (c.state #>> '{urgent,since}')::timestamptz as since, (c.state #>> '{urgent,acked_at}')::timestamptz as acked, "
        "(c.state #>> '{urgent,called_at}')::timestamptz as called from cases c join line l on l.practice = c.practice "
        f"and l.id = c.line where c.practice = %s and c.changed_at >= %s and {here} and c.state #>> '{{urgent,since}}' is not null",
        (rows.practice, since),
    )
    return Week(
        until=now,
        missed=[
            Missed(caller=row["caller"], location=row["location"], at=row["at"], barred=row["barred"])
            for row in calls
            if row["verdict"] != "answered"
        ],
        reached=[
            *(Reached(caller=row["caller"], at=row["at"]) for row in calls if row["verdict"] == "answered"),
            *(Reached(caller=row["caller"], at=row["at"]) for row in signs),
        ],
        opened=[
            Opened(
                caller=row["caller"],
                location=row["location"],
                kind=row["kind"],
                at=row["opened_at"],
                done=row["done_at"],
            )
            for row in tasks
        ],
        urgent=[
            Urgent(since=row["since"], acked=row["acked"], called=row["called"])
            for row in urgent
            if row["since"] >= since
        ],
    )
