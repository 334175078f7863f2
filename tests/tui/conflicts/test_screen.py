"""Conflicts on the screen: marked wherever the case is seen, decided by one key each, and saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from store.history import case_history
from store.model.case import Case
from store.model.conflict import conflicts, encode, make_record
from store.resolving import Decision, find_conflict, resolve_conflicts, standing
from tests.store.disputes import put
from tests.tui.case.papers import CASE_ID
from tests.tui.conflicts.conftest import Opened
from tests.tui.conflicts.quarrel import FATE
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.browse import BrowseScreen
from tui.screens.case import CaseScreen
from tui.screens.conflicts import ConflictsScreen
from tui.widgets.conflicts_view import ConflictsView
from tui.widgets.fields.base import TypedLine
from tui.widgets.fields.choice import ChoiceEditor
from tui.widgets.reading import ReadingView

SUMMARY, TITLE, EVENT = "overview.summary", "overview.title", "events.e1"
ORDER = [EVENT, SUMMARY, TITLE, FATE]
GONE = {"by": "sami", "at": "2026-11-20T10:00:00Z", "gone": True}
HERE = {"by": "nour", "at": "2026-11-21T10:00:00Z", "here": True}


async def _list(pilot: Pilot[None]) -> BrowseScreen:
    await until_screen(pilot, "browse")
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await until(pilot, lambda: screen.catalogue is not None and screen.catalogue.can_search)
    await until(pilot, lambda: bool(screen._numbers))
    return screen


async def _open(pilot: Pilot[None], at: str = EVENT) -> ConflictsScreen:
    """Open the conflicts from the list, and go to one of them."""
    await _list(pilot)
    await pilot.press("C")
    screen = await _shown(pilot)
    await pilot.press(*["down"] * ORDER.index(at))
    assert screen.conflict is not None
    assert screen.conflict.path == at
    return screen


async def _shown(pilot: Pilot[None]) -> ConflictsScreen:
    await until_screen(pilot, "conflicts")
    screen = pilot.app.screen
    assert isinstance(screen, ConflictsScreen)
    await until(pilot, lambda: bool(screen.query_one(ConflictsView).plain))
    await pilot.pause()
    return screen


async def _save(pilot: Pilot[None], why: str) -> None:
    await pilot.press("ctrl+s")
    await until_screen(pilot, "resolve")
    pilot.app.screen.query_one(TextArea).text = why
    await pilot.pause()
    await pilot.press("ctrl+s")


def _block(screen: ConflictsScreen, path: str) -> str:
    lines = screen.query_one(ConflictsView)._lines
    return "\n".join(line.plain for line in lines if line.item_id == path)


def test_the_list_marks_counts_and_filters_cases_with_conflicts(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _list(pilot)
        shown = shown_text(app)
        assert "⚑ 4" in shown
        assert str(screen.query_one("#count", Static).content).startswith("⚑ 1 · 2 cases")
        assert "C ⚑ conflicts" in shown
        await pilot.press("f")
        await until_screen(pilot, "filters")
        await until(pilot, lambda: "with conflicts" in shown_text(app))
        await pilot.press("enter", "escape")
        await until_screen(pilot, "browse")
        await until(pilot, lambda: len(screen._numbers) == 1)
        assert "Conflicts: with conflicts" in shown_text(app)

    drive(app, scenario)


def test_the_key_is_not_offered_where_there_is_no_conflict(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _list(pilot)
        await pilot.press("down")
        await pilot.pause()
        assert screen.case is not None
        assert screen.case.conflicts == 0
        assert "⚑ conflicts" not in shown_text(app)
        await pilot.press("C")
        await pilot.pause()
        assert pilot.app.screen is screen

    drive(app, scenario)


def test_a_case_marks_the_fields_and_says_how_many_values_they_have(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _list(pilot)
        await pilot.press("enter")
        await until_screen(pilot, "case")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        view = screen.query_one(ReadingView)
        await until(pilot, lambda: "⚑ Title" in view.plain)
        assert "⚑ 2 values: C shows them" in view.plain
        assert "⚑ 4" in str(screen.query_one("#head", Static).content)
        await pilot.press("2")
        await until(pilot, lambda: "⚑ Fate" in view.plain)
        await pilot.press("3")
        await until(pilot, lambda: "⚑ Enforced disappearance" in view.plain)
        await pilot.press("C")
        await _shown(pilot)
        await pilot.press("escape")
        await until_screen(pilot, "case")

    drive(app, scenario)


def test_values_stand_beside_each_other_where_there_is_room_else_below(app: DalilApp) -> None:
    async def wide(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, FATE)
        heads, values = _block(screen, FATE).split("\n")[1:3]
        assert [cell.split()[0] for cell in heads.split("│")] == ["b", "1", "2"]
        assert values.split() == ["Still", "missing", "│", "Detained", "│", "Released"]
        assert "nour · stands now · 2026-11-21" in heads

    async def narrow(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, FATE)
        lines = [line.split() for line in _block(screen, FATE).split("\n") if line]
        assert "│" not in _block(screen, FATE)
        assert [line[0] for line in lines[1:]] == ["b", "Still", "1", "Detained", "2", "Released"]

    drive(app, wide, (140, 40))
    drive(DalilApp(app.vault_path, app.home), narrow, (80, 24))


def test_one_key_each_decides_and_one_commit_saves_them(app: DalilApp, opened: Opened) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot)
        for keys in (["d", "down"], ["1", "down"], ["b", "down"], ["2"]):
            await pilot.press(*keys)
        await pilot.pause()
        assert "4 of 4 decided" in shown_text(app)
        assert _block(screen, EVENT).count("●") == 1
        await pilot.press("ctrl+s")
        await until_screen(pilot, "resolve")
        assert "Events › Enforced disappearance" in shown_text(app)
        await pilot.press("ctrl+s")
        assert "Nothing is saved without a reason" in shown_text(app)
        await pilot.press("escape")
        await until_screen(pilot, "conflicts")
        await _save(pilot, "We asked the family")
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "⚑" not in shown_text(app))

    with opened("sami") as vault:
        commits = vault.trust.commits
    drive(app, scenario)
    with opened("sami") as vault:
        case = vault.get(CASE_ID)
        assert conflicts(case.data) == ()
        assert case.title == "A shop owner taken at a checkpoint"
        assert (case.get(FATE), case.get(EVENT)) == ("released", None)
        assert "the man was seen" in case.get(SUMMARY)
        assert vault.trust.commits == commits + 1
        newest = case_history(vault, CASE_ID)[0]
        assert (newest.why, newest.signer) == ("We asked the family", "nour")
        assert vault.verify().is_authentic


def test_some_can_be_decided_and_the_rest_left_for_later(app: DalilApp, opened: Opened) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, FATE)
        await pilot.press("1", "ctrl+z")
        await pilot.pause()
        assert not screen.desk or not screen.desk.chosen
        await pilot.press("1")
        await _save(pilot, "He was seen")
        await until(pilot, lambda: "3 conflicts to resolve" in shown_text(app))
        assert pilot.app.screen is screen

    drive(app, scenario)
    with opened("nour") as vault:
        assert vault.get(CASE_ID).get(FATE) == "detained"
        assert len(conflicts(vault.get(CASE_ID).data)) == 3


def test_a_value_of_ones_own_is_written_in_the_widget_of_its_field(
    app: DalilApp, opened: Opened
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, TITLE)
        await pilot.press("e")
        await until_screen(pilot, "conflict_value")
        pilot.app.screen.query_one(TypedLine).value = "A trader taken at a checkpoint"
        await pilot.pause()
        await pilot.press("enter")
        await until_screen(pilot, "conflicts")
        await pilot.pause()
        assert "your own value" in _block(screen, TITLE)
        await pilot.press("down", "e")
        await until_screen(pilot, "conflict_value")
        editor = pilot.app.screen.query_one(ChoiceEditor)
        editor.enter("alive")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until_screen(pilot, "conflicts")
        await _save(pilot, "x")
        await until(pilot, lambda: "2 conflicts to resolve" in shown_text(app))

    drive(app, scenario)
    with opened("nour") as vault:
        case = vault.get(CASE_ID)
        assert (case.title, case.get(FATE)) == ("A trader taken at a checkpoint", "alive")


def test_what_was_decided_is_asked_about_before_it_is_left(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _open(pilot, FATE)
        await pilot.press("1", "escape")
        await until_screen(pilot, "leave")
        await pilot.press("escape")
        await until_screen(pilot, "conflicts")
        await pilot.press("escape")
        await until_screen(pilot, "leave")
        await pilot.click("#discard")
        await until_screen(pilot, "browse")

    drive(app, scenario)


def test_a_choice_is_dropped_and_told_when_somebody_else_was_quicker(
    app: DalilApp, opened: Opened
) -> None:
    def decide(value: str) -> None:
        with opened("sami") as vault:
            case = vault.get(CASE_ID)
            conflict = find_conflict(case, FATE)
            decision = Decision(conflict, standing(case, conflict), value)
            resolve_conflicts(vault, CASE_ID, [decision], "quicker")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, FATE)
        await pilot.press("1", "up", "1")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "resolve")
        pilot.app.screen.query_one(TextArea).text = "slower"
        await pilot.pause()
        decide("unknown")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "meanwhile" in shown_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen and screen.desk is not None)
        await until(pilot, lambda: screen.desk is not None and len(screen.desk.conflicts) == 3)
        assert screen.desk is not None
        assert [*screen.desk.chosen] == [TITLE]
        assert screen.desk.why == "slower"

    drive(app, scenario)
    with opened("nour") as vault:
        assert vault.get(CASE_ID).get(FATE) == "unknown"


def test_who_may_not_write_sees_them_and_is_told_why_not(desk: Path, opened: Opened) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, FATE)
        assert "Detained" in _block(screen, FATE)
        assert "You may not write in main" in _block(screen, FATE)
        await pilot.press("1")
        await until(pilot, lambda: "lina is reviewer" in shown_text(pilot.app))  # type: ignore[arg-type]
        assert screen.desk is not None
        assert not screen.desk.chosen

    drive(DalilApp(desk / "repository", desk / "lina"), scenario, (140, 40))


def test_choices_and_what_is_being_written_outlive_a_lock(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _open(pilot, FATE)
        await pilot.press("1", "up", "e")
        await until_screen(pilot, "conflict_value")
        pilot.app.screen.query_one(TypedLine).value = "Half a tit"
        await pilot.pause()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await pilot.press("enter")
        await until_screen(pilot, "conflict_value")
        assert pilot.app.screen.query_one(TypedLine).value == "Half a tit"
        await pilot.press("escape")
        screen = await _shown(pilot)
        assert screen.desk is not None
        assert {path: option.key for path, option in screen.desk.chosen.items()} == {FATE: "1"}

    drive(app, scenario)


def test_long_texts_show_what_differs_until_all_is_wanted(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _open(pilot, SUMMARY)
        short = _block(screen, SUMMARY)
        assert "the man" in short
        assert "Line 8" not in short
        await pilot.press("w")
        await pilot.pause()
        assert _block(screen, SUMMARY).count("Line 8") == 3

    drive(app, scenario, (140, 40))


def test_an_item_that_others_point_to_is_not_taken_away(app: DalilApp, opened: Opened) -> None:
    with opened("nour") as vault:
        case, before = vault.get(CASE_ID), vault.tip
        record = make_record("people.p2", [GONE, HERE])
        put(vault, Case(encode(case.data, [record])))

    async def scenario(pilot: Pilot[None]) -> None:
        await _list(pilot)
        await pilot.press("C")
        await _shown(pilot)
        await pilot.press("d")
        await _save(pilot, "made twice")
        await until(pilot, lambda: "it points to p2" in shown_text(app))
        await pilot.press("escape")
        await until_screen(pilot, "conflicts")
        await pilot.press("0")
        await _save(pilot, "")
        await pilot.pause()
        app.screen.query_one(TextArea).text = "he is real"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until_screen(pilot, "browse")

    drive(app, scenario)
    with opened("nour") as vault:
        assert vault.get(CASE_ID).data["people"] == case.data["people"]
        assert conflicts(vault.get(CASE_ID).data) == ()
        assert vault.tip != before


def test_hostile_values_neither_reach_the_terminal_nor_stop_the_program(
    app: DalilApp, opened: Opened
) -> None:
    attack = "\x1b]0;owned\x07[@click=app.quit]x[/oops]\u202e"
    strange = [{attack: 1}, [1, {"id": attack}], 7, {"la": 3}, {"id": "e9", "type": []}]
    paths = ["overview.kind", TITLE, FATE, EVENT, "people.p1.name", "overview.places", "q.w"]
    with opened("nour") as vault:
        case = vault.get(CASE_ID)
        entries = [{"by": attack, "at": attack, "value": value} for value in [*strange, attack]]
        found = [
            make_record(path, entries, base) for path, base in zip(paths, strange * 2, strict=False)
        ]
        put(vault, Case(encode(case.data, found)))

    async def scenario(pilot: Pilot[None]) -> None:
        await _list(pilot)
        await pilot.press("C")
        screen = await _shown(pilot)
        assert screen.desk is not None
        for _ in screen.desk.conflicts:
            assert not {"\x1b", "\x07", "\u202e"} & {*shown_text(app)}
            await pilot.press("1", "e")
            await pilot.pause()
            if pilot.app.screen is not screen:
                await pilot.press("escape")
                await until_screen(pilot, "conflicts")
            await pilot.press("down")
        await _save(pilot, "x")
        await until(pilot, lambda: "it stays as it is, or goes" in shown_text(app))

    drive(app, scenario, (140, 40))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_the_screen_is_read_from_the_right_in_arabic(desk: Path, size: tuple[int, int]) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _list(pilot)
        await pilot.press("C")
        screen = await _shown(pilot)
        await pilot.press("down", "down", "down", "\u0662")
        await pilot.pause()
        assert screen.desk is not None
        assert {path: option.key for path, option in screen.desk.chosen.items()} == {FATE: "2"}
        lines = _block(screen, FATE).split("\n")
        assert lines[1].rstrip().endswith("b")
        assert max(map(cell_len, lines)) <= size[0] - 2
        assert sum("●" in line for line in lines) == 1
        view = screen.query_one(ConflictsView)
        room = view.scrollable_content_region.width
        assert max(cell_len(line.plain) for line in view._lines) <= room

    (desk / "nour" / "settings.yaml").write_text("language: ar\n")
    drive(DalilApp(desk / "repository", desk / "nour"), scenario, size)
