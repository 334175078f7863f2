"""Make the row of a case, its head and its people; and the words it is found by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from store.model import dates
from store.model.case import Case, name_line
from store.model.conflict import conflicts
from store.model.fields import SCRIPTS, Field, Section, load_model
from store.model.parts import PART_OF, SEALED
from store.model.shape import CONFLICTS
from store.model.summary import Summary, pack_names, tag_name

__all__ = ["searched_text", "summarize"]

_SCRIPTS = SCRIPTS[::-1]
"""The order of a row: Latin letters first."""


def summarize(case: Case) -> Summary:
    """Make the row of an open case, or of an open part of one that lives elsewhere."""
    is_part = PART_OF in case.data
    overview = case.data.get("overview") or {}
    changed = case.data.get("changed") or {}
    return Summary(
        id=case.id,
        compartment=case.compartment,
        state="part" if is_part else "open",
        reference=_cell(overview, "reference"),
        title=_cell(overview, "title"),
        kinds=tuple(filter(None, (_one_line(str(kind)) for kind in overview.get("kind") or ()))),
        status=_cell(overview, "status"),
        names=pack_names(_people(case.data.get("people") or (), is_part=is_part)),
        year=dates.year(overview.get("period", "")),
        changed_by=_cell(changed, "by"),
        changed_at=_cell(changed, "at"),
        conflicts=len(conflicts(case.data)) if CONFLICTS in case.data else 0,
    )


def searched_text(case: Case) -> str:
    """Give all that the search looks through in a case, on one line: no long texts."""
    found: list[str] = []
    for section in _searched_sections():
        items = case.data.get(section.key) or ()
        for item in items if section.prefix else (items,):
            if item:
                _add_words(found, item, section.fields)
    return _one_line(" · ".join(dict.fromkeys(found)))


def _cell(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    return "" if value is None else _one_line(str(value))


def _people(people: Iterable[dict[str, Any]], *, is_part: bool) -> Iterator[str]:
    for person in people:
        name = _person(person)
        if name:
            yield tag_name(person["id"], name) if is_part or SEALED in person else name


def _person(person: dict[str, Any]) -> str:
    names = _written(person.get("name") or {})
    return _one_line(" · ".join(names) or str(person.get("pseudonym", "")))


def _written(name: dict[str, Any]) -> list[str]:
    """Write a name in each script that it is known in."""
    known = (name[script] for script in _SCRIPTS if script in name)
    return [line for parts in known if (line := name_line(parts))]


def _add_words(found: list[str], item: dict[str, Any], fields: tuple[Field, ...]) -> None:
    for field in fields:
        value = item.get(field.key)
        if type(value) is str:
            found.append(value)
        elif value is None:
            continue
        elif field.kind == "items":
            for inner in value:
                _add_words(found, inner, field.fields)
        else:
            for inner in value if field.is_list else (value,):
                _add_texts(found, inner, field.kind)


def _add_texts(found: list[str], value: Any, kind: str) -> None:
    if kind == "name":
        found += _written(value)
    elif kind == "place":
        found.append(str(value.get("name", "")))
    else:
        found.append(str(value))


@lru_cache(maxsize=1)
def _searched_sections() -> tuple[Section, ...]:
    """Give the table with the searched fields only: it is gone through for every case."""
    pruned = (s._replace(fields=_searched(s.fields)) for s in load_model().sections)
    return tuple(section for section in pruned if section.fields)


def _searched(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    pruned = (field._replace(fields=_searched(field.fields)) for field in fields)
    return tuple(f for f in pruned if f.fields or (f.search and f.kind not in ("long", "items")))


def _one_line(text: str) -> str:
    """Leave out what would look like the end of a cell or a row, in a list and in its index."""
    if text.isprintable() and "  " not in text:  # no white space but single spaces: the usual case
        return text.strip(" ")
    return " ".join(text.replace("\0", " ").split())
