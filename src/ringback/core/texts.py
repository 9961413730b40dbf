"""The words of every text: templates by purpose, language, workflow and menu, with nothing about a person in
them.

The rule: each wording could be read by a stranger. It names no person, relation, team, reason, result or
money, and no time that nobody keeps. Only five things are filled in: the practice's alias, its phone number,
a link, a one-time code and a promised time. A text nobody asked for fits one segment with the longest alias. A published
version never changes: a new wording is a new version. Translations are unreviewed until a practice names a
qualified reviewer, and English is sent instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from ringback.core.wording import ENGLISH, FIRST_ENGLISH, UNPROMPTED
from ringback.core.wording_es import FIRST_SPANISH, SPANISH

FIELDS: Final[Mapping[str, int]] = {"practice": 28, "phone": 12, "url": 80, "window": 24, "one_time_code": 6}
"""What may be filled in, with the most characters each may have."""

WORKFLOWS: Final = ("general", "new_patient", "callback", "reschedule", "after_hours")
MENUS: Final = ("digits", "words")


class WrongField(ValueError):
    """A field that the allow-list does not have, one that is missing, or a value that does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One version of one wording. `reviewed`: its language needs no further reviewer; `hash` names the exact
    words."""

    id: str
    version: int
    purpose: str
    lang: str
    body: str
    unprompted: bool
    reviewed: bool
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        words = "\x1f".join((self.id, str(self.version), self.purpose, self.lang, self.body))
        object.__setattr__(self, "hash", sha256(words.encode()).hexdigest())


def _first(lang: str, bodies: Mapping[tuple[str, str], tuple[str, str]]) -> dict[tuple[str, str, str], Template]:
    return {
        (lang, workflow, menu): Template(
            id=id,
            version=2 if menu == "words" else 1,
            purpose="first",
            lang=lang,
            body=body,
            unprompted=True,
            reviewed=lang == "en",
        )
        for (workflow, menu), (id, body) in bodies.items()
    }


def _others(lang: str, bodies: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], Template]:
    return {
        (lang, purpose): Template(
            id=id,
            version=1,
            purpose=purpose,
            lang=lang,
            body=body,
            unprompted=purpose in UNPROMPTED,
            reviewed=lang == "en",
        )
        for purpose, (id, body) in bodies.items()
    }


_FIRST: Final = {**_first("en", FIRST_ENGLISH), **_first("es", FIRST_SPANISH)}
_OTHERS: Final = {**_others("en", ENGLISH), **_others("es", SPANISH)}

TEMPLATES: Final[tuple[Template, ...]] = (*_FIRST.values(), *_OTHERS.values())
PURPOSES: Final[frozenset[str]] = frozenset(template.purpose for template in TEMPLATES)
LANGUAGES: Final[frozenset[str]] = frozenset(template.lang for template in TEMPLATES)


def choose(
    purpose: str,
    lang: str = "en",
    workflow: str = "general",
    menu: str = "digits",
    *,
    same: bool = False,
    reviewed: Collection[str] = ("en",),
) -> Template:
    """The template for this purpose. `workflow` and `menu` count for the first text only.

    `same` (policy `first_text: same`) gives every caller the general wording; `after_hours` stays, because a
    closed practice must not sound open. A language that is not among `reviewed`, or has no such text, gets
    English. Raises KeyError for a purpose, workflow or menu that does not exist.
    """
    tongue = lang if lang in reviewed else "en"
    if purpose == "first":
        which = "general" if same and workflow != "after_hours" else workflow
        found = _FIRST.get((tongue, which, menu))
        return found if found is not None else _FIRST["en", which, menu]
    chosen = _OTHERS.get((tongue, purpose))
    return chosen if chosen is not None else _OTHERS["en", purpose]


def render(template: Template, fields: Mapping[str, str]) -> str:
    """The words as they are sent. Raises WrongField; its text names the field and never the value."""
    for name, value in fields.items():
        most = FIELDS.get(name)
        if most is None:
            raise WrongField(f"{name!r} is not a field that a text may have")
        if not 0 < len(value) <= most or not value.isprintable():
            raise WrongField(f"{name!r} must be 1 to {most} printable characters")
        if name == "url" and not value.startswith("https://"):
            raise WrongField("'url' must begin with https://")
    try:
        return template.body.format_map(fields)
    except KeyError as missing:
        raise WrongField(f"the text needs the field {missing}") from None
