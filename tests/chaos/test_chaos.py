"""Nothing lost, nothing twice: workers die, messages come double, late and in any order, the carrier misbehaves.

Lost means answered 2xx and absent later. A call that was accepted ends with exactly one text at the carrier, or with a
person's task because nobody can say what became of its text; never with two texts.
"""

from __future__ import annotations

import asyncio
import os
import random

from clinic import caller

ROUNDS = 300 if os.environ.get("RINGBACK_SOAK") == "1" else 30
EACH = 8


def settled(clinic) -> bool:
    """Whether nothing is due any more but what waits for a person or a patient."""
    return clinic.rows(
        "select count(*) from work w left join outgoing o on w.kind = 4 and o.id = w.id "
        "where w.kind in (1, 3) or (w.kind = 4 and o.state in ('queued', 'sending', 'uncertain'))"
    ) == [(0,)]


def balance(clinic, accepted: set[int]) -> dict[str, int]:
    """Every accepted call has a case, and exactly one text or a person's task; nobody has two texts."""
    texts = clinic.texts()
    tasks = {row[0] for row in clinic.rows("select case_id from task where state in ('open', 'claimed')")}
    calls = dict(clinic.rows("select key, case_id from call"))
    doubled = [number for number, bodies in texts.items() if len(bodies) > 1]
    lost = [place for place in accepted if f"CA0001{place:028x}" not in calls]
    silent = [
        place for place in accepted if caller(place) not in texts and calls.get(f"CA0001{place:028x}") not in tasks
    ]
    assert not doubled, f"{len(doubled)} callers got two texts"
    assert not lost, f"{len(lost)} accepted calls are gone"
    assert not silent, f"{len(silent)} callers got neither a text nor a person"
    return {"accepted": len(accepted), "texted": len(texts), "to a person": len(accepted) - len(texts)}


def test_workers_killed_under_load(clinic, capsys):
    """Thirty rounds: the worker is killed with SIGKILL at a random point while calls come in double and out of order,
    and the carrier answers 429, 500, slowly, or takes a text and never says so."""
    clinic.open()
    dice = random.Random(20261123)
    accepted: set[int] = set()
    clinic.weather(
        latency_ms=5,
        faults=[
            {"kind": "429", "share": 0.05, "retry_after": 1},
            {"kind": "500", "share": 0.05},
            {"kind": "timeout", "share": 0.02},
        ],
        statuses=["sent", "delivered"],
        shuffle=True,
        duplicates=1,
    )

    async def round_(number: int) -> None:
        async def one(place: int) -> None:
            await asyncio.sleep(dice.random() * 0.4)
            if any(200 <= status < 300 for status in await clinic.missed(place, times=dice.choice((1, 1, 2, 3)))):
                accepted.add(place)

        async def death() -> None:
            await asyncio.sleep(0.05 + dice.random() * 0.5)
            clinic.kill("worker")
            clinic.work("worker")

        await asyncio.gather(*(one(number * EACH + n) for n in range(EACH)), death())

    for number in range(ROUNDS):
        clinic.do(round_(number))
    clinic.weather(faults=[])
    clinic.until(lambda: settled(clinic), seconds=90, what="the end of all sending")
    figures = balance(clinic, accepted)
    with capsys.disabled():
        print(f"\nchaos: {ROUNDS} kills, {figures}, 0 lost, 0 doubled")
    assert figures["accepted"] == ROUNDS * EACH


def test_the_database_restarts_under_load(clinic, database):
    """PostgreSQL dies without a farewell: hooks answer 503, the carrier brings the messages back, nothing accepted is
    lost, and worker and server find their way back by themselves."""
    clinic.open()
    accepted: set[int] = set()
    answers: list[int] = []

    async def calls() -> None:
        async def one(place: int) -> None:
            await asyncio.sleep(place * 0.02)
            (status,) = await clinic.missed(place)
            answers.append(status)
            if 200 <= status < 300:
                accepted.add(place)

        async def crash() -> None:
            await asyncio.sleep(0.8)
            database.server.kill()
            await asyncio.to_thread(database.server.restart)

        await asyncio.gather(*(one(place) for place in range(150)), crash())

    clinic.do(calls())
    clinic.until(lambda: settled(clinic), seconds=60, what="the end of all sending")
    balance(clinic, accepted)
    assert set(answers) <= {200, 503}
    assert len(accepted) >= 100


def test_two_workers_share_the_work_and_no_caller_gets_two_texts(clinic):
    clinic.open()
    clinic.work("second worker")

    async def calls() -> None:
        # The same callers ring again and again: each is one case with one text.
        await asyncio.gather(
            *(clinic.missed(place, sid=f"CA{again:04d}{place:028x}") for place in range(20) for again in range(5))
        )

    clinic.do(calls())
    clinic.until(lambda: settled(clinic) and len(clinic.texts()) == 20, what="twenty texts")
    assert all(len(bodies) == 1 for bodies in clinic.texts().values())
    assert clinic.rows("select count(*) from cases") == [(20,)]
    assert clinic.rows("select count(*) from call where case_id is not null") == [(100,)]


def test_two_practices_side_by_side_and_no_row_crosses(clinic):
    """The same people call two practices; each sees only its own, and a stop at one is no stop at the other."""
    clinic.open(practices=2)

    async def calls() -> None:
        await asyncio.gather(*(clinic.missed(place, practice) for place in range(15) for practice in (1, 2)))

    clinic.do(calls())
    clinic.until(
        lambda: len(clinic.rows("select 1 from outgoing where state in ('sent', 'delivered')")) == 30,
        what="thirty texts",
    )
    clinic.do(clinic.text(3, "STOP", practice=1))
    clinic.until(lambda: clinic.rows("select 1 from suppression"), what="the stop")
    assert clinic.rows("select distinct practice from suppression") == [(1,)]
    for one, other in (
        ("call", "cases"), ("outgoing", "cases"), ("step", "cases"), ("task", "cases"), ("notice", "cases"), ("message", "cases"),
    ):  # fmt: skip
        key = "case_id"
        assert clinic.rows(
            f"select count(*) from {one} a join {other} b on a.{key} = b.id where a.practice <> b.practice"
        ) == [(0,)]
    first, second = (
        {row[0] for row in clinic.rows("select number_index from cases where practice = %s", n)} for n in (1, 2)
    )
    assert not first & second, "the same number has one digest in two practices"
