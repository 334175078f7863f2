"""Items inside an item: their list, from which one goes into each."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import OptionList

from tui.widgets.fields.base import FieldEditor
from tui.widgets.item_list import NEW, ItemList

__all__ = ["ItemsEditor"]


class ItemsEditor(FieldEditor):
    """Lists the items; they are edited on a page of their own."""

    HINT: ClassVar[str] = "case.hint.items"

    class Opened(Message):
        """One wants to go into an item, or (None) into a new one."""

        def __init__(self, editor: ItemsEditor, item_id: str | None) -> None:
            super().__init__()
            self.editor = editor
            self.item_id = item_id

    def compose(self) -> ComposeResult:
        """Give the list."""
        yield ItemList()

    def show_value(self) -> None:
        """List the items."""
        self.query_one(ItemList).show(self.field, self.value or (), self.view)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go into the item."""
        event.stop()
        item_id = event.option.id
        self.post_message(self.Opened(self, None if item_id == NEW else item_id))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Keep what is only walked past."""
        event.stop()
