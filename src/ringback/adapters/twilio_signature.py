"""Twilio's request signature: base64(HMAC-SHA1(auth token, URL + sorted parameters)), checked on the configured URL.

https://www.twilio.com/docs/usage/security. The scheme has no timestamp, so replays are stopped by idempotency, not here.
The URL is tried with and without its port, as Twilio's own validator does; a body that is no form is bound by
bodySHA256. This runs for every message of every practice: a form is cut once and remembered for the reader that follows.
"""

from __future__ import annotations

import hashlib
import hmac
from binascii import b2a_base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from ringback.adapters.contract import NotGenuine, NotUnderstood, Request

FORM = "application/x-www-form-urlencoded"
PORTS = {"https": 443, "http": 80}
MOST_FIELDS = 400
RETRY = "#rc=3&rp=5xx,ct,rt"
"""The end of every callback address we give to Twilio (decision 22): without it a 5xx of ours is never repeated. A fragment
is not part of what is signed."""

PLAIN = (("+", " "), ("%2B", "+"), ("%3A", ":"), ("%2C", ","), ("%2F", "/"))
"""The escapes that nearly every message has. None of them divides fields, and an escape always begins with %, so they may
be undone in the whole text at once; the rest, %25 among them, is undone in each value."""


def parse_form(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """A form, blank values kept (a blank parameter is signed too): the last value of each name, and all values of those
    names that came more than once. Raises ValueError for more than MOST_FIELDS fields."""
    if text.count("&") >= MOST_FIELDS:
        raise ValueError("too many fields")
    for escape, letter in PLAIN:
        if escape in text:
            text = text.replace(escape, letter)
    escaped = "%" in text
    pairs = text.split("&")
    if not escaped:
        try:
            plain = dict([pair.split("=", 1) for pair in pairs])
        except ValueError:
            plain = {}  # a field without = sign
        if len(plain) == len(pairs):
            return plain, {}
    found: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if escaped and "%" in pair:
            name, value = unquote(name), unquote(value)
        if name in found:
            several.setdefault(name, [found[name]]).append(value)
        elif not name and not equals:
            continue
        found[name] = value
    return found, several


Form = tuple[dict[str, str], dict[str, list[str]]]


@lru_cache(maxsize=64)
def _form(body: bytes) -> Form:
    return parse_form(body.decode("utf-8"))


@lru_cache(maxsize=64)
def _query(url: str) -> Form:
    return parse_form(urlsplit(url).query)


def params(request: Request) -> Mapping[str, str]:
    """The parameters of a message, from the body or, for GET, from the query. Raises `NotUnderstood`."""
    try:
        return (_form(request.body) if request.method == "POST" else _query(request.url))[0]
    except ValueError:
        raise NotUnderstood("the form cannot be read") from None


def expected(token: str, url: str, form: Form) -> str:
    """The signature of this URL and these parameters; several values of one name are sorted and counted once."""
    return _signature(token, url, _signed(form))


@lru_cache(maxsize=1024)
def _pads(token: str) -> tuple[Any, Any]:
    """The two halves of HMAC that depend on the key alone, ready to be copied."""
    key = token.encode("utf-8", "surrogatepass")
    key = (hashlib.sha1(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return hashlib.sha1(bytes(x ^ 0x36 for x in key)), hashlib.sha1(bytes(x ^ 0x5C for x in key))


def _signature(token: str, url: str, signed: str) -> str:
    inner, outer = _pads(token)
    first, second = inner.copy(), outer.copy()
    first.update((url + signed).encode("utf-8", "surrogatepass"))
    second.update(first.digest())
    return b2a_base64(second.digest(), newline=False).decode()


def _signed(form: Form) -> str:
    found, several = form
    if not several:
        return "".join([name + found[name] for name in sorted(found)])
    parts = []
    for name in sorted(found):
        for value in sorted(set(several[name])) if name in several else (found[name],):
            parts.append(name + value)
    return "".join(parts)


@lru_cache(maxsize=4096)
def _other_form(url: str) -> str | None:
    """The URL with the port of its scheme where it has none, and without its port where it has one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if port is not None:
        return urlunsplit(parts._replace(netloc=parts.netloc.rsplit(":", 1)[0]))
    if parts.scheme in PORTS:
        return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{PORTS[parts.scheme]}"))
    return None


def verify(request: Request, token: str) -> None:
    """Raise `NotGenuine` unless the signature header matches; never any other exception."""
    given = request.headers.get("x-twilio-signature")
    if not given or not token or not given.isascii():
        raise NotGenuine("no signature")
    url = request.url.partition("#")[0]
    signed = ""
    try:
        if request.method == "POST" and _is_form(request.headers.get("content-type", "")):
            signed = _signed(_form(request.body))
        elif request.body and not _body_matches(url, request.body):
            raise NotGenuine("the body is not the one that was signed")
    except ValueError:
        raise NotGenuine("the body cannot be read") from None
    if hmac.compare_digest(_signature(token, url, signed), given):
        return
    other = _other_form(url)
    if other is None or not hmac.compare_digest(_signature(token, other, signed), given):
        raise NotGenuine("wrong signature")


def _is_form(kind: str) -> bool:
    return not kind or kind.startswith(FORM) or kind.lower().startswith(FORM)


def _body_matches(url: str, body: bytes) -> bool:
    digest = _query(url)[0].get("bodySHA256", "")
    return digest.isascii() and hmac.compare_digest(hashlib.sha256(body).hexdigest(), digest.lower())
