"""How often somebody may ask: token buckets in this process's memory, and whose address a request comes from.

A bucket holds `burst` and fills by `rate` a second. Nothing is shared between processes: with n server processes the
real limit is up to n times the written one, which is still a limit. The number of buckets is bounded, the one idle
longest goes first; an attacker with many addresses can so only forget other attackers. Time is the process's own
monotonic clock, never the demo's.
"""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` at once, then `a_second` on average."""

    burst: float
    a_second: float


class Buckets:
    """Buckets by key; safe between threads."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable, rate: Rate, cost: float = 1.0) -> float:
        """Take from a bucket: 0.0 when there was enough, else the seconds until there is. A refusal costs nothing."""
        now = self._clock()
        with self._lock:
            left, since = self._kept.pop(key, (rate.burst, now))
            left = min(rate.burst, left + (now - since) * rate.a_second)
            wait = 0.0 if left >= cost else (cost - left) / rate.a_second
            self._kept[key] = (left if wait else left - cost, now)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return wait

    def wait(self, key: Hashable, rate: Rate, cost: float = 1.0) -> float:
        """How long this key would have to wait, taking nothing."""
        now = self._clock()
        with self._lock:
            left, since = self._kept.get(key, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.a_second)
        return 0.0 if left >= cost else (cost - left) / rate.a_second

    def forget(self) -> None:
        """Start over (tests, and a test drive)."""
        with self._lock:
            self._kept.clear()


def proxies() -> frozenset[str]:
    """The addresses of our own proxies, from RINGBACK_PROXIES: only what these say about a visitor's address is believed."""
    return frozenset(one.strip() for one in os.environ.get("RINGBACK_PROXIES", "").split(",") if one.strip())


def visitor_address(client: str, forwarded: Iterable[str], trusted: frozenset[str]) -> str:
    """The address a request really comes from: the last of the chain that is not our own proxy.

    `forwarded` are the values of X-Forwarded-For in order; a visitor can write anything before the part our proxy adds.
    """
    if client not in trusted:
        return client
    chain = [hop.strip() for value in forwarded for hop in value.split(",") if hop.strip()]
    for hop in reversed(chain):
        if hop in trusted:
            continue
        try:
            return str(ipaddress.ip_address(hop.strip("[]")))
        except ValueError:
            return client
    return client


def whose(address: str) -> str:
    """What one visitor is counted by: an IPv4 address, or the /64 that a household of IPv6 addresses shares."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)
