"""Rules of the secure thread: a text says that something is there, a page shows it to whoever proves who they are.

Words that were left and not seen are somebody's task, so that they are never thought to be read. Once they are seen the case
waits a day for an answer and then ends by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import tasks
from ringback.core.case import Case, Closure, Phase, Tick, with_clock, without_clock
from ringback.core.effects import SendText
from ringback.core.events import LanguageChosen, SecureAsked, SecureSeen, SecureSent
from ringback.core.policy import Policy
from ringback.core.rules import Decision, nothing

UNREAD = "secure_unread"
ANSWER_WITHIN = timedelta(hours=24)
"""How long a case stays open for an answer to what was seen."""


def sent(case: Case, event: SecureSent, policy: Policy, now: datetime) -> Decision:
    """A person left words behind a link: the caller is told by a text that says no more than that."""
    if case.opted_out:
        return nothing(case, "the caller asked for no more texts; call instead")
    if case.last_inbound_at is None:
        return nothing(case, "the caller has not written, so there is nothing to answer by text; call instead")
    case, _ = tasks.open_task(without_clock(case, Tick.REPLY, Tick.CLOSE), UNREAD, policy, now)
    if case.phase is Phase.WAITING:
        case = replace(case, phase=Phase.WORKING)
    told = SendText(
        purpose="secure_message", basis="staff_reply", reply_to=event.message, reply_to_at=case.last_inbound_at
    )
    return Decision(case=case, effects=(told,), why="staff left a secure message; a text says so")


def seen(case: Case, event: SecureSeen, policy: Policy, now: datetime) -> Decision:
    """The patient has seen it: nobody has to ask after it any more, and an answer is waited for."""
    unread = next((task for task in tasks.open_tasks(case) if task.kind == UNREAD), None)
    if unread is None:
        return nothing(case, "nothing was waiting to be seen")
    case = tasks.finish(case, unread, Closure.RESOLVED.value, now)
    if tasks.open_tasks(case) or case.phase is Phase.URGENT:
        return Decision(case=case, why="the secure message was seen; other work remains")
    case = with_clock(replace(case, phase=Phase.WAITING), Tick.CLOSE, now + ANSWER_WITHIN, "secure")
    return Decision(case=case, why="the secure message was seen; the case ends in a day unless they write")


def asked(case: Case, event: SecureAsked, policy: Policy, now: datetime) -> Decision:
    """Whoever holds the phone pressed for a new link or a code; the text goes to the number and to no other."""
    if case.opted_out:
        return nothing(case, "the caller asked for no more texts")
    purpose = "secure_code" if event.kind == "code" else "secure_message"
    told = SendText(purpose=purpose, basis="reply_to_inbound", reply_to=event.message, reply_to_at=event.at)
    return Decision(case=case, effects=(told,), why=f"asked for on the patient's page: a {event.kind} by text")


def tongue(case: Case, event: LanguageChosen, policy: Policy, now: datetime) -> Decision:
    """What is said from now on is said in the language the patient chose."""
    if event.lang == case.lang:
        return nothing(case, "that is the language already")
    return Decision(case=replace(case, lang=event.lang), why=f"the patient chose a language: {event.lang}")
