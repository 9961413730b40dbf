"""A voicemail's text file (msgNNNN.txt): who left it on which channel, when, and how long it is.

A message that was cut off leaves a file of no length: the caller reached voicemail, but nothing was said.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ringback.adapters.asterisk_records.evidence import Evidence
from ringback.adapters.asterisk_records.lines import Table
from ringback.adapters.contract import NotUnderstood
from ringback.core.calls import Call

BRACKETS = re.compile(r"<([^>]*)>\s*$")


def evidence(name: str, table: Table) -> Evidence:
    """What one message says of its call. Raises `NotUnderstood` when it does not say when it was left."""
    values: dict[str, str] = {}
    for line in table.text.splitlines():
        key, found, value = line.partition("=")
        if found and not line.lstrip().startswith(";"):
            values[key.strip().lower()] = value.strip()
    try:
        left = datetime.fromtimestamp(int(values.get("origtime", "")), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotUnderstood(f"{name} does not say when the message was left (origtime)") from None
    duration = values.get("duration", "")
    seconds = int(duration) if duration.isascii() and duration.isdigit() else None
    written = values.get("callerid", "")
    inner = BRACKETS.search(written)
    channel = values.get("callerchan", "")
    call = Call(
        key=f"voicemail {values.get('msg_id') or values['origtime']} {channel}".strip(),
        line=values.get("exten", "") or values.get("origmailbox", ""),
        caller=inner[1] if inner else written.strip('"'),
        began=left,
        ended=left + timedelta(seconds=seconds or 0),
        voicemail_seconds=seconds,
        voicemail_reached=True,
    )
    return Evidence(call=call, channel=channel, whole=False)
