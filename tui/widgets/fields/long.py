"""Long text: several paragraphs, wrapped, growing with what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.widgets import TextArea

from tui.widgets.fields.base import FieldEditor
from tui.widgets.typed import typing_filters

__all__ = ["LongEditor", "LongText"]

_FORMS = ("undo", "redo")
"""What the form does over all fields, so the text area must not do it for itself."""


def _is_own(binding: BindingType) -> bool:
    return not (isinstance(binding, Binding) and binding.action in _FORMS)


class LongText(TextArea, inherit_bindings=False):
    """A text area without a history of its own."""

    DEFAULT_CSS = """
    LongText, LongText:focus {
        border: none !important;
        height: auto;
        min-height: 3;
        max-height: 12;
        padding: 0 1;
        background: $surface;
    }
    LongText:focus { background: $panel; }
    LongText > .text-area--cursor-line { background: transparent; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [b for b in TextArea.BINDINGS if _is_own(b)]

    def __init__(self, text: str = "") -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self.cursor_blink = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Arrange its lines as what is typed."""
        return typing_filters(self)

    def put(self, text: str) -> None:
        """Show another text without telling anybody; the same one keeps its cursor."""
        if text != self.text:
            with self.prevent(TextArea.Changed):
                self.text = text


class LongEditor(FieldEditor):
    """Several paragraphs of text."""

    HINT: ClassVar[str] = "case.hint.long"

    def compose(self) -> ComposeResult:
        """Give the text area."""
        yield LongText(str(self.value or ""))

    def show_value(self) -> None:
        """Put the text in."""
        self.query_one(LongText).put(str(self.value or ""))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Take what was typed."""
        event.stop()
        value = event.text_area.text or None
        if value != self.value:
            self.enter(value)
