"""One case in one row: what the list shows, sorts, filters and searches."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Summary", "locked_summary"]


class Summary(NamedTuple):
    """What the list knows of a case.

    `state` is `open`, `sealed` (no key here) or `damaged`; only an open case has the rest.
    `people` holds one name each, Latin and Arabic joined where both are known; `text` all words
    that the search field looks through; `changed_at` an ISO time in UTC.
    """

    id: str
    compartment: str
    state: str
    reference: str = ""
    title: str = ""
    kinds: tuple[str, ...] = ()
    status: str = ""
    people: tuple[str, ...] = ()
    year: str = ""
    changed_by: str = ""
    changed_at: str = ""
    text: str = ""


def locked_summary(case_id: str, compartment: str, state: str) -> Summary:
    """Make the row of a case that cannot be read: sealed or damaged."""
    return Summary(case_id, compartment, state)
