"""Channel event logging: what happened on each channel, so it sees the calls that call records leave out.

A person spoke when the caller's channel was in a bridge together with another channel that is not a mailbox. The columns
are the clinic's own choice (cel_custom.conf), so their places are told from what stands in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ringback.adapters.asterisk_records.evidence import Evidence, other_half, voicemail
from ringback.adapters.asterisk_records.lines import UNIQUE, Table
from ringback.adapters.asterisk_records.options import Options
from ringback.adapters.contract import NotUnderstood
from ringback.core.calls import Call, Direction, Leg, Party, Result
from ringback.core.numbers import caller_number

CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*/.+")
NUMBER = re.compile(r"\+?[\d*#]+|anonymous|unknown|restricted|unavailable", re.IGNORECASE)
QUEUES = frozenset({"queue", "appqueue"})
DIALS = frozenset({"dial", "retrydial", "appdial", "followme", "page"}) | QUEUES
# Q.850 causes. https://docs.asterisk.org/Configuration/Miscellaneous/Hangup-Cause-Mappings/
BUSY, ELSEWHERE = 17, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of one channel, UTC."""

    name: str
    at: datetime
    number: str
    exten: str
    context: str
    channel: str
    app: str
    unique: str
    linked: str
    extra: str


@dataclass(slots=True)
class Channel:
    """What is known of one channel once all its events are read, in order of time."""

    name: str
    unique: str
    events: list[Event] = field(default_factory=list)

    def of(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.name in names]

    @property
    def ended(self) -> datetime | None:
        ends = self.of("CHAN_END", "HANGUP")
        return max(event.at for event in ends) if ends else None

    @property
    def mailbox(self) -> bool:
        return any(voicemail(event.app) for event in self.of("APP_START", "ANSWER"))


def events(table: Table, options: Options) -> tuple[list[Event], list[str]]:
    """All events that can be read, and notes on the rest. Raises `NotUnderstood` when the columns make no sense."""
    places = _places(table, options)
    found, bad = [], 0
    zoneless = False
    for row in table.rows:
        record = {name: row[place] for name, place in places.items() if place < len(row)}
        moment = _moment(record.get("eventtime", ""), options)
        if moment is None or not record.get("linkedid"):
            bad += 1
            continue
        zoneless = zoneless or not record["eventtime"][:9].isdigit()
        found.append(
            Event(
                name=record["eventtype"].upper(),
                at=moment,
                number=record.get("cid_num", ""),
                exten=record.get("exten", ""),
                context=record.get("context", ""),
                channel=record.get("channame", ""),
                app=record.get("appname", ""),
                unique=record.get("uniqueid", ""),
                linked=record["linkedid"],
                extra=record.get("extra") or record.get("eventextra", ""),
            )
        )
    notes = [f"{bad} events have no readable time or linked id and were left out"] if bad else []
    if zoneless and options.zone is None:
        notes.append("the times are read as UTC; say the server's zone with --option time-zone=America/New_York")
    return found, notes


def _places(table: Table, options: Options) -> dict[str, int]:
    names = table.header or options.cel_columns
    if names:
        places = {name: place for place, name in enumerate(names)}
        missing = {"eventtype", "eventtime", "context", "channame", "uniqueid", "linkedid"} - set(places)
        if missing:
            raise NotUnderstood(f"a CEL file without {', '.join(sorted(missing))} cannot be read")
        return places
    rows = table.rows[:500]
    width = max(len(row) for row in rows)

    def mostly(place: int, pattern: re.Pattern[str]) -> bool:
        values = [row[place] for row in rows if place < len(row) and row[place]]
        return bool(values) and sum(pattern.fullmatch(value) is not None for value in values) * 2 > len(values)

    ids = [place for place in range(2, width) if mostly(place, UNIQUE)]
    names_of_channels = [place for place in range(4, width) if mostly(place, CHANNEL)]
    if len(ids) < 2 or not names_of_channels:
        raise NotUnderstood(
            "the CEL file's columns cannot be told apart; name them with --option cel-columns=eventtype,eventtime,..."
        )
    channame = names_of_channels[0]
    numbers = [place for place in range(2, channame - 2) if mostly(place, NUMBER)]
    places = {
        "eventtype": 0,
        "eventtime": 1,
        "exten": channame - 2,
        "context": channame - 1,
        "channame": channame,
        "appname": channame + 1,
        "uniqueid": ids[0],
        "linkedid": ids[1],
        "extra": width - 1,
    }
    return places | ({"cid_num": numbers[0]} if numbers else {})


def _moment(text: str, options: Options) -> datetime | None:
    try:
        if text[:9].isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=options.zone or UTC)).astimezone(UTC)


def evidence(all_events: Iterable[Event], options: Options) -> Iterator[Evidence]:
    """One piece of evidence a call: the channels of one linked id, seen from the caller's channel."""
    groups: dict[str, dict[Event, None]] = {}
    for event in all_events:
        groups.setdefault(event.linked, {})[event] = None  # overlapping parts of a log say the same things twice
    for linked, members in groups.items():
        channels: dict[str, Channel] = {}
        for event in sorted(members, key=lambda event: event.at):
            channels.setdefault(event.unique, Channel(event.channel, event.unique)).events.append(event)
        yield from _calls(linked, channels, options)


def _calls(linked: str, channels: dict[str, Channel], options: Options) -> Iterator[Evidence]:
    real = [channel for channel in channels.values() if not channel.name.startswith("Local/")]
    if not real:
        return
    first = min(real, key=lambda channel: (channel.unique != linked, channel.events[0].at))
    if options.inside(first.events[0].context):
        yield _inside(linked, first, channels)
        return
    callers = [channel for channel in real if any(options.outside(event.context) for event in channel.events)]
    for caller in callers:
        yield _call(linked if len(callers) == 1 else caller.unique, caller, channels)


