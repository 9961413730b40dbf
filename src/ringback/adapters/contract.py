"""What an adapter takes and gives. Plain values only; the engine owns the one socket.

A phone system is a module in `adapters/phone/` exporting `ADAPTER`; a text carrier one in `adapters/text/`. Conversations
of several steps are generators that yield a `Request` and are sent the `Response`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from ringback.core.calls import Call


class NotGenuine(Exception):
    """The request does not prove that it comes from the system it names (answered 403; nothing changes)."""


class NotUnderstood(Exception):
    """The request is genuine but this adapter cannot read it; it is kept raw and can be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request, in or out. Header names are lower case. `url` is the configured public URL, not the proxy's."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP response, in or out."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting a clinic pastes in; `secret` ones are encrypted and never shown again."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""


Settings = Mapping[str, str]


# ---- what a phone system's message means -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """An observation of one call (merged by `core.calls.merge`). `event_key` is the idempotency key within the source."""

    call: Call
    event_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailSeen:
    """A voicemail's words (may be empty) or its recording. `call_key` names the call it was left on."""

    call_key: str
    event_key: str
    caller: str
    line: str
    seconds: int | None = None
    words: str = ""
    recording_url: str = ""
    at: datetime | None = None


# ---- what a text carrier's message means ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSeen:
    """A text from a caller. `opt_out` is the carrier's own reading (`start`, `stop`, `help` or empty): it has replied then."""

    sender: str
    line: str
    body: str
    message_id: str
    event_key: str
    media: tuple[tuple[str, str], ...] = ()
    carrier_opt_out: str = ""


# Carriers report states in any order; a later report never lowers the rank.
RANKS: Mapping[str, int] = {
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "delivered": 5,
    "undelivered": 5,
    "failed": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatus:
    """What became of a text of ours: `state` is a key of RANKS; `reason` is ours (see REASONS), `code` the carrier's."""

    message_id: str
    state: str
    event_key: str
    code: str = ""
    reason: str = ""
    permanent: bool = False


Observation = CallSeen | VoicemailSeen | TextSeen | TextStatus

# Why a text was not taken or not delivered, in our words.
REASONS = (
    "opted_out",
    "landline",
    "unreachable",
    "invalid_number",
    "unregistered",
    "filtered",
    "busy",
    "carrier_down",
    "refused",
    "unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The carrier took the text; `message_id` is its name for it."""

    message_id: str
    state: str = "queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The carrier did not take the text. `permanent` False means the same text may be offered again later."""

    reason: str
    permanent: bool
    code: str = ""
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answer to 'did you take this text?': the message id when the carrier knows it, None when it does not."""

    message_id: str | None
    state: str = ""


Exchange = Generator[Request, Response, "Sent | Refused"]
Inquiry = Generator[Request, Response, Found]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOut:
    """A text as the gate allowed it. `token` is the gate's decision: carriers accept nothing without one."""

    to: str
    sender: str
    body: str
    reference: str
    status_url: str
    token: str


Proof = Literal["signature", "token", "none"]


class PhoneSystem(Protocol):
    """A phone system. `proof` says what its messages prove: `signature` covers the body, `token` only names the sender."""

    name: str
    title: str
    guide: str
    fields: tuple[Field, ...]
    proof: Proof
    delay_seconds: int

    def verify(self, request: Request, settings: Settings) -> None:
        """Raise `NotGenuine` unless the request proves its origin; constant-time comparison."""

    def event_key(self, request: Request) -> str:
        """The idempotency key of a verified message, without reading more than is needed; '' means use a body hash."""

    def parse(self, request: Request, received: datetime) -> list[Observation]:
        """What the message means; [] for known-but-irrelevant; raise `NotUnderstood` for the rest."""


@runtime_checkable
class Playable(Protocol):
    """A phone system that keeps voicemails' recordings and gives them out: presence of the method is the capability."""

    def recording(self, url: str, settings: Settings) -> Request:
        """The request for the sound behind an address it told of. Raises `NotUnderstood` for any other address."""


@runtime_checkable
class Recorded(Protocol):
    """A phone system whose own records (files) can be read: presence of the method is the capability."""

    def read_records(self, texts: Iterable[tuple[str, str]], options: Settings) -> list[Call]:
        """Whole calls from (file name, text) pairs, in order of `began`."""


class TextCarrier(Protocol):
    """A text carrier, out and in."""

    name: str
    title: str
    guide: str
    fields: tuple[Field, ...]
    proof: Proof
    can_ask: bool

    def verify(self, request: Request, settings: Settings) -> None: ...

    def event_key(self, request: Request) -> str: ...

    def parse(self, request: Request, received: datetime) -> list[Observation]: ...

    def send(self, text: TextOut, settings: Settings) -> Exchange:
        """Offer one text."""

    def ask(self, text: TextOut, since: datetime, settings: Settings) -> Inquiry:
        """Ask whether a text was taken, after an unknown outcome."""
