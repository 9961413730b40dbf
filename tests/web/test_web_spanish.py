"""The pages in Spanish: nothing a person can read is left out of the catalogue, and no page shows English by mistake."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import polib
import pytest
from desk import MARIA, STRANGE, Desk
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation

from ringback import catalogue, catalogue_cli
from ringback.core import quick_replies
from ringback.web import tongue

# Templates that still hold English words of their own, each with the reason. Empty means: all are done.
NOT_YET: dict[str, str] = {}
# What is the same in every language: the product, codes, names of formats, examples to type.
# Its tag is put together from pieces, which reads as text; what it shows is its slot alone.
TAG_IN_PIECES = "allauth/elements/button.html"
SAME = re.compile(
    r"^(Ringback|English|Español|C\d+|Ctrl|Esc|Enter|K|PDF|CSV|JSON|FHIR|PEM|PIN|SAML|OpenID Connect|CA 12, NY 3|XML|"
    r"42 CFR Part 2\.?|BAA|MB|kB|s|h|min|v|x|pm|am|ringback [a-z -]+|https?://\S*|\+1\S*)$"
)
SHOWN = ("title", "placeholder", "aria-label", "alt", "label", "data-confirm", "data-palette")


def test_the_catalogue_holds_what_the_program_says_and_nothing_else(django_ready: None) -> None:
    kept = polib.pofile(str(catalogue_cli.PO))
    found = {(one.context, one.words) for one in catalogue.everything()}
    held = {(one.msgctxt or "", one.msgid) for one in kept}
    assert sorted(found - held) == [], "run python -m ringback.catalogue_cli --write and translate what it lists"
    assert sorted(held - found) == [], "run python -m ringback.catalogue_cli --write"


def test_every_entry_is_translated_and_keeps_its_places(django_ready: None) -> None:
    kept = polib.pofile(str(catalogue_cli.PO))
    assert len(kept) > 1000
    for one in kept:
        assert not one.fuzzy and not one.obsolete, one.msgid
        said = list(one.msgstr_plural.values()) if one.msgid_plural else [one.msgstr]
        assert all(words.strip() for words in said), f"not translated: {one.msgid!r}"
        for words in said:
            assert _places(words) == _places(one.msgid) or _places(words) == _places(one.msgid_plural), one.msgid
            assert words[:1].isspace() == one.msgid[:1].isspace(), one.msgid
            assert words[-1:].isspace() == one.msgid[-1:].isspace(), one.msgid


def test_what_the_program_loads_is_what_the_catalogue_says() -> None:
    kept, loaded = polib.pofile(str(catalogue_cli.PO)), polib.mofile(str(catalogue_cli.MO))
    said = {(one.msgctxt, one.msgid): (one.msgstr, dict(one.msgstr_plural)) for one in kept}
    assert {(one.msgctxt, one.msgid): (one.msgstr, dict(one.msgstr_plural)) for one in loaded} == said


def _places(words: str) -> list[str]:
    return sorted(set(re.findall(r"%\((\w+)\)[sd]", words.replace("%%", ""))))


# ---- every template ---------------------------------------------------------------------------------------------


class Bare(HTMLParser):
    """Words of a template that stand outside translate tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "script", "style", "kbd"):
            self.quiet += 1
        for name, value in attrs:
            if name in SHOWN:
                self.look(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("code", "script", "style", "kbd") and self.quiet:
            self.quiet -= 1

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.look(data)

    def look(self, text: str) -> None:
        for piece in text.split("\x00"):
            words = piece.strip(" \t\n·,.:;()–—→…/|+%#\"'“”‘’?!&*=-×")
            if re.search(r"[^\W\d_]", words) and not SAME.match(words):
                self.found.append(words)


def bare(source: str) -> list[str]:
    """The words of a template that would be shown in English whatever the reader's language is."""
    text = re.sub(r"{% (blocktranslate|blocktrans|comment)\b.*?{% end\1 %}", "\x00", source, flags=re.S)
    text = re.sub(r"{#.*?#}", "\x00", text, flags=re.S)
    literals = re.findall(r'{{[^}]*?\|(?:default|default_if_none|yesno|pluralize):"([^"]*)"', text)
    text = re.sub(r"{%.*?%}|{{.*?}}", " \x00 ", text, flags=re.S)
    parser = Bare()
    # A page's block of attributes is no text.
    parser.feed(
        re.sub(
            r'(?:data|hx)-[\w-]+=(?:"[^"<>]*"|\'[^\'<>]*\')',
            lambda one: one[0] if "confirm" in one[0] or "palette" in one[0] else "",
            text,
        )
    )
    parser.close()
    return parser.found + [one for one in literals if re.search(r"[^\W\d_]{2}", one)]


def every_template() -> list[str]:
    found = [path.relative_to(root).as_posix() for root in catalogue.ROOTS for path in root.rglob("*.html")]
    # Patients' pages speak the languages of web/patient/speech.py, which has tests of its own.
    return sorted(one for one in found if not one.startswith("patient/") and one != TAG_IN_PIECES)


@pytest.mark.parametrize("name", every_template())
def test_no_word_of_a_template_stands_outside_its_translate_tags(name: str) -> None:
    found = bare(next(root / name for root in catalogue.ROOTS if (root / name).exists()).read_text(encoding="utf-8"))
    if name in NOT_YET:
        assert found, f"{name} is done: take it off NOT_YET"
        return
    assert found == []


def test_the_look_at_templates_finds_what_it_should() -> None:
    assert bare('<p title="Two words">{{ name }} leaves {% if x %}now{% endif %}</p>') == ["Two words", "leaves", "now"]
    assert (
        bare('{% translate "Fine" %} <b>{% blocktranslate %}Also {{ fine }}{% endblocktranslate %}</b> · Ringback')
        == []
    )
    assert bare('<button aria-label="{% translate "Fine" %}">{{ one|default:"nobody" }}</button>') == ["nobody"]


def test_no_script_speaks_words_of_its_own() -> None:
    """A script shows what the page gave it (`ringback/js_words.html`, data attributes), in the reader's language."""
    said = re.compile(r"[\"`][A-Z][a-z]+(?: [a-z]+)+[^\"`]*[\"`]")
    found = []
    for path in sorted((catalogue.PACKAGE / "web" / "static" / "ringback").glob("*.js")):
        code = re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.M)
        found += [f"{path.name}: {one}" for one in said.findall(code)]
    assert found == []
    assert said.findall('toast("That did not go through.");') and said.findall("say(`Your turn in ${n}`)")


