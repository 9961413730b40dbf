"""Partitions by time. Ids are UUIDv7, so a range of ids is a range of months; a default partition catches the rest.

Each partition is walled like its parent, although the application role is granted the parent only.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ringback.store.tables import PARTITIONED


def first_id(at: datetime) -> str:
    """The smallest UUIDv7 of a moment."""
    millis = int(at.timestamp() * 1000)
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:]}-0000-0000-000000000000"


def month(at: datetime, ahead: int = 0) -> datetime:
    """The first moment (UTC) of the month `ahead` months after `at`."""
    place = at.year * 12 + at.month - 1 + ahead
    return datetime(place // 12, place % 12 + 1, 1, tzinfo=UTC)


def create(now: datetime, ahead: int = 3) -> str:
    """SQL that makes the partitions from this month to `ahead` months on; safe to run again."""
    lines = []
    for table in PARTITIONED:
        for step in range(ahead + 1):
            start, end = month(now, step), month(now, step + 1)
            name = f"{table}_{start:%Y_%m}"
            lines.append(
                f"create table if not exists {name} partition of {table} "
                f"for values from ('{first_id(start)}') to ('{first_id(end)}');"
            )
            lines.append(f"alter table {name} enable row level security;")
            lines.append(f"alter table {name} force row level security;")
        lines.append(f"create table if not exists {table}_rest partition of {table} default;")
        lines.append(f"alter table {table}_rest enable row level security;")
        lines.append(f"alter table {table}_rest force row level security;")
    return "\n".join(lines)
