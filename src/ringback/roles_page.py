"""The table of every route and every role as a page, to be checked in: a change of who may do what is seen in its diff.

Tests try every cell for real (tests/web/test_web_door.py) and compare this page with the file.
"""

from __future__ import annotations

from ringback.web import routes

HEAD = """# Who may do what

Every page and every act has a row; what has none is refused, to everybody. This page is made from
`src/ringback/web/routes.py` (`python -m ringback.docs_cli --write`), compared by the test run, and every cell is tried
with a browser signed in with that role.

A dot says: may. The columns at the end: **log** is what the audit log calls it; **P** shows or changes patients' data, and
is refused when nothing can be audited; **5** asks for a factor again when the last one is older than five minutes (only to
change, not to look); **~** is asked by a page by itself and keeps no session alive.

Beside the role, *where* somebody works counts: with sites set, one sees the cases, tasks and lines of these only; urgent
cases are shown to clinical roles wherever they are. Numbers and words are masked for roles that work no cases.
Emergency access opens the pages marked **E** to any role for 60 minutes, to read.
"""


def cells() -> int:
    """How many cells the table has: each is tried by a test."""
    return len(_rows()) * len(routes.ROLES)


def _rows() -> dict[str, routes.Route]:
    """The product's own routes; the demo's page is no part of it."""
    return {name: row for name, row in routes.ROUTES.items() if not name.startswith("demo")}


def page() -> str:
    """The page."""
    from ringback.web.glass import OPENS

    names = [role.replace("_", " ") for role in routes.ROLES]
    lines = [HEAD]
    open_ = [name for name, row in _rows().items() if row.roles is routes.ANYBODY]
    lines.append(f"{len(_rows())} routes x {len(routes.ROLES)} roles = {cells()} cells.\n")
    lines.append(f"| route | {' | '.join(names)} | log | |")
    lines.append(f"|---|{'---|' * len(names)}---|---|")
    for name, row in sorted(_rows().items()):
        if row.roles is routes.ANYBODY:
            continue
        marks = [("•" if role in row.roles else " ") for role in routes.ROLES]
        more = " ".join(
            mark for mark, on in (("P", row.patients), ("5", row.fresh), ("~", row.polls), ("E", name in OPENS)) if on
        )
        lines.append(f"| {name} | {' | '.join(marks)} | {row.act} | {more} |")
    lines.append(
        "\n## Open without a sign-in\n\nEach of these guards itself: a token, a code, a button, or nothing to see.\n"
    )
    lines += [f"- {name}" for name in sorted(open_)]
    return "\n".join(lines) + "\n"
