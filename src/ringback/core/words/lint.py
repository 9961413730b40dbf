"""What a text of ours may not say, before anyone is sent it.

The rule: each wording could be read by a stranger. Only the fields of the allow-list are filled in; health,
money, names, visits and promises that a clock must keep are named with their place, and so is all that a
carrier would cut, bill twice or block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from ringback.core.words.gsm import ONE_GSM, ONE_UCS, foreign, segments
from ringback.core.words.lint_words import PATTERNS, WORDS
from ringback.core.words.lists import either
from ringback.core.words.normal import normal

FIELDS: Final = frozenset({"practice", "phone", "url", "window", "one_time_code"})
KINDS: Final = ("privacy", "carrier", "promise", "style")
PLAIN: Final[dict[str, str]] = {
    "á": "a", "í": "i", "ó": "o", "ú": "u", "Á": "A", "Í": "I", "Ó": "O", "Ú": "U", "’": "'", "‘": "'",
    "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": "space", "•": "-", "ç": "c", "ã": "a", "ê": "e",
}  # fmt: skip

_FIELD: Final = re.compile(
    r"\{\{?\s*([^{}]*?)\s*\}?\}|\[\[?\s*([A-Za-z_. ]{2,40}?)\s*\]\]?|<\s*([A-Za-z_. ]{2,40}?)\s*>|%([A-Za-z_]{3,})%"
)
_HEALTH: Final = (
    ("specialty", "names a specialty or a kind of clinic"),
    ("diagnosis", "names or suggests a condition"),
    ("drug", "names a drug or a kind of drug"),
    ("test", "names a test or a result"),
    ("treatment", "names a treatment or a procedure"),
)


# What to write instead, by the code of the problem.
BETTER: Final[dict[str, str]] = {
    "specialty": "Let {practice} be a neutral name, and leave the rest out.",
    "diagnosis": "Leave the reason out: 'please call {phone}'.",
    "drug": "Leave the drug out: 'your request is done. Call {phone}'.",
    "test": "Write 'you have a secure message at {url}'.",
    "treatment": "Leave the reason out: 'choose a time at {url}'.",
    "name_field": "Leave the name out: everybody gets the same text.",
    "field": "Write it without the field.",
    "name": "Leave the name out, or write 'our front desk'.",
    "relation": "Leave out whom it is about: 'please call {phone}'.",
    "patient": "Write 'you': a stranger may read it.",
    "birth_date": "Ask for it on the page behind {url}, never in a text.",
    "date": "Leave the date out: 'see {url}'.",
    "visit_time": "Leave the day and time out: 'see {url}'.",
    "amount": "Leave the amount out: 'you have a secure message at {url}'.",
    "balance": "Leave money out: 'please call {phone}'.",
    "record_number": "Leave the number out.",
    "shortener": "Use {url}, which is on the practice's own domain.",
    "plain_link": "Use {url}.",
    "reserved": "Offer digits: 'Reply 1 book 2 change'. The only use of STOP is 'STOP to opt out'.",
    "offer": "Leave it out: an offer makes the text an advertisement.",
    "praise": "Leave it out.",
    "pressure": "Write 'choose a time at {url}'.",
    "clock": "Write 'by {window}', which the practice's own calendar fills in.",
    "staffed": "Write when somebody is there, or 'Emergency: 911'.",
    "reached": "Write 'if this is an emergency call 911'.",
    "emoji": "Leave them out.",
    "long": "Shorten it, or send it only to somebody who asked.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. `kind`: privacy, carrier, promise or style; `say`: what it is, for the editor."""

    kind: str
    code: str
    say: str


def lint(text: str, *, kind: str = "text") -> tuple[Problem, ...]:
    """All that is wrong with `text`, a template or a filled-in text; () when nothing is.

    `kind` is `text` for one that nobody asked for (it should fit one segment) and anything else, such as
    `reply`, for one that may be two.
    """
    problems: list[Problem] = []
    if not text.strip():
        return (Problem(kind="style", code="empty", say="The text has no words."),)
    problems += _fields(text)
    bare = _FIELD.sub(" ", text)
    problems += _words(bare)
    for sort, code, pattern, say in PATTERNS:
        found = pattern.search(bare)
        if found is not None:
            problems.append(Problem(kind=sort, code=code, say=f"{say}: '{' '.join(found.group().split())}'."))
    problems += _length(text, kind)
    return tuple(dict.fromkeys(_better(problem) for problem in problems))


def _better(problem: Problem) -> Problem:
    return replace(problem, say=f"{problem.say} {BETTER[problem.code]}") if problem.code in BETTER else problem


def _fields(text: str) -> list[Problem]:
    problems: list[Problem] = []
    for found in _FIELD.finditer(text):
        name = next((group for group in found.groups() if group is not None), "")
        if name in FIELDS and found.group() == "{" + name + "}":
            continue
        say = f"The field '{found.group()}' is not one that a text may have (practice, phone, url, window)."
        sort = (
            "name_field" if re.search(r"name|nombre|patient|doctor|provider|dr\b|first|last", name, re.I) else "field"
        )
        problems.append(Problem(kind="privacy", code=sort, say=say))
    return problems


def _words(text: str) -> list[Problem]:
    words = normal(re.sub(r"https?://\S+", " ", text)).words
    problems: list[Problem] = []
    for code, what in _HEALTH:
        lists = WORDS[code]
        for size in (1, 2, 3):
            for at in range(len(words) - size + 1):
                said = " ".join(words[at : at + size])
                if said in lists or (size == 1 and code == "drug" and _drug(said)):
                    problems.append(Problem(kind="privacy", code=code, say=f"The text {what}: '{said}'."))
    return problems


_STEMS: Final = (
    "cillin", "mycin", "floxacin", "statin", "prazole", "sartan", "olol", "pril", "azepam", "oxetine", "triptyline",
    "gliptin", "gliflozin", "glutide", "codone", "profen", "azole", "cycline", "tidine", "setron", "mab", "vir",
)  # fmt: skip
_NOT_DRUGS: Final = either("april protocol elixir vir control alcohol symbol school pril prolol")


def _drug(word: str) -> bool:
    return len(word) > 5 and word.endswith(_STEMS) and word not in _NOT_DRUGS


def _length(text: str, kind: str) -> list[Problem]:
    problems: list[Problem] = []
    alphabet, units, parts = segments(text)
    strange = foreign(text)
    emoji = [c for c in strange if ord(c) > 0x2190 and not c.isalpha()]
    if emoji:
        problems.append(
            Problem(kind="carrier", code="emoji", say=f"Emoji and signs cut a text to 70: {' '.join(emoji)}.")
        )
    letters = [c for c in strange if c not in emoji]
    if letters:
        plain = ", ".join(f"{c!r} ({PLAIN[c]})" if c in PLAIN else repr(c) for c in letters[:12])
        say = f"Not in the carriers' alphabet, so the text is cut at 70: {plain}."
        problems.append(Problem(kind="carrier", code="alphabet", say=say))
    if alphabet == "ucs2" and units > ONE_UCS:
        problems.append(
            Problem(kind="carrier", code="long_ucs2", say=f"{units} units: {parts} segments of 70 or less.")
        )
    if alphabet == "gsm7" and units > ONE_GSM and kind == "text":
        problems.append(
            Problem(kind="style", code="long", say=f"{units} characters: {parts} segments, not one of 160.")
        )
    return problems
