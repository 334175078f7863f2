"""A section of a case to read: lines made once for a width, drawn as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.display.direction import reading_from
from tui.display.line import has_rtl
from tui.display.page import Line
from tui.i18n import language

__all__ = ["ReadingView"]

MARK = "▸"


class ReadingView(ScrollView, can_focus=True):
    """Scrolls through lines; one item among them is the current one, which `e` edits."""

    DEFAULT_CSS = """
    ReadingView {
        height: 1fr; padding: 0 1; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    ReadingView > .reading--heading { color: $foreground; text-style: bold; }
    ReadingView > .reading--current { color: $accent; text-style: bold; }
    ReadingView > .reading--inner { color: $foreground; text-style: bold; }
    ReadingView > .reading--label { color: $text-muted; }
    ReadingView > .reading--value { color: $foreground; }
    ReadingView > .reading--mark { color: $warning; }
    ReadingView > .reading--error { color: $error; }
    ReadingView > .reading--quiet { color: $text-muted; }
    ReadingView > .reading--rule { color: $panel; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"reading--{part}"
        for part in (
            *("heading", "current", "inner", "label", "value"),
            *("mark", "error", "quiet", "rule"),
        )
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", show=False),
        Binding("tab", "turn(1)", show=False),
        Binding("shift+tab", "turn(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
    ]

    class Turned(Message):
        """The next section (1) or the one before (-1) is wanted; 0 stands for neither."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self) -> None:
        super().__init__()
        self._make: Callable[[int], list[Line]] = lambda _width: []
        self._lines: list[Line] = []
        self._width = 0
        self.current = ""
        """The id of the current item; empty in a section that is no list."""

    def show(self, make: Callable[[int], list[Line]], *, current: str = "") -> None:
        """Show the lines that `make(width)` gives, from the top, or from an item."""
        self._make, self._width = make, 0
        self._lay_out()
        items = self._items()
        self.current = current if current in items else next(iter(items), "")
        self.scroll_home(animate=False)
        if current:
            self._scroll_to_current()

    def on_resize(self) -> None:
        """Lay the lines out again for another width."""
        self._lay_out()

    def go(self, by: int) -> None:
        """Make the next or the previous item the current one and bring it to the top."""
        items = self._items()
        if items:
            place = items.index(self.current) + by if self.current in items else 0
            self.current = items[max(0, min(len(items) - 1, place))]
            self._scroll_to_current()
            self.refresh()

    def action_turn(self, by: int) -> None:
        """Ask for another section."""
        self.post_message(self.Turned(by))

    def action_step(self, by: int) -> None:
        """Ask for the section that is beside this one: in Arabic the next is at the left."""
        self.action_turn(-by if language() == "ar" else by)

    def on_click(self, event: events.Click) -> None:
        """Make the item under the pointer the current one."""
        row = event.y + self.scroll_offset.y
        if row < len(self._lines) and self._lines[row].item_id:
            self.current = self._lines[row].item_id
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        row = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if row >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        segments = [Segment(text, self._style(row, name)) for text, name in self._pieces(row)]
        line = self._lines[row]
        bases = line.bases or [
            "auto" if name == "label" else line.base for _, name in self._pieces(row)
        ]
        segments = [
            Segment(segment.text, reading_from(segment.style, is_rtl=base == "rtl"))
            if base != "auto"
            else segment
            for segment, base in zip(segments, bases, strict=True)
        ]
        return (
            Strip(segments).adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)
        )

    @property
    def plain(self) -> str:
        """All lines as text, for tests."""
        return "\n".join(line.plain for line in self._lines)

    def _pieces(self, row: int) -> Sequence[tuple[str, str]]:
        """Mark the heading of the current item with a sign, not only by its colour."""
        line = self._lines[row]
        if not self._is_current_heading(row):
            return line.pieces
        first, last = line.pieces[0], line.pieces[-1]
        if first[1] == "quiet":
            return ((f"{MARK} ", "current"), *line.pieces[1:])
        if last[1] != "quiet":
            return line.pieces
        title = line.pieces[-2]
        if has_rtl(title[0]):  # what is written before it stands at its right
            return (*line.pieces[:-2], ("◂ ", "current"), title)
        return (*line.pieces[:-1], (" ◂", "current"))

    def _style(self, row: int, name: str) -> Style | None:
        if not name:
            return None
        if name == "heading" and self._is_current_heading(row):
            name = "current"
        return self.get_component_rich_style(f"reading--{name}")

    def _is_current_heading(self, row: int) -> bool:
        line = self._lines[row]
        return line.item_id == self.current != "" and any(n == "heading" for _, n in line.pieces)

    def _items(self) -> list[str]:
        return list(dict.fromkeys(line.item_id for line in self._lines if line.item_id))

    def _scroll_to_current(self) -> None:
        for row, line in enumerate(self._lines):
            if line.item_id == self.current:
                self.scroll_to(y=row, animate=False)
                return

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width and width != self._width:
            self._width = width
            self._lines = self._make(width)
            self.virtual_size = Size(width, len(self._lines))
            self.refresh()
