"""What a clinic may say about its Asterisk when its records are read: contexts, channels, the zone of its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ringback.adapters.contract import NotUnderstood

INBOUND = (
    "from-trunk*,from-pstn*,from-did*,ext-did*,from-analog*,from-digital*,from-dahdi*,from-zaptel*,from-sip-external*,"
    "from-outside*,from-external*,incoming*,inbound*,ext-group*,ext-queues*,ivr-*,app-daynight*,timeconditions*"
)
INTERNAL = "from-internal*,from-inside*,internal*"

HINTS: Mapping[str, str] = {
    "inbound-contexts": "dialplan contexts in which outside calls begin, with * and commas (default from-trunk*,from-pstn*,...)",
    "internal-contexts": "contexts in which the practice's own phones begin calls (default from-internal*)",
    "time-zone": "the zone of the server's clock, e.g. America/New_York (default: told from the channels' ids, else UTC)",
    "cel-columns": "names of the columns of a CEL file, with commas, when cel_custom.conf has its own",
    "assume-textable": "yes: made-up numbers (+1 555 01xx) count as phones that can be texted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one reading."""

    inbound: tuple[str, ...]
    internal: tuple[str, ...]
    zone: ZoneInfo | None = None
    cel_columns: tuple[str, ...] = ()

    def inside(self, context: str) -> bool:
        """Whether calls of the practice's own phones begin in this context."""
        return bool(context) and _fits(context, self.internal)

    def outside(self, context: str) -> bool:
        """Whether calls from outside begin in this context."""
        return bool(context) and _fits(context, self.inbound)


@lru_cache(maxsize=4096)
def _fits(context: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(context.lower(), pattern) for pattern in patterns)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def options(given: Mapping[str, str]) -> Options:
    """The options as values. Raises `NotUnderstood` for one that is unknown or makes no sense, naming those there are."""
    for name in given:
        if name not in HINTS:
            raise NotUnderstood(f"asterisk has no option {name!r}; it has {', '.join(HINTS)}")
    zone = None
    if name := given.get("time-zone", "").strip():
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise NotUnderstood(f"time-zone {name!r} is unknown; use a name such as America/New_York") from None
    return Options(
        inbound=_list(given.get("inbound-contexts", "") or INBOUND),
        internal=_list(given.get("internal-contexts", "") or INTERNAL),
        zone=zone,
        cel_columns=_list(given.get("cel-columns", "")),
    )
