"""Cases that two clones have changed, merged by their fields."""

from __future__ import annotations

from pathlib import Path

from store.model.conflict import conflicts
from store.trust.paths import case_path
from tests.store.merging.lines import change, merge, paths, read
from tests.store.office import FIRST, SECOND, Office


def test_nothing_to_merge_is_nothing_to_do(office: Office, other: Office) -> None:
    before = change(office, "sami", overview__status="building")
    assert merge(office, other, "sami") == (before, "nothing", (), 0, (), ())


def test_main_moves_forward_where_it_can(office: Office, other: Office) -> None:
    theirs = change(other, "nour", overview__status="building")
    merged = merge(office, other, "sami")
    assert (merged.commit, merged.state) == (theirs, "forward")


def test_different_fields_are_both_kept(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="another title")
    merged = merge(office, other, "sami")
    assert (merged.state, merged.cases, merged.conflicts) == ("merged", (FIRST,), 0)
    case = read(office)
    assert (case.status, case.title) == ("building", "another title")
    assert (case.changed.by, case.changed.why) == ("sami", "merge")


def test_the_remote_comes_first_and_the_message_says_nothing(office: Office, other: Office) -> None:
    ours = change(office, "sami", overview__status="building")
    theirs = change(other, "nour", overview__title="another title")
    merge(office, other, "sami")
    said = office.git("log", "-1", "--format=%P|%s|%an", "main").strip()
    assert said == f"{theirs} {ours}|merge|sami"


def test_two_values_of_one_field_stand_side_by_side(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__status="closed")
    assert merge(office, other, "sami").conflicts == 1
    (conflict,) = conflicts(read(office).data)
    assert conflict.path == "overview.status"
    assert {(value.by, value.value) for value in conflict.values} == {
        ("sami", "building"),
        ("nour", "closed"),
    }
    assert conflict.base == "intake"


def test_a_conflict_names_who_changed_that_field_not_who_came_last(
    office: Office, other: Office
) -> None:
    change(office, "sami", overview__status="building")
    change(office, "nour", overview__title="another title")
    change(other, "nour", overview__status="closed")
    merge(office, other)
    (conflict,) = conflicts(read(office).data)
    assert [(value.by, value.value) for value in conflict.values if value.by == "sami"] == [
        ("sami", "building")
    ]


def test_a_case_that_one_side_changed_is_taken_as_it_is(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__status="closed", case_id=SECOND)
    blob = other.git("rev-parse", f"main:{case_path('main', SECOND)}")
    assert merge(office, other, "sami").cases == ()
    assert office.git("rev-parse", f"main:{case_path('main', SECOND)}") == blob


def test_new_cases_of_both_sides_are_kept(office: Office, other: Office) -> None:
    for clone, handle, case_id in ((office, "sami", "d" * 20), (other, "nour", "e" * 20)):
        with clone.open(handle) as vault, vault.new(why="new", case_id=case_id) as case:
            case.set("overview.title", case_id)
    merge(office, other, "sami")
    assert [read(office, "sami", digit * 20).title for digit in "de"] == ["d" * 20, "e" * 20]


def test_the_same_edit_on_both_sides_keeps_one_of_the_two_files(
    office: Office, other: Office
) -> None:
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__status="building")
    blob = other.git("rev-parse", f"main:{case_path('main', FIRST)}")
    merged = merge(office, other, "sami")
    assert merged.conflicts == 0
    assert office.git("rev-parse", f"main:{case_path('main', FIRST)}") == blob


def test_a_case_taken_away_on_one_side_and_edited_on_the_other_stays(
    office: Office, other: Office
) -> None:
    change(office, "sami", overview__status="building")
    other.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    assert merge(office, other, "sami").conflicts == 1
    case = read(office)
    assert case.status == "building"
    (conflict,) = conflicts(case.data)
    assert conflict.path == ""


def test_a_case_taken_away_on_one_side_goes(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building", case_id=SECOND)
    other.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    merge(office, other, "sami")
    assert paths(office) == []


def test_clones_that_merge_each_other_at_once_come_together(office: Office, other: Office) -> None:
    """Crosswise merges have two bases; and each clone made a merge commit of its own."""
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="another title")
    mine = office.copy(office.folder.parent / "mine")
    merge(office, other, "sami")
    merge(other, mine)
    change(office, "sami", overview__summary="Three.")
    change(other, "nour", people__p1__fate="released")
    merged = merge(office, other, "sami")
    assert merged.conflicts == 0
    case = read(office)
    assert (case.status, case.title) == ("building", "another title")
    assert (case.get("overview.summary"), case.get("people.p1.fate")) == ("Three.", "released")
    assert merge(other, office).state == "forward"


def test_a_value_set_back_after_a_crosswise_merge_is_a_question(
    office: Office, other: Office
) -> None:
    """Each line has seen both values: decisions/0036 rather asks once too often."""
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="another title")
    mine = office.copy(office.folder.parent / "mine")
    merge(office, other, "sami")
    merge(other, mine)
    change(other, "nour", overview__status="intake")
    assert merge(office, other, "sami").conflicts == 1
    (conflict,) = conflicts(read(office).data)
    assert {value.value for value in conflict.values} == {"building", "intake"}


def test_three_clones_come_to_the_same_tree(office: Office, other: Office, tmp_path: Path) -> None:
    third = office.copy(tmp_path / "third")
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__status="closed")
    change(third, "nour", overview__status="judicial", overview__title="third")
    merge(office, other, "sami")
    merge(office, third, "sami")
    merge(third, office)
    merge(other, office)
    assert len({clone.git("rev-parse", "main^{tree}") for clone in (office, other, third)}) == 1
    (conflict,) = conflicts(read(other).data)
    assert {value.value for value in conflict.values} == {"building", "closed", "judicial"}
