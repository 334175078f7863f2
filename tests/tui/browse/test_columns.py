from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.cases.columns import GAP, lay_out

WIDEST = {"reference": 12, "status": 15, "kind": 31, "by": 4, "age": 6}


def _keys(width: int) -> list[str]:
    return [column.key for column in lay_out(width, WIDEST)]


def test_eighty_columns_have_room_for_reference_title_status_and_age() -> None:
    assert _keys(77) == ["reference", "title", "status", "age"]


def test_a_wide_terminal_shows_who_and_what_too() -> None:
    assert _keys(160) == ["reference", "title", "kind", "status", "people", "by", "age"]


def test_a_very_narrow_list_keeps_the_title() -> None:
    assert _keys(20) == ["title"]


def test_a_longer_title_is_the_first_use_of_more_room() -> None:
    narrow, wide = (dict(lay_out(width, WIDEST)) for width in (77, 81))
    assert wide["title"] == narrow["title"] + 4


@given(st.integers(30, 400), st.dictionaries(st.sampled_from(list(WIDEST)), st.integers(0, 60)))
def test_columns_and_their_gaps_fill_the_width(width: int, widest: dict[str, int]) -> None:
    columns = lay_out(width, widest)
    assert sum(column.width for column in columns) + GAP * (len(columns) - 1) == width
    assert all(column.width > 0 for column in columns)
