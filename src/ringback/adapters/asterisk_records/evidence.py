"""One kind of record's word on one call, before the kinds are joined."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.core.calls import Call

VOICEMAIL = frozenset({"voicemail", "voicemailmain", "minivmrecord", "minivmgreet"})
"""Applications that are a machine taking a message, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A call as one kind of record shows it.

    `channel` is the caller's channel by name, `unique` by id (records of other kinds are matched by them). `whole` is
    False when the record shows only a part of the call, as in a log that was cut by rotation.
    """

    call: Call
    unique: str = ""
    channel: str = ""
    whole: bool = True


def voicemail(app: str) -> bool:
    """Whether this application takes messages."""
    return app.lower() in VOICEMAIL


def other_half(channel: str) -> str:
    """The name of a Local channel's other half, '' for any other channel."""
    if not channel.startswith("Local/") or channel[-2:] not in (";1", ";2"):
        return ""
    return channel[:-1] + ("2" if channel[-1] == "1" else "1")
