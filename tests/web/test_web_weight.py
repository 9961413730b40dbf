"""What a first visit loads in script and style stays small: an old computer at a front desk opens it at once."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from desk import Desk
from django.contrib.staticfiles import finders

MOST = 150_000


def weight(html: str) -> dict[str, int]:
    """The compressed bytes of every script and style sheet a page names."""
    found = {}
    for path in re.findall(r'(?:src|href)="/static/([^"?]+\.(?:js|css))', html):
        there = finders.find(re.sub(r"\.[0-9a-f]{12}\.(js|css)$", r".\1", path))
        assert isinstance(there, str), path
        found[path] = len(gzip.compress(Path(there).read_bytes(), 6))
    return found


def test_script_and_style_of_a_first_visit_weigh_less_than_150_kb(desk: Desk, browse) -> None:
    client = browse("owner")
    loaded: dict[str, int] = {}
    for path in ("/", "/inbox", "/tasks", "/on-call", "/setup"):
        answer = client.get(path)
        if answer.status_code == 200:
            loaded |= weight(answer.content.decode())
    assert len(loaded) >= 8, loaded
    assert sum(loaded.values()) < MOST, loaded
