"""The replay as one page that needs nothing else: it can be mailed to an owner and opened anywhere, light or dark.

Every value passes through `escape`; the page has no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

MOST_ROWS = 2000

CSS = """
:root{--ink:#15202b;--soft:#5b6b7b;--line:#e3e8ee;--paper:#fff;--bg:#f5f7fa;--good:#2f9e6e;--lost:#d9603b;--text:#2563c9;--wash:#eef3fb}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9aa8b6;--line:#2b3743;--paper:#18212b;--bg:#10171f;--good:#4cc38f;
--lost:#f0835f;--text:#7aa7f0;--wash:#1d2a3a}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:40px 20px 80px}h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.02em}
h2{font-size:19px;margin:44px 0 12px}p{margin:6px 0}.soft{color:var(--soft)}.card{background:var(--paper);border:1px solid var(--line);
border-radius:14px;padding:18px 20px}.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:26px 0}
.tile b{display:block;font-size:32px;letter-spacing:-.02em;font-variant-numeric:tabular-nums}.lost b{color:var(--lost)}.text b{color:var(--text)}
.good b{color:var(--good)}table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;color:var(--soft);font-weight:500}
th,td{padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}.tag{display:inline-block;border-radius:99px;padding:1px 9px;font-size:12.5px;background:var(--wash);white-space:nowrap}
.texted,.texted .tag{color:var(--text)}.bar{height:8px;border-radius:4px;background:var(--lost);display:block}svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font-size:11px}.key i{display:inline-block;width:10px;height:10px;border-radius:3px;margin:0 5px 0 14px}
.heat td,.heat th{padding:2px;border:0;text-align:center;font-size:12px}.heat td span{display:block;border-radius:5px;padding:3px 0;min-width:24px}
@media print{body{background:#fff}.card{break-inside:avoid}}
"""


def page(found: Mapping[str, Any]) -> str:
    """The report as HTML."""
    zone = ZoneInfo(found["zone"])
    calls, gone, texted = found["calls"], found["missed"], found["texted"]
    share = f"{100 * gone / calls:.0f}% of all calls" if calls else "no calls"
    wait = found["seconds_to_text"]["median"]
    body = [
        "<h1>What Ringback would have done</h1>",
        f'<p class="soft">{_span(found, zone)} &middot; times in {escape(found["zone"])} &middot; nothing was sent</p>',
        '<div class="tiles">',
        _tile(calls, "calls in the records"),
        _tile(gone, f"reached nobody ({share})", "lost"),
        _tile(texted, "callers would have had a text", "text"),
        _tile("&ndash;" if wait is None else f"{wait:.0f} s", "from hanging up to the text, typically", "good"),
        _tile(found["missed_closed"], "missed while the practice was closed"),
        "</div>",
        "<h2>When callers reach nobody</h2>",
        f'<div class="card">{_hours(found["hours"])}<p class="soft key"><i style="background:var(--lost);margin-left:0"></i>reached nobody'
        '<i style="background:var(--good)"></i>answered</p></div>',
        f"<p>{_peaks(found['peaks'])}</p>",
        f'<div class="card scroll">{_heat(found["week"])}</div>',
        "<h2>What became of each call</h2>",
        f'<div class="card scroll">{_outcomes(found["outcomes"], calls)}</div>',
    ]
    if found["reasons"]:
        body += [
            "<h2>Why a missed caller would not be texted</h2>",
            f'<div class="card scroll">{_reasons(found["reasons"])}</div>',
        ]
    body += [
        "<h2>Call by call</h2>",
        f'<div class="card scroll">{_rows(found["rows"], zone)}</div>',
        '<p class="soft">' + " ".join(escape(line) for line in found["assumed"]) + "</p>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>Replay: what Ringback would have done</title><style>{CSS}</style></head>'
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _tile(value: object, say: str, kind: str = "") -> str:
    return f'<div class="card tile {kind}"><b>{value}</b><span class="soft">{escape(say)}</span></div>'


def _span(found: Mapping[str, Any], zone: ZoneInfo) -> str:
    if found["from"] is None:
        return "No call has a time"
    return f"{_when(found['from'], zone, '%d %b %Y')} to {_when(found['to'], zone, '%d %b %Y')}"


def _when(text: str | None, zone: ZoneInfo, form: str = "%a %d %b %H:%M:%S") -> str:
    return datetime.fromisoformat(text).astimezone(zone).strftime(form) if text else ""


def _hours(hours: Sequence[Mapping[str, int]]) -> str:
    """Stacked bars, an hour of the day each."""
    most = max((hour["answered"] + hour["missed"] for hour in hours), default=0) or 1
    parts = ['<svg viewBox="0 0 960 190" role="img" aria-label="Calls by hour of the day">']
    for hour in hours:
        x = hour["hour"] * 40 + 6
        tall = 150 * (hour["answered"] + hour["missed"]) / most
        lost = 150 * hour["missed"] / most
        said = f"{hour['hour']}:00 &ndash; {hour['missed']} reached nobody, {hour['answered']} answered"
        parts.append(
            f'<g><title>{said}</title><rect x="{x}" y="{160 - tall:.1f}" width="28" height="{tall - lost:.1f}" rx="4" fill="var(--good)"/>'
            f'<rect x="{x}" y="{160 - lost:.1f}" width="28" height="{lost:.1f}" rx="4" fill="var(--lost)"/></g>'
        )
        if hour["hour"] % 3 == 0:
            parts.append(f'<text x="{x + 14}" y="180" text-anchor="middle">{hour["hour"]}:00</text>')
    return "".join(parts) + "</svg>"


def _heat(week: Mapping[str, Sequence[int]]) -> str:
    most = max((count for counts in week.values() for count in counts), default=0) or 1
    parts = ['<table class="heat"><tr><th></th>', *(f"<th>{hour}</th>" for hour in range(24)), "</tr>"]
    for day, counts in week.items():
        cells = "".join(
            f'<td><span style="background:color-mix(in srgb,var(--lost) {round(90 * count / most)}%,var(--bg))">{count or "&nbsp;"}</span></td>'
            for count in counts
        )
        parts.append(f"<tr><th>{escape(day)}</th>{cells}</tr>")
    return "".join(parts) + "</table>"


def _peaks(peaks: Sequence[Mapping[str, Any]]) -> str:
    if not peaks:
        return "Nobody was missed."
    said = ", ".join(f"{p['day']} {p['hour']}:00&ndash;{p['hour'] + 1}:00 ({p['missed']})" for p in peaks)
    return f"The hardest hours: <b>{said}</b>."


def _outcomes(outcomes: Mapping[str, Mapping[str, Any]], calls: int) -> str:
    rows = "".join(
        f'<tr class="{escape(name)}"><td><span class="tag">{escape(name.replace("_", " "))}</span></td><td>{escape(one["say"])}</td>'
        f'<td class="n">{one["calls"]}</td><td style="width:30%"><span class="bar" style="width:{100 * one["calls"] / calls:.1f}%;'
        f'background:var(--{"text" if name == "texted" else "good" if name == "answered" else "soft"})"></span></td></tr>'
        for name, one in outcomes.items()
    )
    return f"<table>{rows}</table>"


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(f'<tr><td>{escape(one["reason"])}</td><td class="n">{one["calls"]}</td></tr>' for one in reasons)
    return f"<table><tr><th>reason</th><th></th></tr>{rows}</table>"


def _rows(rows: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> str:
    heads = "".join(f"<th>{head}</th>" for head in ("when", "from", "to", "call", "Ringback", "why", "text", "case"))
    cells = "".join(
        f'<tr class="{escape(row["outcome"])}"><td>{_when(row["at"], zone)}{" &#9790;" if row["closed"] else ""}</td>'
        f"<td>{escape(row['from'])}</td><td>{escape(row['to'])}</td><td>{escape(row['verdict'])}</td>"
        f'<td><span class="tag">{escape(row["outcome"].replace("_", " "))}</span></td><td>{escape(row["reason"])}</td>'
        f"<td>{_when(row['text_at'], zone, '%H:%M:%S')}</td><td>{row['case'] or ''}</td></tr>"
        for row in rows[:MOST_ROWS]
    )
    more = (
        f'<p class="soft">The first {MOST_ROWS} of {len(rows)} calls; the JSON report has all.</p>'
        if len(rows) > MOST_ROWS
        else ""
    )
    return f"<table><tr>{heads}</tr>{cells}</table>{more}"
