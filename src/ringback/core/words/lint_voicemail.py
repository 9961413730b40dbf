"""What staff may say on a patient's voicemail, and what they may not (C49).

The rule: who is asked for by first name, a neutral name of the clinic, a number, and "please call us back". No reason, no
result, no visit, no specialty, no money: somebody else may listen. Who asked to be reached elsewhere is left no voicemail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ringback.core.words.lint import Problem, lint

FIELDS: Final = frozenset({"first_name", "practice", "phone", "staff"})
NEEDED: Final = ("practice", "phone")
SCRIPTS: Final[Mapping[str, str]] = {
    "en": "Hello, this is a message for {first_name}. This is {staff} from {practice}. Please call us back at {phone}. Thank you.",
    "es": "Hola, este es un mensaje para {first_name}. Le habla {staff} de {practice}. Por favor, devuélvanos la llamada "
    "al {phone}. Gracias.",
}
# To a number whose owner chose no more than neutral texts, and to a shared one, nobody is named.
UNNAMED: Final[Mapping[str, str]] = {
    "en": "Hello, this is {staff} from {practice}. Please call us back at {phone}. Thank you.",
    "es": "Hola, le habla {staff} de {practice}. Por favor, devuélvanos la llamada al {phone}. Gracias.",
}
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_ASKS: Final = re.compile(r"call\s+(us\s+|me\s+)?back|return\s+(our|my|this)\s+call|devuélva\w*\s+la\s+llamada|devuelva\s+la\s+llamada|ll[aá]men?os", re.I)  # fmt: skip
_REASON: Final = re.compile(
    r"\b(regarding|about|because|reason|results?|appointment|visit|reminder|refill|prescription|bill|balance|payment|"
    r"insurance|procedure|surgery|test|lab|screening|follow[- ]up|urgent|important|doctor|dr\.?|nurse|"
    r"sobre|acerca|porque|resultados?|cita|receta|factura|pago|examen|urgente|importante|doctora?)\b",
    re.I,
)
# These are about texts only: their alphabet, their length, their links.
_OF_TEXTS: Final = frozenset({"carrier", "style"})


def lint_voicemail(script: str) -> tuple[Problem, ...]:
    """All that is wrong with a script; () when nothing is."""
    problems: list[Problem] = []
    fields = [found.group(1) for found in _FIELD.finditer(script)]
    for name in fields:
        if name not in FIELDS:
            problems.append(Problem(kind="privacy", code="field", say=f"A voicemail has no field '{{{name}}}'."))
    for name in NEEDED:
        if name not in fields:
            problems.append(
                Problem(kind="style", code="missing", say=f"Say {{{name}}}: they have to know whom to call.")
            )
    if not _ASKS.search(script):
        problems.append(Problem(kind="style", code="no_ask", say="Ask them to call back."))
    if "http" in script or "www." in script or "{url}" in script:
        problems.append(Problem(kind="privacy", code="link", say="Nobody can press a link on a voicemail."))
    bare = _FIELD.sub(" ", script)
    reason = _REASON.search(bare)
    if reason is not None:
        problems.append(
            Problem(
                kind="privacy", code="reason", say=f"Leave the reason out: '{reason.group()}'. Say it when they call."
            )
        )
    problems += [one for one in lint(bare, kind="reply") if one.kind not in _OF_TEXTS] if bare.strip() else []
    return tuple(dict.fromkeys(problems))


def script_for(lang: str, level: str, *, never: bool, people: int) -> str | None:
    """What to say on this number's voicemail; None: leave none. `level` is what its owner chose, `people` how many use it."""
    if never or level == "elsewhere":
        return None
    said = SCRIPTS if people == 1 and level in ("admin_ok", "phi_ok") else UNNAMED
    return said.get(lang, said["en"])
