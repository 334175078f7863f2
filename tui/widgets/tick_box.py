"""A box to tick that also shows its state without colours: `[ ]` and `[✓]`."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox

__all__ = ["TickBox"]


class TickBox(Checkbox):
    """One line; `label` is plain text."""

    def __init__(self, label: str, *, value: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(Content(label), value=value, compact=True, id=id)

    @property
    def _button(self) -> Content:
        return Content("[✓]" if self.value else "[ ]")
