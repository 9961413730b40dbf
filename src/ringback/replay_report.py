"""What a replay found, counted: the numbers a practice's owner asks for, as plain values ready for JSON.

Hours and days are the practice's own. Numbers of callers are shown by their last four digits unless asked otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ringback.core.hours import zone_of
from ringback.core.policy import Policy
from ringback.replay import OUTCOMES, Row, missed

ASSUMED = (
    "Nobody answers a text.",
    "A person has done each task by the moment it is due.",
    "Numbers count as phones that can be texted unless their form says otherwise; opt-outs and landlines are not known here.",
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def report(rows: Sequence[Row], policy: Policy, *, full_numbers: bool = False) -> dict[str, Any]:
    """Everything the page and the JSON file show."""
    zone = zone_of(policy.hours.zone)
    dated = [(row, row.at.astimezone(zone)) for row in rows if row.at is not None]
    lost = [(row, at) for row, at in dated if missed(row)]
    outcomes = Counter(row.outcome for row in rows)
    texted = [row for row in rows if row.text_at is not None]
    waits = sorted((row.text_at - row.ended).total_seconds() for row in texted if row.text_at and row.ended)
    return {
        "from": _iso(min((at for _, at in dated), default=None)),
        "to": _iso(max((at for _, at in dated), default=None)),
        "zone": policy.hours.zone,
        "policy": {
            "settle_seconds": policy.settle_seconds,
            "episode_minutes": policy.episode_minutes,
            "night_first": policy.night_first,
        },
        "assumed": list(ASSUMED),
        "calls": len(rows),
        "verdicts": dict(sorted(Counter(row.verdict.value for row in rows).items())),
        "missed": sum(missed(row) for row in rows),
        "missed_closed": sum(missed(row) and row.closed for row in rows),
        "cases": len({row.case for row in rows if row.case}),
        "texted": len(texted),
        "texted_closed": sum(row.closed for row in texted),
        "seconds_to_text": {"median": _quantile(waits, 0.5), "longest": _quantile(waits, 1.0)},
        "outcomes": {name: {"calls": outcomes[name], "say": say} for name, say in OUTCOMES.items() if outcomes[name]},
        "reasons": _reasons(rows),
        "hours": [
            {
                "hour": hour,
                "answered": sum(at.hour == hour for row, at in dated if row.verdict.value == "answered"),
                "missed": count,
            }
            for hour, count in ((h, sum(at.hour == h for _, at in lost)) for h in range(24))
        ],
        "week": _week(lost),
        "peaks": _peaks(lost),
        "minutes": _minutes(rows, zone),
        "rows": [_row(row, full_numbers) for row in rows],
    }


def _week(lost: Sequence[tuple[Row, datetime]]) -> dict[str, list[int]]:
    counted = Counter((at.weekday(), at.hour) for _, at in lost)
    return {day: [counted[(number, hour)] for hour in range(24)] for number, day in enumerate(DAYS)}


def _peaks(lost: Sequence[tuple[Row, datetime]]) -> list[dict[str, Any]]:
    """The three hours of the week in which most callers reached nobody."""
    counted = Counter((at.weekday(), at.hour) for _, at in lost)
    first = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:3]
    return [{"day": DAYS[day], "hour": hour, "missed": count} for (day, hour), count in first]


def _minutes(rows: Sequence[Row], zone: Any) -> list[dict[str, Any]]:
    """Minute by minute, where anything happened: calls that ended, how many were missed, texts that would have gone."""
    found: dict[datetime, list[int]] = {}
    for row in rows:
        for moment, place, counts in (
            (row.ended, 0, True),
            (row.ended, 1, missed(row)),
            (row.text_at, 2, True),
        ):
            if moment is not None and counts:
                local = moment.astimezone(zone)
                minute = local - timedelta(seconds=local.second, microseconds=local.microsecond)
                found.setdefault(minute, [0, 0, 0])[place] += 1
    return [
        {"minute": minute.isoformat(timespec="minutes"), "calls": calls, "missed": gone, "texts": texts}
        for minute, (calls, gone, texts) in sorted(found.items())
    ]


def _reasons(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Why missed callers would not have been texted, the commonest first."""
    counted = Counter(row.reason for row in rows if missed(row) and row.text_at is None)
    return [{"reason": reason, "calls": count} for reason, count in counted.most_common()]


def _row(row: Row, full_numbers: bool) -> dict[str, Any]:
    return {
        "key": row.key,
        "at": _iso(row.at),
        "ended": _iso(row.ended),
        "from": row.caller if full_numbers else masked(row.caller),
        "to": row.line,
        "verdict": row.verdict.value,
        "why": row.why,
        "outcome": row.outcome,
        "reason": row.reason,
        "case": row.case or None,
        "text_at": _iso(row.text_at),
        "person_by": _iso(row.person_by),
        "closed": row.closed,
    }


def masked(caller: str) -> str:
    """A number by its last four digits; short ones and words stay."""
    return f"...{caller[-4:]}" if len(caller) > 7 and caller[-4:].isdigit() else caller


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(values[min(len(values) - 1, int(len(values) * share))], 1) if values else None
