"""Years of a practice's cases, laid down for `ringback.bench.pages`: every value is sealed in its place with its caller's key,
as the engine would, so that each page really opens what it shows. Everybody here is invented.

Rows go in by COPY, with the secondary indexes made afterwards.
"""

from __future__ import annotations

import itertools
import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringback.core import search
from ringback.core.case import Case, Clock, Closure, Phase, Task, Tick, Urgent
from ringback.core.decide import new_case
from ringback.store import crypt, search_index
from ringback.store.keys import Key, Keyring

YEARS = 4
FIRST = [
    "Ada",
    "Amir",
    "Ana",
    "Ben",
    "Chen",
    "Dana",
    "Elif",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Liam",
    "Mara",
    "Milo",
    "Nia",
    "Omar",
    "Pia",
    "Ravi",
    "Rosa",
    "Sami",
    "Tara",
    "Uma",
    "Vera",
    "Wei",
    "Yara",
    "Zoe",
]
LAST = [a + b for a in ["Al", "Bar", "Cas", "Dor", "Ell", "Fen", "Gar", "Hol", "Ing", "Jor", "Kal", "Lin", "Mor", "Nov", "Ost", "Par", "Ros", "Sal", "Tor", "Val"] for b in ["berg", "dale", "ez", "ford", "gate", "ham", "ina", "kowski", "lund", "man", "ner", "off", "pour", "quist", "rano", "son", "tez", "vik", "wood", "yama"]]  # fmt: skip
SAID = (
    "I have a question about my bill",
    "Please refill my lisinopril before Friday",
    "Can I move my appointment to the afternoon",
    "The knee hurts again after therapy",
    "My insurance changed, here is the new card",
    "Thank you, the pharmacy called me already",
    "Is the doctor in on Monday",
    "I need the results of the blood test",
)
OURS = "Riverside: sorry we missed you. Text in your words or 1 book 2 change 3 bill 4 refill 5 other. Emergency: 911"
RARE = ("warfarin", "sciatica", "eczema", "tinnitus", "referral", "passport", "wheelchair", "vertigo")
COLUMNS = {
    "caller_key": "practice, id, number_index, under, wrapped, made_at",
    "person": "practice, id, sealed, record_index, changed_at",
    "phone": "practice, number_index, person, sealed",
    "cases": "practice, id, line, number_index, number, phase, workflow, due, opened_at, last_call_at, changed_at, closed_at, closure, steps, state",
    "message": "practice, id, case_id, at, kind, sealed, number_index, reading",
    "outgoing": "practice, id, case_id, line, created_at, purpose, template, basis, unprompted, number_index, number, body, state, sent_at",
    "step": "practice, id, case_id, seq, at, event, why, phase",
    "call": "practice, id, source, key, line, began, ended, number_index, number, facts, verdict, case_id, at",
    "task": "practice, case_id, id, queue, kind, priority, state, owner, opened_at, due",
    "notice": "practice, id, case_id, kind, role, about, state, created_at",
    "word_index": "practice, case_id, digest, message",
    "name_index": "practice, person, digest",
}
BATCH = 20_000
# Nothing, as COPY writes it.
NULL = r"\N"
# Stand where a case's own id and moments go.
NOBODY = "00000000-0000-0000-0000-000000000000"
OPENED, DUE = datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC)
OPENED_Z, DUE_Z = (msgspec.json.encode(one).decode().strip('"') for one in (OPENED, DUE))


def lay(
    dsn: str, ring: Keyring, practice: int, cases: int, messages: int, now: datetime, say: Callable[[str], None]
) -> None:
    """Lay a practice's years down. `dsn` is the administrator's."""
    made = _Years(ring, practice, cases, messages, now)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '512MB'")
        dropped = _drop(connection) if cases > 50_000 else []
        for number, batch in enumerate(made.batches(), 1):
            with connection.transaction():
                for table, lines in batch.items():
                    with connection.cursor().copy(f"copy {table} ({COLUMNS[table]}) from stdin") as copy:
                        copy.write("".join(lines))
            if number % 5 == 0:
                say(f"{min(number * BATCH, cases)} of {cases} cases")
        connection.execute(
            "insert into index_mark (practice, kind, at, id) values (%s, 'message', %s, %s), (%s, 'case', %s, %s), (%s, 'person', %s, %s)",
            (*(practice, search_index.LONG_AGO, made.last), *(practice, search_index.LONG_AGO, made.last), *(practice, now, UUID(int=2**128 - 1))),
        )  # fmt: skip
        say("making indexes")
        for sql in dropped:
            connection.execute(sql)  # type: ignore[arg-type]
        connection.execute("vacuum analyze")


