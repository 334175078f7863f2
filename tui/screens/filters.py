"""The dialogue of filters: every value of every facet with its count, several at once."""

from __future__ import annotations

from collections import Counter

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.cases.catalogue import Catalogue, Selection
from tui.cases.facets import FACETS, Filters, toggled
from tui.cases.labels import value_label
from tui.display.bidi import is_rtl
from tui.i18n import language, number, t
from tui.screens.base import DalilModal
from tui.work import Job, in_thread

__all__ = ["FiltersScreen"]

_WIDEST = 36  # label of a value
_COUNT_WIDTH = 8


def _heading(facet: str) -> Content:
    """Name a facet, on an Arabic screen at the right."""
    name = t(f"browse.facets.{facet}")
    blank = " " * (_WIDEST + 2 + _COUNT_WIDTH - cell_len(name)) if language() == "ar" else ""
    return Content.assemble(blank, (name, "bold $accent"))


class FiltersScreen(DalilModal[Filters]):
    """Returns what was chosen; counts say what choosing a value would show."""

    NAME = "filters"
    CSS_PATH = "filters.tcss"

    def __init__(self, catalogue: Catalogue, selection: Selection) -> None:
        super().__init__()
        self._catalogue, self._selection = catalogue, selection
        self._values: dict[str, list[str]] = {}

    def body(self) -> ComposeResult:
        """Give the list, and what it comes to."""
        with Vertical(classes="box"):
            yield Static(t("filters.title"), classes="title", markup=False)
            yield OptionList(markup=False, compact=True)
            yield Static(id="comes-to", markup=False)
            yield Static(t("filters.keys"), classes="dim", markup=False)

    def on_mount(self) -> None:
        """Count."""
        self.query_one(OptionList).focus()
        self.count(self._selection)

    @in_thread("counts")
    def count(self, job: Job, selection: Selection) -> None:
        """Count what each value would show."""
        counts, shown = self._catalogue.counts(selection)
        job.post(self.show_counts, counts, shown)

    def show_counts(self, counts: dict[str, Counter[str]], shown: int) -> None:
        """Show the values with their counts; the first time, make the list."""
        options = self.query_one(OptionList)
        if not self._values:
            self._values = {facet: self._sorted(facet, counts[facet]) for facet in FACETS}
            options.add_options(self._options(counts))
            options.action_first()
        else:
            for facet, values in self._values.items():
                for value in values:
                    prompt = self._prompt(facet, value, counts[facet][value])
                    options.replace_option_prompt(f"{facet}:{value}", prompt)
        total = len(self._catalogue.cases)
        said = t("browse.count.some", shown=number(shown), total=number(total))
        self.query_one("#comes-to", Static).update(Content.styled(said, "bold"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose a value, or choose it no more."""
        facet, _, value = str(event.option.id).partition(":")
        self._change(toggled(self._selection.filters, facet, value))

    def on_key(self, event: events.Key) -> None:
        """Take the arrows, too: forward is where the language is read to."""
        forward = "left" if language() == "ar" else "right"
        if event.key in ("left", "right"):
            event.stop()
            self._go_to_facet(1 if event.key == forward else -1)

    def action_next_facet(self) -> None:
        """Go to the first value of the next facet."""
        self._go_to_facet(1)

    def action_previous_facet(self) -> None:
        """Go to the first value of the facet before."""
        self._go_to_facet(-1)

    def action_clear_filters(self) -> None:
        """Choose nothing any more."""
        self._change({})

    def action_back(self) -> None:
        """Return what was chosen."""
        self.dismiss(self._selection.filters)

    def _change(self, filters: Filters) -> None:
        self._selection = self._selection._replace(filters=filters)
        self.count(self._selection)

    def _go_to_facet(self, step: int) -> None:
        options = self.query_one(OptionList)
        facets = [facet for facet in FACETS if self._values.get(facet)]
        option = options.highlighted_option
        if option is None or not facets:
            return
        here = facets.index(str(option.id).partition(":")[0])
        facet = facets[(here + step) % len(facets)]
        options.highlighted = options.get_option_index(f"{facet}:{self._values[facet][0]}")

    def _options(self, counts: dict[str, Counter[str]]) -> list[Option]:
        options: list[Option] = []
        for facet, values in self._values.items():
            if values:
                options.append(Option(_heading(facet), disabled=True))
            options += [
                Option(self._prompt(facet, value, counts[facet][value]), id=f"{facet}:{value}")
                for value in values
            ]
        return options

    def _prompt(self, facet: str, value: str, count: int) -> Content:
        is_chosen = value in self._selection.filters.get(facet, ())
        sign = "●" if is_chosen else "○"
        label = Content(value_label(facet, value)).truncate(_WIDEST, ellipsis=True).plain
        blank = " " * (_WIDEST - cell_len(label))
        if language() == "ar":
            name = f"{sign} {label}" if is_rtl(label) else f"{label} {sign}"
            parts = (number(count).ljust(_COUNT_WIDTH), (blank + name, "bold" * is_chosen))
            return Content.assemble(*parts)
        name = f"{sign} {label}{blank}"
        return Content.assemble((name, "bold" * is_chosen), number(count).rjust(_COUNT_WIDTH))

    def _sorted(self, facet: str, counts: Counter[str]) -> list[str]:
        """Order the values: years backwards, the rest by how many cases have them."""
        chosen = self._selection.filters.get(facet, frozenset())
        values = set(counts) | chosen
        if facet == "year":
            return sorted(values, reverse=True)
        return sorted(values, key=lambda value: (-counts[value], value_label(facet, value)))
