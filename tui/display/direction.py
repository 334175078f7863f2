"""The direction of a text that its first letter may belie, carried by its style to the filter.

A line that continues an Arabic paragraph may begin with "W-01", and one composed of parts with a
name in Latin letters. An invisible mark would say it, too, but what is invisible in the text of a
case is shown: it could be a forgery.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style

from tui.display.bidi import Direction, is_mostly_rtl

__all__ = ["LTR", "RTL", "aligned", "base_of", "paragraphs", "reading_from"]

_KEY = "direction"
_KNOWN: dict[object, Direction] = {"rtl": "rtl", "ltr": "ltr"}

RTL, LTR = Style.from_meta({_KEY: "rtl"}), Style.from_meta({_KEY: "ltr"})
"""Styles of Textual that say nothing else."""

_RICH = {True: RichStyle(meta={_KEY: "rtl"}), False: RichStyle(meta={_KEY: "ltr"})}


def reading_from(style: RichStyle | None, *, is_rtl: bool) -> RichStyle:
    """Add the direction to a style of Rich."""
    return (style or RichStyle.null()) + _RICH[is_rtl]


def base_of(style: RichStyle | None) -> Direction:
    """Give the direction that a style says."""
    if style is None or not style._meta:  # noqa: SLF001 - `meta` would unpickle on every line
        return "auto"
    return _KNOWN.get(style.meta.get(_KEY), "auto")


def aligned(lines: Sequence[str], *, is_rtl: bool, is_mirrored: bool) -> list[str]:
    """Let the lines of a paragraph begin under each other, also one read against the screen.

    Of such a paragraph the longest line stands where other values do, and the rest begin with it.
    """
    if is_rtl == is_mirrored or len(lines) == 1:
        return list(lines)
    widest = max(map(cell_len, lines))
    fills = [" " * (widest - cell_len(line)) for line in lines]
    pairs = zip(lines, fills, strict=True)
    return [line + fill if is_mirrored else fill + line for line, fill in pairs]


def paragraphs(text: Content, width: int, *, is_mirrored: bool) -> Content:
    """Wrap a text to a width; each paragraph keeps its direction and the side it is read from.

    A paragraph in the style `RTL` or `LTR` has that direction, another that of most of its letters.
    """
    lines: list[Content] = []
    for paragraph in text.split("\n"):
        given = next((span.style for span in paragraph.spans if span.style in (RTL, LTR)), None)
        reads_rtl = given == RTL if given is not None else is_mostly_rtl(paragraph.plain)
        for line in paragraph.wrap(max(1, width)):
            shown = line.rstrip().stylize(RTL if reads_rtl else LTR)
            stands_right = reads_rtl or (is_mirrored and given is not None)
            lines.append(shown.pad_left(width - shown.cell_length) if stands_right else shown)
    return Content("\n").join(lines)
