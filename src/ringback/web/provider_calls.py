"""What the server itself asks a provider of single sign-on: only at addresses `outside` lets through, and no redirects (C77).

The name is looked up and judged where the connection is made, so that it cannot change in between; the certificate is
checked against the name. Proxies of the environment are not used: they would go round the guard.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from ringback.engine import outside

SECONDS = 5.0
# A provider's description and keys are small; whatever is larger is not read to its end.
LARGEST = 512 * 1024


class Refused(requests.RequestException):
    """The provider may not be asked, or what it says is not usable; the text names no address."""


def _connected(scheme: str, host: str, port: int | None) -> Any:
    shown = f"[{host}]" if ":" in host else host
    try:
        return outside.connect(outside.check_url(f"{scheme}://{shown}:{port}"), SECONDS)
    except outside.NotAllowed as wrong:
        raise Refused(str(wrong)) from None


class _Plain(HTTPConnection):
    def _new_conn(self) -> Any:
        return _connected("http", self.host, self.port)


class _Tls(HTTPSConnection):
    def _new_conn(self) -> Any:
        return _connected("https", self.host, self.port)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


class _Guarded(HTTPAdapter):
    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def send(self, request: requests.PreparedRequest, *words: Any, **more: Any) -> requests.Response:
        try:
            outside.shape(str(request.url))
        except outside.NotAllowed as wrong:
            raise Refused(str(wrong)) from None
        return super().send(request, *words, **more)


class Session(requests.Session):
    """A session of `requests` behind the guard; an answer of more than `largest` bytes is refused."""

    def __init__(self, largest: int = LARGEST) -> None:
        super().__init__()
        self.largest = largest
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Guarded(max_retries=0))

    def request(self, method: str, url: str, **more: Any) -> requests.Response:  # type: ignore[override]
        """One request and its whole answer. Raises `requests.RequestException` for everything that goes wrong."""
        more |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        answer = super().request(method, url, **more)
        body = b""
        for piece in answer.iter_content(16 * 1024):
            body += piece
            if len(body) > self.largest:
                answer.close()
                raise Refused("the provider's answer is too large")
        answer._content = body
        if answer.is_redirect:
            raise Refused("the provider leads elsewhere")
        return answer
