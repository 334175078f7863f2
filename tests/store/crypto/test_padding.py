"""A padded text shows little of its length, and is given back whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.crypto.padding import MINIMUM, pad, padded_length, unpad


@given(st.binary(max_size=20_000))
def test_a_text_comes_back_with_exactly_one_newline_at_its_end(text: bytes) -> None:
    assert unpad(pad(text)) == text.rstrip(b"\n") + b"\n"


@given(st.binary(max_size=20_000))
def test_a_padded_text_has_a_padded_size(text: bytes) -> None:
    padded = pad(text)
    assert len(padded) == padded_length(len(padded))
    assert len(padded) >= MINIMUM
    assert pad(padded) == padded


@given(st.integers(1, 2**40))
def test_padding_costs_at_most_an_eighth(length: int) -> None:
    assert length <= padded_length(length) <= max(MINIMUM, length * 1.12)


@pytest.mark.parametrize(
    ("length", "padded"),
    # Worked by hand from the paper: E = floor(log2 L), S = floor(log2 E) + 1, E - S low bits zero.
    [(0, 4096), (1, 4096), (4096, 4096), (4097, 4352), (9000, 9216), (100_000, 100_352)],
)
def test_sizes_are_those_of_the_paper(length: int, padded: int) -> None:
    assert padded_length(length) == padded


def test_a_text_that_just_fills_its_size_still_ends_with_a_newline() -> None:
    assert pad(b"x" * 4095) == b"x" * 4095 + b"\n"
    assert len(pad(b"x" * 4096)) == 4352
    assert pad(b"") == b"\n" * 4096
