"""The model's own process: it is asked, waited for a moment, and its silence is an answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ringback.core.words.fusion import understand
from ringback.engine.ear import Ear

HELLO = "import sys, msgspec\nfrom ringback.words_model.serve import framed, taken\nout = sys.stdout.buffer\n"
SAY = HELLO + "out.write(framed('one'))\nout.flush()\n"
LATE = SAY + "while taken(sys.stdin.buffer): pass\n"
NONSENSE = SAY + "taken(sys.stdin.buffer)\nout.write(framed([1, 2]))\nout.flush()\nsys.stdin.buffer.read()\n"
FEWER = SAY + "taken(sys.stdin.buffer)\nout.write(framed([]))\nout.flush()\nsys.stdin.buffer.read()\n"
DIES = SAY + "taken(sys.stdin.buffer)\n"
NEVER = "raise SystemExit(1)\n"


def texts(*said: str) -> list[tuple[str, bool]]:
    """Written messages, as they are asked about."""
    return [(one, False) for one in said]


def with_ear(ear: Ear, story: Callable[[Ear], Awaitable[None]]) -> None:
    """Run a story and end the ear's process."""

    async def whole() -> None:
        try:
            await story(ear)
        finally:
            await ear.close()

    asyncio.run(whole())


def test_each_message_of_a_batch_gets_its_scores_in_order() -> None:
    async def story(ear: Ear) -> None:
        assert await ear.ready(30)
        told = await ear.ask(texts("i cannot breathe and my chest hurts", "are you open on saturday", "\ud800", ""))
        assert all(told) and len(told) == 4
        assert told[0] is not None and told[1] is not None
        assert told[0].of("urgent") > told[1].of("urgent") and told[0].model == ear.model
        many = await asyncio.gather(*(ear.ask(texts(f"cita numero {n}")) for n in range(20)))
        assert all(one[0] is not None for one in many)

    with_ear(Ear(patience=20), story)


@pytest.mark.parametrize("program", [LATE, NONSENSE, FEWER, DIES, NEVER])
def test_a_model_that_does_not_answer_is_silence_and_a_person_reads(program: str) -> None:
    async def story(ear: Ear) -> None:
        assert await ear.ready(30 if program is not NEVER else 0.5) == (program is not NEVER)
        assert await ear.ask(texts("can i get in this week", "hello")) == [None, None]
        assert not ear.model
        assert await ear.ask(texts("again")) == [None]
        assert understand("can i get in this week", None).attention == "person"

    with_ear(Ear((sys.executable, "-c", program), patience=0.3), story)


def test_a_model_that_died_is_started_anew(tmp_path: Path) -> None:
    first = tmp_path / "was there"
    program = (
        f"import pathlib\nfirst = pathlib.Path({str(first)!r})\nagain = first.exists()\nfirst.touch()\n"
        + SAY
        + "from ringback.core.words.scores import Scores\n"
        + "asked = taken(sys.stdin.buffer)\n"
        + "if again: out.write(framed([Scores()])); out.flush(); sys.stdin.buffer.read()\n"
    )

    async def story(ear: Ear) -> None:
        assert await ear.ready(30)
        assert await ear.ask(texts("hello")) == [None]
        assert await ear.ready(30)
        assert await ear.ask(texts("hello")) != [None]

    with_ear(Ear((sys.executable, "-c", program), patience=20), story)


def test_nothing_to_ask_starts_nothing() -> None:
    async def story(ear: Ear) -> None:
        assert await ear.ask([]) == [] and not ear.model

    with_ear(Ear(), story)


def test_the_models_process_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_SECRET_KEY", "made up")
    program = (
        HELLO + "import os\nout.write(framed(','.join(sorted(os.environ))))\nout.flush()\nsys.stdin.buffer.read()\n"
    )

    async def story(ear: Ear) -> None:
        assert await ear.ready(30)
        assert "PATH" in ear.model and "RINGBACK" not in ear.model

    with_ear(Ear((sys.executable, "-c", program)), story)
