"""The panic key: nothing is kept, and, if so chosen, nothing is left."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.crypto import identity
from store.errors import Sealed
from tests.tui.conftest import CASE_ID
from tests.tui.piloting import drive, shown_text, until, until_screen
from tests.tui.terminal import Terminal
from tui.app import DalilApp
from tui.screens import panic

SECRET = "the baker's cellar"  # noqa: S105 - a text of a case


@pytest.fixture(autouse=True)
def _in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count faster; the program in a terminal of its own takes its time."""
    monkeypatch.setattr(panic, "_SECOND", 0.15)


async def typing(pilot: Pilot[None]) -> None:
    """Open a new case's form and type into it."""
    await until_screen(pilot, "browse")
    await pilot.press("n")
    await until_screen(pilot, "form")
    pilot.app.screen.query(Input).first().value = SECRET
    await pilot.pause()


def choose(place: Path, kind: str) -> None:
    (place / "home" / "settings.yaml").write_text(f"panic: {kind}\n")


@pytest.mark.parametrize("key", ["a", "escape", "ctrl+l", "ctrl+q", "ctrl+g", "enter", "f1"])
def test_any_key_calls_it_off_and_does_nothing_else(app: DalilApp, key: str) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await typing(pilot)
        await pilot.press("ctrl+g")
        await until_screen(pilot, "panic")
        assert SECRET not in shown_text(app)
        await pilot.press(key)
        await until_screen(pilot, "form")
        await pilot.pause(1.0)
        assert app.screen.query(Input).first().value == SECRET
        assert app.vault is not None
        await pilot.press("x")
        assert app.screen.query(Input).first().value != SECRET  # keys do what they did

    drive(app, scenario)


def test_after_the_countdown_keys_text_and_screens_are_gone_and_nothing_is_kept(
    app: DalilApp, place: Path
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await typing(pilot)
        vault = app.open_vault
        await pilot.press("ctrl+g")
        await until_screen(pilot, "panic")
        await until(pilot, lambda: app._exit)
        assert app.vault is None
        assert app._member is None
        assert not app._kept
        assert not app._keep_for
        with pytest.raises(Sealed):
            vault.get(CASE_ID)
        vault.close()

    drive(app, scenario)
    assert app.return_code == 0
    assert identity.state(place / "home") == "open"  # only what is in memory, by default
    assert (place / "repository" / ".git" / "dalil" / "pin.yaml").exists()


def test_the_screens_can_be_collected_afterwards(app: DalilApp) -> None:
    dead: list[weakref.ref[object]] = []

    async def scenario(pilot: Pilot[None]) -> None:
        await typing(pilot)
        dead.append(weakref.ref(app.screen))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    gc.collect()
    assert dead[0]() is None


def test_keys_index_and_pin_are_destroyed_if_so_chosen(place: Path) -> None:
    choose(place, "destroy")
    app = DalilApp(place / "repository", place / "home")
    local = place / "repository" / ".git" / "dalil"
    opened = os.open(place / "home" / "age_identity", os.O_RDONLY)

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await until(pilot, lambda: any((local / "index").glob("*.age")))
        await pilot.press("ctrl+g")
        await until_screen(pilot, "panic")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    assert app.return_code == 0
    assert [path.name for path in (place / "home").iterdir()] == ["settings.yaml"]
    assert not any((local / "index").glob("*.age"))
    assert not (local / "pin.yaml").exists()
    assert b"AGE-SECRET-KEY" not in os.pread(opened, 4096, 0)
    os.close(opened)


def test_it_works_at_the_door_too(place: Path) -> None:
    (place / "locked-home" / "settings.yaml").write_text("panic: destroy\n")
    app = DalilApp(place / "repository", place / "locked-home")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "unlock")
        await pilot.press("a", "ctrl+g")
        await until_screen(pilot, "panic")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    assert identity.state(place / "locked-home") == "none"


def test_it_stands_in_the_help_and_in_the_palette(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.press("ctrl+p")
        await pilot.press(*"panic")
        await until(pilot, lambda: "Drop everything at once" in shown_text(app))

    drive(app, scenario)


@pytest.mark.pty
@pytest.mark.parametrize("kind", ["lock", "destroy"])
def test_in_a_terminal_it_takes_three_seconds_and_says_one_line(place: Path, kind: str) -> None:
    choose(place, kind)
    code = (
        "from pathlib import Path; from tui.start import open_interface; import sys;"
        f"place = Path({str(place)!r});"
        "sys.exit(open_interface(place / 'repository', place / 'home'))"
    )
    assert panic.SECONDS == 3
    with Terminal(code) as terminal:
        terminal.wait_for("shop owner")
        terminal.send("\x07")
        terminal.wait_for("Any key stops it")
        terminal.send("x")
        terminal.send("\x07")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
    last = terminal.output.rpartition(b"\x1b[?1049l")[2]
    assert b"Closed." in last
    assert b"shop owner" not in last
    assert (place / "home" / "age_identity").exists() == (kind == "lock")
