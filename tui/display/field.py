"""Lay one field of a line out: its letters joined, in reading order, one cell per grapheme.

The joiner U+200D and the emoji selector U+FE0F are left out once the shaping has seen them:
terminals disagree on the width of what they combine, and text that is wider than its pane was
told would be drawn over the neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple
from unicodedata import mirrored

from rich.cells import split_graphemes

from tui.display.bidi import Direction, embedding_levels, is_rtl, mirror, reorder
from tui.display.shaping import shape

__all__ = ["COMBINING", "Cell", "lay_out", "plain_cells"]

_NUMBERS = re.compile(r"\d+(?:[-/]\d+)+[~?%]?|\d{4}(?:[~?%]|/\.\.)")

COMBINING = frozenset("\u200d\ufe0f")


class Cell(NamedTuple):
    """What stands at one place: a letter with its marks, 0 to 2 columns wide, and its offset."""

    text: str
    width: int
    offset: int


def plain_cells(text: str, start: int = 0) -> list[Cell]:
    """Cut text into graphemes in the order of storage; `start` is added to each offset."""
    return _graphemes(text, start)


def lay_out(
    text: str, start: int = 0, seams: Container[int] = (), direction: Direction = "auto"
) -> list[Cell]:
    """Join and reorder text that has right-to-left letters; "auto" follows the first of them.

    Marks stay behind their letter, as a terminal wants them (rule L3). `start` is added to each
    offset; `seams` are the offsets, in `text`, before which the style changes.
    """
    cells = _graphemes(shape(text, seams), start)
    # A date or a file number is read from left to right by everybody. UAX #9 alone would turn
    # 2012-02-13 after an Arabic letter round, part by part (its rule HL3 allows for this).
    if direction == "auto":
        direction = "rtl" if is_rtl(text) else "ltr"
    by_letter = embedding_levels(_NUMBERS.sub(_as_latin, text), direction)
    levels = [by_letter[cell.offset - start] for cell in cells]
    twins = {letter: mirror(letter) for letter in set(text) if mirrored(letter)}
    if twins:
        for at, cell in enumerate(cells):
            if levels[at] % 2 and cell.text[0] in twins:
                cells[at] = cell._replace(text=twins[cell.text[0]] + cell.text[1:])
    return [cells[at] for at in reorder(levels)]


def _as_latin(found: re.Match[str]) -> str:
    return "a" * len(found[0])


def _graphemes(shown: Sequence[str], start: int) -> list[Cell]:
    """Group what is shown for each code point ("" for nothing) into letters with their marks."""
    kept = [at for at, letter in enumerate(shown) if letter and letter not in COMBINING]
    text = "".join([shown[at] for at in kept])
    spans, _ = split_graphemes(text)
    return [Cell(text[a:b], width, start + kept[a]) for a, b, width in spans]
