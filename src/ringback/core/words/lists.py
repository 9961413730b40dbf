"""Lists of words as they are easiest to read and correct: plain text."""

from __future__ import annotations


def either(text: str) -> frozenset[str]:
    """The words of `text`; with `|` in it, the phrases between the bars."""
    if "|" not in text:
        return frozenset(text.split())
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip())
