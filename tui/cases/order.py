"""The orders that the list of cases can stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from store.model.fields import load_model
from store.model.summary import Summary

__all__ = ["SORTS", "in_order", "natural_key", "next_sort"]

SORTS = ("changed", "reference", "title", "status", "year")
_NEWEST_FIRST = ("changed", "year")
_DIGITS = re.compile(r"\d+")


def in_order(cases: Sequence[Summary], sort: str) -> list[int]:
    """Give the numbers of all rows in an order; what has no value there comes last.

    Times and years run backwards, so that the newest is at the top. Rows that are equal stand as
    they were changed, the latest first.
    """
    key = _keys()[sort]
    keys = [key(case) for case in cases]
    is_backwards = sort in _NEWEST_FIRST
    # Sorting keeps what is equal in place: first by the second criterion, then by the first.
    latest = [case.changed_at for case in cases]
    numbers = sorted(range(len(cases)), key=latest.__getitem__, reverse=True)
    if sort != "changed":
        numbers.sort(key=keys.__getitem__, reverse=is_backwards)
    filled = [number for number in numbers if keys[number]]
    if len(filled) == len(numbers):
        return numbers
    return filled + [number for number in numbers if not keys[number]]


def natural_key(text: str) -> str:
    """Write a text so that numbers in it sort by their value, and capitals do not count.

    Example:
        >>> natural_key("SY-9") < natural_key("SY-10")
        True
    """
    return _DIGITS.sub(lambda found: found[0].zfill(8), text.casefold())


def next_sort(sort: str, *, is_searching: bool) -> str:
    """Give the order after this one, around; "" is the best match first, while one searches.

    Example:
        >>> next_sort("year", is_searching=False), next_sort("year", is_searching=True)
        ('changed', '')
    """
    all_sorts = ("", *SORTS) if is_searching else SORTS
    return all_sorts[(all_sorts.index(sort) + 1) % len(all_sorts)]


def _keys() -> dict[str, Callable[[Summary], str]]:
    terms = load_model().vocabulary("case_status").terms
    places = {term.code: f"{place:04}" for place, term in enumerate(terms)}
    return {
        "changed": lambda case: case.changed_at,
        "reference": lambda case: natural_key(case.reference),
        "title": lambda case: natural_key(case.title),
        "status": lambda case: places.get(case.status, case.status),
        "year": lambda case: case.year,
    }
