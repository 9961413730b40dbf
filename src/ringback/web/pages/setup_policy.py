"""Policy: every window beside its default and its range, what last week would have been under other values, versions.

One person alone never lowers a protection (C84), neither by a new value nor by going back to an older version.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import what_if
from ringback.core.office import protect
from ringback.core.policy import SLAS, Policy
from ringback.engine import clock
from ringback.engine.book import read_hours
from ringback.store import access, changes, practices, setup_week
from ringback.web import tongue, words
from ringback.web.pages import setup_parts
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.setup_windows import CHOICES, GROUPS, NUMBERS, SLA_LEAST, SLA_MOST, SWITCHES

Row = dict[str, Any]
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Policy) if field.default is not MISSING}


class Unread(ValueError):
    """A value that cannot be, in a sentence."""


def wanted(given: QueryDict) -> Row:
    """The values of a form: plain fields, and `slas` as {kind: minutes}. Raises Unread."""
    found: Row = {}
    for name, one in NUMBERS.items():
        value = given.get(name, "").strip()
        if value:
            found[name] = _number(str(one.says), value, one.least, one.most)
    for name, choice in CHOICES.items():
        value = given.get(name, "")
        if value and value not in choice.options:
            raise Unread(_("%(says)s: no such choice.") % {"says": choice.says})
        if value:
            found[name] = value
    if given.get("switches") == "yes":
        found |= {name: given.get(name) == "yes" for name in SWITCHES}
    slas = {}
    for kind in SLAS:
        value = given.get(f"sla.{kind}", "").strip()
        if value:
            slas[kind] = _number(tongue.told(words.say(words.TASKS, kind)), value, SLA_LEAST, SLA_MOST)
    if slas:
        found["slas"] = slas
    return found


def _number(says: str, value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not least <= int(value) <= most:
        raise Unread(_("%(says)s: a number from %(least)s to %(most)s.") % {"says": says, "least": least, "most": most})
    return int(value)


def changed(body: Row, given: Row) -> Row:
    """What of a form is different from the policy, as `changes.policy` takes it: None puts the default back."""
    found: Row = {}
    for name, value in given.items():
        if name != "slas" and body.get(name, DEFAULTS[name]) != value:
            found[name] = None if value == DEFAULTS[name] else value
    before = body.get("slas", {})
    slas = {kind: dict(change) for kind, change in before.items()}
    for kind, minutes in given.get("slas", {}).items():
        slas.setdefault(kind, {})["minutes"] = minutes
        if minutes == SLAS[kind].minutes:
            del slas[kind]["minutes"]
        if not slas[kind]:
            del slas[kind]
    if slas != before:
        found["slas"] = slas or None
    return found


def lowers(body: Row, changes_: Row) -> list[str]:
    """The protections that this change would lower (C84)."""
    return [
        name
        for name, value in changes_.items()
        if isinstance(value, bool | int)
        and protect.lowered(name, value)
        and body.get(name, DEFAULTS.get(name)) != value
    ]


def merged(body: Row, changes_: Row) -> Row:
    """The policy's values after a change."""
    found = {**body, **changes_}
    return {name: value for name, value in found.items() if value is not None}


def policies(body: Row, sites: list[Row]) -> dict[int, Policy]:
    """The policy of each location, as the engine makes it."""
    plain = {name: value for name, value in body.items() if name in DEFAULTS}
    slas = {kind: replace(SLAS[kind], **change) for kind, change in body.get("slas", {}).items() if kind in SLAS}
    return {
        site["id"]: Policy(hours=read_hours(site["zone"], site["hours"]), slas={**SLAS, **slas}, **plain)
        for site in sites
    }


