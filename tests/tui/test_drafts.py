"""Nothing typed is lost: the real interface in a real terminal, ended in every way there is."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store.crypto import identity
from store.drafts import Drafts
from store.vault import Vault
from tests.store.office import files_with, wait_until
from tests.tui.conftest import CASE_ID
from tests.tui.terminal import Terminal

TYPED = "Qandil the baker"
CODE = """
import sys
from pathlib import Path
import tui.start
{before}
sys.exit(tui.start.open_interface(Path({repository!r}), Path({home!r}), {case!r}))
"""
CRASHES = """
from tui.app import DalilApp
def fail(self):
    raise ValueError("a fault")
DalilApp.action_panic = fail
"""


def start(place: Path, *, case: str | None = None, before: str = "") -> Terminal:
    """Start the interface, on the list or in the form of a case."""
    values = {"repository": str(place / "repository"), "home": str(place / "home")}
    return Terminal(CODE.format(case=case, before=before, **values), size=(140, 40))


def type_into_the_form(terminal: Terminal) -> None:
    """Type into the first line of the form, which holds the reference."""
    terminal.wait_for("Reference")
    time.sleep(0.3)
    terminal.send(TYPED)
    terminal.wait_for("1 unsaved change")


def drafts_of(place: Path) -> Drafts:
    key = identity.public(place / "home").age
    return Drafts(str(place / "repository" / ".git"), key)


def text_of(place: Path) -> bytes:
    """Give what the one draft that lies there says."""
    (found,) = drafts_of(place).waiting()
    assert not found.is_open
    key = identity.unlock(place / "home").age
    return drafts_of(place).read(found.name, key)


def hang_up(terminal: Terminal) -> None:
    terminal.hang_up()


def terminate(terminal: Terminal) -> None:
    terminal.kill(signal.SIGTERM)


def kill_after_five_seconds(terminal: Terminal) -> None:
    time.sleep(5)
    terminal.kill(signal.SIGKILL)


def crash(terminal: Terminal) -> None:
    terminal.send("\x07")


def lock_and_kill(terminal: Terminal) -> None:
    terminal.send("\x0c")
    terminal.wait_for("Locked")
    terminal.kill(signal.SIGKILL)


@pytest.mark.pty
@pytest.mark.parametrize("end", [hang_up, terminate, kill_after_five_seconds, crash, lock_and_kill])
def test_what_was_typed_is_offered_at_the_next_start_opened_and_saved(
    place: Path, end: Callable[[Terminal], None]
) -> None:
    with start(place, case=CASE_ID, before=CRASHES if end is crash else "") as terminal:
        type_into_the_form(terminal)
        end(terminal)
        terminal.wait_for_end()
    assert TYPED.encode() in text_of(place)
    assert files_with(TYPED, [place]) == []
    member = identity.unlock(place / "home")
    with Vault.open(str(place / "repository"), member) as vault:
        with vault.edit(CASE_ID, why="meanwhile") as case:
            case.set("overview.title", "A title from somebody else")
        with start(place) as terminal:
            terminal.wait_for("1 draft that was not saved")
            terminal.send("D")
            terminal.wait_for("1 change")
            terminal.send("\r")
            terminal.wait_for("has changed this case since")
            terminal.wait_for("1 unsaved change")
            terminal.send("\x13")
            terminal.wait_for("Why?")
            time.sleep(0.3)
            terminal.send("He told us")
            time.sleep(0.3)
            terminal.send("\x13")
            terminal.wait_for("Saved")
            terminal.leave()
        vault.refresh()
        saved = vault.get(CASE_ID)
    assert TYPED in saved.reference
    assert saved.title == "A title from somebody else"
    assert drafts_of(place).waiting() == []
    assert os.listdir(drafts_of(place).folder) == []
    wait_until(lambda: files_with(TYPED, [place]) == [])


@pytest.mark.pty
def test_a_terminal_that_takes_nothing_more_does_not_keep_the_program_from_ending(
    place: Path,
) -> None:
    with start(place, case=CASE_ID) as terminal:
        type_into_the_form(terminal)
        for _ in range(150):  # nobody reads what it draws: its buffer fills, and its loop stands
            terminal.send("\x1b[6;5~")
            time.sleep(0.02)
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_for_end(10, reads=False) == 128 + signal.SIGTERM
    assert TYPED.encode() in text_of(place)
