"""Three seconds in which any key calls panic off; the screen shows nothing else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.i18n import number, t
from tui.screens.base import DalilScreen

__all__ = ["SECONDS", "PanicScreen"]

SECONDS = 3
_SECOND = 1.0


class PanicScreen(DalilScreen[None]):
    """Counts down; the application takes the keys, and does what comes after."""

    NAME = "panic"

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind, self._left = kind, SECONDS

    def compose(self) -> ComposeResult:
        """Hide what was open."""
        with Vertical(id="message"):
            yield Static(id="what")
            yield Static(id="hint", classes="dim")

    def on_mount(self) -> None:
        """Count."""
        self._show()
        self.set_interval(_SECOND, self._tick)

    def retranslate(self) -> None:
        """Go on counting."""

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._show()
        else:
            self.blank()
            self.app.panic_now()

    def _show(self) -> None:
        text = t(f"panic.{self._kind}", seconds=number(self._left))
        self.query_one("#what", Static).update(Content(text))
        self.query_one("#hint", Static).update(Content(t("panic.stop")))

    def blank(self) -> None:
        """Show nothing at all."""
        for line in self.query(Static):
            line.update(Content(""))
