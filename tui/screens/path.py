"""Ask for the path of a file."""

from __future__ import annotations

import os

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from tui.i18n import t
from tui.screens.base import DalilModal
from tui.widgets.typed import TypedInput

__all__ = ["PathScreen"]


class PathScreen(DalilModal[str | None]):
    """Returns the path, `~` replaced by the home folder; None when nothing is wanted.

    What is typed here is kept over a lock by the subclasses, which know what to open again.
    """

    NAME = "path"

    def __init__(self, title: str, text: str, *, start: str, yes: str) -> None:
        super().__init__()
        self._title, self._text, self._start, self._yes = title, text, start, yes

    @property
    def typed(self) -> str:
        """What stands in the line now."""
        return self.query_one(Input).value

    def body(self) -> ComposeResult:
        """Show the question and the line."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            yield Static(self._text, markup=False)
            yield TypedInput(self._start, select_on_focus=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("confirm.no")), compact=True, id="no")
                yield Button(Content(self._yes), variant="primary", compact=True, id="yes")

    def on_mount(self) -> None:
        """Begin to type at once."""
        self.query_one(Input).focus()

    def retranslate(self) -> None:
        """Keep what was typed; the texts were given."""

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def answer(self) -> None:
        """Return the path, when there is one."""
        path = self.typed.strip()
        if path:
            self.dismiss(os.path.expanduser(path))

    @on(Button.Pressed, "#no")
    def leave(self) -> None:
        """Return none."""
        self.dismiss(None)
