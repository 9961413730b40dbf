"""The core is pure: what the import rules cannot see, a moment or chance taken by a call, is looked for here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ringback

SOURCE = Path(ringback.__file__).parent
FILES = sorted(path for folder in ("core", "adapters") for path in (SOURCE / folder).rglob("*.py"))
READS_THE_CLOCK = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
CHANCE = {"uuid1", "uuid4", "uuid7", "urandom", "token_bytes", "token_hex", "token_urlsafe"}
OUTSIDE = {"open", "input", "print", "exec", "eval"}
CLOCKS = {"datetime", "date", "time", "timezone"}


def impure(source: str) -> list[str]:
    """The calls in this source that read a clock, throw dice or touch the outside."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in CLOCKS and name in READS_THE_CLOCK:
                found.append(f"{node.lineno}: {owner}.{name}()")
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CHANCE:
                found.append(f"{node.lineno}: {name}()")
            case ast.Name(id=name) if name in OUTSIDE:
                found.append(f"{node.lineno}: {name}()")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_core_and_the_adapters_take_their_moment_and_their_chance_as_arguments(path):
    assert impure(path.read_text()) == []


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "date.today()", "time.time()", "uuid4()", "os.urandom(8)", "open('x')", "print(1)"]
)
def test_an_impure_line_is_seen(line):
    assert impure(f"def f():\n    return {line}\n")


def test_all_files_are_looked_at():
    assert len(FILES) > 30
