"""Behind the door: who may not see patients because training is overdue (C69), and what the device at hand may do (C12).

It runs once the door has let a request in, so a refusal here is in the audit log like any other. A device is known by a
cookie that only its registration sets; the database keeps its digest.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.db import connection as django_connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from ringback.core.office import devices
from ringback.core.office.dates import day_of
from ringback.core.office.devices import May
from ringback.store import access, lowerings, office
from ringback.web import routes

Answer = Callable[[HttpRequest], HttpResponseBase]
DAYS = 400
FRESH = 60.0
# Who a page that asks by itself was last found free to see patients: this process's, for a minute.
_free: dict[tuple[str, int, int], float] = {}


def cookie(practice: int) -> str:
    """The name of the cookie that a practice's device carries."""
    return f"{'__Host-' if settings.SECURE else ''}ringback-device-{practice}"


def digest(token: str) -> bytes:
    """What the database keeps of a device's token."""
    return hashlib.sha256(token.encode()).digest()


def office_door(get_response: Answer) -> Answer:
    """Refuse what training or the device does not allow; `request.device` says what the device may do."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        visitor = getattr(request, "visitor", None)
        if visitor is None:
            return get_response(request)
        try:
            name = resolve(request.path_info).url_name or ""
        except Resolver404:
            return get_response(request)
        route = routes.ROUTES.get(name, routes.NOBODY)
        if route.roles is routes.ANYBODY:
            return get_response(request)
        device, late = _asked(request, route)
        if not getattr(settings, "DEVICE_RULES", True):  # the demo: whoever tries it is on a computer of their own
            device = devices.MANAGED
        request.device = device  # type: ignore[attr-defined]
        if not device.enter:
            logout(request)
            return refused(request, device.why)
        if _idle(request, device, route):
            logout(request)
            return refused(request, "You were away for a while on a device that is not managed. Sign in again.")
        if late:
            return refused(request, late, training=True)
        if route.act == "export" and request.method == "POST" and not device.download:
            return refused(request, f"{device.why} Ask your security officer to enter it on the Compliance page.")
        return get_response(request)

    return answer


def _asked(request: HttpRequest, route: routes.Route) -> tuple[May, str]:
    """What the device may do, and why this member may see no patients; one transaction."""
    visitor = request.visitor  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    key = (str(django_connection.settings_dict["NAME"]), visitor.practice, visitor.staff)
    asked = route.patients and not (route.polls and time.monotonic() - _free.get(key, -FRESH) < FRESH)
    token = request.COOKIES.get(cookie(visitor.practice), "")
    with access.practice(visitor.practice) as rows:
        found = (
            rows.one(f"{office.DEVICE} where practice = %s and token_hash = %s", (rows.practice, digest(token)))
            if token
            else None
        )
        zone = rows.one("select zone from practice where practice = %s", (rows.practice,))
        today = day_of(now, zone["zone"] if zone else "UTC")
        lowered = route.act == "export" and any(
            row["setting"] == "unmanaged_downloads" and lowerings.in_force(row, now)
            for row in rows.all(lowerings.SELECT, (rows.practice,))
        )
        late = office.may_see_patients(rows, visitor.staff, now) if asked else ""
    if asked and not late:
        _free[key] = time.monotonic()
    return devices.may(office.device_of(found) if found else None, today, lowered), late


def _idle(request: HttpRequest, device: May, route: routes.Route) -> bool:
    """Whether nobody has used this session for longer than the device allows; what a page asks by itself is no use."""
    if not device.minutes:
        return False
    now, seen = time.time(), float(request.session.get("used_at", 0) or 0)
    if seen and now - seen > device.minutes * 60:
        return True
    if not route.polls and now - seen > FRESH:
        request.session["used_at"] = now
    return False


def refused(request: HttpRequest, why: str, training: bool = False) -> HttpResponse:
    """The page that says why, and how to mend it."""
    return render(request, "ringback/blocked.html", {"why": why, "training": training}, status=403)


def bind(response: HttpResponse, practice: int, token: str) -> None:
    """Make this browser the device's."""
    response.set_cookie(
        cookie(practice), token, max_age=DAYS * 86400, httponly=True, secure=settings.SECURE, samesite="Lax", path="/"
    )