def _call(key: str, caller: Channel, channels: dict[str, Channel]) -> Evidence:
    start = caller.events[0]
    whole = start.name == "CHAN_START" and caller.ended is not None
    extra = _extra(caller)
    status, source = str(extra.get("dialstatus", "")), str(extra.get("hangupsource", ""))
    queued = any(event.app.lower() in QUEUES for event in caller.of("APP_START"))
    bridged = set(_partners(caller, channels))
    legs = [
        _leg(channel, channels, channel.unique in bridged, queued, status)
        for channel in channels.values()
        if channel is not caller and not channel.name.endswith(";2")
    ]
    if not whole and status == "ANSWER" and not bridged:
        legs.append(
            Leg(key="dial", party=Party.HUMAN, result=Result.ANSWERED)
        )  # its bridge is in an older part of the log
    elif not legs and any(event.app.lower() in DIALS for event in caller.of("APP_START")):
        result = Result.UNANSWERED if queued else Result.FAILED
        legs = [Leg(key="dial", party=Party.QUEUE if queued else Party.HUMAN, result=result)]
    answers = caller.of("ANSWER")
    call = Call(
        key=key,
        line=next((event.exten for event in caller.events if event.exten), ""),
        caller=next((event.number for event in caller.events if event.number), ""),
        began=start.at,
        ended=caller.ended,
        legs=tuple(legs),
        caller_hung_up=True if status == "CANCEL" or (source and source == caller.name) else None,
        busy=status == "BUSY",
        attendant_answered=any(event.app.lower() not in DIALS and not voicemail(event.app) for event in answers),
        voicemail_reached=caller.mailbox,
    )
    return Evidence(call=call, unique=caller.unique, channel=caller.name, whole=whole)


def _extra(caller: Channel) -> dict[str, object]:
    for event in reversed(caller.of("HANGUP")):
        try:
            found = json.loads(event.extra or "{}")
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}


def _partners(caller: Channel, channels: dict[str, Channel]) -> Iterator[str]:
    """Ids of the channels that were in a bridge with the caller at the same time."""
    mine = list(_stays(caller))
    for channel in channels.values():
        if channel is caller:
            continue
        for bridge, since, until in _stays(channel):
            if any(bridge == other and since < end and begin < until for other, begin, end in mine):
                yield channel.unique
                break


def _stays(channel: Channel) -> Iterator[tuple[str, datetime, datetime]]:
    """(bridge, from, to) for each stay of a channel in a bridge; a stay without an end lasts."""
    far = timedelta(days=1)
    inside: dict[str, datetime] = {}
    for event in channel.of("BRIDGE_ENTER", "BRIDGE_EXIT"):
        bridge = _bridge(event.extra)
        if event.name == "BRIDGE_ENTER":
            inside.setdefault(bridge, event.at)
        else:
            yield bridge, inside.pop(bridge, channel.events[0].at - far), event.at
    for bridge, since in inside.items():
        yield bridge, since, (channel.ended or since) + far


def _bridge(extra: str) -> str:
    try:
        found = json.loads(extra)
    except ValueError:
        return extra
    return str(found.get("bridge_id", "")) if isinstance(found, dict) else extra


def _leg(channel: Channel, channels: dict[str, Channel], bridged: bool, queued: bool, status: str) -> Leg:
    half = other_half(channel.name)
    behind = next((other for other in channels.values() if half and other.name == half), None)
    party = Party.QUEUE if queued else Party.HUMAN
    if channel.mailbox or (behind is not None and behind.mailbox):
        party = Party.VOICEMAIL
    causes = {_cause(event) for half in (channel, behind) if half is not None for event in half.of("HANGUP")}
    if bridged:
        result = Result.ANSWERED
    elif BUSY in causes:
        result = Result.BUSY
    elif ELSEWHERE in causes or status == "CANCEL":
        result = Result.CANCELED
    elif status in ("", "CHANUNAVAIL", "CONGESTION") and not queued:
        result = Result.FAILED
    else:
        result = Result.UNANSWERED
    talk = 0
    if bridged:
        stays = list(_stays(channel))
        talk = int(max((until - since).total_seconds() for _, since, until in stays))
        talk = 0 if talk >= 86_400 else talk
    return Leg(key=channel.name, party=party, result=result, bridged=True if bridged else None, talk=talk)


def _cause(event: Event) -> int:
    try:
        found = json.loads(event.extra or "{}")
    except ValueError:
        return 0
    cause = found.get("hangupcause", 0) if isinstance(found, dict) else 0
    return cause if isinstance(cause, int) else 0


def _inside(linked: str, first: Channel, channels: dict[str, Channel]) -> Evidence:
    """A call one of the practice's own phones placed: to another phone, or out."""
    start = first.events[0]
    dialled = next((event.exten for event in first.events if event.exten and event.exten != "s"), start.exten)
    inner = caller_number(dialled).kind == "extension"
    ends = [channel.ended for channel in channels.values() if channel.ended is not None]
    call = Call(
        key=linked,
        line=dialled,
        caller=next((event.number for event in first.events if event.number), ""),
        direction=Direction.INTERNAL if inner else Direction.OUTBOUND,
        began=start.at,
        ended=max(ends) if first.ended is not None and ends else None,
    )
    return Evidence(call=call, unique=first.unique, channel=first.name)
