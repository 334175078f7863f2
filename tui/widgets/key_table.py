"""A table of keys, what they are called and what they do, wrapped to the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui.i18n import language

__all__ = ["KeyRow", "KeyTable"]

_KEY_WIDTH = 10
_LABEL_WIDTH = 16
"""Of the labels, where none is longer."""
_LEAST = 20
_GAP = 2


class KeyRow(NamedTuple):
    """One command, as it is written."""

    keys: str
    label: str
    help: str


class KeyTable(Widget):
    """Three columns; from the right in Arabic."""

    DEFAULT_CSS = "KeyTable { height: auto; }"

    def __init__(self, rows: Sequence[KeyRow]) -> None:
        super().__init__()
        self._rows = rows
        widest = max((cell_len(row.label) for row in rows), default=0)
        self._label_width = max(_LABEL_WIDTH, widest + _GAP)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Count the lines at a width."""
        return sum(len(self._explanation(row, width)) for row in self._rows)

    def render(self) -> Content:
        """Give all lines."""
        width = self.size.width
        return Content("\n").join(line for row in self._rows for line in self._lines(row, width))

    def _explanation(self, row: KeyRow, width: int) -> list[Content]:
        room = max(_LEAST, width - _KEY_WIDTH - self._label_width - _GAP)
        return Content.styled(row.help, "$text-muted").wrap(room)

    def _lines(self, row: KeyRow, width: int) -> list[Content]:
        names = (Content.styled(row.keys, "bold $accent"), Content(row.label))
        lines = []
        for part in self._explanation(row, width):
            if language() == "ar":
                lines.append(self._from_right(part, names, width))
            else:
                keys, label = names
                lines.append(_fill(keys, _KEY_WIDTH) + _fill(label, self._label_width) + part)
            names = (Content(), Content())
        return lines

    def _from_right(self, part: Content, names: tuple[Content, Content], width: int) -> Content:
        keys, label = names
        room = max(_LEAST, width - _KEY_WIDTH - self._label_width)
        return (
            _fill(part, room, is_right=True)
            + _fill(label, self._label_width, is_right=True)
            + _fill(keys, _KEY_WIDTH, is_right=True)
        )


def _fill(text: Content, width: int, *, is_right: bool = False) -> Content:
    gap = Content(" " * max(_GAP, width - text.cell_length))
    return gap + text if is_right else text + gap