@require_GET
def setup_windows(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        policy = practices.policy_body(rows, state.about["policy_version"])
        versions = rows.all(
            'select version, at, "by" from policy where practice = %s order by version desc limit 12', (rows.practice,)
        )
        staff = practices.staff(rows)
    context = {
        **setup_parts.frame(request, state, "setup_windows"),
        "groups": shown(policy["body"]),
        "policy_by": said_by(policy["by"], staff),
        "policy_at": policy["at"],
        "versions": [{**row, "who": said_by(row["by"], staff)} for row in versions],
        "sla_least": SLA_LEAST,
        "sla_most": SLA_MOST,
    }
    return render(request, "ringback/setup_policy.html", context)


def shown(body: Row) -> list[Row]:
    """Every value in its group, beside its default."""
    groups = []
    for title, about, names in GROUPS:
        values = []
        for name in names:
            value = body.get(name, DEFAULTS[name])
            row: Row = {"name": name, "value": value, "changed": value != DEFAULTS[name], "default": DEFAULTS[name]}
            if name in NUMBERS:
                one = NUMBERS[name]
                row |= {
                    "kind": "number",
                    "says": one.says,
                    "means": one.means,
                    "unit": one.unit,
                    "least": one.least,
                    "most": one.most,
                }
            elif name in CHOICES:
                choice = CHOICES[name]
                row |= {"kind": "choice", "says": choice.says, "means": choice.means, "options": list(choice.options.items()),
                        "default": choice.options[DEFAULTS[name]]}  # fmt: skip
            else:
                says, means = SWITCHES[name]
                row |= {"kind": "switch", "says": says, "means": means}
            values.append(row)
        groups.append({"title": title, "about": about, "values": values})
    slas = body.get("slas", {})
    rows = []
    for kind, sla in SLAS.items():
        minutes = slas.get(kind, {}).get("minutes", sla.minutes)
        rows.append({"name": f"sla.{kind}", "kind": "sla", "says": tongue.told(words.say(words.TASKS, kind)), "value": minutes,
                     "default": sla.minutes, "changed": minutes != sla.minutes, "wall": sla.wall, "queue": sla.queue})  # fmt: skip
    about = _(
        "From the moment a task is opened until somebody has to have acted. Opening hours, lunch left out, unless it says day and night."
    )
    groups.append({"title": _("How soon a person acts"), "about": about, "values": rows})
    return groups


def said_by(by: str, staff: dict[int, Row]) -> str:
    """Who saved a policy version, with their note; rows name staff by number."""
    found = re.fullmatch(r"staff (\d+)(.*)", by, re.DOTALL)
    return f"{staff[int(found[1])]['name']}{found[2]}" if found and int(found[1]) in staff else by


@require_POST
def setup_what_if(request: HttpRequest) -> HttpResponse:
    """What last week would have been under the values of the form; nothing is saved."""
    visitor, now = visitor_of(request), clock.now()
    try:
        given = wanted(request.POST)
    except Unread as wrong:
        return render(request, "ringback/setup_what_if.html", {"wrong": str(wrong)})
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        body = practices.policy_body(rows, state.about["policy_version"])["body"]
        week = setup_week.facts(rows, now)
    change = changed(body, given)
    if not state.sites:
        return render(request, "ringback/setup_what_if.html", {"wrong": _("There is no location yet.")})
    old = what_if.replay(week, policies(body, state.sites))
    new = what_if.replay(week, policies(merged(body, change), state.sites))
    return render(request, "ringback/setup_what_if.html", {
        "pairs": pairs(old, new), "same": what_if.same(old, new), "calls": len(week.missed), "change": len(change),
        "urgent": len(week.urgent), "many": len(week.missed) >= setup_week.MOST, "names": [_name(one) for one in change],
        "lowers": [tongue.told(protect.PROTECTED[name].says) for name in lowers(body, change)],
    })  # fmt: skip


def _name(name: str) -> str:
    if name in NUMBERS:
        return str(NUMBERS[name].says)
    if name in CHOICES:
        return str(CHOICES[name].says)
    return str(SWITCHES[name][0]) if name in SWITCHES else _("How soon a person acts")


def pairs(old: what_if.Counts, new: what_if.Counts) -> list[Row]:
    """The counts side by side, with the length of each bar in hundredths of the picture."""
    given = (
        ("texts", _("Texts sent without being asked"), _("first texts, and second ones where they are on")),
        ("held", _("Texts held at night"), _("calls while closed whose text waits for opening, or becomes a task")),
        ("callbacks", _("Call-back tasks"), _("callers who did not answer within the reply window")),
        ("overdue", _("Tasks done late or still open late"), _("by the clocks of the policy, opening hours counted")),
        ("pages", _("Pages to people on call"), _("until somebody acknowledged; the officer's included")),
        ("told", _("Times the manager or officer was told"), _("an urgent caller not called back in time")),
    )
    most = max(1, *(getattr(one, name) for one in (old, new) for name, _says, _means in given))
    found = []
    for name, says, means in given:
        a, b = getattr(old, name), getattr(new, name)
        found.append(
            {
                "says": says,
                "means": means,
                "old": a,
                "new": b,
                "more": b - a,
                "old_bar": _bar(a, most),
                "new_bar": _bar(b, most),
            }
        )
    return found


def _bar(value: int, most: int) -> int:
    return max(2 if value else 0, round(100 * value / most))


@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Save changed values as a new policy version; running cases keep theirs."""
    visitor, where = visitor_of(request), reverse("setup_windows")
    try:
        given = wanted(request.POST)
    except Unread as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    note = request.POST.get("note", "").strip()[:400]
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        body = practices.policy_body(rows, about["policy_version"])["body"]
        change = changed(body, given)
        if not change:
            return said(request, _("Nothing was changed."), fallback=where)
        wrong_words = _not_so(body, change)
        if wrong_words:
            return said(request, wrong_words, tone="bad", fallback=where)
        version = changes.policy(rows, change, f"staff {visitor.staff}" + (f": {note}" if note else ""), clock.now())
    words_ = _("Saved as version %(version)s. New cases follow it; running ones keep theirs.") % {"version": version}
    return said(request, words_, fallback=where)


def _not_so(body: Row, change: Row) -> str:
    """Why this change may not be saved; empty when it may."""
    lower = lowers(body, change)
    if lower:
        # C84: one person alone never lowers a protection, whatever the note says.
        return _("%(says)s: that takes two officers and an end. Propose it on the Compliance page.") % {
            "says": tongue.told(protect.PROTECTED[lower[0]].says)
        }
    after = {**DEFAULTS, **merged(body, change)}
    if after["manager_after"] >= after["breach_after"]:
        return _("The manager must be told before the breach.")
    if after["callback_due"] < after["reply_gate"]:
        return _("A call-back cannot be due before the reply window is over.")
    return ""


@require_POST
def policy_restore(request: HttpRequest, version: int) -> HttpResponse:
    """Go back to the values of an older version, as a new version."""
    visitor, where = visitor_of(request), reverse("setup_windows")
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        body = practices.policy_body(rows, about["policy_version"])["body"]
        if rows.one("select 1 as x from policy where practice = %s and version = %s", (rows.practice, version)) is None:
            raise Http404
        older = practices.policy_body(rows, version)["body"]
        change = {name: older.get(name) for name in {*body, *older} if body.get(name) != older.get(name)}
        if not change:
            return said(request, _("These are the values that count now."), fallback=where)
        wrong = _not_so(body, change)
        if wrong:
            return said(request, wrong, tone="bad", fallback=where)
        made = changes.policy(rows, change, f"staff {visitor.staff}: as version {version}", clock.now())
    words_ = _("Back to the values of version %(old)s, saved as version %(new)s.") % {"old": version, "new": made}
    return said(request, words_, fallback=where)
