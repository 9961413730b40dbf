"""Call detail records (Master.csv, or an export of the cdr table): one row a dialled member, so never one a call.

Facts measured on a real Asterisk: ring groups write a row for each member, an auto-attendant makes rows that say ANSWERED
with nobody there, rows come out of order, and calls that never rang may have no row at all. Only a row that joined two
channels counts as a person; times are the server's local ones, but a channel's id holds the true second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ringback.adapters.asterisk_records.evidence import Evidence, other_half, voicemail
from ringback.adapters.asterisk_records.lines import UNIQUE, Table, epoch_of
from ringback.adapters.asterisk_records.options import Options
from ringback.core.calls import Call, Direction, Leg, Party, Result
from ringback.core.numbers import caller_number

BASE = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
NEW = ("peeraccount", "linkedid", "sequence")
# Applications that join the caller with somebody.
JOINING = frozenset(
    {"dial", "retrydial", "queue", "appqueue", "appdial", "page", "followme", "pickup", "pickupchan", "bridge", "confbridge",
     "meetme", "parkedcall"}
)  # fmt: skip
RESULTS = {
    "ANSWERED": Result.ANSWERED,
    "NO ANSWER": Result.UNANSWERED,
    "BUSY": Result.BUSY,
    "CANCEL": Result.CANCELED,
    "FAILED": Result.FAILED,
    "CONGESTION": Result.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record. Moments are UTC; `answer` is None when the channel was never answered."""

    src: str
    dst: str
    did: str
    context: str
    channel: str
    dstchannel: str
    app: str
    start: datetime
    answer: datetime | None
    end: datetime
    billsec: int
    disposition: str
    unique: str
    linked: str
    sequence: int


def columns(table: Table) -> dict[int, tuple[str, ...]]:
    """The layout of rows of each width. Which of two possible columns the 17th is, is told from what stands in it."""
    found: dict[int, tuple[str, ...]] = {}
    for width in {len(row) for row in table.rows}:
        if table.header:
            found[width] = table.header
            continue
        rest = width - len(BASE)
        more = NEW if rest >= len(NEW) else ()
        extra: tuple[str, ...] = ()
        if rest - len(more) == 2:
            extra = ("uniqueid", "userfield")
        elif rest - len(more) == 1:
            values = [row[16] for row in table.rows if len(row) == width and row[16]]
            ids = sum(UNIQUE.fullmatch(value) is not None for value in values)
            extra = ("uniqueid",) if values and ids * 2 > len(values) else ("userfield",)
        found[width] = BASE + extra + more
    return found


def rows(table: Table, options: Options) -> tuple[list[Row], list[str]]:
    """All rows that can be read, and notes on the rest."""
    layouts = columns(table)
    records: list[tuple[dict[str, str], datetime]] = []
    first: dict[str, datetime] = {}
    bad = 0
    for values in table.rows:
        record = dict(zip(layouts[len(values)], values, strict=False))
        try:
            start = _local(record.get("start") or record.get("calldate") or "")
        except ValueError:
            bad += 1
            continue
        made = _made_by(record)
        first[made] = min(start, first.get(made, start))
        records.append((record, start))
    found, notes, guessed = [], [], False
    for record, start in records:
        made = _made_by(record)
        shift = _shift(start, first[made], made, options)
        guessed = guessed or shift is None
        try:
            found.append(_row(record, start, shift or timedelta(0)))
        except ValueError:
            bad += 1
    if bad:
        notes.append(f"{bad} call records have no readable time and were left out")
    if guessed:
        notes.append("the times are read as UTC; say the server's zone with --option time-zone=America/New_York")
    return found, notes


def _made_by(record: dict[str, str]) -> str:
    return record.get("uniqueid", "") or record.get("linkedid", "")


def _row(record: dict[str, str], start: datetime, shift: timedelta) -> Row:
    answer, end = record.get("answer", ""), record.get("end", "")
    ended = _local(end) if end else start + timedelta(seconds=_whole(record.get("duration", "")))
    answered = _local(answer) if answer and not answer.startswith("0000") else None
    if answered is None and record.get("disposition", "").upper() == "ANSWERED":
        answered = ended - timedelta(seconds=_whole(record.get("billsec", "")))
    return Row(
        src=record.get("src", "") or record.get("cnum", ""),
        dst=record.get("dst", ""),
        did=record.get("did", ""),
        context=record.get("dcontext", ""),
        channel=record.get("channel", ""),
        dstchannel=record.get("dstchannel", ""),
        app=record.get("lastapp", ""),
        start=start + shift,
        answer=answered + shift if answered else None,
        end=ended + shift,
        billsec=_whole(record.get("billsec", "")),
        disposition=record.get("disposition", "").upper(),
        unique=record.get("uniqueid", ""),
        linked=record.get("linkedid", ""),
        sequence=_whole(record.get("sequence", "")),
    )


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)


