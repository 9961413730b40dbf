"""The session behind a request (C6, C7): is it alive, locked, used by a person, and was a factor shown lately?

`check` and `factor` are asked by the door before any page runs. Django's session carries the id of a row in `session`,
which holds the moments; only what a person does is written there, what a page asks by itself is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_started
from django.db import connection as django_connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from uuid_utils.compat import uuid7

from ringback.core import sessions as rules
from ringback.store import access, glass, members, sessions
from ringback.web import factors, limits, routes
from ringback.web.second_factor import GLASS as GLASS

ID, BEGUN = "ringback_session", "ringback_begun"
# The installation itself: what is asked before a practice is known.
HOUSE = 0
# What a locked screen still answers; signing out asks no visitor.
WHEN_LOCKED = frozenset({"lock", "locked"})
# What a session that may only read may still post.
WHEN_READING = frozenset(
    {"lock", "locked", "again", "session_stay", "session_end", "sessions_end_others", "emergency_end"}
)
SAID = {
    "idle": "You were signed out because nobody used this page for a while. Sign in again.",
    "over": "You were signed out because you had been signed in for as long as one may. Sign in again.",
    "ended": "This session was ended. Sign in again.",
}
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """This request's session: `left` seconds until it is idle, `until` its end whatever happens."""

    id: UUID
    left: int
    idle: int
    until: datetime
    shown: datetime
    locked: bool


def moment() -> datetime:
    """The machine's own time: the demo's clock moves no session."""
    return datetime.now(UTC)


def _begun(sender: object, request: HttpRequest, **_: Any) -> None:
    """Somebody signed in, by whatever way: their session starts here."""
    request.session[ID] = str(uuid7())
    request.session[BEGUN] = moment().timestamp()
    request.session.pop(GLASS, None)


