"""The inbox: one row a caller, the newest change first. What is asked for stands in the address: field terms, numbers of
rows and a moment, never a name, a number or a word of anybody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ringback.engine import clock
from ringback.store import access, care, inbox_views, practices, queries
from ringback.store import inbox as store
from ringback.store.inbox import Wish
from ringback.web import masks, routes, words
from ringback.web.pages import cases, shape, today
from ringback.web.pages.act import visitor_of
from ringback.web.sign_in import Visitor

Row = dict[str, Any]
SNIPPET = 180
STATES = {
    "open": gettext_lazy("Open"),
    "urgent": gettext_lazy("Urgent"),
    "waiting": gettext_lazy("Waiting on the caller"),
    "snoozed": gettext_lazy("Snoozed"),
    "closed": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}
INTENTS = {
    "book": gettext_lazy("Book a visit"),
    "reschedule": gettext_lazy("Change a visit"),
    "cancel": gettext_lazy("Cancel a visit"),
    "confirm": gettext_lazy("Confirm a visit"),
    "billing": gettext_lazy("Billing"),
    "refill": gettext_lazy("Refill"),
    "records": gettext_lazy("Records"),
    "referral": gettext_lazy("Referral"),
    "results": gettext_lazy("Results"),
    "clinical": gettext_lazy("Clinical question"),
    "urgent": gettext_lazy("Urgent"),
    "opt_out": gettext_lazy("Stop texting"),
    "wrong_number": gettext_lazy("Wrong number"),
    "help": gettext_lazy("Help"),
    "language": gettext_lazy("Another language"),
    "thanks": gettext_lazy("Thanks"),
    "other": gettext_lazy("Something else"),
}
TROUBLE = {
    "failed": gettext_lazy("Text failed"),
    "denied": gettext_lazy("Text not sent"),
    "uncertain": gettext_lazy("Did our text arrive?"),
}
NEWEST = {
    "sent": gettext_lazy("We wrote:"),
    "voicemail": gettext_lazy("Voicemail:"),
    "note": gettext_lazy("Note:"),
}
# What stands above the list: the fixed views, each with its count.
FIXED = (
    ("open", gettext_lazy("Open"), Wish()),
    ("mine", gettext_lazy("Mine"), Wish()),
    ("nobody", gettext_lazy("Nobody's"), Wish(owner=0)),
    ("urgent", gettext_lazy("Urgent"), Wish(state="urgent")),
    ("waiting", gettext_lazy("Waiting"), Wish(state="waiting")),
    ("snoozed", gettext_lazy("Snoozed"), Wish(state="snoozed")),
)


def wish_of(told: QueryDict, visitor: Visitor, staff: Mapping[int, Row], sites: Iterable[Row]) -> Wish:
    """What an address asks for; what is not known there is left out."""
    state = told.get("state", "open")
    owner: int | None = None
    if (who := told.get("owner", "")) == "me":
        owner = visitor.staff
    elif who == "nobody":
        owner = 0
    elif who.isdigit() and len(who) < 10 and int(who) in staff:
        owner = int(who)
    queue, intent, site = told.get("queue", ""), told.get("intent", ""), told.get("location", "")
    known = {one["id"] for one in sites}
    return Wish(
        state=state if state in STATES else "open",
        owner=owner,
        queue=queue if queue in words.QUEUES else "",
        location=int(site) if site.isdigit() and len(site) < 10 and int(site) in known else 0,
        intent=intent if intent in INTENTS else "",
    )


def query_of(wish: Wish, visitor: Visitor, before: str = "") -> str:
    """What stands after the `?` for a wish."""
    owner = {None: "", 0: "nobody", visitor.staff: "me"}.get(wish.owner, str(wish.owner))
    told = {
        "state": "" if wish.state == "open" else wish.state, "owner": owner, "queue": wish.queue,
        "location": wish.location or "", "intent": wish.intent, "before": before,
    }  # fmt: skip
    kept = {name: value for name, value in told.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def shaped(row: Row, visitor: Visitor, staff: Mapping[int, Row], read: Mapping[UUID, datetime]) -> Row:
    """A row as the list shows it to this visitor."""
    mask = masks.of(visitor)
    shape.case(row, visitor, staff)
    owner = row["assigned"] if row["assigned"] is not None else row["claimed"]
    row["owner_name"] = shape.owner(str(owner), staff) if owner else ""
    row["mine"] = bool(owner) and str(owner) == visitor.by
    row["unread"] = (
        row["phase"] != "closed" and row["heard_at"] is not None and row["heard_at"] > read.get(row["id"], store.EPOCH)
    )
    row["snippet"] = cases.TOKEN.sub(r"\1…", " ".join(row["snippet"].split()))[:SNIPPET] if mask.words else ""
    row["newest_is"] = NEWEST.get(row["newest"], "")
    row["trouble_is"] = TROUBLE.get(row["sent_state"], "") if row["trouble"] else ""
    row["asked_for"] = [INTENTS.get(one, words.say({}, one)) for one in row["value"].intents[-3:]]
    row["at"] = row["newest_at"] if row["newest_at"] and row["newest_at"] > row["changed_at"] else row["changed_at"]
    return row


def _list(request: HttpRequest) -> Row:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        staff = practices.staff(rows)
        sites = [one for one in practices.locations(rows) if one["id"] in _sites(rows)]
        wish = wish_of(request.GET, visitor, staff, sites)
        before = store.read_cursor(request.GET.get("before", ""))
        page = store.page(rows, wish, now, before)
        read = store.read_by(rows, visitor.staff, [row["id"] for row in page.rows])
        kept = inbox_views.of(rows, visitor.staff)
        standing = store.standing(rows, visitor.staff, now)
        counted = store.counts(rows, [one["wish"] for one in kept], now)
    fixed = [(code, name, one.with_(owner=visitor.staff) if code == "mine" else one) for code, name, one in FIXED]
    found = [shaped(row, visitor, staff, read) for row in page.rows]
    where = reverse("inbox")
    tabs = [
        {"code": code, "name": name, "where": where + query_of(one, visitor), "on": one == wish, "count": _count(standing[code]), "tone": "red" if code == "urgent" and standing[code] else ""}
        for code, name, one in fixed
    ]  # fmt: skip
    own = [
        {**one, "where": where + query_of(one["wish"], visitor), "on": one["wish"] == wish, "count": _count(number)}
        for one, number in zip(kept, counted, strict=True)
    ]
    return {
        "rows": found,
        "tabs": tabs,
        "kept": own,
        "on_kept": next((one for one in own if one["on"]), None),
        "wish": wish,
        "chips": _chips(wish, visitor, staff, sites),
        "query": query_of(wish, visitor, request.GET.get("before", "") if before else ""),
        "first": before is None,
        "newest_where": where + query_of(wish, visitor),
        "older_where": where + query_of(wish, visitor, page.older) if page.older else "",
        "cut": page.cut,
        "staff": sorted((one for one in staff.values() if one["active"] and one["role"] in routes.WORKS), key=lambda one: str(one["name"])),
        "sites": sites,
    }  # fmt: skip


def _count(number: int) -> str:
    return f"{store.MOST_COUNTED - 1}+" if number >= store.MOST_COUNTED else str(number)


def _sites(rows: access.Rows) -> set[int]:
    found = rows.all(f"select id from location where practice = %s and {rows.works_at('id')}", (rows.practice,))
    return {row["id"] for row in found}


def _chips(wish: Wish, visitor: Visitor, staff: Mapping[int, Row], sites: Iterable[Row]) -> list[Row]:
    """What filters now, each with the address without it."""
    where, found = reverse("inbox"), []
    if wish.state != "open":
        found.append((_("Where it stands"), STATES[wish.state], wish.with_(state="open")))
    if wish.owner is not None:
        name = _("Nobody's") if wish.owner == 0 else _("Mine") if wish.owner == visitor.staff else shape.owner(str(wish.owner), staff)  # fmt: skip
        found.append((_("Whose"), name, wish.with_(owner=None)))
    if wish.queue:
        found.append((_("Queue"), words.say(words.QUEUES, wish.queue), wish.with_(queue="")))
    if wish.location:
        site = next((one["name"] for one in sites if one["id"] == wish.location), "")
        found.append((_("Site"), site, wish.with_(location=0)))
    if wish.intent:
        found.append((_("Wants"), INTENTS[wish.intent], wish.with_(intent="")))
    return [{"what": what, "is": told, "without": where + query_of(other, visitor)} for what, told, other in found]


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The page."""
    context = {
        "here": "inbox", "strip": today.alarms(request), **_list(request), "states": STATES.items(),
        "queues": words.QUEUES.items(), "intents": INTENTS.items(), "runs": visitor_of(request).role in routes.RUNS,
        "most": inbox_views.MOST,
    }  # fmt: skip
    return render(request, "ringback/inbox.html", context)


@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    """The list alone, for the live page."""
    return render(request, "ringback/inbox_list.html", _list(request))


@require_GET
def inbox_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A caller's thread beside the list; whoever asks for it has read what came in until now."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        if not visitor.reading:
            care.looked(rows, case_id, visitor.staff, clock.now() + timedelta(milliseconds=1))
    return render(request, "ringback/inbox_case.html", cases._case(request, case_id))