def _shift(start: datetime, first: datetime, made: str, options: Options) -> timedelta | None:
    """From the server's wall clock to UTC, None where nothing tells: by its zone where said, else from the second in the
    channel's id, which its first row shows in wall time (a zone is a whole number of quarter hours)."""
    if options.zone is not None:
        return start.replace(tzinfo=options.zone).astimezone(UTC) - start
    second = epoch_of(made)
    if second is None:
        return None
    off = (first - datetime.fromtimestamp(second, UTC)).total_seconds()
    return -timedelta(seconds=900 * ((off + 60) // 900)) if abs(off) < 15 * 3600 else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def evidence(all_rows: Iterable[Row], options: Options) -> Iterator[Evidence]:
    """One piece of evidence a call: rows of one linked id (or what stands for it), seen from the caller's channel."""
    groups: dict[str, dict[tuple[object, ...], Row]] = {}
    for key, row in _keyed(all_rows):
        identity = (row.unique, row.sequence) if row.unique and row.sequence else (row,)
        groups.setdefault(key, {})[identity] = row
    for key, members in groups.items():
        yield from _calls(key, list(members.values()), options)


def _keyed(all_rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Each row with the call it belongs to. Without ids a channel's name and the time have to do."""
    last: dict[str, tuple[str, datetime]] = {}
    nameless = []
    for row in all_rows:
        if row.linked or row.unique:
            yield row.linked or row.unique, row
        else:
            nameless.append(row)
    for row in sorted(nameless, key=lambda row: row.start):
        key, until = last.get(row.channel, ("", row.start))
        if not key or row.start > until + timedelta(seconds=2):
            key, until = f"{row.channel} {row.start:%Y%m%dT%H%M%S}", row.end
        last[row.channel] = (key, max(until, row.end))
        yield key, row


def _calls(key: str, group: list[Row], options: Options) -> Iterator[Evidence]:
    machines = {row.channel for row in group if voicemail(row.app)}
    callers: dict[str, list[Row]] = {}
    for row in group:
        if not row.channel.startswith("Local/") and (row.did or options.outside(row.context)):
            callers.setdefault(row.unique or row.channel, [])
    for row in group:
        # The caller's channel goes through many contexts (FreePBX ends in macro-vm): all of its rows are the call's.
        if (row.unique or row.channel) in callers:
            callers[row.unique or row.channel].append(row)
    if callers and not any(row.did for row in group):
        _only_first(callers, group, options)
    for unique, mine in callers.items():
        mine.sort(key=lambda row: (row.sequence, row.start))
        yield _call(key if len(callers) == 1 else unique, mine, machines)
    inside = [
        row for row in group if not callers and options.inside(row.context) and not row.channel.startswith("Local/")
    ]
    if inside:
        yield _inside(key, min(inside, key=lambda row: (row.sequence, row.start)), group)


def _only_first(callers: dict[str, list[Row]], group: list[Row], options: Options) -> None:
    """A call that a phone of the practice began stays inside, even when it goes on in a context where outside calls land."""
    first = min(group, key=lambda row: (row.start, row.sequence))
    phone = caller_number(first.src).kind == "extension" and first.context.startswith("ext-")
    if phone or options.inside(first.context):
        callers.clear()


def _call(key: str, mine: list[Row], machines: set[str]) -> Evidence:
    first = min(mine, key=lambda row: row.start)
    legs: dict[str, Leg] = {}
    hung_up: bool | None = None
    attendant = reached = False
    for row in mine:
        app = row.app.lower()
        result = RESULTS.get(row.disposition, Result.FAILED)
        if voicemail(row.app) and row.answer is not None:
            reached = True
        elif app in JOINING and row.dstchannel:
            leg = _leg(row, result, machines)
            if row.dstchannel not in legs or leg.result is Result.ANSWERED:
                legs[row.dstchannel] = leg
            hung_up = True if result is Result.CANCELED else False if hung_up else None
            attendant = attendant or (row.answer is not None and result is not Result.ANSWERED)
        elif app in JOINING:
            nobody = f"{app} {row.sequence}"
            queue = "queue" in app
            legs[nobody] = Leg(
                key=nobody,
                party=Party.QUEUE if queue else Party.HUMAN,
                result=Result.UNANSWERED if queue else Result.FAILED,
            )
            attendant = attendant or row.answer is not None
        else:
            attendant = attendant or row.answer is not None
    call = Call(
        key=key,
        line=next((row.did for row in mine if row.did), first.dst),
        caller=first.src,
        began=first.start,
        ended=max(row.end for row in mine),
        legs=tuple(legs.values()),
        caller_hung_up=hung_up or None,
        attendant_answered=attendant,
        voicemail_reached=reached,
    )
    return Evidence(call=call, unique=first.unique, channel=first.channel)


def _leg(row: Row, result: Result, machines: set[str]) -> Leg:
    party = Party.QUEUE if "queue" in row.app.lower() else Party.HUMAN
    if other_half(row.dstchannel) in machines or row.dstchannel in machines:
        party = Party.VOICEMAIL  # the 'phone' that answered was the mailbox
    answered = result is Result.ANSWERED
    talk = row.billsec if answered else 0
    return Leg(key=row.dstchannel, party=party, result=result, bridged=True if answered else None, talk=talk)


def _inside(key: str, first: Row, group: list[Row]) -> Evidence:
    """A call one of the practice's own phones placed: to another phone, or out."""
    inner = caller_number(first.dst).kind == "extension"
    call = Call(
        key=key,
        line=first.dst,
        caller=first.src,
        direction=Direction.INTERNAL if inner else Direction.OUTBOUND,
        began=first.start,
        ended=max(row.end for row in group),
    )
    return Evidence(call=call, unique=first.unique, channel=first.channel)
