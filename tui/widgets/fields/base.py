"""What every widget for a field is: it shows a value, and says when a person has changed it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from store.model.fields import Field
from tui.display.values import View
from tui.widgets.typed import TypedInput

__all__ = ["FieldEditor", "TypedLine", "focus_first"]


class FieldEditor(Widget):
    """Edits one value of one field; the document itself is somebody else's.

    `show` puts a value in, without a message. `Edited` goes up with the whole new value, which
    may be wrong or half typed: None when there is none.
    """

    DEFAULT_CSS = """
    FieldEditor { height: auto; width: 1fr; }
    """

    HINT: ClassVar[str] = ""
    """The locale key of one line that says which keys work here."""

    class Edited(Message):
        """A person has changed the value."""

        def __init__(self, editor: FieldEditor, value: Any) -> None:
            super().__init__()
            self.editor = editor
            self.value = value

        @property
        def control(self) -> FieldEditor:
            """The widget that was used."""
            return self.editor

    def __init__(self, field: Field, value: Any, view: View) -> None:
        super().__init__()
        self.field = field
        self.value = value
        self.view = view
        self._is_ready = False

    def on_mount(self) -> None:
        """Show the value that may have come since the widgets inside were made."""
        self._is_ready = True
        self.show_value()

    def show(self, value: Any) -> None:
        """Show another value: of another item, or after undo."""
        self.value = value
        if self._is_ready:
            self.show_value()

    def show_value(self) -> None:
        """Bring what is shown in step with the value."""
        raise NotImplementedError

    def enter(self, value: Any) -> None:
        """Take what a person has just entered."""
        self.value = value
        self.post_message(self.Edited(self, value))

    def render(self) -> Content:
        """Show nothing of its own: the widgets inside do."""
        return Content()


class TypedLine(TypedInput):
    """One line to type into, flat, with right-to-left text at the right."""

    DEFAULT_CSS = """
    TypedLine, TypedLine:focus {
        height: 1;
        border: none !important;
        padding: 0 1;
        background: $surface;
    }
    TypedLine:focus { background: $panel; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", name: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, name=name, select_on_focus=False)
        self.cursor_blink = False

    def put(self, value: str) -> None:
        """Show another text without telling anybody; the same one keeps its cursor."""
        if value != self.value:
            with self.prevent(Input.Changed):
                self.value = value


def focus_first(widget: Widget) -> bool:
    """Give the focus to a widget or the first one inside that takes it; say whether one did."""
    found = next((each for each in widget.query("*") if each.focusable), None)
    target = widget if widget.focusable else found
    if target is not None:
        target.focus()
    return target is not None
