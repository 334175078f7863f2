"""Which columns the list of cases has room for, and how wide each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["GAP", "Column", "lay_out"]

GAP = 2
"""Blank cells between columns: the display filter takes one as part of a text, two as a gap."""

_ORDER = ("reference", "title", "kind", "status", "people", "by", "age", "conflicts")
_ADDED = (("age", 14), ("status", 22), ("by", 36), ("kind", 36), ("people", 36))
"""The columns beside reference and title, the most important first, and the width below which
the title shall not fall for it."""
_BOUNDS = {
    "reference": (8, 16),
    "kind": (12, 24),
    "status": (8, 16),
    "people": (18, 48),
    "by": (5, 12),
    "age": (6, 12),
}
_BEST_TITLE = 64


class Column(NamedTuple):
    """A column and its width in cells."""

    key: str
    width: int


def lay_out(width: int, widest: Mapping[str, int]) -> tuple[Column, ...]:
    """Choose the columns for a list of `width` cells, in the order they stand in.

    `widest` says how wide the longest text of a column is, as far as that is known; conflicts have
    one while there are any. Together with the gaps the columns fill the width; below 30 cells, only
    the title is left.
    """
    if width < 30:  # noqa: PLR2004 - two columns of any use do not fit
        return (Column("title", max(1, width)),)
    widths = {"reference": _bounded("reference", widest)}
    title = width - widths["reference"] - GAP
    if widest.get("conflicts"):
        widths["conflicts"] = widest["conflicts"]
        title -= widest["conflicts"] + GAP
    for key, least in _ADDED:
        wanted = _bounded(key, widest)
        if key == "people":
            wanted = _BOUNDS[key][0]
        if title - wanted - GAP >= least:
            widths[key] = wanted
            title -= wanted + GAP
    title = _share_out(widths, title)
    widths["title"] = title
    return tuple(Column(key, widths[key]) for key in _ORDER if key in widths)


def _share_out(widths: dict[str, int], title: int) -> int:
    """Let people grow with the title, once that has half of what it would like."""
    if "people" not in widths:
        return title
    least, most = _BOUNDS["people"]
    share = max(0, (title - _BEST_TITLE // 2) * 2 // 5)
    if title - share > _BEST_TITLE:
        share = title - _BEST_TITLE
    share = min(share, most - least)
    widths["people"] += share
    return title - share


def _bounded(key: str, widest: Mapping[str, int]) -> int:
    least, most = _BOUNDS[key]
    return min(most, max(least, widest.get(key, 0)))
