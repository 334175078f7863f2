"""A form made from the table of fields: a row for each, with its label, widget and problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from store.model.check import check_value
from store.model.fields import Field
from tui.display.case_page import problem_text
from tui.display.page import SENSITIVE
from tui.display.values import BETWEEN, View
from tui.editing import Editing
from tui.i18n import label, language, t
from tui.widgets.fields.base import FieldEditor, focus_first
from tui.widgets.fields.choice import ChoiceEditor
from tui.widgets.fields.date import DateEditor
from tui.widgets.fields.items import ItemsEditor
from tui.widgets.fields.line import LineEditor, NumberEditor
from tui.widgets.fields.long import LongEditor
from tui.widgets.fields.name import NameEditor
from tui.widgets.fields.place import PlaceEditor
from tui.widgets.fields.repeat import RepeatEditor
from tui.widgets.fields.yesno import YesNoEditor

__all__ = ["EDITORS", "Form", "FormRow", "editor_for"]

EDITORS: dict[str, type[FieldEditor]] = {
    "text": LineEditor,
    "long": LongEditor,
    "number": NumberEditor,
    "yesno": YesNoEditor,
    "choice": ChoiceEditor,
    "choices": ChoiceEditor,
    "date": DateEditor,
    "instant": LineEditor,
    "place": PlaceEditor,
    "name": NameEditor,
    "person": ChoiceEditor,
    "evidence": ChoiceEditor,
    "case": ChoiceEditor,
    "items": ItemsEditor,
}
"""The widget for each kind of field."""


_HELP_LETTERS = 150  # two lines of 80


def editor_for(field: Field, value: Any, view: View) -> FieldEditor:
    """Make the widget for a field: several of it where the field repeats and one cannot list."""
    kind = EDITORS[field.kind]
    if field.repeatable and kind is not ChoiceEditor:
        single = field._replace(repeatable=False)
        make: Callable[[Any], FieldEditor] = lambda inner: kind(single, inner, view)  # noqa: E731
        return RepeatEditor(field, value, view, make)
    return kind(field, value, view)


class FormRow(Widget):
    """One field: its label, its widget, and under it what is wrong with the value."""

    DEFAULT_CSS = """
    FormRow {
        height: auto;
        layout: grid;
        grid-size: 2;
        grid-columns: 20 1fr;
        grid-rows: auto;
    }
    FormRow > .label { width: 100%; height: auto; padding-right: 2; color: $text-muted; }
    FormRow:focus-within > .label { color: $accent; text-style: bold; }
    FormRow > FieldEditor { max-width: 90; }
    FormRow > .problem {
        column-span: 2;
        height: auto;
        padding-left: 21;
        color: $error;
        display: none;
    }
    FormRow.-wrong > .problem { display: block; }
    """

    def __init__(self, field: Field, path: str, editor: FieldEditor) -> None:
        super().__init__()
        self.field, self.path, self.editor = field, path, editor

    def compose(self) -> ComposeResult:
        """Give the label and the widget; the line for problems comes when there is one."""
        row = [Static(self._label(), classes="label"), self.editor]
        yield from row[::-1] if language() == "ar" else row

    def render(self) -> Content:
        """Show nothing of its own."""
        return Content()

    def on_mount(self) -> None:
        """Judge what is there."""
        self.judge()

    def judge(self) -> None:
        """Show what is wrong with the value, as far as it can be judged by itself."""
        value = self.editor.value
        problems = (
            [] if value is None or self.field.kind == "items" else check_value(self.field, value)
        )
        self.set_class(bool(problems), "-wrong")
        text = Content("\n".join(dict.fromkeys(f"✗ {problem_text(p)}" for p in problems)))
        notes = self.query(".problem").results(Static)
        note = next(iter(notes), None)
        if note is not None:
            note.update(text)
        elif problems:
            self.mount(Static(text, classes="problem"))

    def turn_to(self, path: str, value: Any) -> None:
        """Show the same field of another item."""
        self.path = path
        self.editor.show(value)
        if self.is_mounted:
            self.judge()

    def _label(self) -> Content:
        sign = f"{SENSITIVE} " if self.field.sensitive else ""
        star = (" *", "bold $warning") if self.field.required else ""
        return Content.assemble((sign, "$warning"), label(self.field.labels), star)


class Form(VerticalScroll, can_focus=False):
    """The fields of one section or item, bound to the document being edited.

    It writes each edit into the document itself, and tells the screen with `Touched`.
    """

    DEFAULT_CSS = """
    Form { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """

    class Touched(Message):
        """The document has changed at a path."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Entered(Message):
        """A field has the focus now."""

        def __init__(self, row: FormRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, fields: Sequence[Field], path: str, editing: Editing, view: View) -> None:
        super().__init__()
        self.fields, self.path, self.view = fields, path, view
        self._editing = editing

    def compose(self) -> ComposeResult:
        """Give a row for each field."""
        for field in self.fields:
            path = f"{self.path}.{field.key}"
            editor = editor_for(field, self._editing.get(path), self.view)
            yield FormRow(field, path, editor)

    @property
    def rows(self) -> list[FormRow]:
        """The rows, in the order of the table."""
        return [child for child in self.children if isinstance(child, FormRow)]

    def turn_to(self, path: str) -> None:
        """Show another item of the same list, with the widgets that are there."""
        self.path = path
        for row in self.rows:
            row.turn_to(f"{path}.{row.field.key}", self._editing.get(f"{path}.{row.field.key}"))
        self.scroll_home(animate=False)

    def focus_path(self, path: str) -> bool:
        """Give the focus to the field that a path leads to; say whether it is here."""
        for row in self.rows:
            if path == row.path or path.startswith(f"{row.path}."):
                return focus_first(row.editor)
        return False

    def on_field_editor_edited(self, event: FieldEditor.Edited) -> None:
        """Write the edit into the document."""
        event.stop()
        row = event.editor.parent
        if isinstance(row, FormRow):
            self._editing.set(row.path, event.value)
            row.judge()
            self.post_message(self.Touched(row.path))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make what is typed here a step of its own, and tell the screen where one is."""
        row = next((each for each in event.widget.ancestors if isinstance(each, FormRow)), None)
        if row is not None:
            self._editing.end_step()
            self.post_message(self.Entered(row))

    def help_text(self, row: FormRow) -> str:
        """Give the sentence about a field, and the keys that work in it."""
        keys = t(row.editor.HINT) if row.editor.HINT else ""
        about = label(row.field.help) if row.field.help else ""
        both = BETWEEN.join(filter(None, (about, keys)))
        return both if len(both) <= _HELP_LETTERS else about or keys
