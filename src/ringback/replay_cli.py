"""`ringback replay --system NAME FILE...`: what Ringback would have done with this log, as HTML and JSON.

With neither `--html` nor `--json` the JSON report goes to standard output; with them a few lines say what was found.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import time
from pathlib import Path
from typing import Any, TextIO

from ringback.calls_cli import Unusable, arguments, read_calls, say
from ringback.core.hours import Hours, Span
from ringback.core.numbers import e164
from ringback.core.policy import Policy
from ringback.replay import what_would_happen
from ringback.replay_page import page
from ringback.replay_report import report

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL = "mon-fri 08:00-17:00"
ZONE = "America/New_York"
MANY = 2000


def replay_main(argv: list[str], stdout: TextIO) -> int:
    """Entry point of `ringback replay`. Returns 0, or 2 when nothing usable was given."""
    parser = argparse.ArgumentParser(
        prog="ringback replay",
        description="Shadow mode: what Ringback would have done with calls that already happened.",
    )
    arguments(parser)
    parser.add_argument("--html", metavar="FILE", help="write the report as a page (- for standard output)")
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON (- for standard output)")
    parser.add_argument("--zone", help=f"the practice's time zone (default: the time-zone option, else {ZONE})")
    parser.add_argument(
        "--hours",
        default=USUAL,
        help=f"opening times, e.g. 'mon-fri 08:00-12:00,13:00-17:00; sat 9-12' (default {USUAL})",
    )
    parser.add_argument(
        "--night", choices=("send", "hold"), default="send", help="the first text after hours (default send)"
    )
    parser.add_argument(
        "--settle",
        type=int,
        default=15,
        metavar="SECONDS",
        help="how long a redial is waited for, 0 to 600 (default 15)",
    )
    parser.add_argument(
        "--own", action="append", default=[], metavar="NUMBER", help="a number of the practice itself or of its staff"
    )
    parser.add_argument(
        "--full-numbers", action="store_true", help="show callers' numbers in full (they are health information)"
    )
    given = parser.parse_args(argv)
    try:
        policy = _policy(given)
        calls = read_calls(given.system, given.option, given.files)
        assume = dict(option.partition("=")[::2] for option in given.option).get("assume-textable", "")
        rows = what_would_happen(
            calls,
            policy,
            assume_textable=assume.lower() in ("yes", "true", "1"),
            own=frozenset(number for raw in given.own if (number := e164(raw))),
            progress=_progress if len(calls) > MANY else None,
        )
        found = report(rows, policy, full_numbers=given.full_numbers)
        _write(given, found, stdout)
    except Unusable as wrong:
        print(f"ringback replay: {wrong}", file=sys.stderr)
        return 2
    return 0


def _progress(done: int, all_of_them: int) -> None:
    print(
        f"\rringback: {done} of {all_of_them} calls",
        end="" if done + 1000 <= all_of_them else "\n",
        file=sys.stderr,
        flush=True,
    )


def _write(given: argparse.Namespace, found: dict[str, Any], stdout: TextIO) -> None:
    if given.html is None and given.json is None:
        stdout.write(json.dumps(found, indent=1) + "\n")
        return
    wanted: list[tuple[str, str]] = []
    if given.html is not None:
        wanted.append((given.html, page(found)))
    if given.json is not None:
        wanted.append((given.json, json.dumps(found, indent=1) + "\n"))
    for name, text in wanted:
        if name == "-":
            stdout.write(text)
        else:
            try:
                Path(name).write_text(text, encoding="utf-8")
            except OSError as wrong:
                raise Unusable(f"{name} cannot be written: {(wrong.strerror or 'unknown error').lower()}") from None
    if "-" not in (given.html, given.json):
        stdout.write(summary(found))


def summary(found: dict[str, Any]) -> str:
    """The report in a few lines."""
    lines = [
        f"{found['calls']} calls, {found['missed']} reached nobody, {found['texted']} callers would have had a text"
    ]
    if found["seconds_to_text"]["median"] is not None:
        lines[0] += f" within {found['seconds_to_text']['median']:.0f} s (median)"
    lines += [f"  {one['calls']:>6}  {one['say']}" for one in found["outcomes"].values()]
    if found["peaks"]:
        lines.append(
            "hardest hours: " + ", ".join(f"{p['day']} {p['hour']}:00 ({p['missed']})" for p in found["peaks"])
        )
    return "\n".join(lines) + "\n"


def _policy(given: argparse.Namespace) -> Policy:
    zone = given.zone
    if not zone:
        zone = dict(option.partition("=")[::2] for option in given.option).get("time-zone", "")
    if not zone:
        zone = ZONE
        say(f"hours are counted in {ZONE}; say the practice's own with --zone")
    if not 0 <= given.settle <= 600:
        raise Unusable("--settle is 0 to 600 seconds")
    try:
        return Policy(
            hours=Hours(zone=zone, week=week(given.hours)), settle_seconds=given.settle, night_first=given.night
        )
    except ValueError as wrong:
        raise Unusable(str(wrong)) from None


SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?")


def week(text: str) -> tuple[tuple[Span, ...], ...]:
    """Opening times such as `mon-fri 08:00-12:00,13:00-17:00; sat 9-12`. Raises ValueError, naming what is not understood."""
    found: list[tuple[Span, ...]] = [()] * 7
    for part in filter(None, (part.strip().lower() for part in text.split(";"))):
        days, _, spans = part.partition(" ")
        first, _, last = days.partition("-")
        if first[:3] not in DAYS or (last and last[:3] not in DAYS):
            raise ValueError(
                f"--hours: {days!r} is no day; use mon, tue, wed, thu, fri, sat, sun or a span such as mon-fri"
            )
        begin, end = DAYS.index(first[:3]), DAYS.index((last or first)[:3])
        these = tuple(_span(span) for span in spans.split(","))
        for day in range(begin, end + 1 if end >= begin else end + 8):
            found[day % 7] = these
    return tuple(found)


def _span(text: str) -> Span:
    match = SPAN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        hour, minute, until, past = (int(part or 0) for part in match.groups())
        return Span(time(hour, minute), time(until % 24, past))
    except ValueError:
        raise ValueError(f"--hours: {text.strip()!r} is no span of time; write 08:00-17:00") from None
