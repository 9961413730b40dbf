"""Links in a text message that can be tapped, as a phone shows them."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@register.filter
def tappable(body: str) -> SafeString:
    """The words escaped, each web address a link that opens on the phone."""
    parts, last = [], 0
    for found in _LINK.finditer(body):
        parts += [escape(body[last : found.start()]), format_html('<a href="{0}" data-link>{0}</a>', found[0])]
        last = found.end()
    parts.append(escape(body[last:]))
    return mark_safe("".join(parts))
