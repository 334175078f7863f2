"""One line that offers the drafts of an earlier day, or of a window that was cut off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

from tui.i18n import ago, t
from tui.widgets.list_state import key_of

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = ["DraftLine"]


class DraftLine(Static):
    """Not there while nothing waits."""

    DEFAULT_CSS = """
    DraftLine { display: none; height: 1; padding: 0 1; color: $warning; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Follow what the application finds."""
        self.watch(self.app, "waiting", self._look_again)

    def _look_again(self) -> None:
        app = cast("DalilApp", self.app)
        self.display = bool(app.waiting)
        if app.waiting:
            oldest = datetime.fromtimestamp(min(draft.at for draft in app.waiting), UTC)
            values = {"ago": ago(oldest.isoformat()), "key": key_of(app, "drafts")}
            self.update(Content(t("drafts.waiting", count=len(app.waiting), **values)))
