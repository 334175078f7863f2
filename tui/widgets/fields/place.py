"""A place: its name, and where it lies as exactly as is known."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

from store.model.fields import PLACE_PARTS
from tui.i18n import language, t
from tui.widgets.fields.base import FieldEditor, TypedLine
from tui.widgets.fields.line import read_number

__all__ = ["PlaceEditor"]


class PlaceEditor(FieldEditor):
    """Name, latitude, longitude and the radius within which the place lies."""

    DEFAULT_CSS = """
    PlaceEditor Horizontal { height: 1; }
    PlaceEditor Label { color: $text-muted; padding: 0 1; }
    PlaceEditor Horizontal TypedLine { width: 1fr; max-width: 14; }
    """

    HINT: ClassVar[str] = "case.hint.place"

    def compose(self) -> ComposeResult:
        """Give a line for the name and one for the numbers."""
        name, *numbers = (self._line(part) for part in PLACE_PARTS)
        yield name
        with Horizontal():
            labels = [Label(t(f"case.part.{part}"), markup=False) for part in PLACE_PARTS[1:]]
            row = [each for pair in zip(labels, numbers, strict=True) for each in pair]
            yield from row[::-1] if language() == "ar" else row

    def show_value(self) -> None:
        """Put the parts in."""
        for line in self.query(TypedLine):
            line.put(self._text(line.name or ""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what was typed; other parts, and those this version does not know, stay."""
        event.stop()
        part = event.input.name or ""
        typed = event.value or None if part == "name" else read_number(event.value)
        place = dict(self.value or {})
        if place.get(part) == typed:
            return
        place[part] = typed
        self.enter({key: value for key, value in place.items() if value is not None} or None)

    def _line(self, part: str) -> TypedLine:
        placeholder = t("case.part.place") if part == "name" else ""
        return TypedLine(self._text(part), placeholder=placeholder, name=part)

    def _text(self, part: str) -> str:
        value = (self.value or {}).get(part)
        return "" if value is None else str(value)
