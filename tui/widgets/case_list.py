"""The list of cases: one line each, drawn only where it is seen, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from store.model.summary import Summary
from tui.cases.catalogue import Catalogue
from tui.cases.cells import Cell, cell, widest_labels
from tui.cases.columns import GAP, Column, lay_out
from tui.display.bidi import is_rtl
from tui.i18n import language
from tui.keyboard import with_arabic_letters

__all__ = ["GUTTER", "CaseList"]

GUTTER = 2
"""Cells for the sign at the row under the cursor."""
_WHEEL = 3
_SIGNS = {"en": "▸ ", "ar": " ◂"}
_AGE_WIDTH = {"en": 6, "ar": 9}
_QUIET = ("kind", "people", "by", "age")


class CaseList(ScrollView, can_focus=True):
    """Shows rows of `cases` by their numbers; the cursor is a place among these numbers."""

    DEFAULT_CSS = """
    CaseList {
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; background: $background;
        scrollbar-background: $background; scrollbar-background-hover: $background;
    }
    CaseList > .case-list--row { color: $foreground; }
    CaseList > .case-list--quiet { color: $foreground-muted; }
    CaseList > .case-list--damaged { color: $error; }
    CaseList > .case-list--flag { color: $warning; text-style: bold; }
    CaseList > .case-list--match { color: $accent; text-style: bold underline; }
    CaseList > .case-list--cursor { background: $panel; color: $foreground; text-style: bold; }
    CaseList:focus > .case-list--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: none;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "case-list--row",
        "case-list--quiet",
        "case-list--damaged",
        "case-list--flag",
        "case-list--match",
        "case-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(with_arabic_letters("up,k"), "move(-1)", show=False),
        Binding(with_arabic_letters("down,j"), "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding(with_arabic_letters("home,g"), "go(0)", show=False),
        Binding("end,G", "go(-1)", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another row; None when there is none."""

        def __init__(self, number: int | None) -> None:
            super().__init__()
            self.number = number

        def can_replace(self, message: Message) -> bool:
            """Tell only of the last, when the cursor runs."""
            return isinstance(message, type(self))

    class Opened(Message):
        """A row was chosen with the mouse."""

    class Arranged(Message):
        """The columns have another layout."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = ()
        self.cursor = 0
        self._cases: Sequence[Summary] = ()
        self._words: Callable[[int], str] = _no_words
        self._numbers: Sequence[int] = ()
        self._query = ""
        self._widest: dict[str, int] = {}

    # -- what it shows -----------------------------------------------------------------------

    @property
    def number(self) -> int | None:
        """The number of the row under the cursor."""
        return self._numbers[self.cursor] if self.cursor < len(self._numbers) else None

    def show(
        self, catalogue: Catalogue, numbers: Sequence[int], query: str, *, at: int | None
    ) -> None:
        """Show these rows, the cursor on the row numbered `at`, or on the first."""
        before = self.number
        self._cases, self._words = catalogue.cases, catalogue.words
        self._numbers, self._query = numbers, query
        self.cursor = numbers.index(at) if at is not None and at in numbers else 0
        self._take_height()
        self._follow_cursor()
        self.refresh()
        if self.number != before:
            self.post_message(self.Highlighted(self.number))

    def measure(self, widest: dict[str, int]) -> None:
        """Take in how wide the longest texts of columns are, and lay the columns out again."""
        self._widest = widest
        self._arrange()

    def look_ahead(self, catalogue: Catalogue, numbers: Sequence[int], query: str) -> None:
        """Work out the cells of these rows, in a thread, so that painting them is quick."""
        for number in numbers[: self.size.height] if query else ():
            for column in self.columns:
                case, words = catalogue.cases[number], partial(catalogue.words, number)
                cell(case, column.key, column.width, query, words)

    def on_unmount(self) -> None:
        """Leave no row behind."""
        self._cases, self._words, self._numbers, self._query = (), _no_words, (), ""

    # -- keys and mouse ----------------------------------------------------------------------

    def action_move(self, steps: int) -> None:
        """Move the cursor by rows."""
        self._point_at(self.cursor + steps)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens, one row less, so that one sees where one was."""
        self._point_at(self.cursor + pages * max(1, self.scrollable_content_region.height - 1))

    def action_go(self, place: int) -> None:
        """Move the cursor to the first row or, for -1, to the last."""
        self._point_at(place if place >= 0 else len(self._numbers) + place)

    def on_click(self, event: events.Click) -> None:
        """Choose a row; clicked twice, open it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        place = offset.y + self.scroll_offset.y
        if place < len(self._numbers):
            self._point_at(place)
            if event.chain == 2:  # noqa: PLR2004 - a double click
                self.post_message(self.Opened())

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll_by(_WHEEL, event)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll_by(-_WHEEL, event)

    def _scroll_by(self, lines: int, event: events.MouseEvent) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def _point_at(self, place: int) -> None:
        """Move the cursor and draw the two lines that this changes, and no more."""
        before = self.cursor
        self.cursor = max(0, min(place, len(self._numbers) - 1))
        if self.cursor == before:
            self._follow_cursor()
            return
        self.refresh_line(before)
        self.refresh_line(self.cursor)
        self._follow_cursor()
        self.post_message(self.Highlighted(self.number))

    def _follow_cursor(self) -> None:
        """Scroll as little as is needed to see the cursor."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if height <= 0:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    # -- drawing -----------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def on_resize(self) -> None:
        """Lay the columns out for another width."""
        self._arrange()
        self._follow_cursor()

    def _arrange(self) -> None:
        known = {
            "kind": widest_labels("case_kind"),
            "status": widest_labels("case_status"),
            "age": _AGE_WIDTH[language()],
        }
        columns = lay_out(self._width - GUTTER - 1, known | self._widest)
        self._take_height()
        if columns != self.columns:
            self.columns = columns
            self.refresh()
            self.post_message(self.Arranged())

    def _take_height(self) -> None:
        """Tell the scrollbar how many rows there are; nothing else on the screen moves for it.

        Setting `virtual_size` would lay the whole screen out again, and paint it in two frames.
        """
        self.set_reactive(CaseList.virtual_size, Size(self._width, len(self._numbers)))
        self._scroll_update(self.virtual_size)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        place = y + self.scroll_offset.y
        width = self.size.width
        if place >= len(self._numbers):
            return Strip.blank(width, self.rich_style)
        line = self._line(place)
        return Strip(_merged(line)).adjust_cell_length(width, line[-1].style)

    def _line(self, place: int) -> list[Segment]:
        number = self._numbers[place]
        case = self._cases[number]
        is_cursor = place == self.cursor
        row = self._style("cursor" if is_cursor else "row")
        sign = _SIGNS[language()] if is_cursor else " " * GUTTER
        cells = [
            list(self._cell(number, column, row if is_cursor else self._tint(case, column.key)))
            for column in self.columns
        ]
        gap = Segment(" " * GAP, row)
        if language() == "ar":
            between = [segment for piece in cells[::-1] for segment in (gap, *piece)]
            return [Segment(" ", row), *between[1:], Segment(sign, row)]
        between = [segment for piece in cells for segment in (*piece, gap)]
        return [Segment(sign, row), *between]

    def _cell(self, number: int, column: Column, style: Style) -> Iterator[Segment]:
        """Draw one cell, right-to-left text at the right of its column."""
        words = partial(self._words, number)
        found = cell(self._cases[number], column.key, column.width, self._query, words)
        blank = " " * (column.width - found.width)
        is_right = language() == "ar" or is_rtl(found.text)
        if is_right and blank:
            yield Segment(blank, style)
        yield from self._marked(found, style)
        if not is_right and blank:
            yield Segment(blank, style)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"case-list--{part}")

    def _tint(self, case: Summary, key: str) -> Style:
        if key == "conflicts":
            return self._style("flag")
        if case.state == "damaged":
            return self._style("damaged")
        return self._style("quiet" if key in _QUIET or case.state != "open" else "row")

    def _marked(self, found: Cell, style: Style) -> Iterator[Segment]:
        """Draw a text with the letters found underlined; under the cursor its colour stays."""
        at = 0
        match = Style(bold=True, underline=True)
        if found.marked and style.bgcolor == self._style("row").bgcolor:
            match += Style(color=self._style("match").color)
        for start, end in found.marked:
            if start > at:
                yield Segment(found.text[at:start], style)
            yield Segment(found.text[start:end], style + match)
            at = end
        if at < len(found.text):
            yield Segment(found.text[at:], style)


def _merged(segments: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one style: each style change costs 35 bytes on the line."""
    merged = []
    for style, same in groupby(segments, key=lambda segment: segment.style):
        merged.append(Segment("".join([segment.text for segment in same]), style))
    return merged


def _no_words(_number: int) -> str:
    return ""
