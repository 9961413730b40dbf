"""What the Spanish catalogue has to hold: every sentence that a page can show, found in the program itself.

Three sources. Templates: what stands in translate tags. Python: what stands in gettext and its kin. And `SPOKEN`: modules
whose plain English sentences are translated where they are shown (`web/tongue.py`), because the core knows no Django.
Of those every sentence is taken that is written as a value; a name, a key, a comparison is none. Needs Babel: a
developer's tool, not part of what runs.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract, extract_python

from ringback import controls

PACKAGE = Path(__file__).parent
TEMPLATES = PACKAGE / "web" / "templates"
ROOTS = (TEMPLATES, PACKAGE / "directory" / "templates")
PATIENTS = "patient/"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Module: the names in it (functions, classes, tables) whose sentences people see; None for all.
SPOKEN: dict[str, tuple[str, ...] | None] = {
    "core/calls.py": None,
    "core/consent.py": ("CATEGORIES", "METHODS", "SOURCES", "LEVELS", "CHANNELS"),
    "core/disclosures.py": ("WHY", "NOT_ENTERED", "check", "check_hold", "span", "told"),
    "core/gate_values.py": ("SAYS", "WHY", "REASONS"),
    "core/office/": None,
    "core/requests.py": None,
    "core/retention.py": None,
    "core/rules.py": None,
    "core/rules_calls.py": None,
    "core/rules_fate.py": None,
    "core/rules_secure.py": None,
    "core/rules_staff.py": None,
    "core/rules_texts.py": None,
    "core/rules_time.py": None,
    "core/words/understand.py": None,
    "web/pages/": None,
    "core/directory.py": None,
    "core/directory_dates.py": ("settle_order", "read_date", "read_time", "read_moment"),
    "directory/": None,
    "store/glass.py": ("CATEGORIES",),
    "store/holds.py": ("SCOPES", "SAYS", "KINDS", "WHAT"),
    "web/limits.py": None,
    "web/office_door.py": None,
    "web/passwords.py": None,
    "web/sessions.py": ("WHY", "ENDED", "SAID", "named"),
    "web/sign_on.py": None,
    "web/words.py": None,
}
_SQL = re.compile(
    r"\s*(select|insert|update|delete|with|and|or|where|order|values|set|from|left|join|on|case)\b", re.IGNORECASE
)
_NOT_SHOWN = frozenset(
    {"slug", "kind", "act", "table", "control", "tone", "code", "fallback", "object", "samesite", "headers"}
)
# What the store refuses with these is said to whoever asked.
REFUSALS = frozenset(
    {"Refused", "NotEntered", "NotAllowed", "WrongWeek", "Closed", "NotAPerson", "Shorter", "NotReadable"}
)
_GETTEXTS = frozenset(KEYWORDS)


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that the catalogue has to have, and the first place it stands."""

    words: str
    plural: str = ""
    context: str = ""
    place: str = ""
    shaped: bool = False


def everything() -> list[Found]:
    """All entries, each once, in the order of their places."""
    kept: dict[tuple[str, str], Found] = {}
    for one in (*_templates(), *_python(), *_spoken(), *_refused(), *_controls(), *_hints()):
        known = kept.get((one.context, one.words))
        if known is None or (one.plural and not known.plural):
            kept[(one.context, one.words)] = one
    return sorted(kept.values(), key=lambda one: (one.place, one.words))


def _templates() -> Iterator[Found]:
    from django.utils.translation.template import templatize

    for path in sorted(path for root in ROOTS for path in root.rglob("*.html")):
        place = path.relative_to(PACKAGE).as_posix()
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _extracted(code, place)


def _python() -> Iterator[Found]:
    for path in sorted(path for part in ("web", "directory") for path in (PACKAGE / part).rglob("*.py")):
        yield from _extracted(path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).as_posix())


def _extracted(code: str, place: str) -> Iterator[Found]:
    source = io.BytesIO(code.encode())
    for _, found, _, context in extract(extract_python, source, keywords=KEYWORDS, options={"encoding": "utf-8"}):
        words, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        yield Found(words, plural, context or "", place, bool(re.search(r"%(\(\w+\))?[sd%]", words)))


