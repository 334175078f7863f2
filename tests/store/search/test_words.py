from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.words import forms, is_particle, is_weak, parts


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("عبدالرحمن", ["عبد", "رحمن"]),
        ("عبدالله", ["عبد", "الله"]),
        ("ابوشرخ", ["ابو", "شرخ"]),
        ("صلاحالدين", ["صلاح", "دين"]),
        ("abdulrahman", ["abd", "rahman"]),
        ("abdurrahman", ["abd", "rahman"]),
        ("abdallah", ["abd", "llah"]),
        ("abudaqqa", ["abu", "daqqa"]),
        ("nureddine", ["nur", "dine"]),
        ("seifallah", ["seif", "llah"]),
        ("الحسن", ["حسن"]),
        ("annajjar", ["najjar"]),
        ("alasad", ["asad"]),
    ],
)
def test_a_joined_name_is_taken_apart(word: str, meant: list[str]) -> None:
    assert [part.text for part in parts(word)] == meant


@pytest.mark.parametrize("word", ["ali", "elias", "assad", "abdo", "الله", "عبده", "abu", "salah"])
def test_a_name_that_only_looks_joined_stays_whole(word: str) -> None:
    assert [part.text for part in parts(word)] == [word]


def test_articles_are_particles_and_servant_is_weak() -> None:
    assert is_particle("al")
    assert is_particle("بن")
    assert is_weak("abdel")
    assert is_weak("ابو")
    assert not is_weak("khalil")


@given(st.text(min_size=1) | st.from_regex(r"(abd|abu|al|عبد|ابو|ال)[a-zا-ي]{0,8}", fullmatch=True))
def test_every_form_is_a_piece_of_its_word(word: str) -> None:
    assert forms(word)[0] == (word, 0, len(word))
    for form in forms(word):
        assert form.text == word[form.start : form.end] != ""
