"""Tasks: the second small machine inside a case. Its clocks stand among the case's own, so nothing is timed twice.

A task has a queue, a due moment by its SLA, an owner while a lease lasts, attempts, and a disposition at its end.
Business time counts by the location's hours; what is marked `wall` runs day and night.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import hours
from ringback.core.case import Case, Task, TaskState, Tick, with_clock, without_clock
from ringback.core.policy import SLAS, Policy, Sla

LIVE = (TaskState.OPEN, TaskState.CLAIMED)
# Tasks whose only purpose is to reach the caller: any other resolution makes them needless. Words that nobody has read
# yet (voicemail, other) are not among them.
TO_REACH = frozenset({"callback", "new_patient_callback", "text_fate_unknown"})


def open_tasks(case: Case) -> tuple[Task, ...]:
    """Tasks that still wait for somebody."""
    return tuple(task for task in case.tasks if task.state in LIVE)


def find(case: Case, task_id: str) -> Task | None:
    """A live task by its id."""
    return next((task for task in case.tasks if task.id == task_id and task.state in LIVE), None)


def business(policy: Policy, at: datetime, minutes: int) -> datetime:
    """The moment when so many business minutes have passed; wall time where the location never opens."""
    try:
        return hours.add_business(policy.hours, at, timedelta(minutes=minutes))
    except hours.NeverOpen:
        return at + timedelta(minutes=minutes)


def sla_of(policy: Policy, kind: str) -> Sla:
    """The practice's own clock for this kind of task, or the default one where its policy names none."""
    return policy.slas.get(kind) or SLAS[kind]


def due_by(policy: Policy, kind: str, at: datetime) -> datetime:
    """When a task of this kind is due, opened now."""
    sla = sla_of(policy, kind)
    if sla.wall:
        return at + timedelta(minutes=sla.minutes)
    moment = business(policy, at, sla.minutes)
    if sla.same_day and hours.is_open(policy.hours, at):
        moment = min(moment, hours.end_of_day(policy.hours, at))
    return moment


def open_task(
    case: Case, kind: str, policy: Policy, now: datetime, *, due: datetime | None = None, queue: str = ""
) -> tuple[Case, Task]:
    """Open a task; one of the same kind that is already open is kept instead."""
    for task in open_tasks(case):
        if task.kind == kind:
            return case, task
    sla = sla_of(policy, kind)
    task = Task(
        id=f"t{len(case.tasks) + 1}",
        queue=queue or sla.queue,
        kind=kind,
        priority=sla.priority,
        opened_at=now,
        due=due or due_by(policy, kind, now),
    )
    case = replace(case, tasks=(*case.tasks, task))
    return with_clock(case, Tick.DUE, task.due, task.id), task


def put(case: Case, task: Task) -> Case:
    """The case with this task in its new state."""
    return replace(case, tasks=tuple(task if t.id == task.id else t for t in case.tasks))


def finish(case: Case, task: Task, disposition: str, now: datetime, state: TaskState = TaskState.DONE) -> Case:
    """End a task and its clocks."""
    ended = replace(task, state=state, disposition=disposition, done_at=now, lease_until=None)
    case = put(case, ended)
    return without_clock(case, Tick.DUE, Tick.LEASE, Tick.RETRY, Tick.PROMISE, subject=task.id)


def drop_reaching(case: Case, now: datetime, why: str) -> Case:
    """Drop the tasks whose only purpose was to reach the caller."""
    for task in open_tasks(case):
        if task.kind in TO_REACH:
            case = finish(case, task, why, now, TaskState.DROPPED)
    return case
