"""A few words in one line, one of them chosen: the arrow keys walk, a click chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.i18n import language

__all__ = ["OneOf"]


class OneOf(Widget, can_focus=True):
    """`choices` are values and what they are called; one is always chosen."""

    DEFAULT_CSS = """
    OneOf { height: 1; padding: 0 1; background: $panel; }
    OneOf:focus { background: $accent 20%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "step(-1)"),
        ("right,space", "step(1)"),
    ]

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        chosen: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(id=id)
        self._choices = list(choices)
        self.value = chosen

    def render(self) -> Content:
        """Write the words, the chosen one with a sign."""
        words = [self._word(value, name) for value, name in self._choices]
        return Content("   ").join(words[::-1] if language() == "ar" else words)

    def action_step(self, by: int) -> None:
        """Choose the next word, or the one before."""
        values = [value for value, _ in self._choices]
        by = -by if language() == "ar" else by
        self._choose(values[(values.index(self.value) + by) % len(values)])

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the pointer."""
        if "value" in event.style.meta:
            self._choose(event.style.meta["value"])

    def _choose(self, value: str) -> None:
        self.value = value
        self.refresh()

    def _word(self, value: str, name: str) -> Content:
        is_chosen = self.value == value
        style = Style.parse("bold $accent" if is_chosen else "$foreground 60%")
        text = f"{'●' if is_chosen else '○'} {name}"
        return Content.styled(text, style + Style.from_meta({"value": value}))
