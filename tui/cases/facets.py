"""Filters by facet: what the cases have in common, how many have it, and which pass.

Values of one facet are alternatives; facets narrow each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from store.model.summary import Summary

__all__ = ["FACETS", "Facets", "Filters", "toggled"]

FACETS = ("conflicts", "kind", "status", "compartment", "member", "year")

Filters = Mapping[str, frozenset[str]]
"""The chosen values by facet; a facet without any is not there."""


def toggled(filters: Filters, facet: str, value: str) -> dict[str, frozenset[str]]:
    """Choose a value, or choose it no more.

    Example:
        >>> toggled({}, "year", "2014")
        {'year': frozenset({'2014'})}
    """
    chosen = filters.get(facet, frozenset()) ^ {value}
    rest = {name: values for name, values in filters.items() if name != facet}
    return {**rest, facet: chosen} if chosen else rest


class _Column(NamedTuple):
    """The values that occur together, each combination once; and for each case, which."""

    distinct: list[tuple[str, ...]]
    codes: list[int]


class Facets:
    """The values of every case, a column for each facet."""

    def __init__(self, cases: Sequence[Summary]) -> None:
        self._columns = {
            "conflicts": _column(("with",) if case.conflicts else () for case in cases),
            "kind": _column(case.kinds for case in cases),
            "status": _column((case.status,) for case in cases),
            "compartment": _column((case.compartment,) for case in cases),
            "member": _column((case.changed_by,) for case in cases),
            "year": _column((case.year,) for case in cases),
        }

    def passing(self, numbers: Iterable[int], filters: Filters) -> list[int]:
        """Keep the rows that have one of the chosen values in each facet with a choice."""
        kept = list(numbers)
        for facet, chosen in filters.items():
            distinct, codes = self._columns[facet]
            is_good = [not chosen.isdisjoint(values) for values in distinct]
            kept = [number for number in kept if is_good[codes[number]]]
        return kept

    def counts(self, numbers: Sequence[int], filters: Filters) -> dict[str, Counter[str]]:
        """Count the values of each facet among the rows that the *other* facets let pass.

        So a count says how many rows choosing that value would show.
        """
        found: dict[str, Counter[str]] = {}
        for facet in FACETS:
            others = {name: chosen for name, chosen in filters.items() if name != facet}
            distinct, codes = self._columns[facet]
            rows = self.passing(numbers, others) if others else numbers
            found[facet] = Counter()
            for code, count in Counter(map(codes.__getitem__, rows)).items():
                found[facet].update({value: count for value in distinct[code] if value})
        return found


def _column(values: Iterable[tuple[str, ...]]) -> _Column:
    codes: dict[tuple[str, ...], int] = {}
    column = [codes.setdefault(value, len(codes)) for value in values]
    return _Column(list(codes), column)
