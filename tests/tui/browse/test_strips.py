from __future__ import annotations

from rich.cells import cell_len
from textual.pilot import Pilot

from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.cases.columns import GAP
from tui.screens.browse import BrowseScreen
from tui.widgets.case_list import GUTTER, CaseList


async def _lines(pilot: Pilot[None]) -> tuple[CaseList, list[str]]:
    await until_screen(pilot, "browse")
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await until(pilot, lambda: bool(screen._numbers))
    await pilot.pause()
    rows = screen.query_one(CaseList)
    return rows, [rows.render_line(y).text for y in range(12)]


def test_every_line_fills_the_list_and_keeps_its_columns(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        rows, lines = await _lines(pilot)
        assert {cell_len(line) for line in lines} == {rows.size.width}
        at = GUTTER + rows.columns[0].width
        assert all(line[at : at + GAP] == " " * GAP for line in lines)

    drive(browser, scenario, size=(120, 30))


def test_the_row_under_the_cursor_has_a_sign_as_well_as_a_colour(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        _, lines = await _lines(pilot)
        assert [line.startswith("▸ ") for line in lines] == [True] + [False] * 11

    drive(browser, scenario)


def test_arabic_titles_stand_at_the_right_of_their_column(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        rows, lines = await _lines(pilot)
        reference, title = rows.columns[:2]
        end = GUTTER + reference.width + GAP + title.width
        (line, *_) = (line for line in lines if "اختفاء" in line)
        assert line[:end].endswith("اختفاء صاحب متجر")
        assert line[end : end + GAP] == " " * GAP

    drive(browser, scenario)


def test_the_columns_are_mirrored_in_arabic(browser: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _lines(pilot)
        await pilot.press("L")
        await until(pilot, lambda: "◂" in shown_text(browser))
        _, lines = await _lines(pilot)
        assert all(line.rstrip(" ◂")[-2:].isdecimal() for line in lines)

    drive(browser, scenario)
