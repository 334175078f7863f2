"""The shape of a case: what must be a mapping, a list or an item, and the order of its keys."""

from __future__ import annotations

from typing import Any

from store.errors import BadFormat
from store.model.fields import NAME_PARTS, PLACE_PARTS, SCRIPTS, Field, load_model

__all__ = ["HEAD", "check_shape", "ordered"]

HEAD = ("dalil", "id", "compartment", "changed")
"""The keys that every part begins with."""

_SHAPED = frozenset(("items", "choices", "name", "place"))
"""Kinds whose values are no plain scalars."""


def ordered(data: dict[str, Any]) -> dict[str, Any]:
    """Give the same case with its keys in the table's order; unknown keys follow the known ones."""
    model = load_model()
    result = {key: data[key] for key in HEAD if key in data}
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
    for section in load_model().sections:
        if section.key in data:
            _check_items(
                data[section.key], section.fields, section.key, is_list=bool(section.prefix)
            )


def _check_items(value: Any, fields: tuple[Field, ...], path: str, *, is_list: bool) -> None:
    items = value if is_list else [value]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _bad_shape(path)
    if is_list:
        ids = [item.get("id") for item in items]
        if not all(isinstance(i, str) and i.isalnum() for i in ids) or len(set(ids)) != len(ids):
            raise BadFormat("the items of {path} need an id each, and each its own", path=path)
    for item in items:
        for field in fields:
            if field.key not in item:
                continue
            value = item[field.key]
            # Most values are a plain text where one may stand: ten thousand cases are read at once.
            if type(value) is not str or field.repeatable or field.kind in _SHAPED:
                _check_value(value, field, f"{path}.{field.key}")


def _check_value(value: Any, field: Field, path: str) -> None:
    if field.kind == "items":
        _check_items(value, field.fields, path, is_list=True)
        return
    if field.is_list and not isinstance(value, list):
        raise _bad_shape(path)
    for inner in value if field.is_list else [value]:
        if field.kind in ("name", "place"):
            fits = isinstance(inner, dict)
            if fits and field.kind == "name":
                fits = all(isinstance(inner.get(script, {}), dict) for script in SCRIPTS)
        else:
            fits = not isinstance(inner, dict | list)
        if not fits:
            raise _bad_shape(path)


def _bad_shape(path: str) -> BadFormat:
    return BadFormat("{path} does not have the shape that the table of fields gives it", path=path)
