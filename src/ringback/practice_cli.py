"""`ringback practice create FILE`: set a practice up from a TOML file. `ringback practice example` prints one to fill in."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from ringback.engine import outside
from ringback.store import provision
from ringback.store import standing as registers

EXAMPLE = """# A practice of Ringback. What is missing under [gate] denies texts and says so.
practice = 1
name = "Riverside Family Practice"
alias = "Riverside Family Practice"   # what texts begin with, 28 characters at most
phone = "202-555-0100"
zone = "America/New_York"
live = true
author = "who wrote the wordings"
approver = "who approved them, somebody else"

[gate]   # each becomes a row of its register, which the Compliance page shows and changes
officers_set = false       # a privacy and a security officer are named (staff of these roles, else the author)
baa_active = false         # an agreement (BAA) with the text carrier is in force
campaign_approved = false  # the carriers approved the campaign (10DLC or toll-free)

# Instead of baa_active, the agreement with its days; after last_day, at 00:00, no text goes out.
# [[agreements]]
# vendor = "Twilio Inc."
# system = "twilio"
# services = ["texts", "voice", "recordings"]
# from_day = 2026-01-01
# last_day = 2027-12-31
# verified_on = 2026-01-01

[policy]
settle_seconds = 15

[[locations]]
id = 1
name = "Main street"
zone = "America/New_York"
week = [
  [["08:00", "12:00"], ["13:00", "17:00"]], [["08:00", "12:00"], ["13:00", "17:00"]],
  [["08:00", "12:00"], ["13:00", "17:00"]], [["08:00", "12:00"], ["13:00", "17:00"]],
  [["08:00", "12:00"], ["13:00", "17:00"]], [], [],
]

[[connections]]
id = 1
kind = "phone"
system = "twilio"
settings = { account_sid = "AC...", auth_token = "..." }

[[connections]]
id = 2
kind = "text"
system = "twilio"
settings = { account_sid = "AC...", auth_token = "..." }

# [[connections]]          # alerts to a chat room, signed; docs/production.md says how
# id = 3
# kind = "alert"
# system = "webhook"
# settings = { url = "https://...", secret = "..." }

[[lines]]
id = 1
number = "+12025550100"
name = "Front desk"
location = 1
phone_connection = 1
text_connection = 2
mode = "shadow"            # shadow: everything but sending; live; off
# greeting_notice_on = 2026-12-01   # since when the greeting says that a text may follow
# forward_to = "+12025550101"       # the phones to ring first

[[staff]]
id = 1
role = "nurse"
name = "On call"
phone = "+12025550111"
on_call = 1
"""


def addresses_not_allowed(plan: provision.Plan) -> Iterator[tuple[str, str]]:
    """Every address of a plan that the server may not connect to, by its place in the file, and why (C77)."""
    alerts = plan.gate.get("alerts") or {}
    found = [
        ("gate.alerts.smtp", str(alerts.get("smtp") or "")),
        ("gate.alerts.webhook", str(alerts.get("webhook") or "")),
    ]
    for one in plan.connections:
        found += [(f"connections {one.id}: {name}", value) for name, value in one.settings.items() if "://" in value]
    for place, address in found:
        mail = place.endswith("smtp")
        if not address or place.endswith(": public_url"):  # our own, which nobody connects to
            continue
        try:
            outside.check_url(address, schemes=("smtps", "smtp+tls", "smtp") if mail else ("https", "http"))
        except outside.NotAllowed as wrong:
            yield place, str(wrong)


def practice_main(argv: list[str]) -> int:
    """Create a practice, or print the example; returns 2 with a mend when the file is wrong."""
    if argv == ["example"]:
        print(EXAMPLE, end="")
        return 0
    if len(argv) != 2 or argv[0] != "create":
        print("usage: ringback practice create FILE | ringback practice example", file=sys.stderr)
        return 2
    from ringback.engine.node import from_environment

    node = from_environment()
    try:
        plan = msgspec.convert(tomllib.loads(Path(argv[1]).read_text()), provision.Plan)
    except OSError as wrong:
        print(f"{argv[1]}: {wrong.strerror}", file=sys.stderr)
        return 2
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        print(f"{argv[1]}: {wrong}\nSee `ringback practice example` for what a file looks like.", file=sys.stderr)
        return 2
    for place, why in addresses_not_allowed(plan):
        print(f"{argv[1]}: {place}: {why}", file=sys.stderr)
        return 2
    try:
        with psycopg.connect(node.dsn, autocommit=True) as connection:
            provision.create(connection, node.book.ring.provider, plan, datetime.now(UTC))
    except psycopg.errors.UniqueViolation:
        print(
            f"practice {plan.practice} exists; give it another number or change it on its set-up page", file=sys.stderr
        )
        return 2
    except psycopg.OperationalError as wrong:
        print(f"the database cannot be reached: {str(wrong).splitlines()[0]}", file=sys.stderr)
        return 2
    print(f"practice {plan.practice} is set up. Give your phone system these addresses:")
    for connection_ in plan.connections:
        if connection_.kind == "alert":
            continue
        leaf = "voice" if connection_.kind == "phone" else "text"
        print(f"  {connection_.system} {leaf}: {node.public_url}/hooks/{plan.practice}/{connection_.id}/{leaf}")
        if connection_.kind == "phone":
            print(
                f"  {connection_.system} incoming call: {node.public_url}/hooks/{plan.practice}/{connection_.id}/answer"
            )
    said = {"baa_active": plan.agreements, "campaign_approved": plan.campaigns}
    missing = [name for name in registers.STATED if not plan.gate.get(name) and not said.get(name)]
    if missing:
        print(f"No text goes out until these are true: {', '.join(missing)}")
    return 0
