"""Texts taken apart in several places are put together as if it had been one."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from store.search.gathering import GONE, Gathered, gather, merge

WORDS = st.sampled_from(["Ali", "al-Hasan", "علي", "EV-7", "·", "Abdulsalam", "x"])
TEXTS = st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=8)


def found_in(gathered: Gathered) -> dict[str, list[int]]:
    return {word: sorted(rows) for word, rows in zip(gathered.words, gathered.rows, strict=True)}


def texts_of(gathered: Gathered) -> list[str]:
    return [gathered.text(row) for row in range(len(gathered.texts))]


@given(TEXTS)
def test_a_text_and_its_words_are_kept_also_written_down(texts: list[str]) -> None:
    gathered = gather(texts)
    assert texts_of(gathered) == texts
    again = Gathered.read(iter(gathered.columns()))
    assert (texts_of(again), found_in(again)) == (texts, found_in(gathered))


@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_parts_make_the_same_as_the_whole(one: list[str], other: list[str], random: Random) -> None:
    texts = one + other
    places = list(range(len(texts)))
    random.shuffle(places)
    parts = [(gather(one), places[: len(one)]), (gather(other), places[len(one) :])]
    moved = [text for _, text in sorted(zip(places, texts, strict=True))]
    merged = merge(parts)
    assert texts_of(merged) == moved
    assert found_in(merged) == found_in(gather(moved))


@given(TEXTS, st.lists(st.booleans(), min_size=8, max_size=8))
def test_what_is_gone_leaves_no_word_and_no_piece(texts: list[str], left: list[bool]) -> None:
    kept = [text for text, is_left in zip(texts, left, strict=False) if is_left]
    numbers = iter(range(len(kept)))
    places = [next(numbers) if is_left else GONE for is_left in left[: len(texts)]]
    merged = merge([(gather(texts), places)])
    assert texts_of(merged) == kept
    assert found_in(merged) == found_in(gather(kept))
    assert set(merged.pieces) == {piece for text in kept for piece in text.split(" ")}
