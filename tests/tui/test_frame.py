from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot
from textual.widgets import Input, Static

from store.errors import NotFound
from store.vault import Trust
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui import i18n, themes
from tui.app import DalilApp
from tui.screens.base import DalilScreen
from tui.settings import load
from tui.widgets.header import Status
from tui.widgets.key_bar import KeyBar


class PlainScreen(DalilScreen[None]):
    """A screen with a field, and the commands of the list of cases."""

    NAME = "browse"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def body(self) -> ComposeResult:
        yield Static("cells")
        yield Input()

    def action_edit(self) -> None:
        self.done.append("edit")

    def action_new(self) -> None:
        self.done.append("new")


async def _plain(pilot: Pilot[None]) -> PlainScreen:
    await until_screen(pilot, "browse")
    screen = PlainScreen()
    await pilot.app.push_screen(screen)
    await pilot.pause()
    return screen


def _footer(app: DalilApp) -> str:
    return app.screen.query_one(KeyBar).render().plain


def test_the_header_says_where_who_and_how_far_it_can_be_trusted(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.status.trust is not None)
        await pilot.pause()
        line = shown_text(app).splitlines()[0]
        assert line.startswith(" Dalil · Night desk ")
        assert re.search(r"nour · ✓ authentic, 2 commits, (just now|1 min ago)", line)

    drive(app, scenario)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("authentic", "✓ authentic"),
        ("unverified", "? not verified yet"),
        ("unpinned", "! no pin"),
        ("broken", "✗ not authentic"),
    ],
)
def test_sign_and_word_of_trust_stay_on_a_narrow_line(
    app: DalilApp, state: str, words: str
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _plain(pilot)
        trust = Trust(state, commits=214, verified_at="2026-11-22T09:00:00Z")
        app.status = Status("A repository", "nour", trust)
        await pilot.pause()
        assert words in shown_text(app).splitlines()[0]

    drive(app, scenario, (44, 12))


def test_the_footer_has_at_most_eight_keys_and_always_the_way_to_the_rest(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _plain(pilot)
        assert _footer(app).endswith("^p commands  ? help")
        assert len(_footer(app).split("  ")) <= 8

    drive(app, scenario)


def test_where_letters_are_typed_the_footer_names_the_second_keys_and_they_work(
    app: DalilApp,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        assert "e edit" in _footer(app)
        screen.query_one(Input).focus()
        await pilot.pause()
        assert "F2 edit" in _footer(app)
        await pilot.press("e", "f2")
        assert screen.query_one(Input).value == "e"
        assert screen.done == ["edit"]

    drive(app, scenario)


def test_a_key_in_the_footer_can_be_clicked(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        at = shown_text(app).splitlines()[-1].index("e edit")
        await pilot.click(KeyBar, offset=(at, 0))
        assert screen.done == ["edit"]

    drive(app, scenario)


def test_an_arabic_keyboard_reaches_the_same_commands(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        await pilot.press("ث")
        assert screen.done == ["edit"]
        await pilot.press("؟")
        await until_screen(pilot, "help")

    drive(app, scenario)


def test_keys_of_the_settings_replace_the_defaults_everywhere(place: Path) -> None:
    (place / "home" / "settings.yaml").write_text("keys: {edit: f11, nosuch: x}\n")
    app = DalilApp(place / "repository", place / "home")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        assert "F11 edit" in _footer(app)
        await pilot.press("e", "f11")
        assert screen.done == ["edit"]
        assert "no command nosuch" in shown_text(app)
        await pilot.press("question_mark")
        await until_screen(pilot, "help")
        assert "F11" in shown_text(app)

    drive(app, scenario)


def test_the_palette_has_our_commands_only_and_runs_them(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: len(app.screen.query(CommandList)) > 0)
        found = app.screen.query_one(CommandList)
        await until(pilot, lambda: found.option_count > 0)
        names = {str(option.prompt).splitlines()[0] for option in found.options}
        known = {i18n.t(f"commands.{name}.label") for name in ("edit", "new", "theme", "lock")}
        assert known <= names
        assert not any("creenshot" in name or "aximize" in name for name in names)
        assert not app.screen.query_one(CommandInput).cursor_blink
        await pilot.press(*"edit")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: screen.done == ["edit"])

    drive(app, scenario)


def test_a_terminal_too_small_says_so_and_comes_back_as_it_was(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        field = screen.query_one(Input)
        field.focus()
        await pilot.press("a")
        await pilot.resize_terminal(30, 5)
        await pilot.pause()
        assert "too small" in shown_text(app)
        assert "cells" not in shown_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "cells" in shown_text(app)
        await pilot.press("b")
        assert field.value == "ab"

    drive(app, scenario)


def test_arabic_mirrors_the_screen_and_is_remembered(app: DalilApp, place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _plain(pilot)
        await pilot.press("L")
        await pilot.pause()
        assert app.has_class("-rtl")
        assert shown_text(app).splitlines()[0].rstrip().endswith("Night desk · Dalil")
        assert load(place / "home").language == "ar"
        app.action_toggle_language()
        await pilot.pause()
        assert shown_text(app).startswith(" Dalil")

    drive(app, scenario)


def test_the_theme_is_changed_and_remembered(app: DalilApp, place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _plain(pilot)
        await pilot.press("T")
        assert app.theme == themes.LIGHT.name
        assert load(place / "home").theme == "light"

    drive(app, scenario)


def test_an_error_is_one_toast_and_no_markup_in_it_counts(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _plain(pilot)
        app.report(
            NotFound("no {case}", hint="see [/red] {place}", case="[b]x", place="[@click=y]")
        )
        await pilot.pause(0.1)
        assert "no [b]x" in shown_text(app)
        assert "see [/red] [@click=y]" in shown_text(app)

    drive(app, scenario)


def test_an_escape_sequence_in_a_widget_ends_at_the_filter(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        screen.query_one(Static).update("a\x1b]0;x\x07b")
        await pilot.pause()
        assert "\x1b" not in shown_text(app)
        assert "␛" in shown_text(app)

    drive(app, scenario)


def test_copying_and_selecting_stay_inside(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        field = screen.query_one(Input)
        field.value = "a name"
        field.focus()
        field.select_all()
        assert app._driver is not None
        written: list[str] = []
        app._driver.write = written.append  # type: ignore[method-assign, assignment]  # what would reach the terminal
        await pilot.press("ctrl+c", "end", "ctrl+v")
        assert field.value == "a namea name"
        assert not any("]52;" in text for text in written)
        assert not app.ALLOW_SELECT
        assert list(app.get_system_commands(screen)) == []

    drive(app, scenario)


def test_no_cursor_blinks_and_nothing_moves(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _plain(pilot)
        screen.query_one(Input).focus()
        await pilot.pause()
        assert not screen.query_one(Input).cursor_blink
        assert app.animation_level == "none"

    drive(app, scenario)


def test_what_is_said_again_stands_there_once(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        for words in ("Nothing to undo.", "Saved", "Nothing to undo."):
            app.notify(words)
            await pilot.pause()
        await until(pilot, lambda: len(app.screen.query("Toast")) == 2)
        assert shown_text(app).count("Nothing to undo.") == 1

    drive(app, scenario)


def test_a_message_leaves_the_keys_and_the_head_of_a_narrow_screen_in_sight(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        app.notify("Mark two versions with space, or one and go to another; then press c.")
        await pilot.pause(0.2)
        toast = app.screen.query_one("Toast")
        assert toast.region.width <= 44
        assert toast.region.height <= 3
        assert toast.region.bottom < 24
        assert "help" in shown_text(app).splitlines()[-1]

    drive(app, scenario)
