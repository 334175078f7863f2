"""Conflicts as data of a case: values of one field that a merge kept side by side.

They stand under the key `conflicts`, one a path, and are no field: see docs/format.md.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from store.errors import NotFound
from store.model.shape import CONFLICTS, conflict_id

__all__ = [
    "Conflict",
    "Mark",
    "Record",
    "Value",
    "conflicts",
    "encode",
    "is_placed",
    "key_of",
    "make_record",
    "rank",
    "records",
    "resolve",
    "text_of",
    "without_idle",
]

Data = dict[str, Any]
Record = dict[str, Any]
"""A conflict as it stands in the case; each of its `values` is a mapping, here called an entry."""


class Mark(Enum):
    """What stands in the place of a value: nothing, or the item (or whole case) as it is."""

    GONE = "gone"
    HERE = "here"


class Value(NamedTuple):
    """One value of a field in conflict, who wrote it, and when (UTC); `value` may be a Mark."""

    by: str
    at: str
    value: Any


class Conflict(NamedTuple):
    """Values of what a path leads to, oldest first; the empty path is the whole case.

    `base` is the value before anybody changed it; None where there was none, or where it is not
    kept, as of items.
    """

    id: str
    path: str
    values: tuple[Value, ...]
    base: Any = None


def conflicts(data: Mapping[str, Any]) -> tuple[Conflict, ...]:
    """List the conflicts of a case by path; one about what is no more there is none."""
    return tuple(_decode(record) for path, record in records(data).items() if is_placed(data, path))


def resolve(data: Data, path: str, choice: Any) -> Data | None:
    """Give the case with a conflict settled: the chosen value stands, and the others are dropped.

    `choice` is a value of the conflict, its base, another value, or a Mark: `GONE` takes the field
    or item away (of the whole case, nothing is left: None), `HERE` leaves what stands.

    Raises:
        NotFound: there is no conflict at this path.
    """
    if not any(one.path == path for one in conflicts(data)):
        raise NotFound("there is no conflict at {path}", path=path)
    if not path and choice is Mark.GONE:
        return None
    settled = copy.deepcopy(data)
    if choice is not Mark.HERE:
        _put(settled, path, copy.deepcopy(choice))
    left = (record for key, record in records(settled).items() if key != path)
    return without_idle(encode(settled, left))


def without_idle(data: Data) -> Data:
    """Give the case without conflicts about what was taken away."""
    if all(is_placed(data, path) for path in records(data)):
        return data
    return encode(data, (one for path, one in records(data).items() if is_placed(data, path)))


def records(data: Mapping[str, Any] | None) -> dict[str, Record]:
    """Give the conflicts of a case as they stand in it, by path, in the order of the paths."""
    found = (data or {}).get(CONFLICTS) or ()
    return {one["path"]: one for one in sorted(found, key=lambda one: str(one["path"]))}


def encode(data: Data, found: Iterable[Record]) -> Data:
    """Give the case with these conflicts, and no others; several of one path are one."""
    by_path: dict[str, list[Record]] = {}
    for record in found:
        by_path.setdefault(str(record["path"]), []).append(record)
    rest = {key: value for key, value in data.items() if key != CONFLICTS}
    united = [_unite(path, by_path[path]) for path in sorted(by_path)]
    return rest | {CONFLICTS: united} if united else rest


def _unite(path: str, found: list[Record]) -> Record:
    if len(found) == 1:
        return found[0]
    every = sorted((entry for record in found for entry in record["values"]), key=rank)
    entries = {key_of(entry): entry for entry in reversed(every)}
    return make_record(
        path, entries.values(), next((r["base"] for r in found if "base" in r), None)
    )


def make_record(path: str, entries: Iterable[Record], base: Any = None) -> Record:
    """Write a conflict, its values in the order of time, author and text."""
    ordered = sorted(entries, key=rank)
    said = {} if base is None else {"base": base}
    return {"id": conflict_id(path), "path": path, **said, "values": ordered}


def rank(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Order values: the older first."""
    return str(entry.get("at", "")), str(entry.get("by", "")), key_of(entry)


def key_of(entry: Mapping[str, Any]) -> str:
    """Give the text that tells values apart, whoever wrote them."""
    for mark in Mark:
        if entry.get(mark.value):
            return mark.value
    return text_of(entry.get("value"))


def text_of(value: Any) -> str:
    """Write any value as one text: the same for the same value, and for no other."""
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def is_placed(data: Mapping[str, Any] | None, path: str) -> bool:
    """Is there still that which this path leads into? An item that went takes its conflicts."""
    return data is not None if not path else _find(data, path) is not None


def _decode(record: Record) -> Conflict:
    values = (
        Value(str(e.get("by", "")), str(e.get("at", "")), _value(e)) for e in record["values"]
    )
    return Conflict(str(record["id"]), str(record["path"]), tuple(values), record.get("base"))


def _value(entry: Record) -> Any:
    return next((mark for mark in Mark if entry.get(mark.value)), entry.get("value"))


def _find(here: Any, path: str) -> tuple[Any, str] | None:
    """Give the mapping or list that holds what a path leads to, and the key or id it has there.

    A key may have dots: of an unknown field, anything may be a key.
    """
    if isinstance(here, list):
        item_id, _, rest = path.partition(".")
        item = next((i for i in here if isinstance(i, dict) and i.get("id") == item_id), None)
        return None if item is None else _find(item, rest) if rest else (here, item_id)
    if not isinstance(here, dict):
        return None
    if path in here or "." not in path:
        return here, path
    keys = sorted((key for key in here if path.startswith(f"{key}.")), key=len, reverse=True)
    found = (_find(here[key], path[len(key) + 1 :]) for key in keys)
    return next((one for one in found if one is not None), None)


def _put(data: Data, path: str, value: Any) -> None:
    """Put a value where a path leads, or take away what is there, and what is empty after it."""
    here, last = _find(data, path) or ({}, "")
    if value is not Mark.GONE and value not in (None, "", [], {}):
        here[last] = value
    elif isinstance(here, list):
        here[:] = [item for item in here if item.get("id") != last]
    else:
        here.pop(last, None)
    above = path.removesuffix(last).removesuffix(".")
    if above and not here:
        _put(data, above, Mark.GONE)