def _drop(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop the secondary indexes of what is filled; how to make them again."""
    found = connection.execute(
        "select c.oid::regclass::text, pg_get_indexdef(c.oid) from pg_index i join pg_class c on c.oid = i.indexrelid "
        "join pg_class t on t.oid = i.indrelid where t.relname = any(%s) and not i.indisunique",
        (list(COLUMNS),),
    ).fetchall()
    for name, _sql in found:
        connection.execute(f"drop index {name}")  # type: ignore[arg-type]
    return [str(sql).replace(" ON ONLY ", " ON ") for _name, sql in found]


class _Years:
    def __init__(self, ring: Keyring, practice: int, cases: int, messages: int, now: datetime) -> None:
        self.ring, self.practice, self.cases, self.now = ring, practice, cases, now
        self.each = max(1, messages // cases)
        self.random = random.Random(7)
        self.callers = max(1, cases // 3)
        self.last = UUID(int=0)
        self._keys: list[tuple[bytes, str, Key]] = []
        self._words: dict[str, str] = {}
        self._count = itertools.count(1)
        self._states: dict[str, str] = {}

    def batches(self) -> Iterator[dict[str, list[str]]]:
        """Rows as lines of COPY, some thousand cases at a time, in the order in which they happened."""
        yield from self._people()
        began = self.now - timedelta(days=365 * YEARS)
        gap = (self.now - timedelta(minutes=5) - began) / self.cases
        rows: dict[str, list[str]] = {}
        for n in range(self.cases):
            self._case(rows, n, began + gap * n)
            if (n + 1) % BATCH == 0 or n + 1 == self.cases:
                yield rows
                rows = {}

    def _id(self, at: datetime) -> UUID:
        # A UUIDv7 of this moment; a running number keeps rows of one millisecond apart.
        millis = int(at.timestamp() * 1000)
        return UUID(int=(millis << 80) | (7 << 76) | (2 << 62) | ((next(self._count) * 2654435761) & ((1 << 62) - 1)))

    def _seal(self, table: str, column: str, row: UUID | str, plain: str, key: Key | None = None) -> str:
        return "\\\\x" + crypt.seal(self.ring, self.practice, table, column, row, plain, key).hex()

    def _digest(self, word: str, name: bool = False) -> str:
        kept = ("n" if name else "w") + word
        if kept not in self._words:
            made = crypt.index(self.ring, self.practice, "name" if name else "word", word)[: search_index.DIGEST]
            self._words[kept] = "\\\\x" + made.hex()
        return self._words[kept]

    def _people(self) -> Iterator[dict[str, list[str]]]:
        rows: dict[str, list[str]] = {"caller_key": [], "person": [], "phone": [], "name_index": []}
        at, under = self.now.isoformat(), self.ring.newest[self.practice]
        for n in range(self.callers):
            number = f"+1212{n % 7_000_000 + 2_000_000:07d}"
            index = crypt.index(self.ring, self.practice, "phone", number)
            id_, plain = self._id(self.now), secrets.token_bytes(32)
            box = crypt.seal(self.ring, self.practice, "caller_key", "wrapped", id_, plain)
            key = Key(id_.bytes, AESGCM(plain))
            self._keys.append((index, number, key))
            told = "\\\\x" + index.hex()
            rows["caller_key"].append(f"{self.practice}\t{id_}\t{told}\t{under}\t\\\\x{box.hex()}\t{at}\n")
            if n % 3:
                who = self._id(self.now)
                name = f"{FIRST[n % len(FIRST)]} {LAST[n // 7 % len(LAST)]}"
                body = f'{{"record": "R{n}", "name": "{name}", "birth_date": "1980-02-{1 + n % 28:02d}"}}'
                record = crypt.index(self.ring, self.practice, "record", f"R{n}").hex()
                rows["person"].append(
                    f"{self.practice}\t{who}\t{self._seal('person', 'sealed', who, body)}\t\\\\x{record}\t{at}\n"
                )
                rows["phone"].append(
                    f"{self.practice}\t{told}\t{who}\t{self._seal('phone', 'sealed', f'{who}:{index.hex()}', number, key)}\n"
                )
                rows["name_index"] += [
                    f"{self.practice}\t{who}\t{self._digest(one, True)}\n" for one in search.name_words(name)
                ]
                tail = crypt.index(self.ring, self.practice, "tail", number[-4:])[: search_index.DIGEST].hex()
                rows["name_index"].append(f"{self.practice}\t{who}\t\\\\x{tail}\n")
        yield rows

    def _state(self, id_: UUID, kind: str, opened: datetime, intent: str, due: datetime) -> str:
        """A case's value. Cases of one kind differ in their id and moments only, so these are put into one that was encoded."""
        form = self._states.get(kind + intent)
        if form is None:
            form = self._states[kind + intent] = self._form(kind, intent)
        return form.replace(NOBODY, str(id_)).replace(OPENED_Z, opened.isoformat()).replace(DUE_Z, due.isoformat())

    def _form(self, kind: str, intent: str) -> str:
        made: Case = new_case(id=NOBODY, practice=self.practice, line=1, policy_version=1)
        made = replace(made, opened_at=OPENED, last_call_at=OPENED, texted_at=OPENED, last_inbound_at=OPENED, intents=(intent,), calls=1)  # fmt: skip
        if kind == "closed":
            made = replace(made, phase=Phase.CLOSED, closure=Closure.RESOLVED, closure_reason="task done", closed_at=OPENED)  # fmt: skip
        elif kind == "urgent":
            made = replace(made, phase=Phase.URGENT, urgent=Urgent(since=OPENED), clocks=(Clock(tick=Tick.PAGE, at=DUE),))  # fmt: skip
        elif kind == "working":
            task = Task(id="t1", queue="billing", kind="billing", priority="routine", opened_at=OPENED, due=DUE)
            made = replace(made, phase=Phase.WORKING, tasks=(task,), clocks=(Clock(tick=Tick.DUE, at=DUE, subject="t1"),))  # fmt: skip
        else:
            made = replace(made, phase=Phase.WAITING, clocks=(Clock(tick=Tick.REPLY, at=DUE),))
        return msgspec.json.encode(made).decode()

    def _kind(self, n: int) -> str:
        # The newest callers are open, each once: as many as a busy practice has on a Monday morning.
        left = self.cases - n
        if left > min(self.callers, 2000):
            return "closed"
        return "urgent" if left % 400 == 1 else "working" if left % 4 == 0 else "waiting"

    def _case(self, rows: dict[str, list[str]], n: int, at: datetime) -> None:
        index, number, key = self._keys[n % self.callers]
        id_, p, told, kind = self._id(at), self.practice, "\\\\x" + index.hex(), self._kind(n)
        intents = (("billing", "refill", "reschedule", "other")[n % 4],)
        due, end = self.now + timedelta(minutes=n % 600 - 60), at + timedelta(minutes=4)
        shut = kind == "closed"
        moment, closing = at.isoformat(), end.isoformat()
        put = rows.setdefault
        put("cases", []).append(
            f"{p}\t{id_}\t1\t{told}\t{self._seal('cases', 'number', id_, number, key)}\t{kind}\tgeneral\t"
            f"{NULL if shut else due.isoformat()}\t{moment}\t{moment}\t{closing}\t{closing if shut else NULL}\t"
            f"{'resolved' if shut else NULL}\t2\t{self._state(id_, kind, at, intents[0], due)}\n"
        )
        call, first, last = self._id(at), self._id(at), self._id(end)
        put("call", []).append(
            f"{p}\t{call}\t1\t{call.hex}\t1\t{moment}\t{moment}\t{told}\t{self._seal('call', 'number', call, number, key)}\t{{}}\tmissed\t{id_}\t{moment}\n"
        )
        put("step", []).append(f"{p}\t{first}\t{id_}\t1\t{moment}\tCallEnded\tmissed, text queued\twaiting\n")
        put("step", []).append(f"{p}\t{last}\t{id_}\t2\t{closing}\tTextReceived\tread as {intents[0]}\t{kind}\n")
        sent = self._id(at)
        put("outgoing", []).append(
            f"{p}\t{sent}\t{id_}\t1\t{moment}\tfirst\tgeneral\tgreeting_notice\tt\t{told}\t"
            f"{self._seal('outgoing', 'number', sent, number, key)}\t{self._seal('outgoing', 'body', sent, OURS, key)}\t"
            f"{'failed' if n % 50 == 0 else 'delivered'}\t{moment}\n"
        )
        if not shut and kind != "waiting":
            put("task", []).append(f"{p}\t{id_}\tt1\tbilling\tbilling\troutine\topen\t\t{moment}\t{due.isoformat()}\n")
        if kind == "urgent":
            put("notice", []).append(f"{p}\t{self._id(at)}\t{id_}\tpage\toncall\turgent\tsent\t{moment}\n")
        words: dict[str, UUID] = {}
        for m in range(self.each):
            when = at + timedelta(seconds=30 + 20 * m)
            message, said = self._id(when), SAID[(n + m % 2 * 3) % len(SAID)]
            if m == 0 and n % 97 == 0:
                said = f"{said}, and the {RARE[n // 97 % len(RARE)]}"
            kind_of = "note" if m == 3 else "text"
            put("message", []).append(
                f"{p}\t{message}\t{id_}\t{when.isoformat()}\t{kind_of}\t{self._seal('message', 'sealed', message, said, key)}\t"
                f"{told if kind_of == 'text' else NULL}\t{{}}\n"
            )
            words |= dict.fromkeys(_words_of(said), message)
        tail = "\\\\x" + crypt.index(self.ring, p, "tail", number[-4:])[: search_index.DIGEST].hex()
        put("word_index", []).extend(
            f"{p}\t{id_}\t{self._digest(word)}\t{message}\n" for word, message in words.items()
        )
        put("word_index", []).append(f"{p}\t{id_}\t{tail}\t{id_}\n")
        self.last = max(self.last, id_, *words.values())


# The same sentences are said all the time.
_words_of = lru_cache(maxsize=1024)(search.words_of)


def chosen(dsn: str, practice: int, count: int) -> Iterable[UUID]:
    """Cases of every age, to be looked at."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute(
            "select id from (select id, row_number() over (order by id) as n, count(*) over () as all_ from cases where practice = %s) c "
            "where n %% greatest(1, all_ / %s) = 0 limit %s",
            (practice, count, count),
        ).fetchall()
    return [row[0] for row in found]


def today() -> datetime:
    """The moment the years end."""
    return datetime.now(UTC)
