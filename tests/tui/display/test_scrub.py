"""What may reach a terminal."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.display.scrub import MARKS, scrub

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# From Unicode's DerivedCoreProperties: Default_Ignorable_Code_Point, but for joiners and selectors.
IGNORABLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u2060\u2064\u2065\u206f"
IGNORABLE += "\u3164\ufeff\uffa0\ufff0\U0001bca0\U0001d173\U000e0001\U000e0041\U000e01f0"


def test_an_escape_sequence_is_shown_instead_of_obeyed() -> None:
    assert scrub("a\x1b]52;c;eA==\x07b") == "a␛]52;c;eA==␇b"


def test_an_eight_bit_control_is_shown_as_an_escape() -> None:
    assert scrub("\x9b2J\x85") == "␛2J␤"


def test_every_bidi_control_is_shown() -> None:
    controls = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    assert scrub(controls) == "⇄" * len(controls)


def test_a_lone_surrogate_becomes_something_an_encoder_takes() -> None:
    assert scrub("a\ud800b").encode() == "a\ufffdb".encode()


def test_what_has_no_shape_is_shown() -> None:
    shown = scrub(IGNORABLE)
    assert set(shown) == {"▯", "⇄"}
    assert len(shown) == len(IGNORABLE)


def test_a_hidden_message_in_tags_is_seen() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")
    assert scrub(f"name{hidden}") == "name" + "▯" * 6


def test_what_persian_and_emoji_need_stays() -> None:
    text = "می\u200cخواهم \u0647\u200d ❤\ufe0f"
    assert scrub(text) == text


def test_lines_and_tabs_stay_only_when_asked_for() -> None:
    assert scrub("a\tb\n") == "a␉b␊"
    assert scrub("a\tb\r\n", keep_lines=True) == "a\tb␍\n"


def test_harmless_text_is_not_copied() -> None:
    for text in ("Aleppo 2013", "سلام عليكم", "é ñ 中文"):
        assert scrub(text) is text


@pytest.mark.parametrize("mark", [*sorted(set(MARKS.values())), "▯", "\ufffd"])
def test_a_mark_is_one_column_wide(mark: str) -> None:
    assert cell_len(mark) == 1


@given(ANY_TEXT)
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    shown = scrub(text)
    assert len(shown) == len(text)
    assert scrub(shown) == shown
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Zl", "Zp"}
    bidi = {unicodedata.bidirectional(letter) for letter in shown}
    assert not bidi & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B", "S"}


def test_the_command_line_can_import_it_without_anything_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import tui.display.scrub;"
        "print(sorted(set(sys.modules) - before))"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "['tui', 'tui.display', 'tui.display.scrub']"
