from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal
from tui.crash import describe, report

MARKER = "Umm Salim of the third house"

RUN = """
import sys
from pathlib import Path
import tui.start
MARKER = " ".join(["Umm", "Salim", "of", "the", "third", "house"])
{before}
sys.exit(tui.start.open_interface(Path({repository!r}), Path({home!r})))
"""

IN_A_HANDLER = """
from tui.screens.browse import BrowseScreen
def fail(self):
    witness = MARKER
    raise ValueError(f"cannot read {witness}")
BrowseScreen.action_verify_fail = fail
from tui.app import DalilApp
DalilApp.action_help = lambda self: fail(self)
"""

IN_A_THREAD = """
from tui.app import DalilApp
from tui.work import in_thread
@in_thread("x")
def fail(self, job):
    witness = MARKER
    try:
        {}[witness]
    except KeyError as cause:
        raise RuntimeError(witness) from cause
DalilApp.action_help = lambda self: fail(self)
"""

IN_A_TASK = """
import asyncio
from tui.app import DalilApp
async def fail(witness):
    raise ValueError(witness)
def start(self):
    self.lost = asyncio.create_task(fail(MARKER))
    self.set_timer(0.2, lambda: (delattr(self, "lost"), self.exit(return_code=1)))
DalilApp.action_help = start
"""


def _code(place: Path, before: str = "") -> str:
    repository, home = str(place / "repository"), str(place / "home")
    return RUN.format(before=before, repository=repository, home=home)


def _fail() -> None:
    witness = MARKER
    raise ValueError(witness)


def test_a_description_names_types_and_places_only() -> None:
    try:
        try:
            _fail()
        except ValueError as cause:
            raise KeyError(MARKER) from cause
    except KeyError as error:
        lines = describe(error)
        whole = report(error)
    assert lines[0] == "KeyError"
    assert "caused by ValueError" in lines
    assert any("test_crash.py:" in line and "in _fail" in line for line in lines)
    assert MARKER not in whole


@pytest.mark.pty
@pytest.mark.parametrize("before", [IN_A_HANDLER, IN_A_THREAD, IN_A_TASK])
def test_a_fault_of_the_program_shows_nothing_of_what_it_had_in_hand(
    place: Path, before: str
) -> None:
    with Terminal(_code(place, before)) as terminal:
        terminal.wait_for("authentic")
        terminal.send("?")
        assert terminal.wait_for_end() == 1
        assert terminal.is_restored()
        assert b"Salim" not in terminal.output
        if before != IN_A_TASK:
            assert b"Dalil stopped" in terminal.output
            assert b"in fail" in terminal.output


@pytest.mark.pty
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_terminal_as_it_was(place: Path, number: signal.Signals) -> None:
    with Terminal(_code(place)) as terminal:
        terminal.wait_for("authentic")
        terminal.kill(number)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.is_restored()


@pytest.mark.pty
def test_quitting_ends_with_zero_and_the_terminals_own_order_of_letters(place: Path) -> None:
    with Terminal(_code(place)) as terminal:
        terminal.wait_for("authentic")
        terminal.send("\x11")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert terminal.output.count(b"\x1b[8l") == 1
        assert terminal.output.rfind(b"\x1b[8h") > terminal.output.rfind(b"\x1b[8l")


@pytest.mark.pty
def test_switches_for_developers_of_textual_write_no_file(place: Path) -> None:
    log, pictures = place / "keys.log", place / "pictures"
    pictures.mkdir()
    environ = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(pictures),
    }
    with Terminal(_code(place), environ=environ) as terminal:
        terminal.wait_for("authentic")
        terminal.send("\x11")
        assert terminal.wait_for_end() == 0
    assert not log.exists()
    assert list(pictures.iterdir()) == []


@pytest.mark.pty
@pytest.mark.parametrize("size", [(20, 5), (1, 1)])
def test_a_tiny_terminal_is_borne(place: Path, size: tuple[int, int]) -> None:
    with Terminal(_code(place), size=size) as terminal:
        terminal.wait_for("T")
        assert terminal.leave() == 0


@pytest.mark.pty
@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "linux", "COLORTERM": ""}])
def test_it_runs_without_colours_and_with_sixteen(place: Path, environ: dict[str, str]) -> None:
    with Terminal(_code(place), environ=environ) as terminal:
        terminal.wait_for("authentic")
        terminal.send("\x11")
        assert terminal.wait_for_end() == 0
