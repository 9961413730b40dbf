"""Twilio's request signature: base64(HMAC-SHA1(auth token, URL + sorted parameters)), checked on the configured URL.

https://www.twilio.com/docs/usage/security. The scheme has no timestamp, so replays are stopped by idempotency, not here.
The URL is tried with and without its port, as Twilio's own validator does; a JSON body is bound by bodySHA256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ringback.adapters.contract import NotGenuine, NotUnderstood, Request

FORM = "application/x-www-form-urlencoded"
PORTS = {"https": 443, "http": 80}


@lru_cache(maxsize=64)
def parse_form(text: str) -> Mapping[str, list[str]]:
    """A form with blank values kept (a blank parameter is signed too) and every value of a name.

    The last few are kept: one request is looked at for its signature, its key and its meaning.
    """
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=400):
        found.setdefault(name, []).append(value)
    return found


def params(request: Request) -> dict[str, str]:
    """The parameters of a message, from the body or, for GET, from the query. Raises `NotUnderstood`."""
    try:
        text = request.body.decode("utf-8") if request.method == "POST" else urlsplit(request.url).query
        return {name: values[-1] for name, values in parse_form(text).items()}
    except ValueError:
        raise NotUnderstood("the form cannot be read") from None


def expected(token: str, url: str, form: Mapping[str, list[str]]) -> str:
    """The signature of this URL and these parameters; several values of one name are sorted and counted once."""
    parts = [url]
    for name in sorted(form):
        values = form[name]
        if len(values) == 1:
            parts.append(name + values[0])
        else:
            parts.extend(name + value for value in sorted(set(values)))
    digest = hmac.digest(token.encode(), "".join(parts).encode("utf-8", "surrogatepass"), "sha1")
    return base64.b64encode(digest).decode()


def _forms_of(url: str) -> list[str]:
    """The URL as configured, and with or without the port of its scheme."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return [url]
    if port is None and parts.scheme in PORTS:
        other = parts._replace(netloc=f"{parts.netloc}:{PORTS[parts.scheme]}")
    elif port is not None:
        other = parts._replace(netloc=parts.netloc.rsplit(":", 1)[0])
    else:
        return [url]
    return [url, urlunsplit(other)]


def verify(request: Request, token: str) -> None:
    """Raise `NotGenuine` unless the signature header matches; never any other exception."""
    given = request.headers.get("x-twilio-signature", "")
    if not given or not token:
        raise NotGenuine("no signature")
    url = request.url.partition("#")[0]
    form: Mapping[str, list[str]] = {}
    kind = request.headers.get("content-type", "")
    try:
        if request.method == "POST" and (kind.startswith(FORM) or not kind):
            form = parse_form(request.body.decode("utf-8"))
        elif request.body and not _body_matches(url, request.body):
            raise NotGenuine("the body is not the one that was signed")
    except ValueError:
        raise NotGenuine("the body cannot be read") from None
    if not given.isascii():
        raise NotGenuine("wrong signature")
    for candidate in _forms_of(url):
        if hmac.compare_digest(expected(token, candidate, form), given):
            return
    raise NotGenuine("wrong signature")


def _body_matches(url: str, body: bytes) -> bool:
    digest = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256", "")
    return bool(digest) and digest.isascii() and hmac.compare_digest(hashlib.sha256(body).hexdigest(), digest.lower())
