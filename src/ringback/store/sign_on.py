"""Single sign-on of a practice: its providers, sealed, and which invited person an answer of one belongs to (C11).

A provider speaks for its own practice and for nobody else: its name carries the practice's number, and an account it
signs on works at that practice alone. An account has one provider; an answer of a second one is refused, whatever
e-mail it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringback.store import audit, invitations, practices
from ringback.store.access import Row, Rows

SLUG = re.compile(r"[a-z][a-z0-9]{0,23}")
NAME = re.compile(r"([1-9][0-9]{0,8})-([a-z][a-z0-9]{0,23})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """A provider as it is set up. `settings` is opened from its seal; the secret in it is for the provider only."""

    practice: int
    slug: str
    kind: str
    active: bool
    settings: Mapping[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        """How the whole installation calls it."""
        return f"{self.practice}-{self.slug}"


def parts(name: str) -> tuple[int, str] | None:
    """(practice, slug) of a provider's name; None for what is no such name."""
    found = NAME.fullmatch(name)
    return (int(found[1]), found[2]) if found and int(found[1]) < 2**31 else None


def _opened(rows: Rows, row: Row) -> SignOn:
    settings = rows.record("sign_on", "settings", row["slug"], row["settings"])
    return SignOn(
        practice=rows.practice, slug=row["slug"], kind=row["kind"], active=row["active"], settings=settings
    )  # fmt: skip


def all_of(rows: Rows) -> list[SignOn]:
    """Every provider of the practice."""
    found = rows.all(
        "select slug, kind, settings, active from sign_on where practice = %s order by slug", (rows.practice,)
    )
    return [_opened(rows, row) for row in found]


def find(rows: Rows, slug: str) -> SignOn | None:
    """A provider that is switched on."""
    found = rows.one(
        "select slug, kind, settings, active from sign_on where practice = %s and slug = %s and active",
        (rows.practice, slug),
    )
    return _opened(rows, found) if found else None


def keep(rows: Rows, slug: str, kind: str, settings: Mapping[str, str], by: str, role: str, now: datetime) -> bool:
    """Set a provider up, or anew when it is switched off. False when one of this name is on."""
    sealed = rows.seal("sign_on", "settings", slug, json.dumps(dict(settings)))
    done = rows.run(
        "insert into sign_on (practice, slug, kind, settings, active, made_at) values (%s, %s, %s, %s, true, %s) "
        "on conflict (practice, slug) do update set kind = excluded.kind, settings = excluded.settings, active = true, "
        "made_at = excluded.made_at where not sign_on.active",
        (rows.practice, slug, kind, sealed, now),
    )
    if done:
        audit.write(
            rows, act="change", what="sign_on.set_up", object=f"sign_on:{slug}", by=by, role=role, detail={"kind": kind}
        )
    return done == 1


def switch(rows: Rows, slug: str, on: bool, by: str, role: str) -> bool:
    """Switch a provider on or off. False when there is none of this name, or it stands so already."""
    done = rows.run(
        "update sign_on set active = %s where practice = %s and slug = %s and active <> %s",
        (on, rows.practice, slug, on),
    )
    if done:
        audit.write(
            rows, act="change", what="sign_on.on" if on else "sign_on.off", object=f"sign_on:{slug}", by=by, role=role
        )
    return done == 1


def refused(rows: Rows, slug: str, reason: str, by: str = "anybody") -> None:
    """Write down that an answer of a provider was refused. `reason` is a field term, never what the answer said."""
    audit.write(
        rows, act="refusal", what="sign_on.refused", object=f"sign_on:{slug}", by=by, result="refused", reason=reason
    )


def works_only_here(rows: Rows, account: int) -> bool:
    """Whether this practice is the only one the account works at."""
    found = rows.all("select practice from membership where account = %s", (account,))
    return [row["practice"] for row in found] == [rows.practice]


def works_elsewhere(rows: Rows, account: int) -> bool:
    """Whether the account works at another practice."""
    found = rows.one(
        "select 1 as x from membership where account = %s and practice <> %s limit 1", (account, rows.practice)
    )
    return found is not None


def member_by_email(rows: Rows, email: str) -> Row | None:
    """The active member of staff with this e-mail who has an account."""
    for one in practices.staff(rows).values():
        if one["active"] and one["account"] and one.get("email", "").lower() == email:
            return one
    return None


def invitation_for(rows: Rows, email: str, now: datetime) -> Row | None:
    """The open invitation of this e-mail, held against a second press."""
    for one in invitations.waiting(rows, now):
        if one["email"] == email and rows.one(
            "select 1 as x from invitation where practice = %s and id = %s and spent_at is null and withdrawn_at is null "
            "for update",
            (rows.practice, one["id"]),
        ):
            return one
    return None
