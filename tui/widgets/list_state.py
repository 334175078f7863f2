"""What stands in place of the list while it has no rows: why not, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

from store.errors import StoreError
from tui.cases.catalogue import Selection
from tui.commands import command
from tui.display.list_state import progress_line
from tui.i18n import error, t
from tui.keyboard import key_name

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = ["ListState", "key_of"]

_BAR = 40


def key_of(app: DalilApp, command_id: str) -> str:
    """Give the key of a command as it is set now, as a person knows it."""
    entry = command(command_id)
    return key_name(app.keys_of(entry)[0]) if entry is not None else ""


class ListState(Static):
    """A few lines in the middle."""

    DEFAULT_CSS = """
    ListState {
        height: 1fr; padding: 0 2; content-align: center middle; text-align: center;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def say_reading(self) -> None:
        """Say that the cases are being read."""
        self._say(Content(t("browse.reading.text")), "")

    def say_progress(self, done: int, total: int) -> None:
        """Say how many cases have been read, and how to stop it."""
        line = progress_line(done, total, max(1, min(_BAR, self.screen.size.width - 4)))
        self._say(line, t("browse.reading.hint", key=self._key("back")))

    def say_stopped(self) -> None:
        """Say that nobody reads any more."""
        self._say(Content(t("browse.stopped")), t("browse.retry", key=self._key("retry")))

    def say_fault(self, fault: StoreError) -> None:
        """Say what happened, what to do, and how to try again."""
        message, hint = error(fault)
        lines = [hint, t("browse.retry", key=self._key("retry"))]
        self._say(Content.styled(f"✗ {message}", "$error"), "\n".join(filter(None, lines)))

    def say_empty(self, selection: Selection) -> None:
        """Say why nothing is shown: there is nothing, or nothing that was asked for."""
        query = selection.query.strip()
        if not query and not selection.filters:
            hint = t("browse.empty_hint", key=self._key("new"))
            self._say(Content(t("browse.empty")), hint)
            return
        ways = [t("browse.unsearch", key=self._key("back"))] if query else []
        if selection.filters:
            ways.append(t("browse.unfilter", key=self._key("clear_filters")))
        text = t("browse.nothing", query=query) if query else t("browse.nothing_filtered")
        self._say(Content(text), " · ".join(ways))

    def _say(self, text: Content, hint: str) -> None:
        self.update(Content.assemble(text, "\n", (hint, "$foreground-muted")))

    def _key(self, command_id: str) -> str:
        return key_of(cast("DalilApp", self.app), command_id)
