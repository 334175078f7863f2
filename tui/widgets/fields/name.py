"""A person's name in its parts, in both scripts side by side."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Input, Label

from store.model.fields import NAME_PARTS
from tui.i18n import language, t
from tui.widgets.fields.base import FieldEditor, TypedLine

__all__ = ["NameEditor"]


class NameEditor(FieldEditor):
    """Given name, father's, grandfather's and family name, in Latin and in Arabic script."""

    DEFAULT_CSS = """
    NameEditor {
        layout: grid;
        grid-size: 3;
        grid-columns: 14 1fr 1fr;
        grid-rows: 1;
        grid-gutter: 0 1;
    }
    NameEditor Label { color: $text-muted; width: 100%; }
    """

    HINT: ClassVar[str] = "case.hint.name"

    def compose(self) -> ComposeResult:
        """Give a row for each part; Arabic stands at the side that it is read from."""
        is_mirrored = language() == "ar"
        for part in NAME_PARTS:
            row = [
                Label(t(f"case.part.{part}"), markup=False),
                self._line("la", part),
                self._line("ar", part),
            ]
            if is_mirrored:
                row = [row[1], row[2], row[0]]
            yield from row

    def show_value(self) -> None:
        """Put the parts in."""
        for line in self.query(TypedLine):
            line.put(self._text(*(line.name or "").split(".")))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what was typed; keys that this version does not know stay."""
        event.stop()
        script, part = (event.input.name or "").split(".")
        if self._text(script, part) == event.value:
            return
        name = {key: dict(parts) for key, parts in (self.value or {}).items()}
        name.setdefault(script, {})[part] = event.value
        if not event.value:
            del name[script][part]
        self.enter({key: parts for key, parts in name.items() if parts} or None)

    def _line(self, script: str, part: str) -> TypedLine:
        return TypedLine(
            self._text(script, part),
            placeholder=t(f"case.script.{script}"),
            name=f"{script}.{part}",
        )

    def _text(self, script: str, part: str) -> str:
        return str(((self.value or {}).get(script) or {}).get(part, ""))
