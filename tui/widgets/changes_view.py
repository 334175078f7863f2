"""What changed, to read and scroll: removed and added text told apart by sign, style and colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import ScrollableContainer

from tui.display.change_page import Paragraph, lay_out_paragraphs
from tui.i18n import language
from tui.widgets.reading import ReadingView

__all__ = ["ChangesView"]


class ChangesView(ReadingView, inherit_bindings=False):
    """Shows paragraphs; it has no current item and no sections."""

    DEFAULT_CSS = """
    ChangesView > .reading--removed { color: $error; }
    ChangesView > .reading--removed-word { color: $error; text-style: bold strike; }
    ChangesView > .reading--added { color: $success; }
    ChangesView > .reading--added-word { color: $success; text-style: bold underline; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"reading--{name}" for name in ("removed", "removed-word", "added", "added-word")
    }
    BINDINGS: ClassVar[list[BindingType]] = [*ScrollableContainer.BINDINGS]

    def show_paragraphs(self, paragraphs: Iterable[Paragraph]) -> None:
        """Show these from the top, wrapped to the width there is."""
        kept = list(paragraphs)
        self.show(lambda width: lay_out_paragraphs(kept, width, is_mirrored=language() == "ar"))
