"""`ringback doctor`: what is unsafe or missing here, each with its mend (C13, C82).

Exit 1 when something is to be mended, 0 when nothing is. With `--prod`, or where RINGBACK_ENV=production, production's
own rules are looked at too; `ringback serve` and `ringback work` ask the same there and do not start while a finding
that *refuses* stands. No finding repeats a secret or anything of a person.
"""

from __future__ import annotations

import argparse
import importlib
import ipaddress
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from ringback.store import providers

LOCAL = ("127.0.0.1", "localhost", "::1")
MADE_UP = ("changeme", "secret", "password", "django-insecure", "example", "default", "ringback")
MOST_SECONDS = 5.0
TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `refuses`: production does not start while it is not fine."""

    name: str
    fine: bool
    say: str
    refuses: bool = True


def is_production(environment: Mapping[str, str]) -> bool:
    """Whether this is a production installation."""
    return environment.get("RINGBACK_ENV", "").strip().lower() == "production"


def findings(environment: Mapping[str, str], *, production: bool, ntp: str = "") -> Iterator[Finding]:
    """Everything looked at, in order."""
    yield from _address(environment)
    yield from _secrets(environment)
    yield from _keys(environment, production)
    if production:
        yield from _mode(environment)
        yield from _outside(environment)
    from ringback import doctor_database

    yield from doctor_database.findings(environment.get("RINGBACK_DATABASE_URL", ""))
    if ntp:
        yield _by_ntp(ntp)


def refusals(environment: Mapping[str, str]) -> list[Finding]:
    """What keeps this installation from starting; empty outside production."""
    if not is_production(environment):
        return []
    return [one for one in findings(environment, production=True) if one.refuses and not one.fine]


def may_start(environment: Mapping[str, str], say: Callable[[str], None]) -> bool:
    """Whether `serve` and `work` may start here; says what is in the way."""
    standing = refusals(environment)
    if standing:
        say("ringback does not start in production while this stands:")
        for one in standing:
            say(f"  MEND  {one.say}")
        say("`ringback doctor` looks again.")
    return not standing


def _address(environment: Mapping[str, str]) -> Iterator[Finding]:
    url = environment.get("RINGBACK_PUBLIC_URL", "")
    yield Finding(
        name="public_url",
        fine=bool(url),
        say="RINGBACK_PUBLIC_URL is set"
        if url
        else "RINGBACK_PUBLIC_URL is not set: give the address the world uses, https://...",
    )
    parts = urlsplit(url)
    if url:
        https = parts.scheme == "https"
        yield Finding(
            name="https",
            fine=https,
            say="the public address is https"
            if https
            else "the public address is plain HTTP: put a TLS proxy in front and set RINGBACK_PUBLIC_URL=https://...",
        )
    hosts = [one.strip() for one in environment.get("RINGBACK_HOSTS", "").split(",") if one.strip()]
    wide = any(one == "*" or one.startswith(".") for one in hosts)
    named = not url or (parts.hostname or "") in (*hosts, *LOCAL)
    yield Finding(
        name="hosts",
        fine=named and not wide,
        say="RINGBACK_HOSTS takes any name: list the names this server has, and no more"
        if wide
        else "RINGBACK_HOSTS names the public address"
        if named
        else f"RINGBACK_HOSTS does not name the public address: add {parts.hostname}",
    )


def _secrets(environment: Mapping[str, str]) -> Iterator[Finding]:
    secret = environment.get("RINGBACK_SECRET_KEY", "")
    weak = len(secret) < 40 or len(set(secret)) < 12 or any(word in secret.lower() for word in MADE_UP)
    yield Finding(
        name="secret_key",
        fine=not weak,
        say="RINGBACK_SECRET_KEY is set"
        if not weak
        else "RINGBACK_SECRET_KEY is missing, short or made up: set 40 or more random characters, the same for every "
        "process (python3 -c 'import secrets; print(secrets.token_urlsafe(48))')",
    )


def _keys(environment: Mapping[str, str], production: bool) -> Iterator[Finding]:
    place = environment.get("RINGBACK_KEYS", "")
    name = environment.get("RINGBACK_KEY_FILE", "") or (
        place.removeprefix("file:") if place.startswith("file:") else ""
    )
    if place and not name:
        scheme = place.split(":", 1)[0]
        plain = place.removeprefix(f"{scheme}:").startswith("http://")
        yield Finding(
            name="keys",
            fine=not plain,
            say="the key service is asked in plain HTTP: use its https address"
            if plain
            else f"keys are kept by a key service ({scheme})",
        )
        return
    file = Path(name)
    if not name or not file.is_file():
        yield Finding(
            name="keys", fine=False, say="RINGBACK_KEY_FILE is missing: make one with `ringback keys create FILE`"
        )
        return
    shut = not stat.S_IMODE(file.stat().st_mode) & 0o077
    yield Finding(
        name="key_file",
        fine=shut,
        say="the key file is closed to others" if shut else f"the key file can be read by others: chmod 600 {file}",
    )
    if production:
        known = environment.get(providers.ACCEPTED, "") == providers.fingerprint(file)
        yield Finding(
            name="key_file_accepted",
            fine=known,
            say="a key file on this machine was accepted"
            if known
            else "keys lie in a file on this machine: use a key service (RINGBACK_KEYS), or accept that whoever copies "
            f"this disk has the keys, with {providers.ACCEPTED}={providers.fingerprint(file)}",
        )


def _mode(environment: Mapping[str, str]) -> Iterator[Finding]:
    demo = environment.get("RINGBACK_DEMO", "") not in ("", "0") or "demo" in environment.get(
        "DJANGO_SETTINGS_MODULE", ""
    )
    yield Finding(
        name="demo",
        fine=not demo,
        say="this is no demo" if not demo else "the demo's mode is on: unset RINGBACK_DEMO and DJANGO_SETTINGS_MODULE",
    )
    debug = sys.flags.dev_mode or environment.get("PYTHONASYNCIODEBUG", "") not in ("", "0")
    module = environment.get("DJANGO_SETTINGS_MODULE", "ringback.settings")
    try:
        debug = debug or bool(getattr(importlib.import_module(module), "DEBUG", False))
    except ImportError:
        debug = True
    yield Finding(
        name="debug",
        fine=not debug,
        say="debugging is off"
        if not debug
        else "debugging is on, which shows values in errors: unset PYTHONDEVMODE and PYTHONASYNCIODEBUG, use "
        "ringback.settings",
    )
    owner = bool(environment.get("RINGBACK_OWNER_URL", ""))
    yield Finding(
        name="owner_url",
        fine=not owner,
        refuses=False,
        say="the owner's database address is not in this environment"
        if not owner
        else "RINGBACK_OWNER_URL is set here: it is for `ringback migrate` only; keep it from servers and workers",
    )


def _outside(environment: Mapping[str, str]) -> Iterator[Finding]:
    proxies = [one.strip() for one in environment.get("RINGBACK_PROXIES", "").split(",") if one.strip()]
    bad = [one for one in proxies if not _is_address(one)]
    if bad:
        say = "RINGBACK_PROXIES must list single IP addresses of your own proxies: anybody else could claim any address"
    elif not proxies:
        say = (
            "RINGBACK_PROXIES is not set: behind a proxy all visitors look like one, and limits hit everybody at once; "
            "give the proxy's address and let it set X-Forwarded-For"
        )
    else:
        say = "the proxies whose word is taken are named"
    yield Finding(name="proxies", fine=bool(proxies) and not bad, refuses=bool(bad), say=say)
    wide = []
    for one in environment.get("RINGBACK_INSIDE", "").split(","):
        try:
            network = ipaddress.ip_network(one.strip(), strict=False)
        except ValueError:
            continue
        if network.num_addresses > 256 or network.overlaps(LINK_LOCAL[network.version]):
            wide.append(one)
    yield Finding(
        name="inside",
        fine=not wide,
        say="what may be reached inside is narrow"
        if not wide
        else "RINGBACK_INSIDE opens whole networks to every address somebody types: name the hosts one by one",
    )


LINK_LOCAL = {4: ipaddress.ip_network("169.254.0.0/16"), 6: ipaddress.ip_network("fe80::/10")}


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def is_remote(dsn: str) -> bool:
    """Whether a database is reached over a network."""
    place = conninfo_to_dict(dsn)
    host = str(place.get("hostaddr") or place.get("host") or "")
    return bool(host) and not all(one.startswith("/") or one in LOCAL for one in host.split(","))


def _by_ntp(server: str) -> Finding:
    """This machine's clock against a time server (SNTP, RFC 4330)."""
    import socket
    import struct

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.settimeout(3)
            before = time.time()
            one.sendto(b"\x23" + 47 * b"\0", (server, 123))
            said, _ = one.recvfrom(128)
        whole, part = struct.unpack("!II", said[40:48])
        gap = abs((whole - 2_208_988_800 + part / 2**32) - (before + time.time()) / 2)
    except (OSError, struct.error):
        return Finding(name="ntp", fine=False, refuses=False, say=f"the time server {server} did not answer")
    fine = gap < MOST_SECONDS
    say = "the time server agrees" if fine else f"the clock is off by {gap:.0f} s: set up NTP (chrony or timesyncd)"
    return Finding(name="ntp", fine=fine, say=say)


def doctor_main(argv: list[str]) -> int:
    """Print each finding; 0 when all is fine."""
    parser = argparse.ArgumentParser(prog="ringback doctor")
    parser.add_argument("--prod", action="store_true", help="look as production does")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--ntp", default="", metavar="HOST", help="compare the clock with this time server too")
    options = parser.parse_args(argv)
    production = options.prod or is_production(os.environ)
    found = list(findings(os.environ, production=production, ntp=options.ntp))
    bad = [one for one in found if not one.fine]
    if options.json:
        print(json.dumps({"production": production, "mend": len(bad), "findings": [asdict(one) for one in found]}))
        return 1 if bad else 0
    for one in found:
        print(f"{'ok  ' if one.fine else 'MEND'}  {one.say}")
    print(f"\n{'Nothing to mend.' if not bad else f'{len(bad)} to mend before real patients.'}")
    return 1 if bad else 0
