"""The line at the bottom: the keys of this screen, at most eight, also to click on."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget

from tui.commands import COMMANDS, Command
from tui.display.direction import LTR, RTL
from tui.i18n import language, t
from tui.keyboard import key_name

__all__ = ["KeyBar"]

_MOST = 8
_GAP = 2
_LAST = ("palette", "help")
"""The ways to find all the rest keep their place when room is short."""


class _Item(NamedTuple):
    command: Command
    node: DOMNode
    key: str
    enabled: bool

    @property
    def text(self) -> Content:
        style = "$foreground" if self.enabled else "$text-disabled"
        key = "bold $accent" if self.enabled else "$text-disabled"
        parts = [(self.key, key), (" ", ""), (t(self.command.label), style)]
        if language() != "ar":
            return Content.assemble(*parts)
        if self.key.isdigit():  # it has no direction of its own, and would change sides
            return Content.assemble(*parts).stylize(RTL)
        # Written as it stands, so that ^p keeps its order: the key is read first, at the right.
        return Content.assemble(*parts[::-1]).stylize(LTR)


class KeyBar(Widget):
    """One line; it shows the keys that work now, whatever has the focus."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; padding: 0 1; background: $panel; }
    """

    def on_mount(self) -> None:
        """Follow the focus and what can be done."""
        self._items: list[_Item] = []
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self._look_again())

    def render(self) -> Content:
        """Give the whole line."""
        self._items = self._fitting()
        gap = Content(" " * _GAP)
        line = gap.join(item.text for item in self._items)
        if language() == "ar":
            return Content(" " * max(0, self.size.width - line.cell_length)) + line
        return line

    async def on_click(self, event: events.Click) -> None:
        """Do what the key would do."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line = self.render()
        at = len(line) - len(line.plain.lstrip()) if language() == "ar" else 0
        for item in self._items:
            if at <= offset.x < at + item.text.cell_length:
                await self.app.run_action(item.command.action, item.node)
                return
            at += item.text.cell_length + _GAP

    def _look_again(self) -> None:
        if self.is_mounted and self._fitting() != self._items:
            self.refresh()

    def _fitting(self) -> list[_Item]:
        """Choose the keys that there is room for; on a right-to-left line, from the right."""
        items = self._working()
        kept = [item for item in items if item.command.id in _LAST]
        room = self.size.width - sum(item.text.cell_length + _GAP for item in kept) + _GAP
        first: list[_Item] = []
        for item in items:
            room -= item.text.cell_length + _GAP
            if room < 0 or len(first) + len(kept) == _MOST:
                break
            if item not in kept:
                first.append(item)
            else:
                room += item.text.cell_length + _GAP
        fitting = [*first, *kept]
        return fitting[::-1] if language() == "ar" else fitting

    def _working(self) -> list[_Item]:
        """Give the footer's commands that a key reaches now, in the order of the table."""
        found: dict[str, _Item] = {}
        for key, (node, binding, enabled, _tip) in self.screen.active_bindings.items():
            entry = _FOOTER.get(binding.id or "")
            if entry is not None and entry.id not in found:
                found[entry.id] = _Item(entry, node, key_name(key), enabled)
        return [found[entry_id] for entry_id in _FOOTER if entry_id in found]


_FOOTER = {entry.id: entry for entry in COMMANDS if entry.in_footer}
