"""All cases of the list, with what it takes to choose among them: words, facets and orders.

Choosing is work for a thread; reading `cases` is for the screen. One thing at a time: a newer
choice waits until the older one has noticed that nobody waits for it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.model.summary import Summary
from tui.cases.facets import Facets, Filters
from tui.cases.order import in_order

if TYPE_CHECKING:
    from store.renewal import Changes, Renewed
    from store.search.match import Finder

__all__ = ["Catalogue", "Selection"]


class Selection(NamedTuple):
    """What a person wants to see, and in which order.

    `search_sort` holds while there is a query; "" is the best match first.
    """

    query: str = ""
    filters: Filters = {}  # noqa: RUF012 - a NamedTuple's default; nobody changes it
    sort: str = "changed"
    search_sort: str = ""
    is_reversed: bool = False

    @property
    def is_searching(self) -> bool:
        """Whether there is a query."""
        return bool(self.query.strip())

    @property
    def order(self) -> str:
        """The order that holds now."""
        return self.search_sort if self.is_searching else self.sort


class Catalogue:
    """The rows as of one commit, numbered; a number stays with its case."""

    def __init__(self, cases: Sequence[Summary], tip: str, finder: Finder | None = None) -> None:
        self.cases = list(cases)
        self.tip = tip
        self.flagged = _flagged(self.cases)
        """How many cases have conflicts."""
        self._finder = finder
        self._facets: Facets | None = None
        self._orders: dict[str, list[int]] = {}
        self._lock = threading.Lock()

    @property
    def can_search(self) -> bool:
        """Whether the words have been taken in: until then a query has to wait."""
        return self._finder is not None

    def prepare(self, finder: Finder) -> None:
        """Take in what searches these cases."""
        with self._lock:
            self._finder = finder
            self._all_facets()

    def words(self, number: int) -> str:
        """Give all that is searched in a case."""
        finder = self._finder
        return finder.text(number) if finder is not None else ""

    def choose(
        self, selection: Selection, is_cancelled: Callable[[], bool] | None = None
    ) -> list[int]:
        """Give the numbers of the rows to show, in order; none when cancelled."""
        with self._lock:
            if is_cancelled is not None and is_cancelled():
                return []
            numbers = self._found(selection, is_cancelled)
            return self._passing(numbers, selection.filters)

    def counts(self, selection: Selection) -> tuple[dict[str, Counter[str]], int]:
        """Count what each facet's values would show with this query, and what is shown now."""
        with self._lock:
            numbers = self._found(selection, None)
            counts = self._all_facets().counts(numbers, selection.filters)
            return counts, len(self._passing(numbers, selection.filters))

    def renew(self, changed: Changes, tip: str) -> bool:
        """Take in the rows that changed, once one can search.

        Says whether the numbers still stand; after something has gone, make another catalogue.
        """
        with self._lock:
            if None in changed.values():
                return False
            numbers = self._numbers_of(changed)
            for key, row in changed.items():
                if row is not None:
                    self._put(numbers.get(key), row)
            self._facets, self.tip = None, tip
            self.flagged = _flagged(self.cases)
            self._orders.clear()
            return True

    def without(self, changed: Changes, tip: str) -> Catalogue:
        """Give a catalogue of what is left, and the changes taken in; this one searches no more."""
        with self._lock:
            numbers = self._numbers_of(changed)
            gone = {numbers.get(key) for key, row in changed.items() if row is None}
            kept = [number for number in range(len(self.cases)) if number not in gone]
            finder, self._finder = self._finder, None
            if finder is not None:
                finder.arrange(kept)
            left = Catalogue([self.cases[number] for number in kept], tip, finder)
        left.renew({key: row for key, row in changed.items() if row is not None}, tip)
        return left

    def _numbers_of(self, changed: Changes) -> dict[str, int]:
        """Find cases; a table of all would have to be kept for it."""
        return {case.id: number for number, case in enumerate(self.cases) if case.id in changed}

    def _put(self, number: int | None, row: Renewed) -> None:
        if number is None:
            self.cases.append(row.summary)
            if self._finder:
                self._finder.append(row.text)
        else:
            self.cases[number] = row.summary
            if self._finder:
                self._finder.replace(number, row.text)

    def _found(
        self, selection: Selection, is_cancelled: Callable[[], bool] | None
    ) -> Sequence[int]:
        """Look the query up and bring its rows in order; the filters come after."""
        numbers: Sequence[int] = range(len(self.cases))
        if selection.is_searching:
            numbers = self._finder.find(selection.query, is_cancelled) if self._finder else []
        if not selection.order:
            return numbers
        order = self._order(selection.order)
        if len(numbers) < len(order):
            hits = set(numbers)
            order = [number for number in order if number in hits]
        return order[::-1] if selection.is_reversed else order

    def _passing(self, numbers: Sequence[int], filters: Filters) -> list[int]:
        return self._all_facets().passing(numbers, filters) if filters else list(numbers)

    def _order(self, sort: str) -> list[int]:
        if sort not in self._orders:
            self._orders[sort] = in_order(self.cases, sort)
        return self._orders[sort]

    def _all_facets(self) -> Facets:
        if self._facets is None:
            self._facets = Facets(self.cases)
        return self._facets


def _flagged(cases: Sequence[Summary]) -> int:
    return sum(1 for case in cases if case.conflicts)
