"""A choice of one or several: terms of a vocabulary, or people, exhibits and cases linked to."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content

from store.model.fields import load_model
from tui.display.values import LINKED_SECTIONS, item_title, value_texts
from tui.i18n import label, language, t
from tui.screens.picker import Choice, Picker
from tui.widgets.fields.base import FieldEditor

__all__ = ["ChoiceEditor"]


class ChoiceEditor(FieldEditor, can_focus=True):
    """Shows what is chosen; enter or any letter opens the list, delete clears."""

    DEFAULT_CSS = """
    ChoiceEditor { height: auto; background: $surface; padding: 0 1; }
    ChoiceEditor:focus { background: $panel; }
    """

    HINT: ClassVar[str] = "case.hint.choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space,down", "choose"),
        ("delete,backspace", "clear"),
    ]

    @property
    def is_multiple(self) -> bool:
        """May several be chosen?"""
        return self.field.is_list

    def render(self) -> Content:
        """Write the chosen ones, on a line each where they are links."""
        texts = value_texts(self.field, self.value, self.view)
        text = "\n".join(texts) if texts else t("case.nothing_chosen")
        return Content.assemble(("▾ ", "$accent"), (text, "" if texts else "$foreground 60%"))

    def show_value(self) -> None:
        """Draw the chosen ones anew: they may take another number of lines."""
        self.refresh(layout=True)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """Take letters for the search, before they are commands."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Open the list at the letter that was typed."""
        if event.is_printable and event.character and event.character != " ":
            event.stop()
            event.prevent_default()
            self._open(event.character)

    def on_click(self) -> None:
        """Open the list."""
        self._open("")

    def action_choose(self) -> None:
        """Open the list."""
        self._open("")

    def action_clear(self) -> None:
        """Choose nothing; of several, take the last one away."""
        values = list(self.value[:-1]) if self.is_multiple and self.value else []
        self._take(values)

    def _open(self, query: str) -> None:
        chosen = self.value if self.is_multiple else [self.value]
        picker = Picker(
            label(self.field.labels),
            choices(self),
            [str(value) for value in chosen or () if value is not None],
            is_multiple=self.is_multiple,
            query=query,
        )
        self.app.push_screen(picker, self._take)

    def _take(self, values: list[str] | None) -> None:
        if values is None:
            return
        value: Any = values if self.is_multiple else next(iter(values), None)
        self.enter(value or None)
        self.refresh(layout=True)


def choices(editor: ChoiceEditor) -> list[Choice]:
    """List what may be chosen: in the order of the vocabulary, or of the case."""
    field, view = editor.field, editor.view
    if field.vocabulary:
        other = "en" if language() == "ar" else "ar"
        terms = load_model().vocabulary(field.vocabulary).terms
        return [Choice(x.code, label(x.labels), x.labels.get(other, "")) for x in terms]
    if field.kind == "case":
        return [Choice(case_id, title) for case_id, title in view.cases.items()]
    section = load_model().section(LINKED_SECTIONS[field.kind])
    items = view.data.get(section.key, ())
    return [Choice(item["id"], item_title(section, item, view)) for item in items]
