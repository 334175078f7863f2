"""Several versions that two lines of history come from, made one base for their merge.

Lines that were merged crosswise have more than one newest common version. Where those differ, both
lines have seen each of their values, so none of them is news: the base says so in a record of its
conflicts, marked as `EITHER`. Such a base is for `store.model.merge` alone, and never saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.model.conflict import Record, encode, key_of, make_record, records, text_of
from store.model.likeness import MISSING, same
from store.model.merged_conflicts import CONFLICT, EITHER
from store.model.shape import CONFLICTS, is_items
from store.model.weave import weave

__all__ = ["merge_bases"]

Data = dict[str, Any]


def merge_bases(bases: Sequence[Data | None]) -> Data | None:
    """Make one base of several, whatever their order; None where the case was in none of them."""
    known = sorted((base for base in bases if base is not None), key=text_of)
    if not known or all(same(known[0], base) for base in known):
        return known[0] if known else None
    virtual: Any = _fields(known[0])
    found: dict[str, dict[str, Record]] = {}
    for base in known[1:]:
        virtual = _unite("", virtual, _fields(base), found)
    held = _unite_conflicts(known, found)
    made = (
        make_record(path, kept.values()) | {EITHER: CONFLICT if path in held else True}
        for path, kept in found.items()
    )
    shared = (r for path, r in records(known[0]).items() if path not in found)
    return encode(virtual, (*made, *shared))


def _unite(path: str, one: Any, other: Any, found: dict[str, dict[str, Record]]) -> Any:
    """Take everything that one or other has; what differs is noted."""
    if same(one, other):
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*one, *(key for key in other if key not in one)]
        pairs = {key: (one.get(key, MISSING), other.get(key, MISSING)) for key in keys}
        return {key: _unite(_into(path, key), *pair, found) for key, pair in pairs.items()}
    lists = [[] if value is MISSING else value for value in (one, other)]
    if all(isinstance(value, list) for value in lists):
        if not all(is_items(value) for value in lists):
            texts = {text_of(value) for value in lists[1]}
            return [value for value in lists[0] if text_of(value) in texts]
        tables = [{item["id"]: item for item in items} for items in lists]
        mine, its = tables
        ids = weave([], list(mine), list(its), mine.keys() | its.keys())
        pairs = {i: (mine.get(i, MISSING), its.get(i, MISSING)) for i in ids}
        return [_unite(_into(path, i), *pair, found) for i, pair in pairs.items()]
    for value in (one, other):
        entry: Record = {"gone": True} if value is MISSING else {"value": value}
        found.setdefault(path, {})[key_of(entry)] = {"by": "", "at": "", **entry}
    return min((one, other), key=lambda value: (value is MISSING, _text(value)))


def _unite_conflicts(bases: Sequence[Data], found: dict[str, dict[str, Record]]) -> set[str]:
    """Note the values of conflicts that not all of the bases have, and give their paths."""
    known = [records(base) for base in bases]
    held = {path for table in known for path in table}
    for path in sorted(held):
        shared = known[0].get(path)
        if path in found or not all(same(shared, table.get(path)) for table in known):
            entries = (e for table in known if path in table for e in table[path]["values"])
            found.setdefault(path, {}).update({key_of(entry): entry for entry in entries})
    return held


def _fields(data: Data) -> Data:
    return {key: data[key] for key in data if key != CONFLICTS}


def _into(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: Any) -> str:
    return "" if value is MISSING else text_of(value)
