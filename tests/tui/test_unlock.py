from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from store.crypto import identity
from tests.tui.conftest import PASSPHRASE
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.unlock import UnlockScreen
from tui.widgets.passphrase import PassphraseInput
from tui.widgets.tick_box import TickBox


async def _type(pilot: Pilot[None], text: str) -> None:
    # `press` takes 60 ms a letter, and paste is what people do with long passphrases.
    field = pilot.app.screen.query_one(PassphraseInput)
    field.value = text
    await pilot.press("enter")


def _answer(app: DalilApp) -> str:
    return str(app.screen.query_one("#answer", Static).render())


def test_an_identity_without_passphrase_goes_straight_in(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        assert app.vault is not None

    drive(app, scenario)


def test_the_right_passphrase_opens_and_leaves_no_trace_in_the_field(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "unlock")
        field = pilot.app.screen.query_one(PassphraseInput)
        await _type(pilot, PASSPHRASE)
        await until_screen(pilot, "browse")
        assert field.value == ""

    drive(locked_app, scenario)


def test_a_wrong_passphrase_says_so_and_can_be_typed_again(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "unlock")
        await _type(pilot, "not this one")
        await until(pilot, lambda: "does not open" in _answer(locked_app))
        assert not pilot.app.screen.query_one(PassphraseInput).disabled
        await _type(pilot, PASSPHRASE)
        await until_screen(pilot, "browse")

    drive(locked_app, scenario)


def test_a_passphrase_is_never_on_the_screen_nor_in_any_description(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "unlock")
        field = pilot.app.screen.query_one(PassphraseInput)
        field.value = PASSPHRASE
        await pilot.pause()
        assert "lamp" not in shown_text(locked_app)
        field.select_all()
        await pilot.press("ctrl+c", "ctrl+x")
        assert "lamp" not in locked_app.clipboard
        screen = pilot.app.screen
        assert isinstance(screen, UnlockScreen)
        worker = screen.unlock(PASSPHRASE)
        assert "lamp" not in f"{worker!r} {worker.description} {worker.name}"
        await until_screen(pilot, "browse")

    drive(locked_app, scenario)


def test_without_an_identity_one_is_made_and_its_public_keys_are_shown(place: Path) -> None:
    new_home = place / "new-home"
    app = DalilApp(place / "repository", new_home)

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "identity")
        pilot.app.screen.query_one(TickBox).value = True
        await pilot.pause()
        pilot.app.screen.query_one("#make").press()  # type: ignore[attr-defined]  # a Button
        await until(pilot, lambda: bool(pilot.app.screen.query_one("#keys").display))
        await pilot.pause()
        shown = "".join(letter for letter in shown_text(app) if letter.isalnum())
        assert identity.public(new_home).age in shown
        await pilot.press("enter")
        await until_screen(pilot, "browse")

    drive(app, scenario)
    assert identity.state(new_home) == "open"


def test_two_different_passphrases_make_no_identity(place: Path) -> None:
    app = DalilApp(place / "repository", place / "new-home")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "identity")
        first, second = pilot.app.screen.query(PassphraseInput)
        first.value, second.value = "one", "other"
        second.focus()
        await pilot.press("enter")
        assert "not the same" in _answer(app)
        assert identity.state(place / "new-home") == "none"

    drive(app, scenario)


@pytest.mark.parametrize("what", ["nothing", "a plain folder"])
def test_a_folder_that_is_no_repository_is_named_as_one_at_the_door(place: Path, what: str) -> None:
    path = place / "elsewhere"
    if what == "a plain folder":
        path.mkdir()
    app = DalilApp(path, place / "home")

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "✗" in shown_text(app))
        assert pilot.app.screen.NAME == "door"  # type: ignore[attr-defined]  # a DalilScreen
        shutil.copytree(place / "repository", path, dirs_exist_ok=True)
        await pilot.press("r")
        await until_screen(pilot, "browse")

    drive(app, scenario)
