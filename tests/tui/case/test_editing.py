from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.model.case import Case
from tests.tui.case.papers import papers
from tui.editing import Editing
from tui.spot import Spot


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_typing_on_in_one_field_is_one_step() -> None:
    editing = Editing(papers())
    for text in ("A", "A s", "A sh"):
        editing.set("overview.title", text)
    assert editing.undo() == "overview.title"
    assert editing.get("overview.title") == "A shop owner taken at a checkpoint"
    assert editing.undo() is None


def test_a_pause_or_another_field_begins_a_new_step() -> None:
    clock = Clock()
    editing = Editing(papers(), clock=clock)
    editing.set("overview.title", "A")
    clock.now = 10
    editing.set("overview.title", "AB")
    editing.end_step()
    editing.set("overview.title", "ABC")
    editing.undo()
    assert editing.get("overview.title") == "AB"
    editing.undo()
    assert editing.get("overview.title") == "A"


def test_what_was_undone_can_be_done_once_more() -> None:
    editing = Editing(papers())
    editing.set("overview.title", "A")
    editing.undo()
    assert editing.redo() == "overview.title"
    assert editing.get("overview.title") == "A"
    assert editing.redo() is None


def test_removing_and_moving_items_is_undone_too() -> None:
    editing = Editing(papers())
    editing.move("people.p2", -1)
    editing.remove("people.p1")
    editing.add("people")
    while editing.undo():
        pass
    assert editing.case.data == papers().data
    assert not editing.is_changed


def test_an_item_moved_beyond_the_end_stays() -> None:
    editing = Editing(papers())
    editing.move("people.p2", 1)
    assert editing.undo() is None


VALUES: dict[str, list[Any]] = {
    "overview.title": [None, "A", "Another"],
    "people.p1.note": [None, "He was seen."],
    "people.p1.name": [None, {"la": {"given": "Rami"}}],
    "events.e1.sources": [None, ["v1"]],
}
STEPS = st.lists(
    st.one_of(
        st.sampled_from([(path, value) for path, values in VALUES.items() for value in values]),
        st.sampled_from([("add", "people"), ("add", "notes"), ("undo", ""), ("redo", "")]),
    )
)


@given(STEPS)
def test_all_steps_can_be_undone_and_done_once_more(steps: list[tuple[str, Any]]) -> None:
    editing = Editing(papers())
    for action, value in steps:
        if action == "add":
            editing.add(value)
        elif action in ("undo", "redo"):
            getattr(editing, action)()
        else:
            editing.set(action, value)
    while editing.redo():
        pass
    done, count = editing.case.copy().data, 0
    while editing.undo():
        count += 1
    assert editing.case.data == papers().data
    for _ in range(count):
        editing.redo()
    assert editing.case.data == done


def test_an_item_left_empty_is_not_saved() -> None:
    editing = Editing(papers())
    editing.add("notes")
    editing.add("proceedings.j1.instruments")
    assert editing.changes() == []
    assert not editing.is_changed


def test_keys_that_this_version_does_not_know_survive() -> None:
    editing = Editing(papers())
    editing.set("overview.title", "Another")
    assert editing.document()["overview"]["foreign"] == "kept as it is"


def test_an_error_that_stood_there_before_does_not_block() -> None:
    case = papers()
    case.set("events.e1.date", "someday")
    editing = Editing(case)
    assert editing.errors() == []
    editing.set("overview.period", "nonsense")
    assert [problem.path for problem in editing.errors()] == ["overview.period"]


def test_removing_a_person_who_is_linked_is_an_error_at_the_link() -> None:
    editing = Editing(papers())
    editing.remove("people.p1")
    assert [problem.path for problem in editing.errors()] == ["events.e1.victims"]


def test_what_was_suggested_counts_as_a_change_to_save_but_not_as_work_to_lose() -> None:
    empty = Case.empty("0" * 20, "main")
    editing = Editing(empty, suggested={"overview.reference": "SY-2026-0001"})
    assert not editing.is_changed
    assert [change.path for change in editing.changes()] == ["overview.reference"]


def test_edits_survive_being_put_away() -> None:
    editing = Editing(papers())
    editing.set("people.p1.name.ar.given", "راني")
    editing.why = "Misread"
    again = Editing.resume(editing.keep())
    assert again.changes() == editing.changes()
    assert again.why == "Misread"


def test_edits_apart_are_merged_onto_a_newer_version() -> None:
    editing, latest = Editing(papers()), papers()
    editing.set("overview.title", "Mine")
    latest.set("overview.status", "review")
    assert editing.rebase(latest) == []
    assert editing.get("overview.status") == "review"
    assert [change.path for change in editing.changes()] == ["overview.title"]


def test_one_field_changed_by_both_is_reported_and_mine_stands() -> None:
    editing, latest = Editing(papers()), papers()
    editing.set("overview.title", "Mine")
    latest.set("overview.title", "Theirs")
    (clash,) = editing.rebase(latest)
    assert (clash.path, clash.old, clash.new) == ("overview.title", "Theirs", "Mine")
    assert editing.changes() == [clash]


def test_what_was_typed_into_an_item_that_somebody_removed_comes_back_with_it() -> None:
    editing, latest = Editing(papers()), papers()
    editing.set("people.p2.note", "Two pages of typing")
    latest.remove("people.p2")
    editing.rebase(latest)
    assert editing.get("people.p2.note") == "Two pages of typing"
    assert editing.get("people.p2.pseudonym") == "W-01"


def test_a_spot_is_found_on_the_way_of_a_path() -> None:
    assert Spot.at("overview.title")[1:] == ("overview", "")
    assert Spot.at("people.p1.name.ar.given")[1:] == ("people", "p1")
    inner = Spot.at("proceedings.j1.instruments.w1.history.s1.date")
    assert inner.base == "proceedings.j1.instruments.w1.history.s1"
    assert inner.outer is not None
    assert inner.outer.base == "proceedings.j1.instruments.w1"


def test_a_spot_that_is_gone_settles_at_the_nearest() -> None:
    case = papers()
    case.remove("people.p2")
    assert Spot.at("people.p2").settled(case).base == "people.p1"
    case.remove("proceedings.j1")
    assert Spot.at("proceedings.j1.instruments.w1").settled(case).base == "proceedings"
