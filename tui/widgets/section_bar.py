"""The sections of a case: tabs in a line, or a list at the side where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tui.display.flags import FLAG
from tui.i18n import language

__all__ = ["SectionBar", "SectionTab"]

_BESIDE = 100
"""From this width of the screen on, the sections stand at the side (as `-wide` says)."""


class SectionTab(NamedTuple):
    """One section: its name, and how many items it has (None: it is no list).

    `is_wrong` says that something in it errs, `is_flagged` that something is in conflict.
    """

    label: str
    items: int | None = None
    is_wrong: bool = False
    is_flagged: bool = False

    @property
    def text(self) -> str:
        """The name with its count."""
        number = f" {self.items}" if self.items else ""
        flag = f" {FLAG}" if self.is_flagged else ""
        return f"{self.label}{number}{flag}{' ✗' if self.is_wrong else ''}"


class SectionBar(Widget, can_focus=True):
    """Shows which section is open; arrows and clicks choose another."""

    DEFAULT_CSS = """
    SectionBar { height: auto; width: 100%; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "step('left')"),
        ("right", "step('right')"),
        ("up", "step('up')"),
        ("down", "step('down')"),
    ]

    class Chosen(Message):
        """Another section is wanted, by its place in the row."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, tabs: Sequence[SectionTab], current: int = 0) -> None:
        super().__init__()
        self._tabs, self._current = list(tabs), current

    def show(self, tabs: Sequence[SectionTab], current: int) -> None:
        """Show other counts, or another section as the open one."""
        if (list(tabs), current) != (self._tabs, self._current):
            self._tabs, self._current = list(tabs), current
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Take as many lines as the tabs need."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Write the tabs from the side that the language is read from."""
        if self.screen.size.width >= _BESIDE:
            width = self.size.width
            return Content("\n").join(
                self._beside(place, width) for place in range(len(self._tabs))
            )
        return Content("\n").join(self._line(places) for places in self._lines(self.size.width))

    def on_click(self, event: events.Click) -> None:
        """Choose the section under the pointer."""
        place = event.style.meta.get("place")
        if isinstance(place, int):
            self.post_message(self.Chosen(place))

    def action_step(self, where: str) -> None:
        """Choose the section beside this one."""
        forward = "left" if language() == "ar" else "right"
        by = 1 if where in (forward, "down") else -1
        self.post_message(self.Chosen((self._current + by) % len(self._tabs)))

    def _lines(self, width: int) -> list[list[int]]:
        """Break the row of tabs where it is full."""
        lines: list[list[int]] = [[]]
        room = width
        for place, tab in enumerate(self._tabs):
            room -= Content(tab.text).cell_length + 3
            if room < -1 and lines[-1]:
                lines.append([])
                room = width - Content(tab.text).cell_length - 3
            lines[-1].append(place)
        return lines

    def _line(self, places: Sequence[int]) -> Content:
        tabs = [self._tab(place, f" {self._tabs[place].text} ") for place in places]
        if language() != "ar":
            return Content(" ").join(tabs)
        line = Content(" ").join(tabs[::-1])
        return line.pad_left(max(0, self.size.width - line.cell_length))

    def _beside(self, place: int, width: int) -> Content:
        text = Content(f" {self._tabs[place].text} ")
        fill = " " * max(0, width - text.cell_length)
        return self._tab(place, fill + text.plain if language() == "ar" else text.plain + fill)

    def _tab(self, place: int, text: str) -> Content:
        if place == self._current:
            style = "bold $background on $accent" if self.has_focus else "bold $accent on $panel"
        else:
            style = "$foreground" if self._tabs[place].items != 0 else "$foreground 60%"
        return Content.styled(text, Style.parse(style) + Style.from_meta({"place": place}))
