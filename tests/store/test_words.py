from __future__ import annotations

import pytest

from store.words import digits, words


def test_a_value_always_has_the_same_words() -> None:
    assert words("SHA256:abc") == words(b"SHA256:abc")
    assert words("SHA256:abc", 3) == ["betray", "capital", "chaos"]


def test_fewer_words_are_the_beginning_of_more() -> None:
    assert words("x", 23)[:8] == words("x")


@pytest.mark.parametrize("other", ["SHA256:abd", "SHA256:ab", "sha256:abc", ""])
def test_another_value_has_other_words_and_digits(other: str) -> None:
    assert words(other) != words("SHA256:abc")
    assert digits(other) != digits("SHA256:abc")


def test_the_words_are_those_of_the_list_whose_first_four_letters_tell_them_apart() -> None:
    found = {word for number in range(2000) for word in words(str(number), 23)}
    assert len(found) == 2048
    assert len({word[:4] for word in found}) == 2048


def test_the_digits_are_six_groups_of_five() -> None:
    assert [len(group) for group in digits("x")] == [5] * 6
    assert "".join(digits("x")).isdigit()
    assert digits("SHA256:abc", 2) == ["68410", "68368"]
