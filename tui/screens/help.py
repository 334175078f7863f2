"""Explain what can be done on the screen from which help was asked."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from tui.commands import APP, Command, commands_for
from tui.i18n import t
from tui.keyboard import key_name
from tui.screens.base import DalilScreen
from tui.widgets.key_table import KeyRow, KeyTable

__all__ = ["HelpScreen"]


class HelpScreen(DalilScreen[None]):
    """The keys of one screen, then those of all screens, as they are set now."""

    NAME = "help"

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about
        self._screen: str = getattr(about, "NAME", "")

    def body(self) -> ComposeResult:
        """Show what the screen is for, and two tables."""
        entries = [e for e in commands_for(self._screen) if e.id != "quit_letter"]
        own = [entry for entry in entries if APP not in entry.screens]
        everywhere = [entry for entry in entries if APP in entry.screens]
        with VerticalScroll(id="help") as scroll:
            scroll.can_focus = True
            yield Static(t(f"{self._screen}.about"), markup=False)
            if own:
                yield Static(t("help.here"), classes="title", markup=False)
                yield KeyTable(self._rows(own))
            yield Static(t("help.everywhere"), classes="title", markup=False)
            yield KeyTable(self._rows(everywhere))
            yield Static(t("help.more"), classes="dim", markup=False)

    def _rows(self, entries: list[Command]) -> list[KeyRow]:
        return [
            KeyRow(" ".join(map(key_name, self._keys(entry))), t(entry.label), t(entry.help))
            for entry in entries
        ]

    def _keys(self, entry: Command) -> list[str]:
        # The letters of the Arabic layout work too, and would only crowd the table.
        return [key for key in self.app.keys_of(entry) if key.isascii() and "arabic" not in key]
