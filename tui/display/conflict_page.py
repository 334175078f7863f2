"""Conflicts as a page to read: for each its field, and every value it has with who and when.

The values stand beside each other where there is room, else below each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from tui.display.bidi import Direction, is_mostly_rtl
from tui.display.change_page import wrap_pieces
from tui.display.direction import aligned
from tui.display.page import MARGIN, RULE_END, Line

__all__ = ["CHOSEN", "Card", "ConflictText", "Pieces", "lay_out_conflicts"]

Pieces = tuple[tuple[str, str], ...]
"""A paragraph in styled pieces."""

CHOSEN = "●"
_BESIDE = 100
"""The width of the page from which on values stand beside each other."""
_LEAST, _MOST_WIDE = 24, 60
_BETWEEN = " │ "
_SIGN_ROOM = 6  # the sign, the key and the blanks around them


class Card(NamedTuple):
    """One value: the key that chooses it, where it is from, and its text."""

    key: str
    source: str
    paragraphs: tuple[Pieces, ...]
    is_chosen: bool = False


class ConflictText(NamedTuple):
    """One conflict: its id, the field in words, what is said of it, and its values."""

    id: str
    where: str
    note: str
    cards: tuple[Card, ...]


def lay_out_conflicts(
    conflicts: Sequence[ConflictText], width: int, *, is_mirrored: bool = False
) -> list[Line]:
    """Lay conflicts out as lines of `width` cells; `is_mirrored` for a screen in Arabic."""
    lines: list[Line] = []
    for number, conflict in enumerate(conflicts):
        if number:
            lines.append(Line((), conflicts[number - 1].id))
        made = chain(
            [_heading(conflict.where, width, is_mirrored)],
            _note(conflict.note, width, is_mirrored),
            _cards(conflict.cards, width, is_mirrored),
        )
        lines += [line._replace(item_id=conflict.id) for line in made]
    return lines


def _heading(where: str, width: int, is_mirrored: bool) -> Line:  # noqa: FBT001 - as in `page`
    """Write which field it is; a rule fills the line."""
    room = width - len(MARGIN) - RULE_END
    title = Content(where).truncate(room, ellipsis=True).plain
    rule = "  " + "─" * (room - cell_len(title) + RULE_END - 2)
    if is_mirrored:
        return Line(((rule[::-1], "rule"), (title, "heading"), (MARGIN, "quiet")), base="rtl")
    return Line(((MARGIN, "quiet"), (title, "heading"), (rule, "rule")))


def _note(note: str, width: int, is_mirrored: bool) -> Iterator[Line]:  # noqa: FBT001 - the same
    for line in Content(note).wrap(max(1, width - 2 * len(MARGIN))) if note else ():
        text = line.plain.rstrip()
        before = width - len(MARGIN) - cell_len(text) if is_mirrored else len(MARGIN)
        yield Line(((" " * before, ""), (text, "quiet")), base="rtl" if is_mirrored else "ltr")


class _Cell(NamedTuple):
    """One line of a card, filled up to the width of its column, and its direction."""

    pieces: Pieces
    base: Direction


def _cards(cards: Sequence[Card], width: int, is_mirrored: bool) -> Iterator[Line]:  # noqa: FBT001 - the same
    """Put the cards beside each other in as many columns as there is room for."""
    inner = width - len(MARGIN)
    fitting = (inner + len(_BETWEEN)) // (_LEAST + len(_BETWEEN)) if width >= _BESIDE else 1
    columns = max(1, min(len(cards), fitting))
    room = min((inner + len(_BETWEEN)) // columns - len(_BETWEEN), _MOST_WIDE)
    if columns == 1:
        room = inner
    for start in range(0, len(cards), columns):
        row = [list(_card(card, room, is_mirrored)) for card in cards[start : start + columns]]
        if start and columns > 1:
            yield Line(())
        for cells in zip_longest(*row, fillvalue=_Cell(((" " * room, ""),), "auto")):
            yield _joined(cells, width, is_mirrored)


def _joined(cells: Sequence[_Cell], width: int, is_mirrored: bool) -> Line:  # noqa: FBT001 - the same
    """Make one line of the cells, from the side that the language is read from."""
    pieces: list[tuple[str, str]] = []
    bases: list[Direction] = []
    for number, cell in enumerate(cells[::-1] if is_mirrored else cells):
        if number:
            pieces.append((_BETWEEN, "rule"))
            bases.append("auto")
        pieces += cell.pieces
        bases += [cell.base] * len(cell.pieces)
    used = sum(cell_len(text) for text, _ in pieces)
    if is_mirrored:
        pieces, bases = [(" " * (width - used), ""), *pieces], ["auto", *bases]
    return Line(tuple(pieces), bases=tuple(bases))


def _card(card: Card, room: int, is_mirrored: bool) -> Iterator[_Cell]:  # noqa: FBT001 - the same
    """Lay one card out: the key and the source on a line, the text indented below."""
    sign = CHOSEN if card.is_chosen else " "
    style = "chosen" if card.is_chosen else "key"
    source = Content(card.source).truncate(room - _SIGN_ROOM, ellipsis=True).plain
    fill = " " * (room - _SIGN_ROOM - cell_len(source))
    if is_mirrored:
        head: Pieces = (
            (fill, ""),
            (source, "label"),
            (f"  {card.key}", style),
            (f" {sign} ", style),
        )
    else:
        head = ((f" {sign} ", style), (f"{card.key}  ", style), (source, "label"), (fill, ""))
    yield _Cell(head, "rtl" if is_mirrored else "ltr")
    for paragraph in card.paragraphs:
        yield from _paragraph(paragraph, room, is_mirrored)


def _paragraph(paragraph: Pieces, room: int, is_mirrored: bool) -> Iterator[_Cell]:  # noqa: FBT001 - the same
    text = "".join(piece for piece, _ in paragraph)
    is_rtl = is_mostly_rtl(text)
    inner = room - _SIGN_ROOM
    wrapped = wrap_pieces(paragraph, inner)
    texts = ["".join(piece for piece, _ in pieces) for pieces in wrapped]
    placed = aligned(texts, is_rtl=is_rtl, is_mirrored=is_mirrored)
    for pieces, plain, line in zip(wrapped, texts, placed, strict=True):
        before = line[: len(line) - len(line.lstrip(" "))] if line != plain else ""
        after = " " * (cell_len(line) - cell_len(before) - cell_len(plain))
        fill = " " * (inner - cell_len(line))
        margin = " " * _SIGN_ROOM
        left, right = (
            (fill + before, after + margin) if is_mirrored else (margin + before, after + fill)
        )
        yield _Cell(((left, ""), *pieces, (right, "")), "rtl" if is_rtl else "ltr")
