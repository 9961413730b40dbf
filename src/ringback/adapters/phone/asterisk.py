"""Asterisk and FreePBX, by their own records: call detail records, channel events, queue log, voicemail files.

There is no webhook in Asterisk; a clinic's records are read instead, as a check, a replay or a first look. What the
records mean is in `adapters/asterisk_records`; it was measured on a real Asterisk in two configurations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ringback.adapters.asterisk_records.join import Calls, read
from ringback.adapters.asterisk_records.options import HINTS
from ringback.adapters.contract import Field, NotGenuine, NotUnderstood, Observation, Proof, Request, Settings


class Asterisk:
    """The adapter."""

    name = "asterisk"
    title = "Asterisk and FreePBX"
    guide = "https://docs.asterisk.org/Operation/Logging/"
    proof: Proof = "none"
    delay_seconds = 60
    fields: tuple[Field, ...] = ()
    record_options = HINTS

    def verify(self, request: Request, settings: Settings) -> None:
        """Asterisk sends no webhooks, so none is genuine."""
        raise NotGenuine("Asterisk sends no webhooks; its records are read from files")

    def event_key(self, request: Request) -> str:
        """There are no messages."""
        raise NotUnderstood("Asterisk sends no webhooks; its records are read from files")

    def parse(self, request: Request, received: datetime) -> list[Observation]:
        """There are no messages."""
        raise NotUnderstood("Asterisk sends no webhooks; its records are read from files")

    def read_records(self, texts: Iterable[tuple[str, str]], options: Settings) -> Calls:
        """Calls from outside (and, where they can be told, from the practice's own phones), in order of `began`.

        Raises `NotUnderstood` for an unknown option or a file that is none of Asterisk's records.
        """
        return read(texts, options)


ADAPTER = Asterisk()
