"""Widgets that one types into: their lines are arranged as one text, and begin at its side."""

from __future__ import annotations

from collections.abc import Sequence

from textual.filter import LineFilter
from textual.widget import Widget
from textual.widgets import Input

from tui.safe_app import SafeApp

__all__ = ["TypedInput", "typing_filters"]


def typing_filters(widget: Widget) -> Sequence[LineFilter]:
    """Take two spaces for no column, and put the cursor of an empty line where one begins."""
    app = widget.app
    return app.get_typing_filters() if isinstance(app, SafeApp) else Widget.get_line_filters(widget)


class TypedInput(Input):
    """One line, as Textual draws it."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Arrange it as what is typed."""
        return typing_filters(self)
