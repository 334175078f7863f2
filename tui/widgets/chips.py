"""The line that says which filters are on; a click takes one off."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.cases.facets import FACETS, Filters
from tui.cases.labels import value_label
from tui.i18n import language, t

__all__ = ["Chips"]

_GAP = 2


class Chips(Widget):
    """A chip for each facet that is filtered by; not there when none is."""

    DEFAULT_CSS = """
    Chips { height: 1; padding: 0 1; display: none; }
    Chips.-active { display: block; }
    """

    class Removed(Message):
        """A facet should not be filtered by any more; None for all."""

        def __init__(self, facet: str | None) -> None:
            super().__init__()
            self.facet = facet

    def __init__(self) -> None:
        super().__init__()
        self._filters: Filters = {}
        self._key = ""

    def show(self, filters: Filters, key: str) -> None:
        """Show these; `key` is the one that takes all of them off."""
        self._filters, self._key = filters, key
        self.set_class(bool(filters), "-active")
        self.refresh()

    def render(self) -> Content:
        """Give the whole line."""
        line = Content(" " * _GAP).join(text for _, text in self._pieces())
        line = line.truncate(self.size.width, ellipsis=True)
        if language() == "ar":
            return Content(" " * (self.size.width - line.cell_length)) + line
        return line

    def on_click(self, event: events.Click) -> None:
        """Take the chip under the mouse off."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        pieces = self._pieces()
        widths = sum(text.cell_length + _GAP for _, text in pieces) - _GAP
        at = max(0, self.size.width - widths) if language() == "ar" else 0
        for facet, text in pieces:
            if at <= offset.x < at + text.cell_length:
                self.post_message(self.Removed(facet))
                return
            at += text.cell_length + _GAP

    def _pieces(self) -> list[tuple[str | None, Content]]:
        """Give the chips as they stand from left to right, the way to be rid of them at the end."""
        pieces: list[tuple[str | None, Content]] = [
            (facet, self._chip(facet)) for facet in FACETS if facet in self._filters
        ]
        clear = Content.assemble((self._key, "bold $accent"), (f" {t('browse.clear')}", ""))
        pieces.append((None, clear))
        return pieces[::-1] if language() == "ar" else pieces

    def _chip(self, facet: str) -> Content:
        values = sorted(value_label(facet, value) for value in self._filters[facet])
        name = t(f"browse.facets.{facet}")
        return Content.assemble(
            (f"{name}: ", "$foreground-muted"),
            (", ".join(values), "$accent"),
            (" ✕", "$foreground-muted"),
        )
