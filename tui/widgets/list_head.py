"""The names of the columns above the list of cases; a click sorts by one."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.cases.columns import GAP, Column
from tui.i18n import language, t
from tui.widgets.case_list import GUTTER

__all__ = ["ListHead"]

_SORTS = {"age": "changed", "by": "changed"}
_SORTED = ("reference", "title", "status", "age")


class ListHead(Widget):
    """One line, laid out like the rows; a sign shows which column they are sorted by."""

    DEFAULT_CSS = """
    ListHead { height: 1; color: $foreground-muted; background: $background; }
    """

    class Clicked(Message):
        """The rows should be sorted by a column."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[Column, ...] = ()
        self._sort, self._is_upwards = "", False

    def show(self, columns: tuple[Column, ...], sort: str, *, is_upwards: bool) -> None:
        """Name these columns."""
        shown = (columns, sort, is_upwards)
        if shown != (self._columns, self._sort, self._is_upwards):
            self._columns, self._sort, self._is_upwards = shown
            self.refresh()

    def render(self) -> Content:
        """Give the whole line."""
        cells = [self._cell(column) for column in self._columns]
        gap = Content(" " * GAP)
        if language() == "ar":
            return Content(" ") + gap.join(cells[::-1]) + Content(" " * GUTTER)
        return Content(" " * GUTTER) + gap.join(cells)

    def on_click(self, event: events.Click) -> None:
        """Sort by the column under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        is_mirrored = language() == "ar"
        at = 1 if is_mirrored else GUTTER
        for column in self._columns[::-1] if is_mirrored else self._columns:
            if at <= offset.x < at + column.width:
                sort = _SORTS.get(column.key, column.key)
                if column.key in (*_SORTED, "by"):
                    self.post_message(self.Clicked(sort))
                return
            at += column.width + GAP

    def _cell(self, column: Column) -> Content:
        is_sorted = column.key in _SORTED and _SORTS.get(column.key, column.key) == self._sort
        sign = " ▴" if self._is_upwards else " ▾"
        name = Content(t(f"browse.columns.{column.key}"))
        room = column.width - (len(sign) if is_sorted else 0)
        text = name.truncate(max(1, room), ellipsis=True)
        if is_sorted:
            text = Content.assemble(text, (sign, "$accent"))
        blank = Content(" " * max(0, column.width - text.cell_length))
        return blank + text if language() == "ar" else text + blank
