"""`python -m ringback.words_measure`: how well it reads, with intervals and what was missed.

The rule: the development corpus is read by models that were learnt from its other parts; the blind corpus by the shipped
model, and its words are never printed unless `--show-blind` says so. `--write` puts the figures into `docs/words.md`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ringback.core.words.fusion import understand
from ringback.words_model import corpus, figures, folds
from ringback.words_model.encoder import installed
from ringback.words_model.model import NoModel, load, unpacked

HERE = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- figures: made by `make measure-words` -->", "<!-- end of the figures -->"
LANGUAGE_NAMES: Final = {
    "en": "English", "es": "Spanish", "zh": "Chinese", "vi": "Vietnamese", "ko": "Korean", "tl": "Tagalog",
    "ru": "Russian", "ar": "Arabic", "ht": "Haitian Creole", "fr": "French", "pl": "Polish", "pt": "Portuguese",
    "it": "Italian", "de": "German", "ja": "Japanese", "fa": "Persian", "hi": "Hindi",
}  # fmt: skip
_MEMORY: Final = """
import time
def resident():
    with open("/proc/self/status") as told:
        return next(int(line.split()[1]) for line in told if line.startswith("VmRSS"))
began, at = resident(), time.perf_counter()
from ringback.words_model.model import load
load().score("warm")
print(time.perf_counter() - at, (resident() - began) / 1024)
"""


def table(reads: Sequence[figures.Read]) -> Iterator[str]:
    """The figures of a set, as Markdown."""
    yield "| what | found | must | aim | |"
    yield "|---|---|---|---|---|"
    for one in figures.figures(reads):
        sign = "<=" if one.most else ">="
        met = one.met if one.share.of else ""
        yield f"| {one.what} | {one.share} | {sign} {one.must * 100:g} % | {sign} {one.aim * 100:g} % | {met} |"
    yield ""
    yield "| intent | of those read so, right (precision) | of those meant, found (recall) |"
    yield "|---|---|---|"
    for name, precision, recall in figures.by_intent(reads):
        yield f"| {name} | {precision} | {recall} |"
    yield ""
    yield "| language | all intents right | urgent paged | others that paged | language told |"
    yield "|---|---|---|---|---|"
    for lang, *shares in figures.by_language(reads):
        yield f"| {LANGUAGE_NAMES.get(lang, lang)} | " + " | ".join(str(share) for share in shares) + " |"


def missed(reads: Sequence[figures.Read], *, show: bool) -> Iterator[str]:
    """What was read wrongly: each with its labels and its reading; the words only where `show` says so."""
    for one in reads:
        lost = one.line.urgent and one.reading.attention != "page"
        if one.exact and not lost:
            continue
        want, got = ",".join(sorted(one.line.intents)) or "-", ",".join(one.reading.intents) or "-"
        said = one.line.text.replace("\n", "\\n")[:160] if show else f"{len(one.line.text)} characters"
        yield f"{one.line.place} {one.line.lang} {one.line.topic}: {want} read as {got}, {one.reading.attention}: {said}"


def costs(texts: Sequence[str]) -> Iterator[str]:
    """Time and memory of the shipped model, with the rules, in this process and in a new one."""
    model = load()
    took: list[float] = []
    for text in texts:
        at = time.perf_counter()
        understand(text, model.score(text))
        took.append((time.perf_counter() - at) * 1000)
    took.sort()
    half, late = took[len(took) // 2], took[int(len(took) * 0.99)]
    told = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, check=True).stdout.split()
    yield f"A message takes {half:.1f} ms at the middle and {late:.1f} ms at the 99th of a hundred ({len(took)} messages, one core)."
    yield f"The model adds {float(told[1]):.0f} MB and {float(told[0]):.2f} s to the start of its process."


def main(argv: list[str] | None = None) -> int:
    """Returns 0, or 1 with what is wrong on standard error."""
    parser = argparse.ArgumentParser(prog="ringback.words_measure", description="Measure how well words are read.")
    parser.add_argument("--corpus", type=Path, default=HERE / "corpus")
    parser.add_argument("--parts", type=int, default=folds.PARTS, help="parts the development corpus is divided into")
    parser.add_argument("--rules", action="store_true", help="the rules alone, for comparison")
    parser.add_argument("--no-train", action="store_true", help="the blind corpus and the costs only")
    parser.add_argument("--misses", action="store_true", help="list what was read wrongly")
    parser.add_argument("--show-blind", action="store_true", help="with the words of the blind corpus")
    parser.add_argument("--write", type=Path, help="put the figures into this page")
    options = parser.parse_args(argv)
    out: list[str] = []
    try:
        known = corpus.lines(options.corpus / "train")
        if not options.no_train:
            out += [*_section("The development corpus", known, options, blind=False), ""]
        if (options.corpus / "blind").is_dir() and (unseen := corpus.lines(options.corpus / "blind")):
            out += [*_section("The blind corpus", unseen, options, blind=True), ""]
        out += ["### Time and memory", "", *costs([line.text for line in known][:3000])]
    except ModuleNotFoundError as missing:
        print(f"{missing.name} is needed for measuring: pip install -e '.[dev]'", file=sys.stderr)
        return 1
    except (corpus.BadLine, NoModel, OSError) as wrong:
        print(str(wrong), file=sys.stderr)
        return 1
    print("\n".join(out))
    if options.write:
        written(options.write, out)
    return 0


def _section(title: str, lines: Sequence[corpus.Line], options: argparse.Namespace, *, blind: bool) -> Iterator[str]:
    if options.rules:
        scored: list[folds.Scored] = [(line, None) for line in lines]
        how = "read by the rules alone"
    elif blind:
        model = load()
        scored = [(line, model.score(line.text, spoken=corpus.spoken(line))) for line in lines]
        how = f"read by the shipped model {model.name}, which never saw it, and the rules"
    else:
        scored = _held_out(lines, options.parts)
        how = f"in {options.parts} parts, each read by the rules and a model learnt from the other parts"
    reads = folds.readings(scored)
    yield f"### {title}"
    yield ""
    yield f"{len(lines)} messages, {how}. In brackets: how many of how many, and the 95 % interval."
    yield ""
    yield from table(reads)
    wrong = [*missed(reads, show=not blind or options.show_blind)]
    yield ""
    yield f"{len(wrong)} of {len(lines)} are missed: some intent is missing or added, or an urgent one did not page."
    if options.misses:
        yield from ("", *wrong)


def _held_out(lines: Sequence[corpus.Line], parts: int) -> list[folds.Scored]:
    from ringback.words_model.learn import Remembering, learnt, seer

    where = installed()
    encoder = Remembering(where) if where else None
    seen = seer(encoder) if encoder else None
    return folds.held_out(lines, lambda others: unpacked(learnt(others, seen), encoder), parts)


def written(page: Path, out: Sequence[str]) -> None:
    """The figures in their place on a page: between the two marks, or at its end."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    body = "\n".join((BEGIN, "", *out, "", END))
    page.write_text(f"{before.rstrip()}\n\n{body}{after.rstrip()}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
