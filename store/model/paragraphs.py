"""Long text merged by paragraph: what two people wrote in different places is kept together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

__all__ = ["MergedText", "merge_text"]

_BETWEEN = "\n\n"
_MOST_PAIRS = 10_000
"""So many pairs of paragraphs may be alike: to sort out more, difflib would take minutes."""


class MergedText(NamedTuple):
    """A merged text; `clashes` where both wrote the same paragraph differently."""

    text: str
    clashes: bool


class _Edit(NamedTuple):
    """Paragraphs `start` to `end` of the base give way to others."""

    start: int
    end: int
    new: list[str]


def merge_text(base: str, earlier: str, later: str) -> MergedText:
    """Put what two texts changed in a third together, paragraph by paragraph.

    Where both put something in at one place, both stay, the earlier's first. Where both changed the
    same paragraphs, those of the later stand, or of the one that did not take them away.
    """
    was, ends = _paragraphs(base)
    one, one_ends = _paragraphs(earlier)
    other, other_ends = _paragraphs(later)
    merged: list[str] = []
    clashes, here = False, 0
    for start, end, edits in _regions(_edits(was, one), _edits(was, other)):
        texts = [_apply(was, start, end, own) for own in edits]
        merged += was[here:start]
        if not edits[0] or not edits[1]:
            merged += texts[1] if edits[1] else texts[0]
        elif texts[0] == texts[1]:
            merged += texts[0]
        elif start == end:
            merged += texts[0] + [one for one in texts[1] if one not in texts[0]]
        else:
            merged += texts[1] or texts[0]
            clashes = True
        here = end
    merged += was[here:]
    ends = one_ends if other_ends == ends else other_ends
    return MergedText(_BETWEEN.join(merged) + ends, clashes)


def _paragraphs(text: str) -> tuple[list[str], str]:
    """Cut a text at its blank lines; new lines at its end are no part of the last paragraph."""
    body = text.rstrip("\n")
    return (body.split(_BETWEEN) if body else []), text[len(body) :]


def _edits(base: list[str], side: list[str]) -> list[_Edit]:
    counts = Counter(base)
    if sum(counts[paragraph] for paragraph in side) > _MOST_PAIRS:
        return _one_edit(base, side)
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [_Edit(a, b, side[c:d]) for tag, a, b, c, d in codes if tag != "equal"]


def _one_edit(base: list[str], side: list[str]) -> list[_Edit]:
    """Take all between what begins and what ends alike as one change."""
    most = min(len(base), len(side))
    head = next((n for n in range(most) if base[n] != side[n]), most)
    tail = next((n for n in range(most - head) if base[-1 - n] != side[-1 - n]), most - head)
    end = len(base) - tail
    new = side[head : len(side) - tail]
    return [_Edit(head, end, new)] if new or head < end else []


def _regions(
    one: list[_Edit], other: list[_Edit]
) -> list[tuple[int, int, tuple[list[_Edit], list[_Edit]]]]:
    """Take together the edits of both that reach into each other, in the order of the base."""
    regions: list[tuple[int, int, tuple[list[_Edit], list[_Edit]]]] = []
    ordered = [(edit, side) for side, edits in enumerate((one, other)) for edit in edits]
    for edit, side in sorted(ordered, key=lambda pair: (pair[0].start, pair[0].end, pair[1])):
        if regions and _meet(regions[-1][0], regions[-1][1], edit):
            start, end, edits = regions.pop()
        else:
            start, end, edits = edit.start, edit.end, ([], [])
        edits[side].append(edit)
        regions.append((start, max(end, edit.end), edits))
    return regions


def _meet(start: int, end: int, edit: _Edit) -> bool:
    """Does an edit, which begins no earlier, reach into a region of edits?"""
    return edit.start < end or (start == end == edit.start == edit.end)


def _apply(base: list[str], start: int, end: int, edits: Sequence[_Edit]) -> list[str]:
    text: list[str] = []
    here = start
    for edit in edits:
        text += base[here : edit.start] + edit.new
        here = edit.end
    return text + base[here:end]
