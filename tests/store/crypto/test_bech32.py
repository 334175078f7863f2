"""Bech32 as age writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.crypto.age import new_identity
from store.crypto.bech32 import LETTERS, decode, encode
from store.errors import BadFormat


def test_ages_own_keys_are_read_and_written_the_same() -> None:
    identity = new_identity()
    assert encode(*decode(identity.recipient)) == identity.recipient
    assert encode(*decode(identity.secret)).upper() == identity.secret
    assert decode(identity.secret)[0] == "age-secret-key-"


@given(st.binary(max_size=100))
def test_what_was_written_is_read(data: bytes) -> None:
    assert decode(encode("age1se", data)) == ("age1se", data)


@given(st.integers(0, 57), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_found(place: int, letter: str) -> None:
    text = encode("age", bytes(range(32)))
    at = len("age1") + place
    if text[at] != letter:
        with pytest.raises(BadFormat):
            decode(text[:at] + letter + text[at + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", "1", "age1", "nothing", "age1qqqqqq", "Age1v93xxf75u66", "age1v93xxf75u6", "1v93xxf75u66"],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        decode(text)


def test_bits_after_the_last_byte_are_refused() -> None:
    # BIP 173 alone would take it; age writes one form only.
    assert decode("age1v93xxf75u66") == ("age", b"abc")
    with pytest.raises(BadFormat):
        decode("age1v93x85gqf8g")
