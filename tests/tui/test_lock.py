from __future__ import annotations

import gc
import threading
import weakref
from typing import ClassVar, Self

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from store.errors import Sealed
from tests.tui.conftest import CASE_ID, PASSPHRASE
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.idle import IdleClock
from tui.screens.base import DalilModal, DalilScreen
from tui.work import WRITING, Job, in_thread

SECRET = "the baker's cellar"  # noqa: S105 - a text of a case


class TypingScreen(DalilScreen[None]):
    """A form of one field, as the real ones keep their text over a lock."""

    NAME = "typing"

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = text

    def body(self) -> ComposeResult:
        yield Input(self._text, id="typed")

    def unsaved(self) -> bytes | None:
        return self.query_one(Input).value.encode() or None

    @classmethod
    def restore(cls, unsaved: bytes) -> Self:
        return cls(unsaved.decode())


class AskingScreen(DalilModal[bool]):
    NAME = "asking"


async def _unlock(pilot: Pilot[None]) -> None:
    await until_screen(pilot, "unlock")
    pilot.app.screen.query_one(Input).value = PASSPHRASE
    await pilot.press("enter")
    await until(pilot, lambda: _app(pilot).vault is not None)
    await pilot.pause()


def _app(pilot: Pilot[None]) -> DalilApp:
    assert isinstance(pilot.app, DalilApp)
    return pilot.app


def test_a_lock_drops_keys_repository_and_every_screen(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        vault = locked_app.open_vault
        screen = TypingScreen()
        dead = weakref.ref(screen)
        await locked_app.push_screen(screen)
        del screen
        await pilot.press("ctrl+l")
        await until_screen(pilot, "unlock")
        gc.collect()
        assert dead() is None
        assert locked_app._member is None
        with pytest.raises(Sealed):
            _ = locked_app.open_vault
        with pytest.raises(Sealed):
            vault.get(CASE_ID)
        vault.close()  # asking started a git process again
        assert "nour" not in shown_text(locked_app)

    drive(locked_app, scenario)


def test_a_lock_also_works_from_a_dialogue(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        locked_app.push_screen(AskingScreen())
        await pilot.pause()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "unlock")

    drive(locked_app, scenario)


def test_unsaved_text_outlives_a_lock_and_is_nowhere_in_plain_meanwhile(
    locked_app: DalilApp,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        await locked_app.push_screen(TypingScreen())
        locked_app.screen.query_one(Input).value = SECRET
        await pilot.pause()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "unlock")
        assert SECRET not in shown_text(locked_app)
        assert all(SECRET.encode() not in kept.sealed for kept in locked_app._kept)
        await _unlock(pilot)
        await until_screen(pilot, "typing")
        assert locked_app.screen.query_one(Input).value == SECRET
        assert locked_app._kept == []

    drive(locked_app, scenario)


def test_the_screen_goes_blank_before_a_save_under_way_has_ended(locked_app: DalilApp) -> None:
    class SavingScreen(DalilScreen[None]):
        NAME = "saving"
        gate: ClassVar[threading.Event] = threading.Event()
        saved: ClassVar[list[str]] = []

        @in_thread(WRITING)
        def save(self, job: Job) -> None:  # noqa: ARG002
            vault = self.vault
            self.gate.wait(10)
            with vault.edit(CASE_ID, why="a save") as case:
                case.set("overview.title", "Changed")
            self.saved.append(case.title)

    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        screen = SavingScreen()
        await locked_app.push_screen(screen)
        screen.save()
        await pilot.pause(0.05)
        locked_app.lock()
        await until_screen(pilot, "unlock")
        assert not SavingScreen.saved
        SavingScreen.gate.set()
        await until(pilot, lambda: bool(SavingScreen.saved))

    drive(locked_app, scenario)


def test_when_the_idle_time_is_over_it_locks_and_a_key_does_not_reach_what_was_open(
    locked_app: DalilApp,
) -> None:
    now = [0.0]
    locked_app.idle = IdleClock(600, lambda: now[0])

    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        await locked_app.push_screen(TypingScreen())
        now[0] += 599
        await pilot.press("a")
        now[0] += 599
        await pilot.press("b")
        assert locked_app.screen.query_one(Input).value == "ab"
        now[0] += 601
        await pilot.press("c")
        await until_screen(pilot, "unlock")
        await _unlock(pilot)
        await until_screen(pilot, "typing")
        assert locked_app.screen.query_one(Input).value == "ab"

    drive(locked_app, scenario)


def test_nobody_at_the_keys_is_noticed_without_any_key(locked_app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await _unlock(pilot)
        locked_app.idle = IdleClock(0.3)
        locked_app._watch_idle()
        await until_screen(pilot, "unlock")

    drive(locked_app, scenario)


def test_zero_idle_minutes_stand_for_never() -> None:
    assert IdleClock(0).remaining is None


def test_leaving_asks_when_something_is_unsaved(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await app.push_screen(TypingScreen("a word"))
        await pilot.pause()
        await pilot.press("ctrl+q")
        await until_screen(pilot, "leave")
        await pilot.press("enter")
        await until_screen(pilot, "typing")
        assert app.is_running

    drive(app, scenario)


def test_without_a_passphrase_a_lock_still_blanks_the_screen_until_a_key(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await until(pilot, lambda: "Locked" in shown_text(app))
        assert app.vault is None
        await pilot.press("enter")
        await until_screen(pilot, "browse")

    drive(app, scenario)