def _spoken() -> Iterator[Found]:
    for name, only in SPOKEN.items():
        paths = sorted((PACKAGE / name).glob("*.py")) if name.endswith("/") else [PACKAGE / name]
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                if only is None or _called(node) in only:
                    yield from _sentences(node, path.relative_to(PACKAGE).as_posix())


def _refused() -> Iterator[Found]:
    for path in sorted((PACKAGE / "store").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(made, ast.Call) and getattr(made.func, "id", getattr(made.func, "attr", "")) in REFUSALS:
                yield from _sentences(node, path.relative_to(PACKAGE).as_posix())


def _controls() -> Iterator[Found]:
    for one in controls.controls():
        for words in (one.group, one.title, one.does, one.default):
            if re.search(r"[A-Za-z]{2}", words):
                yield Found(words, place="controls.toml")


def _hints() -> Iterator[Found]:
    """What the form of a connection says beside its fields."""
    for path in sorted((PACKAGE / "adapters").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.keyword) and node.arg in ("hint", "label")):
                continue
            if isinstance(node.value, ast.Constant) and re.search(r"[A-Za-z]{2}", str(node.value.value)):
                yield Found(str(node.value.value), place=path.relative_to(PACKAGE).as_posix())


def _called(node: ast.stmt) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", node)
    return str(getattr(target, "id", getattr(node, "name", "")))


def _sentences(node: ast.AST, place: str) -> Iterator[Found]:
    """Values that read like a sentence or a label, not docstrings, keys, subscripts, comparisons, names."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _reads(node.value):
            yield Found(node.value, place=place)
        return
    if isinstance(node, ast.JoinedStr):
        words, reads = _shape(node)
        if reads:
            yield Found(words, place=place, shaped=True)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _sentences(part.value, place)
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, (ast.Compare, ast.Subscript, ast.Import, ast.ImportFrom, ast.Raise, ast.Assert)):
        if (
            isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and getattr(node.exc.func, "id", "") != "KeyError"
        ):
            for given in node.exc.args:
                yield from _sentences(given, place)
        return
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in _GETTEXTS or called in (
            "execute",
            "all",
            "one",
            "getattr",
            "get",
            "removeprefix",
            "split",
            "write",
            "reverse",
            "redirect",
            "re",
            "compile",
            "startswith",
            "endswith",
            "strftime",
        ):
            return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for inner in node.body:
            yield from _sentences(inner, place)
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _sentences(value, place)
        return
    if isinstance(node, ast.keyword) and node.arg in _NOT_SHOWN:
        return
    if isinstance(node, ast.AnnAssign):
        if node.value is not None:
            yield from _sentences(node.value, place)
        return
    for child in ast.iter_child_nodes(node):
        yield from _sentences(child, place)


def _reads(words: str) -> bool:
    """Whether these words are for people: two words at least, or one with a capital."""
    if _SQL.match(words) and "(" in words + "(" and re.search(r"\b(practice|from|where|%s|as)\b", words):
        return False
    if re.search(r"[<>{}|\\=]|%\(|://|^\W*$|\w_\w", words) or not re.search(r"[A-Za-z]{2}", words):
        return False
    if re.fullmatch(r"[A-Z0-9 _.:/-]+", words) or words.startswith(
        ("/", "event:", "noindex", "text/", "attachment", "application/")
    ):
        return False
    return " " in words.strip() or bool(re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)?[.:]?", words))


def _shape(node: ast.JoinedStr) -> tuple[str, bool]:
    words, fixed, count = "", "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            words += str(part.value).replace("%", "%%")
            fixed += str(part.value)
        else:
            words += f"%({chr(97 + count)})s"
            count += 1
    letters = re.sub(r"[^A-Za-z]", "", fixed)
    return words, len(letters) >= 3 and " " in fixed and not re.search(
        r"[<>{}|\\=/_]|://|filename|event: ", fixed
    ) and not _SQL.match(fixed.strip() + " from")
