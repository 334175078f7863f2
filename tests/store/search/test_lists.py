"""What is packed into one array comes back as it was, with what was added since."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.lists import Keyed, Lists, joined, split

NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=4)


@given(st.lists(NUMBERS, max_size=6), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9))))
def test_lists_are_read_back_with_what_was_added(
    lists: list[list[int]], more: list[tuple[int, int]]
) -> None:
    packed = Lists.of(lists)
    for place, number in more:
        at = min(place, len(lists))
        lists = [*lists, []] if at == len(lists) else lists
        lists[at] = [*lists[at], number]
        packed.add(at, number)
    assert len(packed) == len(lists)
    again = Lists.read(iter(packed.columns()))
    assert [list(again[place]) for place in range(len(lists))] == lists
    assert [list(packed[place]) for place in range(len(lists))] == lists


def test_what_was_added_can_be_taken_back_and_asked_for_alone() -> None:
    lists = Lists.of([[1, 2]])
    lists.add(0, 7)
    lists.add(0, 8)
    lists.take_back(0, 7)
    assert (list(lists.packed(0)), list(lists.added(0)), list(lists[0])) == ([1, 2], [8], [1, 2, 8])


def test_keys_say_when_they_are_new_and_one_without_numbers_has_none() -> None:
    keyed = Keyed.read(iter(Keyed(["a"], Lists.of([[5]])).columns()))
    assert [keyed.add(key, 1) for key in ("a", "b", "b")] == [False, True, False]
    assert [list(keyed[key]) for key in ("a", "b", "c")] == [[5, 1], [1, 1], []]
    assert ("b" in keyed, "c" in keyed, keyed.keys) == (True, False, ["a", "b"])
    again = Keyed.read(iter(keyed.columns()))
    assert [list(again[key]) for key in ("a", "b")] == [[5, 1], [1, 1]]


@pytest.mark.parametrize("columns", [[b"", b""], [b"\0\0\0\0", b"\1\0\0\0"], [b"abc", b""]])
def test_strange_columns_are_no_lists(columns: list[bytes]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        Lists.read(iter(columns))


def test_texts_come_back_as_many_as_they_were() -> None:
    for texts in ([], [""], ["a", "", "ب"]):
        assert split(joined(texts), len(texts)) == texts
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        split(b"a", 2)
