"""The shape of a case: what must be a mapping, a list or an item, and the order of its keys."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from store.errors import BadFormat
from store.model.fields import NAME_PARTS, PLACE_PARTS, SCRIPTS, Field, Section, load_model

__all__ = ["CONFLICTS", "HEAD", "check_shape", "conflict_id", "fits", "is_items", "ordered"]

HEAD = ("dalil", "id", "compartment", "part_of", "changed")
"""The keys that every part begins with; `part_of` only where its case lives elsewhere."""

CONFLICTS = "conflicts"
"""The key after the head under which values stand that a merge kept: `store.model.conflict`."""

_OF_A_CONFLICT = ("id", "path", "base", "values")

_MAPPINGS = frozenset(("name", "place"))
"""Kinds whose values are mappings."""

_OF_A_STUB = tuple(Field(key, "text", {}) for key in ("sealed", "pseudonym"))
"""What an item of a section may say besides its fields: see `store.model.parts`."""


def ordered(data: dict[str, Any]) -> dict[str, Any]:
    """Give the same case with its keys in the table's order; unknown keys follow the known ones."""
    model = load_model()
    result = {key: data[key] for key in HEAD if key in data}
    if CONFLICTS in data:
        result[CONFLICTS] = [_by_keys(one, _OF_A_CONFLICT) for one in data[CONFLICTS]]
    for section in model.sections:
        if section.key in data:
            inner = data[section.key]
            result[section.key] = (
                [_ordered_item(item, section.fields) for item in inner]
                if section.prefix
                else _ordered_item(inner, section.fields)
            )
    return result | {key: value for key, value in data.items() if key not in result}


def _ordered_item(item: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    result = {"id": item["id"]} if "id" in item else {}
    for field in fields:
        if field.key in item:
            result[field.key] = _ordered_value(item[field.key], field)
    return result | {key: value for key, value in item.items() if key not in result}


def _ordered_value(value: Any, field: Field) -> Any:
    if field.kind == "items":
        return [_ordered_item(item, field.fields) for item in value]
    if field.kind == "name":
        return {s: _by_keys(value[s], NAME_PARTS) for s in SCRIPTS if s in value} | {
            key: inner for key, inner in value.items() if key not in SCRIPTS
        }
    if field.kind == "place":
        places = value if field.repeatable else [value]
        result = [_by_keys(place, PLACE_PARTS) for place in places]
        return result if field.repeatable else result[0]
    return value


def _by_keys(mapping: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    result = {key: mapping[key] for key in keys if key in mapping}
    return result | {key: value for key, value in mapping.items() if key not in result}


def check_shape(data: dict[str, Any]) -> None:
    """Make sure that sections, items, names and places have their shape.

    Everything that reads a case relies on this, so that no screen has to expect a list where the
    table says mapping.

    Raises:
        BadFormat: something has another shape; the path is named.
    """
    if not isinstance(data.get("changed") or {}, dict):
        raise _bad_shape("changed")
    if CONFLICTS in data:
        _check_conflicts(data[CONFLICTS])
    for key, (is_list, table) in _tables().items():
        if key in data:
            if is_list:
                _check_items(data[key], table)
            elif isinstance(data[key], dict):
                _check_item(data[key], table)
            else:
                raise _bad_shape(key)


def is_items(value: Any) -> bool:
    """Is this a list whose items each have an id of their own? In unknown fields it may not be."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return False
    ids = [item.get("id") for item in value]
    return all(isinstance(i, str) and i.isalnum() for i in ids) and len(set(ids)) == len(ids)


def conflict_id(path: str) -> str:
    """Give the id of the one conflict that a path can have."""
    import hashlib

    return "x" + hashlib.sha256(path.encode()).hexdigest()[:8]


def _check_conflicts(found: Any) -> None:
    if not is_items(found):
        raise _bad_shape(CONFLICTS)
    paths = [one.get("path") for one in found]
    if not all(isinstance(path, str) for path in paths) or len(set(paths)) != len(paths):
        raise _bad_shape(CONFLICTS)
    for one in found:
        values = one.get("values")
        is_list = isinstance(values, list) and len(values) > 1
        if not is_list or not all(isinstance(entry, dict) for entry in values):
            raise _bad_shape(CONFLICTS)


class _Table(NamedTuple):
    """The fields of one section or kind of item, made ready: ten thousand cases are read at once.

    `no_text` are those whose value is never a plain text; for a field of items, there is the table
    of those.
    """

    path: str
    no_text: frozenset[str]
    fields: dict[str, tuple[Field, _Table | None]]


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[bool, _Table]]:
    return {
        section.key: (bool(section.prefix), _table(section.key, _with_marks(section)))
        for section in load_model().sections
    }


def _with_marks(section: Section) -> tuple[Field, ...]:
    known = {field.key for field in section.fields}
    marks = _OF_A_STUB if section.prefix else ()
    return (*section.fields, *(mark for mark in marks if mark.key not in known))


def _table(path: str, fields: tuple[Field, ...]) -> _Table:
    return _Table(
        path,
        frozenset(f.key for f in fields if f.is_list or f.kind in _MAPPINGS),
        {f.key: (f, _table(f"{path}.{f.key}", f.fields) if f.fields else None) for f in fields},
    )


def _check_items(items: Any, table: _Table) -> None:
    if not isinstance(items, list):
        raise _bad_shape(table.path)
    ids = set()
    for item in items:
        if not isinstance(item, dict):
            raise _bad_shape(table.path)
        item_id = item.get("id")
        if not isinstance(item_id, str) or not item_id.isalnum() or item_id in ids:
            raise BadFormat(
                "the items of {path} need an id each, and each its own", path=table.path
            )
        ids.add(item_id)
        _check_item(item, table)


def _check_item(item: dict[str, Any], table: _Table) -> None:
    _, no_text, fields = table
    for key, value in item.items():
        # Most values are a plain text where one may stand.
        if type(value) is str:
            if key in no_text:
                raise _bad_shape(f"{table.path}.{key}")
        elif key in fields:
            field, inner = fields[key]
            if inner is not None:
                _check_items(value, inner)
            elif not fits(value, field):
                raise _bad_shape(f"{table.path}.{key}")


def fits(value: Any, field: Field) -> bool:
    """Say whether a value has the shape that its field, which is no list of items, gives it."""
    if field.is_list and not isinstance(value, list):
        return False
    values = value if field.is_list else (value,)
    if field.kind not in _MAPPINGS:
        return not any(isinstance(inner, dict | list) for inner in values)
    return all(
        isinstance(inner, dict)
        and (
            field.kind != "name"
            or all(isinstance(inner.get(script, {}), dict) for script in SCRIPTS)
        )
        for inner in values
    )


def _bad_shape(path: str) -> BadFormat:
    return BadFormat("{path} does not have the shape that the table of fields gives it", path=path)
