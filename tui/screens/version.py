"""An older version of a case to read; nothing can be changed in it, but it can be restored."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.history import Entry
from tui.display.instant import local_time
from tui.i18n import t
from tui.restoring import Restoring
from tui.screens.case import CaseScreen

__all__ = ["VersionScreen"]

_SHORT = 10


class VersionScreen(CaseScreen, Restoring):
    """The case screen as of a commit, under a banner that says so."""

    NAME = "version"

    def __init__(self, case_id: str, entry: Entry) -> None:
        super().__init__(case_id, commit=entry.commit)
        self.entry = entry

    def body(self) -> ComposeResult:
        """Put the banner above the case."""
        yield Static(self._banner(), id="banner")
        yield from super().body()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what belongs to the case as it stands now."""
        if action in ("edit", "history", "who_reads", "seal", "unseal", "move_case", "conflicts"):
            return False
        return super().check_action(action, parameters)

    def action_restore(self) -> None:
        """Show what bringing this version back would change, and ask why."""
        self.prepare_restore(self.entry, self.case_id)

    def restored(self) -> None:
        """Return to the history, where the new commit stands."""
        self.dismiss(None)

    def _banner(self) -> Content:
        values = {"commit": self.entry.commit[:_SHORT], "at": local_time(self.entry.at)}
        by = self.entry.signer or self.entry.author
        return Content(t("history.older", **values, by=by))
