"""Ask for one line, such as the PIN of a key in hardware; returns it, or None."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from tui.i18n import t
from tui.screens.base import DalilModal
from tui.widgets.passphrase import PassphraseInput

__all__ = ["AskScreen"]


class AskScreen(DalilModal[str]):
    """A dialogue of one field; escape gives no answer."""

    NAME = "talk"

    def __init__(self, text: str, *, is_secret: bool) -> None:
        super().__init__()
        self._text, self._is_secret = text, is_secret

    def body(self) -> ComposeResult:
        """Show what is asked, in the words of who asks, and the field."""
        with Vertical(classes="box"):
            yield Label(t("talk.title"), classes="title", markup=False)
            yield Static(self._text, markup=False)
            yield PassphraseInput(id="answer") if self._is_secret else Input(id="answer")

    def on_mount(self) -> None:
        """Wait for typing."""
        self.query_one("#answer").focus()

    def retranslate(self) -> None:
        """Keep what is typed."""

    @on(Input.Submitted, "#answer")
    def answer(self) -> None:
        """Return what was typed."""
        field = self.query_one("#answer", Input)
        self.dismiss(field.take() if isinstance(field, PassphraseInput) else field.value)
