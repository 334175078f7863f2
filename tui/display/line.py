"""Arrange one finished screen line: each field scrubbed and put in reading order, in its place.

A line comes as the texts of its styled segments. Fields are what stands between borders
(box-drawing and block characters) and runs of two or more spaces; the columns of a table and the
panes of a screen are fields, and reordering never carries a letter from one to another.

Every field keeps its columns. What a lam-alef sets free widens the gap behind the field (the gap
before it, when the field stands against the right end, or when the screen is mirrored and its
columns stand flush at the right). What a mark for a control needs is taken from these gaps, and
when they have no more, the end of the field is cut.

A field that reads from right to left stays where it is, with one exception: when it is alone on
its line and starts at the margin, it fills the line, and the line is mirrored as a whole. So
a paragraph or an input in Arabic starts at the right, and the cursor behind its last letter
stands at its left.

A line that continues a paragraph, or is composed of parts, may begin with a word in the other
script: whoever made it says its direction by a `base`. Elsewhere the first letter decides; on a
mirrored screen, and where one types, the greater number of letters does against it.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple
from unicodedata import bidirectional

from rich.cells import cell_len, set_cell_size

from tui.display.bidi import Direction, is_mostly_rtl, is_rtl
from tui.display.field import Cell, lay_out, plain_cells
from tui.display.scrub import scrub

__all__ = ["Run", "Side", "arrange", "has_rtl"]

MARGIN = 3  # a border's padding; a field that starts further in stands in a column
EDGE = "\u2500-\u259f"
EDGES = " " + "".join(map(chr, range(0x2500, 0x25A0)))
"""A blank and every border."""
MARGINS = rf"(?P<edge>[{EDGE}]+)|(?P<gap>(?:(?<![^{EDGE}])) +| +(?![^{EDGE}])"
FIELDS = re.compile(rf"{MARGINS}|  +)")
WHOLE_LINES = re.compile(rf"{MARGINS})")
RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


class Run(NamedTuple):
    """A piece of the arranged line, and the number of the segment that its style comes from."""

    text: str
    segment: int


class Side(NamedTuple):
    """From which side a line is read, as far as its own letters do not say it.

    `is_mirrored`: the screen is in Arabic. `is_typed`: all between two borders is one field, for
    widgets that one types into; there two spaces are no column. `bases`: the direction that each
    text of the line was given; none stands for "auto" everywhere.
    """

    is_mirrored: bool = False
    is_typed: bool = False
    bases: tuple[Direction, ...] = ()

    def is_rtl(self, text: str, segment: int) -> bool:
        """Tell whether a field that begins in this segment reads from right to left."""
        base = self.bases[segment] if self.bases else "auto"
        if base != "auto":
            return base == "rtl"
        if self.is_typed:
            return is_mostly_rtl(text)
        return is_rtl(text) or (self.is_mirrored and is_mostly_rtl(text))


class Part(NamedTuple):
    """A stretch of the line from left to right, and the columns it had before it was arranged."""

    kind: str  # "edge", "gap" or "field"
    cells: list[Cell]
    width: int
    is_rtl: bool = False


def has_rtl(text: str) -> bool:
    """Tell whether any letter runs from right to left."""
    return RTL.search(text) is not None


def arrange(texts: tuple[str, ...], *, reorder: bool, side: Side = Side()) -> tuple[Run, ...]:  # noqa: B008 - it is frozen
    """Scrub a line and, with `reorder`, join and reorder each field; the width stays the same."""
    line = _Line("".join(texts), _owners(texts), reorder, side)
    parts = line.cut()
    stays_right = _mirror_when_alone(parts) or side.is_mirrored
    for number, part in enumerate(parts):
        if part.kind == "field":
            _settle(parts, number, stays_right=stays_right)
    cells = [cell for part in parts for cell in part.cells]
    runs = [
        Run("".join(cell.text for cell in group), owner)
        for owner, group in groupby(cells, key=lambda cell: line.owners[cell.offset])
    ]
    return _fit(runs, sum(map(cell_len, texts)))


def _owners(texts: tuple[str, ...]) -> list[int]:
    """Name, for each code point of the line, the segment that its style comes from.

    A segment of nothing but vowel signs is a cursor on them: it takes their letter too, for a
    terminal shows no style on a sign alone.
    """
    owners: list[int] = []
    for number, piece in enumerate(texts):
        start = len(owners)
        owners += [number] * len(piece)
        if start and piece and all(bidirectional(letter) == "NSM" for letter in piece):
            owners[start - 1] = number
    return owners


class _Line:
    """A line as it came, and how its fields are to be laid out."""

    def __init__(self, text: str, owners: list[int], reorders: bool, side: Side) -> None:  # noqa: FBT001 - as in `arrange`
        self.text, self.clean, self.owners = text, scrub(text), owners
        self._reorders, self._side = reorders, side
        self._seams = {at for at in range(1, len(text)) if owners[at] != owners[at - 1]}

    def cut(self) -> list[Part]:
        """Cut it into edges, gaps and fields."""
        parts: list[Part] = []
        at = 0
        pattern = WHOLE_LINES if self._side.is_typed else FIELDS
        for found in pattern.finditer(self.clean):
            if found.start() > at:
                parts.append(self._field(slice(at, found.start())))
            at = found.end()
            cells = plain_cells(found.group(), found.start())
            parts.append(Part(found.lastgroup or "", cells, len(cells)))
        if at < len(self.clean):
            parts.append(self._field(slice(at, len(self.clean))))
        return parts

    def _field(self, span: slice) -> Part:
        """Lay out one field."""
        shown, start = self.clean[span], span.start
        width = cell_len(self.text[span])
        if not (self._reorders and has_rtl(shown)):
            return Part("field", plain_cells(shown, start), width)
        reads_rtl = self._side.is_rtl(shown, self.owners[start])
        seams = {seam - start for seam in self._seams}
        direction: Direction = "rtl" if reads_rtl else "ltr"
        return Part("field", lay_out(shown, start, seams, direction), width, reads_rtl)


def _settle(parts: list[Part], number: int, *, stays_right: bool) -> None:
    """Give a field's gaps what it has set free, or take from them what it needs more."""
    field = parts[number]
    before = _gap(parts, number - 1)
    after = _gap(parts, number + 1)
    excess = sum(cell.width for cell in field.cells) - field.width
    if excess < 0:
        if before and (stays_right or not after):
            _widen(before, -excess, field.cells)
        elif stays_right:
            _pad(field.cells, -excess, is_right=False)
        else:
            _widen(after, -excess, field.cells)
    for gap in (after, before):
        while excess > 0 and len(gap) > 1:
            del gap[len(gap) // 2]
            excess -= 1
    while excess > 0:
        last = max(field.cells, key=lambda cell: cell.offset)
        field.cells.remove(last)
        excess -= last.width


def _gap(parts: list[Part], number: int) -> list[Cell]:
    """Give the cells of a gap, to be changed in place; none when there is no gap."""
    if 0 <= number < len(parts) and parts[number].kind == "gap":
        return parts[number].cells
    return []


def _widen(gap: list[Cell], count: int, field: list[Cell]) -> None:
    """Add blank cells inside a gap, so that a cursor at either end of it stays beside its field."""
    if not gap:
        _pad(field, count, is_right=True)
        return
    model = gap[1] if len(gap) > 2 else gap[0]  # noqa: PLR2004 — between a first and a last cell
    gap[1:1] = [model] * count


def _pad(field: list[Cell], count: int, *, is_right: bool) -> None:
    """Add blank cells to a field that has no gap beside it, in the style of its last letter."""
    offset = max((cell.offset for cell in field), default=0)
    at = len(field) if is_right else 0
    field[at:at] = [Cell(" ", 1, offset)] * count


def _mirror_when_alone(parts: list[Part]) -> bool:
    """Swap the gaps around the only field of a line when it reads from right to left."""
    numbers = [number for number, part in enumerate(parts) if part.kind == "field"]
    if len(numbers) != 1 or not parts[numbers[0]].is_rtl:
        return False
    at = numbers[0]
    field = parts[at]
    freed = max(0, field.width - sum(cell.width for cell in field.cells))
    before, after = _gap(parts, at - 1), _gap(parts, at + 1)
    first = at - 1 if before else at
    outside = [cell for part in parts[:first] for cell in part.cells]
    fills = len(outside) <= 1 and len(before) <= min(MARGIN, len(after) + freed)
    if fills:
        middle = [Part("gap", after[::-1], 0), field, Part("gap", before[::-1], 0)]
        parts[first : at + (2 if after else 1)] = middle
    return fills


def _fit(runs: list[Run], width: int) -> tuple[Run, ...]:
    """Cut or pad the end of a line to its width, should joined graphemes measure otherwise."""
    excess = sum(cell_len(run.text) for run in runs) - width
    while excess > 0:
        text, segment = runs.pop()
        kept = max(0, cell_len(text) - excess)
        excess -= cell_len(text) - kept
        if kept:
            runs.append(Run(set_cell_size(text, kept), segment))
    if excess < 0:
        runs.append(Run(" " * -excess, runs[-1].segment if runs else 0))
    return tuple(runs)
