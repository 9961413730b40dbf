"""`ringback intent` and `ringback lint`: JSON objects in, one a line; readings or problems out, in the same order.

The rule: every line gets one line. One that cannot be read gets an `error` in its place, and the rest goes on;
the error never repeats what the line said.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TextIO

from ringback.core.words import lint
from ringback.core.words.fusion import understand
from ringback.core.words.lint_voicemail import lint_voicemail
from ringback.words_model.model import shipped


def intent_main(argv: list[str], stdin: TextIO, stdout: TextIO) -> int:
    """`ringback intent [--voicemail]`: {"text", "lang"?} a line. Returns 0, or 2 for a wrong option."""
    parser = argparse.ArgumentParser(prog="ringback intent", description="Read texts, one JSON object a line.")
    parser.add_argument("--voicemail", action="store_true", help="the words were spoken: keywords alone mean nothing")
    parser.add_argument("--rules", action="store_true", help="without the model: what a practice has when it is off")
    options, code = _options(parser, argv)
    if options is None:
        return code
    model = None if options.rules else shipped()

    def one(given: dict[str, Any]) -> dict[str, Any]:
        lang, asked = given.get("lang"), given.get("asked")
        if not (lang is None or isinstance(lang, str)) or not (asked is None or isinstance(asked, str)):
            raise ValueError("'lang' and 'asked' must be strings")
        text = given["text"]
        scores = model.score(text, spoken=options.voicemail) if model is not None else None
        found = understand(text, scores, lang=lang or None, asked=asked or None, voicemail=options.voicemail)
        return {
            "intents": list(found.intents),
            "attention": found.attention,
            "urgent": found.urgent,
            "opt_out": found.opt_out,
            "lang": found.lang,
            "why": found.why,
            "spans": [asdict(span) for span in found.spans],
        }

    return _each(stdin, stdout, one)


def lint_main(argv: list[str], stdin: TextIO, stdout: TextIO) -> int:
    """`ringback lint`: {"text", "kind"?} a line. Returns 0, or 2 for a wrong option."""
    parser = argparse.ArgumentParser(prog="ringback lint", description="Check wordings, one JSON object a line.")
    options, code = _options(parser, argv)
    if options is None:
        return code

    def one(given: dict[str, Any]) -> dict[str, Any]:
        kind = given.get("kind", "text")
        if not isinstance(kind, str):
            raise ValueError("'kind' must be a string")
        problems = lint_voicemail(given["text"]) if kind == "voicemail" else lint(given["text"], kind=kind)
        return {"ok": not problems, "problems": [asdict(problem) for problem in problems]}

    return _each(stdin, stdout, one)


def _options(parser: argparse.ArgumentParser, argv: list[str]) -> tuple[argparse.Namespace | None, int]:
    try:
        return parser.parse_args(argv), 0
    except SystemExit as left:
        return None, left.code if isinstance(left.code, int) else 2


def _each(stdin: TextIO, stdout: TextIO, one: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answer each line. Bytes that are no UTF-8 cost their own line only."""
    source = getattr(stdin, "buffer", None)
    for raw in source if source is not None else stdin:
        try:
            line = raw.decode("utf-8") if isinstance(raw, bytes) else raw
            if not line.strip():
                raise ValueError("the line is empty")
            given = json.loads(line)
            if not isinstance(given, dict) or not isinstance(given.get("text"), str):
                raise ValueError("the line must be an object with a string 'text'")
            answer = one(given)
        except json.JSONDecodeError as wrong:
            answer = {"error": f"not JSON: {wrong.msg} at character {wrong.pos + 1}"}
        except UnicodeDecodeError:
            answer = {"error": "not UTF-8"}
        except RecursionError:
            answer = {"error": "nested too deeply"}
        except ValueError as wrong:
            answer = {"error": str(wrong)}
        print(json.dumps(answer), file=stdout, flush=True)
    return 0
