"""Ask why an earlier version should come back, with what that changes before one's eyes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from tui.display.change_page import change_paragraphs
from tui.display.values import View
from tui.i18n import t
from tui.restoring import Restoration
from tui.screens.base import DalilModal
from tui.widgets.changes_view import ChangesView
from tui.widgets.typed import TypedInput

if TYPE_CHECKING:
    from tui.screens.history import HistoryScreen

__all__ = ["RestoreScreen"]


class RestoreScreen(DalilModal[str | None]):
    """Returns the reason; None when nothing should be restored."""

    NAME = "restore"
    CSS_PATH = "restore.tcss"

    def __init__(self, restoration: Restoration, why: str = "") -> None:
        super().__init__()
        self._restoration, self._why = restoration, why

    def body(self) -> ComposeResult:
        """Give the sentence, the changes and the field for the reason."""
        with Vertical(classes="box"):
            yield Label(t("history.restore.title"), classes="title", markup=False)
            yield Static(self._restoration.sentence, markup=False)
            yield ChangesView()
            yield Label(t("history.restore.why"), markup=False)
            yield TypedInput(self._why, id="why")
            yield Static(id="fault", classes="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("confirm.no")), compact=True, id="no")
                yield Button(
                    Content(t("history.restore.yes")), variant="primary", compact=True, id="yes"
                )

    def on_mount(self) -> None:
        """Show the changes, and wait for the reason."""
        change = self._restoration.change
        old, new = View(change.before or {}), View(change.after or {})
        self.query_one(ChangesView).show_paragraphs(change_paragraphs(change.changes, old, new))
        self.query_one("#why").focus()

    def retranslate(self) -> None:
        """Keep the reason that was typed."""
        self._why = self.query_one("#why", Input).value
        super().retranslate()
        self.call_after_refresh(self.on_mount)

    def unsaved(self) -> bytes | None:
        """Give the reason that was typed, and what it is for."""
        why = self.query_one("#why", Input).value
        change, entry = self._restoration.change, self._restoration.entry
        kept = {"case": change.case_id, "commit": entry.commit, "why": why}
        return json.dumps(kept).encode() if why.strip() else None

    @classmethod
    def restore(cls, unsaved: bytes) -> HistoryScreen:
        """Show the history again at this version; it asks again, with the reason typed."""
        from tui.screens.history import HistoryScreen

        kept = json.loads(unsaved)
        return HistoryScreen(kept["case"], commit=kept["commit"], why=kept["why"])

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def answer(self) -> None:
        """Return the reason; without one there is no commit."""
        why = self.query_one("#why", Input).value.strip()
        if why:
            self.dismiss(why)
        else:
            self.query_one("#fault", Static).update(t("history.restore.empty"))
            self.query_one("#why").focus()

    @on(Button.Pressed, "#no")
    def leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
