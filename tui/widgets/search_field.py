"""The line to search in: it tells of every letter, and lets one go on to the list."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.i18n import t
from tui.widgets.typed import TypedInput

__all__ = ["SearchField"]

_TO_THE_LIST = ("down", "enter", "tab")


class SearchField(TypedInput):
    """One flat line. Escape clears it, and leaves it when it is empty."""

    DEFAULT_CSS = """
    SearchField, SearchField:focus {
        height: 1;
        border: none !important;
        padding: 0;
        background: $background;
    }
    """

    class Left(Message):
        """Go on with the list."""

    def __init__(self, value: str = "") -> None:
        super().__init__(value, placeholder=t("browse.search"), select_on_focus=False)
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Take the keys that lead away from typing."""
        if event.key == "escape" and self.value:
            self.value = ""
        elif event.key == "escape" or event.key in _TO_THE_LIST:
            self.post_message(self.Left())
        else:
            return
        event.stop()
        event.prevent_default()
