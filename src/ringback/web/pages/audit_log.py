"""The audit log as a page: who did what about whom, newest first, and whether it is being kept elsewhere.

It shows ids and field terms, as the log holds them; who a case is about is seen by opening it, which is an entry too.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ringback.core.audit import ACTS
from ringback.store import access, audit_read, practices
from ringback.web.pages.act import visitor_of

SHOWN = 100
LATE = timedelta(hours=2)
SAYS = {
    "view": "looked at",
    "search": "searched",
    "export": "took out",
    "change": "changed",
    "send": "sent",
    "sign_in": "signed in or out",
    "refusal": "was refused",
    "alert": "alerted",
}


def _day(told: str, zone: str, *, end: bool = False) -> datetime | None:
    """A day of the form, at its beginning or end in the practice's zone."""
    try:
        day = datetime.fromisoformat(told).date()
    except ValueError:
        return None
    moment = datetime.combine(day, time(), ZoneInfo(zone))
    return moment + timedelta(days=1) if end else moment


def _row(one: dict[str, Any], staff: dict[int, Any]) -> dict[str, Any]:
    by = one["by"]
    name = staff[int(by)]["name"] if by.isdigit() and int(by) in staff else by or "Ringback"
    kind, _, id_ = one["object"].split(" ")[0].partition(":")
    opened = one["detail"].get("opened", {})
    return {
        **one,
        "at": datetime.fromisoformat(one["at"]),
        "says": SAYS.get(one["act"], one["act"]),
        "name": name,
        "case": id_ if kind == "case" and len(id_) == 36 else "",
        "opened": {table: len(ids) if isinstance(ids, list) else ids for table, ids in opened.items()},
        "class": one["detail"].get("class", ""),
    }


@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    """The page, with its filters in the address."""
    visitor = visitor_of(request)
    asked = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:80]
        for name in ("object", "by", "act", "class", "from", "to", "before")
    }
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        staff = practices.staff(rows)
        found = audit_read.find(
            rows.connection,
            visitor.practice,
            object=asked["object"],
            by=asked["by"],
            act=asked["act"] if asked["act"] in ACTS else "",
            class_=asked["class"],
            since=_day(asked["from"], zone),
            until=_day(asked["to"], zone, end=True),
            before=int(asked["before"]) if asked["before"].isdecimal() and len(asked["before"]) < 18 else None,
            limit=SHOWN + 1,
        )
        head = rows.one("select seq from audit_head where practice = %s", (visitor.practice,))
        last = rows.one(
            "select size, at, sinks from audit_checkpoint where practice = %s order by size desc limit 1",
            (visitor.practice,),
        )
    more = found[SHOWN - 1]["seq"] if len(found) > SHOWN else None
    context = {
        "here": "audit",
        "asked": asked,
        "acts": [(code, SAYS[code]) for code in ACTS],
        "staff": sorted(staff.values(), key=lambda one: one["name"]),
        "entries": [_row(one, staff) for one in found[:SHOWN]],
        "more": more,
        "size": head["seq"] if head else 0,
        "last": last,
        "places": last["sinks"].split() if last else [],
        "late": bool(head and head["seq"])
        and (last is None or (datetime.now(UTC) - last["at"] > LATE and last["size"] < head["seq"])),
    }
    return render(request, "ringback/audit_log.html", context)
