"""Purging: what has been kept long enough is removed, a batch at a time, counted and said in the audit log (C27).

The rule: each record is asked about by `core/retention`; what is under a legal hold is passed over and counted; nothing of
the contents is ever written down. What proves anything and is only added to (audit log, ledgers) is not removed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from uuid import UUID

from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from ringback.core import retention
from ringback.store import audit
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

BATCH = 500
# What goes with a case, in the order it goes.
OF_CASE = (
    "link",
    "notice",
    "event",
    "task",
    "message",
    "outgoing",
    "step",
    "call",
    "care",
    "looked",
    "word_index",
    "identity_check",
    "presence",
    "mention",
    "secure_word",
    "secure_file",
    "secure_code",
)
# The practice's own registers: the moment from which a row's span counts, null while it still has an effect.
PROOF: Mapping[str, str] = {
    "legal_hold": "lifted_at",
    "agreement": "last_day",
    "officer": "last_day",
    "campaign": "last_day",
    "employment": "left_on",
    "finding": "fixed_on",
    "complaint": "answered_on",
    "access_review": "signed_at",
    "audit_review": "signed_at",
    "lowering": "ended_at",
    "glass": "reviewed_at",
}
KEYS = {"audit_review": "week"}
# What shows that a caller nobody knew said something about care. Unsure means yes.
CARE = """
exists (select 1 from task t where t.practice = c.practice and t.case_id = c.id
        and (t.queue = 'clinical' or t.priority = 'urgent'))
or exists (select 1 from message m where m.practice = c.practice and m.case_id = c.id and (m.kind <> 'text'
        or not coalesce(m.reading -> 'intents', '["other"]') <@
          '["book", "reschedule", "cancel", "confirm", "billing", "opt_out", "wrong_number", "help", "language"]'
        or coalesce(m.reading ->> 'attention', 'person') <> 'routine'))
"""
CASES = f"""
select c.id, c.person, c.number_index, greatest(c.changed_at, c.closed_at, c.last_call_at) as last,
  held(c.practice, c.person, c.number_index, c.opened_at, greatest(c.changed_at, c.closed_at)) as held,
  c.person is null and not exists (select 1 from phone p where p.practice = c.practice and p.number_index = c.number_index)
    as stranger,
  ({CARE}) as care
from cases c where c.practice = %s and c.phase = 'closed' and c.changed_at < %s and (c.changed_at, c.id) > (%s, %s)
order by c.changed_at, c.id limit %s
"""


@dataclass(slots=True, kw_only=True)
class Purged:
    """What a purge removed, by table, and how many records a hold kept that would have gone."""

    counts: dict[str, int] = field(default_factory=dict)
    held: int = 0

    def add(self, table: str, count: int) -> None:
        """So many rows of a table are gone."""
        if count:
            self.counts[table] = self.counts.get(table, 0) + count

    @property
    def total(self) -> int:
        """Rows removed in all."""
        return sum(self.counts.values())


def longer(rows: Rows) -> dict[str, int]:
    """The spans this practice set, in months."""
    found = rows.all("select kind, months from retention_span where practice = %s", (rows.practice,))
    return {row["kind"]: row["months"] for row in found}


def lengthen(rows: Rows, kind: str, months: int, *, staff: int, role: str, now: datetime) -> None:
    """Keep a kind longer than by default. Raises `retention.Shorter` below the default, ValueError for what is not set."""
    retention.check(kind, months)
    rows.run(
        "insert into retention_span (practice, kind, months, at, made_by) values (%s, %s, %s, %s, %s) "
        "on conflict (practice, kind) do update set months = excluded.months, at = excluded.at, made_by = excluded.made_by",
        (rows.practice, kind, months, now, staff),
    )
    audit.write(
        rows, act="change", what="retention.span", object=kind, by=str(staff), role=role, detail={"months": months}
    )


def born(rows: Rows, person: UUID) -> date | None:
    """A person's birth date, when it is known and can be read."""
    found = rows.one("select sealed from person where practice = %s and id = %s", (rows.practice, person))
    if found is None:
        return None
    try:
        return date.fromisoformat(rows.record("person", "sealed", person, found["sealed"]).get("birth_date") or "")
    except ValueError:
        return None


def purge(
    rows: Rows, now: datetime, *, batch: int = BATCH, most: int = 20, by: str = "system", source: str = "house"
) -> Purged:
    """Remove what may go, `most` batches at most; the rest goes with the next run. Written down when anything went."""
    done, set_ = Purged(), longer(rows)
    _arrivals(rows, now, done, batch * most)
    cut = retention.cutoff("seen", now)
    done.add(
        "seen",
        rows.run(
            "delete from seen where ctid in (select ctid from seen where practice = %s and at < %s limit %s) and practice = %s",
            (rows.practice, cut, batch * most, rows.practice),
        ),
    )
    for some in _cases(rows, now, set_, batch, most, done):
        _remove(rows, some, done)
    _calls(rows, now, set_, batch * most, done)
    for table in PROOF:
        _proof(rows, table, now, set_, done)
    if done.total or done.held:
        rows.run(
            "insert into purge_run (practice, id, at, counts, held) values (%s, %s, %s, %s, %s)",
            (rows.practice, uuid7(), now, Jsonb(done.counts), done.held),
        )
        what = "records.purged" if done.total else "records.held"
        audit.write(
            rows, act="change", what=what, by=by, source=source, detail={"counts": done.counts, "held": done.held}
        )
    return done


