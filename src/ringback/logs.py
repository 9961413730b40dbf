"""What a log may say: named fields only, one JSON object a line, and never anything of a person (C25).

The rule is an allow-list, not a search for what is bad. Of our own loggers the sentence is kept and what is put into it
must look like an id, a number or a field term; of other people's loggers nothing but their name and the place is kept,
for nobody here chose their words. An exception is its type and where it happened: no message, no values. What looks like
a phone number, an e-mail address or a link's token is struck out besides, in case somebody forgets.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

# The only fields a line may have; a test looks at every line for others.
FIELDS = ("at", "level", "logger", "said", "route", "status", "error", "where")
OURS = "ringback"
PLACE = Path(__file__).parent.parent
# Sentences of other people's loggers that are known to hold nothing of anybody.
KNOWN = frozenset(
    {
        "Invalid HTTP request received.",
        "Exceeded concurrency limit.",
        "Unsupported upgrade request.",
        "Exception in ASGI application\n",
        "Task exception was never retrieved",
    }
)
TERM = re.compile(r"[A-Za-z_][\w.:\-]{0,63}|[a-z_ .:\-]{1,80}", re.ASCII)
STRUCK = (
    (re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+"), "[e-mail]"),
    (re.compile(r"(?<![\w-])\+?\(?\d[\d\s().\-]{6,}\d(?![\w-])"), "[number]"),
    (re.compile(r"/(?:p|ack|sign-in)/\S+"), "[link]"),
    (re.compile(r"(?<![\w-])(?=[\w\-]*\d)(?=[\w\-]*[A-Za-z])[\w\-]{22,}(?![\w-])"), "[token]"),
)
UUIDS = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


def struck(words: str) -> str:
    """Words with whatever looks like a number, an address or a token struck out; ids of ours stay."""
    ids: list[str] = []

    def aside(found: re.Match[str]) -> str:
        ids.append(found[0])
        return f"\0{len(ids) - 1}\0"

    words = UUIDS.sub(aside, words)
    for pattern, instead in STRUCK:
        words = pattern.sub(instead, words)
    return re.sub(r"\0(\d+)\0", lambda found: ids[int(found[1])], words)


def term(value: object) -> object:
    """A value that may stand in a sentence: a number, an id, a field term; of anything else its type."""
    if value is None or isinstance(value, bool | int | float | UUID):
        return value
    if isinstance(value, str) and (TERM.fullmatch(value) or UUIDS.fullmatch(value)):
        return value
    return f"[{type(value).__name__}]"


def place(trace: TracebackType | None) -> str:
    """Where it happened: the last line of ours, and the last of all."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(trace)]
    told = []
    for code, line in frames[-1:] + [one for one in frames if Path(one[0].co_filename).is_relative_to(PLACE)][-1:]:
        file = Path(code.co_filename)
        name = file.relative_to(PLACE) if file.is_relative_to(PLACE) else file.name
        told.append(f"{name}:{line} {code.co_name}")
    return " from ".join(dict.fromkeys(told))


def kind(wrong: BaseException) -> str:
    """An exception's type and those of what caused it."""
    told: list[str] = []
    seen: BaseException | None = wrong
    while seen is not None and len(told) < 5:
        told.append(type(seen).__name__)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " by ".join(told)


class Allowed(logging.Formatter):
    """One JSON object a line, with the fields of FIELDS and no others."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": self._said(record),
        }
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            line["route"] = (match.url_name or "") if match is not None else "an address that does not exist"
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            line["status"] = status
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = kind(record.exc_info[1])
            line["where"] = place(record.exc_info[2])
        return json.dumps({name: line[name] for name in FIELDS if name in line}, ensure_ascii=True)

    def _said(self, record: logging.LogRecord) -> str:
        ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        if not ours:
            known = str(record.msg) in KNOWN
            return str(record.msg).strip() if known else f"at {Path(record.pathname).name}:{record.lineno}"
        arguments = record.args
        try:
            if isinstance(arguments, dict):
                said = str(record.msg) % {name: term(value) for name, value in arguments.items()}
            elif arguments:
                said = str(record.msg) % tuple(term(value) for value in arguments)
            else:
                said = str(record.msg)
        except (TypeError, ValueError, KeyError):
            # A value that was replaced does not fit its place (%d); the sentence without values says enough.
            said = str(record.msg)
        return struck(said)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowed": {"()": "ringback.logs.Allowed"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "allowed"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own handlers would mail or print what was raised.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}


def begin() -> None:
    """Log like this in this process, also what nobody caught: Python's own way prints messages and values."""
    import logging.config

    logging.config.dictConfig(LOGGING)
    # A formatter that fails prints the record, values and all.
    logging.raiseExceptions = False
    log = logging.getLogger(OURS)

    def uncaught(kind_: type[BaseException], wrong: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind_, KeyboardInterrupt):
            return
        log.critical("nobody caught this", exc_info=(kind_, wrong, trace))

    def in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            uncaught(told.exc_type, told.exc_value, told.exc_traceback)

    def unraisable(told: Any) -> None:
        if told.exc_value is not None:
            uncaught(told.exc_type, told.exc_value, told.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
