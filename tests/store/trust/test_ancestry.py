"""Merge bases: the same as git finds, and as the definition says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.trust.ancestry import Ancestry

Parents = dict[str, tuple[str, ...]]


@st.composite
def histories(draw: st.DrawFn) -> Parents:
    parents: Parents = {}
    for number in range(draw(st.integers(2, 14))):
        above = draw(st.lists(st.sampled_from(sorted(parents)), max_size=2)) if parents else []
        parents[f"{number:02}"] = tuple(above)
    return parents


def ancestors(parents: Parents, of: str) -> set[str]:
    found, waiting = set[str](), [of]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += parents[one]
    return found


@given(histories(), st.data())
def test_merge_bases_are_the_best_common_ancestors(parents: Parents, data: st.DataObject) -> None:
    left, right = (data.draw(st.sampled_from(sorted(parents))) for _ in "lr")
    common = ancestors(parents, left) & ancestors(parents, right)
    worse = {up for one in common for up in ancestors(parents, one) - {one}}

    found = Ancestry(dict(reversed(parents.items()))).bases(left, right)

    assert sorted(found) == sorted(common - worse)


def test_lines_that_never_met_have_none() -> None:
    assert Ancestry({"a": (), "b": ()}).bases("a", "b") == []
    assert Ancestry({"a": ()}).bases("a", "a") == ["a"]
