"""Make the row of a case: its head, its people, and the words it is found by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from store.model import dates
from store.model.case import Case, display_name
from store.model.fields import SCRIPTS, Field, Section, load_model
from store.model.summary import Summary

__all__ = ["summarize"]


def summarize(case: Case) -> Summary:
    """Make the row of an open case."""
    changed = case.changed
    return Summary(
        id=case.id,
        compartment=case.compartment,
        state="open",
        reference=_one_line(case.reference),
        title=_one_line(case.title),
        kinds=tuple(filter(None, map(_one_line, case.kinds))),
        status=_one_line(case.status),
        people=tuple(filter(None, (_person(person) for person in case.get("people", ())))),
        year=dates.year(case.get("overview.period", "")),
        changed_by=_one_line(changed.by),
        changed_at=_one_line(changed.at),
        text=_one_line(" · ".join(dict.fromkeys(_words(case.data)))),
    )


def _person(person: dict[str, Any]) -> str:
    name = person.get("name") or {}
    scripts = [display_name({script: name.get(script)}, script) for script in reversed(SCRIPTS)]
    return _one_line(" · ".join(filter(None, scripts)) or str(person.get("pseudonym", "")))


def _words(data: dict[str, Any]) -> Iterator[str]:
    """Give the texts of the searchable fields but the long ones: those need their own index."""
    for section in _searched_sections():
        items = data.get(section.key) or ()
        for item in items if section.prefix else [items]:
            if item:
                yield from _item_words(item, section.fields)


def _item_words(item: dict[str, Any], fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        value = item.get(field.key)
        if value is None:
            continue
        if field.kind == "items":
            for inner in value:
                yield from _item_words(inner, field.fields)
        else:
            for inner in value if field.is_list else (value,):
                yield from _texts(field, inner)


@lru_cache(maxsize=1)
def _searched_sections() -> tuple[Section, ...]:
    """Give the table with the searched fields only: it is gone through for every case."""
    return tuple(s._replace(fields=_searched(s.fields)) for s in load_model().sections)


def _searched(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    pruned = (field._replace(fields=_searched(field.fields)) for field in fields)
    return tuple(f for f in pruned if f.fields or (f.search and f.kind not in ("long", "items")))


def _texts(field: Field, value: Any) -> Iterator[str]:
    if field.kind == "name":
        yield from filter(None, (display_name({s: value.get(s)}, s) for s in reversed(SCRIPTS)))
    elif field.kind == "place":
        yield str(value.get("name", ""))
    else:
        yield str(value)


def _one_line(text: str) -> str:
    """Leave out what would look like the end of a cell or a row, in a list and in its index."""
    return " ".join(text.replace("\0", " ").split())
