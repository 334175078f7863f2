"""An uncertain date: the text as EDTF, and its reading in words beside it as one types."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.display.values import date_reading
from tui.i18n import language
from tui.widgets.fields.line import LineEditor

__all__ = ["DateEditor"]


class DateEditor(LineEditor):
    """A date of EDTF level 1."""

    DEFAULT_CSS = """
    DateEditor { layout: horizontal; }
    DateEditor TypedLine { width: 24; }
    DateEditor Static { width: 1fr; height: auto; padding-left: 2; color: $text-muted; }
    """

    HINT: ClassVar[str] = "case.hint.date"

    def compose(self) -> ComposeResult:
        """Give the line and the place of the reading."""
        parts = [*super().compose(), Static(self._reading(), markup=False)]
        yield from parts[::-1] if language() == "ar" else parts

    def show_value(self) -> None:
        """Put in the date and its reading."""
        super().show_value()
        self.query_one(Static).update(self._reading())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what was typed and say how it reads."""
        super().on_input_changed(event)
        self.query_one(Static).update(self._reading())

    def _reading(self) -> Content:
        return Content(date_reading(str(self.value)) if self.value else "")
