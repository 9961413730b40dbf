"""The life of a case as a page: a diagram, the list of rules and the reasons they give, made from the table itself.

Nothing on the page is written by hand. What a rule does is its docstring; where it leads and what it says are what the
walk through the rules saw. `ringback.docs_cli` writes the page, and a test fails when it is out of date.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ringback.core.case import Phase, Tick
from ringback.core.decide import RULES
from ringback.core.events import TimeUp
from ringback.core.policy import SLAS
from ringback.core.walk import Step, whole

Key = tuple[Phase, type[Any] | Tick]

PHASES = {
    Phase.NEW: "Nothing has been decided yet.",
    Phase.SETTLING: "A missed call waits a few seconds: the caller may ring again and be answered.",
    Phase.WAITING: "The caller has a text from us and the next word.",
    Phase.WORKING: "A person has a task, and its clock runs.",
    Phase.URGENT: "Urgent words: people are paged until somebody acknowledges, and the call-back has its own clocks.",
    Phase.CLOSED: "The case is over, with one closure that is stamped on each of its calls.",
}
TICKS = {
    Tick.SETTLE: "the settle window is over",
    Tick.OPENING: "the practice opens",
    Tick.PAGE: "a page was not acknowledged",
    Tick.MANAGER: "45 minutes, not called back",
    Tick.BREACH: "60 minutes, not called back",
    Tick.REPLY: "no reply",
    Tick.CALLBACK: "a flagged call-back is late",
    Tick.GUARD: "a near visit is not changed",
    Tick.PROMISE: "a promised moment has come",
    Tick.DUE: "a task is due",
    Tick.LEASE: "a taken task was not finished",
    Tick.RETRY: "time to try again",
    Tick.CLOSE: "the last answer is out",
}
HEAD = """# The life of a case

<!-- Made from the rules table by `python -m ringback.docs_cli --write`. Do not edit: change the rules. -->

A case is one caller's wish to reach the practice. It begins with a missed call, a voicemail or a text, and ends with
exactly one closure. `RULES` in `src/ringback/core/decide.py` says what each happening does in each phase; a pair that is
not in it is *nothing to do*. The diagram shows where the rules really led when everything that can happen was tried on
every kind of case that can be reached.
"""


@dataclass(slots=True)
class Seen:
    """What the walk saw of the rules: where each led, with which closures, and the reasons given."""

    leads: dict[Key, set[Phase]] = field(default_factory=lambda: defaultdict(set))
    ends: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    whys: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, step: Step) -> None:
        """Remember one step. A moment at which several clocks run out tells of none of them alone."""
        keys = [key for key in step.keys if key in RULES]
        if len(keys) != 1 or (isinstance(step.event, TimeUp) and len(step.keys) != 1):
            return
        key, decision = keys[0], step.decision
        for part in decision.why.split("; "):
            self.whys[key].add(plain(part))
        if decision.nothing:
            return
        self.leads[key].add(decision.case.phase)
        if decision.case.closure is not None and step.before.open:
            self.ends[key].add(decision.case.closure.value)


def plain(why: str) -> str:
    """A reason without its numbers: 'task t2 in billing' becomes 'task in billing'."""
    return re.sub(r"\btry \d+", "try", re.sub(r" t\d+\b", "", why))


def look(steps: Iterable[Step] | None = None) -> Seen:
    """Everything that the walk saw."""
    seen = Seen()
    for step in whole() if steps is None else steps:
        seen.note(step)
    return seen


def page(seen: Seen) -> str:
    """The whole page, as Markdown with a Mermaid diagram."""
    parts = [HEAD, diagram(seen)]
    for phase in Phase:
        parts.append(_chapter(phase, seen))
    parts.append(_slas())
    return "\n".join(parts)


def diagram(seen: Seen) -> str:
    """The state diagram: an arrow for each way from phase to phase, with what takes it."""
    arrows: dict[tuple[Phase, Phase], list[str]] = defaultdict(list)
    for key in RULES:
        for phase in sorted(seen.leads[key], key=list(Phase).index):
            if phase is not key[0]:
                arrows[(key[0], phase)].append(happening(key[1]))
    lines = ["```mermaid", "stateDiagram-v2", "  [*] --> new"]
    for (start, end), names in arrows.items():
        label = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        lines.append(f"  {start.value} --> {end.value}: {label}")
    return "\n".join([*lines, "  closed --> [*]", "```", ""])


def happening(what: type[Any] | Tick) -> str:
    """What happened, in words: 'text received', 'no reply'."""
    if isinstance(what, Tick):
        return TICKS[what]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", what.__name__).lower()


def _chapter(phase: Phase, seen: Seen) -> str:
    lines = [f"## {phase.value.capitalize()}", "", PHASES[phase], ""]
    lines += ["| when | rule | then the case is | reasons it gives |", "|---|---|---|---|"]
    for key, rule in RULES.items():
        if key[0] is not phase:
            continue
        doc = (inspect.getdoc(rule) or "").split("\n")[0]
        name = f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}"
        leads = [p.value for p in Phase if p in seen.leads[key]]
        ends = ", ".join(sorted(seen.ends[key]))
        then = ", ".join(leads) + (f" ({ends})" if ends else "")
        whys = "<br>".join(sorted(seen.whys[key]))
        lines.append(f"| {happening(key[1])} | {doc} `{name}` | {then} | {whys} |")
    return "\n".join([*lines, ""])


def _slas() -> str:
    lines = ["## Tasks and their clocks", "", "A practice may tighten these in its policy.", ""]
    lines += ["| task | queue | due within | counted in | priority |", "|---|---|---|---|---|"]
    for kind, sla in SLAS.items():
        hours, minutes = divmod(sla.minutes, 60)
        within = f"{hours} h" if not minutes else f"{sla.minutes} min"
        within += ", the same day" if sla.same_day else ""
        lines.append(f"| {kind} | {sla.queue} | {within} | {'real' if sla.wall else 'opening'} time | {sla.priority} |")
    return "\n".join([*lines, ""])
