"""What a save refuses before anything is written, and what it puts together."""

# ruff: noqa: PT012, SIM117
# What stands in the block of an edit is what is tested; the error comes at its end.

from __future__ import annotations

from typing import Any

import pytest

from store.errors import BadFormat, Moved
from store.model.diff import diff
from store.saving import Draft, save
from store.trust.paths import case_path
from tests.store.office import FIRST, Office


def test_a_save_says_what_it_changed_against_what_was_handed_out(office: Office) -> None:
    with office.open("sami") as vault:
        before = vault.get(FIRST)
        after = before.copy()
        after.set("overview.title", "x")
        office.edit("nour", "ours", "b" * 20)
        saved = save(vault, office.keys("sami"), Draft(before, after, "why", "edit case"))
        assert saved is not None
        assert saved.changes == diff(before.data, after.data)
        assert vault.get(FIRST).changed.why == "why"
        assert "changed" in after.data


def test_the_same_change_made_twice_is_no_conflict(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.set("overview.title", "the same")
            mine.set("overview.title", "the same")
            mine.set("overview.status", "building")
        assert one.get(FIRST).title == "the same"
        assert one.get(FIRST).changed.by == "sami"


def test_a_reordering_is_kept_beside_a_new_item(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with one.edit(FIRST, why="more") as case:
            case.add("people", {"id": "p2", "capacities": ["witness"]})
        with one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.add("people", {"id": "p3", "capacities": ["witness"]})
            mine.move("people.p2", 0)
        assert [person["id"] for person in one.get(FIRST).get("people")] == ["p2", "p1", "p3"]


def test_one_who_takes_away_what_another_changed_is_told(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with pytest.raises(Moved, match=r"people\.p1"), one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.set("people.p1.fate", "released")
            mine.remove("people.p1")
        assert one.get(FIRST).get("people.p1.fate") == "released"


def test_content_without_its_shape_is_refused(office: Office) -> None:
    before = office.head()
    with office.open("sami") as vault:
        wrong: list[Any] = ["text", [{"no": "id"}], [{"id": "p1"}, {"id": "p1"}], {"p1": {}}]
        for people in wrong:
            with pytest.raises(BadFormat), vault.edit(FIRST, why="x") as case:
                case.data["people"] = people
    assert office.head() == before


def test_unknown_fields_survive_a_change_by_somebody_else(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with one.edit(FIRST, why="of a newer version") as case:
            case.data["later"] = {"a": [1, {"b": "c"}]}
            case.data["overview"]["later"] = "kept"
        with one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.set("overview.status", "building")
            mine.set("overview.title", "x")
        data = one.get(FIRST).data
        assert (data["later"], data["overview"]["later"]) == ({"a": [1, {"b": "c"}]}, "kept")


def test_a_change_to_another_field_is_kept(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.set("overview.status", "building")
                theirs.add("people", {"id": "p2", "capacities": ["witness"]})
            mine.set("overview.title", "another title")
            mine.add("people", {"id": "p3", "capacities": ["source"]})
        merged = one.get(FIRST)
        assert merged.title == "another title"
        assert merged.status == "building"
        assert [person["id"] for person in merged.get("people")] == ["p1", "p2", "p3"]
        assert one.verify().is_authentic


def test_a_change_to_the_same_field_is_told_and_nothing_is_lost(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with pytest.raises(Moved, match=r"nour .*overview\.status") as caught:
            with one.edit(FIRST, why="mine") as mine:
                with other.edit(FIRST, why="theirs") as theirs:
                    theirs.set("overview.status", "building")
                mine.set("overview.status", "closed")
                mine.set("overview.title", "another title")
        assert "overview.title" not in str(caught.value)
        assert mine.title == "another title"
        assert one.get(FIRST).status == "building"
        assert one.get(FIRST).title != "another title"
        assert one.last_save is None
        with one.edit(FIRST, why="seen") as case:
            case.set("overview.status", "closed")
        assert one.get(FIRST).status == "closed"


def test_a_change_inside_an_item_that_is_gone_is_told(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with pytest.raises(Moved, match=r"people\.p1"), one.edit(FIRST, why="mine") as mine:
            with other.edit(FIRST, why="theirs") as theirs:
                theirs.remove("people.p1")
            mine.set("people.p1.fate", "released")
        assert one.get(FIRST).get("people") is None


def test_a_new_item_in_an_item_that_is_gone_is_told(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        with one.edit(FIRST, why="more") as case:
            case.add("proceedings", {"id": "j1"})
        with pytest.raises(Moved, match=r"proceedings\.j1"):
            with one.edit(FIRST, why="mine") as mine:
                with other.edit(FIRST, why="theirs") as theirs:
                    theirs.remove("proceedings.j1")
                mine.add("proceedings.j1.instruments", {"id": "w1"})


def test_a_case_that_somebody_removed_meanwhile_is_told(office: Office) -> None:
    with office.open("sami") as vault, pytest.raises(Moved, match="took this case away"):
        with vault.edit(FIRST, why="mine") as case:
            office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
            case.set("overview.title", "mine")
