"""The items of a list by their titles: to walk through, open and add to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from store.model.fields import Field, Section
from tui.display.values import View, marked_title
from tui.i18n import t

__all__ = ["NEW", "ItemList"]

NEW = "+"
"""The id of the last line, which adds an item."""


class ItemList(OptionList):
    """One line for each item; the last line adds one. The options' ids are the items' ids."""

    DEFAULT_CSS = """
    ItemList, ItemList:focus {
        height: auto;
        border: none !important;
        padding: 0;
        background: $surface;
    }
    ItemList > .option-list--option { padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("space", "select")]

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._titles: list[str] = []

    @property
    def current(self) -> str | None:
        """The id of the highlighted item; None on the line that adds one."""
        option = self.highlighted_option
        return None if option is None or option.id == NEW else option.id

    def show(self, holder: Section | Field, items: Sequence[Mapping[str, Any]], view: View) -> None:
        """Show these items, the cursor on the one it was on."""
        titles = [" ".join(marked_title(holder, item, view).split()) for item in items]
        ids = [str(item["id"]) for item in items]
        if [*ids, NEW] == [option.id for option in self.options] and titles == self._titles:
            return
        here, place, self._titles = self.current, self.highlighted or 0, titles
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            pairs = zip(titles, ids, strict=True)
            self.add_options(Option(Content(title), id=item_id) for title, item_id in pairs)
            self.add_option(Option(Content.styled(f"+ {t('case.add')}", "$accent"), id=NEW))
            self.highlighted = ids.index(here) if here in ids else min(place, len(ids))

    def point_at(self, item_id: str) -> None:
        """Put the cursor on an item, without telling anybody."""
        with self.prevent(OptionList.OptionHighlighted):
            self.highlighted = self.get_option_index(item_id)
