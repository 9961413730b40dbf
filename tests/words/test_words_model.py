"""The reading model: it is data, the same corpus makes the same one, and it answers to anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.words import INTENTS
from ringback.core.words.fusion import understand
from ringback.words_model import corpus, learn
from ringback.words_model.encoder import Encoder, NoEncoder, installed
from ringback.words_model.features import BITS, accents, folded, pieces, spelled
from ringback.words_model.model import FLOOD, LANGUAGES, Model, NoModel, load, sentences, unpacked

SMALL = """# lang=en topic=heart style=oblique
urgent	there is an elephant sitting on my chest
urgent	my chest is tight and my arm went numb
# lang=en topic=visits style=plain
book	can i get in to see someone this week
book,clinical	i need a visit, my knee keeps getting worse
cancel	can't come tomorrow cancel it
-	thank you so much!
other~	are you open on saturday?
other	i need to talk to the manager
# lang=es topic=visits style=plain
book	quisiera una cita para mi hija
opt_out	dejen de escribirme
"""
STRANGE = ["", " ", "\n\n", "\0\x01\x1b[31m", "\u202etsehc ym\u202c", "a" * 100_000, "\ud800", "🙏" * 300, "़", "1" * 5000,
           "сhеst раin", "ｃｈｅｓｔ", "\u0301" * 500, ". " * 4000, "胸" * 9000, "İ", "ß" * 50, "\u200b\u200d", "ﷺ" * 4000]  # fmt: skip


MODEL = load()
TABLE = Model(MODEL.meaning, MODEL.language, "without an encoder")


@pytest.mark.parametrize("model", [MODEL, TABLE], ids=["encoder", "table"])
@pytest.mark.parametrize("text", STRANGE)
def test_whatever_comes_in_gets_scores(model: Model, text: str) -> None:
    found = model.score(text)
    assert all(0 <= value <= 1 for value in (*found.intents, found.care, found.caution, found.nothing, found.ordinary))
    assert len(found.intents) == len(INTENTS) and found.lang in LANGUAGES
    assert understand(text, found).attention in ("routine", "person", "page")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_scored_the_same_twice(text: str) -> None:
    one, again = MODEL.score(text), MODEL.score(text)
    assert one == again and all(0 <= place.start < place.end <= len(text) for place in one.places)


def test_one_spelling_for_what_is_drawn_alike() -> None:
    assert folded(spelled("Сhеst раin!!!")) == folded(spelled("chest pain!!"))
    assert folded(spelled("ｃｈｅｓｔ\u200b ｐａｉｎ")) == "chest pain"
    assert folded(spelled("NIÑO   ESTÁ")) == "nino esta"
    assert folded(spelled("can’t")) == folded(spelled("cant"))


def test_pieces_are_within_bounds_and_accents_tell_languages_apart() -> None:
    held = pieces("my chest hurts, come at 3:15")
    assert len(held) and held.min() >= 0 and held.max() < 1 << BITS and len(np.unique(held)) == len(held)
    assert not np.array_equal(accents("tôi cần hẹn"), accents("toi can hen"))
    assert np.array_equal(pieces("tôi cần hẹn"), pieces("toi can hen"))


def test_sentences_cover_the_message_and_short_ones_go_with_the_next() -> None:
    text = "Hi. My visit on monday needs to move please! And my husband just fell down the stairs"
    cuts = sentences(text)
    assert [text[a:b] for a, b in cuts] == [
        "Hi. My visit on monday needs to move please!",
        "And my husband just fell down the stairs",
    ]
    assert sentences("ok") == [(0, 2)] and sentences(" .. ") == [(1, 3)] and sentences("") == []


def test_the_same_corpus_makes_the_same_bytes(tmp_path: Path) -> None:
    where = installed()
    assert where is not None
    seer = learn.seer(learn.Remembering(where))
    (tmp_path / "a.tsv").write_text(SMALL, encoding="utf-8")
    lines = corpus.lines(tmp_path)
    data = learn.learnt(lines, seer, ())
    assert data == learn.learnt(corpus.lines(tmp_path), seer, ())
    told = unpacked(data)
    assert told.score("elephant on my chest").of("urgent") > told.score("open on saturday").of("urgent")
    assert told.name == unpacked(data).name


def test_a_damaged_model_is_no_model(tmp_path: Path) -> None:
    whole = tmp_path / "words.npz"
    for data in (b"", b"not an archive", b"PK\x03\x04" + b"\0" * 100):
        whole.write_bytes(data)
        with pytest.raises(NoModel):
            load(whole)
    with pytest.raises(NoModel):
        load(tmp_path / "missing.npz")


def test_a_line_that_is_no_line_is_named_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("# lang=en\nbook\tfine\nbuk\tsecret words\n", encoding="utf-8")
    with pytest.raises(corpus.BadLine, match=r"a\.tsv:3") as wrong:
        corpus.lines(tmp_path)
    assert "secret" not in str(wrong.value)


def test_labels_say_what_the_corpus_page_says(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(SMALL, encoding="utf-8")
    found = corpus.lines(tmp_path)
    assert len(found) == 10
    assert found[0].urgent and found[0].lang == "en" and found[0].topic == "heart"
    assert found[5].intents == frozenset() and found[6].ordinary and not found[7].ordinary
    assert found[9].opt_out and found[9].lang == "es"


def test_the_encoder_is_the_file_that_we_know_or_none(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"E5S1" + bytes(100))
    for path in (tmp_path / "other.bin", tmp_path / "missing.bin"):
        with pytest.raises(NoEncoder):
            Encoder(path)


def test_sentences_of_like_meaning_lie_together_in_any_language() -> None:
    assert MODEL.encoder is not None

    def vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        [found] = MODEL.encoder.vectors(text)  # type: ignore[union-attr]
        last = found[len(found) // 2 :]
        return last / np.linalg.norm(last)

    english, spanish = vector("I cannot breathe"), vector("No puedo respirar")
    assert english @ spanish > english @ vector("Do you have parking?")


def test_a_long_message_is_read_at_both_ends_and_a_long_voicemail_whole() -> None:
    assert MODEL.encoder is not None
    long = "this is about the bill from march and the one from april " * 12
    assert len(MODEL.encoder.vectors(long)) == 1 and len(MODEL.encoder.vectors(long, spoken=True)) > 1
    assert MODEL.score(long + "and now my chest hurts and i cannot breathe").of("urgent") > MODEL.score(long).of(
        "urgent"
    )


def test_in_a_flood_the_rest_is_read_without_the_encoder() -> None:
    texts = [("can i get in this week", False)] * (FLOOD + 1)
    told = MODEL.score_all(texts)
    assert told[0] == told[FLOOD - 1] == MODEL.score("can i get in this week")
    assert told[FLOOD] == MODEL.score("can i get in this week", quick=True) != told[0]
