"""The queue log: the surest word on who took a queued call, and on who gave up waiting.

Its lines are `epoch|call|queue|agent|event|data...`; the call is the caller's channel id. It knows queued calls only, and
neither the line that was dialled nor what happened before and after the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ringback.adapters.asterisk_records.evidence import Evidence
from ringback.adapters.asterisk_records.lines import Table
from ringback.core.calls import Call, Leg, Party, Result

# How a stay in a queue ends without anybody.
EXITS = frozenset({"EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "JOINEMPTY", "FULL"})
TALKED = frozenset({"COMPLETECALLER", "COMPLETEAGENT", "TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER"})


def entries(table: Table) -> tuple[list[tuple[str, ...]], list[str]]:
    """Lines that belong to a call: (epoch, call, queue, agent, event, data...)."""
    found = [tuple(row) for row in table.rows if row[1] not in ("NONE", "", "MANAGER", "REALTIME") and _number(row[0])]
    return found, []


def evidence(all_entries: Iterable[tuple[str, ...]]) -> Iterator[Evidence]:
    """One piece of evidence a queued call."""
    groups: dict[str, dict[tuple[str, ...], None]] = {}
    for entry in all_entries:
        groups.setdefault(entry[1], {})[entry] = None
    for unique, lines in groups.items():
        yield _call(unique, sorted(lines, key=lambda line: float(line[0])))


def _call(unique: str, lines: list[tuple[str, ...]]) -> Evidence:
    legs: dict[str, Leg] = {}
    caller, hung_up, ended = "", None, None
    for epoch, _, queue, agent, event, *data in lines:
        at = datetime.fromtimestamp(float(epoch), UTC)
        key = f"queue {queue} {agent}"
        if event == "ENTERQUEUE":
            caller, ended = (data[1] if len(data) > 1 else "") or caller, None
        elif event == "CONNECT":
            legs[key] = Leg(key=key, party=Party.QUEUE, result=Result.ANSWERED, bridged=True)
        elif event in TALKED:
            talk = int(data[1]) if event.startswith("COMPLETE") and len(data) > 1 and data[1].isdigit() else 0
            legs[key] = Leg(key=key, party=Party.QUEUE, result=Result.ANSWERED, bridged=True, talk=talk)
            ended = at
        elif event == "RINGNOANSWER" and key not in legs:
            legs[key] = Leg(key=key, party=Party.QUEUE, result=Result.UNANSWERED)
        elif event == "ABANDON":
            hung_up, ended = True, at
        elif event in EXITS:
            ended = at
    if not legs:
        legs["queue"] = Leg(key="queue", party=Party.QUEUE, result=Result.UNANSWERED)
    call = Call(
        key=unique,
        line=lines[0][2],
        caller=caller,
        began=datetime.fromtimestamp(float(lines[0][0]), UTC),
        ended=ended,
        legs=tuple(legs.values()),
        caller_hung_up=hung_up,
    )
    return Evidence(call=call, unique=unique, whole=any(line[4] == "ENTERQUEUE" for line in lines))


def _number(text: str) -> bool:
    try:
        return float(text) < 1e11
    except ValueError:
        return False
