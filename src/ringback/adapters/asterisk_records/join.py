"""From a practice's files to its calls: each file is read by its kind, and the kinds' words on one call are joined.

Channel events outweigh call records, which miss calls and call machines answered; a call record still names what the
events leave out. The queue log adds who took a queued call, an envelope the length of its message. A call that only one
kind knows is told by that kind alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ringback.adapters.asterisk_records import cdr, cel, envelope, queue_log
from ringback.adapters.asterisk_records.evidence import Evidence
from ringback.adapters.asterisk_records.lines import CDR, CEL, ENVELOPE, QUEUE, table
from ringback.adapters.asterisk_records.options import options
from ringback.core.calls import Call, merge

SLACK = timedelta(seconds=5)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Calls(list[Call]):
    """Calls in order of `began`; `notes` say in plain words what could not be read, `kinds` which records there were."""

    def __init__(self, calls: Iterable[Call], notes: tuple[str, ...], kinds: frozenset[str]) -> None:
        super().__init__(calls)
        self.notes = notes
        self.kinds = kinds


def read(texts: Iterable[tuple[str, str]], given: Mapping[str, str]) -> Calls:
    """Whole calls from (file name, text) pairs. Raises `NotUnderstood` for a file that is no record of Asterisk."""
    chosen = options(given)
    rows: list[cdr.Row] = []
    events: list[cel.Event] = []
    entries: list[tuple[str, ...]] = []
    messages: list[Evidence] = []
    notes: list[str] = []
    kinds: set[str] = set()
    for name, text in texts:
        found = table(name, text)
        more: list[str] = []
        if found.kind == CDR:
            new_rows, more = cdr.rows(found, chosen)
            rows += new_rows
        elif found.kind == CEL:
            new_events, more = cel.events(found, chosen)
            events += new_events
        elif found.kind == QUEUE:
            new_entries, more = queue_log.entries(found)
            entries += new_entries
        elif found.kind == ENVELOPE:
            messages.append(envelope.evidence(name, found))
        if found.kind:
            kinds.add(found.kind)
        notes += found.notes
        notes += [f"{name}: {note}" for note in more]
    joined = _join(list(cdr.evidence(rows, chosen)), list(cel.evidence(events, chosen)))
    joined = _queued(joined, list(queue_log.evidence(entries)))
    joined = _messages(joined, messages)
    calls = sorted((one.call for one in joined), key=lambda call: (call.began or EARLIEST, call.key))
    if (rows or events) and not calls:
        contexts = sorted(({row.context for row in rows} | {event.context for event in events}) - {""})
        notes.append(
            "no call from outside was found; say where they begin with --option inbound-contexts=... "
            f"(contexts in these files: {', '.join(contexts[:12]) or 'none'})"
        )
    return Calls(calls, tuple(notes), frozenset(kinds))


def _join(records: list[Evidence], events: list[Evidence]) -> list[Evidence]:
    """Call records and channel events of the same caller's channel become one; whole events decide alone."""
    by_unique = {one.unique: one for one in records if one.unique}
    by_key = {one.call.key: one for one in records}
    used: set[int] = set()
    joined = []
    for event in events:
        record = by_unique.get(event.unique) or by_key.get(event.call.key)
        if record is None:
            joined.append(event)
            continue
        used.add(id(record))
        if event.whole:
            call = replace(
                event.call,
                line=event.call.line or record.call.line,
                caller=event.call.caller or record.call.caller,
            )
        else:
            call = merge(replace(record.call, key=event.call.key), event.call)
        joined.append(replace(event, call=call))
    return joined + [one for one in records if id(one) not in used]


def _queued(joined: list[Evidence], queued: list[Evidence]) -> list[Evidence]:
    by_unique = {one.unique: place for place, one in enumerate(joined)}
    for one in queued:
        place = by_unique.get(one.unique)
        if place is None:
            joined.append(one)
            continue
        known = joined[place].call
        more = replace(one.call, key=known.key, line="", ended=None if known.ended is None else one.call.ended)
        joined[place] = replace(joined[place], call=merge(known, more))
    return joined


def _messages(joined: list[Evidence], messages: list[Evidence]) -> list[Evidence]:
    """An envelope belongs to the call that was on its channel at that moment."""
    by_channel: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(joined):
        if one.channel:
            by_channel[one.channel].append(place)
    for message in messages:
        left = message.call.began or EARLIEST
        for place in by_channel.get(message.channel, ()):
            known = joined[place].call
            began, ended = known.began or EARLIEST, known.ended
            if began - SLACK <= left and (ended is None or left <= ended + SLACK):
                call = replace(
                    known,
                    voicemail_seconds=max(message.call.voicemail_seconds or 0, known.voicemail_seconds or 0),
                    voicemail_reached=True,
                )
                joined[place] = replace(joined[place], call=call)
                break
        else:
            joined.append(message)
    return joined
