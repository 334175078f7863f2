"""Arrange one finished screen line: each field scrubbed and put in reading order, in its place.

A line comes as the texts of its styled segments. Fields are what stands between borders
(box-drawing and block characters) and runs of two or more spaces; the columns of a table and the
panes of a screen are fields, and reordering never carries a letter from one to another.

Every field keeps its columns. What a lam-alef sets free widens the gap behind the field (the gap
before it, when the field stands against the right end). What a mark for a control needs is taken
from these gaps, and when they have no more, the end of the field is cut.

A field that reads from right to left stays where it is, with one exception: when it is alone on
its line and starts at the margin, it fills the line, and the line is mirrored as a whole. So
a paragraph or an input in Arabic starts at the right, and the cursor behind its last letter
stands at its left.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple
from unicodedata import bidirectional

from rich.cells import cell_len, set_cell_size

from tui.display.bidi import is_rtl
from tui.display.field import Cell, lay_out, plain_cells
from tui.display.scrub import scrub

__all__ = ["Run", "arrange", "has_rtl"]

MARGIN = 3  # a border's padding; a field that starts further in stands in a column
EDGE = "\u2500-\u259f"
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


class Part(NamedTuple):
    """A stretch of the line from left to right, and the columns it had before it was arranged."""

    kind: str  # "edge", "gap" or "field"
    cells: list[Cell]
    width: int


def has_rtl(text: str) -> bool:
    """Tell whether any letter runs from right to left."""
    return RTL.search(text) is not None


def arrange(texts: tuple[str, ...], *, reorder: bool, whole_lines: bool = False) -> tuple[Run, ...]:
    """Scrub a line and, with `reorder`, join and reorder each field; the width stays the same.

    `whole_lines` takes all between two borders as one field, for widgets that one types into:
    there two spaces are no column.
    """
    text = "".join(texts)
    clean = scrub(text)
    owners = _owners(texts)
    seams = {at for at in range(1, len(text)) if owners[at] != owners[at - 1]}
    pattern = WHOLE_LINES if whole_lines else FIELDS
    parts = _cut(text, clean, pattern, seams if reorder else None)
    for number, part in enumerate(parts):
        if part.kind == "field":
            _settle(parts, number)
    if reorder:
        _mirror_when_alone(parts, clean)
    cells = [cell for part in parts for cell in part.cells]
    runs = [
        Run("".join(cell.text for cell in group), owner)
        for owner, group in groupby(cells, key=lambda cell: owners[cell.offset])
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


def _cut(text: str, clean: str, pattern: re.Pattern[str], seams: set[int] | None) -> list[Part]:
    """Cut a line into edges, gaps and fields; fields are laid out when `seams` are given."""
    parts: list[Part] = []
    at = 0
    for found in pattern.finditer(clean):
        if found.start() > at:
            parts.append(_field(text, clean, slice(at, found.start()), seams))
        at = found.end()
        cells = plain_cells(found.group(), found.start())
        parts.append(Part(found.lastgroup or "", cells, len(cells)))
    if at < len(clean):
        parts.append(_field(text, clean, slice(at, len(clean)), seams))
    return parts


def _field(text: str, clean: str, span: slice, seams: set[int] | None) -> Part:
    """Lay out one field of a line, given as it came and scrubbed."""
    shown, start = clean[span], span.start
    if seams is not None and has_rtl(shown):
        cells = lay_out(shown, start, {seam - start for seam in seams})
    else:
        cells = plain_cells(shown, start)
    return Part("field", cells, cell_len(text[span]))


def _settle(parts: list[Part], number: int) -> None:
    """Give a field's gaps what it has set free, or take from them what it needs more."""
    field = parts[number]
    before = _gap(parts, number - 1)
    after = _gap(parts, number + 1)
    excess = sum(cell.width for cell in field.cells) - field.width
    if excess < 0:
        _widen(before if before and not after else after, -excess, field.cells)
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
        offset = max((cell.offset for cell in field), default=0)
        field.extend([Cell(" ", 1, offset)] * count)
        return
    model = gap[1] if len(gap) > 2 else gap[0]  # noqa: PLR2004 — between a first and a last cell
    gap[1:1] = [model] * count


def _mirror_when_alone(parts: list[Part], clean: str) -> None:
    """Swap the gaps around the only field of a line when it reads from right to left."""
    numbers = [number for number, part in enumerate(parts) if part.kind == "field"]
    if len(numbers) != 1:
        return
    at = numbers[0]
    before, after = _gap(parts, at - 1), _gap(parts, at + 1)
    first = at - 1 if before else at
    outside = [cell for part in parts[:first] for cell in part.cells]
    fills = len(outside) <= 1 and len(before) <= min(MARGIN, len(after))
    if fills and is_rtl(clean):
        middle = [Part("gap", after[::-1], 0), parts[at], Part("gap", before[::-1], 0)]
        parts[first : at + (2 if after else 1)] = middle


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
