from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

from store.crypto import identity
from store.vault import Vault
from tests.tui.browse.shelf import WARRANTS, add_cases, put_rows, summaries
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.browse import BrowseScreen
from tui.screens.filters import FiltersScreen
from tui.widgets.case_list import CaseList
from tui.widgets.preview import Preview
from tui.widgets.search_field import SearchField


def _browse(pilot: Pilot[None]) -> BrowseScreen:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    return screen


def _rows(pilot: Pilot[None]) -> CaseList:
    return _browse(pilot).query_one(CaseList)


async def _ready(pilot: Pilot[None]) -> None:
    """Wait until the rows are there and can be searched."""
    await until_screen(pilot, "browse")
    screen = _browse(pilot)
    await until(pilot, lambda: screen.catalogue is not None and screen.catalogue.can_search)
    await until(pilot, lambda: bool(screen._numbers) or screen.has_class("-said"))
    await pilot.pause()


async def _search(pilot: Pilot[None], query: str) -> None:
    await pilot.press("slash", *query)
    await until(pilot, lambda: _browse(pilot)._shown_query == query)
    await pilot.pause()


def _count(pilot: Pilot[None]) -> str:
    return str(_browse(pilot).query_one("#count", Static).content)


def test_all_cases_are_listed_and_counted(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        assert _count(pilot) == "12 cases · last change"
        assert "Warrants against three officers" in shown_text(browser)

    drive(browser, scenario)


def test_a_name_is_found_in_another_spelling_and_the_cursor_is_on_it(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "mamluk")
        case = _browse(pilot).case
        assert case is not None
        assert case.id == WARRANTS
        assert _count(pilot).startswith("1 of 12")
        assert "Ali Mamlouk" in shown_text(browser)

    drive(browser, scenario)


def test_escape_clears_the_search_then_leaves_the_field(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "mamluk")
        await pilot.press("escape")
        field = _browse(pilot).query_one(SearchField)
        assert (field.value, field.has_focus) == ("", True)
        await until(pilot, lambda: len(_browse(pilot)._numbers) == 12)
        assert _browse(pilot).case is not None
        await pilot.press("escape")
        assert _rows(pilot).has_focus

    drive(browser, scenario)


def test_down_leads_from_the_search_to_the_list(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "detention")
        await pilot.press("down")
        assert _rows(pilot).has_focus
        assert _rows(pilot).cursor == 0
        await pilot.press("escape")
        await until(pilot, lambda: len(_browse(pilot)._numbers) == 12)

    drive(browser, scenario)


def test_keys_move_the_cursor_and_stop_at_the_ends(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        rows = _rows(pilot)
        await pilot.press("j", "down", "k")
        assert rows.cursor == 1
        await pilot.press("end", "down")
        assert rows.cursor == 11
        await pilot.press("home", "up")
        assert rows.cursor == 0

    drive(browser, scenario)


def test_only_the_two_lines_that_change_are_painted_when_the_cursor_moves(
    browser: DalilApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        painted: list[int] = []
        draw = CaseList.render_line

        def noted(rows: CaseList, y: int) -> Strip:
            painted.append(y)
            return draw(rows, y)

        monkeypatch.setattr(CaseList, "render_line", noted)
        _rows(pilot).action_move(1)
        await pilot.pause(0.1)
        assert sorted(set(painted)) == [0, 1]

    drive(browser, scenario)


def test_a_click_chooses_a_row_and_a_double_click_opens_it(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.click(CaseList, offset=(10, 3))
        assert _rows(pilot).cursor == 3
        await pilot.click(CaseList, offset=(10, 4), times=2)
        await until_screen(pilot, "case")

    drive(browser, scenario)


def test_the_place_in_the_list_outlasts_a_visit_to_a_case(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "detention")
        await pilot.press("enter", "down", "down")
        before = _browse(pilot).case
        await pilot.press("enter")
        await until_screen(pilot, "case")
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        assert _browse(pilot).case == before
        assert _browse(pilot).selection.query == "detention"

    drive(browser, scenario)


def test_sorting_keeps_the_cursor_on_its_case(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("down", "down", "down")
        before, place = _browse(pilot).case, _rows(pilot).cursor
        await pilot.press("o", "O")
        await until(pilot, lambda: _rows(pilot).cursor != place)
        assert _browse(pilot).case == before
        assert _count(pilot).endswith("by reference")

    drive(browser, scenario)


def test_a_click_on_a_column_sorts_by_it(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.click("ListHead", offset=(20, 0))
        assert _browse(pilot).selection.order == "title"
        await pilot.click("ListHead", offset=(20, 0))
        assert _browse(pilot).selection.is_reversed

    drive(browser, scenario)


def test_filters_are_chosen_in_a_dialogue_shown_as_chips_and_cleared_by_one_key(
    browser: DalilApp,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("f")
        await until_screen(pilot, "filters")
        dialogue = pilot.app.screen
        assert isinstance(dialogue, FiltersScreen)
        await until(pilot, lambda: bool(dialogue._values))
        await pilot.press("right", "enter", "escape")  # the first status: three have each
        await until(pilot, lambda: len(_browse(pilot)._numbers) == 3)
        assert "Status: " in shown_text(browser)
        await pilot.press("x")
        await until(pilot, lambda: len(_browse(pilot)._numbers) == 12)
        assert "Status: " not in shown_text(browser)

    drive(browser, scenario)


def test_a_sealed_case_is_listed_and_says_why_it_does_not_open(reviewer: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        assert "⊘ sealed · witness" in shown_text(reviewer)
        await pilot.press("end", "enter")
        assert isinstance(pilot.app.screen, BrowseScreen)
        (toast,) = reviewer._notifications
        assert "witness" in toast.title

    drive(reviewer, scenario)


def test_a_damaged_case_hides_no_other(browser: DalilApp, shelf: Path) -> None:
    damaged = summaries(1)[0]._replace(state="damaged", title="", reference="", changed_at="")
    put_rows(shelf, [damaged, *summaries(9)[1:]])

    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        assert "✗ damaged · main" in shown_text(browser)
        assert _count(pilot).startswith("9 cases")

    drive(browser, scenario)


def test_an_empty_repository_says_what_to_do_next(browser: DalilApp, shelf: Path) -> None:
    put_rows(shelf, [])

    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        assert "n writes the first one" in shown_text(browser)

    drive(browser, scenario)


def test_a_search_without_a_hit_says_how_to_get_back(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "xqzvvw")
        assert "No case has “xqzvvw”" in shown_text(browser)
        await pilot.press("escape")
        await until(pilot, lambda: not _browse(pilot).has_class("-said"))

    drive(browser, scenario)


def test_the_preview_is_beside_a_wide_list_and_follows_the_cursor(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await _search(pilot, "mamluk")
        await until(pilot, lambda: "Suspect" in shown_text(browser))
        assert _browse(pilot).query_one(Preview).region.x > 50

    drive(browser, scenario, size=(120, 30))


def test_p_shows_the_preview_below_a_narrow_list_and_hides_it(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        preview = _browse(pilot).query_one(Preview)
        assert not preview.display
        await pilot.press("p")
        await pilot.pause()
        assert preview.region.y > 10
        await pilot.press("p")
        assert not preview.display

    drive(browser, scenario)


def test_what_another_process_saved_comes_into_the_list(browser: DalilApp, shelf: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("down")
        before = _browse(pilot).case
        member = identity.unlock(shelf / "home-nour")
        with Vault.open(str(shelf / "repository"), member) as vault:
            with vault.edit(WARRANTS, why="a title") as case:
                case.set("overview.title", "Four warrants")
            with vault.new(why="another") as case:
                case.set("overview.title", "Quite new")
        _browse(pilot).look()
        await until(pilot, lambda: len(_browse(pilot)._numbers) == 13)
        await pilot.pause()
        assert "Four warrants" in shown_text(browser)
        assert "Quite new" in shown_text(browser)
        assert _browse(pilot).case == before

    drive(browser, scenario)


def test_many_rows_are_drawn_only_where_they_are_seen(browser: DalilApp, shelf: Path) -> None:
    put_rows(shelf, summaries(5000))

    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("end")
        assert _rows(pilot).cursor == 4999
        assert _count(pilot).startswith("5\u202f000 cases")

    drive(browser, scenario)


def test_changing_the_language_keeps_the_place_and_mirrors_the_list(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("down", "down")
        before = _browse(pilot).case
        await pilot.press("L")
        await until(pilot, lambda: "◂" in shown_text(browser))
        assert _browse(pilot).case == before

    drive(browser, scenario)


def test_nothing_of_the_cases_is_left_after_a_lock(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        screen = _browse(pilot)
        browser.lock()
        await until(pilot, lambda: screen.catalogue is None)
        assert not screen._numbers
        await until_screen(pilot, "door")

    drive(browser, scenario)


def test_many_cases_without_an_index_are_read_by_worker_processes(
    browser: DalilApp, shelf: Path
) -> None:
    add_cases(shelf, 240)

    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        assert _count(pilot).startswith("252 cases")

    drive(browser, scenario)


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (200, 60)])
def test_every_size_of_terminal_is_survived(browser: DalilApp, size: tuple[int, int]) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await pilot.press("down", "p", "slash", "a")
        await pilot.pause(0.1)

    drive(browser, scenario, size=size)


def test_a_history_that_is_not_authentic_is_said_above_everything(
    browser: DalilApp, shelf: Path
) -> None:
    line = ["git", "-C", str(shelf / "repository"), "-c", "user.name=x", "-c", "user.email=x@x"]
    subprocess.run([*line, "commit", "-q", "--allow-empty", "-m", "unsigned"], check=True)

    async def scenario(pilot: Pilot[None]) -> None:
        await _ready(pilot)
        await until(pilot, lambda: "✗ Not authentic after commit" in shown_text(browser))
        assert _count(pilot).startswith("12 cases")

    drive(browser, scenario, size=(110, 24))
