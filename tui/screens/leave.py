"""The question on leaving a form with unsaved changes: save, discard or stay."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui.i18n import t
from tui.screens.base import DalilModal

__all__ = ["LeaveScreen"]


class LeaveScreen(DalilModal[str]):
    """Returns "save", "discard" or "stay"; escape stays."""

    NAME = "leave"
    CSS_PATH = "save.tcss"

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def body(self) -> ComposeResult:
        """Ask."""
        with Vertical(classes="box"):
            yield Static(t("case.leave.title"), classes="title", markup=False)
            yield Static(t("case.leave.text", count=self._count), markup=False)
            with Horizontal(classes="buttons"):
                for answer in ("save", "stay", "discard"):
                    yield Button(Content(t(f"case.leave.{answer}")), id=answer, compact=True)

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
