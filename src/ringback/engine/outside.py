"""Where the server may connect to: public addresses over TLS, and nothing of the inside, however it is written (C77).

A clinic types addresses (a chat webhook, an SMTP host, a carrier's address, an identity provider), and whoever may type
one could point the server at the machine's own services or the cloud's metadata. The rule: a name is looked up once,
every address it has must be public, and the connection goes to an address that was looked at (so that a name cannot
change in between); plain HTTP, redirects and credentials in an address are refused.

What a clinic itself runs inside is allowed by name: RINGBACK_INSIDE, hosts, addresses or networks separated by commas.
The demo may reach its own machine. An address of the cloud's metadata service is never allowed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Metadata services of the clouds; some stand on addresses that are no link-local ones.
METADATA = frozenset(
    ipaddress.ip_address(one)
    for one in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")
)
# IPv6 networks that carry an IPv4 address inside: the inner one counts.
CARRIERS = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
)
NEVER = tuple(ipaddress.ip_network(one) for one in ("64:ff9b:1::/48", "2001::/32", "100.64.0.0/10", "fec0::/10"))
NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
LONGEST = 2048


class NotAllowed(Exception):
    """This address may not be connected to; the text says why, and never repeats the address itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A host as it was looked up: connect to one of `addresses`, ask for `host`."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    inside: bool


def _listed() -> tuple[frozenset[str], tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]]:
    """What may be reached inside: names, and networks."""
    names, networks = set(), []
    for one in os.environ.get("RINGBACK_INSIDE", "").lower().split(","):
        word = one.strip()
        if not word:
            continue
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            names.add(word.rstrip("."))
    if os.environ.get("RINGBACK_DEMO") == "1":
        networks += [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]
    return frozenset(names), tuple(networks)


def plain(address: str) -> Address:
    """An address with whatever carries it taken off: ::ffff:127.0.0.1 and 64:ff9b::7f00:1 are 127.0.0.1."""
    found: Address = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        for network, shift in CARRIERS:
            if found in network and int(found) > 1:
                return ipaddress.IPv4Address(int(found) >> shift & 0xFFFF_FFFF)
    return found


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet."""
    found = plain(address)
    if found in METADATA or any(found.version == one.version and found in one for one in NEVER):
        return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_private or found.is_loopback or found.is_link_local
    )


def allowed(host: str, addresses: tuple[str, ...]) -> bool:
    """Whether the host is inside and listed as such. Raises `NotAllowed` where it may not be reached at all."""
    if not addresses:
        raise NotAllowed("the name has no address")
    if any(plain(one) in METADATA or plain(one).is_link_local for one in addresses):
        raise NotAllowed("the address is the machine's metadata service or link-local; that is never allowed")
    if all(is_public(one) for one in addresses):
        return False
    names, networks = _listed()
    for one in addresses:
        found = plain(one)
        listed = host in names or any(found.version == net.version and found in net for net in networks)
        if not is_public(one) and not listed:
            raise NotAllowed(
                "the address is inside this network; if it is meant, name the host in RINGBACK_INSIDE and start again"
            )
    return True


def shape(url: str, *, schemes: tuple[str, ...] = ("https", "http")) -> tuple[str, str, int]:
    """(scheme, host, port) of an address, read strictly and without looking anything up. Raises `NotAllowed`."""
    if len(url) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 or sign == "\\" for sign in url):
        raise NotAllowed("the address has blanks, control characters or backslashes in it, or is too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("the address cannot be read") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in schemes:
        raise NotAllowed(f"the address has to begin with {schemes[0]}://")
    if parts.scheme in ("http", "https") and (parts.username is not None or parts.password is not None):
        raise NotAllowed("an address may carry no name or password")
    if port == 0:
        raise NotAllowed("port 0 is no port")
    return (
        parts.scheme,
        _host(host),
        port or {"http": 80, "https": 443, "smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
    )


def _host(host: str) -> str:
    """A host name or address in its one plain way of writing."""
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise NotAllowed("the address has no usable host") from None
    if not host or len(host) > 253 or NAME.fullmatch(host) is None:
        raise NotAllowed("the address has no usable host")
    name = host.rstrip(".")
    last = name.rsplit(".", 1)[-1]
    # 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1 to the system's resolver: only the plain way is taken.
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise NotAllowed("write the IP address the usual way, or a name") from None
    return name


def _place(scheme: str, host: str, port: int, found: list[Any]) -> Place:
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    inside = allowed(host, addresses)
    if scheme in ("http", "smtp") and not inside:
        raise NotAllowed(
            "the way there is not encrypted: use " + ("https" if scheme == "http" else "smtps or smtp+tls")
        )
    return Place(scheme=scheme, host=host, port=port, addresses=addresses, inside=inside)


def check_url(url: str, *, schemes: tuple[str, ...] = ("https", "http")) -> Place:
    """Look an address up and say where to connect. Raises `NotAllowed`. For set-up pages and for code in threads."""
    scheme, host, port = shape(url, schemes=schemes)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotAllowed("the name is not known") from None
    return _place(scheme, host, port, found)


async def look_up(scheme: str, host: str, port: int) -> Place:
    """As `check_url`, without blocking, for the one socket. A name that cannot be looked up raises `OSError`."""
    host = _host(host.lower())
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise NotAllowed("the name is not known") from None
    return _place(scheme, host, port, found)


def connect(place: Place, timeout: float | None) -> socket.socket:
    """A plain connection to an address that was looked at."""
    wrong: OSError | None = None
    for address in place.addresses:
        try:
            return socket.create_connection((address, place.port), timeout)
        except OSError as failed:
            wrong = failed
    raise wrong or OSError("no address")


class Smtp(smtplib.SMTP):
    """SMTP to a place that was looked at; TLS from the first byte for smtps, by STARTTLS for smtp+tls, both verified."""

    def __init__(self, place: Place, timeout: float = 10) -> None:
        self._place = place
        self._tls = ssl.create_default_context()
        super().__init__(timeout=timeout)
        # The certificate is checked against the name that was typed.
        self._host = place.host
        code, _ = self.connect(place.host, place.port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, "the server did not greet")
        if place.scheme == "smtp+tls":
            self.starttls(context=self._tls)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = connect(self._place, timeout)
        if self._place.scheme == "smtps":
            return self._tls.wrap_socket(raw, server_hostname=self._place.host)
        return raw
