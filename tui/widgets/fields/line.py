"""Fields of one line: text, numbers and instants."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.widgets import Input

from store.model.dates import latin_digits
from tui.widgets.fields.base import FieldEditor, TypedLine

__all__ = ["LineEditor", "NumberEditor", "read_number"]


class LineEditor(FieldEditor):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Give the line."""
        yield TypedLine(self.write(self.value))

    def show_value(self) -> None:
        """Put the text into the line."""
        self.query_one(TypedLine).put(self.write(self.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what was typed."""
        event.stop()
        value = self.read(event.value)
        if value != self.value:
            self.enter(value)

    def read(self, text: str) -> Any:
        """Turn the text into the value to store; an empty one is none."""
        return text or None

    def write(self, value: Any) -> str:
        """Turn a stored value into text."""
        return "" if value is None else str(value)


class NumberEditor(LineEditor):
    """A number; what is none stays as it was typed, and the check says so."""

    def read(self, text: str) -> Any:
        """Turn the text into a number where it is one."""
        return read_number(text)


def read_number(text: str) -> int | float | str | None:
    """Read a number with digits of either script; text that is none comes back as it is.

    Example:
        >>> read_number("٣٦"), read_number("36.2"), read_number("near"), read_number("")
        (36, 36.2, 'near', None)
    """
    plain = latin_digits(text).replace("٫", ".")
    for kind in (int, float):
        try:
            number = kind(plain)
        except ValueError:
            continue
        return number if abs(number) < 10**18 else text  # what the codec reads back
    return text or None
