"""Several values of one field: a line for each, and always an empty one to add the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult

from store.model.fields import Field
from tui.display.values import View
from tui.widgets.fields.base import FieldEditor, focus_first

__all__ = ["RepeatEditor"]


class RepeatEditor(FieldEditor):
    """A list of values, each in an editor of its own; one that is emptied goes."""

    DEFAULT_CSS = """
    RepeatEditor { layout: vertical; }
    """

    HINT: ClassVar[str] = "case.hint.repeat"

    def __init__(
        self, field: Field, value: Any, view: View, make: Callable[[Any], FieldEditor]
    ) -> None:
        super().__init__(field, value, view)
        self._make = make

    def compose(self) -> ComposeResult:
        """Give an editor for each value and one more."""
        for value in [*(self.value or ()), None]:
            yield self._make(value)

    def show_value(self) -> None:
        """Show the values; editors that are too many wait, hidden, for the next."""
        values = [*(self.value or ()), None]
        editors = self._editors()
        for number, editor in enumerate(editors):
            editor.show(values[number] if number < len(values) else None)
            editor.display = number < len(values)
        self.mount_all([self._make(inner) for inner in values[len(editors) :]])

    def on_field_editor_edited(self, event: FieldEditor.Edited) -> None:
        """Take the whole list, and offer an empty line when the last one is used."""
        if event.editor is self:
            return
        event.stop()
        shown = [editor for editor in self._editors() if editor.display]
        if shown[-1].value is not None:
            self._offer_next()
        self.enter([editor.value for editor in shown if editor.value is not None] or None)

    def _offer_next(self) -> None:
        hidden = next((editor for editor in self._editors() if not editor.display), None)
        if hidden is not None:
            hidden.display = True
        else:
            self.mount(self._make(None))

    def move_focused(self, by: int) -> bool:
        """Move the value that has the focus up or down; say whether there was one to move."""
        editors = self._editors()
        values = [editor.value for editor in editors if editor.value is not None]
        here = next((n for n, e in enumerate(editors) if e.has_focus_within), -1)
        if not (0 <= here < len(values) and 0 <= here + by < len(values)):
            return False
        values.insert(here + by, values.pop(here))
        self.show(values)
        self.enter(values)
        focus_first(editors[here + by])
        return True

    def _editors(self) -> list[FieldEditor]:
        return [child for child in self.children if isinstance(child, FieldEditor)]