# ---- what the reader gets ---------------------------------------------------------------------------------------


def spanish(client: Client) -> Client:
    """Press the button of the menu."""
    answer = client.post("/language", {"language": "es", "next": "/"})
    assert answer.status_code == 302 and client.cookies["ringback_lang"].value == "es"
    return client


class Texts(HTMLParser):
    """The text nodes and the shown attributes of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style", "code", "kbd", "pre", "textarea") or "quote" in (given.get("class") or ""):
            self.quiet += tag not in ("input", "img", "br")
        self.found += [value.strip() for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self.quiet = (
            max(0, self.quiet - 1) if tag in ("script", "style", "code", "kbd", "pre", "textarea", "p") else self.quiet
        )

    def handle_data(self, data: str) -> None:
        if not self.quiet and data.strip():
            self.found.append(re.sub(r"\s+", " ", data.strip()))


SAID = ("I have chest pain", "I need a refill please")
# Words that Spanish does not have, in what stands on a page.
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|your|you|with|from|this|that|have|has|what|which|and|who|when|somebody)\b", re.I
)


def _of_patients(words: str) -> bool:
    """Texts to patients and what patients wrote stay in the language they were written in."""
    if words.strip("“”") in SAID or "Maple Family" in words:
        return True
    return any(text.startswith(words.rstrip("…")[:30]) for lang in ("en", "es") for _, text in quick_replies.of(lang))


def english_on(page: str) -> list[str]:
    """Entries of the catalogue that the page shows in English though their Spanish differs."""
    said = {one.msgid: one.msgstr or one.msgstr_plural.get(0, "") for one in polib.pofile(str(catalogue_cli.PO))}
    own = set(said.values())
    texts = Texts()
    texts.feed(page)
    shown = {one for one in texts.found if one not in own and not SAME.match(one) and not _of_patients(one)}
    return sorted(one for one in shown if said.get(one, one) != one or ENGLISH.search(one))


def every_page() -> list[str]:
    """The addresses of all pages that need no argument, a stream and a jump left out."""
    found = []
    for one in get_resolver("ringback.web.urls").url_patterns:
        if isinstance(one, URLPattern) and not one.pattern.converters and one.name not in ("events", "next_task"):
            found.append(reverse(str(one.name)))
    return sorted(set(found))


@pytest.mark.parametrize("role", ["owner", "privacy_officer"])
def test_pages_read_in_spanish_show_no_english_of_ours(desk: Desk, browse, role: str) -> None:
    case, urgent = desk.miss(MARIA), desk.text(STRANGE, "I have chest pain")
    desk.text(MARIA, "I need a refill please")
    client = spanish(browse(role))
    seen, english = 0, {}
    for address in (*every_page(), f"/cases/{case}", f"/cases/{urgent}"):
        answer = client.get(address)
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        assert "<html" not in page or '<html lang="es">' in page, address
        if left := english_on(page):
            english[address] = left
        seen += 1
    assert not english, "\n".join(f"{where}: {what}" for where, what in english.items())
    assert seen > 25


def test_a_colleague_without_a_choice_gets_the_language_of_the_browser(desk: Desk, browse) -> None:
    owner, colleague = browse("owner"), browse("front_desk")
    assert '<html lang="en">' in owner.get("/").content.decode()
    assert '<html lang="es">' in colleague.get("/", headers={"accept-language": "es-US,es;q=0.9"}).content.decode()
    spanish(owner)
    assert '<html lang="es">' in owner.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Tareas" in owner.get("/").content.decode()


def test_the_choice_takes_no_other_language_and_leads_nowhere_else(desk: Desk, browse) -> None:
    client = browse("owner")
    answer = client.post("/language", {"language": "xx", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/" and "ringback_lang" not in client.cookies
    assert client.post("/language", {"language": "es", "next": "/tasks?who=mine"})["Location"] == "/tasks?who=mine"
    assert client.get("/language").status_code == 405


def test_what_the_engine_wrote_in_english_is_read_in_spanish(django_ready: None) -> None:
    with translation.override("es"):
        assert tongue.told("task t1 was taken") == "la tarea t1 fue tomada"
        assert tongue.told("Task t1 was taken.") == "La tarea t1 fue tomada."
        assert tongue.told("opted out by staff") == "dado de baja por el personal"
        assert tongue.told("A sentence that nobody wrote here.") == "A sentence that nobody wrote here."
    with translation.override("en"):
        assert tongue.told("task t1 was taken") == "task t1 was taken"
