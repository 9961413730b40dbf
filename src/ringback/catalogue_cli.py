"""The Spanish catalogue: `python -m ringback.catalogue_cli --write` brings it up to date and compiles it, `--check` says whether it is.

New entries come in empty and are listed; entries that nothing shows any more go. Needs polib and Babel (developers').
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import polib

from ringback import catalogue

FOLDER = Path(__file__).parent / "web" / "locale" / "es" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
HEAD = {
    "Project-Id-Version": "ringback",
    "Language": "es",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=n != 1;",
}


def renewed(found: list[catalogue.Found], kept: polib.POFile) -> polib.POFile:
    """The catalogue of what was found, with the translations that are there already."""
    old = {(one.msgctxt or "", one.msgid): one for one in kept}
    made = polib.POFile(wrapwidth=0)
    made.metadata = dict(HEAD)
    for one in found:
        before = old.get((one.context, one.words))
        entry = polib.POEntry(msgid=one.words, msgctxt=one.context or None, occurrences=[(one.place, "")])
        if one.plural:
            entry.msgid_plural = one.plural
            entry.msgstr_plural = dict(before.msgstr_plural) if before and before.msgstr_plural else {0: "", 1: ""}
        else:
            entry.msgstr = before.msgstr if before else ""
        if one.shaped:
            entry.flags = ["python-format"]
        made.append(entry)
    return made


def empty(made: polib.POFile) -> list[polib.POEntry]:
    """Entries without a translation."""
    return [one for one in made if not (all(one.msgstr_plural.values()) if one.msgid_plural else one.msgstr)]


def main(argv: list[str] | None = None) -> int:
    """Write the catalogue, or say whether it is up to date and whole (exit 1 when not)."""
    parser = argparse.ArgumentParser(prog="python -m ringback.catalogue_cli", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="bring it up to date and compile it")
    what.add_argument("--check", action="store_true", help="exit 1 when it is out of date or not whole")
    wanted = parser.parse_args(argv)
    _ready()
    before = polib.pofile(str(PO)) if PO.exists() else polib.POFile()
    made = renewed(catalogue.everything(), before)
    if wanted.write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        PO.write_text(str(made) + "\n", encoding="utf-8")
        MO.write_bytes(made.to_binary())
    missing = empty(made)
    for one in missing:
        print(f"not translated: {one.msgid!r} ({one.occurrences[0][0]})", file=sys.stderr)
    stale = not PO.exists() or PO.read_text(encoding="utf-8") != str(made) + "\n" or MO.read_bytes() != made.to_binary()
    if stale:
        print("the catalogue is out of date: run python -m ringback.catalogue_cli --write", file=sys.stderr)
    return 1 if missing or stale else 0


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
