"""The command palette's entries: the table of commands, and nothing of Textual's own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import events
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import Command, commands_for
from tui.i18n import t

__all__ = ["CommandProvider", "Palette"]

_HIDDEN = ("palette", "quit_letter")


class Palette(CommandPalette):
    """Textual's palette, with our entries, in the language that is spoken."""

    def __init__(self) -> None:
        super().__init__([CommandProvider], placeholder=t("palette.placeholder"))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Let no cursor blink: over a slow line, each blink is traffic."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False


class CommandProvider(Provider):
    """Offer what can be done on the screen from which the palette was opened."""

    async def discover(self) -> Hits:
        """Give all commands, in the order of the table."""
        for entry in self._possible():
            yield DiscoveryHit(
                Content(t(entry.label)), partial(self._run, entry), t(entry.label), t(entry.help)
            )

    async def search(self, query: str) -> Hits:
        """Give the commands whose label or help is like the query."""
        matcher = self.matcher(query)
        for entry in self._possible():
            text, explanation = t(entry.label), t(entry.help)
            score = max(matcher.match(text), matcher.match(explanation) / 2)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(text), partial(self._run, entry), text, explanation
                )

    def _possible(self) -> Iterator[Command]:
        for entry in commands_for(getattr(self.screen, "NAME", "")):
            action = entry.action.removeprefix("app.")
            node = self.app if action != entry.action else self.screen
            if entry.id not in _HIDDEN and node.check_action(action.partition("(")[0], ()):
                yield entry

    async def _run(self, entry: Command) -> None:
        await self.app.run_action(entry.action, self.screen)
