"""The controls as a page: each with what the product does, its default, and the tests that show it.

The list is `controls.toml`; the tests are found by their names (`tests/compliance/test_c21_*.py`), and what a test file
says of itself in its first line stands beside it, with what it says is not there.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NAME = re.compile(r"test_c(\d\d?)_\w+\.py")
HEAD = """# Controls

What Ringback does about each control it names, its default, and the test that shows it. This page is made from
`src/ringback/controls.toml` and the tests (`python -m ringback.docs_cli --write`); the test run fails when a control has
no test. It is engineering, not legal advice: using Ringback does not by itself make a practice compliant, and what only a
clinic can do (policies, contracts, training) the product tracks, reminds of and exports.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control of the list."""

    id: str
    group: str
    title: str
    does: str
    default: str
    law: str
    stands: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A test file of a control: what it shows, and what it says is not there."""

    path: str
    shows: str
    lacks: tuple[str, ...]


def controls() -> list[Control]:
    """The list, in its order."""
    told: dict[str, Any] = tomllib.loads((HERE / "controls.toml").read_text(encoding="utf-8"))
    return [Control(**one) for one in told["control"]]


def shown(root: Path) -> Mapping[str, list[Shown]]:
    """The test files by control, from a checkout's `tests` folder."""
    found: dict[str, list[Shown]] = {}
    for path in sorted((root / "tests" / "compliance").glob("test_c*.py")):
        match = NAME.fullmatch(path.name)
        if match is None:
            continue
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first, _, rest = words.partition("\n\n")
        lacks = tuple(
            " ".join(part.split()).removeprefix("Not here:").strip()
            for part in re.split(r"\n(?=Not here:)", "\n" + rest)
            if part.strip().startswith("Not here:")
        )
        one = Shown(
            path=path.relative_to(root).as_posix(),
            shows=" ".join(first.split()).partition(":")[2].strip(),
            lacks=lacks,
        )
        found.setdefault(f"C{int(match[1])}", []).append(one)
    return found


def page(root: Path) -> str:
    """The page, as Markdown."""
    tests, lines, group = shown(root), [HEAD], ""
    for one in controls():
        if one.group != group:
            group = one.group
            lines.append(f"## {group}\n")
        lines.append(f"### {one.id} {one.title}\n")
        lines.append(f"{one.does} Default: {one.default}. From: {one.law}.\n")
        if one.stands:
            lines.append(f"- Shown with the send gate: [{one.stands}](../{one.stands})")
        for test in tests.get(one.id, []):
            lines.append(f"- [{test.path.rsplit('/', 1)[1]}](../{test.path}): {test.shows}")
            lines += [f"  - Not here: {lack}" for lack in test.lacks]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
