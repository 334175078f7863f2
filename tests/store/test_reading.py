"""Whatever a member wrote into a part, it becomes a row that is open or damaged, and no crash."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.model import codec
from store.model.case import Case, display_name
from store.model.check import check
from store.model.diff import apply, diff
from store.model.fields import load_model
from store.model.summarize import searched_text, summarize
from tests.store.office import FIRST

KEYS = [section.key for section in load_model().sections]
FIELDS = sorted({field.key for _, field in load_model().walk()})
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=4)
deep = st.recursive(
    scalars | st.sampled_from(["p1", "2013-05", "intake", "unknown"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "id", "ar", "la", "given", "lat", "name", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
items = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["p1", "p2", "p3", "e1"])}).flatmap(
        lambda base: st.dictionaries(st.sampled_from(FIELDS), deep, max_size=4).map(
            lambda more: base | more
        )
    ),
    max_size=3,
)
documents = st.dictionaries(
    st.sampled_from([*KEYS, "changed", "unknown"]), deep | items, max_size=5
).map(lambda data: {"dalil": 1, "id": FIRST, "compartment": "main"} | data)


def parsed(data: dict[str, Any]) -> Case | None:
    try:
        return Case.parse(codec.dump(data), case_id=FIRST, compartment="main")
    except StoreError:
        return None


@settings(max_examples=150, deadline=None)
@given(documents)
def test_any_content_is_a_row_or_an_error_of_ours(data: dict[str, Any]) -> None:
    case = parsed(data)
    if case is None:
        return
    row = summarize(case)
    cells = [
        row.reference,
        row.title,
        row.status,
        row.changed_by,
        row.changed_at,
        searched_text(case),
        row.year,
    ]
    assert all(isinstance(cell, str) for cell in (*cells, *row.kinds, *row.people))
    assert not any(sign in cell for cell in (*cells, *row.kinds, *row.people) for sign in "\n\t\0")
    for problem in check(case.data):
        problem.text()
    for person in case.get("people", ()):
        display_name(person.get("name"), "ar")
    again = parsed(codec.load(case.dump()))
    assert again is not None
    assert again.dump() == case.dump()


@settings(max_examples=60, deadline=None)
@given(documents, documents)
def test_the_changes_from_one_version_to_another_lead_there(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    before, after = parsed(old), parsed(new)
    if before is None or after is None:
        return
    changes = diff(before.data, after.data)
    reached = before.copy()
    if not apply(reached.data, changes):
        assert diff(reached.data, after.data) == []
