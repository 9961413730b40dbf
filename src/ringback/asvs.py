"""OWASP ASVS 5.0.0 as a page: every item of levels 1 and 2 with the test that shows it, the reason, or the gap.

The list is `asvs.txt`, by the standard's numbers, with topics in our own words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
STATES = {"test": "shown by a test", "design": "by design", "none": "does not apply", "gap": "not met"}
CHAPTERS = {
    "1": "Encoding and sanitization", "2": "Validation and business logic", "3": "Web frontend", "4": "API and web service",
    "5": "Files", "6": "Authentication", "7": "Sessions", "8": "Authorization", "9": "Self-contained tokens",
    "10": "OAuth and OIDC", "11": "Cryptography", "12": "Secure communication", "13": "Configuration",
    "14": "Data protection", "15": "Secure coding and architecture", "16": "Logging and errors", "17": "WebRTC",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item: its number, how it stands, what it is about, and what shows it."""

    number: str
    state: str
    topic: str
    how: str

    @property
    def tests(self) -> list[str]:
        """The test files named, as patterns under `tests/`."""
        return [self.how.split(";")[0].strip()] if self.state == "test" else []


def items() -> list[Item]:
    """The list, in the standard's order. ValueError for a line that is none."""
    found = []
    for line in (HERE / "asvs.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            number, state, topic, how = (part.strip() for part in line.split("|"))
            if state not in STATES:
                raise ValueError(f"{number}: no state {state!r}")
            found.append(Item(number=number, state=state, topic=topic, how=how))
    return found


def page() -> str:
    """The page, as Markdown."""
    listed = items()
    counts = Counter(one.state for one in listed)
    lines = [
        "# OWASP ASVS 5.0.0, levels 1 and 2",
        "",
        f"All {len(listed)} items by the standard's numbers, topics in our own words: "
        + ", ".join(f"{counts[state]} {says}" for state, says in STATES.items())
        + ". Made from `src/ringback/asvs.txt`; the test run fails when an item is missing or a named test is gone.",
        "",
        "This is our own reading, made by those who built it. Nobody else has verified it.",
    ]
    chapter = ""
    for one in listed:
        number = one.number.split(".")[0]
        if number != chapter:
            chapter = number
            lines += ["", f"## {number} {CHAPTERS[number]}", "", "| item | about | stands | how |", "|---|---|---|---|"]
        lines.append(f"| {one.number} | {one.topic} | {STATES[one.state]} | {one.how} |")
    return "\n".join(lines) + "\n"
