from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.search.grams import Grams

WORDS = st.lists(st.text(alphabet="abcdم", min_size=1, max_size=8), min_size=1, max_size=40)


@given(WORDS)
def test_every_string_is_near_itself(words: list[str]) -> None:
    grams = Grams()
    for word in words:
        grams.add(word)
    for number, word in enumerate(words):
        assert number in grams.nearest(word, share=0.3, limit=3)


def test_strings_with_more_pairs_in_common_are_preferred_when_there_are_many() -> None:
    grams = Grams()
    words = ["mamlouk", "mamluk", "makki", "malik", "omar"]
    for word in words:
        grams.add(word)
    assert grams.nearest("mamluk", share=0.3, limit=2) == [0, 1]


def test_a_string_added_later_is_found() -> None:
    grams = Grams()
    grams.add("hasan")
    assert grams.nearest("hasan", share=0.5, limit=9) == [0]
    grams.add("hassan")
    assert grams.nearest("hasan", share=0.5, limit=9) == [0, 1]


def test_nothing_is_near_a_string_that_shares_nothing() -> None:
    grams = Grams()
    grams.add("hasan")
    assert grams.nearest("qqq", share=0.3, limit=9) == []
