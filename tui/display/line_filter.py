"""The last thing that happens to a line before the terminal gets it, for every widget alike.

`App.get_line_filters()` returns one `DisplayFilter`. Textual sends escape sequences found in text
to the terminal as they are; here they end, whatever widget they came through. Textual calls
filters internal: a test fails when the hook moves.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from rich.cells import cached_cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.display.direction import base_of
from tui.display.field import COMBINING
from tui.display.line import EDGES, Side, arrange, has_rtl
from tui.display.modes import Mode
from tui.display.scrub import scrub

__all__ = ["DisplayFilter", "forget"]

_arrange = lru_cache(maxsize=4096)(arrange)


class DisplayFilter(LineFilter):
    """Scrub each line and, in mode "app", put its Arabic in reading order.

    A filter never changes, because strips remember what it made of them: for another mode or
    language make another filter and refresh the screen. `is_typed` is for widgets that one types
    into; on a mirrored screen, an empty one has its cursor at the right.
    """

    def __init__(self, mode: Mode, *, is_mirrored: bool = False, is_typed: bool = False) -> None:
        super().__init__()
        self._reorders = mode == "app"
        self._side = Side(is_mirrored, is_typed)

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 — the signature is Textual's
    ) -> list[Segment]:
        """Give the segments to print instead; Textual's own control segments stay as they are."""
        if any(segment.control for segment in segments):
            stretches = groupby(segments, key=lambda segment: bool(segment.control))
            pieces = [list(s) if own else self._show(list(s)) for own, s in stretches]
            return [segment for piece in pieces for segment in piece]
        return self._show(segments)

    def _show(self, segments: list[Segment]) -> list[Segment]:
        """Arrange a line without control segments."""
        text = "".join([segment.text for segment in segments])
        if any(segment.style is not None and segment.style.link for segment in segments):
            segments = [_without_link(segment) for segment in segments]
        if self._side == _EMPTY_FROM_RIGHT and self._reorders and not text.strip(EDGES):
            return _turned(segments)
        if text.isascii() and text.isprintable():
            return segments
        is_safe = scrub(text) is text and COMBINING.isdisjoint(text)
        if is_safe and not (self._reorders and has_rtl(text)):
            return segments
        merged = list(Segment.simplify(segments))
        texts = tuple([segment.text for segment in merged])
        bases = tuple([base_of(segment.style) for segment in merged])
        side = self._side._replace(bases=bases) if any(b != "auto" for b in bases) else self._side
        runs = _arrange(texts, reorder=self._reorders, side=side)
        return [Segment(text, merged[number].style) for text, number in runs]


_EMPTY_FROM_RIGHT = Side(is_mirrored=True, is_typed=True)


def _turned(segments: list[Segment]) -> list[Segment]:
    """Turn an empty line round, but for its borders: the cursor is at its right then."""
    inner = [at for at, segment in enumerate(segments) if not segment.text.strip()]
    if not inner:
        return segments
    first, end = inner[0], inner[-1] + 1
    return [*segments[:first], *segments[first:end][::-1], *segments[end:]]


def forget() -> None:
    """Drop the texts of cases that the caches for display hold: when the repository is locked."""
    _arrange.cache_clear()
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()  # noqa: SLF001 — rich has no other way to empty it


def _without_link(segment: Segment) -> Segment:
    """Take the terminal hyperlink off: Dalil makes none, and its address is not scrubbed."""
    text, style, control = segment
    return Segment(text, style.update_link(None) if style is not None else None, control)
