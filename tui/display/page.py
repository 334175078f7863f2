"""A section of a case as a page to read: blocks of labelled values, laid out as styled lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from store.model.fields import Field, Section
from store.model.parts import SEALED, is_stub
from tui.display.bidi import Direction, is_mostly_rtl
from tui.display.direction import aligned
from tui.display.flags import FLAG
from tui.display.values import BETWEEN, View, marked_title, value_texts
from tui.i18n import label, t

__all__ = ["MARGIN", "RULE_END", "SENSITIVE", "Block", "Line", "Row", "blocks", "lay_out"]

SENSITIVE = "◆"
NOTHING = "—"
LABEL_WIDTH, WIDEST_LABEL, WIDEST_VALUE = 16, 24, 92
NARROW = 100
RULE_END = 4
ALONE = 4
"""Cells before a line that the display filter must not take for a paragraph of its own."""
MARGIN = "  "
_SAID_BY_TITLE = frozenset(("text", "choice", "choices", "person", "evidence"))


class Row(NamedTuple):
    """One labelled value: a paragraph for each value of a repeatable field, or blocks inside."""

    label: str
    texts: tuple[str, ...]
    is_sensitive: bool = False
    blocks: tuple[Block, ...] = ()
    values: int = 0
    """How many values it has, where it is in conflict."""


class Block(NamedTuple):
    """An item with its heading; a section that is no list is one block without id and heading."""

    heading: str
    item_id: str
    rows: tuple[Row, ...]


class Line(NamedTuple):
    """One line of the page: styled pieces from left to right, and the item it belongs to."""

    pieces: tuple[tuple[str, str], ...]
    item_id: str = ""
    base: Direction = "auto"
    """The direction of its text, but for its label."""
    bases: tuple[Direction, ...] = ()
    """The direction of each piece, where they stand in columns of their own."""

    @property
    def plain(self) -> str:
        """The line without its styles."""
        return "".join(text for text, _ in self.pieces)


def blocks(section: Section, view: View) -> list[Block]:
    """Make the blocks of a section; fields without a value make no row."""
    value = view.data.get(section.key)
    if not value:
        return []
    if section.prefix:
        return [_block(section, item, view, section.key) for item in value]
    return [Block("", "", _rows(section.fields, value, view, section.key))]


def _block(holder: Section | Field, item: Mapping[str, Any], view: View, path: str) -> Block:
    """Make the block of an item of the list at a path; inside another, its title dates in full."""
    path = f"{path}.{item['id']}"
    is_inner = isinstance(holder, Field)
    said_kinds = _SAID_BY_TITLE | {"date"} if is_inner else _SAID_BY_TITLE
    said = {field.key for field in holder.fields if field.kind in said_kinds} & {*holder.title}
    fields = tuple(
        field
        for field in holder.fields
        if field.key not in said or view.flags_below(f"{path}.{field.key}")
    )
    title = marked_title(holder, item, view, short=not is_inner)
    if path in view.flags:
        title = f"{FLAG} {title}"
    if is_stub(item):
        return Block(title, str(item["id"]), _stub_rows(str(item[SEALED]), view))
    return Block(title, str(item["id"]), _rows(fields, item, view, path))


def _stub_rows(compartment: str, view: View) -> tuple[Row, ...]:
    """Say where the rest of a sealed item is, and who can open it."""
    readers = t("header.comma").join(view.readers.get(compartment, ()))
    rows = Row(t("case.sealed.into"), (compartment,)), Row(t("case.sealed.readers"), (readers,))
    return rows if readers else rows[:1]


def _rows(
    fields: Sequence[Field], item: Mapping[str, Any], view: View, path: str
) -> tuple[Row, ...]:
    """Make the rows of what stands at a path; what is in conflict has one without a value, too."""
    rows = []
    for field in fields:
        value, here = item.get(field.key), f"{path}.{field.key}"
        if field.kind == "items":
            inner = tuple(_block(field, each, view, here) for each in value or ())
            if inner:
                rows.append(Row(label(field.labels), (), field.sensitive, inner))
            continue
        texts, values = value_texts(field, value, view), view.flags_below(here)
        if texts or values:
            shown = tuple(texts) or (NOTHING,)
            rows.append(Row(label(field.labels), shown, field.sensitive, values=values))
    return tuple(rows)


def lay_out(blocks: Sequence[Block], width: int, *, is_mirrored: bool = False) -> list[Line]:
    """Lay blocks out as lines of `width` cells: labels in one column, values wrapped beside them.

    `is_mirrored` puts the labels at the right, for a screen in Arabic.
    """
    layout = _Layout(width, _label_width(blocks, width), is_mirrored)
    lines: list[Line] = []
    for number, block in enumerate(blocks):
        if number:
            lines.append(Line((), blocks[number - 1].item_id))
        lines += [line._replace(item_id=block.item_id) for line in layout.block(block, 0)]
    return lines


def _label_width(blocks: Sequence[Block], width: int) -> int:
    """Make the column of labels as wide as the longest, within bounds."""
    widest = max((cell_len(row.label) for block in blocks for row in block.rows), default=0)
    limit = WIDEST_LABEL if width >= NARROW else LABEL_WIDTH + 2
    return max(LABEL_WIDTH, min(limit, widest))


class _Layout(NamedTuple):
    """How wide the page and its columns are, and on which side the labels stand."""

    width: int
    label_width: int
    is_mirrored: bool

    def block(self, block: Block, depth: int) -> Iterator[Line]:
        """Lay out one block, `depth` items deep; a small one inside another takes one line."""
        if depth and (small := self._on_one_line(block, depth)):
            yield self._inner_heading(small, depth)
            return
        if block.heading:
            heading = block.heading
            yield self._inner_heading(heading, depth) if depth else self._heading(heading)
        for row in block.rows:
            yield from self._row(row, depth)
            for inner in row.blocks:
                yield from self.block(inner, depth + 1)

    def _on_one_line(self, block: Block, depth: int) -> str:
        """Write a block of short values on one line; empty when it does not fit there."""
        if any(row.blocks or row.values or len(row.texts) > 1 for row in block.rows):
            return ""
        values = (f"{row.label}: {row.texts[0]}" for row in block.rows)
        line = BETWEEN.join([block.heading, *values])
        return line if "\n" not in line and cell_len(line) < self.width - 4 * depth - 2 else ""

    def _heading(self, heading: str) -> Line:
        """Write a title; a rule fills its line, so that items stand apart."""
        room = self.width - len(MARGIN) - RULE_END
        title = Content(heading).truncate(room, ellipsis=True).plain
        rule = "  " + "─" * (room - cell_len(title) + RULE_END - 2)
        if self.is_mirrored:
            pieces = (rule[::-1], "rule"), (title, "heading"), (MARGIN, "quiet")
            return Line(pieces, base="rtl")
        return Line(((MARGIN, "quiet"), (title, "heading"), (rule, "rule")))

    def _inner_heading(self, heading: str, depth: int) -> Line:
        sign = f"{' ' * (4 * depth)}• "
        title = Content(heading).truncate(self.width - len(sign) - 1, ellipsis=True).plain
        if not self.is_mirrored:
            return Line(((sign, "quiet"), (title, "inner")))
        before = " " * (self.width - len(sign) - 1 - cell_len(title))
        return Line(((before, ""), (title, "inner"), (f" {sign[::-1]}", "quiet")), base="rtl")

    def _row(self, row: Row, depth: int) -> Iterator[Line]:
        indent = 2 + 4 * (depth - 1) + 2 if depth else 0
        labels = [row.label]
        if row.texts:  # above items there is room for a long label
            labels = [line.plain.rstrip() for line in Content(row.label).wrap(self.label_width)]
        edge = ALONE if self.is_mirrored else 1
        room = min(self.width - indent - self.label_width - 4 - edge, WIDEST_VALUE)
        values = [line for text in row.texts for line in self._paragraphs(text, room)]
        pairs = zip_longest(labels, values, fillvalue=None)
        mark = FLAG if row.values else SENSITIVE if row.is_sensitive else ""
        for number, (name, value) in enumerate(pairs):
            text, base = value or ("", "auto")
            yield self._line(name or "", text, indent, "" if number else mark)._replace(base=base)
        if row.values:
            said = self._line("", t("conflicts.marked", count=row.values), indent, "")
            pieces = ((text, "mark" if name == "value" else name) for text, name in said.pieces)
            yield Line(tuple(pieces))

    def _line(self, name: str, value: str, indent: int, sign: str) -> Line:
        """Put a label, with its sign at the margin, and a line of its value beside each other."""
        pad = " " * max(2, self.label_width - cell_len(name) + 2)
        mark = f"{sign} " if sign else "  "
        if not self.is_mirrored:
            left = (" " * indent, ""), (mark, "mark")
            return Line((*left, (name, "label"), (pad, ""), (value, "value")))
        used = cell_len(value) + len(pad) + cell_len(name) + len(mark) + indent
        start = (" " * max(0, self.width - used), ""), (value, "value"), (pad, "")
        # The mark is written before the label, and stands at its right when the line is arranged.
        ends = [(mark, "mark"), (name, "label")] if sign else [(name, "label"), (mark, "")]
        return Line((*start, *ends, (" " * indent, "")))

    def _paragraphs(self, text: str, room: int) -> list[tuple[str, Direction]]:
        """Wrap a text; all lines of a paragraph have its direction."""
        result: list[tuple[str, Direction]] = []
        for paragraph in text.rstrip().split("\n"):
            lines = [line.plain.rstrip() for line in Content(paragraph).wrap(room)] or [""]
            is_rtl = is_mostly_rtl(paragraph)
            base: Direction = "rtl" if is_rtl else "ltr"
            placed = aligned(lines, is_rtl=is_rtl, is_mirrored=self.is_mirrored)
            result += [(line, base) for line in placed]
        return result
