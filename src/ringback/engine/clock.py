"""Case time. The edges ask `now()`; everything below takes it as an argument.

The demo's clock can be moved forward so that gates can be seen; that shifts case time only, never sessions, ids or
signatures, and only where `RINGBACK_DEMO=1`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """The moment it is for cases, in UTC."""
    return datetime.now(UTC) + _shift


def shift() -> timedelta:
    """How far the demo's clock was moved."""
    return _shift


def move(by: timedelta) -> None:
    """Set how far case time runs ahead of the real one (demo only)."""
    global _shift
    if by and os.environ.get("RINGBACK_DEMO") != "1":
        raise PermissionError("the clock can be moved in the demo only")
    _shift = by
