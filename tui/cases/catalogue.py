"""All cases of the list, with what it takes to choose among them: words, facets and orders.

Choosing is work for a thread; reading `cases` is for the screen. One thing at a time: a newer
choice waits until the older one has noticed that nobody waits for it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from store.model.summary import Summary
from store.search.match import Finder
from tui.cases.facets import Facets, Filters
from tui.cases.order import in_order

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

    def __init__(self, cases: Sequence[Summary], tip: str) -> None:
        self.cases = list(cases)
        self.tip = tip
        self._finder: Finder | None = None
        self._facets: Facets | None = None
        self._orders: dict[str, list[int]] = {}
        self._lock = threading.Lock()

    @property
    def can_search(self) -> bool:
        """Whether the words have been taken in: until then a query finds nothing."""
        return self._finder is not None

    def prepare(self) -> None:
        """Take the words in, so that one can search: seconds for 100,000 cases."""
        finder = Finder([case.text for case in self.cases])
        with self._lock:
            self._finder = finder
            self._all_facets()

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

    def renew(self, changed: Mapping[tuple[str, str], Summary | None], tip: str) -> bool:
        """Take in the rows that changed, by compartment and id; None for one that is gone.

        Says whether the numbers still stand; after something has gone, make another catalogue.
        """
        with self._lock:
            if None in changed.values():
                return False
            numbers = {(c.compartment, c.id): number for number, c in enumerate(self.cases)}
            for key, case in changed.items():
                if case is not None:
                    self._put(numbers.get(key), case)
            self._facets, self.tip = None, tip
            self._orders.clear()
            return True

    def without(self, changed: Mapping[tuple[str, str], Summary | None]) -> list[Summary]:
        """Give the rows with changes taken in, also those that leave fewer."""
        rows = {(case.compartment, case.id): case for case in self.cases}
        for key, case in changed.items():
            if case is None:
                rows.pop(key, None)
            else:
                rows[key] = case
        return list(rows.values())

    def _put(self, number: int | None, case: Summary) -> None:
        if number is None:
            self.cases.append(case)
            if self._finder:
                self._finder.append(case.text)
        else:
            self.cases[number] = case
            if self._finder:
                self._finder.replace(number, case.text)

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
