"""Long texts are put together by paragraph, and lists in one order."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.model.paragraphs import merge_text
from store.model.weave import weave

paragraphs = st.lists(st.sampled_from("abcdefgh"), max_size=6)
texts = st.builds(
    lambda parts, end: "\n\n".join(parts) + end, paragraphs, st.sampled_from(["", "\n"])
)
ids = st.lists(st.sampled_from("abcdefgh"), unique=True)


@pytest.mark.parametrize(
    ("base", "earlier", "later", "text", "clashes"),
    [
        ("a\n\nb", "a1\n\nb", "a\n\nb1", "a1\n\nb1", False),
        ("a\n\nb", "a", "a\n\nb\n\nc", "a\n\nc", False),
        ("a", "x\n\na", "y\n\na", "x\n\ny\n\na", False),
        ("a", "a\n\nx\n\nz", "a\n\nx", "a\n\nx\n\nz", False),
        ("a", "b", "c", "c", True),
        ("a\n\nb", "a", "a\n\nB", "a\n\nB", True),
        ("a\n\nb", "a\n\nB", "a", "a\n\nB", True),
        ("a\n\nb\n\nc", "A\n\nb\n\nc", "a\n\nx\n\nb\n\nc", "A\n\nx\n\nb\n\nc", False),
        ("a\n\nb\n\nc", "z", "a\n\nx\n\nb\n\nc", "a\n\nx\n\nb\n\nc", True),
        ("a\n", "a\n\nb\n", "a\n\nc\n", "a\n\nb\n\nc\n", False),
        ("a\n", "a", "a\n\nc\n", "a\n\nc", False),
        ("", "a", "b", "a\n\nb", False),
    ],
)
def test_texts_are_merged(base: str, earlier: str, later: str, text: str, *, clashes: bool) -> None:
    assert merge_text(base, earlier, later) == (text, clashes)


@given(texts, texts)
def test_what_one_side_changed_is_taken(base: str, side: str) -> None:
    assert merge_text(base, base, side) == (side, False)
    assert merge_text(base, side, base) == (side, False)
    assert merge_text(base, side, side) == (side, False)


@given(paragraphs, paragraphs, paragraphs)
def test_every_new_paragraph_is_kept_unless_two_clash(
    base: list[str], one: list[str], other: list[str]
) -> None:
    was, mine, its = ("\n\n".join(parts) for parts in (base, one, other))
    text, clashes = merge_text(was, mine, its)
    turned = merge_text(was, its, mine)
    assert turned.clashes == clashes
    if not clashes:
        assert set(text.split("\n\n")) >= {*one, *other} - set(base)
        assert set(text.split("\n\n")) == set(turned.text.split("\n\n"))


@given(ids, ids, ids, st.data())
def test_a_woven_order_has_every_one_that_is_kept_once(
    base: list[str], one: list[str], other: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from([*one, *other, "a"]))) & {*one, *other}
    assert sorted(weave(base, one, other, kept)) == sorted(kept)
    assert weave(base, one, one, set(one)) == one
    assert weave(one, one, other, set(other)) == other
    assert weave(other, one, other, set(one)) == one


@pytest.mark.parametrize(
    ("base", "earlier", "later", "kept", "order"),
    [
        ("abc", "abxc", "abyc", "abcxy", "abxyc"),
        ("abc", "cab", "abcx", "abcx", "cxab"),
        ("abc", "abcx", "cab", "abcx", "cxab"),
        ("abc", "cab", "bca", "abc", "bca"),
        ("abc", "ac", "abcx", "acx", "acx"),
        ("abc", "ac", "abc", "abc", "abc"),
        ("", "x", "y", "xy", "xy"),
    ],
)
def test_the_later_order_counts_and_what_was_put_in_stays_with_its_neighbour(
    base: str, earlier: str, later: str, kept: str, order: str
) -> None:
    assert "".join(weave(base, earlier, later, kept)) == order


def test_many_paragraphs_alike_take_no_time() -> None:
    base = ["x"] * 4000
    one = ["one" if n % 4 == 3 else text for n, text in enumerate(base)]
    other = ["other" if n % 5 == 2 else text for n, text in enumerate(base)]
    start = time.monotonic()
    merged = merge_text(*("\n\n".join(text) for text in (base, one, other)))
    assert merged.clashes
    assert merge_text("\n" * 20_000, "a" + "\n" * 20_000, "\n" * 20_000 + "b").text
    assert time.monotonic() - start < 2


def test_one_change_each_in_many_paragraphs_alike_is_both() -> None:
    base = "\n\n".join(["x"] * 2000)
    assert merge_text(base, f"first\n\n{base}", f"{base}\n\nlast") == (
        f"first\n\n{base}\n\nlast",
        False,
    )
