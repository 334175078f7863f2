from __future__ import annotations

from tests.tui.browse.shelf import summaries
from tui.cases.order import in_order, natural_key, next_sort


def test_the_latest_change_is_first() -> None:
    cases = summaries(30)
    times = [cases[number].changed_at for number in in_order(cases, "changed")]
    assert times == sorted(times, reverse=True)


def test_references_sort_by_their_numbers() -> None:
    names = ["SY-2024-10", "SY-2024-9", "sy-2023-100"]
    assert sorted(names, key=natural_key) == ["sy-2023-100", "SY-2024-9", "SY-2024-10"]


def test_statuses_sort_as_work_goes_on() -> None:
    cases = summaries(8)
    found = [cases[number].status for number in in_order(cases, "status")]
    assert found == ["intake"] * 2 + ["building"] * 2 + ["review"] * 2 + ["judicial"] * 2


def test_what_is_equal_stands_as_it_was_changed() -> None:
    cases = [case._replace(status="intake") for case in summaries(5)]
    assert in_order(cases, "status") == [4, 3, 2, 1, 0]


def test_what_has_no_value_comes_last_in_every_order() -> None:
    sealed = summaries(1)[0]._replace(
        state="sealed", reference="", title="", status="", year="", changed_at=""
    )
    cases = [sealed, *summaries(4)]
    for sort in ("changed", "reference", "title", "status", "year"):
        assert in_order(cases, sort)[-1] == 0


def test_sorting_goes_round() -> None:
    assert next_sort("year", is_searching=False) == "changed"
    assert next_sort("year", is_searching=True) == ""
    assert next_sort("", is_searching=True) == "changed"
