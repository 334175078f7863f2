"""Something short to read, in a box: any of escape and enter closes it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Label, Static

from tui.i18n import t
from tui.screens.base import DalilModal

__all__ = ["NoteScreen"]


class NoteScreen(DalilModal[None]):
    """Shows a title and a text."""

    NAME = "note"
    CSS_PATH = "note.tcss"

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title, self._text = title, text

    def body(self) -> ComposeResult:
        """Show both."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            with VerticalScroll(id="text", can_focus=False):
                yield Static(self._text)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("note.close")), compact=True, id="close")

    def on_mount(self) -> None:
        """Let enter close it."""
        self.query_one("#close").focus()

    def retranslate(self) -> None:
        """Stay as it is: the texts were given."""

    @on(Button.Pressed)
    def close(self) -> None:
        """Go back."""
        self.dismiss(None)
