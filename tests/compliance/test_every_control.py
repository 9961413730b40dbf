"""The list of controls, the tests and the page are one: a control without a test fails here, and so does a stale page."""

from __future__ import annotations

from pathlib import Path

from ringback import controls, docs_cli

ROOT = Path(__file__).resolve().parents[2]


def test_every_control_has_a_test() -> None:
    tests = controls.shown(ROOT)
    listed = controls.controls()
    assert [one.id for one in listed] == [f"C{n}" for n in range(1, 85)]
    without = [one.id for one in listed if not tests.get(one.id) and not one.stands]
    assert not without, f"no test in tests/compliance for {', '.join(without)}"
    assert all((ROOT / one.stands).exists() for one in listed if one.stands)
    strangers = set(tests) - {one.id for one in listed}
    assert not strangers


def test_every_test_says_what_it_shows() -> None:
    for name, files in controls.shown(ROOT).items():
        for one in files:
            assert one.shows, f"{one.path}: its first line is '{name}: what is shown'"


def test_the_page_is_true() -> None:
    assert docs_cli.main(["--check"]) == 0