def _factor_changed(sender: object, request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    """A second factor was added, taken away or made anew: every other session of the account ends (C6)."""
    now, told = moment(), request.session.get(ID, "")
    with access.practice(HOUSE) as rows:
        found = rows.all("select practice from membership where account = %s order by practice", (user.pk,))
    practices = {int(row["practice"]) for row in found}
    if request.session.get("practice") is not None:
        practices.add(int(request.session["practice"]))
    for practice in sorted(practices):
        with access.practice(practice) as rows:
            sessions.end_sessions(rows, user.pk, now, "a new second factor", besides=UUID(told) if told else None)
    # This one has just shown who it is, and lives on, also when no page of a practice has seen it yet.
    request.session[BEGUN] = now.timestamp() + 0.001


def _everywhere(sender: object, **_: Any) -> None:
    access.limit(None)


user_logged_in.connect(_begun, dispatch_uid="ringback.sessions")
for changed in (authenticator_added, authenticator_removed, authenticator_reset):
    changed.connect(_factor_changed, dispatch_uid="ringback.sessions")
# No request inherits the sites of the one before it.
request_started.connect(_everywhere, dispatch_uid="ringback.sessions")


def check(request: HttpRequest, route: routes.Route) -> HttpResponse | None:
    """The door's question: None when the session is alive and unlocked, else what the browser is told.

    It also says what the visitor may see: `request.visitor.glass` and the sites of `access.limit`; `request.sitting` is
    the session.
    """
    visitor, now = request.visitor, moment()  # type: ignore[attr-defined]
    request.sitting = None  # type: ignore[attr-defined]
    with access.practice(visitor.practice) as rows:
        row, stands = _stands(rows, request, now)
        if row is not None and stands == "live" and not route.polls:
            sessions.used(rows, row["id"], now)
            row["seen_at"] = now
        running = glass.running(rows, visitor.staff, now)
        sites = members.locations_of(rows, visitor.staff)
    if row is None or stands in ("idle", "over", "ended"):
        return _out(request, stands)
    visitor = replace(
        visitor,
        glass=running["id"] if running else None,
        glass_ends=running["ends_at"] if running else None,
        reading=row["glass"] is not None,
    )
    request.visitor = visitor  # type: ignore[attr-defined]
    if sites is not None and running is None:
        access.limit(access.Limit(locations=sites, urgent=visitor.role in routes.CLINICAL))
    else:
        access.limit(None)
    times = sessions.moments(row)
    idle = rules.KIOSK_IDLE if row["kiosk"] else rules.IDLE
    request.sitting = Sitting(  # type: ignore[attr-defined]
        id=row["id"], left=max(0, int((times.idle_ends - now).total_seconds())), idle=int(idle.total_seconds()),
        until=times.ends, shown=_shown(request, row["shown_at"]), locked=stands == "locked",
    )  # fmt: skip
    name = request.resolver_match.url_name if request.resolver_match else ""
    if stands == "locked" and name not in WHEN_LOCKED:
        return _elsewhere(request, _with_back("locked", request))
    if visitor.reading and request.method == "POST" and name not in WHEN_READING:
        return render(request, "ringback/reading.html", status=403)
    return None


def of_account(request: HttpRequest) -> HttpResponse | None:
    """The question for the account's own pages, which know no practice: None when the session is alive or has no row yet."""
    told, practice = request.session.get(ID, ""), request.session.get("practice")
    if not request.user.is_authenticated or not told or practice is None:
        return None
    now = moment()
    with access.practice(practice) as rows:
        row = sessions.find(rows, UUID(told))
        if row is None:
            return None
        stands = rules.state(sessions.moments(row), now)
        if stands == "live":
            sessions.used(rows, row["id"], now)
        elif stands in ("idle", "over") and not factors.demo():
            sessions.end(rows, row["id"], now, stands)
    if stands == "live":
        return None
    if stands == "locked" or factors.demo():
        return _elsewhere(request, _with_back("locked", request))
    return _out(request, stands)


def _stands(rows: access.Rows, request: HttpRequest, now: datetime) -> tuple[dict[str, Any] | None, rules.State]:
    """The row of this request's session, made when it has none yet, and how it stands; an over one is ended."""
    visitor = request.visitor  # type: ignore[attr-defined]
    told, key = request.session.get(ID, ""), request.session.session_key or ""
    if not told or not key:
        return None, "ended"
    session, row = UUID(told), sessions.find(rows, UUID(told))
    if row is None:
        begun = datetime.fromtimestamp(float(request.session.get(BEGUN, 0)), UTC)
        code = request.session.get(GLASS)
        made = sessions.begin(
            rows, session, staff=visitor.staff, account=int(request.user.pk or 0), key=key, begun=begun, now=now,
            kiosk=bool(request.session.get("kiosk")), glass=UUID(code) if code else None,
            browser=browser(request.headers.get("User-Agent", "")), address=masked(limits.address(request)),
        )  # fmt: skip
        row = sessions.find(rows, session) if made else None
        if row is None:
            return None, "ended"
    if row["account"] != request.user.pk or row["staff"] != visitor.staff:
        return None, "ended"
    if bytes(row["key_hash"]) != sessions.digest(key):
        sessions.key_is(rows, row, key)
    stands = rules.state(sessions.moments(row), now)
    if stands in ("idle", "over") and factors.demo() and row["glass"] is None:
        # The demo's sign-in link is spent: a button goes on.
        sessions.lock(rows, session, now)
        return row, "locked"
    if stands in ("idle", "over"):
        sessions.end(rows, session, now, stands)
    return row, stands


def _shown(request: HttpRequest, row: datetime) -> datetime:
    """When a factor was last shown, here or on the accounts' own pages (allauth notes it in the session)."""
    methods = request.session.get("account_authentication_methods") or []
    last = max((float(one.get("at", 0)) for one in methods if isinstance(one, dict)), default=0.0)
    return max(row, min(datetime.fromtimestamp(last, UTC), moment()))


def fresh(request: HttpRequest) -> bool:
    """Whether a factor was shown within the last five minutes."""
    sitting: Sitting | None = getattr(request, "sitting", None)
    return sitting is not None and rules.fresh(sitting.shown, moment())


def factor(request: HttpRequest, route: routes.Route) -> HttpResponse | None:
    """The door's question for dangerous acts: None, or 403 with the page that asks for a factor and leads back."""
    if not route.fresh or request.method != "POST" or fresh(request):
        return None
    where = _with_back("again", request)
    if request.headers.get("HX-Request"):
        return HttpResponse("reauth_required\n", status=403, content_type="text/plain", headers={"HX-Redirect": where})
    return factors.ask(request, back=came_from(request), status=403)


def came_from(request: HttpRequest) -> str:
    """The page of ours that the browser was on, to lead back to: a path, never an address elsewhere."""
    # Pages send no referrer; the page's own script puts its path into the form.
    told = request.headers.get("HX-Current-URL") or request.POST.get("from_page", "")
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    return path_of(told)


def path_of(told: str) -> str:
    """The path of an address, when it is one of ours to go to; else the front page."""
    try:
        parts = urlsplit(told)
    except ValueError:
        return "/"
    path = parts.path
    if not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(c) < 32 for c in path):
        return "/"
    return f"{path}?{parts.query}" if parts.query else path


def _with_back(name: str, request: HttpRequest) -> str:
    back = came_from(request)
    return f"{reverse(name)}?{urlencode({'back': back})}" if back not in ("/", "") else reverse(name)


def _elsewhere(request: HttpRequest, where: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    if request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    return redirect(where)


def _out(request: HttpRequest, stands: rules.State) -> HttpResponse:
    """Signed out, with the reason on the sign-in page."""
    streams = request.headers.get("Accept") == "text/event-stream"
    logout(request)
    if not streams:
        messages.info(request, SAID.get(stands, SAID["ended"]))
    return _elsewhere(request, reverse("sign_in"))


def alive(practice: int, session: UUID | None) -> bool:
    """Whether a session still lives and is not locked; for streams, on a connection that is let go afterwards."""
    if session is None:
        return False
    try:
        with access.practice(practice) as rows:
            row = sessions.find(rows, session)
        return row is not None and rules.state(sessions.moments(row), moment()) == "live"
    finally:
        django_connection.close()


def browser(agent: str) -> str:
    """The family of a browser and its system, and nothing finer."""
    name = next((says for mark, says in BROWSERS if mark in agent), "A browser")
    system = next((says for mark, says in SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if system else name


def masked(address: str) -> str:
    """An address without what singles out a machine."""
    if re.fullmatch(r"\d+(\.\d+){3}", address):
        return ".".join([*address.split(".")[:2], "x", "x"])
    return ":".join([*address.split(":")[:2], "…"]) if ":" in address else ""


def numbers(told: Iterable[str]) -> list[int]:
    """The whole numbers of a form."""
    return [int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 10]
