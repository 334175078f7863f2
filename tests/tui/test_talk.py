"""A key outside the program asks its owner something on the screen."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.crypto import identity, plugins
from store.crypto.wrapping import read_plugin_file
from store.founding import found
from tests.store.crypto.hardware import HardwareAgent
from tests.store.crypto.testkey import install, new_key
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.talk import ScreenTalk


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    install(folder)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(plugins, "KNOWN", frozenset({"testkey"}))
    return folder


@pytest.fixture
def keyed(device: Path, tmp_path: Path) -> DalilApp:
    """The interface for somebody who reads through a plugin, in a repository of their own."""
    home, allowed = tmp_path / "home", plugins.Plugins(frozenset({"testkey"}))
    identity.create(home, passphrase=None, comment="", age_key=read_plugin_file(new_key().file()))
    (home / "settings.yaml").write_text("plugins: [testkey]\n")
    nour = identity.unlock(home, plugins=lambda: allowed)
    found(str(tmp_path / "repository"), "Unit", "nour", nour)
    return DalilApp(tmp_path / "repository", home)


def test_a_key_that_wants_a_touch_says_so_and_the_repository_opens(keyed: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "touch the test key" in shown_text(keyed))

    drive(keyed, scenario)


def test_a_pin_is_typed_as_dots_and_opens(keyed: DalilApp, device: Path) -> None:
    (device / "mode").write_text("ask")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "talk")
        assert "PIN of the test key" in shown_text(keyed)
        await pilot.press(*"1234")
        assert "1234" not in shown_text(keyed)
        await pilot.press("enter")
        await until_screen(pilot, "browse")

    drive(keyed, scenario)


def test_without_an_answer_the_door_says_what_happened_and_can_be_tried_again(
    keyed: DalilApp, device: Path
) -> None:
    (device / "mode").write_text("ask")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "talk")
        await pilot.press("escape")
        await until(pilot, lambda: "wrong PIN" in shown_text(keyed))
        assert keyed.vault is None
        (device / "mode").unlink()
        await pilot.press("r")
        await until_screen(pilot, "browse")

    drive(keyed, scenario)


def test_a_question_has_the_answers_that_the_key_names(keyed: DalilApp, device: Path) -> None:
    (device / "mode").write_text("confirm")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "confirm")
        assert "Plug in the test key" in shown_text(keyed)
        await pilot.click("#yes")
        await until_screen(pilot, "browse")

    drive(keyed, scenario)


def test_what_was_typed_outlives_a_lock_for_such_a_member_too(keyed: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.press("n")
        await until_screen(pilot, "form")
        keyed.screen.query(Input).first().value = "The baker's cellar"
        await pilot.pause()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await until(pilot, lambda: keyed.vault is None)
        await pilot.press("enter")
        await until_screen(pilot, "form")
        assert keyed.screen.query(Input).first().value == "The baker's cellar"

    drive(keyed, scenario)


def test_a_signing_key_in_hardware_says_when_it_is_to_be_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with HardwareAgent(tmp_path) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", agent.address)
        identity.create(home, passphrase=None, comment="", agent_key=agent.public)
        found(str(tmp_path / "repository"), "Unit", "nour", identity.unlock(home))
        app = DalilApp(tmp_path / "repository", home)

        def save() -> None:
            with app.open_vault.new(why="first") as case:
                case.set("overview.title", "A title")

        async def scenario(pilot: Pilot[None]) -> None:
            await until_screen(pilot, "browse")
            await asyncio.to_thread(save)
            await until(pilot, lambda: "Touch your key" in shown_text(app))

        drive(app, scenario)
        assert agent.signed == 2


def test_the_ui_thread_is_never_made_to_wait_for_an_answer(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        assert ScreenTalk(app).ask("PIN", is_secret=True) is None

    drive(app, scenario)
