from __future__ import annotations

from textual.pilot import Pilot

from store.vault import Vault
from tests.tui.case.papers import CASE_ID
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.case import CaseScreen
from tui.screens.form import FormScreen
from tui.widgets.reading import ReadingView


async def open_case(pilot: Pilot[None]) -> CaseScreen:
    """Open the case and wait until it can be read."""
    await until_screen(pilot, "browse")
    screen = CaseScreen(CASE_ID)
    await pilot.app.push_screen(screen)
    await until(pilot, lambda: screen.case is not None)
    await pilot.pause()
    return screen


def page(screen: CaseScreen) -> str:
    return screen.query_one(ReadingView).plain


def test_sections_open_by_number_arrow_and_tab(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_case(pilot)
        assert "A shop owner" in page(screen)
        await pilot.press("2")
        assert "Rami Haddad" in page(screen)
        await pilot.press("right")
        assert screen.section.key == "events"
        await pilot.press("tab", "left", "٥")
        assert screen.section.key == "proceedings"
        assert "People 2" in shown_text(app)

    drive(app, scenario)


def test_in_arabic_the_next_section_is_at_the_left(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_case(pilot)
        await pilot.press("2", "L")
        await until(pilot, lambda: app.has_class("-rtl"))
        await pilot.press("left")
        assert screen.section.key == "events"
        await pilot.press("right", "shift+tab")
        assert screen.section.key == "overview"

    drive(app, scenario)


def test_the_item_that_is_read_is_the_item_that_is_edited(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_case(pilot)
        await pilot.press("2", "j", "e")
        await until_screen(pilot, "form")
        form = app.screen
        assert isinstance(form, FormScreen)
        assert form.spot.base == "people.p2"
        await pilot.press("escape")
        await until_screen(pilot, "case")
        assert screen.section.key == "people"

    drive(app, scenario)


def test_an_escape_sequence_and_markup_in_a_case_stay_text(app: DalilApp, other: Vault) -> None:
    with other.edit(CASE_ID, why="hostile") as case:
        case.set("overview.title", "a\x1b]0;owned\x07 [/oops] [@click=app.quit]x[/]")

    async def scenario(pilot: Pilot[None]) -> None:
        await open_case(pilot)
        text = shown_text(app)
        assert "[/oops]" in text
        await pilot.press("e")
        await until_screen(pilot, "form")
        assert "[/oops]" in shown_text(app)

    drive(app, scenario)


def test_an_earlier_version_cannot_be_edited(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        screen = CaseScreen(CASE_ID, commit=app.open_vault.tip)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.case is not None)
        await pilot.press("e")
        assert app.screen is screen

    drive(app, scenario)


def test_a_case_that_is_not_there_says_so_in_place_of_the_page(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        screen = CaseScreen("f" * 20)
        await app.push_screen(screen)
        await until(pilot, lambda: "there is no case" in page(screen))
        await pilot.press("e")
        assert app.screen is screen

    drive(app, scenario)
