"""Asking the model that runs beside us what a batch of messages reads like.

The rule: the wait is bounded and silence is an answer: None, which the core reads as "a person reads it". A process that
is late, dead or talks nonsense is ended and started anew, each time a little later. Words go through its pipe only.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from ringback.core.words.normal import LONGEST
from ringback.core.words.scores import Scores
from ringback.words_model.serve import LARGEST, framed

log = logging.getLogger("ringback.ear")
PATIENCE: Final = 0.25
"""Seconds that a batch waits for its scores; EACH more for every message of it, MOST more at most."""
EACH: Final = 0.04
MOST: Final = 2.5
START: Final = 5.0
END: Final = 2.0
AGAIN, AGAIN_MOST = 1.0, 60.0
SERVE: Final = (sys.executable, "-m", "ringback.words_model.serve")
_SCORES: Final = msgspec.msgpack.Decoder(list[Scores])


class Ear:
    """One model process and the way to it. One question at a time; any number may ask."""

    def __init__(self, command: Sequence[str] = SERVE, *, patience: float = PATIENCE) -> None:
        self._command, self._patience = tuple(command), patience
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._failed = 0
        self._not_before = 0.0
        self._waking: asyncio.Task[None] | None = None
        self.model = ""
        """The name of the model that answers; empty while none does."""

    def wake(self) -> None:
        """Start the process when there is none and it is time; returns at once."""
        if self._waking is not None and not self._waking.done():
            return
        ready = self._process is not None and self._process.returncode is None
        if not ready and asyncio.get_running_loop().time() >= self._not_before:
            self._waking = asyncio.create_task(self._start(), name="ear")

    async def ready(self, seconds: float = START) -> bool:
        """Wait until a model answers, at most so long; starts that fail are tried again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self.model and (left := until - loop.time()) > 0:
            self.wake()
            if self._waking is not None:
                await asyncio.wait([self._waking], timeout=left)
            if not self.model:
                await asyncio.sleep(max(0.001, min(until, self._not_before) - loop.time()))
        return bool(self.model)

    async def ask(self, texts: Sequence[tuple[str, bool]]) -> list[Scores | None]:
        """The scores of each text, given with whether it was spoken; None for all when no model answered in time."""
        silence: list[Scores | None] = [None] * len(texts)
        if not texts:
            return silence
        self.wake()
        asked = False
        try:
            async with asyncio.timeout(self._patience + min(MOST, EACH * len(texts))), self._turn:
                if not self.model:
                    return silence
                asked = True
                return list(await self._asked(texts))
        except (TimeoutError, OSError, EOFError, msgspec.DecodeError) as wrong:
            # Who only waited for another's answer ends nothing.
            if asked:
                await self._lost(type(wrong).__name__)
            return silence

    async def close(self) -> None:
        """End the process."""
        if self._waking is not None:
            self._waking.cancel()
            await asyncio.gather(self._waking, return_exceptions=True)
        await self._end()

    async def _asked(self, texts: Sequence[tuple[str, bool]]) -> list[Scores]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        # Half a surrogate pair is no UTF-8, yet is a text: it travels as a question mark.
        process.stdin.write(framed([(text[:LONGEST].encode("utf-8", "replace"), spoken) for text, spoken in texts]))
        await process.stdin.drain()
        found = _SCORES.decode(await _frame(process.stdout))
        if len(found) != len(texts):
            raise EOFError
        self._failed = 0
        return found

    async def _start(self) -> None:
        await self._end()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=_bare(),
            )
            assert self._process.stdout is not None
            async with asyncio.timeout(START):
                self.model = msgspec.msgpack.decode(await _frame(self._process.stdout), type=str)
        except (TimeoutError, OSError, EOFError, msgspec.DecodeError) as wrong:
            await self._lost(type(wrong).__name__)

    async def _lost(self, why: str) -> None:
        """No answer: what is left of the process goes, and the next start waits a little longer."""
        self._failed += 1
        wait = min(AGAIN_MOST, AGAIN * 2 ** min(self._failed - 1, 10))
        self._not_before = asyncio.get_running_loop().time() + wait
        log.warning("the reading model does not answer (%s); a person reads, and it is tried again in %d s", why, wait)
        await self._end()

    async def _end(self) -> None:
        process, self._process, self.model = self._process, None, ""
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            try:
                process.kill()
            except ProcessLookupError:
                pass
        # It was killed: nothing is left to wait for but the news of it, which some loops lose when they end.
        with suppress(TimeoutError):
            async with asyncio.timeout(END):
                await process.wait()


def _bare() -> dict[str, str]:
    """The environment of the model's process: it needs none of our secrets, and one core."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "HOME") if name in os.environ}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


async def _frame(source: asyncio.StreamReader) -> bytes:
    """The next frame's body. Raises `EOFError` when there is none (asyncio's own is one)."""
    many = int.from_bytes(await source.readexactly(4), "big")
    if many > LARGEST:
        raise EOFError
    return await source.readexactly(many)