def _arrivals(rows: Rows, now: datetime, done: Purged, most: int) -> None:
    """Raw messages after 72 hours, but for what was not understood or not read yet; a hold on a time, or on all, keeps them.
    Whom one speaks of is not known without reading it, and what it said stands in the records a hold does cover."""
    cut = retention.keep_until("raw", now)
    assert cut is not None
    before = now - (cut - now)
    found = rows.all(
        "select a.id, held(a.practice, null, null, a.at, a.at) as held from arrival a where a.practice = %s and a.at <= %s "
        "and a.state <> 'not_understood' and not exists (select 1 from work w where w.kind = 1 and w.id = a.id) limit %s",
        (rows.practice, before, most),
    )
    done.held += sum(1 for row in found if row["held"])
    going = [row["id"] for row in found if not row["held"]]
    done.add("arrival", rows.run("delete from arrival where practice = %s and id = any(%s)", (rows.practice, going)))


def _cases(
    rows: Rows, now: datetime, set_: Mapping[str, int], batch: int, most: int, done: Purged
) -> Iterator[Sequence[UUID]]:
    """The closed cases that may go, in batches. Only those older than the shortest span are looked at."""
    after = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
    cut = max(retention.cutoff("unmatched", now, set_), retention.cutoff("thread", now, set_))
    births: dict[UUID, date | None] = {}
    for _ in range(most):
        found = rows.all(CASES, (rows.practice, cut, *after, batch))
        if not found:
            return
        going = []
        for row in found:
            if not _over(rows, row, now, set_, births):
                continue
            if row["held"]:
                done.held += 1
            else:
                going.append(row["id"])
        head = rows.one(
            "select changed_at from cases where practice = %s and id = %s", (rows.practice, found[-1]["id"])
        )
        assert head is not None
        after = (head["changed_at"], found[-1]["id"])
        if going:
            yield going


def _over(rows: Rows, row: Row, now: datetime, set_: Mapping[str, int], births: dict[UUID, date | None]) -> bool:
    if row["stranger"] and not row["care"]:
        return retention.may_purge("unmatched", row["last"], now, longer=set_)
    if not retention.may_purge("thread", row["last"], now, born=date.min, longer=set_):
        return False  # too young for anybody's; saves opening the birth date
    people = {row["person"]} - {None} or {
        one["person"]
        for one in rows.all(
            "select person from phone where practice = %s and number_index = %s", (rows.practice, row["number_index"])
        )
    }
    for who in people - births.keys():
        births[who] = born(rows, who)
    # On a shared number the one whose records are kept longest decides.
    return all(
        retention.may_purge("thread", row["last"], now, born=one, longer=set_)
        for one in ([births[who] for who in people] or [None])
    )


def _remove(rows: Rows, cases: Sequence[UUID], done: Purged) -> None:
    rows.run(
        "delete from work where practice = %s and (id = any(%s) or id in (select id from notice where practice = %s and "
        "case_id = any(%s)) or id in (select id from event where practice = %s and case_id = any(%s)))",
        (rows.practice, list(cases), rows.practice, list(cases), rows.practice, list(cases)),
    )
    for table in OF_CASE:
        done.add(
            table,
            rows.run(f"delete from {table} where practice = %s and case_id = any(%s)", (rows.practice, list(cases))),
        )
    done.add("cases", rows.run("delete from cases where practice = %s and id = any(%s)", (rows.practice, list(cases))))


def _calls(rows: Rows, now: datetime, set_: Mapping[str, int], most: int, done: Purged) -> None:
    """Calls that never became a case (answered ones): who rang when, and nothing about care."""
    found = rows.all(
        "select c.id, c.at, held(c.practice, null, c.number_index, c.at, c.at) as held from call c where c.practice = %s "
        "and c.case_id is null and c.at < %s order by c.at limit %s",
        (rows.practice, retention.cutoff("unmatched", now, set_), most),
    )
    over = [row for row in found if retention.may_purge("unmatched", row["at"], now, longer=set_)]
    done.held += sum(1 for row in over if row["held"])
    going = [row["id"] for row in over if not row["held"]]
    done.add("call", rows.run("delete from call where practice = %s and id = any(%s)", (rows.practice, going)))


def _proof(rows: Rows, table: str, now: datetime, set_: Mapping[str, int], done: Purged) -> None:
    """Rows of a register that ended more than six years ago. A hold on a time they lie in, or on all, keeps them."""
    ended, key = PROOF[table], KEYS.get(table, "id")
    found = rows.all(
        f"select {key} as key, {ended} as ended from {table} where practice = %s and {ended} is not null and {ended} < %s",
        (rows.practice, retention.cutoff("proof", now, set_)),
    )
    over = [row["key"] for row in found if retention.may_purge("proof", _moment(row["ended"]), now, longer=set_)]
    if not over:
        return
    kept = rows.one(
        f"select count(*) as n from {table} where practice = %s and {key} = any(%s) and held(practice, null, null, {ended}, {ended})",
        (rows.practice, over),
    )
    done.held += kept["n"] if kept else 0
    if table == "access_review":
        rows.run(
            "delete from access_line l using access_review r where r.practice = %s and l.practice = r.practice and "
            "l.review = r.id and r.id = any(%s) and not held(r.practice, null, null, r.signed_at, r.signed_at)",
            (rows.practice, over),
        )
    done.add(
        table,
        rows.run(
            f"delete from {table} where practice = %s and {key} = any(%s) and not held(practice, null, null, {ended}, {ended})",
            (rows.practice, over),
        ),
    )


def _moment(ended: date | datetime) -> datetime:
    return ended if isinstance(ended, datetime) else datetime.combine(ended, time(), UTC)


def runs(rows: Rows, limit: int = 20) -> list[Row]:
    """The latest purges, the newest first."""
    found = rows.all(
        "select at, counts, held from purge_run where practice = %s order by at desc, id desc limit %s",
        (rows.practice, limit),
    )
    return [{**row, "counts": jsonb(row["counts"])} for row in found]
