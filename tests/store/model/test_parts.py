"""A case is joined from its parts and taken apart again without loss."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.model.parts import is_stub, join, sealed_items, split

HEAD = {"dalil": 1, "id": "a" * 20, "compartment": "main"}


def home(*people: dict[str, Any]) -> dict[str, Any]:
    return {**HEAD, "overview": {"title": "T"}, "people": list(people)}


def test_a_sealed_item_goes_to_its_part_and_leaves_a_stub() -> None:
    data = home({"id": "p1", "sealed": "witness", "pseudonym": "W-03", "position": "x"})
    left, parts = split(data, {})
    assert left["people"] == [{"id": "p1", "sealed": "witness", "pseudonym": "W-03"}]
    assert parts["witness"] == {
        **HEAD,
        "compartment": "witness",
        "part_of": "main",
        "people": [{"id": "p1", "position": "x"}],
    }
    assert join(left, {"witness": parts["witness"] or {}}) == data


def test_a_stub_that_was_not_opened_stays_and_its_part_is_left_alone() -> None:
    data = home({"id": "p1", "sealed": "witness", "pseudonym": "W-03"})
    assert is_stub(data["people"][0])
    assert split(data, {}) == (data, {})


def test_an_unsealed_item_comes_home_and_an_empty_part_goes() -> None:
    left, parts = split(home({"id": "p1", "sealed": "witness", "position": "x"}), {})
    joined = join(left, {"witness": parts["witness"] or {}})
    del joined["people"][0]["sealed"]
    again, after = split(joined, {"witness": parts["witness"] or {}})
    assert again["people"] == [{"id": "p1", "position": "x"}]
    assert after == {"witness": None}


def test_an_item_whose_stub_is_gone_is_still_shown() -> None:
    part = {**HEAD, "compartment": "witness", "part_of": "main", "people": [{"id": "p9"}]}
    joined = join(home(), {"witness": part})
    assert [path for path, _ in sealed_items(joined)] == ["people.p9"]
    assert split(joined, {"witness": part})[1] == {"witness": part}


def test_of_two_items_that_go_by_one_id_neither_is_lost() -> None:
    part = {
        **HEAD,
        "compartment": "witness",
        "part_of": "main",
        "people": [{"id": "p1", "position": "sealed"}],
    }
    joined = join(home({"id": "p1", "position": "open"}), {"witness": part})
    assert [item["position"] for item in joined["people"]] == ["open", "sealed"]
    _, parts = split(joined, {"witness": part})
    assert [item["position"] for item in (parts["witness"] or {})["people"]] == ["sealed"]


_ids = st.lists(st.sampled_from([f"p{n}" for n in range(6)]), unique=True)
_item = st.fixed_dictionaries(
    {},
    optional={
        "sealed": st.sampled_from(["witness", "court"]),
        "pseudonym": st.sampled_from(["W-01", "W-02"]),
        "position": st.text("ab", min_size=1, max_size=3),
        "unknown": st.lists(st.integers(), max_size=2),
    },
)
_people = _ids.flatmap(
    lambda ids: st.tuples(*(_item.map(lambda item, i=i: {"id": i, **item}) for i in ids))  # type: ignore[misc] # the default binds the loop's id
)


@given(_people)
def test_splitting_and_joining_gives_the_case_back(people: tuple[dict[str, Any], ...]) -> None:
    data = home(*people)
    before = copy.deepcopy(data)
    left, parts = split(data, {})
    opened = {name: part for name, part in parts.items() if part is not None}
    assert join(left, opened) == before == data
    again, unchanged = split(join(left, opened), opened)
    assert (again, unchanged) == (left, opened)
