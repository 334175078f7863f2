"""The order of letters on the screen, against a second implementation of UAX #9."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.display.bidi import Direction, embedding_levels, is_rtl, mirror, reorder, visual_order

# One or more letters of every class; tabs are apart, because the oracle misplaces them.
LETTERS = "ابتةىﻻabXY09٤٥ .,:+-/%$€()[]{}<>«»!?،؛אב\u0301\u064b\u0651〈〉\u2329\u232a"
MIXED = st.text(st.sampled_from(LETTERS), max_size=40)


def ordered(text: str, direction: Direction = "auto") -> str:
    return "".join(text[at] for at in visual_order(text, direction))


@given(MIXED, st.sampled_from(["ltr", "rtl"]))
def test_the_order_is_that_of_the_reference(text: str, direction: Direction) -> None:
    oracle = pytest.importorskip("bidi")
    base = "R" if direction == "rtl" else "L"
    assert ordered(text, direction) == oracle.get_display(text, base_dir=base)


@given(st.text(st.characters(exclude_categories=())))
def test_every_letter_stands_somewhere_once(text: str) -> None:
    assert sorted(visual_order(text)) == list(range(len(text)))


def test_latin_stays_and_hebrew_turns() -> None:
    assert ordered("abc 12") == "abc 12"
    assert ordered("אבג 12") == "12 גבא"


def test_a_number_in_arabic_keeps_its_own_order() -> None:
    assert ordered("عام 2013/05") == "2013/05 ماع"


def test_a_date_with_hyphens_reads_from_the_right_as_the_standard_says() -> None:
    assert ordered("عام 2013-05") == "05-2013 ماع"


def test_brackets_take_the_side_of_what_they_hold() -> None:
    assert ordered("א (b) ג", "ltr") == "א (b) ג"
    assert ordered("a (ב) c", "ltr") == "a (ב) c"
    assert ordered("א (ב) c", "ltr") == ")ב( א c"


def test_a_separator_and_trailing_space_take_the_base() -> None:
    assert embedding_levels("אב\tאב  ", "ltr") == [1, 1, 0, 1, 1, 0, 0]


def test_an_embedding_control_is_not_obeyed() -> None:
    assert ordered("a\u202ebc\u202cd") == "a\u202ebc\u202cd"


def test_the_first_strong_letter_decides_the_direction() -> None:
    assert is_rtl("12. سلام abc")
    assert not is_rtl("12. abc سلام")
    assert not is_rtl("12.")
    assert not is_rtl("")


def test_brackets_and_quotes_have_a_mirror_image() -> None:
    assert [mirror(letter) for letter in "([{<«‹a\u0628"] == list(")]}>»›a\u0628")


def test_levels_without_right_to_left_keep_the_order() -> None:
    assert reorder([]) == []
    assert reorder([0, 2, 0]) == [0, 1, 2]


def test_deep_nesting_of_brackets_does_no_harm() -> None:
    text = "א" + "(" * 2000 + "b" + ")" * 2000
    assert len(visual_order(text)) == len(text)
