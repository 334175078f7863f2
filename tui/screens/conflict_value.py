"""Write a value of one's own where a conflict is, in the widget that its field has in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from store.model.check import check_value
from store.model.fields import Field, load_model
from tui.display.case_page import problem_text
from tui.display.changes import conflict_place
from tui.display.values import View
from tui.i18n import t
from tui.screens.base import DalilModal
from tui.widgets.fields.base import FieldEditor, focus_first
from tui.widgets.form import editor_for

__all__ = ["ConflictValueScreen", "Typed", "field_to_write"]


class Typed(NamedTuple):
    """A value being written, and where."""

    path: str
    value: Any


def field_to_write(path: str) -> Field | None:
    """Give the field that a value at a path is written as; None where there is no form for it."""
    field, inside = load_model().locate(path)
    if field is None or field.kind == "items":
        return None
    if not inside:
        return field
    if field.kind == "name" and len(inside) == 2:  # noqa: PLR2004 - script and part
        return Field(inside[-1], "text", field.labels)
    if field.kind == "place" and len(inside) == 1:
        return Field(inside[0], "text" if inside[0] == "name" else "number", field.labels)
    return None


class ConflictValueScreen(DalilModal[Typed | None]):
    """Returns what was written; None to leave the conflict as it was."""

    NAME = "conflict_value"
    CSS_PATH: ClassVar[CSSPathType | None] = ["conflicts.tcss", "fields.tcss"]

    def __init__(self, typed: Typed, view: View, on_typed: Callable[[Typed], object]) -> None:
        super().__init__()
        field = field_to_write(typed.path)
        assert field is not None  # noqa: S101 - who opens it has asked
        self._typed, self._field, self._view, self._tell = typed, field, view, on_typed

    def body(self) -> ComposeResult:
        """Show the field with its widget."""
        with Vertical(classes="box"):
            where = conflict_place(self._typed.path, self._view)
            yield Static(where, classes="title", markup=False)
            with VerticalScroll(id="value", can_focus=False):
                yield editor_for(self._field, self._typed.value, self._view)
            yield Static(id="fault", classes="fault", markup=False)
            yield Static(t("conflicts.value.keys"), classes="dim", markup=False)

    def on_mount(self) -> None:
        """Wait for typing."""
        focus_first(self.query_one(FieldEditor))
        self._judge()

    def retranslate(self) -> None:
        """Stay as it is: what was typed stays."""

    @on(FieldEditor.Edited)
    def take(self, event: FieldEditor.Edited) -> None:
        """Keep what is typed."""
        event.stop()
        if event.editor.parent is self.query_one("#value"):
            self._typed = self._typed._replace(value=event.value)
            self._tell(self._typed)
            self._judge()

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Take the value, when nothing is wrong with it."""
        if not self._judge():
            self.dismiss(self._typed)

    def _judge(self) -> str:
        """Show what is wrong with the value."""
        value = self._typed.value
        problems = check_value(self._field, value) if value is not None else []
        fault = "\n".join(dict.fromkeys(f"✗ {problem_text(problem)}" for problem in problems))
        line = self.query_one("#fault", Static)
        line.update(Content(fault))
        line.display = bool(fault)
        return fault
