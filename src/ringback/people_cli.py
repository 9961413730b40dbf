"""`ringback people`: invite somebody from the command line (the first owner, above all), list who is here, end access.

ringback people invite --practice N --role ROLE --email E --name "First Last"
ringback people list --practice N
ringback people leave --practice N STAFF
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import TextIO

from ringback.web.routes import ROLES

BY = "command line"


def people_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Run one of the commands above; 2 with a mend when the command line or the set-up is wrong."""
    parser = argparse.ArgumentParser(prog="ringback people", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    invite = commands.add_parser("invite", help="print a link that makes an account, once, within three days")
    invite.add_argument("--practice", type=int, required=True)
    invite.add_argument("--role", choices=[role for role in ROLES if role != "integration"], required=True)
    invite.add_argument("--email", required=True)
    invite.add_argument("--name", required=True)
    listed = commands.add_parser("list", help="who works at a practice")
    listed.add_argument("--practice", type=int, required=True)
    left = commands.add_parser("leave", help="end everything of a member of staff at once")
    left.add_argument("--practice", type=int, required=True)
    left.add_argument("staff", type=int)
    options = parser.parse_args(argv)
    for name in ("RINGBACK_DATABASE_URL", "RINGBACK_SECRET_KEY"):
        if not os.environ.get(name):
            print(f"{name} is not set; it has to be the server's", file=sys.stderr)
            return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")
    import django

    django.setup()
    from ringback.store import access, invitations, offboarding, practices

    now = datetime.now(UTC)
    with access.practice(options.practice) as rows:
        try:
            about = practices.practice(rows)
        except LookupError:
            print(
                f"there is no practice {options.practice}; make it with: ringback practice create FILE", file=sys.stderr
            )
            return 2
        if options.command == "list":
            for one in practices.staff(rows).values():
                state = "left" if not one["active"] else "signs in" if one["account"] else "no account"
                print(f"{one['id']:>4}  {one['role']:<17} {state:<11} {one['name']}", file=out)
            return 0
        if options.command == "leave":
            try:
                done = offboarding.leave(rows, options.staff, BY, now, role="owner")
            except offboarding.NotAllowed as wrong:
                print(wrong, file=sys.stderr)
                return 2
            if done is None:
                print(f"nobody active has the number {options.staff}; see: ringback people list", file=sys.stderr)
                return 2
            print(f"ended: {done.sessions} sessions, {done.tasks} tasks, {done.on_call} on-call entries", file=out)
            return 0
        try:
            token = invitations.invite(
                rows, name=options.name, email=options.email, role=options.role, by=BY, by_role="owner", now=now
            )
        except invitations.NotAPerson as wrong:
            print(wrong, file=sys.stderr)
            return 2
    public = os.environ.get("RINGBACK_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    print(f"{public}/invited/{options.practice}/{token}", file=out)
    print(
        f"For {options.name} at {about['name']}; it works once, until {now + invitations.LIFE:%d %b %H:%M} UTC.",
        file=out,
    )
    return 0
