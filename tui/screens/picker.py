"""A dialogue to choose terms from a list: type to find, in either language or by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store.search.fold import fold_text
from tui.display.values import BETWEEN
from tui.i18n import t
from tui.screens.base import DalilModal
from tui.widgets.fields.base import TypedLine

__all__ = ["Choice", "Picker", "matching"]


class Choice(NamedTuple):
    """One thing to choose: what is stored, what it is called, and by what else it is found."""

    value: str
    label: str
    also: str = ""


def matching(query: str, choices: Sequence[Choice]) -> list[Choice]:
    """Give the choices that have all the words; those whose name begins with them come first."""
    words = fold_text(query).split()
    found = []
    for choice in choices:
        name, rest = fold_text(choice.label), fold_text(f"{choice.also} {choice.value}")
        if all(word in name or word in rest for word in words):
            found.append((bool(words) and not name.startswith(words[0]), choice))
    return [choice for _, choice in sorted(found, key=lambda pair: pair[0])]


class Picker(DalilModal[list[str] | None]):
    """Returns the chosen values, or None when nothing was changed."""

    NAME = "picker"
    CSS_PATH: ClassVar[CSSPathType | None] = ["picker.tcss", "fields.tcss"]
    _MOVES: ClassVar = {
        "up": "cursor_up",
        "down": "cursor_down",
        "pageup": "page_up",
        "pagedown": "page_down",
    }

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        chosen: Sequence[str],
        *,
        is_multiple: bool = False,
        query: str = "",
    ) -> None:
        super().__init__()
        self._title, self._choices, self._query = title, choices, query
        self._chosen, self._before = list(chosen), list(chosen)
        self._is_multiple = is_multiple

    def body(self) -> ComposeResult:
        """Give the search line, the list and the keys."""
        with Vertical(classes="box"):
            yield Static(Content(self._title), classes="title")
            yield TypedLine(self._query, placeholder=t("case.picker.search"))
            yield OptionList(markup=False, compact=True)
            hint = "case.picker.several" if self._is_multiple else "case.picker.one"
            yield Static(Content(t(hint)), classes="dim")

    def on_mount(self) -> None:
        """Begin at what is chosen."""
        self.query_one(TypedLine).cursor_position = len(self._query)
        self._list_matching(self._query)
        places = [n for n, c in enumerate(self._shown) if c.value in self._chosen]
        self.query_one(OptionList).highlighted = places[0] if places and not self._query else 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list at every letter."""
        self._list_matching(event.value)
        self.query_one(OptionList).highlighted = 0

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return one, or add and remove one of several."""
        value = str(event.option.id)
        if not self._is_multiple:
            self.dismiss([value])
            return
        if value in self._chosen:
            self._chosen.remove(value)
        else:
            self._chosen.append(value)
        line = self.query_one(TypedLine)
        line.put("")
        self._list_matching("")
        values = [choice.value for choice in self._shown]
        self.query_one(OptionList).highlighted = values.index(value)
        line.focus()

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while one types."""
        move = self._MOVES.get(event.key)
        if move is not None:
            event.stop()
            getattr(self.query_one(OptionList), f"action_{move}")()

    def action_back(self) -> None:
        """Leave with what was added and removed; one choice stays what it was."""
        self.dismiss(self._chosen if self._chosen != self._before else None)

    def _list_matching(self, query: str) -> None:
        self._shown = matching(query, self._choices)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(self._prompt(choice), id=choice.value) for choice in self._shown)
        if not self._shown:
            options.add_option(Option(Content(t("case.picker.nothing")), disabled=True))

    def _prompt(self, choice: Choice) -> Content:
        sign = ("● " if choice.value in self._chosen else "○ ") if self._is_multiple else ""
        also = f"{BETWEEN}{choice.also}" if choice.also else ""
        return Content.assemble(sign, choice.label, (also, "$foreground 60%"))
