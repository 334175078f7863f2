"""One line above everything that says so when the history is not authentic."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

from tui.i18n import t
from tui.widgets.list_state import key_of

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = ["TrustBanner"]


class TrustBanner(Static):
    """Not there while the history can be trusted."""

    DEFAULT_CSS = """
    TrustBanner {
        display: none; height: 1; padding: 0 1;
        background: $error; color: $background; text-style: bold;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Follow what the header says."""
        self.watch(self.app, "status", self._look_again)

    def _look_again(self) -> None:
        app = cast("DalilApp", self.app)
        trust = app.status.trust
        self.display = trust is not None and trust.state == "broken"
        if trust is not None and self.display:
            text = t("browse.broken", commit=trust.tip[:10], key=key_of(app, "verify"))
            self.update(Content(text))
