"""Wordings: languages side by side, versions never edited, the linter, length and segments, and two pairs of eyes.

A draft is written by one person and published by another (C84's spirit, C40's rule); what the linter calls a matter of
privacy, the carrier or a promise keeps a draft from being saved, so that nobody can approve it by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core.texts import TEMPLATES
from ringback.core.words.gsm import segments
from ringback.core.words.lint import lint
from ringback.engine import clock
from ringback.store import access, practices, setup_words
from ringback.web import tongue, words
from ringback.web.pages import setup_parts
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
LONGEST = 480
BUILT_IN = {(one.id, one.version): one for one in TEMPLATES}
# What stands in the places when a wording is looked at.
SAMPLE_URL, SAMPLE_WINDOW = "https://go.example/p/1/k3Jd8sLmQ2vX7nTz4bRy1c", "5:00 PM"
MENUS = {"first": ("digits", "words")}


def filled(about: Row, body: str) -> str:
    """The words as a phone shows them."""
    sample = {
        "practice": about["alias"], "phone": about["phone"], "url": SAMPLE_URL, "window": SAMPLE_WINDOW,
        "one_time_code": "123456",
    }  # fmt: skip
    return re.sub(r"\{(practice|phone|url|window|one_time_code)\}", lambda found: sample[found[1]], body)


def measured(about: Row, row: Row) -> Row:
    """A version with its preview and its length as the carrier counts it."""
    shown = filled(about, row["body"])
    alphabet, units, parts = segments(shown)
    return {
        **row, "shown": shown, "alphabet": alphabet, "units": units, "parts": parts,
        "second": bool(row["approver"]) and row["author"] != row["approver"],
        "reviewed": row["lang"] == "en" or bool(row["language_reviewer"]),
    }  # fmt: skip


def findings(about: Row, base: Row, body: str) -> list[Row]:
    """What is wrong with new words for this wording; `stops`: they cannot be saved so."""
    kind = "text" if base["unprompted"] else "reply"
    found = [{"say": tongue.told(one.say), "stops": one.kind != "style"} for one in lint(body, kind=kind)]
    known = {one["say"] for one in found}
    found += [
        {"say": tongue.told(one.say), "stops": one.kind != "style"}
        for one in lint(filled(about, body).replace(SAMPLE_URL, "{url}").replace(SAMPLE_WINDOW, "{window}"), kind=kind)
        if tongue.told(one.say) not in known
    ]
    allowed = {"practice", "phone", *re.findall(r"\{(\w+)\}", base["body"])}
    for name in sorted(set(re.findall(r"\{(\w+)\}", body)) - allowed):
        found.append({"say": _("Nothing fills {%(name)s} in this text.") % {"name": name}, "stops": True})
    if re.search(r"[{}]", re.sub(r"\{(practice|phone|url|window)\}", "", body)):
        found.append({"say": _("Curly brackets stand only around a place that is filled in."), "stops": True})
    for must, why in (
        ("{practice}", _("It has to say who it is from: {practice}.")),
        ("{url}", _("It has to carry the link: {url}.")),
        ("{window}", _("It has to say by when: {window}.")),
        ("911", _("It has to say what to do in an emergency: 911.")),
        ("988", _("It has to name the crisis line: 988.")),
        ("STOP", _("It has to say how to stop: STOP.")),
        ("START", _("It has to say how to begin again: START.")),
    ):
        if must in base["body"] and must not in body:
            found.append({"say": why, "stops": True})
    if base["unprompted"] and segments(filled(about, body))[2] > 1:
        found.append({"say": _("A text that nobody asked for fits one segment."), "stops": True})
    if len(body) > LONGEST:
        found.append({"say": _("At most %(most)s letters.") % {"most": LONGEST}, "stops": True})
    return found


def _names(rows: list[Row], staff: dict[int, Row]) -> None:
    for row in rows:
        for field in ("author", "approver"):
            number = row[f"{field}_staff"]
            row[f"{field}_name"] = staff[number]["name"] if number in staff else row[field]


@require_GET
def setup_words_page(request: HttpRequest) -> HttpResponse:
    """All wordings by purpose, the languages side by side."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        every = [measured(state.about, row) for row in setup_words.every(rows)]
        staff = practices.staff(rows)
    _names(every, staff)
    langs = sorted({row["lang"] for row in every}, key=lambda one: (one != "en", one))
    shelves: dict[str, dict[tuple[str, int], Row]] = {}
    for row in every:
        head, base = row["id"].removesuffix(f"-{row['lang']}"), row["base"]
        slot = shelves.setdefault(row["purpose"], {}).setdefault(
            (head, base), {"head": head, "base": base, "langs": {}, "drafts": 0}
        )
        if row["is_live"]:
            slot["langs"][row["lang"]] = row
        slot["drafts"] += row["published_at"] is None
    purposes = [
        {
            "code": purpose, "name": tongue.told(words.say(words.PURPOSES, purpose)),
            "slots": [{**slot, "cells": [slot["langs"].get(lang) for lang in langs]} for _key, slot in sorted(shelf.items())],
        }
        for purpose, shelf in sorted(shelves.items(), key=lambda one: (one[0] != "first", one[0]))
    ]  # fmt: skip
    unread = [
        lang for lang in langs if any(not row["reviewed"] and row["is_live"] for row in every if row["lang"] == lang)
    ]
    drafts = [row for row in every if row["published_at"] is None]
    return render(request, "ringback/setup_words.html", {
        **setup_parts.frame(request, state, "setup_words"), "purposes": purposes, "langs": langs, "unread": unread,
        "drafts": drafts, "count": len(every),
    })  # fmt: skip


