"""What a visitor sees of a person beyond ids, moments and field terms: the one place where fields are masked (C2, C54).

Roles that do not read numbers see the last two digits, roles that do not read words see neither words nor names. What is
masked here is gone from the row itself, so that no template can show it by mistake. Emergency access lifts the masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringback.web import routes
from ringback.web.sign_in import Visitor

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """What stays visible."""

    numbers: bool
    words: bool

    def number(self, number: str) -> str:
        """A number: whole, or its last two digits."""
        if not number or self.numbers:
            return number
        return f"••• ••{number[-2:]}"

    def case(self, row: Row) -> Row:
        """A case's row with `shown_number`; number and people are taken out where they are masked."""
        row["shown_number"] = self.number(row["number"])
        if not self.numbers:
            row["number"] = ""
        if not self.words:
            row["people"] = []
        return row

    def thread(self, everything: Mapping[str, list[Row]]) -> Mapping[str, list[Row]]:
        """Everything of one case; without words, texts and messages are empty."""
        if not self.words:
            for text in everything["texts"]:
                text["body"] = ""
            for message in everything["messages"]:
                message["words"] = ""
                message["files"] = []
        return everything


ALL = Mask(numbers=True, words=True)


def of(visitor: Visitor) -> Mask:
    """The mask of a visitor."""
    return ALL if visitor.glass is not None else of_role(visitor.role)


def of_role(role: str) -> Mask:
    """The mask of a role."""
    return Mask(numbers=role in routes.READS_NUMBERS, words=role in routes.READS_WORDS)
