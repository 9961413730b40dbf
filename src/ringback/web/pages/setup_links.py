"""Connections: what is heard from each system, the addresses it must be given, new credentials over old ones.

A secret is written once and never shown again. Which web address goes where in the other system's own page is said beside
each address, with a button that copies it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.adapters.discover import phone_systems, text_carriers
from ringback.engine import clock
from ringback.store import access, practices, setup_links
from ringback.web.pages import setup_parts
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
LONGEST = 400
# No recorded messages of these systems were available (decision 21): docs/phone-systems.md says so too.
PROVEN: frozenset[str] = frozenset()


def adapters(kind: str) -> dict[str, Any]:
    """The systems of a kind by name."""
    return dict(phone_systems() if kind == "phone" else text_carriers())


def addresses(practice: int, number: int, kind: str, proof: str) -> list[Row]:
    """The web addresses that the other system is given, with where they go; none for one whose records are read."""
    if proof == "none":
        return []
    base = f"{settings.PUBLIC_URL.rstrip('/')}/hooks/{practice}/{number}"
    if kind == "text":
        return [
            {"says": _("A message comes in"), "where": f"{base}/text"},
            {"says": _("Delivery status (set by each text itself)"), "where": f"{base}/status"},
        ]
    return [
        {"says": _("A call comes in"), "where": f"{base}/answer"},
        {"says": _("Call status changes"), "where": f"{base}/voice"},
    ]


def secrets() -> dict[tuple[str, str], set[str]]:
    """Which fields of which system are never shown."""
    return {
        (kind, name): {one.name for one in adapter.fields if one.secret}
        for kind in ("phone", "text")
        for name, adapter in adapters(kind).items()
    }


@require_GET
def setup_links_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        found = _checked(rows, visitor.practice)
        call = setup_links.last_call(rows, now - setup_links.WEEK)
    systems = [
        {
            "kind": kind,
            "name": name,
            "title": adapter.title,
            "experimental": name not in PROVEN,
            "fields": adapter.fields,
        }
        for kind in ("phone", "text")
        for name, adapter in sorted(adapters(kind).items())
        # A system that sends no messages cannot be connected live; its records are read from files.
        if getattr(adapter, "proof", "signature") != "none"
    ]
    return render(request, "ringback/setup_links.html", {
        **setup_parts.frame(request, state, "setup_links"), "connections": found, "systems": systems, "lines": state.lines,
        "public": settings.PUBLIC_URL, "reachable": settings.PUBLIC_URL.startswith("https://"), "call": call, "since": now,
    })  # fmt: skip


@require_GET
def setup_links_check(request: HttpRequest) -> HttpResponse:
    """The live part of every connection, asked for again by the page itself."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = _checked(rows, visitor.practice)
    return render(request, "ringback/setup_links_check.html", {"connections": found})


def _checked(rows: access.Rows, practice: int) -> list[Row]:
    now = clock.now()
    found = setup_links.every(rows, secrets())
    heard = setup_links.heard(rows, now)
    delays = {row["id"]: row for row in practices.delays(rows, now - setup_links.WEEK)}
    for row in found:
        adapter = adapters(row["kind"]).get(row["system"])
        row |= {
            "title": adapter.title if adapter else row["system"],
            "guide": adapter.guide if adapter else "",
            "experimental": row["system"] not in PROVEN,
            "proof": getattr(adapter, "proof", "signature"),
            "fields": [
                {"name": one.name, "label": one.label, "hint": one.hint, "secret": one.secret, "set": one.name in row["set"],
                 "value": "" if one.secret else row["shown"].get(one.name, "")}
                for one in (adapter.fields if adapter else ())
            ],
            "heard": heard.get(row["id"]),
            "delay": delays.get(row["id"]),
            "addresses": addresses(practice, row["id"], row["kind"], getattr(adapter, "proof", "signature")),
        }  # fmt: skip
    return found


def _given(request: HttpRequest, fields: Any, *, new: bool) -> Row:
    """The values of a form, by the adapter's fields; an empty one stays as it is. Raises ValueError with a sentence."""
    found: Row = {}
    for one in fields:
        value = request.POST.get(one.name, "").strip()
        if len(value) > LONGEST or not (value.isascii() and (value.isprintable() or not value)):
            raise ValueError(_("%(field)s: plain letters, as the other system shows it.") % {"field": one.label})
        if value:
            found[one.name] = value
        elif new and one.required and not one.default:
            raise ValueError(_("%(field)s is missing.") % {"field": one.label})
        elif new and one.default:
            found[one.name] = one.default
    return found


@require_POST
def setup_link_add(request: HttpRequest) -> HttpResponse:
    """Connect a phone system or a text carrier."""
    visitor, where = visitor_of(request), reverse("setup_links")
    kind, _dot, name = request.POST.get("system", "").partition(".")
    adapter = adapters(kind).get(name) if kind in ("phone", "text") else None
    if adapter is None:
        return said(request, _("Choose a system from the list."), tone="bad", fallback=where)
    try:
        given = _given(request, adapter.fields, new=True)
    except ValueError as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        setup_links.add(rows, kind, name, given, visitor.staff, visitor.role, clock.now())
    return said(
        request, _("Connected. Copy its web addresses into the other system, and choose it for a line."), fallback=where
    )


@require_POST
def setup_link_save(request: HttpRequest, connection: int) -> HttpResponse:
    """New credentials over the old ones; what is left empty stays."""
    visitor, where = visitor_of(request), reverse("setup_links")
    try:
        with access.practice(visitor.practice) as rows:
            found = rows.one(
                "select kind, system from connection where practice = %s and id = %s", (rows.practice, connection)
            )
            adapter = adapters(found["kind"]).get(found["system"]) if found else None
            if adapter is None:
                raise Http404
            given = _given(request, adapter.fields, new=False)
            if not given:
                return said(request, _("Nothing was changed: every field was empty."), tone="bad", fallback=where)
            setup_links.replace(rows, connection, given, visitor.staff, visitor.role)
    except ValueError as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    return said(request, _("Replaced. The next message is checked with the new values."), fallback=where)
