"""Yes, no or unknown: three words in one line, one of them chosen, or none."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.style import Style

from tui.i18n import language, t
from tui.widgets.fields.base import FieldEditor

__all__ = ["YesNoEditor"]

_VALUES: tuple[tuple[Any, str], ...] = ((True, "yes"), (False, "no"), ("unknown", "unknown"))


class YesNoEditor(FieldEditor, can_focus=True):
    """A choice of three that the arrow keys walk through."""

    DEFAULT_CSS = """
    YesNoEditor { height: 1; background: $surface; padding: 0 1; }
    YesNoEditor:focus { background: $panel; }
    """

    HINT: ClassVar[str] = "case.hint.yesno"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "step(-1)"),
        ("right,space", "step(1)"),
        ("delete,backspace", "clear"),
    ]

    def render(self) -> Content:
        """Write the three words, the chosen one with a sign."""
        words = [self._word(value, name) for value, name in _VALUES]
        return Content("   ").join(words[::-1] if language() == "ar" else words)

    def show_value(self) -> None:
        """Draw the words anew."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Choose the next word, or the one before."""
        values = [value for value, _ in _VALUES]
        if language() == "ar":
            by = -by
        here = values.index(self.value) if self.value in values else (-1 if by > 0 else 0)
        self._choose(values[(here + by) % len(values)])

    def action_clear(self) -> None:
        """Choose none."""
        self._choose(None)

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the pointer."""
        meta = event.style.meta
        if "value" in meta:
            self._choose(meta["value"])

    def _choose(self, value: Any) -> None:
        self.enter(value)
        self.refresh()

    def _word(self, value: Any, name: str) -> Content:
        is_chosen = self.value == value and type(self.value) is type(value)
        style = Style.parse("bold $accent") if is_chosen else Style.parse("$foreground 60%")
        text = f"{'●' if is_chosen else '○'} {t(f'case.yesno.{name}')}"
        return Content.styled(text, style + Style.from_meta({"value": value}))
