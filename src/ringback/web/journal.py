"""What the door writes into the audit log: every request to a page, who asked, which records were opened, how it ended.

A change is written down before its view runs, a view before its answer leaves: what cannot be written is not done and not
shown. An entry goes to the log in the database, else to the file beside it (`RINGBACK_AUDIT_SPOOL`); pages with patients
are refused when neither takes it (C24). A live page that shows the same records again is written down every ten minutes,
not every second.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg
from django.db import connection as django_connection
from django.http import HttpRequest
from django.urls import ResolverMatch

from ringback.core.audit import Entry
from ringback.store import access, spool
from ringback.web.routes import Route

log = logging.getLogger("ringback.audit")
# The chain of the installation itself: what happens before anybody's practice is known.
HOUSE = 0
SHOWN_MOST = 100
SAME_AGAIN = 600.0
# Records that are somebody's; texts and calls belong to a case, which is named.
NAMED = ("cases", "person")


def entry(request: HttpRequest, route: Route, match: ResolverMatch, **more: Any) -> Entry:
    """The entry of this request, without its outcome."""
    visitor = getattr(request, "visitor", None)
    act = "view" if route.act == "change" and request.method in ("GET", "HEAD", "OPTIONS") else route.act
    values: dict[str, Any] = {
        "practice": visitor.practice if visitor is not None else _practice(match),
        "act": act,
        "what": match.url_name or "",
        "object": _object(match.kwargs),
        "by": visitor.by if visitor is not None else "anybody",
        "role": visitor.role if visitor is not None else "",
        "source": "page",
        "request": getattr(request, "number", ""),
        "detail": {"method": request.method},
    }
    if getattr(visitor, "glass", None) is not None:
        values["detail"]["class"] = "breakglass"
    detail = more.pop("detail", {})
    values["detail"] |= detail
    return Entry(**(values | more))


def _practice(match: ResolverMatch) -> int:
    told = match.kwargs.get("practice", HOUSE)
    return int(told) if 0 <= int(told) < 2**31 else HOUSE


def _object(given: Mapping[str, Any]) -> str:
    """What a request is about: ids as they are, a token by its digest only, anything else by its name."""
    told = []
    for name, value in given.items():
        if name == "practice":
            continue
        if name == "token":
            value = hashlib.sha256(str(value).encode()).hexdigest()[:16]
        told.append(f"{name.removesuffix('_id')}:{str(value)[:60]}")
    return " ".join(told).replace("\0", "")


def keep(one: Entry) -> bool:
    """Write an entry to the first sink that takes it. False when none does.

    A stranger who makes a practice up writes into the chain of the installation, and begins none.
    """
    try:
        if one.by == "anybody" and one.practice != HOUSE and not _is_there(one.practice):
            one = replace(one, practice=HOUSE)
        with access.practice(one.practice) as rows:
            rows.entries.append(one)
        return True
    except psycopg.Error as wrong:
        log.error("the audit log takes no entry: %s", type(wrong).__name__)
        if django_connection.connection is not None and django_connection.connection.closed:
            django_connection.close()
    return spool.add([one])


def _is_there(practice: int) -> bool:
    with access.practice(practice) as rows:
        return rows.one("select 1 as x from practice where practice = %s", (practice,)) is not None


def opened(seen: Mapping[str, set[str]]) -> dict[str, Any]:
    """Which records were opened: those of cases and people by id, of the rest how many."""
    found: dict[str, Any] = {}
    for table, ids in sorted(seen.items()):
        if table in NAMED:
            found[table] = sorted(ids)[:SHOWN_MOST]
            if len(ids) > SHOWN_MOST:
                found[f"{table}_more"] = len(ids) - SHOWN_MOST
        elif table not in ("staff", "connection", "line"):
            found[table] = len(ids)
    return found


class Lately:
    """What each open page was last written down as showing; this process's, and only of the last ten minutes."""

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._seen: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def again(self, page: str, seen: Mapping[str, set[str]]) -> bool:
        """Whether this page showed all of this lately, and it is written down."""
        now = time.monotonic()
        ids = frozenset(f"{table}:{one}" for table in NAMED for one in seen.get(table, ()))
        with self._lock:
            since, known = self._seen.get(page, (-SAME_AGAIN, frozenset()))
            return now - since < SAME_AGAIN and ids <= known

    def keep(self, page: str, seen: Mapping[str, set[str]]) -> None:
        """It is written down now."""
        ids = frozenset(f"{table}:{one}" for table in NAMED for one in seen.get(table, ()))
        with self._lock:
            self._seen[page] = (time.monotonic(), ids)
            self._seen.move_to_end(page)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)


lately = Lately()


def page_of(request: HttpRequest, match: ResolverMatch) -> str:
    """One open page: this session's, this route's, this record's. The session's key is kept as a digest."""
    key = getattr(request.session, "session_key", "") or ""
    return hashlib.sha256(f"{key}\0{match.url_name}\0{sorted(match.kwargs.items())}".encode()).hexdigest()
