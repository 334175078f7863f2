"""All cases in one list: find, sort, filter, look at and open."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from store.errors import StoreError
from store.model.summary import Summary
from tui.cases.catalogue import Catalogue, Selection
from tui.cases.facets import Filters
from tui.cases.order import next_sort
from tui.display.list_state import count_line
from tui.screens.listing import ListingScreen
from tui.screens.opening import open_case, open_conflicts, open_history
from tui.widgets.case_list import CaseList
from tui.widgets.chips import Chips
from tui.widgets.draft_line import DraftLine
from tui.widgets.list_head import ListHead
from tui.widgets.list_state import ListState, key_of
from tui.widgets.preview import Preview
from tui.widgets.search_field import SearchField
from tui.widgets.trust_banner import TrustBanner

__all__ = ["BrowseScreen"]

_WIDE = 100
_TALL = 30
"""Lines from which on the preview is below the list unasked, on a narrow screen."""


class BrowseScreen(ListingScreen):
    """The lowest screen of the work; its state stays while others are open above it."""

    NAME = "browse"
    CSS_PATH = "browse.tcss"
    AUTO_FOCUS = "CaseList"

    def __init__(self) -> None:
        super().__init__()
        self._wants_preview: bool | None = None
        self._is_reading = False
        self._fault: StoreError | None = None
        self._widest: dict[str, int] = {}
        self._numbers: Sequence[int] = ()
        self._shown_query = ""
        self._sought = ""  # the id of a case that is to come under the cursor

    def body(self) -> ComposeResult:
        """Give the search line, the list and the preview."""
        yield TrustBanner()
        yield DraftLine()
        with Horizontal(id="search"):
            yield Static("/ ", id="slash", markup=False)
            yield SearchField(self.selection.query)
            yield Static(id="count", markup=False)
        yield Chips()
        with Horizontal(id="work"):
            with Vertical(id="rows"):
                yield ListHead()
                yield CaseList()
                yield ListState()
            yield Preview()

    def on_mount(self) -> None:
        """Say that the cases are being read."""
        self._begin_reading()

    def on_unmount(self) -> None:
        """Leave no row behind."""
        self._numbers = ()

    def retranslate(self) -> None:
        """Show everything in the language just chosen, at the same place."""
        number = self.query_one(CaseList).number
        super().retranslate()
        self.call_after_refresh(self._show_again, number)

    def _show_again(self, number: int | None) -> None:
        self._arrange_preview()
        self._show_filters()
        self.query_one(CaseList).measure(self._widest)
        self._show_rows(self._numbers, at=number)
        self.query_one(CaseList).focus()

    # -- what is read ----------------------------------------------------------------------------

    def _begin_reading(self) -> None:
        self._is_reading, self._fault = True, None
        self._stand_in().say_reading()
        self.refresh_bindings()

    def show_progress(self, done: int, total: int) -> None:
        """Show how many cases have been read, and how to stop it."""
        self._stand_in().say_progress(done, total)

    def show_fault(self, fault: StoreError) -> None:
        """Say in place of the list why it cannot be shown."""
        self._is_reading, self._fault = False, fault
        self._stand_in().say_fault(fault)
        self.refresh_bindings()

    def show_catalogue(self, widest: dict[str, int]) -> None:
        """Take in how wide the columns are; the rows follow."""
        self._is_reading, self._widest = False, widest
        self.query_one(CaseList).measure(widest)
        self.refresh_bindings()

    def show_numbers(self, numbers: Sequence[int]) -> None:
        """Show the rows; the cursor stays on its case, but while one types it is on the best."""
        at = None if self._is_new_search() else self.query_one(CaseList).number
        self._shown_query = self.selection.query
        self._show_rows(numbers, at=self._take_sought(at))

    def look_ahead(
        self, catalogue: Catalogue, numbers: Sequence[int], selection: Selection
    ) -> None:
        """Find the letters to mark, before the rows are painted."""
        self.query_one(CaseList).look_ahead(catalogue, numbers, selection.query)

    def _is_new_search(self) -> bool:
        return self.selection.is_searching and self.selection.query != self._shown_query

    def _take_sought(self, at: int | None) -> int | None:
        """Give the number of the case that was just made, once it is in the list."""
        if self._sought and self.catalogue is not None:
            for number, case in enumerate(self.catalogue.cases):
                if case.id == self._sought:
                    self._sought = ""
                    return number
        return at

    def _show_rows(self, numbers: Sequence[int], *, at: int | None) -> None:
        if self.catalogue is None:
            return
        self._numbers = numbers
        rows = self.query_one(CaseList)
        rows.show(self.catalogue, numbers, self.selection.query, at=at)
        self._show_head()
        if numbers:
            self._bring_back()
        else:
            self._stand_in().say_empty(self.selection)
        self.refresh_bindings()

    # -- what is shown ---------------------------------------------------------------------------

    def _stand_in(self) -> ListState:
        """Put what says something in the place of the list."""
        self.add_class("-said")
        self.query_one(Preview).show(None)
        return self.query_one(ListState)

    def _bring_back(self) -> None:
        self.remove_class("-said")
        self._show_preview()
        if self.focused is None:
            self.query_one(CaseList).focus()

    def _show_head(self) -> None:
        """Say how many rows there are, and how they are sorted."""
        if self.catalogue is None:
            return
        selection, total = self.selection, len(self.catalogue.cases)
        self.query_one("#count", Static).update(
            count_line(len(self._numbers), total, selection, self.catalogue.flagged), layout=False
        )
        newest_first = selection.order in ("changed", "year")
        self.query_one(ListHead).show(
            self.query_one(CaseList).columns,
            selection.order,
            is_upwards=newest_first == selection.is_reversed,
        )

    def _show_filters(self) -> None:
        self.query_one(Chips).show(self.selection.filters, key_of(self.app, "clear_filters"))

    # -- the preview -----------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Place the preview for another size."""
        self._arrange_preview(event.size.width, event.size.height)

    def _arrange_preview(self, width: int = 0, height: int = 0) -> None:
        is_wide = (width or self.size.width) >= _WIDE
        is_roomy = is_wide or (height or self.size.height) >= _TALL
        self.set_class(is_roomy if self._wants_preview is None else self._wants_preview, "-preview")
        self._show_preview()

    def _show_preview(self) -> None:
        is_open = self.has_class("-preview") and not self.has_class("-said")
        self.query_one(Preview).show(self.case if is_open else None)

    def action_preview(self) -> None:
        """Show the preview, or hide it."""
        self._wants_preview = not self.has_class("-preview")
        self._arrange_preview()

    # -- what is selected ------------------------------------------------------------------------

    @property
    def case(self) -> Summary | None:
        """The case under the cursor."""
        number = self.query_one(CaseList).number
        return None if self.catalogue is None or number is None else self.catalogue.cases[number]

    @property
    def _is_whole(self) -> bool:
        """Whether all is there: not while the screen is made anew, or goes."""
        return bool(self.query("#count") and self.query(Preview))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search at every letter."""
        query = event.value
        sort = self.selection.search_sort if query.strip() else ""
        self.select(self.selection._replace(query=query, search_sort=sort))

    def on_search_field_left(self) -> None:
        """Go on in the list."""
        self.query_one(CaseList).focus()

    def on_case_list_highlighted(self) -> None:
        """Follow the cursor."""
        if self._is_whole:
            self._show_preview()
            self.refresh_bindings()

    def on_case_list_arranged(self) -> None:
        """Name the columns that there are now."""
        if self._is_whole:
            self._show_head()

    def on_case_list_opened(self) -> None:
        """Open what was clicked twice."""
        self.action_open()

    def on_list_head_clicked(self, event: ListHead.Clicked) -> None:
        """Sort by a column; backwards when it is sorted so already."""
        is_again = event.sort == self.selection.order
        self._sort(event.sort, is_reversed=is_again and not self.selection.is_reversed)

    def on_chips_removed(self, event: Chips.Removed) -> None:
        """Filter by this facet no more."""
        kept = {name: v for name, v in self.selection.filters.items() if name != event.facet}
        self._filter(kept if event.facet else {})

    def action_search(self) -> None:
        """Go to the search field."""
        self.query_one(SearchField).focus()

    def action_sort(self) -> None:
        """Sort by the next of the orders."""
        now = self.selection
        self._sort(next_sort(now.order, is_searching=now.is_searching), is_reversed=False)

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self._sort(self.selection.order, is_reversed=not self.selection.is_reversed)

    def action_filters(self) -> None:
        """Choose what to filter by."""
        if self.catalogue is None:
            return
        from tui.screens.filters import FiltersScreen

        self.app.push_screen(FiltersScreen(self.catalogue, self.selection), self._filter)

    def action_clear_filters(self) -> None:
        """Show all again."""
        self._filter({})

    def _sort(self, sort: str, *, is_reversed: bool) -> None:
        now = self.selection._replace(is_reversed=is_reversed)
        changed = now._replace(search_sort=sort) if now.is_searching else now._replace(sort=sort)
        self.select(changed)

    def _filter(self, filters: Filters | None) -> None:
        if filters is not None and filters != self.selection.filters:
            self.select(self.selection._replace(filters=filters))
            self._show_filters()

    # -- what is done ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is a case for, and the way back only while there is one."""
        case = self.case if self.is_mounted else None
        if action in ("open", "edit", "history"):
            return True if case is not None else None
        if action == "conflicts":
            return case is not None and case.conflicts > 0
        if action == "clear_filters":
            return bool(self.selection.filters)
        if action == "retry":
            return self._fault is not None or (self.catalogue is None and not self._is_reading)
        if action in ("back", "reverse"):
            is_back = self._is_reading or self.selection.is_searching
            return is_back if action == "back" else bool(self.selection.order)
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Stop reading, or leave the search."""
        if self._is_reading:
            self.workers.cancel_group(self, "rows")
            self._is_reading = False
            self._stand_in().say_stopped()
            self.refresh_bindings()
        else:
            self.query_one(SearchField).value = ""

    def action_retry(self) -> None:
        """Read the cases again."""
        self._begin_reading()
        self.load()

    def action_open(self) -> None:
        """Open the case under the cursor."""
        open_case(self.app, self.case)

    def action_edit(self) -> None:
        """Open it to change it."""
        open_case(self.app, self.case, is_editing=True)

    def action_history(self) -> None:
        """Show who changed it."""
        open_history(self.app, self.case)

    def action_conflicts(self) -> None:
        """Show what two people have changed differently in it, to resolve it."""
        open_conflicts(self.app, self.case)

    def action_new(self) -> None:
        """Write a new case, and come back to it."""
        from tui.screens.new_case import NewCaseScreen

        self.app.push_screen(NewCaseScreen(), self._return_from_new)

    def _return_from_new(self, case_id: str | None) -> None:
        self._sought = case_id or ""
        self.look()
