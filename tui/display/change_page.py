"""Changes as a page to read: which field, what it was and what it is, marked by sign and style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from store.model.diff import Change
from store.model.fields import Field, Section, load_model
from tui.display.bidi import Direction, is_mostly_rtl
from tui.display.changes import change_text
from tui.display.flags import FLAG
from tui.display.page import Line
from tui.display.text_diff import Piece, text_difference
from tui.display.values import View, value_texts
from tui.i18n import label

__all__ = ["Paragraph", "change_paragraphs", "lay_out_paragraphs", "wrap_pieces"]

OLD, NEW, MOVED = "−", "+", "↕"
_STYLES = {OLD: "removed", NEW: "added", MOVED: "value", FLAG: "mark"}
_LONG = 40  # letters from which on two texts are compared word by word
_INDENT = "  "


class Paragraph(NamedTuple):
    """Text in styled pieces, which follows `sign` on each of its lines when there is one."""

    pieces: tuple[tuple[str, str], ...] = ()
    sign: str = ""

    @classmethod
    def of(cls, text: str, style: str = "value", sign: str = "") -> Paragraph:
        """Make a paragraph of one style."""
        return cls(((text, style),), sign)

    @property
    def is_composed(self) -> bool:
        """Whether it is of parts, such as a label and a value: it is read as the screen is then."""
        style = self.pieces[0][1] if self.pieces else ""
        return style in ("label", "heading") or (style == "quiet" and len(self.pieces) > 1)


def change_paragraphs(changes: Iterable[Change], old: View, new: View) -> Iterator[Paragraph]:
    """Write changes one after the other: the field's name, then the lines that differ."""
    for change in changes:
        where = change_text(change, old, new).where
        yield Paragraph.of(where, "label")
        if change.kind in ("added", "removed"):
            yield from _item(change, old, new)
        elif change.kind == "conflict":
            yield Paragraph.of(change_text(change, old, new).new, "value", FLAG)
        elif change.kind == "moved":
            turned = Change(change.path, change.new, change.old, "moved")
            yield Paragraph.of(change_text(turned, new, old).old, "value", MOVED)
        else:
            yield from _value(change, old, new)


def lay_out_paragraphs(
    paragraphs: Iterable[Paragraph], width: int, *, is_mirrored: bool = False
) -> list[Line]:
    """Wrap paragraphs into lines of `width` cells, the signs in a column of their own."""
    lines: list[Line] = []
    for paragraph in paragraphs:
        lines += _lines(paragraph, width, is_mirrored=is_mirrored)
    return lines


def _value(change: Change, old: View, new: View) -> Iterator[Paragraph]:
    """Write the value before and after; of two long texts, only the words that differ."""
    before, after = change.old, change.new
    if isinstance(before, str) and isinstance(after, str) and len(before + after) > 2 * _LONG:
        for hunk in text_difference(before, after):
            yield from _hunk(hunk.old, OLD, "removed")
            yield from _hunk(hunk.new, NEW, "added")
        return
    text = change_text(change, old, new)
    for value, shown, sign in ((before, text.old, OLD), (after, text.new, NEW)):
        if shown:
            whole = value if isinstance(value, str) and "\n" in value else shown
            yield Paragraph.of(whole.strip(), _STYLES[sign], sign)


def _hunk(pieces: Sequence[Piece], sign: str, style: str) -> Iterator[Paragraph]:
    if pieces:
        styled = ((text, f"{style}-word" if changed else style) for text, changed in pieces)
        yield Paragraph(tuple(styled), sign)


def _item(change: Change, old: View, new: View) -> Iterator[Paragraph]:
    """Write an item that came or went: its title, and what is in it."""
    sign, view, item = (NEW, new, change.new) if change.kind == "added" else (OLD, old, change.old)
    text = change_text(change, old, new)
    yield Paragraph.of(text.new or text.old, f"{_STYLES[sign]}-word", sign)
    model = load_model()
    holder: Section | Field = model.field(change.path) or model.section(change.path.split(".")[0])
    for field in holder.fields:
        texts = value_texts(field, item.get(field.key), view, short=True)
        if texts and field.key not in holder.title[:1]:
            value = " · ".join(text.strip() for text in texts)
            yield Paragraph(((f"{label(field.labels)}: ", "quiet"), (value, _STYLES[sign])), sign)


def _lines(paragraph: Paragraph, width: int, *, is_mirrored: bool) -> Iterator[Line]:
    text = "".join(piece for piece, _ in paragraph.pieces)
    if not text:
        yield Line(())
        return
    margin = f"{_INDENT}{paragraph.sign}  " if paragraph.sign else ""
    room = max(8, width - cell_len(margin) - 1)
    wrapped = wrap_pieces(paragraph.pieces, room)
    is_rtl = is_mirrored if paragraph.is_composed else is_mostly_rtl(text)
    base: Direction = "rtl" if is_rtl else "ltr"
    is_apart = len(wrapped) > 1 and is_rtl != is_mirrored
    for pieces in wrapped:
        used = sum(cell_len(piece) for piece, _ in pieces)
        fill = (" " * (room - used), "")
        sign = (margin[::-1] if is_mirrored else margin, _STYLES.get(paragraph.sign, ""))
        if is_mirrored:
            yield Line((*pieces, fill, sign) if is_apart else (fill, *pieces, sign), base=base)
        else:
            yield Line((sign, fill, *pieces) if is_apart else (sign, *pieces), base=base)


def wrap_pieces(pieces: Sequence[tuple[str, str]], room: int) -> list[list[tuple[str, str]]]:
    """Break styled pieces into lines, each piece keeping its style."""
    text = "".join(piece for piece, _ in pieces).replace("\t", " ")
    styles = [style for piece, style in pieces for _ in piece]
    lines, at = [], 0
    for line in Content(text).wrap(room):
        plain = line.plain.rstrip()
        at = max(at, text.find(plain, at))
        here = styles[at : at + len(plain)] or [""]
        ends = [0, *(n for n in range(1, len(here)) if here[n] != here[n - 1]), len(plain)]
        lines.append([(plain[a:b], here[a]) for a, b in pairwise(ends)])
        at += len(plain)
    return lines
