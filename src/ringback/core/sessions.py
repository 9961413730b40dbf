"""When a session is over, and what counts as using it (C6, C7). Moments are the machine's own time.

A session ends when nobody used it for its idle time, unless its screen was locked before, and at its absolute end whatever
happens. What a page asks by itself is no use. A factor that was shown counts for dangerous acts for five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["live", "idle", "over", "locked", "ended"]
IDLE, ABSOLUTE = timedelta(minutes=15), timedelta(hours=12)
KIOSK_IDLE, KIOSK_ABSOLUTE = timedelta(minutes=5), timedelta(hours=8)
MOST = 3
FRESH = timedelta(minutes=5)
# The page says so this long before an idle session ends.
WARNING = timedelta(seconds=60)
# Wrong tries to unlock or to show a factor again, after which the session ends.
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The moments of one session."""

    begun: datetime
    seen: datetime
    shown: datetime
    kiosk: bool = False
    locked: bool = False
    ended: bool = False
    # An emergency session ends with its emergency.
    until: datetime | None = None

    @property
    def idle_ends(self) -> datetime:
        """When it ends if nobody uses it."""
        return self.seen + (KIOSK_IDLE if self.kiosk else IDLE)

    @property
    def ends(self) -> datetime:
        """When it ends whatever happens."""
        end = self.begun + (KIOSK_ABSOLUTE if self.kiosk else ABSOLUTE)
        return end if self.until is None else min(end, self.until)


def state(one: Moments, now: datetime) -> State:
    """How a session stands now."""
    if one.ended:
        return "ended"
    if now > one.ends:
        return "over"
    if one.locked:
        # Nobody gets on without a factor, which is what the idle time is for.
        return "locked"
    return "idle" if now > one.idle_ends else "live"


def fresh(shown: datetime, now: datetime) -> bool:
    """Whether the factor shown then still counts for a dangerous act."""
    return now - shown <= FRESH
