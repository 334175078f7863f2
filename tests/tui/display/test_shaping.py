"""Joined Arabic letters, against a second implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.display.shaping import _letters, shape

ARABIC = "".join(letter for letter in _letters().forms if "\u0620" <= letter <= "\u06ff")
MARKS = "\u064b\u0651\u064e"
WORDS = st.text(st.sampled_from(ARABIC + MARKS + "للللاااأإآ\u0640\u0640  ab1."), max_size=20)


@given(WORDS)
def test_the_forms_are_those_of_the_reference(text: str) -> None:
    reshaper = pytest.importorskip("arabic_reshaper").ArabicReshaper(
        {"delete_harakat": False, "delete_tatweel": False}
    )
    for name in reshaper.configuration:
        if "LIGATURE" in name and "LAM WITH ALEF" not in name:
            reshaper.configuration[name] = "no"
    assert "".join(shape(text)) == reshaper.reshape(text)


@given(st.text())
def test_each_code_point_keeps_its_place(text: str) -> None:
    shown = shape(text)
    assert len(shown) == len(text)
    assert all(len(letter) <= 1 for letter in shown)


def test_lam_takes_the_alef_in() -> None:
    assert shape("سلام") == ["\ufeb3", "\ufefc", "", "\ufee1"]
    assert shape("لا") == ["\ufefb", ""]


def test_a_mark_between_lam_and_alef_stays() -> None:
    assert shape("ل\u064eا") == ["\ufefb", "\u064e", ""]


def test_a_cursor_on_the_alef_keeps_it_apart() -> None:
    assert shape("لا", seams={1}) == ["\ufedf", "\ufe8e"]


def test_a_non_joiner_ends_the_joining_and_is_gone() -> None:
    assert shape("ب\u200cب") == ["\ufe8f", "", "\ufe8f"]


def test_a_joiner_joins_and_is_gone() -> None:
    assert shape("ه\u200d") == ["\ufeeb", ""]


def test_other_scripts_are_left_alone() -> None:
    assert shape("abc אב 12") == list("abc אב 12")
