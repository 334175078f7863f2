"""The filter in a real application: nothing that a case holds acts on the terminal."""

import asyncio
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from select import select

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widgets import DataTable, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from tui.display import line_filter
from tui.display.line_filter import DisplayFilter, forget
from tui.display.modes import Mode

ROOT = Path(__file__).parents[3]
SECONDS = 20.0
COLOURS = re.compile(rb"\x1b\[[0-9;]*m")
BACKGROUND = Color(0, 0, 0)
BOLD, DIM = Style(bold=True), Style(dim=True)

# A window title, the clipboard, an eight-bit erase, a bidi override, and Arabic to follow.
ATTACK = "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x9b2J\u202etxt سلام"
WIDGETS = ("static", "input", "text-area", "option-list", "data-table")


class HostileApp(App[None]):
    """Show the attack in each kind of widget, each under its own name."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "* { height: auto; max-height: 5; } Screen { max-height: 100%; }"

    def __init__(self, mode: Mode | None = "app") -> None:
        super().__init__()
        self.display_filter = DisplayFilter(mode) if mode else None

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, self.display_filter] if self.display_filter else filters

    def compose(self) -> ComposeResult:
        yield Static(Content(f"static {ATTACK}"))
        yield Input(f"input {ATTACK}")
        yield TextArea(f"text-area {ATTACK}")
        yield OptionList(Option(Content(f"option-list {ATTACK}")))
        yield DataTable[Text]()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(Text("first"), Text("second"))
        table.add_row(Text(f"data-table {ATTACK}"), Text("second"))
        self.notify(f"toast {ATTACK}", title=f"title {ATTACK}", timeout=600, markup=False)


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    yield
    forget()


def screen_of(mode: Mode | None, width: int = 100) -> list[Strip]:
    async def draw() -> list[Strip]:
        app = HostileApp(mode)
        async with app.run_test(size=(width, 40), notifications=True) as pilot:
            await pilot.pause(0.1)
            return app.screen._compositor.render_strips()

    return asyncio.run(draw())


def show(mode: Mode, *segments: Segment) -> list[Segment]:
    return DisplayFilter(mode).apply(list(segments), BACKGROUND)


def test_without_the_filter_textual_lets_escapes_through() -> None:
    # When this fails, Textual scrubs by itself: then see whether the filter is still needed.
    assert any("\x1b" in strip.text for strip in screen_of(None))


@pytest.mark.parametrize("mode", ["app", "terminal", "off"])
def test_no_widget_lets_an_escape_through(mode: Mode) -> None:
    lines = [strip.text for strip in screen_of(mode)]
    for name in (*WIDGETS, "toast", "title"):
        assert any(f"{name} ␛]0;owned" in line for line in lines), name
    assert not set("".join(lines)) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E)}


def test_every_line_keeps_the_width_of_the_screen() -> None:
    for strip in screen_of("app", width=90):
        assert sum(segment.cell_length for segment in strip) == 90


def test_textuals_own_control_segments_stay() -> None:
    home = Segment("\x1b[H", None, [(ControlType.HOME,)])
    assert show("app", home, Segment("a\x1b  ", BOLD)) == [home, Segment("a␛ ", BOLD)]


def test_plain_lines_come_back_untouched() -> None:
    for text in ("plain ascii", "─── é ───"):
        segments = [Segment(text, BOLD)]
        assert DisplayFilter("app").apply(segments, BACKGROUND) is segments


def test_arabic_is_reordered_in_mode_app_only() -> None:
    line = [Segment("a  ", BOLD), Segment("سم", DIM), Segment("  b", BOLD)]
    assert [segment.text for segment in show("app", *line)] == ["a  ", "\ufee2\ufeb3", "  b"]
    assert show("terminal", *line) == line
    assert show("off", *line) == line


def test_each_letter_keeps_its_style() -> None:
    shown = show("app", Segment("س", BOLD), Segment("م", DIM), Segment("  b"))
    assert shown == [Segment("\ufee2", DIM), Segment("\ufeb3", BOLD), Segment("  b", None)]


def test_a_terminal_hyperlink_is_taken_off() -> None:
    shown = show("off", Segment("here", BOLD.update_link("http://a\x1b]0;owned\x07")))
    assert [(segment.text, segment.style.link) for segment in shown if segment.style] == [
        ("here", None)
    ]


def test_two_spaces_do_not_break_what_one_types() -> None:
    line = Segment("سم  دم   ", BOLD)
    shown = DisplayFilter("app", is_typed=True).apply([line], BACKGROUND)
    assert shown == [Segment("   \ufee1\ufea9  \ufee2\ufeb3", BOLD)]


class TypingApp(App[None]):
    """One input with Arabic in it, its cursor behind the last letter."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), DisplayFilter("app")]

    def compose(self) -> ComposeResult:
        entry = Input("سمر")
        entry.cursor_blink = False
        yield entry


def test_the_cursor_of_an_input_walks_from_right_to_left() -> None:
    async def cursor_places() -> list[tuple[str | int, ...]]:
        app = TypingApp()
        seen: list[tuple[str | int, ...]] = []
        async with app.run_test(size=(20, 5)) as pilot:
            for key in ("end", "left", "left", "left"):
                await pilot.press(key)
                strip = app.screen._compositor.render_strips()[1]
                grounds = [s.style and s.style.bgcolor for s in strip for _ in s.text]
                odd = [at for at in range(1, 19) if grounds[at] != grounds[1]]
                seen.append((strip.text, *odd))
        return seen

    line = "▊             \ufeae\ufee4\ufeb3  ▎"
    assert asyncio.run(cursor_places()) == [(line, 13), (line, 14), (line, 15), (line, 16)]


def test_locking_forgets_what_was_shown() -> None:
    show("app", Segment("سر مكتوم"))
    assert line_filter._arrange.cache_info().currsize == 1
    forget()
    assert line_filter._arrange.cache_info().currsize == 0
    assert Segment._split_cells.cache_info().currsize == 0


def read_until(terminal: int, wanted: bytes) -> bytes:
    """Read what is drawn, without its colours, until `wanted` has come."""
    received = b""
    end = time.monotonic() + SECONDS
    while wanted not in COLOURS.sub(b"", received) and time.monotonic() < end:
        if select([terminal], [], [], 0.5)[0]:
            received += os.read(terminal, 65536)
    return COLOURS.sub(b"", received)


@pytest.mark.pty
def test_no_title_and_no_clipboard_reach_a_real_terminal() -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    environ = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=theirs, stdout=theirs, stderr=theirs, env=environ
    )
    os.close(theirs)
    try:
        received = read_until(ours, "toast ␛]0;owned␛]52;c;b3duZWQ=␛2J".encode())
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(ours)
    for name in (*WIDGETS, "toast"):
        assert f"{name} ␛]0;owned␛]52;".encode() in received, name
    assert not re.search(rb"\x1b\](?:0|2|52);", received)
    assert b"\xc2\x9b" not in received
    assert "\u202e".encode() not in received


if __name__ == "__main__":  # the pty test runs this file
    HostileApp().run()
