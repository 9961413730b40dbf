"""Reading what people write and checking what we write.

The rule: the words go in, a plain value comes out; nothing is stored, sent or logged here.
"""

from __future__ import annotations

from ringback.core.words.gsm import segments
from ringback.core.words.lint import Problem, lint
from ringback.core.words.reading import INTENTS, Reading, Span
from ringback.core.words.understand import read

__all__ = ["INTENTS", "Problem", "Reading", "Span", "lint", "read", "segments"]
