"""How a text is cut by the carriers: its alphabet, its length in that alphabet's units, its segments.

The rule (3GPP TS 23.038): 160 septets or 70 UTF-16 units in one segment; 153 or 67 in each of several. A
character of the extension table takes two septets, and neither it nor a surrogate pair is split.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LETTERS: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
ONE_GSM, PART_GSM = 160, 153
ONE_UCS, PART_UCS = 70, 67


def foreign(text: str) -> tuple[str, ...]:
    """The characters that GSM-7 does not have, each once, in order."""
    return tuple(dict.fromkeys(c for c in text if c not in LETTERS and c not in EXTENSION))


def segments(text: str) -> tuple[str, int, int]:
    """(alphabet 'gsm7' or 'ucs2', units, segments). Units are septets or UTF-16 code units; '' has 0."""
    if all(c in LETTERS or c in EXTENSION for c in text):
        return _cut("gsm7", (2 if c in EXTENSION else 1 for c in text), ONE_GSM, PART_GSM)
    return _cut("ucs2", (2 if ord(c) > 0xFFFF else 1 for c in text), ONE_UCS, PART_UCS)


def _cut(alphabet: str, sizes: Iterable[int], one: int, part: int) -> tuple[str, int, int]:
    units, parts, room = 0, 0, 0
    for size in sizes:
        units += size
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return alphabet, units, min(units, 1) if units <= one else parts
