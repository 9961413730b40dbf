"""From rows to cards: who, what they asked in their own words, whose it is, and how long there still is in opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ringback.core.hours import Hours
from ringback.core.policy import SLAS
from ringback.core.task_clock import Left, left
from ringback.engine.book import read_hours
from ringback.store import access, practices
from ringback.web import masks
from ringback.web.pages import shape
from ringback.web.sign_in import Visitor
from ringback.web.templatetags.ringback import clock_time, span

Row = dict[str, Any]
QUOTE = 220


class Clocks:
    """The hours of each site, and which kinds of task run day and night, as this practice's policy has them."""

    def __init__(self, rows: access.Rows) -> None:
        about = practices.practice(rows)
        self.zone: str = about["zone"]
        self.sites = practices.locations(rows)
        self.hours: dict[int, Hours] = {one["id"]: read_hours(one["zone"], one["hours"]) for one in self.sites}
        self._changed = practices.policy_body(rows, about["policy_version"])["body"].get("slas", {})

    def wall(self, kind: str) -> bool:
        """Whether tasks of this kind run by the wall clock."""
        told = self._changed.get(kind, {}).get("wall")
        return bool(told) if told is not None else kind in SLAS and SLAS[kind].wall

    def left(self, row: Row, now: datetime) -> Left:
        """What is left of a task's time."""
        return left(self.hours.get(row["location"]), now, row["task_due"], wall=self.wall(row["kind"]))

    def say(self, row: Row, now: datetime) -> Row:
        """The clock of a card: `words` for the eye, `full` for whoever asks what they mean."""
        found = self.left(row, now)
        due = clock_time(row["task_due"], self.zone)
        length = span(found.length)
        if found.late:
            words = _("%(length)s late") % {"length": length}
            full = _("Was due %(due)s; %(length)s of opening hours ago.") % {"due": due, "length": length}
            return {"words": words, "full": full, "tone": "red", "opening": found.opening}
        if not found.opening:
            return {
                "words": _("in %(length)s") % {"length": length}, "full": _("Due %(due)s.") % {"due": due},
                "tone": "", "opening": False,
            }  # fmt: skip
        full = _("Due %(due)s: %(length)s of opening hours from now. Closed hours and lunch do not count.") % {
            "due": due,
            "length": length,
        }
        if not found.runs and found.starts is not None:
            full += " " + _("The practice is closed; the clock runs again %(at)s.") % {"at": clock_time(found.starts, self.zone)}  # fmt: skip
        return {
            "words": _("in %(length)s of opening hours") % {"length": length},
            "full": full,
            "tone": "",
            "opening": True,
        }


def card(row: Row, visitor: Visitor, staff: Mapping[int, Row], clocks: Clocks, now: datetime, closing: Mapping[tuple[str, str], str]) -> Row:  # fmt: skip
    """An open task as a card of the board or a line of the list."""
    shape.task(row, visitor, staff, now)
    quote = " ".join(str(row["quote"]).split())
    row["quote"] = "" if not masks.of(visitor).words else quote if len(quote) <= QUOTE else quote[:QUOTE].rsplit(" ", 1)[0] + "…"  # fmt: skip
    row["clock"] = clocks.say(row, now)
    row["mine"] = row["task_state"] == "claimed" and row["owner"] == visitor.by
    row["taken"] = row["task_state"] == "claimed"
    row["closing"] = closing.get((str(row["id"]), row["task"]), "")
    row["pick"] = f"{row['id']}:{row['task']}"
    row["waits_until"] = row["not_before"] if row["not_before"] is not None and row["not_before"] > now else None
    return row
