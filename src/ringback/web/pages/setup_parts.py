"""What every page of set-up shows: its sections, and how ready the practice is, each missing thing with its one next act.

The score counts facts that the send gate asks and what the first hour needs; it is read anew each time, never kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ringback.core import week
from ringback.core.office.standing import Standing, standing
from ringback.store import access, practices, roster, setup_links
from ringback.store import standing as registers
from ringback.web import routes
from ringback.web.pages import today
from ringback.web.pages.act import visitor_of

Row = dict[str, Any]
# url name, title, what the section is for.
SECTIONS = (
    ("setup", gettext_lazy("Go live")),
    ("setup_practice", gettext_lazy("Practice and lines")),
    ("setup_hours", gettext_lazy("Hours")),
    ("setup_queues", gettext_lazy("Queues and people")),
    ("setup_windows", gettext_lazy("Policy")),
    ("setup_words", gettext_lazy("Wordings")),
    ("setup_links", gettext_lazy("Connections")),
)


class State:
    """A practice's set-up as its pages need it, read once in a page's transaction."""

    def __init__(self, rows: access.Rows, now: datetime) -> None:
        self.about = practices.practice(rows)
        self.lines = practices.lines(rows)
        self.sites = rows.all(
            f"select id, name, address, zone, hours from location where practice = %s and {rows.works_at('id')} order by id",
            (rows.practice,),
        )
        for site in self.sites:
            site["hours"] = practices.jsonb(site["hours"])
        self.stands = standing(self.about["zone"], *registers.of(rows, self.about["zone"]))
        self.called = setup_links.ever_called(rows)
        self.on_call = bool(roster.standing(rows).who(now))
        self.lone = rows.one(
            "select count(*) as n from template where practice = %s and published_at is not null and (approver = '' or approver = author)",
            (rows.practice,),
        )["n"]  # type: ignore[index]
        self.now = now


def facts(about: Row, lines: Sequence[Row], stands: Standing, now: datetime) -> list[Row]:
    """What the send gate asks of the practice; a missing one says what it blocks (decision 32)."""
    alerts = about["gate"].get("alerts") or {}
    systems = {line["text_system"] for line in lines if line["text_system"]}
    denied = _("Every text is denied.")
    found = [
        (_("The practice is live"), about["live"], denied, ("setup", "#live", _("Switch it to live"))),
        (
            _("Privacy and security officers are named"),
            stands.officers_set(now),
            denied,
            ("compliance_register", "officers", _("Name them")),
        ),
        (
            _("The text carrier's agreement (BAA) is in force"),
            bool(systems) and all(stands.baa_active(one, now) for one in systems),
            denied,
            ("compliance_register", "agreements", _("Enter the agreement")),
        ),
        (
            _("The carriers approved the campaign"),
            bool(systems) and all(stands.campaign_approved(one, now) for one in systems),
            denied,
            ("compliance_register", "campaigns", _("Enter the approval")),
        ),
        (
            _("Alerts reach e-mail or chat"),
            alerts.get("smtp") or alerts.get("webhook"),
            _(
                "Coordinators see notices on the tasks page only. Whoever runs the server names the address in the set-up file."
            ),
            None,
        ),
    ]
    for line in lines:
        if line["mode"] != "off":
            found.append(
                (
                    _("%(line)s: the greeting says a text may follow") % {"line": line["name"]},
                    line["greeting_notice_on"] is not None,
                    _("First texts from this line are denied."),
                    ("choices", "#greeting-title", _("Write down the greeting")),
                )
            )
    return [
        {"name": name, "there": bool(there), "blocks": blocks, "act": act(next_)}
        for name, there, blocks, next_ in found
    ]


def act(given: tuple[str, str, str] | None) -> Row | None:
    """The one next act: an address and its words."""
    if given is None:
        return None
    name, more, words = given
    where = reverse(name) + more if more.startswith("#") or not more else reverse(name, args=[more])
    return {"where": where, "words": words, "route": name}


def first_hour(state: State) -> list[Row]:
    """The steps from nothing to the first test call, each with why and one button."""
    opens = any(week.open_minutes(site["hours"]["week"]) for site in state.sites)
    wired = any(line["phone_connection"] and line["text_connection"] for line in state.lines)
    greeted = any(line["greeting_notice_on"] is not None for line in state.lines)
    given = [
        (
            "name", _("Name"), bool(state.about["alias"] and state.about["phone"] and state.sites),
            _("The name that signs every text, the number patients call, and where you are."),
            _("A text that does not say who it is from is taken for fraud."), ("setup_practice", "", _("Enter the name")),
        ),
        (
            "hours", _("Hours"), opens,
            _("When you are open, on a week grid; lunch is a gap."),
            _("Every clock counts opening hours, and a text at night says that you are closed."),
            ("setup_hours", "", _("Paint the hours")),
        ),
        (
            "line", _("Line"), bool(state.lines),
            _("The phone number whose missed calls are caught. It begins in shadow: nothing is sent."),
            _("Missed calls are told apart by the number that was called."), ("setup_practice", "#lines", _("Add a line")),
        ),
        (
            "connect", _("Connect"), wired,
            _("Your phone system tells Ringback about calls; your text carrier sends and receives."),
            _("Two web addresses are copied into the phone system; then it speaks by itself."),
            ("setup_links", "", _("Connect the systems")),
        ),
        (
            "greet", _("Greet"), greeted,
            _("The greeting says that a text may follow."),
            _("Without that sentence the first text is not allowed, and none goes."),
            ("choices", "#greeting-title", _("Write down the greeting")),
        ),
        (
            "call", _("Test call"), state.called,
            _("Call the line from your own mobile phone and hang up before anybody answers."),
            _("Seeing it here proves the whole way, from the phone system to this page."),
            ("setup", "#test-call", _("Watch for the call")),
        ),
    ]  # fmt: skip
    steps = [
        {"code": code, "name": name, "done": done, "what": what, "why": why, "act": act(next_)}
        for code, name, done, what, why, next_ in given
    ]
    current = next((step for step in steps if not step["done"]), None)
    for place, step in enumerate(steps, 1):
        step["place"], step["now"] = place, step is current
    return steps


def readiness(state: State) -> Row:
    """The score: n of m, and what is missing in the order in which it is best done."""
    steps = [
        {"name": step["name"], "there": step["done"], "blocks": step["why"], "act": step["act"]}
        for step in first_hour(state)
        if step["code"] != "greet"
    ]
    more = [
        {
            "name": _("Somebody is on call now"), "there": state.on_call,
            "blocks": _("Nobody is paged when a caller writes something urgent."),
            "act": act(("on_call", "", _("Put somebody on call"))),
        },
        {
            "name": _("Two people approved every wording"), "there": not state.lone,
            "blocks": _("Wordings without a second approval are not sent."),
            "act": act(("setup_words", "", _("Look at the wordings"))),
        },
    ]  # fmt: skip
    gate = facts(state.about, state.lines, state.stands, state.now)
    checks = [*steps, *gate[1:], *more, gate[0]]
    missing = [one for one in checks if not one["there"]]
    return {
        "checks": checks, "missing": missing, "done": len(checks) - len(missing), "all": len(checks), "facts": gate,
        "blocking": sum(1 for one in gate if not one["there"]),
    }  # fmt: skip


def frame(request: HttpRequest, state: State, here: str) -> Row:
    """The context of a set-up page: menu, score, and the red strip."""
    visitor = visitor_of(request)
    ready = readiness(state)
    steps = first_hour(state)
    return {
        "here": "setup",
        "section": here,
        "sections": [{"name": str(title), "where": reverse(name), "code": name} for name, title in SECTIONS],
        "ready": ready,
        "steps": steps if not state.called else [],
        "step": next((step for step in steps if step["now"]), None) if not state.called else None,
        "strip": today.alarms(request) if routes.may(visitor.role, "today") else [],
    }
