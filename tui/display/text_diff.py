"""What differs between two texts: the words that went and came, with a few words around them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

__all__ = ["Hunk", "Piece", "text_difference"]

_CONTEXT = 6  # words before and after a change
_MOST_WORDS = 4000  # beyond, lines are compared: matching words one by one would take seconds
_ALIKE = 0.35  # below this likeness two texts have little in common but small words
_WORD = re.compile(r"\s*\S+(?:[^\S\n]*\n)*")


class Piece(NamedTuple):
    """A stretch of words, and whether it is what differs."""

    text: str
    is_changed: bool


class Hunk(NamedTuple):
    """One place of difference: how it was and how it is; empty where words only came or went."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def text_difference(old: str, new: str) -> list[Hunk]:
    """Compare two texts word by word.

    An ellipsis stands where unchanged words were left out. Texts with little in common are one
    hunk, in which nothing is marked: all of it differs.

    Example:
        >>> [piece.text for piece in text_difference("a white car", "a grey car")[0].new]
        ['a', ' grey', ' car']
    """
    before, after = _units(old), _units(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > _MOST_WORDS // 4)
    if matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return [Hunk(_whole(old), _whole(new))] if old != new else []
    return [_hunk(before, after, group) for group in matcher.get_grouped_opcodes(_CONTEXT)]


def _units(text: str) -> list[str]:
    """Cut a text into words, each with the space before it and the line breaks after it."""
    return _WORD.findall(text)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text.strip(), is_changed=False),) if text.strip() else ()


def _hunk(before: list[str], after: list[str], group: list[tuple[str, int, int, int, int]]) -> Hunk:
    tags = {tag for tag, *_ in group}
    old = [Piece("".join(before[a:b]), tag != "equal") for tag, a, b, _, _ in group if b > a]
    new = [Piece("".join(after[c:d]), tag != "equal") for tag, _, _, c, d in group if d > c]
    is_cut = group[0][1] > 0 or group[0][3] > 0, group[-1][2] < len(before)
    return Hunk(
        _trimmed(old, *is_cut) if tags & {"delete", "replace"} else (),
        _trimmed(new, *is_cut) if tags & {"insert", "replace"} else (),
    )


def _trimmed(pieces: list[Piece], is_cut_before: bool, is_cut_after: bool) -> tuple[Piece, ...]:  # noqa: FBT001 - the two ends
    """Take the white space off the ends, and put an ellipsis where text was left out."""
    if not pieces:
        return ()
    pieces[0] = pieces[0]._replace(text=pieces[0].text.lstrip())
    pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    if is_cut_before:
        pieces.insert(0, Piece("… ", is_changed=False))
    if is_cut_after:
        pieces.append(Piece(" …", is_changed=False))
    return tuple(piece for piece in pieces if piece.text)
