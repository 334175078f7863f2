from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from store.errors import NotFound
from store.model.codec import load
from tui import i18n
from tui.commands import COMMANDS

TUI = Path(i18n.__file__).parent
PLURALS = {"one", "two", "few", "many", "other"}
ENGLISH, ARABIC = (load((TUI / "locale" / f"{name}.yaml").read_bytes()) for name in ("en", "ar"))


def _texts(entries: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flatten to key and text; plural forms stay together."""
    found: dict[str, Any] = {}
    for key, value in entries.items():
        if isinstance(value, dict) and not set(value) <= PLURALS:
            found |= _texts(value, f"{prefix}{key}.")
        elif prefix or key != "errors":
            found[prefix + key] = value
    return {key: value for key, value in found.items() if not key.startswith("errors.")}


def _places(text: Any) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    return set(
        chain.from_iterable(
            [name for _, name, _, _ in Formatter().parse(form) if name] for form in forms
        )
    )


def test_both_languages_have_the_same_keys() -> None:
    assert _texts(ENGLISH).keys() == _texts(ARABIC).keys()


@pytest.mark.parametrize("entries", [ENGLISH, ARABIC])
def test_every_entry_is_text_or_plural_forms(entries: dict[str, Any]) -> None:
    for key, text in _texts(entries).items():
        forms = list(text.values()) if isinstance(text, dict) else [text]
        assert all(isinstance(form, str) and form for form in forms), key
        assert not isinstance(text, dict) or "other" in text, key


def test_both_languages_fill_the_same_places() -> None:
    arabic = _texts(ARABIC)
    for key, text in _texts(ENGLISH).items():
        assert _places(text) == _places(arabic[key]), key


def test_error_templates_keep_their_places_in_arabic() -> None:
    for english, arabic in ARABIC["errors"].items():
        assert _places(english) == _places(arabic), english


def test_every_text_that_the_code_asks_for_is_there() -> None:
    known = _texts(ENGLISH)
    asked = re.compile(r"""\bt\(\s*(f?)["']([a-z][^"'{]*)""")
    for path in TUI.rglob("*.py"):
        for is_family, key in asked.findall(path.read_text()):
            if is_family:
                assert any(text.startswith(key) for text in known), f"{path.name}: {key}"
            else:
                assert key in known, f"{path.name}: {key}"


def test_every_command_has_a_label_and_a_help_line() -> None:
    known = _texts(ENGLISH)
    for command in COMMANDS:
        assert {command.label, command.help} <= known.keys()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "ar_SY.UTF-8"}, "ar"),
        ({"LC_MESSAGES": "en_GB", "LANG": "ar_SY"}, "en"),
        ({"LC_ALL": "ar", "LC_MESSAGES": "en_GB"}, "ar"),
        ({"LC_ALL": "", "LANG": "ar"}, "ar"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses_as_posix_orders_it(environ: dict[str, str], language: str) -> None:
    assert i18n.choose("auto", environ) == language


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "إيداع واحد"),
        (2, "إيداعان"),
        (3, "3 إيداعات"),
        (11, "11 إيداعًا"),
        (100, "100 إيداع"),
        (1204, "1\u202f204 إيداعات"),
    ],
)
def test_arabic_counts_as_arabic_does(count: int, words: str) -> None:
    i18n.use("ar")
    assert i18n.t("trust.commits", count=count) == words


def test_time_is_told_in_its_largest_unit() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    instants = (
        "2026-11-22T12:00:30Z",
        "2026-11-22T11:58:00Z",
        "2026-11-22T09:59:00Z",
        "2026-11-21T12:00:00Z",
    )
    told = [i18n.ago(instant, now) for instant in instants]
    assert told == ["just now", "2 min ago", "2 h ago", "1 day ago"]


def test_an_error_without_translation_is_told_in_english() -> None:
    i18n.use("ar")
    fault = NotFound("nothing like {name} anywhere", hint="look at {place}", name="x", place="y")
    assert i18n.error(fault) == ("nothing like x anywhere", "look at y")


def test_a_missing_key_is_shown_as_itself() -> None:
    assert i18n.t("no.such.key") == "no.such.key"
