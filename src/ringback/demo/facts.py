"""What everybody around the demo must know without loading the product: the made-up account, numbers and addresses."""

from __future__ import annotations

PRACTICE = 1
ACCOUNT = "AC" + "de30" * 8
PHONE, TEXT = 1, 2
LINES = {"+12025550100": "Riverside", "+12025550101": "Oakwood Urgent Care", "+12025550102": "Lakeside"}
MAIN = "+12025550100"


def hooks(public: str) -> dict[str, str]:
    """The addresses a carrier would be given: a call comes in, its callbacks, a text comes in."""
    return {
        "answer": f"{public}/hooks/{PRACTICE}/{PHONE}/answer",
        "voice": f"{public}/hooks/{PRACTICE}/{PHONE}/voice",
        "text": f"{public}/hooks/{PRACTICE}/{TEXT}/text",
    }