@require_GET
def setup_word(request: HttpRequest, template: str, base: int) -> HttpResponse:
    """One wording: what is sent, on a phone; its versions; a new draft."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        every = [row for row in setup_words.every(rows) if row["base"] == base]
        mine = [measured(state.about, row) for row in every if row["id"] == template]
        staff = practices.staff(rows)
    if not mine:
        raise Http404
    _names(mine, staff)
    live = next((row for row in mine if row["is_live"]), mine[0])
    head = template.removesuffix(f"-{live['lang']}")
    others = [
        measured(state.about, row) for row in every
        if row["is_live"] and row["id"] != template and row["id"].removesuffix(f"-{row['lang']}") == head
    ]  # fmt: skip
    for row in mine:
        row["lint"] = findings(state.about, live, row["body"]) if row["published_at"] is None else []
    return render(request, "ringback/setup_word.html", {
        **setup_parts.frame(request, state, "setup_words"), "live": live, "others": others, "template": template, "base": base,
        "versions": sorted(mine, key=lambda one: -one["version"]), "purpose": tongue.told(words.say(words.PURPOSES, live["purpose"])),
        "check": {**live, "lint": [], "typed": False}, "longest": LONGEST,
        "places": sorted({"practice", "phone", *re.findall(r"\{(\w+)\}", live["body"])}),
    })  # fmt: skip


@require_POST
def setup_word_check(request: HttpRequest, template: str, base: int) -> HttpResponse:
    """The words being typed, as a phone would show them, with what the linter says; nothing is saved."""
    body = _body(request)
    with access.practice(visitor_of(request).practice) as rows:
        about = practices.practice(rows)
        found = setup_words.one(rows, template, base)
    if found is None:
        raise Http404
    check = {**measured(about, {**found, "body": body}), "lint": findings(about, found, body), "typed": True}
    return render(request, "ringback/setup_word_check.html", {"check": check})


def _body(request: HttpRequest) -> str:
    return " ".join(request.POST.get("body", "").split())[: LONGEST * 2]


def _does(request: HttpRequest, template: str, base: int, act: Callable[[access.Rows], str]) -> HttpResponse:
    where = reverse("setup_word", args=[template, base])
    try:
        with access.practice(visitor_of(request).practice) as rows:
            done = act(rows)
    except setup_words.Refused as wrong:
        return said(
            request, _("Nothing was changed. %(why)s") % {"why": tongue.told(str(wrong))}, tone="bad", fallback=where
        )
    except LookupError:
        raise Http404 from None
    return said(request, done, fallback=where)


@require_POST
def setup_word_draft(request: HttpRequest, template: str, base: int) -> HttpResponse:
    """Keep new words as a draft for somebody else to approve."""
    visitor, body = visitor_of(request), _body(request)

    def act(rows: access.Rows) -> str:
        about, found = practices.practice(rows), setup_words.one(rows, template, base)
        if found is None:
            raise LookupError
        stops = [one["say"] for one in findings(about, found, body) if one["stops"]]
        if stops:
            raise setup_words.Refused(stops[0])
        same = next(
            (
                row
                for row in setup_words.every(rows)
                if (row["id"], row["base"]) == (template, base) and row["body"] == body
            ),
            None,
        )
        if same is not None:
            raise setup_words.Refused(_("Version %(version)s has these very words.") % {"version": same["version"]})
        version = setup_words.draft(rows, template, base, body, visitor.staff, visitor.role, clock.now())
        return _("Kept as version %(version)s, a draft. Somebody else approves it; until then nothing changes.") % {
            "version": version
        }

    return _does(request, template, base, act)


@require_POST
def setup_word_act(request: HttpRequest, template: str, version: int) -> HttpResponse:
    """Approve a draft, throw it away, or send an older version again."""
    visitor, done = visitor_of(request), request.POST.get("act", "")
    with access.practice(visitor.practice) as rows:
        found = setup_words.one(rows, template, version)
    if found is None:
        raise Http404

    def act(rows: access.Rows) -> str:
        given = (rows, template, version, visitor.staff, visitor.role)
        if done == "approve":
            setup_words.approve(*given, request.POST.get("reviewer", "").strip()[:80], clock.now())
            return _("Approved. Version %(version)s is sent from now on.") % {"version": version}
        if done == "drop":
            setup_words.drop(*given, clock.now())
            return _("The draft is thrown away.")
        if done == "restore":
            setup_words.restore(*given, clock.now())
            return _("Version %(version)s is sent again.") % {"version": version}
        raise LookupError

    return _does(request, template, found["base"], act)


@require_POST
def setup_language(request: HttpRequest, lang: str) -> HttpResponse:
    """A qualified reviewer has read every wording of a language (C62)."""
    visitor, where = visitor_of(request), reverse("setup_words")
    reviewer = " ".join(request.POST.get("reviewer", "").split())[:80]
    if len(reviewer) < 3 or request.POST.get("sure") != "yes":
        return said(request, _("Nothing was changed: name the reviewer and confirm it."), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        count = setup_words.review_language(rows, lang, reviewer, visitor.staff, visitor.role)
    if not count:
        return said(request, _("There is nothing to review in this language."), tone="bad", fallback=where)
    return said(
        request, _("Taken down. Callers who write in this language are answered in it from now on."), fallback=where
    )
