"""One patient as the person page shows them: who shares their phones, what holds for each number with its history, visits,
earlier cases, and the call-back flag with who set it.

However many numbers and cases there are, it is a fixed number of statements.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.store import audit, ledger_read, queries
from ringback.store.access import Row, Rows

CASES_MOST = 20
HISTORY_MOST = 60


def person(rows: Rows, person_id: UUID) -> Row | None:
    """The person's own row with name, birth date and record; None when this practice has no such person."""
    found = rows.one(
        "select id, sealed, lang, next_visit, callback_requested, open_refill, recent_visit, changed_at from person "
        "where practice = %s and id = %s",
        (rows.practice, person_id),
    )
    if found is None:
        return None
    return {**found, **rows.record("person", "sealed", found["id"], found["sealed"]), "sealed": None}


def phones(rows: Rows, person_id: UUID) -> list[Row]:
    """The person's numbers in the clear, each with the others who use it."""
    found = rows.all(
        "select number_index, kind, sealed from phone where practice = %s and person = %s order by kind, number_index",
        (rows.practice, person_id),
    )
    people = queries.people_of(rows, [row["number_index"] for row in found])
    for row in found:
        index = bytes(row["number_index"])
        row["number"] = rows.text("phone", "sealed", f"{person_id}:{index.hex()}", row.pop("sealed"))
        row["hex"] = index.hex()
        row["household"] = [one for one in people.get(index, []) if one["id"] != person_id]
    return found


def standing(rows: Rows, indexes: list[bytes]) -> dict[bytes, Row]:
    """What holds for each of these numbers now: `blocked`, `consents`, `level`, `never`."""
    made: dict[bytes, Row] = {
        one: {"blocked": None, "consents": [], "level": "neutral_only", "never": False} for one in indexes
    }
    for row in rows.all(
        "select number_index, source, at, wrong_number from suppression where practice = %s and number_index = any(%s) "
        "and lifted_at is null order by at",
        (rows.practice, indexes),
    ):
        made[bytes(row["number_index"])]["blocked"] = row
    for row in rows.all(
        'select number_index, category, method, at, "by" from consent where practice = %s and number_index = any(%s) '
        "and revoked_at is null order by at",
        (rows.practice, indexes),
    ):
        made[bytes(row["number_index"])]["consents"].append(row)
    for row in rows.all(
        "select number_index, kind, detail from known_number where practice = %s and number_index = any(%s) "
        "and kind in ('preference', 'do_not_contact')",
        (rows.practice, indexes),
    ):
        if row["kind"] == "do_not_contact":
            made[bytes(row["number_index"])]["never"] = True
        else:
            made[bytes(row["number_index"])]["level"] = row["detail"]
    return made


def history(rows: Rows, indexes: list[bytes]) -> list[Row]:
    """What was said about these numbers, newest first, with the person's words in the clear."""
    found: list[Row] = []
    for table, columns in ledger_read.KINDS.items():
        for row in rows.all(
            f'select id, number_index, {columns}, at, "by", sealed from {table} where practice = %s '
            "and number_index = any(%s) order by at desc, id desc limit %s",
            (rows.practice, indexes, HISTORY_MOST),
        ):
            told = rows.record(table, "sealed", row["id"], row.pop("sealed"))
            found.append({"ledger": table.removesuffix("_entry"), **row, **told})
    return sorted(found, key=lambda one: (one["at"], str(one["id"])), reverse=True)[:HISTORY_MOST]


def cases(rows: Rows, indexes: list[bytes]) -> list[Row]:
    """Cases of these numbers that the visitor may see, newest first, with how they ended and how many tasks are open."""
    return rows.all(
        "select c.id, c.phase, c.closure, c.closure_reason, c.workflow, c.opened_at, c.closed_at, c.number_index, "
        "(select count(*) from task t where t.practice = c.practice and t.case_id = c.id and t.state in ('open', 'claimed')) as open_tasks "
        f"from cases c where c.practice = %s and c.number_index = any(%s) and {rows.sees('c')} order by c.changed_at desc limit %s",
        (rows.practice, indexes, CASES_MOST),
    )


def slots(rows: Rows, indexes: list[bytes], now: datetime) -> list[Row]:
    """Times that were taken on the practice's page from these numbers, those of the last weeks and those to come."""
    return rows.all(
        "select s.id, s.starts_at, s.minutes, s.taken_at, s.taken_by, p.name as site, p.zone from slot s "
        "join cases c on c.practice = s.practice and c.id = s.taken_by "
        "left join location p on p.practice = s.practice and p.id = s.location "
        f"where s.practice = %s and c.number_index = any(%s) and {rows.sees('c')} and s.starts_at > %s order by s.starts_at limit 20",
        (rows.practice, indexes, now - timedelta(days=60)),
    )


def flag(rows: Rows, person_id: UUID, raised: bool, *, by: str, role: str, now: datetime) -> bool:
    """Say that a person waits for a call back, or no longer does. False when it stood so already, or there is no such person."""
    done = rows.run(
        "update person set callback_requested = %s, changed_at = %s where practice = %s and id = %s and callback_requested <> %s",
        (raised, now, rows.practice, person_id, raised),
    )
    if done != 1:
        return False
    rows.run(
        'insert into callback_flag (practice, id, person, raised, at, "by") values (%s, %s, %s, %s, %s, %s)',
        (rows.practice, uuid7(), person_id, raised, now, by),
    )
    audit.write(
        rows,
        act="change",
        what="callback_flag",
        object=f"person:{person_id}",
        by=by,
        role=role,
        detail={"raised": raised},
    )
    return True


def flagged(rows: Rows, person_id: UUID) -> Row | None:
    """Who last set or took back the flag here; None when only the patient list did."""
    return rows.one(
        'select raised, at, "by" from callback_flag where practice = %s and person = %s order by at desc limit 1',
        (rows.practice, person_id),
    )
