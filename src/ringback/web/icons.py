"""Icons, drawn by Heroicons (MIT, pinned): our word for a thing, and the name of its drawing.

A template says `{% icon "oncall" %}`; a name that stands in no row is a Heroicons name itself, and one that is neither
fails where it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_outline

DRAWN: Mapping[str, str] = {
    "alarm": "exclamation-triangle",
    "audit": "document-magnifying-glass",
    "call": "phone",
    "choices": "chat-bubble-left-right",
    "compliance": "shield-check",
    "done": "check",
    "gear": "cog-6-tooth",
    "left": "chevron-left",
    "lock": "lock-closed",
    "missed": "phone-x-mark",
    "more": "ellipsis-horizontal",
    "note": "pencil-square",
    "oncall": "bell-alert",
    "out": "arrow-right-start-on-rectangle",
    "page": "device-phone-mobile",
    "people": "users",
    "person": "user",
    "records": "folder",
    "right": "chevron-right",
    "search": "magnifying-glass",
    "setup": "adjustments-horizontal",
    "stop": "no-symbol",
    "tasks": "clipboard-document-check",
    "text": "chat-bubble-left",
    "today": "sun",
    "training": "academic-cap",
    "voice": "microphone",
}


@lru_cache(maxsize=256)
def draw(name: str, size: int = 18) -> SafeString:
    """The drawing as inline SVG, `size` pixels square, for eyes only: the words stand beside it."""
    more = {"class": "icon", "focusable": "false", "aria_hidden": "true", "stroke_width": "1.75"}
    return SafeString(heroicon_outline(DRAWN.get(name, name), size=int(size), **more))
