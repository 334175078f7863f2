"""One case in one row: what the list shows, sorts, filters and searches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["READABLE", "Summary", "locked_summary", "pack_names", "tag_name", "unite"]

READABLE = ("open", "part")
"""The states in which there is something to read."""
_BETWEEN = "\t"
_TAG = "\x1f"  # no name of a row has it: it counts as white space, and is left out
_TAGS = re.compile(r"[0-9A-Za-z]+\x1f")


class Summary(NamedTuple):
    """What the list knows of a case.

    `state` is `open`, `sealed` (no key here), `damaged`, or `part`: of the case itself nothing can
    be opened, but something that is sealed elsewhere. Only an open case has the rest; a part has
    people, and who changed it. `conflicts` counts what two people have changed differently.
    `names` are those of the people as `pack_names` writes them: most of a row, and few of them are
    ever seen, so they stay UTF-8 until they are. `changed_at` is an ISO time in UTC. What the
    search field looks through is kept apart: `store/search/`.
    """

    id: str
    compartment: str
    state: str
    reference: str = ""
    title: str = ""
    kinds: tuple[str, ...] = ()
    status: str = ""
    names: bytes = b""
    year: str = ""
    changed_by: str = ""
    changed_at: str = ""
    conflicts: int = 0

    @property
    def people(self) -> tuple[str, ...]:
        """One name each, Latin and Arabic joined where both are known."""
        names = self.names.decode()
        if _TAG in names:
            names = _TAGS.sub("", names)
        return tuple(names.split(_BETWEEN)) if names else ()


def locked_summary(case_id: str, compartment: str, state: str) -> Summary:
    """Make the row of a case that cannot be read: sealed or damaged."""
    return Summary(case_id, compartment, state)


def unite(row: Summary, parts: Sequence[Summary]) -> Summary:
    """Take people and conflicts of open parts into the row of their case, and the last change."""
    if not parts:
        return row
    names = dict(_tagged(row))
    for part in parts:
        names |= _tagged(part)
    last = max((row, *parts), key=lambda one: one.changed_at)
    return row._replace(
        names=pack_names(names.values()),
        changed_by=last.changed_by,
        changed_at=last.changed_at,
        conflicts=sum(one.conflicts for one in (row, *parts)),
    )


def tag_name(item_id: str, name: str) -> str:
    """Mark the name of a person who stands in two parts, as a stub and in full, by the id."""
    return f"{item_id}{_TAG}{name}"


def _tagged(row: Summary) -> Iterator[tuple[str, str]]:
    """Give the names of a row by the ids they are marked with, the others by themselves."""
    for name in row.names.decode().split(_BETWEEN) if row.names else ():
        yield name.partition(_TAG)[0], name


def pack_names(people: Iterable[str]) -> bytes:
    """Write names of people, which hold neither tab nor new line, for a row."""
    return _BETWEEN.join(people).encode()
