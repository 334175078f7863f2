"""The interface in a real pseudo-terminal: its first paint, and what a key press takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from statistics import median

from tests.bench.commands import dalil
from tests.bench.measure import Figure, environment, in_turn, measured_in
from tests.bench.repositories import Made, Shelf, bring_index_up_to_date
from tests.bench.scale import Scale
from tests.bench.terminal import Terminal

__all__ = ["HELLO", "first_paint", "keys"]

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello from Textual")

Hello().run()
"""
_ROW = "SY-20"
"""Stands in every row of the list, and nowhere before."""
_COUNT = " of 1"
"""Stands in the line that counts what a search found: `12 of 10 000`."""
_SEARCHES = (b"maqasi", b"kafr za", b"dhab")
_DOWN, _BACKSPACE = b"\x1b[B", b"\x7f"
_GAP = 0.012  # seconds without a byte: one repaint has ended, what follows is another
_PATIENCE = 120.0  # seconds for the list of a large repository to fill, on a busy machine


def first_paint(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Time from the start of the process to the first text, beside a bare Textual program."""
    for size, limit in zip(scale.sizes, (1.15, 1.35), strict=False):
        made = _indexed(shelf, size)
        filled: list[float] = []

        def ours(made: Made = made, filled: list[float] = filled) -> float:
            with _open(made) as terminal:
                painted = terminal.wait_for("Dalil")
                filled.append(terminal.wait_for(_ROW, timeout=_PATIENCE))
                return painted

        ours()  # once for nothing: it compiles what is new
        painted, hello = in_turn(scale.rounds_of(9), ours, _hello)
        words = f"{measured_in(painted)} (list {measured_in(median(filled[1:]))})"
        peer = f"{measured_in(hello)} bare Textual hello"
        yield Figure(f"first paint, {size:,} cases", words, peer, painted / hello, limit)


def keys(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Time from a key to the end of its repaint: moving in the list, and typing a search."""
    for size in scale.sizes:
        with _open(_indexed(shelf, size)) as terminal:
            terminal.wait_for(_ROW, timeout=_PATIENCE)
            terminal.press(b"/")
            _type(terminal, b"a")  # once for nothing: it waits until all can be searched
            typed = [taken for words in _SEARCHES for taken in _type(terminal, words)]
            terminal.press(_DOWN, quiet=1.0)  # into the list
            moves = [_move(terminal) for _ in range(scale.rounds_of(31))]
        for what, times, limit in (("key to repaint", moves, 10.0), ("filter, a key", typed, 50.0)):
            words_ = f"{measured_in(median(times))} (slowest {measured_in(max(times))})"
            yield Figure(f"{what}, {size:,} rows", words_, "", median(times) * 1000, limit, "ms")


def _move(terminal: Terminal) -> float:
    """Time one step down the list; the preview, which waits on purpose, is let pass."""
    taken = terminal.press(_DOWN, quiet=_GAP).done
    terminal.wait_until_quiet()
    return taken


def _type(terminal: Terminal, words: bytes) -> list[float]:
    """Type a search; time each letter until the list and its count stand painted."""
    times = []
    for place in range(len(words)):
        with suppress(TimeoutError):
            while True:  # past the counts of before: none may be taken for this letter's
                terminal.wait_for(_COUNT, timeout=0)
        start, before = time.perf_counter() - terminal.started, len(terminal.output)
        taken = terminal.press(words[place : place + 1], quiet=_GAP).done
        if _COUNT.encode() not in terminal.output[before:]:
            taken = terminal.wait_for(_COUNT, timeout=_PATIENCE) - start
            size = len(terminal.output)
            ended = terminal.wait_until_quiet(quiet=_GAP) - start
            taken = ended if len(terminal.output) > size else taken
        times.append(taken)
        terminal.wait_until_quiet()
    for _ in words:
        terminal.press(_BACKSPACE)
    return times


def _indexed(shelf: Shelf, size: int) -> Made:
    """Give a repository whose index is in place."""
    made = shelf.cases(size)
    bring_index_up_to_date(made)
    return made


def _open(made: Made) -> Terminal:
    surroundings = environment() | {"DALIL_HOME": made.home, "COLORTERM": "truecolor"}
    return Terminal([*dalil(), "-C", made.repository], environ=surroundings)


def _hello() -> float:
    with Terminal([sys.executable, "-c", HELLO], environ=environment()) as terminal:
        return terminal.wait_for("hello from Textual")
