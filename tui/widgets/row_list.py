"""A list of rows of one line each, drawn as they come into sight, with a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.i18n import language

__all__ = ["Column", "RowList"]

Column = tuple[str, int, str]
"""A text, the cells it fills (0: those that are left), and the name of its style."""

_GAP = "  "  # two spaces part the columns for the line filter, which orders each by itself


class RowList(ScrollView, can_focus=True):
    """Subclasses say how many rows there are and what stands in each; nothing is made ahead."""

    DEFAULT_CSS = """
    RowList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    RowList > .row--cursor { background: $panel; }
    RowList:focus > .row--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
    }
    RowList > .row--quiet { color: $foreground-muted; }
    RowList > .row--good { color: $success; }
    RowList > .row--warning { color: $warning; }
    RowList > .row--bad { color: $error; text-style: bold; }
    RowList > .row--strong { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"row--{name}" for name in ("cursor", "quiet", "good", "warning", "bad", "strong")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
    ]

    cursor: reactive[int] = reactive(0, init=False)
    """The row that the keys work on."""

    class Pointed(Message):
        """The cursor is on another row, or on another thing in the same row."""

        def __init__(self, rows: RowList) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Chosen(Pointed):
        """The row under the cursor was clicked again: open it."""

    def count(self) -> int:
        """Give the number of rows."""
        raise NotImplementedError

    def columns(self, place: int, width: int) -> Sequence[Column]:
        """Give what stands in a row."""
        raise NotImplementedError

    def rows_changed(self) -> None:
        """Draw all again: there are other rows now."""
        self.virtual_size = Size(0, self.count())
        self.cursor = max(0, min(self.cursor, self.count() - 1))
        self.refresh()
        self.call_after_refresh(self.sight_changed)

    def sight_changed(self) -> None:
        """Take note that other rows are in sight."""

    def pointer(self, place: int) -> str:
        """Point at the row under the cursor, towards its text; a blank before the others."""
        if place != self.cursor:
            return " "
        return "◂" if language() == "ar" else "▸"

    def row_text(self, place: int) -> str:
        """Write a row as it is drawn, for tests."""
        width = self.scrollable_content_region.width
        return "".join(text for text, _ in self._pieces(place, width)).rstrip()

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the cursor in sight, and tell."""
        self.refresh_lines(before)
        self.refresh_lines(now)
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not top <= now < top + height:
            self.scroll_to(y=now if now < top else now - height + 1, animate=False)
        self.post_message(self.Pointed(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Look what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self.call_after_refresh(self.sight_changed)

    def on_resize(self) -> None:
        """Look what has come into sight."""
        self.rows_changed()

    def on_focus(self) -> None:
        """Show where the cursor is."""
        self.refresh_lines(self.cursor)

    def on_blur(self) -> None:
        """Show where the cursor is, but not as where the keys go."""
        self.refresh_lines(self.cursor)

    def action_step(self, by: int) -> None:
        """Go up or down."""
        self.cursor = max(0, min(self.count() - 1, self.cursor + by))

    def action_page(self, by: int) -> None:
        """Go up or down by a screen."""
        self.action_step(by * max(1, self.scrollable_content_region.height - 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = max(0, self.count() - 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the pointer is; open the row when it was there already."""
        offset = event.get_content_offset(self)
        place = self.scroll_offset.y + offset.y if offset is not None else self.count()
        if place >= self.count():
            return
        if place == self.cursor and event.chain > 1:
            self.post_message(self.Chosen(self))
        self.cursor = place

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        place, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if place >= self.count():
            return Strip.blank(width, self.rich_style)
        style = self.rich_style
        if place == self.cursor:
            style += self.get_component_rich_style("row--cursor", partial=True)
        is_plain = place == self.cursor and self.has_focus  # colours would not be read there
        segments = [
            Segment(text, None if is_plain or not name else self._style(name))
            for text, name in self._pieces(place, width)
        ]
        return Strip(segments).adjust_cell_length(width, style).apply_style(style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"row--{name}", partial=True)

    def _pieces(self, place: int, width: int) -> list[tuple[str, str]]:
        """Fit the columns into the width; in Arabic the first stands at the right."""
        columns = self.columns(place, width)
        fixed = sum(cells for _, cells, _ in columns) + len(_GAP) * (len(columns) - 1)
        is_mirrored = language() == "ar"
        pieces: list[tuple[str, str]] = []
        for text, cells, style in columns[::-1] if is_mirrored else columns:
            room = cells or max(0, width - fixed)
            fitted = _fit(text, room, is_mirrored=is_mirrored)
            pieces += [(_GAP, ""), (fitted, style)] if pieces else [(fitted, style)]
        return pieces


def _fit(text: str, room: int, *, is_mirrored: bool) -> str:
    """Cut a text, or fill it up at its end: on a mirrored line that is the left."""
    shown = Content(" ".join(text.split())).truncate(room, ellipsis=True).plain
    fill = " " * (room - cell_len(shown))
    return fill + shown if is_mirrored else shown + fill
