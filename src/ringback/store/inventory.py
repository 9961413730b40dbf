"""The asset inventory and network map (C71), taken from what is there: processes, hosts, tables, vendors, flows, packages.

It names systems and addresses, never people: secrets and account numbers of connections stay out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict
from uuid_utils.compat import uuid7

from ringback.store import audit, registers, tables
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

PROCESSES = (
    {"name": "ringback serve", "does": "hooks of phone systems and carriers, pages for staff and patients", "listens": "HTTP behind a TLS proxy"},
    {"name": "ringback work", "does": "decides, sends, pages staff, keeps house", "listens": "nothing"},
    {"name": "ringback.words_model.serve", "does": "says what messages read like; asked by ringback work", "listens": "nothing: a pipe"},
    {"name": "postgresql", "does": "keeps everything", "listens": "PostgreSQL"},
)  # fmt: skip


def take(rows: Rows, environment: Mapping[str, str]) -> dict[str, Any]:
    """What is there now. `environment` is the process's."""
    place = conninfo_to_dict(environment.get("RINGBACK_DATABASE_URL", ""))
    public = urlsplit(environment.get("RINGBACK_PUBLIC_URL", "http://127.0.0.1:8000"))
    server = rows.one("select current_setting('server_version') as version")
    systems = rows.all(
        "select distinct system, kind from connection where practice = %s order by system, kind", (rows.practice,)
    )
    vendors = rows.all(
        "select vendor, system, kind, services, from_day, last_day from agreement where practice = %s order by vendor, from_day, id",
        (rows.practice,),
    )
    gate = rows.one("select gate from practice where practice = %s", (rows.practice,))
    alerts = jsonb(gate["gate"]).get("alerts") or {} if gate else {}
    host = str(place.get("host") or "local socket")
    return {
        "hosts": [
            {"name": public.hostname or "", "role": "web server, as the world reaches it", "scheme": public.scheme},
            {"name": "this machine" if host.startswith("/") else host, "role": "database", "version": server["version"] if server else "", "tls": str(place.get("sslmode") or "default")},
        ],
        "processes": [dict(one) for one in PROCESSES],
        "tables": [
            {"name": name, "walled": True, "only_added_to": name in tables.APPEND_ONLY, "sealed": list(tables.SEALED.get(name, ()))}
            for name in tables.TENANT
        ] + [{"name": name, "walled": False, "only_added_to": False, "sealed": []} for name in (*tables.OPEN, *tables.SHELL)],
        "vendors": [dict(one) for one in vendors],
        "flows": _flows(systems, alerts, public.hostname or ""),
        "keys": "key file" if environment.get("RINGBACK_KEY_FILE") else environment.get("RINGBACK_KEYS", "none"),
        "packages": packages(),
    }  # fmt: skip


def _flows(systems: list[Row], alerts: Mapping[str, Any], public: str) -> list[dict[str, str]]:
    flows = []
    for one in systems:
        what = "calls: numbers and moments" if one["kind"] == "phone" else "texts: numbers and words"
        flows.append({"from": one["system"], "to": public, "what": what, "over": "HTTPS, signed"})
        if one["kind"] == "text":
            flows.append({"from": public, "to": one["system"], "what": "texts that the gate allowed", "over": "HTTPS"})
    if alerts.get("smtp"):
        flows.append(
            {
                "from": public,
                "to": urlsplit(alerts["smtp"]).hostname or "",
                "what": "alerts to staff: ids and links",
                "over": "SMTP",
            }
        )
    if alerts.get("webhook"):
        flows.append(
            {
                "from": public,
                "to": urlsplit(alerts["webhook"]).hostname or "",
                "what": "alerts to staff: ids and links",
                "over": "HTTPS",
            }
        )
    return flows


def packages() -> list[dict[str, str]]:
    """The product and every Python package it runs with, by the versions that are installed (the SBOM's list)."""
    found: dict[str, dict[str, str]] = {}
    wanted = ["ringback"]
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        licence = (one.metadata.get_all("License-Expression") or one.metadata.get_all("License") or [""])[0]
        found[name] = {"name": name, "version": one.version, "licence": licence.splitlines()[0][:60] if licence else ""}
        for line in one.requires or ():
            need = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
            # What only an extra asks for is not part of what runs; what is not installed is passed over.
            if need is not None and "extra ==" not in line:
                wanted.append(need[0])
    return sorted(found.values(), key=lambda package: package["name"])


def digest(items: Mapping[str, Any]) -> str:
    """The inventory's fingerprint: the same things, the same fingerprint."""
    return hashlib.sha256(json.dumps(items, sort_keys=True, default=str).encode()).hexdigest()


def keep(rows: Rows, items: Mapping[str, Any], staff: int | None, now: datetime) -> None:
    """Keep an inventory; taking it is a duty done."""
    body = json.loads(json.dumps(items, default=str))
    rows.run(
        "insert into inventory (practice, id, at, made_by, digest, items) values (%s, %s, %s, %s, %s, %s)",
        (rows.practice, uuid7(), now, staff, digest(items), json.dumps(body)),
    )
    registers.done(rows, "inventory", True, staff, now)
    audit.write(
        rows, act="change", what="inventory.taken", by=str(staff or "system"), detail={"digest": digest(items)[:16]}
    )


def newest(rows: Rows) -> Row | None:
    """The inventory that was taken last."""
    found = rows.one(
        "select at, made_by, digest, items::text as items from inventory where practice = %s order by id desc limit 1",
        (rows.practice,),
    )
    return {**found, "items": json.loads(found["items"])} if found else None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What came, went or changed between two inventories, a line each."""
    told = []
    for part in sorted({*before, *after}):
        old, new = (_lines(one.get(part)) for one in (before, after))
        told += [f"{part}: gone {line}" for line in sorted(old - new)] + [
            f"{part}: new {line}" for line in sorted(new - old)
        ]
    return told


def _lines(part: Any) -> set[str]:
    rows = part if isinstance(part, list) else [part] if part is not None else []
    return {json.dumps(row, sort_keys=True, default=str) for row in rows}
