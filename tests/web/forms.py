"""The forms of a page as a browser sees them, so that a test can fill in every field of every form."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

WRITABLE = {"text", "search", "email", "tel", "url", "textarea", "password", ""}


def body(answer: Any) -> bytes:
    """What an answer says, sent whole or in pieces; a file behind it is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


@dataclass
class Form:
    """A form: where it goes, what it sends by itself, which fields a person writes into."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    writable: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", given.get("hx-post", "")), given.get("method", "get").lower()))
            return
        if not self.found:
            return
        form, name = self.found[-1], given.get("name", "")
        if tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            if given.get("value") and ("selected" in given or not form.values.get(self._select)):
                form.values[self._select] = given["value"]
        elif tag == "textarea" and name:
            form.writable.append(name)
        elif tag in ("input", "button") and name:
            kind = given.get("type", "text" if tag == "input" else "submit")
            if kind in WRITABLE:
                form.writable.append(name)
                form.values.setdefault(name, given.get("value", ""))
            elif kind in ("checkbox", "radio", "submit"):
                form.values.setdefault(name, given.get("value", "on"))
            elif kind != "file":
                form.values.setdefault(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def forms(html: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.found
