"""The question on leaving a form or the program with something unsaved: what is to become of it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui.i18n import t
from tui.screens.base import DalilModal

__all__ = ["LeaveScreen"]


class LeaveScreen(DalilModal[str]):
    """Returns "save", "keep" (as a draft), "discard" or "stay"; escape stays."""

    NAME = "leave"
    CSS_PATH = "save.tcss"

    QUITTING: ClassVar[str] = "quitting"

    def __init__(self, count: int, *, is_quitting: bool = False, can_save: bool = True) -> None:
        super().__init__(id=self.QUITTING if is_quitting else None)
        self._count, self._texts = count, "quit" if is_quitting else "case.leave"
        self._answers = ("save", "stay", "keep", "discard")[0 if can_save else 1 :]

    def body(self) -> ComposeResult:
        """Ask."""
        with Vertical(classes="box"):
            yield Static(t(f"{self._texts}.title"), classes="title", markup=False)
            yield Static(t(f"{self._texts}.text", count=self._count), markup=False)
            with Horizontal(classes="buttons"):
                for answer in self._answers:
                    yield Button(Content(t(f"{self._texts}.{answer}")), id=answer, compact=True)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        """Return the answer."""
        self.dismiss(event.button.id or "stay")

    def on_key(self, event: events.Key) -> None:
        """Go to the other buttons with the arrow keys."""
        if event.key in ("left", "right"):
            event.stop()
            _ = self.focus_next() if event.key == "right" else self.focus_previous()

    def action_back(self) -> None:
        """Stay."""
        self.dismiss("stay")
