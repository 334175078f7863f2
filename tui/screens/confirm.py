"""Ask once before something that cannot be taken back, saying in one sentence what it will do."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, Static

from tui.i18n import t
from tui.screens.base import DalilModal

__all__ = ["ConfirmScreen"]


class ConfirmScreen(DalilModal[bool]):
    """A question with two buttons; "no" has the focus, and escape means it.

    `yes` and `no` say what happens ("Discard", "Keep editing"), not "yes" and "no".
    """

    NAME = "confirm"

    def __init__(self, title: str, text: str, *, yes: str, no: str = "") -> None:
        super().__init__()
        self._title, self._text = title, text
        self._yes, self._no = yes, no or t("confirm.no")

    def body(self) -> ComposeResult:
        """Show the question."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            yield Static(self._text, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(self._no), compact=True, id="no")
                yield Button(Content(self._yes), variant="error", compact=True, id="yes")

    def on_mount(self) -> None:
        """Make enter the safe answer."""
        self.query_one("#no").focus()

    def retranslate(self) -> None:
        """Keep the texts, which were given."""

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        """Return the answer."""
        self.dismiss(event.button.id == "yes")

    def on_key(self, event: events.Key) -> None:
        """Let the arrow keys choose, too."""
        if event.key in ("left", "right", "up", "down"):
            self.focus_next()

    def action_back(self) -> None:
        """Take escape for a no."""
        self.dismiss(False)  # noqa: FBT003 - Textual's signature
